"""Drafts of cases, proposed from articles for a person to accept or edit; near misses among them.

A sentence is asked about only where its own words make the question, by the way it is built: figures,
days, places, offices and quotations. The subject must be named in it, so that nothing hangs on the
sentence before.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index import Article
from index.text import sentences
from rag.lang import LEXICON
from rag.lang.dates import Moment, find_moments
from rag.lang.names import PROVINCES, english_name, find_places
from rag.lang.numbers import Figure, Language, find_figures

Kind = Literal["figure", "date", "place", "name", "quotation"]


@dataclass(frozen=True, slots=True)
class DraftQuestion:
    """A question and the words of the sentence that answer it."""

    kind: Kind
    question: str
    answer: str


LONGEST = 16
"""Words of a clause that still makes a question which a person would ask."""

QUOTED = 6
"""Fewest words of a quotation that tell who said it."""

_DATELINE = re.compile(r"^(?:[A-Z(][\w.,()/'’ -]{0,60}?)\s*(?:--|[—–]|(?<=\s)-)\s+(?=[A-Z\"“])")


def _words(table: str, *languages: Language) -> str:
    return "|".join(LEXICON.words(table, *languages))


_HANGS = re.compile(rf"\b(?:{_words('hanging_words')})\b|^\W*\w+nya\b", re.IGNORECASE)
_JOINS = re.compile(
    r"^(?:sementara(?: itu)?|selain itu|dan|tetapi|kemudian|untuk|dari|menurut|di|pada|dalam|ke|setelah"
    r"|sebelum|karena|jika|kalau|agar|bahwa|yang|dengan|and|but|while|when|after|before|in|on|at|for|from|according|as|if"
    r"|since|with|by)\b",
    re.IGNORECASE,
)
# A verb or a second statement within what should be a name of something measured.
_SAYS_MORE = re.compile(
    r"\b(?:menjadi|adalah|yakni|yaitu|merupakan|cukup|tercatat|akan|dialami|\w+nya|is|was|were|are|has|have)\b"
    r"|\byang$|\s[-–—]\s",
    re.IGNORECASE,
)
_TOLD = _words("saying_verbs", "id")
_TELLS = re.compile(rf"\b(?:{_TOLD}|{_words('stating_verbs')})\b", re.IGNORECASE)
_TWO_ACTS = re.compile(r"\bdan\s+(?:akan\s+|telah\s+|sudah\s+)?(?:di|me|ter|ber)[a-z]{4,}")
_BEFORE_PERIOD = re.compile(
    r"\b(?:waktu|sejak|hingga|sampai|dari|mulai|antara|periode|per|untuk|selama|jelang|menjelang|sebelum|sesudah"
    r"|setelah|dan|atau|since|until|from|between|by|before|after|for|and|or)$",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"[\"“”„«»]")
_NAME = r"[A-Z][\w'’.-]*\w(?:\s+(?:(?:bin|binti|al|van|de)\s+)?[A-Z][\w'’-]*\w){1,3}"
_NOT_PERSONS = frozenset(LEXICON.words("no_persons"))
_MEASURED = _words("measured_nouns", "id")
_AMOUNT_ID = re.compile(
    rf"\b((?:{_MEASURED})\s[^,.;:()]{{3,80}}?)\s+(?:(?:telah|sudah|akan|hanya|pun|yang)\s+)*"
    r"(?:(?:mencapai|sebesar|sebanyak|adalah|tercatat(?:\s+sebesar)?|senilai|berjumlah|diperkirakan(?:\s+mencapai)?"
    r"|ditetapkan(?:\s+sebesar)?|dipatok|ialah|yakni|yaitu)\s+)",
    re.IGNORECASE,
)
_WORTH_ID = re.compile(
    r"(?:^|,\s*(?:dan\s+)?)([^,;:()]{4,70}?)\s+bernilai\s+(?:(?:sebesar|sekitar|hingga|total)\s+)?",
    re.IGNORECASE,
)
_CHANGE_ID = re.compile(
    r"(?:^|,\s*(?:dan\s+)?|\b(?:dan|sementara)\s+)([^,;:()]{4,70}?)\s+"
    r"((?:naik|turun|meningkat|menurun|tumbuh|melemah|menguat|melonjak|merosot|anjlok|berkurang|bertambah))\s+"
    r"(?:(?:sebesar|sebanyak|hingga|sekitar)\s+)?",
    re.IGNORECASE,
)
_COUNT_ID = re.compile(r"^(?:Sebanyak|Sejumlah)\s+")
_COUNTED_ID = re.compile(r"\s*([a-z][\w-]*)\s+(?!dari\b|di\b|pada\b|atau\b|dan\b)([^,;:()]{4,90}?)\s*[,.;]?$")
_STRENGTH_ID = re.compile(
    r"(?:^|,\s*)((?:[A-Za-z][\w-]*\s+){1,3}[A-Za-z][\w-]*)\s+ber(kekuatan|kapasitas|kecepatan|diameter|kedalaman"
    r"|ukuran|ketinggian|tarif)\s+",
)
_OFFICE_ID = re.compile(
    r"\b((?:(?:Wakil|Plt\.?|Pj\.?|Pelaksana [Tt]ugas)\s+)?(?:Gubernur|Bupati|Wali Kota|Walikota|Sekretaris"
    r"|Sekda|Menteri|Kepala|Ketua|Direktur|Konjen|Konsul Jenderal|Duta Besar|Rektor|Koordinator|Manajer"
    r"|Juru Bicara|Kapolres|Kapolda|Dirjen|Deputi)(?:\s+(?:[A-Z][\w-]*|\([A-Z][\w ]*\)|dan|&))+)"
    # A verb must follow, since in a list the next office does.
    rf",\s+({_NAME})(?=,?\s+(?:me|ber|ter|di|akan\b|telah\b|dalam\b|saat\b|pada\b|usai\b|kepada\b|in\b))"
)
_REPORTED_ID = re.compile(rf"(?:^|,\s)({_NAME}),?\s(?:{_TOLD})(?:,|\s+bahwa)?\s+([^\"“”]{{20,160}}?)[.,]?$")
_SPOKEN = re.compile(
    r"[\"“]([^\"“”]{15,140}?)[,.]?\s*[\"”],?\s*(?:kata|ujar|tutur|ucap|ungkap|jelas|tegas|sebut|said|says)\s+"
    rf"(?:(?:(?!\b(?:di|pada|saat|dalam|usai|kepada|seperti|ketika|in|on|at|to|after)\b)[^,\"“”]){{3,90}},\s+)?"
    rf"({_NAME}|[A-Z][\w'’-]+\w)(?=\s+[a-z(]|[,.]|$)"
)
_IN_PLACE_ID = re.compile(r"\s+di\s+((?:[A-Z][\w'’-]*\w)(?:,?\s+(?:[A-Z][\w'’-]*\w))*)$")
_ACT_ID = re.compile(
    r"\s(?:akan|di[a-z]{3,}|ber[a-z]{3,}|me[a-z]{3,}|ter[a-z]{3,}|mulai|resmi|tiba|lahir|tewas)\b"
)

_AMOUNT_EN = re.compile(
    r"^((?:The\s+)?(?:total\s+|average\s+)?(?:value|number|amount|price|cost|budget|volume|revenue|population|rate"
    r"|share|total|length|size|fee|production|investment)\s[^,;:()]{3,80}?)\s+(was|is|were|are|reached|totalled"
    r"|totaled|amounted\s+to|stood\s+at)\s+",
    re.IGNORECASE,
)
_CHANGES_EN: dict[str, str] = LEXICON.mapping("changes", "en")
_CHANGE_EN = re.compile(rf"^([^,;:()]{{4,70}}?)\s+({'|'.join(_CHANGES_EN)})\s+(?:by\s+)?", re.IGNORECASE)
_OFFICE_EN = re.compile(
    rf"({_NAME}),\s+(?:the\s+)?((?:[Aa]cting\s+|[Dd]eputy\s+|[Vv]ice\s+)?(?i:governor|mayor|minister|head"
    r"|chair(?:man|woman)?|director|president|secretary|consul\s+general|ambassador|spokes(?:man|woman|person)|manager"
    r"|rector|regent)\s+(?:of|for)\s[^,.;:()]{3,60}),"
)
_WHEN_EN = re.compile(r"^([^,;:()]{4,80}?)\s+(was|were|will\s+be|is|are)\s+(\w+(?:ed|en|ne|ld|de|t)\b.*)$")


@dataclass(frozen=True, slots=True)
class _Line:
    """One sentence on one line, its article, and the figures in it that are no dates."""

    text: str
    article: Article
    language: Language
    figures: tuple[Figure, ...]

    def figure_at(self, place: int) -> Figure | None:
        """The figure that begins there, with what bounds it before it, and stands by itself."""
        for figure in self.figures:
            if place <= figure.start <= place + 8:
                return None if re.match(r"[^\W_]", self.text[figure.end :]) else figure
        return None


def questions(sentence: str, article: Article, language: Language) -> Iterator[DraftQuestion]:
    """The questions that one sentence of an article answers by itself, each with the words that answer it."""
    text = _DATELINE.sub("", " ".join(sentence.split())).strip()
    if _QUOTES.search(text):
        yield from _spoken(text, language)
        return
    moments = find_moments(text, article.published)
    free = (
        figure
        for figure in find_figures(text, language)
        if not any(figure.start < moment.end and moment.start < figure.end for moment in moments)
    )
    line = _Line(text, article, language, tuple(free))
    if language == "id":
        yield from _figures_id(line)
        yield from _offices(_OFFICE_ID.finditer(text), "Siapa {}?", office=1, person=2)
        yield from _reported_id(line)
    else:
        yield from _figures_en(line)
        yield from _offices(_OFFICE_EN.finditer(text), "Who is the {}?", office=2, person=1)
    yield from _dated(line, moments)


def _figures_id(line: _Line) -> Iterator[DraftQuestion]:
    text = line.text
    for match in _AMOUNT_ID.finditer(text):
        if figure := line.figure_at(match.end()):
            yield from _asking("Berapa {}?", match[1][:1].lower() + match[1][1:], line, figure)
    for match in _WORTH_ID.finditer(text):
        if figure := line.figure_at(match.end()):
            yield from _asking("Berapa nilai {}?", _opened(match[1], line), line, figure)
    for match in _CHANGE_ID.finditer(text):
        figure = line.figure_at(match.end())
        if figure and figure.unit == "%" and not find_figures(match[1], "id"):
            clause = f"{_opened(match[1], line)} {match[2].lower()}"
            yield from _asking("Berapa persen {}?", clause, line, figure)
    for match in _STRENGTH_ID.finditer(text):
        if (figure := line.figure_at(match.end())) and not _ACT_ID.search(match[1]):
            yield from _asking("Berapa {}?", f"{match[2]} {_opened(match[1], line)}", line, figure)
    counted = _COUNT_ID.match(text)
    figure = line.figure_at(counted.end()) if counted else None
    if figure:
        rest = _COUNTED_ID.match(text[figure.end :])
        if rest and not find_figures(rest[2], "id"):
            linking = "" if rest[2].startswith("yang ") else "yang "
            yield from _asking("Berapa {}?", f"{rest[1]} {linking}{rest[2]}", line, figure)


def _figures_en(line: _Line) -> Iterator[DraftQuestion]:
    if (match := _AMOUNT_EN.match(line.text)) and (figure := line.figure_at(match.end())):
        verb = match[2].lower() if match[2].lower() in {"was", "is", "were", "are"} else "was"
        clause = match[1][:1].lower() + match[1][1:]
        clause = clause if clause.startswith("the ") else f"the {clause}"
        yield from _asking(f"What {verb} {{}}?", clause, line, figure)
    if (
        (match := _CHANGE_EN.match(line.text))
        and (figure := line.figure_at(match.end()))
        and figure.unit == "%"
    ):
        clause = f"{_opened(match[1], line)} {_CHANGES_EN[match[2].lower()]}"
        yield from _asking("By what percentage did {}?", clause, line, figure)


def _asking(form: str, clause: str, line: _Line, figure: Figure) -> Iterator[DraftQuestion]:
    clause = clause.strip()
    if len(clause.split()) >= 2 and _stands_alone(clause) and not _SAYS_MORE.search(clause):
        yield DraftQuestion("figure", form.format(clause), line.text[figure.start : figure.end])


def _offices(
    matches: Iterator[re.Match[str]], form: str, office: int, person: int
) -> Iterator[DraftQuestion]:
    for match in matches:
        if len(match[office].split()) > 1 and _is_person(match[person]):
            yield DraftQuestion("name", form.format(match[office].strip()), match[person])


def _reported_id(line: _Line) -> Iterator[DraftQuestion]:
    match = _REPORTED_ID.search(line.text)
    if match and _is_person(match[1]) and _stands_alone(match[2]):
        yield DraftQuestion("name", f"Siapa yang mengatakan bahwa {_opened(match[2], line)}?", match[1])


def _spoken(text: str, language: Language) -> Iterator[DraftQuestion]:
    form = "Siapa yang mengatakan “{}”?" if language == "id" else "Who said “{}”?"
    for match in _SPOKEN.finditer(text):
        words = match[1].strip()
        if QUOTED <= len(words.split()) <= LONGEST and _is_person(match[2]):
            yield DraftQuestion("quotation", form.format(words.rstrip(".,")), match[2])


def _dated(line: _Line, moments: Sequence[Moment]) -> Iterator[DraftQuestion]:
    """When something was or will be, and where, from one clause that ends in a day or place."""
    text = line.text
    if not text.endswith(".") or _TELLS.search(text):
        return
    clause, moment = text.rstrip(" ."), None
    dated = [one for one in moments if one.first.day and not one.relative]
    if dated and not re.search(r"\w", text[dated[-1].end :]):
        moment = dated[-1]
        clause = re.sub(r"[\s,(]*\b(?:pada|tanggal|hari|on|the)?[\s,(]*$", "", text[: moment.start])
        clause = re.sub(r"\s+(?:pada|tanggal|hari|on)$", "", clause)
    where = _IN_PLACE_ID.search(clause) if line.language == "id" else None
    if where:
        clause = clause[: where.start()]
    is_one = "," not in clause and not _TWO_ACTS.search(clause) and not _BEFORE_PERIOD.search(clause)
    if len(clause.split()) < 3 or not is_one or not _stands_alone(clause):
        return
    if line.language == "en":
        if moment and (match := _WHEN_EN.match(clause)):
            aux, _, rest = match[2].partition(" ")
            subject = f"{_opened(match[1], line)} {rest}".strip()
            yield DraftQuestion("date", f"When {aux} {subject} {match[3]}?", text[moment.start : moment.end])
        return
    if not _ACT_ID.search(clause):
        return
    opened = _opened(clause, line)
    if moment:
        yield DraftQuestion("date", f"Kapan {opened}?", text[moment.start : moment.end])
    if where:
        yield DraftQuestion("place", f"Di mana {opened}?", where[1].split(",", maxsplit=1)[0])


def _stands_alone(clause: str) -> bool:
    return len(clause.split()) <= LONGEST and not _HANGS.search(clause) and not _JOINS.match(clause)


def _is_person(name: str) -> bool:
    first = name.split(maxsplit=1)[0].lower().rstrip(".")
    return first not in _NOT_PERSONS and not find_places(name)


def _opened(clause: str, line: _Line) -> str:
    """A clause as it goes on within a sentence: its first word small, unless it is a name.

    A word is taken for a name that has another capital, goes before one, or stands within a sentence of the
    article with a capital.
    """
    first, *rest = clause.split()
    is_name = (
        any(letter.isupper() for letter in first[1:])
        or (bool(rest) and rest[0][:1].isupper())
        or any(place.start == 0 for place in find_places(clause))
        or re.search(rf"[a-z,] {re.escape(first)}\b", line.article.text)
    )
    if first in {"The", "A", "An"} or not is_name:
        return first[:1].lower() + clause[1:]
    return clause


NEAR_MISSES = 4
"""One case in so many is a near miss, where there are enough."""


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A proposed case.

    Attributes:
        id: Unique among the drafts.
        question: As it would be asked.
        language: "id" or "en", of the article and the question.
        contains: What the answer must have; empty for a near miss.
        article: Where it comes from.
        sentence: Its characters `start:end` of the article.
        swapped: What was swapped for what, for a near miss.
    """

    id: str
    question: str
    language: Language
    contains: str
    article: Article
    sentence: tuple[int, int]
    swapped: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """All that the articles say, and the places that they name."""

    text: str
    places: frozenset[str]


