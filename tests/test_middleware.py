"""The guard, in front of a server that runs: who gets past it, and how one comes in and goes."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from serving import Reply, Served, served

from index import SettingsError
from ui.auth.accounts import FILE, AccountError, Accounts, visitor_of
from ui.auth.login import (
    TRIES,
    LoginService,
    browser_cookie,
    check_proxies,
    is_loopback,
    login_service_of,
    names_loopback,
    session_cookies,
)
from ui.auth.routes import local
from ui.locales import locale

INDONESIAN, ENGLISH = locale("id").login, locale("en").login

PASSWORDS = {"siti": "kopi pagi di Medan", "budi": "hujan sore di Manado"}
PROXY = "127.0.0.9"


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    made = Accounts(tmp_path_factory.mktemp("guarded"))
    made.add("siti", PASSWORDS["siti"], "reader")
    made.add("budi", PASSWORDS["budi"], "editor")
    return made


@pytest.fixture(scope="module")
def closed(accounts: Accounts) -> Iterator[Served]:
    """With accounts, on the machine's own address."""
    with served(LoginService(accounts, public=False), proxy=PROXY) as site:
        yield site


@pytest.fixture(scope="module")
def opened() -> Iterator[Served]:
    """Without accounts."""
    with served() as site:
        yield site


def login(site: Served, name: str = "siti", password: str | None = None, to: str = "", **more: str) -> Reply:
    body = urlencode(
        {"name": name, "password": PASSWORDS.get(name) if password is None else password, "next": to}
    )
    return site.post("/login", body, **more)


@pytest.fixture(scope="module")
def cookie(closed: Served) -> str:
    return login(closed).cookie


# Nobody


def paths_of(app: object, prefix: str = "") -> set[str]:
    """The paths of all routes, those of what is mounted as well, something in the place of each parameter."""
    found = set()
    for route in getattr(app, "routes", []):
        path = prefix + re.sub(r"\{[^}]*\}", "x", getattr(route, "path", ""))
        beneath = [getattr(route, name, None) for name in ("app", "original_router")]
        found |= {path}.union(*(paths_of(one, path.rstrip("/")) for one in beneath))
    return found


KNOWN = """
/config /gradio_api/info /gradio_api/upload /gradio_api/queue/join /gradio_api/queue/data
/gradio_api/run/predict /gradio_api/call/ask /gradio_api/file=/etc/passwd /gradio_api/heartbeat/x
/gradio_api/app_id /gradio_api/startup-events /gradio_api/proxy=http://192.0.2.1/ /theme.css
/assets/index.js /static/img/logo.svg /monitoring /openapi.json /docs /gradio_api/mcp/sse
/gradio_api/openapi.json /favicon.ico /robots.txt /manifest.json /?__theme=dark /x
""".split()


def test_no_route_of_any_part_is_open_without_a_login(closed: Served) -> None:
    paths = paths_of(closed.app)
    assert {"/", "/review", "/logout", "/gradio_api/upload", "/config"} <= paths
    for path in sorted(paths | set(KNOWN)):
        for method in ("GET", "POST", "HEAD", "OPTIONS", "DELETE"):
            if path in {"/login", "/healthz", "/readyz"}:
                continue
            reply = closed.send(method, path, accept="*/*")
            allowed = {401, 303} if path.startswith("/?") or path in {"/", ""} else {401}
            assert reply.status in allowed, (method, path)
            assert "Kopi" not in reply.text


