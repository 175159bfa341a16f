"""The report as operators and other systems read it: evidence, hypotheses that cite it, and what to do."""

from datetime import datetime
from typing import Any, Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Category = Literal[
    "tool_schema_mismatch",
    "rate_limited",
    "tool_permission",
    "timeout",
    "planner_loop",
    "retrieval_empty",
    "prompt_regression",
    "context_overflow",
    "guardrail_block",
    "upstream_error",
    "output_parse_error",
    "unknown",
]
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)

EvidenceKind = Literal["step", "tool_call", "guardrail", "run", "baseline", "contrast"]
Confidence = Literal["high", "medium", "low"]
ActionType = Literal["code_change", "runbook", "change_config", "rollback", "monitoring", "test"]
Priority = Literal["critical", "high", "medium", "low"]
ArgumentKind = Literal["missing", "unexpected", "wrong_type", "wrong_value"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(_Part):
    """One observation in the telemetry; `snippet` is a verbatim piece of one of its fields."""

    evidence_id: str
    kind: EvidenceKind
    ref_id: str
    title: str
    snippet: str
    attributes: dict[str, Any] = Field(default_factory=dict)
    occurred_at: datetime | None = None


class Highlight(_Part):
    """Which characters of which field of the run carry a claim: `tool_calls/call-1/error_message`, `error_message`.

    `start` and `end` count Unicode code points.
    """

    evidence_id: str
    path: str
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class NamedArgument(_Part):
    """An argument that a hypothesis names; `name` is its path with dots, as in `items.0.sku`."""

    name: str
    kind: ArgumentKind


class Hypothesis(_Part):
    """One explanation of the failure, with the evidence for and against it.

    Confidence in words. high: a status code, an error class, a structured code or an unmistakable phrase names the
    cause, at a failure that nothing recovered. medium: the text says so, but less directly, or the call was reported
    as successful. low: it is known where the run failed, or one weak sign points to the cause.
    """

    hypothesis_id: str
    title: str
    description: str
    category: Category
    evidence_ids: tuple[str, ...]
    contradicting_evidence_ids: tuple[str, ...] = ()
    confidence: Confidence
    verification_steps: tuple[str, ...]
    mitigation: str
    highlights: tuple[Highlight, ...] = ()
    would_disprove: str = Field("", description="what, if it were found, would speak against it")
    validate_fix: str = Field("", description="how one sees that the mitigation worked")
    rests_on: str = Field("", description="what the readers of its root came to; empty where history told")
    arguments: tuple[NamedArgument, ...] = ()
    unknown_tool: str | None = None
    """The tool that is said not to exist, where the text names it."""
    unsent_field: str | None = None
    """A field that was refused as unknown although it was not among the arguments: the tool sent it on its own."""


class ActionItem(_Part):
    """One thing to do about it; `owner` is a role."""

    action_id: str
    type: ActionType
    title: str
    description: str
    owner: str
    priority: Priority
    due_in_days: int


class MetricsSnapshot(_Part):
    """The run in four numbers: latencies in milliseconds, cost in US dollars."""

    top_failing_tool: str | None
    max_step_latency_ms: int | float | None
    total_retries: int
    total_cost_usd: float | None


class JiraFields(_Part):
    """A ticket ready to file; the description is markdown in which telemetry cannot break out of its place."""

    jira_summary: str
    jira_description_md: str


class Recurrence(_Part):
    """Where else a failure was seen: in how many runs besides this one, since when, in which version first."""

    seen: int = Field(ge=1)
    first_seen: datetime
    last_seen: datetime
    first_version: str | None = None


class Engine(_Part):
    """What wrote the report, and of what: from the same run, rules and weights comes the same report."""

    version: str
    rules_version: str
    weights_version: str = ""
    body_digest: str = Field("", description="SHA-256 of the stored run")
    narrative: str = "deterministic"


class RcaReport(_Part):
    """The outcome of one analysis of one revision of a run."""

    report_id: str
    rca_run_id: str = ""
    run_id: str
    revision: int = 0
    generated_at: datetime
    category: Category
    cause: str
    fingerprint: str | None = None
    recurrence: Recurrence | None = None
    insufficient_evidence: bool
    insufficient_reason: str | None
    missing_evidence: tuple[str, ...] = Field((), description="what was not recorded, and would have decided")
    summary: str
    evidence_index: tuple[Evidence, ...]
    hypotheses: tuple[Hypothesis, ...]
    root_evidence_id: str | None
    causal_chain: tuple[str, ...]
    recovered_evidence_ids: tuple[str, ...] = Field((), description="of the index, what something later made good")
    action_items: tuple[ActionItem, ...]
    metrics_snapshot: MetricsSnapshot
    jira_fields: JiraFields
    engine: Engine
