"""A bundle from the hub, checked before it is there."""

import pathlib
import shutil

from tflm import directories, files, probing
from tflm.bundle import manifest_file
from tflm.bundle.bundle import Bundle
from tflm.hub import card, client
from tflm.hub.client import Place


def pull(place: Place, directory: files.Path, overwrite: bool = False) -> str:
    """Downloads a bundle and proves it; returns the commit that it is of.

    Only what the manifest names is taken, all of one commit. Nothing is there
    before hashes, file and golden answers are right, and nothing that came is
    executed or unpickled.

    Args:
        place: where from.
        directory: where it shall be.
        overwrite: whether `directory` may exist.

    Raises:
        FileExistsError: it does, and `overwrite` is not set.
        ValueError: it is no bundle, or a damaged one.
        OSError: as `client.errors`.
        RuntimeError: the hub's client is not installed.
    """
    package = client.package()
    with directories.writing(directory, overwrite) as temporary:
        with client.errors(place):
            commit = _download(package, place, temporary)
        try:
            found = Bundle.load(temporary)
            probing.probe(found.model)
            found.check()
        except ValueError as error:
            told = str(error).replace(f"{temporary}/", "")
            raise ValueError(f"{place} is refused: {told}") from None
    return commit


def _download(package, place: Place, directory: pathlib.Path) -> str:
    hub = package.HfApi(library_name=card.LIBRARY)
    # So that a push in the meantime mixes no files.
    commit = hub.model_info(place.repository, revision=place.revision).sha

    def fetch(name: str) -> None:
        hub.hf_hub_download(
            place.repository, name, revision=commit, local_dir=directory
        )

    fetch("manifest.json")
    try:
        names = [*manifest_file.read(directory)["files"]]
    except ValueError as error:
        told = str(error).replace(str(directory), str(place))
        raise ValueError(told) from None
    for name in names:
        fetch(name)
    shutil.rmtree(directory / ".cache", ignore_errors=True)  # The client's.
    return commit
