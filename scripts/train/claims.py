"""Claims that are trained on, each over a passage that supports it, contradicts it or does not say.

Written by hand: those of the press set and those of `written/`. Made: sentences of articles and of parallel
texts, as they stand and made false. A sentence is made false by what `rag.evaluation.claims` changes, or
by a name or figure of another sentence of its passage; of an English claim the Indonesian side is made false.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from index import Article
from index.text import sentences
from rag.evaluation.claims import (
    denied,
    other_date,
    other_figure,
    other_magnitude,
    other_name,
    other_speaker,
    other_unit,
    rewritten,
    undenied,
)
from rag.reader import heading

if TYPE_CHECKING:
    from scripts.train.data import Press

from scripts.train.examples import (
    CONTRADICTED,
    NOT_FOUND,
    NOT_SUPPORTED,
    SUPPORTED,
    UNKNOWN,
    VERDICTS,
    Example,
    rows,
)

INFERENCE = {"entailment": SUPPORTED, "contradiction": CONTRADICTED, "neutral": NOT_FOUND}

Maker = Callable[[str, random.Random], str | None]


@dataclass(frozen=True)
class Counts:
    """Claims of each origin in an epoch, written ones as often as said, and how often some are changed."""

    written: int = 1
    part: float = 1.0  # of the written ones are in an epoch
    drafts: int = 1  # times that what was written over whole articles is in an epoch
    inference: int = 5000
    copies: int = 1800
    parallel: int = 1800
    translated: float = 1.0  # of the translated sentences are in an epoch
    changed: float = 0.5  # a written claim that is true also appears made false
    asked: float = 0.15  # a claim is asked as a question
    headed: float = 0.25  # a claim over an article comes with its heading
    headed_question: float = 0.8  # ... and one that is asked as a question


class Claims:
    """Holds the claims and deals epochs of them."""

    def __init__(
        self,
        shared: Path,
        written: Path,
        press: Press,
        articles: dict[str, Article],
        counts: Counts,
        seed: int,
    ) -> None:
        """Read the sets; nothing of the articles that are measured with is kept."""
        self._counts, data = counts, shared / "data"
        measured = {row["article_id"] for row in rows(data / "press" / "questions_dev.jsonl")}
        for path in (data / "press" / "claims_dev.jsonl", written / "claims_dev.jsonl"):
            measured |= {row["article_id"] for row in rows(path)}
        by_key = read_claims(written / "claims_train.jsonl", articles, measured)
        contrast = read_contrast_claims(written / "contrast_train.jsonl")
        self._asked = [one for _, one in read_asked(written / "asked.tsv", by_key | contrast)]
        self._written = [
            *read_claims(data / "press" / "claims_train.jsonl", articles, measured).values(),
            *by_key.values(),
            *read_claims(written / "invented_train.jsonl", articles, measured).values(),
            *contrast.values(),
        ]
        self._drafts = read_drafts(written / "drafts_train.jsonl", press)
        self._drafts += read_verdicts(written / "verdicts_train.jsonl", press)
        self._inference = read_inference(data / "nli" / "indonli_train_dev.jsonl.gz")
        self._passages = [
            Example("", one["head"], one["text"], None, None, UNKNOWN, UNKNOWN, UNKNOWN)
            for one in press.passages
            if one["article_id"] not in measured and len(one["text"]) > 120
        ]
        translations = [
            line.split("\t")
            for line in (data / "press" / "translations_train.tsv").read_text("utf-8").splitlines()
        ]
        self._translations = [
            (self._passages_of(press, article, sentence), sentence, english)
            for article, sentence, english in translations
            if article not in measured
        ]
        rng = random.Random(f"{seed}-claims")
        self._parallel: list[list[tuple[str, str]]] = []
        for path in sorted((data / "parallel").glob("*.tsv.gz")):
            if not path.name.startswith("dev"):
                self._parallel += _runs(path, rng)
        self._names = sorted(
            {m.group() for one in self._passages[::3] for m in _NAME.finditer(one.text) if " " in m.group()}
        )

    def epoch(self, rng: random.Random) -> list[Example]:
        """The claims of one epoch."""
        counts = self._counts
        written = rng.sample(self._written, round(counts.part * len(self._written)))
        out = written * counts.written + rng.sample(self._asked, round(counts.part * len(self._asked)))
        for windows in self._drafts * counts.drafts:
            out.append(rng.choice(windows))
        for claim in written:
            if claim.verdict == SUPPORTED and rng.random() < counts.changed:
                out += self._made_false(claim, rng)
        out += rng.sample(self._inference, counts.inference)
        for passage in rng.sample(self._passages, counts.copies):
            out += self._copies(passage, rng)
        for windows, sentence, english in self._translations:
            if windows and rng.random() < counts.translated:
                out += self._translated(rng.choice(windows), sentence, english, rng)
        for run in rng.sample(self._parallel, counts.parallel):
            out += self._beside(run, rng)
        return [self._dealt(claim, rng) for claim in out]

    def _dealt(self, claim: Example, rng: random.Random) -> Example:
        is_claim = claim.polar == UNKNOWN
        if rng.random() >= (self._counts.headed if is_claim else self._counts.headed_question):
            claim = replace(claim, head="")
        if is_claim and claim.verdict != NOT_SUPPORTED and rng.random() < self._counts.asked:
            return asked(claim, rng)
        return claim

    def _made_false(self, claim: Example, rng: random.Random) -> list[Example]:
        """The claim with a figure or name of its passage, or with one thing changed."""
        makers: list[tuple[Maker, int]] = [
            (lambda s, r: other_of_passage(s, claim.text, r), NOT_SUPPORTED),
            (lambda s, r: other_of_passage(s, claim.text, r), NOT_SUPPORTED),
            (lambda s, r: other_first_name(s, claim.text, self._names, r), NOT_SUPPORTED),
            *self._makers(is_english(claim.question)),
        ]
        for make, verdict in rng.sample(makers, len(makers)):
            changed = make(claim.question, rng)
            if changed and changed != claim.question and changed not in claim.text:
                return [replace(claim, question=changed, verdict=verdict)]
        return []

    def _makers(self, english: bool) -> list[tuple[Maker, int]]:
        either: list[tuple[Maker, int]] = [
            (other_figure, CONTRADICTED),
            (lambda s, r: other_name(s, self._names, r), NOT_SUPPORTED),
            (turned, CONTRADICTED),
            (turned, CONTRADICTED),
            (roles_swapped, NOT_SUPPORTED),
        ]
        if english:
            return [*either, (denied_in_english, CONTRADICTED)]
        return [
            *either,
            (other_magnitude, CONTRADICTED),
            (other_unit, CONTRADICTED),
            (other_date, CONTRADICTED),
            (denied, CONTRADICTED),
            (undenied, CONTRADICTED),
            (lambda s, r: other_speaker(s, self._names, r), CONTRADICTED),
        ]

    def _copies(self, passage: Example, rng: random.Random) -> list[Example]:
        """A sentence of a passage, made false two times of three."""
        bounds = [span for span in sentences(passage.text) if 40 <= span[1] - span[0] <= 320]
        if not bounds:
            return []
        span = rng.choice(bounds)
        text = passage.text[slice(*span)]
        true = replace(passage, question=text, evidence=(span,), verdict=SUPPORTED)
        if rng.random() < 0.4:
            return [replace(true, question=rewritten(text) or text)]
        if rng.random() < 0.15:
            rest = " ".join(passage.text[slice(*one)] for one in sentences(passage.text) if one != span)
            return [replace(true, text=rest, evidence=(), verdict=NOT_FOUND)] if len(rest) > 60 else []
        return self._made_false(true, rng)

    def _translated(self, window: Example, sentence: str, english: str, rng: random.Random) -> list[Example]:
        at = window.text.find(sentence)
        span = (at, at + len(sentence))
        claim = replace(window, question=english, evidence=(span,), verdict=SUPPORTED)
        chance = rng.random()
        if chance < 0.5:
            return [claim]
        if chance < 0.65:
            rest = (window.text[: span[0]] + window.text[span[1] :]).strip()
            return [replace(claim, text=rest, evidence=(), verdict=NOT_FOUND)] if len(rest) > 60 else []
        if chance < 0.8:
            return self._made_false(claim, rng)
        return self._source_changed(claim, sentence, rng)

    def _source_changed(self, claim: Example, sentence: str, rng: random.Random) -> list[Example]:
        makers = self._makers(english=False)
        for make, verdict in rng.sample(makers, len(makers)):
            changed = make(sentence, rng)
            if changed and changed != sentence:
                text = claim.text.replace(sentence, changed, 1)
                return [replace(claim, text=text, evidence=None, verdict=verdict)]
        return []

    def _beside(self, run: Sequence[tuple[str, str]], rng: random.Random) -> list[Example]:
        """The English of one line over the Indonesian of some, or over such as were made false."""
        at = rng.randrange(len(run))
        sentence, english = run[at]
        if not agrees(sentence, english):
            return []
        lines = [line if line.endswith((".", "?", "!", '"')) else f"{line}." for line, _ in run]
        text = " ".join(lines)
        claim = Example(english, "", text, None, None, UNKNOWN, SUPPORTED, UNKNOWN)
        chance = rng.random()
        if chance < 0.45:
            return [claim]
        if chance < 0.6 and len(run) > 1:
            rest = " ".join(line for number, line in enumerate(lines) if number != at)
            return [replace(claim, text=rest, evidence=(), verdict=NOT_FOUND)]
        if chance < 0.75:
            return self._made_false(claim, rng)
        return self._source_changed(claim, sentence, rng)

    def _passages_of(self, press: Press, article: str, sentence: str) -> list[Example]:
        found = [press.passages[number] for number in press.by_article.get(article, [])]
        return [
            Example("", one["head"], one["text"], None, None, UNKNOWN, UNKNOWN, UNKNOWN)
            for one in found
            if sentence in one["text"]
        ]


def read_claims(path: Path, articles: dict[str, Article], without: set[str]) -> dict[str, Example]:
    """Claims over their passage by file and line, those over the articles `without` left out.

    A row has its passage as `source`, or as `span`, characters of its article; a passage that was written
    for its claims has no article.
    """
    out = {}
    for number, row in enumerate(rows(path)):
        name = row.get("article_id", "")
        article = articles.get(name)
        if name in without or (article is None and "source" not in row):
            continue
        source = row.get("source") or (article.text[slice(*row["span"])] if article else "")
        head = heading(article) if article else ""
        verdict = VERDICTS[row["verdict"]]
        marked = () if verdict == NOT_FOUND else None
        claim = Example(row["claim"], head, source, None, marked, UNKNOWN, verdict, UNKNOWN)
        out[f"{path.stem}:{number}"] = claim
    return out


def read_drafts(path: Path, press: Press) -> list[list[Example]]:
    """Of each sentence of some drafts that claims something its windows, over passages of its article."""
    sentences_ = (one for draft in rows(path) for one in draft["sentences"] if one["articles"])
    found = [
        over_passages(press, one["articles"][0], one["text"], VERDICTS[one["verdict"]], one["spans"])
        for one in sentences_
    ]
    return [windows for windows in found if windows]


def read_verdicts(path: Path, press: Press) -> list[list[Example]]:
    """Of each sentence and yes-or-no question over one article its windows, over passages of that article."""
    out = []
    for row in rows(path):
        verdict = VERDICTS.get(row["verdict"], NOT_FOUND)
        windows = over_passages(press, row["article_id"], row["text"], verdict, row["spans"])
        if row["asked"]:
            windows = [as_question(one, one.question, verdict) for one in windows]
        if windows:
            out.append(windows)
    return out


def over_passages(
    press: Press, article: str, text: str, verdict: int, spans: Sequence[Sequence[int]]
) -> list[Example]:
    """The windows of a claim over the passages of its article that have each of some spans whole.

    Args:
        press: Has the passages.
        article: Its id.
        text: The claim.
        verdict: One of `VERDICTS`.
        spans: Characters of the article that show the verdict, or come nearest to it; there may be none.
    """
    windows = []
    for number in press.by_article[article]:
        passage = press.passages[number]
        base, end = passage["start"], passage["end"]
        if all(base <= low and high <= end for low, high in spans):
            shown = tuple((low - base, high - base) for low, high in spans)
            evidence = () if verdict == NOT_FOUND else shown
            windows.append(
                Example(text, passage["head"], passage["text"], None, evidence, UNKNOWN, verdict, UNKNOWN)
            )
    return windows


def contrast_window(article: dict[str, str]) -> Example:
    """A window over a passage of a contrast pair, nothing asked and nothing answering."""
    day = date.fromisoformat(article["date"])
    written = Article("-", article["title"], article["text"], None, day, None, "id", "", "")
    return Example("", heading(written), article["text"])


def read_contrast_claims(path: Path) -> dict[str, Example]:
    """The claims over pairs of passages that are easily mistaken for each other, by pair and number."""
    out = {}
    for row in rows(path):
        for number, claim in enumerate(row["claims"]):
            verdict = VERDICTS[claim["verdict"]]
            out[f"{row['id']}:{number}"] = replace(
                contrast_window(row["articles"][claim["in"]]),
                question=claim["claim"],
                evidence=() if verdict == NOT_FOUND else None,
                answerable=UNKNOWN,
                verdict=verdict,
                polar=UNKNOWN,
            )
    return out


def read_asked(path: Path, claims: Mapping[str, Example]) -> list[tuple[str, Example]]:
    """Claims that were written as yes-or-no questions, each with the key of its claim.

    A line has the key of its claim, with "!" where a yes means that the claim is false, and the question.
    """
    turned = {SUPPORTED: CONTRADICTED, CONTRADICTED: SUPPORTED}
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        key, question = line.split("\t")
        claim = claims.get(key.removesuffix("!"))
        if claim is not None:
            verdict = turned.get(claim.verdict, claim.verdict) if key.endswith("!") else claim.verdict
            out.append((key.removesuffix("!"), as_question(claim, question, verdict)))
    return out


def read_inference(path: Path) -> list[Example]:
    """Premises and hypotheses of IndoNLI's training part, as claims."""
    return [
        Example(row["hypothesis"], "", row["premise"], None, None, UNKNOWN, INFERENCE[row["label"]], UNKNOWN)
        for row in rows(path)
        if row.get("split", "train") == "train"
    ]


