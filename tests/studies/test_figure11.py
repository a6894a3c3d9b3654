"""Figure 11 as a study: networks are kept, and table and picture say the same of kept ones."""

import gzip
from dataclasses import replace

import numpy as np

from seisweave.studies.figure11 import CASES, good_hypocentres, make_figure11, path_of_network, read_traces
from seisweave.synthetic import southern_california_like

LINES = "# mapped\n> one\n-117 33\n-117.5 33.5\n>two\n-116 34\n> three\n-116 34 0\n-116.5 34.5 0\n"


def test_the_cases_are_those_of_the_paper():
    assert [(c.criterion, c.subsets) for c in CASES] == [("local", 5), ("global", 5), ("local", 30), ("global", 30)]


def test_traces_are_read(tmp_path):
    (tmp_path / "plain").write_text(LINES)
    (tmp_path / "packed").write_bytes(gzip.compress(LINES.encode()))
    for name in ("plain", "packed"):
        assert [line.tolist() for line in read_traces(tmp_path / name)] == [
            [[-117, 33], [-117.5, 33.5]],
            [[-116, 34], [-116.5, 34.5]],
        ]


def test_networks_are_kept(tmp_path):
    catalog = southern_california_like(seed=2, n_events=1500).catalog.with_depth()
    cases = [replace(case, subsets=1 + case.subsets // 30) for case in CASES]
    traces = [np.array([[-117.0, 33.0], [-118.0, 34.0]])]
    made = make_figure11(catalog, cases, traces=traces, jobs=1, keep=tmp_path)
    assert all(path_of_network(case, tmp_path).is_file() for case in cases)
    again = make_figure11(catalog, cases, traces=traces, keep=tmp_path)
    assert again.markdown() == made.markdown()
    assert made.markdown().count("\n") == 6
    again.write(tmp_path)
    assert (tmp_path / "table.md").read_text() == made.markdown()
    assert (tmp_path / "figure.png").stat().st_size > 10_000


def test_only_good_hypocentres_of_earthquakes_are_taken():
    catalog = southern_california_like(seed=2, n_events=1500).catalog
    phases = np.where(np.arange(len(catalog)) % 2, 20.0, 10.0)
    chosen = good_hypocentres(replace(catalog, n_phases=phases))
    assert 0 < len(chosen) < len(catalog) / 2
    assert set(chosen.quality) == {"A"}
    assert set(chosen.event_type) == {"eq"}
    assert not np.isnan(chosen.depth_km).any()
