"""A figure of a table belongs to its row and its column, in questions and in claims."""

import pytest

from index import Article, Hit, Passage
from index.parsers import across, table_lines
from rag.answer import Claim
from rag.composing import Chosen, compose, refusal
from rag.factcheck import check
from rag.factcheck.facts import find_facts
from rag.lang.names import Sentence
from rag.lang.numbers import Figure
from rag.query import understand
from rag.reader import Reading, load_decision
from rag.tables import find_tables, in_tables, is_heading, mispaired, row_at, unit_at

GRID = [["Kota", "2021", "2022"], ["Melati", "11 ton", "21 ton"], ["Kenanga", "12 ton", "22 ton"]]
HEADING = "Panen kelapa menurut kota"
LABELLED = f"{HEADING}\n\n" + "\n".join(table_lines(GRID)) + "\n\nAngka itu sementara.\n"
DRAWN = (
    f"# {HEADING}\n\n| Kota | 2021 | 2022 |\n|---|--:|---|\n| Melati | 11 ton | 21 ton |\n"
    "| Kenanga | 12 ton | 22 ton |\n"
)
BARE = f"{HEADING}\n\nKota;2021;2022\nMelati;11 ton;21 ton\nKenanga;12 ton;22 ton\n"
WRITTEN = [LABELLED, DRAWN, BARE, BARE.replace(";", "\t"), BARE.replace(";", ","), BARE.replace(";", " | ")]


LISTED = "Panen kelapa (dalam ribu ton):\n\n- Melati: 11\n- Kenanga: 12\n\nHarga: naik 3 persen\n"


def readings(text: str, surest: str) -> list[Reading]:
    """A reading of each row, the model being surest of one, and of all the row's characters as its span."""
    article = Article("a", HEADING, text, None, None, None, "id", "a.txt", "")
    hit = Hit(Passage(article, 0, len(text)), 1.0, 1)
    found = []
    for row in find_tables(text)[0].rows:
        sentence = Sentence(article, row.start, row.end, hit)
        span = (row.start, row.end)
        found.append(Reading(sentence, span, 0.9 if surest in sentence.text else 0.5, 0.5, ((span, 1.0),)))
    return sorted(found, key=lambda one: -one.score)


def figures(claim: str) -> list[Figure]:
    return [fact.figure for fact in find_facts(claim, "id") if fact.figure]


@pytest.mark.parametrize("text", WRITTEN)
def test_a_table_gives_each_cell_with_its_heading(text: str) -> None:
    (table,) = find_tables(text)
    assert [[(cell.head, cell.text) for cell in row.cells] for row in table.rows] == [
        [("Kota", "Melati"), ("2021", "11 ton"), ("2022", "21 ton")],
        [("Kota", "Kenanga"), ("2021", "12 ton"), ("2022", "22 ton")],
    ]
    assert all(text[cell.start : cell.end] == cell.text for row in table.rows for cell in row.cells)


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (
            [["Rencana", "Hasil"], ["70", "70"], ["8", "9"]],
            ["Rencana: 70; Hasil: 70", "Rencana: 8; Hasil: 9"],
        ),
        ([["Kota", "Ada", "Kurang"], ["", "7", "7"]], ["Ada: 7; Kurang: 7"]),
        (
            [["Kota", "2024", "2025"], across("Wilayah 1", 3), ["Melati", "1", "2"]],
            ["Wilayah 1", "Kota: Melati; 2024: 1; 2025: 2"],
        ),
        (
            [["Kota", "Panen", ""], ["Melati", "baik", "baik"], ["Mawar", "1", "2"]],
            ["Kota | Panen", "Melati | baik | baik", "Mawar | 1 | 2"],
        ),
        (
            [["Hari", ":", "Senin"], ["Jam", ":", "10.00"], ["Tempat", ":", "Aula"]],
            ["Hari: Senin", "Jam: 10.00", "Tempat: Aula"],
        ),
    ],
)
def test_only_a_cell_that_spans_its_row_heads_the_rows_below(rows: list[list[str]], lines: list[str]) -> None:
    assert table_lines(rows) == lines


