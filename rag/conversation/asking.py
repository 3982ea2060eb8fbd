"""What kind of thing a question asks for by its asking words, so that two questions can be told alike."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["quantity", "time", "person", "place", "reason", "manner", "yesno", "thing"]

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


def kind_of(text: str) -> Kind:
    """The kind of answer that a question asks for."""
    lowered = text.lower()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, lowered)), "thing")
