"""An environment for each framework, with locked packages: none of them is the project's own."""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

from tests.support.template import ROOT

HERE: Final = Path(__file__).parent
_MADE: Final = ROOT / "build" / "frameworks"
_LONGEST: Final = 900
OTLP: Final = "OTLP"
MARK: Final = "  # connect\n"


def ways(name: str) -> list[str]:
    """Return the ways in which a framework is connected."""
    if "OTLPSpanExporter" in script(name):
        return [OTLP]
    ours = "client" if name == "python" else "adapter"
    return [ours, OTLP] if (HERE / name / "otlp.py").exists() else [ours]


def frameworks() -> list[str]:
    """Return the name of each framework."""
    return sorted(path.parent.name for path in HERE.glob("*/script.py"))


def script(name: str) -> str:
    """Return the script of a framework."""
    return (HERE / name / "script.py").read_text(encoding="utf-8")


def packages(name: str) -> list[str]:
    """Return what a framework's script needs; the framework is the first."""
    return (HERE / name / "requirements.in").read_text(encoding="utf-8").split()


def environment(name: str) -> Path:
    """Return the Python of a framework's environment, made when its packages are others than before."""
    folder, locked = _MADE / name, HERE / name / "requirements.txt"
    python, mark = folder / "bin" / "python", folder / "made-of"
    wanted = hashlib.sha256(locked.read_bytes()).hexdigest()
    if not mark.exists() or mark.read_text() != wanted:
        venv.create(folder, with_pip=True, clear=True)
        if locked.read_text().strip():
            subprocess.run(
                [python, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", locked],
                check=True,
                timeout=_LONGEST,
                env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            )
        mark.write_text(wanted)
    return python


def version(name: str) -> str:
    """Return the version of the first package that a framework's requirements name."""
    asked = "import platform; print(platform.python_version())"
    if packages(name):
        first = packages(name)[0].partition(">")[0]
        asked = f"from importlib.metadata import version; print(version({first!r}))"
    return subprocess.run(
        [environment(name), "-c", asked], check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()


def connected(name: str, way: str) -> str:
    """Return a framework's script with the lines that connect it in a way."""
    if way != OTLP or ways(name) == [OTLP]:
        return script(name)
    lines = script(name).splitlines(keepends=True)
    last = max(number for number, line in enumerate(lines) if line.endswith(MARK))
    lines[last] = (HERE / name / "otlp.py").read_text(encoding="utf-8")
    return "".join([line for number, line in enumerate(lines) if number == last or not line.endswith(MARK)])


def run_script(name: str, way: str, api_url: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a framework's script as a user does who set nothing but the address; the environment tells runs apart."""
    (home / "script.py").write_text(connected(name, way), encoding="utf-8")
    known = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        # What `pip install ./clients/python` does.
        "PYTHONPATH": str(ROOT / "clients" / "python"),
        # Nothing speaks to anybody else.
        "CREWAI_DISABLE_TELEMETRY": "true",
        "CREWAI_TRACING_ENABLED": "false",
        "NO_COLOR": "1",
    }
    here = f"{name}-{way}"
    if way == OTLP:
        # What docs/connect/opentelemetry.md says to export.
        known |= {
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{api_url}/v1/traces",
            "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": "gzip",
            "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "SPAN_ONLY",
            "OTEL_RESOURCE_ATTRIBUTES": f"service.name=order-agent,deployment.environment.name={here}",
        }
    else:
        known |= {"SMART_SRE_URL": api_url, "SMART_SRE_ENVIRONMENT": here, "OTEL_SDK_DISABLED": "true"}
    return subprocess.run(
        [environment(name), "script.py"],
        cwd=home,
        env=known,
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
