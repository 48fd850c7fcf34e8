"""Texts that have a name are downloaded, whole and as they are known."""

import csv
import dataclasses
import hashlib
import http.server
import io
import json
import threading
import zipfile

import pytest

from tflm.text import chat, chat_files, download
from tflm.text.corpus import load_corpus
from tflm.text.download import fetch

CONTENTS = {"ptb.train.txt": b" a b\n", "ptb.test.txt": b" b\n"}


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves the server's contents, and cuts short what it is told to."""

    def do_GET(self):
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        content = self.server.contents.get(name)
        self.send_response(404 if content is None else 200)
        size = len(content or b"") + 9 * (name in self.server.cut)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    """A server of CONTENTS, from which texts are downloaded."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    server.contents, server.asked, server.cut = {**CONTENTS}, [], set()
    digests = {
        name: hashlib.sha256(content).hexdigest()
        for name, content in CONTENTS.items()
    }
    monkeypatch.setattr(download, "_PTB_SHA256", digests)
    url = f"http://127.0.0.1:{server.server_port}/"
    monkeypatch.setattr(download, "_GITHUB", url)
    monkeypatch.setattr(download, "_PTB", "")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    threading.Thread(target=server.serve_forever, args=(0.01,)).start()
    yield server
    server.shutdown()
    server.server_close()


def test_fetch_writes_the_files_and_asks_once(server, tmp_path):
    for _ in range(2):
        fetch("ptb", tmp_path / "new" / "ptb")
    found = {p.name: p.read_bytes() for p in (tmp_path / "new/ptb").iterdir()}
    assert found == CONTENTS
    assert server.asked == [*CONTENTS]


def test_fetch_goes_on_where_it_stopped(server, tmp_path):
    del server.contents["ptb.test.txt"]
    with pytest.raises(ConnectionError, match="ptb.test.txt: Not Found"):
        fetch("ptb", tmp_path)
    server.contents.update(CONTENTS)
    fetch("ptb", tmp_path)
    assert server.asked == ["ptb.train.txt", "ptb.test.txt", "ptb.test.txt"]


def test_fetch_refuses_another_text_and_writes_nothing(server, tmp_path):
    server.contents["ptb.train.txt"] = b"another"
    with pytest.raises(ValueError, match="has SHA-256 .*nothing was written"):
        fetch("ptb", tmp_path / "ptb")
    assert list(tmp_path.iterdir()) == []


def test_fetch_does_not_replace_another_text(server, tmp_path):
    (tmp_path / "ptb.train.txt").write_text("mine")
    with pytest.raises(ValueError, match="exists and is another text; move"):
        fetch("ptb", tmp_path)
    assert (tmp_path / "ptb.train.txt").read_text() == "mine"


def test_a_download_that_breaks_off_leaves_nothing(server, tmp_path):
    server.cut.add("ptb.train.txt")
    with pytest.raises(ConnectionError, match="IncompleteRead"):
        fetch("ptb", tmp_path / "ptb")
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_fetch_says_so(server, tmp_path):
    server.server_close()
    with pytest.raises(ConnectionError, match="cannot .* connect to the net"):
        fetch("ptb", tmp_path / "ptb")
    assert list(tmp_path.iterdir()) == []


def test_a_text_without_a_source_is_told_with_those_that_have_one(tmp_path):
    with pytest.raises(ValueError, match="'irc': there is ptb, .*clinc150"):
        fetch("irc", tmp_path)


# What people typed: files of one message a line are made of what is published.

DOMAINS = ("airline", "fastfood", "finance", "insurance", "media", "software")
WISH = [["play  a song", "play_music"], ["", "oos"]]
TURN = "data/paper_splits/splits_annotated_at_turn_level"


def table(rows, **form) -> bytes:
    text = io.StringIO()
    csv.writer(text, **form).writerows(rows)
    return text.getvalue().encode()


def dialogues(part: str) -> bytes:
    """Two conversations, the turns of one between those of the other."""
    rows = [
        ["conversationId", "turnNumber", "utterance", "intent"],
        ["a", "0", f'hi "{part}', "greeting"],
        ["b", "0", "a ticket", "book"],
        ["a", "2", "thanks", "thanks"],
    ]
    return "".join("\t".join(row) + "\n" for row in rows).encode()


def orders(*texts: str) -> bytes:
    context = [{"role": "user", "text": text} for text in texts]
    context.insert(1, {"role": "agent", "api": {"find": {"where": "here"}}})
    return json.dumps([{"context": json.dumps(context), "reward": 1}]).encode()


def bookings(name: str) -> bytes:
    log = [{"text": f"a room in {name}", "metadata": {}}, {"text": " Yes.\n"}]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, json.dumps({"X1.json": {"log": log, "goal": 0}}))
    return content.getvalue()


SECTIONS = ("oos_val", "val", "train", "oos_test", "test", "oos_train")
PUBLISHED = {
    "clinc150": {
        "data/data_full.json": json.dumps(
            {name: [[f"in {name}", "x"], *WISH] for name in SECTIONS}
        ).encode()
    },
    "banking77": {
        f"banking_data/{part}.csv": table(
            [("text", "category"), (f'a "card",\nin {part}', "card")]
        )
        for part in ("train", "test")
    },
    "multidogo": {
        f"{TURN}/{domain}/{part}.tsv": dialogues(f"{domain} {part}")
        for domain in DOMAINS
        for part in ("train", "dev", "test")
    },
    "taskmaster3": {
        f"TM-3-2020/reward/reward_0{n}.json": orders("Hello", f"film {n}")
        for n in range(8)
    },
    "multiwoz": {
        f"data/multiwoz/{part}.json.zip": bookings(f"{part}.json")
        for part in ("val", "test")
    },
}
MADE = {
    "clinc150": [
        "\n\n".join(
            f"in {part}\n\nplay a song"
            for part in "train val test oos_train oos_val oos_test".split()
        )
    ],
    "banking77": ['a "card", in train\n\na "card", in test'],
    "multidogo": [
        "\n\n".join(
            f'hi "{domain} {part}\nthanks\n\na ticket' for domain in DOMAINS
        )
        for part in ("train", "dev", "test")
    ],
    "taskmaster3": ["\n\n".join(f"Hello\nfilm {n}" for n in range(8))],
    "multiwoz": ["a room in val.json\nYes.\n\na room in test.json\nYes."],
}


@pytest.fixture
def published(server, monkeypatch):
    """A server of small texts in the form in which each is published."""
    for name, contents in PUBLISHED.items():
        source = chat.SOURCES[name]
        texts = [f"{text}\n".encode() for text in MADE[name]]
        sums = tuple(hashlib.sha256(text).hexdigest() for text in texts)
        known = dataclasses.replace(source, sha256=sums)
        monkeypatch.setitem(chat.SOURCES, name, known)
        root = f"{source.repository}/{source.commit}"
        server.contents |= {f"{root}/{x}": y for x, y in contents.items()}
    return server


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_chat_text_is_made_of_what_is_published(published, tmp_path, name):
    fetch(name, tmp_path)
    source = chat.SOURCES[name]
    assert {path.name for path in tmp_path.iterdir()} == {
        *source.parts.values()
    }
    found = [(tmp_path / file).read_text() for file in source.parts.values()]
    assert found == [f"{text}\n" for text in MADE[name]]
    lines = [*load_corpus(f"{name}:{tmp_path}").lines("all")]
    assert len(lines) == sum(len(text.split()) > 0 for made in MADE[name]
                             for text in made.split("\n"))  # fmt: skip
    asked = len(published.asked)
    fetch(name, tmp_path)
    assert len(published.asked) == asked


@pytest.mark.parametrize("name", PUBLISHED)
@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\xff", b"[1]", b"{}", b"a,b\n1,2\n", b"utterance\nhi\n"),
        b'text,category\n"' + b"x" * 200_000,
    ],
    ids=["empty", "bytes", "list", "object", "columns", "column", "quote"],
)
def test_what_is_published_in_another_form_is_refused(
    published, tmp_path, name, content
):
    for path in published.contents:
        published.contents[path] = content
    with pytest.raises(ValueError, match=r"\.(json|zip|csv|tsv)\b|SHA-256"):
        fetch(name, tmp_path / "new")
    assert not [*tmp_path.iterdir()]


def test_an_archive_that_unpacks_to_too_much_is_refused(
    published, tmp_path, monkeypatch
):
    monkeypatch.setattr(chat_files, "_MOST_BYTES", 9)
    with pytest.raises(ValueError, match="zip unpacks to more than 9 B"):
        fetch("multiwoz", tmp_path / "new")


def test_the_cure_of_a_missing_chat_text_is_the_command(tmp_path):
    cure = f"missing; tflm corpus fetch clinc150 --output={tmp_path} makes it"
    with pytest.raises(ValueError, match=cure):
        load_corpus(f"clinc150:{tmp_path}")
