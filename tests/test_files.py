"""Files become articles, whatever their encoding; what is no article is refused with a cure."""

import contextlib
import hashlib
import os
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ArticleError
from index.files import digest, find_files, passed_over, read_article, read_bytes, stem, withheld_files
from index.models import replace_file
from index.parsers import LARGEST
from index.press import boilerplate


def read(path: Path, raw: bytes):
    return read_article(path, raw, stem(path))


def test_a_folder_is_read_through_in_order_without_hidden_files_or_other_formats(tmp_path: Path) -> None:
    for name in ("b.txt", "a.MD", "sub/c.txt", ".hidden.txt", ".git/d.txt", "e.rar", "sub/.f.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Isi.")
    expected = [tmp_path / "a.MD", tmp_path / "b.txt", tmp_path / "sub" / "c.txt"]
    assert list(find_files([tmp_path])) == [(path, None) for path in expected]


def test_files_in_a_folder_are_not_public_by_where_they_lie_or_what_a_table_beside_them_says(
    tmp_path: Path,
) -> None:
    for name in ("_drafts/a.txt", "posts/1.tarif.html", "posts/2.pasar.html", "Tarif air 1a2b3c4d.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Isi.")
    table = tmp_path / "posts.csv"
    table.write_text("post_id,title,is_published\n1.tarif,Tarif air,false\n2.pasar,Pasar,true\n")
    hidden = [(one.path.removeprefix(f"{tmp_path}/"), one.reason) for one in withheld_files([tmp_path])]
    assert hidden == [
        ("Tarif air 1a2b3c4d.md", "unpublished"),
        ("_drafts/a.txt", "drafts"),
        ("posts/1.tarif.html", "unpublished"),
    ]
    assert [path.name for path, _ in find_files([tmp_path])] == ["posts.csv", "2.pasar.html"]
    # What is named by itself is meant.
    assert list(withheld_files([tmp_path / "_drafts"])) == []
    assert [path.name for path, _ in find_files([tmp_path / "_drafts"])] == ["a.txt"]


def test_a_file_named_twice_is_found_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Isi.")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    found = find_files([tmp_path / "a.txt", tmp_path, tmp_path / "b.txt"])
    assert list(found) == [(tmp_path / "a.txt", None)]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.txt", "missing.txt does not exist; check the path"),
        ("a.rar", r"a.rar is in a format that is not read; save it as one of: .txt, .text, .md"),
        ("empty", "empty holds no article; put files into it that end in: .txt, .text, .md"),
    ],
)
def test_what_was_named_and_is_no_article_is_an_error(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "a.rar").write_bytes(b"PK")
    (tmp_path / "empty").mkdir()
    [(path, error)] = find_files([tmp_path / name])
    assert path == tmp_path / name
    assert error is not None
    with pytest.raises(ArticleError, match=message):
        raise error


def test_a_file_over_the_limit_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(10 * LARGEST)  # a sparse file: reading it would show nothing but NUL
    with pytest.raises(ArticleError, match=r"a.txt is too large \(200 MB, at most 20\); split it"):
        read_bytes(path)


def test_a_pipe_is_refused_without_opening_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(ArticleError, match=r"a.txt is not an ordinary file; name a"):
        read_bytes(tmp_path / "a.txt")


@pytest.mark.parametrize("raw", [b"", b" \n\r\n\t "])
def test_an_empty_file_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(raw)
    with pytest.raises(ArticleError, match=r"a.txt is empty; write the article into it or remove it"):
        read_bytes(tmp_path / "a.txt")


