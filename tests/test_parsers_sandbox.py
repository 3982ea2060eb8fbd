"""What hangs, crashes or devours memory while it is parsed costs that file and nothing else."""

import io
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import docx
import pytest
from files_double import PARAGRAPHS, column, page, pdf, rss
from office_double import mail, odt, rtf, saved_page, slides, word97, workbook

from index.errors import ArticleError
from index.parsers.pdf import read_pdf
from index.parsers.sandbox import PATIENCE, RECOGNITION_PATIENCE, Parsers, _limit_time

PAGE = page(f"<article><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></article>")


PDF = pdf([column([PARAGRAPHS[0]]), column([PARAGRAPHS[1]])], info="/Author (Ratna Sari)")


def test_a_draft_comes_back_as_it_was_read() -> None:
    with Parsers() as parsers:
        assert parsers.parse("pdf", PDF) == [read_pdf(PDF)]


def test_a_refusal_comes_back_and_the_same_process_goes_on() -> None:
    with Parsers() as parsers:
        with pytest.raises(ArticleError, match="it is no PDF; name the file after what it is"):
            parsers.parse("pdf", b"Hanya teks.")
        process = parsers._process
        assert PARAGRAPHS[0] in parsers.parse("pdf", PDF)[0].text
        assert parsers._process is process


def test_what_takes_too_long_is_given_up_and_the_next_file_is_read() -> None:
    with Parsers(patience=30) as parsers:
        # A kind that is not waited for longer where the text of scanned pages is recognised.
        parsers.parse("rtf", WHOLE["rtf"])
        assert parsers._process is not None
        os.kill(parsers._process.pid, signal.SIGSTOP)
        parsers._patience = 0.2
        with pytest.raises(ArticleError, match="it could not be read within 0 s; save it anew, or its text"):
            parsers.parse("rtf", WHOLE["rtf"])
        parsers._patience = 30
        assert PARAGRAPHS[0] in parsers.parse("rtf", WHOLE["rtf"])[0].text


def test_a_process_that_dies_is_replaced() -> None:
    with Parsers() as parsers:
        parsers.parse("pdf", PDF)
        assert parsers._process is not None
        parsers._process.kill()
        parsers._process.wait()
        assert PARAGRAPHS[0] in parsers.parse("pdf", PDF)[0].text


def test_what_kills_its_parser_is_refused_by_what_it_said() -> None:
    with Parsers() as parsers:
        # A request that the process does not understand ends it.
        with pytest.raises(
            ArticleError, match=r"it cannot be read \(.+\); save it anew, or its text as .txt"
        ):
            parsers.parse("no such kind of \xff file", b"")
        assert PARAGRAPHS[0] in parsers.parse("pdf", PDF)[0].text


def test_the_process_is_gone_when_it_is_not_needed_any_more() -> None:
    with Parsers() as parsers:
        parsers.parse("pdf", PDF)
        assert parsers._process is not None
        number = parsers._process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_the_process_ends_with_one_that_is_killed() -> None:
    code = (
        "from index.parsers.sandbox import Parsers; parsers = Parsers(); "
        f"parsers.parse('html', {PAGE!r}); print(parsers._process.pid, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        number = int(parent.stdout.readline())
        # As if it were in the middle of a file: it does not see that its input has ended.
        os.kill(number, signal.SIGSTOP)
        parent.kill()
    parser, deadline = Path(f"/proc/{number}/cmdline"), time.monotonic() + 20
    while _is_running(parser) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(parser)


def _is_running(command: Path) -> bool:
    """Whether a process runs whose command line is in that file; that of a dead one is empty."""
    try:
        return bool(command.read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_file_that_takes_the_processor_for_too_long_ends_its_parser() -> None:
    # The limit is that of a request, and not of all of them together.
    for kind in ("html", "pdf"):
        _limit_time(kind)
        soft, _ = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        left = soft - time.process_time()
        assert PATIENCE <= left < PATIENCE + (RECOGNITION_PATIENCE if kind == "pdf" else 0) + 2


def word_file() -> bytes:
    document = docx.Document()
    document.add_paragraph(PARAGRAPHS[0])
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


WHOLE = {
    "html": PAGE,
    "pdf": PDF,
    "docx": word_file(),
    "doc": word97(PARAGRAPHS),
    "rtf": rtf("Ekspor", PARAGRAPHS),
    "odt": odt("Ekspor", PARAGRAPHS),
    "pptx": slides("Ekspor", PARAGRAPHS),
    "xlsx": workbook(("Berita", [("judul", "isi"), ("Ekspor", PARAGRAPHS[0])])),
    "xls": (Path(__file__).with_name("files") / "buku.xls").read_bytes(),
    "eml": mail("Ekspor", PARAGRAPHS).as_bytes(),
    "mhtml": saved_page("Ekspor", PARAGRAPHS),
    "feed": rss(f"<item><title>Ekspor</title><description>{PARAGRAPHS[0]}</description></item>"),
}


def spoiled(raw: bytes, chance: random.Random) -> bytes:
    """A file cut short, with bytes changed, left out, repeated or put in."""
    at = chance.randrange(len(raw))
    end = min(len(raw), at + chance.randrange(1, 400))
    changed = bytes(chance.randrange(256) for _ in range(end - at))
    ways = [
        raw[:at],
        raw[:at] + raw[end:],
        raw[:at] + changed + raw[end:],
        raw[:end] + raw[at:end] * 30 + raw[end:],
    ]
    return chance.choice(ways)


@pytest.mark.parametrize("kind", list(WHOLE))
def test_a_spoiled_file_is_read_or_refused_in_one_line(kind: str) -> None:
    chance = random.Random(kind)
    outcomes = []
    with Parsers(patience=30) as parsers:
        for _ in range(25):
            try:
                outcomes.append(len(parsers.parse(kind, spoiled(WHOLE[kind], chance))))
            except ArticleError as error:
                outcomes.append(len(str(error).splitlines()) if "; " in str(error) else 0)
    assert 0 not in outcomes
