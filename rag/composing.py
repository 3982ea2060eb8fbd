"""Composing: readings become an answer whose every claim is cited, or a refusal.

Readings that give the same answer support one another. Another value is shown beside the best one only
where both are of the same thing, time and place; in doubt the surest reading stands alone. Rounded forms
of one figure do not differ, nor do figures that are only bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from index import Article, Passage
from index.models import Span
from index.press import content_lines
from index.text import sentences, trimmed
from rag.answer import Citation, Claim, Lead, Written, plain
from rag.differing import Correction
from rag.figures import counts_in
from rag.lang import LEXICON, Language, as_language, say, write_date
from rag.lang.dates import REPORTED_WITHIN, Moment
from rag.lang.names import Sentence, find_places, meets, spans_of, stems_of
from rag.lang.numbers import Figure
from rag.lang.rendering import glosses
from rag.lang.words import STOPWORDS, WORD, forms, refers_back, stem, whole_sentences
from rag.lead import SEVERAL, chosen_span, is_name, lead, rendered
from rag.query import Question
from rag.reader import Decision, Reading, load_decision
from rag.retrieval import release_of
from rag.tables import ITEM, is_heading, line_above, list_head, row_at

_CLOSE = Decimal("0.05")
"""Share by which a rounded figure may be off: 5 miliar for 4,796 miliar."""

_FURTHEST = 4
"""Figures that differ by a greater factor are rather of different things than at odds."""

_ORIGIN = re.compile(
    r"\b(?:dari|semula|sebelumnya|dibanding(?:kan)?|ketimbang|from|than|versus)\s+$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a reading: a figure, a day or period, or the words of a name; the others are None."""

    figure: Figure | None = None
    moment: Moment | None = None
    name: frozenset[str] | None = None

    def same(self, other: Value) -> bool:
        """Whether both say the same; a name may be shortened."""
        if self.figure and other.figure:
            return self.figure.is_alike(other.figure)
        if self.moment and other.moment:
            return (self.moment.first, self.moment.last) == (other.moment.first, other.moment.last)
        if self.name and other.name:
            return self.name <= other.name or other.name <= self.name
        return False

    def differs(self, other: Value) -> bool:
        """Whether only one of both can be right."""
        if self.figure and other.figure:
            return _at_odds(self.figure, other.figure)
        if self.moment and other.moment:
            return _other_day(self.moment, other.moment)
        return bool(self.name and other.name and not self.name & other.name)


def value_of(reading: Reading) -> Value | None:
    """The one figure, day or name that a reading's span gives; None where it gives none, or several."""
    sentence = reading.sentence
    start, end = reading.span[0] - sentence.start, reading.span[1] - sentence.start
    if _ORIGIN.search(sentence.text[:start]):
        return None
    moments = [one for one in sentence.moments if meets((start, end), spans_of([one]))]
    figures = [one for one in sentence.figures if meets((start, end), spans_of([one]))]
    if moments or figures:
        if len(moments) + len(figures) > 1:
            return None
        if moments:
            return None if moments[0].relative else Value(moment=moments[0])
        return None if figures[0].nth else Value(figure=figures[0])
    written = sentence.text[start:end]
    if not is_name(written) or find_places(written):
        return None
    words = frozenset(word.lower() for word in WORD.findall(written) if len(word) > 1)
    return Value(name=words) if words else None


def _at_odds(one: Figure, other: Figure) -> bool:
    """Whether two exact figures of one unit differ, and not by rounding."""
    if one.bound or other.bound or one.unit != other.unit or one.per != other.per:
        return False
    low, high = sorted((abs(one.value), abs(other.value)))
    if one.value == other.value or not low or high > _FURTHEST * low:
        return False
    return not (high - low <= _CLOSE * high and high - low < max(_last_place(one), _last_place(other)))


def _last_place(figure: Figure) -> Decimal:
    """The place value of a figure's last digit that is not zero: 100 million for 4,8 miliar."""
    return Decimal(1).scaleb(int(figure.value.normalize().as_tuple().exponent))


