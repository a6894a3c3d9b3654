"""The result folders of a nowcaster by place, and of its backtest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.errors import InputError
from seisweave.nowcast.place.judged import JudgedBacktest, summarize
from seisweave.report.place import place_figure, place_scores_figure
from seisweave.storage import write_summary

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.nowcast.place.nowcast import PlaceNowcast
    from seisweave.nowcast.place.nowcaster import PlaceNowcaster


def write_place_folder(
    nowcaster: PlaceNowcaster,
    folder: Path,
    told: Mapping[str, Any] | None = None,
    *,
    catalog: Catalog | None = None,
    made: PlaceNowcast | None = None,
) -> None:
    """Write the model, a nowcast it made of a catalog (by default of the day after its last), table and map.

    Errors: InputError without a catalog to nowcast from.
    """
    if catalog is None:
        raise InputError("the folder of a nowcaster by place holds a nowcast; give `catalog=`, or .write(folder) alone")
    made = made or nowcaster.nowcast(catalog)
    nowcaster.write(folder)
    made.write(folder / "cells.csv")
    place_figure(made).savefig(folder / "map.png")
    write_summary(folder, summarize(nowcaster, catalog, made) | dict(told or {}))


def write_backtest_folder(judged: JudgedBacktest, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write scores.csv, and a figure of reliability and of alarms for the highest threshold."""
    judged.table().to_csv(folder / "scores.csv", index=False)
    when = "day" if judged.days == 1 else f"{judged.days} days"
    figure = place_scores_figure(
        judged.reliability(),
        judged.alarms(),
        title=f"M ≥ {judged.magnitude:g} by cell and {when}, {judged.first}-{judged.last}:"
        f" {judged.n_positives} positives",
    )
    figure.savefig(folder / "reliability.png")
    write_summary(folder, {**(told or {}), "scores": judged.rows})
