"""Cases from what readers said: `*.qa.yaml` for a person to accept or edit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index import Article, Hit, Passage
from rag.evaluation.cases import Case
from rag.evaluation.draft import one_line, quoted
from rag.feedback import DOWN, LANGUAGE, NOT_THERE, SOURCE, UP, Opinion
from rag.lang.dates import find_moments
from rag.lang.names import Sentence
from rag.lang.numbers import Language, find_figures

MOST = 3
"""Figures, days or names at most that an answer must hold."""

WHOLE = 160
"""Characters of a quotation that an answer must hold whole, where none of it is decisive by itself."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case, and what a person who reads it should know."""

    case: Case
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """A question of which nothing can be scripted, and why."""

    question: str
    why: str


class _NoCaseError(Exception):
    """An opinion gives no case; the message says why."""


def propose(
    opinions: Sequence[Opinion], is_article: Callable[[str], bool] = lambda _: False
) -> tuple[list[Proposal], list[Unusable]]:
    """What can be scripted, and what cannot, each in the order of the questions.

    What is said of one question, asked after the same others, gives one case: the latest verdict counts, and
    of what was said with it the latest that says enough.

    Args:
        opinions: The newest first.
        is_article: Whether a text is an article's id.
    """
    groups: dict[tuple[str, ...], list[Opinion]] = {}
    for opinion in opinions:
        asked = (*opinion.asked.history, opinion.question)
        groups.setdefault(tuple(_folded(one) for one in asked), []).append(opinion)
    proposals, unusable = [], []
    for key, group in sorted(groups.items(), key=lambda item: (item[0][-1], item[0])):
        found = _from_group(key, group, is_article)
        if isinstance(found, Proposal):
            proposals.append(found)
        else:
            unusable.append(found)
    return proposals, unusable


def write_cases(proposals: Sequence[Proposal], unusable: Sequence[Unusable]) -> str:
    """A `*.qa.yaml` that can be read again; what cannot be used stands at its end, in comments."""
    parts = [_write(proposal) for proposal in proposals]
    if unusable:
        lines = [f"#   {quoted(one_line(one.question))}: {one_line(one.why)}" for one in unusable]
        parts.append("\n".join(["# Not usable:", *lines]) + "\n")
    if not proposals:
        parts.append("[]\n")
    return "\n".join(parts)


def _from_group(
    key: tuple[str, ...], group: Sequence[Opinion], is_article: Callable[[str], bool]
) -> Proposal | Unusable:
    latest = group[0]
    alike = [one for one in group if one.verdict == latest.verdict]
    others = len(group) - len(alike)
    why = ""
    for opinion in alike:
        try:
            case, remark = _case(opinion, _identifier(key), is_article)
        except _NoCaseError as error:
            why = why or str(error)
            continue
        said = f"said {len(alike)} times" if len(alike) > 1 else "said once"
        against = f", after {others} of another opinion" if others else ""
        origin = (
            f"From feedback of {opinion.at.date().isoformat()}: thumbs {opinion.verdict}, {said}{against}."
        )
        return Proposal(case, (origin, remark))
    return Unusable(latest.question, why)


def _case(opinion: Opinion, identifier: str, is_article: Callable[[str], bool]) -> tuple[Case, str]:
    """The case that an opinion gives, and what to remark about it."""
    if not opinion.question.strip():
        raise _NoCaseError("no question is kept")
    if opinion.asked.filtered:
        raise _NoCaseError("it was asked of some articles only, which a case cannot say")
    language = opinion.language if opinion.language in {"id", "en"} else None
    if opinion.asked.language != "auto" or opinion.reason == LANGUAGE:
        # A case is asked without a choice of language, and what was said to be wrong is not asked for.
        language = None

    def case(
        contains: tuple[tuple[str, ...], ...] = (), cites: tuple[str, ...] = (), *, abstain: bool = False
    ) -> Case:
        return Case(identifier, opinion.question, opinion.asked.history, language, contains, cites, abstain)

    if opinion.verdict == UP:
        if opinion.abstained is None:
            raise _NoCaseError("the answer is not kept")
        if opinion.abstained:
            return case(abstain=True), "A reader agrees that the articles do not say."
        cites = tuple(dict.fromkeys(one.article_id for one in opinion.citations))
        forms = tuple((one,) for one in decisive(opinion))
        if not forms:
            raise _NoCaseError("what the answer shows of its quotations is too little to be held to")
        return case(forms, cites), "A reader finds the answer right; see that nothing decisive is missing."
    if opinion.verdict != DOWN:
        raise _NoCaseError(f"the verdict {opinion.verdict!r} is neither up nor down")
    if opinion.reason == NOT_THERE:
        if opinion.abstained:
            raise _NoCaseError("the answer said already that the articles do not say")
        written = f" The reader wrote: {opinion.correction}" if opinion.correction else ""
        return case(abstain=True), f"CHECK: a reader finds that the articles do not say.{written}"
    if not opinion.correction:
        raise _NoCaseError(f"no correction was written ({opinion.reason or 'no reason'})")
    if opinion.reason == SOURCE and is_article(opinion.correction):
        return case(cites=(opinion.correction,)), "CHECK: the article is the one that a reader names."
    # What a reader wrote may be many lines, an answer is compared without them.
    correction = " ".join(opinion.correction.split())
    reason = f" ({opinion.reason})" if opinion.reason else ""
    return case(
        ((correction,),)
    ), f"CHECK: `contains` is a reader's own correction{reason}; keep what decides."


