"""The language of CSEP: bins where pyCSEP puts them, files to the byte, verdicts on forecasts right and wrong."""

import numpy as np
import pytest

from seisweave.catalog import Catalog, read_catalog
from seisweave.errors import InputError
from seisweave.forecast import (
    CellGrid,
    GutenbergRichter,
    cell_masses,
    csep_tests,
    expected_events,
    fit_gutenberg_richter,
    grid_forecast,
    read_dat,
    triples,
    uniform,
    write_csep_catalog,
    write_dat,
)
from seisweave.forecast.csep_tests import cell_of, csep_catalog, edge_index, magnitude_bin, targets_inside

csep = pytest.importorskip("csep")
LAW = GutenbergRichter(b=1.0, b_error=0.02, completeness=2.0, n_complete=1000)


@pytest.fixture(scope="module")
def rates(past, volume):
    points = volume.xyz_km(past.longitude, past.latitude, past.depth_km)
    lower = np.round(np.arange(2.95, 6.0, 0.1), 10)
    return grid_forecast(triples(points, volume, 4.0, floor=0.1), LAW, 30.0, magnitude=lower)


def drawn_from(rates, n, seed):
    """A catalog of events drawn from gridded rates."""
    rng = np.random.default_rng(seed)
    share = rates.rate.ravel() / rates.rate.sum()
    cell, magnitude = np.divmod(rng.choice(share.size, n, p=share), rates.rate.shape[1])
    step = rates.step_deg
    return Catalog(
        times=np.datetime64("2015-01-01", "us") + np.arange(n).astype("timedelta64[h]"),
        longitude=rates.west[cell] + step * rng.uniform(0.01, 0.99, n),
        latitude=rates.south[cell] + step * rng.uniform(0.01, 0.99, n),
        depth_km=rng.uniform(1, 19, n),
        magnitude=rates.magnitude[magnitude] + 0.05,
        ids=np.array([f"e{i}" for i in range(n)]),
    )


@pytest.mark.parametrize("first", [-125.4, -121.0, 32.5, 4.95, 0.0, 2.45])
def test_a_million_events_land_where_pycsep_puts_them(first):
    from csep.utils.calc import bin1d_vec

    rng = np.random.default_rng(int(abs(first) * 100))
    lower = np.round(first + 0.1 * np.arange(60), 10)
    edges = rng.choice(lower, 80_000) + rng.integers(-3, 4, 80_000) * np.spacing(np.abs(first) + 6.0)
    summed = first + 0.1 * rng.integers(-5, 70, 40_000)  # edges with the rounding of a sum
    decimals = np.round(rng.uniform(first - 1, first + 8, 50_000), rng.integers(1, 4))
    values = np.concatenate([edges, summed, decimals, lower, rng.uniform(first - 1, first + 8, 30_000)])
    for open_end in (False, True):
        ours = edge_index(values, lower, open_end=open_end)
        assert np.array_equal(ours, bin1d_vec(values, lower, right_continuous=open_end))


def test_cells_and_magnitudes_of_events_are_those_of_pycsep(rates):
    rng = np.random.default_rng(7)
    half = rates.of_cells(rng.random(len(rates.west)) < 0.5)  # a region with holes
    forecast = half.to_csep()
    lon, lat = np.round(rng.uniform(-119.3, -114.7, 4000), 1), np.round(rng.uniform(32.3, 35.7, 4000), 2)
    cell = cell_of(half, lon, lat)
    for i in rng.integers(0, 4000, 300):
        try:
            theirs = int(forecast.get_index_of(lon[i : i + 1], lat[i : i + 1])[0])
        except ValueError:
            theirs = -1
        assert cell[i] == theirs
    magnitude = np.round(rng.uniform(3.0, 8.0, 500), 2)
    assert np.array_equal(magnitude_bin(half, magnitude), forecast.get_magnitude_index(magnitude))
    assert magnitude_bin(half, np.array([2.9, np.nan])).tolist() == [-1, -1]


def test_dat_round_trip_through_pycsep_to_the_byte(rates, tmp_path):
    first, second, third = (tmp_path / f"{k}.dat" for k in "123")
    write_dat(rates, first)
    again = read_dat(first)
    assert np.array_equal(again.rate, rates.rate)
    assert first.read_bytes() == write_dat(again, second).read_bytes()
    theirs = csep.load_gridded_forecast(str(first))
    ours = rates.to_csep()
    assert np.array_equal(theirs.data, ours.data)
    assert np.array_equal(theirs.magnitudes, ours.magnitudes)
    assert theirs.region == ours.region
    corners = np.array([polygon.points for polygon in theirs.region.polygons])
    from dataclasses import replace

    back = replace(rates, west=corners[:, 0, 0], south=corners[:, 0, 1], magnitude=theirs.magnitudes, rate=theirs.data)
    assert write_dat(back, third).read_bytes() == first.read_bytes()


def test_published_forecast_reads_and_writes_to_the_byte(tmp_path):
    from seisweave.forecast.published import _published_file

    source = _published_file("helmstetter")
    lines = source.read_bytes().splitlines(keepends=True)[: 41 * 200]
    (tmp_path / "a.dat").write_bytes(b"".join(lines))
    rates = read_dat(tmp_path / "a.dat")
    assert (rates.rate.shape, rates.depth_km, rates.step_deg) == ((200, 41), (0.0, 30.0), 0.1)
    assert write_dat(rates, tmp_path / "b.dat").read_bytes() == b"".join(lines)


