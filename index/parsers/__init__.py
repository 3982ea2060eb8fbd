"""Parsers: each module reads some kinds of files, bytes in, drafts of articles out; `FORMATS` is their table.

A draft is what a file tells of one article, before its id, its language and what else the text says. A reader
raises ArticleError where a file is not of its format, locked, damaged, a bomb, or holds no text; the message
does not name the file and ends in the cure. What
parses bytes with a library of others runs in a process of its own (`sandbox`), so that a file which makes
that library hang, crash or devour memory costs that file and nothing else.
"""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from index.text import LEXICON, declared_date, office_zone, plausible

_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
_LONGEST = 1000
"""Characters of a title, a name or an address; more is no such thing."""

LONGEST_DAY = 60
"""Characters that are told of a day that cannot be read."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What whoever indexes a file should know of what was read, or not read, of it.

    Attributes:
        kind: "no_text_layer", of pages without text or with a letterhead alone; "recognised", of pages whose
            text was read from their picture; "paywall", "not_found", "needs_scripts", "link_list" or
            "barrier" (a login, a question about cookies, an error) of what seems to be such a page.
        pages: Which pages, from 1; empty where it is said of the whole.
    """

    kind: str
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """One article as its format declares it; None where nothing is said.

    Attributes:
        text: The whole article, each line break one newline character.
        title: Its title.
        source: Its publisher.
        author: Who wrote it.
        published: The day of publication.
        url: Where it was published.
        pages: The offset in `text` where each page begins.
        made: The day the file itself was made, which is believed where nothing else tells a day.
        name: The id that it asks for; empty where it asks for none.
        withheld: Why it is not public, in a word or two; empty where it is.
        stated: Of a record, what its fields on publication hold that is no reason by itself, see `Columns`.
        unread_day: What is declared as the day of publication and is none that can be read; else empty.
        key: By what it is known again in a file of several articles, where that is no id or title of its own.
        place: Where in a file of several articles it stands, as messages call it: "row 5"; else empty.
        refused: Why it is no article, in a line that ends in the cure; empty where it is one.
        remarks: What is not in `text`, or why it may be no article.
    """

    text: str
    title: str | None = None
    source: str | None = None
    author: str | None = None
    published: date | None = None
    url: str | None = None
    pages: tuple[int, ...] = ()
    made: date | None = None
    name: str = ""
    # Left out of what is hashed, so that articles of earlier versions stay the same.
    withheld: str = field(default="", repr=False)
    stated: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)
    unread_day: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    refused: str = field(default="", repr=False)
    remarks: tuple[Remark, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds.

    Attributes:
        drafts: Its articles.
        parts: Files within it by their names, as the attachments of an e-mail, which are read by themselves.
        left_out: How many things in it are no articles, by what they are: "hidden sheet".
    """

    drafts: Sequence[ArticleDraft] = ()
    parts: Sequence[tuple[str, bytes]] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


LARGEST = 20 * 2**20
"""Bytes of a file that holds text and nothing else; an article has a few thousand."""

LARGEST_OFFICE = 64 * 2**20
"""Bytes of a file that may hold pictures, as a PDF or an e-mail, and of one with many records."""

OLE = b"\xd0\xcf\x11\xe0"
"""How the files of Office begin that are older than 2007, and newer ones that are locked with a password."""

_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    Attributes:
        kind: What it is called in this program.
        suffixes: How names of its files end.
        reader: The function that reads it in a process of its own, `module.function`; empty where no library
            of others is needed.
        limit: The most bytes of a file that is read as a whole.
        magic: How its files begin, where that tells them from those of other formats.
        part: Of a ZIP container, the member that tells what is in it.
        many: Whether a file may hold several articles.
        streamed: Whether a file is read piece by piece, however long it is.
        mapped: Whether its records have fields that the user may name.
        inside: The kinds that programs write under its suffixes as well.
    """

    kind: str
    suffixes: tuple[str, ...]
    reader: str = ""
    limit: int = LARGEST
    magic: tuple[bytes, ...] = ()
    part: str = ""
    many: bool = False
    streamed: bool = False
    mapped: bool = False
    inside: tuple[str, ...] = ()


FORMATS = {
    one.kind: one
    for one in (
        Format("text", (".txt", ".text", ".md", ".markdown"), inside=("chat", "blog")),
        Format("chat", (), many=True),
        Format("blog", (), many=True),
        Format("html", (".html", ".htm", ".xhtml", ".shtml"), "html.read_html", inside=("mhtml",)),
        Format("mhtml", (".mhtml", ".mht"), "mail.read_mhtml", LARGEST_OFFICE, inside=("html",)),
        Format("pdf", (".pdf",), "pdf.read_pdf", LARGEST_OFFICE, (b"%PDF-",)),
        Format("docx", (".docx",), "docx.read_docx", LARGEST_OFFICE, (_ZIP,), "word/document.xml"),
        Format("docm", (".docm",), "office.read_docm", LARGEST_OFFICE),
        Format(
            "doc", (".doc",), "office.read_doc", LARGEST_OFFICE,
            inside=("rtf", "docx", "odt", "mhtml", "html"),
        ),
        Format("rtf", (".rtf",), "office.read_rtf", LARGEST_OFFICE, (b"{\\rtf",), inside=("docx", "doc")),
        Format(
            "odt", (".odt",), "office.read_odt", LARGEST_OFFICE, (_ZIP,),
            "mimetypeapplication/vnd.oasis.opendocument.text",
        ),
        Format(
            "pptx", (".pptx", ".pptm"), "office.read_pptx", LARGEST_OFFICE, (_ZIP,), "ppt/presentation.xml",
        ),
        Format(
            "xlsx", (".xlsx", ".xlsm"), "sheets.read_xlsx", LARGEST_OFFICE, (_ZIP,), "xl/workbook.xml",
            many=True, mapped=True, inside=("xls",),
        ),
        Format(
            "xls", (".xls",), "sheets.read_xls", LARGEST_OFFICE, many=True, mapped=True,
            inside=("xlsx", "mhtml", "html", "csv"),
        ),
        Format(
            "ods", (".ods",), "sheets.read_ods", LARGEST_OFFICE, (_ZIP,),
            "mimetypeapplication/vnd.oasis.opendocument.spreadsheet", many=True, mapped=True,
        ),
        Format("eml", (".eml",), "mail.read_eml", LARGEST_OFFICE, many=True),
        Format("json", (".json",), "tables.read_json_file", LARGEST_OFFICE, many=True, mapped=True),
        Format("jsonl", (".jsonl", ".ndjson"), many=True, streamed=True, mapped=True),
        Format("csv", (".csv", ".tsv"), many=True, streamed=True, mapped=True),
        Format("feed", (".rss", ".atom", ".xml"), "html.read_feed", LARGEST_OFFICE, many=True),
        Format("zip", (".zip",), many=True, streamed=True),
        Format("gz", (".gz",), limit=LARGEST_OFFICE, magic=(b"\x1f\x8b",), many=True),
    )
}  # fmt: skip
"""What is read, by its kind."""

SUFFIXES = {suffix: one.kind for one in FORMATS.values() for suffix in one.suffixes}
"""The kind of what is read, by how its name ends."""


def kind_of(name: str) -> str | None:
    """How a file of that name is read; None where it is not."""
    return SUFFIXES.get(PurePath(name).suffix.lower())


def kind_inside(kind: str, raw: bytes) -> str:
    """How a file is read that has the name of a `kind`: some programs write RTF or HTML into a .doc."""
    return next((other for other in FORMATS[kind].inside if _begins(other, raw)), kind)


def _begins(kind: str, raw: bytes) -> bool:
    """Whether a file begins as one of that kind does."""
    one = FORMATS[kind]
    if kind in {"doc", "xls"}:
        return raw.startswith(OLE)
    if kind == "mhtml":
        return bool(_MIME.match(raw[:4096])) and b"multipart/related" in raw[:4096].lower()
    if kind == "html":
        return bool(_HTML.match(raw[:4096].replace(b"\0", b"")))
    if kind == "chat":
        from index.parsers.mail import is_chat

        return is_chat(raw[:4096])
    if kind == "blog":
        return bool(_POSTS.match(raw[: 2**16]))
    if kind == "csv":
        return not raw.startswith(OLE) and b"\t" in raw[:4096] and b"\0" not in raw[:4096]
    return raw.startswith(one.magic) and (not one.part or _holds(raw, one.part))


_MIME = re.compile(rb"(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}?MIME-Version:", re.IGNORECASE)
_POSTS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:[A-Z][A-Z ]+: [^\r\n]*\r?\n){3,}-----\r?\nBODY:\r?\n")
"""How an export of Movable Type begins: the fields of its first post, and its text."""

