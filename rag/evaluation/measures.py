"""Measures of one case: what it is judged by, each 0..1, and why it fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index import Article
from index.text import detect
from rag.answer import MARKER, Answer
from rag.evaluation.cases import Case, check
from rag.evaluation.proof import Proof, own_words, plain, prove, unquoted
from rag.evaluation.reading import exact_match, token_f1
from rag.output import answer_object

CUTOFFS = (1, 3, 5)
"""Ranks at which retrieval is measured; an answer reads five passages."""

RANKING = (*(f"{name}@{k}" for k in CUTOFFS for name in ("success", "recall", "ndcg")), "rr")

Record = Mapping[str, Any]
"""One case as it was asked, in plain JSON values: the line that a run keeps of it."""


@dataclass(frozen=True, slots=True)
class Result:
    """A case, its answer, and how it did.

    Attributes:
        case: What was asked and expected.
        answer: What was answered.
        failures: What is wrong, one line each that begins with the kind of fault; none where it passed.
        measures: Those that the case allows, each 0..1, by name.
        rank: The place, from 1, of the first passage that was found and answers; 0 where none was found;
            None where the case does not tell.
    """

    case: Case
    answer: Answer
    failures: tuple[str, ...]
    measures: Mapping[str, float]
    rank: int | None

    @property
    def passed(self) -> bool:
        return not self.failures

    def record(self) -> Record:
        """The result in plain JSON values."""
        record: dict[str, Any] = _json(
            {
                "id": self.case.id,
                "passed": self.passed,
                "failures": list(self.failures),
                "answer": answer_object(self.answer),
                "confidence": round(self.answer.confidence, 4),
                "measures": {name: round(value, 4) for name, value in self.measures.items()},
                "rank": self.rank,
                "case": asdict(self.case) | {"key": self.case.key},
            }
        )
        return record


def judge(case: Case, answer: Answer, article_of: Callable[[str], Article | None]) -> Result:
    """Hold one answer against its case and against the stored articles."""
    shown = _json(answer_object(answer))
    proof = prove(shown, article_of)
    failures = [*check(case, answer), *proof.faults]
    if case.language and not any(line.startswith("language:") for line in failures):
        failures += _other_language(case, shown)
    relevant = relevance(case, shown, article_of)
    ranked = ranking(relevant) if relevant else {}
    language = (
        {"language": float(not any(f.startswith("language:") for f in failures))} if case.language else {}
    )
    return Result(
        case=case,
        answer=answer,
        failures=tuple(failures),
        measures=_wording(case, shown) | language | _citing(proof) | ranked,
        rank=_first(relevant) if relevant else None,
    )


def relevance(
    case: Case, answer: Mapping[str, Any], article_of: Callable[[str], Article | None]
) -> tuple[list[set[str]], set[str]] | None:
    """What each place of the ranking brings of what is wanted, best first; and what is wanted.

    Passages are wanted where a case names some, and the places are those of the hits; else the articles that
    may be cited are, and the places are those of the articles, each at its best hit. None where it names
    neither.
    """
    if case.abstain or not (case.passages or case.cites):
        return None
    if not case.passages:
        found = dict.fromkeys(hit["article_id"] for hit in answer["hits"])
        return [{name} & set(case.cites) for name in found], set(case.cites)
    wanted = {" ".join(passage.split()) for passage in case.passages}
    brought = []
    for hit in answer["hits"]:
        article = article_of(hit["article_id"])
        text = " ".join(article.text[hit["start"] : hit["end"]].split()) if article else ""
        brought.append({passage for passage in wanted if passage in text})
    return brought, wanted


def ranking(relevant: tuple[Sequence[set[str]], set[str]]) -> dict[str, float]:
    """Success, recall and nDCG at the cutoffs and the reciprocal rank, by ir-measures.

    Something wanted that several hits bring counts where it is brought first; the hits that bring nothing new
    keep their places, as a reader of the list would count them.
    """
    import ir_measures
    from ir_measures import RR, Recall, Success, nDCG

    brought, wanted = relevant
    kinds = {"success": Success, "recall": Recall, "ndcg": nDCG}
    named = {kind @ k: f"{name}@{k}" for name, kind in kinds.items() for k in CUTOFFS} | {RR: "rr"}
    # Names of our own, since those of articles may hold what the measuring library cuts a name at.
    alias = {name: f"wanted-{number}" for number, name in enumerate(sorted(wanted))}
    run, seen = [], set[str]()
    for position, names in enumerate(brought):
        # One hit that brings two passages takes two places in the run, which has no ties.
        for part, name in enumerate([alias[one] for one in sorted(names - seen)] or [f"other-{position}"]):
            run.append(ir_measures.ScoredDoc("q", name, -(position + part / 1000)))
        seen |= names
    qrels = [ir_measures.Qrel("q", name, 1) for name in alias.values()]
    if not run:
        return dict.fromkeys(named.values(), 0.0)
    values = ir_measures.calc_aggregate(list(named), qrels, run)
    return {name: float(values[measure]) for measure, name in named.items()}


def _first(relevant: tuple[Sequence[set[str]], set[str]]) -> int:
    return next((place for place, names in enumerate(relevant[0], 1) if names), 0)


def _wording(case: Case, answer: Mapping[str, Any]) -> dict[str, float]:
    if not case.reference:
        return {}
    text = "" if answer["abstained"] else plain(MARKER.sub("", answer["text"]))
    return {
        "exact_match": exact_match(text, case.reference),
        "token_f1": token_f1(text, case.reference),
    }


def _citing(proof: Proof) -> dict[str, float]:
    """Of an answer that cites: shares of markers, quotes, citations and sentences that hold."""
    shares = {
        "markers_resolve": (proof.resolved, proof.markers),
        "quotes_exact": (proof.exact, proof.quotes),
        "citation_precision": (proof.supporting, proof.pairs),
        "citation_recall": (proof.supported, proof.statements),
    }
    return {name: part / whole for name, (part, whole) in shares.items() if whole}


def _other_language(case: Case, answer: Mapping[str, Any]) -> list[str]:
    """Whether the words are plainly of another language than the answer says it is in."""
    words = answer["text"] if answer["abstained"] else own_words(answer["text"], answer["language"])
    found = detect(unquoted(words))
    if found in {"id", "en"} and found != case.language and len(words.split()) >= 4:
        return [f"language: expected {case.language}, the words are {found}: {answer['text']}"]
    return []


def parse_record(line: str) -> Record:
    """A line of a run.

    Raises:
        ValueError: it is not one.
    """
    record = json.loads(line)
    if not isinstance(record, dict) or not {"id", "passed", "answer", "measures", "case"} <= record.keys():
        raise ValueError("no record of a case")
    return record


def _json(value: Any) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False, default=str))
