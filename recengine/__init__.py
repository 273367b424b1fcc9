"""recengine: see a recommender think.

The layers, each of which knows only those below it:

    ui | cli        the dashboard's parts, and the same answers as commands
    engine          the facade: every question the two above may ask
    explanations | interests | projection
                    why an item is there; how taste moves; where things lie
    training        losses, the loop, checkpoints
    evaluation      metrics, full ranking, intervals (training chooses by them)
    models          one paper, one file; MODELS is the only list
    encoders        item text to vectors, and the store that keeps them
    data            sources, checks, splits, the simulated storefront, the workspace folder
    types           the words that all of them share
    errors          one clear message for every mistake
"""

__version__ = "0.1.0"
