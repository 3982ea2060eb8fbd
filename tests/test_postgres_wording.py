"""However common the words of a question are, a database finds what reading every posting finds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from test_library_backends import article, put

from index.lexical import LexicalIndex, terms
from index.models import Filter
from index.postgres.schema import number_of
from index.postgres.search import FIRST_VALUE, QueryTerm, _first, _placed, best_passages, condition, wording
from index.postgres.store import Database

WORDS = [f"kata{number}" for number in range(60)]
PASSAGES = 300


def texts() -> list[str]:
    """Word `n` is as frequent as the n-th word of a language is."""
    chance = random.Random(4)
    weights = [1 / (number + 1) for number in range(len(WORDS))]
    return [" ".join(chance.choices(WORDS, weights, k=chance.randrange(5, 30))) for _ in range(PASSAGES)]


@pytest.fixture(scope="module")
def filled(server, tmp_path_factory) -> Iterator[Database]:
    server.sql("CREATE DATABASE kata")
    place = Database(server.url("kata"))
    with place.writing(create=True) as store:
        for number, text in enumerate(texts()):
            source = "Ganjil" if number % 2 else "Genap"
            put(store, article(f"{number:03}", text, source=source), dimension=4)
        store.renew("m")
    yield place
    place.close()


@pytest.mark.parametrize("few", [0, 50, 10_000])
def test_the_best_passages_are_those_of_reading_everything(filled: Database, few: int) -> None:
    sessions = filled.reading()._sessions
    whole = LexicalIndex.build([f"Judul\n{text}" for text in texts()])
    chance = random.Random(few)
    for _ in range(15):
        query = " ".join(chance.choices(WORDS, k=chance.randrange(1, 9)))
        k = chance.choice([1, 5, 20, 400])
        numbers = Counter(number_of(term, 1) for term in terms(query))
        for chosen, keep in ((Filter(), 1), (Filter(sources=("ganjil",)), 2)):
            where, values = condition(chosen, FIRST_VALUE, "f.")
            rows = sessions.reading(
                lambda db, where=where, values=values, numbers=numbers, k=k: best_passages(
                    db, wording(db, 1, numbers), k, where, values, _placed, few
                )
            )
            expected = [one for one in whole.search(query, PASSAGES) if (one[0] + 1) % keep == 0][:k]
            # Rows of a database count from 1.
            assert [row["number"] - 1 for row in rows[:k]] == [row for row, _ in expected]
            assert [-row["score"] for row in rows[:k]] == pytest.approx(
                [score for _, score in expected], rel=1e-5
            )


def test_common_terms_are_looked_up_where_rare_ones_decide() -> None:
    rare, common = QueryTerm(1, 7.0, 300), QueryTerm(2, 0.5, 50_000)
    assert _first([rare, common], 100, 2000) == 1
    # Too few passages have the rare one; or both are rare enough to be read, or the other weighs too much.
    assert _first([QueryTerm(1, 9.0, 20), common], 100, 2000) == 2
    assert _first([rare, QueryTerm(2, 0.5, 900)], 100, 2000) == 2
    assert _first([rare, QueryTerm(2, 5.0, 50_000)], 100, 2000) == 2
