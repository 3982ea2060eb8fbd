"""Pages of the articles: the list, the reading view, removing, uploading and the report of an upload."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from index import Article
from index.files import SENT
from index.ingest import ADDRESSES
from index.lexical import words_of
from index.models import ORDERS, Filter, Listed, Listing, Mention, Order, Selection
from index.parsers import FORMATS, SUFFIXES, kind_of
from ui.articles.uploads import (
    CHOICES,
    INDEXED,
    LARGEST_RECORDS,
    MOST_BYTES,
    MOST_FILES,
    Choice,
    Job,
    SentFile,
    largest_file,
)
from ui.markup import LIST, MARK, SUGGESTIONS, UPLOAD, UPLOADS, address_of, addressed, at, flat, link
from ui.pages import LONGEST, PageQuery, Setting, publishers_of

if TYPE_CHECKING:
    from starlette.responses import Response

    from rag.figures import ArticleFigure
    from rag.quotes import Quotation
    from rag.summary import Key


SUMMARY = "summary"
"""The part of an address that asks for an article's key sentences, and where they stand on its page."""

PAGE = 50
"""Articles on one page of the list."""


class ListQuery(PageQuery):
    """Query of the list of articles: words, publisher, days, language, order and page."""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> ListQuery:
        """Read the query from an address; an unknown order is left out."""
        asked = cls.read(query, ("q", "source", "since", "until", "in", "order", "page"))
        return asked if asked["order"] in ORDERS else cls({**asked.given, "order": ""})

    @property
    def selection(self) -> Selection:
        chosen = Filter(*self.days, (self["source"],) if self["source"] else ())
        return Selection(words_of(self["q"]), self["in"] or None, chosen, self.ordered)

    @property
    def ordered(self) -> Order:
        """The order that is chosen; else by relevance where words are looked for, else the newest first."""
        chosen = next((one for one in ORDERS if one == self["order"]), self.usual)
        return self.usual if chosen == "relevance" else chosen

    @property
    def usual(self) -> Order:
        """The order where none is chosen."""
        return "relevance" if words_of(self["q"]) else "newest"

    @property
    def is_narrowed(self) -> bool:
        return any(self[name] for name in ("q", "source", "since", "until", "in"))


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices in the filters of the list."""

    count: int = 0
    publishers: Sequence[str] = ()
    languages: Sequence[str] = ()


def listing_page(
    asked: ListQuery, found: Listing, stock: Choices, setting: Setting, done: str = ""
) -> Response:
    """The list; `done` is what was just done, in words."""
    t = setting.text

    def sent(order: Order) -> str:
        """The form value of an order: empty for the usual one of all articles, unless words are searched."""
        return "" if order == asked.usual == "newest" else order

    return setting.page(
        "articles.html",
        asked.here(LIST),
        asked=asked,
        path=LIST,
        found=found,
        stock=stock,
        done=done,
        publishers=publishers_of(stock.publishers, asked, setting),
        languages_of_articles=[
            ("", t.all_languages),
            *((one, t.languages.get(one, one)) for one in stock.languages),
        ],
        orders=[
            (sent(one), t.orders[one])
            for one in ORDERS
            if one in t.orders and (one != "relevance" or one == asked.usual)
        ],
        order=sent(asked.ordered),
        is_asked=any(asked.given.values()),
        last=asked.turned(found.count, PAGE)[2],
        longest=LONGEST,
    )


class TextStretch(NamedTuple):
    """A stretch of an article's text.

    Attributes:
        text: Its characters.
        start: The first of them in the article's text.
        end: One past the last.
        page: The number of the page that begins with it, where one does.
        marked: Whether it is highlighted.
        leads: Whether it is the first that is, which an address leads to.
    """

    text: str
    start: int
    end: int
    page: int | None
    marked: bool
    leads: bool


def reading_page(
    article: Article,
    marked: tuple[int, int] | None,
    others: tuple[Mention, ...],
    beside: tuple[Mention | None, Mention | None],
    setting: Setting,
    *,
    misses: bool,
    summary: Sequence[Key] = (),
    quotations: Sequence[Quotation] = (),
    figures: Sequence[ArticleFigure] = (),
) -> Response:
    """An article's page.

    Args:
        article: The article.
        marked: The characters to highlight.
        others: Who else carries it.
        beside: The articles before and after it by day.
        setting: Of the page.
        misses: Whether characters were asked for that are not there.
        summary: Its key sentences, where they are asked for.
        quotations: Who says what in it.
        figures: Its figures.
    """
    here = address_of(article.id, *(marked or (None, None))).partition("#")[0]
    return setting.page(
        "article.html",
        _with_summary(here) if summary else here,
        article=article,
        to_summary=f"{_with_summary(setting.article(article.id))}#{SUMMARY}",
        to_suggestions=at(addressed(SUGGESTIONS, [("id", article.id), ("language", setting.words.language)])),
        pieces=pieces(article, marked),
        is_marked=marked is not None,
        misses=misses,
        key_sentences=summary,
        quotations=quotations,
        figures=figures,
        others=others,
        beside=beside,
        original=link(article.url),
        details=_details(article, setting),
        MARK=MARK,
    )


def _with_summary(address: str) -> str:
    """The address of an article, asking for its key sentences."""
    return f"{address}{'&' if '?' in address else '?'}{SUMMARY}=1"


def pieces(article: Article, marked: tuple[int, int] | None) -> list[TextStretch]:
    """The text, cut where a page or the highlighted part begins or ends."""
    text, pages = article.text, dict(zip(article.page_starts, range(1, len(article.pages) + 1), strict=False))
    start, end = marked or (0, 0)
    cuts = sorted({0, len(text), *(marked or ()), *(at for at in pages if 0 <= at <= len(text))})
    return [
        TextStretch(text[at:until], at, until, pages.get(at), start <= at < end, start == at < end)
        for at, until in zip(cuts, [*cuts[1:], len(text)], strict=True)
    ]


def _details(article: Article, setting: Setting) -> list[tuple[str, str]]:
    t, w = setting.text, setting.words
    # Where a file lies on the server is nobody's business.
    file = article.path if article.path.startswith(ADDRESSES) else PurePath(article.path).name
    if file.startswith(SENT):
        file = t.sent_file.format(name=file.removeprefix(SENT))
    return [
        (t.id, article.id),
        (t.file, file),
        (t.text_language, t.languages.get(article.language, article.language)),
        (t.extent, t.length.format(number=w.number(len(article.text)))),
        ("SHA-256", article.sha256),
    ]


def removal_page(
    found: Sequence[Listed],
    missing: Sequence[str],
    setting: Setting,
    problem: str = "",
    line: str = "",
    status: int = 200,
) -> Response:
    """The page that asks whether to remove these articles.

    Args:
        found: What would be removed.
        missing: Ids that are not there.
        setting: Of the page.
        problem: Why it did not work just now.
        line: What the library said of that.
        status: Of the response.
    """
    return setting.page(
        "removal.html",
        LIST,
        status,
        found=found,
        missing=missing,
        problem=problem,
        line=line,
        has_files=any(not one.path.startswith(SENT) for one in found),
    )


_REASONS = (
    ("withheld", r"it is not public"),
    ("format", r"in a format that is not read|holds no article; pack"),
    ("scan", r"pictures of pages|cannot be read as letters"),
    ("locked", r"locked with a password|it is encrypted"),
    ("formula", r"formulas? without a stored value"),
    ("chat", r"it is a chat of"),
    ("outside", r"leads out of the archive|it is a link;"),
    ("bomb", r"unpacks to"),
    ("large", r"too large|is longer than|at most \d+ (files )?are read|more than 4 GB|split it"),
    ("packed", r"archive within an archive|packed in a way|same name; give each its own"),
    ("front", r"front matter"),
    ("record", r"\bline \d+|\brows?\b|\bentry \d+|column|records?\b|JSON"),
    (
        "mistaken",
        r"it is no (?!whole|archive, or one cut)|rename it to|rich text|name (it|the file) after"
        r"|save it as the format|old Word|Word 95",
    ),
    ("slow", r"could not be read within|no process could be started"),
    ("empty", r"is empty|without entries"),
    ("binary", r"binary|no running text|not UTF-8"),
    ("words", r"holds no words|has no text|empty or hidden sheets|holds no web page"),
    ("damaged", r"damaged|cut short|pack it again|no whole|cannot be read"),
)


def reason_of(line: str) -> str:
    """The key among `UploadWords.reasons` of what the library says of a file, given its line.

    What stands in it between the file's name and the cure decides; a name could say anything.
    """
    for text in (line.rpartition(": ")[2], line):
        for key, pattern in _REASONS:
            if re.search(pattern, text):
                return key
    return "other"


LINES_SHOWN = 12
"""Articles, or refusals, of one file that are named."""

GROUPS = 50
"""Releases that several carry."""


def report_page(job: Job, listed: dict[str, Listed], setting: Setting) -> Response:
    """The report page of an upload; `listed` has its articles, by id."""
    t, w = setting.uploading, setting.words
    given = [
        f"{name}: {value}"
        for name, value in (
            (t.publisher, job.source),
            (t.day, w.day(job.published) if job.published else None),
        )
        if value
    ]
    report = report_object(job, setting)
    files = []
    for file, shown in zip(job.files, report["files"], strict=True):
        articles = [listed[one] for one in file.taken if one in listed]
        more = sum(file.counts.get(one, 0) for one in INDEXED) - min(len(articles), LINES_SHOWN)
        files.append((file, shown, articles, more))
    return setting.page(
        "report.html",
        report_of(job),
        job=job,
        report=report,
        address=f"{UPLOADS}/{job.id}",
        moment=w.moment(job.at),
        given=", ".join(given),
        passed=_passed(job, setting),
        remarks=_remarks(job, setting),
        files=files,
        duplicates=[] if job.is_under_way else _duplicates(job, listed)[:GROUPS],
        most=LINES_SHOWN,
        choices=CHOICES,
        usual=_usual,
        day_of=lambda written: date.fromisoformat(written) if written else None,
    )


def report_object(job: Job, setting: Setting) -> dict[str, Any]:
    """The report as its script polls it, with words of the page's language."""
    t = setting.uploading
    return {
        "id": job.id,
        "state": job.state,
        "said": t.jobs[job.state],
        "hint": _hint(job, setting),
        "settled": not job.is_under_way,
        "counts": {name: job.count(name) for name in (*INDEXED, "refused", "left")},
        "files": [
            {
                "name": file.name,
                "state": _state(file),
                "said": _state_in_words(file, setting),
                "reasons": [reason for reason, _ in reasons],
                "parts": [parts for _, parts in reasons],
            }
            for file, reasons in ((file, _reasons(file, setting)) for file in job.files)
        ],
    }


