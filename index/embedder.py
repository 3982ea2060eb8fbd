"""Embedders turn texts into vectors of length 1, whose products are cosines.

The embedded model is decoded into the cache once, as a graph with its tokenizer. It runs on onnxruntime,
which starts in a second rather than ten. A query is encoded in fp32, a passage at 8 bits,
twice as fast as sentence-transformers does it (`bench/embedding.py`). A library whose passages were
encoded in fp32 goes on so, with the same vectors as from PyTorch. Any other model runs on
sentence-transformers.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from index import e5, onnx_graph
from index.errors import ModelError
from index.models import replace_file, sha256
from index.settings import EMBEDDED, Settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

THREADS = 2


def open_graph(path: Path, threads: int = THREADS) -> Any:
    """Open an ONNX graph for the CPU, which works on a run with so many threads.

    Raises:
        ModelError: it cannot be loaded.
    """
    # It would send reports about its use from a thread of its own; this is read when it is imported.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that spin while they wait gain nothing here and take the processor from others.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # it raises kinds of its own, which have no common base
        raise ModelError(f"{path} cannot be loaded ({error}); remove the folder {path.parent}") from error


def open_pieces(folder: Path) -> e5.E5Tokenizer:
    """Open the tokenizer in the folder that `prepare_quick` returns, one for all that use it.

    Raises:
        ModelError: it cannot be loaded.
    """
    with _opening:
        return _opened(folder)


@lru_cache(maxsize=1)
def _opened(folder: Path) -> e5.E5Tokenizer:
    return e5.E5Tokenizer(folder)


_opening = threading.Lock()
"""Held while the tokenizer is opened: two that ask at once get one."""

MANIFEST = "manifest.json"
"""What a folder in the cache holds, with sizes and checksums; written last."""


def build_once(entry: Path, build: Callable[[Path], None], *files: str) -> Path:
    """Return `entry`, building it first where it is missing, incomplete or damaged.

    Processes that ask at the same time wait for the one that builds. The build goes on in a temporary sibling
    that is renamed when its manifest is written, so a killed build leaves nothing that could be taken for an
    entry.

    Args:
        entry: The folder; its parent is created.
        build: Fills the empty folder that it is given.
        files: The files whose checksums are compared; all where none is named.

    Raises:
        ModelError: the cache cannot be written.
    """
    from filelock import FileLock

    if not damage(entry, *files):
        return entry
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(entry.with_name(f"{entry.name}.lock")):
            if damage(entry, *files):
                _build(entry, build)
    except OSError as error:
        raise ModelError(
            f"the model cache {entry.parent} cannot be written ({error.strerror or error}); "
            "make 1 GB of room there, or set TANYA_CACHE to another folder"
        ) from error
    return entry


def damage(entry: Path, *files: str) -> list[str]:
    """List the files of an entry (or only those named) that are missing or whose checksum is off."""
    try:
        manifest = json.loads((entry / MANIFEST).read_text(encoding="utf-8"))
        sizes = {name: known["bytes"] for name, known in manifest.items()}
        digests = {name: known["sha256"] for name, known in manifest.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return [MANIFEST]
    return [
        name for name in files or manifest if not _is_whole(entry / name, sizes.get(name), digests.get(name))
    ]


def _is_whole(path: Path, size: int | None, digest: str | None) -> bool:
    try:
        # The size first, as it costs nothing.
        return path.stat().st_size == size and sha256(path) == digest
    except OSError:
        return False


def discard(entry: Path) -> None:
    """Remove an entry, its manifest first, so that a removal cut short leaves an incomplete entry."""
    with contextlib.suppress(FileNotFoundError):
        (entry / MANIFEST).unlink()
    shutil.rmtree(entry, ignore_errors=True)


def _build(entry: Path, build: Callable[[Path], None]) -> None:
    prefix = f"{entry.name}.partial-"
    for abandoned in entry.parent.glob(f"{prefix}*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    partial = Path(tempfile.mkdtemp(prefix=prefix, dir=entry.parent))
    try:
        build(partial)
        files = sorted(path for path in partial.rglob("*") if path.is_file())
        manifest = {
            path.relative_to(partial).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256(path)}
            for path in files
        }
        replace_file(partial / MANIFEST, json.dumps(manifest, indent=1))
        discard(entry)
        # A cache may be shared, and temporary files are made for their owner alone.
        for path, mode in [(partial, 0o755), *((file, 0o644) for file in files)]:
            path.chmod(mode)
        partial.rename(entry)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


DECODER_VERSION = 2
"""Part of the folder's name: raise it whenever what is decoded changes."""