_HTML = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?"
    rb"<(?:!doctype\s+html|html|head|meta|body|table|style|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)


def _holds(raw: bytes, part: str) -> bool:
    """Whether a ZIP container has that member, or begins with that one as OpenDocument does."""
    if part.startswith("mimetype"):
        return part.encode() in raw[:200]
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as container:
            return part in container.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):
        return False


def one_line(text: str | None) -> str | None:
    """`text` as one printable line; None where nothing is left of it."""
    if not text:
        return None
    shown = text[: 4 * _LONGEST]
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else " " for char in shown)
    return re.sub(r"\s+", " ", shown).strip()[:_LONGEST].strip() or None


def address(text: str | None) -> str | None:
    """`text` where it is the address of a page, else None."""
    line = one_line(text)
    return line if line and _ADDRESS.fullmatch(line) else None


def clean(text: str) -> str:
    """`text` with one newline character for each line break, and without what no text holds.

    Control characters become spaces, and halves of surrogate pairs the sign for what is unknown.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isprintable():
        return text
    text = _NOT_TEXT.sub(" ", text)
    try:
        text.encode()
    except UnicodeEncodeError:
        # Two halves that belong together become the sign that they stand for.
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def squeeze(text: str) -> str:
    """`text`, cleaned, with single blanks in its lines and without those that are blank."""
    lines = (" ".join(line.split()) for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line)


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
    """What the fields on publication of many records hold, which tells what one of them means by a value.

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
    rf"(?:(?:{'|'.join(LEXICON.words('clock_words'))})\s+|(?<![\d.:/-])(?=\d+:))(?P<hour>\d{{1,2}})[.:](?P<minute>[0-5]\d)",
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


