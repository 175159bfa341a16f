"""Runs in numbers: histograms, counters that can be taken back, and what their change means. Pure."""
