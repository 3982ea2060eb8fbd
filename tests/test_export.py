"""What must be true of exports: footnotes are complete, and nothing from outside acts where it is pasted."""

import json
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from io import BytesIO

import pytest
from docx import Document
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from page_double import ATTACK, SUMUT, Scripted, article, cite

from rag import Answer, Citation, Claim
from rag.answer import Lead
from rag.evidence_card import card_of, read_cards, write_conversation
from ui.export.docx import word, word_conversation
from ui.export.routes import printable
from ui.export.text import (
    ExportEntry,
    inline,
    markdown,
    markdown_conversation,
    plain,
    rich,
    text_file,
    visible,
    whatsapp,
)
from ui.locales import locale

INDONESIAN, ENGLISH = locale("id").answers, locale("en").answers

ASKED = datetime(2026, 3, 1, 5, 30, tzinfo=UTC)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FORMULAS = ("=1+1", "+1", "-1", "@A1", "\t=1", "＝1", '=HYPERLINK("http://evil.example")')
QUOTE = "Ekspor kopi naik 7 persen."
PAGED = article(
    "kopi", "Kopi Naik", f"Pembuka.\n\f{QUOTE} Sekian.", source="Harian Contoh", published=date(2025, 7, 22),
    url="https://contoh.example/kopi_dan_teh", pages=(0, 9),
)  # fmt: skip
COPY = replace(PAGED, id="b", source="Koran Lain", published=None)


def entry(answer, lost="", asked=ASKED):
    return ExportEntry(card_of(answer, asked, "0.1.0"), lost)


def scripted(question, language="auto"):
    return entry(Scripted().answer(question, language, ()))


def coffee(language="id", text=QUOTE, **changes):
    start = PAGED.text.index(QUOTE)
    cited = Citation(1, PAGED, start, start + len(QUOTE), (COPY,))
    return entry(Answer("Kopi?", language, (Claim(text, (1,)),), (cited,), **changes))


def saying(text):
    """An answer in which everything that can be is `text`."""
    one = article("a", text, f"{text} {text}", source=text, url="https://contoh.example/")
    claims = (Claim(text, (1,), "machine"), Claim(text, (1,)))
    return entry(
        Answer(text, "id", claims, (Citation(1, one, 0, len(text)),), notes=(text,), understood=text)
    )


def test_every_form_begins_with_the_direct_answer():
    start = PAGED.text.index("7 persen")
    one = coffee(lead=Lead("Ya: 7 persen", "yesno", start, start + len("7 persen"), 1))
    assert plain(one).startswith(f"Ya: 7 persen. [1]\n{QUOTE} [1]\n")
    assert whatsapp(one).startswith(f"*Kopi?*\n\nYa: 7 persen. [1]\n{QUOTE} [1]\n")
    assert "Ya: 7 persen.[^1]\n\nEkspor" in markdown(one)
    assert "\nYa: 7 persen. [1]\n" in text_file(one)
    assert rich(one).startswith('<p lang="id">Ya: 7 persen.<sup>1</sup></p>')
    assert [each.text for each in Document(BytesIO(word(one))).paragraphs].count("Ya: 7 persen.") == 1
    assert "<p>Ya: 7 persen.<sup>" in printable(one)


@pytest.mark.parametrize(
    ("language", "origin", "also"),
    [
        ("id", "Harian Contoh, 22 Juli 2025, hlm. 2.", "Dimuat juga oleh: Koran Lain, tanpa tanggal."),
        ("en", "Harian Contoh, 22 July 2025, p. 2.", "Also carried by: Koran Lain, undated."),
    ],
)
def test_a_footnote_tells_title_publisher_day_page_link_and_words(language, origin, also):
    one = coffee(language)
    note = f"[1] Kopi Naik. {origin} https://contoh.example/kopi_dan_teh “{QUOTE}” {also}"
    assert plain(one) == f"{QUOTE} [1]\n\n{note}"
    for made in (markdown(one), text_file(one), footnotes_of(word(one))[0]):
        assert origin in made
        assert also in made
        assert QUOTE in made
    assert f"[^1]: *Kopi Naik*. {origin} <https://contoh.example/kopi_dan_teh> “{QUOTE}” {also}" in markdown(
        one
    )


def test_a_message_for_whatsapp_is_short_and_leads_on():
    assert whatsapp(coffee()) == (
        f"*Kopi?*\n\n{QUOTE} [1]\n\n[1] _Kopi Naik_, Harian Contoh, 22 Juli 2025, hlm. 2\n"
        "https://contoh.example/kopi%5Fdan%5Fteh"
    )


ACTING = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)([^\n]*?\S)\1(?!\w)")


@pytest.mark.parametrize(
    "text",
    [
        "*tebal*",
        "_miring_",
        "~coret~",
        "`kode`",
        "```blok```",
        "*_a_*",
        "(*a*)",
        "> kutip",
        "- butir",
        ATTACK,
    ],
)
def test_whatsapp_finds_only_our_own_marks(text):
    shown = whatsapp(saying(text))
    assert [match[1] for match in ACTING.finditer(shown)] == ["*", "_"]
    assert not re.search(r"^\s*(?:>|-|\*) ", shown, re.MULTILINE)
    assert "```" not in shown