QUICK_VERSION = 2
"""Part of the name of the folder that onnxruntime needs: raise it whenever what is in it changes."""

ROUNDED_VERSION = 2
"""Part of the name of the rounded graph: raise it whenever what is rounded changes."""

MAX_TOKENS = 512
PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}
"""sentence-transformers adds an empty "document" of its own, which would shadow "passage"."""

TOKENIZER_FILES = (e5.FRAME_FILE, e5.PIECES_FILE, e5.SCORES_FILE)
"""What `open_pieces` needs of the folder that `prepare_quick` returns."""


def folder_in(cache: Path, form: str) -> Path:
    """Where what is decoded of the embedded model is, or will be; the name changes with its weights."""
    return cache.expanduser() / f"multilingual-e5-small-{e5.SHA256[:12]}-{form}"


def prepare_quick(cache: Path, *files: str) -> Path:
    """Return the folder of graph and tokenizer, sound; decode it where it is missing or damaged.

    Args:
        cache: Where decoded models are kept; see `Settings.cache`.
        files: Those whose checksums are held against the manifest; all, 80 MB, where none is named.

    Raises:
        ModelError: the weights are not installed or damaged, or the cache cannot be written.
    """
    return build_once(folder_in(cache, f"onnx-{QUICK_VERSION}"), _decode_quick, *files)


def prepare_rounded(cache: Path) -> Path:
    """Return the folder of the graph that embeds passages at 8 bits; made where it is missing or damaged.

    Raises:
        ModelError: the weights are not installed or damaged, or the cache cannot be written.
    """
    return build_once(folder_in(cache, f"8bit-{ROUNDED_VERSION}"), _round)


def _decode_quick(folder: Path) -> None:
    weights = e5.read(e5.locate())
    e5.save_tokenizer(weights, folder)
    onnx_graph.save(onnx_graph.build(weights.tensors, weights.shape), folder)


def _round(folder: Path) -> None:
    weights = e5.read(e5.locate())
    onnx_graph.save(onnx_graph.build(weights.tensors, weights.shape, precision="rows"), folder)


Array = NDArray[np.float32]
Kind = Literal["query", "passage"]

BATCH = 4
"""Texts of like length in a batch of sentence-transformers: the fastest on CPUs."""

_SURROGATES = re.compile("[\ud800-\udfff]")
# What sentence-transformers, transformers and huggingface_hub raise for a folder or an id that is of no use.
_FAILURES = (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError, ImportError)
_CONFIGURATIONS = ("modules.json", "config.json")
_E5 = re.compile(r"(multilingual-)?e5-(small|base|large)(-v2)?")


