"""Manifest and resources of the app, compiled by aapt2."""

import pathlib
import zipfile
from xml.etree import ElementTree

from android_demo.build import downloads, framework
from android_demo.build.process import run
from android_demo.build.tools import tool
from android_demo.build.versions import APPLICATION_ID, MINIMUM_SDK, VERSIONS

_ANDROID = "http://schemas.android.com/apk/res/android"


def link(
    main: pathlib.Path,
    work: pathlib.Path,
    java: pathlib.Path,
    more: pathlib.Path | None = None,
) -> dict[str, bytes]:
    """Returns the compiled files of `main`, and writes R.java into `java`.

    Args:
        main: the folder of the app's manifest and resources.
        work: an empty folder.
        java: the folder of generated sources.
        more: a folder with a manifest that adds to the app's.
    """
    aapt2 = tool("aapt2")
    android, compiled, linked = (
        work / name for name in ("android.apk", "compiled.zip", "linked.apk")
    )
    framework.write(downloads.path("android-all"), android)
    run([aapt2, "compile", "--dir", main / "res", "-o", compiled])
    run(
        [
            *(aapt2, "link", "-I", android, "-o", linked, "--java", java),
            *("--manifest", _manifest(main, more, work)),
            *("--min-sdk-version", str(MINIMUM_SDK)),
            *("--target-sdk-version", str(VERSIONS["target_sdk"])),
            *("--version-code", str(VERSIONS["version_code"])),
            *("--version-name", VERSIONS["version_name"]),
            compiled,
        ]
    )
    with zipfile.ZipFile(linked) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _manifest(
    main: pathlib.Path, more: pathlib.Path | None, work: pathlib.Path
) -> pathlib.Path:
    """Adds to the manifest what Gradle adds of its own accord."""
    ElementTree.register_namespace("android", _ANDROID)
    tree = ElementTree.parse(main / "AndroidManifest.xml")
    for manifest in tree.iter("manifest"):
        manifest.set("package", APPLICATION_ID)
    for application in tree.iter("application"):
        # Libraries are used where they are in the APK, not unpacked.
        application.set(f"{{{_ANDROID}}}extractNativeLibs", "false")
        if more:
            added = ElementTree.parse(more / "AndroidManifest.xml")
            application.extend(added.findall("application/*"))
    target = work / "AndroidManifest.xml"
    tree.write(target, encoding="utf-8", xml_declaration=True)
    return target
