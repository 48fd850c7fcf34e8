"""AWS Device Farm: a test package whose script drives the host's adb.

Device Farm knows no bare commands, but a custom environment runs whatever its
test spec says beside a package of some framework. That of Appium for Python
needs least: a list of requirements and one file of tests.
"""

import io
import math
import shlex
import zipfile
from collections.abc import Mapping

from tflm.device.app import ACTIVITY, END, PACKAGE, RESULT, start
from tflm.device.scenarios import (
    APK,
    LIST,
    PUSHED,
    Job,
    Scenario,
)

_SPEC = """\
version: 0.1
android_test_host: amazon_linux_2
phases:
  test:
    commands:
      - bash "$DEVICEFARM_TEST_PACKAGE_PATH/benchmark.sh"
artifacts:
  - $DEVICEFARM_LOG_DIR
"""
_TEST = '''\
"""Device Farm wants a test; its test spec calls the script by itself."""

import pathlib
import subprocess


def test_benchmark():
    script = pathlib.Path(__file__).parents[1] / "benchmark.sh"
    subprocess.run(["bash", script], check=True)
'''
_SCRIPT = """\
#!/bin/bash
# Measures on the phone of AWS Device Farm. The result of scenario 1 goes to
# $DEVICEFARM_LOG_DIR/results/scenario_1.json, and so on; it ends with 1 if one
# is missing.
set -u
here=$(cd "$(dirname "${{BASH_SOURCE[0]}}")" && pwd)
results=$DEVICEFARM_LOG_DIR/results
limit={limit}
failed=0
mkdir -p "$results"

device() {{
  adb -s "$DEVICEFARM_DEVICE_UDID" "$@" < /dev/null
}}

# Ends the benchmark's process, and no other of the app: one is the keyboard.
end_process() {{
  local end=$((SECONDS + 20))
  while device shell pidof {package}:benchmark > /dev/null; do
    device shell {end}
    ((SECONDS < end)) || break
    sleep 1
  done
}}

# Starts the app with a command, and waits for its result.
measure() {{
  local number=$1 command=$2 kept=$results/scenario_$1.json end
  end_process
  device shell rm -f {result}
  device shell "$command" || echo "scenario $number did not start" >&2
  end=$((SECONDS + limit))
  while ((SECONDS < end)); do
    if device pull {result} "$kept" > /dev/null 2>&1; then
      grep -q '"error":' "$kept" || return 0
      cat "$kept" >&2
      break
    fi
    sleep 2
  done
  echo "scenario $number was not measured" >&2
  failed=1
}}

if ! device shell pm path {package} > /dev/null; then
  device install "$DEVICEFARM_APP_PATH" || exit 1
fi
# The app itself makes the directory, so that it may read what is pushed there.
device shell am start -W -n {activity} || exit 1
device shell mkdir -p {directories}
for name in {names}; do
  device push "$here/models/$name" "{pushed}/$name" || exit 1
done

{measures}

device shell rm -rf {pushed}
exit $failed
"""
_README = """\
# Latency on phones of AWS Device Farm

Three uploads and a run; the names of the types are Device Farm's, and the run
was not made against the service.

| file | type of upload |
|---|---|
| `{apk}` | `ANDROID_APP` |
| `tests.zip` | `APPIUM_PYTHON_TEST_PACKAGE` |
| `testspec.yml` | `APPIUM_PYTHON_TEST_SPEC` |

For each, `aws devicefarm create-upload --project-arn PROJECT --name FILE --type
TYPE` tells an address and an ARN; `curl -T FILE ADDRESS` sends it. Then:

```
aws devicefarm schedule-run --project-arn PROJECT --device-pool-arn POOL \\
  --app-arn APP \\
  --test type=APPIUM_PYTHON,testPackageArn=PACKAGE,testSpecArn=SPEC
```

Each scenario is one file in one round, as `{list}` says, and its result is
`results/scenario_NUMBER.json` in the customer artifacts of the run. Unpack
those of a phone, and read them here:

```
tflm benchmark --results=UNPACKED --device=PHONE --output=latency.json
```
"""


def members(job: Job) -> dict[str, bytes]:
    """Returns the files of the package, by path."""
    tests = {
        "requirements.txt": b"pytest\n",
        "tests/test_benchmark.py": _TEST.encode(),
        "benchmark.sh": _script(job).encode(),
        **job.models,
    }
    return {
        APK: job.apk,
        "tests.zip": _zip(tests),
        "testspec.yml": _SPEC.encode(),
        LIST: job.listed,
        "README.md": _README.format(apk=APK, list=LIST).encode(),
    }


def _script(job: Job) -> str:
    paths = [f"{PUSHED}/{name}" for name in job.pushed]
    folders = {PUSHED, *(path.rpartition("/")[0] for path in paths)}
    return _SCRIPT.format(
        limit=math.ceil(job.longest_seconds),
        package=PACKAGE,
        activity=ACTIVITY,
        end=shlex.join(END),
        result=RESULT,
        pushed=PUSHED,
        directories=" ".join(sorted(folders)),
        names=" ".join(job.pushed),
        measures="\n".join(
            f"measure {scenario.number} {shlex.quote(_start(scenario))}"
            for scenario in job.scenarios
        ),
    )


def _start(scenario: Scenario) -> str:
    """Returns what the phone's shell is told; it takes the quotes off again."""
    model = f"{PUSHED}/{scenario.model}"
    return shlex.join(start({**scenario.extras, "model": model}))


def _zip(members: Mapping[str, bytes]) -> bytes:
    """Returns an archive that is the same for the same content."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()
