import os

import pytest

from local import cloud as clouds


@pytest.fixture(autouse=True)
def user_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-the-user")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


def test_an_emulator_gets_neither_the_users_region_nor_their_credentials() -> None:
    cloud = clouds.emulator("http://127.0.0.1:1")

    client = cloud.sqs()
    assert client.meta.endpoint_url == "http://127.0.0.1:1"
    assert client.meta.region_name == cloud.region == cloud.environment["AWS_REGION"] == "us-east-1"
    assert cloud.environment["AWS_ACCESS_KEY_ID"] == "testing"


def test_an_account_is_the_one_that_the_users_settings_name() -> None:
    cloud = clouds.account()

    client = cloud.dynamodb()
    assert client.meta.endpoint_url == "https://dynamodb.eu-west-1.amazonaws.com"
    assert cloud.region == cloud.environment["AWS_REGION"] == "eu-west-1"
    assert cloud.environment["AWS_ACCESS_KEY_ID"] == "of-the-user"
    assert cloud.environment["AWS_ENDPOINT_URL"] == ""


def test_the_users_settings_can_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"AWS_PROFILE": "of-the-user", "AWS_ENDPOINT_URL": "http://x", "HOME": "/home/of-the-user"}
    monkeypatch.setattr(os, "environ", environment)

    clouds.forget_user_settings()

    assert set(environment) == {"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "HOME"}
