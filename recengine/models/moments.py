"""How the moment of a request speaks to the unified ranker: to its interest and its memory head.

Every feature f of the moment has a vector q_f behind a gate. They join a state h in either way:

    "state"      u = LN(h + sum q_f)    the norm makes what a moment does depend on the person
    "interest"   u = LN(h) + sum q_f    a moment does to log-odds what it does for everybody

The second has less to learn: its effects are bilinear, those of a factorisation machine.

Paper: Rendle et al., "Fast Context-aware Recommendations with Factorization Machines", SIGIR 2011.
Axes: batch, dim = model width, context = features of the moment.
"""

from jaxtyping import Float, Int
from torch import Tensor, nn

from recengine.models.base import WeightedRanker
from recengine.models.features import FeatureTable
from recengine.models.unified_config import UnifiedConfig


class Listening(WeightedRanker):
    """A ranker whose interest depends on the moment of the request.

    Attributes:
        context_gates: how much of each feature of the moment counts.
        query: what the features add to a state or an interest.
        memory_contexts: what they are as tokens of the memory.
        interest_norm: makes an interest of a state.
    """

    config: UnifiedConfig
    context_gates: Tensor
    query: FeatureTable
    memory_contexts: FeatureTable
    interest_norm: nn.LayerNorm

    def interest(
        self,
        hidden: Float[Tensor, "*batch dim"],
        request: Int[Tensor, "*batch context"],
    ) -> Float[Tensor, "*batch dim"]:
        """Interest vector u of each state under each moment."""
        return self.in_moment(hidden, self.moment(request).sum(dim=-2))

    def in_moment(
        self, hidden: Float[Tensor, "*batch dim"], moment: Float[Tensor, "*batch dim"]
    ) -> Float[Tensor, "*batch dim"]:
        """Interest vector u of each state, given what the features of its moment add together."""
        if self.config.moment_joins == "interest":
            return self.interest_norm(hidden) + moment
        return self.interest_norm(hidden + moment)

    def moment(self, request: Int[Tensor, "*batch context"]) -> Float[Tensor, "*batch context dim"]:
        """What each feature of a moment adds, behind its gate."""
        return self.context_gates[:, None] * self.query(request)

    def remembered_moment(
        self, request: Int[Tensor, "*batch context"]
    ) -> Float[Tensor, "*batch context dim"]:
        """The features of a moment as tokens of the memory, behind their gates."""
        return self.quiet_gates[:, None] * self.memory_contexts(request)

    @property
    def quiet_gates(self) -> Float[Tensor, " context"]:
        """Gates for the memory head, which learns without the prior that gates above 1 drown out.

        Where the moment joins the interest they are at most 1: told more loudly, the head would
        learn to take back what is too much. Elsewhere they are those of the list.
        """
        if self.config.moment_joins == "interest":
            return self.context_gates.clamp(max=1.0)
        return self.context_gates
