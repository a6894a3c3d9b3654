"""A small set of the form of EarthquakeNPP, its test scores by the formulas of the benchmark."""

import json
from math import pi

import numpy as np
import pandas as pd

PARAMETERS = {"log10_mu": -4.5, "log10_k0": -2.2, "a": 1.6, "log10_c": -2.5, "omega": 0.1, "log10_tau": 3.2,
              "log10_d": -0.5, "gamma": 0.8, "rho": 0.6}  # fmt: skip
AREA, MC, N = 1e4, 2.0, 400


def write_set(folder, name="SanJac_10"):
    """A set of the benchmark's form, its test scores by the formulas of the benchmark, one event after the other."""
    rng = np.random.default_rng(5)
    t = np.sort(rng.uniform(0.0, 1000.0, N))
    parent = np.maximum(np.arange(N) - rng.integers(1, 6, N), 0)
    lon, lat = -116.0 + rng.uniform(-0.4, 0.4, N), 33.5 + rng.uniform(-0.4, 0.4, N)
    for i in range(1, N):
        if i % 2:
            lon[i], lat[i] = lon[parent[i]] + rng.normal(0, 0.01), lat[parent[i]] + rng.normal(0, 0.01)
    magnitude = np.round(MC + rng.exponential(0.4, N), 2)
    east = np.radians(lon + 116.0) * 6371.0 * np.cos(np.radians(33.5))
    table = pd.DataFrame({"t_days": t, "x_km": np.radians(lat - 33.5) * 6371.0, "y_km": east, "longitude": lon,
                          "latitude": lat, "magnitude": magnitude})  # fmt: skip
    table.to_csv(folder / f"{name}.csv.gz", index=False)
    meta = {"mc": MC, "area_km2": AREA, "polygon_lat_lon": [[32, -118], [32, -114], [35, -114], [35, -118]],
            "boundaries": {"train_start": {"t_days": 100.0}, "test_start": {"t_days": 700.0},
                           "test_end": {"t_days": 1000.0}},
            "etas_published": {"parameters": PARAMETERS}}  # fmt: skip
    (folder / "meta.json").write_text(json.dumps({name: meta}))
    m = np.round(np.floor(magnitude / 0.1 + 0.5) * 0.1, 1) - MC
    p = {k: 10**v for k, v in PARAMETERS.items() if k.startswith("log10")}
    rows, space, total = np.flatnonzero(t >= 700.0), [], []
    for i in rows:
        a, b = np.radians(lat[i]), np.radians(lat[:i])
        h = np.sin((a - b) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lon[i] - lon[:i]) / 2) ** 2
        r = 2 * 6378.1 * np.arcsin(np.sqrt(h))
        d = p["log10_d"] * np.exp(PARAMETERS["gamma"] * m[:i])
        dt = t[i] - t[:i]
        g = p["log10_k0"] * np.exp(PARAMETERS["a"] * m[:i]) * np.exp(-dt / p["log10_tau"])
        g *= (dt + p["log10_c"]) ** -(1 + PARAMETERS["omega"])
        space.append(p["log10_mu"] + (g * (r**2 + d) ** -(1 + PARAMETERS["rho"])).sum())
        total.append(p["log10_mu"] * AREA + (g * pi / PARAMETERS["rho"] * d ** -PARAMETERS["rho"]).sum())
    stored = pd.DataFrame({"row": rows, "log_lambda_txy": np.log(space), "log_lambda_t": np.log(total),
                           "tll": np.log(total) - 0.4, "sll": np.log(space) - np.log(total)})  # fmt: skip
    stored.to_csv(folder / f"etas_test_{name}.csv.gz", index=False)
    return folder
