"""Pages of an upload: its form, its report, and why a file was refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from index.catalogue import Listed, Mention
from index.files import FORMATS, largest
from ui.articles.pages import Setting, copies, day, flat
from ui.articles.uploads import (
    CHOICES,
    LARGEST_RECORDS,
    MOST_BYTES,
    MOST_FILES,
    OUTCOMES,
    Job,
    Replaced,
    SentFile,
    largest_file,
)
from ui.markup import UPLOAD, UPLOADS, in_html

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


def report_page(job: Job, listed: dict[str, Listed], setting: Setting) -> str:
    """The body of the page; `listed` has the articles that came of the upload, by id."""
    t, w = setting.uploading, setting.words
    # Without its script the page looks again by itself.
    again = '<noscript><meta http-equiv="refresh" content="3"></noscript>' if job.is_under_way else ""
    return (
        f'{again}<section id="job" data-state="{job.state}" aria-labelledby="state"'
        f' data-address="{setting.to(f"{UPLOADS}/{job.id}")}">'
        f'<div role="status"><h2 id="state">{in_html(t.jobs[job.state])}</h2></div>'
        f'<p class="hint" id="hint">{in_html(_hint(job, setting))}</p>{_summary(job, setting)}'
        f'<p class="head">{in_html(t.upload_of.format(time=w.moment(job.at)))}</p>{_given(job, setting)}'
        f"{_failed(job, setting)}{_question(job, setting)}"
        f'<ol class="files">{"".join(_file(n, one, listed, setting) for n, one in enumerate(job.files))}</ol>'
        f"</section>{_duplicates(job, listed, setting)}"
        f'<p class="act"><a class="button" href="{setting.to(UPLOAD)}">{in_html(t.another)}</a>'
        f" {setting.to_list}</p>"
    )


def report_object(job: Job, setting: Setting) -> dict[str, object]:
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


def _summary(job: Job, setting: Setting) -> str:
    t, w = setting.uploading, setting.words
    told = [
        f'<span class="{name}"><b>{in_html(w.number(count))}</b> {in_html(t.counts[name])}</span>'
        for name in (*OUTCOMES, "refused", "left")
        if (count := job.count(name))
    ]
    return f'<p class="counts">{" ".join(told)}</p>' if told and not job.is_under_way else ""


def _given(job: Job, setting: Setting) -> str:
    t, w = setting.uploading, setting.words
    told = [
        f"{name}: {value}"
        for name, value in (
            (t.publisher, job.source),
            (t.day, w.day(job.published) if job.published else None),
        )
        if value
    ]
    return f'<p class="head">{in_html(t.given.format(values=", ".join(told)))}</p>' if told else ""


def _failed(job: Job, setting: Setting) -> str:
    if job.state != "failed":
        return ""
    t = setting.uploading
    line = f'<p class="line" lang="en">{in_html(job.said)}</p>' if job.said else ""
    return (
        f'{line}<form method="post" action="{setting.to(f"{UPLOADS}/{job.id}/again")}"><p class="act">'
        f'<button name="do" value="retry">{in_html(t.retry)}</button> '
        f'<button class="quiet" name="do" value="discard">{in_html(t.discard)}</button></p></form>'
    )


def _question(job: Job, setting: Setting) -> str:
    if job.state != "asking":
        return ""
    t = setting.uploading
    asked = "".join(
        _choice(number, file, setting) for number, file in enumerate(job.files) if file.state == "asking"
    )
    return (
        f'<form id="decision" method="post" action="{setting.to(f"{UPLOADS}/{job.id}/decide")}">'
        f'<h3>{in_html(t.replaces)}</h3><p class="hint">{in_html(t.replaces_hint)}</p>{asked}'
        f'<p class="act"><button>{in_html(t.decide)}</button></p></form>'
    )


def _choice(number: int, file: SentFile, setting: Setting) -> str:
    t, w = setting.uploading, setting.words
    shown = "".join(
        f"<dl><div><dt>{in_html(t.now)}</dt>"
        f"<dd>{_named(one.title, one.source, one.published, setting, one.id)}</dd></div>"
        f"<div><dt>{in_html(t.instead)}</dt>"
        f"<dd>{_named(one.new_title, one.new_source, one.new_published, setting)}</dd></div></dl>"
        for one in file.replaces[:3]
    )
    many = len(file.replaces)
    more = f"<p>{in_html(t.many_replaced.format(number=w.number(many)))}</p>" if many > 3 else ""
    usual = "replace" if all(_is_likely_the_same(one) for one in file.replaces) else "keep"
    labels = {"replace": t.replace, "keep": t.keep, "leave": t.leave}
    radios = "".join(
        f'<label><input type="radio" name="file-{number}" value="{one}"{" checked" if one == usual else ""}> '
        f"{in_html(labels[one])}</label>"
        for one in CHOICES
        if one
    )
    return f"<fieldset><legend><bdi>{in_html(file.name)}</bdi></legend>{shown}{more}{radios}</fieldset>"


def _is_likely_the_same(one: Replaced) -> bool:
    """Whether a new text is likely a corrected one: it has the title of the one before."""
    return flat(one.title).casefold() == flat(one.new_title).casefold()


def _named(title: str, source: str | None, published: str | None, setting: Setting, article: str = "") -> str:
    w = setting.words
    name = f"<bdi>{in_html(flat(title))}</bdi>"
    if article:
        name = f'<a href="{setting.article(article)}">{name}</a>'
    publisher = in_html(flat(source)) if source else in_html(w.unknown_publisher)
    when = day(date.fromisoformat(published) if published else None, w)
    return f'{name} <span class="head"><bdi>{publisher}</bdi>, {when}</span>'


def _file(number: int, file: SentFile, listed: dict[str, Listed], setting: Setting) -> str:
    w = setting.words
    reasons = "".join(f"<p>{in_html(one)}</p>" for one in _reasons(file, setting))
    return (
        f'<li data-file="{number}" class="{_state(file)}"><div class="row">'
        f'<span class="name"><bdi>{in_html(file.name or "—")}</bdi></span>'
        f' <span class="head">{in_html(w.size(file.size))}</span>'
        f' <span class="state">{in_html(_told(file, setting))}</span></div>'
        f'<div class="reasons">{reasons}</div>{_lines(file, setting)}{_articles(file, listed, setting)}</li>'
    )


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


def _lines(file: SentFile, setting: Setting) -> str:
    """What the library itself says."""
    if not file.lines:
        return ""
    t, w = setting.uploading, setting.words
    written = "".join(f'<li lang="en"><bdi>{in_html(line)}</bdi></li>' for line in file.lines[:LINES_SHOWN])
    more = file.counts.get("refused", 0) - min(len(file.lines), LINES_SHOWN)
    rest = f"<li>{in_html(t.and_more.format(number=w.number(more)))}</li>" if more > 0 else ""
    return f"<details><summary>{in_html(t.library_says)}</summary><ul>{written}{rest}</ul></details>"


def _articles(file: SentFile, listed: dict[str, Listed], setting: Setting) -> str:
    ids = [one for outcome in OUTCOMES for one in file.ids.get(outcome, ())]
    links = [
        f'<a href="{setting.article(one)}"><bdi>{in_html(flat(listed[one].title))}</bdi></a>'
        for one in ids
        if one in listed
    ]
    more = sum(file.counts.get(one, 0) for one in OUTCOMES) - min(len(links), LINES_SHOWN)
    rest = setting.uploading.and_more.format(number=setting.words.number(more))
    if not links:
        return ""
    shown = "; ".join([*links[:LINES_SHOWN], *([in_html(rest)] if more > 0 else [])])
    return f'<p class="made">{shown}</p>'


def _duplicates(job: Job, listed: dict[str, Listed], setting: Setting) -> str:
    """Articles of the upload that carry one release, or one that was there already."""
    t = setting.uploading
    groups: list[tuple[Listed, tuple[Mention, ...]]] = []
    seen: set[str] = set()
    for one in ids_of(job):
        article = listed.get(one)
        if article is None or not article.copies or one in seen:
            continue
        seen |= {one, *(other.id for other in article.copies)}
        groups.append((article, article.copies))
    if not groups or job.is_under_way:
        return ""
    items = "".join(
        f'<li><p class="title"><a href="{setting.article(one.id)}"><bdi>{in_html(flat(one.title))}</bdi></a>'
        f"</p>{copies(others, setting)}</li>"
        for one, others in groups[:GROUPS]
    )
    return (
        f'<section aria-labelledby="duplicates"><h2 id="duplicates">{in_html(t.duplicates)}</h2>'
        f'<p class="hint">{in_html(t.duplicates_hint)}</p><ol>{items}</ol></section>'
    )


JOBS_SHOWN = 10
"""Earlier uploads."""


def upload_page(
    publishers: Sequence[str], earlier: Sequence[Job], setting: Setting, problem: str = ""
) -> str:
    """The body of the page; `problem` says why an upload was not taken just now."""
    t, w = setting.uploading, setting.words
    limits = t.limits.format(
        files=w.number(MOST_FILES), total=w.size(MOST_BYTES), pdf=w.size(largest("pdf")),
        archive=w.size(LARGEST_RECORDS), other=w.size(largest("text")),
    )  # fmt: skip
    told = f'<p class="warning" role="alert">{in_html(problem)}</p>' if problem else ""
    offered = "".join(f'<option value="{in_html(flat(one))}"></option>' for one in publishers)
    return (
        f"<section>{told}"
        f'<form id="upload" method="post" enctype="multipart/form-data" action="{setting.to(UPLOAD)}"'
        f"{_told_to_script(setting)}>"
        f'<p>{in_html(t.upload_hint)}</p><div class="drop"><p><label for="files">'
        f'{in_html(t.choose_files)}</label> <span class="by-script">{in_html(t.drop)}</span></p>'
        f'<input id="files" name="files" type="file" multiple required accept="{",".join(FORMATS)}"'
        f' aria-describedby="formats"></div>'
        f'<div class="hint" id="formats"><p>{in_html(t.formats.format(formats=" ".join(FORMATS)))}</p>'
        f"<p>{in_html(limits)}</p></div>"
        f'<div class="chosen"><p class="status" role="status"></p><ol class="files" id="chosen"></ol></div>'
        f'<fieldset><legend>{in_html(t.said)}</legend><p class="hint">{in_html(t.said_hint)}</p>'
        f'<p><label for="source">{in_html(t.publisher)}</label>'
        f'<input id="source" name="source" maxlength="100" list="publishers" autocomplete="off">'
        f'<datalist id="publishers">{offered}</datalist></p>'
        f'<p><label for="published">{in_html(t.day)}</label>'
        f'<input id="published" name="published" type="date"></p></fieldset>'
        f'<p class="act"><button>{in_html(t.send)}</button> {setting.to_list}</p></form></section>'
        f"{_earlier(earlier, setting)}"
    )


def _told_to_script(setting: Setting) -> str:
    """What the script needs: limits, and the words of the page's language."""
    t = setting.uploading
    kinds = ("text", "html", "pdf", "docx", "jsonl", "csv", "feed", "zip")
    told = {
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
    return "".join(f' data-{name}="{in_html(value)}"' for name, value in told.items())


def _earlier(jobs: Sequence[Job], setting: Setting) -> str:
    if not jobs:
        return ""
    t, w = setting.uploading, setting.words
    items = "".join(
        f'<li><p class="title"><a href="{setting.to(report_of(job))}">'
        f"{in_html(t.upload_of.format(time=w.moment(job.at)))}</a></p>"
        f'<p class="head"><span>{in_html(t.files_count.format(number=w.number(len(job.files))))}</span>'
        f" <span>{in_html(t.jobs[job.state])}</span></p></li>"
        for job in jobs
    )
    return (
        f'<section aria-labelledby="earlier"><h2 id="earlier">{in_html(t.earlier_uploads)}</h2>'
        f"<ol>{items}</ol></section>"
    )


def report_of(job: Job) -> str:
    """Where what became of an upload is told."""
    return f"{UPLOADS}/{job.id}/report"
