"""Frameworks that tell what they do: each adapter is imported when it is asked for, and so is its framework."""

from importlib import import_module
from typing import Any, Final

FRAMEWORKS: Final = {
    "langchain": "langchain",
    "langgraph": "langchain",
    "openai-agents": "openai_agents",
    "pydantic-ai": "pydantic_ai",
    "llamaindex": "llama_index",
    "crewai": "crewai",
    "mcp": "mcp",
}
"""What a framework is called, and the module of its adapter."""


def instrument(framework: str, **options: Any) -> None:
    """Record every run of a framework in this process; `agent_name` names its runs where the framework does not.

    Raises `ValueError` for a framework that is not known, and `ImportError` where it is not installed: at start, where
    a mistake is to be seen.
    """
    if framework not in FRAMEWORKS:
        known = ", ".join(FRAMEWORKS)
        raise ValueError(f"no framework {framework!r}; there are {known}")
    import_module(f"smart_sre.adapters.{FRAMEWORKS[framework]}").install(**options)
