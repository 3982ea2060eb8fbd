"""Conversation: what a question is about, and whether it leans on the one before; with the words for both."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.lang.dates import find_moments
from rag.lang.names import find_places
from rag.lang.words import STOPWORDS, WORD, content_words, indonesian, language_of, stem
from rag.query import written_in

_ALIKE = (
    r"(?:kalau|kalo|klo|bagaimana\s+(?:halnya\s+)?(?:dengan|kalau|jika)|(?:gimana|gmn|bgmn)\s+(?:dengan|dgn|kalau|kalo)"
    r"|(?:berapa|siapa|kapan|apa|di\s?mana)\s+(?:kalau|kalo)"
    r"|sedangkan|sementara|adapun|(?:what|how)\s+(?:about|of)|as\s+for)"
)
_LINK = (
    r"(?:dan|lalu|terus|trus|trs|nah|oke?|okay|oh|ya|baik|kemudian|lantas|tapi|tetapi"
    r"|and|then|so|but|also|well|now)"
)
OPENING = re.compile(
    rf"^\W*(?:(?P<alike>(?:{_LINK}\b[\s,]*){{0,2}}{_ALIKE})|{_LINK}(?:[\s,]+{_LINK})?)\b(?!-)[\s,:]*",
    re.IGNORECASE,
)
"""How a question links itself to the last; `alike` where it asks the same of something else."""

ASK = re.compile(
    r"\b(?:(?:ber)?apa(?:kah|kan)?|brp|siapa\w*|kapan\w*|kpn|(?:(?:di|ke|dari)\s?)?mana\w*|dmn|mengapa|kenapa|knp"
    r"|bagaimana\w*|gimana|gmn|seberapa|sebutkan|jelaskan|ceritakan|benarkah|adakah|sudahkah|bisakah"
    r"|what|which|who|whom|whose|when|where|why|how|tell|explain|describe|list)\b"
    r"|^\W*(?:is|are|was|were|did|does|do|has|have|had|will|can|could|would)\b",
    re.IGNORECASE,
)
AUXILIARY = r"(?:is|are|was|were|did|does|do|has|have|had|will|can|could|would|should)"

FILLERS = frozenset(
    """
    sebelumnya since until
    saja aja sih dong ya yah kah itu tepatnya persisnya tadi lagi exactly precisely else then people
    persons orang jiwa kira-kira kali many much often long
    """.split()
)
"""Beside an asking word they leave it as bare as it was."""

WHOLE = frozenset(
    """
    hanya punya tanya bertanya hampanya biasanya sebenarnya akhirnya khususnya umumnya misalnya rupanya
    tampaknya nampaknya kelihatannya sepertinya agaknya kiranya sekiranya pastinya tentunya seharusnya
    semestinya sebaiknya sebelumnya sesudahnya selanjutnya berikutnya seterusnya setidaknya sedikitnya
    sekurangnya paling-paling sepenuhnya seluruhnya sebagainya adanya mulanya awalnya dulunya
    kebanyakannya artinya maknanya bukannya lazimnya idealnya singkatnya tepatnya persisnya kabarnya
    konon terutamanya diantaranya antaranya secepatnya selamanya selengkapnya kenya minya canya hanyalah
    satu-satunya
    """.split()
)
"""They end in -nya and point at nothing."""

PERSONAL = frozenset(
    """
    nama namanya jabatan usia umur profesi pekerjaan istri suami anak gelar pesan pernyataan pendapat
    tanggapan komentar harapan imbauan pandangan alamat latar minat menurut kata ujar tutur katanya
    pengalaman karier karir kampung almamater pendidikan
    """.split()
)
"""What somebody has: with -nya it points at a person where one was named."""

OF_PLACES = frozenset(
    """
    kota wilayah
    gubernur bupati walikota wakil ibukota ibu penduduk luas populasi presiden perdana raja julukan apbd
    pemerintah pemprov sekda
    """.split()
)
"""What a place has: with -nya it points at a place where one was named."""

TITLES = frozenset(
    """
    gubernur bupati walikota presiden wapres menteri menko menlu menkeu mendag menkes wamen sekretaris
    sekda sekjen kepala kadis ketua direktur dirut dirjen konjen konsul duta dubes kapolri kapolda
    kapolres kapolsek panglima pangdam dandim rektor dekan pelatih kapten peliput wartawan juru jubir
    camat lurah raja ratu paus ceo cfo komisaris hakim jaksa ustaz habib bendahara governor regent mayor
    president minister secretary chairman chairwoman chairperson chair head director consul ambassador
    spokesman spokeswoman spokesperson coach captain chief rector dean commander king queen pope prince
    premier envoy
    """.split()
)
_WITH_TITLES = """
    plt pj plh wakil mantan eks bapak pak ibu bu calon penjabat wali acting deputy vice former prime
    interim newly provincial regional foreign finance trade defense defence
    """
BEFORE_TITLES = frozenset(_WITH_TITLES.split())
WITHIN_TITLES = frozenset(
    """
    jenderal general besar utama kota negara daerah provinsi kabupaten luar negeri dalam keuangan
    perdagangan pertahanan pendidikan kesehatan agama sosial pertanian perhubungan pariwisata bicara
    dinas badan biro umum harian perdana investasi energi tenaga kerja kehutanan hukum timnas of for the
    and staf eksekutif executive affairs foreign finance trade defense health education city state
    council office agency board
    """.split()
)
"""Lower-case words that a title goes on with: `kepala dinas pendidikan`, `head of the health office`."""

ORGANISATIONS = frozenset(
    """
    pt cv ud bank universitas institut kota kabupaten kab kantor dinas badan kementerian komisi dewan
    pemprov pemkot pemkab polda polres pemerintah group tbk partai stadion bandara pelabuhan gedung
    hotel jalan rumah museum university ministry office company party airport stadium government team
    tim klub fc liga festival konser piala cup league open games championship championships masters
    final award awards grand prix series tour race asian sea
    """.split()
)
"""A capitalised name with one of them is nobody's."""

