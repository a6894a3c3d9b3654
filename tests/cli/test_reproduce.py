"""Figure 5 in small: the same way as the whole, killed and taken up again, refused where it does not fit."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import redirect_stderr
from pathlib import Path

import pandas as pd
import pytest
from tests.test_locks import other_process

from seisweave.cli import main
from seisweave.errors import InputError
from seisweave.faults import FaultOptions
from seisweave.studies import figure5 as sensitivity
from seisweave.studies.figure5 import Study, read_kept
from seisweave.synthetic import PlantedOptions

pytestmark = pytest.mark.usefixtures("plain_figure")  # that of the unbroken run is drawn

KILLED = """
import os, signal
from tests.cli import test_reproduce
from seisweave.cli import main
from seisweave.studies import figure5 as sensitivity

def append(file, record, write=sensitivity._append):
    write(file, record)
    if "set" in record and next(left) == 0:
        os.kill(os.getpid(), signal.SIGKILL)

left = iter([1, 0])
sensitivity._append, sensitivity.figure_5 = append, test_reproduce.tiny
main(["reproduce", "fig5", "--out", OUT, "--jobs", "1"])
"""


def tiny(seed):
    """Two densities, one share of background, two faults."""
    sets = [
        PlantedOptions(n_faults=2, density_per_km2=density, shape=shape, seed=seed)
        for shape in ("rectangle", "gaussian")
        for density in (0.1, 0.15)
    ]
    return Study(tuple(sets), FaultOptions(), seed)


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(sensitivity, "figure_5", tiny)


def _ends_with(code, out):
    with pytest.raises(SystemExit) as end:
        main(["reproduce", "fig5", "--out", str(out), "--jobs", "1"])
    assert end.value.code == code


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The table of an unbroken run."""
    out = tmp_path_factory.mktemp("figure_5") / "whole"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sensitivity, "figure_5", tiny)
        _ends_with(0, out)
    return pd.read_csv(out / "fig5.csv")


@pytest.fixture(scope="module")
def two_sets(tmp_path_factory):
    """A folder whose run was interrupted after two sets; never changed."""
    out, write, written = tmp_path_factory.mktemp("figure_5") / "out", sensitivity._append, []

    def append(file, record):
        write(file, record)
        written.append(record)
        if len(written) == 3:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, redirect_stderr(io.StringIO()) as said:
        patch.setattr(sensitivity, "figure_5", tiny)
        patch.setattr(sensitivity, "_append", append)
        _ends_with(130, out)
    assert "--resume" in said.getvalue()
    assert [path.name for path in out.iterdir()] == [".partial"]
    return out


@pytest.fixture
def interrupted(two_sets, tmp_path):
    """A folder of one's own whose run was interrupted after two sets."""
    return Path(shutil.copytree(two_sets, tmp_path / "out"))


def _reproduce(run, out, *arguments):
    end = run("reproduce", "fig5", "--out", out, "--jobs", 1, *arguments)
    assert end.code == 0, end.err
    assert sorted(path.name for path in out.iterdir()) == ["fig5.csv", "fig5.png", "summary.json"]
    return end, pd.read_csv(out / "fig5.csv")


def _same(one, other):
    pd.testing.assert_frame_equal(one.drop(columns="seconds"), other.drop(columns="seconds"))


def test_table_figure_and_summary_appear(tmp_path, run):
    end, table = _reproduce(run, tmp_path / "out")
    assert "4 planted sets" in end.out
    assert list(table.columns) == [
        *("shape", "density_per_km2", "noise_share", "n_events", "criterion"),
        *("n_faults", "adjusted_rand", "rand", "bic", "seconds"),
    ]
    assert len(table) == 8
    assert table["rand"].between(0, 1).all()
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (summary["n_sets"], summary["n_rows"], summary["study"]["seed"]) == (4, 8, 0)
    assert len(summary["medians_over_noise"]) == 8


def test_resuming_gives_what_an_unbroken_run_gives(interrupted, whole, run):
    kept = read_kept(interrupted / ".partial" / "sets.jsonl", tiny(0))
    assert len(kept) == 2
    _, resumed = _reproduce(run, interrupted, "--resume")
    _same(resumed, whole)
    seconds = {row.seconds for rows in kept.values() for row in rows}
    assert seconds <= set(resumed["seconds"]), "kept sets are not done again"


def test_a_torn_line_is_done_again(interrupted, whole, run):
    kept = interrupted / ".partial" / "sets.jsonl"
    kept.write_bytes(kept.read_bytes()[:-20])
    _same(_reproduce(run, interrupted, "--resume")[1], whole)


def test_a_torn_first_line_starts_anew(tmp_path, run):
    kept = tmp_path / "out" / ".partial" / "sets.jsonl"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b'{"version": "0.')
    assert len(_reproduce(run, tmp_path / "out", "--resume")[1]) == 8


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_killed_and_resumed_in_processes(tmp_path, whole, run):
    out, root = tmp_path / "out", Path(__file__).parents[2]
    program = KILLED.replace("OUT", repr(str(out)))
    end = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True)
    assert end.returncode == -signal.SIGKILL, end.stderr
    assert len(read_kept(out / ".partial" / "sets.jsonl", tiny(0))) == 2
    _, resumed = _reproduce(run, out, "--resume", "--jobs", 2)
    _same(resumed, whole)


@pytest.mark.parametrize("name", ["seed", "version", "options", "sets"])
def test_what_was_made_otherwise_is_refused(name, interrupted, refused, monkeypatch):
    made = {
        "seed": tiny(7),
        "options": Study(tiny(0).sets, FaultOptions(min_sigma_km=0.1), 0),
        "sets": Study(tiny(0).sets[:3], FaultOptions(), 0),
    }
    monkeypatch.setattr(sensitivity, "figure_5", lambda seed: made.get(name, tiny(0)))
    if name == "version":
        monkeypatch.setattr("seisweave.version.__version__", "99.0")
    before = (interrupted / ".partial" / "sets.jsonl").read_bytes()
    line = refused("reproduce", "fig5", "--out", interrupted, "--resume")
    assert ("other planted sets" if name == "sets" else f"made with {name}") in line
    assert (interrupted / ".partial" / "sets.jsonl").read_bytes() == before


def test_finished_results_are_left_alone(tmp_path, run, refused):
    out = tmp_path / "out"
    _reproduce(run, out)
    assert "holds results already" in refused("reproduce", "fig5", "--out", out)
    assert "made with seed 0, not 1" in refused("reproduce", "fig5", "--out", out, "--seed", 1, "--resume")
    assert "finished already" in run("reproduce", "fig5", "--out", out, "--resume").out


def test_folders_that_are_not_ours_are_refused(tmp_path, interrupted, refused):
    assert "give --resume" in refused("reproduce", "fig5", "--out", interrupted)
    (tmp_path / "file").touch()
    assert "is a file" in refused("reproduce", "fig5", "--out", tmp_path / "file")
    assert "like file" in refused("reproduce", "fig5", "--out", tmp_path)


def test_two_runs_do_not_mix(interrupted):
    kept = interrupted / ".partial" / "sets.jsonl"
    with other_process(interrupted / ".partial"), pytest.raises(InputError, match="another run is at work"):
        sensitivity.make_figure5(tiny(0), jobs=1, keep=kept.parent)
