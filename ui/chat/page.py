"""The chat page: its components, their labels in each language, and its event handlers."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from itertools import zip_longest
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from starlette.concurrency import run_in_threadpool

from index import NoIndex, TanyaError
from index.models import Selection
from rag.lang import as_language
from ui.auth.accounts import LOCAL, Visitor, visitor_of
from ui.chat import view as sources
from ui.chat.session import KEPT, ChatSession, KeptConversation, Sessions, ask, reopen
from ui.chat.view import (
    Conversation,
    FilterError,
    Filters,
    Stock,
    messages,
    opinion_form,
    shortened,
    stock,
    tools,
    using,
)
from ui.locales import DEFAULT, LANGUAGES, NAME, Words, locale, preferred, words
from ui.markup import DESK, LIST, UPLOAD, flat, in_html, macro, read_number, render
from ui.service import AssistantService, client_of

if TYPE_CHECKING:
    from index.library import Library
    from rag.pipeline import Assistant


def title() -> str:
    """The head of the page while its language is not known yet."""
    return f"<h1>{in_html(NAME)}</h1>"


def masthead(words: Words, articles: int | None, problem: str = "", visitor: Visitor = LOCAL) -> str:
    """The head of the page; `articles` is None while the assistant is being prepared."""
    status = problem or (words.preparing if articles is None else words.count(articles))
    kind = "problem" if problem else "preparing" if articles is None else "ready"
    return render(
        "masthead.html",
        product=NAME,
        words=words,
        users=locale(words.language).users,
        visitor=visitor,
        status=status,
        kind=kind,
        list=LIST.lstrip("/"),
        desk=DESK.lstrip("/"),
        upload=UPLOAD.lstrip("/") if articles == 0 and visitor.may_edit else "",
    )


def welcome(words: Words) -> str:
    """The welcome shown in place of an empty conversation."""
    return macro("chat.html", "welcome", words)


def reach(words: Words, left: int | None, everything: int) -> str:
    """How many of the articles the filters leave; nothing where `left` is None, as without a filter."""
    if left is None:
        return ""
    if left == 0:
        return reach_unknown(words.none_left)
    extent = words.left.format(left=words.number(left), all=words.number(everything))
    return macro("chat.html", "reach", extent)


def reach_unknown(problem: str) -> str:
    """A notice that the filters leave no article, or why they cannot be counted."""
    return macro("chat.html", "reach", problem, "none-left")


def notice(message: str, *, about: str = "") -> str:
    """A remark above the question box, read out at once; the part of the page that it is `about` opens."""
    return macro("chat.html", "notice", message, about)


EXAMPLES = 3
NEWEST = 5
"""Articles that are named before anything is asked."""

ANSWER_LANGUAGES = ("id", "en")

# The page looks again while it shows something unfinished: see page.js.
_BEAT = "setInterval(() => { if (window.tanya && window.tanya.unfinished()) trigger('submit'); }, 100);"
# The page's script empties the question box, and puts back what did not arrive: see page.js.
_SENDING = "(...values) => { tanya.sending(); return values; }"
_UNSENT = "() => tanya.unsent()"
# What the page's scripts tell: see page.js and history.js.
_HEARD = (
    "document.addEventListener('{event}', event => {{ props.value = JSON.stringify(event.detail); "
    "trigger('submit'); }});"
)

Updates = dict[Any, Any]


class Parts:
    """The components of the page, created in its layout."""

    def __init__(self, w: Words) -> None:
        self.browser = gr.Textbox(visible=False)
        self.seen = gr.Textbox("", visible=False)
        self.changing = gr.Textbox("", visible=False)
        self.article = gr.Textbox("", visible=False)
        self.asked_for = gr.Textbox(visible=False)
        self.pulse = gr.HTML("", elem_id="pulse", apply_default_css=False, js_on_load=_BEAT)
        self.deed, self.past = map(_heard, ("told", "past"))
        with gr.Row(elem_id="top"):
            self.masthead = _html("masthead", title())
            self.page_language = gr.Radio(
                _named(LANGUAGES), value=DEFAULT, elem_id="page-language", interactive=True
            )
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                self._lay_out_chat(w)
                with gr.Column(elem_id="composer"):
                    self._lay_out_composer(w)
            with gr.Column(elem_id="proof"):
                self.close = _html("close-part", macro("chat.html", "close_sources", w))
                self.library = _html("library", visible=False)
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
            placeholder=welcome(w),
            height=None,
            layout="bubble",
            # Not to the end of an answer, which begins with what matters: see `follow` in page.js.
            autoscroll=False,
        )
        with gr.Column(elem_id="examples"):
            self.examples_title = _html("examples-title", visible=False)
            self.examples = [
                gr.Button(visible=False, elem_classes="example", size="sm") for _ in range(EXAMPLES)
            ]

    def _lay_out_composer(self, w: Words) -> None:
        self.notice = _html("notice")
        self.no_article = gr.Button("", elem_id="article-chip", size="sm", variant="secondary", visible=False)
        with gr.Row(elem_id="ask"):
            self.options = gr.Button(w.options, elem_id="more", variant="secondary")
            self.question = gr.Textbox(
                label=w.question,
                placeholder=w.question_hint,
                elem_id="question",
                lines=1,
                max_lines=8,
                container=False,
                interactive=True,
            )
            self.send = gr.Button(w.send, elem_id="send", variant="primary")
            self.stop = gr.Button(w.stop, elem_id="stop", variant="stop", visible=False)
        with gr.Column(elem_id="choices"):
            self.answer_language = gr.Radio(
                _answer_languages(w),
                value="auto",
                label=w.answer_language,
                elem_id="answer-language",
                interactive=True,
            )
            with gr.Row(elem_id="of-chat"):
                self.new_chat = gr.Button(w.new_chat, elem_id="new-chat", size="sm", variant="secondary")
                self.tools = _html("tools", tools(w))
            # Not the framework's accordion: it makes its contents when it is opened, and what is entered in
            # the moment after that it puts back.
            with gr.Column(elem_id="filters"):
                with gr.Row(elem_id="limit-row"):
                    self.filters = gr.Button(w.filters, elem_id="limit", size="sm", variant="secondary")
                    self.reach = _html("reach")
                    self.no_filters = gr.Button(
                        w.no_filters, elem_id="no-limit", size="sm", variant="secondary", visible=False
                    )
                with gr.Column(elem_id="limits"):
                    with gr.Row():
                        self.since = _date_field("since", _day_label(w.since, w))
                        self.until = _date_field("until", _day_label(w.until, w))
                    self.publishers = _publisher_field("publishers")

    @property
    def offered(self) -> list[Any]:
        """The parts shown before anything is asked: the library, and example questions with their title."""
        return [self.library, self.examples_title, *self.examples]

    @property
    def limits(self) -> list[Any]:
        """The input fields of the filters."""
        return [self.since, self.until, self.publishers, self.article]

    @property
    def shown(self) -> list[Any]:
        """The parts that show a conversation."""
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
            self.close,
            self.options,
            self.article,
            self.no_article,
        ]
        furnished = [self.masthead, self.publishers]
        return list(dict.fromkeys([*self.shown, *furnished, *labelled, self.notice, self.changing]))

    def labels(self, w: Words) -> Updates:
        return {
            self.page_language: gr.update(label=w.page_language),
            self.answer_language: gr.update(label=w.answer_language, choices=_answer_languages(w)),
            self.question: gr.update(label=w.question, placeholder=w.question_hint),
            self.new_chat: gr.update(value=w.new_chat),
            self.filters: gr.update(value=w.filters),
            self.no_filters: gr.update(value=w.no_filters),
            self.since: gr.update(label=_day_label(w.since, w)),
            self.until: gr.update(label=_day_label(w.until, w)),
            self.close: macro("chat.html", "close_sources", w),
            self.options: gr.update(value=w.options),
            self.opinion: opinion_form(w),
            self.using: using(w),
            self.tools: tools(w),
        }

    def conversation(self, conversation: Conversation, w: Words) -> Updates:
        """The conversation in all its places; the example questions make room for it."""
        updates: Updates = {
            # A value and no update, for which the framework would describe all that a chat may hold.
            self.chat: messages(conversation, w),
            self.sources: sources.sources(conversation, w),
            self.earlier: sources.earlier_sources(conversation, w),
            self.send: gr.update(value=w.send, visible=not conversation.unfinished),
            self.stop: gr.update(value=w.stop, visible=conversation.unfinished),
        }
        if conversation.turns:
            updates.update(dict.fromkeys(self.offered, gr.update(visible=False)))
        return updates


def _answer_languages(w: Words) -> list[tuple[str, str]]:
    return [(w.automatic, "auto"), *_named(ANSWER_LANGUAGES)]


def _named(languages: Sequence[str]) -> list[tuple[str, str]]:
    return [(words(one).language_name, one) for one in languages]


def _html(elem_id: str, value: str = "", *, visible: bool = True) -> Any:
    return gr.HTML(value, elem_id=elem_id, visible=visible, apply_default_css=False, js_on_load=None)


def _heard(event: str) -> Any:
    """The element that passes an event of the page's scripts to the server."""
    script = _HEARD.format(event=event)
    return gr.HTML("", elem_id=event, html_template="", apply_default_css=False, js_on_load=script)


