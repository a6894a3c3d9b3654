"""Tables and GeoJSON of networks whose faults are set by hand."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.faults.by_hand import one_fault_a_segment

from seisweave.catalog.projection import LocalProjection
from seisweave.faults.export import events_table, faults_geojson, faults_table, halos_table, segments_table
from seisweave.faults.history import MergeHistory
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.gaussians.mixture import Mixture

N_EVENTS = 40
OWN = ["fault", "halo", "segment", "probability", "responsibility"]


def _rotation(rng):
    turned, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return turned * np.sign(np.linalg.det(turned))


def _network(projection, n_segments=12, seed=1, n_halos=0):
    """Faults of all orientations, two of them upright or flat, halos, and one background."""
    rng = np.random.default_rng(seed)
    axes = [np.eye(3), np.eye(3)[[0, 2, 1]], *(_rotation(rng) for _ in range(n_segments - 2))]
    sides = np.array([5.0, 2.0, 0.1])
    weight = np.sort(rng.dirichlet(np.ones(n_segments + 1)))[::-1]
    mixture = Mixture(
        weight=weight[:-1],
        mean_km=rng.uniform((-20, -20, 2), (20, 20, 15), (n_segments, 3)),
        covariance_km2=np.array([(a * sides**2) @ a.T for a in axes]).reshape(-1, 3, 3),
        box_weight=weight[-1:],
        box_centre_km=np.zeros((1, 3)),
        box_axes=np.eye(3)[None],
        box_half_km=np.full((1, 3), 50.0),
    )
    nothing, part = np.zeros(0, int), rng.integers(0, n_segments + 1, N_EVENTS)
    return FaultNetwork(
        mixture=mixture,
        part=part,
        responsibility=rng.uniform(size=N_EVENTS),
        bic=1.5,
        log_likelihood=-2.5,
        n_proto=20,
        history=MergeHistory(nothing, nothing, nothing, nothing, nothing, np.zeros(0)),
        faults=one_fault_a_segment(mixture, part, n_halos),
        options=FaultOptions(),
        projection=projection,
    )


PLACES = {
    "California": LocalProjection(longitude=-117.0, latitude=34.0),
    "the south": LocalProjection(longitude=-72.0, latitude=-38.0),
    "the date line": LocalProjection(longitude=179.98, latitude=-18.0),
    "local": None,
}


@pytest.fixture(params=list(PLACES))
def network(request):
    return _network(PLACES[request.param], n_halos=2)


def _rings(network):
    collection = json.loads(json.dumps(faults_geojson(network), allow_nan=False))
    assert collection["type"] == "FeatureCollection"
    for feature in collection["features"]:
        assert feature.keys() == {"type", "geometry", "properties"}
        assert feature["type"] == "Feature"
        assert feature["geometry"]["type"] == "Polygon"
        assert len(feature["geometry"]["coordinates"]) == 1
        yield feature["properties"], np.array(feature["geometry"]["coordinates"][0])


def _area(ring):
    x, y = (ring[:, :2] - ring[:1, :2]).T
    return 0.5 * float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def test_two_features_a_fault_and_one_a_halo(network):
    properties = [each for each, _ in _rings(network)]
    assert [each["kind"] for each in properties] == ["surface projection", "plane"] * 10 + ["halo"] * 2
    assert [each["fault"] for each in properties[:-2]] == np.repeat(np.arange(10), 2).tolist()
    assert [each["halo"] for each in properties[-2:]] == [0, 1]
    assert {each["system"] for each in properties[:-2]} == set(range(5))
    assert [each["n_events"] for each in properties[-2:]] == network.faults.events_per_halo.tolist()


def test_rings_are_closed_and_counterclockwise(network):
    """RFC 7946, section 3.1.6: four or more positions, first and last the same, outer rings counterclockwise."""
    for properties, ring in _rings(network):
        assert len(ring) >= 5
        assert np.array_equal(ring[0], ring[-1])
        if properties["kind"] != "plane":
            assert _area(ring) > 0
        else:
            assert _area(ring) >= -1e-9  # an upright plane has no area on the map


def test_outlines_are_near_their_fault(network):
    scale = 1.0 if network.projection is None else 1.0 / 80.0  # degrees a km, generously
    for properties, ring in _rings(network):
        names = ("x_km", "y_km") if network.projection is None else ("longitude", "latitude")
        offset = ring[:, :2] - [properties[name] for name in names]
        offset[:, 0] = offset[:, 0] if network.projection is None else (offset[:, 0] + 180) % 360 - 180
        assert np.abs(offset).max() <= scale * np.sqrt(3) * (5.0 + 2.0 + 0.1)
        assert np.ptp(ring[:, 0]) < 40 * scale, "no ring runs around the Earth"


def test_the_outline_is_the_shadow_of_the_plate():
    network = _network(None)
    rings = list(_rings(network))
    assert {len(ring) for _, ring in rings[1::2]} <= {4, 5, 6}, "a rectangle, cut at the surface"
    flat = rings[0][1]  # sides 5, 2, 0.1 along the axes: √12 σ wide on the map
    centre = network.mixture.mean_km[0, :2]
    assert np.allclose(np.ptp(flat, axis=0)[:2], np.sqrt(12) * np.array([5.0, 2.0]), atol=1e-5)
    assert np.allclose(flat[:-1, :2].mean(axis=0), centre, atol=1e-5)
    upright = rings[2][1]
    assert np.allclose(np.ptp(upright, axis=0)[:2], np.sqrt(12) * np.array([5.0, 0.1]), atol=1e-5)


def test_planes_have_heights_in_metres_and_end_at_the_surface(network):
    planes = [ring for _, ring in _rings(network)][1:-2:2]
    assert any((corners[:, 2] < -0.1).any() for corners in network.planes.corners_km), "some are cut"
    for plane, corners in zip(planes, network.planes.corners_km, strict=True):
        assert plane.shape[1] == 3
        assert plane[:, 2].max() <= 0.0
        assert plane[:, 2].min() == pytest.approx(-1000.0 * corners[:, 2].max(), abs=0.051)
        below = corners[corners[:, 2] >= 0.0]
        nearest = np.abs(plane[:, 2] - -1000.0 * below[:, 2:]).min(axis=1)
        assert (nearest <= 0.051).all(), "corners below the surface stay"


def test_a_plate_above_the_surface_has_no_geometry():
    network = _network(None)
    plates = replace(network.faults.plates, centre_km=network.faults.plates.centre_km - [0.0, 0.0, 60.0])
    lifted = replace(network, faults=replace(network.faults, plates=plates))
    table = faults_table(lifted)
    assert table[["top_km", "bottom_km"]].isna().all(axis=None)
    assert [each["geometry"] for each in faults_geojson(lifted)["features"]] == [None] * (2 * lifted.n_faults)


def test_a_network_without_faults():
    network = _network(None)
    mixture = network.mixture
    empty = Mixture(
        mixture.weight[:0],
        mixture.mean_km[:0],
        mixture.covariance_km2[:0],
        np.ones(1),
        mixture.box_centre_km,
        mixture.box_axes,
        mixture.box_half_km,
    )
    part = np.zeros(N_EVENTS, int)
    bare = replace(network, mixture=empty, part=part, faults=one_fault_a_segment(empty, part))
    assert faults_geojson(bare)["features"] == []
    for table in (faults_table, segments_table, halos_table):
        assert len(table(bare)) == 0
        assert list(table(bare)) == list(table(network))


def test_the_table_says_what_the_network_says(network):
    table = faults_table(network)
    assert table["fault"].tolist() == list(range(network.n_faults))
    assert np.array_equal(table[["x_km", "y_km", "depth_km"]], network.faults.plates.centre_km)
    assert table["n_segments"].tolist() == [1] * network.n_faults
    assert np.allclose(table["share"], network.events_per_fault / N_EVENTS)
    depth = network.planes.corners_km[..., 2]
    top = np.maximum(depth.min(axis=1), 0.0)
    assert np.array_equal(table[["top_km", "bottom_km"]], np.stack([top, depth.max(axis=1)], axis=1))
    assert set(table["kind"]) == {"plane"}
    assert np.array_equal(table["n_events"], network.events_per_fault)
    assert np.array_equal(table["strike_deg"], network.planes.strike_deg)
    assert table["longitude"].isna().all() == (network.projection is None)


def test_corners_of_the_table_are_those_of_the_plates(network):
    table = faults_table(network)
    for k, corner in enumerate(network.planes.corners_km.transpose(1, 0, 2), 1):
        places = [
            f"corner{k}_{name}" for name in ("x_km", "y_km", "longitude", "latitude") if f"corner{k}_{name}" in table
        ]
        if network.projection is None:
            assert places == [f"corner{k}_x_km", f"corner{k}_y_km"]
            assert np.array_equal(table[places], corner[:, :2])
        else:
            assert places == [f"corner{k}_longitude", f"corner{k}_latitude"]
            back = network.projection.to_local(*table[places].to_numpy().T)
            assert np.allclose(np.stack(back, axis=1), corner[:, :2], atol=1e-3)
        assert np.array_equal(table[f"corner{k}_depth_km"], corner[:, 2])


def test_times_and_magnitudes_are_those_of_the_events_on_each_fault():
    network = _network(None, n_halos=2)
    times = pd.date_range("2019-07-04", periods=N_EVENTS, freq="h", tz="UTC")
    magnitude = np.random.default_rng(3).uniform(2, 5, N_EVENTS)
    table = faults_table(network, pd.DataFrame({"time": times, "magnitude": magnitude}))
    for c, row in table.iterrows():
        own = network.label == c
        if own.any():
            assert row["first_time"] == times[own].min()
            assert row["last_time"] == times[own].max()
            assert row["largest_magnitude"] == magnitude[own].max()
        else:
            assert row[["first_time", "last_time", "largest_magnitude"]].isna().all()
    assert "first_time" not in faults_table(network, pd.DataFrame({"time": ["noon"] * N_EVENTS}))


def test_segments_say_their_fault_and_halos_their_spread(network):
    segments, halos = segments_table(network), halos_table(network)
    assert segments["segment"].tolist() == list(range(12))
    assert segments["fault"].tolist() == [*range(10), -1, -1]
    assert segments["kind"].tolist() == ["plane"] * 10 + ["halo"] * 2
    assert halos["kind"].tolist() == ["halo"] * 2
    assert np.allclose(halos["planarity"], 1.0 - 2.0 * 0.01 / (25.0 + 4.0))
    assert np.array_equal(segments["n_events"], network.events_per_segment)
    assert np.array_equal(segments["strike_deg"], network.segment_planes.strike_deg)
    assert np.allclose(halos[["sigma1_km", "sigma2_km", "sigma3_km"]], [5.0, 2.0, 0.1])
    assert np.array_equal(halos["n_events"], network.faults.events_per_halo)


def test_a_halo_is_outlined_by_two_standard_deviations_seen_from_above():
    network = _network(None, n_halos=2)
    for k, (_, ring) in enumerate(list(_rings(network))[-2:]):
        offset = ring[:, :2] - network.faults.halo_mean_km[k, :2]
        inverse = np.linalg.inv(network.faults.halo_covariance_km2[k, :2, :2])
        assert np.allclose(np.einsum("ni,ij,nj->n", offset, inverse, offset), 4.0, rtol=1e-4)


def test_events_keep_their_rows_and_order():
    network, rng = _network(None), np.random.default_rng(2)
    xyz_km = rng.normal(size=(N_EVENTS, 3))
    rows = pd.DataFrame({"id": [f"e{k}" for k in range(N_EVENTS)]}, index=np.arange(N_EVENTS)[::-1])
    table = events_table(network, rows, xyz_km)
    assert list(table) == ["id", "x_km", "y_km", "depth_km", *OWN]
    assert table["id"].tolist() == rows["id"].tolist()
    assert np.array_equal(table["fault"], network.label)
    assert np.array_equal(table["halo"], network.faults.halo_of_event)
    assert np.array_equal(table["segment"], network.segment)
    assert np.array_equal(table["probability"], network.faults.probability)
    assert np.array_equal(table["responsibility"], network.responsibility)
    assert np.array_equal(table[["x_km", "y_km", "depth_km"]], xyz_km)


def test_columns_of_the_input_with_our_names_are_kept_beside():
    network = _network(None)
    xyz_km = np.random.default_rng(2).normal(size=(N_EVENTS, 3))
    rows = pd.DataFrame(
        {"fault": "San Andreas", "segment": 7, "x_km": xyz_km[:, 0], "depth_km": 1.0}, index=range(N_EVENTS)
    )
    table = events_table(network, rows, xyz_km)
    assert (table["input_fault"] == "San Andreas").all()
    assert (table["input_segment"] == 7).all()
    assert (table["input_depth_km"] == 1.0).all()
    assert "input_x_km" not in table
    assert np.array_equal(table["depth_km"], xyz_km[:, 2])
