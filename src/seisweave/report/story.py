"""What a result says, in plain words."""

from __future__ import annotations

import numpy as np

from seisweave.report.markup import count, number, text
from seisweave.report.results.network import NetworkResult
from seisweave.report.sections import compass

LARGEST = 3
DIFFUSE = 0.5  # thickness over the shorter side from which a fault is called diffuse

_CRITERION = {
    "global": "Two faults were merged when that described all events better (the global criterion)",
    "local": "Two faults were merged when that described their own events better (the local criterion)",
}
_SCHEDULE = {
    "greedy": "always the one best pair first",
    "reference": "in the batches of the published program",
}


def story(result: NetworkResult) -> str:
    """Tell what was found, which faults are the largest, and what the settings mean."""
    return "\n".join(
        [
            f'<p class="lead">{_found(result)}</p>',
            _planted(result),
            _sure(result),
            _largest(result),
            f"<p>{_settings(result)}</p>",
        ]
    )


def _found(result: NetworkResult) -> str:
    """Count events, faults and background."""
    network = result.network
    parts = f"<strong>{count(network.n_faults, 'fault')}</strong>"
    inside = f"From {count(network.n_events, 'event')}{_extent(result)}, the reconstruction found {parts}"
    background = "; no event was left to a background"
    if network.n_backgrounds:
        events = int((network.label < 0).sum())
        boxes = count(network.n_backgrounds, "uniform background")
        verb = "holds" if network.n_backgrounds == 1 else "hold"
        share = f"{result.background_share:.1%} of the weight"
        background = f" and {boxes}, which {verb} {share} and {count(events, 'event')}"
    return f"{inside}{background}."


def _extent(result: NetworkResult) -> str:
    """Say when and how deep, where the events tell."""
    depth = result.events["depth_km"]
    words = f"{depth.min():.1f} to {depth.max():.1f} km deep"
    if "time" in result.events:
        time = result.events["time"].dropna()
        if len(time):
            words = f"{text(str(time.min())[:10])} to {text(str(time.max())[:10])}, {words}"
    return f" ({words})"


def _planted(result: NetworkResult) -> str:
    """Say how much of a planted truth was found again, where there is one."""
    agreement = result.summary.get("planted_adjusted_rand")
    if agreement is None:
        return ""
    return (
        f"<p>The faults of this catalog were planted. The adjusted Rand index between planted and found is "
        f"<strong>{number(agreement, 3)}</strong> (1: every event on its fault; 0: what chance gives).</p>"
    )


def _sure(result: NetworkResult) -> str:
    """Say what comes back when the reconstruction is repeated, where it was."""
    sureness = result.network.sureness
    if sureness is None:
        return ""
    return f"<p>How sure is that? {text(str(sureness)[0].upper() + str(sureness)[1:])} (1: the same labels).</p>"


def _largest(result: NetworkResult) -> str:
    """List the faults of the largest plates; say how many are too thick to be planes."""
    planes, network = result.network.planes, result.network
    if not network.n_faults:
        return "<p>No group of events was better described by a fault than by the background.</p>"
    diffuse = planes.thickness_km > DIFFUSE * np.minimum(planes.length_km, planes.width_km)
    area = np.where(diffuse, 0.0, planes.length_km * planes.width_km)
    order = area.argsort(kind="stable")[::-1][:LARGEST]
    items = "".join(
        f"<li>Fault {c}: strike {planes.strike_deg[c]:.0f}° ({compass(float(planes.strike_deg[c]))}), "
        f"dip {planes.dip_deg[c]:.0f}°, {planes.length_km[c]:.1f} km long, {planes.width_km[c]:.1f} km wide, "
        f"{planes.thickness_km[c]:.1f} km thick; {count(int(network.events_per_fault[c]), 'event')}</li>"
        for c in order
    )
    head = "The largest faults by area" if network.n_faults > 1 else "The fault"
    note = ""
    if diffuse.any():
        note = (
            f"<p>{int(diffuse.sum()):,} of {network.n_faults:,} are thicker than half of their shorter side: diffuse "
            "seismicity rather than planes, and come last in this list.</p>"
        )
    return f"<p>{head}:</p><ul>{items}</ul>{note}"


def _settings(result: NetworkResult) -> str:
    """Say what the settings mean."""
    network = result.network
    options = network.options
    sentences = [
        f"It started from {count(network.n_proto, 'proto-fault')}, merged down to {network.n_faults:,}.",
        f"{_CRITERION[options.criterion]}, {_SCHEDULE[options.schedule]}.",
    ]
    if options.subsets > 1:
        sentences.append(f"The tree was first cut into {options.subsets:,} subsets, each with its own background.")
    if options.refine and options.schedule == "greedy":
        sentences.append("Afterwards the faults were refined by expectation-maximisation until nothing improved.")
    sentences.append(
        f"The BIC is {number(network.bic, 1)}: among results for the same events, the lower the better. "
        "Length, width and thickness are the sides of the plate with the spread of the fault's Gaussian, "
        "√12 standard deviations."
    )
    return " ".join(sentences)
