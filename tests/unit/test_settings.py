"""The environment of each function, read once."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from rca_core.settings import (
    AnalyzerSettings,
    ApiSettings,
    DeadLetterSettings,
    IngestSettings,
    OrphanSettings,
    StreamSettings,
)

ENVIRONMENT = {
    "STACK_NAME": "stack",
    "TABLE_NAME": "table",
    "LOG_LEVEL": "INFO",
    "RETENTION_DAYS": "90",
    "INGEST_SECRET": "s3cret-in",
    "ACCESS_SECRET": "s3cret-out",
    "OPEN_ACCESS": "false",
    "AUTO_RCA": "true",
    "AUTO_RCA_EXCEPT": " billing agent,,search ",
    "RCA_QUEUE_URL": "https://queue",
    "PARKED_QUEUE_URL": "https://parked",
    "STREAM_URL": "https://stream",
    "RULES_SOURCE": "",
    "REDACT_PERSONAL_DATA": "false",
    "REDACT_PATTERNS": r" EMP-\d{1,6}  \bCUST\s\d+ ",
    "TRACE_SILENCE_SECONDS": "300",
    "STACK_ID": "arn:aws:cloudformation:eu-west-1:123456789012:stack/stack/1",
}
MODELS: list[Any] = [IngestSettings, ApiSettings, AnalyzerSettings, DeadLetterSettings, OrphanSettings, StreamSettings]


@pytest.mark.parametrize("model", MODELS)
def test_settings_come_from_the_environment(model: Any) -> None:
    settings = model.load(ENVIRONMENT | {"UNRELATED": "x"})

    assert settings.table_name == "table"
    assert set(type(settings).model_fields) <= {name.lower() for name in ENVIRONMENT}


@pytest.mark.parametrize("model", MODELS)
def test_settings_cannot_be_changed(model: Any) -> None:
    settings = model.load(ENVIRONMENT)

    with pytest.raises(ValidationError):
        settings.table_name = "other"


@pytest.mark.parametrize("model", MODELS)
def test_a_missing_variable_is_named(model: type[BaseModel]) -> None:
    for name in model.model_fields:
        environment = {key: value for key, value in ENVIRONMENT.items() if key != name.upper()}

        with pytest.raises(ValidationError, match=name):
            model.load(environment)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STACK_NAME", ""),
        ("TABLE_NAME", ""),
        ("LOG_LEVEL", "LOUD"),
        ("RETENTION_DAYS", "0"),
        ("RETENTION_DAYS", "soon"),
        ("OPEN_ACCESS", ""),
        ("AUTO_RCA", "perhaps"),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=name.lower()):
        IngestSettings.load(ENVIRONMENT | {name: value})


def test_agents_are_listed_by_name_between_commas() -> None:
    assert IngestSettings.load(ENVIRONMENT).auto_rca_except == {"billing agent", "search"}
    assert IngestSettings.load(ENVIRONMENT | {"AUTO_RCA_EXCEPT": ""}).auto_rca_except == frozenset()


def test_patterns_are_separated_by_spaces() -> None:
    assert IngestSettings.load(ENVIRONMENT).redact_patterns == (r"EMP-\d{1,6}", r"\bCUST\s\d+")
    assert IngestSettings.load(ENVIRONMENT | {"REDACT_PATTERNS": ""}).redact_patterns == ()


def test_the_redaction_key_is_the_stack_s_own() -> None:
    keys = {
        IngestSettings.load(ENVIRONMENT | changed).redaction_key
        for changed in ({}, {"STACK_ID": "arn:other"}, {"INGEST_SECRET": "other"}, {"INGEST_SECRET": ""}, {})
    }

    assert len(keys) == 4
    assert all(len(key) == 32 for key in keys)


@pytest.mark.parametrize("model", MODELS)
def test_secrets_stand_in_no_message(model: Any) -> None:
    messages = [repr(model.load(ENVIRONMENT)), str(model.load(ENVIRONMENT))]
    for name in model.model_fields:
        with pytest.raises(ValidationError) as caught:
            model.load({key: value for key, value in ENVIRONMENT.items() if key != name.upper()})
        messages.append(str(caught.value))

    assert not [message for message in messages if "s3cret" in message]