EVENTS = frozenset(
    """
    pertemuan audiensi rapat kunjungan lawatan sidang upacara perundingan dialog forum konferensi
    pameran festival lomba turnamen pertandingan konser acara kegiatan peresmian pelantikan
    penandatanganan diskusi seminar lokakarya peluncuran kongres kecelakaan kebakaran gempa banjir
    longsor ledakan penangkapan razia meeting visit talks event conference hearing audience concert
    match summit ceremony discussion exhibition inauguration signing tournament accident fire earthquake
    flood explosion arrest launch
    """.split()
)
ANY_EVENT = frozenset(
    """
    pertemuan kunjungan acara kegiatan kejadian peristiwa insiden bencana musibah agenda event meeting
    visit incident disaster occasion gathering
    """.split()
)
"""Words that may call back an event that was named by another."""

PLACE_NOUNS = frozenset("provinsi negara daerah kota wilayah province country region city area".split())

MEASURES = frozenset(
    """
    ekspor impor harga produksi penjualan volume stok kebutuhan konsumsi luas target anggaran
    perdagangan jumlah nilai total korban investasi inflasi pendapatan belanja tarif permintaan pasokan
    kenaikan penurunan pertumbuhan kontribusi porsi pangsa surplus defisit realisasi kapasitas populasi
    penduduk kunjungan value exports export imports import price prices production sales stock
    consumption budget trade number amount share percentage investment inflation revenue spending tariff
    demand supply increase decrease growth contribution victims worth
    """.split()
)
"""Nouns that count something: what follows them is counted, and another may take its place."""

SOFT_MEASURES = frozenset("nilai jumlah total value amount number share percentage worth volume".split())
"""Measures of any measure: `nilai ekspor` counts as `ekspor`."""

MATES = (
    (("ekspor",), ("impor",), ("exports", "export"), ("imports", "import")),
    (("mengekspor",), ("mengimpor",), ("exported",), ("imported",)),
    (("surplus",), ("defisit",), ("surplus",), ("deficit",)),
    (("produksi",), ("konsumsi",), ("production",), ("consumption",)),
    (("kenaikan",), ("penurunan",), ("increase",), ("decrease",)),
    (("tertinggi",), ("terendah",), ("highest",), ("lowest",)),
    (("terbesar",), ("terkecil",), ("largest", "biggest"), ("smallest",)),
    (("pendapatan",), ("belanja",), ("revenue",), ("spending",)),
    (("pembeli",), ("penjual",), ("buyer",), ("seller",)),
    (("tewas",), ("luka", "luka-luka"), ("killed", "dead"), ("injured", "wounded")),
    (("laki-laki", "pria"), ("perempuan", "wanita"), ("men", "male"), ("women", "female")),
)  # fmt: skip
"""Words that take each other's place: one and the other, in Indonesian and then in English."""

_RELATIONAL = """
    bantuan hadiah pidato sambutan izin sanksi gratis kali people
    agenda tujuan hasil alasan penyebab sebab dampak lokasi tempat waktu jadwal tema topik isi detail
    rincian lanjut lengkap korban peserta pelaku tamu undangan pembicara narasumber penyelenggara
    panitia pemenang juara pemimpin anggota pihak perusahaan lembaga instansi anggaran biaya dana
    kerugian target realisasi kenaikan penurunan pertumbuhan porsi kontribusi total rata-rata tertinggi
    terendah terbesar terkecil utama unggulan komoditas produk sektor bidang skema program rencana
    langkah strategi kebijakan solusi kesepakatan perjanjian bentuk manfaat kendala tantangan tanggapan
    pernyataan komentar harapan pesan tersangka saksi luka luka-luka meninggal hilang selamat jabatan
    usia umur asal profesi sumber data peringkat posisi skor motif modus barang bukti kronologi
    persiapan acara kegiatan pertemuan rapat kunjungan audiensi provinsi negara daerah mahal murah besar
    parah penting rusak terlibat jiwa rumah warga bangunan kendaraan naik turun hadir ikut tewas menang
    kalah mulai selesai datang tiba pergi lahir wafat setuju tumbuh jatuh mundur masuk keluar main
    tanding lama sekarang kini nanti sama saja purpose result results outcome reason cause impact
    location venue place time schedule theme topic details victims participants guests speakers
    organiser organizer winner leader members parties company agency budget cost fund losses increase
    decrease growth rise share contribution average top commodity commodities product products sector
    sectors field fields scheme schemes programme plan plans step steps strategy agreement form benefit
    benefits obstacle challenge response statement comment hope message suspect witness injured position
    age profession source rank score event meeting visit attendees next attend attended grow grew rose
    fall fell win won lose lost die died happen happened held hold begin began start started end ended
    go went come came say said sign signed agree agreed discuss discussed take took involved involve
    further more part expensive cheap damaged affected killed wounded missing homes houses
    """