def _day_label(label: str, w: Words) -> str:
    return f"{label} ({w.day_format})"


def _date_field(elem_id: str, label: str) -> Any:
    """A field for a day as it is written here; the browser's own follows the browser's language alone.

    A field that is left by a press on a button tells its day when the press ends: what the reply shows may
    move the button away under the pointer.
    """
    return gr.HTML(
        "",
        label=label,
        elem_id=elem_id,
        elem_classes="date",
        apply_default_css=False,
        html_template='<label><span>${label}</span><input type="text" inputmode="numeric" '
        'maxlength="10" autocomplete="off" value="${value}"></label>',
        js_on_load=(
            "element.addEventListener('change', event => "
            "{ props.value = event.target.value; tanya.released(() => trigger('submit')); });"
        ),
    )


def _publisher_field(elem_id: str) -> Any:
    """Boxes for publishers; whatever a page sends of them is read.

    The framework refuses what this server has not offered a page. That page may have been open before the
    server was started, or for longer than it is remembered.
    """
    group: Any = gr.CheckboxGroup([], elem_id=elem_id, visible=False, interactive=True)

    def read(sent: Any) -> list[str]:
        return [one for one in sent if isinstance(one, str)] if isinstance(sent, list) else []

    # Not by a class of its own, for which the framework would write a file beside this one. A page that has
    # been offered publishers has a field of the framework's own.
    group.preprocess = read
    return group


