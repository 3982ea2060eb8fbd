"""Search, reading, conversations, extraction and translation, measured on what people labelled.

Each kind has a loader, an evaluation that gives plain JSON values, and a table of these for a terminal.
"""

from __future__ import annotations

import gzip
import json
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, get_args

from index import Article, TanyaError
from index.lexical import LexicalIndex
from index.models import Ranking
from index.text import detect
from index.vectors import VectorIndex
from rag.answer import Answer, Kind
from rag.evaluation.cases import (
    check_question,
    filled_lines,
    listed_forms,
    listed_texts,
    read_rows,
    says,
)
from rag.evaluation.metrics import bleu, chrf, exact_match, mean, risk_coverage, share, token_f1
from rag.figures import figures_of
from rag.lang.words import content_words
from rag.output import tracked
from rag.query import Question, question_of
from rag.quotes import Quote, find_quotes
from rag.reader import Extract, Reader
from rag.retrieval import DEPTH, POOL, Pooled, fuse, lexical_query, ranked, trust
from rag.translation import RawTranslation, Translator, hold_against

if TYPE_CHECKING:
    from index.embedder import Embedder
    from rag.pipeline import Assistant


MEASURES = ("success@1", "success@10", "recall@10", "ndcg@10")
EMBEDDED_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class BeirCollection:
    """A test collection: documents and queries by id, and the grade of each judged document per query."""

    documents: Mapping[str, str]
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]


def load_collection(folder: Path) -> BeirCollection:
    """Read `corpus.jsonl[.gz]`, `queries.jsonl[.gz]` and `qrels.tsv` or `qrels/test.tsv`.

    Raises:
        TanyaError: a file is missing or is not in the BEIR layout.
    """
    documents = {
        str(record["_id"]): "\n".join(part for part in (record.get("title"), record["text"]) if part)
        for record in _beir_records(folder, "corpus.jsonl")
    }
    if not documents:
        raise TanyaError(f"{folder}: corpus.jsonl holds no documents; give a folder in the BEIR layout")
    queries = {str(record["_id"]): str(record["text"]) for record in _beir_records(folder, "queries.jsonl")}
    qrels: dict[str, dict[str, int]] = {}
    path = next((p for p in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if p.exists()), None)
    if path is None:
        raise TanyaError(f"{folder} has no qrels.tsv; give a folder in the BEIR layout")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("\t")
        if len(fields) != 3:
            raise TanyaError(
                f"{path}:{number} has {len(fields)} columns; write query-id, corpus-id and score"
            )
        query, document, score = fields
        try:
            grade = int(score)
        except ValueError as error:
            # The first line may name the columns; a judgement names a query or a document.
            if number == 1 and query not in queries and document not in documents:
                continue
            raise TanyaError(f"{path}:{number} has the score {score!r}; write a whole number") from error
        qrels.setdefault(query, {})[document] = grade
    judged = {
        key: text for key, text in queries.items() if any(grade > 0 for grade in qrels.get(key, {}).values())
    }
    if not judged:
        raise TanyaError(f"{folder}: no query has a relevant document; check the ids in {path.name}")
    for key, text in judged.items():
        check_question(text, f"{folder}: query {key}")
    return BeirCollection(documents, judged, qrels)


def evaluate_retrieval(folder: Path, embedder: Embedder) -> dict[str, Any]:
    """Measures of the four rankings over all judged queries, each document one passage.

    Returns:
        {"n": queries, "dense": {measure: value}, "lexical": {...}, "fused": {...}, "ranked": {...}}, values
        in 0..1; "ranked" is the fused ranking with its first rows ordered anew.
    """
    collection = load_collection(folder)
    runs = rank_collection(collection, embedder)
    return {"n": len(collection.queries)} | {
        name: retrieval_scores(run, collection.qrels) for name, run in runs.items()
    }


def rank_collection(collection: BeirCollection, embedder: Embedder) -> dict[str, dict[str, Ranking]]:
    """The dense, lexical and fused ranking of every query, and that with its first rows in their last order.

    Rows are positions in the corpus.
    """
    keys = list(collection.documents)
    runs: dict[str, dict[str, Ranking]] = {"dense": {}, "lexical": {}, "fused": {}, "ranked": {}}
    for key, found in search_collection(collection, embedder):
        first = [(found.fused[at][0], score) for at, score in ranked(found.question, found.pool)]
        last = [*first, *found.fused[len(first) :]]
        for name, ranking in zip(runs, (found.dense, found.lexical, found.fused, last), strict=True):
            runs[name][key] = [(keys[row], score) for row, score in ranking[:DEPTH]]  # type: ignore[misc]
    return runs


