"""E-mail, saved pages and chats."""

from datetime import date
from email.message import EmailMessage

import pytest
from files_double import PARAGRAPHS, page
from office_double import mail, saved_page

from index.errors import ArticleError
from index.parsers.mail import FEWEST, is_chat, read_chat, read_eml, read_mhtml

RELEASE = " ".join(PARAGRAPHS)
assert len(RELEASE) < FEWEST
LONG = f"*Ekspor Sumut Naik*\n\n{RELEASE} {PARAGRAPHS[0]}"
KEPT = f"Ekspor Sumut Naik\n\n{RELEASE} {PARAGRAPHS[0]}\n"


def test_an_email_is_an_article_with_its_subject_day_and_sender() -> None:
    [draft] = read_eml(mail("Siaran Pers: Ekspor Naik é", PARAGRAPHS).as_bytes()).drafts
    assert draft.text == "\n\n".join(PARAGRAPHS) + "\n"
    assert (draft.title, draft.published, draft.author) == (
        "Siaran Pers: Ekspor Naik é", date(2025, 3, 3), "Ratna Sari",
    )  # fmt: skip


def test_the_text_part_is_read_and_the_html_part_where_there_is_none() -> None:
    message = mail("A", ["Teks biasa."])
    message.add_alternative("<p>Teks &amp; markup.</p>", subtype="html")
    assert read_eml(message.as_bytes()).drafts[0].text == "Teks biasa.\n"
    message.get_payload(0).set_content(" \n")
    assert read_eml(message.as_bytes()).drafts[0].text == "Teks & markup.\n"


def test_a_line_in_place_of_the_html_part_does_not_hide_it() -> None:
    message = mail("A", ["Surel ini memakai HTML."])
    message.add_alternative("".join(f"<p>{one}</p>" for one in PARAGRAPHS), subtype="html")
    assert read_eml(message.as_bytes()).drafts[0].text == "\n\n".join(PARAGRAPHS) + "\n"


@pytest.mark.parametrize(
    ("kind", "name"), [("csv", "lampiran.csv"), ("rtf", "lampiran.rtf"), ("calendar", "lampiran.ics")]
)
def test_a_text_of_another_format_is_a_part_though_it_has_no_name(kind: str, name: str) -> None:
    message = mail("A", ["Isi."])
    message.make_mixed()
    part = EmailMessage()
    part.set_content("kota;luas", subtype=kind)
    message.attach(part)
    assert [one for one, _ in read_eml(message.as_bytes()).parts] == [name]


def test_a_day_in_utc_is_one_of_the_office_and_one_that_cannot_be_read_is_named() -> None:
    raw = mail("A", ["Isi."]).as_bytes()
    utc = raw.replace(b"10:00:00 +0700", b"23:30:00 +0000")
    assert read_eml(utc).drafts[0].published == date(2025, 3, 4)
    none = raw.replace(b"Mon, 03 Mar 2025 10:00:00 +0700", b"kemarin dulu")
    assert (read_eml(none).drafts[0].published, read_eml(none).drafts[0].unread_day) == (None, "kemarin dulu")


def test_attachments_are_parts_and_pictures_of_the_layout_are_not() -> None:
    message = mail("A", ["Isi."])
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="rilis é.pdf")
    message.add_attachment(b"GIF89a", maintype="image", subtype="gif", cid="<logo>", disposition="inline")
    message.add_attachment(mail("Terusan", ["Isi terusan."]))
    assert [name for name, _ in read_eml(message.as_bytes()).parts] == ["rilis é.pdf", "Terusan.eml"]


def test_soft_line_breaks_are_joined_where_the_mail_says_that_it_has_them() -> None:
    raw = b"Subject: A\nContent-Type: text/plain; format=flowed\n\nSatu kalimat yang \nterus saja.\nBaru.\n"
    assert read_eml(raw).drafts[0].text == "Satu kalimat yang terus saja.\nBaru.\n"


def test_a_blank_that_only_says_that_a_line_goes_on_is_taken_off() -> None:
    raw = b"Subject: A\nContent-Type: text/plain; format=flowed; delsp=yes\n\nhttps://contoh.exa \nmple/a\n"
    assert read_eml(raw).drafts[0].text == "https://contoh.example/a\n"


OWN, OTHER = PARAGRAPHS[:2]


@pytest.mark.parametrize(
    "below",
    [
        f"Pada Kam, 5 Jun 2025 pukul 10.00 Budi <b@x.example> menulis:\n> {OTHER}\n> Salam.",
        f"On Thu, 5 Jun 2025 at 10:00, Budi\n<b@x.example> wrote:\n\n> {OTHER}",
        f"-----Original Message-----\nFrom: Budi\n\n{OTHER}",
        f"Dari: Budi <b@x.example>\nDikirim: Kamis, 5 Juni 2025\nKepada: Ratna\nPerihal: RE: draf\n\n{OTHER}",
    ],
)
def test_a_message_that_is_answered_is_left_out_and_counted(below: str) -> None:
    found = read_eml(mail("RE: draf", [OWN, below]).as_bytes())
    assert [one.text for one in found.drafts] == [f"{OWN}\n"]
    assert found.left_out == {"quoted message": 1}
    # Where the reply says next to nothing, or passes the other on, the other is the point.
    for subject, own in (("RE: draf", "Terlampir."), ("Fwd: ekspor", OWN)):
        found = read_eml(mail(subject, [own, below]).as_bytes())
        assert OTHER in found.drafts[0].text
        assert ">" not in found.drafts[0].text.replace("example>", "")
        assert found.left_out == {}


