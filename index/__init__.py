"""Articles flow down: file -> Article -> Passages -> vectors and terms -> a stored snapshot."""

from index.errors import (
    ArticleError,
    Busy,
    Damaged,
    LibraryError,
    ModelError,
    NoIndex,
    QuestionError,
    SettingsError,
    TanyaError,
    WrongModel,
)
from index.models import Article, Hit, Passage
from index.settings import EMBEDDED, Settings

__all__ = [
    "EMBEDDED",
    "Article",
    "ArticleError",
    "Busy",
    "Damaged",
    "Hit",
    "LibraryError",
    "ModelError",
    "NoIndex",
    "Passage",
    "QuestionError",
    "Settings",
    "SettingsError",
    "TanyaError",
    "WrongModel",
]
