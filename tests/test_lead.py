"""What must be true of the direct answer that goes before the sentences."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, Hit, Passage
from rag.answer import Answer, Citation, Claim, Lead
from rag.lang.names import Sentence
from rag.lead import asks_several, chosen_span, completed, features, lead, yes_features
from rag.reader import Polarity, Reading


def reading(text, *parts, language="id", published=date(2025, 7, 22)):
    """One sentence whose likely spans are `parts`, the likeliest first, each a margin of 1 below the last."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    article = Article("a", "Judul", text, "Koran", published, None, language, "a.txt", digest)
    hit = Hit(Passage(article, 0, len(text)), 1.0, 1)
    spans = [(text.index(part), text.index(part) + len(part)) for part in parts]
    return Reading(
        Sentence(article, 0, len(text), hit),
        spans[0],
        0.9,
        spans=tuple((span, 5.0 - number) for number, span in enumerate(spans)),
    )


def texts(one):
    return [one.sentence.text[slice(*span)] for span, _ in completed(one.sentence, one.spans)]


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("12,5", "Rp 12,5 miliar"),
        ("miliar", "Rp 12,5 miliar"),
        ("Selasa", "Selasa (8/7/2025)"),
        ("abupaten Sele", "Kabupaten Selebu"),
        ("Dinas Pekerjaan Umum (", "Dinas Pekerjaan Umum"),
        ("Umum (DPU", "Umum (DPU)"),
    ],
)
def test_a_span_is_completed_to_whole_words_figures_days_and_brackets(part, whole):
    text = "Kabupaten Selebu memberi Dinas Pekerjaan Umum (DPU) dana Rp 12,5 miliar, Selasa (8/7/2025)."
    assert texts(reading(text, part)) == [whole]


def test_a_list_is_given_whole_where_its_parts_are_about_as_likely():
    one = reading(
        "Acara itu dihadiri wakil Arunika, Belirang, Candra dan Dahana di balai kota yang baru dibuka.",
        "Arunika, Belirang",
        "Arunika, Belirang, Candra dan Dahana",
    )
    assert one.sentence.text[slice(*chosen_span(one))] == "Arunika, Belirang, Candra dan Dahana"


def chosen(question, text, *parts):
    one = reading(text, *parts)
    return text[slice(*chosen_span(one, question))]


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("4 jam", "dari 4 jam menjadi 2 jam"),
        ("Rp 3 miliar", "dari Rp 3 miliar pada 2016 ke Rp 5 miliar"),
        ("Rp 5 miliar", "Rp 5 miliar"),
        ("April", "akhir April"),
    ],
)
def test_a_span_goes_on_to_what_its_value_became_and_to_the_part_of_its_period(part, whole):
    text = (
        "Jalan itu susut dari 4 jam menjadi 2 jam; dananya naik dari Rp 3 miliar pada 2016 ke Rp 5 miliar "
        "dan cair akhir April nanti."
    )
    assert texts(reading(text, part)) == [whole]


def test_a_span_with_half_of_a_quotation_is_left_out_where_there_are_others():
    text = '"Pasar itu rampung pada Mei," kata Rano di kantornya.'
    assert texts(reading(text, 'pada Mei," kata Rano', "pada Mei")) == ["pada Mei"]
    assert texts(reading(text, 'pada Mei," kata Rano')) == ['pada Mei," kata Rano']


OFFICERS = "Bupati Talaud Rano Wiguna dan Plt Kepala Dinas Sosial Talaud, Melati, menjadi saksi."


def test_the_name_behind_the_office_that_is_asked_for_leads():
    joined = "Rano Wiguna dan Plt Kepala Dinas Sosial Talaud, Melati"
    assert chosen("Siapa bupati Talaud?", OFFICERS, "Melati", joined) == "Rano Wiguna"
    assert chosen("Siapa yang menjadi saksi?", OFFICERS, "Melati", joined) == "Melati"
    former = OFFICERS.replace("Bupati", "Mantan Bupati")
    assert chosen("Siapa bupati Talaud?", former, "Melati", joined) == "Melati"


