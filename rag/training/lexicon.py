"""Rough English for Indonesian questions: word order of the question moved, content words glossed.

The result only has to look like an English question to the encoder; it need not be good English.
"""

import re

Template = tuple[re.Pattern[str], str]

# One "indonesian=english" per comma; phrases of up to three words come first when they match.
_GLOSSES = """
apa=what, apakah=what, siapa=who, siapakah=who, kapan=when, kapankah=when, dimana=where, dimanakah=where,
di mana=where, di manakah=where, dari mana=where from, dari manakah=where from, darimana=where from,
darimanakah=where from, mengapa=why, kenapa=why, bagaimana=how, bagaimanakah=how, berapa=how many,
berapakah=how many, mana=which, manakah=which, berapa lama=how long, berapa lamakah=how long,
berapa banyak=how many, berapa jauh=how far, sejak kapan=since when, sampai kapan=until when,
ke mana=where to, untuk apa=what for, yang=that, di=in, ke=to, dari=of, dengan=with, pada=in, untuk=for,
oleh=by, dalam=in, dan=and, atau=or, tidak=not, bukan=not, tak=not, belum=not yet, tanpa=without,
selain=besides, kecuali=except, antara=between, adalah=is, ialah=is, merupakan=is, menjadi=become,
ada=is there, terdapat=is there, itu=that, ini=this, tersebut=the, sebagai=as, sejak=since, sampai=until,
hingga=until, setelah=after, sesudah=after, sebelum=before, ketika=when, saat=when, selama=during,
karena=because, akibat=due to, terhadap=against, tentang=about, menurut=according to, seperti=like,
agar=so that, jika=if, bila=if, juga=also, saja=only, hanya=only, lagi=again, masih=still, telah=has,
sudah=already, akan=will, sedang=currently, dapat=can, bisa=can, harus=must, pernah=ever, setiap=every,
semua=all, para=the, suatu=a, sebuah=a, seorang=a, satu=one, dua=two, tiga=three, empat=four, lima=five,
enam=six, tujuh=seven, delapan=eight, sembilan=nine, sepuluh=ten, seratus=one hundred, ribu=thousand,
juta=million, miliar=billion, triliun=trillion, persen=percent, pertama=first, pertama kali=first,
kedua=second, ketiga=third, terakhir=last, terakhir kali=last, terbesar=largest, terkecil=smallest,
tertinggi=highest, terendah=lowest, terpanjang=longest, tertua=oldest, termuda=youngest, terluas=largest,
terbanyak=most, terdekat=nearest, terkenal=famous, terbaru=newest, utama=main, besar=big, kecil=small,
tinggi=height, rendah=low, panjang=length, pendek=short, luas=area, berat=weight, lebar=width, tua=old,
muda=young, baru=new, lama=old, banyak=many, sedikit=few, lebih=more, paling=most, kurang=less,
resmi=official, asli=native, khas=typical, tradisional=traditional, modern=modern, ilmiah=scientific,
alami=natural, umum=general, nasional=national, internasional=international, dunia=world, nama=name,
nama lengkap=full name, nama asli=real name, nama lain=another name, nama latin=Latin name,
nama ilmiah=scientific name, jumlah=number, jumlah penduduk=population, penduduk=population,
populasi=population, luas wilayah=area, wilayah=territory, daerah=region, kawasan=area, letak=location,
lokasi=location, jarak=distance, tempat=place, tanggal=date, tahun=year, bulan=month, hari=day,
minggu=week, jam=hour, abad=century, masa=period, masa jabatan=term of office, zaman=era, waktu=time,
umur=age, usia=age, awal=beginning, akhir=end, asal=origin, ibu kota=capital, ibukota=capital, kota=city,
negara=country, negara bagian=state, provinsi=province, kabupaten=regency, kecamatan=district,
desa=village, pulau=island, kepulauan=islands, benua=continent, laut=sea, samudra=ocean, danau=lake,
sungai=river, gunung=mount, gunung berapi=volcano, pegunungan=mountains, hutan=forest, pantai=beach,
teluk=bay, selat=strait, jalan=street, jalan tol=toll road, jembatan=bridge, gedung=building,
bangunan=building, rumah=house, rumah sakit=hospital, rumah adat=traditional house, menara=tower,
candi=temple, masjid=mosque, gereja=church, kuil=temple, istana=palace, benteng=fortress, museum=museum,
taman=park, bandara=airport, bandar udara=airport, pelabuhan=port, stasiun=station,
stasiun televisi=television station, kantor=office, kantor pusat=headquarters, pusat=center,
markas=headquarters, sekolah=school, universitas=university, perguruan tinggi=university,
mata uang=currency, bahasa=language, bahasa resmi=official language, agama=religion, suku=ethnic group,
suku bangsa=ethnic group, bangsa=nation, warga=citizens, warga negara=citizens, masyarakat=society,
orang=people, orang tua=parents, manusia=human, anak=child, anak-anak=children, bayi=baby, ayah=father,
ibu=mother, istri=wife, suami=husband, saudara=brother, adik=younger sibling, kakak=older sibling,
putra=son, putri=daughter, keluarga=family, keturunan=descent, raja=king, ratu=queen, kaisar=emperor,
sultan=sultan, pangeran=prince, presiden=president, wakil presiden=vice president,
perdana menteri=prime minister, menteri=minister, menteri luar negeri=foreign minister, gubernur=governor,
bupati=regent, wali kota=mayor, walikota=mayor, ketua=chairman, ketua umum=chairman, kepala=head,
direktur=director, direktur utama=president director, pemimpin=leader, pendiri=founder, penemu=inventor,
pencipta=creator, penulis=author, pengarang=author, penyanyi=singer, pemeran=actor, aktor=actor,
sutradara=director, produser=producer, arsitek=architect, pemain=player, pelatih=coach, juara=champion,
pemenang=winner, tokoh=figure, tokoh utama=main character, karakter=character,
karakter utama=main character, vokalis=vocalist, anggota=member, jenderal=general, panglima=commander,
tentara=army, pasukan=troops, polisi=police, militer=military, kapal=ship, pesawat=aircraft,
pesawat terbang=airplane, mobil=car, kereta=train, kereta api=railway, senjata=weapon, perang=war,
perang dunia=World War, perang dunia i=World War I, perang dunia ii=World War II, pertempuran=battle,
revolusi=revolution, kemerdekaan=independence, hari kemerdekaan=Independence Day, kerajaan=kingdom,
kekaisaran=empire, kesultanan=sultanate, dinasti=dynasty, republik=republic, pemerintah=government,
pemerintahan=government, sistem=system, sistem pemerintahan=system of government, partai=party,
partai politik=political party, pemilu=election, pemilihan umum=general election, undang-undang=law,
hukum=law, politik=politics, ekonomi=economy, industri=industry, perdagangan=trade, perusahaan=company,
pabrik=factory, maskapai=airline, maskapai penerbangan=airline, penerbangan=flight, penumpang=passengers,
harga=price, biaya=cost, nilai=value, saham=shares, dana=funds, produk=product, produksi=production,
ekspor=exports, impor=imports, organisasi=organization, lembaga=institution, badan=agency,
departemen=department, kelompok=group, grup=group, grup musik=band, kumpulan=group, klub=club, tim=team,
sepak bola=football, olahraga=sport, kejuaraan=championship, pertandingan=match, turnamen=tournament,
medali=medal, medali emas=gold medal, piala=cup, piala dunia=World Cup, penghargaan=award, film=film,
serial=series, seri=series, acara=show, televisi=television, lagu=song, album=album, musik=music,
alat musik=musical instrument, novel=novel, buku=book, karya=work, kitab=holy book, kitab suci=holy book,
majalah=magazine, surat kabar=newspaper, koran=newspaper, komik=comic, cerita=story, judul=title,
puisi=poem, lukisan=painting, seni=art, budaya=culture, kebudayaan=culture, tari=dance, pakaian=clothing,
pakaian adat=traditional clothing, makanan=food, makanan khas=typical food, minuman=drink, warna=color,
bendera=flag, lambang=symbol, gelar=title, jabatan=position, pekerjaan=job, profesi=profession,
julukan=nickname, sebutan=term, istilah=term, kata=word, arti=meaning, makna=meaning, maksud=meaning,
pengertian=definition, definisi=definition, kepanjangan=abbreviation stand for, singkatan=abbreviation,
tujuan=purpose, fungsi=function, manfaat=benefit, kegunaan=use, peran=role, penyebab=cause,
penyebab kematian=cause of death, sebab=cause, alasan=reason, dampak=impact, hasil=result, cara=way,
proses=process, contoh=example, jenis=type, macam=kind, bentuk=form, bagian=part, ciri=feature,
sifat=property, bahan=material, bahan utama=main ingredient, bahan bakar=fuel, minyak=oil,
minyak bumi=petroleum, gas=gas, air=water, api=fire, udara=air, tanah=soil, lahan=land, emas=gold,
besi=iron, batu=stone, logam=metal, listrik=electricity, energi=energy, cahaya=light, suhu=temperature,
matahari=sun, bumi=earth, bulan purnama=full moon, planet=planet, bintang=star, tata surya=solar system,
antariksa=space, ilmu=science, ilmu pengetahuan=science, ilmuwan=scientist, teori=theory, kimia=chemistry,
fisika=physics, unsur=element, unsur kimia=chemical element, tabel periodik=periodic table, sel=cell,
darah=blood, tubuh=body, penyakit=disease, virus=virus, bakteri=bacteria, obat=medicine, gejala=symptoms,
kesehatan=health, hewan=animal, binatang=animal, burung=bird, ikan=fish, ular=snake, kucing=cat,
anjing=dog, tumbuhan=plant, tanaman=plant, pohon=tree, buah=fruit, bunga=flower, kayu=wood,
komputer=computer, perangkat lunak=software, internet=internet, telepon=telephone,
telepon genggam=mobile phone, kode telepon=area code, teknologi=technology, media=media, berita=news,
kasus=case, kecelakaan=accident, korban=victims, korban tewas=death toll, bencana=disaster,
gempa=earthquake, gempa bumi=earthquake, banjir=flood, letusan=eruption, peristiwa=event, kejadian=event,
serangan=attack, ledakan=explosion, bom=bomb, pembunuhan=murder, hukuman=sentence, kematian=death,
kelahiran=birth, pernikahan=marriage, lahir=born, dilahirkan=born, meninggal=die, meninggal dunia=die,
wafat=die, menikah=marry, didirikan=founded, berdiri=established, mendirikan=founded, dibentuk=formed,
terbentuk=formed, dibangun=built, membangun=built, dibuat=made, membuat=made, diciptakan=created,
menciptakan=created, ditemukan=discovered, menemukan=discovered, ditulis=written, menulis=wrote,
diterbitkan=published, dirilis=released, diluncurkan=launched, diresmikan=inaugurated, dibuka=opened,
ditutup=closed, dimulai=begin, mulai=begin, berakhir=end, selesai=finished, berlangsung=last,
terjadi=happen, diadakan=held, diselenggarakan=held, dilaksanakan=held, dilakukan=done, melakukan=do,
digunakan=used, menggunakan=use, dipakai=used, disebut=called, dikenal=known, dimaksud=meant,
dinamakan=named, bernama=named, berasal=come from, terletak=located, berada=located, tinggal=live,
bekerja=work, belajar=study, bermain=play, memiliki=have, mempunyai=have, dimiliki=owned, milik=owned by,
memimpin=led, dipimpin=led, memerintah=ruled, berkuasa=ruled, menjabat=served, terpilih=elected,
dipilih=elected, diangkat=appointed, dilantik=inaugurated, mundur=resign, menang=win, memenangkan=won,
memenangi=won, meraih=won, mendapat=got, menerima=received, memberikan=gave, diberikan=given,
mengalahkan=defeated, kalah=lost, bergabung=join, keluar=leave, masuk=enter, datang=come, pergi=go,
kembali=return, merdeka=become independent, dijajah=colonized, menyerang=attacked, dihancurkan=destroyed,
runtuh=collapse, dibubarkan=dissolved, mengembangkan=developed, dikembangkan=developed,
memproduksi=produce, diproduksi=produced, menghasilkan=produce, mengatakan=said, menyatakan=stated,
menolak=rejected, mendukung=supported, dilarang=banned, dibutuhkan=needed, diperlukan=needed,
menyebabkan=caused, disebabkan=caused by, mengalami=experienced, naik=rise, turun=fall, meningkat=increase,
menjual=sell, dijual=sold, membeli=buy, dibeli=bought, membayar=pay, mencapai=reach, tewas=killed,
luka=injured, ditangkap=arrested, ditahan=detained, dibebaskan=released, memerankan=played,
menyanyikan=sang, terdiri=consist, tergabung=joined, termasuk=including, menganut=adhere to,
dianut=followed, beroperasi=operate, tayang=air, ditayangkan=aired, indonesia=Indonesia, jepang=Japan,
inggris=England, jerman=Germany, amerika=America, amerika serikat=United States, as=US,
korea selatan=South Korea, korea utara=North Korea, cina=China, tiongkok=China, belanda=the Netherlands,
prancis=France, perancis=France, spanyol=Spain, portugis=Portugal, italia=Italy, rusia=Russia,
uni soviet=Soviet Union, yunani=Greece, mesir=Egypt, turki=Turkey, irak=Iraq, arab saudi=Saudi Arabia,
yordania=Jordan, suriah=Syria, lebanon=Lebanon, palestina=Palestine, singapura=Singapore,
filipina=the Philippines, kamboja=Cambodia, selandia baru=New Zealand, brasil=Brazil, meksiko=Mexico,
kanada=Canada, afrika=Africa, afrika selatan=South Africa, eropa=Europe, uni eropa=European Union,
asia tenggara=Southeast Asia, amerika latin=Latin America, swiss=Switzerland, swedia=Sweden,
norwegia=Norway, belgia=Belgium, polandia=Poland, hongaria=Hungary, skotlandia=Scotland, irlandia=Ireland,
islandia=Iceland, siprus=Cyprus, maroko=Morocco, romawi=Roman, roma=Rome, yerusalem=Jerusalem, jawa=Java,
jawa barat=West Java, jawa tengah=Central Java, jawa timur=East Java, sumatera=Sumatra, sumatra=Sumatra,
sulawesi selatan=South Sulawesi, kalimantan=Borneo, papua barat=West Papua, utara=north, selatan=south,
timur=east, barat=west, tengah=central, tenggara=southeast, pbb=UN,
perserikatan bangsa-bangsa=United Nations, yesus=Jesus, nabi=prophet, dewa=god, tuhan=God, islam=Islam,
kristen=Christianity, katolik=Catholic, hindu=Hinduism, buddha=Buddhism, yahudi=Jewish, desember=December,
januari=January, februari=February, maret=March, mei=May, juni=June, juli=July, agustus=August,
oktober=October, senin=Monday, selasa=Tuesday, rabu=Wednesday, kamis=Thursday, jumat=Friday,
sabtu=Saturday
"""

