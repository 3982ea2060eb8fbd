"""Who speaks in an article: names, offices and institutions, and whom a pronoun or a surname means.

What the language says of speaking is data in `rag/lang/data`, and compared without case. Names are rows of
capitalised words. Where in a row the name begins, as behind the office in "Direktur Utama Bank Sumut Budi
Utomo", was learnt from rows that people read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import dropwhile, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.models import Span
from index.text import LEXICON as PRESS_WORDS
from index.text import function_words, month_names, weekday_names
from rag.lang import LEXICON
from rag.lang.names import COMMON, explained, find_places, is_regency
from rag.lang.numbers import one_of
from rag.weights import read, softmax, weighed


def _words(table: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in LEXICON.words(table))


BARE_VERBS = _words("attributing_verbs")
CLOSING_VERBS = _words("closing_verbs")
PASSIVE_VERBS = _words("attributing_passives")
REPORTING, OPINIONS = _words("reporting_verbs"), _words("opinion_verbs")
OWN, REQUESTS = _words("own_verbs"), _words("requesting_verbs")
VERBS = REPORTING | OPINIONS | OWN | REQUESTS
INTRODUCING, MANNERS = _words("introducing_verbs"), _words("manner_words")
UNSAID, DENIALS = _words("unsaid_words"), _words("denials")
PRONOUNS, DEFINITE = _words("speaking_pronouns"), _words("definite_words")
PLURALS, ORIGINS = _words("plural_pronouns"), _words("origins")
HEADS, NO_OFFICES = _words("office_heads"), _words("no_offices")
OFFICES = HEADS - NO_OFFICES
OF_OTHERS = _words("of_others")
TITLES, ADDRESSES = _words("person_titles"), _words("addresses")
RANKS = {tuple(rank.split()) for rank in LEXICON.words("person_ranks")}
DEGREES = _words("degrees")
FIELDS, PARTICLES = _words("office_fields"), _words("name_particles")
NAME_OPENERS = _words("name_openers")
PARTS = _words("office_parts") | FIELDS
FOLLOWING = {word: frozenset(before.split()) for word, before in LEXICON.mapping("following_parts").items()}
INSTITUTIONS, UNSPEAKING = _words("institution_heads"), _words("unspeaking_words")
STATEMENTS, STATEMENT_KINDS = _words("statement_words"), _words("statement_kinds")
SOURCES = _words("source_words")
COMPANIES, DOCUMENTS = _words("companies"), _words("documents")
COUNTING, NAMING_COUNTS = _words("counting_words"), _words("naming_counts")
AFTER_SUBJECT, BEFORE_SUBJECT = _words("after_subject"), _words("before_subject")
AFTER_SPEAKER, PREPOSITIONS = _words("after_speaker"), _words("office_prepositions")
CONNECTING = PREPOSITIONS | _words("connecting_words")
TRAILING, COMPARING = _words("trailing_words"), _words("comparing_words")
PREDICATES, PURPOSES, NO_VERBS = _words("predicate_words"), _words("purpose_words"), _words("no_verbs")
JOINING, CLAUSE_OPENERS, OCCASIONS = _words("joining_verbs"), _words("clause_openers"), _words("occasions")
MARKS, MASK = '"“”„‟«»', "\ufffc"
"""Double quotation marks, and what stands for each character of a direct quotation while others are read."""

HYPHEN = "\u2010\u2010\u2010"
"""What stands for a hyphen within a word that has blanks beside it."""

PLACE_TAKERS, REGENTS = _words("place_takers"), _words("regents")
TOWNS = frozenset(word for town in PRESS_WORDS.words("towns", "press") for word in town.split())
ADVERBIALS, AUDIENCES, FOCUS = _words("adverbials"), _words("audiences"), _words("focus_particles")
NICKNAMING = LEXICON.words("nicknaming")
_NICKNAMING_WORDS = {phrase.split()[0] for phrase in NICKNAMING}
CALLED, KNOWN_AS = _words("called"), _words("known_as")
DESCRIBING = _words("describing_verbs")
RELATIVE, ALSO_HOLDING = frozenset({"yang"}), LEXICON.words("holding")
LINKS, PROFORMS = _words("linking_words"), _words("proforms")
ACCORDING, MIMICKING, ORDINALS = _words("according"), _words("mimicking"), _words("ordinal_offices")

DAYS = frozenset(name for name in (*weekday_names(), *month_names()) if len(name) > 3)
STARTERS = function_words("id") | BEFORE_SUBJECT | AFTER_SPEAKER | AFTER_SUBJECT | ACCORDING
"""Words that open a sentence with a capital and are no name."""

NO_NAMES = STARTERS | VERBS | FOCUS | _words("parted_particles")
"""Words that a dash before them parts from a name."""

NAMELIKE = STARTERS - PRONOUNS - COUNTING - DEFINITE - HEADS
"""Of these, words that may be a name with a capital within a sentence: "Lalu Zohri"."""

_DERIVED = re.compile(r"(?:ke|pe[mnlr]?|peng)[a-z]{3,}an|[a-z]{4,}(?:[lk]ah|nya|kan|pun)")
"""A word in lower case that has the form of a noun of others, or ends in a particle: `kepergian`."""

VERB_FORM = re.compile(r"(?:me|di|ter|ber)[a-z]{3,}")
"""A word in lower case that looks like an inflected verb, whether it is one or not."""


def is_pronoun(folded: str) -> bool:
    """Whether a word in lower case is a pronoun for whoever speaks, maybe with a particle: `iapun`."""
    return folded in PRONOUNS or any(
        folded.endswith(one) and folded.removesuffix(one) in PRONOUNS for one in FOCUS
    )


def is_verb(folded: str) -> bool:
    """Whether a word in lower case has the form of an inflected verb and does not only look so."""
    return bool(VERB_FORM.fullmatch(folded)) and folded not in NO_VERBS and folded not in HEADS


def has_predicate(words: Iterable[str], *, asks: bool = False) -> bool:
    """Whether words hold a predicate, outside a relative clause: a verb, a negation, an auxiliary."""
    relative = purpose = False
    for word in words:
        folded = word.strip(".,;:()\"'“”?!").casefold()
        predicate = folded in PREDICATES or is_verb(folded)
        if predicate and not relative and (asks or not purpose):
            return True
        if asks and folded in PURPOSES:
            purpose = True
            continue
        if folded in RELATIVE or folded in PURPOSES:
            relative = True
        elif relative and is_verb(folded):
            relative = False
    return False


def is_adverbial(words: Sequence[str]) -> bool:
    """Whether words begin with where, when or how."""
    return bool(words) and words[0].casefold().strip(",") in ADVERBIALS


def names_time(text: str) -> bool:
    """Whether words between commas name a day or a place and say nothing."""
    words = re.findall(r"[^\W_]+", text)
    return len(words) <= 6 and any(word.casefold() in DAYS for word in words)


def belongs_to_another_verb(between: str) -> bool:
    """Whether the words between a subject and a verb have another verb, and nothing that joins both."""
    words = [word.casefold() for word in re.findall(r"[\w-]+|,", between)]
    joined = (JOINING | OCCASIONS | {","}) & set(words)
    return any(is_verb(word) for word in words) and not joined


_INNER = rf"(?:['’&-]|{HYPHEN}|\.(?=[a-z]|[A-Z]\b))"
_TOKEN = re.compile(rf"\([^()]*\)|\d+(?:[.,:]\d+)+|[^\W_]+(?:{_INNER}[^\W_]+)*|\S")
_CAPITAL = re.compile(rf"(?<![\w'’.&-])(?:[a-z]{{2,3}}{HYPHEN})?[A-ZÀ-Þ][^\W_]*(?:{_INNER}[^\W_]+)*")
_LONGEST_REGENCY = 4
_DEGREE = re.compile(r"[A-Z][a-z]?\.[A-Z][a-z]")
_WINDOW, _LONGEST_RUN = 400, 20
"""Characters behind a verb in which whoever speaks is named, and words of the longest name and office."""

_RELATIVE = 5
"""Words of a relative clause in which whoever speaks is looked for as known: `yang kedua itu`."""

_SHORT = 6
"""Words of a short sentence from its predicate on: `menanggapinya dengan tenang`."""

NAMES = Path(__file__).parents[1] / "lang" / "data" / "person_names.tsv"
NAME_WEIGHTS = Path(__file__).with_name("names.json")
"""Fitted by `scripts/train/names.py`, both."""

UNKNOWN_NAME = -0.7
"""Logarithm of the odds of a word that is not in the table."""

NOBODY = 0.8
"""A run names nobody where that has this probability."""

_MANY = 5
"""Words of a name that is long."""

_LOOKED, _BLEND, _PART = 40, 5, 3
"""Mentions of a name beside which its office is looked for, letters of a blended word, and of each part."""

_HEADING, _PARTICLES, _INITIALS = 60, 12, 2
"""Characters of a line that may be a heading, of what may part two words of a name, and of initials."""

_LOCALITY = re.compile(
    rf"(?<!Wali )\b(?:di|(?i:{one_of(PLACE_TAKERS)}))\s+([A-Z]\w+)(?=\s+[a-z(]|[.,)]|$)", re.MULTILINE
)
_ALSO = re.compile(rf"\s*,?\s*{one_of(ALSO_HOLDING)}\s+")
_NICKNAME = re.compile(
    rf"\s*(?:\(([A-Z][a-z][\w'’-]+)\)|{one_of(KNOWN_AS)}\s+([A-Z][\w'’-]+)"
    rf"|,?\s+(?:[a-z]+\s+){{,4}}{one_of(CALLED | {'dikenal'})}\s+(?:[a-z]+\s+){{,2}}"
    rf"(?:(?i:{one_of(ADDRESSES)})\s+)?([A-Z][\w'’-]+))"
)
_NICKNAMED = re.compile(rf"([A-Z][\w'’]+)[\s,–—-]+{one_of(NICKNAMING)}\s+$")
_OWN_NICKNAME = re.compile(rf"([A-Z][\w'’]+)[\s,–—-]+{one_of(NICKNAMING)}nya\b")
_CALLED = re.compile(rf"\b{one_of(CALLED | KNOWN_AS)}\s+([A-Z][\w'’-]+)")
_INSTITUTION = rf"\b(?i:{one_of(INSTITUTIONS)})(?:,?\s+(?:(?:dan|untuk|bagi)\s+)?[A-Z][\w-]*){{1,8}}"
_HANGING = (PREDICATES | AFTER_SPEAKER) & AFTER_SUBJECT
PLACING = PREPOSITIONS & ADVERBIALS | {"pada"}


@dataclass(slots=True)
class PersonMention:
    """Whoever the characters `start:end` speak of: by name, by pronoun, or only by what he or she is."""

    start: int
    end: int
    name: tuple[str, ...] = ()
    role: str = ""
    pronoun: bool = False
    plural: bool = False
    definite: bool = False
    institution: bool = False
    alias: str = ""


@dataclass(slots=True)
class CastMember:
    """Somebody who speaks in an article, or an institution that does."""

    name: str
    tokens: tuple[str, ...] = ()
    person: bool = True
    role: str = ""


class Token:
    """A word, a group in brackets, or a mark, at `start:end` of an article."""

    __slots__ = ("bracket", "capital", "end", "folded", "start", "text", "word")

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text.replace(HYPHEN, " - ")
        self.start = start
        self.end = end
        self.folded = self.text.casefold().rstrip(".")
        self.capital = text[0].isupper() or HYPHEN in text
        self.bracket = text[0] == "("
        self.word = text[0].isalnum()


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """The tokens of `start:end`, where "Yang Liwei" within a sentence has no function word."""
    found = [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text, start, end)]
    for token, following in pairwise(found):
        if token.capital and following.capital and token.folded in NAMELIKE and not _opens(text, token.start):
            token.folded = token.text
    return found


def _opens(text: str, at: int) -> bool:
    """Whether a sentence or a clause begins there."""
    before = text[max(0, at - 3) : at].rstrip(" ")
    return not before or before[-1] in ".\n?!:-–—" + MASK


@cache
def person_names() -> dict[str, float]:
    """By word, without case, the logarithm of its odds of standing in a person's name."""
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    return {word: float(odds) for word, _, odds in (line.partition("\t") for line in lines)}


