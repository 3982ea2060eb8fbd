"""Average a reader before and after a correction of low rank: the correction in part.

    python -m scripts.train.average OUT/reader.adapter.safetensors --second 0.7 --output ADAPTER

The mean of weights along one training often generalises better than its end (Wortsman et al., "Model soups",
2022).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.models import sha256
from rag.reader import ADAPTER_FORMAT, PACKED, unpack
from scripts.train.examples import command


def averaged(before: dict[str, Any], adapter: dict[str, Any], second: float) -> dict[str, Any]:
    """The tensors of an adapter that corrects by the share `second`, 0..1, of what it did.

    Args:
        before: The tensors of the reader, whole.
        adapter: Those of the adapter, as they are packed.
        second: Weight of the reader as it was corrected.
    """
    out = dict(adapter)
    for name, tensor in adapter.items():
        if name.endswith(".up.scale"):
            out[name] = (tensor.astype("float32") * second).astype(tensor.dtype)
        elif name in before:
            out[name] = (1 - second) * before[name] + second * tensor
    return out


def main() -> None:
    """Read the command line, average and write."""
    parser = command(__doc__)
    parser.add_argument("adapter", type=Path)
    parser.add_argument("--reader", type=Path, default=PACKED)
    parser.add_argument("--onto", type=Path, nargs="*", default=[], help="adapters that it goes onto")
    parser.add_argument("--second", type=float, default=0.5, help="weight of the corrected reader, 0..1")
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    from safetensors.numpy import load_file, save_file

    unpack(given.reader, *given.onto, given.adapter)  # they belong together
    out = averaged(unpack(given.reader, *given.onto), load_file(given.adapter), given.second)
    save_file(out, given.output, {"format": ADAPTER_FORMAT, "reader": sha256(given.reader)})
    given.output.chmod(0o644)
    print(f"{given.output}: {given.output.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
