"""Parts that the articles' pages share: links that keep the language, names, days and sizes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from index.catalogue import Listed, Mention
from ui.access.visitor import Visitor, visitor_of
from ui.articles.address import LIST, UPLOAD, address_of
from ui.escaping import in_html
from ui.frame import POLICY, frame
from ui.requests import words_for
from ui.text import LANGUAGES, Words
from ui.text.articles import ArticleWords, article_words
from ui.text.uploads import UploadWords, upload_words

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from index import Article


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
    def of(cls, request: Request) -> Setting:
        words = words_for(request)
        chosen = words.language if request.query_params.get("language") in LANGUAGES else None
        return cls(words, chosen, visitor_of(request.scope))

    @property
    def text(self) -> ArticleWords:
        return article_words(self.words.language)

    @property
    def uploading(self) -> UploadWords:
        return upload_words(self.words.language)

    def to(self, path: str, query: list[tuple[str, str]] | None = None) -> str:
        """An address with the chosen language, ready for an attribute."""
        held = [*(query or []), *([("language", self.chosen)] if self.chosen else [])]
        return in_html(f"{path}{'?' if held else ''}{urlencode(held, errors='replace')}")

    def article(self, article_id: str) -> str:
        """The address of an article, ready for an attribute."""
        return in_html(address_of(article_id, language=self.chosen))

    def page(
        self,
        title: str,
        body: str,
        here: str,
        *,
        script: bool = False,
        status: int = 200,
        more: str = "",
        heading: str = "",
    ) -> Response:
        """A whole page; `here` is its path with its query but for the language, `more` HTML for its head."""
        from starlette.responses import HTMLResponse

        joint = "&" if "?" in here else "?"
        written = frame(
            title,
            body,
            self.words,
            in_language={one: f"{here}{joint}language={one}" for one in LANGUAGES},
            links=[more, f'<a href="{self.to("/")}">{in_html(self.text.to_chat)}</a>'],
            script="/scripts/articles.js" if script else "",
            heading=heading,
        )
        headers = {"content-security-policy": POLICY, "cache-control": "no-store"}
        return HTMLResponse(written, status, headers=headers)

    @property
    def to_list(self) -> str:
        return f'<a href="{self.to(LIST)}">{in_html(self.text.to_list)}</a>'

    @property
    def to_upload(self) -> str:
        """A link for who may upload, nothing for others."""
        if not self.visitor.may_edit:
            return ""
        return f'<a class="button" href="{self.to(UPLOAD)}">{in_html(self.uploading.upload)}</a>'

    def hidden(self) -> str:
        """The chosen language as a field of a form."""
        return f'<input type="hidden" name="language" value="{self.chosen}">' if self.chosen else ""


def named(article: Listed | Article | Mention, words: Words) -> str:
    """Publisher and day."""
    source = in_html(flat(article.source)) if article.source else in_html(words.unknown_publisher)
    return f"<span><bdi>{source}</bdi></span> <span>{day(article.published, words)}</span>"


def day(value: date | None, words: Words) -> str:
    if value is None:
        return in_html(words.undated)
    return f'<time datetime="{value.isoformat()}">{in_html(words.day(value))}</time>'


def moment(at: datetime, words: Words) -> str:
    """A day and an hour, as on the clock of the server."""
    local = at.astimezone()
    return (
        f"{words.day(local.date())} {local:%H.%M}" if words.language == "id" else f"{local:%d %B %Y, %H:%M}"
    )


def size(count: int, words: Words) -> str:
    """Bytes as people say them."""
    for unit, scale in (("MB", 2**20), ("KB", 2**10)):
        if count >= scale:
            return f"{words.number(round(count / scale))} {unit}"
    return f"{words.number(count)} byte" if words.language == "id" else f"{words.number(count)} bytes"


def flat(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())


def copies(others: tuple[Mention, ...], setting: Setting) -> str:
    """Who else carries a release, each with a link; nothing where nobody does."""
    if not others:
        return ""
    links = ", ".join(
        f'<a href="{setting.article(one.id)}"><bdi>{in_html(flat(one.source or one.title))}</bdi></a>'
        + (f" ({day(one.published, setting.words)})" if one.published else "")
        for one in others
    )
    return f'<p class="copies">{in_html(setting.text.copies)} {links}</p>'
