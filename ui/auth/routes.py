"""The pages of the login, which work without a script, and of the accounts, for admins alone."""

from __future__ import annotations

import json
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ui.auth.accounts import LONGEST, ROLES, SHORTEST, AccountError, Accounts, visitor_of
from ui.auth.login import (
    LoginRefused,
    LoginService,
    browser_cookie,
    network_of,
    set_browser_cookie,
    set_session_cookie,
)
from ui.locales import LANGUAGES, UserWords, Words, locale
from ui.markup import addressed, at, fields_of, is_same_origin, page, page_response, typed, words_for
from ui.pages import Setting, refusal, retry_after

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger("tanya.access")

CHECKED_AT_ONCE = 2
"""Passwords that are checked at the same time."""

MOST_WAITING = 20
"""Passwords that may wait to be checked."""

CHANGED_AT_ONCE = 1
"""Changes of accounts that are made at the same time: hashing a password takes 64 MiB."""

LONGEST_NEXT = 2000
"""Characters of the address that is gone to after the login."""

USERS = "/users"

MOST_FIELDS = 10
"""Fields of a form."""

STATUSES = {"unknown": 404, "taken": 409, "last_admin": 409, "busy": 503, "broken": 503}
"""Of a page that says why something was not done; 400 for any other reason."""


def add_routes(app: FastAPI, logins: LoginService, failed: Callable[[], None] = lambda: None) -> None:
    """Add `/login`, `/logout` and `/users`; `failed` is called for each login that fails."""
    routes = AuthRoutes(logins, failed)
    app.add_api_route("/login", typed(routes.login), methods=["GET", "HEAD", "POST"])
    app.add_api_route("/logout", typed(routes.logout), methods=["GET", "HEAD", "POST"])
    app.add_api_route(USERS, typed(routes.users), methods=["GET", "HEAD", "POST"], include_in_schema=False)


class AuthRoutes:
    """The routes of one server."""

    def __init__(self, logins: LoginService, failed: Callable[[], None]) -> None:
        self._logins = logins
        self._failed = failed
        self._checking = CapacityLimiter(CHECKED_AT_ONCE)
        self._changing = CapacityLimiter(CHANGED_AT_ONCE)

    async def login(self, request: Request) -> Response:
        if request.method == "POST":
            return await self._enter(request)
        to = local(request.query_params.get("next"))
        if self._logins.identify(request.headers, "/") is not None:
            return RedirectResponse(at(to), 303)
        return page_response(_login(words_for(request), to, deed=request.query_params.get("told", "")))

    async def _enter(self, request: Request) -> Response:
        if self._checking.statistics().tasks_waiting >= MOST_WAITING:
            return refusal(
                request, 503, lambda words: words.crowded.format(wait=words.duration(5)), retry_after(5)
            )
        sent = fields_of(await request.body(), MOST_FIELDS)
        name, to = sent.get("name", ""), local(sent.get("next"))
        host = request.headers.get("host")
        address = request.client.host if request.client else ""
        known = request.cookies.get(browser_cookie(host), "")
        try:
            check = partial(self._logins.enter, name, sent.get("password", ""), address, known)
            token = await to_thread.run_sync(check, limiter=self._checking)
        except LoginRefused as refused:
            self._failed()
            # Not the name: people type their password into its field.
            log.warning("a login from %s failed", network_of(address))
            form = _login(words_for(request), to, name=name, refused=refused)
            if refused.wait > 0:
                return page_response(form, 429, retry_after(refused.wait))
            return page_response(form, 401)
        # Whoever was logged in here before is not any more, and no token from before goes on.
        self._logins.leave(request.headers)
        response = RedirectResponse(at(to), 303)
        encrypted = _is_encrypted(request)
        set_session_cookie(response, token, host, encrypted=encrypted)
        set_browser_cookie(response, self._logins.know(name, known), host, encrypted=encrypted)
        return response

    async def logout(self, request: Request) -> Response:
        if request.method != "POST":
            setting = Setting.of(request)
            return setting.page("logout.html", "/logout", w=setting.locale.login)
        self._logins.leave(request.headers)
        response = RedirectResponse(at("/login" if self._logins.closed else "/"), 303)
        for encrypted in {False, _is_encrypted(request)}:
            set_session_cookie(response, "", request.headers.get("host"), encrypted=encrypted)
        return response

    async def users(self, request: Request) -> Response:
        accounts = self._logins.accounts
        if accounts is None or not visitor_of(request.scope).may_manage:
            return refusal(request, 403, lambda words: words.only_admins)
        if request.method != "POST":
            deed, name = (request.query_params.get(one, "") for one in ("told", "name"))
            return self._users_page(request, accounts, deed=deed, name=name)
        if not is_same_origin(request.headers):
            return refusal(request, 403, lambda words: words.cross_site)
        form = fields_of(await request.body(), MOST_FIELDS)
        name = form.get("name", "").strip()
        address = network_of(request.client.host if request.client else "")
        by = f"{visitor_of(request.scope).name} at {address}"
        try:
            change = partial(_do, self._logins, accounts, form, name)
            done = await to_thread.run_sync(change, limiter=self._changing)
        except (AccountError, UnusableForm) as refused:
            # Not what was typed: a password may stand in the field of the name.
            log.warning("an account was not changed (%s), asked by %s", refused.reason, by)
            return self._users_page(request, accounts, problem=refused.reason, name=name, form=form)
        log.info("%s, by %s", done.audit, by)
        if done.token:
            return self._users_page(request, accounts, deed=done.deed, name=done.name, token=done.token)
        query = [("told", done.deed), ("name", done.name)]
        if chosen := request.query_params.get("language"):
            query.append(("language", chosen))
        to = addressed(USERS, query)
        if self._logins.identify(request.headers, USERS) is None:
            # It ended the session of whoever did it.
            to = addressed("/login", [("told", done.deed), ("next", to), *query[2:]])
        return RedirectResponse(f"{at(to)}#told", 303)

    def _users_page(
        self,
        request: Request,
        accounts: Accounts,
        *,
        deed: str = "",
        problem: str = "",
        name: str = "",
        token: str = "",
        form: Mapping[str, str] | None = None,
    ) -> Response:
        setting = Setting.of(request)
        t = setting.locale.users
        sessions = defaultdict(list)
        try:
            people = [account for _, account in sorted(accounts.all().items())]
            for one in self._logins.shown_sessions(request.headers):
                sessions[one.name].append(one)
        except AccountError as error:
            log.error("%s", error)  # noqa: TRY400  one line with the cure
            return refusal(request, 503, lambda words: words.broken)
        name = name[:64]
        return setting.page(
            "users.html",
            USERS,
            STATUSES.get(problem, 400) if problem else 200,
            t=t,
            w=setting.locale.login,
            to=setting.to(USERS),
            people=people,
            sessions=sessions,
            roles=ROLES,
            done=t.done[deed].format(name=name) if deed in t.done else "",
            problem=_problem(t, problem, name),
            acted=name,
            adding=form if form is not None and form.get("do") == "add" else {},
            token=token,
            shortest=SHORTEST,
            longest=LONGEST,
        )


