"""Abbreviations of the press and what they stand for: the common ones and those an article explains."""

from __future__ import annotations

import re
from collections.abc import Mapping

COMMON: dict[str, str] = {
    "al": "angkatan laut", "apbd": "anggaran pendapatan dan belanja daerah",
    "apbn": "anggaran pendapatan dan belanja negara", "asn": "aparatur sipil negara",
    "bapanas": "badan pangan nasional", "bappenas": "badan perencanaan pembangunan nasional",
    "bawaslu": "badan pengawas pemilihan umum", "bbm": "bahan bakar minyak", "bi": "bank indonesia",
    "bkn": "badan kepegawaian negara", "bmkg": "badan meteorologi klimatologi dan geofisika",
    "bnn": "badan narkotika nasional", "bnpb": "badan nasional penanggulangan bencana",
    "bpbd": "badan penanggulangan bencana daerah", "bpk": "badan pemeriksa keuangan",
    "bps": "badan pusat statistik", "bumd": "badan usaha milik daerah", "bumn": "badan usaha milik negara",
    "dinkes": "dinas kesehatan", "disdik": "dinas pendidikan", "dpr": "dewan perwakilan rakyat",
    "dprd": "dewan perwakilan rakyat daerah", "dubes": "duta besar", "kadin": "kamar dagang dan industri",
    "kades": "kepala desa", "kadis": "kepala dinas", "kapolda": "kepala polda", "kapolres": "kepala polres",
    "kapolri": "kepala polri", "kedubes": "kedutaan besar", "kemenkes": "kementerian kesehatan",
    "kemenkeu": "kementerian keuangan", "kemlu": "kementerian luar negeri",
    "kemendag": "kementerian perdagangan", "kemendagri": "kementerian dalam negeri",
    "konjen": "konsul jenderal", "kpk": "komisi pemberantasan korupsi", "kpu": "komisi pemilihan umum",
    "lsm": "lembaga swadaya masyarakat", "ma": "mahkamah agung", "menkes": "menteri kesehatan",
    "menkeu": "menteri keuangan", "menlu": "menteri luar negeri", "mendag": "menteri perdagangan",
    "mendagri": "menteri dalam negeri", "mk": "mahkamah konstitusi", "mou": "nota kesepahaman",
    "mpr": "majelis permusyawaratan rakyat", "ojk": "otoritas jasa keuangan",
    "ott": "operasi tangkap tangan", "pad": "pendapatan asli daerah", "pdb": "produk domestik bruto",
    "pdrb": "produk domestik regional bruto", "pemda": "pemerintah daerah",
    "pemkab": "pemerintah kabupaten", "pemkot": "pemerintah kota", "pemprov": "pemerintah provinsi",
    "pilgub": "pemilihan gubernur", "pilkada": "pemilihan kepala daerah", "pilpres": "pemilihan presiden",
    "plt": "pelaksana tugas", "plh": "pelaksana harian", "pmi": "pekerja migran indonesia",
    "pns": "pegawai negeri sipil", "polri": "kepolisian negara republik indonesia", "rs": "rumah sakit",
    "rsud": "rumah sakit umum daerah", "sdm": "sumber daya manusia", "sekda": "sekretaris daerah",
    "sekjen": "sekretaris jenderal", "tki": "tenaga kerja indonesia", "tni": "tentara nasional indonesia",
    "tpid": "tim pengendalian inflasi daerah", "ump": "upah minimum provinsi",
    "umkm": "usaha mikro kecil menengah", "wagub": "wakil gubernur", "wamen": "wakil menteri",
    "wapres": "wakil presiden", "walkot": "wali kota", "wna": "warga negara asing",
    "wni": "warga negara indonesia",
}  # fmt: skip
"""Abbreviations that Indonesian papers use without explaining them, lower-case, with their full forms."""

_EXPLAINED = re.compile(
    # A word is begun at its first letter only: from each letter of a long one, the time would be its square.
    r"(?<![\w'’-])((?:[A-Z][\w'’-]*\s+(?:(?:dan|atas|untuk|of|and|the|for)\s+)?){1,7})\(([A-Z][\w-]{1,12}(?:\s[A-Z][\w-]{1,12})?)\)"
)


def explained(text: str) -> dict[str, str]:
    """Abbreviations that `text` explains, `Badan Pusat Statistik (BPS)`, lower-case with their full forms."""
    found = {}
    for match in _EXPLAINED.finditer(text):
        full, short = match.group(1).split(), match.group(2)
        for length in range(1, len(full) + 1):
            tail = full[-length:]
            if _abbreviates(short, tail):
                found[short.lower()] = " ".join(tail).lower()
                break
    return found


def other_forms(text: str, aliases: Mapping[str, str]) -> str:
    """The full forms of abbreviations in `text` and the abbreviations of its full forms, as words."""
    words = " ".join(re.findall(r"[^\W_]+", text.lower()))
    lowered = f" {words} "
    forms = []
    for short, full in aliases.items():
        if f" {short} " in lowered:
            forms.append(full)
        elif f" {full} " in lowered:
            forms.append(short)
    return " ".join(forms)


def _abbreviates(short: str, words: list[str]) -> bool:
    """Whether the letters of `short` come in order from all of `words`, each giving its first letter."""
    letters = short.lower().replace(" ", "")
    for word in words:
        if word.lower() in {"dan", "atas", "untuk", "of", "and", "the", "for"}:
            continue
        if not letters or letters[0] != word[0].lower():
            return False
        taken = 1
        while taken < len(letters) and letters[: taken + 1] == word[: taken + 1].lower():
            taken += 1
        letters = letters[taken:] if len(words) > 1 else ""
    return not letters
