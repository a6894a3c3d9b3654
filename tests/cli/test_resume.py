"""`seisweave faults` that did not end: kept, refused where it does not fit, and taken up to the last byte."""

import json

import pandas as pd
import pytest
from tests.cli.inputs import catalog_rows, contents, write_rows

from seisweave import keeping
from seisweave.report.results.network import open_network_result
from seisweave.report.story import lead

pytestmark = pytest.mark.usefixtures("plain_figure")


@pytest.fixture
def source(tmp_path):
    return write_rows(tmp_path / "catalog.csv", catalog_rows(200))


@pytest.fixture
def interrupted(source, tmp_path, run, monkeypatch):
    """A folder whose run was interrupted when it had kept some states."""
    monkeypatch.setattr(keeping, "EVERY_S", 0.0)
    monkeypatch.setattr(keeping, "FIRST_S", 0.0)
    out, write, names = tmp_path / "out", keeping.write_whole, []

    def interrupt(path, how):
        write(path, how)
        names.append(path.name)
        if len(names) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "write_whole", interrupt)
        end = run("faults", source, "--out", out, "--subsets", 2, "--jobs", 1)
    assert (end.code, end.out) == (130, "")
    assert "is kept in" in end.err
    assert "go on with --resume" in end.err
    assert [path.name for path in out.iterdir()] == [".partial"]
    return out


def _faults(run, source, out, *arguments):
    end = run("faults", source, "--out", out, "--subsets", 2, *arguments)
    assert end.code == 0, end.err
    assert not (out / ".partial").exists()
    return end, (out / "network.nc").read_bytes()


def test_resuming_ends_with_the_network_of_an_unbroken_run(interrupted, source, tmp_path, run):
    _, whole = _faults(run, source, tmp_path / "whole")
    _, resumed = _faults(run, source, interrupted, "--resume")
    assert resumed == whole


def test_a_run_that_did_not_end_is_not_overwritten_by_chance(interrupted, source, refused):
    before = contents(interrupted)
    line = refused("faults", source, "--out", interrupted, "--subsets", 2)
    assert "holds a run that did not end; give --resume to go on, --force to start again" in line
    assert contents(interrupted) == before


def test_force_starts_again(interrupted, source, run):
    _faults(run, source, interrupted, "--force")


def test_other_options_and_input_are_refused(interrupted, source, refused, tmp_path):
    before = contents(interrupted)
    flags = ("--out", interrupted, "--resume")
    assert "with other options" in refused("faults", source, *flags, "--subsets", 3)
    other = write_rows(tmp_path / "other.csv", catalog_rows(200, seed=2))
    assert "with other hypocentres" in refused("faults", other, *flags, "--subsets", 2)
    assert contents(interrupted) == before


def test_with_nothing_kept_resuming_begins_at_the_beginning(source, tmp_path, run):
    end, _ = _faults(run, source, tmp_path / "out", "--resume")
    assert "nothing is kept there" in end.err


def test_results_stay_while_a_forced_run_is_not_over(source, tmp_path, run, monkeypatch):
    out = tmp_path / "out"
    _, before = _faults(run, source, out)
    monkeypatch.setattr(keeping, "FIRST_S", 0.0)

    def interrupt(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("seisweave.cli.faults.write_results", interrupt)
        assert run("faults", source, "--out", out, "--subsets", 2, "--force").code == 130
    assert (out / "network.nc").read_bytes() == before
    assert (out / ".partial").exists()
    assert _faults(run, source, out, "--force", "--resume")[1] == before


def test_a_cluster_that_does_not_answer_is_named(source, tmp_path, refused, monkeypatch):
    pytest.importorskip("distributed", reason="dask is an extra")
    monkeypatch.setattr("seisweave.cli.cluster._PATIENCE_S", 0.3)
    line = refused("faults", source, "--out", tmp_path / "out", "--cluster", "tcp://127.0.0.1:9")
    assert "--cluster tcp://127.0.0.1:9: no dask scheduler answers there" in line
    assert not (tmp_path / "out").exists()


def test_resamples_are_kept_gone_on_with_and_told(source, tmp_path, run, monkeypatch):
    monkeypatch.setattr(keeping, "FIRST_S", 0.0)
    out, write = tmp_path / "out", keeping.write_whole

    def interrupt(path, how):
        write(path, how)
        if path.name == "resample-1.npz":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "write_whole", interrupt)
        end = run("faults", source, "--out", out, "--resamples", 3, "--jobs", 1)
    assert end.code == 130
    kept = out / ".partial" / "resamples"
    assert {path.name for path in kept.iterdir()} == {"identity.json", "resample-0.npz", "resample-1.npz"}
    end = run("faults", source, "--out", out, "--resamples", 3, "--resume")
    assert "come back in at least 70 % of 3 resamples; self-agreement" in end.out
    run("faults", source, "--out", tmp_path / "whole", "--resamples", 3)
    assert (out / "network.nc").read_bytes() == (tmp_path / "whole" / "network.nc").read_bytes()
    table = pd.read_csv(out / "faults.csv")
    assert table["comes_back"].between(0, 1).all()
    assert (table["strike_low_deg"] <= table["strike_high_deg"]).all()
    assert json.loads((out / "summary.json").read_text())["sureness"]["n"] == 3
    page = lead(open_network_result(out))
    assert "come back in at least 70 % of 3 resamples" in page


def test_a_single_resample_is_refused_before_any_work(source, tmp_path, refused):
    assert "n is 1; give 2 resamples or more" in refused("faults", source, "--out", tmp_path / "out", "--resamples", 1)
