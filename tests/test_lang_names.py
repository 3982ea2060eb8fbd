"""What must be true of places."""

import pytest

from rag.lang.names import english_name, find_places, named_places


def codes(text):
    return [place.code for place in find_places(text)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sumut", "ID-SU"),
        ("Sumatera Utara", "ID-SU"),
        ("North Sumatra", "ID-SU"),
        ("sumut", "ID-SU"),
        ("Sulut", "ID-SA"),
        ("Sulawesi Utara", "ID-SA"),
        ("Papua Barat Daya", "ID-PD"),
        ("ntb", "ID-NB"),
        ("Tiongkok", "CN"),
        ("RRT", "CN"),
        ("China", "CN"),
        ("Chinese", "CN"),
        ("Republik Rakyat Tiongkok", "CN"),
        ("AS", "US"),
        ("Amerika Serikat", "US"),
        ("the United States", "US"),
        ("Jepang", "JP"),
        ("jepang", "JP"),
        ("Inggris", "GB"),
        ("Arab Saudi", "SA"),
    ],
)
def test_a_place_is_one_place_under_all_its_names(text, code):
    assert codes(f"ke {text} pada") == [code]


@pytest.mark.parametrize("text", ["as good as it gets", "tell us", "Sumutan", "Jepang-nya", "mali", "nad mu"])
def test_common_words_and_parts_of_words_are_no_places(text):
    assert [code for code in codes(text) if code not in {"ID-AC"}] == []


def test_north_sumatra_is_not_north_sulawesi():
    assert set(codes("Sumut")).isdisjoint(codes("Sulut"))


@pytest.mark.parametrize(
    ("code", "name"), [("CN", "China"), ("ID-SA", "North Sulawesi"), ("US", "United States")]
)
def test_places_have_english_names(code, name):
    assert english_name(code) == name


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Bupati Ogan Komering Ilir bertemu wali kota Medan di Banda Aceh.",
         ["ogan komering ilir", "medan", "banda aceh"]),
        ("Kabupaten Kutai Barat di Kalimantan Timur", ["kutai barat", "ID-KI"]),
        ("Medan's harbour", ["medan"]),
        ("Dari Toli-Toli dan Tolitoli ke Pangkal Pinang", ["tolitoli", "tolitoli", "pangkalpinang"]),
        ("nasib malang itu", []),
    ],
)  # fmt: skip
def test_a_place_is_named_by_the_longest_name_that_stands_there(text, keys):
    assert [one.key for one in named_places(text)] == keys
