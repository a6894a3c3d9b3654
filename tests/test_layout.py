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


def test_a_module_can_be_read_in_one_sitting():
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in FILES.items()}
    assert {name: n for name, n in lines.items() if n > 300} == {}


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("seisweave.cli")])
def test_commands_do_no_arithmetic(name):
    """No array library is loaded by the command line itself; for the type checker alone it may be."""
    tree = ast.parse(FILES[name].read_text(encoding="utf-8"))
    checked = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    for_types = {id(node) for block in checked for node in ast.walk(block)}
    loaded = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in for_types
    ]
    assert not [line for line in loaded if line.split()[1].split(".")[0] in ("numpy", "scipy", "pandas", "xarray")]


def test_commands_are_thin():
    """A hundred and seventeen lines a command in the mean, with flags, their old names, help, and runs from a file."""
    from tests.smoke.commands import commands_there_are

    ours = [path for name, path in FILES.items() if name.startswith("seisweave.cli")]
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in ours)
    assert ours
    assert lines <= 117 * len(commands_there_are())


def _unlike(annotation):
    """Whether an annotation is, or holds, a tuple of a fixed number of unlike things."""
    for node in ast.walk(annotation):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "tuple":
            parts = [ast.unparse(part) for part in getattr(node.slice, "elts", [node.slice])]
            if len(set(parts) - {"..."}) > 1:
                return True
    return False


def test_parameters_have_names():
    """A tuple of unlike things is a record without names."""
    found = []
    for name, path in FILES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                unlike = [each.arg for each in given if each.annotation is not None and _unlike(each.annotation)]
                found += [f"{name}: {node.name}({argument})" for argument in unlike]
    assert found == []


def _unsafe(call):
    """Whether a call may run what a file of arrays says: what ruff's rules for pickles do not see."""
    name = ast.unparse(call.func)
    if name not in ("np.load", "numpy.load"):
        return name in ("joblib.load", "torch.load", "pd.read_pickle")
    given = {each.arg: ast.unparse(each.value) for each in call.keywords}
    return given.get("allow_pickle") != "False"


def test_what_is_unsafe():
    calls = (
        "np.load(f)",
        "np.load(f, allow_pickle=True)",
        "torch.load(f)",
        "np.load(f, allow_pickle=False)",
        "f.load()",
    )
    assert [_unsafe(ast.parse(text).body[0].value) for text in calls] == [True, True, True, False, False]


def test_no_code_comes_from_data():
    texts = {name: path.read_text(encoding="utf-8") for name, path in FILES.items()}
    trees = {name: ast.parse(text) for name, text in texts.items() if "load(" in text or "read_pickle(" in text}
    calls = [(name, node) for name, tree in trees.items() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert [(name, ast.unparse(call)) for name, call in calls if _unsafe(call)] == []
