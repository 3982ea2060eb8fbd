"""Web pages give their article, and none of what stands around it."""

import contextlib
from datetime import date

import pytest
from files_double import PARAGRAPHS, page

from index.errors import ArticleError
from index.files import finish
from index.parsers import Remark
from index.parsers.html import decode_page, plain, read_html

ARTICLE = "<h1>Ekspor Naik</h1>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
TEXT = "\n\n".join(PARAGRAPHS)
LINKED = '<script type="application/ld+json">'


def test_the_article_is_told_from_what_stands_around_it() -> None:
    body = (
        "<header>Kabar Melati <nav><ul><li><a href='/e'>Ekonomi</a></li></ul></nav>"
        f"</header><main><article>{ARTICLE}</article></main><aside><h3>Terpopuler</h3><a href='/1'>Harga"
        " beras naik</a></aside><footer>Hak cipta 2025</footer><script>var rahasia = 1</script>"
    )
    head = (
        "<title>Ekspor Naik - Kabar Melati</title><meta property='og:site_name' content='Kabar Melati'>"
        "<meta name='author' content='Ratna Sari'><link rel='canonical' href='https://melati.example/ekspor'>"
        "<meta property='article:published_time' content='2025-07-22T10:30:00+07:00'>"
    )
    draft = read_html(page(body, head))
    assert draft.text == f"Ekspor Naik\n\n{TEXT}\n"
    assert (draft.title, draft.source, draft.author) == ("Ekspor Naik", "Kabar Melati", "Ratna Sari")
    assert (draft.published, draft.url) == (date(2025, 7, 22), "https://melati.example/ekspor")


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        (
            f'{LINKED}{{"@type": "NewsArticle", "datePublished": "2025-03-04"}}</script>',
            "",
            4,
        ),
        (
            f'{LINKED}{{"@graph": [{{"@type": "WebPage", "datePublished": "2025-03-09"}}, '
            '{"@type": "NewsArticle", "datePublished": "2025-03-05T01:00:00Z"}]}</script>',
            "",
            5,
        ),
        ('<meta name="pubdate" content="06/03/2025">', "", 6),
        ("", '<time datetime="2025-03-07T10:00">kemarin</time>', 7),
        ("", '<div class="read__time">Sabtu, 8 Maret 2025, 10:30 WIB</div>', 8),
        ('<link rel="canonical" href="https://melati.example/2025/03/09/ekspor">', "", 9),
        ('<meta name="date" content="2999-01-01"><meta name="dc.date" content="2025-03-10">', "", 10),
        (
            f'{LINKED}\n//<![CDATA[\n{{"@type": "Article", "datePublished": "2025-03-11"}}\n//]]>\n</script>',
            "",
            11,
        ),
        (
            f'{LINKED}{{"@type": "WebPage", "mainEntity": {{"datePublished": ["2025-03-12"]}}}}</script>',
            "",
            12,
        ),
        (
            "",
            "<h1>Ekspor</h1><p class='updated'>Diubah <time datetime='2025-03-20'>20 Maret 2025</time></p>"
            "<p><time datetime='2025-03-13'>13 Maret 2025</time></p>",
            13,
        ),
        ("", "<div class='date'>Diperbarui 20 Maret 2025, terbit 14 Maret 2025</div>", 14),
        ("", "<div class='tanggal'>15/03/25 10:20</div>", 15),
        (
            f'{LINKED}{{"mainEntity": [{{"@type": "Question", "datePublished": "2020-01-01"}}]}}</script>'
            '<meta property="article:published_time" content="2025-03-17">',
            "",
            17,
        ),
        ("", "<h1>Ekspor</h1><p>Dina | Minggu, 16 Maret 2025 10:00 WIB | Diperbarui 20 Maret 2025</p>", 16),
    ],
)
def test_the_day_is_read_where_pages_declare_it(head: str, body: str, day: int) -> None:
    assert read_html(page(body + ARTICLE, head)).published == date(2025, 3, day)


def test_front_matter_above_a_page_is_no_part_of_its_text() -> None:
    body = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>"
    draft = read_html(f"---\nlayout: post\ntitle: Pasar\ndate: 2025-07-22\n---\n{body}".encode())
    assert (draft.title, draft.published) == ("Pasar", date(2025, 7, 22))
    assert draft.text == f"{PARAGRAPHS[0]}\n\n{PARAGRAPHS[1]}\n"


