"""The lead: the shortest part of an article that answers by itself, and what it is.

Of each sentence the reader's model gives the likeliest spans. Each is completed to whole words, figures, days
and brackets; which of them leads is chosen by weights (`lead.json`, fitted by `scripts/train/lead.py`) over
how much less likely it is than the likeliest, how it stands in its sentence and how it fits what is asked.
The name behind the office that is asked for goes before all of them; the holder of another one, and what
else cannot be what is asked for, does not lead, nor does anything but a clause with what is asked where that
is whether something is so. A yes or a no goes before it where a logistic function of what the model says to
the question, and of what negates it, is sure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise, takewhile
from pathlib import Path

from index.models import Span
from rag.answer import Lead, LeadKind, plain
from rag.factcheck import objections
from rag.factcheck.facts import NEGATOR
from rag.lang import LANGUAGES, LEXICON, Language, say
from rag.lang.dates import Moment
from rag.lang.names import (
    Office,
    Sentence,
    find_offices,
    find_places,
    is_regency,
    meets,
    other_forms,
    spans_of,
)
from rag.lang.numbers import BOUNDS, Figure, find_figures, one_of, without_negated_bounds
from rag.lang.rendering import renderings, translate
from rag.lang.words import STOPWORDS, WORD, content_stems, content_words, forms, stem
from rag.reader import Polarity, Reading, tidied
from rag.tables import unit_at
from rag.weights import logistic, read, weighed, weights_of

FITTED = Path(__file__).with_name("lead.json")
"""Weights of `FEATURES`, "spans", and of `YES_FEATURES`, "yes"; and "sure", the least probability with which
a yes or a no is said, 0.5..1."""

FEATURES = (
    *("behind", "length", "share", "exact", "items", "goes_on", "begins_within"),
    *("length_of_one", "items_of_several", "beside_person", "within_value", "office"),
)
"""What a span is chosen by: see `features`."""

YES_FEATURES = ("bias", "yes", "unsaid", "negated", "asked_negated", "both_negated")
"""What tells whether the answer is a yes: see `yes_features`."""

WHOLE = 0.8
"""Share of a sentence's characters from which a span is the sentence, and does not lead it."""

VALUE = 5
"""A lead is a value where its figures are at least this part of its characters."""

HALF = 2
"""What can be told leads alone in the other language where it is at least this part of the span."""

QUOTED = 20
"""Most words of the other language that lead as they are written."""

ITEM_WORDS = 8
"""Most words of one item of a list."""

HEDGED = 5
"""Most words between what marks a clause as not certain and what leads of it."""

TIMES = frozenset({"minute", "hour", "day", "week", "month", "year"})
"""Units of lengths of time."""

