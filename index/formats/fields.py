"""Fields of records: which name holds the title, the text, the day, in Indonesian and English or as told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from index.dates import declared_date, plausible
from index.errors import ArticleError, SettingsError
from index.formats.draft import Draft, address, clean, one_line
from index.formats.html import plain

LONGEST = 20 * 2**20
"""Characters of a text; a press article has a few thousand."""

# In order of preference; case, spaces, hyphens and underscores make no difference.
NAMES = {
    "id": "id article_id id_artikel id_berita _id guid uuid kode slug",
    "title": "title judul headline judul_berita judul_artikel tajuk",
    "text": """
        text body isi content konten teks isi_berita isi_artikel naskah article artikel berita full_text
        article_text body_text content_text paragraphs paragraf body_html content_html html
    """,
    "published": """
        published date tanggal published_at tanggal_terbit tgl tgl_terbit terbit date_published published_date
        publish_date pubdate pub_date publication_date tanggal_publikasi waktu_terbit waktu datetime timestamp
        created_at
    """,
    "source": "source sumber penerbit publisher media sumber_berita nama_media situs site outlet",
    "url": "url tautan link permalink canonical_url alamat source_url href",
    "author": "author penulis reporter wartawan pewarta byline authors creator jurnalis",
}


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).casefold()


_USUAL = {key: [_folded(name) for name in names.split()] for key, names in NAMES.items()}


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Which name of a record holds which field, where it is not one of the usual names.

    Attributes:
        names: By field: "text" to "isi_berita", or to "content.rendered" for a field within another.
    """

    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[str]) -> FieldMap:
        """The map that `text=isi_berita` and its like spell.

        Raises:
            SettingsError: one is no such pair, or names no field.
        """
        names: dict[str, str] = {}
        for pair in pairs:
            key, sign, name = (part.strip() for part in pair.partition("="))
            wanted = {"date": "published"}.get(key, key)
            if not sign or not name or wanted not in NAMES:
                raise SettingsError(
                    f"{pair!r} maps no field; write FIELD=NAME with one of: {', '.join(sorted(NAMES))}"
                )
            names[wanted] = name
        return cls(names)

    def described(self) -> str:
        """The map as one line, the same for the same map."""
        return ";".join(f"{key}={name}" for key, name in sorted(self.names.items()))

    def missing(self, names: Iterable[str]) -> str | None:
        """What a table with these columns lacks to hold articles; None where it lacks nothing."""
        columns = list(names)
        folded = {_folded(name) for name in columns}
        shown = one_line(", ".join(columns)[:200]) or "none"
        for key, name in self.names.items():
            if _folded(name) not in folded:
                return f"it has no column {name!r} for {key}; its columns are: {shown}"
        if "text" not in self.names and folded.isdisjoint(_USUAL["text"]):
            return f"no column holds the text among: {shown}; name it with --map text=COLUMN"
        return None

    def draft(self, record: Mapping[str, Any]) -> Draft:
        """The article that a record holds.

        Raises:
            ArticleError: it holds no text; the message does not name the record.
        """
        folded: dict[str, Any] = {}
        for key, value in record.items():
            folded.setdefault(_folded(str(key)), value)

        def get(wanted: str) -> Any:
            if wanted in self.names:
                return _within(record, folded, self.names[wanted])
            for name in _USUAL[wanted]:
                if name in folded and folded[name] not in (None, "", []):
                    return folded[name]
            return None

        text = _text(get("text"))
        if not any(map(str.isalnum, text)):
            name = self.names.get("text", "text")
            raise ArticleError(
                f"it has no text; write it as {name!r}, or name its field with --map text=NAME"
            )
        return Draft(
            text,
            one_line(plain(_line(get("title")))),
            one_line(plain(_line(get("source")))),
            one_line(plain(_line(get("author")))),
            plausible(declared_date(get("published"))),
            address(_line(get("url"))),
            name=_name(get("id")),
        )


def _within(record: Mapping[str, Any], folded: Mapping[str, Any], name: str) -> Any:
    """The value called `name`, or at the end of the path that its dots spell."""
    if _folded(name) in folded:
        return folded[_folded(name)]
    value: Any = record
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    if isinstance(value, list):
        # Paragraphs, or sentences in paragraphs, or words in sentences.
        return "\n\n".join(part for part in (_text(one) for one in value[:10_000]) if part)
    if not isinstance(value, str):
        return ""
    if len(value) > LONGEST:
        raise ArticleError(f"its text is longer than {LONGEST} characters; split it")
    if "\0" in value:
        raise ArticleError("its text holds NUL characters; export it as text")
    return plain(clean(value))


def _line(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(part for part in (_line(one) for one in value[:20]) if part)
    if isinstance(value, Mapping):
        return _line(value.get("name"))
    return clean(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _name(value: Any) -> str:
    """An id that can be typed, in composed Unicode; empty where there is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    name = unicodedata.normalize("NFC", one_line(clean(str(value))) or "")
    return name if len(name) <= 200 else ""


def slug(title: str | None) -> str:
    """A title as an id: its words in lower case, joined by hyphens."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", title or "").casefold())
    name = ""
    for word in words:
        if len(name) + len(word) > 72:
            break
        name = f"{name}-{word}" if name else word
    return name
