"""The Runtime API on the wire: what a runtime client sends and gets, byte by byte."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable

import h11
import pytest

from local.invocation import MAX_RESPONSE_BYTES, FunctionError, Invocation, ResponseStream
from local.runtime_api import RuntimeApi

BASE = "/2018-06-01/runtime"


class Host:
    """A worker with one invocation to give."""

    function_arn = "arn:aws:lambda:us-east-1:1:function:f"

    def __init__(self) -> None:
        self.invocation = Invocation({"hello": "world"})
        self.finished: list[str] = []
        self.init_failure: FunctionError | None = None

    async def take(self) -> tuple[Invocation, float]:
        return self.invocation, 1_700_000_000.5

    def find(self, request_id: str) -> Invocation | None:
        return self.invocation if request_id == self.invocation.request_id else None

    def finish(self, request_id: str) -> None:
        self.finished.append(request_id)

    def init_failed(self, failure: FunctionError) -> None:
        self.init_failure = failure


class Client:
    """A runtime client's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._http = h11.Connection(h11.CLIENT)
        self._reader = reader
        self._writer = writer

    def send(self, *events: h11.Event) -> None:
        for event in events:
            self._writer.write(self._http.send(event) or b"")

    def post(self, path: str, body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> None:
        given = [("host", "x"), ("content-length", str(len(body))), *headers]
        self.send(
            h11.Request(method="POST", target=BASE + path, headers=given), h11.Data(data=body), h11.EndOfMessage()
        )

    def start_stream(self, request_id: str) -> None:
        headers = [
            ("host", "x"),
            ("transfer-encoding", "chunked"),
            ("content-type", "application/vnd.awslambda.http-integration-response"),
            ("lambda-runtime-function-response-mode", "streaming"),
        ]
        self.send(h11.Request(method="POST", target=f"{BASE}/invocation/{request_id}/response", headers=headers))

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = 0, dict[str, str](), b""
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(65536))
            elif isinstance(event, h11.Response):
                status = event.status_code
                headers = {name.decode(): value.decode() for name, value in event.headers}
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                self._http.start_next_cycle()
                return status, headers, body

    def leave(self) -> None:
        self._writer.close()


def with_client(scenario: Callable[[Host, Client], Awaitable[None]]) -> None:
    async def run() -> None:
        host = Host()
        api = RuntimeApi(host)
        address, port = (await api.start()).split(":")
        reader, writer = await asyncio.open_connection(address, int(port))
        try:
            await asyncio.wait_for(scenario(host, Client(reader, writer)), 10)
        finally:
            writer.close()
            api.close()
            await asyncio.sleep(0)

    asyncio.run(run())


async def stream_of(host: Host) -> ResponseStream:
    stream = await host.invocation.result
    assert isinstance(stream, ResponseStream)
    return stream


def test_next_gives_the_event_and_its_headers_and_the_connection_stays() -> None:
    async def scenario(host: Host, client: Client) -> None:
        for _ in range(2):
            client.send(h11.Request(method="GET", target=f"{BASE}/invocation/next", headers=[("host", "x")]))
            client.send(h11.EndOfMessage())
            status, headers, body = await client.answer()

            assert (status, json.loads(body)) == (200, {"hello": "world"})
            assert headers["lambda-runtime-aws-request-id"] == host.invocation.request_id
            assert headers["lambda-runtime-deadline-ms"] == "1700000000500"
            assert headers["lambda-runtime-invoked-function-arn"] == host.function_arn
            assert headers["lambda-runtime-trace-id"].startswith("Root=1-")

    with_client(scenario)


def test_a_buffered_response_is_the_invocations_result() -> None:
    async def scenario(host: Host, client: Client) -> None:
        client.post(f"/invocation/{host.invocation.request_id}/response", b'{"a":1}')

        assert (await client.answer())[0] == 202
        assert await host.invocation.result == b'{"a":1}'
        assert host.finished == [host.invocation.request_id]

    with_client(scenario)


def test_a_response_over_the_limit_is_refused_and_fails_the_invocation() -> None:
    async def scenario(host: Host, client: Client) -> None:
        client.post(f"/invocation/{host.invocation.request_id}/response", b"x" * (MAX_RESPONSE_BYTES + 1))

        assert (await client.answer())[0] == 413
        with pytest.raises(FunctionError, match=r"Function\.ResponseSizeTooLarge"):
            await host.invocation.result

    with_client(scenario)


