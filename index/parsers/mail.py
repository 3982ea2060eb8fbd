"""Messages: e-mail and what is attached to it, web pages saved as MIME HTML, chats of WhatsApp."""

from __future__ import annotations

import html
import mimetypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from email.utils import parseaddr
from functools import cache
from itertools import pairwise
from typing import Any

from index.errors import ArticleError
from index.parsers import LONGEST_DAY, ArticleDraft, Contents, address, clean, one_line
from index.parsers.html import day_of_address, plain, read_html
from index.parsers.publication import withheld_head, withheld_line
from index.parsers.text import decode
from index.text import LEXICON, day_first, declared_date, plausible

_BROKEN = (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError, AssertionError)
"""What the standard library's reader of messages lets through of spoiled ones."""

_HEADERS = ("from", "subject", "date", "to", "mime-version", "received", "message-id")
_MOST_PARTS = 1000


def read_eml(raw: bytes) -> Contents:
    """The article that an e-mail is, and the files that are attached to it.

    Its text part is read, its HTML part where it has none. A message that is forwarded as an attachment is a
    part of its own; pictures that its HTML shows and signatures are not.
    """
    message = _message(raw)
    if not any(message.get(name) for name in _HEADERS):
        raise ArticleError("it is no e-mail; name it after what it is, or save it as .txt")
    try:
        texts, parts = _walk(message)
    except _BROKEN as error:
        raise ArticleError("it is no whole e-mail; save it again, or its text as .txt") from error
    subject = one_line(_header(message, "subject"))
    # An answer may be about a draft; what passes one on is no more public.
    passes_on = _FORWARDED.match(subject or "")
    topic = (subject or "")[passes_on.end() if passes_on else 0 :].lstrip()
    if reason := _withheld(message) or withheld_line(topic):
        # What is attached to it is no more public than what it says.
        return Contents([ArticleDraft("", subject, withheld=reason)])
    told = "\n\n".join(text for text in texts if any(map(str.isalnum, text)))
    is_answer = _ANSWERED.match(subject or "") or message.get("in-reply-to") or message.get("references")
    passed_on = not is_answer or bool(passes_on)
    text, left_out = _without_quoted(told, passed_on=passed_on)
    if reason := withheld_head(topic, text):
        return Contents([ArticleDraft("", subject, withheld=reason)])
    if not text and not parts:
        raise ArticleError("it has no text; write the article into it or remove it")
    if not text:
        return Contents(parts=parts)
    name, mail = parseaddr(_header(message, "from"))
    day = _header(message, "date")
    published = plausible(declared_date(day))
    draft = ArticleDraft(
        f"{text}\n",
        subject,
        author=one_line(name) or one_line(mail),
        published=published,
        unread_day="" if published else (one_line(day) or "")[:LONGEST_DAY],
    )
    return Contents([draft], parts, left_out={"quoted message": 1} if left_out else {})


def _withheld(message: Message[Any, Any]) -> str:
    """Why a message is not public: a draft, one that was thrown away, or a confidential one; else empty."""
    if message.get("x-unsent", "").strip() == "1" or message.get("x-mozilla-draft-info"):
        return "draft"
    labels = [label.strip(' "').casefold() for label in _header(message, "x-gmail-labels").split(",")]
    told = [(labels, "labels"), ([_header(message, "sensitivity").strip().casefold()], "sensitivities")]
    return next((one for values, table in told for one in values if one in LEXICON.lines(table, "mail")), "")


_FORWARDED = re.compile(r"(?:fwd?|wg|trs|terusan|diteruskan)\s*:", re.IGNORECASE)
"""How the subject of a message begins whose point is the one that it passes on."""

