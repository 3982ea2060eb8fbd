"""Detects what is not public, by the fields of a record, a document's own words, and its name.

The words, and the names of fields, are data in `index/data/status.toml`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from typing import Any

from index.parsers import ArticleDraft, one_line
from index.text import LEXICON, declared_date, month_names, office_zone, plausible

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
    until = {name for name in given if re.match("(?:di|masa)?embargo", name)} - {*_fields("draft")}
    if any(is_ahead(one) for name in until for one in _values(given[name])):
        return "embargo"
    if any(is_ahead(one) for _, one in told("release")):
        return SCHEDULED
    if any(plausible(declared_date(one)) and not is_ahead(one) for _, one in told("until")):
        return "expired"
    ids = [(reason, re.compile(form)) for reason, form in LEXICON.mapping("ids", _STATUS).items()]
    names = [str(one) for name in ("id", "slug", "postname") for one in _values(given.get(name))]
    return next((reason for reason, form in ids if any(map(form.fullmatch, names))), "")


def stated_publication(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The plain values of the fields of a record that may say whether it is public, as `Columns` takes them.

    Of a field that is not known as one of publication a value may say so as well, see `Columns`. An empty day
    of publication is given where there is another day beside it.

    Args:
        record: Its values by the names of their fields.
    """
    given = _given(record)
    days = {*_usual("published"), *_fields("made")} - {*_fields("release")}
    has_day = any(given.get(name) for name in days)
    named = {name for table in LEXICON.mapping("names", _STATUS) for name in _usual(table)}

    def may_say(name: str, value: Any) -> bool:
        if name in _fields("published"):
            return value is None or isinstance(value, str | int)
        if name in _fields("release"):
            return bool(value) or has_day
        if name in _fields("status") or _is_status(name):
            return value is None or isinstance(value, str)
        return isinstance(value, str) and name not in named

    told = ((name, value) for name, value in given.items() if may_say(name, value))
    return tuple((name, _shown("" if value is None else value)) for name, value in told)


class Columns:
    """Values seen in the publication fields of a file, by which the meaning of an unclear one is inferred.

    Where others are published, so that "terbit" stands there, what is not understood is withheld and named,
    and so is what has no status; where others say yes, an empty cell says no, and so do "t" beside "ya", "x"
    beside "v" and "d" beside "p". A column whose name tells nothing is one of publication where all that it
    holds is, as "Draft" and "Terbit".
    """

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}

    def learn(self, draft: ArticleDraft) -> None:
        """Take notice of a record."""
        for name, value in draft.stated:
            self._seen.setdefault(name, set()).add(self._kind(name, value))

    def judge(self, draft: ArticleDraft) -> ArticleDraft:
        """A record, withheld where it is not public beside those that were learnt."""
        if draft.withheld:
            return draft
        kinds = {self._kind(name, value) for name, value in draft.stated}
        # What one field says outright no empty one takes back.
        is_out = bool({"out", "ya", "yes"} & kinds)
        stated = ((name, value) for name, value in draft.stated if value.strip(" -") or not is_out)
        reason = next(filter(None, (self._reason(name, value) for name, value in stated)), "")
        return replace(draft, withheld=reason) if reason else draft

    def _reason(self, name: str, value: str) -> str:
        seen, kind = self._seen.get(name, set()), self._kind(name, value)
        if name in _fields("published"):
            is_no = {"t": {"ya"}, "x": {"ya", "yes"}, "": {"ya", "yes", "t", "x"}}.get(kind, set()) & seen
            return "unpublished" if is_no and "other" not in seen else ""
        if name in _fields("release"):
            return "unpublished" if kind == "" and "day" in seen else ""
        if name in _fields("status") or _is_status(name):
            told = {"other": f"status not understood: {value}", "": "no status"}.get(kind, "")
            return told if "out" in seen else "draft" if kind == "d" and "p" in seen else ""
        return value if kind == "withheld" and "out" in seen and "other" not in seen else ""

    def _kind(self, name: str, shown: str) -> str:
        value = _bare(shown)
        is_empty = value in _words("empty") | {"", "-"}
        if name in _fields("published"):
            if value in {"t", "x"}:
                return value
            if is_empty:
                return ""
            return next((kind for kind in ("ya", "yes", "no", "out") if value in _words(kind)), "other")
        if name in _fields("release"):
            return "" if is_empty else "day"
        if not (name in _fields("status") or _is_status(name)):
            if value in _words("out_plainly"):
                return "out"
            is_plain = value in _words("plainly") or value.startswith(_words_of("plainly_beginnings"))
            return "withheld" if is_plain or withheld_line(shown) else "" if is_empty else "other"
        is_approval = any(word in name for word in _words_of("approvals"))
        if value in _words("out") or (is_approval and value in _words("public") | _words("approved")):
            return "out"
        if is_empty or value in {"d", "p"}:
            return "" if is_empty else value
        is_known = (
            is_withheld(shown)
            or value in _words("public") | _words("yes")
            or value.startswith(_words_of("out"))
        )
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
    names = [_asked(one["name"]) for one in labels[:end] if one]
    is_box = sum(not tells_publication(name) for name in names) > 1

    def tells_film(label: re.Match[str]) -> bool:
        """Whether a label among others is as "Tayang: 24 Desember", which tells of a film."""
        return is_box and _asked(label["name"]) in {*_fields("published")} & {*_fields("release")}

    found = [
        (_asked(one["name"]), one["value"].strip()) for one in labels[:end] if one and not tells_film(one)
    ]
    # A line by itself may be one of the text, unless it is called a status, a class or a note.
    tables = _LABELS if len(found) > 1 else _LABELS_ALONE
    said = {name: value for name, value in found if any(name in _fields(table) for table in tables)}
    # "Status: Dalam proses konstruksi" tells of a road, and "Akses: Terbatas" of a fair.
    said = {
        name: value
        for name, value in said.items()
        if name not in {*_fields("status"), *_fields("classes")} - _told_of_texts()
        or _bare(value) in _words("plainly")
        or _bare(value).startswith(_words_of("plainly_beginnings"))
        or (name in _fields("secrecy") and _bare(value) in _words("secret"))
    }
    marked = [value for name, value in found if name in _fields("status") and withheld_line(value)]
    lines = [
        line for line, label in zip(heads[:end], labels, strict=False) if not (label and tells_film(label))
    ]
    marks = filter(None, map(withheld_line, (title or "", *marked, *lines)))
    return withheld(said) or next(marks, "")


