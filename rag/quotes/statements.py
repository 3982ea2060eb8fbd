"""Quotations of an article by speaker: what was said, word for word or reported, by whom, in which office.

A direct quotation stands between double quotation marks and is speech; a reported statement is the clause
after "mengatakan", "Menurut X," and the like. Who said it is read from beside it, and then from the article:
a pronoun is whoever spoke last, a surname or an office the one person of the article who has it. Press text
has faults (marks set off by spaces, glued to a word, never closed), so marks are paired within a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from index import Article
from index.models import Extractor, Span, version_of
from index.press import content_lines
from index.text import sentences
from rag.lang import LANGUAGE_FILES, LEXICON
from rag.lang.numbers import one_of
from rag.quotes.speakers import (
    ACCORDING,
    AFTER_SUBJECT,
    AUDIENCES,
    BARE_VERBS,
    CLOSING_VERBS,
    COMPARING,
    DEGREES,
    DENIALS,
    FOCUS,
    HEADS,
    HYPHEN,
    INTRODUCING,
    JOINING,
    LINKS,
    MANNERS,
    MARKS,
    MASK,
    MIMICKING,
    NAME_WEIGHTS,
    NAMES,
    NO_NAMES,
    OWN,
    PASSIVE_VERBS,
    PLACING,
    PLURALS,
    PREDICATES,
    PROFORMS,
    PRONOUNS,
    PURPOSES,
    RELATIVE,
    REPORTING,
    REQUESTS,
    STATEMENTS,
    TRAILING,
    UNSAID,
    VERB_FORM,
    VERBS,
    Cast,
    CastMember,
    PersonMention,
    has_predicate,
    is_adverbial,
    is_group,
    is_somebody,
    leading_group,
    names_time,
    segments_of,
    speaks_not,
    tokens_of,
    without_openers,
)

FRAGMENT_WORDS = 4
"""Fewest words between quotation marks within a reported clause that are a quotation by themselves."""

DATELINE_WORDS = 2
"""Words of a line within which a dash ends its dateline."""

_TITLE = 5
"""Most characters of a title before a name that no office introduces."""

MOST_TRIED = 12
"""Verbs of saying that are tried in one sentence."""

LONGEST = 60_000
"""Characters of an article that are read; a longer one is read so far."""

_OPENS, _CLOSES = "“„«", "”»"

_BARE_VERB = one_of(BARE_VERBS)
_LINK = one_of(LINKS)
_AFTER_QUOTE = re.compile(
    rf"[\s\u200b-\u200f]*,?\s*(?:{one_of(CLOSING_VERBS)}\s+)?(?P<verb>{_BARE_VERB})(?P<nya>nya)?(?![\w-])",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    rf"\s*(?:{one_of(BARE_VERBS - CLOSING_VERBS | PASSIVE_VERBS)})(?P<nya>nya)?(?![\w-])",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"\b{one_of(ACCORDING)}(?P<nya>nya)?(?![\w-])", re.IGNORECASE)
_SAID_BY = re.compile(rf"\b{one_of(PASSIVE_VERBS)}(?P<nya>nya)?(?![\w-])(?:\s+oleh\b)?", re.IGNORECASE)
_SAID_AFTER = re.compile(rf"\s*{_SAID_BY.pattern}", re.IGNORECASE)
_REPORT = re.compile(rf"(?<![\w-]){one_of(VERBS)}(?![\w-])", re.IGNORECASE)
_SPEAKS = re.compile(rf"(?<![\w-]){one_of(VERBS | INTRODUCING)}(?![\w-])", re.IGNORECASE)
_SAYS_IT = re.compile(
    rf"\s*,\s*\w+\s+{one_of(REPORTING)}\b|\s*,\s*{_BARE_VERB}(?:nya|\s+\w+)\s*,", re.IGNORECASE
)
_ANY_WORD = re.compile(rf"\s*(?!(?:{one_of(NO_NAMES)}|{VERB_FORM.pattern})\b)[a-z]{{3,}}\s+(?=[A-Z])")
_ADDS = re.compile(
    rf"\s*(?P<who>\w[^.,;:?!\n{MASK}]{{1,60}}?)\s+(?:{one_of(REPORTING | OWN)})(?=\s*(?:[.,\n]|$))"
)
_MIMICKED = re.compile(rf"\s*(?:\w+\s+)?{one_of(MIMICKING)}(?:\s+[a-z]+)?\s+")
_AUDIENCE = re.compile(rf"\s*kepada\s+(?=\S)(?:{one_of(AUDIENCES)}\s*)*(?:[A-Z][\w.-]*\s*)*,?\s*")
_CONCEDES = re.compile(rf"{one_of(LEXICON.words('concessions'))}\b[^,]*$", re.IGNORECASE)
_THEN_SAYS = re.compile(rf"[^,]*,\s*(?:[A-Z][\w'’.-]*\s+){{1,4}}{one_of(VERBS)}(?![\w-])")
_JOINED = re.compile(rf",\s*{one_of(JOINING)}(?:\s+{one_of(FOCUS)})?\s*$")
_LINKED = re.compile(rf"\s*(?:{_LINK}|{one_of(PURPOSES)})\s+")
_LEADS = re.compile(rf"(?:\s*kepada\s[^,.:;]{{1,60}}[,:])?\W*(?:{one_of(MANNERS)}\s+\w+)?\W*(?:{_LINK})?\W*")
_GLUED = re.compile(r"(?:\b[a-z]{4,}|\d|\))[.?!](?=[A-Z][a-z]{2,}\s)")
_COMMA = re.compile(r",(?!\d)")
_ATTRIBUTED = re.compile(rf"[,.?!]\s*(?={_BARE_VERB}(?:nya)?\s+\S)", re.IGNORECASE)
_DEGREE = r", ?[A-Z][A-Za-z]{0,4}(?:\. ?[A-Z][A-Za-z]{0,3}){0,2}\.?(?=[,.)]|\s+[a-z(]|\s*$)"
_DEGREES = re.compile(rf"(?<=\b[A-Z])[a-z'’]+\b(?P<them>(?:{_DEGREE})+)")
_HYPHENATED = re.compile(
    r"(?<![\w-])(?:[A-Z][a-z'’]+|a[lnrszt]|ash)(?P<hyphen> - )"
    r"(?P<behind>[A-ZÀ-Þ][\w'’]+|[a-z]{1,5}(?![\w'’]))"
)
"""A name with blanks beside its hyphen: "Oviedo - Joekes", "Jong - un", "al - Sisi"."""

_SINGLE = re.compile(r"(?<=\s)['‘]\s?(\w[^'‘’\"“”\n]+?)\s?['’](?=[\s.,;:]|$)")


@dataclass(frozen=True, slots=True)
class Quote:
    """The characters `start:end` of an article, and who says them.

    Attributes:
        direct: Whether they are the speaker's own words; else they are reported.
        speaker: The fullest name in the article, or how it describes whoever spoke; None where it does not.
        role: Office, profession or function as the article has it, if it does.
    """

    start: int
    end: int
    direct: bool
    speaker: str | None
    role: str | None


def find_quotes(text: str) -> list[Quote]:
    """Every direct quotation and reported statement of an article's text, in order."""
    return _Article(text[:LONGEST]).quotes()


