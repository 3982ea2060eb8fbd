"""What must be true of quotations: what is one, whose it is, and how those of many articles come together."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import date

import pytest

from index import Article, Settings, TanyaError
from index.library import Library
from rag.cli import main
from rag.evaluation.tasks import GoldQuote, evaluate_quotes, load_quotes, overlap
from rag.lang import say
from rag.output import answer_object
from rag.pipeline import load_assistant
from rag.proof import prove
from rag.quotes import find_quotes, quotations
from rag.quotes.collection import (
    UnknownSpeaker,
    about,
    answer_quotes,
    asks_what_was_said,
    by_day,
    named_in,
    named_like,
    nicknames,
    people,
    quotation_text,
    quote_lines,
    said_by,
    speakers_of,
    who_says,
)

DERMAGA = """\
BITUNG, Kabar Laut - Kepala Dinas Perhubungan Kota Bitung Ratna Wulandari mengatakan dermaga baru \
sudah dipakai sejak Senin. "Kapal besar kini bisa bersandar setiap hari, "ujar Ratna, Selasa (4/3).
Menurut dia, biaya pembangunan dermaga mencapai Rp 40 miliar. Ratna tidak menjelaskan rencana tahap kedua.
"Kami berharap nelayan ikut menikmati," katanya.
Sementara itu, Ketua Koperasi Nelayan Samudera, Yohanes Tumbel, menilai dermaga itu terlalu jauh dari kampung.
"Perahu kecil butuh dua jam. Itu mahal," kata Yohanes.
"""


def said(text: str) -> list[tuple[bool, str, str | None]]:
    """Each quotation of a text as (direct, words, speaker)."""
    return [(one.direct, text[one.start : one.end], one.speaker) for one in find_quotes(text)]


def article(name: str, text: str, day: str | None = "2025-03-04") -> Article:
    published = date.fromisoformat(day) if day else None
    return Article(
        id=name, title=f"Berita {name}", text=text, source="Kabar Laut", published=published, url=None,
        language="id", path=f"{name}.txt", sha256=name,
    )  # fmt: skip


def test_direct_and_reported_speech_is_found_with_its_speakers():
    assert said(DERMAGA) == [
        (False, "dermaga baru sudah dipakai sejak Senin", "Ratna Wulandari"),
        (True, "Kapal besar kini bisa bersandar setiap hari,", "Ratna Wulandari"),
        (False, "biaya pembangunan dermaga mencapai Rp 40 miliar", "Ratna Wulandari"),
        (True, "Kami berharap nelayan ikut menikmati,", "Ratna Wulandari"),
        (False, "dermaga itu terlalu jauh dari kampung", "Yohanes Tumbel"),
        (True, "Perahu kecil butuh dua jam. Itu mahal,", "Yohanes Tumbel"),
    ]


def test_the_office_is_the_same_wherever_somebody_speaks():
    roles = {(one.speaker, one.role) for one in find_quotes(DERMAGA)}
    assert roles == {
        ("Ratna Wulandari", "Kepala Dinas Perhubungan Kota Bitung"),
        ("Yohanes Tumbel", "Ketua Koperasi Nelayan Samudera"),
    }


@pytest.mark.parametrize(
    ("text", "words", "speaker"),
    [
        ('"Air sudah surut, "ucap Kapten Hasan Basri.', "Air sudah surut,", "Hasan Basri"),
        ("“ Air sudah surut, ” kata Hasan Basri (40).", "Air sudah surut,", "Hasan Basri"),
        ("“Air sudah surut,\" kata Hasan Basri.", "Air sudah surut,", "Hasan Basri"),
        ("Air sudah surut sejak pagi,\" kata Hasan Basri.", "Air sudah surut sejak pagi,", "Hasan Basri"),
        ("\"Air sudah surut, kata Hasan Basri di Poso.", "Air sudah surut,", "Hasan Basri"),
        ("Hasan Basri mengatakan: “Air surut sejak pagi.”", "Air surut sejak pagi.", "Hasan Basri"),
    ],
    ids=["glued", "spaced", "mixed", "unopened", "unclosed", "after a colon"],
)  # fmt: skip
def test_marks_that_the_press_gets_wrong_still_close_a_quotation(text, words, speaker):
    assert said(text) == [(True, words, speaker)]


@pytest.mark.parametrize(
    "text",
    [
        'Film "Laut Bercerita" diputar di Poso.',
        'Warga menyebut jalan itu "jalan tikus" sejak lama karena sempit.',
        "Ratna tidak menjelaskan kapan tahap kedua dimulai.",
        "Ratna akan menjelaskan bahwa rapat ditunda.",
        "Pasal 36 menyatakan bahwa nama gedung wajib berbahasa Indonesia.",
        "Wali Kota Ratna menjelaskan kronologi kecelakaan.",
    ],
)
def test_titles_phrases_and_what_was_not_said_are_no_quotations(text):
    assert said(text) == []


@pytest.mark.parametrize(
    "lead",
    [
        "Hasan Basri membalas,",
        "Hasan Basri berkata kepada wartawan,",
        "Hasan Basri berpesan kepada warga:",
        "Hasan Basri melanjutkan dengan tegas,",
    ],
)
def test_whoever_a_verb_before_a_quotation_names_says_it(lead):
    text = f'Ratna Wulandari mengatakan air akan surut.\n{lead} "Warga boleh pulang sekarang."'
    assert said(text)[1:] == [(True, "Warga boleh pulang sekarang.", "Hasan Basri")]


@pytest.mark.parametrize("after", ["Basri menambahkan.", "pria berusia 40 tahun itu menjelaskan."])
def test_whoever_stands_before_the_verb_behind_a_quotation_says_it(after):
    text = f'Camat Hasan Basri tiba. "Kami siap," katanya.\n"Air sudah surut sejak pagi, "{after}'
    assert said(text)[1:] == [(True, "Air sudah surut sejak pagi,", "Hasan Basri")]


def test_a_quotation_parted_by_who_says_it_is_two():
    text = '"Air sudah surut," kata Hasan Basri, "jadi warga boleh pulang."'
    assert said(text) == [
        (True, "Air sudah surut,", "Hasan Basri"),
        (True, "jadi warga boleh pulang.", "Hasan Basri"),
    ]


def test_a_long_quoted_phrase_within_a_report_is_both():
    text = 'Hasan Basri menilai warga "boleh pulang ke rumah masing-masing" mulai besok.'
    assert said(text) == [
        (False, text[len("Hasan Basri menilai ") : -1], "Hasan Basri"),
        (True, "boleh pulang ke rumah masing-masing", "Hasan Basri"),
    ]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Jembatan, kata Ratna, akan dibuka bulan depan.", "akan dibuka bulan depan"),
        ("Jembatan akan dibuka bulan depan, menurut Ratna.", "Jembatan akan dibuka bulan depan"),
        ("Dikatakan Ratna, jembatan akan dibuka bulan depan.", "jembatan akan dibuka bulan depan"),
        ("Ratna menegaskan bahwa jembatan akan dibuka.", "jembatan akan dibuka"),
        ("Ratna mengatakan kepada wartawan bahwa jembatan akan dibuka.", "jembatan akan dibuka"),
        ("Ratna meminta warga untuk menunggu.", "warga untuk menunggu"),
        ("Ratna tidak membantah bahwa jembatan retak berat.", "jembatan retak berat"),
    ],
)
def test_reported_speech_is_the_clause_alone(sentence, words):
    text = f"Wali Kota Ratna Wulandari datang ke Poso. {sentence}"
    assert said(text) == [(False, words, "Ratna Wulandari")]


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (
            "Ratna membantah kabar bahwa pasar itu akan digusur.",
            "membantah kabar bahwa pasar itu akan digusur",
        ),
        ("Ratna menyangkal dirinya menerima suap.", "menyangkal dirinya menerima suap"),
    ],
)
def test_what_is_denied_is_reported_with_its_denial(sentence, words):
    text = f"Wali Kota Ratna Wulandari datang ke Poso. {sentence}"
    assert said(text) == [(False, words, "Ratna Wulandari")]


@pytest.mark.parametrize("office", ["Bupati Rokan Hulu", "Wali Kota Tanjung Pinang", "Bupati Sigi"])
def test_the_place_of_an_office_is_nobodys_name(office):
    text = f"Festival Danau Sigi dibuka. {office} mengatakan festival itu akan digelar lagi."
    assert [(one.speaker, one.role) for one in find_quotes(text)] == [(office, office)]
    named = f"{office} Ratna Wulandari mengatakan jalan dibuka. {office} menambahkan pasar akan ramai."
    assert {(one.speaker, one.role) for one in find_quotes(named)} == {("Ratna Wulandari", office)}


def test_a_name_behind_a_regent_is_no_place():
    found = find_quotes("Bupati Ratna Wulandari Lasut mengatakan pasar itu akan dibuka.")
    assert [(one.speaker, one.role) for one in found] == [("Ratna Wulandari Lasut", "Bupati")]


def test_an_office_ends_where_its_holder_comes_or_goes():
    text = 'Camat Hasan Basri tiba bersama Ketua Panitia Ratna Wulandari. "Kami siap," kata Ratna.'
    assert [(one.speaker, one.role) for one in find_quotes(text)] == [("Ratna Wulandari", "Ketua Panitia")]


@pytest.mark.parametrize(
    ("office", "name"),
    [
        ("Panglima TNI", "Jenderal Surya Wijaya"),
        ("Kepala Dinas Pertanian, Perikanan, dan Kelautan", "Sari Lasut"),
        ("Menteri Koordinator Bidang Pendidikan, Kebudayaan dan Riset", "Ratna"),
        ("Koordinator Pusat Pengendalian dan Operasi Bencana (Pusop) BPBD Kabupaten Poso", "Hasan Basri"),
        ("Capres Kanada dari Partai Demokrat", "Ann Doe"),
        ("Kepala Dinas Perumahan Rakyat (DPR) Dogiyai", "Hasan Basri"),
        ("Sekretaris Kemensos", "Sari Lasut"),
        ("Juru Bicara", "Sari Lasut"),
        ("Dosen Universitas Melati", "Hasan Basri"),
        ("Co - Founder & CEO Yayasan Melati", "Hasan Basri"),
        ("Menkominfo", "Sari Lasut"),
        ("Direktur Utama Bank Melati", "Hasan Basri"),
        ("Lurah Kebon Melati", "Hasan Basri"),
    ],
)
def test_an_office_has_all_its_fields_and_institutions_and_the_name_none_of_them(office, name):
    text = f'{office} {name} mengatakan jembatan akan dibuka besok. "Hati-hati," kata {name.split()[-1]}.'
    ours = {(one.speaker, one.role) for one in find_quotes(text)}
    assert ours == {(name.removeprefix("Jenderal "), office)}


def test_two_people_of_one_surname_stay_two():
    text = (
        "Wali Kota Poso Budi Lasut mengatakan pasar sudah ramai. Anggota DPRD Poso Sari Lasut mengatakan "
        'pasar masih kotor. "Kami sudah menyapu," kata Budi. "Belum bersih," kata Sari.'
    )
    assert [speaker for _, _, speaker in said(text)] == [
        "Budi Lasut",
        "Sari Lasut",
        "Budi Lasut",
        "Sari Lasut",
    ]


def test_a_pronoun_is_the_last_person_and_no_institution():
    text = (
        "Wali Kota Poso Budi Lasut mengatakan pasar sudah ramai. Kementerian Perdagangan mencatat harga "
        'beras akan naik. "Kami sudah siap," katanya.'
    )
    assert said(text)[-1] == (True, "Kami sudah siap,", "Budi Lasut")


BOTH = 'Rina Sari dan Bupati Joko Susilo hadir. "Tidak ada kabar," kata Rina. '


@pytest.mark.parametrize("who", ["Joko Susilo", "Bupati Joko Susilo", "Joko"])
@pytest.mark.parametrize(
    "does", ["membantah", "tidak sependapat", "menanggapinya dengan tenang", "tersenyum"]
)
@pytest.mark.parametrize("verb", ["jawabnya", "katanya", "tuturnya"])
def test_whoever_acts_in_the_short_sentence_before_a_quotation_is_meant_by_its_nya(who, does, verb):
    assert said(f'{BOTH}{who} {does}. "Kami bekerja," {verb}.')[-1][2] == "Joko Susilo"


@pytest.mark.parametrize(
    "then",
    [
        'Joko ditegur hakim. "Kami puas," katanya.',  # something is done to him
        'Joko mencuri motor. "Dia residivis," katanya.',  # he is spoken of
        'Kemungkinan itu menarik. "Kami puas," katanya.',  # no person
    ],
)
def test_whoever_only_stands_before_a_quotation_does_not_say_it(then):
    assert said(BOTH + then)[-1][2] == "Rina Sari"


@pytest.mark.parametrize(
    "text",
    [
        "Nilai ekspor provinsi menurut komoditas (juta USD):",
        "Capaian vaksinasi anak menurut kabupaten:",
        "Tarif Rp 2.000 berlaku untuk pelajar, lanjut usia, dan penyandang disabilitas.",
        "Malcolm Young, pendiri band itu, tutup usia pada Sabtu.",
        "Menurut sektor, ekspor hasil pertanian naik 20 persen.",
    ],
)
def test_headings_ages_and_kinds_say_nothing(text):
    assert said(text) == []


def test_an_office_or_a_nickname_is_whoever_has_it():
    text = (
        "Gubernur Sulawesi Tengah Darman Lamato (Mato) meresmikan pasar. Gubernur mengatakan harga "
        'akan turun. "Warga senang," kata Mato.'
    )
    assert {speaker for _, _, speaker in said(text)} == {"Darman Lamato"}


def test_whoever_is_mimicked_says_it():
    text = '"Saya tidak mau," ujar Budi Lasut menirukan ucapan Sari Tumbel.'
    assert said(text) == [(True, "Saya tidak mau,", "Sari Tumbel")]


def test_any_text_is_read_and_offsets_stay_within_it():
    chance = random.Random(7)
    pieces = (
        "\"|“|”|'| kata | ujarnya|, |. |\n|Budi|menurut | mengatakan |bahwa |(|)|Ketua |yang |dan |1,5|dia "
    ).split("|")
    for _ in range(1500):
        text = "".join(chance.choices(pieces, k=chance.randrange(40)))
        for one in find_quotes(text):
            assert 0 <= one.start < one.end <= len(text)
            assert text[one.start : one.end].strip() == text[one.start : one.end]


PASAR = article(
    "pasar", 'Wali Kota Poso Budi Lasut mengatakan pasar sudah ramai.\n"Kami siap," kata Budi.', "2025-03-01"
)
HARGA = article("harga", '"Harga beras turun tajam," kata Budi Lasut.', "2025-02-01")
LAIN = article("lain", '"Belum bersih juga," kata Sari Lasut.', None)


def test_quotations_are_ordered_by_day_and_undated_ones_come_last():
    assert [one.article.id for one in by_day(quotations([PASAR, LAIN, HARGA]))] == [
        "harga",
        "pasar",
        "pasar",
        "lain",
    ]


def test_a_short_name_is_merged_only_where_one_person_has_it():
    short = article("pendek", '"Saya setuju," kata Budi.')
    alone = quotations([short, PASAR])
    assert set(people(alone).values()) == {"Budi Lasut"}
    several = quotations([short, PASAR, article("x", '"Tidak benar itu," kata Budi Santoso.')])
    assert people(several)["pendek", "Budi"] == "Budi"


def test_a_short_name_with_another_office_is_another_person():
    other = article("pelatih", '"Tim kami kalah," kata pelatih Poso FC, Budi.')
    assert people(quotations([other, PASAR]))["pelatih", "Budi"] == "Budi"


@pytest.mark.parametrize("name", ["Budi Lasut", "budi", "Wali Kota Poso", "wali kota"])
def test_somebody_is_found_by_name_or_office(name):
    assert {one.speaker for one in said_by(quotations([PASAR, HARGA, LAIN]), name)} == {"Budi Lasut"}


def test_a_surname_finds_all_who_have_it_and_keeps_them_apart():
    found = said_by(quotations([PASAR, LAIN]), "Lasut")
    assert {one.speaker for one in found} == {"Budi Lasut", "Sari Lasut"}
    assert [line for line in quote_lines(found).splitlines() if line and line[0] != " "] == [
        "Budi Lasut, Wali Kota Poso",
        "Sari Lasut",
    ]


def test_an_unknown_speaker_gets_the_nearest_and_the_cure():
    with pytest.raises(UnknownSpeaker, match=r"nobody called 'Bodi Lesut'.*Budi Lasut.*tanya quotes"):
        said_by(quotations([PASAR, LAIN]), "Bodi Lesut")


class Topics:
    """An embedder of two topics: prices and everything else."""

    name, dimension = "topics", 2

    def encode(self, texts, role="passage"):
        import numpy as np

        return np.array([[1.0, 0.0] if "harga" in text.lower() else [0.6, 0.8] for text in texts], np.float32)


def test_a_topic_leaves_what_is_near_it():
    assert [one.article.id for one in about(quotations([PASAR, HARGA, LAIN]), "harga beras", Topics())] == [
        "harga"
    ]
    assert about(quotations([PASAR, HARGA, LAIN]), "qwerty zxcv", Topics()) == []


def test_the_person_named_by_most_words_is_meant():
    found = quotations([PASAR, LAIN])
    assert {one.speaker for one in named_in("kutip semua ucapan Sari Lasut", found)} == {"Sari Lasut"}
    assert {one.speaker for one in named_in("kutip kata wali kotanya", found)} == {"Budi Lasut"}
    assert named_in("kutip pernyataan Fulan", found) == []


def test_an_institution_is_named_by_the_abbreviation_in_its_name():
    text = "Badan Pusat Statistik (BPS) mengatakan inflasi turun. BPS mengatakan panen naik."
    found = answer_quotes("Kutip pernyataan BPS", "id", [article("bps", text)], lambda name: [], Topics())
    assert [citation.quote for citation in found.citations] == ["inflasi turun", "panen naik"]


def test_words_beside_a_quotation_that_name_nobody_do_not_give_it_to_the_last_speaker():
    text = '"Kami bangun tahun ini," kata Bupati Rano Wiguna.\nWarga berteriak, "Kami menolak rencana itu!"'
    assert [speaker for _, _, speaker in said(text)] == ["Rano Wiguna", None]


def test_an_answer_attributes_each_quotation_and_labels_what_is_reported():
    found = answer_quotes("Kutip pernyataan Budi", "id", [PASAR, LAIN], lambda name: [HARGA], Topics())
    assert [claim.text for claim in found.claims] == [
        "“Harga beras turun tajam” — Budi Lasut",
        "Budi Lasut, Wali Kota Poso (kutipan tidak langsung): pasar sudah ramai",
        "“Kami siap” — Budi Lasut, Wali Kota Poso",
    ]
    assert [citation.quote for citation in found.citations] == [
        "Harga beras turun tajam,", "pasar sudah ramai", "Kami siap,",
    ]  # fmt: skip


def test_a_topic_in_the_turn_leaves_out_the_rest():
    found = answer_quotes("Kutip pernyataan Budi soal harga", "id", [PASAR], lambda name: [HARGA], Topics())
    assert [citation.article.id for citation in found.citations] == ["harga"]


def test_whoever_is_not_quoted_is_refused_by_name():
    found = answer_quotes("Kutip pernyataan Pak Fulan", "id", [PASAR, LAIN], lambda name: [], Topics())
    assert not found.claims
    assert "tidak mengutip Pak Fulan" in found.message
    assert "Budi Lasut" in found.message


@pytest.mark.parametrize(
    ("turn", "language"),
    [
        ("Kutip negaranya", "id"),
        ("apa saja yang pernah dia katakan?", "id"),
        ("quote the victims", "en"),
    ],
)
def test_a_refusal_names_no_ordinary_word_as_a_person(turn, language):
    found = answer_quotes(turn, language, [PASAR], lambda name: [], Topics())
    assert found.claims or found.message == say("quotes_none", language)


def test_a_marker_in_a_quotation_cannot_pass_for_a_citation():
    one = quotations([article("m", '"Lihat catatan [1] itu dulu," kata Budi Lasut.')])[0]
    assert "[1]" not in quotation_text(one, "id")


def test_overlap_is_what_both_have_by_what_either_has():
    one = GoldQuote("a", True, "Budi", None, 0, 10)
    assert overlap(one, GoldQuote("a", True, "Budi", None, 5, 15)) == pytest.approx(1 / 3)


def test_quotations_are_measured_against_gold(tmp_path):
    start = PASAR.text.index("pasar sudah")
    rows = [
        {"article_id": "pasar", "direct": False, "speaker": "Budi Lasut", "role": "Wali Kota Poso",
         "start": start, "end": start + len("pasar sudah ramai")},
        {"article_id": "pasar", "direct": True, "speaker": "Sari", "role": None,
         "start": PASAR.text.index("Kami"), "end": PASAR.text.index("Kami") + 10},
        {"article_id": "pasar", "direct": True, "speaker": "Sari", "role": None, "start": 0, "end": 9},
    ]  # fmt: skip
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    result = evaluate_quotes(load_quotes(file), lambda name: PASAR)
    assert result["direct"] == {
        "gold": 2, "found": 1, "precision": 1.0, "recall": 0.5, "f1": 0.6667, "speaker": 0.0, "role": 0.0,
    }  # fmt: skip
    assert result["reported"]["f1"] == result["reported"]["speaker"] == result["reported"]["role"] == 1.0


def test_a_gold_line_that_lacks_its_offsets_is_named(tmp_path):
    file = tmp_path / "gold.jsonl"
    file.write_text('{"article_id": "a", "direct": true, "speaker": null}\n')
    with pytest.raises(TanyaError, match=r"gold.jsonl:1 lacks article_id"):
        load_quotes(file)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A library folder with one article whose title would be a formula."""
    folder = tmp_path_factory.mktemp("quotes")
    (folder / "in").mkdir()
    (folder / "in" / "dermaga.md").write_text(f"---\ntitle: =1+1\npublished: 2025-03-04\n---\n{DERMAGA}")
    assert main(["--home", str(folder / "home"), "index", str(folder / "in")]) == 0
    return folder / "home"