def test_marks_within_a_word_stay_as_they_are():
    assert "@dinkes_sumut 3*4" in whatsapp(coffee(text="@dinkes_sumut 3*4"))


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_line_that_is_copied_is_a_formula(formula):
    one = saying(formula)
    for shown in (plain(one), whatsapp(one), text_file(one)):
        assert not [line for line in shown.split("\n") if line.lstrip()[:1] in tuple("=+-@＝")]
        assert "\t" not in shown
    assert not re.search(r"<(?:p|i|li)[^>]*>[=+\-@＝]", rich(one))
    assert not re.search(r"^[=+\-@]", markdown(one), re.MULTILINE)


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.said = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.said += data


def test_a_copy_for_a_document_has_raised_numbers_and_a_list():
    found = Elements(rich(scripted("ekspor?"))).found
    assert [tag for tag, _ in found].count("sup") == 3
    assert [tag for tag, _ in found].count("li") == 3


@pytest.mark.parametrize("make", [rich, printable])
def test_hostile_words_are_only_words_in_html(make):
    shown = Elements(make(scripted(f"serang {ATTACK}")))
    assert {tag for tag, _ in shown.found} & {"img", "script", "iframe", "b", "mark"} == set()
    assert not [
        attributes for _, attributes in shown.found if any(name.startswith("on") for name in attributes)
    ]
    links = [attributes["href"] for tag, attributes in shown.found if tag == "a"]
    assert [link for link in links if not link.startswith("#")] == []
    assert "<img src=x onerror=alert(1)>" in shown.said
    assert "⟨U+202E⟩gnp.exe" in shown.said


def rendered(text):
    shown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    # What other readers of Markdown take for an address, without any mark.
    assert not re.search(r"(?:https?|ftp)://|\bwww\.", text, re.IGNORECASE)
    return Elements(shown)


GAP = re.compile(r"\s+")


@pytest.mark.parametrize(
    "text", [ATTACK, *FORMULAS, "1. a", "# a", "> a", "- a", "a | b", "[^1]", "www.a.id", ":a:"]
)
def test_markdown_shows_hostile_words_as_they_are(text):
    shown = rendered(inline(visible(text)))
    assert GAP.sub("", shown.said) == GAP.sub("", visible(text))
    assert {tag for tag, _ in shown.found} == {"p"}


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(visible))
@example("a\\")
@example("http://a.b https://c.d ftp://e.f mailto:g@h.i")
def test_any_words_are_only_words_in_markdown(text):
    shown = rendered(f"x {inline(visible(text))}")
    assert {tag for tag, _ in shown.found} == {"p"}
    assert shown.said.strip("\n") == f"x {visible(text)}"


def test_markdown_has_a_footnote_for_each_mark():
    many = markdown_conversation(
        [scripted("ekspor?"), scripted("jepang?"), scripted("presiden?")], "Judul", "id"
    )
    marks = re.findall(r"(?<!^)\[\^([\d-]+)\](?!:)", many, re.MULTILINE)
    assert marks == re.findall(r"^\[\^([\d-]+)\]:", many, re.MULTILINE) == ["1-1", "1-2", "1-3", "2-1", "2-2"]
    assert [line for line in many.split("\n") if line.startswith("#")] == [
        "# Judul", "## 1 Maret 2026", "### ekspor?", "### jepang?", "### presiden?",
    ]  # fmt: skip


def part(made, name):
    with zipfile.ZipFile(BytesIO(made)) as file:
        assert file.testzip() is None
        return file.read(name).decode()


def footnotes_of(made):
    root = ET.fromstring(part(made, "word/footnotes.xml"))
    return ["".join(t.text or "" for t in one.iter(f"{W}t")) for one in root if int(one.get(f"{W}id")) > 0]


def paragraphs(made):
    return [(one.style.name, one.text) for one in Document(BytesIO(made)).paragraphs]


def test_a_word_file_has_footnotes_as_word_has_them():
    made = word(scripted("ekspor?"))
    notes = ET.fromstring(part(made, "word/footnotes.xml"))
    kinds = [(one.get(f"{W}id"), one.get(f"{W}type")) for one in notes]
    assert kinds == [
        ("-1", "separator"),
        ("0", "continuationSeparator"),
        ("1", None),
        ("2", None),
        ("3", None),
    ]
    body = ET.fromstring(part(made, "word/document.xml"))
    assert [one.get(f"{W}id") for one in body.iter(f"{W}footnoteReference")] == ["1", "2", "3"]
    assert all(len(list(one.iter(f"{W}footnoteRef"))) == 1 for one in notes[2:])
    styles = part(made, "word/styles.xml")
    for name in ("FootnoteText", "FootnoteReference"):
        assert f'w:styleId="{name}"' in styles
        assert name in part(made, "word/footnotes.xml")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    assert f'PartName="/word/footnotes.xml" ContentType="{kind}"' in part(made, "[Content_Types].xml")
    assert 'Target="footnotes.xml"' in part(made, "word/_rels/document.xml.rels")
    order = [one.tag.removeprefix(W) for one in ET.fromstring(part(made, "word/settings.xml"))]
    assert order.index("footnotePr") < order.index("compat")
    assert [text for style, text in paragraphs(made) if style == "Title"] == ["ekspor?"]


