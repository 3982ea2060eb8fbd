"""Kinds of answers: which spans of a sentence are a figure, a day, a person or a place that is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.figures import Figure
from rag.glossary import indonesian
from rag.question import Question
from rag.sentence import Sentence, Span, stems_of
from rag.units import CURRENCIES, UNITS, WORDS
from rag.words import STOPWORDS, stem

_NAME = re.compile(
    r"(?<![\w])[A-Z][\w'’.-]*[\w](?:\s+(?:(?:bin|binti|al|van|de|der)\s+)?[A-Z][\w'’.-]*[\w])*", re.UNICODE
)
_CLOCK = re.compile(
    r"\b(?:pukul|jam)\s+\d{1,2}[.:]\d{2}|\b\d{1,2}[.:]\d{2}\s*(?:WIB|WITA|WIT)\b", re.IGNORECASE
)
_TOWARDS = re.compile(r"\b(?:di|ke|dari|menuju|asal|in|at|to|from)\s+(?:\w+\s+)?$", re.IGNORECASE)
NEARBY = 30
"""Characters around a figure in which the noun stands that it counts."""

_FROM = re.compile(r"\b(?:di|ke|dari|in|at|from)\s+$")
_LISTED = re.compile(r"\s*(?:\([^()]{1,12}\))?\s*(?:[,/]|(?:,\s*)?\b(?:dan|serta|and)\b)?\s*\(?")
_TITLES = frozenset(
    """
    gubernur wakil bupati wali kota walikota presiden menteri sekretaris sekda kepala ketua direktur
    konjen konsul jenderal plt pj kapolri kapolda kapolres panglima komisaris dokter prof dr ir drs
    hj haji dinas badan kantor provinsi kabupaten kecamatan kementerian komisi dewan pemerintah
    pemprov pemkot pemkab universitas pt cv bank senin selasa rabu kamis jumat sabtu minggu
    indonesia republik governor mayor president minister secretary
    """.split()
)


_PERCENT = re.compile(r"\b(?:persen\w*|persentase\w*|percent\w*|per\s+cent)\b|%", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(?:dolar|dollars?|usd|rupiah|rp|idr|yuan|yen|euros?|ringgit|money|uang"
    # What is always paid in money, whatever the question calls its amount.
    r"|anggaran|harga|biaya|gaji|upah|denda|utang|tarif|nilai\s+(?:ekspor|impor|perdagangan|investasi|transaksi)"
    r"|budget|price|worth|costs?|salary|wages?|fee|debt|tariff|value\s+of\s+(?:\S+\s+){0,3}(?:exports?|imports?|trade))\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\b(?:how\s+many|berapa\s+banyak|berapa(?:kah)?\s+(?P<noun>[^\W\d_]{3,}))", re.IGNORECASE
)
# After "berapa" these ask for a value of any unit, not for a count.
_VALUES = frozenset(
    """
    nilai besar besaran besarnya nilainya harga biaya anggaran total jumlah persen persentase dolar rupiah
    ekspor impor target tarif kenaikan penurunan rasio kerugian dana utang pendapatan gaji luas panjang
    tinggi lama usia umur suhu kecepatan skor lebih kurang kira kontribusi porsi pangsa inflasi modal
    investasi kapasitas jarak denda upah laba omzet penjualan defisit surplus pertumbuhan sih
    """.split()
)
_WORDS_OF_UNITS = [re.escape(word) for word in (*CURRENCIES, *UNITS) if word.isascii()]
_UNIT_WORDS = sorted(_WORDS_OF_UNITS, key=len, reverse=True)
_ORDER = re.compile(r"\b(?:ke-?\s?berapa\w*|peringkat|urutan|posisi|rank\w*|position|place)\b", re.IGNORECASE)
_CHANGE = re.compile(
    r"\bhow\s+(?:much|far)\s+(?:did|has|have|does|do|were|was)\b"
    r".*\b(?:grow|grown|increase|increased|rise|risen|fall|fallen|drop|dropped|decline|declined)\b"
    r"|\b(?:naik|turun|tumbuh|meningkat|menurun)(?:nya)?\s+(?:sebesar\s+)?berapa\b"
    r"|\bberapa\s+(?:persen\s+|besar\s+)?(?:kenaikan|penurunan|pertumbuhan|peningkatan|naiknya|turunnya)",
    re.IGNORECASE,
)
_CHANGES = frozenset(
    """
    naik turun tumbuh tingkat ingkat lonjak susut anjlok merosot kurang tambah rise fall grow increase
    decline
    """.split()
)
_COUNTED_UNIT = re.compile(
    rf"\b(?:how\s+many|berapa(?:kah)?(?:\s+banyak)?)\s+(?P<unit>{'|'.join(_UNIT_WORDS)})(?:kah)?\b",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"\bhow\s+many\s+(?:\w+\s+)?(?P<noun>[^\W\d_]+s|people|children|men|women)\b", re.IGNORECASE
)
_COUNTRY = re.compile(r"\b(?:negara|countr(?:y|ies)|nations?)\b", re.IGNORECASE)
_PROVINCE = re.compile(r"\b(?:provinsi|provinces?)\b", re.IGNORECASE)


def typed_spans(question: Question, sentence: Sentence) -> list[Span]:
    """Spans of the sentence's text that are of the kind asked for and not named by the question itself."""
    text = sentence.text
    if question.kind == "quantity" and _CHANGE.search(question.text) and not sentence.stems & _CHANGES:
        return []
    if question.kind == "quantity":
        asked = {figure.value for figure in question.figures}
        figures = [f for f in sentence.figures if f.value not in asked and _is_counted(f, question, sentence)]
        return [(figure.start, figure.end) for figure in figures]
    if question.kind == "time":
        asked_days = {(m.first, m.last) for m in question.moments}
        found = [(m.start, m.end) for m in sentence.moments if (m.first, m.last) not in asked_days]
        return found + [match.span() for match in _CLOCK.finditer(text)]
    if question.kind == "person":
        return _persons(question, sentence)
    if question.kind == "place":
        return _places(question, sentence)
    return []


