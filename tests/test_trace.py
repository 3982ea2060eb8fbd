"""What must be true when a release is looked for in articles."""

import json

import numpy as np
import pytest

from index import Article, Hit, LibraryError, Passage
from index.library import Library
from rag.cli import main
from rag.factcheck.draft import DraftError
from rag.lang.words import content_words
from rag.trace import (
    FEATURES,
    Change,
    Pairing,
    Tracer,
    body_sentences,
    differences,
    read_release,
    trace_object,
)

RELEASE = (
    "Dermaga baru Bitung dibuka\n\n"
    "BITUNG, 4 Agustus 2025 – Wali Kota Ratna Wulandari membuka dermaga baru Bitung pada Senin pagi. "
    "Pembangunannya menelan biaya Rp 40 miliar dari anggaran kota. "
    "Dermaga itu panjangnya 300 meter dan melayani empat kapal. "
    "Para nelayan dijanjikan potongan sewa selama dua tahun penuh.\n"
)
CARRIES = (
    "Wali Kota Ratna Wulandari membuka dermaga baru Bitung pada Senin pagi. "
    "Pembangunannya menelan biaya Rp 45 miliar dari anggaran kota. "
    "Dermaga sepanjang 300 meter itu melayani empat kapal. "
    "Warga berharap jalan menuju ke sana segera diperbaiki oleh pemerintah provinsi."
)
OTHER = """Harga cabai di pasar Poso turun sejak pekan lalu. Pedagang mengatakan pasokan dari petani sudah \
lancar kembali setelah jalan dibuka."""


def article(name, text, **given):
    return Article(name, name, text, "Antara", None, None, "id", name, "0" * 64, **given)


class Words:
    """An embedder by the words that texts share."""

    name, dimension, max_tokens = "words", 4096, 512

    def encode(self, texts, kind):
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in content_words(text):
                vectors[row, sum(map(ord, word)) * 31 % self.dimension] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9) * 0.1 + 0.0

    def count_tokens(self, text):
        return len(text.split())


def tracer(*articles):
    hits = [Hit(Passage(one, 0, len(one.text)), 1.0, rank) for rank, one in enumerate(articles, 1)]
    return Tracer(lambda question, k: hits[:k], Near())


class Near(Words):
    """The same with cosines in the narrow band of the embedded model, 0.85 and above."""

    def encode(self, texts, kind):
        vectors = super().encode(texts, kind) * 10
        return np.concatenate(
            [vectors * np.sqrt(0.15), np.full((len(texts), 1), np.sqrt(0.85), np.float32)], axis=1
        )


def test_sentences_are_told_without_headline_and_dateline_and_a_day_in_one_is_kept():
    text = (
        "Judul di atas\n\n"
        "MEDAN, 23 Juli 2025 – Hujan turun sejak pagi tadi di seluruh Kota Medan dan sekitarnya.\n\n"
        "Sepanjang Januari–Mei 2025, ekspor naik lima persen.\n"
    )
    assert [text[slice(*span)] for span in body_sentences(text)] == [
        "Hujan turun sejak pagi tadi di seluruh Kota Medan dan sekitarnya.",
        "Sepanjang Januari–Mei 2025, ekspor naik lima persen.",
    ]


def test_a_heading_is_no_sentence():
    text = "Harga cabai di Poso turun lagi.\n\n## Pasokan naik 12 persen\n\nPetani panen sejak pekan lalu.\n"
    assert [text[slice(*span)] for span in body_sentences(text)] == [
        "Harga cabai di Poso turun lagi.",
        "Petani panen sejak pekan lalu.",
    ]


def test_a_release_is_copied_changed_reworded_and_dropped_and_an_article_adds():
    trace = tracer(article("dermaga", CARRIES), article("cabai", OTHER)).trace(RELEASE)
    (carrier,) = trace.carriers
    assert carrier.article.id == "dermaga"
    assert [one.verdict for one in carrier.sentences] == ["copied", "changed", "reworded", "dropped"]
    assert carrier.sentences[1].differences == (Change("Rp 40 miliar", "Rp 45 miliar"),)
    assert [CARRIES[slice(*one.span)].split(maxsplit=1)[0] for one in carrier.sentences if one.span] == [
        "Wali",
        "Pembangunannya",
        "Dermaga",
    ]
    assert [CARRIES[slice(*span)].split(maxsplit=1)[0] for span in carrier.added] == ["Warga"]
    assert carrier.share == pytest.approx(0.75)
    assert [RELEASE[one.start : one.end] for one in carrier.sentences] == [
        RELEASE[slice(*span)] for span in trace.spans
    ]


def test_what_nobody_carries_has_no_carrier_and_the_release_itself_is_left_out():
    assert tracer(article("cabai", OTHER)).trace(RELEASE).carriers == ()
    assert tracer(article("dermaga", CARRIES)).trace(RELEASE, leaving_out="dermaga").carriers == ()


def test_copies_of_an_article_that_is_found_are_looked_at_too():
    first, copy = article("dermaga", CARRIES), article("salinan", CARRIES)
    hit = Hit(Passage(first, 0, len(CARRIES)), 1.0, 1, (copy,))
    trace = Tracer(lambda question, k: [hit], Near()).trace(RELEASE)
    assert [one.article.id for one in trace.carriers] == ["dermaga", "salinan"]


