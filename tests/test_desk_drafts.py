"""The press desk's pages of drafts and releases: what they take, refuse, show and keep to themselves."""

from __future__ import annotations

import html
import io
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import docx
import httpx
import pytest
from articles_site import EDITOR, READER, Site, serving, until
from files_double import packed
from page_site import findings
from playwright.sync_api import Browser, expect

from index import NoIndex, Settings
from index.embedder import load_embedder
from rag.factcheck.draft import DraftError
from ui.desk.drafts import KEPT, BackgroundJobs, Fields, problem_of, read_form
from ui.locales import locale
from ui.markup import address_of
from ui.service import RequestQueue

WORDS = locale("id").drafts
TABS = ("drafts", "releases")
ARTICLE = (
    "Wali Kota Bitung Ratna Wulandari membuka dermaga baru pada Senin pagi. "
    "Pembangunan dermaga itu menelan biaya Rp 45 miliar dari anggaran kota. "
    "Dermaga itu melayani empat kapal setiap hari."
)
DRAFT = (
    "SIARAN PERS\n\nWali Kota Bitung Ratna Wulandari membuka dermaga baru pada Senin pagi. "
    "Pembangunan dermaga itu menelan biaya Rp 54 miliar dari anggaran kota. "
    "Para penyair <b>membacakan</b> puisi di halaman sekolah.\n"
)
FRENCH = (
    "Le gouvernement a annoncé mardi que les exportations de la région ont augmenté de cinq pour cent au "
    "cours de la première moitié de l'année, selon les chiffres du ministère."
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "dermaga.txt").write_text(ARTICLE)
    with serving(tmp_path / "home") as served:
        served.library.add([tmp_path / "dermaga.txt"])
        yield served


def send(site: Site, tab: str, text: str = "", file: tuple[str, bytes] | None = None) -> httpx.Response:
    """What comes of a form in the end."""
    with site.client(accept="text/html") as client:
        page = client.post(f"/desk/{tab}", data={"text": text}, files={"file": file or ("", b"")})
        deadline = time.monotonic() + 20
        while 'id="reading"' in page.text and time.monotonic() < deadline:
            time.sleep(0.05)
            page = client.get(page.url)
    return page


