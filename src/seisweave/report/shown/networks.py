"""Sections about what was done with a network: events given to it, another network beside it, mechanisms, exports."""

from __future__ import annotations

from typing import Any

from seisweave.report.markup import count, number, text
from seisweave.report.shown.cells import Column, decimals, moment, percent, small_p, whole, words
from seisweave.report.shown.folder import ShownFolder
from seisweave.report.shown.parts import Rows, file_part, listed_files, picture_part, table_part
from seisweave.report.shown.section import Section, Settings

_ASSIGNED = ("time", "id", "magnitude", "longitude", "latitude", "depth_km", "fault", "halo", "distance_km", "known")


def assigned(folder: ShownFolder) -> Section:
    """New events on the faults of a network."""
    told = folder.summary
    fresh = int(told["n_events"]) - int(told["n_known"])
    on, halos, none = (int(told[name]) for name in ("n_on_faults", "n_in_halos", "n_none"))
    of = f"{on:,} lie on {count(int(told['n_faults_moved']), 'fault')}, {halos:,} in halos, {none:,} on none of them"
    known = int(told["n_known"])
    already = (
        f"{known:,} {'is' if known == 1 else 'are'} among its events already" if known else "none is among its own"
    )
    found = (
        f"<strong>{count(int(told['n_events']), 'event')}</strong> were given to the faults of"
        f" {text(told.get('network') or 'a network')}: {already}"
        + (f"; of the {fresh:,} new ones {of}." if fresh else ", so that no fault has a new one.")
    )
    return Section(
        title="New events on a network",
        found=found,
        tiles=[
            (number(fresh), "new events", f"of {number(told['n_events'])} given"),
            (number(on), "on faults", _of(on, fresh)),
            (number(halos), "in halos", _of(halos, fresh)),
            (number(none), "on none", _of(none, fresh)),
        ],
        body=[
            file_part(folder, "Faults that have new events", "moved.csv", _MOVED, only=_ONLY_MOVED) if on else "",
            file_part(folder, "The events, each with its fault", "assigned.csv", _EVENT_COLUMNS, only=_ASSIGNED),
        ],
    )


_ONLY_MOVED = ("fault", "name", "n_events", "first_time", "last_time", "largest_magnitude")
_MOVED = (
    Column("name", "name", words, words=True),
    Column("n_events", "new events", decimals(0)),
    Column("first_time", "first (UTC)", moment, words=True),
    Column("last_time", "last (UTC)", moment, words=True),
    Column("largest_magnitude", "largest magnitude", decimals(1)),
)
_EVENT_COLUMNS = (
    Column("time", "time (UTC)", moment, words=True),
    Column("magnitude", "magnitude", decimals(1)),
    Column("distance_km", "distance (km)", decimals(2)),
    Column("fault", "fault", whole),
    Column("halo", "halo", whole),
    Column("id", "id", words, words=True),
    Column("known", "known before", words, words=True),
)


def _of(n: int, whole: int) -> str:
    return f"{100 * n / whole:.0f} % of the new ones" if whole else "there are no new ones"


def updated(folder: ShownFolder) -> Section:
    """What became of the faults of a network that went on with more events."""
    told, table = folder.summary["update"], folder.table("changes.csv")
    kinds = ", ".join(f"{int(n):,} {text(what)}" for what, n in table["what"].value_counts().items()) or "none"
    found = (
        f"The network went on with <strong>{count(int(told['n_new']), 'new event')}</strong>; of its"
        f" {count(len(table), 'fault')}, {kinds}. The adjusted Rand index with what they were is"
        f" <strong>{number(told['agreement'], 3)}</strong> (1: every earlier event where it was)."
    )
    columns = [
        Column("number", "lasting number", whole),
        Column("name", "name", words, words=True),
        Column("what", "what became of it", words, words=True),
        Column("n_before", "events before", decimals(0)),
        Column("n_now", "events now", decimals(0)),
        Column("others", "others", _related, words=True),
    ]
    held = ["held back by --agreement; with a lower one the network would fit its events better"]
    return Section(
        title="What changed",
        found=found,
        doubts=held if told["held"] else [],
        body=[file_part(folder, "Every fault that was there or is new", "changes.csv", columns)],
        notes=[str(each) for each in told.get("notes_of_network") or []],
    )


