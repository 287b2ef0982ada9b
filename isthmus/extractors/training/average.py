"""The mean of two trainings of one model, of which the second went on from the first: often better than either.

python -m isthmus.extractors.training.average tagger/mean.pt more/mean.pt both.pt --share 0.65
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def average(first: Path, second: Path, share: float) -> dict[str, torch.Tensor]:
    """The weights of ``first`` and ``second``, the second counting with ``share`` in [0, 1]; whole numbers as in the first."""
    ours, theirs = (torch.load(path, weights_only=True) for path in (first, second))
    return {
        name: (1 - share) * value + share * theirs[name] if value.is_floating_point() else value
        for name, value in ours.items()
    }


def main() -> None:
    """Read two, write one."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("first", type=Path)
    options.add_argument("second", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--share", type=float, default=0.5)
    given = options.parse_args()
    torch.save(average(given.first, given.second, given.share), given.out)


if __name__ == "__main__":
    main()
