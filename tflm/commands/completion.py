"""tflm completion: what a shell needs to complete commands and options."""

import argparse

from tflm.commands import options


def add(commands) -> None:
    """Adds `tflm completion`."""
    parser = options.command(
        commands,
        "completion",
        run,
        "print the script that has a shell complete tflm",
        examples=(
            'eval "$(tflm completion bash)"          # in ~/.bashrc',
            'eval "$(tflm completion zsh)"           # in ~/.zshrc',
            "tflm completion fish | source          "
            "# in ~/.config/fish/config.fish",
        ),
    )
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))


def run(arguments: argparse.Namespace) -> None:
    """Prints the script of a shell."""
    import argcomplete

    print(argcomplete.shellcode(["tflm"], shell=arguments.shell))
