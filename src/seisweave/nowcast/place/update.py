"""A nowcaster by place goes on learning with the days that have come since, from the weights it has.

What an earlier network nowcast of days that it had not seen corrects a network's rates (`correction.py`). The network
that is to be updated is such a network for all days since: its correction is the prior, with the certainty it had, and
those days are what it is fitted to. No network need be fitted for that alone.

The network then learns the new days together with a draw of the old ones, which count for all old days, so that what it
minimises is the loss of the whole past: nothing is forgotten for the news. Weights that add up, means and scales, the
standardisation of channels and the parameters of ETAS stay as they are, since the network's weights know them; the
events since are ETAS's history all the same. The neuron is fitted anew.

How it compares with a fit from scratch: docs/concepts/place-measured.md.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time, in_short
from seisweave.errors import InputError
from seisweave.nowcast.channels import given_channels
from seisweave.nowcast.devices import accelerator_here
from seisweave.nowcast.place.baselines import cell_poisson, strong_neuron
from seisweave.nowcast.place.correction import fit_correction
from seisweave.nowcast.place.data import PlaceData, past_data
from seisweave.nowcast.place.etas_rates import PlaceEtas, add_feature, etas_log_rates
from seisweave.nowcast.place.fit import DaysToLearn, log_rates, thinned, train_on
from seisweave.nowcast.place.nowcaster import PlaceNowcaster
from seisweave.nowcast.place.options import PlaceSettings, UpdateOptions
from seisweave.progress import Progress, Step
from seisweave.spreading import sent

if TYPE_CHECKING:
    from seisweave.nowcast.history import Epoch

MOST_REVISED = 0.2  # of the rate of the days that were learned from


def update_place_nowcaster(
    nowcaster: PlaceNowcaster,
    catalog: CatalogLike,
    options: UpdateOptions | None = None,
    *,
    progress: Progress | None = None,
    complete_until: Instant | None = None,
) -> PlaceNowcaster:
    """Go on learning with the whole days of a catalog since those that are known; gives a new nowcaster.

    Arguments:
        nowcaster: with the values of its channels until now, where it has some (`with_channels`).
        catalog: all events, from the first that it remembers on.
        options: see `UpdateOptions`; grid, thresholds and network stay those of the nowcaster.
        progress: called with a `Step` after every epoch. On a dask cluster one worker does all of it.
        complete_until: the instant until which the catalog is complete; by default the time of its last event.

    Errors: InputError for a catalog without new days, and one that is not that of the nowcaster, continued.

    >>> from seisweave.nowcast.place import train_place_nowcaster
    >>> from seisweave.nowcast.place.example import example_place
    >>> small = example_place(end="1993-01-01")
    >>> nowcaster = train_place_nowcaster(small.catalog, small.settings)
    >>> newer = update_place_nowcaster(nowcaster, small.catalog, UpdateOptions(epochs=1))
    >>> nowcaster.known_until, newer.known_until, newer.updates
    ('1993-01-01', '1993-04-14', 1)
    """
    given = options or UpdateOptions(), as_catalog(catalog)
    return sent(lambda tell: _updated(nowcaster, *given, tell, complete_until), progress)


def _updated(
    nowcaster: PlaceNowcaster,
    options: UpdateOptions,
    catalog: Catalog,
    progress: Progress | None,
    complete_until: Instant | None,
) -> PlaceNowcaster:
    known = as_time("known_until", nowcaster.known_until)
    data = _days(nowcaster, catalog, complete_until)
    until = data.steps.start[-1]
    if until <= known:
        raise InputError(
            f"the catalog's whole days end before {in_short(until)}, and the model knows all before {in_short(known)};"
            " give one with newer days"
        )
    _check_same(nowcaster, data)
    days = _to_learn(data, known, until, options, nowcaster)
    asked = data.between(known, until)
    rated = _with_rates(nowcaster, data, asked, days)
    data = rated.data
    happened, leans = data.happened[asked], nowcaster.neuron.log_rates(data.counts[asked])
    correction = nowcaster.correction
    if asked.any():
        correction = fit_correction(log_rates(nowcaster.network, data.seen(asked)), leans, happened, correction)
    network = copy.deepcopy(nowcaster.network)
    faster = replace(
        nowcaster.network_options,
        epochs=options.epochs,
        learning_rate=options.learning_rate,
        accelerator=accelerator_here(nowcaster.network_options.accelerator),
    )
    settings = PlaceSettings(nowcaster.options, faster, nowcaster.seed + nowcaster.updates + 1)
    train_on(network, data, days, settings, progress=None if progress is None else _told(progress, faster.epochs))
    return replace(
        nowcaster,
        network=network,
        neuron=strong_neuron(data, data.before(until)),
        correction=correction,
        etas=rated.etas,
        known_until=in_short(until),
        updates=nowcaster.updates + 1,
        provenance=catalog.provenance,
    )


@dataclass(frozen=True, eq=False)
class _Rated:
    """Days with what ETAS expects of them, and ETAS with its correction."""

    data: PlaceData
    etas: PlaceEtas | None


def _days(nowcaster: PlaceNowcaster, catalog: Catalog, complete_until: Instant | None) -> PlaceData:
    """The days of a catalog as the nowcaster's network sees them. Errors: InputError where they begin on another."""
    channels = given_channels(nowcaster.given, nowcaster.channels)
    settings = PlaceSettings(nowcaster.options, nowcaster.network_options)
    data = past_data(catalog, settings, complete_until, channels)
    first = in_short(data.steps.start[0])
    if first != nowcaster.first:
        raise InputError(f"the catalog begins on {first}, the model's on {nowcaster.first}; give that one, continued")
    return data.standardised(nowcaster.channels)


