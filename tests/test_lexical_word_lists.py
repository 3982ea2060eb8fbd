"""Words are found by lists as by looking through every text; of a text that is gone nothing stays in them."""

import random
import sqlite3
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from test_sqlite import article, entry

from index.lexical import SIZE, patterns_of, words_of
from index.models import Selection
from index.sqlite import Store

WORDS = "ekspor Kopi sumatera-utara naik, turun 4.796 miliar (Sumut) JOSÉ josé Gubernur 100% _x \\ i".split()
ASKED = (
    "kopi",
    "KOP",
    "4.796",
    '"kopi naik"',
    "sumatera-",
    "josé",
    "JOSE\u0301",
    "%",
    "i",
    "\\",
    "kopi 100%",
)


def fill(store: Store, numbers: range) -> None:
    chance = random.Random(numbers.start)
    for number in numbers:
        text = " ".join(chance.choices(WORDS, k=4)) + f" ke{number}."
        one = replace(article(f"a{number}", text), title=f"Judul t{number}")
        store.put(one, entry(f"a{number}"), [], {})


def found(store: Store, typed: str) -> list[str]:
    return [one.id for one in store.listing(Selection(words_of(typed), order="id"), None, 0).articles]


def looked_through(store: Store, typed: str) -> list[str]:
    """What a look into every text finds, by SQLite's own means."""
    fits, values = ["true"], []
    for word in words_of(typed):
        patterns = patterns_of(word)
        fits.append("(" + " OR ".join([r"a.title || '|' || t.text LIKE ? ESCAPE '\'"] * len(patterns)) + ")")
        values += patterns
    with sqlite3.connect(store.path) as db:
        return [
            row[0]
            for row in db.execute(
                "SELECT a.id FROM articles a JOIN texts t ON t.sha256 = a.sha256 "
                f"WHERE {' AND '.join(fits)} ORDER BY a.id",
                values,
            )
        ]


def lists(store: Store) -> list[tuple]:
    with sqlite3.connect(store.path) as db:
        return db.execute("SELECT first, last, words FROM wordlists ORDER BY first").fetchall()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One list, and articles that are in none yet."""
    home = tmp_path_factory.mktemp("filled") / "home"
    with Store(home, create=True) as store:
        store._connection.execute("PRAGMA synchronous = OFF")
        fill(store, range(SIZE + 40))
    return home


@pytest.fixture
def store(filled: Path, tmp_path: Path):
    (tmp_path / "library.sqlite3").write_bytes((filled / "library.sqlite3").read_bytes())
    with Store(tmp_path) as opened:
        yield opened


def assert_as_looked_through(store: Store) -> None:
    for typed in ASKED:
        assert found(store, typed) == looked_through(store, typed), typed


def test_lists_find_what_a_look_into_every_text_does(store: Store) -> None:
    assert [(first, last) for first, last, _ in lists(store)] == [(0, SIZE)]
    assert all(looked_through(store, typed) for typed in ASKED)
    assert_as_looked_through(store)
    assert found(store, "ke7.") == ["a7"]
    assert found(store, f"t{SIZE + 2}") == [f"a{SIZE + 2}"]
    assert store.unlisted() == []


def test_of_a_removed_text_no_word_is_left_in_a_list(store: Store) -> None:
    assert found(store, "ke7.") == ["a7"]
    store.delete(["a7"])
    assert found(store, "ke7.") == []
    assert all(b"\nke7\n" not in zlib.decompress(words) for _, _, words in lists(store))
    assert all(b"\nke8\n" in zlib.decompress(words) for _, _, words in lists(store))
    assert_as_looked_through(store)
    assert store.unlisted() == []


def test_nothing_of_a_former_list_is_left_on_the_disk(store: Store) -> None:
    def held(pieces: list[bytes]) -> list[bool]:
        written = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
        return [piece in written for piece in pieces]

    with sqlite3.connect(store.path) as db:
        [(words, places)] = db.execute("SELECT words, places FROM wordlists").fetchall()
    pieces = [words[-400:-360], places[-400:-360]]
    assert held(pieces) == [True, True]
    # So many that what is left does not by itself lie over what was there.
    store.delete([f"a{number}" for number in range(SIZE)])
    store.close()
    assert held(pieces) == [False, False]


def test_of_a_replaced_text_no_word_is_left_when_it_is_collected(store: Store) -> None:
    one = replace(article("a7", "Rahasia lain."), title="Baru")
    store.put(one, entry("a7"), [], {})
    assert (found(store, "ke7."), found(store, "rahasia")) == ([], ["a7"])
    store.collect("m", lambda _: False)
    assert all(b"\nke7\n" not in zlib.decompress(words) for _, _, words in lists(store))
    assert found(store, "rahasia") == ["a7"]
    assert_as_looked_through(store)


def test_a_list_goes_with_its_last_article(store: Store) -> None:
    store.delete([f"a{number}" for number in range(SIZE)])
    assert lists(store) == []
    assert len(found(store, "judul")) == 40


def test_a_damaged_list_is_named_and_made_anew_and_nothing_is_missed_meanwhile(store: Store) -> None:
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE wordlists SET places = zeroblob(length(places))")
    assert_as_looked_through(store)
    assert store.unlisted() == ["the list of the words of articles from number 0 on is damaged"]
    store.complete(anew=True)
    assert store.unlisted() == []
    assert len(lists(store)) == 1
    assert_as_looked_through(store)


def test_a_list_that_lacks_an_article_is_named(store: Store) -> None:
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE articles SET number = 0 WHERE id = 'a1030'")
    assert store.unlisted() == ["the list of the words of articles from number 0 on is damaged"]


def test_articles_of_an_earlier_version_come_into_lists(store: Store) -> None:
    with sqlite3.connect(store.path) as db:
        db.execute("DELETE FROM wordlists")
    assert_as_looked_through(store)
    store.complete()
    assert [(first, last) for first, last, _ in lists(store)] == [(0, SIZE)]
    assert_as_looked_through(store)


def test_articles_between_lists_come_into_a_list_of_their_own(store: Store) -> None:
    fill(store, range(SIZE + 40, 2 * SIZE + 10))
    with sqlite3.connect(store.path) as db:
        db.execute("DELETE FROM wordlists WHERE first = 0")
    assert_as_looked_through(store)
    store.complete()
    assert [(first, last) for first, last, _ in lists(store)] == [(0, SIZE), (SIZE + 1, 2 * SIZE)]
    assert_as_looked_through(store)
