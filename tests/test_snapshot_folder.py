"""CURRENT is switched in one step, and only what nobody needs is removed."""

import hashlib
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pytest
from contents_double import ListedContents

from index.errors import Damaged
from index.models import Article, Passage
from index.snapshot import SnapshotFolder

TEXT = "Ekspor naik."
ARTICLE = Article(
    "a", "Judul", TEXT, None, None, None, "id", "a.txt", hashlib.sha256(TEXT.encode()).hexdigest()
)


def snapshot(revision: int) -> ListedContents:
    return ListedContents(
        revision, "recipe", [ARTICLE], [Passage(ARTICLE, 0, 12)], np.ones((1, 1), np.float32)
    )


def texts(digests: Collection[str]) -> dict[str, str]:
    return dict.fromkeys(digests, TEXT)


@pytest.fixture
def shelf(tmp_path: Path) -> SnapshotFolder:
    return SnapshotFolder(tmp_path)


def names(shelf: SnapshotFolder) -> list[str]:
    return sorted(path.name for path in shelf.folder.iterdir())


def test_an_empty_shelf_has_no_current_generation(shelf: SnapshotFolder) -> None:
    assert shelf.current() is None
    assert shelf.read(texts) is None


def test_the_last_published_generation_is_current(shelf: SnapshotFolder) -> None:
    shelf.publish(snapshot(1), "model")
    folder = shelf.publish(snapshot(2), "model")
    assert shelf.current() == folder == shelf.folder / "g000002"
    read = shelf.read(texts)
    assert read is not None
    assert (read[0], read[1].manifest.revision) == (folder, 2)


def test_a_build_that_fails_leaves_the_current_one(shelf: SnapshotFolder) -> None:
    shelf.publish(snapshot(1), "model")
    bad = snapshot(2)
    bad.vectors = np.ones((0, 1), np.float32)
    with pytest.raises(IndexError, match="out of bounds"):
        shelf.publish(bad, "model")
    assert names(shelf) == ["CURRENT", "g000001"]
    assert shelf.current() == shelf.folder / "g000001"


@pytest.mark.parametrize("written", [b"", b"g00000", b"../x\n", b"g000001\n\n", b"\xff"])
def test_a_current_that_names_nothing_is_damaged(shelf: SnapshotFolder, written: bytes) -> None:
    shelf.publish(snapshot(1), "model")
    (shelf.folder / "CURRENT").write_bytes(written)
    with pytest.raises(Damaged, match="CURRENT names no generation; rebuild the index with: tanya index"):
        shelf.current()


def test_a_current_that_names_a_missing_folder_is_damaged(shelf: SnapshotFolder) -> None:
    shelf.publish(snapshot(1), "model")
    (shelf.folder / "CURRENT").write_text("g000009\n")
    with pytest.raises(Damaged, match=r"g000009 is missing; rebuild it with: tanya index"):
        shelf.read(texts)


def test_pruning_keeps_the_current_the_kept_and_those_in_use(shelf: SnapshotFolder) -> None:
    shelf.publish(snapshot(1), "model")
    reader = shelf.read(texts)
    for revision in (2, 3, 4):
        shelf.publish(snapshot(revision), "model")
    (shelf.folder / "g000009").mkdir()  # a build that was cut short
    shelf.prune(keep=[shelf.folder / "g000003"])
    assert names(shelf) == ["CURRENT", "g000001", "g000003", "g000004"]
    del reader
    shelf.prune(keep=[])
    assert names(shelf) == ["CURRENT", "g000004"]


def test_a_generation_published_while_another_is_read_is_read_instead(
    shelf: SnapshotFolder, tmp_path: Path
) -> None:
    first = shelf.publish(snapshot(1), "model")

    class Raced(SnapshotFolder):
        def current(self) -> Path | None:
            # Between CURRENT and the files, a writer publishes the next and removes the first.
            folder = super().current()
            if folder == first and first.exists():
                shelf.publish(snapshot(2), "model")
                shelf.prune(keep=[])
            return folder

    read = Raced(tmp_path).read(texts)
    assert read is not None
    assert read[1].manifest.revision == 2


def test_a_cleared_shelf_has_no_current_generation(shelf: SnapshotFolder) -> None:
    shelf.publish(snapshot(1), "model")
    shelf.clear()
    assert shelf.current() is None
