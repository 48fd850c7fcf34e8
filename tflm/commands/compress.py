"""tflm compress: a model to a smaller one."""

from tflm.commands import options


def add(commands) -> None:
    parser = options.command(commands, "compress", run, "make a model smaller")
    options.add_model(parser)
    parser.add_argument(
        "--methods", required=True, help="as in 'LowRank(rank=64), Prune()'"
    )
    parser.add_argument("--output", required=True, help="directory to write")
    parser.add_argument(
        "--corpus", help=f"to train on after; {options.CORPUS_HELP}"
    )
    options.add_training(parser)
    options.add_json(parser)
    options.add_overwrite(parser)


def run(arguments) -> None:
    import dataclasses

    from tflm import compress, workspace

    methods = compress.parse_all(arguments.methods)
    trained = workspace.load(arguments.model, arguments.vocabulary)
    output = options.new_model_directory(arguments.output, arguments.overwrite)
    fit = compress.skip_training
    if arguments.epochs != 0:
        fit = _fit(arguments, trained, output)
    smaller = compress.apply(methods, trained.model, fit)
    recipe = f"{trained.origin.recipe}, {arguments.methods}"
    origin = dataclasses.replace(trained.origin, recipe=recipe)
    workspace.save(
        workspace.Trained(smaller, trained.vocabulary, origin), output
    )
    options.show(
        {
            "parameters_before": trained.model.parameters,
            "parameters": smaller.parameters,
        },
        arguments.json,
    )


def _fit(arguments, trained, output):
    from tflm import recipe, training, workspace

    text = workspace.prepare(
        arguments.corpus or trained.origin.corpus,
        output / "text",
        words=trained.vocabulary,
    )
    settings = {"epochs": 1.0, "learning_rate": 0.001}
    config = recipe.TrainingConfig(
        **settings | options.given_training(arguments)
    )
    return training.make_fit(text.train, text.valid, config)
