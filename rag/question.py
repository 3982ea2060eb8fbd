"""A question as it is understood: its language, what kind of answer it asks for, and what it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index import QuestionError
from index.language import detect
from rag.dates import Moment, find_moments
from rag.figures import Figure, Language, find_figures
from rag.glossary import language_of
from rag.places import Place, find_places
from rag.words import STOPWORDS, WORD, content_words

Kind = Literal["quantity", "time", "person", "place", "reason", "manner", "yesno", "thing"]

LONGEST = 2000
"""Characters of the longest question; the embedder reads some 400 words of it."""

_KINDS: list[tuple[Kind, str]] = [
    # The first that matches wins. Time before quantity: "tanggal berapa" asks for a date.
    (
        "time",
        r"\b(?:kapan(?:kah)?|(?:tanggal|tgl|tahun|bulan|pukul|jam)\s+(?:berapa|apa)(?:kah)?|hari\s+apa(?:kah)?"
        r"|when|what\s+(?:date|day|year|month|time)|which\s+(?:day|year|month|date))\b",
    ),
    (
        "reason",
        r"\b(?:mengapa|kenapa|apa\s+(?:sebab|alasan|penyebab|latar\s+belakang)\w*|why|what\s+(?:caused?|reasons?))\b",
    ),
    (
        "quantity",
        r"\b(?:berapa(?:kah)?|seberapa|brp|how\s+(?:much|many|large|big|high|far|long|often)"
        r"|(?:what|which)\s+(?:percentage|percent|share|amount|number|value|total|proportion|price|figure|salary|wages?|fee)"
        r"|what(?:\s+(?:is|was|were|are)|['’]s)\s+(?:(?!(?:reasons?|names?|causes?|purpose|effect|impact)\b)[\w'’-]+\s+){1,5}"
        r"(?:value|amount|number|total|percentage|share|size|price|cost|worth|budget|population|volume|rate|figure))\b",
    ),
    (
        "place",
        r"\b(?:di\s*mana(?:kah)?|ke\s*mana(?:kah)?|dari\s*mana(?:kah)?"
        r"|(?:negara|kota|provinsi|daerah|kabupaten|tempat|lokasi|desa|pulau)\s+(?:mana|apa)\b"
        r"|where|(?:which|what)\s+(?:countr\w+|cit\w+|provinces?|places?|regions?|towns?|venue|location))\b",
    ),
    ("person", r"\b(?:siapa(?:kah)?|who|whom|whose|(?:which|what)\s+(?:person|official|minister))\b"),
    (
        "person",
        r"\b(?:name\s+of\s+the\s+(?:\w+\s+){0,2}|nama\s+(?:\w+\s+){0,1})(?:coach|trainer|reporter|journalist|governor|mayor"
        r"|minister|secretary|director|consul|ambassador|pelatih|wartawan|gubernur|bupati|menteri|direktur|sekda)\b",
    ),
    ("manner", r"\b(?:bagaimana(?:kah)?|gimana|how)\b"),
    (
        "yesno",
        r"^\W*(?:apakah|benarkah|adakah|sudahkah|bisakah|is|are|was|were|did|do|does|has|have|had|can|could|will|would)\b",
    ),
    (
        "quantity",
        r"^\W*(?:nilai|jumlah|total|besaran|persentase|anggaran|harga|kenaikan|the\s+)?\s*"
        r"(?:nilai|jumlah|total|besaran|persentase|anggaran|harga|value|amount|number|percentage)\b",
    ),
]  # fmt: skip

_WHO_IS = re.compile(
    r"\W*(?:siapa(?:kah)?(?:\s+itu)?|who\s+(?:is|was|are))\s+(?:\S+\s*){1,4}$", re.IGNORECASE
)
_OFFICE = re.compile(
    r"\b(?:yang|gubernur|bupati|wali|presiden|menteri|menko|sekretaris|sekda|kepala|ketua|direktur|konjen|konsul|duta"
    r"|dubes|plt|wakil|juru|pelatih|pemain|pemilik|pendiri|penulis|peliput|wartawan|kapol\w+|\w+nya"
    r"|the|governor|regent|mayor|president|minister|secretary|head|chair\w*|director|consul|ambassador|acting"
    r"|spokes\w+|coach|owner|founder|writer|reporter|chief|deputy|leader)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![\w])(?:[A-Z][\w'’-]*\.?)(?:\s+(?:(?:bin|binti|al|van|de)\s+)?[A-Z][\w'’-]*)*")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what was found in it; offsets count characters of `text`.

    Attributes:
        text: What is searched for: as asked, or completed from the conversation.
        language: The language to answer in.
        written_in: ISO 639-1 code of the language it is written in, or "und".
        kind: The kind of answer that it asks for.
        words: Its content words, lower-case, in order, without repetition.
        names: Capitalised names within it, places and months left out.
        places: Countries and provinces that it names.
        moments: Days and periods that it names.
        figures: Numbers that it names, those of dates left out.
    """

    text: str
    language: Language
    written_in: str
    kind: Kind
    words: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[Place, ...]
    moments: tuple[Moment, ...]
    figures: tuple[Figure, ...]

    @property
    def is_english(self) -> bool:
        return self.written_in == "en"


