"""Sections about catalogs that were made of others: condensed, declustered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seisweave.report.markup import count, number, text
from seisweave.report.shown.cells import Column, columns_of, decimals, moment, percent, small_p, words
from seisweave.report.shown.folder import ShownFolder
from seisweave.report.shown.parts import picture_part, rows_of, table_part
from seisweave.report.shown.section import Section, Settings

if TYPE_CHECKING:
    import pandas as pd


def condensed(folder: ShownFolder) -> Section:
    """A condensed catalog."""
    told = folder.summary
    events, keep, hold = (int(told[name]) for name in ("n_events", "n_with_weight", "n_holding"))
    before, after = float(told["effective_number_before"]), float(told["effective_number_after"])
    gaussians = int(told["n_gaussians"])
    several = f" ({count(gaussians, 'Gaussian')})" if gaussians > events else ""
    found = (
        f"Of <strong>{count(events, 'event')}</strong>{several} the weights of badly located ones moved onto well"
        f" located ones: {keep:,} keep weight, {hold:,} hold events, and the effective number fell from"
        f" {number(before, 0)} to <strong>{number(after, 0)}</strong>."
    )
    drawn = told.get("points") == "drawn"
    columns = [
        Column("id", "id", words, words=True),
        Column("weight", "weight", decimals(2)),
        Column("events", "events held", decimals(0)),
        Column("time", "time (UTC)", moment, words=True),
        Column("largest_magnitude", "largest magnitude", decimals(1)),
        Column("magnitude", "magnitude", decimals(1)),
        Column("longitude", "longitude (°)", decimals(3)),
        Column("latitude", "latitude (°)", decimals(3)),
        Column("depth_km", "depth (km)", decimals(1)),
    ]
    points = folder.table("condensed.parquet")
    order = points.sort_values("weight", ascending=False, kind="stable") if "weight" in points else points
    wanted = [column for column in columns if column.name in points]
    caption = (
        "Points drawn from the condensed density" if drawn else "Centres that hold events, that of most weight first"
    )
    return Section(
        title="Condensed catalog",
        found=found,
        tiles=[
            (number(events), "events", "before"),
            (number(keep), "keep weight", percent(keep / events) if events else "–"),
            (number(hold), "hold events", percent(hold / events) if events else "–"),
            (number(after, 0), "effective number", f"{number(before, 0)} before"),
        ],
        body=[
            picture_part(
                folder,
                "figure.png",
                "Map of the events before and after condensation, and how weights are distributed",
                "The catalog before and after: weight has moved onto well located events.",
            ),
            table_part(folder, caption, rows_of(order, wanted), "condensed.parquet", "events.parquet"),
        ],
        settings=[Settings(told["options"], "seisweave.condensation:CondensationOptions"), _errors(told)],
        notes=[f"{int(told['n_widened']):,} errors of location were widened to the least allowed"]
        if told.get("n_widened")
        else [],
    )


def _errors(told: dict[str, Any]) -> Settings:
    return Settings(told.get("errors") or {})


def declustered(folder: ShownFolder) -> Section:
    """A declustered catalog."""
    told = folder.summary
    events, kept, clusters = (int(told[name]) for name in ("n_events", "n_background", "n_clusters"))
    method = text(str(told["options"]["method"]))
    found = (
        f"<strong>{number(kept)} of {count(events, 'event')}</strong> ({percent(told['background_share'])}) are"
        f" background by the method {method}; the others lie in {count(clusters, 'cluster')}."
    )
    before, after, poisson = told.get("b_before"), told.get("b_after"), told.get("poisson")
    tiles = [
        (number(kept), "background events", percent(told["background_share"])),
        (number(clusters), "clusters", f"with {count(events - kept, 'other event')}"),
    ]
    if before and after:
        tiles.append((_b(after), "b after", f"{_b(before)} before, both from M {number(told['mc'], 1)}"))
    if poisson and poisson["p"] is not None:
        verdict = "as of a Poisson process" if poisson["p"] >= 0.05 else "not as of a Poisson process"
        tiles.append((small_p(poisson["p"]), "p of Kolmogorov-Smirnov", f"times of what is kept: {verdict}"))
    table = folder.table("events.csv")
    return Section(
        title="Declustered catalog",
        found=found,
        tiles=tiles,
        body=[
            picture_part(
                folder,
                "figure.png",
                "Map and time line of clusters and background, and cumulated numbers before and after",
                "What is kept and what was put into clusters.",
            ),
            table_part(
                folder, "Clusters, that of most events first", _clusters(table), "declustered.csv", "events.csv"
            ),
        ],
        settings=[Settings({**told["options"], **(told.get("found") or {})})],
    )


def _b(value: dict[str, Any]) -> str:
    return f"{number(value['value'], 2)} ± {number(value['error'], 2)}"


def _clusters(events: pd.DataFrame) -> Any:
    """Clusters with their number of events, when they were, and their largest event."""
    import pandas as pd

    sizes = events["cluster"][events["cluster"] >= 0].value_counts()
    members = events[events["cluster"].isin(sizes.index[sizes > 1])].reset_index(drop=True)
    times = pd.to_datetime(members["time"], format="ISO8601")
    spans = times.groupby(members["cluster"]).agg(["min", "max", "size"])
    largest = members.loc[members.groupby("cluster")["magnitude"].idxmax().dropna()].set_index("cluster")
    laid = pd.DataFrame(
        {
            "events": spans["size"],
            "from": spans["min"],
            "days": (spans["max"] - spans["min"]).dt.total_seconds() / 86400.0,
        }
    )
    for name in ("magnitude", "longitude", "latitude", "depth_km", "id"):
        laid[name] = largest.get(name)
    laid = laid.sort_values("events", ascending=False, kind="stable").reset_index(names="cluster")
    known = [
        Column("from", "first (UTC)", moment, words=True),
        Column("days", "days", decimals(1)),
        Column("magnitude", "largest magnitude", decimals(1)),
        Column("id", "its id", words, words=True),
    ]
    return rows_of(laid, columns_of(laid, known))
