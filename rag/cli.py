"""The command `tanya`: answers on stdout, progress on stderr, one place that turns errors into one line.

Exit status: 0 answered or done, 3 the articles do not say, 1 an expected error, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from importlib.metadata import entry_points, version
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from index import LibraryError, NoIndex, TanyaError
from index.models import GAP_STATES, GapState
from index.parsers import SUFFIXES
from rag.evaluation.cli import add_eval
from rag.output import (
    one_line,
    positive,
    print_lines,
    print_result,
    printable,
    settings_of,
    sheet,
    write_file,
    write_json,
)

if TYPE_CHECKING:
    from index.library import Library, Report
    from index.models import Filter, Gap
    from index.parsers.tables import FieldMap

ANSWERED, EXPECTED_ERROR, USAGE, ABSTAINED, INTERRUPTED = 0, 1, 2, 3, 130

COMMANDS_GROUP = "tanya.commands"
"""Entry points that add a command: the page adds `serve`, so that nothing here imports the page."""

_HELP = """\
Ask a press office's own articles, in Indonesian or English; every claim is cited to its exact characters.

  tanya index seeds/                                         add the articles of a folder
  tanya ask "Berapa nilai ekspor Sumut Januari–Mei 2025?"    ask them
  tanya ask "What was the value of North Sumatra's exports in January–May 2025?" --json
                                                             the same, for scripts
  tanya summarise sumut-enam-negara                          an article in a few sentences
  tanya serve                                                the chat page
"""

_INDEX_HELP = """\
Add or update articles; what has not changed is skipped, and what cannot be read is named and left out.

  tanya index berita/                       every article file in a folder and the folders in it
  tanya index siaran.pdf rilis.docx         one article each; citations name the page of a PDF
  tanya index arsip.jsonl data.csv          one article on each line, its fields named in the usual ways ...
  tanya index data.csv --map text=isi_berita --map title=judul_utama       ... or as you say
  tanya index berita.json arsip.xlsx        each record, or row of a table of articles; any other sheet as one
  tanya index _chat.txt                     a WhatsApp chat: each message that is long enough for a release
  tanya index umpan.xml                     RSS or Atom, saved as a file
  tanya index https://example.org/feed      or fetched; nothing else is ever fetched
  tanya index arsip.zip                     an archive of any of these
  tanya index --prune berita/               and remove the articles whose files are gone
  tanya index --watch berita/               and go on: what is new, changed or moved is taken in as it comes

