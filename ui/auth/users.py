"""The page of accounts, for admins alone: adding people, roles, passwords, tokens and sessions; no script."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from ui.auth.accounts import LONGEST, ROLES, SHORTEST, AccountError, Accounts, visitor_of
from ui.auth.lockout import network_of
from ui.auth.login import LoginService
from ui.locales import LANGUAGES, UserWords, locale
from ui.markup import at, is_same_origin, page, page_response, refusal, typed, words_for

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger("tanya.access")

USERS = "/users"

MOST_FIELDS = 10
"""Fields of a form."""

AT_ONCE = 1
"""Changes that are made at the same time: hashing a password takes 64 MiB."""

STATUSES = {"unknown": 404, "taken": 409, "last_admin": 409, "busy": 503, "broken": 503}
"""Of a page that says why something was not done; 400 for any other reason."""


class Refused(Exception):
    """Something was not done.

    Attributes:
        reason: As `AccountError.reason`, or "differ" or "form".
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Done:
    """What was done.

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


def add_routes(app: FastAPI, logins: LoginService) -> None:
    """Add `/users`."""
    from anyio import CapacityLimiter, to_thread
    from starlette.responses import RedirectResponse

    limiter: CapacityLimiter | None = None

    async def users(request: Request) -> Response:
        nonlocal limiter
        accounts = logins.accounts
        if accounts is None or not visitor_of(request.scope).may_manage:
            return refusal(request, 403, lambda words: words.only_admins)
        if request.method != "POST":
            told, name = (request.query_params.get(one, "") for one in ("told", "name"))
            return _page(request, logins, accounts, told=told, name=name)
        if not is_same_origin(request.headers):
            return refusal(request, 403, lambda words: words.cross_site)
        form = _form(await request.body())
        name = form.get("name", "").strip()
        limiter = limiter or CapacityLimiter(AT_ONCE)
        by = (
            f"{visitor_of(request.scope).name} at {network_of(request.client.host if request.client else '')}"
        )
        try:
            done = await to_thread.run_sync(lambda: _do(logins, accounts, form, name), limiter=limiter)
        except (AccountError, Refused) as refused:
            # Not what was typed: a password may stand in the field of the name.
            log.warning("an account was not changed (%s), asked by %s", refused.reason, by)
            return _page(request, logins, accounts, problem=refused.reason, name=name, form=form)
        log.info("%s, by %s", done.audit, by)
        if done.token:
            return _page(request, logins, accounts, told=done.deed, name=done.name, token=done.token)
        query = {"told": done.deed, "name": done.name}
        if chosen := request.query_params.get("language"):
            query["language"] = chosen
        return RedirectResponse(at(f"{USERS}?{urlencode(query, errors='replace')}#told"), 303)

    app.add_api_route(USERS, typed(users), methods=["GET", "HEAD", "POST"], include_in_schema=False)


def _do(logins: LoginService, accounts: Accounts, form: Mapping[str, str], name: str) -> Done:
    """What a form asks for, with its words for the log.

    Raises:
        AccountError: it cannot be done.
        Refused: it is no form of the page, or two passwords differ.
    """
    deed = form.get("do", "")
    role = next((one for one in ROLES if one == form.get("role")), None)
    if deed in {"add", "password"} and form.get("password", "") != form.get("repeat", ""):
        raise Refused("differ")
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
    raise Refused("form")


def _form(body: bytes) -> dict[str, str]:
    """The fields of a form, each once; none where it is none."""
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[-1] for name, values in found.items()}


def _page(
    request: Request,
    logins: LoginService,
    accounts: Accounts,
    *,
    told: str = "",
    problem: str = "",
    name: str = "",
    token: str = "",
    form: Mapping[str, str] | None = None,
) -> Response:
    words = words_for(request)
    said = locale(words.language)
    sessions = defaultdict(list)
    try:
        people = [account for _, account in sorted(accounts.all().items())]
        for one in logins.shown_sessions(request.headers):
            sessions[one.name].append(one)
    except AccountError as error:
        log.error("%s", error)  # noqa: TRY400  one line with the cure
        return refusal(request, 503, lambda words: words.broken)
    chosen = words.language if request.query_params.get("language") in LANGUAGES else ""
    name = name[:64]
    written = page(
        "users.html",
        words,
        in_language={one: at(f"{USERS}?language={one}") for one in LANGUAGES},
        t=said.users,
        w=said.login,
        to=at(USERS + (f"?language={chosen}" if chosen else "")),
        people=people,
        sessions=sessions,
        visitor=visitor_of(request.scope),
        roles=ROLES,
        told=_told(said.users, told, name),
        problem=_problem(said.users, problem, name),
        acted=name,
        adding=form if form is not None and form.get("do") == "add" else {},
        token=token,
        shortest=SHORTEST,
        longest=LONGEST,
    )
    return page_response(written, STATUSES.get(problem, 400) if problem else 200)


def _told(t: UserWords, deed: str, name: str) -> str:
    return t.done[deed].format(name=name) if deed in t.done else ""


def _problem(t: UserWords, reason: str, name: str) -> str:
    if not reason:
        return ""
    return t.problems.get(reason, t.problems["broken"]).format(
        name=name, shortest=SHORTEST, longest=f"{LONGEST:,}"
    )
