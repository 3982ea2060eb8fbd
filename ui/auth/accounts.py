"""Accounts: who may log in, who may change articles, and who may change accounts.

They stand in one file beside the library, which a running server reads when it changes. Passwords are
hashed with Argon2id, and compared in the same time whoever's it is.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from secrets import token_bytes
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from index import TanyaError
from index.models import replace_file

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10
"""Characters of a password, at least: with fewer, guessing from the file of accounts is quick."""

LONGEST = 1024
"""Characters of a password, at most; hashing more would only cost time."""


class AccountError(TanyaError):
    """An account cannot be made, changed or read as it stands.

    Attributes:
        reason: Why: "short", "long", "bare" or "repeats" (the password), "name", "taken", "unknown",
            "last_admin", "busy" or "broken".
    """

    def __init__(self, message: str, reason: str = "broken") -> None:
        super().__init__(message)
        self.reason = reason


def check_strength(name: str, password: str) -> None:
    """Refuse a password that is quickly guessed.

    Raises:
        AccountError: it is too short or long, the name itself, or of too few characters.
    """
    length = len(password)
    if length < SHORTEST:
        raise AccountError(f"the password has {length} characters; choose one of {SHORTEST} or more", "short")
    if length > LONGEST:
        raise AccountError(
            f"the password has {length:,} characters; choose one of {LONGEST:,} or fewer", "long"
        )
    bare = password.casefold()
    if not bare.replace(name.casefold(), "").strip("0123456789 .,_-!"):
        raise AccountError(
            "the password is the name or only digits; choose one that is neither, of several words", "bare"
        )
    if len(set(bare)) < 4:
        raise AccountError(
            "the password repeats the same few characters; choose one of several words", "repeats"
        )


def hashed(password: str) -> str:
    """An Argon2id hash with a salt of its own and the costs of RFC 9106 (3 passes over 64 MiB)."""
    return _hasher().hash(_bytes(password))


def matches(password: str, stored: str | None) -> bool:
    """Whether a password is that of a hash; without a hash it never is, which takes as long to find out.

    It takes 64 MiB and about a tenth of a second of a core.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    matched = False
    try:
        matched = _hasher().verify(stored or _nobody(), _bytes(password[:LONGEST]))
    except (VerificationError, InvalidHashError):
        return False
    return matched and stored is not None and len(password) <= LONGEST


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """A hash that no password has, as costly to check as any other, and at no cost made."""
    hasher = _hasher()
    salt, digest = (
        b64encode(token_bytes(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${costs}${salt}${digest}"


def _bytes(password: str) -> bytes:
    # What a form sends need not be text that can be written.
    return password.encode("utf-8", "surrogatepass")


Role = Literal["reader", "editor", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may."""

SCOPE = "tanya.visitor"
"""Where `AuthMiddleware` leaves the visitor of a request."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who uses the page.

    Attributes:
        name: Of their account; empty where the page asks for no login, as on the machine it runs on.
        role: A reader asks and says what they think of answers; an editor also changes the articles and works
            on the review; an admin also changes the accounts.
    """

    name: str
    role: Role

    @property
    def may_edit(self) -> bool:
        return self.role in {"editor", "admin"}

    @property
    def may_manage(self) -> bool:
        return self.role == "admin"


LOCAL = Visitor("", "editor")
"""Whoever sits at the machine, where the page is served to no other and asks for no login."""


def visitor_of(scope: Mapping[str, Any]) -> Visitor:
    """The visitor of a request, given its scope: `request.scope` in a route.

    In a handler of the page, whose `request` is the framework's own, it is `request.request.scope`.

    Raises:
        KeyError: the request did not pass `AuthMiddleware`, so that its visitor is unknown.
    """
    found: Visitor = scope[SCOPE]
    return found


FILE = "users.json"
LOCK = "users.lock"
PATIENCE = 10
"""Seconds that a change waits for another one to end."""

TOKEN = "tanya_"  # noqa: S105  its beginning, by which whoever finds one knows what it opens

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,30}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may log in.

    Attributes:
        name: Small letters, digits, and `.`, `_` or `-` between them.
        role: What they may do.
        password: Its Argon2id hash, with its salt and costs.
        token: SHA-256 of the token of their scripts, as hexadecimal digits; None where there is none.
        epoch: How often role or password were changed.
    """

    name: str
    role: Role
    password: str
    token: str | None = None
    epoch: int = 0

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.name, self.role)

    @property
    def stamp(self) -> str:
        """Changes with each change of the password or the role, which ends the sessions begun before."""
        return hashlib.sha256(f"{self.epoch}\n{self.role}\n{self.password}".encode()).hexdigest()

    def renewed(self, **changes: Any) -> Account:
        """The account with another password or role, without token and sessions."""
        return replace(self, token=None, epoch=self.epoch + 1, **changes)


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

    @property
    def is_emptied(self) -> bool:
        """Whether the file says that nobody has an account; not where there is no file.

        Raises:
            AccountError: the file cannot be read.
        """
        return not self.all() and self.path.exists()

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
                f"{name!r} cannot be a name; use 1 to 32 small letters, digits, and . _ - between them",
                "name",
            )
        if name in self.all():
            raise AccountError(f"{name} has an account; change it with: tanya users password {name}", "taken")

    def add(self, name: str, password: str, role: Role) -> None:
        """Make an account.

        Raises:
            AccountError: the name is taken or cannot be one, or the password is weak.
        """
        check_strength(name, password)
        with self._changing() as accounts:
            self.check_new(name)
            accounts[name] = Account(name, role, hashed(password))

    def remove(self, name: str, *, keep_admin: bool = False) -> None:
        """Remove an account; its sessions and its token end at once.

        Raises:
            AccountError: there is none, or with `keep_admin`, it is the last admin's.
        """
        with self._changing(keep_admin=keep_admin) as accounts:
            del accounts[_known(accounts, name).name]

    def set_password(self, name: str, password: str) -> None:
        """Change a password, which ends the sessions and the token of the account.

        Raises:
            AccountError: there is no such account, or the password is weak.
        """
        self.known(name)
        check_strength(name, password)
        kept = hashed(password)
        with self._changing() as accounts:
            accounts[name] = _known(accounts, name).renewed(password=kept)

    def set_role(self, name: str, role: Role, *, keep_admin: bool = False) -> None:
        """Change what an account may do, which ends its sessions and its token.

        Raises:
            AccountError: there is no such account, or with `keep_admin`, it is the last admin's.
        """
        with self._changing(keep_admin=keep_admin) as accounts:
            accounts[name] = _known(accounts, name).renewed(role=role)

    def new_token(self, name: str) -> str:
        """A token for scripts, in place of the former one; it is not kept and cannot be told again.

        Raises:
            AccountError: there is no such account.
        """
        token = TOKEN + secrets.token_urlsafe(32)
        self._change(name, token=digest(token))
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
    def _changing(self, *, keep_admin: bool = False) -> Iterator[dict[str, Account]]:
        """The accounts, to be changed; they are written in one step at the end, where nothing was raised."""
        from filelock import FileLock, Timeout

        try:
            self._home.mkdir(parents=True, exist_ok=True)
            with FileLock(self._home / LOCK, timeout=PATIENCE, mode=0o600):
                accounts = dict(self.all())
                had_admin = has_admin(accounts)
                yield accounts
                if keep_admin and had_admin and not has_admin(accounts):
                    raise AccountError("nobody else is an admin; make somebody one first", "last_admin")
                users = {"users": [asdict(accounts[name]) for name in sorted(accounts)]}
                # For its owner alone.
                replace_file(self.path, json.dumps(users, indent=1), 0o600)
        except Timeout as error:
            raise AccountError(
                f"somebody else is changing {self.path}; wait until they are done, then try again", "busy"
            ) from error
        except OSError as error:
            raise AccountError(
                f"{self.path} cannot be written ({error.strerror}); check its permissions"
            ) from error

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
            if not all(isinstance(text, str) for text in texts) or not isinstance(one.epoch, int):
                raise self._unreadable("damaged")
            if one.role not in ROLES:
                raise self._unreadable("damaged")
        return MappingProxyType({one.name: one for one in accounts})

    def _unreadable(self, reason: str | None) -> AccountError:
        return AccountError(
            f"{self.path} cannot be read ({reason}); put it right, or remove it and make the accounts anew "
            "with: tanya users add NAME"
        )


def has_admin(accounts: Mapping[str, Account]) -> bool:
    return any(one.role == "admin" for one in accounts.values())


def of_token(token: str, accounts: Mapping[str, Account]) -> Account | None:
    """The account that a token of a script belongs to."""
    kept = digest(token)
    return next((one for one in accounts.values() if one.token == kept), None)


def _known(accounts: Mapping[str, Account], name: str) -> Account:
    found = accounts.get(name)
    if found is None:
        raise AccountError(f"{name!r} has no account; list them with: tanya users list", "unknown")
    return found


def digest(token: str) -> str:
    """The SHA-256 of a token; what is kept opens nothing, and a better guess takes no longer to refuse."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
