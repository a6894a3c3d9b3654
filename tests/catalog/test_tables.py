"""Tables of many networks, in the form of their files with invented values: read right, or refused with the columns."""

from pathlib import Path

import numpy as np
import pytest

from seisweave.catalog import Catalog, read_catalog
from seisweave.errors import InputError


@pytest.fixture
def read(tmp_path):
    def from_text(text, **options) -> Catalog:
        path = tmp_path / "table.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_catalog(path, **options)

    return from_text


@pytest.fixture(scope="module")
def cases() -> Path:
    folder = Path(__file__).parents[2] / "../shared/cases/catalogs"
    if not folder.is_dir():
        pytest.skip("needs the cases of ../shared/cases, which are not part of the project")
    return folder


def times_of(catalog) -> list[str]:
    return [str(time) for time in catalog.times.astype("datetime64[ms]")]


def notes_of(catalog) -> str:
    return "; ".join(catalog.rejected.notes)


@pytest.mark.parametrize(
    ("name", "times", "depth_km", "magnitude"),
    [
        ("horus_like.tsv", ["2012-05-20T02:03:52.500", "2012-05-29T07:00:03.250", "2012-06-03T20:01:01.400"],
         [6.3, 9.6, 9.2], [5.8, 5.6, 4.7]),
        ("date_time_sec.txt", ["2014-02-13T15:10:41.180", "2014-02-13T15:10:59.220", "2014-02-15T00:00:00.000"],
         [4.65, 6.14, 7.14], [1.2, 1.3, 0.9]),
        ("date_hour_minute_second.csv", ["2021-10-12T09:24:05.100", "2021-10-19T05:32:33.900"], [20, 37], [6.4, 6.0]),
        ("koeri_like.tsv", ["2021-01-01T01:17:32.100", "2021-01-01T02:28:15.300", "2021-01-01T03:24:48.600"],
         [10, 6.2, 5], [7.6, 6.6, 3.1]),
        ("decimal_comma.csv", ["2019-08-19T10:20:30.000", "2019-08-20T11:21:31.000"], [8, 9.5], [2.1, 1.9]),
        ("r_write_table.txt", ["2005-04-17T10:46:59.000", "2005-04-18T01:17:09.490", "2005-04-19T02:03:04.500"],
         [9, 28, 11], [2.5, 2.6, 3.1]),
    ],
)  # fmt: skip
def test_cases_have_their_times_depths_and_magnitudes(cases, name, times, depth_km, magnitude):
    catalog = read_catalog(cases / name, strict=True)
    assert times_of(catalog) == times
    assert catalog.depth_km.tolist() == depth_km
    assert catalog.magnitude.tolist() == magnitude


def test_cases_in_metres_have_kilometres(cases):
    assert read_catalog(cases / "depth_m_header.csv").depth_km.tolist() == [0.4105, 0.4302, 0.655, 0.7024]
    hyfi = read_catalog(cases / "hyfi_17col.csv")
    sigma = hyfi.uncertainty.sigmas_km()
    assert np.median(sigma["horizontal_km"]) == pytest.approx(0.0192)
    assert np.median(sigma["vertical_km"]) == pytest.approx(0.0321)
    assert "in metres, like the X, Y, Z beside them" in notes_of(hyfi)


def test_cases_without_names_or_with_columns_of_other_kinds(cases):
    with pytest.raises(InputError, match=r"no line names the 10 columns .* --columns year=1,month=2"):
        read_catalog(cases / "headerless10.txt", format="csv")
    places = ["year", "month", "day", "hour", "minute", "second", "latitude", "longitude", "depth_km", "magnitude"]
    named = read_catalog(cases / "headerless10.txt", columns={name: str(i + 1) for i, name in enumerate(places)})
    assert named.depth_km.tolist() == [12.5, 22.5, 32.5, 2.5]
    assert times_of(named)[2] == "2021-03-07T00:00:00.000"
    parquet = read_catalog(cases / "geometry_column.parquet")
    assert parquet.longitude.tolist() == [10, 10.25, 10.5, 10.75, 11]
    assert "geometry" in notes_of(parquet)


