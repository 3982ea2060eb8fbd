"""The routes of the press desk."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from index import NoIndex, Settings, TanyaError
from index.library import Library
from ui.desk.differ import NAMES as OF_DIFFERENCES
from ui.desk.differ import differ_page
from ui.desk.drafts import DraftPages, Workshop
from ui.desk.extracts import Desk
from ui.desk.figures import NAMES as OF_FIGURES
from ui.desk.figures import figures_page, figures_sheet
from ui.desk.pages import LONGEST, PATHS, TABS, Asked, DeskSetting
from ui.desk.quotes import NAMES as OF_QUOTES
from ui.desk.quotes import quotes_page, quotes_sheet
from ui.markup import DESK, typed
from ui.service import AssistantService

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger("tanya.page")

Answer = Callable[["Request", DeskSetting], Awaitable["Response"]]
Make = Callable[[Asked, DeskSetting], "Response"]


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

    quotes, figures, differ = (PATHS[key] for key in ("quotes", "figures", "differ"))
    add_page(app, DESK, TABS[0].key, _first_tab)
    for path, key, names, make in (
        (quotes, "quotes", OF_QUOTES, partial(quotes_page, desk, searched)),
        (f"{quotes}.csv", "quotes", OF_QUOTES, lambda asked, _: quotes_sheet(desk, searched, asked)),
        (figures, "figures", OF_FIGURES, partial(figures_page, desk)),
        (f"{figures}.csv", "figures", OF_FIGURES, lambda asked, _: figures_sheet(desk, asked, "csv")),
        (f"{figures}.xlsx", "figures", OF_FIGURES, lambda asked, _: figures_sheet(desk, asked, "xlsx")),
        (differ, "differ", OF_DIFFERENCES, partial(differ_page, desk)),
    ):
        add_page(app, path, key, partial(_made, key=key, names=names, make=make))
    work = Workshop(service.queue)
    for key in ("drafts", "releases"):
        pages = DraftPages(key, library, searched, work, service.limits)
        add_page(app, pages.path, key, pages.form)
        add_page(app, pages.path, key, pages.receive, "POST")
        add_page(app, f"{pages.path}/{{key}}", key, pages.show)
        if key == "drafts":
            add_page(app, f"{pages.path}/{{key}}/naskah.docx", key, pages.word)
            add_page(app, f"{pages.path}/{{key}}/naskah.csv", key, pages.table)


def add_page(app: FastAPI, path: str, key: str, answer: Answer, method: str = "GET") -> None:
    """Add a route whose errors are told on a page of the desk, under the tab of `key`."""

    async def guarded(request: Request) -> Response:
        setting = DeskSetting.of(request)
        try:
            return await answer(request, setting)
        except NoIndex:
            return setting.told(key, PATHS[key], setting.text.empty, 200)
        except TanyaError as error:
            log.warning("%s", error)
            return setting.told(key, PATHS[key], f"{setting.words.unready}: {error}", 503)

    app.add_api_route(path, typed(guarded), methods=[method], include_in_schema=False)


async def _first_tab(request: Request, setting: DeskSetting) -> Response:  # noqa: ARG001
    from starlette.responses import RedirectResponse

    return RedirectResponse(setting.to(TABS[0].path), 303)


async def _made(
    request: Request, setting: DeskSetting, *, key: str, names: tuple[str, ...], make: Make
) -> Response:
    """What `make` makes of what is asked, away from the loop; what is too long is told and not looked for."""
    from starlette.concurrency import run_in_threadpool

    asked = Asked.read(request.query_params, names)
    if asked.cut:
        too_long = setting.desk.too_long.format(number=setting.words.number(LONGEST))
        return setting.told(key, PATHS[key], too_long, 414)
    return await run_in_threadpool(make, asked, setting)
