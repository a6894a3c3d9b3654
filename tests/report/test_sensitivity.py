"""The figure of a sensitivity analysis: every line is there, in the order of density."""

from itertools import product

from seisweave.report.sensitivity import SensitivityRow, sensitivity_figure


def _row(shape, density, share, criterion):
    index = density / 4 + share
    return SensitivityRow(shape, density, share, 600, criterion, 20, index, 1 - index / 10, 1.0, 0.1)


def test_the_figure_has_two_lines_a_criterion_and_share():
    densities, shares, criteria = (0.1, 0.5, 2.0), (0.05, 0.2), ("global", "local")
    kinds = product(("rectangle", "gaussian"), densities[::-1], shares, criteria)
    for axes in sensitivity_figure([_row(*kind) for kind in kinds]).axes:
        assert len(axes.lines) == 2 * len(shares) * len(criteria)
        labels = [line.get_label() for line in axes.lines if not line.get_label().startswith("_")]
        assert labels == [f"{c}, {share:.0%} background" for c in criteria for share in shares]
        strong = next(line for line in axes.lines if line.get_label() == "local, 20% background")
        assert list(strong.get_xdata()) == list(densities)
        assert list(strong.get_ydata()) == [density / 4 + 0.2 for density in densities]
