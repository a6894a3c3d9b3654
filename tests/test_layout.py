"""The house in order: no circle between modules, files that can be read, thin commands."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
FILES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((SOURCE / "seisweave").rglob("*.py"))
}


def imported(name, path):
    """Modules of ours that a module imports anywhere: at the top, in functions, for the type checker alone."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *filter(None, [base])])
            found = [f"{base}.{alias.name}" if f"{base}.{alias.name}" in FILES else base for alias in node.names]
        else:
            continue
        yield from (module for module in found if module in FILES)


def circles(graph):
    """Sets of modules that import each other, however indirectly (Tarjan's algorithm)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in graph[node]:
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            circle = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(circle) > 1 or node in graph[node]:
                found.append(sorted(circle))

    for node in graph:
        if node not in index:
            visit(node)
    return found


def test_a_circle_is_found():
    assert circles({"a": ["b"], "b": ["c"], "c": ["b"], "d": ["a"]}) == [["b", "c"]]
    assert circles({"a": ["b"], "b": []}) == []


def test_there_is_no_import_circle():
    """Packages stand for what their `__init__` imports: a module that takes a name from its own package is one too."""
    graph = {name: sorted(set(imported(name, path)) - {name}) for name, path in FILES.items()}
    assert circles(graph) == []


@pytest.mark.parametrize("name", FILES)
def test_a_module_can_be_read_in_one_sitting(name):
    assert len(FILES[name].read_text(encoding="utf-8").splitlines()) <= 300