@pytest.mark.model
def test_the_command_prints_the_contract(library, capsys):
    assert main(["--home", str(library), "quotes", "dermaga", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert list(rows[0]) == ["article_id", "direct", "text", "speaker", "role", "start", "end"]
    text = Library(Settings.load(home=library)).article("dermaga").text
    assert [row["speaker"] for row in rows].count("Ratna Wulandari") == 4
    assert all(text[row["start"] : row["end"]] == row["text"] for row in rows)


@pytest.mark.model
def test_no_cell_of_the_table_is_a_formula(library, capsys):
    assert main(["--home", str(library), "quotes", "--csv", "--speaker", "Yohanes"]) == 0
    header, *rows = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header[:2] == ["article_id", "title"]
    assert len(rows) == 2
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.model
@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["--speaker", "Fulan"], "tanya quotes"),
        (["tiada"], "tanya articles list"),
        (["Edmun Chia"], "tanya quotes --speaker 'Edmun Chia'"),
        (["--about", " "], ""),
    ],
)
def test_what_is_not_there_gets_one_line_and_its_cure(library, capsys, arguments, cure):
    assert main(["--home", str(library), "quotes", *arguments]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert cure in error


@pytest.mark.model
def test_a_turn_that_asks_for_quotations_gets_them_proven(seeds):
    assistant = load_assistant(Library(seeds))
    before = assistant.library.gaps()
    answer = assistant.ask("Kutip pernyataan Togap")
    assert (answer.request, answer.abstained) == ("quotes", False)
    assert "“Jangan segan-segan berkomunikasi langsung, saya welcome” — Togap Simangunsong" in answer.text
    assert len({claim.text for claim in answer.claims}) == 4
    assert assistant.library.gaps() == before
    assert prove(answer_object(answer), assistant.library.article).faults == ()


@pytest.mark.model
def test_a_speaker_whom_no_article_quotes_is_refused(seeds):
    answer = load_assistant(Library(seeds)).ask("Kutip semua pernyataan Fulan Sukamto")
    assert (answer.request, answer.abstained) == ("quotes", True)
    assert "Togap Simangunsong" in answer.text


def everybody(*articles: Article) -> list[tuple[str, str, int, bool]]:
    """Each speaker as (name, office, statements, apart)."""
    found = speakers_of(quotations(articles))
    return [(one.name, one.office, len(one.quotations), one.apart) for one in found]


def test_speakers_are_listed_the_most_quoted_first_with_their_offices():
    assert everybody(PASAR, HARGA, LAIN) == [
        ("Budi Lasut", "Wali Kota Poso", 3, False),
        ("Sari Lasut", "", 1, False),
    ]


def test_a_short_name_without_an_office_that_agrees_is_a_speaker_of_its_own():
    short = article("pendek", '"Saya setuju," kata Budi.')
    assert [one[0] for one in everybody(short, PASAR)] == ["Budi Lasut", "Budi"]


def test_one_name_with_offices_of_two_kinds_is_two_speakers_and_what_has_none_is_neithers():
    coach = article("pelatih", '"Tim kami kalah," kata pelatih Poso FC, Gatot.')
    police = article("polisi", '"Dua orang ditahan," kata Kepala Dinas Perikanan Poso, Gatot.')
    untold = article("entah", '"Belum tahu," kata Gatot.')
    found = everybody(coach, police, untold)
    assert sorted((name, office, apart) for name, office, _, apart in found) == [
        ("Gatot", "", True),
        ("Gatot", "Kepala Dinas Perikanan Poso", True),
        ("Gatot", "pelatih Poso FC", True),
    ]


def test_a_description_is_no_name():
    crowd = article("warga", '"Airnya keruh sekali," kata seorang warga.')
    (one,) = speakers_of(quotations([crowd]))
    assert (one.name, one.is_named) == ("seorang warga", False)


@pytest.mark.parametrize(
    ("words", "names"),
    [("las", ["Budi Lasut", "Sari Lasut"]), ("wali poso", ["Budi Lasut"]), ("zz", []), ("", [])],
)
def test_speakers_are_found_by_how_the_words_of_name_and_office_begin(words, names):
    found = named_like(speakers_of(quotations([PASAR, HARGA, LAIN])), words)
    assert [one.name for one in found] == names


def test_who_says_a_part_of_a_text_is_whose_quotation_has_it():
    harbour = quotations([article("dermaga", DERMAGA)])
    start = DERMAGA.index("Rp 40 miliar")
    told = who_says(harbour, start, start + 12)
    assert told is not None
    assert told.speaker == "Ratna Wulandari"
    assert who_says(harbour, 0, 6) is None


@pytest.mark.parametrize(
    ("text", "speaker", "role"),
    [
        (
            'Poso, Kabar Laut -- Kesabaran Hasan Basri diuji lagi. Perlu kesabaran. "Siap," kata Basri.',
            "Hasan Basri",
            None,
        ),
        (
            'Poso, Kabar Laut -- Penyair, Hasan Basri tiba di Poso. "Saya siap," kata Basri.',
            "Hasan Basri",
            "Penyair",
        ),
        ("Nelayan bernama Hasan Basri mengakui bahwa laut sedang tenang.", "Hasan Basri", "Nelayan"),
        (
            "Corporate Secretary Bank Laut Hasan Basri mengatakan laba naik.",
            "Hasan Basri",
            "Corporate Secretary Bank Laut",
        ),
        (
            'Menristek Hasan Basri A. Lubis hadir. "Saya siap, "kata Hasan.',
            "Hasan Basri A. Lubis",
            "Menristek",
        ),
        (
            'Pelatih veteran SuperGP Hasan Basri tiba. "Saya siap," kata Basri.',
            "Hasan Basri",
            "Pelatih veteran SuperGP",
        ),
        (
            "Penyair Broadway, Hasan Basri datang. Kini, pria berusia 29 tahun itu mengatakan akan pulang.",
            "Hasan Basri",
            "Penyair Broadway",
        ),
        ("Hasan Basri datang. Basri, sebagai penyair mengatakan laut sedang tenang.", "Hasan Basri", None),
        (
            "Menteri Perhubungan Hasan Basri menilai jalan itu rusak. Menhub mengatakan jalan akan dibangun.",
            "Hasan Basri",
            "Menteri Perhubungan",
        ),
        ("Presiden Hasan Basri atau Hasbas mengajak warga menabung.", "Hasan Basri", "Presiden"),
    ],
    ids=[
        "dateline",
        "set off by a comma",
        "named",
        "English office",
        "glued mark",
        "blended",
        "introduced",
        "as",
        "abbreviated",
        "also called",
    ],
)
def test_a_name_is_told_from_what_stands_before_it(text, speaker, role):
    assert {(one.speaker, one.role) for one in find_quotes(text)} == {(speaker, role)}


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Ratna mengatakan hal ini merupakan tindak lanjut rapat.", "hal ini merupakan tindak lanjut rapat"),
        ("Surat itu dikatakan Ratna dikirim dua hari lalu.", "dikirim dua hari lalu"),
        (
            "Kuncinya adalah kesabaran semua warga, menurut Ratna, dari Balai Kota Poso.",
            "Kuncinya adalah kesabaran semua warga",
        ),
        ("Ratna menyatakan pasar sah menurut aturan dan aman.", "pasar sah menurut aturan dan aman"),
    ],
)
def test_a_report_is_kept_whatever_refers_or_stands_within_it(sentence, words):
    text = f"Wali Kota Ratna Wulandari datang ke Poso. {sentence}"
    assert said(text) == [(False, words, "Ratna Wulandari")]


