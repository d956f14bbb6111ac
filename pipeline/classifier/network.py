"""The network in torch, for training and export; scoring never imports this module."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from transformers import BertModel

from pipeline.classifier.targets import output_names


class TurnTagger(nn.Module):
    """Read a packed window once and predict every output for every turn in it.

    A turn is read as its role token's state beside the mean of its word states; its feature vector joins through a small
    projection. Inputs: `input_ids` [b, length], `owner` [b, length] (place of the turn, -1 for frame and padding),
    `role_at` [b, turns] (0 where padded), `features` [b, turns, names]. Output: logits [b, turns, outputs].
    """

    def __init__(self, encoder: BertModel, *, n_features: int, feature_width: int = 48, hidden: int = 192, dropout: float = 0.15) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.feature_in = nn.Sequential(nn.Linear(n_features, feature_width), nn.GELU())
        self.trunk = nn.Sequential(
            nn.LayerNorm(2 * width + feature_width),
            nn.Dropout(dropout),
            nn.Linear(2 * width + feature_width, hidden),
            nn.GELU(),
            nn.Dropout(dropout),
        )
        self.heads = nn.Linear(hidden, len(output_names()))

    def forward(self, input_ids: Tensor, owner: Tensor, role_at: Tensor, features: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """Return logits [b, turns, outputs]."""
        if attention_mask is None:
            attention_mask = torch.ones_like(input_ids)
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        places = torch.arange(role_at.shape[1], device=owner.device)
        belongs = (owner.unsqueeze(1) == places.view(1, -1, 1)).to(states.dtype)
        mean = belongs @ states / belongs.sum(dim=2, keepdim=True).clamp(min=1.0)
        role = torch.gather(states, 1, role_at.unsqueeze(-1).expand(-1, -1, states.shape[-1]))
        joined = torch.cat([role, mean, self.feature_in(features)], dim=-1)
        return cast(Tensor, self.heads(self.trunk(joined)))

    def head_state(self) -> dict[str, Tensor]:
        """Return the weights outside the encoder, for `heads.safetensors`."""
        return {name: value.contiguous() for name, value in self.state_dict().items() if not name.startswith("encoder.")}
