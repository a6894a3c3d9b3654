"""Options of the exports; the command's flags are made from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seisweave.errors import InputError
from seisweave.renamed import renamed_fields


@renamed_fields(years="observed_years")
@dataclass(frozen=True)
class ExportOptions:
    """What the exports cannot take from a network, and what is chosen.

    Errors: InputError for values out of range.

    >>> ExportOptions(rake_deg=90.0).colours
    'system'
    """

    colours: Literal["system", "strike"] = field(
        default="system", metadata={"help": "Colours of faults by their system, or by their strike (kml, tsurf)."}
    )
    rake_deg: float | None = field(
        default=None, metadata={"help": "Rake of every fault, degrees; 0 is written where it is not given (nrml)."}
    )
    observed_years: float | None = field(
        default=None,
        metadata={"help": "Years that the events stand for; from the first to the last unless given (nrml)."},
    )
    min_magnitude: float = field(default=5.0, metadata={"help": "Smallest magnitude of the sources (nrml)."})
    tectonic_region: str = field(
        default="Active Shallow Crust", metadata={"help": "Tectonic region of the sources (nrml)."}
    )

    def __post_init__(self) -> None:
        if self.rake_deg is not None and not -180.0 <= self.rake_deg <= 180.0:
            raise InputError(f"rake_deg is {self.rake_deg}; give degrees from -180 to 180")
        if self.observed_years is not None and not 0.0 < self.observed_years < 1e6:
            raise InputError(f"observed_years is {self.observed_years}; give a number above zero")
        if not -2.0 <= self.min_magnitude <= 9.0:
            raise InputError(f"min_magnitude is {self.min_magnitude}; give a magnitude from -2 to 9")
        if not self.tectonic_region.strip() or not self.tectonic_region.isprintable():
            raise InputError(f"tectonic_region is {self.tectonic_region!r}; give a name, like 'Stable Continental'")
