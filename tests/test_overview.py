"""What must be true of turns that ask for a summary, a comparison or the newest articles."""

import hashlib
from datetime import date

import pytest
from conftest import settings_at

from index import Article
from index.library import Library
from index.models import Filter
from rag.output import answer_object
from rag.overview import (
    OVERVIEWS,
    READ,
    Overview,
    count_of,
    days_of,
    place_in_list,
    places_of,
    split_sides,
    topic_of,
)
from rag.pipeline import load_assistant
from rag.proof import prove


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        ("Tolong ringkas artikel tentang lobster Sulut dalam tiga poin", ["lobster", "sulut"]),
        ("Summarise the story on the Palu bridge in three points", ["palu", "bridge"]),
        ("What's new today?", []),
        ("Summarise the article on Melati's new pier", ["melati", "pier"]),
        ("berita terbaru bulan Juli 2025", []),
    ],
)
def test_the_topic_of_a_turn_is_what_is_left_of_what_only_asks(turn, words):
    assert topic_of(turn) == words


@pytest.mark.parametrize(
    ("turn", "count"),
    [
        ("ringkas dalam tiga poin", 3),
        ("rangkum artikelnya, maksimal 4 kalimat", 4),
        ("Summarise it in five bullet points", 5),
        ("ringkas berita tiga desa yang banjir", None),
        ("ringkas dalam satu paragraf", None),
        ("ringkas dalam 999 kalimat", 50),
        ("ringkas dalam 0 kalimat", None),
    ],
)
def test_a_turn_says_how_many_sentences(turn, count):
    assert count_of(turn) == count


@pytest.mark.parametrize(
    ("turn", "names", "texts"),
    [
        ("bandingkan Sumut dan Sulut", ("Sumut", "Sulut"), ("Sumut", "Sulut")),
        (
            "Bandingkan ekspor Sumut dengan Sulut",
            ("Sumut", "Sulut"),
            ("ekspor Sumut", "ekspor Sulut"),
        ),
        (
            "bandingkan pasar dalam dan luar negeri Toyota dengan Honda",
            ("Toyota", "Honda"),
            ("pasar dalam dan luar negeri Toyota", "pasar dalam dan luar negeri Honda"),
        ),
        (
            "Compare growth in Medan and Manado according to the governor",
            ("Medan", "Manado"),
            ("growth in Medan according to the governor", "growth Manado according to the governor"),
        ),
        ("bandingkan sikap AS dan China", ("AS", "China"), ("sikap AS", "sikap China")),
        (
            "bandingkan panen padi ogan ilir sm banyuasin",
            ("ogan ilir", "banyuasin"),
            ("panen padi ogan ilir", "panen padi banyuasin"),
        ),
        (
            "Bandingkan Kutai Barat dan Timur",
            ("Kutai Barat", "Kutai Timur"),
            ("Kutai Barat", "Kutai Timur"),
        ),
        (
            "Compare Medan's and Binjai's flood budgets",
            ("Medan's", "Binjai's"),
            ("Medan's flood budgets", "Binjai's flood budgets"),
        ),
        (
            "Bandingkan Bank Tondano dan Koperasi",
            ("Bank Tondano", "Koperasi"),
            ("Bank Tondano", "Koperasi"),
        ),
        ("Bandingkan Bupati Sigi dan Poso", ("Sigi", "Poso"), ("Bupati Sigi", "Bupati Poso")),
    ],
)
def test_two_things_are_compared_in_the_same_respect(turn, names, texts):
    sides = split_sides(turn)
    assert tuple(side.name for side in sides) == names
    assert tuple(side.text for side in sides) == texts


def test_a_turn_that_names_one_thing_compares_nothing():
    assert split_sides("bandingkan keduanya") is None
    assert split_sides("bandingkan dengan Sulut") is None


@pytest.fixture(scope="module")
def assistant(seeds):
    return load_assistant(Library(seeds))


def proven(assistant, answer):
    return prove(answer_object(answer), assistant.library.article).faults == ()


@pytest.mark.model
def test_the_article_that_a_turn_names_is_summarised(assistant):
    answer = assistant.ask("Ringkas artikel tentang enam konsul jenderal dalam tiga poin")
    assert answer.request == "summarise"
    assert {citation.article.id for citation in answer.citations} == {"sumut-enam-negara"}
    assert len(answer.claims) == 3
    assert proven(assistant, answer)