def test_catalog_round_trip_through_pycsep_to_the_byte(past, tmp_path):
    first, second, third = (tmp_path / f"{k}.csv" for k in "123")
    write_csep_catalog(past[:200], first)
    theirs = csep.load_catalog(str(first))
    theirs.write_ascii(str(second))
    assert first.read_bytes() == second.read_bytes()
    again = read_catalog(second)
    assert write_csep_catalog(again, third).read_bytes() == first.read_bytes()
    assert np.array_equal(again.ids, past.ids[:200])
    assert np.abs(again.times - past.times[:200]).max() < np.timedelta64(1, "ms")


def test_whole_seconds_are_written_as_pycsep_writes_them(tmp_path):
    numbers = (np.array([value]) for value in (-118.5, 34.2, 18.2, 6.7))
    one = Catalog(np.array(["1994-01-17T12:30:55"], "datetime64[us]"), *numbers, np.array(["a"]))
    write_csep_catalog(one, tmp_path / "one.csv")
    csep.load_catalog(str(tmp_path / "one.csv")).write_ascii(str(tmp_path / "two.csv"))
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_rates_add_up(rates, volume):
    assert rates.expected == pytest.approx(30.0, rel=1e-3)
    per_bin = rates.rate.sum(axis=0) / rates.rate.sum()
    np.testing.assert_allclose(per_bin[0], 1 - 10**-0.1, rtol=1e-9)
    assert rates.to_csep().event_count == pytest.approx(rates.expected)
    shares = cell_masses(uniform(volume), CellGrid.over(volume.box, 0.5))
    assert shares[0, 0] / shares[-1, 0] == pytest.approx(
        np.cos(np.radians(32.75)) / np.cos(np.radians(35.25)), rel=2e-3
    )


def test_cells_of_another_forecast(rates, past, volume):
    like = rates.within((-118.0, -117.0, 33.0, 34.0))
    points = volume.xyz_km(past.longitude, past.latitude, past.depth_km)
    placed = grid_forecast(triples(points, volume, 4.0, floor=0.1), LAW, 5.0, like=like)
    assert (placed.expected, len(placed.west)) == (pytest.approx(5.0), 100)
    np.testing.assert_allclose(placed.rate / placed.rate.sum(), like.rate / like.rate.sum(), rtol=1e-9)


@pytest.mark.slow_without_compiler
def test_verdicts_on_a_forecast_that_is_right_and_one_that_is_wrong(rates):
    from dataclasses import replace

    right = replace(rates, name="right")
    wrong = replace(rates, name="wrong", rate=3.0 * rates.rate[np.random.default_rng(1).permutation(len(rates.rate))])
    verdicts = csep_tests([right, wrong], drawn_from(rates, 30, 3), reference="wrong", simulations=200)
    passed = {(v.forecast, v.test): v.passes for v in verdicts}
    assert all(passed["right", test] for test in ("N", "M", "S", "L", "CL", "T", "W"))
    assert not any(passed["wrong", test] for test in ("N", "S", "CL"))
    gain = next(v for v in verdicts if v.test == "T")
    assert gain.low <= gain.statistic <= gain.high


def test_targets_outside_are_left_out(rates):
    events = drawn_from(rates, 10, 4)
    moved = Catalog(
        events.times,
        np.where(np.arange(10) < 2, -114.9, events.longitude),
        events.latitude,
        np.where(np.arange(10) == 3, 25.0, events.depth_km),
        np.where(np.arange(10) == 4, 2.9, events.magnitude),
        events.ids,
    )
    assert len(targets_inside(moved, rates)) == 6
    assert csep_catalog(moved, rates).event_count == 6
    with pytest.raises(InputError, match="none of 2"):
        csep_catalog(moved[:2], rates)


def test_b_and_completeness_are_found():
    rng = np.random.default_rng(11)
    magnitude = np.round(0.95 + rng.exponential(1 / (0.9 * np.log(10)), 60_000), 1)
    kept = magnitude[(magnitude >= 1.95) | (rng.random(60_000) < 0.05)]  # most of the small ones are missed
    law = fit_gutenberg_richter(np.append(kept, np.nan))
    assert law.completeness == pytest.approx(2.2)
    assert abs(law.b - 0.9) < 3 * law.b_error < 0.06
    counted = expected_events(law, kept, 10.0, 3.0, 5.0)
    assert counted == pytest.approx((kept >= 3.0).sum() / 2)
    assert expected_events(law, kept, 10.0, 6.5, 5.0) == pytest.approx(law.n_complete * 10 ** (-law.b * 4.3) / 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 2 3\n", "3 columns"),
        ("a b\n", "not a gridded forecast"),
        ("0 1 0 1 0 30 5 5.1 -1 1\n", "below zero"),
        ("0 1 0 1 0 30 5 5.1 1 1\n0 1 0 1 0 30 5.1 5.2 1 1\n1 2 0 1 0 30 5 5.1 1 1\n", "do not run through 2"),
        ("0 1 0 1 0 30 5 5.1 1 1\n1 3 0 1 0 30 5 5.1 1 1\n", "cells of 1 to 2"),
    ],
)
def test_files_that_are_no_gridded_forecast(text, message, tmp_path):
    (tmp_path / "bad.dat").write_text(text)
    with pytest.raises(InputError, match=message):
        read_dat(tmp_path / "bad.dat")


def test_events_that_csep_cannot_hold(past, tmp_path):
    from dataclasses import replace

    unknown = replace(past[:2], depth_km=np.array([5.0, np.nan]))
    with pytest.raises(InputError, match="1 events have no depth"):
        write_csep_catalog(unknown, tmp_path / "x.csv")
    with pytest.raises(InputError, match="needs 30"):
        fit_gutenberg_richter(past.magnitude[:3])
