"""Words of conversation: what links a question to the last, what points back, what is asked of a topic."""

from __future__ import annotations

import re
from typing import Literal

from rag.lang.words import indonesian

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