@pytest.mark.parametrize(
    "path",
    [
        *("//", "///review", "//login", "/login/", "/login/../review", "/login/..%2freview"),
        "/login;/review",
        *("/LOGIN", "/Login", "/login%00", "/login%20", "/login%0a", "/login.", "/login\\..\\review"),
        *("/%2e%2e/review", "/./review", "/healthz/../config", "/healthz/", "/healthz%2f..%2fconfig"),
        "/%72eview",
        *("/review?next=/login", "/review#/login", "/config?/healthz", "/gradio_api//info"),
        "/%67radio_api/info",
        *("/.well-known/x", "*", "http://127.0.0.1/review", "/login?", "/loginx"),
    ],
)  # fmt: skip
def test_no_way_of_writing_a_path_leads_past_the_guard(closed: Served, path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        reply = closed.send(method, path)
        if path == "/login?":
            assert reply.status in {200, 405}
        else:
            assert reply.status in {400, 401, 404} or reply.headers["location"] == "/login", path
            assert "password" not in reply.text or reply.status == 200


def test_a_request_that_claims_to_come_from_elsewhere_is_nobodys(closed: Served) -> None:
    safe, name = session_cookies(f"127.0.0.1:{closed.port}")
    for headers in (
        {"x_forwarded_for": "127.0.0.1"},
        {"x_original_url": "/login"},
        {"x_rewrite_url": "/login"},
        {"x_http_method_override": "GET"},
        {"x_forwarded_prefix": "/login"},
        {"host": "localhost"},
        {"authorization": "Basic " + base64.b64encode(b"siti:kopi pagi di Medan").decode()},
        {"authorization": "Bearer "},
        {"authorization": "Bearer null"},
        {"cookie": f"{name}="},
        {"cookie": f"{name}=x; {safe}=y"},
        {"cookie": f'{name}="\\";' + "x" * 3000},
        {"cookie": "access-token=siti"},
    ):
        assert closed.get("/review", **headers).status == 401, headers


def test_a_socket_is_refused(closed: Served, cookie: str) -> None:
    upgrade = {
        "connection": "Upgrade", "upgrade": "websocket",
        "sec_websocket_key": base64.b64encode(b"0" * 16).decode(), "sec_websocket_version": "13",
    }  # fmt: skip
    assert closed.get("/gradio_api/queue/join", **upgrade).status == 401
    assert closed.get("/gradio_api/queue/join", cookie=cookie, **upgrade).status == 404


def test_a_page_is_kept_for_after_the_login_and_a_script_is_told(closed: Served) -> None:
    page = closed.get("/review?verdict=down&x=%2F", accept="text/html,*/*")
    assert (page.status, page.headers["location"]) == (
        303,
        "/login?next=" + quote("/review?verdict=down&x=%2F", safe=""),
    )
    assert closed.get("/", accept="*/*").headers["location"] == "/login"
    told = closed.get("/review", accept="*/*")
    assert told.status == 401
    assert "Bearer" in told.headers["www-authenticate"]
    assert INDONESIAN.ended in told.text
    assert ENGLISH.ended in closed.get("/review", accept="*/*", accept_language="en-GB").text


# Coming in


def test_the_right_password_opens_the_page_that_was_asked_for(closed: Served) -> None:
    form = closed.get("/login?next=%2Freview%3Fverdict%3Ddown&language=en")
    assert form.status == 200
    assert 'value="/review?verdict=down"' in form.text
    assert ENGLISH.password in form.text
    assert "<script" not in form.text
    reply = login(closed, to="/review?verdict=down")
    assert (reply.status, reply.headers["location"]) == (303, "/review?verdict=down")
    assert closed.get("/review", cookie=reply.cookie).status == 200
    assert closed.get("/login?next=/review", cookie=reply.cookie).headers["location"] == "/review"


def test_cookies_of_other_programs_do_not_hide_ours(closed: Served, cookie: str) -> None:
    for other in ('a={"b": [1, "c"]}', "broken", "=", "a=b=c", "ü=1", 'a="', "x" * 5000):
        sent = f"{other}; {cookie}; {other}".encode().decode("latin-1")
        assert closed.get("/review", cookie=sent).status == 200, other


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(closed: Served) -> None:
    plain, browser = login(closed).headers.get_all("set-cookie") or []
    assert re.fullmatch(
        r"tanya-browser-[0-9a-f]{8}=[\w-]{43}; HttpOnly; Max-Age=2592000; Path=/login; SameSite=strict",
        browser,
    )
    assert re.fullmatch(
        r"tanya-session-[0-9a-f]{8}=[\w-]{43}; HttpOnly; Max-Age=86400; Path=/; SameSite=lax", plain
    ), plain
    encrypted = login(
        closed,
        source=PROXY,
        x_forwarded_proto="https",
        x_forwarded_for="192.0.2.7",
        origin="https://tanya.example",
        host="tanya.example",
    )
    assert re.fullmatch(
        r"__Host-tanya-session-[0-9a-f]{8}=[\w-]{43}; HttpOnly; Max-Age=86400; Path=/; SameSite=lax; Secure",
        encrypted.headers["set-cookie"],
    )
    assert encrypted.headers["strict-transport-security"] == "max-age=31536000"
    assert "Secure" not in login(closed, x_forwarded_proto="https").headers["set-cookie"], "no trusted proxy"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "/\n/evil.example", "javascript:alert(1)", "evil.example", "", "/\r\nset-cookie: a=b",
        "///evil.example",
        "/login?next=/login", "/logout", "/" + "a" * 3000, "/ü", "http:/evil.example", " //evil.example",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(closed: Served, address: str) -> None:
    assert local(address) == "/"
    reply = login(closed, to=address)
    assert (reply.status, reply.headers["location"]) == (303, "/")
    host = f"127.0.0.1:{closed.port}"
    assert [one.partition("=")[0] for one in reply.headers.get_all("set-cookie") or []] == [
        session_cookies(host)[1],
        browser_cookie(host),
    ]
    assert 'name="next" value="/"' in closed.get(f"/login?next={quote(address, safe='')}").text


@pytest.mark.parametrize(
    "address", ["/", "/review", "/review?verdict=down&language=en", "/articles/a.b#mark"]
)
def test_an_address_of_ours_is_kept(address: str) -> None:
    assert local(address) == address


def test_a_session_that_was_there_before_is_not_taken_over(closed: Served) -> None:
    planted = f"{session_cookies(f'127.0.0.1:{closed.port}')[1]}={'A' * 43}"
    reply = login(closed, cookie=planted)
    assert reply.status == 303
    assert reply.cookie != planted
    assert closed.get("/review", cookie=planted).status == 401
    second = login(closed, cookie=reply.cookie)
    assert closed.get("/review", cookie=reply.cookie).status == 401, "the former one ends"
    assert closed.get("/review", cookie=second.cookie).status == 200


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(closed: Served) -> None:
    wrong = login(closed, "siti", "bukan kata sandinya", source="127.0.1.1")
    unknown = login(closed, "nobody", "bukan kata sandinya", source="127.0.1.1")
    assert wrong.status == unknown.status == 401
    assert INDONESIAN.wrong in wrong.text
    assert wrong.text.replace('"siti"', '"nobody"') == unknown.text
    skipped = {"date", "x-request-id", "content-length"}
    assert [one for one in wrong.headers.items() if one[0] not in skipped] == [
        one for one in unknown.headers.items() if one[0] not in skipped
    ]


def test_what_was_typed_is_inert(closed: Served) -> None:
    attack = "\"><script>alert(1)</script>\u202e'"
    reply = login(closed, attack, "x", source="127.0.1.2")
    assert reply.status == 401
    assert "<script" not in reply.text
    assert "&lt;script&gt;" in reply.text


def test_guessing_is_stopped_for_the_guesser_and_for_nobody_else(closed: Served) -> None:
    guesses = [login(closed, "budi", f"tebakan {number}", source="127.0.1.3") for number in range(TRIES + 1)]
    assert [one.status for one in guesses] == [401] * TRIES + [429]
    assert 25 <= int(guesses[-1].headers["retry-after"]) <= 30
    assert re.search(r"Coba lagi dalam \d\d detik", guesses[-1].text)
    assert login(closed, "budi", source="127.0.1.3").status == 429, "the right one as well"
    assert login(closed, "siti", source="127.0.1.3").status == 303
    assert login(closed, "budi", source="127.0.1.4").status == 303
    behind = [
        login(closed, "budi", "tebakan", x_forwarded_for=f"192.0.2.{n}", source="127.0.1.5") for n in range(6)
    ]
    assert behind[-1].status == 429, "another address in a header does not help"


def test_who_shares_an_address_with_a_guesser_and_was_logged_in_before_is_not_shut_out(
    closed: Served,
) -> None:
    there = "127.0.1.6"
    _, browser = login(closed, "budi", source=there).headers.get_all("set-cookie") or []
    known = browser.partition(";")[0]
    for number in range(TRIES + 1):
        login(closed, "budi", f"tebakan {number}", source=there)
    assert login(closed, "budi", source=there).status == 429
    guesses = [login(closed, "budi", "tebakan", source=there, cookie=known).status for _ in range(TRIES + 1)]
    assert guesses == [401] * TRIES + [429], "it is counted by itself, and counted"


def test_a_known_browser_comes_in_while_its_address_waits(closed: Served) -> None:
    there = "127.0.1.7"
    _, browser = login(closed, "budi", source=there).headers.get_all("set-cookie") or []
    for number in range(TRIES + 1):
        login(closed, "budi", f"tebakan {number}", source=there)
    assert login(closed, "budi", source=there, cookie=browser.partition(";")[0]).status == 303


@pytest.mark.parametrize(
    "body", ["", "name", "name=siti", "\xff", "a=b&" * 100, "name=siti&password=" + "x" * 9000]
)
def test_a_form_that_is_not_one_is_a_wrong_password(closed: Served, body: str) -> None:
    number = 10 + len(body) % 200
    assert closed.post("/login", body, source=f"127.0.2.{number}").status == 401


# Being in


def test_what_changes_something_is_refused_from_another_site(closed: Served, cookie: str) -> None:
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": closed.origin, "sec_fetch_site": "cross-site"},
        {"origin": closed.origin, "sec_fetch_site": "same-site"},
    ):
        for path in ("/logout", "/feedback", "/gradio_api/run/predict"):
            assert closed.post(path, cookie=cookie, **headers).status == 403, headers
    assert closed.send("POST", "/logout", cookie=cookie).status == 403, "nor without a word"
    assert login(closed, origin="https://evil.example").status == 403
    assert closed.get("/review", cookie=cookie).status == 200


