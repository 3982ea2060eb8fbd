"""What must be true of the choice: one string names the generator, and a wrong one says how it is written."""

from __future__ import annotations

import pytest

from index import ModelError, Settings, SettingsError
from rag.generation.models import ServerGenerator, load_generator


@pytest.mark.parametrize(
    ("named", "model"),
    [
        ("http://localhost:11434/v1#qwen3:4b", "qwen3:4b"),
        ("https://host.example/openai/v1/#org/model", "org/model"),
        (" http://[::1]:8000/v1#m ", "m"),
    ],
)
def test_an_address_with_a_model_is_a_server(named: str, model: str):
    generator = load_generator(named, {})
    assert isinstance(generator, ServerGenerator)
    assert generator.name == model


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        ("http://localhost:11434/v1", "names no model"),
        ("http://localhost:11434/v1#", "names no model"),
        ("http://localhost:11434#m", "path of its API"),
        ("http://localhost/v1?key=rahasia#m", "holds a query"),
        ("ftp://localhost/v1#m", "is no address"),
        ("http:///v1#m", "is no address"),
        ("http://localhost:port/v1#m", "is no address"),
        ("http://[::1/v1#m", "is no address"),
    ],
)
def test_a_wrong_address_is_one_line_with_the_cure(named: str, wrong: str):
    with pytest.raises(SettingsError, match=wrong) as error:
        load_generator(named, {})
    assert str(error.value).endswith("write it as http://localhost:11434/v1#MODEL")
    assert "rahasia" not in str(error.value)


def test_a_password_in_the_address_is_refused_and_not_shown():
    with pytest.raises(SettingsError, match="TANYA_GENERATOR_KEY") as error:
        load_generator("http://saya:rahasia@localhost/v1#m", {})
    assert "rahasia" not in str(error.value)


def test_a_key_that_is_none_is_refused_and_not_shown():
    with pytest.raises(SettingsError, match="copy the key") as error:
        load_generator("http://localhost/v1#m", {"TANYA_GENERATOR_KEY": "raha\nsia"})
    assert "raha" not in str(error.value)


def test_a_key_is_no_setting_so_that_no_file_can_hold_it(tmp_path):
    (tmp_path / "tanya.toml").write_text('generator_key = "rahasia"')
    with pytest.raises(SettingsError, match="unknown") as error:
        Settings.load({}, tmp_path)
    assert "rahasia" not in str(error.value)
    assert "rahasia" not in repr(Settings.load({"TANYA_GENERATOR_KEY": "rahasia"}, tmp_path.parent))


def test_the_environment_names_the_generator(tmp_path):
    assert Settings.load({}, tmp_path).generator is None
    assert Settings.load({"TANYA_GENERATOR": "a/b"}, tmp_path).generator == "a/b"


@pytest.mark.parametrize("named", ["models/none.gguf", "/none.GGUF", "./none", "~/none", "a/b/c"])
def test_a_model_that_is_not_there_is_one_line_with_the_cure(named: str):
    with pytest.raises(ModelError, match=r"there is no .*set TANYA_GENERATOR to"):
        load_generator(named, {})
