"""Detects what is not public, by the fields of a record, a document's own words, and its name.

The words, and the names of fields, are data in `index/data/status.toml`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from typing import Any

from index.parsers import ArticleDraft, one_line
from index.text import LEXICON, declared_date, office_zone, plausible

_STATUS = "status"
"""The file of `index/data` that says how exports tell whether what they hold is public."""

_REASON = 40
"""Characters of why a record is not public."""


def withheld(record: Mapping[str, Any]) -> str:
    """Why a record is not public, in a word or two; empty where it is, or says nothing of it.

    Args:
        record: Its values by the names of their fields. Of a list each counts, and of an object what names
            it: {"id": 2, "name": "Draft"}.
    """
    given = _given(record)

    def told(*tables: str) -> Iterator[tuple[str, Any]]:
        names = (name for table in tables for name in _fields(table))
        return ((name, one) for name in names for one in _values(given.get(name)))

    if any(_folded(one) not in _words("empty") | {"", "0", "false"} for _, one in told("password")):
        return "password"
    for _, kind in told("kind"):
        if _folded(kind) and _folded(kind) not in _words("articles"):
            return _shown(kind)
    for name in _fields("strict"):
        value = given.get(name)
        for one in value if isinstance(value, list) else [value]:
            written = [each for each in _values(one) if _folded(each)]
            if any(map(is_withheld, written)) or not _words("public") & set(map(_bare, written)):
                reason = next(filter(is_withheld, written), written[0] if written else "unknown status")
                if written or isinstance(one, Mapping):
                    return _shown(reason)
    others = (("", one) for name in given if _is_status(name) for one in _values(given[name]))
    for _, one in (*told("status"), *others, *told("published", "classes")):
        if is_withheld(one):
            return _shown(one)
    for _, one in told("notes"):
        if reason := withheld_line(_spelled(one)):
            return reason
    for _, one in told("status", "published"):
        # As Drupal and Joomla count: 1 is published, and -2 is trash.
        if _bare(one) in _words("no") or re.fullmatch(r"-\d+", _spelled(one)):
            return "unpublished"
    if any(_folded(one) not in _words("empty") | _words("no") | {""} for _, one in told("gone")):
        return "deleted"
    for name, one in told("draft"):
        if _bare(one) in _words("yes"):
            return name.removeprefix("is")
    for name, one in told("embargo", "schedule"):
        if _folded(one) in _words("empty") | _words("no") | {""}:
            continue
        # What cannot be read may be any day; but a plan may name a place as well, "publish_on: Facebook".
        is_sure = name in _fields("embargo") or re.search(r"\d", _spelled(one))
        if is_ahead(one) or (is_sure and declared_date(one) is None):
            return "embargo"
    if any(plausible(declared_date(one)) and not is_ahead(one) for _, one in told("until")):
        return "expired"
    ids = [(reason, re.compile(form)) for reason, form in LEXICON.mapping("ids", _STATUS).items()]
    names = [str(one) for name in ("id", "slug", "postname") for one in _values(given.get(name))]
    return next((reason for reason, form in ids if any(map(form.fullmatch, names))), "")


def stated_publication(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The plain values of the fields of a record that may say whether it is public, as `Columns` takes them.

    Args:
        record: Its values by the names of their fields.
    """
    return tuple(
        (name, _shown("" if value is None else value))
        for name, value in _given(record).items()
        if (name in _fields("published") and (value is None or isinstance(value, str | int)))
        or (isinstance(value, str) and value and (name in _fields("status") or _is_status(name)))
    )


