"""The routes of the press desk."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from index import NoIndex, Settings, TanyaError
from index.library import Library
from ui.desk.drafts import BackgroundJobs, DraftPages
from ui.desk.figures import differ_page, figures_page, figures_sheet
from ui.desk.pages import TABS, Desk, DeskQuery, DeskSetting
from ui.desk.quotes import quotes_page, quotes_sheet
from ui.markup import DESK, typed
from ui.pages import LONGEST
from ui.service import AssistantService

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger("tanya.page")

Handler = Callable[[Request, DeskSetting], Awaitable[Response]]
Make = Callable[[DeskQuery, DeskSetting], Response]


def add_routes(app: FastAPI, service: AssistantService, settings: Settings) -> None:
    """Add the pages of the desk to the application.

    They have a library of their own, so that they are there before the models are and where nothing has been
    indexed yet; what must be embedded is by the assistant's, whose model is loaded already.
    """
    library = Library(settings)
    desk = Desk(library)

    def searched() -> Library:
        found = service.assistant().library
        return found if isinstance(found, Library) else library

    async def first_tab(request: Request, setting: DeskSetting) -> Response:  # noqa: ARG001
        return RedirectResponse(setting.to(TABS[0].path), 303)

    add_page(app, DESK, TABS[0].key, first_tab)
    makers: dict[str, dict[str, Make]] = {
        "quotes": {
            "": partial(quotes_page, desk, searched),
            ".csv": lambda asked, _: quotes_sheet(desk, searched, asked),
        },
        "figures": {
            "": partial(figures_page, desk),
            ".csv": lambda asked, _: figures_sheet(desk, asked, "csv"),
            ".xlsx": lambda asked, _: figures_sheet(desk, asked, "xlsx"),
        },
        "differ": {"": partial(differ_page, desk)},
    }
    jobs = BackgroundJobs(service.queue)
    for key, path, names in TABS:
        for ending, make in makers.get(key, {}).items():
            add_page(app, f"{path}{ending}", key, partial(_made, names=names, make=make))
        if key in makers:
            continue
        pages = DraftPages(key, library, searched, jobs, service.limits)
        add_page(app, path, key, pages.form)
        add_page(app, path, key, pages.receive, "POST")
        add_page(app, f"{path}/{{key}}", key, pages.show)
        if key == "drafts":
            add_page(app, f"{path}/{{key}}/naskah.docx", key, pages.word)
            add_page(app, f"{path}/{{key}}/naskah.csv", key, pages.table)


def add_page(app: FastAPI, path: str, key: str, answer: Handler, method: str = "GET") -> None:
    """Add a route whose errors are told on a page of the desk, under the tab of `key`."""

    async def guarded(request: Request) -> Response:
        setting = DeskSetting.at(key, request)
        try:
            return await answer(request, setting)
        except NoIndex:
            return setting.problem(setting.text.empty, 200)
        except TanyaError as error:
            log.warning("%s", error)
            return setting.problem(f"{setting.words.unready}: {error}", 503)

    app.add_api_route(path, typed(guarded), methods=[method], include_in_schema=False)


async def _made(request: Request, setting: DeskSetting, *, names: tuple[str, ...], make: Make) -> Response:
    """Run `make` for a query in a thread; a query that is too long is refused."""
    asked = DeskQuery.of(request.query_params, names)
    if asked.cut:
        too_long = setting.locale.desk.too_long.format(number=setting.words.number(LONGEST))
        return setting.problem(too_long, 414)
    return await run_in_threadpool(make, asked, setting)