def _other_day(one: Moment, other: Moment) -> bool:
    """Whether two days, or two months, of one year differ: what happens each year is not at odds."""
    if one.is_period or other.is_period or one.first.month is None or other.first.month is None:
        return False
    return one.first.year == other.first.year and not one.first.agrees(other.first)


_SAME_EVENT = timedelta(days=14)
"""Days within which two articles on a flood are taken to be of one flood."""

_CONTRASTS = [frozenset(line.split()) for line in LEXICON.lines("contrasts", "pairs")]
_REPORTING = frozenset(LEXICON.words("reporting_words", "pairs"))
_RANKS: dict[str, str] = LEXICON.mapping("deputising", "pairs")
_BREAK = re.compile(r"[,;:]\s|[()–—]|\s-\s|\b(?:sedangkan|sementara|namun|tetapi|while|whereas|but)\b")
_JOIN = re.compile(r"\b(?:dan|serta|and)\b")


_OFFICE = re.compile(rf"\b(?:{LEXICON.pattern('offices_asked', 'pairs')})\b", re.IGNORECASE)
_EVENT = re.compile(rf"\b(?:{LEXICON.pattern('events', 'pairs')})\b", re.IGNORECASE)
"""Events that recur, each time with other figures."""
_DAILY = re.compile(rf"\b(?:{LEXICON.pattern('daily_values', 'pairs')})\w*\b", re.IGNORECASE)
_LOCATED = re.compile(rf"\b(?:{LEXICON.pattern('located', 'pairs')})\s+((?:[A-Z][\w'’.-]*\s?)+)")


def of_the_same(question: Question, one: Reading, other: Reading, *, strictly: bool) -> bool:
    """Whether two sentences answer about the same thing, place and time.

    Strictly, where their values differ, their words may not either: a word of what is counted that only one
    of them has makes it another thing.
    """
    if not (_same_time(question, one, other) and _same_places(question, one, other)):
        return False
    if strictly and not _same_event(question, one, other):
        return False
    if strictly and _gives_a_name(one) and not all(_holds(question, each) for each in (one, other)):
        return False
    mine, theirs = (stems_of(_clause_text(reading)) for reading in (one, other))
    if any(bool(line & mine) is not bool(line & theirs) for line in _CONTRASTS):
        return False
    if not strictly:
        return True
    if _asked_in(question, one.sentence) != _asked_in(question, other.sentence):
        return False
    if _other_numbers(one) != _other_numbers(other):
        return False
    known = frozenset().union(*(forms(word, is_english=question.is_english) for word in question.words))
    allowed = 0 if one.sentence.article.id == other.sentence.article.id or not known & mine else 1
    return all(
        len(strange) <= allowed and not _modified(reading, known, strange, against.sentence)
        for reading, against in ((one, other), (other, one))
        for strange in [_strange(reading, known, against.sentence)]
    )


def _gives_a_name(reading: Reading) -> bool:
    value = value_of(reading)
    return value is not None and value.name is not None


def is_of_office(question: Question) -> bool:
    """Whether a question names an office, which one person holds at a time."""
    return bool(_OFFICE.search(question.text))


def _holds(question: Question, reading: Reading) -> bool:
    """Whether the office that is asked for, and no other, stands before the name: "Gubernur Kalbar, Budi"."""
    sentence = reading.sentence
    before = sentence.text[: reading.span[0] - sentence.start]
    offices = list(_OFFICE.finditer(before))
    between = re.sub(r"\b(?:of|the|provinsi)\b", "", before[offices[-1].end() :]) if offices else "-"
    if re.search(r"(?<!\w)[a-z-]", between):
        return False
    asked = [word for word in question.words if _OFFICE.fullmatch(word)]
    named = {offices[-1].group().lower(), stem(offices[-1].group().lower())}
    return _ranks(before) == _ranks(question.text) and any(
        forms(word, is_english=question.is_english) & named for word in asked
    )


