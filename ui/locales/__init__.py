"""The words of the interface: one TOML file for each of its languages, with the same keys in all."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, get_origin, get_type_hints

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_compact_decimal, format_decimal


@dataclass(frozen=True, slots=True)
class Words:
    """The chat and its review, and what every page needs; formats days, numbers and sizes.

    Attributes:
        language: Its code, the name of the file.
        language_name: Its name in itself.
        locale: Of days and numbers, as a BCP 47 tag.
        time_pattern: Of an hour and a minute (CLDR).
        moment_pattern: Of a day and a time (CLDR).
    """

    language: str
    language_name: str
    locale: str
    time_pattern: str
    moment_pattern: str
    size_in_bytes: str

    tagline: str
    skip: str
    preparing: str
    unready: str
    no_articles: str
    first_articles: str
    first_asked: str
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
    scanned: str
    understood: str
    change: str
    change_about: str
    ask_again: str
    changing: str
    cancel: str
    written: dict[str, str]
    written_all: dict[str, str]
    written_about: dict[str, str]
    stopped: str
    empty: str
    too_long: str
    refused: str
    failed: str

    library: str
    library_about: str
    desk: str
    desk_about: str
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
    opinions: str
    opinions_none: str
    all_verdicts: str
    nearest: str
    verdict: str
    answer: str
    as_sheet: str
    as_cases: str
    part: str
    of_article: str
    article_chip: str
    article_chip_about: str
    article_gone: str
    examples_of_article: str
    options: str
    options_about: str
    close_sources: str
    show_nearest: str
    stock: str
    stock_articles: str
    stock_publishers: str
    stock_days: str
    stock_newest: str
    stock_more: str
    stock_all: str
    day_format: str
    to_page: str

    def count(self, articles: int) -> str:
        """How many articles there are, in words."""
        if articles == 0:
            return self.no_articles
        return (self.one_article if articles == 1 else self.articles).format(number=self.number(articles))

    def in_line(self, others: int) -> str:
        """That so many other questions, at least one, are answered first."""
        return self.one_ahead if others == 1 else self.ahead.format(number=self.number(others))

    def day(self, value: date | None) -> str:
        """A day as it is written in running text."""
        return self.undated if value is None else format_date(value, "long", locale=self._cldr)

    def period(self, middle: date, days: int) -> str:
        """A period of so many days by a day in it: a year, a month or, where it is shorter, the day."""
        pattern = "y" if days > 180 else "MMM y" if days > 27 else "long"
        return format_date(middle, pattern, locale=self._cldr)

    def time(self, at: datetime) -> str:
        """An hour and a minute, as on this machine's clock."""
        return format_time(at.astimezone(), self.time_pattern, locale=self._cldr)

    def moment(self, at: datetime) -> str:
        """A day, an hour and a minute, as on this machine's clock."""
        return format_datetime(at.astimezone(), self.moment_pattern, locale=self._cldr)

    def number(self, value: float) -> str:
        """A number with all of its digits."""
        return format_decimal(value, locale=self._cldr, decimal_quantization=False)

    def short(self, value: float) -> str:
        """A number in few characters, as "1,5 jt"."""
        if abs(value) < 1000:
            return self.number(round(value, 2))
        return format_compact_decimal(value, locale=self._cldr, fraction_digits=1)

    def size(self, count: int) -> str:
        """Bytes as people say them."""
        for unit, scale in (("MB", 2**20), ("KB", 2**10)):
            if count >= scale:
                return f"{self.number(round(count / scale))} {unit}"
        return self.size_in_bytes.format(number=self.number(count))

    @property
    def _cldr(self) -> str:
        return self.locale.replace("-", "_")


