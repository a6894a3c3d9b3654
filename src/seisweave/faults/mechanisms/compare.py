"""Focal mechanisms beside a fault network: misfit against chance, the preferred plane of each, rakes by fault."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.catalog.nodal_planes import NodalPlanes, angles_between
from seisweave.errors import InputError
from seisweave.faults.common_events import Tolerance
from seisweave.faults.mechanisms.mechanisms import Mechanisms
from seisweave.faults.mechanisms.misfit import Misfit, misfit_of
from seisweave.faults.mechanisms.on_faults import OnFaults, put_on_faults
from seisweave.faults.mechanisms.options import MechanismOptions
from seisweave.faults.mechanisms.preferred import listed_probability, scatter_of
from seisweave.faults.network import FaultNetwork

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class MechanismComparison:
    """n mechanisms beside the faults of a network.

    on_faults says which event and fault each has. misfit_deg are the angles between the plate and the listed and the
    auxiliary plane, probability that the listed one slipped; both NaN for mechanisms on no fault. misfit is that of all
    better planes, with its controls; scatter_deg how far planes leave their plates beyond the mechanisms' uncertainty.
    notes tell what was left out.

    >>> import seisweave as sw
    >>> from dataclasses import replace
    >>> from seisweave.faults.export import network_events
    >>> xyz_km = np.random.default_rng(1).normal((0, 0, 8), (0.2, 5.0, 3.0), (200, 3))  # upright, to the north
    >>> network = sw.reconstruct_faults(xyz_km)
    >>> named = replace(network, source=network_events(network).assign(id=np.arange(200).astype(str)))
    >>> planes = NodalPlanes(np.full(12, 92.0), np.full(12, 88.0), np.full(12, 1.0))
    >>> found = compare_mechanisms(named, Mechanisms(planes, ids=np.arange(12).astype(str)))
    >>> found.by_fault()[["fault", "n_mechanisms", "mean_rake_deg"]].round().abs().to_numpy().tolist()
    [[0.0, 11.0, 178.0]]
    """

    network: FaultNetwork
    mechanisms: Mechanisms
    on_faults: OnFaults
    misfit_deg: Float[np.ndarray, "n 2"]
    probability: Float[np.ndarray, " n"]
    misfit: Misfit
    scatter_deg: float
    options: MechanismOptions
    notes: tuple[str, ...] = ()

    @property
    def used(self) -> Bool[np.ndarray, " n"]:
        """Which mechanisms lie on a fault."""
        return self.on_faults.fault >= 0

    @property
    def listed_preferred(self) -> Bool[np.ndarray, " n"]:
        """Whether the listed plane is the likelier one; so too where nothing is known."""
        return ~(self.probability < 0.5)

    @cached_property
    def preferred(self) -> NodalPlanes:
        """The likelier plane of each mechanism; the listed one where it lies on no fault."""
        listed, other = self.mechanisms.planes, self.mechanisms.planes.auxiliary
        chosen = [
            np.where(self.listed_preferred, getattr(listed, name), getattr(other, name))
            for name in ("strike_deg", "dip_deg", "rake_deg")
        ]
        return NodalPlanes(*chosen)

    @property
    def preferred_probability(self) -> Float[np.ndarray, " n"]:
        """Probability of the preferred plane, NaN on no fault."""
        return np.maximum(self.probability, 1.0 - self.probability)

    @cached_property
    def rake_on_fault_deg(self) -> Float[np.ndarray, " n"]:
        """Direction of slip in the plate of the fault, degrees from its strike up its dip; NaN on no fault.

        The slip of the side that is the hanging wall of the plate, so that rakes of one fault can be averaged however
        steep it is.
        """
        rake = np.full(len(self.mechanisms), np.nan)
        used = np.flatnonzero(self.used)
        frame = _plates(self.network, self.on_faults.fault[used])
        pole, slip = self.preferred.pole[used], self.preferred.slip[used]
        side = np.where((pole * frame.pole).sum(axis=1) < 0, -1.0, 1.0)
        along, up = frame.slip, np.cross(frame.pole, frame.slip)
        across = (slip * up).sum(axis=1), (slip * along).sum(axis=1)
        rake[used] = np.degrees(np.arctan2(side * across[0], side * across[1]))
        return rake

    def table(self) -> pd.DataFrame:
        """One row a mechanism: its event and fault, both planes, misfits, the preferred plane and its probability."""
        import pandas as pd

        given, other = self.mechanisms, self.mechanisms.planes.auxiliary
        columns = {"id": given.ids, "time": given.times, "longitude": given.longitude, "latitude": given.latitude}
        columns |= {"depth_km": given.depth_km, "event": self.on_faults.event, "matched_by": self.on_faults.how}
        columns |= {"fault": self.on_faults.fault, **vars(given.planes)}
        columns |= {f"auxiliary_{name}": value for name, value in vars(other).items()}
        columns |= {f"misfit{k + 1}_deg": self.misfit_deg[:, k] for k in range(2)}
        columns |= {f"uncertainty{k + 1}_deg": given.uncertainty_deg[:, k] for k in range(2)}  # pyright: ignore[reportOptionalSubscript]
        preferred = np.where(self.used, np.where(self.listed_preferred, "listed", "auxiliary"), "")
        columns |= {"preferred": preferred, "probability": self.preferred_probability}
        chosen = {
            f"preferred_{name}": np.where(self.used, value, np.nan) for name, value in vars(self.preferred).items()
        }
        return pd.DataFrame({**columns, **chosen, "rake_on_fault_deg": self.rake_on_fault_deg})

    def by_fault(self) -> pd.DataFrame:
        """One row a fault that holds mechanisms: how many, their mean rake and its spread, misfit and probability.

        The mean is that of directions, in the plate of the fault; the spread its circular standard deviation
        (Mardia & Jupp 2000, section 2.3), NaN for one mechanism.
        """
        import pandas as pd

        fault, planes = self.on_faults.fault, self.network.planes
        held, better = np.unique(fault[self.used]), np.min(self.misfit_deg, axis=1)
        rows = []
        for k in held.tolist():
            mine = fault == k
            mean = np.exp(1j * np.radians(self.rake_on_fault_deg[mine])).mean()
            spread = np.degrees(np.sqrt(max(0.0, -2.0 * np.log(max(abs(mean), 1e-300)))))
            rows.append(
                {
                    "fault": k,
                    "n_mechanisms": int(mine.sum()),
                    "strike_deg": planes.strike_deg[k],
                    "dip_deg": planes.dip_deg[k],
                    "mean_rake_deg": np.degrees(np.angle(mean)),
                    "rake_spread_deg": spread if mine.sum() > 1 else np.nan,
                    "mean_misfit_deg": better[mine].mean(),
                    "mean_probability": self.preferred_probability[mine].mean(),
                }
            )
        return pd.DataFrame(rows)


def compare_mechanisms(
    network: FaultNetwork, mechanisms: Mechanisms, options: MechanismOptions | None = None
) -> MechanismComparison:
    """Put mechanisms on the faults of a network, say how well they fit them, and which of their planes slipped.

    Errors: InputError where no mechanism is found in the network, none lies on a fault, or the network does not hold
    its events.

    >>> import seisweave as sw
    >>> xyz_km = np.random.default_rng(1).normal((0, 0, 8), (0.2, 5.0, 3.0), (200, 3))  # upright, to the north
    >>> catalog = sw.Catalog(times=np.datetime64("2020-01-01") + np.arange(200), depth_km=xyz_km[:, 2],
    ...     longitude=xyz_km[:, 0] / 111.2, latitude=xyz_km[:, 1] / 111.2, magnitude=np.full(200, 2.0),
    ...     ids=np.arange(200).astype(str))
    >>> network = sw.reconstruct_faults(catalog)
    >>> one = Mechanisms(NodalPlanes(np.array([90.0]), np.array([88.0]), np.array([2.0])), ids=np.array(["7"]))
    >>> found = compare_mechanisms(network, one)
    >>> (found.preferred.strike_deg.round() % 180.0).tolist(), bool(found.probability[0] < 0.01)
    ([0.0], True)
    """
    options = options or MechanismOptions()
    placed = put_on_faults(network, mechanisms, Tolerance(options.seconds, options.km))
    used = np.flatnonzero(placed.fault >= 0)
    if not len(used):
        found = len(mechanisms) - placed.outside
        raise InputError(
            f"{mechanisms.source or 'the mechanisms'}: none of the {found} that are found in the network lies on a"
            " fault; give more mechanisms, or a network of more events"
        )
    planes = mechanisms.planes.take(used)
    poles = np.stack([planes.pole, planes.auxiliary.pole], axis=1)
    normals = np.array(network.faults.plates.axes[:, 2])
    angle = angles_between(poles, np.repeat(normals[placed.fault[used]][:, None], 2, axis=1))
    misfit_deg, probability = np.full((len(mechanisms), 2), np.nan), np.full(len(mechanisms), np.nan)
    misfit_deg[used] = angle
    stated = mechanisms.uncertainty_deg[used]  # pyright: ignore[reportOptionalSubscript]
    unsure = np.where(np.isnan(stated), options.uncertainty_deg, stated)
    scatter = scatter_of(angle, unsure) if options.scatter_deg == "auto" else float(options.scatter_deg)
    probability[used] = listed_probability(angle, np.hypot(unsure, scatter))
    return MechanismComparison(
        network=network,
        mechanisms=mechanisms,
        on_faults=placed,
        misfit_deg=misfit_deg,
        probability=probability,
        misfit=misfit_of(poles, placed.fault[used], normals, draws=options.draws, seed=options.seed),
        scatter_deg=scatter,
        options=options,
        notes=(*mechanisms.rejected.notes, *_rejected(mechanisms), *placed.notes, *_unstated(stated, options)),
    )


def _plates(network: FaultNetwork, fault: Int[np.ndarray, " m"]) -> NodalPlanes:
    """The plates of faults, with slip along their strike."""
    planes = network.planes
    return NodalPlanes(planes.strike_deg[fault], planes.dip_deg[fault], np.zeros(len(fault)))


def _rejected(mechanisms: Mechanisms) -> list[str]:
    rejected = mechanisms.rejected
    return [f"{n} rows are left out: {reason}" for reason, n in rejected.by_reason().items()]


def _unstated(stated: np.ndarray, options: MechanismOptions) -> list[str]:
    n = int(np.isnan(stated).any(axis=1).sum())
    return (
        [f"{n} of {len(stated)} mechanisms state no uncertainty: {options.uncertainty_deg:g}° are taken"] if n else []
    )
