"""Steps are called days where they are days, and steps otherwise: in messages, tables and on pages."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.worlds import MAPS, ORIGIN, brief, precursor_world, small_settings

from seisweave.cli.nowcast import headlines
from seisweave.errors import InputError
from seisweave.nowcast.known import known_of
from seisweave.nowcast.region.nowcaster import train_nowcaster
from seisweave.nowcast.step_words import step_words
from seisweave.report.results.nowcast import write_nowcaster_folder
from seisweave.report.shown.made import section_of

NO_DAYS = ("day", "yesterday", "tomorrow", "today")
HOURS = {"daily": 24.0, "by 6 hours": 6.0, "by 2 days": 48.0}


@pytest.fixture(scope="module", params=HOURS.values(), ids=HOURS)
def run(request, tmp_path_factory):
    world = precursor_world(700)
    settings = brief(small_settings())
    settings = replace(settings, maps=replace(MAPS, step_hours=request.param))
    nowcaster = train_nowcaster(world, settings)
    folder = tmp_path_factory.mktemp("steps")
    summary = write_nowcaster_folder(nowcaster, folder, catalog=world, maps=False)
    return request.param, nowcaster, world, folder, summary


def test_scores_and_pages_name_steps_rightly(run):
    hours, *_, folder, summary = run
    words = step_words(hours)
    names = set(summary["scores"]["events"].get("baselines", {}))
    assert not names or {words.before, words.last_thirty} <= names
    said = " ".join(headlines(json.loads(json.dumps(summary))))
    section = re.sub(r"<script.*?</script>", "", section_of(folder, "one").html.split("<img")[0])
    assert f"test {words.many}" in said
    assert f"normal {words.one} looks like" in section
    wrong = [word for word in NO_DAYS if word in said or word in section.replace("daylight", "")]
    assert (not wrong) if hours != 24.0 else {"day", "tomorrow"} <= set(wrong)


def test_messages_name_steps_rightly(run):
    hours, nowcaster, world, *_ = run
    far = ORIGIN + np.timedelta64(4800, "D")
    with pytest.raises(InputError, match=f"leaves its {step_words(hours).one} unfinished") as refused:
        nowcaster.step_of(world, far)
    assert f"nothing is known of the {step_words(hours).many}" in str(refused.value)
    with pytest.raises(InputError, match=f"give one with newer {step_words(hours).many}"):
        nowcaster.update(world.take(world.times < ORIGIN + np.timedelta64(400, "D")))
    length = np.timedelta64(round(60 * hours), "m")
    told = known_of(world).note(nowcaster.model.fitted.origin, length)
    assert ("last day" in told) == (hours == 24.0)


def test_steps_of_any_length_are_nowcast_from_any_instant(run):
    """From the beginning of a step on it is the nowcast of that step, be it hours or days long."""
    hours, nowcaster, world, *_ = run
    length = np.timedelta64(round(60 * hours), "m")
    begins = nowcaster.step_of(world)
    whole = nowcaster.nowcast(world)
    at = nowcaster.nowcast(world, now=begins)
    assert at.probability.tobytes() == whole.take(whole.start == begins).probability.tobytes()
    within = nowcaster.nowcast(world, now=begins - length // 3)
    assert within.start.tolist() == [begins - length // 3]
    assert 0.0 < within.probability[0] < 1.0