_ASKS_DONE = re.compile(
    rf"\b(?:{LEXICON.pattern('asks_done')})\b|^(?:has|have)\b"
    rf"|\b(?:{LEXICON.pattern('asks_done_last')})\W*(?:ya|sih|kah)?\W*$",
    re.IGNORECASE,
)
_JOINER = rf"(?:{LEXICON.pattern('joiners')})"
_JOINED = re.compile(rf"\s*(?:(?<!\d),|,(?!\s*\d))\s*(?:{_JOINER}\s)?|\s{_JOINER}\s", re.IGNORECASE)
_COMPARING = re.compile(rf"\b{one_of(LEXICON.words('comparing', 'counted'))}\b", re.IGNORECASE)
_CONTRASTS = one_of(
    {*LEXICON.words("clause_breaks")} - {*LEXICON.words("joiners"), "lalu", "kemudian", "then"}
)
_ROW = re.compile(
    rf",\s*(?i:{_CONTRASTS})\s+"
    rf"|,\s*(?:{_JOINER}\s+)?(?=(?:[a-z]{{1,4}}\.\s+)?[A-Z][\w'’. -]*?\s(?:sebagai|selaku|as)\s)"
)
_ROW_OR_COMPARED = re.compile(rf"{_ROW.pattern}|\s{_COMPARING.pattern}\s+")
_OPENED = re.compile(r"(?:[A-Z][\w'’-]*\s+)*[\w'’-]+\s*\([^()]*$")
_CLOSED_ROW = re.compile(r"[^()]*\)[^()]*\(")
_BRACKET = re.compile(r"\s*\([^()]*\)")
_NUMBER_AT_END = re.compile(rf"(?:{_JOINED.pattern})\d[\d.,]*$", re.IGNORECASE)
_HEDGE = re.compile(rf"\b{one_of(LEXICON.words('hedges'))}\b", re.IGNORECASE)
_ASKS_YES = re.compile(rf"\W*{one_of(LEXICON.words('asks_yes'))}\b", re.IGNORECASE)
_CHOICE = re.compile(r"\b(?:atau|or)\b", re.IGNORECASE)
_NOT_YET = re.compile(rf"\b(?:{LEXICON.pattern('asks_done_last')}|yet)\b", re.IGNORECASE)
_OPENER = re.compile(rf"(?:{LEXICON.pattern('joining_openers')}|jadi|namun)\b,?\s+", re.IGNORECASE)
_GOES_ON = re.compile(rf"\s*(?:,\s*[^\W\d]|{_JOINER}\b)", re.IGNORECASE)
_BEGINS_WITHIN = re.compile(rf"(?:,|\b{_JOINER})\s*$", re.IGNORECASE)
_ASKS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(rf"\b(?:{LEXICON.pattern(f'asks_{kind}')})\b", re.IGNORECASE)
    for kind in ("person", "place", "day", "value")
}
_FROM = re.compile(rf"\b(?:dari|from)\s+(?:{one_of(BOUNDS)}\s+)?$", re.IGNORECASE)
_TO = re.compile(rf"[^,.;:()\"“”]{{0,40}}?\s(?:menjadi|jadi|ke|to)\s+(?:{one_of(BOUNDS)}\s+)?", re.IGNORECASE)
_PARTS = [part for place in ("starts", "middles", "ends") for part in LEXICON.words(f"period_{place}")]
_PART_BEFORE = re.compile(rf"\b{one_of(_PARTS)}\s+$", re.IGNORECASE)
_CLOCK = re.compile(r"\b(?:pukul|jam)\s+\d|\d\s*(?:[ap]\.?m\b|o'clock)", re.IGNORECASE)
_GOES_BEHIND = re.compile(rf"\s+(?!{_JOINER}\b){one_of(sorted(STOPWORDS))}\b", re.IGNORECASE)
_TITLE = r"(?:\s+(?:(?:dan|and|of|the|for)\s+)*(?:\(\w+\)|[A-Z\d][\w'’/-]*))*"
_IN_TITLE = re.compile(rf"{_TITLE}\s+(?:of\s+|the\s+)*")
_HELD = re.compile(rf"(?P<of>{_TITLE})\s*,?\s+")
_ASKS_HOLDER = re.compile(
    r"\b(?:(?P<alone>siapa(?:kah)?)|who(?:['’]s|\s+(?:is|was)))\b(?P<ahead>.*)$", re.IGNORECASE
)
_KINDS_OF_PLACE = frozenset({*LEXICON.words("regency_kinds"), "provinsi"})
_CARRIED = re.compile(r"\s*\([^()]*\)(?=\W*$)")
_NAMED_BEFORE = frozenset(
    {*LEXICON.words("located", "pairs"), *LEXICON.words("ranking_words", "pairs")} - STOPWORDS
)
_NAME = r"[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)*"
SEVERAL = re.compile(rf"\b(?:{LEXICON.pattern('asks_several', 'pairs')})\b", re.IGNORECASE)
_OFFICE = re.compile(rf"\b(?:{LEXICON.pattern('office_words')})\b")

_BEFORE = sorted(
    {*BOUNDS, "antara", "between", "bukan", "tidak", "belum", "not", "no"}, key=len, reverse=True
)
_BOUND_BEFORE = re.compile(rf"\b(?:{'|'.join(_BEFORE)})\s+$", re.IGNORECASE)
_BOUND_AFTER = re.compile(r"\s+(?:(?:atau )?lebih\b|per \w+|or (?:more|less)\b)", re.IGNORECASE)


