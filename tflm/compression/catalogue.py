"""What methods there are, read from their source: nothing is imported.

So a command lists them and refuses a wrong name at once, where importing one
imports TensorFlow.
"""

import ast
import dataclasses
import functools
import pathlib

from tflm.compression import _METHODS, parser


@dataclasses.dataclass(frozen=True)
class Entry:
    """A method, as its file has it.

    Attributes:
        name: of its class.
        summary: the first line of its docstring.
        fields: with their defaults, both as they are written.
    """

    name: str
    summary: str
    fields: dict[str, str]

    @property
    def call(self) -> str:
        """The name with every field: "Prune(sparsity=0.5, ...)"."""
        fields = ", ".join(f"{name}={x}" for name, x in self.fields.items())
        return f"{self.name}({fields})"


@functools.cache
def entries() -> dict[str, Entry]:
    """Returns all methods by name, in the order of the registry."""
    return {name: _entry(name, file) for name, file in _METHODS.items()}


def check(written: str) -> None:
    """Refuses a text of methods that names what there is not.

    Whether values are in range is left to the methods.

    Raises:
        ValueError: as `compression.parse_all` does for syntax and names.
    """
    found = entries()
    parser.read_calls(written, found, lambda name: found[name].fields)


def _entry(name: str, file: str) -> Entry:
    path = pathlib.Path(__file__).with_name(f"{file}.py")
    tree = ast.parse(path.read_text("utf-8"))
    [found] = (
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == name
    )
    fields = {
        node.target.id: ast.unparse(node.value)
        for node in found.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.value
        and "ClassVar" not in ast.unparse(node.annotation)
    }
    summary = (ast.get_docstring(found) or "").splitlines()[0]
    return Entry(name, summary, fields)
