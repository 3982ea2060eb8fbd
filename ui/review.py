"""The review: what the articles did not answer and what readers said, on a page without scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlencode

from index.store import Gap
from rag.feedback.opinions import DOWN, UP, Opinion
from ui.escaping import in_html
from ui.frame import choice, frame
from ui.text import LANGUAGES, Words

SHOWN = 200
"""Rows of each list that are shown; a download has all."""


def review(
    gaps: Sequence[Gap],
    opinions: Sequence[Opinion],
    verdict: str,
    words: Words,
    title: Callable[[str], str | None],
) -> str:
    """The whole page.

    Args:
        gaps: Unanswered questions, the most asked first.
        opinions: What readers said, the newest first, already chosen by `verdict`.
        verdict: "up", "down", or empty for both.
        words: Of the page's language.
        title: Of the article of an id; None where it is gone.
    """
    return frame(
        words.review,
        f"{_gaps(gaps, words, title)}\n{_opinions(opinions, verdict, words)}",
        words,
        in_language={one: _address(one, verdict) for one in LANGUAGES},
        links=[f'<a href=".">{in_html(words.to_page)}</a>'],
    )


def _gaps(gaps: Sequence[Gap], words: Words, title: Callable[[str], str | None]) -> str:
    head = "".join(
        f'<th scope="col">{in_html(one)}</th>'
        for one in (words.times, words.asked, words.last_asked, words.nearest)
    )
    rows = "".join(
        f'<tr><td class="number">{in_html(words.number(gap.count))}</td>'
        f'<td lang="{in_html(gap.language)}"><bdi>{in_html(gap.question)}</bdi></td>'
        f"<td>{_day(gap.asked_at, words)}</td><td>{_nearest(gap, title)}</td></tr>"
        for gap in gaps[:SHOWN]
    )
    body = f'<p class="none">{in_html(words.gaps_none)}</p>'
    if gaps:
        body = (
            '<div class="scroll" role="region" aria-labelledby="gaps-title" tabindex="0">'
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
    return (
        f'<section id="gaps" aria-labelledby="gaps-title"><h2 id="gaps-title">{in_html(words.gaps)}</h2>'
        f"{_downloads([(words.as_sheet, 'review/questions.csv')])}{_part(len(gaps), words)}{body}</section>"
    )


def _nearest(gap: Gap, title: Callable[[str], str | None]) -> str:
    if gap.nearest is None:
        return ""
    known = title(gap.nearest)
    return f"<bdi>{in_html(_flat(known or gap.nearest))}</bdi>"


def _opinions(opinions: Sequence[Opinion], verdict: str, words: Words) -> str:
    choices = "".join(
        choice(label, _address(words.language, one) + "#opinions", chosen=one == verdict)
        for one, label in (("", words.all_verdicts), (UP, words.good), (DOWN, words.bad))
    )
    chosen = f"?{urlencode({'verdict': verdict})}" if verdict else ""
    items = "".join(_opinion(one, words) for one in opinions[:SHOWN])
    body = f"<ol>{items}</ol>" if opinions else f'<p class="none">{in_html(words.opinions_none)}</p>'
    downloads = [
        (words.as_sheet, f"review/feedback.csv{chosen}"),
        (words.as_cases, f"review/feedback.qa.yaml{chosen}"),
    ]
    return (
        f'<section id="opinions" aria-labelledby="opinions-title">'
        f'<h2 id="opinions-title">{in_html(words.opinions)}</h2>'
        f'<nav aria-label="{in_html(words.verdict)}">{choices}</nav>{_downloads(downloads)}'
        f"{_part(len(opinions), words)}{body}</section>"
    )


def _opinion(one: Opinion, words: Words) -> str:
    verdict = {UP: words.good, DOWN: words.bad}.get(one.verdict, one.verdict)
    kind = one.verdict if one.verdict in {UP, DOWN} else "other"
    reason = (
        f' <span class="reason">{in_html(words.reasons.get(one.reason, one.reason))}</span>'
        if one.reason
        else ""
    )
    parts = [
        f'<p class="head"><span class="verdict {kind}">{in_html(verdict)}</span>{reason} '
        f"{_day(one.at, words)}</p>",
        f'<p class="question"><bdi>{in_html(one.question)}</bdi></p>',
    ]
    if one.correction:
        parts.append(f"<p>{in_html(words.correction)}: <bdi>{in_html(one.correction)}</bdi></p>")
    if one.text:
        parts.append(
            f"<details><summary>{in_html(words.answer)}</summary>"
            f'<p lang="{in_html(one.language)}"><bdi>{in_html(one.text)}</bdi></p></details>'
        )
    return f"<li>{''.join(parts)}</li>"


def _address(language: str, verdict: str) -> str:
    return "review?" + urlencode({"language": language} | ({"verdict": verdict} if verdict else {}))


def _downloads(links: Sequence[tuple[str, str]]) -> str:
    return (
        '<p class="downloads">'
        + "".join(choice(*one, chosen=False, more=" download") for one in links)
        + "</p>"
    )


def _part(count: int, words: Words) -> str:
    if count <= SHOWN:
        return ""
    return f"<p>{in_html(words.part.format(shown=words.number(SHOWN), all=words.number(count)))}</p>"


def _day(at: datetime, words: Words) -> str:
    local = at.astimezone()
    return f'<time datetime="{local.isoformat()}">{in_html(words.day(local.date()))}</time>'


def _flat(text: str) -> str:
    return " ".join(text.split())
