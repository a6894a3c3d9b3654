"""One sentence about a network, a forecast, a condensed and a declustered catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seisweave.report.markup import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from seisweave.catalog.declustering.declustered import Declustered
    from seisweave.faults.network import FaultNetwork
    from seisweave.forecast.forecast import Forecast
    from seisweave.forecast.gridded import GriddedRates


def headline(network: FaultNetwork) -> str:
    """One sentence about a network."""
    from seisweave.report.results.network import shares_of

    faults = network.faults
    on_faults, in_halos, background = (f"{100 * share:.1f} %" for share in shares_of(network))
    halos = f"{count(faults.n_halos, 'halo')} with {in_halos}, " if faults.n_halos else ""
    origin = "from the catalog" if faults.errors == "catalog" else "estimated"
    return (
        f"{count(network.n_events, 'event')}: {count(network.n_faults, 'fault')} in"
        f" {count(faults.n_systems, 'system')} (of {count(network.n_segments, 'segment')}) with"
        f" {on_faults} of the events, {halos}background {background}; errors of location {origin}, roughness"
        f" {faults.roughness_km:.2f} km; BIC of segments {network.bic:,.1f}, of plates {faults.bic:,.1f};"
        f" {sum(network.seconds.values()):.1f} s"
    )


_IN_WORDS: dict[str, Callable[[Any], str]] = {  # what a forecast knows of how it came about; its floor is told apart
    "n_faults": "{:,} faults".format,
    "n_segments": "{:,} segments".format,
    "n_events": "of {:,} events".format,
    "density": "as {}".format,
    "background_weight": "{:.1%} on no fault".format,
    "bandwidth_km": "bandwidth {:.3g} km".format,
    "neighbours": "as wide as the distance to neighbour {}".format,
    "scale": "times {:.3g}".format,
    "thin_km": lambda km: f"one event in each cube of {km:g} km" if km else "all events",
    "n_past": "{:,} events learned from".format,
    "learned_until": "the last of {}".format,
}


def forecast_headline(made: Forecast, rates: GriddedRates | None) -> str:
    """One sentence about a forecast.

    >>> from seisweave.forecast import Volume, uniform
    >>> made = uniform(Volume((-121.0, -115.0, 32.5, 36.0), (0.0, 20.0))).named("faults", n_segments=20, n_faults=5)
    >>> forecast_headline(made.named("faults", thin_km=1.0, floor=0.2), None)
    'faults: 100.0% uniform; 5 faults, 20 segments, one event in each cube of 1 km'
    """
    told = ", ".join(words(made.told[name]) for name, words in _IN_WORDS.items() if name in made.told)
    events = "" if rates is None else f"; {rates.expected:.3g} events of M >= {rates.magnitude[0]:g} expected"
    if rates is not None and rates.step_deg != 0.1:
        events += f", in cells of {rates.step_deg:g} degrees"
    return f"{made.name}: {made.uniform_share:.1%} uniform" + (f"; {told}" if told else "") + events


def declustered_headline(found: Declustered) -> str:
    """One sentence about a declustering."""
    kept = int(found.is_background.sum())
    threshold = f", log10 eta below {found.found['threshold']:.2f}" if "threshold" in found.found else ""
    return (
        f"{found.options.method}{threshold}: {found.n_clusters:,} clusters; {kept:,} of {len(found):,} events"
        f" ({found.background_share:.1%}) are background"
    )


def condensed_headline(summary: dict[str, Any]) -> str:
    """One sentence about a condensation."""
    gaussians = f" ({summary['n_gaussians']:,} Gaussians)" if summary["n_gaussians"] > summary["n_events"] else ""
    seconds = sum(summary["seconds"].values())
    return (
        f"{summary['n_events']:,} events{gaussians}: {summary['n_with_weight']:,} keep weight,"
        f" {summary['n_holding']:,} hold events, effective number {summary['effective_number_before']:,.0f} ->"
        f" {summary['effective_number_after']:,.0f}, {seconds:.1f} s"
    )
