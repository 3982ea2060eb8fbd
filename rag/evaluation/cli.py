"""The command `tanya eval`: scripted questions, their comparison and report, and the other measures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index import LibraryError, Settings, TanyaError
from rag.output import positive, print_lines, print_result, settings_of, write_file, write_json

if TYPE_CHECKING:
    from index.library import Library

PASSED, FAILED, USAGE = 0, 1, 2

_HELP = """\
tanya eval CASES.qa.yaml...   ask scripted questions and check the answers; exit 1 where one fails
tanya eval draft              propose cases from the indexed articles, to be accepted or edited
tanya eval draft --feedback   ... or from what readers thought of the answers
tanya eval retrieval DIR      a BEIR-layout folder; dense, lexical, fused and ordered side by side
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
        "--limit", type=positive, metavar="N", help="how many cases (default 50; of feedback, all there are)"
    )
    draft.add_argument("--seed", type=int, metavar="N", help="another number, another choice (default 0)")
    draft.add_argument(
        "--output", type=Path, metavar="FILE.qa.yaml", help="where to write them (default stdout)"
    )
    parser.set_defaults(run=_evaluate)


_FOR_CASES = ("report", "fresh", "against")
_FOR_DRAFT = ("feedback", "limit", "seed", "output")


def _evaluate(arguments: argparse.Namespace) -> int:
    kind, *rest = arguments.targets
    named = kind if kind in {"draft", *_TASKS} else "CASES"
    unused: tuple[str, ...] = () if named == "CASES" else _FOR_CASES
    unused += ("json",) if named == "draft" else _FOR_DRAFT
    unused += ("seed",) if arguments.feedback else ()
    for flag in unused:
        value = getattr(arguments, flag)
        if value is not None and value is not False:
            return _usage(f"tanya eval {named} takes no --{flag}; leave it out")
    if kind == "draft":
        return _usage("tanya eval draft takes no further name") if rest else _draft(arguments)
    if kind in _TASKS:
        target, measure = _TASKS[kind]
        if len(rest) != 1:
            return _usage(f"name {target[0]}: tanya eval {kind} {target[1]}")
        result, table = measure(Path(rest[0]), settings_of(arguments))
        if result.get("n") == 0:
            raise TanyaError(f"{rest[0]} has nothing to measure; see: tanya eval --help")
        print_result(arguments.json, result, table)
        return PASSED
    if arguments.fresh and not arguments.report:
        return _usage("--fresh starts the run of a --report anew; name its folder with --report DIR")
    return _cases(arguments)


def _cases(arguments: argparse.Namespace) -> int:
    from index.library import Library
    from rag.evaluation.cases import load_cases
    from rag.evaluation.metrics import compare, comparison_lines, metrics, total_lines
    from rag.evaluation.run import RUN_FILE, RunFile, header, read_run, run_cases
    from rag.pipeline import load_assistant

    cases = load_cases(*map(Path, arguments.targets))
    if not cases:
        raise TanyaError(
            f"{arguments.targets[0]} has no cases; write some, or propose some: tanya eval draft"
        )
    earlier = read_run(arguments.against) if arguments.against else None
    library = Library(settings_of(arguments))
    library.open()
    assistant = load_assistant(library)
    if arguments.report:
        wanted = header(cases, assistant)
        with RunFile.open(arguments.report / RUN_FILE, wanted, fresh=arguments.fresh) as kept:
            made_with = kept.header
            records = run_cases(cases, assistant, kept)
    else:
        records = run_cases(cases, assistant)
    totals = metrics(records)
    comparison = compare(earlier[1], records) if earlier else None
    if arguments.report:
        from rag.evaluation.report import write_report

        page = write_report(arguments.report, made_with, records, totals, comparison)
        print(f"tanya: the report is {page}", file=sys.stderr)
    if arguments.json:
        write_json(
            {
                "cases": [
                    {
                        key: record[key]
                        for key in ("id", "passed", "failures", "answer", "confidence", "measures", "rank")
                    }
                    for record in records
                ],
                "metrics": totals,
            }
            | ({"comparison": comparison.to_object()} if comparison else {})
        )
    else:
        lines = [line for record in records for line in case_lines(record)] + total_lines(totals)
        lines += comparison_lines(comparison) if comparison else []
        print_lines("\n".join(lines))
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
    from index.library import Library

    output = arguments.output
    if output and not output.name.endswith(".qa.yaml"):
        return _usage(f"{output} would not be read as cases; end its name in .qa.yaml")
    library = Library(settings_of(arguments))
    count, written = (
        _from_feedback(library, arguments) if arguments.feedback else _from_articles(library, arguments)
    )
    if not output:
        print_lines(written.rstrip("\n"))
        return PASSED
    if output.exists():
        raise TanyaError(f"{output} is there already and may hold edited cases; name another file")
    write_file(output, written)
    print(f"tanya: {count} proposals in {output}; read each before it counts", file=sys.stderr)
    return PASSED


