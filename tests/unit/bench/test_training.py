"""The labelled texts are in order, and the weights are what they make."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.training import folds
from bench.training.check import agreed, problems
from bench.training.corpus import LABELS, OWN, TEXTS, Row, digest_of, read_rows
from bench.training.fit import fit
from bench.training.folds import parts, some_of
from bench.training.padding import LENGTH, PADDINGS, padded
from bench.training.told import END, START, measured, write
from bench.training.vectors import pieces_of
from bench.training.weights import pack
from bench.verdicts import Verdict
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
        ({"error_message": None, "error_class": None, "status_code": None, "result_summary": None}, "nothing at all"),
        ({"tool_name": None}, "names a tool"),
    ],
)
def test_a_row_that_is_out_of_order_is_told(wrong: dict[str, object], said: str) -> None:
    assert any(said in each for each in problems([replace(ROW, **wrong)]))  # type: ignore[arg-type]


def test_one_text_with_other_numbers_is_told() -> None:
    rows = [replace(ROW, error_message=f"order {number} not shipped within 90 s") for number in (7_001, 8_002)]

    assert any("twice" in each for each in problems(rows))


def test_one_text_of_a_source_with_a_word_changed_is_told() -> None:
    text = "The worker took {} than the nine minutes that it may take for one order, and was stopped"
    rows = [replace(ROW, error_message=text.format(word)) for word in ("longer", "more")]

    assert any("much like" in each for each in problems(rows))


def test_two_labels_make_a_category_or_none() -> None:
    assert agreed(("timeout", "timeout")) == "timeout"
    assert agreed(("timeout", "unknown")) == "unknown"
    assert agreed(("timeout", "upstream_error")) is None


def test_no_project_is_on_both_sides_of_a_fold() -> None:
    split = parts(ROWS)
    groups = [{ROWS[place].group for place in part} for part in split]

    assert sum(map(len, groups)) == len(set().union(*groups))
    measured = sorted(place for part in split for place in part)
    assert measured == [place for place, row in enumerate(ROWS) if row.source != OWN]
    assert max(map(len, split)) - min(map(len, split)) <= 5


def test_every_text_but_our_own_gets_an_opinion_of_a_reader_that_has_not_seen_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folds, "CACHE", tmp_path)

    opinions = folds.out_of_fold(SOME)

    assert [each is None for each in opinions] == [row.source == OWN for row in SOME]
    assert folds.out_of_fold(SOME) == opinions
    assert len(list(tmp_path.iterdir())) == folds.FOLDS


def test_the_guide_tells_how_many_texts_there_are() -> None:
    told = (TEXTS.parent / "README.md").read_text(encoding="utf-8")

    for label in LABELS:
        of_it = [row for row in ROWS if row.category == label]
        sources = len({row.source for row in of_it})
        assert f"| `{label}` | {len(of_it):,} | {sum(row.real for row in of_it):,} | {sources:,} |" in told


def test_fewer_rows_are_among_more() -> None:
    assert set(map(id, some_of(ROWS[:500], 50))) < set(map(id, some_of(ROWS[:500], 100)))


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


@pytest.mark.parametrize("kind", PADDINGS)
def test_a_padded_text_holds_what_was_said_amid_other_lines(kind: str) -> None:
    row = replace(ROW, error_message="connect timed out", result_summary=None)

    text = padded(row, kind, seed=1).error_message or ""

    assert "connect timed out" in text
    assert 1_700 < len(text) <= LENGTH + 200
    assert text == padded(row, kind, seed=1).error_message != padded(row, kind, seed=2).error_message


def test_what_was_measured_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    document = tmp_path / "reports.md"
    document.write_text(f"before\n{START}old\n{END}after\n", encoding="utf-8")
    verdicts = [Verdict("a", "timeout", "timeout", "high"), Verdict("b", "unknown", "timeout", "low")]

    write(measured(verdicts, {"log": verdicts}), document)

    written = document.read_text(encoding="utf-8")
    assert "old" not in written
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    assert "| `high` | 1 | 1.000 | 0.000 |" in written
    assert "| `low` | 1 | 0.000 | 1.000 |" in written


def test_a_document_without_a_place_for_it_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "reports.md"
    document.write_text("nothing\n", encoding="utf-8")

    with pytest.raises(ValueError, match="no place"):
        write("new", document)
