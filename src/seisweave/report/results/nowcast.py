"""The result folders of a nowcaster, and of its audit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from seisweave.catalog.instants import Instant, as_time, in_short
from seisweave.errors import InputError
from seisweave.nowcast.maps import weave, write_maps
from seisweave.nowcast.region.judged import JudgedNowcasts, judge
from seisweave.report.audit import audit_figure
from seisweave.report.nowcast_figures import loss_figure, map_figure, series_figure
from seisweave.storage import write_summary

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.nowcast.region.audit import Audit
    from seisweave.nowcast.region.nowcaster import Nowcaster


def write_nowcaster_folder(
    nowcaster: Nowcaster,
    folder: Path,
    told: Mapping[str, Any] | None = None,
    *,
    catalog: Catalog | None = None,
    maps: bool = True,
    complete_until: Instant | None = None,
) -> dict[str, Any]:
    """Write the model, its scores on a catalog, its nowcasts as a table, its maps and figures.

    Without `complete_until` the catalog is complete until its last event, and that day is not counted.

    Returns what summary.json holds. Errors: InputError without a catalog to judge by.
    """
    if catalog is None:
        raise InputError(
            "the folder of a nowcaster holds its scores; give `catalog=`, or nowcaster.write(folder) alone"
        )
    judged = judge(nowcaster, catalog, complete_until=complete_until)
    nowcaster.write(folder)
    judged.table().to_csv(folder / "nowcasts.csv", index=False)
    if maps:
        write_maps(weave(catalog, nowcaster.settings.maps, judged.observed.steps), folder / "maps.nc")
    for name, figure in nowcast_figures(judged).items():
        figure.savefig(folder / name)
    stated = None if complete_until is None else in_short(as_time("complete_until", complete_until))
    summary = {**judged.summary, "complete_until": stated, **(told or {})}
    write_summary(folder, summary)
    return summary


def nowcast_figures(judged: JudgedNowcasts) -> dict[str, Any]:
    """Losses, a map and its reconstruction, the series of the test (or of all days, where there is no test)."""
    settings, model = judged.nowcaster.settings, judged.nowcaster.model
    day, paper = judged.largest_map(), settings.nowcast.centred
    title = f"{str(day.start)[:10]}, largest magnitude {day.largest:.1f}"
    note = "paper protocol, not causal" if paper else "prospective"
    return {
        "losses.png": loss_figure(model.histories),
        "map.png": map_figure(day.original, day.again, settings.maps, title=title),
        "series.png": series_figure(
            judged.shown_nowcasts(),
            threshold=settings.nowcast.extreme_from,
            alarm_threshold=model.fitted.alarm_threshold,
            paper=paper,
            title=f"Novelty, its nowcast, and what came ({note})",
        ),
    }


def write_audit_folder(found: Audit, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write audit.csv (growth), audit.png and summary.json."""
    pd.DataFrame(found.growth).to_csv(folder / "audit.csv", index=False)
    audit_figure(found.responses, found.growth, title=verdict(found)).savefig(folder / "audit.png")
    write_summary(folder, found.summary() | dict(told or {}))


def verdict(found: Audit) -> str:
    """What an audit found, in one sentence."""
    changed, checked = sum(c.n_changed for c in found.future), sum(c.n_checked for c in found.future)
    covered = max(response.covered for response in found.responses)
    so_far = "1 day" if found.days_ahead == 1 else f"{found.days_ahead} days"
    words = "knows the future" if found.leaks else "no leak was found"
    return (
        f"{words}: {changed} of {checked:,} nowcasts changed with later events, {so_far} ahead at most;"
        f" {covered:.0%} of the days in a target's window are known already when it is nowcast"
    )
