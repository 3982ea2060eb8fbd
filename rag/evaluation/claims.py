"""Evaluates the check of claims, on claims with verdicts and on claims made from any corpus.

Made false is a sentence of an article with one thing changed: a figure, a unit, a day, a name, a denial, a
direction, an extent, a speaker. Made true is the sentence as it stands, or with figures and dates written
another way. What is changed is found by plain patterns that share nothing with the reading of figures and
dates in `rag`, so that what those overlook is put to the test as well.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from babel.dates import get_day_names, get_month_names

from index import TanyaError
from index.text import sentences
from rag.answer import Ruling, Verdict
from rag.evaluation.cases import read_rows
from rag.evaluation.metrics import mean, share, wilson_interval
from rag.factcheck import check
from rag.lang import LEXICON
from rag.output import tracked
from rag.reader import RULINGS

MONTHS = [str(name) for name in get_month_names("wide", locale="id").values()]
WEEKDAYS = [str(get_day_names("wide", locale="id")[number]) for number in range(7)]
# Apart from those that the reading of figures knows, for the reason above.
MAGNITUDES = "ribu juta miliar triliun".split()
_OTHER_UNITS: dict[str, str] = LEXICON.mapping("other_units", "id")
_DIRECTIONS: dict[str, str] = LEXICON.mapping("opposites", "id")
_EXTENTS: dict[str, str] = LEXICON.mapping("other_extents", "id")
_NEGATORS = ("tidak", "belum", "bukan", "tak")
_VERB = re.compile(r"\b(?:me(?:m|n|ng|ny|l|r|w|y)?|ber|di|ter)[a-z]{4,}\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})+")
_DATE = re.compile(
    rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})(?: (\d{{4}}))?\b|\((\d{{1,2}})/(\d{{1,2}})(?:/(\d{{4}}))?\)"
)
_NUMBER = re.compile(r"(?<![\w.,/:-])\d+(?:[.,]\d+)*(?![\w/:-]|[.,]\d)")
_AMOUNT = re.compile(rf"\b(\d+(?:,\d+)?) ({'|'.join(MAGNITUDES)})\b")


@dataclass(frozen=True, slots=True)
class Trial:
    """A claim to be checked against a text, and whether the text says it."""

    kind: str
    claim: str
    source: str
    true: bool
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """An article of a corpus, as far as it matters here."""

    text: str
    published: date | None


def read_stories(path: Path) -> list[Story]:
    """Read articles from a folder of texts or from JSON lines with `body` or `text` and `date`.

    Raises:
        TanyaError: nothing there can be read.
    """
    if path.is_dir():
        from index.files import read_article, read_bytes

        files = sorted(p for p in path.rglob("*") if p.suffix in {".txt", ".md"})
        articles = [read_article(file, read_bytes(file), file.stem) for file in files]
        return [Story(article.text, article.published) for article in articles]
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
            return [
                Story(row.get("body") or row["text"], _day(row.get("date") or row.get("published")))
                for row in rows
            ]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise TanyaError(
            f"{path} holds no articles ({error!r}); give a folder of texts or JSON lines with a `text` each"
        ) from error


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written[:10]) if written else None


def trials(stories: Sequence[Story], seed: int = 7, limit: int = 500) -> list[Trial]:
    """Up to `limit` trials of each kind, drawn from sentences of all stories.

    Args:
        stories: Where sentences and names come from.
        seed: Of the draw.
        limit: Trials of each kind at most.
    """
    rng = random.Random(seed)  # noqa: S311
    drawn = [
        (story, story.text[start:end])
        for story in stories
        for start, end in sentences(story.text)
        if 40 <= end - start <= 400
    ]
    rng.shuffle(drawn)
    names = sorted({m.group() for _, sentence in drawn[:4000] for m in _NAME.finditer(sentence)})
    out: dict[str, list[Trial]] = defaultdict(list)
    makers: dict[str, Callable[[str], str | None]] = {
        "figure": lambda s: other_figure(s, rng),
        "magnitude": lambda s: other_magnitude(s, rng),
        "unit": lambda s: other_unit(s, rng),
        "date": lambda s: other_date(s, rng),
        "name": lambda s: other_name(s, names, rng),
        "denied": lambda s: denied(s, rng),
        "undenied": lambda s: undenied(s, rng),
        "direction": lambda s: exchanged(s, _DIRECTIONS, rng),
        "extent": lambda s: exchanged(s, _EXTENTS, rng),
        "speaker": lambda s: other_speaker(s, names, rng),
    }
    true_makers: dict[str, Callable[[str], str | None]] = {
        "verbatim": lambda s: s,
        "rewritten": rewritten,
    }
    for story, sentence in drawn:
        for kind, make in (*makers.items(), *true_makers.items()):
            if len(out[kind]) >= limit:
                continue
            claim = make(sentence)
            if claim is None or (claim == sentence and kind in makers):
                continue
            out[kind].append(Trial(kind, claim, sentence, kind in true_makers, story.published))
        if all(len(out[kind]) >= limit for kind in (*makers, *true_makers)):
            break
    return [trial for kind in (*makers, *true_makers) for trial in out[kind]]


def other_figure(sentence: str, rng: random.Random) -> str | None:
    """Change one digit of one number."""
    match = _pick(list(_NUMBER.finditer(sentence)), rng)
    if match is None:
        return None
    places = [i for i, c in enumerate(match.group()) if c.isdigit()]
    at = rng.choice(places)
    digits = [d for d in "123456789" if d != match.group()[at]]
    changed = match.group()[:at] + rng.choice(digits) + match.group()[at + 1 :]
    return _put(sentence, match.span(), changed)


def other_magnitude(sentence: str, rng: random.Random) -> str | None:
    """Change `juta` to `miliar` and the like behind a number."""
    match = _pick(list(_AMOUNT.finditer(sentence)), rng)
    if match is None:
        return None
    return _put(sentence, match.span(2), rng.choice([m for m in MAGNITUDES if m != match[2]]))


def other_unit(sentence: str, rng: random.Random) -> str | None:
    """Change the unit behind a number, or its currency."""
    words = "|".join(map(re.escape, _OTHER_UNITS))
    found = list(re.finditer(rf"\d ?({words})(?!\w)", sentence))
    money = list(re.finditer(r"\b(Rp|USD|US\$)\.? ?(?=\d)", sentence))
    match = _pick([*found, *money], rng)
    if match is None:
        return None
    if match in money:
        return _put(sentence, match.span(1), {"Rp": "US$", "USD": "Rp", "US$": "Rp"}[match[1]])
    return _put(sentence, match.span(1), _OTHER_UNITS[match[1]])


def other_date(sentence: str, rng: random.Random) -> str | None:
    """Change the day or month of a date, or its weekday."""
    found = list(_DATE.finditer(sentence))
    days = list(re.finditer(rf"\b(?:{'|'.join(WEEKDAYS)})\b", sentence))
    match = _pick([*found, *days], rng)
    if match is None:
        return None
    if match in days:
        return _put(sentence, match.span(), rng.choice([d for d in WEEKDAYS if d != match.group()]))
    group, highest = (1, 28) if match[1] else (4, 28)
    if rng.random() < 0.4 and match[2]:
        return _put(sentence, match.span(2), rng.choice([m for m in MONTHS if m != match[2]]))
    day = rng.choice([d for d in range(1, highest + 1) if d != int(match[group])])
    return _put(sentence, match.span(group), str(day))


def other_name(sentence: str, names: Sequence[str], rng: random.Random) -> str | None:
    """Put a name from another sentence in the place of one."""
    match = _pick(list(_NAME.finditer(sentence)), rng)
    if match is None:
        return None
    other = _strange_name(sentence, names, rng)
    return _put(sentence, match.span(), other) if other else None


def other_speaker(sentence: str, names: Sequence[str], rng: random.Random) -> str | None:
    """Put other words into somebody's mouth: change the name beside a verb of saying."""
    match = re.search(
        r"\b(?:kata|ujar|tutur|ungkap|jelas|tegas|menurut|Menurut|ucap|imbuh) ((?:[A-Z][\w'-]+ ?)+)", sentence
    )
    if match is None or not match[1].strip():
        return None
    other, at = _strange_name(sentence, names, rng), match.start(1)
    return _put(sentence, (at, at + len(match[1].rstrip())), other) if other else None