def _is_strange(word: str) -> bool:
    """Whether a word in lower case stands in the press, and rarely in a person's name."""
    return person_names().get(word, UNKNOWN_NAME) < UNKNOWN_NAME


def begin_chances(rows: Sequence[Mapping[str, float]]) -> NDArray[np.float64]:
    """The probabilities, (rows,), of what `Cast.name_features` gives, by a softmax over the rows."""
    weights = read(NAME_WEIGHTS)
    return softmax(np.array([weighed(row, weights) for row in rows]))


class Cast:
    """Who is named in an article, and who has spoken so far."""

    def __init__(self, text: str, masked: str, lines: Sequence[Span]) -> None:
        """The cast of an article before anybody has spoken.

        Args:
            text: The article.
            masked: The same with `MASK` for each character of a direct quotation.
            lines: The `(start, end)` of its lines that are content.
        """
        self.text = text
        self.masked = masked
        self.lines = lines
        self.lower = frozenset(re.findall(r"(?<![\w-])[a-z]{3,}(?![\w-])", masked))
        self.localities = frozenset(word.casefold() for word in _LOCALITY.findall(masked))
        self.runs = self._find_runs()
        self.having: dict[str, list[tuple[Token, ...]]] = {}
        for run in self.runs:
            for word in {token.folded for token in run}:
                self.having.setdefault(word, []).append(run)
        # Runs that differ, by their first word: what is written a thousand times is compared once.
        differing = {tuple(token.folded for token in run): run for run in reversed(self.runs)}
        self.spelt: dict[str, list[tuple[Token, ...]]] = {}
        for run in differing.values():
            self.spelt.setdefault(run[0].folded, []).append(run)
        self.differing = sorted(differing.values(), key=lambda run: run[0].start)
        self.companies = self._find_companies()
        self.short = self._short_names()
        self.having_begun: dict[str, list[tuple[Token, ...]]] = {}
        for run in self.differing:
            for start in {token.folded[:2] for token in run}:
                self.having_begun.setdefault(start, []).append(run)
        self._begins: dict[tuple[int, int, bool], int] = {}
        self._longer: dict[tuple[str, ...], list[tuple[int, tuple[str, ...]]]] = {}
        self._looked: set[tuple[str, ...]] = set()
        self.speakers: dict[str, CastMember] = {}
        self.aliases: dict[str, CastMember] = {}
        self.salient: CastMember | None = None
        self.group: CastMember | None = None
        self.nicknames = self._find_nicknames()
        self.own_nicknames = {match[1].casefold() for match in _OWN_NICKNAME.finditer(masked)}

    @cached_property
    def _abbreviations(self) -> dict[str, str]:
        """Common abbreviations and those that the article explains, casefolded, with their full forms."""
        return COMMON | explained(self.text)

    def _find_runs(self) -> list[tuple[Token, ...]]:
        """Every longest row of capitalised words outside quotations, with the particles within it."""
        runs: list[tuple[Token, ...]] = []
        for start, end in self.lines:
            if end - start < _HEADING and self.text[end - 1] not in '.?!,"”)':
                continue
            run: list[Token] = []
            for match in _CAPITAL.finditer(self.masked, start, end):
                token = Token(match.group(), match.start(), match.end())
                if run and _DEGREE.match(self.masked, token.start):
                    continue
                if len(token.text) == 1 and self.masked[token.end : token.end + 2] == ". ":
                    token = Token(f"{token.text}.", token.start, token.end + 1)
                within = self._between(run[-1], token) if run else None
                if run and (within is None or token.folded in DAYS):
                    runs.append(tuple(run))
                    run = []
                if token.folded not in DAYS:
                    run += [*(within or [] if run else []), token]
            if run:
                runs.append(tuple(run))
        return runs

    def _between(self, last: Token, token: Token) -> list[Token] | None:
        """The particles between two capitalised words; None where they do not belong together."""
        gap = self.masked[last.end : token.start]
        if gap == " " or (gap in {".", ". "} and last.folded in TITLES):
            return []
        if len(gap) > _PARTICLES or not (gap.startswith(" ") and gap.endswith(" ")):
            return None
        between = tokens_of(self.masked, last.end, token.start)
        return between if between and all(one.text in PARTICLES for one in between) else None

    def _find_nicknames(self) -> dict[str, tuple[str, ...]]:
        """Nicknames, in brackets or behind "alias" after a name, with the name: `Joko Widodo (Jokowi)`."""
        found = {}
        for run in self.runs:
            match = _NICKNAME.match(self.masked, run[-1].end)
            if match and not any(token.folded in INSTITUTIONS for token in run):
                name = run[self._name_of(run, within=self._led(run)) :]
                nick = (match[1] or match[2] or match[3]).casefold()
                abbreviates = all(token.text[0].casefold() in nick for token in name[:3])
                begins = any(token.folded.startswith(nick[:3]) for token in name)
                if (len(name) > 1 or (match[3] and name)) and (begins or not abbreviates):
                    found[nick] = tuple(token.text for token in name)
            initials = re.match(r" \(([A-Z]{2,4})\)", self.masked[run[-1].end : run[-1].end + _PARTICLES])
            name = run[self._name_of(run, within=False) :]
            if initials and initials[1] == "".join(one.text[0] for one in name) and len(name) < len(run):
                found[initials[1].casefold()] = tuple(
                    token.text for token in name
                )  # "Wapres Jusuf Kalla (JK)"
            before = _NICKNAMED.search(self.masked, max(0, run[0].start - _HEADING), run[0].start)
            if before and name:
                found[before[1].casefold()] = tuple(token.text for token in name)
        return found

    def _find_companies(self) -> dict[str, str]:
        """Words and initials that are an institution's, with its full name: `PT Melati (Persero)`."""
        found: dict[str, str] = {}
        for run in self.runs:
            for kind, named in pairwise(run):
                if kind.folded in COMPANIES and named.folded not in PARTS | HEADS | INSTITUTIONS:
                    if named is run[-1]:
                        bracket = re.match(r" \([A-Z]\w+\)", self.masked[named.end :])
                        end = named.end + (bracket.end() if bracket else 0)
                        found[named.folded] = max(
                            self.text[kind.start : end], found.get(named.folded, ""), key=len
                        )
                    else:
                        whole = (kind if kind is run[0] else named).start
                        found.setdefault(
                            named.folded, self.text[whole : (run[-1] if kind is run[0] else named).end]
                        )
            if _is_initialism(run[-1].text):
                behind = re.match(r" \(([A-Z]\w+)(?: [\w-]+){1,8}\)", self.masked[run[-1].end :])
                if behind and behind[1].casefold() in PARTS | INSTITUTIONS:
                    found[run[-1].folded] = run[-1].text + behind[0]
        for match in re.finditer(rf"{_INSTITUTION} \(([A-Z]\w+)\)", self.text):
            found.setdefault(match[1].casefold(), match[0])
        in_full = explained(self.text)
        for match in re.finditer(r" \(([A-Z][\w-]+)\)", self.text):
            long = in_full.get(match[1].lower(), "")
            written = self.text[max(0, match.start() - len(long)) : match.end()]
            if long and written.lower().startswith(long) and all(map(_is_strange, long.split())):
                found.setdefault(match[1].casefold(), written)
        single: dict[str, set[str]] = {}
        for run in self.runs:
            if len(run) == 1 and len(run[0].text) >= _BLEND:
                single.setdefault(run[0].folded[:_PART], set()).add(run[0].folded)
        for full in dict.fromkeys(match[0] for match in re.finditer(_INSTITUTION, self.text)):
            words = [word.casefold() for word in re.findall(r"[\w-]+", full)]
            words = [word for word in words if word not in JOINING]
            for word in single.get(words[0][:_PART], set()) - found.keys():
                if not words[0].startswith(word) and _blends(word, words):
                    found[word] = full
        return found

    def _short_names(self) -> set[str]:
        """Single capitalised words that say something: `kata Adi`, `Adi mengatakan`."""
        found = set()
        for run in self.runs:
            after = self.masked[run[-1].end : run[-1].end + 20].split(None, 1)[:1]
            before = self.masked[max(0, run[0].start - 14) : run[0].start].split()[-1:]
            subject = after and after[0].strip(",").casefold() in VERBS | FOCUS
            behind_verb = before and before[0].strip(MARKS + MASK).casefold() in BARE_VERBS | ACCORDING
            words = [one for one in run[self._after_regencies(run) :] if one.folded not in TITLES | OFFICES]
            if after and after[0] in FOCUS and words and _is_initialism(words[0].text):
                continue
            if (subject or behind_verb) and len(words) == 1 and len(run) <= 2:
                found.add(words[0].folded)
        return found - PARTS - INSTITUTIONS - HEADS - self.companies.keys()

    def _name_of(self, run: tuple[Token, ...], within: bool) -> int:
        """Where in a run the name of a person begins; its length where none does.

        Args:
            run: Capitalised words.
            within: Whether an office begins before it.
        """
        if len(run) > _LONGEST_RUN:
            return len(run)
        key = (run[0].start, len(run), within)
        if key not in self._begins:
            self._begins[key] = self._begin(run, within) if len(run) > 1 else self._is_no_name(run, within)
        return self._begins[key]

    def _is_no_name(self, run: tuple[Token, ...], within: bool) -> bool:
        """Whether a single word is an office, or one of its words, and no name."""
        token = run[0]
        if token.folded in TITLES | OFFICES:
            return True
        part = token.folded in PARTS | INSTITUTIONS or _is_office_letters(token.text)
        return within and token.folded not in self.short and (part or self._after_places(run) > 0)

    def _begin(self, run: tuple[Token, ...], within: bool) -> int:
        chances = begin_chances(self.name_features(run, within))
        return len(run) if chances[-1] > NOBODY else int(chances[:-1].argmax())

    def name_features(self, run: tuple[Token, ...], within: bool) -> list[dict[str, float]]:
        """Features for each word as the first of a person's name, and at last for nobody being named.

        How often words are of a name is by the logarithm of their odds in the press (`person_names.tsv`).

        Args:
            run: Two capitalised words or more.
            within: Whether an office begins before it.

        Returns:
            For each word, and for "nobody", values by their names; what is left out is 0.
        """
        words = [token.folded for token in run]
        known = person_names()
        odds = [known.get(word, UNKNOWN_NAME) for word in words]
        start = run[0].start
        before = (self.masked[max(0, start - 40) : start].split("\n")[-1].split() or [""])[-1]
        before = before.strip(MARKS + MASK).casefold()
        after = (self.masked[run[-1].end : run[-1].end + 24].split(None, 1) or [""])[0].strip(",").casefold()
        place, regency = self._after_places(run), self._after_regencies(run)
        opens = _opens(self.masked, start)
        parts = [
            word in PARTS and last in FOLLOWING.get(word, {last})
            for last, word in zip(["", *words], words, strict=False)
        ]
        openers = STARTERS | PASSIVE_VERBS | BARE_VERBS
        rows: list[dict[str, float]] = []
        for at, token in enumerate(run):
            word, behind, left = words[at], words[at + 1 :], len(run) - at
            last = words[at - 1] if at else ""
            rows.append(
                {
                    "mean": sum(odds[at:]) / left,
                    "least": min(odds[at:]),
                    "first": odds[at],
                    "last": odds[-1] if left > 1 else 0.0,
                    "before": odds[at - 1] if at else 0.0,
                    "before_known": last in known,
                    "opening": at == 0,
                    "opening_sentence": at == 0 and opens,
                    "office_before": not OFFICES.isdisjoint(words[:at]),
                    "office_behind": not OFFICES.isdisjoint(words[at:]),
                    "single": left == 1,
                    "pair": left == 2,
                    "long": left >= _MANY,
                    "ordinary": word in self.lower,
                    "derived": bool(_DERIVED.fullmatch(word)),
                    "within_place": place > at,
                    "behind_place": 0 < at == place,
                    "within_regency": regency > at,
                    "town": word in TOWNS or word in self.localities,
                    "regency": is_regency(word),
                    "regency_before": is_regency(last),
                    "particle": not token.capital,
                    "initial": len(word) == 1,
                    "initial_before": len(last) == 1,
                    "name_opener": word in NAME_OPENERS and left > 1,
                    "name_opener_before": last in NAME_OPENERS,
                    "opener": at == 0 and opens and word in openers,
                    "part": parts[at],
                    "part_before": at > 0 and parts[at - 1],
                    "part_behind": any(parts[at + 1 :]),
                    "institution_behind": not INSTITUTIONS.isdisjoint(behind),
                    "head_before": last in HEADS,
                    "head_behind": not HEADS.isdisjoint(behind),
                    "title": word in TITLES,
                    "title_before": last in TITLES or _rank_at_end(run[:at]) > 0,
                    "company_before": last in COMPANIES,
                    "address_before": last in ADDRESSES,
                    "taker_before": last in PLACE_TAKERS | REGENTS,
                    "letters": _is_office_letters(token.text) and len(token.text) > _INITIALS,
                    "letters_before": at > 0 and _is_office_letters(run[at - 1].text),
                    "alone": self._stands_alone(word),
                    "alone_before": self._stands_alone(last),
                    "speaks": word in self.short,
                    "opener_before": at == 1 and opens and last in openers,
                    "says": after in VERBS,
                }
            )
        nobody = {
            "nobody": 1.0,
            "nobody_last": odds[-1],
            "nobody_length": min(len(run), 6) / 3,
            "nobody_speaks": words[-1] in self.short,
            "nobody_letters": _is_initialism(run[-1].text),
            "nobody_head": words[-1] in HEADS | PARTS | INSTITUTIONS,
            "nobody_office": within or self._led(run) or not OFFICES.isdisjoint(words),
            "nobody_behind_head": before in HEADS,
        }
        return [{name: float(value) for name, value in row.items() if value} for row in (*rows, nobody)]

    def _stands_alone(self, word: str) -> bool:
        """Whether the article has a capitalised word by itself, too."""
        return any(len(run) == 1 for run in self.spelt.get(word, ()))

    def _after_places(self, run: tuple[Token, ...]) -> int:
        base = run[0].start
        text = self.masked[base : run[-1].end]
        ends = [place.end + base for place in find_places(text)]
        return max((at + 1 for at, token in enumerate(run) if token.end in ends), default=0)

    def _after_regencies(self, run: tuple[Token, ...]) -> int:
        """Where in a run the last name of a regency or city ends; one of a single word follows its office."""
        before = [self.masked[max(0, run[0].start - _PARTICLES) : run[0].start].casefold().split()[-1:]]
        before += [[token.folded] for token in run]
        for at in reversed(range(len(run))):
            follows = PLACE_TAKERS.intersection(before[at])
            for size in range(_LONGEST_REGENCY, 0 if follows else 1, -1):
                name = " ".join(token.folded for token in run[at : at + size])
                if at + size <= len(run) and is_regency(name):
                    return at + size
        return 0

    def mention(self, tokens: list[Token]) -> PersonMention | None:
        """Whoever a group of words names: `Direktur Reskrimsus Polda Metro Jaya Kombes Adi Deriyan`."""
        tokens = without_edges(tokens)
        if not tokens:
            return None
        first, last = tokens[0], tokens[-1]
        start, end = first.start, last.end
        if is_pronoun(first.folded):
            return PersonMention(first.start, first.end, pronoun=True, plural=first.folded in PLURALS)
        if first.folded in STARTERS - COUNTING - HEADS or (
            first.text == first.folded and is_verb(first.folded)
        ):
            return None
        alias = _CALLED.search(self.text, start, end)
        at, run = self._last_run(tokens)
        following = [token for token in tokens[at + len(run) :] if not token.bracket]
        alone = at == 0 and len(run) == 1
        if alone and (
            run[0].folded in HEADS | COUNTING or (following and following[0].folded not in JOINING)
        ):
            run = ()
        taker = next((token.folded for token in reversed(tokens[:at]) if not token.text.isdigit()), "")
        if len(run) == 1 and taker in PLACE_TAKERS - HEADS:
            run = ()  # "warga RW 02 Sukamaju"
        nobody = tokens[0].folded in NAMING_COUNTS and any(token.folded in PLACING for token in tokens)
        if run and tokens[0].folded in NAMING_COUNTS - DEFINITE:  # "seorang sahabat Ratna"
            of_others = any(token.folded in OF_OTHERS for token in tokens[:at])
            single = run[0].folded if len(run) == 1 else ""
            strange = bool(single) and (_is_strange(single) or self._fuller((single,)) is not None)
            nobody = nobody or of_others or strange
        if nobody or tokens[0].folded in COUNTING - NAMING_COUNTS:
            run = ()
        if joint := _joint(tokens, run):
            return PersonMention(start, end, role=_joined(self.text, joint))
        lead = tokens[:at]
        if alias and not (run and at == 0):
            return PersonMention(start, end, definite=True, role=_joined(self.text, tokens), alias=alias[1])
        folded = [token.folded for token in tokens if token.word]
        definite = folded[-1] in DEFINITE or folded[0] in DEFINITE
        kind = next((word for word in folded if word not in COUNTING), folded[0])
        office = any(token.folded in HEADS for token in lead if token.word) or (
            bool(lead) and not lead[0].capital and kind not in INSTITUTIONS
        )
        if not run:
            return PersonMention(start, end, role=_joined(self.text, tokens), definite=definite)
        split = self._name_of(run, within=office)
        name = run[split:]
        if definite and (office or any(token.folded in OFFICES for token in run[:split])):
            return PersonMention(start, end, role=_joined(self.text, tokens), definite=True)
        titled = any(token.folded in TITLES for token in run[:split])
        if kind in INSTITUTIONS and not titled:
            return PersonMention(start, end, institution=True, role=_joined(self.text, tokens))
        if not name or self.is_place(list(name)) or (office and not titled and self._is_other(name)):
            bare = not lead and not any(token.folded in HEADS for token in run)
            return PersonMention(
                start, end, role=_joined(self.text, tokens), definite=definite, institution=bare
            )
        before = self._own_part(_without_titles([one for one in tokens if one.start < name[0].start]))
        known = any(token.folded in HEADS for token in before)
        after = tokens[[token.start for token in tokens].index(name[-1].start) + 1 :]
        abbreviated = not self._ends_in_initials(name) and any(
            _is_initialism(token.text) and token.folded not in self.short for token in name
        )
        initials = len(name) > 1 and len(name[0].text) <= _INITIALS and name[0].folded not in INSTITUTIONS
        if initials and any(token.folded in self.short for token in name[1:]):
            abbreviated = False  # "JK Rowling", who is called Rowling
        abbreviated = abbreviated or (len(name) == 1 and name[0].folded in self.companies)
        if not known and not titled and (abbreviated or name[0].folded in INSTITUTIONS):
            return PersonMention(start, end, institution=True, role=_joined(self.text, tokens))
        if not known and before and not lead and any(token.folded in PARTS for token in name):
            return PersonMention(start, end, institution=True, role=_joined(self.text, tokens))
        nickname = next((one.text[1:-1].strip() for one in after[:1] if one.bracket), "")
        return PersonMention(
            name[0].start,
            name[-1].end,
            name=tuple(token.text for token in name),
            role=_joined(self.text, _office(before)) if before else "",
            alias=nickname if nickname.isalpha() and nickname[:1].isupper() else "",
        )

    @staticmethod
    def _ends_in_initials(name: tuple[Token, ...]) -> bool:
        """Whether a person's name is followed by initials: `Ratna MD`."""
        odds = person_names().get(name[0].folded, UNKNOWN_NAME)
        return len(name) == 2 and len(name[1].text) <= _INITIALS and odds > 0

    def _is_other(self, name: tuple[Token, ...]) -> bool:
        """Whether the one word behind an office is no person's who is named elsewhere: `pelatih Inter`."""
        word = name[0].folded
        return len(name) == 1 and _is_strange(word) and word not in self.short and not self._fuller((word,))

    @staticmethod
    def _last_run(tokens: list[Token]) -> tuple[int, tuple[Token, ...]]:
        """Where the last row of capitalised words begins, and the row."""
        at = len(tokens)
        while at and not (tokens[at - 1].word and tokens[at - 1].capital):
            at -= 1
        end = at
        while at and tokens[at - 1].word and (tokens[at - 1].capital or tokens[at - 1].folded in PARTICLES):
            gap = tokens[at].start - tokens[at - 1].end if at < end else 0
            if gap > 1:
                break
            at -= 1
        while at < end and not tokens[at].capital:
            at += 1
        return at, tuple(tokens[at:end])

    def named_after(self, start: int, end: int) -> tuple[PersonMention | None, int]:
        """Whoever is named behind `kata`, and where that ends."""
        tokens = tokens_of(self.masked, start, min(end, start + _WINDOW))
        segments = segments_of(_without_statement(tokens))
        if not segments[0]:
            return None, start
        group = leading_group(segments[0], AFTER_SPEAKER | AFTER_SUBJECT)
        group = self._without_rest(group)
        mention = self.mention(group)
        if mention is None:
            return None, start
        published = tokens[0].folded in SOURCES and not mention.role
        if published and mention.name and not (self._is_short(mention.name) or self._fuller(mention.name)):
            mention = PersonMention(
                mention.start, mention.end, institution=True, role=_joined(self.text, group)
            )
        finish = group[-1].end
        last = without_edges(segments[0])[-1]
        relative = segments[0][len(group) : len(group) + _RELATIVE]
        if relative and relative[0].folded in RELATIVE | {"'", "‘"} and _is_office(group):
            last = next((one for one in relative if one.folded in DEFINITE), last)
            if last in relative and not (mention.name or mention.pronoun):
                finish = last.end  # "menurut mantan bupati yang kedua itu"
        if last.folded in DEFINITE and not (mention.name or mention.pronoun):
            mention.definite = True  # "politisi asal Wajo itu"
        rest = segments[0][len(group) :]
        placed = rest and rest[0].folded in PREPOSITIONS - JOINING and not (mention.name or mention.pronoun)
        if placed and len(segments) > 1 and all(one.capital or one.bracket for one in rest[1:]):
            name = leading_group(segments[1], AFTER_SPEAKER)
            other = self.mention(name) if name and name[0].folded not in DAYS else None
            if other and len(other.name) == len(name) > 1 and not self.is_place(name):
                group, finish = segments[0], rest[-1].end  # "ujar peneliti di Bank Dunia, Ratna Wulandari"
        complete = (
            len(group) == len(segments[0]) and self.masked[finish : finish + _HEADING].lstrip()[:1] == ","
        )
        following = leading_group(segments[1], AFTER_SPEAKER) if complete and len(segments) > 1 else []
        if not following or following[0].folded in DAYS or mention.pronoun:
            return mention, finish
        other = self.mention(following)
        institution = other and (other.institution or following[0].folded in PARTS - HEADS)
        whole = institution and len(following) == len(segments[1]) and _is_office(group)
        if whole and len(segments) > 2:
            behind = leading_group(segments[2], AFTER_SPEAKER)
            last_named = self.mention(behind) if behind and behind[0].folded not in DAYS else None
            called = last_named and self._is_short(last_named.name) and not self._is_short(mention.name)
            if len(mention.name) > 1 and not called and behind and behind[0].folded not in TITLES:
                last_named = None
            if last_named and (len(last_named.name) > 1 or called) and not self.is_place(behind):
                last_named.role = _joined(self.text, _office(without_edges(group + following)))
                return last_named, behind[-1].end  # "Direktur Narkotika, Polda Riau, Kombes Ratna Wulandari"
        if other is None:
            return mention, finish
        if (
            (not mention.name or self._is_uncertain(mention, other, following))
            and mention.role
            and not (mention.institution and group[0].folded not in TITLES)
            and other.name
            and not mention.alias
        ):
            first = following[0]
            named = first.folded in TITLES or (first.capital and first.folded not in HEADS)
            if named and not self.is_place(following):
                other.role = _joined(self.text, _office(without_edges(group))) or mention.role
                return other, following[-1].end
        elif mention.name and not mention.role and _is_apposition(following, segments[1]):
            mention.role = _joined(self.text, _office(following))
            return mention, following[-1].end
        return mention, finish

    def _is_uncertain(self, mention: PersonMention, other: PersonMention, following: list[Token]) -> bool:
        """Whether the name in an office is an institution's, and the one behind the comma its holder's."""
        if any(_is_initialism(word) for word in mention.name) or following[0].folded in TITLES:
            return True  # "Rumah Sakit Pondok Indah, dr Ratna Wulandari"
        if self._is_short(mention.name):
            return len(mention.name) == 1 and len(other.name) > 1 == bool(mention.role)
        apart = len(other.name) == len(following) > 1 and _is_plain(following)
        return len(mention.name) == 1 or apart or self._is_short(other.name)

    def _without_rest(self, group: list[Token]) -> list[Token]:
        """A short name without the words behind it that are none of it: `Menurut Fahri urusan itu ...`."""
        first = group[0].folded if group else ""
        if len(group) < 2 or first not in self.short - HEADS or _is_initialism(group[0].text):
            return group
        if not group[0].capital or group[1].capital or not group[1].word:
            return group
        if group[1].folded in DEFINITE | PARTICLES | JOINING | RELATIVE | _NICKNAMING_WORDS:
            return group
        return group[:1]

    def _is_short(self, name: tuple[str, ...]) -> bool:
        """Whether a word of a name speaks elsewhere by itself."""
        return any(word.casefold() in self.short for word in name)

    def is_place(self, tokens: list[Token]) -> bool:
        text = self.text[tokens[0].start : tokens[-1].end]
        return any(place.start == 0 and place.end == len(text) for place in find_places(text))

    def subject_before(self, start: int, end: int) -> PersonMention | None:
        """Whoever is the subject of the verb that stands at `end`, in a sentence that begins at `start`."""
        tokens = tokens_of(self.masked, max(start, end - 2 * _WINDOW), end)
        while tokens and tokens[-1].folded in AFTER_SUBJECT - RELATIVE:
            tokens.pop()
        if not tokens:
            return None
        if tokens[-1].folded in RELATIVE:
            return self._before_relative(tokens[:-1])
        if is_pronoun(tokens[-1].folded):
            return self.mention(tokens[-1:])
        speaks = tokens[-1].folded in self.short or tokens[-1].folded in self.companies
        nearest = tokens[-1] if speaks and tokens[-1].capital else None
        if nearest and len(tokens) > 1 and tokens[-2].folded in PLACING:
            nearest = None  # "peneliti Universitas Samudra di Turki"
        segments = [without_edges(one) for one in segments_of(tokens)]
        segments = [one for one in segments if one and not (len(one) < 6 and one[0].folded in DAYS)]
        segments = [
            one for one in segments if len(one) > 1 or not one[0].text.isdigit()
        ]  # "Saini, 35, warga"
        closed = tokens[-1].text == ","
        while len(segments) > 1 and segments[-1] != [nearest] and _is_no_subject(segments[-1]):
            segments.pop()
            closed = True
        if not segments:
            return None
        last = _without_statement(without_openers(segments[-1]))
        group = leading_group(last, AFTER_SUBJECT, subject=True)
        group = self._without_rest(group)
        if group and belongs_to_another_verb(self.masked[group[-1].end : end]):
            return None
        mention = self.mention(group) if group else None
        letters = nearest is not None and _is_office_letters(nearest.text)
        whole = group[-1:] == [nearest] and len(group) > 1 and (letters or group[0].folded in COUNTING)
        if nearest and not (mention and (whole or mention.name or mention.institution)):
            return self.mention([nearest])
        if mention is None:
            return None
        described = len(group) == 1 and group[0].folded not in self.short and len(last) > 2
        described = described and last[1].folded not in DEFINITE | AFTER_SPEAKER | ADVERBIALS
        if mention.name and described and tokens[-1].folded in DEFINITE:
            mention = PersonMention(last[0].start, last[-1].end, role=_joined(self.text, last))
        if tokens[-1].folded in DEFINITE and not mention.name and not mention.institution:
            mention.definite = True
        if len(segments) > 1 and (accompanied := self._accompanied(*segments[-2:])):
            return accompanied
        if len(segments) > 1:
            before = leading_group(without_openers(segments[-2]), AFTER_SUBJECT, subject=True)
            if before and mention.name and not mention.role and _is_office(before):
                reaches = before[-1].end == segments[-2][-1].end or any(
                    token.folded in RELATIVE for token in segments[-2]
                )
                if reaches:
                    mention.role = _joined(self.text, _office(before))
            elif (
                before
                and (len(mention.name) < 2 or not group[0].capital)
                and _tells_what(group)
                and before[0].capital
            ):
                earlier = self.mention(before)
                whole = before[-1].end == segments[-2][-1].end and (
                    closed or len(before) > 1 or not _is_office(group)
                )
                if whole and earlier and (earlier.institution or (earlier.name and not earlier.role)):
                    earlier.role = earlier.role or _joined(self.text, _office(group))
                    return earlier
        return mention

    def actor(self, start: int, end: int) -> PersonMention | None:
        """Who is named as the subject of a short sentence that says what that person does."""
        words = list(re.finditer(r"[\w-]+", self.masked[start:end]))
        at = next((at for at, word in enumerate(words) if has_predicate([word.group()])), 0)
        does = [word.group() for word in words[at:]]
        if not at or len(does) > _SHORT or any(one.startswith("di") and is_verb(one) for one in does):
            return None
        mention = self.subject_before(start, start + words[at].start())
        name = mention.name if mention else ()
        return mention if self.is_known(name) and not find_places(" ".join(name)) else None

    def without_noun(self, name: tuple[str, ...]) -> tuple[str, ...]:
        """A name without a noun or verb before it, `Ratna` of "Kepergian Ratna"; empty where it is none."""
        first = name[0].casefold()
        ordinary = first in self.lower or is_verb(first) or _DERIVED.fullmatch(first) is not None
        return name[1:] if ordinary and (len(name) == 1 or self.is_known(name[1:])) else name

    def is_known(self, name: tuple[str, ...]) -> bool:
        """Whether a name is of several words, here or elsewhere in the article, or says something in it."""
        return len(name) > 1 or self._is_short(name) or bool(name and self._fuller(name))

    def _accompanied(self, segment: list[Token], last: list[Token]) -> PersonMention | None:
        """Who is named with an office before "yang didampingi A dan B" and the verb, if anybody is."""
        opened = without_openers(segment)
        group = leading_group(opened, AFTER_SUBJECT, subject=True)
        follows = opened[len(group) : len(group) + 1]
        pairs = pairwise(last)
        listed = any(one.folded in JOINING and other.capital for one, other in pairs)
        if not (group and listed and follows and follows[0].folded in RELATIVE):
            return None
        mention = self.mention(group)
        return mention if mention and mention.name and mention.role else None

    def _before_relative(self, tokens: list[Token]) -> PersonMention | None:
        """Whoever `yang menyatakan` belongs to: the words just before it."""
        tokens = without_edges(tokens)
        at, run = self._last_run(tokens)
        if not run or run[-1] is not tokens[-1]:
            return None
        if at and tokens[at - 1].folded in INSTITUTIONS | HEADS:
            at -= 1
        return self.mention(tokens[at:])

    def resolve(self, mention: PersonMention | None) -> CastMember | None:
        if mention is None:
            return None
        if mention.pronoun:
            return self.group or self.salient if mention.plural else self.salient
        if mention.name:
            speaker = self.named(mention.name, mention.start, mention.role)
            if mention.alias:
                self.aliases[mention.alias.casefold()] = speaker
            return speaker
        if mention.alias:
            known = (
                self.aliases.get(mention.alias.casefold()) or self._of_initials(mention.alias) or self.salient
            )
            if known:
                self.aliases[mention.alias.casefold()] = known
            return known
        folded = set(mention.role.casefold().replace("(", " ").replace(")", " ").split()) - DEFINITE
        if not mention.institution:
            if holder := self._holding(folded):
                return holder
            kind = mention.role.casefold().split(None, 1)[0]
            if mention.definite and kind in INSTITUTIONS:
                named = (
                    one for one in reversed(self.speakers.values()) if kind in one.name.casefold().split()
                )
                of_kind = next(named, None)
                if of_kind or kind not in DOCUMENTS or not self.salient:
                    return of_kind or self._known(mention.role)
            if mention.definite and (holder := self._named_with(mention)):
                return holder
            if mention.definite and self.salient:
                return self._described(self.salient, mention.role)
        name = mention.role
        if mention.institution and (alias := self.aliases.get(name.casefold())):
            return alias
        if mention.institution:
            name = self._institution(name)
        office = next((word for word in name.split() if word.casefold() not in COUNTING), "")
        is_office = not mention.institution and office.casefold() in OFFICES
        words = name.split()
        while len(words) > 1 and words[0].casefold() in COUNTING - {"pihak"}:
            words.pop(0)
        ends = (at for at, word in enumerate(words) if at and word in RELATIVE | PLACING)
        role = " ".join(words[: next(ends, None)])
        return self._known(name, person=not mention.institution, role=role if is_office else "")

    @staticmethod
    def _described(speaker: CastMember, description: str) -> CastMember:
        """Give a speaker without an office the one in a later description: `manajer Persiraja ini`."""
        tokens = [one for one in tokens_of(description, 0, len(description)) if one.folded not in DEFINITE]
        plain = next(
            (at for at, one in enumerate(tokens) if one.folded in ORIGINS or not one.text.isalpha()),
            len(tokens),
        )
        if speaker.tokens and not speaker.role and _is_office(tokens):
            speaker.role = _joined(description, _office(tokens[:plain]))
        return speaker

    def _holding(self, folded: set[str]) -> CastMember | None:
        """The person who has spoken, or is named with it, in an office of all these words."""
        holders = [
            one
            for one in self.speakers.values()
            if one.tokens
            and folded
            and _in_full(folded) <= _in_full(re.findall(r"[\w-]+", one.role.casefold()))
        ]
        if holders:
            return self.salient if self.salient in holders else holders[-1]
        if not folded & OFFICES:
            return None
        if len(folded) == 1 and (holder := self._holding_in_full(*folded)):
            return holder
        for run in self.differing:
            words = [token.folded for token in run]
            if len(folded) <= 3 and folded <= set(words) and len(words) > len(folded):
                split = self._name_of(run, within=True)
                named = split < len(run) - 1 or words[-1] in self.short
                if 0 < split < len(run) and named and folded <= set(words[:split]):
                    role = _joined(self.text, _office(list(run[:split])))
                    return self.named(tuple(one.text for one in run[split:]), run[split].start, role)
        return None

    def _of_initials(self, alias: str) -> CastMember | None:
        """The person whose name has these initials: `AQ` of Achmad Qodri."""
        for run in self.differing if _is_initialism(alias) else ():
            name = run[-len(alias) :]
            if "".join(one.text[0] for one in name) == alias and self._name_of(run, self._led(run)) <= len(
                run
            ) - len(name):
                return self.named(tuple(one.text for one in name), name[0].start, "")
        return None

    def _named_with(self, mention: PersonMention) -> CastMember | None:
        """Whom "pelatih itu" means where who spoke last is none: the last one named behind the office."""
        offices = OFFICES.intersection(mention.role.casefold().split())
        if not offices or (self.salient and offices.intersection(self.salient.role.casefold().split())):
            return None
        before = self.masked[: mention.start]
        for match in reversed(list(re.finditer(rf"\b{one_of(offices)} (?=[A-Z])", before, re.IGNORECASE))):
            run = next((run for run in self.runs if run[0].start <= match.end() <= run[-1].start), ())
            behind = tuple(token for token in run if token.start >= match.end())
            if behind and self._name_of(behind, within=True) == 0 and len(behind) > 1:
                return self.named(tuple(one.text for one in behind), behind[0].start, "")
        return None

    def _holding_in_full(self, office: str) -> CastMember | None:
        """Who is named behind an office in full: of "Menkes" in "Menteri Kesehatan Ratna Wulandari"."""
        full = self._abbreviations.get(office)
        if not full:
            return None
        for match in re.finditer(rf"\b{re.escape(full)}\b(?: \(\w+\))?", self.masked, re.IGNORECASE):
            run = next((run for run in self.runs if run[0].start - 1 <= match.end() < run[-1].end), ())
            behind = tuple(token for token in run if token.start >= match.end())
            name = behind[self._name_of(behind, within=True) :] if behind else ()
            if name and (len(name) > 1 or len(behind) > 1):
                role = " ".join(self.text[match.start() : match.end()].split())
                return self.named(tuple(token.text for token in name), name[0].start, role)
        return None

    def named(self, name: tuple[str, ...], at: int, role: str) -> CastMember:
        folded = tuple(word.casefold().rstrip(".") for word in name)
        alias = self.aliases.get(" ".join(folded))
        if alias is not None:
            return alias
        if len(folded) == 1 and folded[0] in self.nicknames:
            folded = tuple(word.casefold() for word in self.nicknames[folded[0]])
            name = self.nicknames[name[0].casefold()]
        full = self._fullest(folded, at) or (self._blended(folded[0]) if len(folded) == 1 else None)
        if full is None:
            full = name
            if self.salient and folded[0] in self.own_nicknames:
                self.aliases[folded[0]] = self.salient
                return self.salient  # "kata Ani, sapaan akrabnya"
            for other in self.speakers.values():
                if len(folded) == 1 and any(_misspelt(folded[0], word.casefold()) for word in other.tokens):
                    return other
            if len(folded) == 1 and len(folded[0]) > 3 and (shortened := self._shortened(folded[0])):
                return shortened
        words = role.split()
        while words and words[-1] in full:
            words.pop()  # "Menteri Pertanian Andi Amran" where the article calls him Amran
        role = " ".join(words)
        speaker = self._known(" ".join(full), tokens=full, role=role)
        if not speaker.role and full not in self._looked:
            self._looked.add(full)
            speaker.role = role or self._office_of(full)
        return speaker

    def _shortened(self, word: str) -> CastMember | None:
        """Who is called by the beginning of a word of the name, "Muhib" of Muhibbuddin, if only one is."""
        recent = self.salient
        if recent and any(one.casefold().startswith(word) for one in recent.tokens):
            return recent
        found = {}
        for run in self.having_begun.get(word[:2], ()):
            name = run[self._name_of(run, within=self._led(run)) :]
            begun = any(one.folded.startswith(word) for one in name)
            behind = self.masked[max(0, run[0].start - 2) : run[0].start].startswith(")")
            office = (
                behind
                or self._led(run)
                or any(one.folded in OFFICES | TITLES for one in run[: -len(name) or None])
            )
            opens = bool(name) and name[0].folded.startswith(word)
            if len(name) > 1 and begun and (office or opens):
                found[tuple(one.text for one in name)] = name[0].start
        if len({name[0] for name in found}) != 1:
            return None
        fullest = max(found, key=len)
        return self.named(fullest, found[fullest], "")

    def _fullest(self, folded: tuple[str, ...], at: int) -> tuple[str, ...] | None:
        """The fullest name in the article that has these words in a row; of several, the nearest."""
        for other in reversed(self.speakers.values()):
            if other.tokens and _within_name(folded, tuple(word.casefold() for word in other.tokens)):
                fuller = self._fuller(other.tokens)
                return fuller or other.tokens
        return self._fuller(folded, at)

    def _fuller(self, folded: tuple[str, ...], at: int = 0) -> tuple[str, ...] | None:
        """The fullest name that has these words in a row, as the article has it last before `at`, if any."""
        words = tuple(word.casefold().rstrip(".") for word in folded)
        names = self._longer.get(words)
        if names is None:
            names = self._longer[words] = self._longer_names(words)
        if not names:
            return None
        before = [name for start, name in names if start <= at] or [names[0][1]]
        return before[-1] if len(before[-1]) > len(words) else None

    def _longer_names(self, words: tuple[str, ...]) -> list[tuple[int, tuple[str, ...]]]:
        """Every longer name that has these words in a row, with the offset of its run, each once."""
        names: list[tuple[int, tuple[str, ...]]] = []
        opened: list[tuple[int, tuple[str, ...]]] = []  # perhaps only by a noun, as "Pengumuman Ridwan"
        for run in self.having.get(words[0], ()):
            parts = tuple(token.folded for token in run)
            if len(parts) > len(words) and _within_name(words, parts):
                split = self._name_of(run, within=self._led(run))
                if parts[split:] and parts[split] in INSTITUTIONS:
                    continue
                if _within_name(words, parts[split:]) and len(parts[split:]) > len(words):
                    opens = split == 0 and parts[0] != words[0] and _opens(self.masked, run[0].start)
                    if opens and len(words) > 1:
                        continue  # "Penampilan Ratna Wulandari"
                    (opened if opens else names).append(
                        (run[0].start, tuple(one.text for one in run[split:]))
                    )
        return names or opened

    def _blended(self, word: str) -> tuple[str, ...] | None:
        """The name whose first two words begin like the parts of a word: `Jokowi` of Joko Widodo."""
        if len(word) < _BLEND:
            return None
        for run in self.having_begun.get(word[:2], ()):
            split = self._name_of(run, within=self._led(run))
            name = [token for token in run[split:] if token.capital]
            if len(name) == 2:
                first, second = name[0].folded, name[1].folded
                for cut in range(2, len(word) - 1):
                    if (
                        cut + 2 <= len(word)
                        and first.startswith(word[:cut])
                        and second.startswith(word[cut:])
                    ):
                        return tuple(token.text for token in name)
        return None

    def _led(self, run: tuple[Token, ...]) -> bool:
        """Whether the words before a run are those of an office: `bidang Kemaritiman`."""
        before = self.masked[max(0, run[0].start - 40) : run[0].start].split("\n")[-1]
        words = re.findall(r"[\w-]+(?=[^\w,.;]*)", re.split(r"[,.;:]", before)[-1])
        return run[0].folded in PARTS or any(word.casefold() in HEADS | INSTITUTIONS for word in words[-6:])

    def _office_of(self, name: tuple[str, ...]) -> str:
        """The office of a person as it stands beside the name, or a word of it, anywhere in the article."""
        words = tuple(word.casefold().rstrip(".") for word in name)
        full = [(run, words) for run in self.having.get(words[0], ())[:_LOOKED]]
        short = [(run, (word,)) for word in words for run in self.having.get(word, ())[:_LOOKED]]
        for run, shown in full + short:
            parts = tuple(token.folded for token in run)
            if not _within_name(shown, parts):
                continue
            line = next((one for one in self.lines if one[0] <= run[0].start < one[1]), (0, 0))
            at = parts.index(shown[0])
            split = self._name_of(run, within=self._led(run))
            if split > at or (shown != words and parts[split:] != shown):
                continue  # of the office of somebody else, or of another name
            start = run[at].start
            first = start - 160 if shown == words else run[0].start
            lead = segments_of(tokens_of(self.masked, max(line[0], first), start))
            if shown != words and any(one.folded in OF_OTHERS | DEFINITE for one in run[:split]):
                continue  # "Pengacara Ratna"
            beside = _without_titles(lead[-1]) if lead else []  # "Panglima TNI, Jenderal Ratna Wulandari"
            apart = lead[-2] if len(lead) > 1 and not beside else []
            for group in (beside, apart):
                office = self._own_part(_trailing_office(group))
                if office and group is apart and _is_of_somebody(apart, office):
                    continue  # "keponakan Ketua DPR, Irvanto"
                if office:
                    return _joined(self.text, _office(office))
            end = run[-1].end
            also = _ALSO.match(self.masked, end, min(line[1], end + 120))
            if also:
                group = leading_group(
                    tokens_of(self.masked, also.end(), min(line[1], also.end() + 100)),
                    AFTER_SPEAKER,
                    subject=False,
                )
                group = [one for one in group if one.folded not in DEFINITE]
                if _is_office(group) and _office(group):
                    return _joined(self.text, _office(group))
            if shown != words:
                continue
            following = segments_of(tokens_of(self.masked, end, min(line[1], end + 120)))
            if len(following) > 1 and not [one for one in following[0] if not one.bracket]:
                group = leading_group(following[1], AFTER_SUBJECT | AFTER_SPEAKER, subject=True)
                if _is_office(group) and _office(group):
                    return _joined(self.text, _office(group))
        return ""

    def _own_part(self, office: list[Token]) -> list[Token]:
        """An office without the person who stands before it: of "Bupati Ratna Tumbel dan Camat" the last."""
        for at in reversed(range(2, len(office))):
            if office[at].folded not in JOINING:
                continue
            first, run = self._last_run(office[:at])
            if not run or run[-1] is not office[at - 1]:
                continue
            split = self._name_of(run, within=first > 0 or self._led(run))
            odds = [person_names().get(one.folded, UNKNOWN_NAME) for one in run[split:]]
            behind = office[at + 1 :]
            both = len(odds) > 1 and _is_office(behind) and sum(odds) >= len(odds) * UNKNOWN_NAME
            if odds and (first or split) and (both or max(odds) > 0):
                return behind if _is_office(behind) else []
        return office

    def _institution(self, name: str) -> str:
        """The full name of an institution with its abbreviation, where the article explains it."""
        if name.casefold() in self.companies:
            return self.companies[name.casefold()]
        if re.fullmatch(r"[A-Z][\w-]*(?:\s[A-Z][\w-]*)?", name):
            explained = re.search(rf"(?:[A-Z][\w-]*\s+(?:dan\s+)?){{2,8}}\({re.escape(name)}\)", self.text)
            if explained:
                return explained[0]
        in_full = re.search(rf"\b{COMMON.get(name.casefold(), name)}\b", self.text, re.IGNORECASE)
        if in_full and name.casefold() in COMMON:
            name = in_full[0]  # "Kemenhub" where the article has Kementerian Perhubungan as well
        words = tuple(name.casefold().split())
        if words[0] in INSTITUTIONS and name[0].isupper():
            for run in self.runs:
                parts = tuple(token.folded for token in run)
                if parts[: len(words)] == words and len(parts) > len(words):
                    return " ".join(token.text for token in run)
        return name

    def _known(
        self, name: str, *, tokens: tuple[str, ...] = (), person: bool = True, role: str = ""
    ) -> CastMember:
        key = name.casefold()
        if key not in self.speakers:
            self.speakers[key] = CastMember(name, tokens, person, role)
        return self.speakers[key]