def _from_articles(library: Library, arguments: argparse.Namespace) -> tuple[int, str]:
    from rag.evaluation.proposals import draft_cases, write_cases

    drafts = draft_cases(library.articles(), limit=arguments.limit or 50, seed=arguments.seed or 0)
    if not drafts:
        raise TanyaError("no case can be drafted from these articles; add some with: tanya index PATH")
    return len(drafts), write_cases([draft.proposal() for draft in drafts])


def _from_feedback(library: Library, arguments: argparse.Namespace) -> tuple[int, str]:
    from rag.evaluation.proposals import propose_from_feedback, write_cases
    from rag.feedback import opinions

    stored = opinions(library.feedback())
    if not stored:
        raise TanyaError(
            "nobody has said yet what they think of an answer; ask for it on the page: tanya serve"
        )
    proposals, unusable = propose_from_feedback(stored, partial(_is_article, library))
    proposals = proposals[: arguments.limit]
    return len(proposals), write_cases(proposals, unusable)


def _is_article(library: Library, name: str) -> bool:
    try:
        library.article(name)
    except LibraryError:
        return False
    return True


def _retrieval(folder: Path, settings: Settings) -> tuple[Any, str]:
    from index.embedder import load_embedder
    from rag.evaluation.tasks import evaluate_retrieval, retrieval_table

    result = evaluate_retrieval(folder, load_embedder(settings))
    return result, retrieval_table(result)


def _reading(file: Path, settings: Settings) -> tuple[Any, str]:
    from rag.evaluation.tasks import evaluate_reading, reading_table
    from rag.pipeline import load_reader

    reader = load_reader(settings)
    result = evaluate_reading(file, reader, reader.decision.answer)
    return result, reading_table(result)


def _conversations(file: Path, settings: Settings) -> tuple[Any, str]:
    from index.library import Library
    from rag.evaluation.tasks import conversations_table, evaluate_conversations
    from rag.pipeline import load_assistant

    library = Library(settings)
    library.open()
    result = evaluate_conversations(file, load_assistant(library))
    return result, conversations_table(result)


def _claims(file: Path, _: Settings) -> tuple[Any, str]:
    from rag.evaluation.claims import claims_table, evaluate_claims

    result = evaluate_claims(file)
    return result, claims_table(result)


def _grounding(path: Path, _: Settings) -> tuple[Any, str]:
    from rag.evaluation.claims import evaluate_grounding, grounding_table

    result = evaluate_grounding(path)
    return result, grounding_table(result)


def _translation(file: Path, settings: Settings) -> tuple[Any, str]:
    from rag.evaluation.tasks import evaluate_translation, translation_table
    from rag.translation import needed_translator

    result = evaluate_translation(file, needed_translator(settings))
    return result, translation_table(result)


def _figures(file: Path, settings: Settings) -> tuple[Any, str]:
    from index.library import Library
    from rag.evaluation.tasks import evaluate_figures, figures_table

    result = evaluate_figures(file, Library(settings).article)
    return result, figures_table(result)


def _quotes(file: Path, settings: Settings) -> tuple[Any, str]:
    from index.library import Library
    from rag.evaluation.tasks import evaluate_quotes, load_quotes, quotes_table

    result = evaluate_quotes(load_quotes(file), Library(settings).article)
    return result, quotes_table(result)


_TASKS: dict[str, tuple[tuple[str, str], Callable[[Path, Settings], tuple[Any, str]]]] = {
    "retrieval": (("one BEIR folder", "DIR"), _retrieval),
    "reading": (("one file", "FILE.jsonl"), _reading),
    "conversations": (("one file", "FILE.jsonl"), _conversations),
    "claims": (("one file", "FILE.jsonl"), _claims),
    "translation": (("one file", "FILE.tsv"), _translation),
    "figures": (("one file", "FILE.jsonl"), _figures),
    "grounding": (("articles or pairs", "PATH"), _grounding),
    "quotes": (("one file", "FILE.jsonl"), _quotes),
}
"""Of each kind what is to be named, and what measures it: its JSON values and a table of them."""


def _usage(message: str) -> int:
    print(f"tanya: {message}", file=sys.stderr)
    return USAGE
