"""The real consumer of dead letters."""

import importlib.util
from pathlib import Path

_path = Path(__file__).parents[3] / "functions" / "analyzer" / "dead_letters.py"
_spec = importlib.util.spec_from_file_location("analyzer_dead_letters", _path)
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
handler = _module.handler
