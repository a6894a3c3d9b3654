"""Options of the fault reconstruction; the command's flags and the report's settings table are made from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from seisweave.errors import InputError

BackgroundKind = Literal["box", "hull", "alpha", "sphere", "gaussian", "voronoi"]


@dataclass(frozen=True)
class FaultOptions:
    """How a catalog becomes a fault network.

    Errors: InputError for an invalid value.

    >>> FaultOptions(criterion="local", subsets=5).refine
    True
    """

    criterion: Literal["global", "local"] = field(
        default="global",
        metadata={"help": "Merge by the BIC gain of the whole mixture (global) or of the two segments alone (local)."},
    )
    schedule: Literal["greedy", "reference"] = field(
        default="greedy",
        metadata={"help": "Greedy: always the one best merge; reference: the batches of the published program."},
    )
    subsets: int = field(
        default=1,
        metadata={"help": "Pieces the Ward tree is cut into first, each with its own background (paper: 5, 30)."},
    )
    atomize: Literal["best", "cut", "branch"] = field(
        default="best",
        metadata={
            "help": "Proto-faults by one cut of the tree (the paper), by branch at its own capacity, or best: whichever"
            " gives the lower BIC (greedy schedule)."
        },
    )
    background: BackgroundKind = field(
        default="box",
        metadata={
            "help": "Background of a subset: the box around it (the paper); hull, alpha shape, sphere or isotropic"
            " gaussian of its events that no proto-fault has; voronoi: its cell of the hull of all events."
        },
    )
    refine: bool = field(
        default=True,
        metadata={"help": "After merging: soft EM, merge again, drop segments no better than the background."},
    )
    min_sigma_km: float | Literal["auto"] = field(
        default="auto",
        metadata={
            "help": "Smallest standard deviation of a segment along any axis, km; auto: 0.05, less where events are"
            " less than a few hundred metres apart (greedy schedule)."
        },
    )
    roughness_km: float | Literal["auto"] = field(
        default="auto",
        metadata={"help": "How far a segment may leave the plane of its fault, km; auto: as the events show."},
    )
    location_errors: Literal["catalog", "estimated"] = field(
        default="catalog",
        metadata={
            "help": "Errors of location that plates are freed of: the catalog's, where nine events in ten have one, or"
            " estimated from the hypocentres."
        },
    )
    seed: int = field(
        default=0,
        metadata={"help": "Seed of samples drawn from the network; the reconstruction itself draws nothing."},
    )

    def __post_init__(self) -> None:
        if self.criterion not in ("global", "local"):
            raise InputError(f"criterion is {self.criterion!r}; choose global or local")
        if self.schedule not in ("greedy", "reference"):
            raise InputError(f"schedule is {self.schedule!r}; choose greedy or reference")
        if self.subsets < 1:
            raise InputError(f"subsets is {self.subsets}; give 1 (no cut) or more")
        if self.atomize not in ("best", "cut", "branch"):
            raise InputError(f"atomize is {self.atomize!r}; choose best, cut or branch")
        if self.background not in get_args(BackgroundKind):
            raise InputError(f"background is {self.background!r}; choose {', '.join(get_args(BackgroundKind))}")
        if self.background != "box" and self.schedule == "reference":
            raise InputError(f"background is {self.background!r}; the reference schedule knows the box only")
        if self.min_sigma_km != "auto" and not _is_length(self.min_sigma_km):
            raise InputError(f"min_sigma_km is {self.min_sigma_km}; give auto, or a length between 0 and 10 km")
        if self.roughness_km != "auto" and not 0.0 <= float(self.roughness_km) < 100.0:
            raise InputError(f"roughness_km is {self.roughness_km}; give auto, or a length from 0 to below 100 km")
        if self.location_errors not in ("catalog", "estimated"):
            raise InputError(f"location_errors is {self.location_errors!r}; choose catalog or estimated")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; give 0 or more")


@dataclass(frozen=True)
class ResampleOptions:
    """How a reconstruction is repeated to see what of it comes back; see `resample_faults`.

    Errors: InputError for an invalid value.

    >>> ResampleOptions(n=50, kind="errors").seed
    0
    """

    n: int = field(default=20, metadata={"help": "How many resamples."})
    kind: Literal["both", "bootstrap", "errors"] = field(
        default="both",
        metadata={
            "help": "Bootstrap: events drawn with replacement, duplicates dropped; errors: all events, moved by their"
            " errors of location; or both."
        },
    )
    seed: int = field(default=0, metadata={"help": "Seed of the draws."})

    def __post_init__(self) -> None:
        if self.n < 2:
            raise InputError(f"n is {self.n}; give 2 resamples or more, 20 tell a good deal")
        if self.kind not in ("both", "bootstrap", "errors"):
            raise InputError(f"kind is {self.kind!r}; choose both, bootstrap or errors")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; give 0 or more")


def _is_length(value: float | str) -> bool:
    return not isinstance(value, str) and 0.0 < value < 10.0