class Columns:
    """Values seen in the publication fields of a file, by which the meaning of an unclear one is inferred.

    Where others are published, so that "terbit" stands there, what is not understood is withheld and named;
    where others say yes, an empty cell says no, and so do "t" beside "ya" and "x" beside "v".
    """

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}

    def learn(self, draft: ArticleDraft) -> None:
        """Take notice of a record."""
        for name, value in draft.stated:
            self._seen.setdefault(name, set()).add(self._kind(name, value))

    def judge(self, draft: ArticleDraft) -> ArticleDraft:
        """A record, withheld where it is not public beside those that were learnt."""
        reasons = (self._reason(name, value) for name, value in draft.stated)
        reason = "" if draft.withheld else next(filter(None, reasons), "")
        return replace(draft, withheld=reason) if reason else draft

    def _reason(self, name: str, value: str) -> str:
        seen, kind = self._seen.get(name, set()), self._kind(name, value)
        if name not in _fields("published"):
            return f"status not understood: {value}" if kind == "other" and "out" in seen else ""
        is_no = {"t": "ya" in seen, "x": bool({"ya", "yes"} & seen), "": bool({"ya", "yes", "t", "x"} & seen)}
        return "unpublished" if is_no.get(kind) and "other" not in seen else ""

    def _kind(self, name: str, shown: str) -> str:
        value = _bare(shown)
        if name in _fields("published"):
            if value in {"t", "x"}:
                return value
            if value in _words("empty") | {"", "-"}:
                return ""
            return next((kind for kind in ("ya", "yes", "no", "out") if value in _words(kind)), "other")
        if value in _words("out"):
            return "out"
        is_known = value in _words("public") | _words("yes") or value.startswith(_words_of("out"))
        about = any(word in value for word in _words_of("follow_up"))
        return (
            "known"
            if is_known or about or not re.search(r"[^\W\d]{2}", value) or re.search(r"\d{4}", value)
            else "other"
        )


def withheld_head(title: str | None, text: str) -> str:
    """Why a document says of itself that it is not public, in its title or its first lines; else empty.

    There may stand a mark, see `withheld_line`, or fields as programs write them: "Status: Draft".
    """
    heads = [line.strip() for line in text[:_HEAD].split("\n") if line.strip()][:_MOST_LABELS]
    labels = [_LABEL.fullmatch(line) for line in heads]
    # As many lines as any head has, and all of a list of fields that goes on.
    end = next(
        (at for at in range(_HEAD_LINES, len(heads)) if not (labels[at - 1] and labels[at])), len(heads)
    )
    found = [(_asked(one["name"]), one["value"].strip()) for one in labels[:end] if one]
    # A line by itself may be one of the text, unless it is called a status.
    tables = _LABELS if len(found) > 1 else _LABELS[:2]
    said = {name: value for name, value in found if any(name in _fields(table) for table in tables)}
    # "Status: Dalam proses konstruksi" tells of a road, and "Akses: Terbatas" of a fair.
    said = {
        name: value
        for name, value in said.items()
        if name not in {*_fields("status"), *_fields("classes")}
        or _bare(value) in _words("plainly")
        or _bare(value).startswith(_words_of("plainly_beginnings"))
    }
    marks = filter(None, map(withheld_line, (title or "", *heads[:end])))
    return withheld(said) or next(marks, "")


def withheld_line(line: str) -> str:
    """Why a line says that what it stands above is not public; empty where it does not.

    It is a mark as "DRAFT" or "Tidak untuk disiarkan", and goes on with nothing, another, a bound or a day,
    or it is in brackets or capitals before a title. One that holds until a day does not when that is over.
    """
    shown = (one_line(line) or "") if len(line) <= _LONGEST_MARK else ""
    found = _MARK.match(shown)
    if found is None:
        return ""
    reason = next(name for name, form in _heads().items() if form.fullmatch(found["mark"]))
    after = shown[found.end() :]
    rest = after.strip(_SIGNS)
    if _ABSENT.fullmatch(after) or _folded(rest) in _words("no") | {"tidakada", "nihil"}:
        return ""
    ends = reason in {"embargo", "not for publication"}
    if ends and (day := declared_date(rest)) is not None:
        return reason if is_ahead(rest) or plausible(day) is None else ""
    stands_out = found["mark"].isupper() and not rest.isupper()
    goes_on = (
        not rest
        or bool(found["opens"] and after.lstrip()[:1] in {"]", ")"})
        or bool(_MARK.match(rest) or _VERSION.match(rest))
        or (ends and bool(_BOUND.match(rest)))
        or (bool(_PARTED.match(after)) and (stands_out or reason == "draft"))
    )
    return reason if goes_on else ""


