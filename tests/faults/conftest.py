import pytest

from seisweave.faults import merge, workspace


@pytest.fixture
def no_truncation(monkeypatch):
    """Gaussians count wherever a double can tell."""
    monkeypatch.setattr(workspace, "_CUT", 1e-30)


@pytest.fixture
def strictly_greedy(monkeypatch, no_truncation):
    """Merging as in the paper: every gain that may have changed is evaluated anew after every merge."""
    monkeypatch.setattr(merge, "_TRUST", 1.0)
    monkeypatch.setattr(merge, "_AT_FIRST", 10**6)
    monkeypatch.setattr(merge, "_NEGLIGIBLE", 0.0)
    monkeypatch.setattr(merge, "_HOPELESS", float("inf"))