def draft_cases(articles: Sequence[Article], *, limit: int, seed: int = 0) -> list[CaseDraft]:
    """At most `limit` proposals, of every kind and from as many articles as there are.

    The same articles and seed give the same proposals.
    """
    made = list(_proposals(articles))
    # What two articles answer has no one right answer.
    common = Counter(draft.question.casefold() for draft, _ in made)
    unique = [(draft, asked) for draft, asked in made if common[draft.question.casefold()] == 1]
    chooser = random.Random(seed)  # noqa: S311
    wanted = limit // NEAR_MISSES
    text = "\n".join(f"{article.title}\n{article.text}" for article in articles)
    told = _Told(text, frozenset(place.code for place in find_places(text)))
    misses = [miss for draft, _ in unique if (miss := _near_miss(draft, told, chooser))]
    chosen_misses = _spread([(miss, miss.id) for miss in misses], wanted, chooser)
    rest = _spread([(draft, asked.kind) for draft, asked in unique], limit - len(chosen_misses), chooser)
    return _numbered([*rest, *chosen_misses])


def write_cases(drafts: Sequence[CaseDraft]) -> str:
    """The drafts as a `*.qa.yaml`, each with a comment on where it comes from."""
    return "\n".join(map(_write, drafts))


def _proposals(articles: Sequence[Article]) -> Iterator[tuple[CaseDraft, DraftQuestion]]:
    for article in sorted(articles, key=lambda article: article.id):
        if article.language not in {"id", "en"}:
            continue
        language: Language = "en" if article.language == "en" else "id"
        for start, end in sentences(article.text):
            for asked in questions(article.text[start:end], article, language):
                if asked.answer.casefold() not in asked.question.casefold():
                    name = f"{article.id}-{asked.kind}"
                    yield (
                        CaseDraft(name, asked.question, language, asked.answer, article, (start, end)),
                        asked,
                    )


