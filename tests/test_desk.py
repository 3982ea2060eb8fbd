"""The press desk over HTTP: its tabs, and what each of its pages tells of a real library."""

from __future__ import annotations

import csv
import html
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from articles_site import FIRE, HARBOUR, MARKUP, READER, Site, desk, serving, until
from embedder_double import HashingEmbedder
from page_double import ATTACK

from index import Article, Settings
from index.library import Library
from ui.desk.figures import differ_page
from ui.desk.pages import TABS, Desk, DeskQuery, DeskSetting
from ui.desk.quotes import ALIKE, likeness
from ui.locales import locale, words
from ui.pages import LONGEST

FILTERED = [tab for tab in TABS if tab.key not in {"drafts", "releases"}]
WORDS = locale("id").desk
STATEMENTS = locale("id").statements
FIGURES = locale("id").figures
DIFFERENCES = locale("id").differences


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with desk(tmp_path_factory.mktemp("meja")) as served:
        yield served


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path / "home") as served:
        yield served


def get(site: Site, path: str, **query: str) -> httpx.Response:
    with site.client(accept="text/html") as client:
        return client.get(path, params=query)


def shown(page: httpx.Response) -> str:
    """The text of a page's main part on one line."""
    main = re.sub(r"<[^>]*>", " ", page.text.partition("<main>")[2])
    return " ".join(html.unescape(main).split())


def rows_of(page: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page.content.decode("utf-8-sig"))))


# The desk


def test_the_desk_leads_to_its_first_page(empty: Site) -> None:
    page = get(empty, "/desk", language="en")
    assert page.url.path == TABS[0].path
    assert page.url.params["language"] == "en"


@pytest.mark.parametrize("tab", TABS)
def test_every_page_names_all_tabs_and_which_it_is(site: Site, tab: tuple[str, str]) -> None:
    with site.visited_by(READER):
        page = get(site, tab[1])
    assert page.status_code == 200
    for key, path, _ in TABS:
        here = ' aria-current="page"' if key == tab[0] else ""
        assert f'<a href="{path}"{here}>{WORDS.tabs[key]}</a>' in page.text


@pytest.mark.parametrize("tab", TABS)
def test_an_empty_library_is_told_in_a_word(empty: Site, tab: tuple[str, str]) -> None:
    assert locale("id").articles.empty in shown(get(empty, tab[1]))
    for form in ("csv", "xlsx") if tab[0] == "figures" else ("csv",) if tab[0] == "quotes" else ():
        assert locale("id").articles.empty in get(empty, f"{tab[1]}.{form}").text


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "٣", "x", "1e9", "%00"])
def test_an_absurd_page_number_shows_a_page(site: Site, tab: tuple[str, str], page: str) -> None:
    assert get(site, tab[1], page=page).status_code == 200


@pytest.mark.parametrize("tab", FILTERED)
def test_what_is_too_long_is_told_and_not_looked_for(site: Site, tab: tuple[str, str]) -> None:
    page = get(site, tab[1], topic="a" * 20_000)
    assert page.status_code == 414
    assert WORDS.too_long.format(number=LONGEST) in shown(page)


@pytest.mark.parametrize("tab", FILTERED)
def test_a_day_that_is_none_is_told(site: Site, tab: tuple[str, str]) -> None:
    page = get(site, tab[1], since="kemarin dulu")
    assert locale("id").articles.bad_day.format(value="kemarin dulu") in shown(page)


@pytest.mark.parametrize("tab", TABS)
def test_what_stands_in_an_address_does_nothing(site: Site, tab: tuple[str, str]) -> None:
    given = dict.fromkeys(("q", "topic", "source", "period", "unit", "since", "sort", "reason"), ATTACK[:60])
    page = get(site, tab[1], **given)
    assert page.status_code == 200
    assert "<img" not in page.text
    assert "<script>alert" not in page.text
    assert get(site, tab[1], speaker=ATTACK[:60]).text.count("<img") == 0


def test_pages_keep_the_language_that_was_chosen(site: Site) -> None:
    page = get(site, "/desk/figures", language="en", topic="inflasi")
    english = locale("en").desk
    assert f'<a href="/desk/quotes?language=en">{english.tabs["quotes"]}</a>' in page.text
    assert '<input type="hidden" name="language" value="en">' in page.text


