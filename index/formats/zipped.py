"""ZIP containers, which Word files are too: opened only where nothing in them can hurt."""

from __future__ import annotations

import stat
import zipfile
import zlib
from io import BytesIO
from typing import IO

from index.errors import ArticleError

MOST_MEMBERS = 60_000
MOST_BYTES = 2 * 2**30
"""Of all that is in a container, when it is unpacked."""

_MOST_TIMES = 200
"""How many times its packed size a member may have; text has less than a tenth of it."""

_UNSUSPECTED = 2**20
"""Bytes of a member that are harmless however they are packed."""

_END, _END_LONG = b"PK\x05\x06", b"PK\x06\x07"


def open_zip(file: IO[bytes], most_bytes: int = MOST_BYTES) -> zipfile.ZipFile:
    """The container in `file`, its directory read and found harmless; members are checked by `refusal`.

    Raises:
        ArticleError: it is no container, or one with too much in it.
    """
    _check_end(file)
    try:
        container = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, RuntimeError) as error:
        raise ArticleError(f"it is a damaged archive ({error}); pack it again") from error
    members = container.infolist()
    if len(members) > MOST_MEMBERS:
        raise ArticleError(f"it holds {len(members)} files, at most {MOST_MEMBERS} are read; split it")
    size = sum(member.file_size for member in members)
    if size > most_bytes:
        raise ArticleError(
            f"it unpacks to {size / 2**20:.0f} MB, at most {most_bytes / 2**20:.0f} are read; split it"
        )
    return container


def refusal(member: zipfile.ZipInfo) -> str | None:
    """Why a member is not unpacked, ending in the cure; None where it may be."""
    name = member.filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        return "its path leads out of the archive; pack it again without absolute paths and .."
    if stat.S_ISLNK(member.external_attr >> 16):
        return "it is a link; pack the file that it leads to"
    if member.flag_bits & 0x1:
        return "it is locked with a password; pack it again without one"
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "it is packed in a way that is not read; pack it again as ordinary ZIP"
    if member.file_size > max(_UNSUSPECTED, _MOST_TIMES * member.compress_size):
        return "it unpacks to far more than any text does; leave it out"
    return None


def unpack(container: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """The bytes of a member, which has no more of them than its directory entry says.

    Raises:
        ArticleError: it is too large, or damaged.
    """
    if member.file_size > most:
        size = member.file_size / 2**20
        raise ArticleError(f"it is too large ({size:.0f} MB, at most {most / 2**20:.0f}); split it")
    try:
        with container.open(member) as opened:
            return opened.read(member.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise ArticleError(f"it is damaged ({error}); pack it again") from error


def _check_end(file: IO[bytes]) -> None:
    """Look at the end of the archive before its directory, which may claim any size, is read into memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557 - 20))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise ArticleError("it is no archive, or one cut short; pack it again")
    if tail[max(0, at - 20) : at].startswith(_END_LONG):
        raise ArticleError("it holds more than 4 GB or 65,000 files; split it")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > 512 * MOST_MEMBERS:
        raise ArticleError("its directory is too large; split it")


def open_bytes(raw: bytes, most_bytes: int) -> zipfile.ZipFile:
    """As `open_zip`, of a container in memory; every one of its members must be harmless.

    Raises:
        ArticleError: it, or one of its members, is refused.
    """
    container = open_zip(BytesIO(raw), most_bytes)
    for member in container.infolist():
        if reason := refusal(member):
            raise ArticleError(f"a part of it, {member.filename[:80]!r}: {reason}")
    return container
