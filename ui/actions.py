"""What can be done with an answer: the row under it, and the parts of the page that the row opens."""

from __future__ import annotations

import json
from dataclasses import asdict

from rag.feedback.opinions import LONGEST, OF_ANSWERS, OF_REFUSALS, REASONS
from ui.conversation import Turn
from ui.escaping import in_html
from ui.text import Words
from ui.text.using import using_words


def actions(turn: Turn, words: Words) -> str:
    """Buttons under an answer, and room for a word of thanks, so that nothing moves when it comes.

    Of attributes the chat leaves the class and a few others; the page's script adds the rest.
    """
    w = using_words(words.language)
    uses = "".join(
        f'<button type="button" class="use {kind}">{in_html(label)}</button>'
        for kind, label in (("copy", w.copy), ("whatsapp", w.whatsapp), ("download", w.download))
    )
    refusal = turn.answer is not None and turn.answer.abstained
    buttons = "".join(
        f'<button type="button" class="thumb {verdict}">{in_html(label)}</button>'
        for verdict, label in (("up", words.good), ("down", words.bad))
    )
    return (
        f'<div class="uses key-{in_html(turn.key)}" lang="{words.language}">{uses}'
        '<span class="told"></span></div>'
        f'<div class="thumbs of-{"refusal" if refusal else "answer"} key-{in_html(turn.key)}"'
        f' lang="{words.language}">{buttons}<span class="said"></span></div>'
    )


def tools(words: Words) -> str:
    """Two buttons beside the one for a new conversation: the earlier ones, and this one as a file."""
    w = using_words(words.language)
    return (
        f'<div class="tools"><button type="button" id="history-open" aria-haspopup="dialog"'
        f' title="{in_html(w.history_about)}">{in_html(w.history)}</button>'
        f'<button type="button" id="conversation-download" class="use download" aria-haspopup="menu"'
        f' aria-expanded="false" title="{in_html(w.conversation_about)}">{in_html(w.conversation)}</button>'
        "</div>"
    )


def using(words: Words) -> str:
    """What the buttons open: the forms of a download, the earlier conversations, a text to copy by hand."""
    w = using_words(words.language)
    one = "".join(
        f'<button type="button" role="menuitem" tabindex="-1" data-kind="{kind}">{in_html(label)}</button>'
        for kind, label in (("docx", w.word), ("md", w.markdown), ("txt", w.text), ("json", w.card))
    )
    page = f'<a role="menuitem" tabindex="-1" target="_blank" rel="noopener">{in_html(w.printable)}</a>'
    return (
        # The scripts speak the page's language with these.
        f'<div id="using" data-words="{in_html(json.dumps(asdict(w), ensure_ascii=False))}">'
        f'<div id="download-menu" role="menu" hidden>{one}{page}</div>'
        f'<dialog id="by-hand" aria-labelledby="by-hand-title" aria-describedby="by-hand-detail">'
        f'<form method="dialog"><h2 id="by-hand-title">{in_html(w.by_hand)}</h2>'
        f'<p id="by-hand-detail">{in_html(w.by_hand_detail)}</p>'
        f'<textarea readonly rows="8" aria-labelledby="by-hand-title"></textarea>'
        f'<div class="buttons"><button type="submit">{in_html(w.close)}</button></div></form></dialog>'
        f'<dialog id="history" aria-labelledby="history-title" aria-describedby="history-detail">'
        f'<form method="dialog"><h2 id="history-title">{in_html(w.history)}</h2>'
        f'<p id="history-detail">{in_html(w.history_detail)}</p>'
        f'<p class="none" hidden></p><ul></ul><p class="told" role="status"></p><div class="buttons">'
        f'<button type="submit" class="keep">{in_html(w.close)}</button>'
        f'<button type="button" class="remove-all">{in_html(w.remove_all)}</button></div></form></dialog>'
        '<p class="aside" id="using-status" role="status"></p></div>'
    )


def opinion_form(words: Words) -> str:
    """What opens where a reader finds an answer not right; the page's script sends and closes it."""
    reasons = "".join(
        f'<label data-of="{"both" if ours and theirs else "refusal" if theirs else "answer"}">'
        f'<input type="radio" name="reason" value="{in_html(reason)}"> '
        f"{in_html(words.reasons[reason])}</label>"
        for reason in REASONS
        for ours, theirs in [(reason in OF_ANSWERS, reason in OF_REFUSALS)]
    )
    limit = words.correction_limit.format(limit=words.number(LONGEST))
    return (
        f'<dialog id="opinion" aria-labelledby="opinion-title" aria-describedby="opinion-detail"'
        f' data-thanks="{in_html(words.thanks)}" data-unkept="{in_html(words.unkept)}"'
        f' data-forgotten="{in_html(words.forgotten)}"'
        f' data-up="{in_html(words.good_about)}" data-down="{in_html(words.bad_about)}">'
        '<form method="dialog">'
        f'<h2 id="opinion-title">{in_html(words.why)}</h2>'
        f'<p id="opinion-detail">{in_html(words.why_detail)}</p>'
        f"<fieldset><legend>{in_html(words.reason)}</legend>{reasons}</fieldset>"
        f'<label class="correction"><span>{in_html(words.correction)}</span>'
        f'<textarea name="correction" rows="3" maxlength="{LONGEST}" aria-describedby="opinion-limit">'
        f'</textarea></label><p id="opinion-limit">{in_html(limit)}</p>'
        '<p class="notice" role="alert" hidden></p>'
        f'<div class="buttons"><button type="submit" class="keep">{in_html(words.keep)}</button>'
        f'<button type="button" class="close">{in_html(words.close)}</button></div></form></dialog>'
        '<p class="aside" id="opinion-status" role="status"></p>'
    )
