"""What must be true of the report: it reaches for nothing outside, runs nothing, and shows text as text."""

import json
import re
from html.parser import HTMLParser

import pytest
from evaluation_doubles import EXPORTS, ScriptedAssistant, answer, article, case, refusal, stored

from index import TanyaError
from rag.evaluation.metrics import compare, judge, metrics
from rag.evaluation.report import (
    add_to_history,
    expectation,
    mistakes,
    reliability_bins,
    risk_points,
    write_report,
)
from rag.evaluation.run import header

ATTACK = "</p><script src=https://evil.example/x.js></script><img src=x onerror=alert(1)>\" onload='x'"


class Page(HTMLParser):
    """The tags of a page with their attributes, and its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


def records():
    hostile = article("x", f"{EXPORTS} {ATTACK}.")
    attacked = answer(quote=f"{ATTACK}.", source=hostile)
    return [
        judge(case(), answer(confidence=0.9), stored).record(),
        judge(case(id=ATTACK, question=ATTACK, history=(ATTACK,)), attacked, {"x": hostile}.get).record(),
        judge(case(id="c"), refusal(), stored).record(),
    ]


@pytest.fixture
def page(tmp_path):
    made_with = header([case()], ScriptedAssistant([])) | {"settings": {"home": ATTACK}}
    done = records()
    path = write_report(tmp_path, made_with, done, metrics(done), compare(done, done))
    return path.read_text(encoding="utf-8")


def test_it_asks_for_nothing_and_runs_nothing(page):
    tags = Page(page).tags
    assert {"svg", "table", "h1"} <= {tag for tag, _ in tags}
    assert not {tag for tag, _ in tags} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "image",
        "foreignobject",
    }
    for tag, attributes in tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in {"src", "href", "xlink:href", "action", "srcset"}:
                assert value.startswith("#")
    assert re.findall(r"url\((?!#)", page) == []
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_hostile_text_is_shown_as_text(page):
    assert "<script" not in page
    assert "<img" not in page
    assert Page(page).words.count(ATTACK) >= 5  # id, question, history, failure and the setting


def test_every_failed_case_shows_what_was_asked_answered_cited_and_expected(page):
    words = Page(page).words
    assert "1 of 3 cases pass" in words
    assert "Failed cases (2)" in words
    assert "“22,67 persen”, in id, cited from x" in words
    assert "Artikel yang tersedia tidak menyebutkan jawabannya." in words
    assert re.search(r"Judul, Harian, 2025-06-01, x \d+:\d+", words)


def test_what_was_asked_before_is_no_fault_and_a_refusal_no_answer(page):
    lists = [attributes for tag, attributes in Page(page).tags if tag == "ul"]
    assert len([one for one in lists if one.get("class") == "faults"]) == 2
    assert len([one for one in lists if one.get("class") != "faults"]) == 2  # asked before, and compared
    assert re.search(r"\.faults \{[^}]*var\(--wrong\)", page)
    assert not re.search(r"\bli \{[^}]*var\(--wrong\)", page)
    words = Page(page).words
    assert (words.count("refused, confidence 0.80"), words.count("answered, confidence 0.90")) == (1, 1)


def test_ids_of_the_plots_are_unique_and_found(page):
    ids = [attributes["id"] for _, attributes in Page(page).tags if "id" in attributes]
    assert len(ids) > 20
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", page))
    assert {one or other for one, other in re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", page)} <= set(
        ids
    )


def test_no_ink_of_the_plots_is_fixed_so_that_dark_pages_can_be_read(page):
    svg = "".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    assert "var(--ink)" in svg
    assert re.findall(r"#[0-9a-f]{6}\b", svg) == []
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page


def test_a_run_is_kept_in_the_history_once(tmp_path):
    path = tmp_path / "history.jsonl"
    first = header([case()], ScriptedAssistant([])) | {"started": "2025-01-01"}
    told = metrics(records())
    add_to_history(path, first, told)
    add_to_history(path, first, told)
    history = add_to_history(path, first | {"started": "2025-01-02"}, told)
    assert [run["started"] for run in history] == ["2025-01-01", "2025-01-02"]
    assert [json.loads(line) for line in path.read_text().splitlines()] == history
    assert history[0]["metrics"]["passed"] == pytest.approx(1 / 3, abs=1e-4)


def test_a_damaged_history_is_named_with_its_line(tmp_path):
    path = tmp_path / "history.jsonl"
    path.write_text("[]\n")
    with pytest.raises(TanyaError, match=r"history\.jsonl:1 is damaged"):
        add_to_history(path, header([case()], ScriptedAssistant([])), metrics([]))


def test_risk_is_counted_from_the_surest_answer_down():
    done = [
        judge(case(), answer(confidence=0.9), stored).record(),
        judge(case(contains=(("nihil",),)), answer(confidence=0.5), stored).record(),
        judge(case(), answer(confidence=0.5), stored).record(),
        judge(case(), refusal(), stored).record(),
    ]
    assert risk_points(done) == [(0.25, 0.0), (0.75, pytest.approx(1 / 3))]
    assert reliability_bins(done) == [(0.5, 0.5, 2), (0.9, 1.0, 1)]
    assert mistakes(done) == (1, 0)


def test_a_run_in_which_all_is_refused_has_a_report(tmp_path):
    done = [judge(case(abstain=True, contains=(), cites=()), refusal(), stored).record()]
    path = write_report(tmp_path, header([case()], ScriptedAssistant([])), done, metrics(done))
    assert "1 of 1 cases pass" in path.read_text()


def test_what_is_expected_is_said_in_one_line():
    both = judge(case(contains=(("a", "b"), ("c",))), answer(), stored).record()
    assert expectation(both) == "“a” or “b”, “c”, in id, cited from x"
    refused = judge(case(abstain=True, contains=(), cites=(), language=None), answer(), stored).record()
    assert expectation(refused) == "a refusal"