def _ranks(text: str) -> set[str]:
    return {_RANKS[word] for word in re.findall(r"\w+", text.lower()) if word in _RANKS}


def _clause(reading: Reading) -> Span:
    """The characters of a sentence, from its start, between the breaks around what it answers."""
    sentence = reading.sentence
    start, end = (at - sentence.start for at in reading.span)
    kept = spans_of(sentence.moments, sentence.figures)
    breaks = [m.span() for m in _BREAK.finditer(sentence.text)]
    figures = [span for span in spans_of(sentence.figures) if not meets((start, end), [span])]
    breaks += [
        match.span()
        for match in _JOIN.finditer(sentence.text)
        if any(f[1] <= match.start() < start or end < match.end() <= f[0] for f in figures)
    ]
    breaks = [span for span in breaks if not meets(span, kept)]
    first = max((e for _, e in breaks if e <= start), default=0)
    last = min((b for b, _ in breaks if b >= end), default=len(sentence.text))
    return first, last


def _clause_text(reading: Reading) -> str:
    return reading.sentence.text[slice(*_clause(reading))]


def _asked_in(question: Question, sentence: Sentence) -> set[str]:
    """The words of the question that a sentence has."""
    return {word for word in question.words if forms(word, is_english=question.is_english) & sentence.stems}


def _other_numbers(reading: Reading) -> set[Decimal | str]:
    """The numbers of a clause besides its answer, which may tell of what it is: "3-1", "nomor 2", "tahap 1".

    What a count of things counts stands for it, whatever its value: reports that differ about one event
    differ about "enam kecamatan" too.
    """
    begin, stop = _clause(reading)
    sentence, value = reading.sentence, value_of(reading)
    counted = counts_in(sentence.text, sentence.written_in, sentence.moments)
    return {
        counted.get(figure.start, figure.value)
        for figure in sentence.figures
        if begin <= figure.start < stop and not (value and figure == value.figure)
    }


def _subject_words(reading: Reading) -> set[str]:
    """Stems in a clause that may say what is counted: no names, places, days, figures or reporting words."""
    sentence = reading.sentence
    spans = spans_of(sentence.places, sentence.moments, sentence.figures)
    found = set()
    for match in WORD.finditer(sentence.text, *_clause(reading)):
        word = match.group()
        is_name = word[0].isupper() and match.start() > 0
        if meets(match.span(), spans) or is_name or word.isdigit() or len(word) == 1:
            continue
        if not {word.lower(), stem(word.lower())} & (STOPWORDS | _REPORTING):
            found.add(stem(word.lower()))
    return found


def _strange(reading: Reading, known: frozenset[str], against: Sentence) -> set[str]:
    """Words on the subject of a clause that neither the question nor the other sentence or title has."""
    theirs = against.stems | stems_of(against.article.title) | stems_of(against.before)
    return _subject_words(reading) - known - theirs


def _strange_names(reading: Reading, known: frozenset[str], against: Sentence) -> set[str]:
    """Capitalised words of a clause, "siswa SMA", that neither the question nor the other article has."""
    sentence = reading.sentence
    spans = spans_of(sentence.places, sentence.moments)
    names = {
        stem(match.group().lower())
        for match in WORD.finditer(sentence.text, *_clause(reading))
        if match.group()[0].isupper() and match.group().lower() not in STOPWORDS
        if not meets(match.span(), spans)
    }
    return names - known - _REPORTING - against.surroundings.stems - {stem(n) for n in _value_words(reading)}


def _value_words(reading: Reading) -> frozenset[str]:
    value = value_of(reading)
    return (value.name if value else None) or frozenset()


