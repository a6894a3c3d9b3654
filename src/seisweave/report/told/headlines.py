"""One sentence about a network, a forecast, a condensed and a declustered catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seisweave.report.markup import count

if TYPE_CHECKING:
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


def forecast_headline(made: Forecast, rates: GriddedRates | None) -> str:
    """One sentence about a forecast."""
    told = ", ".join(f"{name} {_short(value)}" for name, value in made.told.items() if not isinstance(value, dict))
    events = "" if rates is None else f"; {rates.expected:.3g} events of M >= {rates.magnitude[0]:g} expected"
    if rates is not None and rates.step_deg != 0.1:
        events += f", in cells of {rates.step_deg:g} degrees"
    return f"{made.name}: {made.uniform_share:.1%} uniform" + (f"; {told}" if told else "") + events


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


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
