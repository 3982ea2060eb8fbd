"""Exact turns: a denial, an exception or a rank of a passage that a claim leaves out, or a denial of its own.

A claim without any such word over a passage that has one, or the other way round, is never supported. What
the words turn is not weighed, so only what leaves no doubt is here; the rest is left to the model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Turn = Literal["denied", "not_denied", "excepted", "ranked"]

_DENIALS = (
    r"membantah|menepis|menampik|menyangkal|dibantah|bantahan|ditepis|hoaks|hoax|tidak benar|den(?:y|ies|ied)"
)
_NEGATORS = r"tidak|tak|bukan|bukanlah|belum|not|never|no|\w+n['’]t"
_EXCEPTIONS = r"kecuali|terkecuali|except|apart from|other than"
_NEGATIVE = rf"""
    {_NEGATORS}|{_DENIALS}|{_EXCEPTIONS}|tanpa|jangan|tiada|enggak|nggak|menolak|ditolak|penolakan|batal
    |membatalkan|dibatalkan|gagal|kegagalan|urung|mencegah|melarang|dilarang|larangan|berhenti|menghentikan
    |dihentikan|salah|keliru|hanya|selain|sulit|kurang|bebas|nihil|nol|minus
    |without|none|nor|neither|cannot|yet|nobody|nothing|only|zero|false|less|lack\w*|ban|banned
    |(?:reject|refus|declin|fail|cancel|prohibit|dismiss|refut|stop)\w*|(?:turned|ruled)\ (?:down|out)
    |(?:un|dis|im)[a-z]{{5,}}
"""
"""Whatever says no; a word too many here only leaves more to the model."""


def _pattern(words: str) -> re.Pattern[str]:
    spaced = re.sub(r"\s*\n\s*", "", words)
    return re.compile(rf"\b(?:{spaced})(?!\w)", re.IGNORECASE)


_DENIAL, _NEGATOR, _EXCEPTION, _NO = map(_pattern, (_DENIALS, _NEGATORS, _EXCEPTIONS, _NEGATIVE.strip()))
_ALL = _pattern(r"semua|semuanya|seluruh|seluruhnya|setiap|tiap|segenap|all|every|each|entire|whole")
_OFFICES = {
    "gubernur": "gubernur", "governor": "gubernur", "bupati": "bupati", "regent": "bupati",
    "wali kota": "wali kota", "walikota": "wali kota", "mayor": "wali kota", "presiden": "presiden",
    "president": "presiden", "menteri": "menteri", "minister": "menteri", "ketua": "ketua",
    "chairman": "ketua", "kepala": "kepala", "head": "kepala", "direktur": "direktur", "director": "direktur",
}  # fmt: skip
"""Offices in both languages, by their Indonesian name."""
_OFFICE = re.compile(
    r"\b(?:(?P<rank>wakil|deputy|vice|mantan|former|eks|bekas|plt|pj|plh|acting|calon)\.?[\s-]+)?"
    rf"(?P<office>{'|'.join(_OFFICES)})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turned:
    """What turns the passage or the claim.

    Attributes:
        turn: How.
        word: What does it.
        span: Its characters in the passage; None where the claim has it.
    """

    turn: Turn
    word: str
    span: tuple[int, int] | None


def find_turns(claim: str, passage: str) -> list[Turned]:
    """What turns what a passage says and is not in a claim of it, or is in the claim alone.

    Args:
        claim: One sentence, Indonesian or English.
        passage: What it is held against.
    """
    found = []
    negative = _NO.search(claim)
    if not negative and (match := _DENIAL.search(passage)):
        found.append(Turned("denied", match.group(), match.span()))
    if (match := _NEGATOR.search(claim)) and not _NO.search(passage):
        found.append(Turned("not_denied", match.group(), None))
    if not negative and _ALL.search(claim) and (match := _EXCEPTION.search(passage)):
        found.append(Turned("excepted", match.group(), match.span()))
    named = [(_OFFICES[match["office"].lower()], match) for match in _OFFICE.finditer(passage)]
    ranked = {office: match for office, match in named if match["rank"]}
    plain = {office for office, match in named if not match["rank"]}
    for match in _OFFICE.finditer(claim):
        office = _OFFICES[match["office"].lower()]
        if not match["rank"] and office in ranked and office not in plain:
            found.append(Turned("ranked", ranked[office].group(), ranked[office].span()))
    return found
