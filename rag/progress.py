"""Progress on stderr: a bar with a rate where a person watches, nothing where a script does."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any


class Bar:
    """A progress bar that appears at the first update."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._bar: Any = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def update(self, done: int, total: int, name: str) -> None:
        """Show that `done` of `total` are done, the latest being `name`."""
        if self._bar is None:
            from tqdm import tqdm

            # What was done before, in a run that is gone on with, is not of this run's rate.
            before = max(done - 1, 0)
            self._bar = tqdm(
                total=total,
                initial=before,
                unit=f" {self._unit}",
                file=sys.stderr,
                disable=None,
                leave=False,
            )
        self._bar.total = total
        self._bar.set_postfix_str(name[:40], refresh=False)
        self._bar.update(done - self._bar.n)
