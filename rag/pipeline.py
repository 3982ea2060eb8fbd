"""The pipeline: question -> retrieval -> reading -> answer, and questions to offer."""

from __future__ import annotations

import contextlib
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal

from index import Article, Hit, LibraryError, ModelError, Settings
from index.models import EVERYTHING, Filter, Selection, Span
from rag.answer import REPLIES, Answer, Clock, Lead, Step, Steps, follow
from rag.composing import (
    Chosen,
    Composition,
    answering,
    attribute,
    compose,
    corrected,
    current,
    offered_sentence,
    outdated_in,
    quotation,
    refusal,
)
from rag.differing import Correction, corrections_of
from rag.lang import LEXICON, Language, as_language, say
from rag.lang.names import Sentence, find_places, is_regency, meets
from rag.lang.numbers import one_of
from rag.lang.words import WORD, indonesian
from rag.overview import OVERVIEWS, Overview, picks, place_in_list
from rag.query import Question, check_length, question_of, spoken, understand, unshouted, written_in
from rag.quotes.collection import (
    Quotation,
    answer_quotes,
    asks_what_was_said,
    names_nobody,
    quotation_text,
    stored_quotations,
)
from rag.request import (
    LEANS,
    LIKELY,
    NOTHING,
    TURNS_BACK,
    Completed,
    Request,
    RequestReader,
    asking_sentence,
    asks_source,
    asks_words,
    complete,
    in_full,
    is_bare,
    last_question,
    load_carrying,
    names_something,
    reply,
)
from rag.retrieval import FoundPassage, Retriever, with_copies, without_copies
from rag.suggestions import Suggestion, is_right, offered, offered_of

if TYPE_CHECKING:
    from index.embedder import Embedder
    from index.library import Library
    from index.models import Searchable
    from rag.generation import Generator
    from rag.reader import Decision, Reader, Reading
    from rag.translation import TranslationMemory, Translator

PASSAGES = 5
"""Passages that are read for one question; ten gave no more right answers on development questions."""

LONGEST_TURN = 600
"""Characters of a turn of which it is told what it asks for; a longer one asks for an answer."""

SURE = 0.95
"""Probability from which a request that needs no article is replied to before anything is read."""

CERTAIN = 0.9
"""Probability of leaning from which a turn without a name is read only with what it leans on.

From it on, the article found for the question before is read first.
"""

LEANS_LIKELY = 0.7
"""Probability of leaning from which a completed question is answered less surely read."""

QUOTING = 0.5
"""Probability from which quotations are given; two of 640 development questions reach it."""

QUOTED_PASSAGES = 20
"""Passages in whose articles whoever is to be quoted is looked for."""

MOST_EXAMPLES = 3
"""Questions that an empty page, a greeting or an article's page offers."""

MOST_TRIED = 8
"""Questions of each kind that are tried at most before these are offered; each takes a tenth of a second."""

MOST_SUGGESTED = 1000
"""Articles whose questions are remembered."""

MOST_QUOTED = 3
"""Quotations that answer what whoever was spoken of said."""

MOST_ANSWERED = 100
"""Answers that are remembered for what leans on them."""

TOPIC_WORDS = 3
"""Words of the longest turn that may be a topic alone, and is then no greeting."""

_GREETING = frozenset(LEXICON.words("greeting_words"))

_PAUSE = re.compile(r"[,.!]+\s*")

