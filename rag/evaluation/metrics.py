"""Metrics of texts, of cases, of a run with their intervals, and of two runs of the same cases.

Each metric of a case is 0..1.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from index import Article
from index.text import detect
from rag.answer import MARKER, Answer, plain
from rag.evaluation.cases import Case, check, lead_failures
from rag.output import answer_object
from rag.proof import ProofReport, lead_of, own_words, prove, unquoted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MARK = re.compile(r"(?P<within>(?<=\d)[^\w\s](?=\d))|[^\w\s]|_")


def normalise(text: str) -> str:
    """Lower-case, without punctuation and runs of white space: as for SQuAD, but articles stay.

    What stands between two digits stays as well, since "1,88" is not "188"; all dashes are alike there.
    """
    return " ".join(_MARK.sub(_kept, text.lower()).split())


def _kept(match: re.Match[str]) -> str:
    mark = match.group()
    kind = unicodedata.category(mark)
    if match["within"]:
        return "-" if kind == "Pd" else mark
    return "" if kind[0] == "P" or mark in string.punctuation else mark


def exact_match(text: str, answers: Sequence[str]) -> float:
    """1 where the text is one of the answers once both are normalised; no text matches no answer alone."""
    given = normalise(text)
    if not answers or not given:
        return float(not answers and not text)
    return float(any(given == normalise(answer) for answer in answers))


def token_f1(text: str, answers: Sequence[str]) -> float:
    """The best harmonic mean of the share of words found and the share of words right, 0..1."""
    if not answers:
        return float(not text)
    return max(_f1(normalise(text).split(), normalise(answer).split()) for answer in answers)


def _f1(words: Sequence[str], answer: Sequence[str]) -> float:
    common = sum((Counter(words) & Counter(answer)).values())
    return 2 * common / (len(words) + len(answer)) if common else 0.0


def risk_coverage(wrong: Iterable[tuple[float, bool]]) -> tuple[list[dict[str, float]], float]:
    """Share of wrong answers among the surest, by the share of questions answered, and its mean.

    Geifman and El-Yaniv, Selective Classification for Deep Neural Networks (2017).

    Args:
        wrong: Of each question the probability given and whether the answer is wrong.
    """
    ordered = [is_wrong for _, is_wrong in sorted(wrong, key=lambda item: -item[0])]
    risks = [sum_ / number for number, sum_ in enumerate(accumulate(map(int, ordered)), 1)]
    curve = []
    for tenth in range(1, 11):
        number = max(1, round(len(risks) * tenth / 10))
        curve.append({"coverage": tenth / 10, "risk": round(risks[number - 1], 4)})
    return curve, mean(risks)


CHARACTERS, WORDS = 6, 4
"""The longest n-grams of chrF and of BLEU."""

BETA = 2
"""How many times as much recall counts as precision in chrF."""

_SPLIT = (
    (re.compile(r"([{-~\[-` -&(-+:-@/])"), r" \1 "),
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
"""mteval-v13a, the usual tokenizer of BLEU."""


def chrf(texts: Sequence[str], references: Sequence[str]) -> float:
    """chrF2 of a corpus, 0..100: the F-score of character n-grams up to 6 without spaces (Popović 2015).

    As sacrebleu counts it: precision and recall of each length over the whole corpus, then their means.
    """
    precisions, recalls = [], []
    for size in range(1, CHARACTERS + 1):
        matched = made = wanted = 0
        for one, reference in zip(texts, references, strict=True):
            mine, right = _characters(one, size), _characters(reference, size)
            matched += (mine & right).total()
            made += mine.total()
            wanted += right.total()
        if made and wanted:
            precisions.append(matched / made)
            recalls.append(matched / wanted)
    precision, recall = (sum(each) / len(each) if each else 0.0 for each in (precisions, recalls))
    weighed = BETA**2 * precision + recall
    return 100 * (1 + BETA**2) * precision * recall / weighed if weighed else 0.0


def bleu(texts: Sequence[str], references: Sequence[str]) -> float:
    """BLEU of a corpus with one reference, 0..100, of 13a tokens, smoothed exponentially (Post 2018)."""
    mine, right = ([_words(one) for one in side] for side in (texts, references))
    logs, halved = 0.0, 1.0
    for size in range(1, WORDS + 1):
        pairs = [(_grams(one, size), _grams(other, size)) for one, other in zip(mine, right, strict=True)]
        matched = sum((one & other).total() for one, other in pairs)
        made = sum(one.total() for one, _ in pairs)
        if not made:
            return 0.0
        if not matched:
            halved *= 2
        logs += math.log(matched / made if matched else 1 / (halved * made))
    length, wanted = sum(map(len, mine)), sum(map(len, right))
    brevity = 1.0 if length >= wanted else math.exp(1 - wanted / length)
    return 100 * brevity * math.exp(logs / WORDS)


def _characters(text: str, size: int) -> Counter[str]:
    return _grams("".join(text.split()), size)


def _grams(items: Any, size: int) -> Counter[Any]:
    return Counter(items[at : at + size] if isinstance(items, str) else tuple(items[at : at + size])
                   for at in range(len(items) - size + 1))  # fmt: skip


def _words(text: str) -> list[str]:
    text = f" {text} "
    for pattern, replacement in _SPLIT:
        text = pattern.sub(replacement, text)
    return text.split()


CONFIDENCE = 1.96
"""Standard deviations of a 95 % interval."""


def wilson_interval(count: int, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share, 95 % (Wilson, 1927); 0 to 1 where n is 0."""
    if not n:
        return 0.0, 1.0
    part, z2 = count / n, CONFIDENCE**2
    middle = (part + z2 / (2 * n)) / (1 + z2 / n)
    half = CONFIDENCE * math.sqrt(part * (1 - part) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


CUTOFFS = (1, 3, 5)
"""Ranks at which retrieval is measured; an answer reads five passages."""

_CITED = "any article of cites"

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
    """The relevant items at each place of the ranking, best first; and all relevant items.

    Passages are wanted where a case names some, and the places are those of the hits; else any one of the
    articles that may be cited is, and the places are those of the articles, each at its best hit. None where
    it names neither.
    """
    if case.abstain or not (case.passages or case.cites):
        return None
    if not case.passages:
        found = dict.fromkeys(hit["article_id"] for hit in answer["hits"])
        return [{_CITED} if name in case.cites else set() for name in found], {_CITED}
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
    """How the lead and the whole answer are worded, each against what the case has for it."""
    lead = answer["lead"]["text"] if answer["lead"] else ""
    measures = {}
    if case.lead or case.exact:
        measures["lead"] = float(not lead_failures(case, lead))
    if case.reference:
        text = "" if answer["abstained"] else plain(MARKER.sub("", answer["text"]))
        measures["exact_match"] = exact_match(text, case.reference)
        measures["token_f1"] = token_f1(text, case.reference)
        measures["lead_exact_match"] = exact_match(lead, case.reference)
        measures["lead_token_f1"] = token_f1(lead, case.reference)
    return measures


def _citing(proof: ProofReport) -> dict[str, float]:
    """For an answer that cites: the shares of markers, quotes, citations and sentences that hold."""
    shares = {
        "markers_resolve": (proof.resolved, proof.markers),
        "quotes_exact": (proof.exact, proof.quotes),
        "citation_precision": (proof.supporting, proof.pairs),
        "citation_recall": (proof.supported, proof.statements),
    }
    return {name: part / whole for name, (part, whole) in shares.items() if whole}


def _other_language(case: Case, answer: Mapping[str, Any]) -> list[str]:
    """Whether the words are plainly of another language than the answer says it is in."""
    words = (
        answer["text"]
        if answer["abstained"]
        else own_words(answer["text"], answer["language"], lead_of(answer))
    )
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
    if not _has_shape(record, _SHAPE) or not all(
        isinstance(value, int | float) for value in record["measures"].values()
    ):
        raise ValueError("no record of a case")
    parsed: Record = record
    return parsed


_SHAPE: Mapping[str, Any] = {
    "id": str, "passed": bool, "failures": list, "confidence": int | float, "measures": dict,
    "rank": int | None,
    "answer": {"text": str, "abstained": bool, "citations": list, "timings_ms": {"total": int | float}},
    "case": {
        "key": str, "question": str, "history": list, "language": str | None, "contains": list,
        "cites": list, "abstain": bool,
    },
}  # fmt: skip
"""The members that a record must have, with their types; it may have more."""


def _has_shape(value: Any, shape: Any) -> bool:
    if isinstance(shape, Mapping):
        return isinstance(value, dict) and all(
            name in value and _has_shape(value[name], part) for name, part in shape.items()
        )
    return isinstance(value, shape)


def _json(value: Any) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False, default=str))


