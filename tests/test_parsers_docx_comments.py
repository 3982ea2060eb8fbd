"""What must be true of comments in Word files."""

from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from index import ArticleError
from index.parsers.docx import Comment, commented, read_docx


def anchored(document):
    """The text between the marks of each comment, by what the comment says."""
    texts, open_now = {}, {}
    for node in document.element.body.iter():
        if node.tag == qn("w:commentRangeStart"):
            open_now[node.get(qn("w:id"))] = ""
        elif node.tag == qn("w:commentRangeEnd"):
            one = document.comments.get(int(node.get(qn("w:id"))))
            texts[one.text] = open_now.pop(node.get(qn("w:id")))
        elif node.tag == qn("w:t"):
            open_now = {key: text + node.text for key, text in open_now.items()}
    return texts


def saved(document):
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def test_comments_stand_at_the_exact_characters_and_a_document_keeps_its_paragraphs_and_forms():
    made = docx.Document()
    made.add_heading("Judul", 1)
    paragraph = made.add_paragraph("Ekspor ")
    paragraph.add_run("naik lima").bold = True
    paragraph.add_run(" persen. Warga senang. ")
    paragraph.add_run("Harga turun.").italic = True
    made.add_table(1, 2).rows[0].cells[0].text = "Beras langka."
    raw = saved(made)
    text = read_docx(raw).text
    wanted = ["Ekspor naik lima persen.", "Warga senang.", "Harga turun.", "Beras langka."]
    comments = [Comment(text.index(one), text.index(one) + len(one), f"pada {one}") for one in wanted]
    after = docx.Document(BytesIO(commented(text, comments, raw)))
    assert anchored(after) == {f"pada {one}": one for one in wanted}
    assert [one.text for one in after.paragraphs] == [one.text for one in made.paragraphs]
    assert [one.style.name for one in after.paragraphs] == ["Heading 1", "Normal"]
    assert "".join(run.text for run in after.paragraphs[1].runs if run.bold) == "naik lima"
    assert "".join(run.text for run in after.paragraphs[1].runs if run.italic) == "Harga turun."
    assert {one.author for one in after.comments} == {"tanya-berita"}


def test_a_sentence_that_stands_twice_gets_both_comments_in_their_order():
    text = "Hujan turun. Hujan turun."
    made = docx.Document(BytesIO(commented(text, [Comment(0, 12, "satu"), Comment(13, 25, "dua")])))
    assert anchored(made) == {"satu": "Hujan turun.", "dua": "Hujan turun."}
    assert made.paragraphs[0].text == text


def test_a_text_becomes_a_document_of_its_lines_and_a_comment_has_its_own_lines():
    text = "Judul\n\nHarga\tberas\x07naik.\n"
    start = text.index("Harga")
    made = docx.Document(BytesIO(commented(text, [Comment(start, len(text) - 1, "a\nb")])))
    assert [one.text for one in made.paragraphs] == ["Judul", "Harga\tberas naik."]
    assert [one.text for one in next(iter(made.comments)).paragraphs] == ["a", "b"]


def test_a_comment_on_a_sentence_with_a_formula_is_anchored_at_the_words_around_it():
    space = "xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"
    made = docx.Document()
    paragraph = made.add_paragraph("Kira-kira ")
    half = "<m:f {0}><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
    paragraph._p.append(parse_xml(half.format(space)))
    paragraph.add_run(" dari warga.")
    raw = saved(made)
    text = read_docx(raw).text
    assert text == "Kira-kira 1/2 dari warga.\n"
    after = docx.Document(BytesIO(commented(text, [Comment(0, len(text) - 1, "cek")], raw)))
    assert anchored(after) == {"cek": "Kira-kira  dari warga."}


@pytest.mark.parametrize("raw", [b"PK but no Word file", b""])
def test_a_broken_document_is_refused(raw):
    with pytest.raises(ArticleError):
        commented("a", [], raw)
