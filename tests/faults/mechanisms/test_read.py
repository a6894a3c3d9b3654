"""Mechanisms of every format, lines as their programs write them, values checked by hand."""

from pathlib import Path

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.faults.mechanisms import Mechanisms, read_mechanisms

ANZA = """\tyear\tmonth\tday\thour\tminute\tsecond\tCID\tmag\tlat\tlon\tdepth\tstrike\tdip\trake\tfp_unc\tap_unc\tmisfit
7\t2011\t1\t1\t2\t55\t40.1\t10865461\t1.64\t33.67567\t-116.7225\t15.2\t327\t35\t176\t12\t13\t0.07
42\t2011\t1\t3\t3\t50\t17.81\t10866517\t1.62\t33.63833\t-116.69733\t13.51\t319\t67\t153\t15\t19\t0.0
"""
SKHASH = """event_id,strike,dip,rake,quality,fault_plane_uncertainty,aux_plane_uncertainty,num_p_pol,num_sp_ratios,\
polarity_misfit,prob_mech,sta_distribution_ratio,sp_misfit,mult_solution_flag
nc40214567,311.7435,57.1079,-103.1305,B,23.5049,22.219,24,0,4.0,94.0,53.6,0.0,False
nc40220958,120.0674,77.0578,-173.5308,C,37.2739,35.5897,28,0,10.5,57.0,76.9,0.0,True
nc40220958,341.9397,42.5307,-95.7238,D,46.272,39.9769,28,0,10.1,36.4,77.0,0.0,True
"""
SCEDC = """2011  1  1  2 55 40.10 10865461 33.67567 -116.72250 15.200 1.640  327  35  176  12  13   44    7   20   10  A
2011  1  3  3 50 17.81 10866517 33.63833 -116.69733 13.510 1.620  319  67  153  15  19   30    0   12   15  B
"""
DRIVER = """         3143312 1994  1 21 11  4 31.690 L 3.140 A 34.25500 -118.47500  12.880 A   0.150   0.300   0.500\
   0.000  105   80   25  302  38  114 21 24   45  5 B  78 62   0    0
         3146815 1994  1 22  4 14 10.020 L 2.400 A 34.30000 -118.50000   9.000 A   0.150   0.300   0.500\
   0.000   90   70   20  110  60   90 30 33   40 10 C  60 55   0    0 *
"""
QUAKEML_PLANES = ((320.0, 80.0, 175.0), (50.9, 85.1, 10.0))