RECENT = 50
"""Articles that example questions are made from."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is understood.

    Attributes:
        question: Completed from the question before it where it leans on one.
        wide: The same with all that it leaves out of that one, to search with.
        is_pieced: Whether anything follows what was asked now.
        notes: What to remark.
    """

    question: Question
    wide: Question
    is_pieced: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of reading one form of a turn."""

    asked: Understood
    hits: Sequence[Hit]
    readings: Sequence[Reading]
    chosen: Chosen


class Assistant:
    """Answers questions from a library; where there is a generator, in its words if the check proves them."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        reader: Reader,
        generator: Generator | None = None,
        requests: RequestReader | None = None,
        translator: Translator | None = None,
    ) -> None:
        """An assistant with what is costly to load.

        Args:
            library: What it answers from.
            embedder: The model that the library is searched with.
            reader: Reads passages.
            generator: A model that writes, if there is one.
            requests: Tells what a turn asks for; without it every turn asks for an answer.
            translator: Puts Indonesian quotations of English answers into English, where that passes a check.
        """
        self.library = library
        self.embedder = embedder
        self.reader = reader
        self.generator = generator
        self.requests = requests
        self.translator = translator
        self._memory: TranslationMemory | None = None
        self._examples: dict[Language, tuple[tuple[str, ...] | None, list[str]]] = {}
        self._suggested: dict[tuple[str, str, Language], list[str]] = {}
        self._trying = threading.RLock()
        self._remembering = threading.Lock()
        self._answered: dict[tuple[Sequence[str], Filter, int], Answer] = {}

    def ask(
        self,
        question: str,
        *,
        language: Literal["auto", "id", "en"] = "auto",
        history: Sequence[str] = (),
        chosen: Filter = EVERYTHING,
        keep: bool = True,
    ) -> Answer:
        """Answer one question.

        Args:
            question: In Indonesian or English.
            language: Of the answer; "auto" follows the question.
            history: The questions asked before, oldest first.
            chosen: Which articles may answer.
            keep: Whether a gap in the coverage is kept for the review.

        Raises:
            QuestionError: the question is empty or too long.
            NoIndex: nothing has been indexed yet.
            WrongModel: the index was built by another embedding model.
        """
        return follow(self.steps(question, language=language, history=history, chosen=chosen, keep=keep))

    def steps(
        self,
        question: str,
        *,
        language: Literal["auto", "id", "en"] = "auto",
        history: Sequence[str] = (),
        chosen: Filter = EVERYTHING,
        keep: bool = True,
    ) -> Steps:
        """Answer as `ask` does; yields each step before it is taken, and returns the answer."""
        earlier = [unshouted(one) for one in history]
        answer = yield from self._steps(unshouted(question), language, earlier, chosen)
        self._remember(answer, (*earlier, unshouted(question)), chosen)
        answer = replace(answer, question=question, counts=answer.counts and chosen == EVERYTHING)
        if keep:
            self._keep(answer, history)
        return answer

    def _steps(
        self,
        question: str,
        language: Literal["auto", "id", "en"],
        history: Sequence[str],
        chosen: Filter,
        *,
        writing: bool = True,
    ) -> Steps:
        """The steps, nothing noted; without `writing` no model is asked for words of its own."""
        clock = Clock()
        yield Step("understand")
        before = in_full(history, self.request)
        request = self.request(question, before.text)
        needs_none = request.kind in REPLIES
        for asks, told in ((asks_source, self._sourced), (asks_words, self._said)):
            if before.text and request.leans >= LEANS and asks(question):
                found = told(question, history, language, chosen, clock)
                if found is not None:
                    return found
        if needs_none and request.probability >= SURE:
            if request.kind == "translate" and request.leans >= LEANS and before.text:
                return (yield from self._in_the_other(question, history, chosen, writing=writing))
            return self._reply(question, request, language, history, clock)
        leaning = history if request.leans_on(question) else ()
        picked_from = request.leans >= LEANS and place_in_list(question) is not None
        # "Give me the latest news" asks for a list, whatever it comes behind.
        if picked_from and (request.kind != "latest" or picks(question)):
            picked = Overview(self, question, history, language, chosen)
            yield Step("retrieve")
            found = picked.answer("summarise", request.probability) if picked.listed else None
            if found is not None:
                return found
        overview = None
        is_doubtful = request.probability < OVERVIEWS.get(request.kind, 0.0)
        if request.kind in OVERVIEWS:
            overview = Overview(self, question, leaning, language, chosen)
        if overview and not is_doubtful:
            yield Step("retrieve")
            found = overview.answer(request.kind, request.probability)
            if found is not None:
                return found
        leant_on = before if leaning else NOTHING
        return (yield from self._reading(
            question, request, overview if is_doubtful else None, before.text, leant_on, history, language,
            chosen, clock, writing=writing,
        ))  # fmt: skip

    def _sourced(
        self,
        question: str,
        history: Sequence[str],
        language: Literal["auto", "id", "en"],
        chosen: Filter,
        clock: Clock,
    ) -> Answer | None:
        """What the answer before quotes, with who published it; whom that quotes leads, but for overviews.

        None where nothing was answered.
        """
        before = self._before(history, chosen)
        if before is None or not before.claims:
            return None
        spoken_in = spoken(language, written_in(question, history))
        made, lead = Composition(), None
        for one in before.citations:
            if span := made.unquoted(one.article, (one.start, one.end)):
                text, written = quotation(one.article, span, spoken_in)
                text = attribute(one.article, text, spoken_in)
                number = made.add(text, (one.article, span), written=written)
                if before.request not in OVERVIEWS:
                    lead = lead or self._speaker(one.article, span, number)
        clock.lap("read")
        introduced, told = say("source_of", spoken_in, question=""), before.understood or before.question
        return Answer(
            question=question,
            language=spoken_in,
            claims=tuple(made.claims),
            citations=with_copies(tuple(made.citations), before.hits),
            lead=lead,
            understood=told if told.startswith(introduced) else introduced + told,
            hits=before.hits,
            confidence=before.confidence,
            timings=clock.timings(),
            models=self.models(),
        )

    def _speaker(self, article: Article, span: Span, number: int) -> Lead | None:
        """Who says what is quoted within some characters of an article, as these name whoever does."""
        for one in stored_quotations(self.library, [article]):
            said = (one.quote.start, one.quote.end)
            if not one.speaker or not meets(span, [said]):
                continue
            names = rf"(?<!\w){one_of([one.speaker, *one.speaker.split()])}(?!\w)"
            for match in re.finditer(names, article.text[slice(*span)]):
                start, end = span[0] + match.start(), span[0] + match.end()
                if not meets((start, end), [said]):
                    return Lead(match.group(), "person", start, end, number)
        return None

    def _said(
        self,
        question: str,
        history: Sequence[str],
        language: Literal["auto", "id", "en"],
        chosen: Filter,
        clock: Clock,
    ) -> Answer | None:
        """What is quoted in the article that the answer before is from, first of whom that quotes.

        None where nothing was answered, or nobody is quoted.
        """
        before = self._before(history, chosen)
        if before is None or not before.citations:
            return None
        spoken_in = spoken(language, written_in(question, history))
        first = before.citations[0]
        quoted = [one for one in stored_quotations(self.library, [first.article]) if one.speaker]
        spans = [(first.start, first.end)]
        named = {one.speaker for one in quoted if meets((one.quote.start, one.quote.end), spans)}
        quoted = [one for one in quoted if one.speaker in named] or quoted
        made = Composition()
        for one in quoted[:MOST_QUOTED]:
            made.add(quotation_text(one, spoken_in), (one.article, (one.quote.start, one.quote.end)))
        if not made.claims:
            return None
        clock.lap("read")
        return Answer(
            question=question,
            language=spoken_in,
            claims=tuple(made.claims),
            citations=tuple(made.citations),
            request="quotes",
            hits=before.hits,
            confidence=before.confidence,
            timings=clock.timings(),
            models=self.models(),
        )

    def _before(self, history: Sequence[str], chosen: Filter) -> Answer | None:
        """The answer to the last question of a conversation; None where there is none."""
        at, _ = last_question(history, self.request)
        if at < 0:
            return None
        return self._remembered(history, chosen) or follow(
            self._steps(history[at], "auto", history[:at], chosen, writing=False)
        )

    def _remembered(self, history: Sequence[str], chosen: Filter) -> Answer | None:
        """The answer to the last question of a conversation, if it was given here and no article changed."""
        at, _ = last_question(history, self.request)
        return self._answered.get((tuple(history[: at + 1]), chosen, self.library.revision()))

    def _remember(self, answer: Answer, turns: Sequence[str], chosen: Filter) -> None:
        """Keep an answer that quotes articles for the turns that lean on it, until an article is changed."""
        if not answer.citations:
            return
        key = (tuple(turns), chosen, self.library.revision())
        with self._remembering:
            while len(self._answered) >= MOST_ANSWERED:
                self._answered.pop(next(iter(self._answered)))
            self._answered[key] = answer

    def _in_the_other(self, question: str, history: Sequence[str], chosen: Filter, *, writing: bool) -> Steps:
        """Answer the last question before a turn in the other language, with the turns before that."""
        at, _ = last_question(history, self.request)
        earlier = history[:at]
        language: Language = "id" if written_in(history[at], earlier) == "en" else "en"
        answer = yield from self._steps(history[at], language, earlier, chosen, writing=writing)
        # What the articles do not tell was asked for, and noted, before.
        kind = "translate" if answer.claims else answer.request
        understood = answer.understood or history[at]
        return replace(answer, question=question, request=kind, understood=understood, counts=False)

    def _reading(
        self,
        question: str,
        request: Request,
        overview: Overview | None,
        earlier: str,
        leant_on: Completed,
        history: Sequence[str],
        language: Literal["auto", "id", "en"],
        chosen_articles: Filter,
        clock: Clock,
        *,
        writing: bool,
    ) -> Steps:
        """The steps from what a turn asks for to its answer; `overview` is what it may ask for instead."""
        needs_none = request.kind in REPLIES
        is_doubtful = overview is not None
        asked = self.understand(question, language=language, before=leant_on)

        if request.kind == "quotes" and request.probability >= QUOTING:
            yield Step("retrieve")
            return self._quotes(question, earlier, request, asked, chosen_articles, clock)

        yield Step("retrieve")
        first = self.find(asked.wide, PASSAGES, chosen_articles)
        clock.lap("retrieve")

        yield Step("read")
        attempt = self._read_on(check_length(question), asked, request, leant_on, history, chosen_articles)
        if attempt is None or not attempt.chosen.answers:
            attempt = self._read(asked, first, request.leans)
        if not attempt.chosen.answers:
            apart = self._read_apart(question, asked, request, leant_on, language, chosen_articles)
            attempt = apart or attempt
        attempt, outdated = self._put_right(attempt, chosen_articles)
        asked, hits, readings, chosen = attempt.asked, attempt.hits, attempt.readings, attempt.chosen
        understood, notes = asked.question, asked.notes
        if needs_none and not chosen.answers and request.probability >= LIKELY:
            return self._reply(question, request, language, history, clock)
        if overview and not chosen.answers and request.probability >= LIKELY:
            found = overview.answer(request.kind, request.probability)
            if found is not None:
                return found
        if not chosen.answers and request.kind == "answer" and asks_what_was_said(understood.text):
            quoted = self._quotes(
                question, earlier, request, asked, chosen_articles, copy(clock), named_wholly=True
            )
            if quoted.claims:
                return quoted
        composed = compose(chosen, understood.language, understood.text)
        composed = corrected(composed, outdated, understood.language)
        notes += composed.notes
        clock.lap("read")

        claims, citations, writer = composed.claims, composed.citations, None
        # Where the articles do not say, or say different things, no machine is asked to.
        if chosen.answers and not composed.differing and writing and self.generator:
            yield Step("write")
            from rag.factcheck import check
            from rag.generation.writer import WrittenAnswer, write

            draft = write(understood.text, understood.language, chosen.readings, hits, self.generator, check)
            outcome = "wrote" if isinstance(draft, WrittenAnswer) else draft
            notes += (say(f"machine_{outcome}", understood.language, name=self.generator.name),)
            if isinstance(draft, WrittenAnswer):
                claims, citations, writer = draft.claims, draft.citations, self.generator.name
            clock.lap("write")
        answer = Answer(
            question=question,
            language=understood.language,
            claims=claims,
            citations=with_copies(citations, hits),
            lead=None if writer else composed.lead,
            message="" if chosen.answers else _refuse(understood, hits, readings),
            request="answer" if needs_none or is_doubtful else request.kind,
            notes=notes,
            understood="" if understood.text == check_length(question) else understood.text,
            differing=composed.differing and writer is None,
            hits=tuple(hits),
            offered=None if chosen.answers else _offered_hit(readings),
            confidence=_confidence(chosen, readings),
            timings=clock.timings(),
            models=self.models(writer),
            # Too unsure for a reply of the product's own, but most likely not a question to the articles.
            counts=not needs_none,
        )
        if writing and self.translator and answer.language == "en" and answer.claims and writer is None:
            yield Step("translate")
            answer = self._translated(answer, self.translator, clock)
        return answer

    def models(self, generator: str | None = None) -> dict[str, str | None]:
        """The names of the models behind an answer; of the generator where it wrote the text."""
        return {"embedder": self.embedder.name, "reader": self.reader.name, "generator": generator}

    def _read(self, asked: Understood, hits: Sequence[Hit], leans: float = 0.0) -> Attempt:
        """Read passages; if none answers, read them again for all that the turn leaves out."""
        decision = self._decision(asked, leans)
        readings = self._readings(asked.question, hits)
        chosen = answering(asked.question, readings, decision)
        if not chosen.answers and asked.wide.text != asked.question.text:
            again = self._readings(asked.wide, hits)
            chosen = answering(asked.wide, again, decision)
            readings = again if chosen.answers else readings
        return Attempt(asked, hits, readings, chosen)

    def _decision(self, asked: Understood, leans: float) -> Decision:
        """The thresholds for a turn; lower ones where it is completed from what it surely leans on."""
        decision = self.reader.decision
        is_completed = asked.is_pieced and leans >= LEANS_LIKELY
        return replace(decision, answer=load_carrying().answer) if is_completed else decision

    def _readings(self, question: Question, hits: Sequence[Hit]) -> list[Reading]:
        """The readings of passages, surest first, each text once."""
        return without_copies(self.reader.read(question, hits))

    def _read_on(
        self,
        turn: str,
        asked: Understood,
        request: Request,
        leant_on: Completed,
        history: Sequence[str],
        chosen: Filter,
    ) -> Attempt | None:
        """Read the articles of the answer before, if it is remembered, or what its question finds first.

        Those that correct them are read with them. None where the turn does not go on. To one that names
        nothing, "brp kios yg terbakar?", articles on another event answer as readily.
        """
        goes_on = leant_on.text and request.leans >= CERTAIN and not names_something(turn)
        if not goes_on or chosen.articles:
            return None
        before = self._remembered(history, chosen)
        cited = [one.article for one in before.citations] if before else []
        if not cited:
            found = self.find(self.understand(leant_on.wide).question, 1, chosen)
            cited = [hit.passage.article for hit in found]
        if not cited:
            return None
        read = (*cited, *(one.by for one in self.corrections(cited)))
        only = replace(chosen, articles=tuple(dict.fromkeys(article.id for article in read)))
        attempt = self._read(asked, self.find(asked.wide, PASSAGES, only), request.leans)
        if before and is_bare(turn):
            quoted = [(one.article.id, one.start, one.end) for one in before.citations]
            same = [one for one in attempt.readings if _stands_in(one.sentence, quoted)]
            beside = answering(asked.question, same, self._decision(asked, request.leans))
            return replace(attempt, chosen=beside) if beside.answers else attempt
        return attempt

    def _read_apart(
        self,
        question: str,
        completed: Understood,
        request: Request,
        leant_on: Completed,
        language: Literal["auto", "id", "en"],
        chosen: Filter,
    ) -> Attempt | None:
        """Read the turn by itself, or the one sentence of it that asks; None if nothing answers.

        One that only puts another name into the question before, "Kalau Sulut?", asks nothing by itself.
        """
        turn = check_length(question)
        is_put_in = not completed.is_pieced and completed.question.text != turn
        may_stand = not is_put_in and (request.leans < CERTAIN or names_something(turn))
        turns = [turn] if leant_on.text and may_stand else []
        asking = asking_sentence(turn)
        for apart in [*turns, asking] if asking else turns:
            asked = self.understand(apart, language=language)
            attempt = self._read(asked, self.find(asked.wide, PASSAGES, chosen))
            if attempt.chosen.answers:
                return attempt
        return None

    def _put_right(self, attempt: Attempt, chosen: Filter) -> tuple[Attempt, list[Correction]]:
        """An attempt read anew where what answers was corrected since, and the corrections of its articles.

        Where no correction answers it stays as it is, but that a sentence which is offered is that of one.
        """
        readings = attempt.chosen.readings or attempt.readings[:1]
        found = self.corrections(reading.sentence.article for reading in readings)
        if not attempt.chosen.answers:
            offered = [replace(one, sentence=current(one.sentence, found)) for one in readings]
            return replace(attempt, readings=[*offered, *attempt.readings[1:]]), []
        answers = tuple(one for one in attempt.chosen.answers if not outdated_in(one, found))
        if answers == attempt.chosen.answers:
            return attempt, found
        if answers:
            support = attempt.chosen.support if answers[0] is attempt.chosen.answers[0] else ()
            return replace(attempt, chosen=Chosen(answers, support)), found
        by = outdated_in(attempt.chosen.answers[0], found)[0].by
        if by.id in (chosen.articles or (by.id,)):
            only = replace(chosen, articles=(by.id,))
            again = self._read(attempt.asked, self.find(attempt.asked.wide, PASSAGES, only))
            if again.chosen.answers:
                return again, found
        return attempt, found

    def corrections(self, articles: Iterable[Article]) -> list[Correction]:
        """The figures of articles that others of their publishers correct."""
        return corrections_of(articles, self.library)

    def _keep(self, answer: Answer, history: Sequence[str]) -> None:
        """Keep a gap in the coverage."""
        if not answer.is_gap:
            return
        nearest = answer.nearest.article_id if answer.nearest else None
        understood = answer.understood or None
        # A library that cannot be written, as a replica whose primary is gone, answers all the same.
        with contextlib.suppress(LibraryError):
            self.library.record_gap(
                check_length(answer.question),
                as_language(answer.language),
                nearest,
                understood=understood,
                history=history[-TURNS_BACK:] if understood else (),
            )

    def leans(self, question: str, history: Sequence[str] = ()) -> bool:
        """Whether a turn leans on those before it."""
        return self.request(question, history[-1] if history else "").leans >= LEANS

    def _quotes(
        self,
        question: str,
        earlier: str,
        request: Request,
        asked: Understood,
        chosen: Filter,
        clock: Clock,
        *,
        named_wholly: bool = False,
    ) -> Answer:
        """An answer with quotations of whom the turn names, on its topic; `earlier` is the turn before it."""
        understood, notes = asked.question, asked.notes

        def find(text: Question, k: int) -> list[Hit]:
            return self.find(text, k, chosen)

        hits = find(asked.wide, QUOTED_PASSAGES)
        around = find(self.understand(earlier[:LONGEST_TURN]).question, PASSAGES) if earlier.strip() else []
        clock.lap("retrieve")

        def having(words: str) -> list[Article]:
            listed = self.library.listing(Selection((words,), chosen=chosen), QUOTED_PASSAGES).articles
            return [self.library.article(one.id) for one in listed]

        found = list({hit.passage.article.id: hit.passage.article for hit in (*around, *hits)}.values())
        written = check_length(question)
        completed = understood.text != written and names_nobody(written)
        turn = understood.text if completed else written

        def read(articles: Iterable[Article]) -> list[Quotation]:
            return stored_quotations(self.library, articles)

        quoted = answer_quotes(
            turn, understood.language, found, having, self.embedder, read, named_wholly=named_wholly
        )
        if quoted.more:
            key = "quotes_more_about" if quoted.has_topic else "quotes_more"
            notes += (say(key, understood.language, count=str(quoted.more)),)
        clock.lap("read")
        return Answer(
            question=question,
            language=understood.language,
            claims=quoted.claims,
            citations=quoted.citations,
            message=quoted.message,
            request="quotes",
            notes=notes,
            understood=understood.text if completed else "",
            hits=tuple(hits[:PASSAGES]),
            confidence=request.probability,
            timings=clock.timings(),
            models=self.models(),
        )

    def _translated(self, answer: Answer, translator: Translator, clock: Clock) -> Answer:
        from rag.translation import TranslationMemory, translate_answer

        if self._memory is None:
            from index.library import TRANSLATIONS

            self._memory = TranslationMemory(self.library.settings.home / TRANSLATIONS, self._ids)
        translated = translate_answer(answer, translator, self._memory)
        clock.lap("translate")
        return replace(translated, timings=clock.timings())

    def _ids(self) -> set[str]:
        return {article.id for article in self.library.listing().articles}

    def request(self, question: str, before: str = "") -> Request:
        """The request of a turn, and whether it leans on the question before it, which is given in full.

        Raises:
            QuestionError: the question is empty or too long.
        """
        asked = check_length(question)
        if self.requests is None or len(asked) > LONGEST_TURN:
            return Request("answer", 1.0, 1.0 if before else 0.0)
        earlier = before[:LONGEST_TURN]
        request = self.requests.read(asked, earlier)
        if behind := _behind_greeting(asked):
            asking = replace(self.requests.read(behind, earlier), leans=request.leans)
            request = max(request, asking, key=lambda one: one.probability)
        greets = request.kind in {"greeting", "smalltalk"}
        return replace(request, kind="answer") if greets and self._names_topic(asked) else request

    def _names_topic(self, turn: str) -> bool:
        """Whether a turn of a few words that greets nobody names a place, or is one word of a passage."""
        words = WORD.findall(turn.casefold())
        if len(words) > TOPIC_WORDS or not _GREETING.isdisjoint(words):
            return False
        if find_places(turn) or is_regency(" ".join(words)):
            return True
        if len(words) != 1:
            return False
        with contextlib.suppress(LibraryError):
            hits = self.find(question_of(turn), PASSAGES)
            either = {words[0], *indonesian(words[0])}
            return any(either.intersection(WORD.findall(hit.passage.text.casefold())) for hit in hits)
        return False

    def _reply(
        self,
        question: str,
        request: Request,
        language: Literal["auto", "id", "en"],
        history: Sequence[str],
        clock: Clock,
    ) -> Answer:
        spoken_in = spoken(language, written_in(question, history))
        count = 0
        examples: list[str] = []
        # Without an index there is nothing to offer, and a greeting is answered all the same.
        with contextlib.suppress(LibraryError):
            count = self.library.count()
            if request.kind in {"greeting", "capability"}:
                examples = self.examples(spoken_in)
        return Answer(
            question=question,
            language=spoken_in,
            message=reply(request.kind, spoken_in, count, examples),
            request=request.kind,
            confidence=request.probability,
            timings=clock.timings(),
            models=self.models(),
        )

    def understand(
        self, question: str, *, language: Literal["auto", "id", "en"] = "auto", before: Completed = NOTHING
    ) -> Understood:
        """The question, completed from the one before it where it leans on one, taken apart.

        Args:
            question: In Indonesian or English.
            language: To answer in; "auto" follows the question.
            before: The question that it leans on, in full; `NOTHING` where it stands by itself.

        Raises:
            QuestionError: the question is empty or too long.
        """
        asked = check_length(question)
        code = written_in(asked, [before.text])
        spoken_in = spoken(language, code)
        notes = [say("third_language", spoken_in)] if code not in {"id", "en", "und"} else []
        completed = complete(asked, before)
        if completed.text != asked and written_in(before.text) == "en":
            code = "en"  # an Indonesian follow-up has brought English words along
        full, wide = (
            understand(text, spoken_in, code, date.today(), completed.own)
            for text in (completed.text, completed.wide)
        )
        return Understood(full, wide, completed.is_pieced, tuple(notes))

    def find(self, question: Question, k: int, chosen: Filter = EVERYTHING) -> list[Hit]:
        """The `k` best passages for a question, from the index as it is now."""
        return [item.hit for item in self._search(question, k, chosen)]

    def search(self, query: str, k: int = 10, chosen: Filter = EVERYTHING) -> list[FoundPassage]:
        """The `k` best passages for a question or words, with where each was found.

        Raises:
            QuestionError: there are no words, or too many.
            NoIndex: nothing has been indexed yet.
        """
        return self._search(question_of(check_length(query)), k, chosen)

    def _search(self, question: Question, k: int, chosen: Filter) -> list[FoundPassage]:
        def search(index: Searchable) -> list[FoundPassage]:
            return Retriever(index, self.embedder).search(question, k, chosen)

        index = self.library.open()
        try:
            return search(index)
        except LibraryError:
            # An article may have been withdrawn while it was being searched; then the index is another now.
            after = self.library.open()
            if after is index:
                raise
            return search(after)

    def count(self, chosen: Filter = EVERYTHING) -> int:
        """How many articles may answer.

        Raises:
            NoIndex: nothing has been indexed yet.
        """
        return self.library.open().count(chosen)

    def examples(self, language: Language, limit: int = MOST_EXAMPLES) -> list[str]:
        """At most `limit` questions, `MOST_EXAMPLES` at most, of different kinds, that are answered right.

        Each names the event that it is about. They are made of the newest articles, and tried anew only when
        those are others.
        """
        latest = self.library.latest(RECENT)
        state = tuple(article.sha256 for article in latest)
        # Of many who open the page at once, one tries them for all.
        with self._trying:
            if self._examples.get(language, (None, []))[0] != state:
                # One that is taken for a greeting asks for them again.
                self._examples[language] = (state, [])
                # Where a language has few kinds of question, some are asked of other articles as well.
                tried = (self._tried(offered(some, language), EVERYTHING, language)
                         for some in (latest, latest[1:]))  # fmt: skip
                kept = islice(_each_once(chain.from_iterable(tried)), MOST_EXAMPLES)
                self._examples[language] = (state, list(kept))
            return self._examples[language][1][:limit]

    def suggestions(self, article: Article, language: Language, limit: int = MOST_EXAMPLES) -> list[str]:
        """At most `limit` questions about an article that are answered right from it alone.

        They are tried once for as long as its text is the same.
        """
        key = (article.id, article.sha256, language)
        with self._trying:
            if key not in self._suggested:
                only = Filter(articles=(article.id,))
                tried = self._tried(offered_of(article, language), only, language)
                while len(self._suggested) >= MOST_SUGGESTED:
                    self._suggested.pop(next(iter(self._suggested)), None)
                self._suggested[key] = list(islice(tried, MOST_EXAMPLES))
            return self._suggested[key][:limit]

    def _tried(self, offers: Iterable[Suggestion], chosen: Filter, language: Language) -> Iterator[str]:
        """Yield the questions that are answered right, one of each kind."""
        tries: Counter[str] = Counter()
        for offer in offers:
            tries[offer.kind] += 1
            if tries[offer.kind] > MOST_TRIED:
                continue
            if is_right(offer, follow(self._steps(offer.question, language, (), chosen, writing=False))):
                tries[offer.kind] = MOST_TRIED
                yield offer.question


