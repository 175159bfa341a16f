from pathlib import Path
from typing import Any

import pytest

from local.intrinsics import TemplateError
from local.parameters import parameter_values, parse_overrides, read_samconfig

DECLARED: dict[str, dict[str, Any]] = {
    "Level": {"Type": "String", "Default": "INFO", "AllowedValues": ["INFO", "DEBUG"]},
    "Days": {"Type": "Number", "Default": 90, "MinValue": 1, "MaxValue": 3650},
    "Share": {"Type": "Number", "Default": 0.5, "MaxValue": 1},
    "Origins": {"Type": "CommaDelimitedList", "Default": "a, b", "AllowedPattern": "[a-z]+"},
    "Ports": {"Type": "List<Number>", "Default": "1,2"},
    "Place": {"Type": "String", "Default": "", "AllowedPattern": "^(s3://[a-z]+)?$"},
    "Code": {"Type": "String", "Default": "abc", "MinLength": 2, "MaxLength": 4},
    "Secret": {"Type": "String", "Default": "", "NoEcho": True, "AllowedPattern": "[!-~]*"},
    "Said": {"Type": "String", "Default": "x", "AllowedValues": ["x"], "ConstraintDescription": "only x will do"},
    "RedactPatterns": {"Type": "String", "Default": ""},
}


def test_defaults_hold_until_they_are_overridden() -> None:
    values = parameter_values(DECLARED, {"Level": "DEBUG"})

    assert values["Level"] == "DEBUG"
    assert values["Days"] == "90"
    assert values["Origins"] == ["a", "b"]
    assert values["Ports"] == ["1", "2"]
    assert values["Place"] == ""


@pytest.mark.parametrize(
    "overrides",
    [
        {"Days": "1"},
        {"Days": "3650"},
        {"Share": "-0.25"},
        {"Ports": "80, 443"},
        {"Code": "ab"},
        {"Code": "abcd"},
        {"Origins": "x"},
        {"Secret": "p4ss,word!"},
        {"RedactPatterns": r"EMP-\d{1,6}"},
    ],
)
def test_what_the_declaration_allows_is_taken(overrides: dict[str, str]) -> None:
    values = parameter_values(DECLARED, overrides)

    [(name, given)] = overrides.items()
    value = values[name]
    assert (",".join(value) if isinstance(value, list) else value) == given.replace(" ", "")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"Colour": "red"}, "the template has no parameter 'Colour'; it has Level, Days, Share"),
        ({"level": "INFO"}, "the template has no parameter 'level'; did you mean Level?"),
        ({"Level": "LOUD"}, "parameter 'Level' is 'LOUD'; allowed are INFO, DEBUG"),
        ({"Place": "s3:/"}, "parameter 'Place' is 's3:/'; allowed is "),
        ({"Days": "abc"}, "parameter 'Days' is 'abc'; allowed is a number from 1 to 3650"),
        ({"Days": ""}, "parameter 'Days' is ''; allowed is a number from 1 to 3650"),
        ({"Days": "0"}, "parameter 'Days' is '0'; allowed is a number from 1 to 3650"),
        ({"Days": "3651"}, "parameter 'Days' is '3651'; allowed is a number from 1 to 3650"),
        ({"Days": "nan"}, "parameter 'Days' is 'nan'; allowed is a number"),
        ({"Days": "inf"}, "parameter 'Days' is 'inf'; allowed is a number"),
        ({"Share": "1.5"}, "parameter 'Share' is '1.5'; allowed is a number of at most 1"),
        ({"Ports": "80,http"}, "parameter 'Ports' is 'http'; allowed is a number"),
        ({"Origins": "a,B"}, "parameter 'Origins' is 'B'; allowed is [a-z]+"),
        ({"Code": "a"}, "parameter 'Code' is 'a'; allowed are 2 to 4 characters"),
        ({"Code": "abcde"}, "parameter 'Code' is 'abcde'; allowed are 2 to 4 characters"),
        ({"Said": "y"}, "parameter 'Said' is 'y'; only x will do"),
        ({"Secret": "with blanks"}, "parameter 'Secret'; allowed is [!-~]*"),
        ({"RedactPatterns": "("}, "parameter 'RedactPatterns' is '('; cannot be used as a pattern: '(': missing )"),
        (
            {"RedactPatterns": "EMP-1\n(?=x)"},
            r"parameter 'RedactPatterns' is 'EMP-1\n(?=x)'; cannot be used as a pattern: ",
        ),
    ],
)
def test_a_wrong_override_is_named_in_one_line_with_what_is_allowed(overrides: dict[str, str], message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parameter_values(DECLARED, overrides)

    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert "with blanks" not in str(caught.value)


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
