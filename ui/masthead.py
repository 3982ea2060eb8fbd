"""The head of the page and the remarks that are not part of the conversation."""

from __future__ import annotations

from ui.access.visitor import LOCAL, Visitor
from ui.articles.address import LIST
from ui.escaping import in_html
from ui.text import NAME, Words


def title() -> str:
    """What the head of the page is until it is known in which language to go on."""
    return f"<h1>{in_html(NAME)}</h1>"


def masthead(words: Words, articles: int | None, problem: str = "", visitor: Visitor = LOCAL) -> str:
    """The head of the page; `articles` is None while the assistant is being prepared."""
    status = problem or (words.preparing if articles is None else words.count(articles))
    kind = "problem" if problem else "preparing" if articles is None else "ready"
    badges = "".join(f' data-{kind}="{in_html(about)}"' for kind, about in words.written_about.items())
    # The data attributes are what the page's script needs to speak the page's language.
    return (
        f'<a class="skip" href="#question">{in_html(words.skip)}</a>'
        f'<div class="masthead" data-language="{words.language}" data-chat="{in_html(words.chat)}"'
        f' data-asked="{in_html(words.asked)}" data-answered="{in_html(words.answered)}"'
        f' data-change="{in_html(words.change_about)}" data-repeat="{in_html(words.ask_again)}"'
        f' data-visitor="{in_html(visitor.name)}"{badges}>'
        f'{title()}<p class="tagline">{in_html(words.tagline)}</p>'
        f'<p class="status {kind}" role="status">{in_html(status)}</p>'
        f'<p class="beside"><a href="{LIST.lstrip("/")}?language={words.language}" target="_blank"'
        f' aria-label="{in_html(words.library_about)}">{in_html(words.library)}</a> '
        f'<a class="review" href="review?language={words.language}" target="_blank"'
        f' aria-label="{in_html(words.review_about)}">{in_html(words.review)}</a>'
        f"{_account(visitor, words)}</p></div>"
    )


def _account(visitor: Visitor, words: Words) -> str:
    """The way out for whoever is logged in, by whose name."""
    if not visitor.name:
        return ""
    told = words.log_out_about.format(name=visitor.name)
    return (
        f' <a class="account" href="logout?language={words.language}" aria-label="{in_html(told)}">'
        f"{in_html(words.log_out)} <bdi>({in_html(visitor.name)})</bdi></a>"
    )


def welcome(words: Words) -> str:
    """What stands where the conversation will be."""
    return f"<h2>{in_html(words.welcome)}</h2><p>{in_html(words.welcome_detail)}</p>"


def changing(words: Words, question: str) -> str:
    """That a question is being changed, and a way not to."""
    short = " ".join(question.split())
    short = short if len(short) <= 120 else short[:119].rstrip() + "…"
    return (
        f'<p class="notice" role="status">{in_html(words.changing.format(question=short))} '
        f'<button type="button" class="cancel">{in_html(words.cancel)}</button></p>'
    )


def reach(words: Words, left: int | None, everything: int) -> str:
    """How many of the articles the filters leave; nothing where `left` is None, as without a filter."""
    if left is None:
        return ""
    if left == 0:
        return f'<span class="none-left" role="status">{in_html(words.none_left)}</span>'
    told = words.left.format(left=words.number(left), all=words.number(everything))
    return f'<span role="status">{in_html(told)}</span>'


def reach_unknown(problem: str) -> str:
    """Why it cannot be said how many articles the filters leave."""
    return f'<span class="none-left" role="alert">{in_html(problem)}</span>'


def notice(message: str, *, about: str = "") -> str:
    """A remark above the question box, read out at once; the part of the page that it is `about` opens."""
    if not message:
        return ""
    opens = f' data-opens="{about}"' if about else ""
    return f'<p class="notice" role="alert"{opens}>{in_html(message)}</p>'
