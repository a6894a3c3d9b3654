"""Networks beside others, beside mapped faults and mechanisms, and what became of them, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seisweave.faults.mapped.chance import Share
    from seisweave.faults.mapped.compare import MappedComparison
    from seisweave.faults.matching import NetworkMatch
    from seisweave.faults.mechanisms import MechanismComparison
    from seisweave.faults.update import Updated


def comparison_in_words(made: MappedComparison) -> list[str]:
    """What agrees, what chance gives, and what has no counterpart."""
    found, level = made.summary(), made.options.level
    strikes = " (on the map, by strike: the dip of traces is not known)" if made.mapped.kind == "traces" else ""
    near, none = f"{made.options.near_km:g} km", "event" if found["quiet_by"] == "events" else "fault"
    return [
        f"within {near} and {made.options.parallel_deg:g}° of mapped {made.mapped.kind}{strikes}:",
        f"  {_share(made.share)} of {found['n_compared']:,} {level}",
        f"  {_share(made.event_share)} of their {found['n_events']:,} events",
        f"{found['n_unmapped']:,} {level} have no mapped fault within {near}; in the median they lie"
        f" {found['median_distance_km']:.2f} km from one, {found['chance_distance_km']:.2f} km by chance",
        f"{found['n_mapped_quiet']:,} of {found['n_mapped_within']:,} mapped faults in the region have no {none} within"
        f" {near}; {found['n_mapped_with_faults']:,} have {level} that agree",
    ]


def _share(share: Share) -> str:
    chance = f"chance {share.chance:.1%}, 95 % of draws {share.chance_low:.1%} to {share.chance_high:.1%}"
    return f"{share.found:.1%} ({chance}; p = {share.p_value:.2g})"


def match_in_words(found: NetworkMatch) -> list[str]:
    """What became of the faults, and how well the networks agree."""
    lines = []
    for name, kinds in found.counts().items():
        told = ", ".join(f"{n:,} {kind}" for kind, n in kinds.items())
        lines.append(f"{name} network, {sum(kinds.values()):,} faults: {told}")
    if found.adjusted_rand is None:
        return [*lines, "no common events: faults are compared by their plates alone"]
    on_faults = found.adjusted_rand_on_faults
    told = "" if on_faults is None else f", {on_faults:.3f} of those on faults in both"
    return [*lines, f"adjusted Rand index of {len(found.common):,} common events {found.adjusted_rand:.3f}{told}"]


def mechanisms_in_words(found: MechanismComparison) -> list[str]:
    """What was found, in three lines."""
    misfit, probability = found.misfit, found.preferred_probability[found.used]
    beside = f"shuffled faults {misfit.shuffled}, p = {misfit.p_shuffled:.2g}; random planes {misfit.random}"
    return [
        f"{misfit.n_mechanisms:,} mechanisms on {misfit.n_faults:,} faults",
        f"mean misfit of the better plane {misfit.observed}; {beside}, p = {misfit.p_random:.2g}",
        f"planes leave their plates by {found.scatter_deg:g}° (rms); the preferred plane is sure by"
        f" {probability.mean():.0%} in the mean, by 90 % or more for {(probability >= 0.9).sum():,} mechanisms",
    ]


def changes_in_words(updated: Updated) -> list[str]:
    """What became of faults that changed other than by a few events, a line each."""
    lines, names = [], updated.names
    for change in updated.changes:
        if change.what not in ("unchanged", "grew", "shrank"):
            others = f" ({', '.join(names[number] for number in change.others)})" if change.others else ""
            lines.append(f"{names[change.fault]} {change.what}{others}: {change.n_before:,} -> {change.n_now:,} events")
    if updated.held:
        lines.append("note: held back by --agreement; with a lower one the network would fit its events better")
    return lines
