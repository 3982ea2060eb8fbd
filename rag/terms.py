"""Offices and institutions that Indonesian press names, and what they are called in English.

A table of terms, not a dictionary: it holds only names with one accepted equivalent. Names of countries,
languages, months and weekdays come from CLDR (`rag.writing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from rag.alternatives import one_of
from rag.figures import Language

Sort = Literal["office", "region", "body", "government", "prefix", "fixed"]

_FIELDS = """
Perdagangan = Trade; Keuangan = Finance; Luar Negeri = Foreign Affairs; Dalam Negeri = Home Affairs
Kesehatan = Health; Pendidikan = Education; Pendidikan dan Kebudayaan = Education and Culture
Kebudayaan = Culture; Kebudayaan dan Pariwisata = Culture and Tourism; Pertanian = Agriculture
Perindustrian = Industry; Perindustrian dan Perdagangan = Industry and Trade; Pertahanan = Defence|Defense
Perhubungan = Transportation|Transport; Pariwisata = Tourism; Ekonomi Kreatif = Creative Economy
Pariwisata dan Ekonomi Kreatif = Tourism and Creative Economy; Sosial = Social Affairs
Agama = Religious Affairs; Hukum = Law; Hukum dan Hak Asasi Manusia = Law and Human Rights
Hukum dan HAM = Law and Human Rights; Ketenagakerjaan = Manpower; Tenaga Kerja = Manpower
Energi dan Sumber Daya Mineral = Energy and Mineral Resources; ESDM = Energy and Mineral Resources
Kelautan dan Perikanan = Marine Affairs and Fisheries; Perikanan = Fisheries; Perkebunan = Plantations
Peternakan = Livestock; Ketahanan Pangan = Food Security; Kehutanan = Forestry
Komunikasi dan Informatika = Communication and Informatics
Komunikasi dan Digital = Communication and Digital Affairs
Lingkungan Hidup = Environment; Lingkungan Hidup dan Kehutanan = Environment and Forestry
Pekerjaan Umum = Public Works; Pekerjaan Umum dan Perumahan Rakyat = Public Works and Housing
Pemuda dan Olahraga = Youth and Sports; Badan Usaha Milik Negara = State-Owned Enterprises
BUMN = State-Owned Enterprises; Investasi = Investment; Koperasi dan UKM = Cooperatives and SMEs
Pendidikan Dasar dan Menengah = Primary and Secondary Education
Pendidikan Tinggi, Sains, dan Teknologi = Higher Education, Science and Technology
Pemberdayaan Perempuan dan Perlindungan Anak = Women's Empowerment and Child Protection
Kependudukan dan Pencatatan Sipil = Population and Civil Registration
"""

# What is made of a field, "F": Indonesian, then English; a further form after a bar.
_OF_FIELDS: list[tuple[Sort, str, str]] = [
    ("office", "Menteri F", "Minister of F|F Minister|Minister for F"),
    ("office", "Wakil Menteri F", "Deputy Minister of F|Deputy F Minister|Vice Minister of F"),
    ("body", "Kementerian F", "Ministry of F|F Ministry"),
    ("body", "Dinas F", "F Agency"),
    ("office", "Kepala Dinas F", "Head of the F Agency"),
]

_OFFICES = """
Gubernur = Governor; Wakil Gubernur|Wagub = Deputy Governor|Vice Governor; Presiden = President
Wakil Presiden|Wapres = Vice President; Perdana Menteri = Prime Minister; Duta Besar|Dubes = Ambassador
Konsul Jenderal|Konjen = Consul General|Consul-General|Consuls General; Konsul = Consul
Sekretaris Daerah|Sekda = Regional Secretary; Sekretaris Jenderal|Sekjen = Secretary General|Secretary-General
Direktur Jenderal|Dirjen = Director General|Director-General; Direktur Utama|Dirut = President Director
Jaksa Agung = Attorney General; Panglima TNI = TNI Commander
Kepala Polri|Kapolri = Chief of the National Police
Juru Bicara|Jubir = Spokesperson|Spokesman|Spokeswoman; Rektor = Rector
Menteri Perdagangan|Mendag = Minister of Trade|Trade Minister
Menteri Keuangan|Menkeu = Minister of Finance|Finance Minister
Menteri Luar Negeri|Menlu = Minister of Foreign Affairs|Foreign Minister
Menteri Dalam Negeri|Mendagri = Minister of Home Affairs|Home Minister
Menteri Kesehatan|Menkes = Minister of Health|Health Minister
Menteri Pertanian|Mentan = Minister of Agriculture|Agriculture Minister
Menteri Perhubungan|Menhub = Minister of Transportation|Transportation Minister
Kepala Dinas Pendidikan|Kadisdik = Head of the Education Agency
Kepala Dinas Kesehatan|Kadinkes = Head of the Health Agency
"""

# Offices whose region is mostly a city or a regency, which only its name tells from a person's.
_REGIONAL = """
Bupati = Regent; Wakil Bupati|Wabup = Deputy Regent|Vice Regent; Wali Kota|Walikota|Walkot = Mayor
Wakil Wali Kota|Wakil Walikota = Deputy Mayor|Vice Mayor; Camat = Subdistrict Head
Kepala Desa|Kades = Village Head; Lurah = Urban Village Head
"""

_BODIES = """
Badan Pusat Statistik|BPS = Statistics Indonesia
Dewan Perwakilan Rakyat Daerah|DPRD = Regional House of Representatives|Regional Legislative Council
Dewan Perwakilan Rakyat|DPR = House of Representatives
Majelis Permusyawaratan Rakyat|MPR = People's Consultative Assembly
Badan Meteorologi, Klimatologi, dan Geofisika|Badan Meteorologi Klimatologi dan Geofisika|BMKG
 = Meteorology, Climatology and Geophysics Agency|Meteorology, Climatology, and Geophysics Agency
