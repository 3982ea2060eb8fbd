"""PDF files: paragraphs from lines, without running heads, page numbers and the hyphens at line ends."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from index.errors import ArticleError
from index.parsers import ArticleDraft, clean, one_line
from index.text import function_words

MOST_PAGES = 2000

_LEAST_LETTERS = 0.4
"""Share of letters and figures; where fonts do not say what their signs mean, other signs come out."""

_MARGIN_LINES = 3
"""Lines at the top and at the bottom of a page that may be a running head or foot."""

_MOST_LETTERS = 1_000_000
"""Of one page."""

# U+0002 and U+FFFE are what PDFium gives for a hyphen that breaks a word.
_HYPHENS = frozenset({2, 0x2010, 0x2011, 0xFFFE})
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"

_PAGE_NUMBER = re.compile(
    r"(?:[-–—|\s]*(?:(?:halaman|hal\.?|page|p\.)\s*)?\d{1,4}\s*(?:(?:/|dari|of)\s*\d{1,4})?[-–—|\s]*)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?…:;][\"'”’)\]]*$")
_BULLET = re.compile(r"(?:[•▪●◦‣*–—-]|\(?(?:\d{1,2}|[a-z])[.)])\s+\S")
_SHORT_WORDS = (
    function_words("id")
    | function_words("en")
    | frozenset(
        """
        satu dua tiga empat lima enam tujuh delapan sembilan sepuluh
        one two three four five six seven eight nine ten
        """.split()
    )
)
_BROKEN = re.compile(r"([^\W\d_]+)-$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)\b.*|(?:untitled|tanpa judul)\b.*|(?:document|dokumen)\s?\d*"
    r"|about:blank|.*\.(?:docx?|odt|pdf|indd|rtf|html?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its text, where it stands in points from the bottom left, and how large it is set."""

    text: str
    left: float
    right: float
    height: float
    size: float


def read_pdf(raw: bytes) -> ArticleDraft:
    """The article of a PDF file, its pages known.

    Raises:
        ArticleError: it is locked, damaged, or holds pictures of text only.
    """
    import pypdfium2 as pdfium

    # What stands before the header is ignored by every viewer, and so it is here.
    if b"%PDF-" not in raw[:1024]:
        raise ArticleError("it is no PDF; name the file after what it is, or save it as PDF again")
    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ArticleError("it is locked with a password; save a copy without one") from error
        raise ArticleError("it is damaged or cut short; save it as PDF again") from error
    try:
        if len(document) > MOST_PAGES:
            raise ArticleError(
                f"it has {len(document)} pages, at most {MOST_PAGES} are read; "
                "split it into one file per article"
            )
        pages = [_in_order(list(_lines(page))) for page in _pages(document)]
        known = document.get_metadata_dict()
    finally:
        document.close()
    if not any(pages):
        raise ArticleError(
            "it holds pictures of pages and no text; run text recognition (OCR) on it, then index the result"
        )
    text, begins = flow(without_margins(pages))
    shown = [char for char in text if not char.isspace()]
    if sum(map(str.isalnum, shown)) < _LEAST_LETTERS * len(shown):
        raise ArticleError(
            "its text cannot be read as letters; run text recognition (OCR) on it, then index the result"
        )
    title = one_line(known.get("Title"))
    if title is None or _NO_TITLE.fullmatch(title):
        title = _heading(pages)
    return ArticleDraft(text, title=title, author=one_line(known.get("Author")), pages=begins)


def _pages(document: Any) -> Iterator[Any]:
    import pypdfium2 as pdfium

    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError as error:
            raise ArticleError(f"its page {number + 1} is damaged; save it as PDF again") from error
        try:
            yield page
        finally:
            page.close()


