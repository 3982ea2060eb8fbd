"""Pages of the articles: the list, the reading view, removing, uploading and the report of an upload."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import urlencode

from index import Article
from index.files import SENT
from index.ingest import ADDRESSES
from index.lexical import words_of
from index.models import ORDERS, Filter, Listed, Listing, Mention, Order, Selection
from index.parsers import FORMATS, SUFFIXES
from ui.articles.uploads import (
    CHOICES,
    LARGEST_RECORDS,
    MOST_BYTES,
    MOST_FILES,
    OUTCOMES,
    Choice,
    Job,
    Replaced,
    SentFile,
    largest_file,
)
from ui.auth.accounts import Visitor, visitor_of
from ui.locales import LANGUAGES, ArticleWords, UploadWords, Words, locale
from ui.markup import (
    LIST,
    MARK,
    REMOVE,
    SUGGESTIONS,
    UPLOAD,
    UPLOADS,
    address_of,
    at,
    flat,
    link,
    page,
    page_response,
    read_day,
    words_for,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from rag.figures import ArticleFigure
    from rag.quotes import Quotation
    from rag.summary import Key


@dataclass(frozen=True, slots=True)
class Setting:
    """What a page is written for.

    Attributes:
        words: Of the page's language.
        chosen: The language where its reader chose it; links keep it.
        visitor: Its reader.
    """

    words: Words
    chosen: str | None
    visitor: Visitor

    @classmethod
    def of(cls, request: Request) -> Self:
        words = words_for(request)
        chosen = words.language if request.query_params.get("language") in LANGUAGES else None
        return cls(words, chosen, visitor_of(request.scope))

    @property
    def text(self) -> ArticleWords:
        return locale(self.words.language).articles

    @property
    def uploading(self) -> UploadWords:
        return locale(self.words.language).uploads

    def to(self, path: str, query: list[tuple[str, str]] | None = None) -> str:
        """An address with the chosen language."""
        held = [*(query or []), *([("language", self.chosen)] if self.chosen else [])]
        return at(f"{path}{'?' if held else ''}{urlencode(held, errors='replace')}")

    def article(self, article_id: str) -> str:
        """The address of an article."""
        return at(address_of(article_id, language=self.chosen))

    def part(self, article_id: str, start: int, end: int) -> str:
        """The address of an article with these characters highlighted."""
        return at(address_of(article_id, start, end, language=self.chosen))

    def summary(self, article_id: str) -> str:
        """The address of an article with its key sentences."""
        return f"{_with_summary(self.article(article_id))}#{SUMMARY}"

    def suggestions(self, article_id: str) -> str:
        """The address of the questions that an article answers."""
        query = [("id", article_id), ("language", self.words.language)]
        return at(f"{SUGGESTIONS}?{urlencode(query, errors='replace')}")

    def question(self, article_id: str, question: str) -> str:
        """The address of the chat, limited to an article, with a question about it."""
        return self.to("/", [("article", article_id), ("question", question)])

    def page(self, template: str, here: str, status: int = 200, **values: Any) -> Response:
        """A whole page; `here` is its path with its query but for the language."""
        joint = "&" if "?" in here else "?"
        written = page(
            template,
            self.words,
            in_language={one: at(f"{here}{joint}language={one}") for one in LANGUAGES},
            setting=self,
            t=self.text,
            u=self.uploading,
            LIST=LIST,
            UPLOAD=UPLOAD,
            REMOVE=REMOVE,
            **values,
        )
        return page_response(written, status)

    def message(self, sentence: str, status: int, title: str = "") -> Response:
        """A page that says one sentence: what is wrong, or under a title of its own, what is not there."""
        return self.page(
            "message.html",
            LIST,
            status,
            sentence=sentence,
            title=title or self.text.title,
            is_alert=not title,
        )


SUMMARY = "summary"
"""The part of an address that asks for an article's key sentences, and where they stand on its page."""

