"""The articles' pages as people use them: in a browser, by mouse, by keys, on a phone, and under attack."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from articles_site import PATIENCE, Open, Site, serving, visiting
from embedder_double import HashingEmbedder
from files_double import PARAGRAPHS, column, packed, pdf
from numpy.typing import NDArray
from page_double import ATTACK, BAD_URLS
from page_site import findings
from playwright.sync_api import Browser, Page, expect

from ui.locales import locale
from ui.markup import address_of

WORDS = locale("id").articles
UPLOADING = locale("id").uploads

pytestmark = pytest.mark.browser

LOOKS = [(360, 740, "dark"), (1280, 800, "light")]
DROP = """([names, contents]) => {
  const data = new DataTransfer();
  names.forEach((name, at) => data.items.add(new File([contents[at]], name)));
  const how = { dataTransfer: data, bubbles: true, cancelable: true };
  for (const kind of ["dragenter", "dragover", "drop"])
    document.querySelector(".drop").dispatchEvent(new DragEvent(kind, how));
}"""


class Gated(HashingEmbedder):
    """An embedder that waits until it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()

    def encode(self, texts: list[str], kind: Literal["query", "passage"]) -> NDArray[np.float32]:  # type: ignore[override]
        assert self.gate.wait(PATIENCE)
        return super().encode(texts, kind)


@pytest.fixture(scope="module")
def embedder() -> Gated:
    return Gated()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, embedder: Gated) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("situs")
    with serving(folder / "home", embedder) as served:
        berita = folder / "berita"
        berita.mkdir()
        lines = [
            {"id": f"serang-{number}", "judul": ATTACK, "isi": f"Sebelum. {ATTACK} Sesudah.", "url": url,
             "sumber": ATTACK, "penulis": ATTACK, "tanggal": "2025-01-02"}
            for number, url in enumerate(BAD_URLS)
        ]  # fmt: skip
        lines += [
            {
                "id": f"berita-{number}",
                "judul": f"Berita ke-{number}",
                "isi": f"Kalimat {number}.",
                "sumber": "A",
            }
            for number in range(60)
        ]
        long = " ".join(f"Kalimat ke-{number} dari artikel yang panjang." for number in range(300))
        lines.append({"id": "panjang", "judul": "Panjang", "isi": long, "sumber": "B"})
        (berita / "semua.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        (berita / "laporan.pdf").write_bytes(
            pdf([column(PARAGRAPHS), column(["Halaman kedua berisi lain."])])
        )
        assert not served.library.add([berita]).failures
        yield served


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Open]:
    with visiting(browser, site) as open_page:
        yield open_page


def write(folder: Path, **files: bytes | str) -> list[str]:
    paths = []
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(str(path))
    return paths


def article(words: str) -> str:
    return f"Judul {words}\n\nKalimat tentang {words} di kota ini.\n"


def test_hostile_articles_are_shown_and_do_nothing(visit: Open, site: Site) -> None:
    page = visit("/articles?q=Sebelum")
    expect(page.locator(".articles > li")).to_have_count(len(BAD_URLS))
    assert page.locator("img, iframe, .articles script, b").count() == 0
    for number in range(len(BAD_URLS)):
        text = site.library.article(f"serang-{number}").text
        page.goto(site.origin + address_of(f"serang-{number}", 4, len(text) - 4))
        assert page.locator(".text").evaluate("element => element.textContent") == text
        assert page.locator("#mark").evaluate("element => element.textContent") == text[4:-4]
        hrefs = page.locator("a").evaluate_all("links => links.map((link) => link.href)")
        assert [one for one in hrefs if not one.startswith(site.origin)] == []
        assert page.locator("img, iframe, main script, b").count() == 0
        page.goto(f"{site.origin}/articles/remove?id=serang-{number}")
        expect(page.get_by_role("button", name=WORDS.removal_sure)).to_be_visible()
    page.goto(
        f"{site.origin}/articles?q=" + "%3Cscript%3Ealert(1)%3C/script%3E%22%20onfocus=alert(2)%20x=%22"
    )
    expect(page.locator("#q")).to_have_value('<script>alert(1)</script>" onfocus=alert(2) x="')