def test_what_is_asked_is_read_by_its_names_alone() -> None:
    asked = DeskQuery.of({"topic": " kopi ", "page": "3", "other": "x", "unit": ""}, ("unit",))
    assert asked.given == {"topic": "kopi", "page": "3"}
    assert asked.query(2, topic="teh") == [("topic", "teh"), ("page", "2")]


# Statements


def test_speakers_are_listed_with_office_and_how_often_they_are_quoted(site: Site) -> None:
    text = shown(get(site, "/desk/quotes"))
    assert "Ratna Wulandari Wali Kota Bitung 3 pernyataan" in text
    # Two people of one name stand apart, each with an office.
    assert "Gatot Kepala Dinas Perikanan 1 pernyataan" in text
    assert "Gatot pelatih Poso FC 1 pernyataan" in text


def test_a_speaker_is_found_by_name_or_office(site: Site) -> None:
    assert "1 pembicara Ratna Wulandari" in shown(get(site, "/desk/quotes", q="wali kota"))
    page = get(site, "/desk/quotes", q="Ratno Wulandori")
    assert STATEMENTS.nobody.format(name="Ratno Wulandori") in shown(page)
    assert f"{STATEMENTS.perhaps} Ratna Wulandari" in shown(page)


def test_a_name_like_no_other_is_offered_none(site: Site) -> None:
    assert STATEMENTS.perhaps not in shown(get(site, "/desk/quotes", q="Zzqqx"))
    assert STATEMENTS.perhaps not in shown(get(site, "/desk/quotes", speaker="Zzqqx"))


@pytest.mark.parametrize(
    ("asked", "name", "is_alike"),
    [
        ("Susilo Bambang", "Soesilo Bambang", True),
        ("Ahok", "Ahok Basuki", True),
        ("Hadiwi", "Hadi Wijaya", True),
        ("Hadiwi", "Kelompok Tani Hadi Makmur", False),
        ("Hadiwi", "Hadi Purnomo", False),
        ("Hadiwi", "706 penonton", False),
    ],
)
def test_a_name_is_like_another_by_more_than_a_fragment_of_a_word(
    asked: str, name: str, *, is_alike: bool
) -> None:
    assert (likeness(asked, name) >= ALIKE) == is_alike


def test_what_somebody_said_stands_in_order_of_days_labelled_and_linked_to_its_characters(site: Site) -> None:
    page = get(site, "/desk/quotes", speaker="Ratna Wulandari")
    assert "3 pernyataan" in shown(page)
    kinds = re.findall(r'<span class="kind (\w+)">', page.text)
    assert kinds == ["reported", "direct", "reported"]
    assert f"{STATEMENTS.reported} dermaga baru sudah dipakai Ratna Wulandari" in shown(page)
    start, end = re.search(r"/articles/dermaga\?start=(\d+)&amp;end=(\d+)", page.text).groups()  # type: ignore[union-attr]
    assert HARBOUR[int(start) : int(end)] == "dermaga baru sudah dipakai"


def test_a_name_that_several_have_asks_which(site: Site) -> None:
    page = get(site, "/desk/quotes", speaker="Gatot")
    assert STATEMENTS.which.format(name="Gatot") in shown(page)
    assert 'class="statements"' not in page.text
    one = get(site, "/desk/quotes", speaker="Gatot", office="Kepala Dinas Perikanan")
    assert "Dua orang ditahan" in shown(one)
    assert "Tim kami kalah" not in shown(one)


def test_nobody_of_a_name_gets_the_nearest_names(site: Site) -> None:
    page = get(site, "/desk/quotes", speaker="Ratna Wulandori")
    assert STATEMENTS.nobody.format(name="Ratna Wulandori") in shown(page)
    assert 'speaker=Ratna+Wulandari"' in page.text


def test_statements_are_found_by_topic_and_one_without_result_is_told(site: Site) -> None:
    assert "dermaga baru sudah dipakai" in shown(get(site, "/desk/quotes", topic="dermaga Bitung"))
    nothing = get(site, "/desk/quotes", topic="zzqqx")
    assert STATEMENTS.nothing_on.format(topic="zzqqx") in shown(nothing)
    assert STATEMENTS.nearest in shown(nothing)
    marks = get(site, "/desk/quotes", topic="?!")
    assert marks.status_code == 200
    assert STATEMENTS.nothing_on.format(topic="?!") in shown(marks)


