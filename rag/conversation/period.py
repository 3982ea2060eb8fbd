"""Period: the earlier question at another time, named or told from the one that it names."""

from __future__ import annotations

import re

from rag.conversation.topic import language
from rag.lang.dates import Moment, find_moments

_YEAR_BEFORE = re.compile(
    r"\b(?:(?:pada\s+|untuk\s+)?(?:periode|bulan|kuartal|waktu)\s+(?:yang\s+)?sama\s+(?:di\s+|pada\s+)?)?(?:se)?tahun\s+"
    r"(?:sebelumnya|lalu|kemarin)\b"
    r"|\b(?:in\s+|for\s+|during\s+)?(?:the\s+)?(?:same\s+(?:period|month|quarter|time)\s+(?:of\s+|in\s+)?)?(?:(?:the\s+)?(?:previous|last|prior)"
    r"\s+year|(?:a\s+|the\s+|one\s+)?year\s+(?:before|earlier|ago))\b",
    re.IGNORECASE,
)
_YEAR_AFTER = re.compile(
    r"\btahun\s+(?:berikutnya|selanjutnya|setelahnya|sesudahnya|depan)\b"
    r"|\b(?:in\s+)?(?:(?:the\s+)?(?:following|next)\s+year|(?:a\s+|the\s+)year\s+(?:after|later))\b",
    re.IGNORECASE,
)
_MONTH_BEFORE = re.compile(
    r"\b(?:se)?bulan\s+(?:sebelumnya|lalu)\b|\b(?:in\s+)?(?:the\s+|a\s+)?(?:(?:previous|last)\s+month|month\s+(?:before|earlier))\b",
    re.IGNORECASE,
)
_MONTH_AFTER = re.compile(
    r"\bbulan\s+(?:berikutnya|setelahnya|selanjutnya)\b"
    r"|\b(?:in\s+)?(?:the\s+|a\s+)?(?:(?:following|next)\s+month|month\s+(?:after|later))\b",
    re.IGNORECASE,
)
_SAME_PERIOD_OF = re.compile(
    r"(?:\b(?:pada|in|for|during)\s+)?\b(?:(?:periode|bulan|kuartal)\s+(?:yang\s+)?sama|(?:the\s+)?same\s+(?:period|months?|quarter))\s+"
    r"(?:(?:of|in|pada|di|tahun)\s+){0,2}(?P<year>20\d\d)\b",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?:minggu|pekan|bulan|tahun|hari|kuartal|semester)\s+(?:lalu|ini|depan|kemarin)\b"
    r"|\b(?:kemarin|sekarang|besok|lusa)\b"
    r"|\b(?:last|this|next)\s+(?:week|month|year|quarter)\b|\b(?:yesterday|today|tomorrow|now)\b",
    re.IGNORECASE,
)
PREPOSITION = re.compile(
    r"\b(?P<prep>(?:pada|di|selama|sepanjang|sejak|untuk|dalam|in|on|during|for|from|since|between|antara)"
    r"(?:\s+the)?\s+(?:(?:bulan|tahun|periode|tanggal|month\s+of|year|period)\s+)?|(?:bulan|tahun|tanggal)\s+)$",
    re.IGNORECASE,
)


def shift(text: str, left: str) -> tuple[str, str]:
    """The earlier question at the time that `left` tells relative to its own, and what of `left` remains."""
    return _shift_months(*_shift_years(text, left))


def _shift_months(text: str, left: str) -> tuple[str, str]:
    """`bulan sebelumnya`: the month before the only one that is named."""
    from babel.dates import get_month_names

    dated = [m for m in find_moments(text) if m.first.month and not m.is_period and not m.first.day]
    for pattern, step in ((_MONTH_BEFORE, -1), (_MONTH_AFTER, 1)):
        said = pattern.search(left)
        if not said or len(dated) != 1:
            continue
        moment = dated[0]
        months = 12 * (moment.first.year or 0) + (moment.first.month or 1) - 1 + step
        name = str(get_month_names("wide", locale=language(text))[months % 12 + 1])
        written = f"{name} {months // 12}" if moment.first.year else name
        text = text[: moment.start] + written + text[moment.end :]
        left = left[: said.start()] + " " + left[said.end() :]
    return text, left