@pytest.mark.parametrize(
    ("question", "leads"),
    [
        ("Siapa menteri kehutanan?", None),
        ("Siapa menteri kelautan?", "Rano Wiguna"),
        ("Siapa menteri yang datang?", "Rano Wiguna"),
        ("Siapa yang datang?", "Rano Wiguna"),
    ],
)
def test_the_holder_of_another_office_does_not_lead(question, leads):
    one = reading("Menteri Kelautan Rano Wiguna datang ke hutan di Bitung.", "Rano Wiguna")
    found = lead(question, one, "id", 1)
    assert (found and found.text) == leads


@pytest.mark.parametrize(
    ("question", "text", "part", "leads"),
    [
        ("Kapan tibanya?", "Kapal itu seharga Rp 5 miliar dengan mesinnya.", "Rp 5 miliar", None),
        ("Kapan tibanya?", "Kapal itu lengkap dengan mesin dan jaringnya.", "mesin dan jaringnya", None),
        ("Kapan tibanya?", "Kapal itu tiba dua tahun setelah dipesan.", "dua tahun", "Dua tahun"),
        ("Kapan tibanya?", "Kapal itu tiba pukul 07.30 di Bitung.", "pukul 07.30", "Pukul 07.30"),
        ("Di mana kapalnya?", "Kapal itu seharga Rp 5 miliar di Bitung.", "Rp 5 miliar", None),
        ("Berapa harganya di sana?", "Kapal itu seharga Rp 5 miliar.", "Rp 5 miliar", "Rp 5 miliar"),
    ],
)
def test_an_amount_answers_no_question_for_a_day_or_place(question, text, part, leads):
    found = lead(question, reading(text, part), "id", 1)
    assert (found and found.text) == leads


def test_a_question_for_one_number_takes_the_one_beside_what_it_names():
    text = "Pasar Bitung menerima Rp 4 miliar, Pasar Tomohon Rp 7 miliar, dan Pasar Manado Rp 9 miliar."
    rest = text[text.index("Rp 7") : -1]
    assert chosen("pasar tomohon berapa?", text, "Rp 7 miliar", rest) == "Rp 7 miliar"


def test_a_question_for_a_day_takes_the_span_with_one():
    text = "Menurut bupati, pasar yang lama itu dibuka lagi dengan pesta pada 3 Mei."
    assert chosen("Kapan dibuka?", text, "dengan pesta", "3 Mei") == "3 Mei"
    assert chosen("Bagaimana dibuka?", text, "dengan pesta", "3 Mei") == "dengan pesta"


def test_a_figure_that_begins_what_was_chosen_leads_in_the_other_language():
    text = "Panen kopi tumbuh 8,5 persen dari hasil tahun lalu yang terkena banjir besar di lembah itu."
    part = "8,5 persen dari hasil tahun lalu yang terkena banjir besar"
    assert lead("How did the harvest grow?", reading(text, part), "en", 1).text == "8.5%"


def test_the_comma_of_a_figure_joins_no_items():
    one = reading("Dana itu mencapai Rp 14, 5 miliar menurut bupati.", "Rp 14, 5 miliar")
    (values,) = features(one.sentence, completed(one.sentence, one.spans))
    assert values["items"] == 0


def test_what_somebody_says_leads_between_marks_and_a_value_without():
    said = reading(
        '"Jangan segan bertanya, saya terbuka dan anggarannya Rp 5 miliar," kata Rano.',
        "Jangan segan bertanya",
    )
    assert lead("Apa kata Rano?", said, "id", 1).text == "“Jangan segan bertanya”"
    value = reading(said.sentence.text, "Rp 5 miliar")
    assert lead("Berapa anggarannya?", value, "id", 1).text == "Rp 5 miliar"


def test_a_sentence_that_asks_leads_with_nothing():
    one = reading("Apa jadinya jika Melati diakuisisi Arunika atau bahkan Belirang?", "Belirang")
    assert lead("Siapa yang mengakuisisi Melati?", one, "id", 1) is None


def test_a_region_that_makes_up_half_of_what_leads_is_told_in_the_other_language():
    one = reading("Perusahaan itu masuk ke kawasan Asia Tenggara tahun depan.", "kawasan Asia Tenggara")
    assert lead("Where does it expand?", one, "en", 1).text == "Southeast Asia"


