"""All that the app uses of Android is in the oldest Android it runs on.

The compiler sees Android 15, and D8 does not say what Android 7 lacks: there, a
call of a newer method is a crash. So each method and field that the dexed app
names is looked up in the classes of Android 7.
"""

import functools
import pathlib
import re
import subprocess

import pytest

from android_demo.build import compiler, downloads, tools

ROOT = pathlib.Path(__file__).parents[1]

# What is newer, and is called only where Build.VERSION.SDK_INT allows it.
GUARDED = {
    "android/os/Build.SOC_MANUFACTURER",
    "android/os/Build.SOC_MODEL",
    "android/os/PowerManager.getCurrentThermalStatus",
    "android/view/inputmethod/EditorInfo.getInitialTextAfterCursor",
    "android/view/inputmethod/EditorInfo.getInitialTextBeforeCursor",
    *(
        f"android/view/inputmethod/{name}"
        for name in (
            "InlineSuggestion.inflate",
            "InlineSuggestionsRequest$Builder.<init>",
            "InlineSuggestionsRequest$Builder.build",
            "InlineSuggestionsRequest$Builder.setMaxSuggestionCount",
            "InlineSuggestionsResponse.getInlineSuggestions",
        )
    ),
    *(
        f"android/widget/inline/InlinePresentationSpec$Builder.{name}"
        for name in ("<init>", "build", "setStyle")
    ),
    "android/content/Context.getMainExecutor",
    "android/view/accessibility/AccessibilityNodeInfo.setTextEntryKey",
    "android/inputmethodservice/InputMethodService."
    "shouldOfferSwitchingToNextInputMethod",
    "android/inputmethodservice/InputMethodService.switchToNextInputMethod",
}

_CLASS = re.compile(r"  Class descriptor  : 'L(.+);'")
_PARENT = re.compile(r"(?:  Superclass        |    #\d+ +): 'L(.+);'")
_NAME = re.compile(r"      name          : '(.+)'")
_TYPE = re.compile(r"      type          : '(.+)'")
_USE = re.compile(r"\bL([^ ]+);\.([^ :]+):([^ ]+) // (?:method|field)@")


@pytest.fixture(scope="module")
def dump(apk):
    """Returns the app's code, as dexdump writes it."""
    # U+0000 in a text of the app is no UTF-8 as Java writes it.
    return subprocess.check_output(
        [tools.tool("dexdump"), "-d", apk], text=True, errors="replace"
    )


@pytest.fixture(scope="module")
def android():
    """Returns parents and members of each class of Android 7, as `_declared`.

    They are the public ones, as the SDK of that Android had them.
    """
    sniffer = ":".join(map(str, downloads.paths(["animal-sniffer", "asm"])))
    said = subprocess.check_output(
        [tools.tool("java"), *compiler.SHORT, "-cp", sniffer]
        + [ROOT / "tests/AndroidApi.java", downloads.path("android-api-24")],
        text=True,
    )
    found = {}
    for line in said.splitlines():
        name, parents, members = line.split("\t")
        found[name] = (set(parents.split()), set(members.split()))
    return found


@pytest.fixture(scope="module")
def members(dump, android):
    """Returns a function that gives the members of a class and its parents."""
    classes = _declared(dump) | android

    @functools.cache
    def members(name):
        parents, found = classes.get(name, ((), ()))
        return frozenset(found).union(*map(members, parents))

    return members


def _declared(dump):
    """Returns parents and members of each class of the app."""
    found = {}
    for line in dump.splitlines():
        if match := _CLASS.match(line):
            parents, members = found[match[1]] = (set(), set())
        elif match := _PARENT.match(line):
            parents.add(match[1])
        elif match := _NAME.match(line):
            name = match[1]
        elif match := _TYPE.match(line):
            members.add(name + match[1])
    return found


def test_android_7_has_what_the_app_uses(dump, members):
    used = set(_USE.findall(dump))
    assert ("java/lang/Object", "<init>", "()V") in used
    missing = {
        f"{owner}.{name}"
        for owner, name, kind in used
        if name + kind not in members(owner)
    }
    assert missing == GUARDED


def test_what_android_7_lacks_is_found(members):
    """As FloatBuffer.rewind, which returned a Buffer, and List.of."""
    buffer = members("java/nio/FloatBuffer")
    assert "rewind()Ljava/nio/Buffer;" in buffer
    assert "rewind()Ljava/nio/FloatBuffer;" not in buffer
    assert "size()I" in members("java/util/List")
    assert "of()Ljava/util/List;" not in members("java/util/List")
