"""Records: JSON lines and comma-separated values, read one by one however long the file is, and JSON.

Which field holds the title, the text or the day is told by its name in Indonesian or English, or by the
user.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import html
import io
import json
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import chain, islice
from typing import IO, Any

from index.errors import ArticleError, SettingsError
from index.parsers import LONGEST_DAY, ArticleDraft, Contents, address, clean, one_line
from index.parsers.html import plain, without_shortcodes
from index.parsers.mail import FEWEST
from index.parsers.publication import (
    SCHEDULED,
    Columns,
    folded_name,
    is_ahead,
    is_unset,
    is_withheld,
    stated_publication,
    states,
    tells_publication,
    withheld,
    withheld_head,
    withheld_part,
)
from index.parsers.text import decode
from index.text import LEXICON, day_first, declared_date, month_first, plausible

LONGEST = 20 * 2**20
"""Characters of a text; a press article has a few thousand."""

NAMES: dict[str, str] = LEXICON.mapping("names", "status")
"""What the fields of records are called, in order of preference; case and separators make no difference."""


_USUAL = {key: [folded_name(name) for name in names.split()] for key, names in NAMES.items()}


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Which name of a record holds which field, where it is not one of the usual names.

    Attributes:
        names: By field: "text" to "isi_berita", or to "content.rendered" for a field within another.
        month_first: Whether days are written with the month first, as 3/14/2025.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    month_first: bool = False

    @classmethod
    def of(cls, pairs: Iterable[str]) -> FieldMap:
        """The map that `text=isi_berita` and its like spell.

        Raises:
            SettingsError: one is no such pair, or names no field.
        """
        names: dict[str, str] = {}
        for pair in pairs:
            key, sign, name = (part.strip() for part in pair.partition("="))
            wanted = {"date": "published"}.get(key, key)
            if not sign or not name or wanted not in NAMES:
                raise SettingsError(
                    f"{pair!r} maps no field; write FIELD=NAME with one of: {', '.join(sorted(NAMES))}"
                )
            names[wanted] = name
        return cls(names)

    def described(self) -> str:
        """The map as one line, the same for the same map."""
        named = (f"{key}={name}" for key, name in sorted(self.names.items()))
        return ";".join((*named, "month first") if self.month_first else named)

    def ordered(self, records: Iterable[Mapping[str, Any]]) -> FieldMap:
        """A copy that knows from the days of all `records` whether the month is written first."""
        days = (self._value(record, _folded_record(record), "published") for record in records)
        return replace(self, month_first=month_first(day for day in days if isinstance(day, str)))

    def missing(self, names: Iterable[str]) -> str | None:
        """Why a table with these columns cannot hold articles; None where it can."""
        columns = list(names)
        folded = {folded_name(name) for name in columns}
        shown = one_line(", ".join(columns)[:200]) or "none"
        for key, name in self.names.items():
            if folded_name(name) not in folded:
                return f"it has no column {name!r} for {key}; its columns are: {shown}"
        if "text" not in self.names and folded.isdisjoint(_USUAL["text"]):
            return f"no column holds the text among: {shown}; name it with --map text=COLUMN"
        return None

    def draft(self, record: Mapping[str, Any]) -> ArticleDraft:
        """The article that a record holds.

        Raises:
            ArticleError: it holds no text; the message does not name the record.
        """
        folded = _folded_record(record)

        def get(wanted: str) -> Any:
            return self._value(record, folded, wanted)

        reason = self._withheld(record, folded)
        text = self.text_in(record)
        if not reason and len(text) < FEWEST and not folded.keys().isdisjoint(_message_fields()):
            reason = "" if self.has_title(record) else "short message"
        if not reason and not any(map(str.isalnum, text)):
            name = self.names.get("text", "text")
            raise ArticleError(
                f"it has no text; write it as {name!r}, or name its field with --map text=NAME"
            )
        day = get("published") or _in_utc(folded.get("dategmt") or folded.get("postdategmt"))
        if self.month_first and isinstance(day, str):
            day = day_first(day)
        declared = declared_date(day)
        published = plausible(declared)
        if not reason and is_ahead(day) and states(folded):
            reason = SCHEDULED
        if not reason and isinstance(day, str) and is_withheld(day):
            reason = (one_line(day) or "")[:LONGEST_DAY].lower()
        title = one_line(plain(_line(get("title"))))
        author = one_line(plain(_line(get("author")))) or ""
        return ArticleDraft(
            text,
            title,
            one_line(plain(_line(get("source")))),
            # WordPress gives the number of its author.
            _embedded_author(record) if author.isdigit() else author or None,
            published,
            address(_line(get("url"))),
            name=_name(get("id")),
            withheld=reason or withheld_head(title, text),
            stated=stated_publication(folded),
            unread_day="" if published else (one_line(_line(day)) or "")[:LONGEST_DAY],
        )

    def has_text(self, record: Mapping[str, Any]) -> bool:
        """Whether a record has words where its text should stand, or what its `draft` refuses."""
        try:
            return any(map(str.isalnum, self.text_in(record)))
        except ArticleError:
            return True

    def text_in(self, record: Mapping[str, Any]) -> str:
        """The text of a record; empty where it has none.

        Raises:
            ArticleError: it is too long, or holds what no text does.
        """
        folded = _folded_record(record)
        text = _text(self._value(record, folded, "text"))
        # Joomla keeps the beginning of an article in a field of its own.
        intro = _text(folded.get(_INTRO)) if "text" not in self.names and _INTRO in folded else ""
        return "\n\n".join(filter(None, (intro, text))) if intro not in text else text

    def tells(self, name: str) -> bool:
        """Whether a field of this name tells which article a record is, or whether it is public."""
        wanted = folded_name(name)
        if "status" in self.names and wanted == folded_name(self.names["status"]):
            return True
        identity = [folded_name(self.names["id"])] if "id" in self.names else _USUAL["id"]
        return wanted in identity or tells_publication(wanted)

    def reason(self, record: Mapping[str, Any]) -> str:
        """Why a record is not public; empty where it does not say so."""
        return self._withheld(record, _folded_record(record))

    def has_title(self, record: Mapping[str, Any]) -> bool:
        """Whether a record has a title."""
        return bool(_line(self._value(record, _folded_record(record), "title")).strip())

    def _value(self, record: Mapping[str, Any], folded: Mapping[str, Any], wanted: str) -> Any:
        if wanted in self.names:
            return _within(record, folded, self.names[wanted])
        for name in _USUAL[wanted]:
            if name in folded and folded[name] not in (None, "", []):
                return folded[name]
        return None

    def _withheld(self, record: Mapping[str, Any], folded: Mapping[str, Any]) -> str:
        """Why a record is not public; empty where it is. A mapped `status` is one of publication."""
        content = folded.get("content")
        given: dict[str, Any] = {}
        if isinstance(content, Mapping):
            given["protected"] = content.get("protected")
            kind = folded_name(str(folded.get("type") or ""))
            if "rendered" in content and (kind.startswith("wp") or kind in _no_articles()):
                given["posttype"] = folded["type"]
        said = {**given, **folded}
        if "status" in self.names:
            said = _joined(said, "poststatus", _within(record, folded, self.names["status"]))
        inside = (one for name, one in folded.items() if name in _objects() and isinstance(one, Mapping))
        reasons = (withheld(one) for one in (said, *inside))
        # Elasticsearch names what a record is kept in.
        parts = (withheld_part(str(folded.get(name) or "")) for name in (_PART, "index"))
        reason = next(filter(None, (*reasons, *parts)), "")
        return reason or ("unpublished" if is_unset(folded) else "")


_INTRO = "introtext"


_PART = "\0part"
"""Where a record keeps what the array is called that it is of."""


@cache
def _objects() -> frozenset[str]:
    return frozenset(LEXICON.words("objects", "status"))


def _joined(fields: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """The fields with one more, both values together where there is one of that name."""
    return {**fields, name: [fields[name], value] if name in fields else value}


def row_of(cells: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A row of a table by the names of its columns; of several with one name the last, of a status each."""
    row: dict[str, Any] = {}
    for name, cell in cells:
        row[name] = [row[name], cell] if name in row and tells_publication(name) else cell
    return row


