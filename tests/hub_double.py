"""A hub on loopback: what its client asks of it to push and to pull."""

import base64
import contextlib
import dataclasses
import hashlib
import http.server
import json
import re
import threading
from collections.abc import Iterator

import yaml

TOKEN = "hf_of_the_test"


@dataclasses.dataclass
class Repository:
    """A repository: a branch is a commit, and a commit is all its files."""

    private: bool = False
    branches: dict[str, str] = dataclasses.field(default_factory=dict)
    commits: dict[str, dict[str, bytes]] = dataclasses.field(
        default_factory=dict
    )

    def commit(self, branch: str, changed: dict[str, bytes]) -> str:
        """Adds files to those of a branch; returns the new commit."""
        whole = self.commits.get(self.branches.get(branch, ""), {}) | changed
        sha = hashlib.sha1(repr(sorted(whole.items())).encode()).hexdigest()
        self.commits[sha], self.branches[branch] = whole, sha
        return sha

    def files(self, revision: str) -> dict[str, bytes] | None:
        """Returns the files of a branch or commit, None if there is none."""
        return self.commits.get(self.branches.get(revision, revision))


class Hub(http.server.ThreadingHTTPServer):
    """The server. `breaks_at` names what ends with the connection."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.repositories: dict[str, Repository] = {}
        self.objects: dict[str, bytes] = {}  # Of git LFS, by SHA-256.
        self.asked: list[str] = []
        self.breaks_at = ""

    def add(self, name: str, files: dict[str, bytes]) -> Repository:
        """Makes a public repository with one commit."""
        made = self.repositories[name] = Repository()
        made.commit("main", files)
        return made


@contextlib.contextmanager
def serving() -> Iterator[Hub]:
    """Yields a hub that answers until the block ends."""
    with Hub() as hub:
        thread = threading.Thread(target=hub.serve_forever, args=[0.01])
        thread.start()
        try:
            yield hub
        finally:
            hub.shutdown()
            thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._begin()
        if found := re.fullmatch(
            r"/api/models/([^/]+/[^/]+)(?:/revision/(.+))?", self.path
        ):
            self._info(found[1], found[2] or "main")
        elif found := re.fullmatch(
            r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", self.path
        ):
            self._file(*found.groups())
        else:
            self._json({}, 404)

    do_HEAD = do_GET

    def do_PUT(self):
        content = self._begin()
        self.server.objects[hashlib.sha256(content).hexdigest()] = content
        self._json({})

    def do_POST(self):
        content = self._begin()
        if self.server.breaks_at and self.server.breaks_at in self.path:
            self.close_connection = True
            self.connection.close()
            return
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._json({"error": "Invalid username or password."}, 401)
        elif self.path == "/api/repos/create":
            self._create(json.loads(content))
        elif self.path == "/api/validate-yaml":
            self._validate(json.loads(content)["content"])
        elif self.path.endswith("/objects/batch"):
            self._batch(json.loads(content))
        else:
            self._change(content)

    def _begin(self) -> bytes:
        self.server.asked.append(f"{self.command} {self.path}")
        size = int(self.headers.get("Content-Length", 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            return self._chunks()
        return self.rfile.read(size)

    def _chunks(self) -> bytes:
        content = b""
        while size := int(self.rfile.readline(), 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return content

    def _create(self, asked):
        name = f"{asked['organization']}/{asked['name']}"
        if asked["organization"] == "others":
            self._json({"error": "You don't have the rights"}, 403)
            return
        is_there = name in self.server.repositories
        if not is_there:
            is_private = asked.get("visibility") == "private"
            made = self.server.add(name, {".gitattributes": b""})
            made.private = is_private
        url = f"{self.server.url}/{name}"
        self._json({"url": url, "name": name}, 409 if is_there else 200)

    def _validate(self, readme: str):
        data = yaml.safe_load(readme.split("---\n")[1])
        wrong = [
            name
            for name in ("license", "pipeline_tag", "model-index", "tags")
            if name not in data
        ]
        problems = [{"message": f"{name} is missing"} for name in wrong]
        self._json({"errors": problems, "warnings": []}, 400 if wrong else 200)

    def _batch(self, asked):
        link = f"{self.server.url}/lfs/"
        self._json(
            {
                "transfer": "basic",
                "objects": [
                    {**each, "actions": {"upload": {"href": link}}}
                    for each in asked["objects"]
                ],
            }
        )

    def _change(self, content: bytes):
        name, what, revision = re.fullmatch(
            r"/api/models/([^/]+/[^/]+)/(\w+)/(.+)", self.path
        ).groups()
        found = self.server.repositories.get(name)
        if found is None:
            self._json({}, 404, {"X-Error-Code": "RepoNotFound"})
        elif what == "branch":
            found.branches.setdefault(revision, found.branches["main"])
            self._json({})
        elif what == "preupload":
            self._preupload(json.loads(content)["files"])
        else:
            lines = map(json.loads, content.splitlines())
            sha = found.commit(revision, dict(self._added(lines)))
            url = f"{self.server.url}/{name}/commit/{sha}"
            self._json({"commitUrl": url, "commitOid": sha})

    def _preupload(self, asked):
        files = [
            {
                "path": each["path"],
                "uploadMode": "lfs"
                if each["path"].endswith(".tflite")
                else "regular",
                "shouldIgnore": False,
            }
            for each in asked
        ]
        self._json({"files": files})

    def _added(self, lines):
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                yield value["path"], base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                yield value["path"], self.server.objects[value["oid"]]

    def _info(self, name: str, revision: str):
        found = self.server.repositories.get(name)
        if found is None:
            # What the real one says to whoever is not logged in.
            self._json({}, 401, {"X-Error-Code": "RepoNotFound"})
        elif found.files(revision) is None:
            self._json({}, 404, {"X-Error-Code": "RevisionNotFound"})
        else:
            sha = found.branches.get(revision, revision)
            self._json(
                {"id": name, "sha": sha, "private": found.private, "tags": []}
            )

    def _file(self, name: str, revision: str, path: str):
        files = self.server.repositories[name].files(revision)
        if path not in files:
            self._json({}, 404, {"X-Error-Code": "EntryNotFound"})
            return
        tag = hashlib.sha256(files[path]).hexdigest()
        headers = {"X-Repo-Commit": revision, "ETag": f'"{tag}"'}
        self._answer(files[path], 200, headers)

    def _json(self, value, status=200, headers=()):
        self._answer(json.dumps(value).encode(), status, dict(headers))

    def _answer(self, content: bytes, status: int, headers: dict[str, str]):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for item in headers.items():
            self.send_header(*item)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
