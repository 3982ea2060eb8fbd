"""The routes of the press desk."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from index import NoIndex, Settings, TanyaError
from index.library import Library
from ui.desk.pages import TABS, DeskSetting
from ui.markup import DESK, typed
from ui.service import AssistantService

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

log = logging.getLogger("tanya.page")

Answer = Callable[["Request", DeskSetting], Awaitable["Response"]]


def add_routes(app: FastAPI, service: AssistantService, settings: Settings) -> None:  # noqa: ARG001
    """Add the pages of the desk to the application.

    They have a library of their own, so that they are there before the models are and where nothing has been
    indexed yet.
    """
    library = Library(settings)
    add_page(app, DESK, None, first_tab)
    for tab in TABS:
        add_page(app, tab.path, tab.key, partial(_counted, library=library, key=tab.key, path=tab.path))


def add_page(app: FastAPI, path: str, key: str | None, answer: Answer, method: str = "GET") -> None:
    """Add a route whose errors are told on a page of the desk, under the tab of `key`."""

    async def guarded(request: Request) -> Response:
        setting = DeskSetting.of(request)
        tab = key or TABS[0].key
        try:
            return await answer(request, setting)
        except NoIndex:
            return setting.told(tab, path, setting.text.empty, 200)
        except TanyaError as error:
            log.warning("%s", error)
            return setting.told(tab, path, f"{setting.words.unready}: {error}", 503)

    app.add_api_route(path, typed(guarded), methods=[method], include_in_schema=False)


async def first_tab(request: Request, setting: DeskSetting) -> Response:  # noqa: ARG001
    from starlette.responses import RedirectResponse

    return RedirectResponse(setting.to(TABS[0].path), 303)


async def _counted(
    request: Request,  # noqa: ARG001
    setting: DeskSetting,
    *,
    library: Library,
    key: str,
    path: str,
) -> Response:
    from starlette.concurrency import run_in_threadpool

    count = await run_in_threadpool(library.count)
    return setting.told(key, path, setting.words.count(count), 200)