@dataclass(frozen=True)
class SearchedQuery:
    """The rankings for one query; rows are positions in the corpus, best first.

    Attributes:
        pool: The first rows of the fused ranking, as they are ordered anew.
    """

    question: Question
    dense: Ranking
    lexical: Ranking
    fused: Ranking
    pool: Sequence[Pooled]


def search_collection(collection: BeirCollection, embedder: Embedder) -> Iterator[tuple[str, SearchedQuery]]:
    """Each query with what is found for it, each document one passage."""
    import numpy as np

    keys, texts = list(collection.documents), list(collection.documents.values())
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    at_once = [order[at : at + EMBEDDED_AT_ONCE] for at in range(0, len(order), EMBEDDED_AT_ONCE)]
    parts = [
        embedder.encode([texts[row] for row in rows], "passage")
        for rows in tracked(at_once, "batches of texts", lambda _: "corpus")
    ]
    vectors = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    vectors[order] = np.concatenate(parts)
    dense_index, lexical_index = VectorIndex.build(vectors), LexicalIndex.build(texts)
    languages = [detect(text) for text in texts]
    query_vectors = embedder.encode(list(collection.queries.values()), "query")
    for (key, text), vector in zip(collection.queries.items(), query_vectors, strict=True):
        question = question_of(text)
        dense = dense_index.search(vector, DEPTH)
        lexical = lexical_index.search(lexical_query(question), DEPTH)
        fused = fuse(dense, lexical, lambda row, code=question.written_in: trust(code, languages[row]))  # type: ignore[misc]
        cosines, shares = dict(dense), {row: score / lexical[0][1] for row, score in lexical}
        pool = []
        for row, _ in fused[:POOL]:
            abroad = question.is_english != (languages[row] == "en")
            pool.append(Pooled(keys[row], "", texts[row], cosines.get(row), shares.get(row, 0.0), abroad))
        yield key, SearchedQuery(question, dense, lexical, fused, pool)


def retrieval_scores(
    run: Mapping[str, Iterable[tuple[Any, float]]], qrels: Mapping[str, Mapping[str, int]]
) -> dict[str, float]:
    """Means over the queries of the run, by ir-measures; ties are broken by the ranking's own order."""
    import ir_measures
    from ir_measures import Recall, Success, nDCG

    names = dict(zip((Success @ 1, Success @ 10, Recall @ 10, nDCG @ 10), MEASURES, strict=True))
    flat = [
        # Scores by rank, so that equal scores keep the order that a reader of the ranking would see.
        ir_measures.ScoredDoc(query, str(document), -float(position))
        for query, ranking in run.items()
        for position, (document, _) in enumerate(ranking)
    ]
    wanted = [
        ir_measures.Qrel(query, document, grade)
        for query in run
        for document, grade in qrels.get(query, {}).items()
    ]
    values = ir_measures.calc_aggregate(list(names), wanted, flat)
    return {name: round(float(values[key]), 4) for key, name in names.items()}


def retrieval_table(result: Mapping[str, Any]) -> str:
    """The result for a terminal."""
    head = f"{result['n']} queries".ljust(14) + "".join(name.rjust(12) for name in MEASURES)
    rows = [
        {"ranked": "ordered"}.get(name, name).ljust(14)
        + "".join(f"{result[name][measure]:12.3f}" for measure in MEASURES)
        for name in ("dense", "lexical", "fused", "ranked")
    ]
    return "\n".join([head, *rows])


def _beir_records(folder: Path, name: str) -> Iterable[dict[str, Any]]:
    plain, packed = folder / name, folder / f"{name}.gz"
    path = plain if plain.exists() else packed
    if not path.exists():
        raise TanyaError(f"{folder} has no {name}; give a folder in the BEIR layout")
    opener = gzip.open if path == packed else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    record = json.loads(line)
                    record["_id"], record["text"]
                except (ValueError, KeyError, TypeError) as error:
                    raise TanyaError(
                        f"{path}:{number} is not a record with _id and text; correct it"
                    ) from error
                yield record


