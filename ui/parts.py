"""The parts of the page: what it is made of, and what they are called in each language."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui import masthead, rendering, sources
from ui.actions import opinion_form, tools, using
from ui.conversation import Conversation
from ui.text import Words

EXAMPLES = 4
PAGE_LANGUAGES = [("Indonesia", "id"), ("English", "en")]

# The page looks again while it shows something unfinished: see page.js.
_BEAT = "setInterval(() => { if (window.tanya && window.tanya.unfinished()) trigger('submit'); }, 100);"
# What is done to a question that was asked before comes from a button within the chat: see page.js.
_TOLD = (
    "document.addEventListener('told', event => { props.value = JSON.stringify(event.detail); "
    "trigger('submit'); });"
)
# A conversation that the browser kept: see history.js.
_PAST = (
    "document.addEventListener('past', event => { props.value = JSON.stringify(event.detail); "
    "trigger('submit'); });"
)

Updates = dict[Any, Any]


class Parts:
    """Every part of the page, made where it stands in it."""

    def __init__(self, w: Words) -> None:
        self.browser = gr.Textbox(visible=False)
        self.seen = gr.Textbox("", visible=False)
        self.changing = gr.Textbox("", visible=False)
        self.pulse = gr.HTML("", elem_id="pulse", apply_default_css=False, js_on_load=_BEAT)
        self.told = gr.HTML("", elem_id="told", html_template="", apply_default_css=False, js_on_load=_TOLD)
        self.past = gr.HTML("", elem_id="past", html_template="", apply_default_css=False, js_on_load=_PAST)
        with gr.Row(elem_id="top"):
            self.masthead = _html("masthead", masthead.title())
            self.page_language = gr.Radio(
                PAGE_LANGUAGES, value="id", elem_id="page-language", interactive=True
            )
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                self._lay_out_chat(w)
                with gr.Column(elem_id="composer"):
                    self._lay_out_composer(w)
            with gr.Column(elem_id="proof"):
                self.sources = _html("sources", sources.sources(Conversation(), w))
                self.earlier = _html("earlier-sources")
        self.opinion = _html("opinion-part", opinion_form(w))
        self.using = _html("using-part", using(w))

    def _lay_out_chat(self, w: Words) -> None:
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
            placeholder=masthead.welcome(w),
            height=None,
            layout="bubble",
        )
        with gr.Column(elem_id="examples"):
            self.examples_title = _html("examples-title", visible=False)
            self.examples = [
                gr.Button(visible=False, elem_classes="example", size="sm") for _ in range(EXAMPLES)
            ]

    def _lay_out_composer(self, w: Words) -> None:
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
            with gr.Row(elem_id="limit-row"):
                self.filters = gr.Button(w.filters, elem_id="limit", size="sm", variant="secondary")
                self.reach = _html("reach")
                self.no_filters = gr.Button(
                    w.no_filters, elem_id="no-limit", size="sm", variant="secondary", visible=False
                )
                self.tools = _html("tools", tools(w))
            with gr.Column(elem_id="limits"):
                with gr.Row():
                    self.since = _date_field("since", w.since)
                    self.until = _date_field("until", w.until)
                self.publishers = gr.CheckboxGroup([], elem_id="publishers", visible=False, interactive=True)

    @property
    def offered(self) -> list[Any]:
        """The example questions and their title."""
        return [self.examples_title, *self.examples]

    @property
    def limits(self) -> list[Any]:
        """What filters are entered in."""
        return [self.since, self.until, self.publishers]

    @property
    def shown(self) -> list[Any]:
        """What a conversation is shown in."""
        return [self.seen, self.chat, self.sources, self.earlier, self.send, self.stop, *self.offered]

    @property
    def everything(self) -> list[Any]:
        """All that is unlike in another language, with other articles or in another conversation."""
        labelled = [
            self.page_language,
            self.answer_language,
            self.question,
            self.new_chat,
            self.filters,
            self.no_filters,
            self.since,
            self.until,
            self.opinion,
            self.using,
            self.tools,
        ]
        furnished = [self.masthead, self.publishers]
        return list(dict.fromkeys([*self.shown, *furnished, *labelled, self.notice, self.changing]))

    def labels(self, w: Words) -> Updates:
        return {
            self.page_language: gr.update(label=w.page_language),
            self.answer_language: gr.update(label=w.answer_language, choices=_answer_languages(w)),
            self.question: gr.update(label=w.question, placeholder=w.placeholder),
            self.new_chat: gr.update(value=w.new_chat),
            self.filters: gr.update(value=w.filters),
            self.no_filters: gr.update(value=w.no_filters),
            self.since: gr.update(label=w.since),
            self.until: gr.update(label=w.until),
            self.opinion: opinion_form(w),
            self.using: using(w),
            self.tools: tools(w),
        }

    def conversation(self, conversation: Conversation, w: Words) -> Updates:
        """The conversation in all its places; the example questions make room for it."""
        updates: Updates = {
            self.chat: gr.update(value=rendering.messages(conversation, w), placeholder=masthead.welcome(w)),
            self.sources: sources.sources(conversation, w),
            self.earlier: sources.earlier_sources(conversation, w),
            self.send: gr.update(value=w.send, visible=not conversation.unfinished),
            self.stop: gr.update(value=w.stop, visible=conversation.unfinished),
        }
        if conversation.turns:
            updates.update(dict.fromkeys(self.offered, gr.update(visible=False)))
        return updates


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
        js_on_load=(
            "element.addEventListener('change', event => "
            "{ props.value = event.target.value; trigger('submit'); });"
        ),
    )