def _lines(page: Any) -> Iterator[Line]:
    import pypdfium2 as pdfium
    from pypdfium2 import raw as api

    try:
        found = page.get_textpage()
    except pdfium.PdfiumError:
        return
    try:
        letters: list[str] = []
        places: list[int] = []
        for at in range(min(found.count_chars(), _MOST_LETTERS)):
            code = api.FPDFText_GetUnicode(found, at)
            # After a hyphen PDFium goes on without a line break, even to the foot of the page.
            if code in {10, 13} or (
                letters[-1:] in (["-"], ["\xad"]) and _is_elsewhere(found, places[-1], at)
            ):
                yield from _line(found, letters, places)
                letters, places = [], []
            if code not in {0, 10, 13}:
                letters.append("-" if code in _HYPHENS else chr(code) if code < 0x110000 else _UNKNOWN)
                places.append(at)
        yield from _line(found, letters, places)
    finally:
        found.close()


def _is_elsewhere(found: Any, before: int, after: int) -> bool:
    """Whether two letters stand on different lines."""
    from pypdfium2 import raw as api

    size = float(api.FPDFText_GetFontSize(found, before))
    return abs(_baseline(found, before) - _baseline(found, after)) > 0.5 * size


def _baseline(found: Any, place: int) -> float:
    from pypdfium2 import raw as api

    x, y = ctypes.c_double(), ctypes.c_double()
    api.FPDFText_GetCharOrigin(found, place, x, y)
    return y.value


def _line(found: Any, letters: Sequence[str], places: Sequence[int]) -> Iterator[Line]:
    """The line that these letters make; none where they are blank."""
    from pypdfium2 import raw as api

    shown = [place for place, letter in zip(places, letters, strict=True) if not letter.isspace()]
    if shown:
        text = re.sub(r"\s+", " ", clean("".join(letters))).strip()
        # A soft hyphen is seen only where it breaks a word.
        text = re.sub("\xad$", "-", text).replace("\xad", "")
        left, right = found.get_charbox(shown[0])[0], found.get_charbox(shown[-1])[2]
        size = float(api.FPDFText_GetFontSize(found, shown[0]))
        yield Line(text, left, right, _baseline(found, shown[0]), size)


def _in_order(page: list[Line]) -> list[Line]:
    """Lines that are drawn last and stand above all others, as running heads do, come first."""
    for _ in range(_MARGIN_LINES):
        late = next((line for line in page[-2 * _MARGIN_LINES :] if line.height > page[0].height), None)
        if late is None or late.height < max(line.height for line in page):
            break
        page = [late, *(line for line in page if line is not late)]
    return page


