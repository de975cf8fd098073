"""Capture as a whole: put the hooks into pandas and start recording, and take everything back."""

from __future__ import annotations

from lineage_ext.capture import identity, interception, marks, recorder
from lineage_ext.capture.budget import BUDGET
from lineage_ext.capture.hooks import hooks
from lineage_ext.capture.interception import Report
from lineage_ext.capture.interpreter import Interpreter
from lineage_ext.capture.meter import METER
from lineage_ext.capture.pandas_functions import quiet, targets
from lineage_ext.session import Session


def attach(session: Session) -> Report:
    """Record for ``session`` from now on. Functions that can't be instrumented are in the report, with the reason."""
    recorder.begin(identity.numbers().__next__, session.current, session.config.callback_operations)
    session.interpreter = Interpreter(session)
    session.identify = identity.number_of
    before = METER.cost()
    session.own_cost = lambda: METER.cost() - before
    config = session.config
    BUDGET.restart(lambda: config.budget, lambda: config.waiting_bytes, session.notes.append, session.began)
    session.degraded = BUDGET.facet
    return interception.install([*targets(), *quiet(), *marks.targets()], hooks())


def detach() -> None:
    """Give pandas its functions back and forget every object."""
    interception.restore()
    recorder.end()
