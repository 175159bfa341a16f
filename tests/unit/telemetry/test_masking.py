"""Messages of one failure are one when masked; messages of different failures stay apart."""

import json
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca_core.telemetry.masking import MAX_MASKED, masked

Slot = Callable[[random.Random], str]


def _digits(rng: random.Random, characters: str, least: int, most: int) -> str:
    return "".join(rng.choices(characters, k=rng.randint(least, most)))


def _token(rng: random.Random) -> str:
    """Return letters and digits without a pattern; of such a length they have both."""
    return "4" + _digits(rng, "0123456789abcdefghijklmnopqrstuvwxyz", 18, 24) + "x7"


def _hex(rng: random.Random, length: int) -> str:
    return f"{rng.getrandbits(4 * length) | 1:0{length}x}"


def _uuid(rng: random.Random) -> str:
    return "-".join(_hex(rng, length) for length in (8, 4, 4, 4, 12))


def _time(rng: random.Random) -> str:
    year, month, day = rng.randint(1999, 2031), rng.randint(1, 12), rng.randint(1, 28)
    clock = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return rng.choice(
        [
            f"{year}-{month:02}-{day:02}T{clock}Z",
            f"{year}-{month:02}-{day:02} {clock}.{rng.randint(0, 999):03}+02:00",
            f"{year}-{month:02}-{day:02}",
            f"Sun, {day:02} {names[month - 1]} {year} {clock} GMT",
            f"{names[month - 1]} {day}, {year}",
            clock,
        ]
    )


def _path(rng: random.Random) -> str:
    parts = ["/".join(_digits(rng, "abcdefgh-_.0123456789", 1, 9) for _ in range(rng.randint(2, 5)))]
    return rng.choice(["/", "~/", "../", "C:\\"]) + parts[0] + rng.choice(["", ".csv", ".json"])


def _ip(rng: random.Random) -> str:
    return ".".join(str(rng.randint(1, 254)) for _ in range(4)) + rng.choice(["", f":{rng.randint(33_000, 65_000)}"])


def _number(rng: random.Random) -> str:
    return rng.choice(
        [str(rng.randint(0, 9)), str(rng.randint(10, 10**9)), f"{rng.random() * 1e4:.2f}", f"{rng.randint(1, 999)},000"]
    )


SLOTS: Final[dict[str, Slot]] = {
    "uuid": _uuid,
    "hash": lambda rng: _hex(rng, rng.choice([16, 32, 40, 64])),
    "id": lambda rng: rng.choice(["req_", "cus_", "run-", "session-", "ORD-", "#"]) + str(rng.randint(1, 10**8)),
    "token": _token,
    "address": lambda rng: f"0x{_hex(rng, rng.choice([8, 12, 16]))}",
    "time": _time,
    "duration": lambda rng: f"{_number(rng)}{rng.choice(['ms', 's', ' seconds', ' minutes', 'h', ' ms', ' days'])}",
    "size": lambda rng: f"{rng.randint(1, 9_999)} {rng.choice(['MB', 'KB', 'GiB', 'bytes'])}",
    "number": _number,
    "count": lambda rng: str(rng.randint(0, 10**6)),
    "path": _path,
    "ip": _ip,
    "email": lambda rng: f"{_digits(rng, 'abcxyz.+_1', 1, 9)}@{_digits(rng, 'abcxyz', 1, 9)}.example.com",
    "arn": lambda rng: f"arn:aws:s3:::{_digits(rng, 'abcxyz-', 3, 9)}/{_path(rng).strip('~.C:')}".replace("\\", "/"),
    "words": lambda rng: rng.choice(["New York", "a red car", "best pizza in town", "Zoë 2", "3 to 4 of them"]),
    "query": lambda rng: rng.choice(["", "?", f"?a={rng.randint(1, 99)}&b=c", f"/{rng.randint(1, 999)}/x"]),
    "spaces": lambda rng: rng.choice([" ", "  ", "\t", "\n ", " \r\n"]),
}

