"""`python -m smart_sre.command`."""

from smart_sre.command.main import run

run()
