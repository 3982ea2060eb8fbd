"""A file is taken apart into its articles; nothing in an archive can hurt, one bad part stops no other."""

import gzip
import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from files_double import PARAGRAPHS, column, packed, page, pdf, rss
from hypothesis import given
from hypothesis import strategies as st
from office_double import mail, workbook

from index.errors import ArticleError, Withheld
from index.files import LeftOut, NotPublic, NotRead, Piece, feed_pieces, pieces
from index.parsers.docx import MOST_MEMBERS
from index.parsers.sandbox import Parsers
from index.parsers.tables import FieldMap

TEXT = PARAGRAPHS[0]


@pytest.fixture(scope="module")
def parsers():
    with Parsers() as shared:
        yield shared


@pytest.fixture
def take(tmp_path: Path, parsers: Parsers) -> Callable[[str, bytes | str], list[Piece | ArticleError]]:
    """Writes a file and takes it apart."""

    def taken(name: str, content: bytes | str) -> list[Piece | ArticleError]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        try:
            return list(pieces(path, FieldMap(), parsers))
        except ArticleError as error:
            return [error]

    return taken


def named(found: list[Piece | ArticleError]) -> list[str]:
    """The id and key of each piece, and the message of each error, the folder left out."""
    return [
        f"{one.name} {one.key}".strip() if isinstance(one, Piece) else str(one).rpartition("/arsip")[2]
        for one in found
        if not isinstance(one, NotRead)
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rapat.txt", TEXT),
        ("rapat.md", f"# Rapat\n\n{TEXT}"),
        ("rapat.html", page(f"<p>{TEXT}</p>")),
        ("rapat.HTM", page(f"<p>{TEXT}</p>")),
        ("rapat.pdf", pdf([column([TEXT])])),
    ],
)
def test_a_file_of_one_article_gives_it_the_name_of_the_file(take, name: str, content: bytes | str) -> None:
    [piece] = take(name, content)
    assert (piece.name, piece.key) == ("rapat", "")
    assert TEXT in piece.read("x").text
    assert piece.read("x").language == "id"


def test_a_record_has_its_own_id_or_one_made_of_its_title(take) -> None:
    lines = [{"id": "eks-1", "text": TEXT}, {"judul": "Ekspor Naik", "text": TEXT}, {"text": TEXT}]
    first, second, third = take("a.jsonl", "\n".join(map(json.dumps, lines)))
    assert (first.name, first.key, second.name, second.key) == (
        "eks-1",
        "eks-1",
        "ekspor-naik",
        "Ekspor Naik",
    )
    assert third.name == f"a-{third.mark[:8]}"


def test_an_id_that_returns_is_an_error_unless_the_record_is_the_same(take) -> None:
    lines = [{"id": "a", "text": "Satu."}, {"id": "a", "text": "Satu."}, {"id": "a", "text": "Dua."}]
    [piece, error] = take("arsip.jsonl", "\n".join(map(json.dumps, lines)))
    assert piece.name == "a"
    assert str(error).endswith("arsip.jsonl, line 3: it has the id 'a' of line 1; give each record its own")


def test_a_title_that_returns_is_another_article(take) -> None:
    lines = [{"title": "Kilas", "text": "Satu."}, {"title": "Kilas", "text": "Dua."}]
    first, second = take("a.jsonl", "\n".join(map(json.dumps, lines)))
    assert first.key == "Kilas" != second.key
    assert first.read("a").text == "Satu."
    assert second.read("b").text == "Dua."


def test_a_feed_gives_its_entries_and_names_one_without_words(take) -> None:
    items = f"<item><title>Ekspor Naik</title><guid>g1</guid><description>{TEXT}</description></item>"
    found = take("arsip.xml", rss(f"{items}<item><title>Kosong</title></item>"))
    assert named(found) == [
        "ekspor-naik g1",
        ".xml, entry 2: it has no text; add the address of its page, or leave it out",
    ]


def test_a_fetched_feed_is_called_by_its_address(parsers: Parsers) -> None:
    items = f"<item><title>Ekspor Naik</title><guid>g1</guid><description>{TEXT}</description></item>"
    [piece] = feed_pieces("https://melati.example/feed", rss(items), parsers)
    assert isinstance(piece, Piece)
    assert (piece.path, piece.label) == (
        "https://melati.example/feed",
        "https://melati.example/feed, entry 1",
    )


def test_what_a_browser_keeps_beside_a_page_is_no_article_in_an_archive_either(take) -> None:
    members = {
        "a/hal.html": page(f"<p>{TEXT}</p>"),
        "a/hal_files/iklan.html": page("<p>Iklan.</p>"),
        "a/hal_files/x.js": "x",
    }
    found = take("arsip.zip", packed({**members, "b/hal_files/lain.txt": TEXT}))
    assert sorted(one.label.rpartition(", ")[2] for one in found) == ["a/hal.html", "b/hal_files/lain.txt"]


