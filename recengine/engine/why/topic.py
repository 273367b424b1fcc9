"""Every question that begins with why, as one topic of the engine: `engine.why`."""

from recengine.data.progress import Progress, silent
from recengine.engine.results import Explanation
from recengine.engine.state import State
from recengine.engine.why import changes, differences, examples, inside, reading, reasons, words
from recengine.engine.why.answers import (
    Counterfactual,
    NearestLiked,
    SimilarChoices,
    WhyAbove,
    WhyNot,
    Words,
)
from recengine.engine.why.methods import chosen_method, events_of, question_of
from recengine.engine.why.results import Faithfulness, Inside, MethodFacts
from recengine.engine.why.trust import faithfulness, trust_of
from recengine.errors import ConfigError
from recengine.explanations import methods_for
from recengine.explanations.exact import EXACT
from recengine.explanations.token_attention import reads_texts
from recengine.models import MODELS
from recengine.models.joint_text import JointText
from recengine.types import Request


class Why:
    """Asks a loaded state; safe to share between threads.

    Every method raises UnknownNameError for a person, item, ranker, feature, value or method that
    does not exist, and ConfigError where a question cannot be put (an empty history, an item that
    was already seen, a ranker without what is asked for); the message says what to do next.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    def methods(self, ranker: str = "") -> tuple[MethodFacts, ...]:
        """The methods that apply to a ranker; the first is the one that an empty name means."""
        name = self._state.ready(ranker)
        model = self._state.ranker(name)
        first = chosen_method(self._state, name, "", patient=True)
        applying = methods_for(model)
        return tuple(
            MethodFacts(
                name=method.name,
                label=method.label,
                meaning=method.meaning,
                unit=method.unit,
                adds_up=method.adds_up,
                signed=method.signed,
                kinds=method.kinds,
                slow=method.slow,
                trust=trust_of(self._state, name, method),
            )
            for method in (first, *(each for each in applying if each is not first))
        )

    def readers(self) -> tuple[str, ...]:
        """Rankers at hand that read the texts themselves."""
        return tuple(name for name in self._state.rankers if issubclass(MODELS[name], JointText))

    def explain(
        self, request: Request, item_id: str, method: str = "", *, progress: Progress = silent
    ) -> Explanation:
        """Why is this item here?

        Args:
            request: who, when, with which ranker.
            item_id: also one that was already seen; its rank is None then.
            method: name of one of `methods(request.ranker)`; "" takes the first.
            progress: told by slow methods how many changed requests were scored.
        """
        state = self._state
        answer = state.answer(request)
        way = chosen_method(state, answer.request.ranker, method, patient=True)
        if not method and EXACT.applies(state.ranker(answer.request.ranker)):
            way = way if int(answer.history.lengths[0]) else EXACT
        if way is not EXACT:
            events_of(answer)  # complains if there are none
        question = question_of(state, answer, item_id, progress)
        trust = trust_of(state, answer.request.ranker, way)
        return reasons.explained(state, answer, question.item, way.attribute(question), way, trust)

    def counterfactual(
        self, request: Request, item_id: str, *, progress: Progress = silent
    ) -> Counterfactual:
        """What is the least that would take this item out of the first `request.k`?

        Tried: every telling event left out, every feature of the moment changed.
        """
        return changes.push_out(self._state, request, item_id, progress)

    def bring_in(
        self, request: Request, item_id: str, *, progress: Progress = silent
    ) -> Counterfactual:
        """What is the least that would bring this item into the first `request.k`?

        Tried: choosing items that lie near it or go together with it, and changing the moment.
        """
        return changes.bring_in(self._state, request, item_id, progress)

    def change(
        self, request: Request, item_id: str, *, progress: Progress = silent
    ) -> Counterfactual:
        """Whichever of the two applies: what takes the item out of the list, or brings it in."""
        answer = self._state.answer(request)
        rank = int(answer.ranks[self._state.dataset.item_index(item_id)])
        ask = self.bring_in if rank > request.k else self.counterfactual
        return ask(request, item_id, progress=progress)

    def why_not(self, request: Request, item_id: str, method: str = "") -> WhyNot:
        """Why is this item not in the first `request.k`? Compares it with the last of them."""
        return differences.why_not(self._state, request, item_id, method)

    def why_above(self, request: Request, item_a: str, item_b: str, method: str = "") -> WhyAbove:
        """Why does item a stand above item b (or below it)?"""
        return differences.why_above(self._state, request, item_a, item_b, method)

    def nearest_liked(self, request: Request, item_id: str, limit: int = 5) -> NearestLiked:
        """Which of the things that this person liked lie nearest to the item?

        Liked: valued at least as high as this person's events are on average; without values, all.
        """
        return examples.nearest_liked(self._state, request, item_id, limit)

    def similar_choices(self, request: Request, item_id: str) -> SimilarChoices:
        """How many people with a similar history chose the item? Counts only."""
        return examples.similar_choices(self._state, request, item_id)

    def inside(self, request: Request, item_id: str = "") -> Inside:
        """Attention of every layer and head and the states of every layer, as arrays.

        Args:
            request: who, when, with which ranker.
            item_id: whose attention to the events, the moment and the person is given; "" takes
                the first of the list.

        Raises:
            ConfigError: the ranker has neither attention nor states, or the history is empty.
        """
        return inside.inside(self._state, request, item_id)

    def words(
        self,
        request: Request,
        item_id: str,
        limit: int = 10,
        method: str = "",
        *,
        progress: Progress = silent,
    ) -> Words:
        """Which words of the item's text, of the last titles and of the moment answered each other?

        Of a ranker that reads the texts itself: at which of all words it looked when it read this
        item (`explain` adds that up by event). Slow at first: the language model has to be loaded.

        Args:
            request: who.
            item_id: whose text.
            limit: pairs listed.
            method: "rollout" (also "") or "attention", of a ranker that reads; else "".
            progress: told how many texts were read.
        """
        if reads_texts(self._state.ranker(request.ranker)):
            return reading.read(self._state, request, item_id, method)
        if method:
            raise ConfigError(
                f"The method {method!r} weighs no words of this ranker, which reads no texts. "
                "Leave it out: the text encoder is asked."
            )
        return words.words(self._state, request, item_id, limit, progress)

    def faithfulness(self) -> Faithfulness:
        """How did the methods do when they were tested on this dataset?"""
        return faithfulness(self._state)
