"""`python -m seisweave` is the command `seisweave`."""

from seisweave.cli import main

if __name__ == "__main__":
    main()
