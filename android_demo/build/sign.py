"""Signs an APK and verifies what it signed.

The key is committed, as debug keys may be: it proves nothing about who built
the APK, and lets each build be installed over the one before. Who publishes
the app signs it with a key of their own.
"""

import pathlib

from android_demo.build.process import run
from android_demo.build.tools import tool
from android_demo.build.versions import DEMO, MINIMUM_SDK

_KEYSTORE = DEMO / "debug.keystore"
_PASSWORD = "pass:android"  # The one that all Android debug keys have.


def sign(unsigned: pathlib.Path, signed: pathlib.Path) -> None:
    """Signs by schemes 2 and 3, which Android has since 7 and 9."""
    apksigner = tool("apksigner")
    sdk = ("--min-sdk-version", str(MINIMUM_SDK))
    run(
        [
            *(apksigner, "sign", *sdk),
            *("--v1-signing-enabled", "false", "--v4-signing-enabled", "false"),
            *("--ks", _KEYSTORE, "--ks-pass", _PASSWORD),
            *("--out", signed, unsigned),
        ]
    )
    run([apksigner, "verify", *sdk, signed])
