"""Have moto write what it holds to a file, and find it there again.

Its tables and queues are made anew at each start, from the template as it is by then; what was in those of the same
name is put back when they are made.
"""

import base64
import datetime as dt
import json
import threading
from collections.abc import Iterator
from typing import Any, Final, cast

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import StreamRecord, StreamShard, Table
from moto.sqs.models import Message, Queue, SQSBackend

from local.kept_state import KeptState

_MESSAGE_FIELDS: Final = (
    "message_attributes",
    "system_attributes",
    "sender_id",
    "sent_timestamp",
    "approximate_first_receive_timestamp",
    "approximate_receive_count",
    "deduplication_id",
    "group_id",
    "sequence_number",
    "delayed_until",
)
_CREATED: Final = "ApproximateCreationDateTime"


class Keeper:
    """What requests changed, and what of it is not in the file yet. Requests to DynamoDB have to come one at a time."""

    def __init__(self, state: KeptState) -> None:
        self._state = state
        self._items: dict[tuple[str, str], tuple[Table, Any, Any]] = {}
        self._changes: list[tuple[str, str, str]] = []
        self._queues = threading.RLock()

    def install(self) -> None:
        """Watch moto's tables and queues in this process."""
        self._watch_tables()
        self._watch_changes()
        self._watch_queues()

    def flush(self) -> None:
        """Write what the request changed, whole."""
        if not (self._items or self._changes):
            return
        with self._state.transaction() as connection:
            for (place, key), (table, hash_key, range_key) in self._items.items():
                item = table.get_item(hash_key, range_key)
                if item is None:
                    connection.execute("DELETE FROM items WHERE place = ? AND key = ?", (place, key))
                else:
                    row = (place, key, _text(item.to_json()["Attributes"]))
                    connection.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?)", row)
            connection.executemany("INSERT OR REPLACE INTO changes VALUES (?, ?, ?)", self._changes)
        self._items.clear()
        self._changes.clear()

    # ------------------------------------------------------------ tables
    def _touch(self, table: Table, hash_key: Any, range_key: Any) -> None:
        key = _text([hash_key.to_json(), range_key and range_key.to_json()])
        self._items[table.name, key] = table, hash_key, range_key

    def _watch_tables(self) -> None:
        create, put, delete = DynamoDBBackend.create_table, Table.put_item, Table.delete_item
        update = DynamoDBBackend.update_item

        def create_table(backend: Any, name: str, *arguments: Any, **options: Any) -> Any:
            table = create(backend, name, *arguments, **options)
            self._restore_table(table)
            return table

        def put_item(table: Any, *arguments: Any, **options: Any) -> Any:
            item = put(table, *arguments, **options)
            self._touch(table, item.hash_key, item.range_key)
            return item

        def delete_item(table: Any, hash_key: Any, range_key: Any) -> Any:
            item = delete(table, hash_key, range_key)
            self._touch(table, hash_key, range_key)
            return item

        def update_item(backend: Any, table_name: str, *arguments: Any, **options: Any) -> Any:
            item = update(backend, table_name, *arguments, **options)
            self._touch(backend.get_table(table_name), item.hash_key, item.range_key)
            return item

        _replace(DynamoDBBackend, create_table, update_item)
        _replace(Table, put_item, delete_item)

    def _watch_changes(self) -> None:
        append = StreamShard.add

        def add(shard: Any, old: Any, new: Any) -> None:
            append(shard, old, new)
            record = shard.items[-1].to_json()
            number = record["dynamodb"]["SequenceNumber"]
            self._changes.append((shard.table.name, number, _text(record)))

        _replace(StreamShard, add)

    def _restore_table(self, table: Table) -> None:
        items: Any = table.items
        for _, body in self._state.bodies("SELECT key, body FROM items WHERE place = ?", table.name):
            attributes = json.loads(body)
            hash_key = DynamoType(attributes[table.hash_key_attr])
            if table.range_key_attr:
                range_key = DynamoType(attributes[table.range_key_attr])
                items[hash_key][range_key] = Item(hash_key, range_key, attributes)
            else:
                items[hash_key] = Item(hash_key, None, attributes)
        if table.stream_shard is None:
            return
        self._state.forget_read(table.name)
        query = "SELECT number, body FROM changes WHERE place = ? ORDER BY number"
        changes = self._state.bodies(query, table.name)
        if changes:
            table.stream_shard.starting_sequence_number = int(changes[0][0])
            table.stream_shard.items[:] = [cast("StreamRecord", _KeptChange(body)) for _, body in changes]

    # ------------------------------------------------------------ queues
    def _watch_queues(self) -> None:
        create, add, delete = SQSBackend.create_queue, Queue.add_message, Queue.delete_message
        receive, purge = Message.mark_received, SQSBackend.purge_queue

        def create_queue(backend: Any, name: str, *arguments: Any, **options: Any) -> Any:
            known = name in backend.queues
            queue = create(backend, name, *arguments, **options)
            if not known:
                queue._messages.extend(self._messages(name))  # noqa: SLF001  moto has no way in that says when it was sent
            return queue

        def add_message(queue: Any, message: Any) -> None:
            with self._queues:
                add(queue, message)
                self._save(queue.name, message)

        def delete_message(queue: Any, receipt_handle: str) -> None:
            with self._queues:
                there = list(queue._messages)  # noqa: SLF001
                gone = [(each.id,) for each in there if each.had_receipt_handle(receipt_handle)]
                delete(queue, receipt_handle)
                with self._state.transaction() as connection:
                    connection.executemany("DELETE FROM messages WHERE id = ?", gone)

        def mark_received(message: Any, *arguments: Any, **options: Any) -> None:
            receive(message, *arguments, **options)
            with self._state.transaction() as connection:
                connection.execute("UPDATE messages SET body = ? WHERE id = ?", (_message_text(message), message.id))

        def purge_queue(backend: Any, queue_name: str) -> None:
            purge(backend, queue_name)
            with self._state.transaction() as connection:
                connection.execute("DELETE FROM messages WHERE place = ?", (queue_name,))

        _replace(SQSBackend, create_queue, purge_queue)
        _replace(Queue, add_message, delete_message)
        _replace(Message, mark_received)

    def _save(self, queue: str, message: Any) -> None:
        with self._state.transaction() as connection:
            row = (message.id, queue, _message_text(message))
            connection.execute("INSERT OR REPLACE INTO messages VALUES (?, ?, ?)", row)

    def _messages(self, queue: str) -> Iterator[Message]:
        rows = self._state.bodies("SELECT id, body FROM messages WHERE place = ?", queue)
        kept = [(identifier, json.loads(body)) for identifier, body in rows]
        # Who had received one is gone: it can be received again at once.
        for identifier, fields in sorted(kept, key=lambda each: each[1]["sent_timestamp"]):
            message = Message(identifier, fields["body"])
            for name in _MESSAGE_FIELDS:
                setattr(message, name, fields[name])
            yield message


class _KeptChange:
    """A record of a stream, read from the file when it is asked for."""

    def __init__(self, body: str) -> None:
        self._body = body

    def to_json(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self._body)
        created = dt.datetime.fromtimestamp(record["dynamodb"][_CREATED], dt.UTC)
        record["dynamodb"][_CREATED] = created.replace(tzinfo=None)
        return record


def _replace(owner: type, *functions: Any) -> None:
    for function in functions:
        setattr(owner, function.__name__, function)


def _message_text(message: Any) -> str:
    return _text({"body": message.body} | {name: getattr(message, name) for name in _MESSAGE_FIELDS})


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=value.tzinfo or dt.UTC).timestamp()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    message = f"cannot keep {type(value).__name__}"
    raise TypeError(message)
