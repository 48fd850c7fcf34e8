"""What the site (mkdocs.yml) takes from outside of docs/, and the notebook.

Links are written as a reader of the repository needs them, and are turned
here to where the site has the same.
"""

import json
import pathlib
import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = pathlib.Path(__file__).resolve().parents[1]

PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "docs/quickstart.ipynb": "quickstart.md",
}

_LINK = re.compile(r"\[([^\]]*)\]\(([^)#:\s]+)((?:#[^)\s]*)?)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages, and the results that they link to."""
    for source, name in PAGES.items():
        text = (ROOT / source).read_text("utf-8")
        if source.endswith(".ipynb"):
            text = markdown(json.loads(text))
        files.append(File.generated(config, name, content=text))
    for path in (ROOT / "results").rglob("*.json"):
        name = path.relative_to(ROOT).as_posix()
        files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(text: str, page: Page, files: Files, **_) -> str:
    """Turns the links of a page from the repository's paths to the site's."""
    from_root = page.file.generated_by is not None
    here = ROOT if from_root else ROOT / "docs"

    def link(found: re.Match) -> str:
        title, target, anchor = found.groups()
        path = (here / target).resolve()
        if not path.exists():
            return found[0]  # MkDocs complains of it.
        name = path.relative_to(ROOT).as_posix()
        name = PAGES.get(name, name.removeprefix("docs/"))
        if files.get_file_from_path(name) is None:
            return title  # Source code is not in the site.
        return f"[{title}]({name}{anchor})"

    return _LINK.sub(link, text).replace('src="docs/', 'src="')


def markdown(notebook: dict) -> str:
    """Returns a notebook's cells, and what the code printed."""
    blocks = []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            blocks.append(text)
            continue
        blocks.append(f"```python\n{text}\n```")
        for output in cell["outputs"]:
            blocks.append(f"```text\n{''.join(output['text'])}```")
    return "\n\n".join(blocks) + "\n"
