"""The public names: what `tflm` offers, and what their examples promise."""

import ast
import doctest
import inspect
import itertools
import pathlib
import pydoc

import pytest

import tflm
from tflm import compression

ROOT = pathlib.Path(__file__).parents[1]
SOURCE = (ROOT / "tflm/__init__.py").read_text("utf-8")

# About what this many people do in these places, the examples are.
TEXT = "".join(
    f"{person} {verb} the {thing} in the {place} .\n"
    for person in ("anna", "ben", "i", "we", "they", "you")
    for verb in ("see", "like", "want", "find", "paint")
    for thing in ("house", "boat", "tree", "bird")
    for place in ("garden", "city", "picture")
)

# So many trips, where the word before a city says which label it has.
CITIES = ("Bonn", "Lima", "Oslo", "Rome", "Paris", "Kyoto")
TRIPS = "".join(
    f"fly O\nfrom O\n{a} B-from\nto O\n{b} B-to\n\n"
    f"to O\n{b} B-to\nplease O\nfrom O\n{a} B-from\n\n"
    for a, b in itertools.permutations(CITIES, 2)
)


def names_for_type_checkers() -> dict[str, str]:
    """Returns what the block under TYPE_CHECKING imports, and from where."""
    [block] = [n for n in ast.parse(SOURCE).body if isinstance(n, ast.If)]
    assert ast.unparse(block.test) == "TYPE_CHECKING"
    return {
        alias.asname or alias.name: f"{node.module}:{alias.name}"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_three_lists_of_names_say_the_same():
    assert tflm.__all__ == [*tflm._HOME]
    assert names_for_type_checkers() == tflm._HOME


def test_the_documentation_lists_every_name_in_order():
    table = tflm.__doc__.split("\n\n")[2]
    listed = [
        name.strip()
        for line in table.splitlines()
        for name in line.strip()[len("to a phone  ") :].split(",")
    ]
    assert listed == tflm.__all__


def test_no_file_hides_a_name():
    """`import tflm.NAME` would put a module in the place of the function."""
    files = {path.stem for path in (ROOT / "tflm").iterdir()}
    assert not files & {*tflm.__all__}


def test_dir_shows_every_name():
    assert {*tflm.__all__} <= {*dir(tflm)}


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'compres'"):
        tflm.compres  # noqa: B018


def test_a_name_stays_what_it_is_when_its_module_is_imported():
    import tflm.bundle.bundle
    import tflm.compression.compress
    import tflm.evaluation.quality
    import tflm.model.foreign.keras.from_keras
    import tflm.tflite.convert
    import tflm.tflite.inspect

    for name in tflm.__all__:
        assert callable(getattr(tflm, name)), name


@pytest.mark.parametrize("name", tflm.__all__)
def test_every_name_says_what_it_is_and_shows_an_example(name):
    text = inspect.getdoc(getattr(tflm, name))
    assert "\nExamples:\n    >>> " in text


def test_examples_run_one_after_the_other(
    converts_here, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    pathlib.Path("text.txt").write_text(TEXT, "utf-8")
    pathlib.Path("trips.txt").write_text(TRIPS, "utf-8")
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    names = {"tflm": tflm}
    for name in tflm.__all__:
        text = inspect.getdoc(getattr(tflm, name))
        example = parser.get_doctest(text, names, name, None, 0)
        failed, _ = runner.run(example, clear_globs=False)
        assert not failed, capsys.readouterr().out
        names = example.globs
    exec(example_of("tagging"), {})
    assert "span_f1" in capsys.readouterr().out


def example_of(document):
    """Returns the first Python of a document, for the text that is here."""
    text = (ROOT / f"docs/{document}.md").read_text("utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    return code.replace("conll:data/snips", "conll:trips.txt").replace(
        '"bundle"', '"tagger"'
    )


def test_help_is_readable():
    shown = pydoc.render_doc(tflm, renderer=pydoc.plaintext)
    assert "The public names, in the order of the data's way" in shown
    assert all(name in shown for name in tflm.__all__)


@pytest.mark.parametrize(
    "methods",
    [
        "LowRank(rank=4), Prune(sparsity=0.5)",
        [compression.LowRank(rank=4), compression.Prune(sparsity=0.5)],
    ],
    ids=["text", "values"],
)
def test_compress_takes_methods_as_text_or_as_values(methods, model):
    smaller = tflm.compress(model, methods)
    assert smaller.parameters < model.parameters
    zeros = smaller.maps["layer_0/input"].weights[0].numpy() == 0
    assert zeros.mean() == pytest.approx(0.5, abs=0.05)


def test_compress_takes_one_method(model):
    smaller = tflm.compress(model, compression.LowRank(rank=4))
    assert smaller.parameters < model.parameters
