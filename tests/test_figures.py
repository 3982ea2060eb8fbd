"""What must be true of the figures of an article."""

import csv
import hashlib
import io
import json
from datetime import date

import pytest

from index import Article
from rag.cli import main
from rag.evaluation.tasks import evaluate_figures
from rag.figures import (
    FIELDS,
    FITTED,
    about,
    figure_line,
    figure_object,
    figure_values,
    figures_of,
    lines_of,
    what_features,
)
from rag.weights import read

FLOOD = """Banjir merendam Kecamatan Talang

Sedikitnya tiga orang tewas dan 12 lainnya luka-luka akibat banjir di Kecamatan Talang, Senin (21/7/2025).
Sebanyak 1.450 warga mengungsi ke balai desa.
Kerugian akibat banjir mencapai hampir Rp 2,5 miliar.
"""


def article(text, language="id", name="berita", title="Berita"):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(name, title, text, "Koran", date(2025, 7, 22), None, language, f"{name}.txt", digest)


def only(text, language="id"):
    (figure,) = figures_of(article(text, language))
    return figure


def written(text, language="id"):
    return [figure.written for figure in figures_of(article(text, language))]


@pytest.mark.parametrize(
    ("text", "part", "value", "unit"),
    [
        ("Anggaran jembatan itu mencapai Rp 18, 25 triliun.", "Rp 18, 25 triliun", 18_250_000_000_000, "IDR"),
        ("Harga cabai dijual Rp.45 ribu per kilogram.", "Rp.45 ribu", 45_000, "IDR"),
        ("Nilai ekspor kopi mencapai US$ 31.7 juta.", "US$ 31.7 juta", 31_700_000, "USD"),
        (
            "Aset koperasi itu 2.300.000.000 miliar rupiah.",
            "2.300.000.000 miliar rupiah",
            2_300_000_000,
            "IDR",
        ),
        ("Pendapatan hotel tumbuh 7,4 persen.", "7,4 persen", 7.4, "percent"),
        ("Pendapatan hotel tumbuh minus 7,4 persen.", "minus 7,4 persen", -7.4, "percent"),
        ("Inflasi 2,18 pada Juni 2025.", "2,18", 2.18, "percent"),
        ("Angka kemiskinan turun 0,4 poin persen.", "0,4 poin persen", 0.4, "percentage_point"),
        ("Panen padi mencapai 840 ton.", "840 ton", 840, "ton"),
        ("Kecepatan angin mencapai 45 km per jam.", "45 km per jam", 45, "km/h"),
        ("Suhu udara mencapai 36 derajat Celsius.", "36 derajat Celsius", 36, "°C"),
        ("Produksi kakao naik tiga kali lipat.", "tiga kali lipat", 3, "times"),
        ("Pelatih itu dikontrak tiga setengah tahun.", "tiga setengah tahun", 3.5, "year"),
        ("Dua puluh tujuh rumah rusak berat.", "Dua puluh tujuh rumah", 27, "house"),
        ("Polisi memeriksa 14 saksi.", "14 saksi", 14, "people"),
        ("Pemerintah menyerahkan 6 ekor sapi.", "6 ekor sapi", 6, "cow"),
        ("Perempuan berusia 67 tahun itu selamat.", "67 tahun", 67, "tahun"),
        ("Jalan itu dibangun selama empat tahun.", "empat tahun", 4, "year"),
        ("Gempa magnitudo 5,3 mengguncang Selebu.", "5,3", 5.3, "magnitude"),
        ("Harga ponsel itu Rp 2 jutaan.", "Rp 2 jutaan", 2_000_000, "IDR"),
        ("Suku bunga naik ke 4,5 persen.", "4,5 persen", 4.5, "percent"),
        ("Kapal itu dibeli seharga USD 91,000.", "USD 91,000", 91_000, "USD"),
    ],
)
def test_a_figure_has_its_whole_value_and_unit(text, part, value, unit):
    figure = only(text)
    assert (figure.written, figure.value, figure.unit) == (part, value, unit)
    assert text[figure.start : figure.end] == part


