"""A file of any format that is made of one text gives that text, in folders, archives and messages."""

import json
from pathlib import Path

import pytest
from files_double import PARAGRAPHS, packed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_double import every, mail, word, word97

from index.errors import ArticleError
from index.files import NotRead, Piece, pieces
from index.parsers import FORMATS, SUFFIXES, kind_inside, kind_of
from index.parsers.sandbox import Parsers
from index.parsers.tables import FieldMap

TITLE = "Pasar Raya Dibuka"
# Without <, by which records and pages may hold HTML, and without what parts the cells of a table.
SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789.,;:!?()'\"“”‘’–—é&>{}\\/%#@+=😀"


@pytest.fixture(scope="module")
def parsers():
    with Parsers() as shared:
        yield shared


def taken(path: Path, parsers: Parsers):
    return list(pieces(path, FieldMap(), parsers))


def read_first(path: Path, parsers: Parsers) -> str:
    one = taken(path, parsers)[0]
    if isinstance(one, ArticleError):
        raise one
    return one.read("x").text


def words(text: str) -> list[str]:
    return text.split()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.lists(st.text(SIGNS, min_size=1, max_size=12), min_size=3, max_size=12), min_size=1, max_size=4
    )
)
def test_a_file_of_any_format_gives_the_text_that_it_is_made_of(tmp_path_factory, parsers, lists) -> None:
    # Within sentences of a release: the text of a page is told from what stands around it by its words.
    drawn = [f"{PARAGRAPHS[0]} x{' '.join(one)}x." for one in lists]
    paragraphs = [*dict.fromkeys(drawn), PARAGRAPHS[1]]
    expected = words(" ".join(paragraphs))
    for ending, raw in every(TITLE, paragraphs).items():
        path = tmp_path_factory.getbasetemp() / f"rapat{ending}"
        path.write_bytes(raw)
        [piece] = taken(path, parsers)
        article = piece.read("rapat")
        found = words(article.text)
        assert found[-len(expected) :] == expected, ending
        assert " ".join(found[: -len(expected)]) in {"", TITLE}, ending
        if ending != ".doc":
            assert article.title == TITLE, ending


def test_every_format_is_read_within_an_archive_and_attached_to_a_message(tmp_path: Path, parsers) -> None:
    files = {
        f"berkas-{place}{ending}": raw for place, (ending, raw) in enumerate(every(TITLE, PARAGRAPHS).items())
    }
    (tmp_path / "arsip.zip").write_bytes(packed(files))
    message = mail("Lampiran", ["Dengan hormat, bersama ini kami kirim siaran pers."])
    for name, raw in files.items():
        if not name.endswith(".eml"):
            message.add_attachment(raw, maintype="application", subtype="octet-stream", filename=name)
    message.add_attachment(b"\xff\xd8\xff", maintype="image", subtype="jpeg", filename="foto.jpg")
    (tmp_path / "surat.eml").write_bytes(message.as_bytes())
    archived = taken(tmp_path / "arsip.zip", parsers)
    assert len(archived) == len(files)
    attached = taken(tmp_path / "surat.eml", parsers)
    assert attached.pop() == NotRead(".jpg")
    assert attached.pop(0).read("surat").text == "Dengan hormat, bersama ini kami kirim siaran pers.\n"
    assert len(attached) == len(files) - 1
    for one in (*archived, *attached):
        assert isinstance(one, Piece), one
        assert PARAGRAPHS[2] in one.read("x").text
    assert {one.ending for one in archived} == {
        ".gz" if name.endswith(".gz") else Path(name).suffix for name in files
    }


def test_the_command_counts_articles_by_the_ending_of_their_files(called, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for ending, raw in every(TITLE, PARAGRAPHS).items():
        (tmp_path / "in" / f"berkas-{ending[1:]}{ending}").write_bytes(raw)
    (tmp_path / "in" / "foto.jpg").write_bytes(b"\xff\xd8\xff")
    done = called("index", "in", "--dry-run", "--json")
    report = json.loads(done.stdout)
    assert report["failures"] == []
    assert report["read"] == dict.fromkeys(
        sorted({Path(f"x{one}").suffix for one in every(TITLE, PARAGRAPHS)}), 1
    )
    assert report["not_read"] == {".jpg": 1}
    assert report["left_out"] == {}


def test_no_ending_has_two_kinds_and_every_reader_is_there() -> None:
    endings = [suffix for one in FORMATS.values() for suffix in one.suffixes]
    assert len(endings) == len(set(endings)) == len(SUFFIXES)
    assert all(one.inside == () or set(one.inside) <= set(FORMATS) for one in FORMATS.values())
    assert kind_of("Rilis.DOC") == "doc"
    assert kind_of("rilis.rar") is None


@pytest.mark.parametrize(
    ("name", "made", "kind"),
    [
        ("rilis.doc", ".rtf", "rtf"),
        ("rilis.doc", ".docx", "docx"),
        ("rilis.doc", ".html", "html"),
        ("rilis.doc", ".mhtml", "mhtml"),
        ("rilis.doc", ".odt", "odt"),
        ("rilis.rtf", ".doc", "doc"),
        ("rilis.html", ".mhtml", "mhtml"),
        ("rilis.mht", ".html", "html"),
        ("rilis.xls", ".html", "html"),
        ("rilis.xls", ".xlsx", "xlsx"),
    ],
)
def test_what_programs_write_under_another_name_is_read_as_what_it_is(
    tmp_path: Path, parsers, name: str, made: str, kind: str
) -> None:
    raw = every(TITLE, PARAGRAPHS)[made]
    assert kind_inside(str(kind_of(name)), raw) == kind
    assert kind_inside("xls", "judul\tisi\n".encode("utf-16")) == "csv"
    (tmp_path / name).write_bytes(raw)
    [piece] = taken(tmp_path / name, parsers)
    assert PARAGRAPHS[1] in piece.read("x").text


@pytest.mark.parametrize(
    "ending", [".doc", ".rtf", ".odt", ".pptx", ".xlsx", ".xls", ".ods", ".mhtml", ".docm", ".json"]
)
@pytest.mark.parametrize("content", [b"Hanya teks biasa.", b"\xff\xd8\xff\xe0 JFIF", b"\0" * 40])
def test_a_file_that_is_something_else_is_refused_with_the_cure(
    tmp_path: Path, parsers, ending: str, content: bytes
) -> None:
    (tmp_path / f"rilis{ending}").write_bytes(content)
    with pytest.raises(ArticleError, match=rf"rilis\{ending}.*: .+; (save|name|export|write|it is)"):
        read_first(tmp_path / f"rilis{ending}", parsers)


def test_a_word_file_in_another_s_name_is_refused_by_name(tmp_path: Path, parsers) -> None:
    (tmp_path / "a.pptx").write_bytes(word(TITLE, PARAGRAPHS))
    (tmp_path / "b.docx").write_bytes(word97(PARAGRAPHS))
    for name, message in (("a.pptx", "no whole presentation"), ("b.docx", "old Word file")):
        [piece] = taken(tmp_path / name, parsers)
        with pytest.raises(ArticleError, match=message):
            piece.read("x")
