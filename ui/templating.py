"""HTML from the templates in `templates/`: all text is escaped, and no character hides or reorders others."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

INVISIBLE = "\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
"""Control characters, among them those that change the direction of text, for a character class."""

# Between tags. In escaped HTML "<" and ">" are only those of tags.
_IN_TEXT = re.compile(rf"<(title|style|script)\b.*?</\1>|<[^>]*>|[{INVISIBLE}]", re.DOTALL)


@cache
def environment() -> Environment:
    """The environment of all templates; what is not given to one is an error, not nothing."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    here = Path(__file__).parent
    made = Environment(
        loader=FileSystemLoader(here / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["flat"] = flat
    # Ours, and read as CSS, where nothing is escaped.
    made.globals["style"] = Markup((here / "static" / "plain.css").read_text(encoding="utf-8"))  # noqa: S704
    return made


def render(template: str, **values: Any) -> str:
    """The HTML of a template, its control characters boxed."""
    return box_controls(environment().get_template(template).render(values))


def box_controls(html: str) -> str:
    """`html` in which each control character of a text stands in a span, and none is changed by a parser.

    The style sheets make that span an inline block, out of which no such character has effect, and show its
    code.
    """
    # The chat page's framework translates what looks like one of its own message keys.
    html = html.replace("\r", "&#13;").replace("__i18n__", "&#95;_i18n_&#95;")
    return _IN_TEXT.sub(_boxed, html)


def flat(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())


def _boxed(match: re.Match[str]) -> str:
    found = match.group()
    return (
        found if found[0] == "<" else f'<span class="control" data-code="U+{ord(found):04X}">{found}</span>'
    )
