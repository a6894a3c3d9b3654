"""From daily maps of a catalog to the nowcast of the next extreme event."""
