"""What the page shows of an answer, and that no text from outside is more than text."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_double import ATTACK, BAD_URLS, HOSTILE, LINKED, SULUT, SUMUT, Scripted, article, cite

from index import Hit, Passage
from rag import Answer, Citation, Claim
from rag.answer import Lead
from ui.auth.accounts import Visitor
from ui.chat import page as masthead
from ui.chat import view as sources
from ui.chat.view import ChatTurn, Conversation, Filters, messages
from ui.locales import Words, locale, words
from ui.markup import in_html, in_markdown, link, page

INDONESIAN, ENGLISH = words("id"), words("en")

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Reader(HTMLParser):
    """Collects the tags, attributes and text of HTML, and the text within marks."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.marks: list[str] = []
        self.inside = False
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "mark":
            self.inside = True
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.inside:
            self.marks[-1] += data


def conversation(*questions: str, language: str = "auto") -> Conversation:
    asked, assistant = Conversation(), Scripted()
    for question in questions:
        history = asked.history
        asked = asked.with_turn(ChatTurn(question).answered(assistant.answer(question, language, history)))
    return asked


def reply_to(turn: ChatTurn, words: Words = INDONESIAN) -> str:
    return messages(one(turn), words)[-1]["content"]


def one(turn: ChatTurn) -> Conversation:
    return Conversation((turn,))


# Escaping


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_html_shows_every_character_and_no_element_but_boxes_for_control_characters(text: str) -> None:
    read = Reader(in_html(text))
    assert read.text == text
    assert set(read.tags) <= {"span"}


@pytest.mark.parametrize("character", BIDI)
def test_a_character_that_reorders_text_is_boxed(character: str) -> None:
    box = f'<span class="control" data-code="U+{ord(character):04X}">{character}</span>'
    assert in_html(f"a{character}b") == f"a{box}b"
    assert html.unescape(in_markdown(f"a{character}b")) == f"a⟨U+{ord(character):04X}⟩b"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_markdown_holds_no_punctuation_that_markdown_could_read(text: str) -> None:
    rest = re.sub(r"&#\d+;|<br>", "", in_markdown(text))
    assert not re.search(r"[!-/:-@\[-`{-~\n]", rest)
    assert in_markdown(text) == in_markdown(text).strip()


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1))
def test_markdown_shows_what_was_written(text: str) -> None:
    assert html.unescape(in_markdown(text)) == text


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://contoh.example/a?b=1&c=2#d", "contoh.example"),
        ("http://contoh.example:8080/", "contoh.example"),
        ("HTTPS://Contoh.Example/", "contoh.example"),
        ("https://known.example@other.example/", "other.example"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
    ],
)
def test_a_web_address_is_followed_and_named_by_its_real_host(url: str, host: str) -> None:
    assert link(url) == (url, host)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "contoh.example",
        "//contoh.example/",
        "https://",
        "https:///a",
        "ftp://contoh.example/",
        "file:///etc/passwd",
        "vbscript:msgbox(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "https://contoh.example/\u202egpj.exe",
        "https://contoh.example/a b",
        "https://contoh.example:port/",
        "https://[::1/",
        *BAD_URLS,
    ],
)
def test_any_other_address_is_not_a_link(url: str | None) -> None:
    assert link(url) is None


# Messages


def test_each_claim_is_a_paragraph_with_links_to_its_sources() -> None:
    answer = Answer(
        "q",
        "id",
        (Claim("Satu", (1, 2)), Claim("Dua", (2,))),
        (cite(1, SUMUT, "Enam"), cite(2, SULUT, "Pemerintah")),
    )
    _, reply = messages(one(ChatTurn("q").answered(answer)), INDONESIAN)
    links = re.findall(r'\[(\d)\]\(#(src-\d) "([^"]*)"\)', reply["content"])
    assert [(number, target) for number, target, _ in links] == [
        ("1", "src-1"),
        ("2", "src-2"),
        ("2", "src-2"),
    ]
    assert html.unescape(links[0][2]) == f"Sumber 1: {SUMUT.title}"
    assert "\n\nDua&nbsp;[2]" in reply["content"]
    assert reply["content"].startswith('<div class="answer" lang="id">\n\nSatu')


