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
from rag.output import answer_object
from rag.pipeline import load_assistant
from rag.proof import prove
from rag.quotes import find_quotes, quotations
from rag.quotes.collection import (
    UnknownSpeaker,
    about,
    answer_quotes,
    by_day,
    named_in,
    named_like,
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
    ("office", "name"),
    [
        ("Panglima TNI", "Jenderal Surya Wijaya"),
        ("Kepala Dinas Pertanian, Perikanan, dan Kelautan", "Sari Lasut"),
        ("Menteri Koordinator Bidang Pendidikan, Kebudayaan dan Riset", "Ratna"),
        ("Koordinator Pusat Pengendalian dan Operasi Bencana (Pusop) BPBD Kabupaten Poso", "Hasan Basri"),
        ("Capres Kanada dari Partai Demokrat", "Ann Doe"),
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
