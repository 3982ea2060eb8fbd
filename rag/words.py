"""Words without subject matter, and how the words of a text are told apart, in both languages."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

ENGLISH = frozenset(
    """
    a an the of in on at to for from by with as is are was were be been being am did do does done
    has have had having will would can could shall should may might must i you he she it we they him
    her his hers its their them this that these those there here what which who whom whose when
    where why how much many more most any some all and or not no nor but if then than so about into
    over under between during after before tell me please give us our your my according say says
    said state states stated mention mentioned list name article articles news report reported
    value amount number total year month date period much share percent percentage dollar dollars
    """.split()
)
INDONESIAN = frozenset(
    """
    periode kurun waktu nama namanya persen persentase dolar rupiah
    ada adalah agar akan aku anda antara apa apakah atas atau bagaimana bagi bahwa banyak beberapa
    belum berapa berapakah berikan bisa buat bukan cara dalam dan dapat dari daripada dengan di dia
    dong dulu hal hanya harus ialah ini itu iya jadi jika juga kah kalau kami kamu kan kapan
    kapankah karena kata ke kepada kenapa ketika kita lah lagi lain lalu lebih maka mana masih mau
    melalui memang menjadi mengapa menurut mereka merupakan namun nya oleh orang pada para paling
    per pernah pula pun punya sampai hingga saat saja saya sebagai sebelum sebuah secara sedang
    sejak selama seluruh semua seorang seperti serta sesudah setelah setiap siapa siapakah sih suatu
    sudah tadi tak tanpa telah tentang tersebut tetapi tidak tolong untuk yaitu yakni yang ya
    jelaskan sebutkan artikel berita disebut disebutkan dikatakan apa-apa terkait mengenai soal
    besar besarnya besaran jumlah nilai tahun bulan tanggal
    """.split()
)
STOPWORDS = ENGLISH | INDONESIAN
"""Function words, and those that only say what kind of answer is asked."""

WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


def rarities(rows: Sequence[Sequence[bool]]) -> list[float]:
    """Of each column the logarithm of its inverse frequency among the rows, above 0; empty without rows.

    Args:
        rows: (texts, words), whether each text has each word.
    """
    return [math.log((len(rows) + 1) / (sum(column) + 0.5)) for column in zip(*rows, strict=True)]


def content_words(text: str) -> list[str]:
    """Lower-case words of `text` that carry subject matter, in order, repetitions kept."""
    words = (match.group().lower().strip(".'’") for match in WORD.finditer(text))
    return [word for word in words if word not in STOPWORDS and (len(word) > 1 or word.isdigit())]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of an Indonesian word by Snowball: `dikunjungi` -> `kunjung`."""
    return str(_stemmer().stemWord(word)) if word.isalpha() and len(word) > 3 else word


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("indonesian")
