"""The command line, for hosts that run it as a module."""

from ivr.cli.group import main

if __name__ == "__main__":
    main()
