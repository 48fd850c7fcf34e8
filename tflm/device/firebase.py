"""Firebase Test Lab: a game whose loops are measurements, in gcloud's words."""

import io
import json
import math
import zipfile

from tflm.device.scenarios import (
    APK,
    LIST,
    PUSHED,
    RESULTS,
    Job,
)

_MOST_MINUTES = 45  # What Test Lab gives to a test on a physical phone.
_ARGUMENTS = """\
# gcloud firebase test android run benchmark.yaml:benchmark
benchmark:
  type: game-loop
  app: {apk}
  timeout: {minutes}m
  scenario-numbers: [{numbers}]
  other-files:
{files}
  directories-to-pull:
    - {results}
  # What would run beside the measurement.
  record-video: false
  performance-metrics: false
  auto-google-login: false
  # Physical phones; gcloud firebase test android models list names others.
  device:
    - model: {model}
      version: "{version}"
"""
_PHONE = {"model": "oriole", "version": "33"}  # An example: a Pixel 6.
_README = """\
# Latency on phones of Firebase Test Lab

In this directory:

```
gcloud firebase test android run benchmark.yaml:benchmark
```

Choose the phones in `benchmark.yaml`; it was not run against the service. Each
scenario is one file in one round, as `{list}` says, and its result is
`results/scenario_NUMBER.json`, which Test Lab pulls into the bucket that it
names at the end. Copy it from there, for each phone, and read it:

```
gcloud storage cp --recursive BUCKET_OF_A_PHONE/artifacts pulled
tflm benchmark --results=pulled --device=PHONE --output=latency.json
```

A result that says that there is no such scenario means that this phone kept
the app from what Test Lab had pushed: choose another one.
"""


def members(job: Job) -> dict[str, bytes]:
    """Returns the files of the package, by path.

    Raises:
        ValueError: it would take longer than Test Lab gives, or the app is one
            that it cannot start.
    """
    _require_loops(job.apk)
    return {
        APK: job.apk,
        **job.models,
        LIST: job.listed,
        "benchmark.yaml": _arguments(job).encode(),
        "README.md": _README.format(list=LIST).encode(),
    }


def _require_loops(apk: bytes) -> None:
    """Makes sure that the manifest lets Test Lab start the benchmark."""
    try:
        with zipfile.ZipFile(io.BytesIO(apk)) as archive:
            manifest = archive.read("AndroidManifest.xml")
    except (zipfile.BadZipFile, KeyError):
        raise ValueError("the APK is none: make one with make apk") from None
    codes = ("utf-8", "utf-16-le")
    if not any("TEST_LOOP".encode(code) in manifest for code in codes):
        raise ValueError(
            "the APK has no game loop, which only builds for farms have: make "
            "it with make apk FARM=1"
        )


def _arguments(job: Job) -> str:
    sources = {name: f"models/{name}" for name in job.pushed} | {LIST: LIST}
    lines = [
        f"    {json.dumps(f'{PUSHED}/{name}')}: {json.dumps(source)}"
        for name, source in sources.items()
    ]
    return _ARGUMENTS.format(
        apk=APK,
        minutes=_minutes(job),
        numbers=", ".join(str(scenario.number) for scenario in job.scenarios),
        files="\n".join(lines),
        results=RESULTS,
        **_PHONE,
    )


def _minutes(job: Job) -> int:
    count = len(job.scenarios)
    minutes = math.ceil((60 + count * job.longest_seconds) / 60)
    if minutes > _MOST_MINUTES:
        raise ValueError(
            f"{count} runs may take {minutes} minutes, and Test Lab gives "
            f"{_MOST_MINUTES}: give fewer files, --rounds or --seconds"
        )
    return minutes
