"""Azerbaijani: a counted noun stays singular; endings follow the last word of the number."""

from __future__ import annotations

from decimal import Decimal

from reports.periods import Period, Sort
from reports.wording import change
from reports.wording.facts import Growth, Summary
from reports.wording.numbers import is_nothing, share, whole

MONTHS = (
    "yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust", "sentyabr", "oktyabr",
    "noyabr", "dekabr",
)  # fmt: skip
ORDINALS = ("", "birinci", "ikinci", "üçüncü", "dördüncü")
KINDS = (
    ("proposal", "təklif"),
    ("application", "ərizə"),
    ("complaint", "şikayət"),
    ("inquiry", "sorğu"),
    ("question", "sual"),
)
# How each word of a number ends: whose (-ı), to (-a), from (-dan), -inci.
_ENDINGS = {
    "sıfır": ("ı", "a", "dan", "cı"), "bir": ("i", "ə", "dən", "ci"),
    "iki": ("si", "yə", "dən", "ci"), "üç": ("ü", "ə", "dən", "cü"),
    "dörd": ("ü", "ə", "dən", "cü"), "beş": ("i", "ə", "dən", "ci"),
    "altı": ("sı", "ya", "dan", "cı"), "yeddi": ("si", "yə", "dən", "ci"),
    "səkkiz": ("i", "ə", "dən", "ci"), "doqquz": ("u", "a", "dan", "cu"),
    "on": ("u", "a", "dan", "cu"), "iyirmi": ("si", "yə", "dən", "ci"),
    "otuz": ("u", "a", "dan", "cu"), "qırx": ("ı", "a", "dan", "cı"),
    "əlli": ("si", "yə", "dən", "ci"), "altmış": ("ı", "a", "dan", "cı"),
    "yetmiş": ("i", "ə", "dən", "ci"), "səksən": ("i", "ə", "dən", "ci"),
    "doxsan": ("ı", "a", "dan", "cı"), "yüz": ("ü", "ə", "dən", "cü"),
    "min": ("i", "ə", "dən", "ci"), "milyon": ("u", "a", "dan", "cu"),
    "milyard": ("ı", "a", "dan", "cı"),
}  # fmt: skip
_UNITS = ("sıfır", "bir", "iki", "üç", "dörd", "beş", "altı", "yeddi", "səkkiz", "doqquz")
_TENS = ("", "on", "iyirmi", "otuz", "qırx", "əlli", "altmış", "yetmiş", "səksən", "doxsan")
WHOSE, TO, FROM, ORDINAL = range(4)