def lead(question: str, reading: Reading, language: Language, number: int) -> Lead | None:
    """What leads an answer that rests on `reading`; None where its sentence is as short, or none can be told.

    Args:
        question: As it was understood.
        reading: The best one.
        language: Of the answer. What is written in the other one is told in it where that can be done
            exactly, and leads as a quotation where it is short.
        number: Of the citation of its sentence.
    """
    sentence = reading.sentence
    if sentence.text.rstrip().endswith("?"):
        return None  # what is asked there is no answer
    start, end = span = chosen_span(reading, question)
    if sentence.written_in == language:
        start, end = span = _limited(sentence, span)
    word = yes_or_no(question, reading, language)
    if not word and (
        (_asks_yes(question, reading) and not _tells_whether(question, sentence, span))
        or _is_of_another_kind(question, sentence, span)
    ):
        return None
    start, end = span = _hedged(sentence, span)
    if word and (opener := _OPENER.match(sentence.article.text, start, end)):
        start, span = opener.end(), (opener.end(), end)
    if end - start > WHOLE * (sentence.end - sentence.start):
        return Lead(word, "yesno", start, end, number) if word else None
    text = opened(sentence.article.text[start:end])
    if unit := unit_at(sentence.article.text, span):
        # As it is written: with a number that stands elsewhere it makes no figure that can be cited.
        return Lead(f"{text} {plain(unit)}", "value", start, end, number)
    if sentence.written_in != language:
        quoted = f"“{plain(sentence.article.text[start:end])}”" if len(WORD.findall(text)) <= QUOTED else ""
        text = rendered(sentence, span, language, question) or quoted
    has_words = re.search(r"\w", text) is not None
    if word:
        # It goes on within a sentence.
        begun = text[:1].lower() + text[1:] if sentence.article.text[start].islower() else text
        if begun.startswith(f"{word.lower()} "):
            return Lead(text, "yesno", start, end, number)
        return Lead(f"{word}: {begun}" if has_words else word, "yesno", start, end, number)
    kind = kind_of(question, sentence, span)
    told = sentence.written_in == language and not re.search(r"[\"“”]", text)
    if kind == "text" and told and is_quoted(sentence.article.text, start):
        text = f"“{text}”"
    return Lead(text, kind, start, end, number) if has_words else None


def yes_or_no(question: str, reading: Reading, language: Language) -> str:
    """What answers a yes-or-no question in one word; empty where it is none, or nothing is sure."""
    polarity = reading.polarity
    if polarity is None or polarity.asked <= 0:
        return ""
    weights = weights_of(YES_FEATURES, FITTED, "yes")
    yes = logistic(weighed(yes_features(question, reading.sentence, polarity), weights))
    if max(yes, 1 - yes) < read(FITTED, "sure"):
        return ""
    is_open = _ASKS_DONE.search(question) or _NOT_YET.search(_denial(question, reading.sentence.text))
    return say("yes" if yes > 1 / 2 else "not_yet" if is_open else "no", language)


def _asks_yes(question: str, reading: Reading) -> bool:
    """Whether a yes or a no answers a question, by the model or by its first word."""
    by_model = reading.polarity is not None and reading.polarity.asked > 0
    return by_model or bool(_ASKS_YES.match(question) and not _CHOICE.search(question))


def _tells_whether(question: str, sentence: Sentence, span: Span) -> bool:
    """Whether a span is a clause with a word of what is asked, and no value, day or name."""
    words = [word for word in WORD.findall(sentence.article.text[slice(*span)]) if word.islower()]
    is_exact = kind_of(question, sentence, span) in {"value", "date"}
    return not is_exact and not _meanings(question).isdisjoint(map(stem, {*words} - STOPWORDS))


def _meanings(question: str) -> frozenset[str]:
    """The stems of the words of a question, and of the Indonesian ones for them where they are English."""
    return frozenset().union(*(forms(word, is_english=True) for word in content_words(question)))


def _denial(question: str, text: str) -> str:
    """What negates, in a text, the very word that is asked about; empty where nothing does."""
    asked = _meanings(question)
    for negator in NEGATOR.finditer(text):
        behind = (word for word in WORD.findall(text[negator.end() :].lower()) if word not in STOPWORDS)
        if stem(next(behind, "")) in asked:
            return negator.group()
    return ""


