"""`python -m notesite` is the `notesite` command."""

from notesite.cli import run

run()