def alert(page: httpx.Response) -> str:
    found = re.search(r'<p role="alert"[^>]*>(.*?)</p>', page.text, re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(
    ("text", "file", "told"),
    [
        (" \n", None, WORDS.problems["empty"]),
        ("", ("draf.txt", b" \n"), WORDS.problems["empty"]),
        ("kata " * 400_001, None, WORDS.problems["long"]),
        (FRENCH, None, WORDS.problems["language"]),
        ("", ("draf.docx", b"PK\x03\x04 broken"), locale("id").uploads.reasons["damaged"]),
        ("", ("draf.txt", bytes(range(256)) * 10), locale("id").uploads.reasons["binary"]),
        ("", ("foto.jpg", b"\xff\xd8"), WORDS.problems["format"]),
        ("", ("siaran.eml", f"Subject: Siaran\n\n{FRENCH}\n".encode()), WORDS.problems["language"]),
        ("", ("arsip.zip", packed({"a.txt": b"Satu kabar.", "b.txt": b"Dua kabar."})), None),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence_above_the_form(
    site: Site, tab: str, text: str, file: tuple[str, bytes] | None, told: str | None
) -> None:
    page = send(site, tab, text, file)
    assert page.status_code == 400
    assert alert(page) == told if told else alert(page)
    assert '<form id="draft"' in page.text


@pytest.mark.parametrize("tab", TABS)
def test_an_empty_library_is_told(tmp_path: Path, tab: str) -> None:
    with serving(tmp_path / "home") as site:
        assert locale("id").articles.empty in alert(send(site, tab, DRAFT))


@pytest.mark.parametrize("tab", TABS)
def test_a_form_of_another_site_is_refused(site: Site, tab: str) -> None:
    with site.client(accept="text/html", origin="http://elsewhere.example") as client:
        page = client.post(f"/desk/{tab}", data={"text": DRAFT})
    assert page.status_code == 403


def test_a_result_is_nobody_elses_and_an_unknown_one_is_gone(site: Site) -> None:
    page = send(site, "drafts", file=("draf.txt", FRENCH.encode()))
    with site.client(accept="text/html") as client:
        assert client.get(page.url).status_code == 400
        with site.visited_by(READER):
            other = client.get(page.url)
            assert (other.status_code, alert(other)) == (404, WORDS.gone)
        assert client.get("/desk/drafts/unknown/naskah.docx").status_code == 404


def test_a_release_that_is_no_article_is_told(site: Site) -> None:
    with site.client(accept="text/html") as client:
        page = client.post("/desk/releases", data={"article": "tidak-ada"})
        until(lambda: 'id="reading"' not in client.get(page.url).text)
        assert alert(client.get(page.url)) == WORDS.problems["unknown"]


def test_a_form_is_read_in_each_way_a_browser_sends_it() -> None:
    assert read_form("application/x-www-form-urlencoded", b"text=Hujan+turun.") == Fields("Hujan turun.")
    assert read_form("application/x-www-form-urlencoded", b"text=Kaf\xe9+buka.") == Fields("Kaf\ufffd buka.")
    body = (
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="draf.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\nHujan \xe2\x80\x93 turun.\n\r\n--x--\r\n"
    )
    sent = read_form("multipart/form-data; boundary=x", body)
    assert (sent.name, sent.raw) == ("draf.txt", "Hujan – turun.\n".encode())
    for written, name in [
        ("kopi", "kopi"),
        ("https://h.example/tanya/articles/kopi?start=1&end=9&language=id#mark", "kopi"),
        (f"http://127.0.0.1:7860{address_of('a/b 50%', 1, 9)}", "a/b 50%"),
        ("http://[", "http://["),
    ]:
        form = urlencode({"article": f" {written} "}).encode()
        assert read_form("application/x-www-form-urlencoded", form).article == name
    with pytest.raises(DraftError, match="is empty"):
        read_form("multipart/form-data", b"nothing").check()


def test_a_mail_in_a_form_is_the_file_and_no_part_of_the_form() -> None:
    mail = b"From: humas@bitung.example\r\nContent-Type: text/plain\r\n\r\nHujan turun.\r\n"
    body = (
        b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nSatu.\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="rilis \xe2\x80\x93 2.eml"\r\n'
        b"Content-Type: message/rfc822\r\n\r\n" + mail + b"\r\n--x--\r\n"
    )
    assert read_form("multipart/form-data; boundary=x", body) == Fields("Satu.", "rilis – 2.eml", mail)


@pytest.mark.parametrize("tab", TABS)
def test_what_was_pasted_and_refused_stands_in_the_form_again(site: Site, tab: str) -> None:
    def pasted(page: httpx.Response) -> str:
        (text,) = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)
        return html.unescape(text)

    text = "\n</textarea> " + FRENCH
    assert pasted(send(site, tab, text)) == text
    # By a file beside it, which is read only in the background.
    assert pasted(send(site, tab, DRAFT, ("draf.docx", b"PK\x03\x04 broken"))) == DRAFT
    with site.client() as client:
        assert pasted(client.get(f"/desk/{tab}")) == ""


def test_work_is_kept_for_a_while_under_a_key_and_only_the_latest_of_much() -> None:
    work = BackgroundJobs(RequestQueue())
    first = work.begin("ratna", lambda tell: tell(1, 2, "") or "done")
    until(lambda: work.find(first, "ratna").result == "done")
    assert work.find(first, "ratna").progress.total == 2
    assert work.find(first, "budi") is None
    keys = [work.begin("ratna", lambda tell: "x") for _ in range(KEPT)]
    assert work.find(first, "ratna") is None
    assert work.find(keys[-1], "ratna") is not None


def test_whoever_makes_much_pushes_out_their_own_and_what_is_finished_first() -> None:
    work = BackgroundJobs(RequestQueue(seats=KEPT + 3))
    hers = work.begin("ratna", lambda tell: "x")
    gate = threading.Event()
    under_way = work.begin("budi", lambda tell: gate.wait(20))
    his = [work.begin("budi", lambda tell: "x") for _ in range(KEPT - 2)]
    until(lambda: all(job.is_finished for key, job in work._jobs.items() if key != under_way))
    more = [work.begin("budi", lambda tell: "x") for _ in range(2)]
    assert all(work.find(key, whose) for key, whose in ((hers, "ratna"), (under_way, "budi")))
    assert [work.find(key, "budi") is None for key in his[:3]] == [True, True, False]
    gate.set()
    until(lambda: all(work.find(key, "budi").is_finished for key in (under_way, *more)))
    work.begin("siti", lambda tell: "x")
    assert work.find(hers, "ratna") is None


def test_work_is_forgotten_in_time_though_nobody_looks() -> None:
    work = BackgroundJobs(RequestQueue(), life=0.1)
    key = work.begin("ratna", lambda tell: "x")
    until(lambda: not work._jobs)
    assert work.find(key, "ratna") is None


def test_work_waits_in_the_line_of_questions() -> None:
    queue = RequestQueue(seats=1)
    work = BackgroundJobs(queue)
    gate = threading.Event()
    first = work.begin("", lambda tell: gate.wait(20))
    second = work.begin("", lambda tell: "second")
    time.sleep(0.1)
    assert work.find(second, "").result is None
    gate.set()
    until(lambda: work.find(second, "").result == "second")
    assert work.find(first, "").result is True


def test_each_error_has_its_sentence() -> None:
    problems = [problem_of(one) for one in (DraftError("x", "long"), NoIndex("x"), ValueError("secret"))]
    assert problems == ["long", "no_articles", "failed"]
    for code in ("id", "en"):
        assert {"empty", "long", "language", "format", "unknown", "crowded", "failed"} == set(
            locale(code).drafts.problems
        )


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("naskah")
    (folder / "dermaga.txt").write_text(ARTICLE)
    with serving(folder / "home", load_embedder(Settings.load())) as served:  # type: ignore[arg-type]
        served.library.add([folder / "dermaga.txt"])
        yield served


@pytest.mark.model
def test_an_uploaded_word_file_comes_back_with_its_paragraphs_and_comments(real: Site) -> None:
    made, raw = docx.Document(), io.BytesIO()
    made.add_heading("SIARAN PERS", 1)
    made.add_paragraph(DRAFT.split("\n\n")[1].strip())
    made.save(raw)
    page = send(real, "drafts", file=("draf.docx", raw.getvalue()))
    assert page.status_code == 200
    with real.client() as client:
        sent = client.get(f"{page.url.path}/naskah.docx")
        table = client.get(f"{page.url.path}/naskah.csv").content.decode("utf-8-sig")
    after = docx.Document(io.BytesIO(sent.content))
    assert [one.text for one in after.paragraphs] == [one.text for one in made.paragraphs]
    assert [one.text.split(":")[0] for one in after.comments] == [
        "Didukung", "Bertentangan", "Tidak ditemukan"
    ]  # fmt: skip
    assert "Rp 45 miliar" in list(after.comments)[1].text
    assert [line.split(",")[1] for line in table.splitlines()[1:]] == [
        '"no_claim"', '"supported"', '"contradicted"', '"not_found"'
    ]  # fmt: skip


@pytest.mark.model
def test_reasons_are_in_the_language_of_the_page(real: Site) -> None:
    with real.client(accept="text/html") as client:
        page = client.post("/desk/drafts?language=en", data={"text": DRAFT}, files={"file": ("", b"")})
        until(lambda: 'id="reading"' not in client.get(page.url).text)
        shown = html.unescape(client.get(page.url).text)
    assert "the source says “Rp 45 miliar”" in shown
    assert "sumber menyebut" not in shown


@pytest.mark.model
@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (768, "light"), (1280, "light")])
def test_a_draft_is_pasted_and_its_wrong_figure_leads_to_the_articles_characters(
    real: Site,
    browser: Browser,
    width: int,
    scheme: str,
) -> None:
    expect.set_options(timeout=60_000)
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{real.origin}/desk/drafts?language=id")
    page.get_by_label(WORDS.text, exact=True).fill(DRAFT)
    page.get_by_role("button", name=WORDS.check).click()
    expect(page.locator("#placed")).to_be_visible()
    assert page.locator("#placed .label").all_inner_texts() == [
        WORDS.verdicts[one] for one in ("no_claim", "supported", "contradicted", "not_found")
    ]
    first = page.locator("#urgent li.sentence")
    expect(first).to_contain_text("Rp 54 miliar")
    expect(first.locator(".label")).to_contain_text(WORDS.wrong_fact)
    assert "<b>membacakan</b>" in page.locator("#placed").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert findings(page) == []
    first.locator(".cited a").click()
    expect(page.locator("#mark")).to_have_text(
        "Pembangunan dermaga itu menelan biaya Rp 45 miliar dari anggaran kota."
    )
    context.close()


