"""What must be true of summaries: key sentences are slices, whole, in order and said once."""

import hashlib
from datetime import date

import pytest

from index import Article
from rag.differing import corrections
from rag.figures import figures_of
from rag.lang.words import is_balanced, refers_back
from rag.output import answer_object
from rag.proof import prove
from rag.summary import (
    Key,
    candidates,
    chronological,
    key_sentences,
    quotable,
    ranked,
    summarise,
    summary_of,
)

FLOOD = """Banjir Rendam Tiga Desa di Sigi

SIGI, Kabar Sulteng, 3 Maret 2025 – Banjir merendam tiga desa di Kabupaten Sigi pada Senin malam.
Baca juga: Jalan Poros Palu Ditutup
Sebanyak 420 warga Desa Rogo mengungsi ke balai desa dan dua sekolah.
Mereka membutuhkan selimut dan air bersih.
Bupati Sigi Rizal Intjenae menetapkan status tanggap darurat selama 14 hari.
"Kami sudah mengirim tiga perahu karet. Dapur umum dibuka malam ini," kata Kepala BPBD Sigi Asbudianto.
Kerugian ditaksir mencapai Rp 2,3 miliar menurut Dinas Pekerjaan Umum.
Jembatan gantung di Desa Bangga putus diterjang arus pada pukul 21.00 Wita.
Penulis: Andi
"""

LATER = """Banjir Sigi Surut

SIGI, Harian Palu, 5 Maret 2025 – Banjir tiga desa di Kabupaten Sigi mulai surut.
Bupati Sigi Rizal Intjenae menetapkan status tanggap darurat selama 14 hari.
PLN memulihkan aliran listrik ke 96 rumah di Desa Rogo pada Rabu pagi.
"""


def article(
    text=FLOOD, article_id="banjir", published=date(2025, 3, 3), source="Kabar Sulteng", language="id"
):
    digest = hashlib.sha256(text.encode()).hexdigest()
    title = text.partition("\n")[0]
    return Article(article_id, title, text, source, published, None, language, "a.txt", digest)


def texts(found):
    return [key.text for key in found]


def said_never(sentence, text):
    return False


def test_every_key_sentence_is_a_slice_in_the_order_of_the_text():
    (keys,) = key_sentences([article()])
    assert 3 <= len(keys) <= 6
    assert all(key.text == FLOOD[key.start : key.end] for key in keys)
    assert [key.start for key in keys] == sorted(key.start for key in keys)


def test_headline_boilerplate_and_byline_are_no_candidates():
    found = " ".join(FLOOD[start:end] for start, end in candidates(article()))
    assert "Baca juga" not in found
    assert "Penulis" not in found
    assert "Banjir Rendam Tiga Desa di Sigi" not in found
    assert "Kabar Sulteng" not in found


def test_a_quotation_of_two_sentences_is_one_candidate():
    found = [FLOOD[start:end] for start, end in candidates(article())]
    quotation = FLOOD[FLOOD.index('"Kami') : FLOOD.index("Asbudianto.") + len("Asbudianto.")]
    assert quotation.count(". ") == 1
    assert quotation in found
    assert all(is_balanced(one) for one in found)


def test_a_quotation_that_is_never_closed_is_left_out():
    text = (
        "Judul Berita\n\nJalan itu dibuka kembali pada hari Selasa pagi.\n"
        '"Kami menunggu hasil pemeriksaan polisi sampai besok.\n'
    )
    assert [text[start:end] for start, end in candidates(article(text))] == [
        "Jalan itu dibuka kembali pada hari Selasa pagi."
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Baik,” katanya.", True),
        ("“Baik, katanya.", False),
        ('"Baik," katanya.', True),
        ("Ekspor (nonmigas naik.", False),
        ("Baik” katanya “.", False),
    ],
)
def test_marks_are_balanced_where_each_has_its_counterpart(text, expected):
    assert is_balanced(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mereka membutuhkan selimut.", True),
        ("Namun hujan belum reda.", True),
        ("Hal itu dibantah polisi.", True),
        ("They left.", True),
        ("Kedua perusahaan itu menanam modal.", True),
        ("Nama keenam negara tersebut disebut.", True),
        ("Sementara itu, kapal lain tiba pada Mei.", False),
        ("Hari ini pasar dibuka.", False),
        ("Bupati Sigi membuka jalan.", False),
        ("", False),
    ],
)
def test_a_sentence_hangs_where_it_opens_with_what_points_back(text, expected):
    assert refers_back(text) is expected


def test_a_sentence_that_stands_alone_goes_before_one_that_hangs():
    (keys,) = key_sentences([article()])
    assert "Mereka membutuhkan selimut dan air bersih." not in texts(keys)
    assert "Mereka membutuhkan selimut dan air bersih." in texts(ranked(article()))


@pytest.mark.parametrize("count", [1, 2, 4])
def test_as_many_sentences_as_are_asked_for(count):
    assert len(key_sentences([article()], count)[0]) == count


def test_an_article_gives_no_more_sentences_than_it_has():
    (keys,) = key_sentences([article("Judul\n\nHanya satu kalimat yang ada di sini.")], 6)
    assert texts(keys) == ["Hanya satu kalimat yang ada di sini."]


def test_a_text_without_a_full_sentence_is_summarised_all_the_same():
    (keys,) = key_sentences([article("Daftar harga\n\nberas 12.000\ngula 15.000\n")])
    assert set(texts(keys)) <= {"Daftar harga", "beras 12.000", "gula 15.000"}
    assert keys


