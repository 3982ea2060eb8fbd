"""Routes that ask: questions, searches, claims, gaps, opinions, and how the server is."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from index import TanyaError
from rag.factcheck.claims import Claimed, verdict_object
from rag.output import answer_object, found_object
from ui.access.visitor import visitor_of
from ui.api import models
from ui.api.asking import Counter, while_there
from ui.api.problem import Route, json_only
from ui.opinions import Said
from ui.seats import SEATS

KEY = "Feedback-Key"
"""The header of an answer's key, since the body is what `tanya ask --json` prints and no more."""

_KEY_HEADER = {
    KEY: {"description": "With it the answer may be judged: see `feedback`.", "schema": {"type": "string"}}
}


def router(counter: Counter) -> APIRouter:
    """The routes, answered at that counter."""
    routes = APIRouter(route_class=Route)
    desk = counter.desk

    @routes.post(
        "/ask",
        response_model=models.Answer,
        operation_id="ask",
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
        answer, key = await while_there(request, partial(counter.ask, asked, request.scope))
        return shown(answer_object(answer), {KEY: key})

    @routes.get(
        "/search",
        response_model=list[models.Found],
        operation_id="search",
        summary="Search for passages",
        tags=["questions"],
    )
    async def search(wanted: Annotated[models.Query, Query()], request: Request) -> Response:
        """The passages that fit a question or words best, by meaning and by words at once."""
        assistant = await counter.assistant()
        find = partial(
            assistant.search,
            wanted.query,
            wanted.k,
            since=wanted.since,
            until=wanted.until,
            sources=wanted.source,
        )
        found = await while_there(request, partial(counter.work, find))
        return shown([found_object(one) for one in found])

    @routes.post(
        "/check",
        response_model=models.Verdict,
        operation_id="check",
        summary="Check a claim",
        tags=["questions"],
        dependencies=[json_only],
    )
    async def check(claim: models.Claim, request: Request) -> Response:
        """Hold a claim against a text or an article, by exact facts and by a trained model."""
        claimed = await against(counter, claim)
        verdict = await while_there(request, partial(counter.work, claimed.verdict))
        return shown(verdict_object(claimed, verdict))

    @routes.get(
        "/gaps",
        response_model=models.Gaps,
        operation_id="gaps",
        summary="List what the articles do not answer",
        tags=["feedback"],
    )
    async def gaps(page: Annotated[models.Page, Query()]) -> models.Gaps:
        """Questions that the articles do not answer, those that were asked most often first."""
        library = (await counter.assistant()).library
        found = await run_in_threadpool(library.gaps)
        some = found[page.offset : page.offset + page.limit]
        told = [
            models.Gap(
                question=one.question,
                language=one.language,
                count=one.count,
                last_asked=one.asked_at,
                nearest=one.nearest,
            )
            for one in some
        ]
        return models.Gaps(total=len(found), offset=page.offset, gaps=told)

    @routes.post(
        "/feedback",
        response_model=models.Kept,
        operation_id="feedback",
        summary="Say what you think of an answer",
        tags=["feedback"],
        dependencies=[json_only],
    )
    async def feedback(said: models.Feedback, request: Request) -> models.Kept:
        """Keep a verdict on an answer; said again, it takes the place of what was said before."""
        correction = (said.correction or "").strip() or None
        library = (await counter.assistant()).library
        visitor = visitor_of(request.scope).name
        opinion = Said(said.key, said.verdict, said.reason, correction)
        if not await run_in_threadpool(desk.opinions.say, opinion, lambda: library, visitor):
            raise HTTPException(
                404, "no answer has this key, or it was long ago; ask again and use the new key"
            )
        return models.Kept()

    @routes.get(
        "/status",
        response_model=models.Status,
        operation_id="status",
        summary="See how the server is",
        tags=["server"],
    )
    async def status(request: Request) -> models.Status:
        """Whether questions are answered at once, how many wait, and what you may do."""
        visitor = visitor_of(request.scope)
        ready, count, publishers = await run_in_threadpool(held)
        return models.Status(
            version=version("tanya-berita"),
            ready=ready,
            articles=count,
            publishers=publishers,
            questions=models.Line(seats=SEATS, taken=desk.seats.taken, waiting=desk.seats.waiting),
            you=models.You(name=visitor.name, role=visitor.role),
        )

    def held() -> tuple[bool, int | None, list[str]]:
        desk.prepare()
        if not desk.settled:
            return False, None, []
        try:
            library = desk.assistant().library
            return True, library.count(), list(library.publishers())
        except TanyaError:
            return False, None, []

    return routes


async def against(counter: Counter, claim: models.Claim) -> Claimed:
    """The claim with the text that it is held against.

    Raises:
        HTTPException: there is no such article.
    """
    if claim.article_id is None:
        return Claimed(claim.claim, claim.source or "", claim.published)
    library = (await counter.assistant()).library
    if not await run_in_threadpool(library.listed, [claim.article_id]):
        raise no_article()
    article = await run_in_threadpool(library.article, claim.article_id)
    return Claimed(claim.claim, article.text, article.published)


def no_article() -> HTTPException:
    return HTTPException(404, "there is no such article; list them with: GET /api/v1/articles")


def shown(value: Any, headers: dict[str, str] | None = None) -> Response:
    """A value of the contracts as it is, so that nothing of it is lost on the way."""
    return Response(to_json(value), media_type="application/json", headers=headers)
