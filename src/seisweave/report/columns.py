"""Columns of the tables of faults and halos on the page: heading and decimals."""

from __future__ import annotations

COLUMNS = {  # of faults.csv and halos.csv: heading, decimals
    "fault": ("fault", 0),
    "halo": ("halo", 0),
    "n_events": ("events", 0),
    "share": ("share", 4),
    "largest_magnitude": ("magnitude", 1),
    "strike_deg": ("strike (°)", 0),
    "dip_deg": ("dip (°)", 0),
    "length_km": ("length (km)", 2),
    "width_km": ("width (km)", 2),
    "thickness_km": ("thickness (km)", 2),
    "system": ("system", 0),
    "n_segments": ("segments", 0),
    "comes_back": ("comes back", 2),
    "strike_low_deg": ("strike, from (°)", 0),
    "strike_high_deg": ("to (°)", 0),
    "dip_low_deg": ("dip, from (°)", 0),
    "dip_high_deg": ("to (°)", 0),
    "longitude": ("longitude (°)", 4),
    "latitude": ("latitude (°)", 4),
    "x_km": ("x (km)", 2),
    "y_km": ("y (km)", 2),
    "depth_km": ("depth (km)", 2),
    "top_km": ("top (km)", 2),
    "bottom_km": ("bottom (km)", 2),
    "sigma1_km": ("σ₁ (km)", 2),
    "sigma2_km": ("σ₂ (km)", 2),
    "sigma3_km": ("σ₃ (km)", 2),
}
