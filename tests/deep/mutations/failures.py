"""The protections of recurring failures: one form for one failure, lists of a bounded cost, no change lost."""

from typing import Final

from tests.deep.mutations.mutant import ALWAYS, Mutant

_FAILURES: Final = "layers/rca_core/rca_core/storage/failures.py"
_CURSORS: Final = "layers/rca_core/rca_core/storage/cursors.py"
_SHOWINGS: Final = "layers/rca_core/rca_core/storage/rollups/showings.py"
_MASKING: Final = "layers/rca_core/rca_core/telemetry/masking.py"
_VARIABLES: Final = "layers/rca_core/rca_core/telemetry/variables.py"
_QUOTED: Final = "layers/rca_core/rca_core/telemetry/quoted.py"
_LISTS: Final = "tests/integration/storage/test_failures.py"
_COUNTED: Final = "tests/integration/functions/test_failures_counted.py"
_MASKS: Final = "tests/unit/telemetry/test_masking.py"
_IDS: Final = "tests/unit/analysis/test_random_ids.py"

FAILURES: Final = [
    Mutant(
        "whoever counts a failure while its status changes reads it again",
        _FAILURES,
        [('":one": 1,', '":one": 0,')],
        [_LISTS],
    ),
    Mutant(
        "a failure that expired, or never was, is not changed",
        _FAILURES,
        [('ConditionExpression="expires_at > :now"', f'ConditionExpression="expires_at > :now OR {ALWAYS}"')],
        [_LISTS],
    ),
    Mutant(
        "a failure that expired is not listed",
        _FAILURES,
        [('conditions = ["expires_at > :now"]', 'conditions = ["(expires_at > :now OR attribute_exists(PK))"]')],
        [_LISTS],
    ),
    Mutant(
        "a failure that expired is not shown",
        _FAILURES,
        [("None if item is None or expired(from_item(item), now) else item", "item")],
        [_LISTS],
    ),
    Mutant(
        "a list of failures looks at a thousand at most",
        _FAILURES,
        [('left -= answer["ScannedCount"]', "left -= 0")],
        [_LISTS],
    ),
    Mutant(
        "a cursor of failures goes on in the order that gave it out",
        _CURSORS,
        [("if by_count != (place.count is not None):", "if False:")],
        [_LISTS],
    ),
    Mutant(
        "a cursor of failures leads to no time before the one asked for",
        _FAILURES,
        [("if after and after.last_seen < max(wanted.since or _EPOCH, _EPOCH):", "if False:")],
        [_LISTS],
    ),
    Mutant(
        "a failure ranks with the runs that look alike",
        _FAILURES,
        [("count=failure.count + failure.also_seen", "count=failure.count")],
        [_LISTS],
    ),
    Mutant(
        "look-alikes of a failure that expired count no more",
        _FAILURES,
        [(" for symptom in found if not expired(symptom, now)", " for symptom in found")],
        [_LISTS],
    ),
    Mutant(
        "what was counted of a failure before its analyses were kept is still scrubbed",
        _SHOWINGS,
        [('found.get("rca_run_id")', 'found["rca_run_id"]')],
        [_COUNTED],
    ),
    Mutant(
        "an id that looks like a duration or a number is masked as any other",
        _MASKING,
        [('{"id", "duration", "size"}', '{"id", "size"}')],
        [_IDS],
    ),
    Mutant(
        "an id that looks like a word is masked",
        _VARIABLES,
        [(r"(?<![^\W_])(?:[a-f]{8,}|[A-F]{8,})(?![^\W_])", r"(?!)")],
        [_IDS],
    ),
    Mutant(
        "an id that looks like the code of an error is masked",
        _VARIABLES,
        [("(?![0-9A-F]{8})", "")],
        [_IDS],
    ),
    Mutant(
        "a short id is masked behind what has an id",
        _MASKING,
        [("{match['kind']} {_VARIES}", "{match[0]}")],
        [_IDS],
    ),
    Mutant(
        "the code of a status or an error is not masked",
        _MASKING,
        [("return match[0] if _is_code(match) else _VARIES", "return _VARIES")],
        [_MASKS],
    ),
    Mutant(
        "stack frames are masked out of a message",
        _MASKING,
        [('return _OTHER_FRAMES.sub("", _PYTHON_FRAMES.sub("", text))', "return text")],
        [_MASKS],
    ),
    Mutant(
        "quoted data is masked and quoted names are not",
        _QUOTED,
        [("    return bool(is_thing or _DATA_BEFORE.search(before))", "    return False")],
        [_MASKS],
    ),
    Mutant(
        "of a failure's address the host is not masked and the rest goes",
        _MASKING,
        [("return f\"{scheme}://{_mask(match['host'])}{_port(match['port'])}\"", "return match[0]")],
        [_MASKS],
    ),
]