@pytest.mark.model
def test_a_summary_that_leans_is_of_the_article_spoken_of(assistant):
    history = ["Berapa harga lobster menurut Pemprov Sulut dan INA Group?", "terima kasih"]
    answer = assistant.ask("ringkas artikel itu", history=history)
    assert {citation.article.id for citation in answer.citations} == {"sulut-jepang"}
    assert answer.understood.startswith("Ringkas “Pemprov Sulut dan INA Group")


@pytest.mark.model
@pytest.mark.parametrize("turn", ["berita terbarunya lengkap dong", "any updates, in detail?"])
def test_the_newest_on_what_was_spoken_of_are_asked_for_by_a_turn_that_leans(assistant, turn):
    history = ["Berapa harga lobster menurut Pemprov Sulut dan INA Group?"]
    answer = Overview(assistant, turn, history, "auto", Filter()).answer("latest", 1.0)
    assert {citation.article.id for citation in answer.citations} == {"sulut-jepang"}
    topic = "harga lobster, Pemprov Sulut, INA Group"
    assert answer.understood in {f"Berita terbaru tentang {topic}", f"The latest news on {topic}"}


@pytest.mark.model
def test_what_is_not_there_is_not_summarised_and_is_noted_as_a_gap(assistant):
    turn = "Ringkas artikel tentang gempa bumi di Turki"
    answer = assistant.ask(turn)
    assert (answer.request, answer.abstained) == ("summarise", True)
    assert answer.text.startswith("Tidak ada artikel tentang itu yang dapat diringkas. Yang dicari: gempa")
    assert turn in [gap.question for gap in assistant.library.gaps()]


@pytest.mark.model
def test_a_year_that_the_article_is_not_of_is_another_event(assistant):
    assert assistant.ask("Ringkas artikel tentang enam konsul jenderal di Medan tahun 2019").abstained


@pytest.mark.model
def test_a_summary_of_nothing_named_asks_which_article_and_is_no_gap(assistant):
    before = assistant.library.gaps()
    answer = assistant.ask("Tolong ringkas artikel itu")
    assert answer.text == "Artikel yang mana? Sebutkan topik, nama, atau judulnya."
    assert assistant.library.gaps() == before


@pytest.mark.model
def test_the_newest_articles_are_listed_the_newest_first(assistant):
    answer = assistant.ask("berita terbaru apa?")
    assert answer.request == "latest"
    assert [citation.article.id for citation in answer.citations] == ["sulut-jepang", "sumut-enam-negara"]
    assert answer.text.startswith("“Pemprov Sulut dan INA Group Bahas")
    assert "(11 Februari 2026): " in answer.text
    assert proven(assistant, answer)


@pytest.mark.model
def test_filters_hold_for_the_newest_articles(assistant):
    early = assistant.ask("berita terbaru apa?", chosen=Filter(until=date(2025, 12, 31)))
    assert [citation.article.id for citation in early.citations] == ["sumut-enam-negara"]
    none = assistant.ask("berita terbaru apa?", chosen=Filter(until=date(2019, 12, 31)))
    assert none.text == "Tidak ada artikel dalam rentang tanggal atau sumber yang dipilih."


@pytest.mark.model
def test_the_newest_articles_on_a_topic_are_those_that_have_it(assistant):
    answer = assistant.ask("What's the latest news on lobster?")
    assert [citation.article.id for citation in answer.citations] == ["sulut-jepang"]
    assert assistant.ask("ada berita terbaru soal vulkanologi?").abstained


@pytest.mark.model
@pytest.mark.parametrize("turn", ["Bandingkan A dan B", "bandingkan A dan B", "Bandingkan Sumut dan Sulut"])
def test_a_comparison_is_told_however_its_first_letter_is_written(assistant, turn):
    request = assistant.request(turn)
    assert request.kind == "compare"
    assert request.probability >= OVERVIEWS["compare"]


