"""What can be said exactly in the other language, and what cannot."""

from datetime import date

import pytest

from rag.lang.rendering import glosses, translate

PUBLISHED = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("USD 4,796 miliar", "USD 4.796 billion"),
        ("Rp 4,796 triliun", "IDR 4.796 trillion"),
        ("744 juta dolar AS", "USD 744 million"),
        ("Tiongkok, Amerika Serikat, dan India", "China, United States, and India"),
        ("Amerika Serikat (AS) dan Jepang", "United States and Japan"),
        ("Selasa, 22 Juli 2025", "Tuesday, 22 July 2025"),
        ("pada Selasa (22/7/2025)", "Tuesday, 22 July 2025"),
        ("kuartal II 2025", "second quarter of 2025"),
        ("Januari–Mei 2025", "January to May 2025"),
        ("pukul 10.00 WIB", "10:00 WIB"),
        ("lebih dari 1.200 orang", "more than 1,200 people"),
        ("sekitar 4,8 ton per bulan", "about 4.8 tonnes per month"),
        ("naik 22,67 persen", "up 22.67%"),
        ("turun dari 5 persen menjadi 3 persen", "down from 5% to 3%"),
        ("naik menjadi 5 persen", "rose to 5%"),
        ("naik sebesar 5 persen", "up by 5%"),
        ("India sebesar USD 1,76 miliar", "India USD 1.76 billion"),
        ("22,67% atau USD 1,88 miliar", "22.67% or USD 1.88 billion"),
        ("bahasa Mandarin", "Mandarin Chinese"),
        ("bahasa Jepang dan bahasa Inggris", "Japanese and English"),
        ("Asia Tenggara", "Southeast Asia"),
        ("tahun lalu", "last year"),
        ("ke-80", "80th"),
        ("1 bulan", "1 month"),
        ("25-45 tahun", "25 to 45 years"),
        ("0–5 persen", "0 to 5%"),
        ("Rp 1,5-2,5 miliar", "IDR 1.5 to 2.5 billion"),
        ("minus 2,50 persen", "minus 2.50%"),
        ("turun -2,5 persen", "down -2.5%"),
        ("minus Rp 3 miliar", "minus IDR 3 billion"),
        ("Rp 3, 4 triliun", "IDR 3,400,000,000,000"),
        ("pukul 08.30 malam WIB", "20:30 WIB"),
        ("jam 2 siang", "14:00"),
        ("pukul 12.15 malam", "00:15"),
        ("pukul 02.00 dini hari", "02:00"),
        ("hampir tujuh persen", "almost 7%"),
        ("semester II-2023", "second half of 2023"),
        ("kuartal III tahun lalu", "third quarter of 2025"),
        ("pada tahun 1970-an", "the 1970s"),
    ],
)
def test_what_names_a_value_is_rendered_in_english(text, english):
    assert translate(text, "en", PUBLISHED) == english


@pytest.mark.parametrize(
    ("text", "indonesian"),
    [
        ("USD 4.796 billion", "USD 4,796 miliar"),
        ("$4.8 billion", "USD 4,8 miliar"),
        ("Rp 1.2 trillion", "Rp 1,2 triliun"),
        ("July 22, 2025", "22 Juli 2025"),
        ("on Tuesday, July 22, 2025", "Selasa, 22 Juli 2025"),
        ("the second quarter of 2025", "kuartal II 2025"),
        ("January to May 2025", "Januari–Mei 2025"),
        ("at 2:30 p.m.", "pukul 14.30"),
        ("12 a.m.", "pukul 00.00"),
        ("10:00 WIB", "pukul 10.00 WIB"),
        ("China, the United States and India", "Tiongkok, Amerika Serikat dan India"),
        ("more than 1,200 people", "lebih dari 1.200 orang"),
        ("about 5 tonnes per month", "sekitar 5 ton per bulan"),
        ("up 22.67 percent", "naik 22,67 persen"),
        ("22.67%", "22,67%"),
        ("six", "enam"),
        ("Mandarin Chinese", "bahasa Mandarin"),
        ("the previous year", "tahun sebelumnya"),
        ("the 80th", "ke-80"),
        ("10-15 percent", "10–15 persen"),
    ],
)
def test_what_names_a_value_is_rendered_in_indonesian(text, indonesian):
    assert translate(text, "id", PUBLISHED) == indonesian


