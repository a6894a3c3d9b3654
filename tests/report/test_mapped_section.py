"""A page about a network with its comparison: mapped faults by name, a section, and comparisons of others refused."""

from dataclasses import replace

import numpy as np
import pytest
from tests.report.conftest import planted_network

import seisweave as sw
from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError
from seisweave.faults.mapped import MappedFaults, MappedOptions, compare_with_mapped
from seisweave.report import write_page


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mapped")
    network, events = planted_network()
    here = LocalProjection(-117.5, 34.0)
    network = replace(network, source=events, projection=here, input_sha256="ab" * 32)
    sw.write_result(network, folder / "network")
    points = np.array([[-117.9, 34.0, 0.0], [-117.1, 34.1, 0.0]])
    mapped = MappedFaults("traces", ("<Elsinore>",), points, np.array([[0, 1, 1]]), np.array([0]))
    made = compare_with_mapped(network, mapped, MappedOptions(draws=20), jobs=1)
    sw.write_result(made, folder / "beside")
    sw.write_result(replace(network, input_sha256="cd" * 32), folder / "other")
    label = np.where(network.label == 0, -1, network.label)
    fewer = replace(network.faults, fault_of_event=label)
    sw.write_result(replace(network, faults=fewer), folder / "of other options")
    return folder, made


def test_faults_bear_the_names_of_mapped_ones(folders, no_network_figures, tmp_path):
    folder, made = folders
    page = write_page([folder / "beside", folder / "network"], tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.split('<section id="shown-1"')[0].count("&lt;Elsinore&gt;") == len(made.network.faults)
    assert "<Elsinore>" not in page
    assert "nearest mapped fault" in page
    assert f"<strong>{100 * made.share.found:.1f} % (chance" in page
    assert "by strike, on the map" in page
    alone = write_page([folder / "network"], tmp_path / "alone.html").read_text(encoding="utf-8")
    assert "Elsinore" not in alone
    assert "nearest mapped fault" not in alone


def test_comparisons_of_others_stand_alone_and_damaged_ones_are_refused(folders, no_network_figures, tmp_path):
    folder, _ = folders
    for other in ("other", "of other options"):
        page = write_page([folder / other, folder / "beside"], tmp_path / "page.html").read_text(encoding="utf-8")
        assert "nearest mapped fault</button>" in page.split('<section id="shown-1"')[1]
        assert "nearest mapped fault</button>" not in page.split('<section id="shown-1"')[0], (
            "no name is given to others"
        )
        assert "this is the comparison of another network than those on this page" in page
    alone = write_page([folder / "beside"], tmp_path / "page.html").read_text(encoding="utf-8")
    assert "of another network" not in alone
    assert "&lt;Elsinore&gt;" in alone
    (tmp_path / "page.html").unlink()
    (folder / "beside" / "agreement.csv").write_text("fault\n0\n")
    with pytest.raises(InputError, match="damaged comparison"):
        write_page([folder / "network", folder / "beside"], tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []
