"""The labelled texts are in order, and the weights are what they make."""

from dataclasses import replace

import numpy as np
import pytest

from bench.training.check import agreed, problems
from bench.training.corpus import LABELS, OWN, Row, digest_of, read_rows
from bench.training.fit import fit
from bench.training.folds import parts, some_of
from bench.training.vectors import pieces_of
from bench.training.weights import pack
from rca_core.analysis.read.wording import WordingReader, default_reader

ROWS = read_rows()
SOME = [row for label in LABELS for row in [each for each in ROWS if each.category == label][::40][:5]]
ROW = next(row for row in ROWS if row.source != OWN and (row.category, row.scope) == ("timeout", "tool"))


def test_the_labelled_texts_are_in_order() -> None:
    assert problems(ROWS) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"category": "prompt_regression", "labels": ("prompt_regression",)}, "a label that is none"),
        ({"category": "timeout", "labels": ("timeout", "unknown")}, "does not follow"),
        ({"error_message": "x" * 2_001}, "longer"),
        ({"error_message": "Incorrect API key provided: sk-" + "a1B2" * 6}, "a secret"),
        ({"error_message": None, "error_class": None, "status_code": None}, "nothing at all"),
        ({"tool_name": None}, "names a tool"),
    ],
)
def test_a_row_that_is_out_of_order_is_told(wrong: dict[str, object], said: str) -> None:
    assert any(said in each for each in problems([replace(ROW, **wrong)]))  # type: ignore[arg-type]


def test_one_text_with_other_numbers_is_told() -> None:
    rows = [replace(ROW, error_message=f"order {number} not shipped within 90 s") for number in (7_001, 8_002)]

    assert any("twice" in each for each in problems(rows))


def test_two_labels_make_a_category_or_none() -> None:
    assert agreed(("timeout", "timeout")) == "timeout"
    assert agreed(("timeout", "unknown")) == "unknown"
    assert agreed(("timeout", "upstream_error")) is None


def test_no_project_is_on_both_sides_of_a_fold() -> None:
    folds = parts(ROWS)
    groups = [{ROWS[place].group for place in part} for part in folds]

    assert sum(map(len, groups)) == len(set().union(*groups))
    measured = sorted(place for part in folds for place in part)
    assert measured == [place for place, row in enumerate(ROWS) if row.source != OWN]
    assert max(map(len, folds)) - min(map(len, folds)) <= 5


def test_fewer_rows_are_among_more() -> None:
    assert set(map(id, some_of(ROWS, 50))) < set(map(id, some_of(ROWS, 100)))


def test_the_same_texts_make_the_same_weights() -> None:
    assert pack(fit(SOME), "x") == pack(fit(SOME), "x")


def test_the_reader_says_what_the_model_says() -> None:
    model = fit(SOME)
    reader = WordingReader(pack(model, "x"))
    for row in SOME[::3]:
        pieces = pieces_of(row.said)
        if len(pieces) > 1:
            continue
        scores = model.scores(pieces)[0]
        likely = np.exp(scores - scores.max())
        told = reader.read(row.said).probabilities
        assert [told[label] / 10_000 for label in LABELS] == pytest.approx(likely / likely.sum(), abs=0.03)


def test_the_weights_were_trained_with_the_texts_that_are_here() -> None:
    assert default_reader().digest == digest_of(ROWS), "data/texts changed: run `make train`"


def rows_of(label: str) -> list[Row]:
    return [row for row in ROWS if row.category == label]


def test_what_was_learned_is_known() -> None:
    for label in LABELS:
        some = rows_of(label)[::40]
        right = sum(default_reader().read(row.said).best == label for row in some)
        assert right >= 0.9 * len(some), label
