"""Every file of a result folder, read as others would read it."""

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from tests.cli.inputs import SHARED, catalog_rows, write_rows

import seisweave as sw

FILES = {
    "network.nc",
    "faults.csv",
    "segments.csv",
    "halos.csv",
    "faults.geojson",
    "events.parquet",
    "figure.png",
    "run.toml",
    "summary.json",
}


def test_all_files_are_there_and_no_other(made_once):
    source, folder = made_once
    assert {path.name for path in folder.iterdir()} == FILES
    assert {path.name for path in source.parent.iterdir()} == {"catalog.csv", "result"}


def test_the_network_opens(made_once):
    _, folder = made_once
    network = sw.faults.open_network(folder)
    assert network.n_events == 80
    assert network.n_faults >= 2
    assert network.projection is not None
    with xr.open_dataset(folder / "network.nc") as dataset:
        assert dataset.sizes["event"] == 80


def test_the_network_is_what_the_library_gives(made_once):
    source, folder = made_once
    network, ours = sw.faults.open_network(folder), sw.reconstruct_faults(sw.read_catalog(source))
    assert network.bic == ours.bic
    assert np.array_equal(network.part, ours.part)
    assert network.input_sha256 == ours.input_sha256


def test_faults_csv(made_once):
    _, folder = made_once
    table, network = pd.read_csv(folder / "faults.csv"), sw.faults.open_network(folder)
    places = ["fault", "kind", "longitude", "latitude", "x_km", "y_km", "depth_km"]
    angles = ["strike_deg", "strike_true_deg", "dip_deg", "turn_deg"]
    sides = ["length_km", "width_km", "thickness_km", "top_km", "bottom_km"]
    errors = ["strike_error_deg", "dip_error_deg", "length_error_km", "width_error_km", "planarity"]
    events = ["system", "meets", "n_segments", "n_events", "weight", "share"]
    active = ["first_time", "last_time", "largest_magnitude"]
    corners = [f"corner{k}_{name}" for k in (1, 2, 3, 4) for name in ("longitude", "latitude", "depth_km")]
    assert list(table) == [*places, *angles, *sides, *errors, *events, *active, *corners]
    assert (table["turn_deg"] == 0.0).all(), "plates are laid along strike and dip"
    assert table["fault"].tolist() == list(range(network.n_faults))
    assert table["n_events"].is_monotonic_decreasing
    assert table["longitude"].between(-117, -116).all()
    assert table["latitude"].between(34, 35).all()
    assert table["n_events"].sum() == (network.label >= 0).sum()
    assert not table.drop(columns="meets").isna().any(axis=None)  # a fault alone meets none
    events = pd.read_parquet(folder / "events.parquet")
    for fault, own in events[events.fault >= 0].groupby("fault"):
        assert pd.Timestamp(table.first_time[fault]).tz_localize(None) == own.time.min()
        assert table.largest_magnitude[fault] == own.magnitude.max()


def test_segments_csv_and_halos_csv(made_once):
    _, folder = made_once
    network = sw.faults.open_network(folder)
    segments, halos = pd.read_csv(folder / "segments.csv"), pd.read_csv(folder / "halos.csv")
    assert segments["segment"].tolist() == list(range(network.n_segments))
    assert np.array_equal(segments["fault"], network.faults.fault_of_segment)
    assert segments["n_events"].sum() == (network.segment >= 0).sum()
    assert len(halos) == network.faults.n_halos
    assert set(halos["kind"]) <= {"halo"}
    assert set(segments["kind"]) <= {"plane", "halo", "background"}
    assert {"turn_deg", "first_time", "largest_magnitude", "corner4_depth_km"} <= set(segments)
    assert network.activity is not None


def test_events_parquet_has_the_input_rows_in_order(made_once):
    source, folder = made_once
    events, given, network = (
        pd.read_parquet(folder / "events.parquet"),
        pd.read_csv(source),
        sw.faults.open_network(folder),
    )
    assert len(events) == len(given) == 80
    for theirs, ours in (("longitude", "longitude"), ("depth", "depth_km"), ("magnitude", "magnitude")):
        assert np.array_equal(given[theirs], events[ours])
    assert (
        pd.to_datetime(events["time"])
        .dt.tz_localize(None)
        .equals(pd.to_datetime(given["time"]).astype(events["time"].dt.tz_localize(None).dtype))
    )
    assert np.array_equal(events["fault"], network.label)
    assert np.array_equal(events["halo"], network.faults.halo_of_event)
    assert np.array_equal(events["segment"], network.segment)
    assert np.array_equal(events["probability"], network.faults.probability)
    assert np.array_equal(events["responsibility"], network.responsibility)
    assert events["responsibility"].between(0, 1).all()