def test_the_frameworks_uploads_and_files_are_not_served(closed: Served, cookie: str) -> None:
    for path in KNOWN:
        if path.startswith("/gradio_api/") and not path.startswith("/gradio_api/run"):
            assert closed.get(path, cookie=cookie).status == 404, path
            assert closed.post(path, cookie=cookie).status == 404, path
    assert closed.get("/", cookie=cookie, x_forwarded_host="evil.example").text.count("evil.example") == 0


def test_a_token_opens_what_is_for_scripts_and_nothing_else(closed: Served, accounts: Accounts) -> None:
    token = accounts.new_token("budi")
    bearer = {"authorization": f"Bearer {token}"}
    assert closed.get("/metrics", **bearer).status == 200
    for path in ("/", "/review", "/config", "/apix", "/api%2f..%2freview", "/metricsx"):
        assert closed.get(path, **bearer).status in {401, 303, 404}, path
        assert closed.get(path, **bearer).headers["location"] in {None, "/login"}
    assert closed.get("/metrics", authorization=f"Bearer {token}x").status == 401
    assert closed.get(f"/metrics?token={token}").status == 401
    accounts.revoke_token("budi")
    assert closed.get("/metrics", **bearer).status == 401


def test_a_wrong_token_is_not_saved_by_a_cookie(closed: Served, cookie: str) -> None:
    assert closed.get("/metrics", cookie=cookie).status == 200
    assert closed.get("/metrics", cookie=cookie, authorization="Bearer tanya_x").status == 401


