"""`seisweave report` of forecasts on record."""

from tests.report.conftest import planted_network, write_result
from tests.report.shown.folders import make
from tests.report.today.by_hand import events, forecast


def test_the_page_of_today(run, tmp_path):
    issued, out = tmp_path / "issued", tmp_path / "today.html"
    made = [forecast("2019-07-05T04:00").write(issued), forecast().write(issued)]
    catalog = tmp_path / "events.parquet"
    events(("2019-07-05T12:00", 5.5), ("2019-07-06T01:00", 3.0)).write(catalog)
    network = write_result(tmp_path / "network", *planted_network())
    assert run("report", issued, network, "--catalog", catalog, "--out", out, "--region", "Anza").code == 0
    page = out.read_text(encoding="utf-8")
    assert "Earthquake chances in Anza" in page
    assert "Faults, and which are active" in page
    assert "M&nbsp;5 or more in Anza is 63&nbsp;%" in page
    assert run("report", made[1], "--out", tmp_path / "one.html").code == 0
    assert "No forecast of about 24 hours before" in (tmp_path / "one.html").read_text(encoding="utf-8")


def test_beside_other_kinds_it_is_a_section(run, refused, plain_figure, tmp_path):
    issued, out = tmp_path / "issued", tmp_path / "page.html"
    forecast().write(issued)
    beside = make("catalog decluster", tmp_path / "declustered", "here")  # tables, as scores are, and none
    assert run("report", issued, beside, "--out", out).code == 0
    page = out.read_text(encoding="utf-8")
    assert "Forecasts on record: issued" in page
    assert "Declustered catalog: " in page
    assert run("report", issued, "--side-by-side", "--out", out).code == 0
    assert "<h1>Forecasts on record</h1>" in out.read_text(encoding="utf-8")
    for words in ((issued, beside), (issued, "--side-by-side")):
        assert "go with forecasts on record, at most beside a network and scores" in refused(
            "report", *words, "--out", out, "--region", "Anza"
        )


def test_flags_of_today_without_forecasts(refused, tmp_path):
    said = refused("report", tmp_path, "--out", tmp_path / "page.html", "--region", "X")
    assert "--catalog and the flags of today go with forecasts on record" in said


def test_a_damaged_forecast_is_one_line(refused, tmp_path):
    made = forecast().write(tmp_path / "issued")
    made.write_bytes(made.read_bytes()[:-100])
    assert str(made) in refused("report", tmp_path / "issued", "--out", tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()
