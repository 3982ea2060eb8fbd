"""The pages of drafts and releases: sent, read in the background, and shown sentence by sentence.

Results are kept in memory alone, for a while, under a key that cannot be guessed; none are logged or stored.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from index import NoIndex, TanyaError
from index.library import Library
from index.parsers import kind_of
from rag.factcheck.draft import (
    SHEET,
    CheckedSentence,
    Draft,
    DraftError,
    checkable,
    commented_draft,
    draft_of,
    load_checker,
    sheet_rows,
)
from rag.lang import Language, as_language
from rag.output import sheet
from rag.trace import TREATMENTS, Trace, load_tracer
from ui.articles.pages import reason_of
from ui.desk.pages import DeskSetting, Progress
from ui.export.docx import KIND
from ui.markup import article_of, download, fields_of, is_same_origin, table_response
from ui.pages import too_many
from ui.service import Crowded, RateLimits, RequestQueue, client_of

log = logging.getLogger("tanya.page")

KEPT = 20
"""Results that are kept; of more, whoever made the last loses the oldest of theirs first."""

LIFE = 1800.0
"""Seconds that one is kept."""

ReportProgress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a form: a text, a file with its name, or the id of an article."""

    text: str = ""
    name: str = ""
    raw: bytes = b""
    article: str = ""

    def check(self) -> None:
        """Refuse what cannot be read, before a job is begun.

        Raises:
            DraftError: it is neither text nor file, or a file of a format that is not read.
        """
        if not self.raw and not self.article:
            checkable(self.text)
        if self.raw and kind_of(self.name) is None and not self.name.lower().endswith(".txt"):
            raise DraftError(
                f"{self.name} is in a format that is not read; save it as .docx or .txt", "format"
            )


NOTHING = Fields()


@dataclass(slots=True)
class DraftJob:
    """A job in the background, and its result.

    Attributes:
        visitor: The name of whoever sees it.
        sent: The fields of the form; dropped once there is a result.
        progress: Its progress.
        result: The result, once there is one.
        problem: Why there is none: a key among `DraftWords.problems`, or one of `UploadWords.reasons` behind
            "file ".
    """

    visitor: str
    sent: Fields
    progress: Progress = field(default_factory=Progress)
    result: Any = None
    problem: str = ""

    @property
    def is_finished(self) -> bool:
        return self.result is not None or bool(self.problem)


class BackgroundJobs:
    """Runs jobs in the background through the question queue; results are kept for `life` seconds."""

    def __init__(self, queue: RequestQueue, life: float = LIFE) -> None:
        """Take the queue of questions.

        Args:
            queue: The line.
            life: Seconds for which something is kept from when it was begun.
        """
        self._queue = queue
        self._life = life
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, DraftJob] = OrderedDict()

    def begin(self, visitor: str, run: Callable[[ReportProgress], Any], sent: Fields = NOTHING) -> str:
        """Start a job and return its key; `run` reports its progress.

        Raises:
            Crowded: too many wait already.
        """
        place = self._queue.line_up()
        key = secrets.token_urlsafe(16)
        job = DraftJob(visitor, sent)

        def report(done: int, total: int, _: str) -> None:
            job.progress = Progress(done, total)

        def work() -> None:
            with place:
                place.wait()
                try:
                    job.result = run(report)
                    job.sent = NOTHING
                except Exception as error:  # noqa: BLE001  whoever waits is told of it
                    job.problem = problem_of(error)
                    if job.problem == "failed":
                        # The text of an error may hold words of the draft.
                        log.error("the press desk failed: %s", type(error).__name__)  # noqa: TRY400

        with self._lock:
            self._jobs[key] = job
            while len(self._jobs) > KEPT:
                del self._jobs[self._least_missed(visitor)]
        threading.Thread(target=work, name="press-desk", daemon=True).start()
        # Forgotten in time even where nobody comes to look.
        timer = threading.Timer(self._life, self._jobs.pop, (key, None))
        timer.daemon = True
        timer.start()
        return key

    def _least_missed(self, visitor: str) -> str:
        """The oldest that is finished of this visitor's, else of anybody's; the oldest where none is."""
        finished = [(key, job.visitor) for key, job in self._jobs.items() if job.is_finished]
        own = [key for key, whose in finished if whose == visitor]
        return next(iter([*own, *(key for key, _ in finished), *self._jobs]))

    def find(self, key: str, visitor: str) -> DraftJob | None:
        """The job of a key; None where it is forgotten or another visitor's."""
        with self._lock:
            job = self._jobs.get(key)
        return job if job is not None and job.visitor == visitor else None