def test_an_account_that_changes_or_goes_ends_its_sessions_at_once(
    closed: Served, accounts: Accounts
) -> None:
    accounts.add("rina", "angin malam di Bali", "reader")
    changes = (
        lambda: accounts.set_role("rina", "editor"),
        lambda: accounts.set_password("rina", "angin malam di Bali"),
        lambda: accounts.remove("rina"),
    )
    for change in changes:
        cookie = login(closed, "rina", "angin malam di Bali").cookie
        assert closed.get("/review", cookie=cookie).status == 200
        change()
        assert closed.get("/review", cookie=cookie).status == 401
    assert login(closed, "rina", "angin malam di Bali").status == 401


def test_accounts_that_cannot_be_read_keep_everybody_out(
    closed: Served, accounts: Accounts, cookie: str
) -> None:
    kept = accounts.path.read_bytes()
    try:
        accounts.path.write_text("{")
        assert closed.get("/review", cookie=cookie).status == 503
        assert closed.get("/healthz").status == 200
    finally:
        accounts.path.write_bytes(kept)
    assert closed.get("/review", cookie=cookie).status == 200


def test_the_last_account_gone_does_not_open_a_page_that_asked_for_one(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    logins = LoginService(accounts, public=False)
    assert not logins.closed
    accounts.add("siti", PASSWORDS["siti"], "reader")
    assert logins.closed
    (tmp_path / FILE).unlink()
    assert logins.identify({}, "/") is None


@pytest.mark.parametrize(("public", "proxied"), [(True, False), (False, True), (True, True)])
def test_the_last_account_removed_opens_no_page_that_others_may_reach(
    tmp_path: Path, public: bool, proxied: bool
) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("siti", PASSWORDS["siti"], "reader")
    logins = LoginService(accounts, public=public, proxied=proxied)
    _, name = session_cookies("127.0.0.1")
    cookie = {"host": "127.0.0.1", "cookie": f"{name}={logins.enter('siti', PASSWORDS['siti'], '')}"}
    assert logins.identify(cookie, "/") is not None
    accounts.remove("siti")
    assert logins.identify(cookie, "/") is None
    assert logins.identify({}, "/") is None
    accounts.add("siti", PASSWORDS["siti"], "reader")
    assert logins.identify(cookie, "/") is None, "what ended stays so"


def test_the_last_account_removed_opens_the_page_of_this_machine_alone(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("siti", PASSWORDS["siti"], "admin")
    with served(LoginService(accounts, public=False)) as site:
        cookie = login(site).cookie
        assert site.get("/review").status == 401
        accounts.remove("siti")
        assert site.get("/review").status == 200
        assert site.get("/review", host="evil.example").status == 421
        assert site.get("/review", x_forwarded_for="192.0.2.1").status == 403
        assert site.get("/users", cookie=cookie).status == 403, "whoever was an admin is none"
        accounts.path.unlink()
        assert site.get("/review").status == 200
        accounts.add("budi", PASSWORDS["budi"], "reader")
        assert site.get("/review").status == 401
        accounts.path.unlink()
        assert site.get("/review").status == 401, "a file that is gone says nothing"


def test_whoever_logs_out_is_out(closed: Served) -> None:
    cookie = login(closed).cookie
    asked = closed.get("/logout", cookie=cookie)
    assert "siti (pembaca)" in asked.text
    assert closed.get("/review", cookie=cookie).status == 200, "asking is not doing"
    reply = closed.post("/logout", cookie=cookie)
    assert (reply.status, reply.headers["location"]) == (303, "/login")
    assert "Max-Age=0" in reply.headers["set-cookie"]
    assert closed.get("/review", cookie=cookie).status == 401


# Where no login is asked for


def test_without_accounts_the_machine_itself_gets_the_page(opened: Served) -> None:
    for host in ("127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8000", "127.1.2.3"):
        assert opened.get("/review", host=host).status == 200, host
    assert opened.get("/login").headers["location"] == "/"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "127.0.0.1@evil.example",
     "0.0.0.0",
     "[::2]", "192.0.2.1", "127.0.0.1:80:80", "localhost/x", "[::1", "2130706433"],
)  # fmt: skip
def test_a_page_elsewhere_cannot_take_this_machines_name(opened: Served, host: str) -> None:
    assert not names_loopback(host)
    for path in ("/", "/review", "/config", "/logout"):
        assert opened.get(path, host=host).status == 421
    assert opened.get("/healthz", host=host).status == 421


