"""Files of cases, above all scripted questions, `*.qa.yaml`: read, and answers held against what they expect.

- id: ekspor-sumut
  question: Berapa nilai ekspor Sumut Januari sampai Mei 2025?
  history: []                       # optional: the questions asked before
  expect:
    language: id
    contains: ["4,796 miliar", ["22,67%", "22,67 persen"]]   # every item; an inner list means any of
    cites: [sumut-enam-negara]      # at least one of these articles
    abstain: false
    lead: [["4,796", "4.796"]]      # optional: every item in the direct answer
    exact: ["USD 4,796 miliar"]     # optional: the direct answer is one of these
    not_contains: ["5,2 miliar"]    # optional: none of these
    request: answer                 # optional: what the turn asks for
    reference: ["4,796 miliar dolar AS"]   # optional, measured only: exact match and token F1
    passages: ["ekspor Sumut"]      # optional, measured only: what the passages to be found hold
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from index import TanyaError
from rag.answer import KINDS, Answer, Kind

Row = TypeVar("Row")

_CASE_KEYS = {"id", "question", "history", "expect"}
_EXPECT_KEYS = {
    "language", "contains", "not_contains", "lead", "exact", "request", "cites", "abstain", "reference",
    "passages",
}  # fmt: skip

_LATER = {"not_contains", "lead", "exact", "request"}
"""Keys that cases of earlier runs do not have: a case without them is still the same case."""


@dataclass(frozen=True, slots=True)
class Case:
    """One scripted question.

    Attributes:
        id: Unique in its file.
        question: As it is asked.
        history: The questions asked before.
        language: What the answer must be in; None: not checked.
        contains: Every item must be in the answer's text; of an item with several forms, one.
        cites: At least one of these articles must be cited; empty: not checked.
        abstain: Whether the articles do not say.
        reference: Wordings of the whole answer for exact match and token F1, the best of which counts; they
            are measured and fail nothing; empty: not measured.
        passages: Characters of the passages that answer, white space apart, of which search should find each;
            measured only; empty: the articles of `cites` are looked for.
        not_contains: None of these may be in the answer's text.
        lead: Every item must be in the direct answer; of an item with several forms, one.
        exact: The direct answer must be one of these, case, white space and the full stop apart.
        request: What the turn must be taken to ask for; None: not checked.
    """

    id: str
    question: str
    history: tuple[str, ...]
    language: str | None
    contains: tuple[tuple[str, ...], ...]
    cites: tuple[str, ...]
    abstain: bool
    reference: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    not_contains: tuple[str, ...] = ()
    lead: tuple[tuple[str, ...], ...] = ()
    exact: tuple[str, ...] = ()
    request: Kind | None = None

    @property
    def key(self) -> str:
        """Digest of all that the case asks and expects; what it leaves out of `_LATER` does not count."""
        counted = {name: value for name, value in asdict(self).items() if value or name not in _LATER}
        return sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()


def load_cases(path: Path) -> list[Case]:
    """Read the cases of a file, or of every `*.qa.yaml` below a folder.

    Raises:
        TanyaError: a file cannot be read, or a key or value is not of the format; it names file and line.
    """
    import yaml

    if path.is_dir():
        files = sorted(path.rglob("*.qa.yaml"))
        if not files:
            raise TanyaError(f"{path} has no *.qa.yaml; name a file of cases")
        return [case for file in files for case in load_cases(file)]
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        loaded = yaml.safe_load(text)
    except FileNotFoundError as error:
        raise TanyaError(f"{path} does not exist; name a file of cases") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        where = " ".join(str(error).split())
        raise TanyaError(f"{path} cannot be read as YAML ({where}); correct it") from error
    if root is None or not isinstance(loaded, list):
        raise TanyaError(f"{path}:1 is not a list of cases; begin each case with '- id:'")
    lines = [node.start_mark.line + 1 for node in root.value]
    cases = [_case(record, f"{path}:{line}") for record, line in zip(loaded, lines, strict=True)]
    seen: dict[str, int] = {}
    for case, line in zip(cases, lines, strict=True):
        if case.id in seen:
            raise TanyaError(f"{path}:{line} repeats the id {case.id!r} of line {seen[case.id]}; rename one")
        seen[case.id] = line
    return cases


def filled_lines(path: Path, what: str) -> list[tuple[int, str]]:
    """The lines of a file that hold something, each with its number, from 1.

    Args:
        path: The file, UTF-8.
        what: What it should be a file of, for the messages.

    Raises:
        TanyaError: the file cannot be read or holds nothing.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TanyaError(f"{path} cannot be read ({error}); name a file of {what}") from error
    filled = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not filled:
        raise TanyaError(f"{path} is empty; name a file of {what}")
    return filled