def _near_miss(draft: CaseDraft, told: _Told, chooser: random.Random) -> CaseDraft | None:
    """The question with one thing swapped for another that no article names."""
    for swap in (_other_place, _other_year, _other_figure):
        if found := swap(draft, told, chooser):
            old, new, at = found
            question = draft.question[:at] + new + draft.question[at + len(old) :]
            return CaseDraft(
                f"{draft.article.id}-near-miss",
                question,
                draft.language,
                "",
                draft.article,
                draft.sentence,
                (old, new),
            )
    return None


def _other_place(draft: CaseDraft, told: _Told, chooser: random.Random) -> tuple[str, str, int] | None:
    """A province for a province that the question names."""
    free = sorted(code for code in PROVINCES if code not in told.places)
    for place in find_places(draft.question):
        if place.code in PROVINCES and free:
            code = chooser.choice(free)
            # A province without another name has one for both languages: Aceh, Bali.
            new = next(iter(PROVINCES[code][1]), "") if draft.language == "id" else ""
            new = new or english_name(code)
            return draft.question[place.start : place.end], new, place.start
    return None


def _other_year(draft: CaseDraft, told: _Told, chooser: random.Random) -> tuple[str, str, int] | None:
    """A later year for one that the question names."""
    for moment in find_moments(draft.question):
        written = draft.question[moment.start : moment.end]
        if moment.first.year and (match := re.search(str(moment.first.year), written)):
            new = str(moment.first.year + chooser.randint(3, 9))
            if new not in told.text:
                return match.group(), new, moment.start + match.start()
    return None


