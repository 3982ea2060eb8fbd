"""Runs the console blocks of README.md and compares what they print with what stands there.

In a block, `$ ` begins a command and the lines under it are its output; `…` stands for anything. The
commands of a block run in order in a folder that has only seeds/. What serves runs until its output has
appeared; what would install anew or call this check again is only looked up. Exits 1 after naming each
command that does not hold.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVES = ("make run", "tanya serve")
PATIENCE = 120.0
"""Seconds that one command may take."""


def examples(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block with the output shown under it."""
    for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, shown = example.partition("\n")
        yield command, shown.strip()


def pattern(shown: str) -> re.Pattern[str]:
    return re.compile(".*?".join(map(re.escape, re.split(r"\s*…\s*", shown))), re.DOTALL)


def problem(command: str, shown: str, folder: str, environment: dict[str, str]) -> str | None:
    """What is wrong with the command, run in a folder, or its output; None where both are as shown."""
    if command in SERVES:
        return serves(command, shown, environment)
    program, *arguments = shlex.split(command)
    if program == "make":
        return failure(["make", "--dry-run", "--no-print-directory", *arguments], environment)
    if program != "tanya":
        return (
            None
            if Path(program).name.startswith(("python", "pip"))
            else "only make, pip and tanya are known here"
        )
    run = subprocess.run(
        [program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if run.returncode not in (0, 3):  # 3 is an answer too: the articles do not say
        return f"exit {run.returncode}: {run.stderr.strip()}"
    if shown and not pattern(shown).fullmatch(run.stdout.strip()):
        return f"prints:\n{run.stdout.strip()}"
    return None


def failure(command: list[str], environment: dict[str, str]) -> str | None:
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return run.stderr.strip() if run.returncode else None


def serves(command: str, shown: str, environment: dict[str, str]) -> str | None:
    """Run a server until its output is as shown, then interrupt it as its user would."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with tempfile.TemporaryFile("w+") as output:
        server = subprocess.Popen(
            shlex.split(command),
            cwd=ROOT,
            env=environment | {"TANYA_PORT": port},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        wanted, deadline, printed = pattern(shown), time.monotonic() + PATIENCE, ""
        try:
            while server.poll() is None and time.monotonic() < deadline:
                output.seek(0)
                printed = output.read().replace(port, "7860").strip()
                if wanted.search(printed):
                    return None
                time.sleep(0.2)
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGINT)
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    os.killpg(server.pid, signal.SIGKILL)
                    server.wait()
    return f"prints:\n{printed}"


def main() -> int:
    wrong = checked = 0
    theirs = {"TANYA_EMBEDDER", "TANYA_GENERATOR", "TANYA_HOST", "TANYA_PORT", "TANYA_READER"}
    kept = {name: value for name, value in os.environ.items() if name not in theirs}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for block in BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")):
        with tempfile.TemporaryDirectory() as folder:
            # What a command writes is gone with it.
            (Path(folder) / "seeds").symlink_to(ROOT / "seeds")
            # Nothing that is optional changes what a command prints.
            mine = {"TANYA_HOME": f"{folder}/.tanya", "TANYA_TRANSLATOR": "none", "PATH": path}
            for command, shown in examples(block):
                checked += 1
                if reason := problem(command, shown, folder, kept | mine):
                    wrong += 1
                    print(f"README.md: {command}\n{reason}\n", file=sys.stderr)
    print(f"README.md: {checked - wrong} of {checked} commands hold")
    return 1 if wrong or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
