"""Write trained models as int8 ONNX: what ships, and what reads.

    python -m isthmus.extractors.training.export tagger tagger/mean.pt isthmus/extractors/models/data
    python -m isthmus.extractors.training.export relations relations/mean.pt isthmus/extractors/models/data
    python -m isthmus.extractors.training.export marked marked/mean.pt isthmus/extractors/models/data

Weights are rounded to eight bits and inputs of each matrix product scaled as they come (dynamic quantization). The parts
of the readers of relations that see the pairs go beside their encoders, as arrays.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from isthmus.extractors.training.encoder import compact_encoder
from isthmus.extractors.training.marked import MarkReader
from isthmus.extractors.training.relations import PairReader
from isthmus.extractors.training.tagger import Tagger

OPSET = 17
INPUTS = ["pieces", "lexicon", "shape", "mask"]


class Hidden(nn.Module):
    """The encoder of either reader of relations by itself."""

    def __init__(self, reader: PairReader | MarkReader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, pieces: Tensor, lexicon: Tensor, shape: Tensor, mask: Tensor) -> Tensor:
        """(batch, length) each to (batch, length, width)."""
        return self.reader.hidden(pieces, lexicon, shape, mask)


def export_tagger(weights: Path, folder: Path) -> None:
    """The tagger: (batch, length) pieces, lexicon, shape and mask to the tags' logits and the gate's."""
    model = Tagger(compact_encoder(attention="eager"))
    model.encoder.pooler = None
    model.load_state_dict(torch.load(weights, weights_only=True))
    outputs = {"tags": {0: "batch", 1: "length"}, "gate": {0: "batch"}}
    _write(model, outputs, folder / "tagger.onnx")


def export_relations(weights: Path, folder: Path) -> None:
    """The reader of relations: its encoder, and the arrays of its pairs' part in half precision."""
    model = PairReader(compact_encoder(attention="eager"))
    model.encoder.pooler = None
    model.load_state_dict(torch.load(weights, weights_only=True))
    _write_reader(model, folder / "relations", left_out=())


def export_marked(weights: Path, folder: Path) -> None:
    """The second reading of pairs, without what it answered of NERO."""
    model = MarkReader(compact_encoder(attention="eager"))
    model.encoder.pooler = None
    model.load_state_dict(torch.load(weights, weights_only=True))
    _write_reader(model, folder / "marked", left_out=("nero",))


def _write_reader(model: PairReader | MarkReader, out: Path, left_out: tuple[str, ...]) -> None:
    _write(Hidden(model), {"hidden": {0: "batch", 1: "length"}}, out.with_suffix(".onnx"))
    apart = ("encoder", "lexicon", "shape", *left_out)
    pairs = {name: value for name, value in model.state_dict().items() if not name.startswith(apart)}
    np.savez_compressed(out.with_suffix(".npz"), **{k: v.numpy().astype(np.float16) for k, v in pairs.items()})


def _write(model: nn.Module, outputs: dict[str, dict[int, str]], out: Path) -> None:
    model.eval()
    example = torch.ones((2, 16), dtype=torch.int64)
    free = {name: {0: "batch", 1: "length"} for name in INPUTS} | outputs
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            model,
            (example,) * 4,
            str(whole),
            input_names=INPUTS,
            output_names=list(outputs),
            dynamic_axes=free,
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(whole, out, weight_type=QuantType.QInt8, per_channel=True)


def main() -> None:
    """Read the weights, write the model."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("model", choices=["tagger", "relations", "marked"])
    options.add_argument("weights", type=Path)
    options.add_argument("folder", type=Path)
    given = options.parse_args()
    writers = {"tagger": export_tagger, "relations": export_relations, "marked": export_marked}
    writers[given.model](given.weights, given.folder)


if __name__ == "__main__":
    main()
