"""Credentials, and on request personal data, kept out of storage."""

from rca_core.telemetry.redaction.redactor import Redactor

__all__ = ["Redactor"]
