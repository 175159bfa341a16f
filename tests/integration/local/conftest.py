from collections.abc import Iterator

import pytest

from tests.integration.local.support import Sample, copied_sample, running_sample


@pytest.fixture(scope="session")
def sample() -> Iterator[Sample]:
    """Share one stack, with at most two processes a function."""
    with running_sample("--max-processes", "2") as sample:
        yield sample


@pytest.fixture(scope="session")
def hurried_sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """Share another stack, which greets in French, and whose streams have three seconds."""
    template = copied_sample(tmp_path_factory.mktemp("hurried"))
    template.write_text(template.read_text().replace("Timeout: 60", "Timeout: 3"))
    with running_sample("--parameter", "Greeting=bonjour", template=template) as sample:
        yield sample
