"""Figure 5 as a study: the paper's sets, and the same result from one process, from two, and from what was kept."""

from dataclasses import replace

import pytest

from seisweave.errors import InputError
from seisweave.faults import FaultOptions
from seisweave.studies.figure5 import Study, figure_5, make_figure5
from seisweave.synthetic import PlantedOptions


def test_the_study_is_that_of_the_paper():
    sets = figure_5(3).sets
    assert len(sets) == len(set(sets)) == 90
    assert {planted.shape for planted in sets} == {"rectangle", "gaussian"}
    assert {planted.seed for planted in sets} == {3}
    assert len({planted.density_per_km2 for planted in sets}) == 15


def test_what_is_kept_is_not_done_again(tmp_path):
    sets = tuple(PlantedOptions(n_faults=2, density_per_km2=density) for density in (0.1, 0.15))
    study, steps = Study(sets, FaultOptions(), 0), []
    made = make_figure5(study, jobs=1, progress=steps.append, keep=tmp_path)
    assert [step.stage for step in steps] == ["1 of 2 sets", "2 of 2 sets"]
    again = make_figure5(study, jobs=1, progress=steps.append, keep=tmp_path)
    assert len(steps) == 2
    assert again.rows == made.rows
    anew = make_figure5(study, jobs=2)
    assert [replace(row, seconds=0.0) for row in anew.rows] == [replace(row, seconds=0.0) for row in made.rows]
    assert made.summary["medians_over_noise"] == made.medians
    assert [row["density_per_km2"] for row in made.medians] == [0.1, 0.1, 0.15, 0.15]
    with pytest.raises(InputError, match=f"{tmp_path}: its results are made with seed 0, not 1"):
        make_figure5(replace(study, seed=1), keep=tmp_path)
