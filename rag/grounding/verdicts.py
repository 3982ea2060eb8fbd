"""Grounding: whether a text says what a claim says. Exact rules, no model.

A claim is taken apart sentence by sentence. For each, the sentences of the source that speak of the same are
found; then its figures, days, times, names, denials, extents and words are held against theirs, each against
the one that stands in its place. What the text says otherwise contradicts; what it does not say is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from rag.aliases import COMMON, explained
from rag.grounding.alignment import Pairing, carries, pair
from rag.grounding.lexicon import ACTIVE, BE, FORESEEN, OPPOSITES
from rag.grounding.polarity import Marker, Sense, markers
from rag.grounding.statement import Token, spoken_in, take_apart
from rag.verdict import Ruling, Span, Verdict

ABOUT_THE_SAME = 0.4
"""Least share of a claim's words that a text must have to speak of the same thing at all."""

IN_PLACE = 0.3
"""Least likeness of company for one token to stand in the place of another."""

MARGIN = 0.2
"""By how much another token must stand more nearly in the place of an equal one to be the one meant."""

NAME_MARGIN = 0.3

CLOSE = 0.5
"""Least likeness for another name to be meant where the claimed one is in the text, too."""

FOREIGN_MISSING = 0.4
"""Share of words that a claim in the other language may have beyond the glossary."""

Finding = tuple[Ruling, str, tuple[Span, ...]]


def check(claim: str, source: str, *, published: date | None = None) -> Verdict:
    """Say whether `source` supports `claim`, contradicts it or does not say.

    Args:
        claim: One or more sentences, Indonesian or English.
        source: The cited text, of any length; offsets count its characters.
        published: What "tahun lalu" and days without a year are relative to.
    """
    aliases = COMMON | explained(source)
    language = spoken_in(source)
    told = take_apart(source, language, published, aliases)
    names = frozenset(t.text.lower() for t in told.tokens if t.kind == "name")
    told = take_apart(source, language, published, aliases, names)
    said = take_apart(claim, spoken_in(claim, language), published, aliases, names)
    if not said.tokens:
        return Verdict("not_found", "the claim says nothing that can be checked")
    if not told.tokens:
        return Verdict("not_found", "the source is empty")
    outcomes = [_judge(pair(said, number, told), said.language != language) for number in said.sentences]
    for ruling in ("contradicted", "not_found"):
        for outcome in outcomes:
            if outcome.ruling == ruling:
                return outcome
    spans = sorted({span for outcome in outcomes for span in outcome.spans})
    return Verdict("supported", outcomes[0].reason, tuple(spans))


def _judge(pairing: Pairing, foreign: bool) -> Verdict:
    if pairing.coverage < ABOUT_THE_SAME:
        missing = [t for t in pairing.claim if carries(t) and pairing.counterpart(t) is None]
        return Verdict("not_found", f"the text does not speak of {_listed(missing)}")
    unfound: list[Finding] = []
    for finding in _findings(pairing, foreign):
        if finding[0] == "contradicted":
            return Verdict(*finding)
        unfound.append(finding)
    if unfound:
        ruling, reason, spans = unfound[0]
        return Verdict(ruling, reason, spans)
    return Verdict("supported", "every figure, day, name and word is in the text", _spans(pairing.told))


def _findings(pairing: Pairing, foreign: bool) -> Iterator[Finding]:
    for token in pairing.claim:
        if token.is_fact:
            yield from _fact(token, pairing, foreign)
    yield from _denials(pairing)
    yield from _extents(pairing)
    for token in pairing.claim:
        if not token.is_fact:
            yield from _opposite(token, pairing)
    if not foreign:
        yield from _subjects(pairing)
    yield from _names(pairing, foreign)
    yield from _words(pairing, foreign)


def _fact(token: Token, pairing: Pairing, foreign: bool) -> Iterator[Finding]:
    """A figure, day or time must be told in the place where it is claimed."""
    equal = pairing.counterpart(token)
    rival, near = pairing.rival(token, lambda other: _of_a_kind(token, other) and not other.says(token))
    if equal is not None:
        if rival is not None and not _of_a_measure(token, rival):
            rival = None
        if rival is not None and near >= CLOSE and near > pairing.likeness(token, equal) + MARGIN:
            yield _instead(token, rival)
        elif not foreign and (counted := _other_noun(token, equal, pairing)):
            yield _instead(*counted)
        return
    if _within(token, pairing) or _together(token, pairing):
        return
    if rival is not None and (near >= IN_PLACE or (token.kind != "moment" and _of_a_measure(token, rival))):
        yield _instead(token, rival)
        return
    elsewhere = [other for other in pairing.source.tokens if other.says(token)]
    if token.kind in {"moment", "weekday"} and elsewhere and rival is None:
        return
    yield "not_found", f"the text does not give “{token.text}”", ()


