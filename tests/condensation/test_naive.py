"""The fast condensation equals the slow obvious one, on the same random stream."""

import numpy as np
import pytest
from tests import naive_condensation as naive
from tests.condensation.point_sets import KINDS, SETS, single

from seisweave.condensation import CondensationOptions, condense
from seisweave.condensation.ranking import rank_gaussians


@pytest.mark.parametrize("vote", ["current", "reference"])
@pytest.mark.parametrize("d", [pytest.param(2, marks=pytest.mark.slow_without_compiler), 3])
@pytest.mark.parametrize("kind", KINDS)
def test_weights_moves_and_assignments_equal_the_obvious_ones(kind, d, vote):
    events = SETS[kind](np.random.default_rng(len(kind) + d), d)
    options = CondensationOptions(vote=vote, rounds=3, samples=15, assign_samples=25, seed=7)
    condensed = condense(events, options, jobs=2)

    ranking = rank_gaussians(events, options.seed)
    row = ranking.position
    mean, covariance, event = events.mean_km[row], events.covariance_km2[row], events.event[row].tolist()
    streams = [int(s) for s in ranking.stream]
    weight, moved = naive.move_weights(
        mean,
        covariance,
        events.weight[row],
        event,
        streams,
        vote=vote,
        rounds=options.rounds,
        samples=options.samples,
        floor_km=options.min_sigma_km,
    )
    found = zip(condensed.moves.source, condensed.moves.target, condensed.moves.amount, strict=True)
    assert {(i, j): amount for i, j, amount in found} == {(row[i], row[j]): amount for (i, j), amount in moved.items()}
    np.testing.assert_array_equal(condensed.weight[row], weight)
    chosen, votes = naive.assign_events(
        mean,
        covariance,
        events.weight[row],
        weight,
        event,
        [int(s) for s in ranking.event_stream],
        samples=options.assign_samples,
        floor_km=options.min_sigma_km,
    )
    assert condensed.votes.tolist() == votes
    assert condensed.chosen.tolist() == row[chosen].tolist()


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("vote", ["current", "reference"])
def test_a_deep_tree_finds_what_trying_every_gaussian_finds(vote):
    rng = np.random.default_rng(11)
    events = single(rng, 3, 1000)
    options = CondensationOptions(vote=vote, samples=30, assign_samples=50)
    condensed, ranking = condense(events, options, jobs=2), rank_gaussians(events, options.seed)
    covariance = np.array([naive.widen(each, options.min_sigma_km) for each in events.covariance_km2])
    root = np.linalg.cholesky(covariance)
    with np.errstate(divide="ignore"):
        top = np.log(condensed.weight) - np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    rank = np.argsort(ranking.position)
    for e in rng.integers(0, 1000, 60):
        points = naive.points_of(int(ranking.event_stream[e]), 50, events.mean_km[e], covariance[e])
        offset = np.linalg.solve(root, (points[None] - events.mean_km[:, None]).transpose(0, 2, 1))
        won = rank[np.argmax(top[:, None] - 0.5 * (offset**2).sum(axis=1), axis=0)]
        count = np.bincount(won)
        assert condensed.votes[e] == count.max()
        assert condensed.chosen[e] == ranking.position[count.argmax()]
