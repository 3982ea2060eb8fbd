"""A generation built from the one before finds what one that was built anew does, and nothing else."""

import hashlib
import os
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from contents_double import ListedContents
from hypothesis import given, settings
from hypothesis import strategies as st

from index.models import EVERYTHING, Article, Filter, Passage
from index.snapshot import Generation, damaged_files, read_generation, read_manifest, write_generation

WORDS = "ekspor impor kopi teh karet naik turun medan binjai stabat".split()
FILTERS = [
    EVERYTHING,
    Filter(since=date(2025, 1, 5)),
    Filter(until=date(2025, 1, 9), sources=("HARIAN 1",)),
    Filter(sources=("tidak ada",)),
]


def article(name: str, version: int) -> Article:
    """Three sentences that depend on the name and version alone."""
    chance = np.random.default_rng([version, *name.encode()])
    text = " ".join(f"{' '.join(chance.choice(WORDS, 3))}." for _ in range(3))
    day = date(2025, 1, 1 + int(chance.integers(15)))
    source = f"Harian {chance.integers(3)}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(name, f"Judul {name}", text, source, day, None, "id", f"{name}.txt", digest)


def contents(articles: dict[str, int], revision: int = 1) -> ListedContents:
    made = [article(name, version) for name, version in articles.items()]
    passages, vectors = [], []
    for one in made:
        at = 0
        for sentence in one.text.split(". "):
            passages.append(Passage(one, at, at + len(sentence)))
            vector = np.random.default_rng([*one.sha256.encode(), at]).standard_normal(6)
            vectors.append(vector / np.linalg.norm(vector))
            at += len(sentence) + 2
    matrix = np.array(vectors, np.float32).reshape(-1, 6)
    return ListedContents(revision, "recipe", made, passages, matrix)


class Growing:
    """One generation after another, each built from the one before."""

    def __init__(self, folder: Path, size: int, small: int) -> None:
        self.folder, self.size, self.small = folder, size, small
        self.texts: dict[str, str] = {}
        self.current: tuple[Path, Generation] | None = None

    def publish(self, articles: dict[str, int]) -> ListedContents:
        listed = contents(articles)
        folder = self.folder / f"g{len(list(self.folder.iterdir())):06}"
        folder.mkdir()
        write_generation(folder, listed, "model", self.current, size=self.size, small=self.small)
        self.texts |= {one.sha256: one.text for one in listed.articles}
        before = self.current[1].segments if self.current else ()
        self.current = (folder, read_generation(folder, lambda _: self.texts, before))
        return listed

    @property
    def generation(self) -> Generation:
        assert self.current is not None
        return self.current[1]


def found(generation: Generation, chosen: Filter) -> list[object]:
    """All that is found for some queries: passages by article and place, with scores."""
    vector = np.full(6, 6**-0.5, np.float32)
    rankings = [generation.dense(vector, k, chosen) for k in (3, 100)]
    rankings += [generation.lexical("ekspor kopi medan judul", 100, chosen)]
    return [
        [
            (passage.article, passage.start, passage.text, pytest.approx(score, abs=1e-5))
            for passage, score in ((generation.passage(row), score) for row, score in ranking)
        ]
        for ranking in rankings
    ]


STATES = st.lists(
    st.dictionaries(st.sampled_from("abcdefghij"), st.integers(0, 1), max_size=8), min_size=1, max_size=5
)


