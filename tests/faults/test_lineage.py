import numpy as np

from seisweave.faults.lineage import Lineage
from seisweave.faults.steps import Drop, Merge


def test_merged_faults_are_numbered_on_and_rows_follow():
    lineage, number = Lineage(4), np.arange(4)
    lineage.follow(number, [Merge(1, 3, 2.5), Merge(0, 1, 1.5)], stage="subset", subset=0)
    history = lineage.history()
    assert history.first.tolist() == [1, 0]
    assert history.second.tolist() == [3, 4]
    assert history.merged.tolist() == [4, 5]
    assert history.gain.tolist() == [2.5, 1.5]
    assert number[0] == 5


def test_drops_stand_between_the_merges_where_they_happened():
    lineage, number = Lineage(5), np.arange(5)
    dropped = (Drop(0, 4, 9.0), Drop(1, 2, 8.0), Drop(2, 0, 7.0))
    lineage.follow(number, [Merge(0, 1, 3.0), Merge(0, 3, 2.0)], dropped, stage="refine")
    history = lineage.history()
    assert history.first.tolist() == [4, 0, 2, 5, 6]
    assert history.second.tolist() == [-1, 1, -1, 3, -1]
    assert history.merged.tolist() == [-1, 5, -1, 6, -1]
    assert history.gain.tolist() == [9.0, 3.0, 8.0, 2.0, 7.0]
    assert history.stage.tolist() == [2] * 5


def test_nothing_done_is_an_empty_history():
    assert len(Lineage(3).history()) == 0