@pytest.mark.parametrize(
    ("question", "text", "part", "kind"),
    [
        ("Berapa?", "Ada 4 kapal, 7 perahu, 3 sampan di sana kini.", "4 kapal, 7 perahu, 3 sampan", "list"),
        ("Berapa anggarannya?", "Anggaran pasar itu Rp 5 miliar tahun depan.", "Rp 5 miliar", "value"),
        ("Kapan dibuka?", "Pasar itu dibuka bupati pada 3 Mei 2025 lalu.", "3 Mei 2025", "date"),
        ("Siapa yang membuka?", "Pasar dibuka Bupati Rano Wiguna kemarin.", "Bupati Rano Wiguna", "person"),
        ("Di mana rapatnya?", "Rapat itu digelar di balai desa kemarin pagi.", "di balai desa", "place"),
        ("Di mana kantornya?", "Kantornya di Jalan Dua, Slipi, sejak Mei.", "Jalan Dua, Slipi", "place"),
        ("Siapa ketuanya?", "Dipimpin Ketua Tani, Rano Wiguna, kini.", "Ketua Tani, Rano Wiguna", "person"),
        ("Aturan apa?", "Diatur Perda Kota Melati Raya No 7 lalu.", "Perda Kota Melati Raya No 7", "text"),
        ("Apa saja dijual?", "Di sana dijual cabai, tomat, dan bawang.", "cabai, tomat, dan bawang", "list"),
        ("Mengapa ditutup?", "Pasar ditutup karena atapnya bocor lama.", "karena atapnya bocor", "text"),
    ],
)  # fmt: skip
def test_a_lead_says_what_it_is(question, text, part, kind):
    assert lead(question, reading(text, part), "id", 1).kind == kind


def test_a_lead_is_the_characters_that_it_names_and_begins_like_a_sentence():
    text = "Pasar itu ditutup karena atapnya bocor sejak lama."
    found = lead("Mengapa?", reading(text, "karena atapnya bocor"), "id", 2)
    assert found == Lead("Karena atapnya bocor", "text", 18, 38, 2)


def test_what_is_nearly_the_whole_sentence_does_not_lead_it():
    text = "Pasar itu ditutup."
    assert lead("Apa yang terjadi?", reading(text, "Pasar itu ditutup"), "id", 1) is None


def test_what_cannot_be_told_in_the_other_language_leads_as_a_quotation_where_it_is_short():
    text = "Pasar itu ditutup karena atapnya bocor sejak lama."
    found = lead("Why?", reading(text, "karena atapnya bocor"), "en", 1)
    assert (found.text, text[found.start : found.end]) == ("“karena atapnya bocor”", "karena atapnya bocor")
    part = "karena " + " dan ".join(
        ["atap", "lantai", "dinding", "pintu", "tangga", "saluran", "jendela"] * 2
    )
    longer = (
        f"Pasar itu ditutup {part} rusak sejak lama, kata kepala dinas itu kemarin di kantornya di Bitung."
    )
    assert lead("Why?", reading(longer, part), "en", 1) is None


def test_an_english_lead_is_told_in_english():
    text = "Pasar itu dibuka bupati pada 3 Mei 2025 lalu."
    assert lead("When?", reading(text, "3 Mei 2025"), "en", 1).text == "3 May 2025"


@pytest.mark.parametrize(
    ("before", "language", "told"),
    [
        ("tidak kurang dari", "en", "No less than 40 people"),
        ("tak lebih dari", "en", "No more than 40 people"),
        ("tidak sampai", "en", "Less than 40 people"),
        ("tidak sampai", "id", "Tidak sampai 40 orang"),
        ("hampir", "id", "Hampir 40 orang"),
        ("bersama", "id", "40 orang"),
    ],
)
def test_a_lead_keeps_what_bounds_its_figure(before, language, told):
    text = f"Perayaan di tepi sungai itu dihadiri {before} 40 orang dari desa-desa sekitarnya."
    found = lead("Berapa orang?", reading(text, "40 orang"), language, 1)
    assert found.text == told
    if language == "id":
        assert text[found.start : found.end].lower() == told.lower()