@given(STATES, st.sampled_from([(1, 0), (6, 0), (12, 2), (1000, 1000)]))
@settings(max_examples=12, deadline=None)
def test_whatever_came_and_went_it_finds_what_one_built_anew_finds(
    states: list[dict[str, int]], sizes: tuple[int, int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        growing = Growing(Path(folder), *sizes)
        for number, articles in enumerate(states):
            growing.publish(articles)
            (Path(folder) / f"anew{number}").mkdir()
            anew = Growing(Path(folder) / f"anew{number}", 1000, 1000)
            anew.publish(articles)
            for chosen in FILTERS:
                assert growing.generation.count(chosen) == anew.generation.count(chosen)
                assert found(growing.generation, chosen) == found(anew.generation, chosen)
            assert damaged_files(growing.current[0], growing.generation.manifest) == []


def inodes(folder: Path) -> set[int]:
    return {path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_an_article_more_reads_that_article_alone_and_links_the_rest(tmp_path: Path) -> None:
    growing = Growing(tmp_path, 6, 0)
    growing.publish(dict.fromkeys("abcdefgh", 0))
    before = growing.current
    listed = growing.publish(dict.fromkeys("abcdefghi", 0))
    assert listed.read == ["i"]
    assert len(inodes(before[0]) & inodes(growing.current[0])) == len(inodes(before[0])) - 1
    assert [segment for segment in before[1].segments if segment in growing.generation.segments] == list(
        before[1].segments
    )


def test_of_an_article_that_went_nothing_stays_in_any_file(tmp_path: Path) -> None:
    growing = Growing(tmp_path, 6, 0)
    growing.publish(dict.fromkeys("abcdefgh", 0))
    [gone] = contents({"c": 0}).articles
    traces = [gone.title.encode(), bytes.fromhex(gone.sha256), gone.sha256.encode()]
    traces += [vector.tobytes() for vector in contents({"c": 0}).vectors]

    def written() -> bytes:
        return b"".join(path.read_bytes() for path in growing.current[0].rglob("*") if path.is_file())

    assert all(trace in written() for trace in traces)
    listed = growing.publish(dict.fromkeys("abdefgh", 0))
    assert listed.read == []
    assert not any(trace in written() for trace in traces)


def test_a_search_in_two_threads_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    growing = Growing(tmp_path, 3, 0)
    growing.publish(dict.fromkeys("abcdefgh", 0))
    expected = [found(growing.generation, chosen) for chosen in FILTERS]
    monkeypatch.setattr("index.snapshot._MANY", 0)
    assert [found(growing.generation, chosen) for chosen in FILTERS] == expected


def test_small_segments_are_joined_so_that_they_stay_few(tmp_path: Path) -> None:
    growing = Growing(tmp_path, 1000, 1)
    names = [f"{number:03}" for number in range(40)]
    for count in range(1, len(names) + 1):
        growing.publish(dict.fromkeys(names[:count], 0))
        assert len(growing.generation.segments) <= 4
    assert growing.generation.count() == 40


def test_no_segment_is_much_larger_than_its_size(tmp_path: Path) -> None:
    growing = Growing(tmp_path, 7, 1000)
    growing.publish(dict.fromkeys("abcdefghij", 0))
    growing.publish(dict.fromkeys("abcdefghijk", 0))
    assert sorted(len(segment) for segment in growing.generation.segments) == [6, 9, 9, 9]


def test_a_model_or_recipe_of_another_name_shares_nothing(tmp_path: Path) -> None:
    growing = Growing(tmp_path, 1000, 0)
    growing.publish({"a": 0})
    folder = tmp_path / "other"
    folder.mkdir()
    listed = contents({"a": 1})
    write_generation(folder, listed, "other", growing.current)
    assert listed.read == ["a"]
    assert read_manifest(folder).embedder == "other"


def test_where_files_cannot_be_linked_they_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = Growing(tmp_path, 3, 0)
    growing.publish({"a": 0, "b": 0})
    before = growing.current[0]

    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    growing.publish({"a": 0, "b": 0, "c": 0})
    assert inodes(before).isdisjoint(inodes(growing.current[0]))
    assert damaged_files(growing.current[0], growing.generation.manifest) == []
    assert growing.generation.count() == 3


def test_articles_without_passages_are_counted_and_found_by_nothing(tmp_path: Path) -> None:
    growing = Growing(tmp_path, 3, 0)
    listed = contents({"a": 0, "b": 0})
    listed.passages, listed.vectors = [], np.zeros((0, 6), np.float32)
    folder = tmp_path / "bare"
    folder.mkdir()
    write_generation(folder, listed, "model", size=3, small=0)
    bare = read_generation(folder, lambda _: {})
    assert (bare.count(), len(bare), bare.lexical("ekspor", 3)) == (2, 0, [])
    assert bare.dense(np.full(6, 6**-0.5, np.float32), 3) == []
    growing.current = (folder, bare)
    growing.publish({"a": 0, "b": 0, "c": 0})
    assert growing.generation.count() == 3
    assert len(growing.generation.dense(np.full(6, 6**-0.5, np.float32), 9)) == len(growing.generation) == 3
