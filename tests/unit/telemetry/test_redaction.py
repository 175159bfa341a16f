"""Credentials in every place of a run become marks; what is none, and all around them, stays."""

import json
from typing import Any

import pytest

from rca_core.errors import InvalidInput
from rca_core.telemetry import AgentRun
from rca_core.telemetry.ingest import ParsedRun, parse_agent_run
from rca_core.telemetry.redaction import Redactor
from rca_core.telemetry.wire import CHILDREN, COST, RUN
from tests.support.runs import ARRIVAL, parse, run_body, step, tool_call

PASSWORD = "Hollow-Reed77"  # noqa: S105  made up
KEY = "ghp_" + "a1B2" * 9


def run(**fields: Any) -> dict[str, Any]:
    return {"run_id": "run-1", "agent_name": "agent", "status": "failure", **fields}


def redacted(value: Any, **options: Any) -> Any:
    """Return a value as it is in a run's attributes after redaction."""
    document = run(attributes={"value": value})
    Redactor(**options).redact_run(document)
    return document["attributes"]["value"]


# ---------------------------------------------------------------- places
def test_a_password_is_found_in_every_field_of_a_run() -> None:
    told = f"logging in with password {PASSWORD}"
    document = run(
        error_message=f"refused: {told}",
        correlation_ids=[f"login?password={PASSWORD}", PASSWORD],
        input_summary=told,
        available_tools=[f"tool --password {PASSWORD}"],
        steps=[{"step_id": "s", "name": told, "status": "success", "output_summary": f"{PASSWORD} was typed"}],
        tool_calls=[
            {
                "call_id": "c",
                "tool_name": "login",
                "status": "failure",
                "args_json": {"user": "kim", "password": PASSWORD},
                "result_summary": f'{{"password": "{PASSWORD}"}}',
                "error_message": f"postgres://kim:{PASSWORD}@db/orders is down",
            },
            {"call_id": "d", "tool_name": "t", "status": "failure", "args_json": json.dumps({"pwd": PASSWORD})},
        ],
        guardrail_events=[{"event_id": "g", "type": "other", "message": told, "attributes": {"secret": PASSWORD}}],
        cost={"tokens_prompt": 12, "attributes": {"note": told}},
        attributes={"deep": [{"er": {"db_password": PASSWORD}}], PASSWORD: 1, f"postgres://u:{PASSWORD}@h": "down"},
    )

    counts = Redactor().redact_run(document)

    assert PASSWORD not in json.dumps(document)
    assert counts["password"] >= 10
    assert document["steps"][0]["output_summary"] == "[redacted:password] was typed"
    assert "@db/orders is down" in document["tool_calls"][0]["error_message"]
    assert document["cost"]["tokens_prompt"] == 12


FORMS = [
    f"login failed: password={PASSWORD}",
    f"Bearer {KEY}",
    {"password": PASSWORD},
    [f"key {KEY}"],
    json.dumps({"secret": PASSWORD}),
    f"postgres://kim:{PASSWORD}@db",
]
SHAPES = {"run": RUN, "cost": COST, **CHILDREN}


def sent_in(entry: str, fields: dict[str, Any]) -> bytes:
    """Return a body that has these fields in one kind of entry."""
    sent: Any = {entry: fields if entry == "cost" else [fields]}
    return json.dumps({"agent_name": "agent"} | (fields if entry == "run" else sent)).encode()


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("entry", SHAPES)
@pytest.mark.fault(41)
def test_no_field_of_any_entry_keeps_a_credential_or_tells_it(entry: str, *, strict: bool) -> None:
    for field in [*(SHAPES[entry].fields.keys() - {*CHILDREN, "cost"}), "odd", f"odd-{KEY}"]:
        for form in FORMS:
            try:
                parsed = parse_agent_run(
                    sent_in(entry, {field: form}),
                    new_run_id=lambda: "run-1",
                    now=ARRIVAL,
                    strict=strict,
                    redactor=Redactor(hash_key=b"k"),
                )
                told = parsed.body.decode() + json.dumps(parsed.warnings)
            except InvalidInput as refused:
                told = json.dumps([refused.errors, refused.detail])
            assert PASSWORD not in told, (field, form)
            assert KEY[:12] not in told, (field, form)


