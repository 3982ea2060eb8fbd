"""The articles' pages over HTTP: what is listed, read, removed and uploaded, by whom, and what is refused."""

from __future__ import annotations

import gzip
import json
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest
from articles_site import EDITOR, READER, Site, serving, text_of, until
from files_double import PARAGRAPHS, column, packed, pdf
from office_double import every, word97, workbook
from page_double import ATTACK, SEEDS

from index.parsers import SUFFIXES
from index.sqlite import writer_lock
from rag.summary import key_sentences
from ui.articles.pages import reason_of
from ui.auth.accounts import Visitor
from ui.locales import locale
from ui.markup import address_of
from ui.service import RateLimits

WORDS = locale("id").articles
UPLOADING_ENGLISH = locale("en").uploads
UPLOADING = locale("id").uploads

ODD = (
    "..",
    "../../healthz",
    "100%",
    "%2e%2e",
    "a/b#c?d",
    "dua kata",
    "upload",
    "read",
    "kutip'\"",
    "é✓",
    "\\",
)
WITHDRAWN = "Dinas Perikanan Bitung melatih 240 nelayan membuat abon di Aertembaga."
KEPT = "Abon itu dijual warung di pelabuhan mulai pekan depan."
CORRECTED = "Jumlah nelayan Bitung seharusnya 204 nelayan, bukan 240 nelayan."
SAFE = "https://contoh.example/kopi?a=1&b=2"