def test_a_page_without_a_day_has_none() -> None:
    assert read_html(page(ARTICLE)).published is None


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<title>Ekspor: Naik - Turun - Melati.com</title>", ""),
        ("<title>Ekspor: Naik - Turun | Kabar Melati</title>", ""),
        (
            "<meta property='og:title' content='Ekspor: Naik - Turun - Kabar Melati'><title>Lain</title>",
            "<h1>Lain</h1>",
        ),
        ("<title>Lain</title>", "<h1>Ekspor: Naik - Turun</h1>"),
        ("<title>Ekspor: Naik - Turun</title>", "<h1>Kabar Melati</h1>"),
        ("<title>Ekspor: Naik - Turun</title>", "<h1>Satu</h1><h1>Dua</h1>"),
    ],
)
def test_a_title_is_told_from_the_name_of_its_site(head: str, body: str) -> None:
    site = "<meta property='og:site_name' content='Kabar Melati'>"
    paragraphs = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    assert read_html(page(f"{body}<div>{paragraphs}</div>", head + site)).title == "Ekspor: Naik - Turun"


def test_a_short_page_is_read_whole() -> None:
    assert read_html(b"<p>Rapat <b>ditunda</b>.<p>Besok pagi.").text == "Rapat ditunda.\n\nBesok pagi.\n"


def test_a_page_is_decoded_as_it_says() -> None:
    text = "<html><head><meta charset='iso-8859-1'></head><body><p>“Naik” 5 € di café"
    assert "“Naik” 5 € di café" in decode_page(text.encode("windows-1252"))
    assert decode_page(b"<meta charset='utf-8'><p>caf\xc3\xa9").endswith("café")
    assert decode_page(b"<meta charset='no-such'><p>caf\xc3\xa9").endswith("café")


def test_a_table_is_read_row_by_row() -> None:
    rows = "<table><tr><th>Negara</th><th>Nilai</th></tr><tr><td>India</td><td>1,2 miliar</td></tr></table>"
    text = read_html(page(f"<article>{ARTICLE}{rows}<p>{PARAGRAPHS[0]}</p></article>")).text
    assert "\n\nNegara: India; Nilai: 1,2 miliar\n\n" in text
    assert "---" not in text


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"Hanya teks.", "it is no web page; save it as plain text"),
        (b"%PDF-1.4 <p>", "it is a PDF; rename it to end in .pdf"),
        (b"\x89PNG\r\n\x1a\n<a>" + bytes(range(256)), "it is binary"),
        (
            b"<html><body><script>document.write('x')</script></body></html>",
            "shows no running text without its",
        ),
        (b"<p>a\0b", "it is binary, not text"),
    ],
)
def test_what_is_no_page_is_refused_with_the_cure(raw: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        read_html(raw)


def test_entities_that_unfold_without_end_do_not() -> None:
    bomb = "".join(
        f'<!ENTITY a{n + 1} "&a{n};&a{n};&a{n};&a{n};&a{n};&a{n};&a{n};&a{n};">' for n in range(12)
    )
    raw = f'<!DOCTYPE html [<!ENTITY a0 "ha">{bomb}]><html><body><p>{PARAGRAPHS[0]} &a12;</p></body></html>'
    assert len(read_html(raw.encode()).text) < 5000


def test_nesting_without_end_is_read_or_refused() -> None:
    with contextlib.suppress(ArticleError):
        assert "Isi berita" in read_html(b"<div>" * 50_000 + b"<p>Isi berita itu di sini.").text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Satu <b>dua</b>.</p><p>Tiga<br/>empat &amp; lima</p>", "Satu dua.\n\nTiga\n\nempat & lima"),
        ("Nilai 3 < 5 dan 7 > 6", "Nilai 3 < 5 dan 7 > 6"),
        ("<script>jahat()</script><p>Isi", "Isi"),
        ("=SUM(A1) <b>tetap</b>", "=SUM(A1) tetap"),
        (
            "<div role='table'><div role='row'><b role='columnheader'>Kota</b><b role='columnheader'>2023</b>"
            "</div><div role='row'><b role='rowheader'>Buol</b><b role='cell'>Rp 1</b></div>"
            "<div role='row'><b role='rowheader'>Sigi</b><b role='cell'>Rp 2</b></div></div>",
            "Kota: Buol; 2023: Rp 1\nKota: Sigi; 2023: Rp 2",
        ),
        (
            "<table><tr><td></td><th>2023</th></tr><tr><th>Buol</th><td>1</td></tr></table>",
            "Buol; 2023: 1",
        ),
    ],
)
def test_a_piece_of_html_becomes_its_text(markup: str, text: str) -> None:
    assert plain(markup) == text


