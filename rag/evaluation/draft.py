"""Drafts of cases, proposed from articles for a person to accept or edit; near misses among them."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index import Article
from index.text import sentences
from rag.dates import find_moments
from rag.evaluation.asked import Asked, questions
from rag.figures import Language, find_figures
from rag.places import PROVINCES, english_name, find_places

NEAR_MISSES = 4
"""One case in so many is a near miss, where there are enough."""


@dataclass(frozen=True, slots=True)
class Draft:
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


@dataclass(frozen=True, slots=True)
class _Told:
    """All that the articles say, and the places that they name."""

    text: str
    places: frozenset[str]


def draft_cases(articles: Sequence[Article], *, limit: int, seed: int = 0) -> list[Draft]:
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
    told = _Told(text, frozenset(place.code for place in find_places(text)))
    misses = [miss for draft, _ in unique if (miss := _near_miss(draft, told, chooser))]
    chosen_misses = _spread([(miss, miss.id) for miss in misses], wanted, chooser)
    rest = _spread([(draft, asked.kind) for draft, asked in unique], limit - len(chosen_misses), chooser)
    return _numbered([*rest, *chosen_misses])


def write_cases(drafts: Sequence[Draft]) -> str:
    """The drafts as a `*.qa.yaml`, each with a comment on where it comes from."""
    return "\n".join(map(_write, drafts))


def _proposals(articles: Sequence[Article]) -> Iterator[tuple[Draft, Asked]]:
    for article in sorted(articles, key=lambda article: article.id):
        if article.language not in {"id", "en"}:
            continue
        language: Language = "en" if article.language == "en" else "id"
        for start, end in sentences(article.text):
            for asked in questions(article.text[start:end], article, language):
                if asked.answer.casefold() not in asked.question.casefold():
                    name = f"{article.id}-{asked.kind}"
                    yield Draft(name, asked.question, language, asked.answer, article, (start, end)), asked


def _near_miss(draft: Draft, told: _Told, chooser: random.Random) -> Draft | None:
    """The question with one thing swapped for another that no article names."""
    for swap in (_other_place, _other_year, _other_figure):
        if found := swap(draft, told, chooser):
            old, new, at = found
            question = draft.question[:at] + new + draft.question[at + len(old) :]
            return Draft(
                f"{draft.article.id}-near-miss",
                question,
                draft.language,
                "",
                draft.article,
                draft.sentence,
                (old, new),
            )
    return None


def _other_place(draft: Draft, told: _Told, chooser: random.Random) -> tuple[str, str, int] | None:
    """A province for a province that the question names."""
    free = sorted(code for code in PROVINCES if code not in told.places)
    for place in find_places(draft.question):
        if place.code in PROVINCES and free:
            code = chooser.choice(free)
            # A province without another name has one for both languages: Aceh, Bali.
            new = next(iter(PROVINCES[code][1]), "") if draft.language == "id" else ""
            new = new or english_name(code)
            return draft.question[place.start : place.end], new, place.start
    return None


def _other_year(draft: Draft, told: _Told, chooser: random.Random) -> tuple[str, str, int] | None:
    """A later year for one that the question names."""
    for moment in find_moments(draft.question):
        written = draft.question[moment.start : moment.end]
        if moment.first.year and (match := re.search(str(moment.first.year), written)):
            new = str(moment.first.year + chooser.randint(3, 9))
            if new not in told.text:
                return match.group(), new, moment.start + match.start()
    return None


def _other_figure(draft: Draft, told: _Told, chooser: random.Random) -> tuple[str, str, int] | None:
    """Another number for one that the question names in digits."""
    dated = [(moment.start, moment.end) for moment in find_moments(draft.question)]
    for figure in find_figures(draft.question, draft.language):
        match = re.search(r"\d+", draft.question[figure.start : figure.end])
        if not match or any(start < figure.end and figure.start < end for start, end in dated):
            continue
        new = str(int(match.group()) + chooser.randint(2, 9))
        if not re.search(rf"(?<![\d.,]){new}(?![\d])", told.text):
            return match.group(), new, figure.start + match.start()
    return None


def _spread(drafts: Sequence[tuple[Draft, str]], limit: int, chooser: random.Random) -> list[Draft]:
    """At most `limit`, taking turns between the kinds and, within a kind, between the articles."""
    kinds: dict[str, dict[str, list[Draft]]] = {}
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


def _numbered(drafts: Sequence[Draft]) -> list[Draft]:
    """In the order of their ids, those that share one told apart by a number."""
    seen: Counter[str] = Counter()
    found = []
    for draft in sorted(drafts, key=lambda draft: (draft.article.id, draft.sentence, draft.id)):
        seen[draft.id] += 1
        name = f"{draft.id}-{seen[draft.id]}"
        found.append(
            Draft(
                name,
                draft.question,
                draft.language,
                draft.contains,
                draft.article,
                draft.sentence,
                draft.swapped,
            )
        )
    return found


def _write(draft: Draft) -> str:
    start, end = draft.sentence
    sentence = one_line(draft.article.text[start:end])
    comment = f"# Proposal, to accept or edit; from {one_line(draft.article.id)} {start}:{end}: {sentence}"
    lines = [comment]
    if draft.swapped:
        old, new = map(one_line, draft.swapped)
        lines.append(f"# Near miss: “{old}” was swapped for “{new}”; make sure that no article answers it.")
    lines += [f"- id: {quoted(draft.id)}", f"  question: {quoted(draft.question)}", "  expect:"]
    lines.append(f"    language: {quoted(draft.language)}")
    if draft.contains:
        lines.append(f"    contains: [{quoted(draft.contains)}]")
        lines.append(f"    cites: [{quoted(draft.article.id)}]")
        lines.append(f"    passages: [{quoted(sentence)}]")
    lines.append(f"    abstain: {'false' if draft.contains else 'true'}")
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """Without what would end a comment or could not be read again."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def quoted(text: str) -> str:
    """As YAML reads it back: a JSON string is one, once letters beyond the BMP are left as they are."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in written)


def _escape(letter: str) -> str:
    """What YAML would not read, such as a control character, or would read as a space, such as U+2028."""
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
