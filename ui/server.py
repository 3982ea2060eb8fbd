"""The server of the page: on one address, with no request to any other."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index import Settings, SettingsError
from ui.access.door import Door, check_proxies, door_of
from ui.desk import Assistant, Desk
from ui.serving import logs
from ui.serving.limits import Limits
from ui.serving.logs import Form
from ui.serving.watch import Watch

HERE = Path(__file__).parent
SCRIPTS = ("page.js", "opinion.js", "using.js", "history.js")


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
    tell = logs.begin(log, questions=log_questions)
    with _stoppable(tell), listen(settings.host, settings.port) as listener:
        address, port = listener.getsockname()[:2]
        door = door_of(settings.home, settings.host, address)
        tell(f"starting http://{f'[{settings.host}]' if ':' in settings.host else settings.host}:{port}")
        desk = Desk(open_assistant, Limits(settings.rate), Watch(questions=log_questions))

        def started() -> None:
            desk.prepare()
            tell("the page is ready; Ctrl-C stops it")

        try:
            server = build(desk, started, door, settings, proxy=settings.proxy, tell=tell)
            server.run(sockets=[listener])
        finally:
            if desk.settled and not desk.seats.taken:
                close()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on an address, taken before anything slow is done.

    Raises:
        SettingsError: the port is in use or not allowed, or the address is not this machine's.
    """
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
        other = port + 1 if port < 65535 else port - 1
        raise SettingsError(
            f"port {port} on {host} is in use; stop what uses it, or try: tanya serve --port {other}"
        ) from error
    return listener


def build(
    desk: Desk,
    on_started: Callable[[], None] = lambda: None,
    door: Door | None = None,
    settings: Settings | None = None,
    *,
    proxy: str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Any:
    """A uvicorn server of the page, not yet running.

    Args:
        desk: Where questions are answered.
        on_started: Called once it listens.
        door: Who may come in; without one, everybody on this machine.
        settings: Where the articles are that the pages beside the chat show; without them, there are none.
        proxy: The addresses of proxies that are believed, separated by commas.
        tell: Told a line for people.
    """
    # Read when they are imported: nothing is reported, looked up or downloaded.
    os.environ.update(GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
    import gradio as gr
    import uvicorn
    from fastapi import FastAPI

    from ui import routes, scripts
    from ui.access import routes as access_routes
    from ui.access.guard import Guard
    from ui.api import application
    from ui.articles import routes as article_routes
    from ui.export import routes as export_routes
    from ui.page import Page
    from ui.serving import health
    from ui.serving.bounds import LONGEST_HEAD, Bounded
    from ui.serving.ending import CLOSING, server_of
    from ui.serving.headers import Headers
    from ui.serving.observed import Observed
    from ui.serving.patience import CONNECTIONS, Patient

    logging.getLogger("httpx").setLevel(logging.WARNING)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    style = "".join((HERE / name).read_text(encoding="utf-8") for name in ("page.css", "using.css"))
    inline = [(HERE / name).read_text(encoding="utf-8") for name in SCRIPTS]
    scripted = "".join(f"<script>{script}</script>" for script in inline)
    door = door or Door(None, public=False)
    health.add_routes(app, desk)
    access_routes.add_routes(app, door, desk.watch.login_failed)
    scripts.add_routes(app)
    routes.add_routes(app, desk)
    export_routes.add_routes(app, desk)
    application.add_routes(app, desk)
    if settings is not None:
        article_routes.add_routes(app, desk, settings)
    gr.mount_gradio_app(
        app,
        Page(desk).blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        favicon_path=str(HERE / "icon.svg"),
        theme=gr.themes.Base(
            font=["system-ui", "sans-serif"],
            font_mono=["ui-monospace", "monospace"],
        ),
        head=f"<style>{style}</style>{access_routes.ended_head()}{scripted}",
    )

    # From the inside out: whose a request is, how long it may be, how it is answered, how that is told.
    guarded = Observed(Headers(Bounded(Guard(app, door))), desk.watch)
    config = uvicorn.Config(
        guarded,
        http=Patient,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy,
        limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        timeout_graceful_shutdown=CLOSING,
    )
    return server_of(config, desk, on_started, tell)


@contextmanager
def _stoppable(tell: Callable[[str], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM end what is within, quietly."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        tell("stopped")
    finally:
        signal.signal(signal.SIGTERM, before)
