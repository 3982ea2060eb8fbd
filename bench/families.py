"""Families of texts that are made to hurt: each repeats what a pattern may try in many ways."""

from __future__ import annotations

import random
from collections.abc import Callable

Made = Callable[[int], str]
"""Makes a text of so many characters."""


def _repeated(unit: str, opening: str = "", closing: str = "") -> Made:
    def made(length: int) -> str:
        room = max(0, length - len(opening) - len(closing))
        return opening + (unit * (room // len(unit) + 1))[:room] + closing

    return made


def _drawn(words: str, joint: str = " ") -> Made:
    pool = words.split()

    def made(length: int) -> str:
        chance = random.Random(7)
        parts: list[str] = []
        size = 0
        while size < length:
            parts.append(chance.choice(pool))
            size += len(parts[-1]) + len(joint)
        return joint.join(parts)[:length]

    return made


def _numbered(unit: str) -> Made:
    """`unit` again and again, each time with another number: nothing is the same twice."""

    def made(length: int) -> str:
        return "".join(unit.format(n) for n in range(length // len(unit.format(0)) + 1))[:length]

    return made


SAID = "Gubernur Sumut Budi Lubis mengatakan ekspor naik 4,5 persen pada 22 Juli 2025 di Medan. "

FAMILIES: dict[str, Made] = {
    "one letter": _repeated("a"),
    "one capital": _repeated("A"),
    "one word": _repeated("ekspor "),
    "one capitalised word": _repeated("Medan "),
    "capitals": _repeated("Ab Cd "),
    "one digit": _repeated("1"),
    "digits with points": _repeated("1.1"),
    "digits with commas": _repeated("1,1,"),
    "figures": _repeated("12 "),
    "other figures": _numbered("{} ton "),
    "spaces": _repeated(" ", "a", "a"),
    "a weekday and blanks": _repeated(" ", "Senin", ", 2025"),
    "a month and blanks": _repeated(" ", "2 Mei", "x"),
    "a figure and blanks": _repeated(" ", "antara 5", "x"),
    "a stop and blanks": _repeated(" ", 'ia naik."', "x"),
    "an office and blanks": _repeated(" ", "Kepala", "Gubernur"),
    "a place and blanks": _repeated("\t", "dari Jepang", "Menteri"),
    "spaces and dashes": _repeated(" -", "a", "a"),
    "newlines": _repeated("\n", "a", "a"),
    "short lines": _repeated("a\n"),
    "link lines": _repeated("Baca juga: berita lain\n"),
    "tabs and words": _repeated("a\t\t\t"),
    "double quotes": _repeated('"'),
    "quoted words": _repeated('"a" '),
    "open brackets": _repeated("("),
    "open brackets and words": _repeated("(a "),
    "square brackets": _repeated("[a](b "),
    "hyphens": _repeated("-"),
    "hyphened words": _repeated("a-"),
    "slashes": _repeated("a/"),
    "months": _repeated("Januari "),
    "days of months": _repeated("1 Mei "),
    "ranges of months": _repeated("Mei - "),
    "years": _repeated("2024 "),
    "dates": _repeated("22/7/2025 "),
    "full dates": _repeated("Selasa, 22 Juli 2025, "),
    "weekdays": _repeated("Senin "),
    "tahun lalu": _repeated("tahun lalu "),
    "clock times": _repeated("pukul 10.00 WIB "),
    "rupiah": _repeated("Rp "),
    "amounts": _repeated("Rp 1,2 miliar dan "),
    "number words": _repeated("dua puluh "),
    "percent signs": _repeated("5% "),
    "dan": _repeated("dan "),
    "one sentence": _repeated(SAID),
    "no sentence end": _repeated(SAID.replace(". ", " ")),
    "sentences of numbers": _numbered("Ekspor ke-{} naik di Medan. "),
    "apostrophes": _repeated("'"),
    "words with apostrophes": _repeated("a'"),
    "combining marks": _repeated("a\u0301\u0323"),
    "mixed scripts": _repeated("aжاक漢 "),
    "no spaces, Chinese": _repeated("漢字。"),
    "abbreviations": _repeated("S.H. "),
    "initials": _repeated("A."),
    "titles": _repeated("Dr. "),
    "ellipses": _repeated("… "),
    "full stops": _repeated("."),
    "stops and closers": _repeated('.")'),
    "places": _repeated("Amerika Serikat, "),
    "offices": _repeated("Menteri Perdagangan "),
    "explained names": _repeated("Badan Pusat Statistik (BPS) "),
    "names": _repeated("Budi bin Ali "),
    "nya": _repeated("nilainya itu "),
    "markup": _repeated("**a_"),
    "front matter": _repeated("a: [\n", "---\n"),
    "rules": _repeated("---\n"),
    "hashtags": _repeated("#a "),
    "addresses": _repeated("https://a.id/"),
    "domains": _repeated("a.b-", "Sumber: "),
    "byline": _repeated("Ani, ", "Oleh "),
    "buttons": _repeated("share | "),
    "bidirectional": _repeated("\u202ea\u202c"),
    "invisible": _repeated("a\u200b"),
    "little words": _drawn("di ke dari yang itu pada untuk dan"),
    "question words": _drawn("apa siapa berapa kapan what which who is the of"),
    "drawn": _drawn("ekspor impor 12 persen Medan Sumut tidak 2025 Mei Rp (a \"b . , naik Budi Lubis's"),
}
"""By name, what makes a text of some length."""
