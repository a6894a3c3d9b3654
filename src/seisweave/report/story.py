"""What a result says, in plain words."""

from __future__ import annotations

import numpy as np

from seisweave.faults.doubts import doubts_of
from seisweave.faults.network import FaultNetwork
from seisweave.report.markup import count, number, text
from seisweave.report.results.network import NetworkResult
from seisweave.report.sections import compass

LARGEST = 5

_CRITERION = {
    "global": "Two segments were merged when that described all events better (the global criterion)",
    "local": "Two segments were merged when that described their own events better (the local criterion)",
}
_SCHEDULE = {
    "greedy": "always the one best pair first",
    "reference": "in the batches of the published program",
}
_ERRORS = {
    "catalog": "The errors of location are those of the catalog",
    "estimated": "The errors of location were estimated from the hypocentres alone",
}


def lead(result: NetworkResult) -> str:
    """Tell what was found, and what to doubt."""
    parts = [f'<p class="lead">{_found(result)}</p>', _doubts(result.network), _planted(result), _sure(result)]
    return "\n".join(part for part in parts if part)


def story(result: NetworkResult) -> str:
    """Tell which faults hold the most events, what halos are, and what the settings mean."""
    return "\n".join([_largest(result.network), _beside(result.network), f"<p>{_settings(result)}</p>"])


def _found(result: NetworkResult) -> str:
    """Count events and faults, and the events on faults, in halos and in the background."""
    network, faults = result.network, result.network.faults
    found = f"<strong>{count(network.n_faults, 'fault')}</strong>"
    if network.n_faults > faults.n_systems:
        found += f" in {count(faults.n_systems, 'system')}"
    on_faults, in_halos = int((network.label >= 0).sum()), int((faults.halo_of_event >= 0).sum())
    held = [f"{_share(on_faults, network)} of the events {'lie' if network.n_faults else 'lies'} on them"]
    if faults.n_halos:
        no_plane = "which is no plane," if faults.n_halos == 1 else "which are no planes,"
        held.append(f"{_share(in_halos, network)} in {count(faults.n_halos, 'halo')}, {no_plane}")
    held.append(f"{_share(network.n_events - on_faults - in_halos, network)} are background")
    told = f"{', '.join(held[:-1])} and {held[-1]}"
    return f"From {count(network.n_events, 'event')}{_extent(result)}, the reconstruction found {found}: {told}."


def _share(n: int, network: FaultNetwork) -> str:
    return f"{100 * n / network.n_events:.1f} %"


def _extent(result: NetworkResult) -> str:
    """Say when and how deep, where the events tell."""
    depth = result.events["depth_km"]
    words = f"{depth.min():.1f} to {depth.max():.1f} km deep"
    if "time" in result.events:
        time = result.events["time"].dropna()
        if len(time):
            words = f"{text(str(time.min())[:10])} to {text(str(time.max())[:10])}, {words}"
    return f" ({words})"


def _doubts(network: FaultNetwork) -> str:
    """Warn of what the network itself gives reason to doubt."""
    doubts = doubts_of(network)
    if not doubts:
        return ""
    items = "".join(f"<li>{text(doubt)}</li>" for doubt in doubts)
    return f'<div class="doubts" role="note"><p>To be doubted:</p><ul>{items}</ul></div>'


def _planted(result: NetworkResult) -> str:
    """Say how much of a planted truth was found again, where there is one."""
    agreement, found = (result.summary.get(f"planted_{name}") for name in ("adjusted_rand", "found"))
    if agreement is None:
        return ""
    of = ""
    if found is not None:
        planted, spurious = (number(result.summary.get(f"planted_{name}")) for name in ("faults", "spurious"))
        of = f": {planted} planted, {number(found)} found, {spurious} spurious"
    return (
        f"<p>The faults of this catalog were planted{of}. The adjusted Rand index between planted and found is "
        f"<strong>{number(agreement, 3)}</strong> (1: every event on its fault; 0: what chance gives).</p>"
    )


def _sure(result: NetworkResult) -> str:
    """Say what comes back when the reconstruction is repeated, where it was."""
    sureness = result.network.sureness
    if sureness is None:
        return ""
    return f"<p>How sure is that? {text(str(sureness)[0].upper() + str(sureness)[1:])} (1: the same labels).</p>"


def _largest(network: FaultNetwork) -> str:
    """List the faults of most events."""
    if not network.n_faults:
        return "<p>No group of events was better described by a fault than by halos or the background.</p>"
    planes, faults = network.planes, network.faults
    others = np.bincount(faults.system)[faults.system] - 1
    in_system = [f"; in a system with {count(int(n), 'other')}" if n else "" for n in others]
    items = "".join(
        f"<li>Fault {c}: {count(int(network.events_per_fault[c]), 'event')}; strike {planes.strike_deg[c]:.0f}° "
        f"({compass(float(planes.strike_deg[c]))}), dip {planes.dip_deg[c]:.0f}°, {planes.length_km[c]:.1f} km long, "
        f"{planes.width_km[c]:.1f} km wide, {planes.thickness_km[c]:.2f} km thick"
        f"{in_system[c]}</li>"
        for c in range(min(LARGEST, network.n_faults))
    )
    head = "The faults of most events" if network.n_faults > 1 else "The fault"
    return f"<p>{head}:</p><ul>{items}</ul>"


def _beside(network: FaultNetwork) -> str:
    """Say what halos are, where there are some."""
    faults = network.faults
    if not faults.n_halos:
        return ""
    most = int(faults.events_per_halo[0])
    some = f"The halo holds {count(most, 'event')}" if faults.n_halos == 1 else f"The largest holds {most:,} events"
    return (
        "<p>Halos are clouds of events that are no plane: too thick for their sides, too few or too badly located to "
        f"tell strike and dip, or hardly denser than their surroundings. {some}. They are in the density of the "
        "network, and are counted and listed apart.</p>"
    )


def _settings(result: NetworkResult) -> str:
    """Say what the settings mean."""
    network, faults = result.network, result.network.faults
    options = network.options
    sentences = [
        f"It started from {count(network.n_proto, 'proto-fault')}, merged down to "
        f"{count(network.n_segments, 'segment')}: Gaussians, which make up the density.",
        f"{_CRITERION[options.criterion]}, {_SCHEDULE[options.schedule]}.",
    ]
    if options.subsets > 1:
        sentences.append(f"The tree was first cut into {options.subsets:,} subsets, each with its own background.")
    if options.refine and options.schedule == "greedy":
        sentences.append("Afterwards the segments were refined by expectation-maximisation until nothing improved.")
    sentences += [
        "Segments on one plane are one fault, with a plate: a rectangle with a thickness, freed of location errors. "
        f"{_ERRORS[faults.errors]}; segments may leave the plane of their fault by about "
        f"{number(faults.roughness_km, 2)} km (the roughness).",
        f"The BIC is {number(network.bic, 1)} for segments and {number(faults.bic, 1)} for plates: among results for "
        "the same events, the lower the better.",
    ]
    return " ".join(sentences)
