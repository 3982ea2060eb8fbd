"""The language of an article or a question, as an ISO 639-1 code; Malay counts as Indonesian.

Function words decide first, since a question is short; CLD2 (pycld2) decides what they leave open. Neither
sees a language in a name alone: "Togap Simangunsong" is "und".
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

UNDECIDED = "und"

_READ = 4000
"""Characters that are looked at; an article shows its language sooner."""

# Words that carry no topic; a word in several lists counts for each of its languages.
_FUNCTION_WORDS = {
    "id": """
        ada adakah adalah agar akan antara apa apabila apakah apalagi atas atau bagaimana bagaimanakah
        bagi bahwa belum beliau berapa berapakah bisa bisakah boleh bukan cukup dalam dan dapat dari
        daripada demi dengan di dia dimana hanya harus hingga ia ialah ini itu jadi jelaskan jika juga
        kami kapan kapankah karena kata ke kemana kenapa kepada ketika kita lagi lalu lewat maka manakah
        masih mengapa mereka merupakan nggak nya oleh pada para pernah pun saat saja sampai sana sangat
        sebagai sebab sebelum sebutkan sebuah secara sedang sejak sekarang selama selain seluruh semua
        seperti serta setelah siapa siapakah sini suatu sudah supaya tadi tanpa tapi telah tentang
        terhadap terkait tersebut tetapi tiap tidak tolong tunjukkan untuk wahai yaitu yakni yang
        dimanakah gimana ngapain bgmn yg utk dgn tsb dlm pd sih dong kok ya apanya mana
    """,
    "en": """
        about after all also an and any are at be because been before being between both but by can
        could did do does during each for from give had has have he her him his how if in into is it its
        many me more most much must of on only or other our over please said she should since so some
        tell than that the their them then there these they this those through to under until was we
        were what when where whether which while who whom whose why will with would you your what's
        who's
    """,
    "es": """
        al como cual cuales cuando cuanta cuantas cuanto cuantos cuál cuáles cuándo cuánta cuánto
        cuántos cómo de del donde dónde el ella ellos en es esta este está fue fueron ha hay la las los
        más para pero por porque qué que quien quién quiénes se ser sobre son su sus un una y según qué
    """,
    "pt": """
        a ao as com como da das de do dos e ela ele eles em era é foi foram mais mas na nas no nos não o
        onde os para pela pelo por porque qual quais quando quanto quantos quanta quem que se seu são
        sua um uma você
    """,
    "fr": """
        a au aux avec ce ces cette combien comment dans de des du elle elles en est et être il ils la le
        les leur mais nous où ou par pas pour pourquoi quand que quel quelle quelles quels qui quoi sa
        se ses son sont sur un une vous
    """,
    "de": """
        aber als am an auch auf aus bei bis das dass dem den der des die durch ein eine einem einen
        einer er es für hat hatte ich im in ist kann man mehr mit nach nicht noch nur oder sein sich sie
        sind so über um und uns viel viele vom von vor wann war waren warum was welche welcher welches
        wer werden wie wir wird wo wurde wurden zu zum zur hoch
    """,
    "nl": """
        aan als bij dat de deze die dit door een en er had heeft het hij hoe hoeveel ik in is kan maar
        meer met na naar niet nog of om onder ook op over te tot uit van veel voor waar waarom wanneer
        waren was wat welke werd wie wij worden wordt zijn ze zij
    """,
    "it": """
        a ad al alla alle anche che chi ci come con cosa da dal dei del della delle di dove e era gli ha
        hanno i il in la le lo ma nel nella non o per perché più qual quale quali quando quanti quanto
        questo se si sono su sua sul un una uno è
    """,
    "jv": """
        apa ana amarga ananging bab dadi dening karo kanggo kang kepiye lan lha menyang mung nalika neng
        ning ora opo piro pira piye pripun pundi sapa saka sampun sawise sing sinten tumrap uga utawa
        wae wis wonten yen iku iki kowe panjenengan menika dhateng kaliyan ingkang regane
    """,
    "su": """
        aya anu atawa baris boga dina eta geus henteu ieu jeung kumaha ku kuring lian lobana mah naha
        naon nu nyaeta ogé pikeun sabaraha salaku saha sareng teh téh teu tina upami iraha dimana urang
    """,
}
# These show a language as well, but a question may be about them.
_TELLING_WORDS = {"id": "berita jumlah nilai soal tahun", "en": "list may show summarize"}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Endings and beginnings that English and the other languages above do not share, on words of some length.
_INDONESIAN_FORM = re.compile(
    r"(?:(?:me(?:m|n|ng|ny)|ber|ter|di|ke|se|per|pe(?:m|n|ng|ny))[a-z]{3,}(?:kan|nya|an|i)|[a-z]{4,}(?:kan|nya|lah|kah))"
)
_CODES = {"ms": "id", "in": "id", "iw": "he", "jw": "jv", "un": UNDECIDED}


def detect(text: str) -> str:
    """The language of `text`: "id", "en", another ISO 639-1 code, or "und" where it cannot be told."""
    words = [word.replace("’", "'") for word in _WORD.findall(text[:_READ].lower())]
    if not words:
        return UNDECIDED
    votes = _votes(words)
    guess, sure = _cld2(text[:_READ])
    if sure and len(words) >= 20:
        return guess
    best = max(votes.values(), default=0)
    leading = [language for language, count in votes.items() if count == best and count]
    if len(leading) == 1:
        return leading[0]
    if leading:
        # A tie: what CLD2 says where it is one of them, else the first language of the product.
        return guess if guess in leading else leading[0]
    if any(_INDONESIAN_FORM.fullmatch(word) for word in words):
        return "id"
    if not re.search(r"[A-Za-z]", text):
        # A script of its own leaves few languages to choose from.
        return guess
    believed = len(words) >= (3 if guess in _FUNCTION_WORDS else 4) or not text.isascii()
    return guess if sure and believed else UNDECIDED


def _votes(words: list[str]) -> Counter[str]:
    """How many function words each language has; the word that opens a question counts three times."""
    votes: Counter[str] = Counter()
    for place, word in enumerate(words):
        for language in _languages_of().get(word, ()):
            votes[language] += 3 if place == 0 else 1
    return votes


@cache
def function_words(language: str) -> frozenset[str]:
    """Lower-case words of a language that carry no topic; none where the language is not listed."""
    return frozenset(_FUNCTION_WORDS.get(language, "").split())


@cache
def _languages_of() -> dict[str, list[str]]:
    telling: dict[str, list[str]] = {}
    for language in _FUNCTION_WORDS:
        for word in function_words(language).union(_TELLING_WORDS.get(language, "").split()):
            telling.setdefault(word, []).append(language)
    return telling


def _cld2(text: str) -> tuple[str, bool]:
    """CLD2's first guess, and whether it calls that reliable."""
    import pycld2

    # It refuses bytes that are no interchange-valid UTF-8, control characters and lone surrogates among them.
    clean = re.sub(r"\s+", " ", text)
    if not clean.isprintable():
        clean = "".join(char if char.isprintable() else " " for char in clean)
    try:
        reliable, _, guesses = pycld2.detect(clean.encode("utf-8", "ignore"), bestEffort=True)
        sure = pycld2.detect(clean.encode("utf-8", "ignore"))[0]
    except pycld2.error:
        return UNDECIDED, False
    code = str(guesses[0][1]).split("-")[0]
    return _CODES.get(code, code), bool(reliable and sure)
