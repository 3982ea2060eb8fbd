"""What must be true when a draft is held against the library."""

import csv
import json
from dataclasses import replace
from io import BytesIO, StringIO

import docx
import numpy as np
import pytest

from index import Article, Hit, Passage
from index.library import Library
from rag.answer import Citation
from rag.cli import main
from rag.factcheck import Checker
from rag.factcheck.draft import (
    FEATURES,
    LONGEST_DRAFT,
    SHEET,
    CheckedSentence,
    Draft,
    DraftChecker,
    DraftError,
    DraftWeights,
    checkable,
    commented_draft,
    draft_of,
    features,
    parts,
    sheet_rows,
    within_neighbours,
)
from rag.factcheck.entailment import Judged
from rag.factcheck.facts import Fact, Objection, begins
from rag.reader import Output

DRAFT = """SIARAN PERS PEMPROV SUMUT

MEDAN, 23 Juli 2025 – Enam konsul jenderal mengunjungi Kantor Gubernur Sumatera Utara di Medan pada Selasa \
(22/7/2025). Ekspor Sumut Januari–Mei 2025 bernilai USD 4,976 miliar. \
Gubernur menyediakan tiga bus gratis bagi para tamu.

Terima kasih atas perhatian rekan-rekan media.
"""


def judged(support=0.1, chances=(0.1, 0.1, 0.8), objections=(), sure=True, shown=((0, 50),)):
    return Judged(0, chances, support, shown, sure, objections, ())


def hit(text):
    return Hit(Passage(Article("a", "Judul", text, None, None, None, "id", "", ""), 0, len(text)), 1.0, 1)


ANOTHER = Objection((0, 5), "5 ton", (Fact(3, 9, "figure"),))


def test_a_draft_is_its_headings_and_sentences_without_datelines():
    found = [(DRAFT[slice(*span)], may_claim) for span, may_claim in parts(DRAFT)]
    assert found[0] == ("SIARAN PERS PEMPROV SUMUT", False)
    assert found[1][0].startswith("Enam konsul jenderal")
    assert [may_claim for _, may_claim in found] == [False, True, True, True, True]
    assert found[-1][0] == "Terima kasih atas perhatian rekan-rekan media."


def test_a_bullet_and_a_line_with_a_figure_claim_something_without_a_full_stop():
    draft = "Judul berita\n- Warga menolak rencana itu\nEkspor naik 5 persen\n2. Pasar ditutup"
    assert [may_claim for _, may_claim in parts(draft)] == [False, True, True, True]


def test_the_number_of_a_point_is_no_part_of_it():
    draft = "1. Dana cair kepada 12 desa.\n2) “Kami siap,” kata Budi.\n- Warga menolak\n12.000 warga hadir."
    assert [draft[slice(*span)] for span, _ in parts(draft)] == [
        "Dana cair kepada 12 desa.",
        "“Kami siap,” kata Budi.",
        "Warga menolak",
        "12.000 warga hadir.",
    ]


def test_the_mark_of_a_heading_is_no_part_of_it():
    draft = "## Panen padi naik 12 persen\n\n### Latar belakang\n"
    found = [(draft[slice(*span)], may_claim) for span, may_claim in parts(draft)]
    assert found == [("Panen padi naik 12 persen", True), ("Latar belakang", False)]


def test_features_tell_what_the_passages_say_together():
    clear = judged(support=0.5, chances=(0.3, 0.2, 0.5))
    against = judged(support=0.9, chances=(0.2, 0.7, 0.1), objections=(ANOTHER,))
    values = features(
        "Bupati membuka 2 pasar di Sigi.", [hit("Bupati membuka pasar."), hit("Lain.")], [clear, against]
    )
    assert set(values) == set(FEATURES)
    assert values["supported"] == pytest.approx(0)  # odds of 0.5, since a fact speaks against the other
    assert values["nearly"] == pytest.approx(np.log(9))
    assert values["related"] == pytest.approx(np.log(9))  # 1 - 0.1
    assert values["turned"] == pytest.approx(0.5)
    assert (values["instead"], values["instead_nearly"]) == (1.0, 1.0)
    assert values["second"] == pytest.approx(0)
    assert values["margin"] == pytest.approx(np.log(0.3 / 0.7))
    assert values["contradicted"] == pytest.approx(np.log(0.7 / 0.3))
    assert values["ratio"] == pytest.approx(np.log(0.2 / 0.7))
    assert (values["length"], values["figures"]) == (pytest.approx(np.log(6)), 0.5)
    assert values["words"] == pytest.approx(3 / 5)  # of bupati, membuka, 2, pasar, Sigi
    assert values["score"] == 1.0


