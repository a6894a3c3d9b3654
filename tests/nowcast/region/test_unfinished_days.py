"""A region's nowcaster and the end of a catalog: a day that has begun is not one, a quiet day is where it is said."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.worlds import DAY, MAPS, ORIGIN, brief, small_settings

from seisweave.errors import InputError
from seisweave.nowcast.region.chosen import choose_settings
from seisweave.nowcast.region.judged import judge
from seisweave.nowcast.region.nowcaster import train_nowcaster
from seisweave.nowcast.region.observed import observe, unfinished

BEGUN = ORIGIN + 2100 * DAY  # a day with events from its first hours on


@pytest.fixture(scope="module")
def first_hours(world):
    """The world until some event in the first hours of a day."""
    until = world.times[world.times > BEGUN][1]
    return world.take(world.times <= until)


@pytest.mark.parametrize("events", [0, 1, 2])
def test_a_day_that_has_begun_changes_nothing(world, prospective, events):
    """Whichever event is the last, the nowcast is that of the day begun, from what came before it, to the last bit."""
    cut = world.take(world.times <= world.times[world.times >= BEGUN][events])
    made, whole = prospective.nowcast(cut), prospective.nowcast(world)
    assert made.start[-1] == prospective.step_of(cut) == BEGUN
    row = int((BEGUN - ORIGIN) // DAY)
    assert made.probability[-1] == whole.probability[row]
    assert made.nowcast_novelty[-1] == whole.nowcast_novelty[row]
    assert "give complete_until='2005-10-02' if it is complete" in prospective.unfinished(cut)


def test_told_to_be_complete_it_knows_the_day_and_quiet_ones(world, first_hours, prospective):
    """A quiet day is a day of no events: as with one tiny event later on, which shows that somebody watched."""
    quiet = BEGUN + 3 * DAY
    said = prospective.nowcast(first_hours, complete_until=quiet)
    assert said.start[-1] == quiet == prospective.step_of(first_hours, quiet, complete_until=quiet)
    assert said.largest[-3:-1].tolist() == [-np.inf, -np.inf]
    one = world.take(np.append(np.arange(len(first_hours)), len(world) - 1))  # of magnitude 0
    one = replace(one, times=np.append(one.times[:-1], quiet))
    shown = prospective.nowcast(one)
    assert shown.start[-1] == quiet
    assert shown.probability.tobytes() == said.probability.tobytes()
    assert "taken as quiet" in prospective.unfinished(first_hours, complete_until=quiet)


@pytest.mark.parametrize("wanted", ["2005-10-02", "2005-10-04", "2030-01-01", np.datetime64("2005-10-02")])
def test_what_is_not_known_is_refused_with_what_to_give(first_hours, prospective, wanted):
    for ask in (prospective.step_of, lambda catalog, day: prospective.nowcast(catalog, since=day)):
        with pytest.raises(
            InputError, match=rf"nothing is known .* or complete_until='{str(wanted)[:10]}' if no event"
        ):
            ask(first_hours, wanted)
    assert prospective.step_of(first_hours, wanted, complete_until=wanted) == np.datetime64(wanted)


@pytest.mark.parametrize("hour", ["2005-10-01T01:00", "2005-09-30T23:59", np.datetime64("2005-10-01T01")])
def test_hours_are_refused(first_hours, prospective, hour):
    for ask in (
        lambda: prospective.step_of(first_hours, hour),
        lambda: prospective.nowcast(first_hours, since=hour),
        lambda: prospective.nowcast(first_hours, until=hour),
    ):
        with pytest.raises(InputError, match="within a day, and a whole one is wanted; give 2005-"):
            ask()


def test_a_week_that_has_begun_is_no_week(world, prospective):
    weekly = small_settings()
    weekly = replace(weekly, maps=replace(MAPS, step_hours=168.0))
    cut = world.take(world.times < BEGUN)
    week = 7 * DAY
    assert observe(cut, weekly).steps.start[-1] + week == ORIGIN + week * (2099 // 7)
    assert len(observe(cut, weekly, complete_until=ORIGIN + 2107 * DAY)) == 301
    by_week = replace(prospective, model=replace(prospective.model, settings=weekly))
    assert by_week.step_of(cut) == ORIGIN + 299 * week
    with pytest.raises(InputError, match="within a step of 168 hours"):
        by_week.step_of(cut, ORIGIN + 3 * DAY)


def test_it_is_trained_and_judged_on_whole_days(world, prospective, first_hours):
    """Other hours of a day begun train the same networks; what follows a stated end does not count."""
    short = world.take(world.times <= world.times[world.times >= ORIGIN + 400 * DAY][0])
    settings = brief(small_settings())
    told = train_nowcaster(short, settings, complete_until=ORIGIN + 400 * DAY)
    plain = train_nowcaster(short, settings)
    assert (
        plain.model.fitted
        == told.model.fitted
        == train_nowcaster(world, settings, complete_until=ORIGIN + 400 * DAY).model.fitted
    )
    chosen = [
        choose_settings(catalog, replace(settings, maps=replace(MAPS, box=None)), complete_until=ORIGIN + 400 * DAY)
        for catalog in (short, world)
    ]
    assert chosen[0].settings.maps.box == chosen[1].settings.maps.box
    assert judge(prospective, first_hours).summary["n_days"] == 2100
    assert judge(prospective, first_hours, complete_until=BEGUN + 2 * DAY).summary["n_days"] == 2102
    with pytest.raises(InputError, match="give one with newer days"):
        told.update(world.take(world.times < ORIGIN + 321 * DAY), epochs=1)


@pytest.mark.parametrize(
    ("end", "stated", "said"),
    [
        (None, None, "is taken as unfinished"),
        ("2005-10-01", None, ""),
        ("2005-10-02", None, "is taken as unfinished"),
        ("2005-10-02", "2005-10-02", ""),
        (None, "2005-10-05", "taken as quiet"),
    ],
)
def test_a_named_end_within_what_is_known_needs_no_note(first_hours, end, stated, said):
    note = unfinished(first_hours, small_settings(end=end), stated)
    assert said in note
    assert bool(said) == bool(note)


def test_from_any_instant_what_came_before_it_is_known_and_nothing_after(world, prospective):
    """At the beginning of a step it is the nowcast of that step; later events change nothing."""
    whole = prospective.nowcast(world)
    made = prospective.nowcast(world, now=BEGUN)
    row = int((BEGUN - ORIGIN) // DAY)
    assert made.start.tolist() == [BEGUN]
    assert made.probability[0] == whole.probability[row]
    now = BEGUN + np.timedelta64(1040, "m")
    made = prospective.nowcast(world, now=now)
    assert made.start.tolist() == [now]
    assert prospective.nowcast(world.take(world.times < now), now=now).probability == made.probability
    shifted = replace(world, times=world.times + (DAY - np.timedelta64(1040, "m")))
    assert prospective.nowcast(shifted, now=BEGUN + DAY).probability == pytest.approx(made.probability, rel=1e-6)
    with pytest.raises(InputError, match="leave out since"):
        prospective.nowcast(world, since=BEGUN, now=now)
