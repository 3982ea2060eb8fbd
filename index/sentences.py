"""Sentences of Indonesian and English press text, as exact spans.

A line break always ends a sentence. Within a line a sentence ends at `.`, `!`, `?` or an ellipsis, with the
closing quotation marks that follow it, unless the next word goes on in lower case, or the mark belongs to an
abbreviation, a title, an initial, a figure or an enumeration. Brackets are not cut in two.
"""

from __future__ import annotations

import re

_LINE_END = re.compile(r"[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]+")
_CLOSER = r"[\"'”’»)\]}*_]"
# What stands in brackets is passed over, but for the marks that may end the sentence with the bracket.
_END = re.compile(
    r"[(\[][^()\[\]]{0,300}?(?=[.!?…]*[)\]])"
    rf"|(?P<mark>[.!?…]+(?:{_CLOSER}|\[\d{{1,3}}\])*(?=\s|$)|[。！？]+[」』”’]*)"
)
_SPACED_QUOTE = re.compile(r"\s\"(?=\s|$)")
_REST = re.compile(r"\s*(?P<openers>[\"'“‘«(\[{*_–—•-]*)\s*(?P<next>\w[\w'-]*|\S?)")
_ENUMERATOR = re.compile(r"\s*(?:[-*•]\s+)?\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})")
_WORD_BEFORE = re.compile(r"[^\s\"'“”‘’«»()\[\]{}]+$")
_ROMAN = re.compile(r"[IVXLC]+")

# A name follows these, so they never end a sentence.
_TITLES = frozenset(
    """
    dr drs dra ir prof h hj hjh kh tgk tgku ust ustd kol letkol mayjen brigjen letjen jend jenderal
    kapt serka serma aiptu aipda bripka brigpol iptu ipda akp kompol akbp kombes irjen komjen tn ny
    nn sdr sdri bpk yth alm almh plt plh pjs jl jln gg kab kec kel ds prov mr mrs ms messrs gov gen
    lt col capt sgt sen rep st mt ft rev hon pt cv ud a.n u.p d.a u.b c.q s.d vs cf e.g i.e approx
    dept univ muh moh mhd abd
    """.split()
)
# A figure follows these: `No. 5`, `Rp. 10`, `Feb. 11`. Before anything else they are words ("tiga hal. Ia").
_BEFORE_FIGURES = frozenset(
    """
    no nos nmr rp usd tgl hlm hal vol pasal ps ayat bab ed art sec fig pp p pukul pkl jam telp tlp
    hp rt rw jan feb peb mar apr jun jul agu agt ags aug sep sept okt oct nov nop des dec
    """.split()
)
# These may end a sentence, and do when a capital follows.
_MAY_END = frozenset("dll dkk dsb dst etc tbk inc ltd corp co bhd jr sr a.m p.m wib wita wit al".split())
# After an initial or a degree ("S.H.", "U.S.") only a word that opens sentences shows that a new one begins.
_OPENING_WORDS = frozenset(
    """
    ia dia mereka kami kita saya beliau ini itu namun tetapi tapi selain menurut sementara dalam
    pada untuk di ke dari dengan sebagai setelah sebelum saat ketika adapun hal kemudian lalu juga
    para sedangkan oleh karena meski walau jika the he she it they we i you in on at but and however
    this that these those after before when while according there his her their its for as with also
    """.split()
)
# The letter after these is a label, not an initial: "Grup H. Malaysia", "vitamin C. Buah".
_LABELLED = re.compile(
    r"\b(?:blok|class|golongan|group|grup|hepatitis|kategori|kelas|kelompok|plan|serie?|tipe|type|vitamin)\s+[A-Z]$",
    re.IGNORECASE,
)
_INITIALS = re.compile(
    r"(?:[A-Za-z]{1,2}\.)*[A-Z]|(?:[A-Z][A-Za-z]{0,3}\.)+[A-Z][A-Za-z]{0,2}|Ph\.?D|Ch|Dj|Kh|Nj|Sj|Th|Tj"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """The `(start, end)` of every sentence, in order.

    No span begins or ends with white space, none overlap, and together they hold every other character.
    """
    spans: list[tuple[int, int]] = []
    for start, end in lines(text):
        at = start
        for cut in _cuts(text[start:end]):
            spans.append(_trim(text, at, start + cut))
            at = start + cut
        spans.append(_trim(text, at, end))
    return [span for span in spans if span[0] < span[1]]


def lines(text: str) -> list[tuple[int, int]]:
    """The `(start, end)` of every line that is not blank, without the white space around it."""
    spans, at = [], 0
    for match in _LINE_END.finditer(text):
        spans.append(_trim(text, at, match.start()))
        at = match.end()
    spans.append(_trim(text, at, len(text)))
    return [span for span in spans if span[0] < span[1]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _cuts(line: str) -> list[int]:
    """Offsets in `line` where one sentence ends and another follows."""
    cuts: list[int] = []
    begin = counted = quotes = 0
    for match in _END.finditer(line):
        mark = match["mark"]
        if mark is None:
            continue
        end = match.end()
        quotes, counted = quotes + line.count('"', counted, end), end
        if quotes % 2 and (spaced := _SPACED_QUOTE.match(line, end)):
            # Wire text sets its marks off with a space; this one closes what stood open.
            end = spaced.end()
        rest = _REST.match(line, end)
        if rest is None:
            break
        if rest["next"] and (mark[0] in "。！？" or _ends(line, begin, match, rest)):
            cuts.append(end)
            begin = end
    return cuts


def _ends(line: str, begin: int, match: re.Match[str], rest: re.Match[str]) -> bool:
    mark, following = match["mark"], rest["next"]
    if following[0].islower() or following[0] in ".,;:!?…":
        # It goes on: `"Mengapa?" tanyanya.`
        return False
    if mark[0] != "." or mark.startswith("..") or (len(mark) > 1 and mark[1] not in ")*_"):
        return True
    start = match.start("mark")
    return not _abbreviates(line[max(begin, start - 60) : start], rest)


def _abbreviates(before: str, rest: re.Match[str]) -> bool:
    """Whether the full stop after `before`, the end of a sentence so far, belongs to its last word."""
    if len(before) < 16 and _ENUMERATOR.fullmatch(before):
        return True
    found = _WORD_BEFORE.search(before)
    if found is None:
        return False
    if _LABELLED.search(before):
        return False
    word, following = found.group(), rest["next"]
    folded = word.casefold().lstrip("-–—/,;:")
    opens = following[0].isupper() and following.casefold() in _OPENING_WORDS
    if folded in _TITLES:
        # "Ia menemui Jenderal. Dia ..." ends; "K.H. Di ..." could not be told and stays whole.
        return not (opens and len(folded) > 3)
    if folded in _BEFORE_FIGURES:
        return following[0].isdigit() or bool(_ROMAN.fullmatch(following))
    if folded in _MAY_END:
        return rest["openers"].startswith(("(", "[")) or not (following[0].isupper() or rest["openers"])
    if _INITIALS.fullmatch(word):
        return not opens
    return False
