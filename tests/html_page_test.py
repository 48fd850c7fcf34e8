"""The page of results in headless Chromium, as a person reads it."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.rows import ROWS, row
from tflm.report import html


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    rows = [*ROWS, row("with examples", 1, 90.0, examples={"see you": ["at"]})]
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(html.html(rows, "Results"), "utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser, place):
    resize(browser, 1300)
    browser.get(place)
    yield browser
    assert not [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def resize(browser, width):
    size = {"width": width, "height": 900}
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        size | {"deviceScaleFactor": 1, "mobile": width < 500},
    )


def names(page):
    found = page.find_elements(By.CSS_SELECTOR, ".sortable tbody th")
    return [each.text for each in found if each.is_displayed()]


def head(page, title):
    for each in page.find_elements(By.CSS_SELECTOR, ".sortable thead th"):
        if each.text.startswith(title):
            return each, each.find_element(By.TAG_NAME, "button")
    raise AssertionError(title)


def test_a_click_sorts_and_another_turns_it_round(page):
    cell, button = head(page, "perplexity")
    button.click()
    assert cell.get_attribute("aria-sort") == "ascending"
    assert names(page)[:2] == ["LSTM", "LSTM + int8"]
    assert names(page)[-1] == "stock"  # It has none, so it is the last.
    button.click()
    assert names(page)[0] == "unigram"
    assert names(page)[-1] == "stock"
    sorted_by = page.find_elements(By.CSS_SELECTOR, "th[aria-sort]")
    assert sorted_by == [cell]


def test_keys_sort_too(page):
    cell, button = head(page, "file")
    button.send_keys(Keys.ENTER)
    assert cell.get_attribute("aria-sort") == "ascending"
    assert names(page) == sorted(names(page), key=str.lower)


def test_a_filter_leaves_the_rows_that_have_all_words(page):
    field = page.find_element(By.CSS_SELECTOR, "input[type=search]")
    field.send_keys("lowrank INT4")
    assert names(page) == ["LowRank(rank=64) + int4"]
    count = page.find_element(By.TAG_NAME, "output").text
    assert count == f"1 of {len(ROWS) + 1}"


def test_a_head_says_what_it_is_to_pointer_and_keyboard(page):
    _, button = head(page, "saved@3")
    tip = page.find_element(By.ID, "tip")
    assert not tip.is_displayed()
    page.execute_script("arguments[0].focus()", button)
    assert tip.text == "Keystrokes that three suggestions save an ideal user."
    described = page.find_element(
        By.ID, button.get_attribute("aria-describedby")
    )
    assert described.text == tip.text
    button.send_keys(Keys.ESCAPE)
    assert not tip.is_displayed()


@pytest.mark.parametrize("width", [360, 800, 1300])
def test_tables_scroll_in_their_box_and_points_are_seen(page, width):
    resize(page, width)
    whole = "return document.documentElement.scrollWidth"
    assert page.execute_script(whole) <= width
    shown = [
        plot
        for plot in page.find_elements(By.CSS_SELECTOR, "figure svg")
        if plot.is_displayed()
    ]
    [plot] = shown
    assert plot.rect["x"] >= 0
    assert plot.rect["x"] + plot.rect["width"] <= width
    box = page.find_element(By.CSS_SELECTOR, ".wide")
    page.execute_script("arguments[0].scrollLeft = 200", box)
    first = page.find_element(By.CSS_SELECTOR, ".sortable tbody th")
    assert 0 <= first.rect["x"] < 60
