"""Events as programs and data centres of the trade write them, invented from the columns that their manuals give."""

NAN = float("nan")


def put(length: int, **cells: tuple[int, str]) -> str:
    """A line of fixed columns: each text at its column, counted from 1."""
    line = [" "] * length
    for column, text in cells.values():
        line[column - 1 : column - 1 + len(text)] = text
    return "".join(line)


HYPO71 = put(
    80, date=(1, "990412"), clock=(8, "2359"), second=(12, " 59.50"), lat=(18, " 36-30.60"), lon=(27, " 121-15.00"),
    depth=(37, "   7.25"), mag=(46, " 2.40"), no=(51, " 14"), gap=(54, " 120"), dmin=(58, "  4.0"), rms=(63, " 0.12"),
    erh=(68, "  0.4"), erz=(73, "  0.9"), q=(79, "B"),
)  # fmt: skip
HYPO71_2000 = put(
    94, date=(1, "20030412"), clock=(10, "0059"), second=(14, "  9.50"), lat=(20, " 36S30.60"), lon=(29, " 171E15.00"),
    depth=(39, "   7.25"), mag=(48, " 2.40"), no=(53, " 14"), gap=(56, " 120"), dmin=(60, "  4.0"), rms=(65, " 0.12"),
    erh=(70, "  0.4"), erz=(75, "  0.9"), q=(81, "B"),
)  # fmt: skip
HYPOINVERSE_OLD = put(
    142, date=(1, "9904122359"), second=(11, "5950"), lat=(15, "36 3060"), lon=(22, "121 1500"), depth=(30, "  725"),
    xmag=(35, "24"), n=(37, " 14"), gap=(40, "120"), erh=(81, "  40"), erz=(85, "  90"), id=(129, "   1234567"),
    kind=(139, "L"), mag=(140, "250"),
)  # fmt: skip
JMA = put(
    96, record=(1, "J"), date=(2, "20110311"), clock=(10, "0546"), second=(14, "1812"), second_error=(18, "0012"),
    lat=(22, " 38"), lat_min=(25, "0621"), lat_error=(29, "0060"), lon=(33, " 142"), lon_min=(37, "5166"),
    lon_error=(41, "0075"), depth=(45, " 2374"), depth_error=(50, "081"), mag=(53, "84V"), mag_2=(56, "90W"),
    kind=(61, "1"),
)  # fmt: skip
JMA_SMALL = put(
    96, record=(1, "J"), date=(2, "20110312"), clock=(10, "0000"), second=(14, "0050"), lat=(22, " 38"),
    lat_min=(25, "06  "), lon=(33, " 142"), lon_min=(37, "51  "), depth=(45, " 10  "), mag=(53, "-3V"), kind=(61, "5"),
)  # fmt: skip
HYS = (
    "2001 02 03 04 05 06.70000  9210001  33.25500 -115.97183   5.614  2.26  45  17  0.21   1   5   260   460    76"
    "   0.300   0.800   0.003   0.004  le  ct Poly5"
)
PRINTED = (
    "   DATE     TIME  SEC     LAT      LON     DEPTH PREF-MAG NM NUM GAP  DMIN  RMS    ERH   ERZ QASR     ID-NUM LOC\n"
    "2014/02/13 15:10  1.18  36.1142 -117.1747   4.65              27  90   2.9  0.11   0.1   0.2 A             0\n"
)
NCEDC = (
    "Date       Time             Lat       Lon  Depth   Mag Magt  Nst Gap  Clo  RMS  SRC   Event ID\n"
    + "-" * 94
    + "\n1995/07/23 10:41:28.83  36.8133 -121.4958   4.21  3.05   Md   87  51    3 0.09 NC       422421\n"
)
USGS_GEOJSON = (
    '{"type":"FeatureCollection","metadata":{"count":2},"features":[{"type":"Feature","properties":{"mag":4.5,"time":'
    '1562261629000,"type":"earthquake","magType":"mw","code":"1"},"geometry":{"type":"Point","coordinates":[-117.5,35.7,'
    '10.5]},"id":"ci1"},{"type":"Feature","properties":{"mag":null,"time":1562261630250,"type":"quarry blast"},'
    '"geometry":{"type":"Point","coordinates":[-117.4,35.6,-0.2]},"id":"ci2"}]}'
)
ISF = """\
Event   617124 Albania
   Date       Time        Err   RMS Latitude Longitude  Smaj  Smin  Az Depth   Err Ndef Nsta Gap  mdist  Mdist Qual   Author      OrigID
2019/06/01 12:47:10.20   0.40  0.90  40.4000   20.7000   3.1   2.1  45  12.0f        50   50  90   0.30   5.00 m i uk ATH         9000001
2019/06/01 12:47:12.52   0.40  0.90  40.4414   20.8029   4.3   2.1   0  10.0  6.6   100  100  60   0.30   9.00 m i ke ISC         9000002
 (#PRIME)

Magnitude  Err Nsta Author      OrigID
mb     3.9  .1   20 ISC         9000002

"""  # noqa: E501
EVENT_DAT = "19990412   23595950   36.5100  -121.2500      7.250   2.4    0.40    0.90   0.12    1234567\n" * 1
EVLIST = "1999  4 12 23 59 59.500  36.51000 -121.25000   7.250  2.40  0.400  0.900  0.120    1234567\n"
EVLIST_ID_FIRST = "1234567 1999  4 12 23 59 59.500  36.51000 -121.25000   7.250  0.120  0.400  0.900  2.40\n"
REAL = (
    "   3 2016 10 14  00:12:34.560     754.5600   0.1234  42.7000   13.2000   8.50  1.20  0.30  10   8  18   7  88.1\n"
)
ISC_GEM = (
    "# ISC-GEM Global Instrumental Earthquake Catalogue\n#                 date  , lat , lon , smajax , sminax , strike"
    " ,  q , depth , unc ,  q ,  mw , unc ,  q ,  s ,  mo , fac , mo_auth ,  mpp , mpr , mrr , mrt , mtp , mtt , event"
    "id\n1960-05-22 19:11:20.30 , -38.143 , -73.407 , 8.6 , 4.3 , 0.0 , B , 25.0 , 6.58 , B , 9.60 , 0.20 , A , p , , ,"
    " , , , , , , , 879136\n"
)

