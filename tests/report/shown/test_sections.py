"""Sections of every kind of folder: said, laid out, saved whole, escaped; what is damaged is refused in one line."""

import gzip
import json
import re
import shutil
from base64 import b64decode
from html import unescape

import pandas as pd
import pytest
from tests.report.conftest import HOSTILE
from tests.report.shown.folders import KINDS

from seisweave.errors import InputError
from seisweave.report import Traces, write_page
from seisweave.report.results.kinds import KINDS as KNOWN
from seisweave.report.shown import parts
from seisweave.report.shown.cells import Column
from seisweave.report.shown.folder import read_folder
from seisweave.report.shown.made import FIGURE_5, NETWORKS, SECTIONS
from seisweave.report.shown.parts import Rows, table_part

BUTTON = re.compile(r'data-save="([^"]+)" data-name="([^"]+)"')


def page_of(*folders, at) -> str:
    return write_page(folders, at / "page.html").read_text(encoding="utf-8")


def words_of(page: str) -> str:
    """What a reader sees of a page, one space between words."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def saved(page: str) -> dict[str, bytes]:
    """What the buttons of a page save, by name."""
    made = {}
    for place, name in BUTTON.findall(page):
        inside = re.search(rf'<script type="application/base64" id="{re.escape(place)}">([^<]*)</script>', page)
        made[name] = gzip.decompress(b64decode(inside[1]))
    return made


def test_every_kind_of_folder_has_a_section_and_is_tried():
    commands = {kind.command for kind in (*KNOWN, FIGURE_5)}
    assert commands == {*NETWORKS, *SECTIONS}
    assert {kind.partition(",")[0] for kind in KINDS} == set(SECTIONS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_is_told_shown_and_saved(folders, kind, tmp_path):
    folder = folders[kind]
    page = page_of(folder, at=tmp_path)
    assert page.count("<section id=") == page.count('class="lead"') == 1
    assert page.count("<script>") == 1
    assert f'<h2 id="shown-1-name">{folder.name}</h2>' in page
    assert "<nav" not in page
    found = words_of(page.split('<p class="lead">')[1].split("</p>")[0])
    assert found.endswith(".")
    assert re.search(r"\d", found)
    words = words_of(page.split('<details class="made">')[0])
    assert not re.search(r"\b(nan|NaN|None|inf|True|False|NaT|numpy)\b|&nbsp;|\b[1-9]\d*\.\d{5}", words)
    assert all(re.search(r'alt="[^"]{15,}"', image) for image in re.findall(r"<img[^>]*?src", page))
    assert page.count("<img") == page.count('data-picture-name="')
    for name, content in saved(page).items():
        file = folder / name.removeprefix(f"{folder.name.replace(',', '-')}-")
        if file.is_file():
            assert content == file.read_bytes(), "the file as it lies there"
        else:
            table = pd.read_parquet(file.with_suffix(".parquet"))
            assert content.decode().count("\n") == len(table) + 1
    tables = [each.name for each in folder.glob("*.csv")]
    assert not tables or saved(page), f"a table is saved as CSV, of {tables}"


def test_all_kinds_stand_on_one_page_with_contents(folders, result, no_network_figures, tmp_path):
    page = page_of(*folders.values(), result, at=tmp_path)
    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', page.split("<nav")[1].split("</nav>")[0])
    assert len(links) == len(folders) + 1
    assert [place for place, _ in links] == re.findall(r'<section id="([^"]+)"', page)
    assert links[0] == ("result-1", f"Fault network: {result.name}"), "networks come first"
    assert links[1] == ("shown-1", "Condensed catalog: condense")
    ids = re.findall(r'<[^>]* id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert f"<h1>Fault network and {len(folders)} more</h1>" in page
    assert all(f"{unescape(title)}</h2>" in unescape(page) for _, title in links)
    assert len(saved(page)) > len(folders) - 3


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_words_stay_words(folders, kind, tmp_path):
    """Sources, selections and notes of all folders are hostile; here the folder's name is, too."""
    folder = shutil.copytree(folders[kind], tmp_path / "<img src=x onerror=hacked=1>")
    page = page_of(folder, at=tmp_path)
    assert HOSTILE not in page
    assert "window.hacked" in page or kind == "reproduce fig5", "which says of no source"
    assert not re.search(r"<(img src=x|[^<>]*onerror=)", re.sub(r'="[^"]*"', '=""', page))
    assert all(re.fullmatch(r"[\w.-]+", name) for _, name in BUTTON.findall(page))


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_one_line_and_no_page(folders, kind, tmp_path):
    name = "exports.json" if kind == "network export" else "summary.json"
    for content in (
        "{",
        "[1]",
        "{}",
        json.dumps({"kind": "", "scores": 3, "n_events": "many", "notes": 1, "targets": []}),
    ):
        folder = tmp_path / "damaged"
        shutil.copytree(folders[kind], folder)
        (folder / name).write_text(content)
        with pytest.raises(InputError) as caught:
            write_page([folder], tmp_path / "page.html")
        assert "\n" not in str(caught.value)
        assert f"{folder}: damaged " in str(caught.value)
        shutil.rmtree(folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"network export"}))
