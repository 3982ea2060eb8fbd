"""The reader that comes with the product: its trained part, joined with the embedded encoder at first use.

`reader.safetensors` beside this module holds what training changed; `reader.md` says how it was trained and
what it reaches. The other layers are the embedded model's, so both share one vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index import ModelError, carrier, graph, weights
from index.cache import build_once, sha256
from rag.spans import LONGEST_TOKENS, Logits, take

PACKED = Path(__file__).with_name("reader.safetensors")

ASSEMBLER_VERSION = 1
"""Part of the cache entry's name: raise it whenever what is assembled changes."""

PRECISION: graph.Precision = "float"

THREADS = 2
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
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = onnxruntime.InferenceSession(
                folder / graph.GRAPH_FILE, options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # both raise their own kinds, which have no common base
            raise ModelError(
                f"the reader in {folder} cannot be loaded ({error}); remove that folder"
            ) from error
        self._tokenizer.encode_special_tokens = True
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