def test_claims_are_shown_one_by_one_and_notes_after_the_last() -> None:
    answer = replace(Scripted().answer("Jepang?", "id", ()), notes=("Sebuah catatan",))
    first = reply_to(ChatTurn("q").answered(answer, shown=1))
    whole = reply_to(ChatTurn("q").answered(answer))
    assert ("#src-1" in first, "#src-2" in first, "Sebuah catatan" in first) == (True, False, False)
    assert ("#src-1" in whole, "#src-2" in whole, "Sebuah catatan" in whole) == (True, True, True)


def test_what_was_understood_and_what_limits_the_articles_stand_before_the_first_claim() -> None:
    answer = replace(Scripted().answer("Jepang?", "id", ()), understood="Apa <kata> Jepang?")
    limits = Filters(date(2025, 7, 1), date(2025, 7, 31), ("Harian *Contoh*",))
    reply = reply_to(ChatTurn("q", limits).answered(answer, shown=1))
    understood, limited, claim = (
        reply.index(part)
        for part in ("Apa &#60;kata&#62; Jepang", "sejak 1 Juli 2025&#59; sampai 31 Juli 2025", "src-1")
    )
    assert understood < limited < claim
    assert "Harian &#42;Contoh&#42;" in reply


@pytest.mark.parametrize("words", [INDONESIAN, ENGLISH])
def test_each_claim_says_how_it_came_to_be_written(words: Words) -> None:
    kinds = ("quoted", "rendered", "machine")
    claims = tuple(Claim(f"Kalimat {number}.", (number,), kind) for number, kind in enumerate(kinds, 1))
    citations = tuple(cite(number, LINKED, "Ekspor") for number in (1, 2, 3))
    reply = reply_to(ChatTurn("q").answered(Answer("q", "id", claims, citations)), words)
    said = re.findall(r'Kalimat (\d).*?<span class="badge (\w+)" lang="\w+">(.+?)</span>', reply)
    assert said == [(str(at), kind, words.written[kind]) for at, kind in enumerate(kinds, 1)]


def test_the_direct_answer_stands_first_escaped_and_without_a_number_of_its_own() -> None:
    text = "<b>Panen</b> 5 ton kopi di Aceh."
    source = article("p", "Panen", text)
    answer = Answer("q", "id", (Claim(text, (1,)),), (Citation(1, source, 0, len(text)),))
    reply = reply_to(
        ChatTurn("q").answered(replace(answer, lead=Lead("<b>Panen</b> 5 ton", "value", 0, 18, 1)))
    )
    lead, rest = reply.split("</div>", 1)
    assert lead.endswith('<div class="lead" lang="id">\n\n&#60;b&#62;Panen&#60;&#47;b&#62; 5 ton\n\n')
    assert rest.count("#src-1") == 1


def test_the_claims_of_each_thing_that_is_compared_stand_together() -> None:
    text = "Panen kopi naik. Harga kopi turun. Panen teh turun."
    source = article("p", "Panen", text)
    quotes = ("Panen kopi naik.", "Harga kopi turun.", "Panen teh turun.")
    told = enumerate(zip(("kopi", "kopi", "teh"), quotes, strict=True), 1)
    claims = tuple(Claim(f"{side}: {quote}", (n,)) for n, (side, quote) in told)
    citations = tuple(cite(n, source, quote) for n, quote in enumerate(quotes, 1))
    answer = Answer("bandingkan kopi dan teh", "id", claims, citations, request="compare")
    first, second = reply_to(ChatTurn("q").answered(answer)).split('<div class="side"')[1:]
    assert ("#src-1" in first, "#src-2" in first, "#src-3" in first) == (True, True, False)
    assert "#src-3" in second


def test_a_turn_that_names_nothing_is_not_said_to_be_noted() -> None:
    told = Answer("ringkas artikel itu", "id", message="Artikel yang mana?", request="summarise")
    lacking = replace(told, request="answer")
    noted = in_markdown(INDONESIAN.gap_kept)
    assert noted not in reply_to(ChatTurn("q").answered(told))
    assert noted in reply_to(ChatTurn("q").answered(lacking))