def links(count: int, tag: str = "li", after: str = "") -> str:
    link = "<{tag}><a href='/{n}'>Ekspor kabupaten ke-{n} naik lagi</a></{tag}>{after}"
    return "".join(link.format(tag=tag, n=n, after=after.format(n)) for n in range(count))


EXCERPT = "<p>Nilai ekspor kabupaten ke-{} naik pada tahun ini, kata dinas.</p>"


@pytest.mark.parametrize("listed", [f"<ul>{links(12)}</ul>", links(12, "h2", EXCERPT)])
def test_a_list_of_headlines_is_told_from_an_article_beside_a_list(listed: str) -> None:
    assert read_html(page(f"<main><h1>Indeks</h1>{listed}</main>")).remarks == (Remark("link_list"),)
    related = f"<article>{ARTICLE}{''.join(f'<p>{one}</p>' for one in PARAGRAPHS * 4)}</article>"
    assert read_html(page(f"{related}<div><h3>Terkait</h3><ul>{links(12)}</ul></div>")).remarks == ()


def test_a_page_that_declares_that_it_is_sold_is_a_teaser_where_it_is_short() -> None:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    )
    assert read_html(page(f"<article>{ARTICLE}</article>", head)).remarks == (Remark("paywall"),)
    whole = "".join(f"<p>{one} {number}.</p>" for number in range(10) for one in PARAGRAPHS)
    assert read_html(page(f"<article>{ARTICLE}{whole}</article>", head)).remarks == ()


def test_cells_that_span_and_headings_in_two_rows_are_read_as_they_are_meant() -> None:
    table = (
        "<table><tr><th rowspan=2>Kota</th><th colspan=2>Ekspor</th></tr><tr><th>2024</th><th>2025</th></tr>"
        "<tr><td>Melati</td><td></td><td>2 ton</td></tr><tr><td>Kenanga</td><td colspan=2>3 ton</td></tr>"
        "</table>"
    )
    text = read_html(page(f"<article>{ARTICLE}{table}<p>{PARAGRAPHS[0]}</p></article>")).text
    assert "\n\nKota: Melati; Ekspor 2025: 2 ton\nKota: Kenanga; Ekspor: 3 ton\n\n" in text


def test_a_table_whose_rows_alone_have_headings_gives_each_with_its_value() -> None:
    table = (
        "<table><tr><th>Lokasi</th><td>Melati</td></tr><tr><th>Panjang</th><td>120 meter</td></tr></table>"
    )
    text = read_html(page(f"<article>{ARTICLE}{table}<p>{PARAGRAPHS[0]}</p></article>")).text
    assert "\n\nLokasi: Melati\nPanjang: 120 meter\n\n" in text


def test_headings_of_two_rows_of_plain_cells_are_read_with_their_columns() -> None:
    table = (
        "<table><tr><td rowspan=2>Kota</td><td colspan=2>2024</td><td colspan=2>2025</td></tr>"
        "<tr><td>Rencana</td><td>Hasil</td><td>Rencana</td><td>Hasil</td></tr>"
        "<tr><td>Melati</td><td>1</td><td>2</td><td>3</td><td>4</td></tr></table>"
    )
    text = read_html(page(f"<article>{ARTICLE}{table}<p>{PARAGRAPHS[0]}</p></article>")).text
    assert "\n\nKota: Melati; 2024 Rencana: 1; 2024 Hasil: 2; 2025 Rencana: 3; 2025 Hasil: 4\n\n" in text


