"""What must be true when a claim is held against a text."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.factcheck import Checker, objections
from rag.factcheck.entailment import FEATURES, LONGEST_CLAIM, WINDOWS, DecisionWeights, features, load_weights
from rag.reader import Output

SUPPORTED, CONTRADICTED, NOT_FOUND = (4.0, 0.0, 0.0), (0.0, 4.0, 0.0), (0.0, 0.0, 4.0)


class Model:
    """Gives the same rulings over each window, and evidence where a window has certain words."""

    name = "stub"

    def __init__(self, rulings=SUPPORTED, shows=""):
        self.rulings, self.shows, self.windows = rulings, shows, []

    def outputs(self, question, windows):
        self.windows = [window.text for window in windows]
        return [self.output(window.text) for window in windows]

    def output(self, text):
        offsets = np.array([(at, at + 1) for at in range(len(text))], dtype=np.int64).reshape(-1, 2)
        evidence = np.full(len(text), -3.0, dtype=np.float32)
        at = text.find(self.shows) if self.shows else -1
        if at >= 0:
            evidence[at : at + len(self.shows)] = 30.0
        none = np.zeros(len(text), dtype=np.float32)
        return Output(offsets, none, none, 0.0, evidence, 0.0, np.array(self.rulings, dtype=np.float32), 0.0)


EVEN = DecisionWeights({"margin": 1.0}, 0.5)
"""Support is what the model alone says."""


def lacking(claim, passage, language="id", **more):
    return [
        one.written
        for one in objections(claim, passage, claim_language=language, source_language="id", **more)
    ]


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Dana Rp 1.200 miliar cair.", "Dana Rp 1,2 triliun dicairkan."),
        ("Panen mencapai 2.000 kg.", "Panen mencapai 2 ton."),
        ("Bunga naik 0,25 persen poin.", "Bunga naik 25 basis poin."),
        ("Sebanyak dua belas kabupaten terdampak.", "Banjir melanda 12 kabupaten."),
        ("Ekspor naik 22,67%.", "Ekspor naik 22,67 persen."),
        ("Rapat digelar 22/7/2025.", "Rapat digelar Selasa, 22 Juli 2025."),
        ("Rapat digelar Selasa.", "Rapat digelar Selasa, 22 Juli 2025."),
        ("Korban lebih dari 50 orang.", "Korban 53 orang."),
        ("Tingginya dua puluh lima meter.", "Tingginya 25 m."),
        ("Gol itu lahir pada menit ke-56.", "Gol lahir pada menit 56."),
        ("Kedua pihak sepakat.", "Pemerintah dan DPR sepakat."),
        ("Menurut Kemenhub, dana cair.", "Kementerian Perhubungan mencairkan dana."),
        ("Dana dari Kementerian Perhubungan cair.", "Kemenhub mencairkan dana."),
        ("Dana itu dari Badan Pusat Statistik.", "Dana itu dari BPS."),
        ("Direktur Utama Sari Dewi hadir.", "Dirut Sari Dewi hadir."),
        ("Pasar ramai sebelum Ramadan.", "Pasar ramai sebelum bulan Ramadhan."),
        ("Gedung itu milik Sutjipto.", "Gedung itu dimiliki Sucipto."),
    ],
)
def test_the_same_in_other_writing_is_no_objection(claim, passage):
    assert lacking(claim, passage) == []


@pytest.mark.parametrize(
    ("claim", "passage", "written"),
    [
        (
            "Pekerjaan dilanjutkan pada 12 Januari 2018.",
            "Pekerjaan dihentikan 12 hari dan dimulai lagi pada 2 Januari 2018.",
            ["12 Januari 2018"],
        ),
        ("Harganya Rp60 ribu per ons.", "Harganya Rp 60 ribu per kilogram.", ["Rp60 ribu per ons"]),
        ("Harganya Rp60 ribu per kilogram.", "Harganya Rp. 60 ribu / kg.", []),
        ("Rapat digelar 26 Agustus 2016.", "Rapat digelar 26, 27 dan 28 Agustus 2016.", []),
    ],
)
def test_a_day_is_that_of_its_month_and_a_price_that_of_its_measure(claim, passage, written):
    assert lacking(claim, passage) == written


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("12 regencies received aid.", "Bantuan diterima dua belas kabupaten."),
        ("Some 12 regencies received aid.", "Bantuan diterima 12 kabupaten."),
        ("The budget is Rp1.2 trillion.", "Anggarannya Rp 1,2 triliun."),
        (
            "The visit took place on Tuesday, 22 July 2025.",
            "Kunjungan berlangsung pada Selasa, 22 Juli 2025.",
        ),
        ("Exports of North Sumatra rose 22.67 percent.", "Ekspor Sumatera Utara naik 22,67 persen."),
        ("Officials in East Kotawaringin said so.", "Pejabat Kotawaringin Timur mengatakannya."),
        ("The Russian envoy met the UN.", "Utusan Rusia menemui PBB."),
    ],
)
def test_the_same_in_english_is_no_objection(claim, passage):
    assert lacking(claim, passage, language="en") == []


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        ("Dana Rp 1,2 miliar cair.", "Dana Rp 1,2 triliun cair.", ["Rp 1,2 miliar"]),
        ("Ekspor naik 22,76 persen.", "Ekspor naik 22,67 persen.", ["22,76 persen"]),
        ("Panen mencapai 5 kilogram.", "Panen mencapai 5 ton.", ["5 kilogram"]),
        ("Nilainya US$ 5 juta.", "Nilainya Rp 5 juta.", ["US$ 5 juta"]),
        ("Upah naik Rp 200 ribu per tahun.", "Upah naik Rp 200 ribu per bulan.", ["Rp 200 ribu per tahun"]),
        ("Korban kurang dari 50 orang.", "Korban lebih dari 50 orang.", ["kurang dari 50 orang"]),
        ("Rapat dimulai pukul 10.00 WIB.", "Rapat dimulai pukul 11.00 WIB.", ["pukul 10.00 WIB"]),
        ("Rapat digelar Rabu.", "Rapat digelar Selasa.", ["Rabu"]),
        ("Rapat digelar 23 Juli 2025.", "Rapat digelar 22 Juli 2025.", ["23 Juli 2025"]),
        ("Dana cair, kata Bobby.", "Dana cair, kata Surya.", ["Bobby"]),
        ("Ekspor di Sulawesi Utara naik.", "Ekspor di Sumatera Utara naik.", ["Sulawesi Utara"]),
        ("Ia menunjuk Menteri Kehutanan.", "Ia menunjuk Menteri Perdagangan.", ["Kehutanan"]),
    ],
)
def test_another_figure_day_or_name_is_an_objection(claim, passage, expected):
    assert [one.strip() for one in lacking(claim, passage)] == expected


def test_days_are_relative_to_the_day_of_publication():
    passage = "Ekspor tahun lalu naik. Rapat digelar Selasa (22/7)."
    assert lacking("Ekspor 2024 naik.", passage, published=date(2025, 7, 23)) == []
    assert lacking("Ekspor 2023 naik.", passage, published=date(2025, 7, 23)) == ["2023"]
    assert lacking("Rapat digelar 22 Juli 2025.", passage, published=date(2025, 7, 23)) == []


def test_support_is_what_the_model_says_from_a_threshold_on():
    source = "Hujan turun di Medan. Dana itu sudah cair. Warga senang."
    verdict = Checker(Model(shows="Dana itu sudah cair."), EVEN).check(
        "Uang tersebut telah diterima.", source
    )
    assert verdict.ruling == "supported"
    assert [source[a:b] for a, b in verdict.spans] == ["Dana itu sudah cair."]
    assert verdict.probability == pytest.approx(np.exp(4) / (np.exp(4) + 2), abs=1e-4)
    strict = Checker(Model(shows="Dana"), DecisionWeights({"margin": 1.0}, 0.99))
    assert strict.check("Uang tersebut telah diterima.", source).ruling == "not_found"


@pytest.mark.parametrize(("rulings", "ruled"), [(CONTRADICTED, "contradicted"), (NOT_FOUND, "not_found")])
def test_without_support_the_likelier_of_the_others_is_said(rulings, ruled):
    verdict = Checker(Model(rulings), EVEN).check("Uang diterima.", "Dana itu cair.")
    assert verdict.ruling == ruled
    assert bool(verdict.spans) is (ruled == "contradicted")


def test_a_figure_that_the_source_gives_otherwise_contradicts_whatever_the_model_says():
    source = "Hujan turun di Medan. Ekspor naik 5 persen pada Mei."
    verdict = Checker(Model(shows="Ekspor naik 5 persen"), EVEN).check("Ekspor naik 6 persen.", source)
    assert (verdict.ruling, verdict.probability) == ("contradicted", 0.0)
    assert [source[a:b] for a, b in verdict.spans] == ["5 persen"]
    assert verdict.reason == "sumber menyebut “5 persen”, bukan “6 persen”"


def test_what_the_source_does_not_have_is_not_found_whatever_the_model_says():
    verdict = Checker(Model(), EVEN).check("Menurut laporan itu, Budi hadir.", "Hujan turun di Medan.")
    assert verdict.ruling == "not_found"
    assert verdict.reason == "sumber tidak menyebut “Budi”"


@pytest.mark.parametrize(
    ("claim", "source", "word"),
    [
        (
            "Menteri mengatakan bandara akan ditutup.",
            "Menteri membantah bahwa bandara akan ditutup.",
            "membantah",
        ),
        ("The minister said the airport will close.", "Menteri menepis kabar bandara ditutup.", "menepis"),
        ("Warga tidak mengungsi.", "Warga mengungsi ke balai desa.", "tidak"),
        ("Semua kabupaten menerima bantuan.", "Semua kabupaten kecuali Nias menerima bantuan.", "kecuali"),
        (
            "Gubernur menyatakan proyek itu selesai.",
            "Wakil Gubernur menyatakan proyek selesai.",
            "Wakil Gubernur",
        ),
        ("The governor said so.", "Wakil Gubernur mengatakannya.", "Wakil Gubernur"),
        (
            "Menurutnya, warga Desa Sukamaju ikut rapat dan setuju dengan usul itu.",
            "Menurutnya, warga Desa Sukamaju tak ikut rapat dan tidak setuju dengan usul itu.",
            "tak",
        ),
        (
            "Kapten Persib hadir di rapat itu pada Senin pagi.",
            "Mantan kapten Persib hadir di rapat itu pada Senin pagi.",
            "Mantan",
        ),
    ],
)
def test_a_denial_exception_or_rank_on_one_side_alone_contradicts(claim, source, word):
    verdict = Checker(Model(shows=source), EVEN).check(claim, source)
    assert verdict.ruling == "contradicted"
    assert f"“{word}”" in verdict.reason


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Kabar penutupan bandara tidak benar.", "Menteri membantah bahwa bandara akan ditutup."),
        ("Usul itu tidak diterima.", "Bupati menolak usul itu."),
        ("Semua kabupaten selain Nias menerima bantuan.", "Semua kabupaten kecuali Nias menerima bantuan."),
        ("Gubernur hadir.", "Gubernur dan Wakil Gubernur hadir di sana."),
        (
            "Rapat itu digelar di balai desa pada Senin pagi bersama warga.",
            "Rapat itu digelar di balai desa pada Senin pagi bersama warga, meski bupati tidak dapat hadir.",
        ),
        ("Dana itu cair.", "Dana itu cair pada Mei. Menteri membantah kabar lain."),
    ],
)
def test_what_both_say_or_another_sentence_turns_is_left_to_the_model(claim, source):
    assert Checker(Model(shows=source.split(". ")[0]), EVEN).check(claim, source).ruling == "supported"


def test_a_name_may_be_given_in_full_where_the_text_around_the_passage_does():
    claim, passage = "Rano Wiguna membuka pasar itu.", "Rano membuka pasar itu kemarin."
    article = f"Bupati Rano Wiguna berkunjung. {passage} Sita Wiguna ikut."
    assert lacking(claim, passage) == ["Wiguna"]
    assert lacking(claim, passage, around=article) == []
    assert lacking("Rano Prakosa membuka pasar itu.", passage, around=article) == ["Prakosa"]
    assert lacking("Sita Wiguna membuka pasar itu.", passage, around=article) == ["Wiguna"]


def test_an_abbreviation_may_be_explained_around_the_passage():
    claim, passage = "Dana itu dari Dinas Kebun Rakyat.", "DKR mencairkan dana itu."
    assert lacking(claim, passage, around=f"Dinas Kebun Rakyat (DKR) rapat. {passage}") == []


def test_the_reason_is_in_the_language_of_the_claim_or_the_one_that_is_wanted():
    checker = Checker(Model(NOT_FOUND), EVEN)
    assert checker.check("The money has been received by them.", "Dana itu cair.").reason == (
        "the source does not say so"
    )
    assert checker.check("Uang diterima.", "Dana itu cair.", language="en").reason == (
        "the source does not say so"
    )


def test_every_sentence_of_a_claim_must_be_supported():
    source = "Ekspor naik 5 persen. Impor turun 2 persen."
    checker = Checker(Model(shows="Impor turun 2 persen"), EVEN)
    assert checker.check("Ekspor tumbuh 5 persen. Impor susut 2 persen.", source).ruling == "supported"
    assert checker.check("Ekspor tumbuh 5 persen. Impor susut 3 persen.", source).ruling == "contradicted"


def test_a_sentence_of_the_source_is_supported_without_any_model():
    source = 'Hujan turun di Medan. "Kami siap," kata Bobby.'
    verdict = Checker(Model(NOT_FOUND), EVEN).check("“Kami siap,” kata Bobby", source)
    assert (verdict.ruling, verdict.probability) == ("supported", 1.0)
    assert [source[a:b] for a, b in verdict.spans] == ['"Kami siap," kata Bobby.']


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("Dana Rp 1.200 miliar cair pada 22/7/2025.", True),
        ("Dana Rp 1,2 triliun cair pada 22 Juli.", True),
        ("Dana Rp 1,3 triliun cair pada 22 Juli 2025.", False),
        ("Dana Rp 1,2 triliun tidak cair pada 22 Juli 2025.", False),
        ("Cair dana Rp 1,2 triliun pada 22 Juli 2025.", False),
    ],
)
def test_a_sentence_with_its_figures_in_another_writing_is_supported_without_any_model(claim, supported):
    verdict = Checker(Model(NOT_FOUND), EVEN).check(
        claim, "Hujan turun. Dana Rp 1,2 triliun cair pada 22 Juli 2025."
    )
    assert (verdict.ruling == "supported") is supported


def test_a_sentence_within_another_is_not_taken_for_it():
    source = "Menteri membantah bahwa bandara ditutup."
    assert Checker(Model(NOT_FOUND), EVEN).check("Bandara ditutup.", source).ruling == "contradicted"


def test_of_a_long_source_the_passages_that_speak_of_the_claim_are_read():
    filling = [
        f"Warga desa nomor {n} menanam padi di sawah bersama para tetangga mereka." for n in range(200)
    ]
    source = " ".join([*filling[:150], "Jembatan Barelang diresmikan bupati.", *filling[150:]])
    model = Model(shows="Jembatan Barelang diresmikan bupati.")
    verdict = Checker(model, EVEN).check("Bupati membuka Jembatan Barelang.", source)
    assert len(model.windows) == WINDOWS
    assert [source[a:b] for a, b in verdict.spans] == ["Jembatan Barelang diresmikan bupati."]


@pytest.mark.parametrize(
    ("claim", "source", "reason"),
    [
        ("...", "Hujan turun.", "pernyataan tidak memuat apa pun yang dapat diperiksa"),
        ("", "Hujan turun.", "pernyataan tidak memuat apa pun yang dapat diperiksa"),
        ("Dana itu cair.", " \n", "sumbernya kosong"),
        ("a" * (LONGEST_CLAIM + 1), "Hujan turun.", "pernyataan terlalu panjang untuk diperiksa"),
    ],
)
def test_what_cannot_be_checked_is_not_found_and_told_why(claim, source, reason):
    verdict = Checker(Model(), EVEN).check(claim, source, language="id")
    assert (verdict.ruling, verdict.reason) == ("not_found", reason)


SENTENCES = st.lists(
    st.sampled_from(
        "Gubernur Bobby meresmikan tidak jembatan Rp 5 miliar pada 22 Juli 2025 di Medan semua warga akan "
        "naik turun 12,5 persen , “ ” kata - 2-1 pukul 10.00 WIB ke-3 sekitar lebih dari hampir gagal".split()
    ),
    min_size=1,
    max_size=25,
).map(" ".join)


def test_a_number_of_a_longer_name_is_there_and_one_of_any_length_is_read():
    assert lacking("Ada tim U-22 di sana.", "Timnas U-22 menang.") == []
    assert lacking(f"Ada {'9' * 60} di sana.", "Ada 7 di sana.") == ["9" * 60]


@given(SENTENCES)
def test_no_text_objects_to_itself(text):
    assert lacking(text, text) == []


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_get_a_verdict_within_the_source(claim, source):
    for start, end in Checker(Model(), EVEN).check(claim, source).spans:
        assert 0 <= start < end <= len(source)


@pytest.mark.parametrize(
    ("claim", "window", "foreign", "expected"),
    [
        ("Dana desa cair.", "Dana desa cair pada Mei. Hujan turun.", False, (0.0, 0.0, 0.0)),
        ("Budi membuka pasar.", "Budi datang. Andi membuka pasar.", False, (1 / 3, 0.0, 0.0)),
        ("Coffee exports rose.", "Ekspor kopi naik.", True, (0.0, 1.0, 0.0)),
    ],
)
def test_words_that_stand_in_several_sentences_are_told_from_those_of_one(claim, window, foreign, expected):
    told = features(claim, window, Model().output(window), foreign=foreign)
    assert (told["scattered"], told["foreign_words"], told["foreign_scattered"]) == pytest.approx(expected)
    assert told["margin"] == pytest.approx(4 - np.log(2), abs=1e-4)
    assert told["foreign"] == float(foreign)


@pytest.mark.parametrize(
    ("claim", "altered"),
    [
        ("Ekspor kopi naik pada 2024", 3 / 4),
        ("Kopi naik 4 persen", 0.0),
        ("Ekspor kopi turun 5 persen", 2 / 3),
        ("Jumlah warga bertambah", 0.0),
    ],
)
def test_a_sentence_with_words_exchanged_is_told_from_a_part_of_it(claim, altered):
    window = "Hujan turun. Ekspor kopi naik 5 persen."
    told = features(claim, window, Model().output(window), foreign=False)
    assert told["altered"] == pytest.approx(altered)


def test_the_weights_of_the_shipped_check_are_those_of_its_features():
    assert set(load_weights().weights) == set(FEATURES)
    assert 0.5 < load_weights().threshold < 1
