"""A release that several publishers carry is read once, cited once, and the others are named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from embedder_double import HashingEmbedder

from index.library import Library
from index.models import Article, Filter, Hit, Passage
from index.settings import Settings
from index.text import sentences
from rag.answer import Answer, Citation, Claim
from rag.lang.names import Sentence
from rag.output import answer_lines, answer_object
from rag.query import understand
from rag.reader import Reading
from rag.retrieval import Retriever, collapse, release_of, with_copies, without_copies
from ui.chat.view import sources
from ui.locales import words

INDONESIAN, ENGLISH = words("id"), words("en")

BODY = """\
Pemerintah Provinsi Sumatera Utara meresmikan tiga puskesmas pembantu di Kabupaten Karo pada Selasa lalu. \
Peresmian dipimpin gubernur dan dihadiri para kepala desa serta tokoh masyarakat setempat.

Pembangunan puskesmas itu menelan biaya Rp4,5 miliar dari anggaran daerah tahun berjalan dan \
selesai dalam sembilan bulan.

Setiap puskesmas dilengkapi dua dokter, lima perawat, dan sebuah ambulans yang siaga sepanjang hari.
"""
LAST = (
    "\nKhusus warga lanjut usia, pemeriksaan tekanan darah digratiskan setiap Jumat pagi mulai bulan depan.\n"
)
SITES = {"pagi": ("Harian Pagi", 22), "antara": ("Antara", 23), "utara": ("Kabar Utara", 21)}


def release(identifier: str, text: str = BODY) -> Article:
    import hashlib

    source, day = SITES[identifier]
    digest = hashlib.sha256(text.encode()).hexdigest()
    title = f"Puskesmas Karo di {source}"
    return Article(identifier, title, text, source, date(2025, 7, day), None, "id", "x", digest)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The release as three sites have it, the first one without its last paragraph, and another article."""
    folder = tmp_path / "berita"
    folder.mkdir()
    for name, (source, day) in SITES.items():
        text = BODY + ("" if name == "utara" else LAST)
        (folder / f"{name}.md").write_text(
            f"---\ntitle: Puskesmas Karo di {source}\nsource: {source}\npublished: 2025-07-{day}\n---\n{text}"
        )
    (folder / "wushu.txt").write_text("Pelatih Wushu Datang\n\nPelatih wushu dari Guangdong tiba di Medan.\n")
    return folder


@pytest.fixture(params=["folder", "database"])
def library(request: pytest.FixtureRequest, tmp_path: Path, folder: Path) -> Iterator[Library]:
    store = request.getfixturevalue("database") if request.param == "database" else None
    opened = Library(Settings(home=tmp_path / "home", store=store, passage_tokens=40), HashingEmbedder(64))
    opened.add([folder])
    yield opened
    opened.close()


def search(library: Library, query: str, k: int = 3, **filters: object) -> list[Hit]:
    retriever = Retriever(library.open(), library.embedder)
    return [one.hit for one in retriever.search(understand(query, "id", "id"), k, Filter(**filters))]  # type: ignore[arg-type]


def test_a_passage_of_a_release_is_found_once_in_the_article_that_came_first(library: Library) -> None:
    hits = search(library, "biaya pembangunan puskesmas miliar anggaran daerah", 10)
    told = [hit for hit in hits if "miliar" in hit.passage.text]
    assert [hit.passage.article_id for hit in told] == ["utara"]
    assert [one.id for one in told[0].copies] == ["pagi", "antara"]
    assert "wushu" in {hit.passage.article_id for hit in hits}
    assert next(hit for hit in hits if hit.passage.article_id == "wushu").copies == ()


def test_what_the_first_article_lacks_is_found_in_another(library: Library) -> None:
    hits = search(library, "tekanan darah lanjut usia digratiskan", 10)
    assert [hit.passage.article_id for hit in hits if "tekanan darah" in hit.passage.text] == ["pagi"]


def test_the_source_asked_for_answers_and_names_no_other(library: Library) -> None:
    hits = search(library, "biaya pembangunan puskesmas", sources=("Antara",))
    assert {hit.passage.article_id for hit in hits} == {"antara"}
    assert all(hit.copies == () for hit in hits)
    rows = [row for row, _ in library.open().lexical("puskesmas", 20)]
    late = Filter(since=date(2025, 7, 22))
    carriers = library.open().carriers(rows, late).values()
    assert {tuple(one.id for one in together) for together in carriers} == {("pagi", "antara")}


def test_a_removed_article_leaves_its_release(library: Library) -> None:
    library.remove(["utara"])
    [hit, *_] = search(library, "biaya pembangunan puskesmas miliar anggaran daerah")
    assert (hit.passage.article_id, [one.id for one in hit.copies]) == ("pagi", ["antara"])
    library.remove(["antara"])
    assert all(one.copies == () for one in search(library, "biaya pembangunan puskesmas", 10))
    assert library.verify() == []


def test_an_article_that_is_changed_leaves_its_release(library: Library, folder: Path) -> None:
    path = folder / "utara.md"
    path.write_text(path.read_text().replace("Rp4,5 miliar", "Rp9,1 miliar"))
    library.add([folder])
    hits = search(library, "biaya pembangunan puskesmas miliar anggaran daerah", 10)
    assert {hit.passage.article_id for hit in hits if "miliar" in hit.passage.text} == {"utara", "pagi"}
    assert [one.id for hit in hits if "4,5" in hit.passage.text for one in hit.copies] == ["antara"]
    assert library.verify() == []


