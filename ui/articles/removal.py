"""Removing: what would be removed, named before it is, and what then was."""

from __future__ import annotations

from collections.abc import Sequence

from index.catalogue import Listed
from index.files import SENT
from ui.articles.address import LIST, REMOVE
from ui.articles.parts import Setting, flat, named
from ui.escaping import in_html


def removal_page(
    found: Sequence[Listed], missing: Sequence[str], setting: Setting, problem: str = "", line: str = ""
) -> str:
    """The body of the page that asks whether to remove these articles.

    Args:
        found: What would be removed.
        missing: Ids that are not there.
        setting: Of the page.
        problem: Why it did not work just now.
        line: What the library said of that.
    """
    t, w = setting.text, setting.words
    told = f'<p class="warning" role="alert">{in_html(problem)}</p>' if problem else ""
    told += f'<p class="line" lang="en">{in_html(line)}</p>' if line else ""
    if missing:
        names = ", ".join(missing)
        told += f'<p class="warning">{in_html(t.removal_missing.format(names=flat(names)))}</p>'
    cancel = f'<a href="{setting.to(LIST)}">{in_html(t.removal_cancel)}</a>'
    if not found:
        return (
            f'<section>{told}<p class="none">{in_html(t.removal_none)}</p><p>{setting.to_list}</p></section>'
        )
    items = "".join(
        f'<li><div><p class="title"><bdi>{in_html(flat(one.title))}</bdi></p>'
        f'<p class="head">{named(one, w)} <span><bdi>{in_html(one.id)}</bdi></span></p></div>'
        f'<input type="hidden" name="id" value="{in_html(one.id)}"></li>'
        for one in found
    )
    files = any(not one.path.startswith(SENT) for one in found)
    hint = f'<p class="hint">{in_html(t.removal_files)}</p>' if files else ""
    ask = t.removal_ask if len(found) != 1 else t.removal_ask_one
    return (
        f'<section>{told}<form method="post" action="{setting.to(REMOVE)}">'
        f'<input type="hidden" name="sure" value="1">'
        f"<p>{in_html(ask.format(number=w.number(len(found))))}</p>"
        f'<ol class="articles">{items}</ol>{hint}'
        f'<p class="act"><button class="danger">{in_html(t.removal_sure)}</button> {cancel}</p>'
        "</form></section>"
    )
