"""Two failed runs in, two root causes out, live, on this machine: `python -m local.demo`."""
