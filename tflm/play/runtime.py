"""LiteRT for the browser: fetched with npm once, verified at each start."""

import dataclasses
import hashlib
import io
import os
import pathlib
import shutil
import subprocess
import tarfile

from tflm import files, temporary

_SECONDS = 300  # For a package of 12 MB.


@dataclasses.dataclass(frozen=True)
class Package:
    """A pinned package of the npm registry.

    Attributes:
        sha256: of its tarball.
        members: the files in it that a page needs.
    """

    name: str
    version: str
    sha256: str
    members: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """Its name in the cache, with the hash: a new pin is fetched."""
        plain = self.name.removeprefix("@").replace("/", "-")
        return f"{plain}-{self.version}-{self.sha256[:12]}.tgz"


CORE = Package(
    "@litertjs/core",
    "2.5.3",
    "a97660833e9e7e1063c95e12016718881240b14f7438728a2f62785e912d30fd",
    (
        "dist/index.js",
        # With relaxed SIMD, and for browsers without it.
        "wasm/litert_wasm_internal.js",
        "wasm/litert_wasm_internal.wasm",
        "wasm/litert_wasm_compat_internal.js",
        "wasm/litert_wasm_compat_internal.wasm",
    ),
)
UTILS = Package(
    "@litertjs/wasm-utils",
    "2.5.3",
    "ce2a1f8379c067be49e59752e5a7f40db6be09f6e497f0f11e59f17b515366a7",
    ("dist/index.js",),
)


def cache() -> pathlib.Path:
    """Returns the folder of the user's cache that tarballs are kept in."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # As the XDG specification says.
        base = os.path.expanduser("~/.cache")
    return pathlib.Path(base) / "tflm"


def read(package: Package) -> dict[str, bytes]:
    """Returns the members of a package by name, fetching it where it must.

    Nothing is unpacked: they are read out of the verified tarball.

    Raises:
        RuntimeError: there is no npm, it cannot fetch the package, or the
            tarball is not the pinned one.
        OSError: the cache cannot be written.
    """
    tarball = cache() / package.file_name
    if tarball.exists():
        content = tarball.read_bytes()
        _verify(content, package, f"{tarball} is damaged: remove it")
    else:
        content = _fetch(package)
        _verify(content, package, "ask why npm's registry has another")
        tarball.parent.mkdir(parents=True, exist_ok=True)
        files.write(tarball, content)
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        return {name: _member(archive, name) for name in package.members}


def _verify(content: bytes, package: Package, cure: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != package.sha256:
        raise RuntimeError(
            f"the tarball of {package.name} {package.version} has the SHA-256 "
            f"{found[:12]}..., not {package.sha256[:12]}...; {cure}"
        )


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(f"package/{name}")
    if file is None:
        raise RuntimeError(f"the package has no file {name}")
    return file.read()


def _fetch(package: Package) -> bytes:
    """Has npm download a tarball, with the settings of its user."""
    wanted = f"{package.name}@{package.version}"
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            f"npm not found, which fetches {wanted} once: install it "
            f"(Debian: sudo apt-get install npm) and try again"
        )
    with temporary.directory() as folder:
        _run([npm, "pack", "--silent", "--ignore-scripts", wanted], folder)
        [tarball] = folder.glob("*.tgz")
        return tarball.read_bytes()


def _run(command: list[str], folder: pathlib.Path) -> None:
    """Runs npm in a folder of its own.

    Raises:
        RuntimeError: it failed; says why and what to do.
    """
    cure = "connect to the network once, or set npm's registry"
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(
            f"npm did not fetch {command[-1]} in {_SECONDS} seconds: {cure}"
        ) from None
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        reason = f" ({lines[0][:200]})" if lines else ""
        raise RuntimeError(f"npm cannot fetch {command[-1]}{reason}: {cure}")
