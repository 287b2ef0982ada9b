"""Write a trained model as int8 ONNX: what ships, and what reads.

    python -m isthmus.extractors.training.export tagger tagger/mean.pt isthmus/extractors/models/data/tagger.onnx

Weights are rounded to eight bits and inputs of each matrix product scaled as they come (dynamic quantization).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from isthmus.extractors.training.encoder import compact_encoder
from isthmus.extractors.training.tagger import Tagger

OPSET = 17


def export_tagger(weights: Path, out: Path) -> None:
    """The tagger: (batch, length) pieces, lexicon, shape and mask to the tags' logits and the gate's."""
    model = Tagger(compact_encoder(attention="eager"))
    model.encoder.pooler = None
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()
    example = torch.ones((2, 16), dtype=torch.int64)
    names = ["pieces", "lexicon", "shape", "mask"]
    free = {name: {0: "batch", 1: "length"} for name in [*names, "tags"]} | {"gate": {0: "batch"}}
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            model,
            (example,) * 4,
            str(whole),
            input_names=names,
            output_names=["tags", "gate"],
            dynamic_axes=free,
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(whole, out, weight_type=QuantType.QInt8, per_channel=True)


def main() -> None:
    """Read the weights, write the model."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("model", choices=["tagger"])
    options.add_argument("weights", type=Path)
    options.add_argument("out", type=Path)
    given = options.parse_args()
    export_tagger(given.weights, given.out)


if __name__ == "__main__":
    main()
