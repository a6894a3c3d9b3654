"""Whole plates: what the numbers of a table say rebuilds every corner, and what lies above the surface is cut off."""

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from pyproj import CRS, Geod, Transformer
from tests.faults.test_export import _network

from seisweave.catalog.projection import LocalProjection
from seisweave.faults.export import faults_geojson, faults_table, segments_table
from seisweave.faults.geometry import clipped_corners, depth_range, planarity, true_strikes
from seisweave.gaussians.orientation import fault_planes

PLACES = {
    "California": LocalProjection(-117.0, 34.0),
    "the date line": LocalProjection(179.98, -18.0),
    "the north": LocalProjection(25.0, 78.0),
    "local": None,
}
METRE = 1e-3


@pytest.fixture(scope="module", params=list(PLACES))
def network(request):
    """Planes of all orientations, turned in themselves, two of them upright or flat."""
    return _network(PLACES[request.param], n_halos=2)


def rebuilt(centre_km, strike_deg, dip_deg, turn_deg, length_km, width_km):
    """The four corners, by rotations: a rectangle that lies flat with its length to the north is turned and tilted."""
    corners = []
    for along, across in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)):
        u, v = along * length_km, across * width_km  # in the plane: along the strike, down the dip
        u, v = rotated(u, v, np.radians(turn_deg))
        right, down = v * np.cos(np.radians(dip_deg)), v * np.sin(np.radians(dip_deg))
        east, north = rotated(right, u, -np.radians(strike_deg))
        corners.append(centre_km + np.stack([east, north, down], axis=1))
    return np.stack(corners, axis=1)


def rotated(x, y, angle):
    return np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y


def through_csv(table, path):
    table.to_csv(path, index=False)
    return pd.read_csv(path)


@pytest.mark.parametrize("make", [faults_table, segments_table])
def test_every_corner_is_rebuilt_to_a_metre_from_the_csv(network, make, tmp_path):
    table = through_csv(make(network), tmp_path / "planes.csv")
    names = ("longitude", "latitude") if network.projection else ("x_km", "y_km")
    flat = (lambda lon, lat: network.projection.to_local(lon, lat)) if network.projection else (lambda x, y: (x, y))
    centre = np.stack([*flat(*table[list(names)].to_numpy().T), table["depth_km"]], axis=1)
    sides = [table[f"{name}"].to_numpy() for name in ("strike_deg", "dip_deg", "turn_deg", "length_km", "width_km")]
    for k, corner in enumerate(rebuilt(centre, *sides).transpose(1, 0, 2), 1):
        written = flat(*table[[f"corner{k}_{name}" for name in names]].to_numpy().T)
        written = np.stack([*written, table[f"corner{k}_depth_km"]], axis=1)
        assert np.linalg.norm(written - corner, axis=1).max() < METRE


def test_without_the_turn_corners_are_kilometres_off():
    planes = _network(None, n_halos=2).segment_planes
    flat = np.zeros_like(planes.turn_deg)
    sides = planes.dip_deg, flat, planes.length_km, planes.width_km
    centre = planes.corners_km.mean(axis=1)
    off = np.linalg.norm(rebuilt(centre, planes.strike_deg, *sides) - planes.corners_km, axis=2).max(axis=1)
    assert np.median(off) > 1.0


@pytest.mark.parametrize("part", ["fault", "segment"])
def test_every_corner_is_rebuilt_to_a_metre_from_the_netcdf(network, part, tmp_path):
    """By xarray and PROJ, from what the file says of itself alone."""
    path = network.write(tmp_path / "network.nc")
    bare = ("strike", "dip", "length", "width") if part == "segment" else ()
    with xr.open_dataset(path, engine="h5netcdf", decode_coords="all") as data:

        def read(name):
            return data[name if name in bare else f"{part}_{name}"].to_numpy()

        if network.projection is None:
            assert f"{part}_longitude" not in data
            horizontal = [np.stack([read(f"{k}x"), read(f"{k}y")], axis=-1) for k in ("", "corner_")]
        else:
            grid = CRS.from_cf(data["crs"].attrs)
            back = Transformer.from_crs(CRS.from_cf(data["wgs84"].attrs), grid, always_xy=True)
            horizontal = [
                np.stack(back.transform(read(f"{k}longitude"), read(f"{k}latitude")), axis=-1) for k in ("", "corner_")
            ]
        centre, corners = (
            np.concatenate([xy, read(f"{k}depth")[..., None]], axis=-1)
            for xy, k in zip(horizontal, ("", "corner_"), strict=True)
        )
        sides = [read(name) for name in ("strike", "dip", "turn", "length", "width")]
    assert np.linalg.norm(rebuilt(centre, *sides) - corners, axis=2).max() < METRE
    planes = network.planes if part == "fault" else network.segment_planes
    assert np.linalg.norm(corners - planes.corners_km, axis=2).max() < METRE


def test_the_properties_of_the_geojson_hold_whole_plates(network):
    collection = json.loads(json.dumps(faults_geojson(network)))
    planes = [each["properties"] for each in collection["features"] if each["properties"]["kind"] == "plane"]
    table = faults_table(network)
    assert len(planes) == network.n_faults
    for name in [name for name in table if name.startswith("corner")]:
        assert np.abs(np.array([each[name] for each in planes]) - table[name]).max() < 1e-6, "0.1 m, or less"


