"""How a catalog is declustered."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from seisweave.errors import InputError
from seisweave.renamed import renamed_fields

Method = Literal["gardner-knopoff", "reasenberg", "zaliapin-ben-zion", "stochastic"]
Windows = Literal["gardner-knopoff", "gruenthal", "uhrhammer"]
Form = Literal["standard", "adaptive"]
_GK, _R, _ZBZ, _ETAS = get_args(Method)
_BOUNDS = {  # of numbers: the smallest and the largest allowed
    "foreshock_share": (0.0, 1.0),
    "tau_min_days": (0.0, 1e4),
    "tau_max_days": (0.0, 1e4),
    "confidence": (0.0, 0.999999),
    "magnitude_raise": (0.0, 1.0),
    "effective_magnitude": (-10.0, 10.0),
    "radius_factor": (0.0, 1e3),
    "epicentre_error_km": (0.0, 100.0),
    "depth_error_km": (0.0, 100.0),
    "b": (0.0, 5.0),
    "dimension": (0.1, 3.0),
    "eta_threshold": (-100.0, 100.0),
    "completeness": (-10.0, 10.0),
}


def _said(method: str, sentence: str) -> dict[str, str]:
    """What an option of one method does."""
    return {"help": "-".join(word.capitalize() for word in method.split("-")) + f": {sentence}", "method": method}


def _of(method: str, default: Any, sentence: str) -> Any:
    return field(default=default, metadata=_said(method, sentence))


@renamed_fields(threshold="eta_threshold")
@dataclass(frozen=True)
class DeclusterOptions:
    """The method, and what each of them asks for; the others' options do nothing.

    Errors: InputError for a word that is not known, or a number out of range.

    >>> DeclusterOptions("reasenberg").tau_max_days
    10.0
    """

    method: Method = field(
        default="zaliapin-ben-zion",
        metadata={"help": "Windows, Reasenberg's links, nearest neighbours, or a fitted ETAS model."},
    )
    windows: Windows = field(default="gardner-knopoff", metadata=_said(_GK, "whose windows of time and distance."))
    foreshock_share: float = _of(_GK, 1.0, "share of the window's time that counts before the mainshock.")
    tau_min_days: float = _of(_R, 1.0, "shortest look-ahead time, that of events without a cluster.")
    tau_max_days: float = _of(_R, 10.0, "longest look-ahead time.")
    confidence: float = _of(_R, 0.95, "p, probability of seeing the next event of a cluster.")
    magnitude_raise: float = _of(_R, 0.5, "xk, share of the largest magnitude that detection rises by.")
    effective_magnitude: float = _of(_R, 1.5, "xmeff, magnitude the catalog is complete from.")
    radius_factor: float = _of(_R, 10.0, "rfact, crack radii that an event's interaction zone is wide.")
    epicentre_error_km: float = _of(_R, 1.0, "error of epicentres; distances are shortened by two of them.")
    depth_error_km: float = _of(_R, 2.0, "error of depths; distances are shortened by two of them.")
    b: float = _of(_ZBZ, 1.0, "b-value, by which the earlier event's magnitude counts.")
    dimension: float = _of(_ZBZ, 1.6, "fractal dimension, by which distance counts.")
    hypocentral: bool = _of(_ZBZ, False, "distances of hypocentres; events without depth are left out.")
    eta_threshold: float | None = _of(
        _ZBZ, None, "log10 of the largest eta within a cluster; else found from two normals."
    )
    form: Form = field(default="adaptive", metadata=_said(_ETAS, "form of the ETAS model that is fitted."))
    completeness: float | None = _of(_ETAS, None, "magnitude the catalog is complete from; estimated otherwise.")
    seed: int = _of(_ETAS, 1, "seed of the draw of what triggered each event.")

    def __post_init__(self) -> None:
        for name, words in (("method", Method), ("windows", Windows), ("form", Form)):
            if getattr(self, name) not in get_args(words):
                raise InputError(f"{name} is {getattr(self, name)!r}; choose one of {', '.join(get_args(words))}")
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise InputError(f"{name} is {value}; give a number from {low:g} to {high:g}")
        if self.tau_min_days > self.tau_max_days:
            raise InputError(
                f"tau_min_days {self.tau_min_days:g} is above tau_max_days {self.tau_max_days:g}; exchange them"
            )
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; give 0 or more")

    def used(self) -> dict[str, object]:
        """The options that the method asks for, by name.

        >>> list(DeclusterOptions("gardner-knopoff").used())
        ['method', 'windows', 'foreshock_share']
        """
        mine = [each.name for each in fields(self) if each.metadata.get("method", self.method) == self.method]
        return {name: getattr(self, name) for name in mine}