log = logging.getLogger("tanya.page")

PATIENCE = 5.0
"""Seconds that an unchanged conversation is waited on before the page is told that nothing has changed."""

GLANCE = 0.04
"""Seconds between two looks at it in the meantime, which take no thread and some microseconds."""

_REMEMBERED = """() => {
  let kept = null;
  try { kept = localStorage.getItem("tanya-page-language"); } catch (refused) {}
  const asked = new URLSearchParams(location.search);
  const preferred = kept || (navigator.languages || [navigator.language]).join(",");
  return [
    [asked.get("language"), preferred].filter(Boolean).join(","),
    JSON.stringify({ article: asked.get("article") || "", question: asked.get("question") || "" }),
  ];
}"""
_REMEMBER = """(language, article) => {
  try { localStorage.setItem("tanya-page-language", language); } catch (refused) {}
  // The address named another; a page that is loaded anew keeps what was chosen.
  const address = new URL(location.href);
  address.searchParams.delete("language");
  history.replaceState(history.state, "", address);
  return [language, article];
}"""


class SparingBlocks(gr.Blocks):
    """`gr.Blocks` that skip the work for outputs which an event leaves unchanged.

    The framework makes the component of each such output anew, and describes it twice: a millisecond for each
    of the thirty that an event may change.
    """

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:
        if predictions == {}:
            # The framework finds too little in it.
            return [gr.skip() for _ in block_fn.outputs]
        given = [one for one in block_fn.outputs if isinstance(predictions, dict) and one in predictions]
        if not given or len(given) < len(predictions):
            return await super().postprocess_data(block_fn, predictions, state)
        narrowed = copy(block_fn)
        narrowed.outputs = given
        values = [predictions[one] for one in given]
        made = await super().postprocess_data(narrowed, values if len(values) > 1 else values[0], state)
        told = {one._id: value for one, value in zip(given, made, strict=True)}
        return [told.get(one._id, gr.skip()) for one in block_fn.outputs]


