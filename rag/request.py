"""What a turn asks for, whether it leans on the turn before it, and completing one that does.

Two logistic regressions decide, fitted by `scripts/train/request.py` on turns that were written for it: one
gives the kind of request from the embedding of the turn and its words, the other the probability that the
turn cannot be understood without the one before, from both embeddings and the words of the turn. The
embeddings are those of the embedded model, whatever model the library is searched with.

Where a turn names nothing but another period, place or name ("Kalau Sulut?", "2024?"), that takes the place
of the one in the question before. Otherwise the turn keeps its words, and what it leaves out follows in
parentheses: which words of the question before, a logistic function decides (`request.json`, fitted by the
same script on conversations in which each turn was written in full as well).
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import dropwhile, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from index.text import sentences
from rag.answer import KINDS, REPLIES, Kind
from rag.lang import LEXICON, Language, say
from rag.lang.dates import find_moments
from rag.lang.names import find_places, meets, spans_of
from rag.lang.numbers import one_of
from rag.lang.words import (
    STOPWORDS,
    WORD,
    content_words,
    indonesian,
    language_of,
    stem,
    without_possessive,
)
from rag.weights import Weights, logistic, read, softmax, weighed, weights_of

if TYPE_CHECKING:
    from index.embedder import Embedder

Array = NDArray[np.float32]

FITTED = Path(__file__).with_name("request.safetensors")

LEANS = 0.05
"""Least probability of leaning from which a turn is completed from those before it."""

SURELY = 0.997
"""Probability of leaning from which the newest articles are meant on what was spoken of, if no word says so.