@pytest.mark.model
def test_both_sides_of_a_comparison_are_cited_and_proven(assistant):
    answer = assistant.ask("Bandingkan Sumut dan Sulut")
    assert answer.request == "compare"
    sides = [claim.text.partition(": ")[0] for claim in answer.claims]
    assert set(sides) == {"Sumut", "Sulut"}
    by_side = {
        side: {answer.citations[n - 1].article.id for n in claim.numbers}
        for side, claim in zip(sides, answer.claims, strict=True)
    }
    assert by_side == {"Sumut": {"sumut-enam-negara"}, "Sulut": {"sulut-jepang"}}
    assert proven(assistant, answer)


@pytest.mark.model
def test_what_is_compared_is_chosen_from_all_passages_found(assistant, monkeypatch):
    outputs, read = assistant.reader.model.outputs, []

    def counted(text, windows):
        read.append(len(windows))
        return outputs(text, windows)

    monkeypatch.setattr(assistant.reader.model, "outputs", counted)
    assistant.ask("Bandingkan Sumut dan Sulut")
    assert read == [READ, READ]


@pytest.mark.model
def test_a_side_that_the_articles_lack_is_named(assistant):
    answer = assistant.ask("Bandingkan ekspor Sumut dengan ekspor Zimbabwe")
    assert {claim.text.partition(": ")[0] for claim in answer.claims} == {"ekspor Sumut"}
    assert answer.notes == ("Tentang “ekspor Zimbabwe” tidak ada keterangan dalam artikel yang tersedia.",)


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "Apa perbedaan ekspor Sumut 2024 dan 2025 menurut BPS, berapa persen naiknya?",
        "Siapa Konjen Singapura?",
        "Berapa nilai ekspor Sumut Januari–Mei 2025?",
    ],
)
def test_a_question_is_not_taken_for_more(assistant, question):
    request = assistant.request(question)
    assert request.probability < OVERVIEWS.get(request.kind, 1.1)


@pytest.mark.model
def test_a_draft_is_a_skeleton_of_cited_facts_under_headings_and_says_so(assistant):
    answer = assistant.ask("Buatkan draf siaran pers tentang ekspor Sumut")
    assert (answer.request, answer.abstained) == ("draft", False)
    headings = list(dict.fromkeys(claim.text.partition(": ")[0] for claim in answer.claims))
    assert headings[0] == "Apa"
    assert headings[-1] == "Kutipan"
    assert "Kapan: Selasa (22/7/2025)" in [claim.text for claim in answer.claims]
    quoted = [one.quote for claim, one in zip(answer.claims, answer.citations, strict=True)
              if claim.text.startswith("Kutipan: “")]  # fmt: skip
    assert quoted
    assert all(f"“{quote.rstrip(',')}”" in answer.text for quote in quoted)
    assert "bukan naskah jadi" in answer.notes[0]
    assert proven(assistant, answer)


@pytest.mark.model
def test_an_english_draft_tells_day_and_place_in_english(assistant):
    answer = assistant.ask("Draft a press release about the INA Group meeting")
    told = [claim.text for claim in answer.claims]
    assert "When: Wednesday, 11 February 2026" in told
    assert "Where: North Sulawesi" in told
    assert proven(assistant, answer)


@pytest.mark.model
def test_there_is_no_draft_of_what_the_articles_do_not_have(assistant):
    answer = assistant.ask("Buatkan siaran pers soal gempa bumi di Turki")
    assert (answer.request, answer.abstained) == ("draft", True)
    assert answer.text.startswith("Tidak ada artikel tentang itu untuk bahan siaran pers. Yang dicari: gempa")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Gubernur Jawa Timur Ratna Wulandari meresmikan pasar di Kediri.", ["Kediri"]),
        ("Rapat digelar di Kantor Gubernur Sumatera Utara di Kabupaten Karo.", ["Kabupaten Karo"]),
        ("JAWA TIMUR - Pemerintah Provinsi Jawa Timur bertemu Gubernur Bali membahas ikan.", ["Jawa Timur"]),
        ("JAWA TIMUR - Gubernur Jawa Timur bertemu Pemerintah Provinsi Bali membahas ikan.", []),
    ],
)
def test_where_a_draft_is_set_is_no_place_of_an_office(text, places):
    found = places_of(draft_source(f"Rapat Itu Selesai\n\n{text}\n"))
    assert [key.text[slice(*span)] for key, span in found] == places


