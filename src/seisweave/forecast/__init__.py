"""Spatial forecasts: probability densities of where the next earthquakes happen."""
