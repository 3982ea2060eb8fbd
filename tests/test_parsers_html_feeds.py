"""Each entry of a feed is an article; a feed reaches nothing outside and unfolds nothing."""

import time
from datetime import date
from pathlib import Path

import pytest
from files_double import PARAGRAPHS, rss

from index.errors import ArticleError
from index.parsers.html import read_feed, without_shortcodes


def test_an_entry_of_rss_is_an_article() -> None:
    [draft] = read_feed(
        rss(
            "<item><title>Ekspor &amp; Impor</title><link>https://melati.example/1</link><guid>g-1</guid>"
            "<author>Ratna Sari</author><pubDate>Tue, 22 Jul 2025 23:30:00 +0700</pubDate>"
            f"<description>&lt;p&gt;{PARAGRAPHS[0]}&lt;/p&gt;&lt;p&gt;{PARAGRAPHS[1]}&lt;/p&gt;</description></item>"
        )
    )
    assert draft.text == f"{PARAGRAPHS[0]}\n\n{PARAGRAPHS[1]}\n"
    assert (draft.title, draft.source, draft.author) == ("Ekspor & Impor", "Kabar Melati", "Ratna Sari")
    assert (draft.published, draft.url, draft.name) == (date(2025, 7, 22), "https://melati.example/1", "g-1")


def test_a_table_of_an_entry_keeps_its_headings() -> None:
    rows = "<tr><th>Kota</th><th>2023</th></tr><tr><td>Melati</td><td>Rp 3 miliar</td></tr>"
    cells = f"<p>{PARAGRAPHS[0]}</p><table>{rows}</table>"
    [draft] = read_feed(rss(f"<item><title>A</title><description><![CDATA[{cells}]]></description></item>"))
    assert draft.text == f"{PARAGRAPHS[0]}\n\nKota: Melati; 2023: Rp 3 miliar\n"


def test_an_entry_of_atom_is_an_article() -> None:
    raw = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Kabar Melati</title><entry><id>urn:1</id>
    <title>Ekspor Naik</title><link href="https://melati.example/1"/>
    <updated>2025-07-22T10:00:00Z</updated><summary>Ringkas.</summary>
    <content type="html">&lt;p&gt;{PARAGRAPHS[0]}&lt;/p&gt;</content></entry></feed>"""
    [draft] = read_feed(raw.encode())
    assert (draft.text, draft.name, draft.published) == (f"{PARAGRAPHS[0]}\n", "urn:1", date(2025, 7, 22))


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/berita/1", "https://melati.example/berita/1"),
        ("https://lain.example/2", "https://lain.example/2"),
        ("javascript:alert(1)", None),
        ("//[kurung", None),
    ],
)
def test_a_link_within_the_site_is_completed_by_the_address_of_the_feed(link, url) -> None:
    raw = (
        "<rss version='2.0'><channel><title>Kabar</title><link>https://melati.example/</link><item><title>A</title>"
        f"<link>{link}</link><guid>g</guid><description>Isi.</description></item></channel></rss>"
    )
    [draft] = read_feed(raw.encode())
    assert draft.url == url


def test_where_one_day_is_in_the_future_the_other_is_taken() -> None:
    raw = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Kabar Melati</title><entry><id>urn:1</id>
    <title>Ekspor Naik</title><published>2099-07-22T10:00:00+07:00</published>
    <updated>2025-07-22T10:00:00+07:00</updated><summary>Ringkas.</summary></entry></feed>"""
    [draft] = read_feed(raw.encode())
    assert (draft.published, draft.withheld) == (date(2025, 7, 22), "")


def test_a_day_in_the_future_is_not_taken() -> None:
    [draft] = read_feed(
        rss("<item><title>A</title><pubDate>Tue, 22 Jul 2997 10:00:00 +0700</pubDate></item>")
    )
    assert draft.published is None