_ANSWERED = re.compile(r"(?:re|bls|balas(?:an)?|aw|antw|sv)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
"""How the subject of an answer begins; what is none passes on what it quotes."""

_FEWEST_WORDS = 12
"""Of a reply that says something itself; of a shorter one the message below it is the point."""


def _without_quoted(text: str, *, passed_on: bool) -> tuple[str, bool]:
    """A message without the one that it answers, which has a day of its own; and whether it was left out.

    Where it says next to nothing itself, or passes the other on, the other is kept.
    """
    lines = text.split("\n")
    end = next((at for at in range(len(lines)) if _begins_quoted(lines, at)), None)
    if end is None:
        return text, False
    passed_on = passed_on or bool(_PASSED_ON.search("\n".join(lines[max(0, end - 1) : end + 2])))
    # Some answer between the lines of what they quote.
    own = "\n".join(line for line in (*lines[:end], *_answers(lines[end:])) if not line.startswith(">"))
    if not passed_on and len(own.split()) >= _FEWEST_WORDS:
        return own.strip(), True
    return "\n".join(re.sub(r"^(?:> ?)+", "", line) for line in lines), False


def _answers(lines: Sequence[str]) -> Sequence[str]:
    """What stands below who wrote what is quoted, where that is marked by `>`; below headers nothing."""
    marked = next((at for at, line in enumerate(lines[:5]) if line.startswith(">")), None)
    return [] if marked is None else lines[marked:]


def _with_quoted_marked(markup: str) -> str:
    """The HTML of a message, each line of the one that it answers beginning with `>` as in plain text."""
    from lxml import etree, html

    if not re.search(r"gmail_quote|type\s*=\s*[\"']?cite", markup, re.IGNORECASE):
        return markup
    try:
        tree = html.document_fromstring(markup)
        for quoted in tree.xpath("//*[contains(@class, 'gmail_quote')] | //blockquote[@type='cite']"):
            above = quoted.getparent()
            if above is None or tree not in quoted.iterancestors():
                continue
            shown = plain(html.tostring(quoted, encoding="unicode", with_tail=False))
            if _PASSED_ON.search(shown[:300]):
                continue
            marked = html.Element("div")
            for line in filter(None, shown.split("\n")):
                etree.SubElement(marked, "p").text = f"> {line}"
            marked.tail = quoted.tail
            above.replace(quoted, marked)
        return str(html.tostring(tree, encoding="unicode"))
    except (etree.LxmlError, ValueError, AssertionError, RecursionError):
        return markup


def _begins_quoted(lines: Sequence[str], at: int) -> bool:
    """Whether what follows is the message that is answered: below its headers, or who wrote it and `>`."""
    if _ORIGINAL.fullmatch(lines[at].strip()):
        return True
    headers = [line for line in lines[at : at + 10] if _QUOTED_HEADER.match(line)]
    # A memo or a release begins so as well, "Dari: Humas", but with no address and no time of day.
    if _QUOTED_FROM.match(lines[at]) and len(headers) >= 3 and any(map(_SENT.search, headers)):
        return True
    written = next((n for n in (at, at + 1) if n < len(lines) and lines[n].rstrip().endswith(":")), None)
    told = " ".join(line.strip("> ") for line in lines[at : (written or at) + 1])
    if written is None or not _WROTE.match(told):
        return False
    after = [line for line in lines[written + 1 : written + 4] if line.strip()]
    return bool(after) and after[0].startswith(">")


def _lexicon(table: str) -> str:
    return "|".join(LEXICON.lines(table, "mail"))


_ORIGINAL = re.compile(rf"[-_ ]*[-_] *(?:{_lexicon('original')})[-_ ]*", re.IGNORECASE)
_PASSED_ON = re.compile(_lexicon("passed_on"), re.IGNORECASE)
_QUOTED_FROM = re.compile(rf"\*?(?:{_lexicon('sender')})\s*:", re.IGNORECASE)
_QUOTED_HEADER = re.compile(rf"\*?(?:{_lexicon('sender')}|{_lexicon('headers')})\s*:", re.IGNORECASE)
_SENT = re.compile(r"@|\b\d{1,2}[:.]\d\d(?![.\d])")
"""An address or a time of day, which headers of messages have."""
_WROTE = re.compile(rf"(?:{_lexicon('introduces')})\b.{{4,200}}\b(?:{_lexicon('wrote')}):$", re.IGNORECASE)


def read_mhtml(raw: bytes) -> ArticleDraft:
    """The article of a web page that Chrome, Edge or Internet Explorer saved as one file."""
    message = _message(raw)
    if not message.get("content-type"):
        raise ArticleError("it is no saved web page; name it after what it is, or save it as .html")
    try:
        pages = [
            part
            for part in message.walk()
            if part.get_content_type() in {"text/html", "application/xhtml+xml"}
        ]
        start = message.get_param("start")
        chosen = [part for part in pages if start and part.get("content-id") == start] or pages
        content = _decoded(chosen[0]) if chosen else ""
    except _BROKEN as error:
        raise ArticleError("it is no whole saved web page; save it again") from error
    if not content.strip():
        raise ArticleError("it holds no web page, or is cut short; save it again as .html")
    # By its mark, so that what the page says of its encoding is not believed before what its part says.
    draft = read_html(b"\xef\xbb\xbf" + content.encode("utf-8", "replace"))
    where = _header(message, "snapshot-content-location") or str(chosen[0].get("content-location") or "")
    return replace(
        draft,
        title=draft.title or one_line(_header(message, "subject")),
        published=draft.published or day_of_address(where),
        url=draft.url or address(where),
        made=declared_date(_header(message, "date")),
    )


def _message(raw: bytes) -> Message[Any, Any]:
    try:
        return message_from_bytes(raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), policy=policy.compat32)
    except _BROKEN as error:
        raise ArticleError("it is no whole message; save it again, or its text as .txt") from error