def yes_features(question: str, sentence: Sentence, polarity: Polarity) -> dict[str, float]:
    """What speaks for a yes, each of the order of 1, by the names of `YES_FEATURES`.

    How much more likely the passage says yes than no; how much more likely neither than one of them; whether
    the sentence alone, the question alone, or both negate something.
    """
    texts = (without_negated_bounds(text) for text in (sentence.text, question))
    negated, asked = (bool(NEGATOR.search(text)) for text in texts)
    return {
        "bias": 1.0,
        "yes": (polarity.yes - polarity.no) / 5,
        "unsaid": (polarity.unsaid - max(polarity.yes, polarity.no)) / 5,
        "negated": float(negated and not asked),
        "asked_negated": float(asked and not negated),
        "both_negated": float(asked and negated),
    }


def chosen_span(reading: Reading, question: str = "") -> Span:
    """The characters of the article that lead, of the likeliest spans of a reading; its own without such."""
    spans = completed(reading.sentence, reading.spans, question)
    if not spans:
        return reading.span
    if holder := _holder(question, reading.sentence, spans):
        return holder
    weights = weights_of(FEATURES, FITTED, "spans")
    scored = zip(features(reading.sentence, spans, question), spans, strict=True)
    return max(scored, key=lambda one: weighed(one[0], weights))[1][0]


def _holder(question: str, sentence: Sentence, spans: Sequence[tuple[Span, float]]) -> Span | None:
    """The name directly behind the office that is asked for, where a likely span begins with it."""
    asked, text, base = _office_asked(question), sentence.text, sentence.start
    if asked is None or not asked[1]:
        return None
    begun = {first - base for (first, _), _ in spans}
    words = [_CARRIED.sub("", question)[asked[0].start : asked[0].end], *asked[1]]
    pattern = rf"\b(?i:{one_of([' '.join(words)])})(?:\s*\(\w+\))?,?\s+({_NAME})"
    for match in re.finditer(pattern, text):
        ranked = any(
            one.start <= match.start() < one.end and one.ranks != asked[0].ranks for one in find_offices(text)
        )
        if match.start(1) in begun and not ranked:
            return base + match.start(1), base + match.end(1)
    return None


def _office_asked(question: str) -> tuple[Office, list[str]] | None:
    """The office whose holder a question asks for, and the words of what it is of; None where it asks other.

    What is carried over from the conversation, in brackets, is not the office's own.
    """
    text = _CARRIED.sub("", question)
    office = next(find_offices(text), None)
    if office is None or asks_several(text):
        return None
    before, behind = text[: office.start], f"{office.of}{text[office.end :]}".lower()
    asks = _ASKS_HOLDER.search(before)
    ahead = WORD.findall((asks["ahead"] if asks else before).lower())
    beside = [word for word in ahead if word not in STOPWORDS]
    if "yang" in ahead or (beside and not (asks and not asks["alone"])):
        return None  # "Siapa yang dilantik bupati?"
    if not asks and not _ASKS["person"].search(behind):
        return None
    of = WORD.findall(behind)
    while of and of[0] in {"of", "for", "the"}:
        del of[0]
    return office, beside + list(takewhile(lambda word: word not in STOPWORDS, of))


def _office_held(text: str, start: int) -> tuple[Office, str | None] | None:
    """The office of who is named from a character of a text on, and what it is of; None without an office.

    Where the office itself begins there, what it is of is not told from the name, and None.
    """
    held = None
    for office in find_offices(text):
        # In "Kepala Staf Presiden" the first one is held.
        if office.start <= start and not (held and _IN_TITLE.fullmatch(text, held.end, office.start)):
            held = office
    if held is None:
        return None
    if held.start == start:
        return held, None
    found = _HELD.fullmatch(text, held.end, start)
    return (held, f"{held.of}{found['of']}") if found else None


