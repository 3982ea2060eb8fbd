"""Cases proposed for a person to accept or edit: from articles, near misses among them, and from feedback."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from index import Article, Hit, Passage
from index.press import content_lines
from index.text import sentences
from rag.answer import plain
from rag.evaluation.cases import Case, folded, says
from rag.feedback import DOWN, LANGUAGE, NOT_THERE, SOURCE, UP, Opinion
from rag.lang import Language, as_language
from rag.lang.dates import figures_beside, find_moments
from rag.lang.names import PROVINCES, Sentence, english_name, find_places
from rag.lang.numbers import find_figures
from rag.suggestions import FactQuestion, fact_questions


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


def write_cases(proposals: Sequence[Proposal], unusable: Sequence[Unusable] = ()) -> str:
    """A `*.qa.yaml` that can be read again; what cannot be used stands at its end, in comments."""
    parts = [_written(proposal) for proposal in proposals]
    if unusable:
        lines = [f"#   {quoted(one_line(one.question))}: {one_line(one.why)}" for one in unusable]
        parts.append("\n".join(["# Not usable:", *lines]) + "\n")
    if not proposals:
        parts.append("[]\n")
    return "\n".join(parts)


def _written(proposal: Proposal) -> str:
    case = proposal.case
    lines = [f"# {one_line(remark)}" for remark in proposal.remarks]
    lines += [f"- id: {quoted(case.id)}", f"  question: {quoted(case.question)}"]
    if case.history:
        lines.append(f"  history: [{', '.join(map(quoted, case.history))}]")
    lines.append("  expect:")
    if case.language:
        lines.append(f"    language: {quoted(case.language)}")
    forms = [
        quoted(each[0]) if len(each) == 1 else f"[{', '.join(map(quoted, each))}]" for each in case.contains
    ]
    listed = {"contains": forms, "cites": map(quoted, case.cites), "passages": map(quoted, case.passages)}
    lines += [f"    {name}: [{', '.join(values)}]" for name, values in listed.items() if getattr(case, name)]
    lines.append(f"    abstain: {json.dumps(case.abstain)}")
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """Without what would end a comment or could not be read again."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def quoted(text: str) -> str:
    """As YAML reads it back: a JSON string is one, once letters beyond the BMP are left as they are."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in written)


def _escape(letter: str) -> str:
    """The YAML escape of a character that YAML rejects, or reads as a space, such as U+2028."""
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


NEAR_MISSES = 4
"""One case in so many is a near miss, where there are enough."""


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A proposed case.

    Attributes:
        id: Unique among the drafts.
        question: As it would be asked.
        language: "id" or "en", of the article and the question.
        contains: What the answer must have; empty for a near miss.
        article: Where it comes from.
        sentence: Its characters `start:end` of the article.
        swapped: What was swapped for what, for a near miss.
    """

    id: str
    question: str
    language: Language
    contains: str
    article: Article
    sentence: tuple[int, int]
    swapped: tuple[str, str] | None = None

    def proposal(self) -> Proposal:
        """The case, with where it comes from."""
        start, end = self.sentence
        sentence = one_line(self.article.text[start:end])
        remarks = [f"Proposal, to accept or edit; from {self.article.id} {start}:{end}: {sentence}"]
        if self.swapped:
            old, new = self.swapped
            remarks.append(
                f"Near miss: “{old}” was swapped for “{new}”; make sure that no article answers it."
            )
        answerable = bool(self.contains)
        case = Case(
            self.id,
            self.question,
            (),
            self.language,
            contains=((self.contains,),) if answerable else (),
            cites=(self.article.id,) if answerable else (),
            abstain=not answerable,
            passages=self._searchable() if answerable else (),
        )
        return Proposal(case, tuple(remarks))

    def _searchable(self) -> tuple[str, ...]:
        """The sentence as passages have it: without a dateline, a credit and the like; each part."""
        start, end = self.sentence
        parts = [
            self.article.text[max(start, first) : min(end, last)]
            for first, last in content_lines(self.article.text)
        ]
        return tuple(" ".join(part.split()) for part in parts if any(map(str.isalnum, part)))


@dataclass(frozen=True, slots=True)
class _Corpus:
    """All that the articles say, and the places that they name."""

    text: str
    places: frozenset[str]


