"""tflm play in headless Chromium: typed as a person types, by the page's keys.

The .tflite file runs in the page; what it suggests is what Python suggests.
"""

import dataclasses
import functools
import json
import pathlib

import numpy as np
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.served_page import pages
from tflm.bundle import golden, suggester
from tflm.bundle.bundle import Bundle
from tflm.bundle.suggester import Suggester
from tflm.latency import results
from tflm.report import latency_table
from tflm.text.cache_settings import CacheSettings
from tflm.text.tokenizer import is_word
from tflm.tflite.interpreter import load_step

ROOT = pathlib.Path(__file__).parents[1]
BUNDLE = ROOT / "android_demo/app/src/main/assets/keyboard"
SECONDS = 60
TEXTS = (
    "see you",
    "how are you doing today? ",
    "I'm on my w",
    "thank you so much for ",
    "What do you wa",
    "the weather is nice, is",
    "i have 3 cats :) Th",
)
KEYS = {" ": "space", "\n": "enter"}
STEPS = """
const [tokens, done] = arguments;
(async () => {
const {load} = await import('./step.js');
const content = await (await fetch('model.tflite')).arrayBuffer();
const runtime = new URL('runtime/', location.href).href;
globalThis.step ??= await load(runtime, new Uint8Array(content));
let state = step.initialState();
const found = [];
for (const token of tokens) {
  const result = await step.read(token, state);
  state = result.state;
  found.push([...result.logits]);
}
return found;
})().then(done, (error) => done(String(error)));
"""


@pytest.fixture(scope="module")
def bundle():
    return Bundle.load(BUNDLE)


@pytest.fixture(scope="module")
def suggest(bundle):
    return Suggester(bundle).suggest


@pytest.fixture
def suggest_on_a_phone(bundle, monkeypatch):
    """Suggests by the sums that golden answers are of."""
    monkeypatch.setattr(suggester, "load_step", golden.as_on_a_phone)
    return Suggester(bundle).suggest


@pytest.fixture(scope="module")
def serve_any():
    """Returns a function that serves the page of a bundle, for its URL."""
    with pages() as start:
        yield start


@pytest.fixture(scope="module")
def serve(serve_any, bundle):
    """Returns a function that serves the page and returns its URL."""
    return functools.partial(serve_any, bundle)


@pytest.fixture(scope="module")
def url(serve):
    return serve()


@pytest.fixture
def page(browser, url):
    return Page(browser, url)


class Page:
    """The page, as a person sees and touches it."""

    def __init__(self, browser, url):
        self.browser = browser
        browser.get(url)
        self.wait(lambda: self.suggestions() and self.enabled("#measure"))

    def wait(self, condition):
        WebDriverWait(self.browser, SECONDS, 0.02).until(
            lambda _: condition(), f"still: {self.text('#status')}"
        )

    def find(self, selector):
        return self.browser.find_element("css selector", selector)

    def text(self, selector):
        return self.find(selector).text

    def enabled(self, selector):
        return self.find(selector).is_enabled()

    def suggestions(self):
        buttons = self.browser.find_elements(
            "css selector", "#suggestion-bar button"
        )
        return [word for button in buttons if (word := button.text)]

    def put_cursor(self, start, end=None):
        """Puts the cursor there, or selects the text up to `end`."""
        self.browser.execute_script(
            "document.getElementById('text').setSelectionRange(...arguments)",
            start,
            start if end is None else end,
        )

    def choose(self):
        """Taps the first suggestion, and returns it."""
        word, *_ = self.suggestions()
        self.find("#suggestion-bar button").click()
        return word

    def typed(self):
        return self.find("#text").get_property("value")

    def press(self, key):
        self.find(f"[data-key='{key}']").click()

    def type(self, text):
        """Presses the key of each character, with shift and symbols."""
        for character in text:
            key = KEYS.get(character, character.lower())
            if self.missing(key):
                self.press("layer")
            if character.isupper():
                self.press("shift")
            self.find(f'[data-key="{key}"]').click()
        if not self.browser.find_elements("css selector", "[data-key=a]"):
            self.press("layer")

    def missing(self, key):
        selector = f'[data-key="{key}"]'
        return not self.browser.find_elements("css selector", selector)

    def shows(self, words):
        """Tells whether the suggestion bar comes to show these words."""
        self.wait(lambda: self.suggestions() == words)
        return True

    def times(self, figure):
        """Returns how many times a figure shows."""
        last = self.text(f"#{figure} p").split()[-1]
        return int(last.replace(",", "")) if last[0].isdigit() else 0