@pytest.mark.parametrize(
    ("text", "part", "low", "high", "unit"),
    [
        ("Harga beras naik Rp 500 sampai Rp 900.", "Rp 500 sampai Rp 900", 500, 900, "IDR"),
        ("Biaya proyek itu Rp 3-4 miliar.", "Rp 3-4 miliar", 3_000_000_000, 4_000_000_000, "IDR"),
        ("Ekonomi tumbuh antara 4,9 dan 5,2 persen.", "4,9 dan 5,2 persen", 4.9, 5.2, "percent"),
        (
            "Sebanyak 1,5 hingga 2 juta warga mudik.",
            "1,5 hingga 2 juta warga",
            1_500_000,
            2_000_000,
            "people",
        ),
        ("Harga beras naik Rp 5 ribu-Rp 9 ribu.", "Rp 5 ribu-Rp 9 ribu", 5000, 9000, "IDR"),
        ("Peserta berumur 17-35 tahun.", "17-35 tahun", 17, 35, "tahun"),
        ("Kecepatan angin mencapai 20-30 km/jam.", "20-30 km/jam", 20, 30, "km/h"),
        ("Suhu udara 24 hingga 33 derajat Celsius.", "24 hingga 33 derajat Celsius", 24, 33, "°C"),
        (
            "Sekitar dua hingga tiga juta orang mudik.",
            "dua hingga tiga juta orang",
            2_000_000,
            3_000_000,
            "people",
        ),
    ],
)
def test_a_range_is_one_figure_with_both_ends(text, part, low, high, unit):
    figure = only(text)
    assert (figure.written, figure.value, figure.value_to, figure.unit) == (part, low, high, unit)


@pytest.mark.parametrize(
    ("words", "bound"),
    [
        ("", None),
        ("sekitar ", "about"),
        ("sedikitnya ", "at_least"),
        ("maksimal ", "at_most"),
        ("lebih dari ", "more_than"),
        ("kurang dari ", "less_than"),
        ("hampir ", "almost"),
        ("tidak kurang dari ", "at_least"),
        ("tak lebih dari ", "at_most"),
    ],
)
def test_the_words_before_a_figure_bound_it(words, bound):
    assert only(f"Bendungan itu mengairi {words}300 hektare sawah.").bound == bound


@pytest.mark.parametrize(
    "text",
    [
        "Acara itu digelar pada 14 Maret 2024.",
        "Persatuan Talang menang dengan skor 3-1.",
        "Ia dijerat Pasal 27 ayat 3.",
        "Undang-Undang Nomor 8 Tahun 1999 mengaturnya.",
        "Ini kunjungan ketiga gubernur.",
        "Rapat dimulai pukul 09.30 WIB.",
        "Dua bulan lalu ia pergi.",
    ],
)
def test_days_scores_laws_orders_and_clock_times_are_no_figures(text):
    assert written(text) == []


def test_a_rest_and_a_part_are_counted_in_the_unit_of_the_whole():
    figures = figures_of(
        article("Dari 40 siswa yang ikut, 25 di antaranya lulus. Baru 8 dari 20 provinsi siap.")
    )
    assert [(one.value, one.unit) for one in figures] == [
        (40, "people"),
        (25, "people"),
        (8, "province"),
        (20, "province"),
    ]


def test_what_stands_before_a_place_is_no_part_of_what_was_counted_before():
    share, users = figures_of(article("Ekspor naik 5 persen. Pengguna aktifnya mencapai 17,5 juta di Medan."))
    assert (share.unit, users.unit) == ("percent", "people")


def test_a_figure_tells_what_it_counts_when_and_where():
    deaths, injured, refugees, loss = figures_of(article(FLOOD))
    assert (deaths.period, deaths.place) == ("Senin (21/7/2025)", "Kecamatan Talang")
    assert (deaths.bound, injured.unit) == ("at_least", "people")
    assert "warga mengungsi" in refugees.what
    assert "Kerugian" in loss.what
    assert (loss.value, loss.bound, loss.period, loss.place) == (2_500_000_000, "almost", None, None)


def test_what_a_price_is_counted_per_belongs_to_what():
    assert (
        only("Harga gula pasir turun menjadi Rp 14.500 per kilogram.").what == "Harga gula pasir per kilogram"
    )


def test_a_value_that_refers_back_is_told_with_what_was_counted_before():
    first, second = figures_of(article("Ekspor teh mencapai Rp 40 miliar. Nilai itu naik 6 persen."))
    assert (first.what, second.what) == ("Ekspor teh", "Nilai Ekspor teh naik")
    alone, _ = figures_of(article("Ekspor naik 6 persen. Nilai itu mencapai Rp 40 miliar."))
    assert alone.what == "Ekspor naik"