def test_somebody_of_an_age_who_is_not_named_speaks():
    text = "Pelukis berusia 29 tahun itu mengatakan bahwa pamerannya akan dibuka."
    assert said(text)[0][:2] == (False, "pamerannya akan dibuka")


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (  # an institution within an office stands alone elsewhere, as does the name
            'Direktur Utama Samudra Ratri Puspa Lestari mengatakan kapal baru sudah siap. Samudra berharap '
            'izin segera terbit. "Kami siap," kata Ratri.',
            [("Ratri Puspa Lestari", "Direktur Utama Samudra"), None, ("Ratri Puspa Lestari",)],
        ),
        (  # a noun that opens a sentence before a short name
            'Bupati Lingga Ratna Wulandari meninjau pasar. "Pasar ramai," katanya.\nKunjungan Ratna itu '
            "disambut pedagang.\nRatna meminta agar harga dijaga.",
            [("Ratna Wulandari", "Bupati Lingga"), ("Ratna Wulandari",)],
        ),
        (  # what is reported right behind a short name
            "Kepala Dinas Sosial Yohanes Tumbel hadir. Menurut Yohanes bantuan pangan sudah dibagikan. "
            '"Semua dapat," kata Yohanes.',
            [("Yohanes Tumbel", "Kepala Dinas Sosial"), ("Yohanes Tumbel",)],
        ),
        (  # a rank of several words behind an office
            '"Pelaku sudah ditahan," kata Kepala Bidang Humas Polda Riau Ajun Komisaris Besar Sunarya Putra.',
            [("Sunarya Putra", "Kepala Bidang Humas Polda Riau")],
        ),
        (  # the beginning of a word of the name
            'Ketua Koperasi Melati Siti Nurhalimatus hadir. "Kami untung," kata Nurha, Senin.',
            [("Siti Nurhalimatus", "Ketua Koperasi Melati")],
        ),
        (  # "-nya" behind a quotation is whoever the same sentence names before it
            "Seorang pedagang mengatakan pasar sepi. Gubernur Riau Ratna Wulandari dengan cepat menanggapi "
            'keluhan itu dan menyatakan, "Pasar akan kami benahi," katanya.',
            [("Seorang pedagang",), ("Ratna Wulandari", "Gubernur Riau")],
        ),
        (  # several without a name are not whom "-nya" means
            'Camat Yohanes Tumbel mengatakan jalan sudah diperbaiki. Banyak warga mengeluhkan bahwa jalan '
            'itu rusak lagi. "Kami periksa besok," ujarnya.',
            [("Yohanes Tumbel",), ("Banyak warga",), ("Yohanes Tumbel",)],
        ),
        (  # an office that is told later, and only of whoever is known
            'Ratna Wulandari memuji pemain muda. "Mereka rajin," kata Ratna.\n"Kami siap," ucap pelatih '
            "Persiraja ini.",
            [("Ratna Wulandari", "pelatih Persiraja"), ("Ratna Wulandari", "pelatih Persiraja")],
        ),
        (  # a relative clause within a description, and a particle behind a pronoun
            'Ketua DPRD Yohanes Tumbel mengatakan rapat ditunda. Sikap itu menurut mantan bupati yang ketiga '
            "itu adalah hal yang wajar.\nIapun mengatakan rapat akan digelar besok.",
            [("Yohanes Tumbel", "Ketua DPRD"), ("Yohanes Tumbel",), ("Yohanes Tumbel",)],
        ),
        (  # an abbreviation that is explained in brackets behind it
            "IKPS (Ikatan Koperasi Pesisir Selatan) memasang tenda. IKPS mengatakan pasar dibuka besok.",
            [("IKPS (Ikatan Koperasi Pesisir Selatan)",)],
        ),
        (  # a company, of which a chief speaks as well
            "PT Samudra (Persero) membuka dermaga. Direktur Utama Samudra Ratri Puspa Lestari mengatakan "
            "kapal baru sudah siap. Samudra berharap bisa menambah kapal.",
            [("Ratri Puspa Lestari", "Direktur Utama Samudra"), ("PT Samudra (Persero)", None)],
        ),
        (  # a name of four words behind a rank
            '"Pelaku sudah ditahan," kata Kepala Bidang Humas Polda Riau Ajun Komisaris Besar Agung Made '
            "Surya Wibawa. Surya mengatakan penyidikan masih berjalan.",
            [("Agung Made Surya Wibawa", "Kepala Bidang Humas Polda Riau")] * 2,
        ),
        (  # a name of several words behind a comma, and a team in the office before it
            "Kepala kru Tim Samudra, Yohanes Tumbel, memuji para pelaut. Menurutnya, layar baru itu kuat.",
            [("Yohanes Tumbel", "Kepala kru Tim Samudra")],
        ),
        (  # an occasion before whoever is introduced
            "Jelang pertandingan Samudra Bitung melawan Persiraja, Wali Kota Bitung Ratna Wulandari bertemu "
            'pemain. "Kami siap," ujarnya.',
            [("Ratna Wulandari", "Wali Kota Bitung")],
        ),
        (  # a description that opens a sentence with a capital
            'Petenis Ratna Wulandari menang lagi. "Saya senang," kata Ratna.\nEmpat kali juara '
            "Asia itu mengatakan lawannya tangguh.",
            [("Ratna Wulandari", "Petenis")] * 2,
        ),
        (  # a name of two words that stands alone elsewhere, and not an institution
            "Menteri Keuangan Dewi Lestari Kartika mengatakan pajak turun. Menurut Dewi Lestari, "
            "harga stabil.",
            [("Dewi Lestari Kartika", "Menteri Keuangan")] * 2,
        ),
        (  # several who are meant by "mereka", and whoever spoke last where a quotation stands alone
            'Camat Yohanes Tumbel mengatakan jalan sudah diperbaiki. Para pedagang mengatakan jalan rusak '
            'lagi. Menurut mereka, truk terlalu berat.\n"Kami rugi setiap hari."',
            [("Yohanes Tumbel",), ("Para pedagang",), ("Para pedagang",), ("Para pedagang",)],
        ),
        (  # an institution, a source or a document that is spoken of as known, and the words behind it
            "Ratna Wulandari memuji pasar. Sumber pemerintah Riau mengatakan harga naik. Bank Samudra "
            "menyatakan bunga akan turun. Menurut bank tersebut, kredit bertambah. Menurut sumber itu harga "
            "akan turun lagi.",
            [("Sumber pemerintah Riau",), ("Bank Samudra",), ("Bank Samudra",), ("Sumber pemerintah Riau",)],
        ),
        (
            'Petenis Ratna Wulandari menang. "Saya senang," kata Ratna. Menurut pernyataan tersebut, ia '
            "cedera. Menurut petenis asal Riau itu lawannya sangat tangguh.",
            [("Ratna Wulandari", "Petenis")] * 3,
        ),
        (  # the place of an office before a name behind a comma
            '"Harga naik," ujar peneliti senior di Bank Samudra, Ratna Wulandari, Senin.',
            [("Ratna Wulandari", "peneliti senior di Bank Samudra")],
        ),
        (  # a short form of an institution that the article has in full as well
            "Kementerian Kesehatan membuka posko. Kemenkes mengatakan posko buka sampai malam.",
            [("Kementerian Kesehatan",)],
        ),
        (  # an office that only a part of the name has, and a relative who is named with the whole name
            '"Kami sehat," kata Ratna Ayu Wulandari, adik Tumbel.\n"Kami menunggu," kata Ratna yang '
            "kini menjabat Dekan Samudra.",
            [("Ratna Ayu Wulandari", "Dekan Samudra")] * 2,
        ),
        (
            'Ratna Wulandari menyapa warga. "Mari belanja," kata Ratna Wulandari. Warga senang atas '
            "kedatangan Bupati Ratna.",
            [("Ratna Wulandari", "Bupati")],
        ),
        (  # initials before a name, and a verb that only begins behind other words
            'RA Wulandari menulis buku. "Buku itu laku," kata Wulandari.\nWulandari baru saja memastikan '
            'buku kedua akan terbit. "Tahun depan," kata perempuan berusia 51 tahun itu.',
            [("RA Wulandari",)] * 3,
        ),
        (  # an institution between an office and a name
            '"Kami periksa," ujar Direktur Narkotika, Bareskrim Mabes Polri, Kombes Ayu Wulandari.',
            [("Ayu Wulandari", "Direktur Narkotika, Bareskrim Mabes Polri")],
        ),
        (  # a rank or a point between an office and a name
            '"Kami siap," kata Yohanes Tumbel.\n"Kami juga," kata Ratna Wulandari.\nPanglima Samudra, '
            "Jenderal Yohanes Tumbel, tiba di Riau. Ia bertemu Direktur PT. Melati, Ratna Wulandari.",
            [("Yohanes Tumbel", "Panglima Samudra"), ("Ratna Wulandari", "Direktur PT. Melati")],
        ),
        (  # an institution with a name of its own before a name behind a comma
            '"Jaga tulang sejak muda," ujar spesialis tulang dari Rumah Sakit Permata Hijau, dr Ratna '
            "Wulandari, Senin.",
            [("Ratna Wulandari", "spesialis tulang dari Rumah Sakit Permata Hijau")],
        ),
        (  # the same with a single name that speaks by itself as well
            '"Gelombang tinggi," ujar Kepala Bidang Cuaca dan Peringatan Banjir Rob, BMKG, Sunarya, Jumat. '
            '"Waspada," kata Sunarya.',
            [("Sunarya", "Kepala Bidang Cuaca dan Peringatan Banjir Rob, BMKG")] * 2,
        ),
        (  # an institution of two words before somebody who is called by the first name
            'Pengamat dari Universitas Bukit Tinggi Ratna Ayu Wulandari hadir. "Harga naik," kata Ratna.',
            [("Ratna Ayu Wulandari", "Pengamat dari Universitas Bukit Tinggi")],
        ),
        (  # a name that lacks a letter, or has two exchanged
            'Kepala Dinas Sosial Ardhi Lubis hadir. "Semua dapat," kata Ardi.\n'
            'Camat Yusri Tumbel juga hadir. "Kami bantu," ujar Camat. "Itu pasti," kata Yursi.',
            [("Ardhi Lubis",), ("Yusri Tumbel",), ("Yusri Tumbel",)],
        ),
        (  # initials of whoever wrote the report behind a quotation that stands alone
            'Pelatih Yohanes Tumbel puas. "Kami menang," katanya.\n"Kami bermain lebih rapi. " (abc / def)',
            [("Yohanes Tumbel", "Pelatih")] * 2,
        ),
        (  # somebody whose words another tells, who speaks on
            'Dosen Hasan Basri hadir.\nKetua DPRD Ratna Wulandari mengatakan Basri pernah menyebut rapat '
            'itu sah. Sebab menurut Basri, rapat itu sudah diumumkan.\n"Itu keliru," kata dia.',
            [("Ratna Wulandari",), ("Hasan Basri",), ("Ratna Wulandari",)],
        ),
        (  # a statement is the word of whoever makes it
            'Pelatih Samudra, Hasan Basri, hadir. "Kami siap," tulis pernyataan resmi Basri.\n'
            '"Kami juga," demikian pernyataan pihak Melati FC.\n"Kami siap besok," bunyi pernyataan manajer '
            "Persiraja, Yohanes Tumbel.",
            [("Hasan Basri",), ("pihak Melati FC",), ("Yohanes Tumbel", "manajer Persiraja")],
        ),
        (  # a passive verb behind a quotation
            'Camat Ratna Wulandari hadir. "Air sudah surut," diungkapkan oleh Kepala Desa Hasan Basri.',
            [("Hasan Basri", "Kepala Desa")],
        ),
        (  # letters within an office that goes on behind them
            '"Kami dukung," kata Anggota Komisi XI DPR dari Fraksi PKB Ratna Wulandari di Poso.',
            [("Ratna Wulandari", "Anggota Komisi XI DPR dari Fraksi PKB")],
        ),
        (  # a company of two words before a name behind a comma
            '"Jalan itu padat," kata Humas PT Bukit Melati, Ratna Ayu Wulandari, saat dihubungi Senin.',
            [("Ratna Ayu Wulandari", "Humas PT Bukit Melati")],
        ),
        (  # the initial in a name whose first word stands alone elsewhere
            '"Kami target," kata Wakil Ketua KPK Basri M Tumbel. Pasar dibuka Basri. "Siap," kata Basri.',
            [("Basri M Tumbel", "Wakil Ketua KPK")] * 2,
        ),
        (  # the initials of a person, and a passive within what is reported
            'Wakil Presiden Hasan Tumbel (HT) mengatakan, kain Poso sudah diakui organisasi dunia.\n'
            '"Kain itu indah," kata HT.',
            [("Hasan Tumbel", "Wakil Presiden")] * 2,
        ),
        (  # fields of an office between commas
            '"Harga naik," ujar Kepala Pusat Statistik, Protokol, dan Humas Basarnas Ratna Ayu Wulandari, '
            'Senin. "Panen juga," ujar Deputi Bidang Protokol, Pers dan Media (DPM) Istana Hasan Basri.',
            [
                ("Ratna Ayu Wulandari", "Kepala Pusat Statistik, Protokol, dan Humas Basarnas"),
                ("Hasan Basri", "Deputi Bidang Protokol, Pers dan Media (DPM) Istana"),
            ],
        ),
        (  # a noun that opens a sentence before a name is none of it
            '"Saya senang," kata Ratna Wulandari. Lonjakan Ratna Wulandari mengejutkan. Kegembiraan Basri '
            'juga. "Kami bangga," kata pelatih Hasan Basri. "Ia rajin," ujar Basri.',
            [("Ratna Wulandari",), ("Hasan Basri",), ("Hasan Basri",)],
        ),
        (  # what somebody is called, before or behind the name
            'Wali Kota Poso Ratna Wulandari hadir. "Kami siap," ujar Nana, sapaan akrabnya.\n'
            '"Kami juga," ujar Acok -- sapaan akrab Hasan Basri -- di Poso.\n"Besok," tutur Nana. '
            '"Lusa," tutur Acok.',
            [("Ratna Wulandari",), ("Hasan Basri",), ("Ratna Wulandari",), ("Hasan Basri",)],
        ),
        (  # a name that begins like a function word, or stands by itself
            'Seorang penyair asal Lombok, Lalu Hasan Basri, tiba. "Saya siap," kata Lalu Hasan Basri.\n'
            '"Besok kita mulai," ujar Basri.',
            [("Lalu Hasan Basri",)] * 2,
        ),
        (  # a day before what the same person does next
            "Kapolda Riau, Brigjen Ratna Wulandari, langsung mengunjungi pasar, Rabu (4/3) dan menyapa "
            "pedagang, membeli ikan dan menyatakan pasar itu sudah aman.",
            [("Ratna Wulandari", "Kapolda Riau")],
        ),
        (  # a town behind whoever speaks
            "Warga RW 02 Sukamaju, Bandung, berharap banjir akan surut.",
            [("Warga RW 02 Sukamaju",)],
        ),
        (  # somebody without a name who is told by the name of another
            'Bupati Ratna Wulandari sakit. "Beliau di rumah," ucap seorang sahabat dekat Wulandari.\n'
            "Seorang juru bicara Samudra Perkasa mengatakan rapat akan ditunda.",
            [("seorang sahabat dekat Wulandari",), ("Seorang juru bicara Samudra Perkasa",)],
        ),
        (  # a sentence that is glued to the one before it
            "Sebanyak 46 kapal berlayar ke Poso pukul 15.Nelayan Hasan Basri mengatakan laut akan tenang.",
            [("Hasan Basri",)],
        ),
        (  # somebody who is spoken of as known, by what was won or written
            'Petenis Ratna Wulandari menang. "Saya senang," kata Ratna.\n"Lawan saya kuat," kata peraih dua '
            "gelar Piala Samudra itu.\n\"Saya libur dulu,\" tutur penulis 'Laut Biru' ini.",
            [("Ratna Wulandari", "Petenis")] * 3,
        ),
        (  # commas in the name of an institution, and its short form
            "Badan Riset, Inovasi, dan Pangan (BRIP) membuka posko. BRIP menilai panen akan naik.\n"
            "Komisi Pangan Daerah Riau ikut. Kompang menilai harga akan turun.",
            [("Badan Riset, Inovasi, dan Pangan (BRIP)",), ("Komisi Pangan Daerah Riau",)],
        ),
        (  # degrees behind a name
            "Spesialis mata, dr Ratna Wulandari, SpM, M.Kes. mengatakan mata harus diperiksa. "
            '"Periksa setahun sekali," ujar dia. Menurut Yohanes Tumbel, S.H., M.H., biayanya tidak mahal.',
            [("Ratna Wulandari", "Spesialis mata"), ("Ratna Wulandari",), ("Yohanes Tumbel",)],
        ),
        (  # the first word of a Balinese name, behind an office
            '"Kami jaga pantai," kata Kapolsek Kuta AKP I Ketut Basri.\nKetua panitia Ni Made Wulandari '
            "mengatakan lomba akan dimulai.",
            [("I Ketut Basri", "Kapolsek Kuta"), ("Ni Made Wulandari", "Ketua panitia")],
        ),
        (  # blanks beside the hyphen of a name; a dash behind the dateline
            'POSO - Dosen asal Seoul, Park Dae - soo, tiba. "Saya senang," kata Dae - soo.\n'
            '"Kami sambut," ujar Rektor Ratna Oviedo - Wulandari.',
            [("Park Dae - soo",), ("Ratna Oviedo - Wulandari", "Rektor")],
        ),
        (  # somebody without a name or office of whom the speaker tells
            '"Kami selidiki," kata Kapolsek Hasan Basri.\nTeman korban mengaku mendengar suara keras. '
            'Seorang saksi mengatakan pintu itu terkunci. "Semua kami periksa," katanya.',
            [("Hasan Basri",), ("Teman korban",), ("Seorang saksi",), ("Hasan Basri",)],
        ),
        (  # an office by its abbreviation, a name by how its first word begins
            'Menteri Pemuda dan Olahraga Ratna Wulandari tiba, lalu Hasanuddin Basri.\n"Kami siap," ujar '
            'Menpora. "Besok," kata Hasan.',
            [("Ratna Wulandari",), ("Hasanuddin Basri",)],
        ),
        (  # what whoever speaks says of "his side"
            '"Kami siap," kata Ratna Wulandari. Pihaknya yakin panen akan naik. "Itu pasti," katanya.',
            [("Ratna Wulandari",)] * 3,
        ),
        (  # titles of other countries and of the army
            '"Kota ini kuat," kata Sir Hasan Basri, Wali Kota Poso. "Aman," ucap Kolonel Inf Yohanes Tumbel.',
            [("Hasan Basri",), ("Yohanes Tumbel",)],
        ),
    ],
)  # fmt: skip
def test_speakers_are_told_apart_from_what_stands_beside_their_names(text, speakers):
    found = find_quotes(text)
    assert len(found) == len(speakers)
    for one, expected in zip(found, speakers, strict=True):
        if expected:
            assert (one.speaker, one.role)[: len(expected)] == expected


