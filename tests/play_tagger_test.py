"""tflm play in headless Chromium with a tagger: what it shows of typed text.

The .tflite file runs in the page; what it finds is what Python finds.
"""

import numpy as np
import pytest
from selenium.webdriver.support.wait import WebDriverWait

from tests.served_page import pages
from tflm.bundle.bundle import in_memory
from tflm.bundle.manifest import About
from tflm.bundle.sentence_tagger import SentenceTagger
from tflm.bundle.tagging import Tagging
from tflm.model.build import build_model
from tflm.model.config import LayerConfig
from tflm.model.tagger_config import TaggerConfig
from tflm.text.rules import TextRules
from tflm.text.tagged.lexicon import Lexicon
from tflm.text.tagged.sentence import TaggedSentence
from tflm.tflite.convert import convert_here

SECONDS = 60
WORDS = "book a table for 4 people in Paris tomorrow at 7 pm".split()
SPANS = ("O", "B-city", "I-city", "B-time", "I-time", "B-size")
PARTS = ("NOUN", "VERB", "DET", "ADP", "NUM", "PUNCT")
RULES = TextRules("marked", lower_case=False, options={"ends": ["n't"]})
TEXTS = (
    "book a table",
    "book a table for 4 people in Paris tomorrow at 7 pm",
    "Don't, KLM!\nat 7 in Paris",
    "\U0001f600\U0001f600 中文 in Paris, \U0001d4d7i ",
)


@pytest.fixture(scope="module")
def content():
    """A file of both directions that reads suffixes and feeds labels back."""
    config = TaggerConfig(
        vocabulary_size=len(WORDS) + 2,
        embedding_size=6,
        layers=(LayerConfig("dense", 8, activation="relu"),) * 2,
        init_scale=0.9,
        labels=len(SPANS),
        window=1,
        previous=2,
        label_size=3,
        suffixes=len({*WORDS}) + 2,
        suffix_size=3,
        direction="both",
    )
    return convert_here(build_model(config), "float32"), config.reading


def bundle(content, labels):
    model, reading = content
    sentences = [TaggedSentence(tuple(WORDS), tuple(labels * 2))] * 2
    known = Lexicon.build(sentences, 100)
    known = Lexicon(known.words, labels, known.suffixes, known.letters)
    metrics = {"accuracy": 0.5, "span_f1": 0.125}
    tagging = Tagging(known, reading)
    about = About("slots", rules=RULES, metrics=metrics, tagging=tagging)
    return in_memory(model, known.words, about)


@pytest.fixture(scope="module")
def slots(content):
    return bundle(content, SPANS)


@pytest.fixture(scope="module")
def serve():
    """Returns a function that serves the page of a bundle, for its URL."""
    with pages() as start:
        yield start


@pytest.fixture(scope="module")
def url(serve, slots):
    return serve(slots)


def finder(made):
    """Returns a function that finds as Python does: texts and kinds."""
    tagger = SentenceTagger(made)

    def find(text):
        lines = text.split("\n")
        found = [each for line in lines for each in tagger.find(line)]
        return [(each.text, each.kind) for each in found]

    return find


@pytest.fixture(scope="module")
def find(slots):
    return finder(slots)


@pytest.fixture
def page(browser, url):
    return Page(browser, url)


class Page:
    """The page, as a person sees it."""

    def __init__(self, browser, url):
        self.browser = browser
        browser.get(url)
        self.wait(lambda: self.find("#measure").is_enabled())

    def wait(self, condition):
        WebDriverWait(self.browser, SECONDS, 0.02).until(
            lambda _: condition(), f"still: {self.find('#status').text}"
        )

    def find(self, selector):
        return self.browser.find_element("css selector", selector)

    def ask(self, script, *given):
        return self.browser.execute_script(f"return {script}", *given)

    def clear(self):
        """Empties the field, as a person does that selects all of it."""
        self.ask("document.getElementById('text').select()")
        self.find("#text").send_keys("\b")

    def insert(self, text):
        """Types text, of which a keyboard need not have the characters."""
        self.find("#text").click()
        self.browser.execute_cdp_cmd("Input.insertText", {"text": text})

    def found(self):
        """Returns the texts in the list and their kinds."""
        pairs = self.ask(
            "[...document.querySelectorAll('#found li')].map((item) =>"
            "[...item.children].map((part) => part.textContent))"
        )
        return [(text, kind) for text, kind in pairs]

    def coloured(self):
        """Returns the same of the colours behind the text."""
        pairs = self.ask(
            "[...document.querySelectorAll('#colours mark')].map((mark) =>"
            "[mark.textContent, mark.dataset.kind])"
        )
        return [(text, kind) for text, kind in pairs]

    def shows(self, found):
        """Tells whether the list and the colours come to be these."""
        self.wait(lambda: self.found() == found == self.coloured())
        return True


