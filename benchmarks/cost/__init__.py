"""What tracking costs, against what is promised: ``make bench``, or ``python -m benchmarks.cost [PART …]``.

To add a number: yield a ``Row`` from the part it belongs to. To add a part: a module with ``rows(rounds)``, named in
``PARTS``. Both sides of a comparison take turns within one process (``turns``); times are CPU time of the cell's thread
and of the whole process, which includes the worker thread that explains and stores.
"""
