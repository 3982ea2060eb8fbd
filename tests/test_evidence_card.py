"""What must be true of an evidence card: it says all of its answer, and every change to it is found."""

import copy
import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from page_double import ATTACK, HOSTILE, SULUT, SUMUT, Scripted, article, cite

from index.errors import unknown_article
from rag import Answer, Citation, Claim
from rag.answer import Lead
from rag.cli import main
from rag.evidence_card import (
    LARGEST,
    LONGEST,
    CardError,
    Limits,
    by_text,
    card_object,
    card_of,
    check_free,
    find,
    in_library,
    keep,
    read_cards,
    read_file,
    read_object,
    recheck,
    sealed,
    write_card,
    write_conversation,
)

ASKED = datetime(2026, 3, 1, 9, 30, 0, 123000, timezone(timedelta(hours=7)))
CARRIED = article(
    "salinan", "Salinan", f"Pembuka. {SUMUT.text}", source="Harian Dua", published=date(2025, 7, 23), url="https://dua.example/a"
)  # fmt: skip
HOLDS = "it holds: {} claims proven by {} quotations in 1 article, texts and places unchanged"
STORED = {one.id: one for one in (SUMUT, SULUT, CARRIED, *HOSTILE)}


def answered(question="Berapa nilai ekspor?", language="auto"):
    answer = Scripted().answer(question, language, ())
    citations = tuple(
        replace(one, also_in=(CARRIED,)) if (one.number, one.article) == (1, SUMUT) else one
        for one in answer.citations
    )
    return replace(answer, citations=citations, models={"embedder": "e5", "reader": "r"})


def card(*question):
    return card_of(answered(*question), ASKED, "0.1.0")


def checked(one, stored=STORED):
    return recheck(one, lambda proof: stored.get(proof.article.article_id), known=stored.get)


def kinds(one, stored=STORED):
    return [finding.kind for finding in checked(one, stored).findings]


def read(told):
    (found,) = read_cards(json.dumps(told))
    return found


def test_a_card_says_where_each_quotation_is_and_what_it_is_worth():
    told = json.loads(write_card(card()))
    first = told["citations"][0]
    assert SUMUT.text[first["start"] : first["end"]] == first["quote"]
    assert first["quote_sha256"] == hashlib.sha256(first["quote"].encode()).hexdigest()
    assert first["article_sha256"] == hashlib.sha256(SUMUT.text.encode()).hexdigest()
    assert (first["title"], first["publisher"], first["url"]) == (SUMUT.title, SUMUT.source, SUMUT.url)
    assert first["also_in"][0]["article_id"] == "salinan"
    assert told["asked"] == "2026-03-01T02:30:00.123+00:00"
    assert told["made_by"] == "tanya-berita 0.1.0"
    assert told["models"] == {"embedder": "e5", "reader": "r", "generator": None}


def test_the_seal_can_be_computed_by_anybody():
    told = json.loads(write_card(card()))
    stated = told.pop("sha256")
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"))
    assert stated == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize(
    "question",
    [
        "ekspor?",
        pytest.param(
            "what export?",
            marks=pytest.mark.xfail(strict=True, reason="the head for claims turns down short true claims"),
        ),
        "jepang?",
        "serang",
        "presiden?",
    ],
)
def test_what_was_just_answered_holds(question):
    one = card(question)
    assert read_cards(write_card(one).encode()) == [one]
    assert checked(one).holds
    assert checked(one).answer().text == answered(question).text


def led():
    value = "USD 4,796 miliar"
    one = answered()
    at = SUMUT.text.index(value)
    return replace(one, lead=Lead(value, "value", at, at + len(value), 1), request="compare")


def test_a_card_keeps_the_lead_and_what_was_asked_for():
    one = card_of(led(), ASKED, "0.1.0", Limits(articles=("sumut-enam-negara",)))
    assert read_cards(write_card(one)) == [one]
    told = checked(one)
    assert told.holds
    assert (told.answer().lead, told.answer().request) == (led().lead, "compare")
    assert told.answer().text == led().text
    assert one.limits.articles == ("sumut-enam-negara",)