def is_english(text: str) -> bool:
    """Whether the text has one of the commonest English words."""
    return re.search(r"\b(?:the|of|to|was|were|is|are|in|has|have|will)\b", text) is not None


def asked(claim: Example, rng: random.Random) -> Example:
    """The claim asked as a yes-or-no question."""
    text = claim.question.rstrip(". ")
    if is_english(text):
        forms = ("Is it true that {}?", "{}, right?", "Did the article say that {}?", "{}?")
    else:
        forms = ("Apakah {}?", "Benarkah {}?", "Apa benar {}?", "{}, benar?", "Betulkah bahwa {}?", "{} ya?")
    form = rng.choice(forms)
    first = text.split(" ", 1)[0]
    if not form.startswith("{") and first.lower() in _SMALL:
        text = text[:1].lower() + text[1:]
    return as_question(claim, form.format(text), claim.verdict)


def as_question(claim: Example, question: str, verdict: int) -> Example:
    """The claim as a yes-or-no question to which its passage says `verdict`."""
    answerable = float(verdict != NOT_FOUND)
    return replace(claim, question=question, answerable=answerable, verdict=verdict, polar=1.0)


_SMALL = frozenset(
    """
    para pada di dalam menurut sebuah seorang jumlah nilai harga semua sebagian kedua ketiga pihak warga
    pemerintah polisi petugas korban pelaku setelah sebelum selama tidak ada saat akibat untuk dengan mereka
    dia ia beberapa the a an in on at after before there some all both most police he she it they
    """.split()
)

