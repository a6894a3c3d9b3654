"""How records look in a notebook: `display` finds what is said and drawn of each, a file for each part of the package.

`seisweave.displayed` asks for it by name. Nothing here loads matplotlib before something is drawn, nor a record's own
module: what is given is told by the name of its class.
"""