def without_edges(tokens: list[Token]) -> list[Token]:
    """Tokens without the marks at either end."""
    first, last = 0, len(tokens)
    while first < last and not tokens[first].word:
        first += 1
    while last > first and not (tokens[last - 1].word or tokens[last - 1].bracket):
        last -= 1
    return tokens[first:last]


def _without_statement(tokens: list[Token]) -> list[Token]:
    """Tokens without "pernyataan resmi" before the one whose statement it is."""
    first = tokens[0].folded if tokens else ""
    rest = list(dropwhile(lambda one: one.folded in STATEMENTS | SOURCES | STATEMENT_KINDS, tokens))
    made = len(rest) > 2 and rest[0].folded in RELATIVE and rest[1].folded.startswith("di")
    if made:  # "laporan yang diturunkan oleh Foot Mercato"
        rest = rest[3 if rest[2].folded == "oleh" else 2 :]
    whose = rest and (rest[0].capital or (rest[0].folded in OFFICES | INSTITUTIONS and not made))
    return rest if first in STATEMENTS | SOURCES and whose else tokens


def segments_of(tokens: list[Token]) -> list[list[Token]]:
    """Tokens between commas; those that list the fields of one office part nothing."""
    found: list[list[Token]] = [[]]
    for at, token in enumerate(tokens):
        if token.text == "," and _lists_fields(found[-1], tokens[at + 1 : at + 3]):
            continue
        if token.text in {",", ";", ":"}:
            found.append([])
        else:
            found[-1].append(token)
    return found


