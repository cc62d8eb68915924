"""The score in an explanation: band, gate, dimensions, each characteristic, and the way from 350."""

from collections.abc import Mapping
from typing import Any

from decisions.explanation_material import Material

Document = dict[str, Any]


def describe_score(product: str, result: Mapping[str, Any], material: Material) -> Document:
    """The score with its band in words and how far it is from the product's minimum."""
    value, gate = result["score"], result["gate"]
    bands = [_band(band, material) for band in material.policy.bands]
    band = next(band for band in bands if band["code"] == result["band"])
    place = "above" if value > gate else "equal" if value == gate else "below"
    gates = {name: by_market[result["market"]] for name, by_market in material.policy.gates.items()}
    return {
        "value": value,
        "gate": gate,
        "gap": value - gate,
        "passed": value >= gate,
        "band": band,
        "bands": bands,
        "min": material.policy.score_min,
        "max": material.policy.score_max,
        "gates": [
            {"code": name, "label": material.product(name), "gate": gates[name]}
            for name in material.policy.products
        ],
        "sentence": material.words.say(
            "score",
            place,
            score=value,
            band=band["label"],
            product=material.product(product),
            gap=abs(value - gate),
        ),
    }


def _band(band: Any, material: Material) -> Document:
    return {"code": band.code, "label": band.labels[material.key], "from": band.low, "to": band.high}


def describe_dimensions(result: Mapping[str, Any], material: Material) -> list[Document]:
    """Points and maximum of each dimension."""
    most: dict[str, int] = dict.fromkeys(result["dimensions"], 0)
    unused = set(most)
    for line in result["points"].values():
        most[line["dimension"]] += line["max"]
        if line["used"]:
            unused.discard(line["dimension"])
    return [
        {
            "code": name,
            "label": material.words.say("dimensions", name),
            "points": points,
            "max": most[name],
            "note": material.words.say("score", "not_used") if name in unused else "",
        }
        for name, points in result["dimensions"].items()
    ]


def describe_characteristics(
    result: Mapping[str, Any], facts: Mapping[str, Any], material: Material
) -> list[Document]:
    """Each characteristic: the person's value, points and maximum, source and date."""
    rows = []
    for name, line in result["points"].items():
        entry = facts.get(name, {})
        rows.append(
            {
                "code": name,
                "label": material.label(name),
                "dimension": line["dimension"],
                "value": material.value(name, entry.get("value")),
                "points": line["points"],
                "max": line["max"],
                "known": line["known"],
                "used": line["used"],
                "source": material.source(entry.get("source", "")),
                "observed_on": material.date(entry.get("observed_on")),
            }
        )
    return rows


def describe_waterfall(result: Mapping[str, Any], material: Material) -> list[Document]:
    """From the base, one step per dimension, to the score exactly."""
    running = result["score"] - sum(result["dimensions"].values())
    rows = [{"label": material.words.say("score", "base"), "delta": 0, "running": running}]
    for name, points in result["dimensions"].items():
        running += points
        rows.append({"label": material.words.say("dimensions", name), "delta": points, "running": running})
    rows.append({"label": material.words.say("score", "total"), "delta": 0, "running": running})
    return rows