@pytest.mark.parametrize(
    ("target", "reason"),
    [("nowhere.txt", "No such file or directory"), ("a.txt", "Too many levels of symbolic links")],
)
def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path, target: str, reason: str) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / target)
    [(path, _)] = find_files([tmp_path])
    with pytest.raises(ArticleError, match=rf"a.txt cannot be read \({reason}\); check"):
        read_bytes(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind the superuser")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Isi.")
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(ArticleError, match=r"a.txt cannot be read \(Permission denied\); check"):
        read_bytes(tmp_path / "a.txt")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Nilai – “naik” 5 €".encode(), "Nilai – “naik” 5 €"),
        ("Nilai – “naik” 5 €".encode("utf-8-sig"), "Nilai – “naik” 5 €"),
        ("Nilai – “naik” 5 €".encode("windows-1252"), "Nilai – “naik” 5 €"),
        ("Nilai – “naik” 5 €".encode("utf-16"), "Nilai – “naik” 5 €"),
        ("Nilai – “naik” 5 €".encode("utf-16-le"), "Nilai – “naik” 5 €"),
        ("Nilai – “naik” 5 €".encode("utf-16-be"), "Nilai – “naik” 5 €"),
        ("Nilai – “naik” 5 €".encode("utf-32"), "Nilai – “naik” 5 €"),
        ("Nilai – ".encode() + "“naik”".encode("windows-1252"), "Nilai – “naik”"),
        (b"satu\r\ndua\rtiga\n", "satu\ndua\ntiga\n"),
        (b"  satu\n\n dua \n", "  satu\n\n dua \n"),
    ],
)
def test_text_is_decoded_and_otherwise_left_as_it_is(raw: bytes, text: str) -> None:
    assert read(Path("a.txt"), raw).text == text


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "a.txt: it is binary"),
        (b"Isi\0nya", "a.txt: it is binary, not text; save the article as plain text"),
        (b"Isi \x01\x02\x03\x04", "a.txt: it is binary, not text"),
        (
            b"Isi \x81 nya",
            "a.txt: it is binary, or text in an unknown encoding; save it as plain text in UTF-8",
        ),
        (b"%PDF-1.7\nabc", "a.txt: it is a PDF; rename it to end in .pdf"),
        (b"PK\x03\x04abc", r"a.txt: it is a Word file or another archive; rename it to end in .docx or .zip"),
        (b"{\\rtf1 abc}", "a.txt: it is rich text; save"),
        (b"--- *** ---", "a.txt: it holds no words; write the article"),
        (b"\xef\xbb\xbf", "a.txt: it holds no words; write the article"),
        (b"---\ntitle: x\n---\n\n", "a.txt: it holds no words; write the article"),
        (b"---\ntitle: [\n---\nIsi.", "a.txt: its front matter is not YAML"),
    ],
)
def test_what_is_no_text_is_refused_by_name_with_the_cure(raw: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message) as caught:
        read(Path("a.txt"), raw)
    assert len(str(caught.value).splitlines()) == 1


def test_plain_text_tells_title_source_day_and_language() -> None:
    text = (
        "Ekspor Sumut Naik\n\nMEDAN, Kompas, 22 Juli 2025 – Nilai ekspor Sumut naik dibandingkan tahun lalu. "
        "Pemerintah berharap nilai itu terus naik.\n"
    )
    article = read(Path("berita/ekspor-sumut.txt"), text.encode())
    assert (article.id, article.title, article.source) == ("ekspor-sumut", "Ekspor Sumut Naik", "Kompas")
    assert (article.published, article.url, article.language) == (date(2025, 7, 22), None, "id")
    assert (article.text, article.path) == (text, "berita/ekspor-sumut.txt")
    assert article.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_front_matter_is_believed_before_the_text() -> None:
    raw = (
        b"---\ntitle: Judul\nsource: Disway\n---\n"
        b"MEDAN, Kompas, 22 Juli 2025 - Nilai ekspor Sumut naik lagi pada tahun ini, kata BPS.\n"
    )
    article = read(Path("a.md"), raw)
    assert (article.title, article.source, article.published) == ("Judul", "Disway", date(2025, 7, 22))
    assert article.text.startswith("MEDAN")


@pytest.mark.parametrize("declared", ["2999-01-01", "1970-01-01"])
def test_a_day_in_the_future_or_one_that_stands_for_none_is_not_taken(declared: str) -> None:
    raw = f"---\ntitle: Judul\npublished: {declared}\n---\nNilai ekspor naik.\n".encode()
    assert read(Path("a.md"), raw).published is None
    raw = b"Judul\n\nMEDAN, 22 Juli 2999 - Nilai ekspor Sumatera Utara naik lagi pada tahun ini, kata BPS.\n"
    assert read(Path("a.txt"), raw).published is None


def test_who_wrote_an_article_is_declared_or_signed() -> None:
    raw = b"---\nauthor: Ratna Sari\n---\nJudul\n\nNilai ekspor naik.\n"
    assert read(Path("a.md"), raw).author == "Ratna Sari"
    assert (
        read(Path("a.txt"), b"Judul\nPenulis: Budi Santoso\n\nNilai ekspor naik.\n").author == "Budi Santoso"
    )


