"""Every record as tables of pandas, xarray and GeoPandas: shapes where they belong, numbers that are the record's."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.faults.export import events_table
from seisweave.forecast import GutenbergRichter, Volume, grid_forecast, uniform
from seisweave.geo_frames import cells, points
from seisweave.issued.example import example_issued
from seisweave.nowcast.place import PlaceNowcast
from seisweave.synthetic import southern_california_like
from tests.report.conftest import _rows, planted_network

geopandas = pytest.importorskip("geopandas", reason="needs the extra export")


@pytest.fixture(scope="module")
def network():
    made, xyz_km = planted_network(n_halos=2)
    return replace(made, source=events_table(made, _rows(made, "ci"), xyz_km))


@pytest.fixture(scope="module")
def catalog():
    return southern_california_like(seed=1, n_events=40).catalog


def test_a_catalog(catalog):
    frame, dataset, shapes = catalog.to_pandas(), catalog.to_xarray(), catalog.to_geodataframe()
    assert shapes.crs.to_epsg() == 4326
    np.testing.assert_array_equal(shapes.geometry.x, catalog.longitude)
    np.testing.assert_array_equal(shapes.geometry.y, catalog.latitude)
    np.testing.assert_array_equal(dataset.depth_km, catalog.depth_km)
    assert set(dataset.variables) == set(frame.columns)
    assert (dataset.depth_km.attrs["positive"], dataset.longitude.attrs["units"]) == ("down", "degrees_east")


def test_the_faults_of_a_network(network):
    frame, shapes = network.to_pandas(), network.to_geodataframe()
    assert len(frame) == len(shapes) == network.n_faults
    assert frame.n_events.tolist() == network.events_per_fault.tolist()
    assert (shapes.geom_type == "Polygon").all()
    middle = geopandas.points_from_xy(frame.longitude, frame.latitude)
    near = shapes.geometry.to_crs(32611).distance(geopandas.GeoSeries(middle, crs=4326).to_crs(32611))
    assert near.max() < 4000.0  # cut at the surface, a shadow's middle moves a little
    assert shapes.geometry.is_valid.all()


def test_planes_have_height_and_stay_below_ground(network):
    planes = network.to_geodataframe("planes")
    height = [z for shape in planes.geometry for _, _, z in shape.exterior.coords]
    assert max(height) <= 1e-6
    assert min(height) == pytest.approx(-1000.0 * network.planes.corners_km[..., 2].max())


def test_halos_and_events_of_a_network(network):
    halos, events = network.to_geodataframe("halos"), network.to_geodataframe("events")
    assert len(halos) == len(network.to_pandas("halos")) == 2
    assert len(events) == network.n_events
    on_halo = (events["halo"] == 0).to_numpy()
    assert halos.geometry[0].contains(events.geometry[on_halo]).mean() > 0.7
    assert network.to_pandas("events").fault.tolist() == network.label.tolist()
    assert len(network.to_pandas("segments")) == network.n_segments
    assert network.to_xarray().identical(network.to_dataset())


def test_what_a_network_cannot_give(network, without_type_checks):
    with pytest.raises(InputError, match="give one of faults, segments"):
        network.to_pandas("planes")
    with pytest.raises(InputError, match="give one of faults, planes"):
        network.to_geodataframe("segments")
    with pytest.raises(InputError, match="local km"):
        replace(network, projection=None).to_geodataframe()
    with pytest.raises(InputError, match="does not hold its events"):
        replace(network, source=None).to_pandas("events")


def test_a_forecast_in_cells():
    flat = uniform(Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0)))
    frame, dataset, shapes = flat.to_pandas(0.5), flat.to_xarray(0.5), flat.to_geodataframe(0.5)
    assert (len(frame), dataset.share.shape) == (48, (6, 8))
    assert frame.share.sum() == pytest.approx(1.0, rel=1e-4)  # the box and its cells are projected each on its own
    assert frame.times_uniform.to_numpy() == pytest.approx(np.ones(48))
    assert frame.iloc[0, :4].tolist() == [-119.0, 32.5, -118.5, 33.0]
    np.testing.assert_allclose(shapes.total_bounds, [-119.0, 32.5, -115.0, 35.5])
    at = dataset.share.sel(longitude=-118.75, latitude=33.25)
    assert float(at) == frame.query("west == -119.0 and south == 33.0").share.item()
    assert len(flat.to_pandas()) == 40 * 30


def test_gridded_rates():
    flat = uniform(Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0)))
    law = GutenbergRichter(b=1.0, b_error=0.05, completeness=2.0, n_complete=1000)
    rates = grid_forecast(flat, law, expected=3.0, step_deg=0.5)
    frame = rates.to_pandas()
    assert len(frame) == rates.rate.size
    assert frame.expected.sum() == pytest.approx(rates.expected, rel=1e-12)
    np.testing.assert_array_equal(rates.to_xarray().expected, rates.rate)
    assert frame.query("magnitude > 5.94").expected.sum() == pytest.approx(rates.expected_above(5.95), rel=1e-4)
    shapes = rates.to_geodataframe()
    assert shapes.geometry.iloc[0].bounds == tuple(shapes.loc[0, ["west", "south", "east", "north"]])


def test_a_forecast_on_record():
    made = example_issued()
    frame, dataset, shapes = made.to_pandas(), made.to_xarray(), made.to_geodataframe()
    row = frame.query("days == 7 and magnitude == 4").iloc[0]
    assert row.chance == made.chance_of(7.0, 4.0) == float(dataset.chance.sel(days=7.0, magnitude=4.0))
    assert row["q0.975"] == made.quantiles[1, 1, 2]
    assert len(shapes) == 2 * 2 * 6
    cell = shapes.query("days == 7 and magnitude == 4").iloc[4]  # the second row, the second column
    assert cell.chance == made.cell_chance[1, 1, 1, 1]
    assert cell.geometry.bounds == (-118.0, 35.5, -117.5, 36.0)


def test_cells_beyond_the_date_line_are_turned_back():
    made = replace(example_issued(), lon_edges=np.array([179.0, 179.5, 180.0, 180.5]))
    bounds = made.to_geodataframe().geometry.bounds
    assert (bounds.minx.min(), bounds.maxx.max()) == (-180.0, 180.0)


def test_a_nowcast_by_place():
    chance, usual = np.array([[[0.02, 0.01]]]), np.array([[[0.001, 0.002]]])
    made = PlaceNowcast(
        np.datetime64("2019-07-05"), 1, (4.5,), chance, usual, np.array([34.25]), np.array([-117.75, -117.25])
    )
    assert made.to_pandas().equals(made.table())
    assert made.to_xarray().probability.sel(magnitude=4.5, longitude=-117.25).item() == 0.01
    assert made.to_geodataframe().geometry[0].bounds == (-118.0, 34.0, -117.5, 34.5)


@pytest.mark.parametrize("make", [lambda: points(np.zeros(1), np.zeros(1)), lambda: cells(*np.zeros((4, 1)))])
def test_without_geopandas_one_line_says_what_to_do(make, monkeypatch):
    monkeypatch.setitem(sys.modules, "geopandas", None)
    with pytest.raises(InputError, match=r"pip install 'seisweave\[export\]'"):
        make()
