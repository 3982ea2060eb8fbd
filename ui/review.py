"""The review page: unanswered questions and what readers said, with its downloads; no script."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from index import TanyaError
from index.store import Gap
from rag.feedback import DOWN, UP, Opinion, opinions
from ui.auth.accounts import visitor_of
from ui.locales import LANGUAGES, Words
from ui.markup import download, is_same_origin, page, page_response, typed, words_for
from ui.service import AssistantService, Said

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from index.library import Library

SHOWN = 200
"""Rows of each list that are shown; a download has all."""


def review(
    gaps: Sequence[Gap],
    opinions: Sequence[Opinion],
    verdict: str,
    words: Words,
    title: Callable[[str], str | None],
) -> str:
    """The whole page.

    Args:
        gaps: Unanswered questions, the most asked first.
        opinions: What readers said, the newest first, already chosen by `verdict`.
        verdict: "up", "down", or empty for both.
        words: Of the page's language.
        title: Of the article of an id; None where it is gone.
    """
    verdicts = {UP: words.good, DOWN: words.bad}
    choices = [
        (name, f"{_address(words.language, one)}#opinions", one == verdict)
        for one, name in {"": words.all_verdicts, **verdicts}.items()
    ]
    return page(
        "review.html",
        words,
        in_language={one: _address(one, verdict) for one in LANGUAGES},
        gaps=gaps,
        opinions=opinions,
        most=SHOWN,
        title_of=title,
        verdicts=verdicts,
        choices=choices,
        query=f"?{urlencode({'verdict': verdict})}" if verdict else "",
    )


def _address(language: str, verdict: str) -> str:
    return "review?" + urlencode({"language": language} | ({"verdict": verdict} if verdict else {}))


log = logging.getLogger("tanya.page")

LARGEST = 64 * 1024
"""Bytes of an opinion that is sent; its correction is far shorter."""


def add_routes(app: FastAPI, service: AssistantService) -> None:
    """Add them to the application; the page itself is mounted afterwards, beneath all of them."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse, Response

    async def feedback(request: Request) -> Response:
        if not is_same_origin(request.headers):
            return JSONResponse({"kept": False}, 403)
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > LARGEST:
                return JSONResponse({"kept": False}, 413)
        try:
            said = Said.read(json.loads(body))
        except (ValueError, RecursionError):
            said = None
        if said is None:
            return JSONResponse({"kept": False}, 400)
        try:
            visitor = visitor_of(request.scope).name
            kept = await run_in_threadpool(
                service.opinions.say, said, lambda: service.assistant().library, visitor
            )
        except TanyaError as error:
            log.warning("an opinion was not kept: %s", error)
            return JSONResponse({"kept": False}, 503)
        return JSONResponse({"kept": kept}, 200 if kept else 404)

    async def told(request: Request, make: Callable[[Request, Library], Response]) -> Response:
        try:
            return await run_in_threadpool(lambda: make(request, service.assistant().library))
        except TanyaError as error:
            log.warning("%s", error)
            w = words_for(request)
            return Response(f"{w.unready}: {error}", 503, media_type="text/plain")

    app.add_api_route("/feedback", typed(feedback), methods=["POST"])
    for path, make in (
        ("/review", _review),
        ("/review/questions.csv", _questions),
        ("/review/feedback.csv", _feedback),
        ("/review/feedback.qa.yaml", _cases),
    ):
        app.add_api_route(path, typed(partial(told, make=make)), methods=["GET"])


def _chosen(request: Request, library: Library) -> tuple[str, list[Opinion]]:
    """The verdict that is asked for, empty for all of them, and the opinions that have it."""
    verdict = request.query_params.get("verdict", "")
    verdict = verdict if verdict in {UP, DOWN} else ""
    return verdict, [one for one in opinions(library.feedback()) if verdict in {"", one.verdict}]


def _review(request: Request, library: Library) -> Response:
    verdict, said = _chosen(request, library)
    return page_response(review(library.gaps(), said, verdict, words_for(request), partial(_title, library)))


def _questions(request: Request, library: Library) -> Response:  # noqa: ARG001
    from rag.feedback import gap_sheet

    return _sheet(gap_sheet(library.gaps()), "questions.csv")


def _feedback(request: Request, library: Library) -> Response:
    from rag.feedback import opinion_sheet

    return _sheet(opinion_sheet(_chosen(request, library)[1]), "feedback.csv")


def _cases(request: Request, library: Library) -> Response:
    from rag.evaluation.from_feedback import propose, write_cases

    said = _chosen(request, library)[1]
    proposals = propose(said, lambda name: _title(library, name) is not None)
    return download(write_cases(*proposals).encode(), "feedback.qa.yaml", "application/yaml")


def _title(library: Library, article_id: str) -> str | None:
    """The title of an article, None where it is gone."""
    try:
        return library.article(article_id).title
    except TanyaError:
        return None


def _sheet(text: str, name: str) -> Response:
    # The mark at its beginning is by what a spreadsheet knows UTF-8.
    return download(text.encode("utf-8-sig"), name, "text/csv; charset=utf-8")
