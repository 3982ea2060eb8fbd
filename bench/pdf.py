"""PDF files of plain lines, written by hand."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence

Line = tuple[float, float, float, str]
"""Left and baseline in points, size, text."""


def pdf(
    pages: Sequence[Sequence[Line]],
    *,
    info: str = "",
    locked: bool = False,
    turns: int = 0,
    pictures: Collection[int] = (),
    over: str = "",
) -> bytes:
    """A PDF file with these lines on each page, in the order given.

    Args:
        pages: The lines of each.
        info: What goes into its description.
        locked: Whether it asks for a password.
        turns: Quarters of a circle, counterclockwise, that the lines of each page are turned by.
        pictures: Numbers of the pages, from 1, whose lower half is a picture.
        over: What is drawn over the lines of each page, in the operators of PDF.
    """
    turn = ("1 0 0 1 0 0", "0 1 -1 0 842 0", "-1 0 0 -1 842 842", "0 -1 1 0 0 842")[turns % 4]
    picture = b"q 500 0 0 400 40 40 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q\n"
    count = len(pages)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, lines in enumerate(pages):
        drawn = b"".join(
            f"BT /F1 {size} Tf {left} {height} Td (".encode()
            + text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
            + b") Tj ET\n"
            for left, height, size, text in lines
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        drawn = b"q " + turn.encode() + b" cm\n" + drawn + over.encode() + b" Q\n"
        drawn += picture if number + 1 in pictures else b""
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn))
    objects.append(f"<< {info} >>".encode("cp1252"))
    trailer = f"/Root 1 0 R /Info {len(objects)} 0 R"
    if locked:
        key = "00" * 32
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{key}> /U <{key}> >>".encode())
        trailer += f" /Encrypt {len(objects)} 0 R /ID [<00><00>]"
    written = io.BytesIO()
    written.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(written.tell())
        written.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = written.tell()
    written.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    for place in places:
        written.write(f"{place:010} 00000 n \n".encode())
    written.write(f"trailer << /Size {len(objects) + 1} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode())
    return written.getvalue()