RIGHT = 0.5
"""Least F1 of an answer that counts as right where answers are right or wrong."""


@dataclass(frozen=True, slots=True)
class ReadingRecord:
    """A question with its passage, and the answers that are right; none where the passage does not say."""

    id: str
    question: str
    context: str
    answers: tuple[str, ...]


def load_reading(path: Path) -> list[ReadingRecord]:
    """Read JSON lines with `question`, `context`, `answers` and `is_impossible`.

    A file with `question_en`, `context_id_mt` and `answers_id_mt` asks in English over Indonesian passages.

    Raises:
        TanyaError: the file cannot be read, or a line is not of the format; it names the line.
    """

    def parse(number: int, row: Any) -> ReadingRecord:
        question = row["question"] if "question" in row else row["question_en"]
        context = row["context"] if "context" in row else row["context_id_mt"]
        answers = row["answers"] if "answers" in row else row["answers_id_mt"]
        where = f"{path}:{number}"
        right = listed_texts(answers, "answers", where)
        if not isinstance(context, str):
            raise TanyaError(f"{where} has the context {context!r}; write it as text")
        right = () if row.get("is_impossible", not right) else right
        return ReadingRecord(str(row.get("id", number)), check_question(question, where), context, right)

    return read_rows(path, "question, context or answers", parse)


def evaluate_reading(path: Path, reader: Reader, threshold: float) -> dict[str, Any]:
    """Exact match, token F1 and refusals at a threshold of probability, and the risk by coverage.

    Returns:
        The object of `tanya eval reading --json`; shares are between 0 and 1. `risk_coverage` tells for
        tenths of the questions, the surest first, which share of the answers to them is wrong (F1 below
        0.5), and `aurc` is the mean of that share over all coverages.
    """
    records = load_reading(path)
    started = time.perf_counter()
    found = [
        reader.extract(record.question, record.context)
        for record in tracked(records, "questions", lambda record: record.id)
    ]
    elapsed = time.perf_counter() - started
    return {
        **reading_scores(records, found, threshold),
        "threshold": threshold,
        "ms_per_question": round(1000 * elapsed / len(records), 1),
    }


def reading_scores(
    records: Sequence[ReadingRecord], found: Sequence[Extract], threshold: float
) -> dict[str, Any]:
    """The measures of what was found for each record, answers below the threshold counting as refusals."""
    texts = [predicted(record, one, threshold) for record, one in zip(records, found, strict=True)]
    scored = [
        (record, exact_match(text, record.answers), token_f1(text, record.answers), not text)
        for record, text in zip(records, texts, strict=True)
    ]
    has = [item for item in scored if item[0].answers]
    none = [item for item in scored if not item[0].answers]
    wrong = [
        (one.probability, token_f1(predicted(record, one, 0.0), record.answers) < RIGHT)
        for record, one in zip(records, found, strict=True)
    ]
    curve, area = risk_coverage(wrong)
    return {
        "n": len(scored),
        "em": mean(item[1] for item in scored),
        "f1": mean(item[2] for item in scored),
        "has_answer": {
            "n": len(has),
            "em": mean(item[1] for item in has),
            "f1": mean(item[2] for item in has),
        },
        "no_answer": {"n": len(none), "refused": mean(float(item[3]) for item in none)},
        "risk_coverage": curve,
        "aurc": area,
    }


def predicted(record: ReadingRecord, extract: Extract, threshold: float) -> str:
    """The text that is answered with; empty where the question is refused."""
    if extract.span is None or extract.probability < threshold:
        return ""
    return record.context[slice(*extract.span)]


def reading_table(result: dict[str, Any]) -> str:
    """The result for a terminal."""
    has, none = result["has_answer"], result["no_answer"]
    return "\n".join(
        [
            f"{result['n']} questions: EM {result['em']:.3f}, F1 {result['f1']:.3f}",
            f"{has['n']} with an answer: EM {_of(has, 'em')}, F1 {_of(has, 'f1')}",
            f"{none['n']} without: {_of(none, 'refused')} refused, at threshold {result['threshold']:.2f}",
            "wrong among the surest: "
            + ", ".join(f"{row['coverage']:.0%} {row['risk']:.3f}" for row in result["risk_coverage"][1::2]),
            f"{result['ms_per_question']:.0f} ms a question",
        ]
    )