def test_an_error_fails_the_invocation_with_what_the_runtime_says() -> None:
    async def scenario(host: Host, client: Client) -> None:
        error = {"errorType": "ValueError", "errorMessage": "no", "stackTrace": ["x"]}
        client.post(f"/invocation/{host.invocation.request_id}/error", json.dumps(error).encode())

        assert (await client.answer())[0] == 202
        with pytest.raises(FunctionError) as raised:
            await host.invocation.result
        assert raised.value.payload == error

    with_client(scenario)


def test_an_init_error_reaches_the_host() -> None:
    async def scenario(host: Host, client: Client) -> None:
        client.post("/init/error", b'{"errorType": "Runtime.ImportModuleError", "errorMessage": "no module"}')

        assert (await client.answer())[0] == 202
        assert str(host.init_failure) == "Runtime.ImportModuleError: no module"

    with_client(scenario)


@pytest.mark.parametrize(("path", "status"), [("/invocation/unknown/response", 400), ("/nonsense", 404)])
def test_what_nobody_asked_for_is_refused_and_the_connection_stays(path: str, status: int) -> None:
    async def scenario(_: Host, client: Client) -> None:
        for _attempt in range(2):
            client.post(path, b"{}")
            assert (await client.answer())[0] == status

    with_client(scenario)


def test_a_streamed_chunk_is_there_before_the_next_is_sent() -> None:
    async def scenario(host: Host, client: Client) -> None:
        client.start_stream(host.invocation.request_id)
        stream = await stream_of(host)
        chunks = aiter(stream)
        for number in range(3):
            client.send(h11.Data(data=b"chunk %d" % number))
            assert await anext(chunks) == b"chunk %d" % number
        client.send(h11.EndOfMessage())

        assert [chunk async for chunk in chunks] == []
        assert stream.content_type == "application/vnd.awslambda.http-integration-response"
        assert (await client.answer())[0] == 202

    with_client(scenario)


def test_a_failure_in_the_trailers_ends_the_stream_as_failed() -> None:
    async def scenario(host: Host, client: Client) -> None:
        client.start_stream(host.invocation.request_id)
        stream = await stream_of(host)
        body = base64.b64encode(b'{"errorType": "ValueError", "errorMessage": "late"}').decode()
        trailers = [
            ("lambda-runtime-function-error-type", "ValueError"),
            ("lambda-runtime-function-error-body", body),
        ]
        client.send(h11.Data(data=b"some"), h11.EndOfMessage(headers=trailers))

        with pytest.raises(FunctionError, match="ValueError: late"):
            await stream.read()

    with_client(scenario)


def test_a_stream_whose_process_dies_is_truncated() -> None:
    async def scenario(host: Host, client: Client) -> None:
        client.start_stream(host.invocation.request_id)
        stream = await stream_of(host)
        client.send(h11.Data(data=b"some"))
        client.leave()

        with pytest.raises(FunctionError, match=r"Runtime\.TruncatedResponse"):
            await stream.read()
        assert host.finished == [host.invocation.request_id]

    with_client(scenario)


def test_a_stream_that_nobody_reads_any_more_is_cut_off() -> None:
    async def scenario(host: Host, client: Client) -> None:
        client.start_stream(host.invocation.request_id)
        stream = await stream_of(host)

        stream.close()

        with pytest.raises((ConnectionError, h11.RemoteProtocolError)):
            await client.answer()
        while not host.finished:
            await asyncio.sleep(0.01)

    with_client(scenario)


def test_a_slow_reader_slows_the_function_down() -> None:
    async def scenario(host: Host, client: Client) -> None:
        client.start_stream(host.invocation.request_id)
        stream = await stream_of(host)
        chunk = b"x" * 65536
        for _ in range(200):
            client.send(h11.Data(data=chunk))
        client.send(h11.EndOfMessage())
        answer = asyncio.ensure_future(client.answer())

        # Nobody reads: the upload stands still, its end cannot have been seen.
        done, _ = await asyncio.wait([answer], timeout=0.3)
        assert not done

        assert len(await stream.read()) == 200 * len(chunk)
        assert (await answer)[0] == 202

    with_client(scenario)
