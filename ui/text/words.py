"""The words of the chat and of its review, by what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_decimal

Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; `{...}` is filled in where it is shown."""

    language: Language
    tagline: str
    skip: str
    preparing: str
    unready: str
    no_articles: str
    one_article: str
    articles: str

    page_language: str
    answer_language: str
    automatic: str
    question: str
    placeholder: str
    send: str
    stop: str
    new_chat: str
    examples: str
    welcome: str
    welcome_detail: str

    filters: str
    no_filters: str
    left: str
    none_left: str
    limited: str
    from_day: str
    to_day: str
    since: str
    until: str
    publishers: str
    bad_date: str
    reversed_dates: str

    stages: dict[str, str]
    one_ahead: str
    ahead: str
    crowded: str
    too_often: str
    chat: str
    asked: str
    answered: str

    sources: str
    sources_later: str
    sources_none: str
    earlier: str
    source: str
    unknown_publisher: str
    undated: str
    original: str
    also_in: str
    whole_article: str
    quotation_only: str
    back: str

    abstained: str
    gap_kept: str
    closest: str
    read_article: str
    read_article_about: str
    page: str
    understood: str
    change: str
    change_about: str
    ask_again: str
    changing: str
    cancel: str
    written: dict[str, str]
    written_about: dict[str, str]
    stopped: str
    empty: str
    too_long: str
    refused: str
    failed: str

    library: str
    library_about: str
    review: str
    review_about: str
    log_out: str
    log_out_about: str
    good: str
    good_about: str
    bad: str
    bad_about: str
    thanks: str
    unkept: str
    forgotten: str
    why: str
    why_detail: str
    reason: str
    reasons: dict[str, str]
    correction: str
    correction_limit: str
    keep: str
    close: str
    gaps: str
    gaps_none: str
    opinions: str
    opinions_none: str
    all_verdicts: str
    times: str
    nearest: str
    last_asked: str
    day_said: str
    verdict: str
    answer: str
    as_sheet: str
    as_cases: str
    part: str
    to_page: str

    def count(self, articles: int) -> str:
        """How many articles there are, in words."""
        if articles == 0:
            return self.no_articles
        number = format_decimal(articles, locale=self.language)
        return (self.one_article if articles == 1 else self.articles).format(number=number)

    def in_line(self, others: int) -> str:
        """That so many other questions, at least one, are answered first."""
        return self.one_ahead if others == 1 else self.ahead.format(number=self.number(others))

    def day(self, value: date | None) -> str:
        """A day as it is written in running text."""
        return (
            self.undated
            if value is None
            else format_date(value, "long", locale="en_GB" if self.language == "en" else "id")
        )

    def number(self, value: int) -> str:
        return format_decimal(value, locale=self.language)
