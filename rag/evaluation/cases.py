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

Days need no quotation marks; other figures do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from index import QuestionError, TanyaError
from rag.answer import KINDS, Answer, Kind, plain
from rag.lang import LEXICON
from rag.lang.words import english_stem, stem
from rag.query import check_length

if TYPE_CHECKING:
    import yaml

Row = TypeVar("Row")

_CASE_KEYS = {"id", "question", "history", "expect"}
_EXPECT_KEYS = {
    "language", "contains", "not_contains", "lead", "exact", "request", "cites", "abstain", "reference",
    "passages",
}  # fmt: skip

_LATER = {"not_contains", "lead", "exact", "request"}
"""Keys that cases of earlier runs do not have: a case without them is still the same case."""

_CLITICS = LEXICON.words("clitics", "id")


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


def load_cases(*paths: Path) -> list[Case]:
    """Read the cases of files, and of every `*.qa.yaml` below folders; a file named twice counts once.

    Raises:
        TanyaError: a file cannot be read, a key or value is not of the format, or an id is not the only one
            of its name; it names file and line.
    """
    files = {file.resolve(): file for path in paths for file in _files(path)}
    cases: list[Case] = []
    seen: dict[str, tuple[Path, int]] = {}
    for file in files.values():
        for line, case in _read(file):
            if case.id in seen:
                other, first = seen[case.id]
                where = f"line {first}" if other == file else f"{other}:{first}"
                raise TanyaError(f"{file}:{line} repeats the id {case.id!r} of {where}; rename one")
            seen[case.id] = file, line
            cases.append(case)
    return cases


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(path.rglob("*.qa.yaml"))
    if not files:
        raise TanyaError(f"{path} has no *.qa.yaml; name a file of cases")
    return files


