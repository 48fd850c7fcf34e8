import json

from tests import slips_vectors


def test_vectors_of_the_java_core_are_what_python_finds():
    written = json.loads(slips_vectors.PATH.read_text("utf-8"))
    assert json.loads(json.dumps(slips_vectors.build())) == written