def _is_counted(figure: Figure, question: Question, sentence: Sentence) -> bool:
    """Whether a figure is of the unit asked for: a share, an amount of money, or a number of things."""
    text = question.text
    if figure.nth:
        return bool(_ORDER.search(text))
    if _PERCENT.search(text):
        return figure.unit in {"%", "pp", "bp"}
    if _MONEY.search(text):
        return figure.is_money
    if (unit := _unit_asked(text)) is not None:
        return figure.unit == unit or (unit == "people" and figure.unit is None)
    match = _COUNT.search(text)
    if match is None or (match["noun"] and match["noun"].lower().removesuffix("nya") in _VALUES):
        return True
    if figure.is_money or figure.unit in {"%", "pp", "bp"} or (figure.words and figure.value <= 1):
        return False
    return _counts(figure, match["noun"] or "", question, sentence)


def _counts(figure: Figure, noun: str, question: Question, sentence: Sentence) -> bool:
    """Whether the noun that is counted stands by the figure: "six countries", "korban tewas 12 orang".

    Where its Indonesian is not known, whatever is counted may be it, but for spans of time.
    """
    after_many = _MANY.search(question.text)
    noun = (after_many["noun"] if after_many else noun).lower()
    forms = {noun, stem(noun)}
    if question.is_english:
        forms = {form for word in indonesian(noun) for form in (word, stem(word))}
    if not forms:
        return figure.unit not in {"year", "month", "day", "hour", "minute"}
    follow = [bool(forms & stems_of(_beside(other, sentence, after=True))) for other in sentence.figures]
    if any(follow):
        return follow[sentence.figures.index(figure)]
    return bool(forms & stems_of(_beside(figure, sentence, after=False)))


def _beside(figure: Figure, sentence: Sentence, *, after: bool) -> str:
    """The characters after or before a figure, as far as the next figure."""
    text = sentence.text
    if after:
        stops = [other.start for other in sentence.figures if other.start >= figure.end]
        return text[figure.end : min([*stops, figure.end + NEARBY])]
    stops = [other.end for other in sentence.figures if other.end <= figure.start]
    return text[max([*stops, figure.start - NEARBY, 0]) : figure.start]


def _unit_asked(text: str) -> str | None:
    """The unit that is counted, "how many basis points", "berapa ton"; None where things are."""
    match = _COUNTED_UNIT.search(text)
    if match is None:
        return None
    word = " ".join(match["unit"].lower().split())
    return CURRENCIES.get(word) or UNITS[word][0]


def _places(question: Question, sentence: Sentence) -> list[Span]:
    """Countries or provinces where those are asked for, else any place or name."""
    asked = {place.code for place in question.places}
    places = [place for place in sentence.places if place.code not in asked]
    if _COUNTRY.search(question.text):
        places = [place for place in places if "-" not in place.code]
    if _PROVINCE.search(question.text):
        return [(p.start, p.end) for p in places if "-" in p.code]
    spans = _joined(sentence.text, [(p.start, p.end) for p in places])
    return spans or [span for span in _other_names(question, sentence) if _is_where(sentence, span)]


def _is_where(sentence: Sentence, span: Span) -> bool:
    """Whether a name that is no known place stands where one does: "menuju Srilanka"."""
    known = any(span[0] < place.end and place.start < span[1] for place in sentence.places)
    return not known and bool(_TOWARDS.search(sentence.text, *_ahead_of(span)))


def _ahead_of(span: Span) -> Span:
    return max(0, span[0] - 3 * NEARBY), span[0]


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Neighbours of a list, `Tiongkok, Amerika Serikat, dan India`, as one span."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and _LISTED.fullmatch(text[joined[-1][1] : start]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _persons(question: Question, sentence: Sentence) -> list[Span]:
    """Names that are no place, office, month or abbreviation; neighbours of a list as one."""
    names = [span for span in _other_names(question, sentence) if _like_person(sentence.text, span)]
    return _joined(sentence.text, names)


def _like_person(text: str, span: Span) -> bool:
    blank = _TITLES | STOPWORDS | WORDS.keys()
    words = [word for word in text[span[0] : span[1]].split() if word.lower().strip(".,") not in blank]
    if not words or all(word.isupper() and len(word) > 1 for word in words):
        return False
    # "di Medan", "dari Guangdong": where somebody is, not who.
    return not _FROM.search(text, *_ahead_of(span))


def _other_names(question: Question, sentence: Sentence) -> list[Span]:
    """Capitalised names of the sentence that the question does not have."""
    asked = stems_of(question.text)
    blocked = [(p.start, p.end) for p in sentence.places if question.kind != "place"]
    blocked += [(m.start, m.end) for m in sentence.moments]
    names = []
    for match in _NAME.finditer(sentence.text):
        start, end = match.span()
        if any(start < stop and begin < end for begin, stop in blocked):
            continue
        words = match.group().split()
        while words and words[0].lower() in STOPWORDS:  # "Menurut Xu"
            start += len(words[0]) + 1
            words = words[1:]
        if not words or (match.start() == 0 and len(words) == 1 and start == 0):
            continue
        if all(stem(word.lower().strip(".,'’")) in asked for word in words):
            continue
        names.append((start, end))
    return names