# columns: text, times, (longitude, latitude, depth, magnitude) of the first event, words of the notes
NETWORKS = {
    "ISC-GEM": (
        "# Main catalogue\n#\n#         date             ,    lat    ,    lon     , smajax, sminax, q ,  depth ,  unc ,"
        " q ,   mw , unc , mo , type, eventid\n1904-04-04 10:02:34.56, 41.802, 23.108,   8.6,   6.6, B,  15.0,  4.8, C,"
        " 7.02, 0.40,      , P, 16957820\n1976-06-25 19:18:56.90, 51.8, 24.1, 8.6, 6.6, A, 25.0, 4.8, C, 6.02, 0.40,"
        " 1.77, C, 16957821\n",
        ["1904-04-04T10:02:34.560", "1976-06-25T19:18:56.900"],
        (23.108, 41.802, 15.0, 7.02), ["smajax", "type"],
    ),
    "EMSC": (
        "Date;Time (UTC);Latitude;Longitude;Depth;Depth Type;Magnitude Type;Magnitude;Region Name\n"
        "2023-02-06;01:17:36;37.17;37.08;20;f;Mw;7.8;SOMEWHERE\n2023-02-06;10:24:50;38.11;37.24;10;;mw;7.5;SOMEWHERE\n",
        ["2023-02-06T01:17:36.000", "2023-02-06T10:24:50.000"], (37.08, 37.17, 20.0, 7.8), [],
    ),
    "ISC": (
        "  EVENTID,TYPE,AUTHOR   ,DATE      ,TIME       ,LAT     ,LON      ,DEPTH,DEPFIX,AUTHOR   ,TYPE  ,MAG\n"
        " 15925000,ke  ,ISC      ,2011-01-01,00:03:44.30, 38.0432,  72.8212,116.8,      ,ISC      ,mb    ,3.5\n"
        " 15925001,se  ,ISC      ,2011-01-01,00:08:44.30, 39.0432,  71.8212, 16.8,TRUE  ,ISC      ,mb    ,3.7\n",
        ["2011-01-01T00:03:44.300", "2011-01-01T00:08:44.300"], (72.8212, 38.0432, 116.8, 3.5), [],
    ),
    "NonLinLoc": (
        "origintime,latitude,longitude,depth,errH,errZ,RMS,Gap,nPha,Mamp,nMamp,Mdur,nMdur\n"
        "2020-01-02T03:04:05.600,46.1,7.2,5.5,0.4,0.8,0.1,90,12,2.3,5,-9.9,0\n",
        ["2020-01-02T03:04:05.600"], (7.2, 46.1, 5.5, 2.3), ["magnitude is Mamp"],
    ),
    "GaMMA": (
        "time\tmagnitude\tsigma_time\tevent_index\tx(km)\ty(km)\tz(km)\tlongitude\tlatitude\tdepth_km\n"
        "2019-07-04T17:02:55.340\t1.23\t0.3\t1\t12.1\t15.2\t8.1\t-117.5\t35.7\t8.1\n",
        ["2019-07-04T17:02:55.340"], (-117.5, 35.7, 8.1, 1.23), [],
    ),
    "PyOcto": (
        "idx,time,x,y,z,picks,latitude,longitude,depth\n0,1388534567.125,10.1,20.2,5.3,12,-20.1,-69.5,5.3\n",
        ["2014-01-01T00:02:47.125"], (-69.5, -20.1, 5.3, np.nan), ["seconds since 1970"],
    ),
    "REAL": (
        "num,year,mon,day,time(hh:mm:ss),origin_time(sec),residual(sec),lat,lon,dep,mag,mag_unc\n"
        "1,2016,10,14,00:12:34.560,754.560,0.1234,42.7,13.2,8.5,1.2,0.3\n",
        ["2016-10-14T00:12:34.560"], (13.2, 42.7, 8.5, 1.2), ["origin_time(sec)"],
    ),
    "GeoNet": (
        "publicid,eventtype,origintime,modificationtime,longitude, latitude, magnitude, depth,magnitudetype\n"
        "2016p1,earthquake,2016-11-13T11:02:56.346Z,2020-01-13T01:55:44.131Z,173.0219,-42.6927,7.8,15.1,Mw\n",
        ["2016-11-13T11:02:56.346"], (173.0219, -42.6927, 15.1, 7.8), [],
    ),
    "SSN": (
        "SERVICIO\nCatalogo de sismos\n\nFecha,Hora,Magnitud,Latitud,Longitud,Profundidad,Lugar,Fecha UTC,Hora UTC\n"
        '2017-09-19,23:14:40,7.1,18.335,-98.6763,51.2,"12 km al SURESTE, MOR",2017-09-20,04:14:40\n',
        ["2017-09-20T04:14:40.000"], (-98.6763, 18.335, 51.2, 7.1), ["2 lines above", "'Fecha UTC', not from Fecha"],
    ),
    "AFAD": (
        "Date,Longitude,Latitude,Depth,Rms,Type,Magnitude,Where,EventID\n06/02/2023 01:17:32,37.04,37.28,8.6,0.5,MW,7.7"
        ",A,542995\n23/02/2023 10:24:47,37.2,38.0,7.0,0.5,ML,4.6,B,543066\n",
        ["2023-02-06T01:17:32.000", "2023-02-23T10:24:47.000"], (37.04, 37.28, 8.6, 7.7), ["day first"],
    ),
    "CSN": (
        "Fecha UTC;Hora UTC;Latitud;Longitud;Prof. [Km];Magnitud\n2015-09-16;22:54:31;-31.637;-71.741;23;8.4 Mw\n",
        ["2015-09-16T22:54:31.000"], (-71.741, -31.637, 23.0, 8.4), [],
    ),
    "JMA": (
        "OriginTime(JST),Latitude,Longitude,Depth(km),Mj\n2011/03/11 14:46:18.12,38.1035,142.8610,23.74,8.4\n",
        ["2011-03-11T05:46:18.120"], (142.861, 38.1035, 23.74, 8.4), ["+9 h from UTC"],
    ),
    "NOAA": (
        "Year\tMo\tDy\tHr\tMn\tSec\tLatitude\tLongitude\tFocal Depth (km)\tMag\tMMI Int\n"
        "1906\t4\t18\t13\t12\t21\t37.67\t-122.48\t20\t7.9\t11\n",
        ["1906-04-18T13:12:21.000"], (-122.48, 37.67, 20.0, 7.9), [],
    ),
    "German": (
        "Datum;Zeit;Breite;Länge;Tiefe [m];Ml\n31.12.2020;10:11:12,5;46,1;7,2;5300;1,2\n".encode("latin-1"),
        ["2020-12-31T10:11:12.500"], (7.2, 46.1, 5.3, 1.2), ["day first", "metres"],
    ),
    "printed": (
        "Origin Time              Lat     Lon     Depth (km)  Mag\n------------------------\n"
        "2010-03-14 01:02:03.00  35.1000  25.1000  10.0   4.0\n",
        ["2010-03-14T01:02:03.000"], (25.1, 35.1, 10.0, 4.0), [],
    ),
    "units below": (
        "time,lat,lon,depth,mag\nUTC,deg,deg,m,\n2010-03-14T01:02:03,60.0,25,1000,4\n",
        ["2010-03-14T01:02:03.000"], (25.0, 60.0, 1.0, 4.0), ["metres"],
    ),
    "hemispheres": (
        "time,lat,ns,lon,ew,depth,mag\n2010-03-14T01:02:03,35.1,S,25,W,10,4\n",
        ["2010-03-14T01:02:03.000"], (-25.0, -35.1, 10.0, 4.0), ["sign from 'ew'"],
    ),
    "elevation": (
        "time,lat,lon,elevation_m,mag\n2010-03-14T01:02:03,60.0,25,-1000,4\n",
        ["2010-03-14T01:02:03.000"], (25.0, 60.0, 1.0, 4.0), ["grows upwards"],
    ),
    "day of year": (
        "YEAR,JDAY,HOUR,MIN,SEC,LAT,LON,DEP,MAG\n1984,366,1,2,3,35.1,25,10,4\n",
        ["1984-12-31T01:02:03.000"], (25.0, 35.1, 10.0, 4.0), [],
    ),
    "days with decimals": (
        "year,month,day,lat,lon,depth,mag\n2010,3,14.5,35,25,10,4\n",
        ["2010-03-14T12:00:00.000"], (25.0, 35.0, 10.0, 4.0), ["have decimals"],
    ),
    "zone": (
        "Date,Time (UTC+3),lat,lon,depth,mag\n2023-02-06,01:17:36,37.1,37.0,10,7.8\n",
        ["2023-02-05T22:17:36.000"], (37.0, 37.1, 10.0, 7.8), ["+3 h"],
    ),
    "half a day": (
        "Date,Time,Lat,Lon,Depth,Mag\n3/14/2010,1:02:03 PM,60,25,10,3\n",
        ["2010-03-14T13:02:03.000"], (25.0, 60.0, 10.0, 3.0), ["month first"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_tables_of_networks(read, name):
    text, times, first, words = NETWORKS[name]
    catalog = read(text, strict=True)
    assert times_of(catalog) == times
    found = (catalog.longitude[0], catalog.latitude[0], catalog.depth_km[0], catalog.magnitude[0])
    np.testing.assert_allclose(found, first, rtol=1e-9)
    for word in words:
        assert word in notes_of(catalog)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("year,month,xday,lat,lon\n2010,3,14,35,25\n", "year, but no day found among xday; .*--columns day="),
        ("year,lat,lon\n1456,40,15\n", "no month and no day"),
        ("date,tkl,lat,lon\n2010-03-14,10:11:12,35,25\n", "no time of day .*tkl may hold it"),
        ("date,uhr,lat,lon\n2010-03-14,5,35,25\n", "uhr may hold it"),
        ("date,minute,lat,lon\n2010-03-14,5,35,25\n", "minute, but no hour"),
        ("date,time,lat,lon\n2010-03-14,12:30.5,35,25\n", "'12:30.5'.* no time of day"),
        ("date,time,lat,lon\n03/04/2010,12:30:00,35,25\n", "may have day or month first"),
        ("date,secs_of_day,lat,lon\n2010-03-14,51203.5,35,25\n", "secs_of_day may hold it|no time of day"),
        ("time,lat,lon\n2010.2345,35,25\n", "decimal years"),
        ("date,lat,lon\n44197.5,35,25\n", "days since some day"),
        ("yr,mo,dy,hr,mn,sec,lat,lon\n84,3,14,1,2,3,35,25\n", "two digits"),
        ("hour,minute,second,lat,lon\n1,2,3,35,25\n", "no date found"),
        ("Local time,date,lat,lon\n10:11:12,2010-03-14,35,25\n", "local|may hold it"),
        ("time,lat,latmin,lon,lonmin\n2010-03-14T01:02:03,35,12.3,25,10.1\n", "degrees .* and minutes"),
        ("time;lat;lon\n2010-03-14T01:02:03;35,1;25,1;9\n", "wrong number of columns"),
        ("2010-03-14T01:02:03,60.0,25,10,3\n2010-03-15T01:02:03,60.1,25,10,5\n", "time=1,latitude=2,longitude=3"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_in_one_line(read, text, words):
    with pytest.raises(InputError, match=words) as caught:
        read(text)
    assert "\n" not in str(caught.value)


def test_a_file_of_dates_is_said_to_hold_dates_only(read):
    catalog = read("date,lat,lon,depth,mag\n2010-03-14,60.0,25,10,3\n")
    assert "dates only" in notes_of(catalog)
    named = read("date,uhr,lat,lon\n2010-03-14,5,35,25\n", columns={"clock": "none"})
    assert "dates only" in notes_of(named)
    assert times_of(read("date,uhr,lat,lon\n2010-03-14,5,35,25\n", columns={"hour": "uhr"})) == [
        "2010-03-14T05:00:00.000"
    ]


def test_a_table_without_times_says_so(read):
    catalog = read("lat,lon,depth,when\n35,25,10,2010-03-14T01:02:03\n")
    assert np.isnat(catalog.times).all()
    assert "when may hold them" in notes_of(catalog)


ROW = "time,lat,lon,depth,mag,{}\n2010-03-14T01:02:03,60.0,25,10,4,{}\n"


@pytest.mark.parametrize(
    ("names", "values", "options", "sigma", "words"),
    [
        ("erh (m),erz (m)", "300,500", {}, (0.3, 0.5), "metres"),
        ("err_h [m],err_z [m]", "300,500", {}, (0.3, 0.5), "metres"),
        ("erh_m,erz_m", "300,500", {}, (0.3, 0.5), "metres"),
        ("erh,erz", "0.3,0.5", {}, (0.3, 0.5), ""),
        ("erh,erz", "300,500", {"error_unit": "m"}, (0.3, 0.5), ""),
        ("sigma_h,sigma_z", "0.3,0.5", {}, (0.3, 0.5), "taken as km, which the file does not say"),
        ("lat_err (deg),lon_err (deg),erz", "0.01,0.01,0.5", {}, (1.11195, 0.5), ""),
        ("lat_err (km),lon_err (km),erz", "0.4,0.3,0.5", {}, (0.4, 0.5), ""),
    ],
)
def test_units_of_errors(read, names, values, options, sigma, words):
    catalog = read(ROW.format(names, values), **options)
    found = catalog.uncertainty.sigmas_km()
    np.testing.assert_allclose((found["horizontal_km"][0], found["vertical_km"][0]), sigma, rtol=2e-2)
    assert words in notes_of(catalog)


@pytest.mark.parametrize(
    ("names", "values", "words"),
    [
        ("EX,EY,EZ", "120,130,200", "error-unit m or km"),
        ("erh (90%),erz (90%)", "3,4", "not 1 sigma"),
        ("lat_err,lon_err", "0.01,0.01", "degrees or km"),
        ("smajax,sminax", "9,8", "smajax, sminax"),
    ],
)
def test_errors_that_cannot_be_told_are_named_and_unknown(read, names, values, words):
    catalog = read(ROW.format(names, values))
    assert catalog.uncertainty is None
    assert words in notes_of(catalog)


def test_the_choice_among_magnitudes_is_stated_and_fillers_are_unknown(read):
    text = "time,lat,lon,ML,Mw,M\n2010-03-14T01:02:03,60,25,4,0.0,4\n2010-03-15T01:02:03,60.1,25,5,5.4,5.4\n"
    catalog = read(text)
    assert catalog.magnitude.tolist() == [4.0, 5.4]
    assert catalog.magnitude_type.tolist() == ["ML", "Mw"]
    assert "Mw (1 events), ML (1 events); not used: M" in notes_of(catalog)
    for filler in ("-9.99", "-999", "99.9", "0.0"):
        one = read(f"time,lat,lon,mag\n2010-03-14T01:02:03,60,25,{filler}\n2010-03-15T01:02:03,60.1,25,2.1\n")
        assert np.isnan(one.magnitude[0])
        assert "taken as unknown" in notes_of(one)
    small = read("time,lat,lon,mag\n2010-03-14T01:02:03,60,25,0.0\n2010-03-15T01:02:03,60.1,25,0.3\n")
    assert small.magnitude.tolist() == [0.0, 0.3]


def test_a_column_of_mechanisms_is_no_event_type(read):
    text = "time,lat,lon,type\n2010-03-14T01:02:03,60,25,{}\n"
    assert read(text.format("NF")).event_type is None
    assert "type" in notes_of(read(text.format("NF")))
    assert read(text.format("quarry blast")).event_type.tolist() == ["quarry blast"]
    assert read("time,lat,lon,mag,type\n2010-03-14T01:02:03,60,25,3,mb\n").magnitude_type.tolist() == ["mb"]


def table(header, *rows):
    return "\n".join([header, *rows]) + "\n"


QUAKE = "2020-01-01T01:10:21.5"


def test_a_letter_is_a_hemisphere_only_where_it_can_be(read):
    for name, letter in (("tsunami", "N"), ("flag", "E"), ("felt", "N")):
        catalog = read(table(f"time,latitude,longitude,depth,mag,{name}", f"{QUAKE},-30.1,-70.6,5,3,{letter}"))
        assert (catalog.latitude[0], catalog.longitude[0]) == (-30.1, -70.6)
    signed = read(table("time,lat,ns,lon,ew,depth,mag", f"{QUAKE},30.1,S,70.6,W,5,3", f"{QUAKE},31.1,N,70.6,E,5,3"))
    assert signed.latitude.tolist() == [-30.1, 31.1]
    assert signed.longitude.tolist() == [-70.6, 70.6]
    behind = read(table("time,lat,a,lon,b,depth,mag", f"{QUAKE},30.1,S,70.6,W,5,3"))
    assert (behind.latitude[0], behind.longitude[0]) == (-30.1, -70.6)
    apart = read(table("time,lat,lon,depth,mag,tsunami", f"{QUAKE},30.1,70.6,5,3,N"))
    assert (apart.latitude[0], apart.longitude[0]) == (30.1, 70.6)


@pytest.mark.parametrize(("south", "west"), [("lat_s", "lon_w"), ("Latitude (S)", "Longitude (W)")])
def test_names_that_say_south_and_west(read, south, west):
    catalog = read(table(f"time,{south},{west},depth,mag", f"{QUAKE},30.1,70.6,5,3"))
    assert (catalog.latitude[0], catalog.longitude[0]) == (-30.1, -70.6)
    assert "are south" in notes_of(catalog)


def test_a_zone_counts_once(read):
    catalog = read(table("Time (JST),lat,lon,depth,mag", f"{QUAKE}+09:00,35,139,5,3", f"{QUAKE},35,139.5,5,3"))
    assert times_of(catalog) == ["2019-12-31T16:10:21.500"] * 2
    assert "utc_offset" in notes_of(read(table("time,lat,lon,depth,mag,utc_offset", f"{QUAKE},35,139,5,3,9")))


def test_depths_that_grow_upwards_by_their_name(read):
    catalog = read(table("time,lat,lon,depth (km; positive up),mag", f"{QUAKE},35,139,-11,3"))
    assert catalog.depth_km[0] == 11
    assert "upwards" in notes_of(catalog)


def test_errors_of_minus_one_are_unknown_in_any_columns(read):
    catalog = read(
        table("time,lat,lon,depth,mag,erx,ery,erz", f"{QUAKE},35,139,5,3,-1,-1,3", f"{QUAKE},36,139,5,3,1,2,3")
    )
    sigma = catalog.uncertainty.sigmas_km()
    assert np.isnan(sigma["horizontal_km"][0])
    assert sigma["vertical_km"].tolist() == [3.0, 3.0]


def test_depths_that_are_not_there_or_unknown_are_told(read):
    assert "no column of depths" in notes_of(read(table("time,lat,lon,H,mag", f"{QUAKE},35,139,5,3")))
    catalog = read(table("time,lat,lon,depth,mag", f"{QUAKE},35,139,-999,3", f"{QUAKE},36,139,7.5,3"))
    assert np.isnan(catalog.depth_km[0])
    assert catalog.depth_km[1] == 7.5
    assert "-999" in notes_of(catalog)


def test_dates_with_years_of_two_digits_are_named_as_such(read):
    with pytest.raises(InputError, match="years of two digits"):
        read(table("date,time,lat,lon,depth,mag", "01/13/99,10:11:12,35,139,5,3"))


@pytest.mark.parametrize("hour", ["104", "043", "360", "25"])
def test_a_damaged_hour_does_not_turn_the_others_into_minutes(tmp_path, hour):
    """Hours beside minutes are hours, whatever one row holds: that row alone is set aside."""
    path = tmp_path / "parts.csv"
    rows = [f"2001;02;0{d};04;1{d};6.0;34.1;-117.2;13.2;1.4" for d in range(1, 6)]
    rows[2] = rows[2].replace(";04;", f";{hour};")
    path.write_text("\n".join(["year;month;day;hour;minute;second;lat;lon;depth_km;magnitude", *rows]) + "\n")
    catalog = read_catalog(path)
    assert len(catalog) == 4
    assert len(catalog.rejected) == 1
    assert set(catalog.times.astype("datetime64[h]").astype(str)) == {f"2001-02-0{d}T04" for d in (1, 2, 4, 5)}
