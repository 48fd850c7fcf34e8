"""`python -m tflm`, where the command `tflm` is not on the path."""

from tflm import cli

if __name__ == "__main__":
    cli.run()
