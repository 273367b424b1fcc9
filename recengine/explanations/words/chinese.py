"""Explanations in Chinese; names stay as the data writes them."""

from collections.abc import Sequence

from recengine.explanations.words.outline import Fact, Item, Outline, quoted

_KINDS = {
    "taste": "整体偏好",
    "prior": "常被接着选择的组合",
    "popularity": "大众的喜爱",
    "average": "一般历史的影响",
}
# Names and values that the engine itself makes; whatever else stays as the data writes it.
_KNOWN = {
    "Part of day": "时段",
    "Day of the week": "星期",
    "Season": "季节",
    "Weather": "天气",
    "Device": "设备",
    "Page": "页面",
    "Age": "年龄",
    "Gender": "性别",
    "Occupation": "职业",
    "Country": "国家",
    "night": "夜间",
    "morning": "上午",
    "afternoon": "下午",
    "evening": "晚上",
    "Monday": "星期一",
    "Tuesday": "星期二",
    "Wednesday": "星期三",
    "Thursday": "星期四",
    "Friday": "星期五",
    "Saturday": "星期六",
    "Sunday": "星期日",
    "winter": "冬季",
    "spring": "春季",
    "summer": "夏季",
    "autumn": "秋季",
}
MOST_LETTERS_QUOTED = 200  # of an item's own description


class Chinese:
    """Tells outlines in Chinese."""

    label = "中文"

    def explanation(self, told: Outline) -> tuple[str, ...]:
        """One to three sentences: its place, what speaks for it, what against."""
        return tuple(filter(None, (_place(told), _reasons(told), _against(told))))

    def description(self, item: Item) -> tuple[str, ...]:
        """One to three sentences on an item, for somebody with these interests."""
        return tuple(filter(None, (_introduced(item), _meets(item), _quoted(item))))

    def keywords(self, words: tuple[str, ...]) -> str:
        """One sentence on the words of an interest."""
        if not words:
            return "这一兴趣没有突出的关键词。"
        return f"这一兴趣的关键词是{listed([quoted(word) for word in words])}。"

    def join(self, sentences: tuple[str, ...]) -> str:
        """Sentences as one text."""
        return "".join(sentences)


def listed(names: Sequence[str]) -> str:
    """a; a和b; a、b和c."""
    if len(names) < 2:
        return "".join(names)
    return f"{'、'.join(names[:-1])}和{names[-1]}"


def _place(told: Outline) -> str:
    case = told.case
    if not case.place:
        return f"{quoted(case.title)}以前已被选择过，因此不参与排名。"
    return f"{quoted(case.title)}在 {case.candidates:,} 个候选项中排名第 {case.place:,}。"


def _reasons(told: Outline) -> str:
    if not told.reasons:
        return "与一般候选项相比，没有特别支持它的理由。"
    first, *others = told.reasons
    by_event = any(reason.fact.kind == "event" for reason in told.reasons)
    out_of = f"；历史中共有 {told.events:,} 个事件" if by_event and told.events > 3 else ""
    if not others:
        share = "全部" if first.percent >= 100 else f" {first.percent}%"
        return f"主要理由是{_named(first.fact)}，占支持它的理由的{share}{out_of}。"
    rest = [f"{_named(reason.fact)}（{reason.percent}%）" for reason in others]
    whole = f"{_named(first.fact)}（占支持它的理由的 {first.percent}%）"
    return f"最主要的理由是{listed([whole, *rest])}{out_of}。"


def _against(told: Outline) -> str:
    reason = told.against
    if reason is None:
        return ""
    takes = f"，抵消了 {reason.percent}%" if reason.percent else ""
    return f"对它不利的是{_named(reason.fact)}{takes}。"


def _named(fact: Fact) -> str:
    if fact.kind == "event":
        return f"以前选择的{quoted(fact.name)}"
    if fact.kind == "feedback":
        return f"对{quoted(fact.name)}的反馈"
    if fact.kind == "context":
        return f"此刻的情境（{_of_feature(fact)}）"
    if fact.kind == "profile":
        return f"个人资料（{_of_feature(fact)}）"
    return _KINDS.get(fact.kind, fact.name)


def _of_feature(fact: Fact) -> str:
    return f"{_KNOWN.get(fact.feature, fact.feature)}：{_KNOWN.get(fact.name, fact.name)}"


def _introduced(item: Item) -> str:
    when = f"（{item.year}）" if item.year and str(item.year) not in item.title else ""
    kinds = listed(list(item.categories)) or "没有类别"
    return f"{quoted(item.title)}{when}：{kinds}。"


def _meets(item: Item) -> str:
    grounds = []
    if item.categories and item.interest and item.interest[0] >= 0.01:
        percent = round(100 * item.interest[0])
        grounds.append(f"您对 {item.categories[0]} 的偏好（占 {percent}%）")
    if item.words:
        grounds.append(f"您常关注的词语{listed([quoted(word) for word in item.words])}")
    if item.because_of:
        grounds.append(f"您以前选择的{listed([quoted(title) for title in item.because_of])}")
    return f"它符合{'，以及'.join(grounds)}。" if grounds else ""


def _quoted(item: Item) -> str:
    text = " ".join(item.text.split())
    if not text:
        return ""
    more = "…" if len(text) > MOST_LETTERS_QUOTED else ""
    return f"它自己的介绍：{quoted(text[:MOST_LETTERS_QUOTED].rstrip('.,;:。，；： ') + more)}。"
