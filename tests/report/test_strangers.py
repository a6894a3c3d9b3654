"""Result folders of strangers: whatever a file holds, it is refused in one line, or it is what was written."""

import json
from io import BytesIO
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest
from tests.fuzz.valid_folders import lay, numbers, refusal, valid, valid_numbers

import seisweave as sw
from seisweave.errors import InputError
from seisweave.stored_files import stored_file

HUGE = Path(__file__).parents[3] / "shared" / "cases" / "robust" / "huge_network.nc"
NAN, INF = float("nan"), float("inf")


@pytest.fixture
def laid(tmp_path):
    """A valid folder of a kind, whose digests are taken out on demand."""
    return lambda kind: lay(kind, tmp_path)


def refused(kind, folder):
    said = refusal(kind, folder)
    assert folder.name in said, "the file is named"
    return said


def edit_json(path, *place, value=None, signed=False):
    """Put a value into a file of JSON; its digests are taken out unless `signed`."""
    content = json.loads(path.read_text())
    inner = content
    for key in place[:-1]:
        inner = inner[key]
    if value is KeyError:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    if not signed:
        content.pop("sha256_of_files", None)
        content.get("sha256", {}).pop("model", None)
    path.write_text(json.dumps(content))


def edit_array(path, name, value, at=..., signed=False):
    """Put a value into an array of a netCDF file; its digest is taken out unless `signed`."""
    with h5py.File(path, "r+") as file:
        if not signed:
            del file.attrs["values_sha256"]
        if callable(value):
            value(file, name)
        else:
            values = file[name][()]
            values[at] = value
            file[name][...] = values


def told(name, value):
    return lambda file, _: file.attrs.__setitem__(name, value)


def lists(dimensions):
    return lambda file, name: file[name].attrs.__setitem__("REFERENCE_LIST", dimensions)


def put(**given):
    def replace(file, name):
        del file[name]
        file.create_dataset(name, **given)

    return replace


def linked(link):
    def replace(file, name):
        del file[name]
        file[name] = link

    return replace


NETWORK = [
    ("weight", NAN, 0),
    ("weight", -0.1, 0),
    ("weight", 1.0, ...),  # more than the whole
    ("mean", INF, 0),
    ("covariance", NAN, 0),
    ("covariance", -1.0, (0, 0, 0)),
    ("covariance", 1e6, (0, 0, 1)),
    ("box_half", -2.0, 0),
    ("box_axes", 0.3, 0),
    ("box_weight", INF, 0),
    ("part", 99, 0),
    ("part", -1, 0),
    ("responsibility", 1.5, 0),
    ("fault_of_event", 7, 0),
    ("fault_of_segment", 7, 0),
    ("halo_of_event", -2, 0),
    ("fault_length", -1.0, 0),
    ("fault_length", 0.0, 0),
    ("fault_width", 0.0, ...),
    ("box_half", 0.0, 0),
    ("fault_sigma", NAN, 0),
    ("fault_axes", 0.0, 0),
    ("system", 9, 0),
    ("merge_stage", -3, 0),
    ("error_share", 2.0, 0),
    ("error_share", 0.0, ...),
    ("segment", lists("NaN"), None),
    ("segment", lists(np.zeros(1)), None),
    ("weight", told("bic", NAN), None),
    ("weight", told("n_proto", -3), None),
    ("weight", told("n_proto", "3"), None),
    ("weight", told("options", '{"subsets": "5"}'), None),
    ("weight", told("options", '{"subsets": 0}'), None),
    ("weight", told("options", '{"subsets": 1, "subsets": 2}'), None),
    ("weight", told("options", '{"x": 1}'), None),
    ("weight", told("options", "[" * 100_000), None),
    ("weight", told("projection", '{"longitude": NaN, "latitude": 0}'), None),
    ("weight", told("atomized", '{"by": "magic"}'), None),
    ("weight", told("roughness_km", -INF), None),
    ("weight", put(data=["text"] * 2), None),
    ("weight", put(data=np.zeros(2, [("a", "f8")])), None),
    ("weight", put(data=np.zeros((2, 2))), None),
    ("weight", put(shape=(10**11,), dtype="f8", chunks=(10**6,), compression="gzip"), None),
    ("weight", put(shape=(3,), dtype="f8", external=[("/etc/hostname", 0, 24)]), None),
    ("weight", linked(h5py.ExternalLink("/etc/hostname", "/")), None),
    ("weight", linked(h5py.SoftLink("/probability")), None),
    ("weight", lambda file, name: file.__delitem__(name), None),
]


