"""What is trained on: questions over windows of articles, the noise of typed questions, and epochs of both.

A window is what the reader reads at once: the heading of its article and a passage, as `rag.reader` makes
them. The articles and the larger sets are read from the folder that `--shared` names; nothing of them is
copied.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from babel.dates import get_month_names

from index import Article
from index.text import sentences
from rag.lang import LANGUAGES, as_language
from rag.lang.dates import Moment, dated, find_moments, reported_on
from rag.lang.names import named_places
from rag.query import written_in
from rag.request import Completed, complete
from scripts.train.claims import Claims, Counts, contrast_window
from scripts.train.examples import (
    NOT_FOUND,
    UNKNOWN,
    VERDICTS,
    Example,
    Group,
    Span,
    rows,
)


@dataclass(frozen=True)
class Question:
    """A question of the press set with the passages that were found for it."""

    id: str
    text: str
    lang: str
    answerable: bool
    answer: str
    evidence: tuple[str, ...]
    must: tuple[tuple[str, ...], ...]
    verdict: int
    polar: bool
    """Whether a yes or a no answers it."""
    own: tuple[int, ...]
    """Passages of its article, best first."""
    others: tuple[int, ...]
    """Passages of other articles, best first."""


def is_held_out(key: str, parts: int = 3) -> bool:
    """Whether a title is kept for measuring: one in `parts`, by hash."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % parts == 0


def flat(text: str) -> str:
    """Lower-case, white space as one blank."""
    return " ".join(text.lower().split())


def gives(text: str, must: Sequence[Sequence[str]]) -> bool:
    """Whether a text has one of each group of what a right answer contains at least."""
    text = flat(text)
    return bool(must) and all(any(flat(form) in text for form in group) for group in must)


class Press:
    """The press questions with the passages that our own retrieval finds for each (`mine.py`)."""

    def __init__(self, mined: Path) -> None:
        """Read what `mine.py` wrote.

        Args:
            mined: Its folder: `passages.jsonl`, and one file of found passages for each set.
        """
        self._mined = mined
        self.passages = rows(mined / "passages.jsonl")
        self.by_article: dict[str, list[int]] = defaultdict(list)
        for number, passage in enumerate(self.passages):
            self.by_article[passage["article_id"]].append(number)

    def questions(self, path: Path, articles: dict[str, Article] | None = None) -> list[Question]:
        """The questions of a file, with their passages.

        Args:
            path: The file; `mine.py` has searched for its questions.
            articles: By id, where the file gives answers and evidence as characters of their text.
        """
        found = {row["id"]: row["passages"] for row in rows(self._mined / f"{path.stem}.jsonl")}
        out = []
        for number, row in enumerate(rows(path)):
            if articles and "span" in row:
                text = articles[row["article_id"]].text
                row |= {"answer": text[slice(*row["span"])]}
                row |= {"evidence": [text[slice(*span)] for span in row["sentences"]]}
            key = row.get("id") or f"{path.stem}-{number}"
            ranked = found[key]
            own = [p for p in ranked if self.passages[p]["article_id"] == row["article_id"]]
            own += [p for p in self.by_article[row["article_id"]] if p not in set(own)]
            others = [p for p in ranked if self.passages[p]["article_id"] != row["article_id"]]
            verdict = row.get("verdict") or row.get("yesno")
            answerable = row.get("answerable", row.get("verdict") != "none")
            out.append(
                Question(
                    key,
                    row["question"],
                    row["lang"],
                    answerable,
                    row.get("answer") or "",
                    tuple(row.get("evidence") or ()),
                    tuple(tuple(group) for group in row.get("must") or ()),
                    VERDICTS.get(verdict, UNKNOWN),
                    row.get("kind") == "yesno" or "verdict" in row,
                    tuple(own),
                    tuple(others),
                )
            )
        return out

    def window(self, question: Question, number: int) -> Example:
        """A window over a passage, nothing answering."""
        passage = self.passages[number]
        verdict = NOT_FOUND if question.polar else UNKNOWN
        return Example(
            question.text, passage["head"], passage["text"], verdict=verdict, polar=float(question.polar)
        )

    def positives(self, question: Question) -> list[Example]:
        """The windows over passages of its article that hold the answer within its evidence."""
        out = []
        for number in question.own:
            window = self.window(question, number)
            marked = [span for one in question.evidence for span in _overlap(window.text, one)]
            spans = [
                (at, at + len(question.answer))
                for at in _occurrences(window.text, question.answer)
                if any(start <= at and at + len(question.answer) <= end for start, end in marked)
            ]
            if spans:
                out.append(
                    replace(
                        window,
                        answer=spans[0],
                        evidence=tuple(marked),
                        answerable=1.0,
                        verdict=question.verdict,
                    )
                )
        return out

    def holds_evidence(self, question: Question, number: int) -> bool:
        """Whether a passage may well hold an answer: a part of the evidence, the answer, or all of `must`."""
        passage = self.passages[number]
        text = flat(passage["text"])
        if any(_overlap(passage["text"], one) for one in question.evidence):
            return True
        if len(question.answer) > 3 and flat(question.answer) in text:
            return True
        return gives(text, question.must)


