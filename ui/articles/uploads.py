"""Uploads: received one by one, worked on in the order in which they came, and remembered for a while.

Files are written to a private folder as they come, each within its limits. An upload has arrived once its
record is on the disk, after all of its files: from then on it is taken in even if the server ends
meanwhile, and what never arrived as a whole is removed when the server starts.
"""

from __future__ import annotations

import copy
import errno
import json
import logging
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from pathlib import Path, PurePath
from typing import Any, BinaryIO, Literal

from index import Busy, LibraryError, TanyaError
from index.files import LONGEST_NAME, SENT, Received, safe_name
from index.ingest import FileOutcome
from index.library import Library
from index.models import replace_file, sync
from index.parsers import FORMATS, kind_of
from index.sqlite import explained, writer_lock
from rag import extractors

RECORD = "job.json"
KEPT_LINES = 100
"""Ids, and refusals, of one file that are kept; of more only how many there are."""

JobState = Literal["received", "reading", "asking", "indexing", "done", "failed"]
FileState = Literal["waiting", "reading", "indexing", "asking", "done", "refused", "left"]
Choice = Literal["", "replace", "keep", "leave"]
CHOICES: tuple[Choice, ...] = ("replace", "keep", "leave")
INDEXED = ("added", "updated", "unchanged")


@dataclass(slots=True)
class Replaced:
    """An article that a file would replace by one of another text."""

    id: str
    title: str
    source: str | None
    published: str | None
    new_title: str
    new_source: str | None
    new_published: str | None


@dataclass(slots=True)
class SentFile:
    """One file of an upload.

    Attributes:
        name: What its sender calls it, made safe.
        stored: Its name in the job's folder; empty where nothing of it is kept.
        size: Bytes that were sent.
        state: What is being done with it.
        choice: What its sender wants where it would replace something.
        reason: Why it was refused when it came, as a key of the pages' words.
        counts: How many of its articles were added, updated and so on.
        ids: Some of them, by what was done.
        lines: What the library said of what it refused in it.
        replaces: The articles that it would replace.
    """

    name: str
    stored: str = ""
    size: int = 0
    state: FileState = "waiting"
    choice: Choice = ""
    reason: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    replaces: list[Replaced] = field(default_factory=list)

    @property
    def taken(self) -> list[str]:
        """The ids of its articles that are in the library now, as far as they are kept."""
        return [one for outcome in INDEXED for one in self.ids.get(outcome, ())]

    @property
    def was_taken(self) -> bool:
        return any(self.counts.get(one) for one in INDEXED)

    def refuse(self, reason: str) -> None:
        """Note that it is not taken, and why."""
        self.state, self.reason, self.stored = "refused", reason, ""
        self.counts["refused"] = 1

    def note(self, outcome: str, line: str) -> None:
        """Note what became of one of its articles, given its id, or why it is refused.

        What was done before a break stands.
        """
        if outcome == "unchanged" and line in self.taken:
            return
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        kept = self.lines if outcome == "refused" else self.ids.setdefault(outcome, [])
        if len(kept) < KEPT_LINES:
            kept.append(line)

    def settle(self) -> None:
        """Note that nothing more will become of it."""
        if self.state in {"waiting", "reading", "indexing"}:
            self.state = "done" if self.was_taken or not self.counts.get("refused") else "refused"


