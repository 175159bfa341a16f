"""A report told in the light of other runs that failed alike."""

from typing import Final

from rca_core.analysis.model import RcaReport, Recurrence
from rca_core.analysis.plain import plain
from rca_core.analysis.report.jira import with_fact

_LONGEST_VERSION: Final = 60


def with_recurrence(report: RcaReport, recurrence: Recurrence) -> RcaReport:
    """Return a report that also says, in its summary and its ticket, where else its failure was seen."""
    told = recurrence.model_copy(update={"first_version": plain(recurrence.first_version, _LONGEST_VERSION) or None})
    sentence = _sentence(told)
    return report.model_copy(
        update={
            "recurrence": told,
            "summary": f"{report.summary} {sentence}",
            "jira_fields": with_fact(report.jira_fields, "Recurrence", sentence),
        }
    )


def _sentence(told: Recurrence) -> str:
    """Return the recurrence in words that stay true: more runs may follow, or look alike and not be analysed."""
    day = told.first_seen.date().isoformat()
    if told.seen == 1:
        version = f", in version {told.first_version}" if told.first_version else ""
        return f"Seen in at least one other run, on {day}{version}."
    version = f", first in version {told.first_version}" if told.first_version else ""
    return f"Seen in at least {told.seen} other runs since {day}{version}."