def test_a_table_of_a_message_keeps_its_headings() -> None:
    rows = "<tr><th>Kota</th><th>2023</th></tr><tr><td>Melati</td><td>Rp 3 miliar</td></tr>"
    message = EmailMessage()
    message.set_content(page(f"<p>{OWN}</p><table>{rows}</table>").decode(), subtype="html")
    assert "\n\nKota: Melati; 2023: Rp 3 miliar" in read_eml(message.as_bytes()).drafts[0].text


def test_a_message_that_is_answered_is_left_out_of_html_as_well() -> None:
    quoted = f"<div class='gmail_quote'>Pada Kam, 5 Jun Budi menulis:<blockquote>{OTHER}</blockquote></div>"
    message = mail("Bls: A", [])
    message.set_content(page(f"<p>{OWN}</p>{quoted}").decode(), subtype="html")
    assert read_eml(message.as_bytes()).drafts[0].text == f"{OWN}\n"
    message.set_content(
        page(f"<p>{OWN}</p>{quoted.replace('Pada', 'Forwarded message')}").decode(), subtype="html"
    )
    assert OTHER in read_eml(message.as_bytes()).drafts[0].text


@pytest.mark.parametrize(
    "head",
    [
        "SIARAN PERS\nDari: Humas\nKepada: Redaksi Media\nPerihal: Pasar murah\nTanggal: 9.06.2025",
        "Pesan awal",
    ],
)
def test_a_release_with_a_head_of_its_own_is_no_message_that_is_answered(head: str) -> None:
    text = f"{OWN}\n\n{head}\n\n{OTHER}"
    found = read_eml(mail("Siaran pers", [text]).as_bytes())
    assert ([one.text for one in found.drafts], found.left_out) == ([f"{text}\n"], {})


def test_a_message_that_is_no_answer_passes_on_what_it_quotes() -> None:
    below = f"From: Humas <h@x.example>\nSent: Monday, June 9, 2025 10:00 AM\nTo: Redaksi\n\n{OTHER}"
    message = mail("Siaran pers", [OWN, below])
    found = read_eml(message.as_bytes())
    assert ([one.text for one in found.drafts], found.left_out) == ([f"{OWN}\n\n{below}\n"], {})
    message["In-Reply-To"] = "<1@x.example>"
    assert read_eml(message.as_bytes()).left_out == {"quoted message": 1}


