"""Frames out of parts again, and the two compared: what batches say, and what the database says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from survey_app.campaign.campaign import Campaign
from survey_app.campaign.columns import packed_names
from survey_app.storage import Storage


def unpacked(part: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """The part with a column for each one that `frame` has; choices out of bytes by numpy's own unpacking."""
    columns: dict[str, Any] = {}
    for name in frame.columns:
        base, _, _ = str(name).rpartition("/")
        if name in part.columns:
            columns[name] = part[name].astype(object)
        else:
            codes = [each for each in frame.columns if str(each).rpartition("/")[0] == base]
            octets = part[list(packed_names(base, len(codes)))].to_numpy(dtype=np.uint8)
            bits = np.unpackbits(octets, axis=1, bitorder="little")
            columns[name] = bits[:, codes.index(name)].astype(bool)
    return pd.DataFrame(columns)


def whole(
    storage: Storage, campaign: Campaign, names: str | Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The frame of the parts, and the frame made straight from the database; both in order of the ids."""
    straight = storage.frame(campaign, names)
    parts = storage.parts(campaign, names)
    asked = {*straight.columns, *parts.empty.columns}
    found = [unpacked(part, straight) for part in parts.map(lambda part: part, asked)]
    joined = pd.concat(found, ignore_index=True) if found else straight.iloc[:0].astype(object)
    assert len(joined) == len(parts)
    return _sorted(joined), _sorted(straight)


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values("_id").reset_index(drop=True)


def differences(storage: Storage, campaign: Campaign, names: str | Sequence[str]) -> list[str]:
    """Where the parts say another thing than the database: a line for each column, and for categories."""
    mine, straight = whole(storage, campaign, names)
    if list(mine["_id"]) != list(straight["_id"]):
        return [f"ids {list(mine['_id'])} for {list(straight['_id'])}"]
    lines = []
    for name in straight.columns:
        there, here = (_values(frame[name]) for frame in (straight, mine))
        if there != here:
            lines.append(f"{name}: {here} for {there}")
    empty = storage.parts(campaign, names).empty
    for name in straight.columns:
        if name in empty.columns and isinstance(straight[name].dtype, pd.CategoricalDtype):
            categories = (list(empty[name].cat.categories), list(straight[name].cat.categories))
            if categories[0] != categories[1]:
                lines.append(f"{name}: categories {categories}")
    return lines


def _values(column: pd.Series[Any]) -> list[Any]:
    return [None if value is None or value is pd.NA else value for value in column.astype(object)]
