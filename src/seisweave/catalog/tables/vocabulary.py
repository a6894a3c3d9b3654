"""The words by which tables of earthquakes name their columns, in several languages, without case and accents.

A name that stands for two things (`hora` is an hour or a time of day, `mo` a month or a moment) is decided by the
values of its column, not here.
"""

from __future__ import annotations


def _words(text: str) -> list[str]:
    """Words that are separated by blanks."""
    return text.split()


# our names, in the order in which `--columns` lists them; within a role the first word wins
ROLES = {
    "time": "time origintime datetime times timestamp timestring dateandtime datetimeutc ot eventtime isotime epoch"
    " epochtime unixtime utc fechahora fechayhora dataora dataehora dateheure zeit herdzeit tarihsaat waktu"
    " t0",
    "date": "date ymd yyyymmdd eventdate origindate dateutc dayutc fecha data datum tarih tgl tanggal дата 日付",
    "clock": "clock timeofday hms hhmmss hhmmsss hhmmssss hhmm uhrzeit 時刻 время",
    "year": "year yr yyyy iyear anno ano annee an jahr jaar yil sene tahun thn год 年",
    "month": "month mon mo imonth mes mese mois monat mth luna ay bulan bln месяц 月",
    "day": "day dy dd iday dia giorno jour tag zi dag gun hari день 日",
    "day_of_year": "doy jday julday julianday yday dayofyear dayoftheyear ordinalday yearday jourjulien diajuliano"
    " giornogiuliano jul",
    "hour": "hour hours hr hrs hh ihour hora horas ora ore heure heures stunde std_ uur saat jam час 時 时",
    "minute": "minute minutes min mn mi minuto minutos minuti minuten dakika dk menit минута мин 分",
    "second": "second seconds sec secs sc ss seg segundo segundos secondo secondi seconde secondes sekunde sekunden sek"
    " saniye sn detik dtk секунда сек 秒",
    "longitude": "longitude lon long lng longitud longitudine lange laenge boylam bujur evlo elon xlon longit долгота"
    " 経度 经度",
    "latitude": "latitude lat latitud latitudine breite enlem lintang evla nlat ylat latit широта 緯度 纬度",
    "depth_km": "depth dep focaldepth hypodepth evdp dpt depthbsl profundidad profundidade profondita profondeur prof"
    " tiefe herdtiefe derinlik kedalaman diepte z глубина 深さ 深度",
    "elevation": "elevation elev altitude alt height hoehe hohe quota altitud",
    "magnitude": "magnitude mag m magnitudes magn magnitud magnitudo magnitudine preferredmagnitude prefmag buyukluk"
    " магнитуда 震级 マグニチュード",
    "magnitude_type": "magnitudetype magtype tipomag tipomagnitud tipomagnitude typemag typemagnitude tipmag magtyp"
    " magnitudetyp magscale magnitudescale scale mtype tipodemagnitud",
    "id": "id ids eventid evid evtid eqid publicid cuspid eventcode eventindex idevento ideven idev identifier event"
    " evento cid depremkodu idx no nr",
    "quality": "quality q qual locationquality qualitycode",
    "event_type": "eventtype evtype etype et typeofevent tipoevento",
    "type": "type tipo typ tip",
    "n_phases": "nphases nph nphase phases phasecount usedphasecount numphases npha picks npicks numpicks nobs nfasi",
    "mixture": "mixturekm",
}

COVARIANCE = ("cov_xx_km2", "cov_xy_km2", "cov_xz_km2", "cov_yy_km2", "cov_yz_km2", "cov_zz_km2")
# columns of the tables that this project writes, in their order; the first five and id stand in all
WRITTEN = (
    *("time", "longitude", "latitude", "depth_km", "magnitude"),
    *("magnitude_type", "id", "quality", "event_type", "n_phases", "mixture_km", "horizontal_km", "vertical_km"),
    *COVARIANCE,
    *("cluster", "background", "background_probability", "parent"),  # of a declustered catalog: passed over by readers
)
ERRORS = ("horizontal_km", "vertical_km", "east_km", "north_km")
NAMED_BY_USERS = (*(role for role in ROLES if role not in ("type", "elevation")), *ERRORS, *COVARIANCE)