Formats: {formats}
"""


_QUOTES_HELP = """\
Direct quotations and reported statements of the articles, with who said them.

  tanya quotes                                      of all articles, by speaker
  tanya quotes sumut-enam-negara --json             of one article, for scripts
  tanya quotes --speaker Togap --about ekspor       of one person, on one topic
  tanya quotes --speaker "Menteri Keuangan" --csv   of whoever holds an office, as a table
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    if arguments.run is None:
        parser.print_help()
        return USAGE
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except TanyaError as error:
        print(f"tanya: {error}", file=sys.stderr)
        return EXPECTED_ERROR
    except KeyboardInterrupt:
        print("tanya: stopped; what was reported as done is kept", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; nothing is left to tell.
        sys.stderr.close()
        return ANSWERED


class _Version(argparse.Action):
    """Prints the installed version; looked up when it is asked for, since that reads files."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"tanya {version('tanya-berita')}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """The whole command line, without importing anything heavy."""
    parser = argparse.ArgumentParser(
        prog="tanya", description=_HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(run=None)
    parser.add_argument("--version", action=_Version, nargs=0, help="which version this is")
    parser.add_argument("--home", type=Path, metavar="DIR", help="where the library is kept (default .tanya)")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    index = commands.add_parser(
        "index",
        help="add or update articles from files, folders and feeds",
        description=_INDEX_HELP.format(formats=" ".join(SUFFIXES)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    index.add_argument(
        "paths",
        nargs="*",
        type=_origin,
        metavar="PATH",
        help="a file, folder or feed address; none: rebuild what is stored",
    )
    index.add_argument(
        "--prune",
        action="store_true",
        help="remove the articles whose files, or records, under the given paths are gone",
    )
    index.add_argument(
        "--watch", action="store_true", help="go on, and take in whatever changes until Ctrl-C"
    )
    index.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")
    index.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=NAME",
        help="what a field is called in .jsonl and .csv: text=isi_berita; repeat",
    )
    index.add_argument("--json", action="store_true", help="print the result as JSON")
    index.set_defaults(run=_index)

    articles = commands.add_parser("articles", help="list, show or remove articles")
    articles.add_argument("action", nargs="?", choices=("list", "show", "remove"), default="list")
    articles.add_argument("ids", nargs="*", metavar="ID")
    articles.add_argument("--json", action="store_true")
    articles.set_defaults(run=_articles)

    _add_search(commands)

    ask = commands.add_parser("ask", help="answer a question from the articles")
    ask.add_argument("question")
    ask.add_argument("--language", choices=("auto", "id", "en"), default="auto", help="of the answer")
    ask.add_argument(
        "--history", action="append", default=[], metavar="QUESTION", help="asked before; repeat"
    )
    _add_filters(ask)
    ask.add_argument("--card", type=Path, metavar="FILE", help="keep an evidence card of the answer")
    ask.add_argument("--json", action="store_true")
    ask.set_defaults(run=_ask)

    _add_summarise(commands)

    _add_check(commands)

    quotes = commands.add_parser(
        "quotes",
        help="what was said, by whom, in which office, in order of days",
        description=_QUOTES_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    quotes.add_argument("ids", nargs="*", metavar="ARTICLE", help="ids of articles; none: all of them")
    quotes.add_argument("--speaker", metavar="NAME", help="a full name, a part of it, or an office")
    quotes.add_argument("--about", metavar="TEXT", help="only what is about this")
    form = quotes.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--csv", action="store_true", help="a table in which no cell is a formula")
    quotes.set_defaults(run=_quotes)
    _add_translate(commands)
    _add_figures(commands)
    _add_trace(commands)

    add_eval(commands)
    _add_feedback(commands)
    _add_verify(commands)

    for entry in sorted(entry_points(group=COMMANDS_GROUP), key=lambda entry: entry.name):
        entry.load()(commands)
    return parser


def _add_check(commands: Any) -> None:
    check = commands.add_parser(
        "check", help="hold a claim against a text or the library: supported, contradicted or not found"
    )
    check.add_argument("--claim", metavar="TEXT", help="what is claimed")
    check.add_argument(
        "--source", type=Path, metavar="FILE", help="the article that should say it (default: the library)"
    )
    check.add_argument(
        "--cases", type=Path, metavar="FILE.jsonl", help='many at once: {"id", "claim", "source"} lines'
    )
    check.add_argument(
        "--draft", type=Path, metavar="FILE", help="each sentence of a draft against the whole library"
    )
    form = check.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object per claim, or for the draft")
    form.add_argument("--csv", action="store_true", help="of a draft, a table in which no cell is a formula")
    check.add_argument("--docx", type=Path, metavar="OUT", help="of a draft, it as a Word file with comments")
    check.set_defaults(run=_check)


def _add_translate(commands: Any) -> None:
    translate = commands.add_parser(
        "translate", help="translate Indonesian sentences into English, each checked against its original"
    )
    translate.add_argument("text", nargs="?", metavar="TEXT", help="one sentence a line")
    translate.add_argument("--file", type=Path, metavar="FILE", help="a text file, one sentence a line")
    translate.add_argument("--to", choices=("en",), default="en", help="the language to translate into")
    translate.add_argument("--json", action="store_true", help="a list with one object per sentence")
    translate.set_defaults(run=_translate)


def _library(arguments: argparse.Namespace) -> Library:
    from index.library import Library

    return Library(settings_of(arguments))


def _index(arguments: argparse.Namespace) -> int:
    from index.parsers.tables import FieldMap
    from rag import extractors
    from rag.output import Bar, report_lines

    fields = FieldMap.of(arguments.map)
    files = [path for path in arguments.paths if isinstance(path, Path)]
    if (arguments.prune and not files) or (
        arguments.watch and (not files or files != arguments.paths or arguments.dry_run)
    ):
        print("tanya: name the files and folders: tanya index --watch --prune berita/", file=sys.stderr)
        return USAGE
    library = _library(arguments)
    if arguments.watch:
        return _watch(library, files, fields, prune=arguments.prune, as_json=arguments.json)
    with Bar("articles") as bar, Bar("articles extracted") as extracted:
        report = library.add(
            arguments.paths,
            dry_run=arguments.dry_run,
            progress=bar.update,
            fields=fields,
            prune=files if arguments.prune else (),
            extractors=extractors(),
            completing=extracted.update,
        )
    print_result(arguments.json, report, report_lines(report, dry_run=arguments.dry_run))
    for path, message in report.failures:
        line = message if str(path) in message else f"{path}: {message}"
        print(f"tanya: {one_line(line)}", file=sys.stderr)
    return EXPECTED_ERROR if report.failures else ANSWERED


def _watch(library: Library, paths: list[Path], fields: FieldMap, *, prune: bool, as_json: bool) -> int:
    """Take in what changes under `paths` until somebody ends it; a line on stderr for each change."""
    import signal

    from index.ingest import follow
    from rag import extractors
    from rag.output import change_lines

    def add(ready: Sequence[Path]) -> Report:
        return library.add(
            ready,
            fields=fields,
            prune=paths if prune else (),
            extractors=extractors(),
            completing=lambda *_: None,
        )

    def tell(line: str) -> None:
        print(f"tanya: {one_line(line)}", file=sys.stderr, flush=True)

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        tell(f"watching {', '.join(map(str, paths))}; end it with Ctrl-C")
        for report in follow(paths, add, tell, prune=prune):
            for line in change_lines(report):
                tell(line)
            if as_json:
                write_json(report)
                sys.stdout.flush()
    except KeyboardInterrupt:
        tell("stopped; what was reported as done is kept")
    finally:
        signal.signal(signal.SIGTERM, before)
    return ANSWERED


def _articles(arguments: argparse.Namespace) -> int:
    from index.models import Selection
    from rag.output import article_lines, article_object, listed_object

    library = _library(arguments)
    if arguments.action == "list":
        listed = library.listing(Selection(order="id")).articles
        objects = [listed_object(article) for article in listed]
        print_result(arguments.json, objects, "\n".join(map(article_lines, listed)) or "no articles")
        return ANSWERED
    if not arguments.ids:
        print(f"tanya: name the articles: tanya articles {arguments.action} ID", file=sys.stderr)
        return USAGE
    if arguments.action == "remove":
        library.remove(arguments.ids)
        removed = f"removed {len(arguments.ids)}: {', '.join(arguments.ids)}"
        print_result(arguments.json, {"removed": arguments.ids}, removed)
        return ANSWERED
    shown = [library.article(article_id) for article_id in arguments.ids]
    if arguments.json:
        objects = [article_object(article) for article in shown]
        write_json(objects[0] if len(objects) == 1 else objects)
    else:
        print("\n\n".join(f"{article_lines(article)}\n\n{article.text}" for article in shown))
    return ANSWERED


def _search(arguments: argparse.Namespace) -> int:
    from rag.output import found_lines, found_object
    from rag.query import check_length, question_of
    from rag.retrieval import Retriever

    text = check_length(arguments.query)
    library = _library(arguments)
    generation = library.open()
    _check_articles(library, arguments.article)
    retriever = Retriever(generation, library.embedder)
    found = retriever.search(question_of(text), arguments.k, _chosen(arguments))
    lines = "\n\n".join(map(found_lines, found)) or "nothing found"
    print_result(arguments.json, [found_object(item) for item in found], lines)
    return ANSWERED if found else ABSTAINED


def _check_articles(library: Library, ids: Sequence[str]) -> None:
    """Refuse a limit to an article that there is none of.

    Raises:
        LibraryError: it names the first such article.
    """
    for article_id in ids:
        library.article(article_id)


def _ask(arguments: argparse.Namespace) -> int:
    from rag.evidence_card import Limits, check_free, keep
    from rag.lang import as_language, say
    from rag.output import answer_lines, answer_object
    from rag.pipeline import load_assistant
    from rag.query import check_length

    check_length(arguments.question)
    if arguments.card is not None:
        check_free(arguments.card)
    library = _library(arguments)
    library.open()
    _check_articles(library, arguments.article)
    answer = load_assistant(library).ask(
        arguments.question,
        language=arguments.language,
        history=arguments.history,
        chosen=_chosen(arguments),
    )
    if answer.understood:
        print(say("understood", as_language(answer.language), question=answer.understood), file=sys.stderr)
    for note in answer.notes:
        print(note, file=sys.stderr)
    if arguments.card is not None:
        keep(answer, arguments.card, Limits.of(_chosen(arguments)))
    print_result(arguments.json, answer_object(answer), answer_lines(answer))
    return ABSTAINED if answer.abstained else ANSWERED


def _quotes(arguments: argparse.Namespace) -> int:
    from rag.output import Bar
    from rag.quotes.collection import COLUMNS, find_quotations, quote_lines, quote_object, quote_row

    library = _library(arguments)
    try:
        _check_articles(library, arguments.ids)
    except NoIndex:
        raise
    except LibraryError as error:
        speaker = quote(" ".join(arguments.ids))
        raise LibraryError(f"{error}; of a speaker: tanya quotes --speaker {speaker}") from error
    with Bar("articles extracted") as bar:
        found = find_quotations(library, arguments.ids, arguments.speaker, arguments.about, bar.update)
    if arguments.csv:
        sys.stdout.write(sheet(COLUMNS, map(quote_row, found)))
    else:
        print_result(
            arguments.json, [quote_object(one) for one in found], quote_lines(found) or "no quotations"
        )
    return ANSWERED if found else ABSTAINED


def _summarise(arguments: argparse.Namespace) -> int:
    from rag.differing import corrections_of
    from rag.output import answer_lines, answer_object
    from rag.summary import summary_of

    library = _library(arguments)
    articles = [library.article(article_id) for article_id in dict.fromkeys(arguments.ids)]
    found = corrections_of(articles, library)
    answer = summary_of(articles, arguments.language, arguments.sentences, found)
    for note in answer.notes:
        print(printable(note), file=sys.stderr)
    print_result(arguments.json, answer_object(answer), answer_lines(answer))
    return ANSWERED


def _translate(arguments: argparse.Namespace) -> int:
    from rag.translation import needed_translator, read_lines, translate_sentences, translation_object

    if (arguments.text is None) == (arguments.file is None):
        print("tanya: give a TEXT or --file FILE, one sentence a line", file=sys.stderr)
        return USAGE
    lines = read_lines(arguments.text if arguments.file is None else arguments.file)
    made = translate_sentences(lines, needed_translator(settings_of(arguments)))
    shown = "\n".join(one.text if one.checked else f"[Indonesian] {one.source}" for one in made)
    print_result(arguments.json, [translation_object(one) for one in made], shown)
    for one in made:
        if not one.checked:
            print(
                f"tanya: not translated ({printable(one.reason)}): {printable(one.source)}", file=sys.stderr
            )
    return ANSWERED if all(one.checked for one in made) else ABSTAINED


def _check(arguments: argparse.Namespace) -> int:
    from rag.factcheck import claim_on, read_claims, verdict_lines, verdict_object

    single = arguments.claim is not None
    if arguments.draft is not None:
        if single or arguments.cases is not None or arguments.source is not None:
            print("tanya: give --draft FILE alone; it is held against the library", file=sys.stderr)
            return USAGE
        return _check_draft(arguments)
    if arguments.docx is not None or arguments.csv:
        print("tanya: --docx and --csv are for a draft; give --draft FILE", file=sys.stderr)
        return USAGE
    if single == (arguments.cases is not None) or (arguments.source is not None and not single):
        print(
            "tanya: give --claim TEXT, with --source FILE or against the library, or --cases FILE.jsonl",
            file=sys.stderr,
        )
        return USAGE
    if single and arguments.source is None:
        return _check_library(arguments)
    claims = [claim_on(arguments.claim, arguments.source)] if single else read_claims(arguments.cases)
    for claimed in claims:
        verdict = claimed.verdict()
        if arguments.json:
            write_json(verdict_object(claimed, verdict), indent=None)
        else:
            print_lines(verdict_lines(claimed, verdict))
    return ANSWERED


def _check_draft(arguments: argparse.Namespace) -> int:
    from rag.factcheck.draft import (
        SHEET,
        checked_lines,
        checked_object,
        commented_draft,
        load_checker,
        read_draft,
        sheet_rows,
    )
    from rag.lang import as_language
    from rag.output import Bar
    from rag.query import written_in

    draft = read_draft(arguments.draft)
    checker = load_checker(_library(arguments))
    with Bar("sentences") as bar:
        checked = checker.check(draft.text, bar.update)
    if arguments.docx is not None:
        commented = commented_draft(draft, checked, as_language(written_in(draft.text)))
        write_file(arguments.docx, commented, "name another file after --docx")
        comments = sum(one.verdict != "no_claim" for one in checked)
        print(f"{arguments.docx}: the draft with {comments} comments", file=sys.stderr)
    if arguments.json:
        write_json({"sentences": [checked_object(one) for one in checked]})
    elif arguments.csv:
        sys.stdout.write(sheet(SHEET, sheet_rows(checked)))
    elif arguments.docx is None:
        print_lines("\n".join(map(checked_lines, checked)))
    return ANSWERED


def _check_library(arguments: argparse.Namespace) -> int:
    from rag.factcheck import PASSAGES, Claimed, check_passages, checkable, shown_object, verdict_lines
    from rag.query import question_of
    from rag.retrieval import Retriever

    claim = checkable(arguments.claim)
    library = _library(arguments)
    hits = Retriever(library.open(), library.embedder).search(question_of(claim), PASSAGES)
    shown = check_passages(claim, [found.hit for found in hits])
    if arguments.json:
        write_json(shown_object(claim, shown), indent=None)
    elif shown.hit is None:
        print_lines(verdict_lines(Claimed(claim, ""), shown.verdict))
    else:
        passage = shown.hit.passage
        claimed = Claimed(claim, passage.text, offset=passage.start)
        print_lines(f"{passage.article_id}: {verdict_lines(claimed, shown.verdict)}")
    return ANSWERED


def _add_search(commands: Any) -> None:
    search = commands.add_parser("search", help="find passages, with scores and where they came from")
    search.add_argument("query")
    search.add_argument("-k", type=positive, default=10, metavar="N", help="how many (default 10)")
    _add_filters(search)
    search.add_argument("--json", action="store_true")
    search.set_defaults(run=_search)


def _add_summarise(commands: Any) -> None:
    summarise = commands.add_parser(
        "summarise",
        aliases=["summarize"],
        help="the key sentences of articles, each cited; of several on one event what each adds",
    )
    summarise.add_argument("ids", nargs="+", metavar="ARTICLE", help="an id, as tanya articles list gives it")
    summarise.add_argument(
        "--sentences", type=_sentences, metavar="N", help="how many in all (default: three to six an article)"
    )
    summarise.add_argument(
        "--language", choices=("id", "en"), help="of the answer (default: that of the first article)"
    )
    summarise.add_argument("--json", action="store_true")
    summarise.set_defaults(run=_summarise)


def _add_figures(commands: Any) -> None:
    figures = commands.add_parser("figures", help="every figure with what it counts, its period and place")
    figures.add_argument("articles", nargs="*", metavar="ARTICLE", help="ids (default: all articles)")
    figures.add_argument("--about", metavar="TEXT", help="only figures of this topic")
    form = figures.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--csv", action="store_true", help="for a spreadsheet")
    form.add_argument(
        "--xlsx", type=Path, metavar="FILE", help="write a workbook, in which nothing is computed"
    )
    figures.add_argument(
        "--differ", action="store_true", help="where articles give other values of one thing, and why"
    )
    figures.set_defaults(run=_figures)


def _figures(arguments: argparse.Namespace) -> int:
    from rag.differing import difference_lines, difference_object, differing
    from rag.figures import (
        SHEET,
        about,
        figure_line,
        figure_object,
        figure_values,
        stored_figures,
    )
    from rag.lang.words import content_words
    from rag.output import Bar, workbook

    if arguments.differ and (arguments.csv or arguments.xlsx):
        raise TanyaError("--differ is no table; leave out --csv and --xlsx, or add --json")
    if arguments.about is not None and not content_words(arguments.about):
        raise TanyaError('--about names no topic; write a few words: tanya figures --about "ekspor Sumut"')
    library = _library(arguments)
    named = [library.article(name) for name in dict.fromkeys(arguments.articles)]
    with Bar("articles extracted") as bar:
        found = stored_figures(library, named or None, bar.update)
    found.sort(key=lambda pair: (pair[0].published or date.min, pair[0].id, pair[1].start))
    differences = differing(found) if arguments.differ else []
    if arguments.about is not None:
        found = about(arguments.about, found)
    if arguments.differ:
        chosen = {(article.id, figure.start) for article, figure in found}
        differences = [
            one
            for one in differences
            if any((article.id, figure.start) in chosen for article, figure in one.figures)
        ]
        lines = "\n".join(map(difference_lines, differences)) or "no figures differ"
        print_result(arguments.json, [difference_object(one) for one in differences], lines)
        return ANSWERED if differences else ABSTAINED
    if arguments.xlsx:
        write_file(arguments.xlsx, workbook(SHEET, (figure_values(*pair) for pair in found)))
        print(f"{arguments.xlsx}: {len(found)} figures", file=sys.stderr)
    elif arguments.csv:
        sys.stdout.write(sheet(SHEET, (figure_values(*pair) for pair in found)))
    else:
        objects = [figure_object(article.id, figure) for article, figure in found]
        print_result(arguments.json, objects, "\n".join(figure_line(*pair) for pair in found) or "no figures")
    return ANSWERED if found else ABSTAINED


_TRACE_HELP = """\
The articles that carry a release, and what became of its sentences in each: copied, reworded, changed in a
figure, a day or a name, or dropped; and what the article adds. Exit 0 where an article carries it, 3 where
none does.

  tanya trace rilis.docx                 a file of any format that tanya index reads
  tanya trace sumut-enam-negara --json   an article of the library as the release; for scripts
"""


def _add_trace(commands: Any) -> None:
    trace = commands.add_parser(
        "trace",
        help="which articles carry a release, and what they copy, reword, change or drop of it",
        description=_TRACE_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    trace.add_argument("release", metavar="RELEASE", help="a file, or the id of an article")
    trace.add_argument("--json", action="store_true", help="one object with all sentences")
    trace.set_defaults(run=_trace)


def _trace(arguments: argparse.Namespace) -> int:
    from rag.output import Bar
    from rag.trace import load_tracer, read_release, trace_lines, trace_object

    library = _library(arguments)
    text, name = read_release(arguments.release, library)
    with Bar("steps") as bar:
        trace = load_tracer(library).trace(text, name, bar.update)
    lines = "\n".join(trace_lines(trace)) or "no article carries it"
    print_result(arguments.json, trace_object(trace), lines)
    return ANSWERED if trace.carriers else ABSTAINED


_MARKS: dict[str, GapState] = {"done": "done", "dismiss": "dismissed", "open": "open"}

_GAPS_HELP = """\
Questions that the articles did not answer, the most asked first: how often, number and state, day, language,
the question and the nearest article. Greetings and what was asked under a filter are none.

  tanya gaps --state open        open, done, dismissed, or answered since articles came
  tanya gaps done 7 9            they are seen to; asked again in vain, they are open again
  tanya gaps dismiss 8           it is none of ours, and stays so
  tanya gaps again               ask the open ones again; or some: again 7
"""


def _add_feedback(commands: Any) -> None:
    feedback = commands.add_parser("feedback", help="what readers thought of the answers, newest first")
    feedback.add_argument("action", nargs="?", choices=("list", "export"), default="list")
    feedback.add_argument("--verdict", choices=("up", "down"), help="only these")
    feedback.add_argument("--output", type=Path, metavar="FILE.csv", help="for export (default stdout)")
    feedback.add_argument("--json", action="store_true")
    feedback.set_defaults(run=_feedback)
    gaps = commands.add_parser(
        "gaps",
        help="questions that the articles did not answer, most asked first",
        description=_GAPS_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    gaps.add_argument("action", nargs="?", choices=("list", *_MARKS, "again"), default="list")
    gaps.add_argument("ids", nargs="*", type=int, metavar="ID", help="numbers, as the list has them")
    gaps.add_argument("--state", choices=GAP_STATES, help="only these")
    gaps.add_argument("--csv", action="store_true", help="for a spreadsheet")
    gaps.add_argument("--json", action="store_true")
    gaps.set_defaults(run=partial(_gaps, gaps))


def _feedback(arguments: argparse.Namespace) -> int:
    from rag.feedback import opinion_lines, opinion_object, opinion_sheet, opinions

    stored = _library(arguments).feedback()
    found = [one for one in opinions(stored) if arguments.verdict in {None, one.verdict}]
    if arguments.action == "export" and not arguments.json:
        if arguments.output is None:
            sys.stdout.write(opinion_sheet(found))
        else:
            write_file(arguments.output, opinion_sheet(found))
        return ANSWERED
    lines = "\n\n".join(map(opinion_lines, found)) or "no feedback"
    print_result(arguments.json, [opinion_object(one) for one in found], lines)
    return ANSWERED


def _gaps(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    from rag.feedback import gap_lines, gap_object, gap_sheet

    library = _library(arguments)
    if arguments.action in _MARKS:
        if not arguments.ids:
            parser.error(f"name questions by their numbers: tanya gaps {arguments.action} ID...")
        found, status = _numbered(library, arguments.ids)
        for gap in found:
            library.mark_gap(gap.number, _MARKS[arguments.action], answer=gap.answer)
            print(f"tanya: {gap.number} is {_MARKS[arguments.action]}", file=sys.stderr)
        return status
    if arguments.action == "again":
        return _again(library, arguments.ids)
    if arguments.ids:
        parser.error("only done, dismiss, open and again take numbers")
    gaps = [gap for gap in library.gaps() if arguments.state in {None, gap.state}]
    if arguments.csv and not arguments.json:
        sys.stdout.write(gap_sheet(gaps))
    else:
        lines = "\n".join(map(gap_lines, gaps)) or "no unanswered questions"
        print_result(arguments.json, [gap_object(gap) for gap in gaps], lines)
    return ANSWERED


def _again(library: Library, numbers: Sequence[int]) -> int:
    """Ask some questions again, or all that are open, and tell what came of each."""
    from rag.feedback import ask_again, gap_lines
    from rag.pipeline import load_assistant

    gaps, status = _numbered(library, numbers)
    if not numbers:
        gaps = [gap for gap in library.gaps() if gap.state == "open"]
    if not gaps:
        if not numbers:
            print_lines("no unanswered questions")
        return status
    library.open()
    assistant = load_assistant(library)
    for gap in gaps:
        ask_again(assistant, gap)
        print_lines(gap_lines(library.gap(gap.number)))
    return status


def _numbered(library: Library, numbers: Sequence[int]) -> tuple[list[Gap], int]:
    """The unanswered questions of some numbers, and the exit code; of each that is none, why is told."""
    found, status = [], ANSWERED
    for number in numbers:
        try:
            found.append(library.gap(number))
        except LibraryError as error:
            print(f"tanya: {error}", file=sys.stderr)
            status = EXPECTED_ERROR
    return found, status


_VERIFY_HELP = """\
Check every checksum, offset and count of the library.

  tanya verify                                     the library
  tanya verify --card kartu.json                   an evidence card: its seal, each article's hash, each
                                                   quotation at its characters, each claim against these
  tanya verify --card a.json b.json --json         several, for scripts
  tanya verify --card a.json --source rilis.pdf    against article files, without a library
"""


def _add_verify(commands: Any) -> None:
    verify = commands.add_parser(
        "verify",
        help="check every checksum, offset and count; or hold evidence cards against the articles",
        description=_VERIFY_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, text in (
        ("--card", "check these cards instead; exit 1 unless all of them hold"),
        ("--source", "against the articles in these files, without a library"),
    ):
        verify.add_argument(
            name, type=Path, nargs="+", action="extend", default=[], metavar="FILE", help=text
        )
    verify.add_argument("--json", action="store_true", help="print what was found as JSON")
    verify.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    if arguments.card:
        return _verify_cards(arguments)
    if arguments.source:
        print("tanya: name the cards as well: tanya verify --card FILE --source FILE", file=sys.stderr)
        return USAGE
    problems = _library(arguments).verify()
    print_result(arguments.json, {"problems": problems}, "\n".join(problems or ["all is well"]))
    return EXPECTED_ERROR if problems else ANSWERED


def _verify_cards(arguments: argparse.Namespace) -> int:
    from rag.evidence_card import in_files, in_library

    if arguments.source:
        checked = list(in_files(arguments.card, arguments.source))
    else:
        checked = list(in_library(arguments.card, _library(arguments).article))
    lines = "\n".join(line for one in checked for line in one.lines)
    print_result(arguments.json, [one.object for one in checked], lines)
    return ANSWERED if all(one.holds for one in checked) else EXPECTED_ERROR


def _add_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=_day, metavar="YYYY-MM-DD", help="published on this day or later")
    parser.add_argument("--until", type=_day, metavar="YYYY-MM-DD", help="published on this day or earlier")
    parser.add_argument("--source", action="append", default=[], metavar="NAME", help="publisher; repeat")
    parser.add_argument("--article", action="append", default=[], metavar="ID", help="article; repeat")


def _chosen(arguments: argparse.Namespace) -> Filter:
    from index.models import Filter

    return Filter(arguments.since, arguments.until, tuple(arguments.source), tuple(arguments.article))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2025-07-22") from error


def _origin(text: str) -> Path | str:
    return text if re.match(r"[a-z][a-z0-9+.-]+://", text, re.IGNORECASE) else Path(text)


def _sentences(text: str) -> int:
    from rag.summary import MOST_ASKED

    number = positive(text)
    if number > MOST_ASKED:
        raise argparse.ArgumentTypeError(f"{text!r} is more than {MOST_ASKED}")
    return number


if __name__ == "__main__":
    sys.exit(main())