class ChatPage:
    """The page and its behaviour; `blocks` is what is served."""

    def __init__(self, service: AssistantService) -> None:
        self.service = service
        self.sessions = Sessions()
        with SparingBlocks(title=NAME, analytics_enabled=False, fill_width=True) as self.blocks:
            self.parts = Parts(words(DEFAULT))
            self._wire()
        # The framework keeps what each page that was ever loaded was sent: some hundred kilobytes.
        self.blocks.state_session_capacity = KEPT

    def _wire(self) -> None:
        p = self.parts
        # Nothing goes through the framework's queue: when one queued event of a page ends just as the next
        # begins, the browser closes the stream that carries both, and an answer is lost.
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
        choices = {p.seen, p.page_language, p.answer_language, *p.limits}
        answered = [*p.shown, p.question, p.notice, p.changing]
        for box, triggers, script in [
            (p.question, [p.question.submit, p.send.click], _SENDING),
            *((button, [button.click], None) for button in p.examples),
        ]:
            # "multiple": no question is dropped that is sent while the page still hears of the last.
            inputs = {box, p.changing, *choices}
            asking = gr.on(
                triggers, self._ask_from(box), inputs, answered, trigger_mode="multiple", js=script, **private
            )
            if script:
                asking.failure(None, js=_UNSENT, **private)
        p.deed.submit(self.take_up, {p.deed, *choices}, answered, trigger_mode="multiple", **private)
        p.pulse.submit(self.watch, [p.seen, p.page_language, p.article], p.everything, **private)
        p.past.submit(self.reopen, [p.past, p.page_language, p.article], [*p.everything, p.past], **private)
        p.stop.click(self.halt, [p.seen, p.page_language], p.shown, **private)
        p.new_chat.click(self.restart, [p.page_language, p.article], p.everything, **private)
        p.page_language.input(
            self.translate, [p.page_language, p.article], p.everything, js=_REMEMBER, **private
        )
        limited = [p.since.submit, p.until.submit, p.publishers.input, p.page_language.input]
        extent = [p.reach, p.no_filters, p.no_article]
        limits = {p.page_language, *p.limits}
        gr.on(limited, self.limit, limits, extent, trigger_mode="always_last", **private)
        # Emptied at once, so that nothing that is still on its way limits again.
        p.no_filters.click(None, [], p.limits, js="() => ['', '', [], '']", **private).then(
            self.limit, limits, extent, **private
        )
        p.no_article.click(self.open_up, [p.page_language], [p.reach, *p.everything], **private)
        self.blocks.load(self.greet, [p.browser, p.asked_for], p.everything, js=_REMEMBERED, **private)

    # Asking

    def _ask_from(self, box: Any) -> Callable[[Updates, gr.Request], Updates]:
        def ask_from(values: Updates, request: gr.Request) -> Updates:
            return self.ask(values[box], values, request, read_number(values[self.parts.changing]))

        return ask_from

    def ask(self, question: str, values: Updates, request: gr.Request, again: int | None = None) -> Updates:
        """Ask under the choices in `values`; `again` is the index of the turn that the question puts anew."""
        p, w = self.parts, words(values[self.parts.page_language])
        session = self._session(request)
        if not question and session.look()[1].unfinished:
            # The key was pressed twice, and the first press emptied the box.
            return {}
        if not question.strip():
            return {p.notice: notice(w.empty)}
        try:
            filters = self._filters(values, w)
        except FilterError as error:
            return {p.question: question, p.notice: notice(str(error), about="limits")}
        if wait := self.service.limits.question(client_of(_scope(request))):
            seconds = ceil(wait)
            too_often = w.too_often_one if seconds == 1 else w.too_often.format(seconds=w.number(seconds))
            return {p.question: question, p.notice: notice(too_often)}
        language, visitor = values[p.answer_language], _visitor(request).name
        # Else what this reply shows might come after a later state, and take its place.
        watched = session.watched
        session.ask(
            question,
            lambda history: ask(
                self.service,
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
        refused = _to_put_right(conversation)
        updates: Updates = {p.notice: "", p.changing: ""} | ({} if refused is None else {p.question: refused})
        if not watched:
            updates |= self._show(version, conversation, w, _read_stamp(values[p.seen]).furnished)
        return updates

    def take_up(self, values: Updates, request: gr.Request) -> Updates:
        """Do with a question of the conversation what a button beside it says: change it, or ask it again."""
        p, w = self.parts, words(values[self.parts.page_language])
        deed, turn = _read_deed(values[p.deed])
        _, conversation = self._session(request).look()
        if deed == "cancel":
            return {p.question: "", p.notice: "", p.changing: ""}
        if turn is None or turn >= len(conversation.turns):
            return {}
        question = conversation.turns[turn].question
        if deed == "repeat":
            return {**self.ask(question, values, request, turn), p.question: gr.skip()}
        if deed == "change":
            return {
                p.question: question,
                p.notice: macro("chat.html", "changing", w, shortened(question)),
                p.changing: str(turn),
            }
        return {}

    def halt(self, seen: str, page_language: str, request: gr.Request) -> Updates:
        session = self._session(request)
        session.stop()
        return self._show(*session.look(), words(page_language), _read_stamp(seen).furnished)

    def restart(self, page_language: str, article: str, request: gr.Request) -> Updates:
        session = self._session(request)
        session.clear()
        return self.translate(page_language, article, request)

    def reopen(self, kept: str, page_language: str, article: str, request: gr.Request) -> Updates:
        """Go on with a conversation that the browser kept, as far as the articles still prove it."""
        sent = KeptConversation.read(kept)
        if sent is None or not sent.cards:
            return {}
        w = words(page_language)
        try:
            conversation = reopen(sent, self.service, _visitor(request).name)
        except TanyaError as error:
            return {self.parts.notice: notice(f"{w.unready}: {error}")}
        self._session(request).restore(conversation, only_new=sent.reloaded)
        return {**self.translate(page_language, article, request), self.parts.past: ""}

    def _session(self, request: gr.Request) -> ChatSession:
        return self.sessions[_visitor(request).name, str(request.session_hash)]

    # Limiting the articles

    def limit(self, values: Updates) -> Updates:
        """Tell how many articles the filters leave, as soon as they are chosen."""
        p, w = self.parts, words(values[self.parts.page_language])
        chip = {p.no_article: gr.update(visible=bool(values[p.article]))}
        try:
            filters = self._filters(values, w)
        except FilterError as error:
            return {p.reach: reach_unknown(str(error)), p.no_filters: gr.update(visible=True), **chip}
        return {p.reach: self._reach(filters, w), p.no_filters: gr.update(visible=bool(filters)), **chip}

    def open_up(self, page_language: str, request: gr.Request) -> Updates:
        """Ask all articles again, and not one alone."""
        return {**self.translate(page_language, "", request), self.parts.reach: ""}

    def _title(self, article_id: str) -> str | None:
        """The title of an article; None where there is no such article, or the articles cannot be read."""
        try:
            return self.service.assistant().library.article(article_id).title if article_id else None
        except TanyaError as error:
            log.warning("%s", error)
            return None

    def _reach(self, filters: Filters, w: Words) -> str:
        if not filters or not self.service.settled:
            return ""
        try:
            assistant = self.service.assistant()
            return reach(w, assistant.count(filters.chosen), assistant.library.count())
        except TanyaError as error:
            log.warning("%s", error)
            return ""

    def _filters(self, values: Updates, w: Words) -> Filters:
        since, until, publishers, article = (values[part] for part in self.parts.limits)
        only = (article, self._title(article) or article) if article else ("", "")
        return Filters.read(since, until, publishers, w, only)

    # Showing

    async def watch(self, seen: str, page_language: str, article: str, request: gr.Request) -> Updates:
        """Wait until something differs from what the page has `seen`, and return the updates."""
        known, session = _read_stamp(seen), self._session(request)
        # Not in a thread: there are few, and each page that waits would keep one.
        with session.watching():
            for _ in range(ceil(PATIENCE / GLANCE)):
                unfurnished = self.service.settled and not known.furnished
                if session.version != known.version or known.language != page_language or unfurnished:
                    break
                await asyncio.sleep(GLANCE)
        return await run_in_threadpool(self._unlike, seen, page_language, article, request)

    def _unlike(self, seen: str, page_language: str, article: str, request: gr.Request) -> Updates:
        p = self.parts
        known = _read_stamp(seen)
        w = words(page_language)
        version, conversation = self._session(request).look()
        if known.language != page_language:
            return self._everything(version, conversation, w, _visitor(request), article)
        # Where there is nothing new, the page may have been shown something else meanwhile, by another reply.
        updates: Updates = {}
        unfurnished = self.service.settled and not known.furnished
        if known.version != version or unfurnished:
            updates = self._show(version, conversation, w, known.furnished)
            if known.unfinished and conversation.unfinished:
                # The page has been told of these, and every update costs a millisecond.
                for part in (*p.offered, p.send, p.stop):
                    updates.pop(part, None)
            if refused := _to_put_right(conversation):
                updates[p.question] = refused
        if unfurnished:
            updates.update(self._furnish(w, conversation, _visitor(request), article))
            updates[p.seen] = _stamp(version, conversation, True, w)
        return updates

    def translate(self, page_language: str, article: str, request: gr.Request) -> Updates:
        version, conversation = self._session(request).look()
        return self._everything(version, conversation, words(page_language), _visitor(request), article)

    def greet(self, browser: str, asked_for: str, request: gr.Request) -> Updates:
        """Open the page in the language of its address, else the one chosen here before, else the browser's.

        The address may limit it to an `article`, and may bring a `question`, which is not asked by itself.
        """
        w = words(preferred(browser.split(",")))
        article, question = _read_address(asked_for)
        # Only here: at any later time the visitor's own choice must not be overtaken.
        chosen: Updates = {self.parts.page_language: gr.update(label=w.page_language, value=w.language)}
        if question:
            chosen[self.parts.question] = gr.update(
                label=w.question, placeholder=w.question_hint, value=question
            )
        return {**self.translate(w.language, article, request), **chosen}

    def _show(self, version: int, conversation: Conversation, w: Words, furnished: bool) -> Updates:
        return {
            self.parts.seen: _stamp(version, conversation, furnished, w),
            **self.parts.conversation(conversation, w),
        }

    def _everything(
        self, version: int, conversation: Conversation, w: Words, visitor: Visitor, article: str
    ) -> Updates:
        p, furnished = self.parts, self.service.settled
        head = (
            self._furnish(w, conversation, visitor, article)
            if furnished
            else {p.masthead: masthead(w, None, visitor=visitor)}
        )
        return {
            p.notice: "",
            p.article: article,
            p.no_article: gr.update(visible=False),
            p.changing: "",
            **p.labels(w),
            **self._show(version, conversation, w, furnished),
            p.chat: gr.update(value=messages(conversation, w), placeholder=welcome(w)),
            **head,
        }

    def _furnish(self, w: Words, conversation: Conversation, visitor: Visitor, article: str) -> Updates:
        """Updates of the parts that depend on the articles: their number, example questions, publishers."""
        p = self.parts
        updates: Updates = {}
        try:
            assistant = self.service.assistant()
            library = assistant.library
            updates[p.masthead] = masthead(w, library.count(), visitor=visitor)
            only = self._title(article)
            if only is not None:
                label = w.article_chip.format(title=flat(only))
                updates[p.no_article] = gr.update(value=label, visible=True)
            elif article:
                updates |= {p.article: "", p.notice: notice(w.article_gone)}
            updates.update(self._offer(assistant, w, conversation, "" if only is None else article))
            publishers = library.publishers()
            if not conversation.turns:
                updates[p.library] = gr.update(value=stock(_stock(library), w), visible=True)
            updates[p.publishers] = gr.update(
                choices=publishers, label=w.publishers, visible=len(publishers) > 1
            )
        except NoIndex:
            updates[p.masthead] = masthead(w, 0, visitor=visitor)
        except TanyaError as error:
            problem = f"{w.unready}: {error}"
            updates[p.masthead] = masthead(w, None, problem=problem, visitor=visitor)
        except Exception:
            log.exception("the assistant could not be opened")
            updates[p.masthead] = masthead(w, None, problem=w.unready, visitor=visitor)
        return updates

    def _offer(self, assistant: Assistant, w: Words, conversation: Conversation, article: str) -> Updates:
        p = self.parts
        language = as_language(w.language)
        questions: Sequence[str] = []
        if article and not conversation.turns:
            questions = assistant.suggestions(assistant.library.article(article), language, EXAMPLES)
        elif not conversation.turns:
            questions = assistant.examples(language, EXAMPLES)
        updates: Updates = {
            button: gr.update(value=question or "", visible=bool(question))
            for button, question in zip_longest(p.examples, questions[:EXAMPLES])
        }
        title = f"<h2>{in_html(w.examples_of_article if article else w.examples)}</h2>"
        updates[p.examples_title] = gr.update(value=title, visible=bool(questions))
        return updates


def _stock(library: Library) -> Stock:
    """The numbers and newest articles of a library."""
    newest = library.listing(Selection(), NEWEST)
    oldest = library.listing(Selection(order="oldest"), 1).articles
    first, last = (one[0].published if one else None for one in (oldest, newest.articles))
    return Stock(newest.count, library.publishers(), first, last, newest.articles)


LONGEST_ADDRESS = 2000
"""Characters of an id or a question that the page's address may bring."""


def _read_address(asked_for: str) -> tuple[str, str]:
    """The article and the question that the page's address names; empty where it names none."""
    try:
        given = json.loads(asked_for or "{}")
        article, question = (str(given.get(name) or "") for name in ("article", "question"))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return "", ""
    return tuple(one if len(one) <= LONGEST_ADDRESS else "" for one in (article, question))  # type: ignore[return-value]


class Stamp(NamedTuple):
    """The state that a page shows: version of the conversation, language, and whether articles are shown."""

    version: int
    unfinished: bool
    furnished: bool
    language: str


def _scope(request: gr.Request) -> Mapping[str, Any]:
    # The framework's own request wraps that of the server, which has passed `AuthMiddleware`.
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


def _read_deed(sent: Any) -> tuple[str, int | None]:
    """Read the action of a button within the chat, and the index of its turn."""
    try:
        read = json.loads(sent)
        deed, turn = str(read["deed"]), read.get("turn")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "", None
    return deed, turn - 1 if isinstance(turn, int) and turn > 0 else None


def _stamp(version: int, conversation: Conversation, furnished: bool, w: Words) -> str:
    return f"{version} {int(conversation.unfinished)} {int(furnished)} {w.language}"


def _read_stamp(stamp: str) -> Stamp:
    version, unfinished, furnished, language = (stamp or "-1 0 0 none").split()
    return Stamp(int(version), unfinished == "1", furnished == "1", language)
