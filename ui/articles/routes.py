"""The routes of the articles' pages: who may do what, and which page says how it went."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from index import Article, Busy, LibraryError, NoIndex, Settings, TanyaError
from index.library import Library
from index.models import Listing, is_storable
from index.parsers import one_line
from ui import markup
from ui.articles.pages import (
    JOBS_SHOWN,
    PAGE,
    SUMMARY,
    ListQuery,
    Setting,
    Stock,
    ids_of,
    listing_page,
    pages_of,
    reading_page,
    removal_page,
    report_object,
    report_of,
    report_page,
    upload_page,
)
from ui.articles.uploads import CHOICES, MOST_BYTES, MOST_FILES, Choice, UploadRefused, Uploads
from ui.markup import is_same_origin, too_many, typed
from ui.service import AssistantService, client_of

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from rag.figures import ArticleFigure
    from rag.quotes import Quotation
    from rag.summary import Key

log = logging.getLogger("tanya.page")

LARGEST_FORM = 2**20
"""Bytes of a form without files."""

Answer = Callable[["Request", Setting], Awaitable["Response"]]


def add_routes(app: FastAPI, service: AssistantService, settings: Settings) -> None:
    """Add them to the application, and go on with uploads that an earlier server did not finish.

    The pages have a library of their own, so that they are there before the models are and where nothing has
    been indexed yet; what is uploaded is embedded by the assistant's, whose model is loaded already.
    """
    library = Library(settings)

    def taking() -> Library:
        try:
            found = service.assistant().library
        except TanyaError:
            return library
        return found if isinstance(found, Library) else library

    uploads = Uploads(settings.home, taking)
    try:
        uploads.resume()
    except TanyaError as error:
        log.warning("uploads are not taken in here: %s", error)
    pages = Pages(library, uploads, service)
    for path, method, answer, editing in (
        (markup.LIST, "GET", pages.listing, False),
        (markup.READ, "GET", pages.reading, False),
        (markup.SUGGESTIONS, "GET", pages.suggestions, False),
        (markup.REMOVE, "GET", pages.ask_removal, True),
        (markup.REMOVE, "POST", pages.remove, True),
        (markup.UPLOAD, "GET", pages.upload, True),
        (markup.UPLOAD, "POST", pages.receive, True),
        (f"{markup.UPLOADS}/{{job}}", "GET", pages.state, True),
        (f"{markup.UPLOADS}/{{job}}/report", "GET", pages.report, True),
        (f"{markup.UPLOADS}/{{job}}/decide", "POST", pages.decide, True),
        (f"{markup.UPLOADS}/{{job}}/again", "POST", pages.again, True),
        # Last: what is none of these is an id, whatever it holds.
        (f"{markup.LIST}/{{id:path}}", "GET", pages.reading, False),
    ):
        route = partial(pages.guarded, answer=answer, editing=editing)
        app.add_api_route(path, typed(route), methods=[method], include_in_schema=False)


class Pages:
    """The pages over a library."""

    def __init__(self, library: Library, uploads: Uploads, service: AssistantService) -> None:
        self.library = library
        self.uploads = uploads
        self.service = service
        self.limits = service.limits

    async def guarded(self, request: Request, answer: Answer, *, editing: bool) -> Response:
        """What `answer` says, unless its reader may not have it or the library cannot be read."""
        setting = Setting.of(request)
        refused = setting.uploading.refused
        if editing and not setting.visitor.may_edit:
            return setting.message(refused["reader"], 403)
        # A token is carried by no other site's page; the guard in front has looked at it.
        by_token = "authorization" in request.headers
        if request.method == "POST" and not by_token and not is_same_origin(request.headers):
            return setting.message(refused["cross_site"], 403)
        try:
            return await answer(request, setting)
        except TanyaError as error:
            log.warning("%s", error)
            return setting.message(f"{setting.words.unready}: {error}", 503)

    # The list and an article

    async def listing(self, request: Request, setting: Setting, told: str = "") -> Response:
        asked = ListQuery.read(request.query_params)
        asked, found, stock = await _threaded(self._listing, asked)
        gone = request.query_params.get("removed", "")
        if gone.isascii() and gone.isdigit():
            told = _removed(int(gone[:9]), setting)
        return listing_page(asked, found, stock, setting, told)

    def _listing(self, asked: ListQuery) -> tuple[ListQuery, Listing, Stock]:
        try:
            stock = Stock(self.library.count(), self.library.publishers(), self.library.languages())
            found = self.library.listing(asked.selection, PAGE, (asked.page - 1) * PAGE)
            last = pages_of(found.count)
            if asked.page > last:
                asked = ListQuery.read(dict(asked.query(last)))
                found = self.library.listing(asked.selection, PAGE, (last - 1) * PAGE)
        except NoIndex:
            return asked, Listing((), 0), Stock()
        return asked, found, stock

    async def reading(self, request: Request, setting: Setting) -> Response:
        asked = request.path_params.get("id", request.query_params.get("id", ""))
        found = await _threaded(self._article, asked)
        if found is None:
            return setting.message(setting.text.unknown_hint, 404, setting.text.unknown)
        article, others, beside = found
        start, end = (_number(request.query_params.get(name)) for name in ("start", "end"))
        asks = "start" in request.query_params or "end" in request.query_params
        fits = start is not None and end is not None and 0 <= start < end <= len(article.text)
        marked = (start, end) if fits and start is not None and end is not None else None
        summary = await _threaded(_summary, article) if SUMMARY in request.query_params else ()
        quotations, figures = await _threaded(_facts, article)
        return reading_page(
            article, marked, others, beside, setting, misses=asks and marked is None, summary=summary,
            quotations=quotations, figures=figures,
        )  # fmt: skip

    async def suggestions(self, request: Request, setting: Setting) -> Response:
        """Questions that an article answers, each with an address to ask it; 503 until they can be tried."""
        from starlette.responses import JSONResponse

        asked = request.query_params.get("id", "")
        self.service.prepare()
        if not self.service.settled:
            return JSONResponse([], 503, headers={"retry-after": "2", "cache-control": "no-store"})
        made = await _threaded(self._suggestions, asked, setting.words.language)
        told = [{"question": one, "address": setting.question(asked, one)} for one in made]
        return JSONResponse(told, headers={"cache-control": "no-store"})

    def _suggestions(self, asked: str, language: str) -> Sequence[str]:
        assistant = self.service.assistant()
        try:
            article = self.library.article(asked)
        except LibraryError:
            return ()
        # They are asked like any others, in their turn.
        with self.service.queue.line_up() as place:
            place.wait()
            return assistant.suggestions(article, "en" if language == "en" else "id")

    def _article(self, asked: str) -> Any:
        """An article with who else carries it and its neighbours; None where it is not there."""
        try:
            listed = self.library.listed([asked])
            if not listed:
                return None
            return self.library.article(asked), listed[0].copies, self.library.beside(asked)
        except NoIndex:
            return None

    # Removing

    async def ask_removal(self, request: Request, setting: Setting) -> Response:
        return await self._ask(list(request.query_params.getlist("id")), setting)

    async def remove(self, request: Request, setting: Setting) -> Response:
        from starlette.responses import RedirectResponse

        form = await _form(request)
        if form is None:
            return setting.message(setting.uploading.refused["form"], 413)
        ids = list(dict.fromkeys(form.get("id", [])))
        if "sure" not in form:
            return await self._ask(ids, setting)
        found = await _threaded(self._known, ids)
        try:
            if found:
                await _threaded(self.library.remove, found)
        except Busy as error:
            return await self._ask(ids, setting, setting.text.busy, str(error), 503)
        except NoIndex:
            found = []
        except LibraryError as error:
            # Another removed one of them between the two.
            return await self._ask(ids, setting, setting.text.failed, str(error), 409)
        log.info("%d articles were removed by %s", len(found), setting.visitor.name or "a local user")
        query = [("removed", str(len(found))), *([("language", setting.chosen)] if setting.chosen else [])]
        return RedirectResponse(markup.at(f"{markup.LIST}?{urlencode(query)}"), 303)

    async def _ask(
        self, ids: list[str], setting: Setting, problem: str = "", line: str = "", status: int = 200
    ) -> Response:
        def look() -> Any:
            try:
                return self.library.listed(ids)
            except NoIndex:
                return ()

        found = await _threaded(look)
        there = {one.id for one in found}
        missing = [one for one in ids if one not in there]
        return removal_page(found, missing, setting, problem, line, status)

    def _known(self, ids: list[str]) -> list[str]:
        try:
            return [one.id for one in self.library.listed([one for one in ids if is_storable(one)])]
        except NoIndex:
            return []

    # Uploading

    async def upload(self, request: Request, setting: Setting) -> Response:  # noqa: ARG002
        return await self._form_page(setting)

    async def _form_page(self, setting: Setting, problem: str = "", status: int = 200) -> Response:
        def publishers() -> list[str]:
            try:
                return self.library.publishers()
            except NoIndex:
                return []

        earlier = self.uploads.latest(setting.visitor.name, JOBS_SHOWN)
        return upload_page(await _threaded(publishers), earlier, setting, problem, status)

    async def receive(self, request: Request, setting: Setting) -> Response:
        from starlette.requests import ClientDisconnect
        from starlette.responses import JSONResponse, RedirectResponse, Response

        by_script = "application/json" in request.headers.get("accept", "")
        if wait := self.limits.upload(client_of(request.scope)):
            return too_many(request, wait)
        try:
            job = await self._received(request, setting)
        except UploadRefused as refused:
            problem = _problem(refused, setting)
            if by_script:
                return JSONResponse({"said": problem}, refused.status)
            return await self._form_page(setting, problem, refused.status)
        except ClientDisconnect:
            return Response(status_code=400)
        shown = setting.to(report_of(job))
        if by_script:
            return JSONResponse({"id": job.id, "report": shown}, 202, headers={"cache-control": "no-store"})
        return RedirectResponse(shown, 303)

    async def _received(self, request: Request, setting: Setting) -> Any:
        from python_multipart.multipart import parse_options_header

        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
            raise UploadRefused("form")
        who = setting.visitor.name
        receipt = await _threaded(self.uploads.begin, who, boundary)
        arrived = False
        try:
            refused: UploadRefused | None = None
            async for piece in request.stream():
                # A browser shows what is said of a form only after it has sent all of it.
                if piece and refused is None:
                    try:
                        await _threaded(receipt.feed, piece)
                    except UploadRefused as error:
                        refused = error
            if refused is not None:
                raise refused
            source = one_line(receipt.fields.get("source", ""))
            published = _day(receipt.fields.get("published", ""))
            job = await _threaded(self.uploads.accept, receipt, who, source, published)
            arrived = True
            return job
        finally:
            if not arrived:
                self.uploads.abandon(receipt)

    async def state(self, request: Request, setting: Setting) -> Response:
        from starlette.responses import JSONResponse

        job = self.uploads.job(request.path_params["job"], setting.visitor.name)
        if job is None:
            return JSONResponse({"said": setting.uploading.not_yours}, 404)
        return JSONResponse(report_object(job, setting), headers={"cache-control": "no-store"})

    async def report(self, request: Request, setting: Setting) -> Response:
        job = self.uploads.job(request.path_params["job"], setting.visitor.name)
        if job is None:
            return setting.message(setting.uploading.not_yours, 404)

        def look() -> Any:
            try:
                return {one.id: one for one in self.library.listed(ids_of(job))}
            except NoIndex:
                return {}

        listed = {} if job.is_under_way else await _threaded(look)
        return report_page(job, listed, setting)

    async def decide(self, request: Request, setting: Setting) -> Response:
        form = await _form(request) or {}
        choices: dict[int, Choice] = {}
        for name, values in form.items():
            number = _number(name.removeprefix("file-"))
            chosen = next((one for one in CHOICES if one == values[-1]), None)
            if number is not None and chosen is not None:
                choices[number] = chosen
        name, who = request.path_params["job"], setting.visitor.name
        return self._back(request, setting, await _threaded(self.uploads.decide, name, who, choices))

    async def again(self, request: Request, setting: Setting) -> Response:
        form = await _form(request) or {}
        do = self.uploads.discard if form.get("do") == ["discard"] else self.uploads.retry
        name, who = request.path_params["job"], setting.visitor.name
        return self._back(request, setting, await _threaded(do, name, who))

    def _back(self, request: Request, setting: Setting, done: bool) -> Response:
        """To the report, which says how things are; whether or not something was done."""
        from starlette.responses import RedirectResponse

        name = request.path_params["job"]
        if not done and self.uploads.job(name, setting.visitor.name) is None:
            return setting.message(setting.uploading.not_yours, 404)
        shown = setting.to(f"{markup.UPLOADS}/{name}/report")
        return RedirectResponse(shown, 303)


def _problem(refused: UploadRefused, setting: Setting) -> str:
    w = setting.words
    said = setting.uploading.refused[refused.reason]
    return said.format(total=w.size(MOST_BYTES), files=w.number(MOST_FILES), value=refused.value)


def _removed(count: int, setting: Setting) -> str:
    t = setting.text
    if count == 0:
        return t.removed_none
    return t.removed_one if count == 1 else t.removed.format(number=setting.words.number(count))


def _day(written: str) -> date | None:
    if not written:
        return None
    day = markup.read_day(written)
    if day is None:
        raise UploadRefused("day", value=written[:40])
    return day


def _summary(article: Article) -> list[Key]:
    from rag.summary import key_sentences

    return key_sentences([article])[0]


def _facts(article: Article) -> tuple[list[Quotation], list[ArticleFigure]]:
    from rag.figures import figures_of
    from rag.quotes import quotations

    return quotations([article]), figures_of(article)


def _number(written: str | None) -> int | None:
    return int(written) if written and written.isascii() and written.isdigit() and len(written) < 12 else None


async def _form(request: Request) -> dict[str, list[str]] | None:
    """The fields of a form without files; None where it is too long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_FORM:
            return None
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10_000)
    except ValueError:
        return None


async def _threaded(work: Callable[..., Any], *arguments: Any) -> Any:
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(work, *arguments)