def _holds_another(question: str, sentence: Sentence, start: int) -> bool:
    """Whether who is named from a character of a sentence on holds another office than is asked for.

    That is one of another kind where the sentence does not name the one that is asked for as well, one of
    another rank, and one of something else.
    """
    wanted, found, text = _office_asked(question), _office_held(sentence.text, start), sentence.text
    if wanted is None or found is None:
        return False
    (asked, of), (held, title) = wanted, found
    if not held.names & asked.names:
        return not any(one.names & asked.names and one.ranks == asked.ranks for one in find_offices(text))
    if held.ranks != asked.ranks:
        return True
    if not of or title is None:
        return False
    if not title.strip():
        # In a sentence that names another office of it, one without a title is of something else.
        others = (one for one in find_offices(text) if one != held and text[one.end :].strip())
        titles = (re.match(_TITLE, text[one.end :]) for one in others)
        return any(_shared(of, one.group(), sentence)[0] for one in titles if one)
    shared, lacking, further = _shared(of, title, sentence)
    return not shared or (lacking and further)


def _shared(of: Sequence[str], title: str, sentence: Sentence) -> tuple[bool, bool, bool]:
    """Whether words of what an office is of stand in a title; whether one does not; and one more does."""
    aliases, asked = sentence.surroundings.aliases, " ".join(of)
    places = {one.code for one in find_places(asked)} & {one.code for one in find_places(title)}
    asked, title = _without_places(asked, places), _without_places(title, places)
    there = content_stems(f"{title} {other_forms(title, aliases)}")
    meanings = [
        forms(word, is_english=True) | content_stems(other_forms(word, aliases))
        for word in content_words(asked)
    ]
    met = [bool(one & there) for one in meanings]
    known = frozenset().union(*meanings, _KINDS_OF_PLACE)
    further = any(not forms(word) & known for word in content_words(title))
    return bool(places) or any(met), not all(met), further


def _without_places(text: str, codes: Collection[str]) -> str:
    """A text without what names places of these codes."""
    for place in reversed(find_places(text)):
        if place.code in codes:
            text = f"{text[: place.start]} {text[place.end :]}"
    return text


def _is_of_another_kind(question: str, sentence: Sentence, span: Span) -> bool:
    """Whether a span cannot be what is asked for.

    It is the holder of another office, an amount to a question for a person, place or day, or to one for a
    day no time where its sentence tells of none.
    """
    start, end = span[0] - sentence.start, span[1] - sentence.start
    if _holds_another(question, sentence, start):
        return True
    kinds = {kind for kind, pattern in _ASKS.items() if pattern.search(question)}
    if not kinds or "value" in kinds:
        return False
    units = ((figure, figure.unit) for figure in sentence.figures if not figure.nth)
    amounts = [figure for figure, unit in units if unit and unit not in TIMES | {"people"}]
    if 2 * _covered(amounts, start, end) > end - start:
        return True
    return kinds == {"day"} and not _tells_time(sentence, (sentence.start, sentence.end))


def completed(
    sentence: Sentence, spans: Sequence[tuple[Span, float]], question: str = ""
) -> list[tuple[Span, float]]:
    """The spans with whole words, figures, days, changes and brackets, tidied; of equal ones the likeliest.

    Where one person, day or number is asked for, of clauses and persons with their offices in a row the one
    with most of what is asked is taken, and a number alone at the end, `47` of "312 rumah rusak, 47 di
    antaranya", is left out. One with half of a quotation is left out where there are others, and so is, where
    a day is asked for, one that tells no time.

    Args:
        sentence: Where they stand.
        spans: Characters of the article, each with its margin.
        question: What they answer.
    """
    text, base = sentence.text, sentence.start
    exact, changes, single = exact_parts(sentence), _changes(sentence), _asks_one(question)
    found: dict[Span, float] = {}
    for (first, last), margin in spans:
        start, end = max(first - base, 0), min(last - base, len(text))
        while 0 < start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
        while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
            end += 1
        for begin, stop in exact:
            if begin < end and start < stop:
                start, end = min(start, begin), max(end, stop)
        for value, (begin, stop) in changes:
            if meets(value, [(start, end)]):
                start, end = min(start, begin), max(end, stop)
        if text[end : end + 1] == ")" and text.count("(", start, end) > text.count(")", start, end):
            end += 1
        if single:
            start, end = _one_of_a_row(sentence, (start, end), question)
        if _CLOSED_ROW.match(text, start, end) and (opened := _OPENED.search(text[:start])):
            start = opened.start()
        start, end = tidied(text, (start, end)) if start < end else (0, 0)
        if "(" in text[start:end] and _JOINED.search(text[start:end]):
            # Its items have something in brackets each, also the last one.
            further = _BRACKET.match(text, end)
            end = further.end() if further else end
        if start < end:
            place = (base + start, base + end)
            found[place] = max(margin, found.get(place, -math.inf))
    kept = [one for one in found if _is_closed(sentence.article.text[slice(*one)])] or list(found)
    if _ASKS["day"].search(question):
        kept = [one for one in kept if _tells_time(sentence, one)] or kept
    return [(one, found[one]) for one in kept]


