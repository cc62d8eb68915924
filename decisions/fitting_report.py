"""The report of a fitted scorecard in Markdown, and its picture as SVG."""

from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

import numpy as np

from decisions.fitting import BASE, SPAN, Fitted, FittedCharacteristic
from decisions.fitting_measures import Flags, Measures, Scores, band_counts, band_edges, measure, stability

WIDTH: Final = 720
HEIGHT: Final = 300
LEFT: Final = 40
BARS: Final = 30
GOOD: Final = "#2f6f9f"
BAD: Final = "#c2571a"


def write_report(fitted: Fitted, *, table: str, target: str, plot: str | None) -> str:
    """Measures, stability, bands, points and what was left out."""
    train, test = _measure_both(fitted)
    moved = stability(fitted.train_scores, fitted.test_scores)
    lines = [
        f"Fitted on `{table}`, target `{target}`: {fitted.lines:,} lines, 70 % to fit, 30 % held back.",
        "",
        "| | people | bad | AUC | Gini | KS |",
        "|---|---:|---:|---:|---:|---:|",
        _row("fitted on", train), _row("held back", test),
        "", f"Stability (PSI) from the first to the second: {moved:.4f}.", "",
    ]  # fmt: skip
    if plot:
        lines += [f"![Scores of the lines held back]({plot})", ""]
    lines += ["| score | people held back | bad |", "|---|---:|---:|", *_bands(fitted), ""]
    lines += [f"Score = {BASE} + points, at most {BASE + SPAN}. Bins are closed on the right.", ""]
    for one in fitted.characteristics:
        lines += _describe(one)
    lines += _dropped(fitted.dropped)
    return "\n".join(lines).rstrip() + "\n"


def _measure_both(fitted: Fitted) -> tuple[Measures, Measures]:
    return measure(fitted.train_scores, fitted.train_bad), measure(fitted.test_scores, fitted.test_bad)


def _row(label: str, one: Measures) -> str:
    return (
        f"| {label} | {one.people:,} | {one.bad_rate:.1%} | {one.auc:.4f} | {one.gini:.4f} | {one.ks:.4f} |"
    )


def _bands(fitted: Fitted) -> list[str]:
    scores, bad = fitted.test_scores, fitted.test_bad
    edges = band_edges(scores)
    people, bads = band_counts(scores, edges), band_counts(scores[bad == 1], edges)
    names = [f"up to {edge}" for edge in edges] + ["above"]
    return [
        f"| {name} | {int(count):,} | {each / count if count else 0:.1%} |"
        for name, count, each in zip(names, people, bads, strict=True)
    ]


def _describe(one: FittedCharacteristic) -> list[str]:
    place = one.place
    lines = [
        f"### {one.name}", "",
        f"{place.dimension}, reason {place.reason}, {place.changes}; baseline {one.baseline}.", "",
        "| value | points | people | bad |", "|---|---:|---:|---:|",
    ]  # fmt: skip
    for each in one.bins:
        value = "empty" if each.is_missing else "more" if each.upper is None else f"≤ {each.upper:,.10g}"
        rate = f"{each.bad / each.people:.1%}" if each.people else "–"
        lines.append(f"| {value} | {each.points} | {each.people:,} | {rate} |")
    return [*lines, ""]


def _dropped(dropped: Mapping[str, str]) -> list[str]:
    if not dropped:
        return []
    return ["### Left out by the fit", "", *(f"- `{name}`: {why}" for name, why in dropped.items()), ""]


def draw_scores(fitted: Fitted) -> str:
    """Shares of good and bad people held back, by score, as one picture with a title and a description."""
    scores, bad = fitted.test_scores, fitted.test_bad
    edges = np.linspace(BASE, BASE + SPAN, BARS + 1)
    shares = [_shares(scores, bad == flag, edges) for flag in (0, 1)]
    top = max(float(one.max()) for one in shares) or 1.0
    result = measure(scores, bad)
    title = "Scores of the people held back"
    about = f"Shares by score, paid and not paid. AUC {result.auc:.3f}, KS {result.ks:.3f}."
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-size="12">',
        f"<title>{escape(title)}</title><desc>{escape(about)}</desc>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *(_bars(share, top, colour) for share, colour in zip(shares, (GOOD, BAD), strict=True)),
        *_axis(), _legend(), f'<text x="{LEFT}" y="20">{escape(about)}</text>', "</svg>",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _shares(scores: Scores, chosen: np.ndarray, edges: np.ndarray) -> Flags:
    counts, _ = np.histogram(scores[chosen], bins=edges)
    return counts / max(1, int(counts.sum()))


def _bars(share: Flags, top: float, colour: str) -> str:
    step = (WIDTH - 2 * LEFT) / BARS
    rects = []
    for at, value in enumerate(share):
        height = float(value) / top * (HEIGHT - 90)
        rects.append(
            f'<rect x="{LEFT + at * step:.1f}" y="{HEIGHT - 40 - height:.1f}" width="{step - 1:.1f}" '
            f'height="{height:.1f}"/>'
        )
    return f'<g fill="{colour}" fill-opacity="0.55">{"".join(rects)}</g>'


def _axis() -> list[str]:
    marks = range(BASE, BASE + SPAN + 1, 100)
    places = {mark: LEFT + (mark - BASE) * (WIDTH - 2 * LEFT) / SPAN for mark in marks}
    return [
        f'<line x1="{LEFT}" y1="{HEIGHT - 40}" x2="{WIDTH - LEFT}" y2="{HEIGHT - 40}" stroke="#333333"/>',
        *(
            f'<text x="{at:.1f}" y="{HEIGHT - 22}" text-anchor="middle">{mark}</text>'
            for mark, at in places.items()
        ),
    ]


def _legend() -> str:
    return (
        f'<rect x="{LEFT}" y="32" width="12" height="12" fill="{GOOD}" fill-opacity="0.55"/>'
        f'<text x="{LEFT + 18}" y="42">paid</text>'
        f'<rect x="{LEFT + 80}" y="32" width="12" height="12" fill="{BAD}" fill-opacity="0.55"/>'
        f'<text x="{LEFT + 98}" y="42">did not pay</text>'
    )