def test_a_lead_stays_with_its_quotation_where_the_text_before_it_grew():
    moved = replace(SUMUT, text=f"Tambahan. {SUMUT.text}")
    told = checked(card_of(led(), ASKED, "1"), STORED | {SUMUT.id: moved})
    lead = told.answer().lead
    assert moved.text[lead.start : lead.end] == "USD 4,796 miliar"


def test_a_lead_that_its_quotation_does_not_say_is_found():
    one = card_of(led(), ASKED, "1")
    false = sealed(replace(one, lead=replace(one.lead, text="USD 5,796 miliar")))
    assert kinds(false) == ["claim"]
    assert not checked(false).proven


def test_a_lead_outside_its_citation_is_no_card():
    told = card_object(card_of(led(), ASKED, "1"))
    told["lead"] |= {"start": 0, "end": 5}
    with pytest.raises(CardError, match="outside its citation"):
        read_object(told)


def test_a_card_of_an_earlier_version_has_neither_and_stays_whole():
    told = json.loads(write_card(card()))
    assert not {"lead", "request"} & set(told)
    assert set(told["limits"]) == {"since", "until", "publishers"}
    assert read_object(told).whole


def test_a_page_is_named_where_the_article_has_pages():
    paged = replace(SUMUT, pages=(0, 10))
    one = card_of(Answer("?", "id", (Claim("x", (1,)),), (Citation(1, paged, 12, 20),)), ASKED, "1")
    assert one.citations[0].page == 2


def leaves(told, path=()):
    for name, value in told.items() if isinstance(told, dict) else enumerate(told):
        if isinstance(value, dict | list) and value:
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), value


def changed(told, path, value):
    told = copy.deepcopy(told)
    at = told
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return told


OTHERWISE = {str: lambda value: value + "x", int: lambda value: value + 1, bool: lambda value: not value}
WHOLE = card_object(card())


@pytest.mark.parametrize("path", [path for path, _ in leaves(WHOLE)], ids=str)
def test_whatever_is_changed_is_noticed(path):
    value = dict(leaves(WHOLE))[path]
    change = OTHERWISE.get(type(value), lambda _: "2020-01-01" if path[-1] == "published" else "x")
    told = changed(WHOLE, path, change(value))
    try:
        (found,) = read_cards(json.dumps(told))
    except CardError:
        return
    assert "seal" in kinds(found)
    assert not checked(found).proven


PROVEN = {"article_id", "title", "publisher", "published", "url", "language", "start", "end", "quote", "page"}
PROVEN |= {"quote_sha256", "article_sha256", "text"}


@pytest.mark.parametrize(
    "path", [path for path, _ in leaves(WHOLE) if path[-1] in PROVEN and path != ("language",)], ids=str
)
def test_whoever_seals_a_changed_card_anew_is_found_out_by_the_articles(path):
    value = dict(leaves(WHOLE))[path]
    if path[-1] == "text":
        value = value.replace("USD", "Rp").replace("tumbuh", "turun")
    elif "sha256" in path[-1]:
        value = value[::-1]
    elif path[-1] == "published":
        value = "2020-01-01"
    elif path[-1] == "language":
        value = "en"
    else:
        value = OTHERWISE.get(type(value), lambda _: 7 if path[-1] == "page" else "x")(value)
    told = changed(WHOLE, path, value)
    forged = sealed(read(told))
    assert forged.whole
    assert not checked(forged).holds, path


def test_a_quotation_that_its_article_does_not_have_proves_nothing():
    forged = replace(card().citations[0], quote="Gubernur mundur.", end=card().citations[0].start + 16)
    one = sealed(replace(card(), citations=(forged, *card().citations[1:])))
    assert "quote" in kinds(one)
    assert not checked(one).proven
    with pytest.raises(ValueError, match="not proven"):
        checked(one).answer()


