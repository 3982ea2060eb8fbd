"""The frame of the pages beside the chat: written by the server, complete without a script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from ui.escaping import in_html
from ui.text import LANGUAGES, NAME, Words

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What such a page may load and do: its own script, and no word that is written into it runs."""

LANGUAGE_NAMES = {"id": "Indonesia", "en": "English"}


def frame(
    title: str,
    body: str,
    words: Words,
    *,
    in_language: dict[str, str],
    links: Sequence[str] = (),
    script: str = "",
    heading: str = "",
) -> str:
    """A whole page.

    Args:
        title: What it is, in the page's language; plain text.
        body: HTML of its main part.
        words: Of the page's language.
        in_language: The address of the same page in each language; none is offered where this is empty.
        links: HTML of the links in its head.
        script: The address of its script, where it has one.
        heading: What its head says, where that is not the title.
    """
    style = (Path(__file__).parent / "plain.css").read_text(encoding="utf-8")
    choices = "".join(
        choice(LANGUAGE_NAMES[one], in_language[one], chosen=one == words.language, more=f' lang="{one}"')
        for one in LANGUAGES
        if one in in_language
    )
    languages = f'<nav aria-label="{in_html(words.page_language)}">{choices}</nav>' if choices else ""
    run = f'<script src="{escape(script)}" defer></script>' if script else ""
    return (
        f'<!doctype html>\n<html lang="{words.language}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>{escape(title)} · {escape(NAME)}</title>'
        f"<style>{style}</style>{run}</head>\n<body>\n"
        f"<header><h1>{in_html(heading or title)}</h1>{languages}{''.join(links)}</header>\n"
        f"<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def choice(label: str, address: str, *, chosen: bool, more: str = "") -> str:
    """A link among several, marked where it leads to what is shown."""
    current = ' aria-current="true"' if chosen else ""
    return f'<a href="{escape(address)}"{current}{more}>{in_html(label)}</a>'
