"""What must be true of figures that differ, of their reasons, and of figures over time."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import date
from pathlib import Path

import pytest
from embedder_double import HashingEmbedder

from index import Article, Settings
from index.library import Library
from rag.cli import main
from rag.differing import (
    FITTED,
    REASONS,
    Pair,
    corrections,
    corrections_of,
    difference_lines,
    difference_object,
    differing,
    is_rounded,
    series_of,
)
from rag.figures import ArticleFigure, figures_of
from rag.weights import read

FIRST = (
    "Kebakaran pasar Inpres di Kota Sorong, Senin (3/2/2025), menewaskan {dead} orang pedagang. "
    "Api menghanguskan 214 kios pedagang di pasar Inpres. "
    "Kerugian kebakaran pasar Inpres Sorong mencapai Rp 12,5 miliar."
)
SECOND = (
    "Kebakaran pasar Inpres di Kota Sorong pada Senin (3/2/2025) menewaskan {dead} orang pedagang. "
    "Sebanyak 214 kios pedagang di pasar Inpres hangus. "
    "Kerugian kebakaran pasar Inpres Sorong mencapai Rp {loss} miliar."
)


def article(
    name: str, text: str, day: int = 4, source: str = "Radar", title: str = "Kebakaran pasar Inpres Sorong"
) -> Article:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(name, title, text, source, date(2025, 2, day), None, "id", "", digest)


def pairs(*articles: Article) -> list[Pair]:
    return [(one, figure) for one in articles for figure in figures_of(one)]


def told(value: float, bound: str | None = None, value_to: float | None = None) -> ArticleFigure:
    return ArticleFigure(str(value), 0, 1, value, value_to, "ton", bound, "panen", None, None, (0, 1))


def test_two_articles_of_one_event_that_count_otherwise_are_in_conflict() -> None:
    one = article("satu", FIRST.format(dead=7))
    other = article("dua", SECOND.format(dead=9, loss="12,5"), 5, "Kabar")
    (found,) = differing(pairs(one, other))
    assert found.reason == "conflict"
    # The newest first; what both say alike, 214 kiosks and the loss, is no difference.
    assert [(at.id, figure.value) for at, figure in found.figures] == [("dua", 9), ("satu", 7)]
    assert read(FITTED, "threshold") <= found.probability <= 1


def test_the_order_in_which_figures_are_given_changes_nothing() -> None:
    given = pairs(
        article("satu", FIRST.format(dead=7)), article("dua", SECOND.format(dead=9, loss="13,5"), 5)
    )
    once = differing(given)
    random.Random(1).shuffle(given)
    assert differing(given) == once


def test_articles_of_other_events_do_not_differ() -> None:
    flood = article(
        "banjir", "Banjir di Kota Palu menewaskan 3 orang warga. Sungai Poboya meluap.", title="Banjir Palu"
    )
    fire = article("satu", FIRST.format(dead=7))
    assert differing(pairs(fire, flood)) == []
    assert differing([]) == []


def test_another_unit_is_another_thing() -> None:
    one = article("satu", "Kerugian kebakaran pasar Inpres Sorong mencapai Rp 12,5 miliar.")
    other = article("dua", "Kerugian kebakaran pasar Inpres Sorong mencapai USD 9 juta.", 5)
    assert differing(pairs(one, other)) == []


def test_a_rounded_value_is_told_from_a_conflict() -> None:
    one = article("satu", FIRST.format(dead=7))
    other = article("dua", SECOND.format(dead=7, loss="12,48"), 5, "Kabar")
    (found,) = differing(pairs(one, other))
    assert (found.reason, [figure.written for _, figure in found.figures]) == (
        "rounded",
        ["Rp 12,48 miliar", "Rp 12,5 miliar"],
    )


def test_a_later_article_of_the_same_publisher_that_says_so_corrects() -> None:
    one = article("satu", FIRST.format(dead=7))
    correction = "Ralat: korban tewas yang kemarin ditulis 7 orang keliru. "
    text = correction + SECOND.format(dead=9, loss="12,5")
    (same,) = differing(pairs(one, article("dua", text, 5)))
    (elsewhere,) = differing(pairs(one, article("dua", text, 5, "Kabar")))
    assert (same.reason, elsewhere.reason) == ("corrected", "conflict")


OLD = "Dinas Perikanan Bitung melatih 240 nelayan membuat abon di Aertembaga. Pelatihan menelan Rp 320 juta."


@pytest.mark.parametrize(
    ("day", "source", "title", "text", "corrected"),
    [
        # The old value beside the new one, on the same day.
        (
            4,
            "Radar",
            "Ralat",
            "Jumlah nelayan Bitung seharusnya 204 nelayan, bukan 240 nelayan.",
            ["240", "204"],
        ),
        # The only values of a unit that either article has alone.
        (
            5,
            "Radar",
            "Ralat Jumlah Nelayan Bitung",
            "Dinas Perikanan Bitung melatih nelayan membuat abon di Aertembaga. Jumlahnya 204 nelayan.",
            ["240", "204"],
        ),
        # The old value before the new one, in a sentence of its own.
        (
            5,
            "Radar",
            "Ralat",
            "Dalam berita nelayan Bitung tertulis 240 nelayan di 12 desa. Yang benar 204 nelayan.",
            ["240", "204"],
        ),
        # The right value was told before.
        (5, "Radar", "Ralat", "Jumlah nelayan Bitung seharusnya 240 nelayan, bukan 204 nelayan.", []),
        # It corrects another thing, of which it tells in passing; or is on another event.
        (
            5,
            "Radar",
            "Pelatihan nelayan Bitung",
            "Pelatihan nelayan Bitung kini menelan Rp 350 juta, dulu Rp 320 juta.\nDinas meralat jadwalnya.",
            [],
        ),
        (
            5,
            "Radar",
            "Ralat Panen Sigi",
            "Padi dipanen 204 nelayan yang alih profesi, bukan 240 nelayan.",
            [],
        ),
        (5, "Kabar", "Ralat", "Jumlah nelayan Bitung seharusnya 204 nelayan, bukan 240 nelayan.", []),
        (3, "Radar", "Ralat", "Jumlah nelayan Bitung seharusnya 204 nelayan, bukan 240 nelayan.", []),
        (5, "Radar", "Pelatihan", "Jumlah nelayan Bitung kini 204 nelayan, dulu 240 nelayan.", []),
        (5, "Radar", "Ralat Jadwal Kapal", "Kapal ke Talaud berangkat dengan 35 penumpang, bukan 53.", []),
    ],
)
def test_a_correction_tells_which_figure_of_its_publisher_it_gives_anew(
    day: int, source: str, title: str, text: str, corrected: list[str]
) -> None:
    found = corrections(pairs(article("lama", OLD), article("baru", text, day, source, title)))
    assert [one.article.id for one in found] == ["lama"] * bool(corrected)
    written = [figure.written.split()[0] for one in found for figure in (one.figure, one.instead)]
    assert written == corrected


def test_a_correction_is_found_among_many_of_its_publisher(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    text = "Jumlah nelayan Bitung seharusnya 204 nelayan, bukan 240 nelayan."
    texts = {"lama": ("Pelatihan Nelayan Bitung", OLD), "baru": ("Ralat Nelayan Bitung", text)}
    for at in range(40):
        texts[f"lain-{at}"] = (
            f"Ralat Ralat Kapal {at}",
            f"Ralat: kapal ke-{at} diralat menjadi kapal {at + 1}.",
        )
    for name, (title, text) in texts.items():
        head = f"---\nid: {name}\ntitle: {title}\ndate: 2025-02-04\nsource: Radar\nlanguage: id\n---\n"
        (folder / f"{name}.md").write_text(head + text)
    library = Library(Settings.load(home=tmp_path / "home"), HashingEmbedder())
    assert not library.add([folder]).failures
    (found,) = corrections_of([library.article("lama")], library)
    assert (found.by.id, found.instead.value) == ("baru", 204)
    library.close()


def test_other_periods_are_no_conflict() -> None:
    def harvest(month: str, tons: str, day: int, more: str = "") -> Article:
        text = (
            f"Produksi beras Kabupaten Sigi pada {month} 2024 mencapai {tons} ton, "
            "kata Dinas Pertanian Sigi. Produksi beras Kabupaten Sigi dipanen di lahan seluas 812 hektare."
            f"{more}"
        )
        return article(f"panen-{month}", text, day, title="Produksi beras Kabupaten Sigi")

    (found,) = differing(pairs(harvest("Maret", "4.150", 1), harvest("Juni", "5.720", 2)))
    assert found.reason == "period"
    later = harvest("Juni", "5.720", 2, " Dinas meralat data panen 9.999 ton itu.")
    (found,) = differing(pairs(harvest("Maret", "4.150", 1), later))
    assert found.reason == "period"
    assert corrections(pairs(harvest("Maret", "4.150", 1), later)) == []


def test_a_state_of_days_that_are_far_apart_is_of_other_times() -> None:
    one = article("satu", FIRST.format(dead=7))
    other = article(
        "dua", SECOND.format(dead=9, loss="12,5").replace(" pada Senin (3/2/2025)", ""), 20, "Kabar"
    )
    assert [found.reason for found in differing(pairs(one, other))] == ["period"]


def test_a_row_of_a_table_is_not_compared() -> None:
    def row(name: str, seconds: str) -> Article:
        text = f"Marc Marquez ESP Repsol Honda {seconds} detik."
        return article(name, text, title="Hasil GP Australia")

    assert differing(pairs(row("satu", "29,5"), row("dua", "31,5"))) == []


@pytest.mark.parametrize(
    ("one", "other", "rounded"),
    [
        (told(144.5e12), told(144.53e12), True),  # to the tenth of a trillion
        (told(11.37), told(11.38), False),  # as exact as each other
        (told(100), told(134), False),  # a hundred is not what 134 is called
        (told(1000), told(1040), True),
        (told(50, "about"), told(53), True),
        (told(50, "about"), told(60), False),
        (told(400, "more_than"), told(430), True),
        (told(400, "more_than"), told(380), False),
        (told(70, "almost"), told(68), True),
        (told(70, "almost"), told(72), False),
        (told(5, None, 6), told(5.5), False),
    ],
)
def test_what_is_rounded(one: ArticleFigure, other: ArticleFigure, rounded: bool) -> None:
    assert is_rounded(one, other) is rounded
    assert is_rounded(other, one) is rounded


def test_a_value_within_a_range_does_not_differ() -> None:
    text = "Kebakaran pasar Inpres di Kota Sorong menewaskan {dead} orang pedagang pasar Inpres."
    one, other = article("satu", text.format(dead="7 sampai 9")), article("dua", text.format(dead="8"), 5)
    assert differing(pairs(one, other)) == []


def test_a_difference_is_told_as_json_and_in_lines() -> None:
    one = article("satu", FIRST.format(dead=7))
    other = article("dua", SECOND.format(dead=9, loss="12,5"), 5, "Kabar")
    (found,) = differing(pairs(one, other))
    plain = json.loads(json.dumps(difference_object(found)))
    assert list(plain) == ["reason", "probability", "figures"]
    assert plain["reason"] in REASONS
    assert [(told["article_id"], told["published"], told["source"]) for told in plain["figures"]] == [
        ("dua", "2025-02-05", "Kabar"),
        ("satu", "2025-02-04", "Radar"),
    ]
    start, end = plain["figures"][0]["start"], plain["figures"][0]["end"]
    assert other.text[start:end] == plain["figures"][0]["written"] == "9 orang"
    first, *rows = difference_lines(found).split("\n")
    assert (first, [row.split("\t")[1:3] for row in rows]) == (
        "conflict",
        [["2025-02-05", "dua"], ["2025-02-04", "satu"]],
    )


def test_figures_of_one_thing_and_unit_in_periods_of_one_length_are_a_series() -> None:
    def inflation(name: str, period: str, percent: str) -> Article:
        return article(
            name, f"Inflasi Kota Ambon {period} tercatat {percent} persen.", title=f"Inflasi {period}"
        )

    found = pairs(
        inflation("a", "pada Maret 2024", "0,4"),
        inflation("b", "pada Januari 2024", "0,9"),
        inflation("c", "pada tahun 2023", "3,1"),
        inflation("d", "pada Februari 2024", "0,2"),
    )
    (series,) = series_of(found)
    # In order of the months; the year is longer and stands apart, alone.
    assert [figure.value for _, _, (_, figure) in series.points] == [0.9, 0.2, 0.4]
    assert [date.fromordinal(first) for first, _, _ in series.points] == [
        date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1),
    ]  # fmt: skip
    assert series.unit == "percent"


def test_one_period_is_no_series() -> None:
    text = "Inflasi Kota Ambon pada Maret 2024 tercatat {} persen."
    assert series_of(pairs(article("a", text.format("0,4")), article("b", text.format("0,5")))) == []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("berbeda")
    head = "---\ntitle: Kebakaran pasar Inpres Sorong\npublished: 2025-02-0{day}\nsource: {source}\n---\n"
    for name, day, source, text in (
        ("satu", 4, "Radar", FIRST.format(dead=7)),
        ("dua", 5, "Kabar", SECOND.format(dead=9, loss="12,5")),
    ):
        (folder / f"{name}.md").write_text(head.format(day=day, source=source) + text)
    library = Library(Settings.load(home=folder / "home"), HashingEmbedder())
    assert not library.add([folder / "satu.md", folder / "dua.md"]).failures
    library.close()
    return folder / "home"


def test_the_command_tells_differences_and_narrows_them_to_articles_and_a_topic(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(home), "figures", "--differ", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert list(told) == ["reason", "probability", "figures"]
    assert list(told["figures"][0]) == [
        "article_id", "written", "start", "end", "value", "value_to", "unit", "bound", "what", "period",
        "place", "published", "source",
    ]  # fmt: skip
    assert [one["written"] for one in told["figures"]] == ["9 orang", "7 orang"]
    assert main(["--home", str(home), "figures", "--differ", "--about", "pedagang tewas"]) == 0
    assert capsys.readouterr().out.startswith("conflict\n\t2025-02-05\tdua\tKabar\t9 orang")
    assert main(["--home", str(home), "figures", "--differ", "satu"]) == 3
    assert capsys.readouterr().out == "no figures differ\n"


def test_the_command_writes_a_workbook_and_says_why_it_cannot(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(home), "figures", "--xlsx", str(tmp_path / "angka.xlsx")]) == 0
    assert (tmp_path / "angka.xlsx").read_bytes().startswith(b"PK")
    assert main(["--home", str(home), "figures", "--xlsx", str(tmp_path / "tiada" / "angka.xlsx")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert main(["--home", str(home), "figures", "--differ", "--csv"]) == 1
    assert "--differ is no table" in capsys.readouterr().err
