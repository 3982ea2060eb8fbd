"""The routes beside the page: where opinions are sent, and the review with its downloads."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from index import TanyaError
from rag.feedback.opinions import DOWN, UP, Opinion, opinions
from ui.access.visitor import visitor_of
from ui.desk import Desk, Shelf
from ui.frame import POLICY
from ui.opinions import Said
from ui.requests import download, is_same_origin, typed, words_for
from ui.review import review

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger("tanya.page")

LARGEST = 64 * 1024
"""Bytes of an opinion that is sent; its correction is far shorter."""


def add_routes(app: FastAPI, desk: Desk) -> None:
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
            kept = await run_in_threadpool(desk.opinions.say, said, lambda: desk.assistant().library, visitor)
        except TanyaError as error:
            log.warning("an opinion was not kept: %s", error)
            return JSONResponse({"kept": False}, 503)
        return JSONResponse({"kept": kept}, 200 if kept else 404)

    async def told(request: Request, make: Callable[[Request, Shelf], Response]) -> Response:
        try:
            return await run_in_threadpool(lambda: make(request, desk.assistant().library))
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


def _chosen(request: Request, library: Shelf) -> tuple[str, list[Opinion]]:
    """The verdict that is asked for, empty for all of them, and the opinions that have it."""
    verdict = request.query_params.get("verdict", "")
    verdict = verdict if verdict in {UP, DOWN} else ""
    return verdict, [one for one in opinions(library.feedback()) if verdict in {"", one.verdict}]


def _review(request: Request, library: Shelf) -> Response:
    from starlette.responses import HTMLResponse

    verdict, said = _chosen(request, library)
    page = review(library.gaps(), said, verdict, words_for(request), partial(_title, library))
    return HTMLResponse(page, headers={"content-security-policy": POLICY, "cache-control": "no-store"})


def _questions(request: Request, library: Shelf) -> Response:  # noqa: ARG001
    from rag.feedback.opinions import gap_sheet

    return _sheet(gap_sheet(library.gaps()), "questions.csv")


def _feedback(request: Request, library: Shelf) -> Response:
    from rag.feedback.opinions import opinion_sheet

    return _sheet(opinion_sheet(_chosen(request, library)[1]), "feedback.csv")


def _cases(request: Request, library: Shelf) -> Response:
    from rag.evaluation.from_feedback import propose, write_cases

    said = _chosen(request, library)[1]
    proposals = propose(said, lambda name: _title(library, name) is not None)
    return download(write_cases(*proposals).encode(), "feedback.qa.yaml", "application/yaml")


def _title(library: Shelf, article_id: str) -> str | None:
    """The title of an article, None where it is gone."""
    try:
        return library.article(article_id).title
    except TanyaError:
        return None


def _sheet(text: str, name: str) -> Response:
    # The mark at its beginning is by what a spreadsheet knows UTF-8.
    return download(text.encode("utf-8-sig"), name, "text/csv; charset=utf-8")
