"""The chat page: its parts, and what happens when they are used."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

import gradio as gr

from index import TanyaError
from ui import rendering
from ui.asking import FilterError, Filters, ask
from ui.conversation import Conversation
from ui.desk import Assistant, Desk
from ui.escaping import in_html
from ui.session import Session, Sessions
from ui.text import NAME, Language, Words, preferred, words

log = logging.getLogger("tanya.page")

EXAMPLES = 4
PAGE_LANGUAGES = [("Indonesia", "id"), ("English", "en")]
PATIENCE = 0.4
"""Seconds that an unchanged conversation is waited on before the page is told that nothing has changed."""

# The page looks again while it shows something unfinished: see page.js.
_BEAT = "setInterval(() => { if (window.tanya && window.tanya.unfinished()) trigger('submit'); }, 100);"

_REMEMBERED = """() => {
  let kept = null;
  try { kept = localStorage.getItem("tanya-page-language"); } catch (refused) {}
  return [kept || (navigator.languages || [navigator.language]).join(",")];
}"""
_REMEMBER = """(language) => {
  try { localStorage.setItem("tanya-page-language", language); } catch (refused) {}
  return [language];
}"""

Updates = dict[Any, Any]


class Page:
    """The parts of the page and their behaviour; `blocks` is what is served."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sessions = Sessions()
        with gr.Blocks(title=NAME, analytics_enabled=False, fill_width=True) as self.blocks:
            self._lay_out(words("id"))
            self._wire()

    # What the page is made of

    def _lay_out(self, w: Words) -> None:
        self.browser = gr.Textbox(visible=False)
        self.seen = gr.Textbox("", visible=False)
        self.pulse = gr.HTML("", elem_id="pulse", apply_default_css=False, js_on_load=_BEAT)
        with gr.Row(elem_id="top"):
            self.masthead = _html("masthead", rendering.title())
            self.page_language = gr.Radio(
                [("Indonesia", "id"), ("English", "en")],
                value="id",
                elem_id="page-language",
                interactive=True,
            )
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                self._lay_out_talk(w)
            with gr.Column(elem_id="proof"):
                self.sources = _html("sources", rendering.sources(Conversation(), w))
                self.earlier = _html("earlier-sources")
        self.opinion = _html("opinion-part", rendering.opinion_form(w))

    def _lay_out_talk(self, w: Words) -> None:
        self.chat = gr.Chatbot(
            elem_id="chat",
            show_label=False,
            container=False,
            buttons=[],
            feedback_options=None,
            latex_delimiters=[],
            allow_tags=False,
            sanitize_html=True,
            group_consecutive_messages=False,
            placeholder=rendering.welcome(w),
            height=None,
            layout="bubble",
        )
        with gr.Column(elem_id="examples"):
            self.examples_title = _html("examples-title", visible=False)
            self.examples = [
                gr.Button(visible=False, elem_classes="example", size="sm") for _ in range(EXAMPLES)
            ]
        with gr.Column(elem_id="composer"):
            self.notice = _html("notice")
            with gr.Row(elem_id="ask"):
                self.question = gr.Textbox(
                    label=w.question,
                    placeholder=w.placeholder,
                    elem_id="question",
                    lines=1,
                    max_lines=8,
                    container=False,
                    interactive=True,
                    autofocus=True,
                )
                self.send = gr.Button(w.send, elem_id="send", variant="primary")
                self.stop = gr.Button(w.stop, elem_id="stop", variant="stop", visible=False)
            with gr.Row(elem_id="choices"):
                self.answer_language = gr.Radio(
                    _answer_languages(w),
                    value="auto",
                    label=w.answer_language,
                    elem_id="answer-language",
                    interactive=True,
                )
                self.new_chat = gr.Button(w.new_chat, elem_id="new-chat", size="sm", variant="secondary")
            # Not the framework's accordion: it makes its contents when it is opened, and what is entered in
            # the moment after that it puts back.
            with gr.Column(elem_id="filters"):
                self.filters = gr.Button(w.filters, elem_id="limit", size="sm", variant="secondary")
                with gr.Column(elem_id="limits"):
                    with gr.Row():
                        self.since = _date_field("since", w.since)
                        self.until = _date_field("until", w.until)
                    self.publishers = gr.CheckboxGroup(
                        [], elem_id="publishers", visible=False, interactive=True
                    )

    # What happens

    def _wire(self) -> None:
        shown = [self.seen, self.chat, self.sources, self.earlier, self.send, self.stop, *self._example_parts]
        furnished = [self.masthead, *self._example_parts, self.publishers]
        everything = [*shown, *furnished, self.question, self.notice, *self._labelled]
        everything = list(dict.fromkeys(everything))
        # Nothing goes through the framework's queue: when one queued event of a page ends just as the next
        # begins, the browser closes the stream that carries both, and an answer is lost.
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
        choices = {
            self.seen,
            self.page_language,
            self.answer_language,
            self.since,
            self.until,
            self.publishers,
        }
        for box, triggers in [
            (self.question, [self.question.submit, self.send.click]),
            *((button, [button.click]) for button in self.examples),
        ]:
            outputs = [*shown, self.question, self.notice]
            # "multiple": no question is dropped that is sent while the page still hears of the last.
            gr.on(triggers, self._ask_from(box), {box, *choices}, outputs, trigger_mode="multiple", **private)
        self.pulse.submit(self.watch, [self.seen, self.page_language], everything, **private)
        self.stop.click(self.halt, [self.seen, self.page_language], shown, **private)
        self.new_chat.click(self.restart, [self.page_language], everything, **private)
        self.page_language.input(self.translate, [self.page_language], everything, js=_REMEMBER, **private)
        self.blocks.load(self.greet, [self.browser], everything, js=_REMEMBERED, **private)

    def _ask_from(self, box: Any) -> Callable[[Updates, gr.Request], Updates]:
        def ask_from(values: Updates, request: gr.Request) -> Updates:
            return self.ask(box, values, request)

        return ask_from

    def ask(self, box: Any, values: Updates, request: gr.Request) -> Updates:
        """Ask what stands in `box`, the question box or an example, under the choices in `values`."""
        question, w = values[box], words(values[self.page_language])
        if not question.strip():
            return {self.notice: rendering.notice(w.empty)}
        try:
            filters = Filters.read(values[self.since], values[self.until], values[self.publishers], w)
        except FilterError as error:
            return {self.notice: rendering.notice(str(error), about="limits")}
        session = self._session(request)
        language = values[self.answer_language]
        session.ask(
            question,
            lambda history: ask(self.desk, question, w, language=language, history=history, filters=filters),
        )
        version, conversation = session.look()
        shown = self._show(version, conversation, w, _read_stamp(values[self.seen]).furnished)
        return {self.question: _to_put_right(conversation) or "", self.notice: "", **shown}

    def watch(self, seen: str, page_language: Language, request: gr.Request) -> Updates:
        """What is unlike what the page has `seen`, as soon as anything is."""
        known = _read_stamp(seen)
        w = words(page_language)
        version, conversation = self._session(request).look(known.version, PATIENCE)
        if known.language != page_language:
            return self._everything(version, conversation, w)
        updates: Updates = {self.seen: seen}
        if known.version != version:
            updates = self._show(version, conversation, w, known.furnished)
            if refused := _to_put_right(conversation):
                updates[self.question] = refused
        if self.desk.settled and not known.furnished:
            updates.update(self._furnish(w, conversation))
            updates[self.seen] = _stamp(version, True, w)
        return updates

    def halt(self, seen: str, page_language: Language, request: gr.Request) -> Updates:
        session = self._session(request)
        session.stop()
        return self._show(*session.look(), words(page_language), _read_stamp(seen).furnished)

    def restart(self, page_language: Language, request: gr.Request) -> Updates:
        session = self._session(request)
        session.clear()
        return self.translate(page_language, request)

    def translate(self, page_language: Language, request: gr.Request) -> Updates:
        return self._everything(*self._session(request).look(), words(page_language))

    def greet(self, browser: str, request: gr.Request) -> Updates:
        """Open the page in the language that was chosen here before, else in the browser's."""
        w = words(preferred(browser.split(",")))
        # Only here: at any later time the visitor's own choice must not be overtaken.
        chosen = {self.page_language: gr.update(label=w.page_language, value=w.language)}
        return {**self.translate(w.language, request), **chosen}

    def _session(self, request: gr.Request) -> Session:
        return self.sessions[str(request.session_hash)]

    # How it is shown

    @property
    def _example_parts(self) -> list[Any]:
        return [self.examples_title, *self.examples]

    @property
    def _labelled(self) -> list[Any]:
        return [
            self.page_language,
            self.answer_language,
            self.question,
            self.send,
            self.stop,
            self.new_chat,
            self.filters,
            self.since,
            self.until,
            self.opinion,
        ]

    def _labels(self, w: Words) -> Updates:
        return {
            self.page_language: gr.update(label=w.page_language),
            self.answer_language: gr.update(
                label=w.answer_language,
                choices=_answer_languages(w),
            ),
            self.question: gr.update(label=w.question, placeholder=w.placeholder),
            self.new_chat: gr.update(value=w.new_chat),
            self.filters: gr.update(value=w.filters),
            self.since: gr.update(label=w.since),
            self.until: gr.update(label=w.until),
            self.opinion: rendering.opinion_form(w),
        }

    def _show(self, version: int, conversation: Conversation, w: Words, furnished: bool) -> Updates:
        """The conversation in all its places; the example questions make room for it."""
        updates: Updates = {
            self.seen: _stamp(version, furnished, w),
            self.chat: gr.update(value=rendering.messages(conversation, w), placeholder=rendering.welcome(w)),
            self.sources: rendering.sources(conversation, w),
            self.earlier: rendering.earlier_sources(conversation, w),
            self.send: gr.update(value=w.send, visible=not conversation.unfinished),
            self.stop: gr.update(value=w.stop, visible=conversation.unfinished),
        }
        if conversation.turns:
            updates.update(dict.fromkeys(self._example_parts, gr.update(visible=False)))
        return updates

    def _everything(self, version: int, conversation: Conversation, w: Words) -> Updates:
        furnished = self.desk.settled
        return {
            self.notice: "",
            **self._labels(w),
            **self._show(version, conversation, w, furnished),
            **(self._furnish(w, conversation) if furnished else {self.masthead: rendering.masthead(w, None)}),
        }

    def _furnish(self, w: Words, conversation: Conversation) -> Updates:
        """What depends on the articles: their number, the example questions, the publishers."""
        updates: Updates = {}
        try:
            assistant = self.desk.assistant()
            library = assistant.library
            updates[self.masthead] = rendering.masthead(w, library.count())
            updates.update(self._offer(assistant, w, conversation))
            publishers = library.publishers()
            updates[self.publishers] = gr.update(
                choices=publishers, label=w.publishers, visible=len(publishers) > 1
            )
        except TanyaError as error:
            updates[self.masthead] = rendering.masthead(w, None, problem=f"{w.unready}: {error}")
        except Exception:
            log.exception("the assistant could not be opened")
            updates[self.masthead] = rendering.masthead(w, None, problem=w.unready)
        return updates

    def _offer(self, assistant: Assistant, w: Words, conversation: Conversation) -> Updates:
        questions: Sequence[str] = [] if conversation.turns else assistant.examples(w.language, EXAMPLES)
        updates: Updates = {
            button: gr.update(value=question or "", visible=bool(question))
            for button, question in zip_longest(self.examples, questions[:EXAMPLES])
        }
        title = f"<h2>{in_html(w.examples)}</h2>"
        updates[self.examples_title] = gr.update(value=title, visible=bool(questions))
        return updates


