"""The review page: unanswered questions and what became of them, and what readers said; no script.

Open questions are asked again in the background once the articles have changed.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from index import Busy, LibraryError, NoIndex, TanyaError
from index.library import Library
from index.models import GAP_STATES, Gap, GapState
from rag.feedback import DOWN, UP, Opinion, ask_again, due, gap_sheet, opinion_sheet, opinions, quotation
from ui.auth.accounts import Visitor, visitor_of
from ui.locales import LANGUAGES
from ui.markup import (
    address_of,
    at,
    body_of,
    download,
    fields_of,
    is_same_origin,
    page,
    page_response,
    read_number,
    table_response,
    typed,
)
from ui.pages import Setting, refusal, too_many
from ui.service import AssistantService, Crowded, SentOpinion, client_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from rag.pipeline import Assistant

log = logging.getLogger("tanya.page")

SHOWN = 200
"""Rows of each list that are shown; a download has all."""


DEEDS: Mapping[str, GapState] = {"done": "done", "dismiss": "dismissed", "open": "open"}
"""Actions on an unanswered question, beside asking it again, with the state that each leads to."""

OFFERED: Mapping[GapState, tuple[str, ...]] = {
    "open": ("done", "dismiss", "again"),
    "answered": ("done", "dismiss", "open"),
    "done": ("open", "again"),
    "dismissed": ("open", "again"),
}
"""The actions that are offered in each state."""


LARGEST = 64 * 1024
"""Bytes of an opinion that is sent; its correction is far shorter."""


def add_routes(app: FastAPI, service: AssistantService) -> None:
    """Add them to the application; the page itself is mounted afterwards, beneath all of them."""

    async def feedback(request: Request) -> Response:
        if not is_same_origin(request.headers):
            return JSONResponse({"kept": False}, 403)
        body = await body_of(request, LARGEST)
        if body is None:
            return JSONResponse({"kept": False}, 413)
        try:
            opinion = SentOpinion.read(json.loads(body))
        except (ValueError, RecursionError):
            opinion = None
        if opinion is None:
            return JSONResponse({"kept": False}, 400)
        try:
            visitor = visitor_of(request.scope).name
            kept = await run_in_threadpool(
                service.answers.judge, opinion, lambda: service.assistant().library, visitor
            )
        except TanyaError as error:
            log.warning("an opinion was not kept: %s", error)
            return JSONResponse({"kept": False}, 503)
        return JSONResponse({"kept": kept}, 200 if kept else 404)

    async def with_library(
        request: Request, make: Callable[[Request, Library], Response | Awaitable[Response]]
    ) -> Response:
        try:
            made = await run_in_threadpool(lambda: make(request, service.assistant().library))
            return made if isinstance(made, Response) else await made
        except NoIndex:
            setting = Setting.of(request)
            return setting.message(setting.words.first_asked, 200, setting.words.review)
        except TanyaError as error:
            log.warning("%s", error)
            setting = Setting.of(request)
            return setting.message(f"{setting.words.unready}: {error}", 503)

    async def gaps(request: Request) -> Response:
        visitor = visitor_of(request.scope)
        if not visitor.may_edit:
            return refusal(request, 403, lambda words: words.forbidden)
        if not is_same_origin(request.headers):
            return refusal(request, 403, lambda words: words.cross_site)
        form = fields_of(await request.body())
        if form.get("do") == "again" and (wait := service.limits.question(client_of(request.scope))):
            return too_many(request, wait)
        return await with_library(request, lambda _, library: _work(service, library, form, visitor))

    app.add_api_route("/feedback", typed(feedback), methods=["POST"])
    app.add_api_route("/review/gaps", typed(gaps), methods=["POST"])
    for path, make in (
        ("/review", _review),
        ("/review/questions.csv", _questions),
        ("/review/feedback.csv", _feedback),
        ("/review/feedback.qa.yaml", _cases),
    ):
        app.add_api_route(path, typed(partial(with_library, make=make)), methods=["GET"])


def _review(request: Request, library: Library) -> Response:
    """The page: unanswered questions, the most asked first, and what readers said, the newest first."""
    setting = Setting.of(request)
    words, t = setting.words, setting.locale.review
    verdict, state = _verdict(request), _state(request)
    gaps = library.gaps()
    counts = Counter[str](gap.state for gap in gaps)
    verdicts = {UP: words.good, DOWN: words.bad}
    written = page(
        "review.html",
        words,
        in_language={one: _address(one, verdict, state) for one in LANGUAGES},
        t=t,
        gaps=[gap for gap in gaps if state in {"", gap.state}],
        states=[
            (
                t.states[one],
                words.number(counts[one] if one else len(gaps)),
                f"{_address(words.language, verdict, one)}#gaps",
                one == state,
            )
            for one in (*OFFERED, "")
        ],
        state=state,
        offered=OFFERED if setting.visitor.may_edit else {},
        done=t.told.get(request.query_params.get("told", ""), ""),
        quoted=lambda gap: quotation(library, gap.answer),
        opinions=_opinions(library, verdict),
        most=SHOWN,
        title_of=partial(_title, library),
        address_of=address_of,
        verdict=verdict,
        verdicts=verdicts,
        choices=[
            (name, f"{_address(words.language, one, state)}#opinions", one == verdict)
            for one, name in {"": words.all_verdicts, **verdicts}.items()
        ],
        query=f"?{urlencode({'verdict': verdict})}" if verdict else "",
        gap_query=f"?{urlencode({'state': state})}" if state else "",
    )
    return page_response(written)


def _address(language: str, verdict: str, state: str, **more: str) -> str:
    """The page with these choices; the open questions are shown where no state is named."""
    query = {"language": language} | ({"verdict": verdict} if verdict else {})
    return "review?" + urlencode(query | ({} if state == "open" else {"state": state or "all"}) | more)


def _verdict(request: Request) -> str:
    """The verdict that is asked for, empty for all of them."""
    verdict = request.query_params.get("verdict", "")
    return verdict if verdict in {UP, DOWN} else ""


def _state(request: Request, default: str = "open") -> str:
    """The state that is asked for, empty for all."""
    state = request.query_params.get("state", default)
    return state if state in GAP_STATES else default if state != "all" else ""


def _opinions(library: Library, verdict: str) -> list[Opinion]:
    return [one for one in opinions(library.feedback()) if verdict in {"", one.verdict}]


def _questions(request: Request, library: Library) -> Response:
    state = _state(request, "")
    gaps = [gap for gap in library.gaps() if state in {"", gap.state}]
    return table_response(gap_sheet(gaps), "questions.csv")


def _feedback(request: Request, library: Library) -> Response:
    return table_response(opinion_sheet(_opinions(library, _verdict(request))), "feedback.csv")


def _cases(request: Request, library: Library) -> Response:
    from rag.evaluation.proposals import propose_from_feedback, write_cases

    proposals = propose_from_feedback(
        _opinions(library, _verdict(request)), lambda name: _title(library, name) is not None
    )
    return download(write_cases(*proposals).encode(), "feedback.qa.yaml", "application/yaml")


def _title(library: Library, article_id: str) -> str | None:
    """The title of an article, None where it is gone."""
    try:
        return library.article(article_id).title
    except TanyaError:
        return None


async def _work(
    service: AssistantService, library: Library, form: Mapping[str, str], visitor: Visitor
) -> Response:
    """Do with a question what a form says, and show the page again."""
    number, deed = read_number(form.get("id"), 18), form.get("do", "")
    outcome = "gone"
    gaps = await run_in_threadpool(library.gaps)
    gap = next((one for one in gaps if one.number == number), None)
    if gap is not None and deed == "again":
        outcome = await _ask_now(service, gap, visitor.name or None)
    elif gap is not None and deed in DEEDS:
        by = visitor.name or None
        await run_in_threadpool(library.mark_gap, gap.number, DEEDS[deed], by, answer=gap.answer)
        outcome = DEEDS[deed]
    if outcome not in {"gone", "crowded"}:
        log.info("question %d is %s, by %s", number, outcome, visitor.name or "a local user")
    language, verdict, state = (form.get(one, "") for one in ("language", "verdict", "state"))
    address = _address(
        language if language in LANGUAGES else LANGUAGES[0],
        verdict if verdict in {UP, DOWN} else "",
        state if state in GAP_STATES else "",
        told=outcome,
    )
    return RedirectResponse(at(f"/{address}#gaps"), 303)


async def _ask_now(service: AssistantService, gap: Gap, by: str | None) -> str:
    """Ask a question again in its turn; how that ended, as a key of the page's words."""
    assistant = await run_in_threadpool(service.assistant)
    try:
        answered = await service.seated(partial(ask_again, assistant, gap, by))
    except Crowded:
        return "crowded"
    return "answered" if answered else "still"


