"""Schemas of the API: what it takes and gives with the bounds of each value, and its errors (RFC 9457)."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Coroutine, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, Self

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from index import ArticleError, Busy, QuestionError, TanyaError
from index.models import Filter, GapState
from rag.answer import Kind, LeadKind
from rag.factcheck import ClaimError
from rag.feedback import DOWN, REASONS
from rag.feedback import LONGEST as LONGEST_CORRECTION
from rag.query import LONGEST

MOST_HISTORY = 20
"""Earlier questions that are sent along; a follow-up leans on the last few."""

MOST_SOURCES = 50
LONGEST_NAME = 200
"""Characters of a publisher's name, and of an article's id."""

MOST_HITS = 50
MOST_LISTED = 100
FURTHEST = 10_000_000
"""The last article that a list can begin behind."""

LONGEST_CLAIM, LONGEST_SOURCE = 2_000, 20_000
"""Characters of a claim, and of a text that it is held against; a press article has a few thousand."""

LONGEST_ARTICLE = 1_000_000
"""Characters of an article that is sent as a record."""


_TEXT: dict[str, Any] = {"type": "string"}
_NOTHING: dict[str, Any] = {"type": "null"}


def _day(value: Any) -> Any:
    # The framework would also take a number of seconds, or a point in time.
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError("write a day as 2025-07-22")
    if isinstance(value, int | float):
        raise ValueError("write a day as 2025-07-22")  # noqa: TRY004  what pydantic tells the sender
    return value


Day = Annotated[date, BeforeValidator(_day)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Names = Annotated[list[Name], Field(default_factory=list, max_length=MOST_SOURCES)]
Asked = Annotated[str, Field(min_length=1, max_length=LONGEST)]


class StrictModel(BaseModel):
    """Base of everything that clients send: an unknown field is an error, most likely a misspelling."""

    model_config = ConfigDict(extra="forbid")


class Filtered(StrictModel):
    """Which articles are asked for."""

    since: Day | None = Field(None, description="Only articles published on this day or later.")
    until: Day | None = Field(None, description="Only articles published on this day or earlier.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise ValueError("since is later than until; exchange them")
        return self


class Question(Filtered):
    """A question, and which articles may answer it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "Berapa nilai ekspor Sumut Januari sampai Mei 2025?", "language": "auto"},
                {"question": "Lalu ke Jepang?", "history": ["Berapa nilai ekspor Sumut?"]},
            ]
        }
    )

    question: Asked = Field(description="In Indonesian or English.")
    language: Literal["auto", "id", "en"] = Field(
        "auto", description="Of the answer; `auto` is that of the question."
    )
    history: list[Asked] = Field(
        default_factory=list,
        max_length=MOST_HISTORY,
        description="The questions asked before, the oldest first, which a follow-up may lean on.",
    )
    sources: Names = Field(description="Only articles of these publishers, in any case; all where empty.")
    articles: Names = Field(description="Only articles of these ids; all where empty.")

    @property
    def chosen(self) -> Filter:
        return Filter(self.since, self.until, tuple(self.sources), tuple(self.articles))


class Translation(BaseModel):
    """A quotation in English, as the answer's text says it in its place."""

    text: str
    model: str = Field(description="What translated it.")
    checked: bool = Field(description="Whether it was held against the original; it is shown only if it was.")


class Citation(BaseModel):
    """The characters of an article that prove a claim."""

    number: int = Field(description="As the text marks it: `[1]`.", ge=1)
    article_id: str
    title: str
    source: str | None = Field(description="The publisher.")
    published: date | None
    url: str | None = Field(description="As the article declares it; not checked, so never open it blindly.")
    start: int = Field(description="The first character of the article's text that is quoted, from 0.", ge=0)
    end: int = Field(description="The one behind the last.", ge=1)
    quote: str = Field(description="Exactly the characters from `start` to `end`.")
    page: int | None = Field(None, description="Only of an article that has pages: where it begins.", ge=1)
    also_in: list[str] | None = Field(
        None, description="Only where there are some: ids of other articles that carry the same words."
    )
    translation: Translation | None = Field(
        None, description="What an English answer says in the place of an Indonesian quotation."
    )


class Considered(BaseModel):
    """A passage that was considered."""

    article_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    score: float