def read_contrast(path: Path) -> list[tuple[str, Group]]:
    """Questions over pairs of passages that are easily mistaken for each other, each with its language.

    The windows of a question are those of both passages; one of them answers, or none (contrast sets, Gardner
    et al. 2020).
    """
    out = []
    for row in rows(path):
        windows = [contrast_window(article) for article in row["articles"]]
        for asked in row["questions"]:
            group = [replace(window, question=asked["question"]) for window in windows]
            if asked["in"] is not None:
                window = group[asked["in"]]
                marked = tuple(span for one in asked["evidence"] for span in _overlap(window.text, one))
                spans = [
                    (at, at + len(asked["answer"]))
                    for at in _occurrences(window.text, asked["answer"])
                    if any(start <= at < end for start, end in marked)
                ]
                group[asked["in"]] = replace(window, answer=spans[0], evidence=marked, answerable=1.0)
            out.append((asked["lang"], tuple(group)))
    return out


def read_turns(path: Path, pairs: Path) -> list[tuple[str, str, Group]]:
    """Follow-ups over pairs of passages: each with the question before it and the windows.

    A line has the id of its pair, the numbers of the question before and of the one that the turn asks, and
    the turn.
    """
    numbered: dict[str, list[Group]] = {}
    ids = [row["id"] for row in rows(pairs) for _ in row["questions"]]
    for pair, (_, group) in zip(ids, read_contrast(pairs), strict=True):
        numbered.setdefault(pair, []).append(group)
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        name, before, asked, turn = line.split("\t")
        if groups := numbered.get(name):
            out.append((turn, groups[int(before)][0].question, groups[int(asked)]))
    return out


def _occurrences(text: str, part: str) -> Iterator[int]:
    at = text.find(part) if part else -1
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _overlap(text: str, sentence: str) -> list[Span]:
    """Where a sentence stands in a text, or its half where the text ends or begins within it."""
    at = text.find(sentence)
    if at >= 0:
        return [(at, at + len(sentence))]
    out = []
    for start, end in sentences(text):
        part = text[start:end]
        if len(part) > 20 and (part in sentence):
            out.append((start, end))
    return out


def read_comprehension(path: Path, rng: random.Random, limit: int = 520) -> list[Group]:
    """Questions with their passage, without a heading, cut to a run of sentences around the answer."""
    return [
        (cropped(row["question"], row["context"], row["answers"], row.get("answer_starts"), rng, limit),)
        for row in rows(path)
        if row["is_impossible"] or any(answer in row["context"] for answer in row["answers"])
    ]


def read_crosslingual(path: Path, rng: random.Random, *, dev: bool = False) -> list[Group]:
    """English questions over Indonesian passages of XQuAD; a third of the titles is kept for measuring."""
    return [
        (cropped(row["question_en"], row["context_id_mt"], row["answers_id_mt"], None, rng, 520),)
        for row in rows(path)
        if is_held_out(row["title"]) == dev
        and any(answer in row["context_id_mt"] for answer in row["answers_id_mt"])
    ]


