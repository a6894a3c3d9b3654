"""Tables and GeoJSON of networks whose faults are set by hand."""

import json

import numpy as np
import pandas as pd
import pytest

from seisweave.catalog.projection import LocalProjection
from seisweave.faults.export import events_table, faults_geojson, faults_table
from seisweave.faults.network import FaultNetwork, MergeHistory
from seisweave.faults.options import FaultOptions
from seisweave.gaussians.mixture import Mixture

N_EVENTS = 40


def _rotation(rng):
    turned, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return turned * np.sign(np.linalg.det(turned))


def _network(projection, n_faults=12, seed=1):
    """Faults of all orientations, two of them upright or flat, and one background."""
    rng = np.random.default_rng(seed)
    axes = [np.eye(3), np.eye(3)[[0, 2, 1]], *(_rotation(rng) for _ in range(n_faults - 2))]
    sides = np.array([5.0, 2.0, 0.1])
    weight = np.sort(rng.dirichlet(np.ones(n_faults + 1)))[::-1]
    mixture = Mixture(
        weight=weight[:-1],
        mean_km=rng.uniform((-20, -20, 2), (20, 20, 15), (n_faults, 3)),
        covariance_km2=np.array([(a * sides**2) @ a.T for a in axes]).reshape(-1, 3, 3),
        box_weight=weight[-1:],
        box_centre_km=np.zeros((1, 3)),
        box_axes=np.eye(3)[None],
        box_half_km=np.full((1, 3), 50.0),
    )
    nothing = np.zeros(0, int)
    return FaultNetwork(
        mixture=mixture,
        part=rng.integers(0, n_faults + 1, N_EVENTS),
        responsibility=rng.uniform(size=N_EVENTS),
        bic=1.5,
        log_likelihood=-2.5,
        n_proto=20,
        history=MergeHistory(nothing, nothing, nothing, nothing, nothing, np.zeros(0)),
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
    return _network(PLACES[request.param])


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


def test_two_features_a_fault(network):
    properties = [each for each, _ in _rings(network)]
    assert [each["kind"] for each in properties] == ["surface projection", "plane"] * network.n_faults
    assert [each["fault"] for each in properties] == np.repeat(np.arange(network.n_faults), 2).tolist()


def test_rings_are_closed_and_counterclockwise(network):
    """RFC 7946, section 3.1.6: four or more positions, first and last the same, outer rings counterclockwise."""
    for properties, ring in _rings(network):
        assert len(ring) >= 5
        assert np.array_equal(ring[0], ring[-1])
        if properties["kind"] == "surface projection":
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
    assert {len(ring) for _, ring in rings[1::2]} == {5}
    flat = rings[0][1]  # sides 5, 2, 0.1 along the axes: √12 σ wide on the map
    centre = network.mixture.mean_km[0, :2]
    assert np.allclose(np.ptp(flat, axis=0)[:2], np.sqrt(12) * np.array([5.0, 2.0]), atol=1e-5)
    assert np.allclose(flat[:-1, :2].mean(axis=0), centre, atol=1e-5)
    upright = rings[2][1]
    assert np.allclose(np.ptp(upright, axis=0)[:2], np.sqrt(12) * np.array([5.0, 0.1]), atol=1e-5)


def test_planes_have_heights_in_metres(network):
    for (properties, plane), corners in zip(list(_rings(network))[1::2], network.planes.corners_km, strict=True):
        assert plane.shape == (5, 3)
        assert np.allclose(np.sort(plane[:-1, 2]), np.sort(-1000.0 * corners[:, 2]), atol=0.051)
        assert plane[:-1, 2].mean() == pytest.approx(-1000.0 * properties["depth_km"], abs=0.1)


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
    from dataclasses import replace

    bare = replace(network, mixture=empty, part=np.zeros(N_EVENTS, int))
    assert faults_geojson(bare)["features"] == []
    assert len(faults_table(bare)) == 0
    assert list(faults_table(bare)) == list(faults_table(network))


def test_the_table_says_what_the_network_says(network):
    table = faults_table(network)
    assert table["fault"].tolist() == list(range(network.n_faults))
    assert np.array_equal(table[["x_km", "y_km", "depth_km"]], network.mixture.mean_km)
    assert np.array_equal(table["n_events"], network.events_per_fault)
    assert np.array_equal(table["strike_deg"], network.planes.strike_deg)
    assert table["longitude"].isna().all() == (network.projection is None)


def test_events_keep_their_rows_and_order():
    network, rng = _network(None), np.random.default_rng(2)
    xyz_km = rng.normal(size=(N_EVENTS, 3))
    rows = pd.DataFrame({"id": [f"e{k}" for k in range(N_EVENTS)]}, index=np.arange(N_EVENTS)[::-1])
    table = events_table(network, rows, xyz_km)
    assert list(table) == ["id", "x_km", "y_km", "depth_km", "fault", "responsibility"]
    assert table["id"].tolist() == rows["id"].tolist()
    assert np.array_equal(table["fault"], network.label)
    assert np.array_equal(table["responsibility"], network.responsibility)
    assert np.array_equal(table[["x_km", "y_km", "depth_km"]], xyz_km)


def test_columns_of_the_input_with_our_names_are_kept_beside():
    network = _network(None)
    xyz_km = np.random.default_rng(2).normal(size=(N_EVENTS, 3))
    rows = pd.DataFrame({"fault": "San Andreas", "x_km": xyz_km[:, 0], "depth_km": 1.0}, index=range(N_EVENTS))
    table = events_table(network, rows, xyz_km)
    assert (table["input_fault"] == "San Andreas").all()
    assert (table["input_depth_km"] == 1.0).all()
    assert "input_x_km" not in table
    assert np.array_equal(table["depth_km"], xyz_km[:, 2])