def _behind_greeting(turn: str) -> str:
    """What follows the greeting of some words that opens a turn, "Selamat pagi min, …"; empty without one."""
    greeting, *behind = _PAUSE.split(turn, maxsplit=1)
    words = WORD.findall(greeting.casefold())
    greets = 0 < len(words) <= TOPIC_WORDS and words[0] in _GREETING
    return behind[0] if greets and behind and WORD.search(behind[0]) else ""


def _stands_in(sentence: Sentence, quoted: Iterable[tuple[str, int, int]]) -> bool:
    """Whether a sentence is in one of these articles between these characters."""
    return any(
        sentence.article.id == name and start <= sentence.start and sentence.end <= end
        for name, start, end in quoted
    )


def _each_once(texts: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        if text not in seen:
            seen.add(text)
            yield text


def _refuse(question: Question, hits: Sequence[Hit], readings: Sequence[Reading]) -> str:
    if not hits:
        return say("no_articles", question.language)
    return refusal(question, hits[0].passage.article, readings)


def _offered_hit(readings: Sequence[Reading]) -> Hit | None:
    sentence = offered_sentence(readings)
    return sentence.hit if sentence else None


def _confidence(chosen: Chosen, readings: Sequence[Reading]) -> float:
    """The probability that the answer is right, or of a refusal that nothing that was read answers."""
    if chosen.answers:
        return chosen.answers[0].score
    return 1 - readings[0].score if readings else 1.0


def load_assistant(library: Library) -> Assistant:
    """An assistant with the models that the library's settings name.

    Raises:
        ModelError: a model is missing, damaged or of another kind.
        SettingsError: the generator is named wrongly.
    """
    generator = None
    if library.settings.generator:
        from rag.generation.models import load_generator

        generator = load_generator(library.settings.generator)
    from rag.translation import load_translator

    with ThreadPoolExecutor(1) as pool:
        # Checking and preparing weights keeps a core busy without the interpreter.
        reader = pool.submit(load_reader, library.settings)
        requests = load_requests(library.settings, library.embedder)
        translator = load_translator(library.settings)
    return Assistant(
        library, library.embedder, reader.result(), generator, requests=requests, translator=translator
    )


def load_requests(settings: Settings, embedder: Embedder) -> RequestReader | None:
    """The reader of requests; None where the embedded model cannot be had."""
    from index.embedder import load_embedder
    from index.settings import EMBEDDED

    if settings.embedder == EMBEDDED:
        return RequestReader(embedder)
    try:
        return RequestReader(load_embedder(replace(settings, embedder=EMBEDDED)))
    except ModelError:
        return None


def load_reader(settings: Settings) -> Reader:
    """The reader with the model that the settings name, or the built-in one.

    Raises:
        ModelError: the model is missing, damaged or of another kind.
    """
    from rag.reader import Reader, load_model

    return Reader(load_model(settings))
