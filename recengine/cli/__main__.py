"""The commands as `python -m recengine.cli`, for those who know the interpreter but no path."""

from recengine.cli import main

main()
