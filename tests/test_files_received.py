"""Files that are sent: safe names, one article for one name, and nothing that pruning takes for gone."""

from __future__ import annotations

import gzip
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from embedder_double import HashingEmbedder
from files_double import packed
from hypothesis import given
from hypothesis import strategies as st

from index.files import LONGEST_NAME, Received, safe_name
from index.ingest import FileOutcome
from index.library import Library
from index.settings import Settings


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(Settings(home=tmp_path / "home"), HashingEmbedder())


def sent(folder: Path, name: str, content: str | bytes, **said: object) -> Received:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{len(list(folder.iterdir())):04}{Path(name).suffix.lower()}"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Received(file, name, **said)


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("siaran pers.pdf", "siaran pers.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        (r"C:\Users\humas\rilis.docx", "rilis.docx"),
        ("rilis.docx.", "rilis.docx"),
        ("rilis.docx. . ", "rilis.docx"),
        ("a\0b\r\nc.txt", "a b c.txt"),
        ("\u202etxt.exe\u202c.txt", "txt.exe .txt"),
        ("cafe\u0301.txt", "café.txt"),
        ("..", ""),
        ("/", ""),
        ("", ""),
        (".txt", ".txt"),
        ("CON.txt", "CON.txt"),
    ],
)
def test_a_name_is_made_safe(given_name: str, name: str) -> None:
    assert safe_name(given_name) == name


@given(st.text())
def test_a_safe_name_is_one_printable_name_and_stays_as_it_is(text: str) -> None:
    name = safe_name(text)
    assert len(name) <= LONGEST_NAME
    assert name.isprintable()
    assert not set(name) & set("/\\")
    assert name not in {".", ".."}
    assert safe_name(name) == name


def test_long_names_that_begin_alike_stay_different_and_keep_their_kind() -> None:
    one, other = (safe_name(f"{'a' * 300}{end}.pdf") for end in "12")
    assert one != other
    assert len(one) == len(other) == LONGEST_NAME
    assert one.endswith(".pdf")


def test_the_same_name_sent_again_updates_its_article(library: Library, tmp_path: Path) -> None:
    report = library.add([sent(tmp_path / "1", "rilis.txt", "Judul\n\nKalimat yang pertama.\n")])
    assert report.added == ("rilis",)
    article = library.article("rilis")
    assert article.path == "upload://rilis.txt"
    again = sent(tmp_path / "2", "rilis.txt", "Judul\n\nKalimat yang pertama.\n")
    assert library.add([again]).unchanged == ("rilis",)
    other = sent(tmp_path / "3", "rilis.txt", "Judul\n\nKalimat yang kedua.\n")
    assert library.add([other]).updated == ("rilis",)
    assert "kedua" in library.article("rilis").text
    assert library.count() == 1


def test_another_file_of_that_name_keeps_its_own_article(library: Library, tmp_path: Path) -> None:
    (tmp_path / "berita").mkdir()
    (tmp_path / "berita" / "rilis.txt").write_text("Judul\n\nDari folder.\n")
    library.add([tmp_path / "berita"])
    report = library.add([sent(tmp_path / "1", "rilis.txt", "Judul\n\nDikirim orang.\n")])
    (added,) = report.added
    assert added.startswith("rilis-")
    assert library.article("rilis").text.endswith("Dari folder.\n")
    assert library.article(added).text.endswith("Dikirim orang.\n")


def test_what_was_sent_is_not_gone_when_its_file_is(library: Library, tmp_path: Path) -> None:
    (tmp_path / "berita").mkdir()
    (tmp_path / "berita" / "lain.txt").write_text("Judul\n\nDari folder.\n")
    rows = '{"id": "x", "text": "Baris yang pertama."}\n'
    files = [
        sent(tmp_path / "home" / ".uploads", "rilis.txt", "Judul\n\nDikirim orang.\n"),
        sent(tmp_path / "home" / ".uploads", "arsip.jsonl", rows),
        sent(tmp_path / "home" / ".uploads", "arsip.zip", packed({"a/b.txt": "Judul\n\nDi dalam arsip.\n"})),
    ]
    assert library.add([*files, tmp_path / "berita"]).added == ("lain", "rilis", "x", "b")
    for one in files:
        one.file.unlink()
    assert library.add([tmp_path], prune=[tmp_path]).removed == ()
    (tmp_path / "berita" / "lain.txt").unlink()
    (tmp_path / "berita" / "baru.txt").write_text("Judul\n\nYang baru.\n")
    assert library.add([tmp_path], prune=[tmp_path]).removed == ("lain",)
    assert {one.id for one in library.articles()} == {"rilis", "x", "b", "baru"}
    assert library.verify() == []