@pytest.mark.parametrize(("name", "value", "at"), NETWORK)
def test_a_network_that_cannot_be(name, value, at, laid):
    folder = laid("network")
    edit_array(folder / "network.nc", name, value, at)
    with pytest.raises(
        InputError, match=r"network\.nc: not a fault network of seisweave \(.*`seisweave faults`"
    ) as error:
        sw.faults.open_network(folder)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("kind", ["network", "maps"])
def test_a_list_of_dimensions_of_another_type_is_not_read(kind, laid):
    """HDF5 itself makes a crash of it; the scales list the same."""
    folder = laid(kind)
    with h5py.File(next(folder.glob("*.nc")), "r+") as file:
        for name in file:
            if "DIMENSION_LIST" in file[name].attrs:
                file[name].attrs["DIMENSION_LIST"] = "NaN"
    (folder / "summary.json").unlink(missing_ok=True)
    assert sw.open_result(next(folder.glob("*.nc"))) is not None


def test_a_heap_that_hdf5_would_never_leave(laid):
    path = laid("condensed") / "condensed.nc"
    data = bytearray(path.read_bytes())
    at = data.index(b"GCOL") + 16
    data[at : at + 16] = bytes(16)  # an object of nothing, free
    path.write_bytes(data)
    assert "its heap at byte" in refused("condensed", path.parent)


def test_no_resample_says_how_sure_a_network_is(laid):
    path = laid("network") / "network.nc"
    dataset = sw.faults.open_network(path).to_dataset()
    path.write_bytes(bytes(dataset.isel(resample=slice(0, 0)).to_netcdf(engine="h5netcdf")))
    with pytest.raises(InputError, match="without a resample"):
        sw.faults.open_network(path)


OTHERS = [
    ("condensed", "weight", -1.0, 0),
    ("condensed", "weight", 3.0, 0),  # more than there are events
    ("condensed", "mean", NAN, 0),
    ("condensed", "covariance", -1.0, (0, 0, 0)),
    ("condensed", "chosen", 400, 0),
    ("condensed", "event", 39, 0),
    ("condensed", "move_amount", INF, 0),
    ("condensed", "votes", -1, 0),
    ("condensed", "votes", told("options", '{"samples": 1e400}'), None),
    ("forecast", "part0_weight", NAN, 0),
    ("forecast", "part0_sigma_km", 0.0, 0),
    ("forecast", "part0_xyz_km", INF, 0),
    ("forecast", "part_weight", 0.5, ...),  # weights of parts that sum to one still, but part_mass
    ("forecast", "part_mass", 0.0, 0),
    ("forecast", "part_mass", told("volume", "[1, 2, 3]"), None),
    ("forecast", "part_mass", told("volume", "[-118, -117, 34.5, 33.5, 0, 20]"), None),
    ("forecast", "part_mass", told("parts", '["os.system", "uniform"]'), None),
    ("forecast", "part_mass", told("tolerance", '["1", null]'), None),
    ("forecast", "part_mass", told("name", 3), None),
    ("plates", "part0_sigma_km", -1.0, 0),
    ("plates", "part0_length_km", 0.0, ...),
    ("plates", "part0_width_km", 0.0, 0),
    ("plates", "part0_axes", 2.0, 0),
    ("plates", "part0_error_share", 0.9, ...),
    ("maps", "latitude", 400.0, 0),
    ("maps", "log_energy", INF, 0),
    ("maps", "time", lists("NaN"), None),
]


