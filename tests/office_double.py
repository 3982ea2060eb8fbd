"""Files of every format that `tanya index` reads, each made of a title and the same paragraphs."""

from __future__ import annotations

import csv
import gzip
import io
import json
import struct
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from html import escape

from files_double import packed, page

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = " ".join(
    f'xmlns:{short}="{OFFICE}{name}:1.0"'
    for short, name in (("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"))
)


def odf(kind: str, body: str, styles: str = "", **members: str) -> bytes:
    """An OpenDocument file whose body is `body`."""
    content = (
        f'<?xml version="1.0"?><office:document-content {NAMES} office:version="1.2">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    mime = f"application/vnd.oasis.opendocument.{kind}"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as container:
        container.writestr("mimetype", mime)
        container.writestr("content.xml", content)
        for name, member in members.items():
            container.writestr(
                name.replace("__", "/").replace("_xml", ".xml").replace("_INF", "-INF"), member
            )
    return written.getvalue()


def odt(title: str, paragraphs: Sequence[str]) -> bytes:
    meta = (
        f'<office:document-meta {NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
        f"<dc:title>{escape(title)}</dc:title></office:meta></office:document-meta>"
    )
    body = "".join(f"<text:p>{escape(one)}</text:p>" for one in paragraphs)
    return odf("text", body, meta_xml=meta)


def sheet_rows(rows: Sequence[Sequence[str]]) -> str:
    """Rows of a table of an OpenDocument spreadsheet."""
    return "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{escape(cell)}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in rows
    )


def ods(title: str, paragraphs: Sequence[str]) -> bytes:
    rows = sheet_rows([("judul", "isi"), (title, " ".join(paragraphs))])
    return odf("spreadsheet", f'<table:table table:name="Berita">{rows}</table:table>')


def rtf(title: str, paragraphs: Sequence[str]) -> bytes:
    def spelled(text: str) -> str:
        units = struct.unpack(f"<{len(text.encode('utf-16-le')) // 2}H", text.encode("utf-16-le"))
        return "".join(
            f"\\{chr(unit)}"
            if chr(unit) in "\\{}"
            else chr(unit)
            if unit < 128
            else f"\\u{unit - 65536 * (unit > 32767)}?"
            for unit in units
        )

    body = "".join(f"\\pard {spelled(one)}\\par\n" for one in paragraphs)
    return f"{{\\rtf1\\ansi\\ansicpg1252{{\\info{{\\title {spelled(title)}}}}}\n{body}}}".encode("ascii")


def word(title: str, paragraphs: Sequence[str]) -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.title = title
    for one in paragraphs:
        document.add_paragraph(one)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def with_macros(title: str, paragraphs: Sequence[str]) -> bytes:
    """A Word file as Word writes it where there are macros: its main part is of another type."""
    with zipfile.ZipFile(io.BytesIO(word(title, paragraphs))) as container:
        members = {name: container.read(name) for name in container.namelist()}
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = members["[Content_Types].xml"]
    assert plain in types
    members["[Content_Types].xml"] = types.replace(
        plain, b"application/vnd.ms-word.document.macroEnabled.main+xml"
    )
    return packed({**members, "word/vbaProject.bin": b"\xd0\xcf\x11\xe0 no macro is run"})


def slides(title: str, paragraphs: Sequence[str]) -> bytes:
    from pptx import Presentation

    shown = Presentation()
    shown.core_properties.title = title
    for one in paragraphs:
        shown.slides.add_slide(shown.slide_layouts[6]).shapes.add_textbox(0, 0, 9, 9).text_frame.text = one
    written = io.BytesIO()
    shown.save(written)
    return written.getvalue()