def _read(tmp_path, text, name="mechanisms.txt"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_mechanisms(path)


def _angles(found: Mechanisms) -> list:
    return np.column_stack([found.planes.strike_deg, found.planes.dip_deg, found.planes.rake_deg]).tolist()


def test_the_anza_table(tmp_path):
    found = _read(tmp_path, ANZA)
    assert found.format == "table"
    assert _angles(found) == [[327.0, 35.0, 176.0], [319.0, 67.0, 153.0]]
    assert found.ids.tolist() == ["10865461", "10866517"]
    assert found.times[0] == np.datetime64("2011-01-01T02:55:40.1")
    assert (found.longitude[1], found.latitude[1], found.depth_km[1]) == (-116.69733, 33.63833, 13.51)
    assert found.uncertainty_deg.tolist() == [[12.0, 13.0], [15.0, 19.0]]


def test_skhash_needs_no_places_and_its_first_solution_of_an_event_counts(tmp_path):
    found = _read(tmp_path, SKHASH)
    assert found.ids.tolist() == ["nc40214567", "nc40220958"]
    assert _angles(found)[1] == [120.0674, 77.0578, -173.5308]
    assert found.uncertainty_deg[1].tolist() == [37.2739, 35.5897]
    assert found.quality.tolist() == ["B", "C"]
    assert not found.has_place.any()
    assert np.isnat(found.times).all()
    assert found.rejected.by_reason() == {"another solution for an event that has one already": 1}


def test_skhash_with_places(tmp_path):
    header, row = SKHASH.splitlines()[:2]
    found = _read(
        tmp_path, f"{header},time,origin_lat,origin_lon,origin_depth_km\n{row},2026-01-02 03:04:05,38.15,22.15,9.5\n"
    )
    assert (found.latitude[0], found.longitude[0], found.depth_km[0]) == (38.15, 22.15, 9.5)
    assert found.times[0] == np.datetime64("2026-01-02T03:04:05")


@pytest.mark.parametrize("text", [SCEDC, "# a comment\n" + SCEDC])
def test_catalogs_made_with_hash(tmp_path, text):
    found = _read(tmp_path, text)
    assert found.format == "hash"
    assert _angles(found) == [[327.0, 35.0, 176.0], [319.0, 67.0, 153.0]]
    assert found.quality.tolist() == ["A", "B"]
    assert found.uncertainty_deg.tolist() == [[12.0, 13.0], [15.0, 19.0]]
    assert (found.longitude[0], found.latitude[0], found.depth_km[0]) == (-116.7225, 33.67567, 15.2)


def test_the_output_of_hash_s_own_drivers(tmp_path):
    found = _read(tmp_path, DRIVER)
    assert found.format == "hash"
    assert _angles(found) == [[302.0, 38.0, 114.0], [110.0, 60.0, 90.0]]
    assert found.ids.tolist() == ["3143312", "3146815"]
    assert found.quality.tolist() == ["B", "C"]
    assert found.uncertainty_deg.tolist() == [[21.0, 24.0], [30.0, 33.0]]
    assert found.times[1] == np.datetime64("1994-01-22T04:14:10.02")
    assert (found.latitude[0], found.longitude[0], found.depth_km[0]) == (34.255, -118.475, 12.88)


def test_other_names_and_the_direction_of_dip(tmp_path):
    named = _read(tmp_path, "EventID;Strike1 (deg);Dip1 (deg);Slip1 (deg)\na;10;20;30\n")
    assert _angles(named) == [[10.0, 20.0, 30.0]]
    turned = _read(tmp_path, "evid ddir dip rake\na 80 20 30\nb 45 20 30\n")
    assert turned.planes.strike_deg.tolist() == [350.0, 315.0]
    comcat = _read(tmp_path, "id,np1_strike,np1_dip,np1_rake,np2_strike,np2_dip,np2_rake\na,1,2,3,181,88,87\n")
    assert _angles(comcat) == [[1.0, 2.0, 3.0]]


def test_quakeml_by_obspy(tmp_path):
    events = pytest.importorskip("obspy.core.event")
    from obspy import UTCDateTime

    planes = [events.NodalPlane(*angles) for angles in QUAKEML_PLANES]
    planes[1].strike_errors.uncertainty, planes[1].dip_errors.uncertainty = 3.0, 4.0
    pair = events.NodalPlanes(nodal_plane_1=planes[0], nodal_plane_2=planes[1], preferred_plane=2)
    origin = events.Origin(time=UTCDateTime(2011, 1, 1), longitude=-116.0, latitude=33.0, depth=12000.0)
    whole = events.Event(origins=[origin], focal_mechanisms=[events.FocalMechanism(nodal_planes=pair)],
                         resource_id=events.ResourceIdentifier("quakeml:ci.anss.org/Event/10865461"))  # fmt: skip
    bare = events.Event(origins=[origin], focal_mechanisms=[])
    events.Catalog([whole, bare]).write(str(tmp_path / "two.xml"), format="QUAKEML")
    found = read_mechanisms(tmp_path / "two.xml")
    assert _angles(found) == [list(QUAKEML_PLANES[1])]
    assert found.uncertainty_deg[0, 0] == pytest.approx(np.hypot(4.0, 3.0 * np.sin(np.radians(85.1))))
    assert (found.depth_km[0], found.format) == (12.0, "quakeml")
    assert found.rejected.by_reason() == {"event has no nodal plane": 1}


def test_the_global_cmt_catalog_by_obspy(tmp_path):
    obspy = pytest.importorskip("obspy")
    source = Path(obspy.__file__).parent / "io/ndk/tests/data/C200604092050A.ndk"
    if not source.is_file():
        pytest.skip("this ObsPy comes without its tests")
    found = read_mechanisms(source)
    assert _angles(found) == [[49.0, 30.0, 106.0]]
    assert found.times[0] == np.datetime64("2006-04-09T20:50:46.0")  # of the hypocentre, not of the centroid
    assert (found.latitude[0], found.longitude[0], found.depth_km[0]) == (-20.45, -70.24, 34.6)


def test_rows_whose_angles_cannot_be_are_left_out_and_counted(tmp_path):
    rows = [
        "a,361,45,0",
        "b,10,91,0",
        "c,10,-1,0",
        "d,10,45,400",
        "e,,45,0",
        "f,10,x,0",
        "g,360,90,-180",
        "h,-10,0,270",
    ]
    found = _read(tmp_path, "\n".join(["id,strike,dip,rake", *rows]) + "\n")
    assert found.ids.tolist() == ["g", "h"]
    assert _angles(found) == [[0.0, 90.0, -180.0], [350.0, 0.0, -90.0]]
    assert found.rejected.by_reason() == {
        "dip is outside 0..90": 2,
        "strike is outside -180..360": 1,
        "rake is outside -180..360": 1,
        "strike is missing or no number": 1,
        "dip is missing or no number": 1,
    }


def test_impossible_uncertainties_are_unknown(tmp_path):
    found = _read(tmp_path, "id,strike,dip,rake,fp_unc,ap_unc\na,10,45,0,0,-9\nb,10,45,0,999,20\n")
    assert np.isnan(found.uncertainty_deg).tolist() == [[True, True], [True, False]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("id,strike,dip,rake\n", "holds no mechanisms; give a file with at least one"),
        ("id,strike,dip,rake\na,400,10,0\n", r"none of 1 mechanisms can be used \(1 times strike is outside"),
        ("time,latitude,longitude,depth,mag\n2011-01-01,33,-116,5,2\n", "no mechanisms are found in it"),
        ("something else altogether\n", "no mechanisms are found in it, it begins with 'something else"),
    ],
)
def test_what_holds_no_mechanisms_ends_in_one_line(tmp_path, text, said):
    with pytest.raises(InputError, match=said) as refused:
        _read(tmp_path, text)
    assert len(str(refused.value).splitlines()) == 1


def test_columns_of_mechanisms_are_of_one_length():
    from seisweave.catalog.nodal_planes import NodalPlanes

    planes = NodalPlanes(np.zeros(2), np.full(2, 45.0), np.zeros(2))
    with pytest.raises(InputError, match="ids of 2 mechanisms has shape"):
        Mechanisms(planes, ids=np.array(["a"]))
