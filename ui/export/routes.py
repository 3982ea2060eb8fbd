"""Routes that return answers in other forms: one by its key, or a whole conversation; also to print."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from index import NoIndex, TanyaError
from rag.evidence_card import (
    LARGEST,
    MOST_CARDS,
    Card,
    CardError,
    card_object,
    effort,
    read_object,
    recheck_in,
    write_card,
    write_conversation,
)
from ui.auth.accounts import visitor_of
from ui.chat.session import MOST_CHARACTERS, why_lost
from ui.export.docx import KIND, word, word_conversation
from ui.export.text import (
    ExportEntry,
    markdown,
    markdown_conversation,
    plain,
    rich,
    text_file,
    visible,
    whatsapp,
)
from ui.locales import DEFAULT, LANGUAGES, locale, office_time, words
from ui.markup import body_of, download, is_same_origin, page, page_response, typed
from ui.service import AssistantService

if TYPE_CHECKING:
    from fastapi import FastAPI


def printable(entry: ExportEntry) -> str:
    """The whole page; its numbers lead to the footnotes beneath, and the footnotes to the articles."""
    title = visible(entry.card.question)
    return page("print.html", words(entry.card.language), title=title, entry=entry)


log = logging.getLogger("tanya.page")

_ONE: dict[str, tuple[str, Callable[[ExportEntry], bytes]]] = {
    "docx": (KIND, word),
    "md": ("text/markdown; charset=utf-8", lambda entry: markdown(entry).encode()),
    "txt": ("text/plain; charset=utf-8", lambda entry: text_file(entry).encode()),
    "json": ("application/json", lambda entry: write_card(entry.card).encode()),
}
"""The forms of one answer: media type, and what makes it."""

_MANY: dict[str, tuple[str, Callable[[Sequence[ExportEntry], str, str], bytes]]] = {
    "docx": (KIND, word_conversation),
    "md": ("text/markdown; charset=utf-8", lambda *given: markdown_conversation(*given).encode()),
    "json": (
        "application/json",
        lambda entries, *_: write_conversation([one.card for one in entries]).encode(),
    ),
}

_NAMED = re.compile(r"\w+")


class NotThere(Exception):
    """The request names no answer; `status` is the HTTP status of the reply."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def add_routes(app: FastAPI, service: AssistantService) -> None:
    """Add `/answers/…` and `/conversation.…` to the application."""

    async def answer(request: Request) -> Response:
        key, _, kind = request.path_params["name"].partition(".")
        found = service.answers.find(key, visitor_of(request.scope).name)
        if found is None or (kind not in _ONE and kind not in {"", "html"}):
            return JSONResponse({"found": False}, 404)
        return await run_in_threadpool(_one, found.card, kind)

    async def conversation(request: Request) -> Response:
        if not is_same_origin(request.headers):
            return JSONResponse({"made": False}, 403)
        kind = request.path_params["kind"]
        if kind not in _MANY:
            return JSONResponse({"made": False}, 404)
        body = await body_of(request, LARGEST)
        if body is None:
            return JSONResponse({"made": False}, 413)
        visitor = visitor_of(request.scope).name
        try:
            return await run_in_threadpool(_many, service, visitor, kind, body)
        except NotThere as error:
            return JSONResponse({"made": False}, error.status)
        except TanyaError as error:
            log.warning("%s", error)
            return JSONResponse({"made": False}, 503)

    app.add_api_route("/answers/{name}", typed(answer), methods=["GET"])
    app.add_api_route("/conversation.{kind}", typed(conversation), methods=["POST"])


def _one(card: Card, kind: str) -> Response:
    entry = ExportEntry(card)
    if kind == "":
        texts = {"text": plain(entry), "html": rich(entry), "whatsapp": whatsapp(entry)}
        return JSONResponse({"card": card_object(card)} | texts)
    if kind == "html":
        return page_response(printable(entry))
    media, make = _ONE[kind]
    return download(make(entry), f"{_slug(card.question, card.language)}.{kind}", media)


def _many(service: AssistantService, visitor: str, kind: str, body: bytes) -> Response:
    """The file of a conversation; cards that were kept in a browser are proven first.

    Raises:
        NotThere: what was sent is none.
        TanyaError: the articles cannot be read.
    """
    language, asked = _read(body)
    entries = []
    for key, card in asked:
        if found := service.answers.find(key, visitor):
            entries.append(ExportEntry(found.card))
        elif card is not None:
            checked = recheck_in(card, service.assistant().library.article, NoIndex)
            entries.append(ExportEntry(card, why_lost(checked)))
    if not entries:
        raise NotThere(404)
    w = locale(language)
    day = office_time(entries[-1].card.asked).date()
    media, make = _MANY[kind]
    made = make(entries, w.answers.title.format(day=w.chat.day(day)), language)
    return download(made, f"{w.answers.file}-{day.isoformat()}.{kind}", media)


def _read(body: bytes) -> tuple[str, list[tuple[str, Card | None]]]:
    """The language of the file, and of each answer its key and, where the page has it, its card.

    Raises:
        NotThere: it is not what a page sends.
    """
    try:
        sent = json.loads(body)
        answers: Any = sent["answers"]
        if not isinstance(answers, list):
            raise NotThere(400)
        if len(answers) > MOST_CARDS:
            raise NotThere(413)
        asked = [_sent(one["key"], one["card"]) for one in answers]
        if sum(effort(card) for _, card in asked if card is not None) > MOST_CHARACTERS:
            raise NotThere(413)
    except (ValueError, RecursionError, TypeError, KeyError, CardError):
        raise NotThere(400) from None
    language = sent.get("language")
    return language if language in LANGUAGES else DEFAULT, asked


def _sent(key: Any, card: Any) -> tuple[str, Card | None]:
    if not isinstance(key, str):
        raise NotThere(400)
    return key, None if card is None else read_object(card)


def _slug(question: str, language: str) -> str:
    """A file name that tells what was asked."""
    taken = "-".join(_NAMED.findall(question.lower()))[:60].strip("-_")
    return taken or locale(language).answers.file