_HEAD = 8000
_HEAD_LINES, _MOST_LABELS = 6, 40
_LONGEST_MARK = 160
_SIGNS = " \t.:;,!*_#>|/\\=~()[]{}<>–—-\"'“”"
_PARTED = re.compile(r"\s*[:–—|/!]|\s+-\s")
_ABSENT = re.compile(r"\s*[:=]\s*[–—-]\s*")
_LABEL = re.compile(
    r"[\s.#*>_|-]*(?P<name>[^\W\d_][\w ./()-]{0,40}?)[\s*]*[:=][\s*]*(?P<value>[^\s*].{0,100})"
)
_LABELS = ("status", "strict", "published", "draft", "embargo", "schedule", "classes", "notes")
"""The fields that labels at the head of a document are asked for; no password, as of a meeting."""


def _pattern(forms: Iterable[str]) -> str:
    return f"(?:{'|'.join(form.replace(' ', chr(92) + 's+') for form in forms)})"


@cache
def _heads() -> dict[str, re.Pattern[str]]:
    return {
        reason: re.compile(_pattern(forms), re.IGNORECASE)
        for reason, forms in LEXICON.mapping("heads", _STATUS).items()
    }


_MARKS = _pattern(form for forms in LEXICON.mapping("heads", _STATUS).values() for form in forms)
_MARK = re.compile(
    rf"[\s.*#>_•|=~–—-]*(?P<opens>[\[({{<]?)\s*(?P<mark>{_MARKS})(?!\w)",
    re.IGNORECASE,
)
_BOUND = re.compile(rf"{_pattern(LEXICON.lines('bounds', _STATUS))}(?!\w)", re.IGNORECASE)
_VERSION = re.compile(
    r"(?:v(?:er(?:si|sion)?)?\.?|rev(?:isi|ision)?\.?|ke-?|no\.?)?\s*\d{1,2}\s*(?:$|[\])–—:|])", re.IGNORECASE
)


def withheld_part(name: str) -> str:
    """Why what stands under a name, as a worksheet or an array, is not public; empty where it may be."""
    folded = folded_name(name)
    is_part = folded in _words("parts") or folded.startswith(_words_of("part_beginnings"))
    return _shown(name) if is_part else ""


def withheld_path(folders: Iterable[str], stem: str) -> str:
    """Why a file is not public by its name without its ending or those of its folders; else empty."""
    for folder in folders:
        folded = folded_name(folder.strip("_. ")).rstrip("0123456789")
        if folded in _words("parts") - _words("topics") or folded.startswith(
            tuple(word for word in _words_of("part_beginnings") if word not in _words("parts"))
        ):
            return _shown(folder.strip("_. "))
    if re.fullmatch(_pattern(LEXICON.lines("file_marks", _STATUS)), stem, re.IGNORECASE):
        return next((one for one in ("draft", "draf", "embargo") if one in stem.casefold()), "confidential")
    return ""


def tells_publication(name: str) -> bool:
    """Whether a field of this name says whether a record is public, and not only may as a note does."""
    asked = _asked(name)
    tables = LEXICON.mapping("fields", _STATUS).keys() - {"notes"}
    return _is_status(asked) or any(asked in _fields(table) for table in tables)