def test_files_of_another_run_are_refused_and_pictures_are_not_needed(folders, kind, tmp_path):
    folder = tmp_path / "other"
    shutil.copytree(folders[kind], folder)
    for picture in folder.glob("*.png"):
        picture.unlink()
    assert "<img" not in page_of(folder, at=tmp_path)
    table = next(each for each in sorted(folder.iterdir()) if each.suffix in (".csv", ".parquet", ".nc"))
    table.write_bytes(table.read_bytes() + b"\n")
    with pytest.raises(InputError, match="is not what was written there"):
        write_page([folder], tmp_path / "page.html")


def test_what_is_no_result_is_refused(folders, tmp_path):
    (tmp_path / "music").mkdir()
    for given, words in (
        (tmp_path / "music", "holds no result of seisweave; give a folder made by `seisweave faults`"),
        (tmp_path / "nowhere", "no such folder"),
        (folders["forecast"] / "forecast.nc", "no such folder"),
    ):
        with pytest.raises(InputError, match=words):
            write_page([folders["forecast"], given], tmp_path / "page.html")
    with pytest.raises(InputError, match="under the maps of networks"):
        write_page([folders["forecast"]], tmp_path / "page.html", traces=Traces(()))


def test_long_tables_are_cut_and_large_ones_stay_in_the_folder(folders, tmp_path, monkeypatch):
    folder = read_folder(folders["catalog decluster"], "one")
    rows = Rows(["a", "b"], [["x", str(k)] for k in range(201)])
    laid = table_part(folder, "Many", rows, "events.csv", "none.csv")
    assert "Many; the first 200 of 201 rows" in laid
    assert laid.count("<tr>") == 1 + 200
    assert laid.count('<button type="button" hidden') == 1
    table = folder.table("events.csv")
    made = parts.rows_of(pd.concat([table, table, table]), [Column("id", "id")])
    assert (len(made.cells), made.whole) == (200, 3 * len(table))
    assert folder.rows_of("events.csv") == len(table)
    monkeypatch.setattr(parts, "MOST_ROWS", 7)
    assert f"Whole; the first 7 of {len(table)} rows" in parts.file_part(folder, "Whole", "events.csv")
    monkeypatch.setattr(parts, "_MOST_BYTES", 10)
    laid = table_part(folder, "Many", rows, "events.csv")
    assert "events.csv of the folder, too large for a page" in laid
    assert "data-save" not in laid


def test_a_nowcast_in_the_folder_of_a_network_has_its_section(result, folders, no_network_figures, tmp_path):
    both = shutil.copytree(result, tmp_path / "both")
    shutil.copytree(folders["nowcast train"], both / "nowcast")
    page = page_of(both, at=tmp_path)
    assert '<section id="nowcast-1"' in page
    assert '<h2 id="nowcast-1-name">Nowcast: both/nowcast</h2>' in page
    assert "Contents" in page