def problem_of(error: Exception) -> str:
    """Why something was not made; see `DraftJob.problem`."""
    if isinstance(error, NoIndex):
        return "no_articles"
    if isinstance(error, DraftError):
        return error.kind
    if isinstance(error, Crowded):
        return "crowded"
    return f"file {reason_of(str(error))}" if isinstance(error, TanyaError) else "failed"


LARGEST = 20 * 2**20
"""Bytes of a form with its file."""

FORMATS = (".txt", ".docx", ".md", ".html", ".pdf")
"""The file types that the form offers; any file with one article is read."""

RULINGS = ("contradicted", "not_found", "supported", "no_claim")


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft with what the library says to its sentences."""

    draft: Draft
    sentences: tuple[CheckedSentence, ...]

    @property
    def urgent(self) -> list[tuple[int, CheckedSentence]]:
        """Contradicted sentences with their numbers from 1: wrong figures, days and names first."""
        found = [(n, one) for n, one in enumerate(self.sentences, 1) if one.verdict == "contradicted"]
        return sorted(found, key=lambda pair: (not pair[1].has_wrong_fact, pair[0]))


class DraftPages:
    """The pages of one tab, drafts or releases, over a library."""

    def __init__(
        self,
        key: str,
        library: Library,
        searched: Callable[[], Library],
        jobs: BackgroundJobs,
        limits: RateLimits,
    ) -> None:
        """The pages.

        Args:
            key: Of the tab, "drafts" or "releases".
            library: That tells whether there are articles.
            searched: Gives the library whose models are loaded, once they are.
            jobs: Runs the checks.
            limits: How often one client may send something.
        """
        self._key = key
        self._library, self._searched, self._jobs, self._limits = library, searched, jobs, limits

    async def form(self, request: Request, setting: DeskSetting) -> Response:  # noqa: ARG002
        """The form; an empty library is told instead."""
        await run_in_threadpool(self._library.count)
        return self._form(setting)

    def _form(
        self, setting: DeskSetting, problem: str = "", status: int = 200, sent: Fields = NOTHING
    ) -> Response:
        """The form; a problem with what was `sent` stands above what can be put right of that."""
        return self._tab(
            "desk_draft.html", setting.path, setting, status, problem=problem, formats=FORMATS, sent=sent
        )

    def _tab(
        self, template: str, here: str, setting: DeskSetting, status: int = 200, **values: Any
    ) -> Response:
        return setting.tab(template, here, status, w=setting.locale.drafts, kind=self._key, **values)

    async def receive(self, request: Request, setting: DeskSetting) -> Response:
        """Take a draft and begin; what is wrong with it is told above the form."""
        if "authorization" not in request.headers and not is_same_origin(request.headers):
            return self._form(setting, setting.uploading.refused["cross_site"], 403)
        if wait := self._limits.upload(client_of(request.scope)):
            return too_many(request, wait)
        body = bytearray()
        async for piece in request.stream():
            if len(body) <= LARGEST:
                body += piece
        if len(body) > LARGEST:
            return self._form(setting, self._reason(setting, "long"), 413)
        visitor = setting.visitor.name
        kind = request.headers.get("content-type", "")
        fields = await run_in_threadpool(read_form, kind, bytes(body))
        run = partial(self._run, fields, as_language(setting.words.language))
        try:
            await run_in_threadpool(fields.check)
            key = await run_in_threadpool(self._jobs.begin, visitor, run, fields)
        except (DraftError, Crowded) as error:
            status = 503 if isinstance(error, Crowded) else 400
            return self._form(setting, self._reason(setting, problem_of(error)), status, fields)
        return RedirectResponse(setting.to(f"{setting.path}/{key}"), 303)

    def _run(self, fields: Fields, language: Language, report: ReportProgress) -> Any:
        """Check or trace what was sent; its reasons are in `language`."""
        if self._key == "releases" and fields.article:
            library = self._searched()
            if not library.listed([fields.article]):
                raise DraftError(f"there is no article {fields.article!r}", "unknown")
            article = library.article(fields.article)
            return load_tracer(library).trace(article.text, article.id, report)
        if fields.raw:
            draft = draft_of(Path(fields.name or "draft.txt"), fields.raw)
        else:
            draft = Draft(checkable(fields.text.replace("\r\n", "\n")))
        library = self._searched()
        if self._key == "releases":
            return load_tracer(library).trace(draft.text, None, report)
        return CheckedDraft(draft, tuple(load_checker(library).check(draft.text, report, language)))

    def _reason(self, setting: DeskSetting, problem: str) -> str:
        """Why something was not made, in words."""
        if problem.startswith("file "):
            reasons = setting.uploading.reasons
            return reasons.get(problem.removeprefix("file "), reasons["other"])
        if problem == "no_articles":
            return setting.text.empty
        return setting.locale.drafts.problems[problem]

    async def show(self, request: Request, setting: DeskSetting) -> Response:
        """How far it is, why it failed, or what was made."""
        here = f"{setting.path}/{request.path_params['key']}"
        job = self._job(request, setting)
        if job is None:
            return self._form(setting, setting.locale.drafts.gone, 404)
        if job.problem:
            return self._form(setting, self._reason(setting, job.problem), 400, job.sent)
        if job.result is None:
            w = setting.locale.drafts
            sentence = w.checking if self._key == "drafts" else w.tracing
            return setting.under_way(here, job.progress, sentence, w.progress, w.waiting)
        made = self._checked if self._key == "drafts" else self._traced
        return await run_in_threadpool(made, job.result, setting, here)

    def _checked(self, made: CheckedDraft, setting: DeskSetting, here: str) -> Response:
        counts = Counter(one.verdict for one in made.sentences)
        return self._tab(
            "desk_checked.html", here, setting, made=made, rulings=RULINGS, counts=counts,
            paragraphs=paragraphs(made), own=here,
        )  # fmt: skip

    def _traced(self, made: Trace, setting: DeskSetting, here: str) -> Response:
        return self._tab("desk_traced.html", here, setting, made=made, verdicts=TREATMENTS)

    async def word(self, request: Request, setting: DeskSetting) -> Response:
        """The draft as a Word file with comments."""
        made = self._result(request, setting)
        if made is None:
            return self._form(setting, setting.locale.drafts.gone, 404)
        language = as_language(setting.words.language)
        content = await run_in_threadpool(commented_draft, made.draft, made.sentences, language)
        return download(content, "naskah.docx", KIND)

    async def table(self, request: Request, setting: DeskSetting) -> Response:
        """The sentences of a draft as a table."""
        made = self._result(request, setting)
        if made is None:
            return self._form(setting, setting.locale.drafts.gone, 404)
        return table_response(sheet(SHEET, sheet_rows(made.sentences)), "naskah.csv")

    def _job(self, request: Request, setting: DeskSetting) -> DraftJob | None:
        return self._jobs.find(request.path_params["key"], setting.visitor.name)

    def _result(self, request: Request, setting: DeskSetting) -> CheckedDraft | None:
        job = self._job(request, setting)
        return job.result if job is not None and isinstance(job.result, CheckedDraft) else None


def read_form(kind: str, body: bytes) -> Fields:
    """Read the fields of a form in memory; `NOTHING` where the body is no form.

    Args:
        kind: The content type with its parameters.
        body: The form.
    """
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import File, FormParser, parse_options_header

    texts: dict[str, str] = {}
    files: list[tuple[str, bytes]] = []

    def take(file: File) -> None:
        file.file_object.seek(0)
        if content := file.file_object.read():
            files.append((_decoded(file.file_name), content))

    what, options = parse_options_header(kind)
    if what == b"multipart/form-data":
        try:
            parser = FormParser(
                "multipart/form-data",
                lambda one: texts.update({_decoded(one.field_name): _decoded(one.value)}),
                take,
                boundary=options.get(b"boundary"),
                # No part of it is written to a disk.
                config={"MAX_MEMORY_FILE_SIZE": LARGEST},
            )
            parser.write(body)
        except FormParserError:
            return NOTHING
    else:
        texts = fields_of(body)
    name, raw = files[-1] if files else ("", b"")
    return Fields(texts.get("text", ""), name, raw, article_of(texts.get("article", "").strip()))


def _decoded(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")


def paragraphs(made: CheckedDraft) -> list[list[tuple[str, int, CheckedSentence]]]:
    """The sentences of a draft by paragraph: what stands before each in its line, its number, and it."""
    found: list[list[tuple[str, int, CheckedSentence]]] = []
    at = 0
    for number, one in enumerate(made.sentences, 1):
        between = made.draft.text[at : one.start]
        if not found or "\n" in between:
            found.append([])
        found[-1].append((between.rpartition("\n")[2].strip(), number, one))
        at = one.end
    return found
