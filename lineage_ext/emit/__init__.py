"""Streams out of the process: OpenLineage, OpenTelemetry, JSON lines. Each is a ``session.Processor``.

To add one: a module here with a class that has ``on_start``, ``on_end``, ``on_sample`` and ``close``; they are called
on the session's worker thread, one at a time, and must neither block nor lose what ``close`` can still send. Wired
within ``session.Outward``, they get Runs without secrets and without literals of the user's. Import the client library
inside the class, never at the module's top. A third party registers its class under the entry point group
``lineage_ext.emit``.
"""