def test_a_footnote_that_is_cited_again_is_referred_to():
    first = SUMUT.text.split(". ")[0] + "."
    answer = Answer(
        "?", "id", (Claim("Satu.", (1, 2)), Claim("Dua.", (2,))),
        (cite(1, SUMUT, first), cite(2, PAGED, QUOTE)),
    )  # fmt: skip
    made = word(entry(answer))
    body = part(made, "word/document.xml")
    assert body.count("<w:footnoteReference") == 2
    assert "NOTEREF _Ref00000002 \\f \\h" in body
    assert 'w:name="_Ref00000002"' in body
    assert len(footnotes_of(made)) == 2


def test_only_a_plain_address_is_a_link_in_a_word_file():
    assert 'Target="https://contoh.example/kopi_dan_teh" TargetMode="External"' in part(
        word(coffee()), "word/_rels/footnotes.xml.rels"
    )
    hostile = word(scripted("serang"))
    assert "word/_rels/footnotes.xml.rels" not in zipfile.ZipFile(BytesIO(hostile)).namelist()
    assert "<img src=x onerror=alert(1)>" in footnotes_of(hostile)[0]
    # The one field is our own, which refers to a footnote again.
    assert part(word(saying("{ =1+1 }")), "word/document.xml").count("<w:instrText") == 1


@settings(max_examples=12, deadline=None)
@given(
    st.text(min_size=1, max_size=60).filter(str.strip).filter(lambda text: not re.search(r"\[\d+\]", text))
)
@example("\x00\x0b\ufffe\u202e a")
def test_any_words_make_a_sound_word_file(text):
    if not visible(text):
        return
    sound = text.encode("utf-8", "replace").decode()
    one = saying(sound)
    made = word_conversation([one], sound, "id")
    assert visible(sound) in footnotes_of(made)[0]
    assert ("Heading 2", visible(sound)) in paragraphs(made)


def test_a_conversation_has_days_and_questions_for_headings():
    later = entry(Scripted().answer("Kopi?", "auto", ()), asked=datetime(2026, 3, 3, 5, tzinfo=UTC))
    made = word_conversation([scripted("ekspor?"), scripted("what export?"), later], "Percakapan", "id")
    assert [one for one in paragraphs(made) if one[0] in {"Title", "Heading 1", "Heading 2"}] == [
        ("Title", "Percakapan"), ("Heading 1", "1 Maret 2026"), ("Heading 2", "ekspor?"),
        ("Heading 2", "what export?"), ("Heading 1", "3 Maret 2026"), ("Heading 2", "Kopi?"),
    ]  # fmt: skip
    assert len(footnotes_of(made)) == 7


def test_an_export_tells_the_day_and_the_hour_of_the_office():
    late = entry(Scripted().answer("Kopi?", "auto", ()), asked=datetime(2026, 3, 3, 18, 5, tzinfo=UTC))
    assert "4 Maret 2026 pukul 01.05 WIB" in text_file(late)
    assert "## 4 Maret 2026" in markdown_conversation([late], "Percakapan", "id")


def test_what_cannot_be_proven_any_more_is_not_exported_as_an_answer():
    one = replace(coffee(), lost="kutipannya tidak ada lagi")
    for shown in (plain(one), rich(one), whatsapp(one), markdown_conversation([one], "J", "id")):
        assert QUOTE not in shown
        assert INDONESIAN.lost in shown
    made = word_conversation([one], "J", "id")
    assert QUOTE not in part(made, "word/document.xml") + part(made, "word/footnotes.xml")


def test_an_abstention_is_exported_with_what_it_says():
    one = scripted("Siapa presiden Prancis?")
    for shown in (plain(one), rich(one), whatsapp(one), markdown(one), str(paragraphs(word(one)))):
        assert "Artikel yang ada tidak menyebutkannya" in shown
    assert footnotes_of(word(one)) == []


def test_a_machine_is_named_where_it_wrote():
    assert ENGLISH.machine in plain(entry(Answer(
        "?", "en", (Claim("Coffee.", (1,), "machine"),), (cite(1, PAGED, QUOTE),)
    )))  # fmt: skip


def test_a_conversation_of_cards_can_be_verified():
    cards = [scripted("ekspor?").card, scripted("serang").card]
    assert read_cards(write_conversation(cards)) == cards
    assert json.loads(write_conversation(cards))["format"] == "tanya-berita conversation"
