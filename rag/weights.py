"""Fitted weights: where they are read from, and the chances that are made of weighed features.

What `scripts/train` fits lies as JSON beside the module that decides by it: weights by the names of features.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, float]

STEEPEST = 30.0
"""Log-odds are cut at this, up and down, beyond which a chance is 0 or 1."""


@cache
def read(path: Path, *names: str) -> Any:
    """What a file of weights has under these names, one within the other; all of it without any."""
    found = json.loads(path.read_text(encoding="utf-8"))
    for name in names:
        found = found[name]
    return found


@cache
def weights_of(features: tuple[str, ...], path: Path, *names: str) -> Weights:
    """The weights of features that a file has under these names.

    Raises:
        ValueError: it lacks one of them, or has one of another feature.
    """
    weights: Weights = read(path, *names)
    if other := weights.keys() ^ set(features):
        raise ValueError(f"{path} was fitted for other features ({', '.join(sorted(other))}); fit it again")
    return weights


def weighed(values: Mapping[str, float], weights: Weights) -> float:
    """The sum of features by their names, each weighed; one without a weight counts nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in values.items())


def logistic(log_odds: float) -> float:
    """The probability of these log-odds, 0..1."""
    return 1 / (1 + math.exp(-max(-STEEPEST, min(STEEPEST, log_odds))))


def log_odds(chance: float) -> float:
    """The logarithm of the odds of a chance, 0..1, that is at least a thousandth from both ends."""
    return math.log(max(chance, 1e-3) / (1 - min(chance, 1 - 1e-3)))


def softmax(sums: NDArray[Any]) -> NDArray[Any]:
    """The probability of each of some sums, of which one is right, as many and of the same type."""
    raised = np.exp(sums - sums.max(initial=-np.inf))
    chances: NDArray[Any] = raised / raised.sum()
    return chances


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression by which something is decided.

    Attributes:
        weights: Of each feature.
        threshold: Least probability from which it is so, 0..1.
    """

    weights: Weights
    threshold: float

    @classmethod
    def read(cls, features: tuple[str, ...], path: Path, *names: str) -> Logistic:
        """That of a file's `weights` and `threshold`, under these names; see `weights_of`."""
        return cls(weights_of(features, path, *names, "weights"), read(path, *names, "threshold"))

    def probability(self, values: Mapping[str, float]) -> float:
        """Of features by their names, 0..1."""
        return logistic(weighed(values, self.weights))
