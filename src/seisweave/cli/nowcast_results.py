"""What `seisweave nowcast` writes: the model, its scores, its nowcasts as a table, and three figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisweave.storage import write_summary

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.nowcast.region.judged import JudgedNowcasts
    from seisweave.nowcast.region.nowcaster import Nowcaster


def write_all(folder: Path, nowcaster: Nowcaster, catalog: Catalog, *, maps: bool) -> dict[str, Any]:
    """Write all files of a result folder; returns what summary.json holds."""
    from seisweave.nowcast.maps import weave, write_maps
    from seisweave.nowcast.region.judged import judge

    judged = judge(nowcaster, catalog)
    nowcaster.write(folder)
    judged.table().to_csv(folder / "nowcasts.csv", index=False)
    if maps:
        write_maps(weave(catalog, nowcaster.settings.maps, judged.observed.steps), folder / "maps.nc")
    for name, figure in figures(judged).items():
        figure.savefig(folder / name)
    write_summary(folder, judged.summary)
    return judged.summary


def figures(judged: JudgedNowcasts) -> dict[str, Any]:
    """Losses, a map and its reconstruction, the series of the test (or of all days, where there is no test)."""
    from seisweave.report.nowcast_figures import loss_figure, map_figure, series_figure

    settings, model = judged.nowcaster.settings, judged.nowcaster.model
    day, paper = judged.largest_map(), settings.nowcast.centred
    title = f"{str(day.start)[:10]}, largest magnitude {day.largest:.1f}"
    note = "paper protocol, not causal" if paper else "prospective"
    return {
        "losses.png": loss_figure(model.histories),
        "map.png": map_figure(day.original, day.again, settings.maps, title=title),
        "series.png": series_figure(
            judged.shown_nowcasts(),
            threshold=settings.nowcast.threshold,
            alarm_threshold=model.fitted.alarm_threshold,
            paper=paper,
            title=f"Novelty, its nowcast, and what came ({note})",
        ),
    }


def in_words(summary: dict[str, Any]) -> list[str]:
    """What the scores say, in a few sentences."""
    scores = summary["scores"]
    if "series" not in scores:
        return [scores["note"]]
    series, events = scores["series"], scores["events"]
    same = series["persistence"]
    lines = [
        f"{scores['n_test_days']:,} test days, {scores['test_from']} to {scores['test_to']}: novelty nowcast with NSE"
        f" {series['nse']:.3f}, F1 {series['f1']:.3f} on {series['n_positives']} days of extreme novelty (by 'tomorrow"
        f" equals today': NSE {same['nse']:.3f}, F1 {same['f1']:.3f})"
    ]
    if "warning" in scores:
        lines.append(scores["warning"])
    if "nowcast" in events:
        gain, over = _interval(events["nowcast"]["gain_nats"]), _interval(events["over_neuron"])
        lines.append(
            f"against the {events['n_positives']} days with M ≥ {events['threshold']:g}: {gain} nats per positive over"
            f" Poisson, {over} over one neuron on yesterday's number of events"
        )
    return lines


def _interval(limits: dict[str, Any]) -> str:
    return f"{limits['value']:+.2f} [{limits['low']:+.2f}, {limits['high']:+.2f}]"
