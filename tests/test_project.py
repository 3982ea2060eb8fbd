"""The picture of the tree is the picture of the program: rooms, direction, weight and what is installed."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import metadata
from pathlib import Path

import pytest
from conftest import LONGEST_FIRST, SLOW
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("index", "rag", "ui")
PARSE_FILES = {
    "docx", "feedparser", "lxml", "olefile", "openpyxl", "pptx", "pypdfium2", "striprtf", "trafilatura",
    "xlrd",
}  # fmt: skip
ONLY_INDEX = {"faiss", "sqlite3"} | PARSE_FILES
# Word files are read in index/ and written in ui/.
FORBIDDEN = {
    "index": {"rag", "ui", "gradio"},
    "rag": {"ui", "gradio"} | ONLY_INDEX,
    "ui": {"onnxruntime", "sentence_transformers", "torch", "transformers"} | ONLY_INDEX - {"docx"},
}
HEAVY = {
    "bm25s", "faiss", "gradio", "ir_measures", "matplotlib", "onnx", "onnxruntime", "pandas", "scipy",
    "sentence_transformers", "sklearn", "tokenizers", "torch", "transformers", *PARSE_FILES,
}  # fmt: skip


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imported(source: str) -> set[str]:
    """Top-level names that a module imports, at its top or inside its functions, by name or by string."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found |= {name.name for name in names}
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module)
            case ast.Call(
                func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(module)), *_]
            ):
                found.add(module)
    return {name.partition(".")[0] for name in found}


def test_imports_are_found_wherever_they_stand():
    source = (
        "import a.b\ndef f():\n    from c.d import e\n    from . import g\n    importlib.import_module('h.i')"
    )
    assert imported(source) == {"a", "c", "h"}


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_from_ui_to_rag_to_index(room: str):
    paths = modules(room)
    assert paths
    wrong = {
        str(path.relative_to(ROOT)): names
        for path in paths
        if (names := imported(path.read_text()) & FORBIDDEN[room])
    }
    assert not wrong


def at_import(path: Path) -> set[str]:
    """The product's modules that one imports while it is imported itself."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{name.name}" for name in node.names} & BY_NAME.keys()
            found |= whole or {node.module}
    return found & BY_NAME.keys()


BY_NAME = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for room in ROOMS
    for path in modules(room)
}


def test_no_module_imports_itself_by_way_of_others():
    graph = {name: at_import(path) for name, path in BY_NAME.items()}
    assert "index" in graph["rag.answer"]
    assert len(list(TopologicalSorter(graph).static_order())) == len(BY_NAME)


def taken_from_rooms(path: Path) -> set[tuple[str, str]]:
    """What a module imports by name from the product, each with the module that it is imported from."""
    return {
        (node.module, name.name)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and not node.level and node.module
        if node.module.partition(".")[0] in ROOMS
        for name in node.names
    }


def test_what_benches_and_scripts_import_of_the_product_is_there():
    taken = {path: taken_from_rooms(path) for path in modules("bench", "scripts")}
    assert ("rag.reader", "unpack") in taken[ROOT / "bench" / "office.py"]
    missing = [
        (str(path.relative_to(ROOT)), module, name)
        for path, names in taken.items()
        for module, name in sorted(names)
        if f"{module}.{name}" not in BY_NAME and not hasattr(importlib.import_module(module), name)
    ]
    assert missing == []


@pytest.mark.parametrize("room", ROOMS)
def test_ruff_bans_the_same_imports_in_each_room(room: str):
    config = tomllib.loads((ROOT / room / "ruff.toml").read_text())
    assert set(config["lint"]["flake8-tidy-imports"]["banned-api"]) == FORBIDDEN[room]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_ours_and_no_dependency_claims_its_name(room: str):
    assert Path(str(importlib.import_module(room).__file__)).parent == ROOT / room
    assert set(metadata.packages_distributions().get(room, [])) <= {"tanya-berita"}


@pytest.mark.parametrize("statement", ["import index", "import rag", "import ui"])
def test_importing_a_room_loads_nothing_heavy(statement: str):
    assert loaded_by(statement) & HEAVY == set()


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["serve", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]):
    call = "import rag.cli\ntry:\n    rag.cli.main({})\nexcept SystemExit as done:\n    assert not done.code"
    assert loaded_by(call.format(arguments)) & HEAVY == set()


def loaded_by(code: str) -> set[str]:
    """Top-level names of the modules that a fresh interpreter has loaded after `code`."""
    code += "\nimport sys\nprint('loaded:', *sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    names = run.stdout.rpartition("loaded: ")[2].split()
    assert "sys" in names
    return {name.partition(".")[0] for name in names}


@pytest.fixture(scope="module")
def pinned() -> dict[str, str]:
    """The version of each package in constraints.txt, by its canonical name."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)", line) for line in lines]
    assert all(pins), "each line is name==version: no address, no local build, no option"
    return {canonicalize_name(pin[1]): pin[2] for pin in pins if pin}


def test_every_package_that_is_installed_for_us_is_pinned_to_what_is_tested(pinned: dict[str, str]):
    needed = {name: metadata.version(name).partition("+")[0] for name in closure("tanya-berita", ("dev",))}
    assert len(needed) > 50
    assert {name: pinned.get(name) for name in needed} == needed


def test_every_declared_dependency_is_pinned_on_every_platform(pinned: dict[str, str]):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    declared = [*project["dependencies"], *(line for extra in extras for line in extra)]
    assert {canonicalize_name(Requirement(line).name) for line in declared} <= pinned.keys()


def test_torch_is_asked_for_by_the_one_version_that_has_a_small_build(pinned: dict[str, str]):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "torch==2.13.0" in project["dependencies"]
    assert pinned["torch"] == "2.13.0"


def closure(name: str, extras: tuple[str, ...]) -> set[str]:
    """Canonical names of all packages that `name` with its extras needs here, itself left out."""
    seen: set[tuple[str, str]] = set()
    waiting = [(name, extra) for extra in ("", *extras)]
    while waiting:
        package, extra = waiting.pop()
        if (package, extra) not in seen:
            seen.add((package, extra))
            waiting.extend(needs(package, extra))
    return {package for package, _ in seen} - {name}


def needs(package: str, extra: str) -> Iterator[tuple[str, str]]:
    for requirement in map(Requirement, metadata.requires(package) or []):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            for wanted in ("", *requirement.extras):
                yield canonicalize_name(requirement.name), wanted


def test_the_files_that_are_named_for_their_time_are_there():
    stems = {
        path.stem.removeprefix("test_") for folder in ("tests", "seeds") for path in (ROOT / folder).iterdir()
    }
    assert {*SLOW, *LONGEST_FIRST} <= stems


def test_no_setting_is_missing_from_the_readme():
    from dataclasses import fields

    from index import Settings

    table = re.findall(r"^\| `(\w+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert [field.name for field in fields(Settings)] == table