DOCKS = """Dua Dermaga Rakyat di Situbondo Ditinjau

SITUBONDO - Dua dermaga rakyat ditinjau pada Kamis (15/5/2025) di Kabupaten Situbondo.

## Dermaga Kalbut dan muatannya

Dermaga Kalbut dipakai tiga kapal ikan sejak April 2025. Kapal itu membawa 40 ton tongkol setiap pekan.

## Dermaga Jangkar yang sepi

Dermaga Jangkar selesai dibangun dengan biaya Rp 12 miliar. Nahkoda Wiryawan memilih berlabuh di tempat lain.
Data kapal ada di kapal.banten.go.id pada 3 Maret 2024.
"""
HARBOUR = """Pelabuhan Jangkar Menambah Kapal Feri

Pelabuhan menambah dua kapal feri mulai Juni 2025. Setiap kapal memuat 200 penumpang.
"""
TEA = """Petani Teh Jawa Barat Menjual ke Korea Selatan

Petani teh di Jabar mengirim 30 ton teh hijau ke Korsel pada 2025. Harganya Rp 90.000 per kilogram.
"""


@pytest.fixture(scope="module")
def docks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docks")
    days = {"docks": "2025-05-16", "harbour": "2025-05-20", "tea": "2025-05-18"}
    for name, text in {"docks": DOCKS, "harbour": HARBOUR, "tea": TEA}.items():
        title, _, body = text.partition("\n")
        (folder / f"{name}.md").write_text(f"---\ntitle: {title}\npublished: {days[name]}\n---\n{body}")
    library = Library(settings_at(folder))
    assert not library.add([folder]).failures
    return load_assistant(library)


def told(answer):
    return [(claim.text.partition(": ")[0], answer.citations[claim.numbers[0] - 1].quote)
            for claim in answer.claims]  # fmt: skip


@pytest.mark.model
def test_a_comparison_quotes_sentences_and_no_headings_each_under_the_side_that_it_is_about(docks):
    answer = docks.ask("Bandingkan Dermaga Kalbut dengan Dermaga Jangkar")
    found = told(answer)
    assert ("Dermaga Kalbut", "Dermaga Kalbut dipakai tiga kapal ikan sejak April 2025.") in found
    assert ("Dermaga Jangkar", "Dermaga Jangkar selesai dibangun dengan biaya Rp 12 miliar.") in found
    assert not any("#" in quote or "Wiryawan" in quote for _, quote in found)
    assert not any("40 ton" in quote for side, quote in found if side == "Dermaga Jangkar")
    assert proven(docks, answer)


@pytest.mark.model
def test_what_follows_on_a_side_in_its_paragraph_or_stands_under_its_title_is_about_it(docks):
    found = told(docks.ask("Bandingkan muatan kapal di Kalbut dengan Wiryawan"))
    assert ("Kalbut", "Kapal itu membawa 40 ton tongkol setiap pekan.") in found
    found = told(docks.ask("Bandingkan pelabuhan Jangkar dengan Kalbut"))
    assert {quote for side, quote in found if side == "Kalbut"} <= {
        "Dermaga Kalbut dipakai tiga kapal ikan sejak April 2025.",
        "Kapal itu membawa 40 ton tongkol setiap pekan.",
    }


@pytest.mark.model
def test_a_comparison_that_names_both_sides_is_searched_by_these_alone(docks):
    history = ["Berapa harga teh hijau Jabar?", "Siapa yang membelinya?"]
    turn = "Bandingkan Dermaga Kalbut dengan Dermaga Jangkar"
    alone = docks.ask(turn)
    leaning = Overview(docks, turn, history, "auto", Filter()).answer("compare", 1.0)
    assert told(leaning) == told(alone)
    assert leaning.understood == ""


@pytest.mark.model
def test_a_comparison_of_what_was_spoken_of_is_understood_as_a_question(docks):
    history = ["Berapa kapal di Dermaga Kalbut?", "Berapa biaya Dermaga Jangkar?"]
    answer = Overview(docks, "bandingkan keduanya", history, "auto", Filter()).answer("compare", 1.0)
    assert answer.understood == f"Bandingkan {history[0]} dengan {history[1]}"
    assert {quote for _, quote in told(answer)} >= {
        "Dermaga Jangkar selesai dibangun dengan biaya Rp 12 miliar."
    }
    assert proven(docks, answer)
    years = Overview(docks, "bandingkan 2024 dengan 2025", ["Berapa kapal di Kalbut?"], "auto", Filter())
    assert years.answer("compare", 1.0).understood == "Bandingkan 2024 dengan 2025: kapal, Kalbut"