def test_a_page_or_a_text_whose_front_matter_says_so_is_not_public(take) -> None:
    body = f"<p>{PARAGRAPHS[0]}</p>"
    for name in ("a.html", "a.md"):
        [hidden] = take(name, f"---\npublished: false\n---\n{body}")
        assert isinstance(hidden, NotPublic)
        assert hidden.reason == "unpublished"
        [piece] = take(name, f"---\npublished: true\n---\n{body}")
        assert isinstance(piece, Piece)


def test_files_in_an_archive_are_not_public_by_where_they_lie_or_what_a_table_beside_them_says(take) -> None:
    members = {
        "a/_drafts/pasar.txt": TEXT, "a/draft_Pasar-1a2b.txt": TEXT,
        "a/posts.csv": "id,status\ntarif,draft\n", "a/posts/tarif.txt": TEXT,
        "a/Pasar.txt": TEXT, "b/tarif.txt": TEXT,
    }  # fmt: skip
    found = take("arsip.zip", packed(members))
    hidden = {one.key: one.reason for one in found if isinstance(one, NotPublic)}
    assert hidden == {
        "a/_drafts/pasar.txt": "drafts",
        "a/draft_Pasar-1a2b.txt": "draft",
        "a/posts/tarif.txt": "draft",
    }
    assert {one.key for one in found if isinstance(one, Piece)} == {"a/Pasar.txt", "b/tarif.txt"}


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.pdf"])
def test_an_article_that_says_it_is_a_draft_is_withheld_but_read_where_it_is_named_by_itself(
    take, name
) -> None:
    lines = ["DRAFT – JANGAN DIKUTIP", *PARAGRAPHS]
    content = {
        "a.txt": "\n\n".join(lines),
        "a.html": page("".join(f"<p>{one}</p>" for one in lines)),
        "a.pdf": pdf([column(lines)]),
    }[name]
    [piece] = take(name, content)
    with pytest.raises(Withheld, match=r"it is not public \(draft\)"):
        piece.read_with_remarks("a")
    assert TEXT in piece.read("a").text


def test_an_archive_gives_the_articles_of_all_its_files(take) -> None:
    inner = packed({"dalam.md": TEXT})
    members = {
        "rapat.txt": TEXT, "2025/ekspor.html": page(f"<p>{TEXT}</p>"),
        "catatan.jsonl": json.dumps({"id": "e1", "text": TEXT}),
        "gambar.png": b"\x89PNG", ".tersembunyi.txt": TEXT, "__MACOSX/rapat.txt": TEXT, "2025/": "",
        "lagi.zip": inner,
    }  # fmt: skip
    found = take("arsip.zip", packed(members))
    assert [one.ending for one in found if isinstance(one, NotRead)] == [".png"]
    assert named(found) == [
        "rapat rapat.txt",
        "ekspor 2025/ekspor.html",
        "e1 catatan.jsonl#e1",
        "dalam lagi.zip#dalam.md",
    ]
    assert all(TEXT in piece.read("x").text for piece in found if isinstance(piece, Piece))


def entry(name: str, content: bytes = b"Isi berita.", *, mode: int = 0, flags: int = 0) -> bytes:
    """An archive of one file whose directory says something unusual of it."""
    written = io.BytesIO()
    info = zipfile.ZipInfo("x" * len(name))
    info.external_attr = mode << 16
    with zipfile.ZipFile(written, "w") as container:
        container.writestr(info, content)
    raw = bytearray(written.getvalue().replace(b"x" * len(name), name.encode()))
    if flags:
        raw[6] |= flags
        raw[raw.rindex(b"PK\x01\x02") + 8] |= flags
    return bytes(raw)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (
            entry("/tmp/a.txt"),
            "/tmp/a.txt: its path leads out of the archive; pack it again without absolute",
        ),
        (entry("../a.txt"), "../a.txt: its path leads out of the archive"),
        (entry("..\\a.txt"), "its path leads out of the archive"),
        (entry("C:\\a.txt"), "its path leads out of the archive"),
        (entry("a.txt", mode=stat.S_IFLNK | 0o777), "a.txt: it is a link; pack the file that it leads to"),
        (entry("a.txt", flags=1), "a.txt: it is locked with a password; pack it again without one"),
        (
            packed({"a.txt": TEXT}, zipfile.ZIP_LZMA),
            "a.txt: it is packed in a way that is not read; pack it again",
        ),
        (
            packed({"a.txt": b"a" * 4 * 2**20}),
            "a.txt: it unpacks to far more than any text does; leave it out",
        ),
        (packed({"a.txt": b" \n"}), "a.txt: it is empty; write the article into it or leave it out"),
        (
            packed({"a.zip": packed({"b.zip": packed({"c.txt": TEXT})})}),
            "an archive within an archive within an",
        ),
        (packed({"a.png": b"x"}), "arsip.zip holds no article; pack files that end in: .txt"),
        (packed({}), "arsip.zip holds no article"),
        (packed({"a.txt": TEXT})[:-30], "arsip.zip: it is no archive, or one cut short; pack it again"),
        (b"Hanya teks.", "arsip.zip: it is no archive; pack it again"),
        (packed({"a.txt": TEXT}).replace(TEXT.encode()[:9], b"x" * 9), "damaged"),
    ],
)
def test_what_could_hurt_is_refused_and_named(take, raw: bytes, message: str) -> None:
    raw = (
        packed({"a.txt": TEXT}, zipfile.ZIP_STORED).replace(b"Nilai", b"NILAI")
        if message == "damaged"
        else raw
    )
    [error] = take("arsip.zip", raw)
    assert isinstance(error, ArticleError)
    assert message in str(error)
    assert len(str(error).splitlines()) == 1


