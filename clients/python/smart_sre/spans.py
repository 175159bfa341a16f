"""What a program says while its agent works: runs, steps, model calls, tools, as context managers and decorators."""

import contextvars
import inspect
import logging
import os
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any, ClassVar, Final, Literal, NamedTuple, Self, TypeVar

from smart_sre.client import Client, default_client, harmless
from smart_sre.plain import MAX_SUMMARY, plain
from smart_sre.problems import error_fields, is_failure, run_error_fields
from smart_sre.recording import Entry, Group, Recording
from smart_sre.responses import response_fields, usage_fields

V = TypeVar("V")
F = TypeVar("F", bound=Callable[..., Any])
Json = dict[str, Any]
Action = Literal["blocked", "redacted", "flagged", "allowed"]

logger: Final = logging.getLogger("smart_sre")


class _Place(NamedTuple):
    """Where in a run this context is."""

    run: "Run"
    step_id: str | None


_place: Final[contextvars.ContextVar[_Place | None]] = contextvars.ContextVar("smart_sre_place", default=None)


class _Span:
    """A block of the user's code: what happens in it is recorded, what it raises goes on."""

    def __enter__(self) -> Self:
        self._before = _place.get()
        harmless(self._start)()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        _place.set(self._before)
        harmless(self._stop)(error if is_failure(error) else None)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def __call__(self, function: F) -> F:
        """Return a function whose every call is such a block."""
        return _decorated(function, self._again)

    def _start(self) -> None:
        raise NotImplementedError

    def _stop(self, error: BaseException | None) -> None:
        raise NotImplementedError

    def _again(self, function: Callable[..., Any], arguments: Json) -> "_Span":
        """Return a block like this one for one call of a function."""
        raise NotImplementedError

    def _returned(self, value: Any) -> None:
        raise NotImplementedError


class Run(_Span):
    """One run of an agent. It is sent when its block ends; nothing here raises, and nothing here waits."""

    def __init__(self, agent_name: str, client: Client | None = None, fields: Json | None = None) -> None:
        self._agent_name = agent_name
        self._given = client
        self._fields = fields or {}
        self._recording: Recording | None = None
        self._pid = 0

    # ---- what is said of the run

    @property
    def run_id(self) -> str | None:
        """Return the run's id; None when nothing is recorded."""
        return self._recording.run_id if self._recording else None

    def set(self, **fields: Any) -> None:
        """Add what became known, as the API names it: `model`, `agent_version`, `available_tools`, `correlation_ids`, …

        `input` and `output` are what was asked and answered.
        """
        if self.recording:
            harmless(self.recording.set)(**_of_run(fields))

    def fail(self, error: BaseException | str, *, error_type: str | None = None) -> None:
        """Say that the run failed, though no exception left its block."""
        if not self.recording:
            return
        known = (
            {"error_message": error, "error_type": error_type} if isinstance(error, str) else run_error_fields(error)
        )
        harmless(self.recording.decide)("failure", **known)

    def succeed(self, output: Any = None) -> None:
        """Say that the run succeeded, whatever failed in it on the way."""
        if self.recording:
            self.set(output=output)
            harmless(self.recording.decide)("success")

    def save(self) -> None:
        """Send what is known so far, as a run under way: what a process that is killed leaves behind."""
        if self.recording:
            harmless(self._client.save)(self.recording)

    # ---- what happens in it

    def step(self, name: str, *, input: Any = None, kind: str | None = None, **fields: Any) -> "Step":
        """Return a block for a step: a plan, a node of a graph, a search."""
        return Step(self, {"name": name, "kind": kind, "input": input, **fields})

    def model_call(
        self, model: str | None = None, *, input: Any = None, name: str | None = None, **fields: Any
    ) -> "ModelCall":
        """Return a block for a call of a model; give its response to `response`, or what you know to `set`."""
        return ModelCall(
            self, {"name": name or model or "model", "model": model, "input": input, "kind": "llm", **fields}
        )

    def tool(self, name: str, *, args: Any = None, **fields: Any) -> "Tool":
        """Return a block for a call of a tool; give what it returned to `result`."""
        return Tool(self, {"tool_name": name, "args": args, **fields})

    def guardrail(
        self,
        name: str,
        *,
        action: Action = "blocked",
        message: str | None = None,
        type: Literal["pii_redaction", "policy_block", "schema_validation", "other"] = "policy_block",
        **fields: Any,
    ) -> None:
        """Note what a guardrail did."""
        if self.recording:
            known = {"name": name, "action": action, "message": message, "type": type, "step_id": self.step_here()}
            harmless(self.recording.event)(**known, **fields)

    # ---- how it is kept

    @property
    def recording(self) -> Recording | None:
        """Return what is recorded; None when nothing is, and in a child process: the run is its parent's."""
        return self._recording if self._recording and os.getpid() == self._pid else None

    def step_here(self) -> str | None:
        """Return the id of the step that this context is in."""
        place = _place.get()
        return place.step_id if place and place.run is self else None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.recording and self._client.settings.in_lambda:
            # There the end waits for the sender, and the event loop must not.
            import asyncio  # whoever awaits has it

            _place.set(self._before)
            ending = asyncio.to_thread(harmless(self._stop), error if is_failure(error) else None)
            await asyncio.shield(ending)
        else:
            self.__exit__(kind, error, trace)

    def _start(self) -> None:
        self._client = self._given or default_client()
        _place.set(_Place(self, None))
        if self._client.enabled:
            self._pid = os.getpid()
            self._recording = self._client.begin(self._agent_name, **_of_run(self._fields))

    def _stop(self, error: BaseException | None) -> None:
        if not self.recording:
            return
        if error is not None:
            self.recording.decide("failure", **run_error_fields(error))
        self._client.end(self.recording)

    def _again(self, function: Callable[..., Any], arguments: Json) -> "Run":  # noqa: ARG002
        return Run(self._agent_name, self._given, {"input": arguments, **self._fields})

    def _returned(self, value: Any) -> None:
        self.set(output=value)


