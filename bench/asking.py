"""How long a person waits: for the command, the page and an answer, and how much memory that takes.

    python bench/asking.py [ARTICLES [CASES.qa.yaml]]

Medians on this machine. The questions are those of the cases, asked in one process after an unmeasured one.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from index import Settings
from index.library import Library
from rag.evaluation.cases import load_cases
from rag.pipeline import load_assistant

ROOT = Path(__file__).resolve().parents[1]
TANYA = str(Path(sys.executable).with_name("tanya"))
PORT = 7957


def median_of(runs: int, action: Callable[[], object]) -> float:
    """Median seconds of `action`."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def command(home: Path, *arguments: str) -> None:
    subprocess.run([TANYA, "--home", str(home), *arguments], capture_output=True, check=False)


def seconds_until_page(home: Path) -> float:
    """Seconds from `tanya serve` to the first byte of its page."""
    started = time.perf_counter()
    server = subprocess.Popen(
        [TANYA, "--home", str(home), "serve", "--port", str(PORT)], stderr=subprocess.DEVNULL
    )
    try:
        while time.perf_counter() - started < 120:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=5) as page:
                    page.read()
                    return time.perf_counter() - started
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("the page did not come up")
    finally:
        server.terminate()
        server.wait(timeout=20)


def main() -> None:
    articles = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "seeds"
    cases = load_cases(Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "seeds")
    home = Path(tempfile.mkdtemp(prefix="tanya-bench-"))
    library = Library(replace(Settings.load(), home=home))
    library.add([articles])
    print(f"tanya --help             {median_of(5, lambda: command(home, '--help')):8.2f} s")
    question = cases[0].question
    print(f"tanya ask, cold          {median_of(5, lambda: command(home, 'ask', question)):8.2f} s")
    print(f"tanya serve, to the page {median_of(3, lambda: seconds_until_page(home)):8.2f} s")
    assistant = load_assistant(library)
    assistant.ask(question)
    answers = [assistant.ask(case.question, history=case.history) for case in cases]
    times = sorted(answer.timings["total"] for answer in answers)
    print(f"ask, warm, median        {statistics.median(times):8.0f} ms  ({len(times)} questions)")
    print(f"ask, warm, 95th of 100   {times[int(0.95 * (len(times) - 1))]:8.0f} ms")
    reading = statistics.median(answer.timings["read"] for answer in answers)
    print(f"  of which reading       {reading:8.0f} ms")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"resident memory, peak    {peak:8.0f} MB  (the asking process, without the page)")


if __name__ == "__main__":
    main()
