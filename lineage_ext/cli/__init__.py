"""The ``lineage`` command: what ``%lineage`` does, for a shell, on the sessions the store remembers.

To add a command: a module here named after it, with one function that parses its arguments, opens the store and
prints the same value the magic prints (``str`` of it, or JSON with ``--json``). Exit codes: 0 done, 1 the answer is
no, 2 wrong usage. Questions belong in ``analysis``, formats in ``export``: a command only asks and prints.
"""