def _is_plain(tokens: list[Token]) -> bool:
    """Whether no word of a name is known as one of a town, an office or an institution."""
    others = TOWNS | PARTS | HEADS | INSTITUTIONS | PLACE_TAKERS
    return not any(token.folded in others or _is_initialism(token.text) for token in tokens)


def _is_no_subject(segment: list[Token]) -> bool:
    """Whether words between commas name a day or a town, or go on with what somebody before them does."""
    first = segment[0]
    if first.folded in RELATIVE | ADVERBIALS | _HANGING or is_verb(first.text):
        return True
    if first.folded in DAYS and without_openers(segment)[:1] == [first]:
        return True
    if all(token.folded in TOWNS for token in segment) or is_regency(" ".join(one.text for one in segment)):
        return True
    then = next((token for token in segment if token.folded not in AFTER_SUBJECT), first)
    return then is not first and is_verb(then.text)


def _lists_fields(before: list[Token], after: list[Token]) -> bool:
    """Whether a comma parts fields of an office: "Menteri Koordinator Politik, Hukum, dan Keamanan"."""
    if after and after[0].folded in JOINING:
        after = after[1:]
    fields = [*before[-1:], *after[:1]]
    led = any(token.folded in OFFICES for token in before)
    return led and len(fields) > 1 and all(one.capital and one.folded in FIELDS for one in fields)