PAGE = 50
LONGEST = 500
"""Characters of what is typed that are looked at."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a reader asks of the list, as it stands in the address.

    Attributes:
        typed: Words to look for.
        source: A publisher, empty for all.
        since: The first day, as written.
        until: The last day, as written.
        language: Code of the articles' language, empty for all.
        order: How they are ordered; None where that is not chosen.
        page: From 1.
    """

    typed: str = ""
    source: str = ""
    since: str = ""
    until: str = ""
    language: str = ""
    order: Order | None = None
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> ListQuery:
        """What an address asks; what cannot be understood is left out, but for days, which are told."""
        order = query.get("order", "")
        page = query.get("page", "")
        return cls(
            query.get("q", "")[:LONGEST].strip(),
            query.get("source", "")[:LONGEST],
            query.get("since", "").strip()[:20],
            query.get("until", "").strip()[:20],
            query.get("in", "")[:20],
            next((one for one in ORDERS if one == order), None),
            min(int(page), 10**6) if page.isascii() and page.isdigit() and int(page[:9]) > 0 else 1,
        )

    @property
    def selection(self) -> Selection:
        since, until = (read_day(written) for written in (self.since, self.until))
        chosen = Filter(since, until, (self.source,) if self.source else ())
        return Selection(words_of(self.typed), self.language or None, chosen, self.ordered)

    @property
    def ordered(self) -> Order:
        """The order that is chosen; else by relevance where words are looked for, else the newest first."""
        usual: Order = "relevance" if words_of(self.typed) else "newest"
        return (
            usual if self.order is None or (self.order == "relevance" and usual == "newest") else self.order
        )

    @property
    def misread(self) -> list[str]:
        """Days that are none."""
        return [written for written in (self.since, self.until) if written and read_day(written) is None]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.typed or self.source or self.since or self.until or self.language)

    def query(self, page: int) -> list[tuple[str, str]]:
        """The address's query for one of its pages."""
        told = {
            "q": self.typed,
            "source": self.source,
            "since": self.since,
            "until": self.until,
            "in": self.language,
            "order": self.order or "",
            "page": str(page) if page > 1 else "",
        }
        return [(name, value) for name, value in told.items() if value]


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is to choose among."""

    count: int = 0
    publishers: Sequence[str] = ()
    languages: Sequence[str] = ()


def listing_page(
    asked: ListQuery, found: Listing, stock: Stock, setting: Setting, told: str = ""
) -> Response:
    """The list; `told` is what was just done, in words."""
    t = setting.text
    publishers = [("", t.all_publishers), *((one, flat(one)) for one in stock.publishers)]
    if asked.source and asked.source not in stock.publishers:
        publishers.append((asked.source, flat(asked.source)))
    return setting.page(
        "articles.html",
        here(asked),
        asked=asked,
        found=found,
        stock=stock,
        told=told,
        publishers=publishers,
        languages_of_articles=[
            ("", t.all_languages),
            *((one, t.languages.get(one, one)) for one in stock.languages),
        ],
        orders=[
            (one, t.orders[one]) for one in ORDERS if one in t.orders and (one != "relevance" or asked.typed)
        ],
        last=pages_of(found.count),
        longest=LONGEST,
    )


def here(asked: ListQuery) -> str:
    """The list's own address but for the language."""
    query = urlencode(asked.query(asked.page), errors="replace")
    return f"{LIST}{'?' if query else ''}{query}"


