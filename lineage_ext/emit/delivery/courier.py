"""The courier: a process that sends a session's events, those of earlier sessions first that were left behind.

It ends with the session, after a while of trying; what isn't sent then stays in the spool. It needs nothing of the
process that started it: when that is killed, it sends what is there, and ends.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from lineage_ext.emit.delivery import lock, status
from lineage_ext.emit.delivery.breaker import Breaker
from lineage_ext.emit.delivery.processes import alive
from lineage_ext.emit.delivery.spool import Backlog, names
from lineage_ext.emit.delivery.unfinished import Unfinished
from lineage_ext.redaction import redact

POLL = 0.05  # s between two looks when there is nothing to send
SLOWEST = 0.5  # s between them when there has been nothing for long
LINGER = 30.0  # s that it goes on after the session, as long as sending works
AGAIN = 1.0  # s between two looks for what earlier sessions' own couriers have left
NICE = 5


class Carries(Protocol):
    """What brings an event somewhere: ``client.Client``."""

    named: str

    def send(self, event: dict[str, Any]) -> None:
        """Raises Refused for an event that is never taken, anything else for one that may be later."""
        ...

    def close(self) -> None:
        """Nothing follows."""
        ...


@dataclass(frozen=True, slots=True)
class Errand:
    """Whose events: the folder of the spool, the session's name in it, and the process that writes it."""

    folder: Path
    name: str
    parent: int

    @property
    def over(self) -> bool:
        """Whether nothing more is written."""
        return (self.folder / f"{self.name}.end").exists() or not self.folder.exists() or not alive(self.parent)


class Courier:
    """Runs one errand. ``refused`` is the exception that says an event is never taken."""

    def __init__(self, errand: Errand, carrier: Carries, refused: type[Exception]) -> None:
        self._errand = errand
        self._carrier = carrier
        self._refused = refused
        self._breaker = Breaker()
        self._status = status.Status(os.getpid(), redact(carrier.named))
        self._last = time.monotonic()  # when there was something to send
        self._looked = 0.0  # when it looked for what earlier sessions left
        self._stop_at: float | None = None
        self._unfinished = Unfinished()

    def run(self) -> None:
        """Send everything, in order, until the session is over and nothing is left, or the time is."""
        self._tell()
        self._send_earlier()
        backlog = Backlog(self._errand.folder, self._errand.name)
        self._empty(backlog, own=True)
        with suppress(Exception):
            self._carrier.close()
        self._status.ended = True
        self._tell()
        if self._errand.over and not backlog.next():
            backlog.remove()

    def _send_earlier(self) -> None:
        for name in earlier(self._errand):
            self._of_earlier(name)
        self._looked = time.monotonic()

    def _of_earlier(self, name: str) -> None:
        held = lock.take(self._errand.folder / f"{name}.lock")
        if held is None:
            return  # its own courier is still there; it may yet give up
        backlog, mine = Backlog(self._errand.folder, name), self._unfinished
        self._empty(backlog, own=False)
        self._unfinished = mine
        if not backlog.next():
            backlog.remove()
        lock.release(held)

    def _empty(self, backlog: Backlog, *, own: bool) -> None:
        """Send a session's lines. Its own session's is empty only when that is over."""
        self._unfinished = Unfinished()
        while not self._out_of_time():
            over = self._errand.over  # before the look: what is written until the end is seen
            line = backlog.next()
            if line:
                self._send(backlog, line, own)
            elif over or not own:
                if not self._abort(backlog):
                    return
            elif time.monotonic() - self._looked > AGAIN:
                self._send_earlier()
            else:
                idle = time.monotonic() - self._last
                time.sleep(min(max(POLL, idle / 20), SLOWEST))

    def _abort(self, backlog: Backlog) -> bool:
        """After the last event of a process that didn't say that it ends: put in what ends its runs. False if none."""
        end = self._errand.folder / f"{backlog.name}.end"
        if not self._unfinished or end.exists():
            return False
        with suppress(OSError):
            end.touch()
            backlog.add(self._unfinished.aborted())
        return end.exists()

    def _send(self, backlog: Backlog, line: bytes, own: bool) -> None:
        try:
            event = json.loads(line)
            self._carrier.send(event)
        except (self._refused, ValueError) as error:
            self._status.refused += 1
            self._status.refusal = redact(str(error))[:300]
        except Exception as error:
            self._pause(error)
            return
        else:
            self._unfinished.note(event)
            self._status.sent += own
            self._status.replayed += not own
        self._last = time.monotonic()
        self._breaker.succeeded()
        self._status.problem, self._status.retry_at = "", 0.0
        backlog.sent()
        self._tell()

    def _pause(self, error: Exception) -> None:
        """Nothing is sent for a while. The session's end ends it; then one more try decides."""
        was_over = self._errand.over
        pause = self._breaker.failed(time.monotonic())
        self._status.problem = redact(f"{type(error).__name__}: {error}")[:300]
        self._status.retry_at = time.time() + pause
        self._tell()
        if was_over:
            self._stop_at = 0.0
        while self._breaker.open(time.monotonic()) and not self._errand.over:
            time.sleep(POLL)

    def _out_of_time(self) -> bool:
        if self._stop_at is None and self._errand.over:
            self._stop_at = time.monotonic() + LINGER
        return self._stop_at is not None and time.monotonic() >= self._stop_at

    def _tell(self) -> None:
        status.write(self._status, status.file_of(self._errand.folder, self._errand.name))


def earlier(errand: Errand) -> Iterator[str]:
    """Sessions that are over and whose events were left behind, oldest first."""
    for name in names(errand.folder):
        if name < errand.name and Errand(errand.folder, name, _writer(errand.folder, name)).over:
            yield name


def _writer(folder: Path, name: str) -> int:
    try:
        return int((folder / f"{name}.pid").read_text())
    except (OSError, ValueError):
        return 0


def main(errand: Errand, make: Callable[[], tuple[Carries, type[Exception]]]) -> None:
    """Run it, alone. A client that can't be made is told, and the events stay."""
    held = lock.take(errand.folder / f"{errand.name}.lock")
    if held is None:
        return
    with suppress(OSError, AttributeError):  # of systems that have neither
        os.nice(NICE)
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))  # also where a program of higher rank started us
    try:
        carrier, refused = make()
    except BaseException as error:
        problem = redact(f"{type(error).__name__}: {error}")[:300]
        news = status.Status(os.getpid(), problem=f"the client can't be used: {problem}", ended=True)
        status.write(news, status.file_of(errand.folder, errand.name))
        return
    Courier(errand, carrier, refused).run()


def with_openlineage() -> tuple[Carries, type[Exception]]:
    """The client as the environment and openlineage.yml configure it."""
    from lineage_ext.emit.delivery.client import Client, Refused

    return Client(), Refused


def deliver(folder: str, name: str, parent: str) -> None:
    """What the process runs."""
    main(Errand(Path(folder), name, int(parent)), with_openlineage)
