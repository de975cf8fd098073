"""The ``lineage`` command: what ``%lineage`` does, for a shell, on the sessions the store remembers.

To add a command: a module here named after it with a click command named ``command``, its line in ``app.COMMANDS``;
it opens a session with ``stored.open_session`` and hands ``output.say`` the same value the magic prints (its ``str``,
or ``to_dict`` with ``--json``). Exit codes: 0 done, 1 the answer is no or something failed, 2 wrong usage, and
``lineage run`` ends with its program's own. Questions belong in ``analysis``, formats in ``export``: a command only
asks and prints.
"""

from __future__ import annotations


def main() -> None:
    """The console script ``lineage``."""
    from lineage_ext.cli.app import application

    application(prog_name="lineage")
