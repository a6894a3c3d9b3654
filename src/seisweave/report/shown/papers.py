"""Sections about papers made again: the tables and figures of Feng & Fox, EarthquakeNPP, Figure 5 of Kamer et al."""

from __future__ import annotations

from typing import Any

from seisweave.report.markup import count, number, text
from seisweave.report.shown.cells import Column, decimals, interval, percent, signed, words
from seisweave.report.shown.folder import ShownFolder
from seisweave.report.shown.parts import Rows, file_part, listed_files, picture_part, table_part
from seisweave.report.shown.section import Section, Settings

_KNOWN = {"stamp", "causal", "complete", "missing", "left_out", "days", "tables", "dates"}


def tables(folder: ShownFolder) -> Section:
    """A table of a paper made again."""
    if folder.summary.get("kind") == "earthquakenpp":
        return _earthquakenpp(folder)
    told, table = folder.summary, folder.table("table.csv")
    models = list(dict.fromkeys(table["model"].astype(str)))
    return Section(
        title="Table of Feng & Fox (2021) made again",
        found=_made(table, models),
        doubts=_doubts(told),
        body=[
            table_part(folder, _caption(table), _rows(table), "table.csv"),
            picture_part(
                folder,
                "table.png",
                f"Scores of {count(len(models), 'model')}, a dot a seed; the table tells the same in numbers",
                _PICTURED["gain" in table],
            ),
            picture_part(
                folder,
                "reliability.png",
                "Share of steps where the event came against its chance, a panel a target",
                "Did the chances come true?",
            ),
            listed_files(folder, ["fits.csv", "search.csv"], "Every fit, and every trial of the search"),
        ],
        settings=[Settings({name: value for name, value in told.items() if name not in _KNOWN and _is_setting(value)})],
        notes=[f"{name}: {why}" for name, why in (told.get("left_out") or {}).items()],
    )


_PICTURED = {  # by whether the table is prospective
    True: "A dot a seed, with its 95 % limits; an orange line at the neuron.",
    False: "A dot a seed, a bar at their mean, a diamond for what the paper prints.",
}


def _is_setting(value: Any) -> bool:
    return isinstance(value, dict) and bool(value)


def _made(table: Any, models: list[str]) -> str:
    """What was made, and the best of it."""
    if "gain" in table:
        fitted = table[(table["model"] != _LOOKS_AHEAD) & table["gain"].notna()]
        means = fitted.groupby(["model", "target"], sort=False)["gain"].agg(["mean", "size"]).reset_index()
        best = max(means.to_dict("records"), key=lambda row: row["mean"])
        return (
            f"{count(len(models), 'model')} were fitted on the past alone and scored on what came:"
            f" <strong>{text(best['model'])}</strong> gains <strong>{signed(best['mean'])}</strong> nats per positive"
            f" over Poisson on {text(best['target'])}, in the mean of {count(int(best['size']), 'seed')}."
        )
    scored = table[table["mean"].notna()]
    known = scored[scored["published"].notna() & (scored["column"] != "seconds")]
    apart = (
        f"{count(len(known), 'score')} can be held against what it prints, in the median"
        f" {number(float((known['mean'] - known['published']).abs().median()), 2)} from it"
        if len(known)
        else "of what it prints nothing was scored"
    )
    return (
        f"<strong>{scored['model'].nunique():,} of {count(len(models), 'model')}</strong> were scored in the protocol"
        f" of the paper, whose smoothing looks into the future; {apart}."
    )


def _doubts(told: dict[str, Any]) -> list[str]:
    missing = told.get("missing") or {}
    made = [str(told["stamp"])] if told.get("stamp") and not told.get("causal") else []
    if missing:
        names = (f"{name} (seed {', '.join(map(str, seeds))})" for name, seeds in missing.items())
        return [*made, f"fits are missing: {', '.join(names)}"]
    return made if told.get("complete", True) else [*made, "fits are missing"]


def _caption(table: Any) -> str:
    if "gain" in table:
        return "Nats gained per positive over Poisson; 95 % limits in brackets"
    return "Mean of the seeds ± their spread, and in brackets what the paper prints"


def _rows(table: Any) -> Rows:
    return _prospective(table) if "gain" in table else _paper(table)


_HEADS = {"f1": "F1", "f02": "F0.2", "nse": "NSE", "mae": "MAE"}


def _paper(table: Any) -> Rows:
    """A row a model (and threshold), a column a score."""
    columns = list(dict.fromkeys(table["column"].astype(str)))
    several = "threshold" in table
    keys = ["threshold", "model"] if several else ["model"]
    rows = []
    for key, group in table.groupby(keys, sort=False):
        by_column = {str(row["column"]): row for row in group.to_dict("records")}
        cells = [_score(by_column.get(column)) for column in columns]
        seeds = max(int(row["seeds"]) for row in by_column.values())
        place = [f"{float(key[0]):g}"] if several else []
        rows.append([text(key[-1]), *place, *cells, number(seeds)])
    heads = [
        "model",
        *(["M ≥"] if several else []),
        *(_HEADS.get(column, column.replace("_", " ")) for column in columns),
        "seeds",
    ]
    return Rows(heads, rows)


def _score(row: dict[str, Any] | None) -> str:
    if row is None:
        return number(None)
    places = 1 if row["column"] == "seconds" else 3
    told = number(row["mean"], places)
    if row["spread"] is not None and row["spread"] == row["spread"]:
        told += f" ± {number(row['spread'], places)}"
    printed = row["published"]
    return told if printed is None or printed != printed else f"{told} ({number(printed, places)})"


_LOOKS_AHEAD = "true base rate"