def leading_group(tokens: list[Token], stops: frozenset[str], *, subject: bool = False) -> list[Token]:
    """The first tokens that speak of one person or institution.

    Args:
        tokens: Of a segment.
        stops: Words that end the group, as verbs and marks do.
        subject: Whether the group stands before its verb, and not behind "kata".
    """
    kept: list[Token] = []
    if subject and tokens and not tokens[0].capital and is_verb(tokens[0].folded):
        return []
    named = False
    for at, token in enumerate(tokens):
        folded = token.folded
        if not _is_content(token):
            if kept and token.text == "." and (kept[-1].folded in TITLES or len(kept[-1].text) == 1):
                if len(kept[-1].text) == 1 and at + 1 < len(tokens):
                    kept[-1] = Token(kept[-1].text + ".", kept[-1].start, token.end)
                continue
            if not kept or token.text not in {"-", "/", "&"} or not _is_content(kept[-1]):
                break
            kept.append(token)
            continue
        if token.bracket and not kept:
            break
        if (
            len(kept) > 1
            and kept[-1].folded in DEFINITE
            and kept[0].folded not in DEFINITE
            and not token.capital
        ):
            break  # "Menurut pebalap asal Inggris itu sasis ..."
        if token.capital and folded in DAYS and kept and tokens[at - 1].folded not in HEADS:
            break
        led = any(one.folded in OFFICES or (one.folded in INSTITUTIONS and one is kept[0]) for one in kept)
        if kept and token.word and not token.capital:
            if folded in RELATIVE and subject and not named and kept[0].folded in NAMING_COUNTS:
                return kept + tokens[at:]
            called = not named and _is_called(tokens, at)
            within = _stays_within(tokens, at, named=named, subject=subject, led=led)
            if within is False:
                break
            describes = folded in DESCRIBING
            if within is None and not (called or describes) and (folded in stops or is_verb(folded)):
                break
            known = folded in DEFINITE and not (
                kept[0].capital or any(one.folded in DESCRIBING for one in kept)
            )
            parts = within or led or known or folded in PARTICLES or folded.isdigit()
            if not parts and sum(one.capital for one in kept) > 1:
                break
        letters = led and _is_initialism(token.text)  # "Anggota Komisi VI DPR dari Fraksi PDIP"
        if token.capital and folded not in HEADS | PARTS | TITLES and not letters:
            named = named or not kept or kept[0].capital or kept[0].folded in TITLES
        kept.append(token)
    return kept