@cache
def _told_of_texts() -> frozenset[str]:
    """Fields of a status that is of nothing but a text, as "Status naskah"."""
    return frozenset(_fields("status")) - frozenset(_fields("anything"))


def withheld_properties(texts: Iterable[str], keywords: str, named: Mapping[str, Any]) -> str:
    """Why the properties of a document say that it is not public; empty where they do not.

    Args:
        texts: What its author wrote of it: its subject, its category, comments.
        keywords: What it is about, with commas between; beside others a mark says nothing.
        named: Properties by names, which users and programs define: a status, a label of sensitivity.
    """
    labels = [
        part
        for name, value in named.items()
        if _SENSITIVITY.fullmatch(name)
        for part in re.split(r"\s*[\\/|–-]\s*", str(value))
    ]
    given = _given(named)
    said = {name: value for name, value in given.items() if any(name in _fields(one) for one in _PROPERTIES)}
    marks = [withheld_head(None, str(text)) for text in (*texts, *named.values()) if text]
    marked = [withheld_line(one) for one in re.split(r"[,;\n]", keywords) if one.strip()]
    return (
        withheld({**said, "sensitivity": labels})
        or next(filter(None, marks), "")
        or (marked[0] if marked and all(marked) else "")
    )


def withheld_line(line: str) -> str:
    """Why a line says that what it stands above is not public; empty where it does not.

    Its words are those of such marks and no others: "Draf 2 siaran pers, untuk dikoreksi". Before or after a
    title a mark stands in brackets, in capitals, or set apart. One that holds until a day does not when that
    is over.
    """
    return _found_mark(line)[0]


def _found_mark(line: str) -> tuple[str, str]:
    """Why a line is a mark, or has one, and the word that says so; both empty where it has none."""
    shown = one_line(line) or ""
    if _SPELLED_OUT.fullmatch(shown):
        shown = shown.replace(" ", "")
    if len(shown) > _LONGEST_MARK:
        # A text in one line, as of a record, may begin with a mark that is a sentence.
        first = _SENTENCE.match(shown)
        run = _Run.read(first[0]) if first else None
        return run.whole() if run and (run.is_loud or _DIGIT.search(run.after)) else ("", "")
    run = _Run.read(shown)
    said = run.whole() if run.is_whole else run.before_title()
    if any(said):
        return said
    ends = (found["part"] for found in (_IN_BRACKETS.search(shown), _SET_APART.search(shown)) if found)
    runs = [one for one in map(_Run.read, ends) if one.is_whole and one.mark]
    return next(filter(any, (one.whole() for one in runs if one.is_loud or not one.is_soft)), ("", ""))