def _one_of_a_row(sentence: Sentence, span: Span, question: str) -> Span:
    """The part of a span, from the sentence's start, that answers for one thing."""
    (start, end), text = span, sentence.text
    asks_value, figures = _ASKS["value"].search(question), spans_of(sentence.figures)
    inside = text.find(")", start, end)
    if asks_value and "(" not in text[start:inside] and meets((start, inside), figures):
        return start, inside
    breaks = _ROW if _COMPARING.search(question) else _ROW_OR_COMPARED
    cuts = [one.span() for one in breaks.finditer(text, start, end)]
    if cuts:
        parts = [
            *zip([start, *(last for _, last in cuts)], [*(first for first, _ in cuts), end], strict=True)
        ]
        if asks_value:
            parts = [part for part in parts if meets(part, figures)] if meets(parts[0], figures) else [span]
        asked = content_stems(question)
        start, end = max(parts, key=lambda part: len(asked & content_stems(text[slice(*part)])))
    if (alone := _NUMBER_AT_END.search(text, start, end)) and re.match(r"\s+\w", text[end:]):
        end = alone.start()
    return start, end


def _tells_time(sentence: Sentence, span: Span) -> bool:
    """Whether a day, a period, a length of time or a time of day stands in a span."""
    lengths = (figure for figure in sentence.figures if figure.unit in TIMES)
    start, end = span[0] - sentence.start, span[1] - sentence.start
    times = spans_of(sentence.moments, lengths) + [one.span() for one in _CLOCK.finditer(sentence.text)]
    return meets((start, end), times)


def _is_closed(written: str) -> bool:
    """Whether every quotation mark has its other half."""
    return written.count('"') % 2 == 0 and written.count("“") == written.count("”")


def exact_parts(sentence: Sentence) -> list[Span]:
    """The characters, from the sentence's start, of its figures, days and periods: `akhir Mei`."""
    parts = (_PART_BEFORE.search(sentence.text[: one.start]) for one in sentence.moments)
    begun = [
        (part.start() if part else one.start, one.end)
        for part, one in zip(parts, sentence.moments, strict=True)
    ]
    return spans_of(sentence.figures) + begun


def _changes(sentence: Sentence) -> list[tuple[Span, Span]]:
    """The value from which something went to another, and all of it: `dari 55 menit menjadi 38 menit`."""
    text, found = sentence.text, []
    for one, other in pairwise(sentence.figures):
        begun = _FROM.search(text[: one.start])
        if begun and one.unit == other.unit and _TO.fullmatch(text, one.end, other.start):
            found.append(((one.start, one.end), (begun.start(), other.end)))
    return found


