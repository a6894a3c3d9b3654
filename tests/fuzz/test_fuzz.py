"""The part of the fuzz that the suite has time for: fixed seeds, every format, every way of damage."""

from collections import Counter

import pytest

from tests.fuzz import WRONG
from tests.fuzz.deadly import DEADLY
from tests.fuzz.judging import judged, run
from tests.fuzz.mutations import WAYS

EACH = 500


@pytest.mark.parametrize("first", [1_000_000 + EACH * i for i in range(3)])
def test_a_damaged_catalog_is_read_right_told_or_refused(first, obspy):
    found = [judged("readers", seed) for seed in range(first, first + EACH)]
    wrong = [f"{one.seed} {one.outcome}" for one in found if one.outcome.kind in WRONG]
    assert wrong == []
    kinds = Counter(one.outcome.kind for one in found)
    assert min(kinds[kind] for kind in ("same", "told", "as written", "refused")) > 10
    assert len({one.outcome.what.split(",")[0].split(" ")[0] for one in found}) > len(WAYS) // 2


def test_an_example_that_ends_its_process_is_told_and_the_others_are_judged():
    found = {one.seed: one.outcome.kind for one in run(["tests.fuzz.deadly"], 1, 4, jobs=1)}
    assert found == {seed: "died" if seed == DEADLY else "same" for seed in (1, 2, 3, 4)}
