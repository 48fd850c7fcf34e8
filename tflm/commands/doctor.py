"""tflm doctor: version conflicts and their cure."""

from tflm.commands import options


def add(commands) -> None:
    options.command(
        commands, "doctor", run, "name version conflicts and their cure"
    )


def run(arguments) -> int:
    from tflm import doctor

    for name, version in doctor.versions().items():
        print(f"{name:32} {version}")
    problems = doctor.problems()
    for problem in problems:
        print(f"problem: {problem}")
    if not problems:
        print("no problem found")
    return 1 if problems else 0