def workbook(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def ole(streams: dict[str, bytes]) -> bytes:
    """A compound file ([MS-CFB]) of these streams, each padded until it has sectors of its own."""
    padded = {name: raw.ljust(4096, b"\0") for name, raw in streams.items()}
    sectors: list[bytes] = [b""]  # the directory
    table = [0xFFFFFFFE]
    entries = []
    for name, raw in padded.items():
        first = len(sectors)
        cut = [raw[at : at + 512].ljust(512, b"\0") for at in range(0, len(raw), 512)]
        sectors += cut
        table += [*range(first + 1, first + len(cut)), 0xFFFFFFFE]
        entries.append((name, 2, first, len(raw)))
    directory = b""
    for number, (name, kind, first, size) in enumerate([("Root Entry", 5, 0xFFFFFFFE, 0), *entries]):
        spelled = (name + "\0").encode("utf-16-le")
        child = 1 if number == 0 else 0xFFFFFFFF
        right = number + 1 if 0 < number < len(entries) else 0xFFFFFFFF
        directory += spelled.ljust(64, b"\0") + struct.pack("<HBB", len(spelled), kind, 1)
        directory += struct.pack("<III", 0xFFFFFFFF, right, child) + bytes(36)
        directory += struct.pack("<IQ", first, size)
    assert len(directory) <= 512
    sectors[0] = directory.ljust(512, b"\0")
    table.append(0xFFFFFFFD)
    assert len(table) <= 128
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 0, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<I", len(sectors)) + b"\xff" * 432
    assert len(header) == 512
    return header + b"".join(sectors) + fat


def word97(paragraphs: Sequence[str], flags: int = 0, *, narrow: bool = False) -> bytes:
    """A Word file of 1997 to 2003 ([MS-DOC]) of one piece, in UTF-16 or, `narrow`, in Windows-1252."""
    text = "".join(f"{one}\r" for one in paragraphs).encode("cp1252" if narrow else "utf-16-le")
    count = len(text) // (1 if narrow else 2)
    where = 2 * 2048 | 0x40000000 if narrow else 2048
    pieces = struct.pack("<BIIIHIH", 2, 16, 0, count, 0, where, 0)
    header = struct.pack("<HHHHHH", 0xA5EC, 0x00C1, 0, 0, 0, 0x0200 | flags).ljust(32, b"\0")
    header += struct.pack("<H", 14) + bytes(28) + struct.pack("<H", 22)
    header += struct.pack("<22i", 0, 0, 0, count, *[0] * 18)
    pairs = [(0, 0)] * 93
    pairs[33] = (0, len(pieces))
    header += struct.pack("<H", 93) + b"".join(struct.pack("<II", *pair) for pair in pairs)
    return ole({"WordDocument": header.ljust(2048, b"\0") + text, "1Table": pieces})


def mail(title: str, paragraphs: Sequence[str]) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = title
    message["From"] = "Ratna Sari <humas@contoh.example>"
    message["Date"] = "Mon, 03 Mar 2025 10:00:00 +0700"
    message.set_content("\n\n".join(paragraphs) + "\n")
    return message


def saved_page(title: str, paragraphs: Sequence[str]) -> bytes:
    """A page as Chrome saves it in one file, an advertisement's frame beside it."""
    body = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
    whole = EmailMessage()
    whole["From"] = "<Saved by Blink>"
    whole["Snapshot-Content-Location"] = "https://contoh.example/berita/1"
    whole["Subject"] = title
    whole["Date"] = "Tue, 4 Mar 2025 03:00:00 -0000"
    shown = page(f"<article><h1>{escape(title)}</h1>{body}</article>", f"<title>{escape(title)}</title>")
    whole.set_content(shown.decode(), subtype="html", cte="quoted-printable")
    whole.make_related()
    whole.add_related("<p>Iklan sabun cuci.</p>", subtype="html", cid="<frame@mhtml.blink>")
    return whole.as_bytes()


def table(title: str, paragraphs: Sequence[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([("judul", "isi"), (title, "\n\n".join(paragraphs))])
    return written.getvalue().encode()


def record(title: str, paragraphs: Sequence[str]) -> dict[str, str]:
    return {"judul": title, "isi": "\n\n".join(paragraphs)}


def every(title: str, paragraphs: Sequence[str]) -> dict[str, bytes]:
    """A file of each format, by how its name ends."""
    text = f"{title}\n\n" + "\n\n".join(paragraphs)
    one = record(title, paragraphs)
    return {
        ".txt": text.encode(),
        ".docx": word(title, paragraphs),
        ".docm": with_macros(title, paragraphs),
        ".doc": word97(paragraphs),
        ".rtf": rtf(title, paragraphs),
        ".odt": odt(title, paragraphs),
        ".pptx": slides(title, paragraphs),
        ".xlsx": workbook(("Berita", [("judul", "isi"), (title, one["isi"])])),
        ".ods": ods(title, paragraphs),
        ".eml": mail(title, paragraphs).as_bytes(),
        ".mhtml": saved_page(title, paragraphs),
        ".html": page(
            f"<article><h1>{escape(title)}</h1>" + "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
        ),
        ".json": json.dumps({"data": {"items": [one]}}, indent=1).encode(),
        ".jsonl": json.dumps(one).encode(),
        ".csv": table(title, paragraphs),
        ".txt.gz": gzip.compress(text.encode(), mtime=0),
    }