def records(count: int) -> str:
    lines = [
        {
            "id": f"berita-{number:03}",
            "judul": f"Berita ke-{number}",
            "isi": f"Isi berita yang ke-{number} tentang {'kopi' if number % 3 else 'karet'}.",
            "tanggal": (date(2025, 1, 1) + timedelta(days=number)).isoformat(),
            "sumber": "Antara" if number % 2 else "Kompas",
        }
        for number in range(count)
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("situs")
    berita = folder / "berita"
    berita.mkdir()
    (berita / "banyak.jsonl").write_text(records(120))
    (berita / "aneh.jsonl").write_text(
        "".join(
            json.dumps({"id": one, "judul": f"Aneh {one}", "isi": f"Isi dari {one}.", "sumber": "Aneh"})
            + "\n"
            for one in ODD
        )
        + json.dumps(
            {"id": "serang", "judul": ATTACK, "isi": f"Sebelum. {ATTACK}\r\rSesudah.", "sumber": ATTACK}
        )
        + "\n"
        + json.dumps(
            {"id": "taut", "isi": "Satu kalimat.", "url": SAFE, "penulis": "Ratna", "sumber": "Aneh"}
        )
        + "\n"
    )
    (berita / "laporan.pdf").write_bytes(
        pdf([column(PARAGRAPHS), column(["Halaman yang kedua berisi lain."])])
    )
    with serving(folder / "home") as served:
        assert not served.library.add([berita]).failures
        yield served


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with site.client() as opened:
        yield opened


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own, where nothing has been indexed yet."""
    with serving(tmp_path / "home") as served:
        yield served


def titles(page: str) -> list[str]:
    return re.findall(r'<p class="title"><a href="[^"]*" lang="\w+"><bdi>([^<]*)</bdi>', page)


def test_the_list_counts_searches_filters_sorts_and_pages(client: httpx.Client) -> None:
    page = client.get("/articles").text
    assert f"{120 + len(ODD) + 3} artikel" in page
    assert titles(page)[:2] == ["Berita ke-119", "Berita ke-118"]
    assert len(titles(page)) == 50
    assert "Halaman 1 dari 3" in page
    assert titles(client.get("/articles?page=2").text)[0] == "Berita ke-69"
    assert titles(client.get("/articles?page=999").text) == titles(client.get("/articles?page=3").text)
    assert titles(client.get("/articles?page=-1").text) == titles(client.get("/articles?page=x").text)
    assert titles(client.get("/articles?order=oldest").text)[0] == "Berita ke-0"
    assert titles(client.get("/articles?order=title").text)[1] == "Aneh %2e%2e"
    found = client.get("/articles", params={"q": "kopi", "source": "antara", "since": "2025-02-01"}).text
    assert "30 dari 134 artikel" in found
    assert client.get("/articles", params={"q": '"ke-7 tentang"'}).text.count('class="title"') == 1
    assert WORDS.nothing in client.get("/articles?q=tidakada").text
    told = client.get("/articles?since=kemarin").text
    assert WORDS.bad_day.format(value="kemarin") in told


def test_the_list_keeps_what_was_asked_and_the_language(client: httpx.Client) -> None:
    page = client.get("/articles?q=isi&language=en").text
    assert '<html lang="en">' in page
    assert '<input id="q" name="q" type="search" value="isi"' in page
    assert 'href="/articles?q=isi&amp;page=2&amp;language=en" rel="next"' in page
    assert 'href="/articles?q=isi&amp;language=id"' in page
    assert re.search(r'href="/articles/berita-\d+\?language=en"', page)
    assert '<input type="hidden" name="language" value="en">' in page


def test_what_is_searched_for_is_listed_by_relevance_unless_another_order_is_chosen(tmp_path: Path) -> None:
    told = [
        ("sekali", "Berita pagi", f"Karet naik. {'Teh dan gula turun. ' * 30}", "2025-03-01"),
        ("sering", "Berita sore", "Karet, karet dan karet. Selesai.", "2025-01-01"),
        ("judul", "Harga karet naik", f"Karet. {'Teh dan gula turun. ' * 60}", "2024-01-01"),
        ("teh", "Harga teh", "Teh turun.", "2025-04-01"),
    ]
    with serving(tmp_path / "home") as site, site.client() as client:
        for name, title, body, day in told:
            (tmp_path / f"{name}.md").write_text(f"---\ntitle: {title}\npublished: {day}\n---\n{body}\n")
        site.library.add(sorted(tmp_path.glob("*.md")))
        found = client.get("/articles?q=karet").text
        assert titles(found) == ["Harga karet naik", "Berita sore", "Berita pagi"]
        assert '<option value="relevance" selected>' in found
        newest = titles(client.get("/articles?q=karet&order=newest").text)
        assert newest == ["Berita pagi", "Berita sore", "Harga karet naik"]
        # Without words there is nothing to be relevant to.
        everything = client.get("/articles?order=relevance").text
        assert titles(everything)[0] == "Harga teh"
        assert '<option value="relevance"' not in everything
        # What a form without words sends of its order does not decide how words are listed.
        (order,) = re.findall(r'<option value="([^"]*)" selected>Terbaru', everything)
        again = client.get("/articles", params={"q": "karet", "order": order}).text
        assert titles(again) == titles(found)
        assert '<option value="newest">' in again
        day = client.get("/articles?since=01/03/2025").text
        assert titles(day) == ["Harga teh", "Berita pagi"]


def test_an_article_shows_its_headline_once_its_quotations_and_figures(tmp_path: Path) -> None:
    body = (
        "Gubernur Sumatera Utara Budi Santoso berkunjung ke Medan. "
        '"Ekspor kopi harus naik tahun ini," kata Budi Santoso.\n\n'
        "## Ekspor\n\nEkspor kopi bernilai Rp 5 miliar pada 2024."
    )
    (tmp_path / "kopi.md").write_text(f"---\ntitle: Ekspor kopi & karet\n---\n{body}\n")
    with serving(tmp_path / "home") as site, site.client() as client:
        site.library.add([tmp_path / "kopi.md"])
        page = client.get("/articles/kopi").text
        assert page.count("Ekspor kopi &amp; karet") == 2  # in the window's title and on the page
        quotations, figures = (
            page.split(f'id="{part}"')[1].split("</section>")[0] for part in ("quotations", "figures")
        )
        text = site.library.article("kopi").text
        at = text.index("Ekspor kopi harus")
        assert f'href="/articles/kopi?start={at}&amp;' in quotations
        assert "Budi Santoso" in quotations
        assert "Rp 5 miliar" in figures
        assert "2024" in figures
        # Markdown is there, for the style sheet to hide.
        assert '<span class="markup">## </span><span class="strong">Ekspor</span>' in page
        assert 'href="/?article=kopi"' in page
        asked = "/articles/suggestions?id=kopi&language=id"
        until(lambda: client.get(asked).status_code == 200)
        suggested = client.get(asked).json()
        assert suggested == [
            {
                "question": "Berapa nilainya menurut Ekspor kopi & karet?",
                "address": "/?article=kopi&question=Berapa+nilainya+menurut+Ekspor+kopi+%26+karet%3F"
                "&language=id",
            }
        ]
        assert client.get("/articles/suggestions?id=nowhere&language=id").json() == []


THREADS = 41
"""One more than the threads that all pages share."""


def test_who_waits_for_suggestions_keeps_no_page_from_anybody_else(fresh: Site) -> None:
    fresh.library.add([SEEDS / "sulut-jepang.md"])
    asked = "/articles/suggestions?id=sulut-jepang&language=id"
    queue = fresh.service.queue
    with fresh.client() as one, ThreadPoolExecutor(THREADS) as pool:
        until(lambda: one.get(asked).status_code == 200)
        with queue.line_up(), queue.line_up():
            waiting = [pool.submit(one.get, asked) for _ in range(THREADS)]
            until(lambda: queue.waiting == THREADS)
            assert one.get("/articles").status_code == 200
        assert {found.result().status_code for found in waiting} == {200}


def test_a_reader_sees_articles_and_changes_none(site: Site, client: httpx.Client) -> None:
    with site.visited_by(READER):
        page = client.get("/articles").text
        assert titles(page)
        assert '<input type="checkbox"' not in page
        assert "/articles/upload" not in page
        assert WORDS.remove not in client.get("/articles/berita-001").text
        for method, path in (
            ("GET", "/articles/upload"),
            ("POST", "/articles/upload"),
            ("GET", "/articles/remove?id=berita-001"),
            ("POST", "/articles/remove"),
            ("GET", "/articles/uploads/x"),
            ("POST", "/articles/uploads/x/decide"),
        ):
            reply = client.request(
                method, path, data={"id": "berita-001", "sure": "1"} if method == "POST" else None
            )
            assert reply.status_code == 403, path
            assert UPLOADING.refused["reader"] in reply.text
    assert site.library.article("berita-001")


@pytest.mark.parametrize("article_id", ODD)
def test_every_id_leads_to_its_article(site: Site, article_id: str) -> None:
    with site.client() as client:
        page = client.get(address_of(article_id, 0, 3))
        assert page.status_code == 200
        assert text_of(page.text) == (f"Isi dari {article_id}.", "Isi")
        whole = client.get("/articles?q=aneh").text
        assert address_of(article_id).replace("&", "&amp;") in whole


def test_a_text_is_shown_character_for_character(site: Site, client: httpx.Client) -> None:
    article = site.library.article("serang")
    text, marked = text_of(client.get(address_of("serang", 3, 40)).text)
    assert text == article.text
    assert marked == article.text[3:40]


def test_the_key_sentences_lead_to_their_place_in_the_article(site: Site, client: httpx.Client) -> None:
    plain = client.get("/articles/serang").text
    assert 'id="summarise" href="/articles/serang?summary=1#summary"' in plain
    assert WORDS.summary not in plain
    page = client.get("/articles/serang?summary=1&language=en").text
    article = site.library.article("serang")
    keys = key_sentences([article])[0]
    assert keys
    for key in keys:
        address = address_of("serang", key.start, key.end, "en").replace("&", "&amp;")
        assert f'<a href="{address}">' in page
        assert text_of(client.get(address_of("serang", key.start, key.end)).text)[1] == key.text
    assert text_of(page) == (article.text, "")
    assert "/articles/serang?summary=1&amp;language=id" in page


def test_the_key_sentences_are_without_a_figure_that_was_corrected_since(fresh: Site) -> None:
    folder = fresh.home.parent
    for name, day, text in (("lama", 3, f"{WITHDRAWN} {KEPT}"), ("ralat", 4, CORRECTED)):
        head = f"---\ntitle: {name}\npublished: 2025-03-0{day}\nsource: Radar\n---\n"
        (folder / f"{name}.md").write_text(head + text)
    fresh.library.add([folder / "lama.md", folder / "ralat.md"])
    with fresh.client() as client:
        page = client.get("/articles/lama?summary=1").text
    section = page.partition('id="summary"')[2].partition("</section>")[0]
    assert KEPT in section
    assert WITHDRAWN not in section


def test_the_page_of_a_file_and_what_is_known_of_it_are_shown(site: Site, client: httpx.Client) -> None:
    article = site.library.article("laporan")
    page = client.get(address_of("laporan", 10, article.pages[1] + 5)).text
    assert 'data-page="Halaman 1"' in page
    assert 'data-page="Halaman 2"' in page
    assert text_of(page) == (article.text, article.text[10 : article.pages[1] + 5])
    assert page.count('id="mark"') == 1
    page = client.get("/articles/taut").text
    assert (
        f'<a href="{SAFE.replace("&", "&amp;")}" target="_blank" rel="noopener noreferrer nofollow">' in page
    )
    assert "Ratna" in page
    middle = client.get("/articles/berita-050").text
    assert 'href="/articles/berita-049" rel="prev"' in middle
    assert 'href="/articles/berita-051" rel="next"' in middle
    assert str(site.home.parent) not in middle, "where a file lies is nobody's business"


@pytest.mark.parametrize(
    "query", ["start=5&end=999999", "start=9&end=3", "start=-1&end=2", "start=x&end=2", "start=1", "end=²"]
)
def test_characters_that_are_not_there_are_told(client: httpx.Client, query: str) -> None:
    page = client.get(f"/articles/berita-001?{query}")
    assert page.status_code == 200
    assert WORDS.no_mark in page.text
    assert "<mark" not in page.text


@pytest.mark.parametrize(
    "path", ["/articles/tidak-ada", "/articles/read?id=x%00y", "/articles/read", "/articles/a/../b"]
)
def test_what_is_not_there_is_told(client: httpx.Client, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 404
    assert WORDS.unknown in reply.text


def test_a_link_that_is_no_address_of_a_page_is_none(fresh: Site) -> None:
    lines = [
        {"id": f"x{n}", "isi": "Satu kalimat.", "url": url}
        for n, url in enumerate(
            [
                "javascript:alert(1)",
                "data:text/html,x",
                'https://a.example/"onclick="x',
                "https://\u202ea.example/",
            ]
        )
    ]
    file = fresh.home.with_name("tautan.jsonl")
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    fresh.library.add([file])
    with fresh.client() as client:
        for number in range(len(lines)):
            page = client.get(f"/articles/x{number}").text
            assert "javascript:" not in page
            assert 'target="_blank"' not in page


def test_removing_asks_first_and_names_what_goes(fresh: Site) -> None:
    add(fresh, "satu.txt", "dua.txt", "tiga.txt")
    with fresh.client() as client:
        asked = client.post("/articles/remove", data={"id": ["satu", "dua", "entah"]})
        assert asked.status_code == 200
        assert "Judul satu.txt" in asked.text
        assert "entah" in asked.text
        assert fresh.library.count() == 3
        told = client.post("/articles/remove", data={"id": ["satu", "dua"], "sure": "1"})
        assert str(told.url).endswith("/articles?removed=2")
        assert "2 artikel telah dihapus." in told.text
        assert [one.id for one in fresh.library.listing().articles] == ["tiga"]
        again = client.post("/articles/remove", data={"id": ["satu", "dua"], "sure": "1"})
        assert WORDS.removed_none in again.text
        assert client.get("/articles/satu").status_code == 404
        assert WORDS.removal_none in client.get("/articles/remove?id=satu").text


def test_removing_while_another_writes_is_told_and_removes_nothing(fresh: Site) -> None:
    add(fresh, "satu.txt")
    with fresh.client() as client, writer_lock(fresh.home):
        reply = client.post("/articles/remove", data={"id": "satu", "sure": "1"})
        assert reply.status_code == 503
        assert WORDS.busy in reply.text
        assert "Judul satu.txt" in reply.text
    assert fresh.library.count() == 1


def add(site: Site, *names: str) -> None:
    folder = site.home.with_name("berkas")
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(f"Judul {name}\n\nIsi dari {name} di kota.\n")
    site.library.add([folder])


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"origin": ""},
        {"origin": "null"},
    ],
)
def test_another_site_s_page_changes_nothing(fresh: Site, headers: dict[str, str]) -> None:
    add(fresh, "satu.txt")
    with fresh.client(**headers) as client:
        for reply in (
            client.post("/articles/remove", data={"id": "satu", "sure": "1"}),
            client.post("/articles/upload", files={"files": ("a.txt", b"x")}),
            client.post("/articles/uploads/x/decide", data={"file-0": "replace"}),
            client.post("/articles/uploads/x/again", data={"do": "retry"}),
        ):
            assert reply.status_code == 403
            assert UPLOADING.refused["cross_site"] in reply.text
    assert fresh.library.count() == 1
    assert fresh.left_over() == set()


def sent(client: httpx.Client, *files: tuple[str, bytes | str], **data: str) -> str:
    """Upload as a form without a script does; the address of the report, once all is done."""
    parts = [
        ("files", (name, content if isinstance(content, bytes) else content.encode()))
        for name, content in files
    ]
    reply = client.post("/articles/upload", files=parts, data=data)
    assert reply.status_code == 200, reply.text[-600:]
    job = reply.url.path.removesuffix("/report")
    until(lambda: client.get(job).json()["settled"])
    return job


def test_an_upload_into_nothing_is_found_read_and_asked_about_at_once(fresh: Site) -> None:
    with fresh.client() as client:
        assert WORDS.empty in client.get("/articles").text
        assert client.get("/articles/entah").status_code == 404
        job = sent(
            client,
            ("kopi.txt", "Kopi Gayo\n\nKopi Gayo naik.\n"),
            ("rusak.pdf", b"%PDF-1.4 rusak"),
            source=" Diskominfo\u202e ",
            published="2025-05-06",
        )
        told = client.get(job).json()
        assert [(one["name"], one["state"]) for one in told["files"]] == [
            ("kopi.txt", "done"),
            ("rusak.pdf", "refused"),
        ]
        assert told["files"][1]["reasons"] == [UPLOADING.reasons["damaged"]]
        assert told["counts"] == {"added": 1, "updated": 0, "unchanged": 0, "refused": 1, "left": 0}
        report = client.get(f"{job}/report").text
        assert "Diskominfo" in report
        assert "rusak.pdf: it is damaged" in report
        assert UPLOADING_ENGLISH.jobs["done"] in client.get(f"{job}/report?language=en").text
        assert "1 artikel" in client.get("/articles").text
        kopi = fresh.library.article("kopi")
        assert (kopi.source, kopi.published) == ("Diskominfo", date(2025, 5, 6))
        before = fresh.library.open()
        sent(client, ("teh.txt", "Teh Kayu Aro\n\nTeh Kayu Aro turun.\n"))
        after = fresh.library.open()
        assert before.lexical("aro", 3) == []
        assert {after.passage(row).article_id for row, _ in after.lexical("aro", 3)} == {"teh"}
        assert fresh.left_over() == set()


def test_a_script_is_answered_in_json(fresh: Site) -> None:
    with fresh.client(accept="application/json") as client:
        reply = client.post("/articles/upload?language=en", files={"files": ("a.txt", b"Judul\n\nIsi.\n")})
        assert reply.status_code == 202
        assert reply.json()["report"] == f"/articles/uploads/{reply.json()['id']}/report?language=en"
        reply = client.post("/articles/upload", data={"published": "besok"}, files={"files": ("a.txt", b"x")})
        assert (reply.status_code, reply.json()) == (
            400,
            {"said": UPLOADING.refused["day"].format(value="besok")},
        )


def test_an_upload_is_seen_by_who_sent_it_alone(fresh: Site) -> None:
    with fresh.client() as client:
        job = sent(client, ("a.txt", "Judul\n\nIsi.\n"))
        with fresh.visited_by(Visitor("lain", "editor")):
            for path in (job, f"{job}/report"):
                assert client.get(path).status_code == 404
            assert client.post(f"{job}/again", data={"do": "discard"}).status_code == 404
            assert job not in client.get("/articles/upload").text
        assert fresh.visitor is EDITOR
        assert job in client.get("/articles/upload").text
        assert "<span>1 file</span>" in client.get("/articles/upload?language=en").text


def test_another_text_for_a_known_name_is_asked_about_without_a_script(fresh: Site) -> None:
    with fresh.client() as client:
        sent(client, ("a.txt", "Judul lama\n\nIsi lama.\n"))
        job = sent(client, ("a.txt", "Judul baru\n\nIsi baru.\n"))
        page = client.get(f"{job}/report").text
        assert "Judul lama" in page
        assert "Judul baru" in page
        assert 'name="file-0" value="keep" checked' in page
        client.post(f"{job}/decide", data={"file-0": "replace"})
        until(lambda: client.get(job).json()["state"] == "done")
        assert fresh.library.article("a").title == "Judul baru"
        assert fresh.library.count() == 1


def test_copies_within_an_upload_are_grouped(fresh: Site) -> None:
    release = " ".join(f"Kalimat ke-{number} dari siaran dinas perdagangan." for number in range(30))
    with fresh.client() as client:
        job = sent(client, ("a.txt", f"Siaran A\n\n{release}"), ("b.txt", f"Siaran B\n\n{release}"))
        section = client.get(f"{job}/report").text.partition(f">{UPLOADING.duplicates}<")[2]
        assert "Siaran A" in section
        assert 'href="/articles/b"' in section
        assert "Dimuat juga oleh" in client.get("/articles").text


def test_what_of_a_file_is_not_taken_is_told_with_its_reason(fresh: Site) -> None:
    rows = [
        {"id": "terbit", "judul": "Terbit", "isi": "Isi terbit.", "status": "publish", "tanggal": "kemarin"},
        {"id": "rahasia", "judul": "Rahasia", "isi": "Isi rahasia.", "status": "private"},
    ]
    pictures = {"baik.txt": "Baik\n\nIsi baik.", "a.jpg": b"\xff", "b/c.jpg": b"\xff", "LISENSI": b"x"}
    long = "Gubernur meresmikan pasar ikan baru di Tual pada hari Senin. " * 8
    chat = f"03/03/25 09.41 - A: {long}\n03/03/25 09.42 - B: ya\n"
    with fresh.client() as client:
        job = sent(
            client,
            ("tabel.jsonl", "".join(json.dumps(one) + "\n" for one in rows)),
            ("gambar.zip", packed(pictures)),
            ("obrolan.txt", chat),
            ("kopi, jual.txt", "Kopi\n\nBupati membuka pasar.\n\nBerlangganan untuk melanjutkan membaca."),
        )
        table = client.get(job).json()["files"][0]
        assert (table["state"], table["reasons"]) == ("partly", [UPLOADING.reasons["withheld"]])
        page = client.get(f"{job}/report").text
        assert UPLOADING.not_read.format(parts=".jpg (2), tanpa akhiran (1)") in page
        assert UPLOADING.left_out.format(parts="pesan pendek (1)") in page
        assert f"tabel.jsonl, baris 1: {UPLOADING.remarks['unread_day'].format(day='kemarin')}" in page
        assert f"kopi, jual.txt: {UPLOADING.remarks['paywall']}" in page


def test_the_parts_that_a_reason_holds_for_are_named_in_the_language_of_the_page(fresh: Site) -> None:
    bad = {f"kosong/{number}.txt": " " for number in range(14)}
    members = {
        "baik.txt": "Baik\n\nIsi baik.",
        "a, b.pdf": "bukan",
        "isi/t.csv": "judul;isi\nA;B\nC;\n",
        **bad,
    }
    with fresh.client() as client:
        job = sent(client, ("kumpulan.zip", packed(members)), ("rusak.pdf", b"%PDF-1.4 rusak"))
        packed_file, alone = client.get(job).json()["files"]
        page = client.get(f"{job}/report").text
    reasons = UPLOADING.reasons
    assert (alone["reasons"], alone["parts"]) == ([reasons["damaged"]], [""])
    parts = dict(zip(packed_file["reasons"], packed_file["parts"], strict=True))
    assert parts[reasons["mistaken"]] == "a, b.pdf"
    assert parts[reasons["words"]] == "isi/t.csv, baris 3"
    named = [*(f"kosong/{number}.txt" for number in range(12)), UPLOADING.and_more.format(number=2)]
    assert parts[reasons["empty"]] == ", ".join(named)
    assert f"<p><bdi>a, b.pdf</bdi>: {reasons['mistaken']}</p>" in page
    assert f"<p>{reasons['damaged']}</p>" in page


def test_a_second_server_of_a_library_says_before_anything_is_sent_where_uploads_go(fresh: Site) -> None:
    problem = UPLOADING.refused["elsewhere"]
    with fresh.client() as client:
        sent(client, ("kopi.txt", "Kopi\n\nIsi."))
        assert problem not in client.get("/articles/upload").text
    with serving(fresh.home) as second, second.client() as client:
        assert problem in client.get("/articles/upload").text
        reply = client.post("/articles/upload", files=[("files", ("teh.txt", b"Teh"))])
        assert (reply.status_code, problem in reply.text) == (503, True)


def test_archives_that_would_do_harm_are_refused_with_the_reason(fresh: Site) -> None:
    members = {
        "../keluar.txt": "Jahat\n\nIsi.",
        "/mutlak.txt": "Jahat\n\nIsi.",
        "baik.txt": "Baik\n\nIsi baik.",
    }
    with fresh.client() as client:
        job = sent(client, ("bom.zip", packed({"x.txt": b"a" * 30_000_000})), ("keluar.zip", packed(members)))
        bomb, outside = client.get(job).json()["files"]
        assert (bomb["state"], bomb["reasons"]) == ("refused", [UPLOADING.reasons["bomb"]])
        assert (outside["state"], outside["reasons"]) == ("partly", [UPLOADING.reasons["outside"]])
    assert [one.id for one in fresh.library.listing().articles] == ["baik"]
    assert sorted(path.name for path in fresh.home.parent.rglob("*.txt")) == []


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        ("application/x-www-form-urlencoded", b"files=a.txt", "form"),
        ("multipart/form-data", b"x", "form"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="files"\r\n',
            "form",
        ),
        ("multipart/form-data; boundary=b", b"--b--\r\n", "none"),
        ("multipart/form-data; boundary=" + "b" * 300, b"x", "form"),
    ],
)
def test_what_is_no_upload_is_refused(fresh: Site, kind: str, body: bytes, reason: str) -> None:
    with fresh.client() as client:
        reply = client.post("/articles/upload", content=body, headers={"content-type": kind})
    assert reply.status_code == 400
    assert UPLOADING.refused[reason] in reply.text
    assert fresh.left_over() == set()


def test_whoever_uploads_too_often_is_told_to_wait(tmp_path: Path) -> None:
    with serving(tmp_path / "home", limits=RateLimits(uploads=1)) as site, site.client() as client:
        sent = [("files", ("a.txt", b"Judul\n\nIsi berita.", "text/plain"))]
        replies = [client.post("/articles/upload", files=sent) for _ in range(2)]
        assert [reply.status_code for reply in replies] == [200, 429]
        assert int(replies[1].headers["retry-after"]) > 0
        until(lambda: site.left_over() == set())
        assert site.library.count() == 1


def test_a_form_without_length_is_read_as_it_comes_and_a_cut_one_leaves_nothing(fresh: Site) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nJudul\n\n'
    form = {"content-type": "multipart/form-data; boundary=b"}
    with fresh.client() as client:
        pieces = iter([head, b"Isi yang", b" datang sepotong-sepotong.\r\n--b--\r\n"])
        assert client.post("/articles/upload", content=pieces, headers=form).status_code == 200
        until(lambda: fresh.left_over() == set())
        assert "sepotong-sepotong" in fresh.library.article("a").text
    port = int(fresh.origin.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        lines = [
            "POST /articles/upload HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Origin: {fresh.origin}",
            "Content-Type: multipart/form-data; boundary=b", "Content-Length: 100000", "", "",
        ]  # fmt: skip
        connection.sendall("\r\n".join(lines).encode() + head + b"x" * 5000)
        until(lambda: fresh.left_over() == {"0001.txt"})
    until(lambda: fresh.left_over() == set())
    assert fresh.library.count() == 1


def test_the_library_s_lines_become_words_of_the_page(tmp_path: Path) -> None:
    from embedder_double import HashingEmbedder

    from index.library import Library
    from index.settings import Settings

    files = {
        "a.txt": (b"", "empty"),
        "b.txt": (b" . ", "words"),
        "c.txt": (b"%PDF-1.4", "mistaken"),
        "d.txt": (b"\0\1\2" * 50, "binary"),
        "e.pdf": (pdf([[]]), "scan"),
        "f.pdf": (pdf([column(PARAGRAPHS)], locked=True), "locked"),
        "g.pdf": (b"%PDF-1.4 rusak", "damaged"),
        "h.pdf": (b"bukan", "mistaken"),
        "i.zip": (b"bukan", "mistaken"),
        "j.zip": (packed({"a.png": "x"}), "format"),
        "k.csv": (b"judul;isi\nA;B\nC;\n", "words"),
        "l.jsonl": (b"bukan json\n", "record"),
        "m.md": (b"---\ntitle: [a\n---\nIsi.\n", "front"),
        "n.docx": (b"bukan", "mistaken"),
        "o.csv": (b"satu;dua\nA;B\n", "record"),
        "p.xml": (b"<a/>", "mistaken"),
        "r.doc": (word97(PARAGRAPHS)[:3000], "damaged"),
        "s.doc": (word97(PARAGRAPHS, flags=0x0100), "locked"),
        "t.xlsx": (workbook(("A", [("Tahun", "Nilai"), (2025, "=1+1")])), "formula"),
        "u.txt": (b"03/03/25 09.41 - A: halo\n03/03/25 09.42 - B: ya\n", "chat"),
        "v.eml": (
            b"Subject: A\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n",
            "locked",
        ),
        "w.txt.gz": (gzip.compress(b"a" * 30_000_000, mtime=0), "bomb"),
        "x.json": (b"[{", "record"),
        "y.pptx": (b"bukan", "mistaken"),
        "q: holds no words.pdf": (b"%PDF-1.4 rusak", "damaged"),
        "z1.pptx": (packed({"ppt/presentation.xml": "<p/>" * 200})[:-40], "damaged"),
        "z2.zip": (packed({"a.txt": "Isi."})[:-10], "damaged"),
    }
    for name, (content, _) in files.items():
        (tmp_path / name).write_bytes(content)
    report = Library(Settings(home=tmp_path / "home"), HashingEmbedder()).add([tmp_path], dry_run=True)
    told = {Path(path).name: (reason_of(line), line) for path, line in report.failures}
    assert told.keys() == files.keys()
    assert {name: told[name][0] for name in files} == {name: key for name, (_, key) in files.items()}, told
    assert reason_of("sesuatu yang lain") == "other"


def test_every_format_that_is_indexed_is_taken_from_the_page(fresh: Site) -> None:
    files = [
        (f"berkas-{place}{ending}", raw)
        for place, (ending, raw) in enumerate(every("Pasar", PARAGRAPHS).items())
    ]
    with fresh.client() as client:
        chosen = re.search(r'accept="([^"]*)"', client.get("/articles/upload").text)
        assert chosen is not None
        assert chosen[1].split(",") == list(SUFFIXES)
        job = sent(client, *files)
        told = client.get(job).json()["files"]
    assert [(one["name"], one["state"]) for one in told] == [(name, "done") for name, _ in files]
    assert fresh.library.count() == len(files)
