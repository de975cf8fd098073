"""What all tests share: our own failures are raised instead of swallowed, and nothing leaves the process."""

from __future__ import annotations

import os

os.environ["LINEAGE_STRICT"] = "1"  # here, not in a fixture: kernels and subprocesses inherit it
os.environ["OPENLINEAGE_DISABLED"] = "true"
