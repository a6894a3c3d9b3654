"""Figures and tables of the papers, made again: one module a figure, one folder for the tables of Feng & Fox (2021)."""
