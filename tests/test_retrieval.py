"""A question is answered from the index as it is, also where that changes while it is searched."""

from pathlib import Path

import pytest
from embedder_double import HashingEmbedder

from index.errors import Damaged
from index.library import Library
from index.models import Searchable
from index.settings import Settings
from rag.pipeline import Assistant
from rag.query import understand


class Behind(Library):
    """Gives an index that was opened before, the first time."""

    before: Searchable | None = None

    def open(self) -> Searchable:
        given, self.before = self.before or super().open(), None
        return given


@pytest.fixture
def library(tmp_path: Path) -> Behind:
    for name in ("kopi", "teh"):
        (tmp_path / f"{name}.txt").write_text(f"Ekspor {name}\n\nNilai ekspor {name} naik.\n")
    made = Behind(Settings(home=tmp_path / "home"), HashingEmbedder(16))
    made.add([tmp_path])
    return made


def found(library: Library) -> set[str]:
    assistant = Assistant(library, library.embedder, None)  # type: ignore[arg-type]
    question = understand("Berapa nilai ekspor?", "id", "id")
    return {hit.passage.article_id for hit in assistant.find(question, 9)}


def test_what_is_withdrawn_while_a_question_is_searched_is_not_found(library: Behind) -> None:
    assert found(library) == {"kopi", "teh"}
    library.before = Library(library.settings, library.embedder).open()
    library.remove(["teh"])
    assert found(library) == {"kopi"}


def test_what_is_damaged_is_told_and_not_tried_for_ever(
    library: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = library.open()

    def altered(row: int) -> None:
        raise Damaged("the text of article 'teh' is altered; remove it")

    monkeypatch.setattr(index, "passage", altered)
    with pytest.raises(Damaged, match="the text of article 'teh' is altered"):
        found(library)
