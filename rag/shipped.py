"""The reader that comes with the product: its trained part, joined with the embedded encoder at first use.

`reader.safetensors` beside this module holds what training changed; `reader.md` says how it was trained and
what it reaches. The other layers are the embedded model's, so both share one vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index import ModelError, carrier, graph, weights
from index.cache import build_once, sha256
from index.runtime import open_graph, open_tokenizer
from rag.spans import LONGEST_TOKENS, Logits, take

PACKED = Path(__file__).with_name("reader.safetensors")

ASSEMBLER_VERSION = 1
"""Part of the cache entry's name: raise it whenever what is assembled changes."""

PRECISION: graph.Precision = "float"

BATCH = 4


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
    from rag.training.export import unpack

    encoder = carrier.read(carrier.locate())
    trained = {name.removeprefix("bert."): tensor for name, tensor in unpack(packed).items()}
    model = graph.build({**encoder.tensors, **trained}, encoder.shape, "span", PRECISION)
    graph.save(model, folder)


class OnnxSpanModel:
    """The shipped reader on onnxruntime."""

    def __init__(self, folder: Path, tokenizer: Path) -> None:
        """Load the graph in `folder` and the tokenizer of the embedded model.

        Raises:
            ModelError: the folder cannot be loaded.
        """
        self._session = open_graph(folder / graph.GRAPH_FILE)
        self._tokenizer = open_tokenizer(tokenizer)
        self._tokenizer.enable_truncation(LONGEST_TOKENS, strategy="only_second")
        self.name = folder.name

    def logits(self, question: str, contexts: Sequence[str]) -> list[Logits]:
        """One reading per context."""
        clean = [text.encode("utf-8", "replace").decode() for text in (question[:600], *contexts)]
        encoded = self._tokenizer.encode_batch([(clean[0], context) for context in clean[1:]])
        order = sorted(range(len(encoded)), key=lambda row: len(encoded[row].ids))
        read: dict[int, Logits] = {}
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            width = max(len(encoded[row].ids) for row in rows)
            ids, mask = np.ones((len(rows), width), np.int64), np.zeros((len(rows), width), np.int64)
            for place, row in enumerate(rows):
                ids[place, : len(encoded[row].ids)] = encoded[row].ids
                mask[place, : len(encoded[row].ids)] = 1
            starts, ends = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
            for place, row in enumerate(rows):
                one = encoded[row]
                read[row] = take(one.offsets, one.sequence_ids, starts[place], ends[place])
        return [read[row] for row in range(len(encoded))]


def load_shipped(cache: Path) -> OnnxSpanModel:
    """The shipped reader, assembled if need be.

    Raises:
        ModelError: it cannot be had.
    """
    folder = prepare(cache)
    embedded = weights.prepare(cache, weights.TOKENIZER_FILE)
    return OnnxSpanModel(folder, embedded / weights.TOKENIZER_FILE)
