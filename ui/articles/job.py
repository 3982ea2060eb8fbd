"""A job: the files that somebody uploaded at once, what became of them, and its record on the disk."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

RECORD = "job.json"
KEPT_LINES = 100
"""Ids, and refusals, of one file that are kept; of more only how many there are."""

JobState = Literal["received", "reading", "asking", "indexing", "done", "failed"]
FileState = Literal["waiting", "reading", "indexing", "asking", "done", "refused", "left"]
Choice = Literal["", "replace", "keep", "leave"]
CHOICES: tuple[Choice, ...] = ("replace", "keep", "leave")
OUTCOMES = ("added", "updated", "unchanged")


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

    def refuse(self, reason: str) -> None:
        """Note that it is not taken, and why."""
        self.state, self.reason, self.stored = "refused", reason, ""
        self.counts["refused"] = 1

    def note(self, outcome: str, said: str) -> None:
        """Note what became of one of its articles; what was done before a break stands."""
        if outcome == "unchanged" and any(said in self.ids.get(one, ()) for one in OUTCOMES):
            return
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        kept = self.lines if outcome == "refused" else self.ids.setdefault(outcome, [])
        if len(kept) < KEPT_LINES:
            kept.append(said)

    def settle(self) -> None:
        """Note that nothing more will become of it."""
        if self.state in {"waiting", "reading", "indexing"}:
            taken = any(self.counts.get(one) for one in OUTCOMES)
            self.state = "done" if taken or not self.counts.get("refused") else "refused"


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
        said: What went wrong, in the library's line.
        busy: Whether it waits for another writer.
    """

    id: str
    who: str
    at: datetime
    files: list[SentFile]
    source: str | None = None
    published: date | None = None
    state: JobState = "received"
    said: str = ""
    busy: bool = False

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
        plain.pop("busy")
        written = folder / f"{RECORD}.new"
        try:
            with written.open("w", encoding="utf-8") as file:
                json.dump(plain, file)
                file.flush()
                os.fsync(file.fileno())
            written.replace(folder / RECORD)
        except OSError:
            # On a full disk even half a record takes room that something else needs.
            written.unlink(missing_ok=True)
            raise
        sync(folder)


def read_job(folder: Path) -> Job | None:
    """The job that is kept in a folder; None where it never arrived as a whole."""
    try:
        plain: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        files = [
            SentFile(**{**one, "replaces": [Replaced(**each) for each in one["replaces"]]})
            for one in plain.pop("files")
        ]
        day = plain.pop("published")
        at = datetime.fromisoformat(plain.pop("at"))
        return Job(**plain, at=at, published=date.fromisoformat(day) if day else None, files=files)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def sync(folder: Path) -> None:
    """Have the disk keep what a folder's files are called."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
