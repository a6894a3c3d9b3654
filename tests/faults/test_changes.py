"""Who is who after a change, by hand-made labels."""

import numpy as np
import pytest

from seisweave.faults.agreement import agreement_of, groups_of
from seisweave.faults.changes import follow_faults
from seisweave.faults.register import Entry, Register, register_of


def followed(old_of, before, now, n_faults, register=None):
    """Changes by fault, and the numbers of the new faults."""
    before, now = np.repeat(before[0], before[1]), np.repeat(now[0], now[1])
    n_events = np.bincount(now[now >= 0], minlength=n_faults)
    register = register or register_of(int(before.max()) + 1)
    made = follow_faults(register, np.array(old_of), before, now, n_events)
    return made.register, {change.fault: (change.what, change.others) for change in made.changes}


def test_a_fault_that_splits_goes_on_as_its_larger_piece():
    register, changes = followed([0, -1], ([0, 0], [60, 40]), ([0, 1], [60, 40]), 2)
    assert register.numbers.tolist() == [0, 1]
    assert changes == {0: ("split", (1,))}
    register, changes = followed([-1, 0], ([0, 0], [60, 40]), ([0, 1], [60, 40]), 2)
    assert register.numbers.tolist() == [0, 1]  # although its plate went on as the smaller one
    assert changes == {0: ("split", (1,))}


def test_faults_that_are_made_one_go_on_as_that_which_was_fitted_on():
    register, changes = followed([0], ([0, 1], [60, 40]), ([0, 0], [60, 40]), 1)
    assert register.numbers.tolist() == [0]
    assert register.next_number == 2
    assert changes == {0: ("grew", ()), 1: ("merged", (0,))}


def test_what_vanishes_appears_shrinks_or_stays():
    before = ([0, 1, 2, -1], [100, 50, 40, 50])
    now = ([0, -1, 1, -1, 2], [100, 50, 30, 10, 50])
    register, changes = followed([0, 2, -1], before, now, 3)
    assert register.numbers.tolist() == [0, 2, 3]
    assert changes == {0: ("unchanged", ()), 1: ("vanished", ()), 2: ("shrank", ()), 3: ("appeared", ())}


def test_a_plate_that_left_all_its_events_is_another_fault():
    register, changes = followed([0], ([0, -1], [20, 30]), ([-1, 0], [20, 30]), 1)
    assert register.numbers.tolist() == [1]
    assert changes == {0: ("vanished", ()), 1: ("appeared", ())}


def test_numbers_are_never_given_again():
    """A fault vanishes and comes back: it is another one."""
    one = register_of(2)
    two, _ = followed([0], ([0, 1], [10, 10]), ([0, -1], [10, 10]), 1, one)
    three, _ = followed([0, -1], ([0, -1], [10, 10]), ([0, 1], [10, 10]), 2, two)
    assert (two.numbers.tolist(), three.numbers.tolist(), three.next_number) == ([0], [0, 2], 3)


def test_names_and_what_was_done_go_with_the_numbers():
    named = Register(np.array([4, 7]), ("Garlock", "F7"), 9, (Entry("rename", "F4 named Garlock", (4,)),))
    register, _ = followed([1, 0], ([0, 1], [10, 20]), ([1, 0], [10, 20]), 2, named)
    assert register.numbers.tolist() == [7, 4]
    assert register.names == ("F7", "Garlock")
    assert register.entries == named.entries
    assert (named.place_of(7), named.place_of(5)) == (1, -1)


def test_networks_without_faults():
    nothing = follow_faults(register_of(0), np.zeros(0, int), np.full(3, -1), np.full(3, -1), np.zeros(0, int))
    assert (len(nothing.register), nothing.changes) == (0, ())
    first = follow_faults(register_of(0), np.array([-1]), np.full(3, -1), np.zeros(3, int), np.array([3]))
    assert first.register.numbers.tolist() == [0]
    assert first.changes[0].what == "appeared"


@pytest.mark.parametrize(
    ("before", "now", "agreement"), [([0, 0, 1, 1], [5, 5, -1, -1], 1.0), ([-1] * 4, [0, 1, 2, 3], 1.0)]
)
def test_agreement(before, now, agreement):
    assert agreement_of(np.array(before), np.array(now)) == agreement


def test_faults_come_before_halos_in_groups():
    assert groups_of(np.array([1, -1, -1]), np.array([-1, 0, -1]), 2).tolist() == [1, 2, -1]
