"""Long commands killed at random, gone on with, and compared byte by byte with the unbroken run."""
