"""The title of an article that does not declare one: its headline, or its first sentence cut short."""

from __future__ import annotations

import re

from index.dateline import is_label, opening_length
from index.dates import parse_date
from index.sentences import lines, sentences

TITLE_LENGTH = 120
"""The longest title, in characters, that is made from running text."""

_HEADLINE_LENGTH = 180
_READ = 2000
"""Characters of a line that are looked at for a title."""
_MARKUP = re.compile(r"^(?:#{1,6}\s+|[>*\-•]\s+)|\s+#+$")
_EMPHASIS = re.compile(r"(\*\*|__|\*|_|`)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TITLE_LABEL = re.compile(r"(?:judul|title)\s*:\s*(?=\S)", re.IGNORECASE)
PUBLISHER_SUFFIX = re.compile(
    r"\s+(?:\|\s+[^|]{2,40}|[-–—]\s+(?:\S+\.)+(?:com|id|net|org|news|tv))$", re.IGNORECASE
)
_BYLINE = re.compile(
    r"\(?(?:reporter|peliput|penulis|pewarta|wartawan|laporan|editor|oleh|by|foto|photo|kredit|ilustrasi)\s*:.*"
    r"|\(.*\)|https?://\S+",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"(?:siaran|keterangan|rilis) pers|pers rilis|(?:press|media) release|rilis(?: media)?|berita(?: resmi)?"
    r"|for immediate release|untuk (?:segera )?(?:disiarkan|diterbitkan)(?: segera)?"
    r"|(?:nomor|no\.?)\s*:.{1,80}",
    re.IGNORECASE,
)
"""What a press office writes above a headline."""

_CLAUSE_END = re.compile(r"[,;:–—-]\s*$")


def find_title(text: str, fallback: str) -> str:
    """The title of `text`, on one line.

    Args:
        text: The article.
        fallback: The title where the text has no line with a letter or figure in it.
    """
    spans = [(start, end) for start, end in lines(text) if any(map(str.isalnum, text[start:end]))]
    # A date or a label stands above a headline at times; where there is nothing else, it must do.
    told = [span for span in spans[:8] if not _is_preamble(text[slice(*span)])] or spans[:1]
    return (_title(text[slice(*told[0])]) if told else "") or fallback


def body_start(text: str, title: str) -> int:
    """The offset where running text begins, after the title, its repetitions, and lines of date or byline."""
    at = 0
    for start, end in lines(text):
        line = text[start:end]
        if not (_is_preamble(line) or _folded(_title(line)) == _folded(title) == _folded(_headline(line))):
            break
        at = end
    return at if text[at:].strip() else 0


def _is_preamble(line: str) -> bool:
    kind = _KIND.fullmatch(_plain(line).strip(" :*#-–—"))
    return bool(kind or _BYLINE.fullmatch(line)) or is_label(line) or parse_date(line) is not None


def _title(line: str) -> str:
    headline = _headline(line)
    opening = opening_length(headline)
    runs_on = (
        len(headline) > _HEADLINE_LENGTH or len(sentences(headline)) > 1 or re.search(r"[^.]\.$", headline)
    )
    if not opening and not runs_on:
        return headline
    body = headline[opening:]
    start, end = next(iter(sentences(body)), (0, 0))
    return shorten(body[start:end].rstrip("."))


def _headline(line: str) -> str:
    return PUBLISHER_SUFFIX.sub("", _TITLE_LABEL.sub("", _plain(line), count=1))


def _folded(line: str) -> str:
    return line.casefold().rstrip(".")


def _plain(line: str) -> str:
    # A line may be as long as a file, and a title is not.
    line = line[:_READ]
    line = _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", _MARKUP.sub("", line)))
    return re.sub(r"\s+", " ", line).strip()


def shorten(text: str, length: int = TITLE_LENGTH) -> str:
    """`text` in at most `length` characters, whole words and an ellipsis where it is cut."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    if not text[length - 1].isspace():
        cut = cut.rpartition(" ")[0] or cut
    return _CLAUSE_END.sub("", cut.rstrip()) + "…"
