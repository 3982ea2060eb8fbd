"""A run: cases asked one after the other, each kept on disk as soon as it is done, so that it can go on."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO

from index import Article, LibraryError, TanyaError
from index.library import Library
from rag.evaluation.cases import Case
from rag.evaluation.metrics import Record, Result, judge, parse_record
from rag.output import Bar

if TYPE_CHECKING:
    from rag.pipeline import Assistant

FORMAT = 1
"""Of the lines of a run; another one cannot be gone on with."""

RUN_FILE = "run.jsonl"

Header = Mapping[str, Any]
"""How a run was made: the first line of its file."""

_MUST_AGREE = {
    "format": "the format of the file",
    "version": "the version of tanya-berita",
    "program": "the program",
    "models": "the models",
    "settings": "the settings",
    "index": "the index",
    "cases": "the cases",
}


def header(cases: Sequence[Case], assistant: Assistant) -> Header:
    """The header of a run of these cases: versions, models, settings and index, in plain JSON values."""
    settings = assistant.library.settings
    description = assistant.library.open().description()
    generator = assistant.generator
    return {
        "format": FORMAT,
        "version": version("tanya-berita"),
        "program": _program(),
        "started": datetime.now().astimezone().isoformat(timespec="seconds"),
        "cases": {
            "n": len(cases),
            "sha256": sha256("".join(case.id + case.key for case in cases).encode()).hexdigest(),
        },
        "settings": {"passage_tokens": settings.passage_tokens, "home": str(settings.home)},
        "models": {
            "embedder": assistant.embedder.name,
            "reader": assistant.reader.name,
            "generator": generator.name if generator else None,
        },
        "index": json.loads(json.dumps(description)),
    }


def run_case(case: Case, assistant: Assistant) -> Result:
    """Ask one case and hold the answer against what it expects and against the articles."""
    # A refusal is no gap in the coverage: nobody wanted to know.
    answer = assistant.ask(case.question, history=case.history, keep=False)
    shown = {hit.passage.article_id for hit in answer.hits}
    shown |= {citation.article.id for citation in answer.citations}
    stored = {name: article for name in shown if (article := _stored(assistant.library, name))}
    return judge(case, answer, stored.get)


def run_cases(cases: Sequence[Case], assistant: Assistant, kept: RunFile | None = None) -> list[Record]:
    """Ask every case in order; where there is a file, only those that it has not, each written at once."""
    records = list(kept.records) if kept else []
    with Bar("cases") as bar:
        for number, case in enumerate(cases[len(records) :], len(records) + 1):
            record = run_case(case, assistant).record()
            if kept:
                kept.append(record)
            records.append(record)
            bar.update(number, len(cases), case.id)
    return records


@dataclass
class RunFile:
    """The lines of a run, open for more; two processes cannot write one file.

    Attributes:
        header: Its first line.
        records: The cases that were done when it was opened.
    """

    header: Header
    records: tuple[Record, ...]
    _file: BinaryIO

    @classmethod
    def open(cls, path: Path, wanted: Header, *, fresh: bool = False) -> RunFile:
        """Begin a run, or go on with the one that is there.

        A last line that was cut off is dropped. The header of a run that is gone on with is its own: it tells
        when that began.

        Raises:
            TanyaError: the run there was made with something else, is written by another process, or cannot
                be read or written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("a+b")
        except OSError as error:
            raise TanyaError(f"{path} cannot be written ({error}); name another folder") from error
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise TanyaError(
                    f"{path} is being written by another run; wait for it or name another folder"
                ) from error
            if fresh:
                file.truncate(0)
            file.seek(0)
            found, records, end = _parse(path, file.read(), "start anew with --fresh")
            if found is not None:
                refuse_other(path, found, wanted)
            file.truncate(end)
            run = cls(found or wanted, tuple(records), file)
            if found is None:
                run._write(wanted)
        except BaseException:
            file.close()
            raise
        return run

    def append(self, record: Record) -> None:
        """Keep one more case."""
        self._write(record)

    def __enter__(self) -> RunFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _write(self, value: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")
        self._file.flush()


def read_run(path: Path) -> tuple[Header, list[Record]]:
    """The header and the records of a run that was kept.

    Raises:
        TanyaError: it is no run, or has no case.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TanyaError(
            f"{path} cannot be read ({error}); name the run.jsonl of an earlier --report"
        ) from error
    found, records, _ = _parse(path, data, "name another run")
    if found is None or not records:
        raise TanyaError(f"{path} has no finished case; name the run.jsonl of an earlier --report")
    return found, records


def refuse_other(path: Path, found: Header, wanted: Header) -> None:
    """Refuse to go on with a run that was made with something else.

    Raises:
        TanyaError: it was; the line names what differs.
    """
    differ = [
        name
        for key, name in _MUST_AGREE.items()
        if _identity(key, found.get(key)) != _identity(key, wanted.get(key))
    ]
    if differ:
        raise TanyaError(
            f"{path} is a run with something else: {', '.join(differ)};"
            " name another folder or start anew with --fresh"
        )


def _identity(key: str, value: Any) -> Any:
    """The part of a header's value in which two runs must agree: of the index, all but its revision."""
    if key == "index" and isinstance(value, Mapping):
        return {name: part for name, part in value.items() if name != "revision"}
    if key == "settings" and isinstance(value, Mapping):
        return {name: part for name, part in value.items() if name != "home"}
    return value


def _parse(path: Path, data: bytes, cure: str) -> tuple[Header | None, list[Record], int]:
    """Header, records and the number of bytes of the whole lines; `cure` is what to do of a damaged one."""
    lines = list(_whole_lines(data))
    if not lines:
        if data and not data.startswith(b'{"format"'):
            raise TanyaError(f"{path} is no run; name another folder")
        return None, [], 0
    try:
        found = json.loads(lines[0])
        if not isinstance(found, dict) or not {"format", "cases", "index"} <= found.keys():
            raise ValueError("no header")
    except ValueError as error:
        raise TanyaError(f"{path}:1 is not the header of a run; name another folder") from error
    records = []
    for number, line in enumerate(lines[1:], 2):
        try:
            records.append(parse_record(line.decode()))
        except ValueError as error:
            raise TanyaError(f"{path}:{number} is damaged; {cure}") from error
    return found, records, sum(map(len, lines))


def _whole_lines(data: bytes) -> Iterator[bytes]:
    for line in data.split(b"\n")[:-1]:
        yield line + b"\n"


def _stored(library: Library, name: str) -> Article | None:
    """The article as the library has it, not as the answer does."""
    try:
        return library.article(name)
    except LibraryError:
        return None


@cache
def _program() -> str:
    """Digest of what answers, source and tables and reader, so that one run is not made by two programs."""
    root = Path(__file__).parents[2]
    digest = sha256()
    for path in sorted(path for room in ("index", "rag") for path in (root / room).rglob("*")):
        if path.suffix in {".py", ".toml", ".safetensors", ".json"}:
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
