"""Loading lineage_ext in every new kernel: one more entry in IPython's list of extensions, or a kernel of its own.

``InteractiveShellApp.extensions`` is the list to use: ``IPKernelApp.extensions`` would silently disable the user's own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from lineage_ext import config
from lineage_ext.errors import UsageError

NAME = "lineage_ext"
KERNEL = "lineage"


def templates() -> Path:
    """``jupyter-config``: beside the package in a checkout, inside it in a wheel."""
    package = Path(config.__file__).parent
    inside = package / "jupyter-config"
    return inside if inside.is_dir() else package.parent / "jupyter-config"


def config_file(where: str) -> Path:
    """The file that holds the list: ``where`` is ``user`` or ``sys-prefix``."""
    if where == "sys-prefix":
        return Path(sys.prefix) / "etc" / "ipython" / "ipython_config.json"
    from IPython.paths import get_ipython_dir

    return Path(get_ipython_dir()) / "profile_default" / "ipython_config.json"


def add(where: str) -> tuple[Path, bool]:
    """Enter the extension; the file, and whether it changed. Raises UsageError when the file can't be extended."""
    file = config_file(where)
    config, names = _read(file)
    if where == "user" and _sets_extensions(file.with_suffix(".py")):
        raise UsageError(
            f"{file.with_suffix('.py')} sets InteractiveShellApp.extensions itself, and a list beside it would replace "
            f"it: add {NAME!r} to it there"
        )
    if where == "user" and not names:
        _no_list_below(file)
    wanted = json.loads((templates() / "ipython" / "ipython_config.json").read_text())
    new = [n for n in wanted["InteractiveShellApp"]["extensions"] if n not in names]
    if new:
        names.extend(new)
        _write(file, config)
    return file, bool(new)


def remove(where: str) -> tuple[Path, bool]:
    """Take the extension out, and the file away if nothing is left in it."""
    file = config_file(where)
    config, names = _read(file)
    if NAME not in names:
        return file, False
    names.remove(NAME)
    if not names:
        del config["InteractiveShellApp"]["extensions"]
    if not config["InteractiveShellApp"]:
        del config["InteractiveShellApp"]
    if config:
        _write(file, config)
    else:
        file.unlink()
    return file, True


def _sets_extensions(file: Path) -> bool:
    """Whether a profile's Python file sets the list. IPython takes JSON's over it, and warns at each start."""
    return file.exists() and bool(re.search(r"^[^#\n]*\.extensions\b", file.read_text(errors="replace"), re.MULTILINE))


def _no_list_below(file: Path) -> None:
    """Raises UsageError if a list in ``file`` would replace one of this environment that has other extensions."""
    replaced = config_file("sys-prefix")
    others = [name for name in _read(replaced)[1] if name != NAME]
    if others:
        raise UsageError(
            f"{replaced} lists {', '.join(others)}, which a list in {file} would replace: "
            "use `lineage enable --sys-prefix`, which adds to it"
        )


def _read(file: Path) -> tuple[dict[str, Any], list[str]]:
    """The configuration and its list of extensions, which are made if they aren't there."""
    try:
        config = json.loads(file.read_text()) if file.exists() else {}
        names = config.setdefault("InteractiveShellApp", {}).setdefault("extensions", [])
    except (ValueError, AttributeError) as error:
        raise UsageError(f"{file} isn't an IPython configuration ({error}); it was left as it is") from error
    if not isinstance(names, list):
        raise UsageError(f"InteractiveShellApp.extensions in {file} isn't a list; it was left as it is")
    return config, names


def _write(file: Path, config: dict[str, Any]) -> None:
    """Whole or not at all: a kernel may start meanwhile."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    with os.fdopen(handle, "w") as out:
        json.dump(config, out, indent=2)
        out.write("\n")
    Path(name).chmod(0o644)
    Path(name).replace(file)


def add_kernel(user: bool) -> Path:
    """Install the kernelspec "Python 3 (lineage)" for this Python; its folder."""
    from jupyter_client.kernelspec import KernelSpecManager

    spec = json.loads((templates() / "kernels" / KERNEL / "kernel.json").read_text())
    spec["argv"] = [sys.executable if word == "{python}" else word for word in spec["argv"]]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "kernel.json").write_text(json.dumps(spec, indent=2))
        prefix = None if user else sys.prefix
        return Path(KernelSpecManager().install_kernel_spec(folder, KERNEL, user=user, prefix=prefix))


def remove_kernel() -> Path | None:
    """Remove the kernelspec; its folder, None when there is none."""
    found = kernel()
    if found is not None:
        shutil.rmtree(found)
    return found


def kernel() -> Path | None:
    """The folder of our kernelspec, if one is installed."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return None
    try:
        return Path(KernelSpecManager().get_kernel_spec(KERNEL).resource_dir)
    except NoSuchKernel:
        return None


def effective() -> bool:
    """Whether a new IPython and a new kernel would load the extension, all their files read as IPython reads them.

    A profile's own ``c.InteractiveShellApp.extensions = [...]`` replaces what other files say, and one of
    ``c.IPKernelApp`` does for kernels.
    """
    return all(NAME in _extensions(make(log_level=50)) for make in _applications())


def _applications() -> Iterator[Any]:
    from IPython.terminal.ipapp import TerminalIPythonApp

    yield TerminalIPythonApp
    with suppress(ImportError):
        from ipykernel.kernelapp import IPKernelApp

        yield IPKernelApp


def _extensions(app: Any) -> list[str]:
    if (Path(app.ipython_dir) / "profile_default").is_dir():  # else IPython would make one
        app.init_profile_dir()
    app.init_config_files()
    app.load_config_file(suppress_errors=True)
    return list(app.extensions)
