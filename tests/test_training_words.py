"""Words that translations have for others are learnt from pairs, and those that ship are stems."""

import gzip

import pytest

from rag.lang.words import english_stem, forms, stem, translations
from scripts.train.words import fitting, learn, met, pair, read

SENTENCES = (
    ("The governor opened a bridge", "Gubernur membuka jembatan"),
    ("The governor closed a school", "Gubernur menutup sekolah"),
    ("The regent opened a school", "Bupati membuka sekolah"),
    ("The regent closed a bridge", "Bupati menutup jembatan"),
)


def test_words_that_stand_in_the_same_pairs_translate_each_other():
    table = learn(fitting([pair(*one) for one in SENTENCES] * 3))
    assert table["bridg"] == ["jembat"]
    assert table["school"] == [stem("sekolah")]
    assert table["regent"] == [stem("bupati")]
    assert table["open"] == [stem("membuka")]


def test_a_text_that_its_translation_leaves_half_out_teaches_nothing():
    whole = pair("Bridge opened", "Jembatan dibuka")
    part = pair("bridge", "jembatan itu dibuka gubernur setelah tiga tahun dibangun warga desa")
    assert fitting([whole, part] * 3) == [whole] * 3


def test_words_are_met_by_themselves_or_by_their_translations():
    pairs = [pair("Surabaya bridge", "Jembatan Surabaya")]
    assert met({}, pairs) == 0.5
    assert met({"bridg": ["jembat"]}, pairs) == 1.0


def test_what_is_for_measuring_only_is_not_learnt_from(tmp_path):
    data = tmp_path / "data"
    for folder in (data / "parallel", data / "press", tmp_path / "written"):
        folder.mkdir(parents=True)
    for name, line in (
        ("news", "Kopi mahal\tExpensive coffee\n"),
        ("dev_news", "Teh mahal\tExpensive tea\n"),
    ):
        with gzip.open(data / "parallel" / f"{name}.tsv.gz", "wt", encoding="utf-8") as file:
            file.write(line)
    (data / "press" / "translations_train.tsv").write_text("a\tGubernur tiba\tThe governor arrived\n")
    (data / "press" / "questions_train.jsonl").write_text('{"id": "q", "question": "Siapa gubernur?"}\n')
    for name, text in (("twins.tsv", "q\tWho is governor?\n"), ("press_train.jsonl", "")):
        (tmp_path / "written" / name).write_text(text)
    seen = [english for english, _ in read(tmp_path, tmp_path / "written")]
    assert ["expens", "coffe"] in seen
    assert ["expens", "tea"] not in seen
    assert seen.count(["governor", "arriv"]) == 2
    assert seen.count(["governor"]) == 2


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [("airports", "bandara"), ("arrested", "ditangkap"), ("regent", "bupati"), ("flooding", "banjir"),
     ("prices", "harga"), ("students", "siswa")],
)  # fmt: skip
def test_an_english_word_meets_the_indonesian_one_that_translations_have(english, indonesian):
    assert stem(indonesian) in forms(english, is_english=True)
    assert stem(indonesian) not in forms(english)


def test_what_ships_are_stems():
    for word in ("governor", "announce", "budget"):
        assert translations(word) == translations(english_stem(word))
        assert translations(word)
    assert translations("zzz") == ()