Behind seven questions "Give me the latest news" comes to .996 at most, "any newer?" to .999 at least.
"""

LIKELY = 0.5
"""Probability from which a turn is taken to need no article."""


BUCKETS = 8192
"""Numbers that the words of a turn and their parts are hashed to."""

WORDS_WEIGH = 0.5
"""Length of the vector of words beside the embedding, which has length 1."""

REMEMBERED = 256
"""Texts whose embeddings are kept."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a turn asks for.

    Attributes:
        kind: The likeliest kind.
        probability: Of that kind, 0..1.
        leans: Probability that the turn leans on the one before, 0..1; 0 where there is none.
    """

    kind: Kind
    probability: float
    leans: float

    def leans_on(self, turn: str) -> bool:
        """Whether what `turn` asks for is taken from those before it.

        Of the latest news that is told more surely; a summary or draft on what the turn names needs none.
        """
        if self.kind in {"summarise", "draft"} and _names_topic(turn):
            return False
        return self.leans >= (SURELY if self.kind == "latest" and not points_back(turn) else LEANS)


@dataclass(frozen=True)
class RequestClassifier:
    """Weights of both regressions.

    Attributes:
        mean: Subtracted from each embedding, (dimension,).
        kinds: Weights of each of `KINDS` over the embedding and `hashed` words, the bias last,
            (kinds, dimension + BUCKETS + 1).
        leaning: Weights over `pair`, `naming` and `hashed` words, the bias last,
            (2 * dimension + 1 + NAMING + BUCKETS + 1,).
    """

    mean: Array
    kinds: Array
    leaning: Array

    def classify(self, text: str, turn: Array, earlier: str = "", before: Array | None = None) -> Request:
        """The request of a turn.

        Args:
            text: The turn.
            turn: Its embedding as a query, (dimension,), of length 1.
            earlier: The turn before it, completed; empty where there is none.
            before: The embedding of that.
        """
        words = hashed(text)
        chances = softmax(self.kinds @ np.concatenate([turn - self.mean, words, [1]]))
        best = int(chances.argmax())
        leans = 0.0
        if before is not None:
            described = np.concatenate([pair(turn, before, self.mean), naming(text, earlier), words, [1]])
            leans = logistic(float(self.leaning @ described))
        return Request(KINDS[best], float(chances[best]), leans)


class RequestReader:
    """Tells the request of a turn by its words."""

    def __init__(self, embedder: Embedder) -> None:
        """A reader over the embedded model, with the classifier that was fitted for it."""
        self._classifier = load_classifier()
        # The turns of a conversation come again with each further one.
        self._vector = lru_cache(maxsize=REMEMBERED)(lambda text: embedder.encode([text], "query")[0])

    def read(self, turn: str, before: str = "") -> Request:
        """The request of a turn, with the turn before it, completed; empty where there is none.

        The turn's first letter counts as a small one: most turns that were trained on begin so, and
        "Bandingkan" is no name.
        """
        turn = turn[:1].lower() + turn[1:]
        earlier = self._vector(before) if before else None
        return self._classifier.classify(turn, self._vector(turn), before, earlier)


def hashed(text: str) -> Array:
    """The words of a turn, its pairs of words and its words' runs of 3 to 5 letters, hashed, (BUCKETS,).

    Each bucket that has one weighs the same; the length is `WORDS_WEIGH`, 0 for a text without words (the
    "hashing trick" of Weinberger et al., 2009).
    """
    words = re.findall(r"\w+|[?!]", text.lower())
    if not words:
        return np.zeros(BUCKETS, dtype=np.float32)
    found = [*words, *(f"{one} {other}" for one, other in pairwise(["^", *words, "$"]))]
    for word in words:
        ended = f" {word} "
        for size in (3, 4, 5):
            found += [f"#{ended[at : at + size]}" for at in range(max(1, len(ended) - size + 1))]
    out = np.zeros(BUCKETS, dtype=np.float32)
    out[[zlib.crc32(one.encode("utf-8", "replace")) % BUCKETS for one in found]] = 1
    return out * np.float32(WORDS_WEIGH / np.linalg.norm(out))


def pair(turn: Array, before: Array, mean: Array) -> Array:
    """What leaning is told from: both embeddings and their product, (2 * dimension + 1,)."""
    turn, before = turn - mean, before - mean
    return np.concatenate([turn, before, [turn @ before]]).astype(np.float32)


NAMING = 6
"""Numbers that `naming` gives."""


def naming(turn: str, before: str) -> Array:
    """What a turn names, each about 0..3, (NAMING,).

    The logarithm of its number of words; how many words of it carry subject matter, in fours; whether it has
    a name, a place, a period; and the share of its words that the turn before it has.
    """
    kinds = [part.kind for part in parts_of(turn)]
    words = _stems(turn)
    has = [float(kind in kinds) for kind in ("name", "place", "moment")]
    shared = len(words & _stems(before)) / max(1, len(words))
    return np.array([math.log1p(len(turn.split())), kinds.count("word") / 4, *has, shared], dtype=np.float32)


@cache
def load_classifier() -> RequestClassifier:
    """The classifier that was fitted for the embedded model."""
    from safetensors.numpy import load_file

    weights = {name: tensor.astype(np.float32) for name, tensor in load_file(FITTED).items()}
    return RequestClassifier(**cast("Mapping[str, Any]", weights))


def reply(kind: Kind, language: Language, articles: int, examples: Sequence[str] = ()) -> str:
    """What the product says by itself to a request that needs no article.

    Args:
        kind: One of `rag.answer.REPLIES`.
        language: Of the reply.
        articles: How many articles it answers from.
        examples: Questions that are answered, offered where the product introduces itself.
    """
    number = f"{articles:,}" if language == "en" else f"{articles:,}".replace(",", ".")
    text = say(f"reply_{kind}", language, articles=number)
    if examples and kind in {"greeting", "capability"}:
        text += " " + say("reply_examples", language, questions=" · ".join(examples))
    return text


CARRYING = Path(__file__).with_name("request.json")

TURNS_BACK = 8
"""Turns back that a follow-up may reach."""

LONGEST = 600
"""Characters of a turn or question that is completed or completed from."""

PartKind = Literal["moment", "place", "name", "figure", "asking", "function", "word"]

FEATURES = (
    "bias",
    "name",
    "place",
    "moment",
    "figure",
    "first",
    "asked",
    "position",
    "repeated",
    "same_kind",
    "turn_length",
    "length",
)
"""What the probability that a part of the question before is carried over is made of: see `features`."""


@dataclass(frozen=True, slots=True)
class Part:
    """The characters `start:end` of a question: a word, or a period, place or name of several words."""

    start: int
    end: int
    kind: PartKind

    @property
    def carries(self) -> bool:
        """Whether it carries subject matter."""
        return self.kind not in {"asking", "function"}


@dataclass(frozen=True, slots=True)
class Carrying:
    """What is carried over.

    Attributes:
        weights: Of each of `FEATURES`.
        least: Probability from which a part is carried over, 0..1.
        answer: Least probability of the best sentence from which a question with what is carried over is
            answered, 0..1: the reader is less sure of what is not said in one piece.
    """

    weights: Weights
    least: float
    answer: float


@cache
def load_carrying() -> Carrying:
    """What was fitted."""
    return Carrying(weights_of(FEATURES, CARRYING, "weights"), **read(CARRYING, "thresholds"))


@dataclass(frozen=True, slots=True)
class Completed:
    """A turn in full.

    Attributes:
        text: The question, with what is carried over from the one before.
        wide: The same with all that the turn leaves out of the one before, to search with.
        own: How many characters of each, from the start, are of what was asked now: the turn, or the question
            before in which one thing was replaced.
    """

    text: str
    wide: str
    own: int

    @property
    def is_pieced(self) -> bool:
        """Whether something follows what was asked now."""
        return self.own < len(self.text)


NOTHING = Completed("", "", 0)
"""Where nothing was asked before."""


def in_full(history: Sequence[str], read: Callable[[str, str], Request]) -> Completed:
    """The last question of a conversation, completed from those before it; `NOTHING` where there is none.

    What needs no article, thanks or a greeting, is passed over.

    Args:
        history: The turns, oldest first.
        read: What a turn asks for, given the question before it in full, or "".
    """
    return last_question(history, read)[1]


def last_question(history: Sequence[str], read: Callable[[str, str], Request]) -> tuple[int, Completed]:
    """Which turn of a conversation is its last question, and that `in_full`; -1 where there is none."""
    last, before = -1, NOTHING
    for at in range(max(0, len(history) - TURNS_BACK), len(history)):
        asked = " ".join(history[at][:LONGEST].split())
        if not re.search(r"\w", asked):
            continue
        request = read(asked, before.text)
        if request.kind in REPLIES and request.probability >= LIKELY:
            continue
        last, before = at, complete(asked, before if request.leans_on(asked) else NOTHING)
    return last, before


def complete(turn: str, before: Completed, carrying: Carrying | None = None) -> Completed:
    """A turn with what it leaves out taken from the question before it; as it is where it leaves out nothing.

    Args:
        turn: What is asked now, leaning on `before`.
        before: The question before it, in full.
        carrying: What is carried over; what was fitted, if none is given.
    """
    if not before.text or len(turn) > LONGEST:
        return Completed(turn, turn, len(turn))
    own, carried, left_out = before.text[: before.own], before.text[before.own :], before.wide[before.own :]
    if before.is_pieced and (changed := substituted(turn, own)):
        return Completed(changed + carried, changed + left_out, len(changed))
    if changed := substituted(turn, before.text):
        return Completed(changed, changed, len(changed))
    older = before.own if before.is_pieced else 0
    carried = carried_over(turn, before.text, carrying or load_carrying(), older)
    if not carried:
        return Completed(turn, turn, len(turn))
    asked = turn.rstrip(" ?!.")
    all_of_it = " ".join(before.wide[part.start : part.end] for part in missing(turn, before.wide))
    return Completed(f"{asked} ({carried})?", f"{asked} ({all_of_it[:LONGEST]})?", len(asked))


def asking_sentence(turn: str) -> str | None:
    """The only sentence of a turn of several that ends in a question mark; None where there is no such."""
    parts = [turn[start:end] for start, end in sentences(turn)]
    asking = [part for part in parts if part.endswith("?")]
    return asking[0] if len(parts) > 1 and len(asking) == 1 else None


def missing(turn: str, before: str) -> list[Part]:
    """The parts of `before` that carry subject matter and that the turn does not say itself.

    None of what it begins with to ask for more than an answer, "Buatkan siaran pers tentang", and none of the
    words by which quotations are asked for.
    """
    named = _stems(turn)
    parts = [(part, before[part.start : part.end]) for part in parts_of(before)]
    behind = dropwhile(lambda one: one[0].kind == "function" or one[1].lower() in _REQUEST, parts)
    return [
        part
        for part, text in behind
        if part.carries and text.lower() not in _QUOTING and not _stems(text) <= named
    ]


def carried_over(turn: str, before: str, carrying: Carrying, older: int = 0) -> str:
    """What of the question before is carried over, in its order; all that the turn lacks if none is likely.

    Of that only what was carried over before, the characters from `older` on, or it would grow from turn to
    turn. Empty where the turn says itself all that the question before names.
    """
    chances = [logistic(weighed(values, carrying.weights)) for values in features(turn, before)]
    parts = missing(turn, before)
    kept = [part for part, chance in zip(parts, chances, strict=True) if chance >= carrying.least]
    kept = kept or [part for part in parts if part.start >= older] or parts
    return " ".join(before[part.start : part.end] for part in kept)


def substituted(turn: str, before: str) -> str | None:
    """The question before with its period, place or name replaced by the only thing that a turn names.

    None where the turn names or asks something else, or the question has nothing of the kind.
    """
    rest = _INSTEAD.sub("", turn, count=1).strip(" ?!.,")
    # Read behind the question before, to whose period "tahun sebelumnya" is relative.
    joint, behind = f"{before.rstrip()}. {rest}", len(before.rstrip()) + 2
    parts = [part for part in parts_of(joint) if part.start >= behind and part.kind != "function"]
    if not parts or any(part.kind == "asking" for part in parts):
        return None
    kind, written = parts[0].kind, joint[parts[0].start : parts[-1].end]
    if len(parts) > 1 or kind in {"word", "name"}:
        if not _is_name(written):
            return None
        kind = "name"
    there = parts_of(before)
    if kind == "moment":
        same = [part for part in there if part.kind == "moment"]
        written = _dated(joint, behind)
    elif kind == "place":
        same = [part for part in there if part.kind == "place"] or [p for p in there if p.kind == "name"]
        same = same[-1:]
    elif kind == "name":
        runs = _runs(before, [part for part in there if part.kind in {"place", "name"}])
        named = [run for run in runs if any(part.kind == "name" for part in run)]
        same = next(reversed(named or runs), [])
    else:
        same = []
    return before[: same[0].start] + written + before[same[-1].end :] if same else None


def _runs(text: str, parts: Sequence[Part]) -> list[list[Part]]:
    """The parts in groups of those with only white space between them: `Bupati` and `Papua`."""
    runs: list[list[Part]] = []
    for part in parts:
        if runs and not text[runs[-1][-1].end : part.start].strip():
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs


def _dated(joint: str, behind: int) -> str:
    """The period that follows a question, from `behind` on, as it is written in it, whose year it may lack.

    "tahun sebelumnya", after a question about January to May 2025, is January to May 2024.
    """
    moments = find_moments(joint)
    earlier = [moment for moment in moments if moment.start < behind]
    new = moments[-1]
    years = [moment.last.year for moment in earlier if moment.last.year]
    if years and new.relative and new.first.year:
        period = joint[earlier[0].start : earlier[-1].end]
        return re.sub(r"\b\d{4}\b", str(new.first.year), period)
    written = joint[new.start : new.end]
    return f"{written} {years[-1]}" if years and new.last.year is None else written


def _is_name(text: str) -> bool:
    """Whether a text is capitalised words alone; a single one is no known word, and ends in no clitic."""
    words = text.split()
    if len(words) == 1 and (language_of([text.lower()]) != "und" or text.lower().endswith(_CLITICS)):
        return False
    return all(word[0].isupper() and WORD.fullmatch(word) for word in words)


def parts_of(text: str) -> list[Part]:
    """The parts of a question, in order; capitalised words that stand together are one name."""
    moments = spans_of(find_moments(text))
    places = [span for span in spans_of(find_places(text)) if not meets(span, moments)]
    taken = [Part(*span, "moment") for span in moments] + [Part(*span, "place") for span in places]
    words = [
        Part(*match.span(), _kind(match))
        for match in WORD.finditer(text)
        if not meets(match.span(), moments + places)
    ]
    joined: list[Part] = []
    for part in words:
        last = joined[-1] if joined else None
        if last and last.kind == part.kind == "name" and not text[last.end : part.start].strip(" /-&"):
            joined[-1] = Part(last.start, part.end, "name")
        else:
            joined.append(part)
    return sorted(taken + joined, key=lambda part: part.start)


def is_bare(turn: str) -> bool:
    """Whether a turn only asks, "Kenapa?", "When was that?", and has no word of what it asks about."""
    return not any(part.kind == "word" or part.carries for part in parts_of(turn) if not _points(turn, part))


def asks_source(turn: str) -> bool:
    """Whether a turn asks where what was answered is from: "Sumbernya?", "Who said that?"."""
    words, asked = _asked_in(turn)
    is_said = not words.isdisjoint(_PERSON) and not words.isdisjoint(_SAYING) and asked <= _SAYING
    return is_said or (not asked.isdisjoint(_SOURCES) and asked <= _SOURCES | _SAYING)


def asks_words(turn: str) -> bool:
    """Whether a turn asks what whoever was spoken of said, "Apa katanya?", and names nobody and nothing."""
    words, asked = _asked_in(turn)
    return words & _ASKING <= _THING and not words.isdisjoint(_SAYING) and asked <= _SAYING


def _asked_in(turn: str) -> tuple[set[str], set[str]]:
    """The words of a turn, lower-case, and those of them that tell what it is about."""
    words = {without_possessive(turn[part.start : part.end].lower()) for part in parts_of(turn)}
    return words, words - STOPWORDS - _POINTING - _PROFORMS - _ASKING - (_REQUEST - _SAYING)


def _points(turn: str, part: Part) -> bool:
    return turn[part.start : part.end].lower() in _POINTING


def names_something(turn: str) -> bool:
    """Whether a turn has a name or a place of its own."""
    return any(part.kind in {"name", "place"} for part in parts_of(turn))


def points_back(turn: str) -> bool:
    """Whether a turn has a word for what was spoken of: "soal itu", "terbarunya", no "hari ini"."""
    words = WORD.findall(turn.lower())
    around = zip(["", *words], words, [*words[1:], ""], strict=False)
    return any(
        word.endswith(_CLITICS) or (word in _POINTING and _PRESENT.isdisjoint((before, *indonesian(after))))
        for before, word, after in around
    )


def _names_topic(turn: str) -> bool:
    """Whether a turn has a name or a place behind "soal", and nothing there that points back."""
    found = TOPIC.search(turn)
    topic = turn[found.end() :] if found else ""
    return names_something(topic) and not points_back(topic)


def _kind(match: re.Match[str]) -> PartKind:
    word = match.group()
    if word.lower() in _ASKING:
        return "asking"
    if word.lower() in STOPWORDS or (not match.start() and word.lower() in _REQUEST):
        return "function"
    if word[0].isdigit():
        return "figure"
    # The capital that opens a sentence is that of a name where the word is not known.
    capital = word[0].isupper() and (match.start() > 0 or _is_name(word))
    return "name" if capital else "word"


_CLITICS = LEXICON.words("clitics", "id")
_POINTING = frozenset((*LEXICON.words("demonstratives"), *LEXICON.words("speaking_pronouns")))
_REQUEST = frozenset((*LEXICON.words("request_words"), *LEXICON.words("quoting_words")))
_QUOTING = frozenset(LEXICON.words("quoting_words"))
_PERSON = frozenset(LEXICON.words("asks_person"))
_THING = frozenset(LEXICON.words("asks_thing"))
_PROFORMS = frozenset(LEXICON.words("proforms"))
_SOURCES = frozenset(LEXICON.words("provenance_words"))
_SAYING = frozenset(LEXICON.words("telling_words"))
_PRESENT = frozenset(LEXICON.words("present_times"))
TOPIC = re.compile(rf"\b(?:{LEXICON.pattern('topic_words')})\b", re.IGNORECASE)
_ASKING = frozenset(LEXICON.words("asking_words"))
_INSTEAD = re.compile(
    r"^\W*" + one_of(map(str.lower, LEXICON.words("instead_words")), space=r"[\s,]+") + r"\b", re.IGNORECASE
)


def features(turn: str, before: str) -> list[dict[str, float]]:
    """What speaks for carrying over each of the `missing` parts of `before`, each about 0..1.

    `asked` is what stands behind an asking word, `repeated` what the turn says a word of, `same_kind` what
    the turn names another of.
    """
    behind = {later for earlier, later in pairwise(parts_of(before)) if earlier.kind == "asking"}
    parts = missing(turn, before)
    kinds = {part.kind for part in parts_of(turn)}
    named = _stems(turn)
    length = min(len(content_words(turn)), 8) / 8
    return [
        {
            "bias": 1.0,
            "name": float(part.kind == "name"),
            "place": float(part.kind == "place"),
            "moment": float(part.kind == "moment"),
            "figure": float(part.kind == "figure"),
            "first": float(at == 0),
            "asked": float(part in behind),
            "position": at / max(1, len(parts) - 1),
            "repeated": float(bool(_stems(before[part.start : part.end]) & named)),
            "same_kind": float(part.kind in {"place", "moment", "name"} and part.kind in kinds),
            "turn_length": length,
            "length": len(parts) / 10,
        }
        for at, part in enumerate(parts)
    ]


def _stems(text: str) -> set[str]:
    words = content_words(text)
    return {form for word in words for form in (word, stem(word), stem(word.removesuffix("nya").rstrip("-")))}
