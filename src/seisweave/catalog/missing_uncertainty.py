"""Location errors for the events that have none, stated and counted: fixed depths, quality classes, leaving out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.errors import InputError

# horizontal and vertical, km: medians of ComCat's horizontalError and depthError (fixed depths left out) of 17,648
# events of the Southern California network, M 2.5 and above, mostly 2001-2025, by the network's own quality letter;
# Z, by which the network says that it lists no quality, and a blank among letters are taken as its worst, D
QUALITY_SIGMA_KM = {"A": (0.24, 0.52), "B": (1.27, 1.48), "C": (1.13, 14.70), "D": (8.93, 15.47), "Z": (8.93, 15.47)}
_NETWORK = (-125.0, -112.0, 30.0, 40.0)  # west, east, south, north of the events that the network lists
_WORDS = ("refuse", "leave-out", "quality", "quality-or-leave-out")


@dataclass(frozen=True)
class MissingUncertainty:
    """What to do about events without a location error.

    >>> MissingUncertainty(missing_uncertainty="1.5,3").sigma_km
    (1.5, 3.0)
    """

    missing_uncertainty: str = field(
        default="refuse",
        metadata={
            "help": "Events without a location error: refuse, leave-out, quality (by their letter A to D; Z or blank,"
            " none listed, as D; Southern California's), quality-or-leave-out (those of another letter are left out), a"
            " table of another network's letters in km like A=0.3/0.6,B=1/2, or two standard deviations in km,"
            " horizontal,vertical."
        },
    )
    fixed_depth_sigma_km: float = field(
        default=5.0,
        metadata={"help": "Vertical standard deviation of events whose depth was fixed (ComCat: 31.61), km."},
    )

    def __post_init__(self) -> None:
        if not 0.0 < self.fixed_depth_sigma_km < 1000.0:
            raise InputError(f"fixed_depth_sigma_km is {self.fixed_depth_sigma_km}; give a length above 0")
        if "=" in self.missing_uncertainty:
            self.quality_km  # noqa: B018, it is what checks
        elif self.missing_uncertainty not in _WORDS:
            self.sigma_km  # noqa: B018, it is what checks

    @property
    def sigma_km(self) -> tuple[float, float]:
        """The two standard deviations, if that is what was given. Errors: InputError for other words."""
        try:
            horizontal, vertical = (float(part) for part in self.missing_uncertainty.split(","))
        except ValueError:
            horizontal = vertical = np.nan
        if not (0.0 < horizontal < np.inf and 0.0 < vertical < np.inf):
            raise InputError(
                f"missing_uncertainty is {self.missing_uncertainty!r}; choose {', '.join(_WORDS)}, or two lengths in km"
                " above 0 like 1.5,3"
            )
        return horizontal, vertical

    @property
    def quality_km(self) -> dict[str, tuple[float, float]]:
        """Horizontal and vertical standard deviation of each letter, if a table was given.

        Errors: InputError for a table that cannot be read.
        """
        table = {}
        for entry in self.missing_uncertainty.split(","):
            letter, _, lengths = entry.partition("=")
            try:
                horizontal, vertical = (float(part) for part in lengths.split("/"))
            except ValueError:
                horizontal = vertical = np.nan
            if not (letter.strip() and 0.0 < horizontal < np.inf and 0.0 < vertical < np.inf):
                raise InputError(
                    f"missing_uncertainty has {entry!r} in its table; write letter=horizontal/vertical in km, like"
                    " A=0.3/0.6,B=1/2"
                )
            table[letter.strip().upper()] = (horizontal, vertical)
        return table


def fill_uncertainty(catalog: Catalog, missing: MissingUncertainty | None = None) -> Catalog:
    """The catalog with a location error for every event, as condensation needs it; `history` counts what was done.

    An event with a horizontal error but no vertical one has a fixed depth: its vertical error becomes
    `fixed_depth_sigma_km`. Events without any error get what `missing` says.

    Errors: InputError where `missing` refuses, or knows no quality letter, or leaves nothing.

    >>> from seisweave.synthetic import southern_california_like
    >>> from dataclasses import replace
    >>> bare = replace(southern_california_like(n_events=50).catalog, uncertainty=None)
    >>> filled = fill_uncertainty(bare, MissingUncertainty("quality"))
    >>> filled.uncertainty.horizontal_km.min(), filled.history
    (np.float64(0.24), ('50 events without a location error: given one by their quality',))
    """
    missing = missing or MissingUncertainty()
    catalog = _with_fixed_depths(catalog, missing.fixed_depth_sigma_km)
    errors = catalog.uncertainty
    unknown = np.ones(len(catalog), bool) if errors is None else ~errors.complete()
    if not unknown.any():
        return catalog
    count = f"{int(unknown.sum())} events without a location error"
    if missing.missing_uncertainty == "refuse":
        raise InputError(
            f"{int(unknown.sum())} of {len(catalog)} events have no location error, the first is"
            f" {catalog.ids[int(unknown.argmax())]}; give --missing-uncertainty quality, leave-out, or two standard"
            " deviations in km like 1.5,3"
        )
    if missing.missing_uncertainty == "leave-out":
        if unknown.all():
            raise InputError(f"none of {len(catalog)} events has a location error; give --missing-uncertainty quality")
        return replace(catalog.take(~unknown), history=(*catalog.history, f"{count}: left out"))
    if missing.missing_uncertainty == "quality-or-leave-out":
        return _lettered_only(catalog, unknown)
    if missing.missing_uncertainty == "quality":
        return _filled(catalog, unknown, _by_quality(catalog, unknown), f"{count}: given one by their quality")
    if "=" in missing.missing_uncertainty:
        sigma = _by_quality(catalog, unknown, missing.quality_km)
        return _filled(catalog, unknown, sigma, f"{count}: given one by their quality, of the table given")
    horizontal, vertical = missing.sigma_km
    sigma = np.tile([horizontal, vertical], (len(catalog), 1))
    return _filled(
        catalog, unknown, sigma, f"{count}: given {horizontal:g} km horizontally, {vertical:g} km vertically"
    )


def _with_fixed_depths(catalog: Catalog, sigma_km: float) -> Catalog:
    """Give the events of a fixed depth (no vertical error beside a horizontal one) a stated vertical error."""
    errors = catalog.uncertainty
    if errors is None:
        return catalog
    if errors.horizontal_km is not None and errors.vertical_km is not None:
        fixed = np.isnan(errors.vertical_km) & ~np.isnan(errors.horizontal_km)
        fresh = LocationUncertainty(errors.horizontal_km, np.where(fixed, sigma_km, errors.vertical_km))
    else:
        covariance = np.array(errors.covariance_km2)
        horizontal = (np.diagonal(covariance, axis1=1, axis2=2)[:, :2] > 0).all(axis=1)
        fixed = horizontal & ~(covariance[:, 2, 2] > 0)
        covariance[fixed, 2, :] = covariance[fixed, :, 2] = 0.0
        covariance[fixed, 2, 2] = sigma_km**2
        fresh = replace(errors, covariance_km2=covariance)
    if not fixed.any():
        return catalog
    what = "events" if errors.offsets is None else "Gaussians"
    line = f"{int(fixed.sum())} {what} with a fixed depth: vertical standard deviation taken as {sigma_km:g} km"
    return replace(catalog, uncertainty=fresh, history=(*catalog.history, line))


def _lettered_only(catalog: Catalog, unknown: np.ndarray) -> Catalog:
    """Leave out the events without a location error whose letter is not known; give the others theirs."""
    lost = unknown & np.isnan(_sigma_of(_letters(catalog), QUALITY_SIGMA_KM)[:, 0])
    if lost.all():
        raise InputError(
            f"none of {len(catalog)} events has a location error or a quality; give two lengths like 1.5,3"
        )
    if lost.any():
        line = f"{int(lost.sum())} events with neither a location error nor a quality of A, B, C, D, Z: left out"
        catalog = replace(catalog.take(~lost), history=(*catalog.history, line))
    return fill_uncertainty(catalog, MissingUncertainty("quality"))


def _letters(catalog: Catalog) -> np.ndarray:
    """Quality letters; blanks among them are Z."""
    if catalog.quality is None:
        return np.full(len(catalog), "")
    letters = np.char.upper(np.char.strip(np.asarray(catalog.quality, str)))
    return np.where((letters == "") & (letters != "").any(), "Z", letters)


def _sigma_of(letters: np.ndarray, table: dict[str, tuple[float, float]]) -> Float[np.ndarray, "n 2"]:
    return np.array([table.get(letter, (np.nan, np.nan)) for letter in letters.tolist()]).reshape(-1, 2)


def _by_quality(
    catalog: Catalog, unknown: np.ndarray, table: dict[str, tuple[float, float]] | None = None
) -> Float[np.ndarray, "n 2"]:
    """Standard deviations by letter: of a table, or for events of Southern California by its network's."""
    letters = _letters(catalog)
    if table is None:
        _refuse_other_network(catalog, letters)
    sigma = _sigma_of(letters, QUALITY_SIGMA_KM if table is None else table)
    lost = unknown & np.isnan(sigma[:, 0])
    if lost.any():
        first = int(lost.argmax())
        known = ", ".join(table or QUALITY_SIGMA_KM)
        raise InputError(
            f"{int(lost.sum())} events have neither a location error nor a quality of {known},"
            f" the first is {catalog.ids[first]} ({str(letters[first])!r});"
            " give quality-or-leave-out, or two standard deviations like 1.5,3"
        )
    return sigma


