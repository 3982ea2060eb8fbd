"""Every article has an address, and the address leads to it."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.markup import address_of


def test_a_plain_id_stands_in_the_path() -> None:
    assert address_of("sumut-enam-negara") == "/articles/sumut-enam-negara"
    assert address_of("a.b_c", 3, 17) == "/articles/a.b_c?start=3&end=17#mark"
    assert address_of("kopi", 0, 4, "en") == "/articles/kopi?start=0&end=4&language=en#mark"


@pytest.mark.parametrize(
    ("article_id", "query"),
    [
        ("..", "id=.."),
        (".", "id=."),
        ("../../healthz", "id=..%2F..%2Fhealthz"),
        ("100%", "id=100%25"),
        ("dua kata", "id=dua+kata"),
        ("upload", "id=upload"),
        ("read", "id=read"),
        ("", "id="),
    ],
)
def test_what_could_be_taken_for_something_else_stands_in_the_query(article_id: str, query: str) -> None:
    assert address_of(article_id) == f"/articles/read?{query}"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_address_gives_back_its_id_and_nothing_but_plain_signs(article_id: str) -> None:
    address = address_of(article_id, 1, 2)
    assert address.isascii()
    assert address.isprintable()
    assert not set(address) & set("\"'<> \\")
    parts = urlsplit(address)
    held = parse_qs(parts.query, keep_blank_values=True)
    name = unquote(parts.path.removeprefix("/articles/"))
    assert (held["id"][0] if name == "read" else name) == article_id
    assert (held["start"], held["end"], parts.fragment) == (["1"], ["2"], "mark")
