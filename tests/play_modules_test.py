"""The page's modules in Node give what Python gives, for the same vectors."""

import json
import pathlib
import shutil
import subprocess

import numpy as np
import pytest

from android_demo.build import tools

ROOT = pathlib.Path(__file__).parents[1]
PAGE = ROOT / "tflm/play/page"
TOKENS = json.loads((ROOT / "tests/tokenizer_vectors.json").read_text("utf-8"))
RULES = json.loads((ROOT / "tests/text_rules_vectors.json").read_text("utf-8"))
TYPING = json.loads(
    (
        ROOT / "android_demo/core/src/test/resources/typing_vectors.json"
    ).read_text("utf-8")
)

PIECES = json.loads(
    (
        ROOT / "android_demo/core/src/test/resources/piece_vectors.json"
    ).read_text("utf-8")
)

# The model that Java and Python have for these vectors, too.
SUGGEST = """
import {Typist} from './typist.js';
const step = {
  initialState: () => [0, 0, 0],
  read: async (token, state) => {
    const a = (state[0] * 31 + token * 7 + 1) % 65521;
    const b = (state[1] + a) % 4099;
    const logits = input.words.map(
        (_, i) => Math.floor(((a * (i + 1) * 37 + i * i + b) % 509) / 4) / 8);
    return {logits, state: [a, b, (state[2] + 1) % 1000], ms: 1};
  },
};
const special = [...input.words.keys()].filter(
    (id) => /^<.+>$/.test(input.words[id]));
const typist = new Typist(step, {
  words: input.words, start: input.start ?? [input.words.indexOf('<eos>')],
  unk: input.words.indexOf('<unk>'), padding: null, never_suggested: special,
  text: input.text, pieces: input.pieces, ...input.special_ids,
});
const output = [];
const count = input.count ?? 5;
for (const text of input.texts) output.push(await typist.suggest(text, count));
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Returns a function that runs a script beside the page's modules."""
    program = tools.tool("node")
    folder = tmp_path_factory.mktemp("page") / "page"
    shutil.copytree(PAGE, folder)
    (folder / "package.json").write_text('{"type": "module"}')

    def run(script, given):
        text = f"const input = {json.dumps(given)};\n{script}\n"
        text += "console.log(JSON.stringify(output));\n"
        (folder / "script.js").write_text(text, "utf-8")
        done = subprocess.run(
            [program, "script.js"], cwd=folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_tokenizer_gives_the_tokens_of_the_vectors(node):
    script = "import {tokenize} from './tokenizer.js';"
    script += "const output = input.map(tokenize);"
    found = node(script, [vector["text"] for vector in TOKENS])
    for vector, tokens in zip(TOKENS, found, strict=True):
        assert tokens == vector["tokens"], vector["text"]


def test_text_rules_give_the_words_of_the_vectors(node):
    script = "import {textRules} from './text_rules.js';"
    script += "const output = input.map(({rules, text}) => {"
    script += "const found = textRules(rules), plain = found.plain(text);"
    script += "return found.words(plain); });"
    for vector, words in zip(RULES, node(script, RULES), strict=True):
        assert words == vector["tokens"], vector


def test_a_text_begins_with_what_the_bundle_says(node):
    text = {"tokenizer": "typed", "lower_case": True, "display": {}}
    given = {"words": TYPING["words"], "text": text, "texts": ["", "you "]}
    steps = {
        size: [
            len(answer["stepsMs"])
            for answer in node(SUGGEST, given | {"start": [0] * size})
        ]
        for size in (0, 1, 3)
    }
    assert steps == {0: [0, 1], 1: [1, 1], 3: [3, 1]}


@pytest.mark.parametrize("tokenizer", ["typed", "white space"])
def test_suggestions_are_those_of_the_vectors(node, tokenizer):
    vectors = TYPING[tokenizer]
    text = {
        "tokenizer": tokenizer,
        "lower_case": tokenizer == "typed",
        "display": TYPING["display"],
    }
    texts = [vector["text"] for vector in vectors]
    given = {"words": TYPING["words"], "text": text, "texts": texts}
    for vector, answer in zip(vectors, node(SUGGEST, given), strict=True):
        assert answer["words"] == vector["suggestions"], vector["text"]


def test_pieces_are_those_of_the_library(node):
    script = "import {Typist} from './typist.js';"
    script += "const output = Object.values(input).map((facts) => {"
    script += "const typist = new Typist(null,"
    script += "{...facts, never_suggested: [], ...facts.special_ids});"
    script += "return Object.keys(facts.ids).map((text) => "
    script += "typist.encode(typist.rules.words(text))); });"
    for name, found in zip(PIECES, node(script, PIECES), strict=True):
        assert found == [*PIECES[name]["ids"].values()], name


@pytest.mark.parametrize("name", PIECES)
def test_pieces_are_joined_to_the_words_of_python(node, name):
    expected = PIECES[name]["suggestions"]
    given = PIECES[name] | {"texts": [*expected], "start": [0], "count": 3}
    answers = node(SUGGEST, given)
    found = {
        text: answer["words"]
        for text, answer in zip(expected, answers, strict=True)
    }
    assert found == expected
    assert max(len(answer["stepsMs"]) for answer in answers) <= 64 + 20


def test_a_word_that_goes_on_is_not_read_again(node):
    texts = ["", "you ", "you s", "you se", "you see", "you see ", "you "]
    text = {"tokenizer": "typed", "lower_case": True, "display": {}}
    given = {"words": TYPING["words"], "text": text, "texts": texts}
    steps = [len(answer["stepsMs"]) for answer in node(SUGGEST, given)]
    assert steps == [1, 1, 0, 0, 0, 1, 1]


def test_a_chosen_word_takes_the_place_of_its_letters(node):
    texts = ["I’m he", "hello ", "see you,", ""]
    text = {"tokenizer": "typed", "lower_case": True, "display": {}}
    given = {"words": TYPING["words"], "text": text, "texts": texts}
    before = [answer["before"] for answer in node(SUGGEST, given)]
    assert before == ["I'm ", "hello ", "see you", ""]


def test_keys_are_those_of_the_language(node):
    script = "import {layout} from './layouts.js';"
    script += "const output = input.map((tag) => { const found = layout(tag);"
    script += "return [found.rows[0].slice(0, 6).join(''), found.stop,"
    script += "found.hasShift, found.shifted.get('ब') ?? '']; });"
    tags = ["", "de-AT", "fr", "tr", "ar", "hi", "fi"]
    assert node(script, tags) == [
        ["qwerty", ".", True, ""],
        ["qwertz", ".", True, ""],
        ["azerty", ".", True, ""],
        ["qwerty", ".", True, ""],
        ["ضصثقفغ", ".", False, ""],
        ["ौैाीूब", "।", True, "भ"],
        ["qwerty", ".", True, ""],
    ]


def test_each_letter_of_a_shifted_layout_has_a_key(node):
    script = "import {layout} from './layouts.js';"
    script += "const {rows, shifted} = layout('hi');"
    script += "const output = [new Set(rows.flat()).size, shifted.size];"
    assert node(script, None) == [31, 31]


def test_text_goes_in_the_direction_of_its_language(node):
    script = "import {isRightToLeft} from './layouts.js';"
    script += "const output = input.map(isRightToLeft);"
    tags = ["ar-EG", "he", "de", "", "arn"]
    assert node(script, tags) == [True, True, False, False, False]


def test_capitals_are_those_of_the_language(node):
    script = "import {capitalize} from './tokenizer.js';"
    script += "const output = input.map(([w, tag]) => capitalize(w, tag));"
    given = [["iyi", "tr"], ["ışık", "az"], ["iyi", ""], ["𐐨a", "de"]]
    assert node(script, given) == ["İyi", "Işık", "Iyi", "𐐀a"]


def test_percentiles_are_those_of_numpy(node):
    script = "import {percentile, sorted} from './statistics.js';"
    script += "const output = [0, 5, 50, 95, 99, 100].map("
    script += "(p) => percentile(sorted(input), p));"
    times = np.random.default_rng(0).exponential(size=37).tolist()
    found = node(script, times)
    expected = np.percentile(times, [0, 5, 50, 95, 99, 100])
    assert found == pytest.approx(expected.tolist())


@pytest.mark.parametrize("times", [[1.0], [2.0, 2.0], [1.0, 2.0, 90.0]])
def test_histogram_counts_every_time(node, times):
    script = "import {histogram, sorted} from './statistics.js';"
    script += "const output = histogram(sorted(input), 8);"
    found = node(script, times)
    assert sum(found["counts"]) == len(times)
    assert found["from"] == min(times)
