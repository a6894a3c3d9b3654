"""`seisweave nowcast audit`: whether a nowcaster knows the future, and how much of a score is smoothing."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from seisweave.catalog.read import ReadOptions
from seisweave.cli.flags import with_options
from seisweave.cli.folder import check_target, whole_folder
from seisweave.cli.nowcast import app, check_libraries
from seisweave.evaluation import decide
from seisweave.evaluation.series import nash_sutcliffe, persistence
from seisweave.studies.eqpred.models.lookup import load_object

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.nowcast.region.audit import Audited, FutureChange, Response

SPANS = (1, 3, 5, 7, 9, 11, 15, 21)  # odd, for a middle
LAGS = 20  # steps that the linear nowcast looks back
ALARM_SHARE, TEST_SHARE = 0.05, 0.2


@app.command("audit")
@with_options(reading=ReadOptions)
def audit(
    nowcaster: Annotated[
        str, typer.Argument(metavar="NOWCASTER", help="Folder made by `nowcast train`, or module:function of your own.")
    ],
    source: Annotated[Path, typer.Argument(metavar="CATALOG", help="Catalog in any known format.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for table and figure.")],
    days: Annotated[int, typer.Option("--days", min=1, help="Days whose events are exchanged.")] = 3,
    force: Annotated[bool, typer.Option("--force", help="Replace results that are there already.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    *,
    reading: ReadOptions,
) -> None:
    """Audit a nowcaster for leaks of the future.

    Three questions: do nowcasts change when later events change; how much of what is nowcast does the input already
    hold; how does "tomorrow equals today" gain from smoothing alone, on the series and on its days shuffled. A function
    of your own takes a catalog and gives (days, nowcasts), or (days, nowcasts, what they are scored against).

    Example: seisweave nowcast audit model catalog.csv --out audit
    """
    from seisweave.catalog import read_catalog

    check_target(out, force=force)
    check_libraries(figures=True)
    catalog = read_catalog(source, **vars(reading))
    audited, series = _audited(nowcaster, catalog)
    made = run_audit(audited, series, catalog, days)
    with whole_folder(out, force=force) as folder:
        write_audit(folder, made, {"nowcaster": nowcaster, "source": str(source)} | _origin(catalog))
    if not quiet:
        print("\n".join([*in_words(made), f"results: {out}"]))


def _audited(text: str, catalog: Catalog) -> tuple[Audited, np.ndarray]:
    """What is audited, and the raw series that it nowcasts."""
    from seisweave.nowcast.region.audit import of_function, of_nowcaster
    from seisweave.nowcast.region.nowcaster import open_nowcaster

    if ":" in text and not Path(text).exists():
        audited = of_function(load_object(text))
        return audited, audited(catalog).target
    nowcaster = open_nowcaster(text)
    novelty = nowcaster.nowcast(catalog).novelty
    return of_nowcaster(nowcaster), novelty if nowcaster.settings.nowcast.centred else np.log(novelty)


def run_audit(audited: Audited, series: np.ndarray, catalog: Catalog, days: int) -> dict[str, Any]:
    """All three probes."""
    from seisweave.nowcast.region.audit import change_future, probe_days, respond

    probed = probe_days(audited(catalog), catalog, days)
    return {
        "future": change_future(audited, catalog, probed),
        "responses": respond(audited, catalog, probed),
        "growth": growth(series),
    }


def growth(series: np.ndarray, seed: int = 0) -> list[dict[str, Any]]:
    """NSE and F1 of nowcasts without any skill, by span, kind of smoothing, and whether the days were shuffled.

    Persistence, and a linear function of the last 20 smoothed values fitted on the first 80 % of the days; scored on
    the rest, alarms above what 5 % of the first days exceed.
    """
    from seisweave.nowcast.region.novelty import smooth

    known = np.flatnonzero(~np.isnan(series))
    shuffled = series.copy()
    shuffled[known] = np.random.default_rng(seed).permutation(series[known])
    made = []
    for days, raw in (("as they are", series), ("shuffled", shuffled)):
        for smoothing in ("centred", "causal"):
            for span in SPANS:
                smoothed = smooth(raw, span, centred=smoothing == "centred")
                row = {"days": days, "smoothing": smoothing, "span": span}
                for name, nowcast in (("persistence", persistence(smoothed)), ("linear", _linear(smoothed))):
                    row |= {f"{name}_{score}": value for score, value in _scores(nowcast, smoothed).items()}
                made.append(row)
    return made


def _linear(series: np.ndarray) -> np.ndarray:
    """The next value from the last ones, by least squares; NaN where one of them is unknown."""
    windows = np.full((len(series), LAGS), np.nan)
    windows[LAGS:] = np.lib.stride_tricks.sliding_window_view(series[:-1], LAGS)
    inputs = np.column_stack([np.ones(len(series)), windows])
    early = np.arange(len(series)) < round((1 - TEST_SHARE) * len(series))
    fitted = early & ~np.isnan(inputs).any(axis=1) & ~np.isnan(series)
    return inputs @ np.linalg.lstsq(inputs[fitted], series[fitted], rcond=None)[0]


def _scores(nowcast: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    border = round((1 - TEST_SHARE) * len(truth))
    level = float(np.nanquantile(truth[:border], 1 - ALARM_SHARE))
    judged = np.arange(len(truth)) >= border
    judged &= ~np.isnan(nowcast) & ~np.isnan(truth)
    decisions = decide(nowcast[judged], truth[judged] >= level, level)
    return {"nse": nash_sutcliffe(nowcast[judged], truth[judged]), "f1": decisions.f()}


def leaks(made: dict[str, Any]) -> bool:
    """Whether a nowcast knew its own day, or a later one."""
    future: list[FutureChange] = made["future"]
    responses: list[Response] = made["responses"]
    return any(change.n_changed for change in future) or any(response.days_ahead for response in responses)


def in_words(made: dict[str, Any]) -> list[str]:
    """What was found, in a few sentences."""
    future: list[FutureChange] = made["future"]
    responses: list[Response] = made["responses"]
    changed, checked = sum(c.n_changed for c in future), sum(c.n_checked for c in future)
    ahead = max([c.days_ahead for c in future] + [r.days_ahead for r in responses])
    covered = max(response.covered for response in responses)
    so_far = "1 day" if ahead == 1 else f"{ahead} days"
    verdict = "knows the future" if leaks(made) else "no leak was found"
    lines = [
        f"{verdict}: {changed} of {checked:,} nowcasts changed with later events, {so_far} ahead at most;"
        f" {covered:.0%} of the days in a target's window are known already when it is nowcast"
    ]
    for days in ("as they are", "shuffled"):
        row = next(r for r in made["growth"] if (r["days"], r["smoothing"], r["span"]) == (days, "centred", 11))
        lines.append(
            f"days {days}, centred LOESS of 11: NSE {row['persistence_nse']:.2f}, F1 {row['persistence_f1']:.2f} by"
            f" 'tomorrow equals today'; {row['linear_nse']:.2f}, {row['linear_f1']:.2f} by a linear one"
        )
    return lines


def write_audit(folder: Path, made: dict[str, Any], about: dict[str, Any]) -> None:
    """Write audit.csv (growth), audit.png and summary.json."""
    import pandas as pd

    from seisweave.report.audit import audit_figure

    pd.DataFrame(made["growth"]).to_csv(folder / "audit.csv", index=False)
    audit_figure(made["responses"], made["growth"], title=in_words(made)[0]).savefig(folder / "audit.png")
    said = {"kind": "audit", "leaks": leaks(made), "future": [asdict(change) for change in made["future"]]}
    said["responses"] = [
        {
            "day": response.day,
            "days_ahead": response.days_ahead,
            "covered": response.covered,
            "nowcast_lags": response.nowcast_lags.tolist(),
            "target_lags": response.target_lags.tolist(),
        }
        for response in made["responses"]
    ]
    said["growth"] = made["growth"]
    text = json.dumps(said | about, indent=2, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")


def _origin(catalog: Catalog) -> dict[str, Any]:
    from seisweave.version import __version__

    return {"version": __version__, "input_sha256": catalog.provenance.sha256}
