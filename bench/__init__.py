"""Benchmarks, each a command that prints a table: `python -m bench` runs those of the main job.

Figures of one run are compared with each other only: a floor and what is built on it are measured side by side.
"""
