"""Where a name begins is fitted on rows that people read; words are counted by what it is sure of."""

import numpy as np

from rag.quotes.statements import cast_of
from scripts.train.names import count, features, fit, matrix, read

TEXTS = {
    "a": "Kepala Dinas Pangan Ratna Wulandari tiba di pasar pagi ini bersama Bank Tani Makmur. Ratna pulang.",
    "b": "Direktur Utama Bank Tani Hasan Basri menyapa para nelayan di dermaga yang baru. Hasan lalu pulang.",
}


def rows(path):
    lines = []
    for name, begins in (("a", {"Kepala": "3", "Bank": "-"}), ("b", {"Direktur": "4"})):
        lines += [
            f"{name}\t{run[0].start}\t{run[-1].end}\t{begins[run[0].text]}\n"
            for run in cast_of(TEXTS[name]).runs
            if len(run) > 1
        ]
    path.write_text("".join(lines))
    return read(path, TEXTS)


def test_rows_are_found_again_by_their_characters_and_read_as_they_were(tmp_path):
    found = rows(tmp_path / "names.tsv")
    assert [(one.run[0].text, one.begin) for one in found] == [("Kepala", 3), ("Bank", 3), ("Direktur", 4)]
    every = [features(one.cast, one.run) for one in found]
    names = sorted({name for one in every for values in one for name in values})
    made = [matrix(one, names) for one in every]
    assert [one.shape for one in made] == [(len(one.run) + 1, len(names)) for one in found]
    weights = fit(made * 20, [one.begin for one in found] * 20)
    assert [int((one @ weights).argmax()) for one in made] == [one.begin for one in found]


def test_words_are_counted_by_whether_they_stand_in_names(tmp_path):
    found = rows(tmp_path / "names.tsv")
    every = [features(one.cast, one.run) for one in found]
    names = sorted({name for one in every for values in one for name in values})
    weights = fit([matrix(one, names) for one in every] * 20, [one.begin for one in found] * 20)
    odds = count([cast_of(text) for text in TEXTS.values()], names, np.asarray(weights))
    assert odds["wulandari"] > 0 > odds["dinas"]
    assert odds["basri"] > 0 > odds["bank"]
