"""Groups compared with groups: against loops over pairs, and where there is nothing to compare."""

import numpy as np
import pytest

from seisweave.evaluation import adjusted_rand_index
from seisweave.faults.regrouping import regroup


def slowly(label, again, n_groups):
    jaccard, together = np.full(n_groups, np.nan), np.full(n_groups, np.nan)
    for k in range(n_groups):
        mine = label == k
        others = [again == j for j in range(again.max(initial=-1) + 1)]
        if mine.any():
            jaccard[k] = max([(mine & other).sum() / (mine | other).sum() for other in others], default=0.0)
        rows = np.flatnonzero(mine)
        pairs = [again[i] == again[j] >= 0 for i in rows for j in rows if i < j]
        if pairs:
            together[k] = np.mean(pairs)
    return jaccard, together


@pytest.mark.parametrize("seed", range(6))
def test_it_equals_loops_over_pairs(seed):
    rng = np.random.default_rng(seed)
    n, groups, others = int(rng.integers(1, 60)), int(rng.integers(1, 6)), int(rng.integers(1, 6))
    label, again = rng.integers(-1, groups, n), rng.integers(-1, others, n)
    found = regroup(label, again, groups)
    jaccard, together = slowly(label, again, groups)
    assert np.allclose(found.jaccard, jaccard, equal_nan=True)
    assert np.allclose(found.together, together, equal_nan=True)
    assert found.rand == adjusted_rand_index(label, again)
    for k in np.flatnonzero(found.match >= 0):
        both, one = (label == k) & (again == found.match[k]), (label == k) | (again == found.match[k])
        assert found.jaccard[k] == both.sum() / one.sum()


def test_numbers_of_groups_do_not_matter_and_the_same_comes_back():
    label = np.repeat([-1, 0, 1, 2], 10)
    found = regroup(label, np.array([-1, 7, 0, 3])[label + 1], 3)
    assert found.jaccard.tolist() == found.together.tolist() == [1.0, 1.0, 1.0]
    assert found.match.tolist() == [7, 0, 3]


def test_groups_without_events_are_not_known():
    found = regroup(np.array([2, 2, -1]), np.array([-1, -1, -1]), 4)
    assert np.isnan(found.jaccard[[0, 1, 3]]).all()
    assert found.jaccard[2] == 0.0
    assert found.together[2] == 0.0
    assert (found.match == -1).all()
    assert len(regroup(np.array([-1]), np.array([-1]), 0).jaccard) == 0