def _stays_within(tokens: list[Token], at: int, *, named: bool, subject: bool, led: bool) -> bool | None:
    """Whether a preposition or "dan" goes on with an office; None where the word is none of these."""
    folded = tokens[at].folded
    if folded not in PREPOSITIONS:
        return None
    if folded in ADVERBIALS and tokens[at - 1].capital:
        return False
    joins = folded in JOINING
    if joins and led and at + 1 < len(tokens) and tokens[at + 1].capital:
        return True
    if named:
        return None
    return True if subject else folded not in ADVERBIALS and (led or not joins)


def _is_called(tokens: list[Token], at: int) -> bool:
    return any(token.folded in CALLED for token in tokens[at : at + 4])


def without_openers(tokens: list[Token]) -> list[Token]:
    """The tokens of a segment from its subject on: without what opens or precedes its last clause."""
    for at in range(len(tokens) - 1, 1, -1):
        if tokens[at - 1].folded in CLAUSE_OPENERS:
            tokens = tokens[at:]
            break
    while tokens and tokens[0].folded in BEFORE_SUBJECT - HEADS:
        tokens = tokens[1:]
    return tokens


def _joint(tokens: list[Token], run: tuple[Token, ...]) -> list[Token]:
    """The tokens that name several people, `A dan B`; none where one is named."""
    if not run:
        return []
    at = [token.start for token in tokens].index(run[0].start)
    if at < 2 or tokens[at - 1].folded not in JOINING or not tokens[at - 2].capital or len(run) < 2:
        return []
    first = at - 2
    while first and tokens[first - 1].capital:
        first -= 1
    names = tokens[first : at - 1]
    if len(names) < 2 or any(one.folded in HEADS | PARTS | INSTITUTIONS for one in (*names, *run)):
        return []
    return tokens[first : at + len(run)]


