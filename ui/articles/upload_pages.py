"""Pages of an upload: its form, its report, and why a file was refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from index.catalogue import Listed
from index.files import FORMATS, largest
from ui.articles.pages import Setting
from ui.articles.uploads import (
    CHOICES,
    LARGEST_RECORDS,
    MOST_BYTES,
    MOST_FILES,
    OUTCOMES,
    Choice,
    Job,
    Replaced,
    SentFile,
    largest_file,
)
from ui.markup import UPLOAD, UPLOADS
from ui.templating import flat

if TYPE_CHECKING:
    from starlette.responses import Response

_REASONS = (
    ("format", r"in a format that is not read|holds no article; pack"),
    ("scan", r"pictures of pages|cannot be read as letters"),
    ("locked", r"locked with a password"),
    ("outside", r"leads out of the archive|it is a link;"),
    ("bomb", r"unpacks to"),
    ("large", r"too large|is longer than|at most \d+ (files )?are read|more than 4 GB|split it"),
    ("packed", r"archive within an archive|packed in a way|same name; give each its own"),
    ("front", r"front matter"),
    ("record", r"\bline \d+|\brows?\b|\bentry \d+|column|records?\b|JSON"),
    ("mistaken", r"it is no |rename it to|rich text|name (it|the file) after|save it as the format|old Word"),
    ("slow", r"could not be read within|no process could be started"),
    ("empty", r"is empty|without entries"),
    ("binary", r"binary|no running text|not UTF-8"),
    ("words", r"holds no words|has no text"),
    ("damaged", r"damaged|cut short|pack it again|no whole Word|cannot be read"),
)


def reason_of(line: str) -> str:
    """The key among `UploadWords.reasons` of what the library says of a file, given its line.

    What stands in it between the file's name and the cure decides; a name could say anything.
    """
    said = line.rpartition(": ")[2] if ": " in line else line
    for text in (said, line):
        for key, pattern in _REASONS:
            if re.search(pattern, text):
                return key
    return "other"


def wants_room(line: str) -> bool:
    """Whether the library's line says that a disk is full."""
    return re.search(r"\bmake room\b", line) is not None


LINES_SHOWN = 12
"""Articles, or refusals, of one file that are named."""

GROUPS = 50
"""Releases that several carry."""


def report_page(job: Job, listed: dict[str, Listed], setting: Setting) -> Response:
    """What became of an upload; `listed` has the articles that came of it, by id."""
    t, w = setting.uploading, setting.words
    given = [
        f"{name}: {value}"
        for name, value in (
            (t.publisher, job.source),
            (t.day, w.day(job.published) if job.published else None),
        )
        if value
    ]
    report = report_object(job, setting)
    files = []
    for file, shown in zip(job.files, report["files"], strict=True):
        ids = [one for outcome in OUTCOMES for one in file.ids.get(outcome, ())]
        articles = [listed[one] for one in ids if one in listed]
        more = sum(file.counts.get(one, 0) for one in OUTCOMES) - min(len(articles), LINES_SHOWN)
        files.append((file, shown, articles, more))
    return setting.page(
        "report.html",
        report_of(job),
        job=job,
        report=report,
        address=f"{UPLOADS}/{job.id}",
        moment=w.moment(job.at),
        given=", ".join(given),
        files=files,
        duplicates=[] if job.is_under_way else _duplicates(job, listed)[:GROUPS],
        most=LINES_SHOWN,
        choices=CHOICES,
        usual=_usual,
        day_of=lambda written: date.fromisoformat(written) if written else None,
    )


def report_object(job: Job, setting: Setting) -> dict[str, Any]:
    """The report as its script polls it, with words of the page's language."""
    t = setting.uploading
    return {
        "id": job.id,
        "state": job.state,
        "said": t.jobs[job.state],
        "hint": _hint(job, setting),
        "settled": not job.is_under_way,
        "counts": {name: job.count(name) for name in (*OUTCOMES, "refused", "left")},
        "files": [
            {
                "name": file.name,
                "state": _state(file),
                "said": _told(file, setting),
                "reasons": _reasons(file, setting),
            }
            for file in job.files
        ],
    }


def ids_of(job: Job) -> list[str]:
    """The articles that came of an upload, as far as their names were kept."""
    return [one for file in job.files for outcome in OUTCOMES for one in file.ids.get(outcome, ())]


