"""Uploads: received one by one, worked on in the order in which they came, and remembered for a while.

An upload has arrived once its record is on the disk, after all of its files: from then on it is taken in even
if the server ends meanwhile, and what never arrived as a whole is removed when the server starts.
"""

from __future__ import annotations

import copy
import logging
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path

from index import Busy, LibraryError, TanyaError
from index.library import Library
from index.schema import explained, writer_lock
from ui.articles.indexing import known_names, look, name_beside, take_in
from ui.articles.job import RECORD, Choice, Job, read_job
from ui.articles.receipt import Receipt, Refused, refused_by

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
        self._held: ExitStack | None = None
        self._working = False

    def resume(self) -> None:
        """Go on with what arrived before the server ended, if anything did.

        Raises:
            Busy: another process takes in uploads.
        """
        if self._folder.is_dir():
            self._hold()

    def close(self) -> None:
        """Let another take in uploads."""
        with self._changed:
            if self._held is not None:
                self._held.close()
                self._held = None

    def begin(self, who: str, boundary: bytes) -> Receipt:
        """What a form of somebody is received by, in a folder of its own.

        Raises:
            Refused: it cannot be now.
        """
        try:
            self._hold()
            with self._changed:
                unfinished = sum(job.who == who and job.state != "done" for job in self._jobs.values())
                if unfinished >= MOST_UNFINISHED:
                    raise Refused("waiting", 429)
                name = secrets.token_urlsafe(16)
                self._receiving.add(name)
            folder = self._folder / name
            folder.mkdir(mode=0o700)
        except Busy as error:
            raise Refused("elsewhere", 503) from error
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
            Refused: it is not whole, or the disk is full.
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
            job = self._jobs.get(name)
            if job is None or job.who != who or job.state != "asking":
                return False
            for number, file in enumerate(job.files):
                if file.state == "asking":
                    file.choice = choices.get(number, "leave")
                    file.state = "left" if file.choice == "leave" else "waiting"
            return self._again(job)

    def retry(self, name: str, who: str) -> bool:
        """Try again what failed; whether it had and is theirs."""
        with self._changed:
            job = self._jobs.get(name)
            if job is None or job.who != who or job.state != "failed":
                return False
            return self._again(job)

    def discard(self, name: str, who: str) -> bool:
        """Give up what was not taken in; whether the upload is theirs and waits for them."""
        with self._changed:
            job = self._jobs.get(name)
            if job is None or job.who != who or job.state not in {"asking", "failed"}:
                return False
            for file in job.files:
                if file.stored and not any(file.counts.get(one) for one in ("added", "updated", "unchanged")):
                    file.state, file.choice = "left", "leave"
            try:
                self._finish(job)
            except LibraryError:
                # What is thrown away makes room for the record of it.
                self._drop_files(job)
                self._keep_if_can(job)
            return True

    def _hold(self) -> None:
        """Become the one who takes in uploads, and look at what is there."""
        with self._changed:
            if self._held is not None:
                return
            held = ExitStack()
            held.enter_context(writer_lock(self._folder))
            self._held = held
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
                if not waiting or self._held is None:
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
            if any(not file.choice for file in job.files if file.name in known_names(job, library)):
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
            job.state, job.said, job.busy = state, "", False  # type: ignore[assignment]
            self._keep(job)

    def _again(self, job: Job) -> bool:
        job.state, job.said = "received", ""
        self._keep_if_can(job)
        self._wake()
        return True

    def _fail(self, job: Job, said: str) -> None:
        with self._changed:
            job.state, job.said, job.busy = "failed", said, False
            self._keep_if_can(job)

    def _finish(self, job: Job) -> None:
        job.state, job.said, job.busy = "done", "", False
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
        """The same where nothing is lost without it: what an older record says is done again."""
        try:
            self._keep(job)
        except LibraryError as error:
            log.warning("the record of an upload was not kept: %s", error)

    def _drop_files(self, job: Job) -> None:
        """What was sent lies in the library now, or is not wanted."""
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
