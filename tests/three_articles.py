"""Three articles in files, how they are found, and a double of another model: for tests of libraries."""

from __future__ import annotations

from pathlib import Path

from embedder_double import HashingEmbedder

from index.library import Library

BODY = "Pemerintah Provinsi Sumatera Utara memperkuat hubungan dengan enam negara sahabat."


class Named(HashingEmbedder):
    """The double under another name, as another model would be."""

    def __init__(self, name: str, dimension: int = 32) -> None:
        super().__init__(dimension)
        self.name = name


def write_articles(folder: Path) -> Path:
    """Make `folder` with ekspor (Kompas, 22 July 2025), lobster and wushu."""
    folder.mkdir()
    (folder / "ekspor.txt").write_text(
        f"Ekspor Sumut Naik\n\nMEDAN, Kompas, 22 Juli 2025 – Nilai ekspor Sumut naik 22,67 persen. {BODY}\n"
    )
    (folder / "lobster.md").write_text(
        "---\ntitle: Lobster Sulut\n---\nLobster dikirim ke Jepang tahun ini.\n"
    )
    (folder / "wushu.txt").write_text("Pelatih Wushu Datang\n\nPelatih wushu dari Guangdong tiba di Medan.\n")
    return folder


def found(library: Library, query: str) -> list[str]:
    """The article of the best passage by words, and of the best by meaning."""
    index = library.open()
    vector = library.embedder.encode([query], "query")[0]
    rows = [*index.lexical(query, 1), *index.dense(vector, 1)]
    return [index.passage(row).article_id for row, _ in rows]
