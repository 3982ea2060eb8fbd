"""The server of the page: on one address, with no request to any other."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index import Settings, SettingsError
from ui.access.door import Door, door_of
from ui.desk import Assistant, Desk

HERE = Path(__file__).parent

GRACE = 2
"""Seconds that a running answer gets to finish once the server is told to stop."""


def serve(open_assistant: Callable[[], Assistant], settings: Settings) -> None:
    """Serve the page until Ctrl-C; the assistant is opened in the background once the page is up.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    with _stoppable(), listen(settings.host, settings.port) as listener:
        host = settings.host
        address, port = listener.getsockname()[:2]
        door = door_of(settings.home, host, address)
        _say(f"starting http://{f'[{host}]' if ':' in host else host}:{port}")
        desk = Desk(open_assistant)

        def started() -> None:
            desk.prepare()
            _say("the page is ready; Ctrl-C stops it")

        server = build(desk, started, door)
        server.run(sockets=[listener])


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


def build(desk: Desk, on_started: Callable[[], None] = lambda: None, door: Door | None = None) -> Any:
    """A uvicorn server of the page, not yet running.

    Args:
        desk: Where questions are answered.
        on_started: Called once it listens.
        door: Who may come in; without one, everybody on this machine.
    """
    # Read when they are imported: nothing is reported, looked up or downloaded.
    os.environ.update(GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
    import gradio as gr
    import uvicorn
    from fastapi import FastAPI

    from ui import routes, scripts
    from ui.access import routes as access_routes
    from ui.access.guard import Guard
    from ui.page import Page
    from ui.serving.headers import Headers

    logging.getLogger("httpx").setLevel(logging.WARNING)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    style = (HERE / "page.css").read_text(encoding="utf-8")
    inline = [(HERE / name).read_text(encoding="utf-8") for name in ("page.js", "opinion.js")]
    door = door or Door(None, public=False)
    access_routes.add_routes(app, door)
    scripts.add_routes(app)
    routes.add_routes(app, desk)
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
        head=f"<style>{style}</style>{''.join(f'<script>{script}</script>' for script in inline)}",
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            on_started()

    config = uvicorn.Config(
        Headers(Guard(app, door)),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
    return Server(config)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Ctrl-C and SIGTERM end what is within, quietly."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        _say("stopped")
    finally:
        signal.signal(signal.SIGTERM, before)


def _say(line: str) -> None:
    sys.stderr.write(f"tanya: {line}\n")
    sys.stderr.flush()
