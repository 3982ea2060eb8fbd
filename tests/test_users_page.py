"""The page of accounts: who may see it, what it changes, and what it tells nobody."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from page_site import findings
from playwright.sync_api import Browser, Page, expect
from serving import Reply, Served, served

from ui.auth.accounts import FILE, Accounts, of_token
from ui.auth.login import LoginService
from ui.locales import locale

INDONESIAN, ENGLISH = locale("id"), locale("en")
PROBLEMS, DONE = INDONESIAN.users.problems, INDONESIAN.users.done

PASSWORDS = {
    "rina": "kopi pagi di Medan",
    "budi": "hujan sore di Manado",
    "siti": "angin malam di Bali",
}
ROLES = {"rina": "admin", "budi": "editor", "siti": "reader"}
NEW = "pasar ikan di Bitung"
HTML = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("accounts")
    for name, password in PASSWORDS.items():
        Accounts(home).add(name, password, ROLES[name])  # type: ignore[arg-type]
    return home


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    return Accounts(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def site(accounts: Accounts, made: Path) -> Iterator[Served]:
    shutil.copy(made / FILE, accounts.path)
    with served(LoginService(accounts, public=True)) as running:
        yield running


@pytest.fixture(autouse=True)
def _as_made(request: pytest.FixtureRequest, accounts: Accounts, made: Path) -> None:
    """Every test begins with the same accounts."""
    fresh = accounts.path.with_name("fresh")
    shutil.copy(made / FILE, fresh)
    fresh.replace(accounts.path)


def login(site: Served, name: str, password: str | None = None, source: str = "127.0.0.1") -> str:
    reply = site.post(
        "/login", urlencode({"name": name, "password": password or PASSWORDS[name]}), source=source
    )
    assert reply.status == 303, reply.text
    return reply.cookie


def act(site: Served, cookie: str, do: str, name: str = "siti", **fields: str) -> Reply:
    more = {"origin": site.origin} if cookie else {}
    return site.post("/users", urlencode({"do": do, "name": name, **fields}), cookie=cookie, **more)


DEEDS = ({"do": "add", "name": "baru", "role": "admin", "password": NEW, "repeat": NEW},
         {"do": "role", "name": "siti", "role": "admin"},
         {"do": "password", "name": "rina", "password": NEW, "repeat": NEW},
         {"do": "token", "name": "rina"}, {"do": "revoke", "name": "rina"},
         {"do": "end", "name": "rina"}, {"do": "remove", "name": "rina"})  # fmt: skip


# Who may


@pytest.mark.parametrize("name", ["budi", "siti"])
def test_readers_and_editors_see_and_change_no_accounts(site: Served, accounts: Accounts, name: str) -> None:
    cookie, before = login(site, name), accounts.path.read_text()
    page = site.get("/users", cookie=cookie, accept="text/html")
    assert page.status == 403
    assert INDONESIAN.login.only_admins in page.text
    assert "rina" not in page.text
    for deed in DEEDS:
        assert site.post("/users", urlencode(deed), cookie=cookie).status == 403, deed
    assert accounts.path.read_text() == before


def test_nobody_and_a_token_of_a_script_get_nothing(site: Served, accounts: Accounts) -> None:
    token = accounts.new_token("rina")
    before = accounts.path.read_text()
    for headers in (
        {},
        {"authorization": f"Bearer {token}"},
        {"authorization": "Bearer tanya_" + "x" * 43},
        {"cookie": "tanya-session=" + "x" * 43},
        {"cookie": f"tanya-session={token}"},
    ):
        assert site.get("/users", **headers).status == 401, headers
        for deed in DEEDS:
            assert site.post("/users", urlencode(deed), **headers).status == 401, (headers, deed)
    assert accounts.path.read_text() == before


def test_a_page_of_another_site_changes_nothing(site: Served, accounts: Accounts) -> None:
    cookie, before = login(site, "rina"), accounts.path.read_text()
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": site.origin, "sec_fetch_site": "cross-site"},
        {"origin": site.origin, "sec_fetch_site": "same-site"},
    ):
        for deed in DEEDS:
            assert site.post("/users", urlencode(deed), cookie=cookie, **headers).status == 403, headers
    for deed in DEEDS:
        assert site.send("POST", "/users", urlencode(deed), cookie=cookie).status == 403, "nor without a word"
        assert site.get(f"/users?{urlencode(deed)}", cookie=cookie).status == 200, "an address does nothing"
    assert accounts.path.read_text() == before


def test_a_session_from_before_a_change_of_role_or_password_manages_nothing(
    site: Served, accounts: Accounts
) -> None:
    accounts.set_role("budi", "admin")
    for change in (
        lambda: accounts.set_role("budi", "editor"),
        lambda: (accounts.set_role("budi", "editor"), accounts.set_role("budi", "admin")),
        lambda: accounts.set_password("budi", PASSWORDS["budi"]),
    ):
        accounts.set_role("budi", "admin")
        stale = login(site, "budi")
        assert site.get("/users", cookie=stale).status == 200
        change()
        assert act(site, stale, "remove", "rina").status == 401
    assert "rina" in accounts.all()


def test_an_open_page_has_no_accounts_to_manage() -> None:
    with served() as opened:
        assert opened.get("/users").status == 403
        assert opened.post("/users", urlencode(DEEDS[0])).status == 403


# What it changes


def test_people_are_added_with_the_rules_of_the_command(site: Served, accounts: Accounts) -> None:
    cookie = login(site, "rina")

    def add(name: str, password: str = NEW, repeat: str | None = None, role: str = "reader") -> Reply:
        again = password if repeat is None else repeat
        return act(site, cookie, "add", name, password=password, repeat=again, role=role)

    for told, reply in (
        ("short", add("baru", "pendek")),
        ("long", add("baru", "x1y2z3 " * 1500)),
        ("bare", add("baru-sekali", "Baru-Sekali")),
        ("repeats", add("baru", "ababababab")),
        ("differ", add("baru", NEW, NEW + "!")),
        ("name", add(HTML)),
        ("name", add("")),
        ("taken", add("siti")),
        ("form", add("baru", role="root")),
        ("form", act(site, cookie, "fly")),
        ("unknown", act(site, cookie, "remove", HTML)),
    ):
        assert reply.status in {400, 404, 409}, told
        problem = PROBLEMS[told].format(name="siti", shortest=10, longest="1,024")
        assert f'role="alert"><bdi>{problem}' in reply.text
        assert "<script" not in reply.text
        assert NEW not in reply.text
    assert set(accounts.all()) == set(PASSWORDS)
    reply = add("baru", role="editor")
    assert (reply.status, reply.headers["location"]) == (303, "/users?told=added&name=baru#told")
    assert accounts.all()["baru"].role == "editor"
    assert login(site, "baru", NEW)
    shown = site.get("/users?told=added&name=baru", cookie=cookie)
    assert DONE["added"].format(name="baru") in shown.text


def test_what_stands_in_an_address_is_shown_as_text_or_not_at_all(site: Served) -> None:
    cookie = login(site, "rina")
    for query in ({"told": "added", "name": HTML}, {"told": HTML, "name": HTML}, {"language": HTML}):
        page = site.get(f"/users?{urlencode(query)}", cookie=cookie)
        assert page.status == 200
        assert "<script" not in page.text
        assert page.headers["cache-control"] == "no-store"
        assert "script-src 'self'" in page.headers["content-security-policy"]


def test_a_new_role_or_password_ends_sessions_and_token(site: Served, accounts: Accounts) -> None:
    cookie, password = login(site, "rina"), PASSWORDS["siti"]
    for deed, fields in (
        ("role", {"role": "editor"}),
        ("password", {"password": NEW, "repeat": NEW}),
    ):
        theirs, token = login(site, "siti", password), accounts.new_token("siti")
        bearer = {"authorization": f"Bearer {token}"}
        assert (site.get("/review", cookie=theirs).status, site.get("/metrics", **bearer).status) == (
            200,
            200,
        )
        assert act(site, cookie, deed, **fields).status == 303
        assert (site.get("/review", cookie=theirs).status, site.get("/metrics", **bearer).status) == (
            401,
            401,
        )
        password = fields.get("password", password)
    assert accounts.all()["siti"].role == "editor"
    kept = login(site, "siti", NEW)
    assert act(site, cookie, "role", role="editor").status == 303
    assert site.get("/review", cookie=kept).status == 200, "the same role changes nothing"


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        ("password", {"password": NEW, "repeat": NEW}),
        ("role", {"role": "reader"}),
        ("end", {}),
        ("remove", {}),
    ],
)
def test_who_ends_their_own_session_by_a_change_is_told_at_the_login(
    site: Served, accounts: Accounts, deed: str, fields: dict[str, str]
) -> None:
    accounts.set_role("budi", "admin")
    cookie = login(site, "rina")
    sent = act(site, cookie, deed, "rina", **fields)
    address = sent.headers["location"]
    assert (sent.status, address.partition("?")[0]) == (303, "/login")
    page = site.get(address.partition("#")[0], cookie=cookie)
    done = locale("id").login.done[{"end": "ended", "remove": "removed"}.get(deed, deed)]
    assert f'role="status">{done}<' in page.text
    assert 'value="/users?told=' in page.text
    assert 'role="status"' not in site.get("/login?told=%3Cb%3E").text


def test_a_token_is_shown_once_and_can_be_revoked(site: Served, accounts: Accounts) -> None:
    cookie = login(site, "rina")
    reply = act(site, cookie, "token", "budi")
    found = re.search(r'<code id="token">(tanya_[\w-]{43})</code>', reply.text)
    assert reply.status == 200
    assert found is not None
    account = of_token(found[1], accounts.all())
    assert account is not None
    assert account.name == "budi"
    assert reply.headers["cache-control"] == "no-store"
    again = site.get("/users?told=token&name=budi", cookie=cookie).text
    assert found[1] not in again
    assert 'id="token"' not in again
    assert act(site, cookie, "revoke", "budi").status == 303
    assert of_token(found[1], accounts.all()) is None


def test_sessions_are_seen_and_ended_one_by_one_or_all_at_once(site: Served) -> None:
    cookie = login(site, "rina")
    first, second, third = (login(site, "siti", source=f"127.0.3.{number}") for number in (1, 2, 3))
    page = site.get("/users", cookie=cookie).text
    numbers = re.findall(r'name="name" value="siti"><input type="hidden" name="session" value="(\w+)"', page)
    assert len(numbers) == 3
    assert [f"127.0.3.{number}" in page for number in (1, 2, 3)] == [True] * 3
    for session in (first, second, third):
        assert session.partition("=")[2] not in page
    assert page.count(INDONESIAN.users.own_session) == 1
    # The last used first: what was begun last.
    assert act(site, cookie, "end", session=numbers[0]).status == 303
    assert [site.get("/review", cookie=one).status for one in (first, second, third)] == [200, 200, 401]
    assert act(site, cookie, "end", "budi", session=numbers[1]).status == 303
    assert site.get("/review", cookie=second).status == 200, "not of another's name"
    assert act(site, cookie, "end").status == 303
    assert [site.get("/review", cookie=one).status for one in (first, second)] == [401, 401]
    assert site.get("/users", cookie=cookie).status == 200


def test_the_last_admin_is_neither_demoted_nor_removed(site: Served, accounts: Accounts) -> None:
    cookie = login(site, "rina")
    for reply in (act(site, cookie, "remove", "rina"), act(site, cookie, "role", "rina", role="editor")):
        assert reply.status == 409
        assert PROBLEMS["last_admin"].format(name="rina") in reply.text
    assert accounts.all()["rina"].role == "admin"
    assert act(site, cookie, "role", "budi", role="admin").status == 303
    assert act(site, cookie, "remove", "rina").status == 303
    assert "rina" not in accounts.all()
    assert site.get("/users", cookie=cookie).status == 401


def test_what_was_done_stands_in_the_log_without_secrets(
    site: Served, accounts: Accounts, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = login(site, "rina")
    with caplog.at_level(logging.INFO, "tanya.access"):
        act(site, cookie, "add", "baru", role="reader", password=NEW, repeat=NEW)
        act(site, cookie, "role", "baru", role="editor")
        act(site, cookie, "password", "baru", password=NEW + "!", repeat=NEW + "!")
        token = re.search(r"tanya_[\w-]{43}", act(site, cookie, "token", "baru").text)
        act(site, cookie, "revoke", "baru")
        act(site, cookie, "end", "baru")
        act(site, cookie, "remove", "baru")
        act(site, cookie, "add", NEW, role="reader", password=NEW, repeat=NEW)
    assert [record.getMessage() for record in caplog.records if record.name == "tanya.access"] == [
        "account baru: added as reader, by rina at 127.0.0.1",
        "account baru: role reader to editor, by rina at 127.0.0.1",
        "account baru: password reset, by rina at 127.0.0.1",
        "account baru: new token, by rina at 127.0.0.1",
        "account baru: token revoked, by rina at 127.0.0.1",
        "account baru: 0 sessions ended, by rina at 127.0.0.1",
        "account baru: removed, by rina at 127.0.0.1",
        "an account was not changed (name), asked by rina at 127.0.0.1",
    ]
    assert token is not None
    for secret in (NEW, token[0], accounts.all()["rina"].password, cookie.partition("=")[2]):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    "body", ["", "do", "do=add", "\xff", "a=b&" * 100, "do=role&name=siti", "do=" + "x" * 9000]
)
def test_what_is_no_form_of_the_page_changes_nothing(site: Served, accounts: Accounts, body: str) -> None:
    before = accounts.path.read_text()
    assert site.post("/users", body, cookie=login(site, "rina")).status in {400, 404}
    assert accounts.path.read_text() == before


# In a browser


def entered(browser: Browser, site: Served, name: str, password: str, path: str = "/users") -> Page:
    page = browser.new_context(locale="en-GB").new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{site.origin}/login?next={path}")
    page.get_by_label(ENGLISH.login.name).fill(name)
    page.get_by_label(ENGLISH.login.password).fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


@pytest.mark.browser
def test_an_admin_adds_somebody_by_keyboard_who_then_logs_in(
    browser: Browser, site: Served, accounts: Accounts
) -> None:
    t = ENGLISH.users
    page = entered(browser, site, "rina", PASSWORDS["rina"])
    page.get_by_label(ENGLISH.login.name).focus()
    page.keyboard.type("dewi")
    page.keyboard.press("Tab")
    page.keyboard.type(ENGLISH.login.roles["editor"])
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(t.done["added"].format(name="dewi"))
    assert accounts.all()["dewi"].role == "editor"
    card = page.locator("#people > ol > li").filter(has_text="dewi")
    card.get_by_role("button", name=t.new_token).click()
    expect(page.locator("#token")).to_have_text(re.compile("tanya_"))
    theirs = entered(browser, site, "dewi", NEW, "/review")
    expect(theirs.get_by_role("main")).to_be_visible()
    page.reload()
    page.locator("#people > ol > li").filter(has_text="dewi").get_by_text(
        t.remove_about.format(name="dewi")
    ).click()
    page.get_by_role("button", name=t.remove_sure).locator("visible=true").click()
    expect(page.get_by_role("status")).to_have_text(t.done["removed"].format(name="dewi"))
    theirs.goto(f"{site.origin}/review")
    expect(theirs).to_have_title(f"{ENGLISH.login.login} · Tanya Berita")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (768, "light"), (1280, "dark")])
def test_the_page_fits_and_an_audit_finds_nothing(
    browser: Browser, site: Served, width: int, scheme: str
) -> None:
    login(site, "siti", source="127.0.3.9")
    page = entered(browser, site, "rina", PASSWORDS["rina"])
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for fold in page.locator("#people summary").all():
        fold.dispatch_event("click")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert findings(page) == []
    for button in page.locator("#people button").all():
        place = button.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width


@pytest.mark.browser
def test_the_chat_leads_admins_alone_to_the_page(browser: Browser, site: Served) -> None:
    for name, count in (("rina", 1), ("budi", 0), ("siti", 0)):
        page = entered(browser, site, name, PASSWORDS[name], "/")
        page.wait_for_selector(".example:visible")
        expect(page.locator("a.users")).to_have_count(count)
        page.context.close()
