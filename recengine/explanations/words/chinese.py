"""Explanations in Chinese; names stay as the data writes them."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from recengine.explanations.words.outline import Fact, Item, Outline, quoted
from recengine.explanations.words.telling import Language

# Features that the engine itself makes, and their values; whatever else stays as the data has it.
_FEATURES = {
    "Part of day": "时段",
    "Day of the week": "星期",
    "Season": "季节",
    "Weather": "天气",
    "Device": "设备",
    "Page": "页面",
    "Age": "年龄",
    "Gender": "性别",
    "Occupation": "职业",
    "Household": "家庭",
    "Country": "国家",
}
_VALUES: Mapping[str, Mapping[str, str]] = {
    "Part of day": {"night": "夜间", "morning": "上午", "afternoon": "下午", "evening": "晚上"},
    "Day of the week": {
        "Monday": "星期一",
        "Tuesday": "星期二",
        "Wednesday": "星期三",
        "Thursday": "星期四",
        "Friday": "星期五",
        "Saturday": "星期六",
        "Sunday": "星期日",
    },
    "Season": {"winter": "冬季", "spring": "春季", "summer": "夏季", "autumn": "秋季"},
    "Weather": {"sunny": "晴天", "cloudy": "多云", "rain": "下雨", "snow": "下雪"},
    "Device": {"phone": "手机", "tablet": "平板电脑", "desktop": "台式电脑"},
    "Page": {
        "home": "首页",
        "search": "搜索页",
        "category": "分类页",
        "product": "商品页",
        "offers": "优惠页",
    },
    "Household": {
        "alone": "独居",
        "couple": "情侣或夫妻",
        "shared flat": "合租",
        "young family": "有幼儿的家庭",
        "family with teenagers": "有青少年的家庭",
    },
    "Occupation": {
        "student": "学生",
        "office worker": "办公室职员",
        "teacher": "教师",
        "nurse": "护士",
        "engineer": "工程师",
        "craftsperson": "手艺人",
        "retired": "退休",
    },
    "Country": {"Ireland": "爱尔兰", "Norway": "挪威", "Germany": "德国", "Spain": "西班牙"},
}
MOST_LETTERS_QUOTED = 200  # of an item's own description


class Chinese(Language):
    """Tells outlines in Chinese."""

    label: ClassVar[str] = "中文"
    space: ClassVar[str] = ""
    facts: ClassVar[Mapping[str, str]] = {
        "event": "以前选择的{name}",
        "feedback": "对{name}的反馈",
        "context": "此刻的情境（{feature}）",
        "profile": "个人资料（{feature}）",
        "taste": "整体偏好",
        "prior": "常被接着选择的组合",
        "popularity": "大众的喜爱",
        "average": "一般历史的影响",
    }
    tastes: ClassVar[str] = "您对 {category} 的偏好（占 {percent}%）"
    habits: ClassVar[str] = "您常关注的词语{words}"
    choices: ClassVar[str] = "您以前选择的{titles}"
    nothing_for: ClassVar[str] = "与一般候选项相比，没有特别支持它的理由。"

    def keywords(self, words: tuple[str, ...]) -> str:
        """One sentence on the words of an interest."""
        if not words:
            return "这一兴趣没有突出的关键词。"
        return f"这一兴趣的关键词是{self.listed([quoted(word) for word in words])}。"

    def keywords_around(self, step: int, before: tuple[str, ...], after: tuple[str, ...]) -> str:
        """One sentence on the words of the events up to the step-th, and of those that followed."""
        first = self.listed([quoted(word) for word in before]) or "没有突出的关键词"
        then = self.listed([quoted(word) for word in after])
        later = f"；此后：{then}" if then else ""
        return f"到第 {step:,} 个事件为止的关键词：{first}{later}。"

    def listed(self, names: Sequence[str]) -> str:
        """a; a和b; a、b和c."""
        if len(names) < 2:
            return "".join(names)
        return f"{'、'.join(names[:-1])}和{names[-1]}"

    def place(self, told: Outline) -> str:
        """Where the item stands."""
        case = told.case
        if not case.place:
            why = "目前不列入推荐" if case.kept_out else "以前已被选择过"
            return f"{quoted(case.title)}{why}，因此不参与排名。"
        return f"{quoted(case.title)}在 {case.candidates:,} 个候选项中排名第 {case.place:,}。"

    def reason(self, name: str, percent: int, events: int) -> str:
        """The only reason, with its share."""
        share = "全部" if percent >= 100 else f" {percent}%"
        return f"主要理由是{name}，占支持它的理由的{share}{_out_of(events)}。"

    def reasons(self, names: Sequence[str], percents: Sequence[int], events: int) -> str:
        """Several reasons; what the share is of is said once."""
        shares = [f"占支持它的理由的 {percents[0]}%", *(f"{each}%" for each in percents[1:])]
        told = [f"{name}（{share}）" for name, share in zip(names, shares, strict=True)]
        return f"最主要的理由是{self.listed(told)}{_out_of(events)}。"

    def against(self, name: str, percent: int) -> str:
        """What speaks against the item, and how much it takes back."""
        takes = f"，抵消了 {percent}%" if percent else ""
        return f"对它不利的是{name}{takes}。"

    def feature(self, fact: Fact) -> str:
        """A feature and its value."""
        value = _VALUES.get(fact.feature, {}).get(fact.name, fact.name)
        return f"{_FEATURES.get(fact.feature, fact.feature)}：{value}"

    def introduced(self, item: Item, year: int) -> str:
        """What an item is."""
        when = f"（{year}）" if year else ""
        kinds = self.listed(item.categories) or "没有类别"
        return f"{quoted(item.title)}{when}：{kinds}。"

    def meets(self, grounds: Sequence[str]) -> str:
        """Why somebody may like an item."""
        return f"它符合{'，以及'.join(grounds)}。"

    def excerpt(self, text: str) -> str:
        """The first letters of an item's own description."""
        more = "…" if len(text) > MOST_LETTERS_QUOTED else ""
        cut = text[:MOST_LETTERS_QUOTED].rstrip(".,;:。，；： ")
        return f"它自己的介绍：{quoted(cut + more)}。"


def _out_of(events: int) -> str:
    return f"；历史中共有 {events:,} 个事件" if events else ""
