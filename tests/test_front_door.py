"""What `import seisweave` gives, and what it leaves alone."""

import doctest
import inspect
import json
import os
import pkgutil
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

import seisweave as sw

HEAVY = {"numba", "numpy", "pandas", "matplotlib", "torch", "xarray", "scipy", "pyproj", "typer", "rich"}
SMALL_DOOR = 14
COUNT = {  # public names of each folder; each has an example
    "catalog": 26,
    "catalog.store": 4,
    "condensation": 7,
    "etas": 70,
    "evaluation": 25,
    "faults": 14,
    "faults.background_shapes": 8,
    "faults.exports": 2,
    "faults.mapped": 6,
    "faults.mechanisms": 5,
    "faults.reference": 1,
    "forecast": 30,
    "gaussians": 3,
    "issued": 9,
    "nowcast": 27,
    "nowcast.place": 13,
    "nowcast.region": 8,
    "report": 11,
    "report.network_figures": 11,
    "report.today": 2,
    "synthetic": 20,
    "watch": 7,
}


def _in_a_fresh_python(program, **environment):
    clean = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    end = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**clean, **environment}
    )
    return end.stdout


def test_the_import_is_light():
    program = (
        "import sys, json; from time import perf_counter; start = perf_counter(); import seisweave;"
        "print(json.dumps([perf_counter() - start, sorted(sys.modules)]))"
    )
    seconds, modules = json.loads(_in_a_fresh_python(program))
    print(f"import seisweave: {seconds:.3f} s (0.3 s are allowed)")
    assert not HEAVY & set(modules)


def test_the_command_starts_light():
    """So that an interrupt is caught from the first moment on."""
    program = "import sys, json, seisweave.cli; print(json.dumps(sorted(sys.modules)))"
    assert not HEAVY & set(json.loads(_in_a_fresh_python(program)))


def test_a_command_loads_only_what_is_its_own():
    program = "import sys, json, seisweave.cli as c\ntry: c.main(['nowcast', 'predict', '--help'])\n"
    program += "except SystemExit: print('\\n' + json.dumps(sorted(sys.modules)))"
    loaded = set(json.loads(_in_a_fresh_python(program).splitlines()[-1]))
    assert not {"scipy", "numba", "pandas", "matplotlib", "torch", "seisweave.faults", "seisweave.forecast"} & loaded


def test_the_import_writes_nothing(tmp_path):
    _in_a_fresh_python(f"import os; os.chdir({str(tmp_path)!r}); import seisweave", HOME=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_names():
    assert sw.__all__ == sorted(sw.__all__)
    assert len(sw.__all__) <= SMALL_DOOR
    assert set(sw.__all__) <= set(dir(sw))
    assert all(getattr(sw, name).__name__ == name for name in sw.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        sw.nonsense  # noqa: B018


def _public():
    """Every public name of every folder, by the folder's module."""
    for found in pkgutil.walk_packages(sw.__path__, "seisweave."):
        if found.ispkg:
            module = import_module(found.name)
            yield from ((found.name, name) for name in getattr(module, "__all__", ()))


@pytest.mark.parametrize(("folder", "name"), [("seisweave", name) for name in sw.__all__] + sorted(_public()))
def test_every_public_name_has_an_example_that_runs(folder, name):
    documented = inspect.getdoc(getattr(import_module(folder), name))
    assert documented
    examples = doctest.DocTestParser().get_examples(documented)
    run = [example for example in examples if not example.options.get(doctest.SKIP)]
    assert any(example.want for example in run), f"{folder}.{name} has no example in its docstring that shows anything"


def test_the_public_names_are_counted():
    """So that none is lost, or comes, unnoticed."""
    count = Counter(folder.removeprefix("seisweave.") for folder, _ in _public())
    assert count == COUNT


def test_folders_are_attributes():
    for name in ("catalog", "etas", "evaluation", "faults", "forecast", "nowcast", "report", "studies", "synthetic"):
        assert getattr(sw, name) is import_module(f"seisweave.{name}")
        assert name in dir(sw)


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("FaultNetwork", "faults"),
        ("adjusted_rand_index", "evaluation"),
        ("open_network", "faults"),
        ("rand_index", "evaluation"),
        ("ward_linkage", "faults"),
        ("write_catalog", "catalog"),
    ],
)
def test_names_of_version_0_1_are_still_there_and_say_where_they_went(name, now):
    with pytest.warns(DeprecationWarning, match=f"seisweave.{name} is now seisweave.{now}.{name}"):
        old = getattr(sw, name)
    assert old is getattr(import_module(f"seisweave.{now}"), name)


def test_the_version_is_that_of_the_package():
    from importlib.metadata import version

    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{sw.__version__}"' in text
    assert version("seisweave") == sw.__version__
