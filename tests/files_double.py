"""Small files of every format, written by hand so that a test can say what is in each byte of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from bench.pdf import Line, pdf

__all__ = ["PARAGRAPHS", "column", "packed", "page", "pdf", "rss"]

PARAGRAPHS = (
    "Nilai ekspor Sumatera Utara naik 22,67 persen pada Januari sampai Mei, kata kepala dinas perdagangan.",
    "Kenaikan itu didorong oleh minyak sawit dan karet, yang dikirim ke enam negara melalui Belawan.",
    "Pemerintah provinsi berharap nilai itu terus naik sampai akhir tahun, meskipun harga karet turun.",
)


def column(texts: Sequence[str], top: float = 760, size: float = 12, step: float = 14) -> list[Line]:
    """Lines under one another; an empty text leaves half a line free, as between paragraphs."""
    lines, height = [], top
    for text in texts:
        if text:
            lines.append((72.0, height, size, text))
        height -= step if text else step / 2
    return lines


def packed(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as container:
        for name, content in members.items():
            container.writestr(name, content)
    return written.getvalue()


def page(body: str, head: str = "") -> bytes:
    """A web page."""
    return (
        f'<!doctype html><html lang="id"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    ).encode()


def rss(items: str, head: str = "") -> bytes:
    """An RSS feed."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0"><channel><title>Kabar Melati</title>'
        f"<link>https://melati.example</link>{items}</channel></rss>"
    ).encode()
