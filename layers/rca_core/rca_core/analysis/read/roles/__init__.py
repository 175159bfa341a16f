"""Names that error texts blame, in their role: which argument is missing, not known, or of a wrong type or value.

Structure is read first, then sentences. What was sent decides: a name that it contradicts is left out.
"""

from rca_core.analysis.read.roles.arguments import blamed_arguments, unsent_field
from rca_core.analysis.read.roles.model import BlamedArgument, Kind
from rca_core.analysis.read.roles.tools import unknown_tool

__all__ = ["BlamedArgument", "Kind", "blamed_arguments", "unknown_tool", "unsent_field"]
