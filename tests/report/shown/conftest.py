"""Small folders of every kind, made once a process."""

import pytest
from tests.report.conftest import HOSTILE
from tests.report.shown.folders import KINDS, make


@pytest.fixture(scope="session")
def folders(tmp_path_factory) -> dict:
    """By kind: folders whose names are those of the kinds, and whose every word is a script."""
    root = tmp_path_factory.mktemp("results")
    return {kind: make(kind, root / kind.replace(" ", "-"), HOSTILE) for kind in KINDS}
