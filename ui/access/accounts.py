"""Accounts: who may log in, in one file beside the library that a running server reads when it changes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from index import TanyaError
from ui.access.passwords import check_strength, hashed
from ui.access.visitor import ROLES, Role, Visitor

FILE = "users.json"
LOCK = "users.lock"
PATIENCE = 10
"""Seconds that a change waits for another one to end."""

TOKEN = "tanya_"  # noqa: S105  its beginning, by which whoever finds one knows what it opens

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,30}[a-z0-9])?")


class AccountError(TanyaError):
    """An account cannot be made, changed or read as it stands."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in.

    Attributes:
        name: Small letters, digits, and `.`, `_` or `-` between them.
        role: What they may do.
        password: Its Argon2id hash, with its salt and costs.
        token: SHA-256 of the token of their scripts, as hexadecimal digits; None where there is none.
    """

    name: str
    role: Role
    password: str
    token: str | None = None

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.name, self.role)

    @property
    def stamp(self) -> str:
        """Changes with the password and the role, and ends the sessions that were begun before."""
        return hashlib.sha256(f"{self.role}\n{self.password}".encode()).hexdigest()


class Accounts:
    """The accounts in the file of a folder.

    Whoever may read the file can try passwords against it, so that it is its owner's alone.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self.path = home / FILE
        self._read: tuple[tuple[int, ...], Mapping[str, Account]] | None = None

    def all(self) -> Mapping[str, Account]:
        """The accounts by name, as the file has them now.

        Raises:
            AccountError: the file cannot be read.
        """
        try:
            state = self.path.stat()
        except FileNotFoundError:
            return MappingProxyType({})
        except OSError as error:
            raise self._unreadable(error.strerror) from error
        # A change puts a new file in the place of the old one, so that at least its number differs.
        stamp = (state.st_ino, state.st_mtime_ns, state.st_ctime_ns, state.st_size)
        if self._read is None or self._read[0] != stamp:
            self._read = stamp, self._parsed()
        return self._read[1]

    def known(self, name: str) -> Account:
        """The account of a name.

        Raises:
            AccountError: there is none.
        """
        return _known(self.all(), name)

    def check_new(self, name: str) -> None:
        """Refuse what cannot be the name of a new account.

        Raises:
            AccountError: the name is taken or cannot be one.
        """
        if not _NAME.fullmatch(name):
            raise AccountError(
                f"{name!r} cannot be a name; use 1 to 32 small letters, digits, and . _ - between them"
            )
        if name in self.all():
            raise AccountError(f"{name} has an account; change it with: tanya users password {name}")

    def add(self, name: str, password: str, role: Role) -> None:
        """Make an account.

        Raises:
            AccountError: the name is taken or cannot be one, or the password is weak.
        """
        check_strength(name, password, AccountError)
        with self._changing() as accounts:
            self.check_new(name)
            accounts[name] = Account(name, role, hashed(password))

    def remove(self, name: str) -> None:
        """Remove an account; its sessions and its token end at once.

        Raises:
            AccountError: there is none.
        """
        with self._changing() as accounts:
            del accounts[_known(accounts, name).name]

    def set_password(self, name: str, password: str) -> None:
        """Change a password, which ends the sessions that were begun with the former one.

        Raises:
            AccountError: there is no such account, or the password is weak.
        """
        self.known(name)
        check_strength(name, password, AccountError)
        self._change(name, password=hashed(password))

    def set_role(self, name: str, role: Role) -> None:
        """Change what an account may do.

        Raises:
            AccountError: there is no such account.
        """
        self._change(name, role=role)

    def new_token(self, name: str) -> str:
        """A token for scripts, in place of the former one; it is not kept and cannot be told again.

        Raises:
            AccountError: there is no such account.
        """
        token = TOKEN + secrets.token_urlsafe(32)
        self._change(name, token=_digest(token))
        return token

    def revoke_token(self, name: str) -> None:
        """Make the token of an account worthless.

        Raises:
            AccountError: there is no such account.
        """
        self._change(name, token=None)

    def _change(self, name: str, **changes: Any) -> None:
        with self._changing() as accounts:
            accounts[name] = replace(_known(accounts, name), **changes)

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Account]]:
        """The accounts, to be changed; they are written in one step at the end, where nothing was raised."""
        from filelock import FileLock, Timeout

        try:
            self._home.mkdir(parents=True, exist_ok=True)
            with FileLock(self._home / LOCK, timeout=PATIENCE, mode=0o600):
                accounts = dict(self.all())
                yield accounts
                self._write(accounts)
        except Timeout as error:
            raise AccountError(
                f"somebody else is changing {self.path}; wait until they are done, then try again"
            ) from error
        except OSError as error:
            raise AccountError(
                f"{self.path} cannot be written ({error.strerror}); check its permissions"
            ) from error

    def _write(self, accounts: Mapping[str, Account]) -> None:
        # Made for its owner alone, and never under its name before it is complete.
        descriptor, draft = tempfile.mkstemp(dir=self._home, prefix=f".{FILE}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"users": [asdict(accounts[name]) for name in sorted(accounts)]}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(self.path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise

    def _parsed(self) -> Mapping[str, Account]:
        try:
            stored = json.loads(self.path.read_text(encoding="utf-8"))["users"]
            accounts = [Account(**one) for one in stored]
        except OSError as error:
            raise self._unreadable(error.strerror) from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise self._unreadable("damaged") from error
        for one in accounts:
            texts = (one.name, one.password, "" if one.token is None else one.token)
            if not all(isinstance(text, str) for text in texts) or one.role not in ROLES:
                raise self._unreadable("damaged")
        return MappingProxyType({one.name: one for one in accounts})

    def _unreadable(self, reason: str | None) -> AccountError:
        return AccountError(
            f"{self.path} cannot be read ({reason}); put it right, or remove it and make the accounts anew "
            "with: tanya users add NAME"
        )


def of_token(token: str, accounts: Mapping[str, Account]) -> Account | None:
    """The account that a token of a script belongs to."""
    digest = _digest(token)
    return next((one for one in accounts.values() if one.token == digest), None)


def _known(accounts: Mapping[str, Account], name: str) -> Account:
    found = accounts.get(name)
    if found is None:
        raise AccountError(f"{name!r} has no account; list them with: tanya users list")
    return found


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