def _of_a_kind(token: Token, other: Token) -> bool:
    if token.figure and other.figure:
        return token.figure.nth == other.figure.nth
    return token.kind == other.kind


def _of_a_measure(token: Token, other: Token) -> bool:
    """Whether two figures count the same, so that one may be taken for the other."""
    if token.figure is None or other.figure is None:
        return True
    return token.figure.measure()[1] == other.figure.measure()[1]


def _within(token: Token, pairing: Pairing) -> bool:
    """Whether the day of a moment is told in parts: "22 Juli" here and the year elsewhere in the source."""
    if token.moment is None or token.moment.is_period or token.moment.first.year is None:
        return False
    if token.moment.first.month is None:
        return False
    year = token.moment.first.year
    day = token.moment.first
    partial = any(
        other.moment is not None
        and not other.moment.is_period
        and other.moment.first.year is None
        and (other.moment.first.month, other.moment.first.day) == (day.month, day.day)
        for other in pairing.told
    )
    return partial and any(
        other.moment is not None and year in (other.moment.first.year, other.moment.last.year)
        for other in pairing.source.tokens
    )


def _together(token: Token, pairing: Pairing) -> bool:
    """Whether "ketiga nelayan" takes up "tiga nelayan"."""
    if token.figure is None or not token.figure.nth:
        return False
    noun = _after(token, pairing.claim)
    return noun is not None and any(
        other.figure is not None
        and other.figure.value == token.figure.value
        and (counted := _after(other, pairing.told)) is not None
        and counted.says(noun)
        for other in pairing.told
    )


def _other_noun(token: Token, equal: Token, pairing: Pairing) -> tuple[Token, Token] | None:
    """The nouns behind two equal figures where they differ: five ships are not five trucks."""
    if token.figure is None or token.figure.is_money or (token.figure.unit not in {None, "people"}):
        return None
    mine, theirs = _after(token, pairing.claim), _after(equal, pairing.told)
    if mine is None or theirs is None or mine.kind != "word" or theirs.kind != "word":
        return None
    if theirs.says(mine) or pairing.counterpart(mine) is not None:
        return None
    return mine, theirs


def _after(token: Token, tokens: Sequence[Token]) -> Token | None:
    at = tokens.index(token) + 1
    return tokens[at] if at < len(tokens) and tokens[at].sentence == token.sentence else None


def _denials(pairing: Pairing) -> Iterator[Finding]:
    mine, theirs = markers(pairing.claim), markers(pairing.told)
    for marker in mine:
        if marker.sense in {"denied", "prevented"}:
            yield from _denied_alone(marker, mine, theirs, pairing)
        elif marker.sense == "done":
            yield from _done_alone(marker, theirs, pairing)
    for marker in theirs:
        if marker.sense not in {"denied", "prevented", "planned", "supposed"}:
            continue
        token = _claimed(marker.target, pairing)
        if token is None or _is_marked(token, mine, marker.sense):
            continue
        if marker.sense == "prevented" and _has_word(marker.word, pairing.claim):
            continue
        written = f"“{marker.word.text} … {marker.target.text}”"
        spans = ((marker.word.start, marker.target.end),)
        if marker.sense in {"denied", "prevented"}:
            yield "contradicted", f"the text denies it: {written}", spans
        elif not any(other.sense in {"planned", "supposed", "denied"} for other in mine):
            yield "not_found", f"the text says it with reservation: {written}", spans


