"""The nowcaster: blind to the future, finds what can be found and nothing where there is nothing, saved and updated."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.worlds import DAY, ORIGIN, make_catalog, precursor_world, shuffled_days, small_settings

from seisweave.errors import InputError
from seisweave.evaluation import information_gain
from seisweave.nowcast.maps import MapOptions, lay_steps
from seisweave.nowcast.region.calibration import calibrate, calibrate_in_turn
from seisweave.nowcast.region.nowcaster import open_nowcaster, train_nowcaster
from seisweave.nowcast.region.settings import Settings
from seisweave.nowcast.region.split import split_steps

pytestmark = pytest.mark.slow_without_compiler

DAYS = 2400


@pytest.fixture(scope="module")
def world():
    return precursor_world(DAYS)


@pytest.fixture(scope="module")
def prospective(world):
    return train_nowcaster(world, small_settings())


@pytest.fixture(scope="module")
def paper(world):
    settings = small_settings("paper", span=5)
    return train_nowcaster(world, settings)


def gain(nowcaster, catalog):
    made = nowcaster.nowcast(catalog)
    split = nowcaster.split(nowcaster.observe(catalog).steps)
    test = np.append(split.test, False)
    base = np.full(test.sum(), nowcaster.model.fitted.calibration.base_rate)
    happened = np.nan_to_num(made.largest[test], nan=-np.inf) >= 4.5
    return information_gain(made.probability[test], base, happened)


def changed_from(catalog, day):
    """The same catalog until a day; from its first instant on other events, of other sizes, at other places."""
    before = catalog.take(catalog.times < ORIGIN + day * DAY)
    n = len(catalog) - len(before)
    rng = np.random.default_rng(9)
    later = make_catalog(day + rng.uniform(0, DAYS - day, 2 * n), rng.uniform(0, 7, 2 * n))
    later = replace(later, times=np.append(later.times[:-1], catalog.times[-1]))  # it ends on the same day
    columns = {name: np.concatenate([getattr(before, name), getattr(later, name)]) for name in _COLUMNS}
    return replace(catalog, **columns, ids=np.arange(len(columns["times"])).astype(str))


_COLUMNS = ("times", "longitude", "latitude", "depth_km", "magnitude")


def nowcast_bytes(made, day):
    return [getattr(made, name)[: day + 1].tobytes() for name in ("nowcast_novelty", "alarm", "probability")]


@pytest.mark.parametrize("day", [2100, 2399])
def test_a_nowcast_knows_what_came_before_its_day_and_nothing_else(world, prospective, day):
    before = prospective.nowcast(world)
    after = prospective.nowcast(changed_from(world, day))
    assert nowcast_bytes(after, day) == nowcast_bytes(before, day)
    assert after.nowcast_novelty[day + 1 :].tobytes() != before.nowcast_novelty[day + 1 :].tobytes(), (
        "later ones do change"
    )


def test_centred_smoothing_breaks_that(world, paper):
    """The paper's protocol cannot pass the test above, and must not be taken for one that does."""
    before, after = paper.nowcast(world), paper.nowcast(changed_from(world, 2100))
    assert nowcast_bytes(after, 2100) != nowcast_bytes(before, 2100)
    early = 2100 - paper.settings.nowcast.span
    assert nowcast_bytes(after, early) == nowcast_bytes(before, early)