def test_answers_that_differ_stand_side_by_side() -> None:
    differ, agree = (
        reply_to(ChatTurn("q").answered(Scripted().answer(q, "id", ()))) for q in ("Panen?", "Jepang?")
    )
    assert differ.count('<div class="side" ') == 2
    assert 'class="side' not in agree


def test_a_citation_names_its_page_and_leads_to_its_article() -> None:
    shown = sources.sources(conversation("Berapa panen?"), INDONESIAN)
    first, second = shown.split('class="cited"')[1:]
    assert "hlm." not in first
    assert "hlm. 1" in second
    assert 'href="articles/panen-lama?start=0&amp;end=32&amp;language=id#mark"' in second


def test_markers_of_an_earlier_answer_lead_to_sources_of_their_own() -> None:
    turns = conversation("Berapa ekspor?", "Apa dengan Jepang?", "Kopi?")
    shown = [message["content"] for message in messages(turns, INDONESIAN) if message["role"] == "assistant"]
    targets = [re.findall(r"\(#(\S+) ", content) for content in shown]
    assert targets == [["src-a1-1", "src-a1-2", "src-a1-3"], ["src-a2-1", "src-a2-2"], ["src-1"]]
    everything = sources.sources(turns, INDONESIAN) + sources.earlier_sources(turns, INDONESIAN)
    assert sorted(re.findall(r'<section id="([^"]+)"', everything)) == sorted(itertools.chain(*targets))


def test_the_panel_holds_the_sources_of_the_latest_answer_only() -> None:
    read = Reader(sources.sources(conversation("Berapa ekspor?", "Kopi?"), INDONESIAN))
    assert read.marks == ["Ekspor kopi naik 7 persen."]


def test_an_abstention_says_so_and_has_no_link_and_no_source() -> None:
    turns = conversation("Siapa presiden Prancis?")
    reply = messages(turns, INDONESIAN)[-1]["content"]
    assert reply.startswith('<div class="abstained" lang="id">')
    assert "Tidak ada dalam artikel" in reply
    assert "](" not in reply
    beside = sources.sources(turns, INDONESIAN)
    assert INDONESIAN.sources_none in beside
    assert ("src-" in beside, "<mark" in beside) == (False, False)


def test_beside_an_abstention_stands_what_is_nearest() -> None:
    turns = conversation("Siapa presiden Prancis?")
    read = Reader(sources.sources(turns, INDONESIAN))
    assert INDONESIAN.closest in read.text
    assert SUMUT.text[:200] in read.text
    assert ("href", "articles/sumut-enam-negara?start=0&end=200&language=id#mark") in read.attributes
    answer = turns.turns[0].answer
    assert answer is not None
    bare = sources.sources(one(ChatTurn("q").answered(replace(answer, hits=()))), INDONESIAN)
    assert "nearest" not in bare


def test_beside_a_refusal_stands_the_article_of_the_sentence_that_it_offers() -> None:
    first, other = Hit(Passage(SUMUT, 0, 200), 0.5, 1), Hit(Passage(SULUT, 0, 90), 0.4, 2)
    answer = Answer("q", "id", message="Tidak disebutkan.", hits=(first, other), offered=other)
    read = Reader(sources.sources(one(ChatTurn("q").answered(answer)), INDONESIAN))
    assert SULUT.text[:90] in read.text
    assert SUMUT.title not in read.text


@pytest.mark.parametrize(("asked", "spoken"), [("How much is the export?", "en"), ("Berapa ekspor?", "id")])
def test_what_stands_beside_an_answer_is_all_in_its_language(asked: str, spoken: str) -> None:
    page, other = (ENGLISH, INDONESIAN) if spoken == "id" else (INDONESIAN, ENGLISH)
    refusal = {"en": "Who is the president?", "id": "Siapa presidennya?"}[spoken]
    turns = conversation(asked, refusal, asked)
    for shown in (
        sources.sources(turns.until(1), page),
        sources.sources(turns.until(2), page),
        sources.earlier_sources(turns, page).partition("<details")[2],
    ):
        assert f'lang="{spoken}"' in shown
        read = Reader(shown)
        said = read.text + " ".join(value or "" for name, value in read.attributes if name != "lang")
        for word in ("sources", "sources_none", "closest", "whole_article", "read_article", "back"):
            assert vars(page)[word] not in said, word
        assert vars(other)["read_article_about"] in said
        assert page.day(SUMUT.published) not in said
    # An article is opened in the language of the page.
    assert f"language={page.language}#mark" in sources.sources(turns, page)


