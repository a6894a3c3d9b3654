"""Options of the nowcast by place."""

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.nowcast.place.options import (
    PlaceNetworkOptions,
    PlaceOptions,
    WindowOptions,
    years_later,
)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PlaceOptions(magnitudes=(3.0, 3.0, 4.0, 5.0)), "rising order"),
        (lambda: PlaceOptions(box=(0.0, 1.0, 0.0, 1.0), cell_deg=0.7), "whole number"),
        (lambda: PlaceOptions(learn_from="soon"), "not a time"),
        (lambda: PlaceNetworkOptions(filters=0), "filters is 0"),
        (lambda: PlaceNetworkOptions(dropout=1.0), "dropout is 1"),
        (lambda: PlaceNetworkOptions(quiet_share=0.0), "quiet_share is 0"),
        (lambda: PlaceNetworkOptions(learning_rate=0.0), "learning_rate is 0"),
        (lambda: WindowOptions(start="2000-01-01", end="1999-01-01"), "not before end"),
        (lambda: WindowOptions(every_years=0), "every_years is 0"),
    ],
)
def test_bad_options_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_unknown_rates_are_refused(without_type_checks):
    with pytest.raises(InputError, match="'omori'"):
        PlaceNetworkOptions(rates="omori")


def test_refits_follow_the_calendar():
    assert WindowOptions(start="1996-02-29", end="2002-01-01", every_years=2).refits == (
        "1996-02-29",
        "1998-03-01",
        "2000-02-29",
    )
    assert str(years_later(np.datetime64("1995-01-01"), -5))[:10] == "1990-01-01"