def _years_on(written: str, step: int) -> str:
    return re.sub(r"\b(?:19|20)\d\d\b", lambda year: str(int(year.group()) + step), written)


def _shift_years(text: str, left: str) -> tuple[str, str]:
    if same := _SAME_PERIOD_OF.search(left):
        for moment in reversed(find_moments(text)):
            written = re.sub(r"\b(?:19|20)\d\d\b", same["year"], text[moment.start : moment.end])
            text = text[: moment.start] + written + text[moment.end :]
        return text, left[: same.start()] + " " + left[same.end() :]
    for pattern, step in ((_YEAR_BEFORE, -1), (_YEAR_AFTER, 1)):
        said = pattern.search(left)
        dated = [
            moment for moment in find_moments(text) if re.search(r"\d{4}", text[moment.start : moment.end])
        ]
        if not said or not dated:
            continue
        for moment in reversed(dated):
            written = _years_on(text[moment.start : moment.end], step)
            text = text[: moment.start] + written + text[moment.end :]
        left = left[: said.start()] + " " + left[said.end() :]
    return text, left


def put_moments(text: str, left: str) -> tuple[str, str]:
    """The earlier question about the period that `left` names, and what of `left` remains."""
    new, old = find_moments(left), find_moments(text)
    if not new:
        relative = _RELATIVE.search(left)
        if not relative:
            return text, left
        rest = left[: relative.start()] + " " + left[relative.end() :]
        if not old:
            return appended(text, relative.group().lower()), rest
        before = PREPOSITION.search(text[: old[0].start])
        start = before.start() if before else old[0].start
        return f"{text[:start].rstrip()} {relative.group().lower()}{text[old[-1].end :]}", rest
    moment = new[0]
    lead = PREPOSITION.search(left[: moment.start])
    written = left[moment.start : moment.end]
    left_over = left[: lead.start() if lead else moment.start] + " " + left[moment.end :]
    year = next((m.last.year for m in reversed(old) if m.last.year), None)
    if moment.last.year is None and year and moment.last.month:
        written = f"{written} {year}"
    english = language(text) == "en"
    if not old:
        said = lead["prep"].strip() if lead else ("in" if english else "pada")
        return appended(text, f"{said} {written}"), left_over
    start, end = old[0].start, old[-1].end
    before = PREPOSITION.search(text[:start])
    if before is None and (lead is None or not english):
        return text[:start] + written + text[end:], left_over
    if before:
        start = before.start()
    said = _preposition(lead["prep"] if lead else "", before["prep"] if before else "", moment, english)
    return f"{text[:start]}{said} {written}{text[end:]}", left_over


def _preposition(new: str, old: str, moment: Moment, english: bool) -> str:
    new = new.strip()
    if new.lower().split(" ")[:1] in (["untuk"], ["for"], ["bulan"], ["tahun"], ["tanggal"], []) or not new:
        kept = re.sub(
            r"\s*\b(?:bulan|tahun|periode|tanggal|year|month of|period)\b", "", old.strip(), flags=re.I
        )
        noun = new.split()[-1] if new.lower().split()[-1:] in (["bulan"], ["tahun"], ["tanggal"]) else ""
        if english:
            kept = "from" if moment.is_period else "on" if moment.first.day else "in"
        return f"{kept or 'pada'} {noun}".strip()
    if english and new.lower() in {"pada", "di"}:
        return "in"
    return new.lower() if english or new.lower() not in {"in", "on", "from", "during"} else "pada"


def appended(text: str, words: str) -> str:
    """A question with some words at its end."""
    stripped = text.rstrip(" ?!.")
    return f"{stripped} {words}?"