RESAMPLES, SEED, LEVEL = 2000, 20250722, 0.95

AVERAGED = (
    "exact_match", "token_f1", "lead", "lead_exact_match", "lead_token_f1", "language", "markers_resolve",
    "quotes_exact", "citation_precision", "citation_recall", *RANKING,
)  # fmt: skip
"""Measures of a case that are averaged over the cases that have them."""


def metrics(records: Sequence[Record]) -> dict[str, Any]:
    """The object that `tanya eval CASES --json` prints as "metrics".

    Shares are in 0..1, times in milliseconds. A refusal is right where the case expects one:
    `abstain_precision` is the share of refusals that are right, `abstain_recall` that of the unanswerable
    cases that were refused (also `refused_rightly`); `refused_wrongly` and `answered_wrongly` are the two
    errors, as shares of the answerable and of the unanswerable. What no case allows is left out, except for
    the first eight, which are 0 there. `intervals` has the 95% intervals of all shares, means and times.
    """
    import numpy as np

    answerable = [record for record in records if not expects_refusal(record)]
    unanswerable = [record for record in records if expects_refusal(record)]
    times = [duration(record) for record in records]
    totals: dict[str, Any] = {
        "cases": len(records),
        "passed": mean([record["passed"] for record in records]),
        "answerable": len(answerable),
        "answered_right": mean([record["passed"] for record in answerable]),
        "refused_wrongly": mean([refused(record) for record in answerable]),
        "unanswerable": len(unanswerable),
        "refused_rightly": mean([refused(record) for record in unanswerable]),
        "ms_median": round(statistics.median(times), 1) if times else 0.0,
    }
    if not records:
        return totals | {"intervals": {}}
    totals["ms_p95"] = round(float(np.quantile(times, 0.95)), 1)
    totals |= _abstention(records)
    for name in AVERAGED:
        values = measured(records, name)
        if values:
            totals[name] = mean(values)
    return totals | {"intervals": _intervals(records, totals)}