def _modified(reading: Reading, known: frozenset[str], strange: set[str], against: Sentence) -> bool:
    """Whether a strange word stands beside a word that is asked for or behind the value: "ekspor kopi"."""
    sentence = reading.sentence
    strange = strange | _strange_names(reading, known, against)
    words = [(m, stem(m.group().lower())) for m in WORD.finditer(sentence.text, *_clause(reading))]
    ends = {reading.span[1] - sentence.start}
    for (left, first), (_, second) in pairwise(words):
        if second in strange and (first in known or left.end() in ends):
            return True
        if first in strange and second in known and sentence.written_in == "en":
            return True
    return False


def _same_places(question: Question, one: Reading, other: Reading) -> bool:
    """Whether two clauses name the same places, what the question names apart.

    That one is named in both sentences, the ones before them, or the titles.
    """
    asked = {place.code for place in question.places}
    for reading in (one, other):
        sentence = reading.sentence
        around = find_places(f"{sentence.article.title}\n{sentence.before}\n{sentence.text}")
        if asked - {place.code for place in around}:
            return False
    mine, theirs = ({place.code for place in find_places(_clause_text(r))} - asked for r in (one, other))
    if mine != theirs:
        return False
    return all(
        _knows(against.sentence, name, question)
        for reading, against in ((one, other), (other, one))
        for match in _LOCATED.finditer(_clause_text(reading))
        for name in WORD.findall(match.group(1))
    )


def _knows(sentence: Sentence, name: str, question: Question) -> bool:
    return bool(forms(name.lower()) & (sentence.surroundings.stems | stems_of(question.text)))


def _same_time(question: Question, one: Reading, other: Reading) -> bool:
    """Whether both readings are of the same days and periods."""
    if question.moments:
        dated = [(*r.sentence.moments, *r.sentence.moments_before) for r in (one, other)]
        if not all(any(m.names(asked) for m in named) for asked in question.moments for named in dated):
            return False
    mine, theirs = ({(m.first, m.last) for m in _moments(question, reading)} for reading in (one, other))
    return mine == theirs


def _same_event(question: Question, one: Reading, other: Reading) -> bool:
    """Whether two sentences may tell of one event: not where each is of its own day, or of another week."""
    value = value_of(one)
    if value and value.moment and _EVENT.search(question.text):
        return False
    if _gives_a_name(one) or question.moments:
        return True
    mine, theirs = (reading.sentence.article.published for reading in (one, other))
    if mine is None or theirs is None:
        return not _EVENT.search(question.text)
    if abs(mine - theirs) <= REPORTED_WITHIN:
        return True
    reports = [any(_is_report(m, reading) for m in reading.sentence.moments) for reading in (one, other)]
    is_event = _EVENT.search(question.text) and abs(mine - theirs) > _SAME_EVENT
    return not (all(reports) or is_event)


def _moments(question: Question, reading: Reading) -> list[Moment]:
    """The dates of a clause, or else of its sentence, without its answer and the day that it reports on."""
    value = value_of(reading)
    start, end = _clause(reading)
    daily = bool(_DAILY.search(question.text))
    named = [
        moment
        for moment in reading.sentence.moments
        if not (value and moment == value.moment) and (daily or not _is_report(moment, reading))
    ]
    return [moment for moment in named if start <= moment.start < end] or named


def _is_report(moment: Moment, reading: Reading) -> bool:
    """Whether a moment is the day on which the paper places what it reports."""
    return not moment.is_period and moment.first.is_reported(reading.sentence.article.published)


NEAR = 0.5
"""A reading is held against the best one where its probability is at least this share of that one's."""

MOST_CITED = 3
"""Readings that are cited for one value."""


def agreeing(question: Question, readings: Sequence[Reading]) -> list[Reading]:
    """The best reading with those that support it or give another value of the same thing, surest first.

    Args:
        question: What was asked.
        readings: Surest first; at least one.
    """
    best, *others = readings
    chosen = [best]
    value = value_of(best)
    if value is None or SEVERAL.search(question.text):
        return chosen
    for reading in others:
        if reading.score < NEAR * best.score:
            break
        given = value_of(reading)
        if given is None or any(_is_again(reading, other) for other in chosen):
            continue
        differs = given.differs(value) and _only_one_is_right(question, value)
        if (differs or given.same(value)) and of_the_same(question, best, reading, strictly=differs):
            chosen.append(reading)
    return chosen


