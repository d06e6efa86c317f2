"""`tdcd` that kills itself at one durable step: `python -m tests.dying_daemon STEP before|after STEPS run --config F`.

A durable step is a commit of the ledger, a write that goes to the document system, or an evidence file that is put
in its place. The process ends by SIGKILL before or after the step with this number; 0 never ends it. `NAME:N` is
the N-th step whose name begins so ("file:1", "write-AttachFile:2"). Each step is noted in the file STEPS, with the
movement that took it, so that a run can tell where it died.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import cli
from connector.ioffice.client import IOfficeConnector
from connector.port import Write, WriteReceipt
from store.engine import Store
from store.evidence import EvidenceFiles
from store.places import Places

SYNC = Path(__file__).parents[1] / "sync"
#: What stands between a step and the movement that took it.
BETWEEN = ("fencing:begin", "fencing:check", "stopping:")


class Steps:
    """Counts the steps of this process, notes them, and ends it at one of them."""

    def __init__(self, at: str, side: str, file: Path) -> None:
        self._name, _, number = at.rpartition(":")
        self._at, self._side = int(number), side
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._lock = threading.Lock()
        self._taken = self._named = 0

    @contextmanager
    def step(self, kind: str) -> Iterator[None]:
        """One step: the process may end before its body, or after it."""
        label = f"{kind} {_movement()}"
        with self._lock:
            self._taken += 1
            number = self._taken
            self._named += label.startswith(self._name)
            met = label.startswith(self._name) and (self._named if self._name else number) == self._at
        self._end("before", label, met=met)
        yield
        self._note(f"{number} {label}")
        self._end("after", label, met=met)

    def _end(self, side: str, label: str, *, met: bool) -> None:
        if met and side == self._side:
            self._note(f"died {side} {label}")
            os.kill(os.getpid(), signal.SIGKILL)

    def _note(self, line: str) -> None:
        os.write(self._file, f"{line}\n".encode())


def _movement() -> str:
    """The movement that takes a step: `module:function` of the nearest frame of `sync`."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        name = f"{file.stem}:{frame.f_code.co_name}"
        if file.parent == SYNC and not name.startswith(BETWEEN):
            return name
        frame = frame.f_back
    return "start"


def _dying(steps: Steps) -> None:
    begin, apply, adopt = Store.begin, IOfficeConnector.apply, EvidenceFiles.adopt

    @contextmanager
    def commits(self: Store) -> Iterator[Places]:
        # Entered by hand: the step lies between the last statement and the end of the commit.
        unit = begin(self)
        places = unit.__enter__()
        try:
            yield places
        except BaseException as error:
            if not unit.__exit__(type(error), error, error.__traceback__):
                raise
            return
        with steps.step("commit"):
            unit.__exit__(None, None, None)

    def applies(self: IOfficeConnector, write: Write) -> WriteReceipt:
        with steps.step(f"write-{type(write).__name__}"):
            return apply(self, write)

    def adopts(self: EvidenceFiles, *given: Any, **named: Any) -> Any:
        with steps.step("file"):
            return adopt(self, *given, **named)

    _replace(Store, "begin", commits)
    _replace(IOfficeConnector, "apply", applies)
    _replace(EvidenceFiles, "adopt", adopts)


def _replace(owner: type, name: str, by: Callable[..., Any]) -> None:
    setattr(owner, name, by)


if __name__ == "__main__":
    _dying(Steps(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
    sys.argv = ["tdcd", *sys.argv[4:]]
    cli.main()