def test_a_hundred_copies_leave_room_for_what_is_behind_them(tmp_path: Path) -> None:
    folder = tmp_path / "banyak"
    folder.mkdir()
    for number in range(60):
        (folder / f"{number:03}.txt").write_text(f"Puskesmas {number} di Karo Dibuka\n\n{BODY}")
    (folder / "lain.txt").write_text("Rumah Sakit Binjai\n\nPembangunan rumah sakit di Binjai belum mulai.\n")
    library = Library(Settings(home=tmp_path / "home", passage_tokens=40), HashingEmbedder(64))
    library.add([folder])
    hits = search(library, "pembangunan puskesmas rumah sakit", 5)
    assert "lain" in {hit.passage.article_id for hit in hits}
    assert {hit.passage.article_id for hit in hits} == {"000", "lain"}
    library.close()


def test_groups_do_not_depend_on_the_order_in_which_articles_came(tmp_path: Path, folder: Path) -> None:
    found = []
    for order in (["utara", "pagi", "antara"], ["antara", "utara", "pagi"]):
        library = Library(Settings(home=tmp_path / "-".join(order)), HashingEmbedder(64))
        for name in order:
            library.add([folder / f"{name}.md"])
        [(row, _), *_] = library.open().lexical("ambulans siaga", 1)
        found.append([one.id for one in library.open().carriers([row])[row]])
        library.close()
    assert found == [["utara", "pagi", "antara"]] * 2


def test_a_sentence_of_several_copies_is_read_once_in_the_article_that_goes_first() -> None:
    first, second = release("utara"), release("antara", BODY + LAST)
    hits = [
        Hit(Passage(second, 0, len(second.text)), 1.0, 1, (first,)),
        Hit(Passage(first, 0, len(first.text)), 0.9, 2, (second,)),
    ]
    readings = [
        Reading(Sentence(hit.passage.article, start, end, hit), (start, end), 0.9 / hit.rank)
        for hit in hits
        for start, end in sentences(hit.passage.text)
    ]
    found = without_copies(readings)
    assert len(found) == len(without_copies(readings[:5])) == 5
    assert [one.sentence.article.id for one in found] == ["utara"] * 4 + ["antara"]
    assert [one.score for one in found] == [0.9] * 5
    assert release_of(hits[0]) == release_of(hits[1]) == "utara"


def test_a_copy_that_was_not_read_does_not_stand_in_for_one_that_was() -> None:
    first, second = release("utara"), release("antara")
    later, earlier = (
        Reading(Sentence(one, 0, 20, Hit(Passage(one, 0, len(one.text)), 1.0, 1, (other,))), (0, 20), score)
        for one, other, score in ((second, first, 0.9), (first, second, 0.0))
    )
    read = replace(later, span=(5, 9), spans=(((5, 9), 1.0),))
    assert without_copies([read, earlier]) == [read]
    assert without_copies([later, earlier]) == [replace(earlier, score=0.9)]


def test_rows_without_company_are_ranked_as_before() -> None:
    ranked = [(4, 0.9), (2, 0.8), (7, 0.7)]
    assert collapse(ranked, {}, lambda row: pytest.fail("no passage is needed"), 2) == ranked[:2]


def test_a_citation_names_only_copies_that_have_its_words() -> None:
    first, cut = release("antara", BODY + LAST), release("utara")
    hits = [Hit(Passage(first, 0, len(first.text)), 1.0, 1, (cut,))]
    start = first.text.index("Khusus")
    cited = with_copies([Citation(1, first, 0, 19), Citation(2, first, start, start + 24)], hits)
    assert [[one.id for one in citation.also_in] for citation in cited] == [["utara"], []]


def answered() -> Answer:
    first, other = release("utara"), release("pagi")
    citations = (Citation(1, first, 0, 30, (other,)), Citation(2, first, 31, 60))
    return Answer("?", "id", (Claim("Tiga puskesmas.", (1, 2)),), citations)


def test_the_others_are_named_in_json_and_in_text_only_where_there_are_some() -> None:
    first, second = answer_object(answered())["citations"]
    assert first["also_in"] == ["pagi"]
    assert "also_in" not in second
    lines = answer_lines(answered()).splitlines()
    assert [line for line in lines if "also carried" in line] == [
        "    also carried by pagi: Puskesmas Karo di Harian Pagi, Harian Pagi, 2025-07-22"
    ]


@pytest.mark.parametrize("words", [INDONESIAN, ENGLISH])
def test_the_page_names_the_others_under_the_quotation_in_its_language(words) -> None:
    from ui.chat.view import ChatTurn, Conversation

    shown = sources(Conversation((ChatTurn("?").answered(answered()),)), words)
    shown = re.sub(r">\s+<", "><", shown)
    assert shown.count(f"<p>{INDONESIAN.also_in}</p><ul><li>") == 1
    assert "<bdi>Harian Pagi</bdi>" in shown
    assert shown.index("<mark>") < shown.index(INDONESIAN.also_in) < shown.index('class="actions"')
