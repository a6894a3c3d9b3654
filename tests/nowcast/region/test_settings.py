"""All that a nowcast is made with."""

import json

import pytest
from tests.nowcast.worlds import small_settings

from seisweave.errors import InputError
from seisweave.nowcast.region.settings import Settings


def test_settings_in_and_out():
    settings = small_settings("paper", threshold=4.2)
    assert Settings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings
    for change, said in (({"span": 0}, "span is 0"), ({"start": "2001", "end": "2000"}, "not before end")):
        with pytest.raises(InputError, match=said):
            small_settings(**change)