def read_rows(path: Path, wanted: str, parse: Callable[[int, Any], Row]) -> list[Row]:
    """The rows of a file of JSON lines.

    Args:
        path: The file.
        wanted: What a line should have, for the message where it has not.
        parse: Makes a row of the number of a line, from 1, and its value.

    Raises:
        TanyaError: the file cannot be read or holds nothing, or a line cannot be parsed; it names the line.
    """
    rows = []
    for number, line in filled_lines(path, "JSON lines"):
        try:
            rows.append(parse(number, json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TanyaError(f"{path}:{number} lacks {wanted}; correct it") from error
    return rows


def check(case: Case, answer: Answer) -> list[str]:
    """What is wrong with an answer, one line each."""
    failures = []
    if case.language and answer.language != case.language:
        failures.append(f"language: expected {case.language}, got {answer.language}")
    if case.abstain != answer.abstained:
        expected = "a refusal" if case.abstain else "an answer"
        failures.append(f"abstain: expected {expected}, got: {answer.text}")
        return failures
    if case.request and answer.request != case.request:
        failures.append(f"request: expected {case.request}, got {answer.request}")
    failures += _lacking("contains", case.contains, answer.text)
    folded = _bare(answer.text)
    failures += [
        f"not_contains: “{one}” is in: {answer.text}" for one in case.not_contains if _bare(one) in folded
    ]
    failures += lead_failures(case, answer.lead.text if answer.lead else "")
    cited = {article.id for citation in answer.citations for article in (citation.article, *citation.also_in)}
    if case.cites and not cited & set(case.cites):
        failures.append(f"cites: expected one of {list(case.cites)}, got {sorted(cited)}")
    return failures


def lead_failures(case: Case, lead: str) -> list[str]:
    """What is wrong with a direct answer, empty where there was none, one line each."""
    failures = _lacking("lead", case.lead, lead)
    if case.exact and _bare(lead) not in map(_bare, case.exact):
        failures.append(f"exact: expected one of {list(case.exact)}, got: {lead}")
    return failures


def _lacking(name: str, items: tuple[tuple[str, ...], ...], text: str) -> list[str]:
    folded = _bare(text)
    return [
        f"{name}: none of {list(forms)} in: {text}"
        for forms in items
        if not any(_bare(form) in folded for form in forms)
    ]


def folded(text: str) -> str:
    """A text in one case, its words one space apart."""
    return " ".join(text.split()).casefold()


def _bare(text: str) -> str:
    return folded(text).removesuffix(".")


def _case(record: Any, where: str) -> Case:
    if not isinstance(record, dict):
        raise TanyaError(f"{where} is not a case; give it id, question and expect")
    _refuse_unknown(record, _CASE_KEYS, where)
    expect = record.get("expect")
    if not isinstance(expect, dict):
        raise TanyaError(f"{where} has no expect; say what the answer must hold")
    _refuse_unknown(expect, _EXPECT_KEYS, where)
    for key in ("id", "question"):
        if not isinstance(record.get(key), str) or not record[key].strip():
            raise TanyaError(f"{where} has no {key}; write it as text")
    if expect.get("language") not in {None, "id", "en"}:
        raise TanyaError(f"{where} expects language {expect['language']!r}; write id or en")
    if not isinstance(expect.get("abstain", False), bool):
        raise TanyaError(f"{where} expects abstain {expect['abstain']!r}; write true or false")
    if expect.get("request") not in {None, *KINDS}:
        raise TanyaError(f"{where} expects request {expect['request']!r}; write one of {', '.join(KINDS)}")

    def listed(key: str) -> tuple[str, ...]:
        value = expect.get(key, [])
        alone = key == "reference" and isinstance(value, str)
        return _plain_texts([value] if alone else value, key, where)

    def forms(key: str) -> tuple[tuple[str, ...], ...]:
        return _texts(expect.get(key, []), key, where, nested=True)

    return Case(
        id=record["id"],
        question=record["question"],
        history=_plain_texts(record.get("history", []), "history", where),
        language=expect.get("language"),
        contains=forms("contains"),
        cites=listed("cites"),
        abstain=expect.get("abstain", False),
        reference=listed("reference"),
        passages=listed("passages"),
        not_contains=listed("not_contains"),
        lead=forms("lead"),
        exact=listed("exact"),
        request=expect.get("request"),
    )


def _texts(value: Any, key: str, where: str, *, nested: bool = False) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list):
        raise TanyaError(f"{where} has {key} that is not a list; write it as [..]")
    found = []
    for item in value:
        forms = item if nested and isinstance(item, list) and item else [item]
        if not all(isinstance(form, str) for form in forms):
            raise TanyaError(f"{where} has {item!r} in {key}; write it as text, in quotation marks")
        found.append(tuple(forms))
    return tuple(found)


def _plain_texts(value: Any, key: str, where: str) -> tuple[str, ...]:
    return tuple(form for (form,) in _texts(value, key, where))


def _refuse_unknown(record: dict[Any, Any], known: set[str], where: str) -> None:
    unknown = [str(key) for key in record if key not in known]
    if unknown:
        raise TanyaError(f"{where} has the unknown key {unknown[0]!r}; use {', '.join(sorted(known))}")
