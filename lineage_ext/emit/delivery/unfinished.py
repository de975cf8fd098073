"""Runs that began and didn't end: those of a process that was killed are told as aborted, by whoever sends its events.

Without that a catalog shows a killed kernel's notebook as running for ever.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

Event = dict[str, Any]


class Unfinished:
    """Of one session, as far as its events have been sent."""

    def __init__(self) -> None:
        self._started: dict[str, Event] = {}  # run id → its START

    def __bool__(self) -> bool:
        return bool(self._started)

    def note(self, event: Event) -> None:
        """An event that was sent."""
        run_id = event["run"]["runId"]
        if event["eventType"] == "START":
            self._started[run_id] = event
        else:
            self._started.pop(run_id, None)

    def aborted(self) -> bytes:
        """Their last events as lines, those of the runs within others first."""
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        events = ({**event, "eventType": "ABORT", "eventTime": now} for event in reversed(self._started.values()))
        return b"".join(json.dumps(event).encode() + b"\n" for event in events)
