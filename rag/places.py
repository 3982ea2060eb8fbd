"""Places that the news names: countries, from CLDR, and the provinces of Indonesia, in both languages.

`Tiongkok`, `RRT`, `China` and `Chinese` are one place; `Sumut` is North Sumatra and `Sulut` is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rag.alternatives import one_of

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