_NAME = re.compile(r"(?<=[\w,] )[A-Z][\w'-]{2,}(?: [A-Z][\w'-]{2,})*")
_FIGURE = re.compile(r"(?<![\w.,/:-])\d+(?:[.,]\d+)*(?![\w/:-]|[.,]\d)")

_TURNS = (
    ("naik", "turun"), ("meningkat", "menurun"), ("kenaikan", "penurunan"), ("menguat", "melemah"),
    ("surplus", "defisit"), ("ekspor", "impor"), ("tertinggi", "terendah"), ("terbesar", "terkecil"),
    ("lebih tinggi", "lebih rendah"), ("lebih besar", "lebih kecil"), ("lebih banyak", "lebih sedikit"),
    ("menang", "kalah"), ("sebelum", "setelah"), ("akan", "telah"), ("akan", "sudah"), ("belum", "sudah"),
    ("semua", "sebagian"), ("seluruh", "sebagian"), ("membantah", "membenarkan"), ("menolak", "menerima"),
    ("wakil gubernur", "gubernur"), ("wakil bupati", "bupati"), ("wakil wali kota", "wali kota"),
    ("wakil ketua", "ketua"), ("wakil presiden", "presiden"), ("bupati", "gubernur"), ("menteri", "presiden"),
    ("kecuali", "termasuk"), ("pertama", "kedua"), ("mulai", "berakhir"), ("minimal", "maksimal"),
    ("lebih dari", "kurang dari"), ("diizinkan", "dilarang"), ("berhasil", "gagal"), ("boleh", "dilarang"),
    ("rose", "fell"), ("increased", "decreased"), ("higher", "lower"), ("more than", "less than"),
    ("before", "after"), ("will", "has already"), ("all", "some"), ("denied", "confirmed"),
    ("rejected", "accepted"), ("deputy governor", "governor"), ("deputy chairman", "chairman"),
    ("vice president", "president"), ("regent", "governor"), ("first", "second"), ("won", "lost"),
    ("exports", "imports"), ("largest", "smallest"), ("except", "including"), ("succeeded", "failed"),
)  # fmt: skip