class _Part(_Span):
    """A block within a run; without a run it records nothing."""

    _group: ClassVar[Group]
    _error_name: ClassVar[str]
    _output: ClassVar[str]

    def __init__(self, run: Run | None, fields: Json) -> None:
        self._run = run
        self._fields = fields
        self._entry: Entry | None = None

    def set(self, **fields: Any) -> None:
        """Add what became known, in the API's own names."""
        if entry := self._open_entry():
            harmless(entry.set)(**self._named(fields))

    def fail(self, error: BaseException | str) -> None:
        """Say that it failed, though no exception left its block."""
        if entry := self._open_entry():
            known = {"error_message": error} if isinstance(error, str) else error_fields(error, name=self._error_name)
            harmless(entry.finish)(status="failure", **known)

    def _open_entry(self) -> Entry | None:
        return self._entry if self._run and self._run.recording else None

    def _start(self) -> None:
        place = _place.get()
        self._run = self._run or (place.run if place else None)
        if not self._run or not (recording := self._run.recording):
            return
        parent = "step_id" if self._group == "tool_calls" else "parent_step_id"
        self._entry = recording.begin(self._group, **{parent: self._run.step_here(), **self._named(self._fields)})
        if self._group == "steps":
            _place.set(_Place(self._run, self._entry.id))

    def _stop(self, error: BaseException | None) -> None:
        if entry := self._open_entry():
            entry.finish(**(error_fields(error, name=self._error_name) if error is not None else {}))

    def _returned(self, value: Any) -> None:
        self.set(**{self._output: value})

    @classmethod
    def _named(cls, fields: Json) -> Json:
        names = {"input": "input_summary", "output": "output_summary", "args": "args_json", "result": "result_summary"}
        return {names.get(name, name): value for name, value in fields.items()}


class Step(_Part):
    """A step of a run; what happens in its block becomes its children."""

    _group = "steps"
    _error_name = "error_type"
    _output = "output"

    def output(self, value: V) -> V:
        """Say what the step came to, and return it."""
        self.set(output=value)
        return value

    def _again(self, function: Callable[..., Any], arguments: Json) -> "_Part":
        known = {**self._fields, "name": self._fields.get("name") or function.__name__}
        if known.get("input") is None:
            known["input"] = arguments
        return type(self)(None, known)


class ModelCall(Step):
    """A call of a model."""

    def response(self, response: V) -> V:
        """Read model, finish reason and tokens from a provider's response; return the response."""
        harmless(self._read)(response)
        return response

    def usage(self, usage: Any = None, *, cost_usd: float | None = None) -> None:
        """Say what the call used: a provider's usage object, or dollars that you know."""
        self.set(**usage_fields(usage), cost_usd=cost_usd)

    def _read(self, response: Any) -> None:
        self.set(**response_fields(response))

    def _returned(self, value: Any) -> None:
        self.response(value)
        self.set(output=value)


