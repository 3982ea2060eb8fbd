"""Filters: which articles may answer, as the page's fields hold them and as they are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ui.text import Words


class FilterError(Exception):
    """The filters cannot be used as they stand; `str(error)` says so in the page's language."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer; both days included, no source meaning every source.

    Filters are true where they leave anything out.
    """

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()

    @classmethod
    def read(cls, since: str | None, until: str | None, sources: list[str] | None, words: Words) -> Filters:
        """Filters as the page's fields hold them.

        Raises:
            FilterError: a day is not a day, or they are the wrong way round.
        """
        first, last = _day(since, words), _day(until, words)
        if first and last and first > last:
            raise FilterError(words.reversed_dates)
        return cls(first, last, tuple(sources or ()))

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.sources)

    def told(self, words: Words) -> str:
        """What they leave, in words; empty where that is everything."""
        parts = [words.from_day.format(day=words.day(self.since))] if self.since else []
        parts += [words.to_day.format(day=words.day(self.until))] if self.until else []
        parts += [", ".join(self.sources)] if self.sources else []
        return "; ".join(parts)


EVERYTHING = Filters()


def _day(value: str | None, words: Words) -> date | None:
    if not value or not value.strip():
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise FilterError(words.bad_date.format(value=value.strip()[:40])) from None
