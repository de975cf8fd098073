"""The host of a process in which orchestrators' tasks, or tests, are what runs."""

from __future__ import annotations

from typing import Any

from lineage_ext.errors import UsageError
from lineage_ext.hosts import Notebook
from lineage_ext.session import Session


class TaskHost:
    """The adapter for a process in which tasks are what runs; the session is the outermost task's."""

    name = "task"
    patient = False

    def __init__(self, name: str) -> None:
        self.title = name

    def attach(self, session: Session) -> None:
        """Tasks begin and end themselves."""

    def detach(self) -> None:
        """Nothing was changed."""

    def notebook(self) -> Notebook:
        """There is none; the job is called after the task."""
        return Notebook("task", "", "", self.title)

    def show(self, widget: Any) -> None:
        """Tasks have no place to display things: raises UsageError."""
        raise UsageError("a task has no place to show the panel; lineage_ext.export(…, 'html') writes a page to open")