def cropped(
    question: str,
    context: str,
    answers: Sequence[str],
    starts: Sequence[int] | None,
    rng: random.Random,
    limit: int,
) -> Example:
    """A window over a random run of sentences of at most `limit` characters that keeps the answer."""
    kept = [answer for answer in answers if answer and answer in context]
    answer = None
    if kept:
        start = starts[0] if starts else -1
        if start < 0 or context[start : start + len(kept[0])] != kept[0]:
            start = _likeliest(question, context, kept[0])
        answer = (start, start + len(kept[0]))
    bounds = sentences(context)
    low, high = 0, len(context)
    if len(context) > limit and bounds:
        chosen = answer or rng.choice(bounds)
        first = max((i for i, (a, _) in enumerate(bounds) if a <= chosen[0]), default=0)
        last = max(
            first, min((i for i, (_, b) in enumerate(bounds) if b >= chosen[1]), default=len(bounds) - 1)
        )
        sides = [0, 1]
        while sides:
            side = rng.choice(sides)
            a, b = (first - 1, last) if side == 0 else (first, last + 1)
            if a < 0 or b >= len(bounds) or bounds[b][1] - bounds[a][0] > limit:
                sides.remove(side)
            else:
                first, last = a, b
        low, high = bounds[first][0], bounds[last][1]
    text = context[low:high]
    if answer is None:
        return Example(question, "", text)
    answer = (answer[0] - low, answer[1] - low)
    marked = tuple(span for span in sentences(text) if span[0] < answer[1] and answer[0] < span[1])
    return Example(question, "", text, answer, marked, 1.0)


def _likeliest(question: str, context: str, answer: str) -> int:
    """The occurrence of an answer whose surroundings share most words with the question."""

    def words(text: str) -> set[str]:
        return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 2 or word.isdigit()}

    asked = words(question)
    return max(
        _occurrences(context, answer),
        key=lambda at: len(asked & words(context[max(0, at - 120) : at + len(answer) + 120])),
    )


def read_articles(path: Path) -> dict[str, Article]:
    """The news articles by id, as `tanya index` stores them."""
    from datetime import date

    return {
        row["id"]: Article(
            id=row["id"],
            title=row["title"],
            text=row["body"],
            source=row["source"],
            published=date.fromisoformat(row["date"]) if row.get("date") else None,
            url=row["url"],
            language="id",
            path="",
            sha256="",
        )
        for row in rows(path)
    }


# As they are typed in chats and on forms; each chosen at random among its forms.
SHORT = {
    "yang": ("yg",), "berapa": ("brp", "brapa"), "kapan": ("kpn",), "bagaimana": ("gmn", "gimana", "bgmn"),
    "untuk": ("utk", "u/"), "dengan": ("dgn", "dg"), "tidak": ("tdk", "gak", "nggak"),
    "karena": ("krn", "karna"),
    "sudah": ("sdh", "udah", "udh"), "belum": ("blm", "blom"), "dari": ("dr",), "pada": ("pd",),
    "dalam": ("dlm",),
    "tahun": ("thn", "th"), "tanggal": ("tgl",), "jumlah": ("jml",), "orang": ("org",),
    "apakah": ("apa", "apkh"),
    "mengapa": ("knp", "kenapa"), "kenapa": ("knp", "knapa"), "siapa": ("sapa", "siapa sih"),
    "di mana": ("dmn", "dimana"),
    "juga": ("jg",), "saja": ("aja", "sj"), "bisa": ("bs",), "bukan": ("bkn",), "akan": ("bakal", "akn"),
    "kepada": ("kpd",), "terhadap": ("thd",), "sebagai": ("sbg",), "tersebut": ("tsb",),
    "menurut": ("mnrt", "kata"),
    "pemerintah": ("pemerintah", "pmrnth"), "provinsi": ("prov",), "kabupaten": ("kab",),
    "atau": ("ato", "/"),
    "jakarta": ("jkt",), "dan": ("&", "dn"), "masyarakat": ("msyrkt",), "hari": ("hr",), "bulan": ("bln",),
    "and": ("&",), "with": ("w/",), "people": ("ppl",), "government": ("govt",), "you": ("u",),
    "please": ("pls",),
}  # fmt: skip
_SHORT = re.compile(
    rf"\b(?:{'|'.join(sorted(map(re.escape, SHORT), key=len, reverse=True))})\b", re.IGNORECASE
)

BEFORE = {
    "id": ("Mohon info, ", "Min, ", "Permisi, ", "Selamat pagi, ", "Tolong dong, ", "Halo, saya mau tanya: ",
           "Izin bertanya, ", "Mas, "),
    "en": ("Hi, ", "Please tell me: ", "Hello, quick question: ", "Could you tell me, ",
           "Excuse me, ", "Good morning. "),
}  # fmt: skip
AFTER = {
    "id": (" Terima kasih.", " Makasih min", " Mohon dibantu ya", " Tks", " ya?", " trims"),
    "en": (" Thank you!", " Thanks", " Many thanks.", " please"),
}
_KEYS = {"a": "s", "i": "u", "n": "m", "e": "r", "t": "y", "k": "l", "r": "t", "s": "d", "u": "i", "o": "p"}