def test_the_office_of_whoever_is_quoted_is_told_in_the_answers_language_unless_it_is_all_that_is_known():
    text = '"Harga ikan turun," kata Menteri Kelautan dan Perikanan Susi Lasut.'
    one = quotations([article("m", text)])[0]
    assert one.who_in("id") == one.who == "Susi Lasut, Menteri Kelautan dan Perikanan"
    assert one.who_in("en") == "Susi Lasut, Minister of Marine Affairs and Fisheries"
    nameless = quotations([article("n", '"Harga ikan turun," kata Bupati Karo.')])[0]
    assert nameless.who_in("en") == nameless.who


@pytest.mark.model
@pytest.mark.parametrize("question", ["Apa kata Edmun Chia?", "Edmun Chia bilang apa?", "What did Chia say?"])
def test_what_somebody_said_is_answered_by_what_is_reported_where_no_sentence_answers(seeds, question):
    answer = load_assistant(Library(seeds)).ask(question)
    assert not answer.abstained
    assert "negaranya tertarik bermitra di bidang pendidikan dan kesehatan" in answer.text


@pytest.mark.model
@pytest.mark.parametrize("question", ["Apa kata Rudi Chia?", "Siapa Edmun Chia?"])
def test_nobody_elses_words_answer_a_question_and_no_words_answer_who_somebody_is(seeds, question):
    assert load_assistant(Library(seeds)).ask(question).abstained