def turned(sentence: str, rng: random.Random) -> str | None:
    """One word or office of the sentence exchanged for its contrary."""
    pairs = [*_TURNS, *((b, a) for a, b in _TURNS)]
    found = []
    for old, new in pairs:
        match = re.search(rf"\b{old}\b", sentence, re.IGNORECASE)
        if match and not re.search(r"\b(?:wakil|deputy|vice) $", sentence[: match.start()], re.IGNORECASE):
            found.append((match, new))
    if not found:
        return None
    match, new = rng.choice(found)
    if match.group()[:1].isupper():
        new = new.title() if match.group()[-3:].islower() and " " in match.group() else new.capitalize()
    return sentence[: match.start()] + new + sentence[match.end() :]


def roles_swapped(sentence: str, rng: random.Random) -> str | None:
    """Two names of the sentence in each other's place, those of a list left alone."""
    found = list(_NAME.finditer(f" {sentence}")) if sentence else []
    spans = [(m.start() - 1, m.end() - 1) for m in found]
    first = re.match(r"[A-Z][\w'-]{2,}(?: [A-Z][\w'-]{2,})+", sentence)
    if first and (not spans or spans[0][0] > 0):
        spans = [first.span(), *(span for span in spans if span[0] >= first.end())]
    pairs = [
        (a, b)
        for number, a in enumerate(spans)
        for b in spans[number + 1 :]
        if b[0] - a[1] > 8 and not re.fullmatch(r"[, ]*(?:dan|and|serta|,|\w+,)[ ,]*", sentence[a[1] : b[0]])
    ]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    left, right = sentence[slice(*a)], sentence[slice(*b)]
    if set(left.split()) & set(right.split()):
        return None
    return sentence[: a[0]] + right + sentence[a[1] : b[0]] + left + sentence[b[1] :]


