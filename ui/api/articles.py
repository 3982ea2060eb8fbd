"""Routes of articles: listed, read, and, by an editor, added and removed."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ValidationError
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from index import LibraryError
from index.catalogue import Listed, Selection, words_of
from index.files import Received, safe_name
from index.ingest import Outcome
from index.models import Filter
from rag.output import article_object
from ui.access.visitor import visitor_of
from ui.api import models
from ui.api.asking import Counter, Library, check_pace
from ui.api.problem import Route, faults
from ui.api.questions import no_article, shown
from ui.serving.limits import client_of

MOST_FILES = 50
LARGEST = 200 * 2**20
"""Bytes that are sent at once."""

_PIECE = 2**18

_BODY = {
    "required": True,
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/Record"}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "file": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MOST_FILES,
                        "items": {"type": "string", "format": "binary"},
                        "description": "Files in any format that `tanya index` reads.",
                    }
                },
            }
        },
    },
}


def _only_editors(request: Request) -> None:
    if not visitor_of(request.scope).may_edit:
        raise HTTPException(403, "only editors change the articles; ask for the role editor")


only_editors = Depends(_only_editors)


def router(counter: Counter) -> APIRouter:
    """The routes, answered at that counter."""
    routes = APIRouter(route_class=Route, tags=["articles"])

    @routes.get(
        "/articles", response_model=models.Articles, operation_id="list_articles", summary="List articles"
    )
    async def list_articles(wanted: Annotated[models.Wanted, Query()]) -> Response:
        """Articles without their texts, those that hold certain words, of certain days or publishers."""
        chosen = Filter(wanted.since, wanted.until, tuple(wanted.source))
        selection = Selection(words_of(wanted.text or ""), chosen=chosen, order=wanted.order)
        library = (await counter.assistant()).library
        found = await run_in_threadpool(library.listing, selection, wanted.limit, wanted.offset)
        return shown(
            {
                "total": found.count,
                "offset": wanted.offset,
                "articles": [listed_object(one) for one in found.articles],
            }
        )

    @routes.get(
        "/articles/{article_id:path}",
        response_model=models.Article,
        operation_id="read_article",
        summary="Read an article",
    )
    async def read_article(article_id: str) -> Response:
        """An article with its whole text; every offset counts the text's characters, from 0."""
        library = (await counter.assistant()).library
        return shown(await run_in_threadpool(article, library, article_id))

    @routes.post(
        "/articles",
        response_model=models.Taken,
        operation_id="add_articles",
        summary="Add or update articles",
        openapi_extra={"requestBody": _BODY, "x-editors": True},
        dependencies=[only_editors],
        max_body_size=LARGEST,
    )
    async def add_articles(request: Request) -> Response:
        """Add articles, one as a record or many as files; what has the same id or file name is updated.

        Only editors may. What cannot be read is named with the reason, and the rest is taken.
        """
        library = (await counter.assistant()).library
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        with tempfile.TemporaryDirectory(prefix="tanya-") as folder:
            try:
                if kind == "application/json":
                    sent = [await _record(request, Path(folder))]
                elif kind == "multipart/form-data":
                    sent = await _files(request, Path(folder))
                else:
                    raise HTTPException(
                        415, "send a record as application/json, or files as multipart/form-data"
                    )
            except OSError as error:
                raise LibraryError(
                    f"what was sent cannot be kept on the server ({error.strerror}); have its administrator "
                    "look at the disk, then send it again: nothing of it was added"
                ) from error
            for _ in sent:
                check_pace(counter.desk.limits.upload(client_of(request.scope)))
            return shown(await run_in_threadpool(partial(_take, library, sent)))

    @routes.delete(
        "/articles/{article_id:path}",
        status_code=204,
        response_class=Response,
        operation_id="remove_article",
        summary="Remove an article",
        openapi_extra={"x-editors": True},
        dependencies=[only_editors],
    )
    async def remove_article(article_id: str) -> Response:
        """Remove an article from the library and from every index. Only editors may."""
        library = (await counter.assistant()).library

        def remove() -> None:
            if not library.listed([article_id]):
                raise no_article()
            library.remove([article_id])

        await run_in_threadpool(remove)
        return Response(status_code=204)

    return routes


def article(library: Library, article_id: str) -> models.Article:
    """An article with its text.

    Raises:
        HTTPException: there is none of that id.
    """
    if not library.listed([article_id]):
        raise no_article()
    found = article_object(library.article(article_id))
    # Where a file lies on the server is nobody's business elsewhere.
    return models.Article(**{name: found[name] for name in models.Article.model_fields})


def listed_object(one: Listed) -> dict[str, object]:
    """An article of a list as JSON."""
    told = dataclasses.asdict(one)
    return {name: told[name] for name in models.Listed.model_fields} | {"copies": [c.id for c in one.copies]}


async def _record(request: Request, folder: Path) -> Received:
    try:
        record = models.Record.model_validate_json(await request.body())
    except ValidationError as error:
        raise HTTPException(422, faults(list(error.errors()))) from error
    file = folder / f"{record.id}.jsonl"
    await run_in_threadpool(file.write_bytes, to_json(record, exclude_none=True))
    return Received(file, file.name)


async def _files(request: Request, folder: Path) -> list[Received]:
    sent: list[Received] = []
    async with request.form(max_files=MOST_FILES, max_fields=0) as form:
        for number, (field, value) in enumerate(form.multi_items()):
            if not isinstance(value, UploadFile) or field != "file":
                raise HTTPException(422, "send files only, each in a field that is called file")
            name = safe_name(value.filename or "")
            if not name:
                raise HTTPException(422, "a file has no name; give each one a name with its ending")
            file = folder / str(number) / f"sent{Path(name).suffix.lower()}"
            await run_in_threadpool(file.parent.mkdir)
            with file.open("wb") as kept:
                while piece := await value.read(_PIECE):
                    await run_in_threadpool(kept.write, piece)
            sent.append(Received(file, name))
    if not sent:
        raise HTTPException(422, "there is no file; send at least one in a field that is called file")
    return sent


def _take(library: Library, sent: Sequence[Received]) -> models.Taken:
    told: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": []}
    refused: list[models.Refused] = []

    def hear(outcome: Outcome) -> None:
        if outcome.state == "refused":
            refused.append(models.Refused(name=str(outcome.origin), reason=outcome.said))
        elif outcome.state in told:
            told[outcome.state].append(outcome.said)

    library.add(sent, hear=hear)
    return models.Taken(**told, refused=refused)
