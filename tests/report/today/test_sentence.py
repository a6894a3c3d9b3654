"""The sentence, worked by hand."""

from dataclasses import replace

import numpy as np
import pytest
from tests.report.today.by_hand import NOW, forecast

from seisweave.errors import InputError
from seisweave.report.today import TodayOptions
from seisweave.report.today.given import given_from
from seisweave.report.today.sentence import first_sentence, other_sentences


def said(*forecasts, **options):
    return first_sentence(given_from(forecasts, options=TodayOptions(**options)))


def test_the_sentence():
    assert said(forecast()) == (
        "Within the next 24 hours from 6 July 2019 04:00 UTC the chance of an earthquake of M 5 or more in the region"
        " is 63 %, 190 times the long-term chance of 0.33 %; highest around 34.3° N 116.9° W."
    )


def test_one_hour_is_the_next_hour():
    assert said(forecast(days=(1 / 24, 1.0, 7.0))).startswith("Within the next hour from 6 July")


def test_little_is_less_than():
    told = said(forecast(chance=1e-6, usual=1e-7))
    assert "is less than 0.01 %, 10 times the long-term chance of less than 0.01 %" in told


def test_as_ever():
    assert "is 0.33 %, as in the long term" in said(forecast(chance=0.0033, usual=0.0033))
    assert "is 0.31 %, about the long-term chance of 0.33 %" in said(forecast(chance=0.0031, usual=0.0033))


def test_below_the_usual():
    assert "is 0.2 %, 0.2 times the long-term chance of 1 %" in said(forecast(chance=0.002, usual=0.01))


def test_no_place_where_none_stands_out():
    assert said(forecast(flat=True)).endswith("long-term chance of 0.33 %.")


def test_nothing_at_all_is_expected():
    none = said(forecast(chance=0.0, usual=0.0))
    assert none.endswith("in the region is less than 0.01 %.")


def test_another_magnitude_and_a_region_with_a_name():
    told = said(forecast(), magnitude=3.0, region="Southern California")
    assert "an earthquake of M 3 or more in Southern California is more than 99.99 %" in told
    with pytest.raises(InputError, match="magnitude 4 is not among those of the forecast; give one of 3, 5"):
        said(forecast(), magnitude=4.0)
    all_of_them = replace(forecast(), magnitudes=np.array([0.0, 5.0]))
    assert "an earthquake of M 0 or more" in said(all_of_them, magnitude=0.0)


def test_a_model_that_gives_chances_only():
    assert "is 63 %, 190 times" in said(forecast(numbers=False))


def test_several_models():
    day = np.timedelta64(1, "D")
    late = forecast(model="place", chance=0.45, numbers=False)
    given = given_from([late, forecast()])
    assert first_sentence(given) == said(forecast())
    assert other_sentences(given) == ["That is by the model etas.", "The model place says 45 %."]
    older = forecast(str(np.datetime64(NOW) - day), model="place", chance=0.45, numbers=False)
    assert other_sentences(given_from([older, forecast()]))[1] == (
        "The model place says 45 % (from 5 July 2019 04:00 UTC)."
    )
    weekly = forecast(model="place", days=(7.0, 30.0))
    assert other_sentences(given_from([weekly, forecast()]))[1] == (
        "The model place has no chance of M 5 or more within 24 hours."
    )
    assert other_sentences(given_from([forecast()])) == []


def test_the_newest_model_speaks_first():
    given = given_from([forecast(), forecast("2019-07-06T05:00", chance=0.2, model="place", numbers=False)])
    assert first_sentence(given).startswith("Within the next 24 hours from 6 July 2019 05:00 UTC")


def test_nothing_on_record(tmp_path):
    with pytest.raises(InputError, match="no forecast on record"):
        given_from([tmp_path])
    with pytest.raises(InputError, match="no forecast on record"):
        given_from([])


def test_the_latest_of_each_model_and_the_one_of_a_day_before(tmp_path):
    start = np.datetime64("2019-07-01T00:00")
    for k in range(0, 97, 6):
        forecast(str(start + np.timedelta64(k, "h")), chance=0.1 + k / 1000).write(tmp_path)
    (model,) = given_from([tmp_path]).models
    assert str(model.latest.now) == "2019-07-05T00:00:00.000000"
    assert model.before is not None
    assert str(model.before.now) == "2019-07-04T00:00:00.000000"
    assert [str(each.now)[:13] for each in model.said] == [f"2019-07-0{day}T00" for day in range(1, 6)]
    few = given_from([tmp_path], options=TodayOptions(most_past=2)).models[0]
    assert [str(each.now)[:10] for each in few.said] == ["2019-07-04", "2019-07-05"]
    assert given_from([forecast(), forecast("2019-07-06T01:00")]).models[0].before is None