def test_a_fact_outside_what_decides_is_given_instead_of_nothing():
    one = judged(chances=(0.1, 0.8, 0.1), objections=(ANOTHER,), shown=((20, 30),))
    values = features("Pasar dibuka.", [hit("Pasar dibuka.")], [one])
    assert values["instead"] == 0.0


@pytest.mark.parametrize(
    ("scores", "ruling"),
    [
        ((2.0, 0.0), "supported"),
        ((0.5, 0.6), "contradicted"),
        ((-2.0, -2.0), "not_found"),
        ((0.6, -3.0), "not_found"),
    ],
)
def test_a_sentence_is_supported_surely_or_contradicted_likelier_than_not_found(scores, ruling):
    support, contradiction = (dict.fromkeys(FEATURES, 0.0) | {"bias": score} for score in scores)
    weights = DraftWeights(support, contradiction, 0.7, 0.3, np.zeros(1), np.zeros(0))
    assert weights.ruling(dict.fromkeys(FEATURES, 1.0) | {"bias": 1.0}) == ruling


@pytest.mark.parametrize(
    ("claim", "sentence", "is_so"),
    [
        ("Nilai itu tumbuh lima persen.", "Nilai itu tumbuh lima persen dari tahun lalu.", True),
        ("Nilai itu tumbuh lima persen.", "Menurutnya, nilai itu tumbuh lima persen.", False),
        ("Nilai itu tumbuh lima.", "Nilai itu tumbuh lima persen.", False),  # four words
        ("Menurut laporan nilai itu 12", "Menurut laporan nilai itu 12,5 ton.", False),
        ("Menurut laporan nilai itu lima", "Menurut laporan nilai itu lima ratus ton.", False),
        ("Rapat warga digelar pada 12.", "Rapat warga digelar pada 12 Mei 2024.", False),
        ("Menurut laporan nilai itu 12,5 ton", "Menurut laporan nilai itu 12,5 ton dan naik.", True),
        (
            "Semua kabupaten di Seram menerima benih.",
            "Semua kabupaten di Seram menerima benih kecuali Bula.",
            False,
        ),
        ("Jalan itu dibuka pada Mei.", "Jalan itu dibuka pada Mei jika hujan reda.", False),
        ("Kabar bahwa bandara akan ditutup.", "Kabar bahwa bandara akan ditutup tidak benar.", False),
        ("Nilai itu turun lima persen.", "Nilai itu tumbuh lima persen dari tahun lalu.", False),
    ],
)
def test_how_a_sentence_begins_is_said_by_it_where_the_rest_turns_nothing(claim, sentence, is_so):
    assert begins(claim, sentence) is is_so


class Nothing:
    """A model, an embedder and a search of a library without a passage on the draft."""

    name = "stub"

    def outputs(self, question, windows):
        pytest.fail("read without passages")

    def encode(self, texts, kind):
        return np.zeros((len(texts), 384), dtype=np.float32)


def checker(find=lambda question, k: []):
    weights = DraftWeights({}, {}, 1.0, 1.0, np.append(np.zeros(384), -1.0), np.zeros(384))
    return DraftChecker(find, Checker(Nothing()), Nothing(), weights)


def test_without_a_passage_nothing_is_found_and_offsets_are_those_of_the_draft():
    draft = "JUDUL\n\nHarga beras naik di Palu. Warga mengeluh soal itu."
    found = checker().check(draft)
    assert [one.verdict for one in found] == ["no_claim", "not_found", "not_found"]
    assert [draft[one.start : one.end] for one in found] == [one.text for one in found]
    assert found[1].reason == "sumber tidak menyatakannya"


def test_a_sentence_of_an_article_is_supported_by_it_without_a_model():
    text = "Harga beras naik di Palu sejak Senin, 4 Agustus 2025. Warga mengeluh."
    article = Article("a", "Beras", text, None, None, None, "id", "p", "0" * 64)
    hit = Hit(Passage(article, 0, len(text)), 1.0, 1)
    (one,) = checker(lambda question, k: [hit]).check("Harga beras naik di Palu sejak Senin, 4/8/2025.")
    assert (one.verdict, one.reason) == ("supported", "sumber memuat kalimat itu")
    assert [citation.quote for citation in one.citations] == [text[:53]]


def test_reasons_are_in_the_language_that_is_asked_for():
    draft = "Jembatan Palu ditutup sejak pagi. The bridge was closed for good on Monday."
    for language, reason in (("id", "sumber tidak menyatakannya"), ("en", "the source does not say so")):
        assert {one.reason for one in checker().check(draft, language=language)} == {reason}


