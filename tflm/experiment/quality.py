"""All scores of a file of an experiment, as a row keeps them."""

import dataclasses

from tflm.evaluation.quality import compare
from tflm.evaluation.score import score
from tflm.experiment.config import ExperimentConfig
from tflm.text.corpus import load_corpus
from tflm.text.dataset import Text
from tflm.text.protocol import Step

_AGREEMENT_WORDS = 2000


def quality(
    step: Step,
    config: ExperimentConfig,
    text: Text,
    reference: Step | None = None,
    by_message: bool = False,
) -> dict[str, float]:
    """Returns the scores of a file by their names in a row.

    Args:
        step: the file.
        config: how much of the text to score on, and on which splits.
        text: the vocabulary and the splits.
        reference: the file whose predictions it is compared with.
        by_message: whether it is also scored with a new beginning at each
            sentence, as a text field does.
    """
    found = _score(step, config, text)
    if reference is not None:
        ids = text.valid[:_AGREEMENT_WORDS].tolist()
        agreement = compare(step, reference, text.vocabulary, ids)
        found |= dataclasses.asdict(agreement)
    if config.scores_valid:
        sentences = text.corpus.sentences("valid")
        valid = score(step, text.vocabulary, sentences)
        found["valid_perplexity"] = valid["perplexity"]
    if by_message:
        alone = _score(step, config, text, carry=False)
        del alone["tokens"]
        found |= {f"message_{key}": value for key, value in alone.items()}
    return found


def _score(
    step: Step,
    config: ExperimentConfig,
    text: Text,
    carry: bool | None = None,
) -> dict[str, float]:
    scored = text.corpus
    if config.scored_on:
        scored = load_corpus(config.scored_on).read_by(text.origin.rules)
    sentences = scored.sentences("test")
    limit = config.test_sentences or None
    return score(step, text.vocabulary, sentences, limit, carry)