ISC_CSV = (
    "ISC Bulletin: event catalogue search\n\n"
    "  EVENTID,TYPE,AUTHOR   ,DATE      ,TIME       ,LAT     ,LON      ,DEPTH,DEPFIX,AUTHOR   ,TYPE  ,MAG\n"
    " 15925001,se  ,ISC      ,2011-01-01,00:08:44.30, 39.0432,  71.8212, 16.8,TRUE  ,ISC      ,mb    ,3.7,GCM ,MW,5.1\n"
    " 15925002,se  ,ISC      ,2011-01-01,00:18:44.30, 39.1432,  71.9212, 10.0,\n\nSTOP\n"
)

# name of the format: text, and of the first event its time, longitude, latitude, depth, magnitude, its scale, id and
# 1-sigma errors (horizontal, vertical; None where a covariance or nothing is given)
SAMPLES = {
    "hypo71": (HYPO71 + "\n", ("1999-04-12T23:59:59.500", -121.25, 36.51, 7.25, 2.4, None, "line1", (0.4, 0.9))),
    "hypo71 with long years": (
        HYPO71_2000 + "\n", ("2003-04-12T00:59:09.500", 171.25, -36.51, 7.25, 2.4, "", "line1", (0.4, 0.9)),
    ),
    "hypoinverse with short years": (
        HYPOINVERSE_OLD + "\n", ("1999-04-12T23:59:59.500", -121.25, 36.51, 7.25, 2.5, None, "1234567", (0.4, 0.9)),
    ),
    "jma": (
        f"{JMA}\n{JMA_SMALL}\n",
        ("2011-03-10T20:46:18.120", 142.861, 38.1035, 23.74, 9.0, "Mw", "1", (0.6 * 111.195 / 60, 0.81)),
    ),
    "hys": (HYS + "\n", ("2001-02-03T04:05:06.700", -115.97183, 33.255, 5.614, 2.26, None, "9210001", (0.3, 0.8))),
    "hypoinverse_print": (
        PRINTED, ("2014-02-13T15:10:01.180", -117.1747, 36.1142, 4.65, NAN, "", "line2", (0.1, 0.2)),
    ),
    "ncedc": (NCEDC, ("1995-07-23T10:41:28.830", -121.4958, 36.8133, 4.21, 3.05, "Md", "NC:422421", None)),
    "geojson": (USGS_GEOJSON, ("2019-07-04T17:33:49.000", -117.5, 35.7, 10.5, 4.5, "mw", "ci1", None)),
    "isf": (ISF, ("2019-06-01T12:47:12.520", 20.8029, 40.4414, 10.0, 3.9, "mb", "617124", None)),
    "hypodd_events": (
        EVENT_DAT, ("1999-04-12T23:59:59.500", -121.25, 36.51, 7.25, 2.4, None, "1234567", (0.4, 0.9)),
    ),
    "growclust_events": (EVLIST, ("1999-04-12T23:59:59.500", -121.25, 36.51, 7.25, 2.4, None, "1234567", (0.4, 0.9))),
    "growclust_events, id first": (
        EVLIST_ID_FIRST, ("1999-04-12T23:59:59.500", -121.25, 36.51, 7.25, 2.4, None, "1234567", (0.4, 0.9)),
    ),
    "real": (REAL, ("2016-10-14T00:12:34.560", 13.2, 42.7, 8.5, 1.2, None, "20161014-3", None)),
    "isc_csv": (ISC_CSV, ("2011-01-01T00:08:44.300", 71.8212, 39.0432, 16.8, 5.1, "MW", "15925001", None)),
    "isc_gem": (ISC_GEM, ("1960-05-22T19:11:20.300", -73.407, -38.143, 25.0, 9.6, "Mw", "879136", None)),
}  # fmt: skip