RELATIONAL = frozenset(_RELATIONAL.split()) | TITLES | EVENTS | ANY_EVENT
"""What is asked of a topic: a question with no other words has its topic elsewhere."""

_NOUNS_LIKE_VERBS = """
    mebel mekanik mekanisme menara mentega melon memori metana mentimun terong terasi terpal terapi terumbu
    diabetes difteri diare dinosaurus berkat bersih merpati melati merica memo memoar
    menteri menko menlu menkeu mendag menkes berita medali merek media medan mesin mental menu metode
    meja meter megawatt merah mentah menit medis mei berat besar beras berkas berlian berani bersih
    beton bersama berbagai teror teras terigu ternak terminal terang teratas terbaru terbesar terkecil
    tertinggi terendah terbaik terakhir terbanyak tersebut terkait terhadap terutama dinas digital
    diplomat diplomatik direktur direksi dirut dirjen dinding dialog diskusi disiplin distribusi diskon
    dividen dialek diesel dinamika members member message method metal meeting meetings meant discussion
    discussions disaster different difference direct direction district districts distribution terms
    territory terminals dismissal dinner merdeka meski melalui mereka menurut menjelang dia diri dini
    dingin dibanding dimana
    """
_NO_VERBS = frozenset(_NOUNS_LIKE_VERBS.split())
_VERB = re.compile(r"(?:me|di|ber|ter)[a-z]{4,}|bekerja|belajar")
_PLAIN_VERBS = frozenset(
    """
    naik turun hadir ikut tewas menang kalah mulai datang tiba pergi lahir wafat setuju tumbuh jatuh
    akan telah sudah sedang adalah ialah merupakan bisa dapat ingin mau minta tertarik met meet held
    took takes take place said says rose fell grew won lost sent went came began is was were are will
    has have had did does visited attended signed recorded gained
    """.split()
)
ORGANISED_BY = frozenset(
    """
    direktur dirut ceo ketua rektor kepala pelatih kapten
    director chairman head coach captain rector
    """.split()
)
"""Titles that name what is led: another name after them is another of those, not another person."""

BASE_VERBS = frozenset(
    """
    visit meet attend discuss sign hold make take send receive export import sell buy build open close
    launch announce win lose lead join host give get reach record earn spend plan want agree start begin
    end move produce ship ask offer propose approve reject arrest find leave arrive come go return
    travel play perform release publish invest pay cut raise grow rise fall increase decrease provide
    support help develop
    """.split()
)
"""English verbs as they stand after `did`."""


def is_verb(word: str) -> bool:
    """Whether a word looks like a verb: Indonesian by its prefix, English by a short list and by -ed."""
    if word != word.lower() or word in _NO_VERBS:
        return False
    plain = word.removesuffix("nya")
    if plain in _PLAIN_VERBS or (_VERB.fullmatch(plain) and not indonesian(word)):
        return True
    return (
        len(word) > 5
        and word.endswith("ed")
        and not word.endswith("eed")
        and word not in {"united", "skilled", "indeed", "hundred"}
    )


CITIES = frozenset(
    """
    ambon balikpapan banda bandung banjarbaru banjarmasin banyuwangi batam batu baubau bekasi bengkulu
    bima binjai bitung blitar bogor bontang brebes bukittinggi cianjur cilacap cilegon cimahi cirebon
    cikarang denpasar depok dumai garut gresik jayapura jember jombang karawang kediri kendari klaten
    kudus kupang langsa lhokseumawe lubuklinggau madiun magelang makassar malang mamuju manado manokwari
    mataram medan metro mojokerto nabire padang pagaralam palangkaraya palembang palopo palu
    pangkalpinang parepare pasuruan payakumbuh pekalongan pekanbaru pematangsiantar pontianak prabumulih
    probolinggo purwakarta purwokerto sabang salatiga samarinda semarang serang sibolga sidoarjo
    singkawang solo solok sorong subang sukabumi sumedang surabaya surakarta tangerang tanjungpinang
    tanjungbalai tarakan tasikmalaya tegal ternate tomohon tuban yogyakarta nusantara
    """.split()
)
"""Cities and large regencies of Indonesia of one word, facts of geography; a name after `Kota` is one too."""


Kind = Literal["quantity", "time", "person", "place", "reason", "manner", "yesno", "thing"]

