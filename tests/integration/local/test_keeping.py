"""`--keep`: what a stack holds outlives it, however it ends, and nobody else has it meanwhile."""

import contextlib
import json
import os
import signal
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from local.kept_state import open_state
from tests.integration.local.support import SAMPLE, Sample, eventually, running_sample
from tests.integration.local.test_lifecycle import run


def crash(sample: Sample) -> None:
    """Kill a stack. Its guardian kills its emulator, at whatever it is just doing."""
    sample.stack.process.kill()
    sample.stack.process.wait()


def test_items_messages_and_changes_that_nobody_has_read_outlive_a_crash(tmp_path: Path) -> None:
    keep = ("--keep", str(tmp_path / "data"))
    item: Any = {"PK": "KEPT", "data": b"\x00\xff", "number": 7, "list": [1, {"a": None}], "set": {"x", "y"}}
    with running_sample(*keep) as first:
        first.table.put_item(Item=item)
        first.table.put_item(Item={"PK": "GONE"})
        first.table.delete_item(Key={"PK": "GONE"})
        first.table.put_item(Item={"PK": "CHANGED", "n": 1, "m": 1})
        first.table.update_item(
            Key={"PK": "CHANGED"}, UpdateExpression="SET n = :n REMOVE m", ExpressionAttributeValues={":n": 2}
        )
        with contextlib.suppress(ClientError):
            first.table.put_item(Item={"PK": "CHANGED", "n": 9}, ConditionExpression="attribute_not_exists(PK)")
        url = first.environment["DEAD_LETTER_QUEUE_URL"]
        attributes: Any = {"colour": {"DataType": "String", "StringValue": "red"}}
        first.sqs.send_message(QueueUrl=url, MessageBody="stays", MessageAttributes=attributes)
        first.sqs.send_message(QueueUrl=url, MessageBody="goes")
        for message in first.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]:
            if message["Body"] == "goes":
                first.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        # Stopped, the stack reads no change any more; its emulator goes on.
        os.kill(first.stack.process.pid, signal.SIGSTOP)
        first.table.put_item(Item={"PK": "WATCHED#late"})
        crash(first)

    with running_sample(*keep) as second:
        assert second.item("KEPT") == item
        assert second.item("GONE") is None
        assert second.item("CHANGED") == {"PK": "CHANGED", "n": 2}
        url = second.environment["DEAD_LETTER_QUEUE_URL"]
        answer = second.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
        )
        [message] = answer["Messages"]
        assert message["Body"] == "stays"
        assert message["MessageAttributes"]["colour"]["StringValue"] == "red"
        assert message["Attributes"]["ApproximateReceiveCount"] == "2"
        assert json.loads(str(second.await_item("SEEN#WATCHED#late")["record"]))["eventName"] == "INSERT"
        # What follows is read once, and once only.
        second.table.put_item(Item={"PK": "WATCHED#later"})
        assert second.await_item("SEEN#WATCHED#later")["deliveries"] == 1
        assert second.await_item("SEEN#WATCHED#late")["deliveries"] == 1


@pytest.mark.deep
def test_a_crash_in_the_middle_of_writes_loses_nothing_that_was_acknowledged_and_keeps_no_half(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    acknowledged: set[str] = set()
    with running_sample("--keep", str(folder)) as sample:
        table, name = sample.table, sample.table.name
        client = table.meta.client

        def write(writer: int) -> None:
            with contextlib.suppress(BotoCoreError, ClientError):
                for number in range(10_000):
                    key = f"PAIR#{writer}#{number}"
                    pair: Any = [
                        {"PutRequest": {"Item": {"PK": f"{key}#{half}", "text": "x" * 20_000}}} for half in "ab"
                    ]
                    client.batch_write_item(RequestItems={name: pair})
                    acknowledged.add(key)

        writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
        for writer in writers:
            writer.start()
        eventually(lambda: len(acknowledged) > 10)
        crash(sample)
        for writer in writers:
            writer.join()

    with contextlib.closing(sqlite3.connect(folder / "state.sqlite")) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with running_sample("--keep", str(folder)) as again:
        keys = {item["PK"] for item in everything(again) if str(item["PK"]).startswith("PAIR#")}
        assert {f"{key}#{half}" for key in acknowledged for half in "ab"} <= keys
        assert {key for key in keys if str(key)[:-1] + ("b" if str(key).endswith("a") else "a") not in keys} == set()


def everything(sample: Sample) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page: Any = {}
    while True:
        answer = sample.table.scan(ProjectionExpression="PK", **page)
        found += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return found
        page = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def test_a_folder_that_another_stack_uses_is_refused_in_one_line(tmp_path: Path) -> None:
    open_state(tmp_path).close()

    result = run("--template", str(SAMPLE), "--keep", str(tmp_path))

    assert result.returncode == 2
    assert result.stderr == f"another running stack uses {tmp_path}: stop it, or choose another with --keep\n"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"not a database, but a text of some length" * 50, "file is not a database"), (None, "format 99 is not")],
)
def test_a_folder_that_holds_something_else_is_refused_in_one_line(
    tmp_path: Path, content: bytes | None, complaint: str
) -> None:
    file = tmp_path / "state.sqlite"
    if content:
        file.write_bytes(content)
    else:
        with contextlib.closing(sqlite3.connect(file)) as newer:
            newer.execute("PRAGMA user_version = 99")

    result = run("--template", str(SAMPLE), "--keep", str(tmp_path))

    assert result.returncode == 2
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    result = run("--template", str(SAMPLE), "--keep", str(tmp_path))

    assert result.returncode == 2
    assert result.stderr.startswith(f"cannot keep data in {tmp_path}: ")


def test_a_file_in_its_place_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    result = run("--template", str(SAMPLE), "--keep", str(tmp_path / "data"))

    assert result.returncode == 2
    assert result.stderr == f"cannot keep data in {tmp_path / 'data'}: File exists\n"


def test_it_does_not_go_with_another_emulator() -> None:
    result = run("--keep", "data", "--endpoint-url", "http://127.0.0.1:1")

    assert result.returncode == 2
    assert "--keep is about the stack's own emulator" in result.stderr