def other_of_passage(claim: str, passage: str, rng: random.Random) -> str | None:
    """The claim with a name or figure that another part of the passage has in the place of its own."""
    for pattern in rng.sample((_NAME, _FIGURE), 2):
        mine = list(pattern.finditer(claim))
        have = {word for match in mine for word in match.group().split()}
        others = sorted(
            {m.group() for m in pattern.finditer(passage) if not set(m.group().split()) & have}
            - {m.group() for m in mine}
        )
        others = [one for one in others if one.lower() not in claim.lower()]
        if mine and others:
            match = rng.choice(mine)
            return claim[: match.start()] + rng.choice(others) + claim[match.end() :]
    return None


def other_first_name(claim: str, passage: str, names: Sequence[str], rng: random.Random) -> str | None:
    """The claim with another first name of the person whose name opens it and stands in the passage."""
    match = re.match(r"([A-Z][\w'-]{2,}) [A-Z][\w'-]{2,}", claim)
    if not match or match.group() not in passage:
        return None
    other = rng.choice(names).split()[0]
    return None if other in passage else other + claim[match.end(1) :]


def denied_in_english(sentence: str, rng: random.Random) -> str | None:
    """An English sentence with "not" after an auxiliary, or without the one that is there."""
    if re.search(r"\bnot ", sentence):
        return re.sub(r"\bnot ", "", sentence, count=1)
    found = list(
        re.finditer(r"\b(?:is|was|were|are|will|has been|have been|had been|would|can)\b ", sentence)
    )
    if not found:
        return None
    match = rng.choice(found)
    return f"{sentence[: match.end()]}not {sentence[match.end() :]}"


def agrees(sentence: str, english: str) -> bool:
    """Whether an English line seems to add nothing: its figures and length are those of the Indonesian."""
    if not 30 <= len(sentence) <= 400 or not 0.55 <= len(english) / len(sentence) <= 1.3:
        return False
    digits = {re.sub(r"\D", "", m.group()) for m in re.finditer(r"\d[\d.,]*", sentence)}
    theirs = {re.sub(r"\D", "", m.group()) for m in re.finditer(r"\d[\d.,]*", english)}
    names = {m.group() for m in re.finditer(r"(?<=[a-z,] )[A-Z][a-z]{3,}", english)}
    known = sum(name.lower()[:4] in sentence.lower() for name in names)
    return theirs == digits and known >= 0.5 * len(names)


def _runs(path: Path, rng: random.Random) -> list[list[tuple[str, str]]]:
    """Parallel lines in runs of one to four that follow one another."""
    text = gzip.decompress(path.read_bytes()).decode("utf-8")
    lines = [tuple(line.split("\t")) for line in text.splitlines() if line.count("\t") == 1]
    out, at = [], 0
    while at < len(lines):
        size = rng.choice((1, 2, 3, 4))
        out.append([(a, b) for a, b in lines[at : at + size]])
        at += size
    return out
