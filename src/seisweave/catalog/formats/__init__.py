"""One module a format: `recognises(source)` tells it by its content, `read(source)` yields its rows."""
