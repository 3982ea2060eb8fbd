"""The server: every route on one address with no request to any other, health checks, and an orderly end."""

from __future__ import annotations

import errno
import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any

from index import NoIndex, Settings, SettingsError, TanyaError
from rag.lang import as_language
from ui.auth.login import LoginService, check_proxies, login_service_of
from ui.locales import LANGUAGES
from ui.markup import typed
from ui.ops import Form, Metrics, RequestLogMiddleware, begin
from ui.service import AssistantService, RateLimits

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from rag.pipeline import Assistant

log = logging.getLogger("tanya")

STATIC = Path(__file__).parent / "static"
IDLE = 0.25
"""Seconds between two looks of what waits for work that does not come."""

SCRIPTS = ("common.js", "page.js", "opinion.js", "using.js", "history.js")


def serve(
    open_assistant: Callable[[], Assistant],
    settings: Settings,
    *,
    log: Form = "plain",
    log_questions: bool = False,
    close: Callable[[], None] = lambda: None,
) -> None:
    """Serve the page until Ctrl-C; the assistant is opened in the background once the page is up.

    Args:
        open_assistant: Opens it.
        settings: The address, and who is believed.
        log: Lines for people, or JSON for machines.
        log_questions: Whether that JSON may hold what people ask.
        close: Called in the end, where nothing is being answered any more.

    Raises:
        SettingsError: the address cannot be listened on, or is reached by others and nobody has an account.
        AccountError: the accounts cannot be read.
    """
    check_proxies(settings.proxy)
    tell = begin(log, questions=log_questions)
    with _stoppable(tell), listen(settings.host, settings.port) as listener:
        address, port = listener.getsockname()[:2]
        logins = login_service_of(settings.home, settings.host, address, settings.proxy)
        starting = f"starting http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{port}"
        if not settings.path:
            tell(starting)
        service = AssistantService(
            open_assistant, RateLimits(settings.rate), Metrics(questions=log_questions)
        )

        # The models are loaded beside the page's framework: half of either is waiting for the other core.
        service.prepare()

        def started() -> None:
            from ui.review import Asker

            Asker(service).start()
            threading.Thread(target=warm_up, args=(service,), name="warm-up", daemon=True).start()
            tell("the page is ready; Ctrl-C stops it")

        try:
            server = build(
                service, started, logins, settings, proxy=settings.proxy, path=settings.path, tell=tell
            )
            if settings.path:
                # Whether it is one of the page's own is known once they are.
                tell(starting)
            server.run(sockets=[listener])
        except SettingsError:
            # The interpreter would abort if it ended while a thread of its own loads models.
            while not service.settled:
                time.sleep(IDLE)
            raise
        finally:
            if service.settled and not service.queue.taken:
                close()


def warm_up(service: AssistantService) -> None:
    """Try the questions that an empty page offers, which its first visitor would wait for, while nobody asks.

    What was loaded by then stays as long as the server, and is left out of garbage collection, which would
    look at all of it again each time.
    """
    try:
        for language in LANGUAGES:
            while service.queue.taken:
                time.sleep(IDLE)
            service.assistant().examples(as_language(language))
    except TanyaError as error:
        log.info("no questions to offer yet: %s", error)
    except Exception:
        log.exception("the questions that an empty page offers were not tried")
    gc.collect()
    gc.freeze()


