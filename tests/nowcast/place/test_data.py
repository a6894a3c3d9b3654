"""Which days are learned from, and which are asked about."""

from dataclasses import replace

import numpy as np
from tests.nowcast.place.worlds import PLACE

from seisweave.nowcast.place.data import place_data


def test_days_ahead_neither_overlap_nor_cross_a_border(world):
    gapped = replace(PLACE, days=7, learn_from="1990-02-01", gaps="1990-01-17T10:00/1990-01-17T11:00")
    data = place_data(world.catalog, gapped, end="1991-01-01")
    day = [np.datetime64(day) for day in ("1990-01-03", "1990-01-25", "1990-02-05")]
    asked = data.steps.start[data.between(*day)].astype("datetime64[D]").astype(str).tolist()
    assert asked == ["1990-01-03", "1990-01-10", "1990-01-25"], "the third week holds an hour nobody watched"
    last = data.steps.start[data.before(np.datetime64("1991-01-01"))][-1]
    assert str(last)[:10] == "1990-12-25"
