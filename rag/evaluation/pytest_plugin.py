"""A pytest plugin: every case of a `*.qa.yaml` is one test item.

The articles beside the cases are indexed once per run into a temporary library; `--tanya-home DIR` asks
a library that is there already instead.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rag.evaluation.cases import Case
    from rag.pipeline import Assistant

_ASSISTANTS = pytest.StashKey[dict[Path, "Assistant"]]()
_FOLDERS = pytest.StashKey[list[str]]()


class CaseFailure(Exception):
    """An answer is not what its case expects."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the cases be asked of a library that is there already."""
    parser.addoption(
        "--tanya-home", type=Path, default=None, help="the library that *.qa.yaml cases are asked of"
    )
    parser.addini(
        "tanya_known_failures",
        "ids of cases that are known to fail; one that passes fails the run",
        "linelist",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make room for the assistants of this run."""
    config.stash[_ASSISTANTS] = {}
    config.stash[_FOLDERS] = []


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the temporary libraries."""
    for folder in config.stash.get(_FOLDERS, []):
        shutil.rmtree(folder, ignore_errors=True)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the cases of a `*.qa.yaml`."""
    if file_path.name.endswith(".qa.yaml"):
        collector: pytest.Collector = CaseFile.from_parent(parent, path=file_path)
        return collector
    return None


class CaseFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item per case; a file that is not of the format is a collection error that names the line."""
        from index import TanyaError
        from rag.evaluation.cases import load_cases

        try:
            cases = load_cases(self.path)
        except TanyaError as error:
            raise self.CollectError(str(error)) from error
        for case in cases:
            item = CaseItem.from_parent(self, name=case.id)
            item.case = case
            if case.id in self.config.getini("tanya_known_failures"):
                item.add_marker(pytest.mark.xfail(reason="known failure", strict=True))
            yield item


class CaseItem(pytest.Item):
    """One case as a test."""

    case: Case

    def runtest(self) -> None:
        """Ask, and fail with what is wrong."""
        from rag.evaluation.run import run_case

        result = run_case(self.case, _assistant(self.config, self.path.parent))
        if not result.passed:
            raise CaseFailure("\n".join([self.case.question, *result.failures]))

    def repr_failure(  # type: ignore[override]
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> str | object:
        """The failures without a traceback; that of a bug is kept."""
        if isinstance(excinfo.value, CaseFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file and the case's id."""
        return self.path, None, f"case: {self.case.id}"


def _assistant(config: pytest.Config, folder: Path) -> Assistant:
    """The assistant of a folder of cases, made once per run."""
    assistants = config.stash[_ASSISTANTS]
    home = config.getoption("--tanya-home")
    key = home or folder
    if key not in assistants:
        from index import Settings
        from index.library import Library
        from rag.pipeline import load_assistant

        settings = Settings.load()
        if home is None:
            temporary = tempfile.mkdtemp(prefix="tanya-cases-")
            config.stash[_FOLDERS].append(temporary)
            settings = replace(settings, home=Path(temporary))
        else:
            settings = replace(settings, home=home)
        library = Library(settings)
        if home is None:
            library.add([folder])
        assistants[key] = load_assistant(library)
    return assistants[key]
