"""Where the disk is full, an upload says why, loses nothing and is done again; the server goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_double import served
from articles_site import PATIENCE, Site, article, left_over, send, serving, settled, until
from embedder_double import HashingEmbedder
from small_disk import SmallDisk, mounted

from index import Settings
from index.library import Library
from index.models import EVERY
from ui.articles.uploads import Uploads

LONG = " ".join(f"Kalimat nomor {number} tentang anggaran daerah." for number in range(4000))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with mounted(tmp_path / "disk", "24m") as small:
        yield small


def long_article(words: str) -> str:
    return f"{article(words)}\n{LONG}\n"


@pytest.mark.parametrize("left", [0, 8_000, 60_000, 300_000])
def test_what_was_uploaded_is_taken_in_when_there_is_room_again(disk: SmallDisk, left: int) -> None:
    home = disk.folder / "home"
    library = Library(Settings(home=home), HashingEmbedder())
    uploads = Uploads(home, lambda: library)
    settled(uploads, send(uploads, ("kopi.txt", article("kopi"))))
    # A server has been asked before.
    library.open()
    try:
        with uploads._changed:
            # It has arrived, and is not worked on before the disk is full.
            job = send(uploads, ("teh.txt", long_article("teh")), ("gula.txt", article("gula")))
            disk.fill(left)
        failed = settled(uploads, job)
        assert failed.state == "failed"
        assert "make room" in failed.problem
        assert left_over(home) == {"0001.txt", "0002.txt"}
        # What is there can be read and searched, and trying again does no harm.
        assert library.open().lexical("kopi", 1)
        assert "kopi" in [one.id for one in library.listing().articles]
        assert uploads.retry(job.id, "")
        assert settled(uploads, job).state == "failed"
        disk.make_room()
        assert library.verify() == []
        assert uploads.retry(job.id, "")
        assert settled(uploads, job).state == "done"
        assert {one.id for one in library.listing(EVERY).articles} == {"kopi", "teh", "gula"}
        assert library.open().lexical("gula", 1)
        assert library.verify() == []
        assert left_over(home) == set()
    finally:
        uploads.close()
        library.close()


def test_an_upload_can_be_thrown_away_to_make_room(disk: SmallDisk) -> None:
    home = disk.folder / "home"
    library = Library(Settings(home=home), HashingEmbedder())
    uploads = Uploads(home, lambda: library)
    settled(uploads, send(uploads, ("kopi.txt", article("kopi"))))
    try:
        with uploads._changed:
            job = send(uploads, ("teh.txt", long_article("teh")))
            disk.fill()
        assert settled(uploads, job).state == "failed"
        assert uploads.discard(job.id, "")
        assert left_over(home) == set()
        uploads.close()
        # As the next server finds it.
        later = Uploads(home, lambda: library)
        later.resume()
        found = later.job(job.id, "")
        assert found is not None
        assert found.state == "done"
        later.close()
    finally:
        library.close()


def test_the_page_says_it_in_plain_words_and_goes_on(disk: SmallDisk) -> None:
    with serving(disk.folder / "home") as site, site.client() as client:
        upload(client, "kopi.txt", article("kopi"))
        until(lambda: "Judul kopi" in client.get("/articles").text)
        disk.fill(200_000)
        answer = upload(client, "teh.txt", long_article("teh"))
        report = str(answer.url)
        if answer.status_code == 507:
            pytest.fail("there was no room even for what was sent")
        until(lambda: "Disk server penuh." in client.get(report).text)
        for path in ("/articles", "/articles/kopi", "/articles?q=kopi"):
            assert "Judul kopi" in client.get(path).text, path
        disk.make_room()
        again = client.post(report.replace("/report", "/again"), data={"do": "retry"})
        assert again.status_code == 200
        until(lambda: done(site, "teh"))
        assert "Disk server penuh." not in client.get(report).text


def test_a_program_is_told_and_may_send_it_again(disk: SmallDisk) -> None:
    with (
        served(disk.folder / "home") as there,
        httpx.Client(base_url=there.address, timeout=PATIENCE) as client,
    ):
        assert client.get("/api/v1/articles").json()["total"] == 2
        disk.fill()
        record = {"id": "teh", "title": "Judul teh", "text": LONG}
        refused = client.post("/api/v1/articles", json=record)
        assert refused.status_code == 503
        assert "make room" in refused.json()["detail"]
        assert client.get("/api/v1/articles").json()["total"] == 2
        assert client.get("/api/v1/search", params={"query": "ekspor"}).status_code == 200
        disk.make_room()
        assert client.post("/api/v1/articles", json=record).json()["added"] == ["teh"]
        assert there.clerk.library.verify() == []


def upload(client: httpx.Client, name: str, text: str) -> httpx.Response:
    return client.post("/articles/upload", files={"files": (name, text.encode())})


def done(site: Site, article_id: str) -> bool:
    return bool(site.library.listed([article_id]))
