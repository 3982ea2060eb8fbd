"""`tanya serve`: the page's command, added to the command line by its entry point."""

from __future__ import annotations

import argparse
from typing import Any


def add_serve(commands: Any) -> None:
    """Add `serve` to the subcommands of `tanya`."""
    serve = commands.add_parser("serve", help="the chat page, at http://127.0.0.1:7860")
    serve.add_argument("--host", metavar="H", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=int, metavar="P", help="port to listen on (default 7860)")
    serve.set_defaults(run=_serve)


def _serve(arguments: argparse.Namespace) -> int:
    from index import Settings
    from ui.desk import Assistant
    from ui.server import serve

    settings = Settings.load(home=arguments.home, host=arguments.host, port=arguments.port)

    def open_assistant() -> Assistant:
        from index.library import Library
        from rag.assistant import load_assistant

        return load_assistant(Library(settings))

    serve(open_assistant, settings)
    return 0