@cache
def _no_articles() -> frozenset[str]:
    return frozenset(LEXICON.words("not_articles", "status"))


def _in_utc(value: Any) -> str | None:
    """An instant that is in UTC by its field's name, as WordPress's `date_gmt`, with a sign that says so."""
    return f"{value}Z" if isinstance(value, str) and re.fullmatch(r"[\d-]+[T ][\d:.]+", value) else None


def _embedded_author(record: Mapping[str, Any]) -> str | None:
    """The author's name where WordPress embeds what it links to (`?_embed`)."""
    embedded = record.get("_embedded")
    authors = embedded.get("author") if isinstance(embedded, Mapping) else None
    names = (
        [_line(one) for one in authors[:20] if isinstance(one, Mapping)] if isinstance(authors, list) else []
    )
    return one_line(", ".join(name for name in names if name))


def _folded_record(record: Mapping[str, Any]) -> dict[str, Any]:
    folded: dict[str, Any] = {}
    for key, value in record.items():
        name = folded_name(str(key))
        if name not in folded:
            folded[name] = _unwrapped(value)
        elif tells_publication(name):
            folded = _joined(folded, name, value)
    return folded


def _unwrapped(value: Any) -> Any:
    """A field without its wrapping: as Drupal gives it, `[{"value": "Judul"}]`, a day as MongoDB does."""
    if isinstance(value, Mapping) and "$date" in value:
        inner = value["$date"]
        return inner.get("$numberLong") if isinstance(inner, Mapping) else inner
    if isinstance(value, list) and len(value) == 1:
        inner = value[0]
        if isinstance(inner, Mapping) and ("value" in inner or "processed" in inner):
            return inner.get("processed") or inner.get("value")
    return value