@dataclass(slots=True)
class Job:
    """An upload.

    Attributes:
        id: Its address's last part, which nobody can guess.
        who: The name of its sender.
        at: When it had arrived.
        source: The publisher for files that name none.
        published: The day for files that tell none.
        state: What is being done.
        problem: What went wrong, in the library's line.
        busy: Whether it waits for another writer.
        not_read: How many files in archives are of a format that is not read, by their names' endings.
        left_out: How many parts of files are no articles, by what they are; see `index.ingest.Report`.
        remarks: What is to be known of what was taken: the file or its part, the kind of an
            `index.parsers.Remark` or "unread_day", and the pages or the day that is none.
    """

    id: str
    who: str
    at: datetime
    files: list[SentFile]
    source: str | None = None
    published: date | None = None
    state: JobState = "received"
    problem: str = ""
    busy: bool = False
    not_read: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def is_under_way(self) -> bool:
        return self.state in {"received", "reading", "indexing"}

    def count(self, outcome: str) -> int:
        """How many articles, or for "left" files, have come to this."""
        if outcome == "left":
            return sum(one.state == "left" for one in self.files)
        return sum(one.counts.get(outcome, 0) for one in self.files)

    def write(self, folder: Path) -> None:
        """Keep it in its folder, whole or as it was before.

        Raises:
            OSError: the disk is full, or may not be written.
        """
        plain = asdict(self) | {
            "at": self.at.isoformat(),
            "published": self.published.isoformat() if self.published else None,
        }
        plain["said"] = plain.pop("problem")
        plain.pop("busy")
        replace_file(folder / RECORD, json.dumps(plain))


