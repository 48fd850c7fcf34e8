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
TAGGING = json.loads((ROOT / "tests/tagger_vectors.json").read_text("utf-8"))

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

# Likewise, the tagger.
TAG = """
import {decode} from './decoder.js';
import {Tagger} from './tagger.js';
const {words, suffixes, labels, tagging, rules, texts} = input;
const step = (direction) => ({
  initialState: () => Array(1 + tagging.previous).fill(0),
  read: async (token, state) => {
    const numbers = [...token, ...state];
    const total = numbers.reduce(
        (sum, each, i) => sum + (31 * i + 7) * each, 5 * direction) % 4099;
    const logits = labels.map(
        (_, i) => ((total * (i + 1) * 37 + i * i) % 509) / 32 + i / 1024);
    const label = logits.indexOf(Math.max(...logits));
    return {logits, state: [total, ...state.slice(2), label + 1], ms: 1};
  },
});
const steps = tagging.directions.map((_, direction) => step(direction));
const tagger = new Tagger(
    steps, {words, text: rules, tagging: {...tagging, labels, suffixes}});
const output = [];
for (const text of texts) {
  const {found, sentencesMs} = await tagger.tag(text);
  const typed = tagger.rules.places(tagger.rules.plain(text));
  const ids = tagger.forms.encode(typed.map(({token}) => token));
  const {scores} = await decode(steps, tagging, ids);
  output.push({ids, scores, sentencesMs, found: found.map(
      ({kind, start, end}) => [kind, text.slice(start, end)])});
}
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
    assert before == ["I’m ", "hello ", "see you", ""]


@pytest.mark.parametrize("kind", ["typed", "marked", "unicode", "segmented"])
def test_text_before_a_chosen_word_is_as_it_was_typed(node, kind):
    befores = ["“I’m… ", "cafe\u0301 ", "‘中文’ …", "Ko\u0308ln’s ”"]
    options = {"lexicon": []} if kind == "segmented" else {}
    text = {"tokenizer": kind, "lower_case": True, "display": {}}
    given = {"words": TYPING["words"], "text": text | {"options": options}}
    texts = [f"{before}he" for before in befores]
    answers = node(SUGGEST, given | {"texts": texts})
    assert [answer["before"] for answer in answers] == befores


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


def test_marked_text_has_the_words_of_the_vectors(node):
    script = "import {textRules} from './text_rules.js';"
    script += "const output = input.map(({rules, text}) => {"
    script += "const found = textRules(rules);"
    script += "return found.words(found.plain(text)); });"
    vectors = TAGGING["splits"]
    for vector, words in zip(vectors, node(script, vectors), strict=True):
        assert words == vector["words"], vector


def test_words_are_known_by_the_forms_of_the_vectors(node):
    script = "import {form, suffix} from './forms.js';"
    script += "const output = input.map(({word}) => ({word, form: form(word),"
    script += "suffixes: [suffix(word, 1), suffix(word, 3)]}));"
    assert node(script, TAGGING["forms"]) == TAGGING["forms"]


def test_windows_are_those_of_the_vectors(node):
    script = "import {windows} from './windows.js';"
    script += "const output = input.map(({ids, window}) => ["
    script += "windows(ids, window),"
    script += "windows(ids.toReversed(), window).toReversed()]);"
    vectors = TAGGING["windows"]
    expected = [[each["forward"], each["backward"]] for each in vectors]
    assert node(script, vectors) == expected


def test_labels_say_the_spans_of_the_vectors(node):
    script = "import {spans} from './spans.js';"
    script += "const output = input.map(({labels}) => ({labels, spans: "
    script += "spans(labels).map(({kind, start, end}) => [kind, start, end])"
    script += "}));"
    assert node(script, TAGGING["spans"]) == TAGGING["spans"]


def tag(node, tagger, texts):
    """Returns what the page finds with a tagger of the vectors."""
    has_spans = "O" in tagger["labels"]
    tagging = {**tagger["tagging"], "has_spans": has_spans}
    rules = TAGGING["splits"][0]["rules"]
    given = {**tagger, "tagging": tagging, "rules": rules, "texts": texts}
    return node(TAG, given)


@pytest.mark.parametrize("tagger", TAGGING["taggers"])
def test_sentences_are_labelled_as_in_the_vectors(node, tagger):
    sentences = tagger["sentences"]
    answers = tag(node, tagger, [each["text"] for each in sentences])
    for sentence, answer in zip(sentences, answers, strict=True):
        assert answer["found"] == sentence["found"], sentence["text"]
        assert (
            np.ravel(answer["ids"]).tolist()
            == np.ravel(sentence["ids"]).tolist()
        )
        assert np.ravel(answer["scores"]) == pytest.approx(
            np.ravel(sentence["scores"]), abs=1e-4
        )


def test_what_is_found_is_a_part_of_the_text_as_it_was_typed(node):
    tagger = TAGGING["taggers"][-1]  # Of words, so that all are found.
    text = "Don’t… cafe\u0301 \U0001f600\U0001f600!\n中文 “ok”"
    [answer] = tag(node, tagger, [text])
    assert [found for _, found in answer["found"]] == [
        *("Do", "n’t", "…", "cafe\u0301", "\U0001f600\U0001f600", "!"),
        *("中文", "“", "ok", "”"),
    ]


def test_a_sentence_that_was_answered_is_not_read_again(node):
    tagger = TAGGING["taggers"][0]
    texts = ["a table", "a table\nat pm", "a table\nat pm\n", "at pm"]
    answers = tag(node, tagger, [*texts, "a table\na table"])
    found = [answer["sentencesMs"] for answer in answers]
    assert found == [[[1, 1]], [[1, 1]], [], [], [[1, 1]]]


def test_colours_stay_with_their_words_while_text_changes(node):
    script = "import {moved} from './moved.js';"
    script += "const found = [{start: 0, end: 3}, {start: 4, end: 7}];"
    script += "const output = input.map((after) => "
    script += "moved(found, 'one two', after)"
    script += ".map(({start, end}) => after.slice(start, end)));"
    assert node(script, ["one two.", "a one two", "one to", "on two", ""]) == [
        ["one", "two"],
        ["one", "two"],
        ["one"],
        ["two"],
        [],
    ]


def test_kinds_have_colours_apart_from_those_before_and_after(node):
    script = "import {hues} from './palette.js';"
    script += "const output = input.map((fields) => [...hues(fields)]);"
    places = ["O", "B-x", "I-x", "I-y", "B-a-b"]
    spans, words = node(
        script,
        [
            {"labels": places, "has_spans": True},
            {"labels": ["NOUN", "O", "VERB"], "has_spans": False},
        ],
    )
    assert [kind for kind, _ in spans] == ["x", "y", "a-b"]
    assert [kind for kind, _ in words] == ["NOUN", "O", "VERB"]
    hues = [hue for _, hue in spans]
    assert all(60 < (a - b) % 360 < 300 for a in hues for b in hues if a != b)


def test_first_text_is_of_the_kind_and_the_language_of_the_tagger(node):
    script = "import {example} from './examples.js';"
    script += "const output = input.map("
    script += "([kinds, words]) => example(kinds, words).split(' ')[0]);"
    taggers = [
        (["artist", "city"], ["add", "a"]),
        (["NOUN"], ["the", "old", "stairs", "it"]),
        (["NOUN"], ["le", "vieux", "les", "et", "il"]),
        (["fromloc.city_name"], []),
        (["PER", "ORG"], ["the", "old"]),
    ]
    assert node(script, taggers) == ["Add", "The", "Le", "show", "Marie"]


def test_only_the_newest_question_is_answered(node):
    script = "import {Newest} from './newest.js';"
    script += "const asked = [], output = [];"
    script += "const newest = new Newest(async (question) => {"
    script += "asked.push(question); return question * 10; },"
    script += "(answer, question) => output.push([answer, question]));"
    script += "newest.put(1); newest.put(2); await newest.put(3);"
    script += "await new Promise((resolve) => setTimeout(resolve));"
    script += "output.push(asked);"
    assert node(script, None) == [[30, 3], [1, 3]]
