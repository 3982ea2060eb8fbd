"""The review page: unanswered questions and what readers said, with its downloads; no script."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from index import TanyaError
from index.store import Gap
from rag.feedback.opinions import DOWN, UP, Opinion, opinions
from ui.auth.accounts import visitor_of
from ui.locales import LANGUAGES, Words
from ui.markup import POLICY, choice, download, frame, in_html, is_same_origin, typed, words_for
from ui.service import AssistantService, Said, Shelf

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

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


log = logging.getLogger("tanya.page")

LARGEST = 64 * 1024
"""Bytes of an opinion that is sent; its correction is far shorter."""


def add_routes(app: FastAPI, service: AssistantService) -> None:
    """Add them to the application; the page itself is mounted afterwards, beneath all of them."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse, Response

    async def feedback(request: Request) -> Response:
        if not is_same_origin(request.headers):
            return JSONResponse({"kept": False}, 403)
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > LARGEST:
                return JSONResponse({"kept": False}, 413)
        try:
            said = Said.read(json.loads(body))
        except (ValueError, RecursionError):
            said = None
        if said is None:
            return JSONResponse({"kept": False}, 400)
        try:
            visitor = visitor_of(request.scope).name
            kept = await run_in_threadpool(
                service.opinions.say, said, lambda: service.assistant().library, visitor
            )
        except TanyaError as error:
            log.warning("an opinion was not kept: %s", error)
            return JSONResponse({"kept": False}, 503)
        return JSONResponse({"kept": kept}, 200 if kept else 404)

    async def told(request: Request, make: Callable[[Request, Shelf], Response]) -> Response:
        try:
            return await run_in_threadpool(lambda: make(request, service.assistant().library))
        except TanyaError as error:
            log.warning("%s", error)
            w = words_for(request)
            return Response(f"{w.unready}: {error}", 503, media_type="text/plain")

    app.add_api_route("/feedback", typed(feedback), methods=["POST"])
    for path, make in (
        ("/review", _review),
        ("/review/questions.csv", _questions),
        ("/review/feedback.csv", _feedback),
        ("/review/feedback.qa.yaml", _cases),
    ):
        app.add_api_route(path, typed(partial(told, make=make)), methods=["GET"])


def _chosen(request: Request, library: Shelf) -> tuple[str, list[Opinion]]:
    """The verdict that is asked for, empty for all of them, and the opinions that have it."""
    verdict = request.query_params.get("verdict", "")
    verdict = verdict if verdict in {UP, DOWN} else ""
    return verdict, [one for one in opinions(library.feedback()) if verdict in {"", one.verdict}]


def _review(request: Request, library: Shelf) -> Response:
    from starlette.responses import HTMLResponse

    verdict, said = _chosen(request, library)
    page = review(library.gaps(), said, verdict, words_for(request), partial(_title, library))
    return HTMLResponse(page, headers={"content-security-policy": POLICY, "cache-control": "no-store"})


def _questions(request: Request, library: Shelf) -> Response:  # noqa: ARG001
    from rag.feedback.opinions import gap_sheet

    return _sheet(gap_sheet(library.gaps()), "questions.csv")


def _feedback(request: Request, library: Shelf) -> Response:
    from rag.feedback.opinions import opinion_sheet

    return _sheet(opinion_sheet(_chosen(request, library)[1]), "feedback.csv")


def _cases(request: Request, library: Shelf) -> Response:
    from rag.evaluation.from_feedback import propose, write_cases

    said = _chosen(request, library)[1]
    proposals = propose(said, lambda name: _title(library, name) is not None)
    return download(write_cases(*proposals).encode(), "feedback.qa.yaml", "application/yaml")


def _title(library: Shelf, article_id: str) -> str | None:
    """The title of an article, None where it is gone."""
    try:
        return library.article(article_id).title
    except TanyaError:
        return None


def _sheet(text: str, name: str) -> Response:
    # The mark at its beginning is by what a spreadsheet knows UTF-8.
    return download(text.encode("utf-8-sig"), name, "text/csv; charset=utf-8")