def test_progress_is_told_to_its_end():
    steps = []
    tracer(article("dermaga", CARRIES)).trace(
        RELEASE, tell=lambda done, total, name: steps.append((done, total))
    )
    assert steps[-1] == (5, 5)  # four sentences and one article
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


@pytest.mark.parametrize(
    ("sentence", "text", "found"),
    [
        ("Ekspor naik 12 persen.", "Ekspor naik 21 persen.", [("12 persen", "21 persen")]),
        ("Biayanya Rp 4,5 juta.", "Biayanya US$ 4,5 juta.", [("Rp 4,5 juta", "US$ 4,5 juta")]),
        (
            "Perkara itu diambil alih Kejaksaan Tinggi Jawa Tengah.",
            "Perkara itu diambil alih Kejaksaan Tinggi Jawa Timur.",
            [("Tengah", "Timur")],
        ),
        ("Acara dibuka pada 12 Mei 2025.", "Acara dibuka pada 12/5/2025.", []),
        ("Nilainya Rp 1,2 miliar.", "Nilainya 1.200 juta rupiah.", []),
        ("Warga menolak rencana itu.", "Rencana itu ditolak oleh warga.", []),
    ],
)
def test_what_differs_is_a_figure_a_day_or_a_name_however_it_is_written(sentence, text, found):
    changed = differences(sentence, article("a", text), (0, len(text)))
    assert [(one.release, one.article) for one in changed] == found


def test_a_figure_that_stands_in_the_next_sentence_is_no_change():
    text = "Dermaga itu dibuka 3 Mei dan punya 4 derek. Panjangnya 300 meter."
    assert differences("Dermaga itu panjangnya 300 meter.", article("a", text), (0, 43)) == ()


def test_features_tell_what_two_sentences_share():
    pairing = Pairing(
        ["Ekspor beras naik 5 persen."], ["Ekspor beras naik 5 persen.", "Hujan turun."],
        np.array([[1.0, 0.8]], np.float32),
    )  # fmt: skip
    same, other = pairing.features(0, 0), pairing.features(0, 1)
    assert set(same) == set(FEATURES)
    assert (same["share"], same["back"], same["order"], same["facts"]) == (1, 1, 1, 1)
    assert (other["share"], other["order"], other["facts"]) == (0, 0, 0)
    assert same["cosine"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("Judul saja", "has no sentence"),
        ("Hujan turun lagi tadi.\n" * 301, "301 sentences"),
    ],
)
def test_a_release_without_sentences_or_with_too_many_is_refused(text, message):
    with pytest.raises(DraftError, match=message):
        tracer().trace(text)


def test_what_is_neither_file_nor_article_is_named(seeds):
    with pytest.raises(LibraryError, match="neither a file nor the id of an article"):
        read_release("tidak-ada", Library(seeds))


def test_the_object_has_every_sentence_with_its_place():
    made = trace_object(tracer(article("dermaga", CARRIES)).trace(RELEASE))
    assert made["carried"] is True
    (one,) = made["articles"]
    assert {key: one[key] for key in ("copied", "reworded", "changed", "dropped")} == dict.fromkeys(
        ("copied", "reworded", "changed", "dropped"), 1
    )
    for sentence in one["sentences"]:
        assert RELEASE[sentence["start"] : sentence["end"]] == sentence["text"]
        if sentence["verdict"] != "dropped":
            assert CARRIES[sentence["article_start"] : sentence["article_end"]] == sentence["quote"]
    assert set(one) == {
        "article_id", "title", "source", "published", "url", "share", "copied", "reworded", "changed",
        "dropped", "sentences", "added",
    }  # fmt: skip


@pytest.mark.model
def test_a_release_is_traced_from_the_command_line(seeds, tmp_path, capsys):
    file = tmp_path / "rilis.txt"
    file.write_text(
        "Enam Konsul Jenderal (Konjen) berkunjung secara resmi ke Kantor Gubernur Sumatera Utara di Medan, "
        "Selasa (22/7/2025). Sepanjang Januari–Mei 2025, ekspor Sumut bernilai USD 4,976 miliar menurut "
        "catatan Badan Pusat Statistik (BPS) Sumut. "
        "Gubernur menyediakan tiga bus gratis bagi para tamu negara.\n"
    )
    assert main(["--home", str(seeds.home), "trace", str(file), "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["articles"]
    assert [each["verdict"] for each in one["sentences"]] == ["copied", "changed", "dropped"]
    assert one["sentences"][1]["differences"] == [
        {"release": "USD 4,976 miliar", "article": "USD 4,796 miliar"}
    ]


@pytest.mark.model
def test_a_release_that_nobody_carries_exits_with_3(seeds, tmp_path, capsys):
    file = tmp_path / "rilis.txt"
    file.write_text(OTHER)
    assert main(["--home", str(seeds.home), "trace", str(file)]) == 3
    assert capsys.readouterr().out == "no article carries it\n"
