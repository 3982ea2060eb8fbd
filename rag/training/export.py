"""The trained part of a reader alone, small enough to ship, and its assembly with the embedded encoder.

    python -m rag.training.export pack --encoder FOLDER --reader FOLDER --output FILE [--half]
    python -m rag.training.export assemble --encoder FOLDER --packed FILE --output FOLDER

A packed file is safetensors: each trained tensor NAME as it stands in the model folder. Matrices are int8
with one scale for each 32 columns of a row (`NAME.scale`, fp16, symmetric: weight = int8 * scale), or fp16
with `--half`; vectors and the two rows of the answer head are fp32. Its metadata name the encoder by the
SHA-256 of its weights.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

Tensor = NDArray[np.generic]
Tensors = dict[str, Tensor]

FORMAT = "tanya-reader-2"
BLOCK = 32
WEIGHTS = "model.safetensors"
_NOT_COPIED = {WEIGHTS, "config.json", "modules.json", "manifest.json", "READY", "sentence_bert_config.json"}


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def quantise(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Round a (rows, columns) matrix to int8 with one scale for each `BLOCK` columns of a row.

    Returns:
        (rows, columns) in -127..127, and (rows, columns / BLOCK) scales above zero; a weight is off by
        half a scale at most.

    Raises:
        ValueError: the columns are no multiple of `BLOCK`.
    """
    rows, columns = matrix.shape
    blocks = matrix.reshape(rows, columns // BLOCK, BLOCK)
    # Rounded up, so that the largest weight of a block still fits.
    scale = np.nextafter((np.abs(blocks).max(axis=2) / 127).astype(np.float16), np.float16(np.inf))
    whole = np.rint(blocks / scale.astype(np.float32)[:, :, None]).astype(np.int8)
    return whole.reshape(rows, columns), scale


def restored(packed: Tensors) -> dict[str, NDArray[np.float32]]:
    """Undo `quantise` and halving: every tensor as fp32 under its own name."""
    out = {}
    for name, tensor in packed.items():
        if name.endswith(".scale"):
            continue
        scale = packed.get(f"{name}.scale")
        whole = tensor.astype(np.float32)
        if scale is not None:
            blocks = whole.reshape(*scale.shape, -1) * scale.astype(np.float32)[:, :, None]
            whole = blocks.reshape(tensor.shape)
        out[name] = whole
    return out


def unpack(packed: Path) -> dict[str, NDArray[np.float32]]:
    """Return the trained tensors of a packed file.

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
        return restored(load_file(packed))
    except (OSError, SafetensorError) as error:
        raise ModelError(
            f"the reader's weights {packed} cannot be read; restore them with: git checkout -- {packed}"
        ) from error


def trained_part(encoder: Tensors, reader: Tensors) -> Tensors:
    """Return the reader's tensors that the encoder, whose names lack `bert.`, has otherwise or not at all."""
    out = {}
    for name, tensor in reader.items():
        before = encoder.get(name.removeprefix("bert."))
        if before is None or not np.array_equal(before, tensor):
            out[name] = tensor
    return out


def pack(encoder: Path, reader: Path, output: Path, *, half: bool = False) -> int:
    """Write what training changed; return the file's size in bytes."""
    from safetensors.numpy import load_file, save_file

    packed: Tensors = {}
    for name, tensor in trained_part(load_file(encoder / WEIGHTS), load_file(reader / WEIGHTS)).items():
        whole = tensor.astype(np.float32)
        if whole.ndim != 2 or len(whole) <= 2:
            packed[name] = whole
        elif half:
            packed[name] = whole.astype(np.float16)
        else:
            packed[name], packed[f"{name}.scale"] = quantise(whole)
    output.parent.mkdir(parents=True, exist_ok=True)
    save_file(packed, output, {"format": FORMAT, "encoder": fingerprint(encoder / WEIGHTS)})
    return output.stat().st_size


def assemble(encoder: Path, packed: Path, output: Path) -> Path:
    """Join the packed part with its encoder into an ordinary `AutoModelForQuestionAnswering` folder.

    The folder appears whole or not at all.

    Raises:
        ModelError: the packed file is not one of ours, or was trained on another encoder.
    """
    from safetensors import SafetensorError, safe_open
    from safetensors.numpy import load_file, save_file

    cure = "restore it from the repository with: git checkout"
    try:
        with safe_open(packed, framework="np") as source:
            about = source.metadata() or {}
        part = restored(load_file(packed))
    except (OSError, SafetensorError) as error:
        raise ModelError(f"the reader's weights {packed} cannot be read; {cure} -- {packed}") from error
    if about.get("format") != FORMAT:
        raise ModelError(f"{packed} is not a packed reader; {cure} -- {packed}")
    if about.get("encoder") != fingerprint(encoder / WEIGHTS):
        raise ModelError(
            f"{packed} was trained on another encoder; pack it anew with: python -m rag.training.export"
        )
    # The pooler serves sentence classification only; a question-answering model has none.
    base = {
        f"bert.{name}": tensor
        for name, tensor in load_file(encoder / WEIGHTS).items()
        if not name.startswith("pooler.")
    }
    config = json.loads((encoder / "config.json").read_text(encoding="utf-8"))
    config |= {
        "architectures": ["BertForQuestionAnswering"],
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
    }
    partial = output.with_name(f".{output.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for path in encoder.iterdir():
        if path.is_file() and path.name not in _NOT_COPIED and not path.name.startswith("config_"):
            shutil.copyfile(path, partial / path.name)
    (partial / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    save_file(base | part, partial / WEIGHTS, {"format": "pt"})
    shutil.rmtree(output, ignore_errors=True)
    return partial.rename(output)


def main() -> None:
    """Read the command line and pack or assemble."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.export", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = parser.add_subparsers(dest="command", required=True)
    packing = commands.add_parser("pack", help="write the trained part of a model folder")
    packing.add_argument("--encoder", type=Path, required=True)
    packing.add_argument("--reader", type=Path, required=True)
    packing.add_argument("--output", type=Path, required=True)
    packing.add_argument("--half", action="store_true", help="fp16 instead of int8: twice the size")
    joining = commands.add_parser("assemble", help="write an ordinary model folder")
    joining.add_argument("--encoder", type=Path, required=True)
    joining.add_argument("--packed", type=Path, required=True)
    joining.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    if given.command == "pack":
        size = pack(given.encoder, given.reader, given.output, half=given.half)
        print(f"{given.output}: {size / 1e6:.1f} MB")  # noqa: T201
    else:
        print(assemble(given.encoder, given.packed, given.output))  # noqa: T201


if __name__ == "__main__":
    main()
