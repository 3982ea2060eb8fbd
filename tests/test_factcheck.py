"""What must be true when a claim is held against a text."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.factcheck import Checker, objections
from rag.factcheck.entailment import LONGEST_CLAIM, WINDOWS, features
from rag.factcheck.facts import find_turns
from rag.reader import Output
from rag.weights import Logistic

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


EVEN = Logistic({"margin": 1.0}, 0.5)
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
        ("Rapat dimulai pukul sembilan pagi.", "Rapat dimulai pukul 09.00 WIB."),
        ("Rapat dimulai pukul 19.30.", "Rapat dimulai jam setengah delapan malam."),
        ("Rapat usai pukul dua puluh satu WIB.", "Rapat usai pukul 21.00."),
        ("Anjing itu diberi makan tiap dua jam tiga kali.", "Tiap 2 jam anjing itu diberi makan 3 kali."),
        ("Gol itu lahir pada menit ke-56.", "Gol lahir pada menit 56."),
        ("Kedua pihak sepakat.", "Pemerintah dan DPR sepakat."),
        ("Menurut Kemenhub, dana cair.", "Kementerian Perhubungan mencairkan dana."),
        ("Dana dari Kementerian Perhubungan cair.", "Kemenhub mencairkan dana."),
        ("Dana itu dari Badan Pusat Statistik.", "Dana itu dari BPS."),
        ("BPS mencairkan dana.", "Badan Pusat Statistik mencairkan dana."),
        ("Kemenkes membagikan obat.", "Obat dibagikan Kementerian Kesehatan."),
        ("Kini FRT ditutup.", "FreshRoast Terrace ditutup."),
        ("Polisi memeriksa TKP.", "Polisi memeriksa tempat kejadian perkara."),
        ("Al membagikan obat.", "Obat dibagikan warga."),
        ("Direktur Utama Sari Dewi hadir.", "Dirut Sari Dewi hadir."),
        ("Pasar ramai sebelum Ramadan.", "Pasar ramai sebelum bulan Ramadhan."),
        ("Dana dari Kementerian Pendidikan dan Kebudayaan.", "Kemendikbud mencairkan dana."),
        ("Dana itu dari Kemendikbud.", "Kementerian Pendidikan dan Kebudayaan mencairkan dana."),
        ("Rapat dimulai jam 12 malam.", "Rapat dimulai pukul 00.00."),
        ("Gempa terjadi jam 3 dini hari.", "Gempa terjadi pukul 03.00."),
        ("Rapat dimulai jam 9 malam.", "Rapat dimulai pukul 21.00."),
        ("Ekonomi terkontraksi 2,5 persen.", "Ekonomi tumbuh minus 2,5 persen."),
        ("Ekonomi tumbuh -2,5 persen.", "Pertumbuhan ekonomi turun 2,5 persen."),
        ("Gedung itu milik Sutjipto.", "Gedung itu dimiliki Sucipto."),
        ("Ekspor di Maluku naik.", "Ekspor di Maluku Utara dan Maluku naik."),
        ("Ekspor di Malut naik.", "Ekspor di Maluku Utara dan Maluku naik."),
        ("Pasar buka pukul 09.00 hingga 11.30.", "Pasar buka pukul 09.00-11.30 WIB."),
        ("Pasar buka pukul 09.00 hingga 11.30.", "Pasar buka 09.00-11.30 WIB."),
        ("Suhu mencapai 38 derajat.", "Suhu mencapai 38°C."),
        ("Ekonomi tumbuh lima koma nol enam persen.", "Ekonomi tumbuh 5,06 persen."),
        ("Daya gudang itu 5.000 kWh.", "Daya gudang itu 5 MWh."),
        ("Timnas U-22 menang.", "Timnas U - 22 menang."),
        ("Timnas U-22 menang.", "Timnas U22 menang."),
        ("Satu orang terluka.", "Seorang warga terluka, dua orang lainnya selamat."),
        ("Satu orang terluka.", "Budi terluka."),
        ("Puluhan ribu warga hadir.", "Sebanyak 45 ribu warga hadir."),
        ("Ribuan warga hadir.", "Puluhan ribu warga hadir."),
        ("Proyek rampung pada 2017.", "Proyek rampung akhir 2017."),
        ("Rapat digelar Selasa, 22 Juli 2025.", "Rapat digelar 22 Juli 2025."),
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
        ("The talks began at nine a.m. there.", "Perundingan dimulai pukul 09.00."),
        ("Fares rose before Easter and Eid al-Adha.", "Tarif naik menjelang Paskah dan Idul Adha."),
        ("Pemerintah menaikkan VAT.", "Pemerintah menaikkan pajak pertambahan nilai."),
        ("The GDP of the region grew.", "PDB kawasan itu tumbuh."),
        ("Harga naik jelang Idul Fitri.", "Harga naik jelang Lebaran."),
        ("It reached 38 degrees Celsius.", "Suhu mencapai 38°C."),
        ("Hundreds of thousands of people came.", "Ratusan ribu orang datang."),
        ("It was done in late 2017.", "Proyek rampung akhir tahun 2017."),
        ("The Minister of Finance came.", "Menteri Keuangan datang."),
        ("Home Minister Rudi came.", "Mendagri Rudi datang."),
        ("The Defence Ministry and the Ministry of Health met.", "Kemenhan dan Kemenkes bertemu."),
    ],
)
def test_the_same_in_english_is_no_objection(claim, passage):
    assert lacking(claim, passage, language="en") == []


@pytest.mark.parametrize(
    ("claim", "passage", "expected"),
    [
        ("Dana Rp 1,2 miliar cair.", "Dana Rp 1,2 triliun cair.", ["Rp 1,2 miliar"]),
        ("Ekspor naik 22,76 persen.", "Ekspor naik 22,67 persen.", ["22,76 persen"]),
        ("Rapat dimulai jam 12 malam.", "Rapat dimulai jam 12 siang.", ["jam 12 malam"]),
        ("Gempa terjadi pukul 14.00.", "Gempa terjadi jam 2 malam.", ["pukul 14.00"]),
        ("Ekonomi tumbuh -2,5 persen.", "Ekonomi tumbuh 2,5 persen.", ["-2,5 persen"]),
        ("Ekonomi tumbuh 2,5 persen.", "Ekonomi tumbuh minus 2,5 persen.", ["2,5 persen"]),
        ("Panen mencapai 5 kilogram.", "Panen mencapai 5 ton.", ["5 kilogram"]),
        ("Nilainya US$ 5 juta.", "Nilainya Rp 5 juta.", ["US$ 5 juta"]),
        ("Upah naik Rp 200 ribu per tahun.", "Upah naik Rp 200 ribu per bulan.", ["Rp 200 ribu per tahun"]),
        ("Korban kurang dari 50 orang.", "Korban lebih dari 50 orang.", ["kurang dari 50 orang"]),
        ("Rapat dimulai pukul 10.00 WIB.", "Rapat dimulai pukul 11.00 WIB.", ["pukul 10.00 WIB"]),
        ("Rapat digelar pukul tujuh pagi.", "Rapat digelar pukul 08.00.", ["pukul tujuh pagi"]),
        ("Rapat digelar Rabu.", "Rapat digelar Selasa.", ["Rabu"]),
        ("Rapat digelar 23 Juli 2025.", "Rapat digelar 22 Juli 2025.", ["23 Juli 2025"]),
        ("Dana cair, kata Bobby.", "Dana cair, kata Surya.", ["Bobby"]),
        ("Ekspor di Sulawesi Utara naik.", "Ekspor di Sumatera Utara naik.", ["Sulawesi Utara"]),
        ("Ekspor di Maluku naik.", "Ekspor di Maluku Utara naik.", ["Maluku"]),
        ("Dubes Guinea hadir.", "Dubes Papua Nugini dan Guinea Ekuatorial hadir.", ["Guinea"]),
        ("Kemendag meluncurkan program itu.", "Kementerian Kesehatan meluncurkan program itu.", ["Kemendag"]),
        ("Harga naik jelang Natal.", "Harga naik jelang Lebaran.", ["Natal"]),
        ("Dana itu dari Koperasi Ria.", "Dana itu dari Koperasi Ani.", ["Ria"]),
        ("BNPB membagikan beras.", "Beras dibagikan BPBD.", ["BNPB"]),
        ("DKR membagikan beras.", "Dana Dinas Kebun Rakyat (DKR) cair. Beras itu dari BPBD.", []),
        ("Ia menunjuk Menteri Kehutanan.", "Ia menunjuk Menteri Perdagangan.", ["Kehutanan"]),
        ("Rapat digelar Rabu, 22 Juli 2025.", "Rapat digelar Selasa, 22 Juli 2025.", ["Rabu, 22 Juli 2025"]),
        ("Rapat digelar Rabu, 22 Juli 2025.", "Rapat digelar 22 Juli 2025.", ["Rabu, 22 Juli 2025"]),
        ("Rapat digelar Rabu.", "Rapat digelar 22 Juli 2025.", ["Rabu"]),
        ("Proyek rampung akhir 2017.", "Proyek rampung awal 2017.", ["akhir 2017"]),
        ("Satu orang terluka.", "Dua orang terluka.", ["Satu orang"]),
        ("Ratusan ribu warga hadir.", "Puluhan ribu warga hadir.", ["Ratusan ribu"]),
        ("Dana jutaan rupiah cair.", "Dana miliaran rupiah cair.", ["jutaan"]),
        ("Ratusan warga hadir.", "Sebanyak 45 ribu warga hadir.", ["Ratusan"]),
        ("Pasar buka pukul 09.00 hingga 12.30.", "Pasar buka pukul 09.00-11.30 WIB.", ["12.30"]),
        ("Stoknya 5 juta kiloliter.", "Stoknya 5 juta liter.", ["5 juta kiloliter"]),
        ("Daya gudang itu 500 kWh.", "Daya gudang itu 500 MWh.", ["500 kWh"]),
        ("Timnas U-22 menang.", "Timnas U-19 menang.", ["U-22"]),
    ],
)
def test_another_figure_day_or_name_is_an_objection(claim, passage, expected):
    assert [one.strip() for one in lacking(claim, passage)] == expected


@pytest.mark.parametrize(
    ("claim", "passage", "written"),
    [
        ("Dua orang luka berat.", "Sebanyak 12 orang luka berat.", ["Dua orang"]),
        ("Tiga nelayan hilang.", "Sebanyak 14 nelayan hilang.", ["Tiga"]),
        ("Tiga nelayan hilang.", "Sebanyak 14 orang hilang.", ["Tiga"]),
        ("Three fishermen went missing.", "Tiga nelayan hilang, 14 nelayan selamat.", []),
        ("Dua sekolah roboh.", "Sebanyak 17 sekolah roboh.", ["Dua"]),
        ("Two schools collapsed.", "Sebanyak 17 sekolah roboh.", ["Two"]),
        ("Panen naik tiga kali lipat.", "Panen naik 2 kali lipat.", ["tiga"]),
        ("The harvest grew three times as large.", "Panen naik 2 kali lipat.", ["three"]),
        ("Dua menteri, Budi dan Sri, hadir.", "Budi dan Sri hadir bersama 15 pengusaha.", []),
        ("Dua orang itu ditangkap.", "Kedua orang itu ditangkap, 15 orang menonton.", []),
        ("Dua di antaranya roboh.", "Dari rumah itu, 15 di antaranya rusak.", []),
        (
            "Tiga kecamatan, Bula, Werinama, dan Kian, banjir.",
            "Bula, Werinama, Kian banjir; 15 rumah rusak.",
            [],
        ),
        ("Kedua pihak dan salah satu warga hadir.", "Hadir 15 pihak dan 20 warga.", []),
    ],
)
def test_a_small_number_in_words_is_held_against_another_of_the_same_things(claim, passage, written):
    assert [one.strip() for one in lacking(claim, passage)] == written


@pytest.mark.parametrize(
    ("claim", "passage", "written"),
    [
        ("Sebanyak 12 rumah rusak.", "Sebanyak 12 ribu rumah rusak.", ["12"]),
        ("Sebanyak 22 desa banjir.", "Pada 22 Juli 2018 sebanyak 12 desa banjir.", ["22"]),
        ("Ada 12 kapal.", "Kapal itu berlayar 12 jam dengan 21 kapal.", ["12"]),
        ("Ekspor naik 6,88 kali lipat.", "Ekspor naik 6,88 persen.", ["6,88"]),
        ("Ada 12 kapal.", "Pada 12 Mei ada 12 kapal.", []),
        ("Ada 12 kapal.", "Ada 12 unit kapal.", []),
        ("Ada 12 nelayan.", "Ada 12 orang.", []),
    ],
)
def test_a_number_of_things_is_not_that_of_a_day_or_measure(claim, passage, written):
    assert [one.strip() for one in lacking(claim, passage)] == written


@pytest.mark.parametrize(
    ("claim", "passage", "written"),
    [
        ("The Minister of Finance came.", "Menteri Kesehatan datang.", ["Finance"]),
        ("Health Minister Rudi came.", "Menkeu Rudi datang.", ["Health"]),
        ("The Minister of Home Affairs came.", "Menteri Luar Negeri datang dalam rapat.", ["Home"]),
        ("The ministers of Trade and Tourism came.", "Menteri Perdagangan datang.", ["Tourism"]),
        ("The Health bill, said the Trade Ministry, passed.", "RUU itu lolos, kata Kemendag.", []),
    ],
)
def test_an_english_ministry_is_the_one_of_its_field(claim, passage, written):
    assert lacking(claim, passage, language="en") == written


@pytest.mark.parametrize(
    ("claim", "source", "language"),
    [
        (
            "Retribusi diatur dalam Perda No. 4 Tahun 2019.",
            "Retribusi diatur Perda Nomor 4 Tahun 2019.",
            "id",
        ),
        ("Retribusi diatur dalam Perda Nomor 4/2019.", "Retribusi diatur Perda No 4 Tahun 2019.", "id"),
        ("Fees are set by Regulation No. 4 of 2019.", "Retribusi diatur Perda Nomor 4 Tahun 2019.", "en"),
        ("Posko itu di Jalan Melati No. 12.", "Posko itu di Jalan Melati Nomor 12.", "id"),
    ],
)
def test_the_number_of_a_thing_negates_nothing_and_counts_no_years(claim, source, language):
    assert lacking(claim, source, language=language) == []
    assert find_turns(claim, source) == []


def test_a_law_of_another_number_or_year_is_not_that_law():
    source = "Retribusi diatur Perda Nomor 4 Tahun 2019."
    assert lacking("Retribusi diatur Perda No. 5 Tahun 2019.", source) == ["5"]
    assert lacking("Retribusi diatur Perda No. 4 Tahun 2018.", source) == ["2018"]


def test_no_before_what_is_denied_negates_it():
    assert [turned.word for turned in find_turns("No, 12 boats sank.", "Perahu itu karam.")] == ["No"]


@pytest.mark.parametrize(
    ("claim", "passage", "written"),
    [
        ("Ada 3 dari 8 jembatan rusak.", "Ada 8 dari 3 jembatan rusak.", ["3 dari 8"]),
        ("Ada 3 dari 8 jembatan rusak.", "Ada 8 jembatan, 3 di antaranya rusak.", []),
        ("Three of the eight bridges broke.", "Ada 3 dari 8 jembatan rusak.", []),
        ("Kurs naik dari 3 persen menjadi 8 persen.", "Kurs naik menjadi 8 persen dari 3 persen.", []),
        (
            "Rates rose from 3 percent to 8 percent.",
            "Bunga turun dari 8 persen menjadi 3 persen.",
            ["3 percent to 8 percent"],
        ),
    ],
)
def test_of_two_figures_it_is_held_which_comes_of_which(claim, passage, written):
    language = "id" if "dari" in claim else "en"
    assert [one.strip() for one in lacking(claim, passage, language=language)] == written


@pytest.mark.parametrize(
    ("claim", "passage", "written"),
    [
        ("Tim itu meraih Peringkat IV.", "Tim itu meraih Peringkat V.", ["IV"]),
        ("Tim itu meraih peringkat keempat.", "Tim itu meraih Peringkat IV.", []),
        ("Tim itu meraih peringkat 4.", "Tim itu meraih Peringkat IV.", []),
        ("Tim itu meraih peringkat IV.", "Tim itu meraih peringkat ke-4.", []),
        ("Siswa kelas XI ikut.", "Siswa kelas X dan XI ikut.", []),
    ],
)
def test_a_roman_numeral_behind_a_rank_is_a_place_in_an_order(claim, passage, written):
    assert lacking(claim, passage) == written


@pytest.mark.parametrize(
    ("claim", "passage", "language", "written"),
    [
        (
            "Ada 40 kamar di Gedung 3 dan 12 kamar di Gedung 5.",
            "Gedung 3 punya 12 kamar, sedangkan Gedung 5 40 kamar.",
            "id",
            ["40 kamar di Gedung 3 dan 12"],
        ),
        ("Ada 40 kamar di Gedung 5.", "Gedung 3 punya 12 kamar, sedangkan Gedung 5 40 kamar.", "id", []),
        ("Ia membeli tujuh kambing dan 12 ayam.", "Ia membeli 12 kambing dan tujuh ayam.", "id",
         ["tujuh kambing dan 12"]),
        ("It built 12 schools and seven bridges.", "Dibangun tujuh jembatan serta 12 sekolah.", "en", []),
        ("It built 7 schools and 12 bridges.", "Dibangun tujuh jembatan serta 12 sekolah.", "en",
         ["7 schools and 12"]),
        ("Hal itu diatur Pasal 4 ayat 11.", "Hal itu diatur Pasal 11 ayat 4.", "id", ["4 ayat 11"]),
        ("Persik menang 4-1.", "Persik merebut kemenangan 4-1.", "id", []),
    ],
)  # fmt: skip
def test_two_figures_stand_each_with_its_own(claim, passage, language, written):
    assert lacking(claim, passage, language=language) == written


@pytest.mark.parametrize(
    ("claim", "passage", "language", "written"),
    [
        ("Kunjungan turun 8 persen.", "Kunjungan meningkat 8 persen.", "id", ["turun 8 persen"]),
        ("Visits fell by 8 percent.", "Kunjungan meningkat 8 persen.", "en", ["fell by 8 percent"]),
        ("Visits rose to 8,000.", "Kunjungan turun menjadi 8.000.", "en", ["rose to 8,000"]),
        ("Kunjungan tumbuh 8 persen.", "Pertumbuhan kunjungan turun menjadi 8 persen.", "id", []),
        ("Rugi menjadi Rp 8 miliar.", "Rugi naik menjadi Rp 8 miliar.", "id", []),
        ("Kapal itu berlayar 2 kali sepekan.", "Kapal itu berlayar 2 kali sehari.", "id", ["2 kali sepekan"]),
        ("It sails twice; 2 trips a month.", "Kapal itu berlayar 2 kali sehari.", "en", ["2 trips a month"]),
        ("Kapal itu berlayar 2 kali per hari.", "Setiap hari kapal itu berlayar 2 kali.", "id", []),
        ("Satu jembatan roboh.", "Dua jembatan roboh.", "id", ["Satu"]),
        ("Satu jembatan roboh.", "Dua jembatan dibangun, lalu jembatan lama roboh.", "id", []),
        ("Rapat digelar Senin sore.", "Rapat digelar Senin (5/2) pagi.", "id", ["Senin sore"]),
        ("The meeting was on Monday evening.", "Rapat digelar Senin petang.", "en", []),
        ("Rapat digelar Senin malam.", "Rapat digelar Senin pagi hingga malam.", "id", []),
        ("Rapat digelar pekan depan.", "Rapat digelar pekan lalu.", "id", ["pekan depan"]),
        ("It met in mid-March 2017.", "Rapat digelar akhir Maret 2017.", "en", ["mid-March 2017"]),
        ("It met in mid-March 2017.", "Rapat digelar pertengahan Maret 2017.", "en", []),
        ("The meeting is tomorrow.", "Rapat digelar hari ini.", "en", ["tomorrow"]),
        ("Rapat digelar besok.", "Rapat digelar Senin (5/2).", "id", []),
    ],
)  # fmt: skip
def test_what_turns_an_equal_figure_or_day_is_an_objection(claim, passage, language, written):
    assert [one.strip() for one in lacking(claim, passage, language=language)] == written


@pytest.mark.parametrize(
    ("claim", "passage", "language"),
    [
        ("Omzet naik dari Rp 3 miliar setahun sebelumnya.", "Omzet tahun sebelumnya Rp 3 miliar.", "id"),
        ("Sales were Rp 3 billion a year ago.", "Omzet Rp 3 miliar tahun lalu.", "en"),
        ("Pabrik itu memuat 1950 pekerja.", "Pabrik itu memuat 1.950 pekerja.", "id"),
        ("Sebanyak 2.000 kambing mati.", "2000 kambing mati.", "id"),
        ("Tono, 51 tahun, tewas.", "Tono (51) tewas.", "id"),
        ("Ia menunggu satu bulan.", "Ia menunggu sebulan.", "id"),
        ("Klub itu di posisi tujuh.", "Klub itu di posisi ketujuh.", "id"),
        ("The six experts came.", "Keenam ahli datang.", "en"),
        ("All the goals fell in the second half.", "Semua gol tercipta di babak kedua.", "en"),
        ("The UN's envoy came.", "Utusan PBB datang.", "en"),
        ("Pameran dibuka Sabtu, 9 Juni.", "Pameran dibuka Sabtu, 9 Juni 2018.", "id"),
    ],
)
def test_the_same_count_or_moment_is_no_objection(claim, passage, language):
    assert lacking(claim, passage, language=language, published=date(2019, 3, 5)) == []


def test_a_moment_told_less_exactly_is_no_other_moment():
    (found,) = objections(
        "Pameran dibuka 9 Juni 2018.",
        "Pameran dibuka pada Juni 2018.",
        claim_language="id",
        source_language="id",
    )
    assert (found.written, found.instead) == ("9 Juni 2018", ())


@pytest.mark.parametrize(
    ("claim", "passage", "word"),
    [
        ("Bupati Ende hadir.", "Wabup Ende hadir.", "Wabup"),
        ("The regent came.", "Wabup Ende hadir.", "Wabup"),
        ("Wakil Bupati Ende hadir.", "Bupati Ende hadir.", "Bupati"),
        ("Rektor Unpad hadir.", "Penjabat Rektor Unpad hadir.", "Penjabat Rektor"),
        ("Direktur Bank Timur hadir.", "Deputi Direktur Bank Timur hadir.", "Deputi Direktur"),
        ("The deputy mayor came.", "Eks Wakil Wali Kota hadir.", "Eks Wakil Wali Kota"),
        ("Gubernur Rina hadir.", "Gubernur terpilih Rina hadir.", "Gubernur terpilih"),
        ("Pasar itu ditutup sebelum pukul dua.", "Pasar itu ditutup setelah pukul dua.", "setelah"),
        ("Produksi padi menurun di enam desa.", "Produksi padi meningkat di enam desa.", "meningkat"),
        ("Persik menang 3-1 atas Arema.", "Di Kediri, Persik kalah 1-3 dari Arema, Senin.", "kalah"),
        ("Persik lost 3-1 to Arema.", "Persik menang 3-1 atas Arema, Senin.", "menang"),
        ("Semua sawah terendam.", "Hampir semua sawah terendam.", "Hampir semua"),
        ("All fields were flooded.", "Nyaris seluruh sawah terendam.", "Nyaris seluruh"),
        ("Seluruh sawah terendam.", "Sebagian besar sawah terendam.", "Sebagian besar sawah"),
    ],
)
def test_another_rank_extent_or_contrary_word_turns_a_claim(claim, passage, word):
    assert word in [one.word for one in find_turns(claim, passage)]


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("Wabup Ende hadir.", "Wakil Bupati Ende hadir."),
        ("Wakil Presiden hadir di rapat itu pada Senin.", "Wapres hadir di rapat itu pada Senin."),
        ("Bekas rektor itu hadir.", "Mantan rektor itu hadir."),
        ("Plt. Bupati Ende hadir.", "Pelaksana tugas Bupati Ende hadir."),
        ("The former trade minister came.", "Eks Menteri Perdagangan hadir."),
        ("Rina pernah menjabat bupati.", "Mantan Bupati Ende Rina hadir."),
        ("Panen padi turun 4 persen.", "Panen padi tumbuh minus 4 persen."),
        ("Warga desa itu menolak usul.", "Warga desa itu tidak menerima usul."),
        ("Arema menang 3-1 atas Persik.", "Persik kalah 1-3 dari Arema."),
        ("The head of the bank came.", "Ketua bank itu dan wakil kepala dinas hadir."),
        ("Produksi padi menurun, produksi jagung meningkat.", "Produksi jagung meningkat, padi menurun."),
        ("Hampir semua sawah terendam.", "Semua sawah terendam kecuali di Ende."),
    ],
)
def test_the_same_rank_in_other_words_turns_nothing(claim, passage):
    assert find_turns(claim, passage) == []


def test_days_are_relative_to_the_day_of_publication():
    passage = "Ekspor tahun lalu naik. Rapat digelar Selasa (22/7)."
    assert lacking("Ekspor 2024 naik.", passage, published=date(2025, 7, 23)) == []
    assert lacking("Ekspor 2023 naik.", passage, published=date(2025, 7, 23)) == ["2023"]
    assert lacking("Rapat digelar 22 Juli 2025.", passage, published=date(2025, 7, 23)) == []


def test_a_day_without_a_year_is_that_near_the_day_of_publication():
    passage, published = "Pelabuhan itu dibuka pada 27 November.", date(2026, 1, 9)
    assert lacking("Pelabuhan itu dibuka pada 27 November 2025.", passage, published=published) == []
    assert lacking("Pelabuhan itu dibuka pada 27 November 2026.", passage, published=published) != []
    assert (
        lacking("Rapat digelar November.", "Rapat digelar November lalu.", published=date(2025, 7, 22)) == []
    )


def test_half_of_a_year_is_no_share_and_ten_years_are_no_year():
    passage = "Ekspor semester I 2023 naik. Pabrik berdiri sejak 1970-an."
    assert lacking("Exports of the first half of 2023 rose.", passage, language="en") == []
    assert lacking("The factory was built in 1970.", passage, language="en") == ["1970"]


def test_support_is_what_the_model_says_from_a_threshold_on():
    source = "Hujan turun di Medan. Dana itu sudah cair. Warga senang."
    verdict = Checker(Model(shows="Dana itu sudah cair."), EVEN).check(
        "Uang tersebut telah diterima.", source
    )
    assert verdict.ruling == "supported"
    assert [source[a:b] for a, b in verdict.spans] == ["Dana itu sudah cair."]
    assert verdict.probability == pytest.approx(np.exp(4) / (np.exp(4) + 2), abs=1e-4)
    strict = Checker(Model(shows="Dana"), Logistic({"margin": 1.0}, 0.99))
    assert strict.check("Uang tersebut telah diterima.", source).ruling == "not_found"


@pytest.mark.parametrize(
    ("rulings", "ruled"),
    [(CONTRADICTED, "contradicted"), (NOT_FOUND, "not_found"), ((2.0, 2.1, -2.0), "not_found")],
)
def test_without_support_only_a_sure_contradiction_is_said(rulings, ruled):
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
        ("Tidak kurang dari 40 kapal berlabuh.", "Sedikitnya 40 kapal berlabuh."),
        ("Kurang dari 40 kapal berlabuh di sana.", "Tidak sampai 40 kapal berlabuh di sana."),
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
        "naik turun 12,5 persen , “ ” kata - 2-1 pukul 10.00 WIB ke-3 sekitar lebih dari hampir gagal "
        "jam setengah delapan pagi No. 7 Tahun dua orang satu puluhan ribu hingga 11.30 awal akhir "
        "U - 22".split()
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