def test_a_value_that_refers_back_is_of_the_period_that_was_told_before():
    first, change, base = figures_of(
        article(
            "Panen lada selama Maret 2025 bernilai Rp 40 miliar. "
            "Nilai itu menurun 6 persen dari Rp 43 miliar pada Maret 2023."
        )
    )
    assert (change.what, change.period) == ("Nilai Panen lada menurun", first.period)
    assert (base.what, base.period) == ("Nilai Panen lada", "Maret 2023")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Panen lada merosot dari 12 ton pada 2021 menjadi 9 ton pada 2022.", ["2021", "2022"]),
        ("Pada Mei 2025 laju kredit turun dari 8 persen menjadi 7 persen.", [None, "Mei 2025"]),
        ("Penjualan rumah pada Mei 2025 tumbuh 4 persen dibandingkan April 2025.", ["Mei 2025"]),
        ("Dibanding April 2025, penjualan rumah pada Mei 2025 tumbuh 4 persen.", ["Mei 2025"]),
        ("Panen lada meningkat menjadi 12 ton pada 2022, dari 9 ton pada 2021.", ["2022", "2021"]),
        ("Sebanyak 8 persen dari warga pada 2022 adalah nelayan.", ["2022"]),
        ("Panen lada dari Januari hingga Mei 2022 naik lebih dari 5 persen.", ["Januari hingga Mei 2022"]),
    ],
)
def test_the_period_of_what_a_figure_is_compared_with_is_not_its_own(text, told):
    assert [one.period for one in figures_of(article(text))] == told


def test_the_measure_of_a_change_is_told_with_the_word_of_change_and_what_it_came_to_is_not():
    assert only("Harga gula turun sekitar 4 persen.").what == "Harga gula turun"
    assert only("Harga gula turun menjadi Rp 14.500.").what == "Harga gula"
    english = only("Rice imports fell by 4 percent from 2023.", "en")
    assert (english.what, english.period) == ("Rice imports fell", None)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Polisi menyita 45 proyektor dan 7 granat.", ["proyektor", "granat"]),
        ("Sebanyak 12 konsul menghadiri jamuan itu.", ["people"]),
        ("Ada 30 start-up di Talang dan 12 startup di Sukma.", ["startup", "startup"]),
        ("Kartu grafis Voltra GTX 980 mini itu berbobot 1,2 kg.", ["kg"]),
        ("Monitor Lumen 328Q9 K itu berbobot 3 kg.", ["kg"]),
        ("Indiana Timur menang 112-98 Boston.", []),
        ("Sebanyak 640 diperiksa sejak Senin.", [None]),
    ],
)
def test_a_word_behind_a_number_is_a_unit_only_where_the_number_counts_it(text, units):
    assert [one.unit for one in figures_of(article(text))] == units


def test_a_length_of_time_behind_which_lies_another_figure_is_its_period():
    figure = only("Dalam tiga tahun terakhir produksi garam naik 12 persen.")
    assert (figure.written, figure.period) == ("12 persen", "tiga tahun terakhir")


def test_english_figures_are_read_as_english():
    first, second = figures_of(
        article("The district built 1,200 schools. Exports rose 3.125 percent in May 2025.", "en")
    )
    assert (first.value, first.unit) == (1200, "school")
    assert (second.value, second.unit, second.period) == (3.125, "percent", "May 2025")


def test_chunks_hold_words_of_their_sentence_and_have_features_that_weigh():
    (line,) = lines_of(article("Harga beras di pasar naik 5 persen."))
    assert [" ".join(chunk.words) for chunk in line.chunks] == ["Harga beras", "pasar"]
    for chunk in line.chunks:
        assert set(what_features(line, line.candidates[0], chunk)) & set(read(FITTED, "what"))


def test_a_long_line_of_numbers_is_read_in_time_that_grows_with_it():
    figures = figures_of(article("Harga cabai Rp 5.000, harga beras Rp 9.000, " * 500))
    assert len(figures) == 1000


def test_a_figure_is_told_by_the_names_of_the_contract():
    figure = only("Polisi memeriksa 14 saksi di Talang.")
    told = figure_object("berita", figure)
    assert list(told) == ["article_id", *FIELDS]
    assert json.loads(json.dumps(told))["value"] == 14