def _denied_alone(
    marker: Marker, mine: Sequence[Marker], theirs: Sequence[Marker], pairing: Pairing
) -> Iterator[Finding]:
    """A claim that denies what the text does not deny."""
    equal = pairing.counterpart(marker.target)
    if equal is not None and _denials_of(marker.target, mine) % 2 == _denials_of(equal, theirs) % 2:
        return
    has_word = _has_word(marker.word, pairing.told)
    if marker.sense == "prevented" and (has_word or equal is None):
        return
    if equal is None or (has_word and pairing.likeness(marker.target, equal) < IN_PLACE):
        yield "not_found", f"the text does not say “{marker.word.text} … {marker.target.text}”", ()
        return
    span = ((equal.start, equal.end),)
    yield "contradicted", f"the text does not deny it: “{equal.text}”", span


def _done_alone(marker: Marker, theirs: Sequence[Marker], pairing: Pairing) -> Iterator[Finding]:
    equal = pairing.counterpart(marker.target)
    if equal is None or _is_marked(equal, theirs, "done"):
        return
    before = [t for t in pairing.told if t.sentence == equal.sentence and t.start < equal.start]
    if _is_marked(equal, theirs, "planned") or any(t.text.lower() in FORESEEN for t in before):
        yield "contradicted", f"the text plans it only: “{equal.text}”", ((equal.start, equal.end),)


def _claimed(target: Token, pairing: Pairing) -> Token | None:
    """The token of the claim that stands in the place of one of the text."""
    found = [token for token in pairing.claim if target.says(token)]
    found = [token for token in found if pairing.counterpart(token) == target]
    return max(found, key=lambda token: pairing.likeness(token, target), default=None)


def _denials_of(token: Token, found: Sequence[Marker]) -> int:
    return sum(marker.target == token and marker.sense in {"denied", "prevented"} for marker in found)


def _is_marked(token: Token, found: Sequence[Marker], sense: Sense) -> bool:
    senses = {"denied", "prevented"} if sense in {"denied", "prevented"} else {sense}
    return any(marker.target == token and marker.sense in senses for marker in found)


def _has_word(word: Token, tokens: Sequence[Token]) -> bool:
    return any(token.says(word) for token in tokens if not token.is_fact)


def _extents(pairing: Pairing) -> Iterator[Finding]:
    """All is not some: how much a claim speaks of must be told of the same thing."""
    kinds: frozenset[Sense] = frozenset({"all", "some", "most", "only"})
    mine = [marker for marker in markers(pairing.claim) if marker.sense in kinds]
    theirs = [marker for marker in markers(pairing.told) if marker.sense in kinds]
    for marker in mine:
        others = [other for other in theirs if other.target.says(marker.target)]
        if any(other.sense == marker.sense for other in others):
            continue
        if others:
            other = others[0]
            yield (
                "contradicted",
                f"the text says “{other.word.text}”",
                ((other.word.start, other.target.end),),
            )
        elif marker.sense != "some" or not any(other.sense == "some" for other in theirs):
            yield "not_found", f"the text does not say “{marker.word.text} {marker.target.text}”", ()
    for other in theirs:
        token = _claimed(other.target, pairing)
        if token is None or other.sense not in {"some", "most"} or any(m.target == token for m in mine):
            continue
        if not any(
            t.figure and abs(pairing.claim.index(t) - pairing.claim.index(token)) < 3 for t in pairing.claim
        ):
            yield (
                "not_found",
                f"the text says “{other.word.text}” only",
                ((other.word.start, other.target.end),),
            )


def _opposite(token: Token, pairing: Pairing) -> Iterator[Finding]:
    """A word whose contrary stands in its place."""
    contrary = frozenset().union(
        *(OPPOSITES.get(form, frozenset()) for form in (*token.forms, token.text.lower()))
    )
    if not contrary:
        return

    def opposes(other: Token) -> bool:
        return not other.is_fact and (other.text.lower() in contrary or not contrary.isdisjoint(other.forms))

    rival, near = pairing.rival(token, lambda other: opposes(other) and not other.says(token))
    if rival is None:
        return
    equal = pairing.counterpart(token)
    nearness = pairing.likeness(token, equal) if equal else 0.0
    if (equal is None and near >= IN_PLACE) or (equal is not None and near > nearness + NAME_MARGIN):
        yield _instead(token, rival)


