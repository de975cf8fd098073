"""``python -m lineage_ext``: the ``lineage`` command, where its script isn't on PATH."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    if sys.path[0] == os.getcwd() != os.path.dirname(os.path.dirname(os.path.abspath(__file__))):
        del sys.path[0]  # which -m puts there: a queue.py or uuid.py of the user's is nothing to the command itself
    from lineage_ext.cli import main

    main()