@pytest.mark.parametrize(
    "text",
    [
        "Waktu: Senin; tempat: Medan.\nIa datang, melihat, dan menang.\nKami makan, minum, dan pulang.\n",
        "Satu | dua\n\nTiga | empat\n",
        "Bupati hadir.\nGubernur hadir.\n",
    ],
)
def test_running_text_is_no_table(text: str) -> None:
    assert find_tables(text) == ()


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("surest", ["Melati", "Kenanga"])
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Berapa panen kelapa Melati pada 2021?", "11 ton"),
        ("Berapa panen kelapa Melati pada 2022?", "21 ton"),
        ("Berapa panen kelapa Kenanga tahun 2021?", "12 ton"),
        ("Kota mana yang panen kelapanya 22 ton?", "Kenanga"),
    ],
)
def test_the_cell_of_the_row_and_column_that_are_named_answers(
    text: str, surest: str, question: str, answer: str
) -> None:
    best, *others = in_tables(understand(question, "id", "id"), readings(text, surest))
    assert text[slice(*best.span)] == answer
    assert best.score > load_decision().answer
    assert [one.score for one in others] == [0.0]


def test_a_year_that_the_table_does_not_have_is_answered_by_none_of_its_rows() -> None:
    found = in_tables(
        understand("Berapa panen kelapa Melati pada 2019?", "id", "id"), readings(DRAWN, "Melati")
    )
    assert [one.score for one in found] == [0.0, 0.0]


def test_a_cell_answers_the_surer_the_more_of_the_question_its_table_has() -> None:
    def score(question: str) -> float:
        return in_tables(understand(question, "id", "id"), readings(DRAWN, "Melati"))[0].score

    asked = ("panen kelapa Melati", "jumlah petani Melati", "jumlah petani muda Melati")
    scores = [score(f"Berapa {one} pada 2021?") for one in asked]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_readings_outside_of_tables_stay_as_they_are() -> None:
    article = Article("a", "Panen", "Panen Melati 11 ton pada 2021.", None, None, None, "id", "a.txt", "")
    sentence = Sentence(article, 0, 30, Hit(Passage(article, 0, 30), 1.0, 1))
    reading = Reading(sentence, (13, 19), 0.5)
    assert in_tables(understand("Berapa panen Kenanga pada 2022?", "id", "id"), [reading]) == [reading]


def test_a_row_is_quoted_with_the_line_of_its_headings_and_without_its_bars() -> None:
    best = in_tables(understand("Berapa panen Kenanga pada 2022?", "id", "id"), readings(DRAWN, "Kenanga"))[0]
    composed = compose(Chosen((best,)), "id", "Berapa panen Kenanga pada 2022?")
    assert composed.claims == (Claim("Kota | 2021 | 2022", (1,)), Claim("Kenanga | 12 ton | 22 ton", (2,)))
    assert [one.quote for one in composed.citations] == ["Kota | 2021 | 2022", "Kenanga | 12 ton | 22 ton"]
    assert (composed.lead.text, composed.lead.number) == ("22 ton", 2)
    assert "“Kenanga | 12 ton | 22 ton”" in refusal(understand("Berapa?", "id", "id"), None, [best])
    captioned = DRAWN.replace("| Kota", "Panen (ton):\n\n| Kota").replace(" ton ", " ")
    best = in_tables(understand("Berapa panen Kenanga?", "id", "id"), readings(captioned, "Kenanga"))[0]
    claims = compose(Chosen((best,)), "id", "Berapa panen Kenanga pada 2022?").claims
    assert [one.text for one in claims] == ["Panen (ton):", "Kota | 2021 | 2022", "Kenanga | 12 | 22"]


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize(
    ("claim", "instead"),
    [
        ("Panen kelapa Melati pada 2022 sebesar 11 ton.", "21 ton"),
        ("Panen kelapa Melati pada 2021 sebesar 12 ton.", "11 ton"),
        ("Panen kelapa Kenanga turun dari 22 ton pada 2021 menjadi 12 ton pada 2022.", "12 ton"),
        ("Pada 2021 panen Melati 12 ton dan Kenanga 11 ton.", "11 ton"),
    ],
)
def test_a_figure_of_another_row_or_column_is_no_evidence(text: str, claim: str, instead: str) -> None:
    found = mispaired(claim, text, figures(claim), "id")
    assert found[0].instead is not None
    assert found[0].instead.text == instead


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize(
    "claim",
    [
        "Panen kelapa Melati pada 2021 sebesar 11 ton.",
        "Panen kelapa Kenanga naik dari 12 ton pada 2021 menjadi 22 ton pada 2022.",
        "Pada 2021 panen Melati 11 ton dan Kenanga 12 ton.",
        "Panen itu 11 ton.",
        "Panen kelapa Melati pada 2021 sebesar 99 ton.",
    ],
)
def test_a_figure_of_the_row_and_column_that_are_named_is_not_held_against_a_claim(
    text: str, claim: str
) -> None:
    assert mispaired(claim, text, figures(claim), "id") == []