def _strange_name(sentence: str, names: Sequence[str], rng: random.Random) -> str | None:
    """One of the names that shares no word with a sentence; None where none of those drawn does."""
    drawn = rng.sample(names, min(20, len(names)))
    return next((name for name in drawn if not {*name.split()} & {*sentence.split()}), None)


def denied(sentence: str, rng: random.Random) -> str | None:
    """Deny one verb that nothing denies."""
    found = [
        m
        for m in _VERB.finditer(sentence)
        if not re.search(
            rf"\b(?:{'|'.join(_NEGATORS)}|tanpa|jangan)\b", sentence[max(0, m.start() - 30) : m.start()]
        )
    ]
    match = _pick(found, rng)
    return _put(sentence, (match.start(), match.start()), "tidak ") if match else None


def undenied(sentence: str, rng: random.Random) -> str | None:
    """Take a denial out."""
    found = list(
        re.finditer(rf"\b(?:{'|'.join(_NEGATORS)}) (?!hanya|sekadar|cuma|saja|lama)(?=[a-z])", sentence)
    )
    match = _pick(found, rng)
    return _put(sentence, match.span(), "") if match else None


def exchanged(sentence: str, table: dict[str, str], rng: random.Random) -> str | None:
    """Turn one word of a table into its contrary."""
    words = "|".join(sorted(table, key=len, reverse=True))
    match = _pick(list(re.finditer(rf"\b(?:{words})\b", sentence)), rng)
    return _put(sentence, match.span(), table[match.group()]) if match else None