GLOSSES: dict[str, str] = dict(pair.strip().split("=") for pair in _GLOSSES.replace("\n", " ").split(","))

# Inside a name only these are glossed ("Dinasti Tang" is the Tang Dynasty, but "Muda" may be a surname).
_TITLED = frozenset(
    "dinasti kerajaan kekaisaran kesultanan kabupaten provinsi kota pulau kepulauan gunung laut danau sungai "
    "presiden menteri pangeran raja ratu kaisar jenderal perang pertempuran kejuaraan universitas partai "
    "gereja masjid museum taman bandara republik departemen nabi revolusi direktur gubernur ketua kepala "
    "piala negara"
    .split()
)  # fmt: skip

_SUPERLATIVES = (
    "pertama|kedua|ketiga|terakhir|terbesar|terkecil|tertinggi|terendah|terpanjang|tertua|terluas|utama"
)
_SWAP = re.compile(rf"\b([\w-]+) ({_SUPERLATIVES})\b(?! kali)", re.IGNORECASE)
_WORD = re.compile(r"[\w'’-]+|[^\w\s]+|\s+")


def _templates() -> list[Template]:
    what, who, when = (
        r"(?:apa|apakah)",
        r"(?:siapa|siapakah)",
        r"(?:kapan|kapankah|pada tahun berapa(?:kah)?)",
    )
    many, where = r"berapa(?:kah)?", r"(?:di ?mana|di ?manakah)"
    first = r"(?: pertama| pertama kali| untuk pertama kalinya)"
    size = "panjang|tinggi|lebar|berat|jarak|umur|usia|suhu|ketinggian|kedalaman"
    make = "menciptakan|menemukan|mendirikan|mengembangkan|menulis|membuat"
    person = "raja|presiden|pemimpin|sultan|ketua|gubernur|walikota|istri|suami|ayah|ibu"
    trait = "penyebab kematian|fungsi utama|penyebab|fungsi|tujuan|bahasa|agama|warna|lambang|manfaat"
    rows = [
        (rf"{when} (.+?) (?:lahir|dilahirkan)", "When was {0} born"),
        (rf"{when} (.+?) (?:meninggal|meninggal dunia|wafat)", "When did {0} die"),
        (rf"{when} (.+?){first} (di\w+)", "When was {0} first {1}"),
        (rf"{when} (.+?) terakhir(?: kali)? (di\w+)", "When was {0} last {1}"),
        (rf"{when} (.+?) (di\w+)", "When was {0} {1}"),
        (rf"{when} (.+?) (di\w+) (.+)", "When was {0} {1} {2}"),
        (rf"{when} (.+?) (berdiri|merdeka|terbentuk)", "When was {0} {1}"),
        (rf"{when} (.+?) (mulai|berakhir|terjadi|runtuh|menikah|menjabat)(.*)", "When did {0} {1}{2}"),
        (rf"{when} (.+)", "When did {0}"),
        (rf"pada tanggal {many} (.+)", "On what date {0}"),
        (rf"tahun {many} (.+)", "In what year {0}"),
        (rf"{where} (?:letak|lokasi) (.+)", "Where is {0} located"),
        (rf"{where} (.+?) (?:lahir|dilahirkan)", "Where was {0} born"),
        (rf"{where} (.+?) meninggal", "Where did {0} die"),
        (rf"{where} (.+?) (?:terletak|berada)", "Where is {0}"),
        (rf"{where} (.+?) (di\w+)", "Where was {0} {1}"),
        (rf"{where} (.+)", "Where is {0}"),
        (r"di (\w+) mana(?:kah)? (.+)", "In which {0} {1}"),
        (r"dari ?mana(?:kah)? asal (.+)", "Where does {0} come from"),
        (rf"{many} luas (?:wilayah )?(.+)", "What is the area of {0}"),
        (rf"{many} (?:jumlah penduduk|populasi|penduduk) (.+)", "What is the population of {0}"),
        (rf"{many} jumlah (.+)", "How many {0}"),
        (rf"{many} ({size}) (.+)", "What is the {0} of {1}"),
        (rf"{many} harga (.+)", "How much does {0} cost"),
        (r"berapa lama(?:kah)? (.+)", "How long {0}"),
        (rf"{many} (persen|meter|kilometer|hektar|tahun|orang|negara|provinsi) (.+)", "How many {0} {1}"),
        (rf"ada {many} (.+?) di (.+)", "How many {0} are there in {1}"),
        (rf"(?:ada )?{many} (.+)", "How many {0}"),
        (rf"{who} nama (.+)", "What is the name of {0}"),
        (rf"{who}(?: yang)?(?: pertama kali)? ({make}) (.+)", "Who {0} {1}"),
        (rf"{who} (?:pendiri|yang mendirikan) (.+)", "Who founded {0}"),
        (rf"{who} (?:penulis|pengarang) (.+)", "Who wrote {0}"),
        (rf"{who} (?:penemu) (.+)", "Who invented {0}"),
        (rf"{who}(?:kah)? yang (?:tidak|bukan) (.+)", "Who did not {0}"),
        (rf"{who}(?:kah)? yang (.+)", "Who {0}"),
        (rf"{who} ({person}) (.+)", "Who is the {0} of {1}"),
        (rf"{who} (.+)", "Who is {0}"),
        (rf"{what} (?:kepanjangan|singkatan)(?: dari)? (.+)", "What does {0} stand for"),
        (rf"{what}(?:kah)? (?:yang )?(?:di ?maksud(?:kan)?) (?:dengan |sebagai )?(.+)", "What is {0}"),
        (rf"{what} (?:itu|pengertian|definisi)(?: dari)? (.+)", "What is {0}"),
        (rf"{what} (?:arti|maksud)(?: dari)?(?: kata)? (.+)", "What does {0} mean"),
        (rf"{what} (?:nama )?(ibu ?kota|mata uang) (.+)", "What is the {0} of {1}"),
        (rf"{what} nama (.+)", "What is the name of {0}"),
        (rf"{what} ({trait}) (.+)", "What is the {0} of {1}"),
        (rf"{what} yang (?:tidak|bukan) (.+)", "What is not {0}"),
        (rf"{what} yang (.+)", "What {0}"),
        (rf"{what} (.+)", "What is {0}"),
        (r"mengapa (.+?) (di\w+)(.*)", "Why was {0} {1}{2}"),
        (r"(?:mengapa|kenapa) (.+)", "Why did {0}"),
        (r"bagaimana(?:kah)? (?:cara )?(.+)", "How does {0}"),
        (r"(?:pada )?([\w-]+) (?:apa|apakah|mana|manakah)(?: yang)? (.+)", "Which {0} {1}"),
        (rf"(?:pada )?(\w+) {many}(?: yang)? (.+)", "What {0} {1}"),
        (rf"(.+) (?:adalah|ialah) {who}", "Who is {0}"),
    ]  # fmt: skip
    return [(re.compile(pattern, re.IGNORECASE), form) for pattern, form in rows]


_TEMPLATES = _templates()


def gloss(text: str) -> str:
    """Replace each known word or phrase by its English; names and unknown words stay as they are."""
    text = _SWAP.sub(lambda m: f"{m.group(2)} {m.group(1)}", text)
    pieces = _WORD.findall(text)
    out: list[str] = []
    i = 0
    while i < len(pieces):
        for width in (5, 3, 1):
            phrase = "".join(pieces[i : i + width])
            english = GLOSSES.get(phrase.lower())
            if english is None:
                continue
            if width == 1 and i and phrase[0].isupper() and english[0].islower():
                if phrase.lower() not in _TITLED:
                    continue
                english = english.title()
            break
        else:
            width, english = 1, pieces[i]
        out.append(english)
        i += width
    return "".join(out)


def rough_english(question: str) -> str:
    """Rewrite an Indonesian question into rough English with its question word first."""
    plain = re.sub(r"\s+", " ", question.strip().rstrip("?").strip())
    for pattern, form in _TEMPLATES:
        match = pattern.fullmatch(plain)
        if match:
            text = form.format(*(gloss(part or "") for part in match.groups()))
            return re.sub(r"\s+", " ", text).strip() + "?"
    text = gloss(plain)
    return text[:1].upper() + text[1:] + "?"