def _within(record: Mapping[str, Any], folded: Mapping[str, Any], name: str) -> Any:
    """The value called `name`, or at the end of the path that its dots spell."""
    if folded_name(name) in folded:
        return folded[folded_name(name)]
    value: Any = record
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


@cache
def _message_fields() -> frozenset[str]:
    return frozenset(map(folded_name, LEXICON.words("message_fields", "chat")))


@cache
def _kinds(table: str) -> frozenset[str]:
    return frozenset(LEXICON.words(table, "chat"))


def _piece(value: Any) -> str:
    """A piece of running text, formatted perhaps, as Telegram gives it.

    Raises:
        ArticleError: it is an object without words; the text would not be whole without it.
    """
    if isinstance(value, str):
        return value
    if value.get("type") in _kinds("struck"):
        return ""
    text = value.get("text") or _rendered(value)
    if not isinstance(text, str) or not text:
        raise ArticleError("its text has a part that cannot be read; write it as plain text")
    return text


def _text(value: Any) -> str:
    if isinstance(value, list):
        pieces = [one for one in value[:10_000] if isinstance(one, str | Mapping)]
        objects = [one for one in pieces if isinstance(one, Mapping)]
        formatted = _kinds("formatted") | _kinds("struck")
        if objects and (len(objects) < len(pieces) or all(one.get("type") in formatted for one in objects)):
            return _text("".join(map(_piece, pieces)))
        # Paragraphs, or sentences in paragraphs, or words in sentences.
        return "\n\n".join(part for part in (_text(one) for one in value[:10_000]) if part)
    if isinstance(value, Mapping):
        return _rendered(value) or _block(value)
    if not isinstance(value, str):
        return ""
    if len(value) > LONGEST:
        raise ArticleError(f"its text is longer than {LONGEST} characters; split it")
    if "\0" in value:
        raise ArticleError("its text holds NUL characters; export it as text")
    return plain(clean(value))


def _block(value: Mapping[str, Any]) -> str:
    """The text of a block of an editor: `{"type": "paragraph", "children": [{"text": …}, …]}`; else empty."""
    names = {folded_name(name) for name in value}
    if "type" not in names or not names.isdisjoint(_USUAL["title"]):
        # A record, which may be one of many.
        return ""
    inner = _inner(value)
    if _is_paragraph(inner):
        inner = "".join(map(_words, inner))
    listed = _inner(value, "items")
    # The items of a list have no type.
    items = [{"type": "item", **one} if isinstance(one, Mapping) else one for one in listed or ()]
    return "\n\n".join(filter(None, map(_text, (inner, items if isinstance(listed, list) else listed))))


def _inner(block: Mapping[str, Any], *names: str) -> Any:
    """What a block holds: by one of the names, usually those of its text; an empty text where it has none."""
    data = block.get("data")
    about = {**data, **block, "data": None} if isinstance(data, Mapping) else block
    return next(
        (about[name] for name in names or ("text", "content", "data", "children") if about.get(name)), ""
    )


