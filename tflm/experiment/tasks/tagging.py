"""Labelling the words of a sentence."""

import dataclasses
import itertools
import pathlib
from collections.abc import Callable, Sequence

import numpy as np

from tflm.bundle import tagging as bundle
from tflm.evaluation.decoding import Decoder
from tflm.evaluation.tagging import TagQuality
from tflm.experiment.config import ExperimentConfig
from tflm.experiment.tasks.task import (
    COMPARED_SENTENCES,
    SENSITIVITY_WORDS,
    Task,
)
from tflm.model.config import ModelConfig
from tflm.model.network import Network
from tflm.model.tagger_config import TaggerConfig
from tflm.model.workspace import Trained
from tflm.text.dataset import Origin
from tflm.text.splits import Split
from tflm.text.tagged.corpus import TaggedCorpus, load_tagged
from tflm.text.tagged.dataset import (
    Labelled,
    TaggedText,
    encode,
    prepare_tagged,
)
from tflm.text.tagged.lexicon import UNKNOWN
from tflm.text.vocabulary import Vocabulary
from tflm.tflite.tag_interpreter import load_tag_steps
from tflm.training.config import TAG_TUNING, TrainingConfig
from tflm.training.tagging_course import TaggingCourse, loss_of, make_scores
from tflm.training.team import ALONE, Team

_MEAN_WORDS = 10  # Of a sentence, about.