def by_value(readings: Sequence[Reading]) -> list[list[Reading]]:
    """The readings of each value together, at most `MOST_CITED`, in the order in which they came.

    A reading whose value cannot be told is by itself.
    """
    groups: list[list[Reading]] = []
    for reading in readings:
        value = value_of(reading)
        for group in groups:
            other = value_of(group[0])
            if value and other and value.same(other):
                if len(group) < MOST_CITED:
                    group.append(reading)
                break
        else:
            groups.append([reading])
    return groups


def _only_one_is_right(question: Question, value: Value) -> bool:
    """Whether such values exclude each other: figures and days do, names where an office is asked for."""
    return value.name is None or is_of_office(question)


def _is_again(one: Reading, other: Reading) -> bool:
    """Whether a reading is of a sentence that was taken already, or of one beside it that says the same.

    Copies of a release are one article: that they agree proves nothing.
    """
    mine, theirs = one.sentence, other.sentence
    if mine.article.id != theirs.article.id and release_of(mine.hit) != release_of(theirs.hit):
        return False
    value, earlier = value_of(one), value_of(other)
    is_one = mine.article.id == theirs.article.id and mine.start == theirs.start
    return is_one or bool(value and earlier and value.same(earlier))


MOST_CLAIMS = 3


@dataclass(frozen=True, slots=True)
class Composed:
    """The parts of an answer that come from articles, and what to remark about them."""

    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...] = ()
    differing: bool = False
    lead: Lead | None = None


