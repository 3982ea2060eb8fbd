"""Proof: an answer as it was given out, held against the stored articles sentence by sentence.

What is checked is the object that `tanya ask --json` prints, not the program's own values: whoever doubts
the answer has no more than that and the articles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from index import Article
from index.text import sentences
from rag.answer import MARKER, REPLIES, plain
from rag.composing import attribute, introduce
from rag.factcheck import check, objections
from rag.factcheck.facts import find_facts
from rag.lang import Language, as_language, say
from rag.lang.dates import find_moments
from rag.lang.numbers import find_figures
from rag.lang.rendering import glosses
from rag.lang.words import WORD
from rag.quotes import quotations

_MARKERS = re.compile(rf"{MARKER.pattern}(?:\s*{MARKER.pattern})*")
_DIGITS = re.compile(r"\d[\d.,]*")
_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})")
_QUOTED = re.compile(r"“([^“”]+)”")

QUOTED_WORDS = 3
"""Fewest words between quotation marks that are taken for a quotation; fewer are a nickname or a title."""

HEADINGS = ("what", "who", "when", "where", "why", "quotes")
"""Of a release's skeleton."""

Kind = Literal["sentence", "lead", "quotation", "gloss", "speaker"]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an answer, before one group of markers.

    Attributes:
        text: Without markers and frame.
        kind: "sentence", in the answer's own words; "lead", what goes before a quotation in the other
            language; "quotation", its characters; "gloss", one `written = rendered` after it; "speaker", who
            says what is quoted, with the office.
    """

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class FoundCitation:
    """A citation that could be looked up: its number, its article and the characters it points at."""

    number: int
    article: Article
    text: str


@dataclass(frozen=True, slots=True)
class ProofReport:
    """How an answer and its citations hold.

    Attributes:
        markers: How many markers the text has.
        resolved: How many of them have their citation.
        quotes: How many citations there are.
        exact: How many of them are the characters of their article that they name.
        statements: How many statements the text makes.
        supported: How many of them one of their citations supports.
        pairs: How many times a citation is given for a sentence.
        supporting: How many of these times it supports something that the sentence states.
        faults: What is wrong, one line each.
    """

    markers: int
    resolved: int
    quotes: int
    exact: int
    statements: int
    supported: int
    pairs: int
    supporting: int
    faults: tuple[str, ...]


def prove(answer: Mapping[str, Any], article_of: Callable[[str], Article | None]) -> ProofReport:
    """Hold an answer object against the articles, which are found by their id."""
    text, language = str(answer["text"]), as_language(answer["language"])
    faults: list[str] = []
    cited, exact = {}, 0
    for citation in answer["citations"]:
        found, fault = _look_up(citation, article_of)
        exact += not fault
        faults += [fault] if fault else []
        if found:
            cited[found.number] = found
    numbered = {int(citation["number"]) for citation in answer["citations"]}
    marked = [int(number) for number in MARKER.findall(text)]
    faults += [
        f"citation: the marker [{n}] has no citation" for n in dict.fromkeys(marked) if n not in numbered
    ]
    faults += [f"citation: [{n}] is nowhere marked in the text" for n in sorted(numbered - set(marked))]
    statements = supported = pairs = supporting = 0
    asked = f"{answer.get('question', '')} {answer.get('understood') or ''}"
    compared = plain(asked) if answer.get("request") == "compare" else ""
    telling: set[str] = set()
    if answer.get("request") == "draft":
        headings = {one: say(f"draft_{one}", language) for one in HEADINGS}
        compared, telling = " ".join(headings.values()), {headings["when"], headings["where"]}
    states_nothing = answer["abstained"] or (answer.get("request") in REPLIES and not numbered)
    for words, numbers in [] if states_nothing else units(text):
        sources = [cited[number] for number in numbers if number in cited]
        useful: set[int] = set()
        heading, _, fact = words.partition(": ")
        if words == lead_of(answer):
            # A yes or a no is what the model makes of the sentence; what follows it is in there.
            is_word = answer["lead"]["kind"] == "yesno"
            part = words.partition(": ")[2] if is_word else words
            statements_made = [Statement(part, "lead")] if part else []
        elif heading in telling:
            statements_made = [Statement(fact, "lead")]
        else:
            statements_made = take_apart(words, sources, language, compared)
        for statement in statements_made:
            reasons = {source.number: objection(statement, source, language) for source in sources}
            behind = [number for number, reason in reasons.items() if not reason]
            useful.update(behind)
            statements += 1
            supported += bool(behind)
            if not behind:
                faults.append(_unsupported(statement, reasons))
        pairs += len(set(numbers))
        supporting += len(useful)
    return ProofReport(
        markers=len(marked),
        resolved=sum(number in numbered for number in marked),
        quotes=len(answer["citations"]),
        exact=exact,
        statements=statements,
        supported=supported,
        pairs=pairs,
        supporting=supporting,
        faults=tuple(faults),
    )


def units(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The words before each group of markers with its numbers; words after the last one have none."""
    at = 0
    for match in _MARKERS.finditer(text):
        words = text[at : match.start()].strip()
        if words:
            yield words, tuple(dict.fromkeys(int(number) for number in MARKER.findall(match.group())))
        at = match.end()
    if re.search(r"\w", text[at:]):
        yield text[at:].strip(), ()


