"""Builds the modules in C into the wheel where there is a C compiler and Python's headers; elsewhere it does without.

The shared libraries go beside their sources, so an editable install has them too. They bear the digest of the source
they were built from: with another source beside it (after ``git pull``) Python stands in until the next install.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = (
    Path("lineage_ext", "capture", "_hooks.c"),
    Path("lineage_ext", "graph", "_walk.c"),
    *([Path("lineage_ext", "_held.c")] if sys.platform == "linux" else []),  # it reads /proc
)
OPTIONS = ("-O2", "-fPIC", *(("-fno-plt",) if sys.platform == "linux" else ()))  # a step less to each function called
LINK = ("-bundle", "-undefined", "dynamic_lookup") if sys.platform == "darwin" else ("-shared",)


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling before it collects the files of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """``version`` is "standard" or "editable"; ``build_data`` tells hatchling what was made."""
        problem = compile_all(Path(self.root))
        if problem:
            self.app.display_info(f"lineage_ext runs in Python alone: {problem}")
            return
        build_data["artifacts"] += [str(library(Path(), source)) for source in SOURCES]
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def library(root: Path, source: Path) -> Path:
    """The shared library of a source for the running Python."""
    return root / source.with_name(f"{source.stem}{sysconfig.get_config_var('EXT_SUFFIX')}")


def compile_all(root: Path) -> str:
    """Build the libraries. Returns why one couldn't be built, if so."""
    if os.name != "posix" or sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "there is C only for CPython with a GIL on POSIX systems"
    return next(filter(None, (_compile(root, source) for source in SOURCES)), "")


def _digest(source: Path) -> str:
    """As ``lineage_ext.compiled.digest``: of the source and the headers beside it."""
    return hashlib.sha256(b"".join(p.read_bytes() for p in (source, *sorted(source.parent.glob("*.h"))))).hexdigest()


def _compile(root: Path, path: Path) -> str:
    target, source = library(root, path), root / path
    made = target.with_name(f".{target.name}.{os.getpid()}")
    digest = _digest(source)
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    include = {sysconfig.get_path("include"), sysconfig.get_path("platinclude")}
    options = [*OPTIONS, *LINK, f'-DSOURCE_DIGEST="{digest}"', *(f"-I{path}" for path in sorted(include))]
    try:
        done = subprocess.run(
            [*compiler, *options, str(source), "-o", str(made)], capture_output=True, text=True, check=False
        )
    except OSError as error:
        return f"no C compiler ({error})"
    if done.returncode:
        made.unlink(missing_ok=True)
        return f"{shlex.join(compiler)} failed: {done.stderr.strip()[:500]}"
    made.replace(target)
    return ""
