"""Substitution: a fragment put where the earlier question has something like it; periods among these."""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.conversation.topic import (
    ASK,
    BEFORE_TITLES,
    MATES,
    MEASURES,
    ORGANISED_BY,
    RELATIONAL,
    SOFT_MEASURES,
    TITLES,
    WITHIN_TITLES,
    Span,
    is_verb,
    language,
    persons,
    possessed,
    spots,
)
from rag.lang.dates import Moment, find_moments
from rag.lang.words import STOPWORDS, WORD, content_words, language_of, stem

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


_PLACE_PREPOSITION = re.compile(r"\b(?:di|ke|dari|dengan|untuk|in|at|to|from|with|for)\s+$", re.IGNORECASE)
_EDGES = frozenset(
    """
    di ke dari dengan untuk pada dalam yang oleh soal tentang
    the of in at to from with for on a an by
    """.split()
)


def substitute(earlier: str, core: str) -> str | None:
    """The earlier question about `core`; None where nothing of it can take a place there.

    A period takes the place of a period, a person that of a person, a place that of a place of its rank,
    and a noun that of the noun which is counted.
    """
    text, left = shift(earlier, core)
    text, left = _put_persons(text, left)
    text, left = put_moments(text, left)
    text, left = _put_places(text, left)
    rest = _trimmed(left)
    if (
        rest[:1].isupper()
        and core.startswith(rest[:1])
        and rest.split()[0].istitle()
        and not find_names(rest)
    ):
        rest = rest[:1].lower() + rest[1:]
    if not content_words(rest) and not [w for w in WORD.findall(rest) if w.lower() in MEASURES]:
        return text if text != earlier else None
    return _put_noun(text, rest)


def _put_persons(text: str, left: str) -> tuple[str, str]:
    new, old = persons(left), persons(text)
    if not new or not old:
        return text, left
    (start, end), (first, last) = old[0], new[0]
    if not _titles_of(left[first:last]) and (at := _organisation_in(text[start:end])):
        return text[: start + at] + left[first:last] + text[end:], left[:first] + " " + left[last:]
    written = left[first:last]
    if written.lower().startswith("the ") and not text[start:end].lower().startswith("the ") and start:
        written = written[4:]
    elif text[start:end].lower().startswith("the ") and not written.lower().startswith("the "):
        start += 0 if re.match(r"[A-Z]\w+(?:['’]s| [A-Z])", written) else 4
    return text[:start] + written + text[end:], left[:first] + " " + left[last:]


def _titles_of(written: str) -> set[str]:
    return {word.lower() for word in WORD.findall(written)} & TITLES


def _organisation_in(person: str) -> int | None:
    """Where the organisation begins that a person leads: `the CEO of Garuda Indonesia`."""
    led = re.search(r"\bof\s+(?:the\s+)?(?=[A-Z])", person)
    if led:
        return led.end()
    if not _titles_of(person) & ORGANISED_BY:
        return None
    within = TITLES | WITHIN_TITLES | BEFORE_TITLES
    own = [word for word in WORD.finditer(person) if word.group().lower() not in within]
    return own[0].start() if own else None


def _put_places(text: str, left: str) -> tuple[str, str]:
    for new in reversed(spots(left)):
        old = spots(text)
        written = left[new.start : new.end]
        lead = _PLACE_PREPOSITION.search(left[: new.start])
        same = [spot for spot in old if spot.rank == new.rank]
        others = [spot for spot in old if spot.rank != new.rank]
        # Where two of a rank are named, "dengan Jepang" takes the place of "dengan Tiongkok".
        led = [
            spot for spot in same if lead and text[: spot.start].lower().endswith(" " + lead.group().lower())
        ]
        target = next(iter([*led, *same, *others]), None)
        if target is None:
            where = lead.group().strip() if lead else ("in" if language(text) == "en" else "di")
            text = appended(text, f"{where} {written}")
        else:
            text = text[: target.start] + written + text[target.end :]
        left = left[: lead.start() if lead else new.start] + " " + left[new.end :]
    return text, left