def test_without_an_answer_the_panel_speaks_the_language_of_the_page() -> None:
    shown = sources.sources(one(ChatTurn("What?").stopped()), INDONESIAN)
    assert INDONESIAN.sources_none in shown
    assert INDONESIAN.sources in shown


def spoken_in(markup: str, language: str) -> list[str]:
    """The stretches of a reply that are marked with a language, as they are seen."""
    return [html.unescape(text) for text in re.findall(rf'<span lang="{language}">(.*?)</span>', markup)]


def test_a_quotation_in_another_language_is_marked_with_its_own() -> None:
    text = "Harga cabai rawit turun 4,5 persen di Pasar Sukaramai [2], kata Dinas Ketahanan Pangan."
    quoted = text.replace(" [2]", "")
    cited = article("cabai", "Harga cabai mulai turun", text)
    claim = (
        f"In the original Indonesian: “{quoted}” That is: turun 4,5 persen = fell 4.5 percent; "
        "Dinas Ketahanan Pangan = Food Security Office."
    )
    note = f"Summarised from: “{cited.title}”"
    answer = Answer(
        "q", "en", (Claim(claim, (1,)),), (Citation(1, cited, 0, len(text)),), notes=(note, "A remark.")
    )
    reply = reply_to(ChatTurn("q").answered(answer), ENGLISH)
    assert spoken_in(reply, "id") == [
        quoted.removesuffix("."),
        "turun 4,5 persen",
        "Dinas Ketahanan Pangan",
        cited.title,
    ]
    bare = html.unescape(re.sub(r"<span lang=\"id\">(.*?)</span>", r"\1", reply))
    assert claim in bare
    assert note in bare
    same = reply_to(ChatTurn("q").answered(replace(answer, language="id")), INDONESIAN)
    assert spoken_in(same, "id") == []


def test_a_refusal_marks_the_title_and_the_sentence_that_it_offers() -> None:
    text = "The harbour of Sibolga reopened on Monday after repairs."
    cited = article("harbour", "Sibolga harbour reopens", text, language="en")
    hit = Hit(Passage(cited, 0, len(text)), 0.5, 1)
    message = f"Artikel tidak menyebutkannya. Artikel terdekat: “{cited.title}”. Mungkin: “{text}”"
    answer = Answer("q", "id", message=message, hits=(hit,))
    reply = reply_to(ChatTurn("q").answered(answer))
    assert spoken_in(reply, "en") == [cited.title, text.removesuffix(".")]


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_marking_a_language_changes_no_character(text: str) -> None:
    cited = article("a", "Judul", f"{text} x y z", language="en")
    answer = Answer("q", "id", (Claim(f"Kata {text} x y z akhir", (1,)),), (cite(1, cited, cited.text),))
    plainly = replace(answer, citations=(cite(1, replace(cited, language="id"), cited.text),))
    marked, bare = (reply_to(ChatTurn("q").answered(one)) for one in (answer, plainly))
    seen = re.sub(r"</?span[^>]*>", "", marked)
    assert " ".join(seen.split()) == " ".join(re.sub(r"</?span[^>]*>", "", bare).split())


def test_progress_speaks_the_language_of_the_page() -> None:
    waiting = one(ChatTurn("q").at("retrieve"))
    assert "Mencari di dalam artikel" in messages(waiting, INDONESIAN)[-1]["content"]
    assert "Searching the articles" in messages(waiting, ENGLISH)[-1]["content"]


