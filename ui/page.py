"""The chat page: what happens when its parts are used."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from math import ceil
from typing import Any, NamedTuple

import gradio as gr

from index import TanyaError
from ui import masthead
from ui.access.visitor import Visitor, visitor_of
from ui.asking import ask
from ui.conversation import Conversation
from ui.desk import Assistant, Desk
from ui.escaping import in_html
from ui.filters import FilterError, Filters
from ui.parts import EXAMPLES, Parts, Updates
from ui.past import Kept, reopen
from ui.serving.limits import client_of
from ui.session import Session, Sessions
from ui.text import NAME, Language, Words, preferred, words

log = logging.getLogger("tanya.page")

PATIENCE = 0.4
"""Seconds that an unchanged conversation is waited on before the page is told that nothing has changed."""

_REMEMBERED = """() => {
  let kept = null;
  try { kept = localStorage.getItem("tanya-page-language"); } catch (refused) {}
  return [kept || (navigator.languages || [navigator.language]).join(",")];
}"""
_REMEMBER = """(language) => {
  try { localStorage.setItem("tanya-page-language", language); } catch (refused) {}
  return [language];
}"""


class Page:
    """The page and its behaviour; `blocks` is what is served."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sessions = Sessions()
        with gr.Blocks(title=NAME, analytics_enabled=False, fill_width=True) as self.blocks:
            self.parts = Parts(words("id"))
            self._wire()

    def _wire(self) -> None:
        p = self.parts
        # Nothing goes through the framework's queue: when one queued event of a page ends just as the next
        # begins, the browser closes the stream that carries both, and an answer is lost.
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
        choices = {p.seen, p.page_language, p.answer_language, *p.limits}
        answered = [*p.shown, p.question, p.notice, p.changing]
        for box, triggers in [
            (p.question, [p.question.submit, p.send.click]),
            *((button, [button.click]) for button in p.examples),
        ]:
            # "multiple": no question is dropped that is sent while the page still hears of the last.
            inputs = {box, p.changing, *choices}
            gr.on(triggers, self._ask_from(box), inputs, answered, trigger_mode="multiple", **private)
        p.told.submit(self.take_up, {p.told, *choices}, answered, trigger_mode="multiple", **private)
        p.pulse.submit(self.watch, [p.seen, p.page_language], p.everything, **private)
        p.past.submit(self.reopen, [p.past, p.page_language], [*p.everything, p.past], **private)
        p.stop.click(self.halt, [p.seen, p.page_language], p.shown, **private)
        p.new_chat.click(self.restart, [p.page_language], p.everything, **private)
        p.page_language.input(self.translate, [p.page_language], p.everything, js=_REMEMBER, **private)
        limited = [p.since.submit, p.until.submit, p.publishers.input, p.page_language.input]
        told = [p.reach, p.no_filters]
        gr.on(limited, self.limit, {p.page_language, *p.limits}, told, trigger_mode="always_last", **private)
        p.no_filters.click(self.unlimit, [], [*told, *p.limits], **private)
        self.blocks.load(self.greet, [p.browser], p.everything, js=_REMEMBERED, **private)

    # Asking

    def _ask_from(self, box: Any) -> Callable[[Updates, gr.Request], Updates]:
        def ask_from(values: Updates, request: gr.Request) -> Updates:
            return self.ask(values[box], values, request, _number(values[self.parts.changing]))

        return ask_from

    def ask(self, question: str, values: Updates, request: gr.Request, again: int | None = None) -> Updates:
        """Ask under the choices in `values`; `again` is the index of the turn that the question puts anew."""
        p, w = self.parts, words(values[self.parts.page_language])
        if not question.strip():
            return {p.notice: masthead.notice(w.empty)}
        try:
            filters = self._filters(values, w)
        except FilterError as error:
            return {p.notice: masthead.notice(str(error), about="limits")}
        if wait := self.desk.limits.question(client_of(_scope(request))):
            told = w.too_often.format(seconds=w.number(ceil(wait)))
            return {p.question: gr.skip(), p.notice: masthead.notice(told)}
        session = self._session(request)
        language, visitor = values[p.answer_language], _visitor(request).name
        session.ask(
            question,
            lambda history: ask(
                self.desk,
                question,
                w,
                language=language,
                history=history,
                filters=filters,
                visitor=visitor,
            ),
            again,
        )
        version, conversation = session.look()
        shown = self._show(version, conversation, w, _read_stamp(values[p.seen]).furnished)
        return {p.question: _to_put_right(conversation) or "", p.notice: "", p.changing: "", **shown}

    def take_up(self, values: Updates, request: gr.Request) -> Updates:
        """Do with a question of the conversation what a button beside it says: change it, or ask it again."""
        p, w = self.parts, words(values[self.parts.page_language])
        deed, turn = _read_deed(values[p.told])
        _, conversation = self._session(request).look()
        if deed == "cancel":
            return {p.question: "", p.notice: "", p.changing: ""}
        if turn is None or turn >= len(conversation.turns):
            return {}
        question = conversation.turns[turn].question
        if deed == "repeat":
            return {**self.ask(question, values, request, turn), p.question: gr.skip()}
        if deed == "change":
            told = masthead.changing(w, question)
            return {p.question: question, p.notice: told, p.changing: str(turn)}
        return {}

    def halt(self, seen: str, page_language: Language, request: gr.Request) -> Updates:
        session = self._session(request)
        session.stop()
        return self._show(*session.look(), words(page_language), _read_stamp(seen).furnished)

    def restart(self, page_language: Language, request: gr.Request) -> Updates:
        session = self._session(request)
        session.clear()
        return self.translate(page_language, request)

    def reopen(self, kept: str, page_language: Language, request: gr.Request) -> Updates:
        """Go on with a conversation that the browser kept, as far as the articles still prove it."""
        sent = Kept.read(kept)
        if sent is None or not sent.cards:
            return {}
        w = words(page_language)
        try:
            conversation = reopen(sent, self.desk, _visitor(request).name)
        except TanyaError as error:
            return {self.parts.notice: masthead.notice(f"{w.unready}: {error}")}
        self._session(request).restore(conversation, only_new=sent.reloaded)
        return {**self.translate(page_language, request), self.parts.past: ""}

    def _session(self, request: gr.Request) -> Session:
        return self.sessions[_visitor(request).name, str(request.session_hash)]

    # Limiting the articles

    def limit(self, values: Updates) -> Updates:
        """Tell how many articles the filters leave, as soon as they are chosen."""
        p, w = self.parts, words(values[self.parts.page_language])
        try:
            filters = self._filters(values, w)
        except FilterError as error:
            return {p.reach: masthead.reach_unknown(str(error)), p.no_filters: gr.update(visible=True)}
        return {p.reach: self._reach(filters, w), p.no_filters: gr.update(visible=bool(filters))}

    def unlimit(self) -> Updates:
        p = self.parts
        return {
            p.reach: "",
            p.no_filters: gr.update(visible=False),
            p.since: "",
            p.until: "",
            p.publishers: [],
        }

    def _reach(self, filters: Filters, w: Words) -> str:
        if not filters or not self.desk.settled:
            return ""
        try:
            assistant = self.desk.assistant()
            left = assistant.count(since=filters.since, until=filters.until, sources=filters.sources)
            return masthead.reach(w, left, assistant.library.count())
        except TanyaError as error:
            log.warning("%s", error)
            return ""

    def _filters(self, values: Updates, w: Words) -> Filters:
        since, until, publishers = (values[part] for part in self.parts.limits)
        return Filters.read(since, until, publishers, w)

    # Showing

    def watch(self, seen: str, page_language: Language, request: gr.Request) -> Updates:
        """What is unlike what the page has `seen`, as soon as anything is."""
        p = self.parts
        known = _read_stamp(seen)
        w = words(page_language)
        version, conversation = self._session(request).look(known.version, PATIENCE)
        if known.language != page_language:
            return self._everything(version, conversation, w, _visitor(request))
        updates: Updates = {p.seen: seen}
        if known.version != version:
            updates = self._show(version, conversation, w, known.furnished)
            if refused := _to_put_right(conversation):
                updates[p.question] = refused
        if self.desk.settled and not known.furnished:
            updates.update(self._furnish(w, conversation, _visitor(request)))
            updates[p.seen] = _stamp(version, True, w)
        return updates

    def translate(self, page_language: Language, request: gr.Request) -> Updates:
        return self._everything(*self._session(request).look(), words(page_language), _visitor(request))

    def greet(self, browser: str, request: gr.Request) -> Updates:
        """Open the page in the language that was chosen here before, else in the browser's."""
        w = words(preferred(browser.split(",")))
        # Only here: at any later time the visitor's own choice must not be overtaken.
        chosen = {self.parts.page_language: gr.update(label=w.page_language, value=w.language)}
        return {**self.translate(w.language, request), **chosen}

    def _show(self, version: int, conversation: Conversation, w: Words, furnished: bool) -> Updates:
        return {
            self.parts.seen: _stamp(version, furnished, w),
            **self.parts.conversation(conversation, w),
        }

    def _everything(self, version: int, conversation: Conversation, w: Words, visitor: Visitor) -> Updates:
        p, furnished = self.parts, self.desk.settled
        head = (
            self._furnish(w, conversation, visitor)
            if furnished
            else {p.masthead: masthead.masthead(w, None, visitor=visitor)}
        )
        return {
            p.notice: "",
            p.changing: "",
            **p.labels(w),
            **self._show(version, conversation, w, furnished),
            **head,
        }

    def _furnish(self, w: Words, conversation: Conversation, visitor: Visitor) -> Updates:
        """What depends on the articles: their number, the example questions, the publishers."""
        p = self.parts
        updates: Updates = {}
        try:
            assistant = self.desk.assistant()
            library = assistant.library
            updates[p.masthead] = masthead.masthead(w, library.count(), visitor=visitor)
            updates.update(self._offer(assistant, w, conversation))
            publishers = library.publishers()
            updates[p.publishers] = gr.update(
                choices=publishers, label=w.publishers, visible=len(publishers) > 1
            )
        except TanyaError as error:
            problem = f"{w.unready}: {error}"
            updates[p.masthead] = masthead.masthead(w, None, problem=problem, visitor=visitor)
        except Exception:
            log.exception("the assistant could not be opened")
            updates[p.masthead] = masthead.masthead(w, None, problem=w.unready, visitor=visitor)
        return updates

    def _offer(self, assistant: Assistant, w: Words, conversation: Conversation) -> Updates:
        p = self.parts
        questions: Sequence[str] = [] if conversation.turns else assistant.examples(w.language, EXAMPLES)
        updates: Updates = {
            button: gr.update(value=question or "", visible=bool(question))
            for button, question in zip_longest(p.examples, questions[:EXAMPLES])
        }
        title = f"<h2>{in_html(w.examples)}</h2>"
        updates[p.examples_title] = gr.update(value=title, visible=bool(questions))
        return updates