def expects_refusal(record: Record) -> bool:
    return bool(record["case"]["abstain"])


def refused(record: Record) -> bool:
    return bool(record["answer"]["abstained"])


def duration(record: Record) -> float:
    """Milliseconds of the answer."""
    return float(record["answer"]["timings_ms"]["total"])


def measured(records: Sequence[Record], name: str) -> list[float]:
    """The values of one measure, of the cases that have it."""
    return [float(record["measures"][name]) for record in records if name in record["measures"]]


def mean(values: Iterable[float]) -> float:
    """To four digits; 0 of none."""
    collected = list(values)
    return share(sum(collected), len(collected))


def share(part: float, whole: int) -> float:
    """To four digits; 0 where there is no whole."""
    return round(part / whole, 4) if whole else 0.0


def interval(
    values: Sequence[float],
    statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]] = lambda drawn: drawn.mean(axis=1),
) -> tuple[float, float] | None:
    """The 95% percentile interval of a statistic by bootstrap (Efron and Tibshirani 1993).

    Args:
        values: One number per case.
        statistic: From an array of shape (resamples, cases) to (resamples,); the mean by default.

    Returns:
        Both ends, or None for fewer than two cases.
    """
    import numpy as np

    if len(values) < 2:
        return None
    rows = np.asarray(values, np.float64)
    random = np.random.default_rng(SEED)
    taken = [
        # In parts, so that thousands of cases need no gigabytes.
        statistic(rows[random.integers(len(rows), size=(RESAMPLES // 10, len(rows)))])
        for _ in range(10)
    ]
    low, high = np.quantile(np.concatenate(taken), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return round(float(low), 4), round(float(high), 4)


def total_lines(totals: dict[str, Any]) -> list[str]:
    """The totals for a terminal, one each, with their intervals."""
    found = []
    for name, value in shown_totals(totals).items():
        span = totals.get("intervals", {}).get(name)
        around = f"  ({span[0]:g} to {span[1]:g})" if span else ""
        found.append(f"{name.replace('_', ' ')}: {value:g}{around}")
    return found


def shown_totals(totals: Mapping[str, Any]) -> dict[str, Any]:
    """The totals without the intervals, and without shares of cases of which there are none."""
    absent = {
        name
        for kind, names in (
            ("answerable", ("answered_right", "refused_wrongly")),
            ("unanswerable", ("refused_rightly",)),
        )
        for name in names
        if not totals[kind]
    }
    return {name: value for name, value in totals.items() if name not in {"intervals", *absent}}


def _abstention(records: Sequence[Record]) -> dict[str, float]:
    right = sum(refused(record) and expects_refusal(record) for record in records)
    refusals = sum(map(refused, records))
    wanted = sum(map(expects_refusal, records))
    found = {}
    if refusals:
        found["abstain_precision"] = round(right / refusals, 4)
    if wanted:
        found["abstain_recall"] = round(right / wanted, 4)
        found["answered_wrongly"] = round(1 - right / wanted, 4)
    if refusals + wanted:
        found["abstain_f1"] = round(2 * right / (refusals + wanted), 4)
    return found


def _intervals(records: Sequence[Record], totals: dict[str, Any]) -> dict[str, list[float]]:
    import numpy as np

    answerable = [record for record in records if not expects_refusal(record)]
    unanswerable = [record for record in records if expects_refusal(record)]
    times = [duration(record) for record in records]
    # F1 grows with the share of right refusals in all that are refused or should be: F1 = 2s / (1 + s).
    either = [
        refused(record) and expects_refusal(record)
        for record in records
        if refused(record) or expects_refusal(record)
    ]
    overlap = mean_interval(either)
    found = {
        "passed": mean_interval([record["passed"] for record in records]),
        "answered_right": mean_interval([record["passed"] for record in answerable]),
        "refused_wrongly": mean_interval([refused(record) for record in answerable]),
        "refused_rightly": mean_interval([refused(record) for record in unanswerable]),
        "answered_wrongly": mean_interval([not refused(record) for record in unanswerable]),
        "ms_median": interval(times, lambda drawn: np.median(drawn, axis=1)),
        "ms_p95": interval(times, lambda drawn: np.quantile(drawn, 0.95, axis=1)),
        "abstain_precision": mean_interval(
            [expects_refusal(record) for record in records if refused(record)]
        ),
        "abstain_recall": mean_interval([refused(record) for record in unanswerable]),
        "abstain_f1": overlap and tuple(round(2 * end / (1 + end), 4) for end in overlap),
    }
    found |= {name: mean_interval(measured(records, name)) for name in AVERAGED}
    return {name: list(span) for name, span in found.items() if span and name in totals}


def mean_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The 95% interval of a mean: Wilson's where all values are 0 or 1, a share, else by bootstrap.

    Resampling four cases that all pass would always give four that pass. None where there are no values, or
    one that is no 0 or 1.
    """
    if values and set(values) <= {0, 1}:
        low, high = wilson_interval(int(sum(values)), len(values))
        return round(low, 4), round(high, 4)
    return interval(values)


ALPHA = 0.05

TIME = "ms"
"""The name of the time that a case took, among the measures that are compared."""


@dataclass(frozen=True, slots=True)
class RunDifference:
    """How a measure differs between two runs over the cases that have it in both.

    Attributes:
        name: Of the measure.
        cases: How many.
        before: Mean of the earlier run.
        after: Mean of this run.
        low: Lower end of the 95% interval of the mean difference, by paired bootstrap.
        high: Upper end.
    """

    name: str
    cases: int
    before: float
    after: float
    low: float
    high: float

    @property
    def matters(self) -> bool | None:
        """Whether no difference at all lies outside the interval.

        None for times: how busy the machine was differs between runs, and no resampling of cases tells that.
        """
        return None if self.name == TIME else self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes from an earlier run to this one.

    Attributes:
        cases: How many are in both, word for word the same.
        fixed: Ids of those that pass only now.
        broken: Ids of those that passed only before.
        p: Probability of so uneven a change by chance, by McNemar's exact test (1947; two-sided binomial).
        differences: Of the other measures.
        left_out: Ids of cases that only one run has, or that ask or expect something else.
    """

    cases: int
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    p: float
    differences: tuple[RunDifference, ...]
    left_out: tuple[str, ...]

    def to_object(self) -> dict[str, Any]:
        """The comparison in plain JSON values."""
        return {
            "cases": self.cases,
            "fixed": list(self.fixed),
            "broken": list(self.broken),
            "mcnemar_p": round(self.p, 6),
            "measures": {
                one.name: {
                    "cases": one.cases,
                    "before": one.before,
                    "after": one.after,
                    "difference": [one.low, one.high],
                    "matters": one.matters,
                }
                for one in self.differences
            },
            "left_out": list(self.left_out),
        }


def compare(before: Sequence[Record], after: Sequence[Record]) -> Comparison:
    """Pair the cases of two runs and compare them."""
    earlier = {_key(record): record for record in before}
    later = {_key(record): record for record in after}
    both = [(earlier[key], later[key]) for key in later if key in earlier]
    fixed = tuple(new["id"] for old, new in both if new["passed"] and not old["passed"])
    broken = tuple(new["id"] for old, new in both if old["passed"] and not new["passed"])
    alone = [
        record["id"] for key, record in (earlier | later).items() if key not in earlier or key not in later
    ]
    differences = [_difference(name, both) for name in (*AVERAGED, TIME)]
    return Comparison(
        cases=len(both),
        fixed=fixed,
        broken=broken,
        p=mcnemar(len(fixed), len(broken)),
        differences=tuple(one for one in differences if one),
        left_out=tuple(dict.fromkeys(alone)),
    )


def mcnemar(fixed: int, broken: int) -> float:
    """Two-sided exact probability of a split at least so uneven where either way is as likely, 0..1."""
    changed = fixed + broken
    tail = sum(math.comb(changed, k) for k in range(min(fixed, broken) + 1))
    return float(min(1.0, 2 * tail / 2**changed))


def comparison_lines(comparison: Comparison) -> list[str]:
    """The comparison for people."""
    lines = [f"FIXED {name}" for name in comparison.fixed]
    lines += [f"BROKEN {name}" for name in comparison.broken]
    lines.append(verdict(comparison))
    for one in comparison.differences:
        meaning = {True: ": differs", False: ": may be chance", None: ""}[one.matters]
        lines.append(
            f"{one.name.replace('_', ' ')}: {one.before:g} before, {one.after:g} now,"
            f" difference {one.low:+g} to {one.high:+g} over {one.cases} cases{meaning}"
        )
    if comparison.left_out:
        alone = ", ".join(comparison.left_out)
        lines.append(f"not compared, since only one run has them as they are: {alone}")
    return lines


def verdict(comparison: Comparison) -> str:
    """One sentence on which run passes more cases, and whether that may be chance."""
    fixed, broken = len(comparison.fixed), len(comparison.broken)
    if not comparison.cases:
        return "no case is in both runs as it is; nothing can be compared"
    if not fixed + broken:
        return f"of {comparison.cases} cases none passes in one run alone"
    meaning = "more than chance" if comparison.p < ALPHA else "may be chance"
    return (
        f"of {comparison.cases} cases {fixed} pass only now and {broken} only before:"
        f" {meaning} (exact McNemar p = {comparison.p:.3g})"
    )


def _key(record: Record) -> str:
    return f"{record['id']}\0{record['case']['key']}"


def _difference(name: str, both: Sequence[tuple[Record, Record]]) -> RunDifference | None:
    if name == TIME:
        pairs = [(duration(old), duration(new)) for old, new in both]
    else:
        pairs = [
            (old["measures"][name], new["measures"][name])
            for old, new in both
            if name in old["measures"] and name in new["measures"]
        ]
    changes = [new - old for old, new in pairs]
    span = interval(changes)
    if span is None or not any(changes):
        return None
    return RunDifference(name, len(pairs), mean([a for a, _ in pairs]), mean([b for _, b in pairs]), *span)
