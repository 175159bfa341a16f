"""What looks like a failure of an agent's call and is the trouble of a program under work: rules leave it alone."""

from typing import Final

_SOURCE: Final = (
    r"\.(?:py|pyi|[cm]?[jt]sx?|java|go|rs|c|cc|cpp|cxx|h|hpp|cs|kt|swift|rb|php|scala|vue|tf|sol|css|scss|sql)"
)

# A compiler, type checker or linter speaks of a place in a source file.
COMPILER: Final = (
    rf"^\S{{1,200}}{_SOURCE}:\d+(?::\d+)?(?:: |\s+error|\s+-\s)",
    rf"^\S{{1,200}}{_SOURCE}\(\d+(?:,\d+)?\)",
    r"\berror ts\d{4}\b|\berror\[e\d{4}\]|\berror cs\d{4}\b",
    r"\[(?:call-arg|arg-type|attr-defined|return-value|assignment)\]",
    r"^parsing error:|\bfirst use in this function\b|\bundefined reference to\b|\bphp (?:fatal|parse) error\b",
)
# A test that failed, whatever it tested.
TESTS: Final = (
    r"::test|\btests? failed\b|\b\d+ (?:passed|failed)\b|\bassertionerror\b|^e\s{2,}assert |\bexpect\(received\)",
    r"\btest_\w{1,80}\.py\b|\btest (?:case|suite)\b",
)
