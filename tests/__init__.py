"""The suite. A package, so that no other of this name in an environment stands before it."""