def _other_figure(draft: CaseDraft, told: _Told, chooser: random.Random) -> tuple[str, str, int] | None:
    """Another number for one that the question names in digits."""
    dated = [(moment.start, moment.end) for moment in find_moments(draft.question)]
    for figure in find_figures(draft.question, draft.language):
        match = re.search(r"\d+", draft.question[figure.start : figure.end])
        if not match or any(start < figure.end and figure.start < end for start, end in dated):
            continue
        new = str(int(match.group()) + chooser.randint(2, 9))
        if not re.search(rf"(?<![\d.,]){new}(?![\d])", told.text):
            return match.group(), new, figure.start + match.start()
    return None


def _spread(drafts: Sequence[tuple[CaseDraft, str]], limit: int, chooser: random.Random) -> list[CaseDraft]:
    """At most `limit`, taking turns between the kinds and, within a kind, between the articles."""
    kinds: dict[str, dict[str, list[CaseDraft]]] = {}
    for draft, kind in drafts:
        kinds.setdefault(kind, {}).setdefault(draft.article.id, []).append(draft)
    queues = []
    for _, by_article in sorted(kinds.items()):
        groups = [chooser.sample(group, len(group)) for _, group in sorted(by_article.items())]
        chooser.shuffle(groups)
        turns = range(max(map(len, groups)))
        queues.append([group[turn] for turn in turns for group in groups if turn < len(group)])
    longest = max(map(len, queues), default=0)
    return [queue[turn] for turn in range(longest) for queue in queues if turn < len(queue)][:limit]


