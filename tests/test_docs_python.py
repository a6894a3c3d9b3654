"""Python in the documentation parses, and takes only names from seisweave that are there and are not old."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{k}")
    for page in PAGES
    for k, block in enumerate(
        re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    )
]


@pytest.mark.parametrize("block", BLOCKS)
def test_names_are_there(block):
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("seisweave"):
            module = import_module(node.module)
            assert [alias.name for alias in node.names if not hasattr(module, alias.name)] == []
        if isinstance(node, ast.Attribute) and re.fullmatch(r"(sw|evaluation)(\.\w+)+", path := ast.unparse(node)):
            where, *names = path.split(".")
            found = import_module("seisweave" if where == "sw" else "seisweave.evaluation")
            for name in names:
                found = getattr(found, name)  # an old name warns, and warnings are errors
