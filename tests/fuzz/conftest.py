"""Shared by the tests of the fuzz."""

import warnings

import pytest


@pytest.fixture(scope="session")
def obspy():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its import uses what newer Pythons deprecate
        return pytest.importorskip("obspy", reason="needs the extra obspy")