def test_a_table_in_a_piece_of_html_keeps_its_headings_as_in_a_page() -> None:
    table = (
        "<table><thead><tr><th>Kota</th><th>2022</th><th>2023</th><th>2024</th></tr></thead>"
        "<tr><td>Melati</td><td>Rp 3 miliar</td><td></td><td>Rp 7 miliar</td></tr>"
        "<tr><td>Kenanga</td><td>Rp 4 miliar</td><td><s>Rp 5 miliar</s></td><td>Rp 9 miliar</td></tr></table>"
    )
    rows = (
        "Kota: Melati; 2022: Rp 3 miliar; 2024: Rp 7 miliar\n"
        "Kota: Kenanga; 2022: Rp 4 miliar; 2024: Rp 9 miliar"
    )
    piece = f"<p>{PARAGRAPHS[0]}</p><figure>{table}</figure><p>{PARAGRAPHS[1]}</p>"
    assert plain(piece) == f"{PARAGRAPHS[0]}\n\n{rows}\n\n{PARAGRAPHS[1]}"
    assert rows in read_html(page(f"<article>{ARTICLE}{piece}</article>")).text


def test_what_a_piece_of_html_sets_in_a_table_for_its_looks_is_no_table() -> None:
    cells = "<tr><td>Jalan rusak</td><td>Pasar sepi</td><td>Harga naik</td></tr>"
    assert plain(f"<table role=presentation>{cells}{cells}</table>") == "\n\n".join(
        ["Jalan rusak Pasar sepi Harga naik"] * 2
    )


@pytest.mark.parametrize("mark", ["time", "label", "data", "time datetime='2024-08-17'"])
def test_words_that_a_sentence_marks_stay_in_it(mark: str) -> None:
    sentence = f"Pada <{mark}>17 Agustus 2024</{mark.split(maxsplit=1)[0]}> bupati membuka pasar di kota itu."
    text = read_html(page(f"<article>{ARTICLE}<p>{sentence}</p></article>")).text
    assert "Pada 17 Agustus 2024 bupati membuka pasar di kota itu." in text
    assert (
        plain(f"<p>{sentence}</p>")
        == plain(sentence)
        == "Pada 17 Agustus 2024 bupati membuka pasar di kota itu."
    )


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>Anggaran pasar itu Rp 7 miliar, kata bupati di kota itu.</p>",
        "<div style='color:red; DISPLAY: none'><p>Anggaran pasar itu Rp 7 miliar, kata bupati.</p></div>",
        "<p><del>Anggaran pasar itu Rp 7 miliar, kata bupati di kota itu.</del></p>",
        "<p><s>Anggaran pasar itu Rp 7 miliar, kata bupati di kota itu.</s></p>",
    ],
)
def test_what_a_page_hides_or_strikes_out_is_left_out(hidden: str) -> None:
    for text in (
        read_html(page(f"<article>{ARTICLE}{hidden}<p>{PARAGRAPHS[0]}</p></article>")).text,
        plain(f"<p>{PARAGRAPHS[0]}</p>{hidden}<p>Ia hadir.</p>"),
    ):
        assert "7 miliar" not in text
        assert PARAGRAPHS[0] in text


def test_a_page_that_a_script_would_show_is_read() -> None:
    raw = page(f"<article>{ARTICLE}</article>").replace(b"<body>", b"<body style='display:none'>")
    assert PARAGRAPHS[0] in read_html(raw).text


DATED = "<h1>Pasar Biromaru Dibangun</h1><div class='tanggal'>Senin, 3 Maret 2025 | 14:05 WIB</div>"
OLD = "<time datetime='2019-05-01T08:00:00+07:00'>1 Mei 2019</time>"


@pytest.mark.parametrize(
    "beside",
    [
        f"<aside>{OLD}</aside>",
        f"<div class='widget-populer'>{OLD}</div>",
        f"<ul><li><a href='/a'>Gempa guncang Palu semalam</a> {OLD}</li></ul>",
        f"<article><a href='/a'>Gempa guncang Palu semalam</a> {OLD}</article>",
        f"<div>{OLD}</div>",
    ],
)
@pytest.mark.parametrize("around", ["<article>{}</article>", "<main class='has-sidebar'>{}</main>"])
def test_the_day_of_a_page_is_not_that_of_what_stands_beside_its_article(beside: str, around: str) -> None:
    article = around.format(f"{DATED}<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>")
    for body in (article + beside, beside + article):
        assert read_html(page(f"<div class='with-sidebar'>{body}</div>")).published == date(2025, 3, 3)


