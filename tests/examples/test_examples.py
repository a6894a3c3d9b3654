"""The notebooks run from the first cell to the last, offline; the script names planes."""

import json
import re
import runpy
import sys
from pathlib import Path

import pytest
from tests.examples.running import run

from seisweave.synthetic import southern_california_like

EXAMPLES = Path(__file__).parents[2] / "examples"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))
if not EXAMPLES.is_dir():
    pytest.skip("the examples are not here", allow_module_level=True)


def test_there_are_notebooks():
    assert [notebook.name for notebook in NOTEBOOKS] == ["faults.ipynb", "forecasts.ipynb"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_what_it_showed(notebook):
    stored = json.loads(notebook.read_text(encoding="utf-8"))
    assert (stored["nbformat"], stored["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in stored["cells"]]
    assert len(set(ids)) == len(ids)
    code = [cell for cell in stored["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_the_notebook_of_faults():
    pytest.importorskip("geopandas", reason="needs the extra export")
    shown = run(EXAMPLES / "faults.ipynb")
    kinds = [type(each.value).__name__ for each in shown]
    assert kinds == ["Catalog", "tuple", "FaultNetwork", "DataFrame", "Figure", "LinkedView", "tuple"]
    network = shown[2].value
    assert network.n_faults > 10
    assert (network.label >= 0).mean() > 0.6
    assert shown[3].value.n_events.tolist() == network.events_per_fault[:5].tolist()
    assert shown[5].html.startswith("<iframe")
    west, south, east, north = shown[6].value[0]
    assert -121.0 < west < east < -113.0
    assert 31.0 < south < north < 37.0


def test_the_notebook_of_forecasts():
    shown = run(EXAMPLES / "forecasts.ipynb")
    kinds = [type(each.value).__name__ for each in shown]
    assert kinds == ["Catalog", "Forecast", "DataFrame", "Dataset", "dict", "EtasModel", "Figure"]
    lost = shown[4].value
    assert lost["triples"] < lost["uniform"] - 0.5
    assert shown[5].value.converged
    assert all("<table" in shown[k].html for k in (0, 1, 5))


def test_the_first_fault_that_the_script_names_is_a_plane(tmp_path, monkeypatch, capsys):
    path = tmp_path / "catalog.csv"
    southern_california_like(seed=1, n_events=600).catalog.write(path)
    monkeypatch.setattr(sys, "argv", ["own_catalog.py", str(path)])
    runpy.run_path(str(EXAMPLES / "own_catalog.py"), run_name="__main__")
    said = capsys.readouterr().out
    named = re.findall(r"fault (\d+): (a plane with) (\d+) events .* strike (\d+)°, dip (\d+)°", said)
    assert named[0][:2] == ("0", "a plane with")
    assert said.startswith("fault 0: a plane with")
    assert all(0 < int(dip) <= 90 for *_, dip in named)
    assert "saved, and read back identical" in said
