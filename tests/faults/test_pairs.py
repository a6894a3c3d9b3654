"""Tournament and lists of pairs against looking at all pairs, the tree of bounds against looking at all boxes."""

import numpy as np
import pytest
from tests.called import Called
from tests.faults.workspaces import KINDS, NASTY, atomized
from tests.naive import NaivePairs

from seisweave.faults import _boxes_numba, _doubts_numba, _pairs_numba
from seisweave.faults.arrays import new_changes, new_pairs
from seisweave.faults.state import ACTIVE, EXACT, MERGED, PAIR, PENDING, Lookup

ROWS, BLOCKS, ROOM = 14, 5, 97
boxes, doubts, pairing = Called(_boxes_numba), Called(_doubts_numba), Called(_pairs_numba)


class Table:
    """Pairs as the compiled loops keep them, and beside it as the naive ones do."""

    def __init__(self, rng, gains):
        self.rng, self.gains, self.naive = rng, gains, NaivePairs()
        self.pairs, self.changes = new_pairs(ROOM, BLOCKS), new_changes(40, BLOCKS)
        self.tally = np.zeros(6, np.int64)
        few, many = np.empty(2 * ROWS, np.int64), np.empty(2 * ROOM, np.int32)
        self.lookup = Lookup(
            winner=many,
            head=np.empty(ROWS, np.int32),
            after=many.copy(),
            before=many.copy(),
            place=few,
            leaf_slot=few,
            row=few,
            node=np.empty((2, 6)),
            found=few.copy(),
        )
        pairing.link_pairs(self.pairs, self.lookup, self.tally)

    def add(self, i, j):
        pairing.add_pair(self.pairs, self.lookup, self.tally, i, j, -np.inf)
        self.naive.rows.append((min(i, j), max(i, j)))
        for column, value in ((self.naive.gain, 0.0), (self.naive.doubt, 0.0), (self.naive.effect, None)):
            column.append(value)

    def evaluate(self):
        """Give gains to all pairs that are listed."""
        listed = self.pairs.todo[: self.tally[PENDING]]
        for q in listed:
            gain, effect = self.rng.choice(self.gains), self.rng.random(BLOCKS).astype(np.float32)
            self.pairs.gain[q], self.pairs.doubt[q], self.pairs.state[q], self.pairs.effect[q] = (
                gain,
                0.0,
                EXACT,
                effect,
            )
            self.pairs.seen[q] = self.tally[MERGED]
            self.naive.gain[q], self.naive.doubt[q], self.naive.effect[q] = gain, 0.0, effect.astype(float)
        pairing.rank_listed(self.pairs, self.lookup, self.tally[PENDING])
        self.tally[PENDING] = 0

    def merge(self, i, j):
        amount = self.rng.choice([0.0, 0.0, 1e-3, 0.1, 7.0], BLOCKS)
        doubts.note_changes(self.changes, self.tally, amount)
        pairing.drop_pairs(self.pairs, self.lookup, self.tally, i, j)
        self.naive.drop(i, j)
        self.naive.change(amount)

    def check(self):
        count = self.tally[PAIR]
        rows = zip(self.pairs.first[:count].tolist(), self.pairs.second[:count].tolist(), strict=True)
        assert list(rows) == self.naive.rows
        assert self.lookup.winner[1] == self.naive.best()
        np.testing.assert_array_equal(self.pairs.gain[:count], self.naive.gain)


GAINS = {
    "different": np.random.default_rng(0).normal(size=500),
    "tied": np.array([-1.0, 1.0, 1.0, 2.0]),
    "none": np.array([-1.0, 0.0, -0.0]),
    "nasty": np.array([np.nan, np.inf, -np.inf, 0.0, 5e-324, 1.0, 1e300]),
}


@pytest.mark.parametrize("kind", GAINS)
@pytest.mark.parametrize("seed", range(3))
def test_tournament_and_lists_are_those_of_looking_at_all_pairs(kind, seed):
    rng = np.random.default_rng(seed)
    table, left = Table(rng, GAINS[kind]), list(range(ROWS))
    for i in range(ROWS):
        for j in rng.permutation(i)[:6]:
            table.add(i, int(j))
    table.evaluate()
    table.check()
    while len(left) > 1:
        i, j = sorted(rng.choice(left, 2, replace=False).tolist())
        table.merge(i, j)
        left.remove(j)
        for k in left:
            if k != i and rng.random() < 0.5:
                table.add(i, k)
        table.evaluate()
        table.check()
        again = rng.permutation(table.tally[PAIR])[:4]
        table.pairs.todo[: len(again)], table.tally[PENDING] = again, len(again)
        table.evaluate()
        table.check()
        pairing.link_pairs(table.pairs, table.lookup, table.tally)  # made anew it is the same
        table.check()


