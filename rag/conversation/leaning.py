"""Leaning: whether a question can be understood without the one before it, and by what it points back."""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.conversation.topic import persons, spots
from rag.conversation.vocabulary import ASK, FILLERS, MATES, MEASURES, RELATIONAL, WHOLE, is_verb
from rag.lang.dates import find_moments
from rag.lang.words import STOPWORDS, WORD, content_words, stem

ONE = re.compile(r"\b(?:dia|ia|beliau|he|she|him|her|his|hers)\b", re.IGNORECASE)
MANY = re.compile(r"\b(?:mereka|they|them|their|theirs)\b", re.IGNORECASE)
THERE = re.compile(
    r"\b(?:di|ke|dari)\s+(?:sana|situ)\b"
    r"|\b(?<!is )(?<!are )(?<!was )(?<!were )there\b(?!\s+(?:is|are|was|were|will|any)\b)",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"(?:di|ke|dari|pada|untuk|lewat)\s+[a-z]+\s+(?:mana|apa)(?:\s+saja)?"
    r"|(?:in|at|to|from|for|through|by|on)\s+(?:which|what)\s+[a-z]+",
    re.IGNORECASE,
)
"""Where, by the kind of place: `Di kecamatan mana saja?`."""

_REMARK = re.compile(
    r"\W*(?:apa|bagaimana)\s+"
    r"(?:kata|tanggapan|komentar|pendapat|respons?|sikap|reaksi|penjelasan|pernyataan)\s+(?-i:[A-Z])"
    r"(?!.*\b(?:soal|tentang|terhadap|mengenai|terkait|atas|bahwa|saat|ketika)\b)"
    r"|\W*(?:what|how)\s+(?:did|does|has|have)\s+.+\s(?:say|said|respond|responded|comment|react)$",
    re.IGNORECASE,
)
"""What somebody said of nothing that is told: `Apa kata Menkeu?`."""

_PART = re.compile(
    r"[a-z]+\s+apa(?:\s+saja)?\s+yang\s+(?:di|ter)[a-z]+"
    r"|(?:where|when|how|who|what)\b[^?]*?\b(?:was|were|did|\w+ed)\s+the\s+[a-z]+",
    re.IGNORECASE,
)
"""A part of something that is not told: `Bantuan apa yang diberikan?`, `Where was the epicenter?`."""

THEN = re.compile(
    r"\b(?:(?:pada|di)\s+)?(?:saat|waktu|tahun|bulan|hari|periode|tanggal)\s+(?:itu|tersebut|yang\s+sama)\b(?!\s+tahun)"
    r"|\b(?:(?:in|on|at|during)\s+)?(?:that|the\s+same)\s+(?:year|month|day|date|time|period)\b",
    re.IGNORECASE,
)
_DUMMY = re.compile(
    r"\b(?:is|was)\s+it\s+(?:true|possible|likely|correct|that|raining)\b|\bit\s+(?:is|was)\s+\w+\s+that\b"
    r"|\b(?:benar(?:kah)?|betul(?:kah)?)\s+bahwa\b|^\W*apa(?:kah)?\s+(?:sih\s+)?itu\s+\w",
    re.IGNORECASE,
)
_NOT_BACK = re.compile(r"\b(?:this|these)\s+(?:year|month|week|morning|time)\b", re.IGNORECASE)
THAT = re.compile(
    r"\b(?P<noun>[^\W\d]+(?:-[^\W\d]+)?)\s+(?P<id>tersebut|itu|tadi)\b"
    r"|\b(?P<en>that|those|this|these)\s+(?P<of>[^\W\d]+)",
    re.IGNORECASE,
)
"""A noun that is pointed at: `pertemuan itu`, `that meeting`."""

_COMPLEMENT = re.compile(
    r"\b(?:say|says|said|true|claim\w*|state\w*|think|know|believe|mention\w*|announce\w*|deny|denied|so|sure|than"
    r"|fact|evidence|proof)\s+$",
    re.IGNORECASE,
)
_AFTER_VERB = re.compile(
    r"(?:^|\b(?:is|was|are|were|in|at|of|on|to|by|for|from|with|did|does|do|about|after|before|during|has|have|and"
    r"|will|can|under|through|attend(?:ed)?|led?|join(?:ed)?|held|host(?:ed)?|how)\s+)$",
    re.IGNORECASE,
)
IT = re.compile(
    r"^\W*itu\b|\b(?:its?|itself)\b|\b(?:is|was|about|for|of|did|does|do)\s+that\b(?!\s+(?!(?:in|of|for|from|to|at|on|per|more|less|compared)\b)[a-z])|^that\b",
    re.IGNORECASE,
)
_NYA = re.compile(r"\b(?P<noun>[^\W\d]{2,}(?:-[^\W\d]+)?)nya(?:kah|lah)?\b", re.IGNORECASE)
_BARE_VERBS = frozenset(
    "naik turun tumbuh terjadi berlangsung digelar dimulai mulai sekarang kini nanti".split()
)


