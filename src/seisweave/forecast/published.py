"""The part of `seisweave evaluate` that speaks CSEP: gridded forecasts of result folders, published ones, verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from seisweave.errors import InputError
from seisweave.storage import read_summary
from seisweave.stored_files import stored_file
from seisweave.stored_json import record_of, value_of

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.forecast.csep_tests import CsepVerdict
    from seisweave.forecast.forecast import Forecast
    from seisweave.forecast.gridded import GriddedRates

PUBLISHED = {"helmstetter": "helmstetter_et_al.hkj.aftershock-fromXML.dat"}  # installed with pyCSEP
PUBLISHED_YEARS = 5.0  # what the RELM forecasts are for


def check_csep() -> None:
    """Refuse CSEP's tests where pyCSEP is not installed."""
    if find_spec("csep") is None:
        raise InputError("CSEP's tests need pyCSEP; install it with: pip install 'seisweave[csep]'")


def gridded_forecasts(
    folders: Sequence[Path], forecasts: dict[str, Forecast], published: str | None, later: Catalog
) -> list[GriddedRates]:
    """The forecasts on one grid: that of their folders or, with a published one, on its cells inside the volume.

    A published forecast is scaled to the span of the targets, as all are then; it comes last.
    """
    if published is None:
        return [replace(_own_grid(f), name=name) for f, name in zip(folders, forecasts, strict=True)]
    from seisweave.forecast.csep_format import read_dat

    theirs = read_dat(_published_file(published), name=published_name(published))
    volume = next(iter(forecasts.values())).volume
    years = span_years(later)
    theirs = theirs.within(volume.box)
    theirs = replace(theirs, rate=theirs.rate * years / PUBLISHED_YEARS)
    ours = [_on_cells(folder, made, theirs, years) for folder, made in zip(folders, forecasts.values(), strict=True)]
    return [*ours, theirs]


def verdicts_on_published(published: str | None, later: Catalog, *, simulations: int, seed: int) -> list[CsepVerdict]:
    """Test a published forecast alone, on its own region and magnitudes. Errors: InputError for none given."""
    from seisweave.forecast.csep_format import read_dat

    if published is None:
        raise InputError("there is nothing to evaluate; give result folders of `seisweave forecast`, or --published")
    theirs = read_dat(_published_file(published), name=published_name(published))
    theirs = replace(theirs, rate=theirs.rate * span_years(later) / PUBLISHED_YEARS)
    return run_tests([theirs], later, theirs.name, simulations=simulations, seed=seed)


def run_tests(
    rates: Sequence[GriddedRates], later: Catalog, reference: str, *, simulations: int, seed: int
) -> list[CsepVerdict]:
    """Run pyCSEP's tests; a single forecast has nothing to be compared with."""
    from seisweave.forecast.csep_tests import csep_tests

    against = reference if len(rates) > 1 else rates[0].name
    return csep_tests(rates, later, reference=against, simulations=simulations, seed=seed)


def published_name(published: str) -> str:
    """What a published forecast is called in tables."""
    return published if published in PUBLISHED else Path(published).stem


def span_years(later: Catalog) -> float:
    """Years from the first target of the catalog to the last. Errors: InputError for less than a day."""
    import numpy as np

    times = later.times[~np.isnat(later.times)]
    years = float((times.max() - times.min()) / np.timedelta64(1, "s")) / (365.25 * 86400) if len(times) else 0.0
    if years < 1 / 365.25:
        raise InputError("the targets span less than a day; expected numbers of events need a longer catalog")
    return years


def csep_table(verdicts: Sequence[CsepVerdict]) -> str:
    """CSEP's verdicts as text."""
    wide = max(16, *(len(v.forecast) + 1 for v in verdicts))
    lines = [f"{'forecast':{wide}}{'test':>5}{'statistic':>12}{'interval':>24}{'quantile':>10}  verdict"]
    for v in verdicts:
        words = ("better", "not better") if v.test in "TW" else ("passes", "fails")
        interval = f"{v.low:.3f} .. {v.high:.3f}" if v.low == v.low else ""
        quantile = f"{v.quantile:.3f}" if v.quantile == v.quantile else ""
        told = f"{words[0] if v.passes else words[1]}{' than ' + v.reference if v.reference else ''}"
        lines.append(f"{v.forecast:{wide}}{v.test:>5}{v.statistic:>12.3f}{interval:>24}{quantile:>10}  {told}")
    return "\n".join(lines)


def _own_grid(folder: Path) -> GriddedRates:
    from seisweave.forecast.csep_format import read_dat

    file = stored_file(folder, "forecast.dat")
    if not file.is_file():
        raise InputError(f"{folder}: has no forecast.dat; CSEP's tests need a forecast made from a catalog with rates")
    return read_dat(file)


def _on_cells(folder: Path, made: Forecast, theirs: GriddedRates, years: float) -> GriddedRates:
    """A forecast on the cells and magnitudes of another, at the rate of its own past."""
    from seisweave.forecast.gridded import grid_forecast
    from seisweave.forecast.magnitudes import GutenbergRichter

    try:
        told = read_summary(folder)
        law = record_of(GutenbergRichter, told["gutenberg_richter"])
        per_year = value_of(float, told["complete_events_per_year"], "complete_events_per_year")
        if not (0.0 < law.b < 10.0 and per_year >= 0.0):
            raise ValueError("out of range")
    except (OSError, ValueError, TypeError, KeyError):
        raise InputError(
            f"{folder}: tells no rate of events; make the forecast from a catalog with magnitudes"
        ) from None
    expected = per_year * years * law.share_above(float(theirs.magnitude[0]))
    return grid_forecast(made, law, expected, like=theirs)


def _published_file(published: str) -> Path:
    if published not in PUBLISHED:
        if not Path(published).is_file():
            known = ", ".join(PUBLISHED)
            raise InputError(f"--published {published}: is no file; give a .dat file of CSEP, or one of: {known}")
        return Path(published)
    spec = find_spec("csep")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "artifacts" / "ExampleForecasts" / "GriddedForecasts" / PUBLISHED[published]
