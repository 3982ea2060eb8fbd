"""A generation is whole or refused; what it finds can be computed by hand."""

import hashlib
import json
from collections.abc import Collection
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from contents_double import ListedContents

from index.errors import Damaged
from index.models import Article, Filter, Passage
from index.snapshot import damaged_files, in_use, read_generation, read_manifest, write_generation


def article(article_id: str, text: str, source: str | None, published: date | None) -> Article:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(
        article_id, f"Judul {article_id}", text, source, published, None, "id", f"{article_id}.txt", digest
    )


ARTICLES = [
    article("a", "Ekspor Sumut naik. Impor turun.", "Kompas", date(2025, 7, 22)),
    article("b", "Lobster dikirim ke Jepang.", "Tempo", date(2026, 2, 11)),
    article("c", "Wushu dari Guangdong.", None, None),
]
PASSAGES = [
    Passage(ARTICLES[0], 0, 18),
    Passage(ARTICLES[0], 19, 31),
    Passage(ARTICLES[1], 0, 26),
    Passage(ARTICLES[2], 0, 21),
]
VECTORS = np.array([[1, 0], [0.6, 0.8], [0, 1], [-1, 0]], np.float32)
TEXTS = {one.sha256: one.text for one in ARTICLES}


def stored(digests: Collection[str]) -> dict[str, str]:
    return {digest: TEXTS[digest] for digest in digests}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_generation(tmp_path, ListedContents(7, "recipe", ARTICLES, PASSAGES, VECTORS), "model")
    return tmp_path


def test_it_is_read_as_it_was_written(folder: Path) -> None:
    generation = read_generation(folder, stored)
    assert [generation.passage(row) for row in range(len(generation))] == PASSAGES
    np.testing.assert_array_equal(generation.segments[0].vectors.vectors(), VECTORS)
    manifest = generation.manifest
    assert (manifest.embedder, manifest.dimension, manifest.recipe, manifest.revision) == (
        "model",
        2,
        "recipe",
        7,
    )
    assert (manifest.articles, manifest.passages) == (3, 4)


def test_dense_search_gives_rows_and_cosines(folder: Path) -> None:
    found = read_generation(folder, stored).dense(np.array([1, 0], np.float32), 2)
    assert found == [(0, pytest.approx(1)), (1, pytest.approx(0.6))]


def test_lexical_search_reads_titles_too(folder: Path) -> None:
    generation = read_generation(folder, stored)
    assert [row for row, _ in generation.lexical("lobster", 4)] == [2]
    assert {row for row, _ in generation.lexical("judul", 4)} == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("since", "until", "sources", "rows"),
    [
        (None, None, [], [0, 1, 2, 3]),
        (date(2025, 7, 22), None, [], [0, 1, 2]),
        (date(2025, 7, 23), None, [], [2]),
        (None, date(2025, 7, 22), [], [0, 1]),
        (None, date(2025, 7, 21), [], []),
        (date(2025, 7, 22), date(2026, 2, 11), [], [0, 1, 2]),
        (None, None, ["KOMPAS"], [0, 1]),
        (None, None, ["kompas", "tempo"], [0, 1, 2]),
        (None, None, ["Antara"], []),
        (date(2026, 1, 1), None, ["Kompas"], []),
    ],
)
def test_rows_are_kept_by_day_and_source_both_days_included(
    folder: Path, since: date | None, until: date | None, sources: list[str], rows: list[int]
) -> None:
    generation = read_generation(folder, stored)
    chosen = Filter(since, until, tuple(sources))
    assert {row for row, _ in generation.dense(np.array([1, 0], np.float32), 4, chosen)} == set(rows)
    assert {row for row, _ in generation.lexical("judul", 4, chosen)} == set(rows)
    assert generation.count(chosen) == len({PASSAGES[row].article_id for row in rows})
    assert bool(chosen) == (rows != [0, 1, 2, 3])


def test_every_flipped_byte_is_found(folder: Path) -> None:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        raw = path.read_bytes()
        for at in {0, len(raw) // 2, len(raw) - 1}:
            path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
            with pytest.raises(Damaged, match=r"damaged.*; rebuild it with: tanya index"):
                read_generation(folder, stored)
        path.write_bytes(raw)
    assert len(read_generation(folder, stored)) == 4


def test_every_missing_file_is_found(folder: Path) -> None:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        raw = path.read_bytes()
        path.unlink()
        with pytest.raises(Damaged, match=r"; rebuild it with: tanya index"):
            read_generation(folder, stored)
        path.write_bytes(raw)


def test_damaged_files_are_named(folder: Path) -> None:
    (folder / "s0001" / "vectors.faiss").write_bytes(b"x")
    assert damaged_files(folder, read_manifest(folder)) == ["s0001/vectors.faiss"]


def test_another_format_is_refused(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": 0}))
    with pytest.raises(Damaged, match=r"manifest.json is damaged .*; rebuild it with: tanya index"):
        read_manifest(folder)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({}, "the text of article 'a' is missing; rebuild the index with: tanya index"),
        ({one.sha256: one.text.upper() for one in ARTICLES}, "the text of article 'a' is altered; remove it"),
    ],
)
def test_a_text_that_is_missing_or_altered_is_never_shown(
    folder: Path, texts: dict[str, str], message: str
) -> None:
    generation = read_generation(folder, lambda digests: texts)
    with pytest.raises(Damaged, match=message):
        generation.passage(0)


def test_only_texts_that_are_shown_are_read_and_each_once(folder: Path) -> None:
    asked: list[str] = []

    def texts(digests: Collection[str]) -> dict[str, str]:
        asked.extend(digests)
        return stored(digests)

    generation = read_generation(folder, texts)
    assert asked == []
    assert [generation.passage(row).text for row in (1, 0, 1)] == [
        "Impor turun.",
        "Ekspor Sumut naik.",
        "Impor turun.",
    ]
    assert asked == [ARTICLES[0].sha256]


def test_an_empty_generation_finds_nothing(tmp_path: Path) -> None:
    write_generation(tmp_path, ListedContents(1, "", [], [], np.zeros((0, 2), np.float32)), "model")
    generation = read_generation(tmp_path, stored)
    assert (len(generation), generation.lexical("ekspor", 3)) == (0, [])
    assert generation.dense(np.array([1, 0], np.float32), 3) == []
    assert (generation.count(), generation.count(Filter(sources=("x",)))) == (0, 0)


def test_it_is_in_use_while_somebody_holds_it(folder: Path) -> None:
    generation = read_generation(folder, stored)
    assert in_use(folder)
    del generation
    assert not in_use(folder)


def test_a_refused_generation_is_not_in_use(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(Damaged, match=r"manifest.json is damaged"):
        read_generation(folder, stored)
    assert not in_use(folder)


def test_a_reader_keeps_what_it_opened_when_the_folder_goes(folder: Path) -> None:
    generation = read_generation(folder, stored)
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert [row for row, _ in generation.lexical("lobster", 4)] == [2]
    assert generation.dense(np.array([0, 1], np.float32), 1) == [(2, pytest.approx(1))]