class Stamp(NamedTuple):
    """What a page shows: a version of the conversation, in a language, and whether the articles as well."""

    version: int
    furnished: bool
    language: str


def _to_put_right(conversation: Conversation) -> str | None:
    """The question that was just refused, which is to be changed and not to be typed again."""
    latest = conversation.latest
    return latest.question if latest is not None and latest.state == "refused" else None


def _stamp(version: int, furnished: bool, w: Words) -> str:
    return f"{version} {int(furnished)} {w.language}"


def _read_stamp(stamp: str) -> Stamp:
    version, furnished, language = (stamp or "-1 0 none").split()
    return Stamp(int(version), furnished == "1", language)


def _answer_languages(w: Words) -> list[tuple[str, str]]:
    return [(w.automatic, "auto"), *PAGE_LANGUAGES]


def _html(elem_id: str, value: str = "", *, visible: bool = True) -> Any:
    return gr.HTML(value, elem_id=elem_id, visible=visible, apply_default_css=False, js_on_load=None)


def _date_field(elem_id: str, label: str) -> Any:
    """The browser's own date field: it has the user's calendar, keyboard and language."""
    return gr.HTML(
        "",
        label=label,
        elem_id=elem_id,
        elem_classes="date",
        apply_default_css=False,
        html_template='<label><span>${label}</span><input type="date" value="${value}"></label>',
        js_on_load="element.addEventListener('change', event => { props.value = event.target.value; });",
    )