def test_page_says_what_the_model_is(page, bundle):
    card = page.text("#model")
    assert page.text("h1") == bundle.manifest["name"]
    assert page.text("#summary") == "1.58 MB · 14,000 words · perplexity 51.82"
    assert bundle.manifest["files"]["model.tflite"]["sha256"] in card
    assert "@litertjs/core 2.5.3" in card
    assert "WebAssembly in this browser, not a phone app" in page.text(".facts")


@pytest.mark.parametrize("has_cache", [False, True])
def test_page_says_what_it_leaves_out_of_suggestions(
    browser, serve_any, bundle, has_cache
):
    cache = {"cache": CacheSettings().fields()} if has_cache else {}
    manifest = {**bundle.manifest, **cache}
    made = dataclasses.replace(bundle, manifest=manifest)
    card = Page(browser, serve_any(made)).text("#model")
    assert "without forgiven slips, unlike those of tflm suggest" in card
    assert ("without the cache" in card) == has_cache


def test_logits_are_those_of_the_host(page, bundle):
    """The host's with XNNPACK, which the runtime in the page has, too."""
    step = load_step(bundle.model)
    for sequence in bundle.golden["sequences"]:
        tokens, state = sequence["tokens"], step.initial_state()
        found = page.browser.execute_async_script(STEPS, tokens)
        assert isinstance(found, list), found
        for token, logits in zip(tokens, found, strict=True):
            expected, state = step(token, state)
            np.testing.assert_allclose(logits, np.ravel(expected), atol=1e-3)


@pytest.mark.parametrize("text", TEXTS)
def test_typed_text_has_the_suggestions_of_python(page, suggest, text):
    page.type(text)
    assert page.typed() == text
    assert page.shows(suggest(text))


def test_golden_texts_have_their_suggestions(
    page, bundle, suggest, suggest_on_a_phone
):
    """But for marks, which the bar leaves to their keys."""
    display = bundle.manifest["text"]["display"]
    field = page.find("#text")
    for sequence in bundle.golden["sequences"]:
        best = sequence["steps"][-1]["suggestions"][""]
        words = [display.get(word, word) for word in best if is_word(word)]
        text = f"{sequence['text']} "
        assert suggest_on_a_phone(text)[: len(words)] == words
        field.clear()
        field.send_keys(text)
        assert page.shows(suggest(text))


def test_chosen_word_takes_the_place_of_its_letters(page, suggest):
    page.type("see you tomo")
    page.shows(suggest("see you tomo"))
    word, *_ = suggest("see you tomo")
    page.find("#suggestion-bar button").click()
    assert page.typed() == f"see you {word} "
    assert page.shows(suggest(f"see you {word} "))


def test_a_word_chosen_after_the_cursor_was_moved_comes_in_there(page, suggest):
    page.type("hello world ")
    page.shows(suggest("hello world "))
    page.put_cursor(0)
    assert page.shows(suggest(""))
    word = page.choose()
    assert page.typed() == f"{word} hello world "


def test_a_chosen_word_takes_the_place_of_what_is_selected(page, suggest):
    page.type("hello world ")
    page.shows(suggest("hello world "))
    page.put_cursor(len("hello "), len("hello world "))
    assert page.shows(suggest("hello "))
    word = page.choose()
    assert page.typed() == f"hello {word} "


def test_a_suggestion_for_another_text_than_is_there_is_not_written(
    page, suggest
):
    page.type("hello world ")
    page.shows(suggest("hello world "))
    page.browser.execute_script(
        "document.getElementById('text').setSelectionRange(6, 6);"
        "document.querySelector('#suggestion-bar button').click();"
    )
    assert page.typed() == "hello world "
    assert page.shows(suggest("hello "))


def test_what_was_written_before_a_chosen_word_stays_to_the_letter(
    page, suggest
):
    before = "“so…” it’s cafe\u0301 "
    page.find("#text").send_keys(f"{before}tomo")
    page.shows(suggest(f"{before}tomo"))
    word = page.choose()
    assert page.typed() == f"{before}{word} "


