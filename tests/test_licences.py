"""No dependency under a licence that we would not take, and the list in the documentation is what is installed."""

import re
from pathlib import Path

import pytest

from tests.licences import EXTRAS, TOOLS, dependencies, is_allowed

PAGE = Path(__file__).parents[1] / "docs" / "licences.md"
INSTALLED = {each.name: each for extras in (TOOLS, EXTRAS) for each in dependencies(extras)}


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("Apache-2.0 AND (MIT OR GPL-3.0-only)", True),
        ("BSD-2-Clause OR GPL-2.0-or-later", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("LGPL-3.0", False),
        ("unknown", False),
    ],
)
def test_what_is_allowed(licence, allowed):
    assert is_allowed(licence) is allowed


def test_all_is_found():
    assert {"numpy", "llvmlite", "torch", "obspy", "pytest", "jinja2"} <= {name.lower() for name in INSTALLED}


def test_every_licence_is_allowed():
    refused = [f"{each.name} {each.version}: {each.licence}" for each in INSTALLED.values() if not each.allowed]
    assert refused == [], "leave it out, or say in tests/licences.py why it may stay"


def test_the_documentation_lists_what_is_installed():
    """Names and licences; versions may differ, and on other machines some are not needed."""
    told = re.findall(r"^\| \**([^*|]+?)\** \| \S+ \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert {(each.name, each.licence) for each in INSTALLED.values()} - set(told) == set(), "run make licences"