@pytest.mark.parametrize(
    ("turn", "asks"),
    [
        ("Apa kata Togap?", True),
        ("What did Togap say?", True),
        ("apa yang dikatakan Togap", True),
        ("Siapa Togap?", False),
        ("Apa kata Togap soal ekspor?", False),
        ("Apa yang disebutkan Togap?", True),
        ("Who is the mayor of Palembang?", False),
        ("Who were the candidates?", False),
        ("Sebutkan nama ketuanya", False),
        ("Berita siapa itu?", False),
        ("Sampai kapan acara tersebut?", False),
    ],
)
def test_a_turn_that_asks_for_somebodys_words_has_a_word_of_saying_and_no_topic(turn, asks):
    assert asks_what_was_said(turn) == asks


KEBUN = article(
    "kebun",
    "Ketiga menteri pertanian dari tetangga kita mengatakan pupuk akan langka. Menteri Pertanian Ratna "
    'Wulandari mengatakan panen akan naik. "Pupuk cukup," kata Menteri Pertanian Malaysia Hasan Basri. '
    "Menteri Kelautan Yohanes Tumbel mengatakan ikan akan turun.",
)


@pytest.mark.parametrize("office", ["menteri pertanian", "mentan", "the minister of agriculture"])
def test_whoever_holds_the_whole_office_is_named_by_it_in_full_or_abbreviated(office):
    found = named_in(f"kutip pernyataan {office}", quotations([KEBUN]))
    assert {one.speaker for one in found} == {"Ratna Wulandari"}