Badan Nasional Penanggulangan Bencana|BNPB
 = National Disaster Management Agency|National Disaster Mitigation Agency
Badan Penanggulangan Bencana Daerah|BPBD
 = Regional Disaster Management Agency|Regional Disaster Mitigation Agency
Komisi Pemberantasan Korupsi|KPK = Corruption Eradication Commission
Komisi Pemilihan Umum|KPU = General Elections Commission
Badan Pengawas Pemilihan Umum|Badan Pengawas Pemilu|Bawaslu
 = Elections Supervisory Agency|Election Supervisory Agency
Otoritas Jasa Keuangan|OJK = Financial Services Authority
Badan Pengawas Obat dan Makanan|BPOM = Food and Drug Authority|Food and Drug Supervisory Agency
Badan Pemeriksa Keuangan|BPK = Audit Board|Supreme Audit Agency
Badan Narkotika Nasional|BNN = National Narcotics Agency
Badan Perencanaan Pembangunan Nasional|Bappenas = National Development Planning Agency
Badan Pangan Nasional|Bapanas = National Food Agency
Badan Koordinasi Penanaman Modal|BKPM = Investment Coordinating Board
Badan Kepegawaian Negara|BKN = National Civil Service Agency
Mahkamah Konstitusi|MK = Constitutional Court; Mahkamah Agung = Supreme Court
Kejaksaan Agung|Kejagung = Attorney General's Office
Kepolisian Negara Republik Indonesia|Polri = Indonesian National Police
Tentara Nasional Indonesia|TNI = Indonesian National Armed Forces|Indonesian Military
Kamar Dagang dan Industri|Kadin = Chamber of Commerce and Industry
Kementerian Perdagangan|Kemendag = Ministry of Trade; Kementerian Keuangan|Kemenkeu = Ministry of Finance
Kementerian Luar Negeri|Kemlu = Ministry of Foreign Affairs|Foreign Ministry
Kementerian Dalam Negeri|Kemendagri = Ministry of Home Affairs
Kementerian Kesehatan|Kemenkes = Ministry of Health; Kementerian Pertanian|Kementan = Ministry of Agriculture
"""

_GOVERNMENTS = """
Pemerintah Provinsi|Pemprov = Provincial Government|Provincial Administration
Pemerintah Kabupaten|Pemkab = Regency Government|Regency Administration
Pemerintah Kota|Pemkot = City Government|City Administration
Pemerintah Daerah|Pemda = Regional Government|Regional Administration
"""

_PREFIXES = (
    "Pelaksana Tugas|Plt = Acting; Penjabat|Pj = Acting; Pelaksana Harian|Plh = Acting; Mantan = Former"
)
_FIXED = """
Kantor Gubernur = Governor's Office; Kantor Bupati = Regent's Office; Pemerintah Pusat = Central Government
Kedutaan Besar|Kedubes = Embassy; Konsulat Jenderal = Consulate General
"""
_OPENS = (
    "Wakil|Menteri|Gubernur|Bupati|Wali|Kepala|Ketua|Presiden|Kementerian|Dinas|Badan|Komisi|Sekretaris"
    "|Minister|Governor|Mayor|Regent|Ministry|President|Deputy|Head|Secretary"
)
"""Words after "dan" that open another office or institution."""


@dataclass(frozen=True, slots=True)
class Term:
    """One name in both languages.

    Attributes:
        sort: "office" stands before whose it is and before a name, "region" is an office of a city or
            regency, "government" follows its place in English, "prefix" stands before an office.
        indonesian: Its forms, the full one first.
        english: Its forms, the one that is written first.
    """

    sort: Sort
    indonesian: tuple[str, ...]
    english: tuple[str, ...]

    @property
    def short(self) -> str | None:
        """The abbreviation that stands behind the full name in parentheses."""
        last = self.indonesian[-1]
        is_known_by_it = " " not in last and not last.startswith("Kem")
        return last if self.sort == "body" and is_known_by_it else None

    def write(self, language: Language) -> str:
        """The full name, an institution's with its abbreviation: `Statistics Indonesia (BPS)`."""
        name = self.indonesian[0] if language == "id" else self.english[0]
        return f"{name} ({self.short})" if self.short else name