def test_the_day_beside_a_headline_is_that_of_a_page_without_an_article() -> None:
    body = f"<div class='no-sidebar'>{DATED}<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></div>"
    assert read_html(page(f"{body}<div class='sidebar'>{OLD}</div>")).published == date(2025, 3, 3)


CLOCK = "<div class='date-now'>Kamis, 01 Januari 2026</div>"


HEADED = "<h1>Pasar</h1><p>{}"
DATELINE = HEADED.format("PALU, Selasa (22/7/2025) – ")


@pytest.mark.parametrize(
    ("above", "article"),
    [
        (f"<header>{CLOCK}</header>", HEADED.format("Redaksi - Selasa, 22/07/2025, 06:30 WITA</p>")),
        (CLOCK, HEADED.format("Redaksi | Sel, 22/7/25 14.05 WIB</p>")),
        ("<div class='atas'><p class='date'>1 Januari 2026</p></div>", DATELINE),
        ("<nav><time>2026-01-01</time></nav>", "<header><h1>Pasar</h1><time>2025-07-22</time></header>"),
    ],
)
@pytest.mark.parametrize("around", ["<article>{}</article>", "<div>{}</div>"])
def test_the_day_on_which_a_page_is_looked_at_is_not_that_of_its_article(
    above: str, article: str, around: str
) -> None:
    paragraphs = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
    raw = page(above + around.format(article + paragraphs))
    assert finish(read_html(raw), "pasar", "pasar.html").published == date(2025, 7, 22)


@pytest.mark.parametrize("line", ["Pemilu 14 Februari 2024 Aman", "Pada 5 Maret 2024 bupati tiba."])
def test_a_day_that_a_line_below_the_headline_tells_of_is_none_of_publication(line: str) -> None:
    draft = read_html(page(f"<article><h1>Pasar</h1><p>{line}</p><p>{PARAGRAPHS[0]}</p></article>"))
    assert (draft.published, draft.made) == (None, None)


def test_what_a_style_strikes_out_is_not_read() -> None:
    struck = "<span style='color:red; text-decoration-line: line-through'>Rp 9 </span>"
    body = f"<h1>Harga</h1><p>{PARAGRAPHS[0]} Harganya {struck}Rp 7.</p><p>{PARAGRAPHS[1]}</p>"
    assert "Harganya Rp 7." in read_html(page(f"<article>{body}</article>")).text


@pytest.mark.parametrize(
    ("head", "classes", "reason"),
    [
        ("", "post-12 type-post status-draft hentry", "draft"),
        ("", "post-12 type-post status-publish hentry", ""),
        ("", "badge status-draft", ""),
        (f'{LINKED}{{"@type": "NewsArticle", "creativeWorkStatus": "Draft"}}</script>', "", "draft"),
        (f'{LINKED}{{"@type": "NewsArticle", "creativeWorkStatus": "Published"}}</script>', "", ""),
        (f'{LINKED}{{"@type": "NewsArticle", "datePublished": "2031-07-22"}}</script>', "", "scheduled"),
    ],
)
def test_a_preview_of_a_page_is_not_public(head: str, classes: str, reason: str) -> None:
    assert read_html(page(f"<article class='{classes}'>{ARTICLE}</article>", head)).withheld == reason


@pytest.mark.parametrize(
    "body",
    [
        "<div class='elementor-widget'><h1>Pasar</h1></div><div class='elementor-widget'>{}</div>",
        "<article><h1>Pasar</h1><ul><li><a href='#'>{}</a></li></ul></article>",
    ],
)
def test_a_day_among_the_blocks_of_an_article_is_its_own(body: str) -> None:
    article = body.format("<time datetime='2024-03-05'>5 Maret 2024</time>")
    raw = page(f"{article}<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>")
    assert read_html(raw).published == date(2024, 3, 5)