@pytest.mark.model
@pytest.mark.parametrize(
    "turn",
    [
        "Summarise the article about West Java and South Korea",
        "Ringkas artikel tentang Jawa Barat dan Korea Selatan",
        "Ringkas artikel tentang Jabar dan Korsel",
    ],
)
def test_a_place_is_the_same_in_all_of_its_names(docks, turn):
    answer = Overview(docks, turn, (), "auto", Filter()).answer("summarise", 1.0)
    assert {citation.article.id for citation in answer.citations} == {"tea"}


@pytest.mark.model
def test_another_place_is_not_the_one_that_shares_a_word(docks):
    answer = Overview(docks, "Ringkas artikel tentang teh Jawa Timur", (), "auto", Filter()).answer(
        "summarise", 1.0
    )
    assert answer.abstained


@pytest.mark.parametrize(
    ("turn", "place"),
    [
        ("ringkas yang keempat", 4),
        ("rangkum artikel kedua dalam tiga poin", 2),
        ("ringkas nomor 3 ya", 3),
        ("ringkas yang no. 5", 5),
        ("Sum up the third one", 3),
        ("the last one please", -1),
        ("yang paling atas isinya apa?", 1),
        ("ringkas kedua artikel", None),
        ("ringkas artikel tentang gempa kedua di Lombok", None),
        ("berita terbaru apa?", None),
        ("ringkas artikel itu", None),
    ],
)
def test_a_turn_picks_one_of_a_list_by_its_place(turn, place):
    assert place_in_list(turn) == place


@pytest.mark.model
def test_what_is_picked_is_the_article_at_that_place_of_the_last_list(docks):
    history = ["berita terbaru apa?"]
    listed = [one.article.id for one in docks.ask(history[0]).citations]
    assert listed == ["harbour", "tea", "docks"]

    def summarised(turn, kind="summarise", history=history):
        answer = Overview(docks, turn, history, "auto", Filter()).answer(kind, 1.0)
        return [*{one.article.id for one in answer.citations}]

    assert summarised("ringkas yang kedua") == ["tea"]
    assert summarised("summarise the last one") == ["docks"]
    assert summarised("ringkas yang ketiga", history=[*history, "ringkas yang kedua"]) == ["docks"]
    assert summarised("yang paling baru isinya apa?", "latest") == ["harbour"]
    beyond = Overview(docks, "ringkas yang kelima", history, "auto", Filter()).answer("summarise", 1.0)
    assert beyond.text == "Daftar terakhir hanya memuat 3 artikel."


@pytest.mark.model
@pytest.mark.parametrize(
    ("turn", "article"), [("yang ketiga", "docks"), ("what does the second one say?", "tea")]
)
def test_a_turn_that_only_picks_from_a_list_gets_the_key_sentences_of_that_article(docks, turn, article):
    answer = docks.ask(turn, history=["berita terbaru apa?"])
    assert answer.request == "summarise"
    assert {one.article.id for one in answer.citations} == {article}


@pytest.mark.model
def test_one_word_behind_about_is_a_topic_of_its_own(docks):
    history = ["Berapa kapal di Dermaga Kalbut?"]
    answer = Overview(docks, "berita terbaru soal teh", history, "auto", Filter()).answer("latest", 1.0)
    assert ([one.article.id for one in answer.citations], answer.understood) == (["tea"], "")


@pytest.mark.model
def test_a_draft_tells_the_day_and_place_of_its_first_sentences_or_says_that_it_lacks_them(docks):
    answer = Overview(docks, "Buatkan siaran pers tentang Dermaga Kalbut", (), "auto", Filter()).answer(
        "draft", 1.0
    )
    texts = [claim.text for claim in answer.claims]
    assert "Kapan: Kamis (15/5/2025)" in texts
    assert "Di mana: Kabupaten Situbondo" in texts
    assert len(answer.notes) == 1


def draft_source(text, published=None):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article("here", "", text, None, published, None, "id", "", digest)


