"""What a fit takes from the catalog where nobody says: region, completeness, the span of the targets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.completeness import estimate_completeness
from seisweave.catalog.gutenberg_richter import bin_width
from seisweave.catalog.instants import as_time, in_short
from seisweave.catalog.polygon import inside, parse_polygon
from seisweave.catalog.region import Region, region_about
from seisweave.errors import InputError
from seisweave.etas.domain import EtasDomain, corners_of, days_of
from seisweave.etas.incompleteness import HELMSTETTER
from seisweave.etas.incompleteness_fit import fit_short_term, with_b_value
from seisweave.etas.options import EtasOptions

_HISTORY = 0.1  # of the catalog's time: events before it trigger, and are not looked at themselves
_PILED = 0.02  # of the events to be fitted at the very place of another, from which on it is told


@dataclass(frozen=True, eq=False)
class ChosenEtas:
    """Domain and span (UTC) of a fit, and a line for each thing that was chosen or left out.

    >>> first, last = np.array(["2009-01-01", "2017-01-01"], "datetime64[us]")
    >>> ChosenEtas(EtasDomain.of_box((12.0, 14.0, 42.0, 44.0), 2.0), first, last, ()).domain.min_magnitude
    2.0
    """

    domain: EtasDomain
    start: np.datetime64
    end: np.datetime64
    lines: tuple[str, ...]


def choose_etas(catalog: Catalog, options: EtasOptions) -> ChosenEtas:
    """The domain and span of the options; of the catalog's own where they name none.

    The region is a box about all events but strays, the completeness that of maximum curvature, the span's end the
    last event's time, and the first tenth of the catalog is history. Only what comes before the end has a say.

    Errors: InputError for a catalog without events that can be used, too few of them to estimate the completeness, or
    an empty span.

    >>> from seisweave.synthetic import southern_california_like
    >>> chosen = choose_etas(southern_california_like(n_events=3000).catalog, EtasOptions(completeness=2.0))
    >>> chosen.domain.min_magnitude, len(chosen.lines)
    (2.0, 2)
    """
    timed = catalog.take(~np.isnat(catalog.times) & np.isfinite(catalog.magnitude))
    lines = []
    if len(timed) < len(catalog):
        lines.append(f"{len(catalog) - len(timed):,} of {len(catalog):,} events without time or magnitude left out")
    if not len(timed):
        raise InputError(f"none of {len(catalog):,} events has a time and a magnitude; give a catalog with both")
    end = timed.times.max() if options.fit_until is None else as_time("fit_until", options.fit_until)
    before = timed.take(timed.times <= end)
    if not len(before):
        raise InputError(f"no event before {in_short(end)}; give a later --fit-until")
    domain = _domain(before, options, lines)
    counted = before.take(domain.counts(before))
    if len(counted) < len(before):
        lines.append(f"{len(counted):,} of {len(before):,} events are of that region and magnitude")
    if not len(counted):
        raise InputError(
            f"no event reaches magnitude {domain.min_magnitude:g} in the region; give another --fit-region or a lower"
            " --completeness"
        )
    if options.incompleteness != "none":
        domain = _short_term(counted.take(np.argsort(counted.times, kind="stable")), domain, options, lines)
    if options.fit_from is None:
        start = counted.times.min() + (end - counted.times.min()) * _HISTORY
        lines.append(f"fitted from {in_short(start)} on; what comes before it is history only")
    else:
        start = as_time("fit_from", options.fit_from)
    if not start < end:
        raise InputError(f"the span {in_short(start)} .. {in_short(end)} is empty; give an earlier --fit-from")
    lines += _piled(counted.take((counted.times >= start) & (counted.times < end)))
    return ChosenEtas(domain, start, end, tuple(lines))


def _domain(catalog: Catalog, options: EtasOptions, lines: list[str]) -> EtasDomain:
    if options.fit_region is None:
        region = region_about(catalog.longitude, catalog.latitude)
        lines.append(_told(region))
        corners = corners_of(region.box)
    else:
        corners = parse_polygon(options.fit_region)
    EtasDomain(corners, 0.0)  # refused where it is too wide, before anything is looked for in it
    within = catalog.take(inside(corners, catalog.longitude, catalog.latitude))
    if not len(within):
        raise InputError(f"none of {len(catalog):,} events lies in the region; give another --fit-region")
    width = bin_width(within.magnitude)
    if options.completeness is not None:
        return EtasDomain(corners, options.completeness, width)
    try:
        found = estimate_completeness(within)
    except InputError as error:
        raise InputError(f"{error}; give --completeness, a magnitude that all of the time is complete from") from None
    lines.append(
        f"complete from magnitude {found.mc:g} on (maximum curvature of {found.n_events:,} events of all the time);"
        " --completeness says otherwise"
    )
    return EtasDomain(corners, found.mc, width)


def _short_term(counted: Catalog, domain: EtasDomain, options: EtasOptions, lines: list[str]) -> EtasDomain:
    """The domain with what large events hide, by events that count, in order of time."""
    given = days_of(counted.times), counted.magnitude, domain.min_magnitude, domain.bin_width
    rests = "as in southern California"
    if options.incompleteness == "helmstetter":
        short = with_b_value(HELMSTETTER, *given)
    else:
        fit = fit_short_term(*given)
        short = fit.short
        if fit.n_events:
            rests = f"fitted to {fit.n_events:,} events"
        else:
            rests += ": too few events come soon after large ones to tell"
    domain = replace(domain, short=short)
    n = int(domain.hides(counted).sum())
    lines.append(
        f"complete from magnitude M - {short.a:.2f} - {short.b:.2f} log10(days) on after an event of magnitude M"
        f" ({rests}); {n:,} of {len(counted):,} events are below that and left out"
    )
    return domain


def _piled(fitted: Catalog) -> list[str]:
    """A line where many events lie at the very place of another."""
    if not len(fitted):
        return []
    at, n = np.unique(np.stack([fitted.latitude, fitted.longitude], axis=1), axis=0, return_counts=True)
    piled, (north, east) = len(fitted) - len(at), at[n.argmax()]
    if piled < _PILED * len(fitted):
        return []
    return [
        f"{piled:,} of {len(fitted):,} events to be fitted lie at the very place of another, {n.max():,} at"
        f" {north:g} north, {east:g} east: kernels of no width fit such best; leave them out with --fit-from,"
        " --completeness or --region"
    ]


def _told(region: Region) -> str:
    west, east, south, north = region.box
    strays = f", {region.n_strays} far from all others left out" if region.n_strays else ""
    return f"region from the catalog: {west:g} to {east:g} east, {south:g} to {north:g} north{strays}"