def test_a_quotation_is_marked_and_in_sight(visit: Open, site: Site) -> None:
    text = site.library.article("panjang").text
    start = len(text) // 2
    page = visit(address_of("panjang", start, start + 14))
    expect(page.locator("#mark")).to_be_in_viewport()
    page = visit(address_of("panjang", start, start + 14).partition("#")[0])
    expect(page.locator("#mark")).to_be_in_viewport()
    page.get_by_role("link", name="English").click()
    expect(page.locator("#mark")).to_be_visible()


def test_files_are_dropped_sent_and_followed_until_they_are_indexed(
    visit: Open, site: Site, embedder: Gated
) -> None:
    page = visit("/articles/upload")
    names = ["kopi gayo.txt", "gambar.png", "<img src=x onerror=alert(1)>.txt", "kosong.txt", "kopi gayo.txt"]
    contents = [article("kopi"), "PNG", "<script>alert(2)</script>\n\nIsi jahat.\n", "", "dua kali"]
    page.evaluate(DROP, [names, contents])
    rows = page.locator("#chosen > li")
    expect(rows).to_have_count(5)
    expect(rows.nth(1)).to_contain_text(UPLOADING.reasons["format"])
    expect(rows.nth(3)).to_contain_text(UPLOADING.reasons["empty"])
    expect(rows.nth(4)).to_contain_text(UPLOADING.reasons["twice"])
    expect(page.locator(".chosen .status")).to_contain_text("2 berkas")
    embedder.gate.clear()
    page.get_by_role("button", name=UPLOADING.send, exact=True).click()
    page.wait_for_url("**/report*")
    expect(page.locator("#state")).to_have_text(UPLOADING.jobs["indexing"])
    expect(page.get_by_role("heading", name=UPLOADING.unsent)).to_be_visible()
    unsent = page.locator("h3 + .files > li")
    expect(unsent).to_have_count(3)
    for number, (name, reason) in enumerate(
        (("gambar.png", "format"), ("kosong.txt", "empty"), ("kopi gayo.txt", "twice"))
    ):
        expect(unsent.nth(number)).to_contain_text(name)
        expect(unsent.nth(number)).to_contain_text(UPLOADING.reasons[reason])
    expect(page.locator(".files .state").last).to_have_text(UPLOADING.states["reading"])
    expect(page.locator(".files .state").first).to_have_text(UPLOADING.states["indexing"])
    address = page.url
    page.close()
    embedder.gate.set()
    page = visit(address.removeprefix(site.origin))
    expect(page.locator("#state")).to_have_text(UPLOADING.jobs["done"])
    expect(page.locator(".files .state")).to_have_text(["terindeks: ditambahkan"] * 2)
    page.get_by_role("link", name="Judul kopi").click()
    expect(page.locator(".text")).to_contain_text("Kalimat tentang kopi")
    assert site.left_over() == set()


def test_everything_is_done_by_keys_alone(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit("/articles/upload")
    with page.expect_file_chooser() as asked:
        page.locator("#files").focus()
        page.keyboard.press("Enter")
    asked.value.set_files(
        write(tmp_path, satu__txt=article("satu"), dua__txt=article("dua"), tiga__txt=article("tiga"))
    )
    out = page.get_by_role("button", name=UPLOADING.take_out.format(name="dua.txt"))
    out.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chosen > li")).to_have_count(2)
    expect(page.locator("#chosen .out").last).to_be_focused()
    page.locator("#source").focus()
    page.keyboard.type("Dinas Kesehatan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/report*")
    expect(page.locator("#state")).to_have_text(UPLOADING.jobs["done"])
    page.goto(f"{site.origin}/articles")
    page.locator("#q").focus()
    page.keyboard.type("judul satu")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_contain_text("1 dari")
    expect(page.locator(".articles")).to_contain_text("Dinas Kesehatan")
    page.locator(".articles input").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=WORDS.removal_sure)).to_be_visible()
    page.get_by_role("button", name=WORDS.removal_sure).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text(WORDS.removed_one)
    assert site.library.listed(["satu"]) == ()


