"""Builds what an Android library needs in order to load on Linux.

That is bionic.c, compiled for the symbols that the library wants: libc.so and
the three other names that Android gives parts of it, beside a copy of the
library. With their folder on LD_LIBRARY_PATH it loads as it is, in a JVM or any
other program.
"""

import pathlib
import re
import shutil

from tflm.emulator import tools
from tflm.emulator.tools import run

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
        OSError: the compiler is missing.
        RuntimeError: the library wants a symbol that neither bionic.c nor
            glibc has; the message names it.
    """
    tools.require(compiler, "nm")
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
    output: list[str | pathlib.Path] = ["-o", "libc.so", _SOURCE, "-lm", "-ldl"]
    run([*link, *options.split(), *output], cwd=folder)
    shutil.copy(library, folder)


def _wanted(library: pathlib.Path) -> set[str]:
    """Returns the symbols that a library asks Android's C library for."""
    listed = run(["nm", "-D", "--undefined-only", "-j", library])
    return set(re.findall(r"^(\w+)@LIBC$", listed, re.M))