_KINDS: list[tuple[Kind, str]] = [
    # The first that matches wins. Time before quantity: "tanggal berapa" asks for a date.
    (
        "time",
        r"\b(?:kapan(?:kah)?|(?:tanggal|tgl|tahun|bulan|pukul|jam)\s+(?:berapa|apa)(?:kah)?|hari\s+apa(?:kah)?"
        r"|when|what\s+(?:date|day|year|month|time)|which\s+(?:day|year|month|date))\b",
    ),
    (
        "reason",
        r"\b(?:mengapa|kenapa|apa\s+(?:sebab|alasan|penyebab|latar\s+belakang)\w*|why|what\s+(?:caused?|reasons?))\b",
    ),
    (
        "quantity",
        r"\b(?:berapa(?:kah)?|seberapa|brp|how\s+(?:much|many|large|big|high|far|long|often)"
        r"|(?:what|which)\s+(?:percentage|percent|share|amount|number|value|total|proportion|price|figure|salary|wages?|fee)"
        r"|what(?:\s+(?:is|was|were|are)|['’]s)\s+(?:(?!(?:reasons?|names?|causes?|purpose|effect|impact)\b)[\w'’-]+\s+){1,5}"
        r"(?:value|amount|number|total|percentage|share|size|price|cost|worth|budget|population|volume|rate|figure))\b",
    ),
    (
        "place",
        r"\b(?:di\s*mana(?:kah)?|ke\s*mana(?:kah)?|dari\s*mana(?:kah)?"
        r"|(?:negara|kota|provinsi|daerah|kabupaten|tempat|lokasi|desa|pulau)\s+(?:mana|apa)\b"
        r"|where|(?:which|what)\s+(?:countr\w+|cit\w+|provinces?|places?|regions?|towns?|venue|location))\b",
    ),
    ("person", r"\b(?:siapa(?:kah)?|who|whom|whose|(?:which|what)\s+(?:person|official|minister))\b"),
    (
        "person",
        r"\b(?:name\s+of\s+the\s+(?:\w+\s+){0,2}|nama\s+(?:\w+\s+){0,1})(?:coach|trainer|reporter|journalist|governor|mayor"
        r"|minister|secretary|director|consul|ambassador|pelatih|wartawan|gubernur|bupati|menteri|direktur|sekda)\b",
    ),
    ("manner", r"\b(?:bagaimana(?:kah)?|gimana|how)\b"),
    (
        "yesno",
        r"^\W*(?:apakah|benarkah|adakah|sudahkah|bisakah|is|are|was|were|did|do|does|has|have|had|can|could|will|would)\b",
    ),
    (
        "quantity",
        r"^\W*(?:nilai|jumlah|total|besaran|persentase|anggaran|harga|kenaikan|the\s+)?\s*"
        r"(?:nilai|jumlah|total|besaran|persentase|anggaran|harga|value|amount|number|percentage)\b",
    ),
]  # fmt: skip


def kind_of(text: str) -> Kind:
    """The kind of answer that a question asks for by its asking words."""
    lowered = text.lower()
    return next((kind for kind, pattern in _KINDS if re.search(pattern, lowered)), "thing")


Span = tuple[int, int]

