"""What must be true of translations: none is shown that its original does not bear out."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from gguf_double import write_adapter_gguf, write_gguf

from index import Article, ModelError, Settings, SettingsError, TanyaError
from rag import translation
from rag.answer import Answer, Citation, Claim, Verdict
from rag.cli import main
from rag.composing import attribute
from rag.generation.models import open_server
from rag.lang import say
from rag.output import answer_object
from rag.translation import (
    SURE,
    AdapterTranslator,
    GeneratorTranslator,
    RawTranslation,
    TranslationMemory,
    assemble,
    hold_against,
    is_adapter,
    load_translator,
    needed_translator,
    read_lines,
    translate_answer,
    translate_sentences,
)

SOURCE = "Ekspor kopi naik 22,67 persen pada Mei 2025, kata Bobby Nasution."
RIGHT = "Coffee exports rose 22.67 percent in May 2025, Bobby Nasution said."
LOSES = "Coffee exports rose in May 2025, Bobby Nasution said."
ALTERS = "Coffee exports rose 26.67 percent in May 2025, Bobby Nasution said."
ADDS = "Coffee exports to Japan rose 22.67 percent in May 2025, Bobby Nasution said."

YES, NO = Verdict("supported", "the source says so"), Verdict("not_found", "the source does not say so")


class Told:
    """A translator that says what it was given, and counts how often it is asked."""

    name = "told"

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.made, self.asked = dict(pairs), []

    def translate(self, sentences):
        self.asked.append(list(sentences))
        return [RawTranslation(self.made.get(one, "")) for one in sentences]


class Broken:
    name = "broken"

    def translate(self, sentences):
        raise ModelError("the translator is gone; set TANYA_TRANSLATOR to none")


def passes(text, source, published):
    return YES


def fails(text, source, published):
    return NO


def article(text: str = SOURCE, name: str = "kopi") -> Article:
    return Article(name, "Kopi", text, "Harian", None, None, "id", f"{name}.txt", "0")


def english(claim: str | None = None, *, written="quoted") -> Answer:
    cited = Citation(1, article(), 0, len(SOURCE))
    text = say("original", "en", quote=SOURCE) if claim is None else claim
    return Answer("How much?", "en", (Claim(text, (1,), written),), (cited,))


@pytest.mark.model
def test_a_faithful_translation_passes():
    assert hold_against(RawTranslation(RIGHT), SOURCE).holds


@pytest.mark.model
@pytest.mark.parametrize("text", [LOSES, ALTERS, ADDS, ""])
def test_a_translation_that_loses_alters_or_adds_a_fact_does_not_pass(text):
    verdict = hold_against(RawTranslation(text), SOURCE)
    assert not verdict.holds
    assert verdict.reason


def test_what_the_translator_is_not_sure_of_does_not_pass():
    verdict = hold_against(RawTranslation(RIGHT, SURE - 0.01), SOURCE)
    assert not verdict.holds
    assert verdict.reason == "the translator is not sure of its translation"


def test_what_is_lost_is_named():
    assert hold_against(RawTranslation(LOSES), SOURCE).reason == "the translation lacks “22,67 persen”"


def test_what_does_not_pass_is_shown_in_the_original():
    translator = Told((SOURCE, RIGHT))
    (shown,) = translate_sentences([SOURCE], translator, check=passes)
    assert (shown.text, shown.checked, shown.model) == (RIGHT, True, "told")
    (kept,) = translate_sentences([SOURCE], translator, check=fails)
    assert (kept.text, kept.checked, kept.reason) == (SOURCE, False, NO.reason)


def test_a_sentence_that_comes_twice_is_translated_once():
    translator = Told((SOURCE, RIGHT))
    made = translate_sentences([SOURCE, SOURCE], translator, check=passes)
    assert [one.text for one in made] == [RIGHT, RIGHT]
    assert translator.asked == [[SOURCE]]


def test_an_english_answer_says_the_translation_and_cites_the_original():
    answer = translate_answer(english(), Told((SOURCE, RIGHT)), check=passes)
    assert answer.text == f"{RIGHT} [1]"
    assert answer.claims[0].written == "translated"
    (citation,) = answer_object(answer)["citations"]
    assert citation["quote"] == SOURCE
    assert citation["translation"] == {"text": RIGHT, "model": "told", "checked": True}


def test_an_answer_keeps_what_does_not_pass_as_it_was():
    answer = english()
    assert translate_answer(answer, Told((SOURCE, RIGHT)), check=fails) == answer
    assert answer_object(answer)["citations"][0]["translation"] is None


def test_whose_it_is_stays_before_the_translation():
    framed = attribute(article(), say("original", "en", quote=SOURCE), "en")
    answer = translate_answer(english(framed), Told((SOURCE, RIGHT)), check=passes)
    assert answer.claims[0].text == f"According to Harian: {RIGHT}"


def test_the_gloss_behind_an_original_goes_with_it():
    glossed = f"{say('original', 'en', quote=SOURCE)} {say('that_is', 'en', pairs='Mei 2025 = May 2025')}"
    answer = translate_answer(english(glossed, written="rendered"), Told((SOURCE, RIGHT)), check=passes)
    assert answer.claims[0].text == RIGHT


def test_each_sentence_of_a_quotation_is_translated_and_all_must_pass():
    text = f"{SOURCE} Nilai itu naik."
    cited = Citation(1, article(text), 0, len(text))
    answer = Answer("q", "en", (Claim(say("original", "en", quote=text), (1,)),), (cited,))
    translator = Told((SOURCE, RIGHT), ("Nilai itu naik.", "It rose."))
    assert translate_answer(answer, translator, check=passes).text == f"{RIGHT} It rose. [1]"

    def half(text, source, published):
        return YES if source == SOURCE else NO

    assert translate_answer(answer, translator, check=half) == answer


def test_only_indonesian_quotations_in_english_answers_are_translated():
    translator = Told((SOURCE, RIGHT))
    for answer in (
        replace(english(SOURCE), language="id"),
        english("Exports rose."),
        Answer("q", "en", message="No."),
    ):
        assert translate_answer(answer, translator, check=passes) == answer
    assert translator.asked == []


def test_an_answer_comes_as_it_was_where_the_translator_fails():
    assert translate_answer(english(), Broken(), check=passes) == english()


def test_a_translation_is_made_once_and_checked_each_time(tmp_path):
    path = tmp_path / "translations.jsonl"
    translator, memory = Told((SOURCE, RIGHT)), TranslationMemory(path)
    translate_answer(english(), translator, memory, passes)
    again = TranslationMemory(path, lambda: {"kopi"})
    assert translate_answer(english(), translator, again, passes).text == f"{RIGHT} [1]"
    assert translate_answer(english(), translator, again, fails) == english()
    assert len(translator.asked) == 1


def test_the_memory_forgets_articles_that_are_gone_and_lines_that_are_cut_off(tmp_path):
    path = tmp_path / "translations.jsonl"
    memory = TranslationMemory(path)
    memory.keep("told", SOURCE, "kopi", RawTranslation(RIGHT))
    memory.keep("told", "Lain.", "teh", RawTranslation("Other.", 0.8))
    path.write_text(path.read_text("utf-8") + '{"key": "a', "utf-8")
    assert SOURCE not in path.read_text("utf-8")
    left = TranslationMemory(path, lambda: {"teh"})
    assert left.find("told", SOURCE) is None
    assert left.find("told", "Lain.") == RawTranslation("Other.", 0.8)
    assert RIGHT not in path.read_text("utf-8")


def test_another_translator_is_asked_anew(tmp_path):
    memory = TranslationMemory()
    memory.keep("one", SOURCE, "kopi", RawTranslation(RIGHT))
    assert memory.find("other", SOURCE) is None


def test_none_is_no_translator():
    assert load_translator(Settings(translator="none")) is load_translator(Settings()) is None
    with pytest.raises(ModelError, match=r"set TANYA_TRANSLATOR to http"):
        needed_translator(Settings(translator="none"))


def test_a_translator_that_is_named_wrongly_is_refused_by_its_own_name():
    with pytest.raises(SettingsError, match="names no model") as error:
        load_translator(Settings(translator="http://localhost:1/v1"))
    assert "generator" not in str(error.value)
    with pytest.raises(ModelError, match="set TANYA_TRANSLATOR to a GGUF file"):
        load_translator(Settings(translator="lacks.gguf"))


def test_an_adapter_is_told_from_a_model(tmp_path):
    model, adapter = write_gguf(tmp_path / "model.gguf"), write_adapter_gguf(tmp_path / "a.gguf", "a")
    assert (is_adapter(adapter), is_adapter(model), is_adapter(tmp_path / "lacks")) == (True, False, False)
    translator = load_translator(Settings(translator=str(adapter)))
    assert isinstance(translator, AdapterTranslator)
    assert translator.name == "a"


@pytest.mark.gguf
def test_an_adapter_changes_what_its_model_writes(tmp_path):
    model, adapter = write_gguf(tmp_path / "model.gguf"), write_adapter_gguf(tmp_path / "a.gguf", "a")
    written = []
    for changed in (None, adapter):
        server, key = open_server(model, adapter=changed)
        reply = httpx.post(
            f"{server.listening_address}/completion",
            json={"prompt": "Indonesian: Satu.\nEnglish:", "n_predict": 4, "temperature": 0.0},
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
        )
        written.append(reply.json()["content"])
    assert written[1].startswith("aaa")
    assert not written[0].startswith("a")


@pytest.mark.gguf
def test_what_is_cut_off_is_no_translation(tmp_path):
    model, adapter = write_gguf(tmp_path / "model.gguf"), write_adapter_gguf(tmp_path / "a.gguf", "a")
    translator = AdapterTranslator(lambda: model, adapter)
    assert translator.translate(["Satu.", " "]) == [RawTranslation("")] * 2


def test_a_generator_is_told_to_translate_and_cut_to_one_line():
    class Writes:
        name = "writes"

        def stream(self, messages, *, limit):
            assert (messages[0].role, messages[1].content) == ("system", SOURCE)
            yield from (RIGHT[:20], RIGHT[20:], "\n")

    translator = GeneratorTranslator(Writes())
    assert translator.translate([SOURCE, " "]) == [RawTranslation(RIGHT), RawTranslation("")]
    assert translator.name == "writes"


def test_damaged_packages_are_refused(tmp_path, monkeypatch):
    part = tmp_path / "part"
    part.write_bytes(b"other")
    monkeypatch.setattr(translation, "_parts", lambda: [part])
    with pytest.raises(ModelError, match="reinstall"):
        assemble(tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*.gguf"))


def test_lines_are_sentences(tmp_path):
    path = tmp_path / "siaran.txt"
    path.write_text("\ufeffSatu.\n\n  Dua. \n", encoding="utf-8")
    assert read_lines(path) == read_lines("Satu.\nDua.") == ["Satu.", "Dua."]
    with pytest.raises(TanyaError, match="there is no sentence"):
        read_lines(" \n")
    with pytest.raises(TanyaError, match="cannot be read"):
        read_lines(tmp_path / "lacks.txt")
    with pytest.raises(TanyaError, match="longer than"):
        read_lines("a" * 2000)


def test_the_command_wants_one_text(capsys):
    assert main(["translate"]) == 2
    assert main(["translate", "Satu.", "--file", "x"]) == 2
    assert "TEXT or --file" in capsys.readouterr().err
