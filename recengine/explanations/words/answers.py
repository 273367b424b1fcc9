"""Answers to questions of why in Chinese; in English an answer comes with its own sentence.

Text in, text out: names and numbers are given, nothing is counted here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from recengine.explanations.words.languages import LANGUAGES
from recengine.explanations.words.outline import quoted
from recengine.explanations.words.telling import Language


@dataclass(frozen=True)
class ChineseAnswers:
    """Tells what the engine found, with the names of facts that `spoken` gives."""

    spoken: Language
    unknown: ClassVar[str] = "未知"  # the value of a feature that is hidden

    def looked(self, title: str, place: int, names: Sequence[str]) -> str:
        """Where an item stands, and what the model looked at most; place 0: already chosen."""
        where = f"{quoted(title)}排名第 {place:,}" if place else f"{quoted(title)}以前已被选择过"
        named = self.spoken.listed([quoted(name) for name in names])
        return f"{where}；模型看得最多的是{named}。" if names else f"{where}。"

    def looked_most(self, title: str, step: int, share: float) -> str:
        """What the model looked at most, which is no reason."""
        return (
            f"模型看得最多的是{quoted(title)}（第 {step:,} 个事件），占其注意力的 {share:.0%}："
            "这是它看的地方，不是它决定的理由。"
        )

    def above(self, upper: str, lower: str, points: float, grounds: Sequence[str]) -> str:
        """What stands above what, and why."""
        why = f"，主要因为{self.spoken.listed(grounds)}" if grounds else ""
        return f"{quoted(upper)}排在{quoted(lower)}之前，得分高 {points:.2g}{why}。"

    def missing(
        self, title: str, rank: int, points: float, k: int, last: str, grounds: Sequence[str]
    ) -> str:
        """How far an item is from the list, and why."""
        why = f"，主要因为{self.spoken.listed(grounds)}" if grounds else ""
        gap = f"与第 {k:,} 名{quoted(last)}相差 {points:.2g} 分"
        return f"{quoted(title)}排名第 {rank:,}，{gap}{why}。"

    def present(self, title: str, rank: int) -> str:
        """An item is in the list after all."""
        return f"{quoted(title)}在列表中，排名第 {rank:,}。"

    def seen(self, title: str) -> str:
        """An item does not compete."""
        return f"{quoted(title)}以前已被选择过，不会再次推荐。"

    def moved(self, change: str, title: str, before: int, after: int) -> str:
        """Where one change would put an item."""
        return f"{change}：{quoted(title)}的排名会从第 {before:,} 变为第 {after:,}。"

    def unmoved(self, title: str, rank: int) -> str:
        """No single change does anything."""
        return f"没有任何单独的改变会移动{quoted(title)}，它仍排名第 {rank:,}。"

    def least(
        self, title: str, k: int, changes: Sequence[str], rank: int, *, out: bool, smallest: bool
    ) -> str:
        """The least that takes an item out of a list, or brings it in; no changes: nothing does."""
        goes = "退出" if out else "进入"
        if not changes:
            return f"尝试过的改变都不能使{quoted(title)}{goes}前 {k:,} 名。"
        how = "能做到这一点的最小改变" if smallest else "找到的最小改变"
        listed = self.spoken.listed(changes)
        return f"{quoted(title)}会{goes}前 {k:,} 名：{listed}。这是{how}，之后它排名第 {rank:,}。"

    def near(self, title: str, names: Sequence[str], nearer_than: float, space: str) -> str:
        """What this person liked that lies near an item; no names: nothing does."""
        where = {"item texts": "物品文字"}.get(space, "排序模型的物品向量")
        if not names:
            return f"在{where}中，此人喜欢的物品里没有特别接近{quoted(title)}的。"
        named = self.spoken.listed([quoted(name) for name in names])
        share = int(100 * nearer_than)
        return f"{quoted(title)}接近此人喜欢的{named}：在{where}中比目录中 {share}% 的物品更近。"

    def similar(
        self, title: str, people: int, chose: int, share: float, base: float, verdict: int
    ) -> str:
        """How many similar people chose an item; verdict 1: more than elsewhere, -1: fewer."""
        if not people:
            return "没有人的历史与此相似。"
        told = {1: "高于其他人", -1: "低于其他人", 0: "没有可信的差别"}[verdict]
        return (
            f"在历史最相似的 {people:,} 人中，有 {chose:,} 人选择了{quoted(title)}"
            f"（{share:.0%}），所有人中为 {base:.0%}：{told}。"
        )

    def words(self, title: str, pairs: Sequence[tuple[str, str, str]]) -> str:
        """Words of an item that lie nearest to (word, other word, where that stands)."""
        if not pairs:
            return f"{quoted(title)}没有一个词比随机标题的词更接近最近的标题或此刻的情境。"
        told = [f"{quoted(one)}接近{where}中的{quoted(other)}" for one, other, where in pairs]
        return f"{quoted(title)}的词语中，{'；'.join(told)}。"

    def change(self, kind: str, name: str) -> str:
        """One change: an event left out, or an item chosen as well."""
        return f"{'去掉' if kind == 'event' else '另外选择'}{quoted(name)}"


ANSWERS: Mapping[str, ChineseAnswers] = {"zh": ChineseAnswers(LANGUAGES["zh"])}
