"""Routes of the API: questions, searches, claims, gaps, opinions, articles, and how the server is."""

from __future__ import annotations

import dataclasses
import math
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from anyio import CapacityLimiter, create_task_group, sleep, to_thread
from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from pydantic import ValidationError
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.types import Scope

from index import LibraryError, NoIndex, QuestionError, TanyaError
from index.files import Received, safe_name
from index.ingest import FileOutcome
from index.lexical import words_of
from index.models import Filter, Listed, Selection
from rag import Answer, extractors
from rag.answer import Step, follow
from rag.evidence_card import Limits
from rag.factcheck import Claimed, verdict_object
from rag.feedback import gap_object
from rag.output import answer_object, article_object, found_object
from ui.api import schemas as models
from ui.api.schemas import KIND, Problem, Question, Record, Route, add_handlers, faults, json_only, media_type
from ui.auth.accounts import visitor_of
from ui.locales import NAME
from ui.markup import at, typed
from ui.ops import AskOutcome
from ui.service import LOOK, SEATS, AssistantService, Crowded, SentOpinion, client_of

if TYPE_CHECKING:
    from index.library import Library
    from rag.pipeline import Assistant


LARGEST_BODY = 2**20
"""Bytes of a request that brings no files."""

DESCRIPTION = """\
Questions, articles and checks for other programs. Answers are those of `tanya ask --json`; every citation
counts the characters of its article's text, so that anybody can check it.

Where a login is asked for, send a token with each request: `Authorization: Bearer TOKEN`. Bodies are JSON.
What goes wrong is told as `application/problem+json`.

Assistants that speak the Model Context Protocol connect to `/mcp`, with the same token; their tools `ask`,
`search`, `read_article` and `check_claim` only read.
"""

_PROBLEMS = {
    400: "The body cannot be read as what it is sent as.",
    401: "A login is asked for, and the token is missing or wrong.",
    403: "You may not do this.",
    404: "There is no such thing.",
    408: "The body came too slowly.",
    409: "Another program is writing just now; try again.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    421: "The server has no such name.",
    422: "A value is missing, unknown or out of its bounds.",
    429: "Too many requests; wait for the seconds in `Retry-After`.",
    500: "A fault of the server.",
    503: "Nothing can be answered now, or too many questions wait; `Retry-After` says when to try again.",
}


def add_routes(app: FastAPI, api: ApiService, root: str = "") -> None:
    """Add `/api` to the application, which is shown under `root`; the page is mounted later."""
    app.mount("/api", api_of(api, root))

    async def to_reference(request: Request) -> Response:  # noqa: ARG001
        return RedirectResponse(at("/api/docs"), 307)

    app.add_api_route("/api", typed(to_reference), methods=["GET"])


def api_of(api: ApiService, root: str = "") -> FastAPI:
    """The API by itself, as it is mounted at `/api` under `root`, with all that its reference page loads."""
    app = FastAPIOffline(
        docs_url="/docs",
        redoc_url=None,
        static_url="/static",
        title=f"{NAME}: API",
        version=version("tanya-berita"),
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        max_body_size=LARGEST_BODY,
        redirect_slashes=False,
        openapi_tags=[
            {"name": "questions", "description": "Ask, search and check."},
            {"name": "articles", "description": "The articles that answers come from."},
            {"name": "feedback", "description": "What is missing and what readers say."},
            {"name": "server", "description": "How the server is."},
        ],
        responses={status: _problem(text) for status, text in _PROBLEMS.items()},
    )
    add_handlers(app)
    app.include_router(question_router(api), prefix="/v1")
    app.include_router(article_router(api), prefix="/v1")
    _complete(app, root)
    return app


