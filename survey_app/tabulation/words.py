"""The words that tables say of themselves, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable

from survey_app.campaign.columns import NOT_ANSWERED, NOT_ASKED, REFUSED, UNKNOWN
from survey_app.campaign.texts import Text, in_language


def both(zh: str, en: str) -> Text:
    """A text in the two languages of the desk; English is what any other language borrows."""
    return Text({"en": en, "zh": zh})


def phrase(pattern: Text, **values: object) -> Text:
    """`pattern` with its places filled, language by language; a value that is a Text is put in that language.

    Thousands of whole numbers are parted.
    """
    parted = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}

    def filled(language: str) -> str:
        return pattern.in_(language).format(**in_language(parted, language))

    return Text({language: filled(language) for language in pattern.languages()})


def quoted(texts: Iterable[Text]) -> Text:
    """Texts one after the other, each between quotation marks; of many the first ones."""
    found = list(texts)
    more = " …" if len(found) > QUOTED else ""
    zh, en = (
        separator.join(f"“{text.in_(language)}”" for text in found[:QUOTED]) + more
        for language, separator in _LISTS
    )
    return both(zh, en)


QUOTED = 5
_LISTS = (("zh", "、"), ("en", ", "))

ALL = both("全部", "All")
PEOPLE = both("人数", "Respondents")
WEIGHTED_PEOPLE = both("加权人数", "Weighted respondents")
MENTIONS = both("提及次数", "Mentions")
BASE = both("应答人数", "Base")
TOTAL = both("合计", "Total")
EVERYBODY = both("全体", "Everybody")
CODE = both("代码", "Code")
BESIDE = {
    "low": both("{name}（下限）", "{name} (low)"),
    "high": both("{name}（上限）", "{name} (high)"),
    "n": both("{name}（n）", "{name} (n)"),
    "base": both("{name}（应答人数）", "{name} (base)"),
}
"""What stands beside a figure of a table in a file."""
CODED = both("{label}（{code}）", "{label} ({code})")
SIDES = both("{rows} × {columns}", "{rows} × {columns}")
SHARED = both("{measure}，{share}", "{measure}, {share}")

MEAN = both("“{scale}”平均分", "mean of “{scale}”")
SATISFIED = both("“{scale}”满意率", "share satisfied, “{scale}”")
SHARE = {
    "row": both("占本行百分比", "% of the row"),
    "column": both("占本列百分比", "% of the column"),
    "total": both("占全部百分比", "% of all"),
}

WEEK = both("{code}（{day}起）", "{code} (from {day})")
FROM_DAY = both("{code} 自 {day} 起", "{code} from {day}")
TO_DAY = both("{code} 到 {day} 为止", "{code} until {day}")
ONLY_DAYS = both("{code} 只有 {first} 至 {last}", "{code} from {first} to {last} only")
PARTIAL = both(
    "以下时段不完整，不宜与其他时段比较：{periods}。",
    "Periods that are not whole, not to be compared with the others: {periods}.",
)
HOLLOW = both("空心点：{note}", "Hollow points. {note}")
BY_SCHEME = both("{variable} · {scheme}", "{variable} · {scheme}")
ROW = both("{question}：{row}", "{question}: {row}")
OTHER = both("{label}（请说明）", "{label} (please say)")
UNSPECIFIED = both("{region}（未细分）", "{region} (no closer place given)")
NO_GROUP = both("{region}（不属任何调研组）", "{region} (in no research group)")
VARIABLES = {
    "all": ALL,
    "region": both("发生地区", "Region"),
    "home_region": both("所在地区", "Home region"),
    "issue": both("突出问题", "Issue"),
    "issue_check": both("检查中发现的问题", "Issue found at the check"),
    "priority": both("最需改进", "Priority"),
    "satisfaction": both("总体满意度", "Satisfaction"),
    "trend": both("与以往相比", "Trend"),
    "group": both("调研组", "Research group"),
    "unit": both("执法单位", "Enforcement unit"),
    "questionnaire": both("问卷", "Questionnaire"),
    "audience": both("调查对象", "Audience"),
    "channel": both("渠道", "Channel"),
    "channel_kind": both("渠道（各地海报合并）", "Channel (posters of places together)"),
    "language": both("语言", "Language"),
    "version": both("问卷版本", "Version"),
    "date": both("日期", "Date"),
}
CHANNELS = {
    "web": both("网页", "Web"),
    "paper": both("纸质", "Paper"),
    "visit": both("走访", "Visit"),
    "import": both("导入", "Import"),
}
BY_QR = both("二维码·{label}", "QR, {label}")
BY_POSTERS = both("二维码·各地、各单位海报", "QR, posters of places and units")
UNKNOWN_QR = both("二维码·未登记的来源", "QR, of no channel known")

BASE_LINE = both(
    "应答人数：两项都作答的 {base} 人；表中共 {people} 人。",
    "Base: {base} respondents who answered both, of {people} in the table.",
)
FLAGGED_IN = both(
    "其中 {n} 份答卷有可疑之处（{codes}），已计入；也可以选择不计入。",
    "Something looks wrong about {n} of the responses ({codes}). They are counted; they can be left out.",
)
FLAGGED_OUT = both(
    "另有 {n} 份答卷有可疑之处（{codes}），未计入。",
    "{n} responses about which something looks wrong ({codes}) are left out.",
)
FLAGS = {
    "honeypot": both("填了人看不见的空格", "hidden field filled in"),
    "fast": both("答得比人快", "too fast"),
    "untimed": both("没有或伪造了时间", "without a time"),
    "burst": both("在许多人同时开始时没有做小题", "begun in a burst"),
    "repeated": both("与另一份答卷的长文字相同", "same words as another"),
    "demo": both("供试用的虚构答卷", "made up to try the program"),
}
"""What looks wrong, by its code."""
SCORED_LINE = both(
    "应答人数：两项都作答且有打分的 {base} 人；表中共 {people} 人。",
    "Base: {base} respondents who answered both and gave a score, of {people} in the table.",
)
ABSENT = {
    NOT_ANSWERED: both("{n} 人未答“{name}”", "{n} did not answer “{name}”"),
    NOT_ASKED: both("{n} 人未被问到“{name}”", "{n} were not asked “{name}”"),
    REFUSED: both("{n} 人不愿回答“{name}”", "{n} preferred not to answer “{name}”"),
    UNKNOWN: both(
        "{n} 人对“{name}”的回答无法归类", "{n} gave an answer to “{name}” that has no place in its list"
    ),
}
OUTSIDE_SHARES = both("{what}；不计入百分比的应答人数。", "{what}; outside the base of percentages.")
UNCATEGORISED = both("{what}。", "{what}.")
SEVERAL = both(
    "“{name}”可选多项：各项人数相加可超过总人数。",
    "“{name}” takes several answers: its figures can add up to more than the respondents.",
)
UNOFFERED = both(
    "“{name}”有 {n} 项从未问到，其人数为 0 不说明没有发生：{codes}。",
    "Of “{name}”, {n} were never asked here, so their 0 says nothing: {codes}.",
)
OFFERED = both(
    "“{name}”的每项百分比，以回答了列有该项的题目的人数为分母；与所在行、列的应答人数不同时，写在 n 的斜线之后。",
    "Each share of “{name}” is of those who answered a question that offers it; where these are not all of its row or "
    "column, their number stands behind the stroke, after n.",
)
TWO_BASES = both("{people} 人共提及 {mentions} 次。", "{mentions} mentions by {people} respondents.")
OUTSIDE_SCORE = both(
    "{n} 人对“{scale}”没有打分（不了解、未答或未被问到），不计入。",
    "{n} gave “{scale}” no score (do not know, not answered or not asked) and are left out.",
)
SMALL_SAMPLE = both(
    "* 样本偏少：应答人数不足 {least}，不宜比较。",
    "* small sample: base under {least}, not fit for comparison.",
)
SELF_SELECTED = both(
    "受访者自愿参加，结果不代表全体；区间为 95% 威尔逊区间，只反映抽样波动。",
    "Respondents chose to take part: the figures do not stand for everyone. Intervals: 95% Wilson, chance alone.",
)
SELF_SELECTED_SHORT = both(
    "受访者自愿参加，结果不代表全体。",
    "Respondents chose to take part: the figures do not stand for everyone.",
)
WEIGHTED = both(
    "按“{name}”加权；{n} 人的有效样本量约为 {effective}（Kish）。",
    "Weighted by “{name}”: {n} respondents are worth about {effective} (Kish's effective base).",
)
AS_OF = both("截至 {day}。", "As of {day}.")
ONLY_WHERE = both("只计满足条件的受访者：{where}。", "Only these respondents: {where}.")
EVERY_REGION = both(
    "计入所有地区的答卷，没有地区的也计入。",
    "Responses from all regions are counted, and those without a region.",
)
OF_GROUP = both(
    "只计“{group}”所负责地区的答卷：{regions}。", "Only responses from the regions of “{group}”: {regions}."
)
OF_PLACE = both("只计来自“{place}”的答卷。", "Only responses from “{place}”.")
ALL_REGIONS = both("所有地区", "all regions")
PUBLIC_FIGURES = both("全部地区（公开数字）", "all regions (public figures)")
ALL_DAYS = both("全部日期", "all days")
BETWEEN_DAYS = both("{first} 至 {last}", "{first} to {last}")
SINCE_DAY = both("{first} 起", "from {first}")
UNTIL_DAY = both("至 {last}", "until {last}")
PLACED = both(
    "答卷来自哪里，先看发生地区；没有发生地区的，看受访者所在地区。“{name}”只看该题的回答，所以 {people} 人中有 {n} 人"
    "不在表中所列的当地地区。",
    "Where a response comes from is where the matter happened, or else where the respondent is. “{name}” is what that "
    "question alone was answered with, so {n} of {people} respondents are in none of the regions shown here.",
)
COMPARED_WITH = both(
    "“{own}”与“{other}”（{people} 人）对照。", "“{own}” is compared with “{other}” ({people} respondents)."
)
OTHER_SMALL = both(
    "对照数字后的 *：其应答人数不足 {least}，不作比较，也不标 ▲ ▼。",
    "* after a figure compared with: its base is under {least}, so it is not compared, and no ▲ or ▼ stands there.",
)
OVERLAPPING = both(
    "两边有一部分是同样的人，因此实际差别可能比标出的更多。",
    "Some people are on both sides, so there may be more differences than are marked.",
)
OF_OTHER = both("{label}（{name}）", "{label} ({name})")
DIFFERENCE = both("{label}（差）", "{label} (difference)")
DIFFERENCE_LOW = both("{label}（差的下限）", "{label} (difference, low)")
DIFFERENCE_HIGH = both("{label}（差的上限）", "{label} (difference, high)")
MARKED = both("{label}（超出偶然）", "{label} (beyond chance)")
MARKED_SMALL = both("{label}（应答人数不足 {least}）", "{label} (a base under {least})")
NOTE_CODE = "_note"
"""The code of rows of a csv file that are notes: like all that begin with _ they are no answers."""
VERSIONS = both(
    "“{name}”含多个版本的回答：{versions}。", "Answers to several versions of “{name}”: {versions}."
)

ASSOCIATED = both(
    "两项有关联（卡方检验：χ² = {x}，自由度 {df}，n = {n}，p {p}；克莱姆 V = {v}）。答卷来自公开链接，"
    "是自愿作答的人，不是抽样：p 值只说明假如随机抽样，仅凭偶然有多大可能出现这样的差别。",
    "The two sides hang together (chi-square {x}, {df} degrees of freedom, n = {n}, p {p}; Cramér's V = {v}). "
    "Open link: people who chose to answer, not a sample. p says how often chance alone would bring as much, had they "
    "been drawn at random.",
)
NOT_ASSOCIATED = both(
    "看不出两项有关联（卡方检验：χ² = {x}，自由度 {df}，n = {n}，p {p}；克莱姆 V = {v}）。答卷来自公开链接，"
    "是自愿作答的人，不是抽样。",
    "Chance alone could make this table (chi-square {x}, {df} degrees of freedom, n = {n}, p {p}; Cramér's V = {v}). "
    "Open link: people who chose to answer, not a sample.",
)
TOO_FEW = both(
    "人数太少，不作卡方检验：五分之一以上的格子期望人数不足 {least}，或有格子不足 1。",
    "Too few for a chi-square test: more than one cell in five would expect under {least} respondents, or one under 1.",
)
SEVERAL_UNTESTED = both(
    "不作卡方检验：“{name}”可选多项，同一个人出现在多格中，而检验要求每人只在一格。",
    "No chi-square test: “{name}” takes several answers, so that one person stands in several cells; the test needs "
    "everyone in one.",
)
WEIGHTED_UNTESTED = both(
    "不作卡方检验：加权后各人份量不同，检验所假定的分布不再成立。",
    "No chi-square test: weighted respondents count unequally, and the distribution that the test assumes no longer "
    "holds.",
)
MENTIONS_UNTESTED = both(
    "不作卡方检验：同一个人的多次提及并非各自独立。",
    "No chi-square test: the mentions of one person are not independent of each other.",
)
MEANS_UNTESTED = both(
    "不作卡方检验：检验的是人数，而表中是分数或比率。",
    "No chi-square test: it is for counts of people, and these are scores or rates.",
)
COMPARED = both(
    "▲ ▼：比对照高或低，超出偶然（95% 纽科姆区间不含 0）。比较了 {n} 格（两边应答人数均不少于 {least} 人），标出"
    " {beyond} 格；即使毫无差别，也会约有 {by_chance} 格被标出。两边都是自愿作答的人，不是抽样。",
    "▲ ▼: higher or lower than what it is compared with, beyond chance (95% Newcombe interval without 0). {n} cells "
    "with bases of {least} or more on both sides were compared and {beyond} are marked; about {by_chance} would be "
    "where nothing differs. Both are people who chose to answer, not samples.",
)
ALIKE = both(
    "比较了 {n} 格（两边应答人数均不少于 {least} 人），没有一格的差别超出偶然（95% 纽科姆区间）。两边都是自愿作答的人，"
    "不是抽样。",
    "{n} cells with bases of {least} or more on both sides were compared, and none differs beyond chance (95% Newcombe "
    "interval). Both are people who chose to answer, not samples.",
)
ALL_SMALL = both(
    "没有一格两边应答人数都不少于 {least} 人，所以不作差异检验。",
    "No cell has a base of {least} or more on both sides, so no difference is tested.",
)
UNCOMPARED = both(
    "这些数字没有区间，不作差异检验；要比较，请选百分比或满意率。",
    "These figures have no intervals, so the difference is not tested; ask for percentages or for the share satisfied.",
)
HIDDEN = both("不显示", "hidden")
"""What stands in place of a hidden figure, whether it is of few people or would tell of few: a word that told the two
apart would tell that the one is not small, and so narrow what the other can be."""
DISCLOSED = both(
    "对外公布的数字：不足 {least} 人的一律写作“不显示”，有时连同另一格，以免推算出来；其余取 {base} 的倍数，"
    "所以各项相加未必等于合计。",
    "Figures for publication: those of under {least} people are “hidden”, sometimes with another one, so that they "
    "cannot be worked out. All others are multiples of {base}, so that parts need not add up to their total.",
)
GIVEN_ANSWER = both("已作答", "Gave an answer")
