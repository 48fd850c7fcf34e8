"""tflm play: what the server answers, to whom, and where it gets its files."""

import http.client
import io
import os
import pathlib
import signal
import subprocess
import sys
import tarfile
import threading

import pytest

from android_demo.build import tools
from tflm.play import access, runtime, server
from tflm.play.site import File

ROOT = pathlib.Path(__file__).parents[1]
BUNDLE = ROOT / "android_demo/app/src/main/assets/keyboard"
SITE = {
    "": File(b"<p>page", "text/html; charset=utf-8"),
    "run.wasm": File(b"\0asm", "application/wasm"),
}


@pytest.fixture
def serve():
    """Returns a function that starts a server, which ends with the test."""
    running = []

    def start(token="", host=None):
        made = server.Server(SITE, access.Access(token), host)
        running.append(made)
        threading.Thread(target=made.serve_forever, daemon=True).start()
        return made

    yield start
    for each in running:
        each.shutdown()
        each.server_close()


def ask(serving, path="/", host=None, method="GET"):
    """Returns the answer to one request, whose path is sent as it is."""
    connection = http.client.HTTPConnection(*serving.server_address[:2])
    connection.putrequest(method, path, skip_host=host is not None)
    if host is not None:
        connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    answer.body = answer.read()
    connection.close()
    return answer


def test_page_is_served_on_loopback(serve):
    serving = serve()
    assert serving.server_address[0] == "127.0.0.1"
    answer = ask(serving)
    assert (answer.status, answer.body) == (200, b"<p>page")
    assert answer.getheader("Content-Type") == "text/html; charset=utf-8"


def test_wasm_has_its_type(serve):
    answer = ask(serve(), "/run.wasm")
    assert answer.getheader("Content-Type") == "application/wasm"


def test_page_is_apart_from_other_sites(serve):
    answer = ask(serve())
    assert answer.getheader("Cross-Origin-Opener-Policy") == "same-origin"
    assert answer.getheader("Cross-Origin-Embedder-Policy") == "require-corp"
    assert "default-src 'self'" in answer.getheader("Content-Security-Policy")
    assert answer.getheader("Server") == "tflm"


def test_head_has_no_body(serve):
    answer = ask(serve(), method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/run.wasm/..",
        "/RUN.wasm",
        "/server.py",
    ],
)
def test_any_other_path_is_not_found(serve, path):
    answer = ask(serve(), path)
    assert (answer.status, answer.body) == (404, b"Not Found\n")


def test_nothing_is_written(serve):
    assert ask(serve(), method="POST").status == 501


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:80", "[::1]"]
)
def test_loopback_has_these_names(serve, host):
    assert ask(serve(), host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "",
        "10.0.0.1",
    ],
)
def test_another_name_for_loopback_is_refused(serve, host):
    assert ask(serve(), host=host).status == 403


def test_each_request_needs_the_token(serve):
    serving = serve(token="secret", host="127.0.0.1")
    assert serving.url.endswith("/secret/")
    for path in ["/", "/run.wasm", "/secre/", "/secrets/", "/%73ecret/"]:
        assert ask(serving, path).status == 403
    assert ask(serving, "/secret/").status == 200
    assert ask(serving, "/secret/run.wasm").status == 200
    assert ask(serving, "/secret/../run.wasm").status == 404


def test_with_a_token_any_name_will_do(serve):
    serving = serve(token="secret", host="127.0.0.1")
    assert ask(serving, "/secret/", host="my-pc.local").status == 200


def test_tokens_are_random():
    first, second = access.for_host("10.0.0.1"), access.for_host("10.0.0.1")
    assert first.token != second.token
    assert len(first.token) >= 22  # 128 bits
    assert access.for_host(None).token == ""


def test_all_addresses_are_shown_as_one_to_type():
    assert access.shown("0.0.0.0") != "0.0.0.0"
    assert access.shown("::1") == "[::1]"


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        ("my-pc", 0, "--host must be an address"),
        (None, 70000, "port must be from 0 to 65535, got 70000"),
    ],
)
def test_misuse_is_refused(host, port, message):
    with pytest.raises(ValueError, match=message):
        server.Server(SITE, access.Access(), host, port)


def test_address_of_another_machine_is_refused():
    with pytest.raises(OSError, match="cannot listen at 192.0.2.1"):
        server.Server(SITE, access.Access("t"), "192.0.2.1")


def play(*arguments, **environment):
    command = [sys.executable, "-m", "tflm", "play", *arguments]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def fails(process):
    """Returns the one line with which a command ends that fails."""
    output, errors = process.communicate(timeout=60)
    assert (output, process.returncode) == ("", 1)
    [line] = errors.splitlines()
    return line


def executable(folder, text):
    path = folder / "npm"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(folder)


def test_command_prints_its_url_and_ends_quietly():
    tools.install("npm")  # It fetches the runtime.
    process = play(str(BUNDLE), "--no_browser")
    line = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert line.startswith("http://127.0.0.1:")
    assert (process.returncode, output, errors) == (0, "", "")


def test_something_else_than_a_bundle_is_refused(tmp_path):
    process = play(str(tmp_path), "--no_browser")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "is no model" in errors


def test_without_npm_the_cure_is_said(tmp_path):
    line = fails(
        play(str(BUNDLE), PATH=str(tmp_path), XDG_CACHE_HOME=str(tmp_path))
    )
    assert line.startswith("tflm: npm not found")
    assert "apt-get install npm" in line


def test_without_network_the_cure_is_said(tmp_path):
    npm = executable(tmp_path, "echo npm ERR! code ENOTFOUND >&2; exit 1")
    line = fails(play(str(BUNDLE), PATH=npm, XDG_CACHE_HOME=str(tmp_path)))
    assert "cannot fetch @litertjs/core@2.5.3 (npm ERR! code ENOTFOUND)" in line
    assert "connect to the network" in line


def test_another_tarball_is_refused_and_not_kept(tmp_path):
    npm = executable(tmp_path, "echo other > other.tgz")
    line = fails(play(str(BUNDLE), PATH=npm, XDG_CACHE_HOME=str(tmp_path)))
    assert "the tarball of @litertjs/core 2.5.3 has the SHA-256" in line
    assert not list(tmp_path.rglob("*.tgz"))


def test_tarball_that_was_changed_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    place = runtime.cache() / runtime.CORE.file_name
    place.parent.mkdir()
    place.write_bytes(b"other")
    with pytest.raises(RuntimeError, match="is damaged: remove it"):
        runtime.read(runtime.CORE)


def test_only_the_members_that_are_named_are_read(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name in ["package/a.js", "package/b.js", "../../out.js"]:
            member = tarfile.TarInfo(name)
            member.size = 4
            archive.addfile(member, io.BytesIO(b"text"))
    content = buffer.getvalue()
    monkeypatch.setattr(runtime, "_fetch", lambda package: content)
    digest = runtime.hashlib.sha256(content).hexdigest()
    package = runtime.Package("p", "1", digest, ("a.js",))
    assert runtime.read(package) == {"a.js": b"text"}
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [
        package.file_name
    ]


def test_cache_is_where_the_user_has_it(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert runtime.cache() == pathlib.Path("/elsewhere/tflm")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert runtime.cache() == pathlib.Path.home() / ".cache/tflm"
