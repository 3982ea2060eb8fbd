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
    from index.library import Library
    from ui.desk import Assistant
    from ui.server import serve

    settings = Settings.load(home=arguments.home, host=arguments.host, port=arguments.port)
    # Without an index there is nothing to serve, which is told here rather than on the page.
    Library(settings).count()

    def open_assistant() -> Assistant:
        from rag.assistant import Assistant, load_reader

        library = Library(settings)
        library.open()
        reader = load_reader(settings)
        # Models load at their first use, which is not to be the first question.
        reader.embedder.encode(["Siap?"], "query")
        return Assistant(library, reader.embedder, reader)

    serve(open_assistant, settings)
    return 0