def check_length(text: str) -> str:
    """`text` without what surrounds it.

    Raises:
        QuestionError: nothing is asked, or too much.
    """
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", " ", text).strip()
    if not re.search(r"\w", text):
        raise QuestionError("the question is empty; write what you want to know")
    if len(text) > LONGEST:
        raise QuestionError(f"the question has {len(text):,} characters; shorten it to {LONGEST:,} or fewer")
    return text


def written_in(text: str, previous: Sequence[str] = ()) -> str:
    """ISO 639-1 code of the language of `text`, or where undecided of the latest question that is."""
    for candidate in (text, *reversed(previous)):
        code = detect(candidate)
        if code not in {"id", "en"}:
            told = language_of(content_words(candidate))
            code = told if told != "und" else code
        if code != "und":
            return code
    return "und"


def understand(text: str, language: Language, code: str, today: date | None = None) -> Question:
    """Take a question apart.

    Args:
        text: The question, complete in itself.
        language: The language to answer in.
        code: The language it is written in, from `written_in`.
        today: What "last year" is relative to.
    """
    reading: Language = "en" if code == "en" else "id"
    moments = tuple(find_moments(text, today))
    places = tuple(find_places(text))
    dated = [(moment.start, moment.end) for moment in moments]
    figures = tuple(
        figure
        for figure in find_figures(text, reading)
        if not any(figure.start < end and start < figure.end for start, end in dated)
    )
    known = dated + [(place.start, place.end) for place in places] + [(f.start, f.end) for f in figures]
    words = tuple(dict.fromkeys(w for w in content_words(_without(text, known))))
    kind, names = kind_of(text), _names(text, known)
    if kind == "person" and _WHO_IS.match(text) and not _OFFICE.search(text):
        kind = "thing"  # "Who is Edmun Chia?" has the name already and asks what there is to say
    return Question(text, language, code, kind, words, names, places, moments, figures)


def kind_of(text: str) -> Kind:
    """The kind of answer that a question asks for."""
    lowered = text.lower()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, lowered)), "thing")


def _names(text: str, known: list[tuple[int, int]]) -> tuple[str, ...]:
    """Capitalised words, where capitals mean something: not in a question that has them everywhere."""
    letters = [word for word in WORD.findall(text) if word[0].isalpha()]
    if len(letters) > 2 and sum(word[0].isupper() for word in letters) > 0.8 * len(letters):
        return ()
    names = []
    for match in _NAME.finditer(_without(text, known)):
        kept = [w for w in match.group().split() if not _asks(w.lower().strip(".?"))]
        if (
            match.start() == len(text) - len(text.lstrip("\"'( "))
            and kept
            and len(match.group().split()) == 1
            and not kept[0].isupper()
        ):
            continue  # one capitalised word at the very start tells nothing
        if kept:
            names.append(" ".join(kept).rstrip(".,"))
    return tuple(dict.fromkeys(names))


def _asks(word: str) -> bool:
    """Whether a word is of the asking, and no part of a name: "kemanakah", "dimana", "apakah"."""
    plain = word.removesuffix("kah")
    return bool({word, plain} & STOPWORDS) or plain in {"mana", "dimana", "kemana", "darimana"}


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """`text` with `spans` blanked, offsets unchanged."""
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