@dataclass(frozen=True, slots=True)
class Found:
    """The characters `start:end` of a text that name a term, an abbreviation in parentheses with them."""

    start: int
    end: int
    term: Term


def find_terms(text: str, source: Language) -> list[Found]:
    """Every term of `text`, which is in `source`, in order, not overlapping; the longest wins.

    English terms need their capitals; Indonesian ones may lack them, but for abbreviations.
    """
    pattern, terms = _table(source)
    found = []
    for match in pattern.finditer(text):
        name = match["name"]
        term = terms.get(name) or terms.get(name.lower())
        if term is None or (source == "en" and name[0].islower()):
            continue
        if term.sort == "body" and name[0].islower():
            continue  # "dinas kesehatan" in general is no institution's name
        found.append(Found(match.start(), match.end(), term))
    return found


@cache
def _table(source: Language) -> tuple[re.Pattern[str], dict[str, Term]]:
    terms: dict[str, Term] = {}
    for term in _terms():
        for form in term.indonesian if source == "id" else term.english:
            terms.setdefault(form, term)
            if " " in form or form.title() == form:
                terms.setdefault(form.lower(), term)
                terms.setdefault(form.capitalize(), term)
    shorts = {form for term in _terms() for form in term.indonesian if " " not in form}
    listed, held = (one_of(forms, space=" ") for forms in (terms, shorts))
    # "Menteri Perdagangan dan Investasi" is another office than "Menteri Perdagangan".
    more = rf"(?!\s+(?:dan|and|&)\s+(?!(?:{_OPENS}|[A-Z]{{2,}})\b)[A-Z])"
    return re.compile(rf"(?<![\w-])(?P<name>{listed})(?![\w-])(?:\s*\((?:{held})\))?{more}"), terms


@cache
def _terms() -> tuple[Term, ...]:
    sorts: list[tuple[Sort, str]] = [
        ("office", _OFFICES), ("region", _REGIONAL), ("body", _BODIES), ("government", _GOVERNMENTS),
        ("prefix", _PREFIXES), ("fixed", _FIXED),
    ]  # fmt: skip
    terms = [Term(sort, *pair) for sort, table in sorts for pair in _rows(table)]
    for (field, *_), others in _rows(_FIELDS):
        for sort, indonesian, english in _OF_FIELDS:
            forms = [form.replace("F", other) for form in english.split("|") for other in others]
            terms.append(Term(sort, (indonesian.replace("F", field),), tuple(forms)))
    return tuple(terms)


def _rows(table: str) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for row in table.replace("\n =", " =").replace("\n", ";").split(";"):
        indonesian, _, english = row.partition("=")
        if english:
            yield (
                tuple(f.strip() for f in indonesian.split("|")),
                tuple(f.strip() for f in english.split("|")),
            )
