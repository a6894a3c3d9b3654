"""What the name of a column says: the role of the column, its unit, whether its times are UTC."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from seisweave.catalog.tables.vocabulary import (
    COVARIANCE,
    DECORATION,
    DEGREES,
    DIRECTIONS,
    ERROR_WORDS,
    LENGTHS,
    LOCAL_WORDS,
    MAGNITUDE_SCALES,
    OTHERS,
    ROLES,
    UTC_WORDS,
    ZONES,
)

_LENGTH_ROLES = ("depth_km", "elevation", *DIRECTIONS)
_TIMES = ("time", "date", "clock", "year", "month", "day", "hour", "minute", "second")


@dataclass(frozen=True)
class Meaning:
    """What a name says: role ("" where it says none), scale of a magnitude, unit of a length, hours ahead of UTC.

    unit is a factor to km, "deg" or None where none is stated; strange is what stands in the place of a unit and is
    none; zone_h is 0 where UTC is stated, None where no zone is; local tells of a clock that is not UTC, by an unknown
    number of hours; negative of degrees west or south, up of depths that grow upwards.
    """

    role: str = ""
    plain: str = ""
    scale: str = ""
    unit: float | str | None = None
    strange: str = ""
    zone_h: float | None = None
    local: bool = False
    negative: bool = False
    up: bool = False
    confidence: bool = False


_LONGEST = 300  # signs of a name that are looked at


@cache
def meaning(name: str) -> Meaning:
    """What the name of a column says.

    >>> meaning("Depth (m)").role, meaning("Depth (m)").unit, meaning("MwPref").scale
    ('depth_km', 0.001, 'Mw')
    """
    base, bracket = _parts(name)
    tokens = _tokens(base)
    inside = _tokens(bracket)
    role, scale, used_unit = _role(tokens)
    if role in DIRECTIONS and tokens == tuple(role.split("_")):  # a name of ours
        used_unit = 1.0
    unit = _stated(inside) if inside else None
    unit = used_unit if unit is None else unit
    strange = bracket.strip() if role in _LENGTH_ROLES and inside and unit is None and not _remark(inside) else ""
    words = {*tokens, *inside}
    zone_h, local = _zone(role, words, bracket)
    return Meaning(
        role=role,
        plain="".join(tokens),
        scale=scale,
        unit=unit,
        strange=strange,
        zone_h=zone_h,
        local=local,
        negative=(role == "longitude" and bool({"w", "west"} & words))
        or (role == "latitude" and bool({"s", "south"} & words)),
        up=role == "depth_km" and "up" in words,
        confidence=bool(re.search(r"\b(9\d|2 ?s|2 ?sigma|3 ?sigma|2σ)", f"{bracket.lower()}")),
    )


def axis(name: str, axes: dict[str, str]) -> tuple[str, float | None]:
    """The axis that the name of a column of local coordinates stands for, and its unit in km; "" and None without.

    >>> axis("X [m]", {"x_km": "x east"}), axis("east_km", {"x_km": "x east"})
    (('x_km', 0.001), ('x_km', 1.0))
    """
    base, bracket = _parts(name)
    tokens, inside = _tokens(base), _tokens(bracket)
    unit = _stated(inside)
    if unit is None and len(tokens) > 1 and tokens[-1] in LENGTHS:
        tokens, unit = tokens[:-1], LENGTHS[tokens[-1]]
    plain = "".join(tokens)
    for role, words in axes.items():
        for ending, factor in (("", unit), ("km", 1.0), ("m", 1e-3)):
            if plain.endswith(ending) and plain.removesuffix(ending) in words.split():
                return role, factor if isinstance(factor, float) else None
    return "", None


def words_of(name: str) -> tuple[str, ...]:
    """Words of a name, without case, accents and signs."""
    return _tokens(name)


def simple(text: str) -> str:
    """A text without case, accents, and anything but letters and digits."""
    return "".join(_tokens(text))


def _parts(name: str) -> tuple[str, str]:
    """The name itself, and what stands in brackets, or behind a slash or comma, as a unit does."""
    name = name[:_LONGEST]
    inside = " ".join(re.findall(r"[\(\[{<](.*?)[\)\]}>]", name))
    base = re.sub(r"[\(\[{<].*?[\)\]}>]", " ", name)
    unit = re.search(r"[/,]\s*(k?m|deg|°|meters?|metres?)\s*$", base, re.IGNORECASE)
    if unit:
        base, inside = base[: unit.start()], f"{inside} {unit[1]}"
    return base, inside


@cache
def _tokens(text: str) -> tuple[str, ...]:
    """Words of a name: cut at signs and where a small letter meets a capital; without case and accents."""
    text = text.replace("ı", "i").replace("İ", "I").replace("ß", "ss").replace("ø", "o")
    text = unicodedata.normalize("NFKD", text)
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = re.sub(r"([a-z]{2})([A-Z])", r"\1 \2", text).lower()
    return tuple(re.findall(r"[^\W_]+|°", text))


def _role(tokens: tuple[str, ...]) -> tuple[str, str, float | str | None]:
    """Role, scale of a magnitude and unit that the words of a name give, tried from the whole to its parts."""
    bare = tuple(token for token in tokens if token not in DECORATION)
    for words in (tokens, bare):
        plain = "".join(words)
        role, scale = _look_up(plain)
        if role:
            return role, scale, None
        if len(words) > 1 and words[-1] in LENGTHS:
            role, _ = _look_up("".join(words[:-1]))
            if role in _LENGTH_ROLES:
                return role, "", LENGTHS[words[-1]]
        for ending in ("km", "m"):
            role, _ = _look_up(plain.removesuffix(ending)) if plain.endswith(ending) else ("", "")
            if role in _LENGTH_ROLES:
                return role, "", LENGTHS[ending]
    if tokens and tokens[-1] in ("n", "s", "e", "w", "north", "west", "east", "south"):
        role, _ = _look_up("".join(tokens[:-1]))
        return (role, "", None) if role in ("longitude", "latitude") else ("", "", None)
    return "", "", None


@cache
def _look_up(plain: str) -> tuple[str, str]:
    """Role and scale of a name without signs."""
    if not plain or plain in OTHERS:
        return "", ""
    for name in (*COVARIANCE, *DIRECTIONS):
        if plain == name.replace("_", ""):
            return name, ""
    known = _words().get(plain)
    if known:
        return known, ""
    error = _error(plain)
    if error:
        return error, ""
    scale = _scale(plain)
    return ("magnitude", scale) if scale else ("", "")


@cache
def _words() -> dict[str, str]:
    found: dict[str, str] = {}
    for role, words in ROLES.items():
        for word in words.split():
            found.setdefault(simple(word), role)
    return found


def _error(plain: str) -> str:
    """Role of a name made of a word for error and one for a direction, like erh, depthError, sigma_x."""
    for role, directions in DIRECTIONS.items():
        for direction in directions.split():
            short = len(direction) == 1
            words = [*ERROR_WORDS, "e"] if direction in "hzxy" else ERROR_WORDS
            for word in words:
                if plain == word + direction and not (short and word in ("se", "er") and direction not in "hzxy"):
                    return role
                if plain == direction + word and word not in ("se", "er", "e", "sd"):
                    return role
    return ""


def _scale(plain: str) -> str:
    """Scale that the name of a column of magnitudes states: Mw, ML, ..., x of the largest (xM)."""
    if plain in ("xm", "maxm", "maxmag", "maxmagnitude", "mmax"):
        return "x"
    rest = plain
    for word in ("magnitude", "magnitud", "mag", "preferred", "pref"):
        rest = rest.removeprefix(word) if rest.removeprefix(word) else rest
        rest = rest.removesuffix(word) if rest.removesuffix(word) else rest
    if rest in MAGNITUDE_SCALES:
        return "M" + rest[1:].upper() if rest == "ml" else "m" + rest[1:] if rest.startswith("mb") else "M" + rest[1:]
    if rest != plain and f"m{rest}" in MAGNITUDE_SCALES:
        return _scale(f"m{rest}")
    return ""


def _stated(inside: tuple[str, ...]) -> float | str | None:
    """The unit that stands in brackets."""
    for token in inside:
        if token in LENGTHS:
            return LENGTHS[token]
    return "deg" if any(token in DEGREES for token in inside) else None


def _remark(inside: tuple[str, ...]) -> bool:
    """Whether brackets hold a remark that is no unit: below sea level, 1-sigma, ..."""
    known = "bsl msl asl b s l sea level below above wgs84 1 sigma 1sigma std fixed down positive negative up h v z"
    return all(token in known.split() for token in inside)


def _zone(role: str, words: set[str], bracket: str) -> tuple[float | None, bool]:
    """Hours ahead of UTC that the name of a time states, and whether it states a clock that is not UTC."""
    if role not in _TIMES:
        return None, False
    shift = re.search(r"(?:utc|gmt)\s*([+-])\s*(\d{1,2})(?::?(\d\d))?", bracket.lower())
    if shift:
        hours = int(shift[2]) + int(shift[3] or 0) / 60
        return (hours if shift[1] == "+" else -hours), False
    if words & UTC_WORDS:
        return 0.0, False
    named = [ZONES[word] for word in words if word in ZONES]
    return (named[0] if named else None), bool(words & LOCAL_WORDS)
