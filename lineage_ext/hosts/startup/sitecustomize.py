"""Imported by Python's ``site`` at start, since this folder is on PYTHONPATH: begins to track, takes itself away."""

import os
import sys
from importlib import import_module

SCRIPT, PATH = "LINEAGE_RUN", "LINEAGE_RUN_PYTHONPATH"  # as in this package, which may fail to import, but not here


def _take_away() -> str | None:
    """Put PYTHONPATH, ``sys.path`` and the environment back as they were; the script to track."""
    folder = os.path.dirname(os.path.abspath(__file__))
    script, before = os.environ.pop(SCRIPT, None), os.environ.pop(PATH, None)
    os.environ.pop("PYTHONPATH", None)
    if before is not None:
        os.environ["PYTHONPATH"] = before
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != folder]
    for entry in [e for e in sys.path_importer_cache if os.path.abspath(e) == folder]:
        del sys.path_importer_cache[entry]
    return script


def _track(script: str) -> None:
    before = set(sys.modules)
    try:
        from lineage_ext.hosts import start

        start.in_script(file=script)
        import_module("lineage_ext.hosts.digest")  # what the worker would import later, perhaps from beside the script
        import_module("lineage_ext.store.writing")
        _give_back(script, before)
    except Exception as error:  # the script runs in any case
        from lineage_ext import guard

        guard.report("run", error)


def _give_back(script: str, before: set[str]) -> None:
    """Forget what only we have imported where the script's folder has a module of that name, which hides Python's.

    ``import queue`` means the ``queue.py`` beside the script, for whatever imports it, as it does without us.
    """
    if getattr(sys.flags, "safe_path", False):
        return
    beside = set()
    with os.scandir(os.path.dirname(os.path.realpath(script))) as entries:
        for entry in entries:
            if not entry.is_dir() or os.path.exists(os.path.join(entry.path, "__init__.py")):
                beside.add(entry.name.partition(".")[0])
    for name in sys.modules.keys() - before:
        if name.partition(".")[0] in beside - {"lineage_ext"}:
            del sys.modules[name]


def _the_users_own() -> None:
    """Import the sitecustomize that would have been imported without us; ImportError as ``site`` expects it if none."""
    ours = sys.modules.pop(__name__, None)
    try:
        import_module(__name__)
    finally:
        if __name__ not in sys.modules and ours is not None:
            sys.modules[__name__] = ours  # the import system takes it out again


_script = _take_away()
if _script is not None:
    _track(_script)
_the_users_own()
