"""The unigram tokenizer of XLM-RoBERTa, built from a list of pieces and a map of code points.

Text is normalised one code point at a time, runs of spaces become one, a space is put before the text, spaces
become U+2581, and the likeliest sequence of pieces wins. A character that no piece holds is one `<unk>`.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

META = "\u2581"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
"""The first four pieces, at their own ids."""
MASK = "<mask>"
"""The last piece."""

# Any character that can follow another within one grapheme; see `build`.
EXTENDERS = r"\p{M}\x{e33}\x{eb3}\x{200c}\x{200d}\x{ff9e}\x{ff9f}\x{1acf}-\x{1aff}\x{1f3fb}-\x{1f3ff}"
BREAK = "\x01"


def build(pieces: Sequence[str], scores: Sequence[float], mapping: Mapping[str, str]) -> Tokenizer:
    """Build the tokenizer; it adds `<s>` and `</s>` and neither truncates nor pads.

    Args:
        pieces: The vocabulary in id order, beginning with `SPECIAL` and ending with `MASK`.
        scores: The log probability of each piece.
        mapping: What each single character becomes; characters that it lacks stay as they are.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    removed = [character for character, replacement in mapping.items() if not replacement]
    changed = {character: replacement for character, replacement in mapping.items() if replacement}
    known = {character for piece in pieces[len(SPECIAL) : -1] for character in piece}
    # In a text these are ordinary characters, so no piece that spells them may ever win. The likeliest
    # sequence stays the same however unlikely <unk> is, since each known character is a piece by itself too.
    special = {*SPECIAL, MASK}
    vocabulary = [
        (piece, -1e4 if piece in special else float(score))
        for piece, score in zip(pieces, scores, strict=True)
    ]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=SPECIAL.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            # Precompiled loses count of the characters where the first one of a text is removed.
            normalizers.Replace(Regex(f"[{_ranges(removed)}]"), ""),
            # Precompiled drops what follows a mapped character within a grapheme, so end the grapheme there.
            normalizers.Replace(Regex(f"(?=[{EXTENDERS}])(?<=[{_ranges(changed)}])"), BREAK),
            normalizers.Precompiled(_charsmap({**changed, BREAK: ""})),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement=META, prepend_scheme="always", split=True),
            # The model would join a run of unknown characters into one <unk>.
            pre_tokenizers.Split(Regex(f"[^{_ranges(known)}]"), "isolated"),
        ]
    )
    start, _, end, _ = SPECIAL
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(start, 0), (end, 2)],
    )
    tokenizer.add_special_tokens(
        [AddedToken(piece, special=True, normalized=False) for piece in (*SPECIAL, MASK)]
    )
    return tokenizer


def _ranges(characters: Iterable[str]) -> str:
    """Write characters as the inside of a regular expression's bracket."""
    runs: list[list[int]] = []
    for point in sorted(map(ord, characters)):
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in runs)


def _charsmap(mapping: Mapping[str, str]) -> bytes:
    """Write a character map as SentencePiece does: a darts-clone double array, then the replacements."""
    offsets: dict[str, int] = {}
    blob = b""
    for replacement in sorted(set(mapping.values())):
        offsets[replacement] = len(blob)
        blob += replacement.encode() + b"\0"
    units = _double_array({character.encode(): offsets[text] for character, text in mapping.items()})
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + blob


def _double_array(values: Mapping[bytes, int]) -> list[int]:
    """Build a darts-clone double array of the keys, which hold no zero byte.

    The children of the node at `p` lie at `p ^ offset ^ label`; the child labelled 0 holds the value.
    """
    labels: defaultdict[bytes, set[int]] = defaultdict(set)
    for key in values:
        for end, byte in enumerate((*key, 0)):
            labels[key[:end]].add(byte)
    units = [0] * 256
    taken, bases = {0}, {0}
    slot = 0
    waiting = [(b"", 0)]
    while waiting:
        prefix, position = waiting.pop()
        base = len(units)
        if len(labels[prefix]) == 1:
            # Most nodes have one child, which fits anywhere if no other node has the same base.
            (label,) = labels[prefix]
            while slot < len(units) and (slot in taken or slot ^ label in bases):
                slot += 1
            base = slot ^ label
        bases.add(base)
        units.extend([0] * ((base | 255) + 1 - len(units)))
        units[position] |= (position ^ base) << 10 | (0 in labels[prefix]) << 8
        for label in labels[prefix]:
            taken.add(base ^ label)
            if label:
                units[base ^ label] = label
                waiting.append((prefix + bytes([label]), base ^ label))
            else:
                units[base] = 1 << 31 | values[prefix]
    return units