def test_an_office_of_another_country_is_named_with_it():
    found = named_in("kutip pernyataan menteri pertanian malaysia", quotations([KEBUN]))
    assert {one.speaker for one in found} == {"Hasan Basri"}
    assert named_in("kutip pernyataan menteri kesehatan", quotations([KEBUN])) == []


@pytest.mark.parametrize("office", ["Wali Kota Palembang", "the mayor of Palembang"])
def test_the_place_of_an_office_is_not_who_holds_it(office):
    ready = article("siap", 'Kota Palembang menyatakan bahwa mereka siap. "Jalan rusak," kata Budi Lasut.')
    assert "Kota Palembang" in {one.speaker for one in quotations([ready])}
    assert named_in(f"apa kata {office}", quotations([ready])) == []
    assert named_in("apa kata Palembang", quotations([ready]))


def test_a_body_named_by_an_ordinary_word_is_none_of_a_longer_name():
    text = "{} mengatakan target kunjungan sudah tercapai."
    found = quotations(
        [article("a", text.format("Pemerintah")), article("b", text.format("Pemerintah Kabupaten Lingga"))]
    )
    assert len(set(people(found).values())) == 2


def test_articles_that_have_an_office_in_full_are_found_by_its_abbreviation():
    asked: list[str] = []

    def having(words):
        asked.append(words)
        return []

    answer_quotes("kutip pernyataan mentan", "id", [PASAR], having, Topics())
    assert {"mentan", "menteri pertanian"} <= set(asked)