def _of(counted: Mapping[str, Any], name: str) -> str:
    """A share for a terminal; a dash where it is one of none."""
    return f"{counted[name]:.3f}" if counted["n"] else "–"


_INTENTS = {kind: kind for kind in get_args(Kind)} | {"list_quotes": "quotes"}


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of a conversation and what is right.

    Attributes:
        text: As it is asked.
        kind: What it asks for.
        standalone: The same asked in full; empty where it stands by itself.
        must: Of each item one form must be in the answer's text or quotations.
        must_not: None of these may be.
        abstain: Whether the articles do not say.
    """

    text: str
    kind: Kind
    standalone: str
    must: tuple[tuple[str, ...], ...]
    must_not: tuple[str, ...]
    abstain: bool


@dataclass(frozen=True, slots=True)
class TurnResult:
    """How a turn went.

    Attributes:
        conversation: The id of its conversation.
        turn: What was asked, and what is right.
        answer: What was answered in the conversation.
        first: Whether nothing was asked before it.
        right: Whether the answer is right; None where nothing tells, as of a greeting.
        in_full: The answer to the question in full, asked by itself; None where the turn is no follow-up.
        right_in_full: Whether that is right.
    """

    conversation: str
    turn: Turn
    answer: Answer
    first: bool
    right: bool | None
    in_full: Answer | None = None
    right_in_full: bool | None = None

    @property
    def as_well(self) -> bool:
        """Whether the follow-up is answered as well as the same question asked in full."""
        return bool(self.right) or not self.right_in_full


def load_conversations(path: Path) -> list[tuple[str, tuple[Turn, ...]]]:
    """Read JSON lines with `id` and `turns`; each turn has `user`, `intent`, `standalone` and `expect`.

    Raises:
        TanyaError: the file cannot be read, or a line is not of the format; it names the line.
    """

    def parse(number: int, row: Any) -> tuple[str, tuple[Turn, ...]]:
        return str(row["id"]), tuple(_turn(one, f"{path}:{number}") for one in row["turns"])

    return read_rows(path, "id or turns, each with user, intent, standalone and expect", parse)


def _turn(row: Any, where: str) -> Turn:
    intent, expect = row["intent"], row["expect"]
    if intent not in list(_INTENTS):
        raise TanyaError(f"{where} has the unknown intent {intent!r}; use one of {', '.join(_INTENTS)}")
    return Turn(
        check_question(row["user"], where),
        _INTENTS[intent],
        check_question(row["standalone"], where) if row["standalone"] else "",
        listed_forms(expect["must"], "must", where),
        listed_texts(expect["must_not"], "must_not", where),
        expect["abstain"],
    )


def turn_is_right(turn: Turn, answer: Answer) -> bool | None:
    """Whether an answer says what it must, in its text or quotations, or refuses where it must.

    None for a turn that is no question to the articles and of which nothing is expected.
    """
    if turn.kind != "answer" and not (turn.abstain or turn.must or turn.must_not):
        return None
    if turn.abstain or not answer.claims:
        return turn.abstain and answer.abstained
    shown = " ".join([answer.text, *(citation.quote for citation in answer.citations)])
    return all(says(shown, *forms) for forms in turn.must) and not says(shown, *turn.must_not)


def run_conversations(
    conversations: Sequence[tuple[str, Sequence[Turn]]], assistant: Assistant
) -> list[TurnResult]:
    """Ask every turn after those before it, and each follow-up in full as well."""
    out: list[TurnResult] = []
    for name, turns in tracked(conversations, "conversations", lambda one: one[0]):
        history: list[str] = []
        for turn in turns:
            answer = assistant.ask(turn.text, history=history, keep=False)
            result = TurnResult(name, turn, answer, not history, turn_is_right(turn, answer))
            if turn.kind == "answer" and turn.standalone and history:
                full = assistant.ask(turn.standalone, keep=False)
                result = replace(result, in_full=full, right_in_full=turn_is_right(turn, full))
            out.append(result)
            history.append(turn.text)
    return out


def evaluate_conversations(path: Path, assistant: Assistant) -> dict[str, Any]:
    """The object of `tanya eval conversations --json`; shares are between 0 and 1.

    Raises:
        TanyaError: the file cannot be read, or a line is not of the format.
    """
    return conversation_scores(run_conversations(load_conversations(path), assistant))


def conversation_scores(results: Sequence[TurnResult]) -> dict[str, Any]:
    """Shares over all turns, over follow-ups, and over questions that stand by themselves.

    `as_well` counts a follow-up that is right, or that is not right in full either; `kept` is the share
    right of those that are right in full.
    """
    asked = [one for one in results if one.turn.kind == "answer"]
    follow = [one for one in asked if one.in_full]
    new = [one for one in asked if not one.in_full and not one.first]
    return {
        "n": len(results),
        "request": mean(one.answer.request == one.turn.kind for one in results),
        "refused_replies": sum(
            one.answer.abstained for one in results if one.turn.kind in {"greeting", "thanks", "capability"}
        ),
        "answers": {"n": len(asked), "right": mean(bool(one.right) for one in asked)},
        "follow_ups": {
            "n": len(follow),
            "right": mean(bool(one.right) for one in follow),
            "in_full": mean(bool(one.right_in_full) for one in follow),
            "as_well": mean(one.as_well for one in follow),
            "kept": mean(bool(one.right) for one in follow if one.right_in_full),
            "ms": _median(one.answer.timings["total"] for one in follow),
            "ms_in_full": _median(one.in_full.timings["total"] for one in follow if one.in_full),
        },
        "new_topics": {
            "n": len(new),
            "right": mean(bool(one.right) for one in new),
            "left_alone": mean(not one.answer.understood for one in new),
        },
        "turns": [_turn_row(one) for one in results],
    }


def _turn_row(one: TurnResult) -> dict[str, Any]:
    return {
        "conversation": one.conversation,
        "question": one.turn.text,
        "request": one.answer.request,
        "understood": one.answer.understood or None,
        "standalone": one.turn.standalone or None,
        "right": one.right,
        "right_in_full": one.right_in_full,
    }


def conversations_table(result: dict[str, Any]) -> str:
    """The result for a terminal: the follow-ups that are answered worse, and the shares."""
    asked, follow, new = result["answers"], result["follow_ups"], result["new_topics"]
    lines = []
    for row in result["turns"]:
        if row["right_in_full"] and not row["right"]:
            lines += [f"{row['conversation']}  {row['question']}", f"       in full: {row['standalone']}"]
            if row["understood"]:
                lines.append(f"       understood: {row['understood']}")
    return "\n".join(
        [
            *lines,
            f"{result['n']} turns: request {result['request']:.3f},"
            f" {result['refused_replies']} greetings, thanks or questions about the product refused",
            f"{asked['n']} questions: right {_of(asked, 'right')}",
            f"{follow['n']} follow-ups: right {_of(follow, 'right')}, asked in full {_of(follow, 'in_full')};"
            f" as well as in full {_of(follow, 'as_well')};"
            f" kept of those right in full {_of(follow, 'kept')};"
            f" {follow['ms']:.0f} ms, in full {follow['ms_in_full']:.0f} ms",
            f"{new['n']} new topics: right {_of(new, 'right')}, left alone {_of(new, 'left_alone')}",
        ]
    )


def _median(values: Iterable[float]) -> float:
    collected = list(values)
    return round(median(collected), 1) if collected else 0.0


OVERLAP = 0.5
"""Least share of the characters of two quotations together that both have, for them to be the same."""


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """A quotation as a person read it."""

    article_id: str
    direct: bool
    speaker: str | None
    role: str | None
    start: int
    end: int


def load_quotes(path: Path) -> list[GoldQuote]:
    """Read JSON lines with `article_id`, `direct`, `speaker`, `role`, `start` and `end`.

    Raises:
        TanyaError: the file cannot be read, or a line is not of the format; it names the line.
    """

    def parse(_: int, row: Any) -> GoldQuote:
        place = int(row["start"]), int(row["end"])
        return GoldQuote(str(row["article_id"]), bool(row["direct"]), row["speaker"], row.get("role"), *place)

    return read_rows(path, "article_id, direct, speaker, start or end", parse)


def evaluate_quotes(gold: Sequence[GoldQuote], article_of: Callable[[str], Article]) -> dict[str, Any]:
    """Precision, recall and F1 of direct and reported quotations, and shares of speakers and offices right.

    Args:
        gold: Of articles that were read in full.
        article_of: Gives an article by its id.

    Returns:
        The object of `tanya eval quotes --json`: for "direct" and "reported" `gold`, `found`, `precision`,
        `recall`, `f1`, and of those found `speaker` and `role`, all shares between 0 and 1.
    """
    by_article: defaultdict[str, list[GoldQuote]] = defaultdict(list)
    for one in gold:
        by_article[one.article_id].append(one)
    found = {name: find_quotes(article_of(name).text) for name in by_article}
    return {
        "articles": len(by_article),
        "direct": _quote_scores(by_article, found, direct=True),
        "reported": _quote_scores(by_article, found, direct=False),
    }


def _quote_scores(
    gold: Mapping[str, Sequence[GoldQuote]], found: Mapping[str, Sequence[Quote]], *, direct: bool
) -> dict[str, Any]:
    wanted = given = 0
    pairs: list[tuple[GoldQuote, Quote]] = []
    for name, ones in gold.items():
        mine = [one for one in ones if one.direct == direct]
        theirs = [one for one in found[name] if one.direct == direct]
        wanted, given = wanted + len(mine), given + len(theirs)
        pairs += matched(mine, theirs)
    return {
        "gold": wanted,
        "found": given,
        "precision": share(len(pairs), given),
        "recall": share(len(pairs), wanted),
        "f1": share(2 * len(pairs), wanted + given),
        "speaker": share(sum(_same_text(one.speaker, other.speaker) for one, other in pairs), len(pairs)),
        "role": share(sum(_same_text(one.role, other.role) for one, other in pairs), len(pairs)),
    }


def matched(gold: Iterable[GoldQuote], found: Sequence[Quote]) -> list[tuple[GoldQuote, Quote]]:
    """Each quotation with the one found that has most of its characters, each at most once."""
    close = [(overlap(one, other), one, other) for one in gold for other in found]
    pairs: list[tuple[GoldQuote, Quote]] = []
    for both, one, other in sorted(close, key=lambda item: -item[0]):
        taken = any(one is mine or other is theirs for mine, theirs in pairs)
        if both >= OVERLAP and not taken:
            pairs.append((one, other))
    return pairs


def overlap(one: GoldQuote | Quote, other: GoldQuote | Quote) -> float:
    """The characters that both have by those that either has, 0..1."""
    both = max(0, min(one.end, other.end) - max(one.start, other.start))
    return both / (one.end - one.start + other.end - other.start - both)


def _same_text(one: str | None, other: str | None) -> bool:
    return _normalised(one) == _normalised(other)


def _normalised(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())


def quotes_table(result: Mapping[str, Any]) -> str:
    """The result for a terminal."""
    lines = [f"{result['articles']} articles"]
    for name in ("direct", "reported"):
        one = result[name]
        lines.append(
            f"{name}: {one['gold']} in the gold, {one['found']} found, precision {one['precision']:.3f}, "
            f"recall {one['recall']:.3f}, F1 {one['f1']:.3f}; speaker right {one['speaker']:.3f}, "
            f"role {one['role']:.3f}"
        )
    return "\n".join(lines)


WANTED = ("article_id", "start", "end", "value", "value_to", "unit", "what")


def load_figures(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The figures of each article of a file of JSON lines, one figure a line.

    Raises:
        TanyaError: the file cannot be read, or a line lacks what is compared; it names the line.
    """
    found = defaultdict(list)
    for row in read_rows(
        path, f"one of {', '.join(WANTED)}", lambda _, row: {name: row[name] for name in WANTED}
    ):
        found[row["article_id"]].append(row)
    return dict(found)


