"""Opinions and unanswered questions as lines for a terminal."""

from __future__ import annotations

from index.store import Gap
from rag.feedback.opinion import Opinion


def opinion_lines(opinion: Opinion) -> str:
    """What was said, of which question, and what had been answered."""
    reason = f" ({_flat(opinion.reason)})" if opinion.reason else ""
    lines = [f"{opinion.at:%Y-%m-%d %H:%M} {_flat(opinion.verdict)}{reason}  {_flat(opinion.question)}"]
    if opinion.correction:
        lines.append(f"    correction: {_flat(opinion.correction)}")
    if opinion.text:
        lines.append(f"    answer: {_flat(opinion.text)}")
    return "\n".join(lines)


def gap_lines(gap: Gap) -> str:
    """How often and when it was last asked, and the nearest article."""
    nearest = f"\t{_flat(gap.nearest)}" if gap.nearest else ""
    return f"{gap.count}\t{gap.asked_at:%Y-%m-%d}\t{_flat(gap.language)}\t{_flat(gap.question)}{nearest}"


def _flat(text: str) -> str:
    return " ".join(text.split())
