"""Finds the tools of the system, and installs their packages where it may."""

import os
import shutil

from android_demo.build.process import BuildError, alone, run
from android_demo.build.versions import VERSIONS


def tool(name: str) -> str:
    """Returns where a tool is; see `install`.

    Raises:
        BuildError: it is missing, or its package does not bring it.
    """
    install(name)
    place = shutil.which(name)
    if place is None:
        package = VERSIONS["packages"][name]
        raise BuildError(f"{name} is not in the package {package}")
    return place


def install(*names: str) -> None:
    """Installs the packages of those tools that are missing.

    Raises:
        BuildError: this takes root; says the one command that does it.
    """
    with alone("packages"):
        missing = [name for name in names if not shutil.which(name)]
        if not missing:
            return
        packages = sorted({VERSIONS["packages"][name] for name in missing})
        if os.geteuid() or not shutil.which("apt-get"):
            raise BuildError(
                f"{', '.join(missing)} not found: "
                f"sudo apt-get install {' '.join(packages)}"
            )
        apt = ["apt-get", "-qq"]
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run([*apt, "update"], env=quiet)
        run([*apt, "install", "--no-install-recommends", *packages], env=quiet)
