"""The intake tells new files from known ones, and embeds no more than it must."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from embedder_double import HashingEmbedder
from files_double import column, pdf, rss
from office_double import workbook
from openpyxl import load_workbook

from index.chunking import embedded_text
from index.errors import ArticleError
from index.files import Piece, digest, pieces
from index.ingest import Intake, Register, Remarked, Report, preview, recipe_of, records_in
from index.models import Entry
from index.parsers.sandbox import Parsers
from index.parsers.tables import FieldMap
from index.settings import Settings
from index.sqlite import Store
from rag.output import remark_lines


def silent(done: int, total: int, name: str) -> None:
    """Progress that nobody watches."""


def entry(article_id: str, location: str, raw: bytes) -> Entry:
    return Entry(article_id, location, digest(raw), "recipe", "model")


def only_piece(path: Path) -> Piece:
    with Parsers() as parsers:
        [piece] = pieces(path, FieldMap(), parsers)
    assert isinstance(piece, Piece)
    return piece


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "2025" / "rapat.txt"
    path.parent.mkdir()
    path.write_bytes(b"Isi berita.")
    return path


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], ("rapat", "added", False)),
        ([entry("rapat", "../2025/rapat.txt", b"Isi berita.")], ("rapat", "unchanged", False)),
        ([entry("rapat", "../2025/rapat.txt", b"Lain.")], ("rapat", "updated", False)),
        # An id that was given earlier stays with its file.
        ([entry("rapat-lama", "../2025/rapat.txt", b"Lain.")], ("rapat-lama", "updated", False)),
        ([entry("rapat", "../2024/rapat.txt", b"Isi berita.")], ("rapat", "unchanged", True)),
        ([entry("rapat", "../2024/rapat.txt", b"Lain.")], ("rapat-2025", "added", False)),
        (
            [entry("rapat", "../a.txt", b"Lain."), entry("rapat-2025", "../b.txt", b"Lain.")],
            (f"rapat-{digest(b'Isi berita.')[:8]}", "added", False),
        ),
    ],
)
def test_a_file_is_new_changed_or_known(
    tmp_path: Path, file: Path, entries: list[Entry], expected: tuple[str, str, bool]
) -> None:
    found = Register(tmp_path / "home", entries).find(only_piece(file))
    assert (found.id, found.state, found.moved) == expected


def test_a_claimed_id_is_taken(tmp_path: Path, file: Path) -> None:
    register = Register(tmp_path / "home", [])
    register.claim(register.find(only_piece(file)))
    other = tmp_path / "rapat.md"
    other.write_bytes(b"Lain.")
    assert register.find(only_piece(other)).id == f"rapat-{tmp_path.name}"


def test_what_cannot_be_read_is_an_article_error(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="cannot be read"):
        only_piece(tmp_path / "missing.txt")


def test_the_recipe_names_all_that_passages_and_vectors_depend_on() -> None:
    recipes = {recipe_of("a", 160), recipe_of("b", 160), recipe_of("a", 100)}
    assert len(recipes) == 3


def test_no_embedder_is_loaded_for_files_that_are_known(tmp_path: Path, file: Path) -> None:
    settings = Settings(home=tmp_path / "home")

    def unwanted() -> HashingEmbedder:
        pytest.fail("loaded a model")

    with Store(settings.home, create=True) as store:
        embedder = HashingEmbedder(8)
        Intake(store, settings, lambda: embedder, silent).run([file], embedder.name)
        assert Intake(store, settings, unwanted, silent).run([file], embedder.name).unchanged == ("rapat",)


def test_a_model_that_is_not_the_remembered_one_does_every_article_again(tmp_path: Path, file: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    other = file.with_name("lain.txt")
    other.write_text("Berita lain.")
    with Store(settings.home, create=True) as store:
        Intake(store, settings, lambda: HashingEmbedder(8), silent).run([file, other], "hashing-8")
        other.write_text("Berita yang lain.")
        intake = Intake(store, settings, lambda: HashingEmbedder(16), silent)
        report = intake.run([file, other], "hashing-8")
        assert (report.updated, report.unchanged) == (("lain", "rapat"), ())
        assert intake.name == "hashing-16"
        assert store.state()[1] == {"hashing-16"}


@pytest.mark.parametrize(("max_tokens", "longest"), [(512, 40), (40, 29)])
def test_title_and_passage_together_fit_what_the_model_reads(
    tmp_path: Path, max_tokens: int, longest: int
) -> None:
    # The title has 3 tokens, 8 are kept for the prefix: of 40 that leaves 29.
    (tmp_path / "a.txt").write_text("Judul Berita Panjang\n\n" + "kata " * 300)
    settings = Settings(home=tmp_path / "home", passage_tokens=40)
    embedder = HashingEmbedder(8, max_tokens)
    with Store(settings.home, create=True) as store:
        Intake(store, settings, lambda: embedder, silent).run([tmp_path / "a.txt"], embedder.name)
        [stored] = store.stored(list(store.outline().numbers.values()), embedder.name)
        passages = stored.passages
    counts = [embedder.count_tokens(passage.text) for passage in passages]
    assert max(counts) == longest
    assert all(embedder.count_tokens(embedded_text(passage)) + 8 <= max_tokens for passage in passages)


def test_what_is_not_public_is_counted_by_reason_and_told_where_it_is_stored(tmp_path: Path) -> None:
    file = tmp_path / "arsip.jsonl"

    def write(*statuses: str) -> None:
        rows = [{"id": f"b{n}", "text": f"Berita {n}.", "status": one} for n, one in enumerate(statuses)]
        file.write_text("\n".join(map(json.dumps, rows)))

    settings = Settings(home=tmp_path / "home")
    embedder = HashingEmbedder(8)
    heard = []
    with Store(settings.home, create=True) as store:
        write("publish", "publish", "draft", "draft", "trash")
        report = Intake(store, settings, lambda: embedder, silent).run([file], embedder.name)
        assert (report.added, report.failures) == (("b0", "b1"), ())
        assert (report.not_public, report.not_public_stored) == ({"draft": 2, "trash": 1}, ())
        write("publish", "private")
        report = Intake(store, settings, lambda: embedder, silent, on_outcome=heard.append).run(
            [file], embedder.name
        )
        assert (report.not_public, report.not_public_stored) == ({"private": 1}, ("b1",))
        assert any(line.endswith("tanya articles remove b1") for line in remark_lines(report))
        assert (
            heard[-1].text == f"{file}, line 2: it is not public (private); publish it where it was exported"
        )
        seen = preview([file], settings.home, store.entries(), silent, prune=[tmp_path])
        assert (seen.not_public, seen.not_public_stored, seen.removed) == ({"private": 1}, ("b1",), ("b1",))
        assert not any("remove b1" in line for line in remark_lines(seen))


def test_files_that_say_they_are_not_public_are_counted_and_told_where_they_are_stored(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "arsip"
    (folder / "Draf").mkdir(parents=True)
    file = folder / "tarif.txt"
    settings = Settings(home=tmp_path / "home")
    embedder = HashingEmbedder(8)
    with Store(settings.home, create=True) as store:

        def run(text: str) -> Report:
            file.write_text(text)
            return Intake(store, settings, lambda: embedder, silent).run([folder], embedder.name)

        assert run("Tarif air naik.").added == ("tarif",)
        (folder / "Draf" / "pasar.txt").write_text("Pasar dibuka.")
        report = run("EMBARGO\n\nTarif air naik.")
    assert (report.not_public, report.failures) == ({"embargo": 1, "draf": 1}, ())
    assert (report.updated, report.not_public_stored) == ((), ("tarif",))


def test_what_a_later_export_under_another_name_withdraws_is_told(tmp_path: Path) -> None:
    earlier, later = tmp_path / "maret.csv", tmp_path / "april.csv"
    earlier.write_text("id,isi,status\n7,Berita tujuh.,Tayang\n8,Berita delapan.,Tayang\n")
    later.write_text("id,isi,status\n7,Berita tujuh.,Draft\n9,Berita sembilan.,Draft\n")
    settings = Settings(home=tmp_path / "home")
    embedder = HashingEmbedder(8)
    with Store(settings.home, create=True) as store:
        Intake(store, settings, lambda: embedder, silent).run([earlier], embedder.name)
        report = Intake(store, settings, lambda: embedder, silent).run([later], embedder.name)
    assert (report.not_public, report.not_public_stored) == ({"draft": 2}, ("7",))


def test_a_record_that_a_file_has_lost_is_gone_where_the_file_itself_is_named(tmp_path: Path) -> None:
    file, other = tmp_path / "arsip.csv", tmp_path / "arsip.csv.csv"
    settings = Settings(home=tmp_path / "home")
    embedder = HashingEmbedder(8)
    with Store(settings.home, create=True) as store:
        file.write_text("id,isi\na,Berita satu.\nb,Berita dua.\n")
        other.write_text("id,isi\nc,Berita tiga.\nd,Berita empat.\n")
        Intake(store, settings, lambda: embedder, silent).run([file, other], embedder.name)
        file.write_text("id,isi\na,Berita satu.\n")
        other.write_text("id,isi\nc,Berita tiga.\n")
        assert preview([file], settings.home, store.entries(), silent, prune=[file]).removed == ("b",)


def test_a_row_that_a_filter_hides_is_not_gone(tmp_path: Path) -> None:
    file = tmp_path / "arsip.xlsx"
    rows = [("id", "isi"), *((f"b{n}", f"Berita {n}. " + "Pasar baru dibuka. " * 5) for n in range(3))]
    file.write_bytes(workbook(("Berita", rows)))
    settings = Settings(home=tmp_path / "home")
    embedder = HashingEmbedder(8)
    with Store(settings.home, create=True) as store:
        report = Intake(store, settings, lambda: embedder, silent).run([file], embedder.name)
        assert report.added == ("b0", "b1", "b2")

        def removed() -> tuple[str, ...]:
            return preview([file], settings.home, store.entries(), silent, prune=[tmp_path]).removed

        book = load_workbook(file)
        book["Berita"].row_dimensions[3].hidden = True
        book.save(file)
        assert removed() == ()
        book["Berita"].delete_rows(3)
        book["Berita"].row_dimensions[3].hidden = False
        book.save(file)
        assert removed() == ("b1",)


def test_a_declared_day_that_cannot_be_read_is_named_unless_the_text_tells_one(tmp_path: Path) -> None:
    file = tmp_path / "arsip.csv"
    file.write_text(
        'id,isi,tanggal\na,Berita satu.,13/25/2025\nb,"PALU, 3 Maret 2025 - Bupati membuka pasar baru di kota'
        ' itu pagi ini.",kemarin\nc,Berita tiga.,3 Peb 2025\nd,Berita empat.,\n'
    )
    settings = Settings(home=tmp_path / "home")
    embedder = HashingEmbedder(8)
    with Store(settings.home, create=True) as store:
        seen = preview([file], settings.home, [], silent)
        report = Intake(store, settings, lambda: embedder, silent).run([file], embedder.name)
        assert report.unread_days == seen.unread_days == ((f"{file}, line 2", "13/25/2025"),)
        assert Intake(store, settings, lambda: embedder, silent).run([file], embedder.name).unread_days == ()


@pytest.mark.parametrize(
    ("name", "content", "day"),
    [
        ("a.md", "---\ntanggal: 5 Sptmb 2024\n---\nPasar baru dibuka.\n", "5 Sptmb 2024"),
        (
            "a.html",
            "<meta name=pubdate content='Hari Pasar'><p>Pasar baru dibuka di kota itu pagi ini, kata bupati.",
            "Hari Pasar",
        ),
    ],
)
def test_a_day_that_a_text_or_a_page_declares_and_cannot_be_read_is_named(
    tmp_path: Path, name: str, content: str, day: str
) -> None:
    (tmp_path / name).write_text(content)
    report = preview([tmp_path / name], tmp_path / "home", [], silent)
    assert report.unread_days == ((str(tmp_path / name), day),)


def test_pages_without_text_and_what_is_no_article_are_named(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(pdf([column(["Bupati membuka pasar baru."] * 12), []], pictures=(2,)))
    (tmp_path / "hilang.txt").write_text("Halaman tidak ditemukan\n\nCoba cari lagi.")
    (tmp_path / "utuh.txt").write_text("Bupati membuka pasar baru.")
    settings = Settings(home=tmp_path / "home")
    embedder = HashingEmbedder(8)
    paths = [tmp_path / name for name in ("scan.pdf", "hilang.txt", "utuh.txt")]
    with Store(settings.home, create=True) as store:
        seen = preview(paths, settings.home, [], silent)
        report = Intake(store, settings, lambda: embedder, silent).run(paths, embedder.name)
    assert (
        report.remarks
        == seen.remarks
        == (
            Remarked("scan", str(paths[0]), "no_text_layer", (2,)),
            Remarked("hilang", str(paths[1]), "not_found"),
        )
    )
    assert remark_lines(report) == [
        f"{paths[0]}: no text, or a letterhead alone; run text recognition (OCR) on it (page 2)",
        f"{paths[1]}: it seems to be a page that says that there is no such page; remove it",
    ]


def test_files_of_other_formats_in_folders_and_archives_are_counted(tmp_path: Path) -> None:
    folder = tmp_path / "arsip"
    folder.mkdir()
    (folder / "a.txt").write_text("Berita.")
    (folder / "b.rar").write_text("x")
    with zipfile.ZipFile(folder / "c.zip", "w") as archive:
        archive.writestr("d.txt", "Berita lain.")
        archive.writestr("e.rar", "x")
        archive.writestr("f.bak", "x")
    settings = Settings(home=tmp_path / "home")
    embedder = HashingEmbedder(8)
    with Store(settings.home, create=True) as store:
        assert preview([folder], settings.home, [], silent).not_read == {".bak": 1, ".rar": 2}
        report = Intake(store, settings, lambda: embedder, silent).run([folder], embedder.name)
        assert (report.added, report.not_read) == (("a", "d"), {".bak": 1, ".rar": 2})


def test_the_same_text_is_embedded_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text("---\ntitle: Judul\n---\nIsi yang sama.\n")
    embedder = HashingEmbedder(8)
    settings = Settings(home=tmp_path / "home")
    with Store(settings.home, create=True) as store:
        report = Intake(store, settings, lambda: embedder, silent).run([tmp_path], embedder.name)
        assert report.added == ("a", "b")
        assert embedder.calls == ["Judul\nIsi yang sama."]
        stored = store.stored(list(store.outline().numbers.values()), embedder.name)
        assert sum(len(one.vectors) for one in stored) == 2


def test_a_preview_tells_the_same_as_the_run(tmp_path: Path, file: Path) -> None:
    (file.parent / "kosong.txt").touch()
    told: list[int] = []
    record: Callable[[int, int, str], None] = lambda done, total, name: told.append(done)  # noqa: E731
    seen = preview([file.parent], tmp_path / "home", [], record)
    assert (seen.added, len(seen.failures), told) == (("rapat",), 1, [1, 2])


def records(path: Path, **texts: str) -> None:
    path.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items()))


def intake(store: Store, home: Path, embedder: HashingEmbedder, fetch=None) -> Intake:
    settings = Settings(home=home)
    return Intake(store, settings, lambda: embedder, silent, **({"fetch": fetch} if fetch else {}))


def test_a_record_that_changed_is_updated_and_no_other_is_touched(tmp_path: Path) -> None:
    path, home, embedder = tmp_path / "arsip.jsonl", tmp_path / "home", HashingEmbedder(8)
    records(path, a="Satu dua.", b="Tiga empat.", c="Lima enam.")
    with Store(home, create=True) as store:
        assert intake(store, home, embedder).run([path], "hashing-8").added == ("a", "b", "c")
        assert [entry.location for entry in store.entries()] == [f"../arsip.jsonl#{name}" for name in "abc"]
        revision = store.revision()
        report = intake(store, home, embedder).run([path], "hashing-8")
        assert (report.unchanged, store.revision()) == (("a", "b", "c"), revision)
        records(path, a="Satu dua.", d="Baru sekali.", b="Tiga lima.", c="Lima enam.")
        embedder.calls.clear()
        report = intake(store, home, embedder).run([path], "hashing-8")
        assert (report.added, report.updated, report.unchanged) == (("d",), ("b",), ("a", "c"))
        assert len(embedder.calls) == 2
        assert store.article("b").text == "Tiga lima."  # type: ignore[union-attr]


def test_the_records_of_a_moved_file_move_with_it(tmp_path: Path) -> None:
    path, home, embedder = tmp_path / "arsip.jsonl", tmp_path / "home", HashingEmbedder(8)
    records(path, a="Satu dua.", b="Tiga empat.")
    with Store(home, create=True) as store:
        intake(store, home, embedder).run([path], "hashing-8")
        path = path.rename(tmp_path / "lama #1.jsonl")
        assert intake(store, home, embedder).run([path], "hashing-8").unchanged == ("a", "b")
        assert [entry.location for entry in store.entries()] == ["../lama #1.jsonl#a", "../lama #1.jsonl#b"]
        assert intake(store, home, embedder).run([path], "hashing-8").unchanged == ("a", "b")


def test_an_id_that_another_file_has_is_told_apart(tmp_path: Path) -> None:
    home, embedder = tmp_path / "home", HashingEmbedder(8)
    records(tmp_path / "satu.jsonl", a="Satu dua.")
    records(tmp_path / "dua.jsonl", a="Tiga empat.")
    with Store(home, create=True) as store:
        report = intake(store, home, embedder).run(
            [tmp_path / "satu.jsonl", tmp_path / "dua.jsonl"], "hashing-8"
        )
        assert report.added == ("a", "a-dua")


def test_a_dry_run_tells_of_every_record_what_the_run_would(tmp_path: Path) -> None:
    path, home, embedder = tmp_path / "arsip.jsonl", tmp_path / "home", HashingEmbedder(8)
    records(path, a="Satu dua.", b="Tiga empat.")
    with Store(home, create=True) as store:
        intake(store, home, embedder).run([path], "hashing-8")
        records(path, a="Satu dua.", b="Berubah.", c="Baru.")
        path.write_text(path.read_text() + "{rusak\n")
        told: list[tuple[int, int]] = []
        seen = preview([path], home, store.entries(), lambda done, total, name: told.append((done, total)))
        done = intake(store, home, embedder).run([path], "hashing-8")
        assert (seen.added, seen.updated, seen.unchanged) == (done.added, done.updated, done.unchanged)
        assert seen.failures == done.failures
        assert seen.failures[0][1].startswith(f"{path}, line 4: it is no JSON (")
        assert told == [(1, 1), (2, 2), (3, 3), (4, 4)]


def test_a_feed_is_fetched_only_where_it_is_named_and_known_again_by_its_entries(tmp_path: Path) -> None:
    home, embedder = tmp_path / "home", HashingEmbedder(8)
    fetched: list[str] = []

    def fetch(address: str) -> bytes:
        fetched.append(address)
        if "hilang" in address:
            raise ArticleError(f"{address}: the server answered 404; check the address in a browser")
        return rss("<item><title>Ekspor Naik</title><guid>g1</guid><description>Isi.</description></item>")

    feed, gone = "https://a.id/feed", "https://a.id/hilang"
    with Store(home, create=True) as store:
        run = intake(store, home, embedder, fetch).run([feed, gone], "hashing-8")
        assert run.added == ("ekspor-naik",)
        assert run.failures == ((gone, f"{gone}: the server answered 404; check the address in a browser"),)
        assert intake(store, home, embedder, fetch).run([feed], "hashing-8").unchanged == run.added
        assert store.entries()[0].location == "https://a.id/feed#g1"
        intake(store, home, embedder, fetch).run([], "hashing-8")
        assert fetched == [feed, gone, feed]


def test_an_article_of_each_language_says_so(tmp_path: Path) -> None:
    home, embedder = tmp_path / "home", HashingEmbedder(8)
    records(
        tmp_path / "a.jsonl",
        indonesia="Gubernur menyambut tamu dari enam negara di kantornya pada hari Selasa.",
        inggris="The governor welcomed guests from six countries at his office on Tuesday.",
        jepang="知事は火曜日に六か国からの客を庁舎に迎え、長い時間にわたって話し合った。",
    )
    with Store(home, create=True) as store:
        intake(store, home, embedder).run([tmp_path / "a.jsonl"], "hashing-8")
        assert {one.id: one.language for one in store.articles()} == {
            "indonesia": "id",
            "inggris": "en",
            "jepang": "ja",
        }


@pytest.mark.parametrize(
    ("name", "loses"),
    [
        ("a.xlsx", True),
        ("a.json", True),
        ("_chat.txt", True),
        ("a.eml", True),
        ("a.pdf", False),
        ("a.rss", False),
    ],
)
def test_a_file_of_records_may_lose_some_and_a_feed_only_drops_its_older_ones(name: str, loses: bool) -> None:
    assert records_in(Path(name)) == ([Path(name).resolve()] if loses else [])