def decisive(opinion: Opinion) -> list[str]:
    """The words of its quotations that the answer stands on: what was asked for, as far as it is shown.

    Figures and days that the quotation has and the question does not; else its words.
    """
    shown = _folded(opinion.text)
    asked = " ".join([*opinion.asked.history, opinion.question])
    quotes = [one.quote for one in opinion.citations if one.quote.strip()]
    sentences = [_sentence(quote) for quote in quotes]
    for sentence in sentences:
        if found := _shown(list(_facts(sentence, asked)), shown):
            return found
        if found := _rendered(sentence, asked, opinion):
            return found
    for quote in quotes:
        whole = " ".join(quote.split())
        if len(whole) > WHOLE:
            whole = whole[:WHOLE].rpartition(" ")[0] or whole[:WHOLE]
        if _folded(whole) in shown:
            return [whole]
    return []


def _facts(sentence: Sentence, asked: str) -> Iterator[str]:
    """The figures and days of a sentence that are not in the question, as they are written."""
    text = sentence.text
    moments = [(one.start, one.end) for one in find_moments(text)]
    figures = [(one.start, one.end) for one in find_figures(text, sentence.written_in) if not one.words]
    figures = [one for one in figures if not any(one[0] < end and start < one[1] for start, end in moments)]
    for start, end in sorted([*moments, *figures]):
        written = text[start:end]
        told = sum(letter.isalnum() for letter in written)
        # One digit is in every other answer.
        if (
            told > 1
            and any(letter.isdigit() for letter in written)
            and _folded(written) not in _folded(asked)
        ):
            yield written


def _rendered(sentence: Sentence, asked: str, opinion: Opinion) -> list[str]:
    """The figures of the answer's text that are worth those of the quotation, where it is told otherwise."""
    language: Language = "en" if opinion.language == "en" else "id"
    quoted_figures = [
        one for one in sentence.figures if _folded(sentence.text[one.start : one.end]) not in _folded(asked)
    ]
    found = [
        opinion.text[one.start : one.end]
        for one in find_figures(opinion.text, language)
        if not one.words and any(one.same(other) for other in quoted_figures)
    ]
    return list(dict.fromkeys(found))[:MOST]


def _shown(found: Sequence[str], shown: str) -> list[str]:
    """Those of the decisive words that the answer shows, each once, in their order."""
    flat = dict.fromkeys(" ".join(one.split()) for one in found)
    return [one for one in flat if one and _folded(one) in shown][:MOST]


def _sentence(quote: str) -> Sentence:
    """A quotation by itself, of which no more than its text is kept."""
    from index.text import detect

    language: Language = "en" if detect(quote) == "en" else "id"
    article = Article("", "", quote, None, None, None, language, "", "")
    return Sentence(article, 0, len(quote), Hit(Passage(article, 0, len(quote)), 0.0, 1))


def _write(proposal: Proposal) -> str:
    case = proposal.case
    lines = [f"# {one_line(remark)}" for remark in proposal.remarks]
    lines += [f"- id: {quoted(case.id)}", f"  question: {quoted(case.question)}"]
    if case.history:
        lines.append(f"  history: [{', '.join(map(quoted, case.history))}]")
    lines.append("  expect:")
    if case.language:
        lines.append(f"    language: {quoted(case.language)}")
    if case.contains:
        forms = [
            quoted(one[0]) if len(one) == 1 else f"[{', '.join(map(quoted, one))}]" for one in case.contains
        ]
        lines.append(f"    contains: [{', '.join(forms)}]")
    if case.cites:
        lines.append(f"    cites: [{', '.join(map(quoted, case.cites))}]")
    lines.append(f"    abstain: {json.dumps(case.abstain)}")
    return "\n".join(lines) + "\n"


def _identifier(key: tuple[str, ...]) -> str:
    """The same for the same question after the same others."""
    return f"feedback-{hashlib.sha256(json.dumps(key).encode()).hexdigest()[:10]}"


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