class Stamp(NamedTuple):
    """What a page shows: a version of the conversation, in a language, and whether the articles as well."""

    version: int
    furnished: bool
    language: str


def _scope(request: gr.Request) -> Mapping[str, Any]:
    # The framework's own request wraps that of the server, which has passed the guard.
    if request.request is None:
        raise RuntimeError("an event of the page came without a request")
    scope: Mapping[str, Any] = request.request.scope
    return scope


def _visitor(request: gr.Request) -> Visitor:
    return visitor_of(_scope(request))


def _to_put_right(conversation: Conversation) -> str | None:
    """The question that was just refused, which is to be changed and not to be typed again."""
    latest = conversation.latest
    return latest.question if latest is not None and latest.state == "refused" else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 9 else None


def _read_deed(told: Any) -> tuple[str, int | None]:
    """What a button within the chat says is to be done, and with the turn of which index."""
    try:
        said = json.loads(told)
        deed, turn = str(said["deed"]), said.get("turn")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "", None
    return deed, turn - 1 if isinstance(turn, int) and turn > 0 else None


def _stamp(version: int, furnished: bool, w: Words) -> str:
    return f"{version} {int(furnished)} {w.language}"


def _read_stamp(stamp: str) -> Stamp:
    version, furnished, language = (stamp or "-1 0 none").split()
    return Stamp(int(version), furnished == "1", language)