TEMPLATES: Final = [
    "Request {id} failed with status {status}",
    "Order {id} of {email} was not found",
    "Order {id} of {email} was cancelled",
    "Customer {uuid} has no address",
    "Customer {uuid} has no card",
    "Missing required field:{spaces}'{name}' in request {id}",
    "{time} ERROR worker-{count}: '{name}' is not a column",
    "timed out after {duration} waiting for {host}",
    "connection to {ip} refused after {number} tries in {duration}",
    "connection to {ip} reset after {number} tries in {duration}",
    "GET https://{host}/v1/items{query} answered {status}",
    "object at {address} has no attribute '{name}'",
    "cannot open {path}: {name} is not readable",
    "upload of {size} to {path} is over the limit of {size}",
    "token {token} expired at {time}",
    "commit {hash} is not on branch {name}",
    "access to {arn} is denied to {name}",
    'no answer to "{words}" within {duration}',
    '{{"error": {{"code": "{name}", "message": "item {number} is locked"}}, "trace": "{uuid}"}}',
    'Traceback (most recent call last):\n  File "{path}", line {number}, in f\n    f()\nError: {name} at {number}',
    "exit code {code} after {duration}",
    "{number} items of {number} failed in step {name}",
]
NAMES: Final = ["customer_id", "currency", "getOrder", "order.total", "page_size", "SHIPPED_AT"]
HOSTS: Final = ["api.example.com", "payments.internal", "localhost:6379", "localhost:5432"]
STATUSES: Final = ["403", "404", "500", "503"]
CODES: Final = ["1", "2", "137", "255"]


def _failures() -> list[str]:
    """Return the templates with each of what tells their failures apart."""
    found = []
    for template in TEMPLATES:
        for slot, values in (("{name}", NAMES), ("{host}", HOSTS), ("{status}", STATUSES), ("{code}", CODES)):
            if slot in template:
                found += [template.replace(slot, value) for value in values]
                break
        else:
            found.append(template)
    # A second slot of this kind has one value.
    return [each.replace("{status}", "500").replace("{name}", "total") for each in found]


def _fill(template: str, seed: int) -> str:
    rng = random.Random(seed)  # noqa: S311  reproducible, not secret
    while slot := next((name for name in SLOTS if f"{{{name}}}" in template), None):
        template = template.replace(f"{{{slot}}}", SLOTS[slot](rng), 1)
    return template.replace("{{", "{").replace("}}", "}")


@given(seeds=st.lists(st.integers(0, 2**32), min_size=3, max_size=3, unique=True))
def test_a_failure_has_one_form_whatever_varies_in_its_message(seeds: list[int]) -> None:
    forms: dict[str, set[str]] = defaultdict(set)

    for failure in _failures():
        forms[failure].update(masked(_fill(failure, seed)) for seed in seeds)

    assert {failure: found for failure, found in forms.items() if len(found) > 1} == {}
    assert len(set.union(*forms.values())) == len(forms)


@pytest.mark.parametrize("file", ["alike.jsonl", "alike_unseen.jsonl"])
def test_labelled_messages_are_alike_exactly_within_a_failure(file: str) -> None:
    lines = (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines()
    labelled = {row["failure"]: {masked(text) for text in row["texts"]} for row in map(json.loads, lines)}

    assert {failure: forms for failure, forms in labelled.items() if len(forms) > 1} == {}
    assert len(set.union(*labelled.values())) == len(labelled) == len(lines)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Order 17 failed,  HTTP 503", "order <*> failed, http 503"),
        ("at https://u:secret@api-7f9c1d2.example.com:8080/v1?key=k", "at https://api-<*>.example.com:8080"),
        ("10.0.0.1:5432 refused 10.0.0.1:54321", "<ip>:5432 refused <ip>"),
        ("1 item failed", "<*> item failed"),
        ("3 items failed", "<*> item failed"),
        ("allowed: 1, 2, 3 and 4", "allowed: <*>"),
        ("City ‘Berlin’ not found", "city <value> not found"),  # noqa: RUF001  as people type it
        ("'customer_id' is required", "'customer_id' is required"),
        ('{\\"error\\": \\"no such order\\"}', "{error: no such order}"),
        ("x.py:12: boom", "x.py: boom"),
        ("4417203d.py:12: boom", "<*>.py: boom"),
        ("", ""),
        (None, ""),
    ],
)
def test_what_names_the_failure_stays_and_what_varies_goes(text: str | None, form: str) -> None:
    assert masked(text) == form


@given(text=st.text(max_size=3_000))
def test_any_text_becomes_one_short_line(text: str) -> None:
    form = masked(text)

    assert len(form) <= MAX_MASKED
    assert form == " ".join(form.split())
    assert masked(f"  {text}\n") == form


@pytest.mark.timeout(60)
@pytest.mark.parametrize("size", [1, 20_000])
def test_texts_made_to_be_slow_are_not(size: int) -> None:
    pieces = [
        "a",
        " ",
        "'",
        '"',
        '"a": "',
        "1:",
        "1,",
        "/a",
        "\\",
        "<a ",
        "a@b.",
        "a-1",
        "Mon ",
        "order ",
        "input_value=",
        "\n at ",
    ]

    # Each of these would take hours if the time grew faster than the text.
    for first in pieces:
        for second in pieces:
            assert len(masked((first * size + second * size) * (20_000 // size))) <= MAX_MASKED
