"""Scripted questions, `*.qa.yaml`: read, asked, and held against what they expect."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import TanyaError
from rag.answer import Answer
from rag.output import answer_object
from rag.progress import Bar

if TYPE_CHECKING:
    from rag.assistant import Assistant

_CASE_KEYS = {"id", "question", "history", "expect"}
_EXPECT_KEYS = {"language", "contains", "cites", "abstain"}


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
    """

    id: str
    question: str
    history: tuple[str, ...]
    language: str | None
    contains: tuple[tuple[str, ...], ...]
    cites: tuple[str, ...]
    abstain: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A case, its answer, and what is wrong with it, one line each; none where it passed."""

    case: Case
    answer: Answer
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(frozen=True, slots=True)
class Run:
    """All results of one run."""

    results: tuple[Result, ...]

    @property
    def passed(self) -> bool:
        return all(result.passed for result in self.results)

    def metrics(self) -> dict[str, float]:
        """Shares in 0..1 and milliseconds; a share of nothing is left out."""
        answerable = [r for r in self.results if not r.case.abstain]
        unanswerable = [r for r in self.results if r.case.abstain]
        times = [result.answer.timings["total"] for result in self.results]
        return {
            "cases": len(self.results),
            "passed": _share([r.passed for r in self.results]),
            "answerable": len(answerable),
            "answered_right": _share([r.passed for r in answerable]),
            "refused_wrongly": _share([r.answer.abstained for r in answerable]),
            "unanswerable": len(unanswerable),
            "refused_rightly": _share([r.answer.abstained for r in unanswerable]),
            "ms_median": round(statistics.median(times), 1) if times else 0.0,
        }

    def to_object(self) -> dict[str, Any]:
        """The object that `tanya eval CASES --json` prints."""
        return {
            "cases": [
                {
                    "id": result.case.id,
                    "passed": result.passed,
                    "failures": list(result.failures),
                    "answer": answer_object(result.answer),
                }
                for result in self.results
            ],
            "metrics": self.metrics(),
        }


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


def run_cases(cases: Sequence[Case], assistant: Assistant) -> Run:
    """Ask every case in order."""
    results = []
    with Bar("cases") as bar:
        for number, case in enumerate(cases, 1):
            results.append(run_case(case, assistant))
            bar.update(number, len(cases), case.id)
    return Run(tuple(results))


def run_case(case: Case, assistant: Assistant) -> Result:
    """Ask one case and hold the answer against what it expects."""
    answer = assistant.ask(case.question, history=case.history)
    return Result(case, answer, tuple(check(case, answer)))


def check(case: Case, answer: Answer) -> list[str]:
    """What is wrong with an answer, one line each."""
    failures = []
    if case.language and answer.language != case.language:
        failures.append(f"language: expected {case.language}, got {answer.language}")
    if case.abstain != answer.abstained:
        expected = "a refusal" if case.abstain else "an answer"
        failures.append(f"abstain: expected {expected}, got: {answer.text}")
        return failures
    folded = " ".join(answer.text.split()).casefold()
    failures += [
        f"contains: none of {list(forms)} in: {answer.text}"
        for forms in case.contains
        if not any(" ".join(form.split()).casefold() in folded for form in forms)
    ]
    cited = {citation.article.id for citation in answer.citations}
    if case.cites and not cited & set(case.cites):
        failures.append(f"cites: expected one of {list(case.cites)}, got {sorted(cited)}")
    return failures


def summary_lines(run: Run) -> str:
    """The run for a terminal: what failed and why, then the totals."""
    lines = []
    for result in run.results:
        if not result.passed:
            lines.append(f"FAILED {result.case.id}: {result.case.question}")
            lines += [f"       {failure}" for failure in result.failures]
    lines += [f"{name.replace('_', ' ')}: {value:g}" for name, value in run.metrics().items()]
    return "\n".join(lines)


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
    contains = _texts(expect.get("contains", []), "contains", where, nested=True)
    return Case(
        id=record["id"],
        question=record["question"],
        history=tuple(form for (form,) in _texts(record.get("history", []), "history", where)),
        language=expect.get("language"),
        contains=contains,
        cites=tuple(form for (form,) in _texts(expect.get("cites", []), "cites", where)),
        abstain=expect.get("abstain", False),
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


def _refuse_unknown(record: dict[Any, Any], known: set[str], where: str) -> None:
    unknown = [str(key) for key in record if key not in known]
    if unknown:
        raise TanyaError(f"{where} has the unknown key {unknown[0]!r}; use {', '.join(sorted(known))}")


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
