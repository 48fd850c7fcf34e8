"""How the command line is read: help that says all, errors of one line."""

import argparse
import difflib
import itertools
import shutil
import sys
import textwrap
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any, NoReturn

_METAVARS = {int: "N", float: "X"}


class Parser(argparse.ArgumentParser):
    """A parser of a command: its help ends in lists made when it is shown.

    Attributes:
        sections: give the title and the text of each list, in this order.
        one_more: says in an error how a second FILE is named, if it can be.
    """

    def __init__(self, **fields: Any):
        # A flag is written out: `--text` would be read as `--text_rules`.
        super().__init__(
            formatter_class=_Formatter, allow_abbrev=False, **fields
        )
        self.sections: list[Callable[[], tuple[str, str]]] = []
        self.one_more = ""
        self._given: list[str] = []
        self._titled: dict[str, argparse._ArgumentGroup] = {}

    def group(self, title: str, text: str = "") -> argparse._ArgumentGroup:
        """Returns the group of options under `title`, which is made once."""
        if title not in self._titled:
            self._titled[title] = self.add_argument_group(title, text or None)
        return self._titled[title]

    def format_help(self) -> str:
        """Returns the help, with its sections."""
        parts = [super().format_help()]
        for section in self.sections:
            title, text = section()
            parts.append(f"{title}:\n{_indented(text)}\n")
        return "\n".join(parts)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Returns what is known, and the rest, as Python's own parser does."""
        self._given = [*(sys.argv[1:] if args is None else args)]
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Ends the process with a line on standard error and code 2.

        A flag that there is not is told first: the message may follow from it.
        """
        if unknown := self._unknown_flags():
            message = self._unknown(unknown[0])
        see = " See" if message.endswith("?") else "; see"
        self.exit(2, f"tflm: {message}{see} {self.prog} --help\n")

    def refuse(self, unknown: Sequence[str]) -> NoReturn:
        """Ends the process because of arguments that it does not know."""
        flags = [name for name in unknown if name.startswith("-")]
        if flags:
            self.error(self._unknown(flags[0]))
        taken = [
            str(action.metavar or action.dest)
            for action in self._get_positional_actions()
        ]
        takes = f"takes {' '.join(taken) or 'flags'} alone"
        more = f"; {self.one_more}" if self.one_more else ""
        self.error(f"{unknown[0]} is one too many: {self.prog} {takes}{more}")

    def _unknown(self, flag: str) -> str:
        name = flag.partition("=")[0]
        near = did_you_mean(name, self._option_string_actions)
        return f"{name} is unknown{near}".removesuffix(":")

    def _unknown_flags(self) -> list[str]:
        """Returns the flags that were given and that there are not.

        Those behind a command are the command's, so of commands none is told.
        """
        given = itertools.takewhile(lambda name: name != "--", self._given)
        names = [x.partition("=")[0] for x in given if x.startswith("--")]
        known = self._option_string_actions
        return [
            name
            for name in names
            if not self._subparsers and " " not in name and name not in known
        ]

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        # Python's own message names no nearest.
        if action.choices is not None and value not in action.choices:
            name = "/".join(action.option_strings) or action.metavar
            name = name or action.dest
            names = [str(choice) for choice in action.choices]
            raise argparse.ArgumentError(
                None,
                f"{name} {value!r} is unknown"
                f"{did_you_mean(str(value), names)} "
                f"There are {', '.join(names)}",
            )


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Shows defaults, and N and X for numbers."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        has_default = action.default not in (None, False, argparse.SUPPRESS)
        if action.help and has_default and "default" not in action.help:
            return f"{action.help} (default: %(default)s)"
        return action.help

    def _get_default_metavar_for_optional(self, action: argparse.Action) -> str:
        if action.type in _METAVARS:
            return _METAVARS[action.type]
        return super()._get_default_metavar_for_optional(action)

    def _iter_indented_subactions(
        self, action: argparse.Action
    ) -> Generator[argparse.Action, None, None]:
        # Not indented, as Python forgets to make room for that.
        yield from getattr(action, "_get_subactions", tuple)()


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Returns ": did you mean NEAREST?", or nothing where none is near."""
    near = difflib.get_close_matches(name, [*names], n=1)
    return f": did you mean {near[0]}?" if near else ":"


def with_underscores(argv: Sequence[str]) -> list[str]:
    """Returns arguments in which `--vocabulary-size` has its one spelling."""
    found: list[str] = []
    for number, argument in enumerate(argv):
        if argument == "--":
            return [*found, *argv[number:]]
        if argument.startswith("--"):
            name, equals, value = argument[2:].partition("=")
            argument = f"--{name.replace('-', '_')}{equals}{value}"
        found.append(argument)
    return found


def listing(rows: Sequence[tuple[str, str]]) -> str:
    """Returns names and what they are as lines that fit into a terminal."""
    width = min(shutil.get_terminal_size().columns, 100) - 4
    margin = max(len(name) for name, _ in rows) + 2
    lines = [
        textwrap.fill(
            f"{name:{margin}}{text}", width, subsequent_indent=" " * margin
        )
        for name, text in rows
    ]
    return "\n".join(lines)


def completes(
    action: argparse.Action, names: Callable[[str], Iterable[str]]
) -> None:
    """Has the shell complete the value of an argument.

    Args:
        action: what `add_argument` returned.
        names: gives what may stand there, by what was typed so far.
    """
    # The place where argcomplete looks for it; of a dict it would take the
    # values for descriptions.
    vars(action)["completer"] = lambda prefix, **_: [*names(prefix)]


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.splitlines())
