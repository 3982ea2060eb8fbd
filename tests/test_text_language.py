"""The language of questions and articles, short ones above all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import detect

# fmt: off
QUESTIONS = {
    "id": [
        "Berapa nilai ekspor Sumut?", "Siapa Togap?", "Kapan?",  "Apa itu INA Group?",
        "Apa?", "Bagaimana dengan impor?",   "Siapa konjen Singapura?", "Di mana?",
        "Mengapa?", "Negara mana saja yang berkunjung?", "Kunjungan enam konjen",
        "Nilai perdagangan Tiongkok", "Kenapa?",  "Pengiriman tenaga kerja ke Jepang",
        "Berapa persen?", "Produk ekspor unggulan Sumut", "apa kata Togap", "jelaskan program magang",
        "Apa saja sister city Sumut?", "Siapa CEO INA Group?", "Apakah Sulut mengekspor lobster?",
        "dan Mei?",   "Jumlah ekspor?", "Siapakah Xu Chunjuan?",
        "Bagaimana pengiriman pelatih wushu?", "terus impornya?", "BERAPA USD?",
        "Berapakah nilai eksport Sumatera Utara?", "siapa sutradara film Working to the Death",
    ],
    "en": [
        "Who is Togap?", "What about imports?", "How much?", "Who is Togap Simangunsong?", "When?",
        "And imports?", "What is Pemprov Sumut?", "Which countries visited Medan?",
        "Exports of North Sumatra in 2025", "Why?", "What did Togap say?", "Tell me about INA Group",
        "Where was the meeting held?", "Is it Japan?", "Who?",
        "How much did North Sumatra export from January to May 2025?", "Who is Kepala Dinas Pendidikan?",
        "What is the value of Sumut exports?", "North Sulawesi fishery exports", "List the six countries",
        "What are the main export products?", "Does Sulut export lobster?", "What is Tokutei Ginou?",
        "Did Edmun Chia mention scholarships?", "what’s INA Group",
    ],
    "es": ["¿Cuánto exportó Sumatra?", "¿Quién es Togap?"],
    "de": ["Wie hoch waren die Exporte?", "Wer ist Togap?"],
    "fr": ["Combien a exporté Sumatra ?", "Qui est Togap ?"],
    "nl": ["Wie is Togap?", "Hoeveel heeft Sumatra geëxporteerd?"],
    "pt": ["Quanto exportou Sumatra em 2025?"],
    "it": ["Chi è Togap?"],
    "vi": ["Bắc Sumatra xuất khẩu bao nhiêu?"],
    "tr": ["Sumatra ne kadar ihracat yaptı?"],
    "jv": ["Pira regane beras ing Surabaya?", "Sapa jenenge gubernur?"],
    "su": ["Sabaraha hargana?"],
    "zh": ["苏北省出口多少？"],
    "ja": ["北スマトラの輸出額はいくらですか？"],
    "ko": ["북수마트라의 수출액은 얼마입니까?"],
    "ru": ["Сколько экспортировала Суматра?"],
    "ar": ["كم صدرت سومطرة؟"],
    "th": ["สุมาตราเหนือส่งออกเท่าไร"],
    "hi": ["सुमात्रा ने कितना निर्यात किया?"],
    "und": [
        "", "???", "2025", "Togap Simangunsong", "Togap", "BPS", "INA Group?", "123 456", "\ud800",
        "\x00\x01",
    ],
}
# fmt: on


@pytest.mark.parametrize(
    ("language", "question"), [(language, one) for language, some in QUESTIONS.items() for one in some]
)
def test_a_short_question_shows_its_language(language: str, question: str) -> None:
    assert detect(question) == language


def test_malay_counts_as_indonesian() -> None:
    assert (
        detect("Kerajaan Malaysia akan menyediakan kemudahan pengangkutan awam percuma kepada rakyat") == "id"
    )


def test_an_article_that_quotes_english_is_still_indonesian() -> None:
    quoted = '"We are ready to work with the people of North Sumatra," ujarnya. '
    running = "Pemerintah Provinsi Sumatera Utara menjalin kerja sama dengan enam negara sahabat. "
    assert detect(quoted + running * 4) == "id"


def test_an_english_article_with_indonesian_names_is_english() -> None:
    assert (
        detect(
            "The Governor of Sumatera Utara met the Kepala Badan Pusat Statistik in Medan on Tuesday. " * 4
        )
        == "en"
    )


# CLD2 refuses control characters and surrogates; whatever comes in, a code comes out.
@given(st.text(st.characters(blacklist_categories=[])))
def test_no_text_whatever_breaks_it(text: str) -> None:
    assert 2 <= len(detect(text)) <= 4
