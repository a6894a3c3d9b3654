"""How sure a fault network is: what of it comes back when the reconstruction is repeated on resamples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.options import ResampleOptions
from seisweave.faults.stored_variable import Variable
from seisweave.stored_arrays import Rule, arrays_of, json_of, text_of
from seisweave.stored_json import record_of

if TYPE_CHECKING:
    import xarray as xr

COMES_BACK = 0.5  # Jaccard index from which on a fault is the same: no other one can have as much
OFTEN = 0.7  # of the resamples


@dataclass(frozen=True, eq=False)
class Intervals:
    """From the 5th to the 95th percentile of f faults, a row each, over the resamples in which a fault comes back.

    NaN for a fault that never does. Angles are those of the plane that turns the least from the network's own: strikes
    run on below 0 and beyond 360, and a dip beyond 90 is one to the other side, so that low is never above high.
    """

    strike_deg: Float[np.ndarray, "f 2"]
    dip_deg: Float[np.ndarray, "f 2"]
    length_km: Float[np.ndarray, "f 2"]
    width_km: Float[np.ndarray, "f 2"]
    thickness_km: Float[np.ndarray, "f 2"]
    x_km: Float[np.ndarray, "f 2"]
    y_km: Float[np.ndarray, "f 2"]
    depth_km: Float[np.ndarray, "f 2"]


@dataclass(frozen=True, eq=False)
class Sureness:
    """What of a network with f faults and g segments comes back in r resamples; see `resample_faults`.

    All comparisons are on the events that the resample holds, with the labels of the network on the one hand and those
    of the resample's own network on the other. comes_back is the share of the resamples in which a fault has a Jaccard
    index of at least 0.5 with one of theirs, jaccard the mean of its best index, together the probability that two of
    its events are on one fault again; resamples that hold none of its events do not count. agreement is the adjusted
    Rand index of all labels, for each resample, halos and background one group; n_faults how many faults it has. The
    same for segments. errors says whose errors moved the hypocentres: "catalog", "estimated", or "none".

    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> sure = sw.faults.resample_faults(network, ResampleOptions(n=2, kind="bootstrap"))
    >>> sure.comes_back.tolist(), sure.intervals.dip_deg.shape, sure.errors
    ([1.0], (1, 2), 'none')
    """

    options: ResampleOptions
    errors: str
    comes_back: Float[np.ndarray, " f"]
    jaccard: Float[np.ndarray, " f"]
    together: Float[np.ndarray, " f"]
    intervals: Intervals
    segment_comes_back: Float[np.ndarray, " g"]
    segment_jaccard: Float[np.ndarray, " g"]
    segment_together: Float[np.ndarray, " g"]
    agreement: Float[np.ndarray, " r"]
    segment_agreement: Float[np.ndarray, " r"]
    n_faults: Int[np.ndarray, " r"]

    @property
    def self_agreement(self) -> float:
        """Median adjusted Rand index between the network's faults and those of a resample."""
        return float(np.median(self.agreement))

    @property
    def segment_self_agreement(self) -> float:
        """Median adjusted Rand index between the network's segments and those of a resample."""
        return float(np.median(self.segment_agreement))

    @property
    def n_often(self) -> int:
        """How many faults come back in at least 70 % of the resamples."""
        return int((self.comes_back >= OFTEN).sum())

    def __str__(self) -> str:
        n = len(self.comes_back)
        faults = f"{self.n_often} of {n} fault{'' if n == 1 else 's'} come back" if n else "no faults to come back"
        often = f" in at least {OFTEN:.0%} of {len(self.agreement)} resamples".replace("%", " %")
        return f"{faults}{often}; self-agreement {self.self_agreement:.2f}"

    def columns(self) -> dict[str, Float[np.ndarray, " f"]]:
        """Columns for a table of faults: comes_back, jaccard, together, and intervals: x_low_km, x_high_km, ..."""
        columns = {"comes_back": self.comes_back, "jaccard": self.jaccard, "together": self.together}
        for f in fields(Intervals):
            name, unit = f.name.rsplit("_", 1)
            low, high = getattr(self.intervals, f.name).T
            columns |= {f"{name}_low_{unit}": low, f"{name}_high_{unit}": high}
        return columns

    def summary(self) -> dict[str, Any]:
        """What a summary says of it."""
        return {
            **asdict(self.options),
            "errors": self.errors,
            "self_agreement": self.self_agreement,
            "segment_self_agreement": self.segment_self_agreement,
            "n_often": self.n_often,
            "median_n_faults": float(np.median(self.n_faults)),
        }


_DIMENSIONS = {  # of each field that is an array
    **dict.fromkeys(("comes_back", "jaccard", "together"), "fault"),
    **dict.fromkeys(("segment_comes_back", "segment_jaccard", "segment_together"), "segment"),
    **dict.fromkeys(("agreement", "segment_agreement", "n_faults"), "resample"),
}


def to_variables(sureness: Sureness | None) -> dict[str, Variable]:
    """Variables for the dataset of a network, none for None; `from_dataset` reads them back identical."""
    if sureness is None:
        return {}
    variables = {f"sure_{name}": Variable((dim,), getattr(sureness, name)) for name, dim in _DIMENSIONS.items()}
    told = {"options": json.dumps(asdict(sureness.options)), "errors": sureness.errors}
    variables["sure_agreement"] = Variable(("resample",), sureness.agreement, told)
    for f in fields(Intervals):
        values = getattr(sureness.intervals, f.name)
        variables[f"sure_{f.name.rsplit('_', 1)[0]}"] = Variable(("fault", "bound"), values)
    return variables


def from_dataset(dataset: xr.Dataset) -> Sureness | None:
    """The sureness that a network's dataset holds, or None. Errors: ValueError for what cannot be one."""
    if "sure_agreement" not in dataset:
        return None
    told: Mapping[str, Any] = dataset["sure_agreement"].attrs
    names = {f.name: f"sure_{f.name.rsplit('_', 1)[0]}" for f in fields(Intervals)}
    arrays = arrays_of(dataset, {f"sure_{name}": _rule(name, dim) for name, dim in _DIMENSIONS.items()})
    if not len(arrays["sure_agreement"]):
        raise ValueError("it says how sure it is without a resample")
    intervals = arrays_of(dataset, {name: Rule(("fault", "bound"), unknown=True) for name in names.values()})
    return Sureness(
        options=record_of(ResampleOptions, json_of(told, "options")),
        errors=text_of(told, "errors"),
        intervals=Intervals(**{name: intervals[variable] for name, variable in names.items()}),
        **{name: arrays[f"sure_{name}"] for name in _DIMENSIONS},
    )


def _rule(name: str, dim: str) -> Rule:
    """Shares from 0 to 1, indices from -1 to 1, and numbers of faults; NaN where no resample knows."""
    if name == "n_faults":
        return Rule((dim,), 0, whole=True)
    return Rule((dim,), -1.0 if name.endswith("agreement") else 0.0, 1.0, unknown=True)