def draft_cases(articles: Sequence[Article], *, limit: int, seed: int = 0) -> list[CaseDraft]:
    """At most `limit` proposals, of every kind and from as many articles as there are.

    The same articles and seed give the same proposals.
    """
    made = list(_proposals(articles))
    # What two articles answer has no one right answer.
    common = Counter(draft.question.casefold() for draft, _ in made)
    unique = [(draft, asked) for draft, asked in made if common[draft.question.casefold()] == 1]
    chooser = random.Random(seed)  # noqa: S311
    wanted = limit // NEAR_MISSES
    text = "\n".join(f"{article.title}\n{article.text}" for article in articles)
    corpus = _Corpus(text, frozenset(place.code for place in find_places(text)))
    misses = [miss for draft, _ in unique if (miss := _near_miss(draft, corpus, chooser))]
    chosen_misses = _spread([(miss, miss.id) for miss in misses], wanted, chooser)
    rest = _spread([(draft, asked.kind) for draft, asked in unique], limit - len(chosen_misses), chooser)
    return _numbered([*rest, *chosen_misses])


def _proposals(articles: Sequence[Article]) -> Iterator[tuple[CaseDraft, FactQuestion]]:
    for article in sorted(articles, key=lambda article: article.id):
        if article.language not in {"id", "en"}:
            continue
        language = as_language(article.language)
        for start, end in sentences(article.text):
            sentence = article.text[start:end]
            for asked in fact_questions(sentence, article, language):
                if asked.answer.casefold() not in asked.question.casefold():
                    name, answer = f"{article.id}-{asked.kind}", _closed(asked.answer, sentence)
                    yield CaseDraft(name, asked.question, language, answer, article, (start, end)), asked


def _closed(answer: str, sentence: str) -> str:
    """The answer with the bracket behind it, where the sentence closes one there that the answer opens."""
    closes = answer.count("(") > answer.count(")") and f"{answer})" in " ".join(sentence.split())
    return f"{answer})" if closes else answer


def _near_miss(draft: CaseDraft, corpus: _Corpus, chooser: random.Random) -> CaseDraft | None:
    """The question with one thing swapped for another that no article names."""
    for swap in (_other_place, _other_year, _other_figure):
        if found := swap(draft, corpus, chooser):
            old, new, at = found
            question = draft.question[:at] + new + draft.question[at + len(old) :]
            name = f"{draft.article.id}-near-miss"
            return replace(draft, id=name, question=question, contains="", swapped=(old, new))
    return None


def _other_place(draft: CaseDraft, corpus: _Corpus, chooser: random.Random) -> tuple[str, str, int] | None:
    """A province for a province that the question names."""
    free = sorted(code for code in PROVINCES if code not in corpus.places)
    for place in find_places(draft.question):
        if place.code in PROVINCES and free:
            code = chooser.choice(free)
            # A province without another name has one for both languages: Aceh, Bali.
            new = next(iter(PROVINCES[code][1]), "") if draft.language == "id" else ""
            new = new or english_name(code)
            return draft.question[place.start : place.end], new, place.start
    return None


def _other_year(draft: CaseDraft, corpus: _Corpus, chooser: random.Random) -> tuple[str, str, int] | None:
    """A later year for one that the question names."""
    for moment in find_moments(draft.question):
        written = draft.question[moment.start : moment.end]
        if moment.first.year and (match := re.search(str(moment.first.year), written)):
            new = str(moment.first.year + chooser.randint(3, 9))
            if new not in corpus.text:
                return match.group(), new, moment.start + match.start()
    return None


def _other_figure(draft: CaseDraft, corpus: _Corpus, chooser: random.Random) -> tuple[str, str, int] | None:
    """Another number for one that the question names in digits."""
    for figure in figures_beside(draft.question, draft.language, find_moments(draft.question)):
        match = re.search(r"\d+", draft.question[figure.start : figure.end])
        if not match:
            continue
        new = str(int(match.group()) + chooser.randint(2, 9))
        if not re.search(rf"(?<![\d.,]){new}(?![\d])", corpus.text):
            return match.group(), new, figure.start + match.start()
    return None


def _spread(drafts: Sequence[tuple[CaseDraft, str]], limit: int, chooser: random.Random) -> list[CaseDraft]:
    """At most `limit`, taking turns between the kinds and, within a kind, between the articles."""
    kinds: dict[str, dict[str, list[CaseDraft]]] = {}
    for draft, kind in drafts:
        kinds.setdefault(kind, {}).setdefault(draft.article.id, []).append(draft)
    queues = []
    for _, by_article in sorted(kinds.items()):
        groups = [chooser.sample(group, len(group)) for _, group in sorted(by_article.items())]
        chooser.shuffle(groups)
        turns = range(max(map(len, groups)))
        queues.append([group[turn] for turn in turns for group in groups if turn < len(group)])
    longest = max(map(len, queues), default=0)
    return [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)][:limit]