def _numbered(drafts: Sequence[CaseDraft]) -> list[CaseDraft]:
    """In the order of their ids, those that share one told apart by a number."""
    seen: Counter[str] = Counter()
    found = []
    for draft in sorted(drafts, key=lambda draft: (draft.article.id, draft.sentence, draft.id)):
        seen[draft.id] += 1
        name = f"{draft.id}-{seen[draft.id]}"
        found.append(
            CaseDraft(
                name,
                draft.question,
                draft.language,
                draft.contains,
                draft.article,
                draft.sentence,
                draft.swapped,
            )
        )
    return found


def _write(draft: CaseDraft) -> str:
    start, end = draft.sentence
    sentence = one_line(draft.article.text[start:end])
    comment = f"# Proposal, to accept or edit; from {one_line(draft.article.id)} {start}:{end}: {sentence}"
    lines = [comment]
    if draft.swapped:
        old, new = map(one_line, draft.swapped)
        lines.append(f"# Near miss: “{old}” was swapped for “{new}”; make sure that no article answers it.")
    lines += [f"- id: {quoted(draft.id)}", f"  question: {quoted(draft.question)}", "  expect:"]
    lines.append(f"    language: {quoted(draft.language)}")
    if draft.contains:
        lines.append(f"    contains: [{quoted(draft.contains)}]")
        lines.append(f"    cites: [{quoted(draft.article.id)}]")
        lines.append(f"    passages: [{quoted(sentence)}]")
    lines.append(f"    abstain: {'false' if draft.contains else 'true'}")
    return "\n".join(lines) + "\n"


def one_line(text: str) -> str:
    """Without what would end a comment or could not be read again."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def quoted(text: str) -> str:
    """As YAML reads it back: a JSON string is one, once letters beyond the BMP are left as they are."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in written)


def _escape(letter: str) -> str:
    """What YAML would not read, such as a control character, or would read as a space, such as U+2028."""
    code = ord(letter)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
