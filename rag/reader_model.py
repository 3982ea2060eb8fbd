"""The models that a reader can run: the built-in one on onnxruntime, or any question-answering model of transformers.

`reader.safetensors` beside this module holds what training changed of the embedded encoder, and the head
(`reader.md` says how it was trained). Joined with the encoder at first use, it becomes a graph in the cache; both
share one vocabulary.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import ModelError, Settings, carrier, graph, weights
from index.cache import build_once, sha256
from index.runtime import open_graph, open_tokenizer

Array = NDArray[np.float32]
Tensors = dict[str, NDArray[np.generic]]

LONGEST_TOKENS = 288
"""Tokens of question, heading and passage together that are read at once."""

LONGEST_QUESTION = 600
"""Characters of a question that are read. Where question and passage together are too long, the longer is cut."""

PACKED = Path(__file__).with_name("reader.safetensors")

FORMAT = "tanya-reader-3"
BLOCK = 32
"""Weights of a row that share a scale."""

ASSEMBLER_VERSION = 1
"""Part of the cache entry's name: raise it whenever what is assembled changes."""

PRECISION: graph.Precision = "float"

BATCH = 4

VERDICTS = ("open", "yes", "no", "not_yet")
"""What an answer is to its question, in the order of the head's last four numbers; "open" where that is no
yes-or-no question."""

_START, _END, _EVIDENCE, _ANSWERABLE, _VERDICT = 0, 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Window:
    """What is read at once: a passage and the heading of its article, which may be empty."""

    head: str
    text: str

    def joined(self) -> tuple[str, int]:
        """What is read, and the offset in it at which the passage begins."""
        return (f"{self.head}\n{self.text}", len(self.head) + 1) if self.head else (self.text, 0)


@dataclass(frozen=True, slots=True)
class Output:
    """What a model makes of one question over one window.

    Attributes:
        offsets: (tokens, 2), characters of the passage that each of its tokens stands for.
        start: (tokens,), logit that an answer begins here.
        end: (tokens,), logit that an answer ends here.
        none: Logit of there being no span: those of the first token, added.
        evidence: (tokens,), logit that this is part of a sentence that answers; None where a model has no such.
        answerable: Logit that the passage answers; None where a model has no such.
        verdict: (4,), logits of `VERDICTS`; None where a model has no such.
    """

    offsets: NDArray[np.int64]
    start: Array
    end: Array
    none: float
    evidence: Array | None = None
    answerable: float | None = None
    verdict: Array | None = None


class ReaderModel(Protocol):
    """Any model that reads a question over windows."""

    name: str

    def outputs(self, question: str, windows: Sequence[Window]) -> list[Output]:
        """One output per window; what exceeds the model's length is left unread."""
        ...


