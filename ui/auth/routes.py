"""The login: its page, which works without a script, and the way out."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from ui.auth.accounts import visitor_of
from ui.auth.lockout import network_of
from ui.auth.login import (
    LoginService,
    Unwelcome,
    browser_cookie,
    drop_cookie,
    set_browser_cookie,
    set_cookie,
)
from ui.locales import LANGUAGES, Words, locale
from ui.markup import at, page, page_response, refusal, retry_after, typed, words_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger("tanya.access")

BENCHES = 2
"""Passwords that are checked at the same time."""

CROWD = 20
"""Passwords that may wait to be checked."""

LONGEST = 2000
"""Characters of the address that is gone to after the login."""


def add_routes(app: FastAPI, logins: LoginService, failed: Callable[[], None] = lambda: None) -> None:
    """Add `/login` and `/logout`; `failed` is called for each login that fails."""
    from anyio import CapacityLimiter, to_thread
    from starlette.responses import RedirectResponse

    limiter: CapacityLimiter | None = None

    async def login(request: Request) -> Response:
        if request.method == "POST":
            return await enter(request)
        to = local(request.query_params.get("next"))
        if logins.came(request.headers, "/") is not None:
            return RedirectResponse(at(to), 303, headers={"cache-control": "no-store"})
        return page_response(_login(words_for(request), to))

    async def enter(request: Request) -> Response:
        nonlocal limiter
        limiter = limiter or CapacityLimiter(BENCHES)
        if limiter.statistics().tasks_waiting >= CROWD:
            return refusal(
                request, 503, lambda words: words.crowded.format(wait=words.duration(5)), retry_after(5)
            )
        try:
            sent = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=10))
        except ValueError:
            sent = {}
        name, to = sent.get("name", ""), local(sent.get("next"))
        host = request.headers.get("host")
        address = request.client.host if request.client else ""
        try:
            known = request.cookies.get(browser_cookie(host), "")
            token = await to_thread.run_sync(
                lambda: logins.enter(name, sent.get("password", ""), address, known), limiter=limiter
            )
        except Unwelcome as refused:
            failed()
            # Not the name: people type their password into its field.
            log.warning("a login from %s failed", network_of(address))
            form = _login(words_for(request), to, name=name, refused=refused)
            if refused.wait > 0:
                return page_response(form, 429, retry_after(refused.wait))
            return page_response(form, 401)
        # Whoever was logged in here before is not any more, and no token from before goes on.
        logins.leave(request.headers)
        response = RedirectResponse(at(to), 303, headers={"cache-control": "no-store"})
        encrypted = _is_encrypted(request)
        response.headers.append("set-cookie", set_cookie(token, host, encrypted=encrypted))
        response.headers.append(
            "set-cookie", set_browser_cookie(logins.know(name, known), host, encrypted=encrypted)
        )
        return response

    async def logout(request: Request) -> Response:
        if request.method != "POST":
            return page_response(_logout(request, words_for(request)))
        logins.leave(request.headers)
        response = RedirectResponse(at("/login" if logins.closed else "/"), 303)
        for encrypted in {False, _is_encrypted(request)}:
            response.headers.append(
                "set-cookie", drop_cookie(request.headers.get("host"), encrypted=encrypted)
            )
        return response

    app.add_api_route("/login", typed(login), methods=["GET", "HEAD", "POST"])
    app.add_api_route("/logout", typed(logout), methods=["GET", "HEAD", "POST"])


def ended_head() -> str:
    """HTML for the head of the chat page, which is told by it when its session has ended."""
    said = {one: locale(one).login for one in LANGUAGES}
    words = json.dumps({one: {"over": said[one].over, "again": said[one].again} for one in LANGUAGES})
    script = (Path(__file__).parents[1] / "static" / "ended.js").read_text(encoding="utf-8")
    return f'<script type="application/json" id="session-words">{words}</script><script>{script}</script>'


def local(address: str | None) -> str:
    """An address that leads to a page of this server and nowhere else; the chat page's for any other."""
    if not address or len(address) > LONGEST or not re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", address):
        return "/"
    return "/" if re.match(r"/(login|logout)\b", address) else address


def _is_encrypted(request: Request) -> bool:
    return request.url.scheme == "https"


def _login(words: Words, to: str, *, name: str = "", refused: Unwelcome | None = None) -> str:
    w = locale(words.language).login
    problem = ""
    if refused is not None:
        problem = w.locked.format(wait=w.duration(refused.wait)) if refused.wait > 0 else w.wrong
    return page(
        "login.html",
        words,
        in_language={one: at("/login?") + urlencode({"language": one, "next": to}) for one in LANGUAGES},
        w=w,
        to=to,
        name=name[:64],
        problem=problem,
    )


def _logout(request: Request, words: Words) -> str:
    return page(
        "logout.html",
        words,
        in_language={one: at(f"/logout?language={one}") for one in LANGUAGES},
        w=locale(words.language).login,
        visitor=visitor_of(request.scope),
    )
