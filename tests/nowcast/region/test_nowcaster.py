"""The nowcaster: blind to the future, finds what can be found and nothing where there is nothing, and goes on."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.worlds import DAY, ORIGIN, brief, make_catalog, shuffled_days, small_settings

from seisweave.errors import InputError
from seisweave.evaluation import information_gain
from seisweave.nowcast.region.judged import judge
from seisweave.nowcast.region.nowcaster import train_nowcaster

DAYS = 2400  # of the world


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
        past = world.take(world.times < when)
        live = prospective.nowcast(past, since=when, until=when, complete_until=when)
        assert live.start[-1] == when
        assert live.nowcast_novelty[-1] == whole.nowcast_novelty[day]
        assert live.probability[-1] == whole.probability[day]
    assert whole.start[-1] == ORIGIN + DAYS * DAY
    assert np.isnan(whole.largest[-1])
    assert not np.isnan(whole.probability[-1])


def test_it_keeps_to_the_days_it_was_given(world):
    nowcaster = train_nowcaster(world, brief(small_settings(end="2006-01-01")))
    assert nowcaster.nowcast(world).start[-1] == np.datetime64("2006-01-01")
    late = train_nowcaster(world, brief(small_settings(start="2001-01-01")))
    assert late.nowcast(world).start[0] == np.datetime64("2001-01-01"), "what was left out stays out"
    assert late.update(world, epochs=1).model.fitted.origin == np.datetime64("2001-01-01")
    later = np.datetime64("2006-03-03", "us")
    assert nowcaster.nowcast(world, since=later, until=later).start[-1] == later, "a day that is asked for is nowcast"


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
    settings = brief(small_settings())
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
        (400, {"train_end": "1999-01-01"}, "do not split the 399 steps"),
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


def test_a_fit_taken_up_is_the_same(tmp_path, world, prospective):
    """The autoencoder was done when the run ended: it is not trained again, and the rest comes out alike."""
    stages = []
    with pytest.raises(KeyboardInterrupt):
        train_nowcaster(
            world, prospective.settings, progress=lambda step: _stop_at("temporal", step.stage), keep=tmp_path
        )
    with pytest.raises(InputError, match="with other settings"):
        train_nowcaster(world, small_settings(span=4), keep=tmp_path)
    with pytest.raises(InputError, match="with another catalog"):
        train_nowcaster(world[10:], prospective.settings, keep=tmp_path)
    again = train_nowcaster(world, prospective.settings, progress=lambda step: stages.append(step.stage), keep=tmp_path)
    assert not any(stage.startswith("autoencoder") for stage in stages)
    assert again.model.fitted == prospective.model.fitted


def _stop_at(name, stage):
    if stage.startswith(name):
        raise KeyboardInterrupt


def test_a_process_that_loads_examples_changes_nothing(world):
    alone, beside = (train_nowcaster(world, brief(small_settings()), jobs=jobs) for jobs in (1, 2))
    assert beside.settings == alone.settings
    assert beside.model.fitted == alone.model.fitted


def test_a_catalog_is_judged_as_a_table_and_a_map(world, prospective):
    judged = judge(prospective, world)
    table = judged.table()
    assert len(table) == judged.summary["n_days"] + 1 == DAYS + 1
    assert (table.part == "test").sum() == prospective.split(judged.observed.steps).test.sum()
    assert judged.shown_nowcasts().start[0] == table.start[table.part == "test"].iloc[0]
    worst = judged.largest_map()
    assert worst.largest == table.largest_magnitude[table.part == "test"].max()
    assert worst.original.shape == worst.again.shape
    late = prospective.update(world, epochs=1)
    assert judge(late, world).summary["scores"] == {"note": "no day to judge by"}


def test_old_names_still_work_and_say_what_is_new(world, prospective, tmp_path):
    from seisweave.nowcast.region import Nowcaster, save_nowcaster

    with pytest.warns(DeprecationWarning, match=r"Nowcaster\.write"):
        save_nowcaster(prospective, tmp_path / "model")
    with (
        pytest.warns(DeprecationWarning, match="train_nowcaster"),
        pytest.raises(InputError, match="give a longer catalog"),
    ):
        Nowcaster.fit(world.take(world.times < ORIGIN + 15 * DAY), prospective.settings)


def test_it_and_its_nowcasts_can_be_looked_at(world, prospective):
    made = prospective.nowcast(world)
    for record, drawn in ((prospective, len(prospective.model.histories)), (made, 2)):
        assert len(repr(record)) < 200
        shown = record._repr_html_()
        assert (shown.count("<table"), shown.count("<img"), shown.count("<script")) == (1, 1, 0)
        assert len(record.plot().axes) == drawn
    frame = made.to_pandas()
    assert frame.index.tolist() == made.to_xarray().start.to_index().tolist()
    assert frame.probability.to_numpy()[-1] == made.probability[-1]
