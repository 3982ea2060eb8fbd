"""What the command line prints of an answer, an article and a run over files."""

import hashlib
import io
import json
import os
import re
import zipfile
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest

from index import Article
from index.library import Report
from index.models import Listed, Mention
from rag.answer import Answer, Citation, Claim
from rag.output import (
    answer_lines,
    answer_object,
    article_lines,
    article_object,
    change_lines,
    listed_object,
    workbook,
    write_json,
)

TEXT = "Nilai ekspor naik.\n\nImpor turun."


def article(**known) -> Article:
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    return Article("a", "Judul", TEXT, "Melati", None, None, "id", "a.pdf", digest, **known)


def answer(cited: Article) -> Answer:
    citations = (Citation(1, cited, 0, 18), Citation(2, cited, 20, 32))
    claims = (Claim("Nilai ekspor naik.", (1,)), Claim("Impor turun.", (2,)))
    return Answer("Apa?", "id", claims, citations)


def test_a_citation_names_its_page_where_the_article_has_pages() -> None:
    paged = answer(article(pages=(0, 20)))
    assert [one["page"] for one in answer_object(paged)["citations"]] == [1, 2]
    assert "[2] Judul, Melati, p. 2" in answer_lines(paged)


def test_a_citation_that_ends_on_a_later_page_names_both() -> None:
    cited = article(pages=(0, 10, 20))
    paged = Answer("Apa?", "id", (Claim("Nilai ekspor naik.", (1,)),), (Citation(1, cited, 0, 18),))
    (shown,) = answer_object(paged)["citations"]
    assert (shown["page"], shown["last_page"]) == (1, 2)
    assert "[1] Judul, Melati, p. 1-2" in answer_lines(paged)
    # Its end is behind its last character.
    assert Citation(1, cited, 0, 10).last_page is None


def test_claims_that_stand_each_for_itself_are_listed_line_by_line() -> None:
    listed = replace(answer(article()), request="summarise")
    assert answer_lines(listed).startswith("- Nilai ekspor naik. [1]\n- Impor turun. [2]\n\n[1] ")


def test_a_citation_of_a_scanned_page_says_so() -> None:
    shown = answer(article(pages=(0, -21)))
    first, second = answer_object(shown)["citations"]
    assert ("scanned" in first, second["page"], second["scanned"]) == (False, 2, True)
    assert "[2] Judul, Melati, p. 2, read from a scan" in answer_lines(shown)


def test_a_citation_of_an_article_without_pages_has_the_contract_s_keys_alone() -> None:
    plain = answer(article())
    assert list(answer_object(plain)["citations"][0]) == [
        "number", "article_id", "title", "source", "published", "url", "start", "end", "quote", "translation",
    ]  # fmt: skip
    assert "p. 1" not in answer_lines(plain)


def test_an_article_shows_its_author_and_pages() -> None:
    shown = article_object(article(author="Ratna Sari", pages=(0, 20)))
    assert (shown["author"], list(shown["pages"])) == ("Ratna Sari", [0, 20])
    assert shown["text"] == TEXT


def test_an_article_in_a_list_shows_all_but_its_text() -> None:
    one = article(author="Ratna Sari", pages=(0, 20))
    known = {name: value for name, value in asdict(one).items() if name != "text"}
    assert listed_object(Listed(**known, length=len(TEXT), copies=(Mention("b", "B", None, None),))) == known


def test_a_workbook_has_numbers_as_numbers_days_as_days_and_computes_nothing() -> None:
    row = ("=1+1", "+62", "-3", "@x", "<b>\x01", 4.796e9, 12, date(2025, 7, 22), None)
    with zipfile.ZipFile(io.BytesIO(workbook([f"kolom {n}" for n in range(9)], [row]))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        shared = re.findall(r"<t[^>]*>(.*?)</t>", book.read("xl/sharedStrings.xml").decode())
        assert not [name for name in book.namelist() if "external" in name.lower() or "vba" in name.lower()]
    assert "<f" not in re.sub("<freeze|<format", "", sheet)
    cells = re.findall(r'<c r="([A-I])2"([^>]*)><v>([^<]*)</v>', sheet)
    texts = [shared[int(value)] for _, kind, value in cells if 't="s"' in kind]
    assert texts[:4] == ["=1+1", "+62", "-3", "@x"]
    # 45860 is how a spreadsheet counts 22 July 2025, in days from 1900.
    assert [(name, value) for name, kind, value in cells if 't="s"' not in kind] == [
        ("F", "4796000000"), ("G", "12"), ("H", "45860"),
    ]  # fmt: skip


def test_names_of_files_that_are_not_utf_8_are_written_as_json_in_utf_8(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    write_json({"failures": [[Path(os.fsdecode(b"caf\xe9.txt")), "ubah"]]})
    assert json.loads(capfdbinary.readouterr().out.decode()) == {
        "failures": [["caf\N{REPLACEMENT CHARACTER}.txt", "ubah"]]
    }


def test_a_name_with_a_line_break_stands_in_one_line_of_a_list() -> None:
    named = replace(article(), id="ba\nris\r\ndua")
    assert article_lines(named) == "ba ris dua\tJudul, Melati"
    report = Report(added=("a\nb",), failures=(("c\nd.txt", "kosong"),), unread_days=(("e\nf", "kemarin"),))
    assert [line for line in change_lines(report) if "\n" in line] == []
    assert change_lines(report)[0] == "added: a b"