def test_an_article_that_is_gone_is_named_with_the_cure():
    (first, *_), outcome = checked(card(), {}).findings, checked(card(), {})
    assert first.kind == "article"
    assert first.message.endswith("add it with: tanya index PATH, or name its file with: --source FILE")
    assert not outcome.proven


def test_a_quotation_that_moved_is_found_where_it_is_now():
    moved = {**STORED, SUMUT.id: article(SUMUT.id, SUMUT.title, f"Ralat. {SUMUT.text}", source=SUMUT.source,
                                         published=SUMUT.published, url=SUMUT.url)}  # fmt: skip
    outcome = checked(card(), moved)
    was = card().citations[0]
    assert {finding.kind for finding in outcome.findings} == {"text"}
    assert outcome.findings[0].now == (was.start + 7, was.end + 7)
    assert outcome.proven
    assert not outcome.holds
    assert outcome.answer().citations[0].quote == was.quote
    assert outcome.answer().citations[0].also_in == (CARRIED,)


def test_of_several_places_the_nearest_is_taken_and_spaces_may_differ():
    assert find("a b", "a b, a b, a b", 4) == (5, 8)
    assert find("a  b", "x a\n b", 0) == (2, 6)
    assert find("a b", "ab", 0) is None
    assert find(" ", "a b", 0) is None
    assert find("“b c", "a “b\u00a0\n c” “b  c", 9) == (10, 15)


def test_a_quotation_is_sought_in_a_text_made_to_be_slow():
    assert find("a  " * 5_000 + "b", "a " * 200_000, 0) is None


def test_an_article_that_says_otherwise_by_now_proves_nothing():
    text = SUMUT.text.replace("4,796", "4,697")
    outcome = checked(card(), {**STORED, SUMUT.id: replace(SUMUT, text=text)})
    assert [finding.kind for finding in outcome.findings if finding.number == 1] == ["quote"]
    assert "does not hold the quotation any more" in outcome.findings[0].message
    assert not outcome.proven


def test_a_claim_that_its_quotations_do_not_say_is_found():
    claims = (
        replace(card().claims[0], text="Ekspor Sumut USD 9,1 miliar.", written="machine"),
        *card().claims[1:],
    )
    one = sealed(replace(card(), claims=claims))
    (finding,) = checked(one).findings
    assert (finding.kind, finding.number) == ("claim", 1)
    assert not checked(one).proven


def test_an_article_that_does_not_carry_the_same_words_is_found():
    other = {**STORED, "salinan": replace(CARRIED, text="Sama sekali lain.")}
    assert kinds(card(), other) == ["copy"]
    assert kinds(card(), {one: two for one, two in STORED.items() if one != "salinan"}) == ["copy"]


def test_a_refusal_is_a_card_that_claims_nothing():
    one = card("Siapa presiden Prancis?")
    assert one.abstained
    assert checked(one, {}).holds
    assert kinds(replace(one, message="Presiden.")) == ["seal"]


def test_an_outsider_needs_the_article_and_nothing_else():
    elsewhere = [replace(SUMUT, id="unduhan", title="lain", url=None), SULUT]
    assert recheck(card(), by_text(elsewhere)).holds
    respaced = [replace(SUMUT, id="a", text=SUMUT.text.replace(" ", "  "))]
    assert {one.kind for one in recheck(card(), by_text(respaced)).findings} == {"text"}
    assert "article" in [one.kind for one in recheck(card(), by_text([SULUT, CARRIED][:0])).findings]


TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT, TEXT, st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1)))
def test_every_card_reads_back_as_it_was_written(question, title, quote, asked):
    one = article("a", title, f"..{quote}..", source=title, url=title)
    answer = Answer(
        question, "id", (Claim("Ya.", (1,)),), (Citation(1, one, 2, 2 + len(quote)),), notes=(title,)
    )
    made = card_of(answer, asked, "1")
    written = write_card(made)
    assert read_cards(written.encode()) == [made]
    assert write_card(read_cards(written)[0]) == written
    assert made.whole
    assert not any(char in written for char in "\u202e\u202a\u2066\u200f\x85\ufeff\u2028")