def test_an_ordinary_word_in_a_name_names_nobody_by_itself():
    found = quotations([article("klub", '"Kami menang," kata pelatih Real City United, Hasan Basri.\n'
                                        'Green City Watch mengatakan air akan naik.')])  # fmt: skip
    assert named_in("who is quoted in it (the capital city)?", found) == []
    assert {one.speaker for one in named_in("quote Green City Watch", found)} == {"Green City Watch"}


TIED = article(
    "akrab",
    "Bupati Ratna Puspa Wulandari (RPW) tiba. Ratna Puspa Wulandari mengatakan air akan surut.\n"
    "Hasan Basri Tumbel yang akrab disapa Acok mengatakan panen akan naik. Yohanes Lasut (Golkar) hadir. "
    '"Kami siap," kata Yohanes Lasut.',
)


def test_a_nickname_that_an_article_gives_is_the_persons_in_all_articles():
    other = article("lain", '"Jalan itu rusak," kata Acok.')
    found = quotations([TIED, other])
    assert nicknames(found) == {"rpw": "Ratna Puspa Wulandari", "acok": "Hasan Basri Tumbel"}
    assert people(found)["lain", "Acok"] == "Hasan Basri Tumbel"
    assert {one.speaker for one in said_by(found, "RPW")} == {"Ratna Puspa Wulandari"}
    assert {one.speaker for one in named_in("kutip kata rpw", found)} == {"Ratna Puspa Wulandari"}
    assert [one.name for one in named_like(speakers_of(found), "rpw")] == ["Ratna Puspa Wulandari"]