def _read(path: Path) -> list[tuple[int, Case]]:
    """The cases of one file, each with the line that it begins on."""
    import yaml

    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except FileNotFoundError as error:
        raise TanyaError(f"{path} does not exist; name a file of cases") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        where = " ".join(str(error).split())
        raise TanyaError(f"{path} cannot be read as YAML ({where}); correct it") from error
    if not isinstance(root, yaml.SequenceNode):
        raise TanyaError(f"{path}:1 is not a list of cases; begin each case with '- id:'")
    _check_nodes(root, path)
    found = []
    for node in root.value:
        line = node.start_mark.line + 1
        try:
            record = yaml.constructor.SafeConstructor().construct_document(node)
        except (
            yaml.YAMLError,
            ArithmeticError,
            AttributeError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            why = " ".join(str(error).split())
            raise TanyaError(f"{path}:{line} cannot be read as YAML ({why}); correct it") from error
        found.append((line, _case(record, f"{path}:{line}")))
    return found


def _check_nodes(root: yaml.Node, path: Path) -> None:
    """Refuse keys that are repeated, of which YAML would keep the last, and take days for text."""
    import yaml

    waiting, known = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in known:
            continue
        known.add(id(node))
        if isinstance(node, yaml.MappingNode):
            lines: dict[str, int] = {}
            for key, value in node.value:
                name, line = str(key.value), key.start_mark.line + 1
                if name in lines:
                    raise TanyaError(
                        f"{path}:{line} repeats the key {name!r} of line {lines[name]}; keep one"
                    )
                lines[name] = line
                waiting += [key, value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif node.tag == "tag:yaml.org,2002:timestamp":
            node.tag = "tag:yaml.org,2002:str"


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
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise TanyaError(f"{path}:{number} is no JSON ({error}); write one object a line") from error
        try:
            rows.append(parse(number, value))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise TanyaError(f"{path}:{number} lacks {wanted}; correct it") from error
    return rows


def check_question(value: Any, where: str) -> str:
    """The text of a question.

    Raises:
        TanyaError: it is none, or empty, or too long to be asked; it names the place.
    """
    _refuse_no_text(value, "question", where)
    try:
        check_length(value)
    except QuestionError as error:
        raise TanyaError(f"{where}: {error}") from error
    return str(value)


def check(case: Case, answer: Answer) -> list[str]:
    """Failures of an answer, one line each; empty where it is as expected."""
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
    failures += [
        f"not_contains: “{one}” is in: {answer.text}" for one in case.not_contains if says(answer.text, one)
    ]
    failures += lead_failures(case, answer.lead.text if answer.lead else "")
    cited = {article.id for citation in answer.citations for article in (citation.article, *citation.also_in)}
    if case.cites and not cited & set(case.cites):
        failures.append(f"cites: expected one of {list(case.cites)}, got {sorted(cited)}")
    return failures


def lead_failures(case: Case, lead: str) -> list[str]:
    """Failures of a direct answer, which is empty where there was none; one line each."""
    failures = _lacking("lead", case.lead, lead)
    if case.exact and _bare(lead) not in map(_bare, case.exact):
        failures.append(f"exact: expected one of {list(case.exact)}, got: {lead}")
    return failures


def _lacking(name: str, items: tuple[tuple[str, ...], ...], text: str) -> list[str]:
    return [f"{name}: none of {list(forms)} in: {text}" for forms in items if not says(text, *forms)]


def says(text: str, *forms: str) -> bool:
    """Whether a text holds one of some forms, in any case and white space; markers of citations are no text.

    A part of a longer number or word does not count, unless all that follows is an ending of the same word:
    "negara" is in "negaranya", but "44 juta" is not in "744 juta", nor "ekspor" in "pengekspor".
    """
    shown = folded(plain(text))
    return any(
        _is_whole(shown, *match.span(1))
        for form in forms
        # A lookahead, since what is no whole word may overlap with what is one.
        for match in re.finditer(f"(?=({re.escape(_bare(form))}))", shown)
    )


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the characters `start:end`, of a lower-case text, are no part of a longer number or word."""
    before, form, after = text[:start], text[start:end], text[end:]
    if re.match(r"\d", form) and re.search(r"\d[.,]?$", before):
        return False
    if form[0].isalpha() and before[-1:].isalpha():
        return False
    if re.search(r"\d$", form):
        return not re.match(r"[.,]?\d", after)
    ending = re.sub(r"\W.*", "", after, flags=re.DOTALL) if form[-1].isalpha() else ""
    word = re.split(r"[\W\d_]", form)[-1]
    return (
        not ending
        or ending in _CLITICS
        or any(stemmed(word) == stemmed(word + ending) for stemmed in (stem, english_stem))
    )


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
        if record.get(key) in (None, ""):
            raise TanyaError(f"{where} has no {key}; write it as text")
    _refuse_no_text(record["id"], "id", where)
    history = listed_texts(record.get("history", []), "history", where)
    for asked in (record["question"], *history):
        check_question(asked, where)
    if expect.get("language") not in (None, "id", "en"):
        raise TanyaError(f"{where} expects language {expect['language']!r}; write id or en")
    if not isinstance(expect.get("abstain", False), bool):
        raise TanyaError(f"{where} expects abstain {expect['abstain']!r}; write true or false")
    if expect.get("request") not in (None, *KINDS):
        raise TanyaError(f"{where} expects request {expect['request']!r}; write one of {', '.join(KINDS)}")

    def listed(key: str) -> tuple[str, ...]:
        value = expect.get(key, [])
        alone = key == "reference" and isinstance(value, str)
        return listed_texts([value] if alone else value, key, where)

    def forms(key: str) -> tuple[tuple[str, ...], ...]:
        return listed_forms(expect.get(key, []), key, where)

    return Case(
        id=record["id"],
        question=record["question"],
        history=history,
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


def listed_forms(value: Any, key: str, where: str) -> tuple[tuple[str, ...], ...]:
    """The items of a list, each a text or a list of texts of which one will do.

    Raises:
        TanyaError: it is no list, or an item no text with a letter or digit; it names place and key.
    """
    if not isinstance(value, list):
        raise TanyaError(f"{where} has {key} that is not a list; write it as [..]")
    items = [tuple(item) if isinstance(item, list) and item else (item,) for item in value]
    for form in chain(*items):
        _refuse_no_text(form, key, where)
    return tuple(items)


def listed_texts(value: Any, key: str, where: str) -> tuple[str, ...]:
    """The texts of a list.

    Raises:
        TanyaError: as for `listed_forms`.
    """
    nested = isinstance(value, list) and next((one for one in value if isinstance(one, list)), None)
    if nested:
        _refuse_no_text(nested, key, where)
    return tuple(form for (form,) in listed_forms(value, key, where))


def _refuse_no_text(value: Any, key: str, where: str) -> None:
    if not isinstance(value, str):
        raise TanyaError(f"{where} has {value!r} in {key}; write it as text, in quotation marks")
    if not any(map(str.isalnum, value)):
        raise TanyaError(f"{where} has {value!r} in {key}, which says nothing; write a word or a figure")


def _refuse_unknown(record: dict[Any, Any], known: set[str], where: str) -> None:
    unknown = [str(key) for key in record if key not in known]
    if unknown:
        raise TanyaError(f"{where} has the unknown key {unknown[0]!r}; use {', '.join(sorted(known))}")
