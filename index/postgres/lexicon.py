"""Terms in a database: digests of ours, so that any word fits and none can be read back."""

from __future__ import annotations

import hashlib
from collections import Counter

from index.lexicon import terms

_MOST = 2**15 - 1
_LONGEST_KEY = 300


def counted(text: str, model: int) -> Counter[int]:
    """How often each term is in `text`, by its number for that model."""
    return Counter({number_of(term, model): count for term, count in Counter(terms(text)).items()})


def frequency(count: int) -> int:
    """A count as it is stored; beyond, a score no longer changes."""
    return min(count, _MOST)


def number_of(term: str, model: int) -> int:
    """A term of a model's passages as a number of 64 bits; another model's are other numbers."""
    raw = hashlib.blake2b(f"{model} {term}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(raw, "little", signed=True)


def key_of(*words: str) -> str:
    """Words as a key of an index, which takes no long ones: themselves, or a digest of them."""
    joined = "\t".join(words)
    if len(joined) <= _LONGEST_KEY and len(words) == 1 and not joined.startswith("\t"):
        return joined
    return f"\t{hashlib.sha256(joined.encode()).hexdigest()}"
