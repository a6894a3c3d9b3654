"""Work that is spread here: by threads, by processes; on a cluster see cli/test_cluster.py."""

import os
import threading

import pytest

from seisweave.errors import InputError
from seisweave.progress import Step
from seisweave.spreading import on_a_cluster, seen_by_all, sent, spread


def refused(number):
    if number == 2:
        raise InputError("two is too many")
    return number


def test_threads_give_results_in_order():
    assert list(spread(pow, [(k, 2) for k in range(20)], jobs=3)) == [k * k for k in range(20)]
    assert list(spread(pow, [])) == []


def test_processes_give_all_results():
    assert list(spread(pow, [(k, 2) for k in range(5)], jobs=2, processes=True)) == [0, 1, 4, 9, 16]
    assert sorted(spread(pow, [(k, 2) for k in range(5)], jobs=2, processes=True, in_order=False)) == [0, 1, 4, 9, 16]
    (elsewhere,) = set(spread(os.getpid, [(), ()], jobs=1, processes=True))
    assert elsewhere == os.getpid()
    assert list(spread(pow, [], processes=True)) == []


@pytest.mark.parametrize("processes", [False, True])
def test_errors_are_those_of_the_work(processes):
    with pytest.raises(InputError, match="two is too many"):
        list(spread(refused, [(k,) for k in range(4)], jobs=2, processes=processes))


def test_an_interrupt_waits_for_no_work_that_has_not_begun():
    begun, go_on = [], threading.Event()

    def work(k):
        begun.append(k)
        if k:
            go_on.wait(30)
        return k

    def interrupted():
        for _ in spread(work, [(k,) for k in range(50)], jobs=1):
            go_on.set()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(begun) <= 3


def test_a_chain_is_done_here_and_told(tmp_path):
    told = []
    assert sent(lambda tell: tell(Step("half", 0.5)) or 7, told.append) == 7
    assert [step.stage for step in told] == ["half"]
    assert not on_a_cluster()
    assert seen_by_all(None) is None
    assert seen_by_all(tmp_path / "kept") == tmp_path / "kept"
    assert not (tmp_path / "kept").exists()
