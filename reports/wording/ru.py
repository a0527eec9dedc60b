"""Russian: three forms of a counted noun; short verbs agree with one."""

from __future__ import annotations

from decimal import Decimal

from reports.periods import Period, Sort
from reports.wording import change
from reports.wording.facts import Growth, Summary
from reports.wording.numbers import is_nothing, share, whole

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь",
    "ноябрь", "декабрь",
)  # fmt: skip
OF_MONTH = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября",
    "октября", "ноября", "декабря",
)  # fmt: skip
IN_MONTH = (
    "январе", "феврале", "марте", "апреле", "мае", "июне", "июле", "августе", "сентябре",
    "октябре", "ноябре", "декабре",
)  # fmt: skip
ROMAN = ("", "I", "II", "III", "IV")
APPEALS = ("обращение", "обращения", "обращений")
KINDS = (
    ("proposal", ("предложение", "предложения", "предложений")),
    ("application", ("заявление", "заявления", "заявлений")),
    ("complaint", ("жалоба", "жалобы", "жалоб")),
    ("inquiry", ("запрос", "запроса", "запросов")),
    ("question", ("вопрос", "вопроса", "вопросов")),
)


def form(number: int, forms: tuple[str, str, str]) -> str:
    """одно обращение, два обращения, пять обращений."""
    if number % 10 == 1 and number % 100 != 11:
        return forms[0]
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return forms[1]
    return forms[2]


def counted(number: int, forms: tuple[str, str, str] = APPEALS) -> str:
    return f"{whole(number)} {form(number, forms)}"


def verb(number: int, one: str, many: str) -> str:
    """21 обращение направлено, 22 обращения направлены."""
    return one if number % 10 == 1 and number % 100 != 11 else many


