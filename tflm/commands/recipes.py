"""The recipe that a command takes with --recipe, and the one it leaves."""

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """Adds --recipe."""
    parser.add_argument(
        "--recipe", metavar="FILE", help="recipe.toml, for what no flag gives"
    )


def given(arguments: argparse.Namespace, count=None):
    """Returns the recipe that was given, or the one of all defaults.

    Args:
        arguments: of the command.
        count: as `recipe.load` takes it.

    Raises:
        ValueError: something in it is wrong.
    """
    from tflm.experiment import recipe

    if arguments.recipe:
        return recipe.load(arguments.recipe, count)
    return recipe.Recipe()


def tokens(config) -> int:
    """Returns how many tokens, ends of sentences too, there are to train on.

    Raises:
        ValueError: there is no such corpus, or it cannot be read so.
    """
    from tflm.text import languages
    from tflm.text.corpus import load_corpus
    from tflm.text.passes import OneProcess

    corpus = load_corpus(config.corpus)
    rules = languages.rules_of(
        corpus, config.language, config.tokenizer, config.vocabulary_size
    )
    corpus = corpus.read_by(rules)
    if config.deduplicate:
        corpus = OneProcess().deduplicate(corpus, config.deduplicate)
    sentences = corpus.sentences("train")
    return sum(len(sentence) + 1 for sentence in sentences)


def leave(recipe, directory) -> None:
    """Writes a recipe to a directory, if there is one to write."""
    from tflm.experiment import recipe as recipes

    if recipe:
        recipes.save(recipe, directory)
