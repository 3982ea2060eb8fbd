"""Average the weights of two readers that were trained one after the other.

    python -m scripts.train.average FIRST.safetensors SECOND.safetensors --second 0.6 --output OUT.safetensors

The mean of weights along one training often generalises better than its end (Wortsman et al., "Model soups",
2022).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index import Settings
from rag.reader import unpack
from scripts.train.encoder import prepare
from scripts.train.examples import command
from scripts.train.train import ENCODER, pack


def main() -> None:
    """Read the command line, average and write."""
    parser = command(__doc__)
    parser.add_argument("first", type=Path)
    parser.add_argument("second_file", type=Path, metavar="second")
    parser.add_argument("--second", type=float, default=0.5, help="weight of the second, 0..1")
    parser.add_argument("--output", type=Path, required=True)
    given = parser.parse_args()
    from safetensors.numpy import load_file

    encoder = prepare(Settings.load().cache)
    untrained = load_file(encoder / ENCODER)
    one, other = unpack(given.first), unpack(given.second_file)
    mean = {}
    for name in sorted(one.keys() | other.keys()):
        # What only one of both has trained is in the other as the encoder has it.
        sides = [
            side[name] if name in side else untrained[name.removeprefix("bert.")] for side in (one, other)
        ]
        first, second = (np.asarray(side, dtype=np.float32) for side in sides)
        mean[name] = (1 - given.second) * first + given.second * second
    print(f"{given.output}: {pack(encoder, mean, given.output) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