class BuiltInModel:
    """The shipped reader on onnxruntime."""

    def __init__(self, folder: Path, tokenizer: Path) -> None:
        """Load the graph in `folder` and the tokenizer of the embedded model.

        Raises:
            ModelError: the folder cannot be loaded.
        """
        self._session = open_graph(folder / graph.GRAPH_FILE)
        self._tokenizer = open_tokenizer(tokenizer)
        self._tokenizer.enable_truncation(LONGEST_TOKENS, strategy="longest_first")
        self.name = folder.name

    def outputs(self, question: str, windows: Sequence[Window]) -> list[Output]:
        """One output per window."""
        asked = _clean(question[:LONGEST_QUESTION])
        texts = [window.joined() for window in windows]
        encoded = self._tokenizer.encode_batch([(asked, _clean(text)) for text, _ in texts])
        order = sorted(range(len(encoded)), key=lambda row: len(encoded[row].ids))
        read: dict[int, Output] = {}
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            width = max(len(encoded[row].ids) for row in rows)
            ids, mask = np.ones((len(rows), width), np.int64), np.zeros((len(rows), width), np.int64)
            for place, row in enumerate(rows):
                ids[place, : len(encoded[row].ids)] = encoded[row].ids
                mask[place, : len(encoded[row].ids)] = 1
            (numbers,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
            for place, row in enumerate(rows):
                one, (_, base) = encoded[row], texts[row]
                kept, offsets = passage_tokens(one.offsets, one.sequence_ids, base)
                first = numbers[place, 0]
                read[row] = Output(
                    offsets,
                    numbers[place, kept, _START],
                    numbers[place, kept, _END],
                    float(first[_START] + first[_END]),
                    numbers[place, kept, _EVIDENCE],
                    float(first[_ANSWERABLE]),
                    first[_VERDICT:],
                )
        return [read[row] for row in range(len(encoded))]


class TransformersModel:
    """A question-answering model of transformers, by its id or folder (`TANYA_READER`)."""

    def __init__(self, name: str) -> None:
        """Load it.

        Raises:
            ModelError: there is no such model, or it is none for question answering.
        """
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name, use_fast=True)
            self._model: Any = AutoModelForQuestionAnswering.from_pretrained(name).eval()
        except (OSError, ValueError) as error:
            raise ModelError(
                f"the reader {name!r} cannot be loaded ({str(error).splitlines()[0]}); "
                "set TANYA_READER to the folder of a question-answering model"
            ) from error
        self.name = Path(name).name if Path(name).exists() else name

    def outputs(self, question: str, windows: Sequence[Window]) -> list[Output]:
        """One output per window."""
        import torch

        texts = [window.joined() for window in windows]
        asked = _clean(question[:LONGEST_QUESTION])
        encoded = self._tokenizer(
            [asked] * len(texts),
            [_clean(text) for text, _ in texts],
            truncation="longest_first",
            max_length=min(LONGEST_TOKENS, self._tokenizer.model_max_length),
            padding=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = encoded.pop("offset_mapping").numpy()
        sides = [encoded.sequence_ids(row) for row in range(len(texts))]
        with torch.inference_mode():
            output = self._model(**encoded)
        starts, ends = output.start_logits.numpy(), output.end_logits.numpy()
        found = []
        for row, (_, base) in enumerate(texts):
            kept, places = passage_tokens(offsets[row], sides[row], base)
            none = float(starts[row][0] + ends[row][0])
            found.append(Output(places, starts[row][kept], ends[row][kept], none))
        return found


def passage_tokens(
    offsets: Any, sides: Sequence[int | None], base: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The positions of the tokens of the passage, and their characters in it, (tokens,) and (tokens, 2).

    Args:
        offsets: (positions, 2), characters in what was read.
        sides: Of each position 0 for the question, 1 for what was read, None for neither.
        base: Where in what was read the passage begins.
    """
    places = np.asarray(offsets, dtype=np.int64).reshape(-1, 2)
    inside = [at for at, side in enumerate(sides) if side == 1 and places[at, 1] > base]
    kept = np.array(inside, dtype=np.int64)
    return kept, np.maximum(places[kept] - base, 0)


def load_model(settings: Settings) -> ReaderModel:
    """The model that the settings name, or the one that comes with the product.

    Raises:
        ModelError: it cannot be had, or the encoder that it is joined with does not exist for the platform.
    """
    if settings.reader:
        return TransformersModel(settings.reader)
    if not carrier.is_installed():
        raise ModelError(
            "the built-in reader does not exist for this platform; set TANYA_READER to a question-answering model"
        )
    embedded = weights.prepare(settings.cache, weights.TOKENIZER_FILE)
    return BuiltInModel(prepare(settings.cache), embedded / weights.TOKENIZER_FILE)


def prepare(cache: Path, packed: Path = PACKED) -> Path:
    """The folder of the assembled reader in the cache; it is assembled where it is missing or damaged.

    Raises:
        ModelError: the trained part or the encoder is missing or damaged, or the cache cannot be written.
    """
    try:
        name = f"reader-{sha256(packed)[:12]}-{ASSEMBLER_VERSION}"
    except OSError as error:
        raise ModelError(
            f"{packed} cannot be read; restore it, or set TANYA_READER to another model"
        ) from error
    return build_once(cache / name, lambda folder: _assemble(packed, folder))


def _assemble(packed: Path, folder: Path) -> None:
    encoder = carrier.read(carrier.locate())
    trained = {name.removeprefix("bert."): tensor for name, tensor in unpack(packed).items()}
    graph.save(graph.build({**encoder.tensors, **trained}, encoder.shape, "reader", PRECISION), folder)


def unpack(packed: Path) -> dict[str, Array]:
    """The trained tensors of a packed file, as fp32.

    A packed file is safetensors: vectors and the head are fp32; other matrices are int8 with one scale for each
    `BLOCK` columns of a row (`NAME.scale`, fp16): weight = int8 * scale.

    Raises:
        ModelError: the file cannot be read or is not one of ours.
    """
    from safetensors import SafetensorError, safe_open
    from safetensors.numpy import load_file

    try:
        with safe_open(packed, framework="np") as source:
            about = source.metadata() or {}
        if about.get("format") != FORMAT:
            raise ModelError(f"{packed} is not a packed reader; restore it with: git checkout -- {packed}")
        tensors = load_file(packed)
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"the reader's weights {packed} cannot be read; restore them with: git checkout -- {packed}"
        ) from error
    return restored(tensors)


def restored(packed: Tensors) -> dict[str, Array]:
    """Undo `quantised`: every tensor as fp32 under its own name."""
    out = {}
    for name, tensor in packed.items():
        if name.endswith(".scale"):
            continue
        whole = tensor.astype(np.float32)
        scale = packed.get(f"{name}.scale")
        if scale is not None:
            blocks = whole.reshape(*scale.shape, -1) * scale.astype(np.float32)[:, :, None]
            whole = blocks.reshape(tensor.shape)
        out[name] = whole
    return out


def quantised(matrix: Array) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Round a (rows, columns) matrix to int8 with one scale for each `BLOCK` columns of a row.

    Returns:
        (rows, columns) in -127..127, and (rows, columns / BLOCK) scales above zero; a weight is off by half a
        scale at most.

    Raises:
        ValueError: the columns are no multiple of `BLOCK`.
    """
    rows, columns = matrix.shape
    blocks = matrix.reshape(rows, columns // BLOCK, BLOCK)
    # Rounded up, so that the largest weight of a block still fits.
    scale = np.nextafter((np.abs(blocks).max(axis=2) / 127).astype(np.float16), np.float16(np.inf))
    whole = np.rint(blocks / scale.astype(np.float32)[:, :, None]).astype(np.int8)
    return whole.reshape(rows, columns), scale


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _clean(text: str) -> str:
    """The text without lone surrogates, which a tokenizer cannot read; as many characters as before."""
    return text.encode("utf-8", "replace").decode()