def test_page_is_of_the_tagger_and_begins_with_a_text(page, slots, find):
    assert page.find("h1").text == "slots"
    size = f"{len(slots.model) / 1e6:.2f}".rstrip("0")
    words = len(slots.vocabulary)
    assert page.find("#summary").text == (
        f"{size} MB · {words} words · span F1 12.5 %"
    )
    text = page.find("#text").get_property("value")
    assert text
    assert page.shows(find(text))


def test_typed_text_has_what_python_finds(page, find):
    for text in TEXTS:
        page.clear()
        page.insert(text)
        assert page.find("#text").get_property("value") == text
        assert find(text)
        assert page.shows(find(text))


def test_each_word_has_its_part_of_speech(browser, serve, content):
    made = bundle(content, PARTS)
    find, page = finder(made), Page(browser, serve(made))
    page.clear()
    page.insert(TEXTS[2])
    assert page.shows(find(TEXTS[2]))
    assert [text for text, _ in page.found()] == [
        *("Do", "n't", ",", "KLM", "!", "at", "7", "in", "Paris")
    ]


def test_the_kinds_of_a_text_stand_out_of_all(page, find):
    page.clear()
    page.insert(TEXTS[1])
    page.shows(find(TEXTS[1]))
    kinds = {kind for _, kind in find(TEXTS[1])}
    shown = page.ask(
        "[...document.querySelectorAll('#kinds .here')]"
        ".map((item) => item.textContent)"
    )
    assert {*shown} == kinds
    hue = "getComputedStyle(document.querySelector(arguments[0]))"
    for kind in kinds:
        mark = page.ask(f"{hue}.backgroundColor", f"mark[data-kind={kind}]")
        item = page.ask(f"{hue}.backgroundColor", f"li[data-kind={kind}]")
        assert mark == item
        assert mark.startswith("oklch")


def test_an_input_method_is_left_alone(page, find):
    page.clear()
    page.find("#text").click()
    for text in ["n", "ni", "你"]:
        page.browser.execute_cdp_cmd(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": 0, "selectionEnd": len(text)},
        )
        page.shows(find(text))
    page.insert("你好 Paris")
    assert page.find("#text").get_property("value") == "你好 Paris"
    assert page.shows(find("你好 Paris"))


def test_colours_have_the_shape_of_the_text(page, find):
    text = f"{' '.join(WORDS * 4)}\n\n{'x' * 300}\n"
    page.clear()
    page.insert(text)
    page.shows(find(text))
    field, colours = (
        page.ask(
            "[...['offsetHeight', 'scrollHeight', 'offsetWidth', 'offsetTop']]"
            ".map((name) => document.querySelector(arguments[0])[name])",
            selector,
        )
        for selector in ("#text", "#colours")
    )
    assert field == colours
    assert field[1] <= field[0]  # Nothing is scrolled out of sight.


def test_times_of_sentences_are_shown_and_steps_are_measured(page, find):
    page.clear()
    page.insert(TEXTS[1])
    page.shows(find(TEXTS[1]))
    page.find("#measure").click()
    page.wait(lambda: page.find("#save").is_enabled())
    for figure in ("sentences", "steps", "keys"):
        assert "p50" in page.find(f"#{figure} p").text
    assert page.find("#status").text == "Measured 500 steps"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_colours_and_fits_a_phone(page, find, scheme):
    page.browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    metrics = {"width": 320, "height": 860, "mobile": True}
    metrics["deviceScaleFactor"] = 2
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        page.clear()
        page.insert(TEXTS[1])
        page.shows(find(TEXTS[1]))
        assert page.ask("document.documentElement.scrollWidth <= innerWidth")
        for ink, paper in page.ask(COLOURS):
            assert contrast(ink, paper) > 4.5
    finally:
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


COLOURS = """(() => {
const canvas = document.createElement('canvas').getContext('2d');
const rgb = (colour) => {
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
};
return [...document.querySelectorAll('#found li')].map((item) => {
  const {color, backgroundColor} = getComputedStyle(item);
  return [rgb(color), rgb(backgroundColor)];
});
})()"""


def contrast(some, other):
    """Returns the contrast of two sRGB colours, as WCAG 2 defines it."""

    def luminance(colour):
        c = np.array(colour) / 255
        c = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        return c @ [0.2126, 0.7152, 0.0722] + 0.05

    low, high = sorted([luminance(some), luminance(other)])
    return high / low