def test_half_of_a_character_in_a_question_is_replaced():
    one = card_of(Answer("a\ud800", "id", message="Tidak."), ASKED, "1")
    assert read_cards(write_card(one).encode()) == [one]


def test_a_conversation_is_several_cards():
    cards = [card(), card("jepang?"), card("presiden?")]
    assert read_cards(write_conversation(cards)) == cards


def sound(**changes):
    return json.dumps(WHOLE | changes)


def citing(**changes):
    return sound(citations=[WHOLE["citations"][0] | changes, *WHOLE["citations"][1:]])


HOSTILE_FILES = {
    "nothing": "",
    "no JSON": "{",
    "not UTF-8": b"\xff\xfe{",
    "a list": "[]",
    "null": "null",
    "deep": "[" * 100_000,
    "deep within": '{"format": ' + '{"a":' * 50_000,
    "not a number": sound().replace('"differing": false', '"differing": NaN'),
    "infinite": sound().replace('"differing": false', '"differing": Infinity'),
    "fraction": citing(start=0.0),
    "huge number": citing().replace(f'"start": {WHOLE["citations"][0]["start"]}', '"start": ' + "9" * 5000),
    "far offsets": citing(start=2**50, end=2**50 + 1),
    "backwards": citing(start=9, end=3),
    "negative": citing(start=-1),
    "true for one": citing(start=True),
    "twice": sound()[:-1] + ', "question": "lain"}',
    "another member": sound(more=1),
    "a member less": json.dumps({name: value for name, value in WHOLE.items() if name != "notes"}),
    "another version": sound(version=2),
    "version true": sound(version=True),
    "other kind": sound(question=["a"]),
    "no object": sound(claims=["a"]),
    "number as text": sound(claims=[{"text": "a", "numbers": ["1"], "written": "quoted"}]),
    "unknown writing": sound(claims=[{"text": "a", "numbers": [1], "written": "divined"}]),
    "no proof": sound(citations=[]),
    "wrong order": sound(citations=WHOLE["citations"][::-1]),
    "marker": sound(claims=[WHOLE["claims"][0] | {"text": "a [2]"}, *WHOLE["claims"][1:]]),
    "empty": sound(claims=[], citations=[]),
    "both": sound(message="Tidak."),
    "language": sound(language="\u202eid"),
    "half a character": sound(question="a\ud800"),
    "long": sound(question="a" * (LONGEST + 1)),
    "huge": " " * (LARGEST + 1),
    "many": sound(notes=["a"] * 51),
    "no hash": citing(quote_sha256="0" * 63),
    "no day": citing(published="22 Juli 2025"),
    "other day": citing(published="20250722"),
    "no zone": sound(asked="2026-03-01T02:30:00.123"),
    "before time": sound(asked="0001-01-01T00:00:00+09:00"),
    "other zone": sound(asked="2026-03-01T09:30:00.123+07:00"),
    "page nought": citing(page=0),
    "many cards": json.dumps({"format": "tanya-berita conversation", "version": 1, "cards": [WHOLE] * 201}),
    "no cards": json.dumps({"format": "tanya-berita conversation", "version": 1, "cards": {}}),
}


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_what_is_no_card_is_refused_in_one_line_with_the_cure(name, tmp_path):
    content = HOSTILE_FILES[name]
    path = tmp_path / "kartu.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CardError, match=r"; \w[\w ,:-]+\w$") as refused:
        read_file(path)
    assert "\n" not in str(refused.value)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 300 + len(str(path))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (citing(start="0"), "citations[0].start: "),
        (citing(more=1), "citations[0].more: "),
        (sound(claims=[{"text": "a", "numbers": ["1"], "written": "quoted"}]), "claims[0].numbers[0]: "),
        (json.dumps({name: value for name, value in WHOLE.items() if name != "notes"}), "notes: "),
        (sound(limits={}), "its member limits "),
    ],
)
def test_what_is_wrong_in_a_card_is_named_by_its_member(content, place):
    with pytest.raises(CardError) as refused:
        read_cards(content)
    assert place in str(refused.value)


