"""What the language says of speaking: verbs of saying, offices, titles, and how a clause is told.

The words are data in `rag/lang/data`; all are compared without case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.lexicon import LEXICON as PRESS_WORDS
from index.text import function_words, month_names, weekday_names
from rag.lang import LEXICON


def _words(table: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in LEXICON.words(table))


BARE_VERBS = _words("attributing_verbs")
CLOSING_VERBS = _words("closing_verbs")
PASSIVE_VERBS = _words("attributing_passives")
REPORTING, OPINIONS = _words("reporting_verbs"), _words("opinion_verbs")
OWN, REQUESTS = _words("own_verbs"), _words("requesting_verbs")
VERBS = REPORTING | OPINIONS | OWN | REQUESTS
UNSAID, DENIALS = _words("unsaid_words"), _words("denials")
PRONOUNS, DEFINITE = _words("speaking_pronouns"), _words("definite_words")
HEADS, NO_OFFICES = _words("office_heads"), _words("no_offices")
OFFICES = HEADS - NO_OFFICES
TITLES, ADDRESSES = _words("person_titles"), _words("addresses")
PARTS, PARTICLES = _words("office_parts"), _words("name_particles")
FOLLOWING = {word: frozenset(before.split()) for word, before in LEXICON.mapping("following_parts").items()}
INSTITUTIONS, UNSPEAKING = _words("institution_heads"), _words("unspeaking_words")
COUNTING, NAMING_COUNTS = _words("counting_words"), _words("naming_counts")
AFTER_SUBJECT, BEFORE_SUBJECT = _words("after_subject"), _words("before_subject")
AFTER_SPEAKER, PREPOSITIONS = _words("after_speaker"), _words("office_prepositions")
TRAILING, COMPARING = _words("trailing_words"), _words("comparing_words")
PREDICATES, PURPOSES, NO_VERBS = _words("predicate_words"), _words("purpose_words"), _words("no_verbs")
JOINING, CLAUSE_OPENERS, OCCASIONS = _words("joining_verbs"), _words("clause_openers"), _words("occasions")
MARKS, MASK = '"“”„‟«»', "\ufffc"
"""Double quotation marks, and what stands for each character of a direct quotation while others are read."""

PLACE_TAKERS = _words("place_takers")
TOWNS = frozenset(word for town in PRESS_WORDS.words("towns", "press") for word in town.split())
ADVERBIALS, AUDIENCES, CALLED = _words("adverbials"), _words("audiences"), _words("called")
RELATIVE, ALSO_HOLDING = frozenset({"yang"}), LEXICON.words("holding")
LINKS, TOLD_OF = _words("linking_words"), _words("told_of")
ACCORDING, MIMICKING, ORDINALS = _words("according"), _words("mimicking"), _words("ordinal_offices")

DAYS = frozenset(name for name in (*weekday_names(), *month_names()) if len(name) > 3)
STARTERS = function_words("id") | BEFORE_SUBJECT | AFTER_SPEAKER | AFTER_SUBJECT | ACCORDING
"""Words that open a sentence with a capital and are no name."""

_VERB_FORM = re.compile(r"(?:me|di|ter|ber)[a-z]{3,}")


def is_verb(folded: str) -> bool:
    """Whether a word in lower case has the form of an inflected verb and does not only look so."""
    return bool(_VERB_FORM.fullmatch(folded)) and folded not in NO_VERBS and folded not in HEADS


def has_predicate(words: Iterable[str], *, asks: bool = False) -> bool:
    """Whether words hold a predicate, outside a relative clause: a verb, a negation, an auxiliary."""
    relative = purpose = False
    for word in words:
        folded = word.strip(".,;:()\"'“”?!").casefold()
        predicate = folded in PREDICATES or is_verb(folded)
        if predicate and not relative and (asks or not purpose):
            return True
        if asks and folded in PURPOSES:
            purpose = True
            continue
        if folded in RELATIVE or folded in PURPOSES:
            relative = True
        elif relative and is_verb(folded):
            relative = False
    return False


def is_adverbial(words: Sequence[str]) -> bool:
    """Whether words begin with where, when or how."""
    return bool(words) and words[0].casefold().strip(",") in ADVERBIALS


def names_time(text: str) -> bool:
    """Whether words between commas name a day or a place and say nothing."""
    words = re.findall(r"[^\W_]+", text)
    return len(words) <= 6 and any(word.casefold() in DAYS for word in words)


def belongs_to_another_verb(between: str) -> bool:
    """Whether the words between a subject and a verb have another verb, and nothing that joins both."""
    words = [word.casefold() for word in re.findall(r"[\w-]+|,", between)]
    joined = (JOINING | OCCASIONS | {","}) & set(words)
    return any(is_verb(word) for word in words) and not joined