def _past_signs(text: str, at: int) -> int:
    """The place of the next letter or figure."""
    signs = _SIGNS.match(text, at)
    return signs.end() if signs else at


@dataclass(frozen=True, slots=True)
class _Run:
    """The words at the beginning of a line that marks are made of.

    Attributes:
        mark: The first that is a mark; empty where there is none.
        reason: What it tells.
        is_soft: Whether it is a word of other texts as well, as "konsep".
        kinds: What the words are called in `_word`.
        after: What stands after it; the whole line where there is none.
        sign: What parts the words from the rest.
        rest: The rest of the line.
        is_closed: Whether the mark is in brackets that end before the rest.
    """

    mark: str
    reason: str
    is_soft: bool
    kinds: tuple[str, ...]
    after: str
    sign: str
    rest: str
    is_closed: bool

    @classmethod
    def read(cls, shown: str) -> _Run:
        """The words at the beginning of a line."""
        at = end = _past_signs(shown, 0)
        found: list[re.Match[str]] = []
        while word := _word().match(shown, at):
            found.append(word)
            end = word.end()
            at = _past_signs(shown, end)
        marks = sorted(
            (one for one in found if one.lastgroup in {"mark", "soft"}),
            key=lambda one: one.lastgroup == "soft",
        )
        if not marks:
            return cls(
                "", "", False, tuple(str(one.lastgroup) for one in found), shown, "", shown[at:], False
            )
        mark = marks[0]
        opens = _OPENS.search(shown[: mark.start()])
        return cls(
            mark[0],
            next(name for name, form in _heads().items() if form.fullmatch(mark[0])),
            mark.lastgroup == "soft",
            tuple(str(one.lastgroup) for one in found),
            shown[mark.end() :],
            shown[end:at],
            shown[at:],
            opens is not None and _CLOSES[opens["sign"]] in shown[mark.end() : at],
        )

    @property
    def is_whole(self) -> bool:
        return not self.rest

    @property
    def is_loud(self) -> bool:
        return self.mark.isupper()

    @property
    def _is_over(self) -> bool:
        """Whether it holds until a day that is past."""
        day = declared_date(self.after.strip(_AROUND)) if self.reason in _UNTIL else None
        return day is not None and plausible(day) is not None and not is_ahead(self.after.strip(_AROUND))

    def whole(self) -> tuple[str, str]:
        """What it says where nothing else is in the line."""
        if not self.mark:
            is_day = "release" in self.kinds and "day" in self.kinds
            return ("embargo", "embargo") if is_day and is_ahead(self.after.strip(_AROUND)) else ("", "")
        if self._is_over or _ABSENT.fullmatch(self.after):
            return "", ""
        if self.is_soft and not (self.is_loud or self.reason == "confidential"):
            return (self.reason, self.mark.lower()) if {"kind", "press"} & {*self.kinds} else ("", "")
        return self.reason, self.mark.lower()

    def before_title(self) -> tuple[str, str]:
        """What it says where a title follows."""
        if not self.mark or self._is_over or _folded(self.rest.strip(_AROUND)) in _words("no") | _NONE:
            return "", ""
        is_apart = bool(_PARTED.search(self.sign))
        is_topic = ":" in self.sign
        until = self.after.lstrip(_AROUND)
        # "Embargo hingga acara selesai", but "Embargo hingga kapan? Ini kata menteri".
        is_event = not self.mark.islower() and len(until.split()) <= _MOST_OF_EVENT and "?" not in until
        stands_out = self.is_loud and not self.rest.isupper()
        following = self.kinds[self.kinds.index("soft" if self.is_soft else "mark") + 1 :][:1]
        goes_on = (
            self.is_closed
            or (self.reason in _UNTIL and bool(_BOUND.match(until)) and ("day" in self.kinds or is_event))
            or (is_apart and stands_out and not (self.is_soft and is_topic))
            or (
                is_apart
                and self.reason == "draft"
                and not self.is_soft
                and (not is_topic or self.mark.islower())
            )
            or (stands_out and following in {("kind",), ("press",)})
            or (self.is_loud and not self.is_soft and following == ("press",))
        )
        return (self.reason, self.mark.lower()) if goes_on else ("", "")


