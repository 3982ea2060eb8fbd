"""What the routes beside the page have in common: who sent a request, in which language, and downloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ui.text import Words, preferred, words

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def is_same_origin(headers: Any) -> bool:
    """Whether a request comes from a page of this server; a browser always says where it does come from.

    `Sec-Fetch-Site` is the browser's own word and survives a proxy that renames the host, but is only sent
    where the connection is trusted; `Origin` is sent with every post.
    """
    if site := headers.get("sec-fetch-site"):
        return bool(site == "same-origin")
    origin = urlsplit(headers.get("origin") or "")
    return bool(origin.netloc) and origin.netloc.lower() == (headers.get("host") or "").lower()


def typed(route: Callable[..., Any]) -> Callable[..., Any]:
    """The route as the framework wants it, which reads the types of a function as objects, not as text."""
    from starlette.requests import Request

    async def typed_route(request):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        return await route(request)

    typed_route.__annotations__ = {"request": Request}
    return typed_route


def words_for(request: Request) -> Words:
    """The words of the language that the address asks for, else that of the browser."""
    chosen = request.query_params.get("language")
    return words(chosen or preferred((request.headers.get("accept-language") or "").split(",")))


def download(content: bytes, name: str, kind: str) -> Response:
    """A file that a browser saves under a name, and that no other site may take in."""
    from starlette.responses import Response

    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_. ") else "_" for one in name)
    return Response(
        content,
        media_type=kind,
        headers={
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
            "cross-origin-resource-policy": "same-origin",
            "cache-control": "no-store",
        },
    )
