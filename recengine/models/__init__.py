"""Every ranker there is. One paper, one file; this is the only list."""

from recengine.models.als import ALS
from recengine.models.base import Ranker
from recengine.models.bert4rec import BERT4Rec
from recengine.models.biased_mf import BiasedMF
from recengine.models.bpr import BPR
from recengine.models.din import DIN
from recengine.models.ease import Ease
from recengine.models.gru import GRU
from recengine.models.hybrid import Hybrid
from recengine.models.item_knn import ItemKNN
from recengine.models.joint_text import JointText
from recengine.models.lightgcn import LightGCN
from recengine.models.popularity import Popularity, RecentPopularity
from recengine.models.recency_ease import RecencyEase
from recengine.models.sasrec import SASRec, SASRecBinary
from recengine.models.svae import SequentialVAE
from recengine.models.text_cosine import TextCosine
from recengine.models.text_euclid import TextEuclid
from recengine.models.unified import Unified
from recengine.models.xdeepfm import XDeepFM
from recengine.models.youtube_dnn import YouTubeDNN, YouTubeRank

MODELS: dict[str, type[Ranker]] = {
    model.name: model
    for model in (
        Unified,
        SASRec,
        SASRecBinary,
        BERT4Rec,
        GRU,
        SequentialVAE,
        DIN,
        XDeepFM,
        YouTubeDNN,
        YouTubeRank,
        JointText,
        LightGCN,
        RecencyEase,
        Ease,
        ItemKNN,
        ALS,
        BPR,
        BiasedMF,
        Hybrid,
        TextCosine,
        TextEuclid,
        RecentPopularity,
        Popularity,
    )
}
