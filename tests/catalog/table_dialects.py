"""Tables of earthquakes with known values, written as people write them: names, units, times, signs, quotes.

`write_table(seed)` makes one file's text with its truth. What is read from it must be right or refused. More than the
suite takes is tried by `python -m tests.catalog.table_dialects 6000`.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from seisweave.catalog import Catalog, read_catalog
from seisweave.errors import InputError

PLACES = (
    ("latitude", "longitude"), ("lat", "lon"), ("LAT", "LON"), ("Lat", "Long"), ("Latitude (deg)", "Longitude (deg)"),
    ("lat_deg", "lon_deg"), ("Latitud", "Longitud"), ("Latitudine", "Longitudine"), ("Breite", "Länge"),
    ("Enlem", "Boylam"), ("event_lat", "event_lon"), ("evla", "evlo"), ("Latitude [°]", "Longitude [°]"),
    ("lintang", "bujur"), ("hypo_latitude", "hypo_longitude"), ("Lat.", "Lon."), ("LATITUDE", "LONGITUDE"),
    ("LatN", "LonE"), ("Широта", "Долгота"), ("lat", "lng"), ("originLatitude", "originLongitude"),
)  # fmt: skip
DEPTHS = (
    "depth", "Depth", "DEPTH", "dep", "Depth ({u})", "depth({u})", "Depth [{u}]", "depth_{u}", "Depth/{u}",
    "Prof. ({u})", "Profundidad", "Profundidad [{u}]", "Profondità",
    "profondeur_{u}", "Tiefe", "Tiefe ({u})", "Derinlik({u})",
    "focal_depth", "depth.{u}.", "hypo_depth_{u}", "kedalaman", "Depth, {u}", "DEP", "глубина", "depth in {u}",
)  # fmt: skip
MAGNITUDES = (
    ("mag", ""), ("Magnitude", ""), ("M", ""), ("Mw", "Mw"), ("ML", "ML"), ("MAG", ""), ("Mag.", ""), ("Magnitud", ""),
    ("magnitude", ""), ("mb", "mb"), ("Ms", "Ms"), ("mag_w", "Mw"), ("MLv", "Mlv"), ("Md", "Md"), ("Büyüklük", ""),
    ("eq_mag_ml", "ML"), ("preferred_magnitude", ""), ("магнитуда", ""),
)  # fmt: skip
IDS = ("id", "event_id", "EventID", "evid", "ID", "Event ID", "publicid", "Evento", "event_index", "CUSPID")
PARTS = (  # of them some that cannot be told
    ("year", "month", "day", "hour", "minute", "second"), ("Year", "Mo", "Da", "Ho", "Mi", "Se"),
    ("YR", "MO", "DY", "HR", "MI", "SC"), ("yyyy", "mm", "dd", "hh", "mm", "ss"),
    ("anno", "mese", "giorno", "ora", "min", "sec"),
    ("año", "mes", "día", "hora", "minuto", "segundo"), ("Jahr", "Monat", "Tag", "Stunde", "Minute", "Sekunde"),
    ("an", "mois", "jour", "heure", "minute", "seconde"), ("yıl", "ay", "gün", "saat", "dakika", "saniye"),
    ("Y", "M", "D", "H", "M", "S"), ("tahun", "bulan", "hari", "jam", "menit", "detik"),
    ("Year", "Mon", "Day", "Hr", "Min", "Sec"),
    ("Anno", "Me", "Gi", "Or", "Mi", "Se"), ("ano", "mês", "dia", "hora", "minuto", "segundo"),
    ("год", "месяц", "день", "час", "мин", "сек"), ("Jahr", "Mon", "Tag", "Std", "Min", "Sek"),
    ("iyear", "imonth", "iday", "ihour", "minutes", "seconds"), ("year", "month", "day", "qx", "qy", "qz"),
    ("year", "month", "xday", "hour", "minute", "second"), ("A", "M", "G", "O", "M", "S"),
    ("J", "M", "T", "Stu", "Min", "Sek"),
)  # fmt: skip
ERRORS = (
    "erh",
    "horizontal_error ({u})",
    "err_h [{u}]",
    "erh_{u}",
    "eh",
    "horizontalError",
    "sigma_h_{u}",
    "ErrH({u})",
)
VERTICAL = ("erz", "depth_error ({u})", "err_z [{u}]", "erz_{u}", "ez", "depthError", "sigma_z_{u}", "ErrZ({u})")
TIMES = (
    "iso", "isoz", "offset", "date clock", "date hms", "parts", "parts", "parts", "doy", "hhmm sec", "hh:mm sec",
    "epoch", "epoch ms", "day first", "month first", "digits", "words", "date only", "decimal year", "unnamed clock",
    "jst",
    "parts clock", "dots", "blank", "ambiguous", "no seconds",
)  # fmt: skip
MUST_BE_READ = (
    "iso",
    "isoz",
    "offset",
    "blank",
    "dots",
    "digits",
    "doy",
    "date clock",
    "hh:mm sec",
    "hhmm sec",
    "epoch",
    "jst",
    "words",
)


@dataclass
class Written:
    """A file's text, what reading it is told, and the truth; `features` say how it was written."""

    text: bytes
    truth: dict[str, np.ndarray]
    options: dict = field(default_factory=dict)
    features: dict[str, str] = field(default_factory=dict)