def _check_same(nowcaster: PlaceNowcaster, data: PlaceData) -> None:
    """Refuse a catalog in which quite another number of events came on the days that were learned from."""
    learned = data.before(as_time("known_until", nowcaster.known_until))
    now, then = (rate[0].sum() for rate in (cell_poisson(data.happened[learned]), nowcaster.long_term))
    if abs(now - then) > MOST_REVISED * then:
        raise InputError(
            f"on the days before {nowcaster.known_until} an event of magnitude {nowcaster.options.thresholds[0]:g} came"
            f" in {now:.3g} cells a day in this catalog, and in {then:.3g} in the one the model was fitted to; give"
            " that one, continued, or fit anew"
        )


def _to_learn(
    data: PlaceData,
    known: np.datetime64,
    until: np.datetime64,
    options: UpdateOptions,
    nowcaster: PlaceNowcaster,
) -> DaysToLearn:
    """All new days, and old ones by chance, which count for all old ones; quiet days thinned as ever."""
    old, new = np.flatnonzero(data.before(known)), np.flatnonzero(data.before(until) & ~data.before(known))
    rng = np.random.default_rng((nowcaster.seed, nowcaster.updates, 2))
    drawn = np.sort(rng.permutation(old)[: max(options.replay, len(new))])
    share, seed = nowcaster.network_options.quiet_share, nowcaster.seed + nowcaster.updates
    replayed, fresh = (thinned(data.happened, rows, share, seed) for rows in (drawn, new))
    weight = np.concatenate([replayed.weight * np.float32(len(old) / len(drawn)), fresh.weight])
    rows = np.concatenate([replayed.rows, fresh.rows])
    order = np.argsort(rows)
    return DaysToLearn(rows[order], weight[order])


def _with_rates(nowcaster: PlaceNowcaster, data: PlaceData, asked: Bool[np.ndarray, " t"], days: DaysToLearn) -> _Rated:
    """The days with what ETAS expects of those that are looked at, where the network starts from it."""
    if nowcaster.etas is None:
        return _Rated(data, None)
    model, place = nowcaster.etas.model, nowcaster.options
    looked = asked.copy()
    looked[days.rows] = True
    rates = etas_log_rates(model, data, place, looked)
    alone = rates[asked[looked]]
    correction = nowcaster.etas.correction
    if asked.any():
        correction = fit_correction(alone, 0.0 * alone, data.happened[asked], correction)
    return _Rated(add_feature(data, looked, rates), PlaceEtas(model, correction))


def _told(progress: Progress, epochs: int) -> Callable[[Epoch], None]:
    return lambda epoch: progress(Step(f"network: epoch {epoch.epoch + 1}", (epoch.epoch + 1) / epochs))