def rewritten(sentence: str) -> str | None:
    """Write amounts, shares and dates another way; None where there is nothing to rewrite."""
    out = _AMOUNT.sub(_same_amount, sentence)
    out = (
        re.sub(r"(?<=\d) ?persen\b(?! poin)", "%", out)
        if "%" not in sentence
        else re.sub(r"(?<=\d)%", " persen", out)
    )
    out = re.sub(
        rf"(?<![-–] )(?<![-–])(?<!hingga )(?<!sampai )(?<!dan )"
        rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})\b",
        lambda m: f"{m[1]}/{MONTHS.index(m[2]) + 1}/{m[3]}",
        out,
    )
    out = re.sub(r"\bRp\.? ?(?=\d)", "Rp " if not re.search(r"\bRp (?=\d)", sentence) else "Rp", out)
    return out if out != sentence else None


def _same_amount(match: re.Match[str]) -> str:
    number, magnitude = match[1], match[2]
    lower = MAGNITUDES.index(magnitude) - 1
    whole, _, fraction = number.partition(",")
    if lower < 0 or len(fraction) > 3 or len(whole) > 3 or int(whole) == 0:
        return match.group()
    thousands = f"{whole}.{fraction.ljust(3, '0')}"
    return f"{thousands} {MAGNITUDES[lower]}"


def _pick(found: Sequence[re.Match[str]], rng: random.Random) -> re.Match[str] | None:
    return rng.choice(found) if found else None


def _put(text: str, span: tuple[int, int], new: str) -> str:
    return text[: span[0]] + new + text[span[1] :]


