"""What is found when many people's reasons are looked at, in Chinese; English is told beside it.

Text in, text out: names and numbers are given, nothing is counted here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from recengine.explanations.words.languages import LANGUAGES
from recengine.explanations.words.outline import Fact, quoted
from recengine.explanations.words.telling import Language


@dataclass(frozen=True)
class ChineseAudit:
    """Tells an audit, with the names of facts that `spoken` gives."""

    spoken: Language
    kinds: ClassVar[Mapping[str, str]] = {
        "taste": "整体偏好",
        "events": "记住的事件",
        "prior": "常与以往选择搭配的物品",
        "context": "此刻的情境",
        "profile": "个人资料",
        "popularity": "大众的喜爱",
    }
    odd: ClassVar[Mapping[str, str]] = {
        "old event": "取决于一个较早的事件",
        "popularity": "一半以上来自大众的喜爱",
        "profile": "由个人资料决定",
    }

    meanings: ClassVar[Mapping[str, str]] = {
        "old event": "若没有一个最强的、早于 20 个事件之前的事件，首位将是另一个物品。",
        "popularity": "支持该物品的理由至少一半是大众的喜爱。",
        "profile": "若没有个人资料中的某一项（如年龄或性别），首位将是另一个物品。",
    }

    def rests(
        self,
        people: int,
        population: int,
        kinds: Sequence[tuple[str, float]],
        odd: Sequence[tuple[str, int]],
        strange: int,
    ) -> str:
        """What first items rest on, by kind with its share, and how many are odd in which way."""
        named = self.spoken.listed([f"{self.kinds[kind]}（{share:.0%}）" for kind, share in kinds])
        mostly = f"主要依靠{named}" if named else "依靠许多细小的理由"
        why = self.spoken.listed([f"{self.odd[name]}（{count:,} 人）" for name, count in odd])
        rest = f"其中 {strange:,} 人的理由异常：{why}" if strange else "没有人的理由异常"
        return f"在所查看的 {people:,} 人（共 {population:,} 人）中，首位推荐{mostly}；{rest}。"

    def no_sum(self, label: str, people: int) -> str:
        """A ranker whose score is no sum."""
        return (
            f"{label} 的得分不是各项理由之和，因此无法统计 {people:,} 人的推荐依靠什么；"
            "可以逐个物品查看。"
        )

    def fact(
        self, kind: str, feature: str, value: str, share: float, people: int, decisive: int
    ) -> str:
        """The fact of moment or profile that says most."""
        name = self.spoken.feature(Fact(kind, value, 0.0, feature))
        return (
            f"影响最大的事实是{name}：在 {people:,} 人中占支持首位推荐的理由的 {share:.1%}，"
            f"对其中 {decisive:,} 人起决定作用。"
        )

    def no_fact(self, people: int) -> str:
        """No fact is known of enough people."""
        return f"没有一项情境或个人资料为 {people:,} 人以上所知。"

    def category(self, name: str, share: float, base: float) -> str:
        """The category whose events say most beyond its share."""
        shares = f"占事件所起作用的 {share:.0%}，占历史的 {base:.0%}"
        return f"{quoted(name)}的作用超出其比例最多：{shares}。"

    def oddity(
        self, name: str, count: int, people: int, shares: tuple[float, float, float]
    ) -> tuple[str, str]:
        """How many are odd in one way, with the share and its interval, and what that means."""
        share, low, high = shares
        how_many = f"{people:,} 人中有 {count:,} 人（{share:.1%}，区间 {low:.1%} 至 {high:.1%}）。"
        return how_many, self.meanings[name]

    def stands_out(
        self, group: str, member: str, people: int, shares: tuple[float, float, float]
    ) -> str:
        """A group in which something is more frequent than chance explains."""
        share, low, high = shares
        name = self.spoken.feature(Fact("profile", member, 0.0, group))
        interval = f"区间 {low:.1%} 至 {high:.1%}"
        return (
            f"{name}的 {people:,} 人中更常见：{share:.1%}（{interval}），超出偶然，已考虑所有组。"
        )

    def none_stands_out(self, groups: int, people: int) -> str:
        """No group differs by more than chance."""
        return f"比较了 {groups:,} 个至少 {people:,} 人的组：没有一组超出偶然。"

    def choice(self, title: str, people: int, having: int) -> str:
        """The choice that says most for most people's first item."""
        return f"{quoted(title)}是 {people:,} 人首位推荐的最主要理由，选择过它的有 {having:,} 人。"


AUDITS: Mapping[str, ChineseAudit] = {"zh": ChineseAudit(LANGUAGES["zh"])}
