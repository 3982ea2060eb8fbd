"""The topic of a question: what it is about, whom and where it names, the noun phrases it has."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.conversation.vocabulary import (
    ASK,
    AUXILIARY,
    BASE_VERBS,
    BEFORE_TITLES,
    CITIES,
    ORGANISATIONS,
    TITLES,
    WITHIN_TITLES,
    is_verb,
)
from rag.lang.dates import find_moments
from rag.lang.names import find_places
from rag.lang.words import STOPWORDS, WORD, language_of
from rag.query import written_in

Span = tuple[int, int]

_WHO = re.compile(
    r"^\W*(?:siapa(?:kah)?(?:\s+(?:nama|itu|sebenarnya|sosok))*|who(?:\s+(?:is|was|are|were)|'s)"
    r"|(?:what|apa)\s+(?:is\s+the\s+name\s+of|nama))\s+(?!yang\b|saja\b|that\b)(?P<who>[^?]+)",
    re.IGNORECASE,
)
_WH = (
    r"(?:siapa|apa|berapa|brp|kapan|(?:di|ke|dari)\s?mana|dmn|mengapa|kenapa|bagaimana|gimana|seberapa)"
    r"(?:kah|kan)?"
)
_WH_FIRST = re.compile(
    rf"^\W*(?:tolong\s+)?(?:{_WH}|sebutkan|jelaskan)(?:\s+(?:saja(?:kah)?|sih|nama(?:-nama)?|itu|persen|banyak|besar|lama"
    r"|orang|kali|tinggi|jauh|luas)\b)*\s+(?=\S)",
    re.IGNORECASE,
)
_NOUN_WH = re.compile(
    r"^\W*(?P<prep>(?:di|ke|dari|lewat|melalui|dengan|pada|untuk|oleh|dalam)\s+)?(?P<noun>[^\W\d]+(?:\s+[^\W\d]+)?)\s+"
    r"(?:apa|mana|siapa|berapa)(?:kah)?(?:\s+saja)?\s+(?P<rest>\S.*)",
    re.IGNORECASE,
)
_WH_LATER = re.compile(
    rf"\s+(?:(?:di|ke|dari|pada|lewat|dengan|untuk|sebagai|sejak)\s+)?(?:(?:bidang|tahun|tanggal|bulan|sektor|hari|daerah)\s+)?"
    rf"(?:{_WH}|mana)(?:\s+(?:saja|persen|orang|banyak|kali))*(?!\w)",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"^\W*(?:(?:by|with|to|from|in|at|on|through|for|of)\s+)?(?P<wh>what|which|who|whom|whose|when|where|why|how)\b"
    r"(?:\s+(?P<grade>much|many|large|big|high|far|long|often|old))?\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_LIGHT = re.compile(
    r"\s+(?:(?:yang\s+)?(?:terjadi|berlangsung|digelar|dilaksanakan|diadakan|diselenggarakan|dimulai)"
    r"|(?:be\s+)?held|take\s+place|happen(?:ed)?|begin|start)$",
    re.IGNORECASE,
)
"""Verbs that only say that an event is one."""
_VALUE_OF = re.compile(
    r"^(?:the\s+)?(?:total\s+|overall\s+)?(?:value|amount|number|share|percentage|size|level|name)s?\s+of\s+",
    re.I,
)
_NAME_LEAD = re.compile(
    r"\b(?:di|ke|dari|pada|saat|selama|in|at|from|on|during|kota|kabupaten|kab)\W+$", re.IGNORECASE
)
_CAPITAL = re.compile(r"[A-Z][\w'’-]*$")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about, and whether that reads as a noun phrase."""

    text: str
    nominal: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """The characters `start:end` of a text that name a place, and of which rank it is."""

    start: int
    end: int
    rank: str


def language(text: str) -> str:
    """Language code, "en" or "id"; the latter where it cannot be told."""
    return "en" if written_in(text) == "en" else "id"


def topic_of(text: str) -> Topic:
    """What a complete question is about: `Kapan konser Coldplay?` -> `konser Coldplay`."""
    text = text.strip(" ?!.")
    topic = _english_topic(text) if language(text) == "en" else _indonesian_topic(text)
    return Topic(_LIGHT.sub("", topic.text).strip(" ,;"), topic.nominal)