def lead_of(answer: Mapping[str, Any]) -> str:
    """The lead as the text of an answer object begins with it; empty where there is none."""
    lead = answer.get("lead")
    return f"{lead['text']}." if lead else ""


def take_apart(
    words: str, sources: Sequence[FoundCitation], language: Language, compared: str = ""
) -> list[Statement]:
    """The statements of one unit: what is framed as a quotation in the other language, or its sentences.

    The name of a side before it states nothing where it is in `compared`, the question that compares.
    """
    side, _, behind = words.partition(": ")
    if behind and side and side in compared:
        words = behind
    for source in sources:
        introductions = (say_of(source.article, "", language) for say_of in (attribute, introduce))
        introduction = next((one for one in introductions if words.startswith(one)), "")
        if introduction:
            words = words.removeprefix(introduction).strip()
            break
    for key in ("quote_direct", "quote_reported"):
        if quoted := _quotation_pattern(key, language).fullmatch(words):
            return [Statement(quoted["quote"], "quotation"), Statement(quoted["who"], "speaker")]
    opening, closing = say("original", language, quote="\0").split("\0")
    lead, framed, rest = words.partition(opening)
    if not framed:
        return [
            Statement(part, "sentence")
            for start, end in sentences(words)
            if _says_something(part := words[start:end])
        ]
    glossing, end = say("that_is", language, pairs="\0").split("\0")
    quotation, glossed, pairs = rest.rpartition(f"{closing} {glossing}")
    if not glossed:
        quotation, pairs = rest.rpartition(closing)[0], ""
    lead = lead.strip().removesuffix(".")
    found = [Statement(lead, "lead")] if lead else []
    found.append(Statement(quotation, "quotation"))
    return found + [Statement(pair, "gloss") for pair in pairs.strip().removesuffix(end).split("; ") if pair]


def objection(statement: Statement, source: FoundCitation, language: Language) -> str:
    """Why a citation does not support a statement of an answer in `language`; empty where it does."""
    quoted, published = plain(source.text), source.article.published
    text = plain(statement.text)
    if statement.kind == "lead" and text.removesuffix(".").strip("“”").casefold() in quoted.casefold():
        return ""
    if statement.kind == "quotation":
        return "" if text and text in quoted else "these are not its words"
    if statement.kind == "speaker":
        return _speaker_objection(text, source, language)
    if statement.kind == "gloss":
        return _gloss_objection(text, source, quoted, language)
    if statement.kind == "lead" and text.removesuffix(".").casefold() in map(
        str.casefold, _terms(source, language).values()
    ):
        return ""
    if statement.kind == "sentence":
        if text in quoted:
            return ""
        for match in _QUOTED.finditer(text):
            if len(match[1].split()) >= QUOTED_WORDS and match[1] not in quoted:
                return f"“{match[1]}” are not its words"
        verdict = check(text, source.text, published=published, language="en")
        return "" if verdict.holds else verdict.reason
    return _differs(text, source.text, published, language, as_language(source.article.language))


def own_words(text: str, language: Language, lead: str = "") -> str:
    """An answer's own words: its text without lead, markers and quotations in the other language."""
    found = []
    for words, _ in units(text):
        if words == lead:
            continue
        statements = take_apart(words, (), language)
        found += [statement.text for statement in statements if statement.kind == "sentence"]
        if any(statement.kind == "quotation" for statement in statements):
            found.append(say("original", language, quote=""))
    return " ".join(found)