def test_days_and_publishers_limit_speakers_and_statements(site: Site) -> None:
    assert "Gatot" not in shown(get(site, "/desk/quotes", until="2025-01-05"))
    assert "Ratna Wulandari" in shown(get(site, "/desk/quotes", until="2025-01-05"))
    assert STATEMENTS.nothing in shown(get(site, "/desk/quotes", source="Tidak Ada"))
    later = get(site, "/desk/quotes", speaker="Ratna Wulandari", since="2025-02-01")
    assert STATEMENTS.nothing in shown(later)


def test_statements_are_copied_with_footnotes(site: Site) -> None:
    page = get(site, "/desk/quotes", speaker="Ratna Wulandari", language="id")
    plain = [html.unescape(one) for one in re.findall(r'data-plain="([^"]*)"', page.text)]
    assert len(plain) == 4
    first, *_, note = plain[0].split("\n")
    assert first.endswith("[1]")
    assert note.startswith("[3] Dermaga Bitung. Antara, 5 Januari 2025.")
    assert "“dermaga baru sudah dipakai”" in plain[1].split("\n")[-1]


def test_statements_are_a_table_without_formulas(site: Site) -> None:
    rows = rows_of(get(site, "/desk/quotes.csv", speaker="Siti Rahma"))
    assert [row["speaker"] for row in rows] == ["Siti Rahma"]
    assert [row["title"] for row in rows] == ["'=1+1"]
    every = rows_of(get(site, "/desk/quotes.csv"))
    assert not [cell for row in every for cell in row.values() if cell[:1] in "=+-@" and cell]
    assert len(every) > len(rows)


def test_hostile_names_and_words_are_shown_as_they_are_written(site: Site) -> None:
    page = get(site, "/desk/quotes", speaker="Eko Sudjarwo")
    assert "<img" not in page.text
    assert f"“Itu {MARKUP} saja”" in page.text


# Figures


def test_figures_are_a_table_of_what_is_known_of_each(site: Site) -> None:
    page = get(site, "/desk/figures", topic="biaya dermaga")
    text = shown(page)
    assert "Rp 40 miliar 40.000.000.000 IDR" in text
    assert "Ratna Wulandari, Wali Kota Bitung Dermaga Bitung Antara 5 Januari 2025" in text
    start, end = re.search(r"/articles/dermaga\?start=(\d+)&amp;end=(\d+)", page.text).groups()  # type: ignore[union-attr]
    assert HARBOUR[int(start) : int(end)] == "Rp 40 miliar"


def figures(page: httpx.Response) -> list[str]:
    """The figures of the table, as written."""
    table = page.text.partition('<table class="figures">')[2]
    return [html.unescape(one) for one in re.findall(r'<td class="written"><bdi>(.*?)</bdi>', table)]


def test_what_is_counted_is_the_heading_of_each_row(site: Site) -> None:
    page = get(site, "/desk/figures", topic="kios pasar Inpres")
    rows = re.findall(r'<tr>\n<th scope="row" lang="id"><bdi>(.*?)</bdi></th>', page.text)
    assert len(rows) == len(figures(page)) > 0
    assert any("kios" in one for one in rows)


def test_a_column_without_a_value_is_left_out(site: Site) -> None:
    def columns(page: httpx.Response) -> set[str]:
        return {name for name in FIGURES.columns if f">{FIGURES.columns[name]}<" in page.text}

    assert {"period", "who"} <= columns(get(site, "/desk/figures", topic="biaya dermaga"))
    fire = columns(get(site, "/desk/figures", topic="kios pasar Inpres"))
    assert "who" not in fire
    assert {"what", "written", "value", "article", "day"} <= fire


def test_units_are_offered_in_the_language_of_the_page_and_none_that_no_table_has(tmp_path: Path) -> None:
    text = "Ada 12 kuda nil besar. Inflasi 4 persen. Sebanyak 7 kecamatan banjir. Tanahnya 5 hektare."
    with serving(tmp_path / "home") as served:
        (tmp_path / "satuan.txt").write_text(text)
        served.library.add([tmp_path / "satuan.txt"])
        names = {}
        for language in ("id", "en"):
            options = get(served, "/desk/figures", language=language).text.partition('id="unit"')[2]
            found = re.findall(r'<option value="([^"]+)">([^<]*)', options.partition("</select>")[0])
            names[language] = dict(found)
        assert names["id"] == {"district": "kecamatan", "ha": "hektare", "percent": "persen"}
        assert names["en"] == {"district": "district", "ha": "hectares", "percent": "percent"}
        # A noun that stood behind a number is still shown, and may be asked for in the address.
        assert figures(get(served, "/desk/figures", unit="kuda")) == ["12 kuda"]


