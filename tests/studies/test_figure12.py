"""Figure 12 as a study: windows, and the targets of all of them together."""

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.forecast.options import EvaluationOptions
from seisweave.forecast.scores import compare
from seisweave.studies.figure12 import Window, earthquakes_within, make_figure12, together, window_spans
from seisweave.studies.figure12_models import REFERENCE, Figure12Options
from seisweave.synthetic import southern_california_like


@pytest.fixture(scope="module")
def events():
    return southern_california_like(seed=5, n_events=2000).catalog.with_depth()


def test_windows_together_count_by_their_events(events):
    options, rng = EvaluationOptions(reference=REFERENCE), np.random.default_rng(1)
    parts = [events.select(start="2018-06-01", min_magnitude=2.5), events.select(end="2016-01-01", min_magnitude=2.5)]
    logs = [{name: rng.normal(-13, 1, len(part)) for name in (REFERENCE, "other")} for part in parts]
    windows = [
        Window("a", 1, compare(log, part, REFERENCE, options), {}) for log, part in zip(logs, parts, strict=True)
    ]
    both = together(events, windows, Figure12Options()).scored
    assert list(both.targets.ids) == [*parts[0].ids, *parts[1].ids]
    strong = np.concatenate([part.magnitude for part in parts]) >= 3
    gain = np.concatenate([log["other"] - log[REFERENCE] for log in logs])[strong]
    assert both.gains["other"][1].gain == pytest.approx(gain.mean())
    assert both.scores["other"][1].n_events == strong.sum()


def test_only_earthquakes_within_the_volume_count(events):
    options = Figure12Options(volume=(-118.0, -116.0, 33.0, 35.0, 2.0, 9.0))
    within = earthquakes_within(events, options)
    assert 0 < len(within) < len(events)
    assert within.depth_km.min() >= 2.0
    assert within.depth_km.max() <= 9.0
    with pytest.raises(InputError, match="no event with a depth lies in the volume"):
        earthquakes_within(events, Figure12Options(volume=(0.0, 1.0, 0.0, 1.0, 0.0, 20.0)))


def test_what_cannot_be_compared_is_refused(events):
    with pytest.raises(InputError, match="rising years 4 or more apart"):
        window_spans([1995, 1998], Figure12Options())
    network = {"network": None}
    with pytest.raises(InputError, match="give one of the two"):
        make_figure12(events, years=[1995], networks=network)
    with pytest.raises(InputError, match="another model called network"):
        make_figure12(events, networks=network)
    with pytest.raises(InputError, match="0 events in the volume before"):
        make_figure12(events, Figure12Options(learn_from="2005-01-01", split="2005-01-02"))