def _header(message: Message[Any, Any], name: str) -> str:
    """A header in plain signs; empty where it is missing or spoiled."""
    return _plain_header(message.get(name))


def _plain_header(value: Any) -> str:
    from email.header import decode_header, make_header

    if value is None:
        return ""
    try:
        return str(make_header(decode_header(value)))
    except _BROKEN:
        return str(value)


_OTHER_FORMS = frozenset({"text/enriched", "text/richtext", "text/watch-html", "text/x-amp-html"})
"""Of a message that is there in plain text or HTML as well."""

_Walked = tuple[list[str], list[tuple[str, bytes]]]


def _walk(part: Message[Any, Any]) -> _Walked:
    """The texts of a message in order, and the files in it by name."""
    kind = part.get_content_type()
    if kind == "multipart/encrypted" or (
        kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}
        and "signed" not in str(part.get_param("smime-type") or "")
    ):
        raise ArticleError("it is encrypted; open it in a mail program and save its text as .txt")
    if part.is_multipart() and kind != "message/rfc822" and not kind.startswith("message/"):
        children: Any = part.get_payload()
        each: list[tuple[Any, _Walked]] = [(one, _walk(one)) for one in children[:_MOST_PARTS]]
        files = [file for _, (_, found) in each for file in found]
        if kind == "multipart/alternative":
            filled = [(one, texts) for one, (texts, _) in each if any(map(str.isalnum, "".join(texts)))]
            simple = [texts for one, texts in filled if one.get_content_type() == "text/plain"]
            best = [texts for _, texts in filled[-1:]]
            # Some send a line that only says that the message is in HTML.
            is_stub = simple and 2 * sum(map(len, simple[0])) < sum(map(len, best[0]))
            return ((simple if not is_stub else []) or best or [[]])[0], files
        return [text for _, (texts, _) in each for text in texts], files
    name = _plain_header(part.get_filename())
    if kind == "message/rfc822" and part.is_multipart():
        inner: Any = part.get_payload(0)
        subject = one_line(_header(inner, "subject")) or "pesan"
        return [], [(name if name.lower().endswith(".eml") else f"{subject[:80]}.eml", inner.as_bytes())]
    if part.get_content_maintype() == "text" and not name and part.get_content_disposition() != "attachment":
        if kind in {"text/plain", "text/html"}:
            return [_shown(part)], []
        if kind in _OTHER_FORMS:
            return [], []
    if kind in {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}:
        return [], []
    is_shown = part.get("content-id") is not None or part.get_content_disposition() == "inline"
    if part.get_content_maintype() == "image" and is_shown:
        return [], []
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes) or not raw.strip():
        return [], []
    # RTF and others are sent as text as well, though they are known as applications.
    kinds = (kind, kind.replace("text/", "application/"))
    ending = next(filter(None, map(mimetypes.guess_extension, kinds)), "")
    return [], [(name or f"lampiran{ending}", raw)]


