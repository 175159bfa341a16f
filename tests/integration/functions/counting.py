"""The counters of the product's functions: changes of the table told to the rollup, as its stream does."""

from typing import Any

from tests.integration.functions.product import Product
from tests.support.table_stream import TableStream

ROLLUP = "RollupFunction"


class Counting:
    """The rollup of a product, and how far it has been told what changed."""

    def __init__(self, product: Product) -> None:
        self.told: list[dict[str, Any]] = []
        self._product = product
        self._stream = TableStream(product.cloud.dynamodb, product.cloud.table, ROLLUP)

    def catch_up(self) -> None:
        """Tell the rollup what changed since the last time."""
        if records := self._stream.records():
            self.told += records
            self.tell(records)

    def tell(self, records: list[dict[str, Any]]) -> None:
        """Tell the rollup these changes."""
        self._product.invoke(ROLLUP, {"Records": records})

    def overview(self, query: str = "") -> dict[str, Any]:
        """Return what GET /metrics/overview answers once all changes are counted."""
        self.catch_up()
        answer = self._product.get("/metrics/overview", query=query)
        assert answer.status == 200
        found: dict[str, Any] = answer.json()
        return found