def pages_of(count: int) -> int:
    """How many pages so many articles make."""
    return max(1, -(-count // PAGE))


class Piece(NamedTuple):
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


def pieces(article: Article, marked: tuple[int, int] | None) -> list[Piece]:
    """The text, cut where a page or the highlighted part begins or ends."""
    text, pages = article.text, dict(zip(article.page_starts, range(1, len(article.pages) + 1), strict=False))
    start, end = marked or (0, 0)
    cuts = sorted({0, len(text), *(marked or ()), *(at for at in pages if 0 <= at <= len(text))})
    return [
        Piece(text[at:until], at, until, pages.get(at), start <= at < end, start == at < end)
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
        r"it is no (?!whole)|rename it to|rich text|name (it|the file) after|save it as the format"
        r"|old Word|Word 95",
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
    said = line.rpartition(": ")[2] if ": " in line else line
    for text in (said, line):
        for key, pattern in _REASONS:
            if re.search(pattern, text):
                return key
    return "other"


def wants_room(line: str) -> bool:
    """Whether the library's line says that a disk is full."""
    return re.search(r"\bmake room\b", line) is not None


LINES_SHOWN = 12
"""Articles, or refusals, of one file that are named."""

GROUPS = 50
"""Releases that several carry."""


def report_page(job: Job, listed: dict[str, Listed], setting: Setting) -> Response:
    """What became of an upload; `listed` has the articles that came of it, by id."""
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
        ids = [one for outcome in OUTCOMES for one in file.ids.get(outcome, ())]
        articles = [listed[one] for one in ids if one in listed]
        more = sum(file.counts.get(one, 0) for one in OUTCOMES) - min(len(articles), LINES_SHOWN)
        files.append((file, shown, articles, more))
    return setting.page(
        "report.html",
        report_of(job),
        job=job,
        report=report,
        address=f"{UPLOADS}/{job.id}",
        moment=w.moment(job.at),
        given=", ".join(given),
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
        "counts": {name: job.count(name) for name in (*OUTCOMES, "refused", "left")},
        "files": [
            {
                "name": file.name,
                "state": _state(file),
                "said": _told(file, setting),
                "reasons": _reasons(file, setting),
            }
            for file in job.files
        ],
    }


def ids_of(job: Job) -> list[str]:
    """The articles that came of an upload, as far as their names were kept."""
    return [one for file in job.files for outcome in OUTCOMES for one in file.ids.get(outcome, ())]


def _hint(job: Job, setting: Setting) -> str:
    t = setting.uploading
    taken = any(job.count(one) for one in OUTCOMES)
    if job.busy:
        return t.busy_hint
    if job.state == "failed" and wants_room(job.said):
        return t.full_hint
    return "" if job.state == "done" and not taken else t.job_hints[job.state]


def _usual(file: SentFile) -> Choice:
    """What is chosen until somebody chooses."""
    return "replace" if all(_is_likely_the_same(one) for one in file.replaces) else "keep"


def _is_likely_the_same(one: Replaced) -> bool:
    """Whether a new text is likely a corrected one: it has the title of the one before."""
    return flat(one.title).casefold() == flat(one.new_title).casefold()


def _state(file: SentFile) -> str:
    return "partly" if file.state == "done" and file.counts.get("refused") else file.state


def _told(file: SentFile, setting: Setting) -> str:
    """The state of a file, and what came of it."""
    t, w = setting.uploading, setting.words
    state = _state(file)
    done = [(t.counts[one], count) for one in OUTCOMES if (count := file.counts.get(one))]
    if state not in {"done", "partly"} or not done:
        return t.states[state]
    if sum(count for _, count in done) == 1 and state == "done":
        return f"{t.states[state]}: {done[0][0]}"
    told = ", ".join(f"{w.number(count)} {name}" for name, count in done)
    return f"{t.states[state]}: {told}"


def _reasons(file: SentFile, setting: Setting) -> list[str]:
    """Why a file, or parts of it, are refused, in the words of the page."""
    t = setting.uploading
    keys = [file.reason] if file.reason else [reason_of(line) for line in file.lines]
    return [t.reasons[key] for key in dict.fromkeys(keys)]


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
    """What the script needs: limits, and the words of the page's language."""
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
        "sending": t.sending,
        "sent": t.sent,
        "not-sent": t.not_sent,
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
