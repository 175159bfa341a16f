"""Readings -> causes: root against symptom, recovery, ranking, confidence, the gate."""