def test_a_topic_keeps_its_figures_and_leaves_others():
    flood = article(FLOOD, name="banjir", title="Banjir merendam Kecamatan Talang")
    trade = article(
        "Nilai ekspor karet naik 8 persen.\nProduksi karet 900 ton.\n", title="Karet", name="karet"
    )
    figures = [(one, figure) for one in (flood, trade) for figure in figures_of(one)]
    assert [figure.written for _, figure in about("ekspor karet", figures)] == ["8 persen"]
    assert [figure.written for _, figure in about("karet", figures)] == ["8 persen", "900 ton"]
    assert {one.id for one, _ in about("korban banjir", figures)} == {"banjir"}
    assert {one.id for one, _ in about("flood victims", figures)} == {"banjir"}
    assert about("yang di", figures) == []


def test_a_place_alone_makes_no_figure_one_of_a_topic_with_other_words():
    trade = article("Ekspor udang Sulawesi Utara naik 8 persen. Sulawesi Utara memiliki 900 kapal.")
    figures = [(trade, figure) for figure in figures_of(trade)]
    assert [figure.written for _, figure in about("ekspor Sulawesi Utara", figures)] == ["8 persen"]
    assert [figure.written for _, figure in about("Sulawesi Utara", figures)] == ["8 persen", "900 kapal"]
    assert about("kemiskinan Sulawesi Utara", figures) == []


def test_no_cell_of_a_row_is_a_formula_and_a_line_is_one_line():
    from rag.figures import SHEET
    from rag.output import sheet

    one = article("Harga gula Rp 14.500 per kilogram.", title='=HYPERLINK("http://x")', name="+gula")
    (figure,) = figures_of(one)
    header, row = csv.reader(io.StringIO(sheet(SHEET, [figure_values(one, figure)])))
    assert header == list(SHEET)
    assert not any(cell[:1] in {"=", "+", "-", "@"} for cell in row)
    assert figure_line(one, figure).split("\t")[:3] == ["2025-07-22", "+gula", "Rp 14.500"]


def test_the_measure_counts_what_overlaps_and_what_is_right(tmp_path):
    one = article("Polisi memeriksa 14 saksi. Anggaran desa Rp 3 miliar.")
    gold = [
        {"start": 17, "end": 25, "value": 14, "value_to": None, "unit": "people", "what": "saksi diperiksa"},
        {"start": 40, "end": 51, "value": 3, "value_to": None, "unit": "IDR", "what": "dana desa"},
        {"start": 0, "end": 6, "value": 1, "value_to": None, "unit": "people", "what": "polisi"},
    ]
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row | {"article_id": "berita"}) + "\n" for row in gold))
    result = evaluate_figures(path, {"berita": one}.__getitem__)
    assert (result["n"], result["predicted"], result["found"]) == (3, 2, 2)
    assert result["f1"] == 0.8
    assert result["value_unit"] == {"right": 1, "share": 0.5}
    assert result["what"] == {"shared": 2, "share": 1.0}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    (folder / "banjir.txt").write_text(FLOOD, encoding="utf-8")
    (folder / "karet.txt").write_text("Ekspor karet\n\nNilai ekspor karet naik 8 persen.\n", encoding="utf-8")
    assert main(["--home", str(folder / "home"), "index", str(folder)]) == 0
    return str(folder / "home")


@pytest.mark.model
def test_the_command_lists_figures_of_articles_and_topics(home, capsys):
    capsys.readouterr()
    assert main(["--home", home, "figures", "banjir", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["written"] for one in listed] == ["tiga orang", "12", "1.450 warga", "Rp 2,5 miliar"]
    assert main(["--home", home, "figures", "--about", "ekspor karet"]) == 0
    assert [line.split("\t")[1:3] for line in capsys.readouterr().out.splitlines()] == [["karet", "8 persen"]]
    assert main(["--home", home, "figures", "--csv"]) == 0
    assert len(list(csv.reader(io.StringIO(capsys.readouterr().out)))) == 6


@pytest.mark.model
def test_an_unknown_article_and_an_empty_topic_get_one_line_with_the_cure(home, capsys):
    capsys.readouterr()
    assert main(["--home", home, "figures", "tidak-ada"]) == 1
    assert capsys.readouterr().err == (
        "tanya: there is no article 'tidak-ada'; list them with: tanya articles list\n"
    )
    assert main(["--home", home, "figures", "--about", "yang di"]) == 1
    assert "write a few words: tanya figures --about" in capsys.readouterr().err
    assert main(["--home", home, "figures", "--about", "gunung meletus"]) == 3