def test_a_value_that_is_a_small_part_of_what_was_chosen_does_not_lead_in_its_stead():
    text = "Perayaan itu dihadiri 40 orang utusan desa-desa dari seberang sungai pada pagi hari."
    part = "40 orang utusan desa-desa dari seberang sungai"
    assert lead("Who came?", reading(text, part), "en", 1).text == f"“{part}”"


def test_brackets_around_the_whole_lead_are_left_out():
    text = "Ia sudah meraih gelar (4 kali juara) dalam balapan."
    assert lead("Berapa kali?", reading(text, "(4 kali juara)"), "id", 1).text == "4 kali juara"


def test_an_answer_begins_with_its_lead_and_cites_it():
    article = reading("Anggaran pasar itu Rp 5 miliar.", "Rp 5 miliar").sentence.article
    parts = {
        "claims": (Claim("Anggaran pasar itu Rp 5 miliar.", (1,)),),
        "citations": (Citation(1, article, 0, 31),),
    }
    answer = Answer("Berapa?", "id", lead=Lead("Rp 5 miliar", "value", 19, 30, 1), **parts)
    assert answer.text == "Rp 5 miliar. [1] Anggaran pasar itu Rp 5 miliar. [1]"
    with pytest.raises(ValueError, match="outside its citation"):
        Answer("Berapa?", "id", lead=Lead("Rp 5 miliar", "value", 19, 30, 2), **parts)