def cast_of(text: str) -> Cast:
    """Who is named in an article's text, before anybody has spoken."""
    return _Article(text[:LONGEST]).cast


@lru_cache(maxsize=4096)
def quotes_of(text: str) -> tuple[Quote, ...]:
    """`find_quotes` with a cache."""
    return tuple(find_quotes(text))


def _packed(article: Article) -> list[list[Any]]:
    return [[one.start, one.end, int(one.direct), one.speaker, one.role] for one in quotes_of(article.text)]


def unpacked(packed: Iterable[Sequence[Any]]) -> tuple[Quote, ...]:
    """The quotes that `QUOTES` has packed for storage."""
    return tuple(
        Quote(start, end, bool(direct), speaker, role) for start, end, direct, speaker, role in packed
    )


QUOTES = Extractor(
    "quotes",
    version_of(
        *(Path(__file__), Path(__file__).with_name("speakers.py"), Path(__file__).parents[1] / "weights.py"),
        *(NAMES, NAME_WEIGHTS, *LANGUAGE_FILES),
    ),
    _packed,
)
"""The extractor of quotations; its rows are stored with each article."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """What stands between two quotation marks: `start:end` without, `begin:finish` with them."""

    begin: int
    start: int
    end: int
    finish: int

    def words(self, text: str) -> list[str]:
        return re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", text[self.start : self.end])


def _pair(text: str, begin: int, finish: int) -> _Pair | None:
    """The pair whose marks, where there are such, stand first and last in `begin:finish`."""
    start, end = begin, finish
    if text[start] in MARKS:
        start += 1
    if end > start and text[end - 1] in MARKS:
        end -= 1
    while start < end and (text[start].isspace() or text[start] in MARKS):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in MARKS):
        end -= 1
    return _Pair(begin, start, end, finish) if start < end else None


def _pairs(text: str, start: int, end: int, open_before: bool) -> tuple[list[_Pair], bool]:
    """The quotations of one paragraph, and whether the last is left open at its end.

    Args:
        text: The article.
        start: Of the paragraph.
        end: Of the paragraph.
        open_before: Whether the paragraph before it leaves one open.
    """
    marks = [at for at in range(start, end) if text[at] in MARKS and not _is_inch(text, at)]
    odd = len(marks) % 2 == 1
    found: list[_Pair | None] = []
    opened: int | None = None
    nested = False
    for at in marks:
        mark = text[at]
        if opened is None:
            closes = mark in _CLOSES or (odd and mark == '"' and _only_closes(text, at))
            if closes:
                # Its opening mark is missing: it opens with the paragraph or the sentence.
                since = max([start, *(one.finish for one in found if one)])
                if since == start and (open_before or _only_closes(text, at)):
                    found.append(_pair(text, start, at + 1))
                continue
            opened = at
        elif mark in _OPENS and text[opened] not in _OPENS:
            nested = True
        elif nested and mark in _CLOSES:
            nested = False
        elif mark in _OPENS or (odd and _only_opens(text, at)):
            attributed = _ATTRIBUTED.search(text, opened, at)
            if attributed or mark in _OPENS:
                found.append(_pair(text, opened, attributed.start() + 1 if attributed else at))
                opened = at
            else:
                found.append(_pair(text, opened, at + 1))
                opened = None
        else:
            found.append(_pair(text, opened, at + 1))
            opened = None
    if opened is not None:
        attributed = _ATTRIBUTED.search(text, opened, end)
        found.append(_pair(text, opened, attributed.start() + 1 if attributed else end))
        return [one for one in found if one], attributed is None
    if not marks and open_before and not _REPORT.search(text, start, end):
        # A paragraph in the midst of a quotation that neither opens nor closes there.
        return [], False
    return [one for one in found if one], False


def _is_inch(text: str, at: int) -> bool:
    """Whether a mark is that of inches: `layar 5" itu`."""
    return text[at] == '"' and text[at - 1 : at].isdigit() and text[at + 1 : at + 2] not in {" ", ""}


def _only_closes(text: str, at: int) -> bool:
    return bool(re.search(r"[,.?!…]\s*$", text[max(0, at - 3) : at]) and _AFTER_QUOTE.match(text, at + 1))


def _only_opens(text: str, at: int) -> bool:
    return bool(re.search(r"(?:[.:]\s*)$", text[max(0, at - 3) : at])) and text[at + 1 : at + 2].isupper()


class _Article:
    """Reads the quotations of one article."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = content_lines(text)
        self.fragments: list[_Pair] = []
        self.speech: list[_Pair] = []
        left_open = False
        for start, end in self.lines:
            pairs, left_open = _pairs(text, start, end, left_open)
            for one in pairs:
                (self.speech if self._is_speech(one, start) else self.fragments).append(one)
        self.masked = self._mask()
        self.cast = Cast(text, self.masked, self.lines)
        self.found: list[tuple[int, int, bool, CastMember | None]] = []
        self.last: CastMember | None = None
        self.actor: PersonMention | None = None
        self.quoted = False

    def _is_speech(self, pair: _Pair, line: int) -> bool:
        """Whether what stands between marks is somebody's words, and no title, nickname or quoted phrase."""
        text = self.text
        words = pair.words(text)
        if not words:
            return False
        if _AFTER_QUOTE.match(text, pair.finish):
            return True
        before = text[line : pair.begin].rstrip()
        ends = text[pair.end - 1] in ",.?!…"
        goes_on = re.match(r"\s*[a-z]", text[pair.finish : pair.finish + 3]) is not None
        if not before or before[-1] in '.?!:”"…)':
            named = not ends and _is_title(words)
            return not named and (ends or len(words) >= FRAGMENT_WORDS) and not (goes_on and not ends)
        last = re.search(r"([\w-]+)\s*,?\s*$", before)
        follows_verb = last is not None and last[1].casefold() in (REPORTING | OWN | BARE_VERBS)
        if before[-1] == "," or follows_verb:
            return len(words) >= FRAGMENT_WORDS or (ends and len(words) > 1 and text[pair.start].isupper())
        return ends and len(words) >= FRAGMENT_WORDS and text[pair.start].isupper() and not goes_on

    def _mask(self) -> str:
        """The text with `MASK` for quotations, and without the degrees behind names."""
        masked = list(self.text)
        for one in self.speech:
            masked[one.begin : one.finish] = MASK * (one.finish - one.begin)
            after = self.text[one.finish : one.finish + 3].lstrip()
            stops = self.text[one.end - 1] in ".?!…" or after[:1].isupper() or after[:1] in "“"
            if stops and one.finish - one.begin > 1 and not _AFTER_QUOTE.match(self.text, one.finish):
                masked[one.finish - 1] = "."
        for match in _HYPHENATED.finditer("".join(masked)):
            if match["behind"] not in NO_NAMES and not self._is_dateline(match.start()):
                masked[match.start("hyphen") : match.end("hyphen")] = HYPHEN
        for match in _DEGREES.finditer("".join(masked)):
            if all(re.sub(r"\W", "", one).casefold() in DEGREES for one in match["them"].split(",")[1:]):
                masked[match.start("them") : match.end("them")] = " " * len(match["them"])
        return "".join(masked)

    def _is_dateline(self, at: int) -> bool:
        """Whether a word is one of the first of a line, where a dash follows a town or a publisher."""
        return len(self.text[self.text.rfind("\n", 0, at) + 1 : at].split()) < DATELINE_WORDS

    def quotes(self) -> list[Quote]:
        for start, end in self._sentences():
            self._read(start, end)
        self._add_fragments()
        self._look_ahead()
        made = {}
        for start, end, direct, speaker in self.found:
            who = (speaker.name, speaker.role or None) if speaker else (None, None)
            made[start, end, direct] = Quote(start, end, direct, *who)
        return sorted(made.values(), key=lambda one: (one.start, -one.end))

    def _look_ahead(self) -> None:
        """Give a quotation before which nobody is named to whoever says the next."""
        self.found.sort(key=lambda one: one[0])
        for at in range(len(self.found) - 2, -1, -1):
            start, end, direct, speaker = self.found[at]
            following = self.found[at + 1]
            if direct and speaker is None and following[2] and self.text.count("\n", end, following[0]) < 2:
                self.found[at] = (start, end, direct, following[3])

    def _sentences(self) -> Iterator[Span]:
        for start, end in self.lines:
            for first, last in sentences(self.masked[start:end]):
                at = start + first
                for glued in _GLUED.finditer(self.masked, at, start + last):
                    yield at, glued.end()
                    at = glued.end()
                yield at, start + last

    def _read(self, start: int, end: int) -> None:
        speech = [one for one in self.speech if start <= one.begin < end]
        self._let_answer(start, speech)
        reporter = self._reported(start, end, speech)
        speaker: CastMember | None = None
        for one in speech:
            beside, speaker_beside = self._beside(one, end, reporter)
            if beside:
                speaker = speaker_beside
            elif speaker is None:
                alone = self.last or self.cast.salient if self._stands_alone(speech, start, end) else None
                speaker = reporter or self._follow(speech, one, end) or alone
            self.found.append((one.start, one.end, True, speaker))
        speaker = speaker or reporter
        if speaker is None and not speech:
            self.actor = self.cast.actor(start, end) if self.quoted else None
            speaker = self._introduced(start, end)
        self.quoted = bool(speech)
        if speaker is None:
            return
        self.last = speaker
        if is_group(speaker):
            self.cast.group = speaker
        retold = not speech and self._is_retold(speaker, start, end)
        # "Seorang saksi melihat ...": whoever has told of him goes on speaking.
        nameless = not (speaker.tokens or speaker.role)
        passing = not speech and nameless and self.cast.salient is not None
        if speaker.person and not (self.cast.salient and is_group(speaker)) and not retold and not passing:
            self.cast.salient = speaker

    def _let_answer(self, start: int, speech: list[_Pair]) -> None:
        """Make who acts in the sentence between two quotations the one whom the second's "-nya" means."""
        actor, self.actor = self.actor, None
        if actor is None or not speech or re.search(r"\w", self.masked[start : speech[0].begin]):
            return
        words = {word.casefold() for word in speech[0].words(self.text)}
        of_others = PRONOUNS - PLURALS | {word.casefold() for word in actor.name}
        if words.isdisjoint(of_others):  # "Joko mencuri motor. "Dia residivis," katanya."
            self.cast.salient = self.cast.resolve(actor) or self.cast.salient

    def _is_retold(self, speaker: CastMember, start: int, end: int) -> bool:
        """Whether "menurut X" goes on with what another person tells of X in the sentence before it."""
        before = [one for one in self.found if one[1] <= start]
        if not before or not _AFTER.search(self.masked, start, end):
            return False
        first, last, _, teller = max(before, key=lambda one: one[1])
        told = self.masked[first:last].casefold()
        named = any(token.casefold() in told.split() for token in speaker.tokens)
        return teller is self.cast.salient is not speaker and named and "\n" not in self.text[last:start]

    def _stands_alone(self, speech: list[_Pair], start: int, end: int) -> bool:
        """Whether a sentence has no word outside its quotation marks, which might tell who speaks."""
        rest, at = "", start
        for one in speech:
            rest, at = f"{rest} {self.text[at : one.begin]}", max(at, one.finish)
        credit = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*$")
        return not re.search(r"[^\W\d_]", f"{rest} {credit.sub('', self.text[at:end])}")

    def _beside(
        self, one: _Pair, end: int, reporter: CastMember | None = None
    ) -> tuple[bool, CastMember | None]:
        """Whether who spoke stands behind a quotation, and who that is; "-nya" is the reporter, if any."""
        match = _AFTER_QUOTE.match(self.masked, one.finish, end)
        goes_on = self.text[one.end - 1] == ","
        if match is None and goes_on:
            match = _SAID_AFTER.match(self.masked, one.finish, end)
        if match is None:
            if goes_on and (named := self._named_behind(one.finish, end)):
                return True, named
            match = _ADDS.match(self.masked, one.finish) if goes_on else None
            mention = self.cast.subject_before(match.start("who"), match.end("who")) if match else None
            speaker = self.cast.resolve(mention) if mention and is_somebody(mention) else None
            return speaker is not None, speaker
        if match["nya"]:
            return True, reporter or self.cast.salient
        mention, finish = self.cast.named_after(match.end(), end)
        if mention is None:
            return False, None
        mimicked = _MIMICKED.match(self.masked, finish, end)
        if mimicked:
            copied, _ = self.cast.named_after(mimicked.end(), end)
            return True, self.cast.resolve(copied)
        return True, self.cast.resolve(mention)

    def _named_behind(self, start: int, end: int) -> CastMember | None:
        """The person whom a quotation's sentence names behind an uninflected word that none knows: `sanggah`.

        Who is named behind an inflected one is acted on: `disambut`, `memeluk`.
        """
        verb = _ANY_WORD.match(self.masked, start, end)
        mention, _ = self.cast.named_after(verb.end(), end) if verb else (None, 0)
        return self.cast.resolve(mention) if mention and mention.name else None

    def _follow(self, speech: list[_Pair], one: _Pair, end: int) -> CastMember | None:
        """Who is named behind the next quotation of the same sentence."""
        for other in speech:
            if other.begin > one.begin:
                found, speaker = self._beside(other, end)
                if found:
                    return speaker
        return None

    def _reported(self, start: int, end: int, speech: list[_Pair]) -> CastMember | None:
        """Keep the reported statements of a sentence, and return who is said to speak in it."""
        first = speech[0].begin if speech else end
        if first > start:
            return self._clause(start, min(first, end), quoted=bool(speech))
        rest = speech[-1].finish
        match = _REPORT.search(self.masked, rest, end)
        if match and re.match(rf"[^.]{{0,40}}?\b{_LINK}\b", self.masked[match.end() : end]):
            _, speaker = self._beside(speech[-1], end)
            if speaker is not None:
                self._keep_complement(match.end(), end, speaker)
        return None

    def _clause(self, start: int, end: int, *, quoted: bool) -> CastMember | None:
        text = self.masked
        for match in islice(_AFTER.finditer(text, start, end), MOST_TRIED):
            if speaker := self._according(match, start, end):
                return speaker
        places = [
            start,
            *(comma.end() for comma in islice(_COMMA.finditer(text, start, end), 4 * MOST_TRIED)),
        ]
        for match in filter(None, (_WITHIN.match(text, at, end) for at in places)):
            if match.group().strip().casefold() in PASSIVE_VERBS and match.start() == start:
                continue
            named = match.start() > start or match["nya"] or re.match(r"\s+\w", text[match.end() : end])
            if named and (speaker := self._inserted(match, start, end)):
                return speaker
        passive = _SAID_BY.search(text, start, end)
        if (
            passive
            and not passive["nya"]
            and not _REPORT.search(text, start, passive.start())
            and text[start : passive.start()].split()[-1:] not in [[word] for word in RELATIVE]
        ):
            mention, finish = self.cast.named_after(passive.end(), end)
            if mention and is_somebody(mention):
                speaker = self.cast.resolve(mention)
                comma = re.compile(rf"\s*,\s*(?:{_LINK}\s+)?|\s*{_LINK}\s+").match(text, finish, end)
                goes_on = has_predicate(text[finish:end].split()[:1]) and not is_adverbial(
                    text[finish:end].split()
                )
                subject = text[start : passive.start()].casefold().split()[:1]
                if subject and subject[0] in PROFORMS | STATEMENTS:
                    goes_on = False  # "Komentar itu dilontarkan Ratna menyusul rapat": on what occasion
                if passive.start() == start and comma and speaker:
                    self._keep_complement(comma.end(), end, speaker)
                elif passive.start() > start and goes_on and speaker:
                    self._keep_complement(finish, end, speaker)
                return speaker
        return self._by_verb(start, end, quoted=quoted)

    def _according(self, match: re.Match[str], start: int, end: int) -> CastMember | None:
        text = self.masked
        if match["nya"]:
            speaker, finish = self.cast.salient, match.end()
        else:
            mention, finish = self.cast.named_after(match.end(), end)
            if mention is None or speaks_not(mention.role):
                return None
            if not is_somebody(mention) and _SAYS_IT.match(text, finish, end):
                return None  # "Menurut pemetaan, ia menjelaskan, ..."
            if text[finish:end].strip() == ":" and not (mention.name or mention.pronoun):
                return None  # a heading: "Nilai ekspor menurut komoditas:"
            speaker = self.cast.resolve(mention)
        if speaker is None:
            return None
        rest = text[finish:end]
        comma = match_.start() if (match_ := _COMMA.search(rest)) else -1
        alone = not re.search(r"\w", rest.strip())
        before = text[start : match.start()].rstrip()
        after = rest.strip(" ,.").split()
        short = before.endswith(",") and len(after) < 5 and len(before.split()) > 4
        if alone or (short and not has_predicate(rest.split())):
            self._keep(start, match.start(), speaker)
        elif comma >= 0 and (comma < 60 or names_time(rest[:comma])):
            self._keep_complement(finish + comma + 1, end, speaker)
        elif has_predicate(rest.split()):
            self._keep_complement(finish, end, speaker)
        return speaker

    def _inserted(self, match: re.Match[str], start: int, end: int) -> CastMember | None:
        """Keep what stands around `kata X` between commas, and return who that is."""
        text = self.masked
        if match["nya"]:
            speaker, finish = self.cast.salient, match.end()
        else:
            mention, finish = self.cast.named_after(match.end(), end)
            passive = match.group().strip().casefold() in PASSIVE_VERBS
            if mention is None or speaks_not(mention.role) or (passive and not is_somebody(mention)):
                return None
            speaker = self.cast.resolve(mention)
        if speaker is None:
            return None
        comma = match_.start() if (match_ := _COMMA.search(text, finish, end)) else -1
        rest = text[comma + 1 : end] if comma >= 0 else ""
        before = text[start : match.start()].strip(" ,")
        behind = text[finish : comma if comma >= 0 else end].split()
        particles = len(list(takewhile(lambda word: word in FOCUS, behind)))
        verb = behind[particles : particles + 1]
        goes_on = has_predicate(verb) and not is_adverbial(verb) and len(behind) > 2
        if goes_on and not has_predicate(before.split()):
            self._keep_complement(finish, end, speaker)
        elif has_predicate(rest.split()) or (comma == finish and len(rest.split()) > 3):
            self._keep_complement(comma + 1, end, speaker)
        elif len(before.split()) > 2:
            self._keep(start, match.start(), speaker)
        return speaker

    def _by_verb(self, start: int, end: int, *, quoted: bool) -> CastMember | None:
        text = self.masked
        for match in islice(_SPEAKS.finditer(text, start, end), MOST_TRIED):
            if _CONCEDES.match(text, start, match.start()) and _THEN_SAYS.match(text, match.end(), end):
                continue
            verb = match.group().casefold()
            before = re.findall(r"[\w-]+", text[start : match.start()])
            denied = verb in DENIALS and before and before[-1].casefold() in PREDICATES
            quoted_phrase = any(one.begin <= match.start() < one.finish for one in self.fragments)
            if quoted_phrase or (before and before[-1].casefold() in UNSAID and not denied):
                continue
            heard = _AUDIENCE.match(text, match.end(), end)
            heard_at = {match.end(), heard.end() if heard else match.end()}
            if quoted and any(_LEADS.fullmatch(text, at, end) for at in heard_at):
                speaker = self.cast.resolve(self.cast.subject_before(start, match.start()))
                return speaker or self.cast.salient
            if verb in INTRODUCING:
                continue
            sure = verb in OWN
            begin = self._complement(match.end(), end, verb)
            if begin is None:
                continue
            mention = self.cast.subject_before(start, match.start())
            if mention is None or (not mention.pronoun and speaks_not(mention.role)):
                continue
            speaker = self.cast.resolve(mention)
            if speaker is None:
                continue
            stated = text[begin:end]
            linked = text[match.end() : begin].strip() != ""
            opening = stated.casefold().split()[:3]
            refers = opening[:1] != [] and opening[0] in PROFORMS and not linked
            refers = refers and not has_predicate(opening[2:])
            if refers or not (sure or linked or has_predicate(stated.split(), asks=verb in REQUESTS)):
                if (refers or verb in REPORTING) and is_somebody(mention):
                    return speaker
                continue
            # What is denied is no statement of the speaker's without the verb that denies it.
            self._keep_complement(match.start() if verb in DENIALS and not denied else begin, end, speaker)
            return speaker
        return None

    def _complement(self, start: int, end: int, verb: str) -> int | None:
        """Where what is reported begins, behind its verb."""
        text = self.masked
        rest = text[start:end]
        link = re.search(rf"\b{_LINK}\b\s*,?\s*", rest[:160])
        if link:
            between = rest[: link.start()].strip(" ,").split()
            if not between or is_adverbial(between) or (len(between) < 5 and not has_predicate(between)):
                return start + link.end()
        begin = start + len(rest) - len(rest.lstrip())
        if verb in REQUESTS:
            return begin if rest.strip() else None
        if audience := _AUDIENCE.match(rest):
            begin = start + audience.end()
        elif comma := re.match(r"\s*,\s*", rest):
            begin = start + comma.end()
        while is_adverbial(text[begin:end].split()[:1]) and (cut := _COMMA.search(text, begin, end)):
            if has_predicate(text[begin : cut.start()].split()):
                break
            begin = cut.end()
        while (cut := _COMMA.search(text, begin, end)) and names_time(text[begin : cut.start()]):
            begin = cut.end()
        return begin if text[begin:end].strip(" .,") else None

    def _keep_complement(self, start: int, end: int, speaker: CastMember) -> None:
        """Keep what is reported, in parts where a second verb of saying joins another."""
        text = self.masked
        for match in _REPORT.finditer(text, start, end):
            joined = _JOINED.search(text[start : match.start()])
            link = _LINKED.match(text[match.end() : end])
            if joined and link:
                self._keep(start, start + joined.start(), speaker)
                start = match.end() + link.end()
        self._keep(start, end, speaker)

    def _keep(self, start: int, end: int, speaker: CastMember) -> None:
        """Keep a reported statement without its edges."""
        text = self.masked
        link = re.match(rf"[\s,:]*(?:{_LINK}\s+)?", text[start:end])
        start += link.end() if link else 0
        for match in re.finditer(r",\s*(\w+)(?:\s+(di\w+))?", text[start:end]):
            folded = match[1].casefold()
            if (folded in TRAILING or (folded in COMPARING and match[2])) and len(
                text[start : start + match.start()].split()
            ) > 2:
                end = start + match.start()
                break
        while end > start and (text[end - 1] in " .,:;?!\n\t" + MASK):
            end -= 1
        if MASK in text[start:end]:
            end = start + text[start:end].index(MASK)
            while end > start and text[end - 1] in " ,.:":
                end -= 1
        if len(text[start:end].split()) > 1:
            self.found.append((start, end, False, speaker))

    def _introduced(self, start: int, end: int) -> CastMember | None:
        """The person whom a sentence without any statement brings in, by name and office."""
        segments = segments_of(tokens_of(self.masked, start, end))
        for number, segment in enumerate(segments[:3]):
            if segment and segment[0].folded in PLACING:
                continue  # "Di Animal Logic, Charles bertugas ..."
            opened = without_openers(segment)
            group = leading_group(opened, AFTER_SUBJECT, subject=True)
            mention = self.cast.mention(group) if group else None
            office = mention and mention.role and mention.role.split()[0].casefold() in HEADS
            if mention and mention.name and not office and mention.start > group[0].start + _TITLE:
                continue  # "Jelang pertandingan Persib Bandung, Wali Kota ..."
            behind = segments[number + 1 : number + 2]
            whole = len(group) == len(segment) and not any(one.folded in JOINING for one in group)
            if mention and office and behind and whole:
                other = self.cast.mention(behind[0])
                if other and len(other.name) == len(behind[0]) > 1 and not self.cast.is_place(behind[0]):
                    other.role = " ".join(self.text[group[0].start : group[-1].end].split())
                    mention = other  # "Kepala kru Tim Samudra, Yohanes Tumbel, memuji ..."
            if mention and mention.name and (office or not self.found):
                mention.name = mention.name if office else self.cast.without_noun(mention.name)
                key = " ".join(mention.name).casefold()
                full = len(mention.name) > 1 or self.cast.is_known(mention.name)
                if full and key not in self.cast.speakers and not self.cast.is_place(group):
                    return self.cast.named(mention.name, mention.start, mention.role)
            sole = office and mention and len(mention.name) == 1 and len(group) == len(segment)
            if number == 0 and mention and mention.name and not sole:  # "Aktor Hollywood, Ratna Wulandari"
                break
        return None

    def _add_fragments(self) -> None:
        """Quoted phrases of some length within what is reported are quotations too."""
        reported = [one for one in self.found if not one[2]]
        for start, end, _, _ in reported:
            for match in _SINGLE.finditer(self.text, start, end + 2):
                self.fragments.append(_Pair(match.start(), match.start(1), match.end(1), match.end()))
        for pair in self.fragments:
            words = pair.words(self.text)
            if len(words) < FRAGMENT_WORDS or _is_title(words):
                continue
            for start, end, _, speaker in reported:
                if start <= pair.start and pair.end <= end:
                    self.found.append((pair.start, pair.end, True, speaker))
                    break


def _is_title(words: list[str]) -> bool:
    """Whether words are capitalised as those of a title or a name."""
    return all(word[0].isupper() or len(word) < 4 for word in words)