class Sure(Nothing):
    """A model that takes every claim for supported by every passage."""

    def outputs(self, question, windows):
        return [self.output(len(window.text)) for window in windows]

    def output(self, length):
        none = np.zeros(length, dtype=np.float32)
        offsets = np.array([(at, at + 1) for at in range(length)], dtype=np.int64)
        return Output(offsets, none, none, 0.0, none, 0.0, np.array((9.0, 0.0, 0.0), dtype=np.float32), 0.0)


@pytest.mark.parametrize(
    ("line", "verdict"), [("Binjai | 12.000", "not_found"), ("Medan | beras | warga | 12.000", "supported")]
)
def test_fewer_than_four_words_are_supported_only_word_by_word(line, verdict):
    text = "Sebanyak 12.000 warga Medan menerima beras, sedangkan data Binjai menyusul."
    hit = Hit(
        Passage(Article("a", "Beras", text, None, None, None, "id", "p", "0" * 64), 0, len(text)), 1.0, 1
    )
    none = dict.fromkeys(FEATURES, 0.0)
    weights = DraftWeights(
        none | {"bias": 9.0}, none, 0.5, 0.5, np.append(np.zeros(384), -1.0), np.zeros(384)
    )
    (one,) = DraftChecker(lambda question, k: [hit], Checker(Sure()), Sure(), weights).check(line)
    assert one.verdict == verdict


class Points(Sure):
    """A model with given logits for every passage, that points to some words of it."""

    def __init__(self, rulings, at):
        self.rulings, self.at = rulings, at

    def outputs(self, question, windows):
        return [self.pointed(window.text) for window in windows]

    def pointed(self, text):
        given = self.output(len(text))
        evidence = np.full(len(text), -9.0, dtype=np.float32)
        start = text.find(self.at)
        evidence[start : start + len(self.at)] = 9.0
        return replace(given, evidence=evidence, rulings=np.array(self.rulings, dtype=np.float32))


def ruled(claim, text, rulings, at, bias):
    """A sentence of a draft over one passage, by a model and weights that are given."""
    article = Article("a", "Judul", text, None, None, None, "id", "p", "0" * 64)
    none = dict.fromkeys(FEATURES, 0.0)
    weights = DraftWeights(
        none, none | {"bias": bias}, 0.9, 0.5, np.append(np.zeros(384), -1.0), np.zeros(384)
    )
    found = [Hit(Passage(article, 0, len(text)), 1.0, 1)]
    (one,) = DraftChecker(lambda question, k: found, Checker(Points(rulings, at)), Nothing(), weights).check(
        claim
    )
    return one


UNSURE, AGAINST = (2.0, 2.1, -2.0), (-4.0, 4.0, -4.0)


def test_without_another_fact_the_articles_only_seem_to_contradict_a_sentence():
    text = "Wali Kota Palu meresmikan pasar ikan Donggala bersama para nelayan."
    one = ruled("Pasar ikan di Donggala diresmikan oleh wali kota itu.", text, AGAINST, text, 9.0)
    assert (one.verdict, one.reason) == ("contradicted", "sumber tampaknya menyatakan lain; bandingkan")


def test_what_is_not_found_comes_with_the_nearest_sentence_and_what_it_lacks():
    text = "## Pasar Donggala\n\nNelayan mengeluh. Pasar Donggala menjual 40 ton ikan pada Juni 2024. Hujan."
    claim = "Pada Juni 2024 pasar itu menjual 40 ton ikan ke Morowali."
    one = ruled(claim, text, UNSURE, "Nelayan mengeluh.", -9.0)
    assert (one.verdict, one.reason) == ("not_found", "sumber tidak menyebut “Morowali”")
    assert [c.quote for c in one.citations] == ["Pasar Donggala menjual 40 ton ikan pada Juni 2024."]
    # Without a figure or day it is the one that the model points to.
    (cited,) = ruled("Mereka tidak puas dengan keadaan.", text, UNSURE, "Nelayan mengeluh.", -9.0).citations
    assert cited.quote == "Nelayan mengeluh."


@pytest.mark.parametrize(
    ("after", "quote"),
    [
        ("Produksi beras naik 12 persen.", "Produksi beras naik 12 persen."),
        ("Hujan.", "Panen naik 12 persen"),
    ],
)
def test_a_heading_is_cited_without_its_mark_or_by_a_sentence_with_the_same_fact(after, quote):
    heading = "## Panen naik 12 persen"
    one = ruled(
        "Panen naik 15 persen di seluruh Sigi kemarin.", f"{heading}\n\n{after}", AGAINST, heading, 9.0
    )
    assert one.verdict == "contradicted"
    assert [c.quote for c in one.citations] == [quote]


