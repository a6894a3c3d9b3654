"""The nowcast by place: blind to the future, right about its features, and as good as the truth allows."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from seisweave.catalog import Catalog
from seisweave.errors import InputError
from seisweave.evaluation import information_gain
from seisweave.nowcast.maps import lay_steps
from seisweave.nowcast.place.backtesting import backtest
from seisweave.nowcast.place.baselines import cell_frequency, cell_poisson, fit_neuron
from seisweave.nowcast.place.data import place_data
from seisweave.nowcast.place.features import feature_names, omori_exponentials, place_features, place_targets
from seisweave.nowcast.place.fit import Correction, fit_correction, fit_network, log_rates
from seisweave.nowcast.place.network import PlaceNetwork, log_loss, turned
from seisweave.nowcast.place.nowcaster import open_place_nowcaster, train_place_nowcaster
from seisweave.nowcast.place.options import (
    BacktestOptions,
    PlaceNetworkOptions,
    PlaceOptions,
    PlaceSettings,
    WindowOptions,
    years_later,
)
from seisweave.nowcast.place.sum_of_rates import fit_sum
from seisweave.synthetic import EtasOptions, etas_world

BOX = (-118.0, -116.0, 33.0, 35.0)
PLACE = PlaceOptions(magnitudes=(3.0, 3.5, 4.0, 4.5), box=BOX)
SMALL = PlaceNetworkOptions(filters=8, epochs=6, batch=128, learning_rate=5e-3, quiet_share=0.5, calibration_years=2)


@pytest.fixture(scope="module")
def world():
    return etas_world(EtasOptions(box=BOX, days=5114, background_per_day=0.5), seed=4)


@pytest.fixture(scope="module")
def fitted(world):
    return train_place_nowcaster(world.catalog, PlaceSettings(PLACE, SMALL, end="1999-01-01"))


def few_events(times, magnitude, longitude=None, latitude=None):
    n = len(times)
    return Catalog(
        times=np.array(times, "datetime64[us]"),
        longitude=np.full(n, -117.2) if longitude is None else np.array(longitude, float),
        latitude=np.full(n, 34.3) if latitude is None else np.array(latitude, float),
        depth_km=np.full(n, 8.0),
        magnitude=np.array(magnitude, float),
        ids=np.arange(n).astype(str),
        event_type=np.full(n, "eq"),
    )


def with_another_future(catalog, day):
    """The same catalog before a day, and quite another from its first instant on."""
    future = np.flatnonzero(catalog.times >= np.datetime64(day))
    rng, columns = np.random.default_rng(1), {}
    for name in ("times", "longitude", "latitude", "depth_km", "magnitude", "ids"):
        columns[name] = getattr(catalog, name).copy()
    columns["magnitude"][future] = rng.uniform(2, 7, len(future))
    columns["longitude"][future] = rng.uniform(-118, -116, len(future))
    columns["latitude"][future] = rng.uniform(33, 35, len(future))
    columns["times"][future] = np.datetime64(day) + rng.integers(0, 10**13, len(future)).astype("timedelta64[us]")
    return Catalog(**columns)


def naive_aftershocks(catalog, options, steps, day, alpha, least, sigma):
    """One aftershock map from its definition, one event at a time."""
    from math import erf

    total = np.zeros(options.maps.shape)
    for time, lon, lat, m in zip(catalog.times, catalog.longitude, catalog.latitude, catalog.magnitude, strict=True):
        age = (steps.start[day] - time) / np.timedelta64(1, "D")
        if age <= 0 or m < options.magnitudes[0] + least - 1e-9:
            continue
        omori = (1 + age / 0.02) ** -0.15 - (1 + (age + options.days) / 0.02) ** -0.15
        km = 111.195 / (sigma(m) * np.sqrt(2))
        for row in range(total.shape[0]):
            for column in range(total.shape[1]):
                x = [(BOX[0] + 0.5 * (column + k) - lon) * km * np.cos(np.radians(34.0)) for k in (0, 1)]
                y = [(BOX[2] + 0.5 * (row + k) - lat) * km for k in (0, 1)]
                share = 0.25 * (erf(x[1]) - erf(x[0])) * (erf(y[1]) - erf(y[0]))
                total[row, column] += 10 ** (alpha * (m - options.magnitudes[0])) * omori * share
    return np.log(total + options.days * 3e-4)


@pytest.mark.parametrize("days", [1, 7])
def test_features_are_their_definitions(world, days):
    catalog, place = world.catalog[:120], replace(PLACE, days=days)
    steps = lay_steps(catalog, place.maps)
    values, day = place_features(catalog, place, steps), len(steps) - 1
    wanted = {
        "aftershocks near": (0.8, -0.5, lambda m: 2 + 0.5 * 10 ** (0.59 * m - 2.44)),
        "aftershocks wide": (0.8, -0.5, lambda m: 15.0),
        "aftershocks of many events": (0.5, -0.5, lambda m: 2 + 0.5 * 10 ** (0.59 * m - 2.44)),
    }
    for name, (alpha, least, sigma) in wanted.items():
        expected = naive_aftershocks(catalog, place, steps, day, alpha, least, sigma)
        np.testing.assert_allclose(values[day, feature_names().index(name)], expected, atol=0.012)


def test_omori_is_a_sum_of_exponentials_within_one_percent():
    age = np.geomspace(7e-4, 11_000, 500)
    true = (1 + age / 0.02) ** -0.15 - (1 + (age + 1) / 0.02) ** -0.15
    made = sum(weight * np.exp(-age / span) for span, weight in omori_exponentials())
    assert np.abs(made / true - 1).max() < 0.01


def test_targets_by_hand():
    times = ["2000-01-01T12:00", "2000-01-02T00:00", "2000-01-02T23:59", "2000-01-04T01:00"]
    catalog = few_events(times, [2.0, 3.5, 4.5, 4.0], longitude=[-117.2, -117.2, -117.51, -116.0])
    steps = lay_steps(catalog, PLACE.maps)
    came = place_targets(catalog, PLACE, steps)
    assert came.shape == (4, 4, 4, 4)
    assert came.sum(axis=(1, 2, 3)).tolist() == [0, 2 + 4, 0, 0]  # the last lies on the eastern edge: outside
    assert came[1, :, 2, 1].tolist() == [True] * 2 + [False] * 2
    gapped = PlaceOptions(box=BOX, gaps="2000-01-02T10:00/2000-01-02T11:00")
    assert not place_targets(catalog, gapped, lay_steps(catalog, gapped.maps)).any()
    two = place_targets(catalog, replace(PLACE, days=2), steps)
    assert two.any(axis=(1, 2, 3)).tolist() == [True, True, False, False], "of the fourth day nothing is known"
    assert (two[0] == came[1]).all()
    gapped = PlaceOptions(box=BOX, days=2, gaps="2000-01-01T10:00/2000-01-01T11:00")
    two = place_targets(catalog, gapped, lay_steps(catalog, gapped.maps))
    assert two.any(axis=(1, 2, 3)).tolist() == [False, True, False, False]


def test_days_ahead_neither_overlap_nor_cross_a_border(world):
    gapped = replace(PLACE, days=7, learn_from="1990-02-01", gaps="1990-01-17T10:00/1990-01-17T11:00")
    data = place_data(world.catalog, gapped, end="1991-01-01")
    day = [np.datetime64(day) for day in ("1990-01-03", "1990-01-25", "1990-02-05")]
    asked = data.steps.start[data.between(*day)].astype("datetime64[D]").astype(str).tolist()
    assert asked == ["1990-01-03", "1990-01-10", "1990-01-25"], "the third week holds an hour nobody watched"
    last = data.steps.start[data.before(np.datetime64("1991-01-01"))][-1]
    assert str(last)[:10] == "1990-12-25"


def test_nothing_after_a_day_changes_its_nowcast_by_a_bit(world, fitted):
    for day in ("1999-06-01", "2001-02-03"):
        other = with_another_future(world.catalog, day)
        one, two = fitted.nowcast(world.catalog, day), fitted.nowcast(other, day)
        assert one.probability.tobytes() == two.probability.tobytes()
        steps = lay_steps(world.catalog, PLACE.maps, end="2003-12-31")
        known = steps.start <= np.datetime64(day)
        one, two = (place_features(catalog, PLACE, steps)[known] for catalog in (world.catalog, other))
        assert one.tobytes() == two.tobytes()


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("days", [1, 7])
def test_nowcasts_of_a_backtest_are_blind_to_what_comes_after(world, days):
    place = replace(PLACE, days=days)
    window = WindowOptions(first="1996-01-01", end="2000-01-01", every_years=2, plain_from="1995-01-01")
    made = []
    for catalog in (world.catalog, with_another_future(world.catalog, "1999-05-05")):
        data = place_data(catalog, place, end="2000-01-01")
        made.append(backtest(data, BacktestOptions(place, SMALL, window)))
    known = made[0].day <= np.datetime64("1999-05-05")
    assert 1000 < days * known.sum() < days * len(known)
    for name in ("neuron", "poisson", "frequency", "plain_neuron", "sums"):
        assert getattr(made[0], name)[known].tobytes() == getattr(made[1], name)[known].tobytes()
    before = data.before(np.datetime64("1998-01-01")) & (data.steps.start >= np.datetime64("1995-01-01"))
    own = cell_frequency(data.happened[before])
    later = made[1].day >= np.datetime64("1998-01-01")
    np.testing.assert_array_equal(made[1].frequency[later], np.broadcast_to(own, (later.sum(), *own.shape)))
    plain = fit_neuron(data.counts, data.happened, own, before)
    asked = data.between(np.datetime64("1998-01-01"), np.datetime64("2000-01-01"))
    np.testing.assert_array_equal(made[1].plain_neuron[later], plain.chances(data.counts[asked]))
    one, two = (result.network[0] for result in made)
    assert one[known].tobytes() == two[known].tobytes()
    assert np.any(one[~known] != two[~known])


def test_a_day_before_its_event_differs_when_the_past_does(world, fitted):
    quiet = world.catalog[world.catalog.times < np.datetime64("2000-01-01")]
    day = "2000-01-02"
    fresh = few_events(["2000-01-01T20:00"], [5.5])
    together = {
        name: np.concatenate([getattr(quiet, name), getattr(fresh, name)])
        for name in ("times", "longitude", "latitude", "depth_km", "magnitude")
    }
    shaken = Catalog(**together, ids=np.arange(len(quiet) + 1).astype(str))
    before = fitted.nowcast(Catalog(**{**together, "magnitude": np.append(quiet.magnitude, 2.0)}, ids=shaken.ids), day)
    after = fitted.nowcast(shaken, day)
    assert after.probability[0, 2, 1] > 5 * before.probability[0, 2, 1]
    assert np.all(np.diff(after.probability, axis=0) < 0)  # larger events are rarer everywhere


@pytest.mark.slow_without_compiler
def test_nothing_beats_the_true_rate_and_the_network_comes_near(world):
    window = WindowOptions(first="1998-01-01", end="2004-01-01", every_years=6)
    data = place_data(world.catalog, PLACE, end="2004-01-01")
    made = backtest(data, BacktestOptions(PLACE, SMALL, window))
    days = (made.day.astype("datetime64[D]") - np.datetime64("1990-01-01")).astype(int)
    true, happened = world.probability(3.0)[days], made.happened[:, 0]
    best = information_gain(true, made.poisson[:, 0], happened)
    found = information_gain(made.network[0][:, 0], made.poisson[:, 0], happened)
    assert best.low > 0.2
    for chance in (made.network[0], made.neuron, made.poisson, made.frequency, made.sums):
        assert information_gain(chance[:, 0], true, happened).value < 0
    assert found.value > 0.6 * best.value


@pytest.mark.slow_without_compiler
def test_shuffled_days_teach_nothing(world):
    rng, catalog = np.random.default_rng(2), world.catalog
    start = np.datetime64("1990-01-01")
    day = (catalog.times.astype("datetime64[D]") - start).astype(int)
    moved = rng.permutation(5114)[day] - day
    columns = {name: getattr(catalog, name) for name in ("longitude", "latitude", "depth_km", "magnitude", "ids")}
    shuffled = Catalog(times=catalog.times + moved.astype("timedelta64[D]"), **columns)
    window = WindowOptions(first="1998-01-01", end="2004-01-01", every_years=6)
    made = backtest(shuffled, BacktestOptions(PLACE, SMALL, window))
    gain = information_gain(made.network[0][:, 0], made.poisson[:, 0], made.happened[:, 0])
    assert abs(gain.value) < 0.05


def test_a_training_of_ten_steps(world):
    data = place_data(world.catalog, PLACE, end="1993-01-01")
    past = data.before(np.datetime64("1993-01-01"))
    options = replace(SMALL, quiet_share=1.0, epochs=2, batch=-(-int(past.sum()) // 5))
    assert np.isfinite(log_rates(fit_network(data, past, PlaceSettings(PLACE, options)), data.features[-2:])).all()


def test_saved_and_opened_it_says_the_same(world, fitted, tmp_path):
    opened = open_place_nowcaster(fitted.write(tmp_path / "model"))
    one, two = (nowcaster.nowcast(world.catalog) for nowcaster in (fitted, opened))
    assert one.probability.tobytes() == two.probability.tobytes()
    assert str(one.day) == "2004-01-02"
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == ["model.json", "place.safetensors"]


def test_damaged_folders_are_refused_in_one_line(fitted, tmp_path):
    folder = fitted.write(tmp_path / "model")
    with pytest.raises(InputError, match="no model"):
        open_place_nowcaster(tmp_path)
    weights = (folder / "place.safetensors").read_bytes()
    (folder / "place.safetensors").write_bytes(weights[:-40])
    with pytest.raises(InputError, match="damaged weights"):
        open_place_nowcaster(folder)
    text = (folder / "model.json").read_text()
    for wrong, message in (
        (text[:100], "damaged"),
        (text.replace('"format": 2', '"format": 9'), "format 9"),
        (text.replace('"cell_deg": 0.5', '"cell_deg": 1.0'), "damaged"),
        (text.replace('"filters": 8', '"filters": 16'), "another network|damaged"),
    ):
        (folder / "place.safetensors").write_bytes(weights)
        (folder / "model.json").write_text(wrong)
        with pytest.raises(InputError, match=message):
            open_place_nowcaster(folder)


def test_catalogs_that_do_not_fit_are_refused(world, fitted):
    late = world.catalog[world.catalog.times >= np.datetime64("1991-01-01")]
    with pytest.raises(InputError, match="begins after 1990-01-03"):
        fitted.nowcast(late)
    with pytest.raises(InputError, match="nothing is known of 2030-01-01"):
        fitted.nowcast(world.catalog, "2030-01-01")
    with pytest.raises(InputError, match="no event of the catalog"):
        place_data(world.catalog[:0], PLACE)
    with pytest.raises(InputError, match="longer catalog"):
        train_place_nowcaster(world.catalog[:50], PlaceSettings(PLACE, SMALL))
    with pytest.raises(InputError, match="the days up to 2030-01-01 are unknown"):
        train_place_nowcaster(world.catalog, PlaceSettings(PLACE, SMALL, end="2030-01-01"))
    window = WindowOptions(first="2000-01-01", end="2001-01-01", plain_from="2000-06-01")
    with pytest.raises(InputError, match="earlier --plain-from"):
        backtest(place_data(world.catalog, PLACE), BacktestOptions(PLACE, SMALL, window))
    with pytest.raises(InputError, match="scoring ends before"):
        backtest(place_data(world.catalog, PLACE), BacktestOptions(PLACE, SMALL, WindowOptions(first="2000-01-01")))


def test_a_correction_that_is_needed_is_found():
    rng = np.random.default_rng(3)
    true = rng.normal(-4, 1.5, (3000, 2, 4, 4))
    happened = rng.random(true.shape) < -np.expm1(-np.exp(np.minimum(true, 3)))
    overconfident = (1.5 * (true + 3) - 3 + 0.4).astype(np.float32)
    noise = rng.normal(size=true.shape).astype(np.float32)
    correction = fit_correction(overconfident, noise, happened)
    assert (correction.slope, correction.lean) == pytest.approx((1 / 1.5, 0.0), abs=0.03)
    better = correction(overconfident, noise)
    assert better.mean() == pytest.approx(happened.mean(), rel=0.05)
    assert fit_correction(overconfident, noise, np.zeros(true.shape, bool)) == Correction()


def test_what_only_the_neuron_knows_is_leant_on():
    rng = np.random.default_rng(4)
    known, more = rng.normal(-4, 1.0, (2, 4000, 2, 4, 4))
    true = -np.expm1(-np.exp(np.minimum(known + 0.5 * (more + 4), 3)))
    known, more, happened = known.astype(np.float32), more.astype(np.float32), rng.random(known.shape) < true
    correction = fit_correction(known, more, happened)
    assert (correction.slope, correction.lean) == pytest.approx((1.0, 0.5), abs=0.04)
    assert np.abs(np.log(correction(known, more) / true)).max() < 0.2


def test_rates_that_add_up_are_found_again():
    rng = np.random.default_rng(6)
    features = rng.normal(-2, 1.5, (6000, 3, 2, 3)).astype(np.float32)
    weight, share = np.array([0.02, 0.3, 0.0]), np.array([1.0, 0.3, 0.1])
    rate = np.einsum("f,tfij->tij", weight, np.exp(features.astype(float)))[:, None] * share[:, None, None]
    happened = rng.random(rate.shape) < -np.expm1(-rate)
    past = np.arange(6000) < 5500
    made = fit_sum(features, happened, past, (3.0, 3.5, 4.0))
    np.testing.assert_allclose(np.exp(made.log_weight), weight, atol=0.004)
    np.testing.assert_allclose(made.log_share, np.log(share), atol=0.1)
    assert made.chances(features[~past]).mean() == pytest.approx(happened[~past].mean(), rel=0.05)
    happened[~past], features[~past] = True, 0.0
    assert fit_sum(features, happened, past, (3.0, 3.5, 4.0)).log_weight.tobytes() == made.log_weight.tobytes()


def test_no_other_weights_are_likelier():
    from scipy.optimize import minimize

    rng = np.random.default_rng(7)
    features = rng.normal(-2, 1.0, (800, 2, 1, 2)).astype(np.float32)
    rate = np.exp(features).sum(axis=1, keepdims=True) * np.array([0.2, 0.06])[:, None, None]
    happened = rng.random(rate.shape) < -np.expm1(-rate)
    made = fit_sum(features, happened, np.ones(800, bool), (3.0, 3.5))
    x, came = np.exp(features.astype(float)).transpose(1, 0, 2, 3).reshape(2, -1), happened.reshape(800, 2, -1)
    n = happened.sum(axis=(0, 2, 3))
    usual = -np.log((n[0] + 0.5) / (n[1] + 0.5))

    def cost(parameters):
        rate = (np.exp(parameters[:2]) @ x).reshape(800, -1)
        total = 0.5 * (parameters[2] - usual) ** 2
        for k, share in enumerate((1.0, np.exp(parameters[2]))):
            hit = came[:, k]
            total += share * rate[~hit].sum() - np.log(-np.expm1(-share * rate[hit])).sum()
        return total

    tight = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 5000}
    best = minimize(cost, [*np.log([0.1, 0.1]), usual], method="Nelder-Mead", options=tight).x
    found = [*made.log_weight, made.log_share[1]]
    np.testing.assert_allclose(found, best, atol=2e-3)


def test_loss_is_that_of_the_chance_of_one_event_or_more():
    rate = torch.tensor([[[[0.01, 0.7]]]])
    loss = log_loss(torch.log(rate), torch.tensor([[[[False, True]]]]))
    np.testing.assert_allclose(loss.numpy()[0, 0], [[0.01, -np.log(1 - np.exp(-0.7))]], rtol=1e-5)


def test_every_orientation_is_seen_and_truth_turns_along():
    x = torch.arange(12.0).reshape(1, 1, 3, 4)
    torch.manual_seed(1)
    seen = set()
    for _ in range(100):
        features, happened = turned(x, x)
        assert torch.equal(features, happened)
        seen.add((features.shape, *features.flatten().tolist()))
    assert len(seen) == 8


def test_a_fresh_network_says_the_sum_of_rates():
    network = PlaceNetwork(3, 2, PlaceNetworkOptions()).eval()
    network.prepare(torch.log(torch.tensor([1.0, 2.0, 3.0])), torch.tensor([0.0, -2.0]), torch.zeros(4), torch.ones(4))
    x = torch.randn(5, 3, 4, 6)
    expected = torch.log((torch.exp(x) * torch.tensor([1.0, 2.0, 3.0])[:, None, None]).sum(1)) - 2
    with torch.no_grad():
        np.testing.assert_allclose(network(x)[:, 1], expected, atol=1e-5)


def test_a_day_alone_is_nowcast_like_a_day_among_others():
    torch.manual_seed(0)
    network = PlaceNetwork(3, 2, PlaceNetworkOptions()).eval()
    torch.nn.init.normal_(network.curved.weight)
    x = np.random.default_rng(0).normal(size=(300, 3, 4, 6)).astype(np.float32)
    np.testing.assert_allclose(log_rates(network, x[7:8])[0], log_rates(network, x)[7], rtol=1e-5)


def test_baselines_by_hand():
    happened = np.zeros((100, 2, 1, 2), bool)
    happened[:8, 0, 0, 0] = happened[:2, 0, 0, 1] = happened[0, 1, 0, 0] = True
    lowest, highest = -np.log1p(-np.array([8.0, 2.0]) / 101), -np.log1p(-1 / 101)
    share = (lowest + 0.005) / (lowest.sum() + 0.01)
    np.testing.assert_allclose(cell_poisson(happened)[:, 0], -np.expm1([-lowest.sum() * share, -highest * share]))
    assert cell_poisson(happened[:8])[0, 0, 0] < 1.0, "an event every day is no certainty"
    np.testing.assert_allclose(cell_frequency(happened)[1, 0], [0.01 * 1.5 / 2, 0.01 * 0.5 / 2])
    with pytest.raises(InputError, match="reach the thresholds"):
        cell_poisson(np.zeros((5, 2, 1, 1), bool))


def test_the_neuron_is_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(5)
    counts = rng.poisson(0.5, (2000, 2, 3)).astype(float)
    rate = np.array([[[0.05, 0.1, 0.2], [0.02, 0.04, 0.3]]])
    happened = rng.random((2000, 1, 2, 3)) < np.clip(rate * (1 + counts[:, None]), 0, 0.9)
    past = np.arange(2000) < 1500
    known = fit_neuron(counts, happened, rate, past)
    made = known.chances(counts[~past])[:, 0]
    np.testing.assert_allclose(-np.expm1(-np.exp(known.log_rates(counts[~past])[:, 0])), made, rtol=1e-5)
    x = np.stack([np.log1p(counts), np.broadcast_to(np.log(rate[0]), counts.shape)], -1)
    model = LogisticRegression(C=1e9, tol=1e-10, max_iter=2000).fit(x[past].reshape(-1, 2), happened[past].ravel())
    np.testing.assert_allclose(made.ravel(), model.predict_proba(x[~past].reshape(-1, 2))[:, 1], rtol=1e-3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PlaceOptions(magnitudes=(3.0, 3.0, 4.0, 5.0)), "rising order"),
        (lambda: PlaceOptions(cell_deg=0.7), "whole number"),
        (lambda: PlaceOptions(learn_from="soon"), "not a time"),
        (lambda: PlaceNetworkOptions(filters=0), "filters is 0"),
        (lambda: PlaceNetworkOptions(dropout=1.0), "dropout is 1"),
        (lambda: PlaceNetworkOptions(quiet_share=0.0), "quiet_share is 0"),
        (lambda: PlaceNetworkOptions(learning_rate=0.0), "learning_rate is 0"),
        (lambda: WindowOptions(first="2000-01-01", end="1999-01-01"), "not before end"),
        (lambda: WindowOptions(every_years=0), "every_years is 0"),
    ],
)
def test_bad_options_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_refits_follow_the_calendar():
    assert WindowOptions(first="1996-02-29", end="2002-01-01", every_years=2).refits == (
        "1996-02-29",
        "1998-03-01",
        "2000-02-29",
    )
    assert str(years_later(np.datetime64("1995-01-01"), -5))[:10] == "1990-01-01"