class Russian:
    """The report in Russian."""

    def title(self, sort: Sort) -> str:
        if sort == Sort.DAILY:
            return "Ежедневная справка по обращениям"
        if sort == Sort.WEEKLY:
            return "Еженедельная справка по обращениям"
        return "Аналитический отчёт по обращениям"

    def report_name(self, sort: Sort, period: Period) -> str:
        named = {
            Sort.DAILY: "ежедневная справка", Sort.WEEKLY: "еженедельная справка",
            Sort.MONTHLY: "месячный отчёт", Sort.QUARTERLY: "квартальный отчёт",
            Sort.HALF_YEAR: "полугодовой отчёт", Sort.ANNUAL: "годовой отчёт",
        }.get(sort, "отчёт")  # fmt: skip
        return f"{self.period_name(period)}, {named}"

    def period_name(self, period: Period) -> str:
        first, last = period.first, period.last
        match period.sort:
            case Sort.DAILY:
                return f"{first.day} {OF_MONTH[first.month - 1]} {first.year} года"
            case Sort.MONTHLY:
                return f"{MONTHS[first.month - 1]} {first.year} года"
            case Sort.QUARTERLY:
                return f"{ROMAN[(first.month + 2) // 3]} квартал {first.year} года"
            case Sort.HALF_YEAR:
                return f"{ROMAN[1 + first.month // 7]} полугодие {first.year} года"
            case Sort.ANNUAL:
                return f"{first.year} год"
        return f"{first:%d.%m.%Y} – {last:%d.%m.%Y}"

    def _in(self, period: Period) -> str:
        first = period.first
        match period.sort:
            case Sort.DAILY:
                return f"{first.day} {OF_MONTH[first.month - 1]} {first.year} года"
            case Sort.MONTHLY:
                return f"В {IN_MONTH[first.month - 1]} {first.year} года"
            case Sort.QUARTERLY:
                return f"В {ROMAN[(first.month + 2) // 3]} квартале {first.year} года"
            case Sort.HALF_YEAR:
                return f"В {ROMAN[1 + first.month // 7]} полугодии {first.year} года"
            case Sort.ANNUAL:
                return f"В {first.year} году"
        return f"За период {self.period_name(period)}"

    def no_data(self, period: Period) -> str:
        return f"{self._in(period)} обращений в центр вызовов не поступало."

    def summary(self, facts: Summary) -> list[str]:
        if facts.received.now:
            came = counted(facts.received.now)
            lines = [f"{self._in(facts.period)} в центр вызовов поступило {came}."]
        else:
            lines = [self.no_data(facts.period)]
        lines += self._compared(facts)
        if facts.received.now:
            parts = [counted(facts.kinds[c], forms) for c, forms in KINDS if facts.kinds.get(c)]
            lines.append(f"По видам: {', '.join(parts)}.")
        if facts.repeats:
            again = verb(facts.repeats, "повторное", "повторных")
            noun = APPEALS[0] if again == "повторное" else APPEALS[2]
            lines.append(f"Получено {whole(facts.repeats)} {again} {noun}.")
        if facts.answered_at_once:
            onto = counted(facts.answered_at_once)
            lines.append(f"На {onto} ответ дан при первом контакте.")
        if facts.referred:
            sent = verb(facts.referred, "направлено", "направлены")
            lines.append(f"{counted(facts.referred)} {sent} в структуры.")
        return lines + self._execution(facts)

    def _compared(self, facts: Summary) -> list[str]:
        sort, received = facts.period.sort, facts.received
        if received.previous is None and received.year_ago is None:
            return ["Данных за предыдущие периоды нет, сравнение не проводилось."]
        before = {
            Sort.DAILY: "предыдущим днём", Sort.WEEKLY: "предыдущей неделей",
            Sort.MONTHLY: "предыдущим месяцем", Sort.QUARTERLY: "предыдущим кварталом",
            Sort.HALF_YEAR: "предыдущим полугодием", Sort.ANNUAL: "предыдущим годом",
        }.get(sort, "предыдущим периодом")  # fmt: skip
        lines = []
        if received.previous is not None:
            lines.append(self._moved(before, received.now, received.previous))
        if received.year_ago is not None and sort != Sort.ANNUAL:
            what = "соответствующим периодом прошлого года"
            lines.append(self._moved(what, received.now, received.year_ago))
        return lines

    def _moved(self, what: str, now: int, then: int) -> str:
        if now == then:
            return f"По сравнению с {what} число обращений не изменилось."
        moved = "выросло" if now > then else "сократилось"
        percent = change(now, then)
        size = whole(abs(now - then))
        if percent is None:
            tail = " (тогда обращений не было)"
        else:
            tail = f" ({'менее 0,1' if is_nothing(percent) else share(percent)} %)"
        return f"По сравнению с {what} число обращений {moved} на {size}{tail}."

    def _execution(self, facts: Summary) -> list[str]:
        lines = []
        if facts.ended:
            of = verb(facts.ended, "обращения", "обращений")
            lines.append(f"За период завершено рассмотрение {whole(facts.ended)} {of}.")
            if facts.ended_late:
                seen = verb(facts.ended_late, "рассмотрено", "рассмотрены")
                lines.append(f"{counted(facts.ended_late)} {seen} с нарушением срока.")
            else:
                lines.append("Обращений, рассмотренных с нарушением срока, нет.")
        if facts.on_time_share is not None:
            lines.append(self._on_time(facts.on_time_share, facts.on_time_before))
        if facts.median_days is not None:
            lines.append(f"Медианный срок рассмотрения составил {share(facts.median_days)} дн.")
        if facts.overdue:
            late = verb(facts.overdue, "открытого обращения", "открытых обращений")
            lines.append(f"К концу периода срок {whole(facts.overdue)} {late} истёк.")
        else:
            lines.append("К концу периода просроченных открытых обращений нет.")
        return lines

    def _on_time(self, now: Decimal, before: Decimal | None) -> str:
        told = f"В срок завершено {share(now)} % обращений, имевших срок"
        if before is None:
            return f"{told}."
        if now == before:
            return f"{told}, показатель не изменился."
        moved = "выше" if now > before else "ниже"
        return f"{told}, это на {share(now - before)} п. п. {moved}, чем в предыдущем периоде."

    def growth(self, topics: list[Growth]) -> list[str]:
        if not topics:
            return ["Заметно выросших тем нет."]
        top = topics[0]
        return [
            f"Больше всего выросла тема «{top.name}»: с {whole(top.before)} до {whole(top.now)}."
        ]