def test_figures_are_filtered_by_unit_period_publisher_and_day(site: Site) -> None:
    assert figures(get(site, "/desk/figures", unit="percent", source="Antara")) == [
        "0,2 persen",
        "0,9 persen",
    ]
    assert figures(get(site, "/desk/figures", period="Januari 2024")) == ["0,9 persen"]
    assert figures(get(site, "/desk/figures", period="2024", unit="IDR")) == ["Rp 40 miliar"]
    assert figures(get(site, "/desk/figures", until="2025-01-05")) == ["Rp 40 miliar"]
    assert FIGURES.nothing in shown(get(site, "/desk/figures", topic="zzqqx"))
    assert FIGURES.nothing in shown(get(site, "/desk/figures", topic="?!"))


def test_figures_are_sorted_by_a_column_and_back(site: Site) -> None:
    page = get(site, "/desk/figures", unit="percent", sort="value", order="down")
    assert figures(page) == ["12 persen", "0,9 persen", "0,2 persen"]
    assert page.text.count("aria-sort=") == 1
    assert re.search(r'<th scope="col" aria-sort="descending"><a href="[^"]*order=up', page.text)
    again = get(site, "/desk/figures", unit="percent", sort="value", order="up")
    assert figures(again) == ["0,2 persen", "0,9 persen", "12 persen"]
    assert figures(get(site, "/desk/figures", unit="percent", sort="__class__")) == [
        "12 persen", "0,2 persen", "0,9 persen",
    ]  # fmt: skip


def test_figures_of_one_thing_over_time_are_plotted_beside_their_table(site: Site) -> None:
    page = get(site, "/desk/figures", topic="inflasi Ambon")
    assert page.text.count("<svg") == 1
    assert page.text.count("<circle") == 2
    assert FIGURES.over_time in shown(page)
    assert re.findall(r'text-anchor="(?:start|end)">([^<]*2024)</text>', page.text) == [
        "Jan 2024",
        "Feb 2024",
    ]
    assert "<svg" not in get(site, "/desk/figures", topic="dermaga").text


def test_a_plot_names_the_periods_that_articles_tell(tmp_path: Path) -> None:
    with serving(tmp_path / "home") as served:
        for year, value in ((2023, "3,1"), (2024, "3,4")):
            text = f"Sepanjang Februari–Juli {year}, produksi kakao Donggala mencapai {value} ton."
            (tmp_path / f"kakao-{year}.txt").write_text(text)
        served.library.add([tmp_path])
        page = get(served, "/desk/figures", topic="produksi kakao")
        assert re.findall(r'text-anchor="(?:start|end)">([^<]*20\d\d)</text>', page.text) == [
            "Feb–Jul 2023",
            "Feb–Jul 2024",
        ]


def test_figures_are_downloaded_as_tables_without_formulas(site: Site) -> None:
    rows = rows_of(get(site, "/desk/figures.csv", unit="percent"))
    assert [row["written"] for row in rows] == ["12 persen", "0,2 persen", "0,9 persen"]
    assert [row["title"] for row in rows] == ["'=1+1", "Inflasi", "Inflasi"]
    assert rows[0]["said_by"] == "Siti Rahma"
    book = get(site, "/desk/figures.xlsx", unit="percent")
    assert book.headers["content-disposition"].startswith('attachment; filename="figures.xlsx"')
    with zipfile.ZipFile(io.BytesIO(book.content)) as opened:
        sheet = opened.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert '<c r="G3"><v>0.2</v></c>' in sheet


# Figures that differ


def test_figures_that_differ_stand_side_by_side_with_their_reason(site: Site) -> None:
    # The newest first: inflation in February and in January, which are no conflict.
    assert re.findall(r'<span class="reason (\w+)">', get(site, "/desk/differ").text) == [
        "period",
        "conflict",
    ]
    page = get(site, "/desk/differ", reason="conflict")
    assert DIFFERENCES.about["conflict"] in shown(page)
    section = page.text.partition('<section class="difference"')[2].partition("</section>")[0]
    assert re.findall(r'<p class="value">\s*<bdi>(.*?)</bdi>', section) == ["9 orang", "7 orang"]
    assert [int(one) for one in re.findall(r"/articles/api-(\d)\?start=", section)] == [2, 1]