LEVELS = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""Thresholds at which the curve is given."""

INFERENCE = {"entailment": True, "contradiction": False, "neutral": False}
"""Labels of premise and hypothesis pairs, and whether the premise says the hypothesis."""


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """A claim with its passage and what the passage says to it.

    Attributes:
        id: As the file names it, or its line.
        language: Of the claim; empty where the file does not say.
        change: What was done to make the claim; empty where the file does not say.
    """

    id: str
    source: str
    claim: str
    truth: Ruling
    language: str
    change: str


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A case with the verdict that was given."""

    case: ClaimCase
    verdict: Verdict


def load_cases(path: Path) -> list[ClaimCase]:
    """Read JSON lines with `source`, `claim` and `verdict`; `id`, `lang` and `change` optional.

    Raises:
        TanyaError: the file cannot be read, or a line is not of the format; it names the line.
    """

    def parse(number: int, row: Any) -> ClaimCase:
        source, claim, truth = row["source"], row["claim"], row["verdict"]
        if truth not in RULINGS or not isinstance(source, str) or not isinstance(claim, str):
            raise TanyaError(f"{path}:{number}: verdict must be one of {', '.join(RULINGS)}; correct it")
        about = (str(row.get("lang") or ""), str(row.get("change") or ""))
        return ClaimCase(str(row.get("id", number)), source, claim, truth, *about)

    return read_rows(path, "source, claim or verdict", parse)


def evaluate_claims(path: Path) -> dict[str, Any]:
    """Check every claim of a file against its passage.

    Returns:
        What `summary` gives.

    Raises:
        TanyaError: the file cannot be read.
        ModelError: the model that checks cannot be had.
    """
    cases = tracked(load_cases(path), "claims", lambda case: case.id)
    return summary([JudgedCase(case, check(case.claim, case.source)) for case in cases])


def summary(judged: Sequence[JudgedCase]) -> dict[str, Any]:
    """Counts and shares between 0 and 1, with 95 % intervals.

    Returns:
        `{"n", "accuracy", "accepted_false", "accepted_true", "verdicts", "languages", "changes", "curve"}`.
        The accepted are `{"n", "accepted", "low", "high"}`, and so is each row of languages and changes, the
        true and the false of a language apart; `verdicts` counts what was said by what is true; `curve` gives
        for each threshold what would be accepted of the false and of the true.
    """
    false = [one for one in judged if one.case.truth != "supported"]
    true = [one for one in judged if one.case.truth == "supported"]
    verdicts = {
        truth: {ruling: sum(one.case.truth == truth and one.verdict.ruling == ruling for one in judged)
                for ruling in RULINGS}
        for truth in RULINGS
    }  # fmt: skip
    languages, changes = defaultdict(list), defaultdict(list)
    for one in judged:
        side = "true" if one.case.truth == "supported" else "false"
        languages[f"{one.case.language or '-'}, {side}"].append(one)
        changes[f"{one.case.change or '-'}, {side}"].append(one)
    return {
        "n": len(judged),
        "accuracy": share(sum(verdicts[truth][truth] for truth in RULINGS), len(judged)),
        "accepted_false": _accepted(false),
        "accepted_true": _accepted(true),
        "verdicts": verdicts,
        "languages": {name: _accepted(rows) for name, rows in sorted(languages.items())},
        "changes": {name: _accepted(rows) for name, rows in sorted(changes.items())},
        "curve": [
            {"threshold": level, "false": _share_above(false, level), "true": _share_above(true, level)}
            for level in LEVELS
        ],
    }


def claims_table(result: dict[str, Any]) -> str:
    """The summary for a terminal."""
    lines = [
        f"{result['n']} claims, {result['accuracy']:.3f} of the verdicts right",
        f"{'':28}{'n':>6}{'accepted':>10}   95 % interval",
    ]
    rows = [("false", result["accepted_false"]), ("true", result["accepted_true"])]
    rows += [*result["languages"].items(), *result["changes"].items()]
    lines += [
        f"{name:28}{row['n']:>6}{row['accepted']:>10.3f}   {row['low']:.3f}-{row['high']:.3f}"
        for name, row in rows
    ]
    lines.append(f"{'true verdict':28}" + "".join(f"{ruling:>14}" for ruling in RULINGS))
    for truth, counts in result["verdicts"].items():
        lines.append(f"{truth:28}" + "".join(f"{counts[ruling]:>14}" for ruling in RULINGS))
    lines.append("threshold: accepted of the false, of the true")
    lines += [f"{one['threshold']:9.2f}: {one['false']:.3f}  {one['true']:.3f}" for one in result["curve"]]
    return "\n".join(lines)


