"""Training a tagger: its batches, its noise, its examination."""

import dataclasses
import itertools
import json
import pathlib

import numpy as np
import pytest

from tests.command import run_here
from tests.refusals import refusal
from tflm.bundle import sentence_tagger
from tflm.bundle.bundle import Bundle
from tflm.bundle.sentence_tagger import SentenceTagger
from tflm.experiment import recipe
from tflm.experiment.claim import claim
from tflm.model.build import build_model
from tflm.model.config import LayerConfig
from tflm.model.tagger_config import TaggerConfig
from tflm.text.kinds import marked
from tflm.text.tagged import swaps
from tflm.text.tagged.dataset import prepare_tagged
from tflm.text.tagged.lexicon import Lexicon, form, suffix
from tflm.text.tagged.sentence import TaggedSentence
from tflm.text.tagged.spans import spans
from tflm.training.config import TAG_TUNING, TrainingConfig
from tflm.training.tagging_course import TaggingCourse, make_scores
from tflm.training.train import train_by

HOW = TrainingConfig(epochs=4, batch=8, steps=8, learning_rate=0.02)
CITIES = ("Boston", "Denver", "Paris", "Oslo", "Rome", "Lima")


def sentences():
    """Trips, where the label of a city follows from the word before."""
    random = np.random.default_rng(0)
    for _ in range(60):
        a, b = random.choice(CITIES, 2, replace=False)
        if random.random() < 0.5:
            yield f"fly from {a} to {b}", "O O B-from O B-to"
        else:
            yield f"to {b} from {a} please", "O B-to O B-from O"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    place = tmp_path_factory.mktemp("trips")
    rows = [
        "\n".join(f"{w} {x}" for w, x in zip(a.split(), b.split(), strict=True))
        for a, b in sentences()
    ]
    for name, part in {
        "train": rows[:40],
        "dev": rows[40:50],
        "test": rows[50:],
    }.items():
        path = place / f"{name}.conll"
        path.write_text("\n\n".join(part) + "\n", "utf-8")
    return f"conll:{place}"


@pytest.fixture(scope="module")
def text(corpus):
    return prepare_tagged(corpus)


def net(text, **fields):
    lexicon = text.lexicon
    return build_model(
        TaggerConfig(
            **{
                "vocabulary_size": len(lexicon.words),
                "labels": len(lexicon.labels),
                "suffixes": len(lexicon.suffixes),
                "suffix_size": 2,
                "embedding_size": 8,
                "label_size": 4,
                "window": 1,
                "previous": 2,
                "layers": (LayerConfig("dense", 16, activation="relu"),),
            }
            | fields
        )
    )


def test_a_tagger_learns_and_the_best_epoch_is_kept(text):
    model = net(text)
    progress = train_by(model, TaggingCourse(model, text, HOW), HOW, bar=False)
    errors = [epoch["valid_error"] for epoch in progress.history]
    assert progress.best == min(errors) < errors[0] - 20
    again = TaggingCourse(model, text, HOW).examine()
    assert again == pytest.approx(progress.best)