@dataclasses.dataclass(frozen=True)
class Tagging(Task):
    """See `Task`."""

    name: str = "tag"
    tuning: TrainingConfig = TAG_TUNING
    lost: str = "perplexity of labels"

    def preset_for(self, tokens: int) -> str:
        """Returns the one that fits every length."""
        return "tagger"

    def length(self, text: TaggedText) -> int:
        """Returns how many words there are to train on."""
        return sum(len(each.labels) for each in text.train)

    def unknown_share(self, text: TaggedText) -> float:
        """Returns the share of words of the validation text not known."""
        ids = np.concatenate([each.ids[:, 0] for each in text.valid])
        return float(np.mean(ids == UNKNOWN))

    def prepare(
        self, config: ExperimentConfig, place: pathlib.Path
    ) -> TaggedText:
        """Returns the sentences in ids of a new lexicon."""
        if config.language or config.tokenizer:
            raise ValueError(
                "a tagger's text is split already: leave language and "
                "tokenizer out"
            )
        return prepare_tagged(config.corpus, config.vocabulary_size)

    def read(
        self, name: str, place: pathlib.Path, trained: Trained
    ) -> TaggedText:
        """Returns the sentences in the ids of a model's lexicon."""
        return prepare_tagged(name, lexicon=trained.lexicon)

    def corpus(self, name: str, origin: Origin) -> TaggedCorpus:
        """Returns the sentences."""
        return load_tagged(name)

    def shape(self, config: ModelConfig, text: TaggedText) -> ModelConfig:
        """Returns a shape of as many words, suffixes and labels."""
        assert isinstance(config, TaggerConfig)
        return config.fitting(text.lexicon)

    def course(
        self,
        model: Network,
        text: TaggedText,
        training: TrainingConfig,
        team: Team = ALONE,
    ) -> TaggingCourse:
        """Returns the course of the sentences, which one process reads."""
        if team is not ALONE:
            raise ValueError("a tagger is trained by one process")
        for name in ("distillation", "cache"):
            if getattr(training, name):
                what = "teacher" if name == "distillation" else name
                raise ValueError(f"a tagger has no {what}: leave it out")
        return TaggingCourse(model, text, training)

    def tuning_course(
        self, text: TaggedText, model: Network, training: TrainingConfig
    ) -> TaggingCourse:
        """Returns the same."""
        return self.course(model, text, training)

    def trained(
        self, model: Network, text: TaggedText, origin: Origin
    ) -> Trained:
        """Returns the model with the lexicon of the text."""
        lexicon = text.lexicon
        return Trained(model, lexicon.words, origin, lexicon=lexicon)

    def score(
        self,
        content: bytes,
        trained: Trained,
        corpus: TaggedCorpus,
        split: Split,
        limit: int | None = None,
    ) -> dict[str, float]:
        """Returns the scores of `TagQuality`."""
        found = self._quality(content, trained, corpus, split, limit)
        return found.scores()

    def _quality(
        self,
        content: bytes,
        trained: Trained,
        corpus: TaggedCorpus,
        split: Split,
        limit: int | None,
        beam: int = 1,
    ) -> TagQuality:
        assert trained.lexicon
        how = bundle.Tagging(trained.lexicon, trained.model.config.reading)
        sentences = itertools.islice(corpus.sentences(split), limit)
        return how.evaluate(content, sentences, beam)

    def file_scores(
        self,
        content: bytes,
        trained: Trained,
        config: ExperimentConfig,
        text: TaggedText,
        reference: bytes,
        is_shipped: bool,
    ) -> dict[str, float]:
        """Returns the scores on the test split, and the one watched on valid.

        And the share of words that the reference labels alike. Of the file
        that ships also the scores with a beam of four.
        """
        limit, corpus = config.test_sentences or None, text.corpus
        found = self.score(content, trained, corpus, "test", limit)
        sentences = _compared(trained, corpus, "valid")
        expected = _labelled(reference, trained, sentences)
        found |= _agreement(_labelled(content, trained, sentences), expected)
        if config.scores_valid:
            valid = self.score(content, trained, corpus, "valid")
            names = ("span_f1", "accuracy")
            found |= {f"valid_{n}": valid[n] for n in names if n in valid}
        if is_shipped:
            beam = self._quality(content, trained, corpus, "test", limit, 4)
            found["beam_4"] = beam.headline
        return found

    def agreement(
        self, original: Trained, corpus: TaggedCorpus, split: Split
    ) -> Callable[[bytes], dict[str, float]]:
        """Returns what gives the share of words that are labelled alike."""
        text = _compared(original, corpus, split)
        scores = make_scores(original.model)(text)
        expected = np.concatenate([each.argmax(1) for each in scores])

        def agreement(content: bytes) -> dict[str, float]:
            return _agreement(_labelled(content, original, text), expected)

        return agreement

    def timed_on(
        self, words: Vocabulary, corpus: TaggedCorpus, split: Split
    ) -> None:
        """Returns None: every window takes the same time."""

    def losses(
        self, text: TaggedText
    ) -> Callable[[Network], Callable[[], float]]:
        """Returns the loss of the right labels where its own are fed back."""
        sentences = text.valid[: SENSITIVITY_WORDS // _MEAN_WORDS]

        def losses(model: Network) -> Callable[[], float]:
            score = make_scores(model)
            return lambda: loss_of(score(sentences), sentences)

        return losses


def _compared(
    trained: Trained, corpus: TaggedCorpus, split: Split
) -> list[Labelled]:
    """Returns the sentences on which files are compared.

    Raises:
        ValueError: there are none.
    """
    assert trained.lexicon
    sentences = itertools.islice(corpus.sentences(split), COMPARED_SENTENCES)
    found = encode(sentences, trained.lexicon)
    if not found:
        raise ValueError(
            f"corpus {corpus.name!r} has no {split} sentences to compare "
            f"files on: give more"
        )
    return found


def _labelled(
    content: bytes, trained: Trained, sentences: Sequence[Labelled]
) -> np.ndarray:
    """Returns the labels that a file gives to all words of sentences."""
    decoder = Decoder(load_tag_steps(content), trained.model.config.reading)
    return np.concatenate([decoder.label(each.ids) for each in sentences])


def _agreement(found: np.ndarray, expected: np.ndarray) -> dict[str, float]:
    return {"top1_agreement": float(np.mean(found == expected))}
