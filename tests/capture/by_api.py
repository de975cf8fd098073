"""A plugin of pytest: the hooks in C are those that were built elsewhere, of which ``BUILT`` tells the file."""

from __future__ import annotations

import importlib.util
import os
import sys

BUILT = "LINEAGE_TEST_HOOKS"

if BUILT in os.environ:
    spec = importlib.util.spec_from_file_location("lineage_ext.capture._hooks", os.environ[BUILT])
    assert spec is not None
    assert spec.loader is not None
    sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