def test_the_rectangle_of_a_segment_lies_along_the_axes_of_its_gaussian():
    network = _network(None, n_segments=30, seed=5)
    planes = network.segment_planes
    for corners, covariance in zip(planes.corners_km, network.mixture.covariance_km2, strict=True):
        length, width = corners[1] - corners[0], corners[3] - corners[0]
        for side in (length, width):
            unit = side / np.linalg.norm(side)
            assert np.allclose(covariance @ unit, (unit @ covariance @ unit) * unit, atol=1e-9)
            assert np.linalg.norm(side) == pytest.approx(np.sqrt(12.0 * unit @ covariance @ unit))
        assert abs(length[2]) / np.linalg.norm(length) <= abs(width[2]) / np.linalg.norm(width) + 1e-12
    assert (np.abs(planes.turn_deg[planes.dip_deg > 1e-6]) <= 45.0).all()
    assert (np.abs(planes.turn_deg) > 1.0).mean() > 0.8


def test_corners_run_along_the_strike_first_and_then_down():
    planes = _network(None, n_segments=30, seed=5).segment_planes
    along, down = planes.corners_km[:, 1] - planes.corners_km[:, 0], planes.corners_km[:, 3] - planes.corners_km[:, 0]
    strike = np.radians(planes.strike_deg)
    tilted = planes.dip_deg > 1e-6
    assert ((along[:, 0] * np.sin(strike) + along[:, 1] * np.cos(strike)) > 0)[tilted].all()
    assert (down[tilted, 2] > 0.0).all()
    hanging = np.cross(along, down)  # (east, north, down) is left-handed: this points out of the footwall
    assert (hanging[tilted & (planes.dip_deg < 90.0 - 1e-6), 2] < 0.0).all()


@pytest.mark.parametrize("turn", [-44.0, -10.0, 0.0, 30.0])
def test_the_turn_is_that_of_the_plate(turn):
    angles = {"strike_deg": np.array([70.0]), "dip_deg": np.array([50.0])}
    corners = rebuilt(np.array([[0.0, 0, 9]]), *angles.values(), turn, 8.0, 5.0)[0]
    length, width = (corners[1] - corners[0]) / 8.0, (corners[3] - corners[0]) / 5.0
    covariance = sum(
        side**2 / 12 * np.outer(unit, unit)
        for side, unit in ((8.0, length), (5.0, width), (0.3, np.cross(length, width)))
    )
    planes = fault_planes(np.array([[0.0, 0, 9]]), covariance[None])
    assert planes.turn_deg[0] == pytest.approx(turn, abs=1e-6)
    assert np.allclose(planes.corners_km[0], corners, atol=1e-6)


def test_what_is_cut_at_the_surface_is_the_part_below_it():
    rng = np.random.default_rng(2)
    corners = _network(None, n_segments=40, seed=7).segment_planes.corners_km - [0.0, 0.0, 8.0]
    cut = clipped_corners(corners)
    assert {len(each) for each in cut} == {0, 3, 4, 5} or {len(each) for each in cut} >= {0, 4, 5}
    for polygon, whole, (top, bottom) in zip(cut, corners, depth_range(corners), strict=True):
        side, down = whole[1] - whole[0], whole[3] - whole[0]
        places = whole[0] + rng.uniform(size=(4000, 1)) * side + rng.uniform(size=(4000, 1)) * down
        share = area(polygon) / (np.linalg.norm(side) * np.linalg.norm(down))
        assert share == pytest.approx((places[:, 2] >= 0.0).mean(), abs=0.03)
        if not len(polygon):
            assert np.isnan([top, bottom]).all()
            continue
        assert (polygon[:, 2] >= 0.0).all()
        assert [top, bottom] == pytest.approx([polygon[:, 2].min(), polygon[:, 2].max()], abs=1e-12)
        assert np.abs((polygon - whole[0]) @ np.cross(side, down)).max() < 1e-9, "it stays in its plane"


def area(polygon):
    if len(polygon) < 3:
        return 0.0
    rays = polygon[1:] - polygon[0]
    return 0.5 * np.linalg.norm(np.cross(rays[:-1], rays[1:]).sum(axis=0))


def test_a_plate_below_the_surface_is_whole():
    corners = np.array([[[0.0, 0, 1], [5, 0, 1], [5, 0, 4], [0, 0, 4]]])
    assert np.array_equal(clipped_corners(corners)[0], corners[0])
    assert clipped_corners(np.zeros((0, 4, 3))) == []
    assert depth_range(np.zeros((0, 4, 3))).shape == (0, 2)


@pytest.mark.parametrize("place", ["California", "the date line", "the north"])
def test_true_strikes_are_azimuths_on_the_ellipsoid(place):
    projection, rng = PLACES[place], np.random.default_rng(3)
    centre = rng.uniform(-250, 250, (20, 3))
    strike = rng.uniform(0, 360, 20)
    got = true_strikes(projection, centre, strike)
    longitude, latitude = projection.to_geographic(centre[:, 0], centre[:, 1])
    end, north, _ = Geod(ellps="WGS84").fwd(longitude, latitude, got, np.full(20, 1000.0))
    x, y = projection.to_local(np.array(end), np.array(north))
    back = np.degrees(np.arctan2(x - centre[:, 0], y - centre[:, 1]))
    assert np.abs((back - strike + 180) % 360 - 180).max() < 0.02
    assert np.abs((got - strike + 180) % 360 - 180).max() > 0.3, "which is not the strike on the map"
    assert np.isnan(true_strikes(None, centre, strike)).all()


def test_planarity_is_of_shape_alone():
    rng = np.random.default_rng(4)
    variances = rng.uniform(0.1, 9.0, (50, 3))
    got = planarity(variances)
    assert ((got >= 0.0) & (got <= 1.0)).all()
    assert np.allclose(got, planarity(7.0 * variances[:, ::-1]))
    assert planarity(np.array([[16.0, 4.0, 1.0]]))[0] == pytest.approx(0.9)
