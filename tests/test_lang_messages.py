"""What the program itself says in an answer is there in both languages."""

from __future__ import annotations

import ast
import string
from pathlib import Path

from rag.lang import messages, say

RAG = Path(__file__).resolve().parents[1] / "rag"


def test_both_languages_say_everything_with_the_same_values() -> None:
    assert _places(messages("id")) == _places(messages("en"))


def _places(texts: dict[str, str]) -> dict[str, set[str]]:
    return {
        key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in texts.items()
    }


def test_every_message_that_is_said_has_its_words() -> None:
    said = {
        node.args[0].value
        for path in RAG.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
        if isinstance(node.args[0], ast.Constant)
    }
    assert len(said) > 10
    assert said <= messages("id").keys()


def test_a_message_is_filled_in() -> None:
    assert say("looked_for", "en", terms="rice") == "Looked for: rice."
