"""How an ETAS model is fitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from seisweave.errors import InputError
from seisweave.renamed import renamed_fields

Form = Literal["standard", "adaptive", "full"]
Incompleteness = Literal["none", "helmstetter", "fitted"]


@renamed_fields(region="fit_region")
@dataclass(frozen=True)
class EtasOptions:
    """How an ETAS model is fitted, and to which events.

    Errors: InputError for values out of range.

    >>> EtasOptions().form
    'full'
    """

    form: Form = field(default="full", metadata={"help": "Form of the model."})
    max_targets: int = field(
        default=12_000, metadata={"help": "Events whose rate is looked at, drawn by chance; 0: all of them."}
    )
    seed: int = field(default=1, metadata={"help": "Seed of the draw of these events."})
    completeness: float | None = field(
        default=None, metadata={"help": "Magnitude from which the catalog is complete; estimated where not given."}
    )
    fit_region: str | None = field(
        default=None,
        metadata={
            "help": "Polygon of the region to fit: a file of lon lat rows, or 'lon,lat lon,lat lon,lat'; else a box"
            " about the catalog's events."
        },
    )
    fit_from: str | None = field(
        default=None, metadata={"help": "Fit to events from this time on, UTC; else after a tenth of the catalog."}
    )
    fit_until: str | None = field(
        default=None,
        metadata={"help": "Fit to events before this time, to which the catalog is complete; else its last event's."},
    )
    incompleteness: Incompleteness = field(
        default="none",
        metadata={
            "help": "What the hours after large events miss: none, helmstetter (as in southern California), or fitted"
            " to the catalog."
        },
    )

    def __post_init__(self) -> None:
        if self.form not in get_args(Form):
            raise InputError(f"form is {self.form!r}; choose one of {', '.join(get_args(Form))}")
        if self.incompleteness not in get_args(Incompleteness):
            known = ", ".join(get_args(Incompleteness))
            raise InputError(f"incompleteness is {self.incompleteness!r}; choose one of {known}")
        if self.max_targets < 0:
            raise InputError(f"max_targets is {self.max_targets}; give a number of events, or 0 for all")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; give 0 or more")
        if self.completeness is not None and not -10.0 < self.completeness < 10.0:
            raise InputError(f"completeness is {self.completeness}; give a magnitude")
