"""Train the reader of wording: `python -m bench.training` writes its weights from `data/texts`."""

import sys

from bench.training.corpus import digest_of, read_rows
from bench.training.fit import fit
from bench.training.weights import pack
from rca_core.analysis.read.wording import WEIGHTS


def main() -> int:
    """Write the file of weights."""
    rows = read_rows()
    model = fit(rows)
    content = pack(model, digest_of(rows))
    WEIGHTS.write_bytes(content)
    print(
        f"{WEIGHTS.name}: {len(rows):,} rows, {len(model.words.places):,} words and pairs, "
        f"{len(model.grams.places):,} grams, {len(content):,} bytes"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