def test_what_comes_by_a_proxy_does_not_come_from_this_machine(opened: Served) -> None:
    for headers in ({"x_forwarded_for": "192.0.2.1"}, {"forwarded": "for=192.0.2.1"}, {"x_real_ip": "::1"}):
        reply = opened.get("/review", accept="text/html", **headers)
        assert reply.status == 403
        assert "tanya users add" in reply.text


def test_another_site_cannot_write_to_an_open_page_and_a_script_can(opened: Served) -> None:
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec_fetch_site": "cross-site"}):
        assert opened.post("/gradio_api/run/predict", **headers).status == 403
    assert opened.send("POST", "/gradio_api/run/predict").status != 403
    assert opened.post("/feedback", "{}").status == 400


def test_under_a_path_nothing_is_asked_of_a_browser_for_the_whole_host() -> None:
    with served(proxy=PROXY, path="/tanya") as site:
        reply = site.send(
            "GET",
            "/tanya/healthz",
            source=PROXY,
            x_forwarded_proto="https",
            x_forwarded_for="192.0.2.7",
            host="tanya.example",
        )
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cross-origin-opener-policy"] == "same-origin"
        assert reply.headers["strict-transport-security"] is None


def test_every_response_keeps_the_page_to_itself(opened: Served) -> None:
    for path, status in (("/", 200), ("/review", 200), ("/nowhere", 404), ("/gradio_api/upload", 404)):
        reply = opened.get(path)
        assert reply.status == status
        assert "default-src" in reply.headers["content-security-policy"]
        assert "frame-ancestors" in reply.headers["content-security-policy"]
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "same-origin"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cross-origin-resource-policy"] == "same-origin"
        assert reply.headers["cross-origin-opener-policy"] == "same-origin"
        assert "geolocation=()" in reply.headers["permissions-policy"]
        assert reply.headers["strict-transport-security"] is None
        assert reply.headers["server"] is None
    assert opened.get("/theme.css").headers["cache-control"] == "private, no-cache"