def test_entities_are_never_filled_in(tmp_path: Path) -> None:
    secret = tmp_path / "rahasia.txt"
    secret.write_text("RAHASIA")
    unfolding = "".join(f'<!ENTITY a{n + 1} "&a{n};&a{n};&a{n};&a{n};&a{n};&a{n};&a{n};">' for n in range(20))
    head = f'<!DOCTYPE rss [<!ENTITY s SYSTEM "{secret.as_uri()}"><!ENTITY a0 "ha">{unfolding}]>'
    try:
        shown = repr(
            read_feed(rss("<item><title>&s;</title><description>Isi &s; &a20;</description></item>", head))
        )
    except ArticleError as error:
        shown = str(error)
    assert "RAHASIA" not in shown
    assert len(shown) < 5000


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"Hanya teks.", "it is no RSS or Atom feed; save it as the format that it is"),
        (b"<urlset><url><loc>https://a.id</loc></url></urlset>", "it is no RSS or Atom feed"),
        (b"https://melati.example/feed", "it is no RSS or Atom feed"),
        (b"/etc/passwd", "it is no RSS or Atom feed"),
        (rss(""), "it is a feed without entries"),
        (b"\x00\x01\x02" * 99, "it is no RSS or Atom feed"),
    ],
)
def test_what_is_no_feed_is_refused_with_the_cure(raw: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        read_feed(raw)


def post(status="publish", kind="post", more="", content="<p>Jembatan dibuka. [sic]</p>"):
    return (
        f"<item><title>Jembatan</title><content:encoded><![CDATA[{content}]]></content:encoded>"
        f"<wp:post_date>2025-03-04 06:30:00</wp:post_date><pubDate>Mon, 03 Mar 2025 23:30:00 +0000</pubDate>"
        f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type>{more}</item>"
    )


def meta(key, value):
    """What a plugin of WordPress keeps of a post; the ids are of posts in their order."""
    told = f"<wp:meta_key>{key}</wp:meta_key><wp:meta_value>{value}</wp:meta_value>"
    return f"<wp:post_id>7</wp:post_id><wp:postmeta>{told}</wp:postmeta>"


def wordpress(*posts):
    names = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"'
    )
    raw = f'<rss version="2.0" {names}><channel><title>Humas</title>{"".join(posts)}</channel></rss>'
    return read_feed(raw.encode())


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (post(), ""),
        (post(kind="page"), ""),
        (post("draft"), "draft"),
        (post("auto-draft"), "auto-draft"),
        (post("pending"), "pending"),
        (post("private"), "private"),
        (post("future"), "future"),
        (post("trash"), "trash"),
        (post("acf-disabled"), "acf-disabled"),
        (post("inherit", "attachment"), "attachment"),
        (post("inherit", "revision"), "revision"),
        (post(kind="nav_menu_item"), "nav_menu_item"),
        (post(more="<wp:post_password>s3rahasia</wp:post_password>"), "password"),
        (post(more="<wp:post_password></wp:post_password>"), ""),
        (post(more=meta("_embargo_until", "2031-01-01 00:00") + meta("_edit_last", "1")), "embargo"),
        (post(more=meta("_embargo_until", "2020-01-01 00:00") + meta("_edit_last", "1")), ""),
        (post().replace("<title>", "<title>[DRAFT] "), "draft"),
        (post().replace("2025-03-04", "2099-03-04"), "scheduled"),
    ],
)
def test_only_published_posts_and_pages_of_wordpress_are_public(item, reason) -> None:
    [draft] = wordpress(item)
    assert draft.withheld == reason


def test_authors_of_wordpress_are_called_by_their_names() -> None:
    known = (
        "<wp:author><wp:author_login><![CDATA[rini]]></wp:author_login>"
        "<wp:author_display_name><![CDATA[Rini &amp; Tim]]></wp:author_display_name></wp:author>"
    )
    raw = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">'
        f"<channel><title>Humas</title>{known}"
        + "".join(post(more=f"<dc:creator>{name}</dc:creator>", content="") for name in ("rini", "budi"))
        + "</channel></rss>"
    )
    raw = raw.replace("<content:encoded><![CDATA[]]></content:encoded>", "<description>Isi.</description>")
    assert [draft.author for draft in read_feed(raw.encode())] == ["Rini & Tim", "budi"]


