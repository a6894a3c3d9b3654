"""Sections of a page, one for every kind of result folder: `made` finds whose it is.

Nothing here loads torch or a record's own module: what is shown is what the folder's summary, tables and pictures hold.
"""
