import os
import tempfile

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy comes in: tests run side by side, threads in their way

import jaxtyping
import pytest
from hypothesis import settings

from tests.typed import UNCOMPILED, check_types

check_types()

settings.register_profile("suite", derandomize=True, deadline=None)  # what passes here passes everywhere
settings.load_profile("suite")


def pytest_configure(config):
    _clean_up_after_all(config)
    if UNCOMPILED:  # compiled arithmetic wraps round, or goes to infinity, silently
        config.addinivalue_line("filterwarnings", "ignore:overflow encountered in scalar:RuntimeWarning")


def _clean_up_after_all(config):
    """What examples and libraries leave in the temporary folder goes at the end; pytest's own folders stay."""
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    tempfile.tempdir = os.environ["TMPDIR"] = folder.name


@pytest.hookimpl(wrapper=True)
def pytest_collect_file():
    """Tests hold no examples: what would look for them loads all modules here, in every worker."""
    return [each for each in (yield) if type(each) is pytest.Module]


def pytest_make_parametrize_id(val):
    """Bytes are called by their number: packed ones hold the time of day, and workers must agree on names."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture
def without_type_checks(monkeypatch):
    """What does not fit comes to our own checks, as with users: the type checker would be first."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


@pytest.fixture
def plain_figure(monkeypatch):
    """Result folders with an empty figure: drawing one takes longer than all else, where it is not the point."""
    from matplotlib.figure import Figure

    empty, save = Figure((1, 1), dpi=10), Figure.savefig
    for figure in ("figures.network_figure", "results.condensed.condensation_figure"):
        monkeypatch.setattr(f"seisweave.report.{figure}", lambda *_, **__: empty)
    monkeypatch.setattr("seisweave.report.drawn.drawn", lambda draw: None)
    monkeypatch.setattr(Figure, "savefig", lambda self, *where, **how: save(empty, *where, **how))