def test_what_changed_in_an_update_has_its_section(result, no_network_figures, tmp_path):
    folder = shutil.copytree(result, tmp_path / "later")
    changes = {
        "number": [0, 4],
        "name": ["F0", HOSTILE],
        "what": ["grew", "gone"],
        "n_before": [9, 5],
        "n_now": [12, 0],
    }
    pd.DataFrame(changes | {"others": [None, "0 1"]}).to_csv(folder / "changes.csv", index=False)
    summary = json.loads((folder / "summary.json").read_text())
    summary["update"] = {"n_new": 3, "agreement": 0.98765, "held": True, "notes_of_network": [HOSTILE]}
    (folder / "summary.json").write_text(json.dumps(summary))
    section = page_of(folder, at=tmp_path).split('<section id="changes-1"')[1]
    words = words_of("<" + section)
    assert (
        "went on with 3 new events ; of its 2 faults, 1 grew, 1 gone. The adjusted Rand index with what they" in words
    )
    assert "were is 0.988" in words
    assert "held back by --agreement" in words
    assert HOSTILE not in section
    del summary["update"]
    (folder / "summary.json").write_text(json.dumps(summary))
    with pytest.raises(InputError, match="damaged result folder"):
        write_page([folder], tmp_path / "page.html")


UNKNOWN = {
    "evaluate": (["gains", "uniform", 0, "gain"], "no gain over adaptive is finite"),
    "etas fit": (["branching_ratio_95", 1], "an event triggers"),
    "catalog decluster": (["poisson", "p"], "are background by the method"),
    "nowcast place-backtest": (["scores", -1, "over_neuron_low"], "nats for each over the rate"),
    "network match": (["adjusted_rand"], "They have no common events"),
    "network mechanisms": (["misfit", "p_random"], "for random planes (p = –)"),
}


@pytest.mark.parametrize("kind", UNKNOWN)
def test_numbers_that_are_not_known_are_told_as_such(folders, kind, tmp_path):
    """summary.json has null for what is no finite number."""
    (*way, last), words = UNKNOWN[kind]
    folder = shutil.copytree(folders[kind], tmp_path / "unknown")
    summary = json.loads((folder / "summary.json").read_text())
    del summary["sha256_of_files"]
    inner = summary
    for step in way:
        inner = inner[step]
    inner[last] = None
    (folder / "summary.json").write_text(json.dumps(summary))
    assert words in words_of(page_of(folder, at=tmp_path))


def test_numbers_are_those_of_the_folder(folders, tmp_path):
    """Against what the files hold, read by other means."""
    told = json.loads((folders["condense"] / "summary.json").read_text())
    words = words_of(page_of(folders["condense"], at=tmp_path))
    assert (
        f"Of 60 events the weights of badly located ones moved onto well located ones: {told['n_with_weight']} keep"
        in words
    )
    assert f"from 60 to {told['effective_number_after']:.0f} ." in words
    gains = pd.read_csv(folders["evaluate"] / "gains.csv").iloc[0]
    words = words_of(page_of(folders["evaluate"], at=tmp_path))
    assert f"{gains['gain']:+.3f} [{gains['low']:+.3f}, {gains['high']:+.3f}]" in words
    scores = pd.read_csv(folders["nowcast place-backtest"] / "scores.csv")
    top = scores[(scores["magnitude"] == scores["magnitude"].max()) & scores["model"].str.startswith("network")]
    words = words_of(page_of(folders["nowcast place-backtest"], at=tmp_path))
    assert f"(2 seeds) gains {top['gain'].min():+.3f} to {top['gain'].max():+.3f} nats for each" in words
    assert f"(lowest limit, 95 %: {top['over_neuron_low'].min():+.3f})" in words
    counts = pd.read_csv(folders["catalog decluster"] / "events.csv")
    kept = int(counts["background"].sum())
    assert f"{kept} of {len(counts)} events" in words_of(page_of(folders["catalog decluster"], at=tmp_path))


def test_a_network_section_names_its_kind_beside_others(result, folders, no_network_figures, tmp_path):
    alone, beside = page_of(result, at=tmp_path), page_of(folders["forecast"], result, at=tmp_path)
    assert f'<h2 id="result-1-name">{result.name}</h2>' in alone
    assert f'<h2 id="result-1-name">Fault network: {result.name}</h2>' in beside
    assert "<nav" not in alone
