"""The folder that ``lineage run`` puts on PYTHONPATH, for the one module of it that Python imports by itself at start.

``python script.py`` then is the real thing: the script is run by the interpreter itself, in a ``__main__`` of its own,
with nothing of ours below it. A runner within Python (``runpy``) shows in tracebacks, in pickles and in the children
of multiprocessing. The module is gone, with every trace in ``sys`` and the environment, before the script begins.
"""

from __future__ import annotations

SCRIPT = "LINEAGE_RUN"  # the script's file, as it was given to ``lineage run``
PATH = "LINEAGE_RUN_PYTHONPATH"  # what PYTHONPATH was before; not set when there was none