def test_a_post_of_wordpress_loses_its_shortcodes_and_has_the_day_of_its_office() -> None:
    content = (
        '[gallery ids="1,2"]<p>Jembatan dibuka [sic]. [sorot warna="merah"]Warga senang.[/sorot]</p>'
        '[caption id="a" width="300"]<img src="a.jpg"> Foto: pejabat[/caption]<p>[embed]https://a.example[/embed]</p>'
    )
    [draft] = wordpress(post(content=content))
    assert draft.text == "Jembatan dibuka [sic]. Warga senang.\n\nhttps://a.example\n"
    assert draft.published == date(2025, 3, 4)


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("", ""),
        ("<app:control><app:draft>yes</app:draft></app:control>", "draft"),
        ("<app:control><app:draft>no</app:draft></app:control>", ""),
        ("<blogger:type>POST</blogger:type><blogger:status>LIVE</blogger:status>", ""),
        ("<blogger:type>POST</blogger:type><blogger:status>DRAFT</blogger:status>", "draft"),
        ("<blogger:type>COMMENT</blogger:type><blogger:status>LIVE</blogger:status>", "comment"),
        (
            '<category scheme="http://schemas.google.com/g/2005#kind"'
            ' term="http://schemas.google.com/blogger/2008/kind#settings"/>',
            "settings",
        ),
        (
            '<category scheme="http://schemas.google.com/g/2005#kind"'
            ' term="http://schemas.google.com/blogger/2008/kind#post"/>',
            "",
        ),
    ],
)
def test_only_published_posts_of_blogger_are_public(inside, reason) -> None:
    raw = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:app="http://www.w3.org/2007/app"'
        ' xmlns:blogger="http://schemas.google.com/blogger/2018"><title>Blog</title><entry><id>tag:1</id>'
        f'<title>Jembatan</title><content type="html">Jembatan dibuka.</content>{inside}</entry></feed>'
    )
    [draft] = read_feed(raw.encode())
    assert draft.withheld == reason


def test_an_entry_of_wordpress_without_status_and_kind_is_not_public() -> None:
    bare = "<item><title>A</title><description>Isi.</description></item>"
    known = "<wp:status>publish</wp:status>"
    drafts = wordpress(post(), bare, bare.replace("</item>", f"{known}</item>"))
    assert [draft.withheld for draft in drafts] == ["", "unknown status", "unknown status"]


def test_a_feed_that_is_cut_short_loses_its_last_entry_and_says_so() -> None:
    whole = rss("<item><title>A</title><description>Isi.</description></item>" * 2)
    assert [draft.refused for draft in read_feed(whole + b"<!-- 12 ms -->\n")] == ["", ""]
    first, last = read_feed(whole[: whole.rfind(b"</item>")])
    assert (first.refused, first.text) == ("", "Isi.\n")
    assert (last.text, last.refused) == (
        "", "the feed ends in the middle of it, or after it; export it again",
    )  # fmt: skip


def test_what_is_not_public_is_told_by_namespaces_and_not_by_prefixes() -> None:
    raw = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:x="http://wordpress.org/export/1.1/"><channel><title>Humas</title>'
        f"{(post() + post('draft')).replace('wp:', 'x:')}</channel></rss>"
    )
    assert [draft.withheld for draft in read_feed(raw.encode())] == ["", "draft"]


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ('<control xmlns="http://www.w3.org/2007/app"><draft>yes</draft></control>', "draft"),
        ('<a:control xmlns:a="http://www.w3.org/2007/app"><a:draft>yes</a:draft></a:control>', "draft"),
        ('<control xmlns="http://www.w3.org/2007/app"><draft>no</draft></control>', ""),
        (
            '<b:trashed xmlns:b="http://schemas.google.com/blogger/2018">2025-01-01T00:00:00Z</b:trashed>',
            "deleted",
        ),
        ('<b:trashed xmlns:b="http://schemas.google.com/blogger/2018"/>', ""),
    ],
)
def test_an_entry_of_atom_says_in_any_prefix_that_it_is_a_draft_or_thrown_away(inside, reason) -> None:
    raw = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><entry><id>tag:1</id>'
        f'<title>Jembatan</title><content type="html">Jembatan dibuka.</content>{inside}</entry></feed>'
    )
    assert [draft.withheld for draft in read_feed(raw.encode())] == [reason]


@pytest.mark.parametrize(
    ("post", "text"),
    [
        ("[caption]a[/caption]b[CAPTION id='x']c[/Caption]d", "bd"),
        ("[wp_caption]a[caption]b[/caption]c", "ac"),
        ("a[caption]b", "ab"),
        ("[caption]a[wp_caption]b[/caption]c[/wp_caption]", "c"),
    ],
)
def test_a_picture_in_a_post_is_left_out_as_far_as_it_ends(post: str, text: str) -> None:
    assert without_shortcodes(post) == text


@pytest.mark.parametrize("part", ["[caption]", "[caption", "[a a=", "[a a='", "[/caption]", "[caption][/a]"])
def test_a_post_of_nothing_but_marks_is_read_in_time(part: str) -> None:
    began = time.process_time()
    without_shortcodes(part * 40_000)
    assert time.process_time() - began < 2
