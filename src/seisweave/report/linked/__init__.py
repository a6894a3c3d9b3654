"""The linked views of a network on the page: map, 3-D, section, magnitudes in time and tables that follow each other.

Python packs what is drawn (`packed`, `payload`, `geography`) and lays out the frames (`frames`); the script, the files
of `js` one after the other, draws it.
"""