_WHO = re.compile(
    r"^\W*(?:siapa(?:kah)?(?:\s+(?:nama|itu|sebenarnya|sosok))*|who(?:\s+(?:is|was|are|were)|'s)"
    r"|(?:what|apa)\s+(?:is\s+the\s+name\s+of|nama))\s+(?!yang\b|saja\b|that\b)(?P<who>[^?]+)",
    re.IGNORECASE,
)
_WH = (
    r"(?:siapa|apa|berapa|brp|kapan|(?:di|ke|dari)\s?mana|dmn|mengapa|kenapa|bagaimana|gimana|seberapa)"
    r"(?:kah|kan)?"
)
_WH_FIRST = re.compile(
    rf"^\W*(?:tolong\s+)?(?:{_WH}|sebutkan|jelaskan)(?:\s+(?:saja(?:kah)?|sih|nama(?:-nama)?|itu|persen|banyak|besar|lama"
    r"|orang|kali|tinggi|jauh|luas)\b)*\s+(?=\S)",
    re.IGNORECASE,
)
_NOUN_WH = re.compile(
    r"^\W*(?P<prep>(?:di|ke|dari|lewat|melalui|dengan|pada|untuk|oleh|dalam)\s+)?(?P<noun>[^\W\d]+(?:\s+[^\W\d]+)?)\s+"
    r"(?:apa|mana|siapa|berapa)(?:kah)?(?:\s+saja)?\s+(?P<rest>\S.*)",
    re.IGNORECASE,
)
_WH_LATER = re.compile(
    rf"\s+(?:(?:di|ke|dari|pada|lewat|dengan|untuk|sebagai|sejak)\s+)?(?:(?:bidang|tahun|tanggal|bulan|sektor|hari|daerah)\s+)?"
    rf"(?:{_WH}|mana)(?:\s+(?:saja|persen|orang|banyak|kali))*(?!\w)",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"^\W*(?:(?:by|with|to|from|in|at|on|through|for|of)\s+)?(?P<wh>what|which|who|whom|whose|when|where|why|how)\b"
    r"(?:\s+(?P<grade>much|many|large|big|high|far|long|often|old))?\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_LIGHT = re.compile(
    r"\s+(?:(?:yang\s+)?(?:terjadi|berlangsung|digelar|dilaksanakan|diadakan|diselenggarakan|dimulai)"
    r"|(?:be\s+)?held|take\s+place|happen(?:ed)?|begin|start)$",
    re.IGNORECASE,
)
"""Verbs that only say that an event is one."""
_VALUE_OF = re.compile(
    r"^(?:the\s+)?(?:total\s+|overall\s+)?(?:value|amount|number|share|percentage|size|level|name)s?\s+of\s+",
    re.I,
)
_NAME_LEAD = re.compile(
    r"\b(?:di|ke|dari|pada|saat|selama|in|at|from|on|during|kota|kabupaten|kab)\W+$", re.IGNORECASE
)
_CAPITAL = re.compile(r"[A-Z][\w'’-]*$")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about, and whether that reads as a noun phrase."""

    text: str
    nominal: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """The characters `start:end` of a text that name a place, and of which rank it is."""

    start: int
    end: int
    rank: str


def language(text: str) -> str:
    """Language code, "en" or "id"; the latter where it cannot be told."""
    return "en" if written_in(text) == "en" else "id"


def topic_of(text: str) -> Topic:
    """What a complete question is about: `Kapan konser Coldplay?` -> `konser Coldplay`."""
    text = text.strip(" ?!.")
    topic = _english_topic(text) if language(text) == "en" else _indonesian_topic(text)
    return Topic(_LIGHT.sub("", topic.text).strip(" ,;"), topic.nominal)


def _indonesian_topic(text: str) -> Topic:
    noun = _NOUN_WH.match(text)
    first = _WH_FIRST.match(text)
    if first and not (noun and noun["prep"]):
        rest = text[first.end() :]
        rest = re.sub(r"^(?:nama|nama-nama)\s+", "", rest, flags=re.IGNORECASE)
        if re.match(r"yang\b", rest) and re.match(r"\W*siapa", text, re.IGNORECASE):
            rest = f"orang {rest}"
    elif noun and noun["rest"].startswith("yang ") and not noun["prep"]:
        rest = _lowered(f"{noun['noun']} {noun['rest']}")
    elif noun and not ASK.search(noun["noun"]):
        rest = noun["rest"]
    else:
        rest = _lowered(text)
    rest = _WH_LATER.sub("", rest)
    happened = re.match(r"(\w+)\s+(?:dalam|akibat)\s+", rest)
    if happened and is_verb(happened[1]):
        rest = rest[happened.end() :]  # "tewas dalam kecelakaan bus" is about the accident
    return Topic(_relative(rest), True)


def _relative(clause: str) -> str:
    """`enam konjen mengunjungi Medan` -> `enam konjen yang mengunjungi Medan`, a noun phrase."""
    words = list(WORD.finditer(clause))
    for at, word in enumerate(words):
        if word.group().lower() == "yang":
            return clause
        if at and is_verb(word.group()):
            return f"{clause[: word.start()]}yang {clause[word.start() :]}"
    return clause


def _english_topic(text: str) -> Topic:
    match = _ENGLISH.match(text)
    if match is None:
        opened = re.match(rf"\W*{AUXILIARY}\s+", text, re.IGNORECASE)
        return Topic(text[opened.end() :] if opened else text, nominal=False)
    wh, rest = match["wh"].lower(), match["rest"]
    aux = re.search(rf"(?:^|\s)({AUXILIARY})\s+", rest, re.IGNORECASE)
    before = rest[: aux.start()].strip() if aux else ""
    after = rest[aux.end() :] if aux else rest
    kind = aux.group(1).lower() if aux else ""
    verbs = [word for word in WORD.finditer(before or rest) if is_verb(word.group())]
    verbs += (
        [] if aux else [word for word in WORD.finditer(rest) if word.start() and word.group() in BASE_VERBS]
    )
    acts = min(verbs, key=lambda word: word.start(), default=None)
    subject = wh in {"which", "what", "who"} or match["grade"] in {"many", "much"}
    if subject and acts and (not aux or acts.start() < aux.start()):
        who = (rest[: acts.start()]).strip()
        joined = "that" if who else "who"
        return Topic(f"the {who or 'person'} {joined} {rest[acts.start() :]}", nominal=True)
    if aux is None:
        return Topic(rest, nominal=False)
    be = kind in {"is", "are", "was", "were"}
    share = re.match(r"(?:share|percentage|proportion|part)\s+of\s+(.+)", before, re.IGNORECASE)
    if share and be:
        return Topic(f"{after} in {share[1]}", nominal=True)
    if before and be and wh in {"which", "what"} and not _VALUE_OF.match(before + " "):
        return Topic(f"the {before} that {kind} {after}", nominal=True)
    if before and match["grade"]:
        return Topic(f"{before} {after}", nominal=False)
    if wh != "who" and kind in {"did", "do", "does"} and not persons(after) and (acted := _acting(after)):
        return Topic(acted, nominal=True)
    after = _VALUE_OF.sub("", re.sub(r"\s+(?:worth|cost)$", "", after))
    words = after.split()
    if be and len(words) > 2 and is_verb(words[-1]):
        after = " ".join(words[:-1])  # "When was the bridge opened?" is about the bridge
    return Topic(after, nominal=be and not _has_participle(after))


def _acting(clause: str) -> str | None:
    """`six consuls visit Medan` -> `six consuls that visit Medan`, a noun phrase."""
    words = list(WORD.finditer(clause))
    acts = next((word for word in words[1:] if word.group() in BASE_VERBS), None)
    return f"{clause[: acts.start()]}that {clause[acts.start() :]}" if acts else None


def _has_participle(text: str) -> bool:
    return any(is_verb(word.group()) for word in WORD.finditer(text))


def _lowered(text: str) -> str:
    """`text` without the capital of a common word that opened a sentence."""
    first = WORD.match(text)
    word = first.group() if first else ""
    common = word.istitle() and word.lower() not in TITLES and language_of([word.lower()]) == "id"
    return text[:1].lower() + text[1:] if common else text


def persons(text: str) -> list[Span]:
    """Who is named or described, by office or by name, in order."""
    who = _WHO.match(text)
    if who and not any(is_verb(word) for word in WORD.findall(who["who"])):
        stop = who.end("who") - (len(who["who"]) - len(who["who"].rstrip(" .!,")))
        return [(who.start("who"), stop)]
    places = [(spot.start, spot.end) for spot in spots(text)]
    dated = [(moment.start, moment.end) for moment in find_moments(text)]
    words = list(WORD.finditer(text))
    found: list[Span] = []
    at = 0
    while at < len(words):
        end = _titled(words, at, places) or _named(text, words, at, places, dated)
        if end is None:
            at += 1
            continue
        start = words[at].start()
        found.append((_with_owner(text, start, places), words[end - 1].end()))
        at = end
    return found


def _titled(words: list[re.Match[str]], at: int, places: list[Span]) -> int | None:
    """One past the last word of a title that begins at a word, what it governs and the name included."""
    end = at
    while end < len(words) and words[end].group().lower() in BEFORE_TITLES:
        end += 1
    lowered = words[end].group().lower() if end < len(words) else ""
    if lowered not in TITLES and not (
        lowered == "kota" and end > at and words[end - 1].group().lower() == "wali"
    ):
        return None
    end += 1
    while end < len(words) and (
        words[end].group().lower() in TITLES | WITHIN_TITLES
        or words[end].group()[0].isupper()
        or _inside(words[end].span(), places)
    ):
        end += 1
    while words[end - 1].group().lower() in {"of", "for", "and", "the", "dalam"}:
        end -= 1
    return end


def _named(
    text: str, words: list[re.Match[str]], at: int, places: list[Span], dated: list[Span]
) -> int | None:
    """One past the last word of a person's name that begins at a word."""
    end = at
    while end < len(words) and _is_of_name(text, words, end, at, (*places, *dated)):
        end += 1
    named = [word.group() for word in words[at:end]]
    first = at
    while first and words[first - 1].group()[0].isupper():
        first -= 1  # "PT Sinar Jaya" is no person, nor is "Jaya" of it
    run = [word.group() for word in words[first:end]]
    if not named or any(name.lower() in ORGANISATIONS for name in run):
        return None
    alone = at == 0 and len(named) == 1 and len(words) > 1
    if alone or all(name.isupper() for name in named) or _NAME_LEAD.search(text[: words[at].start()]):
        return None
    return end


