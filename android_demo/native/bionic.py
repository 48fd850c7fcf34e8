"""Builds what an Android library needs in order to load on Linux.

    python -m android_demo.native.bionic LIBRARY FOLDER

compiles bionic.c, for the symbols that LIBRARY wants, into FOLDER: libc.so and
the three other names that Android gives parts of it, with a copy of LIBRARY.
With FOLDER on LD_LIBRARY_PATH it loads as it is, in a JVM or any other program.
"""

import argparse
import pathlib
import re
import shutil

from android_demo.build import tools
from android_demo.build.process import run

_SOURCE = pathlib.Path(__file__).with_name("bionic.c")
_VERSION = "LIBC { *; };\n"  # The one that every symbol of bionic has.
_PARTS = ("libdl.so", "liblog.so", "libm.so")  # Names only, all is in libc.so.


def build(
    library: pathlib.Path, folder: pathlib.Path, compiler: str = "gcc"
) -> None:
    """Writes a copy of `library`, and stand-ins for the libraries it needs.

    Args:
        library: an Android library of 64 bits, x86-64 or ARM64.
        folder: where to write, made if it is missing.
        compiler: the GCC for the library's processor.

    Raises:
        BuildError: the compiler is missing, or the library wants a symbol that
            neither bionic.c nor glibc has; the message names it.
    """
    tools.install(compiler)
    folder.mkdir(parents=True, exist_ok=True)
    ours = set(re.findall(r"^BIONIC\((\w+)\)", _SOURCE.read_text(), re.M))
    same = sorted(_wanted(library) - ours)
    (folder / "same.h").write_text("".join(f"SAME({name})\n" for name in same))
    (folder / "version").write_text(_VERSION)
    link = [compiler, "-shared", "-Wl,--version-script=version"]
    for name in _PARTS:
        empty = ["-xc", "/dev/null"]
        run([*link, f"-Wl,-soname={name}", "-o", name, *empty], cwd=folder)
    options = "-O1 -fPIC -Wall -Werror -I. -Wl,-soname=libc.so -Wl,-z,defs"
    output = ["-o", "libc.so", _SOURCE, "-lm", "-ldl"]
    run([*link, *options.split(), *output], cwd=folder)
    shutil.copy(library, folder)


def _wanted(library: pathlib.Path) -> set[str]:
    """Returns the symbols that a library asks Android's C library for."""
    listed = run(["nm", "-D", "--undefined-only", "-j", library])
    return set(re.findall(r"^(\w+)@LIBC$", listed, re.M))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--compiler", default="gcc")
    build(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
