"""OpenTelemetry traces -> agent runs: requests decoded, spans reduced to facts, facts put together to runs."""