def _decoded(part: Message[Any, Any]) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    charset = part.get_content_charset()
    if charset and charset not in {"utf-8", "us-ascii"}:
        try:
            return raw.decode("windows-1252" if charset == "iso-8859-1" else charset)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(raw) if raw else ""


def _shown(part: Message[Any, Any]) -> str:
    """The visible text of a part; lines that a mail program broke are joined where it declares so."""
    text = clean(_decoded(part))
    if part.get_content_type() == "text/html":
        shown = plain(_with_quoted_marked(text))
        return clean(html.unescape(text) if shown == text else shown).strip()
    if str(part.get_param("format") or "").lower() == "flowed":
        text = _unflowed(text, without_blank=str(part.get_param("delsp") or "").lower() == "yes")
    return text.strip()


def _unflowed(text: str, *, without_blank: bool) -> str:
    """Text of RFC 3676 with its lines as they were written: one that ends in a blank goes on.

    Args:
        text: As it is sent.
        without_blank: Whether that blank was put there to say so (`DelSp`).
    """
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        shown = line.removeprefix(" ") if not line.startswith(">") else line
        if goes_on and not shown.startswith(">"):
            lines[-1] += shown
        else:
            lines.append(shown)
        goes_on = shown.endswith(" ") and shown != "-- "
        if goes_on and without_blank:
            lines[-1] = lines[-1][:-1]
    return "\n".join(line.rstrip() for line in lines)


# Chats

FEWEST = 300
"""Signs of a message that is an article: of 3,462 news articles of Indonesian publishers one is shorter."""

_DAY = r"(?P<day>\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4})"
_CLOCK = r"(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?:[.:]\d{2})?(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
_BEGIN = re.compile(rf"[\u200e\u200f]?(?P<iphone>\[)?{_DAY},?\s{_CLOCK}(?(iphone)\]|\s-)\s")
"""How a message begins: `[14/03/25 09.41.22] ` on iPhones, `3/14/25, 9:41 AM - ` on Android."""

