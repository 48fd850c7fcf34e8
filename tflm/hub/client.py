"""The hub's own client, which is optional, and its errors in one line."""

import contextlib
import dataclasses
import importlib
import logging
from collections.abc import Iterator
from typing import Any


@dataclasses.dataclass(frozen=True)
class Place:
    """A repository of models on the hub.

    Attributes:
        repository: as in "user/name".
        revision: a branch, tag or commit; None for the main branch.
    """

    repository: str
    revision: str | None = None

    @staticmethod
    def parse(text: str) -> "Place":
        """Reads "user/name" or "user/name@revision".

        Raises:
            ValueError: it is neither.
        """
        repository, at, revision = text.partition("@")
        if len([*filter(None, repository.split("/"))]) != 2 or (
            at and not revision
        ):
            raise ValueError(
                f"{text!r} is no repository: give user/name or "
                f"user/name@revision"
            )
        return Place(repository, revision or None)

    def __str__(self) -> str:
        return "@".join(filter(None, [self.repository, self.revision]))


def package() -> Any:
    """Returns `huggingface_hub`, told to say no more than its errors.

    Raises:
        RuntimeError: it is not installed.
    """
    try:
        found = importlib.import_module("huggingface_hub")
    except ModuleNotFoundError:
        raise RuntimeError(
            "the hub's client is not installed: pip install 'tflm-toolkit[hub]'"
        ) from None
    for name in ("huggingface_hub", "httpx", "httpx2"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return found


@contextlib.contextmanager
def errors(place: Place) -> Iterator[None]:
    """Raises what the client raises as an OSError of one line, with the cure.

    Raises:
        FileNotFoundError: the repository, revision or file is not there.
        PermissionError: the token is missing, has expired or may not do it.
        ConnectionError: the hub does not answer, or not to the end.
    """
    hub = importlib.import_module("huggingface_hub.errors")
    try:
        yield
    except (hub.RepositoryNotFoundError, hub.GatedRepoError):
        raise FileNotFoundError(
            f"{place.repository} is not on the hub, or not for you to see: "
            f"check the name, or log in with `hf auth login`"
        ) from None
    except hub.RevisionNotFoundError:
        raise FileNotFoundError(
            f"{place.repository} has no revision {place.revision!r}: give a "
            f"branch, a tag or a commit of it"
        ) from None
    except hub.RemoteEntryNotFoundError as error:
        name = str(error.response.url).rpartition("/")[2]
        raise FileNotFoundError(
            f"{place} has no {name}, so it is no bundle: tflm push writes one"
        ) from None
    except hub.HfHubHTTPError as error:
        raise _refused(place, error) from None
    except (hub.HTTPError, hub.LocalEntryNotFoundError) as error:
        raise ConnectionError(
            f"the hub did not answer to the end ({_first_line(error)}), and "
            f"nothing was changed: check the network and run it again"
        ) from None


def _refused(place: Place, error: Any) -> OSError:
    code = error.response.status_code
    if code == 401:
        return PermissionError(
            "you are not logged in to the hub, or the token has expired: "
            "`hf auth login`, or set HF_TOKEN"
        )
    if code == 403:
        return PermissionError(
            f"your token may not write to {place.repository}: give it that "
            f"right, or another name"
        )
    return ConnectionError(
        f"the hub refused with {code} ({_first_line(error)}), and nothing was "
        f"changed: run it again later"
    )


def _first_line(error: Exception) -> str:
    told = getattr(error, "server_message", None) or str(error)
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
