"""ZMAP tables, between tabs or blanks, with whole and decimal years."""

import numpy as np
import pytest

from seisweave.catalog import read_catalog
from seisweave.errors import InputError

ROWS = [
    (10.5, 46.25, 2012, 4, 4, 4.4, 8.0, 14, 21, 42.5),
    (-70.5, -20.25, 1999, 12, 31, 2.1, 33.0, 23, 59, 59.25),
    (190.0, -30.0, 2024, 2, 29, 5.0, 0.0, 0, 0, 0.0),
]
TIMES = ["2012-04-04T14:21:42.500000", "1999-12-31T23:59:59.250000", "2024-02-29T00:00:00.000000"]


def text(rows, between="\t"):
    return "".join(between.join(map(str, row)) + "\n" for row in rows)


def decimal(row):
    time = np.datetime64(f"{row[2]}-{row[3]:02d}-{row[4]:02d}T{row[7]:02d}:{row[8]:02d}", "s")
    begin, end = (np.datetime64(f"{year}-01-01", "s") for year in (row[2], row[2] + 1))
    return row[2] + float((time - begin) / (end - begin))


@pytest.fixture
def read(tmp_path):
    def from_text(content, **options):
        path = tmp_path / "catalog.dat"
        path.write_text(content)
        return read_catalog(path, **options)

    return from_text


@pytest.mark.parametrize("decimals", [None, 2, 4, 8])
def test_the_time_is_that_of_the_columns_however_the_year_is_rounded(read, decimals):
    rows = ROWS if decimals is None else [(*r[:2], round(decimal(r), decimals), *r[3:]) for r in ROWS[:1] + ROWS[2:]]
    catalog = read(text(rows))
    assert catalog.provenance.format == "zmap"
    assert catalog.times.astype(str).tolist() == (TIMES if decimals is None else TIMES[:1] + TIMES[2:])
    assert catalog.longitude[-1] == -170.0
    assert "read as ZMAP's" in catalog.rejected.notes[0]


def test_errors_are_kilometres(read):
    errors = read(text([(*row, 0.7, 1.5, 0.1) for row in ROWS])).uncertainty
    assert (errors.horizontal_km.tolist(), errors.vertical_km.tolist()) == ([0.7] * 3, [1.5] * 3)


def test_a_decimal_year_alone_is_the_time(read):
    rows = [(10.5, 46.25, 2012.5, 0, 0, 4.4, 8.0, 0, 0, 0), (10.6, 46.25, 2012, 0, 0, 4.4, 8.0, 0, 0, 0)]
    times = read(text(rows)).times.astype(str).tolist()
    assert times == ["2012-07-02T00:00:00.000000", "NaT"]  # a year alone is no time


def test_a_year_that_contradicts_its_date_is_no_time(read):
    catalog = read(text([ROWS[0], (*ROWS[0][:2], 2012.9, *ROWS[0][3:])]))
    assert catalog.rejected.by_reason() == {"time cannot be read": 1}


def test_between_blanks_it_is_read_by_its_name_only(read):
    with pytest.raises(InputError, match="like --format zmap"):
        read(text(ROWS, "  "))
    assert read(text(ROWS, "  "), format="zmap").times.astype(str).tolist() == TIMES


@pytest.mark.parametrize("order", [(2, 3, 4, 7, 8, 9, 1, 0, 6, 5), (5, 0, 1, 2, 3, 4, 6, 7, 8, 9)])
def test_columns_in_another_order_are_refused(read, order):
    rows = [tuple(row[i] for i in order) for row in ROWS]
    with pytest.raises(InputError):
        read(text(rows))
    with pytest.raises(InputError, match="is not ZMAP's"):
        read(text(rows), format="zmap")