@pytest.mark.parametrize(
    ("kind", "name", "value", "at"), [case for case in OTHERS if case[1:3] != ("part_weight", 0.5)]
)
def test_other_records_that_cannot_be(kind, name, value, at, laid):
    folder = laid(kind)
    edit_array(next(folder.glob("*.nc")), name, value, at)
    refused(kind, folder)


@pytest.mark.parametrize("kind", ["network", "condensed", "forecast", "plates", "maps"])
def test_a_changed_number_is_seen_by_the_digest_and_old_files_have_none(kind, laid):
    name = {"network": "probability", "maps": "log_energy"}.get(kind, "mean" if kind == "condensed" else "part_mass")
    folder = laid(kind)
    edit_array(next(folder.glob("*.nc")), name, 0.75, 0, signed=True)
    assert "its values are not those that were written" in refused(kind, folder)
    for path in folder.iterdir():
        path.write_bytes(valid(kind)[path.name])
    path = next(folder.glob("*.nc"))
    with h5py.File(path, "r+") as file:
        del file.attrs["values_sha256"]
    (folder / "summary.json").unlink(missing_ok=True)
    if kind == "network":
        (folder / "summary.json").write_text("{}")
    assert numbers(kind, folder).keys() <= valid_numbers(kind).keys()


FOLDERS = [
    ("network", "events.parquet", lambda t: t.drop(columns="x_km"), "has no column x_km"),
    ("network", "events.parquet", lambda t: t.assign(depth_km=NAN), "depth_km of row 0 is nan"),
    ("network", "events.parquet", lambda t: t.assign(depth_km=1e308), "depth_km of row 0 is 1e+308"),
    ("network", "events.parquet", lambda t: t.assign(x_km="here"), "x_km holds"),
    ("network", "events.parquet", lambda t: t.assign(magnitude=INF), "magnitude of row 0 is inf"),
    ("network", "events.parquet", lambda t: t.assign(fault=5), "fault of events.parquet is not that of network.nc"),
    ("network", "events.parquet", lambda t: t.assign(halo=0), "halo of events.parquet is not that of network.nc"),
    ("network", "events.parquet", lambda t: t.iloc[:3], "3 events beside"),
    ("network", "events.parquet", lambda t: t.assign(magnitude=3.5), "events.parquet is not what was written there"),
    ("network", "faults.csv", lambda t: t.iloc[:0], "0 faults beside"),
    ("network", "faults.csv", lambda t: t.assign(strike_deg="north"), "strike_deg holds"),
    ("network", "faults.csv", lambda t: t.assign(dip_deg=INF), "dip_deg of row 0 is inf"),
    ("network", "faults.csv", lambda t: t.assign(length_km=1e308), "length_km of row 0 is 1e+308"),
    ("network", "faults.csv", lambda t: t.assign(corner3_latitude=INF), "corner3_latitude of row 0 is inf"),
    ("network", "faults.csv", lambda t: t.assign(turn_deg="a little"), "turn_deg holds"),
    ("network", "faults.csv", lambda t: t.assign(fault=3), "does not number its faults"),
    ("network", "faults.csv", lambda t: t.assign(length_km=9.0), "faults.csv is not what was written there"),
    ("scores", "scores.csv", lambda t: t.assign(gain=9.0), "scores.csv is not what was written there"),
]


