"""The articles' pages over a real library, served in this process, and whoever visits them."""

from __future__ import annotations

import html.parser
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from conftest import environment
from embedder_double import HashingEmbedder
from page_double import ATTACK, Scripted
from playwright.sync_api import Browser, Page

from index.library import Library
from index.settings import Settings
from ui.articles.uploads import FOLDER, RECORD, Job, Uploads
from ui.auth.accounts import SCOPE, Visitor
from ui.service import AssistantService, RateLimits

PATIENCE = 20.0
EDITOR, READER = Visitor("ratna", "editor"), Visitor("budi", "reader")


@dataclass
class Site:
    """What is served; `visitor` is who comes next."""

    origin: str
    home: Path
    library: Library
    assistant: Scripted
    service: AssistantService
    visitor: Visitor = EDITOR
    mishaps: list[str] = field(default_factory=list)

    @contextmanager
    def visited_by(self, visitor: Visitor) -> Iterator[None]:
        before, self.visitor = self.visitor, visitor
        try:
            yield
        finally:
            self.visitor = before

    def client(self, **headers: str) -> httpx.Client:
        """Sends requests as a page of this site does."""
        return httpx.Client(
            base_url=self.origin,
            headers={"origin": self.origin, "accept-language": "id"} | headers,
            timeout=PATIENCE,
            follow_redirects=True,
        )

    def left_over(self) -> set[str]:
        """Files of uploads that still lie somewhere."""
        folder = self.home / ".uploads"
        # A folder may go while it is looked through.
        found = {name for _, _, names in os.walk(folder) for name in names}
        return found - {"job.json", "writer.lock"}


