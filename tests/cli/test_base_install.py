"""What the package does with nothing installed but what it always needs."""

import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tests.cli.inputs import catalog_rows, start_python, write_rows

import seisweave as sw
from seisweave.errors import InputError
from seisweave.report import write_page

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IMPORTED = {"pyshp": "shapefile", "pycsep": "csep", "scikit-learn": "sklearn"}  # under another name
BARE = """
import sys
sys.modules |= dict.fromkeys({absent!r})  # as if they were not installed
from seisweave.cli import main
sys.argv[0] = "seisweave"
main()
"""


def _extras():
    """Modules of all extras of users."""
    extras = {name: given for name, given in PROJECT["optional-dependencies"].items() if name not in ("dev", "docs")}
    named = {Requirement(each).name for given in extras.values() for each in given}
    return sorted(IMPORTED.get(name, name) for name in named)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The folder of `seisweave faults` without any extra, and how that ended."""
    folder = tmp_path_factory.mktemp("bare")
    write_rows(folder / "catalog.csv", catalog_rows())
    words = ("faults", "catalog.csv", "--out", "result")
    process = start_python(BARE.format(absent=_extras()), *words, cwd=folder)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return folder / "result", out, err


def test_all_extras_are_left_out():
    assert {"matplotlib", "obspy", "sklearn", "statsmodels", "torch"} <= set(_extras())


def test_faults_does_all_but_the_figure_and_says_so(bare):
    folder, out, err = bare
    said = "no figure.png: it needs matplotlib; install it with: pip install 'seisweave[report]'"
    assert re.search(r"\d faults in", out)
    assert f"note: {said}" in err
    assert {path.name for path in folder.iterdir()} == {
        *("network.nc", "faults.csv", "segments.csv", "halos.csv", "faults.geojson", "events.parquet"),
        *("run.toml", "summary.json"),
    }
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["figure"] == "not drawn: matplotlib was not installed"
    assert said in summary["notes"]


def test_its_network_is_that_of_a_full_install(bare, made_once):
    bared, full = sw.open_result(bare[0]), sw.open_result(made_once[1])
    assert (bared.n_faults, bared.bic) == (full.n_faults, full.bic)
    assert bared.label.tolist() == full.label.tolist()


def test_a_page_of_it_draws_the_figure_now(bare, tmp_path):
    page = write_page([bare[0]], tmp_path / "page.html").read_text(encoding="utf-8")
    assert 'src="data:image/png;base64,iVBORw0KGgo' in page


def test_a_page_without_matplotlib_is_one_line(bare, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match=r"^figures need matplotlib; install it with"):
        write_page([bare[0]], tmp_path / "page.html")


def test_where_a_figure_is_needed_the_command_says_so_at_once(bare):
    process = start_python(BARE.format(absent=_extras()), "demo", "--out", "demo", cwd=bare[0].parent)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.count("\n")) == (2, 1)
    assert "pip install 'seisweave[report]'" in err
