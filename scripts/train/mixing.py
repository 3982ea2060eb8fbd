"""Deal an epoch: which windows meet each question, drawn from a generator seeded by (seed, epoch)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.train.data import (
    Example,
    Group,
    Press,
    Question,
    read_articles,
    read_claims,
    read_comprehension,
    read_crosslingual,
    read_inference,
    rows,
)
from scripts.train.noise import names_in, noisy, swapped


@dataclass(frozen=True)
class Shares:
    """How often each thing is done, as probabilities, and how many groups of the other sets an epoch has."""

    own_negative: float = 0.7  # an answerable question also meets another passage of its article
    other_negative: float = 0.7  # ... and one of another article that was found for it
    unanswerable_second: float = 0.6  # an unanswerable question meets a second passage of its article
    swap: float = 0.12  # a detail of the question is changed, over the window that answered it
    headless: float = 0.08  # the heading is left out
    comprehension: int = 1500
    crosslingual: int = 200
    inference: int = 3000


class Mixer:
    """Holds the training sets and deals epochs from them."""

    def __init__(
        self, shared: Path, mined: Path, written: Path, shares: Shares, seed: int, part: float = 1.0
    ) -> None:
        """Read the sets.

        Args:
            shared: The folder that holds `data/`.
            mined: What `mine.py` wrote.
            written: Questions of the same form that were written for this training; see `questions/`.
            shares: How often each thing is done.
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
        for path in sorted(written.glob("*.jsonl")):
            self._questions += self._press.questions(path, articles)
        self._names = names_in([question.text for question in self._questions])
        # Claims were written over the development articles too.
        measured = {row["article_id"] for row in rows(data / "press" / "questions_dev.jsonl")}
        self._claims = read_claims(data / "press" / "claims_train.jsonl", articles, measured)
        self._inference = read_inference(data / "nli" / "indonli_train_dev.jsonl.gz")
        self._comprehension: list[Group] = []
        for name in ("idkmrc", "tydi", "facqa"):
            self._comprehension += read_comprehension(data / "reading" / f"{name}_train.jsonl", rng)
        self._crosslingual = read_crosslingual(data / "crosslingual" / "xquad_en_dev.jsonl", rng)

    def epoch(self, number: int) -> list[Group]:
        """The groups of one epoch, shuffled."""
        rng = random.Random(f"{self._seed}-{number}")
        shares = self._shares
        groups = [group for question in self._questions if (group := self._dealt(question, rng))]
        claims = [*self._claims, *rng.sample(self._inference, shares.inference)]
        groups += [(self._asked(claim, rng),) for claim in claims]
        groups += rng.sample(self._comprehension, shares.comprehension)
        groups += rng.sample(self._crosslingual, min(shares.crosslingual, len(self._crosslingual)))
        rng.shuffle(groups)
        return groups

    def _dealt(self, question: Question, rng: random.Random) -> Group:
        """The windows that one question of the press set meets."""
        shares, press = self._shares, self._press
        text = noisy(question.text, question.lang, rng)
        out: list[Example] = []
        if question.answerable:
            positives = press.positives(question)
            if not positives:
                return ()
            out.append(rng.choice(positives[:2]))
            own = [p for p in question.own if not press.holds_evidence(question, p)]
            if own and rng.random() < shares.own_negative:
                out.append(press.window(text, _near_the_top(own, rng)))
        else:
            own = list(question.own)
            if not own:
                return ()
            first = _near_the_top(own, rng)
            out.append(press.window(text, first))
            rest = [p for p in own if p != first]
            if rest and rng.random() < shares.unanswerable_second:
                out.append(press.window(text, _near_the_top(rest, rng)))
        others = [p for p in question.others[:8] if not press.holds_evidence(question, p)]
        if others and rng.random() < shares.other_negative:
            out.append(press.window(text, _near_the_top(others, rng)))
        out = [replace(window, question=text) for window in out]
        if question.answerable and rng.random() < shares.swap:
            window = out[0]
            changed = swapped(question.text, f"{window.head}\n{window.text}", self._names, rng)
            if changed:
                out.append(Example(changed, window.head, window.text))
        if rng.random() < shares.headless:
            out = [replace(window, head="") for window in out]
        return tuple(out)

    def _asked(self, claim: Example, rng: random.Random) -> Example:
        """A claim as it is, or asked as a question; what is contradicted is answered by no."""
        if rng.random() < 0.5:
            return claim
        text = claim.question.rstrip(". ")
        small = (
            text[:1].lower() + text[1:] if text[1:2].islower() and text.split()[0].lower() in _SMALL else text
        )
        forms = ("Apakah {}?", "Benarkah {}?", "Apa benar {}?", "{}, benar?", "Betulkah bahwa {}?", "{} ya?")
        return replace(claim, question=rng.choice(forms).format(small))


_SMALL = frozenset(
    """
    para pada di dalam menurut sebuah seorang jumlah nilai harga semua sebagian kedua ketiga pihak warga
    pemerintah polisi petugas korban pelaku setelah sebelum selama tidak ada saat akibat untuk dengan mereka
    dia ia beberapa
    """.split()
)


def _near_the_top(passages: Sequence[int], rng: random.Random) -> int:
    """One of the passages, the first ones more often."""
    at = min(len(passages) - 1, int(rng.expovariate(0.7)))
    return passages[at]