def test_a_sign_at_the_beginning_of_a_line_quotes_nothing_by_itself() -> None:
    text = f"{OWN}\n\n> 5 persen: naik"
    assert read_eml(mail("A", [text]).as_bytes()).drafts[0].text == f"{text}\n"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"Hanya teks tanpa kepala.", "no e-mail; name it after what it is"),
        (b"Subject: A\n\n \n", "it has no text; write the article into it"),
        (
            b"Subject: A\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n",
            "it is encrypted; open",
        ),
        (
            b"Subject: A\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx",
            "it is encrypted",
        ),
    ],
)
def test_an_email_that_cannot_be_read_is_named_with_the_cure(raw: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        read_eml(raw)


def test_a_page_saved_as_one_file_is_read_with_its_address_and_without_its_frames() -> None:
    draft = read_mhtml(saved_page("Ekspor Naik", PARAGRAPHS))
    assert draft.text == "\n\n".join(["Ekspor Naik", *PARAGRAPHS]) + "\n"
    assert (draft.title, draft.url) == ("Ekspor Naik", "https://contoh.example/berita/1")
    # The day on which it was saved is believed where nothing else tells one.
    assert (draft.published, draft.made) == (None, date(2025, 3, 4))
    dated = saved_page("Ekspor Naik", PARAGRAPHS).replace(b"/berita/1", b"/2025/03/02/naik")
    assert read_mhtml(dated).published == date(2025, 3, 2)


def test_what_is_no_saved_page_is_named_with_the_cure() -> None:
    cut = saved_page("A", PARAGRAPHS).partition(b"\n\n")[0] + b"\n\n"
    with pytest.raises(ArticleError, match=r"no web page, or is cut short; save it again as \.html"):
        read_mhtml(cut)
    with pytest.raises(ArticleError, match="it is no saved web page; name it after what it is"):
        read_mhtml(page("<p>Isi.</p>"))


ANDROID_ID = f"""\
03/03/25 09.41 - Pesan dan panggilan dienkripsi secara end-to-end.
03/03/25 09.41 - Budi menambahkan Anda
03/03/25 09.42 - Ratna Humas: {LONG}
03/03/25 09.43 - Budi: ok siap
03/03/25 09.44 - Budi: <Media tidak disertakan>
03/03/25 09.45 - +62 812-3456-7890: Pesan ini telah dihapus
13/03/25 09.46 - +62 812-3456-7890: IMG-1.jpg (file terlampir)
{LONG}
"""
ANDROID_EN = f"""\
3/3/25, 9:42\u202fPM - Ratna Humas: {LONG}
3/14/25, 9:43\u202fAM - Budi: ok <This message was edited>
"""
IPHONE = f"""\
[03/03/25 21.42.07] Grup Humas: \u200ePesan dan panggilan dienkripsi secara end-to-end.
[03/03/25 21.42.07] ~\u202fRatna Humas: {LONG} \u200e<Pesan ini diedit>
\u200e[04/03/25 08.00.00] Budi: \u200egambar tidak disertakan
"""


@pytest.mark.parametrize(
    ("chat", "clock", "left_out"),
    [
        (
            ANDROID_ID, "09:42",
            {"system message": 2, "short message": 1, "media": 1, "deleted message": 1},
        ),
        (ANDROID_EN, "21:42", {"short message": 1}),
        (IPHONE, "21:42", {"system message": 1, "media": 1}),
    ],
)  # fmt: skip
def test_long_messages_of_a_chat_are_articles_and_others_are_counted(chat, clock, left_out) -> None:
    assert is_chat(chat.encode())
    found = read_chat(chat.encode())
    first = found.drafts[0]
    assert (first.text, first.author, first.published) == (KEPT, "Ratna Humas", date(2025, 3, 3))
    assert first.key == f"2025-03-03 {clock}"
    assert found.left_out == left_out


def test_what_is_written_under_a_picture_is_a_message_and_a_number_is_no_name() -> None:
    last = read_chat(ANDROID_ID.encode()).drafts[1]
    assert (last.text, last.author, last.published) == (KEPT, None, date(2025, 3, 13))


def test_the_order_of_day_and_month_is_that_in_which_the_chat_goes_on() -> None:
    days = [("2/1/25", 1), ("2/3/25", 3), ("3/1/25", 1)]  # 1, 3 February and 1 March, the month first
    chat = "".join(f"{day}, 09:00 - A: {LONG}\n" for day, _ in days)
    assert [one.published for one in read_chat(chat.encode()).drafts] == [
        date(2025, 2, 1), date(2025, 2, 3), date(2025, 3, 1),
    ]  # fmt: skip


def test_a_chat_of_short_messages_is_refused_and_an_article_is_no_chat() -> None:
    with pytest.raises(
        ArticleError, match=r"it is a chat of 2 messages with none of 300 characters or more; save"
    ):
        read_chat(b"03/03/25 09.41 - A: halo\n03/03/25 09.42 - B: ya\n")
    assert not is_chat(b"MEDAN, 03/03/25 09.41 - Gubernur: hadir\n\nIsi berita.\n")
    assert not is_chat(b"03/03/25 09.41 - Gubernur hadir\n\nIsi berita.\n\nIsi lagi.\n")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("X-Unsent: 1", "draft"),
        ("X-Mozilla-Draft-Info: internal/draft; vcard=0", "draft"),
        ('X-Gmail-Labels: "Sampah",Belum dibaca', "sampah"),
        ("X-Gmail-Labels: Inbox,Drafts", "drafts"),
        ("Sensitivity: Company-Confidential", "company-confidential"),
        ("X-Gmail-Labels: Inbox,Rilis", ""),
        ("X-Unsent: 0", ""),
        ("Sensitivity: Normal", ""),
    ],
)
def test_a_message_that_was_not_sent_or_is_confidential_is_not_public(header: str, reason: str) -> None:
    message = mail("A", ["Isi."])
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")
    found = read_eml(f"{header}\n".encode() + message.as_bytes())
    assert [draft.withheld for draft in found.drafts] == [reason]
    assert len(found.parts) == (0 if reason else 1)


@pytest.mark.parametrize(
    ("subject", "body", "reason"),
    [
        ("DRAFT: Tarif sampah", "Isi.", "draft"),
        ("Fwd: [EMBARGO 1 Januari 2099] Tarif", "Isi.", "embargo"),
        ("Tarif", "TIDAK UNTUK DISIARKAN\n\nIsi.", "not for publication"),
        ("Re: draft", "Isi.", ""),
        ("Draf RUU dibahas", "Isi.", ""),
    ],
)
def test_a_message_may_be_marked_as_not_public(subject: str, body: str, reason: str) -> None:
    message = mail(subject, [body])
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")
    found = read_eml(message.as_bytes())
    assert [one.withheld for one in found.drafts] == [reason]
    assert len(found.parts) == (0 if reason else 1)
