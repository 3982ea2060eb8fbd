"""Routes of the articles' pages, with their permissions."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from index import Article, Busy, LibraryError, NoIndex, Settings, TanyaError
from index.library import Library
from index.models import Listed, Listing, Mention, is_storable
from index.parsers import one_line
from rag.lang import as_language
from ui import markup
from ui.articles.pages import (
    JOBS_SHOWN,
    PAGE,
    SUMMARY,
    Choices,
    ListQuery,
    ids_of,
    listing_page,
    reading_page,
    removal_page,
    report_object,
    report_of,
    report_page,
    upload_page,
)
from ui.articles.uploads import CHOICES, MOST_BYTES, MOST_FILES, Choice, Job, UploadRefused, Uploads
from ui.markup import body_of, fields_of, form_of, is_same_origin, read_number, typed
from ui.pages import Setting, too_many
from ui.service import AssistantService, client_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from rag.figures import ArticleFigure
    from rag.quotes import Quotation
    from rag.summary import Key

log = logging.getLogger("tanya.page")

LARGEST_FORM = 2**20
"""Bytes of a form without files."""

MOST_FIELDS = 10_000

T = TypeVar("T")
Handler = Callable[[Request, Setting], Awaitable[Response]]


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
    pages = Pages(library, uploads, service, taking)
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
    """Handlers of the articles' pages."""

    def __init__(
        self, library: Library, uploads: Uploads, service: AssistantService, searched: Callable[[], Library]
    ) -> None:
        self.library = library
        self.searched = searched
        self.uploads = uploads
        self.service = service
        self.limits = service.limits

    async def guarded(self, request: Request, answer: Handler, *, editing: bool) -> Response:
        """Respond with `answer`, unless the reader lacks permission or the library cannot be read."""
        setting = Setting.of(request)
        refused = setting.uploading.refused
        if editing and not setting.visitor.may_edit:
            return setting.message(refused["reader"], 403)
        # A token is carried by no other site's page; AuthMiddleware has checked it.
        by_token = "authorization" in request.headers
        if request.method == "POST" and not by_token and not is_same_origin(request.headers):
            return setting.message(refused["cross_site"], 403)
        try:
            return await answer(request, setting)
        except TanyaError as error:
            log.warning("%s", error)
            return setting.message(f"{setting.words.unready}: {error}", 503)

    # The list and an article

    async def listing(self, request: Request, setting: Setting) -> Response:
        asked, found, stock = await run_in_threadpool(self._listing, ListQuery.of(request.query_params))
        removed = read_number(request.query_params.get("removed"))
        done = "" if removed is None else _removed(removed, setting)
        return listing_page(asked, found, stock, setting, done)

    def _listing(self, asked: ListQuery) -> tuple[ListQuery, Listing, Choices]:
        try:
            stock = Choices(self.library.count(), self.library.publishers(), self.library.languages())
            found = self.library.listing(asked.selection, PAGE, (asked.page - 1) * PAGE)
            there, shown, _ = asked.turned(found.count, PAGE)
            if there.page != asked.page:
                found = self.library.listing(asked.selection, PAGE, shown.start)
        except NoIndex:
            return asked, Listing((), 0), Choices()
        return there, found, stock

    async def reading(self, request: Request, setting: Setting) -> Response:
        asked = request.path_params.get("id", request.query_params.get("id", ""))
        found = await run_in_threadpool(_or_nothing, partial(self._article, asked), None)
        if found is None:
            return setting.message(setting.text.unknown_hint, 404, setting.text.unknown)
        article, others, beside = found
        start, end = (read_number(request.query_params.get(name)) for name in ("start", "end"))
        asks = "start" in request.query_params or "end" in request.query_params
        fits = start is not None and end is not None and 0 <= start < end <= len(article.text)
        marked = (start, end) if fits and start is not None and end is not None else None
        summary = await run_in_threadpool(self._summary, article) if SUMMARY in request.query_params else ()
        quotations, figures = await run_in_threadpool(_facts, article)
        return reading_page(
            article, marked, others, beside, setting, misses=asks and marked is None, summary=summary,
            quotations=quotations, figures=figures,
        )  # fmt: skip

    def _article(
        self, asked: str
    ) -> tuple[Article, tuple[Mention, ...], tuple[Mention | None, Mention | None]] | None:
        """An article with who else carries it and its neighbours; None where it is not there."""
        listed = self.library.listed([asked])
        return (self.library.article(asked), listed[0].copies, self.library.beside(asked)) if listed else None

    def _summary(self, article: Article) -> list[Key]:
        """The key sentences of an article, without what was corrected since."""
        from rag.differing import corrections_of
        from rag.summary import key_sentences

        try:
            found = corrections_of([article], self.searched())
        except TanyaError as error:
            log.warning("%s", error)
            found = []
        return key_sentences([article], corrected=found)[0]

    async def suggestions(self, request: Request, setting: Setting) -> Response:
        """Questions that an article answers, each with an address to ask it; 503 until they can be tried."""
        asked = request.query_params.get("id", "")
        self.service.prepare()
        if not self.service.settled:
            return JSONResponse([], 503, headers={"retry-after": "2"})
        assistant = await run_in_threadpool(self.service.assistant)
        try:
            article = await run_in_threadpool(self.library.article, asked)
        except LibraryError:
            return JSONResponse([])
        # They are asked like any others, in their turn.
        questions = await self.service.seated(
            partial(assistant.suggestions, article, as_language(setting.words.language))
        )
        return JSONResponse(
            [
                {"question": one, "address": setting.to("/", [("article", asked), ("question", one)])}
                for one in questions
            ]
        )

    # Removing

    async def ask_removal(self, request: Request, setting: Setting) -> Response:
        return await self._ask(list(request.query_params.getlist("id")), setting)

    async def remove(self, request: Request, setting: Setting) -> Response:
        body = await body_of(request, LARGEST_FORM)
        if body is None:
            return setting.message(setting.uploading.refused["form"], 413)
        form = form_of(body, MOST_FIELDS)
        ids = list(dict.fromkeys(form.get("id", [])))
        if "sure" not in form:
            return await self._ask(ids, setting)
        found = [one.id for one in await self._listed([one for one in ids if is_storable(one)])]
        try:
            if found:
                await run_in_threadpool(self.library.remove, found)
        except Busy as error:
            return await self._ask(ids, setting, setting.text.busy, str(error), 503)
        except NoIndex:
            found = []
        except LibraryError as error:
            # Another removed one of them between the two.
            return await self._ask(ids, setting, setting.text.failed, str(error), 409)
        log.info("%d articles were removed by %s", len(found), setting.visitor.name or "a local user")
        return RedirectResponse(setting.to(markup.LIST, [("removed", str(len(found)))]), 303)

    async def _ask(
        self, ids: list[str], setting: Setting, problem: str = "", line: str = "", status: int = 200
    ) -> Response:
        found = await self._listed(ids)
        there = {one.id for one in found}
        missing = [one for one in ids if one not in there]
        return removal_page(found, missing, setting, problem, line, status)

    async def _listed(self, ids: list[str]) -> Sequence[Listed]:
        return await run_in_threadpool(_or_nothing, partial(self.library.listed, ids), ())

    # Uploading

    async def upload(self, request: Request, setting: Setting) -> Response:  # noqa: ARG002
        return await self._form_page(setting)

    async def _form_page(self, setting: Setting, problem: str = "", status: int = 200) -> Response:
        publishers = await run_in_threadpool(_or_nothing, self.library.publishers, ())
        try:
            # Another server of this library may have begun or ended meanwhile.
            await run_in_threadpool(self.uploads.resume)
        except Busy:
            problem = problem or setting.uploading.refused["elsewhere"]
        earlier = self.uploads.latest(setting.visitor.name, JOBS_SHOWN)
        return upload_page(publishers, earlier, setting, problem, status)

    async def receive(self, request: Request, setting: Setting) -> Response:
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
            return JSONResponse({"id": job.id, "report": shown}, 202)
        return RedirectResponse(shown, 303)

    async def _received(self, request: Request, setting: Setting) -> Job:
        from python_multipart.multipart import parse_options_header

        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
            raise UploadRefused("form")
        who = setting.visitor.name
        receipt = await run_in_threadpool(self.uploads.begin, who, boundary)
        arrived = False
        try:
            refused: UploadRefused | None = None
            async for piece in request.stream():
                # A browser shows what is said of a form only after it has sent all of it.
                if piece and refused is None:
                    try:
                        await run_in_threadpool(receipt.feed, piece)
                    except UploadRefused as error:
                        refused = error
            if refused is not None:
                raise refused
            source = one_line(receipt.fields.get("source", ""))
            published = _day(receipt.fields.get("published", ""))
            job = await run_in_threadpool(self.uploads.accept, receipt, who, source, published)
            arrived = True
            return job
        finally:
            if not arrived:
                self.uploads.abandon(receipt)

    async def state(self, request: Request, setting: Setting) -> Response:
        job = self.uploads.job(request.path_params["job"], setting.visitor.name)
        if job is None:
            return JSONResponse({"said": setting.uploading.not_yours}, 404)
        return JSONResponse(report_object(job, setting))

    async def report(self, request: Request, setting: Setting) -> Response:
        job = self.uploads.job(request.path_params["job"], setting.visitor.name)
        if job is None:
            return setting.message(setting.uploading.not_yours, 404)

        listed = () if job.is_under_way else await self._listed(ids_of(job))
        return report_page(job, {one.id: one for one in listed}, setting)

    async def decide(self, request: Request, setting: Setting) -> Response:
        choices: dict[int, Choice] = {}
        for name, value in fields_of(await body_of(request, LARGEST_FORM) or b"", MOST_FIELDS).items():
            number = read_number(name.removeprefix("file-"))
            chosen = next((one for one in CHOICES if one == value), None)
            if number is not None and chosen is not None:
                choices[number] = chosen
        name, who = request.path_params["job"], setting.visitor.name
        return self._back(request, setting, await run_in_threadpool(self.uploads.decide, name, who, choices))

    async def again(self, request: Request, setting: Setting) -> Response:
        form = fields_of(await body_of(request, LARGEST_FORM) or b"", MOST_FIELDS)
        do = self.uploads.discard if form.get("do") == "discard" else self.uploads.retry
        name, who = request.path_params["job"], setting.visitor.name
        return self._back(request, setting, await run_in_threadpool(do, name, who))

    def _back(self, request: Request, setting: Setting, done: bool) -> Response:
        """To the report, which says how things are; whether or not something was done."""
        name = request.path_params["job"]
        if not done and self.uploads.job(name, setting.visitor.name) is None:
            return setting.message(setting.uploading.not_yours, 404)
        return RedirectResponse(setting.to(f"{markup.UPLOADS}/{name}/report"), 303)


def _problem(refused: UploadRefused, setting: Setting) -> str:
    w = setting.words
    return setting.uploading.refused[refused.reason].format(
        total=w.size(MOST_BYTES), files=w.number(MOST_FILES), value=refused.value
    )


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


def _facts(article: Article) -> tuple[list[Quotation], list[ArticleFigure]]:
    from rag.figures import figures_of
    from rag.quotes import quotations

    return quotations([article]), figures_of(article)


def _or_nothing(read: Callable[[], T], nothing: T) -> T:
    """The result of `read`, or `nothing` where there is no library yet."""
    try:
        return read()
    except NoIndex:
        return nothing