_FIGURE = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_HEAD = 80
"""Characters of the heading of a column."""

_AMOUNT = re.compile(r"\W*(?:(?:rp|idr|us(?=\$)|s(?=\$)|usd|sgd|myr|rm|eur|jpy)\W*)?\d", re.IGNORECASE)
"""How an amount begins."""


class Spanned(str):
    """The text of a cell, where it stands in a further column that the cell spans."""

    __slots__ = ()


def across(text: str, columns: int) -> list[str]:
    """A cell that spans that many columns, in each of them."""
    return [text, *[Spanned(text)] * (columns - 1)]


class Merged:
    """What cells of a table that are merged hold, for the rows and columns that they cover.

    Where merged cells are stored, the first one holds the text, and the others nothing.
    """

    def __init__(self, areas: Iterable[tuple[int, int, int, int]] = ()) -> None:
        self._begin: dict[int, list[tuple[int, int, int]]] = {}
        self._open: list[tuple[int, int, int, str]] = []
        for area in areas:
            self.add(*area)

    def add(self, top: int, left: int, bottom: int, right: int) -> None:
        """Add an area by its first and last row and its first and last column, each from 1."""
        self._begin.setdefault(top, []).append((left, bottom, right))

    def fill(self, number: int, cells: list[str]) -> list[str]:
        """The cells of a row, its number from 1, with those that are merged; rows are asked for in order.

        A row that holds nothing of its own stays empty.
        """
        self._open = [one for one in self._open if one[1] >= number]
        for left, bottom, right in self._begin.pop(number, ()):
            if left <= len(cells) and cells[left - 1]:
                self._open.append((left, bottom, right, cells[left - 1]))
        if not self._open or not any(cells):
            return cells
        filled = list(cells)
        for left, _, right, text in self._open:
            filled += [""] * (right - len(filled))
            filled[left - 1 : right] = across(text, right - left + 1)
        return filled


def table_lines(rows: Sequence[Sequence[str]], heads: int | None = None) -> list[str]:
    """The rows of a table as lines in which each cell follows the heading of its column.

    "Kabupaten: Buol; 2023: Rp 12 miliar; 2024: Rp 22 miliar": a figure is quoted with what it is of. Empty
    cells are left out, and of a table without headings the cells stand apart by `|`.

    Args:
        rows: The cells of each row; a cell that spans several stands in each of them, `across` them.
        heads: How many rows at the top are declared to be headings; 0 where those of the rows are alone; None
            where none are, and the first row of several cells is taken for one where it heads columns of
            figures, or three columns of words. Where its headings span columns and the next row parts these,
            that is one, too.
    """
    width = max(map(len, rows), default=0)
    cells = [
        [*(type(cell)(" ".join(cell.split())) for cell in row), *[""] * (width - len(row))] for row in rows
    ]
    cells = [row for row in cells if any(row)]
    kept = [any(column) for column in zip(*cells, strict=False)]
    if not all(kept):
        # Between columns that hold something stands one to set them apart.
        cells = [[cell for cell, is_kept in zip(row, kept, strict=False) if is_kept] for row in cells]
    titles = next((at for at, row in enumerate(cells) if not _is_alone(row)), 0) if heads is None else 0
    if titles:
        # Lines across the table above its headings.
        return [next(filter(None, row)) for row in cells[:titles]] + table_lines(cells[titles:])
    is_form = heads == 0 and all(len(row) == 2 for row in cells)
    parted = parted_heads(cells) if heads != 0 and (heads or 1) == 1 else 0
    if parted:
        heads = parted
        cells[: parted - 1] = [spread(*pair) for pair in pairwise(cells[:parted])]
    heads = int(has_heads(cells)) if heads is None else min(heads, len(cells) - 1)
    lines = []
    names = [dict.fromkeys(filter(None, column)) for column in zip(*cells[:heads], strict=False)]
    for row in cells[heads:]:
        if _is_alone(row):
            # One cell across the table heads the rows below it.
            lines.append(next(filter(None, row)))
        elif heads:
            lines.append("; ".join(_named(names, row)))
        else:
            lines.append((": " if is_form else " | ").join(filter(None, row)))
    return lines


