"""Several networks side by side: a row each, above their sections."""

from __future__ import annotations

from collections.abc import Sequence

from seisweave.report.markup import number, table, text
from seisweave.report.results.network import NetworkResult


def comparison(results: Sequence[NetworkResult]) -> str:
    """Lay out the results side by side, each with a link to its section."""
    header = ["result", "source", "events", "faults", "systems", "halos", "segments"]
    header += ["on faults", "in halos", "background", "BIC", "criterion", "schedule", "seconds"]
    planted = any("planted_adjusted_rand" in result.summary for result in results)
    rows = [_compared(result, f"#result-{r}", planted) for r, result in enumerate(results, 1)]
    lone = len({result.network.input_sha256 for result in results}) == 1
    note = "" if lone else '<p class="note">The inputs differ: a BIC is comparable only between results for one.</p>'
    heads = [*header, "adjusted Rand"] if planted else header
    laid = table("Results side by side; click a heading to sort", heads, rows, words=(0, 1, 11, 12))
    return f'<section aria-labelledby="side"><h2 id="side">Side by side</h2>{laid}{note}</section>'


def _compared(result: NetworkResult, link: str, planted: bool) -> list[str]:
    network, summary = result.network, result.summary
    seconds = summary.get("seconds") or network.seconds
    cells = [
        f'<a href="{link}">{text(result.name)}</a>',
        text(summary.get("source") or "–"),
        number(network.n_events),
        number(network.n_faults),
        number(network.faults.n_systems),
        number(network.faults.n_halos),
        number(network.n_segments),
        *(f"{share:.1%}" for share in result.shares),
        number(network.bic, 1),
        text(network.options.criterion),
        text(network.options.schedule),
        number(float(seconds.get("total", sum(seconds.values()))) if seconds else None, 2),
    ]
    return [*cells, number(summary.get("planted_adjusted_rand"), 3)] if planted else cells