def _indonesian_topic(text: str) -> Topic:
    noun = _NOUN_WH.match(text)
    first = _WH_FIRST.match(text)
    if first and not (noun and noun["prep"]):
        rest = text[first.end() :]
        rest = re.sub(r"^(?:nama|nama-nama)\s+", "", rest, flags=re.IGNORECASE)
        if re.match(r"yang\b", rest) and re.match(r"\W*siapa", text, re.IGNORECASE):
            rest = f"orang {rest}"
    elif noun and noun["rest"].startswith("yang ") and not noun["prep"]:
        rest = _lowered(f"{noun['noun']} {noun['rest']}")
    elif noun and not ASK.search(noun["noun"]):
        rest = noun["rest"]
    else:
        rest = _lowered(text)
    rest = _WH_LATER.sub("", rest)
    happened = re.match(r"(\w+)\s+(?:dalam|akibat)\s+", rest)
    if happened and is_verb(happened[1]):
        rest = rest[happened.end() :]  # "tewas dalam kecelakaan bus" is about the accident
    return Topic(_relative(rest), True)


def _relative(clause: str) -> str:
    """`enam konjen mengunjungi Medan` -> `enam konjen yang mengunjungi Medan`, a noun phrase."""
    words = list(WORD.finditer(clause))
    for at, word in enumerate(words):
        if word.group().lower() == "yang":
            return clause
        if at and is_verb(word.group()):
            return f"{clause[: word.start()]}yang {clause[word.start() :]}"
    return clause


def _english_topic(text: str) -> Topic:
    match = _ENGLISH.match(text)
    if match is None:
        opened = re.match(rf"\W*{AUXILIARY}\s+", text, re.IGNORECASE)
        return Topic(text[opened.end() :] if opened else text, nominal=False)
    wh, rest = match["wh"].lower(), match["rest"]
    aux = re.search(rf"(?:^|\s)({AUXILIARY})\s+", rest, re.IGNORECASE)
    before = rest[: aux.start()].strip() if aux else ""
    after = rest[aux.end() :] if aux else rest
    kind = aux.group(1).lower() if aux else ""
    verbs = [word for word in WORD.finditer(before or rest) if is_verb(word.group())]
    verbs += (
        [] if aux else [word for word in WORD.finditer(rest) if word.start() and word.group() in BASE_VERBS]
    )
    acts = min(verbs, key=lambda word: word.start(), default=None)
    subject = wh in {"which", "what", "who"} or match["grade"] in {"many", "much"}
    if subject and acts and (not aux or acts.start() < aux.start()):
        who = (rest[: acts.start()]).strip()
        joined = "that" if who else "who"
        return Topic(f"the {who or 'person'} {joined} {rest[acts.start() :]}", nominal=True)
    if aux is None:
        return Topic(rest, nominal=False)
    be = kind in {"is", "are", "was", "were"}
    share = re.match(r"(?:share|percentage|proportion|part)\s+of\s+(.+)", before, re.IGNORECASE)
    if share and be:
        return Topic(f"{after} in {share[1]}", nominal=True)
    if before and be and wh in {"which", "what"} and not _VALUE_OF.match(before + " "):
        return Topic(f"the {before} that {kind} {after}", nominal=True)
    if before and match["grade"]:
        return Topic(f"{before} {after}", nominal=False)
    if wh != "who" and kind in {"did", "do", "does"} and not persons(after) and (acted := _acting(after)):
        return Topic(acted, nominal=True)
    after = _VALUE_OF.sub("", re.sub(r"\s+(?:worth|cost)$", "", after))
    words = after.split()
    if be and len(words) > 2 and is_verb(words[-1]):
        after = " ".join(words[:-1])  # "When was the bridge opened?" is about the bridge
    return Topic(after, nominal=be and not _has_participle(after))


def _acting(clause: str) -> str | None:
    """`six consuls visit Medan` -> `six consuls that visit Medan`, a noun phrase."""
    words = list(WORD.finditer(clause))
    acts = next((word for word in words[1:] if word.group() in BASE_VERBS), None)
    return f"{clause[: acts.start()]}that {clause[acts.start() :]}" if acts else None


def _has_participle(text: str) -> bool:
    return any(is_verb(word.group()) for word in WORD.finditer(text))


def _lowered(text: str) -> str:
    """`text` without the capital of a common word that opened a sentence."""
    first = WORD.match(text)
    word = first.group() if first else ""
    common = word.istitle() and word.lower() not in TITLES and language_of([word.lower()]) == "id"
    return text[:1].lower() + text[1:] if common else text


def persons(text: str) -> list[Span]:
    """Who is named or described, by office or by name, in order."""
    who = _WHO.match(text)
    if who and not any(is_verb(word) for word in WORD.findall(who["who"])):
        stop = who.end("who") - (len(who["who"]) - len(who["who"].rstrip(" .!,")))
        return [(who.start("who"), stop)]
    places = [(spot.start, spot.end) for spot in spots(text)]
    dated = [(moment.start, moment.end) for moment in find_moments(text)]
    words = list(WORD.finditer(text))
    found: list[Span] = []
    at = 0
    while at < len(words):
        end = _titled(words, at, places) or _named(text, words, at, places, dated)
        if end is None:
            at += 1
            continue
        start = words[at].start()
        found.append((_with_owner(text, start, places), words[end - 1].end()))
        at = end
    return found


