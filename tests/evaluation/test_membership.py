from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from seisweave.errors import InputError
from seisweave.evaluation import adjusted_rand_index, rand_index
from seisweave.evaluation.membership import count_found

ORACLE = Path(__file__).parents[2] / ".." / "shared" / "oracle"
SETS = ["syn5_p0", "syn5_p5", "syn5_p20", "syn20_e0_p5_d0.1", "syn20_e0_p5_d0.3", "syn20_e0_p5_d0.5"]
SETS += ["syn20_e0_p5_d1.0", "syn20_e1_p5_d0.5"]


def naive_pairs(a, b):
    """Pairs together in both, in a only, in b only, apart in both: counted one by one."""
    counts = {(s, t): 0 for s in (True, False) for t in (True, False)}
    for i in range(len(a)):
        for j in range(i):
            counts[bool(a[i] == a[j]), bool(b[i] == b[j])] += 1
    return counts[True, True], counts[True, False], counts[False, True], counts[False, False]


def random_labels(seed, n, groups_a, groups_b):
    rng = np.random.default_rng(seed)
    a = rng.integers(-3, groups_a, n)
    b = np.where(rng.random(n) < 0.6, a, rng.integers(-3, groups_b, n))
    return a, b


@pytest.mark.parametrize("seed", range(6))
def test_equals_counting_every_pair(seed):
    a, b = random_labels(seed, 60, 4 + seed, 9)
    together, only_a, only_b, apart = naive_pairs(a, b)
    assert rand_index(a, b) == (together + apart) / (together + only_a + only_b + apart)
    # the four-count form of the adjusted index (e.g. Steinley 2004), not the form the program uses
    top = 2 * (together * apart - only_a * only_b)
    bottom = (together + only_a) * (only_a + apart) + (together + only_b) * (only_b + apart)
    assert adjusted_rand_index(a, b) == pytest.approx(top / bottom, rel=1e-14)


@pytest.mark.parametrize(("n", "groups"), [(2, 2), (50, 3), (50, 200), (5_000, 20), (20_000, 5_000)])
def test_equals_scikit_learn(n, groups):
    a, b = random_labels(n + groups, n, groups, 2 * groups)
    assert rand_index(a, b) == pytest.approx(metrics.rand_score(a, b), rel=1e-12)
    assert adjusted_rand_index(a, b) == pytest.approx(metrics.adjusted_rand_score(a, b), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("run", ["g_paper", "l_paper"])
def test_equals_the_published_programs_scores(name, run):
    path = ORACLE / f"{name}.npz"
    if not path.exists():
        pytest.skip(f"reference results not found at {path}")
    with np.load(path) as data:
        truth, found = data["truth"], data[f"{run}_labels0"]
        stored = float(data[f"{run}_ar"]), float(data[f"{run}_ri"])
    assert adjusted_rand_index(truth, found) == pytest.approx(stored[0], rel=1e-12)
    assert rand_index(truth, found) == pytest.approx(stored[1], rel=1e-12)


def test_hand_worked():
    # Six events, {0 1 2}{3 4 5} against {0 1}{2 3}{4 5}: N = 15, T = 2, A = 6, B = 3.
    a, b = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    assert rand_index(a, b) == 10 / 15
    assert adjusted_rand_index(a, b) == pytest.approx((2 - 1.2) / (4.5 - 1.2), rel=1e-15)


def test_worst_case_is_minus_a_half():
    assert adjusted_rand_index(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])) == -0.5


