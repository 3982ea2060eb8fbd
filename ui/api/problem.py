"""Problems: how a request that fails is answered, in the one shape of RFC 9457."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from index import ArticleError, Busy, QuestionError, TanyaError
from rag.factcheck.claims import ClaimError

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
    told = {"type": "about:blank", "title": title, "status": status, "detail": " ".join(detail.split())}
    return Response(to_json(told), status, dict(headers or {}), media_type=KIND)


def status_of(error: TanyaError) -> int:
    """The status by which an expected error is told."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 503)


def told(error: TanyaError) -> Response:
    """An expected error as a response; where it may soon be otherwise, with when to try again."""
    status = status_of(error)
    if status == 503:
        log.warning("%s", error)
    return respond(status, str(error), {"retry-after": str(AGAIN)} if status in {409, 503} else None)


def faults(errors: list[Any]) -> str:
    """What is wrong with a request, in one line that repeats nothing of it but the names of its fields."""
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
                return told(error)
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


async def _json_only(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(
            415, "the body must be JSON; send it with the header: Content-Type: application/json"
        )


json_only = Depends(_json_only)
"""That a body is JSON, which no form of a foreign page can send."""
