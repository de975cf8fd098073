"""Where cells stand that marimo compiles under the name of the notebook's file: in scripts, and with a debugger.

Such a cell is known by a name of its own and by its own text, as in the editor, so that lineage is the same there.
How far marimo moved its code is read from the code: the same text compiled here begins at another line and column.
"""

from __future__ import annotations

import ast
import dis
from functools import partial
from types import CodeType
from typing import Any

from lineage_ext.session import Part
from lineage_ext.unwarned import unwarned

_NO_CODE = dis.opmap["RESUME"]


def placed(cell: Any) -> tuple[str, Part | None]:
    """The file name a cell's code is known by, and its part of that file if it isn't the whole."""
    code: CodeType = cell.body
    file = code.co_filename
    if f"_cell_{cell.cell_id}_" in file:
        return file, None
    again = partial(compile, cell.code, file, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    own: CodeType = unwarned(again, file)
    there, here = _begin(code) or _begin(cell.last_expr), _begin(own)
    if there is None or here is None or there == here:
        return file, None
    name = f"{file}#{cell.cell_id}"
    return name, Part(name, there[0] - here[0], cell.code.count("\n") + 1, there[1] - here[1])


def _begin(code: CodeType) -> tuple[int, int] | None:
    """Line and column of the first instruction that has any."""
    for (line, _, column, _), operation in zip(code.co_positions(), code.co_code[::2], strict=False):
        if operation != _NO_CODE and line and column is not None:
            return line, column
    return None