def write_table(seed: int) -> Written:
    """One table with known values; everything about its writing is drawn from the seed."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 9))
    truth = _truth(rng, n)
    style = str(rng.choice(TIMES))
    columns = _times(rng, style, truth)
    features, options = {"time": style}, {}
    places = PLACES[rng.integers(len(PLACES))]
    columns += [(places[0], _decimals(truth["latitude"], 4)), (places[1], _decimals(truth["longitude"], 4))]
    columns += _depth(rng, truth, features, options)
    columns += _magnitudes(rng, truth, features)
    if rng.random() < 0.5:
        columns.append((str(rng.choice(IDS)), [f"ev{i:05d}" for i in rng.choice(10**5, n, replace=False)]))
    columns += _errors(rng, truth, features, options)
    columns += _noise(rng, n)
    if rng.random() < 0.4:  # parts of a time stay together, and so do places
        keep = 1 if style in ("iso", "epoch", "digits") else 0
        columns = columns[keep:] + columns[:keep]
    return Written(_lines(rng, columns, features), truth, options, features)


def judged(written: Written, path: Path) -> str:
    """What reading a table gives: right, refused, or what is wrong."""
    path.write_bytes(written.text)
    try:
        catalog = read_catalog(path, **written.options)
    except InputError as error:
        return f"refused: {error}"
    return _differences(catalog, written.truth) or "right"


def _differences(catalog: Catalog, truth: dict[str, np.ndarray]) -> str:
    if len(catalog) != len(truth["times"]):
        told = len(catalog) + len(catalog.rejected) >= len(truth["times"])
        return "refused: rows" if told else f"wrong: {len(catalog)} of {len(truth['times'])} events"
    known = ~np.isnat(catalog.times)
    off = np.abs((catalog.times - truth["times"]) / np.timedelta64(1, "s"))
    if known.any() and not (off[known] < truth["resolution_s"]).all():
        return f"wrong times: {catalog.times[0]} {truth['times'][0]} {catalog.rejected.notes}"
    for name in ("longitude", "latitude", "depth_km", "magnitude"):
        value = getattr(catalog, name)
        if not np.allclose(value, truth[name], atol=1e-6, equal_nan=True) and not np.isnan(value).all():
            return f"wrong {name}: {value} {truth[name]} {catalog.rejected.notes}"
    if catalog.uncertainty is not None and "horizontal_km" in truth:
        sigma = catalog.uncertainty.sigmas_km()
        for name in ("horizontal_km", "vertical_km"):
            if not np.allclose(sigma[name], truth[name], rtol=1e-6):
                return f"wrong {name}: {sigma[name]} {truth[name]}"
    return ""


def _truth(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    first = np.datetime64("1985-01-01T00:00:00", "us")
    centi = rng.choice(4 * 10**8 * 100 // 100, n, replace=False).astype(np.int64) * 300 + rng.integers(0, 300, n)
    places = (rng.uniform(-179, 179), rng.uniform(-80, 80))
    return {
        "times": first + (centi * 10_000).astype("timedelta64[us]"),
        "resolution_s": np.array(1e-4),
        "longitude": np.round(places[0] + rng.uniform(-0.5, 0.5, n), 4),
        "latitude": np.round(places[1] + rng.uniform(-0.5, 0.5, n), 4),
        "depth_km": np.round(rng.uniform(0.1, 30, n), 3),
        "magnitude": np.round(rng.uniform(0.2, 6, n), 1),
    }


def _decimals(value: np.ndarray, digits: int) -> list[str]:
    return [f"{number:.{digits}f}" for number in value.tolist()]


def _fields(truth: dict[str, np.ndarray]) -> dict[str, list]:
    """Year, month, ..., second and day of the year of each time."""
    when = [time.item() for time in truth["times"]]
    return {
        "when": when,
        "date": [f"{w:%Y-%m-%d}" for w in when],
        "second": [f"{w.second + w.microsecond / 1e6:05.2f}" for w in when],
        "clock": [f"{w:%H:%M}:{w.second + w.microsecond / 1e6:05.2f}" for w in when],
    }


def _times(rng: np.random.Generator, style: str, truth: dict[str, np.ndarray]) -> list[tuple[str, list[str]]]:
    part = _fields(truth)
    when, date, second, clock = part["when"], part["date"], part["second"], part["clock"]
    whole = str(
        rng.choice(["time", "Time", "datetime", "origin_time", "Date Time", "OriginTime", "time_utc", "timestamp"])
    )
    day_name = str(rng.choice(["date", "Date", "DATE", "fecha", "Datum", "data", "tarih", "Date (UTC)"]))
    clock_name = str(
        rng.choice(["time", "Time", "hora", "Uhrzeit", "ora", "saat", "Origin Time", "Time (UTC)", "heure"])
    )
    names = PARTS[rng.integers(len(PARTS))]
    numbers = [f"{w.hour}" for w in when], [f"{w.minute}" for w in when]
    both = [f"{d}T{c}" for d, c in zip(date, clock, strict=True)]
    if style == "iso":
        return [(whole, both)]
    if style == "isoz":
        return [(whole, [f"{text}Z" for text in both])]
    if style == "blank":
        return [(whole, [text.replace("T", " ") for text in both])]
    if style == "dots":
        return [(whole, [f"{d.replace('-', '.')} {c}" for d, c in zip(date, clock, strict=True)])]
    if style == "offset":
        late = [time + np.timedelta64(2, "h") for time in truth["times"]]
        return [(whole, [f"{np.datetime_as_string(time, unit='us')}+02:00" for time in late])]
    if style == "jst":
        late = [time + np.timedelta64(9, "h") for time in truth["times"]]
        return [(f"{whole.replace('_utc', '')} (JST)", [str(np.datetime_as_string(time, unit="us")) for time in late])]
    if style == "date clock":
        return [(day_name, date), (clock_name, clock)]
    if style == "no seconds":
        truth["resolution_s"] = np.array(60.1)
        return [(day_name, date), (clock_name, [f"{w:%H:%M}" for w in when])]
    if style == "unnamed clock":
        return [(day_name, date), ("tkl", clock)]
    if style == "date hms":
        return [(day_name, date), *zip(names[3:], (*numbers, second), strict=True)]
    if style == "parts":
        dates = [[f"{getattr(w, name)}" for w in when] for name in ("year", "month", "day")]
        return [*zip(names, (*dates, *numbers, second), strict=True)]
    if style == "parts clock":
        dates = [[f"{getattr(w, name)}" for w in when] for name in ("year", "month", "day")]
        return [*zip(names[:3], dates, strict=True), (clock_name, clock)]
    if style == "doy":
        name = str(rng.choice(["doy", "jday", "julday", "day of year", "yday"]))
        return [
            ("year", [f"{w.year}" for w in when]),
            (name, [f"{w:%j}" for w in when]),
            *zip(("hour", "min", "sec"), (*numbers, second), strict=True),
        ]
    if style in ("hhmm sec", "hh:mm sec"):
        form = "%H%M" if style == "hhmm sec" else "%H:%M"
        return [
            ("DATE", [d.replace("-", "/") for d in date]),
            ("TIME", [format(w, form) for w in when]),
            ("SEC", second),
        ]
    if style == "epoch":
        return [(whole, [f"{(w - np.datetime64(0, 's').item()).total_seconds():.2f}" for w in when])]
    if style == "epoch ms":
        return [(whole, [f"{round((w - np.datetime64(0, 's').item()).total_seconds() * 1000)}" for w in when])]
    if style in ("day first", "ambiguous"):
        return [(whole, [f"{w:%d/%m/%Y} {c}" for w, c in zip(when, clock, strict=True)])]
    if style == "month first":
        return [(whole, [f"{w:%m/%d/%Y} {c}" for w, c in zip(when, clock, strict=True)])]
    if style == "digits":
        return [(whole, [f"{w:%Y%m%d%H%M}{s}" for w, s in zip(when, second, strict=True)])]
    if style == "words":
        return [(whole, [f"{w:%d-%b-%Y} {c}" for w, c in zip(when, clock, strict=True)])]
    if style == "date only":
        truth["resolution_s"] = np.array(86400.1)
        return [(day_name, date)]
    start = [np.datetime64(f"{w.year}", "us") for w in when]
    year = [
        w.year + float((t - s) / np.timedelta64(1, "s")) / 31557600
        for w, t, s in zip(when, truth["times"], start, strict=True)
    ]
    return [(whole, [f"{y:.6f}" for y in year])]


def _depth(rng: np.random.Generator, truth: dict[str, np.ndarray], features: dict, options: dict) -> list:
    name, unit = str(rng.choice(DEPTHS)), str(rng.choice(["km", "m"]))
    metres = unit == "m"
    if "{u}" not in name and metres:
        options["depth_unit"] = "m"
    name = name.format(u=rng.choice([unit, unit.upper()]) if "(" in name or "[" in name else unit)
    features["depth"] = f"{name} in {unit}"
    if rng.random() < 0.08:
        return [(f"elevation ({unit})", _decimals(-truth["depth_km"] * (1000 if metres else 1), 3))]
    return [(name, _decimals(truth["depth_km"] * (1000 if metres else 1), 1 if metres else 3))]


def _magnitudes(rng: np.random.Generator, truth: dict[str, np.ndarray], features: dict) -> list:
    drawn, n = rng.random(), len(truth["magnitude"])
    known = [f"{m:.1f}" for m in truth["magnitude"].tolist()]
    if drawn < 0.6:
        name, features["scale"] = MAGNITUDES[rng.integers(len(MAGNITUDES))]
        other = [("magType", ["ML"] * n)] if rng.random() < 0.3 else []
        return [(name, known), *other]
    features["scale"] = "several"
    filler = str(rng.choice(["0.0", "-9.99", "", "-999", "nan"]))
    if drawn < 0.8:
        at = rng.integers(0, 3, n)
        table = [[m if i == k else filler for m, i in zip(known, at, strict=True)] for k in range(3)]
        rows = [("xM", known)] if rng.random() < 0.5 else []
        return [*rows, *zip(("MD", "ML", "Mw"), table, strict=True)]
    moment = rng.random(n) < 0.5
    lower = [f"{float(m) - 0.1:.1f}" if w else m for m, w in zip(known, moment, strict=True)]
    return [("ML", lower), ("Mw", [m if w else filler for m, w in zip(known, moment, strict=True)])]


def _errors(rng: np.random.Generator, truth: dict[str, np.ndarray], features: dict, options: dict) -> list:
    if rng.random() < 0.5:
        return []
    i, unit, n = int(rng.integers(len(ERRORS))), str(rng.choice(["km", "m"])), len(truth["times"])
    if "{u}" not in ERRORS[i] and unit == "m":
        options["error_unit"] = "m"
    truth["horizontal_km"], truth["vertical_km"] = np.round(rng.uniform(0.05, 2, (2, n)), 3)
    features["errors"] = f"{ERRORS[i]} in {unit}"
    factor, digits = (1000, 0) if unit == "m" else (1, 3)
    return [
        (ERRORS[i].format(u=unit), _decimals(truth["horizontal_km"] * factor, digits)),
        (VERTICAL[i].format(u=unit), _decimals(truth["vertical_km"] * factor, digits)),
    ]


def _noise(rng: np.random.Generator, n: int) -> list:
    """Columns that are nobody's business, and some that look like another."""
    found = [
        ("rms", _decimals(rng.uniform(0.01, 0.9, n), 2)),
        ("gap", [f"{g}" for g in rng.integers(20, 300, n)]),
        ("nst", [f"{g}" for g in rng.integers(4, 60, n)]),
        ("Region", [str(w) for w in rng.choice(["ALPHA", "BETA", "GAMMA"], n)]),
        ("type", [str(w) for w in rng.choice(["NF", "SS", "TF"], n)]),
        ("q", [str(w) for w in rng.choice(["A", "B"], n)]),
        ("smajax", _decimals(rng.uniform(1, 20, n), 1)),
        ("cluster", [f"{g}" for g in rng.integers(1, 5, n)]),
        ("foo", _decimals(rng.uniform(100, 900, n), 2)),
    ]
    return [found[i] for i in sorted(rng.choice(len(found), int(rng.integers(0, 4)), replace=False).tolist())]


