"""An IPython shell with and without an extension, in a folder of its own."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from benchmarks.cost.turns import Marks, Spent, spent


class Shell:
    """Runs programs as cells. ``extension`` is the one that costs."""

    def __init__(self, extension: str = "lineage_ext") -> None:
        self.extension = extension
        quiet = Config({"HistoryManager": {"enabled": False, "hist_file": ":memory:"}})
        self.shell = InteractiveShell.instance(config=quiet, colors="NoColor")
        self.marks = Marks()

    def plain(self, sources: list[str], first: str = "") -> Spent:
        """What they take without the extension; ``first`` is run before and isn't counted."""
        with self._fresh():
            self._cells([first])
            return spent(lambda: self._cells(sources), marks=self.marks)

    def tracked(self, sources: list[str], first: str = "") -> Spent:
        """What they take with it; loading isn't counted, nor is ``first``."""
        with self._fresh():
            self.shell.run_line_magic("load_ext", self.extension)
            try:
                self._cells([first])
                self._settle()
                return spent(lambda: self._cells(sources), self._settle, self.marks)
            finally:
                self.shell.run_line_magic("unload_ext", self.extension)

    def kept(self, sources: list[str], *, load: bool) -> Spent:
        """What they take where the extension, if it is to be loaded, stays; the shell can't be used after that."""
        with contextlib.redirect_stdout(io.StringIO()):
            if load:
                self.shell.run_line_magic("load_ext", self.extension)
            return spent(lambda: self._cells(sources), marks=self.marks)

    def _cells(self, sources: list[str]) -> None:
        for source in sources:
            self.shell.run_cell(source, store_history=True).raise_error()
            self.marks.mark()

    def _settle(self) -> None:
        if self.extension == "lineage_ext":
            from lineage_ext import hosts

            hosts.current().flush()

    @contextlib.contextmanager
    def _fresh(self) -> Iterator[None]:
        """No variables but ``mark``; what cells print isn't shown."""
        with contextlib.redirect_stdout(io.StringIO()):
            self.shell.reset(new_session=False)
            self.shell.user_ns.update(__name__="__main__", mark=self.marks.mark)
            yield


@contextlib.contextmanager
def folder() -> Iterator[str]:
    """A folder to work in, whose code cache isn't the user's."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as made:
        os.environ["LINEAGE_CACHE_DIR"] = os.path.join(made, "cache")
        os.environ["LINEAGE_FOLDER"] = os.path.join(made, ".lineage")
        os.environ["IPYTHONDIR"] = os.path.join(made, "ipython")
        os.chdir(made)
        try:
            yield made
        finally:
            os.chdir(before)
