"""Maps: every event in its cell and step, once; edges, the date line, gaps; and the same as one event at a time."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from tests.nowcast.worlds import ORIGIN, make_catalog

from seisweave.catalog import Catalog, read_catalog
from seisweave.errors import InputError
from seisweave.nowcast.maps import MapOptions, largest_magnitudes, lay_steps, weave, write_maps

TENTHS = MapOptions(box=(-118.0, -117.0, 34.0, 35.0), cell_deg=0.1)


def at(longitude, latitude, day=0.5, magnitude=2.0):
    return make_catalog(*np.broadcast_arrays(np.atleast_1d(day), magnitude, longitude, latitude))


def cells(maps):
    return [tuple(int(i) for i in index) for index in np.argwhere(maps.values > 0)]


def naive(catalog, options, steps):
    """Event by event."""
    west, _, south, _ = options.box
    inside = [[[] for _ in range(options.shape[0] * options.shape[1])] for _ in range(len(steps))]
    for time, lon, lat, m in zip(catalog.times, catalog.longitude, catalog.latitude, catalog.magnitude, strict=True):
        t = steps.position(time)
        i, j = int((lat - south) // options.cell_deg), int((lon - west) // options.cell_deg)
        if 0 <= t < len(steps) and 0 <= i < options.shape[0] and 0 <= j < options.shape[1]:
            inside[t][i * options.shape[1] + j].append(min(max(m, 0.0), 10.0))
    kinds = {
        "energy": lambda ms: sum(10 ** (1.5 * m) for m in ms),
        "log_energy": lambda ms: np.log10(sum(10 ** (1.5 * m) for m in ms)) / 1.5,
        "mean_magnitude": lambda ms: sum(ms) / len(ms),
        "max_magnitude": max,
        "count": len,
    }
    values = [[kinds[options.value](ms) if ms else 0.0 for ms in day] for day in inside]
    return np.array(values).reshape(len(steps), *options.shape)


@pytest.mark.parametrize("value", ["log_energy", "energy", "mean_magnitude", "max_magnitude", "count"])
def test_maps_are_those_of_one_event_at_a_time(value):
    rng = np.random.default_rng(3)
    n = 500
    catalog = make_catalog(
        rng.uniform(-1, 12, n), rng.uniform(-1, 7, n), rng.uniform(-118.2, -116.9, n), rng.uniform(33.9, 35.1, n)
    )
    options = replace(TENTHS, value=value, cell_deg=0.5)
    steps = lay_steps(catalog, options, "2000-01-01", "2000-01-11")
    maps = weave(catalog, options, steps)
    np.testing.assert_allclose(maps, naive(catalog, options, steps), rtol=1e-6)
    assert maps.attrs["n_events"] + maps.attrs["n_events_outside"] == n
    by_hand = [
        catalog.magnitude[(catalog.times >= t) & (catalog.times < t + steps.step) & _on(catalog)].max()
        for t in steps.start
    ]
    np.testing.assert_array_equal(largest_magnitudes(catalog, options, steps), by_hand)


def _on(catalog):
    return (abs(catalog.longitude + 117.5) < 0.5) & (abs(catalog.latitude - 34.5) < 0.5)


def test_energy_by_hand():
    two = at([-117.95, -117.95], [34.05, 34.05], magnitude=[4.0, 12.0])
    assert weave(two, replace(TENTHS, value="energy")).values[0, 0, 0] == pytest.approx(1e6 + 1e15)
    assert weave(at(-117.95, 34.05, magnitude=4.0), TENTHS).values[0, 0, 0] == pytest.approx(4.0)


def test_lower_edges_belong_to_a_cell_upper_ones_do_not():
    steps = np.arange(11)
    for edges in (-118.0 + steps / 10, np.array([float(f"-11{7.9 - k / 10:.1f}") for k in range(10)])):
        found = cells(weave(at(edges, 34.05), TENTHS, lay_steps(at(0.0, 0.0), TENTHS, "2000-01-01", "2000-01-02")))
        inside = edges[(edges >= -118) & (edges < -117 - 1e-9)]
        assert [j for _, _, j in found] == sorted({round((edge + 118) * 10) for edge in inside})
    north = weave(at(-117.95, np.array([34.0, 34.1, 34.9, 35.0])), TENTHS)
    assert [i for _, i, _ in cells(north)] == [0, 1, 9]
    assert north.attrs["n_events_outside"] == 1


def test_a_step_begins_with_its_first_instant():
    catalog = at(-117.95, 34.05, day=np.array([0.0, 1.0 - 1e-9, 1.0, 2.5]))
    maps = weave(catalog, replace(TENTHS, value="count"))
    assert maps.values[:, 0, 0].tolist() == [2, 1, 1]
    half_days = lay_steps(catalog, replace(TENTHS, step_hours=12.0))
    assert len(half_days) == 6
    assert len(lay_steps(catalog, TENTHS, end="2000-01-02T23:59")) == 1, "half a step is no step"


def test_the_date_line():
    options = MapOptions(box=(179.0, -179.0, -1.0, 1.0), cell_deg=0.5)
    found = weave(at(np.array([179.1, 180.0, -180.0, -179.4, -179.0, 178.9]), 0.1), replace(options, value="count"))
    assert found.values[0, 2].tolist() == [1, 0, 2, 1]
    assert found.longitude.values.tolist() == [179.25, 179.75, 180.25, 180.75]
    world = MapOptions(box=(-180.0, 180.0, -90.0, 90.0), cell_deg=10.0, value="count")
    everywhere = weave(at(np.array([-180.0, 180.0, 0.0, 0.0]), np.array([0.0, 0.0, 90.0, -90.0])), world)
    assert everywhere.attrs["n_events_outside"] == 0
    assert everywhere.values[0, 9, 0] == 2
    assert everywhere.values[0, -1, 18] == 1


def test_gaps_are_masked_and_empty_days_are_quiet():
    options = replace(TENTHS, gaps="2000-01-03T07:00/2000-01-05T00:00, 2000-01-08/2000-01-09")
    maps = weave(at(-117.95, 34.05, day=np.array([0.5, 2.1, 9.5])), options)
    masked = np.isnan(maps.values).all(axis=(1, 2))
    assert np.flatnonzero(masked).tolist() == [2, 3, 7]
    assert np.flatnonzero(~maps.observed.values).tolist() == [2, 3, 7]
    assert maps.values[1].max() == 0
    assert maps.attrs["n_events_in_gaps"] == 1


def test_events_without_magnitude_or_time_are_left_out_and_counted():
    good = at(-117.95, 34.05, day=np.array([0.5, 0.6, 0.7]))
    times = good.times.copy()
    times[0] = np.datetime64("NaT", "us")
    bad = replace(good, times=times, magnitude=np.array([2.0, np.nan, 2.0]))
    assert weave(bad, TENTHS).attrs["n_events_unusable"] == 2


def test_netcdf_by_the_conventions(tmp_path):
    maps = weave(at(-117.95, 34.05, day=np.array([0.5, 3.5])), replace(TENTHS, gaps="2000-01-03/2000-01-04"))
    with xr.open_dataarray(write_maps(maps, tmp_path / "maps.nc"), engine="h5netcdf") as again:
        np.testing.assert_array_equal(again.values, maps.values)
        assert again.latitude.attrs["units"] == "degrees_north"
        assert again.longitude.attrs["standard_name"] == "longitude"
        assert again.attrs["Conventions"].startswith("CF-")
        np.testing.assert_array_equal(again.time.values, maps.time.values)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"cell_deg": 0.3}, "cells of 0.3° away; give a whole number"),
        ({"cell_deg": 0.0}, "cell_deg is 0.0"),
        ({"box": (-118.0, -117.0, 35.0, 34.0)}, "south below north"),
        ({"gaps": "2000-01-01"}, "write START/END"),
        ({"gaps": "2000-01-02/2000-01-01"}, "ends before it starts"),
        ({"gaps": "x/y"}, "gaps 'x' is not a time"),
        ({"step_hours": 0.0}, "step_hours is 0.0"),
    ],
)
def test_options_that_cannot_be(options, said):
    with pytest.raises(InputError, match=said):
        MapOptions(**({"box": TENTHS.box} | options))


def test_a_value_that_is_none(without_type_checks):
    with pytest.raises(InputError):
        MapOptions(value="moment")


def test_nothing_to_weave():
    empty = Catalog(*(np.zeros(0, kind) for kind in ("M8[us]", float, float, float, float, str)))
    with pytest.raises(InputError, match="no event that can be used"):
        weave(empty)
    with pytest.raises(InputError, match="no whole step of 24 hours"):
        lay_steps(at(-117.95, 34.05), TENTHS, "2000-01-01", str(ORIGIN))


def test_the_real_catalog(shared_data):
    catalog = read_catalog(shared_data / "scedc_1932_2026.csv.gz")
    box, gaps = (-120.0, -114.0, 32.0, 36.0), "2019-10-15T07:07/2019-12-12T07:44"
    options = MapOptions(box=box, not_event_type="qb", gaps=gaps, value="count")
    steps = lay_steps(catalog, options, "1990-01-01", "2020-01-01")
    maps = weave(catalog, options, steps)
    assert maps.shape == (10957, 40, 60)
    assert int((~steps.observed).sum()) == 59
    region = catalog.select(start="1990-01-01", end="2020-01-01", box=box, not_event_type="qb")
    assert maps.attrs["n_events"] + maps.attrs["n_events_in_gaps"] == (~np.isnan(region.magnitude)).sum()
    assert np.nansum(maps.values, dtype=float) == maps.attrs["n_events"]
    assert (largest_magnitudes(catalog, options, steps) >= 4.5).sum() == 155


@pytest.mark.parametrize("watched", [True, False])
def test_what_was_watched_has_numbers_and_nothing_else_has(watched):
    from seisweave.nowcast.maps import maps_of

    options = replace(TENTHS, gaps="2000-01-03/2000-01-05")
    maps = weave(at(-117.95, 34.05, day=np.array([0.5, 2.1, 9.5])), options)
    assert maps_of(maps.to_dataset()).shape == maps.shape
    observed = np.full(len(maps), watched)
    with pytest.raises(ValueError, match="a step that was watched has a cell without a number, or one that was not"):
        maps_of(maps.assign_coords(observed=("time", observed)).to_dataset())


@pytest.mark.parametrize("axis", ["latitude", "longitude"])
def test_maps_of_cells_that_are_not_evenly_spaced_are_none(axis):
    """One number of a file without a digest was changed."""
    from seisweave.nowcast.maps import maps_of

    maps = weave(
        Catalog(
            times=np.array(["2019-07-06T03:19:53"], "datetime64[us]"),
            longitude=np.array([-117.6]),
            latitude=np.array([35.77]),
            depth_km=np.array([8.0]),
            magnitude=np.array([7.1]),
            ids=np.array(["a"]),
        ),
        MapOptions(box=(-118.0, -117.0, 35.0, 36.0), cell_deg=0.25),
    )
    dataset = maps.to_dataset()
    assert maps_of(dataset).shape == maps.shape
    middles = maps[axis].to_numpy().copy()
    middles[0] += 0.01
    with pytest.raises(ValueError, match=f"the {axis}s of its cells are not evenly spaced"):
        maps_of(dataset.assign_coords({axis: middles}))