@dataclass
class Composition:
    """Claims as they are put together, each with the citations that prove it, numbered in their order."""

    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def add(self, text: str, *quoted: tuple[Article, Span], written: Written = "quoted") -> int:
        """Add a claim and the characters of articles that prove it; the number of the first citation."""
        first = len(self.citations) + 1
        self.citations += [
            Citation(number, article, *span) for number, (article, span) in enumerate(quoted, first)
        ]
        self.claims.append(Claim(text, tuple(range(first, first + len(quoted))), written))
        return first

    def unquoted(self, article: Article, span: Span) -> Span | None:
        """The part of a span that no claim quotes already; None where all of it is quoted."""
        start, end = span
        for one in self.citations:
            if one.article.id == article.id and meets((start, end), [(one.start, one.end)]):
                start, end = (max(start, one.end), end) if one.start <= start else (start, one.start)
        start, end = trimmed(article.text, start, end)
        return (start, end) if start < end else None

    def proving(self, article: Article, at: int) -> int:
        """The number of the citation that has a character of an article; 1 where none has."""
        cited = (one for one in self.citations if one.article.id == article.id)
        return next((one.number for one in cited if one.start <= at < one.end), 1)

    def done(self, *notes: str, differing: bool = False, lead: Lead | None = None) -> Composed:
        return Composed(tuple(self.claims), tuple(self.citations), notes, differing, lead)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The readings that answer.

    Attributes:
        answers: Surest first: the best one, and those of other articles that give its value or another one.
        support: Further sentences of the best one's passage that are part of the answer.
    """

    answers: tuple[Reading, ...] = ()
    support: tuple[Reading, ...] = ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        return self.answers + self.support


def answering(question: Question, readings: Sequence[Reading], decision: Decision | None = None) -> Chosen:
    """The readings that answer; empty where none does surely enough.

    Args:
        question: As it was understood.
        readings: Surest first.
        decision: The reader's; that of the built-in one if none is given.
    """
    decision = decision or load_decision()
    if not readings or readings[0].score < decision.answer:
        return Chosen()
    best = readings[0]
    answers = agreeing(question, readings)
    support = sorted(
        (
            reading
            for reading in readings[1:]
            if reading.sentence.hit is best.sentence.hit
            and reading.support >= decision.support
            and reading not in answers
            and not is_heading(best.sentence.article.text, reading.sentence.start, reading.sentence.end)
        ),
        key=lambda reading: -reading.support,
    )
    return Chosen(tuple(answers), tuple(support[: MOST_CLAIMS - 1]))


def compose(chosen: Chosen, language: Language, question: str = "") -> Composed:
    """Claims and citations of the readings, in the order of their articles' text, and what leads them.

    Readings of one value are cited for one claim. Where their values differ, each is introduced by its
    article, the newer one first, a note says so, and nothing leads.

    Args:
        chosen: The readings that answer; without any there is nothing to compose.
        language: Of the answer.
        question: As it was understood.
    """
    if not chosen.answers:
        return Composed((), ())
    best = chosen.answers[0]
    groups = by_value(chosen.answers)
    differ = len(groups) > 1 and value_of(best) is not None
    if differ:
        groups = sorted(groups, key=_newest, reverse=True)[:MOST_CLAIMS]
    else:
        groups += [[reading] for reading in chosen.support]
        groups.sort(key=lambda group: (_position(group[0], chosen.readings), group[0].sentence.start))
    made = Composition()
    shown: set[tuple[str, int]] = set()
    for group in groups:
        sentence = group[0].sentence
        for head in heads_of(sentence, shown) if not differ else ():
            made.add(plain(sentence.article.text[slice(*head)]), (sentence.article, head))
        spans = [(one.sentence.article, with_reference(one.sentence, shown)) for one in group]
        quoted = [(source, span) for source, whole in spans if (span := made.unquoted(source, whole))]
        if not quoted:
            continue
        # The quotation proves itself; what is said before it in other words is proven by it.
        is_told = differ and sentence.written_in != language
        before = rendered(sentence, chosen_span(group[0], question), language) if is_told else ""
        text, written = quotation(*quoted[0], language, before)
        if differ:
            text = attribute(quoted[0][0], text, language)
        made.add(text, *quoted, written=written)
    if differ and len(made.claims) > 1:
        return made.done(say("differ", language), differing=True)
    proof = made.proving(best.sentence.article, best.span[0])
    return made.done(lead=lead(question, best, language, proof))


def outdated_in(reading: Reading, found: Iterable[Correction]) -> list[Correction]:
    """Those of some corrections that are of what a reading answers with."""
    article = reading.sentence.article.id
    return [one for one in found if one.article.id == article and _has(one, reading.span)]


def _has(one: Correction, span: Span) -> bool:
    return meets(span, [(one.figure.start, one.figure.end)])


def current_span(article: Article, span: Span, found: Iterable[Correction]) -> tuple[Article, Span]:
    """The sentence that corrects a figure of a sentence, and its article; the sentence itself without one."""
    of_article = (one for one in found if one.article.id == article.id and _has(one, span))
    one = next(of_article, None)
    return (one.by, one.instead.sentence) if one else (article, span)


def current(sentence: Sentence, found: Iterable[Correction]) -> Sentence:
    """The sentence that corrects a figure of a sentence; the sentence itself where none does."""
    article, span = current_span(sentence.article, (sentence.start, sentence.end), found)
    if article is sentence.article:
        return sentence
    return Sentence(article, *span, replace(sentence.hit, passage=Passage(article, *span)))


def corrected(composed: Composed, found: Iterable[Correction], language: Language) -> Composed:
    """What was composed, with a note for each article that corrects a figure in it or is cited for doing so.

    An old value does not lead, and has the sentence that corrects it behind it.
    """
    made = Composition(list(composed.claims), list(composed.citations))
    lead, noted = composed.lead, dict[str, list[Correction]]()
    for one in found:
        cited = [each for each in made.citations if each.article.id == one.article.id]
        is_old = any(_has(one, (each.start, each.end)) for each in cited)
        if is_old or made.unquoted(one.by, (one.instead.start, one.instead.end)) is None:
            noted.setdefault(one.by.id, []).append(one)
        if not is_old:
            continue
        if lead and lead.number in {each.number for each in cited} and _has(one, (lead.start, lead.end)):
            lead = None
        if span := made.unquoted(one.by, one.instead.sentence):
            text, written = quotation(one.by, span, language)
            made.add(attribute(one.by, text, language), (one.by, span), written=written)
    notes = [_correction_note(some, language) for some in noted.values()]
    return made.done(*composed.notes, *notes, differing=composed.differing, lead=lead)


def _correction_note(found: Sequence[Correction], language: Language) -> str:
    """What an article corrects."""
    by = found[0].by
    day = write_date(by.published, language) if by.published else ""
    changes = [f"“{plain(one.figure.written)}” → “{plain(one.instead.written)}”" for one in found]
    told = "; ".join(dict.fromkeys(changes))
    return say("corrected", language, changes=told, title=plain(by.title), day=day)


def heads_of(sentence: Sentence, shown: set[tuple[str, int]]) -> list[Span]:
    """The headings of the table that a sentence is a row of, where they stand on a line of their own.

    A line above them that ends in a colon, as "Ekspor (juta USD):", is given with them.

    Args:
        sentence: What is quoted.
        shown: Article and end of what was quoted before, to which the headings are added.
    """
    article = sentence.article
    place = row_at(article.text, sentence.start, sentence.end)
    table = place[0] if place else None
    heads = (
        (line_above(article.text, table), table.head) if table else (list_head(article.text, sentence.start),)
    )
    found = [head for head in heads if head and (article.id, head[1]) not in shown]
    if table and table.head not in found:
        return []
    shown.update((article.id, head[1]) for head in found)
    return found


def with_reference(sentence: Sentence, shown: set[tuple[str, int]]) -> Span:
    """The characters of a sentence, with the one before it where it begins by referring to that.

    Args:
        sentence: What is quoted.
        shown: Article and end of the sentences that were quoted before, to which this one is added.
    """
    article, start = sentence.article, sentence.start
    place = row_at(article.text, start, sentence.end)
    if place is not None and place[0].head is not None:
        # Without the bars around it.
        shown.add((article.id, sentence.end))
        return max(start, place[1].start), min(sentence.end, place[1].end)
    start, end = closed(sentence)
    if item := ITEM.match(article.text, start):
        return item.end(), end
    earlier = article.text[sentence.hit.passage.start : start]
    before = sentences(earlier)[-1:]
    if before and start == sentence.start and refers_back(sentence.text):
        first, last = (sentence.hit.passage.start + at for at in before[0])
        if (article.id, last) not in shown:
            start = closed(replace(sentence, start=first, end=last))[0]  # with both quotation marks
    shown.add((article.id, end))
    return start, end


def closed(sentence: Sentence) -> Span:
    """The characters of a sentence, with those beside it that the quotation which it is a part of takes.

    One of more than `LONGEST_QUOTATION` characters, or that never ends, stays the sentence that it is.
    """
    text, (start, end) = sentence.article.text, (sentence.start, sentence.end)
    spans = whole_sentences(text, *paragraph_of(text, start))
    wide = next((span for span in spans if span[0] <= start and end <= span[1]), (start, end))
    return wide if wide[1] - wide[0] <= LONGEST_QUOTATION else (start, end)


def paragraph_of(text: str, at: int) -> Span:
    """The paragraph of a text that a character stands in, without its dateline and other boilerplate."""
    found = next((span for span in _paragraphs(text) if span[0] <= at < span[1]), None)
    return found or (text.rfind("\n", 0, at) + 1, len(text) - len(text[at:].partition("\n")[2]))


@lru_cache(maxsize=64)
def _paragraphs(text: str) -> list[Span]:
    return content_lines(text)


def quotation(article: Article, span: Span, language: Language, before: str = "") -> tuple[str, Written]:
    """The characters of an article as a claim; from the other language with what can be told of it exactly.

    Args:
        article: Where they stand.
        span: Which they are.
        language: Of the answer.
        before: What of it is said in the language of the answer, to go before the quotation.
    """
    written = article.text[slice(*span)]
    if as_language(article.language) == language:
        return plain(written), "quoted"
    parts = [f"{before}."] if before else []
    parts.append(say("original", language, quote=plain(written)))
    if pairs := glosses(written, language, article.published):
        listed = "; ".join(f"{plain(one)} = {plain(other)}" for one, other in pairs)
        parts.append(say("that_is", language, pairs=listed))
    return " ".join(parts), "rendered" if len(parts) > 1 else "quoted"


def attribute(article: Article, text: str, language: Language) -> str:
    """`text` introduced by who published it and when: "Menurut Harian X (22 Juli 2025): …"."""
    source = plain(article.source or f"“{article.title}”")
    if article.published is None:
        return say("according_undated", language, source=source, text=text)
    return say("according", language, source=source, day=write_date(article.published, language), text=text)


def introduce(article: Article, text: str, language: Language) -> str:
    """`text` introduced by its article's title and day: "“Ekspor naik” (22 Juli 2025): …"."""
    title = plain(article.title)
    if article.published is None:
        return say("listed_undated", language, title=title, text=text)
    return say("listed", language, title=title, day=write_date(article.published, language), text=text)