def test_a_handler_of_the_page_knows_whose_an_event_is(accounts: Accounts) -> None:
    import gradio as gr
    from fastapi import FastAPI
    from starlette.testclient import TestClient

    from ui.middleware import AuthMiddleware

    def whose(request: gr.Request) -> str:
        return visitor_of(request.request.scope).name

    whose.__annotations__["request"] = gr.Request
    with gr.Blocks() as blocks:
        told = gr.Textbox()
        blocks.load(whose, [], [told], queue=False, api_name="whose")
    logins = LoginService(accounts, public=False)
    cookie = f"{session_cookies('testserver')[1]}={logins.enter('siti', PASSWORDS['siti'], '')}"
    app = gr.mount_gradio_app(FastAPI(), blocks, path="/")
    with TestClient(AuthMiddleware(app, logins)) as client:
        reply = client.post(
            "/gradio_api/run/whose",
            json={"data": [], "session_hash": "x"},
            headers={"cookie": cookie, "origin": "http://testserver"},
        )
    assert reply.json()["data"] == ["siti"]


# What is served to whom


def test_an_address_that_others_reach_asks_for_an_account_first(tmp_path: Path) -> None:
    for address in ("0.0.0.0", "192.0.2.1", "::", "2001:db8::1"):
        with pytest.raises(
            SettingsError, match=r"nobody has an account; make one with: tanya users add NAME$"
        ):
            login_service_of(tmp_path, address, address)
    assert not login_service_of(tmp_path, "localhost", "127.0.0.1").closed
    Accounts(tmp_path).add("siti", PASSWORDS["siti"], "reader")
    assert login_service_of(tmp_path, "0.0.0.0", "0.0.0.0").closed
    assert login_service_of(tmp_path, "localhost", "::1").closed
    (tmp_path / FILE).write_text("x")
    with pytest.raises(AccountError, match="damaged"):
        login_service_of(tmp_path, "0.0.0.0", "0.0.0.0")


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "::ffff:127.0.0.1", "[::1]"]
)
def test_the_machines_own_addresses_are_known(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("proxies", ["*", "", "proxy.example", "127.0.0.1,", "10.0.0.1/8"])
def test_only_addresses_can_be_trusted_as_proxies(proxies: str) -> None:
    with pytest.raises(SettingsError, match=r"is no address; name the proxy as in: tanya serve --proxy"):
        check_proxies(proxies)


def test_networks_can_be_trusted_as_proxies() -> None:
    check_proxies("127.0.0.1, 10.0.0.0/8,::1")
