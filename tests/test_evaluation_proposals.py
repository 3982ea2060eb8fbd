"""What must be true of drafted cases: they can be read again, and tell where they come from."""

import hashlib

from index import Article
from index.chunking import chunk
from rag.evaluation.cases import load_cases
from rag.evaluation.metrics import relevance
from rag.evaluation.proposals import draft_cases, write_cases

INDONESIAN = (
    "Nilai ekspor kopi Aceh pada 2023 mencapai Rp7,2 triliun. "
    "Direktur Rumah Sakit Umum Melati, Sari Wulandari mengatakan, jumlah pasien naik. "
    "Jembatan Sei Bilah akan diresmikan oleh Gubernur pada Senin, 4 Maret 2024. "
    "Produksi padi di Langkat turun sebesar 3,5 persen. "
    "Hal itu akan dibahas lagi pada 6 Maret 2024."
)
ENGLISH = (
    "The value of coffee exports from Aceh in 2023 reached 7.2 trillion rupiah. "
    "Sari Wulandari, the director of Melati General Hospital, opened the ward. "
    "The Sei Bilah Bridge was opened on 4 March 2024. "
    "Rice output in Langkat fell by 3.5 percent."
)


def article(text, language="id", name="a"):
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(name, "Judul", text, None, None, None, language, "p", digest)


def written_of(articles, limit, seed=0):
    return write_cases([draft.proposal() for draft in draft_cases(articles, limit=limit, seed=seed)])


def load(text, tmp_path):
    path = tmp_path / "a.qa.yaml"
    path.write_text(text, encoding="utf-8")
    return load_cases(path)


def test_drafts_can_be_read_as_cases_and_tell_where_they_come_from(tmp_path):
    drafts = draft_cases([article(INDONESIAN), article(ENGLISH, "en", "b")], limit=20)
    written = write_cases([draft.proposal() for draft in drafts])
    cases = load(written, tmp_path)
    assert [case.question for case in cases] == [draft.question for draft in drafts]
    assert written.count("# Proposal, to accept or edit; from a ") + written.count("; from b ") == len(cases)
    assert "Nilai ekspor kopi Aceh pada 2023 mencapai Rp7,2 triliun." in written
    for case, draft in zip(cases, drafts, strict=True):
        start, end = draft.sentence
        if not case.abstain:
            assert case.cites == (draft.article.id,)
            assert all(form in draft.article.text[start:end] for forms in case.contains for form in forms)
    assert {case.language for case in cases} == {"id", "en"}


def test_the_passage_of_a_case_is_what_search_can_find(tmp_path):
    text = (
        "BINJAI, Harian Deli – Jembatan Sei Bilah akan diresmikan oleh Gubernur pada Senin (4/3/2024).\n\n"
        "Nilai ekspor kopi\u00ad Aceh pada 2023 mencapai Rp7,2 triliun. (Foto: Humas)\n"
    )
    source = article(text)
    passages = chunk(source, 160, lambda part: len(part.split()))
    cases = [one for one in load(written_of([source], 20), tmp_path) if not one.abstain]
    assert {form for one in cases for (form,) in one.contains} == {"Senin (4/3/2024)", "Rp7,2 triliun"}
    shown = {"hits": [{"article_id": "a", "start": one.start, "end": one.end} for one in passages]}
    for one in cases:
        brought, wanted = relevance(one, shown, {"a": source}.get)
        assert set().union(*brought) == wanted


def test_a_near_miss_names_what_no_article_does():
    drafts = draft_cases([article(INDONESIAN)], limit=20)
    (miss,) = [draft for draft in drafts if draft.swapped]
    old, new = miss.swapped
    assert old in INDONESIAN
    assert new not in INDONESIAN
    assert miss.question == f"Berapa nilai ekspor kopi {new} pada 2023?"
    assert miss.contains == ""
    assert "    abstain: true" in write_cases([miss.proposal()])


def test_one_seed_gives_one_draft_and_another_another():
    articles = [article(INDONESIAN), article(ENGLISH, "en", "b")]
    texts = [written_of(articles, 3, seed) for seed in (0, 0, 1, 2, 3)]
    assert texts[0] == texts[1]
    assert len(set(texts)) > 1
    assert len(draft_cases(articles, limit=3)) == 3


def test_a_question_that_two_articles_answer_is_not_proposed():
    both = [article(INDONESIAN, name="a"), article(INDONESIAN, name="b")]
    assert draft_cases(both, limit=20) == []


def test_an_article_cannot_write_cases_of_its_own(tmp_path):
    text = 'Nilai ekspor "kopi"\u2028- id: jahat\u0085  question: x\u0007 Aceh.'
    text += " Harga beras di Karo mencapai Rp15.000."
    hostile = article(text, name='a"\n- id: b')
    cases = load(written_of([hostile], 5), tmp_path)
    assert [case.question for case in cases] == ["Berapa harga beras di Karo?"]
    assert cases[0].cites == ('a"\n- id: b',)
