"""The command `tanya eval`: scripted questions, their comparison and report, and the other measures."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import Settings

if TYPE_CHECKING:
    from index.library import Library

PASSED, FAILED, USAGE = 0, 1, 2

_HELP = """\
tanya eval CASES.qa.yaml...   ask scripted questions and check the answers; exit 1 where one fails
tanya eval draft              propose cases from the indexed articles, to be accepted or edited
tanya eval draft --feedback   ... or from what readers thought of the answers
tanya eval retrieval DIR      a BEIR-layout folder; dense, lexical and fused side by side
tanya eval reading FILE.jsonl questions with their passage, some unanswerable
tanya eval conversations FILE.jsonl
                              conversations turn by turn; follow-ups against the same asked in full
tanya eval claims FILE.jsonl  claims with their passage and verdict
tanya eval translation FILE.tsv  Indonesian sentences with their English: chrF, BLEU, share that is shown
tanya eval figures FILE.jsonl figures of indexed articles, with value, unit and what they count
tanya eval grounding PATH     claims made false from articles, or labelled pairs
tanya eval quotes FILE.jsonl  quotations of indexed articles with their speakers
"""


def add_eval(commands: Any) -> None:
    """Add `eval` to the command line."""
    parser = commands.add_parser(
        "eval",
        help="scripted questions, retrieval, reading, claims or figures, measured",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "targets",
        nargs="+",
        metavar="CASES | draft | retrieval DIR"
        " | reading, claims, conversations, figures, quotes or translation FILE | grounding PATH",
    )
    parser.add_argument("--json", action="store_true")
    cases = parser.add_argument_group("for CASES")
    cases.add_argument(
        "--report",
        type=Path,
        metavar="DIR",
        help="keep every case in DIR/run.jsonl as soon as it is done, go on with what is there, and write"
        " DIR/report.html",
    )
    cases.add_argument("--fresh", action="store_true", help="start the run in DIR anew")
    cases.add_argument(
        "--against",
        type=Path,
        metavar="RUN.jsonl",
        help="compare with an earlier run: what changed, and whether by chance",
    )
    draft = parser.add_argument_group("for draft")
    draft.add_argument(
        "--feedback", action="store_true", help="from what readers said, not from the articles"
    )
    draft.add_argument(
        "--limit", type=_count, metavar="N", help="how many cases (default 50; of feedback, all there are)"
    )
    draft.add_argument("--seed", type=int, default=0, metavar="N", help="another number, another choice")
    draft.add_argument(
        "--output", type=Path, metavar="FILE.qa.yaml", help="where to write them (default stdout)"
    )
    parser.set_defaults(run=_evaluate)


def _evaluate(arguments: argparse.Namespace) -> int:
    kind, *rest = arguments.targets
    if kind == "draft":
        return _usage("tanya eval draft takes no further name") if rest else _draft(arguments)
    if kind == "retrieval":
        return _retrieval(arguments, rest)
    if kind == "reading":
        return _reading(arguments, rest)
    if kind == "conversations":
        return _conversations(arguments, rest)
    if kind == "claims":
        return _claims(arguments, rest)
    if kind == "translation":
        return _translation(arguments, rest)
    if kind == "figures":
        return _figures(arguments, rest)
    if kind == "grounding":
        return _grounding(arguments, rest)
    if kind == "quotes":
        return _quotes(arguments, rest)
    if arguments.fresh and not arguments.report:
        return _usage("--fresh starts the run of a --report anew; name its folder with --report DIR")
    return _cases(arguments)


def _cases(arguments: argparse.Namespace) -> int:
    from rag.evaluation import metrics as comparing
    from rag.evaluation import metrics as totals
    from rag.evaluation.cases import load_cases
    from rag.evaluation.run import RUN_FILE, RunFile, UnrecordedLibrary, header, read_run, run_cases
    from rag.pipeline import load_assistant

    cases = [case for path in arguments.targets for case in load_cases(Path(path))]
    earlier = read_run(arguments.against) if arguments.against else None
    library = UnrecordedLibrary(_settings(arguments))
    library.open()
    assistant = load_assistant(library)
    if arguments.report:
        wanted = header(cases, assistant)
        with RunFile.open(arguments.report / RUN_FILE, wanted, fresh=arguments.fresh) as kept:
            made_with = kept.header
            records = run_cases(cases, assistant, kept)
    else:
        records = run_cases(cases, assistant)
    told = totals.metrics(records)
    comparison = comparing.compare(earlier[1], records) if earlier else None
    if arguments.report:
        from rag.evaluation.report import write_report

        page = write_report(arguments.report, made_with, records, told, comparison)
        print(f"tanya: the report is {page}", file=sys.stderr)
    if arguments.json:
        _print_json(
            {
                "cases": [
                    {
                        key: record[key]
                        for key in ("id", "passed", "failures", "answer", "confidence", "measures", "rank")
                    }
                    for record in records
                ],
                "metrics": told,
            }
            | ({"comparison": comparison.to_object()} if comparison else {})
        )
    else:
        lines = [line for record in records for line in case_lines(record)] + totals.lines(told)
        lines += comparing.comparison_lines(comparison) if comparison else []
        _print("\n".join(lines))
    return PASSED if all(record["passed"] for record in records) else FAILED


def case_lines(record: Any) -> list[str]:
    """One case for a terminal: how it did, and where it failed, why."""
    measures = record["measures"]
    shown = [
        f"{name} {measures[name]:.2f}"
        for name in ("token_f1", "citation_precision", "citation_recall")
        if name in measures
    ]
    if record["rank"] is not None:
        shown.append(f"rank {record['rank'] or 'none'}")
    shown.append(f"{record['answer']['timings_ms']['total']:.0f} ms")
    head = f"{'passed' if record['passed'] else 'FAILED'} {record['id']}  ({', '.join(shown)})"
    if record["passed"]:
        return [head]
    return [
        head,
        f"       {record['case']['question']}",
        *(f"       {failure}" for failure in record["failures"]),
    ]


def _draft(arguments: argparse.Namespace) -> int:
    from index import TanyaError
    from index.library import Library

    output = arguments.output
    if output and not output.name.endswith(".qa.yaml"):
        return _usage(f"{output} would not be read as cases; end its name in .qa.yaml")
    library = Library(_settings(arguments))
    count, written = (
        _from_feedback(library, arguments) if arguments.feedback else _from_articles(library, arguments)
    )
    if not output:
        _print(written.rstrip("\n"))
        return PASSED
    if output.exists():
        raise TanyaError(f"{output} is there already and may hold edited cases; name another file")
    try:
        output.write_text(written, encoding="utf-8")
    except OSError as error:
        raise TanyaError(f"{output} cannot be written ({error}); name another file") from error
    print(f"tanya: {count} proposals in {output}; read each before it counts", file=sys.stderr)
    return PASSED


def _from_articles(library: Library, arguments: argparse.Namespace) -> tuple[int, str]:
    from index import TanyaError
    from rag.evaluation.draft import draft_cases, write_cases

    drafts = draft_cases(library.articles(), limit=arguments.limit or 50, seed=arguments.seed)
    if not drafts:
        raise TanyaError("no case can be drafted from these articles; add some with: tanya index PATH")
    return len(drafts), write_cases(drafts)


def _from_feedback(library: Library, arguments: argparse.Namespace) -> tuple[int, str]:
    from index import TanyaError
    from rag.evaluation.from_feedback import propose, write_cases
    from rag.feedback import opinions

    said = opinions(library.feedback())
    if not said:
        raise TanyaError(
            "nobody has said yet what they think of an answer; ask for it on the page: tanya serve"
        )
    proposals, unusable = propose(said, partial(_is_article, library))
    proposals = proposals[: arguments.limit]
    return len(proposals), write_cases(proposals, unusable)


def _is_article(library: Library, name: str) -> bool:
    from index import LibraryError

    try:
        library.article(name)
    except LibraryError:
        return False
    return True


def _retrieval(arguments: argparse.Namespace, rest: list[str]) -> int:
    from index.embedder import load_embedder
    from rag.evaluation.retrieval import evaluate_retrieval, table

    if len(rest) != 1:
        return _usage("name one BEIR folder: tanya eval retrieval DIR")
    result = evaluate_retrieval(Path(rest[0]), load_embedder(_settings(arguments)))
    return _show(arguments, result, table(result))


def _claims(arguments: argparse.Namespace, rest: list[str]) -> int:
    from rag.evaluation import claims

    if len(rest) != 1:
        return _usage("name one file: tanya eval claims FILE.jsonl")
    result = claims.evaluate_claims(Path(rest[0]))
    return _show(arguments, result, claims.table(result))


def _translation(arguments: argparse.Namespace, rest: list[str]) -> int:
    from rag.evaluation import translation
    from rag.translation import needed_translator

    if len(rest) != 1:
        return _usage("name one file: tanya eval translation FILE.tsv")
    result = translation.evaluate_translation(Path(rest[0]), needed_translator(_settings(arguments)))
    return _show(arguments, result, translation.table(result))


def _figures(arguments: argparse.Namespace, rest: list[str]) -> int:
    from index.library import Library
    from rag.evaluation.extraction import evaluate_figures, figures_table

    if len(rest) != 1:
        return _usage("name one file: tanya eval figures FILE.jsonl")
    result = evaluate_figures(Path(rest[0]), Library(_settings(arguments)).article)
    return _show(arguments, result, figures_table(result))


def _grounding(arguments: argparse.Namespace, rest: list[str]) -> int:
    from rag.evaluation import claims

    if len(rest) != 1:
        return _usage("name articles or pairs: tanya eval grounding PATH")
    result = claims.evaluate_grounding(Path(rest[0]))
    return _show(arguments, result, claims.rates_table(result))


def _reading(arguments: argparse.Namespace, rest: list[str]) -> int:
    from rag.evaluation import reading
    from rag.pipeline import load_reader

    if len(rest) != 1:
        return _usage("name one file: tanya eval reading FILE.jsonl")
    reader = load_reader(_settings(arguments))
    result = reading.evaluate_reading(Path(rest[0]), reader, reader.decision.answer)
    return _show(arguments, result, reading.table(result))


def _conversations(arguments: argparse.Namespace, rest: list[str]) -> int:
    from rag.evaluation import conversations
    from rag.evaluation.run import UnrecordedLibrary
    from rag.pipeline import load_assistant

    if len(rest) != 1:
        return _usage("name one file: tanya eval conversations FILE.jsonl")
    library = UnrecordedLibrary(_settings(arguments))
    library.open()
    result = conversations.evaluate_conversations(Path(rest[0]), load_assistant(library))
    return _show(arguments, result, conversations.table(result))


def _quotes(arguments: argparse.Namespace, rest: list[str]) -> int:
    from index.library import Library
    from rag.evaluation.extraction import evaluate_quotes, load_quotes, quotes_table

    if len(rest) != 1:
        return _usage("name one file: tanya eval quotes FILE.jsonl")
    result = evaluate_quotes(load_quotes(Path(rest[0])), Library(_settings(arguments)).article)
    return _show(arguments, result, quotes_table(result))


def _show(arguments: argparse.Namespace, result: Any, table: str) -> int:
    if arguments.json:
        _print_json(result)
    else:
        _print(table)
    return PASSED


def _print_json(value: Any) -> None:
    from rag.output import write_json

    write_json(value)


def _print(text: str) -> None:
    from rag.output import printable

    sys.stdout.write(printable(text) + "\n")


def _usage(message: str) -> int:
    print(f"tanya: {message}", file=sys.stderr)
    return USAGE


def _settings(arguments: argparse.Namespace) -> Settings:
    return Settings.load(home=arguments.home)


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)
