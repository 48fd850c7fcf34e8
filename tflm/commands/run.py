"""tflm run: all that a recipe says."""

from tflm.commands import options, recipes, whole


def add(commands) -> None:
    """Adds `tflm run` to the commands."""
    parser = options.command(
        commands,
        "run",
        run,
        "train, compress and measure as a recipe says",
        examples=(
            "tflm run my_recipe.toml --output=build/mine",
            "tflm run build/bundle/recipe.toml --output=build/again",
        ),
        more="A run that was stopped goes on when it is started again.",
        goes_on=True,
    )
    parser.add_argument(
        "recipe",
        metavar="RECIPE",
        help="a file in TOML, such as each run leaves as recipe.toml",
    )
    options.add_output(parser, required=True)


def run(arguments) -> None:
    """Runs a recipe; a run that was killed goes on where it was."""
    import pathlib

    from tflm.experiment import recipe

    found = recipe.load(arguments.recipe, recipes.tokens)
    output = pathlib.Path(arguments.output)
    config, command = found.experiment, options.own_command()
    title = f"{config.name} on {config.corpus}"
    if not found.budget:
        whole.carry_out(recipe.with_files(config), output, title, command)
        return

    from tflm.search import from_corpus

    best = from_corpus.run(found, output, command)
    whole.show(best.rows, output, title)
    print(f"Bundle: {output / 'bundle'}")