def ingested(body: Any, **options: Any) -> ParsedRun:
    """Return what ingest keeps of a body."""
    redactor = Redactor(hash_key=b"k", **options)
    return parse_agent_run(json.dumps(body).encode(), new_run_id=lambda: "run-1", now=ARRIVAL, redactor=redactor)


def test_a_text_that_grew_over_its_limit_by_a_mark_stays_as_it_was_stored() -> None:
    said = "password=x7-one " + "word " * 397  # 2,001 characters with the last
    steps = [{"step_id": "s", "name": "n", "status": "ok", "output_summary": said[:2_000]}]
    first = ingested(run_body(input_summary=said[:2_000], correlation_ids=["pwd=x7-one " + "w" * 500], steps=steps))

    again = parse(first.body, strict=True)

    assert again.body == first.body
    assert [warning["code"] for warning in first.warnings] == ["redacted"]
    assert json.loads(first.body)["input_summary"].startswith("password=[redacted:password] word")


@pytest.mark.parametrize("options", [{}, {"personal": True, "patterns": [r"\d{3,6}"]}])
def test_what_was_redacted_once_stays_the_same_when_it_is_sent_again(options: dict[str, Any]) -> None:
    ids = [f"password={PASSWORD}", f"postgres://u:{PASSWORD}@h", f"step-{KEY}", "order 4711", "kim@example.com"]
    calls = [tool_call(each, step_id=each, args_json={"password": PASSWORD}, args_hash="ab12" * 8) for each in ids]
    first = ingested(run_body(steps=[step(each) for each in ids], tool_calls=calls), **options)

    again = ingested(json.loads(first.body), **options)

    assert PASSWORD.encode() not in first.body
    assert again.body == first.body
    assert again.warnings == []


def test_a_hash_of_arguments_is_no_place_for_patterns_of_ones_own() -> None:
    kept = ingested(run_body(tool_calls=[tool_call(args_hash="12345678" * 8)]), patterns=[r"\d{4}"])

    assert AgentRun.from_body(kept.body).tool_calls[0].args_hash == "12345678" * 8


def test_a_number_in_a_field_of_numbers_stays_one() -> None:
    card = 4_111_111_111_111_111
    calls = [tool_call(result_count=card, other=card, args_json={"n": card})]
    steps = [step("a", tokens_prompt=card - 1), step("b", tokens_prompt=1)]

    body = ingested(run_body(tool_calls=calls, steps=steps), personal=True).body

    kept = AgentRun.from_body(body)
    assert (kept.tool_calls[0].result_count, kept.cost.tokens_prompt) == (card, card)
    assert kept.tool_calls[0].attributes == {"other": "[redacted:card]"}
    assert kept.tool_calls[0].args_json == {"n": "[redacted:card]"}


def test_a_credential_sent_as_a_field_nobody_knows_is_found() -> None:
    document = run(password=PASSWORD, pin=4711, steps=[{"step_id": "s", "status": "success", "api_keys": [PASSWORD]}])

    Redactor().redact_run(document)

    assert (document["password"], document["pin"]) == ("[redacted:password]", "[redacted:code]")
    assert document["steps"][0]["api_keys"] == ["[redacted:api_key]"]


def test_an_ordinary_run_is_left_alone() -> None:
    document = run(
        trace_id="4bf92f3577b34da6a3ce929d0e0e4736",
        tool_calls=[
            {"call_id": "c", "tool_name": "t", "status": "success", "args_json": {"q": 1}, "args_hash": "ab12"}
        ],
        error_message="Missing required field: 'password'",
        cost={"tokens_prompt": 12, "tokens_completion": 3},
    )
    before = json.loads(json.dumps(document))

    assert not Redactor(hash_key=b"k").redact_run(document)
    assert document == before


# ---------------------------------------------------------------- shape
def test_json_in_strings_stays_valid_and_a_number_becomes_text() -> None:
    inner = json.dumps({"password": 123456, "n": 1.50, "ok": True})

    text = redacted(json.dumps({"body": inner}))

    body = json.loads(json.loads(text)["body"])
    assert body == {"password": "[redacted:password]", "n": 1.5, "ok": True}


