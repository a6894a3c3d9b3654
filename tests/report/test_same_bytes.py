"""Two runs with the same input and seed write the same bytes; what they took stands in summary.json."""

import json

import h5py
import numpy as np
import pytest
from tests.fuzz.valid_folders import valid

import seisweave as sw
from seisweave.condensation import CondensationOptions, condense, open_condensed
from seisweave.report.results import condensed as written
from seisweave.synthetic import southern_california_like


@pytest.fixture
def no_figure(monkeypatch):
    class Nothing:
        def savefig(self, path):
            path.write_bytes(b"")

    monkeypatch.setattr(written, "condensation_figure", lambda condensed: Nothing())


@pytest.mark.usefixtures("no_figure")
def test_condensing_twice_gives_the_same_files(tmp_path):
    catalog = southern_california_like(seed=1, n_events=200).catalog.with_depth()
    few = CondensationOptions(samples=5, assign_samples=10)
    folders = [sw.write_result(condense(catalog, few), tmp_path / name) for name in ("one", "two")]
    names = {path.name for path in folders[0].iterdir()}
    assert names == {"condensed.nc", "condensed.parquet", "events.parquet", "figure.png", "summary.json"}
    for name in names - {"summary.json"}:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name
    seconds = json.loads((folders[0] / "summary.json").read_text())["seconds"]
    assert {"condense", "assign", "write"} <= set(seconds)
    assert open_condensed(folders[0]).seconds == {}


def test_seconds_of_earlier_versions_are_read(tmp_path):
    path = tmp_path / "condensed.nc"
    path.write_bytes(valid("condensed")["condensed.nc"])
    with h5py.File(path, "r+") as file:
        del file.attrs["values_sha256"]
        file.attrs["seconds"] = '{"condense": 1.5}'
    assert open_condensed(path).seconds == {"condense": 1.5}


@pytest.mark.parametrize("kind", ["network", "condensed", "forecast", "plates", "maps", "region", "place"])
def test_what_is_written_twice_is_the_same(kind, tmp_path):
    from tests.fuzz.valid_folders import _MAKERS

    before = valid(kind)
    _MAKERS[kind](tmp_path)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert after.keys() == before.keys()
    weights = {name for name in after if kind == "place" and name.endswith((".safetensors", ".json"))}  # drawn anew
    assert [name for name in after.keys() - weights if after[name] != before[name]] == []


def test_a_kept_state_is_the_one_that_was_kept(tmp_path, monkeypatch):
    from seisweave import keeping
    from seisweave.errors import InputError

    monkeypatch.setattr(keeping, "FIRST_S", 0.0)
    identity, state = {"input": "ab"}, {"sums": np.arange(4.0), "left": np.array(3)}
    with keeping.Checkpoint(tmp_path, identity) as checkpoint:
        checkpoint.save("state", state)
        again = checkpoint.load("state")
        assert again is not None
        assert again.keys() == state.keys()
        path = tmp_path / "state.npz"
        for change in (
            {"sums": np.arange(5.0)},
            {"sums": np.array([object()])},
            {"sums": np.arange(4.0, dtype=np.float32)},
            {"sums": np.full(4, np.nan)},
            {"more": np.zeros(2)},
        ):
            with np.load(path) as kept:
                before = dict(kept)
            np.savez(path, allow_pickle=True, **(before | change))
            with pytest.raises(InputError, match=r"state\.npz: is damaged .*; remove it"):
                checkpoint.load("state")
            np.savez(path, **before)
        assert checkpoint.load("state") is not None


def _header(shape):
    """A .npz whose one array declares a shape that it does not hold."""
    import io
    import zipfile

    array, file = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array_header_1_0(array, {"descr": "<f8", "fortran_order": False, "shape": shape})
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("sums.npy", array.getvalue() + bytes(80))
    return file.getvalue()


@pytest.mark.parametrize(
    "data", [_header((10**12,)), _header((10**6, 10**6)), _header((11,)), b"", b"PK", b"\x93NUMPY", bytes(3000)]
)
def test_arrays_that_a_file_does_not_hold(data, tmp_path):
    from seisweave.stored_arrays import read_npz

    (tmp_path / "state.npz").write_bytes(data)
    with pytest.raises(ValueError, match=r"declares|BadZipFile|not a zip|ValueError|EOFError"):
        read_npz(tmp_path / "state.npz")
