"""Refusals: a page for people, an object for scripts, in the language of who asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ui.escaping import in_html
from ui.frame import POLICY, frame
from ui.requests import words_for
from ui.text import NAME
from ui.text.access import AccessWords, access_words, in_time

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def refusal(
    request: Request,
    status: int,
    sentence: Callable[[AccessWords], str],
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A refusal in one sentence: a page where a page was asked for, else a problem of RFC 9457."""
    from http import HTTPStatus

    from starlette.responses import HTMLResponse, JSONResponse

    words = words_for(request)
    said = sentence(access_words(words.language))
    more = {"cache-control": "no-store", **(headers or {})}
    if not wants_page(request):
        told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": said}
        return JSONResponse(told, status, headers=more, media_type="application/problem+json")
    page = frame(NAME, f'<p role="alert">{in_html(said)}</p>', words, in_language={})
    return HTMLResponse(page, status, headers={"content-security-policy": POLICY, **more})


def too_many(request: Request, wait: float) -> Response:
    """429, with the seconds to wait in `Retry-After` and in words."""
    return refusal(
        request, 429, lambda words: words.too_many.format(wait=in_time(wait, words)), retry_after(wait)
    )


def retry_after(wait: float) -> dict[str, str]:
    return {"retry-after": str(max(1, -int(-wait // 1)))}


def wants_page(request: Request) -> bool:
    """Whether a browser that goes to an address sent this, rather than a script or a part of a page."""
    # No proxy or cache and hardly a script asks for HTML by that name.
    return request.url.path == "/" or "text/html" in (request.headers.get("accept") or "").lower()
