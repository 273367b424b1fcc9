"""Every ranker there is. One paper, one file; this is the only list."""

from recengine.models.base import Ranker
from recengine.models.popularity import Popularity, RecentPopularity
from recengine.models.recency_ease import RecencyEase
from recengine.models.sasrec import SASRec, SASRecBinary
from recengine.models.text_cosine import TextCosine
from recengine.models.unified import Unified

MODELS: dict[str, type[Ranker]] = {
    model.name: model
    for model in (
        Unified,
        SASRec,
        SASRecBinary,
        RecencyEase,
        TextCosine,
        RecentPopularity,
        Popularity,
    )
}