FOUR = "Pasar ikan itu ramai pembeli. Harga cakalang turun cukup tajam. Pedagang mengeluh sepi setiap hari. "


def test_a_day_in_passing_and_an_address_tell_neither_when_nor_where():
    text = (
        FOUR
        + "Lomba dayung digelar pada 3 Mei 2024 di Provinsi Jambi. Datanya ada di pasar.bali.go.id sekarang."
    )
    assert days_of(draft_source(text, date(2024, 6, 20))) == []
    assert places_of(draft_source(text, date(2024, 6, 20))) == []
    lead = draft_source(
        "Datanya dimuat di harga.bali.go.id setiap hari kerja. Pasar itu ramai sejak pagi tadi."
    )
    assert places_of(lead) == []


def test_the_day_of_the_report_and_its_place_are_told_wherever_they_stand():
    text = FOUR + 'Harga itu wajar," kata Rano di Bali, Kamis (20/6/2024).'.replace("Harga", '"Harga', 1)
    source = draft_source(text, date(2024, 6, 21))
    assert [key.text[slice(*span)] for key, span in days_of(source)] == ["Kamis (20/6/2024)"]
    assert [key.text[slice(*span)] for key, span in places_of(source)] == ["Bali"]


def test_a_place_of_the_dateline_that_the_first_sentences_name_is_told_and_none_of_the_headline():
    body = "Pemerintah Provinsi Papua Barat menjajaki kerja sama perikanan dengan pengusaha Malaysia.\n"
    source = draft_source(f"Papua Barat Bertemu Pengusaha Malaysia\n\nPAPUA BARAT - {body}")
    assert [key.text[slice(*span)] for key, span in places_of(source)] == ["Papua Barat"]


RICE = "Produksi padi di Kabupaten {} mencapai {} ribu ton pada semester pertama 2025. {}\n"
OFFICES = {
    "ogan-ilir": (
        "Panen Padi Ogan Ilir Naik", "2025-08-11", "Harian Rawa",
        RICE.format("Ogan Ilir", 214, "Luas panen di Ogan Ilir bertambah menjadi 41.300 hektare."),
    ),
    "komering": (
        "Ogan Komering Ilir Perluas Sawah Rawa", "2025-08-19", "Harian Rawa",
        RICE.format("Ogan Komering Ilir", 388, "Pemkab membuka jalan usaha tani sepanjang 18 kilometer."),
    ),
    "dinas": (
        "Dinas Salurkan Alat untuk Petani", "2025-09-01", "Dinas Tani",
        "Alat yang disalurkan dinas:\n"
        "- Banyuasin mendapat 400 pompa air dan dua gudang pengering\n"
        "- Ogan Ilir mendapat 120 pompa air dan satu gudang pengering\n\n"
        "Belanja dinas (dalam miliar rupiah):\n\n"
        "| Bidang | Pagu | Realisasi |\n|---|---|---|\n| Pengairan | 140 | 52 |\n| Perbenihan | 95 | 71 |\n",
    ),
    "sekolah": (
        "Sigi Bangun 12 Sekolah Tahan Gempa", "2025-03-03", "Humas Sigi",
        "SIGI - Pemerintah Kabupaten Sigi membangun 12 sekolah tahan gempa dengan biaya Rp 54 miliar pada "
        "2025. "
        "Sekolah tahan gempa di Sigi itu menampung 3.400 siswa.\n\n"
        '"Anak-anak harus belajar dengan tenang," kata Bupati Sigi Irwan Lapata, Senin (3/3/2025).\n',
    ),
    "ralat": (
        "Ralat: Biaya Sekolah Tahan Gempa Sigi", "2025-03-05", "Humas Sigi",
        "Biaya pembangunan 12 sekolah tahan gempa oleh Pemerintah Kabupaten Sigi pada 2025 adalah "
        "Rp 45 miliar, bukan Rp 54 miliar. Angka biaya itu diralat karena tertukar saat pengetikan.\n",
    ),
}  # fmt: skip
NEW = ("ralat", "Rp 45 miliar, bukan")


