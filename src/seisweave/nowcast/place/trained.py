"""How a nowcaster by place is trained: a network on all of the past, and some on all but the last years.

What the earlier ones say of the years after them corrects the last one's rates (`correction.fit_correction`). Where
networks start from ETAS, that is fitted before the same borders, and corrected by the same years.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float32

from seisweave.errors import InputError
from seisweave.etas.model import EtasModel
from seisweave.locks import hold
from seisweave.nowcast.channels import check_learned
from seisweave.nowcast.claims import claim
from seisweave.nowcast.place.baselines import strong_neuron
from seisweave.nowcast.place.correction import fit_correction
from seisweave.nowcast.place.data import PlaceData
from seisweave.nowcast.place.etas_rates import PlaceEtas, etas_log_rates, fitted_etas, with_etas
from seisweave.nowcast.place.fit import earlier_fits, fit_network, log_rates
from seisweave.nowcast.place.options import PlaceSettings
from seisweave.progress import Progress, Step
from seisweave.spreading import on_a_cluster, seen_by_all, spread

if TYPE_CHECKING:
    from seisweave.nowcast.history import Epoch
    from seisweave.nowcast.place.network import PlaceNetwork


@dataclass(frozen=True, eq=False)
class _Task:
    """A network to be trained: before which border, on what it may see, and the days (t) it is then asked about."""

    border: np.datetime64
    end: np.datetime64
    asked: Bool[np.ndarray, " t"]
    etas: EtasModel | None
    keep: Path | None


@dataclass(frozen=True, eq=False)
class _Trained:
    """A network, and what it says of the days it is asked about."""

    network: PlaceNetwork
    log_rates: Float32[np.ndarray, "a m rows columns"]


def train_parts(
    data: PlaceData,
    settings: PlaceSettings,
    *,
    jobs: int,
    progress: Progress | None,
    keep: Path | None,
) -> dict[str, Any]:
    """All fields of a `PlaceNowcaster` but its provenance, as `train_place_nowcaster` tells.

    Errors: InputError for too few days or events.
    """
    until = data.steps.start[-1] if settings.end is None else data.steps.start[-1] + data.steps.step
    learned = data.learned(data.before(until))
    check_learned(learned)
    borders = [*earlier_fits(data, until, settings.network), until]
    if not data.before(borders[-2]).any():
        raise InputError(
            f"no day to learn from before {str(borders[-2])[:10]}, after which the network is calibrated; give a"
            " longer catalog, or fewer --calibration-years"
        )
    neurons = [strong_neuron(data, data.before(border)) for border in borders]
    if keep is not None:
        claim(keep, asdict(settings), data.known())
    started = settings.network.rates == "etas"
    models = fitted_etas(data, settings.place, borders, jobs=jobs, progress=progress) if started else {}
    tasks = _tasks(data, borders, models, seen_by_all(keep))
    with hold(keep):
        made = _trained(data, tasks, settings, jobs=jobs, progress=progress)
    rates = np.concatenate([each.log_rates for each in made])
    leans = [neuron.log_rates(data.counts[task.asked]) for neuron, task in zip(neurons, tasks, strict=True)]
    happened = data.happened[data.between(*borders)]
    etas = None
    if started:
        shown = [etas_log_rates(models[task.border], data, settings.place, task.asked) for task in tasks]
        alone = np.concatenate(shown)
        etas = PlaceEtas(models[until], fit_correction(alone, 0.0 * alone, happened))
    first, known = (str(day.astype("datetime64[D]")) for day in (data.steps.start[0], until))
    return {
        "network": made[-1].network,
        "neuron": neurons[-1],
        "correction": fit_correction(rates, np.concatenate(leans), happened),
        "options": settings.place,
        "network_options": settings.network,
        "seed": settings.seed,
        "first": first,
        "known_until": known,
        "etas": etas,
        "channels": learned,
    }


def _tasks(
    data: PlaceData, borders: list[np.datetime64], models: dict[np.datetime64, EtasModel], keep: Path | None
) -> list[_Task]:
    """A network before each border, asked about the days until the next; the last one about none."""
    tasks = []
    for k, border in enumerate(borders):
        end = borders[k + 1] if k + 1 < len(borders) else border
        asked = data.between(border, end)
        tasks.append(_Task(border, end, asked, models.get(border), None if keep is None else keep / f"fit{k}"))
    return tasks


def _trained(
    data: PlaceData, tasks: list[_Task], settings: PlaceSettings, *, jobs: int, progress: Progress | None
) -> list[_Trained]:
    epochs, last = settings.network.epochs, len(tasks) - 1
    if jobs == 1 and not on_a_cluster():
        told = [None if progress is None else _told(progress, k, last, epochs) for k in range(len(tasks))]
        return [_train_and_ask(data, task, settings, tell) for task, tell in zip(tasks, told, strict=True)]
    made: list[_Trained] = []
    for each in spread(_train_and_ask, [(data, task, settings) for task in tasks], jobs=jobs, processes=True):
        made.append(each)
        if progress:
            progress(Step(f"{len(made)} of {len(tasks)} networks", len(made) / len(tasks)))
    return made


def _train_and_ask(
    data: PlaceData, task: _Task, settings: PlaceSettings, progress: Callable[[Epoch], None] | None = None
) -> _Trained:
    if task.etas is not None:
        data = with_etas(data, settings.place, task.etas, task.end)
    data = data.standardised(data.learned(data.before(task.border)))
    network = fit_network(data, data.before(task.border), settings, keep=task.keep, progress=progress)
    asked = data.seen(task.asked)
    n_cells = (len(settings.place.thresholds), *settings.place.maps.shape)
    return _Trained(network, log_rates(network, asked) if len(asked) else np.zeros((0, *n_cells), np.float32))


def _told(progress: Progress, number: int, last: int, epochs: int) -> Callable[[Epoch], None]:
    """Progress over all networks."""
    name = "network" if number == last else f"calibration {number + 1} of {last}"
    done, of = number * epochs + 1, (last + 1) * epochs
    return lambda epoch: progress(Step(f"{name}: epoch {epoch.epoch + 1}", (done + epoch.epoch) / of))
