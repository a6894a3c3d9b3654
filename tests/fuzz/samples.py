"""Small whole catalogs of every format, invented: eight events each, one a row, at places and times of their own."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.catalog.trade_formats import put

N = 8


@dataclass(frozen=True)
class Sample:
    """A text of head, rows and foot, each with its line break; `fixed` where columns stand at fixed places."""

    name: str
    head: str
    rows: tuple[str, ...]
    foot: str = ""
    fixed: bool = False
    between: str = ""

    @property
    def text(self) -> str:
        return self.head + self.between.join(self.rows) + self.foot


@dataclass(frozen=True)
class Event:
    """The k-th event: south or north, west or east, as numbers that formats cut to their own decimals."""

    k: int
    lat: float
    lon: float
    depth: float
    mag: float

    @property
    def day(self) -> int:
        return 3 + 2 * self.k


EVENTS = [Event(k, 34.1 + 0.3125 * k, -117.2 - 0.4375 * k, 13.28 - 1.37 * k, 1.4 + 0.3 * k) for k in range(N)]


def _sample(name: str, head: str, row: Callable[[Event], str], foot: str = "", **more) -> Sample:
    return Sample(name, head, tuple(row(event) for event in EVENTS), foot, **more)


def _iso(e: Event) -> str:
    return f"2001-02-{e.day:02d}T04:{10 + e.k}:06.{e.k}5"


def _minutes(degrees: float) -> tuple[int, float]:
    whole = int(abs(degrees))
    return whole, (abs(degrees) - whole) * 60.0


def _parts(e: Event) -> str:
    return f"2001 02 {e.day:02d} 04 {10 + e.k} {6 + 0.25 * e.k:6.3f}"


def _scsn(e: Event) -> str:
    (a, b), (c, d) = _minutes(e.lat), _minutes(e.lon)
    return (
        f"2001 02 {e.day:02d}  04 {10 + e.k} 06.{e.k}0  {a:2d} {b:5.2f}{-c:4d} {d:5.2f} A {e.mag:3.1f}{e.depth:10.2f}"
        f"{12 + 13 * e.k:3d}     0.16  {3138748 + e.k}\n"
    )


def _hypoinverse(e: Event) -> str:
    (a, b), (c, d) = _minutes(e.lat), _minutes(e.lon)
    return (
        put(
            164, time=(1, f"200102{e.day:02d}04{10 + e.k}06{e.k}0"), lat=(17, f"{a:2d} {b * 100:4.0f}"),
            lon=(24, f"{c:3d} {d * 100:4.0f}"), depth=(32, f"{e.depth * 100:5.0f}"), amp=(37, f"{e.mag * 100:3.0f}"),
            n=(40, f"{12 + e.k:3d}"), gap=(43, " 90"), dist=(46, "  5"), rms=(49, "  10"), erh=(86, "  35"),
            erz=(90, " 120"), id=(137, f"  {3138748 + e.k}"), label=(147, "L"), mag=(148, f"{e.mag * 100:3.0f}"),
        )
        + "\n"
    )  # fmt: skip


def _hypoinverse_old(e: Event) -> str:
    (a, b), (c, d) = _minutes(e.lat), _minutes(e.lon)
    return (
        put(
            142, date=(1, f"0102{e.day:02d}04{10 + e.k}"), second=(11, f"06{e.k}0"), lat=(15, f"{a:2d} {b * 100:4.0f}"),
            lon=(22, f"{c:3d} {d * 100:4.0f}"), depth=(30, f"{e.depth * 100:5.0f}"), xmag=(35, f"{e.mag * 10:2.0f}"),
            n=(37, " 14"), gap=(40, "120"), erh=(81, "  40"), erz=(85, "  90"), id=(129, f"   {1234560 + e.k}"),
            kind=(139, "L"), mag=(140, f"{e.mag * 100:3.0f}"),
        )
        + "\n"
    )  # fmt: skip


def _hypo71(e: Event) -> str:
    (a, b), (c, d) = _minutes(e.lat), _minutes(e.lon)
    return (
        put(
            80, date=(1, f"0102{e.day:02d}"), clock=(8, f"04{10 + e.k}"), second=(12, f"  6.{e.k}0"),
            lat=(18, f"{a:3d}-{b:5.2f}"), lon=(27, f"{c:4d}-{d:5.2f}"), depth=(37, f"{e.depth:7.2f}"),
            mag=(46, f"{e.mag:5.2f}"), no=(51, " 14"), gap=(54, " 120"), dmin=(58, "  4.0"), rms=(63, " 0.12"),
            erh=(68, "  0.4"), erz=(73, "  0.9"), q=(79, "B"),
        )
        + "\n"
    )  # fmt: skip


def _hypo71_long(e: Event) -> str:
    (a, b), (c, d) = _minutes(e.lat), _minutes(e.lon)
    return (
        put(
            94, date=(1, f"200102{e.day:02d}"), clock=(10, f"04{10 + e.k}"), second=(14, f"  6.{e.k}0"),
            lat=(20, f"{a:3d}S{b:5.2f}"), lon=(29, f"{c:4d}E{d:5.2f}"), depth=(39, f"{e.depth:7.2f}"),
            mag=(48, f"{e.mag:5.2f}"), no=(53, " 14"), gap=(56, " 120"), dmin=(60, "  4.0"), rms=(65, " 0.12"),
            erh=(70, "  0.4"), erz=(75, "  0.9"), q=(81, "B"),
        )
        + "\n"
    )  # fmt: skip


def _jma(e: Event) -> str:
    (a, b), (c, d) = _minutes(e.lat), _minutes(e.lon)
    return (
        put(
            96, record=(1, "J"), date=(2, f"200102{e.day:02d}"), clock=(10, f"04{10 + e.k}"), second=(14, f"06{e.k}0"),
            second_error=(18, "0012"), lat=(22, f" {a:2d}"), lat_min=(25, f"{b * 100:04.0f}"), lat_error=(29, "0060"),
            lon=(33, f" {c:3d}"), lon_min=(37, f"{d * 100:04.0f}"), lon_error=(41, "0075"),
            depth=(45, f"{e.depth * 100:5.0f}"), depth_error=(50, "081"), mag=(53, f"{e.mag * 10:02.0f}V"),
            kind=(61, "1"), place=(69, "OFF SOMEWHERE"), stations=(93, " 12K"),
        )
        + "\n"
    )  # fmt: skip


def _nonlinloc(e: Event) -> str:
    return (
        f'NLLOC "./loc/a.grid{e.k}" "LOCATED" "Location completed."\nSIGNATURE "x"\n'
        f"GEOGRAPHIC  OT 2001 02 {e.day:02d}  04 {10 + e.k} 06.{e.k}5 Lat {e.lat:.6f} Long {e.lon:.6f} Depth"
        f" {e.depth:.5f}\nQUALITY  Pmax 4.9e+31 RMS 0.0039 Nphs 11 Gap 156.3 Dist 0.37 Mamp {e.mag:.2f} 2 Mdur -9.90 0\n"
        "STATISTICS  ExpectX -1.3 Y -0.05 Z 3.1  CovXX 4.0 XY 0.0 XZ 0.5 YY 1.0 YZ -0.25 ZZ 2.0e+00 EllAz1  331.5\n"
        "TRANSFORM  SIMPLE LatOrig 51.656300  LongOrig 7.742580  RotCW 10.0\nEND_PHASE\nEND_NLLOC\n"
    )


def _isf(e: Event) -> str:
    return (
        f"Event   61712{e.k} Somewhere\n"
        "   Date       Time        Err   RMS Latitude Longitude  Smaj  Smin  Az Depth   Err Ndef Nsta Gap  mdist  Mdist"
        " Qual   Author      OrigID\n"
        f"2001/02/{e.day:02d} 04:{10 + e.k}:06.{e.k}0   0.40  0.90 {e.lat:8.4f} {e.lon:9.4f}   4.3   2.1   0"
        f" {e.depth:5.1f}   6.6  100  100  60   0.30   9.00 m i ke ISC         900000{e.k}\n (#PRIME)\n\n"
        f"Magnitude  Err Nsta Author      OrigID\nmb     {e.mag:3.1f}  .1   20 ISC         900000{e.k}\n\n"
    )


def _quakeml(e: Event) -> str:
    return (
        f'<event publicID="smi:a/{e.k}"><origin publicID="smi:a/o{e.k}"><time><value>{_iso(e)}Z</value></time><latitude>'
        f"<value>{e.lat:.4f}</value></latitude><longitude><value>{e.lon:.4f}</value></longitude><depth><value>"
        f'{e.depth * 1000:.0f}</value></depth></origin><magnitude publicID="smi:a/m{e.k}"><mag><value>{e.mag:.1f}'
        "</value></mag><type>ML</type></magnitude></event>\n"
    )


_QUAKEML = (
    "<?xml version='1.0'?>\n<q:quakeml xmlns:q='http://quakeml.org/xmlns/quakeml/1.2'"
    " xmlns='http://quakeml.org/xmlns/bed/1.2'><eventParameters publicID='smi:a/b'>\n",
    "</eventParameters></q:quakeml>\n",
)
_RELOC = "{id} {e.lat:.5f} {e.lon:.5f} {e.depth:.3f} -1 10 -2 12 13 20 {parts} {e.mag:.1f}"


def _geojson(e: Event) -> str:
    return (
        f'{{"type":"Feature","properties":{{"mag":{e.mag:.1f},"time":{981_000_000_000 + 86_400_000 * e.k},"type":'
        f'"earthquake","magType":"mw"}},"geometry":{{"type":"Point","coordinates":[{e.lon:.4f},{e.lat:.4f},'
        f'{e.depth:.2f}]}},"id":"ci{e.k}"}}'
    )


SAMPLES = (
    _sample("csv", "time,latitude,longitude,depth,mag,id\n",
            lambda e: f"{_iso(e)},{e.lat:.4f},{e.lon:.4f},{e.depth:.2f},{e.mag:.1f},ev{e.k}\n"),
    _sample("csv with parts", "year;month;day;hour;minute;second;lat;lon;depth_km;magnitude;erh;erz\n",
            lambda e: f"{_parts(e).replace('  ', ' ').replace(' ', ';')};{e.lat:.4f};{e.lon:.4f};{e.depth:.2f};"
                      f"{e.mag:.1f};0.5;1.1\n"),
    _sample("csv between blanks", "# made up\ntime lat lon depth mag\n",
            lambda e: f"{_iso(e)} {e.lat:.4f} {e.lon:.4f} {e.depth:.2f} {e.mag:.1f}\n"),
    _sample("csv with commas", "Fecha\tHora\tLatitud\tLongitud\tProfundidad (km)\tMagnitud\n",
            lambda e: f"{_iso(e).replace('T', chr(9))}\t{e.lat:.4f}\t{e.lon:.4f}\t{e.depth:.2f}\t{e.mag:.1f}\n".replace(
                ".", ",")),
    _sample("geojson", '{"type":"FeatureCollection","features":[\n', _geojson, "\n]}\n", between=",\n"),
    _sample("nonlinloc", "", _nonlinloc),
    _sample("scedc_csv", "time,lat,lon,depth,mag,magtype,et,gt,q,nph,ngrm,evid\n",
            lambda e: f"{_iso(e)},{e.lat:.4f},{e.lon:.4f},{e.depth:.2f},{e.mag:.2f},l,eq,l,A,{20 + e.k},99,{3000 + e.k}\n"),
    _sample("comcat", "time,latitude,longitude,depth,mag,magType,nst,gap,dmin,rms,net,id,updated,place,type,"
            "horizontalError,depthError,magError,magNst,status,locationSource,magSource\n",
            lambda e: f'{_iso(e)}Z,{e.lat:.4f},{e.lon:.4f},{e.depth:.2f},{e.mag:.1f},ml,15,74.82,0.168,0.1497,nn,nn{e.k},'
                      '2022-06-16T07:32:29.189Z,"Border, region",earthquake,1.2,2.3,0.24,7,reviewed,nn,nn\n'),
    _sample("isc_gem", "# ISC-GEM\n#  date , lat , lon , smajax , sminax , strike , q , depth , unc , q , mw , unc , q ,"
            " s , mo , fac , mo_auth , mpp , mpr , mrr , mrt , mtp , mtt , eventid\n",
            lambda e: f"{_iso(e).replace('T', ' ')} , {e.lat:.3f} , {e.lon:.3f} , 8.6 , 4.3 , 0.0 , B , {e.depth:.1f} ,"
                      f" 6.58 , B , {e.mag:.2f} , 0.20 , A , p , , , , , , , , , , 87913{e.k}\n"),
    _sample("isc_csv", "ISC Bulletin: event catalogue search\n\n  EVENTID,TYPE,AUTHOR   ,DATE      ,TIME       ,LAT     ,"
            "LON      ,DEPTH,DEPFIX,AUTHOR   ,TYPE  ,MAG\n",
            lambda e: f" 1592500{e.k},se  ,ISC      ,2001-02-{e.day:02d},04:{10 + e.k}:06.{e.k}0, {e.lat:.4f},{e.lon:.4f}"
                      f", {e.depth:.1f},TRUE  ,ISC      ,mb    ,{e.mag:.1f}\n", "\nSTOP\n"),
    _sample("fdsn_text", "#EventID|Time|Latitude|Longitude|Depth/km|Author|Catalog|Contributor|ContributorID|MagType|"
            "Magnitude|MagAuthor|EventLocationName\n",
            lambda e: f"{e.k}|{_iso(e)}|{e.lat:.4f}|{e.lon:.4f}|{e.depth:.1f}|ISC|NEIC|Q|{e.k}|MW|{e.mag:.1f}|G|COAST\n"),
    _sample("csep_csv", "lon,lat,mag,time_string,depth,catalog_id,event_id\n",
            lambda e: f"{e.lon:.4f},{e.lat:.4f},{e.mag:.1f},{_iso(e)},{e.depth:.2f},0,ev{e.k}\n"),
    _sample("scedc", "#YYY/MM/DD HH:mm:SS.ss ET GT MAG  M    LAT     LON     DEPTH Q  EVID      NPH NGRM\n",
            lambda e: f"2001/02/{e.day:02d} 04:{10 + e.k}:06.{e.k}0 eq  l {e.mag:4.2f} c    {e.lat:.3f} {e.lon:8.3f}"
                      f" {e.depth:5.1f} A {3138748 + e.k:8d} {12 + 13 * e.k:4d} {111 + e.k:4d}\n",
            f"\n# Number of rows returned: {N}\n", fixed=True),
    _sample("scsn", "#YYY MM DD  HH mm SS.ss  LATITUDE LONGITUDE Q MAG     DEPTH NPH    RMS   EVID\n", _scsn,
            f"\n### Number of rows returned: {N}\n", fixed=True),
    _sample("ncedc", "Date       Time             Lat       Lon  Depth   Mag Magt  Nst Gap  Clo  RMS  SRC   Event ID\n"
            + "-" * 94 + "\n",
            lambda e: f"2001/02/{e.day:02d} 04:{10 + e.k}:06.{e.k}0 {e.lat:8.4f} {e.lon:9.4f} {e.depth:6.2f} {e.mag:5.2f}"
                      f"   Md   87  51    3 0.09 NC       42242{e.k}\n", fixed=True),
    _sample("jma", "", _jma, fixed=True),
    _sample("hypoinverse", "", _hypoinverse, fixed=True),
    _sample("hypoinverse with short years", "", _hypoinverse_old, fixed=True),
    _sample("hypoinverse_print", "   DATE     TIME  SEC     LAT      LON     DEPTH PREF-MAG NM NUM GAP  DMIN  RMS    ERH"
            "   ERZ QASR     ID-NUM LOC\n",
            lambda e: f"2001/02/{e.day:02d} 04:{10 + e.k}  6.{e.k}0 {e.lat:8.4f}{e.lon:10.4f}{e.depth:7.2f}"
                      f"{e.mag:7.2f} L     27  90   2.9  0.11   0.1   0.2 A       {42240 + e.k}\n", fixed=True),
    _sample("hypo71", "", _hypo71, fixed=True),
    _sample("hypo71 with long years", "", _hypo71_long, fixed=True),
    _sample("hys", "",
            lambda e: f"{_parts(e)} {9210000 + e.k}  {e.lat:.5f} {e.lon:.5f} {e.depth:7.3f} {e.mag:5.2f}  45  17  0.21   1"
                      "   5   260   460    76   0.300   0.800   0.003   0.004  le  ct Poly5\n"),
    _sample("growclust", "",
            lambda e: f"{_parts(e)} {90 + e.k} {e.lat:.5f} {e.lon:.5f} {e.depth:.3f} {e.mag:.2f} 1 1 7 3 15 10 0 0.01 0.02"
                      " 0.3 0.007 39.1 -119.2 7.3\n"),
    _sample("growclust_events", "",
            lambda e: f"{_parts(e)}  {e.lat:.5f} {e.lon:.5f} {e.depth:.3f} {e.mag:.2f} 0.400 0.900 0.120 {1234560 + e.k}\n"),
    _sample("hypodd", "",
            lambda e: _RELOC.format(e=e, id=100 + e.k, parts=_parts(e)) + " 10 0 120 45 -9 0.012 1\n"),
    _sample("hypodd first locations", "", lambda e: _RELOC.format(e=e, id=100 + e.k, parts=_parts(e)) + " 1\n"),
    _sample("hypodd_events", "",
            lambda e: f"200102{e.day:02d}   4{10 + e.k}06{e.k}5   {e.lat:.4f}  {e.lon:.4f}  {e.depth:.3f}  {e.mag:.1f}"
                      f"    0.40    0.90   0.12    {1234560 + e.k}\n"),
    _sample("real", "",
            lambda e: f"   {e.k} 2001 02 {e.day:02d}  04:{10 + e.k}:06.{e.k}5   754.56  0.1234  {e.lat:.4f}  {e.lon:.4f}"
                      f"  {e.depth:.2f}  {e.mag:.2f}  0.30  10   8  18   7  88.1\n"),
    _sample("isf", "", _isf),
    _sample("zmap", "",
            lambda e: "\t".join([f"{e.lon:.4f}", f"{e.lat:.4f}", "2001", "2", str(e.day), f"{e.mag:.1f}",
                                 f"{e.depth:.2f}", "4", str(10 + e.k), f"6.{e.k}5"]) + "\n"),
    _sample("quakeml", _QUAKEML[0], _quakeml, _QUAKEML[1]),
)  # fmt: skip