_NAME = re.compile(r"(?<=\s)[A-ZÀ-Þ][\w'’-]+(?:\s(?:[A-ZÀ-Þ][\w'’-]+|\d+|[IVX]+\b))*")
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-3][0-9])\b")
_FIGURE = re.compile(r"\b\d+(?:[.,]\d+)*\b")
_MONTHS = tuple(
    [month.lower() for month in get_month_names(width, "stand-alone", language).values()]
    for language in LANGUAGES
    for width in ("wide", "abbreviated")
)
_MONTH = re.compile(
    rf"\b(?:{'|'.join(sorted({one for names in _MONTHS for one in names}, key=len, reverse=True))})\b",
    re.IGNORECASE,
)


def noisy(question: str, lang: str, rng: random.Random) -> str:
    """The question as somebody in a hurry might have typed it; often as it is."""
    text = question
    if rng.random() < 0.18:
        share = rng.choice((0.4, 0.8))
        text = _SHORT.sub(
            lambda m: rng.choice(SHORT[m.group().lower()]) if rng.random() < share else m.group(), text
        )
    if rng.random() < 0.12:
        text = slip(text, rng)
    if rng.random() < 0.12:
        text = text.lower()
    elif rng.random() < 0.04:
        text = text.upper()
    if rng.random() < 0.15:
        text = text.rstrip(" ?")
    if rng.random() < 0.05:
        text = text.replace('"', rng.choice("“”„«")).replace("'", "’")
    if rng.random() < 0.07:
        before = rng.choice(BEFORE[lang])
        text = before + (text[:1].lower() + text[1:] if before.endswith((", ", ": ")) else text)
    if rng.random() < 0.07:
        text += rng.choice(AFTER[lang])
    return text


def slip(text: str, rng: random.Random) -> str:
    """One letter of a long word swapped, doubled, dropped or mistyped."""
    words = list(re.finditer(r"[^\W\d_]{5,}", text))
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2:
        return text[:at] + text[at + 1 :]
    return text[:at] + _KEYS.get(text[at].lower(), text[at]) + text[at + 1 :]


def names_in(questions: Sequence[str]) -> list[str]:
    """The capitalised names of questions, sorted."""
    return sorted({match.group() for question in questions for match in _NAME.finditer(question)})


def swapped(question: str, context: str, names: Sequence[str], rng: random.Random) -> str | None:
    """The question with a year, figure or name changed to one that the context lacks; None if it has none."""
    years = list(_YEAR.finditer(question))
    figures = [m for m in _FIGURE.finditer(question) if len(m.group()) < 9]
    found = list(_NAME.finditer(question))
    kinds = [kind for kind, there in (("year", years), ("figure", figures), ("name", found)) if there]
    if not kinds:
        return None
    kind = rng.choice(kinds)
    if kind == "year":
        match = rng.choice(years)
        other = str(int(match.group()) + rng.choice((-3, -2, -1, -1, 1, 1, 2, 5)))
    elif kind == "figure":
        match = rng.choice(figures)
        other = "".join(str(rng.randint(1, 9)) if c.isdigit() else c for c in match.group())
    else:
        match = max(found, key=lambda m: len(m.group()))
        size = len(match.group().split())
        same = [n for n in rng.sample(names, min(60, len(names))) if abs(len(n.split()) - size) <= 1]
        other = next((n for n in same if n.lower() not in context.lower()), "")
    if not other or other in context or other in question:
        return None
    return question[: match.start()] + other + question[match.end() :]


def moved(
    question: str, article: Article, evidence: str, places: Sequence[str], rng: random.Random
) -> dict[str, str]:
    """The question set at another time and at another place, where its article does not answer it.

    By "time", in words another year or month; "told", another day or period that the article tells of, but
    not its evidence; and "place", one of the same kind that the article lacks.

    Args:
        question: As it was asked.
        article: The one that answers it.
        evidence: The sentences of it that do.
        places: Names of others.
        rng: Of all chance.
    """
    text, found = f"{article.title}\n{article.text}", {}
    times = [one for one in find_moments(question) if not one.relative]
    if times:
        one = rng.choice(times)
        other = _another_time(question[one.start : one.end], rng)
        told = _times_told(text, one, evidence, article.published)
        for kind, written in (("time", other), ("told", rng.choice(told) if told else "")):
            if written:
                found[kind] = question[: one.start] + written + question[one.end :]
    own = named_places(question, as_asked=True)
    if own:
        one, folded = rng.choice(own), text.casefold()
        kind = _kind_of_place(question[one.start : one.end])
        others = [name for name in places if _kind_of_place(name) == kind and name.casefold() not in folded]
        if others:
            found["place"] = question[: one.start] + rng.choice(others) + question[one.end :]
    return found


