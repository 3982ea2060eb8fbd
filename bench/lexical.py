"""Compare ways of splitting Indonesian text into terms, and BM25's two parameters, on a retrieval set.

    python bench/lexical.py FOLDER

FOLDER is in the BEIR layout. What index/lexical.py does is the row "suffixes, function words out". The rows
of Sastrawi come where PySastrawi is installed. It is no dependency, since it gains nothing (400 Indonesian
questions: Success@10 .900 against .912, nDCG@10 .813 against .808) and takes a millisecond for each new word.
"""

from __future__ import annotations

import argparse
import time
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from index import lexical
from index.lexical import LexicalIndex, terms
from index.text import function_words
from rag.evaluation.tasks import MEASURES, BeirCollection, load_collection, retrieval_scores

Split = Callable[[str], list[str]]
STOP = function_words("id") | function_words("en")


def words(text: str) -> list[str]:
    """Lower-case words and figures, and nothing done to them."""
    return lexical.TERM.findall(unicodedata.normalize("NFKC", text).lower())


def snowball_words(text: str) -> list[str]:
    """Words as Snowball stems them, each once and then remembered."""
    return [_snowball(word) for word in words(text)]


@cache
def _stemmer() -> Callable[[str], str]:
    import Stemmer

    stem: Callable[[str], str] = Stemmer.Stemmer("indonesian").stemWord
    return stem


@cache
def _snowball(word: str) -> str:
    return _stemmer()(word) if word.isalpha() and len(word) > 3 else word


@cache
def _sastrawi() -> Callable[[str], str]:
    from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

    # Its own cache evicts words; ours keeps each.
    stem: Callable[[str], str] = StemmerFactory().create_stemmer().delegatedStemmer.stem
    return stem


@cache
def _rooted(word: str) -> str:
    return _sastrawi()(word) if word.isalpha() and len(word) > 3 and word not in STOP else lexical.stem(word)


def sastrawi_words(text: str) -> list[str]:
    """Words as PySastrawi stems them, each once and then remembered."""
    return [_rooted(word) for word in words(text)]


def without(split: Split, stop: frozenset[str]) -> Split:
    """`split` without the terms in `stop`."""
    return lambda text: [term for term in split(text) if term not in stop]


def ways() -> Iterator[tuple[str, Split]]:
    stemmed_stop = STOP | {_snowball(word) for word in STOP}
    yield "words", words
    yield "words, function words out", without(words, STOP)
    yield "suffixes", lambda text: [lexical.stem(word) for word in words(text)]
    yield "suffixes, function words out", terms
    yield "Snowball", snowball_words
    yield "Snowball, function words out", without(snowball_words, stemmed_stop)
    if find_spec("Sastrawi"):
        yield "Sastrawi", sastrawi_words
        yield "Sastrawi, function words out", without(sastrawi_words, STOP)


def ranked(
    collection: BeirCollection,
    documents: list[list[str]],
    split: Split,
    k1: float = lexical.K1,
    b: float = lexical.B,
) -> dict[str, float]:
    lexical.K1, lexical.B = k1, b
    index = LexicalIndex.of_terms(documents)
    keys = list(collection.documents)
    run = {
        query: [(keys[row], score) for row, score in index.search_terms(split(text), 10)]
        for query, text in collection.queries.items()
    }
    return retrieval_scores(run, collection.qrels)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?")
    folder = parser.parse_args().folder
    if folder is None:
        print("skipped: name a retrieval set: python bench/lexical.py FOLDER")
        return
    collection = load_collection(folder)
    print(f"{len(collection.documents)} texts, {len(collection.queries)} queries")
    print("".ljust(34) + "".join(name.rjust(12) for name in MEASURES) + "   seconds to split")
    for name, split in ways():
        begun = time.perf_counter()
        documents = [split(text) for text in collection.documents.values()]
        seconds = time.perf_counter() - begun
        found = ranked(collection, documents, split)
        print(name.ljust(34) + "".join(f"{found[one]:12.3f}" for one in MEASURES) + f"{seconds:19.1f}")
    print("\nnDCG@10 of the terms that are used, k1 down, b across")
    documents = [terms(text) for text in collection.documents.values()]
    choices = (0.3, 0.5, 0.75, 0.9)
    print("".ljust(6) + "".join(f"{b:8.2f}" for b in choices))
    for k1 in (0.6, 0.9, 1.2, 1.5, 2.0):
        row = (ranked(collection, documents, terms, k1=k1, b=b)["ndcg@10"] for b in choices)
        print(f"{k1:<6.1f}" + "".join(f"{value:8.3f}" for value in row))


if __name__ == "__main__":
    main()
