"""Run template.yaml on one machine, without Docker: a Lambda in miniature (`python -m local`)."""
