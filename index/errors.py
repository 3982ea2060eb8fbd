"""The exception tree; each message is one line that ends in the cure.

TanyaError
├── ArticleError      one file cannot be read as an article
│   └── Withheld          it says of itself that it is not public
├── ModelError        a model is missing, damaged or unlike what was expected
├── LibraryError      the stored articles or their index
│   ├── UnknownArticle    no article has that id
│   ├── NoIndex           nothing has been indexed yet
│   ├── WrongModel        the index was built by another embedding model
│   ├── Busy              another process is writing
│   └── Damaged           a checksum, offset or count is off
├── SettingsError     a setting is unknown or unusable
└── QuestionError     a question cannot be asked as it stands

rag/ and ui/ add their own, each where it is raised: ClaimError, DraftError, CardError, UnknownSpeaker,
AccountError, Crowded with its Closing, and GeneratorError, which is a ModelError.
"""

from __future__ import annotations


class TanyaError(Exception):
    """An expected failure; `str(error)` is one line for the user, ending in the cure."""


class ArticleError(TanyaError):
    """One file cannot be read as an article."""


class Withheld(ArticleError):
    """One file says of itself that it is not public; `reason` is why, in a word or two."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"it is not public ({reason}); publish it where it was exported")
        self.reason = reason


class ModelError(TanyaError):
    """A model is missing, damaged or unlike what was expected."""


class LibraryError(TanyaError):
    """The stored articles or their index."""


class UnknownArticle(LibraryError):
    """No article has that id."""


class NoIndex(LibraryError):
    """Nothing has been indexed yet."""


class WrongModel(LibraryError):
    """The index was built by another embedding model."""


class Busy(LibraryError):
    """Another process is writing."""


class Damaged(LibraryError):
    """A checksum, offset or count is off."""


class SettingsError(TanyaError):
    """A setting is unknown or unusable."""


class QuestionError(TanyaError):
    """A question cannot be asked as it stands."""


def no_index(place: object) -> NoIndex:
    """That nothing has been indexed at a place."""
    return NoIndex(f"no index at {place}; build one with: tanya index seeds/")


def unknown_article(article_id: str) -> UnknownArticle:
    """That there is no article of that id."""
    return UnknownArticle(f"there is no article {article_id!r}; list them with: tanya articles list")


def not_embedded(embedder: str) -> LibraryError:
    """That a change of models was cut short."""
    return LibraryError(f"not every article is embedded by {embedder}; finish with: tanya index")


def line_of(error: Exception) -> str:
    """The first line of what an error of others says, or its kind."""
    return next(iter(str(error).splitlines()), type(error).__name__)[:100]
