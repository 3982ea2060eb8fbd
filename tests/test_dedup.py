"""Copies of a release are told from one another's next of a series."""

import hashlib
from datetime import date, timedelta

import pytest

from index.dedup import BANDS, are_copies, bands_of, carries, groups, precedence, share, wording_of
from index.models import Article

BODY = """\
Pemerintah Provinsi Sumatera Utara meresmikan tiga puskesmas pembantu di Kabupaten Karo pada Selasa \
(22/7/2025). Peresmian itu dipimpin oleh Gubernur Sumut Bobby Nasution dan dihadiri para kepala desa.

Menurut gubernur, pembangunan puskesmas menelan biaya Rp4,5 miliar dari anggaran daerah. "Warga tidak perlu \
lagi menempuh jarak jauh untuk berobat," katanya.

Setiap puskesmas dilengkapi dua dokter, lima perawat, dan sebuah ambulans yang siaga sepanjang hari.

Warga Desa Tiga Panah menyambut baik fasilitas itu karena selama ini mereka harus pergi ke Kabanjahe.
"""


def article(identifier: str, text: str, title: str = "Puskesmas Karo", **about: object) -> Article:
    digest = hashlib.sha256(text.encode()).hexdigest()
    known = {"source": None, "published": None, "url": None, "language": "id", "path": "x.txt"} | about
    return Article(identifier, title, text, sha256=digest, **known)  # type: ignore[arg-type]


def copies(one: str, other: str) -> bool:
    mine, theirs = wording_of(article("a", one)), wording_of(article("b", other))
    told = are_copies(mine, theirs)
    assert told is are_copies(theirs, mine)
    return told


def are_found(one: str, other: str) -> bool:
    bands = [set(bands_of(wording_of(article(name, text)))) for name, text in (("a", one), ("b", other))]
    return bool(bands[0] & bands[1])


@pytest.mark.parametrize(
    "copy",
    [
        f"Bobby Nasution Buka 3 Puskesmas\n\n{BODY}",
        f"MEDAN, Kabar Utara, 23 Juli 2025 – {BODY}",
        f"Karo (ANTARA) - {BODY}",
        BODY.rsplit("\n\n", 1)[0],
        BODY
        + "\nIkuti berita Tribun Utara di Google News dan saluran WhatsApp kami.\nEditor: Budi Santoso\n",
        BODY + "\nArtikel ini kerja sama kami dengan kantor berita setempat, seluruh isi milik redaksi.\n",
        BODY.replace("\n\n", "\n\nBaca juga: Harga Cabai di Karo Stabil\n\n", 1),
        BODY.replace(" ", "\u00a0", 9).replace("\n", "\r\n").replace('"', "”").replace("a", "a\u00ad", 5),
        "\n".join(" ".join(BODY.split()[at : at + 9]) for at in range(0, len(BODY.split()), 9)),
        BODY.replace("katanya", "ujarnya").replace("menempuh jarak jauh", "pergi jauh"),
        BODY.replace("Gubernur Sumut Bobby", "Gubernur Sumatera Utara Bobby"),
        BODY.replace("Rp4,5 miliar", "Rp 4.5 miliar"),
    ],
)
def test_what_sites_change_leaves_a_copy_a_copy(copy: str) -> None:
    assert are_found(BODY, copy)
    assert copies(BODY, copy)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("Rp4,5 miliar", "Rp5,4 miliar"),
        ("(22/7/2025)", "(29/7/2025)"),
        ("Selasa", "Kamis"),
        ("tiga puskesmas", "empat puskesmas"),
        ("Kabupaten Karo", "Kabupaten Dairi"),
        ("Bobby Nasution", "Edy Rahmayadi"),
        ("tidak perlu lagi", "perlu lagi"),
    ],
)
def test_another_figure_day_or_name_makes_it_another_article(was: str, becomes: str) -> None:
    assert was in BODY
    other = BODY.replace(was, becomes)
    assert share(wording_of(article("a", BODY)), wording_of(article("b", other))) > 0.6
    assert not copies(BODY, other)


MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus")


def test_the_releases_of_a_series_are_not_copies() -> None:
    issues = [
        f"Badan Pusat Statistik mencatat inflasi {month} 2025 sebesar {rate},{rate + 1} persen. Komoditas "
        "yang dominan adalah beras, cabai merah dan ikan segar. Pemerintah bersama tim pengendalian inflasi "
        "daerah terus menjaga ketersediaan pasokan dan kelancaran distribusi di delapan kabupaten dan kota.\n"
        for rate, month in enumerate(MONTHS, 1)
    ]
    assert not any(copies(one, other) for one in issues for other in issues if one != other)


def test_what_goes_up_does_not_go_down() -> None:
    base = "Harga beras di pasar induk {} pada pekan ini menurut dinas perdagangan. " + BODY
    assert not copies(base.format("naik"), base.format("turun"))


def test_a_short_notice_is_a_copy_only_of_itself() -> None:
    assert copies("Kantor tutup hari Senin.", "Kantor  tutup hari Senin")
    assert not copies("Kantor tutup hari Senin.", "Kantor tutup hari Senin karena libur nasional tahun baru.")


def test_articles_about_other_things_share_nothing() -> None:
    other = "Pelatih wushu dari Guangdong tiba di Medan untuk melatih atlet muda selama sebulan penuh."
    assert share(wording_of(article("a", BODY)), wording_of(article("b", other))) == 0
    assert not are_found(BODY, other)


def test_bands_are_the_same_on_every_machine() -> None:
    assert len(bands_of(wording_of(article("a", BODY)))) == BANDS
    known = "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh"
    assert bands_of(wording_of(article("a", known)))[:2] == [-8857050862146056364, -4636217376294890728]
    assert bands_of(wording_of(article("a", "…"))) == []


def test_no_two_of_a_group_are_at_odds() -> None:
    # b is a copy of a and of c, which are none of one another's.
    pairs = {"a": {"b"}, "b": {"a", "c"}, "c": {"b", "d"}, "d": {"c"}}
    assert groups("abcd", pairs) == [["a", "b"], ["c", "d"]]
    assert groups("dcba", pairs) == [["d", "c"], ["b", "a"]]
    assert groups("ab", {}) == []


def test_the_article_that_was_published_first_goes_before_the_others() -> None:
    day = date(2025, 7, 22)
    late = article("a", BODY, published=day + timedelta(1))
    early, undated = article("z", BODY, published=day), article("b", BODY)
    assert sorted([undated, late, early], key=precedence) == [early, late, undated]


def test_an_article_carries_a_quotation_whatever_stands_between_its_words() -> None:
    spaced = article("a", BODY.replace(" ", "\n"))
    assert carries(spaced, "Setiap puskesmas dilengkapi dua dokter")
    assert not carries(spaced, "Setiap puskesmas dilengkapi tiga dokter")
    assert not carries(spaced, "…")