def _problem(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {KIND: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _complete(api: FastAPI, root: str) -> None:
    """Let the schema say what the framework does not know: problems, records, tokens, and where it is."""
    plain = api.openapi

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            schema = plain()
            schemas = schema["components"]["schemas"]
            for model in (Problem, Record):
                schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            schema["components"]["securitySchemes"] = {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Where a login is asked for: a token that the server's owner made.",
                }
            }
            schema["security"] = [{"token": []}, {}]
            schema["servers"] = [{"url": f"{root}/api"}]
        return plain()

    api.openapi = openapi  # type: ignore[method-assign]


PATIENCE = 120.0
"""Seconds that a request waits for the assistant to be opened."""


Result = TypeVar("Result")


class Gone(Exception):
    """The client has gone away."""


class ApiService:
    """Where other programs ask: in the page's line, or, for less than a question, in one of its own."""

    def __init__(self, service: AssistantService) -> None:
        self.service = service
        self._work = CapacityLimiter(SEATS)

    async def assistant(self) -> Assistant:
        """The assistant, as soon as it is ready.

        Raises:
            HTTPException: it is still being opened.
            Exception: whatever opening it raised.
        """
        self.service.prepare()
        for _ in range(int(PATIENCE / LOOK)):
            if self.service.settled:
                return await to_thread.run_sync(self.service.assistant)
            await sleep(LOOK)
        raise HTTPException(503, "the models are still being loaded; try again soon", {"retry-after": "10"})

    async def work(self, do: Callable[[], Result]) -> Result:
        """Run `do` in a thread and return its result; few at a time, since such work keeps a core busy."""
        return await to_thread.run_sync(do, limiter=self._work, abandon_on_cancel=True)

    async def ask(self, asked: Question, scope: Scope) -> tuple[Answer, str]:
        """The answer to a question, and the key by which it may be judged; `scope` is of its request.

        Where the request is cancelled, the place is given up: in the line at once, in a seat soon.

        Raises:
            HTTPException: this client asks too often.
            Crowded: too many wait already.
            TanyaError: the question cannot be asked, or nothing can be answered now.
        """
        check_pace(self.service.limits.question(client_of(scope)), "you ask too often")
        name = visitor_of(scope).name
        outcome: AskOutcome = "failed"
        begun = time.perf_counter()
        try:
            answer = await self._seated(asked)
            outcome = "abstained" if answer.abstained else "answered"
        except (QuestionError, Crowded):
            outcome = "refused"
            raise
        finally:
            taken = time.perf_counter() - begun
            self.service.metrics.asked(outcome, taken, visitor=name, question=asked.question)
        return answer, self.service.answers.open(
            answer, Limits.of(asked.chosen), language=asked.language, history=asked.history, visitor=name
        )

    async def _seated(self, asked: Question) -> Answer:
        assistant = await self.assistant()
        gone = threading.Event()
        try:
            return await self.service.seated(partial(_answer, assistant, asked, gone))
        finally:
            gone.set()


def check_pace(wait: float, problem: str = "too many at once") -> None:
    """Turn away a client who has to wait so many seconds.

    Raises:
        HTTPException: it has to wait.
    """
    if wait > 0:
        raise HTTPException(429, f"{problem}; wait a moment", {"retry-after": str(math.ceil(wait))})


def _answer(assistant: Assistant, asked: Question, gone: threading.Event) -> Answer:
    def look(_: Step) -> None:
        if gone.is_set():
            raise Gone

    steps = assistant.steps(
        asked.question, language=asked.language, history=asked.history, chosen=asked.chosen
    )
    return follow(steps, look)


async def while_there(request: Request, work: Callable[[], Awaitable[Result]]) -> Result:
    """Await `work`, and cancel it when the client goes away; the request's body must have been read.

    Raises:
        Gone: it went away.
        Exception: whatever `work` raises.
    """
    results: list[Result] = []
    failures: list[Exception] = []

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        group.cancel_scope.cancel()

    async with create_task_group() as group:
        group.start_soon(watch)
        try:
            results.append(await work())
        except Exception as error:  # noqa: BLE001  raised below, out of the group that would wrap it
            failures.append(error)
        group.cancel_scope.cancel()
    for failure in failures:
        raise failure
    if not results:
        raise Gone
    return results[0]


KEY = "Feedback-Key"
"""The header of an answer's key, since the body is what `tanya ask --json` prints and no more."""

_KEY_HEADER = {
    KEY: {"description": "With it the answer may be judged: see `feedback`.", "schema": {"type": "string"}}
}


def _name(route: APIRoute) -> str:
    return route.name


def question_router(api: ApiService) -> APIRouter:
    """The routes, answered at that api."""
    routes = APIRouter(route_class=Route, generate_unique_id_function=_name)
    service = api.service

    @routes.post(
        "/ask",
        response_model=models.Answer,
        summary="Ask a question",
        tags=["questions"],
        responses={200: {"description": "The answer, with its proof.", "headers": _KEY_HEADER}},
        openapi_extra={"x-waits": True},
        dependencies=[json_only],
    )
    async def ask(asked: models.Question, request: Request) -> Response:
        """Answer a question from the articles, every sentence with citations to the exact characters.

        Where the articles do not say, `abstained` is true and nothing is cited. A few questions are answered
        at a time; the others wait in the order in which they came.
        """
        answer, key = await while_there(request, partial(api.ask, asked, request.scope))
        return shown(answer_object(answer), {KEY: key})

    @routes.get(
        "/search",
        response_model=list[models.Found],
        summary="Search for passages",
        tags=["questions"],
    )
    async def search(wanted: Annotated[models.Query, Query()], request: Request) -> Response:
        """The passages that fit a question or words best, by meaning and by words at once."""
        assistant = await api.assistant()
        find = partial(assistant.search, wanted.query, wanted.k, wanted.chosen)
        found = await while_there(request, partial(api.work, find))
        return shown([found_object(one) for one in found])

    @routes.post(
        "/check",
        response_model=models.Verdict,
        summary="Check a claim",
        tags=["questions"],
        dependencies=[json_only],
    )
    async def check(claim: models.Claim, request: Request) -> Response:
        """Hold a claim against a text or an article, by exact facts and by a trained model."""
        claimed = await against(api, claim)
        verdict = await while_there(request, partial(api.work, claimed.verdict))
        return shown(verdict_object(claimed, verdict))

    @routes.get(
        "/gaps",
        summary="List what the articles do not answer",
        tags=["feedback"],
    )
    async def gaps(page: Annotated[models.GapPage, Query()]) -> models.Gaps:
        """Questions that the articles did not answer, those that were asked most often first."""
        library = (await api.assistant()).library
        found = [one for one in await run_in_threadpool(library.gaps) if page.state in {None, one.state}]
        some = found[page.offset : page.offset + page.limit]
        gaps = [models.Gap.model_validate(gap_object(one)) for one in some]
        return models.Gaps(total=len(found), offset=page.offset, gaps=gaps)

    @routes.post(
        "/feedback",
        summary="Say what you think of an answer",
        tags=["feedback"],
        dependencies=[json_only],
    )
    async def feedback(sent: models.Feedback, request: Request) -> models.Kept:
        """Keep a verdict on an answer; said again, it takes the place of what was said before."""
        correction = (sent.correction or "").strip() or None
        library = (await api.assistant()).library
        visitor = visitor_of(request.scope).name
        opinion = SentOpinion(sent.key, sent.verdict, sent.reason, correction)
        if not await run_in_threadpool(service.answers.judge, opinion, lambda: library, visitor):
            raise HTTPException(
                404, "no answer has this key, or it was long ago; ask again and use the new key"
            )
        return models.Kept()

    @routes.get(
        "/status",
        summary="See how the server is",
        tags=["server"],
    )
    async def status(request: Request) -> models.Status:
        """Whether questions are answered at once, how many wait, and what you may do."""
        visitor = visitor_of(request.scope)
        ready, count, publishers = await run_in_threadpool(stock)
        return models.Status(
            version=version("tanya-berita"),
            ready=ready,
            articles=count,
            publishers=publishers,
            questions=models.Line(seats=SEATS, taken=service.queue.taken, waiting=service.queue.waiting),
            you=models.You(name=visitor.name, role=visitor.role),
        )

    def stock() -> tuple[bool, int | None, list[str]]:
        service.prepare()
        if not service.settled:
            return False, None, []
        try:
            library = service.assistant().library
            return True, library.count(), list(library.publishers())
        except NoIndex:
            return True, 0, []
        except TanyaError:
            return False, None, []

    return routes


async def against(api: ApiService, claim: models.Claim) -> Claimed:
    """The claim with the text that it is held against.

    Raises:
        HTTPException: there is no such article.
    """
    if claim.article_id is None:
        return Claimed(claim.claim, claim.source or "", claim.published)
    library = (await api.assistant()).library
    found = await run_in_threadpool(article, library, claim.article_id)
    return Claimed(claim.claim, found.text, found.published)


def no_article() -> HTTPException:
    return HTTPException(404, "there is no such article; list them with: GET /api/v1/articles")


def shown(value: Any, headers: dict[str, str] | None = None) -> Response:
    """A value of the contracts as it is, so that nothing of it is lost on the way."""
    return Response(to_json(value), media_type="application/json", headers=headers)


MOST_FILES = 50
LARGEST = 200 * 2**20
"""Bytes that are sent at once."""

_PIECE = 2**18

_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/Record"}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "file": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MOST_FILES,
                        "items": {"type": "string", "format": "binary"},
                        "description": "Files in any format that `tanya index` reads.",
                    }
                },
            }
        },
    },
}