@pytest.fixture(scope="module")
def offices(tmp_path_factory):
    folder = tmp_path_factory.mktemp("offices")
    for name, (title, day, source, text) in OFFICES.items():
        head = f'---\ntitle: "{title}"\npublished: {day}\nsource: {source}\n---\n'
        (folder / f"{name}.md").write_text(head + text, encoding="utf-8")
    library = Library(settings_at(folder))
    assert not library.add([folder]).failures
    return load_assistant(library)


@pytest.mark.model
def test_places_of_like_names_are_told_apart_and_beside_each_other(offices):
    found = told(offices.ask("Bandingkan Ogan Ilir dan Ogan Komering Ilir"))
    assert [(side, quote[:30]) for side, quote in found] == [
        ("Ogan Ilir", "Produksi padi di Kabupaten Oga"),
        ("Ogan Komering Ilir", "Produksi padi di Kabupaten Oga"),
    ]
    assert ["214" in found[0][1], "388" in found[1][1]] == [True, True]
    answer = offices.ask("Berapa produksi padi Ogan Ilir pada semester pertama 2025?")
    assert answer.lead is not None
    assert answer.lead.text == "214 ribu ton"


@pytest.mark.model
def test_items_and_rows_are_compared_with_what_heads_them(offices):
    answer = offices.ask("Bandingkan pompa air Ogan Ilir dan Banyuasin")
    assert told(answer) == [
        ("Ogan Ilir", "Alat yang disalurkan dinas:"),
        ("Ogan Ilir", "Ogan Ilir mendapat 120 pompa air dan satu gudang pengering"),
        ("Banyuasin", "Alat yang disalurkan dinas:"),
        ("Banyuasin", "Banyuasin mendapat 400 pompa air dan dua gudang pengering"),
    ]
    assert proven(offices, answer)
    answer = offices.ask("Berapa pagu bidang Pengairan?")
    assert answer.lead is not None
    assert answer.lead.text == "140 (dalam miliar rupiah)"
    assert proven(offices, answer)


@pytest.mark.model
@pytest.mark.parametrize(
    "turn",
    [
        "Berapa biaya 12 sekolah tahan gempa yang dibangun Pemerintah Kabupaten Sigi?",
        "Ringkas artikel tentang sekolah tahan gempa Sigi",
        "Ringkas berita sekolah tahan gempa Sigi dalam dua kalimat",
        "Buatkan draf siaran pers tentang sekolah tahan gempa Sigi",
        "Buatkan draf siaran pers tentang ralat biaya sekolah tahan gempa Sigi",
        "Bandingkan biaya sekolah Sigi dengan produksi padi Ogan Ilir",
    ],
)
def test_a_figure_that_was_corrected_since_is_told_as_it_is_now(offices, turn):
    answer = offices.ask(turn)
    quotes = [(one.article.id, one.quote) for one in answer.citations]
    assert any(name == NEW[0] and NEW[1] in quote for name, quote in quotes)
    assert not any("Rp 54 miliar" in quote for name, quote in quotes if name == "sekolah")
    assert "draf" not in turn or {"sekolah", "ralat"} <= {name for name, _ in quotes}
    assert answer.lead is None or "54" not in answer.lead.text
    assert proven(offices, answer)


@pytest.mark.model
def test_what_follows_on_an_answer_is_told_of_its_article_and_of_the_correction(offices):
    history = ["Berapa sekolah tahan gempa yang dibangun di Sigi?"]
    first = offices.ask(history[0])
    assert first.notes[-1].startswith("Sudah diralat: “Rp 54 miliar” → “Rp 45 miliar” (“Ralat: Biaya")
    said = offices.ask("apa katanya?", history=history)
    assert [one.quote for one in said.citations] == ["Anak-anak harus belajar dengan tenang,"]
    source = offices.ask("sumbernya?", history=history)
    assert source.claims[0].text.startswith("Menurut Humas Sigi (3 Maret 2025): Pemerintah Kabupaten Sigi")
    assert source.understood == f"Sumber jawaban atas: {history[0]}"
    summed = offices.ask("sumbernya?", history=["Ringkas artikel tentang sekolah tahan gempa Sigi"])
    assert (summed.lead, "Irwan Lapata" in summed.text) == (None, True)
    why = offices.ask("Kenapa angkanya diralat?", history=history)
    assert [one.article.id for one in why.citations] == ["ralat"]
    assert all(proven(offices, one) for one in (first, said, source, why))
