"""Compiling is told loop by loop, with its seconds; loops that are compiled already are none."""

import gc

import pytest

from seisweave.compiling import Compiled, compiled, told_of_compiling


def test_loops_are_counted_as_they_are_compiled():
    from numba import njit

    @njit
    def inner(x):
        return x + 1.0

    @njit
    def outer(x):
        return inner(x) * 2.0

    told, n, seconds = [], compiled.n, compiled.seconds
    with told_of_compiling(told.append):
        assert outer(1.0) == 4.0
        assert outer(2.0) == 6.0
    assert told == [n + 1, n + 2]
    assert compiled.seconds > seconds
    outer(1)
    assert compiled.n == n + 2, "nobody listens any more"


def test_seconds_of_a_loop_within_another_count_once(monkeypatch):
    now = iter([10.0, 15.0, 20.0, 21.0])
    monkeypatch.setattr("seisweave.compiling.monotonic", lambda: next(now))
    one = Compiled()
    for each in (one.begin, one.begin, one.end, one.end, one.begin, one.end):
        each()
    assert (one.n, one.seconds) == (3, 6.0)


@pytest.mark.parametrize("collecting", [True, False])
def test_garbage_waits_while_loops_are_compiled(collecting):
    one, before = Compiled(), gc.isenabled()
    try:
        (gc.enable if collecting else gc.disable)()
        one.begin()
        one.begin()
        one.end()
        assert not gc.isenabled(), "the outer loop is not done"
        one.end()
        assert gc.isenabled() == collecting
    finally:
        (gc.enable if before else gc.disable)()