def _only_editors(request: Request) -> None:
    if not visitor_of(request.scope).may_edit:
        raise HTTPException(403, "only editors change the articles; ask for the role editor")


only_editors = Depends(_only_editors)


def article_router(api: ApiService) -> APIRouter:
    """The routes, answered at that api."""
    routes = APIRouter(route_class=Route, generate_unique_id_function=_name, tags=["articles"])

    @routes.get("/articles", response_model=models.Articles, summary="List articles")
    async def list_articles(wanted: Annotated[models.ArticleQuery, Query()]) -> Response:
        """Articles without their texts, those that hold certain words, of certain days or publishers."""
        chosen = Filter(wanted.since, wanted.until, tuple(wanted.source))
        selection = Selection(words_of(wanted.text or ""), chosen=chosen, order=wanted.order)
        library = (await api.assistant()).library
        found = await run_in_threadpool(library.listing, selection, wanted.limit, wanted.offset)
        return shown(
            {
                "total": found.count,
                "offset": wanted.offset,
                "articles": [listed_object(one) for one in found.articles],
            }
        )

    @routes.get(
        "/articles/{article_id:path}",
        response_model=models.Article,
        summary="Read an article",
    )
    async def read_article(article_id: str) -> Response:
        """An article with its whole text; every offset counts the text's characters, from 0."""
        library = (await api.assistant()).library
        return shown(await run_in_threadpool(article, library, article_id))

    @routes.post(
        "/articles",
        response_model=models.Taken,
        summary="Add or update articles",
        openapi_extra={"requestBody": _BODY, "x-editors": True},
        dependencies=[only_editors],
        max_body_size=LARGEST,
    )
    async def add_articles(request: Request) -> Response:
        """Add articles, one as a record or many as files; what has the same id or file name is updated.

        Only editors may. What cannot be read is named with the reason, and the rest is taken.
        """
        library = (await api.assistant()).library
        kind = media_type(request)
        with tempfile.TemporaryDirectory(prefix="tanya-") as folder:
            try:
                if kind == "application/json":
                    sent = [await _record(request, Path(folder))]
                elif kind == "multipart/form-data":
                    sent = await _files(request, Path(folder))
                else:
                    raise HTTPException(
                        415, "send a record as application/json, or files as multipart/form-data"
                    )
            except OSError as error:
                raise LibraryError(
                    f"what was sent cannot be kept on the server ({error.strerror}); have its administrator "
                    "look at the disk, then send it again: nothing of it was added"
                ) from error
            for _ in sent:
                check_pace(api.service.limits.upload(client_of(request.scope)))
            return shown(await run_in_threadpool(partial(_take, library, sent)))

    @routes.delete(
        "/articles/{article_id:path}",
        status_code=204,
        response_class=Response,
        summary="Remove an article",
        openapi_extra={"x-editors": True},
        dependencies=[only_editors],
    )
    async def remove_article(article_id: str) -> Response:
        """Remove an article from the library and from every index. Only editors may."""
        library = (await api.assistant()).library

        def remove() -> None:
            if not library.listed([article_id]):
                raise no_article()
            library.remove([article_id])

        await run_in_threadpool(remove)
        return Response(status_code=204)

    return routes