def _trimmed(left: str) -> str:
    """`left` without -nya and without the small words at its ends."""
    for match in reversed(possessed(left.strip(" ?!."))):
        if match.start() == left.find(match.group()):
            left = left[: match.end("noun")] + left[match.end() :]
        else:
            left = left.replace(match.group(), match["noun"], 1)
    words = left.strip(" ?!.,").split()
    while words and words[0].lower() in _EDGES | {"itu"}:
        words = words[1:]
    while words and words[-1].lower() in _EDGES | {
        "sendiri",
        "ya",
        "itu",
        "tersebut",
        "juga",
        "saja",
        "then",
        "too",
    }:
        words = words[:-1]
    return " ".join(words)


def find_names(text: str) -> list[Span]:
    """Capitalised names of a question, places, months and its first word left out."""
    dated = [(moment.start, moment.end) for moment in find_moments(text)]
    blocked = dated + [(spot.start, spot.end) for spot in spots(text)]
    found: list[Span] = []
    for word in WORD.finditer(text):
        taken = any(word.start() < end and start < word.end() for start, end in blocked)
        if taken or not word.group()[0].isupper() or ASK.fullmatch(word.group()):
            continue
        if not text[: word.start()].strip() and (
            text[word.end() :].strip(" ?")
            or language_of([word.group().lower()]) != "und"
            or _is_known(word.group())
        ):
            continue  # the capital of a sentence, not of a name
        if found and not text[found[-1][1] : word.start()].strip():
            found[-1] = (found[-1][0], word.end())
        else:
            found.append(word.span())
    return found


def _is_known(word: str) -> bool:
    return word.lower() in MEASURES | RELATIONAL or bool(possessed(word))


def _put_noun(text: str, rest: str) -> str:
    text, rest = _put_mates(text, rest)
    if not content_words(rest) and not any(word.lower() in MEASURES for word in rest.split()):
        return text
    present = [word for word in rest.split() if _has_stem(text, word)]
    measures = [word for word in present if word.lower().strip(",") in MEASURES]
    if len(present) == len(rest.split()):
        return text
    others = [word for word in rest.split() if word not in measures]
    last = rest.split()[-1]
    if measures == [last] and others and (said := re.search(rf"\b{re.escape(last)}\b", text, re.IGNORECASE)):
        return text[: said.start()] + rest + text[said.end() :]  # "food inflation" for "inflation"
    if measures and others:
        return _put_counted(text, _trimmed(" ".join(others)))
    if present and (changed := _put_phrase(text, rest, present[0])):
        return changed
    if rest[:1].isupper() and (known := find_names(text)):
        start, end = known[0]
        return text[:start] + rest + text[end:]
    if rest[:1].isupper() and find_names(f"x {rest}") and (named := spots(text)):
        # A name that is no known place stands where the place of the earlier question does.
        return text[: named[0].start] + rest + text[named[0].end :]
    if rest.split()[0].lower() in MEASURES:
        heads = _heads(text)
        if heads:
            return text[: heads[0].start()] + rest + text[heads[-1].end() :]
    asked = re.match(
        r"^\W*(?P<wh>(?:which|what)\s+)?(?P<noun>[^\W\d]+)(?(wh)|\s+(?:apa|mana)\b)", text, re.IGNORECASE
    )
    if (
        asked
        and rest.split()[0].lower() in RELATIONAL
        and not ASK.fullmatch(asked["noun"])
        and not is_verb(asked["noun"])
    ):
        capital = rest if asked["wh"] else rest[:1].upper() + rest[1:]
        return text[: asked.start("noun")] + capital + text[asked.end("noun") :]
    return _put_counted(text, rest)


def _put_mates(text: str, rest: str) -> tuple[str, str]:
    """The earlier question with `impor` for `ekspor`, and what of `rest` is left to be placed."""
    kept = []
    for word in rest.split():
        mates = [
            (other, side)
            for group in MATES
            for at, side in enumerate(group)
            if word.lower() in side
            # Pairs stand together in each language: the one and the other.
            for other in (group[at ^ 1], group[(at ^ 1) ^ 2])
        ]
        for others, _ in mates:
            said = next((m for form in others if (m := re.search(rf"\b{form}\b", text, re.IGNORECASE))), None)
            if said:
                new = _in_language_of(word.lower(), said.group().lower())
                new = new.capitalize() if said.group()[0].isupper() else new
                text = text[: said.start()] + new + text[said.end() :]
                break
        else:
            kept.append(word)
    return text, " ".join(kept)


