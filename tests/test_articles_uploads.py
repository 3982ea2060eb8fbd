"""Uploads are taken in whole, in order, once, and whatever happens to the server meanwhile."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from articles_site import BOUNDARY, PATIENCE, article, form, left_over, send, settled
from embedder_double import HashingEmbedder

from index import Busy, Settings
from index.library import Library
from index.sqlite import Store, writer_lock
from ui.articles import uploads as limits
from ui.articles.uploads import (
    FOLDER,
    MOST_UNFINISHED,
    RECORD,
    Job,
    Receipt,
    UploadRefused,
    Uploads,
    known_names,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def library(home: Path) -> Library:
    return Library(Settings(home=home), HashingEmbedder())


@pytest.fixture
def uploads(home: Path, library: Library) -> Iterator[Uploads]:
    opened = Uploads(home, lambda: library)
    yield opened
    opened.close()


def states(job: Job) -> dict[str, tuple[str, str]]:
    return {file.name: (file.state, file.reason) for file in job.files}


def test_what_was_uploaded_can_be_asked_about(uploads: Uploads, library: Library, home: Path) -> None:
    said = {"source": "Diskominfo", "published": date(2025, 5, 6)}
    job = settled(uploads, send(uploads, ("kopi.txt", article("kopi")), ("teh.md", article("teh")), **said))
    assert job.state == "done"
    assert states(job) == {"kopi.txt": ("done", ""), "teh.md": ("done", "")}
    assert (job.count("added"), job.count("updated"), job.count("refused")) == (2, 0, 0)
    kopi = library.article("kopi")
    assert (kopi.path, kopi.source, kopi.published) == ("upload://kopi.txt", *said.values())
    assert library.open().lexical("kopi", 1)
    with Store(home) as store:
        kinds = [(name, row.kind) for name, row in store.derived_rows()]
    assert kinds == [(name, kind) for name in ("kopi", "teh") for kind in ("figures", "quotes")]
    assert left_over(home) == set()


def test_each_file_that_is_refused_has_its_reason_and_holds_up_none(
    uploads: Uploads, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "largest_file", lambda kind: 1000)
    job = send(
        uploads,
        ("baik.txt", article("kopi")),
        ("kosong.txt", ""),
        ("gambar.png", "PNG"),
        ("tanpa akhiran", "isi"),
        (".txt", "isi"),
        ("baik.txt", "lain"),
        ("BAIK.TXT", article("huruf besar")),
        ("besar.txt", "x" * 1001),
        ("titik.txt.", article("titik")),
        ("../../naik.txt", article("naik")),
        ("\u202etxt.gnp.txt", article("balik")),
        (f"{'n' * 300}.txt", article("panjang")),
        ("CON.txt", article("con")),
        ("rusak.pdf", "%PDF-1.4 rusak"),
        ("nol.docx", b"\0" * 40),
    )
    reasons = [(file.name[:20], file.reason) for file in job.files if file.state == "refused"]
    assert reasons == [
        ("kosong.txt", "empty"),
        ("gambar.png", "format"),
        ("tanpa akhiran", "format"),
        (".txt", "format"),
        ("baik.txt", "twice"),
        ("besar.txt", "large"),
    ]
    job = settled(uploads, job)
    assert job.state == "done"
    told = {file.name: file.lines for file in job.files if file.lines}
    assert told.keys() == {"rusak.pdf", "nol.docx"}
    assert all(lines[0].startswith(f"{name}: it is ") for name, lines in told.items())
    ids = {one.id for one in library.listing().articles}
    long = next(one for one in ids if one.startswith("nnn"))
    assert ids == {"baik", "BAIK", "titik", "naik", "txt.gnp", "CON", long}


def test_files_get_names_of_ours_and_are_private(uploads: Uploads, home: Path) -> None:
    receipt = uploads.begin("", BOUNDARY)
    receipt.feed(form(("../../etc/cron.d/x.txt", "a"), ("/abs.txt", "b"), ("..\\up.txt", "c"))[:-3])
    files = sorted(path.relative_to(home / FOLDER).parts for path in receipt.folder.rglob("*"))
    assert [(len(parts), parts[-1]) for parts in files] == [(2, "0001.txt"), (2, "0002.txt"), (2, "0003.txt")]
    assert {oct(path.stat().st_mode & 0o777) for path in receipt.folder.iterdir()} == {"0o600"}
    assert oct(receipt.folder.stat().st_mode & 0o777) == "0o700"
    uploads.abandon(receipt)
    assert left_over(home) == set()


@pytest.mark.parametrize("step", [1, 7, 10_000])
def test_a_form_is_read_the_same_however_it_is_cut(uploads: Uploads, step: int) -> None:
    body = form(("a.txt", "satu\r\n--bata"), ("b.txt", "dua"), source=" Dinas ", published="")
    receipt = uploads.begin("", BOUNDARY)
    for at in range(0, len(body), step):
        receipt.feed(body[at : at + step])
    receipt.finish()
    assert [file.name for file in receipt.files] == ["a.txt", "b.txt"]
    assert (receipt.folder / "0001.txt").read_bytes() == b"satu\r\n--bata"
    assert receipt.fields == {"source": "Dinas", "published": ""}
    uploads.abandon(receipt)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (form(("a.txt", "x"))[:-10], "form"),
        (b"", "form"),
        (b"apa saja", "form"),
        (b"--batas\r\nContent-Disposition: attachment\r\n\r\nx\r\n--batas--\r\n", "form"),
        (form(), "none"),
        (form(("", "")), "none"),
        (form(**{f"f{number}": "x" for number in range(3000)}), "form"),
        (form(source="x" * 500), "form"),
        (form(*[(f"{number}.txt", "x") for number in range(201)]), "many"),
        (b"--batas\r\n" + b"X: y\r\n" * 100 + b"\r\nx\r\n--batas--\r\n", "form"),
        (b"--batas\r\nX: " + b"y" * 10_000, "form"),
    ],
)
def test_what_is_no_form_of_ours_is_refused_and_leaves_nothing(
    uploads: Uploads, home: Path, body: bytes, reason: str
) -> None:
    receipt = uploads.begin("", BOUNDARY)
    with pytest.raises(UploadRefused, match=reason):
        _all(receipt, body)
    uploads.abandon(receipt)
    assert left_over(home) == set()
    assert not receipt.folder.exists()


def _all(receipt: Receipt, body: bytes) -> None:
    receipt.feed(body)
    receipt.finish()


def test_an_upload_has_an_end_however_many_bytes_come(
    uploads: Uploads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_BYTES", 5000)
    receipt = uploads.begin("", BOUNDARY)
    with pytest.raises(UploadRefused, match="total"):
        _all(receipt, form(("a.txt", "x" * 6000)))
    uploads.abandon(receipt)


def test_the_same_file_again_changes_nothing_and_asks_nothing(uploads: Uploads, library: Library) -> None:
    settled(uploads, send(uploads, ("kopi.txt", article("kopi"))))
    job = settled(uploads, send(uploads, ("kopi.txt", article("kopi"))))
    assert (job.state, job.count("unchanged"), job.count("added")) == ("done", 1, 0)
    assert library.count() == 1


def test_what_is_in_the_library_is_not_listed_anew_for_every_file(
    uploads: Uploads, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[int] = []
    locations = library.locations
    monkeypatch.setattr(library, "locations", lambda: listed.append(1) or locations())
    files = [(f"siaran {number}.txt", article(f"siaran{number}")) for number in range(12)]
    assert settled(uploads, send(uploads, *files)).count("added") == 12
    assert len(listed) < 12


def test_a_name_with_the_sign_that_parts_records_is_known_and_its_beginning_is_not(
    uploads: Uploads, library: Library
) -> None:
    job = send(uploads, ("nota#2.txt", article("kopi")), ("arsip.jsonl", '{"id": "teh", "isi": "Teh naik."}'))
    settled(uploads, job)
    assert known_names(job, library) == {"nota#2.txt", "arsip.jsonl"}
    other = send(uploads, ("nota.txt", article("gula")), ("2.txt", article("lada")))
    assert known_names(other, library) == set()


@pytest.mark.parametrize(
    ("choice", "titles"),
    [
        ("replace", {"kopi": "Judul teh"}),
        ("keep", {"kopi": "Judul kopi", "kopi (2)": "Judul teh"}),
        ("leave", {"kopi": "Judul kopi"}),
    ],
)
def test_another_text_under_a_known_name_is_asked_about(
    uploads: Uploads, library: Library, home: Path, choice: str, titles: dict[str, str]
) -> None:
    settled(uploads, send(uploads, ("kopi.txt", article("kopi"))))
    job = settled(uploads, send(uploads, ("baru.txt", article("baru")), ("kopi.txt", article("teh"))))
    assert job.state == "asking"
    (replaced,) = job.files[1].replaces
    assert (replaced.id, replaced.title, replaced.new_title) == ("kopi", "Judul kopi", "Judul teh")
    assert library.count() == 1, "nothing is changed before the answer"
    assert not uploads.decide(job.id, "orang lain", {})
    assert uploads.decide(job.id, "", {1: choice})  # type: ignore[dict-item]
    job = settled(uploads, job)
    assert job.state == "done"
    assert {one.id: one.title for one in library.listing().articles} == titles | {"baru": "Judul baru"}
    assert left_over(home) == set()
    assert not uploads.decide(job.id, "", {1: "replace"})


def test_an_upload_is_nobody_else_s(uploads: Uploads) -> None:
    job = settled(uploads, send(uploads, ("kopi.txt", article("kopi")), who="ratna"))
    assert uploads.job(job.id, "ratna") is not None
    assert uploads.job(job.id, "budi") is None
    assert uploads.latest("budi", 5) == []
    assert [one.id for one in uploads.latest("ratna", 5)] == [job.id]


def test_an_upload_waits_while_another_process_writes(uploads: Uploads, library: Library, home: Path) -> None:
    with writer_lock(home):
        job = send(uploads, ("kopi.txt", article("kopi")))
        _until(lambda: bool((now := uploads.job(job.id, "")) and now.busy))
        now = uploads.job(job.id, "")
        assert now is not None
        assert now.state == "indexing"
    assert settled(uploads, job).state == "done"
    assert library.count() == 1


def test_what_fails_is_told_kept_and_tried_again(home: Path, library: Library) -> None:
    broken = Library(Settings(home=home, embedder="tidak-ada", cache=home))
    serving = [broken]
    uploads = Uploads(home, lambda: serving[0])
    job = settled(uploads, send(uploads, ("kopi.txt", article("kopi"))))
    assert job.state == "failed"
    assert job.problem
    assert left_over(home) == {"0001.txt"}
    serving[0] = library
    assert uploads.retry(job.id, "")
    assert settled(uploads, job).state == "done"
    assert library.article("kopi").title == "Judul kopi"
    uploads.close()


def test_what_fails_can_be_given_up(home: Path) -> None:
    uploads = Uploads(home, lambda: Library(Settings(home=home, embedder="tidak-ada", cache=home)))
    job = settled(uploads, send(uploads, ("kopi.txt", article("kopi"))))
    assert uploads.discard(job.id, "")
    now = uploads.job(job.id, "")
    assert now is not None
    assert (now.state, now.files[0].state) == ("done", "left")
    assert left_over(home) == set()
    uploads.close()


def test_what_arrived_is_taken_in_by_the_next_server_and_what_did_not_is_gone(
    home: Path, library: Library
) -> None:
    first = Uploads(home, lambda: library)
    with writer_lock(home):
        job = send(first, ("kopi.txt", article("kopi")))
        cut = first.begin("", BOUNDARY)
        cut.feed(form(("putus.txt", article("putus")))[:-20])
        # As the disk is when the power fails here; the first goes on trying, and its record is written anew.
        half_written = shutil.ignore_patterns(f"{RECORD}.new")
        shutil.copytree(home, home.with_name("nanti"), ignore=half_written)
    cut.close()
    settled(first, job)
    first.close()
    later = Library(Settings(home=home.with_name("nanti")), HashingEmbedder())
    second = Uploads(home.with_name("nanti"), lambda: later)
    second.resume()
    assert settled(second, job).state == "done"
    assert [one.id for one in later.listing().articles] == ["kopi"]
    assert left_over(home.with_name("nanti")) == set()
    assert len(list((home.with_name("nanti") / FOLDER).iterdir())) == 2
    second.close()


def test_where_nothing_was_uploaded_nothing_is_made(home: Path, library: Library) -> None:
    Uploads(home, lambda: library).resume()
    assert not home.exists()


def test_two_servers_do_not_take_in_the_same_uploads(uploads: Uploads, home: Path, library: Library) -> None:
    settled(uploads, send(uploads, ("kopi.txt", article("kopi"))))
    other = Uploads(home, lambda: library)
    with pytest.raises(Busy, match=r"another server has this library .* upload there, or stop that server$"):
        other.resume()
    with pytest.raises(UploadRefused, match="elsewhere"):
        other.begin("", BOUNDARY)


def test_nobody_fills_the_line_without_end(uploads: Uploads, home: Path) -> None:
    with writer_lock(home):
        for number in range(MOST_UNFINISHED):
            send(uploads, (f"{number}.txt", article(str(number))))
        with pytest.raises(UploadRefused, match="waiting"):
            uploads.begin("", BOUNDARY)


def test_a_full_disk_is_told_and_leaves_nothing(uploads: Uploads, home: Path) -> None:
    receipt = uploads.begin("", BOUNDARY)
    with pytest.raises(UploadRefused, match="full"), SmallFiles():
        _all(receipt, form(("a.txt", "x" * 100_000)))
    uploads.abandon(receipt)
    assert left_over(home) == set()


class SmallFiles:
    """Files may not grow beyond some bytes, which the system reports as it does a full disk."""

    def __enter__(self) -> None:
        import resource
        import signal

        self.handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, self.before[1]))

    def __exit__(self, *error: object) -> None:
        import resource
        import signal

        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)
        signal.signal(signal.SIGXFSZ, self.handler)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
