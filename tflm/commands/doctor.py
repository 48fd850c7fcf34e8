"""tflm doctor: version conflicts and their cure."""

import argparse

from tflm.commands import options


def add(commands) -> None:
    """Adds `tflm doctor`."""
    options.command(
        commands,
        "doctor",
        run,
        "name version conflicts and their cure, and what trains",
        examples=("tflm doctor",),
    )


def run(arguments: argparse.Namespace) -> int:
    """Prints versions and problems; returns 1 if there is one."""
    from tflm import doctor

    for name, version in doctor.versions().items():
        print(f"{name:32} {version}")
    print(f"{'trains on':32} {doctor.trains_on()}")
    problems = doctor.problems()
    for problem in problems:
        print(f"problem: {problem}")
    if not problems:
        print("no problem found")
    return 1 if problems else 0
