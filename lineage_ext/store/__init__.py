"""What remembers a session beyond its process: ``sqlite`` (all of it, queryable), ``jsonl`` (two logs, on request);
``memory`` keeps the last Runs for tests. ``reading`` gives stored sessions back as Runs or a LineageGraph,
``running`` knows which of them still run.

To add a store: a file with a class that has ``on_start``, ``on_end``, ``on_sample`` and ``close`` (and ``on_flush`` if
it writes in batches), made in ``lineage_ext/hosts/wiring.py``. It must never raise for what the disk does, and needs a
test that kills the writing process.
"""
