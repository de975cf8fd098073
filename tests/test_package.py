"""What a user installs: the version, the files in the wheel, the cost of the import, and a lock anyone can use."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
HEAVY = {
    "IPython",
    "anywidget",
    "ipywidgets",
    "numpy",
    "openlineage",
    "opentelemetry",
    "pandas",
    "psutil",
    "pyarrow",
    "sqlalchemy",
    "sqlite3",
}


def python(code: str, *args: str, cwd: Path, path: Path = ROOT) -> str:
    """Output of a fresh interpreter that finds packages in ``path`` first."""
    program = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(path)!r}); {code}", *args]
    return subprocess.run(program, cwd=cwd, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_installed_version_is_the_one_of_pyproject() -> None:
    """``importlib.metadata`` and pyproject.toml never disagree."""
    assert version("lineage-ext") == PROJECT["version"]


def test_the_wheel_has_every_file_of_the_package_and_the_licence_and_no_more(wheel: Path) -> None:
    """Modules, front end and schemas are in the wheel; tests, notebooks and caches aren't."""
    source = {str(f.relative_to(ROOT)) for f in (ROOT / "lineage_ext").rglob("*") if f.is_file()}
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    ours = {f"{Path(f).stem}{suffix}" for f in source if f.endswith(".c")}  # built here, unless there is no compiler
    expected = {f for f in source if "__pycache__" not in f and not (f.endswith(".so") and Path(f).name not in ours)}
    shipped = set(zipfile.ZipFile(wheel).namelist())
    info = f"lineage_ext-{PROJECT['version']}.dist-info/"
    assert {f for f in shipped if f.startswith("lineage_ext/")} == expected
    assert info + "licenses/LICENSE" in shipped
    assert {f.split("/")[0] for f in shipped} <= {"lineage_ext", info[:-1], info.replace("dist-info/", "data")}


def test_the_wheel_holds_the_built_front_end(wheel: Path) -> None:
    """The panel's bundle, and the extension where JupyterLab and Notebook look for it, byte for byte as committed."""
    placed = f"lineage_ext-{PROJECT['version']}.data/data/share/jupyter/labextensions/lineage-ext/"
    wanted = {f"lineage_ext/static/{name}": f"lineage_ext/static/{name}" for name in ("panel.js", "panel.css")}
    for name in ("package.json", "install.json", "static/remoteEntry.js"):
        wanted[placed + name] = f"lineage_ext/labextension/{name}"
    with zipfile.ZipFile(wheel) as shipped:
        for name, source in wanted.items():
            assert shipped.read(name) == (ROOT / source).read_bytes() != b""


def test_this_environment_has_the_extension() -> None:
    """Installed in any way, an editable one included, the side panel is there without another step."""
    placed = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "lineage-ext"
    assert json.loads((placed / "package.json").read_text())["jupyterlab"]["_build"]["load"] == "static/remoteEntry.js"
    assert (placed / "static" / "remoteEntry.js").is_file()


def test_the_extension_has_the_packages_version() -> None:
    """JupyterLab's list of extensions shows what pip shows."""
    told = json.loads((ROOT / "lineage_ext" / "labextension" / "package.json").read_text())
    assert (told["name"], told["version"]) == (PROJECT["name"], PROJECT["version"])


def test_the_wheel_works_by_itself(wheel: Path, tmp_path: Path) -> None:
    """Unpacked anywhere, it imports from there and offers what ``%load_ext`` calls."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "import lineage_ext as x; print(x.__file__, callable(x.load_ipython_extension))"
    assert python(code, cwd=tmp_path, path=tmp_path) == f"{tmp_path / 'lineage_ext' / '__init__.py'} True"


def test_importing_it_imports_nothing_heavy(tmp_path: Path) -> None:
    """``import lineage_ext`` in a program that uses no pandas costs it no pandas, and no client library."""
    code = "import lineage_ext; print(*sorted({m.split('.')[0] for m in sys.modules} & set(sys.argv[1:])))"
    assert python(code, *HEAVY, cwd=tmp_path) == ""


def test_every_dependency_has_a_floor_and_no_ceiling() -> None:
    """``make floor`` can test the lowest versions, and a new release of pandas isn't locked out."""
    assert [d for d in PROJECT["dependencies"] if not re.fullmatch(r"[a-z-]+>=[0-9.]+", d)] == []


def test_the_lock_knows_no_machine() -> None:
    """Every package of uv.lock comes from the public index: no paths, no local mirrors."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    sources = {str(package["source"]) for package in lock["package"]}
    assert sources == {str({"editable": "."}), str({"registry": "https://pypi.org/simple"})}
