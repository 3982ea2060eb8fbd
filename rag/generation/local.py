"""A model of transformers, run on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from index import ModelError
from index.embedder import THREADS
from rag.generation.generator import GeneratorError, Message, Push, pulled

# What transformers and huggingface_hub raise for a folder or an id that is of no use.
_FAILURES = (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError, ImportError)


class TransformersGenerator:
    """A model of transformers that continues text, by its folder or Hugging Face id."""

    def __init__(self, model: str) -> None:
        """Load it; the network is used only where an id is not cached, and no code that comes with it is run.

        Raises:
            ModelError: there is no such model, or it is none that writes.
        """
        folder = Path(model).expanduser()
        if not folder.is_dir() and (model.startswith((".", "/", "~")) or model.count("/") > 1):
            raise ModelError(
                f"there is no model folder {model}; set TANYA_GENERATOR to one, to a Hugging Face id, to a "
                ".gguf file or to http://HOST/v1#MODEL"
            )
        # Read when the libraries are first imported, so set before.
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        import torch
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        torch.set_num_threads(THREADS)
        try:
            self._tokenizer, self._model = _load(str(folder) if folder.is_dir() else model, folder.is_dir())
        except _FAILURES as error:
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            raise ModelError(
                f"the generator {model!r} cannot be loaded ({reason}); "
                "set TANYA_GENERATOR to the folder of a model that writes"
            ) from error
        self.name = folder.resolve().name if folder.is_dir() else model
        self._lock = Lock()

    def stream(self, messages: Sequence[Message], *, limit: int) -> Iterator[str]:
        """What the model writes.

        Raises:
            GeneratorError: the prompt is longer than the model's window, or computing fails.
        """
        # A thread that computes while the interpreter goes away takes the whole process down.
        yield from pulled(lambda push: self._write(messages, limit, push), awaited=True)

    def _write(self, messages: Sequence[Message], limit: int, push: Push) -> None:
        import torch

        encoded = self._prompt(messages)
        # A tokenizer may give more than its model takes.
        prompt = {name: encoded[name] for name in ("input_ids", "attention_mask")}
        window = getattr(self._model.config, "max_position_embeddings", None)
        if window is not None and prompt["input_ids"].shape[1] + limit > window:
            raise GeneratorError(
                "broken",
                f"the prompt is longer than the window of {self.name}; set TANYA_GENERATOR to another",
            )
        end = self._model.generation_config.eos_token_id
        padding = end[0] if isinstance(end, list) else end
        # One at a time: two would share the same cores and take longer each.
        with self._lock, torch.inference_mode():
            try:
                self._model.generate(
                    **prompt,
                    max_new_tokens=limit,
                    do_sample=False,
                    pad_token_id=0 if padding is None else padding,
                    streamer=_Pushing(self._tokenizer, push),
                )
            except _Enough:
                return
            except (RuntimeError, ValueError, IndexError) as error:
                reason = " ".join(str(error).split())[:200] or type(error).__name__
                raise GeneratorError(
                    "broken", f"the generator {self.name} failed ({reason}); set TANYA_GENERATOR to another"
                ) from error

    def _prompt(self, messages: Sequence[Message]) -> Any:
        """The messages as the model's template has them, or in plain text where it has none."""
        if not self._tokenizer.chat_template:
            text = "\n\n".join(message.content for message in messages) + "\n\n"
            return self._tokenizer(text, return_tensors="pt").to(self._model.device)
        from jinja2 import TemplateError

        told = [{"role": message.role, "content": message.content} for message in messages]
        joined = [{"role": "user", "content": "\n\n".join(message.content for message in messages)}]
        try:
            return self._templated(told)
        except TemplateError:
            # Some models know of no system message.
            return self._templated(joined)

    def _templated(self, told: list[dict[str, str]]) -> Any:
        return self._tokenizer.apply_chat_template(
            told,
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            # A word of the templates that can think aloud, which takes longer than it helps here.
            enable_thinking=False,
        ).to(self._model.device)


class _Enough(Exception):
    """Nobody takes what is written any more."""


class _Pushing:
    """What `generate` hands its tokens to: pushes their text on, as far as its characters are whole."""

    def __init__(self, tokenizer: Any, push: Push) -> None:
        self._tokenizer = tokenizer
        self._push = push
        self._tokens: list[int] | None = None
        self._pushed = 0

    def put(self, value: Any) -> None:
        if self._tokens is None:  # the prompt comes first
            self._tokens = []
            return
        self._tokens.extend(value.reshape(-1).tolist())
        text = self._text()
        # A character of several tokens is written as U+FFFD until its last one has come.
        self._pass_on("" if text.endswith("\ufffd") else text)

    def end(self) -> None:
        self._pass_on(self._text())

    def _text(self) -> str:
        text: str = self._tokenizer.decode(
            self._tokens or [], skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text

    def _pass_on(self, text: str) -> None:
        new, self._pushed = text[self._pushed :], max(self._pushed, len(text))
        if not self._push(new):
            raise _Enough


def _load(model: str, is_folder: bool) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    def load(local: bool) -> tuple[Any, Any]:
        return (
            AutoTokenizer.from_pretrained(model, local_files_only=local),
            AutoModelForCausalLM.from_pretrained(model, local_files_only=local, dtype="auto"),
        )

    try:
        tokenizer, loaded = load(local=True)
    except _FAILURES:
        if is_folder:
            raise
        tokenizer, loaded = load(local=False)
    return tokenizer, loaded.to("cuda" if torch.cuda.is_available() else "cpu").eval()
