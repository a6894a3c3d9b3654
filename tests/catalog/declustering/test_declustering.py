"""Declustering: clusters by hand, the papers' numbers, loops held against slow ones, worlds whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest
from tests import naive_declustering as naive

from seisweave import InputError
from seisweave.catalog import Catalog, DeclusterOptions, decluster, read_catalog
from seisweave.catalog.declustering.clusters import numbered
from seisweave.catalog.declustering.compared import compare
from seisweave.catalog.declustering.events import events_of
from seisweave.catalog.declustering.gardner_knopoff import mainshock_of, window
from seisweave.catalog.declustering.nearest import nearest_earlier
from seisweave.catalog.declustering.poisson import poisson_test
from seisweave.catalog.declustering.reasenberg import cluster_of
from seisweave.catalog.declustering.two_normals import TwoNormals, fit_two_normals
from seisweave.synthetic import EtasOptions, etas_world

METHODS = ("gardner-knopoff", "reasenberg", "zaliapin-ben-zion")


def catalog(days, longitude, latitude, magnitude, depth_km=None):
    n = len(days)
    times = np.datetime64("2000-01-01", "us") + np.round(np.asarray(days) * 86_400e6).astype("timedelta64[us]")
    depth = np.full(n, 8.0) if depth_km is None else np.asarray(depth_km, float)
    ids = np.array([f"e{k}" for k in range(n)])
    return Catalog(times, np.asarray(longitude, float), np.asarray(latitude, float), depth,
                   np.asarray(magnitude, float), ids)  # fmt: skip


def nasty(seed, n=120, turn=0.0):
    """Events in bursts, some at equal times, places and magnitudes."""
    rng = np.random.default_rng(seed)
    days = np.sort(np.round(np.cumsum(rng.exponential(0.4, n) * rng.choice([0.0, 0.02, 1.0, 10.0], n)), 3))
    east = rng.choice([0.0, 0.05, 1.0], n) + rng.normal(0.0, 0.02, n) * rng.integers(0, 2, n)
    north = rng.choice([35.0, 35.1, 36.0], n) + rng.normal(0.0, 0.02, n) * rng.integers(0, 2, n)
    magnitude = np.round(2.0 + rng.exponential(0.6, n), 1)
    return catalog(days, (east + turn + 180.0) % 360.0 - 180.0, north, magnitude, rng.uniform(0.0, 15.0, n).round(1))


def sets_of(labels):
    labels = np.asarray(labels)
    return {frozenset(np.flatnonzero(labels == k).tolist()) for k in set(labels.tolist()) if (labels == k).sum() > 1}


# -- windows


def test_the_windows_are_those_of_the_papers_table():
    """Gardner & Knopoff (1974), Table 1: the formulas are a fit to it."""
    m = np.arange(2.5, 8.1, 0.5)
    km = [19.5, 22.5, 26, 30, 35, 40, 47, 54, 61, 70, 81, 94]
    days = [6, 11.5, 22, 42, 83, 155, 290, 510, 790, 915, 960, 985]
    found = window(m)
    np.testing.assert_allclose(found.km, km, rtol=0.02)
    np.testing.assert_allclose(found.days, days, rtol=0.125)


def test_other_windows_by_hand():
    m = np.array([5.0, 7.0, -2.0])
    gruenthal, uhrhammer = window(m, "gruenthal"), window(m, "uhrhammer")
    np.testing.assert_allclose(gruenthal.km[:2], [56.63, 85.54], rtol=1e-3)  # exp(4.0365), exp(4.4490)
    np.testing.assert_allclose(gruenthal.days, [219.0, 928.97, np.exp(-3.95)], rtol=1e-3)  # exp(5.3892), 10^2.968
    np.testing.assert_allclose(uhrhammer.km[:2], [20.01, 99.88], rtol=0.01)  # exp(2.996), exp(4.604)
    np.testing.assert_allclose(uhrhammer.days[:2], [27.25, 322.1], rtol=0.01)  # exp(3.305), exp(5.775)


def test_a_cluster_by_hand():
    """M 5 reaches 40 km and 143 days: a foreshock, an aftershock, one too far, one too late with a follower."""
    one = catalog([0, 10, 20, 21, 160, 161], [0, 0.1, 0.2, 1.0, 0.0, 0.0], [0.0] * 6, [3.0, 5.0, 4.0, 4.0, 3.0, 2.5])
    found = decluster(one, DeclusterOptions("gardner-knopoff"))
    assert found.cluster.tolist() == [0, 0, 0, -1, 1, 1]
    assert found.is_background.tolist() == [False, True, False, True, True, False]
    assert found.n_clusters == 2
    late = decluster(one, DeclusterOptions("gardner-knopoff", foreshock_share=0.0))
    assert late.cluster.tolist() == [-1, 0, 0, -1, 1, 1]


@pytest.mark.parametrize("turn", [10.0, 179.5])
@pytest.mark.parametrize("before", [0.0, 1.0])
def test_windows_equal_the_slow_ones(before, turn):
    one = nasty(3, turn=turn)
    found = mainshock_of(events_of(one), DeclusterOptions("gardner-knopoff", foreshock_share=before))
    assert found.tolist() == naive.mainshocks(one, before)
    assert len(set(found.tolist())) < len(one)


# -- Reasenberg


def test_links_by_hand():
    """M 4 reaches 4.4 km + 2 km of errors for a day; its aftershock ten days later is seen by tau of the one before."""
    east = [0.0, 0.02, 0.02, 0.0, 2.0, 2.1]
    one = catalog([0.0, 0.5, 1.4, 12.0, 13.0, 13.1], east, [35.0] * 6, [4.0, 2.5, 2.5, 2.5, 3.0, 3.0])
    found = decluster(one, DeclusterOptions("reasenberg"))
    assert found.cluster.tolist() == [0, 0, 0, -1, -1, -1]  # 0.9 days after the second; 10.6 days after the third
    assert found.is_background.tolist() == [True, False, False, True, True, True]
    shorter = decluster(one, DeclusterOptions("reasenberg", tau_min_days=0.4))
    assert shorter.cluster.max() == -1


def test_the_look_ahead_grows_with_time():
    """M 6 six days ago: tau = 2.996 · 6 / 10^(2 (1.5 - 1) / 3) = 8.34 days, xk 0.5 and xmeff 1.5."""
    days = [0.0, 0.9, 1.8, 2.7, 3.6, 4.5, 5.4, 6.0]
    for gap, linked in ((8.3, True), (8.4, False)):
        one = catalog([*days, 6.0 + gap], [0.0] * 9, [35.0] * 9, [6.0, *[2.0] * 8])
        assert (decluster(one, DeclusterOptions("reasenberg")).cluster[-1] == 0) == linked


@pytest.mark.parametrize("seed", range(4))
def test_links_equal_the_slow_ones(seed):
    one = nasty(seed, turn=179.97)
    for options in (
        DeclusterOptions("reasenberg"),
        DeclusterOptions("reasenberg", magnitude_raise=0.0, epicentre_error_km=0.0, depth_error_km=0.0),
    ):
        found = sets_of(cluster_of(events_of(one), options))
        assert found == naive.reasenberg(one, options)
        assert found


def test_clusters_that_meet_become_one():
    """Two pairs ten km apart; an M 6 between them within the day reaches both."""
    one = catalog([0.0, 0.1, 0.2, 0.3, 0.4], [0.0, 0.11, 0.0, 0.11, 0.05], [0.0] * 5, [2.0, 2.0, 2.0, 2.0, 6.0])
    later = catalog([0.0, 0.1, 0.2, 0.3, 0.15], [0.0, 0.11, 0.0, 0.11, 0.05], [0.0] * 5, [2.0, 2.0, 2.0, 2.0, 6.0])
    assert decluster(one, DeclusterOptions("reasenberg")).n_clusters == 2
    assert decluster(later, DeclusterOptions("reasenberg")).cluster.tolist() == [0] * 5


# -- nearest neighbours


def test_eta_by_hand():
    """A hundred days and 11.12 km after an M 4: log10(100 / 365.25) + 1.6 log10(11.12) - 4 = -2.889."""
    one = catalog([0.0, 50.0, 100.0], [0.0, 5.0, 0.1], [0.0] * 3, [4.0, 2.0, 3.0])
    found = nearest_earlier(events_of(one), 1.6, 1.0)
    assert found.parent.tolist() == [-1, 0, 0]
    assert found.log_distance[2] == pytest.approx(-2.889, abs=1e-3)
    assert np.isinf(found.log_distance[0])


@pytest.mark.parametrize("hypocentral", [False, True])
@pytest.mark.parametrize("turn", [10.0, 179.5])
def test_neighbours_equal_the_slow_ones(turn, hypocentral):
    one = nasty(5, 150, turn=turn)
    found = nearest_earlier(events_of(one), 1.4, 0.9, hypocentral=hypocentral)
    eta, parent = map(np.array, zip(*naive.nearest(one, 1.4, 0.9, hypocentral=hypocentral), strict=True))
    np.testing.assert_allclose(found.log_distance, eta, atol=1e-9)
    same = found.parent == parent
    tied = found.log_distance[~same]  # equal to rounding, as events at one place are
    assert same.mean() > 0.9
    assert len(tied) < 15


@pytest.mark.slow_without_compiler
def test_results_do_not_depend_on_threads_or_order():
    world = etas_world(seed=2).catalog
    one = decluster(world, jobs=1)
    shuffled = decluster(world.take(np.random.default_rng(1).permutation(len(world))), jobs=3)
    assert shuffled.catalog.ids.tolist() == one.catalog.ids.tolist()
    assert shuffled.cluster.tolist() == one.cluster.tolist()


def test_two_normals_are_found():
    rng = np.random.default_rng(3)
    two = fit_two_normals(np.concatenate([rng.normal(-6.0, 1.2, 9000), rng.normal(-2.5, 0.6, 3000)]))
    assert two.weight[0] == pytest.approx(0.75, abs=0.01)
    assert two.mean == pytest.approx((-6.0, -2.5), abs=0.05)
    assert two.sd == pytest.approx((1.2, 0.6), abs=0.04)
    density = [w / s * np.exp(-0.5 * ((two.crossing - m) / s) ** 2)
               for w, m, s in zip(two.weight, two.mean, two.sd, strict=True)]  # fmt: skip
    assert density[0] == pytest.approx(density[1], rel=0.01)
    assert two.separation == pytest.approx(3.5 / np.sqrt((1.2**2 + 0.6**2) / 2.0), rel=0.03)
    assert fit_two_normals(rng.normal(-3.0, 1.0, 3000)).separation < 1.7
    assert TwoNormals((0.7, 0.3), (-6.0, -3.0), (1.5, 0.5)).upper_share(np.array([-99.0, 99.0])).tolist() == (
        TwoNormals((0.7, 0.3), (-6.0, -3.0), (1.5, 0.5)).upper_share(np.array([-6.0, -3.0])).tolist()
    )


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_planted_share_of_background_is_found(seed):
    world = etas_world(seed=seed)
    found = decluster(world.catalog)
    truth = world.parent < 0
    assert found.background_share == pytest.approx(truth.mean(), abs=0.05)
    assert (found.is_background == truth).mean() > 0.75
    assert found.background_probability is not None
    assert found.background_probability[truth].mean() > 2.0 * found.background_probability[~truth].mean()


@pytest.mark.slow_without_compiler
def test_dense_families_are_told_from_chance():
    options = EtasOptions(box=(12.0, 14.0, 42.0, 44.0), days=1500, background_per_day=0.3)
    world = etas_world(options, seed=2)
    found = decluster(world.catalog)
    assert found.background_share == pytest.approx((world.parent < 0).mean(), abs=0.15)
    assert found.found["linked_by_chance"] < 0.8 * found.found["linked"]
    start, end = world.catalog.times[[0, -1]].astype(np.int64)
    even = np.linspace(start, end, len(world.catalog)).astype(np.int64).astype("datetime64[us]")
    alone = decluster(replace(world.catalog.take(np.random.default_rng(2).permutation(len(even))), times=even))
    assert alone.background_share == 1.0


@pytest.mark.slow_without_compiler
def test_a_poisson_world_keeps_nearly_all():
    columns = naive.poisson_catalog_columns(np.random.default_rng(4), 1500)
    world = catalog(*columns)
    neighbours = decluster(world)
    assert neighbours.background_share == 1.0
    assert "nothing is taken as a cluster" in neighbours.notes[-1]
    assert neighbours.background_probability is None
    assert decluster(world, DeclusterOptions("reasenberg")).background_share > 0.99
    tested = compare(neighbours).poisson
    assert tested is not None
    assert tested.passes


# -- tests of times


def test_the_test_of_times_has_its_level_and_sees_clusters():
    rng = np.random.default_rng(5)
    start = np.datetime64("2000-01-01", "us")
    flat = [start + np.sort(rng.uniform(0, 1e15, 200)).astype("timedelta64[us]") for _ in range(200)]
    fails = sum(not poisson_test(times).passes for times in flat)
    assert 2 <= fails <= 20  # of 200, 10 expected
    assert not poisson_test(np.sort(np.concatenate([flat[0], flat[0][50:51] + np.arange(90)]))).passes
    assert poisson_test(flat[0][:9]) is None
    assert poisson_test(np.repeat(start, 20)) is None


# -- what is common to all


@pytest.mark.parametrize("method", METHODS)
def test_what_cannot_be_used_is_left_out_and_told(method):
    one = nasty(1, 60)
    magnitude = np.where(np.arange(60) < 5, np.nan, one.magnitude)
    times = np.where(np.arange(60) == 7, np.datetime64("NaT", "us"), one.times)
    found = decluster(replace(one, magnitude=magnitude, times=times), DeclusterOptions(method))
    assert len(found) == 54
    assert found.notes[:2] == (
        "1 of 60 events left out: their time is unknown",
        "5 of 60 events left out: their magnitude is unknown",
    )
    with pytest.raises(InputError, match="none of 60 events has a time and a magnitude"):
        decluster(replace(one, magnitude=np.full(60, np.nan)), DeclusterOptions(method))


@pytest.mark.parametrize("method", METHODS)
def test_few_equal_and_double_events(method):
    options = DeclusterOptions(method)
    alone = decluster(nasty(1, 1), options)
    assert (alone.n_clusters, alone.background_share) == (0, 1.0)
    assert compare(alone).lines == ()
    twins = decluster(catalog([0.0] * 40, [3.0] * 40, [3.0] * 40, [3.0] * 40), options)
    assert twins.is_background.sum() == (40 if method == "zaliapin-ben-zion" else 1)
    far = catalog([-700_000.0, 0.0, 100_000.0], [0.0, 90.0, 180.0], [-90.0, 90.0, 0.0], [9.5, -1.0, 2.0])
    assert decluster(far, options).n_clusters == 0


def test_hypocentres_need_depths():
    one = nasty(1, 60)
    shallow = replace(one, depth_km=np.where(np.arange(60) < 20, np.nan, one.depth_km))
    assert len(decluster(shallow)) == 60
    deep = decluster(shallow, DeclusterOptions(hypocentral=True, eta_threshold=-5.0))
    assert len(deep) == 40
    assert "20 of 60 events left out: their depth is unknown" in deep.notes
    assert len(decluster(shallow, DeclusterOptions("reasenberg"))) == 60


def test_the_mainshock_is_the_largest_the_earliest_of_equals():
    found = numbered(np.array([0, 0, 0, 3, 4, 4]), np.array([3.0, 4.0, 4.0, 1.0, 2.0, 2.0]))
    assert found.is_mainshock.tolist() == [False, True, False, True, True, False]
    assert found.cluster.tolist() == [0, 0, 0, -1, 1, 1]


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_table_reads_as_a_catalog(name, tmp_path):
    found = decluster(nasty(2, 80), DeclusterOptions(eta_threshold=-5.0))
    assert 0 < found.background_share < 1
    found.write(tmp_path / name)
    again = read_catalog(tmp_path / name)
    assert again.ids.tolist() == found.background.ids.tolist()
    assert again.magnitude.tolist() == found.background.magnitude.tolist()
    assert again.rejected.notes == ()
    found.write(tmp_path / name, every_event=True, force=True)
    table = found.to_pandas()
    assert list(table.columns[-3:]) == ["cluster", "background", "parent"]
    assert len(read_catalog(tmp_path / name)) == 80
    assert [one for one in table.parent if one] == [found.catalog.ids[k] for k in found.parent if k >= 0]
    with pytest.raises(InputError, match=r"kept by .csv and .parquet only"):
        found.write(tmp_path / "a.xml")


def test_options_are_checked(without_type_checks):
    for wrong, said in (
        ({"method": "magic"}, "method is 'magic'; choose one of gardner-knopoff, reasenberg"),
        ({"windows": "mine"}, "windows is 'mine'"),
        ({"confidence": 1.0}, "confidence is 1.0; give a number from 0 to"),
        ({"dimension": float("nan")}, "dimension is nan"),
        ({"tau_min_days": 20.0}, "exchange them"),
        ({"seed": -1}, "seed is -1"),
    ):
        with pytest.raises(InputError, match=said):
            DeclusterOptions(**wrong)
    assert list(DeclusterOptions("gardner-knopoff").used()) == ["method", "windows", "foreshock_share"]
    with pytest.raises(InputError, match="decluster_stochastically"):
        decluster(nasty(1, 9), DeclusterOptions("stochastic"))
