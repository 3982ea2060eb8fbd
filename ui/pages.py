"""Pages for whoever asks: visitor and language, the query of a list, and refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from ui.auth.accounts import Visitor, visitor_of
from ui.locales import LANGUAGES, ArticleWords, Locale, LoginWords, UploadWords, Words, locale
from ui.markup import (
    LIST,
    REMOVE,
    UPLOAD,
    address_of,
    addressed,
    at,
    flat,
    page,
    page_response,
    read_day,
    read_number,
    wants_page,
    words_for,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Setting:
    """The setting of a page: visitor, language and what the templates need.

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
    def locale(self) -> Locale:
        """All words of the page's language."""
        return locale(self.words.language)

    @property
    def text(self) -> ArticleWords:
        return self.locale.articles

    @property
    def uploading(self) -> UploadWords:
        return self.locale.uploads

    def to(self, path: str, query: Sequence[tuple[str, str]] = ()) -> str:
        """An address with the chosen language."""
        return at(addressed(path, [*query, *([("language", self.chosen)] if self.chosen else [])]))

    def article(self, article_id: str) -> str:
        """The address of an article."""
        return at(address_of(article_id, language=self.chosen))

    def part(self, article_id: str, start: int, end: int) -> str:
        """The address of an article with these characters highlighted."""
        return at(address_of(article_id, start, end, language=self.chosen))

    def page(self, template: str, here: str, status: int = 200, **values: Any) -> Response:
        """A whole page; `here` is its path with its query but for the language."""
        joint = "&" if "?" in here else "?"
        given = {"setting": self, "t": self.text, "u": self.uploading} | values
        written = page(
            template,
            self.words,
            in_language={one: at(f"{here}{joint}language={one}") for one in LANGUAGES},
            LIST=LIST,
            UPLOAD=UPLOAD,
            REMOVE=REMOVE,
            **given,
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


LONGEST = 500
"""Characters of what is typed into a page's address that are looked at."""

LAST_PAGE = 10**6


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Query of a list page, as the address holds it.

    Attributes:
        given: Every value that was given, by its name, cut at `LONGEST` characters.
        cut: Names of those that were longer.
    """

    given: Mapping[str, str]
    cut: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: Mapping[str, str], names: Sequence[str]) -> Self:
        """Read the parameters of these names from an address; any others are left out."""
        given = {name: query[name].strip() for name in names if query.get(name, "").strip()}
        cut = tuple(name for name, value in given.items() if len(value) > LONGEST)
        return cls({name: value[:LONGEST] for name, value in given.items()}, cut)

    def __getitem__(self, name: str) -> str:
        """A value as it was given; empty where it was not."""
        return self.given.get(name, "")

    @property
    def page(self) -> int:
        """From 1; 1 where none, or no number, was given."""
        return min(read_number(self["page"]) or 1, LAST_PAGE)

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day; None where none, or none that can be read, was given."""
        return read_day(self["since"]), read_day(self["until"])

    @property
    def misread(self) -> list[str]:
        """Days that are none."""
        return [self[name] for name in ("since", "until") if self[name] and read_day(self[name]) is None]

    def query(self, page: int = 1, **changed: str) -> list[tuple[str, str]]:
        """The address's query for one of its pages, with other values for those that `changed` names."""
        values = {**self.given, **changed, "page": str(page) if page > 1 else ""}
        return [(name, value) for name, value in values.items() if value]

    def here(self, path: str) -> str:
        """The page's own address but for the language."""
        return addressed(path, self.query(self.page))

    def turned(self, count: int, size: int) -> tuple[Self, slice, int]:
        """A copy at a page that exists, the entries of `count` on that page, and the last page."""
        last = max(1, -(-count // size))
        page = min(self.page, last)
        return (
            replace(self, given={**self.given, "page": str(page)}),
            slice((page - 1) * size, page * size),
            last,
        )


def publishers_of(names: Sequence[str], asked: PageQuery, setting: Setting) -> list[tuple[str, str]]:
    """The choices among publishers, that which is asked for among them."""
    shown = [*names, *([asked["source"]] if asked["source"] and asked["source"] not in names else [])]
    return [("", setting.text.all_publishers), *((one, flat(one)) for one in shown)]


def refusal(
    request: Request,
    status: int,
    sentence: Callable[[LoginWords], str],
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A refusal in one sentence: a page where a page was asked for, else a problem of RFC 9457."""
    from http import HTTPStatus

    from starlette.responses import JSONResponse

    words = words_for(request)
    reason = sentence(locale(words.language).login)
    if wants_page(request):
        return page_response(page("refusal.html", words, reason=reason), status, headers)
    problem = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": reason}
    more = {"cache-control": "no-store", **(headers or {})}
    return JSONResponse(problem, status, headers=more, media_type="application/problem+json")


def too_many(request: Request, wait: float) -> Response:
    """429, with the seconds to wait in `Retry-After` and in words."""
    return refusal(
        request, 429, lambda words: words.too_many.format(wait=words.duration(wait)), retry_after(wait)
    )


def retry_after(wait: float) -> dict[str, str]:
    return {"retry-after": str(max(1, -int(-wait // 1)))}
