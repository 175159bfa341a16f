"""RCA jobs on SQS, and reminders of traces that may have fallen silent.

A message holds ids only; what is to be analysed is read where it is stored.
"""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from rca_core.storage.aws import translated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class RcaJob(BaseModel):
    """A request to work one analysis. Delivered at least once, in any order."""

    # A message that is no job ends in the log, by its id only.
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    rca_run_id: str = Field(min_length=1, max_length=128)
    redrives: int | None = None
    """The attempt number at which the analysis had ended as `error` when this job was parked."""


class SilenceCheck(BaseModel):
    """A request to end a run whose trace has been silent since a revision of it. Delivered once that is due."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    run_id: str = Field(min_length=1, max_length=128)
    revision: int


class RcaQueue:
    """The queue of RCA jobs."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, job: RcaJob | SilenceCheck, *, delay: int = 0) -> None:
        """Enqueue a job, to be delivered after a delay in seconds. Raises `Unavailable`; sending again is harmless."""
        with translated():
            self._client.send_message(
                QueueUrl=self._url, MessageBody=job.model_dump_json(exclude_none=True), DelaySeconds=delay
            )