def is_unset(record: Mapping[str, Any]) -> bool:
    """Whether a record has a field for when it was published, empty beside the day on which it was made.

    One that says in so many words that it is published has been, whatever that field lacks.

    Args:
        record: Its values by the names of their fields, in lower case without underscores.
    """
    told = [("published", "yes"), *((table, "out") for table in ("strict", "status"))]
    if any(
        _folded(one) in _words(kind)
        for table, kind in told
        for name in _fields(table)
        for one in _values(record.get(name))
    ):
        return False
    return any(name in record and record[name] in (None, "") for name in _fields("unset")) and any(
        record.get(name) for name in _fields("made")
    )


def states(record: Mapping[str, Any]) -> bool:
    """Whether a record says anything of its publication, as programs for managing content do.

    Args:
        record: Its values by the names of their fields, in lower case without underscores.
    """
    told = ("strict", "published", "status", "draft", "kind")
    return any(record.get(name) not in (None, "") for table in told for name in _fields(table))


def is_ahead(value: object) -> bool:
    """Whether a day, or the instant that a value declares, is still to come where the office is."""
    day, now = declared_date(value), datetime.now(office_zone())
    if day is None:
        return False
    text = value.strip() if isinstance(value, str) else _spelled(value)
    instant = value if isinstance(value, datetime) else None
    if instant is None and _SECONDS.fullmatch(text):
        instant = datetime.fromtimestamp(int(text[:10]), UTC)
    elif instant is None and isinstance(value, str):
        with contextlib.suppress(ValueError):
            instant = datetime.fromisoformat(text)
    if instant is not None:
        return (instant if instant.tzinfo else instant.replace(tzinfo=office_zone())) > now
    if day != now.date():
        return day > now.date()
    clock = _CLOCK.search(text)
    if clock is None or int(clock["hour"]) > 23:
        return False
    hour = time(int(clock["hour"]), int(clock["minute"]))
    zone = UTC if _IN_UTC.search(text) else office_zone()
    return datetime.combine(day, hour, zone).astimezone(now.tzinfo).time() > now.time()


_SECONDS = re.compile(r"1\d{9}(?:\d{3})?")
_CLOCK = re.compile(
    rf"(?:(?:{LEXICON.pattern('clock_words')})\s+|(?<![\d.:/-])(?=\d+:))(?P<hour>\d{{1,2}})[.:](?P<minute>[0-5]\d)",
    re.IGNORECASE,
)
_IN_UTC = re.compile(r"(?:\bUTC|\bGMT|\dZ|[+-]00:?00)$", re.IGNORECASE)


SCHEDULED = "scheduled"
"""Why an article is not public whose day of publication is in the future."""


_NAMESPACES = {
    "wp": "wordpress.org/export/",
    "blogger": "schemas.google.com/blogger/",
    "app": "www.w3.org/2007/app",
    "purl": "purl.org/atom/app#",
}
"""What is in the addresses of the namespaces that say whether an entry is public, by their usual prefixes."""


def withheld_entry(entry: Any, day: date | None, namespaces: Mapping[str, str]) -> str:
    """Why an entry of a feed, a WordPress export or a Blogger export is not public; empty where it is.

    Args:
        entry: As feedparser gives it.
        day: Its day of publication as it is declared.
        namespaces: The addresses of the namespaces of the feed by their prefixes.
    """

    def get(usual: str, name: str) -> Any:
        own = (prefix.lower() for prefix, uri in namespaces.items() if _NAMESPACES[usual] in uri)
        keys = (f"{prefix}_{name}" if prefix else name for prefix in (usual, *own))
        return next((entry[key] for key in keys if entry.get(key)), None)

    terms = [str(tag.get("term") or "") for tag in entry.get("tags") or []]
    kinds = [
        term.rpartition("#")[2] for term in terms if term.startswith("http://schemas.google.com/blogger/")
    ]
    known = {
        "post_status": get("wp", "status") or get("blogger", "status"),
        "post_type": get("wp", "post_type") or get("blogger", "type") or (kinds[0] if kinds else None),
        "post_password": get("wp", "post_password"),
        "draft": get("app", "draft") or get("purl", "draft") or entry.get("draft"),
        "status": entry.get("status"),
        "trashed": get("blogger", "trashed"),
    }
    if reason := withheld(known):
        return reason
    is_export = any(_NAMESPACES["wp"] in uri for uri in namespaces.values())
    if (is_export or any(key.startswith("wp_") for key in entry)) and not (
        known["post_status"] and known["post_type"]
    ):
        return "unknown status"
    return SCHEDULED if any(known.values()) and is_ahead(day) else ""


