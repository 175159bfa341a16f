"""Root-cause analysis of agent runs: the layer that every function shares."""