def _subjects(pairing: Pairing) -> Iterator[Finding]:
    """Who does it: before a verb of the claim stands something of what stands before it in the text."""
    for at, verb in enumerate(pairing.claim):
        if verb.kind != "word" or not (voice := _voice(verb, pairing.claim)):
            continue
        equal = pairing.counterpart(verb)
        if equal is None or _voice(equal, pairing.told) != voice:
            continue
        mine = [t for t in pairing.claim[:at] if carries(t)]
        there = [t for t in pairing.told if t.sentence == equal.sentence]
        theirs = [t for t in there if t.end <= equal.start and carries(t)]
        if not mine or not theirs or any(other.says(token) for token in mine for other in theirs):
            continue
        elsewhere = [token for token in mine if pairing.counterpart(token) is not None]
        if elsewhere and (len(elsewhere) == len(mine) or any(token.kind == "name" for token in elsewhere)):
            span = ((theirs[0].start, equal.end),)
            yield "contradicted", f"in the text “{theirs[-1].text}” stands before “{equal.text}”", span
            return


def _voice(verb: Token, tokens: Sequence[Token]) -> str:
    """Whether a verb is active or passive; empty where it is no verb that shows it."""
    written = verb.text.lower()
    if re.match(r"di[a-z]{4,}", written):
        return "passive"
    if re.match(r"(?:me[mnlrwy]|ber|ter)[a-z]{3,}", written) or written in ACTIVE:
        return "active"
    if not re.fullmatch(r"[a-z]{3,}ed", written):
        return ""
    at = tokens.index(verb)
    if any(token.text.lower() in BE for token in tokens[max(0, at - 2) : at]):
        return "passive"
    # "the deal signed with", "the road damaged by": what is before did not do it.
    after = tokens[at + 1].text.lower() if at + 1 < len(tokens) else ""
    return "" if after in {"by", "with", "from", "in", "at", "on"} else "active"


def _names(pairing: Pairing, foreign: bool) -> Iterator[Finding]:
    for token in pairing.claim:
        if token.kind != "name":
            continue
        equal = pairing.counterpart(token)
        rival, near = pairing.rival(
            token,
            lambda other, token=token: other.kind == "name" and not other.says(token),  # type: ignore[misc]
        )
        if equal is None and _initials(token, pairing):
            continue
        if equal is None:
            if rival is not None and near >= IN_PLACE + 0.1:
                yield _instead(token, rival)
            elif not _named_before(token, pairing):
                yield "not_found", f"the text does not name “{token.text}”", ()
        elif foreign or rival is None or near < CLOSE:
            continue
        elif near > pairing.likeness(token, equal) + NAME_MARGIN:
            yield _instead(token, rival)


def _named_before(token: Token, pairing: Pairing) -> bool:
    """Whether the source names it ahead of what was chosen, so that "dia" or "gubernur" may stand for it."""
    last = max((t.end for t in pairing.told), default=0)
    return any(other.says(token) for other in pairing.source.tokens if other.end <= last)


def _initials(token: Token, pairing: Pairing) -> bool:
    """Whether `FDI` is what "foreign direct investment" begins with."""
    if not token.text.isupper() or not 2 <= len(token.text) <= 6:
        return False
    first = "".join(other.text[0].upper() if not other.is_fact else " " for other in pairing.told)
    return token.text in first


def _words(pairing: Pairing, foreign: bool) -> Iterator[Finding]:
    words = [token for token in pairing.claim if token.kind == "word" and carries(token)]
    missing = [token for token in words if pairing.counterpart(token) is None]
    if missing and (not foreign or len(missing) > FOREIGN_MISSING * len(words)):
        yield "not_found", f"the text does not say {_listed(missing)}", ()


def _instead(token: Token, rival: Token) -> Finding:
    return (
        "contradicted",
        f"the text says “{_written(rival)}”, not “{_written(token)}”",
        ((rival.start, rival.end),),
    )


def _written(token: Token) -> str:
    figure = token.figure
    if figure is None:
        return token.text
    return " ".join(part for part in (figure.bound, token.text, figure.per and f"per {figure.per}") if part)


def _listed(tokens: Sequence[Token]) -> str:
    return ", ".join(dict.fromkeys(f"“{token.text}”" for token in tokens)) or "this"


def _spans(tokens: Sequence[Token]) -> tuple[Span, ...]:
    """From the first to the last token of each sentence."""
    spans: dict[int, Span] = {}
    for token in tokens:
        start, _ = spans.get(token.sentence, (token.start, token.end))
        spans[token.sentence] = (start, token.end)
    return tuple(spans[number] for number in sorted(spans))
