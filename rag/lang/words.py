"""Words: stems, words without subject matter, and English press vocabulary with its Indonesian words.

The vocabulary lets an English question meet Indonesian text in search; it never writes an answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
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


_PAIRS = """
palace: istana; mosque: masjid; church: gereja; temple: candi pura kuil; street: jalan; mount: gunung
cup: piala; academy: akademi; park: taman; hall: balai aula; criminal: pidana kriminal; code: kitab kode
religious: agama keagamaan; olympics: olimpiade; earth: bumi; high: tinggi; affairs: urusan
marriage: perkawinan pernikahan; eradication: pemberantasan; peninsula: semenanjung; heights: dataran
directorate: direktorat; livestock: peternakan ternak; commissioner: komisaris
investigation: penyelidikan investigasi reserse; conservation: konservasi pelestarian
protection: perlindungan; championship: kejuaraan; half: setengah paruh; eve: malam jelang
square: lapangan alun-alun; tower: menara; museum: museum; library: perpustakaan; television: televisi
radio: radio; senate: senat; strait: selat; gulf: teluk; bay: teluk; cape: tanjung; toll: tol
winter: dingin; summer: panas; federation: federasi; association: asosiasi persatuan
institute: institut lembaga; foundation: yayasan; mall: mal; forestry: kehutanan; supreme: agung
constitutional: konstitusi; attorney: jaksa; monument: monumen tugu; awakening: kebangkitan
empowerment: pemberdayaan; muslim: islam muslim; christian: kristen; buddhist: buddha; hindu: hindu
catholic: katolik
accident: kecelakaan; accuse: tuduh; achieve: capai; act: undang-undang tindak; action: tindakan aksi
acting: plt pelaksana penjabat
actor: aktor pemain; add: tambah; address: alamat sampaikan; administration: pemerintahan
advantage: keuntungan; affect: dampak; affected: terdampak; agency: badan lembaga; agenda: agenda
agree: sepakat setuju; agreement: kesepakatan perjanjian; agriculture: pertanian; aid: bantuan
aim: tujuan target; air: udara; aircraft: pesawat; airline: maskapai; airport: bandara; album: album
allocate: alokasi; ambassador: duta dubes; amount: jumlah nilai; animal: hewan; announce: umum
annual: tahunan; appoint: angkat tunjuk; appreciation: apresiasi; approve: setuju
area: wilayah daerah kawasan luas; army: tentara tni; arrest: tangkap; arrive: tiba; assistance: bantuan
athlete: atlet; attack: serangan serang; attend: hadir; attention: perhatian; audience: audiensi penonton
authority: otoritas berwenang; award: penghargaan; bank: bank; beach: pantai; become: jadi
beginning: awal; believe: percaya; benefit: manfaat; big: besar; bilateral: bilateral; birth: lahir
body: badan tubuh jenazah; book: buku; border: perbatasan; born: lahir; bridge: jembatan
budget: anggaran apbd apbn; build: bangun; building: gedung bangunan; bureau: biro badan; burn: bakar
bus: bus; business: bisnis usaha; buy: beli; cabinet: kabinet; call: sebut panggil; campaign: kampanye
cancel: batal; candidate: calon kandidat; capacity: kapasitas; capital: ibu ibukota modal; car: mobil
case: kasus perkara; casualties: korban; cause: sebab; celebrate: rayakan; ceremony: upacara
chairman: ketua; chair: ketua; champion: juara; change: ubah; charge: dakwa; chemical: kimia
chief: kepala ketua; child: anak; children: anak; choose: pilih; citizen: warga; city: kota; claim: klaim
climate: iklim; close: tutup dekat; club: klub; coach: pelatih; coal: batu bara batubara; coffee: kopi
collaboration: kolaborasi kerja sama; collapse: runtuh ambruk; collect: kumpul; come: datang
commission: komisi; commit: komitmen; commitment: komitmen; committee: panitia komite
commodity: komoditas; commodities: komoditas; company: perusahaan pt; compare: banding
competence: kompetensi; compete: saing; competition: kompetisi lomba; competitiveness: saing
complete: selesai; concert: konser; condition: kondisi syarat; conduct: laku; confirm: konfirmasi pasti
conflict: konflik; congress: kongres; consul: konsul konjen; consul-general: konjen konsul
consumer: konsumen; contain: isi; continue: lanjut; contract: kontrak; contribute: kontribusi sumbang
cooperate: kerja sama; cooperation: kerja sama kerjasama; corruption: korupsi; cost: biaya harga
council: dewan; country: negara; countries: negara; court: pengadilan mahkamah; create: cipta
crime: kejahatan pidana; crisis: krisis; culture: budaya; current: kini; customer: pelanggan
damage: rusak; danger: bahaya; data: data; date: tanggal; daughter: putri anak; day: hari
dead: tewas meninggal; deal: kesepakatan; death: kematian meninggal tewas; debt: utang; decide: putus
decision: keputusan; decline: turun; decrease: turun; defeat: kalah; defence: pertahanan
defense: pertahanan; degree: gelar derajat; delay: tunda; delegation: delegasi; demand: permintaan tuntut
democracy: demokrasi; department: dinas departemen; deputy: wakil; describe: sebut; destination: tujuan
destroy: hancur; develop: kembang bangun; development: pembangunan pengembangan
die: meninggal tewas wafat; diplomat: diplomat; direct: langsung; director: direktur sutradara
disaster: bencana; discuss: bahas diskusi; discussion: diskusi pembahasan; disease: penyakit
dispatch: kirim; distribute: bagi salur; district: kabupaten kecamatan; doctor: dokter; document: dokumen
dollar: dolar; dominate: dominasi; domestic: domestik dalam negeri; drop: turun; drug: obat narkoba
earn: raih; earthquake: gempa; economic: ekonomi; economy: ekonomi; education: pendidikan; effect: dampak
effort: upaya; elect: pilih; election: pemilihan pemilu pilkada; electricity: listrik
embassy: kedutaan kedubes; employ: kerja; employee: karyawan pegawai; employment: ketenagakerjaan kerja
end: akhir; energy: energi; engine: mesin; enter: masuk; environment: lingkungan
equipment: alat peralatan; establish: bentuk diri; estimate: perkira; event: acara kegiatan
evacuate: evakuasi; exchange: tukar; exhibition: pameran; expand: luas; expect: harap
expected: diharapkan; expert: ahli pakar; explain: jelas; export: ekspor; exports: ekspor
express: ungkap sampai; facility: fasilitas; factory: pabrik; fail: gagal; fall: turun jatuh
family: keluarga; farmer: petani; fat: lemak; fats: lemak; father: ayah; fee: biaya
female: perempuan wanita; field: bidang lapangan; fight: lawan; figure: angka; film: film
final: final akhir; finance: keuangan; financial: keuangan; find: temu; fine: denda; finish: selesai
fire: kebakaran api; firm: perusahaan; first: pertama; fish: ikan; fishery: perikanan
fisheries: perikanan; fishing: perikanan; flight: penerbangan; flood: banjir; focus: fokus
food: pangan makanan; football: sepak bola; force: pasukan paksa; foreign: asing luar negeri
forest: hutan; former: mantan; found: temu; founder: pendiri; free: bebas gratis; friendly: sahabat
fuel: bahan bakar bbm; fund: dana; funding: dana; future: masa depan; game: gim laga; gas: gas
general: umum jenderal; girl: gadis; give: beri; global: global; goal: gol tujuan; gold: emas
goods: barang; governance: tata kelola; government: pemerintah pemprov pemkot pemkab; governor: gubernur
graduate: lulusan; grant: hibah beri; group: grup kelompok; grow: tumbuh; growth: pertumbuhan
guarantee: jamin; guest: tamu; happen: jadi; harbour: pelabuhan; head: kepala ketua
headquarters: markas kantor; health: kesehatan; hear: dengar; heavy: berat; held: gelar; help: bantu
highest: tertinggi; highlight: sorot; highway: jalan tol; hire: rekrut; history: sejarah; hit: landa
hold: gelar; holiday: libur; home: rumah; hope: harap; hospital: rumah sakit rs; host: tuan rumah
hotel: hotel; house: rumah dpr; housing: perumahan; human: manusia; illegal: ilegal; impact: dampak
import: impor; imports: impor; important: penting; improve: tingkat; improvement: peningkatan
include: termasuk; income: pendapatan; increase: naik tingkat; independence: kemerdekaan
individual: individu; industry: industri; inflation: inflasi; inform: informasi
infrastructure: infrastruktur; initiative: inisiatif; injured: luka; injury: luka cedera
institution: lembaga; instrument: instrumen; interest: minat tarik bunga; interested: tertarik minat
international: internasional; internship: magang internship; invest: investasi; investigate: selidik
investment: investasi; investor: investor; invite: undang; island: pulau; issue: isu terbit
jail: penjara; job: kerja lowongan; join: gabung; joint: bersama; journalist: wartawan; judge: hakim
key: kunci; kill: tewas bunuh; killed: tewas; king: raja; labour: tenaga kerja buruh
labor: tenaga kerja buruh; lack: kurang; lake: danau; land: lahan tanah; landslide: longsor
language: bahasa; large: besar; largest: terbesar; last: lalu akhir; late: terlambat; launch: luncur
law: hukum undang-undang; lawyer: pengacara; lead: pimpin; leader: pemimpin; league: liga; learn: ajar
leave: tinggal; legal: hukum; level: tingkat; license: izin; life: hidup; limit: batas; link: kait
live: tinggal hidup; loan: pinjaman; lobster: lobster; local: lokal daerah; locate: lokasi letak
located: terletak berada; location: lokasi; lose: kalah hilang; loss: kerugian rugi; machine: mesin
machinery: mesin; main: utama; major: besar utama; make: buat; male: laki-laki pria; man: pria
manage: kelola; manager: manajer pelatih; manpower: tenaga kerja; manufacture: produksi
marine: kelautan laut; maritime: maritim; market: pasar; marry: nikah; match: laga pertandingan
material: bahan; mayor: wali kota walikota; measure: ukur; mechanical: mekanik; media: media
medical: medis; medicine: obat; meet: temu; meeting: pertemuan rapat; member: anggota; memorandum: nota
message: pesan; military: militer; mine: tambang; mineral: mineral; minerals: mineral
mining: pertambangan tambang; minister: menteri; ministry: kementerian; mobile: seluler; money: uang
month: bulan; monthly: bulanan; mother: ibu; mountain: gunung; move: pindah; movie: film; mou: mou nota
music: musik; mutual: saling; national: nasional; nation: negara bangsa; natural: alam; navy: al laut
need: butuh; negotiate: negosiasi; network: jaringan; new: baru; newspaper: koran; night: malam
nickname: julukan juluk; number: jumlah nomor; object: benda; occur: jadi; ocean: laut; offer: tawar
office: kantor; officer: petugas; official: pejabat resmi; oil: minyak; oils: minyak; open: buka
operate: operasi; operation: operasi; opinion: pendapat; opportunity: peluang kesempatan
opportunities: peluang; oppose: tolak; opposition: oposisi; order: perintah; organisation: organisasi
organization: organisasi; origin: asal; owner: pemilik; palm: sawit; parliament: dpr parlemen
part: bagian; partner: mitra; partnership: kemitraan; party: partai; passenger: penumpang; pay: bayar
peace: damai; people: orang warga masyarakat; percent: persen; percentage: persentase persen
performance: kinerja; period: periode; permit: izin; person: orang; petrol: bensin; phone: telepon
place: tempat; plan: rencana; plane: pesawat; plant: pabrik tanaman; play: main; player: pemain
police: polisi polri; policy: kebijakan; political: politik; politics: politik; poor: miskin
population: penduduk; port: pelabuhan; position: posisi jabatan; potential: potensi potensial
poverty: kemiskinan; power: kekuasaan daya listrik; president: presiden; press: pers; prevent: cegah
price: harga; prime: perdana; prison: penjara; prisoner: napi tahanan; private: swasta; prize: hadiah
problem: masalah; process: proses; produce: produksi hasil; product: produk; products: produk
production: produksi; professional: profesional; profit: laba untung; program: program
programme: program; progress: kemajuan; project: proyek; promise: janji; promote: promosi
proposal: usulan; propose: usul; prosecutor: jaksa; protect: lindung; protest: demo protes; prove: bukti
provide: sedia; province: provinsi; provincial: provinsi pemprov; public: publik masyarakat
publish: terbit; purchase: beli; purpose: tujuan; quality: kualitas; quarter: kuartal triwulan
question: tanya; race: balap; raid: razia; rain: hujan; raise: naik tingkat; rank: peringkat
rate: tingkat suku; reach: capai; read: baca; ready: siap; reason: alasan sebab; receive: terima
recent: baru; record: catat rekor; recruit: rekrut; reduce: turun kurang; reform: reformasi
refugee: pengungsi; refuse: tolak; regency: kabupaten; regent: bupati; region: daerah wilayah
regional: daerah; register: daftar; regulation: aturan peraturan; reject: tolak; relation: hubungan
relations: hubungan; relationship: hubungan; release: rilis bebas; religion: agama; remain: tetap
remove: hapus; replace: ganti; reporter: peliput wartawan; represent: wakil
representative: perwakilan wakil; require: syarat perlu; research: riset penelitian; resident: warga
resign: mundur; resource: sumber daya; resources: sumber daya; respond: respons tanggap
response: respons tanggapan; responsible: tanggung jawab; result: hasil; return: kembali; reveal: ungkap
revenue: pendapatan penerimaan; rice: beras padi; rise: naik; risk: risiko; river: sungai; road: jalan
role: peran; rule: aturan; run: jalan; rural: desa; safety: keselamatan; salary: gaji; sale: jual
scheme: skema; schemes: skema; scholarship: beasiswa; scholarships: beasiswa; school: sekolah
scientist: ilmuwan; score: skor; sea: laut; search: cari; season: musim; seat: kursi; second: kedua
secretary: sekretaris sekda; sector: sektor; sectors: sektor bidang; security: keamanan; seek: cari
sell: jual; send: kirim; senior: senior; sentence: vonis hukum; serve: layan; service: layanan
share: saham bagi; ship: kapal; shop: toko; show: tunjuk; sign: tanda teken; signing: penandatanganan
sister: sister; situation: situasi; size: ukuran luas; skill: terampil; skilled: terampil; small: kecil
soccer: sepak bola; social: sosial; solution: solusi; son: putra anak; source: sumber; speak: bicara
speaker: pembicara; special: khusus; spend: belanja habis; spokesman: juru jubir
spokesperson: juru jubir; sport: olahraga; sports: olahraga; stadium: stadion; staff: pegawai
stage: tahap panggung; standard: standar; standards: standar; start: mulai; statement: pernyataan
station: stasiun; statistics: statistik bps; stock: saham stok; stop: henti; strategic: strategis
strategy: strategi; strengthen: kuat; strike: mogok; strong: kuat; student: siswa mahasiswa pelajar
students: siswa mahasiswa pelajar; study: studi; subsidy: subsidi; succeed: hasil; success: sukses
suffer: alami; sugar: gula; suggest: saran; supply: pasok; support: dukung; survey: survei
suspect: tersangka; system: sistem; talk: bicara; tariff: tarif; tax: pajak; teacher: guru; team: tim
technical: teknis; technology: teknologi; telephone: telepon; tell: cerita; term: jabatan istilah
terrorist: teroris; test: uji; theft: curi; third: ketiga; threat: ancam; thwart: gagal; ticket: tiket
tie: hubungan; ties: hubungan; tin: timah; title: gelar judul; today: hari; tonne: ton; total: total
tour: tur; tourism: pariwisata; tourist: wisatawan turis; tournament: turnamen; town: kota
trade: perdagangan dagang; traffic: lalu lintas; train: kereta latih; trainer: pelatih; trainers: pelatih
training: pelatihan; transfer: transfer; transport: transportasi; transportation: transportasi
travel: perjalanan; treat: rawat; treatment: perawatan; trial: sidang; trip: kunjungan; tsunami: tsunami
turn: giliran; understand: paham; understanding: kesepahaman; unemployment: pengangguran
union: serikat uni; unit: unit; university: universitas; urge: minta desak; use: guna pakai
user: pengguna; vaccine: vaksin; value: nilai; vegetable: nabati sayur; vehicle: kendaraan; vice: wakil
victim: korban; victims: korban; victory: kemenangan; village: desa; violence: kekerasan; visit: kunjung
volcano: gunung; vote: suara pilih; wage: upah; want: ingin; war: perang; warn: ingat
waste: limbah sampah; water: air; weapon: senjata; weather: cuaca; website: situs; wedding: nikah
week: pekan minggu; welcome: sambut; welfare: kesejahteraan; wife: istri; win: menang; winner: pemenang
woman: perempuan wanita; women: perempuan wanita; wood: kayu; word: kata; work: kerja
worker: pekerja tenaga kerja; workers: pekerja tenaga kerja; workforce: tenaga kerja; world: dunia
worth: senilai nilai; wound: luka; write: tulis; wrote: tulis; year: tahun; young: muda
youth: pemuda muda; zone: zona kawasan
"""

_IRREGULAR = {
    "bought": "buy", "built": "build", "came": "come", "chose": "choose", "died": "die", "dying": "die",
    "fell": "fall", "fallen": "fall", "gave": "give", "given": "give", "grew": "grow", "grown": "grow",
    "led": "lead", "lost": "lose", "made": "make", "met": "meet", "paid": "pay", "rose": "rise",
    "risen": "rise", "sent": "send", "sold": "sell", "spent": "spend", "spoke": "speak", "told": "tell",
    "took": "take", "went": "go", "won": "win", "written": "write", "men": "man",
}  # fmt: skip


@cache
def _entries() -> dict[str, tuple[str, ...]]:
    entries: dict[str, tuple[str, ...]] = {}
    for entry in _PAIRS.replace("\n", ";").split(";"):
        english, _, indonesian = entry.partition(":")
        if indonesian:
            entries[english.strip()] = (*entries.get(english.strip(), ()), *indonesian.split())
    return entries


@cache
def indonesian(word: str) -> tuple[str, ...]:
    """Indonesian words for one lower-case English word, inflected or not; empty where it is not known."""
    for form in _forms(word):
        if form in _entries():
            return _entries()[form]
    return ()


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(word for words in _entries().values() for word in words)


def language_of(words: Iterable[str]) -> str:
    """The language whose vocabulary knows more of these lower-case words; und where few are known."""
    words = list(words)
    ours = sum(word in _vocabulary() or word.removesuffix("nya") in _vocabulary() for word in words)
    theirs = sum(bool(indonesian(word)) for word in words)
    if ours == theirs or 4 * max(ours, theirs) < len(words):
        return "und"
    return "id" if ours > theirs else "en"


def _forms(word: str) -> list[str]:
    """`word` and what it may be inflected from, likeliest first."""
    forms = [word, _IRREGULAR.get(word, word), word.removesuffix("'s")]
    for suffix, replacements in (
        ("ies", ("y",)),
        ("es", ("e", "")),
        ("s", ("",)),
        ("ied", ("y",)),
        ("ed", ("e", "")),
        ("ing", ("e", "")),
        ("ers", ("e", "er", "")),
        ("ly", ("",)),
    ):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            stem = word.removesuffix(suffix)
            forms += [stem + replacement for replacement in replacements]
            if len(stem) > 3 and stem[-1] == stem[-2]:
                forms.append(stem[:-1])  # planned, shipping
    return forms