class Embedder(Protocol):
    """A model that embeds texts.

    Attributes:
        name: What an index was built with; it differs where vectors would.
        dimension: The length of a vector.
        max_tokens: The longest input that is read, prefix and special tokens included; the rest is cut off.
    """

    name: str
    dimension: int
    max_tokens: int

    def encode(self, texts: Sequence[str], kind: Kind) -> Array:
        """Return one row per text, (len(texts), dimension), each of length 1."""
        ...

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, without prefix and special tokens."""
        ...


EXACT = f"{EMBEDDED}@{e5.SHA256[:12]}-{DECODER_VERSION}"
ROUNDED = f"{EXACT}-8bit-{ROUNDED_VERSION}"
"""Names of the embedded model, by how it encodes passages."""


def load_embedder(settings: Settings, built_with: str | None = None) -> Embedder:
    """Load the embedder that the settings name.

    Args:
        settings: They name the model and where decoded models are kept.
        built_with: The name of the embedder of a library's passages; where the embedded model goes by two,
            this decides, so that no library is embedded anew for the sake of speed.

    Raises:
        ModelError: it cannot be had.
    """
    if settings.embedder == EMBEDDED:
        folder = prepare_quick(settings.cache)
        rounded = None if built_with == EXACT else lambda: prepare_rounded(settings.cache)
        return OnnxEmbedder(folder, rounded)
    return SentenceTransformerEmbedder(settings.embedder)


class OnnxEmbedder:
    """The embedded model, on onnxruntime; safe to share between threads."""

    def __init__(self, folder: Path, rounded: Callable[[], Path] | None = None) -> None:
        """Load it from the folder that `prepare_quick` returns.

        Args:
            folder: As said.
            rounded: Gives the folder of the graph that encodes passages, when the first of them comes;
                without one they are encoded as queries are.

        Raises:
            ModelError: the folder cannot be loaded.
        """
        self._folder = folder
        self._rounded = rounded
        self._tokenizer = open_pieces(folder)
        self._session = open_graph(folder / onnx_graph.GRAPH_FILE)
        self._bulk: Any = None
        self._lock = threading.Lock()
        self.name = ROUNDED if rounded else EXACT
        self.max_tokens = MAX_TOKENS
        self.dimension = int(self._session.get_outputs()[0].shape[1])

    def encode(self, texts: Sequence[str], kind: Kind) -> Array:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        if kind == "query":
            for row, text in enumerate(texts):
                vectors[row] = _run(self._session, self._ids(PROMPTS[kind] + text))
            return vectors
        session = self._open_bulk()

        def fill(row: int) -> None:
            vectors[row] = _run(session, self._ids(PROMPTS[kind] + texts[row]))

        # The long ones first, lest one thread be left alone with one of them.
        rows = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
        with ThreadPoolExecutor(THREADS) as pool:
            # A result that is asked for raises what was raised.
            for _ in pool.map(fill, rows):
                pass
        return vectors

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(_clean(text)))

    def _open_bulk(self) -> Any:
        """The session that encodes passages: one thread for each, without padding or waiting."""
        with self._lock:
            if self._bulk is None:
                path = self._rounded() if self._rounded else self._folder
                self._bulk = open_graph(path / onnx_graph.GRAPH_FILE, threads=1)
            return self._bulk

    def _ids(self, text: str) -> list[int]:
        return self._tokenizer.ids(_clean(text), self.max_tokens)


def _run(session: Any, ids: Sequence[int]) -> Array:
    """The vector of one text, shape `(dimension,)`."""
    tokens = np.array([ids], np.int64)
    vector: Array = session.run(None, {"input_ids": tokens, "attention_mask": np.ones_like(tokens)})[0][0]
    return vector


class SentenceTransformerEmbedder:
    """Any model that sentence-transformers loads."""

    def __init__(self, model: str) -> None:
        """Load a model by its path or Hugging Face id; the network is used only where an id is not cached.

        Raises:
            ModelError: there is no such model, or it cannot be fetched.
        """
        folder = Path(model).expanduser()
        self._model = _load(model, folder)
        self._prompts = _prompts(self._model.prompts, folder.name)
        # An index outlives a change of folder, but not of what is in it.
        name = folder.resolve().name if folder.is_dir() else model
        self.name = f"{name}@{_fingerprint(self._model, self._prompts)}"
        self.max_tokens = min(self._model.max_seq_length or MAX_TOKENS, 1 << 13)
        self.dimension = int(self._model.get_embedding_dimension() or self.encode([""], "query").shape[1])

    def encode(self, texts: Sequence[str], kind: Kind) -> Array:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.asarray(
            self._model.encode(
                [_clean(text) for text in texts],
                prompt=self._prompts[kind],
                batch_size=BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            ),
            np.float32,
        )

    def count_tokens(self, text: str) -> int:
        tokenizer = self._model.tokenizer
        if hasattr(tokenizer, "encode_batch"):  # one of the package tokenizers, as static embeddings have
            return len(tokenizer.encode(_clean(text), add_special_tokens=False))
        return len(
            tokenizer(_clean(text), add_special_tokens=False, truncation=False, verbose=False)["input_ids"]
        )


def _clean(text: str) -> str:
    """Replace lone surrogates, which cannot be encoded and which tokenizers refuse."""
    return _SURROGATES.sub("\ufffd", text)


def _prompts(prompts: Mapping[str, str | None], name: str) -> dict[str, str]:
    """Choose what goes before a query and before a passage."""
    passage = (prompts.get(key) for key in ("passage", "document", "corpus"))
    chosen = {"query": prompts.get("query") or "", "passage": next(filter(None, passage), "")}
    if not any(chosen.values()) and _E5.fullmatch(name):
        # The E5 family was published before prompts could be; its model card asks for them.
        return {kind: PROMPTS[kind] for kind in chosen}
    return chosen


def _load(model: str, folder: Path) -> SentenceTransformer:
    # Read when the libraries are first imported, so set before.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    local = folder.is_dir()
    cached = local or _is_cached(model)
    if local:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        if not any((folder / name).is_file() for name in _CONFIGURATIONS):
            raise ModelError(f"{model} holds no model; set TANYA_EMBEDDER to a folder that does, or to an id")
    elif model.startswith((".", "/", "~")) or model.count("/") > 1:
        raise ModelError(
            f"there is no model folder {model}; set TANYA_EMBEDDER to one, or to a Hugging Face id"
        )
    elif not cached:
        _find_on_hub(model)
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    # What goes wrong is raised; the rest would stand between the lines that the user reads.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    torch.set_num_threads(THREADS)
    target = str(folder) if local else model
    try:
        try:
            return SentenceTransformer(target, device="cpu", local_files_only=cached)
        except _FAILURES:
            if local or not cached:
                raise
        # A download that was cut short is taken up again.
        _find_on_hub(model)
        return SentenceTransformer(target, device="cpu")
    except _FAILURES as error:
        raise ModelError(
            f"the model {model} cannot be loaded ({_line(error)}); set TANYA_EMBEDDER to another"
        ) from error


def _is_cached(model: str) -> bool:
    """Tell whether a model was fetched before, in part at least."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        return any(isinstance(try_to_load_from_cache(model, name), str) for name in _CONFIGURATIONS)
    except HFValidationError:
        return False


def _find_on_hub(model: str) -> None:
    """Ask once whether a model can be fetched; sentence-transformers would try for minutes."""
    from huggingface_hub import model_info
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    try:
        model_info(model, timeout=10)
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ModelError(f"Hugging Face has no model {model}; set TANYA_EMBEDDER to another") from error
    except Exception as error:  # the HTTP library's own, which is not ours to name
        raise ModelError(
            f"the model {model} is not on this machine and cannot be fetched; connect to the network once, "
            "or set TANYA_EMBEDDER to a folder that holds a model"
        ) from error


def _line(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else f"{text[:200]}..."


def _fingerprint(model: SentenceTransformer, prompts: Mapping[str, str]) -> str:
    """Hash what decides the vectors: the weights, the prompts and the length that is read."""
    import torch

    digest = hashlib.sha256(repr((sorted(prompts.items()), model.max_seq_length)).encode())
    state: dict[str, Any] = model.state_dict()
    for name, tensor in sorted(state.items()):
        digest.update(name.encode())
        digest.update(tensor.detach().contiguous().cpu().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()[:12]
