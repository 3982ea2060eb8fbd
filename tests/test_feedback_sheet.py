"""Tables for a spreadsheet: every value comes back, and none is a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.models import Feedback, Gap
from rag.feedback import gap_sheet, opinion_sheet, opinions
from rag.output import inert

DAY = datetime(2025, 7, 22, 8, tzinfo=UTC)


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    "begins", ["=1", "+1", "-1", "@a", "\t=1", "\rx", "\n=1", " =1", "＝1", "\x00=1", "\u202e=1"]
)
def test_what_a_spreadsheet_would_compute_begins_with_an_apostrophe(begins):
    assert inert(begins).startswith("'")
    (row,) = rows(gap_sheet([Gap(begins, begins, begins, DAY, 1)]))
    assert all(row[name].startswith("'") for name in ("question", "language", "nearest_article"))


@pytest.mark.parametrize("text", ["Berapa?", "a=1", "1-2", "“=1”", "", '4,796 miliar; "a"\nb'])
def test_other_words_are_left_as_they_are(text):
    (row,) = rows(gap_sheet([Gap(text, "id", None, DAY, 12)]))
    assert (row["question"], row["count"], row["nearest_article"]) == (text, "12", "")


@given(st.text())
def test_no_cell_begins_with_what_begins_a_formula(text):
    said = Feedback(text, "{}", text, text, text, DAY)
    (row,) = rows(opinion_sheet(opinions([said])))
    assert not any(value.lstrip().startswith(("=", "+", "-", "@")) for value in row.values())
    assert len(row) == 13