class Lead(BaseModel):
    """The direct answer."""

    text: str = Field(description="In the language of the answer.")
    kind: LeadKind
    start: int = Field(description="Its first character in the article of the first citation.", ge=0)
    end: int = Field(description="The one behind the last.", ge=1)


class Answer(BaseModel):
    """An answer, as `tanya ask --json` prints it."""

    question: str = Field(description="As it was asked.")
    language: str = Field(description="Of the text: `id` or `en`.")
    text: str = Field(
        description="Each sentence with the numbers of its citations; or that the articles do not say."
    )
    abstained: bool = Field(description="Whether the articles do not say; then nothing is cited.")
    lead: Lead | None = Field(description="What the text begins with; null where it has no direct answer.")
    citations: list[Citation]
    hits: list[Considered] = Field(description="The passages that were considered, the best first.")
    timings_ms: dict[str, float]
    model: dict[str, str | None]
    request: Kind = Field(description="What the turn was taken to ask for.")
    understood: str | None = Field(
        description="The question as the conversation completed it; null where it stood by itself."
    )


class OfPublishers(Filtered):
    """Which articles are asked for, in an address."""

    source: Names = Field(description="Only of this publisher; may be given several times.")


class Query(OfPublishers):
    """What is searched for."""

    query: Asked = Field(
        description="A question or words, in Indonesian or English.", examples=["ekspor kelapa sawit"]
    )
    k: int = Field(10, ge=1, le=MOST_HITS, description="How many passages.")
    article: Names = Field(description="Only of the article of this id; may be given several times.")

    @property
    def chosen(self) -> Filter:
        return Filter(self.since, self.until, tuple(self.source), tuple(self.article))


class Found(BaseModel):
    """A passage that was found, as `tanya search --json` prints it."""

    rank: int = Field(ge=1)
    article_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    text: str = Field(description="Exactly the characters from `start` to `end` of the article's text.")
    score: float = Field(description="Comparable within one search only.")
    cosine: float | None = Field(
        description="How near it is in meaning; not given where it was not found so."
    )
    dense_rank: int | None
    lexical_rank: int | None


class Described(BaseModel):
    """What is known of an article beside its text."""

    id: str
    title: str
    source: str | None = Field(description="The publisher.")
    published: date | None
    url: str | None = Field(description="As the article declares it; not checked.")
    language: str
    sha256: str = Field(description="Hex digest of the text in UTF-8.")
    author: str | None


class Listed(Described):
    """An article without its text."""

    length: int = Field(description="Characters of the text.", ge=0)
    copies: list[str] = Field(description="Ids of the other articles that carry the same release.")


class Article(Described):
    """An article with its text, whose characters every offset counts."""

    text: str
    pages: list[int] = Field(description="Where in the text each page begins; empty where there are none.")


class Articles(BaseModel):
    """Some of the articles that were asked for."""

    total: int = Field(description="How many there are in all.", ge=0)
    offset: int = Field(ge=0)
    articles: list[Listed]


class Page(StrictModel):
    """Which part of a list."""

    limit: int = Field(50, ge=1, le=MOST_LISTED)
    offset: int = Field(0, ge=0, le=FURTHEST, description="How many are passed over.")


class ArticleQuery(OfPublishers, Page):
    """Which articles are listed."""

    text: str | None = Field(
        None,
        max_length=LONGEST,
        description='Words, or phrases between `"`, that the title or the text holds.',
        examples=['"kelapa sawit" ekspor'],
    )
    order: Literal["newest", "oldest", "title", "id", "relevance"] = "newest"