def article(library: Library, article_id: str) -> models.Article:
    """An article with its text.

    Raises:
        HTTPException: there is none of that id.
    """
    if not library.listed([article_id]):
        raise no_article()
    found = article_object(library.article(article_id))
    # Where a file lies on the server is nobody's business elsewhere.
    return models.Article(**{name: found[name] for name in models.Article.model_fields})


def listed_object(one: Listed) -> dict[str, object]:
    """An article of a list as JSON."""
    known = dataclasses.asdict(one)
    return {name: known[name] for name in models.Listed.model_fields} | {"copies": [c.id for c in one.copies]}


async def _record(request: Request, folder: Path) -> Received:
    try:
        record = models.Record.model_validate_json(await request.body())
    except ValidationError as error:
        raise HTTPException(422, faults(list(error.errors()))) from error
    file = folder / f"{record.id}.jsonl"
    await run_in_threadpool(file.write_bytes, to_json(record, exclude_none=True))
    return Received(file, file.name)


async def _files(request: Request, folder: Path) -> list[Received]:
    sent: list[Received] = []
    async with request.form(max_files=MOST_FILES, max_fields=0) as form:
        for number, (field, value) in enumerate(form.multi_items()):
            if not isinstance(value, UploadFile) or field != "file":
                raise HTTPException(422, "send files only, each in a field that is called file")
            name = safe_name(value.filename or "")
            if not name:
                raise HTTPException(422, "a file has no name; give each one a name with its ending")
            if name in {one.name for one in sent}:
                raise HTTPException(422, f"two files are called {name}; give each one a name of its own")
            file = folder / str(number) / f"sent{Path(name).suffix.lower()}"
            await run_in_threadpool(file.parent.mkdir)
            with file.open("wb") as kept:
                while piece := await value.read(_PIECE):
                    await run_in_threadpool(kept.write, piece)
            sent.append(Received(file, name))
    if not sent:
        raise HTTPException(422, "there is no file; send at least one in a field that is called file")
    return sent


def _take(library: Library, sent: Sequence[Received]) -> models.Taken:
    ids: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": []}
    refused: list[models.Refused] = []

    def note_outcome(outcome: FileOutcome) -> None:
        if outcome.state == "refused":
            refused.append(models.Refused(name=str(outcome.origin), reason=outcome.text))
        elif outcome.state in ids:
            ids[outcome.state].append(outcome.text)

    library.add(sent, on_outcome=note_outcome, extractors=extractors())
    return models.Taken(**ids, refused=refused)
