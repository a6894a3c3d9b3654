"""The kernels of a model as exponentials in time, and what each unit of them brings in a window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from seisweave.etas.exponentials import Exponentials
from seisweave.etas.families import Brings, EventsToCome, directly, families_with, with_descendants
from seisweave.etas.forms import KernelForm
from seisweave.etas.magnitude_law import MagnitudeLaw
from seisweave.etas.model import EtasModel
from seisweave.etas.sources import Inputs, Sources, sources_of

PANEL = 0.1  # of magnitude, in means over the law


@dataclass(frozen=True, eq=False)
class CellKernel:
    """One kernel: what it makes of each event (n), its exponentials, and what events to come add to these by magnitude.

    offspring (b): of an event to come in one window, directly, at the middle of each bin of magnitude.
    """

    form: KernelForm
    sources: Sources
    exponentials: Exponentials
    adds: Float[np.ndarray, "b k"]
    offspring: Float[np.ndarray, " b"]


@dataclass(frozen=True, eq=False)
class CellKernels:
    """All kernels of a model, what they and the background bring in a window, and the law of what is to come."""

    each: list[CellKernel]
    coming: EventsToCome
    law: MagnitudeLaw
    days: float

    @classmethod
    def of(cls, model: EtasModel, inputs: Inputs, first: float, days: float) -> CellKernels:
        """For windows from `first` (days) on; events to come have the mean productivity of what lies before it."""
        assert model.fitted_to is not None
        law, events = model.fitted_to.magnitudes, inputs.events
        edges = PANEL * np.arange(int(np.ceil((law.corner_magnitude + 1.0 - law.lowest) / PANEL)) + 1)
        chance = -np.diff(law.survival(law.lowest + edges))
        longest = max(events.end - (float(events.t_days[0]) if len(events) else first), 1.0) + days
        past, made = events.t_days < first, []
        for form in model.form.kernels:
            source = sources_of(form, model.value, inputs)
            log_k, log_c = _of_events_to_come(form, model.value, inputs, past, edges[:-1] + 0.5 * PANEL)
            shortest = float(min(source.c.min(initial=np.inf), np.exp(log_c).min()))
            kernel = Exponentials.of(source.omega, source.tau, shortest_c=shortest, longest=longest)
            adds = np.exp(log_k)[:, None] * kernel.weight(np.exp(log_c))
            made.append(CellKernel(form, source, kernel, adds, adds @ directly(kernel.decay, days).state))
        adds = np.concatenate([each.adds for each in made], axis=1)
        return cls(made, EventsToCome(edges, chance / chance.sum(), adds), law, days)

    @cached_property
    def decay(self) -> Float[np.ndarray, " k"]:
        """Of all exponentials, 1/day."""
        return np.concatenate([each.exponentials.decay for each in self.each])

    @cached_property
    def direct(self) -> Brings:
        """Events that nothing in the window triggers."""
        return directly(self.decay, self.days)

    @cached_property
    def in_all(self) -> Brings:
        """All events."""
        return with_descendants(self.decay, self.coming, self.days)

    @cached_property
    def again(self) -> float:
        """Of the descendants of an event in a window, the share that is not its own offspring."""
        added = self.coming.chance @ self.coming.adds
        return 1.0 - float(self.direct.state @ added / (self.in_all.state @ added))

    def as_families(self, families: Brings) -> float:
        """Families for each event among the descendants of an event to come, in the mean."""
        added = self.coming.chance @ self.coming.adds
        return float(families.state @ added / (self.in_all.state @ added))

    def families(self, magnitude: float) -> Brings:
        """Families with an event of a magnitude or more in the window."""
        over = magnitude - 0.5 * self.law.bin_width - self.law.lowest
        return families_with(self.decay, self._split_at(over), over, self.days)

    def _split_at(self, over: float) -> EventsToCome:
        """The same bins, but that the one which holds a magnitude ends there."""
        edges, known = self.coming.edges, self.coming
        k = int(np.searchsorted(edges, over - 1e-9, side="right")) - 1
        if k < 0 or k >= len(known.chance) or over - edges[k] < 1e-9:
            return known
        low, at, high = self.law.survival(self.law.lowest + np.array([edges[k], over, edges[k + 1]]))
        part = (low - at) / (low - high)
        chance = np.insert(known.chance, k, known.chance[k] * part)
        chance[k + 1] -= chance[k]
        return EventsToCome(np.insert(edges, k + 1, over), chance, np.insert(known.adds, k, known.adds[k], axis=0))


def _of_events_to_come(
    form: KernelForm,
    value: Mapping[str, float],
    inputs: Inputs,
    past: np.ndarray,
    over: Float[np.ndarray, " b"],
) -> tuple[Float[np.ndarray, " b"], Float[np.ndarray, " b"]]:
    """Logarithms of productivity and delay by magnitude; of other features the mean over the past."""

    def others(part: str) -> np.ndarray:
        total = np.zeros(max(int(past.sum()), 1))
        for feature in getattr(form, part) if past.any() else ():
            if feature != "magnitude":
                total += value[f"{form.name}.{part}.{feature}"] * inputs.feature[feature][past]
        return total

    def line(part: str) -> np.ndarray:
        return value[f"{form.name}.{part}"] + value.get(f"{form.name}.{part}.magnitude", 0.0) * over

    return line("productivity") + np.log(np.exp(others("productivity")).mean()), line("delay") + others("delay").mean()
