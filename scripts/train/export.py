"""Pack the trained part of a reader, small enough to ship.

python -m scripts.train.export --state OUT/state.pt --output rag/reader.safetensors
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import Settings, weights
from rag.reader_model import FORMAT, fingerprint, quantised

WEIGHTS = "model.safetensors"


def trained_part(encoder: dict[str, Any], model: dict[str, Any]) -> dict[str, NDArray[np.float32]]:
    """The tensors of a model that its encoder, whose names lack `bert.`, has otherwise or not at all."""
    out = {}
    for name, tensor in model.items():
        before = encoder.get(name.removeprefix("bert."))
        if before is None or not np.array_equal(before, tensor):
            out[name] = np.asarray(tensor, dtype=np.float32)
    return out


def pack(encoder: Path, model: dict[str, Any], output: Path) -> int:
    """Write what training changed; the file's size in bytes.

    Args:
        encoder: Folder of the encoder that was trained on.
        model: All tensors of the trained model, or those that were trained.
        output: The file.
    """
    from safetensors.numpy import load_file, save_file

    packed: dict[str, Any] = {}
    for name, tensor in trained_part(load_file(encoder / WEIGHTS), model).items():
        if tensor.ndim != 2 or name.startswith("head."):
            packed[name] = tensor
        else:
            packed[name], packed[f"{name}.scale"] = quantised(tensor)
    output.parent.mkdir(parents=True, exist_ok=True)
    save_file(packed, output, {"format": FORMAT, "encoder": fingerprint(encoder / WEIGHTS)})
    return output.stat().st_size


def main() -> None:
    """Read the command line and pack."""
    import torch

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    state = torch.load(given.state, weights_only=True, map_location="cpu")["model"]
    size = pack(
        weights.prepare(Settings.load().cache),
        {name: one.numpy() for name, one in state.items()},
        given.output,
    )
    print(f"{given.output}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
