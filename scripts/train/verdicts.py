"""Say how well the trained head tells apart what was written over articles that nothing was fitted on.

    python -m scripts.train.verdicts --mined MINED [--adapters ADAPTER...]

The sentences of `written/drafts_apart.jsonl`, and the sentences and yes-or-no questions of
`written/verdicts_apart.jsonl`, each over the first passage of its article that shows the verdict. No decision
is fitted. Printed are the share, 0..1, of which the likeliest verdict is the right one, and the area under
the curve, 0..1, by which supported ones are told from contradicted ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index import Settings
from index.embedder import TOKENIZER_FILES, prepare_quick
from rag.reader import ADAPTERS, PACKED, BuiltInModel, Window, prepare
from scripts.train.claims import read_drafts, read_verdicts
from scripts.train.data import Press
from scripts.train.examples import CONTRADICTED, SUPPORTED, UNKNOWN, Example, command


def report(name: str, examples: Sequence[Example], model: BuiltInModel) -> None:
    """Print what the head makes of some claims or questions over their passages, without heading."""
    outputs = [model.outputs(one.question, [Window("", one.text)])[0].rulings for one in examples]
    logits = np.array([given for given in outputs if given is not None], np.float64)
    truth = np.array([one.verdict for one in examples])
    margins = logits[:, SUPPORTED] - logits[:, CONTRADICTED]
    true, false = margins[truth == SUPPORTED, None], margins[None, truth == CONTRADICTED]
    area = (true > false).mean() + (true == false).mean() / 2
    print(f"{name}: {len(truth)}, right {(logits.argmax(axis=1) == truth).mean():.3f}, "
          f"area {area:.3f} ({true.size} supported, {false.size} contradicted)")  # fmt: skip


def main() -> None:
    """Read the command line, read with the model and print."""
    parser = command(__doc__, "written")
    parser.add_argument("--mined", type=Path, required=True, help="what `scripts.train.mine` wrote")
    parser.add_argument("--adapters", type=Path, nargs="*", default=ADAPTERS)
    given = parser.parse_args()
    cache, press = Settings.load().cache, Press(given.mined)
    folder = prepare(cache, PACKED, given.adapters)
    model = BuiltInModel(folder, prepare_quick(cache, *TOKENIZER_FILES))
    drafts = [windows[0] for windows in read_drafts(given.written / "drafts_apart.jsonl", press)]
    rest = [windows[0] for windows in read_verdicts(given.written / "verdicts_apart.jsonl", press)]
    report("sentences of drafts", drafts, model)
    report("plain sentences", [one for one in rest if one.polar == UNKNOWN], model)
    report("yes-or-no questions", [one for one in rest if one.polar != UNKNOWN], model)


if __name__ == "__main__":
    main()