class Changing(Library):
    """A library that changes whenever it is looked at; its articles are read once each step is allowed."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, HashingEmbedder())
        self.step = threading.Semaphore(0)
        self.begun = self.looks = 0

    def revision(self) -> int:
        self.looks += 1
        return self.looks

    def articles(self) -> list[Article]:
        self.begun += 1
        assert self.step.acquire(timeout=20)
        return super().articles()


def test_while_articles_are_indexed_the_desk_shows_what_it_read_last(tmp_path: Path) -> None:
    with closing(Changing(Settings(home=tmp_path / "home"))) as library:
        (tmp_path / "dermaga.txt").write_text(HARBOUR)
        library.add([tmp_path])
        desk = Desk(library)
        assert [desk.extracts(0) for _ in range(5)] == [None] * 5
        assert library.begun == 1
        library.step.release()
        until(lambda: desk.extracts(0) is not None)
        (tmp_path / "api.txt").write_text(FIRE.format(dead=7))
        library.add([tmp_path])
        for _ in range(5):
            shown = desk.extracts(0)
            assert shown is not None
            assert shown.articles == 1
        assert library.begun == 2
        for _ in range(2):
            library.step.release()
        shown = desk.extracts(20)
        assert shown is not None
        assert shown.articles == 2


def test_a_page_of_what_was_read_last_says_that_it_is_being_read_anew(tmp_path: Path) -> None:
    with closing(Changing(Settings(home=tmp_path / "home"))) as library:
        (tmp_path / "api.txt").write_text(FIRE.format(dead=7))
        library.add([tmp_path])
        desk = Desk(library)
        for _ in range(6):
            library.step.release()
        first = desk.differences(20)
        assert first == []
        until(lambda: not desk.is_behind(first))
        library.step = threading.Semaphore(0)
        (tmp_path / "lain.txt").write_text(FIRE.format(dead=9))
        library.add([tmp_path])
        assert desk.differences(0) is first
        assert desk.is_behind(first)
        setting = DeskSetting(words("id"), "id", READER, "differ")
        asked = DeskQuery.of({"reason": "conflict"}, ("reason",))
        page = bytes(differ_page(desk, asked, setting).body).decode()
        assert WORDS.behind in page
        assert '<a href="/desk/differ?reason=conflict&amp;language=id">' in page
        assert DIFFERENCES.nothing not in page
        for _ in range(20):
            library.step.release()


def test_a_page_of_the_articles_as_they_are_is_not_behind(site: Site) -> None:
    get(site, "/desk/differ")
    until(lambda: WORDS.behind not in get(site, "/desk/differ").text)
    for tab in FILTERED:
        assert WORDS.behind not in get(site, tab.path).text


def test_differences_are_filtered_by_reason_day_and_publisher(site: Site) -> None:
    assert DIFFERENCES.nothing in shown(get(site, "/desk/differ", reason="rounded"))
    assert "9 orang" in shown(get(site, "/desk/differ", reason="conflict"))
    assert "9 orang" in shown(get(site, "/desk/differ", source="Antara"))
    assert DIFFERENCES.nothing in shown(get(site, "/desk/differ", until="2025-01-31"))
    assert "9 orang" in shown(get(site, "/desk/differ", reason="no such reason"))


# What is read anew


def test_what_is_added_or_removed_is_seen_at_once(tmp_path: Path) -> None:
    with serving(tmp_path / "home") as served:
        file = tmp_path / "berita.md"
        file.write_text(f"---\ntitle: Dermaga\npublished: 2025-01-05\n---\n{HARBOUR}")
        served.library.add([file])
        assert "Ratna Wulandari" in shown(get(served, "/desk/quotes"))
        other = tmp_path / "lain.md"
        other.write_text('---\ntitle: Harga\n---\n"Harga beras turun tajam," kata Budi Lasut.')
        served.library.add([other])
        assert "Budi Lasut" in shown(get(served, "/desk/quotes"))
        served.library.remove(["berita"])
        page = shown(get(served, "/desk/quotes"))
        assert "Budi Lasut" in page
        assert "Ratna Wulandari" not in page