_DEEPEST = 3
"""How deep in lists and objects a status is looked for; what refers to itself unfolds without end."""

_MOST_VALUES = 20


def _values(value: Any, depth: int = _DEEPEST) -> Iterator[Any]:
    """The plain values in what a field holds: of a list each, of an object what names it."""
    if isinstance(value, Mapping):
        value = [value[key] for key in _words_of("inner") if key in value]
    if isinstance(value, list):
        for one in value[:_MOST_VALUES] if depth else ():
            yield from _values(one, depth - 1)
    elif value is not None:
        yield value


def _is_status(name: str) -> bool:
    """Whether a field that has no usual name holds a status of publication: "status_siaran"."""
    stem = next(filter(name.startswith, _words_of("stems")), "")
    rest = name.removeprefix(stem)
    rest = rest if rest != name else re.sub(r"(?:status|state)$", "", name)
    return rest != name and not any(word in rest for word in _words_of("other_statuses"))


def is_withheld(value: Any) -> bool:
    """Whether a status is known as one that is not public."""
    status = _bare(value)
    if any(word in status for word in _words_of("follow_up")):
        return False
    return status in _words("withheld") or status.startswith(_words_of("withheld_beginnings"))


def _spelled(value: Any) -> str:
    """A plain value as text; anything else, or a number that no field has, as a question mark."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and abs(value) >= 10**_MOST_DIGITS:
        return "?"
    return str(value) if isinstance(value, str | int | float | date) else "?"


_MOST_DIGITS = 20


def _shown(value: Any) -> str:
    return (one_line(_spelled(value)) or "")[:_REASON].lower()


def _folded(value: Any) -> str:
    return re.sub(r"[\s_-]+", "", _spelled(value)).casefold()


def _bare(value: Any) -> str:
    """A plain value in lower case without tags, a number before it, blanks and signs: "1. <b>Draft</b>"."""
    text = _spelled("" if value is None else value)
    return re.sub(r"<[^<>]*>|^\W*\d+[.)]\s|[\W_]+", "", text).casefold() or _folded(text)


def _given(record: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a record by what their fields are asked for; of several the values of each."""
    given: dict[str, Any] = {}
    for key, value in record.items():
        name = _asked(str(key))
        given[name] = [given[name], value] if name in given else value
    return given


@lru_cache(maxsize=4096)
def _asked(name: str) -> str:
    """The name of a field, folded, without signs and, where it asks for publication, what is around that."""
    folded = re.sub(r"\([^()]*\)|[^\w\0]+|_", "", name).casefold() or name.casefold()
    asks, choices = ("|".join(_words_of(table)) for table in ("asks", "choices"))
    bare = re.sub(rf"^(?:{asks})+(?=.)|(?<=.)(?:{choices})$", "", folded)
    return next((one for one in (folded, bare) if one in (*_fields("published"), *_fields("draft"))), folded)


@lru_cache(maxsize=4096)
def folded_name(name: str) -> str:
    """The name of a field in lower case, without what parts its words."""
    return re.sub(r"[\s_-]+", "", name).casefold()


@cache
def _words(table: str) -> frozenset[str]:
    return frozenset(LEXICON.words(table, _STATUS))


@cache
def _words_of(table: str) -> tuple[str, ...]:
    return tuple(LEXICON.words(table, _STATUS))


@cache
def _fields(table: str) -> tuple[str, ...]:
    """The names of a table of fields as they are folded."""
    return tuple(map(folded_name, str(LEXICON.mapping("fields", _STATUS)[table]).split()))