def _lines(rng: np.random.Generator, columns: list[tuple[str, list[str]]], features: dict) -> bytes:
    sign = str(rng.choice([",", ";", "\t", "|", " ", "  "]))
    comma = sign in ";\t|" and rng.random() < 0.35
    quotes = str(rng.choice(["none", "none", "names", "all"]))
    features |= {"sign": repr(sign), "comma": str(comma), "quotes": quotes}
    names = [name for name, _ in columns]
    rows = [list(row) for row in zip(*(cells for _, cells in columns), strict=True)]
    if comma:
        rows = [[_with_comma(cell) for cell in row] for row in rows]
    if sign in (" ", "  "):
        rows = [[cell or "nan" for cell in row] for row in rows]
        quotes = (
            "all" if sign == " " and any(" " in cell for row in rows for cell in row) and rng.random() < 0.5 else quotes
        )
        if sign == "  " or quotes == "none":
            names = [name.replace(" ", "_") if rng.random() < 0.5 else name.replace(" ", "") for name in names]
    width = max(len(cell) for row in [names, *rows] for cell in row) + 2

    def line(cells: list[str], quoted: bool) -> str:
        cells = [f'"{cell}"' if quoted or ("," in cell and sign == ",") else cell for cell in cells]
        return "".join(cell.rjust(width) for cell in cells) if sign == "  " else sign.join(cells)

    quoted = quotes != "none" and sign != "  "
    lines = [line(names, quoted), *(line(row, quotes == "all" and sign != "  ") for row in rows)]
    form = str(rng.choice(["plain", "plain", "plain", "title", "comment", "rows", "trailing"]))
    features["form"] = form
    if form == "title":
        lines = ["Catalogue of events 1990 to 2020, revised", "Institute of Examples", *lines]
    elif form == "comment":
        lines = ["# made for examples", "#", f"# {lines[0]}", *lines[1:]]
    elif form == "rows" and sign != "  ":
        lines = [lines[0], *(f'"{i + 1}"{sign}{text}' for i, text in enumerate(lines[1:]))]
    elif form == "trailing" and sign not in (" ", "  "):
        lines = [lines[0], *(f"{text}{sign}" for text in lines[1:])]
    text = "\n".join(lines) + "\n"
    code = str(rng.choice(["utf-8", "utf-8-sig", "latin-1"]))
    try:
        return text.replace("\n", "\r\n" if rng.random() < 0.2 else "\n").encode(code)
    except UnicodeEncodeError:
        return text.encode()


def _with_comma(cell: str) -> str:
    try:
        float(cell)
    except ValueError:
        return cell
    return cell.replace(".", ",")


def main() -> None:
    """Try many tables and count what was read from them."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    start = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    count, heads, shown = Counter(), set(), Counter()
    for seed in range(start, start + n):
        written = write_table(seed)
        with TemporaryDirectory() as folder:
            told = judged(written, Path(folder) / "table.txt")
        kind = told.split(":")[0].split()[0]
        count[kind] += 1
        count[f"{kind}, {written.features['time']}"] += 1
        heads.add(tuple(written.features.values())[:3])
        shown[f"{written.features['time']}: {told.partition('.txt: ')[2][:150]}" if kind == "refused" else kind] += 1
        if kind == "wrong":
            print(seed, told[:300], written.features, written.text.decode("utf-8", "replace")[:400], sep="\n")
    if "-v" in sys.argv:
        print(*(f"{number:6d} {text}" for text, number in shown.most_common(40)), sep="\n")
    for name, number in sorted(count.items()):
        print(f"{number:6d} {name}")
    print(len(heads), "headers")


if __name__ == "__main__":
    main()
