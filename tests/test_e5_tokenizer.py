"""Texts become the very tokens that the carrier's own engine makes of them."""

from __future__ import annotations

import unicodedata

import pytest
from engine import Engine, compile_engine
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tokenizers import Encoding, Tokenizer

from index import Settings
from index.e5 import E5Tokenizer, E5Weights, locate, read
from index.embedder import TOKENIZER_FILES, open_pieces, prepare_quick
from scripts.train.encoder import TOKENIZER_FILE, prepare

pytestmark = pytest.mark.model

TEXTS = [
    "Nilai ekspor Sumut Januari–Mei 2025 mencapai US$4,796 miliar, naik 22,67 persen (y-on-y).",
    "Rp1.234.567,89; 0,5%; 12/07/2025 pukul 08.30 WIB; +62-811-000-111; 3×10⁵ m²; №7; ½ kg; ¾",
    "“Kami siap,” kata Gubernur—‘hari ini’… (sic!) [catatan] {x} <y> a/b\\c @d #e $f %g ^h &i *j _k ~l `m |n",
    "Selamat 🎉🎊! 👍🏽 👩‍👩‍👧‍👦 🇮🇩 ❤️ ☀ 1️⃣ 🦖🦕🫠🫨",
    "mempertanggungjawabkannya ketidakberpihakan antidisestablishmentarianism Llanfairpwllgwyngyll",
    "x" * 300,
    "ﬁnal ﬂuks ＡＢＣ１２３ ㎏ ㏄ ℡ ™ ① ⅷ Ⅳ ª º µ ﷺ ｶﾞ ㋿ ～ ￥ ｡",
    "e\u0301 é o\u0308 ö n\u0303 ½\u0301 ①\u0301 ﬁ\u0308 ²\u200d³ ½\u0e33",
    "kata\tkata\r\nkata\u00a0kata\u2003kata\u200bkata\u2028kata\ufeffkata\x07kata\x7fkata\u00adkata",
    "  dua   spasi  di   mana-mana  ",
    "<s > < /s> <p> [CLS] [SEP] [MASK]",
    "▁ ▁▁ a▁b",
    "Медан 棉兰 ميدان मेदान เมดัน ꦩꦺꦢꦤ᧟ 메단 メダン",
    "\u0001\u0002Awal",
    "Tamat\u0003",
]