def evaluate_figures(path: Path, article_of: Callable[[str], Article]) -> dict[str, Any]:
    """How many figures of the gold are found, by overlap, and how many of those are told rightly.

    Args:
        path: The gold; every figure of each article that it names.
        article_of: Gives an article by its id.

    Returns:
        The object of `tanya eval figures --json`; shares are between 0 and 1. `value_unit` and `what` are of
        the figures found: value, upper end and unit the same; a content word of the gold's `what` shared.
    """
    gold = load_figures(path)
    found = right = shared = named = 0
    for article_id, wanted in gold.items():
        left = figures_of(article_of(article_id))
        named += len(left)
        for row in wanted:
            one = next((one for one in left if one.start < row["end"] and row["start"] < one.end), None)
            if one is None:
                continue
            left.remove(one)
            found += 1
            right += (one.value, one.value_to, one.unit) == (row["value"], row["value_to"], row["unit"])
            shared += bool({*content_words(one.what)} & {*content_words(row["what"])})
    total = sum(map(len, gold.values()))
    return {
        "n": total,
        "articles": len(gold),
        "predicted": named,
        "found": found,
        "precision": share(found, named),
        "recall": share(found, total),
        "f1": share(2 * found, total + named),
        "value_unit": {"right": right, "share": share(right, found)},
        "what": {"shared": shared, "share": share(shared, found)},
    }


