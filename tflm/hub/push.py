"""A bundle to the hub, in one commit."""

import pathlib

from tflm import files, probing
from tflm.bundle.bundle import Bundle
from tflm.hub import card, client
from tflm.hub.client import Place


def push(
    directory: files.Path,
    place: Place,
    private: bool = False,
    language: str | None = None,
    licence: str | None = None,
) -> str:
    """Uploads a bundle that is sound; returns the URL of the commit.

    The repository is made if it is not there, and so is the branch. All files
    come in one commit, so that a push that was interrupted has changed
    nothing.

    Args:
        directory: of the bundle.
        place: where to; its revision is a branch.
        private: whether others may not see it.
        language: of the text, as in "en"; see `card.card`.
        licence: of the model, as the hub spells it; see `card.card`.

    Raises:
        ValueError: the bundle was changed, or its file does not answer as its
            golden file says, or ends the process that runs it.
        OSError: as `client.errors`; or it shall be private and is public.
        RuntimeError: the hub's client is not installed.
    """
    directory, package = pathlib.Path(directory), client.package()
    bundle = Bundle.load(directory)
    probing.probe(bundle.model)
    bundle.check()
    text = (directory / "MODEL_CARD.md").read_text("utf-8")
    readme = card.card(bundle.manifest, text, language, licence)
    contents = {
        name: (directory / name).read_bytes()
        for name in [*bundle.manifest["files"], "manifest.json"]
    }
    contents["README.md"] = readme.encode()
    hub = package.HfApi(library_name=card.LIBRARY)
    with client.errors(place):
        _make(hub, place, private)
        commit = hub.create_commit(
            place.repository,
            [package.CommitOperationAdd(*item) for item in contents.items()],
            commit_message=f"Push {bundle.manifest['name']}",
            revision=place.revision,
        )
    return commit.commit_url


def _make(hub, place: Place, private: bool) -> None:
    hub.create_repo(place.repository, private=private or None, exist_ok=True)
    # The hub keeps an old repository as it was, and says nothing.
    if private and not hub.model_info(place.repository).private:
        raise PermissionError(
            f"{place.repository} is there and public: make it private on the "
            f"hub, or give another name"
        )
    if place.revision:
        hub.create_branch(
            place.repository, branch=place.revision, exist_ok=True
        )