LOOK = 5.0
"""Seconds between two looks whether the articles have changed."""

QUIET = 10.0
"""Seconds without a change of the articles before questions are asked again."""

SHARE = 0.25
"""Share of the time that asking again may take."""

MOST_AGAIN = 200
"""Questions that are asked again in an hour; the others wait for the next."""

HOUR = 3600.0


class Asker:
    """Asks open questions again in a background thread once the articles have changed.

    One at a time, while nobody else asks, for a share of the time and so many in an hour.

    Args:
        service: Whom to ask.
        look: See `LOOK`.
        quiet: See `QUIET`.
        share: See `SHARE`.
        most: See `MOST_AGAIN`.
        clock: Seconds.
    """

    def __init__(
        self,
        service: AssistantService,
        *,
        look: float = LOOK,
        quiet: float = QUIET,
        share: float = SHARE,
        most: int = MOST_AGAIN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._look, self._quiet, self._share, self._most = look, quiet, share, most
        self._clock = clock
        self._stopped = threading.Event()
        self._asked: deque[float] = deque(maxlen=most)
        self._seen: int | None = None
        self._since = clock()
        self._settled: int | None = None

    def start(self) -> None:
        """Begin; it ends with the server."""
        threading.Thread(target=self._run, name="ask-again", daemon=True).start()

    def stop(self) -> None:
        """End after the question that is being asked."""
        self._stopped.set()

    def _run(self) -> None:
        failure = ""
        while not self._stopped.wait(self._look) and not self._service.queue.closed:
            try:
                assistant = self._service.look()
                if assistant is not None:
                    self.look(assistant)
                failure = ""
            except NoIndex:
                # There are no questions before the first articles.
                continue
            except Busy as error:
                log.info("questions are asked again later: %s", error)
            except Exception as error:
                # Until the articles change again: it may be a replica that cannot be written.
                self._settled = self._seen
                if repr(error) == failure:
                    continue
                failure = repr(error)
                if isinstance(error, LibraryError):
                    log.warning("questions are not asked again: %s", error)
                else:
                    log.exception("questions are not asked again")

    def look(self, assistant: Assistant) -> int:
        """Ask what is due now, as far as there is time; how many were asked."""
        library = assistant.library
        indexed = library.indexed() if isinstance(library, Library) else None
        if indexed != self._seen:
            self._seen, self._since = indexed, self._clock()
        if indexed in {None, self._settled} or self._clock() - self._since < self._quiet:
            return 0
        count = answered = 0
        waiting = due(library)
        for gap in waiting:
            if not self._may_go_on() or library.indexed() != indexed:
                break
            begun = self._clock()
            with self._service.queue.line_up() as place:
                if not place.seated:
                    break
                answered += ask_again(assistant, gap, wanted=False)
            self._asked.append(begun)
            count += 1
            self._stopped.wait((self._clock() - begun) * (1 / self._share - 1))
        if count == len(waiting):
            self._settled = indexed
        if count:
            log.info("%d questions were asked again, %d are answered now", count, answered)
        return count

    def _may_go_on(self) -> bool:
        queue = self._service.queue
        if self._stopped.is_set() or queue.closed or queue.taken or queue.waiting:
            return False
        return len(self._asked) < self._most or self._clock() - self._asked[0] >= HOUR