def _prospective(table: Any) -> Rows:
    """A row a model, target and seed."""
    several = "threshold" in table
    heads = ["model", "target", *(["known extreme, M ≥"] if several else []), "seed", "positives", "gain (nats)"]
    heads += ["over the neuron", "PR-AUC", "ROC-AUC", "Brier skill"]
    rows = []
    for row in table.to_dict("records"):
        gain = interval(row["gain"], row.get("gain_low"), row.get("gain_high"))
        over = interval(row.get("over_neuron"), row.get("over_neuron_low"), row.get("over_neuron_high"))
        scores = [number(row.get(name), 3) for name in ("pr_auc", "roc_auc", "brier_skill")]
        place = [f"{row['threshold']:g}"] if several else []
        model = words(row["model"]) + (" (looks ahead)" if row["model"] == _LOOKS_AHEAD else "")
        numbers = [number(row.get("seed"), 0), number(row.get("positives"), 0)]
        rows.append([model, words(row["target"]), *place, *numbers, gain, over, *scores])
    return Rows(heads, rows, words=(0, 1))


def _earthquakenpp(folder: ShownFolder) -> Section:
    """ETAS on the catalogs of EarthquakeNPP."""
    told, table = folder.summary, folder.table("table.csv")
    differences = told.get("difference_to_published_log_intensities") or {}
    worst = max((float(value) for value in differences.values()), default=None)
    sets = text(", ".join(map(str, differences)) or str(told.get("sets", "")))
    beside = (
        f": the published parameters give the published intensities within {worst:.1e}" if worst is not None else ""
    )
    found = f"ETAS was fitted to catalogs of EarthquakeNPP ({sets}) and scored beside the published fits{beside}."
    heads = ["set", "form", "events", "nats an event", "when", "where", "gain over the published", "when", "where"]
    rows = []
    for row in table.to_dict("records"):
        nats = [number(row[part], 3) for part in ("total", "tll", "sll")]
        gains = [
            interval(row.get(f"gain_{part}"), row.get(f"gain_{part}_low"), row.get(f"gain_{part}_high"))
            for part in ("total", "tll", "sll")
        ]
        rows.append([words(row["set"]), words(row["form"]), number(row["n_test"], 0), *nats, *gains])
    return Section(
        title="EarthquakeNPP",
        found=found,
        body=[
            table_part(
                folder,
                "Nats an event, more is better; 95 % limits in brackets",
                Rows(heads, rows, words=(0, 1)),
                "table.csv",
            )
        ],
        settings=[Settings({name: told[name] for name in ("sets", "forms", "max_targets") if name in told})],
    )


def counts(folder: ShownFolder) -> Section:
    """The figures of Feng & Fox made again."""
    told, table = folder.summary, folder.table("counts.csv")
    ends = [str(name) for name in table.columns if str(name).startswith("before")]
    apart = (table[ends[0]] / table["printed"] - 1.0).abs().max() if ends and len(table) else 0.0
    found = (
        f"The figures of Feng &amp; Fox (2021) were drawn again from <strong>{count(int(told['events']), 'event')}"
        f"</strong>; the numbers of events differ from the printed ones by {percent(float(apart))} at most."
    )
    names = {
        "fig1.png": ("Map of the events, with the region of the maps", "Figure 1: where the events are."),
        "fig2.png": (
            "Layers of the autoencoder and of the temporal network",
            "Figure 2: the networks as they are built.",
        ),
        "fig3.png": (
            "Numbers of events by magnitude, beside the printed ones",
            "Figure 3: how many of which magnitude.",
        ),
    }
    known = [Column("magnitude", "M ≥", decimals(1)), Column("printed", "printed", decimals(0))]
    return Section(
        title="Figures of Feng & Fox (2021) made again",
        found=found,
        body=[
            file_part(folder, "Events from each magnitude on", "counts.csv", known),
            *(picture_part(folder, name, alt, caption) for name, (alt, caption) in names.items()),
        ],
        settings=[Settings({name: told[name] for name in ("box", "cell_deg", "start", "end") if name in told})],
    )


def sensitivity(folder: ShownFolder) -> Section:
    """Figure 5: planted faults found again."""
    told, table = folder.summary, folder.table("fig5.csv")
    by = table.groupby("criterion")["adjusted_rand"].median()
    medians = ", ".join(f"{number(float(value), 3)} by the {text(name)} criterion" for name, value in by.items())
    found = (
        f"Faults were planted in <strong>{count(int(told['n_sets']), 'set')}</strong> of events and looked for again:"
        f" the adjusted Rand index is {medians} in the median (1: every event where it belongs; 0: what chance gives)."
    )
    known = [
        Column("shape", "shape", words, words=True),
        Column("density_per_km2", "events a km²", decimals(2)),
        Column("noise_share", "background", percent),
        Column("n_events", "events", decimals(0)),
        Column("n_faults", "segments found", decimals(0)),
        Column("adjusted_rand", "adjusted Rand", decimals(3)),
        Column("rand", "Rand", decimals(3)),
        Column("bic", "BIC", decimals(1)),
        Column("seconds", "seconds", decimals(2)),
    ]
    study = told.get("study") or {}
    return Section(
        title="Planted faults found again",
        found=found,
        body=[
            picture_part(
                folder,
                "fig5.png",
                "Rand indices against density, for rectangular and Gaussian faults, by criterion and background",
                "How well planted faults are found again, against their density.",
            ),
            file_part(folder, "Every planted set, by both criteria", "fig5.csv", known),
        ],
        settings=[Settings(study.get("options") or {}, "seisweave.faults:FaultOptions")],
    )
