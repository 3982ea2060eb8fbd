"""`tanya serve`: the page's command, added to the command line by its entry point."""

from __future__ import annotations

import argparse
from typing import Any


def add_serve(commands: Any) -> None:
    """Add `serve` to the subcommands of `tanya`."""
    serve = commands.add_parser("serve", help="the chat page, at http://127.0.0.1:7860")
    serve.add_argument("--host", metavar="H", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=int, metavar="P", help="port to listen on (default 7860)")
    serve.add_argument("--proxy", metavar="A,B", help="addresses of the reverse proxies that are believed")
    serve.add_argument(
        "--rate", type=int, metavar="N", help="questions of one client in a minute (default 300)"
    )
    serve.add_argument("--log", choices=("plain", "json"), default="plain", help="default: plain")
    serve.add_argument("--log-questions", action="store_true", help="let the JSON log hold what people ask")
    serve.set_defaults(run=_serve)


def _serve(arguments: argparse.Namespace) -> int:
    from index import Settings
    from index.library import Library
    from ui.desk import Assistant
    from ui.server import serve

    settings = Settings.load(
        home=arguments.home,
        host=arguments.host,
        port=arguments.port,
        proxy=arguments.proxy,
        rate=arguments.rate,
    )
    library = Library(settings)
    # Without an index there is nothing to serve, which is told here rather than on the page.
    library.count()

    def open_assistant() -> Assistant:
        from index.embedder import load_embedder
        from rag.pipeline import Assistant, load_reader

        library.open()
        # Models load at their first use, which is not to be the first question.
        embedder = load_embedder(settings)
        embedder.encode(["Siap?"], "query")
        return Assistant(library, embedder, load_reader(settings))

    serve(
        open_assistant,
        settings,
        log=arguments.log,
        log_questions=arguments.log_questions,
        close=library.close,
    )
    return 0