def _numbered(drafts: Sequence[CaseDraft]) -> list[CaseDraft]:
    """In the order of their ids, those that share one told apart by a number."""
    seen: Counter[str] = Counter()
    found = []
    for draft in sorted(drafts, key=lambda draft: (draft.article.id, draft.sentence, draft.id)):
        seen[draft.id] += 1
        found.append(replace(draft, id=f"{draft.id}-{seen[draft.id]}"))
    return found


MOST = 3
"""Figures, days or names at most that an answer must hold."""

WHOLE = 160
"""Characters of a quotation that an answer must hold whole, where none of it is decisive by itself."""


class _NoCaseError(Exception):
    """An opinion gives no case; the message says why."""


def propose_from_feedback(
    opinions: Sequence[Opinion], is_article: Callable[[str], bool] = lambda _: False
) -> tuple[list[Proposal], list[Unusable]]:
    """Proposed cases, and the questions of which none can be made, each in the order of the questions.

    What is said of one question, asked after the same others, gives one case: the latest verdict counts, and
    of what was said with it the latest that says enough.

    Args:
        opinions: The newest first.
        is_article: Whether a text is an article's id.
    """
    groups: dict[tuple[str, ...], list[Opinion]] = {}
    for opinion in opinions:
        asked = (*opinion.asked.history, opinion.question)
        groups.setdefault(tuple(folded(one) for one in asked), []).append(opinion)
    proposals, unusable = [], []
    for key, group in sorted(groups.items(), key=lambda item: (item[0][-1], item[0])):
        found = _from_group(key, group, is_article)
        if isinstance(found, Proposal):
            proposals.append(found)
        else:
            unusable.append(found)
    return proposals, unusable


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
        times = f"said {len(alike)} times" if len(alike) > 1 else "said once"
        against = f", after {others} of another opinion" if others else ""
        origin = (
            f"From feedback of {opinion.at.date().isoformat()}: thumbs {opinion.verdict}, {times}{against}."
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
    if not opinion.correction or not any(map(str.isalnum, opinion.correction)):
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
    shown = plain(opinion.text)
    asked = " ".join([*opinion.asked.history, opinion.question])
    quotes = [one.quote for one in opinion.citations if one.quote.strip()]
    sentences = [_sentence(quote) for quote in quotes]
    for sentence in sentences:
        if found := _shown(list(_facts(sentence, asked)), shown):
            return found
        if found := _rendered(sentence, asked, shown, as_language(opinion.language)):
            return found
    for quote in quotes:
        whole = " ".join(quote.split())
        if len(whole) > WHOLE:
            whole = whole[:WHOLE].rpartition(" ")[0] or whole[:WHOLE]
        if says(shown, whole):
            return [whole]
    return []


def _facts(sentence: Sentence, asked: str) -> Iterator[str]:
    """The figures and days of a sentence that are not in the question, as they are written."""
    text, moments = sentence.text, find_moments(sentence.text)
    figures = [one for one in figures_beside(text, sentence.written_in, moments) if not one.words]
    for start, end in sorted((one.start, one.end) for part in (moments, figures) for one in part):
        written = text[start:end]
        length = sum(letter.isalnum() for letter in written)
        # One digit is in every other answer.
        if (
            length > 1
            and any(letter.isdigit() for letter in written)
            and folded(written) not in folded(asked)
        ):
            yield written


def _rendered(sentence: Sentence, asked: str, shown: str, language: Language) -> list[str]:
    """The figures of the answer's text that are worth those of the quotation, where it is told otherwise."""
    quoted_figures = [
        one for one in sentence.figures if folded(sentence.text[one.start : one.end]) not in folded(asked)
    ]
    found = [
        shown[one.start : one.end]
        for one in find_figures(shown, language)
        if not one.words and any(one.same(other) for other in quoted_figures)
    ]
    return list(dict.fromkeys(found))[:MOST]


def _shown(found: Sequence[str], shown: str) -> list[str]:
    """The decisive words that the answer shows, each once, in their order."""
    flat = dict.fromkeys(" ".join(one.split()) for one in found)
    return [one for one in flat if one and says(shown, one)][:MOST]


def _sentence(quote: str) -> Sentence:
    """A quotation by itself, of which no more than its text is kept."""
    from index.text import detect

    language = as_language(detect(quote))
    article = Article("", "", quote, None, None, None, language, "", "")
    return Sentence(article, 0, len(quote), Hit(Passage(article, 0, len(quote)), 0.0, 1))


def _identifier(key: tuple[str, ...]) -> str:
    """An id derived from a question and the questions before it."""
    return f"feedback-{hashlib.sha256(json.dumps(key).encode()).hexdigest()[:10]}"