@contextmanager
def serving(
    home: Path, embedder: HashingEmbedder | None = None, limits: RateLimits | None = None
) -> Iterator[Site]:
    """The articles' routes and their script, behind nothing but the bounds of a request."""
    import uvicorn
    from fastapi import FastAPI

    from ui import server as scripts
    from ui.articles import routes
    from ui.desk import routes as desk_routes
    from ui.middleware import SecurityHeadersMiddleware, SizeLimitMiddleware
    from ui.server import listen

    settings = Settings.load(environment(), directory=home.parent, home=home)
    library = Library(settings, embedder or HashingEmbedder())
    assistant = Scripted()
    assistant.library = library  # type: ignore[assignment]
    service = AssistantService(lambda: assistant, limits)
    listener = listen("127.0.0.1", 0)
    site = Site(f"http://127.0.0.1:{listener.getsockname()[1]}", home, library, assistant, service)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    scripts.add_scripts(app)
    routes.add_routes(app, service, settings)
    desk_routes.add_routes(app, service, settings)

    async def visited(scope: Any, receive: Any, send: Any) -> None:
        scope[SCOPE] = site.visitor
        await app(scope, receive, send)

    server = uvicorn.Server(
        uvicorn.Config(
            SecurityHeadersMiddleware(SizeLimitMiddleware(visited)), log_level="warning", lifespan="off"
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
        library.close()


Open = Callable[..., Page]


@contextmanager
def visiting(browser: Browser, site: Site) -> Iterator[Open]:
    """Opens pages of a site; in the end no other host was reached, no error seen."""
    pages: list[Page] = []

    def open_page(
        path: str, width: int = 1280, height: int = 800, scheme: str = "light", script: bool = True
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, locale="id-ID",  # type: ignore[arg-type]
            java_script_enabled=script,
        )  # fmt: skip
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.origin)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("dialog", lambda dialog: (site.mishaps.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: site.mishaps.append(str(error)))
        page.on("popup", lambda popup: site.mishaps.append(popup.url))
        page.on("console", lambda said: said.type in {"error", "warning"} and site.mishaps.append(said.text))
        page.on(
            "request",
            lambda sent: (
                None if sent.url.startswith((site.origin, "data:")) else site.mishaps.append(sent.url)
            ),
        )
        pages.append(page)
        page.goto(site.origin + path)
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert site.mishaps == []


HARBOUR = (
    "Wali Kota Bitung Ratna Wulandari mengatakan dermaga baru sudah dipakai. "
    '"Kapal besar kini bisa bersandar," ujar Ratna. '
    "Menurut dia, biaya pembangunan dermaga Bitung mencapai Rp 40 miliar pada 2024."
)
FIRE = (
    "Kebakaran pasar Inpres di Kota Sorong, Senin (3/2/2025), menewaskan {dead} orang pedagang. "
    "Sebanyak 214 kios pedagang di pasar Inpres hangus."
)
INFLATION = (
    "Inflasi Kota Ambon pada {month} 2024 tercatat {percent} persen, kata Kepala BPS Ambon Yan Siahaya."
)
MARKUP = "&lt;img src=x onerror=alert(1)&gt;"
"""What a record with HTML holds where an article's text has the marks themselves."""

ARTICLES = [
    ("dermaga", "Dermaga Bitung", HARBOUR, "2025-01-05", "Antara"),
    ("dinas", "Ikan", '"Dua orang ditahan," kata Kepala Dinas Perikanan, Gatot.', "2025-01-06", "Kompas"),
    ("pelatih", "Pertandingan", '"Tim kami kalah," kata pelatih Poso FC, Gatot.', "2025-01-07", "Kompas"),
    ("api-1", "Kebakaran pasar Inpres Sorong", FIRE.format(dead=7), "2025-02-04", "Antara"),
    ("api-2", "Kebakaran pasar Inpres Sorong", FIRE.format(dead=9), "2025-02-05", "Kompas"),
    ("inflasi-1", "Inflasi", INFLATION.format(month="Januari", percent="0,9"), "2025-02-10", "Antara"),
    ("inflasi-2", "Inflasi", INFLATION.format(month="Februari", percent="0,2"), "2025-03-10", "Antara"),
    ("serang", ATTACK, f'<p>"Itu {MARKUP} saja," kata Bupati Palu, Eko Sudjarwo.</p>', "2025-03-11", ATTACK),
    ("rumus", "=1+1", '"=TAUT itu tidak aman 12 persen," kata Menteri Siti Rahma.', "2025-03-12", "=cmd"),
]  # fmt: skip


@contextmanager
def desk(folder: Path) -> Iterator[Site]:
    """Serves `ARTICLES`, kept in a folder."""
    names = ("id", "judul", "isi", "tanggal", "sumber")
    lines = [json.dumps(dict(zip(names, one, strict=True))) for one in ARTICLES]
    (folder / "semua.jsonl").write_text("\n".join(lines))
    with serving(folder / "home") as served:
        assert not served.library.add([folder / "semua.jsonl"]).failures
        yield served


# Uploads

BOUNDARY = b"batas"


def form(*parts: tuple[str, bytes | str], **fields: str) -> bytes:
    """A form as a browser sends it."""
    body = bytearray()
    for name, value in fields.items():
        body += f'--batas\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for name, content in parts:
        head = f'Content-Disposition: form-data; name="files"; filename="{name}"'
        body += f"--batas\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n".encode()
        body += (content if isinstance(content, bytes) else content.encode()) + b"\r\n"
    return bytes(body) + b"--batas--\r\n"


def article(words: str) -> str:
    return f"Judul {words}\n\nKalimat tentang {words} di kota ini.\n"


def send(uploads: Uploads, *parts: tuple[str, bytes | str], who: str = "", **said: object) -> Job:
    receipt = uploads.begin(who, BOUNDARY)
    receipt.feed(form(*parts))
    return uploads.accept(receipt, who, said.get("source"), said.get("published"))  # type: ignore[arg-type]


def settled(uploads: Uploads, job: Job) -> Job:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        now = uploads.job(job.id, job.who)
        assert now is not None
        if not now.is_under_way:
            return now
        time.sleep(0.02)
    raise AssertionError("it never came to an end")


def left_over(home: Path) -> set[str]:
    return {path.name for path in (home / FOLDER).rglob("*") if path.is_file()} - {RECORD, "writer.lock"}


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


class _Text(html.parser.HTMLParser):
    """The text within the first element that has a class, and within its mark."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted = wanted
        self.depth = self.marks = 0
        self.text = self.marked = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth:
            self.depth += tag not in {"br", "input", "img", "meta", "link"}
        elif (dict(attrs).get("class") or "") == self.wanted:
            self.depth = 1
        self.marks += tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self.depth -= bool(self.depth)
        self.marks -= tag == "mark"

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.text += data
            self.marked += data if self.marks else ""


def text_of(page: str, wanted: str = "text") -> tuple[str, str]:
    """The text content of the first element of that class, and what of it is marked."""
    parser = _Text(wanted)
    parser.feed(page)
    return parser.text, parser.marked
