"""Whatever YAML a file of rules holds: a table, or problems that name where, each a line that can be shown."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rca_core.analysis.__main__ import main
from rca_core.analysis.rules.custom import InvalidRules, read_custom_rules, with_custom_rules

SCALARS = [
    *(
        "a",
        "1",
        "-1",
        "1.5",
        ".nan",
        "-.inf",
        "0o7",
        "1:30",
        "yes",
        "~",
        "''",
        "=",
        "<<",
        "2026-01-15",
        "2026-01-15T10:00:00Z",
    ),
    *(
        r'"\ud800"',
        r'"a\nb"',
        r'"\e[31m"',
        '"\N{ARABIC-INDIC DIGIT FOUR}"',
        '"\N{RIGHT-TO-LEFT OVERRIDE}"',
        "timeout.text",
        "timeout",
    ),
    *(
        "'[[a]'",
        "'(?L)a'",
        "'a{9999999999}'",
        r"'\p{L}'",
        "'(a)\\1'",
        "'('",
        "1" + "0" * 5_000,
        "!!bool x",
        "!!int ''",
        "!!float x",
    ),
    *("!!timestamp x", "!!binary aGFsbG8=", "!!null x", "!foo x", "!!python/name:os.system", "*a", "&a x", "!<x> y"),
]
KEYS = [
    "rules",
    "disable",
    "strengths",
    "id",
    "category",
    "cause",
    "strength",
    "statuses",
    "names",
    "patterns",
    "scopes",
]


def _of(nodes: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    keys = st.sampled_from([*KEYS, *SCALARS]) | nodes
    pairs = st.tuples(keys, nodes).map(lambda pair: f"? {pair[0]} : {pair[1]}")
    return st.one_of(
        st.lists(nodes, max_size=3).map(lambda each: f"[{', '.join(each)}]"),
        st.lists(pairs, max_size=3).map(lambda each: f"{{{', '.join(each)}}}"),
        st.lists(nodes, max_size=2).map(lambda each: f"!!set {{{', '.join(each)}}}"),
        st.lists(pairs, max_size=2).map(lambda each: f"!!omap [{', '.join(each)}]"),
        st.tuples(st.integers(50, 2_000), nodes).map(lambda deep: "[" * deep[0] + deep[1] + "]" * deep[0]),
    )


NODES = st.recursive(st.sampled_from(SCALARS), _of, max_leaves=8)
DOCUMENTS = NODES | st.tuples(st.sampled_from(KEYS[:3]), NODES).map(lambda pair: f"{pair[0]}: {pair[1]}")
RULES = NODES.map(lambda node: f"rules:\n- id: a\n  category: timeout\n  cause: c\n  strength: 5\n  patterns: {node}")


def problems_of(content: bytes) -> tuple[str, ...]:
    """Return what is wrong with a file; nothing, if it can be used."""
    try:
        read_custom_rules(content, source="rules.yaml")
    except InvalidRules as refused:
        return refused.problems
    return ()


@settings(deadline=None)
@given(DOCUMENTS | RULES | st.text(max_size=30))
@example("rules: !!set {a}")
@example("rules: !!set {? {id: a} }")
@example("disable: !!set {timeout.text}")
@example("strengths: {timeout.text: yes}")
@example("<<: {rules: []}")
@example('"a\\nb": 1')
@example("a: &a [x, x]\nb: &b [*a, *a]\nrules: [*b, *b]")
def test_any_yaml_is_a_table_or_named_problems(text: str) -> None:
    for problem in problems_of(text.encode(errors="surrogatepass")):
        assert problem.startswith("rules.yaml: ")
        assert problem.isprintable()
        assert problem.encode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: !!set {a}", "file: is no YAML at line 1, column 8: a tag"),
        ("strengths: {timeout.text: yes}", "strengths.timeout.text: Input should be a valid integer"),
        ("strengths: {1: 5}", "strengths.1.[key]: Input should be a valid string"),
        ("2026-01-15: 1", "2026-01-15: Extra inputs"),
        ("<<: {rules: []}", "<<: Extra inputs"),
        ("rules: {0: {id: a}}", "rules: Input should be a valid tuple"),
        ("rules: [~]", "rule number 1: rule: Input should be"),
    ],
)
def test_a_shape_that_is_not_taken_is_named(text: str, said: str) -> None:
    [problem, *_] = problems_of(text.encode())

    assert problem.startswith(f"rules.yaml: {said}")


@pytest.mark.parametrize("rules", [{"a"}, frozenset({"a"}), {"a": 1}, ("a",), "a", 5, None, iter(["a"])])
def test_rules_of_any_python_type_are_refused_by_name(rules: object) -> None:
    with pytest.raises(InvalidRules) as refused:
        with_custom_rules({"rules": rules}, source="rules.yaml")

    assert all(problem.startswith("rules.yaml: rule") for problem in refused.value.problems)


@pytest.mark.parametrize(
    "text",
    ["rules: !!set {a}", "rules: !!binary aGFsbG8=", "[" * 3_000, "!!bool x", "? [a]\n: b", '"\\e[31m\\n": 1'],
)
def test_explain_tells_a_wrong_file_in_a_line(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text)

    assert main(["explain", "events/insufficient_evidence.json", "--rules", str(file)]) == 2

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"{file}: ")
    assert told.err.endswith("\n")
    assert told.err[:-1].isprintable()