def test_a_long_question_shows_its_end_and_unfolds_whole_as_far_as_it_is_answered() -> None:
    words_of_it = " ".join(f"kata{number}" for number in range(220))
    long, _ = messages(one(ChatTurn(words_of_it).stopped()), INDONESIAN)
    ends, _, whole = long["content"].partition("<details>")
    assert html.unescape(ends).strip().startswith("kata0 kata1 ")
    assert html.unescape(ends).strip().endswith(" kata219")
    assert words_of_it in whole
    assert INDONESIAN.whole_question in whole
    # No word is cut.
    assert set(ends.replace("…", "").split()) <= set(words_of_it.split())
    too_long, _ = messages(one(ChatTurn(" " * 700 + words_of_it * 3).stopped()), INDONESIAN)
    assert "<details>" not in too_long["content"]


def test_a_very_long_question_is_shown_shortened() -> None:
    refused = one(ChatTurn("a" * 20_000).refused("terlalu panjang"))
    question, reply = messages(refused, INDONESIAN)
    assert len(question["content"]) < 800
    assert "terlalu panjang" in reply["content"]


# Sources


@pytest.mark.parametrize("question", ["Berapa ekspor?", "Apa dengan Jepang?", "Kopi?", "serang"])
def test_each_mark_is_the_quotation_character_for_character(question: str) -> None:
    turns = conversation(question)
    assert turns.latest is not None
    assert turns.latest.answer is not None
    read = Reader(sources.sources(turns, INDONESIAN))
    assert read.marks == [citation.quote for citation in turns.latest.answer.citations]


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=2000),
    st.data(),
)
def test_the_article_is_shown_whole_around_the_mark(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    answer = Answer("q", "id", (Claim("K", (1,)),), (Citation(1, article("a", "J", text), start, end),))
    markup = sources.sources(one(ChatTurn("q").answered(answer)), INDONESIAN)
    body = Reader(markup[markup.index('<div class="article-text"') : markup.index('<p class="actions"')])
    assert body.text == text
    assert body.marks == [text[start:end]]


def test_a_quotation_in_a_long_article_is_folded_to_its_surroundings() -> None:
    text = (
        "Awal artikel. " * 100
        + "\n\nKalimat sebelum. Kutipan ini. Kalimat sesudah.\n\n"
        + "Akhir artikel. " * 100
    )
    answer = Answer("q", "id", (Claim("K", (1,)),), (cite(1, article("a", "J", text), "Kutipan ini."),))
    markup = sources.sources(one(ChatTurn("q").answered(answer)), INDONESIAN)
    near = re.findall(r'<span class="near">([^<]*)</span>', markup)
    assert near == ["Kalimat sebelum. ", " Kalimat sesudah."]
    assert 'class="fold"' in markup


def test_citations_of_one_article_show_what_is_between_them_once() -> None:
    text = "Awal. Kutipan satu. Antara. Kutipan dua. Akhir."
    cited = article("a", "J", text)
    answer = Answer(
        "q",
        "id",
        (Claim("K", (1,)), Claim("L", (2,))),
        (cite(1, cited, "Kutipan satu."), cite(2, cited, "Kutipan dua.")),
    )
    markup = sources.sources(one(ChatTurn("q").answered(answer)), INDONESIAN)
    assert markup.count("<h3") == 1
    assert re.findall(r'<span class="near">([^<]*)</span>', markup) == [
        "Awal. ",
        " Antara.",
        "Antara. ",
        " Akhir.",
    ]


def test_sentences_that_are_written_alike_share_a_badge() -> None:
    cited = article("a", "J", "Satu. Dua.")
    citations = (cite(1, cited, "Satu."), cite(2, cited, "Dua."))
    alike = Answer("q", "id", (Claim("Satu.", (1,)), Claim("Dua.", (2,))), citations)
    unlike = Answer("q", "id", (Claim("Satu.", (1,)), Claim("Dua.", (2,), "machine")), citations)
    shown = reply_to(ChatTurn("q").answered(alike))
    assert shown.count('class="badge') == 1
    assert INDONESIAN.written_all["quoted"] in shown
    assert reply_to(ChatTurn("q").answered(unlike)).count('class="badge') == 2
    # Until all of it is there, it is not said of all of it.
    assert 'class="badge' not in reply_to(ChatTurn("q").answered(alike, shown=1))


def test_a_short_article_has_nothing_to_unfold() -> None:
    markup = sources.sources(conversation("Kopi?"), INDONESIAN)
    assert 'class="fold"' not in markup
    assert 'class="far"' not in markup


def test_a_source_names_publisher_date_and_address() -> None:
    asked = ("Berapa ekspor?", "How much is the export?")
    indonesian, english = (sources.sources(conversation(one), INDONESIAN) for one in asked)
    assert "<bdi>Sumut.Disway.id</bdi>" in indonesian
    assert '<time datetime="2025-07-22">22 Juli 2025</time>' in indonesian
    assert '<time datetime="2025-07-22">22 July 2025</time>' in english
    linked = sources.sources(conversation("Kopi?"), INDONESIAN)
    assert (
        f'<a href="{html.escape(LINKED.url or "")}" target="_blank" rel="noopener noreferrer nofollow"'
        in linked
    )
    assert ">contoh.example</a>" in linked
    assert "tanpa tanggal" in linked


def test_hostile_text_opens_no_element_and_adds_no_attribute() -> None:
    kinds = {"h2", "section", "h3", "span", "bdi", "p", "div", "mark", "button", "a", "time"}
    turns = conversation("serang", "serang lagi")
    shown = sources.sources(turns, INDONESIAN) + sources.earlier_sources(turns, INDONESIAN)
    read = Reader(shown)
    assert set(read.tags) <= kinds | {"details", "summary"}
    assert not [
        name for name, _ in read.attributes if name.startswith("on") or name in {"src", "style", "srcdoc"}
    ]
    leads = [value for name, value in read.attributes if name == "href"]
    assert {value.partition("?")[0] for value in leads if value} == {f"articles/{one.id}" for one in HOSTILE}
    assert read.text.count(ATTACK) >= 2 * len(HOSTILE)


def test_whoever_is_logged_in_is_named_and_shown_the_way_out() -> None:
    named = masthead.masthead(ENGLISH, 3, visitor=Visitor("siti <b>", "reader"))
    assert ("href", "logout?language=en") in Reader(named).attributes
    assert "Log out (siti <b>)" in Reader(named).text
    assert "logout" not in masthead.masthead(ENGLISH, 3)


def test_notices_and_status_lines_are_escaped() -> None:
    assert "<b>" not in masthead.notice("<b>")
    assert "<b>" not in masthead.masthead(INDONESIAN, None, problem="<b>")
    assert masthead.notice("") == ""


def test_the_masthead_counts_articles() -> None:
    assert "1.204 artikel terindeks" in masthead.masthead(INDONESIAN, 1204)
    assert "1,204 articles indexed" in masthead.masthead(ENGLISH, 1204)
    assert "1 article indexed" in masthead.masthead(ENGLISH, 1)
    assert INDONESIAN.no_articles in masthead.masthead(INDONESIAN, 0)
    assert "Menyiapkan" in masthead.masthead(INDONESIAN, None)


def test_an_undated_article_says_so() -> None:
    assert INDONESIAN.day(None) == "tanpa tanggal"
    assert INDONESIAN.day(date(2026, 2, 11)) == "11 Februari 2026"


def test_a_page_boxes_control_characters_in_its_text_and_keeps_them_within_an_attribute() -> None:
    text = 'a"\u202eb\r'
    read = Reader(
        page("login.html", INDONESIAN, w=locale("id").login, to="/", name=text, problem=text, done="")
    )
    assert ("value", text) in read.attributes
    assert ("data-code", "U+202E") in read.attributes
    assert text in read.text


def test_a_reply_is_shown_as_one_without_a_verdict_sources_or_a_gap():
    answer = Answer("halo", "id", message="Halo! Tanyakan *apa saja*.", request="greeting")
    turn = ChatTurn("halo").answered(answer)
    _, reply = messages(one(turn), INDONESIAN)
    assert reply["content"] == f'<div class="answer" lang="id">\n\n{in_markdown(answer.message)}\n\n</div>'
    assert INDONESIAN.sources_later in sources.sources(one(turn), INDONESIAN)
    assert INDONESIAN.sources_none not in sources.sources(one(turn), INDONESIAN)
