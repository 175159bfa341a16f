from pathlib import Path
from typing import Any

import pytest

from local.intrinsics import TemplateError
from local.parameters import parameter_values, parse_overrides, read_samconfig

DECLARED: dict[str, dict[str, Any]] = {
    "Level": {"Type": "String", "Default": "INFO", "AllowedValues": ["INFO", "DEBUG"]},
    "Days": {"Type": "Number", "Default": 90},
    "Origins": {"Type": "CommaDelimitedList", "Default": "a, b"},
    "Place": {"Type": "String", "Default": "", "AllowedPattern": "^(s3://[a-z]+)?$"},
}


def test_defaults_hold_until_they_are_overridden() -> None:
    values = parameter_values(DECLARED, {"Level": "DEBUG"})

    assert values == {"Level": "DEBUG", "Days": "90", "Origins": ["a", "b"], "Place": ""}


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"Colour": "red"}, "no parameter 'Colour'; it has Level, Days, Origins, Place"),
        ({"Level": "LOUD"}, "'Level' is 'LOUD'; allowed are INFO, DEBUG"),
        ({"Place": "s3:/"}, "'Place' is 's3:/'; allowed is "),
    ],
)
def test_a_wrong_override_is_named(overrides: dict[str, str], message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        parameter_values(DECLARED, overrides)


def test_a_parameter_without_default_has_to_be_given() -> None:
    with pytest.raises(TemplateError, match="give --parameter Secret=VALUE"):
        parameter_values({"Secret": {"Type": "String"}}, {})


def test_an_override_is_a_key_and_a_value() -> None:
    assert parse_overrides(["A=1", "B=x=y", "C="]) == {"A": "1", "B": "x=y", "C": ""}
    with pytest.raises(TemplateError, match="not 'nonsense'"):
        parse_overrides(["nonsense"])


def test_samconfigs_local_settings_are_read(tmp_path: Path) -> None:
    file = tmp_path / "samconfig.toml"
    file.write_text(
        'version = 0.1\n[default.global.parameters]\nstack_name = "mine"\n'
        "[default.local_start_api.parameters]\nparameter_overrides = \"OpenAccess=true Text='two words'\"\n"
        '[prod.deploy.parameters]\nparameter_overrides = "OpenAccess=false"\n'
    )

    assert read_samconfig(file) == ("mine", {"OpenAccess": "true", "Text": "two words"})


def test_no_samconfig_overrides_nothing(tmp_path: Path) -> None:
    assert read_samconfig(tmp_path / "samconfig.toml") == (None, {})