@given(st.text('ab1 ,().R"', min_size=1, max_size=40), st.data())
def test_a_completed_span_stays_within_its_sentence(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    one = reading(text, text[start:end])
    for (first, last), _ in completed(one.sentence, one.spans):
        assert 0 <= first < last <= len(text)


def test_the_number_of_a_house_negates_no_sentence():
    for text, negated in [("Posko itu di Jalan Melati No. 12.", 0.0), ("Posko itu belum dibuka.", 1.0)]:
        values = yes_features("Apakah posko itu dibuka?", reading(text, "Posko").sentence, YES)
        assert values["negated"] == negated


YES, NO = Polarity(5.0, 8.0, -8.0, -9.0), Polarity(5.0, -8.0, 8.0, -9.0)


@pytest.mark.parametrize(
    ("question", "polarity", "language", "text"),
    [
        ("Apakah pasar itu ditutup?", YES, "id", "Ya: karena atapnya bocor"),
        ("Apakah pasar itu dibuka?", NO, "id", "Tidak: karena atapnya bocor"),
        ("Pasar itu sudah dibuka?", NO, "id", "Belum: karena atapnya bocor"),
        ("pasar itu udh buka blm", NO, "id", "Belum: karena atapnya bocor"),
        ("Apakah pasar itu belum dibuka?", NO, "id", "Tidak: karena atapnya bocor"),
        ("Is the market closed?", YES, "en", "Yes: “karena atapnya bocor”"),
        ("Does the market open?", NO, "en", "No: “karena atapnya bocor”"),
        ("Has the market opened?", NO, "en", "Not yet: “karena atapnya bocor”"),
        ("Mengapa ditutup?", Polarity(-5.0, 8.0, -8.0, -9.0), "id", "Karena atapnya bocor"),
    ],
)
def test_a_yes_or_a_no_goes_before_the_lead_where_it_is_asked_for_and_sure(
    question, polarity, language, text
):
    one = reading("Pasar itu ditutup karena atapnya bocor sejak lama.", "karena atapnya bocor")
    found = lead(question, replace(one, polarity=polarity), language, 1)
    assert found.text == text
    assert (found.kind == "yesno") == (":" in text)
    assert one.sentence.article.text[found.start : found.end] == "karena atapnya bocor"


def test_a_yes_leads_alone_where_the_whole_sentence_answers():
    one = replace(reading("Pasar itu ditutup.", "Pasar itu ditutup"), polarity=YES)
    assert lead("Apakah pasar itu ditutup?", one, "id", 1) == Lead("Ya", "yesno", 0, 17, 1)


UNSURE = Polarity(5.0, 0.1, 0.0, -9.0)


@pytest.mark.parametrize(
    ("question", "polarity", "text", "part", "leads"),
    [
        ("Apakah pasar itu ditutup?", UNSURE, "Atapnya bocor sejak Mei lalu di Bitung.", "Atapnya", None),
        ("Apakah ekspor naik?", None, "Ekspor kota itu turun 1,9 persen.", "1,9 persen", None),
        ("Has the market opened?", UNSURE, "Pasar itu dibuka pada 3 Mei 2025 lalu.", "3 Mei 2025", None),
        ("Apakah ekspor naik atau turun?", None, "Ekspor kota itu turun 1,9 persen.", "turun", "Turun"),
        (
            *("Apakah pasar itu ditutup?", UNSURE),
            *("Kata bupati, pasar itu bakal ditutup.", "pasar itu bakal ditutup", "Pasar itu bakal ditutup"),
        ),
    ],
)
def test_a_yes_or_no_question_takes_no_lead_but_a_clause_with_what_is_asked(
    question, polarity, text, part, leads
):
    found = lead(
        question, replace(reading(text, part), polarity=polarity), "en" if "Has" in question else "id", 1
    )
    assert (found and found.text) == leads


def test_a_no_is_not_said_twice_and_is_a_not_yet_where_the_sentence_says_so():
    text = '"Kami menunggu hasilnya di kantor ini. Jadi belum bisa dipastikan," ujarnya di Bitung.'
    one = replace(reading(text, "Jadi belum bisa dipastikan"), polarity=NO)
    found = lead("Apakah sebabnya sudah dipastikan?", one, "id", 1)
    assert (found.text, found.kind) == ("Belum bisa dipastikan", "yesno")
    assert text[found.start : found.end] == "belum bisa dipastikan"
    open_yet = replace(reading("Target itu belum tercapai.", "Target itu belum tercapai"), polarity=NO)
    assert lead("Apakah target itu tercapai?", open_yet, "id", 1).text == "Belum"


@pytest.mark.parametrize(
    ("question", "text", "part", "leads"),
    [
        ("Siapa bupati Empat Lawang?", "Wakil Bupati Empat Lawang Arifin Noor datang.", "Arifin Noor", None),
        (
            "Siapa wabup Talaud?",
            "Wakil Bupati Talaud Arifin Noor datang ke sana.",
            "Arifin Noor",
            "Arifin Noor",
        ),
        ("Siapa wali kota Tomohon (Pasar Bitung)?", "Wali Kota Bitung Rano datang kemarin.", "Rano", None),
        ("siapa presiden Peru?", "Dia istri mantan Presiden Peru, Rano Wiguna, kini.", "Rano Wiguna", None),
        (
            "Siapa kepala dinas sosial?",
            "Penjabat Kepala Dinas Sosial Rano Wiguna datang.",
            "Rano Wiguna",
            None,
        ),
        ("Siapa gubernur Ehime?", "Gubernur Rano dan Wakil Gubernur Ehime Aiko hadir di sana.", "Rano", None),
        ("Siapa gubernur Ehime?", "Gubernur Rano hadir di sana bersama rombongan.", "Rano", "Rano"),
        ("Siapa kadis kominfo?", "Kepala Dinas Kesehatan Rano datang kemarin.", "Rano", None),
        (
            "Siapa Kepala Dinas Kominfo Sumsel?",
            "Kepala Dinas Sosial Sumatera Selatan Rano hadir.",
            "Rano",
            None,
        ),
        ("Who is the mayor of Bitung?", "Kepala Dinas Perhubungan Kota Bitung Rano hadir.", "Rano", None),
        ("Who is the mayor of Bitung?", "Wali Kota Bitung Rano datang kemarin.", "Rano", "Rano"),
        ("Who is the health minister?", "Menteri Kesehatan Rano datang kemarin.", "Rano", "Rano"),
        ("Who is the health minister?", "Menteri Perdagangan Rano datang kemarin.", "Rano", None),
        ("Siapa yang dilantik bupati?", "Bupati melantik Kepala Dinas Sosial Rano di sana.", "Rano", "Rano"),
    ],
)
def test_the_holder_of_another_rank_place_or_field_does_not_lead(question, text, part, leads):
    language = "en" if question.startswith("Who") else "id"
    found = lead(question, reading(text, part), language, 1)
    assert (found and found.text) == leads


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Siapa tiga orang yang datang?", True),
        ("siapa bupati empat lawang?", False),
        ("Siapa kepala desa Tiga Raja?", False),
        ("siapa pelatih juara dua?", False),
        ("Who are the two winners?", True),
    ],
)
def test_a_number_within_a_name_or_rank_is_not_of_several(question, several):
    assert asks_several(question) == several