LONGEST_QUOTATION = 700
"""Characters of a quotation of several sentences that is shown whole where one of them answers."""

PERHAPS = 0.2
"""Probability from which a refusal offers a sentence; from here to the threshold, about a third are right."""


def offered_sentence(readings: Sequence[Reading]) -> Sentence | None:
    """The sentence that a refusal offers: the surest that was read, where it is not much too unsure."""
    return readings[0].sentence if readings and readings[0].score >= PERHAPS else None


def refusal(question: Question, nearest: Article | None, readings: Sequence[Reading] = ()) -> str:
    """The message where the articles do not say: what was looked for, and what is nearest.

    Args:
        question: As it was understood.
        nearest: The article that was found first; the nearest where no sentence is offered.
        readings: What was read, surest first; see `offered_sentence`.
    """
    language = question.language
    parts = [say("not_found", language)]
    terms = looked_for(question)
    if terms:
        parts.append(say("looked_for", language, terms=plain(", ".join(terms))))
    offered = offered_sentence(readings)
    nearest = offered.article if offered else nearest
    if nearest:
        parts.append(nearest_line(nearest, language))
    if offered:
        span = with_reference(offered, set())
        parts.append(say("perhaps", language, quote=plain(offered.article.text[slice(*span)])))
    return " ".join(parts)