def matched(folder: ShownFolder) -> Section:
    """Two networks beside each other."""
    told = folder.summary
    names = [f"<em>{text(told.get(name) or name)}</em>" for name in ("first", "second")]
    kinds = told["kinds"]
    became = [
        f"of the {count(sum(kinds[each].values()), 'fault')} of the network {name} {_kinds(kinds[each])}"
        for each, name in zip(("first", "second"), names, strict=True)
    ]
    rand = told["adjusted_rand"]
    agreed = (
        f" The adjusted Rand index of their {count(int(told['n_common_events']), 'common event')} is"
        f" <strong>{number(rand, 3)}</strong> (1: every event on the same fault; 0: what chance gives)."
        if rand is not None
        else " They have no common events, and are compared by their plates alone."
    )
    columns = [
        Column("jaccard", "common share", percent),
        Column("angle_deg", "angle (°)", decimals(0)),
        Column("distance_km", "distance (km)", decimals(1)),
        Column("n_common", "common events", decimals(0)),
        Column("related", "related to", _related, words=True),
        Column("counterpart", "counterpart", whole),
    ]
    shown = ("network", "fault", "kind", "counterpart", "related", "n_events", "n_common", "jaccard", "distance_km")
    return Section(
        title="Two networks compared",
        found=f"{became[0][0].upper()}{became[0][1:]}; {became[1]}.{agreed}",
        body=[
            picture_part(
                folder,
                "figure.png",
                "Maps of both networks, their faults coloured by what became of them",
                "The faults of both networks, by what became of them.",
            ),
            file_part(folder, "What became of each fault", "matches.csv", columns, (*shown, "angle_deg")),
        ],
        settings=[Settings(told["options"], "seisweave.faults.matching:MatchOptions")],
    )


def _related(value: Any) -> str:
    """Numbers of faults: one alone is read as a number."""
    return whole(value) if isinstance(value, float) else words(value)


def _kinds(kinds: dict[str, int]) -> str:
    some = [f"{int(n):,} {'is' if n == 1 else 'are'} {text(kind)}" for kind, n in kinds.items() if n]
    return " and ".join(filter(None, [", ".join(some[:-1]), *some[-1:]])) or "none is left"


def mechanisms(folder: ShownFolder) -> Section:
    """Focal mechanisms beside the faults of a network."""
    told, misfit = folder.summary, folder.summary["misfit"]
    observed, shuffled, anyhow = (misfit[name] for name in ("observed", "shuffled", "random"))
    found = (
        f"The better plane of <strong>{count(int(misfit['n_mechanisms']), 'mechanism')}</strong> leaves the fault it is"
        f" on (of {int(misfit['n_faults']):,}) by {_range(observed)} in the mean, against {_range(shuffled)} on faults"
        f" that were shuffled (p = {small_p(misfit['p_shuffled'])}) and {_range(anyhow)} for random planes"
        f" (p = {small_p(misfit['p_random'])})."
    )
    columns = [
        Column("n_mechanisms", "mechanisms", decimals(0)),
        Column("mean_rake_deg", "mean rake (°)", decimals(0)),
        Column("rake_spread_deg", "spread of rakes (°)", decimals(0)),
        Column("mean_misfit_deg", "mean misfit (°)", decimals(1)),
        Column("mean_probability", "preferred plane sure by", percent),
    ]
    return Section(
        title="Mechanisms beside a network",
        found=found,
        tiles=[
            (number(told["n_on_faults"]), "mechanisms on faults", f"of {number(told['n_mechanisms'])} read"),
            (number(told["n_sure"]), "planes preferred surely", "by 90 % or more"),
            (f"{number(told['scatter_deg'], 0)}°", "scatter", "of planes about their plates (rms)"),
            (percent(told["mean_probability"]), "sure in the mean", "which of two planes slipped"),
        ],
        body=[
            picture_part(
                folder,
                "figure.png",
                "Misfits of mechanisms to their faults beside shuffled and random ones, and preferred planes",
                "How far mechanisms leave their faults, beside what chance gives.",
            ),
            file_part(folder, "Faults with mechanisms", "by_fault.csv", columns),
            listed_files(folder, ["mechanisms.csv"], "Every mechanism, with its fault and preferred plane"),
        ],
        settings=[Settings(told["options"], "seisweave.faults.mechanisms:MechanismOptions")],
        notes=[f"{int(n):,} set aside: {why}" for why, n in told.get("rejected", {}).items()],
    )


def _range(value: dict[str, Any]) -> str:
    return f"{number(value['value'], 1)}° ({number(value['low'], 1)} to {number(value['high'], 1)}°)"


def exported(folder: ShownFolder) -> Section:
    """A network as other programs read it."""
    told = folder.summary
    formats = [text(each) for each in told["formats"]]
    files = sorted(each for each in folder.path.iterdir() if each.is_file() and each.suffix not in (".toml", ".json"))
    rows = [[text(each.name), f"{number(each.stat().st_size / 1000, 1)}"] for each in files]
    made = count(len(formats), "format")
    found = (
        f"The network of <strong>{text(told.get('source') or 'a folder')}</strong> was written for other programs, in"
        f" {made}: {', '.join(formats)}."
    )
    return Section(
        title="Exports of a network",
        found=found,
        body=[
            table_part(folder, "Files", Rows(["file", "kB"], rows), "faults.csv" if folder.has("faults.csv") else "")
        ],
        settings=[Settings(told["options"])],
    )