def test_events_without_depth_are_noted_and_left_out(tmp_path, run, plain_figure):
    rows = catalog_rows()
    rows[3:9] = [",".join([*row.split(",")[:3], "nan", "2"]) for row in rows[3:9]]
    source = write_rows(tmp_path / "c.csv", [*rows, "2019-07-04,,,,"])
    end = run("faults", source, "--out", tmp_path / "out")
    assert end.code == 0
    notes = end.err.splitlines()
    assert all(note.startswith("note: ") for note in notes)
    assert "1 rows set aside: longitude is missing" in notes[0]
    assert "6 of 80 events left out: their depth is unknown" in notes[1]
    assert len(pd.read_parquet(tmp_path / "out" / "events.parquet")) == 74
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["n_events"] == 74


def test_figure_is_a_png(made_once):
    data = (made_once[1] / "figure.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data.endswith(b"IEND\xaeB`\x82")


def test_summary(made_once):
    source, folder = made_once
    summary, network = json.loads((folder / "summary.json").read_text()), sw.faults.open_network(folder)
    counts = {"n_events", "n_proto", "n_segments", "n_faults", "n_systems", "n_halos", "n_backgrounds"}
    counts |= {"background_weight", "bic", "nll", "plates_bic", "share_on_faults", "share_in_halos", "share_background"}
    assert summary.keys() >= counts | {"seconds", "peak_memory_mb", "options", "seed", "version", "input_sha256"}
    assert summary["n_faults"] == network.n_faults
    assert summary["bic"] == network.bic
    assert summary["nll"] == -network.log_likelihood
    assert summary["version"] == sw.__version__
    assert summary["input_sha256"] == sw.read_catalog(source).provenance.sha256
    assert summary["options"] == {**vars(sw.FaultOptions())}
    assert summary["atomized"]["bic"][summary["atomized"]["by"]] == network.bic
    assert summary["min_sigma_km"] == network.min_sigma_km == 0.05
    stages = {"read", "tree", "atomize", "merge", "refine", "assign", "faults", "write", "total"}
    assert summary["seconds"].keys() == stages
    assert all(seconds >= 0 for seconds in summary["seconds"].values())
    assert 10 < summary["peak_memory_mb"] < 100_000
    assert summary["source"] == str(source)


def test_geojson(made_once):
    collection = json.loads((made_once[1] / "faults.geojson").read_text())
    network = sw.faults.open_network(made_once[1])
    assert collection["type"] == "FeatureCollection"
    assert "note" not in collection
    kinds = [feature["properties"]["kind"] for feature in collection["features"]]
    assert kinds == ["surface projection", "plane"] * network.n_faults + ["halo"] * network.faults.n_halos
    for feature in collection["features"]:
        ring = np.array(feature["geometry"]["coordinates"][0])[:, :2]
        assert np.abs(ring - [-116.45, 34.35]).max() < 0.7
        assert feature["properties"].keys() > {"strike_deg", "dip_deg", "n_events", "longitude"}


def test_local_points(tmp_path, run, plain_figure):
    rng = np.random.default_rng(3)
    source = tmp_path / "points.txt"
    np.savetxt(source, rng.normal((10, 20, 8), (5, 0.2, 2), (60, 3)))
    end = run("faults", source, "--xyz", "--out", tmp_path / "out", "--quiet")
    assert end == type(end)(0, "", "")
    collection = json.loads((tmp_path / "out" / "faults.geojson").read_text())
    assert "local" in collection["note"]
    table = pd.read_csv(tmp_path / "out" / "faults.csv")
    assert table["longitude"].isna().all()
    assert {"x_km", "y_km", "depth_km", "fault"} <= set(pd.read_parquet(tmp_path / "out" / "events.parquet"))


def test_a_repeated_run_gives_the_same(made_once, tmp_path, run):
    source, folder = made_once
    assert run("faults", source, "--out", tmp_path / "again", "--jobs", "1", "--quiet").code == 0
    for name in ("faults.csv", "faults.geojson", "figure.png"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


landers = SHARED / "data" / "landers_3360_xyz_km.csv"
yearly = SHARED / "data" / "formats" / "1994.scec_dc.catalog.gz"


@pytest.mark.skipif(not landers.is_file(), reason="the Landers set is not beside the project (../shared)")
def test_landers(tmp_path, run, plain_figure):
    end = run("faults", landers, "--xyz", "--out", tmp_path / "landers")
    assert end.code == 0, end.err
    summary = json.loads((tmp_path / "landers" / "summary.json").read_text())
    assert summary["n_events"] == 3360
    assert summary["n_proto"] == 394
    assert summary["bic"] <= 29_411


@pytest.mark.skipif(not yearly.is_file(), reason="the SCEDC year is not beside the project (../shared)")
def test_a_yearly_catalog(tmp_path, run, plain_figure):
    flags = ("--event-type", "eq", "--quality", "A", "--min-magnitude", 2.0)
    end = run("faults", yearly, "--out", tmp_path / "1994", *flags)
    assert end.code == 0, end.err
    summary = json.loads((tmp_path / "1994" / "summary.json").read_text())
    assert summary["n_events"] > 1000
    assert summary["selection"] == "min_magnitude=2.0, quality=A, event_type=eq"
