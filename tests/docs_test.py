"""The documents say what the code does; `make docs` checks their links."""

import json
import pathlib
import pkgutil
import re

import pytest

import tflm

ROOT = pathlib.Path(__file__).parents[1]
NOTEBOOK = json.loads((ROOT / "docs/quickstart.ipynb").read_text("utf-8"))
CODE = [c for c in NOTEBOOK["cells"] if c["cell_type"] == "code"]


def may_import_table() -> str:
    """Returns the table of architecture.bzl in Markdown."""
    scope: dict = {}
    exec((ROOT / "architecture.bzl").read_text("utf-8"), scope)
    table = scope["MAY_IMPORT"]
    lines, above = ["| part | may import |", "|---|---|"], []
    for part, others in table.items():
        text = ", ".join(f"`{other}`" for other in others) or "nothing of ours"
        if len(others) > 9 and others == sorted(above):
            text = "all above"
        lines.append(f"| `{part}` | {text} |")
        above.append(part)
    return "\n".join(lines)


def test_architecture_shows_who_may_import_whom():
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    assert may_import_table() in text


def test_architecture_names_every_folder():
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    folders = [p.parent.name for p in (ROOT / "tflm").glob("*/__init__.py")]
    assert [name for name in folders if f"`{name}/`" not in text] == []


def test_reference_lists_every_public_name_in_order():
    text = (ROOT / "docs/api.md").read_text("utf-8")
    assert re.findall(r"^::: tflm\.(\w+)$", text, re.M) == tflm.__all__


def test_every_document_is_in_the_navigation():
    pages = {path.name for path in (ROOT / "docs").glob("*.md")}
    shown = re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.M)
    assert pages <= {*shown}


def test_notebook_runs(converts_here, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    for cell in CODE:
        exec("".join(cell["source"]), names)
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(outputs().splitlines())


def test_notebook_shows_what_it_printed_and_nothing_of_the_machine():
    assert all(cell["outputs"] for cell in CODE)
    counts = [cell["execution_count"] for cell in CODE]
    assert counts == [*range(1, len(CODE) + 1)]
    assert not re.search(r"/|\\|\bCPU\b", outputs())


def outputs() -> str:
    return "".join(
        "".join(output["text"]) for cell in CODE for output in cell["outputs"]
    )


# Not the changelog: it tells of what there was.
DOCUMENTS = {
    path.name: path.read_text("utf-8")
    for path in [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").glob("*.md"),
    ]
}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_lead_somewhere(document):
    tops = "android_demo|benchmarks|docs|export|results|tests|tflm"
    paths = re.findall(rf"`((?:{tops})/[\w/.]*)`", DOCUMENTS[document])
    # NAME.py is the reader's own.
    missing = [p for p in paths if "NAME" not in p and not (ROOT / p).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_python_names_are_there(document):
    for name in re.findall(r"`(tflm(?:\.\w+)+)\b", DOCUMENTS[document]):
        pkgutil.resolve_name(name)
