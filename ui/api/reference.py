"""The reference: the API's schema as a page."""

from __future__ import annotations

from fastapi import FastAPI


def add_routes(api: FastAPI) -> None:
    pass