def test_exact_on_a_million_events():
    # Two halves against odd and even: T = 4 C(n/4), A = B = 2 C(n/2); A B is about 6e22, beyond 64 bits.
    n = 1_200_000
    event = np.arange(n)
    halves, parity = event // (n // 2), event % 2
    together, a = 4 * (n // 4) * (n // 4 - 1) // 2, 2 * (n // 2) * (n // 2 - 1) // 2
    pairs = n * (n - 1) // 2
    assert rand_index(halves, parity) == (pairs + 2 * together - 2 * a) / pairs
    assert adjusted_rand_index(halves, parity) == (pairs * together - a * a) / (pairs * a - a * a)
    assert adjusted_rand_index(halves, parity) == pytest.approx(-1 / n, rel=1e-2)


def test_many_small_groups_do_not_overflow():
    n = 1_000_000
    a = np.arange(n) * 9_000_000_000  # every event alone, under labels beyond 32 bits
    b = a[::-1] // 2
    assert rand_index(a, b) == 1.0
    assert adjusted_rand_index(a, b) == 1.0
    assert adjusted_rand_index(a, np.arange(n) // 2) == 0.0


@pytest.mark.parametrize("score", [rand_index, adjusted_rand_index])
def test_only_the_grouping_counts(score):
    a, b = random_labels(7, 400, 6, 6)
    rng = np.random.default_rng(8)
    order, names = rng.permutation(len(a)), rng.permutation(20) * 10**12 - 10**13
    assert score(a, b) == score(b, a) == score(a[order], b[order]) == score(names[a + 3], b)
    assert score(a, b) < 1.0
    assert score(a, names[a + 3]) == 1.0


def test_unrelated_groupings_score_zero_when_adjusted_and_high_when_not():
    rng = np.random.default_rng(3)
    a, b = rng.integers(0, 20, (2, 20_000))
    assert abs(adjusted_rand_index(a, b)) < 0.002
    assert rand_index(a, b) > 0.9


@pytest.mark.parametrize("n", [1, 2, 9])
def test_same_trivial_groupings_score_one(n):
    together, alone = np.zeros(n, int), np.arange(n)
    for labels in (together, alone):
        assert rand_index(labels, labels) == adjusted_rand_index(labels, labels) == 1.0


def test_all_together_against_all_alone():
    together, alone = np.zeros(9, int), np.arange(9)
    assert rand_index(together, alone) == 0.0
    assert adjusted_rand_index(together, alone) == 0.0


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint64])
def test_small_and_unsigned_labels(dtype):
    a = (np.arange(1000) % 100).astype(dtype)
    assert rand_index(a, a.astype(np.int64)) == 1.0
    assert adjusted_rand_index(a, (np.arange(1000) % 50).astype(dtype)) == pytest.approx(
        metrics.adjusted_rand_score(np.arange(1000) % 100, np.arange(1000) % 50), rel=1e-12
    )


@pytest.mark.parametrize("score", [rand_index, adjusted_rand_index])
class TestErrors:
    def test_length(self, score):
        with pytest.raises(InputError, match=r"differ in length \(3 and 2\)"):
            score(np.array([0, 1, 2]), np.array([0, 1]))

    def test_empty(self, score):
        with pytest.raises(InputError, match="one label or more"):
            score(np.array([], int), np.array([], int))

    @pytest.mark.parametrize("labels", [np.zeros((2, 2), int), np.array([0.0, 1.0]), np.array([True, False])])
    def test_not_a_list_of_integers(self, score, labels):
        with pytest.raises(Exception, match=r"1-D array|not integers|[Tt]ype-check"):
            score(labels, labels)


@pytest.mark.parametrize(
    ("truth", "label", "expected"),
    [
        ([0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1], (2, 2)),
        ([0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 0], (2, 2)),
        ([0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 0, 0], (0, 2)),  # half of the fault's events are another's
        ([0, 0, 0, 0, 1, 1], [0, 0, 0, 0, 0, 0], (1, 2)),
        ([0, 0, 0, 0, 1, 1], [0, 0, 1, 1, 2, 2], (1, 2)),  # half is not more than half
        ([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 2, 2], (2, 2)),
        ([0, 0, 0, 1, 1, 1], [-1, -1, -1, 1, 1, 1], (1, 2)),  # the background is no fault
        ([0, 0, 0, -1, -1, -1], [0, 0, 0, 0, 0, 0], (0, 1)),
        ([0, 0, 0, -1, -1], [0, 0, 0, 0, 0], (1, 1)),
        ([-1, -1], [0, 0], (0, 0)),
        ([5, 5, 9], [0, 0, 1], (2, 2)),  # planted faults without events do not count
    ],
)
def test_found_faults_by_hand(truth, label, expected):
    assert count_found(np.array(truth), np.array(label)) == expected