LAST_PORT = 65535


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on an address, taken before anything slow is done.

    Raises:
        SettingsError: the port is none, in use or not allowed, or the address is not this machine's.
    """
    if not 0 <= port <= LAST_PORT:
        raise SettingsError(f"there is no port {port}, the last is {LAST_PORT}; try: tanya serve --port 7860")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(
            f"{host} is no address of this machine; try: tanya serve --host 127.0.0.1"
        ) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except PermissionError as error:
        listener.close()
        raise SettingsError(
            f"port {port} may not be used by this user; try: tanya serve --port 7860"
        ) from error
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise SettingsError(
                f"{host} is no address of this machine; try: tanya serve --host 127.0.0.1"
            ) from error
        other = port + 1 if port < LAST_PORT else port - 1
        raise SettingsError(
            f"port {port} on {host} is in use; stop what uses it, or try: tanya serve --port {other}"
        ) from error
    return listener


def build(
    service: AssistantService,
    on_started: Callable[[], None] = lambda: None,
    logins: LoginService | None = None,
    settings: Settings | None = None,
    *,
    proxy: str | None = None,
    path: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Any:
    """A uvicorn server of the page, not yet running.

    Args:
        service: Where questions are answered.
        on_started: Called once it listens.
        logins: Who may come in; without one, everybody on this machine.
        settings: Where the articles are that the pages beside the chat show; without them, there are none.
        proxy: The addresses of proxies that are believed, separated by commas.
        path: Where a proxy shows the page, where that is not "/".
        tell: Told a line for people.

    Raises:
        SettingsError: the path is none, or one of the page's own.
    """
    # Read when they are imported: nothing is reported, looked up or downloaded.
    os.environ.update(GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
    # Else the first question waits, with everybody else, while a way of drawing windows is looked for.
    os.environ.setdefault("MPLBACKEND", "agg")
    if "gradio" not in sys.modules:
        sys.meta_path.insert(0, WithoutStubs())
    import gradio as gr
    import uvicorn
    from fastapi import FastAPI

    from ui import middleware, review
    from ui.api import mcp
    from ui.api import routes as api_routes
    from ui.articles import routes as article_routes
    from ui.auth import routes as auth_routes
    from ui.chat.page import ChatPage
    from ui.desk import routes as desk_routes
    from ui.export import routes as export_routes

    logging.getLogger("httpx").setLevel(logging.WARNING)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    style = "".join((STATIC / name).read_text(encoding="utf-8") for name in ("page.css", "using.css"))
    inline = [(STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS]
    scripted = "".join(f"<script>{script}</script>" for script in inline)
    logins = logins or LoginService(None, public=False)
    add_health_routes(app, service)
    auth_routes.add_routes(app, logins, service.metrics.login_failed)
    add_scripts(app)
    review.add_routes(app, service)
    export_routes.add_routes(app, service)
    root = middleware.root_of(path)
    api = api_routes.ApiService(service)
    api_routes.add_routes(app, api, root)
    mcp.add_routes(app, api)
    if settings is not None:
        article_routes.add_routes(app, service, settings)
        desk_routes.add_routes(app, service, settings)
    blocks = ChatPage(service).blocks
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        root_path=root or None,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        favicon_path=str(STATIC / "icon.svg"),
        theme=gr.themes.Base(
            font=["system-ui", "sans-serif"],
            font_mono=["ui-monospace", "monospace"],
        ),
        head=f"<style>{style}</style>{auth_routes.ended_head()}{scripted}",
    )

    # The framework's queue, through which nothing goes here, would look for work a thousand times a second.
    blocks._queue.sleep_when_free = blocks._queue.progress_update_sleep_when_free = IDLE
    middleware.root_of(path, _first_parts(app))
    # From the inside out: whose a request is, how long it may be, how it is answered, how that is told.
    limited = middleware.SizeLimitMiddleware(middleware.AuthMiddleware(app, logins))
    logged = RequestLogMiddleware(middleware.SecurityHeadersMiddleware(limited), service.metrics)
    guarded = middleware.RootPathMiddleware(logged, root)
    config = uvicorn.Config(
        guarded,
        http=middleware.TimeoutProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy,
        limit_concurrency=middleware.CONNECTIONS,
        h11_max_incomplete_event_size=middleware.LONGEST_HEAD,
        timeout_graceful_shutdown=CLOSING,
    )
    return server_of(config, service, on_started, tell)


class WithoutStubs(MetaPathFinder):
    """Imports Gradio without the type stubs that it writes beside its own source each time.

    For them it parses that source once for each of its components, which takes longer than all else that it
    does to start.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "gradio.component_meta":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            module.create_or_modify_pyi = lambda *_: None  # type: ignore[attr-defined]

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