def test_what_the_sender_says_counts_where_the_file_says_nothing(library: Library, tmp_path: Path) -> None:
    said = {"source": "Diskominfo", "published": date(2025, 5, 6)}
    mute = sent(tmp_path / "1", "bisu.txt", "Judul\n\nTanpa apa-apa.\n", **said)
    head = "---\ntitle: Judul\nsource: Antara\npublished: 2025-01-02\n---\nDengan kepala.\n"
    library.add([mute, sent(tmp_path / "1", "kepala.md", head, **said)])
    one, other = library.article("bisu"), library.article("kepala")
    assert (one.source, one.published) == ("Diskominfo", date(2025, 5, 6))
    assert (other.source, other.published) == ("Antara", date(2025, 1, 2))


def test_what_was_said_stands_until_something_else_is(library: Library, tmp_path: Path) -> None:
    text = "Judul\n\nTanpa apa-apa.\n"
    library.add([sent(tmp_path / "1", "bisu.txt", text, source="Diskominfo")])
    assert library.add([sent(tmp_path / "1", "bisu.txt", text)]).unchanged == ("bisu",)
    assert library.article("bisu").source == "Diskominfo"
    assert library.add([sent(tmp_path / "1", "bisu.txt", text, source="Dinkes")]).updated == ("bisu",)
    assert library.article("bisu").source == "Dinkes"


def test_a_file_whose_own_name_says_draft_or_embargo_is_refused_where_it_is_sent_or_named_alone(
    library: Library, tmp_path: Path
) -> None:
    text = "Judul\n\nTarif parkir naik.\n"
    mail = EmailMessage()
    mail["Subject"] = "Siaran pers"
    mail.set_content("Terlampir siaran pers tentang tarif parkir.")
    mail.add_attachment(text, filename="tarif (embargo).txt")
    contents = {
        "draft_parkir.txt": text.encode(),
        "parkir [draf].txt": text.encode(),
        "parkir (rahasia).txt.gz": gzip.compress(text.encode(), mtime=0),
        "drafting.txt": text.encode(),
        "surat.eml": mail.as_bytes(),
    }
    refused: list[str] = []

    def hear(outcome: FileOutcome) -> None:
        if outcome.state == "refused":
            refused.append(outcome.text.partition(";")[0])

    files = [sent(tmp_path / "1", name, content) for name, content in contents.items()]
    report = library.add(files, on_outcome=hear)
    assert refused == [
        "draft_parkir.txt: it is not public (draft)",
        "parkir [draf].txt: it is not public (draf)",
        "parkir (rahasia).txt.gz: it is not public (confidential)",
        "surat.eml, tarif (embargo).txt: it is not public (embargo)",
    ]
    assert (report.added, report.failures) == (("drafting", "surat"), ())
    folder = tmp_path / "draft_2025"
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    hidden = {"draft": 1, "draf": 1, "confidential": 1, "embargo": 1}
    assert library.add([folder / name for name in contents], dry_run=True).not_public == hidden
    # Of a folder only what is below it counts.
    named = library.add([folder], dry_run=True)
    assert (named.unchanged, named.not_public) == (("drafting", "surat"), hidden)


def test_each_outcome_is_heard_with_its_file(library: Library, tmp_path: Path) -> None:
    library.add([sent(tmp_path / "0", "tetap.txt", "Judul\n\nTetap sama.\n")])
    files = [
        sent(tmp_path / "1", "tetap.txt", "Judul\n\nTetap sama.\n"),
        sent(tmp_path / "1", "baru.txt", "Judul\n\nSesuatu yang baru.\n"),
        sent(tmp_path / "1", "kosong.txt", ""),
        sent(tmp_path / "1", "gambar.png", "PNG"),
        sent(tmp_path / "1", "dua.jsonl", '{"id": "x", "text": "Satu."}\n{"id": "y"}\n'),
    ]
    expected = [
        ("tetap.txt", "unchanged", "tetap", False),
        ("baru.txt", "added", "baru", True),
        ("kosong.txt", "refused", "kosong.txt is empty; write the article into it or remove it", False),
        ("dua.jsonl", "added", "x", True),
    ]
    for dry_run in (True, False):
        heard: list[FileOutcome] = []
        report = library.add(files, dry_run=dry_run, on_outcome=heard.append)
        told = [(str(one.origin), one.state, one.text, one.article is not None) for one in heard]
        begun = [str(one.origin) for one in heard if one.state == "begun"]
        assert begun == [one.name for one in files]
        told = [one for one in told if one[1] != "begun"]
        assert [one for one in expected if one not in told] == []
        assert len(told) == 6
        refused = {str(one.origin): one.text for one in heard if one.state == "refused"}
        assert refused["gambar.png"].startswith("gambar.png is in a format that is not read; save it as one")
        assert refused["dua.jsonl"].startswith("dua.jsonl, line 2: it has no text; ")
        assert sorted(report.failures) == sorted(refused.items())
        assert not any(str(tmp_path) in one for one in refused.values())
