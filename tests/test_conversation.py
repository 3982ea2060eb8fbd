"""What must be true of questions that lean on those before them."""

import pytest

from rag.conversation import complete
from rag.conversation.topic import is_bare, kind_of, lacks_topic, persons, points_back, topic_of

EXPORTS = "Berapa nilai ekspor Sumut Januari–Mei 2025?"
ENGLISH = "What was the value of North Sumatra's exports from January to May 2025?"
CONSUL = "Siapa Konjen Tiongkok di Medan?"
BRIDGE = "Berapa anggaran pembangunan jembatan Bengkulu tahun 2024?"
TOURISTS = "How many tourists visited Bali in 2024?"
COMPANY = "Which company met the North Sulawesi government about Japan?"


@pytest.mark.parametrize(
    ("earlier", "question", "completed"),
    [
        # a noun for the noun that is its counterpart, or for what is counted
        (EXPORTS, "Kalau impornya?", "Berapa nilai impor Sumut Januari–Mei 2025?"),
        (EXPORTS, "Kalau impornya berapa?", "Berapa nilai impor Sumut Januari–Mei 2025?"),
        (EXPORTS, "Kalau produk kimia?", "Berapa nilai ekspor produk kimia Sumut Januari–Mei 2025?"),
        (EXPORTS, "What about imports?", "Berapa nilai impor Sumut Januari–Mei 2025?"),
        (ENGLISH, "What about imports?", ENGLISH.replace("exports", "imports")),
        (ENGLISH, "Kalau impornya?", ENGLISH.replace("exports", "imports")),
        (ENGLISH, "How about palm oil?", ENGLISH.replace("exports", "exports of palm oil")),
        ("Berapa harga beras di Medan?", "Kalau gula?", "Berapa harga gula di Medan?"),
        ("Berapa nilai impor mesin/pesawat mekanik Sumut?", "And fuel oil?",
         "Berapa nilai impor fuel oil Sumut?"),
        ("What is the inflation rate in June 2025?", "And food inflation?",
         "What is the food inflation rate in June 2025?"),
        ("Who is the CEO of Garuda Indonesia?", "What about Lion Air?", "Who is the CEO of Lion Air?"),
        ("Apa kerja sama dengan Jepang di bidang energi?", "Kalau pendidikan?",
         "Apa kerja sama dengan Jepang di bidang pendidikan?"),
        ("Berapa harga cabai di Pasar Senen?", "Kalau minggu lalu?",
         "Berapa harga cabai di Pasar Senen minggu lalu?"),
        ("What is the price of rice in Medan?", "And sugar?", "What is the price of sugar in Medan?"),
        (BRIDGE, "Kalau jalannya?", "Berapa anggaran jalan Bengkulu tahun 2024?"),
        ("Berapa jumlah korban tewas gempa Cianjur?", "Kalau yang luka?",
         "Berapa jumlah korban luka gempa Cianjur?"),
        (TOURISTS, "And domestic tourists?", "How many domestic tourists visited Bali in 2024?"),
        ("Mineral apa yang dibahas Pemprov Sulut?", "Kalau komoditas perikanannya apa?",
         "Komoditas perikanan apa yang dibahas Pemprov Sulut?"),
        # a place for a place
        (EXPORTS, "Kalau Sulut?", "Berapa nilai ekspor Sulut Januari–Mei 2025?"),
        (EXPORTS, "Dan Jepang?", "Berapa nilai ekspor Jepang Januari–Mei 2025?"),
        (EXPORTS, "Kalau ekspor Sulut berapa?", "Berapa nilai ekspor Sulut Januari–Mei 2025?"),
        (EXPORTS, "Bagaimana kalau di Surabaya?", "Berapa nilai ekspor Surabaya Januari–Mei 2025?"),
        (ENGLISH, "What about West Java?", ENGLISH.replace("North Sumatra", "West Java")),
        (TOURISTS, "What about Lombok?", "How many tourists visited Lombok in 2024?"),
        ("Berapa UMP DKI Jakarta 2025?", "Jawa Barat?", "Berapa UMP Jawa Barat 2025?"),
        # a period for a period
        (EXPORTS, "Kalau tahun sebelumnya?", "Berapa nilai ekspor Sumut Januari–Mei 2024?"),
        (EXPORTS, "Kalau periode yang sama tahun lalu?", "Berapa nilai ekspor Sumut Januari–Mei 2024?"),
        (EXPORTS, "Bagaimana dengan 2024?", "Berapa nilai ekspor Sumut 2024?"),
        (EXPORTS, "And in 2024?", "Berapa nilai ekspor Sumut 2024?"),
        (EXPORTS, "Pada Mei 2025?", "Berapa nilai ekspor Sumut Mei 2025?"),
        (EXPORTS, "Kalau Juni?", "Berapa nilai ekspor Sumut Juni 2025?"),
        (EXPORTS, "Berapa nilai impor Sumut pada periode yang sama?",
         "Berapa nilai impor Sumut pada Januari–Mei 2025?"),
        (ENGLISH, "And a year earlier?", ENGLISH.replace("2025", "2024")),
        (ENGLISH, "And in the same period of 2024?", ENGLISH.replace("2025", "2024")),
        (ENGLISH, "What about June 2025?", "What was the value of North Sumatra's exports in June 2025?"),
        ("Berapa inflasi nasional Januari 2025?", "Bulan sebelumnya?",
         "Berapa inflasi nasional Desember 2024?"),
        # a person for a person, a name for a name
        (CONSUL, "Kalau Konjen Malaysia?", "Siapa Konjen Malaysia?"),
        ("Kapan konser Coldplay di Jakarta?", "Kalau Bruno Mars?", "Kapan konser Bruno Mars di Jakarta?"),
        # everything named anew
        (EXPORTS, "Kalau ekspor batu bara Kaltim 2024?", "Berapa nilai ekspor batu bara Kaltim 2024?"),
    ],
)  # fmt: skip
def test_like_takes_the_place_of_like(earlier, question, completed):
    assert complete(question, [earlier]) == completed


