"""The press desk over HTTP: its tabs, and what each of its pages tells of a real library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from articles_site import READER, Site, serving

from ui.desk.pages import TABS
from ui.locales import locale

WORDS = locale("id").desk


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path / "home") as site:
        yield site


def get(site: Site, path: str, **query: str) -> httpx.Response:
    with site.client(accept="text/html") as client:
        return client.get(path, params=query)


def test_the_desk_leads_to_its_first_page(empty: Site) -> None:
    page = get(empty, "/desk", language="en")
    assert page.url.path == TABS[0].path
    assert page.url.params["language"] == "en"


@pytest.mark.parametrize("tab", TABS)
def test_every_page_names_all_tabs_and_which_it_is(empty: Site, tab: tuple[str, str]) -> None:
    with empty.visited_by(READER):
        page = get(empty, tab[1])
    assert page.status_code == 200
    for key, path in TABS:
        here = ' aria-current="page"' if key == tab[0] else ""
        assert f'<a href="{path}"{here}>{WORDS.tabs[key]}</a>' in page.text


@pytest.mark.parametrize("tab", TABS)
def test_an_empty_library_is_told_in_a_word(empty: Site, tab: tuple[str, str]) -> None:
    assert locale("id").articles.empty in get(empty, tab[1]).text