def _is_initialism(word: str) -> bool:
    return len(word) > 1 and word.isupper() and word.isalnum()


def _is_office_letters(word: str) -> bool:
    """Whether capitals are an institution's: `BPBD`, `MotoGP`."""
    return _is_initialism(word) or re.fullmatch(r"[A-Z][a-z]+[A-Z]{2,}", word) is not None


def _joined(text: str, tokens: list[Token]) -> str:
    """Tokens as they are written, without words at their end that join them to what follows."""
    while tokens and not tokens[-1].capital and tokens[-1].folded in CONNECTING:
        tokens = tokens[:-1]
    return " ".join(text[tokens[0].start : tokens[-1].end].split()) if tokens else ""


def _office(tokens: list[Token]) -> list[Token]:
    """The tokens of an office: from its first word on, without titles at its end."""
    tokens = list(tokens)
    for at, token in enumerate(tokens):
        if token.folded in HEADS and not _is_first(tokens, at):
            tokens = tokens[at:]
            break
    else:
        if len(tokens) > 3 or any(_hampers(token) for token in tokens):
            return []
    for at, token in enumerate(tokens):
        if at and token.folded in RELATIVE | DESCRIBING:
            tokens = tokens[:at]
            break
    if _rank_at_end(tokens) == len(tokens):
        return []
    tokens = tokens[:1] + _without_titles(tokens[1:], tokens[:1])
    return [] if tokens and tokens[0].folded in NO_OFFICES and len(tokens) else tokens


