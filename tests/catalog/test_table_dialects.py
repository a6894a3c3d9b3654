"""No table with known values is read wrongly: it is read right, or refused."""

import pytest
from tests.catalog.table_dialects import MUST_BE_READ, judged, write_table


@pytest.mark.parametrize("first", range(0, 120, 30))
def test_tables_in_many_dialects_are_read_right_or_refused(tmp_path, first):
    read, plain = 0, 0
    for seed in range(first, first + 30):
        written = write_table(seed)
        told = judged(written, tmp_path / "table.txt")
        assert not told.startswith("wrong"), (seed, told, written.features)
        plain += written.features["time"] in MUST_BE_READ
        read += written.features["time"] in MUST_BE_READ and told == "right"
    assert read == plain  # a reader that refuses everything is right too
