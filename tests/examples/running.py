"""Run the code cells of a notebook as a notebook does, and give what each would show."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Shown:
    """What a cell ends with (None for nothing), and its HTML where it has some."""

    value: Any
    html: str


def cells_of(notebook: Path) -> list[str]:
    """The code cells of a notebook."""
    stored = json.loads(notebook.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in stored["cells"] if cell["cell_type"] == "code"]


def run(notebook: Path) -> list[Shown]:
    """Run the cells one after the other, in one set of names; the last expression of each is shown."""
    names: dict[str, Any] = {"__name__": "__main__"}
    return [_run(cell, names, f"{notebook.name}, cell {k}") for k, cell in enumerate(cells_of(notebook), 1)]


def _run(cell: str, names: dict[str, Any], where: str) -> Shown:
    tree, value = ast.parse(cell, where), None
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, where, "exec"), names)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), where, "eval"), names)
    html = getattr(value, "_repr_html_", None)
    return Shown(value, html() if html is not None else "")
