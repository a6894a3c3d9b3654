"""The result folders of a forecast, and of forecasts that were scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.forecast.csep_format import write_dat
from seisweave.forecast.csep_tests import CsepVerdict, write_verdicts
from seisweave.forecast.score_tables import summary, title
from seisweave.machine import peak_memory_mb
from seisweave.report.forecast import forecast_figure, gain_map, scores_figure
from seisweave.storage import write_summary
from seisweave.version import __version__

if TYPE_CHECKING:
    from seisweave.forecast.forecast import Forecast
    from seisweave.forecast.gridded import GriddedRates
    from seisweave.forecast.scores import ForecastScores


def write_forecast_folder(
    made: Forecast,
    folder: Path,
    told: Mapping[str, Any] | None = None,
    *,
    rates: GriddedRates | None = None,
    years: float = 1.0,
) -> None:
    """Write the density, its map, CSEP's grid where there is one (for so many years), and the summary."""
    made.write(folder / "forecast.nc")
    forecast_figure(made).savefig(folder / "figure.png")
    content: dict[str, Any] = {"name": made.name, "volume": [*made.volume.box, *made.volume.depth_km]}
    content |= {"volume_km3": made.volume.km3, "uniform_share": made.uniform_share, **made.told}
    if rates is not None:
        write_dat(rates, folder / "forecast.dat")
        content |= rates.summary(years)
    content |= {**(told or {}), "peak_memory_mb": peak_memory_mb(), "version": __version__}
    write_summary(folder, content)


def write_scores_folder(
    scored: ForecastScores,
    folder: Path,
    told: Mapping[str, Any] | None = None,
    *,
    verdicts: Sequence[CsepVerdict] = (),
) -> None:
    """Write the tables of scored forecasts, their figures, CSEP's verdicts where there are any, and the summary."""
    scored.write(folder)
    figure = scores_figure(scored.scores, scored.gains, reference=scored.reference, title=title(scored))
    figure.savefig(folder / "figure.png")
    if scored.gains:
        best = next(iter(scored.gains))
        places = (scored.targets.longitude, scored.targets.latitude)
        heading = f"Nats gained by {best} over {scored.reference}, event by event"
        gain_map(scored.forecasts[best], *places, scored.event_gains(best), title=heading).savefig(folder / "gains.png")
    if verdicts:
        write_verdicts(verdicts, folder / "csep.csv")
    write_summary(folder, {**summary(scored, verdicts), **(told or {})})