@pytest.mark.parametrize(
    ("indonesian", "english"),
    [
        ("Konsul Jenderal Singapura, Edmun Chia", "Consul General of Singapore, Edmun Chia"),
        ("Gubernur Sumatera Utara Bobby Nasution", "Governor of North Sumatra Bobby Nasution"),
        ("Menteri Perdagangan Budi Santoso", "Minister of Trade Budi Santoso"),
        ("Sekretaris Daerah", "Regional Secretary"),
        ("Kepala Dinas Pendidikan", "Head of the Education Agency"),
        ("Presiden Amerika Serikat", "President of the United States"),
        ("Badan Pusat Statistik (BPS)", "Statistics Indonesia (BPS)"),
        ("Pemerintah Provinsi Sumatera Utara", "North Sumatra Provincial Government"),
    ],
)
def test_offices_and_institutions_are_rendered_both_ways_and_names_are_kept(indonesian, english):
    assert translate(indonesian, "en") == english
    if "Government" not in english:
        assert translate(english, "id") == indonesian


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Pelaksana Tugas (Plt) Konjen RRT, Xu Chunjuan", "Acting Consul General of China, Xu Chunjuan"),
        ("Sekretaris Daerah (Sekda) Provinsi Sumut", "Regional Secretary of North Sumatra"),
        ("Pemerintah Provinsi Sulawesi Utara (Pemprov Sulut)", "North Sulawesi Provincial Government"),
        ("DPRD Jabar", "Regional House of Representatives (DPRD) of West Java"),
        (
            "Sekretaris Jenderal Kementerian Pertahanan",
            "Secretary General of the Ministry of Defence",
        ),
        ("Kepala BPS Sumut", "Head of Statistics Indonesia (BPS) of North Sumatra"),
        ("wakil gubernur", "deputy governor"),
    ],
)
def test_short_forms_of_the_press_are_known(text, english):
    assert translate(text, "en") == english


def test_english_names_a_place_before_the_office():
    assert translate("Acting Chinese Consul General Xu Chunjuan", "id") == (
        "Pelaksana Tugas Konsul Jenderal Tiongkok Xu Chunjuan"
    )


@pytest.mark.parametrize(
    "text",
    [
        "enam negara",
        "Togap Simangunsong",
        "pendidikan dan kesehatan",
        "Bupati Karo",  # a regency or a person
        "100 orang lebih",
        "Menteri Perdagangan dan Investasi",
        "hari kedua",
        "bukan 5 ton",
        "Rp 18,000",  # 18 or 18 thousand
    ],
)
def test_what_is_not_wholly_sayable_is_left_in_the_original(text):
    assert translate(text, "en") is None


@pytest.mark.parametrize("text", ["won 21:15", "interest at 4.75 percent of lending", "exports rose sharply"])
def test_english_running_text_is_left_in_the_original(text):
    assert translate(text, "id") is None


def test_glosses_give_what_reads_otherwise_once_and_in_order():
    text = "Ekspor Sumut USD 3,909 miliar ke India, sedangkan ekspor Sumut ke Jepang 5 ton pada tahun lalu."
    assert glosses(text, "en", PUBLISHED) == [
        ("Sumut", "North Sumatra"),
        ("USD 3,909 miliar", "USD 3.909 billion"),
        ("Jepang", "Japan"),
        ("5 ton", "5 tonnes"),
        ("tahun lalu", "last year"),
    ]


def test_glosses_of_english_text_are_indonesian():
    text = "China bought 1,200 tonnes on July 22, 2025, the Consul General said."
    assert glosses(text, "id") == [
        ("China", "Tiongkok"),
        ("1,200 tonnes", "1.200 ton"),
        ("July 22, 2025", "22 Juli 2025"),
        ("Consul General", "Konsul Jenderal"),
    ]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Pinjaman Bank Dunia untuk negara Asia Tenggara", [("Asia Tenggara", "Southeast Asia")]),
        ("Final Piala Asia disiarkan di Afrika", [("Afrika", "Africa")]),
        ("Warga Lima Puluh Kota dan Empat Lawang mendapat dua kapal", [("dua", "two")]),
        (
            "Dua Menteri hadir. Tiga Bupati tidak",
            [("Dua", "two"), ("Tiga", "three"), ("Bupati", "Regent")],
        ),
        ("kata dia, Kamis (9/5 siang)", [("Kamis", "Thursday")]),
        ("kata dia, Kamis (9/5 / 2024)", [("Kamis (9/5 / 2024)", "Thursday, 9 May 2024")]),
        ("kata dia, Kamis (9/5)", [("Kamis (9/5)", "Thursday, 9 May")]),
        ("kata dia, Kamis (9/5/2024)", [("Kamis (9/5/2024)", "Thursday, 9 May 2024")]),
    ],
)
def test_no_gloss_is_of_a_part_of_a_name_or_of_a_day(text, pairs):
    assert glosses(text, "en") == pairs
