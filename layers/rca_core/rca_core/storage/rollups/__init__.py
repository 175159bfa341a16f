"""Counters that follow what is stored: exact, at a cost that does not grow with the number of runs.

A change of a run reaches `writer` through the table's stream. The run's `ledger` says what was counted of it and where;
one transaction replaces that by what has to be counted now. `reader` sums the hours of a window.
"""