_HEAD = 8000
_HEAD_LINES, _MOST_LABELS = 6, 40
_LONGEST_MARK = 160
_AROUND = " \t.:;,!*_#>|/\\=~()[]{}<>–—-\"'“”"
_SIGNS = re.compile(r"[\W_]*")
_MOST_OF_EVENT = 4
"""Words of a bound and of what it names."""

_DIGIT = re.compile(r"\d")
_UNTIL = frozenset({"embargo", "not for publication"})
"""Why something is not public that may be so until a day."""

_NONE = frozenset({"tidakada", "nihil"})
_PARTED = re.compile(r"^\s*[:–—|/!]|^\s+-\s")
_ABSENT = re.compile(r"\s*[:=]\s*[–—-]\s*")
_SPELLED_OUT = re.compile(r"\w(?: \w){3,}")
_SENTENCE = re.compile(r".{1,160}?[.!](?=\s+[^\W\d_])")
_OPENS = re.compile(r"(?P<sign>[\[({<])\s*$")
_CLOSES = {"[": "]", "(": ")", "{": "}", "<": ">"}
_IN_BRACKETS = re.compile(r"[\[(](?P<part>[^\[\]()]+)[\])]\W*$")
_SET_APART = re.compile(r"(?:\s-|[–—|])\s*(?P<part>[^\s–—|](?:(?!\s-\s)[^–—|])*)$")
_LABEL = re.compile(
    r"[\s.#*>_|-]*(?P<name>[^\W\d_][\w ./()-]{0,40}?)[\s*]*[:=][\s*]*(?P<value>[^\s*].{0,100})"
)
_LABELS = ("status", "strict", "published", "draft", "embargo", "schedule", "classes", "notes")
"""The fields that labels at the head of a document are asked for; no password, as of a meeting."""

_PROPERTIES = (*_LABELS, "release")
_SENSITIVITY = re.compile(r"MSIP_Label_.+_Name|.*(?:sensitivity|classification|klasifikasi).*", re.IGNORECASE)

_LABELS_ALONE = ("status", "strict", "classes", "notes")
"""The same, of a label that stands by itself."""


def _pattern(forms: Iterable[str]) -> str:
    return f"(?:{'|'.join(form.replace(' ', chr(92) + 's+') for form in forms)})"


@cache
def _heads() -> dict[str, re.Pattern[str]]:
    return {
        reason: re.compile(
            _pattern([*forms, *LEXICON.mapping("soft", _STATUS).get(reason, ())]), re.IGNORECASE
        )
        for reason, forms in LEXICON.mapping("heads", _STATUS).items()
    }


def _forms(table: str) -> str:
    return _pattern(form for forms in LEXICON.mapping(table, _STATUS).values() for form in forms)


_BOUNDS = _pattern(LEXICON.lines("bounds", _STATUS))
_ROLES = _pattern(LEXICON.lines("roles", _STATUS))
_BOUND = re.compile(rf"{_BOUNDS}(?!\w)", re.IGNORECASE)


@cache
def _months() -> str:
    return f"(?:{'|'.join(sorted(month_names(), key=len, reverse=True))})"


@cache
def _word() -> re.Pattern[str]:
    """A word of a mark, or of what stands beside one; the name of its group says which."""
    day = (
        rf"\d{{1,2}}(?:st|nd|rd|th)?[ -]{_months()}\b\.?(?:,?[ -]\d{{2,4}})?"
        rf"|{_months()} \d{{1,2}}(?:, ?| )\d{{4}}"
        r"|\d+(?:[./:-]\d+)+(?:T[\d:.+-]+Z?)?|\d{8}"
    )
    words = {
        "mark": _forms("heads"),
        "soft": _forms("soft"),
        "day": day,
        "press": _pattern(LEXICON.lines("releases", _STATUS)),
        "release": _pattern(LEXICON.lines("releasing", _STATUS)),
        "kind": _pattern(LEXICON.lines("kinds", _STATUS)),
        "version": _pattern(LEXICON.lines("versions", _STATUS)),
        "filler": f"{_BOUNDS}|{_ROLES}|{_pattern(LEXICON.lines('fillers', _STATUS))}",
    }
    either = "|".join(f"(?P<{name}>{form})" for name, form in words.items())
    return re.compile(rf"(?:{either})(?![^\W_])", re.IGNORECASE)


def withheld_part(name: str) -> str:
    """Why what stands under a name, as a worksheet or an array, is not public; empty where it may be."""
    folded = folded_name(name)
    is_part = folded in _words("parts") or folded.startswith(_words_of("part_beginnings"))
    return _shown(name) if is_part else ""