def figures_table(result: dict[str, Any]) -> str:
    """The summary for a terminal."""
    found = result["found"]
    return "\n".join(
        (
            f"{result['n']} figures of {result['articles']} articles, {result['predicted']} named, "
            f"{found} found: F1 {result['f1']:.3f} "
            f"(precision {result['precision']:.3f}, recall {result['recall']:.3f})",
            f"value and unit right of those found: {result['value_unit']['share']:.3f} "
            f"({result['value_unit']['right']} of {found})",
            f"what shares a content word, of those found: {result['what']['share']:.3f} "
            f"({result['what']['shared']} of {found})",
        )
    )


Pair = tuple[str, str]


def load_pairs(path: Path) -> list[Pair]:
    """Read lines of Indonesian TAB English, or of article id TAB Indonesian TAB English.

    Raises:
        TanyaError: the file cannot be read or holds nothing, or a line has other columns; it names the line.
    """
    pairs = []
    for number, line in filled_lines(path, "tab-separated lines"):
        columns = [column.strip() for column in line.rstrip("\r").split("\t")]
        if len(columns) not in {2, 3} or not all(columns[-2:]):
            raise TanyaError(f"{path}:{number} is not Indonesian TAB English; correct it")
        pairs.append((columns[-2], columns[-1]))
    return pairs