@pytest.mark.model
@pytest.mark.browser
def test_a_release_is_traced_to_the_article_that_changed_it(
    real: Site,
    browser: Browser,
) -> None:
    expect.set_options(timeout=60_000)
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{real.origin}/desk/releases?language=en")
    words = locale("en").drafts
    page.get_by_label(words.text, exact=True).fill(DRAFT)
    page.get_by_role("button", name=words.trace).click()
    carrier = page.locator(".carrier")
    expect(carrier).to_have_count(1)
    assert carrier.locator(".label").all_inner_texts() == [
        words.fates[one] for one in ("copied", "changed", "dropped")
    ]
    expect(carrier.locator(".why")).to_have_text("Release: “Rp 54 miliar”; article: “Rp 45 miliar”")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert findings(page) == []
    page.goto(f"{real.origin}/desk/releases?language=en")
    page.get_by_label(words.article, exact=True).fill("dermaga")
    page.get_by_role("button", name=words.trace).click()
    expect(page.get_by_text(words.nobody)).to_be_visible()
    context.close()


def test_editors_and_readers_may_both_check(site: Site) -> None:
    for visitor in (EDITOR, READER):
        with site.visited_by(visitor):
            assert alert(send(site, "drafts", FRENCH)) == WORDS.problems["language"]