def _refuse_other_network(catalog: Catalog, letters: np.ndarray) -> None:
    """Refuse letters of events elsewhere: each network has its own."""
    west, east, south, north = _NETWORK
    inside = (catalog.longitude > west) & (catalog.longitude < east)
    inside &= (catalog.latitude > south) & (catalog.latitude < north)
    if 2 * int(inside.sum()) < len(catalog) and (letters != "").any():
        raise InputError(
            f"{int((~inside).sum())} of {len(catalog)} events are outside Southern California, whose quality letters"
            " have lengths here; give a table of this network's, like --missing-uncertainty A=0.3/0.6,B=1/2"
        )


def _filled(
    catalog: Catalog, unknown: Bool[np.ndarray, " n"], sigma_km: Float[np.ndarray, "n 2"], line: str
) -> Catalog:
    errors = catalog.uncertainty
    horizontal, vertical = sigma_km[:, 0], sigma_km[:, 1]
    if errors is None or (errors.horizontal_km is not None and errors.vertical_km is not None):
        if errors is not None and errors.horizontal_km is not None and errors.vertical_km is not None:
            horizontal = np.where(unknown, horizontal, errors.horizontal_km)
            vertical = np.where(unknown, vertical, errors.vertical_km)
        fresh = LocationUncertainty(horizontal, vertical)
    else:
        given = np.zeros((len(catalog), 3, 3))
        given[:, 0, 0] = given[:, 1, 1] = horizontal**2
        given[:, 2, 2] = vertical**2
        fresh = _with_covariances(errors, unknown, given)
    return replace(catalog, uncertainty=fresh, history=(*catalog.history, line))


def _with_covariances(errors: LocationUncertainty, unknown: np.ndarray, given: np.ndarray) -> LocationUncertainty:
    """Covariances of some events in place of what they have; in a mixture these become single Gaussians."""
    old = np.array(errors.covariance_km2)
    if errors.offsets is None:
        return LocationUncertainty(covariance_km2=np.where(unknown[:, None, None], given, old))
    count = np.diff(errors.offsets)
    kept = np.repeat(~unknown, count)
    fresh = np.where(unknown, 1, count)
    event = np.concatenate([np.repeat(np.arange(len(errors)), count)[kept], np.flatnonzero(unknown)])
    order, n = np.argsort(event, kind="stable"), int(unknown.sum())
    return LocationUncertainty(
        covariance_km2=np.concatenate([old[kept], given[unknown]])[order],
        offsets=np.concatenate([[0], np.cumsum(fresh)]),
        weight=np.concatenate([np.array(errors.weight)[kept], np.ones(n)])[order],
        mean_offset_km=np.concatenate([np.array(errors.mean_offset_km)[kept], np.zeros((n, 3))])[order],
    )
