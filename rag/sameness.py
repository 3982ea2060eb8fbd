"""Sameness: whether two sentences answer about the same thing, time and place, as far as words can show it.

In doubt they do not: two figures of different things that are shown as at odds mislead more than one alone.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from rag.dates import Moment
from rag.glossary import indonesian
from rag.places import find_places
from rag.question import Question
from rag.reader import Reading
from rag.sentence import Sentence, Span, stems_of
from rag.values import value_of
from rag.words import STOPWORDS, WORD, stem

_REPORTED_WITHIN = timedelta(days=3)
"""Days before publication on which a paper places what it reports."""

_SAME_EVENT = timedelta(days=14)
"""Days within which two articles on a flood are taken to be of one flood."""

# Where one sentence has a word of a line and the other has not, they are about different things.
_CONTRASTS = [
    frozenset(line.split())
    for line in """
    tewas meninggal wafat mati korban-jiwa dead death deaths died killed
    luka luka-luka cedera injured wounded hurt
    hilang missing
    selamat survived rescued
    ungsi mengungsi pengungsi displaced evacuated
    rawat dirawat hospitalised hospitalized
    sembuh pulih recovered
    ekspor export exports
    impor import imports
    migas
    nonmigas non-migas
    surplus
    defisit deficit
    tertinggi highest maksimal
    terendah lowest minimal
    laki-laki pria men male
    perempuan wanita women female
    anak anak-anak children
    target targeted ditargetkan sasaran rencana direncanakan planned proyeksi projected prediksi forecast\
 perkiraan diperkirakan prakiraan estimasi estimate estimated expected
    naik tumbuh meningkat kenaikan pertumbuhan peningkatan rose grew growth increase increased
    turun menurun penurunan anjlok susut merosot fell decline declined decrease decreased
    rata-rata average
    kumulatif cumulative
    wakil deputy vice
    plt pelaksana penjabat pj plh acting
    mantan eks former
    awalnya semula sebelumnya originally initially previously
    sisa remaining
    """.splitlines()
    if line.split()
]

# Words that report and count: they tell nothing about what is counted.
_REPORTING = frozenset(
    """
    capai catat tercatat mencapai nilai bernilai senilai sebesar besar sebanyak total jumlah data kata ujar
    sebut ungkap jelas tutur lapor laporan rilis umum menjadi jadi kini hari pagi siang sore malam menurut
    resmi angka realisasi hasil bukukan membukukan raih meraih tembus sekretaris kepala pejabat pihak provinsi
    kota kabupaten pemerintah pemprov pemkab pemkot daerah bps bpbd badan pusat statistik orang jiwa
    warga tambah tersebut telah akibat terkait gelar digelar berlangsung langsung laksana dilaksanakan
    adakan diadakan
    reached recorded reports reported total figure figures official officials according data now stood stands
    sepanjang selama periode revisi direvisi koreksi dikoreksi perbarui diperbarui baru terbaru mutakhir
    throughout revised corrected updated latest
    amounted announced held took place province city government agency people person also confirmed updated
    """.split()
)
_OFFICE = re.compile(
    r"\b(?:gubernur|wagub|bupati|wali\s*kota|presiden|menteri|men(?:dag|keu|lu|kes|dagri|tan|hub)|sekda|sekretaris"
    r"|kepala|ketua|direktur|konjen|konsul|dubes|duta|kapol\w+|panglima|rektor|camat|lurah|pelatih|governor|regent"
    r"|mayor|president|minister|secretary|head|chair\w*|director|consul|ambassador|rector|coach)\b",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"\b(?:gempa|banjir|longsor|kebakaran|kecelakaan|tabrakan|erupsi|letusan|badai|puting|tsunami|kekeringan|wabah"
    r"|pertandingan|laga|rapat|pertemuan|kunjungan|berkunjung|mengunjungi|unjuk|demo|razia|operasi|lelang"
    r"|earthquakes?|quake|floods?|flooding|landslides?|fires?|accident|crash|eruption|storm|outbreak|match|visit\w*"
    r"|meeting|protest|raid|auction)\b",
    re.IGNORECASE,
)
"""What happens again and again, each time with other figures."""

_BREAK = re.compile(r"[,;:]\s|[()–—]|\s-\s|\b(?:sedangkan|sementara|namun|tetapi|while|whereas|but)\b")
_JOIN = re.compile(r"\b(?:dan|serta|and)\b")
_DAILY = re.compile(
    r"\b(?:harga|kurs|nilai\s+tukar|ihsg|indeks|suhu|price|rate|index|temperature)\w*\b", re.IGNORECASE
)
_RANKS = {
    "wakil": "deputy", "deputy": "deputy", "vice": "deputy", "mantan": "former", "eks": "former",
    "former": "former", "plt": "acting", "pj": "acting", "plh": "acting", "penjabat": "acting",
    "pelaksana": "acting", "acting": "acting",
}  # fmt: skip
_LOCATED = re.compile(
    r"\b(?:di|ke|kota|kabupaten|kecamatan|desa|kelurahan|gunung|pulau|bandara|pelabuhan|stasiun|pasar|jalan|pt|rsud"
    r"|universitas|bank|in|at)\s+((?:[A-Z][\w'’.-]*\s?)+)"
)


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
    if _other_figures(one) != _other_figures(other):
        return False
    known = frozenset().union(*(_forms(word, question) for word in question.words))
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
    told = {offices[-1].group().lower(), stem(offices[-1].group().lower())}
    return _ranks(before) == _ranks(question.text) and any(_forms(word, question) & told for word in asked)


def _ranks(text: str) -> set[str]:
    return {_RANKS[word] for word in re.findall(r"\w+", text.lower()) if word in _RANKS}


def _clause(reading: Reading) -> Span:
    """The characters of a sentence, from its start, between the breaks around what it answers."""
    sentence = reading.sentence
    start, end = (at - sentence.start for at in reading.span)
    kept = [(m.start, m.end) for m in sentence.moments] + [(f.start, f.end) for f in sentence.figures]
    breaks = [m.span() for m in _BREAK.finditer(sentence.text)]
    figures = [(f.start, f.end) for f in sentence.figures if f.end <= start or f.start >= end]
    breaks += [
        match.span()
        for match in _JOIN.finditer(sentence.text)
        if any(f[1] <= match.start() < start or end < match.end() <= f[0] for f in figures)
    ]
    breaks = [(b, e) for b, e in breaks if not any(b < stop and begin < e for begin, stop in kept)]
    first = max((e for _, e in breaks if e <= start), default=0)
    last = min((b for b, _ in breaks if b >= end), default=len(sentence.text))
    return first, last


def _clause_text(reading: Reading) -> str:
    return reading.sentence.text[slice(*_clause(reading))]


def _asked_in(question: Question, sentence: Sentence) -> set[str]:
    """The words of the question that a sentence has."""
    return {word for word in question.words if _forms(word, question) & sentence.stems}


def _forms(word: str, question: Question) -> frozenset[str]:
    """What says a word of the question in a sentence, in Indonesian too where it is English."""
    said = [word, *(indonesian(word) if question.is_english else ())]
    return frozenset(form for each in said for form in (each, stem(each)))


def _other_figures(reading: Reading) -> set[Decimal]:
    """The figures of a clause besides what it answers: "3-1", "nomor 2", "tahap 1"."""
    begin, stop = _clause(reading)
    value = value_of(reading)
    return {
        figure.value
        for figure in reading.sentence.figures
        if begin <= figure.start < stop and not (value and figure == value.figure)
    }


def _subject_words(reading: Reading) -> set[str]:
    """Stems in a clause that may say what is counted: no names, places, days, figures or reporting words."""
    sentence = reading.sentence
    spans = [(p.start, p.end) for p in sentence.places]
    spans += [(m.start, m.end) for m in sentence.moments]
    spans += [(f.start, f.end) for f in sentence.figures]
    found = set()
    for match in WORD.finditer(sentence.text, *_clause(reading)):
        word = match.group()
        inside = any(match.start() < stop and begin < match.end() for begin, stop in spans)
        is_name = word[0].isupper() and match.start() > 0
        if inside or is_name or word.isdigit() or len(word) == 1:
            continue
        if not {word.lower(), stem(word.lower())} & (STOPWORDS | _REPORTING):
            found.add(stem(word.lower()))
    return found


def _strange(reading: Reading, known: frozenset[str], against: Sentence) -> set[str]:
    """What a clause says of its subject that neither the question nor the other sentence or title has."""
    theirs = against.stems | stems_of(against.article.title) | stems_of(against.before)
    return _subject_words(reading) - known - theirs


def _strange_names(reading: Reading, known: frozenset[str], against: Sentence) -> set[str]:
    """Capitalised words of a clause, "siswa SMA", that neither the question nor the other article has."""
    sentence = reading.sentence
    spans = [(p.start, p.end) for p in sentence.places] + [(m.start, m.end) for m in sentence.moments]
    names = {
        stem(match.group().lower())
        for match in WORD.finditer(sentence.text, *_clause(reading))
        if match.group()[0].isupper() and match.group().lower() not in STOPWORDS
        if not any(match.start() < stop and begin < match.end() for begin, stop in spans)
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
    forms = {name.lower(), stem(name.lower())}
    return bool(forms & (sentence.surroundings.stems | stems_of(question.text)))


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
    if abs(mine - theirs) <= _REPORTED_WITHIN:
        return True
    reports = [any(_is_report(m, reading) for m in reading.sentence.moments) for reading in (one, other)]
    is_event = _EVENT.search(question.text) and abs(mine - theirs) > _SAME_EVENT
    return not (all(reports) or is_event)


def _moments(question: Question, reading: Reading) -> list[Moment]:
    """What a clause, or else its sentence, is dated by, but for its answer and the day that it reports on."""
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
    published, day = reading.sentence.article.published, moment.first
    if published is None or moment.is_period or not (day.year and day.month and day.day):
        return False
    told = date(day.year, day.month, day.day)
    return published - _REPORTED_WITHIN <= told <= published
