"""Fetches what `versions.json` pins, once, and verifies it each time.

Maven and pip do the fetching, with the settings of their user.
"""

import pathlib
import sys
import tempfile
import zipfile
from collections.abc import Iterable

from android_demo.build import tools
from android_demo.build.process import BuildError, alone, run
from android_demo.build.versions import BUILD, VERSIONS
from tflm import files

_CACHE = BUILD / "downloads"
_ARTIFACTS = VERSIONS["maven"]
_WHEELS = VERSIONS["wheels"]
_PINS = _ARTIFACTS | _WHEELS


def path(name: str) -> pathlib.Path:
    """Returns a file of the list; see `paths`."""
    return paths([name])[0]


def paths(names: Iterable[str]) -> list[pathlib.Path]:
    """Returns files of the list, after fetching those that are missing.

    Raises:
        BuildError: one cannot be fetched, or has another SHA-256.
    """
    names = list(names)
    with alone("downloads"):
        _CACHE.mkdir(parents=True, exist_ok=True)
        missing = [name for name in names if not _place(name).exists()]
        if artifacts := [name for name in missing if name in _ARTIFACTS]:
            _fetch_artifacts(artifacts)
        for name in missing:
            if name in _WHEELS:
                _fetch_from_wheel(**_WHEELS[name], target=_place(name))
    for name in names:
        _verify(name)
    return [_place(name) for name in names]


def member(name: str, inside: str) -> pathlib.Path:
    """Returns one file of an archive of the list, as a file of its own."""
    archive = path(name)
    target = _CACHE / archive.stem / inside
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive) as opened:
        files.write(target, opened.read(inside))
    return target


def _place(name: str) -> pathlib.Path:
    """Returns where a file is kept, under its hash: a new pin is fetched."""
    if name not in _PINS:
        raise BuildError(f"versions.json has no {name!r}")
    kind = _coordinates(_PINS[name].get("artifact", "")).get("type", "jar")
    return _CACHE / f"{name}-{_PINS[name]['sha256'][:12]}.{kind}"


def _verify(name: str) -> None:
    found, expected = files.sha256(_place(name)), _PINS[name]["sha256"]
    if found != expected:
        raise BuildError(
            f"{_place(name)} has the SHA-256 {found}, versions.json says "
            f"{expected}: remove the file, and ask why if it comes again"
        )


def _coordinates(artifact: str) -> dict[str, str]:
    """Returns what `group:artifact:version[:type[:classifier]]` says."""
    fields = ("groupId", "artifactId", "version", "type", "classifier")
    return dict(zip(fields, artifact.split(":"), strict=False))


def _fetch_artifacts(names: list[str]) -> None:
    """Has Maven copy artifacts, all in one run."""
    maven = tools.tool("mvn")
    with tempfile.TemporaryDirectory(dir=_CACHE) as folder:
        pom = pathlib.Path(folder) / "pom.xml"
        pom.write_text(_pom(names, folder), "utf-8")
        plugin = f"{VERSIONS['maven_plugin']}:copy"
        run([maven, "--quiet", "--batch-mode", "--file", pom, plugin])
        for name in names:
            (pathlib.Path(folder) / _place(name).name).rename(_place(name))


def _pom(names: list[str], folder: str) -> str:
    """Returns a project of Maven that copies artifacts, under our names."""
    items = [
        _coordinates(_ARTIFACTS[name]["artifact"])
        | {"destFileName": _place(name).name}
        for name in names
    ]
    artifacts = "".join(
        f"<artifactItem>{_elements(item)}</artifactItem>" for item in items
    )
    return (
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.tflm</groupId>"
        "<artifactId>downloads</artifactId><version>1</version>"
        "<packaging>pom</packaging><build><plugins><plugin>"
        f"{_elements(_coordinates(VERSIONS['maven_plugin']))}"
        f"<configuration><outputDirectory>{folder}</outputDirectory>"
        f"<artifactItems>{artifacts}</artifactItems></configuration>"
        "</plugin></plugins></build></project>"
    )


def _elements(values: dict[str, str]) -> str:
    return "".join(
        f"<{name}>{value}</{name}>" for name, value in values.items()
    )


def _fetch_from_wheel(
    wheel: str, member: str, sha256: str, target: pathlib.Path
) -> None:
    """Has pip download a wheel, without installing it, and takes one file."""
    with tempfile.TemporaryDirectory(dir=_CACHE) as folder:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        run([*pip, "download", "--quiet", "--no-deps", "-d", folder, wheel])
        [archive] = pathlib.Path(folder).glob("*.whl")
        with zipfile.ZipFile(archive) as opened:
            files.write(target, opened.read(member))