def test_a_directory_that_claims_to_be_huge_is_not_read(take) -> None:
    raw = bytearray(packed({"a.txt": TEXT}))
    at = raw.rindex(b"PK\x05\x06")
    raw[at + 12 : at + 16] = (1000 * MOST_MEMBERS).to_bytes(4, "little")
    [error] = take("arsip.zip", bytes(raw))
    assert "its directory is too large; split it" in str(error)


def test_a_bad_file_in_an_archive_stops_no_other(take) -> None:
    members = {"a.txt": b"Isi\0nya", "b.pdf": pdf([[]]), "c.csv": "judul\nA\n", "d.txt": TEXT}
    *bad, good = take("arsip.zip", packed(members))
    assert good.read("d").text == TEXT
    messages = []
    for one in bad:
        with pytest.raises(ArticleError, match=r"arsip\.zip, \w\.\w+: .*; ") as caught:
            raise one if isinstance(one, ArticleError) else AssertionError(one.read("x"))
        messages.append(str(caught.value))
    assert "it is binary" in messages[0]
    assert "it holds pictures of pages" in messages[1]
    assert "no column holds the text" in messages[2]


@pytest.mark.parametrize("ending", [".html", ".pdf", ".docx", ".xml", ".zip", ".jsonl", ".csv"])
@pytest.mark.parametrize(
    "content", [TEXT.encode(), pdf([column([TEXT])]), packed({"a.bin": b"x"}), b"\xff\xfe" * 9, b"\0"]
)
def test_a_file_that_is_not_what_its_name_says_is_refused(take, ending: str, content: bytes) -> None:
    if ending == ".pdf" and content.startswith(b"%PDF"):
        pytest.skip("it is what its name says")
    for one in take(f"arsip{ending}", content):
        with pytest.raises(ArticleError, match=r"arsip\.\w+.*[;:] "):
            raise one if isinstance(one, ArticleError) else AssertionError(one.read("x").text)


@given(st.binary(max_size=300), st.sampled_from(["a.zip", "a.jsonl", "a.csv", "a.txt.gz"]))
def test_any_bytes_are_articles_or_article_errors(tmp_path_factory, raw: bytes, name: str) -> None:
    path = tmp_path_factory.getbasetemp() / name
    start = {"a.zip": b"PK\x05\x06", "a.txt.gz": b"\x1f\x8b\x08"}.get(name, b"")
    path.write_bytes(start + raw + b"x")
    with Parsers() as unused:
        try:
            found = list(pieces(path, FieldMap(), unused))
        except ArticleError as error:
            found = [error]
    assert found


def test_the_command_says_what_it_would_do_with_every_format(called, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "rapat.pdf").write_bytes(pdf([column([TEXT])]))
    (tmp_path / "in" / "gambar.pdf").write_bytes(pdf([[]]))
    (tmp_path / "in" / "data.csv").write_text(f"kode;naskah\nd-1;{TEXT}\nd-2;\n")
    done = called("index", "in", "--dry-run", "--map", "text=naskah", "--json")
    report = json.loads(done.stdout)
    assert sorted(report["added"]) == ["d-1", "rapat"]
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line.startswith("tanya: ")]
    assert lines[0].startswith("tanya: in/data.csv, line 3: it has no text; write it as 'naskah'")
    assert lines[1].startswith(
        "tanya: in/gambar.pdf: it holds pictures of pages and no text; run text recognition"
    )
    wrong = called("index", "in", "--dry-run", "--map", "warna=naskah")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "maps no field; write FIELD=NAME with one of:" in wrong.stderr