@dataclass(frozen=True, slots=True)
class LoginWords:
    """The login, and what the server refuses."""

    login: str
    name: str
    password: str
    log_in: str
    wrong: str
    locked: str
    crowded: str
    ended: str
    help: str
    over: str
    again: str
    logged_in: str
    roles: dict[str, str]
    log_out: str
    nobody: str
    forbidden: str
    only_admins: str
    cross_site: str
    host: str
    proxied: str
    broken: str
    too_many: str
    too_long: str
    too_slow: str
    head_too_long: str
    seconds: str
    minutes: str

    def duration(self, wait: float) -> str:
        """A wait of some seconds in words, rounded up, as "40 detik" or "2 menit"."""
        seconds = max(1, -int(-wait // 1))
        if seconds < 90:
            return self.seconds.format(count=seconds)
        return self.minutes.format(count=-(-seconds // 60))


@dataclass(frozen=True, slots=True)
class ReviewWords:
    """What is done with unanswered questions."""

    states: dict[str, str]
    none: dict[str, str]
    choose: str
    understood: str
    asked_once: str
    asked_times: str
    last: str
    marked: str
    marked_by: str
    now_answered: str
    moved: str
    deeds: dict[str, str]
    told: dict[str, str]
    by_itself: str


@dataclass(frozen=True, slots=True)
class UserWords:
    """The page of accounts."""

    title: str
    about: str
    people: str
    you: str
    has_token: str
    no_token: str
    sessions_count: str
    change: str
    role: str
    set_role: str
    role_hint: str
    new_password: str
    repeat: str
    rules: str
    set_password: str
    token: str
    token_hint: str
    new_token: str
    revoke: str
    token_use: str
    sessions: str
    session: str
    own_session: str
    no_session: str
    end: str
    end_about: str
    end_all: str
    remove_about: str
    remove_ask: str
    remove_sure: str
    add: str
    add_do: str
    name_rules: str
    done: dict[str, str]
    problems: dict[str, str]


@dataclass(frozen=True, slots=True)
class ArticleWords:
    """The list of articles, reading and removing them."""

    title: str
    to_chat: str
    to_list: str

    find: str
    find_hint: str
    all_publishers: str
    all_languages: str
    text_language: str
    languages: dict[str, str]
    order: str
    orders: dict[str, str]
    show: str
    clear: str
    found: str
    all_found_one: str
    all_found: str
    nothing: str
    nothing_hint: str
    empty: str
    empty_hint: str
    bad_day: str
    length: str
    copies: str
    pages: str
    page: str
    previous: str
    next: str
    choose: str
    remove_chosen: str

    unknown: str
    unknown_hint: str
    author: str
    original: str
    page_of_file: str
    earlier: str
    later: str
    neighbours: str
    about: str
    extent: str
    file: str
    sent_file: str
    id: str
    marked: str
    ask: str
    suggested: str
    quotations: str
    indirect: str
    figures: str
    figure: str
    counts: str
    period: str
    summarise: str
    summary: str
    no_mark: str
    remove: str

    removal: str
    removal_ask_one: str
    removal_ask: str
    removal_files: str
    removal_sure: str
    removal_cancel: str
    removal_none: str
    removal_missing: str
    removed_one: str
    removed: str
    removed_none: str
    busy: str
    failed: str


@dataclass(frozen=True, slots=True)
class UploadWords:
    """Uploading, and its report."""

    upload: str
    upload_hint: str
    choose_files: str
    drop: str
    formats: str
    limits: str
    said: str
    said_hint: str
    publisher: str
    day: str
    send: str
    take_out: str
    chosen_none: str
    chosen_count: str
    sending: str
    sent: str
    not_sent: str
    earlier_uploads: str
    upload_of: str
    files_count: str

    receipt: str
    jobs: dict[str, str]
    job_hints: dict[str, str]
    busy_hint: str
    states: dict[str, str]
    counts: dict[str, str]
    given: str
    and_more: str
    library_says: str
    reasons: dict[str, str]
    duplicates: str
    duplicates_hint: str
    replaces: str
    replaces_hint: str
    now: str
    instead: str
    many_replaced: str
    replace: str
    keep: str
    leave: str
    decide: str
    full_hint: str
    retry: str
    discard: str
    another: str
    not_yours: str
    refused: dict[str, str]


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """What is done with an answer: copying, downloading, going back to earlier conversations."""

    copy: str
    copy_about: str
    whatsapp: str
    whatsapp_about: str
    download: str
    download_about: str
    word: str
    markdown: str
    text: str
    card: str
    card_about: str
    printable: str
    did_copy: str
    did_download: str
    copied: str
    copied_whatsapp: str
    by_hand: str
    by_hand_detail: str
    forgotten: str
    offline: str
    downloaded: str
    close: str

    conversation: str
    conversation_about: str
    nothing_to_download: str
    history: str
    history_about: str
    history_detail: str
    history_none: str
    history_off: str
    questions: str
    one_question: str
    open: str
    open_about: str
    remove: str
    remove_about: str
    remove_all: str
    remove_all_sure: str
    removed: str
    removed_all: str
    opened: str
    opening: str
    busy: str
    current: str

    title: str
    file: str
    asked: str
    answered: str
    told: str
    understood: str
    page: str
    scanned: str
    also: str
    machine: str
    footer: str
    word_for_word: str
    lost: str
    lost_card: str
    lost_quote: str
    lost_claim: str
    lost_article: str
    moved: str
    since_then: str


@dataclass(frozen=True, slots=True)
class DeskWords:
    """What all pages of the press desk say; `tabs` has their names by their keys."""

    title: str
    about: str
    tabs: dict[str, str]
    too_long: str
    reading: str
    reading_about: str
    read_so_far: str


@dataclass(frozen=True, slots=True)
class StatementWords:
    """The page of speakers and of what they said."""

    find: str
    find_hint: str
    topic: str
    topic_of: str
    topic_hint: str
    one_speaker: str
    speakers: str
    one_statement: str
    statements: str
    unnamed: str
    unnamed_hint: str
    no_office: str
    nobody: str
    nearest: str
    nothing: str
    nothing_on: str
    to_speakers: str
    on_topic: str
    which: str
    direct: str
    reported: str
    untold: str
    copy: str
    copy_all: str


@dataclass(frozen=True, slots=True)
class FigureWords:
    """The page of figures; `units` and `bounds` have the names of those of `rag.figures`."""

    topic: str
    topic_hint: str
    period: str
    period_example: str
    unit: str
    all_units: str
    found: str
    all_found: str
    nothing: str
    over_time: str
    plot_about: str
    downloads: dict[str, str]
    columns: dict[str, str]
    bounds: dict[str, str]
    units: dict[str, str]


@dataclass(frozen=True, slots=True)
class DifferenceWords:
    """The page of figures that differ; `reasons` names why, and `about` says what that means."""

    hint: str
    why: str
    all_reasons: str
    nothing: str
    reasons: dict[str, str]
    about: dict[str, str]


@dataclass(frozen=True, slots=True)
class DraftWords:
    """The pages of drafts and releases; the names of verdicts, and of what is wrong, by their keys."""

    private: str
    checking: str
    tracing: str
    progress: str
    waiting: str
    gone: str
    text: str
    file: str
    file_hint: str
    draft_hint: str
    check: str
    release_hint: str
    trace: str
    article: str
    article_hint: str
    another: str
    result: str
    docx: str
    csv: str
    urgent: str
    wrong_fact: str
    in_place: str
    to_place: str
    verdicts: dict[str, str]
    problems: dict[str, str]
    carried: str
    carried_one: str
    nobody: str
    of_it: str
    fates: dict[str, str]
    instead: str
    added: str
    in_article: str


@dataclass(frozen=True, slots=True)
class Locale:
    """Everything that the interface says in one language: the tables of its file."""

    chat: Words
    login: LoginWords
    articles: ArticleWords
    uploads: UploadWords
    answers: AnswerWords
    desk: DeskWords
    statements: StatementWords
    figures: FigureWords
    differences: DifferenceWords
    review: ReviewWords
    users: UserWords
    drafts: DraftWords

    def when(self, at: datetime) -> str:
        """A moment as it is written in running text, in this machine's time."""
        return self.answers.told.format(day=self.chat.day(at.astimezone().date()), time=self.chat.time(at))


__all__ = [
    "DEFAULT", "FOLDER", "LANGUAGES", "NAME", "AnswerWords", "ArticleWords", "DeskWords",
    "DifferenceWords", "DraftWords", "FigureWords", "Locale", "LocaleError", "LoginWords", "ReviewWords",
    "StatementWords", "UploadWords", "UserWords", "Words", "load", "locale", "preferred", "words",
]  # fmt: skip

NAME = "Tanya Berita"
DEFAULT = "id"
FOLDER = Path(__file__).parent
LANGUAGES = (DEFAULT, *sorted({path.stem for path in FOLDER.glob("*.toml")} - {DEFAULT}))
"""Codes of the languages that have a file here."""


class LocaleError(ValueError):
    """A file of words does not hold what the interface says."""


def locale(language: str) -> Locale:
    """Everything that the interface says in a language; in Indonesian where it does not speak that."""
    return _shipped(language if language in LANGUAGES else DEFAULT)


def words(language: str) -> Words:
    """The words of the chat, and what every page needs; Indonesian where there are none in `language`."""
    return locale(language).chat


def preferred(languages: Sequence[str]) -> str:
    """The page language for a browser that prefers `languages`, such as ["en-GB", "id"]; else Indonesian."""
    for tag in languages:
        primary = tag.lower().replace("_", "-").split("-")[0]
        if primary in LANGUAGES:
            return primary
        # "in" is what older Java-based browsers still call Indonesian; Malay readers understand it.
        if primary in {"in", "ms"}:
            return "id"
    return DEFAULT


@cache
def _shipped(language: str) -> Locale:
    return load(FOLDER / f"{language}.toml")


def load(path: Path) -> Locale:
    """Read the words of a language; the name of their file is its code.

    Raises:
        LocaleError: a key is missing or unknown, or its value is of the wrong kind.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    tables["chat"] = {**tables.get("chat", {}), "language": path.stem}
    read: Locale = _read(Locale, tables, path.name, ())
    return read


def _read(kind: Any, value: Any, file: str, keys: tuple[str, ...]) -> Any:
    """`value` as a `kind`: a text, texts by key, or a dataclass of such."""
    expected: Any = str if kind is str else dict
    if not isinstance(value, expected):
        raise LocaleError(f"{file}: {'.'.join(keys)} is not a {'text' if kind is str else 'table'}")
    if kind is str:
        return value
    if get_origin(kind) is dict:
        return {key: _read(str, text, file, (*keys, key)) for key, text in value.items()}
    kinds = get_type_hints(kind)
    for key in sorted(kinds.keys() ^ value.keys()):
        problem = "is missing" if key in kinds else "is not a key of the interface"
        raise LocaleError(f"{file}: {'.'.join((*keys, key))} {problem}")
    return kind(**{key: _read(kinds[key], one, file, (*keys, key)) for key, one in value.items()})