def _is_paragraph(inner: Any) -> bool:
    """Whether a list in a block holds words of one paragraph, each as it is set, and no further blocks."""
    return isinstance(inner, list) and any(
        isinstance(one, Mapping)
        and isinstance(one.get("text"), str)
        and one.get("type", one.get("_type", "text")) in {"text", "span", *_kinds("formatted")}
        for one in inner
    )


def _words(part: Any) -> str:
    """The words of a part of a paragraph, without those that are struck out."""
    if not isinstance(part, Mapping):
        return part if isinstance(part, str) else ""
    marks = part.get("marks")
    formats = [part, *(marks if isinstance(marks, list) else [])]
    told = [one.get("type") if isinstance(one, Mapping) else one for one in formats]
    if any(kind in told or part.get(kind) for kind in _kinds("struck")):
        return ""
    inner = _inner(part)
    if isinstance(inner, list):
        return "".join(map(_words, inner)) if _is_paragraph(inner) else f"\n\n{_block(part)}\n\n"
    if isinstance(inner, Mapping):
        return _words(inner)
    return str(inner) or ("\n" if "break" in str(part.get("type")).lower() else "")


def _rendered(value: Mapping[str, Any]) -> str:
    """The HTML that WordPress gives as `{"rendered": HTML}` and Drupal as `{"value": HTML}`; else empty."""
    written = next((value[name] for name in ("rendered", "processed", "value") if value.get(name)), None)
    if not isinstance(written, str):
        return ""
    # Of HTML without a tag, too, entities are signs.
    text = _text(without_shortcodes(written))
    return text if text != written else html.unescape(text)


def _line(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(part for part in (_line(one) for one in value[:20]) if part)
    if isinstance(value, Mapping):
        return _rendered(value) or _line(value.get("name"))
    return clean(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _name(value: Any) -> str:
    """An id that can be typed, in composed Unicode; empty where there is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    name = unicodedata.normalize("NFC", one_line(clean(str(value))) or "")
    return name if len(name) <= 200 else ""


def slug(title: str | None) -> str:
    """A title as an id: its words in lower case, joined by hyphens."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", title or "").casefold())
    name = ""
    for word in words:
        if len(name) + len(word) > 72:
            break
        name = f"{name}-{word}" if name else word
    return name


LONGEST_LINE = 20 * 2**20
"""Bytes of one record."""

LONGEST_ROW = 4 * 2**20
"""Characters after which a row takes no further line: its quotation mark was never closed."""

MOST_AHEAD = 1000
"""Records that are read before the first of them is given."""

MOST_FAILURES = 100
"""Records that are refused before the first good one: such a file holds no articles at all."""