def test_quotations_are_embedded_once_for_all_topics():
    class Counting(Topics):
        texts = 0

        def encode(self, texts, role="passage"):
            self.texts += len(texts) if role == "passage" else 0
            return super().encode(texts, role)

    embedder, found = Counting(), quotations([PASAR, HARGA, LAIN])
    first = about(found, "harga beras", embedder)
    assert about(found, "harga beras", embedder) == first
    assert embedder.texts == len(found)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Pembukaan jembatan itu, kata Ratna juga akan menolong pedagang.", "juga akan menolong pedagang"),
        ("Jembatan itu akan dibuka, kata Ratna saat ditemui di Poso.", "Jembatan itu akan dibuka"),
    ],
)
def test_what_is_reported_has_the_predicate_that_stands_behind_the_speaker(sentence, words):
    text = f"Wali Kota Ratna Wulandari datang ke Poso. {sentence}"
    assert said(text)[0][:2] == (False, words)


@pytest.mark.parametrize("subject", ["Pernyataan itu", "Hal tersebut"])
def test_the_occasion_on_which_something_was_said_is_no_statement(subject):
    text = f"Wali Kota Ratna Wulandari tiba. {subject} disampaikan Ratna menyusul rapat yang digelar kemarin."
    assert said(text) == []


@pytest.mark.parametrize(
    ("row", "office"),
    [
        ("Gubernur Riau Ratna Wulandari dan Wagub Hasan Basri", "Wagub"),
        ("Gubernur Riau Ratna Wulandari dan Hasan Basri", None),
        ("Direktur Utama dan Ketua Koperasi Hasan Basri", "Direktur Utama dan Ketua Koperasi"),
        ("Menteri Kelautan dan Perikanan Hasan Basri", "Menteri Kelautan dan Perikanan"),
    ],
)
def test_the_office_of_the_second_person_in_a_row_is_not_the_first_ones(row, office):
    text = f'{row} tiba di Poso, Senin.\n"Kami siap," kata Hasan Basri.'
    assert [(one.speaker, one.role) for one in find_quotes(text)] == [("Hasan Basri", office)]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ('"Kami siap," sanggah Hasan Basri.', "Hasan Basri"),
        ('"Kami siap," disambut Hasan Basri.', None),
        ('"Kami siap," bersama Hasan Basri.', None),
        ('"Kami siap," kata Sersan Kepolisian Melati, Hasan Basri di Poso.', "Hasan Basri"),
        ('"Kami siap," ujar SVP divisi riset di Toko Melati, Hasan Basri.', "Hasan Basri"),
        ('"Kami siap," kata seorang pengguna Youtube di Poso.', "seorang pengguna Youtube"),
        ("Hasan Basri tiba. \"Ya,\" kata Basri. Menurut Basri putusan MK akan dipakai.", "Hasan Basri"),
        ("Menurut laporan yang disusun oleh Suara Poso, pasar itu akan dibuka.", "Suara Poso"),
        ("\"Ya,\" kata Hasan Basri. Menurut pemetaan, ia menjelaskan, pasar akan ramai.", "Hasan Basri"),
        ("Meski Jepang meminta maaf, Basri mengatakan, ia kecewa. Hasan Basri pulang.", "Hasan Basri"),
        ("Melati Money, salah satu perusahaan uang, mengungkapkan telah tutup.", "Melati Money"),
        ("Presiden Hasan al - Basri mengatakan pasar itu akan dibuka.", "Hasan al - Basri"),
        ("Sejumlah media Saudi melaporkan pasar itu akan dibuka.", "Sejumlah media Saudi"),
        ('"Ya," kata Ani Sari. Warga memuji pelatih Hasan Basri. "Siap," ujar pelatih itu.', "Hasan Basri"),
        ("Basri atau yang akrab disapa Haji Doni tiba. \"Kami siap,\" kata Doni.", "Basri"),
        ("Sari Lasut tiba. Hasan Basri berbagi cerita kepada warga. \"Kami siap,\" katanya.", "Hasan Basri"),
        ('"Kami siap," kata Hasan Basri.\n"Air surut," kata Bastri.', "Hasan Basri"),
        ("Camat Hasan MD mengatakan pasar akan ramai. Ia menambahkan pasar itu akan dibuka.", "Hasan MD"),
        ("Basri, 35, warga Poso, mengaku sangat senang pasar itu akan dibuka.", "Basri"),
        ('"Kami siap," kata Hasan Basri. Pengusaha itupun mengatakan pasar akan ramai.', "Hasan Basri"),
        ('Ani dan Hasan Badu Lasut tiba. "Siap," ujar pria yang akrab disapa HBL.', "Hasan Badu Lasut"),
        ("Basri kecewa. Kepergian Basri ramai di Poso. \"Kami siap,\" kata Basri.", "Basri"),
    ],
)  # fmt: skip
def test_whoever_is_named_by_other_means_than_a_name_beside_the_verb(text, speaker):
    assert find_quotes(text)[-1].speaker == speaker


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Jaringan Warga Poso Kendari (JWPK) tiba. JWPK menyatakan", "Jaringan Warga Poso Kendari (JWPK)"),
        (
            "Komisi untuk Warga Poso dan Korban Banjir (KawalPoso) tiba. KawalPoso menyatakan",
            "Komisi untuk Warga Poso dan Korban Banjir (KawalPoso)",
        ),
        ("Kementerian Luar Negeri Turki tiba. Kementerian menyatakan", "Kementerian Luar Negeri Turki"),
    ],
)
def test_a_short_form_of_an_institution_is_its_full_name(text, speaker):
    assert said(f"{text} pasar itu akan dibuka.") == [(False, "pasar itu akan dibuka", speaker)]