def features(
    sentence: Sentence, spans: Sequence[tuple[Span, float]], question: str = ""
) -> list[dict[str, float]]:
    """What speaks for each completed span, each of the order of 1, by the names of `FEATURES`.

    How far its margin is below the best; the logarithm of its words; its share of the sentence's characters;
    whether it has a figure or day; how many items it joins, four at most; whether a further item follows;
    and whether it begins behind one. Then, by what is asked, else 0: its length where one person, day or
    number is, its items where several are; how much of what is asked stands directly
    beside a person, and within the item of a number, of the most that does; and whether a person's span goes
    on to an office.
    """
    text, base = sentence.text, sentence.start
    exact = exact_parts(sentence)
    top = max((margin for _, margin in spans), default=0.0)
    person, value = (bool(_ASKS[kind].search(question)) for kind in ("person", "value"))
    several, one = asks_several(question), _asks_one(question)
    asked = content_stems(question)
    places = [(first - base, last - base) for (first, last), _ in spans]
    beside = [_asked_beside(text, place, asked) if person else 0 for place in places]
    within = [_asked_within(text, place, asked) if value else 0 for place in places]
    found = []
    for number, (start, end) in enumerate(places):
        written = text[start:end]
        length, items = math.log(1 + len(WORD.findall(written))), min(len(_JOINED.findall(written)), 4) / 2
        found.append(
            {
                "behind": (spans[number][1] - top) / 5,
                "length": length,
                "share": (end - start) / len(text),
                "exact": float(meets((start, end), exact)),
                "items": items,
                "goes_on": float(bool(_GOES_ON.match(text, end))),
                "begins_within": float(bool(_BEGINS_WITHIN.search(text[:start]))),
                "length_of_one": one * length,
                "items_of_several": several * items,
                "beside_person": 2 * beside[number] / max(*beside, 1),
                "within_value": 2 * within[number] / max(*within, 1),
                "office": float(person and not several and bool(_OFFICE.search(written, 1))),
            }
        )
    return found


def _asks_one(question: str) -> bool:
    """Whether a question asks for one person, day or number."""
    is_one = any(_ASKS[kind].search(question) for kind in ("person", "day", "value"))
    return is_one and not asks_several(question) and not _JOINED.search(question)


def asks_several(question: str) -> bool:
    """Whether a question asks for more than one: `siapa saja`, `tiga orang`, but not for Empat Lawang."""
    if SEVERAL.search(question):
        return True
    counted = (figure for language in LANGUAGES for figure in find_figures(question, language))
    return any(
        figure.words and not figure.nth and figure.value > 1 and not _is_in_name(question, figure)
        for figure in counted
    )


def _is_in_name(text: str, figure: Figure) -> bool:
    """Whether a figure in words is part of a name: behind an office or a kind of place, or with a capital."""
    before, written = WORD.findall(text[: figure.start]), WORD.findall(text[figure.start :])
    is_titled = all(word[0].isupper() for word in written[:2]) and len(written) > 1 and bool(before)
    behind_office = any(
        not text[one.end : figure.start].strip() for one in find_offices(text[: figure.start])
    )
    regencies = (" ".join(written[:length]) for length in (2, 3))
    named = bool(before) and before[-1].lower() in _NAMED_BEFORE
    return is_titled or behind_office or named or any(map(is_regency, regencies))


def _asked_beside(text: str, span: Span, asked: frozenset[str]) -> int:
    """How many stems of a question begin a span or stand in a row before or behind it."""
    before, written, behind = (
        [stem(word) for word in WORD.findall(part.lower())]
        for part in (text[: span[0]], text[slice(*span)], text[span[1] :])
    )
    runs = (takewhile(asked.__contains__, words) for words in (reversed(before), written, behind))
    return len({word for run in runs for word in run})


def _asked_within(text: str, span: Span, asked: frozenset[str]) -> int:
    """How many stems of a question stand in the item of a list within which a span begins."""
    joined = list(_JOINED.finditer(text))
    first = max((one.end() for one in joined if one.end() <= span[0]), default=0)
    last = min((one.start() for one in joined if one.start() > span[0]), default=len(text))
    return len(asked & {stem(word) for word in WORD.findall(text[first:last].lower())})


def kind_of(question: str, sentence: Sentence, span: Span) -> LeadKind:
    """What a lead is, by what stands in it and, for names, by what is asked."""
    start, end = span[0] - sentence.start, span[1] - sentence.start
    written = sentence.text[start:end]
    days = _covered(sentence.moments, start, end)
    if 2 * days > end - start:
        return "date"
    items = _JOINED.split(written)
    is_list = len(items) > 1 and all(0 < len(WORD.findall(item)) <= ITEM_WORDS for item in items)
    if is_list and (len(items) > 2 or re.search(rf"\b{_JOINER}\b", written, re.IGNORECASE)):
        return "list"
    if _ASKS["person"].search(question) and any(word[0].isupper() for word in WORD.findall(written)):
        return "person"
    places = find_places(written)
    is_place = len(places) == 1 and written == written[places[0].start : places[0].end]
    if is_place or _ASKS["place"].search(question):
        return "place"
    figures = [figure for figure in sentence.figures if not figure.nth]
    return "value" if VALUE * _covered(figures, start, end) > end - start else "text"