def test_a_file_that_would_replace_another_text_is_asked_about(
    visit: Open, site: Site, tmp_path: Path
) -> None:
    page = visit("/articles/upload")

    def send(content: str) -> None:
        page.goto(f"{site.origin}/articles/upload")
        page.set_input_files("#files", write(tmp_path, rilis__txt=content))
        page.get_by_role("button", name=UPLOADING.send, exact=True).click()
        page.wait_for_url("**/report*")

    send(article("lama"))
    expect(page.locator("#state")).to_have_text(UPLOADING.jobs["done"])
    send(article("baru"))
    expect(page.locator("#state")).to_have_text(UPLOADING.jobs["asking"])
    expect(page.get_by_role("radio", name=UPLOADING.keep)).to_be_checked()
    assert site.library.article("rilis").title == "Judul lama"
    page.get_by_role("radio", name=UPLOADING.replace).check()
    page.get_by_role("button", name=UPLOADING.decide).click()
    expect(page.locator("#state")).to_have_text(UPLOADING.jobs["done"])
    expect(page.locator(".files .state")).to_have_text("terindeks: diperbarui")
    assert site.library.article("rilis").title == "Judul baru"


def test_without_a_script_an_upload_is_reported_all_the_same(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit("/articles/upload", script=False)
    page.set_input_files("#files", write(tmp_path, polos__txt=article("polos"), rusak__pdf=b"%PDF-1.4"))
    page.get_by_role("button", name=UPLOADING.send, exact=True).click()
    page.wait_for_url("**/report*")
    expect(page.locator("#state")).to_have_text(UPLOADING.jobs["done"])
    expect(page.locator(".files > li").last).to_contain_text(UPLOADING.reasons["damaged"])


def test_a_cut_upload_is_told_and_can_be_sent_again(visit: Open, site: Site, tmp_path: Path) -> None:
    page = visit("/articles/upload")
    page.set_input_files("#files", write(tmp_path, putus__txt=article("putus")))
    page.route(
        "**/articles/upload",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    send = page.get_by_role("button", name=UPLOADING.send, exact=True)
    send.click()
    expect(page.locator(".chosen .status")).to_have_text(UPLOADING.not_sent)
    expect(send).to_be_enabled()
    page.unroute("**/articles/upload")
    # The browser itself reports the request that was cut.
    site.mishaps[:] = [one for one in site.mishaps if "net::ERR_FAILED" not in one]
    send.click()
    page.wait_for_url("**/report*")
    expect(page.locator("#state")).to_have_text(UPLOADING.jobs["done"])


@pytest.mark.parametrize(("width", "height", "scheme"), LOOKS)
def test_every_page_fits_and_is_without_a_finding(
    visit: Open, site: Site, tmp_path: Path, width: int, height: int, scheme: str
) -> None:
    page = visit("/articles?q=berita", width, height, scheme)
    sound(page)
    page.goto(site.origin + address_of("laporan", 3, 30))
    page.locator(".about summary").click()
    sound(page)
    page.goto(f"{site.origin}/articles/remove?id=laporan")
    sound(page)
    page.goto(f"{site.origin}/articles/upload")
    files = write(
        tmp_path, **{f"nama_yang_panjang_{'x' * 90}__txt": article(f"{width} {scheme}")},
        gambar__png=b"x", rusak__pdf=b"%PDF-1.4", arsip__zip=packed({"../a.txt": "Isi"}),
    )  # fmt: skip
    page.set_input_files("#files", files)
    sound(page)
    page.get_by_role("button", name=UPLOADING.send, exact=True).click()
    page.wait_for_url("**/report*")
    page.wait_for_selector('#job:is([data-state="done"], [data-state="asking"])')
    sound(page)


def sound(page: Page) -> None:
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