def unquoted(text: str) -> str:
    """`text` without what stands between quotation marks, which may be of any language."""
    return re.sub(r"“[^“”]*”", " ", text)


@cache
def _quotation_pattern(key: str, language: Language) -> re.Pattern[str]:
    """The pattern of an attributed quotation, with the groups `quote` and `who`."""
    written = re.escape(say(key, language, quote="QUOTE", who="WHO"))
    return re.compile(written.replace("QUOTE", "(?P<quote>.+)").replace("WHO", "(?P<who>[^“”]+?)"))


def _speaker_objection(who: str, source: FoundCitation, language: Language) -> str:
    """Why whoever is quoted is not the speaker, by the reading of the article that names the speakers."""
    speakers = {one.who_in(language) for one in quotations([source.article]) if source.text == one.text}
    return "" if who in {plain(one) for one in speakers} else f"it is not said by “{who}”"


def _look_up(
    citation: Mapping[str, Any], article_of: Callable[[str], Article | None]
) -> tuple[FoundCitation | None, str]:
    number, name = int(citation["number"]), str(citation["article_id"])
    article = article_of(name)
    if article is None:
        return None, f"quote: [{number}] names the article {name!r}, which is not in the library"
    start, end = int(citation["start"]), int(citation["end"])
    found = article.text[max(0, start) : max(0, end)]
    fault = ""
    if found != citation["quote"] or not found or start < 0 or end > len(article.text):
        fault = f"quote: [{number}] is not the characters {start}:{end} of {name!r}: {citation['quote']}"
    return FoundCitation(number, article, found), fault


def _unsupported(statement: Statement, reasons: Mapping[int, str]) -> str:
    if not reasons:
        return f"support: nothing is cited for: {statement.text}"
    why = "; ".join(f"[{number}]: {reason}" for number, reason in reasons.items())
    name = "quote" if statement.kind == "quotation" else "support"
    return f"{name}: what is cited does not say: {statement.text} ({why})"


def _differs(text: str, source: str, published: date | None, language: Language, other: Language) -> str:
    """Why a source lacks a value or name in another language; empty where it has all of it."""
    if _is_that_value(text, source, published, language, other):
        return ""
    names = [word for word in WORD.findall(text)[1:] if word[0].isupper()]
    if not names and not find_facts(text, language):
        return "" if text.casefold() in source.casefold() else f"it does not have “{text}”"
    lacking = objections(text, source, claim_language=language, source_language=other, published=published)
    written = ", ".join(f"“{one.written}”" for one in lacking)
    return f"it does not have {written}" if lacking else ""


def _gloss_objection(pair: str, source: FoundCitation, quoted: str, language: Language) -> str:
    """A value must be worth the same in both languages; a term must be so in the program's own dictionary."""
    written, _, rendered = pair.partition(" = ")
    if written not in quoted:
        return f"it does not have “{written}”"
    published = source.article.published
    reason = _differs(rendered, written, published, language, as_language(source.article.language))
    if not reason or (":" in rendered and _CLOCK.findall(written) == _CLOCK.findall(rendered)):
        return ""
    digits = _DIGITS.findall(rendered)
    same_digits = not digits or digits == _DIGITS.findall(written)
    return "" if same_digits and _terms(source, language).get(written) == rendered else reason


def _terms(source: FoundCitation, language: Language) -> dict[str, str]:
    """The terms of a citation that the dictionary renders in `language`, by their wording."""
    pairs = glosses(source.text, language, source.article.published)
    return {plain(written): plain(rendered) for written, rendered in pairs}


def _is_that_value(
    text: str, source: str, published: date | None, language: Language, other: Language
) -> bool:
    """Whether `text` is nothing but a day, a period or a figure, and `source` has the same."""
    moments = find_moments(text, published)
    if len(moments) == 1 and not _says_something(text[: moments[0].start] + text[moments[0].end :]):
        mine = (moments[0].first, moments[0].last)
        return any((moment.first, moment.last) == mine for moment in find_moments(source, published))
    figures = find_figures(text, language)
    if len(figures) != 1 or _says_something(text[: figures[0].start] + text[figures[0].end :]):
        return False
    return any(figures[0].is_alike(figure) for figure in find_figures(source, other))


def _says_something(text: str) -> bool:
    return re.search(r"\w", text) is not None