def test_a_figure_that_running_text_tells_too_is_left_to_the_model() -> None:
    claim = "Panen kelapa Melati pada 2022 sebesar 11 ton."
    text = f"{DRAWN}\nPanen Melati pada 2022 hanya 11 ton setelah hujan.\n"
    assert mispaired(claim, text, figures(claim), "id") == []


def test_a_row_is_found_by_characters_within_it() -> None:
    at = DRAWN.index("12 ton")
    found = row_at(DRAWN, at, at + 6)
    assert found is not None
    assert found[1].cells[0].text == "Kenanga"
    assert row_at(DRAWN, 0, 5) is None


@pytest.mark.model
@pytest.mark.parametrize("text", WRITTEN[:2])
def test_a_claim_on_a_table_is_checked_by_row_and_column(text: str) -> None:
    right = check("Panen kelapa Kenanga pada 2022 sebesar 22 ton.", text)
    assert right.ruling == "supported"
    assert "22 ton" in "".join(text[start:end] for start, end in right.spans)
    assert check("Panen karet Kenanga pada 2022 sebesar 22 ton.", text).ruling == "not_found"
    wrong = check("Panen kelapa Kenanga pada 2021 sebesar 22 ton.", text)
    assert (wrong.ruling, wrong.reason) == ("contradicted", "sumber menyebut “12 ton”, bukan “22 ton”")
    assert [text[start:end] for start, end in wrong.spans] == ["12 ton"]


@pytest.mark.parametrize(
    ("text", "cell", "unit"),
    [
        (LISTED, "11", "(dalam ribu ton)"),
        (DRAWN.replace("2021", "Panen (ton)").replace("11 ton", "11"), "11", "(ton)"),
        (DRAWN.replace("11 ton", "11").replace("# Panen", "Panen (ton):\n\n# Panen"), "11", ""),
        (DRAWN, "11 ton", ""),
        (LISTED, "Melati", ""),
        (LISTED.replace(":\n\n-", "\n\n-"), "11", ""),
    ],
)
def test_the_unit_of_a_cell_is_that_of_its_heading_or_of_the_line_above(
    text: str, cell: str, unit: str
) -> None:
    start = text.index(cell)
    assert unit_at(text, (start, start + len(cell))) == unit


def test_a_question_is_answered_by_the_table_whose_headings_it_names() -> None:
    areas = "\n| Kota | Luas (ha) |\n|---|---|\n| Melati | 70 |\n| Kenanga | 80 |\n"
    text = LISTED + areas
    article = Article("a", HEADING, text, None, None, None, "id", "a.txt", "")
    hit = Hit(Passage(article, 0, len(text)), 1.0, 1)
    rows = [row for table in find_tables(text) for row in table.rows]
    found = [Reading(Sentence(article, row.start, row.end, hit), (row.start, row.end), 0.2) for row in rows]
    for asked, language, cell in (
        ("Berapa panen kelapa Melati?", "id", "11"),
        ("Berapa luas Melati?", "id", "70"),
        ("How large is the area of Melati?", "en", "70"),
    ):
        best = in_tables(understand(asked, language, language), found)[0]
        assert text[slice(*best.span)] == cell


def test_headings_and_the_line_below_them_are_no_sentence_of_an_answer() -> None:
    spans = [
        (DRAWN.index(part), DRAWN.index(part) + len(part)) for part in ("| Kota | 2021", "|---|--:|---|")
    ]
    assert [is_heading(DRAWN, *span) for span in spans] == [True, True]
    start = DRAWN.index("| Melati")
    assert not is_heading(DRAWN, start, start + 10)