@pytest.mark.parametrize("value", [f'a\\"{PASSWORD}', "ends in \\", "über{}[],:", "'single'", "two words 7"])
def test_a_value_ends_where_its_quotes_end(value: str) -> None:
    for depth in range(4):
        text = json.dumps({"password": value, "after": "stays"}, ensure_ascii=False)
        for _ in range(depth):
            text = json.dumps({"inner": text}, ensure_ascii=False)

        found = redacted(text)

        for _ in range(depth):
            found = json.loads(found)["inner"]
        assert json.loads(found) == {"password": "[redacted:password]", "after": "stays"}


def test_the_escapes_of_other_writers_of_json_hide_nothing() -> None:
    assert json.loads(redacted(f'{{"pass\\u0077ord":"{PASSWORD}"}}')) == {"password": "[redacted:password]"}
    assert redacted(f"http:\\/\\/kim:{PASSWORD}@host\\/x") == "http:\\/\\/kim:[redacted:url_password]@host\\/x"


def test_names_of_keys_that_are_secrets_are_replaced_and_stay_apart() -> None:
    assert redacted({KEY: 1, KEY[:-1] + "x": 2, "n": 3}) == {"[redacted:token]": 1, "[redacted:token]~2": 2, "n": 3}


# ---------------------------------------------------------------- identifiers
def test_ids_that_hold_a_credential_change_alike_wherever_they_stand() -> None:
    document = run(
        steps=[{"step_id": f"step-{KEY}", "status": "success"}, {"step_id": f"step-{KEY[:-1]}x", "status": "success"}],
        tool_calls=[{"call_id": "c", "step_id": f"step-{KEY}", "tool_name": "t", "status": "success"}],
        guardrail_events=[{"event_id": "g", "type": "other", "call_id": "c", "step_id": f"step-{KEY}"}],
    )
    document["run_id"] = KEY
    again = json.loads(json.dumps(document))

    Redactor(hash_key=b"k").redact_run(document)
    Redactor(hash_key=b"k").redact_run(again)

    first, second = (step["step_id"] for step in document["steps"])
    assert first != second
    assert first.startswith("step-redacted-")
    assert document["tool_calls"][0]["step_id"] == document["guardrail_events"][0]["step_id"] == first
    assert document == again
    assert KEY not in json.dumps(document)
    assert set(document["run_id"]) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


# ---------------------------------------------------------------- hashes of arguments
def call(args: Any, **fields: Any) -> dict[str, Any]:
    return {"call_id": "c", "tool_name": "t", "status": "success", "args_json": args, **fields}


def hashes(*calls: dict[str, Any], key: bytes = b"k") -> list[str | None]:
    document = run(tool_calls=list(calls))
    Redactor(hash_key=key).redact_run(document)
    return [entry.get("args_hash") for entry in document["tool_calls"]]


def test_the_hash_of_redacted_arguments_is_keyed_and_tells_arguments_apart() -> None:
    sent = call({"password": PASSWORD}, args_hash="sent")

    [keyed] = hashes(sent)
    [other_key] = hashes(call({"password": PASSWORD}, args_hash="sent"), key=b"l")
    same, different = hashes(call({"a": 1, "password": "x7-one"}), call({"password": "x7-two", "a": 1}))
    [again] = hashes(call({"password": "x7-one", "a": 1}))

    assert keyed
    assert len(keyed) == 64
    assert keyed not in ("sent", other_key)
    assert same != different
    assert again == same
    assert hashes(call({"q": 1}, args_hash="sent"), call({"q": 1}), call(json.dumps({"q": 1}))) == ["sent", None, None]


def test_a_secret_elsewhere_in_a_call_leaves_the_hash_of_its_arguments() -> None:
    assert hashes(call({"q": 1}, args_hash="sent", error_message=f"password={PASSWORD}")) == ["sent"]


