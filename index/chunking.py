"""An article is chunked into passages: whole sentences, as many as the embedder reads well at once.

Passages end at sentence ends and, where they can, at paragraph ends; the head (the title and what stands with
it) is no part of the first paragraph's passage, and a heading opens the passage of what it heads. Boilerplate
is in no passage, and none reaches across it. A sentence that is longer than a passage is cut at a clause,
else at a word, else anywhere.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from index.models import Article, Passage, Span
from index.press import body_start, boilerplate, content_lines
from index.text import sentences

CHUNKER = "3"
"""Changes whenever the same article would get other passages, or a passage another embedded text."""

TITLE_LENGTH = 200
"""Characters of a title that are embedded with each passage."""

_HEADING_LENGTH = 120
_CLAUSE = re.compile(r"(?<=[,;:–—)])\s+")
_SPACE = re.compile(r"\s+")
_LONGEST_TOKEN = 16
"""Characters: text that has this many for each allowed token is too long, without counting them."""


def chunk(article: Article, limit: int, count_tokens: Callable[[str], int]) -> list[Passage]:
    """The passages of `article`, in order; what is no boilerplate is in one of them.

    Each sentence is in exactly one, unless it is longer than one.

    Args:
        article: Its text holds at least one sentence.
        limit: The most tokens of a passage.
        count_tokens: Tokens of a text, as the embedder counts them.
    """
    counted = _Counted(article.text, limit, count_tokens)
    blocks = _blocks(article.text, body_start(article.text, article.title))
    return [Passage(article, start, end) for block in blocks for start, end in _pack(block, counted)]


def embedded_text(passage: Passage) -> str:
    """What is embedded and indexed of a passage: the title, which names what it speaks of, and its text."""
    title, text = passage.article.title[:TITLE_LENGTH], passage.text
    if text.startswith(title.rstrip("….")):
        return text
    return f"{title}\n{text}"


def content_hash(text: str) -> str:
    """Hex digest that names an embedded text; equal texts have equal vectors."""
    return hashlib.sha256(text.encode()).hexdigest()


class _Counted:
    """A text whose spans can be measured against a limit of tokens."""

    def __init__(self, text: str, limit: int, count_tokens: Callable[[str], int]) -> None:
        self.text = text
        self._limit = limit
        self._count = count_tokens

    def fits(self, start: int, end: int) -> bool:
        if end - start > self._limit * _LONGEST_TOKEN:
            return False
        return self._count(self.text[start:end]) <= self._limit

    def pieces(self, start: int, end: int) -> Iterator[Span]:
        """The span in parts that fit, cut at the last clause, word or character that lets them."""
        while start + 1 < end and not self.fits(start, end):
            reach = min(end, start + self._limit * _LONGEST_TOKEN)
            cut = (
                self._furthest(start, [match.start() for match in _CLAUSE.finditer(self.text, start, reach)])
                or self._furthest(
                    start, [match.start() for match in _SPACE.finditer(self.text, start, reach)]
                )
                or self._furthest(start, range(start + 1, min(reach, end - 1) + 1))
                or start + 1
            )
            yield start, cut
            following = _SPACE.match(self.text, cut, end)
            start = following.end() if following else cut
        yield start, end

    def _furthest(self, start: int, cuts: Sequence[int]) -> int | None:
        """The last of `cuts` up to which the text from `start` fits; longer text has no fewer tokens."""
        low, high = 0, len(cuts)
        while low < high:
            middle = (low + high) // 2
            if self.fits(start, cuts[middle]):
                low = middle + 1
            else:
                high = middle
        return cuts[low - 1] if low else None


def _blocks(text: str, head_end: int) -> list[list[Span]]:
    """Paragraphs in groups that no passage crosses: the head, then from one heading to the next."""
    paragraphs = content_lines(text)
    head = [span for span in paragraphs if span[1] <= head_end]
    body = [span for span in paragraphs if span[1] > head_end]
    blocks: list[list[Span]] = [[]]
    for number, span in enumerate(body):
        follows = body[number + 1 : number + 2]
        opens = _is_heading(text, span) and bool(follows) and not _is_heading(text, follows[0])
        if opens and blocks[-1] and not (number and _is_heading(text, body[number - 1])):
            blocks.append([])
        blocks[-1].append(span)
    gaps = [start for start, _ in boilerplate(text)]
    return [part for block in (head, *blocks) for part in _parted(block, gaps) if part]


def _parted(block: list[Span], gaps: Sequence[int]) -> Iterator[list[Span]]:
    """A block in parts, none of which has boilerplate between its paragraphs."""
    part: list[Span] = []
    for span in block:
        if part and bisect_left(gaps, part[-1][1]) < bisect_left(gaps, span[0]):
            yield part
            part = []
        part.append(span)
    yield part


def _is_heading(text: str, span: Span) -> bool:
    """A short line that no sentence ends in: `Ekspor Meningkat`, `## Latar`, but no item of a list."""
    line = text[span[0] : span[1]]
    if len(line) > _HEADING_LENGTH or not re.match(r"#|[^\W\d_]", line):
        return False
    return line.startswith("#") or (line[0].isupper() and not re.search(r"[.!?…,;\"'”’)*]$", line))


def _pack(paragraphs: Sequence[Span], counted: _Counted) -> list[Span]:
    """Whole paragraphs, as many as fit; of one that does not fit alone, whole sentences."""
    packed: list[Span] = []
    for start, end in paragraphs:
        if packed and counted.fits(packed[-1][0], end):
            packed[-1] = (packed[-1][0], end)
        elif counted.fits(start, end):
            packed.append((start, end))
        else:
            packed.extend(_pack_sentences(start, end, counted))
    return packed


def _pack_sentences(start: int, end: int, counted: _Counted) -> list[Span]:
    packed: list[Span] = []
    for first, last in sentences(counted.text[start:end]):
        for piece_start, piece_end in counted.pieces(start + first, start + last):
            if packed and counted.fits(packed[-1][0], piece_end):
                packed[-1] = (packed[-1][0], piece_end)
            else:
                packed.append((piece_start, piece_end))
    return packed