def _in_language_of(word: str, old: str) -> str:
    for group in MATES:
        old_side = next((at for at, side in enumerate(group) if old in side), None)
        if old_side is not None and any(word in side for side in group):
            side = group[old_side ^ 1]
            if word in side:
                return word
            form = group[old_side].index(old)
            return side[min(form, len(side) - 1)]
    return word


def _has_stem(text: str, word: str) -> bool:
    return stem(word.lower().strip(",")) in {stem(other) for other in content_words(text)} | set(
        text.lower().split()
    )


def _heads(text: str) -> list[re.Match[str]]:
    """The first run of words that measure: `nilai ekspor`."""
    run: list[re.Match[str]] = []
    for word in WORD.finditer(text):
        if word.group().lower() in MEASURES:
            if run and text[run[-1].end() : word.start()].strip():
                break
            run.append(word)
    return run


def _blocked(text: str) -> list[Span]:
    blocked = [(moment.start, moment.end) for moment in find_moments(text)]
    return blocked + [(spot.start, spot.end) for spot in spots(text)] + [m.span() for m in ASK.finditer(text)]


def _runs(text: str) -> list[Span]:
    """Runs of words with subject matter, places, periods, verbs and measures left out."""
    blocked, runs = _blocked(text), list[Span]()
    joined = frozenset({"dan", "and", "of", "atau", "or"})
    for word in WORD.finditer(text):
        lowered = word.group().lower()
        free = not any(word.start() < end and start < word.end() for start, end in blocked)
        subject = free and lowered not in STOPWORDS and lowered not in MEASURES and not is_verb(lowered)
        if subject:
            between = text[runs[-1][1] : word.start()].strip(" /-").lower() if runs else "x"
            if runs and (not between or between in joined):
                runs[-1] = (runs[-1][0], word.end())
            else:
                runs.append(word.span())
    return runs


def _put_counted(text: str, rest: str) -> str:
    """The earlier question with `rest` for what is counted, or beside the measure where nothing is."""
    measures = [word for word in WORD.finditer(text) if word.group().lower() in MEASURES]
    hard = [word for word in measures if word.group().lower() not in SOFT_MEASURES]
    head = next(iter([*hard, *measures]), None)
    runs = _runs(text)
    if head is None:
        if not runs:
            return appended(text, rest)
        start, end = _within_field(text, runs[-1])
        return text[:start] + rest + text[end:]
    links = {"of", "dari", "untuk", "is", "are", "was", "were", "the", "most", "more", ""}
    after = [run for run in runs if run[0] >= head.end()]
    for start, end in after:
        between = text[head.end() : start].strip().lower()
        if set(between.split()) <= links or between in links:
            return text[:start] + rest + text[end:]
    before = [run for run in runs if run[1] <= head.start() and not text[run[1] : head.start()].strip()]
    if before:
        start, end = before[-1]
        return text[:start] + rest + text[end:]
    if after and not hard:
        start, end = after[0]
        return text[:start] + rest + text[end:]
    of = " of" if language(text) == "en" else ""
    return f"{text[: head.end()]}{of} {rest}{text[head.end() :]}"


def _within_field(text: str, run: Span) -> Span:
    """What follows `bidang` in a run: education for energy, in the field of either."""
    field = re.match(r"(?:bidang|sektor|jenis)\s+", text[run[0] : run[1]], re.IGNORECASE)
    return (run[0] + field.end(), run[1]) if field else run


def _put_phrase(text: str, rest: str, shared: str) -> str | None:
    """`produk kimia` for `produk karet`: the run that has the shared word."""
    for start, end in _runs(text):
        if stem(shared.lower()) in {stem(word) for word in content_words(text[start:end])}:
            return text[:start] + rest + text[end:]
    return None


def drop(text: str, spans: Collection[Span]) -> str:
    """`text` without some spans and without the prepositions before them."""
    for start, end in sorted(spans, reverse=True):
        lead = PREPOSITION.search(text[:start]) or _PLACE_PREPOSITION.search(text[:start])
        text = text[: lead.start() if lead else start].rstrip() + text[end:]
    return text.strip(" ,;")