def evaluate_translation(path: Path, translator: Translator, check: Any = hold_against) -> dict[str, Any]:
    """Translate the sentences of a file and hold them against its English and against their originals.

    Returns:
        The object of `tanya eval translation --json`. `chrf` and `bleu` are between 0 and 100; `passed` is
        the share, 0..1, whose check holds, and `shown` the same measures of those alone; `rows` has all.
    """
    pairs = load_pairs(path)
    drafts: list[RawTranslation] = []
    started = time.perf_counter()
    for source, _ in tracked(pairs, "sentences", lambda pair: pair[0]):
        drafts += translator.translate([source])
    elapsed = time.perf_counter() - started
    no_day: date | None = None
    verdicts = [check(draft, source, no_day) for draft, (source, _) in zip(drafts, pairs, strict=True)]
    made = [draft.text for draft in drafts]
    references = [reference for _, reference in pairs]
    shown = [at for at, verdict in enumerate(verdicts) if verdict.holds]
    return {
        "n": len(pairs),
        "model": translator.name,
        "chrf": round(chrf(made, references), 2),
        "bleu": round(bleu(made, references), 2),
        "passed": round(len(shown) / len(pairs), 4),
        "shown": {
            "n": len(shown),
            "chrf": round(chrf([made[at] for at in shown], [references[at] for at in shown]), 2),
            "bleu": round(bleu([made[at] for at in shown], [references[at] for at in shown]), 2),
        },
        "ms_per_sentence": round(1000 * elapsed / len(pairs), 1),
        "rows": [
            {
                "source": source,
                "reference": reference,
                "text": text,
                "checked": verdict.holds,
                "reason": verdict.reason,
            }
            for (source, reference), text, verdict in zip(pairs, made, verdicts, strict=True)
        ],
    }


def translation_table(result: dict[str, Any]) -> str:
    """The result of the translation task as lines for a terminal."""
    shown = result["shown"]
    return "\n".join(
        [
            f"{result['n']} sentences by {result['model']}, {result['ms_per_sentence']:.0f} ms each",
            f"all    chrF {result['chrf']:.1f}  BLEU {result['bleu']:.1f}",
            f"shown  chrF {shown['chrf']:.1f}  BLEU {shown['bleu']:.1f}  ({result['passed']:.3f} pass)",
        ]
    )
