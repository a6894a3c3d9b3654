"""What ObsPy reads: believed only where its events can be what the file holds; ids stable; errors never its own."""

# ruff: noqa: E501

import random
from contextlib import suppress

import numpy as np
import pytest

from seisweave.catalog import read_catalog
from seisweave.catalog.obspy_reader import ObspyEvents, stable_ids
from seisweave.errors import InputError

HEADERLESS = """\
2021  3  4  5  6  7.89  -38.1234  178.4321  12.50  4.1
2021  3  5 15 16 17.18  -38.2234  178.5321  22.50  3.2
2021  3  6 23 59 59.00  -38.3234  178.6321  32.50  2.3
2021  3  7  0  1  2.03  -38.4234  178.7321   2.50  1.4
"""
EVT = """\
Event ID               : 7001
Station code           : ABC
Onset time             : 3-SEP-2015_05:33:52.120
Phase name             : Pg
Component              : Z
Event Type             : local quake
Latitude               : +51.2500
Longitude              :  +11.5000
Depth (km)             :  4.2
Origin time            : 3-SEP-2015_05:33:44.91
No. of Stations used   : 2
Mean Magnitude ml      : 2.1
--- End of Phase ---
Event ID               : 7002
Station code           : ABC
Onset time             : 4-SEP-2015_05:33:52.120
Phase name             : Pg
Component              : Z
Latitude               : +51.3500
Longitude              :  +11.6000
Depth (km)             :  5.2
Origin time            : 4-SEP-2015_05:33:44.91
--- End of Phase ---
"""
IMS_HEAD = """\
BEGIN IMS1.0
MSG_TYPE DATA
MSG_ID MADE_UP
DATA_TYPE BULLETIN IMS1.0:short
Made-up Bulletin
"""
IMS_EVENT = """\
Event {id} Somewhere
   Date       Time        Err   RMS Latitude Longitude  Smaj  Smin  Az Depth   Err Ndef Nsta Gap  mdist  Mdist Qual   Author      OrigID
2019/06/01 {hour}:47:12.95        0.420  40.4693   20.8348                   9.8   1.5   16      121   0.16   1.98        TIR       12750001
2019/06/01 {hour}:47:12.52   0.81 1.452  40.4414   20.8029 8.584 2.146  90  10.0  3.29  238  173  36   0.18 122.17 m i ke ISC       15380001
 (#PRIME)
2019/06/01 {hour}:47:13.52   0.81 1.452  40.9414   20.9029 8.584 2.146  90  22.0  3.29  238  173  36   0.18 122.17 m i ke XYZ       15380009

Magnitude  Err Nsta Author      OrigID
Ml     3.8 0.0    6 TIR       12750001
mb     3.5 0.1    4 ISC       15380001

"""
GSE2 = """\
BEGIN GSE2.0
MSG_TYPE DATA
MSG_ID example MADE_UP
DATA_TYPE BULLETIN GSE2.0
Made-up Bulletin
EVENT {id}
   Date       Time       Latitude Longitude    Depth    Ndef Nsta Gap    Mag1  N    Mag2  N    Mag3  N  Author          ID
       rms   OT_Error      Smajor Sminor Az        Err   mdist  Mdist     Err        Err        Err     Quality

1995/01/16 07:26:52.4     39.4500   20.4400     66.8            8 322  mb 3.6  3  ML 4.0  1             MADE_UP     282672
      0.53   +- 12.69     21.46  10.73    0    +- 16.45   10.56  78.21                                   m i ke

Sta    Dist  EvAz     Phase         Date       Time     TRes  Azim  AzRes  Slow  SRes Def   SNR       Amp   Per   Mag1   Mag2       ID
ABC    10.56 333.0     Pn     1995/01/16 07:29:28.5  -2.2 161.0    3.0  10.5  -3.2 TAS   4.0       1.6  0.33 ML 4.0         3586432


STOP
"""
PHASES = """\
#  2024    5   14   14   35   35.510000   40.2254   10.4496   9.408   3.5  0.0   0.0   0.0       3331
ABC   3.5220  1.0  P
#  2024    5   14   15   43    5.280000   40.2227   10.4497   9.774   1.8  0.5   0.4   0.3       3429
ABC   3.5220  1.0  P
"""
SOURCE_TIME = """\
2014 01 25 05 14 18.0   -7.9850  109.2650
 69.0 2.533E+18 6.202 273   21 -104 107   70  -85
 -1.125000000E+00  0.000000000E+00
 -1.054687494E+00  1.164033580E+15
"""
ALL = {
    "EVT": EVT,
    "IMS": IMS_HEAD + IMS_EVENT.format(id=617124901, hour=12) + IMS_EVENT.format(id=617124902, hour=13) + "STOP\n",
    "GSE2": GSE2.format(id=280435),
    "HYPODDPHA": PHASES,
    "SCARDEC": SOURCE_TIME,
}
IDS = {
    "EVT": ["7001", "7002"],
    "IMS": ["617124901", "617124902"],
    "GSE2": ["280435"],
    "HYPODDPHA": ["3331", "3429"],
    "SCARDEC": ["2014-01-25T05:14:18.000000"],
}
DEPTHS = {
    "EVT": [4.2, 5.2],
    "IMS": [10.0, 10.0],
    "GSE2": [66.8],
    "HYPODDPHA": [9.408, 9.774],
    "SCARDEC": [69.0],
}


