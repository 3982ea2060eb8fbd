"""The chat page: its parts, and what happens when they are used."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any

import gradio as gr

from index import TanyaError
from ui import rendering
from ui.asking import FilterError, Filters, ask
from ui.conversation import Conversation
from ui.desk import Assistant, Desk
from ui.escaping import in_html
from ui.text import NAME, Language, Words, preferred, words

log = logging.getLogger("tanya.page")

EXAMPLES = 4
PAGE_LANGUAGES = [("Indonesia", "id"), ("English", "en")]
POLL = 0.7
"""Seconds between two looks at whether the assistant is ready."""

_REMEMBERED = """() => {
  let kept = null;
  try { kept = localStorage.getItem("tanya-page-language"); } catch (refused) {}
  return [kept || (navigator.languages || [navigator.language]).join(",")];
}"""
_REMEMBER = """(language, ...rest) => {
  try { localStorage.setItem("tanya-page-language", language); } catch (refused) {}
  return [language, ...rest];
}"""

Updates = dict[Any, Any]


class Page:
    """The parts of the page and their behaviour; `blocks` is what is served."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with gr.Blocks(title=NAME, analytics_enabled=False, fill_width=True) as self.blocks:
            self._lay_out(words("id"))
            self._wire()

    # What the page is made of

    def _lay_out(self, w: Words) -> None:
        self.conversation = gr.State(Conversation())
        self.browser = gr.Textbox(visible=False)
        self.timer = gr.Timer(POLL, active=False)
        with gr.Row(elem_id="top"):
            self.masthead = _html("masthead", rendering.masthead(w, None))
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
            with gr.Accordion(w.filters, open=False, elem_id="filters") as self.filters:
                with gr.Row():
                    self.since = _date_field("since", w.since)
                    self.until = _date_field("until", w.until)
                self.publishers = gr.CheckboxGroup([], elem_id="publishers", visible=False, interactive=True)

    # What happens

    def _wire(self) -> None:
        shown = [self.conversation, self.chat, self.sources, self.earlier, *self._example_parts]
        running = [self.question, self.notice, self.send, self.stop, *shown]
        choices = {
            self.conversation,
            self.page_language,
            self.answer_language,
            self.since,
            self.until,
            self.publishers,
        }
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        limits: dict[str, Any] = {"concurrency_limit": 2, "concurrency_id": "ask"}
        events = [
            gr.on(triggers, partial(self.ask, box), {box, *choices}, running, **private, **limits)
            for box, triggers in [
                (self.question, [self.question.submit, self.send.click]),
                *((button, [button.click]) for button in self.examples),
            ]
        ]
        self.stop.click(
            self.halt,
            [self.conversation, self.page_language],
            [self.send, self.stop, *shown],
            cancels=events,
            **private,
        )
        furnishing = [self.masthead, *self._example_parts, self.publishers, self.timer]
        self.new_chat.click(
            self.restart, [self.page_language], [*running, *furnishing], cancels=events, **private
        )
        everything = list(dict.fromkeys([*running, *furnishing, *self._labelled]))
        unlimited: dict[str, Any] = {"concurrency_limit": None}
        self.blocks.load(
            self.greet,
            [self.browser],
            [self.page_language, *everything],
            js=_REMEMBERED,
            **private,
            **unlimited,
        )
        self.page_language.input(
            self.translate,
            [self.page_language, self.conversation],
            everything,
            js=_REMEMBER,
            **private,
            **unlimited,
        )
        self.timer.tick(
            self.furnish, [self.page_language, self.conversation], furnishing, **private, **unlimited
        )

    def ask(self, box: Any, values: Updates) -> Iterator[Updates]:
        """Ask what stands in `box`, the question box or an example, under the choices in `values`."""
        question, conversation = values[box], values[self.conversation]
        w = words(values[self.page_language])
        if not question.strip():
            yield {self.notice: rendering.notice(w.empty)}
            return
        try:
            filters = Filters.read(values[self.since], values[self.until], values[self.publishers], w)
        except FilterError as error:
            yield {self.notice: rendering.notice(str(error)), self.filters: gr.update(open=True)}
            return
        language = values[self.answer_language]
        progress = ask(self.desk, conversation, question, w, language=language, filters=filters)
        conversation, claims = next(progress)
        # The box is emptied once, at the beginning: what is typed meanwhile is the next question.
        yield {
            self.question: "",
            self.notice: "",
            **self._running(True),
            **self._show(conversation, w, claims),
        }
        for conversation, claims in progress:
            yield self._show(conversation, w, claims)
        done = self._running(False)
        if conversation.latest is not None and conversation.latest.state == "refused":
            done[self.question] = question
        yield done

    def halt(self, conversation: Conversation, page_language: Language) -> Updates:
        return {**self._running(False), **self._show(conversation.stopped(), words(page_language))}

    def restart(self, page_language: Language) -> Updates:
        empty = Conversation()
        w = words(page_language)
        return {
            self.question: "",
            self.notice: "",
            **self._running(False),
            **self._show(empty, w),
            **self.furnish(page_language, empty),
        }

    def greet(self, browser: str) -> Updates:
        """Open the page in the language that was chosen here before, else in the browser's."""
        language = preferred(browser.split(","))
        return {self.page_language: gr.update(value=language), **self.translate(language, Conversation())}

    def translate(self, page_language: Language, conversation: Conversation) -> Updates:
        w = words(page_language)
        latest = conversation.latest
        shown = {} if latest and latest.state == "waiting" else self._show(conversation, w)
        return {self.notice: "", **shown, **self._labels(w), **self.furnish(page_language, conversation)}

    def furnish(self, page_language: Language, conversation: Conversation) -> Updates:
        """What depends on the articles: their number, the example questions, the publishers."""
        w = words(page_language)
        if not self.desk.settled:
            return {self.masthead: rendering.masthead(w, None), self.timer: gr.Timer(active=True)}
        updates: Updates = {self.timer: gr.Timer(active=False)}
        try:
            assistant = self.desk.assistant()
            articles = assistant.library.articles()
            updates[self.masthead] = rendering.masthead(w, len(articles))
            updates.update(self._offer(assistant, w, conversation))
            publishers = sorted({article.source for article in articles if article.source}, key=str.casefold)
            updates[self.publishers] = gr.update(
                choices=publishers, label=w.publishers, visible=len(publishers) > 1
            )
        except TanyaError as error:
            updates[self.masthead] = rendering.masthead(w, None, problem=f"{w.unready}: {error}")
        except Exception:
            log.exception("the assistant could not be opened")
            updates[self.masthead] = rendering.masthead(w, None, problem=w.unready)
        return updates

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
        ]

    def _labels(self, w: Words) -> Updates:
        return {
            self.page_language: gr.update(label=w.page_language, value=w.language),
            self.answer_language: gr.update(
                label=w.answer_language,
                choices=_answer_languages(w),
            ),
            self.question: gr.update(label=w.question, placeholder=w.placeholder),
            self.send: gr.update(value=w.send),
            self.stop: gr.update(value=w.stop),
            self.new_chat: gr.update(value=w.new_chat),
            self.filters: gr.update(label=w.filters),
            self.since: gr.update(name=w.since),
            self.until: gr.update(name=w.until),
        }

    def _running(self, running: bool) -> Updates:
        return {self.send: gr.update(visible=not running), self.stop: gr.update(visible=running)}

    def _show(self, conversation: Conversation, w: Words, claims: int | None = None) -> Updates:
        """The conversation in all its places; the example questions make room for it."""
        begun = bool(conversation.turns)
        updates: Updates = {
            self.conversation: conversation,
            self.chat: gr.update(
                value=rendering.messages(conversation, w, claims), placeholder=rendering.welcome(w)
            ),
            self.sources: rendering.sources(conversation, w),
            self.earlier: rendering.earlier_sources(conversation, w),
        }
        if begun:
            updates.update(dict.fromkeys(self._example_parts, gr.update(visible=False)))
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


def _answer_languages(w: Words) -> list[tuple[str, str]]:
    return [(w.automatic, "auto"), *PAGE_LANGUAGES]


def _html(elem_id: str, value: str = "", *, visible: bool = True) -> Any:
    return gr.HTML(value, elem_id=elem_id, visible=visible, apply_default_css=False, js_on_load=None)


def _date_field(elem_id: str, label: str) -> Any:
    """The browser's own date field: it has the user's calendar, keyboard and language."""
    return gr.HTML(
        "",
        name=label,
        elem_id=elem_id,
        elem_classes="date",
        apply_default_css=False,
        html_template='<label><span>${name}</span><input type="date" value="${value}"></label>',
        js_on_load="element.addEventListener('change', event => { props.value = event.target.value; });",
    )