def ended_head() -> str:
    """HTML for the head of the chat page, which is told by it when its session has ended."""
    tables = {one: locale(one).login for one in LANGUAGES}
    words = json.dumps({one: {"over": table.over, "again": table.again} for one, table in tables.items()})
    script = (Path(__file__).parents[1] / "static" / "ended.js").read_text(encoding="utf-8")
    return f'<script type="application/json" id="session-words">{words}</script><script>{script}</script>'


def local(address: str | None) -> str:
    """An address that leads to a page of this server and nowhere else; the chat page's for any other."""
    if not address or len(address) > LONGEST_NEXT or not re.fullmatch(r"/(?![/\\])[!-\[\]-~]*", address):
        return "/"
    return "/" if re.match(r"/(login|logout)\b", address) else address


def _is_encrypted(request: Request) -> bool:
    return request.url.scheme == "https"


def _login(
    words: Words, to: str, *, name: str = "", refused: LoginRefused | None = None, deed: str = ""
) -> str:
    """The page; `deed` is what somebody has just done to their own account, which ended their session."""
    w = locale(words.language).login
    kept = [("next", to), *([("told", deed)] if deed else ())]
    problem = ""
    if refused is not None:
        problem = w.locked.format(wait=w.duration(refused.wait)) if refused.wait > 0 else w.wrong
    return page(
        "login.html",
        words,
        in_language={one: at(addressed("/login", [("language", one), *kept])) for one in LANGUAGES},
        w=w,
        to=to,
        name=name[:64],
        problem=problem,
        done=w.done.get(deed, ""),
    )


class UnusableForm(Exception):
    """A form that could not be acted on.

    Attributes:
        reason: As `AccountError.reason`, or "differ" or "form".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a form that was acted on.

    Attributes:
        deed: As a key of the page's words.
        name: To whose account.
        audit: For the log.
        token: A new token, which is shown once.
    """

    deed: str
    name: str
    audit: str
    token: str = ""


def _do(logins: LoginService, accounts: Accounts, form: Mapping[str, str], name: str) -> Done:
    """Do what a form asks for, and return the result with its entry for the log.

    Raises:
        AccountError: it cannot be done.
        UnusableForm: it is no form of the page, or two passwords differ.
    """
    deed = form.get("do", "")
    role = next((one for one in ROLES if one == form.get("role")), None)
    if deed in {"add", "password"} and form.get("password", "") != form.get("repeat", ""):
        raise UnusableForm("differ")
    if deed != "add":
        accounts.known(name)
    match deed:
        case "add" if role:
            accounts.check_new(name)
            accounts.add(name, form.get("password", ""), role)
            return Done("added", name, f"account {name}: added as {role}")
        case "role" if role:
            former = accounts.known(name).role
            if role != former:
                accounts.set_role(name, role, keep_admin=True)
                logins.sessions.end_those(name)
            return Done("role", name, f"account {name}: role {former} to {role}")
        case "password":
            accounts.set_password(name, form.get("password", ""))
            logins.sessions.end_those(name)
            return Done("password", name, f"account {name}: password reset")
        case "token":
            return Done("token", name, f"account {name}: new token", accounts.new_token(name))
        case "revoke":
            accounts.revoke_token(name)
            return Done("revoked", name, f"account {name}: token revoked")
        case "end":
            count = logins.sessions.end_those(name, form.get("session") or None)
            return Done("ended", name, f"account {name}: {count} sessions ended")
        case "remove":
            accounts.remove(name, keep_admin=True)
            logins.sessions.end_those(name)
            return Done("removed", name, f"account {name}: removed")
    raise UnusableForm("form")


def _problem(t: UserWords, reason: str, name: str) -> str:
    if not reason:
        return ""
    return t.problems.get(reason, t.problems["broken"]).format(
        name=name, shortest=SHORTEST, longest=f"{LONGEST:,}"
    )
