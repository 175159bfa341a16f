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


def frameworks() -> list[str]:
    """Return the name of each framework."""
    return sorted(path.parent.name for path in HERE.glob("*/script.py"))


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
    packages = (HERE / name / "requirements.in").read_text().split()
    asked = "import platform; print(platform.python_version())"
    if packages:
        asked = f"from importlib.metadata import version; print(version({packages[0]!r}))"
    return subprocess.run(
        [environment(name), "-c", asked], check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()


def run_script(name: str, api_url: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a framework's script as a user does who set nothing but the address; the name is the environment's."""
    known = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        # What `pip install ./clients/python` does.
        "PYTHONPATH": str(ROOT / "clients" / "python"),
        "SMART_SRE_URL": api_url,
        "SMART_SRE_ENVIRONMENT": name,
        # Nothing speaks to anybody else.
        "OTEL_SDK_DISABLED": "true",
        "CREWAI_DISABLE_TELEMETRY": "true",
        "CREWAI_TRACING_ENABLED": "false",
        "NO_COLOR": "1",
    }
    return subprocess.run(
        [environment(name), "script.py"],
        cwd=HERE / name,
        env=known,
        capture_output=True,
        text=True,
        timeout=_LONGEST,
        check=False,
    )
