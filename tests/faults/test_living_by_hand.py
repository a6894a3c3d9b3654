"""A network made by hand that is given events, goes on, and is edited: small enough for a run without the compiler."""

import numpy as np
import pandas as pd
import pytest
from tests.faults.by_hand import one_fault_a_segment

from seisweave.errors import InputError
from seisweave.faults.assign import assign_events
from seisweave.faults.history import MergeHistory
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.faults.update import update_faults
from seisweave.faults.update_options import UpdateOptions
from seisweave.gaussians.mixture import Mixture


def plate(strike_axis, centre, n, rng):
    """Events of a Gaussian that stands upright along x (0) or y (1)."""
    sigma = np.array([4.0, 4.0, 2.0])
    sigma[1 - strike_axis] = 0.15
    return rng.normal(centre, sigma, (n, 3))


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(1)
    events = [plate(0, (0, 0, 10), 60, rng), plate(1, (25, 0, 10), 40, rng), rng.uniform(-40, 40, (10, 3))]
    xyz, sigma = np.concatenate(events), np.array([[4.0, 0.15, 2.0], [0.15, 4.0, 2.0]])
    mixture = Mixture(
        weight=np.array([0.55, 0.36]),
        mean_km=np.array([[0.0, 0, 10], [25, 0, 10]]),
        covariance_km2=np.array([np.diag(s**2) for s in sigma]),
        box_weight=np.array([0.09]),
        box_centre_km=np.zeros((1, 3)),
        box_axes=np.eye(3)[None],
        box_half_km=np.full((1, 3), 41.0),
    )
    part, responsibility = mixture.most_likely(xyz)
    log_likelihood = float(mixture.log_density(xyz).sum())
    return FaultNetwork(
        mixture=mixture,
        part=part.astype(np.int64),
        responsibility=responsibility,
        bic=0.5 * 29 * np.log(len(xyz)) - log_likelihood,
        log_likelihood=log_likelihood,
        n_proto=2,
        history=MergeHistory(*[np.zeros(0, np.int64)] * 5, gain=np.zeros(0)),
        faults=one_fault_a_segment(mixture, part.astype(np.int64)),
        options=FaultOptions(),
        min_sigma_km=0.05,
        source=pd.DataFrame(xyz, columns=["x_km", "y_km", "depth_km"]),
    )


def test_events_are_given_to_faults_or_to_none(network):
    places = np.array([[1.0, 0.1, 10.0], [25.1, 2.0, 11.0], [-20.0, 20.0, 0.0], [70.0, 0.0, 10.0]])
    found = assign_events(network, places, jobs=1)
    assert found.fault.tolist() == [0, 1, -1, -1]
    assert found.segment.tolist() == [0, 1, -1, -1]
    assert found.none.tolist() == [False, False, False, True]
    assert (found.probability > 0.9).all()
    assert found.table()["name"].tolist() == ["F0", "F1", "", ""]
    assert str(found) == "4 new events: 2 on 2 faults, 0 in halos, 1 background, 1 far from everything"
    assert assign_events(network, network.source, jobs=1).events.known.all()


def test_it_goes_on(network):
    rng = np.random.default_rng(2)
    more = np.concatenate([plate(0, (0, 0, 10), 20, rng), plate(1, (-25, -10, 10), 24, rng)])
    updated = update_faults(network, more, UpdateOptions(agreement=0.8), jobs=1)
    now = updated.network
    assert now.n_events == network.n_events + len(more)
    assert updated.agreement >= 0.8
    assert {0, 1} <= {change.fault for change in updated.changes}
    assert now.mixture.weight.sum() + now.mixture.box_weight.sum() == pytest.approx(1.0)
    assert update_faults(now, more, jobs=1).network is now


def test_it_is_edited(network):
    dropped = network.drop(1)
    assert dropped.numbers.tolist() == [0]
    assert dropped.mixture.weight.sum() + dropped.mixture.box_weight.sum() == pytest.approx(1.0)
    cut = network.split(0, 0.0)
    assert sorted(cut.numbers.tolist()) == [0, 1, 2]
    assert sorted(cut.merge(0, 2).numbers.tolist()) == [0, 1]
    with pytest.raises(InputError, match="no fault has the number 9"):
        network.drop(9)