def test_a_killed_run_ends_with_the_same_weights(text, tmp_path):
    how = dataclasses.replace(HOW, epochs=2, label_noise=0.3, word_noise=0.2)
    whole, killed = net(text), net(text)
    train_by(whole, TaggingCourse(whole, text, how), how, bar=False)

    class Killed(Exception):
        pass

    def kill(progress):
        raise Killed

    with pytest.raises(Killed):
        course = TaggingCourse(killed, text, how)
        train_by(killed, course, how, tmp_path, bar=False, on_epoch=kill)
    resumed = net(text)
    course = TaggingCourse(resumed, text, how)
    train_by(resumed, course, how, tmp_path, bar=False)
    for ours, theirs in zip(resumed.weights, whole.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_every_word_is_in_one_batch_of_an_epoch(text):
    model = net(text, direction="both", layers=net(text).config.layers * 2)
    course = TaggingCourse(model, text, HOW)
    expected = sorted(x for each in text.train for x in each.labels.tolist())
    for column in (2, 5):  # Labels, of each direction.
        found = []
        for step in range(course.epoch_steps):
            _, batch = course.batch(step, 0.0)
            labels = batch[column].numpy()
            found += labels[labels >= 0].tolist()
        assert sorted(found) == expected


def test_a_long_sentence_is_cut_but_what_is_read_of_it_is_not(text):
    how = dataclasses.replace(HOW, steps=3)
    course = TaggingCourse(net(text), text, how)
    whole = {
        tuple(map(int, row)) for each in text.train for row in _windows(each)
    }
    for step in range(course.epoch_steps):
        _, (tokens, _, labels) = course.batch(step, 0.0)
        assert tokens.shape[1] <= 4
        for row in tokens.numpy()[labels.numpy() >= 0]:
            assert tuple(map(int, row)) in whole


def _windows(labelled):
    from tflm.text.tagged.windows import windows

    return windows(labelled.ids, 1)


def test_labels_are_noisy_at_the_end_alone(text):
    how = dataclasses.replace(HOW, label_noise=0.5)
    clean = TaggingCourse(net(text), text, HOW)
    noisy = TaggingCourse(net(text), text, how)

    def labels_before(course, epoch):
        _, batch = course.batch(epoch * course.epoch_steps, 0.0)
        return batch[1].numpy()

    same = labels_before(clean, 0) == labels_before(noisy, 0)
    assert same.all()
    assert (labels_before(clean, 3) != labels_before(noisy, 3)).any()


def test_rare_words_are_unknown_more_often(text):
    how = dataclasses.replace(HOW, rare_noise=2.0)
    course = TaggingCourse(net(text, window=0), text, how)
    real = np.concatenate([each.ids[:, 0] for each in text.train])
    read = [course._columns(epoch)[0] for epoch in range(40)]
    for word in ("from", "Oslo"):
        number = text.lexicon.encode([word])[0, 0]
        count = np.sum(real == number)
        left = np.mean([np.sum(each[:, 0] == number) for each in read])
        assert left / count == pytest.approx(count / (count + 2), abs=0.05)


def test_swapped_sentences_have_spans_that_the_text_has(text):
    labels, train = text.lexicon.labels, text.train
    copies = swaps.swapped(train, labels, 2)
    assert len(copies) == 2 * len(train)
    known = _spans(train, labels)
    assert _spans(copies, labels) == known
    outside = labels.index("O")
    for a, b in zip(train * 2, copies, strict=True):
        assert np.sum(a.labels == outside) == np.sum(b.labels == outside)
    changed = [
        not np.array_equal(a.ids, b.ids)
        for a, b in zip(train * 2, copies, strict=True)
    ]
    assert 0.3 < np.mean(changed) < 0.9
    assert not swaps.swapped(train, ["NOUN", "VERB", "DET"], 1)


def _spans(sentences, labels):
    """Returns the spans that there are, as their kinds and ids."""
    return {
        (kind, each.ids[start:end].tobytes())
        for each in sentences
        for kind, start, end in spans([labels[i] for i in each.labels])
    }


def test_swaps_are_read_beside_the_text(text):
    how = dataclasses.replace(HOW, swaps=1)
    plain = TaggingCourse(net(text), text, HOW)
    more = TaggingCourse(net(text), text, how)
    assert more.epoch_steps == 2 * plain.epoch_steps


def test_recurrent_nets_learn_too(text):
    model = net(text, layers=(LayerConfig("gru", 8),))
    how = dataclasses.replace(HOW, epochs=1)
    progress = train_by(model, TaggingCourse(model, text, how), how, bar=False)
    assert np.isfinite(progress.loss)


def test_batches_without_a_known_label_teach_nothing(text):
    others = [
        dataclasses.replace(each, labels=np.full_like(each.labels, -1))
        for each in text.train
    ]
    mixed = dataclasses.replace(text, train=text.train[:4] + 3 * others)
    model = net(text)
    course = TaggingCourse(model, mixed, HOW)
    assert np.isfinite(train_by(model, course, HOW, bar=False).loss)


def test_a_text_of_other_labels_is_refused(text, tmp_path):
    path = tmp_path / "train.conll"
    path.write_text("see X\nBoston Y\n\n" * 30, "utf-8")
    (tmp_path / "dev.conll").write_bytes(path.read_bytes())
    message = refusal(prepare_tagged, f"conll:{tmp_path}", lexicon=text.lexicon)
    assert "has none of the tagger's labels (O, B-" in message


def test_scores_of_many_sentences_are_those_of_each(text):
    score = make_scores(net(text))
    together = score(text.valid)
    for sentence, found in zip(text.valid, together, strict=True):
        [alone] = score([sentence])
        np.testing.assert_allclose(found, alone, atol=1e-5)


def test_a_run_begun_before_there_were_taggers_goes_on(tmp_path):
    before = {"training": {"epochs": 1}}
    claim(tmp_path, before)
    (tmp_path / "model.npz").touch()
    claim(tmp_path, {"training": {"epochs": 1, "label_noise": 0.0}})
    with pytest.raises(ValueError, match="belongs to another run"):
        claim(tmp_path, {"training": {"epochs": 1, "label_noise": 0.1}})


def test_a_lexicon_comes_back_from_its_files(text, tmp_path):
    text.lexicon.save(tmp_path)
    assert Lexicon.load(tmp_path, 3) == text.lexicon


def test_words_are_known_by_their_form_and_suffix():
    assert [form(w) for w in ("Boeing", "747", "O2")] == ["boeing", "000", "o0"]
    words = "going", "Boeing", "NASA", "A", "7"
    assert [suffix(w, 3) for w in words] == ["-ing", "Bing", "Aasa", "Ba", "-0"]


def test_words_and_labels_that_are_not_known_have_ids(text):
    lexicon = text.lexicon
    ids = lexicon.encode(["fly", "zebra"])
    assert ids[0, 0] > 1 and ids[1].tolist() == [1, 1]
    assert lexicon.label_ids(["B-to", "B-never"])[1] == -1


def test_a_text_of_one_label_is_refused():
    alone = [TaggedSentence(("a", "a"), ("O", "O"))]
    with pytest.raises(ValueError, match="two to choose from"):
        Lexicon.build(alone, 10)


def test_a_text_too_small_to_validate_on_is_refused(tmp_path, capsys):
    pairs = [*itertools.permutations(CITIES, 2)][:10]
    rows = [f"fly O\nfrom O\n{a} B-from\nto O\n{b} B-to" for a, b in pairs]
    (tmp_path / "few.conll").write_text("\n\n".join(rows) + "\n")
    asked = "--task=tag", f"--corpus=conll:{tmp_path / 'few.conll'}"
    assert run_here("train", *asked, f"--output={tmp_path / 'x'}") == 2
    [line] = capsys.readouterr().err.splitlines()[-1:]
    assert "9 sentences to train on and 0 to validate on: give more" in line


@pytest.fixture(scope="module")
def trained(corpus, tmp_path_factory):
    place = tmp_path_factory.mktemp("tagger") / "trips"
    assert not run_here(
        *("train", "--task=tag", f"--corpus={corpus}", f"--output={place}"),
        *("--epochs=4", "--batch=8", "--learning_rate=0.02", "--json"),
    )
    return place


@pytest.fixture(scope="module")
def bundle(trained, tmp_path_factory):
    place = tmp_path_factory.mktemp("bundle") / "trips"
    assert not run_here("export", trained, f"--output={place}")
    return place


def test_the_command_goes_the_whole_way(bundle, capsys):
    found = Bundle.load(bundle)
    found.check()
    assert found.manifest["format_version"] == 3
    assert found.manifest["task"] == "tag"
    assert found.manifest["metrics"]["span_f1"] > 0.5
    assert "Labels: 3" in (bundle / "MODEL_CARD.md").read_text("utf-8")
    assert not run_here("evaluate", bundle, "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["span_f1"] == found.manifest["metrics"]["span_f1"]
    assert set(told["labels"]) == {"from", "to"}
    assert "tag" in recipe.text(recipe.load(bundle / "recipe.toml"))


def test_lines_are_labelled(bundle):
    tagger = SentenceTagger(Bundle.load(bundle))
    assert tagger.tag("") == []
    words = [word for word, _ in tagger.tag("fly from Oslo to Rome, please!")]
    # The training text has no marks.
    assert words == ["fly", "from", "Oslo", "to", "Rome", "please"]
    line = "fly from Oslo to Rome"
    for each in tagger.find(line):
        assert line[each.start : each.end] == each.text


def test_what_is_found_is_placed_in_what_was_typed(bundle):
    tagger = SentenceTagger(Bundle.load(bundle))
    line = "  fly\u2026 from Oslo\u2019s cafe\u0301  to Rome\u2019 \u00bd"
    words = [word for word, _ in tagger.tag(line)]
    pieces = [line[a:b] for a, b in sentence_tagger._places(line, words)]
    assert pieces == [
        *("fly", "from", "Oslo\u2019s", "cafe\u0301", "to", "Rome", "\u00bd"),
    ]


def test_a_changed_file_is_told(bundle, tmp_path):
    found = Bundle.load(bundle)
    golden = json.loads(json.dumps(found.golden))
    answer = golden["sequences"][0]["steps"]["forward"][0]
    answer["logits"][0] += 3
    with pytest.raises(ValueError, match="at step 1 .forward. of"):
        dataclasses.replace(found, golden=golden).check()


def test_marks_of_a_text_that_has_them_are_words():
    options = marked.options(["Rome", "&", "l'", "'s", "."])
    assert options == {"ends": ["'s"], "beginnings": ["l'"]}
    assert marked.options(["Rome", "&"])["marks"] == ["&"]


def test_methods_are_tuned_and_measured_as_a_tagger_is(
    trained, tmp_path, capsys
):
    assert not run_here(
        *("compress", trained, f"--output={tmp_path / 'small'}", "--json"),
        *("--methods=LowRank(rank=4, scope='embedding')", "--epochs=0.1"),
    )
    left = recipe.load(tmp_path / "small" / "recipe.toml").experiment
    assert left.tuning == dataclasses.replace(TAG_TUNING, epochs=0.1)
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["quality"]["span_f1"] > 0 for row in rows] == [True] * 3
    assert rows[1]["quality"]["top1_agreement"] > 0.9


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("suggest", "BUNDLE"), "use it with tflm tag"),
        (("evaluate", "BUNDLE", "--alone"), "--alone is of language models"),
        (("evaluate", "BUNDLE", "--beam=0"), "--beam must be 1 or more"),
        (("tag", "BUNDLE", "--beam=0"), "--beam must be 1 or more"),
        (
            ("export", "MODEL", "--to=savedmodel", "--output=OUT"),
            "--to=savedmodel is for no tagger",
        ),
        (
            ("export", "MODEL", "--format=full_int8", "--output=OUT"),
            "state holds labels: choose int8",
        ),
        (
            ("export", "MODEL", "--cache=500", "--output=OUT"),
            "a cache is of language models",
        ),
        (
            ("train", "--task=tag", "--preset=keyboard", "--output=OUT"),
            "keyboard is to predict, not to tag",
        ),
        (("train", "--task=tag", "--output=OUT"), "has no labels"),
        (
            ("train", "--task=tag", "CORPUS", "--cache=9", "--output=OUT"),
            "a tagger has no cache",
        ),
        (
            ("train", "--task=tag", "CORPUS", "--language=de", "--output=OUT"),
            "a tagger's text is split already",
        ),
        (("tag", "SUGGESTS"), "is a language model's bundle"),
    ],
)
def test_what_is_not_for_taggers_is_refused(
    arguments, words, trained, bundle, corpus, tmp_path, capsys
):
    shipped = "android_demo/app/src/main/assets/keyboard"
    places = {
        "BUNDLE": bundle,
        "MODEL": trained,
        "CORPUS": f"--corpus={corpus}",
        "SUGGESTS": pathlib.Path(__file__).parents[1] / shipped,
    }
    filled = [
        str(places.get(a, a)).replace("OUT", str(tmp_path / "out"))
        for a in arguments
    ]
    assert run_here(*filled) == 2
    [line] = capsys.readouterr().err.splitlines()[-1:]
    assert line.startswith("tflm: ") and words in line
