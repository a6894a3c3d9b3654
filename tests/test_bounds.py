"""What pyproject.toml says of versions is what was tried; and a smoke run leaves no command out."""

import re
import tomllib

from tests.smoke.commands import CALLS, commands_there_are
from tests.smoke.lowest import RECORD, ROOT, constraints, required

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_lowest_versions_are_those_that_every_command_ran_with():
    """A bound that is changed wants a new run of `make lowest`, which writes lowest.txt."""
    told = [line for line in RECORD.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert told == constraints()


def test_that_run_was_by_the_lowest_python():
    lowest = PROJECT["requires-python"].removeprefix(">=")
    assert re.search(rf"^# Python {re.escape(lowest)}\.\d+$", RECORD.read_text(encoding="utf-8"), re.M)


def test_pinned_versions_are_not_below():
    pinned = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines())
    pinned = {name.lower(): version for name, version in pinned.items()}
    assert [
        each.name for each in required(but=()) if each.name != "seisweave" and each.name.lower() not in pinned
    ] == []
    asked = [each for each in required(but=()) if each.name != "seisweave"]
    assert [str(each) for each in asked if pinned[each.name.lower()] not in each.specifier] == []


def test_a_smoke_run_tries_every_command():
    assert {call.command for call in CALLS} == commands_there_are()
