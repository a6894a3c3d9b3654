"""Old names of modules still work: the same objects, and one warning that names the new place."""

import importlib
import subprocess
import sys
from dataclasses import fields, replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from seisweave.renamed import MODULES, NAMES, PACKAGES, RenamedModules, install, old_fields

SOURCE = Path(__file__).parents[1] / "src" / "seisweave"
MINE = """
import warnings
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    from seisweave.nowcast.models.registry import single
    from seisweave.nowcast.models.layers import SeriesNetwork
    import seisweave.nowcast.models.registry as old
print([(str(warning.message), warning.category.__name__, warning.filename == __file__) for warning in told])
from seisweave.studies.eqpred.models import registry, layers
print(old is registry, single is registry.single, SeriesNetwork is layers.SeriesNetwork)
import seisweave.nowcast.models.mlp as mlp
print(issubclass(mlp.Mlp, SeriesNetwork), mlp.Mlp in {part.network for part in [registry.MODELS["MLP"].single]})
"""


@pytest.fixture
def forgotten():
    """Old names as they are before anybody has used them."""

    def forget():
        for name in [name for name in sys.modules if name.removeprefix("seisweave.") in MODULES]:
            del sys.modules[name]

    forget()
    yield
    forget()


@pytest.mark.parametrize("old", sorted(set(MODULES) - set(PACKAGES)))
def test_an_old_module_is_the_new_one(old, forgotten):
    new = importlib.import_module(f"seisweave.{MODULES[old]}")
    spec = new.__spec__
    with pytest.warns(DeprecationWarning, match=rf"^seisweave\.{old} is now seisweave\.{MODULES[old]}$") as told:
        assert importlib.import_module(f"seisweave.{old}") is new
    assert len(told) == 1
    assert new.__spec__ is spec
    assert importlib.import_module(f"seisweave.{old}") is new, "and without a second warning"


def test_nothing_stands_in_the_way_of_modules_that_exist():
    assert [old for old in MODULES if (SOURCE / f"{old.replace('.', '/')}.py").exists()] == []
    assert [old for old in MODULES if (SOURCE / old.replace(".", "/") / "__init__.py").exists()] == []
    assert RenamedModules().find_spec("memory") is None
    assert RenamedModules().find_spec("seisweave.faults") is None
    assert find_spec("seisweave.nowcast.nonsense") is None
    install()
    assert sum(isinstance(finder, RenamedModules) for finder in sys.meta_path) == 1


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in NAMES.items() for name in names])
def test_an_old_name_is_the_new_one(module, name):
    home, _, now = NAMES[module][name].partition(":")
    with pytest.warns(DeprecationWarning, match=f"{module}.{name} is now seisweave.{home}.{now}"):
        found = getattr(importlib.import_module(f"seisweave.{module}"), name)
    assert found is getattr(importlib.import_module(f"seisweave.{home}"), now)


OLD_FIELDS = {
    "catalog.declustering.options:DeclusterOptions": ("threshold", "eta_threshold", -4.0),
    "etas:EtasOptions": ("region", "fit_region", "0,0 1,0 1,1"),
    "faults.exports:ExportOptions": ("years", "observed_years", 30.0),
    "nowcast:TrainingOptions": ("schedule", "learning_rate_schedule", "cycle"),
    "nowcast.place.options:UpdateOptions": ("update_rate", "learning_rate", 1e-3),
    "nowcast.place.options:WindowOptions": ("first", "start", "2001-01-01"),
    "studies.figure12_models:Figure12Options": ("until", "end", "2014-07-01"),
}


@pytest.mark.parametrize("record", OLD_FIELDS)
def test_an_old_option_is_the_new_one(record, without_type_checks):
    module, _, name = record.partition(":")
    kind = getattr(importlib.import_module(f"seisweave.{module}"), name)
    old, now, value = OLD_FIELDS[record]
    said = f"^{name}.{old} is now {now}$"
    assert old_fields(kind)[old] == now
    assert kind() != kind(**{now: value})
    with pytest.warns(DeprecationWarning, match=said) as told:
        assert kind(**{old: value}) == kind(**{now: value})
    checked = kind.__init__.__globals__["__name__"].startswith("jaxtyping")  # what checks types stands between
    assert checked or told[0].filename == __file__
    with pytest.warns(DeprecationWarning, match=said):
        assert replace(kind(), **{old: value}) == kind(**{now: value})
    with pytest.warns(DeprecationWarning, match=said):
        assert getattr(kind(**{now: value}), old) == value
    assert old not in {each.name for each in fields(kind)}


def test_a_file_of_a_user_works(tmp_path):
    (tmp_path / "mine.py").write_text(MINE)
    end = subprocess.run([sys.executable, str(tmp_path / "mine.py")], capture_output=True, text=True, check=True)
    lines = end.stdout.splitlines()
    assert eval(lines[0]) == [
        (f"seisweave.nowcast.models.{name} is now seisweave.studies.eqpred.models.{name}", "DeprecationWarning", True)
        for name in ("registry", "layers")
    ]
    assert lines[1:] == ["True True True", "True True"]