@pytest.fixture
def read(tmp_path, obspy):
    def from_text(text, **options):
        path = tmp_path / "catalog.txt"
        path.write_text(text)
        return read_catalog(path, **options)

    return from_text


@pytest.mark.parametrize("name", ALL)
def test_formats_of_obspy_are_read_by_their_own_words(read, name):
    catalog, again = read(ALL[name]), read(ALL[name])
    assert catalog.ids.tolist() == again.ids.tolist() == IDS[name]
    assert catalog.depth_km.tolist() == DEPTHS[name]
    assert len(catalog.rejected) == 0


def test_seismic_handler_gives_places_times_and_magnitudes(read):
    catalog = read(EVT)
    assert catalog.times.astype(str).tolist() == ["2015-09-03T05:33:44.910000", "2015-09-04T05:33:44.910000"]
    assert (catalog.latitude.tolist(), catalog.longitude.tolist()) == ([51.25, 51.35], [11.5, 11.6])
    assert catalog.magnitude[0] == 2.1
    assert np.isnan(catalog.magnitude[1])
    assert catalog.uncertainty is None


@pytest.mark.parametrize("text", [HEADERLESS, HEADERLESS.replace("2021", "1911"), HEADERLESS * 30])
def test_a_list_of_events_is_never_one_event(read, text):
    """ObsPy takes it for a source time function: one event at 2,021 km."""
    for options in ({}, {"format": "quakeml"}):
        with pytest.raises(InputError, match=r"events in|no line names the 10 columns") as told:
            read(text, **options)
        assert "\n" not in str(told.value)


def test_events_that_obspy_leaves_out_are_told(read):
    whole = read(PHASES)
    assert whole.rejected.notes == ()
    quakeml = '<q:quakeml xmlns="http://quakeml.org/xmlns/bed/1.2" xmlns:q="http://quakeml.org/xmlns/quakeml/1.2">'
    event = (
        '<event publicID="smi:a/{i}"><type>{type}</type><origin publicID="smi:a/o{i}"><time><value>2020-01-01T00:00:00'
        "</value></time><latitude><value>1</value></latitude><longitude><value>2</value></longitude></origin></event>"
    )
    events = event.format(i=1, type="earthquake") + event.format(i=2, type="no such type")
    catalog = read(f'{quakeml}<eventParameters publicID="smi:a/p">{events}</eventParameters></q:quakeml>')
    assert len(catalog) == 1
    assert "ObsPy gives 1 events of the 2 that the file seems to hold" in catalog.rejected.notes[0]


def test_the_prime_origin_of_a_bulletin_and_its_errors_at_one_sigma(read):
    catalog = read(ALL["IMS"])
    assert str(catalog.times[0]) == "2019-06-01T12:47:12.520000"
    assert (catalog.latitude[0], catalog.longitude[0]) == (40.4414, 20.8029)
    assert catalog.magnitude.tolist() == [3.5, 3.5]  # that of the prime origin
    # 90 %: 4.605 = chi2(0.9; 2) for the ellipse of 8.584 by 2.146 km to the east, 1.645 for the depth
    expected = [16.0, 1.0, 4.0]
    np.testing.assert_allclose(catalog.uncertainty.covariances_km2()[0].diagonal(), expected, rtol=1e-3)


def test_errors_of_gse_are_at_90_percent_though_obspy_does_not_say_so(read):
    full = read(ALL["GSE2"]).uncertainty.covariances_km2()[0]
    np.testing.assert_allclose(np.diagonal(full), [25.0, 100.0, 100.0], rtol=1e-2)


def test_ids_that_obspy_made_up_are_replaced_and_tell_events_apart(obspy):
    from obspy.core.event import Event, Origin

    at = obspy.UTCDateTime(2020, 1, 1, 2, 3, 4.5)
    places = [1.0, 2.0, 1.0]
    events = [Event(origins=[Origin(time=at, longitude=x, latitude=1.0, depth=5e3)]) for x in places]
    made = stable_ids(ObspyEvents(events, "FNETMT", 3), b"nothing of it is here")
    assert made == [f"2020-01-01T02:03:04.500000{end}" for end in ("", "-2", "")]  # the third repeats the first
    named = [Event(resource_id=f"smi:local/xyz/{name}/event") for name in ("A17", "B3")]
    assert stable_ids(ObspyEvents(named, "NDK", 2), b"A17 first\nB3 second") == ["A17", "B3"]


@pytest.mark.parametrize("name", ALL)
def test_damaged_files_are_read_or_refused_in_one_line(read, name):
    rng = random.Random(name)
    for _ in range(12):
        text = list(ALL[name])
        for _ in range(rng.randint(1, 12)):
            at = rng.randrange(len(text))
            text[at : at + rng.choice([0, 1, 30])] = rng.choice(["", "\n", "9", "-", "x", "é", "   ", "nan", "1e99"])
        with suppress(InputError):  # anything else is a fault
            read("".join(text))


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html>\n<html><head><title>Sign in</title>",
        "<html>\n<body>Forbidden",
        "\n<!-- x -->\n<HTML lang='de'>",
    ],
)
def test_a_web_page_is_named(read, page):
    with pytest.raises(InputError, match="is a web page") as told:
        read(page)
    assert "\n" not in str(told.value)


def test_the_reason_of_obspy_is_given_where_nothing_else_reads_it(read):
    with pytest.raises(InputError, match="ObsPy tells a format, but as"):
        read(ALL["GSE2"].replace("39.4500", "  north"))