def _accepted(judged: Sequence[JudgedCase]) -> dict[str, Any]:
    count = sum(one.verdict.holds for one in judged)
    low, high = wilson_interval(count, len(judged))
    return {
        "n": len(judged),
        "accepted": share(count, len(judged)),
        "low": round(low, 4),
        "high": round(high, 4),
    }


def _share_above(judged: Sequence[JudgedCase], level: float) -> float:
    return mean(one.verdict.probability >= level for one in judged)


def evaluate_grounding(path: Path) -> dict[str, Any]:
    """Measure the check on claims made from the articles at `path`, or on its premise and hypothesis pairs.

    Returns:
        `{"n", "false": {kind: {"n", "accepted", "contradicted"}}, "true": {kind: {"n", "rejected",
        "contradicted"}}}`, shares between 0 and 1.

    Raises:
        TanyaError: nothing there can be read.
    """
    tried = _inference(path) or trials(read_stories(path))
    return rates(judge(tracked(tried, "claims", lambda trial: trial.kind)))


def judge(tried: Iterable[Trial]) -> Iterator[tuple[Trial, Verdict]]:
    """Check every trial."""
    for trial in tried:
        yield trial, check(trial.claim, trial.source, published=trial.published)


def rates(judged: Iterator[tuple[Trial, Verdict]]) -> dict[str, Any]:
    """Counts and shares by kind."""
    number: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    contradicted: Counter[str] = Counter()
    truth: dict[str, bool] = {}
    for trial, verdict in judged:
        truth[trial.kind] = trial.true
        number[trial.kind] += 1
        wrong[trial.kind] += verdict.holds != trial.true
        contradicted[trial.kind] += verdict.ruling == "contradicted"

    def shares(true: bool, name: str) -> dict[str, Any]:
        return {
            kind: {
                "n": n,
                name: share(wrong[kind], n),
                "contradicted": share(contradicted[kind], n),
            }
            for kind, n in number.items()
            if truth[kind] is true
        }

    return {
        "n": number.total(),
        "false": shares(False, "accepted"),
        "true": shares(True, "rejected"),
    }


def grounding_table(result: dict[str, Any]) -> str:
    """The rates for a terminal."""
    lines = [f"{'made false':14}{'n':>6}{'accepted':>10}{'contradicted':>14}"]
    for kind, row in result["false"].items():
        lines.append(f"{kind:14}{row['n']:>6}{row['accepted']:>10.3f}{row['contradicted']:>14.3f}")
    lines.append(f"{'true':14}{'n':>6}{'rejected':>10}{'contradicted':>14}")
    for kind, row in result["true"].items():
        lines.append(f"{kind:14}{row['n']:>6}{row['rejected']:>10.3f}{row['contradicted']:>14.3f}")
    return "\n".join(lines)


def _inference(path: Path) -> list[Trial]:
    """The dev part of premise and hypothesis pairs; empty where the file holds something else."""
    if not path.is_file():
        return []
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            first = json.loads(next(lines, "{}"))
            if not isinstance(first, dict) or "hypothesis" not in first:
                return []
            rows = [first, *map(json.loads, lines)]
            return [
                Trial(row["label"], row["hypothesis"], row["premise"], INFERENCE[row["label"]])
                for row in rows
                if row.get("split", "dev") == "dev"
            ]
    except (OSError, UnicodeDecodeError, ValueError, KeyError) as error:
        raise TanyaError(f"{path} cannot be read ({error!r}); give articles or labelled pairs") from error
