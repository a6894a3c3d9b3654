import numpy as np
import pytest
from scipy.cluster.hierarchy import cut_tree

from seisweave.faults import ward_linkage
from seisweave.faults.atomize import atomize
from seisweave.report.network_figures import plot_capacity


@pytest.mark.parametrize("n", [2, 5, 60])
def test_the_curve_counts_clusters_of_every_cut(n):
    linkage = ward_linkage(np.random.default_rng(n).normal(size=(n, 3)))
    cut = cut_tree(linkage)  # a column a cut, from n clusters to one
    held = [(np.bincount(cut[:, merges]) >= 4).sum() for merges in range(n)]
    line, dot = plot_capacity(linkage).lines
    drawn = dict(zip(line.get_xdata().tolist(), line.get_ydata().tolist(), strict=True))
    assert drawn == {n - merges: held[merges] for merges in range(n)}
    assert dot.get_ydata()[0] == max(held)


def test_the_dot_is_where_the_tree_is_cut():
    linkage = ward_linkage(np.random.default_rng(1).normal(size=(300, 3)))
    atoms = atomize(linkage)
    axes = plot_capacity(linkage, label="all")
    assert axes.lines[1].get_xydata().tolist() == [[atoms.n_clusters, atoms.capacity]]
    assert axes.texts[0].get_text() == f"all: {atoms.capacity} of {atoms.n_clusters} clusters"


def test_long_curves_keep_their_top():
    linkage = ward_linkage(np.random.default_rng(2).normal(size=(9001, 3)))
    line, dot = plot_capacity(linkage).lines
    assert len(line.get_xdata()) < 5000
    assert dot.get_xydata()[0].tolist() in line.get_xydata().tolist()
    assert sorted(line.get_xdata())[0] == 1