def ids_of(job: Job) -> list[str]:
    """The articles that came of an upload, as far as their names were kept."""
    return [one for file in job.files for one in file.taken]


def _passed(job: Job, setting: Setting) -> list[str]:
    """Sentences on the parts of the files that are no articles, one for each reason."""
    t, w = setting.uploading, setting.words
    return [
        sentence.format(
            parts=", ".join(f"{t.parts.get(one, one)} ({w.number(n)})" for one, n in counts.items())
        )
        for sentence, counts in ((t.not_read, job.not_read), (t.left_out, job.left_out))
        if counts
    ]


def _remarks(job: Job, setting: Setting) -> list[str]:
    """Sentences on what of the articles that were taken may be missing or wrong."""
    t, w = setting.uploading, setting.words
    sentences = []
    for label, kind, detail in job.remarks[:LINES_SHOWN]:
        name = max((one.name for one in job.files if label.startswith(one.name)), key=len, default=label)
        part = _part(name, f"{label}: ", t.places)
        pages = t.on_pages.format(pages=detail) if detail else ""
        sentence = t.remarks[kind].format(pages=pages, day=detail)
        sentences.append(f"{name}, {part}: {sentence}" if part else f"{name}: {sentence}")
    more = len(job.remarks) - LINES_SHOWN
    return [*sentences, *([t.and_more.format(number=w.number(more))] if more > 0 else [])]