def test_the_fit_knows_nothing_of_the_test(world, prospective):
    """Other events after the end of validation: the same weights, threshold and calibration."""
    known = int((prospective.model.fitted.known_until - ORIGIN) // DAY)
    again = train_nowcaster(changed_from(world, known), prospective.settings)
    assert again.model.fitted == prospective.model.fitted
    for name, weights in again.model.autoencoder.state_dict().items():
        assert weights.equal(prospective.model.autoencoder.state_dict()[name])


def test_a_planted_precursor_is_found(world, prospective):
    found = gain(prospective, world)
    assert found.n_positives > 15
    assert found.low > 0.5, found
    made = prospective.nowcast(world)
    assert made.alarm.mean() == pytest.approx(0.05, abs=0.04)


def test_nothing_is_found_where_days_are_shuffled(world):
    catalog = shuffled_days(world, DAYS)
    found = gain(train_nowcaster(catalog, small_settings()), catalog)
    assert found.n_positives > 15
    assert abs(found.value) <= 0.05, found


def test_live_and_back_test_are_one(world, prospective):
    """A day nowcast from the days before it, as if it were tomorrow, is the day of the back-test, to the last bit."""
    whole = prospective.nowcast(world)
    for day in (1500, 2399):
        when = ORIGIN + day * DAY
        live = prospective.nowcast(world.take(world.times < when), since=when, until=when)
        assert live.start[-1] == when
        assert live.nowcast_novelty[-1] == whole.nowcast_novelty[day]
        assert live.probability[-1] == whole.probability[day]
    assert whole.start[-1] == ORIGIN + DAYS * DAY
    assert np.isnan(whole.largest[-1])
    assert not np.isnan(whole.probability[-1])


def test_it_keeps_to_the_days_it_was_given(world):
    nowcaster = train_nowcaster(world, small_settings(end="2006-01-01"))
    assert nowcaster.nowcast(world).start[-1] == np.datetime64("2006-01-01")
    late = train_nowcaster(world, small_settings(start="2001-01-01"))
    assert late.nowcast(world).start[0] == np.datetime64("2001-01-01"), "what was left out stays out"
    assert late.update(world, epochs=1).model.fitted.origin == np.datetime64("2001-01-01")
    later = np.datetime64("2006-03-03", "us")
    assert nowcaster.nowcast(world, since=later, until=later).start[-1] == later, "a day that is asked for is nowcast"


def test_saved_and_opened_it_says_the_same(tmp_path, world, prospective):
    folder = prospective.write(tmp_path / "model")
    again = open_nowcaster(folder)
    assert again.settings == prospective.settings
    assert again.model.fitted == prospective.model.fitted
    assert again.nowcast(world).probability.tobytes() == prospective.nowcast(world).probability.tobytes()
    assert {path.suffix for path in folder.iterdir()} == {".safetensors", ".json", ".csv"}


def test_a_model_goes_on_with_new_days(world, prospective):
    known = prospective.model.fitted.known_until
    newer = prospective.update(world, epochs=2)
    fitted = newer.model.fitted
    assert fitted.known_until == ORIGIN + DAYS * DAY > known
    assert fitted.updates == 1
    assert fitted.map_scale == prospective.model.fitted.map_scale
    assert fitted.calibration.n > prospective.model.fitted.calibration.n
    assert not newer.split(newer.observe(world).steps).test.any(), "nothing is left to judge by"
    with pytest.raises(InputError, match="give one with newer days"):
        newer.update(world)


def test_a_gap_is_not_quiet(world):
    """Masked days have no novelty, count for nothing, and a nowcast right after them is still made."""
    settings = small_settings()
    settings = replace(settings, maps=replace(settings.maps, gaps="2001-01-01/2001-02-01"))
    nowcaster = train_nowcaster(world, settings)
    made = nowcaster.nowcast(world)
    gap = (made.start >= np.datetime64("2001-01-01")) & (made.start < np.datetime64("2001-02-01"))
    assert np.isnan(made.novelty[gap]).all()
    assert np.isnan(made.largest[gap]).all()
    assert not np.isnan(made.probability[np.flatnonzero(gap)[-1] + 1])
    observed = nowcaster.observe(world)
    assert not nowcaster.split(observed.steps).past[gap[:-1]].any()


@pytest.mark.parametrize(
    ("days", "change", "said"),
    [
        (15, {}, r"has 1. steps .* looks back over 20; give a longer catalog"),
        (60, {}, "no step is left for validation"),
        (400, {"threshold": 9.0}, "no event of magnitude 9.0 or above before the test; give a lower --threshold"),
        (400, {"train_end": "1999-01-01"}, "do not split the 400 steps"),
    ],
)
def test_catalogs_that_will_not_do(world, days, change, said):
    with pytest.raises(InputError, match=said):
        train_nowcaster(world.take(world.times < ORIGIN + days * DAY), small_settings(**change))


def test_a_gap_over_a_whole_split(world):
    settings = small_settings(train_end="2004-01-01", val_end="2005-01-01")
    settings = replace(settings, maps=replace(settings.maps, gaps="2003-12-20/2005-01-10"))
    with pytest.raises(InputError, match=r"no step is left for validation .* after gaps"):
        train_nowcaster(world, settings)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: (f / "model.json").unlink(), "no model"),
        (lambda f: (f / "model.json").write_text("{"), "damaged"),
        (lambda f: (f / "model.json").write_text("{}"), "damaged"),
        (lambda f: _edit(f, "format", 99), "of format 99, this version reads format 1"),
        (lambda f: _edit(f, "fitted", {}), "damaged"),
        (lambda f: _edit_settings(f, "maps", "cell_deg", 0.5), "settings is not what was saved with this model"),
        (lambda f: _edit_settings(f, "maps", "new", 1), "settings of another version"),
        (
            lambda f: (f / "temporal.safetensors").write_bytes(b"\x80\x04."),
            "temporal.safetensors is not what was saved",
        ),
        (lambda f: (f / "temporal.safetensors").unlink(), "no weights"),
    ],
)
def test_damaged_folders(tmp_path, prospective, damage, said):
    folder = prospective.write(tmp_path / "model")
    damage(folder)
    with pytest.raises(InputError, match=said):
        open_nowcaster(folder)