def test_keys_delete_and_start_lines(page, suggest):
    page.type("thee")
    page.press("backspace")
    page.press("space")
    page.press("enter")
    assert page.typed() == "the \n"
    assert page.shows(suggest("the \n"))


def test_page_is_used_by_the_keys_of_a_computer_alone(page, suggest):
    page.find("#text").send_keys("are y")
    page.shows(suggest("are y"))
    ActionChains(page.browser).send_keys(Keys.TAB, Keys.ENTER).perform()
    assert page.typed() == f"are {suggest('are y')[0]} "


def test_every_control_has_a_name(page):
    for element in page.browser.find_elements("css selector", "button"):
        if element.is_enabled():
            assert element.accessible_name
    assert page.find("#text").accessible_name == "Text"
    for figure in ["steps", "keys"]:
        picture = page.find(f"#{figure} svg")
        assert "p50" in picture.accessible_name or not page.times(figure)


def test_histograms_fill(page):
    page.type("see you ")
    page.wait(lambda: page.times("keys") > 0 and page.times("steps") >= 2)
    assert "p50" in page.text("#keys p")
    assert "p95" in page.text("#keys p")
    assert page.browser.find_elements("css selector", "#keys rect")


def test_suggestion_bar_does_not_hold_up_typing(page, suggest):
    """Keys that are faster than answers skip to the newest text."""
    text = "what do you want to do when you get home "
    page.browser.execute_script(
        "for (const key of arguments[0])"
        " document.querySelector(`[data-key='${key}']`).click();",
        [KEYS.get(character, character) for character in text],
    )
    assert page.typed() == text
    assert page.shows(suggest(text))


def test_measurement_is_saved_as_a_benchmark_is(page, bundle):
    page.type("hi ")
    page.find("#measure").click()
    page.wait(lambda: page.enabled("#save"))
    page.find("#save").click()
    saved = page.browser.downloads / "tflm-play.json"
    page.wait(saved.exists)
    [found] = results.load(saved)
    assert found.device == "browser"
    assert found.latency.runs == 500
    assert found.latency.p5_ms <= found.latency.p50_ms
    assert found.latency.file_bytes == len(bundle.model)
    assert found.latency.runtime == "@litertjs/core 2.5.3, WebAssembly"
    assert found.keystrokes["runs"] >= 1
    assert "Chrome" in found.device_state["user_agent"]
    assert found.warnings == ("WebAssembly in a browser, not a phone app",)
    [row] = json.loads(saved.read_text())["results"]
    assert row["latency"]["median_ms"] == row["latency"]["p50_ms"]
    assert "browser" in latency_table.table([found])


def test_page_with_a_token_works_and_without_is_refused(
    browser, serve, suggest
):
    url = serve(token="secret")
    page = Page(browser, url)
    page.type("see ")
    assert page.shows(suggest("see "))
    browser.get(url.removesuffix("secret/"))
    assert page.text("body") == "Forbidden"
    browser.get_log("browser")  # Has the refusal, which is none of the page.


def test_page_asks_nobody_else(page):
    names = page.browser.execute_script(
        "return performance.getEntriesByType('resource').map(e => e.name)"
    )
    origin = page.browser.execute_script("return location.origin")
    assert names
    assert all(name.startswith(f"{origin}/") for name in names)
    # The runtime writes what it does to the console, all as errors.
    severe = [
        entry["message"]
        for entry in page.browser.get_log("browser")
        if entry["level"] == "SEVERE" and "/litert_wasm" not in entry["message"]
    ]
    assert severe == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 768, 1100])
def test_page_fits_each_screen(page, tmp_path, scheme, width):
    page.browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    metrics = {"width": width, "height": 860, "mobile": width < 500}
    metrics["deviceScaleFactor"] = 2
    page.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        page.type("thank you ")
        page.find("#measure").click()
        page.wait(lambda: page.enabled("#save"))
        assert page.browser.execute_script(
            "return document.documentElement.scrollWidth <= innerWidth"
        )
        picture = tmp_path / f"{scheme}-{width}.png"
        assert page.browser.save_screenshot(str(picture))
        assert picture.stat().st_size > 10_000
    finally:
        page.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