def _titled(words: list[re.Match[str]], at: int, places: list[Span]) -> int | None:
    """One past the last word of a title that begins at a word, what it governs and the name included."""
    end = at
    while end < len(words) and words[end].group().lower() in BEFORE_TITLES:
        end += 1
    lowered = words[end].group().lower() if end < len(words) else ""
    if lowered not in TITLES and not (
        lowered == "kota" and end > at and words[end - 1].group().lower() == "wali"
    ):
        return None
    end += 1
    while end < len(words) and (
        words[end].group().lower() in TITLES | WITHIN_TITLES
        or words[end].group()[0].isupper()
        or _inside(words[end].span(), places)
    ):
        end += 1
    while words[end - 1].group().lower() in {"of", "for", "and", "the", "dalam"}:
        end -= 1
    return end


def _named(
    text: str, words: list[re.Match[str]], at: int, places: list[Span], dated: list[Span]
) -> int | None:
    """One past the last word of a person's name that begins at a word."""
    end = at
    while end < len(words) and _is_of_name(text, words, end, at, (*places, *dated)):
        end += 1
    named = [word.group() for word in words[at:end]]
    first = at
    while first and words[first - 1].group()[0].isupper():
        first -= 1  # "PT Sinar Jaya" is no person, nor is "Jaya" of it
    run = [word.group() for word in words[first:end]]
    if not named or any(name.lower() in ORGANISATIONS for name in run):
        return None
    alone = at == 0 and len(named) == 1 and len(words) > 1
    if alone or all(name.isupper() for name in named) or _NAME_LEAD.search(text[: words[at].start()]):
        return None
    return end


def _is_of_name(text: str, words: list[re.Match[str]], at: int, first: int, taken: Sequence[Span]) -> bool:
    word = words[at]
    if not _CAPITAL.match(word.group()) or _inside(word.span(), taken):
        return False
    if at > first and text[words[at - 1].end() : word.start()].strip(" ."):
        return False
    return not ASK.fullmatch(word.group()) and word.group().lower() not in STOPWORDS


def _with_owner(text: str, start: int, places: list[Span]) -> int:
    """Where `Singapore's consul general` or `the governor` begins."""
    for place in places:
        if re.fullmatch(r"['’]s\s+", text[place[1] : start]):
            start = place[0]
    article = re.search(r"\bthe\s+$", text[:start], re.IGNORECASE)
    return article.start() if article else start


def spots(text: str) -> list[Spot]:
    """Countries, provinces and cities that are named, in order."""
    found = [
        Spot(place.start, place.end, "province" if "-" in place.code else "country")
        for place in find_places(text)
    ]
    cities = re.finditer(
        r"\b(?:kota|kabupaten|kab\.?|kecamatan|desa|pulau)\s+(?-i:[A-Z][\w-]*(?:\s+[A-Z][\w-]*)?)|\b\w+",
        text,
        re.IGNORECASE,
    )
    for match in cities:
        many = " " in match.group()
        known = match.group().lower() in CITIES and (
            match.group()[0].isupper() or _after_preposition(text, match)
        )
        clear = not any(match.start() < spot.end and spot.start < match.end() for spot in found)
        if (many or known) and clear and "wali" not in text[: match.start()].lower().split()[-1:]:
            found.append(Spot(match.start(), match.end(), "city"))
    return sorted(found, key=lambda spot: spot.start)


def _after_preposition(text: str, match: re.Match[str]) -> bool:
    return bool(re.search(r"\b(?:di|ke|dari|in|at|from)\s+$", text[: match.start()], re.IGNORECASE))


def noun_phrase(text: str, nouns: Collection[str]) -> str | None:
    """The noun phrase of `text` whose head is one of some lower-case nouns, with what belongs to it."""
    words = list(WORD.finditer(text))
    for at, word in enumerate(words):
        if word.group().lower() not in nouns or (at + 1 < len(words) and _asks(words[at + 1].group())):
            continue
        end = len(text.rstrip(" ?!."))
        for before, later in zip(words[at:], words[at + 1 :], strict=False):
            linked = before.group().lower() in {"yang", "that", "who", "which"}
            if (
                (is_verb(later.group()) and not linked)
                or _asks(later.group())
                or text[later.start() - 1] == "("
            ):
                end = later.start()
                break
        return text[word.start() : end].strip(" ,?(")
    return None


def _asks(word: str) -> bool:
    return bool(ASK.fullmatch(word))


def _inside(span: Span, spans: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)