def _is_of_name(text: str, words: list[re.Match[str]], at: int, first: int, taken: Sequence[Span]) -> bool:
    word = words[at]
    if not _CAPITAL.match(word.group()) or _inside(word.span(), taken):
        return False
    if at > first and text[words[at - 1].end() : word.start()].strip(" ."):
        return False
    return not ASK.fullmatch(word.group()) and word.group().lower() not in STOPWORDS


def _with_owner(text: str, start: int, places: list[Span]) -> int:
    """Where `Singapore's consul general` or `the governor` begins."""
    for place in places:
        if re.fullmatch(r"['’]s\s+", text[place[1] : start]):
            start = place[0]
    article = re.search(r"\bthe\s+$", text[:start], re.IGNORECASE)
    return article.start() if article else start


def spots(text: str) -> list[Spot]:
    """Countries, provinces and cities that are named, in order."""
    found = [
        Spot(place.start, place.end, "province" if "-" in place.code else "country")
        for place in find_places(text)
    ]
    cities = re.finditer(
        r"\b(?:kota|kabupaten|kab\.?|kecamatan|desa|pulau)\s+(?-i:[A-Z][\w-]*(?:\s+[A-Z][\w-]*)?)|\b\w+",
        text,
        re.IGNORECASE,
    )
    for match in cities:
        many = " " in match.group()
        known = match.group().lower() in CITIES and (
            match.group()[0].isupper() or _after_preposition(text, match)
        )
        clear = not any(match.start() < spot.end and spot.start < match.end() for spot in found)
        if (many or known) and clear and "wali" not in text[: match.start()].lower().split()[-1:]:
            found.append(Spot(match.start(), match.end(), "city"))
    return sorted(found, key=lambda spot: spot.start)


def _after_preposition(text: str, match: re.Match[str]) -> bool:
    return bool(re.search(r"\b(?:di|ke|dari|in|at|from)\s+$", text[: match.start()], re.IGNORECASE))


def noun_phrase(text: str, nouns: Collection[str]) -> str | None:
    """The noun phrase of `text` whose head is one of some lower-case nouns, with what belongs to it."""
    words = list(WORD.finditer(text))
    for at, word in enumerate(words):
        if word.group().lower() not in nouns or (at + 1 < len(words) and _asks(words[at + 1].group())):
            continue
        end = len(text.rstrip(" ?!."))
        for before, later in zip(words[at:], words[at + 1 :], strict=False):
            linked = before.group().lower() in {"yang", "that", "who", "which"}
            if (
                (is_verb(later.group()) and not linked)
                or _asks(later.group())
                or text[later.start() - 1] == "("
            ):
                end = later.start()
                break
        return text[word.start() : end].strip(" ,?(")
    return None


