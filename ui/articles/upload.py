"""The upload page: a form that works by itself, which its script makes a place to drop files on."""

from __future__ import annotations

from collections.abc import Sequence

from index.files import FORMATS, largest
from ui.articles.address import UPLOAD, UPLOADS
from ui.articles.job import Job
from ui.articles.parts import Setting, flat, moment, size
from ui.articles.receipt import LARGEST_RECORDS, MOST_BYTES, MOST_FILES, largest_file
from ui.escaping import in_html

SHOWN = 10
"""Earlier uploads."""


def upload_page(
    publishers: Sequence[str], earlier: Sequence[Job], setting: Setting, problem: str = ""
) -> str:
    """The body of the page; `problem` says why an upload was not taken just now."""
    t, w = setting.uploading, setting.words
    limits = t.limits.format(
        files=w.number(MOST_FILES), total=size(MOST_BYTES, w), pdf=size(largest("pdf"), w),
        archive=size(LARGEST_RECORDS, w), other=size(largest("text"), w),
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
        "total": t.refused["total"].format(total=size(MOST_BYTES, setting.words)),
    }
    return "".join(f' data-{name}="{in_html(value)}"' for name, value in told.items())


def _earlier(jobs: Sequence[Job], setting: Setting) -> str:
    if not jobs:
        return ""
    t, w = setting.uploading, setting.words
    items = "".join(
        f'<li><p class="title"><a href="{setting.to(report_of(job))}">'
        f"{in_html(t.upload_of.format(time=moment(job.at, w)))}</a></p>"
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