@pytest.mark.parametrize(
    ("earlier", "question", "completed"),
    [
        (CONSUL, "Dia tertarik di bidang apa?", "Konjen Tiongkok di Medan tertarik di bidang apa?"),
        (CONSUL, "Siapa namanya?", "Siapa nama Konjen Tiongkok di Medan?"),
        (CONSUL, "Menurutnya, berapa nilai perdagangan?",
         "Menurut Konjen Tiongkok di Medan, berapa nilai perdagangan?"),
        (CONSUL, "What is he interested in?", "What is Konjen Tiongkok di Medan interested in?"),
        ("Who is the mayor of Bandung?", "When was she elected?", "When was the mayor of Bandung elected?"),
        ("What did the Minister of Trade say about rice?", "What was his reason?",
         "What was the Minister of Trade's reason?"),
        ("Siapa yang memimpin upacara di Medan?", "Apa pesan beliau?",
         "Apa pesan orang yang memimpin upacara di Medan?"),
        ("Apa hasil pertemuan Menlu Retno dan Menlu Wang Yi?", "Apa yang mereka sepakati?",
         "Apa yang Menlu Retno dan Menlu Wang Yi sepakati?"),
        (ENGLISH, "How much did they grow?",
         "How much did North Sumatra's exports from January to May 2025 grow?"),
        (TOURISTS, "Where did they come from?",
         "Where did the tourists that visited Bali in 2024 come from?"),
        (EXPORTS, "Siapa yang mencatat nilai tersebut?",
         "Siapa yang mencatat nilai ekspor Sumut Januari–Mei 2025?"),
        (ENGLISH, "Which agency recorded that value?",
         "Which agency recorded the value of North Sumatra's exports from January to May 2025?"),
        ("Who attended the meeting between North Sulawesi and INA Group?", "When was that meeting?",
         "When was the meeting between North Sulawesi and INA Group?"),
        (COMPANY, "When was that meeting?",
         "When was that meeting (the company that met the North Sulawesi government about Japan)?"),
        ("Apa agenda audiensi Pemprov Sulut dengan INA Group?", "Kapan pertemuan itu berlangsung?",
         "Kapan audiensi Pemprov Sulut dengan INA Group berlangsung?"),
        (EXPORTS, "Apa komoditas terbesarnya?", "Apa komoditas terbesar ekspor Sumut Januari–Mei 2025?"),
        (EXPORTS, "Siapa gubernurnya?", "Siapa gubernur Sumut?"),
        ("How much were imports worth?", "How much is that in rupiah?", "How much is imports in rupiah?"),
        ("Siapa Gubernur Sumut?", "Apa ibu kotanya?", "Apa ibu kota Sumut?"),
        ("Kapan Bobby Nasution dilantik?", "Siapa wakilnya?", "Siapa wakil Bobby Nasution?"),
        ("Siapa yang meresmikan pasar baru di Kota Padang?", "Berapa pedagang di sana?",
         "Berapa pedagang di Kota Padang?"),
        ("Kapan gempa di Cianjur terjadi?", "Berapa kekuatannya?", "Berapa kekuatan gempa di Cianjur?"),
    ],
)  # fmt: skip
def test_what_points_back_is_said_in_full(earlier, question, completed):
    assert complete(question, [earlier]) == completed


