"""Many who ask at once: errors, and the time to the answer for one alone and for all together.

    python bench/visitors.py [VISITORS [ROUNDS]]

`tanya serve` runs over seeds/ with the real models. Visitors ask through the API, and then as a browser does
that shows the page: one request for the question, and one after the other to look until the answer stands
there whole. Each asks ROUNDS different questions without a pause between them, which no person does. The load
of the machine stands in the first line and in the last: what else runs is part of what is measured.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from rag.evaluation.cases import load_cases

ROOT = Path(__file__).resolve().parents[1]
TANYA = str(Path(sys.executable).with_name("tanya"))
PORT = 7958
ADDRESS = f"http://127.0.0.1:{PORT}"
BEAT = 0.1
"""Seconds after which a page looks again; see ui/chat/page.py."""

LONGEST = 120.0
"""Seconds that an answer is waited for."""

Ask = Callable[[str], None]


class Unanswered(Exception):
    """A question got no answer; the message says what it got."""


@contextmanager
def serving(folder: Path) -> Iterator[psutil.Process]:
    """The process of the page, once it answers."""
    environment = os.environ | {"TANYA_HOME": str(folder / "home"), "TANYA_RATE": "100000"}
    subprocess.run([TANYA, "index", str(ROOT / "seeds")], env=environment, capture_output=True, check=True)
    server = subprocess.Popen(
        [TANYA, "serve", "--port", str(PORT)], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        begun = time.perf_counter()
        while time.perf_counter() - begun < LONGEST:
            try:
                if httpx.get(f"{ADDRESS}/api/v1/status").json()["ready"]:
                    break
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(timeout=60)


@contextmanager
def program() -> Iterator[Ask]:
    """Somebody who asks through the API."""
    with httpx.Client(base_url=f"{ADDRESS}/api/v1", timeout=LONGEST) as client:

        def ask(question: str) -> None:
            response = client.post("/ask", json={"question": question})
            if response.status_code != 200:
                raise Unanswered(f"{response.status_code} {response.json()['detail']}")

        yield ask


@contextmanager
def browser() -> Iterator[Ask]:
    """Somebody before the page: the requests that a browser sends for it."""
    with httpx.Client(base_url=f"{ADDRESS}/gradio_api", timeout=LONGEST) as client:
        config = client.get(f"{ADDRESS}/config").json()
        page = Page(config)
        values: dict[str, Any] = {"page-language": "id", "answer-language": "auto", "publishers": []}
        name = os.urandom(8).hex()

        def send(event: int) -> None:
            wired = page.events[event]
            data = [values.get(page.names[part], "") for part in wired["inputs"]]
            sent = {
                "data": data,
                "fn_index": event,
                "session_hash": name,
                "event_data": None,
                "trigger_id": None,
            }
            response = client.post("/run/predict", json=sent)
            if response.status_code != 200:
                raise Unanswered(f"{response.status_code} {response.text[:200]}")
            for part, given in zip(wired["outputs"], response.json()["data"], strict=True):
                page.take(values, part, given)

        def ask(question: str) -> None:
            values["question"] = question
            send(page.asking)
            begun = time.perf_counter()
            while values["unfinished"]:
                if time.perf_counter() - begun > LONGEST:
                    raise Unanswered("it took too long")
                send(page.looking)
                time.sleep(BEAT)
            said = str(values["chat"][-1]["content"])
            if not re.search(r'class=\\?"(answer|abstained)', said):
                raise Unanswered(said[:200])

        send(page.greeting)
        yield ask


class Page:
    """What a browser reads of the page's parts and events."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.events: list[dict[str, Any]] = config["dependencies"]
        parts = config["components"]
        # A part without a name is known by its number alone, as the one that holds what was seen.
        self.names = {part["id"]: part["props"].get("elem_id") or str(part["id"]) for part in parts}
        self.asking = self._event("question", "submit")
        self.looking = self._event("pulse", "submit")
        self.greeting = next(at for at, one in enumerate(self.events) if self._is(one, None, "load"))

    def take(self, values: dict[str, Any], part: int, given: Any) -> None:
        """Take in what an event gives to a part: its value, or an update of what it looks like."""
        name = self.names[part]
        if isinstance(given, dict) and given.get("__type__") == "update":
            if name == "stop" and "visible" in given:
                values["unfinished"] = given["visible"]
            if "value" not in given:
                return
            given = given["value"]
        values[name] = given

    def _event(self, name: str, kind: str) -> int:
        return next(at for at, one in enumerate(self.events) if self._is(one, name, kind))

    def _is(self, event: dict[str, Any], name: str | None, kind: str) -> bool:
        return any(
            what == kind and (name is None or self.names.get(part) == name) for part, what in event["targets"]
        )


def measure(
    way: Callable[[], Any], questions: list[str], visitors: int, rounds: int
) -> tuple[list[float], list[str]]:
    """Seconds to each answer, and what went wrong."""

    def visit(number: int) -> tuple[list[float], list[str]]:
        times: list[float] = []
        errors: list[str] = []
        with way() as ask:
            for turn in range(rounds):
                begun = time.perf_counter()
                try:
                    ask(questions[(number * rounds + turn) % len(questions)])
                    times.append(time.perf_counter() - begun)
                except (Unanswered, httpx.HTTPError) as error:
                    errors.append(repr(error))
        return times, errors

    with ThreadPoolExecutor(visitors) as pool:
        visits = list(pool.map(visit, range(visitors)))
    return [time for times, _ in visits for time in times], [
        error for _, errors in visits for error in errors
    ]


def figures(times: list[float], took: float) -> str:
    """Of the seconds to each answer, and of all together."""
    if not times:
        return "no answer"
    ordered = sorted(times)
    slow = ordered[int(0.95 * (len(ordered) - 1))]
    return (
        f"{len(times)} answers; median {statistics.median(times):.2f} s, 95th of 100 {slow:.2f} s,"
        f" {len(times) / took:.1f} answers a second"
    )


def main(visitors: int, rounds: int) -> None:
    questions = [case.question for case in load_cases(ROOT / "seeds") if not case.history]
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{visitors} visitors, {rounds} questions each, {os.cpu_count()} cores, load before {load}")
    with tempfile.TemporaryDirectory(prefix="tanya-bench-") as folder, serving(Path(folder)) as server:
        before = server.memory_info().rss / 2**20
        for name, way in (("API", program), ("page", browser)):
            measure(way, questions, 1, 1)
            for many in (1, visitors):
                begun = time.perf_counter()
                # One alone asks as many, so that both figures stand on as much.
                times, errors = measure(way, questions, many, rounds * visitors // many)
                took = time.perf_counter() - begun
                print(f"{name}, {many:3} at once: {len(errors)} errors, {figures(times, took)}")
                for error in errors[:3]:
                    print(f"  {error}")
        after = server.memory_info().rss / 2**20
        print(f"resident memory {before:.0f} MB before, {after:.0f} MB after")
        print(f"load after {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 20,
        int(sys.argv[2]) if len(sys.argv) > 2 else 3,
    )