@pytest.mark.parametrize("seed", range(4))
def test_doubts_summed_up_late_have_the_bits_of_doubts_kept_up(seed):
    rng = np.random.default_rng(seed)
    table = Table(rng, GAINS["different"])
    for i in range(ROWS):
        table.add(i, (i + 1) % ROWS)
    table.evaluate()
    for m in range(5):
        table.merge(2 * m, 2 * m + 1)
        exact = np.array(table.naive.doubt)
        for q in range(len(exact)):
            for negligible in (0.0, 0.05, 1.0, 5.0, exact[q], np.nextafter(exact[q], 0.0)):
                assert doubts.in_doubt(table.pairs, table.changes, table.tally, q, negligible) == (
                    exact[q] > negligible
                )
        for q in range(m % 3, len(exact), 3):  # some are brought up now, others later
            doubts.bring_up(table.pairs, table.changes, table.tally, q)
            assert table.pairs.doubt[q] == exact[q]


def promising(gain, keep):
    """Numbers of the `keep` highest gains, the first of equal ones, and of all that are not numbers."""
    order = sorted((q for q in range(len(gain)) if gain[q] == gain[q]), key=lambda q: (-gain[q], q))
    return sorted(order[:keep] + [q for q in range(len(gain)) if gain[q] != gain[q]])


@pytest.mark.parametrize("keep", [1, 3, 16, 10**6])
@pytest.mark.parametrize("kind", GAINS)
def test_pairs_left_on_the_list_are_the_most_promising(kind, keep):
    table = Table(np.random.default_rng(1), GAINS[kind])
    table.add(0, 1)
    table.tally[PENDING] = 0
    for k in range(40):
        table.add(k % 6, 6 + k % 7)
    table.pairs.gain[1:41] = gain = table.rng.choice(GAINS[kind], 40)
    pairing.keep_promising(table.pairs, table.tally, 1, keep)
    listed = table.pairs.todo[: table.tally[PENDING]]
    assert (listed - 1).tolist() == promising(gain.tolist(), keep)
    assert (table.pairs.gain[1:41] == -np.inf).all()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 50])
def test_numbers_are_sorted_up_to_a_place(count):
    number = np.random.default_rng(count).integers(0, 30, 60)
    expected = np.concatenate([np.sort(number[:count]), number[count:]])
    boxes.sort_up(number, count)
    np.testing.assert_array_equal(number, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_neighbours_in_the_tree_of_bounds_are_all_whose_boxes_overlap(kind):
    workspace = atomized(NASTY[kind](np.random.default_rng(2), 100))
    workspace.find_pairs(1.0, np.inf)
    parts, lookup, tally, rng = workspace.parts, workspace.lookup, workspace.tally, np.random.default_rng(3)
    while True:
        active = parts.active[: tally[ACTIVE]]
        for i in active:
            expected = [p for p, j in enumerate(active) if j != i and boxes.boxes_overlap(parts, i, j)]
            assert lookup.found[: boxes.find_overlapping(parts, lookup, i)].tolist() == expected
        if len(active) <= 1:
            break
        for _ in range(max(1, len(active) // 4)):  # some go, others move and grow
            i, j = rng.choice(parts.active[: tally[ACTIVE]], 2, replace=False)
            boxes.take_away(parts, lookup, tally, j)
            away = rng.normal(size=3) * 3.0
            parts.box_centre[i] += away
            parts.box_half[i] *= 1.3
            spread = np.abs(parts.shape[i, 13:22].reshape(3, 3)).T @ parts.box_half[i]
            parts.bounds[i] = np.concatenate([parts.box_centre[i] - spread, parts.box_centre[i] + spread])
            boxes.refit_tree(parts, lookup, i)
            if tally[ACTIVE] <= 1:
                break
