"""The section about a network beside mapped faults."""

from __future__ import annotations

from typing import Any

from seisweave.report.markup import count, number, text
from seisweave.report.shown.cells import Column, decimals, percent, whole, words
from seisweave.report.shown.folder import ShownFolder
from seisweave.report.shown.parts import file_part, picture_part
from seisweave.report.shown.section import Section, Settings


def compared(folder: ShownFolder) -> Section:
    """What of a network agrees with mapped faults, against chance."""
    found, options = folder.summary, folder.summary["options"]
    level, near = text(options["level"]), f"{float(options['near_km']):g} km"
    strikes = " (by strike, on the map: the dip of traces is not known)" if found["kind"] == "traces" else ""
    share, events = (_share(found[name]) for name in ("share", "event_share"))
    quiet = "event" if found["quiet_by"] == "events" else "fault"
    lead = (
        f"<strong>{share}</strong> of {int(found['n_compared']):,} {level} lie within {near} and"
        f" {float(options['parallel_deg']):g}° of a mapped fault{strikes}; of their events {events}."
    )
    others = (
        f"{int(found['n_unmapped']):,} {level} have no mapped fault within {near}."
        f" Of {count(int(found['n_mapped_within']), 'mapped fault')} in the region,"
        f" {int(found['n_mapped_quiet']):,} have no {quiet} as near."
    )
    own, mapped = folder.table("agreement.csv").columns, ("mapped_fault", "length_km", "area_km2", "share_within")
    shown = [
        name for name in ("fault", "segment", "n_events", "mapped_fault", "distance_km", "angle_deg") if name in own
    ]
    return Section(
        title="Beside mapped faults",
        found=lead,
        how=others,
        tiles=[
            (
                _percent(found["share"]["found"]),
                f"of {options['level']} agree",
                f"{_percent(found['share']['chance'])} by chance",
            ),
            (f"{number(float(found['median_distance_km']), 1)} km", "to a mapped fault", "in the median"),
            (f"{number(float(found['chance_distance_km']), 1)} km", "by chance", "planes moved and turned at random"),
        ],
        body=[
            picture_part(
                folder,
                "figure.png",
                f"Map of {options['level']} by whether they agree with mapped faults, and shares against chance",
                f"{str(options['level']).capitalize()} that agree with a mapped fault, and that do not; chance: planes"
                " moved and turned at random.",
            ),
            file_part(
                folder,
                f"The network's {options['level']}, each with its nearest mapped fault",
                "agreement.csv",
                _OWN,
                (*shown, "verdict", "chance_agrees", "chance_distance_km"),
            ),
            file_part(
                folder,
                "Mapped faults of the region",
                "mapped.csv",
                _MAPPED,
                (*mapped, "n_events", "nearest_fault", "distance_km", "near_share", "n_agree", "quiet"),
            ),
        ],
        settings=[Settings(options, "seisweave.faults.mapped:MappedOptions")],
    )


_OWN = (
    Column("mapped_fault", "nearest mapped fault", words, words=True),
    Column("distance_km", "its distance (km)", decimals(1)),
    Column("angle_deg", "angle (°)", decimals(0)),
    Column("verdict", "verdict", words, words=True),
    Column("chance_agrees", "agree by chance", percent),
    Column("chance_distance_km", "distance by chance (km)", decimals(1)),
)
_MAPPED = (
    Column("mapped_fault", "mapped fault", words, words=True),
    Column("share_within", "share in the region", percent),
    Column("nearest_fault", "nearest fault", whole),
    Column("distance_km", "its distance (km)", decimals(1)),
    Column("near_share", "share near one", percent),
    Column("n_agree", "faults that agree", decimals(0)),
    Column("quiet", "quiet", lambda value: "quiet" if value is True else "", words=True),
)


def _share(share: dict[str, Any]) -> str:
    chance, low, high = (f"{100 * float(share[name]):.1f}" for name in ("chance", "chance_low", "chance_high"))
    return f"{100 * float(share['found']):.1f} % (chance {chance} %, 95 % of draws {low} to {high} %)"


def _percent(share: Any) -> str:
    return f"{100 * float(share):.0f} %"