def _asks(word: str) -> bool:
    return bool(ASK.fullmatch(word))


def _inside(span: Span, spans: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


ONE = re.compile(r"\b(?:dia|ia|beliau|he|she|him|her|his|hers)\b", re.IGNORECASE)
MANY = re.compile(r"\b(?:mereka|they|them|their|theirs)\b", re.IGNORECASE)
THERE = re.compile(
    r"\b(?:di|ke|dari)\s+(?:sana|situ)\b"
    r"|\b(?<!is )(?<!are )(?<!was )(?<!were )there\b(?!\s+(?:is|are|was|were|will|any)\b)",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"(?:di|ke|dari|pada|untuk|lewat)\s+[a-z]+\s+(?:mana|apa)(?:\s+saja)?"
    r"|(?:in|at|to|from|for|through|by|on)\s+(?:which|what)\s+[a-z]+",
    re.IGNORECASE,
)
"""Where, by the kind of place: `Di kecamatan mana saja?`."""

_REMARK = re.compile(
    r"\W*(?:apa|bagaimana)\s+"
    r"(?:kata|tanggapan|komentar|pendapat|respons?|sikap|reaksi|penjelasan|pernyataan)\s+(?-i:[A-Z])"
    r"(?!.*\b(?:soal|tentang|terhadap|mengenai|terkait|atas|bahwa|saat|ketika)\b)"
    r"|\W*(?:what|how)\s+(?:did|does|has|have)\s+.+\s(?:say|said|respond|responded|comment|react)$",
    re.IGNORECASE,
)
"""What somebody said of nothing that is told: `Apa kata Menkeu?`."""

_PART = re.compile(
    r"[a-z]+\s+apa(?:\s+saja)?\s+yang\s+(?:di|ter)[a-z]+"
    r"|(?:where|when|how|who|what)\b[^?]*?\b(?:was|were|did|\w+ed)\s+the\s+[a-z]+",
    re.IGNORECASE,
)
"""A part of something that is not told: `Bantuan apa yang diberikan?`, `Where was the epicenter?`."""

THEN = re.compile(
    r"\b(?:(?:pada|di)\s+)?(?:saat|waktu|tahun|bulan|hari|periode|tanggal)\s+(?:itu|tersebut|yang\s+sama)\b(?!\s+tahun)"
    r"|\b(?:(?:in|on|at|during)\s+)?(?:that|the\s+same)\s+(?:year|month|day|date|time|period)\b",
    re.IGNORECASE,
)
_DUMMY = re.compile(
    r"\b(?:is|was)\s+it\s+(?:true|possible|likely|correct|that|raining)\b|\bit\s+(?:is|was)\s+\w+\s+that\b"
    r"|\b(?:benar(?:kah)?|betul(?:kah)?)\s+bahwa\b|^\W*apa(?:kah)?\s+(?:sih\s+)?itu\s+\w",
    re.IGNORECASE,
)
_NOT_BACK = re.compile(r"\b(?:this|these)\s+(?:year|month|week|morning|time)\b", re.IGNORECASE)
THAT = re.compile(
    r"\b(?P<noun>[^\W\d]+(?:-[^\W\d]+)?)\s+(?P<id>tersebut|itu|tadi)\b"
    r"|\b(?P<en>that|those|this|these)\s+(?P<of>[^\W\d]+)",
    re.IGNORECASE,
)
"""A noun that is pointed at: `pertemuan itu`, `that meeting`."""

_COMPLEMENT = re.compile(
    r"\b(?:say|says|said|true|claim\w*|state\w*|think|know|believe|mention\w*|announce\w*|deny|denied|so|sure|than"
    r"|fact|evidence|proof)\s+$",
    re.IGNORECASE,
)
_AFTER_VERB = re.compile(
    r"(?:^|\b(?:is|was|are|were|in|at|of|on|to|by|for|from|with|did|does|do|about|after|before|during|has|have|and"
    r"|will|can|under|through|attend(?:ed)?|led?|join(?:ed)?|held|host(?:ed)?|how)\s+)$",
    re.IGNORECASE,
)
IT = re.compile(
    r"^\W*itu\b|\b(?:its?|itself)\b|\b(?:is|was|about|for|of|did|does|do)\s+that\b(?!\s+(?!(?:in|of|for|from|to|at|on|per|more|less|compared)\b)[a-z])|^that\b",
    re.IGNORECASE,
)
_NYA = re.compile(r"\b(?P<noun>[^\W\d]{2,}(?:-[^\W\d]+)?)nya(?:kah|lah)?\b", re.IGNORECASE)
_BARE_VERBS = frozenset(
    "naik turun tumbuh terjadi berlangsung digelar dimulai mulai sekarang kini nanti".split()
)


def that_nouns(text: str) -> list[re.Match[str]]:
    """Each noun that a demonstrative points at, complementisers and definitions left out."""
    found = []
    for match in THAT.finditer(text):
        before = text[: match.start()]
        if match["en"]:
            noun = match["of"].lower()
            lone = match["en"].lower() == "that" and (
                _COMPLEMENT.search(before) or not (_AFTER_VERB.search(before) or _after_verb(before))
            )
            if not lone and not is_verb(noun) and noun not in {"in", "of", "is", "was", "the", "have", "has"}:
                found.append(match)
        else:
            noun = match["noun"]
            pointing = noun.islower() or match.start() == 0
            if (
                pointing
                and not ASK.fullmatch(noun)
                and not spots(noun)
                and noun.lower() not in {"dan", "tahun ini"}
            ):
                found.append(match)
    return found


def _after_verb(before: str) -> bool:
    words = WORD.findall(before)
    return bool(words) and is_verb(words[-1])


def possessed(text: str) -> list[re.Match[str]]:
    """Each word whose -nya points at something that is not named after it."""
    found = []
    for match in _NYA.finditer(text):
        whole = match.group().lower()
        if whole in WHOLE or (match.group()[0].isupper() and match.start() > 0):
            continue
        follows = re.match(r"\s+([^\W\d]\w*)", text[match.end() :])
        after = follows[1] if follows else ""
        owner = after and content_words(after) and not is_verb(after) and after.lower() not in _BARE_VERBS
        if not owner or after.lower() in {"utama", "terbesar", "tertinggi", "saja"}:
            found.append(match)
    return found


def points_back(core: str) -> bool:
    """Whether a pronoun, a demonstrative or -nya of the question means something outside of it."""
    core = _NOT_BACK.sub("", core)
    if _DUMMY.search(core):
        core = _DUMMY.sub(" ", core)
    for pattern in (ONE, MANY):
        match = pattern.search(core)
        if match and not _named_before(core, match, pattern is ONE):
            return True
    if THEN.search(core) or THERE.search(core) or that_nouns(core) or possessed(core):
        return True
    it = IT.search(core)
    if it is None:
        return False
    before = core[: it.start()]
    if it.group().lower() == "its" and len(content_words(before)) > 1:
        return False  # "Which country sent its minister?"
    return not (spots(before) or _names(before))


def _named_before(core: str, match: re.Match[str], is_one: bool) -> bool:
    """Whether what a pronoun means stands before it in the question itself."""
    before = core[: match.start()]
    if is_one:
        return any(end <= match.start() for _, end in persons(core))
    inner = match.group().lower() == "their" or re.search(r"\b(?:bahwa|that|because|karena|if)\b", core)
    return bool(inner) and len(content_words(before)) > 1


def is_bare(core: str) -> bool:
    """Whether nothing but an asking word stands there: `Kapan?`, `Siapa saja?`, `Berapa persen?`."""
    if _WHICH.fullmatch(core):
        return True
    left = [word for word in content_words(ASK.sub(" ", core)) if word not in FILLERS]
    return bool(ASK.search(core)) and not left and not find_moments(core) and not points_back(core)


def lacks_topic(core: str, earlier: str) -> bool:
    """Whether all words of a question are such as are asked of a topic, and it names none itself."""
    if _REMARK.match(core) and not persons(earlier):
        return True
    if _PART.fullmatch(core) and not _names(core) and not spots(core):
        return True
    asked = content_words(_without_moments(ASK.sub(" ", core)))
    if named := spots(core):
        # "Berapa orang dari Australia?" says of nothing what it counts.
        rest = core[: named[0].start] + core[named[-1].end :]
        counts = re.match(r"\W*(?:berapa|how\s+many)\b", core, re.IGNORECASE)
        return bool(counts) and not set(content_words(ASK.sub(" ", rest))) - FILLERS
    names = _names(core)
    others = set(asked) - {name.lower() for name in names}
    defines = not others and re.match(r"\W*(?:siapa|who|apa\s+itu|what)\b", core, re.IGNORECASE)
    if names and (defines or any(name not in earlier for name in names)):
        return False
    known = {form for word in content_words(earlier) for form in (word, stem(word))}
    known |= {mate for word in tuple(known) for mate in _mates_of(word)}
    return all(word in RELATIONAL or is_verb(word) or {word, stem(word)} & known for word in asked)


def _mates_of(word: str) -> Collection[str]:
    return {form for group in MATES if any(word in side for side in group) for side in group for form in side}


def related(words: Collection[str]) -> set[str]:
    """The measures among some words, and those that take their place."""
    measures = {word for word in words if word in MEASURES}
    return measures | {mate for word in measures for mate in _mates_of(word)}


def _names(core: str) -> list[str]:
    """Words with a capital or a digit, but for the capital that opens the sentence."""
    words = [word for word in WORD.findall(_without_moments(core)) if not ASK.fullmatch(word)]
    opens = core[:1].isupper() and words and core.startswith(words[0])
    if opens and (words[0].lower() in RELATIONAL | STOPWORDS or is_verb(words[0].lower())):
        words = words[1:]
    return [word for word in words if word[0].isupper() or any(map(str.isdigit, word))]


def _without_moments(text: str) -> str:
    for moment in find_moments(text):
        text = text[: moment.start] + " " * (moment.end - moment.start) + text[moment.end :]
    return text