characters = st.one_of(
    st.characters(min_codepoint=32, max_codepoint=126),
    st.characters(min_codepoint=1, max_codepoint=0x24F),
    st.characters(min_codepoint=0x2000, max_codepoint=0x33FF),
    st.characters(min_codepoint=0xF900, max_codepoint=0xFFFF),
    st.characters(min_codepoint=0x1F1E6, max_codepoint=0x1FAFF),
    st.characters(categories=["Mn", "Mc", "Me", "Cf", "Zs"], exclude_characters="\0"),
    st.characters(min_codepoint=1, exclude_categories=["Cs"]),
    st.sampled_from("0123456789.,% -"),
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    loaded = Tokenizer.from_file(str(prepare(Settings.load().cache, TOKENIZER_FILE) / "tokenizer.json"))
    loaded.encode_special_tokens = True
    return loaded


@pytest.fixture(scope="module")
def small() -> E5Tokenizer:
    return open_pieces(prepare_quick(Settings.load().cache, *TOKENIZER_FILES))


@pytest.fixture(scope="module")
def carried() -> E5Weights:
    return read(locate())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = compile_engine(tmp_path_factory.mktemp("engine"))
    if isinstance(engine, str):
        pytest.skip(engine)
    return engine


def ids(tokenizer: Tokenizer, text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize("text", TEXTS)
def test_ids_are_the_engines(tokenizer: Tokenizer, engine: Engine, text: str):
    assert ids(tokenizer, text) == engine.ids(text)


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=st.text(characters, min_size=1, max_size=60))
def test_ids_of_any_text_are_the_engines(tokenizer: Tokenizer, engine: Engine, carried: E5Weights, text: str):
    assume(not any(piece in text for piece in ("<s>", "</s>", "<pad>", "<unk>", "<mask>")))
    ours, theirs = ids(tokenizer, text), engine.ids(text)
    if ours != theirs and ours:
        # "JJJ" is as likely J JJ as JJ J; either is right.
        assert sorted(ours) == sorted(theirs)
        assert "".join(carried.pieces[i] for i in ours) == "".join(carried.pieces[i] for i in theirs)
    assert ours or theirs in ([], [carried.pieces.index("▁")])


def test_each_mapped_character_becomes_what_the_carrier_says(tokenizer: Tokenizer, carried: E5Weights):
    normalise = tokenizer.normalizer.normalize_str
    assert len(carried.mapping) == 4837
    for character, replacement in carried.mapping.items():
        assert normalise(f"a{character}b") == f"a{replacement}b"
    # Newer compatibility characters, which Unicode would replace and the carrier does not.
    kept = [
        character
        for character in map(chr, [*range(1, 0xD800), *range(0xE000, 0x20000)])
        if character not in carried.mapping and unicodedata.normalize("NFKC", character) != character
    ]
    assert {"\u32ff", "\uff5e", "\ua7f2"} < set(kept)
    for character in kept:
        assert normalise(f"a{character}b") == f"a{character}b"


def test_a_mark_after_a_mapped_character_is_kept(tokenizer: Tokenizer, carried: E5Weights):
    normalise = tokenizer.normalizer.normalize_str
    for point in range(0x300, 0x20000):
        mark = chr(point)
        if unicodedata.category(mark).startswith("M") and mark not in carried.mapping:
            assert normalise(f"½{mark}") == f"1⁄2{mark}"
            assert normalise(f"①{mark}") == f"1{mark}"


def test_offsets_point_at_the_characters_of_the_text(tokenizer: Tokenizer):
    text = "\u0001ﬁnal  ½\u0301 kali\u0007 🦖🦕, “naik”"
    pieces = tokenizer.encode(text, add_special_tokens=False)
    found = [
        (token, text[start:end]) for token, (start, end) in zip(pieces.tokens, pieces.offsets, strict=True)
    ]
    assert found == [
        ("▁final", "ﬁnal"),
        ("▁1⁄2", " ½"),
        ("́", "\u0301"),
        ("▁kali", " kali"),
        ("▁", " "),
        ("🦖", "🦖"),
        ("🦕", "🦕"),
        (",", ","),
        ("▁“", " “"),
        ("na", "na"),
        ("ik", "ik"),
        ("”", "”"),
    ]


def test_what_spells_a_special_token_is_ordinary_text(tokenizer: Tokenizer):
    text = "<s> a </s><pad> <mask> <unk>"
    assert not set(ids(tokenizer, text)) & {0, 1, 2, 3, 250001}
    assert tokenizer.encode(text).ids[0] == 0
    assert tokenizer.encode(text).ids[-1] == 2


def test_a_pair_is_joined_as_the_model_was_trained(tokenizer: Tokenizer):
    first, second = ids(tokenizer, "Apa?"), ids(tokenizer, "Medan")
    pair = tokenizer.encode("Apa?", "Medan")
    assert pair.ids == [0, *first, 2, 2, *second, 2]
    assert set(pair.type_ids) == {0}


def test_each_unknown_character_is_one_token(tokenizer: Tokenizer):
    assert ids(tokenizer, "🦖🦕") == [6, 3, 3]


def same(small: Encoding, whole: Encoding) -> None:
    assert small.ids == whole.ids
    assert small.offsets == whole.offsets
    assert small.sequence_ids == whole.sequence_ids


@settings(
    max_examples=600,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=st.one_of(st.text(characters, max_size=80), st.sampled_from([*TEXTS, ""])))
def test_the_small_tokenizer_gives_the_tokens_and_offsets_of_the_whole_one(
    small: E5Tokenizer, tokenizer: Tokenizer, text: str
):
    same(small.encode(text), tokenizer.encode(text, add_special_tokens=False))
    ids = tokenizer.encode(text).ids
    assert small.ids(text, 40) == (ids if len(ids) <= 40 else [*ids[:39], 2])


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    first=st.text(characters, max_size=60),
    second=st.text(characters, max_size=200),
    longest=st.integers(8, 80),
)
def test_two_texts_that_are_too_long_together_are_cut_as_the_whole_one_does(
    small: E5Tokenizer, tokenizer: Tokenizer, first: str, second: str, longest: int
):
    tokenizer.enable_truncation(longest, strategy="longest_first")
    try:
        same(small.pair(first, second, longest), tokenizer.encode(first, second))
    finally:
        tokenizer.no_truncation()


def test_the_tokenizer_is_opened_once_for_all_that_read_with_it(small: E5Tokenizer):
    assert open_pieces(prepare_quick(Settings.load().cache, *TOKENIZER_FILES)) is small