# words that say nothing about what a column holds
DECORATION = frozenset(
    _words(
        "in event ev origin orig hypo hypocenter hypocentre hypocentral epicenter epicentre epicentral epi"
        " earthquake eq quake pref preferred final reloc relocated deg degree degrees degs decimal dec wgs84 value"
        " utc gmt ut of the de del dell grados gradi grad geo geographic focal oluş olus merkez"
    )
)
UTC_WORDS = frozenset(["utc", "gmt", "ut", "z", "zulu"])
# hours by which clocks of these names are ahead of UTC all the year
ZONES = {"jst": 9.0, "kst": 9.0, "trt": 3.0, "tsi": 3.0, "wib": 7.0, "nzst": 12.0, "ist": 5.5, "npt": 5.75}
LOCAL_WORDS = frozenset(
    _words(
        "local lt loc locale localtime hl lokal yerel mesz mez cet cest est edt pst pdt cst cdt mst mdt hst akst"
        " nzdt bst local_time"
    )
)

LENGTHS = {
    "km": 1.0, "kms": 1.0, "kilometer": 1.0, "kilometers": 1.0, "kilometre": 1.0, "kilometres": 1.0, "kilometro": 1.0,
    "kilometros": 1.0, "chilometri": 1.0, "km2": 1.0, "千米": 1.0,
    "m": 1e-3, "meter": 1e-3, "meters": 1e-3, "metre": 1e-3, "metres": 1e-3, "metri": 1e-3, "metro": 1e-3,
    "metros": 1e-3, "mts": 1e-3, "mtr": 1e-3, "米": 1e-3,
    "cm": 1e-5, "mm": 1e-6, "hm": 0.1, "dm": 1e-4,
    "ft": 3.048e-4, "feet": 3.048e-4, "foot": 3.048e-4, "mi": 1.609344, "mile": 1.609344, "miles": 1.609344,
}  # fmt: skip
DEGREES = frozenset(_words("deg degs degree degrees ° dd gradi grados grad"))

ERROR_WORDS = _words(
    "uncertainties uncertainty uncert incertidumbre incertezza incertitude standarderror errors error errore"
    " erreur fehler hata sigma stdev stderr std unc err sig er sd se"
)
DIRECTIONS = {
    "horizontal_km": "horizontal horiz hor h xy epicentral epicentre epicenter orizzontale",
    "vertical_km": "verticale vertical vert v z depth dep prof profundidad profondita tiefe derinlik up",
    "east_km": "east easting x e longitude longitud lon long",
    "north_km": "north northing y n latitude latitud lat",
}
DEGREE_DIRECTIONS = frozenset(["longitude", "longitud", "lon", "long", "latitude", "latitud", "lat"])
# names of errors that are a convention of their own: kilometres
KILOMETRES_BY_CONVENTION = frozenset(_words("erh erz eh ez errh errz horizontalerror deptherror seh sez"))

# what stands in many tables and is neither time, place nor size
OTHERS = frozenset(
    _words(
        "smajax sminax smaj smin rms gap azgap azimuthalgap dmin dist mindist nst nsta nsta nstations stations"
        " station ns np place region location author agency catalog catalogue contributor contributorid updated"
        " status source network net magerror magnst strike dip rake strike1 dip1 rake1 strike2 dip2 rake2"
        " intensity int imm mmi cluster clusterid nbranch number num count nomag evaluationmode residual res resid"
        " fix depfix tsunami felt cdi sig code zone country state remarks remark comment comments flag flags"
        " version ver weight nmag nummag nlet nccp nccs nctp ncts rcc rct iter modificationtime creationtime"
        " modified created lastupdate"
    )
)

MAGNITUDE_SCALES = _words(
    "mww mwc mwb mwr mwp mwmwc mw mwpd ms ms20 mssz ms7 ms10 mbb mblg mbgs mb mbvmean mbmle mbn mlv mlr mlh"
    " mlw ml mll mld md mc mcl mdl mh me mi mj mjma mv mlg mn mfa mint mpv mpva kr mk mlhc mlhd msbb mu mt unk"
    " mr mbr mw1 mamp mdur"
)

EVENT_WORDS = frozenset(
    _words(
        "earthquake eq qb quarry blast quarryblast explosion ex exp sonic boom sn le re ts lp nt rs ke kh se sh"
        " sm uk induced inducedevent tectonic rockburst rock burst mining miningexplosion nuclear nuclearexplosion"
        " icequake ice quake landslide volcanic volcaniceruption chemicalexplosion notexisting notreported other"
        " otherevent terremoto sismo deprem patlatma erdbeben tremor collapse minecollapse anthropogenicevent"
        " experimentalexplosion inducedortriggeredevent ls vt li hb km hydroacoustic outsideofnetworkinterest"
        " duplicate unknown local regional teleseism teleseismic l r d t"
    )
)


def is_ours(names: tuple[str, ...]) -> bool:
    """Whether a table is one that this project has written: its columns, in their order."""
    return names == tuple(name for name in WRITTEN if name in names) and {*WRITTEN[:5], "id"} <= set(names)