def _covered(parts: Sequence[Figure] | Sequence[Moment], start: int, end: int) -> int:
    """The characters of those parts that stand whole within `start:end`."""
    return sum(part.end - part.start for part in parts if start <= part.start and part.end <= end)


def rendered(sentence: Sentence, span: Span, language: Language, question: str = "") -> str:
    """A span in the other language, as far as it can be told exactly and its sentence proves it.

    Where it is more than can be told, the one figure, day, place or term that makes up most of it leads, or
    the figure that it begins with, as in `22 persen dari …` or where a number is asked for; a name needs no
    translation. Empty where nothing can be told.
    """
    article, (start, end) = sentence.article, span
    found = renderings(article.text[start:end], language, article.published)
    alone = [(start + one.start, start + one.end) for one in found]
    heads = {
        (start, one[1])
        for one in alone
        if one[0] == start
        and one[0] - sentence.start in {figure.start for figure in sentence.figures}
        and (_ASKS["value"].search(question) or _GOES_BEHIND.match(article.text, one[1], end))
    }
    for part in [span, *(one for one in alone if HALF * (one[1] - one[0]) >= end - start or one in heads)]:
        written = article.text[slice(*_with_bounds(sentence, part))]
        text = opened(translate(written, language, article.published) or "")
        if text and _is_proven(text, sentence, language):
            return text
    name = article.text[start:end]
    return opened(name) if is_name(name) else ""


def is_name(text: str) -> bool:
    """Whether a text is one name: each word capitalised, no figure and no list in it."""
    words = WORD.findall(text)
    small = {"bin", "binti", "al", "van", "de", "der"}
    return (
        bool(words)
        and all(word[0].isupper() or word in small for word in words)
        and not re.search(r"\d|[,;/]", text)
    )


def opened(text: str) -> str:
    """A text as one line that begins a sentence, without its full stop and without what reads as a marker."""
    flat = plain(text)
    if flat.startswith("(") and flat.endswith(")") and flat.count("(") == 1:
        flat = flat[1:-1].strip()
    return (flat[:1].upper() + flat[1:]).rstrip(".")


def is_quoted(text: str, at: int) -> bool:
    """Whether a character stands between quotation marks, by those before it in its paragraph."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return before.count('"') % 2 == 1 or before.count("“") > before.count("”")


def _is_proven(text: str, sentence: Sentence, language: Language) -> bool:
    published = sentence.article.published
    return not objections(
        text, sentence.text, claim_language=language, source_language=sentence.written_in, published=published
    )


def _hedged(sentence: Sentence, span: Span) -> Span:
    """A span with what marks it, in its clause, as not certain: `diduga`; values and days have bounds."""
    text, start = sentence.text, span[0] - sentence.start
    hedges = [*_HEDGE.finditer(text, 0, start)]
    if not hedges or meets((start, span[1] - sentence.start), exact_parts(sentence)):
        return span
    between = text[hedges[-1].end() : start]
    is_near = len(WORD.findall(between)) <= HEDGED and not re.search(r"[,.;:()\"“”]", between)
    return (sentence.start + hedges[-1].start(), span[1]) if is_near else span


def _limited(sentence: Sentence, span: Span) -> Span:
    """A span with what bounds the figure that it begins or ends with."""
    start, end = _with_bounds(sentence, span)
    first, last = span[0] - sentence.start, span[1] - sentence.start
    begins = any(figure.start == first for figure in sentence.figures)
    ends = any(figure.end == last for figure in sentence.figures)
    return start if begins else span[0], end if ends else span[1]


def _with_bounds(sentence: Sentence, span: Span) -> Span:
    """A span with what bounds or negates its value: `hampir 5 ton`, `bukan 5 ton`, `5 ton per bulan`."""
    text = sentence.article.text
    start, end = span
    before = _BOUND_BEFORE.search(text[sentence.start : start])
    after = _BOUND_AFTER.match(text[end : sentence.end])
    return sentence.start + before.start() if before else start, end + after.end() if after else end
