"""In a database, words are found by an index where the server has one to offer, and without one as well."""

from urllib.parse import urlsplit

import pytest
from postgres_server import Server
from test_library_backends import article, put

from index.lexical import words_of
from index.models import AskedGap, Selection
from index.postgres.schema import VERSION
from index.postgres.store import Database

ASKED = {"kopi": "a b", "KOPI gayo": "a", '"kopi gayo"': "a", "josé": "b", "o": "a b c", "%": "c", "xyz": ""}


@pytest.fixture
def place(database: str):
    opened = Database(database)
    with opened.writing(create=True) as store:
        put(store, article("a", "Harga kopi Gayo naik."))
        put(store, article("b", "JOSÉ minum kopi."))
        put(store, article("c", "Produksi naik 100%."))
    yield opened
    opened.close()


def found(place: Database, typed: str) -> str:
    listing = place.reading().listing(Selection(words_of(typed), order="id"), None, 0)
    return " ".join(one.id for one in listing.articles)


def indexes(server: Server, database: str) -> int:
    asked = "SELECT count(*) FROM pg_indexes WHERE indexname = 'articles_by_words'"
    return int(server.sql(asked, urlsplit(database).path[1:])[0][0])


def test_words_are_found_by_an_index(place: Database, server: Server, database: str) -> None:
    assert indexes(server, database) == 1
    assert {typed: found(place, typed) for typed in ASKED} == ASKED
    name = urlsplit(database).path[1:]
    condition = "lower(title COLLATE \"C\") LIKE '%kopi%' OR lower(text COLLATE \"C\") LIKE '%kopi%'"
    plan = server.sql(
        f"SET enable_seqscan = off; EXPLAIN SELECT number FROM tanya.articles WHERE {condition}", name
    )
    assert any("articles_by_words" in line for (line,) in plan)


def test_without_the_extension_the_same_is_found_and_an_index_is_made_when_it_is_there_again(
    place: Database, server: Server, database: str
) -> None:
    server.sql("DROP EXTENSION pg_trgm CASCADE", urlsplit(database).path[1:])
    assert {typed: found(place, typed) for typed in ASKED} == ASKED
    assert indexes(server, database) == 0
    with place.writing() as store:
        store.renew("m", always=True)
    assert indexes(server, database) == 1


def make_former(server: Server, name: str, version: int) -> None:
    """Tables as an earlier version made them."""
    for column in ("number", "asked", "history", "state", "changed_at", "changed_by", "answer", "tried"):
        server.sql(f"ALTER TABLE tanya.gaps DROP COLUMN {column}", name)
    if version < 3:
        server.sql("DROP TABLE tanya.derived", name)
    if version == 1:
        server.sql("DROP INDEX tanya.articles_by_words", name)
    server.sql(f"UPDATE tanya.library SET version = {version}", name)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_tables_of_a_former_version_are_brought_up_to_date_and_keep_everything(
    place: Database, server: Server, database: str, version: int
) -> None:
    name = urlsplit(database).path[1:]
    with place.writing() as store:
        for question in ("Apa?", "Siapa?", "Apa?"):
            store.record_gap(AskedGap(question, "id", "a"))
    make_former(server, name, version)
    place.close()
    assert {typed: found(place, typed) for typed in ASKED} == ASKED
    assert server.sql("SELECT version FROM tanya.library", name) == [[str(VERSION)]]
    assert indexes(server, database) == 1
    gaps = place.reading().gaps()
    assert [(gap.question, gap.understood, gap.nearest, gap.count, gap.state) for gap in gaps] == [
        ("Apa?", None, "a", 2, "open"),
        ("Siapa?", None, "a", 1, "open"),
    ]
    assert sorted(gap.number for gap in gaps) == [1, 2]


def test_who_may_add_no_extension_goes_without_the_index(server: Server, database: str) -> None:
    name = urlsplit(database).path[1:]
    server.sql("DROP ROLE IF EXISTS pembaca; CREATE ROLE pembaca LOGIN PASSWORD 'pembaca'")
    server.sql("CREATE EXTENSION vector; CREATE SCHEMA tanya AUTHORIZATION pembaca", name)
    guest = Database(f"postgresql://pembaca:pembaca@127.0.0.1:{server.port}/{name}")
    try:
        with guest.writing(create=True) as store:
            put(store, article("a", "Harga kopi Gayo naik."))
        assert found(guest, "kopi") == "a"
        assert indexes(server, database) == 0
    finally:
        guest.close()
        server.sql("DROP OWNED BY pembaca; DROP ROLE pembaca", name)
