"""The one list of what is downloaded, and the numbers of the app."""

import json
import pathlib

DEMO = pathlib.Path(__file__).parents[1]
BUILD = DEMO.parent / "build/android"  # All that the build makes.

VERSIONS = json.loads((DEMO / "versions.json").read_text("utf-8"))
APPLICATION_ID = VERSIONS["application_id"]
MINIMUM_SDK = VERSIONS["minimum_sdk"]
