"""The press desk as people use it: in a browser, by mouse, by keys, on a phone, in both schemes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from articles_site import Open, Site, desk, visiting
from page_site import findings
from playwright.sync_api import Browser, Page, expect

from ui.desk.pages import TABS
from ui.locales import locale

WORDS, STATEMENTS = locale("id").desk, locale("id").statements

pytestmark = pytest.mark.browser

ADDRESSES = (
    "/desk/quotes",
    "/desk/quotes?q=gatot",
    "/desk/quotes?q=zzqqx",
    "/desk/quotes?speaker=Ratna+Wulandari",
    "/desk/quotes?speaker=Eko+Sudjarwo",
    "/desk/quotes?speaker=Gatot",
    "/desk/figures",
    "/desk/figures?topic=inflasi+Ambon&sort=value&order=up",
    "/desk/differ",
    "/desk/differ?reason=corrected",
)

LOOKS = [(390, 844, "dark"), (768, 1024, "light"), (1280, 800, "light"), (1280, 800, "dark")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with desk(tmp_path_factory.mktemp("meja")) as served:
        yield served


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Open]:
    with visiting(browser, site) as open_page:
        yield open_page


def pasted(page: Page) -> dict[str, str]:
    """What a paste brings, by its kind."""
    page.evaluate(
        """() => {
          window.pasted = null;
          document.addEventListener("paste", (event) => {
            const given = event.clipboardData;
            window.pasted = Object.fromEntries(given.types.map((one) => [one, given.getData(one)]));
            event.preventDefault();
          }, { capture: true, once: true });
        }"""
    )
    page.locator("#topic").focus()
    page.keyboard.press("Control+V")
    page.wait_for_function("window.pasted")
    found: dict[str, str] = page.evaluate("window.pasted")
    return found


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
def test_every_page_is_without_a_finding_and_fits_its_screen(
    visit: Open, width: int, height: int, scheme: str
) -> None:
    page = visit(ADDRESSES[0], width, height, scheme)
    for address in ADDRESSES:
        page.goto(page.url.partition("/desk")[0] + address)
        assert findings(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_a_statement_is_copied_with_its_footnote(visit: Open) -> None:
    page = visit("/desk/quotes?speaker=Ratna+Wulandari")
    page.get_by_role("button", name=STATEMENTS.copy).nth(1).click()
    expect(page.locator("#copy-status")).to_have_text(locale("id").answers.copied)
    got = pasted(page)
    first, *_, note = got["text/plain"].splitlines()
    assert first == "“Kapal besar kini bisa bersandar” — Ratna Wulandari, Wali Kota Bitung [1]"
    assert note.startswith("[1] Dermaga Bitung. Antara, 5 Januari 2025.")
    assert "<sup>1</sup>" in got["text/html"]
    page.locator("#copy-status").evaluate("(status) => (status.textContent = '')")
    page.get_by_role("button", name=STATEMENTS.copy_all).click()
    expect(page.locator("#copy-status")).to_have_text(locale("id").answers.copied)
    assert [line[:3] for line in pasted(page)["text/plain"].splitlines()[-3:]] == ["[1]", "[2]", "[3]"]


def test_where_copying_is_not_allowed_the_text_is_offered(visit: Open) -> None:
    page = visit("/desk/quotes?speaker=Ratna+Wulandari")
    page.evaluate("navigator.clipboard.write = () => Promise.reject(); document.execCommand = () => false")
    page.get_by_role("button", name=STATEMENTS.copy_all).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert "[3] Dermaga Bitung" in dialog.locator("textarea").input_value()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_citation_opens_its_exact_characters(visit: Open) -> None:
    page = visit("/desk/quotes?speaker=Ratna+Wulandari")
    page.locator(".statements a").first.click()
    expect(page.locator("mark")).to_have_text("dermaga baru sudah dipakai")


def test_a_speaker_is_found_and_read_by_keys_alone(visit: Open) -> None:
    page = visit("/desk")
    page.get_by_label(STATEMENTS.find).focus()
    page.keyboard.type("ratna")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/quotes?q=ratna*")
    page.get_by_role("link", name="Ratna Wulandari").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ratna Wulandari")).to_be_visible()
    for key, path, _ in TABS:
        page.get_by_role("link", name=WORDS.tabs[key], exact=True).focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{path}")


def test_a_column_is_sorted_by_its_heading(visit: Open) -> None:
    page = visit("/desk/figures?unit=percent")
    heading = page.get_by_role("columnheader", name=locale("id").figures.columns["value"])
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(page.locator(".figures .written").first).to_have_text("12 persen")


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_figures_are_read_without_moving_them_sideways(visit: Open, width: int) -> None:
    page = visit("/desk/figures?topic=inflasi+Ambon", width, 844)
    for part in page.locator(".scroll").all():
        assert part.evaluate("(one) => one.scrollWidth <= one.clientWidth")
        assert part.evaluate("(one) => one.scrollHeight <= one.clientHeight")
    row = page.locator(".figures tbody tr").first
    assert row.locator("th").bounding_box()["y"] <= row.locator("td").first.bounding_box()["y"]  # type: ignore[index]


def test_filters_are_folded_on_a_phone_once_something_is_shown(visit: Open) -> None:
    filters = locale("id").articles.filters
    page = visit("/desk/figures", 390, 844)
    expect(page.locator("#topic")).to_be_visible()
    page.locator("#topic").fill("inflasi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/figures?topic=inflasi*")
    expect(page.locator("#topic")).to_be_hidden()
    page.get_by_text(filters).click()
    expect(page.locator("#topic")).to_have_value("inflasi")
    wide = visit("/desk/figures?topic=inflasi", 768, 1024)
    expect(wide.locator("#topic")).to_be_visible()
    expect(wide.get_by_text(filters)).to_be_hidden()


def test_a_table_is_downloaded(visit: Open) -> None:
    page = visit("/desk/figures?unit=percent")
    with page.expect_download() as started:
        page.get_by_role("link", name=locale("id").figures.downloads["xlsx"]).click()
    assert started.value.suggested_filename == "figures.xlsx"
    assert started.value.path().read_bytes().startswith(b"PK")


def test_without_its_script_a_page_shows_all_but_the_copying(visit: Open) -> None:
    page = visit("/desk/quotes?speaker=Ratna+Wulandari", script=False)
    assert page.locator(".statements > li").count() == 3
    assert page.locator("button.copy").first.is_hidden()
