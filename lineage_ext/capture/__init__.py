"""Capture observes: hooks inside the libraries' own functions write down one raw record per outermost operation.

``template`` makes the instrumented form of a function, ``function_source`` proves that it is the same function,
``filling`` gives it its constants, ``interception`` puts it in and takes it out, ``code_cache`` keeps it between
kernels. ``recorder`` is what the hooks do; ``interpreter`` takes its log, ``explaining`` turns it into Calls, has the
rules explain them and makes ``runs`` of them.

To intercept another library: a file ``<library>_functions.py`` with ``targets() -> list[Target]``, handlers for its
types in ``snapshot.HANDLERS``, and rules for its operations in ``lineage_ext/rules``. Import the library only there,
and only when ``sys.modules`` has it.
"""