@pytest.mark.parametrize(
    ("question", "part", "whole"),
    [
        (
            "Siapa Rano Wiguna?",
            "Kepala Dinas Sosial, Melati Ayu sebagai Direktur RSUD, serta dr. Budi sebagai Camat Bitung",
            "Kepala Dinas Sosial",
        ),
        ("Berapa hadiah Arema?", "Rp 500 juta, sementara Persib memperoleh Rp 300 juta", "Rp 500 juta"),
        (
            *("Berapa hadiah Persib?", "Rp 500 juta, sementara Persib memperoleh Rp 300 juta"),
            "Persib memperoleh Rp 300 juta",
        ),
        ("Berapa ekspornya?", "8 persen dibandingkan 2023 yang tercatat USD 5 juta", "8 persen"),
        (
            *("Berapa ekspor 2023?", "8 persen dibandingkan 2023 yang tercatat USD 5 juta"),
            "2023 yang tercatat USD 5 juta",
        ),
        ("Berapa rumah rusak?", "312 rumah rusak, 47", "312 rumah rusak"),
        ("Berapa orang dari Bitung?", "5 orang), Talaud (2 orang), dan Manado", "5 orang"),
        (
            *("Dari mana saja?", "Bitung (5 orang), Talaud (2 orang), dan Manado"),
            "Bitung (5 orang), Talaud (2 orang), dan Manado (1 orang)",
        ),
        (
            "Dari mana saja?",
            "5 orang), Talaud (2 orang), dan Manado",
            "Bitung (5 orang), Talaud (2 orang), dan Manado (1 orang)",
        ),
    ],
)
def test_of_a_row_the_item_that_is_asked_for_is_taken_and_no_bracket_or_item_is_cut(question, part, whole):
    text = (
        "Rano Wiguna sebagai Kepala Dinas Sosial, Melati Ayu sebagai Direktur RSUD, serta dr. Budi sebagai "
        "Camat Bitung; hadiahnya Rp 500 juta, sementara Persib memperoleh Rp 300 juta; ekspor naik 8 persen "
        "dibandingkan 2023 yang tercatat USD 5 juta; 312 rumah rusak, 47 di antaranya parah; tamunya dari "
        "Bitung (5 orang), Talaud (2 orang), dan Manado (1 orang)."
    )
    one = reading(text, part)
    assert [text[slice(*span)] for span, _ in completed(one.sentence, one.spans, question)] == [whole]


def test_what_is_not_certain_leads_with_what_says_so():
    text = "Kapolres mengatakan dugaan sementara penyebabnya adalah korsleting di dapur."
    whole = "dugaan sementara penyebabnya adalah korsleting di dapur"
    one = reading(text, "korsleting di dapur")
    assert lead("Apa penyebabnya?", one, "id", 1).text == whole.capitalize()
    assert lead("What caused it?", one, "en", 1).text == f"“{whole}”"
    parted = reading(text.replace("penyebabnya adalah", "itu lama, kini"), "korsleting di dapur")
    assert lead("Apa penyebabnya?", parted, "id", 1).text == "Korsleting di dapur"


def test_a_number_that_is_asked_for_leads_alone_in_the_other_language():
    text = "Kota itu dikunjungi 16.850 wisatawan mancanegara sepanjang tahun lalu."
    one = reading(text, "16.850 wisatawan mancanegara")
    assert lead("How many foreign tourists came?", one, "en", 1).text == "16,850"
    assert lead("Who came?", one, "en", 1).text == "“16.850 wisatawan mancanegara”"
