"""What a model is for: all that differs between one task and another.

The stages of a run, the commands and the search ask a task what is read, what
is learned of it and how a file is scored. All else they share.
"""

import pathlib
from collections.abc import Callable
from typing import Any, Protocol

from tflm.experiment.config import ExperimentConfig
from tflm.model.config import ModelConfig
from tflm.model.network import Network
from tflm.model.workspace import Trained
from tflm.text.corpus import Corpus
from tflm.text.dataset import Origin, Text
from tflm.text.splits import Split
from tflm.text.tagged.corpus import TaggedCorpus
from tflm.text.tagged.dataset import TaggedText
from tflm.text.vocabulary import Vocabulary
from tflm.training.config import TrainingConfig
from tflm.training.course import Course
from tflm.training.team import ALONE, Team

AnyCorpus = Corpus | TaggedCorpus
AnyText = Text | TaggedText

SENSITIVITY_WORDS = 10_000  # Of validation text, for the cost of a change.
COMPARED_SENTENCES = 200  # On which files are compared, and timed.


class Task(Protocol):
    """A task.

    Attributes:
        name: what --task and recipes call it.
        tuning: how a model is trained after a method, if nobody says.
        lost: what e to the power of a loss of `losses` is called.
    """

    name: str
    tuning: TrainingConfig
    lost: str

    def preset_for(self, tokens: int) -> str:
        """Returns the preset that fits a training text of so many words."""

    def length(self, text: Any) -> int:
        """Returns how many words there are to train on."""

    def unknown_share(self, text: Any) -> float:
        """Returns the share of words of the validation text not known."""

    def prepare(self, config: ExperimentConfig, place: pathlib.Path) -> Any:
        """Returns the text of an experiment, for a model that is new.

        Args:
            config: what is asked for.
            place: a directory that keeps what is made.

        Raises:
            ValueError: the corpus is bad.
        """

    def read(self, name: str, place: pathlib.Path, trained: Trained) -> Any:
        """Returns the text of a corpus for a model that there is.

        Raises:
            ValueError: the corpus is bad.
        """

    def corpus(self, name: str, origin: Origin) -> Any:
        """Returns a corpus as a model of this origin reads it.

        Raises:
            ValueError: there is none.
        """

    def shape(self, config: ModelConfig, text: Any) -> ModelConfig:
        """Returns a shape with the sizes that the text gives it."""

    def course(
        self,
        model: Network,
        text: Any,
        training: TrainingConfig,
        team: Team = ALONE,
    ) -> Course:
        """Returns what a model is trained by.

        Raises:
            ValueError: the training does not fit the model, the text or the
                team.
        """

    def tuning_course(
        self, text: Any, model: Network, training: TrainingConfig
    ) -> Course:
        """Returns what a model is trained by after a method."""

    def trained(self, model: Network, text: Any, origin: Origin) -> Trained:
        """Returns a model with its words and origin."""

    def score(
        self,
        content: bytes,
        trained: Trained,
        corpus: Any,
        split: Split,
        limit: int | None = None,
    ) -> dict[str, float]:
        """Returns what a file is worth, by the names of a row.

        Args:
            content: of the file.
            trained: what it was made of.
            corpus: to score it on.
            split: of the corpus.
            limit: the most sentences.
        """

    def file_scores(
        self,
        content: bytes,
        trained: Trained,
        config: ExperimentConfig,
        text: Any,
        reference: bytes,
        is_shipped: bool,
    ) -> dict[str, float]:
        """Returns all scores of a file of an experiment.

        Args:
            content: of the file.
            trained: what it was made of.
            config: how much of the text to score on, and on which splits.
            text: of the experiment.
            reference: the file that its predictions are compared with.
            is_shipped: whether it is scored as it will be used, too.
        """

    def agreement(
        self, original: Trained, corpus: Any, split: Split
    ) -> Callable[[bytes], dict[str, float]]:
        """Returns what tells how near a file is to a model, on a corpus.

        Args:
            original: the model.
            corpus: of which it reads the first sentences.
            split: of the corpus.
        """

    def timed_on(
        self, words: Vocabulary, corpus: Any, split: Split
    ) -> list[int] | None:
        """Returns what a file reads when it is timed, None for anything."""

    def losses(self, text: Any) -> Callable[[Network], Callable[[], float]]:
        """Returns what tells how wrong a model is, for a search.

        Of a model it returns what gives the loss of the weights that the model
        then has, in nats a word of validation text.
        """