def nearest_line(article: Article, language: Language) -> str:
    """Which article is nearest, with its publisher and day as far as they are known."""
    day = write_date(article.published, language) if article.published else None
    origin = ", ".join(part for part in (article.source, day) if part)
    key = "nearest" if origin else "nearest_untold"
    return say(key, language, title=plain(article.title), origin=origin)


_LEADING_IN = frozenset((*LEXICON.words("greeting_words"), *LEXICON.words("correcting_words")))
"""Words by which a turn greets or corrects the one before it."""


def looked_for(question: Question) -> list[str]:
    """The words, places, dates and figures of a question, in its own writing; nothing that only leads in."""
    text = question.text
    spans = spans_of(question.places, question.moments, question.figures)
    telling = [word for word in question.words if word not in _LEADING_IN]
    for word in telling if telling or spans else question.words:
        match = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
        if match:
            spans.append(match.span())
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return [text[start:end] for start, end in merged]


def _newest(group: Sequence[Reading]) -> tuple[date, float]:
    """Sort key of differing values: the day of the article that introduces them, then their score."""
    return group[0].sentence.article.published or date.min, group[0].score


def _position(reading: Reading, readings: Sequence[Reading]) -> int:
    """The place of a reading's article among the articles of the answer, surest first."""
    order = list(dict.fromkeys(r.sentence.article.id for r in readings))
    return order.index(reading.sentence.article.id)
