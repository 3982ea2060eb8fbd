"""Indexing what was uploaded: first what it would replace, then the articles themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path, PurePath

from index.files import LONGEST_NAME, SENT, Received, kind_of
from index.ingest import Outcome
from index.library import Library
from ui.articles.job import Job, Replaced, SentFile

MANY = frozenset({"jsonl", "csv", "zip", "feed"})
"""Kinds of files that may hold several articles."""

Note = Callable[[Callable[[], None]], None]
"""Does something to a job while nobody looks at it, and has it kept now or soon."""


def known_names(job: Job, library: Library) -> set[str]:
    """Names of its files under which something was sent before."""
    locations = library.locations()
    names = {location.removeprefix(SENT).split("#")[0] for location in locations if location.startswith(SENT)}
    # A name may hold the sign that parts it from what is in the file.
    return {
        file.name
        for file in job.files
        if file.stored and (file.name in names or any(_is_of(one, file.name) for one in locations))
    }


def look(job: Job, folder: Path, library: Library, note: Note) -> None:
    """Find which articles of another text the files would replace, without changing anything."""
    names = known_names(job, library)
    files = {file.name: file for file in job.files if file.name in names and not file.choice}

    def hear(outcome: Outcome) -> None:
        file = files[str(outcome.origin)]
        if outcome.state == "begun":
            note(file.replaces.clear)
            note(partial(_be, file, "reading"))
        elif outcome.state == "updated" and outcome.article is not None:
            before = next(iter(library.listed([outcome.said])), None)
            new = outcome.article
            if before is not None and before.sha256 != new.sha256:
                replaced = Replaced(
                    before.id, before.title, before.source, _plain(before.published),
                    new.title, new.source, _plain(new.published),
                )  # fmt: skip
                note(partial(file.replaces.append, replaced))

    library.add(_received(job, folder, list(files.values())), dry_run=True, hear=hear)
    for file in files.values():
        note(partial(_be, file, "asking" if file.replaces else "waiting"))


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

    def hear(outcome: Outcome) -> None:
        file = files[str(outcome.origin)]
        if outcome.state == "begun":
            # Several files wait to be embedded together.
            for other in files.values():
                if other.state == "reading":
                    note(partial(_be, other, "indexing"))
            note(partial(_begin, file))
            return
        note(partial(file.note, outcome.state, outcome.said))
        if kind_of(file.name) not in MANY:
            note(file.settle)

    library.add(_received(job, folder, list(files.values())), hear=hear)
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


def _be(file: SentFile, state: str) -> None:
    file.state = state  # type: ignore[assignment]


def _is_of(location: str, name: str) -> bool:
    return location == f"{SENT}{name}" or location.startswith(f"{SENT}{name}#")


def _plain(day: date | None) -> str | None:
    return day.isoformat() if day else None