class Record(StrictModel):
    """An article to be added, or to take the place of the one of the same id."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "siaran-42",
                    "title": "Ekspor kopi naik 7 persen",
                    "text": "Medan, 22 Juli 2025. Ekspor kopi naik 7 persen pada semester pertama.",
                    "source": "Dinas Perdagangan",
                    "published": "2025-07-22",
                }
            ]
        }
    )

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=LONGEST_NAME)] = Field(
        description="Letters, digits, dots, hyphens and underscores."
    )
    text: str = Field(min_length=1, max_length=LONGEST_ARTICLE)
    title: Annotated[str, Field(max_length=1000)] | None = None
    source: Name | None = Field(None, description="The publisher.")
    published: Day | None = None
    url: Annotated[str, Field(max_length=2000)] | None = None
    author: Name | None = None


class Refused(BaseModel):
    """A file, or a part of one, that was not taken."""

    name: str
    reason: str = Field(description="Why, in one line that ends in what to do about it.")


class Taken(BaseModel):
    """What came of the articles that were sent: the ids of each kind."""

    added: list[str]
    updated: list[str]
    unchanged: list[str]
    refused: list[Refused]


class Claim(StrictModel):
    """A claim, and the text or article that it is held against."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"claim": "Ekspor naik 8 persen.", "source": "Ekspor kopi naik 7 persen."},
                {"claim": "Ekspor Sumut tumbuh 22,67 persen.", "article_id": "sumut-enam-negara"},
            ],
            "oneOf": [
                {"required": ["source"], "properties": {"source": _TEXT, "article_id": _NOTHING}},
                {
                    "required": ["article_id"],
                    "properties": {"article_id": _TEXT, "source": _NOTHING, "published": _NOTHING},
                },
            ],
        }
    )

    claim: str = Field(min_length=1, max_length=LONGEST_CLAIM, description="One sentence.")
    source: str | None = Field(None, min_length=1, max_length=LONGEST_SOURCE, description="The text.")
    article_id: Name | None = Field(None, description="Instead of a text: an article.")
    published: Day | None = Field(
        None, description="When the text was published, for “yesterday” and its like; an article knows it."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.source is None) == (self.article_id is None):
            raise ValueError("give either source or article_id")
        if self.article_id is not None and self.published is not None:
            raise ValueError("published is known of an article; leave it out")
        return self


