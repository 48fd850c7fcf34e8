r"""Texts of seven languages, out of packages that everybody can install.

On Debian 12, and with npm:

apt-get download libreoffice-help-{en-us,de,es,tr,hi,ja,zh-cn}
for package in *.deb; do dpkg-deb -x $package packages; done
npm pack quran-json@3.1.2
tar -xzf quran-json-3.1.2.tgz -C packages
python -m benchmarks.language_texts --packages=packages --output=texts

The help of LibreOffice 7.4.7 is MPL-2.0, the Quran's text CC-BY-SA-4.0. A line
is a paragraph of the help that was translated, or a verse.
"""

import html.parser
import json
import pathlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from absl import app, flags, logging

from tflm import files

_PACKAGES = flags.DEFINE_string("packages", "packages", "Where they lie.")
_OUTPUT = flags.DEFINE_string("output", "texts", "Folder to write.")

_HELP = "usr/share/libreoffice/help"
_HELPS = {
    "de": "de",
    "es": "es",
    "hi": "hi",
    "ja": "ja",
    "tr": "tr",
    "zh": "zh-CN",
}
_QURAN = "package/dist/quran.json"
_BLOCKS = {"p", "li", "td", "h1", "h2", "h3", "h4"}
_OF_PAGES = ("This page is:", "Title is:")  # What translates nobody.


def main(argv: Sequence[str]) -> None:
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    logging.set_verbosity(logging.INFO)
    packages = pathlib.Path(_PACKAGES.value)
    english = set(paragraphs(packages / _HELP / "en-US"))
    for language, folder in _HELPS.items():
        lines = paragraphs(packages / _HELP / folder)
        is_own = _is_of_script(language)
        save(language, (x for x in lines if x not in english and is_own(x)))
    save("ar", verses(packages / _QURAN))


def paragraphs(folder: pathlib.Path) -> dict[str, None]:
    """Returns each paragraph of a folder of HTML once, in order of the files.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: unpack its package there")
    found: dict[str, None] = {}
    for path in sorted(folder.rglob("*.html")):
        page = _Page()
        page.feed(path.read_text("utf-8"))
        found |= dict.fromkeys(page.paragraphs)
    return {x: None for x in found if not x.startswith(_OF_PAGES)}


def verses(path: pathlib.Path) -> Iterator[str]:
    """Yields the verses of the Quran as newspapers write, without marks."""
    for chapter in json.loads(path.read_text("utf-8")):
        for verse in chapter["verses"]:
            text = unicodedata.normalize("NFC", verse["text"])
            plain = "".join(
                c for c in text if unicodedata.category(c)[0] in "LZN"
            )
            yield " ".join(plain.replace("ٱ", "ا").replace("ـ", "").split())


def save(language: str, lines: Iterable[str]) -> None:
    """Writes a text, a line each, as a file of --output."""
    folder = pathlib.Path(_OUTPUT.value)
    folder.mkdir(parents=True, exist_ok=True)
    content = "".join(f"{line}\n" for line in lines)
    files.write(folder / f"{language}.txt", content)
    logging.info("%s: %d lines", language, content.count("\n"))


def _is_of_script(language: str):
    """Returns what tells lines that are not mostly in Latin letters.

    Help that was half translated keeps English names of what it explains.
    """
    if language not in ("hi", "ja", "zh"):
        return lambda line: True

    def is_own(line: str) -> bool:
        latin = len(re.findall("[A-Za-z]", line))
        return 2 * latin < sum(map(str.isalpha, line))

    return is_own


class _Page(html.parser.HTMLParser):
    """Collects the paragraphs of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.paragraphs: list[str] = []
        self._parts: list[str] | None = None

    def handle_starttag(self, tag, attrs) -> None:
        if tag in _BLOCKS:
            self._parts = []

    def handle_endtag(self, tag) -> None:
        if tag in _BLOCKS and self._parts is not None:
            if text := " ".join("".join(self._parts).split()):
                self.paragraphs.append(text)
            self._parts = None

    def handle_data(self, data) -> None:
        if self._parts is not None:
            self._parts.append(data)


if __name__ == "__main__":
    app.run(main)