def that_nouns(text: str) -> list[re.Match[str]]:
    """Each noun that a demonstrative points at, complementisers and definitions left out."""
    found = []
    for match in THAT.finditer(text):
        before = text[: match.start()]
        if match["en"]:
            noun = match["of"].lower()
            lone = match["en"].lower() == "that" and (
                _COMPLEMENT.search(before) or not (_AFTER_VERB.search(before) or _after_verb(before))
            )
            if not lone and not is_verb(noun) and noun not in {"in", "of", "is", "was", "the", "have", "has"}:
                found.append(match)
        else:
            noun = match["noun"]
            pointing = noun.islower() or match.start() == 0
            if (
                pointing
                and not ASK.fullmatch(noun)
                and not spots(noun)
                and noun.lower() not in {"dan", "tahun ini"}
            ):
                found.append(match)
    return found


def _after_verb(before: str) -> bool:
    words = WORD.findall(before)
    return bool(words) and is_verb(words[-1])


def possessed(text: str) -> list[re.Match[str]]:
    """Each word whose -nya points at something that is not named after it."""
    found = []
    for match in _NYA.finditer(text):
        whole = match.group().lower()
        if whole in WHOLE or (match.group()[0].isupper() and match.start() > 0):
            continue
        follows = re.match(r"\s+([^\W\d]\w*)", text[match.end() :])
        after = follows[1] if follows else ""
        owner = after and content_words(after) and not is_verb(after) and after.lower() not in _BARE_VERBS
        if not owner or after.lower() in {"utama", "terbesar", "tertinggi", "saja"}:
            found.append(match)
    return found


def points_back(core: str) -> bool:
    """Whether a pronoun, a demonstrative or -nya of the question means something outside of it."""
    core = _NOT_BACK.sub("", core)
    if _DUMMY.search(core):
        core = _DUMMY.sub(" ", core)
    for pattern in (ONE, MANY):
        match = pattern.search(core)
        if match and not _named_before(core, match, pattern is ONE):
            return True
    if THEN.search(core) or THERE.search(core) or that_nouns(core) or possessed(core):
        return True
    it = IT.search(core)
    if it is None:
        return False
    before = core[: it.start()]
    if it.group().lower() == "its" and len(content_words(before)) > 1:
        return False  # "Which country sent its minister?"
    return not (spots(before) or _names(before))


def _named_before(core: str, match: re.Match[str], is_one: bool) -> bool:
    """Whether what a pronoun means stands before it in the question itself."""
    before = core[: match.start()]
    if is_one:
        return any(end <= match.start() for _, end in persons(core))
    inner = match.group().lower() == "their" or re.search(r"\b(?:bahwa|that|because|karena|if)\b", core)
    return bool(inner) and len(content_words(before)) > 1


def is_bare(core: str) -> bool:
    """Whether nothing but an asking word stands there: `Kapan?`, `Siapa saja?`, `Berapa persen?`."""
    if _WHICH.fullmatch(core):
        return True
    left = [word for word in content_words(ASK.sub(" ", core)) if word not in FILLERS]
    return bool(ASK.search(core)) and not left and not find_moments(core) and not points_back(core)


def lacks_topic(core: str, earlier: str) -> bool:
    """Whether all words of a question are such as are asked of a topic, and it names none itself."""
    if _REMARK.match(core) and not persons(earlier):
        return True
    if _PART.fullmatch(core) and not _names(core) and not spots(core):
        return True
    asked = content_words(_without_moments(ASK.sub(" ", core)))
    if named := spots(core):
        # "Berapa orang dari Australia?" says of nothing what it counts.
        rest = core[: named[0].start] + core[named[-1].end :]
        counts = re.match(r"\W*(?:berapa|how\s+many)\b", core, re.IGNORECASE)
        return bool(counts) and not set(content_words(ASK.sub(" ", rest))) - FILLERS
    names = _names(core)
    others = set(asked) - {name.lower() for name in names}
    defines = not others and re.match(r"\W*(?:siapa|who|apa\s+itu|what)\b", core, re.IGNORECASE)
    if names and (defines or any(name not in earlier for name in names)):
        return False
    known = {form for word in content_words(earlier) for form in (word, stem(word))}
    known |= {mate for word in tuple(known) for mate in _mates_of(word)}
    return all(word in RELATIONAL or is_verb(word) or {word, stem(word)} & known for word in asked)


def _mates_of(word: str) -> Collection[str]:
    return {form for group in MATES if any(word in side for side in group) for side in group for form in side}


def related(words: Collection[str]) -> set[str]:
    """The measures among some words, and those that take their place."""
    measures = {word for word in words if word in MEASURES}
    return measures | {mate for word in measures for mate in _mates_of(word)}


def _names(core: str) -> list[str]:
    """Words with a capital or a digit, but for the capital that opens the sentence."""
    words = [word for word in WORD.findall(_without_moments(core)) if not ASK.fullmatch(word)]
    opens = core[:1].isupper() and words and core.startswith(words[0])
    if opens and (words[0].lower() in RELATIONAL | STOPWORDS or is_verb(words[0].lower())):
        words = words[1:]
    return [word for word in words if word[0].isupper() or any(map(str.isdigit, word))]


def _without_moments(text: str) -> str:
    for moment in find_moments(text):
        text = text[: moment.start] + " " * (moment.end - moment.start) + text[moment.end :]
    return text
