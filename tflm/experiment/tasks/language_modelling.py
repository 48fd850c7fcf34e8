"""Predicting the next word of a text."""

import dataclasses
import itertools
import math
import pathlib
from collections.abc import Callable

from tflm.evaluation.quality import compare
from tflm.evaluation.score import score
from tflm.experiment import teachers
from tflm.experiment.config import ExperimentConfig
from tflm.experiment.quality import quality
from tflm.experiment.tasks.task import (
    COMPARED_SENTENCES,
    SENSITIVITY_WORDS,
    Task,
)
from tflm.model.config import ModelConfig
from tflm.model.keras_step import KerasStep
from tflm.model.network import Network
from tflm.model.workspace import Trained
from tflm.text import coverage, dataset, languages
from tflm.text.corpus import Corpus, load_corpus
from tflm.text.dataset import Origin, Text
from tflm.text.splits import Split
from tflm.text.vocabulary import Vocabulary
from tflm.tflite.interpreter import load_step
from tflm.training import by_length
from tflm.training.config import TUNING, TrainingConfig
from tflm.training.perplexity import make_perplexity
from tflm.training.team import ALONE, Team
from tflm.training.text_course import TextCourse

_TUNED_ON = 20_000  # Words of validation text, while a method is tuned.


@dataclasses.dataclass(frozen=True)
class LanguageModelling(Task):
    """See `Task`."""

    name: str = "predict"
    tuning: TrainingConfig = TUNING
    lost: str = "perplexity"

    def preset_for(self, tokens: int) -> str:
        """Returns the keyboard that fits."""
        return by_length.preset_for(tokens)

    def length(self, text: Text) -> int:
        """Returns how many tokens there are to train on."""
        return len(text.train)

    def unknown_share(self, text: Text) -> float:
        """Returns the share of `<unk>` in the validation text."""
        return coverage.unknown_share(text)

    def prepare(self, config: ExperimentConfig, place: pathlib.Path) -> Text:
        """Returns the text, in ids that `place` keeps."""
        corpus = load_corpus(config.corpus)
        rules = languages.rules_of(
            corpus, config.language, config.tokenizer, config.vocabulary_size
        )
        text = dataset.prepare(
            *(config.corpus, place, config.vocabulary_size),
            rules=rules,
            curated=config.curated,
            deduplicate=config.deduplicate,
        )
        coverage.report(text)
        return text

    def read(self, name: str, place: pathlib.Path, trained: Trained) -> Text:
        """Returns the text in the words of a model."""
        rules = trained.origin.rules
        return dataset.prepare(
            name, place, words=trained.vocabulary, rules=rules
        )

    def corpus(self, name: str, origin: Origin) -> Corpus:
        """Returns the text as the model splits it."""
        return load_corpus(name).read_by(origin.rules)

    def shape(self, config: ModelConfig, text: Text) -> ModelConfig:
        """Returns a shape of as many words as the text has."""
        size = len(text.vocabulary)
        return dataclasses.replace(config, vocabulary_size=size)

    def course(
        self,
        model: Network,
        text: Text,
        training: TrainingConfig,
        team: Team = ALONE,
    ) -> TextCourse:
        """Returns the course of the text, and of a teacher if there is one."""
        targets = teachers.targets(training.distillation, text)
        return TextCourse(
            *(model, text.train, text.valid, training, targets),
            eos=text.vocabulary.eos,
            team=team,
        )

    def tuning_course(
        self, text: Text, model: Network, training: TrainingConfig
    ) -> TextCourse:
        """Returns the same, which watches the first words alone."""
        text = dataclasses.replace(text, valid=text.valid[:_TUNED_ON])
        return self.course(model, text, training)

    def trained(self, model: Network, text: Text, origin: Origin) -> Trained:
        """Returns the model with the words of the text."""
        return Trained(model, text.vocabulary, origin)

    def score(
        self,
        content: bytes,
        trained: Trained,
        corpus: Corpus,
        split: Split,
        limit: int | None = None,
    ) -> dict[str, float]:
        """Returns the fields of `Quality` or `PieceQuality`."""
        return score(
            *(load_step(content), trained.vocabulary),
            *(corpus.sentences(split), limit),
            protocol=trained.protocol,
            rules=trained.origin.rules,
        )

    def file_scores(
        self,
        content: bytes,
        trained: Trained,
        config: ExperimentConfig,
        text: Text,
        reference: bytes,
        is_shipped: bool,
    ) -> dict[str, float]:
        """Returns what `quality` says of the file."""
        step, other = load_step(content), load_step(reference)
        return quality(step, config, text, other, is_shipped)

    def agreement(
        self, original: Trained, corpus: Corpus, split: Split
    ) -> Callable[[bytes], dict[str, float]]:
        """Returns what gives the fields of `Agreement`."""
        reference = KerasStep(original.model)
        ids = self.timed_on(original.vocabulary, corpus, split)

        def agreement(content: bytes) -> dict[str, float]:
            step, words = load_step(content), original.vocabulary
            return dataclasses.asdict(compare(step, reference, words, ids))

        return agreement

    def timed_on(
        self, words: Vocabulary, corpus: Corpus, split: Split
    ) -> list[int]:
        """Returns the ids of the first sentences."""
        sentences = itertools.islice(
            corpus.sentences(split), COMPARED_SENTENCES
        )
        return words.encode_text(sentences).tolist()

    def losses(self, text: Text) -> Callable[[Network], Callable[[], float]]:
        """Returns the logarithm of the perplexity."""
        ids = text.valid[:SENSITIVITY_WORDS]

        def losses(model: Network) -> Callable[[], float]:
            perplexity = make_perplexity(model, ids)
            return lambda: math.log(perplexity())

        return losses