def test_what_is_told_of_a_hostile_card_is_one_harmless_line():
    one = card("serang")
    for finding in checked(one, {}).findings + checked(replace(one, sha256="x")).findings:
        assert finding.message.isprintable()
    forged = read_object(json.loads(write_card(one)) | {"question": ATTACK})
    assert not forged.whole


def stored(name):
    if name not in STORED:
        raise unknown_article(name)
    return STORED[name]


def test_files_are_checked_one_by_one_and_each_says_its_own(tmp_path):
    paths = [tmp_path / name for name in ("a.json", "b.json", "c.json", "d.json")]
    keep(answered(), paths[0])
    paths[1].write_text(write_conversation([card(), card("jepang?")]))
    paths[2].write_text("{}")
    found = list(in_library(paths, stored))
    assert [one.holds for one in found] == [True, True, True, False, False]
    assert found[0].lines == [f"{paths[0]}: {HOLDS.format(3, 3)}"]
    assert found[2].file == f"{paths[1]}, card 2"
    assert found[3].lines[0].startswith(f"{paths[2]}: it is no evidence card")
    assert found[4].object["refused"].startswith(f"{paths[3]} is no file; ")
    assert found[0].object == {"file": str(paths[0]), "holds": True, "proven": True, "findings": []}


def test_evidence_is_not_written_over(tmp_path):
    path = tmp_path / "kartu.json"
    check_free(path)
    keep(answered(), path)
    before = path.read_bytes()
    with pytest.raises(CardError, match="exists; name another file"):
        check_free(path)
    with pytest.raises(CardError, match="cannot be written"):
        keep(answered("jepang?"), path)
    assert path.read_bytes() == before
    with pytest.raises(CardError, match="make the folder first"):
        check_free(tmp_path / "x" / "kartu.json")


@pytest.mark.parametrize("kind", [".txt", ".html", ".jsonl"])
def test_the_command_checks_a_card_against_a_file_of_the_article(kind, tmp_path, capsys):
    kept = tmp_path / "kartu.json"
    source = tmp_path / f"unduhan{kind}"
    sentence = "Ekspor kopi naik 7 persen menjadi 12 ton pada Mei 2025."
    whole = article("kopi", "Kopi", f"Kopi\n\n{sentence}\n\nPetani senang sekali.")
    keep(Answer("Kopi?", "id", (Claim(sentence, (1,)),), (cite(1, whole, sentence),)), kept)
    source.write_text(
        {
            ".txt": whole.text,
            ".html": f"<article><h1>Kopi</h1><p>{sentence}</p><p>Petani senang sekali.</p></article>",
            ".jsonl": json.dumps({"id": "lain", "title": "Kopi", "text": whole.text}),
        }[kind]
    )
    status = main(["verify", "--card", str(kept), "--source", str(source)])
    said = capsys.readouterr().out
    if kind == ".html":
        # The same words in a text that is put together otherwise: found, and told that it is another.
        assert status == 1
        assert "the text of the article 'kopi' is another by now, the quotation stands at 0:55 now" in said
    else:
        assert status == 0
        assert said.startswith(f"{kept}: it holds: 1 claim proven by 1 quotation in 1 article, ")
    source.write_text(source.read_text().replace("naik", "turun"))
    assert main(["verify", "--card", str(kept), "--source", str(source), "--json"]) == 1
    (told,) = json.loads(capsys.readouterr().out)
    assert told["proven"] is False
    assert "quote" in [finding["kind"] for finding in told["findings"]]


def test_sources_without_a_card_are_wrong_usage(capsys):
    assert main(["verify", "--source", "x"]) == 2
    assert "tanya verify --card FILE --source FILE" in capsys.readouterr().err