def _another_time(written: str, rng: random.Random) -> str:
    """A day or period with another year or month; empty where it has neither."""
    years = [match.span() for match in _YEAR.finditer(written)]
    months = [match.span() for match in _MONTH.finditer(written)]
    if not (years or months):
        return ""
    if years and (not months or rng.random() < 1 / 2):
        start, end = rng.choice(years)
        other = str(int(written[start:end]) + rng.choice((-2, -1, 1)))
    else:
        start, end = rng.choice(months)
        other = _another_month(written[start:end], rng)
    return written[:start] + other + written[end:] if other else ""


def _times_told(text: str, asked: Moment, evidence: str, published: date | None) -> list[str]:
    """The days and periods of a text, with years, that are not what is asked nor what the evidence tells."""
    shown = [dated(one, published) for one in find_moments(evidence, published)] + reported_on(published)
    found = set()
    for one in find_moments(text, published):
        known, written = dated(one, published), text[one.start : one.end]
        if known.first.year and not known.relative and not any(map(known.meets, [asked, *shown])):
            found.add(written if str(known.first.year) in written else f"{written} {known.first.year}")
    return sorted(found)


def places_in(questions: Sequence[str]) -> list[str]:
    """The names of places in questions, as they are written there with a capital, sorted."""
    found = {text[one.start : one.end] for text in questions for one in named_places(text)}
    return sorted(name for name in found if name[0].isupper())


def _kind_of_place(name: str) -> str:
    """What a name is one of: regency, province or country; empty where it is none."""
    place = next(iter(named_places(name, as_asked=True)), None)
    if place is None:
        return ""
    return "regency" if place.is_regency else "province" if place.key.startswith("ID-") else "country"


def _another_month(written: str, rng: random.Random) -> str:
    """Another month, up to three before or behind, written as the first is: "Mei", "may", "agu"."""
    for names in _MONTHS:
        if written.lower() in names:
            other = names[(names.index(written.lower()) + rng.choice((-2, -1, 1, 2, 3))) % 12]
            return other.capitalize() if written[0].isupper() else other
    return ""


@dataclass(frozen=True)
class Shares:
    """How often each thing is done, as probabilities, and how many groups of the other sets an epoch has."""

    own_negative: float = 0.7  # an answerable question also meets another passage of its article
    other_negative: float = 0.7  # ... and one of another article that was found for it
    unanswerable_second: float = 0.6  # an unanswerable question meets a second passage of its article
    swap: float = 0.12  # a detail of the question is changed, over the window that answered it
    headless: float = 0.08  # the heading is left out
    questions: float = 1.0  # of the press set are in an epoch
    polar: int = 0  # times that those which a yes or a no answers are in it besides
    twin: float = 0.4  # an Indonesian question is asked in English
    contrast: float = 1.0  # of the questions over pairs of like passages are in an epoch
    turns: float = 1.0  # ... and of those that follow up on another
    comprehension: int = 1500
    crosslingual: int = 250