def _edit(folder, name, value):
    said = json.loads((folder / "model.json").read_text())
    said[name] = value
    (folder / "model.json").write_text(json.dumps(said))


def _edit_settings(folder, stage, name, value):
    settings = json.loads((folder / "model.json").read_text())["settings"]
    settings[stage][name] = value
    _edit(folder, "settings", settings)


def test_a_fit_taken_up_is_the_same(tmp_path, world, prospective):
    """The autoencoder was done when the run ended: it is not trained again, and the rest comes out alike."""
    stages = []
    with pytest.raises(KeyboardInterrupt):
        train_nowcaster(
            world, prospective.settings, progress=lambda step: _stop_at("temporal", step.stage), keep=tmp_path
        )
    with pytest.raises(InputError, match="keeps a run of other settings"):
        train_nowcaster(world, small_settings(span=4), keep=tmp_path)
    with pytest.raises(InputError, match="keeps a run of another catalog"):
        train_nowcaster(world[10:], prospective.settings, keep=tmp_path)
    again = train_nowcaster(world, prospective.settings, progress=lambda step: stages.append(step.stage), keep=tmp_path)
    assert not any(stage.startswith("autoencoder") for stage in stages)
    assert again.model.fitted == prospective.model.fitted


def _stop_at(name, stage):
    if stage.startswith(name):
        raise KeyboardInterrupt


def test_the_split_follows_the_calendar():
    steps = lay_steps(make_catalog([0, 99], [1, 1]), MapOptions())
    split = split_steps(steps, "2000-03-01", "2000-03-31", embargo=5)
    assert np.flatnonzero(split.train).tolist() == list(range(60))
    assert np.flatnonzero(split.validation).tolist() == list(range(65, 90))
    assert np.flatnonzero(split.test).tolist() == list(range(95, 100))
    default = split_steps(steps, None, None, embargo=0)
    assert [part.sum() for part in (default.train, default.validation, default.test)] == [70, 10, 20]


def test_calibration_finds_the_odds_and_extrapolates_nothing():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(20_000, 2))
    y = rng.random(20_000) < 1 / (1 + np.exp(-(-3.0 + 1.0 * x[:, 0])))
    made = calibrate(x, y)
    assert made.slopes == pytest.approx((1.0, 0.0), abs=0.1)
    assert made(x).mean() == pytest.approx(y.mean(), rel=1e-6)
    assert made(np.array([[1e9, 0.0]])) == made(np.array([[x[:, 0].max(), 0.0]]))
    assert np.isnan(made(np.array([[np.nan, 0.0]])))
    rare = np.r_[np.zeros(60), np.full(60, 3.0), np.zeros(1800)][:, None]
    followed = np.r_[np.zeros(60, bool), np.ones(60, bool), np.zeros(1800, bool)]
    told = calibrate(rare, followed)(np.array([[0.0], [3.0]]))  # all but separable, where plain Newton steps run away
    assert told[0] < 0.01 < 0.9 < told[1]
    with pytest.raises(InputError, match="0 of 3 steps to calibrate on"):
        calibrate(np.ones((3, 1)), np.zeros(3, bool))


@pytest.mark.parametrize("truth", [0.0, 1.0])
def test_what_novelty_adds_is_learned_from_days_it_was_not_trained_on(truth):
    """On days trained on it points at every extreme; that must not count."""
    rng = np.random.default_rng(6)
    activity, novelty = rng.normal(size=(2, 20_000))
    happened = rng.random(20_000) < 1 / (1 + np.exp(-(-3.0 + 0.8 * activity + truth * novelty)))
    unseen = np.arange(20_000) >= 15_000
    told = np.where(unseen, novelty, novelty + 3.0 * happened)
    made = calibrate_in_turn(told, activity, happened, unseen)
    assert made.slopes == pytest.approx((truth, 0.8), abs=0.2)
    assert calibrate(np.column_stack([told, activity]), happened).slopes[0] > truth + 1.0, "which otherwise it does"
    blind = calibrate_in_turn(told, activity, happened & ~unseen, unseen)
    assert blind.slopes[0] == 0.0, "no positive, nothing learned"


def test_settings_in_and_out():
    settings = small_settings("paper", threshold=4.2)
    assert Settings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings
    for change, said in (({"span": 0}, "span is 0"), ({"start": "2001", "end": "2000"}, "not before end")):
        with pytest.raises(InputError, match=said):
            small_settings(**change)
