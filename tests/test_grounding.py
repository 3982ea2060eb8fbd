"""What must be true when a claim is held against a text."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.grounding import check


def ruling(claim, source, **more):
    return check(claim, source, **more).ruling


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Gubernur menyetujui rencana itu.", "Gubernur tidak menyetujui rencana itu."),
        ("Gubernur tidak menyetujui rencana itu.", "Gubernur menyetujui rencana itu."),
        ("The governor approved the plan.", "The governor did not approve the plan."),
        ("Bupati menerima suap.", "Bupati membantah menerima suap."),
        ("Pesawat itu mendarat.", "Pesawat itu batal mendarat."),
        ("Mereka gagal tidak lolos.", "Mereka gagal lolos."),
        ("Warga belum mengungsi.", "Warga mengungsi."),
    ],
)
def test_a_denial_on_one_side_contradicts(claim, source):
    assert ruling(claim, source) == "contradicted"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Dana Rp 1,2 miliar dicairkan.", "Dana Rp 1,2 triliun dicairkan."),
        ("Ekspor naik 22,76 persen.", "Ekspor naik 22,67 persen."),
        ("Panen mencapai 5 kilogram.", "Panen mencapai 5 ton."),
        ("Bunga naik 25 persen.", "Bunga naik 25 basis poin."),
        ("Upah naik Rp 200 ribu per tahun.", "Upah naik Rp 200 ribu per bulan."),
        ("Korban kurang dari 50 orang.", "Korban lebih dari 50 orang."),
        ("Ia finis di urutan ke-3.", "Ia finis di urutan ke-2."),
        ("Rapat dimulai pukul 10.00 WIB.", "Rapat dimulai pukul 11.00 WIB."),
        ("Sebanyak 5 truk tiba.", "Sebanyak 5 kapal tiba."),
        ("Nilainya US$ 5 juta.", "Nilainya Rp 5 juta."),
        ("Timnas menang 2-1.", "Timnas menang 3-1."),
    ],
)
def test_another_figure_in_the_same_place_contradicts(claim, source):
    assert ruling(claim, source) == "contradicted"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Dana Rp 1.200 miliar dicairkan.", "Dana Rp 1,2 triliun dicairkan."),
        ("Dana IDR 1.2 trillion dicairkan.", "Dana Rp 1,2 triliun dicairkan."),
        ("Panen mencapai 2.000 kg.", "Panen mencapai 2 ton."),
        ("Bunga naik 0,25 persen poin.", "Bunga naik 25 basis poin."),
        ("Sebanyak lima kapal tiba.", "Sebanyak 5 kapal tiba."),
        ("Ekspor naik 22,67%.", "Ekspor naik 22,67 persen."),
        ("Rapat digelar 22/7/2025.", "Rapat digelar Selasa, 22 Juli 2025."),
        ("Rapat dimulai jam 10 pagi.", "Rapat dimulai jam 10 pagi."),
        ("Korban lebih dari 50 orang.", "Korban 53 orang."),
        ("Tingginya dua puluh lima meter.", "Tingginya 25 m."),
    ],
)
def test_the_same_figure_or_day_written_otherwise_is_supported(claim, source):
    assert ruling(claim, source) == "supported"


@pytest.mark.parametrize(
    "source",
    ["Inflasi turun dari 5 persen menjadi 3 persen.", "Ekspor mencapai 5 persen, sedangkan impor 3 persen."],
)
def test_two_figures_exchanged_contradict(source):
    exchanged = source.replace("5 persen", "X").replace("3 persen", "5 persen").replace("X", "3 persen")
    assert ruling(source, source) == "supported"
    assert ruling(exchanged, source) == "contradicted"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Rapat digelar Rabu, 22 Juli 2025.", "Rapat digelar Selasa, 22 Juli 2025."),
        ("Rapat digelar 23 Juli 2025.", "Rapat digelar 22 Juli 2025."),
        ("Ekspor kuartal III 2025 naik.", "Ekspor kuartal II 2025 naik."),
        ("Rapat digelar Rabu.", "Rapat digelar Selasa."),
        ("Ekspor turun pada 2024.", "Ekspor naik pada 2024."),
        ("Rupiah melemah terhadap dolar.", "Rupiah menguat terhadap dolar."),
        ("Semua warga mengungsi.", "Sebagian warga mengungsi."),
        ("Pemerintah telah membangun bendungan.", "Pemerintah akan membangun bendungan."),
        ('"Kami siap," kata Bobby.', '"Kami siap," kata Surya.'),
        ("Budi memukul Andi di pasar.", "Andi memukul Budi di pasar."),
        ("Ekspor Sulawesi Utara naik.", "Ekspor Sumatera Utara naik."),
        ("Imports of North Sumatra rose.", "Ekspor Sumatera Utara naik."),
    ],
)
def test_another_day_direction_extent_name_or_speaker_contradicts(claim, source):
    assert ruling(claim, source) == "contradicted"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Anggaran rumah sakit baru Rp 50 miliar.", "Pemerintah menganggarkan Rp 50 miliar untuk jalan."),
        ("Ekspor naik 5 persen karena sawit.", "Ekspor naik 5 persen."),
        ("Gubernur Bobby meresmikan jembatan.", "Gubernur meresmikan jembatan."),
        ("Hanya Medan yang terdampak banjir.", "Medan terdampak banjir."),
        ("Warga mengungsi.", "Sebagian warga mengungsi."),
        ("Polisi menangkap pelaku.", "Polisi akan menangkap pelaku."),
        ("Dana itu cair.", "Hujan turun di Medan."),
        ("Dana itu cair.", ""),
        ("...", "Hujan turun di Medan."),
        ("Korban 50 orang.", "Banjir melanda Medan."),
    ],
)
def test_what_the_text_does_not_say_is_not_found(claim, source):
    assert ruling(claim, source) == "not_found"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Exports of North Sumatra rose 22.67 percent.", "Nilai ekspor Sumatera Utara naik 22,67 persen."),
        ("Rencana itu disetujui Gubernur.", "Gubernur menyetujui rencana itu."),
        ("Pemprov Sumut menolak usul itu.", "Pemerintah Provinsi Sumatera Utara menolak usul itu."),
        ("Beras tidak hanya mahal.", "Beras tidak hanya mahal tetapi juga langka."),
        ("Konjen Tiongkok datang.", "Konsul Jenderal China datang pada Selasa."),
        ("Ekspor naik. Impor turun.", "Ekspor naik 5 persen. Adapun impor turun 2 persen."),
    ],
)
def test_the_same_in_other_words_of_the_press_is_supported(claim, source):
    assert ruling(claim, source) == "supported"


@pytest.mark.parametrize(
    ("claim", "ruled"),
    [
        ("Tiket anak-anak Rp 15.000.", "contradicted"),
        ("Tiket dewasa Rp 10.000 dan anak-anak Rp 15.000.", "contradicted"),
        ("Tiket anak-anak Rp 10.000.", "supported"),
        ("Tiket dewasa Rp 15.000.", "supported"),
        ("Tiket dewasa Rp 15.000 dan anak-anak Rp 10.000.", "supported"),
    ],
)
def test_a_figure_of_a_list_belongs_to_its_member(claim, ruled):
    assert ruling(claim, "Tiket masuk dewasa Rp 15.000, anak-anak Rp 10.000.") == ruled


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Petani membeli jagung dari Bulog.", "Bulog membeli jagung dari petani."),
        ("Persib beat Persija 2-0.", "Persija beat Persib 2-0 on Sunday."),
        ("Ketua DPRD meminta penundaan.", "Ketua DPRD hadir. Ketua paguyuban, Tumiran, meminta penundaan."),
    ],
)
def test_who_does_it_is_not_exchanged(claim, source):
    assert ruling(claim, source) != "supported"


def test_days_are_relative_to_the_day_of_publication():
    source = "Ekspor tahun lalu naik. Rapat digelar Selasa (22/7)."
    day = date(2025, 7, 23)
    assert ruling("Ekspor 2024 naik.", source, published=day) == "supported"
    assert ruling("Ekspor 2023 naik.", source, published=day) == "contradicted"
    assert ruling("Rapat digelar 22 Juli 2025.", source, published=day) == "supported"


def test_one_false_sentence_makes_the_claim_false():
    source = "Ekspor naik 5 persen. Impor turun 2 persen."
    assert ruling("Ekspor naik 5 persen. Impor turun 3 persen.", source) == "contradicted"


def test_the_spans_show_what_contradicts_and_what_supports():
    source = "Hujan turun di Medan. Ekspor naik 5 persen pada Mei."
    verdict = check("Ekspor naik 6 persen.", source)
    assert [source[a:b] for a, b in verdict.spans] == ["5 persen"]
    assert "“5 persen”" in verdict.reason
    verdict = check("Ekspor naik 5 persen.", source)
    assert [source[a:b] for a, b in verdict.spans] == ["Ekspor naik 5 persen pada Mei"]


SENTENCES = st.lists(
    st.sampled_from(
        "Gubernur Bobby meresmikan tidak jembatan Rp 5 miliar pada 22 Juli 2025 di Medan semua warga akan "
        "naik turun 12,5 persen , “ ” kata - 2-1 pukul 10.00 WIB ke-3 sekitar lebih dari hampir gagal".split()
    ),
    min_size=1,
    max_size=25,
).map(" ".join)


@given(SENTENCES)
def test_no_text_contradicts_itself(text):
    assert check(text, text).ruling != "contradicted"


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_get_a_verdict_within_the_source(claim, source):
    for start, end in check(claim, source).spans:
        assert 0 <= start < end <= len(source)