@pytest.mark.parametrize(
    ("earlier", "question", "completed"),
    [
        ("Kapan audiensi dengan INA Group?", "Di mana?", "Di mana audiensi dengan INA Group?"),
        ("When did six consuls visit the office?", "Why?", "Why did six consuls visit the office?"),
        ("Siapa yang meresmikan pasar baru?", "Kapan?", "Kapan meresmikan pasar baru?"),
        (EXPORTS, "Naik berapa persen?", "Naik berapa persen (ekspor Sumut Januari–Mei 2025)?"),
        (EXPORTS, "Naik atau turun?", "Naik atau turun (ekspor Sumut Januari–Mei 2025)?"),
        (EXPORTS, "Berapa nilai impor mesin?", "Berapa nilai impor mesin (Sumut, Januari–Mei 2025)?"),
        ("Where was the G20 summit held?", "Who attended?", "Who attended (the G20 summit)?"),
        (BRIDGE, "Kapan selesai?", "Kapan selesai (pembangunan jembatan Bengkulu)?"),
    ],
)
def test_what_is_asked_without_a_topic_is_asked_of_the_last(earlier, question, completed):
    assert complete(question, [earlier]) == completed


@pytest.mark.parametrize(
    "question",
    [
        "Siapa Sekda Sumut?",
        "Apa komoditas unggulan Sulut?",
        "Who is the consul general of Singapore?",
        "Kapan Pemprov Sulut bertemu INA Group untuk membahas lobster?",
        "Apa itu BI Rate?",
        "BI Rate itu apa?",
        "Siapa Gubernur Jawa Barat?",
        "Kapan konser Coldplay?",
        "Berapa harga beras?",
        "siapa jokowi?",
        "Is it true that the rupiah fell?",
        "Apakah benar bahwa ekspor Jepang turun?",
        "Bagaimana cuaca di Bandung?",
        "Lalu siapa Sekda Sumut?",
        "Apa penyebab terjadinya banjir Demak?",
        "Are there any floods in Demak?",
        "Apa yang biasanya diekspor Kenya?",
        "Who said that the Bank of Indonesia would cut rates?",
        "Mengapa Presiden Prabowo mengatakan dia akan mundur?",
        "Which country sent its minister to Jakarta this year?",
    ],
)
@pytest.mark.parametrize("earlier", [EXPORTS, CONSUL])
def test_a_new_topic_takes_nothing_from_the_old_one(earlier, question):
    assert complete(question, [earlier]) == question


def test_without_a_conversation_nothing_is_added():
    assert complete("Kalau impornya?", []) == "Kalau impornya?"


@pytest.mark.parametrize(
    ("history", "question", "completed"),
    [
        ([EXPORTS, "Kalau impornya?"], "Kalau Sulut?", "Berapa nilai impor Sulut Januari–Mei 2025?"),
        ([EXPORTS, "Kalau impornya?", "Kalau Sulut?"], "Tahun sebelumnya?",
         "Berapa nilai impor Sulut Januari–Mei 2024?"),
        ([CONSUL, "Dia tertarik di bidang apa?"], "Kalau Konjen Jepang?",
         "Konjen Jepang di Medan tertarik di bidang apa?"),
        ([CONSUL, "Dia tertarik di bidang apa?"], "Apa jabatannya?", "Apa jabatan Konjen Tiongkok di Medan?"),
        ([CONSUL, "Dia tertarik di bidang apa?"], "Kenapa?", "Kenapa Konjen Tiongkok di Medan tertarik?"),
        ([CONSUL, EXPORTS], "Dia tertarik di bidang apa?",
         "Konjen Tiongkok di Medan tertarik di bidang apa?"),
        ([CONSUL, EXPORTS], "Kalau impornya?", "Berapa nilai impor Sumut Januari–Mei 2025?"),
        ([EXPORTS, "Apa komoditas terbesarnya?"], "Berapa nilainya?",
         "Berapa nilai komoditas terbesar ekspor Sumut Januari–Mei 2025?"),
        ([EXPORTS, "Siapa Gubernur Jawa Tengah?"], "Kapan dia dilantik?",
         "Kapan Gubernur Jawa Tengah dilantik?"),
    ],
)  # fmt: skip
def test_a_chain_is_followed_to_its_end_and_no_topic_leaks_past_the_next(history, question, completed):
    assert complete(question, history) == completed


