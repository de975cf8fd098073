"""Builds the hooks in C into the wheel where there is a C compiler and Python's headers; elsewhere it does without.

The shared library goes beside its source, so an editable install has it too. It bears the digest of the source it was
built from: with another source beside it (after ``git pull``) the hooks in Python run until the next install.
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

SOURCE = Path("lineage_ext", "capture", "_hooks.c")
LINK = ("-bundle", "-undefined", "dynamic_lookup") if sys.platform == "darwin" else ("-shared",)


class CustomBuildHook(BuildHookInterface[Any]):
    """Called by hatchling before it collects the files of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """``version`` is "standard" or "editable"; ``build_data`` tells hatchling what was made."""
        problem = compile_hooks(Path(self.root))
        if problem:
            self.app.display_info(f"lineage_ext runs its hooks in Python: {problem}")
            return
        build_data["artifacts"].append(str(library(Path())))
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def library(root: Path) -> Path:
    """The shared library for the running Python."""
    return root / SOURCE.with_name(f"_hooks{sysconfig.get_config_var('EXT_SUFFIX')}")


def compile_hooks(root: Path) -> str:
    """Build the library. Returns why it couldn't be built, if so."""
    if os.name != "posix" or sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "they are in C only for CPython with a GIL on POSIX systems"
    target, source = library(root), root / SOURCE
    made = target.with_name(f".{target.name}.{os.getpid()}")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    compiler = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    include = {sysconfig.get_path("include"), sysconfig.get_path("platinclude")}
    options = ["-O2", "-fPIC", *LINK, f'-DSOURCE_DIGEST="{digest}"', *(f"-I{path}" for path in sorted(include))]
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