def _hint(job: Job, setting: Setting) -> str:
    t = setting.uploading
    taken = any(job.count(one) for one in OUTCOMES)
    if job.busy:
        return t.busy_hint
    if job.state == "failed" and wants_room(job.said):
        return t.full_hint
    return "" if job.state == "done" and not taken else t.job_hints[job.state]


def _usual(file: SentFile) -> Choice:
    """What is chosen until somebody chooses."""
    return "replace" if all(_is_likely_the_same(one) for one in file.replaces) else "keep"


def _is_likely_the_same(one: Replaced) -> bool:
    """Whether a new text is likely a corrected one: it has the title of the one before."""
    return flat(one.title).casefold() == flat(one.new_title).casefold()


def _state(file: SentFile) -> str:
    return "partly" if file.state == "done" and file.counts.get("refused") else file.state


def _told(file: SentFile, setting: Setting) -> str:
    """The state of a file, and what came of it."""
    t, w = setting.uploading, setting.words
    state = _state(file)
    done = [(t.counts[one], count) for one in OUTCOMES if (count := file.counts.get(one))]
    if state not in {"done", "partly"} or not done:
        return t.states[state]
    if sum(count for _, count in done) == 1 and state == "done":
        return f"{t.states[state]}: {done[0][0]}"
    told = ", ".join(f"{w.number(count)} {name}" for name, count in done)
    return f"{t.states[state]}: {told}"


def _reasons(file: SentFile, setting: Setting) -> list[str]:
    """Why a file, or parts of it, are refused, in the words of the page."""
    t = setting.uploading
    keys = [file.reason] if file.reason else [reason_of(line) for line in file.lines]
    return [t.reasons[key] for key in dict.fromkeys(keys)]


def _duplicates(job: Job, listed: dict[str, Listed]) -> list[Listed]:
    """Articles of the upload that carry one release, or one that was there already; one for each release."""
    found: list[Listed] = []
    seen: set[str] = set()
    for one in ids_of(job):
        article = listed.get(one)
        if article is None or not article.copies or one in seen:
            continue
        seen |= {one, *(other.id for other in article.copies)}
        found.append(article)
    return found


JOBS_SHOWN = 10
"""Earlier uploads."""


def upload_page(
    publishers: Sequence[str], earlier: Sequence[Job], setting: Setting, problem: str = "", status: int = 200
) -> Response:
    """The form of an upload; `problem` says why one was not taken just now."""
    t, w = setting.uploading, setting.words
    limits = t.limits.format(
        files=w.number(MOST_FILES), total=w.size(MOST_BYTES), pdf=w.size(largest("pdf")),
        archive=w.size(LARGEST_RECORDS), other=w.size(largest("text")),
    )  # fmt: skip
    return setting.page(
        "upload.html",
        UPLOAD,
        status,
        problem=problem,
        publishers=publishers,
        formats=FORMATS,
        limits=limits,
        for_script=_for_script(setting),
        earlier=[(report_of(job), w.moment(job.at), job) for job in earlier],
    )


def _for_script(setting: Setting) -> dict[str, str]:
    """What the script needs: limits, and the words of the page's language."""
    t = setting.uploading
    kinds = ("text", "html", "pdf", "docx", "jsonl", "csv", "feed", "zip")
    return {
        "formats": " ".join(FORMATS),
        "files": str(MOST_FILES),
        "bytes": str(MOST_BYTES),
        "largest": str(max(largest_file(kind) for kind in kinds)),
        "language": setting.words.language,
        "take-out": t.take_out,
        "none": t.chosen_none,
        "count": t.chosen_count,
        "sending": t.sending,
        "sent": t.sent,
        "not-sent": t.not_sent,
        "not-read": t.reasons["format"],
        "empty": t.reasons["empty"],
        "large": t.reasons["large"],
        "twice": t.reasons["twice"],
        "many": t.refused["many"].format(files=setting.words.number(MOST_FILES)),
        "total": t.refused["total"].format(total=setting.words.size(MOST_BYTES)),
    }


def report_of(job: Job) -> str:
    """Where what became of an upload is told."""
    return f"{UPLOADS}/{job.id}/report"
