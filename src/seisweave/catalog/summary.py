"""What is in a catalog, at a glance: `seisweave catalog info`."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.checks import Finding, check
from seisweave.catalog.completeness import Completeness, Interval, estimate_completeness
from seisweave.catalog.gutenberg_richter import BValue
from seisweave.catalog.region import span_of
from seisweave.catalog.rejected import Rejected
from seisweave.errors import InputError
from seisweave.storage import finite


@dataclass(frozen=True)
class CatalogSummary:
    """Numbers that describe a catalog; `text()` prints them, `to_dict()` is for scripts.

    by_magnitude counts events from each whole magnitude to the next; time_span, box (west, east, south,
    north, the narrowest, across the date line if need be), depth_range_km and median errors are None where
    nothing is known, and so is completeness, of fewer than 50 magnitudes. used and unused are columns of a table.

    >>> from seisweave.synthetic import southern_california_like
    >>> summary = summarize(southern_california_like(n_events=200).catalog)
    >>> summary.n_events, summary.by_magnitude
    (200, {'2': 186, '3': 13, '4': 1})
    >>> print(summary.text().splitlines()[2])
    events       200
    """

    n_events: int
    by_magnitude: dict[str, int]
    time_span: tuple[str, str] | None
    box: tuple[float, float, float, float] | None
    depth_range_km: tuple[float, float] | None
    qualities: dict[str, int]
    event_types: dict[str, int]
    uncertainty: str
    n_with_errors: int
    median_horizontal_km: float | None
    median_vertical_km: float | None
    missing: dict[str, int]
    rejected: Rejected
    findings: tuple[Finding, ...]
    history: tuple[str, ...]
    provenance: Provenance
    magnitude_types: dict[str, int]
    completeness: Completeness | None
    used: tuple[str, ...]
    unused: tuple[str, ...]

    def __str__(self) -> str:
        return self.text()

    def text(self, rejected_rows: int = 5) -> str:
        """Lines for a person to read, with the first `rejected_rows` of the rejected rows listed."""
        return "\n".join(f"{name:<12} {line}".rstrip() for name, line in _lines(self, rejected_rows))

    def to_dict(self, rejected_rows: int = 5) -> dict[str, Any]:
        """All of it as JSON values, under keys that stay: those of `seisweave catalog info --json`.

        >>> from seisweave.synthetic import southern_california_like
        >>> told = summarize(southern_california_like(n_events=200).catalog).to_dict()
        >>> told["n_events"], round(told["completeness"]["mc"], 1), told["rejected"]["n_rows"]
        (200, 2.2, 0)
        """
        return finite(_values(self, rejected_rows))


def summarize(catalog: CatalogLike) -> CatalogSummary:
    """Describe a catalog.

    >>> from seisweave.catalog.catalog import Catalog
    >>> one = Catalog(np.array(["1994-01-17"], "datetime64[us]"), np.array([-118.5]), np.array([34.2]),
    ...               np.array([18.2]), np.array([6.7]), np.array(["a"]))
    >>> summarize(one).by_magnitude
    {'6': 1}
    """
    catalog = as_catalog(catalog)
    times = catalog.times[~np.isnat(catalog.times)]
    depth_km = catalog.depth_km[catalog.has_depth]
    horizontal, vertical = _medians(catalog)
    return CatalogSummary(
        n_events=len(catalog),
        by_magnitude=_by_magnitude(catalog.magnitude),
        time_span=(_seconds(times.min()), _seconds(times.max())) if len(times) else None,
        box=_box(catalog),
        depth_range_km=(float(depth_km.min()), float(depth_km.max())) if len(depth_km) else None,
        qualities=_counts(catalog.quality),
        event_types=_counts(catalog.event_type),
        uncertainty="" if catalog.uncertainty is None else catalog.uncertainty.kind,
        n_with_errors=0 if catalog.uncertainty is None else int(catalog.uncertainty.known().sum()),
        median_horizontal_km=horizontal,
        median_vertical_km=vertical,
        missing=_missing(catalog),
        rejected=catalog.rejected,
        findings=tuple(check(catalog)),
        history=catalog.history,
        provenance=catalog.provenance,
        magnitude_types=_counts(getattr(catalog, "magnitude_type", None)),
        completeness=_completeness(catalog),
        used=getattr(catalog.provenance, "used", ()),
        unused=getattr(catalog.provenance, "unused", ()),
    )


def _completeness(catalog: Catalog) -> Completeness | None:
    try:
        return estimate_completeness(catalog)
    except InputError:  # too few
        return None


def _by_magnitude(magnitude: np.ndarray) -> dict[str, int]:
    whole = np.floor(magnitude[~np.isnan(magnitude)]) + 0.0  # no -0
    return {f"{m:.15g}": int(n) for m, n in zip(*np.unique(whole, return_counts=True), strict=True)}


def _seconds(time: np.datetime64) -> str:
    return str(time.astype("datetime64[ms]"))


def _box(catalog: Catalog) -> tuple[float, float, float, float] | None:
    """Bounds in degrees: from the end of the widest gap in longitude to its beginning."""
    if not len(catalog):
        return None
    return *span_of(catalog.longitude), float(catalog.latitude.min()), float(catalog.latitude.max())


def _counts(column: np.ndarray | None) -> dict[str, int]:
    if column is None:
        return {}
    return {word or "unknown": n for word, n in Counter(column.tolist()).most_common()}


def _medians(catalog: Catalog) -> tuple[float | None, float | None]:
    if catalog.uncertainty is None:
        return None, None
    sigma = catalog.uncertainty.sigmas_km()
    known = [column[np.isfinite(column)] for column in (sigma["horizontal_km"], sigma["vertical_km"])]
    horizontal, vertical = (float(np.median(column)) if len(column) else None for column in known)
    return horizontal, vertical


def _missing(catalog: Catalog) -> dict[str, int]:
    counts = {
        "time": np.isnat(catalog.times).sum(),
        "depth": np.isnan(catalog.depth_km).sum(),
        "magnitude": np.isnan(catalog.magnitude).sum(),
    }
    if catalog.uncertainty is not None:
        sigma = catalog.uncertainty.sigmas_km()
        counts["horizontal error"] = np.isnan(sigma["horizontal_km"]).sum()
        counts["vertical error"] = np.isnan(sigma["vertical_km"]).sum()
    return {name: int(n) for name, n in counts.items() if n}


def _lines(summary: CatalogSummary, rejected_rows: int) -> list[tuple[str, str]]:
    where = summary.provenance
    lines = [
        ("source", f"{where.source} ({where.format})"),
        ("sha256", where.sha256),
        *(("file", f"{part.source} ({part.format}) {part.sha256}") for part in where.parts),
        ("events", f"{summary.n_events}"),
        ("time", " .. ".join(summary.time_span) + " UTC" if summary.time_span else "unknown"),
        ("box", _box_text(summary.box)),
        ("depth", "{:g} .. {:g} km".format(*summary.depth_range_km) if summary.depth_range_km else "unknown"),
        ("magnitude", _list({f"M{m}": n for m, n in summary.by_magnitude.items()}) or "unknown"),
        ("mag. types", _list(summary.magnitude_types) or "not given"),
        *_completeness_lines(summary.completeness),
        ("quality", _list(summary.qualities) or "not given"),
        ("type", _list(summary.event_types) or "not given"),
        ("errors", _errors_text(summary)),
        ("missing", _list(summary.missing) or "nothing"),
        *([("columns", ", ".join(summary.used))] if summary.used else []),
        *([("not used", ", ".join(summary.unused))] if summary.unused else []),
        ("rejected", f"{len(summary.rejected)} rows" + _because(summary.rejected)),
    ]
    lines += [("", line) for line in summary.rejected.listing(rejected_rows).splitlines()]
    lines += [("note", note) for note in summary.rejected.notes]
    lines += [("left out", line) for line in summary.history]
    if summary.completeness is not None and summary.completeness.doubt:
        lines += [("note", summary.completeness.doubt)]
    return lines + [("WARNING", finding.message) for finding in summary.findings]


def _completeness_lines(found: Completeness | None) -> list[tuple[str, str]]:
    """Mc by each method with its interval, the b-value and what it rests on."""
    if found is None:
        return [("complete", "unknown: fewer than 50 magnitudes")]
    given = f"given to {found.given_to:g}" if found.given_to else "given to no fixed decimal"
    fits = f"by a fit of 90 % {_interval(found.goodness_of_fit_90)}, of 95 % {_interval(found.goodness_of_fit_95)}"
    curvature = f"{_interval(found.maximum_curvature)} by maximum curvature + {found.options.correction:g}"
    lines = [
        ("complete", f"from Mc {curvature}; {fits}"),
        ("", f"magnitudes are {given}, counted in bins of {found.bin_width:g}; [95 % intervals]"),
    ]
    if found.b is None or found.b_interval is None:
        return [*lines, ("b-value", f"unknown: too few events of M >= {found.mc:g}")]
    span = f"[{found.b_interval.low:.2f}..{found.b_interval.high:.2f} with the error of Mc]"
    lines += [("b-value", f"{_plus_minus(found.b)} {span} of {found.b.n:,} events of M >= {found.mc:g}")]
    if found.b_positive is not None:
        lines += [("b-positive", f"{_plus_minus(found.b_positive)} of {found.b_positive.n:,} pairs")]
    return lines


def _plus_minus(b: BValue) -> str:
    return f"{b.value:.2f} ± {b.error:.2f}"


def _interval(found: Interval | None) -> str:
    return "not reached" if found is None else f"{found.value:g} [{found.low:g}..{found.high:g}]"


def _box_text(box: tuple[float, float, float, float] | None) -> str:
    if box is None:
        return "unknown"
    return f"longitude {box[0]:.3f} .. {box[1]:.3f}, latitude {box[2]:.3f} .. {box[3]:.3f}"


def _list(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in counts.items())


def _because(rejected: Rejected) -> str:
    return f" ({_list(rejected.by_reason())})" if len(rejected) else ""


def _errors_text(summary: CatalogSummary) -> str:
    if not summary.uncertainty:
        return "not given"
    medians = zip(("horizontal", "vertical"), (summary.median_horizontal_km, summary.median_vertical_km), strict=True)
    text = ", ".join(f"median {name} {value:.3g} km" for name, value in medians if value is not None)
    return f"{summary.uncertainty} of {summary.n_with_errors} events; {text}"


def _values(summary: CatalogSummary, rejected_rows: int) -> dict[str, Any]:
    """What `to_dict` gives."""
    where, rejected = summary.provenance, summary.rejected
    errors = {
        "kind": summary.uncertainty or None,
        "n_events": summary.n_with_errors,
        "median_horizontal_km": summary.median_horizontal_km,
        "median_vertical_km": summary.median_vertical_km,
    }
    return {
        "source": where.source,
        "format": where.format,
        "sha256": where.sha256,
        "files": [{"source": each.source, "format": each.format, "sha256": each.sha256} for each in where.parts],
        "n_events": summary.n_events,
        "time_span": summary.time_span,
        "box": summary.box,
        "depth_range_km": summary.depth_range_km,
        "by_magnitude": summary.by_magnitude,
        "magnitude_types": summary.magnitude_types,
        "completeness": None if summary.completeness is None else _completeness_values(summary.completeness),
        "qualities": summary.qualities,
        "event_types": summary.event_types,
        "errors": errors,
        "missing": summary.missing,
        "columns": {"used": summary.used, "not_used": summary.unused},
        "rejected": {
            "n_rows": len(rejected),
            "by_reason": rejected.by_reason(),
            "rows": [asdict(row) for row in rejected.rows[:rejected_rows]],
        },
        "notes": rejected.notes,
        "left_out": summary.history,
        "warnings": [asdict(finding) for finding in summary.findings],
    }


def _completeness_values(found: Completeness) -> dict[str, Any]:
    values = asdict(found)
    return {**{name: value for name, value in values.items() if name != "options"}, "doubt": found.doubt or None}
