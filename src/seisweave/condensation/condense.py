"""From events with location errors to a condensed catalog: weight is transferred, then events are assigned."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.catalog.error_checks import refuse_implausible_errors
from seisweave.condensation.assign import assign
from seisweave.condensation.condensed import CondensedCatalog, Moves
from seisweave.condensation.event_gaussians import EventGaussians
from seisweave.condensation.options import CondensationOptions
from seisweave.condensation.prepare import Prepared, prepare
from seisweave.condensation.snapshot import joined, transfer_arrays, transfer_from_arrays
from seisweave.condensation.transfer import Transfer, start_transfer, transfer_weight
from seisweave.keeping import Arrays, Checkpoint
from seisweave.lazy import renamed_keyword
from seisweave.machine import available_cores
from seisweave.progress import Progress, Step
from seisweave.renamed import renamed_names
from seisweave.spreading import on_a_cluster, sent

if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__)

_STATE = "condensation"  # name of what is kept
_OTHER = "another input, other options or another version of seisweave"
_DAMAGED = "remove it and start again"
_TURN_S = 60.0  # of a worker, after which it gives back what it has done
_TRANSFER_POINT = 3.0  # what a point drawn by the transfer costs, about, in points of the assignment


def condense(
    catalog: CatalogLike | EventGaussians,
    options: CondensationOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
    checkpoint: str | Path | None = None,
) -> CondensedCatalog:
    """Condense a catalog: move weights onto the well located events, and assign each event to one Gaussian.

    Args:
        catalog: a Catalog, or what `as_catalog` makes one of, whose events all have a depth and a location error (see
            `fill_uncertainty`), or `EventGaussians` in 2-D or 3-D.
        options: vote, samples, seed; see `CondensationOptions`.
        jobs: threads (default: all cores); on a dask cluster those of one worker at a time. The result depends neither
            on them nor on the order of the events: events are identified by content, those of equal content by their
            ids, or else are interchangeable.
        progress: called with a `Step` now and then.
        keep: a folder to keep the state in, every 20 seconds, and to go on from.
        checkpoint: the old name of `keep`.

    Raises:
        InputError: for events without depth or error, invalid errors, errors that look implausible as a whole (unless
            `trust_errors`), a folder kept by another run.

    Source: Kamer et al. (2015); Kamer, Ouillon & Sornette (2020), section 4.2. How we differ: see
    `docs/concepts/condensation.md`.

    >>> import numpy as np
    >>> from seisweave.condensation import EventGaussians
    >>> sigma_km = np.array([0.5, 0.6, 2.0])[:, None] * np.ones(3)
    >>> condensed = condense(EventGaussians.from_sigmas(np.array([[0.0, 0, 8], [0, 0, 8], [40, 0, 8]]), sigma_km))
    >>> condensed.weight.round(2).tolist(), condensed.chosen.tolist()
    ([2.0, 0.0, 1.0], [0, 0, 2])
    """
    keep, options = renamed_keyword("checkpoint", checkpoint, "keep", keep), options or CondensationOptions()
    start = perf_counter()
    catalog = catalog if isinstance(catalog, EventGaussians) else as_catalog(catalog)
    is_catalog = isinstance(catalog, Catalog)
    if is_catalog and not options.trust_errors:
        refuse_implausible_errors(catalog)
    gaussians = EventGaussians.from_catalog(catalog) if is_catalog else catalog
    tie = np.argsort(np.argsort(catalog.ids, kind="stable"), kind="stable") if is_catalog else None
    prepared = prepare(gaussians, options, jobs or available_cores(), tie)
    identity = _identity(gaussians, options)
    with Checkpoint(keep, identity, other=dict.fromkeys(identity, _OTHER), damaged=_DAMAGED) as kept:
        run = _Run(prepared, progress, kept)
        run.seconds["prepare"] = perf_counter() - start
        run.go()
    return CondensedCatalog(
        gaussians=gaussians,
        weight=_in_input_order(run.state.weight, prepared),
        moves=_moves(run.state, prepared),
        chosen=prepared.ranking.position[run.chosen],
        votes=run.votes,
        options=options,
        projection=catalog.projection() if is_catalog else None,
        input_sha256=(catalog.provenance.sha256 if is_catalog else "") or _hash(gaussians),
        version=_version(),
        n_widened=prepared.shapes.widened,
        catalog=catalog if is_catalog else None,
        seconds={name: round(value, 4) for name, value in run.seconds.items()},
    )


class _Run:
    """The state of one condensation, its clock, its progress."""

    def __init__(self, prepared: Prepared, progress: Progress | None, checkpoint: Checkpoint) -> None:
        self.prepared, self.progress, self.checkpoint = prepared, progress or (lambda _: None), checkpoint
        self.seconds: dict[str, float] = {}
        points = _TRANSFER_POINT * len(prepared) * prepared.options.samples
        assigned_points = len(prepared.ranking.event_stream) * prepared.options.assign_samples
        self.transfer_share = points / (points + assigned_points)
        self.until = float("inf")  # when to pause
        kept = checkpoint.load(_STATE)
        if kept is not None and "identity" in kept:  # earlier versions kept it with the state
            checkpoint.check(json.loads(str(kept.pop("identity"))))
        self.take(kept)

    def take(self, kept: Arrays | None) -> None:
        """Go on from a state; from none at the beginning."""
        n = len(self.prepared.ranking.event_stream)
        self.state = start_transfer(self.prepared) if kept is None else transfer_from_arrays(kept)
        self.chosen = np.full(n, -1) if kept is None else kept["chosen"]
        self.votes = np.zeros(n, np.int64) if kept is None else kept["votes"]

    def arrays(self) -> Arrays:
        """The state."""
        return transfer_arrays(self.state) | {"chosen": self.chosen, "votes": self.votes}

    def go(self) -> None:
        """Transfer weight, then assign events; on a cluster a worker does, and gives the state back now and then."""
        start = perf_counter()
        while on_a_cluster() and (self.state.left > 0 or (self.chosen < 0).any()):
            prepared, kept = self.prepared, self.arrays()
            self.take(sent(lambda tell: _a_while(prepared, kept, tell), self.progress))  # noqa: B023
            self.checkpoint.save(_STATE, self.arrays())
        transfer_weight(self.prepared, self.state, self._tell)
        self.seconds["condense"] = perf_counter() - start
        self.state.left = 0
        assign(self.prepared, self.state.weight, self.chosen, self.votes, self._tell)
        self.seconds["assign"] = perf_counter() - start - self.seconds["condense"]

    def _tell(self) -> None:
        if self.state.left > 0:
            done = self.transfer_share * (1.0 - self.state.left / len(self.prepared))
            self.progress(Step("condense", done))
        else:
            done = self.transfer_share + (1.0 - self.transfer_share) * float((self.chosen >= 0).mean())
            self.progress(Step("assign", done))
        if self.checkpoint.due(_STATE):
            self.checkpoint.save(_STATE, self.arrays())
        if perf_counter() > self.until:
            raise _Pause


class _Pause(Exception):  # noqa: N818
    """Enough for now."""


def _a_while(prepared: Prepared, kept: Arrays, progress: Progress | None) -> Arrays:
    """Go on from a state for some time; gives the new one."""
    run = _Run(prepared, progress, Checkpoint(None, {}))
    run.take(kept)
    run.until = perf_counter() + _TURN_S
    with suppress(_Pause):
        run.go()
    return run.arrays()


def _in_input_order(values: np.ndarray, prepared: Prepared) -> np.ndarray:
    back = np.empty_like(values)
    back[prepared.ranking.position] = values
    return back


def _moves(state: Transfer, prepared: Prepared) -> Moves:
    """All moves, by the rows of the input."""
    n_targets, position = joined(state.n_targets, np.int32), prepared.ranking.position
    sources = np.arange(len(prepared) - 1, len(prepared) - 1 - len(n_targets), -1)
    source, target = position[np.repeat(sources, n_targets)], position[joined(state.target, np.int32)]
    order = np.lexsort((target, source))
    return Moves(source[order], target[order], joined(state.amount, np.float64)[order])


def _hash(gaussians: EventGaussians) -> str:
    digest = hashlib.sha256()
    for array in (gaussians.event, gaussians.weight, gaussians.mean_km, gaussians.covariance_km2):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _identity(gaussians: EventGaussians, options: CondensationOptions) -> dict[str, object]:
    return {"input": _hash(gaussians), "options": asdict(options), "version": _version()}


def _version() -> str:
    from seisweave.version import __version__

    return __version__
