"""Translation measured against references: chrF and BLEU, and which share passes the check."""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from index import TanyaError
from rag.evaluation.reading import filled_lines
from rag.output import Bar
from rag.translation import RawTranslation, Translator, hold_against

CHARACTERS, WORDS = 6, 4
"""The longest n-grams of chrF and of BLEU."""

BETA = 2
"""How many times as much recall counts as precision in chrF."""

_SPLIT = (
    (re.compile(r"([{-~\[-` -&(-+:-@/])"), r" \1 "),
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
"""mteval-v13a, the usual tokenizer of BLEU."""

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


def chrf(told: Sequence[str], references: Sequence[str]) -> float:
    """chrF2 of a corpus, 0..100: the F-score of character n-grams up to 6 without spaces (Popović 2015).

    As sacrebleu counts it: precision and recall of each length over the whole corpus, then their means.
    """
    precisions, recalls = [], []
    for size in range(1, CHARACTERS + 1):
        matched = made = wanted = 0
        for one, reference in zip(told, references, strict=True):
            mine, right = _characters(one, size), _characters(reference, size)
            matched += (mine & right).total()
            made += mine.total()
            wanted += right.total()
        if made and wanted:
            precisions.append(matched / made)
            recalls.append(matched / wanted)
    precision, recall = (sum(each) / len(each) if each else 0.0 for each in (precisions, recalls))
    weighed = BETA**2 * precision + recall
    return 100 * (1 + BETA**2) * precision * recall / weighed if weighed else 0.0


def bleu(told: Sequence[str], references: Sequence[str]) -> float:
    """BLEU of a corpus with one reference, 0..100, of 13a tokens, smoothed exponentially (Post 2018)."""
    mine, right = ([_words(one) for one in side] for side in (told, references))
    logs, halved = 0.0, 1.0
    for size in range(1, WORDS + 1):
        pairs = [(_grams(one, size), _grams(other, size)) for one, other in zip(mine, right, strict=True)]
        matched = sum((one & other).total() for one, other in pairs)
        made = sum(one.total() for one, _ in pairs)
        if not made:
            return 0.0
        if not matched:
            halved *= 2
        logs += math.log(matched / made if matched else 1 / (halved * made))
    length, wanted = sum(map(len, mine)), sum(map(len, right))
    brevity = 1.0 if length >= wanted else math.exp(1 - wanted / length)
    return 100 * brevity * math.exp(logs / WORDS)


def _characters(text: str, size: int) -> Counter[str]:
    return _grams("".join(text.split()), size)


def _grams(items: Any, size: int) -> Counter[Any]:
    return Counter(items[at : at + size] if isinstance(items, str) else tuple(items[at : at + size])
                   for at in range(len(items) - size + 1))  # fmt: skip


def _words(text: str) -> list[str]:
    text = f" {text} "
    for pattern, replacement in _SPLIT:
        text = pattern.sub(replacement, text)
    return text.split()


def evaluate_translation(path: Path, translator: Translator, check: Any = hold_against) -> dict[str, Any]:
    """Translate the sentences of a file and hold them against its English and against their originals.

    Returns:
        The object of `tanya eval translation --json`. `chrf` and `bleu` are between 0 and 100; `passed` is
        the share, 0..1, whose check holds, and `shown` the same measures of those alone; `rows` has all.
    """
    pairs = load_pairs(path)
    drafts: list[RawTranslation] = []
    started = time.perf_counter()
    with Bar("sentences") as bar:
        for number, (source, _) in enumerate(pairs, 1):
            drafts += translator.translate([source])
            bar.update(number, len(pairs), source[:40])
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


def table(result: dict[str, Any]) -> str:
    """The same for a terminal."""
    shown = result["shown"]
    return "\n".join(
        [
            f"{result['n']} sentences by {result['model']}, {result['ms_per_sentence']:.0f} ms each",
            f"all    chrF {result['chrf']:.1f}  BLEU {result['bleu']:.1f}",
            f"shown  chrF {shown['chrf']:.1f}  BLEU {shown['bleu']:.1f}  ({result['passed']:.3f} pass)",
        ]
    )
