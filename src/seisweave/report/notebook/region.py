"""How the nowcast of a region looks: a trained nowcaster by its losses, nowcasts by their chances in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seisweave.nowcast.step_words import length_of
from seisweave.report.markup import count, number
from seisweave.report.notebook.look import MOST_ROWS, Look, chance, span_of
from seisweave.report.nowcast_figures import chances_figure, loss_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from seisweave.nowcast.region.model import Nowcasts
    from seisweave.nowcast.region.nowcaster import Nowcaster


def _line(nowcaster: Nowcaster) -> list[str]:
    settings, fitted = nowcaster.settings, nowcaster.model.fitted
    threshold = settings.nowcast.threshold
    west, east, south, north = settings.maps.edges
    place = f"{west:g} to {east:g}°, {south:g} to {north:g}°"
    return [
        *([] if threshold is None else [f"M ≥ {threshold:g} in {length_of(settings.maps.step)}"]),
        place,
        f"trained on {str(fitted.origin)[:10]} to {str(fitted.known_until)[:10]}",
    ]


def _rows(nowcaster: Nowcaster) -> list[list[str]]:
    settings, fitted = nowcaster.settings, nowcaster.model.fitted
    rows, columns = settings.maps.shape
    told = [
        ["maps", f"{rows} × {columns} cells of {settings.maps.side_deg:g}°, {settings.maps.value.replace('_', ' ')}"],
        ["protocol", settings.nowcast.protocol],
        ["threshold of an alarm", number(float(fitted.alarm_threshold))],
        ["steps looked back", str(settings.reach)],
    ]
    for name, history in nowcaster.model.histories.items():
        best = history.best
        told.append([name, f"epoch {best.epoch} of {len(history.epochs)}, loss {number(best.validation_loss)}"])
    channels = few_names([each.name for each in fitted.channels])
    return [*told, *([["channels", channels]] if channels else []), ["updates", str(fitted.updates)]]


def few_names(names: list[str]) -> str:
    """Names in a row, the first of many."""
    return ", ".join(names[:MOST_ROWS]) + (" …" if len(names) > MOST_ROWS else "")


def _figure(nowcaster: Nowcaster) -> Figure:
    return loss_figure(nowcaster.model.histories)


def _small(nowcaster: Nowcaster) -> Figure | None:
    return _figure(nowcaster) if nowcaster.model.histories else None


def _made_line(made: Nowcasts) -> list[str]:
    steps = count(len(made), "step")
    return [steps, *([span_of(made.start), count(int(made.alarm.sum()), "alarm")] if len(made) else [])]


def _made_rows(made: Nowcasts) -> list[list[str]]:
    """The last steps, the latest first."""
    rows = []
    for k in range(len(made) - 1, max(-1, len(made) - 1 - MOST_ROWS), -1):
        largest = float(made.largest[k])
        came = "–" if np.isnan(largest) else "none" if np.isinf(largest) else f"M {largest:.1f}"
        alarm = "alarm" if made.alarm[k] else ""
        rows.append([str(made.start[k])[:16], chance(float(made.probability[k])), alarm, came])
    return rows


def _made_small(made: Nowcasts) -> Figure | None:
    return chances_figure(made, inches=(6.0, 3.0)) if len(made) else None


NOWCASTER = Look(line=_line, rows=_rows, figure=_figure, small=_small, alt="Losses of the networks, epoch by epoch")
NOWCASTS = Look(
    line=_made_line,
    rows=_made_rows,
    figure=chances_figure,
    small=_made_small,
    alt="Chances of an extreme event in time, alarms, and the largest event that came",
    heads=("last steps (UTC)", "chance", "", "largest that came"),
)
