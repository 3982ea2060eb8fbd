"""Measures how copies of a release are told from other articles.

Pairs among the real articles are printed to be read; recall is of copies made by the edits that sites make;
false groupings are counted among releases of a series, which differ in figures, days and names alone.

    python -m bench.likeness ../shared/data/news/indosum_articles.jsonl.gz
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

from index.dedup import are_copies, bands_of, share, wording_of
from index.models import Article

_SITES = ("Kabar Medan", "Tribun Utara", "detikDaerah.com", "Suara Pesisir", "Antara", "RRI Medan")
_CITIES = ("MEDAN", "Jakarta", "BANDA ACEH", "Surabaya", "Makassar")
_CLOSINGS = (
    "Ikuti berita terbaru {site} di Google News dan saluran WhatsApp kami.",
    "Artikel ini telah tayang di {site} dengan judul berita yang sama.",
    "Penulis: Ratna Sari | Editor: Budi Santoso | Copyright © {site} 2025",
    "Dapatkan informasi lainnya dengan mengunduh aplikasi {site} di ponsel Anda.",
    "(rs/bs)",
)
_MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
_TOWNS = "Medan Binjai Pematangsiantar Tebing Tinggi Sibolga Padangsidimpuan Gunungsitoli Kisaran".split()
_TEAMS = "Persib Persija Arema PSM PSMS Persebaya Borneo Madura Bali Barito".split()
_NAMES = "Hendra Wijaya Siti Rahma Yusuf Lubis Maria Tobing Agus Salim Rina Ginting Dedi Harahap".split()


def main(path: str) -> None:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = [_article(json.loads(line)) for line in file]
    chance = random.Random(1)
    _natural(articles)
    _recall(articles, chance)
    _series(chance)


def _natural(articles: Sequence[Article]) -> None:
    begun = time.perf_counter()
    candidates = _candidates(articles)
    pairs = [(one, other) for one, other in candidates if _are(one, other)]
    told = time.perf_counter() - begun
    print(f"real articles: {len(articles)}, candidates {len(candidates)}, copies {len(pairs)}")
    print(f"{1000 * told / len(articles):.2f} ms an article, everything told")
    for one, other in sorted(candidates, key=lambda pair: -share(*map(wording_of, pair)))[:50]:
        verdict = "COPY" if _are(one, other) else "no"
        print(f"  {verdict} share {share(wording_of(one), wording_of(other)):.2f} {one.id} | {other.id}")


def _recall(articles: Sequence[Article], chance: random.Random) -> None:
    """Copies of 100 releases by each kind of edit, and by all of them at once."""
    long = [one for one in articles if len(one.text) > 600]
    chosen = chance.sample(long, 100)
    found: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for article in chosen:
        for kind in (*_EDITS, "all"):
            text, title = article.text, article.title
            for name in _EDITS if kind == "all" else (kind,):
                text, title = _EDITS[name](text, title, chance)
            copy = _made(f"{article.id}-{kind}", title, text, chance.choice(_SITES), article.published)
            # A candidate by one band at least, and then confirmed.
            is_candidate = set(bands_of(wording_of(article))) & set(bands_of(wording_of(copy)))
            found[kind] += bool(is_candidate) and _are(article, copy)
            together[kind] += 1
    total, all_found = sum(together.values()), sum(found.values())
    print(f"copies made: {total}, told {all_found} ({all_found / total:.3f})")
    print("  " + ", ".join(f"{kind} {found[kind]}/{together[kind]}" for kind in together))


def _series(chance: random.Random) -> None:
    false = pairs = count = 0
    for name, make in _SERIES.items():
        issues = [
            _made(f"{name}-{n}", *make(n, chance), "BPS", date(2025, 1, 1) + timedelta(n)) for n in range(12)
        ]
        count += len(issues)
        wrong = [pair for pair in combinations(issues, 2) if _are(*pair)]
        false += len(wrong)
        pairs += len(issues) * (len(issues) - 1) // 2
        for one, other in wrong:
            print(f"  grouped wrongly: {one.id} {other.id}")
    print(f"series: {count} releases of {len(_SERIES)} templates, {pairs} pairs, grouped wrongly {false}")


def _dateline(text: str, title: str, chance: random.Random) -> tuple[str, str]:
    return f"{chance.choice(_CITIES)}, {chance.choice(_SITES)} – {text}", title


def _headline(text: str, title: str, chance: random.Random) -> tuple[str, str]:
    words = title.split()
    chance.shuffle(words)
    return text, " ".join(["Terungkap,", *words])


def _cut(text: str, title: str, _chance: random.Random) -> tuple[str, str]:
    paragraphs = [part for part in text.split("\n") if part.strip()]
    return ("\n".join(paragraphs[:-1]) if len(paragraphs) > 2 else text), title


def _closing(text: str, title: str, chance: random.Random) -> tuple[str, str]:
    site = chance.choice(_SITES)
    closings = chance.sample(_CLOSINGS, 2)
    return "\n".join([text, *(one.format(site=site) for one in closings)]), title


def _spacing(text: str, title: str, _chance: random.Random) -> tuple[str, str]:
    text = text.replace('"', "”").replace(" ", "  ", 40).replace("\n", "\r\n\r\n").replace("-", "\u2011")
    return text.replace("a", "a\u00ad", 10).replace(" ", "\u00a0", 5), title


def _wrapped(text: str, title: str, _chance: random.Random) -> tuple[str, str]:
    """As it comes out of a PDF: a line break every dozen words."""
    words = text.split(" ")
    return "\n".join(" ".join(words[at : at + 12]) for at in range(0, len(words), 12)), title


def _inserted(text: str, title: str, _chance: random.Random) -> tuple[str, str]:
    paragraphs = text.split("\n")
    link = "Baca juga: Harga Cabai Merah di Pasar Induk Kembali Stabil"
    paragraphs.insert(max(len(paragraphs) // 2, 1), link)
    return "\n".join(paragraphs), title


_EDITS = {
    "dateline": _dateline, "headline": _headline, "cut": _cut, "closing": _closing, "spacing": _spacing,
    "wrapped": _wrapped, "inserted": _inserted,
}  # fmt: skip


def _inflation(number: int, chance: random.Random) -> tuple[str, str]:
    month, rate, index = _MONTHS[number], chance.uniform(0.1, 4), chance.uniform(103, 110)
    return f"Inflasi {month} {rate:.2f} Persen".replace(".", ","), (
        f"Badan Pusat Statistik mencatat inflasi tahunan pada {month} 2025 sebesar {rate:.2f} persen dengan "
        f"Indeks Harga Konsumen {index:.2f}. Penyumbang utama inflasi adalah kelompok makanan, minuman dan "
        f"tembakau dengan andil {rate / 3:.2f} persen. Komoditas yang dominan adalah beras, cabai merah dan "
        "ikan segar. Inflasi dihitung dari perubahan harga barang dan jasa yang dikonsumsi rumah tangga di "
        "delapan kabupaten dan kota. Pemerintah provinsi bersama tim pengendalian inflasi daerah terus "
        "menjaga "
        "ketersediaan pasokan dan kelancaran distribusi.\nKepala BPS menyampaikan rilis itu di kantornya. "
        "Data lengkap dapat diunduh pada laman resmi lembaga tersebut.\n"
    ).replace(".0", ",0")


def _match(_number: int, chance: random.Random) -> tuple[str, str]:
    home, away = chance.sample(_TEAMS, 2)
    goals, scorer = (chance.randint(0, 5), chance.randint(0, 4)), chance.choice(_NAMES)
    return f"{home} Lawan {away}", (
        f"Pertandingan Liga 1 antara {home} dan {away} berakhir dengan skor {goals[0]}-{goals[1]} di hadapan "
        f"ribuan penonton. Gol dicetak oleh {scorer} pada menit ke-{chance.randint(1, 90)} setelah "
        "menerima umpan "
        "silang dari sisi kiri lapangan. Pelatih menyatakan puas dengan penampilan anak asuhnya. Kedua tim "
        "tampil menyerang sejak peluit pertama dibunyikan dan sama-sama mendapat banyak peluang. Wasit "
        "memberikan beberapa kartu kuning sepanjang pertandingan.\nPertandingan berikutnya akan digelar "
        "pekan "
        "depan. Tiket dapat dibeli melalui aplikasi resmi klub.\n"
    )


def _weather(number: int, _chance: random.Random) -> tuple[str, str]:
    day = date(2025, 1, 1) + timedelta(number)
    return "Prakiraan Cuaca Hari Ini", (
        f"BMKG memprakirakan cuaca di Sumatera Utara pada {day.day} {_MONTHS[day.month - 1]} 2025 "
        "berawan dengan "
        "hujan ringan hingga sedang di wilayah pantai barat. Angin bertiup dari barat daya. Masyarakat "
        "diimbau waspada terhadap potensi banjir dan tanah longsor di daerah rawan. Nelayan diminta "
        "memperhatikan tinggi gelombang sebelum melaut. Informasi cuaca terbaru dapat dilihat pada aplikasi "
        "resmi badan tersebut yang diperbarui setiap tiga jam.\n"
    )


def _opening(number: int, _chance: random.Random) -> tuple[str, str]:
    town, name = _TOWNS[number % len(_TOWNS)], _NAMES[number % len(_NAMES)]
    return f"Musrenbang {town} Dibuka", (
        f"Wakil gubernur membuka musyawarah perencanaan pembangunan di {town} yang dihadiri para camat, "
        "lurah "
        f"dan tokoh masyarakat. Kegiatan itu dipimpin oleh {name} selaku ketua panitia. Musyawarah membahas "
        "usulan pembangunan jalan, sekolah dan layanan kesehatan yang akan dibiayai dari anggaran daerah. "
        "Peserta dibagi ke dalam beberapa kelompok untuk menyusun daftar prioritas. Hasilnya akan dibawa ke "
        f"tingkat provinsi untuk dibahas bersama dinas terkait.\nSebanyak {100 + 7 * number} usulan "
        "telah masuk.\n"
    )


def _named(number: int, _chance: random.Random) -> tuple[str, str]:
    """Releases that differ in a name alone."""
    pairs = list(combinations(_NAMES, 2))
    name = " ".join(pairs[number])
    return "Pelantikan Kepala Dinas", (
        f"Gubernur melantik {name} sebagai kepala dinas dalam upacara di aula kantor gubernur. "
        "Pelantikan dihadiri "
        "oleh para pejabat daerah dan keluarga. Dalam sambutannya gubernur meminta pejabat yang baru "
        "dilantik "
        "untuk segera bekerja dan menyesuaikan diri. Ia menekankan pentingnya pelayanan yang cepat dan ramah "
        "kepada masyarakat. Upacara ditutup dengan doa bersama dan pemberian ucapan selamat.\n"
    )


_SERIES = {
    "inflation": _inflation,
    "match": _match,
    "weather": _weather,
    "opening": _opening,
    "named": _named,
}


def _candidates(articles: Sequence[Article]) -> list[tuple[Article, Article]]:
    by_band: dict[int, list[Article]] = defaultdict(list)
    for article in articles:
        for band in bands_of(wording_of(article)):
            by_band[band].append(article)
    return sorted(set(_pairs(by_band)), key=lambda pair: (pair[0].id, pair[1].id))


def _pairs(by_band: dict[int, list[Article]]) -> Iterator[tuple[Article, Article]]:
    for together in by_band.values():
        yield from combinations(together, 2)


def _are(one: Article, other: Article) -> bool:
    return are_copies(wording_of(one), wording_of(other))


def _article(record: dict[str, str]) -> Article:
    day = date.fromisoformat(record["date"]) if record["date"] else None
    return _made(record["id"], record["title"], record["body"], record["source"], day)


def _made(identifier: str, title: str, text: str, source: str, day: date | None) -> Article:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(identifier, title, text, source, day, None, "id", f"{identifier}.txt", digest)


if __name__ == "__main__":
    main(*map(str, map(Path, sys.argv[1:2])))
