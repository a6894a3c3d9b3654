import pytest
from tests.catalog.event_server import served
from tests.watch.station import fitted, service_of

pytest.importorskip("obspy", reason="services answer in QuakeML")


@pytest.fixture(scope="session")
def etas(tmp_path_factory):
    """The folder of a small model."""
    return fitted(tmp_path_factory.mktemp("models") / "etas")


@pytest.fixture(scope="module")
def month_service():
    """A month's service on this machine."""
    with served(service_of()) as service:
        yield service


@pytest.fixture
def service(month_service):
    """The same, well and at its beginning."""
    month_service.faults, month_service.strange = [], ()
    month_service.asked.clear()
    return month_service