class Tool(_Part):
    """A call of a tool."""

    _group = "tool_calls"
    _error_name = "error_class"
    _output = "result"

    def result(self, value: V) -> V:
        """Say what the tool returned, and return it; how many there are is noted of a list."""
        self.set(result=value, result_count=len(value) if isinstance(value, list | tuple) else None)
        return value

    def _again(self, function: Callable[..., Any], arguments: Json) -> "Tool":
        known = {**self._fields, "tool_name": self._fields.get("tool_name") or function.__name__}
        if known.get("args") is None:
            known["args"] = arguments
        return Tool(None, known)

    def _returned(self, value: Any) -> None:
        self.result(value)


def _of_run(fields: Json) -> Json:
    known = dict(fields)
    for name in ("input", "output"):
        if name in known:
            value = known.pop(name)
            known[f"{name}_summary"] = (
                value if isinstance(value, str) or value is None else plain(value, 2 * MAX_SUMMARY)
            )
    return known


# ---- of the context that this is


def current_run() -> Run | None:
    """Return the run that this context is in."""
    place = _place.get()
    return place.run if place else None


def run(agent_name: str, **fields: Any) -> Run:
    """Return a block, or a decorator, for one run of an agent."""
    return Run(agent_name, None, fields)


def step(name: str = "", *, input: Any = None, kind: str | None = None, **fields: Any) -> Step:
    """Return a block, or a decorator, for a step of the run that it happens in."""
    return Step(None, {"name": name, "kind": kind, "input": input, **fields})


def model_call(model: str | None = None, *, input: Any = None, name: str | None = None, **fields: Any) -> ModelCall:
    """Return a block, or a decorator, for a call of a model in the run that it happens in."""
    return ModelCall(None, {"name": name or model, "model": model, "input": input, "kind": "llm", **fields})


def tool(name: str = "", *, args: Any = None, **fields: Any) -> Tool:
    """Return a block, or a decorator, for a call of a tool in the run that it happens in."""
    return Tool(None, {"tool_name": name, "args": args, **fields})


def guardrail(name: str, *, action: Action = "blocked", message: str | None = None, **fields: Any) -> None:
    """Note what a guardrail did in the run that this context is in."""
    if found := current_run():
        found.guardrail(name, action=action, message=message, **fields)


def carry(function: F) -> F:
    """Return a function that runs in this context wherever it is called: for threads and pools."""
    place = _place.get()

    @wraps(function)
    def carried(*args: Any, **kwargs: Any) -> Any:
        before = _place.get()
        _place.set(place)
        try:
            return function(*args, **kwargs)
        finally:
            _place.set(before)

    return carried  # type: ignore[return-value]  # it takes and returns the same


def _decorated(function: F, again: Callable[[Callable[..., Any], Json], _Span]) -> F:
    signature = _signature(function)

    def block(args: tuple[Any, ...], kwargs: Json) -> _Span:
        return again(function, _arguments(signature, args, kwargs))

    @wraps(function)
    def plain_call(*args: Any, **kwargs: Any) -> Any:
        with block(args, kwargs) as span:
            value = function(*args, **kwargs)
            harmless(span._returned)(value)  # noqa: SLF001  its own
            return value

    @wraps(function)
    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        async with block(args, kwargs) as span:
            value = await function(*args, **kwargs)
            harmless(span._returned)(value)  # noqa: SLF001  its own
            return value

    @wraps(function)
    def generator(*args: Any, **kwargs: Any) -> Any:
        with block(args, kwargs):
            return (yield from function(*args, **kwargs))

    @wraps(function)
    async def async_generator(*args: Any, **kwargs: Any) -> Any:
        async with block(args, kwargs):
            async for each in function(*args, **kwargs):
                yield each

    if inspect.iscoroutinefunction(function):
        return coroutine  # type: ignore[return-value]  # it takes and returns the same
    if inspect.isasyncgenfunction(function):
        return async_generator  # type: ignore[return-value]  # the same
    return generator if inspect.isgeneratorfunction(function) else plain_call  # type: ignore[return-value]  # the same


def _signature(function: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def _arguments(signature: inspect.Signature | None, args: tuple[Any, ...], kwargs: Json) -> Json:
    """Return a call's arguments by name, without `self`."""
    try:
        bound = dict(signature.bind(*args, **kwargs).arguments) if signature else {"args": list(args), **kwargs}
    except TypeError:  # the call itself will say so
        bound = {"args": list(args), **kwargs}
    return {name: value for name, value in bound.items() if name not in ("self", "cls")}