def test_a_sentence_with_a_figure_is_no_courtesy():
    weights = DraftWeights({}, {}, 1.0, 1.0, np.append(np.zeros(384), 1.0), np.zeros(384))
    always = DraftChecker(lambda question, k: [], Checker(Nothing()), Nothing(), weights)
    found = always.check("Terima kasih. Bantuan diterima 8 kabupaten. Selamat hari jadi ke-77.")
    assert [one.verdict for one in found] == ["no_claim", "not_found", "no_claim"]


@pytest.mark.parametrize(
    ("text", "message"),
    [(" \n\t", "the draft is empty"), ("a" * (LONGEST_DRAFT + 1), "more than 2,000,000; split it")],
)
def test_an_empty_draft_and_one_that_is_too_long_are_refused(text, message):
    with pytest.raises(DraftError, match=message):
        checkable(text)


def test_more_sentences_than_are_checked_are_refused():
    with pytest.raises(DraftError, match="1,001 sentences, more than 1,000; split it"):
        checker().check("Hujan turun.\n" * 1001)


@pytest.mark.model
@pytest.mark.parametrize("claim", ["Togap Simangunsong meninggal dunia.", "Mereka pergi.", "Ekspor kalah."])
def test_a_short_sentence_is_not_supported_by_what_only_sounds_like_it(seeds, tmp_path, capsys, claim):
    file = tmp_path / "draf.txt"
    file.write_text(claim, encoding="utf-8")
    assert main(["--home", str(seeds.home), "check", "--draft", str(file), "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["sentences"]
    assert one["verdict"] == "not_found"


@pytest.mark.model
def test_a_draft_is_checked_from_the_command_line(seeds, tmp_path, capsys):
    file = tmp_path / "draf.txt"
    file.write_text(DRAFT, encoding="utf-8")
    assert main(["--home", str(seeds.home), "check", "--draft", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["sentences"]
    assert [one["verdict"] for one in told] == [
        "no_claim",
        "supported",
        "contradicted",
        "not_found",
        "no_claim",
    ]
    assert told[2]["reason"] == "sumber menyebut “USD 4,796 miliar”, bukan “USD 4,976 miliar”"
    (citation,) = told[2]["citations"]
    text = Library(seeds).article(citation["article_id"]).text
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert all(DRAFT[one["start"] : one["end"]] == one["text"] for one in told)


def test_a_draft_stands_alone_on_the_command_line(tmp_path, capsys):
    file = tmp_path / "draf.txt"
    file.write_text(DRAFT, encoding="utf-8")
    assert main(["check", "--draft", str(file), "--claim", "Ekspor naik."]) == 2
    assert "give --draft FILE alone" in capsys.readouterr().err


def test_what_the_passages_of_a_sentence_alone_support_is_searched_for_once():
    text = "Harga beras naik di Palu sejak Senin. Warga mengeluh soal kenaikan harga itu."
    article = Article("a", "Beras", text, None, None, None, "id", "p", "0" * 64)
    asked = []

    def find(question, k):
        asked.append(question.text)
        return [Hit(Passage(article, 0, len(text)), 1.0, 1)]

    found = checker(find).check(text)
    assert [one.verdict for one in found] == ["supported", "supported"]
    assert sorted(asked) == sorted(text[one.start : one.end] for one in found)


def test_sentences_that_are_checked_side_by_side_come_in_their_order_and_progress_is_told():
    steps = []
    draft = "".join(f"Kabar nomor {number} tiba di Palu. " for number in range(1, 9))
    found = checker().check(draft, lambda done, total, name: steps.append((done, total)))
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert steps == [(done, 8) for done in range(1, 9)]


def test_a_draft_in_a_third_language_is_refused_and_a_name_alone_is_in_none():
    french = (
        "Le gouvernement a annoncé mardi que les exportations de la région ont augmenté de cinq pour cent "
        "au cours de la première moitié de l'année, selon les chiffres du ministère."
    )
    with pytest.raises(DraftError, match="write it in Indonesian or English") as refused:
        checkable(french)
    assert refused.value.kind == "language"
    assert checkable("Togap Simangunsong") == "Togap Simangunsong"


def test_a_sentence_of_20_000_characters_is_not_found_since_it_is_too_long():
    (one,) = checker().check("Gubernur mengatakan " + "bahwa ekspor naik " * 1200 + ".")
    assert (one.verdict, one.reason) == ("not_found", "pernyataan terlalu panjang untuk diperiksa")


def test_a_word_file_keeps_what_it_was_and_a_text_has_the_lines_that_it_had(tmp_path):
    made = docx.Document()
    made.add_paragraph("Harga beras naik di Palu.")
    made.save(tmp_path / "draf.docx")
    raw = (tmp_path / "draf.docx").read_bytes()
    assert draft_of(tmp_path / "draf.docx", raw) == Draft("Harga beras naik di Palu.\n", raw)
    assert draft_of(tmp_path / "draf.txt", b"\xef\xbb\xbfSatu.\r\nDua.") == Draft("Satu.\nDua.")


def cited(verdict, text, quote, reason="sumber menyebut lain"):
    article = Article("a", "=Beras", quote, "Antara", None, None, "id", "p", "0" * 64)
    return CheckedSentence(0, len(text), text, verdict, reason, (Citation(1, article, 0, len(quote)),))


def test_a_contradicted_sentence_has_a_wrong_fact_where_what_contradicts_it_lacks_one_of_its():
    assert cited("contradicted", "Harga naik 5 persen.", "Harga naik 6 persen.").has_wrong_fact
    assert not cited("contradicted", "Harga tidak naik 5 persen.", "Harga naik 5 persen.").has_wrong_fact
    assert not cited("supported", "Harga naik 5 persen.", "Harga naik 6 persen.").has_wrong_fact


def test_a_table_has_a_row_for_each_citation_and_for_each_sentence_without():
    rows = list(
        sheet_rows(
            [
                cited("contradicted", "Naik 5 persen.", "Naik 6 persen."),
                CheckedSentence(0, 5, "Judul", "no_claim"),
            ]
        )
    )
    assert [len(row) for row in rows] == [len(SHEET)] * 2
    assert rows[0][:5] == [1, "contradicted", "Naik 5 persen.", "sumber menyebut lain", "a"]
    assert rows[1][:3] == [2, "no_claim", "Judul"]


def test_comments_tell_verdict_reason_and_what_shows_it():
    text = "Judul\n\nNaik 5 persen."
    one = replace(cited("contradicted", "Naik 5 persen.", "Naik 6 persen."), start=7, end=21)
    raw = commented_draft(Draft(text), [CheckedSentence(0, 5, "Judul", "no_claim"), one], "id")
    (comment,) = docx.Document(BytesIO(raw)).comments
    assert comment.text.split("\n") == [
        "Bertentangan: sumber menyebut lain",
        "“Naik 6 persen.” – =Beras, Antara [a 0:14]",
    ]


@pytest.mark.model
def test_a_draft_becomes_a_table_and_a_word_file_from_the_command_line(seeds, tmp_path, capsys):
    file, out = tmp_path / "draf.txt", tmp_path / "hasil.docx"
    file.write_text(DRAFT, encoding="utf-8")
    assert main(["--home", str(seeds.home), "check", "--draft", str(file), "--docx", str(out), "--csv"]) == 0
    shown = capsys.readouterr()
    assert f"{out}: the draft with 3 comments" in shown.err
    rows = list(csv.DictReader(StringIO(shown.out)))
    assert [row["verdict"] for row in rows][1:4] == ["supported", "contradicted", "not_found"]
    assert len(list(docx.Document(out).comments)) == 3


def test_a_word_file_and_a_table_are_for_a_draft_alone(tmp_path, capsys):
    assert main(["check", "--claim", "Ekspor naik.", "--docx", str(tmp_path / "a.docx")]) == 2
    assert "give --draft FILE" in capsys.readouterr().err


def test_a_claim_is_read_over_the_articles_that_a_claim_near_it_finds_too():
    def hit(name, start=0):
        article = Article(name, "Beras", "Harga beras naik di Palu.", None, None, None, "id", "p", "0" * 64)
        return Hit(Passage(article, start, 25), 1.0, 1)

    def names(found):
        return [[one.passage.article_id for one in hits] for hits in found]

    found = [[hit("a"), hit("b")], [hit("b", 3), hit("c")], [hit("d")], [hit("b"), hit("d", 1)], [hit("c")]]
    # The last one finds nothing that a claim near it does.
    assert names(within_neighbours(found)) == [["b"], ["b"], ["d"], ["b", "d"], ["c"]]
    assert names(within_neighbours([[hit("a")], []])) == [["a"], []]