def _is_alone(row: Sequence[str]) -> bool:
    """Whether a row has one cell that holds something, however many columns it spans."""
    return sum(bool(cell) and not isinstance(cell, Spanned) for cell in row) == 1


def _named(names: Sequence[Mapping[str, None]], row: Sequence[str]) -> Iterator[str]:
    """The cells of a row, each behind its heading; of one that spans columns what their headings share."""
    at = 0
    while at < len(row):
        end = at + 1
        while end < len(row) and isinstance(row[end], Spanned) and row[end] == row[at]:
            end += 1
        shared = [part for part in names[at] if all(part in other for other in names[at + 1 : end])]
        name = " ".join(shared).rstrip(" :")
        if row[at]:
            yield f"{name}: {row[at]}" if name else row[at]
        at = end


def spread(heads: Sequence[str], below: Sequence[str]) -> list[str]:
    """Headings of columns, those that span several in each; the row below has a heading in each of these."""
    names = list(heads)
    for at in range(2, len(names)):
        if not names[at] and below[at] and below[at - 1]:
            names[at] = names[at - 1]
    return names


def parted_heads(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the top of a table are headings, those of each spanning columns that the next parts.

    0 where the first row has no headings that span columns.
    """
    count = 0
    heads: Sequence[str] = rows[0] if rows else ()
    while len(rows) > count + 2 and _parts_heads(heads, rows[count + 1], rows[count + 2 :]):
        count += 1
        spanned = spread(heads, rows[count])
        heads = [
            " ".join(dict.fromkeys(filter(None, pair))) for pair in zip(spanned, rows[count], strict=True)
        ]
    return count + 1 if count else 0


def _parts_heads(heads: Sequence[str], below: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether a row has a heading for each of the columns that headings above it span."""
    if len(heads) < 3:
        return False
    first, columns = spread(heads, below), list(zip(*body, strict=False))
    pairs = (pair for row in (first, below) for pair in zip(row, columns, strict=False))
    if any(len(cell) > _LONGEST_HEAD or not _may_head(cell, column) for cell, column in pairs):
        return False
    parted = [at for at in range(2, len(first)) if first[at] and first[at] == first[at - 1]]
    return (
        bool(parted)
        and below[0] in {"", first[0]}
        and all(map(any, zip(first[1:], below[1:], strict=True)))
        and all(below[at] and below[at - 1] for at in parted)
        and any(below[at] != below[at - 1] for at in parted)
        and any(_FIGURE.search(cell) for column in columns[1:] for cell in column)
    )


def _may_head(cell: str, column: Sequence[str]) -> bool:
    """Whether a cell may head a column: with a figure, as "Triwulan 1", only one of amounts, and as none."""
    if not _FIGURE.search(_YEAR.sub("", cell)):
        return True
    filled = [one for one in column if any(map(str.isalnum, one))]
    return not _AMOUNT.match(cell) and 2 * sum(map(bool, map(_AMOUNT.match, filled))) > len(filled)


def has_heads(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row of a table seems to head its columns."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first, body = rows[0], rows[1:]
    if not all(first[1:]) or any(len(cell) > _LONGEST_HEAD for cell in first):
        return False
    if not all(map(_may_head, first, zip(*body, strict=False))):
        return False
    columns = list(zip(*body, strict=False))[1:]
    counted = [all(_FIGURE.search(cell) for cell in column if cell) and any(column) for column in columns]
    return len(first) > 2 or (any(counted) and len(body) > 1)