_SENDER = re.compile(r"(?P<sender>[^:\n]{1,100}):(?:\s|$)")
_TELEPHONE = re.compile(r"\+?[\d\s()\xa0\u2011-]{7,}")
_DIRECTION = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]*[^\s*])\*(?![\w*])|(?<!\w)_(?=\S)([^_\n]*[^\s_])_(?!\w)")


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message: its day as it is written, when (HH:MM), by whom (empty where by WhatsApp), its lines."""

    day: str
    clock: str
    sender: str
    lines: list[str]


def is_chat(head: bytes) -> bool:
    """Whether a text that begins so is a chat that WhatsApp exported."""
    try:
        lines = [line for line in decode(head[: head.rfind(b"\n") + 1] or head).split("\n") if line.strip()]
    except ArticleError:
        return False
    begun = [line for line in lines if _BEGIN.match(line)]
    return bool(lines) and bool(_BEGIN.match(lines[0])) and (len(begun) > 1 or len(lines) == 1)


def read_chat(raw: bytes) -> Contents:
    """The messages of a chat that are long enough for a release, each an article; others are counted.

    The sender is the author, unless only a telephone number is known. Day and month are told apart by what
    the chat as a whole allows; where it allows both, the day is first.

    Args:
        raw: The exported text.
    """
    left_out: Counter[str] = Counter()
    drafts: list[ArticleDraft] = []
    sent = list(_messages(decode(raw)))
    month_first = _is_month_first([one.day for one in sent])
    for one in sent:
        if not one.sender:
            left_out["system message"] += 1
            continue
        text, reason = _written(one.lines)
        if len(text) < FEWEST:
            left_out[reason or "short message"] += 1
            continue
        day = declared_date(day_first(one.day) if month_first else one.day)
        sender = re.sub(r"^~\s*", "", _DIRECTION.sub("", one.sender)).strip()
        drafts.append(
            ArticleDraft(
                f"{text}\n",
                author=None if _TELEPHONE.fullmatch(sender) else one_line(sender),
                published=plausible(day),
                withheld=withheld_head("", text),
                unread_day="" if plausible(day) else one.day,
                key=f"{day or one.day} {one.clock}",
                place=f"message of {day or one.day} {one.clock}",
            )
        )
    if not drafts:
        raise ArticleError(
            f"it is a chat of {len(sent)} messages with none of {FEWEST} characters or more; "
            "save what is to be found in a .txt file of its own"
        )
    return Contents(drafts, left_out=left_out)


def _messages(text: str) -> Iterator[_Sent]:
    current: _Sent | None = None
    for line in text.replace("\u202f", " ").split("\n"):
        match = _BEGIN.match(line)
        if match is None:
            if current is not None:
                current.lines.append(line)
            continue
        if current is not None:
            yield current
        rest = line[match.end() :]
        sender = _SENDER.match(rest)
        half = (match["half"] or "").lower()
        hour = int(match["hour"])
        hour = hour % 12 + 12 * (half == "p") if half else hour
        current = _Sent(
            match["day"],
            f"{hour:02}:{match['minute']}",
            sender["sender"].strip() if sender else "",
            [rest[sender.end() :] if sender else rest],
        )
    if current is not None:
        yield current


def _written(lines: Sequence[str]) -> tuple[str, str]:
    """What a sender wrote, and what else the message is where that is nothing: "media", "deleted message"."""
    kept: list[str] = []
    reason = ""
    for line in lines:
        is_program = line.lstrip().startswith("\u200e")
        shown = _DIRECTION.sub("", line).strip()
        shown = re.sub(r"\s*<([^<>]*)>", lambda match: "" if _is_remark(match[1]) else match[0], shown)
        folded = shown.strip("<>").casefold()
        if folded.endswith(_own("media")) and len(folded) < 120:
            reason = "media"
        elif folded.rstrip(".") in _own("deleted"):
            reason = "deleted message"
        elif is_program and not kept:
            reason = reason or ("media" if not shown else "system message")
        else:
            kept.append(shown)
    text = _EMPHASIS.sub(lambda match: match[1] or match[2], clean("\n".join(kept))).strip()
    return text, "" if text else reason


def _is_remark(inside: str) -> bool:
    folded = inside.strip().casefold()
    return folded.startswith(_own("attached")) or folded.rstrip(".") in _own("edited")


@cache
def _own(table: str) -> tuple[str, ...]:
    return tuple(LEXICON.lines(table, "chat"))


def _is_month_first(days: Sequence[str]) -> bool:
    """Whether the days of a chat, which are in order, are written with the month first."""
    parts = [[int(part) for part in re.split(r"[/.-]", day)] for day in dict.fromkeys(days)]
    short = [one for one in parts if one[0] < 1000]
    if any(one[0] > 12 for one in short):
        return False
    if any(one[1] > 12 for one in short):
        return True

    def turns(order: tuple[int, int]) -> int:
        keys = [(one[2], one[order[0]], one[order[1]]) for one in short]
        return sum(after < before for before, after in pairwise(keys))

    return turns((0, 1)) < turns((1, 0))
