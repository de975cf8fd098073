"""``python -m lineage_ext``: the ``lineage`` command, where its script isn't on PATH."""

from __future__ import annotations

from lineage_ext.cli import main

if __name__ == "__main__":
    main()