_MOST_UNCLOSED = 20
_DELIMITERS = ";,\t|"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SEPARATOR = re.compile(r"\s*\"?sep=.\"?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file.

    Attributes:
        line: Where it begins, from 1.
        mark: Hex digest of how it is written and which fields are read.
        draft: The article that it holds; or why it holds none.
    """

    line: int
    mark: str
    draft: ArticleDraft | ArticleError


def read_jsonl(file: IO[bytes], fields: FieldMap) -> Iterator[Record]:
    """The records of a file of JSON objects, one on each line.

    A file that begins as an array, or as an object over several lines, is read as `read_json` does.

    Raises:
        ArticleError: it is no such file.
    """
    lines = _lines(file, LONGEST_LINE)
    taken: list[tuple[int, str]] = []
    for number, line in lines:
        taken.append((number, line))
        if line.strip():
            break
    first = taken[-1][1].strip() if taken else ""
    if first.startswith(("[", "{")) and not _is_object(first):
        size = len(first)
        for number, line in lines:
            taken.append((number, line))
            size += len(line)
            if size > LONGEST_LINE:
                break
        else:
            text = "".join(line for _, line in taken)
            try:
                value = _json(text)
            except ArticleError:
                # Its first line is spoiled, and the others may be read.
                pass
            else:
                yield from _records(value, fields)
                return
    records = (
        _record(number, _mark(fields, line.rstrip("\r\n")), partial(_object_draft, fields, line))
        for number, line in chain(taken, lines)
        if line.strip()
    )
    yield from _while_hopeful(records, "lines is an article; check that it is JSON lines", "is empty")


def _record(number: int, mark: str, read: Callable[[], ArticleDraft]) -> Record:
    """A record with the article that `read` returns, or with the error that it raises."""
    try:
        return Record(number, mark, read())
    except ArticleError as error:
        return Record(number, mark, error)
    except RecursionError:
        return Record(number, mark, ArticleError("it is nested too deeply; write plain fields"))


def _while_hopeful(records: Iterable[Record], hopeless: str, empty: str) -> Iterator[Record]:
    """The records, as long as one may be an article.

    Raises:
        ArticleError: there are none, or all of the first are refused.
    """
    good = failed = 0
    for record in records:
        yield record
        good += isinstance(record.draft, ArticleDraft)
        failed += isinstance(record.draft, ArticleError)
        if not good and failed >= MOST_FAILURES:
            raise ArticleError(f"none of its first {failed} {hopeless}")
    if not good and not failed:
        raise ArticleError(f"it {empty}; write an article into it or remove it")


def judged(records: Iterable[Record]) -> Iterator[Record]:
    """The records, withheld where the others tell that they are not public; some are read ahead for that.

    Raises:
        ArticleError: as what reads them, once all before that were given.
    """
    columns = Columns()
    waiting: deque[Record] = deque()
    size = 0

    def first() -> Record:
        record = waiting.popleft()
        draft = record.draft
        return record if isinstance(draft, ArticleError) else replace(record, draft=columns.judge(draft))

    failure = None
    try:
        for record in records:
            waiting.append(record)
            if isinstance(record.draft, ArticleDraft):
                columns.learn(record.draft)
                size += len(record.draft.text)
            while len(waiting) > MOST_AHEAD or (size > LONGEST and waiting):
                given = first()
                size -= len(given.draft.text) if isinstance(given.draft, ArticleDraft) else 0
                yield given
    except ArticleError as error:
        failure = error
    while waiting:
        yield first()
    if failure is not None:
        raise failure


def read_json(file: IO[bytes], fields: FieldMap) -> Iterator[Record]:
    """The records of a JSON file: of an array, of one object, or of arrays within objects, in their order.

    Raises:
        ArticleError: it is no JSON, or none of its objects holds a text.
    """
    raw = file.read()
    text = "".join(line for _, line in _lines(io.BytesIO(raw), len(raw) + 1))
    try:
        value = _json(text)
    except ArticleError:
        if not _is_object(text.lstrip().partition("\n")[0]):
            raise
        # JSON lines, called .json.
        yield from read_jsonl(io.BytesIO(raw), fields)
        return
    yield from _records(value, fields)


def read_json_file(raw: bytes, fields: FieldMap) -> list[ArticleDraft]:
    """The drafts of the records of a JSON file; of one that holds no article, why.

    Raises:
        ArticleError: it is no JSON, or none of its objects holds a text.
    """
    return [
        ArticleDraft("", place=f"record {one.line}", refused=str(one.draft))
        if isinstance(one.draft, ArticleError)
        else replace(one.draft, place=f"record {one.line}")
        for one in judged(read_json(io.BytesIO(raw), fields))
    ]


def _records(value: Any, fields: FieldMap) -> Iterator[Record]:
    try:
        found = _found(value, {}, fields, titled=False)
    except RecursionError as error:
        raise ArticleError("it is nested too deeply; write plain fields") from error
    if not any(fields.has_text(record) for record in found):
        raise ArticleError(_no_text(value))
    fields = fields.ordered(found)
    for number, record in enumerate(found, 1):
        mark = _mark(fields, json.dumps(record, sort_keys=True))
        yield _record(number, mark, partial(fields.draft, record))


def _found(value: Any, around: Mapping[str, Any], fields: FieldMap, *, titled: bool) -> list[dict[str, Any]]:
    """The objects in `value` that are records, and those beside them that might be.

    Args:
        value: What is looked through.
        around: Plain fields of the objects around it, which say of a record what it does not say itself.
        fields: What fields are called.
        titled: Whether only what has a title is taken: within what has one, as comments in an article.
    """
    if isinstance(value, list):
        each = [_found(one, around, fields, titled=titled) for one in value]
        if not any(fields.has_text(record) for found in each for record in found):
            return []
        # Beside records, an object without a text is a record that lacks it.
        return [
            record
            for one, found in zip(value, each, strict=True)
            for record in (found or ([{**around, **one}] if isinstance(one, dict) else []))
        ]
    if not isinstance(value, dict):
        return []
    has_title = fields.has_title(value)
    if fields.has_text(value) and (has_title or not titled):
        inner = [] if has_title else _inside(value, around, fields, titled=True)
        return inner or [{**around, **value}]
    return _inside(value, around, fields, titled=titled or has_title)


def _inside(
    value: Mapping[str, Any], around: Mapping[str, Any], fields: FieldMap, *, titled: bool
) -> list[dict[str, Any]]:
    own = {
        key: one
        for key, one in value.items()
        if not isinstance(one, dict | list) or (isinstance(one, dict) and folded_name(key) in _objects())
    }
    found: list[dict[str, Any]] = []
    for key, one in value.items():
        # What an object says is said of one that it holds, and not of each in an array; but for its name.
        part = {_PART: key} if withheld_part(key) else {}
        said = {**around, **own} if isinstance(one, dict) else {}
        found += _found(one, said | part, fields, titled=titled)
    return found


def _no_text(value: Any) -> str:
    """That no object in `value` holds a text, with the names of the fields of the first that has several."""
    waiting: deque[Any] = deque([value])
    names: list[str] = []
    while waiting and not names:
        one = waiting.popleft()
        if isinstance(one, dict):
            names = [str(name) for name in one] if len(one) > 1 else []
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one[:100])
    if not names:
        return 'it is JSON without an article; write it as [{"id": "...", "text": "..."}]'
    shown = one_line(", ".join(names)[:200])
    return f"no field of its records holds the text among: {shown}; name it with --map text=NAME"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ArticleError("it is nested too deeply; write plain fields") from error
    except ValueError as error:
        if not text.strip():
            raise ArticleError("it is empty; write an article into it or remove it") from error
        raise ArticleError(f"it is no JSON ({one_line(str(error)[:80])}); export it again") from error


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def read_csv(file: IO[bytes], fields: FieldMap) -> Iterator[Record]:
    """The rows of a table whose first row names its columns.

    Raises:
        ArticleError: it is no such table.
    """
    columns, delimiter, lines = _head(file, fields)
    if missing := fields.missing(columns):
        raise ArticleError(missing)
    first, rows = _compared(_rows(lines, delimiter))
    read = (row for _, row in first if not isinstance(row, ArticleError))
    fields = fields.ordered(row_of(zip(columns, row, strict=False)) for row in read)
    records = (
        _record(
            number,
            _mark(fields, delimiter + repr(columns) + written),
            partial(_row, columns, row, delimiter, fields),
        )
        for (number, written), row in rows
    )
    yield from _while_hopeful(records, "rows is an article; check that it is a table", "has no rows")


def _head(file: IO[bytes], fields: FieldMap) -> tuple[list[str], str, _Lines]:
    """The names of the columns of a table, what parts them, and the lines below."""
    lines = _Lines(_lines(file, LONGEST_LINE))
    if _SEPARATOR.fullmatch(lines.peek()):
        # Excel's own remark on the sign that it took.
        next(lines)
    for _ in range(_titles(lines.ahead(_HEAD), fields)):
        # Titles above the names of the columns.
        lines.begin()
        next(lines)
    head = lines.peek()
    if not head.strip():
        raise ArticleError("its first line is empty; write the names of the columns there")
    delimiter = max(
        _DELIMITERS, key=lambda sign: (fields.missing(_cells(head, sign)) is None, _outside(head, sign))
    )
    csv.field_size_limit(LONGEST_LINE)
    _, columns = next(_rows(lines, delimiter))
    if isinstance(columns, ArticleError):
        raise columns
    return [column.strip() for column in columns], delimiter, lines


_HEAD = 10
"""Lines among which the names of columns are looked for; a title may stand above them."""


def _titles(lines: Sequence[str], fields: FieldMap) -> int:
    """How many lines stand above the names of the columns: they have fewer cells than these."""

    def cells(line: str, sign: str) -> list[str]:
        return [cell for cell in _cells(line, sign) if cell.strip()]

    for at, line in enumerate(lines if lines and lines[0].strip() else []):
        for sign in _DELIMITERS:
            names = cells(line, sign)
            known = {folded_name(name) for name in names}
            if fields.missing(names) is None and not known.isdisjoint(
                [*_USUAL["title"], *_USUAL["published"]]
            ):
                return at if all(len(cells(above, sign)) < len(names) for above in lines[:at]) else 0
    return 0


def read_posts(raw: bytes) -> Contents:
    """The posts of an export of Movable Type or TypePad, each an article; not what readers wrote below."""
    drafts = []
    for number, post in enumerate(re.split(r"^--------$", decode(raw), flags=re.MULTILINE), 1):
        about, *parts = re.split(r"^-----$", post, flags=re.MULTILINE)
        record = {one[1].strip(): one[2] for one in re.finditer(r"^([A-Z ]+): *(.*)$", about, re.MULTILINE)}
        bodies = [part.strip().partition("\n") for part in parts]
        text = "\n\n".join(body.strip() for name, _, body in bodies if name in {"BODY:", "EXTENDED BODY:"})
        if not record:
            continue
        # Its months stand before its days.
        day = re.sub(r"^(\d\d)/(\d\d)/(\d{4})\b.*", r"\3-\1-\2", record.get("DATE", ""))
        place = f"post {number}"
        try:
            draft = FieldMap().draft(record | {"DATE": day, "text": text, "id": record.get("BASENAME", "")})
        except ArticleError as error:
            draft = ArticleDraft("", refused=str(error))
        drafts.append(replace(draft, place=place))
    return Contents(drafts)


def marked_beside(file: IO[bytes]) -> dict[str, str]:
    """Why files are not public that a table without texts tells of, by their names as `slug` writes them.

    As Substack and Notion export it: the table has the status, the files beside it have the texts.
    """
    fields, marked, public = FieldMap(), dict[str, str](), set[str]()
    try:
        columns, delimiter, lines = _head(file, fields)
        if fields.missing(columns) is None or not any(map(tells_publication, columns)):
            return {}
        rows = (row for _, row in _rows(lines, delimiter) if not isinstance(row, ArticleError))
        for record in (row_of(zip(columns, row, strict=False)) for row in rows):
            names = {folded_name(name): cell for name, cell in record.items()}
            called = {slug(str(names[name])) for name in _FILE_NAMES if names.get(name)} - {""}
            if reason := fields.reason(record):
                marked |= dict.fromkeys(called, reason)
            else:
                public |= called
    except ArticleError:
        return {}
    return {name: reason for name, reason in marked.items() if name not in public}


_FILE_NAMES = [
    folded_name(name) for name in (*NAMES["id"].split(), *NAMES["title"].split(), "post_id", "name")
]
"""The columns that files may be called by."""


def _row(columns: list[str], row: list[str] | ArticleError, delimiter: str, fields: FieldMap) -> ArticleDraft:
    if isinstance(row, ArticleError):
        raise row
    extra = [cell for cell in row[len(columns) :] if cell.strip()]
    if extra:
        raise ArticleError(
            f"it has {len(row)} values for {len(columns)} columns; "
            f"put values that hold {delimiter!r} in quotes"
        )
    return fields.draft(row_of(zip(columns, row, strict=False)))


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        hint = "; write one object on each line" if line.lstrip()[:1] in "[{" else "; write it as JSON"
        raise ArticleError(f"it is no JSON ({one_line(str(error)[:80])}){hint}") from error
    if not isinstance(value, dict):
        raise ArticleError('it is no JSON object; write it as {"id": "...", "text": "..."}')
    return value


def _object_draft(fields: FieldMap, line: str) -> ArticleDraft:
    return fields.draft(_object(line))


def _mark(fields: FieldMap, written: str) -> str:
    return hashlib.sha256(f"{fields.described()}\0{written}".encode("utf-8", "surrogatepass")).hexdigest()


def _lines(file: IO[bytes], longest: int) -> Iterator[tuple[int, str]]:
    """Each line with its number from 1, its line break kept, decoded by itself.

    Raises:
        ArticleError: a line is too long, or the file is binary.
    """
    start = file.read(4096)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16-le" if start.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
        opened: Any = io.TextIOWrapper(_Rest(start[2:], file), name, errors="replace", newline="\n")
    elif start.startswith(
        (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")
    ):
        raise ArticleError("it is no text; export it as JSON lines or as comma-separated values")
    else:
        # Excel for Mac ends lines as its system once did.
        ends = (b"\r", b"\n") if b"\r" in start[:-1] and b"\n" not in start else (b"", b"")
        opened = io.BufferedReader(_Rest(start, file, *ends), 2**16)
    number = 0
    while line := opened.readline(longest):
        number += 1
        if len(line) >= longest:
            raise ArticleError(
                f"its line {number} is longer than {longest / 2**20:.0f} MB; break it into records"
            )
        if isinstance(line, bytes):
            line = _decoded(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
        if number == 1 and len(_CONTROL.findall(line)) > len(line) / 50:
            raise ArticleError("it is binary, not text; export it as JSON lines or comma-separated values")
        yield number, line


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8", errors="as-windows-1252")
    except UnicodeDecodeError:
        return line.decode("utf-8", errors="replace")


class _Rest(io.RawIOBase):
    """A stream whose first bytes have been read already, with one sign in place of another."""

    def __init__(self, start: bytes, file: IO[bytes], sign: bytes = b"", other: bytes = b"") -> None:
        self._start = start
        self._file = file
        self._sign, self._other = sign, other

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._start[: len(buffer)] or self._file.read(len(buffer))
        self._start = self._start[len(piece) :]
        buffer[: len(piece)] = piece.replace(self._sign, self._other) if self._sign else piece
        return len(piece)


class _Lines:
    """Lines that can be given back, and which of them the record at hand has taken."""

    def __init__(self, lines: Iterator[tuple[int, str]]) -> None:
        self._lines = lines
        self._waiting: deque[tuple[int, str]] = deque()
        self._room = 0
        self.taken: list[tuple[int, str]] = []
        self.ended = False

    def peek(self) -> str:
        if not self._waiting:
            self._waiting.extend(first for first in [next(self._lines, None)] if first is not None)
        return self._waiting[0][1] if self._waiting else ""

    def ahead(self, number: int) -> list[str]:
        """The next lines, at most so many, which stay."""
        self._waiting.extend(islice(self._lines, max(number - len(self._waiting), 0)))
        return [line for _, line in islice(self._waiting, number)]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        found = self._waiting.popleft() if self._waiting else next(self._lines, None)
        if found is None or self._room < 0:
            self.ended = True
            if found is not None:
                self._waiting.appendleft(found)
            raise StopIteration
        self.taken.append(found)
        self._room -= len(found[1])
        return found[1]

    def begin(self) -> None:
        """Another record begins."""
        self.taken, self.ended, self._room = [], False, LONGEST_ROW

    def give_back(self) -> None:
        """All lines that the record took but its first."""
        self._waiting.extendleft(reversed(self.taken[1:]))


_Row = tuple[tuple[int, str], list[str] | ArticleError]
"""A row's line and how it is written; its cells, or why it has none."""

_COMPARED = 1000
"""Rows of a table that tell together how its days are written."""


def _compared(rows: Iterator[_Row]) -> tuple[list[_Row], Iterator[_Row]]:
    """The first rows of a table, and all of them; an error comes after those before it."""
    first: list[_Row] = []
    size = 0

    def failing(error: Exception) -> Iterator[_Row]:
        yield from first
        raise error

    try:
        for row in rows:
            first.append(row)
            size += len(row[0][1])
            if len(first) >= _COMPARED or size > LONGEST_ROW:
                break
    except Exception as error:  # noqa: BLE001 (raised again behind the rows before it)
        return first, failing(error)
    return first, chain(first, rows)


def _rows(lines: _Lines, delimiter: str) -> Iterator[_Row]:
    """Each row with its line and how it is written; one whose quotation mark never closes is an error."""
    unclosed = 0
    while lines.peek():
        lines.begin()
        row: list[str] | ArticleError
        try:
            row = next(csv.reader(lines, delimiter=delimiter), [])
        except csv.Error as error:
            row = ArticleError(f"it is no row of the table ({error}); correct it")
        number = lines.taken[0][0]
        if lines.ended:
            # It asked for another line where there was none: it lacks the mark that closes it.
            unclosed += 1
            if unclosed > _MOST_UNCLOSED:
                raise ArticleError(
                    f"quotation marks are opened in {unclosed} rows and never closed; export the table again"
                )
            lines.give_back()
            row = ArticleError("a quotation mark is opened in it and never closed; close it, or double it")
        if row:
            yield (number, "".join(line for _, line in lines.taken)), row


def _cells(head: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([head], delimiter=delimiter), [])
    except csv.Error:
        return []


def _outside(head: str, sign: str) -> int:
    """How often `sign` stands outside quotation marks."""
    return sum(part.count(sign) for part in head.split('"')[::2])