@contextmanager
def _stoppable(tell: Callable[[str], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the process at once, except while a server within handles them; so does its end.

    No exception is raised, which an import or a finalizer could swallow; and the interpreter is not shut
    down, since it would abort where threads load models or compute. What is kept is on the disk by then.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        try:
            tell("stopped")
        finally:
            # Even where it cannot be written, as in the middle of another line.
            os._exit(0)

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
        stop()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def add_scripts(app: FastAPI) -> None:
    """Add `/scripts/NAME`, which has what lies in ui/ as `NAME` and ends in `.js`, wherever in it."""
    from starlette.responses import Response

    scripts = {path.name: path.read_bytes() for path in STATIC.rglob("*.js")}

    async def asset(request: Request) -> Response:
        found = scripts.get(request.path_params["name"])
        if found is None:
            return Response(status_code=404)
        return Response(found, media_type="text/javascript", headers={"cache-control": "no-cache"})

    app.add_api_route("/scripts/{name}", typed(asset), methods=["GET"])


def _first_parts(app: Any) -> set[str]:
    """The first path segments of an application and of what is mounted at its "/"."""
    parts: set[str] = set()
    for route in app.routes:
        if first := getattr(route, "path", "").lstrip("/").partition("/")[0].partition("{")[0]:
            parts.add(first)
        elif hasattr(getattr(route, "app", None), "routes"):
            parts |= _first_parts(route.app)
    return parts


KIND = "text/plain; version=0.0.4; charset=utf-8"


def add_health_routes(app: FastAPI, service: AssistantService) -> None:
    """Add `/healthz` and `/readyz`, which are open to all, and `/metrics`, which is behind the login."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse, Response

    async def alive(request: Request) -> Response:  # noqa: ARG001
        return JSONResponse({"alive": True})

    async def ready(request: Request) -> Response:  # noqa: ARG001
        reason = await run_in_threadpool(unready, service)
        if reason is None:
            return JSONResponse({"ready": True})
        return JSONResponse({"ready": False, "reason": reason}, 503, headers={"retry-after": "5"})

    async def metrics(request: Request) -> Response:  # noqa: ARG001
        text = await run_in_threadpool(_measurements, service)
        return Response(text, media_type=KIND)

    for path, route in (("/healthz", alive), ("/readyz", ready), ("/metrics", metrics)):
        app.add_api_route(path, typed(route), methods=["GET", "HEAD"])


def unready(service: AssistantService) -> str | None:
    """Why no question can be answered now, as a kind and no more, since anybody may read it."""
    if service.queue.closed:
        return "Stopping"
    try:
        assistant = service.look()
        if assistant is None:
            return "Opening"
        assistant.library.count()
    except NoIndex:
        # Questions wait for the first articles, which are uploaded here.
        return None
    except Exception as error:  # noqa: BLE001  whatever it is, the server is not ready
        # Nobody sends questions here until it is, and it would not be tried again without them.
        service.prepare(again=True)
        return type(error).__name__
    return None


def _measurements(service: AssistantService) -> bytes:
    return service.metrics.text(service.queue.waiting, service.queue.taken, _articles(service))


def _articles(service: AssistantService) -> int | None:
    try:
        assistant = service.look()
        return None if assistant is None else assistant.library.count()
    except NoIndex:
        return 0
    except Exception:  # noqa: BLE001  the other measurements are told all the same
        return None


GRACE = 20.0
"""Seconds that questions have to be answered once the server is told to stop."""

FETCHING = 1.5
"""Seconds after the last answer in which pages fetch it; they look every tenth of one."""

CLOSING = 2
"""Seconds that connections have to close after that."""


def server_of(
    config: uvicorn.Config,
    service: AssistantService,
    on_started: Callable[[], None],
    tell: Callable[[str], None],
) -> Any:
    """A uvicorn server that ends in good order, not yet running."""
    import uvicorn

    class Server(uvicorn.Server):
        _busy = float("-inf")
        _told_to_stop: float | None = None
        _told = False

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            on_started()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await super().shutdown(sockets=sockets)
            # What they asked for is done; uvicorn would raise them again.
            self._captured_signals.clear()

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
            # In the middle of anything: no lock may be taken here, nothing written that is buffered.
            if self._told_to_stop is not None:
                if sig == signal.SIGINT:
                    os.write(2, b"tanya: ended at once; what was being answered is lost\n")
                    os._exit(130)
                return
            self._captured_signals.append(sig)
            self._told_to_stop = time.monotonic()
            service.queue.closed = True

        async def on_tick(self, counter: int) -> bool:
            now = time.monotonic()
            at_work = service.queue.taken + service.queue.waiting
            if at_work:
                self._busy = now
            if self._told_to_stop is not None:
                if at_work and not self._told:
                    self._told = True
                    tell(
                        f"stopping once what was asked is answered, within {GRACE:.0f} seconds; "
                        "Ctrl-C ends it at once"
                    )
                if now - self._busy > FETCHING or now - self._told_to_stop > GRACE:
                    self.should_exit = True
            return await super().on_tick(counter)

    return Server(config)