@pytest.mark.parametrize(("kind", "name", "change", "message"), FOLDERS)
def test_tables_that_are_not_of_their_folder(kind, name, change, message, laid):
    folder, written = laid(kind), BytesIO()
    path = folder / name
    if path.suffix == ".csv":
        change(pd.read_csv(path)).to_csv(written, index=False)
    else:
        change(pd.read_parquet(path)).to_parquet(written, index=False)
    path.write_bytes(written.getvalue())
    assert message in refused(kind, folder)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("form", "backgrounds"), ["smoothed-x"]),
        (("form", "backgrounds"), []),
        (("form", "kernels", 0, "delay"), ["depth"]),
        (("scales", "rate", "sd"), 1e-308),
        (("scales", "rate", "mean"), 1e308),
        (("value", "main.tau"), 1e308),
    ],
)
def test_an_etas_model_that_cannot_be(place, value, laid):
    folder = laid("etas")
    edit_json(folder / "model.json", *place, value=value)
    refused("etas", folder)


def test_a_whole_number_in_an_etas_model_is_one_with_a_point(laid):
    path = laid("etas") / "model.json"
    edit_json(path, "standard", "main.productivity", value=-3)
    assert isinstance(sw.open_result(path.parent).standard["main.productivity"], float)


@pytest.mark.parametrize(
    ("name", "value"),
    [("seconds", [1]), ("seconds", {"tree": "long"}), ("peak_memory_mb", "12"), ("seed", 1.5), ("source", ["a"])],
)
def test_a_summary_of_other_types(name, value, laid):
    folder = laid("network")
    edit_json(folder / "summary.json", name, value=value)
    assert name in refused("network", folder)


def test_a_summary_that_was_changed(laid):
    folder = laid("scores")
    edit_json(folder / "summary.json", "n_targets", value=2, signed=True)
    assert "summary.json is not what was written there" in refused("scores", folder)
    for text in ("[]", '{"a": NaN}', "[" * 100_000, '{"a": 1e999}', "\x00", '{"a": 1, "a": 2}'):
        (folder / "summary.json").write_text(text)
        refused("scores", folder)


@pytest.mark.parametrize("name", ["network.nc", "events.parquet", "faults.csv", "summary.json", "figure.png"])
def test_a_link_out_of_the_folder(name, laid, tmp_path):
    folder = laid("network")
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")
    assert "is a link that leads out of its folder" in refused("network", folder)
    assert sw.faults.open_network(tmp_path / "elsewhere") if name == "network.nc" else True, (
        "a path one names is one's own"
    )


def test_a_link_within_the_folder_is_taken(laid):
    folder = laid("network")
    (folder / "figure.png").rename(folder / "picture")
    (folder / "figure.png").symlink_to("picture")
    assert numbers("network", folder)["page"] == valid_numbers("network")["page"]


@pytest.mark.parametrize("name", ["../x", "/etc/hostname", "a/b", "", ".."])
def test_names_that_lead_out(name, tmp_path):
    with pytest.raises(InputError, match="would lie outside"):
        stored_file(tmp_path, name)


@pytest.mark.skipif(not HUGE.is_file(), reason="the cases of ../shared are not here")
def test_159_kb_that_declare_800_gb(tmp_path):
    for use in (sw.open_result, sw.faults.open_network):
        with pytest.raises(InputError, match=r"merge_gain declares 800\.0 GB in a file of 0\.16 MB"):
            use(HUGE)
    (tmp_path / "network.nc").write_bytes(HUGE.read_bytes())
    with pytest.raises(InputError, match="declares 800"):
        sw.open_result(tmp_path)


@pytest.mark.parametrize("kind", ["network", "condensed", "forecast", "plates", "maps"])
def test_what_is_read_is_what_xarray_reads(kind, laid):
    import xarray as xr

    from seisweave.stored_netcdf import DIGEST, open_dataset

    path = next(laid(kind).glob("*.nc"))
    with xr.open_dataset(path, engine="h5netcdf", decode_cf=False) as dataset:
        theirs = dataset.load().drop_attrs(deep=True)
        assert DIGEST in dataset.attrs
    if kind != "maps":  # whose digest is that of decoded times
        assert open_dataset(path).drop_attrs(deep=True).identical(theirs)
