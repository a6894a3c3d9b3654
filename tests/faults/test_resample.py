"""What comes back on resamples: planted faults do, nothing else is sure, and no bit depends on how it was made."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from seisweave import keeping
from seisweave.catalog.catalog import Catalog
from seisweave.catalog.projection import LocalProjection
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.errors import InputError
from seisweave.faults import resample as resampling
from seisweave.faults.doubts import unstable
from seisweave.faults.location_errors import catalog_errors
from seisweave.faults.moved import moved, own_errors
from seisweave.faults.network import open_network
from seisweave.faults.options import ResampleOptions
from seisweave.faults.own_events import own_inputs
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.faults.resample import resample_faults
from seisweave.faults.sureness import Intervals, Sureness

pytestmark = pytest.mark.slow_without_compiler

STRIKES, DIPS = np.array([20.0, 110.0, 300.0]), np.array([90.0, 60.0, 35.0])
SIGMA_KM = 0.1


class BrokenOffError(Exception):
    pass


def plane_points(strike_deg, dip_deg, centre, n, rng):
    """Points on a rectangle of 16 by 8 km, and its upward normal."""
    s, d = np.radians(strike_deg), np.radians(dip_deg)
    along = np.array([np.sin(s), np.cos(s), 0.0])
    down = np.array([np.cos(d) * np.cos(s), -np.cos(d) * np.sin(s), np.sin(d)])
    u, v = rng.uniform(-8, 8, (n, 1)), rng.uniform(-4, 4, (n, 1))
    return np.asarray(centre) + u * along + v * down


@pytest.fixture(scope="module")
def catalog():
    """Three planes of 200 events, each located with a standard error of 0.1 km."""
    rng = np.random.default_rng(5)
    centres = [(0, 0, 9), (40, 5, 9), (5, 45, 9)]
    xyz = np.concatenate([plane_points(*plane, 200, rng) for plane in zip(STRIKES, DIPS, centres, strict=True)])
    return located(xyz + rng.normal(0, SIGMA_KM, xyz.shape))


def located(xyz):
    n = len(xyz)
    longitude, latitude = LocalProjection(longitude=-117.0, latitude=34.0).to_geographic(xyz[:, 0], xyz[:, 1])
    frame = pd.DataFrame({"longitude": longitude, "latitude": latitude, "depth_km": xyz[:, 2]})
    errors = LocationUncertainty(covariance_km2=np.tile(SIGMA_KM**2 * np.eye(3), (n, 1, 1)))
    return replace(Catalog.from_pandas(frame), uncertainty=errors)


@pytest.fixture(scope="module")
def network(catalog):
    return reconstruct_faults(catalog)


@pytest.fixture(scope="module")
def sure(network):
    return resample_faults(network, ResampleOptions(n=6), jobs=1)


def same(a, b):
    """Whether two records are the same to the last bit."""
    pairs = [(getattr(a, f.name), getattr(b, f.name)) for f in fields(Sureness) if f.name != "intervals"]
    pairs += [(getattr(a.intervals, f.name), getattr(b.intervals, f.name)) for f in fields(Intervals)]
    return all(np.array_equal(x, y, equal_nan=True) if isinstance(x, np.ndarray) else x == y for x, y in pairs)


def test_planted_faults_all_come_back(network, sure):
    assert network.n_faults == 3
    assert sure.comes_back.tolist() == [1.0, 1.0, 1.0]
    assert sure.self_agreement >= 0.95
    assert (sure.together > 0.95).all()
    assert (sure.jaccard > 0.9).all()
    assert sure.errors == "catalog"
    assert str(sure).startswith("3 of 3 faults come back in at least 70 % of 6 resamples; self-agreement ")
    assert unstable(replace(network, sureness=sure)) is None


def test_intervals_hold_what_was_planted(network, sure):
    within = sure.intervals
    for strike, dip in zip(STRIKES, DIPS, strict=True):
        k = np.argmin(np.abs(network.planes.dip_deg - dip))
        off = (strike - within.strike_deg[k] + 90.0) % 180.0 - 90.0  # an upright plane may strike either way
        assert off[0] >= -1.0
        assert off[1] <= 1.0
        assert within.dip_deg[k, 0] - 1.0 <= dip <= within.dip_deg[k, 1] + 1.0
        assert (within.strike_deg[k, 1] - within.strike_deg[k, 0]) < 6.0, "no flip by 180 degrees"
    for f in fields(Intervals):
        low, high = getattr(within, f.name).T
        assert (low <= high).all()
    centre = network.faults.plates.centre_km
    assert (within.x_km[:, 0] - 1.0 <= centre[:, 0]).all()
    assert (centre[:, 2] <= within.depth_km[:, 1] + 1.0).all()


def test_no_bit_depends_on_jobs(network, sure):
    assert same(resample_faults(network, ResampleOptions(n=6), jobs=2), sure)


def test_broken_off_it_goes_on_to_the_same_bytes_and_makes_nothing_twice(network, sure, tmp_path, monkeypatch, request):
    monkeypatch.setattr(keeping, "FIRST_S", 0.0)
    kept, steps, made = tmp_path / "kept", [], []

    def break_off(step):
        steps.append(step.done)
        if len(steps) == 4:
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        resample_faults(network, ResampleOptions(n=6), jobs=1, progress=break_off, keep=kept)
    one = resampling._resample
    monkeypatch.setattr(resampling, "_resample", lambda work, r: made.append(r) or one(work, r))
    again = resample_faults(network, ResampleOptions(n=6), jobs=1, keep=kept)
    assert made == [3, 4, 5]
    first, second = (
        replace(network, sureness=each).write(tmp_path / f"{k}.nc") for k, each in enumerate((sure, again))
    )
    assert first.read_bytes() == second.read_bytes()
    assert same(open_network(first).sureness, sure)
    for options, word in ((ResampleOptions(kind="errors"), "kind"), (ResampleOptions(seed=1), "seed")):
        with pytest.raises(InputError, match=f"another {word}"):
            resample_faults(network, options, keep=kept)


def test_without_resamples_a_network_has_no_sureness(network, tmp_path):
    assert open_network(network.write(tmp_path / "network.nc")).sureness is None


def test_a_cloud_is_not_sure_of_anything():
    cloud = np.random.default_rng(3).normal((0, 0, 10), 5.0, (300, 3))
    network = reconstruct_faults(cloud)
    told = unstable(replace(network, sureness=resample_faults(network, ResampleOptions(n=4, kind="bootstrap"))))
    assert network.n_faults == 0 or (told is not None and "self-agreement" in told)


def drawn(network, kind):
    inputs = own_inputs(network)
    work = resampling._work(network, inputs, ResampleOptions(kind=kind))
    rng = np.random.default_rng([0, 0])
    n = network.n_events
    rows = np.unique(rng.integers(n, size=n)) if work.bootstrap else np.arange(n)
    return rows, resampling._drawn(work, rows, rng), inputs


def test_a_bootstrap_drops_duplicates_and_moves_nothing(network):
    rows, inputs, given = drawn(network, "bootstrap")
    assert len(np.unique(rows)) == len(rows)
    assert 0.55 < len(rows) / network.n_events < 0.71
    assert np.array_equal(inputs.xyz_km, given.xyz_km[rows])
    assert np.array_equal(inputs.location_errors, given.location_errors[rows])


def test_errors_move_all_events_by_their_own_size_and_say_so(network):
    rows, inputs, given = drawn(network, "errors")
    assert len(rows) == network.n_events
    assert np.allclose((inputs.xyz_km - given.xyz_km).std(axis=0), SIGMA_KM, rtol=0.1)
    assert np.allclose(inputs.location_errors, 2.0 * given.location_errors), "the catalog's error, and the move"


def test_moves_have_the_covariance_of_each_event(network):
    covariance = np.tile([4.0, 1.0, 0.0, 2.0, 0.5, 0.25], (600, 1))
    covariance[:300] = 0.0
    errors = own_errors(np.zeros((600, 3)), covariance, network.faults)
    many = np.repeat(np.arange(600), 50)
    move = moved(np.zeros((600, 3)), errors, many, np.random.default_rng(2))
    assert (move[many < 300] == 0).all()
    expected = [[4.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 0.25]]
    assert np.allclose(np.cov(move[many >= 300].T), expected, atol=0.15)


def test_without_errors_of_the_catalog_those_estimated_move_events(catalog, network):
    faults = replace(
        network.faults, errors="estimated", error_km=np.array([0.1, 2.0]), error_share=np.array([0.5, 0.5])
    )
    errors = own_errors(catalog.xyz_km(network.projection), None, faults)
    assert errors.origin == "estimated"
    assert errors.probability[:, 0].mean() > 0.9, "events close to their plane are well located"
    nowhere = own_errors(np.zeros((600, 3)), None, replace(faults, fault_of_event=np.full(600, -1)))
    assert np.allclose(nowhere.probability, 0.5)


def test_every_kind_of_source_gives_the_same(catalog, network, sure):
    from seisweave.faults.export import network_events

    def again(source):
        return resample_faults(replace(network, source=source), ResampleOptions(n=6))

    table = network_events(network)
    assert isinstance(table, pd.DataFrame)
    assert np.array_equal(catalog_errors(Catalog.from_pandas(table)), catalog_errors(catalog))
    assert same(again(table), sure)


def test_what_cannot_be_done_is_refused_in_one_line(catalog, network):
    for options, told in (
        ({"n": 1}, "n is 1; give 2"),
        ({"kind": "jackknife"}, "kind is 'jackknife'; choose both, bootstrap or errors"),
        ({"seed": -1}, "seed is -1"),
    ):
        with pytest.raises(InputError, match=told):
            ResampleOptions(**options)
    with pytest.raises(InputError, match="does not hold its events"):
        resample_faults(replace(network, source=None))
    with pytest.raises(InputError, match="has 600 events, its source 10"):
        resample_faults(replace(network, source=catalog.take(np.arange(10))))


def test_few_events_and_resamples_without_a_plane():
    points = np.concatenate([np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (5, 3)), np.zeros((2, 3))])
    network = reconstruct_faults(points)
    sure = resample_faults(network, ResampleOptions(n=8))
    assert len(sure.agreement) == 8
    assert str(sure).endswith(f"self-agreement {sure.self_agreement:.2f}")