def test_a_compressed_file_is_read_as_what_is_in_it(take) -> None:
    [piece] = take("rapat.txt.gz", gzip.compress(TEXT.encode(), mtime=0))
    assert (piece.name, piece.key, piece.ending) == ("rapat", "", ".gz")
    assert piece.read("rapat").text == TEXT
    assert named(take("data.csv.gz", gzip.compress(f"id;isi\na;{TEXT}\n".encode(), mtime=0))) == ["a a"]


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        (
            "arsip.gz",
            gzip.compress(TEXT.encode(), mtime=0),
            r"a format that is not read \(no ending\); name it as rilis.txt",
        ),
        ("arsip.tar.gz", gzip.compress(b"x" * 600, mtime=0), r"a format that is not read \(\.tar\)"),
        (
            "arsip.txt.gz",
            gzip.compress(b"a" * 30_000_000, mtime=0),
            "unpacks to far more than any text does; leave it out",
        ),
        ("arsip.txt.gz", gzip.compress(TEXT.encode(), mtime=0)[:-9], "it is damaged .*; pack it again"),
        ("arsip.txt.gz", TEXT.encode(), "it is damaged .*; pack it again"),
        ("arsip.txt.gz", gzip.compress(b" ", mtime=0), "it is empty; write the article into it"),
        (
            "arsip.txt.gz.gz.gz.gz",
            gzip.compress(
                gzip.compress(gzip.compress(gzip.compress(TEXT.encode(), mtime=0), mtime=0), mtime=0), mtime=0
            ),
            "an archive within an archive within an archive",
        ),
    ],
)
def test_a_compressed_file_that_cannot_be_read_is_named_with_the_cure(take, name, raw, message) -> None:
    [error] = take(name, raw)
    with pytest.raises(ArticleError, match=message):
        raise error


def test_a_chat_is_told_from_an_article_by_how_it_begins(take) -> None:
    release = " ".join([*PARAGRAPHS, *PARAGRAPHS])
    chat = (
        f"03/03/25 09.41 - Ratna: {release}\n03/03/25 09.42 - Budi: ok\n04/03/25 10.00 - Ratna: {release}!\n"
    )
    first, second, left = take("WhatsApp Chat with Humas.txt", chat)
    assert (first.name, second.name) == (
        "WhatsApp Chat with Humas-2025-03-03-09-41",
        "WhatsApp Chat with Humas-2025-03-04-10-00",
    )
    assert left == LeftOut("short message", 1)
    assert first.read("x").author == "Ratna"
    [zipped, _, _] = take("arsip.zip", packed({"_chat.txt": chat}))
    assert zipped.key == "_chat.txt#2025-03-03 09:41"


def test_sheets_are_known_again_by_their_names(take) -> None:
    one = take("Rekap.xlsx", workbook(("Ekspor", [("Kota", "Nilai"), ("Medan", 2)])))
    assert [(piece.name, piece.key) for piece in one] == [("Rekap", "Ekspor")]
    two = take("Rekap.xlsx", workbook(("Ekspor", [("Kota", "Nilai")]), ("Impor", [("Kota", "Nilai")])))
    assert [(piece.name, piece.key) for piece in two] == [
        ("Rekap-ekspor", "Ekspor"),
        ("Rekap-impor", "Impor"),
    ]


def test_a_message_without_a_text_is_what_is_attached_to_it(take) -> None:
    message = mail("Rilis", [""])
    message.add_attachment(TEXT.encode(), maintype="text", subtype="plain", filename="rilis.txt")
    [piece] = take("surat.eml", message.as_bytes())
    assert (piece.name, piece.key, piece.read("x").text) == ("rilis", "rilis.txt", TEXT)
    only = mail("Foto", [""])
    only.add_attachment(b"\xff\xd8", maintype="image", subtype="jpeg", filename="foto.jpg")
    error, picture = take("surat.eml", only.as_bytes())
    assert "it has no text; save what is attached by itself" in str(error)
    assert picture == NotRead(".jpg")


def test_records_of_json_have_their_ids_and_each_bad_one_its_message(take) -> None:
    records = [{"id": "a", "isi": TEXT}, {"id": "b", "judul": "Kosong"}, {"id": "a", "isi": PARAGRAPHS[1]}]
    first, empty, twice = take("arsip.json", json.dumps({"data": records}))
    assert (first.name, first.key, first.ending, first.read("a").text) == ("a", "a", ".json", TEXT)
    assert str(empty).endswith(
        "arsip.json, record 2: it has no text; write it as 'text', or name its field with --map text=NAME"
    )
    assert str(twice).endswith(
        "arsip.json, record 3: it has the id 'a' of record 1; give each record its own"
    )
    [hidden] = take("arsip.json", json.dumps({"id": "a", "isi": TEXT, "status": "draft"}))
    assert (hidden.key, hidden.reason) == ("a", "draft")
