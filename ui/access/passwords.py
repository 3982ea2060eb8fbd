"""Passwords: hashed with Argon2id, and held against the hash in the same time whoever's it is."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from secrets import token_bytes
from typing import TYPE_CHECKING

from index import TanyaError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10
"""Characters of a password, at least: with fewer, guessing from the file of accounts is quick."""

LONGEST = 1024
"""Characters of a password, at most; hashing more would only cost time."""


def check_strength(name: str, password: str, error: type[TanyaError]) -> None:
    """Refuse a password that is quickly guessed.

    Raises:
        TanyaError: of the kind `error`: it is too short or long, the name itself, or of too few characters.
    """
    if len(password) < SHORTEST:
        raise error(f"the password has {len(password)} characters; choose one of {SHORTEST} or more")
    if len(password) > LONGEST:
        raise error(f"the password has {len(password):,} characters; choose one of {LONGEST:,} or fewer")
    bare = password.casefold()
    if not bare.replace(name.casefold(), "").strip("0123456789 .,_-!"):
        raise error("the password is the name or only digits; choose one that is neither, of several words")
    if len(set(bare)) < 4:
        raise error("the password repeats the same few characters; choose one of several words")


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