def _without_titles(tokens: list[Token], before: Sequence[Token] = ()) -> list[Token]:
    """Tokens without the ranks, degrees and marks at their end; "Panglima TNI" ends in an institution."""
    tokens = list(tokens)
    while tokens:
        if rank := _rank_at_end(tokens):
            del tokens[-rank:]
            continue
        if tokens[-1].folded not in TITLES and _is_content(tokens[-1]):
            break
        led = [*before, *tokens[:-1]][-1:]
        if led and _is_initialism(tokens[-1].text) and led[0].folded in OFFICES - TITLES:
            break
        tokens.pop()
    return tokens


def _rank_at_end(tokens: Sequence[Token]) -> int:
    """How many words a rank of several words at the end of tokens has: `Komisaris Besar`."""
    folded = tuple(token.folded for token in tokens)
    return max((len(rank) for rank in RANKS if folded[-len(rank) :] == rank), default=0)


def _is_office(tokens: list[Token]) -> bool:
    words = [token.folded for token in tokens if token.word and token.folded not in COUNTING]
    return bool(words) and words[0] in HEADS


def _tells_what(tokens: list[Token]) -> bool:
    """Whether a group between commas says what somebody is: an office, or "salah satu" and what follows."""
    return _is_office(tokens) or (bool(tokens) and tokens[0].text in NAMING_COUNTS)


def _trailing_office(tokens: list[Token]) -> list[Token]:
    """The office at the end of tokens: from its first word to the last, all of one group."""
    tokens = without_edges(tokens)
    for at, token in enumerate(tokens):
        if token.folded in OFFICES and not _is_first(tokens, at):
            group = tokens[at:]
            if group[-1].folded in DEFINITE:
                return []
            plain = [
                one
                for one in group
                if one.word
                and not one.capital
                and (one.folded in AFTER_SUBJECT | AFTER_SPEAKER - PREPOSITIONS or is_verb(one.folded))
            ]
            shortened = [one for one, mark in pairwise(group) if mark.text == "."]
            marks = [one.text for one in group if not (one.word or one.bracket)]
            fit = all(one.folded in TITLES | COMPANIES for one in shortened)  # "Direktur PT. Samudra"
            if not plain and fit and all(mark in {"-", "."} for mark in marks):
                return group
    return []


def _is_of_somebody(tokens: list[Token], office: list[Token]) -> bool:
    """Whether the office at the end of tokens hangs on a noun before it, and is somebody else's."""
    before = [token for token in tokens if token.start < office[0].start]
    last = before[-1] if before else None
    return bool(last and last.word and last.folded not in STARTERS and not is_verb(last.folded))


def _is_apposition(group: list[Token], segment: list[Token]) -> bool:
    """Whether a group is an office and all of its segment, or goes on with where, when or how."""
    rest = segment[len(group) :]
    if not _is_office(group) or group[0].folded in COUNTING - NAMING_COUNTS:
        return False
    return not rest or (rest[0].folded in AFTER_SPEAKER and not is_verb(rest[0].folded))


def is_somebody(mention: PersonMention) -> bool:
    """Whether a mention is surely of somebody who speaks."""
    first = next((word for word in mention.role.casefold().split() if word not in COUNTING), "")
    return bool(mention.name or mention.pronoun or mention.institution) or first in HEADS | INSTITUTIONS


def is_group(speaker: CastMember) -> bool:
    """Whether several without a name speak, whom "dia" and "-nya" do not mean: `banyak aktivis`."""
    first = speaker.name.split(None, 1)[0].casefold()
    return not speaker.tokens and first in COUNTING - NAMING_COUNTS


def _hampers(token: Token) -> bool:
    """Whether a token can be no part of a profession that is not in the list of offices."""
    folded = token.folded
    unfit = AFTER_SUBJECT | AFTER_SPEAKER | DEFINITE | BEFORE_SUBJECT | INSTITUTIONS | PRONOUNS
    return not token.word or token.capital or folded in unfit or is_verb(folded)


def _is_first(tokens: list[Token], at: int) -> bool:
    """Whether "perdana" is an ordinal there, and not of a prime minister."""
    following = [one.folded for one in tokens[at + 1 : at + 2]]
    return tokens[at].folded in ORDINALS and not (following and following[0] in OFFICES)


def speaks_not(role: str) -> bool:
    words = [word for word in role.casefold().split() if word not in COUNTING]
    return bool(words) and words[0] in UNSPEAKING | UNSAID | PREDICATES


def _in_full(words: Iterable[str]) -> set[str]:
    """Words of an office, abbreviations in full."""
    return {part for word in words for part in COMMON.get(word, word).split()}


def _within_name(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether the words of one name stand in another in a row."""
    return any(full[at : at + len(short)] == short for at in range(len(full) - len(short) + 1))


def _misspelt(word: str, other: str) -> bool:
    """Whether a word is a name that lacks its end or a letter, or has a word glued to it."""
    if len(word) < 4 or len(other) < 4 or word == other:
        return False
    return (
        (other.startswith(word) and len(other) - len(word) <= 2 and len(word) >= 5)
        or (word.startswith(other) and word[len(other) :] in ADVERBIALS)
        or _differs_by_one(*sorted((word, other), key=len))
    )


def _blends(word: str, names: Sequence[str]) -> bool:
    """Whether a word begins like each of several names in turn: `kominfo` of Komunikasi, Informatika."""
    if not word or not names:
        return not word
    sizes = range(_PART, len(word) + 1)
    begins = (size for size in sizes if names[0].startswith(word[:size]))
    return any(_blends(word[size:], names[1:]) for size in begins)


def _differs_by_one(short: str, long: str) -> bool:
    """Whether a letter within a word is missing, `Ardi` of Ardhi, or two are exchanged, `Yursi` of Yusri."""
    if len(long) - len(short) == 1:
        return any(long[:at] + long[at + 1 :] == short for at in range(1, len(short)))
    swapped = (long[:at] + long[at + 1] + long[at] + long[at + 2 :] for at in range(1, len(long) - 1))
    one_other = sum(one != other for one, other in zip(short, long, strict=False)) == 1
    return len(long) == len(short) and (short in swapped or (one_other and len(short) >= _BLEND))


def _is_content(token: Token) -> bool:
    return token.word or token.bracket