def last_word(number: int) -> str:
    """The word a spoken number ends with: 1 240 ends with "qırx", 3 000 with "min"."""
    number = abs(number)
    if number % 10 or number == 0:
        return _UNITS[number % 10]
    if number % 100:
        return _TENS[number % 100 // 10]
    if number % 1000:
        return "yüz"
    if number % 10**6:
        return "min"
    return "milyon" if number % 10**9 else "milyard"


def ended(number: int, ending: int) -> str:
    """The number with its ending: 12-si, 30-a, 12-dən."""
    return f"{whole(number)}-{_ENDINGS[last_word(number)][ending]}"


def ordinal(number: int) -> str:
    """2026-cı, 2025-ci."""
    return f"{number}-{_ENDINGS[last_word(number)][ORDINAL]}"


def genitive(month: int) -> str:
    """yanvarın, iyunun, avqustun."""
    name = MONTHS[month - 1]
    last = next(letter for letter in reversed(name) if letter in "aıoueəiöü")
    return name + {"a": "ın", "ı": "ın", "o": "un", "u": "un", "e": "in", "ə": "in"}.get(last, "in")


def in_day(day: int) -> str:
    """On the day of a month: 23-də, 6-da."""
    return f"{day}-{_ENDINGS[last_word(day)][FROM].replace('n', '')}"


def capital(text: str) -> str:
    """The first letter large, the dotted i keeping its dot."""
    return ("İ" if text[0] == "i" else text[0].upper()) + text[1:]


class Azerbaijani:
    """The report in Azerbaijani."""

    def title(self, sort: Sort) -> str:
        if sort == Sort.DAILY:
            return "Müraciətlər üzrə gündəlik arayış"
        if sort == Sort.WEEKLY:
            return "Müraciətlər üzrə həftəlik arayış"
        return "Müraciətlər üzrə analitik hesabat"

    def report_name(self, sort: Sort, period: Period) -> str:
        named = {
            Sort.DAILY: "gündəlik arayış", Sort.WEEKLY: "həftəlik arayış",
            Sort.MONTHLY: "aylıq hesabat", Sort.QUARTERLY: "rüblük hesabat",
            Sort.HALF_YEAR: "yarımillik hesabat", Sort.ANNUAL: "illik hesabat",
        }.get(sort, "hesabat")  # fmt: skip
        return f"{self.period_name(period)}, {named}"

    def period_name(self, period: Period) -> str:
        first, last, year = period.first, period.last, ordinal(period.first.year)
        match period.sort:
            case Sort.DAILY:
                return f"{first.day} {MONTHS[first.month - 1]} {year} il"
            case Sort.MONTHLY:
                return f"{year} ilin {MONTHS[first.month - 1]} ayı"
            case Sort.QUARTERLY:
                return f"{year} ilin {ORDINALS[(first.month + 2) // 3]} rübü"
            case Sort.HALF_YEAR:
                return f"{year} ilin {ORDINALS[1 + first.month // 7]} yarısı"
            case Sort.ANNUAL:
                return f"{year} il"
        return f"{first:%d.%m.%Y} – {last:%d.%m.%Y}"

    def _in(self, period: Period) -> str:
        """When: 2026-cı ilin oktyabr ayında."""
        first, year = period.first, ordinal(period.first.year)
        match period.sort:
            case Sort.DAILY:
                return f"{year} il {genitive(first.month)} {in_day(first.day)}"
            case Sort.MONTHLY:
                return f"{year} ilin {MONTHS[first.month - 1]} ayında"
            case Sort.QUARTERLY:
                return f"{year} ilin {ORDINALS[(first.month + 2) // 3]} rübündə"
            case Sort.HALF_YEAR:
                return f"{year} ilin {ORDINALS[1 + first.month // 7]} yarısında"
            case Sort.ANNUAL:
                return f"{year} ildə"
        return f"{self.period_name(period)} tarixləri arasında"

    def _with_previous(self, sort: Sort) -> str:
        """Compared with what."""
        return {
            Sort.DAILY: "əvvəlki günlə", Sort.WEEKLY: "əvvəlki həftə ilə",
            Sort.MONTHLY: "əvvəlki ayla", Sort.QUARTERLY: "əvvəlki rüblə",
            Sort.HALF_YEAR: "əvvəlki yarımillə", Sort.ANNUAL: "əvvəlki illə",
        }.get(sort, "əvvəlki dövrlə")  # fmt: skip

    def no_data(self, period: Period) -> str:
        return f"{self._in(period)} çağrı mərkəzinə heç bir müraciət daxil olmayıb."

    def summary(self, facts: Summary) -> list[str]:
        lines = [self._received(facts), *self._compared(facts)]
        if facts.received.now:
            lines += self._kinds(facts)
        if facts.repeats:
            lines.append(f"Təkrar müraciətlərin sayı {whole(facts.repeats)} olub.")
        if facts.answered_at_once:
            lines.append(
                f"Müraciətlərin {ended(facts.answered_at_once, WHOSE)} elə ilk əlaqədə cavablandırılıb."
            )
        if facts.referred:
            lines.append(
                f"{whole(facts.referred)} müraciət aidiyyəti üzrə strukturlara göndərilib."
            )
        return lines + self._execution(facts)

    def _received(self, facts: Summary) -> str:
        if not facts.received.now:
            return self.no_data(facts.period)
        return (
            f"{self._in(facts.period)} çağrı mərkəzinə {whole(facts.received.now)} müraciət "
            "daxil olub."
        )

    def _compared(self, facts: Summary) -> list[str]:
        sort, received = facts.period.sort, facts.received
        if received.previous is None and received.year_ago is None:
            return ["Əvvəlki dövrlər üzrə məlumat olmadığından müqayisə aparılmayıb."]
        lines = []
        if received.previous is not None:
            with_what = f"{self._with_previous(sort)} müqayisədə"
            lines.append(self._moved(with_what, received.now, received.previous))
        if received.year_ago is not None and sort != Sort.ANNUAL:
            with_what = "ötən ilin müvafiq dövrü ilə müqayisədə"
            lines.append(self._moved(with_what, received.now, received.year_ago))
        return lines

    def _moved(self, with_what: str, now: int, then: int) -> str:
        begun = capital(with_what)
        if now == then:
            return f"{begun} müraciətlərin sayı dəyişməyib."
        verb = "artıb" if now > then else "azalıb"
        percent = change(now, then)
        if percent is None:
            return f"{begun} müraciətlərin sayı {whole(abs(now - then))} vahid {verb} (həmin dövrdə müraciət olmayıb)."
        if is_nothing(percent):
            return f"{begun} müraciətlərin sayı {whole(abs(now - then))} vahid {verb} (0,1 faizdən az)."
        return (
            f"{begun} müraciətlərin sayı {whole(abs(now - then))} vahid və ya "
            f"{share(percent)} faiz {verb}."
        )

    def _kinds(self, facts: Summary) -> list[str]:
        there = [(name, facts.kinds.get(code, 0)) for code, name in KINDS]
        told = [(name, count) for name, count in there if count]
        absent = [name for name, count in there if not count]
        if facts.received.now == 1:
            return [f"Müraciətin növü: {told[0][0]}."]
        if len(told) == 1:
            return [f"Müraciətlərin hamısı {told[0][0]} növünə aiddir."]
        parts = [f"{ended(count, WHOSE)} {name}" for name, count in told]
        last = f"{parts[-1]} olub"
        lines = [f"Onlardan {', '.join(parts[:-1])}, {last}."]
        if absent:
            lines.append(f"{capital(_listed(absent))} daxil olmayıb.")
        return lines

    def _execution(self, facts: Summary) -> list[str]:
        lines = []
        if facts.ended:
            lines.append(f"Dövr ərzində {whole(facts.ended)} müraciətin icrası başa çatıb.")
        if facts.ended_late:
            lines.append(f"{whole(facts.ended_late)} müraciətə müddət pozulmaqla baxılıb.")
        elif facts.ended:
            lines.append("Müddəti pozulmaqla baxılmış müraciət olmayıb.")
        if facts.on_time_share is not None:
            lines.append(self._on_time(facts.on_time_share, facts.on_time_before))
        if facts.median_days is not None:
            lines.append(f"Baxılmanın median müddəti {share(facts.median_days)} gün təşkil edib.")
        if facts.overdue:
            lines.append(f"Dövrün sonuna {whole(facts.overdue)} açıq müraciətin icra müddəti ötüb.")
        else:
            lines.append("Dövrün sonuna müddəti ötmüş açıq müraciət qalmayıb.")
        return lines

    def _on_time(self, now: Decimal, before: Decimal | None) -> str:
        told = f"Müddəti olan müraciətlərin {share(now)} faizi vaxtında başa çatıb"
        if before is None:
            return f"{told}."
        if now == before:
            return f"{told}, bu göstərici əvvəlki dövrlə müqayisədə dəyişməyib."
        verb = "artıb" if now > before else "azalıb"
        return f"{told}, bu göstərici əvvəlki dövrlə müqayisədə {share(now - before)} faiz bəndi {verb}."

    def growth(self, topics: list[Growth]) -> list[str]:
        if not topics:
            return ["Müraciətlərin sayı nəzərəçarpacaq dərəcədə artmış mövzu yoxdur."]
        first = topics[0]
        if not first.before:
            return [
                f"Ən çox artan mövzu “{first.name}” olub: əvvəlki dövrdə müraciət olmayıb, "
                f"bu dövrdə {whole(first.now)} müraciət daxil olub."
            ]
        return [
            f"Ən çox artan mövzu “{first.name}” olub: müraciətlərin sayı "
            f"{ended(first.before, FROM)} {ended(first.now, TO)} yüksəlib."
        ]


def _listed(names: list[str]) -> str:
    """a, b və c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} və {names[-1]}"