class Verdict(BaseModel):
    """What the text says about the claim, as `tanya check --json` prints it."""

    verdict: Literal["supported", "contradicted", "not_found"]
    reason: str
    probability: float = Field(ge=0, le=1, description="That the text supports the claim.")
    spans: list[Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(
        description="The characters of the text that show it: the first, and the one behind the last."
    )


class GapPage(Page):
    """Which of the unanswered questions."""

    state: GapState | None = Field(None, description="Only these.")


class GapAnswer(BaseModel):
    """Where the answer to a question stands that was answered later."""

    article_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class Gap(BaseModel):
    """A question that the articles did not answer, as `tanya gaps --json` prints it."""

    id: int
    question: str = Field(description="In the words of whoever asked it last.")
    understood: str | None = Field(description="The question in full, where it leant on those before it.")
    language: str
    count: int = Field(description="How often it was asked.", ge=1)
    last_asked: datetime
    nearest: str | None = Field(description="The id of the nearest article.")
    state: GapState
    changed_at: datetime | None = Field(description="When it came to this state; null where it began so.")
    changed_by: str | None = Field(description="The account of whoever gave it this state.")
    answer: GapAnswer | None = Field(description="Where it is answered now.")


class Gaps(BaseModel):
    """Some of the unanswered questions, those asked most often first."""

    total: int = Field(ge=0)
    offset: int = Field(ge=0)
    gaps: list[Gap]


class Feedback(StrictModel):
    """What a reader thinks of an answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"key": "…", "verdict": "down", "reason": "wrong answer", "correction": "8 persen"}],
            "oneOf": [
                {"properties": {"verdict": {"const": "down"}}},
                {"properties": {"verdict": {"const": "up"}, "reason": _NOTHING, "correction": _NOTHING}},
            ],
        }
    )

    key: str = Field(
        min_length=1, max_length=100, description="The header `Feedback-Key` of the answer's response."
    )
    verdict: Literal["up", "down"]
    reason: Literal[REASONS] | None = Field(None, description="Only with `down`.")  # type: ignore[valid-type]
    correction: Annotated[str, Field(max_length=LONGEST_CORRECTION)] | None = Field(
        None, description="Only with `down`."
    )

    @model_validator(mode="after")
    def _only_with_down(self) -> Self:
        if self.verdict != DOWN and (self.reason is not None or self.correction is not None):
            raise ValueError("reason and correction go with the verdict down; leave them out")
        return self


class Kept(BaseModel):
    """That it is kept, in place of what was said of the same answer before."""

    kept: Literal[True] = True


class Line(BaseModel):
    """How many questions are being answered, and how many wait for it."""

    seats: int
    taken: int
    waiting: int


class You(BaseModel):
    """Whose requests these are."""

    name: str = Field(description="Of the account; empty where the server asks for no login.")
    role: Literal["reader", "editor", "admin"]


class Status(BaseModel):
    """How the server is."""

    version: str
    ready: bool = Field(description="Whether questions are answered at once; at first the models are loaded.")
    articles: int | None = Field(description="How many there are; not known before it is ready.")
    publishers: list[str]
    questions: Line
    you: You


log = logging.getLogger("tanya.api")

KIND = "application/problem+json"

AGAIN = 5
"""Seconds after which whoever was turned away may try again."""

_SHOWN = 5
"""Faults of a request that are told at once."""

_OURS = {
    "Not Found": "there is nothing at this address",
    "Method Not Allowed": "this address takes no such request",
    "There was an error parsing the body": "the body cannot be read as what it is sent as",
    "Content Too Large": "the body is too large",
}
"""The framework's own words, and ours."""

_STATUS: tuple[tuple[type[TanyaError], int], ...] = (
    # The first that fits; any other says that nothing can be answered now.
    (Busy, 409),
    (QuestionError, 422),
    (ClaimError, 422),
    (ArticleError, 422),
)


class Problem(BaseModel):
    """Why a request failed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "there is no article 'x'; list them with: tanya articles list",
                }
            ]
        }
    )

    type: str = Field(description="Always `about:blank`: the status says which kind of problem it is.")
    title: str = Field(description="The name of the status.")
    status: int = Field(description="The status of the response.", ge=400, le=599)
    detail: str = Field(description="What is wrong, in one line that ends in what to do about it.")


def respond(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A response that tells a problem."""
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = "Error"
    problem = Problem(type="about:blank", title=title, status=status, detail=" ".join(detail.split()))
    return Response(to_json(problem), status, dict(headers or {}), media_type=KIND)


def status_of(error: TanyaError) -> int:
    """The status by which an expected error is told."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 503)


def respond_to(error: TanyaError) -> Response:
    """An expected error as a response; where it may soon be otherwise, with when to try again."""
    status = status_of(error)
    if status == 503:
        log.warning("%s", error)
    return respond(status, str(error), {"retry-after": str(AGAIN)} if status in {409, 503} else None)


def faults(errors: list[Any]) -> str:
    """The validation errors of a request in one line, which repeats nothing of it but field names."""
    lines = []
    for error in errors[:_SHOWN]:
        where = ".".join(str(part)[:40] for part in error["loc"] if part not in {"body", "query", "path"})
        message = str(error["msg"]).removeprefix("Value error, ")[:200]
        lines.append(f"{where}: {message}" if where else message)
    more = f"; and {len(errors) - _SHOWN} more" if len(errors) > _SHOWN else ""
    return f"{'; '.join(lines)}{more}. See /api/docs"


class Route(APIRoute):
    """A route whose unexpected failures are logged and told without what went wrong."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except (HTTPException, RequestValidationError):
                raise
            except TanyaError as error:
                return respond_to(error)
            except Exception:
                identifier = secrets.token_hex(4)
                log.exception("a request failed, told as %s", identifier)
                return respond(500, f"something went wrong here; look for {identifier} in the server's log")

        return handled


def add_handlers(api: FastAPI) -> None:
    """Answer in the same shape what the framework finds wrong by itself."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        detail = f"{_OURS[error.detail]}; see /api/docs" if error.detail in _OURS else error.detail
        headers = {"allow": _allowed(api, request)} if error.status_code == 405 else error.headers
        return respond(error.status_code, detail, headers)

    async def invalid(request: Request, error: Exception) -> Response:  # noqa: ARG001
        assert isinstance(error, RequestValidationError)
        return respond(422, faults(list(error.errors())))

    api.add_exception_handler(HTTPException, refused)
    api.add_exception_handler(RequestValidationError, invalid)


def _allowed(api: FastAPI, request: Request) -> str:
    """All methods of an address, whose routes each know their own."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    found = {
        method.upper()
        for template, methods in api.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", ".*", template), path, re.DOTALL)
        for method in methods
    }
    return ", ".join(sorted(found or {"GET"}))


def media_type(request: Request) -> str:
    """The type of a request's body, without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _json_only(request: Request) -> None:
    if media_type(request) != "application/json":
        raise HTTPException(
            415, "the body must be JSON; send it with the header: Content-Type: application/json"
        )


json_only = Depends(_json_only)
"""That a body is JSON, which no form of a foreign page can send."""