def test_what_is_said_twice_in_an_article_is_taken_once():
    line = "Bupati Sigi Rizal Intjenae menetapkan status tanggap darurat selama 14 hari."
    (keys,) = key_sentences([article(f"{FLOOD}\n{line}\n")], 9)
    assert texts(keys).count(line) == 1


def test_a_further_article_only_adds_what_the_first_does_not_say():
    first, later = article(), article(LATER, "surut", date(2025, 3, 5), "Harian Palu")
    told = key_sentences([first, later], says=said_never)
    assert texts(told[1]) == ["PLN memulihkan aliran listrik ke 96 rumah di Desa Rogo pada Rabu pagi."]


def test_what_another_article_says_in_other_words_is_left_out():
    asked = []

    def says(sentence, text):
        asked.append(sentence)
        return "PLN" in sentence

    first, later = article(), article(LATER, "surut", date(2025, 3, 5), "Harian Palu")
    told = key_sentences([first, later], says=says)
    assert texts(told[1]) == []
    assert asked == ["PLN memulihkan aliran listrik ke 96 rumah di Desa Rogo pada Rabu pagi."]


def test_articles_share_a_given_number_of_sentences():
    first, later = article(), article(LATER, "surut", date(2025, 3, 5), "Harian Palu")
    told = key_sentences([first, later], 3, says=said_never)
    assert sum(map(len, told)) == 3
    assert len(told[1]) == 1


def test_articles_are_told_by_day_and_each_once():
    undated = article(article_id="tanpa", published=None)
    late, early = article(article_id="b", published=date(2025, 3, 5)), article(article_id="a")
    assert [one.id for one in chronological([undated, late, early, late])] == ["a", "b", "tanpa"]


def test_each_sentence_is_cited_to_its_own_article_and_the_whole_is_proven():
    library = {one.id: one for one in (article(), article(LATER, "surut", date(2025, 3, 5), "Harian Palu"))}
    told = summary_of(list(library.values()), None)
    assert told.language == "id"
    assert told.request == "summarise"
    assert [claim.numbers for claim in told.claims] == [(n,) for n in range(1, len(told.claims) + 1)]
    assert {citation.article.id for citation in told.citations} == {"banjir", "surut"}
    assert "Menurut Harian Palu (5 Maret 2025): PLN memulihkan" in told.text
    assert prove(answer_object(told), library.get).faults == ()


def test_a_figure_that_was_corrected_since_is_summarised_as_it_is_now():
    text = "Ralat Kerugian Banjir\n\nKerugian banjir itu seharusnya Rp 3,2 miliar, bukan Rp 2,3 miliar.\n"
    twice = article(f"{FLOOD}Kerugian Rp 2,3 miliar itu dicatat Dinas Pekerjaan Umum.\n")
    library = {one.id: one for one in (twice, article(text, "ralat", date(2025, 3, 5)))}
    found = corrections([(one, figure) for one in library.values() for figure in figures_of(one)])
    told = summary_of([twice], "id", 9, found)
    assert "ditaksir mencapai Rp 2,3 miliar" in summary_of([article()], "id", 9).text
    assert "ditaksir mencapai Rp 2,3 miliar" not in told.text
    assert "seharusnya Rp 3,2 miliar" in told.text
    (note,) = (one for one in told.notes if "Rp 3,2 miliar" in one)
    assert note.count("Rp 2,3 miliar") == 1
    same = "Banjir Sigi\n\nKerugian banjir itu Rp 2,3 miliar, bukan Rp 3,2 miliar.\n"
    other = article(same, "lain", source="Kabar")
    assert "seharusnya Rp 3,2 miliar" in summary_of([other, article()], "id", 9, found).text
    assert prove(answer_object(told), library.get).faults == ()


def test_an_article_that_adds_nothing_is_named():
    told = summarise([article(), article(article_id="salinan")], "id", says=said_never)
    assert {citation.article.id for citation in told.citations} == {"banjir"}
    assert told.notes == ("“Banjir Rendam Tiga Desa di Sigi” tidak menambah apa pun pada yang lain.",)


def test_in_the_other_language_the_sentence_stays_the_article_s_and_is_proven():
    told = summary_of([article()], "en", 2)
    assert told.language == "en"
    assert "In the original Indonesian: “Banjir merendam tiga desa" in told.text
    assert prove(answer_object(told), {"banjir": article()}.get).faults == ()


def test_a_marker_in_an_article_is_no_marker_of_the_summary():
    text = FLOOD.replace("tiga desa di", "tiga desa [77] di")
    told = summary_of([article(text)], "id", 9)
    assert "[77]" not in told.text
    assert any("tiga desa [77] di" in citation.quote for citation in told.citations)


def test_a_key_says_its_own_slice():
    assert Key(article(), 0, 6, 0.0, frozenset()).text == "Banjir"


def test_a_sentence_can_be_quoted_whole_and_a_heading_cannot():
    text = (
        "Judul Berita\n\n## Harga beras di pasar naik\n\n"
        '"Harga naik sejak Mei lalu. Stok cukup untuk sebulan," kata Rano.\n\n'
        "| Kota | Harga beras |\n|---|---|\n| Palu | Rp 14.000 |\n| Poso | Rp 15.000 |\n"
    )
    source = article(text)

    def quoted(part):
        at = text.index(part)
        span = quotable(source, (at, at + len(part)))
        return span and text[slice(*span)]

    assert quoted("## Harga beras di pasar naik") is None
    assert quoted('"Harga naik sejak Mei lalu.').endswith("kata Rano.")
    assert quoted("| Palu | Rp 14.000 |") == "| Palu | Rp 14.000 |"