# ---------------------------------------------------------------- what is told
@pytest.mark.parametrize(
    "text",
    [
        "[redacted:password]",
        "Incorrect API key provided: sk-abc***xyz",
        "password must be at least 8 characters",
        "token limit exceeded 8192",
        "Authorization header missing",
        "api_key=${API_KEY}",
    ],
)
def test_messages_and_placeholders_stay(text: str) -> None:
    assert Redactor().redact_text(text) == (text, {})


def test_values_are_counted_by_kind() -> None:
    text, counts = Redactor().redact_text(f"password={PASSWORD} and {KEY}, https://u:{PASSWORD}@h")

    assert counts == {"password": 1, "token": 1, "url_password": 1}
    assert text == "password=[redacted:password] and [redacted:token], https://u:[redacted:url_password]@h"


def test_an_answer_s_tokens_are_words_of_a_model() -> None:
    value = [{"token": "abc123", "logprob": -0.1}]

    assert redacted(value) == value


def test_numbers_lone_surrogates_and_deep_nesting_pass() -> None:
    deep: Any = f"password={PASSWORD} \ud800"
    for _ in range(300):
        deep = [deep]

    found = redacted(deep)

    for _ in range(300):
        [found] = found
    assert found == "password=[redacted:password] \ud800"


# ---------------------------------------------------------------- personal data
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to jo.li+x@mail.example.org, please", "write to [redacted:email], please"),
        ("call +49 170 1234567 or 0043 1 5812345", "call [redacted:phone] or [redacted:phone]"),
        ("card 4111 1111 1111 1111 declined", "card [redacted:card] declined"),
        ("IBAN DE89 3704 0044 0532 0130 00 PAID", "IBAN [redacted:iban] PAID"),
        ("IBAN GB82WEST12345698765432.", "IBAN [redacted:iban]."),
    ],
)
def test_personal_data_goes_on_request(text: str, expected: str) -> None:
    assert redacted(text) == text
    assert redacted(text, personal=True) == expected


@pytest.mark.parametrize(
    "text",
    [
        "git@github.com:team/app.git",
        "card 4111 1111 1111 1112",
        "IBAN DE89370400440532013001",
        "2026-01-15T10:00:00+00:00",
        "1767225600123456789",
        "order 20260115-0012345678",
        "@scope/package@1.2.3",
        "10.0.12.7:5432",
    ],
)
def test_what_only_looks_personal_stays(text: str) -> None:
    assert redacted(text, personal=True) == text


def test_personal_numbers_and_phone_fields_go() -> None:
    value = {"card": 4111111111111111, "mobile": "0170 1234567", "count": 4111111111111112}

    assert redacted(value, personal=True) == {
        "card": "[redacted:card]",
        "mobile": "[redacted:phone]",
        "count": 4111111111111112,
    }
    assert redacted(value) == value


def test_personal_data_is_no_clean_body() -> None:
    body = b'{"run_id":"r","error_message":"no mailbox jo@example.org"}'

    assert Redactor().is_clean(body)
    assert not Redactor(personal=True).is_clean(body)


# ---------------------------------------------------------------- patterns of one's own
def test_patterns_of_ones_own_are_replaced() -> None:
    redactor = Redactor(patterns=[r"EMP-\d{6}", r"(?i)größe \d+"])

    text, counts = redactor.redact_text("EMP-123456 and EMP-654321, Größe 44 \ud800 EMP-12")

    assert text == "[redacted:custom] and [redacted:custom], [redacted:custom] \ud800 EMP-12"
    assert counts == {"custom": 3}
    assert not redactor.is_clean(b"{}")
    assert redacted({"who": "EMP-123456"}, patterns=[r"EMP-\d{6}"]) == {"who": "[redacted:custom]"}


@pytest.mark.parametrize("pattern", ["(", r"(?=ahead)", r"\1", "a{9999}"])
def test_a_pattern_that_cannot_be_used_is_named(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be used as a pattern") as caught:
        Redactor(patterns=["fine", pattern])

    assert repr(pattern) in str(caught.value)


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", "1E+400", "9" * 400, f"{'9' * 400}.5", '"a\\u0000b"'])
def test_a_body_with_a_value_that_json_cannot_keep_is_not_clean(value: str) -> None:
    assert not Redactor().is_clean(b'{"agent_name": "a", "attributes": {"v": ' + value.encode() + b"}}")