def read_job(folder: Path) -> Job | None:
    """The job that is kept in a folder; None where it never arrived as a whole."""
    try:
        plain: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        files = [
            SentFile(**{**one, "replaces": [Replaced(**each) for each in one["replaces"]]})
            for one in plain.pop("files")
        ]
        day = plain.pop("published")
        at, problem = datetime.fromisoformat(plain.pop("at")), plain.pop("said", "")
        return Job(
            **plain, problem=problem, at=at, published=date.fromisoformat(day) if day else None, files=files
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


MOST_FILES = 200
MOST_BYTES = 200 * 2**20
"""Of one upload."""

LARGEST_RECORDS = MOST_BYTES
"""Bytes of a table or an archive, which the library reads piece by piece."""

MOST_FIELDS = 8
LONGEST_FIELD = 400
"""Bytes."""


class UploadRefused(Exception):
    """An upload that is not taken; `reason` is a key of `UploadWords.refused`."""

    def __init__(self, reason: str, status: int = 400, value: str = "") -> None:
        """`value` is what its sender wrote that cannot be understood."""
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.value = value


def largest_file(kind: str) -> int:
    """The most bytes of a file of that kind."""
    return LARGEST_RECORDS if FORMATS[kind].streamed else FORMATS[kind].limit


@dataclass(slots=True)
class Receipt:
    """Takes in the body of one form, a piece at a time; nothing of it is ever held in memory as a whole.

    A file that is too large, empty or of no format is refused by itself; what breaks a limit of the whole
    form is raised as `UploadRefused`.
    """

    folder: Path
    boundary: bytes
    files: list[SentFile] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    _parser: Any = None
    _headers: dict[bytes, bytearray] = field(default_factory=dict)
    _header: tuple[bytearray, bytearray] = field(default_factory=lambda: (bytearray(), bytearray()))
    _open: BinaryIO | None = None
    _file: SentFile | None = None
    _field: tuple[str, bytearray] | None = None
    _seen: int = 0
    _total: int = 0
    _fields_seen: int = 0
    _whole: bool = False

    def __post_init__(self) -> None:
        from python_multipart import MultipartParser

        name, value = self._header
        callbacks: dict[str, Callable[..., None]] = {
            "on_part_begin": self._begin_part,
            "on_header_field": lambda data, start, end: name.extend(data[start:end]),
            "on_header_value": lambda data, start, end: value.extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._begin_content,
            "on_part_data": lambda data, start, end: self._take(data[start:end]),
            "on_part_end": self._end_part,
            "on_end": self._end,
        }
        self._parser = MultipartParser(self.boundary, callbacks)  # type: ignore[arg-type]

    def feed(self, data: bytes) -> None:
        """Take the next piece of the form.

        Raises:
            UploadRefused: it is no form, or a limit of the whole is broken, or the disk is full.
        """
        from python_multipart.exceptions import FormParserError

        self._total += len(data)
        if self._total > MOST_BYTES:
            raise UploadRefused("total", 413)
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise UploadRefused("form") from error
        except OSError as error:
            raise refused_by(error) from error

    def finish(self) -> None:
        """Have the disk keep what came.

        Raises:
            UploadRefused: the form is not whole, or has no file.
        """
        if not self._whole:
            raise UploadRefused("form")
        if not self.files:
            raise UploadRefused("none")
        try:
            sync(self.folder)
        except OSError as error:
            raise refused_by(error) from error

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _begin_part(self) -> None:
        self._headers.clear()
        self._file = self._field = None

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytearray(value)
        name.clear()
        value.clear()

    def _begin_content(self) -> None:
        from python_multipart.multipart import parse_options_header

        kind, options = parse_options_header(bytes(self._headers.get(b"content-disposition", b"")))
        if kind != b"form-data" or b"name" not in options:
            raise UploadRefused("form")
        if b"filename" in options:
            self._begin_file(options[b"filename"].decode("utf-8", "replace"))
            return
        self._fields_seen += 1
        if self._fields_seen > MOST_FIELDS:
            raise UploadRefused("form")
        self._field = (options[b"name"].decode("utf-8", "replace")[:50], bytearray())

    def _begin_file(self, given: str) -> None:
        self._seen += 1
        if self._seen > MOST_FILES:
            raise UploadRefused("many", 413)
        name = safe_name(given)
        self._file = file = SentFile(name)
        if not given:
            # A form without a chosen file sends one without a name; what comes shows whether it is that.
            file.refuse("nameless")
            return
        self.files.append(file)
        if not name:
            file.refuse("nameless")
        elif kind_of(name) is None:
            file.refuse("format")
        elif any(other.name == name and other is not file for other in self.files):
            file.refuse("twice")
        else:
            file.stored = f"{len(self.files):04}{PurePath(name).suffix.lower()}"
            # Never through a link, never over a file, and for nobody else to read.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            self._open = os.fdopen(os.open(self.folder / file.stored, flags, 0o600), "wb")

    def _take(self, data: bytes) -> None:
        if self._field is not None:
            self._field[1].extend(data)
            if len(self._field[1]) > LONGEST_FIELD:
                raise UploadRefused("form")
            return
        file = self._file
        if file is None:
            raise UploadRefused("form")
        file.size += len(data)
        if self._open is None:
            return
        if file.size > largest_file(kind_of(file.name) or "text"):
            self._drop("large")
            return
        self._open.write(data)

    def _end_part(self) -> None:
        if self._field is not None:
            name, value = self._field
            self.fields[name] = value.decode("utf-8", "replace").strip()
        elif self._file is not None:
            if self._open is not None and self._file.size == 0:
                self._drop("empty")
            if self._open is not None:
                self._open.flush()
                os.fsync(self._open.fileno())
                self.close()
            if self._file.size and self._file not in self.files:
                self.files.append(self._file)

    def _end(self) -> None:
        self._whole = True

    def _drop(self, reason: str) -> None:
        assert self._file is not None
        self.close()
        (self.folder / self._file.stored).unlink()
        self._file.refuse(reason)


def refused_by(error: OSError) -> UploadRefused:
    """The refusal for an error of the disk."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return UploadRefused("full" if full else "broken", 507 if full else 500)


Note = Callable[[Callable[[], None]], None]
"""Called with a change to a job: applies it under the lock, and keeps the record now or soon."""


def known_names(job: Job, library: Library) -> set[str]:
    """Names of its files under which something was sent before."""
    locations = library.locations()
    sent = [one.removeprefix(SENT).split("#") for one in locations if one.startswith(SENT)]
    # A name may hold the sign that parts it from what is in the file.
    names = {"#".join(parts[:count]) for parts in sent for count in range(1, len(parts) + 1)}
    return {file.name for file in job.files if file.stored and file.name in names}


def look(job: Job, folder: Path, library: Library, note: Note) -> None:
    """Find which articles of another text the files would replace, without changing anything."""
    names = known_names(job, library)
    files = {file.name: file for file in job.files if file.name in names and not file.choice}

    def note_outcome(outcome: FileOutcome) -> None:
        file = files[str(outcome.origin)]
        if outcome.state == "begun":
            note(file.replaces.clear)
            note(partial(setattr, file, "state", "reading"))
        elif outcome.state == "updated" and outcome.article is not None:
            before = next(iter(library.listed([outcome.text])), None)
            new = outcome.article
            if before is not None and before.sha256 != new.sha256:
                replaced = Replaced(
                    before.id, before.title, before.source, _plain(before.published),
                    new.title, new.source, _plain(new.published),
                )  # fmt: skip
                note(partial(file.replaces.append, replaced))

    library.add(_received(job, folder, list(files.values())), dry_run=True, on_outcome=note_outcome)
    for file in files.values():
        note(partial(setattr, file, "state", "asking" if file.replaces else "waiting"))


def name_beside(job: Job, library: Library) -> None:
    """Give files that are to be kept beside others of their names free ones; no later step does so again."""
    locations = library.locations()
    for file in job.files:
        if file.choice == "keep":
            taken = {other.name for other in job.files}
            file.name = next(
                name
                for name in _numbered(file.name)
                if name not in taken and not any(_is_of(one, name) for one in locations)
            )
            file.choice = "replace"


def take_in(job: Job, folder: Path, library: Library, note: Note) -> None:
    """Add the articles of the files to the library.

    Raises:
        Busy: another process is writing.
        TanyaError: it cannot be done now; what was taken in stays.
    """
    files = {file.name: file for file in job.files if file.stored and file.state != "left"}
    if not files:
        return

    def note_outcome(outcome: FileOutcome) -> None:
        file = files[str(outcome.origin)]
        if outcome.state == "begun":
            # Several files wait to be embedded together.
            for other in files.values():
                if other.state == "reading":
                    note(partial(setattr, other, "state", "indexing"))
            note(partial(_begin, file))
            return
        note(partial(file.note, outcome.state, outcome.text))
        kind = kind_of(file.name)
        if kind is None or not (FORMATS[kind].many or FORMATS[kind].inside):
            note(file.settle)

    report = library.add(
        _received(job, folder, list(files.values())), on_outcome=note_outcome, extractors=extractors()
    )
    note(partial(job.not_read.update, report.not_read))
    note(partial(job.left_out.update, report.left_out))
    remarks = [(one.file, one.kind, ", ".join(map(str, one.pages))) for one in report.remarks]
    remarks += [(part, "unread_day", day) for part, day in report.unread_days]
    note(partial(job.remarks.extend, remarks[:KEPT_LINES]))
    for file in files.values():
        note(file.settle)


def _received(job: Job, folder: Path, files: Sequence[SentFile]) -> list[Received]:
    return [Received(folder / file.stored, file.name, job.source, job.published) for file in files]


def _numbered(name: str) -> Iterator[str]:
    path = PurePath(name)
    for number in count(2):
        ending = f" ({number}){path.suffix}"
        yield f"{path.stem[: LONGEST_NAME - len(ending)]}{ending}"


def _begin(file: SentFile) -> None:
    # What follows tells anew what was refused in it before a break.
    file.state = "reading"
    file.lines.clear()
    file.counts.pop("refused", None)


def _is_of(location: str, name: str) -> bool:
    return location == f"{SENT}{name}" or location.startswith(f"{SENT}{name}#")


def _plain(day: date | None) -> str | None:
    return day.isoformat() if day else None


log = logging.getLogger("tanya.uploads")

FOLDER = ".uploads"
"""In the library's home; hidden, so that it is passed over where the home lies within indexed folders."""

PAUSE = 1.0
"""Seconds between two tries while another process writes, and at most between two records of progress."""

MOST_UNFINISHED = 20
"""Uploads of one person that are not done."""

REMEMBERED = 30
"""Uploads of one person whose reports are kept."""


class Uploads:
    """The uploads of a server, which alone takes in those of its library; safe to share between threads."""

    def __init__(self, home: Path, library: Callable[[], Library]) -> None:
        """Take the home, where nothing is made before something comes; `library` is what articles go into."""
        self._folder = home / FOLDER
        self._library = library
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._receiving: set[str] = set()
        self._lock: ExitStack | None = None
        self._working = False

    def resume(self) -> None:
        """Go on with what arrived before the server ended, if anything did.

        Raises:
            Busy: another server takes in the uploads of this library.
        """
        if self._folder.is_dir():
            self._hold()

    def close(self) -> None:
        """Let another take in uploads."""
        with self._changed:
            if self._lock is not None:
                self._lock.close()
                self._lock = None

    def begin(self, who: str, boundary: bytes) -> Receipt:
        """Begin an upload in a folder of its own; returns what receives the form.

        Raises:
            UploadRefused: it cannot be now.
        """
        try:
            self._hold()
            with self._changed:
                unfinished = sum(job.who == who and job.state != "done" for job in self._jobs.values())
                if unfinished >= MOST_UNFINISHED:
                    raise UploadRefused("waiting", 429)
                name = secrets.token_urlsafe(16)
                self._receiving.add(name)
            folder = self._folder / name
            folder.mkdir(mode=0o700)
        except Busy as error:
            raise UploadRefused("elsewhere", 503) from error
        except OSError as error:
            raise refused_by(error) from error
        return Receipt(folder, boundary)

    def abandon(self, receipt: Receipt) -> None:
        """Leave nothing of a form that did not arrive."""
        receipt.close()
        shutil.rmtree(receipt.folder, ignore_errors=True)
        with self._changed:
            self._receiving.discard(receipt.folder.name)

    def accept(self, receipt: Receipt, who: str, source: str | None, published: date | None) -> Job:
        """Keep what has been received, and have it taken in.

        Raises:
            UploadRefused: it is not whole, or the disk is full.
        """
        receipt.finish()
        job = Job(
            receipt.folder.name, who, datetime.now(UTC), receipt.files, source=source, published=published
        )
        try:
            job.write(receipt.folder)
        except OSError as error:
            raise refused_by(error) from error
        with self._changed:
            self._receiving.discard(job.id)
            self._jobs[job.id] = job
            self._forget(who)
            self._wake()
            return copy.deepcopy(job)

    def job(self, name: str, who: str) -> Job | None:
        """An upload of somebody as it is now; None where there is none of that name, or it is another's."""
        with self._changed:
            job = self._jobs.get(name)
            return copy.deepcopy(job) if job is not None and job.who == who else None

    def latest(self, who: str, limit: int) -> list[Job]:
        """Somebody's uploads, the latest first."""
        with self._changed:
            theirs = sorted((job for job in self._jobs.values() if job.who == who), key=lambda job: job.at)
            return copy.deepcopy(theirs[::-1][:limit])

    def decide(self, name: str, who: str, choices: Mapping[int, Choice]) -> bool:
        """Go on with an upload that asks, given by file what is wanted; whether it did ask and is theirs."""
        with self._changed:
            job = self._waiting(name, who, "asking")
            for number, file in enumerate(job.files if job else ()):
                if file.state == "asking":
                    file.choice = choices.get(number, "leave")
                    file.state = "left" if file.choice == "leave" else "waiting"
            return self._again(job)

    def retry(self, name: str, who: str) -> bool:
        """Try again what failed; whether it had and is theirs."""
        with self._changed:
            return self._again(self._waiting(name, who, "failed"))

    def discard(self, name: str, who: str) -> bool:
        """Give up what was not taken in; whether the upload is theirs and waits for them."""
        with self._changed:
            job = self._waiting(name, who, "asking", "failed")
            if job is None:
                return False
            for file in job.files:
                if file.stored and not file.was_taken:
                    file.state, file.choice = "left", "leave"
            try:
                self._finish(job)
            except LibraryError:
                # What is thrown away makes room for the record of it.
                self._drop_files(job)
                self._keep_if_can(job)
            return True

    def _waiting(self, name: str, who: str, *states: JobState) -> Job | None:
        """An upload of somebody that is in one of these states."""
        job = self._jobs.get(name)
        return job if job is not None and job.who == who and job.state in states else None

    def _hold(self) -> None:
        """Become the one who takes in uploads, and look at what is there."""
        with self._changed:
            if self._lock is not None:
                return
            lock = ExitStack()
            try:
                lock.enter_context(writer_lock(self._folder))
            except Busy as error:
                raise Busy(
                    "another server has this library and takes its uploads; upload there, or stop that server"
                ) from error
            self._lock = lock
            self._folder.chmod(0o700)
            for folder in self._folder.iterdir():
                if not folder.is_dir():
                    continue
                job = read_job(folder)
                if job is None or job.id != folder.name:
                    shutil.rmtree(folder, ignore_errors=True)
                    continue
                self._jobs[job.id] = job
                if job.state == "done":
                    self._drop_files(job)
            self._wake()

    def _wake(self) -> None:
        if not self._working and any(job.is_under_way for job in self._jobs.values()):
            self._working = True
            threading.Thread(target=self._work, name="uploads", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._changed:
                waiting = sorted((job for job in self._jobs.values() if job.is_under_way), key=lambda j: j.at)
                if not waiting or self._lock is None:
                    self._working = False
                    return
            self._do(waiting[0])

    def _do(self, job: Job) -> None:
        folder = self._folder / job.id
        kept = time.monotonic()

        def note(change: Callable[[], None]) -> None:
            nonlocal kept
            with self._changed:
                change()
                job.busy = False
                if time.monotonic() - kept > PAUSE:
                    self._keep_if_can(job)
                    kept = time.monotonic()

        try:
            library = self._library()
            known = known_names(job, library)
            if any(not file.choice for file in job.files if file.name in known):
                self._be(job, "reading")
                look(job, folder, library, note)
                if any(file.state == "asking" for file in job.files):
                    self._be(job, "asking")
                    return
            with self._changed:
                name_beside(job, library)
            self._be(job, "indexing")
            take_in(job, folder, library, note)
            with self._changed:
                self._finish(job)
        except Busy:
            with self._changed:
                job.busy = True
            time.sleep(PAUSE)
        except TanyaError as error:
            log.warning("an upload was not taken in: %s", error)
            self._fail(job, str(error))
        except Exception:
            # Whatever it was, the next upload is not to wait for it.
            log.exception("an upload was not taken in")
            self._fail(job, "")

    def _be(self, job: Job, state: str) -> None:
        with self._changed:
            job.state, job.problem, job.busy = state, "", False  # type: ignore[assignment]
            self._keep(job)

    def _again(self, job: Job | None) -> bool:
        if job is None:
            return False
        job.state, job.problem = "received", ""
        self._keep_if_can(job)
        self._wake()
        return True

    def _fail(self, job: Job, problem: str) -> None:
        with self._changed:
            job.state, job.problem, job.busy = "failed", problem, False
            self._keep_if_can(job)

    def _finish(self, job: Job) -> None:
        job.state, job.problem, job.busy = "done", "", False
        self._keep(job)
        self._drop_files(job)

    def _keep(self, job: Job) -> None:
        """Have the disk keep how an upload stands.

        Raises:
            LibraryError: it is full, or cannot be written.
        """
        folder = self._folder / job.id
        with explained(folder):
            job.write(folder)

    def _keep_if_can(self, job: Job) -> None:
        """Keep the record if possible; on failure the older record only causes work to be repeated."""
        try:
            self._keep(job)
        except LibraryError as error:
            log.warning("the record of an upload was not kept: %s", error)

    def _drop_files(self, job: Job) -> None:
        """Delete the sent files of a job, which are in the library now or not wanted."""
        for file in (self._folder / job.id).iterdir():
            if file.name != RECORD:
                file.unlink(missing_ok=True)

    def _forget(self, who: str) -> None:
        done = sorted(
            (job for job in self._jobs.values() if job.who == who and job.state == "done"),
            key=lambda job: job.at,
        )
        for job in done[:-REMEMBERED]:
            shutil.rmtree(self._folder / job.id, ignore_errors=True)
            del self._jobs[job.id]
