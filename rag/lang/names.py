"""Names in the news: countries, provinces, abbreviations, and the names in a sentence.

Countries come from CLDR: `Tiongkok`, `RRT`, `China` and `Chinese` are one place; `Sumut` is North Sumatra
and `Sulut` is not. Abbreviations are the common ones of the press and those that an article explains.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from index import Article, Hit
from index.text import sentences
from rag.lang.dates import Moment, dated, find_moments
from rag.lang.numbers import Figure, Language, find_figures, one_of
from rag.lang.words import content_words, stem

PROVINCES: dict[str, tuple[str, tuple[str, ...]]] = {
    # ISO 3166-2: (English name, other names and abbreviations), facts of geography
    "ID-AC": ("Aceh", ("Nanggroe Aceh Darussalam", "NAD")),
    "ID-BA": ("Bali", ()),
    "ID-BB": ("Bangka Belitung Islands", ("Kepulauan Bangka Belitung", "Bangka Belitung", "Babel")),
    "ID-BE": ("Bengkulu", ()),
    "ID-BT": ("Banten", ()),
    "ID-GO": ("Gorontalo", ()),
    "ID-JA": ("Jambi", ()),
    "ID-JB": ("West Java", ("Jawa Barat", "Jabar")),
    "ID-JI": ("East Java", ("Jawa Timur", "Jatim")),
    "ID-JK": ("Jakarta", ("DKI Jakarta", "DKI", "DKJ")),
    "ID-JT": ("Central Java", ("Jawa Tengah", "Jateng")),
    "ID-KB": ("West Kalimantan", ("Kalimantan Barat", "Kalbar")),
    "ID-KI": ("East Kalimantan", ("Kalimantan Timur", "Kaltim")),
    "ID-KR": ("Riau Islands", ("Kepulauan Riau", "Kepri")),
    "ID-KS": ("South Kalimantan", ("Kalimantan Selatan", "Kalsel")),
    "ID-KT": ("Central Kalimantan", ("Kalimantan Tengah", "Kalteng")),
    "ID-KU": ("North Kalimantan", ("Kalimantan Utara", "Kaltara")),
    "ID-LA": ("Lampung", ()),
    "ID-MA": ("Maluku", ("Moluccas",)),
    "ID-MU": ("North Maluku", ("Maluku Utara", "Malut")),
    "ID-NB": ("West Nusa Tenggara", ("Nusa Tenggara Barat", "NTB")),
    "ID-NT": ("East Nusa Tenggara", ("Nusa Tenggara Timur", "NTT")),
    "ID-PA": ("Papua", ()),
    "ID-PB": ("West Papua", ("Papua Barat",)),
    "ID-PD": ("Southwest Papua", ("Papua Barat Daya",)),
    "ID-PE": ("Highland Papua", ("Papua Pegunungan",)),
    "ID-PS": ("South Papua", ("Papua Selatan",)),
    "ID-PT": ("Central Papua", ("Papua Tengah",)),
    "ID-RI": ("Riau", ()),
    "ID-SA": ("North Sulawesi", ("Sulawesi Utara", "Sulut")),
    "ID-SB": ("West Sumatra", ("Sumatera Barat", "Sumatra Barat", "Sumbar", "West Sumatera")),
    "ID-SG": ("Southeast Sulawesi", ("Sulawesi Tenggara", "Sultra")),
    "ID-SN": ("South Sulawesi", ("Sulawesi Selatan", "Sulsel")),
    "ID-SR": ("West Sulawesi", ("Sulawesi Barat", "Sulbar")),
    "ID-SS": ("South Sumatra", ("Sumatera Selatan", "Sumatra Selatan", "Sumsel", "South Sumatera")),
    "ID-ST": ("Central Sulawesi", ("Sulawesi Tengah", "Sulteng")),
    "ID-SU": ("North Sumatra", ("Sumatera Utara", "Sumatra Utara", "Sumut", "North Sumatera")),
    "ID-YO": ("Yogyakarta", ("Daerah Istimewa Yogyakarta", "DI Yogyakarta", "DIY", "Jogja", "Jogjakarta")),
}

OTHER_NAMES: dict[str, tuple[str, ...]] = {
    # ISO 3166-1: names in the press beside those of CLDR, with the English adjective
    "AE": ("UEA", "UAE", "Emirati"),
    "AU": ("Australian", "Negeri Kanguru"),
    "BN": ("Brunei", "Bruneian"),
    "CN": ("RRT", "RRC", "Cina", "China", "Chinese", "Republik Rakyat Tiongkok", "Republik Rakyat China",
           "People's Republic of China", "PRC"),
    "DE": ("German",),
    "EG": ("Egyptian",),
    "FR": ("French", "Perancis"),
    "GB": ("Inggris", "UK", "U.K.", "Britain", "Great Britain", "British", "Britania Raya"),
    "IN": ("Indian",),
    "IQ": ("Iraqi", "Irak"),
    "IR": ("Iranian",),
    "IT": ("Italian", "Itali"),
    "JP": ("Japanese", "Negeri Sakura"),
    "KH": ("Cambodian", "Kamboja"),
    "KP": ("Korut", "North Korean"),
    "KR": ("Korsel", "South Korean"),
    "MM": ("Myanmar", "Burma"),
    "MY": ("Malaysian", "Negeri Jiran"),
    "NL": ("Belanda", "Dutch", "Holland"),
    "NZ": ("Selandia Baru",),
    "PH": ("Filipina", "Philippine", "Filipino"),
    "PS": ("Palestina", "Palestine", "Palestinian"),
    "RU": ("Russian",),
    "SA": ("Saudi", "Arab Saudi", "Saudi Arabian"),
    "SG": ("Singaporean",),
    "SY": ("Syrian", "Suriah"),
    "TH": ("Thai",),
    "TL": ("Timor Leste",),
    "TR": ("Turki", "Turkish", "Turkey"),
    "TW": ("Taiwanese",),
    "US": ("AS", "US", "U.S.", "USA", "Amerika", "America", "American", "Negeri Paman Sam"),
    "VN": ("Vietnamese",),
}  # fmt: skip
_NOT_NAMES = {"Man", "Ai", "Chad", "Jersey", "Georgia", "Mali", "Guinea", "Niger", "Oman"}
"""Words that are more often something else than the country; they count only with a capital."""
_SHORT = 4


@dataclass(frozen=True, slots=True)
class Place:
    """The characters `start:end` of a text and the ISO 3166 code of the place they name."""

    start: int
    end: int
    code: str


@cache
def _names() -> dict[str, str]:
    """Every name, as written, to its code."""
    from babel import Locale

    names: dict[str, str] = {}
    for locale in ("id", "en"):
        for code, name in Locale(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"ZZ", "EU", "EZ", "UN", "XA", "XB", "ID"}:
                names[re.sub(r"\s*\(.*\)", "", name)] = code
    for code, others in OTHER_NAMES.items():
        names.update(dict.fromkeys(others, code))
    for code, (english, others) in PROVINCES.items():
        names.update(dict.fromkeys((english, *others), code))
    return names


@cache
def _folded() -> dict[str, str]:
    return {name.casefold(): code for name, code in _names().items()}


@cache
def _pattern() -> re.Pattern[str]:
    words = one_of(name.lower() for name in _names())
    return re.compile(rf"(?<![\w-]){words}(?![\w-])", re.IGNORECASE)


def find_places(text: str) -> list[Place]:
    """Every country and province that `text` names, in order.

    Names of up to four letters need their capitals (`AS`, `US`), so do names that are common words; the
    others are found however they are written, since questions are typed in haste.
    """
    found = []
    for match in _pattern().finditer(text):
        written = re.sub(r"\s+", " ", match.group())
        code = _names().get(written)
        if code is None and (len(written) > _SHORT or _is_abbreviation(written)):
            code = None if written.title() in _NOT_NAMES else _folded().get(written.casefold())
        if code:
            found.append(Place(match.start(), match.end(), code))
    return found


def english_name(code: str) -> str:
    """The English name of a place by its ISO 3166 code."""
    from babel import Locale

    return PROVINCES[code][0] if code in PROVINCES else str(Locale("en").territories[code])


def _is_abbreviation(written: str) -> bool:
    """Whether these letters, in any case, abbreviate a province in the press: `ntb`, but not `as` or `us`."""
    return any(written.casefold() == other.casefold() for _, others in PROVINCES.values() for other in others)


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


Span = tuple[int, int]


@dataclass(frozen=True)
class Sentence:
    """The characters `start:end` of an article, and what stands in them."""

    article: Article
    start: int
    end: int
    hit: Hit

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def written_in(self) -> Language:
        return "en" if self.article.language == "en" else "id"

    @cached_property
    def stems(self) -> frozenset[str]:
        return stems_of(self.text) | stems_of(other_forms(self.text, self.surroundings.aliases))

    @cached_property
    def places(self) -> list[Place]:
        return find_places(self.text)

    @cached_property
    def moments(self) -> list[Moment]:
        return [
            dated(moment, self.article.published)
            for moment in find_moments(self.text, self.article.published)
        ]

    @cached_property
    def before(self) -> str:
        """The sentence before it in its passage, which "Nilai itu" speaks of; empty where it is the first."""
        earlier = self.article.text[self.hit.passage.start : self.start]
        spans = sentences(earlier)
        return earlier[slice(*spans[-1])] if spans else ""

    @cached_property
    def moments_before(self) -> list[Moment]:
        found = find_moments(self.before, self.article.published)
        return [dated(moment, self.article.published) for moment in found]

    @cached_property
    def figures(self) -> list[Figure]:
        days = [(moment.start, moment.end) for moment in self.moments]
        return [
            figure
            for figure in find_figures(self.text, self.written_in)
            if not any(figure.start < end and start < figure.end for start, end in days)
        ]

    @cached_property
    def surroundings(self) -> Surroundings:
        return _surroundings(self.article)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the whole article names: a sentence need not repeat it."""

    aliases: Mapping[str, str]
    stems: frozenset[str]


@lru_cache(maxsize=4096)
def stems_of(text: str) -> frozenset[str]:
    found: set[str] = set()
    for word in content_words(text):
        found.update((word, stem(word)))
        if "-" in word or "'" in word:
            found.update(stem(part) for part in re.split(r"[-'’]", word))
    return frozenset(found)


@lru_cache(maxsize=256)
def _surroundings(article: Article) -> Surroundings:
    text = f"{article.title}\n{article.text}"
    aliases = COMMON | explained(text)
    return Surroundings(
        aliases=aliases,
        stems=stems_of(text) | stems_of(other_forms(text, aliases)),
    )