@pytest.mark.parametrize("part", [" ", ". ", "(", "Foto:", "2025", "- ", "Aa ", "<p", '."'])
def test_a_line_as_long_as_a_file_is_read_in_time(part: str) -> None:
    begun = time.process_time()
    article = read(Path("a.txt"), ("a." + part * (100_000 // len(part)) + "b").encode())
    boilerplate(article.text)
    assert time.process_time() - begun < 5


def test_the_digest_names_the_bytes() -> None:
    assert digest(b"a") == digest(b"a") != digest(b"b")


@pytest.mark.parametrize(("kind", "former"), [("text", "2"), ("docx", "4"), ("html", "3"), ("xlsx", "2")])
def test_a_file_that_is_read_otherwise_than_before_has_another_digest(kind: str, former: str) -> None:
    assert digest(b"a", kind) != hashlib.sha256(f"{former} {kind}\0a".encode()).hexdigest()


def test_a_stem_is_composed_unicode() -> None:
    assert stem(Path("cafe\u0301.txt")) == "caf\u00e9"


def test_a_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(ArticleError, match="has a name that is not UTF-8; rename the file"):
        stem(Path(os.fsdecode(b"a\xff.txt")))


@given(st.binary(max_size=200))
def test_any_bytes_are_an_article_or_an_article_error(raw: bytes) -> None:
    with contextlib.suppress(ArticleError):
        article = read(Path("a.txt"), raw)
        assert article.title
        assert "\r" not in article.text


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1))
def test_text_without_front_matter_is_kept_character_for_character(text: str) -> None:
    text = f"Isi {text}\n\tberita"
    assert read(Path("a.txt"), text.encode()).text == text


def test_what_a_browser_or_word_keeps_beside_a_file_is_no_article(tmp_path: Path) -> None:
    for name in (
        "rapat.html",
        "rapat_files/iklan.html",
        "foto_files/foto.html",
        "rapat-Dateien/bingkai.html",
        "rapat_berkas/bingkai.html",
        "~$rilis.docx",
        "rilis.markdown",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Isi.")
    found = [str(path.relative_to(tmp_path)) for path, error in find_files([tmp_path]) if error is None]
    # No page is called "foto", so that folder is somebody's own.
    assert found == ["rapat.html", "rilis.markdown", "foto_files/foto.html"]


def test_files_of_other_formats_are_counted_by_how_their_names_end(tmp_path: Path) -> None:
    for name in ("a.txt", "b.rar", "c.RAR", "d", ".e.rar", "sub/f.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Isi.")
    assert passed_over([tmp_path]) == {".jpg": 1, ".rar": 2, "no ending": 1}
    assert passed_over([tmp_path / "b.rar"]) == {}  # named by itself, it is refused


def test_a_linked_folder_is_counted_and_read_where_it_is_named(tmp_path: Path) -> None:
    for name in ("arsip/a.txt", "lain/b.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("Isi.")
    (tmp_path / "arsip/tautan").symlink_to(tmp_path / "lain")
    assert [path.name for path, _ in find_files([tmp_path / "arsip"])] == ["a.txt"]
    assert passed_over([tmp_path / "arsip"]) == {"linked folder": 1}
    assert [path.name for path, _ in find_files([tmp_path / "arsip/tautan"])] == ["b.txt"]
    assert passed_over([tmp_path / "arsip/tautan"]) == {}


def test_an_export_of_many_articles_that_is_too_large_is_to_be_exported_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "wordpress.xml"
    with path.open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(
        ArticleError, match=r"too large \(65 MB, at most 64\); export it in parts, as by date"
    ):
        read_bytes(path)


def test_a_file_is_replaced_as_a_whole_or_stays_as_it_was(tmp_path: Path) -> None:
    replace_file(tmp_path / "a.json", "lama", 0o600)
    with pytest.raises(UnicodeEncodeError, match="surrogates"):
        replace_file(tmp_path / "a.json", "baru \ud800")
    assert [(one.name, one.read_text(), one.stat().st_mode & 0o777) for one in tmp_path.iterdir()] == [
        ("a.json", "lama", 0o600)
    ]
