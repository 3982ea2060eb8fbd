"""Words that turn what a sentence says: denial, direction, extent, intent, and those that mean the same."""

from __future__ import annotations

from collections import defaultdict

NEGATORS = frozenset(
    """
    tidak tak bukan belum jangan enggak nggak gak ga ndak tiada tanpa tidaklah bukanlah takkan janganlah
    not never no without nor neither cannot none
    """.split()
)

DENYING = frozenset(
    """
    batal membatalkan dibatalkan pembatalan gagal urung menolak ditolak penolakan membantah dibantah menampik
    menepis menyangkal mencegah melarang dilarang menghentikan dihentikan mengurungkan enggan menunda ditunda
    mustahil deny denies denied refuse refuses refused reject rejects rejected fail fails failed cancel
    cancels cancelled canceled prevent prevented ban banned stop stopped postpone postponed
    """.split()
)
"""Verbs that say of the next word that it did not or will not happen."""

NOT_ONLY = frozenset("hanya cuma cuman sekadar sekedar semata saja only just merely".split())
"""After a negator these take the denial back: "tidak hanya A tetapi juga B"."""

PLANNED = frozenset(
    """
    akan bakal hendak berencana rencananya direncanakan ditargetkan menargetkan berniat will shall would
    plans planned intends targeted
    """.split()
)
SUPPOSED = frozenset(
    """
    mungkin barangkali diduga diperkirakan memperkirakan berpotensi kabarnya konon disebut-sebut diprediksi
    diharapkan seharusnya kemungkinan bisa dapat may might could can allegedly reportedly possibly perhaps
    expected estimated likely should
    """.split()
)
FORESEEN = frozenset(
    """
    rencana rencananya target perkiraan memperkirakan diperkirakan proyeksi diproyeksikan memproyeksikan
    prediksi memprediksi diprediksi menargetkan ditargetkan akan bakal will plan plans planned expects
    expected forecast forecasts predicts predicted
    """.split()
)
"""Anywhere before a verb these say that it has not happened yet, where a claim says that it has."""

DONE = frozenset("telah sudah pernah has have had already".split())
"""Said before a verb: that it has happened."""

AUXILIARY = frozenset(
    """
    akan bisa dapat mau ingin perlu harus boleh lagi pernah ada sempat juga pun masih sudah telah mampu ikut
    be been being to have has had do does did will would can could should may might must yet also any ever
    the a an yang untuk dengan secara sedang begitu terlalu cukup lalu serta di ke dari itu ini
    """.split()
)
"""Passed over between a negator and what it denies."""

ACTIVE = frozenset(
    """
    takluk kalah menang unggul tiba datang minta beli jual beat won lost bought sold told gave took made
    """.split()
)
"""Verbs without a prefix or ending that show who does it before them."""

BE = frozenset("is are was were be been being".split())

BREAKS = frozenset(
    """
    dan atau tetapi tapi namun melainkan karena sebab sehingga agar supaya jika kalau ketika saat setelah
    sebelum bahwa meski meskipun walau walaupun sedangkan sementara and or but because so if when while
    after before that although though whereas
    """.split()
)

LIGHT = frozenset(
    """
    mencapai capai sebesar sebanyak senilai sejumlah tercatat mencatat mencatatkan merupakan adalah ialah
    yakni yaitu menjadi berjumlah total nilai angka besaran sekitar pihak pihaknya tersebut melakukan
    dilakukan terjadi berlangsung pelaksanaan kegiatan hal terkait mengenai tentang sejak selama kemudian
    diketahui sedangkan sementara namun tetapi tapi bahwa dengan reached reach amounted amount stood recorded
    became seharga above below over under sedikitnya setidaknya minimal maksimal hampir nyaris kira-kira
    lebih kurang least
    most about
    around approximately roughly almost nearly berasal digunakan became value total namely which
    respectively while however
    """.split()
)
"""Words whose presence changes nothing that is claimed."""

SAYING = frozenset(
    """
    kata ujar tutur ucap ungkap jelas tegas papar imbuh tambah terang beber tandas pungkas cetus lanjut
    katanya ujarnya tuturnya ucapnya ungkapnya jelasnya tegasnya paparnya imbuhnya terangnya bebernya
    tandasnya mengatakan berkata menuturkan mengungkapkan menjelaskan menyatakan menegaskan memaparkan
    menyebutkan
    menyebut menerangkan menyampaikan menambahkan membeberkan menurut dikatakan diungkapkan disampaikan
    says say said told tells states stated explained added according
    """.split()
)

