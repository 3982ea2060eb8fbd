"""Rows of articles, passages and terms; each function is a part of one transaction.

Terms are digests, so that any word fits and none can be read back.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.chunking import embedded_text
from index.derived import Derived
from index.errors import LibraryError
from index.lexical import LEXICON, terms
from index.models import Article, Passage
from index.postgres.connection import Session
from index.store import Entry

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


ARTICLE = (
    "a.id, a.title, a.text, a.source, a.published, a.url, a.language, a.path, a.sha256, a.author, a.pages"
)

BATCH = 200
"""Articles that are read at once where all are looked at."""


def article_of(row: Any) -> Article:
    """The article in a row that has the columns of `ARTICLE`."""
    return Article(
        id=row["id"], title=row["title"], text=row["text"], source=row["source"], published=row["published"],
        url=row["url"], language=row["language"], path=row["path"], sha256=row["sha256"],
        author=row["author"], pages=tuple(row["pages"] or ()),
    )  # fmt: skip


def model_of(db: Session, name: str, dimension: int | None) -> int:
    """The number of the model `name`; from now on it is served if no other is.

    Its dimension is that of its first vector, and so None as long as there is none.
    """
    known = "SELECT m.number, m.dimension, l.serving FROM models m, library l WHERE m.key = $1"
    row = db.row(known, key_of(name))
    if row is None:
        db.run(
            "INSERT INTO models (key, name, dimension, lexicon) VALUES ($1, $2, $3, $4)",
            key_of(name), name, dimension, LEXICON,
        )  # fmt: skip
        row = db.row(known, key_of(name))
    if row["dimension"] is None and dimension is not None:
        db.run("UPDATE models SET dimension = $2 WHERE number = $1", row["number"], dimension)
    elif dimension not in {None, row["dimension"]}:
        raise LibraryError(
            f"{name} gave vectors of {dimension} dimensions, and of {row['dimension']} before; "
            "set TANYA_EMBEDDER back, or remove every article and index again: tanya articles remove ID"
        )
    if row["serving"] != row["number"]:
        db.run(
            "UPDATE library SET serving = $1 "
            "WHERE serving IS NULL OR NOT EXISTS (SELECT FROM articles WHERE model = serving)",
            row["number"],
        )
    return int(row["number"])


def put_article(
    db: Session,
    article: Article,
    entry: Entry,
    passages: Sequence[tuple[Passage, str]],
    vectors: Mapping[str, NDArray[np.float32]],
) -> int:
    """Add an article, or replace the one of its id; its new number."""
    contents = {content for _, content in passages}
    known = {content: vector for content, vector in vectors.items() if content in contents}
    if lacking := contents - known.keys():
        known |= _stored_vectors(db, lacking, entry.embedder)
    if contents - known.keys():
        raise ValueError(f"article {article.id!r} has passages without a vector")
    model = model_of(db, entry.embedder, len(next(iter(known.values()))) if known else None)
    publisher = publisher_of(article.source)
    ordered = sorted(passages, key=lambda passage: passage[0].start)
    held = [(passage.start, passage.end, content, known[content]) for passage, content in ordered]
    seal = seal_of(article, entry.digest, entry.recipe, held)
    row = db.row(
        "INSERT INTO articles (key, id, title, text, source, publisher, published, url, language, path, "
        "sha256, author, pages, location, digest, recipe, seal, model) VALUES "
        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) RETURNING number, "
        "(SELECT min(number) FROM articles WHERE key = $1) AS former, "
        "ARRAY(SELECT nextval(pg_get_serial_sequence('passages', 'number')) FROM generate_series(1, $19)) "
        "AS passages",
        key_of(article.id), article.id, article.title, article.text, article.source, publisher,
        article.published, article.url, article.language, article.path, article.sha256, article.author,
        list(article.pages) or None, entry.location, entry.digest, entry.recipe, seal, model, len(passages),
    )  # fmt: skip
    if row["former"] is not None:
        _replace(db, row["former"], row["number"], model)
    words = [counted(embedded_text(passage), model) for passage, _ in passages]
    db.copy(
        "passages",
        (
            "number", "article", "model", "start", "stop", "content", "length", "publisher", "published",
            "vector",
        ),
        [
            (
                number, row["number"], model, passage.start, passage.end, content, held.total(), publisher,
                article.published, known[content],
            )
            for number, (passage, content), held in zip(row["passages"], passages, words, strict=True)
        ],
    )  # fmt: skip
    index_terms(db, model, list(zip(row["passages"], words, strict=True)))
    return int(row["number"])


def put_derived(db: Session, number: int, rows: Sequence[Derived]) -> None:
    """Store rows that were derived of an article, of kinds of which it has none."""
    if rows:
        db.copy(
            "derived",
            ("article", "kind", "version", "payload", "seal"),
            [(number, row.kind, row.version, row.payload.decode("ascii"), row.seal) for row in rows],
        )


def derived_of(row: Any) -> Derived:
    """The derived row in a row of its columns; what is not in ASCII was not written so."""
    return Derived(row["kind"], row["version"], row["payload"].encode("ascii", "replace"), row["seal"])


def keep_vectors(db: Session, vectors: Mapping[str, NDArray[np.float32]], embedder: str) -> None:
    """Set vectors aside, by content, until an article that has these passages is put."""
    if not vectors:
        return
    model = model_of(db, embedder, len(next(iter(vectors.values()))))
    db.run("DELETE FROM embeddings WHERE model = $1 AND content = ANY($2)", model, list(vectors))
    db.copy(
        "embeddings",
        ("content", "model", "vector"),
        [(content, model, vector) for content, vector in vectors.items()],
    )


def _replace(db: Session, former: int, number: int, model: int) -> None:
    """Take over from the former row of an article what is still needed, and remove it."""
    # Until every article is embedded by a new model, readers go on with the passages of the one before.
    db.run(
        "UPDATE passages p SET article = new.number, publisher = new.publisher, published = new.published "
        "FROM articles new, articles old WHERE new.number = $2 AND old.number = $1 AND p.article = $1 "
        "AND p.model <> $3 AND (new.sha256, new.title) = (old.sha256, old.title)",
        former, number, model,
    )  # fmt: skip
    # A passage of this run may need a vector that only the former text has.
    db.run(
        "INSERT INTO embeddings SELECT DISTINCT ON (content, model) content, model, vector FROM passages "
        "WHERE article = $1 ON CONFLICT DO NOTHING",
        former,
    )
    drop_articles(db, [former])


def seal_of(
    article: Article, digest: str, recipe: str, passages: Iterable[tuple[int, int, str, NDArray[np.float32]]]
) -> str:
    """What tells whether an article and its passages, in order, are as they were written.

    A passage is its start, end, content and vector. Where the article's file is may change.
    """
    mark = hashlib.blake2b(digest_size=16)
    told = (
        article.id, article.title, article.source, article.published, article.url, article.language,
        article.sha256, article.author, article.pages, digest, recipe,
    )  # fmt: skip
    mark.update(repr(told).encode("utf-8", "surrogatepass"))
    for start, stop, content, vector in passages:
        mark.update(f"{start} {stop} {content} ".encode())
        mark.update(np.ascontiguousarray(vector, "<f4").tobytes())
    return mark.hexdigest()


def drop_articles(db: Session, numbers: Collection[int]) -> None:
    """Remove articles, their passages and what is counted of them."""
    gone = list(numbers)
    drop_passages(
        db, [row["number"] for row in db.rows("SELECT number FROM passages WHERE article = ANY($1)", gone)]
    )
    db.run("DELETE FROM articles WHERE number = ANY($1)", gone)


def drop_passages(db: Session, numbers: Sequence[int]) -> None:
    db.run(
        "UPDATE terms t SET passages = t.passages - gone.passages FROM "
        "(SELECT term, count(*) AS passages FROM postings WHERE passage = ANY($1) GROUP BY term) gone "
        "WHERE t.term = gone.term",
        numbers,
    )
    db.run(
        "DELETE FROM terms WHERE passages <= 0 "
        "AND term IN (SELECT term FROM postings WHERE passage = ANY($1))",
        numbers,
    )
    db.run(
        "UPDATE models m SET passages = m.passages - gone.passages, words = m.words - gone.words FROM "
        "(SELECT model, count(*) AS passages, sum(length) AS words FROM passages "
        "WHERE number = ANY($1) GROUP BY model) gone WHERE m.number = gone.model",
        numbers,
    )
    db.run("DELETE FROM postings WHERE passage = ANY($1)", numbers)
    db.run("DELETE FROM passages WHERE number = ANY($1)", numbers)


def drop_models(db: Session, keep: int | None) -> None:
    """Remove what belongs to every model but one, and the vectors that were set aside."""
    others = [
        row["number"] for row in db.rows("SELECT number FROM models WHERE number IS DISTINCT FROM $1", keep)
    ]
    db.run("DELETE FROM embeddings")
    for number in others:
        db.run(f"DROP INDEX IF EXISTS {near_index(number)}")
    if others:
        for statement in (
            "DELETE FROM postings WHERE passage IN (SELECT number FROM passages WHERE model = ANY($1))",
            "DELETE FROM passages WHERE model = ANY($1)",
            "DELETE FROM terms WHERE model = ANY($1)",
            "UPDATE library SET serving = NULL WHERE serving = ANY($1)",
            "DELETE FROM models WHERE number = ANY($1)",
        ):
            db.run(statement, others)


def index_terms(db: Session, model: int, passages: Sequence[tuple[int, Counter[int]]]) -> None:
    """Add the postings of passages, given with their terms, and count them."""
    rows = [
        (term, number, words.total(), frequency(count))
        for number, words in passages
        for term, count in words.items()
    ]
    db.run(
        "WITH given AS (SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::smallint[]) "
        "AS given (term, passage, length, frequency)), "
        "held AS (INSERT INTO terms (term, model, passages) "
        "SELECT term, $5, count(*) FROM given GROUP BY term ORDER BY term "
        "ON CONFLICT (term) DO UPDATE SET passages = terms.passages + excluded.passages), "
        "more AS (UPDATE models SET passages = passages + $6, words = words + $7 WHERE number = $5) "
        "INSERT INTO postings (term, passage, length, frequency) SELECT * FROM given",
        *(list(column) for column in (zip(*rows, strict=True) if rows else ((), (), (), ()))),
        model, len(passages), sum(words.total() for _, words in passages),
    )  # fmt: skip


def near_index(model: int) -> str:
    """The name of the index by nearness of a model's passages."""
    return f"passages_near_{int(model)}"


def publisher_of(source: str | None) -> str:
    """A source as filters compare it."""
    return key_of((source or "").casefold())


def _stored_vectors(db: Session, contents: Collection[str], embedder: str) -> dict[str, NDArray[np.float32]]:
    rows = db.rows(
        "SELECT content, vector FROM embeddings WHERE content = ANY($1) "
        "AND model = (SELECT number FROM models WHERE key = $2) UNION ALL "
        "(SELECT DISTINCT ON (content) content, vector FROM passages WHERE content = ANY($1) "
        "AND model = (SELECT number FROM models WHERE key = $2))",
        list(contents), key_of(embedder),
    )  # fmt: skip
    return {row["content"]: row["vector"] for row in rows}
