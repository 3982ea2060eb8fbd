"""Health: whether the server lives, whether it can answer, and what it has done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.requests import typed

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from ui.desk import Desk

KIND = "text/plain; version=0.0.4; charset=utf-8"


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Add `/healthz` and `/readyz`, which are open to all, and `/metrics`, which is behind the login."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse, Response

    async def alive(request: Request) -> Response:  # noqa: ARG001
        return JSONResponse({"alive": True})

    async def ready(request: Request) -> Response:  # noqa: ARG001
        reason = await run_in_threadpool(unready, desk)
        if reason is None:
            return JSONResponse({"ready": True})
        return JSONResponse({"ready": False, "reason": reason}, 503, headers={"retry-after": "5"})

    async def metrics(request: Request) -> Response:  # noqa: ARG001
        text = await run_in_threadpool(lambda: desk.watch.text(desk, _articles(desk)))
        return Response(text, media_type=KIND)

    for path, route in (("/healthz", alive), ("/readyz", ready), ("/metrics", metrics)):
        app.add_api_route(path, typed(route), methods=["GET", "HEAD"])


def unready(desk: Desk) -> str | None:
    """Why no question can be answered now, as a kind and no more, since anybody may read it."""
    if desk.seats.closed:
        return "Stopping"
    try:
        assistant = desk.look()
        if assistant is None:
            return "Opening"
        assistant.library.count()
    except Exception as error:  # noqa: BLE001  whatever it is, the server is not ready
        # Nobody sends questions here until it is, and it would not be tried again without them.
        desk.prepare(again=True)
        return type(error).__name__
    return None


def _articles(desk: Desk) -> int | None:
    try:
        assistant = desk.look()
        return None if assistant is None else assistant.library.count()
    except Exception:  # noqa: BLE001  the other measurements are told all the same
        return None
