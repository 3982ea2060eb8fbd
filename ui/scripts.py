"""The scripts of the pages beside the chat, each under its own name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ui.requests import typed

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

HERE = Path(__file__).parent


def add_routes(app: FastAPI) -> None:
    """Add `/scripts/NAME`, which has what lies in ui/ as `NAME` and ends in `.js`, wherever in it."""
    from starlette.responses import Response

    scripts = {path.name: path.read_bytes() for path in HERE.rglob("*.js")}

    async def asset(request: Request) -> Response:
        found = scripts.get(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        return Response(found, media_type="text/javascript", headers={"cache-control": "no-cache"})

    app.add_api_route("/scripts/{name}", typed(asset), methods=["GET"])
