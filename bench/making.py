"""Files of many formats that hold given releases, and what is to be found in each of them."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import random
import textwrap
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path

from pdf import Line, pdf

SINGLE = {"txt": 32, "html": 26, "docx": 18, "pdf": 12}
MANY = {"jsonl": 4, "csv": 3, "rss": 3, "zip": 2}
"""Formats and how frequent they are; those of the second kind hold several articles."""

FEED = "https://kabar.example"
"""Where the articles of feeds are said to be, below it each by its id."""

_LINES, _WIDTH = 46, 88
_MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()


@dataclass(frozen=True, slots=True)
class Release:
    number: int
    title: str
    text: str
    source: str
    day: date
    url: str


@dataclass(frozen=True, slots=True)
class Made:
    """An article in a file: its id, of which release it is, and in which format."""

    id: str
    release: Release
    format: str


def releases(news: Path) -> list[Release]:
    """The articles of a `.jsonl.gz` with title, body, source, date and url."""
    with gzip.open(news, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    random.Random(0).shuffle(records)
    return [
        Release(n, one["title"], one["body"], one["source"], date.fromisoformat(one["date"]), one["url"])
        for n, one in enumerate(records)
    ]


def make(folder: Path, given: Sequence[Release], files: int) -> list[Made]:
    """So many files; each release comes in turn, and so in several formats where there are more files."""
    chance = random.Random(3)
    formats = SINGLE | MANY
    made: list[Made] = []
    turn = 0

    def take() -> Release:
        nonlocal turn
        turn += 1
        return given[(turn - 1) % len(given)]

    for number in range(files):
        kind = chance.choices(list(formats), list(formats.values()))[0]
        count = chance.randint(3, 8) if kind in MANY else 1
        some = [Made(f"b{number:06}-{at}", take(), kind) for at in range(count)]
        # A PDF of the simplest kind has no letters but those of Windows.
        if kind == "pdf" and not _in_windows(some[0].release):
            kind = "txt"
            some = [Made(some[0].id, some[0].release, kind)]
        place = folder / f"{number // 1000:03}"
        place.mkdir(exist_ok=True)
        name = some[0].id if kind in SINGLE else f"kumpulan{number:06}"
        ending = "xml" if kind == "rss" else kind
        (place / f"{name}.{ending}").write_bytes(_WRITERS[kind](some))
        made += some
    return made


def _in_windows(release: Release) -> bool:
    try:
        (release.title + release.text).encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _txt(some: Sequence[Made]) -> bytes:
    one = some[0].release
    front = "".join(
        f"{key}: {json.dumps(value, ensure_ascii=False)}\n"
        for key, value in (("title", one.title), ("source", one.source), ("url", one.url))
    )
    return f"---\n{front}published: {one.day}\n---\n{one.text}\n".encode()


def _html(some: Sequence[Made]) -> bytes:
    one = some[0].release
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in one.text.splitlines())
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{html.escape(one.title)}</title>'
        f'<meta property="og:title" content="{html.escape(one.title)}">'
        f'<meta property="og:site_name" content="{html.escape(one.source)}">'
        f'<meta property="article:published_time" content="{one.day}T08:00:00+07:00">'
        f'<link rel="canonical" href="{html.escape(one.url)}"></head><body><nav><a href="/">Beranda</a></nav>'
        f"<article><h1>{html.escape(one.title)}</h1>{paragraphs}</article>"
        f"<footer>Hak cipta {html.escape(one.source)}</footer></body></html>"
    ).encode()


def _docx(some: Sequence[Made]) -> bytes:
    from docx import Document

    one = some[0].release
    document = Document()
    document.core_properties.title = ""
    document.core_properties.created = datetime(one.day.year, one.day.month, one.day.day, 8, tzinfo=UTC)
    document.add_paragraph(one.title, "Title")
    for line in one.text.splitlines():
        document.add_paragraph(line)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _pdf(some: Sequence[Made]) -> bytes:
    """Pages of lines in Helvetica: the title, the day, and the paragraphs, half a line apart."""
    one = some[0].release
    lines: list[tuple[float, str]] = [(18.0, line) for line in textwrap.wrap(one.title, 50)]
    lines += [(0.0, ""), (11.0, f"{one.day.day} {_MONTHS[one.day.month - 1]} {one.day.year}"), (0.0, "")]
    for paragraph in one.text.splitlines():
        lines += [(11.0, line) for line in textwrap.wrap(paragraph, _WIDTH)] + [(0.0, "")]
    pages: list[list[Line]] = []
    for at in range(0, len(lines), _LINES):
        drawn, height = [], 780.0
        for size, text in lines[at : at + _LINES]:
            if text:
                drawn.append((60.0, height, size, text))
            height -= size * 1.25 or 7
        pages.append(drawn)
    return pdf(pages)


def _jsonl(some: Sequence[Made]) -> bytes:
    return "".join(
        json.dumps(
            {
                "id": one.id, "title": one.release.title, "text": one.release.text,
                "date": str(one.release.day), "source": one.release.source, "url": one.release.url,
            }
        ) + "\n"
        for one in some
    ).encode()  # fmt: skip


def _csv(some: Sequence[Made]) -> bytes:
    written = io.StringIO()
    table = csv.writer(written, delimiter=";")
    table.writerow(["id", "judul", "isi", "tanggal", "sumber"])
    for one in some:
        release = one.release
        table.writerow([one.id, release.title, release.text, f"{release.day:%d/%m/%Y}", release.source])
    return written.getvalue().encode("utf-8-sig")


def _rss(some: Sequence[Made]) -> bytes:
    items = ""
    for one in some:
        release = one.release
        at = datetime(release.day.year, release.day.month, release.day.day, 3, tzinfo=UTC)
        body = html.escape("".join(f"<p>{html.escape(line)}</p>" for line in release.text.splitlines()))
        items += (
            f"<item><title>{html.escape(release.title)}</title><guid>{one.id}</guid><link>{FEED}/{one.id}</link>"
            f"<pubDate>{format_datetime(at)}</pubDate><description>{body}</description></item>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Kabar</title>'
        f"<link>{FEED}</link>{items}</channel></rss>"
    ).encode()


def _zip(some: Sequence[Made]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as container:
        for at, one in enumerate(some):
            kind = ("txt", "html", "docx")[at % 3]
            container.writestr(f"berita/{one.id}.{kind}", _WRITERS[kind]([one]))
    return written.getvalue()


_WRITERS: dict[str, Callable[[Sequence[Made]], bytes]] = {
    "txt": _txt, "html": _html, "docx": _docx, "pdf": _pdf,
    "jsonl": _jsonl, "csv": _csv, "rss": _rss, "zip": _zip,
}  # fmt: skip
