"""What a report says of its own certainty: what a hypothesis rests on, and what was recovered on the way."""

from tests.unit.analysis.builders import call, failed, report_of, run_of


def test_a_hypothesis_says_what_the_two_readers_came_to() -> None:
    report = report_of(run_of(failed(1, "order_lookup", "Missing required field: 'customer_id'", status_code=400)))

    assert report.hypotheses[0].rests_on == "rule and wording agree"


def test_a_loop_rests_on_rules_alone() -> None:
    report = report_of(
        run_of(
            *(call(number, f"tool_{number % 3}", result="same", args_json={"a": 1}) for number in range(1, 13)),
            error_message="Task failed",
        )
    )

    assert report.category == "planner_loop"
    assert report.hypotheses[0].rests_on == "only rules read it"


def test_what_was_made_good_is_named_as_recovered() -> None:
    report = report_of(
        run_of(
            failed(1, "fetch_page", "Read timed out"),
            call(2, "fetch_page", result="text"),
            failed(3, "crm_export", "Forbidden", status_code=403),
        )
    )

    assert "ev_tool_call-1" in report.recovered_evidence_ids
    assert "ev_tool_call-3" not in report.recovered_evidence_ids
