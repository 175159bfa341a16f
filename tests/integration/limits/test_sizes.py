"""Bodies at and over every limit on size: faults 18 and 19. The table's own limits are checked on every request."""

import base64
import gzip
import json
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rca_core.web.body import MAX_DECOMPRESSED
from tests.integration.functions.product import Product
from tests.integration.limits.asking import PATH, kept, places, refused
from tests.support.runs import guardrail, incompressible, run_body, step, tool_call
from tests.support.spread import spread

EVENT_BYTES = 6 * 1024 * 1024
GZIP = {"Content-Encoding": "gzip"}


def bomb(size: int) -> bytes:
    """Return gzip of so many zeros, made of one block many times: it is cut off before its checksum is looked at."""
    deflate, block = zlib.compressobj(9, wbits=31), bytes(10_000_000)
    head = deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)
    again = deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)
    return head + again * (size // len(block) - 1) + deflate.flush()


@contextmanager
def memory_under(limit: int) -> Iterator[None]:
    """Check that no more than so many bytes were held at once."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit


# ---------------------------------------------------------------- children
def children(steps: int, calls: int, events: int) -> dict[str, Any]:
    return run_body(
        steps=[step(f"s{n}") for n in range(steps)],
        tool_calls=[tool_call(f"c{n}") for n in range(calls)],
        guardrail_events=[guardrail(f"g{n}") for n in range(events)],
    )


@pytest.mark.fault(18)
@pytest.mark.parametrize("counts", [(10_000, 0, 0), (0, 10_000, 0), (0, 0, 10_000), (4_000, 4_000, 2_000)])
def test_ten_thousand_children_are_kept(product: Product, counts: tuple[int, int, int]) -> None:
    assert len(kept(product, children(*counts))) == 10_000


@pytest.mark.fault(18)
@pytest.mark.parametrize("counts", [(10_001, 0, 0), (0, 10_001, 0), (0, 0, 10_001), (4_000, 4_000, 2_001)])
def test_one_child_more_is_refused(product: Product, counts: tuple[int, int, int]) -> None:
    problem = refused(product, children(*counts))

    assert [error["type"] for error in problem["errors"]] == ["too_long"]


@pytest.mark.fault(18)
@pytest.mark.parametrize("field", ["steps", "tool_calls", "guardrail_events"])
def test_a_million_wrong_entries_are_refused_in_bounded_memory(product: Product, field: str) -> None:
    body = json.dumps(run_body(**{field: [0] * 1_000_000})).encode()

    with memory_under(60_000_000):
        problem = refused(product, body)

    assert places(problem) == [[field]]


# ---------------------------------------------------------------- one item
@pytest.mark.fault(18)
@pytest.mark.parametrize(
    "child",
    [
        {"tool_calls": [tool_call(args_json={"blob": incompressible(1, 390 * 1024)})]},
        {"tool_calls": [tool_call(args_json=incompressible(2, 390 * 1024))]},
        {"steps": [step(attributes={"blob": incompressible(3, 390 * 1024)})]},
        {"steps": [step(odd=incompressible(4, 390 * 1024))]},
        {"attributes": {"blob": incompressible(5, 390 * 1024)}},
        {"steps": [step(odd=incompressible(6, 2_000_000))]},
    ],
    ids=["argument", "bare argument", "attribute", "unknown field", "run's attribute", "2 MB"],
)
def test_a_child_about_as_large_as_an_item_is_kept(product: Product, child: dict[str, Any]) -> None:
    kept(product, run_body(**child))


@pytest.mark.fault(18)
@pytest.mark.parametrize("character", ["x", "é", "\U0001d4b3", "\x00", '"'])
def test_a_run_whose_every_text_is_far_too_long_is_cut_and_kept(product: Product, character: str) -> None:
    long = character * 40_000
    names = ("agent_name", "agent_version", "model", "environment", "error_type", "error_message", "trace_id")
    body = run_body(
        **dict.fromkeys(names, long),
        correlation_ids=[long[:10_000]] * 40,
        steps=[step(f"s{n}", name=f"{n}{long[:300]}", output_summary=long[:3_000]) for n in range(100)],
        tool_calls=[tool_call(f"c{n}", tool_name=f"{n}{long[:300]}", error_message=long[:300]) for n in range(100)],
    )

    assert len(kept(product, body)) == 200


@pytest.mark.fault(18)
def test_a_run_id_over_its_limit_is_refused(product: Product) -> None:
    problem = refused(product, run_body(run_id="r" * 129))

    assert places(problem) == [["run_id"]]


@pytest.mark.fault(18)
@pytest.mark.parametrize(
    "children",
    [
        {"steps": [step("s" * 513 + "1"), step("s" * 513 + "2")]},
        {"tool_calls": [tool_call("c" * 513 + "1"), tool_call("c" * 513 + "2")]},
        {"guardrail_events": [guardrail("g" * 400_000 + "1"), guardrail("g" * 400_000 + "2")]},
    ],
    ids=["steps", "tool calls", "guardrail events"],
)
def test_children_with_identifiers_over_the_limit_are_both_kept(product: Product, children: dict[str, Any]) -> None:
    assert len(kept(product, run_body(**children))) == 2


# ---------------------------------------------------------------- the whole body
@pytest.mark.fault(18)
def test_an_event_of_six_megabytes_is_kept(product: Product) -> None:
    body = json.dumps(
        run_body(steps=[step(f"s{n}", output_summary=incompressible(n, 2_000)) for n in range(2_980)])
    ).encode()
    assert EVENT_BYTES * 0.97 < len(body) < EVENT_BYTES

    assert len(kept(product, body)) == 2_980


@pytest.mark.fault(18)
def test_a_compressed_body_at_the_cap_is_kept(product: Product) -> None:
    body = json.dumps(run_body(attributes={"blob": ""})).encode()
    body = body.replace(b'"blob": ""', b'"blob": "' + b"x" * (MAX_DECOMPRESSED - len(body)) + b'"')
    assert len(body) == MAX_DECOMPRESSED

    answer = product.post(PATH, gzip.compress(body), GZIP)

    assert answer.status == 200
    assert product.get(f"{PATH}/run-1/timeline").status == 200


@pytest.mark.fault(19)
def test_a_compressed_body_a_byte_over_the_cap_is_refused(product: Product) -> None:
    refused(product, gzip.compress(b" " * (MAX_DECOMPRESSED + 1)), status=413, headers=GZIP)


@pytest.mark.fault(19)
@pytest.mark.parametrize("size", spread([1_000_000_000, 30_000_000, 4_000_000_000], quick=1))
def test_inflating_a_bomb_stops_at_the_cap(product: Product, size: int) -> None:
    body = bomb(size)
    assert len(body) < EVENT_BYTES

    with memory_under(3 * MAX_DECOMPRESSED + 6 * len(body)):
        refused(product, body, status=413, headers=GZIP)


_UNDER_A_LIMIT = """
import resource, sys
from rca_core.errors import PayloadTooLarge
from rca_core.web.body import json_body
body = sys.stdin.read()
resource.setrlimit(resource.RLIMIT_AS, (400 * 1024 ** 2,) * 2)
try:
    json_body(body, is_base64=True, headers={"content-encoding": "gzip"})
except PayloadTooLarge:
    print("refused")
"""


@pytest.mark.fault(19)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's memory so")
def test_a_process_without_room_for_a_bomb_refuses_it() -> None:
    result = subprocess.run(
        [sys.executable, "-c", _UNDER_A_LIMIT],
        input=base64.b64encode(bomb(1_000_000_000)),
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        check=False,
    )

    assert result.stdout == b"refused\n", result.stderr
