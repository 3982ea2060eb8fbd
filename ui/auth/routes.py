"""The login: its page, which works without a script, and the way out."""

from __future__ import annotations

import json
import logging
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from ui.auth.accounts import visitor_of
from ui.auth.lockout import network_of
from ui.auth.login import BROWSER_COOKIE, LoginService, Unwelcome, drop_cookie, set_browser_cookie, set_cookie
from ui.locales import LANGUAGES, Words, locale
from ui.markup import POLICY, frame, in_html, refusal, retry_after, typed, words_for

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
    from starlette.responses import HTMLResponse, RedirectResponse

    limiter: CapacityLimiter | None = None

    async def login(request: Request) -> Response:
        if request.method == "POST":
            return await enter(request)
        to = local(request.query_params.get("next"))
        if logins.came(request.headers, "/") is not None:
            return RedirectResponse(to, 303, headers={"cache-control": "no-store"})
        return shown(_login(words_for(request), to))

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
        address = request.client.host if request.client else ""
        try:
            known = request.cookies.get(BROWSER_COOKIE, "")
            token = await to_thread.run_sync(
                lambda: logins.enter(name, sent.get("password", ""), address, known), limiter=limiter
            )
        except Unwelcome as refused:
            failed()
            # Not the name: people type their password into its field.
            log.warning("a login from %s failed", network_of(address))
            page = _login(words_for(request), to, name=name, refused=refused)
            if refused.wait > 0:
                return shown(page, 429, retry_after(refused.wait))
            return shown(page, 401)
        # Whoever was logged in here before is not any more, and no token from before goes on.
        logins.leave(request.headers)
        response = RedirectResponse(to, 303, headers={"cache-control": "no-store"})
        encrypted = _is_encrypted(request)
        response.headers.append("set-cookie", set_cookie(token, encrypted=encrypted))
        response.headers.append(
            "set-cookie", set_browser_cookie(logins.know(name, known), encrypted=encrypted)
        )
        return response

    async def logout(request: Request) -> Response:
        if request.method != "POST":
            return shown(_logout(request, words_for(request)))
        logins.leave(request.headers)
        response = RedirectResponse("/login" if logins.closed else "/", 303)
        for encrypted in {False, _is_encrypted(request)}:
            response.headers.append("set-cookie", drop_cookie(encrypted=encrypted))
        return response

    def shown(page: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        more = {"content-security-policy": POLICY, "cache-control": "no-store", **(headers or {})}
        return HTMLResponse(page, status, headers=more)

    app.add_api_route("/login", typed(login), methods=["GET", "HEAD", "POST"])
    app.add_api_route("/logout", typed(logout), methods=["GET", "HEAD", "POST"])


def ended_head() -> str:
    """HTML for the head of the chat page, which is told by it when its session has ended."""
    said = {one: locale(one).login for one in LANGUAGES}
    words = json.dumps({one: {"over": said[one].over, "again": said[one].again} for one in LANGUAGES})
    script = (Path(__file__).parent / "ended.js").read_text(encoding="utf-8")
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
        said = w.locked.format(wait=w.duration(refused.wait)) if refused.wait > 0 else w.wrong
        problem = f'<p id="problem" role="alert">{in_html(said)}</p>'
    invalid = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    first, second = ("", " autofocus") if name else (" autofocus", "")
    query = urlencode({"language": words.language})
    return frame(
        w.login,
        f'<section class="form">{problem}<form method="post" action="/login?{query}">'
        f'<input type="hidden" name="next" value="{escape(to)}">'
        f'<p><label for="name">{in_html(w.name)}</label>'
        f'<input id="name" name="name" value="{escape(name[:64])}" autocomplete="username"'
        f' autocapitalize="none" spellcheck="false" maxlength="64" required{first}{invalid}></p>'
        f'<p><label for="password">{in_html(w.password)}</label>'
        f'<input id="password" name="password" type="password" autocomplete="current-password"'
        f' maxlength="1024" required{second}{invalid}></p>'
        f'<p><button type="submit">{in_html(w.log_in)}</button></p></form>'
        f"<p>{in_html(w.help)}</p></section>",
        words,
        in_language={one: "/login?" + urlencode({"language": one, "next": to}) for one in LANGUAGES},
    )


def _logout(request: Request, words: Words) -> str:
    w = locale(words.language).login
    visitor = visitor_of(request.scope)
    body = f"<p>{in_html(w.nobody)}</p>"
    if visitor.name:
        said = w.logged_in.format(name=visitor.name, role=w.roles[visitor.role])
        body = (
            f'<p>{in_html(said)}</p><form method="post" action="/logout">'
            f'<p><button type="submit">{in_html(w.log_out)}</button></p></form>'
        )
    return frame(
        w.log_out,
        f'<section class="form">{body}</section>',
        words,
        in_language={one: f"/logout?language={one}" for one in LANGUAGES},
        links=[f'<a href="/">{in_html(words.to_page)}</a>'],
    )