def withheld_path(folders: Iterable[str], stem: str) -> str:
    """Why a file is not public by its name without its ending or those of its folders; else empty."""
    for folder in folders:
        name = folder.strip("_. ")
        words = _name_words(name)
        is_dated = "day" in _Run.read(words).kinds
        bare = "" if is_dated else _counted().sub(" ", words)
        if (
            folded_name(name) in _words("bins")
            or folded_name(bare).strip("()") in (_words("parts") | _words("folders")) - _words("topics")
            or withheld_line(words)
            or (_Run.read(bare).is_whole and withheld_line(bare))
        ):
            return _shown(name)
    return _withheld_stem(stem)


def _withheld_stem(stem: str) -> str:
    """Why a file is not public by its name without its ending; else empty.

    A name that is a headline, as "draf-ruu-pasar-dibahas", is none of a draft: a mark is all there is beside
    the kind of the document, versions and days, or it is set apart, in capitals, or has a version at the end.
    """
    words = _COPY.sub(" ", _name_words(stem)).strip()
    run = _Run.read(words)
    if run.is_whole:
        # "embargo.txt" may well be of one.
        is_topic = len(run.kinds) == 1 and run.reason != "draft" and not (run.is_loud or " " in run.mark)
        return "" if is_topic else run.whole()[1]
    for name in (words, stem.replace("_", " ")):
        if found := _found_mark(name)[1]:
            return found
    if in_brackets := _IN_BRACKETS.search(stem):
        marked = _Run.read(in_brackets["part"])
        if marked.is_whole and any(marked.whole()):
            return marked.reason if marked.is_soft else marked.whole()[1]
    is_first = run.kinds[:1] in {("mark",), ("soft",)}
    stands_out = run.is_loud and not run.rest.isupper()
    is_release = bool(_PRESS.match(run.after)) and (not run.is_soft or len(run.rest.split()) < _MOST_OF_EVENT)
    if is_first and (stands_out or is_release):
        return run.mark.lower()
    parts = words.split()
    for at in range(1, len(parts)):
        last, head = _Run.read(" ".join(parts[at:])), " ".join(parts[:at])
        if last.mark and last.is_whole and any(last.whole()):
            is_apart = re.search(rf"^[^_]+_{_ENDING}$|^[^.]+\.{_ENDING}$", stem) and not {"_", "."} & {*head}
            is_last = last.kinds[:1] in {("mark",), ("soft",)} or "version" in last.kinds
            if (last.is_loud and not head.isupper()) or ("version" in last.kinds and is_last) or is_apart:
                return last.mark.lower()
    return (
        "draft" if re.fullmatch(_pattern(LEXICON.lines("file_marks", _STATUS)), stem, re.IGNORECASE) else ""
    )


def _name_words(name: str) -> str:
    """The words of the name of a file or folder, whatever parts them; figures stay as they are."""
    words = re.sub(r"(?<=[^\W\d_])(?=\d)", " ", re.sub(r"_|\.(?=[^\W\d_]{3})", " ", name))
    return re.sub(r"(?<![\s\d])-(?!\s)|(?<!\s)-(?![\s\d])", " ", words)


_COPY = re.compile(rf"\b{_pattern(LEXICON.lines('copies', _STATUS))}\b" r"|\(\d{1,3}\)", re.IGNORECASE)


@cache
def _counted() -> re.Pattern[str]:
    """What numbers folders, or tells copies or months apart."""
    return re.compile(rf"{_COPY.pattern}|\b{_months()}\b|\d+\.?|\bv(?=\d)", re.IGNORECASE)


_ENDING = r"[^\W_]+"
_PRESS = re.compile(rf"[\W_]+{_pattern(LEXICON.lines('releases', _STATUS))}(?!\w)", re.IGNORECASE)


def tells_publication(name: str) -> bool:
    """Whether a field of this name says whether a record is public, and not only may as a note does."""
    asked = _asked(name)
    tables = LEXICON.mapping("fields", _STATUS).keys() - {"notes", "release"}
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
    known = {*_fields("published"), *_fields("draft")}
    is_usual = folded in known or folded in _fields("status") or folded in _fields("strict")
    return bare if bare in known and not is_usual else folded


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


@cache
def _usual(wanted: str) -> tuple[str, ...]:
    """The names that fields of records usually have for something, as they are folded."""
    return tuple(map(folded_name, str(LEXICON.mapping("names", _STATUS)[wanted]).split()))
