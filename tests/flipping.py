"""Flipping bits of the files of a library: the answers stay, or the damage is named; never a wrong answer.

python tests/flipping.py 300        as many flips, with a count of what came of them
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from crashing import EXTRACTORS, Answers, answers, library_at, prepare

from index.errors import LibraryError, NoIndex


def files_of(home: Path) -> list[Path]:
    """What a library is stored in; the lock holds nothing, and SQLite makes its shared memory anew."""
    skipped = {"writer.lock", "library.sqlite3-shm"}
    return sorted(path for path in home.rglob("*") if path.is_file() and path.name not in skipped)


def flip(path: Path, bit: int) -> None:
    # A file of its own: a segment's files are linked between generations.
    raw = bytearray(path.read_bytes())
    raw[bit // 8] ^= 1 << bit % 8
    path.unlink()
    path.write_bytes(raw)


def outcome(home: Path, before: Answers) -> str:
    """What comes of a flipped bit: "harmless", "mended" by opening, "named" by an error or by verify.

    Raises:
        AssertionError: an answer is another one, or an error names neither what is damaged nor the cure.
    """
    library = library_at(home)
    named = ""
    try:
        try:
            problems = library.verify()
            named = "named" if problems else ""
            assert all("tanya " in line or "tanya:" in line for line in problems), problems
            assert answers(library) == before
            # Nor may it come to be when the index is built from the store.
            library.add([], extractors=EXTRACTORS, completing=lambda *_: None)
            assert answers(library) == before
        except NoIndex:
            # The file says that it is an empty one.
            return "named"
        except LibraryError as error:
            told = str(error)
            if "; " not in told or not (str(home) in told or "article" in told):
                raise AssertionError(f"this names no cure: {told}") from error
            return "named"
        else:
            assert library.verify() == [] or named
            return "mended" if named else "harmless"
    finally:
        library.close()


def flips(count: int, folder: Path, seed: int) -> Counter[str]:
    """Flip a bit of each file in turn; how often what came of it."""
    chance = random.Random(seed)
    base = folder / "base"
    base.mkdir(parents=True)
    prepare(base)
    library = library_at(base / "home")
    before = answers(library)
    library.close()
    names = [path.relative_to(base / "home") for path in files_of(base / "home")]
    assert {"CURRENT", "manifest.json", "arrays", "vectors.faiss", "library.sqlite3"} <= {
        name.name for name in names
    }
    # Half of the flips are of the database, which alone has no copy.
    order = [name for name in names for _ in range(len(names) - 1 if name.name == "library.sqlite3" else 1)]
    found: Counter[str] = Counter()
    for number in range(count):
        name = order[number % len(order)]
        home = folder / f"flip{number}"
        shutil.copytree(base / "home", home)
        bit = chance.randrange(8 * (home / name).stat().st_size)
        flip(home / name, bit)
        try:
            found[f"{name.name}, {outcome(home, before)}"] += 1
        except AssertionError as error:
            raise AssertionError(f"bit {bit} of {name}: {str(error)[:500]}") from error
        shutil.rmtree(home)
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        begun = time.perf_counter()
        seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
        for about, times in sorted(flips(int(sys.argv[1]), Path(made), seed).items()):
            print(f"{times:4}  {about}")
        print(f"{sys.argv[1]} flips, no wrong answer, in {time.perf_counter() - begun:.0f} s")