def _hint(job: Job, setting: Setting) -> str:
    t = setting.uploading
    if job.busy:
        return t.busy_hint
    # What the library says where a disk is full.
    if job.state == "failed" and re.search(r"\bmake room\b", job.problem):
        return t.full_hint
    return "" if job.state == "done" and not any(map(job.count, INDEXED)) else t.job_hints[job.state]


def _usual(file: SentFile) -> Choice:
    """The preselected choice: to replace where each new text has the title of the one before."""
    same = all(flat(one.title).casefold() == flat(one.new_title).casefold() for one in file.replaces)
    return "replace" if same else "keep"


def _state(file: SentFile) -> str:
    return "partly" if file.state == "done" and file.counts.get("refused") else file.state


def _state_in_words(file: SentFile, setting: Setting) -> str:
    """The state of a file, and what came of it."""
    t, w = setting.uploading, setting.words
    state = _state(file)
    done = [(t.counts[one], count) for one in INDEXED if (count := file.counts.get(one))]
    if state not in {"done", "partly"} or not done:
        return t.states[state]
    if sum(count for _, count in done) == 1 and state == "done":
        return f"{t.states[state]}: {done[0][0]}"
    return f"{t.states[state]}: {', '.join(f'{w.number(count)} {name}' for name, count in done)}"


