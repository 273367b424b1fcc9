"""Where an interest vector goes next. One paper, one file; `FORECASTERS` is the only list."""

from recengine.interests.forecasting.causal_transformer import CausalTransformer
from recengine.interests.forecasting.forecaster import Forecaster
from recengine.interests.forecasting.gru import RecurrentForecaster
from recengine.interests.forecasting.linear_drift import LinearDrift
from recengine.interests.forecasting.moving_average import MovingAverage
from recengine.interests.forecasting.persistence import Persistence
from recengine.interests.forecasting.seq2seq_transformer import Seq2SeqTransformer
from recengine.interests.forecasting.variational import VariationalForecaster

FORECASTERS: dict[str, type[Forecaster]] = {
    forecaster.name: forecaster
    for forecaster in (
        Persistence,
        MovingAverage,
        LinearDrift,
        CausalTransformer,
        Seq2SeqTransformer,
        VariationalForecaster,
        RecurrentForecaster,
    )
}