def without_margins(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without page numbers, and without lines that return at the same height of other pages."""

    def edges(page: Sequence[Line]) -> list[Line]:
        ordered = sorted(page, key=lambda line: -line.height)
        return [*ordered[:_MARGIN_LINES], *ordered[_MARGIN_LINES:][-_MARGIN_LINES:]]

    def mark(line: Line) -> tuple[str, int]:
        return re.sub(r"\d+", "#", line.text.casefold()), round(line.height / 4)

    seen = Counter(one for page in pages for one in {mark(line) for line in edges(page)})

    def returns(line: Line) -> bool:
        text, height = mark(line)
        times = sum(seen[text, near] for near in (height - 1, height, height + 1))
        return times >= max(2, len([page for page in pages if page]) / 3)

    kept = []
    for page in pages:
        edge = edges(page)
        outer = {edge[0], min(edge, key=lambda line: line.height)} if edge else set()
        dropped = {line for line in edge if returns(line)}
        dropped |= {line for line in outer if len(page) > 1 and _PAGE_NUMBER.fullmatch(line.text)}
        rest = [line for line in page if line not in dropped]
        # A page of nothing but lines that return is a form, and its text after all.
        kept.append(rest)
    return kept if any(kept) else [list(page) for page in pages]


def flow(pages: Sequence[Sequence[Line]]) -> tuple[str, tuple[int, ...]]:
    """The lines of all pages as paragraphs with a blank line between, and where each page begins."""
    words = Counter(_whole_words([line.text for page in pages for line in page]))
    parts: list[str] = []
    length = 0
    begins: list[int] = []
    previous: Line | None = None
    width = (0.0, 0.0)
    step, usual = _step(pages), median([line.size for page in pages for line in page] or [0.0])
    for page in pages:
        for place, line in enumerate(page):
            gap = ""
            if previous is not None and _continues(
                previous, line, step * max(1.0, line.size / max(usual, 1.0)), width, turned=place == 0
            ):
                gap = " "
                if previous.text.endswith("-") and _is_hyphenated(previous.text, line.text, words):
                    parts[-1] = parts[-1][:-1]
                    length -= 1
                    gap = ""
                elif re.search(r"\w-$", previous.text):
                    gap = ""
            elif previous is not None:
                gap = "\n\n"
            if place == 0:
                begins.append(length + len(gap))
            parts += [gap, line.text]
            length += len(gap) + len(line.text)
            previous = line
            if place == 0:
                # Not before: at a turn of the page the last line is held against its own page.
                width = (min(line.left for line in page), max(line.right for line in page))
        if not page:
            begins.append(length)
    return "".join([*parts, "\n"]), tuple(begins)


def _whole_words(texts: Sequence[str]) -> Iterator[str]:
    """The words of lines in lower case, without those that a hyphen breaks at the end of a line."""
    broken = False
    for text in texts:
        found = [word.casefold() for word in _WORD.findall(text)]
        goes_on = text.endswith("-")
        yield from found[int(broken) : len(found) - int(goes_on)]
        broken = goes_on


def _step(pages: Sequence[Sequence[Line]]) -> float:
    """The usual distance from one line to the next, in points."""
    steps = sorted(
        above.height - below.height
        for page in pages
        for above, below in pairwise(page)
        if 0 < above.height - below.height < 4 * max(above.size, 1)
    )
    # Not the middle one: of short paragraphs as many steps may be from one to the next.
    return steps[len(steps) // 3] if steps else 0.0


def _continues(previous: Line, line: Line, step: float, width: tuple[float, float], *, turned: bool) -> bool:
    """Whether `line` goes on with the paragraph of `previous`, which may end the page before."""
    if abs(previous.size - line.size) > 0.1 * max(previous.size, line.size):
        return False
    left, right = width
    ended = bool(_ENDS.search(previous.text))
    # Short is a line at whose end the next word would have had room.
    word = len(line.text.split(" ", 1)[0]) + 1
    short = right - previous.right > max(
        0.03 * (right - left), 1.2 * word * (previous.right - previous.left) / max(len(previous.text), 1)
    )
    if _BULLET.match(line.text) and (ended or short):
        return False
    if turned or line.height > previous.height:
        # The next page, or the next column.
        return not ended and (line.text[:1].islower() or not short)
    if abs(previous.height - line.height) < 0.3 * step:
        return True
    if previous.height - line.height > 1.35 * step:
        return False
    if ended:
        return not short and line.left - previous.left <= 0.6 * line.size
    return not (short and line.text[:1].isupper() and right - previous.right > 0.4 * (right - left))


def _is_hyphenated(before: str, after: str, words: Counter[str]) -> bool:
    """Whether the hyphen between two lines only breaks a word, and is no part of it.

    Indonesian doubles words with a hyphen (`undang-undang`, `anak-anaknya`, `sayur-mayur`); what else is
    written elsewhere in the document decides, as one word, with a hyphen, or as two words.
    """
    broken, following = _BROKEN.search(before), re.match(r"[^\W\d_]+", after)
    if broken is None or following is None or not following.group()[0].islower():
        return False
    first, second = broken[1].casefold(), following.group().casefold()
    if after[following.end() :].startswith("-"):
        # "over-" and "the-top": one word of several.
        return False
    if words[f"{first}{second}"]:
        return True
    if words[f"{first}-{second}"]:
        return False
    doubled = len(first) > 2 and (
        second.startswith(first) or first[-3:] == second[-3:] or second[-3:] == first[-3:]
    )
    known = [words[word] or word in _SHORT_WORDS for word in (first, second)]
    return not doubled and not all(known)


def _heading(pages: Sequence[Sequence[Line]]) -> str | None:
    """The lines at the top of the first page that are set larger than the rest; None where none are."""
    first = next((page for page in pages if page), [])
    usual = median(line.size for page in pages for line in page)
    found: list[Line] = []
    for line in first[:12]:
        if line.size > 1.15 * usual and (not found or abs(line.size - found[0].size) < 0.1 * line.size):
            found.append(line)
        elif found:
            break
    title = one_line(" ".join(line.text for line in found))
    return title if title and 10 <= len(title) <= 250 else None