def _reasons(file: SentFile, setting: Setting) -> list[tuple[str, str]]:
    """Why a file, or parts of it, are refused, in the words of the page, with the names of these parts."""
    t, w = setting.uploading, setting.words
    found: dict[str, list[str]] = {file.reason: []} if file.reason else {}
    for line in file.lines:
        part = _part(file.name, line, t.places)
        found.setdefault(reason_of(line), []).extend([part] if part else [])
    named = []
    for key, parts in found.items():
        more = len(parts) - LINES_SHOWN
        shown = [*parts[:LINES_SHOWN], *([t.and_more.format(number=w.number(more))] if more > 0 else [])]
        named.append((t.reasons[key], ", ".join(shown)))
    return named


def _part(name: str, line: str, places: Mapping[str, str]) -> str:
    """The part of the file `name` that a line of the library is about, as "a/b.csv, baris 3"; else empty."""
    label = line.removeprefix(f"{name}, ").partition(": ")[0] if line.startswith(f"{name}, ") else ""
    steps = [step.partition(" ") for step in label.split(", ")]
    # A file within it may be called anything.
    return ", ".join(
        f"{places.get(first, first) if kind_of(rest) is None else first}{blank}{rest}"
        for first, blank, rest in steps
    )


def _duplicates(job: Job, listed: dict[str, Listed]) -> list[Listed]:
    """Articles of the upload that carry one release, or one that was there already; one for each release."""
    found: list[Listed] = []
    seen: set[str] = set()
    for one in ids_of(job):
        article = listed.get(one)
        if article is None or not article.copies or one in seen:
            continue
        seen |= {one, *(other.id for other in article.copies)}
        found.append(article)
    return found


JOBS_SHOWN = 10
"""Earlier uploads."""


def upload_page(
    publishers: Sequence[str], earlier: Sequence[Job], setting: Setting, problem: str = "", status: int = 200
) -> Response:
    """The form of an upload; `problem` says why one was not taken just now."""
    t, w = setting.uploading, setting.words
    limits = t.limits.format(
        files=w.number(MOST_FILES), total=w.size(MOST_BYTES), pdf=w.size(FORMATS["pdf"].limit),
        archive=w.size(LARGEST_RECORDS), other=w.size(FORMATS["text"].limit),
    )  # fmt: skip
    return setting.page(
        "upload.html",
        UPLOAD,
        status,
        problem=problem,
        publishers=publishers,
        formats=tuple(SUFFIXES),
        limits=limits,
        for_script=_for_script(setting),
        earlier=[(report_of(job), w.moment(job.at), job) for job in earlier],
    )


def _for_script(setting: Setting) -> dict[str, str]:
    """The values that the script needs: limits, and the words of the page's language."""
    t = setting.uploading
    return {
        "formats": " ".join(SUFFIXES),
        "files": str(MOST_FILES),
        "bytes": str(MOST_BYTES),
        "largest": str(max(largest_file(kind) for kind in FORMATS)),
        "language": setting.words.language,
        "take-out": t.take_out,
        "none": t.chosen_none,
        "count": t.chosen_count,
        "one": t.one_chosen,
        "sending": t.sending,
        "sent": t.sent,
        "not-sent": t.not_sent,
        "unsent": t.unsent,
        "not-read": t.reasons["format"],
        "empty": t.reasons["empty"],
        "large": t.reasons["large"],
        "twice": t.reasons["twice"],
        "many": t.refused["many"].format(files=setting.words.number(MOST_FILES)),
        "total": t.refused["total"].format(total=setting.words.size(MOST_BYTES)),
    }


def report_of(job: Job) -> str:
    """Where what became of an upload is told."""
    return f"{UPLOADS}/{job.id}/report"