@pytest.mark.parametrize(
    "word", ["hanya", "punya", "biasanya", "sebelumnya", "Kenya", "Surabaya", "akhirnya"]
)
def test_nya_within_a_word_points_at_nothing(word):
    assert not points_back(f"Kapan {word} ekspor naik")


def test_nya_that_is_followed_by_its_owner_points_at_nothing():
    assert points_back("Apa dampaknya bagi petani")
    assert not points_back("Apa penyebab naiknya harga beras")


def test_a_bare_question_has_nothing_beside_its_asking_word():
    assert is_bare("Siapa saja")
    assert is_bare("Berapa persen")
    assert not is_bare("Siapa gubernur")


def test_a_question_whose_words_are_all_asked_of_a_topic_lacks_one():
    assert lacks_topic("Siapa yang hadir", EXPORTS)
    assert not lacks_topic("Siapa yang menanam cabai", EXPORTS)


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        (EXPORTS, "nilai ekspor Sumut Januari–Mei 2025"),
        (ENGLISH, "North Sumatra's exports from January to May 2025"),
        (
            "Perusahaan apa yang beraudiensi dengan Pemprov Sulut?",
            "perusahaan yang beraudiensi dengan Pemprov Sulut",
        ),
        ("Kapan enam konjen mengunjungi Medan?", "enam konjen yang mengunjungi Medan"),
        ("Who won the Indonesian Open?", "the person who won the Indonesian Open"),
    ],
)
def test_the_topic_of_a_question_is_what_is_asked_about(question, topic):
    assert topic_of(question).text == topic


@pytest.mark.parametrize(
    ("question", "person"),
    [
        ("Siapa nama Konjen Singapura?", "Konjen Singapura"),
        ("Apa kata Gubernur Sumut Bobby Nasution soal ekspor?", "Gubernur Sumut Bobby Nasution"),
        ("What did Singapore's Consul General say?", "Singapore's Consul General"),
        ("Apa yang dijual PT Sinar Jaya di Kota Medan?", None),
        ("Who won the Indonesian Open 2024?", None),
    ],
)
def test_persons_are_told_from_companies_places_and_contests(question, person):
    found = [question[start:end] for start, end in persons(question)]
    assert found == ([person] if person else [])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Berapa nilai ekspor Sumut?", "quantity"),
        ("How many countries are there?", "quantity"),
        ("What was the value of exports?", "quantity"),
        ("nilai ekspor Sumut Januari-Mei 2025", "quantity"),
        ("Kapan kunjungan itu berlangsung?", "time"),
        ("Tanggal berapa audiensi digelar?", "time"),
        ("On what date did they meet?", "time"),
        ("Pada tahun berapakah ia lahir?", "time"),
        ("Siapa Sekretaris Daerah Sumut?", "person"),
        ("Who is the reporter?", "person"),
        ("Di mana pertemuan digelar?", "place"),
        ("Which countries are the main destinations?", "place"),
        ("Mengapa Sulut bekerja sama?", "reason"),
        ("Why did exports rise?", "reason"),
        ("Bagaimana skemanya?", "manner"),
        ("Apakah ekspor naik?", "yesno"),
        ("Did exports rise?", "yesno"),
        ("Apa komoditas unggulannya?", "thing"),
        ("lobster", "thing"),
    ],
)
def test_the_question_word_tells_what_kind_of_answer_is_asked(text, kind):
    assert kind_of(text) == kind