class Mixer:
    """Holds the training sets and deals epochs from them."""

    def __init__(
        self,
        shared: Path,
        mined: Path,
        written: Path,
        shares: Shares,
        counts: Counts,
        seed: int,
        part: float = 1.0,
    ) -> None:
        """Read the sets.

        Args:
            shared: The folder that holds `data/`.
            mined: What `mine.py` wrote.
            written: Folder of what was written for this training.
            shares: How often each thing is done.
            counts: The same of claims.
            seed: Of all chance.
            part: Share of the press articles that is trained on, for a learning curve.
        """
        self._shares, self._seed = shares, seed
        data = shared / "data"
        rng = random.Random(f"{seed}-sets")
        self._press = Press(mined)
        self._questions = self._press.questions(data / "press" / "questions_train.jsonl")
        if part < 1:
            trained = sorted({self._press.passages[q.own[0]]["article_id"] for q in self._questions if q.own})
            rng.shuffle(trained)
            kept = set(trained[: int(part * len(trained))])
            self._questions = [
                q for q in self._questions if q.own and self._press.passages[q.own[0]]["article_id"] in kept
            ]
        articles = read_articles(data / "news" / "indosum_articles.jsonl.gz")
        for name in ("press_train", "yesno_train"):
            self._questions += self._press.questions(written / f"{name}.jsonl", articles)
        self._names = names_in([question.text for question in self._questions])
        self._twins = dict(line.split("\t") for line in (written / "twins.tsv").read_text().splitlines())
        self._claims = Claims(shared, written, self._press, articles, counts, seed)
        self._comprehension: list[Group] = []
        for name in ("idkmrc", "tydi", "facqa"):
            self._comprehension += read_comprehension(data / "reading" / f"{name}_train.jsonl", rng)
        pairs = written / "contrast_train.jsonl"
        self._contrast = read_contrast(pairs)
        self._turns = read_turns(written / "contrast_turns.tsv", pairs)
        self._crosslingual = read_crosslingual(data / "crosslingual" / "xquad_en_dev.jsonl", rng)

    def epoch(self, number: int) -> list[Group]:
        """The groups of one epoch, shuffled."""
        rng = random.Random(f"{self._seed}-{number}")
        shares = self._shares
        questions = rng.sample(self._questions, round(shares.questions * len(self._questions)))
        questions += [question for question in self._questions if question.polar] * shares.polar
        groups = [group for question in questions if (group := self._dealt(question, rng))]
        for lang, group in rng.sample(self._contrast, round(shares.contrast * len(self._contrast))):
            groups.append(self._beside(noisy(group[0].question, lang, rng), group, rng))
        for turn, before, group in rng.sample(self._turns, round(shares.turns * len(self._turns))):
            asked = complete(
                noisy(turn, as_language(written_in(turn)), rng), Completed(before, before, len(before))
            )
            groups.append(self._beside(asked.text, group, rng))
        groups += [(claim,) for claim in self._claims.epoch(rng)]
        groups += rng.sample(self._comprehension, shares.comprehension)
        groups += rng.sample(self._crosslingual, min(shares.crosslingual, len(self._crosslingual)))
        rng.shuffle(groups)
        return groups

    def _beside(self, text: str, group: Group, rng: random.Random) -> Group:
        """A question as it was typed over a pair of like passages."""
        headless = rng.random() < self._shares.headless
        return tuple(replace(one, question=text, head="" if headless else one.head) for one in group)

    def _dealt(self, question: Question, rng: random.Random) -> Group:
        """The windows that one question of the press set meets."""
        shares, press = self._shares, self._press
        twin = self._twins.get(question.id) if rng.random() < shares.twin else None
        asked, lang = (twin, "en") if twin else (question.text, question.lang)
        text = noisy(asked, lang, rng)
        out: list[Example] = []
        if question.answerable:
            positives = press.positives(question)
            if not positives:
                return ()
            out.append(rng.choice(positives[:2]))
            own = [p for p in question.own if not press.holds_evidence(question, p)]
            if own and rng.random() < shares.own_negative:
                out.append(press.window(question, _near_the_top(own, rng)))
        else:
            own = list(question.own)
            if not own:
                return ()
            first = _near_the_top(own, rng)
            out.append(press.window(question, first))
            rest = [p for p in own if p != first]
            if rest and rng.random() < shares.unanswerable_second:
                out.append(press.window(question, _near_the_top(rest, rng)))
        others = [p for p in question.others[:8] if not press.holds_evidence(question, p)]
        if others and rng.random() < shares.other_negative:
            out.append(press.window(question, _near_the_top(others, rng)))
        out = [replace(window, question=text) for window in out]
        if question.answerable and rng.random() < shares.swap:
            window = out[0]
            changed = swapped(asked, f"{window.head}\n{window.text}", self._names, rng)
            if changed:
                nothing = replace(window, answer=None, evidence=(), answerable=0.0)
                out.append(
                    replace(nothing, question=changed, verdict=NOT_FOUND if question.polar else UNKNOWN)
                )
        if rng.random() < shares.headless:
            out = [replace(window, head="") for window in out]
        return tuple(out)


def _near_the_top(passages: Sequence[int], rng: random.Random) -> int:
    """One of the passages, the first ones more often."""
    at = min(len(passages) - 1, int(rng.expovariate(0.7)))
    return passages[at]