_MEANINGS = """
naik tingkat ingkat tumbuh lonjak melonjak tambah rise rose increase grow grew up climb surge
turun urun susut merosot anjlok kurang lemah pangkas decline cut decrease fall fell drop down
tewas tinggal meninggal wafat gugur die died dead death kill killed
kalah takluk tumbang tunduk lose lost defeat defeated
menang unggul win won
habis ludes
sulit susah sukar
larang cegah
minta desak
peserta ikut
perempuan wanita
laki-laki pria lelaki
polisi kepolisian polri
siswa pelajar murid
guru ajar
karyawan pegawai
karena sebab lantaran akibat
setelah usai sesudah seusai pasca
sebelum jelang menjelang
gelar selenggara ada laksana
kunjung sambang
temu jumpa
bangun diri
bantu tolong
mulai awal
selesai rampung tuntas
laku buat
pilih elek
beli borong
mobil kendaraan
uang dana duit
jalan ruas
presiden kepala-negara
ketua pimpin
rumah kediaman
kini sekarang saat-ini
hari-ini
sekolah
cina tiongkok china rrt
"""

GROUPS: dict[str, tuple[str, ...]] = {}
"""Stem to the meanings that it shares with others."""
_groups: dict[str, set[str]] = defaultdict(set)
for _number, _line in enumerate(_MEANINGS.strip().splitlines()):
    for _word in _line.split():
        _groups[_word].add(f"~{_number}")
GROUPS = {word: tuple(sorted(numbers)) for word, numbers in _groups.items()}

_OPPOSITES = """
naik tingkat ingkat tumbuh lonjak | turun urun susut merosot
naik tingkat ingkat tumbuh lonjak | anjlok berkurang melemah lemah
melonjak bertambah menguat kuat uat | turun urun susut merosot
melonjak bertambah menguat kuat uat | anjlok berkurang melemah lemah
rise rose increase increased | fall fell decrease decreased decline
rise rose increase increased | declined drop dropped lower down
grew grow higher up | fall fell decrease decreased decline
grew grow higher up | declined drop dropped lower down
surplus untung laba keuntungan | defisit rugi kerugian
ekspor export exports exported | impor import imports imported
tinggi tertinggi highest high | rendah terendah lowest low
besar terbesar largest biggest | kecil terkecil smallest
banyak terbanyak most more | sedikit tersedikit fewest fewer
cepat tercepat percepat fastest | lambat terlambat perlambat slowest
awal mulai buka begin began start started open opened | akhir selesai tutup end ended close closed
setuju dukung terima erima approve | tolak olak tentang bantah
setuju dukung terima erima approve | reject rejected oppose opposed
approved support supported accept accepted | tolak olak tentang bantah
approved support supported accept accepted | reject rejected oppose opposed
benar bantu bela | salah
menang unggul win won | kalah tertinggal lose lost
masuk datang tiba arrive arrived enter | keluar pergi berangkat depart departed leave left
beli bought buy | jual sold sell
tambah add added | kurang reduce reduced
sebelum before | sesudah setelah usai after
lebih more over above | kurang less under below
atas above | bawah below
lahir born | wafat tewas meninggal died
hidup selamat alive survived | mati tewas died killed
laki-laki pria lelaki male men man | perempuan wanita female women woman
tua senior older | muda junior younger
utara north northern | selatan south southern
timur east eastern | barat west western
positif positive | negatif negative
sukses berhasil succeeded successful | gagal failed
untung | rugi
kaya rich | miskin poor
aman safe | bahaya rawan dangerous
legal | ilegal
resmi | liar
dalam domestic | luar foreign
kota | desa
pertama first | terakhir last
siang pagi morning | malam sore evening night
hadir attended present | absen absent
lanjut continue continued | henti stop stopped
wajib must | larang
bebas | tahan
optimis | pesimis
"""

OPPOSITES: dict[str, frozenset[str]] = {}
"""Word or stem to those that say the contrary."""
_opposites: dict[str, set[str]] = defaultdict(set)
for _line in _OPPOSITES.strip().splitlines():
    _one, _other = (side.split() for side in _line.split("|"))
    for _mine, _theirs in ((_one, _other), (_other, _one)):
        for _word in _mine:
            _opposites[_word].update(_theirs)
OPPOSITES = {word: frozenset(others) for word, others in _opposites.items()}

EXTENT = {
    "semua": "all", "seluruh": "all", "seluruhnya": "all", "semuanya": "all", "segenap": "all",
    "setiap": "all",
    "tiap": "all", "all": "all", "every": "all", "each": "all", "entire": "all",
    "sebagian": "some", "beberapa": "some", "sejumlah": "some", "some": "some", "several": "some",
    "part": "some",
    "mayoritas": "most", "kebanyakan": "most", "majority": "most",
    "hanya": "only", "cuma": "only", "sekadar": "only", "satu-satunya": "only", "only": "only",
    "merely": "only",
}  # fmt: skip
"""How much of something is meant."""
