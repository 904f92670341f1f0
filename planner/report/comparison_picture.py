"""Variants beside their base as a picture: PNG, SVG or a web page, drawn by Vega-Lite without a browser."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Literal

from models.comparison import SweepComparison, SweepPoint, VariantComparison
from planner.report import words
from planner.report.comparison import BASE, Group, groups

if TYPE_CHECKING:
    import altair as alt

Kind = Literal["png", "svg", "html"]
BAR = 22  # pixels of height for a variant
WIDTH = 520
GOOD, BAD, PLAIN, BOUND = "#2f7d4f", "#b3423a", "#5b7083", "#1d2733"


def picture(comparison: VariantComparison | SweepComparison, kind: Kind) -> bytes:
    """Draw a comparison.

    Parameters
    ----------
    kind
        ``html`` is a page that holds everything it needs: it opens without a network.
    """
    import altair as alt

    parts = [_chart(group) for group in groups(comparison)]
    title = alt.TitleParams(f"{words.clean(comparison.base.scenario) or 'Sprint'}: what if", anchor="start")
    chart = alt.vconcat(*parts).properties(title=title).configure_view(strokeOpacity=0)
    if kind == "png":
        target = io.BytesIO()
        chart.save(target, format="png", ppi=144)
        return target.getvalue()
    written = io.StringIO()
    if kind == "svg":
        chart.save(written, format="svg")
    else:
        chart.save(written, format="html", inline=True)
    return written.getvalue().encode("utf-8")


def _chart(group: Group) -> alt.HConcatChart | alt.LayerChart | alt.FacetChart:
    """A sweep over one number is a line, everything else a bar a variant; beside it the front, where costs differ."""
    import altair as alt

    main = _line(group) if _numbers(group) else _bars(group)
    return alt.hconcat(main, _front(group)) if group.pareto.value_and_cost is not None else main


def _rows(group: Group) -> list[dict[str, Any]]:
    front = group.pareto.value_and_cost or ()
    rows: list[dict[str, Any]] = []
    if group.base.value is not None:
        rows.append({"name": BASE, "value": group.base.value, "bound": group.base.bound, "kind": "base", "cost": 0.0})
    for result in group.results:
        if result.plan.value is None:
            continue
        gained = result.delta.value or 0.0
        kind = "more" if gained > 0 else "less" if gained < 0 else "base"
        rows.append(
            {
                "name": words.clean(result.name),
                "value": result.plan.value,
                "bound": result.plan.bound,
                "kind": kind,
                "cost": result.delta.cost,
            }
        )
    names = set(map(words.clean, front))
    return [row | {"front": "in it" if row["name"] in names else "beaten"} for row in rows]


def _numbers(group: Group) -> bool:
    """Whether the points stand for one key that goes through numbers."""
    return bool(group.results) and all(
        isinstance(point, SweepPoint)
        and len(point.values) == 1
        and isinstance(next(iter(point.values.values())), (int, float))
        and not isinstance(next(iter(point.values.values())), bool)
        for point in group.results
    )


def _bars(group: Group) -> alt.LayerChart | alt.FacetChart:
    """Value a variant; the tick is what no plan of it passes."""
    import altair as alt

    data = alt.InlineData(values=_rows(group))
    order = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=260))
    colour = alt.Color(
        "kind:N", legend=None, scale=alt.Scale(domain=["base", "more", "less"], range=[PLAIN, GOOD, BAD])
    )
    base = alt.Chart(data).encode(y=order)
    bars = base.mark_bar(height=BAR * 0.7).encode(x=alt.X("value:Q", title="Value (tick: proven bound)"), color=colour)
    ticks = base.mark_tick(color=BOUND, thickness=2, size=BAR * 0.9).encode(x="bound:Q")
    labels = base.mark_text(align="left", dx=6, color=BOUND).encode(
        x="bound:Q", text=alt.Text("value:Q", format=",.6~g")
    )
    return alt.layer(bars, ticks, labels).properties(width=WIDTH, height=alt.Step(BAR), title=words.clean(group.name))


def _line(group: Group) -> alt.LayerChart | alt.FacetChart:
    """Value over the key that varies; the pale line is the proven bound."""
    import altair as alt

    path, rows = "", []
    for point in group.results:
        if isinstance(point, SweepPoint) and point.plan.value is not None:
            path, at = next(iter(point.values.items()))
            rows.append({"at": at, "value": point.plan.value, "bound": point.plan.bound})
    chart = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("at:Q", title=words.clean(path), scale=alt.Scale(zero=False))
    )
    scale = alt.Scale(zero=False)
    bound = chart.mark_line(color=PLAIN, opacity=0.5).encode(y=alt.Y("bound:Q", scale=scale))
    value = chart.mark_line(color=GOOD, point=True).encode(y=alt.Y("value:Q", title="Value", scale=scale))
    layers = [bound, value]
    if group.base.value is not None:
        rule = alt.Chart(alt.InlineData(values=[{"value": group.base.value}]))
        layers.append(rule.mark_rule(color=BOUND, strokeDash=[4, 4]).encode(y=alt.Y("value:Q", scale=scale)))
    return alt.layer(*layers).properties(width=WIDTH, height=240, title=words.clean(group.name))


def _front(group: Group) -> alt.LayerChart | alt.FacetChart:
    """Value against cost more than the base's; the line joins what nothing beats in both."""
    import altair as alt

    places: dict[tuple[float, float], dict[str, Any]] = {}
    for row in _rows(group):
        if row["cost"] is None:
            continue
        same = places.setdefault((row["cost"], row["value"]), row)
        if same is not row:
            same["name"] += f", {row['name']}"
    rows = list(places.values())
    scale = alt.Scale(zero=False)
    chart = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("cost:Q", title="Cost more than the base"), y=alt.Y("value:Q", title="Value", scale=scale)
    )
    points = chart.mark_circle(size=80, opacity=1).encode(
        color=alt.Color("front:N", legend=None, scale=alt.Scale(domain=["in it", "beaten"], range=[GOOD, PLAIN]))
    )
    labels = chart.mark_text(align="left", dx=8, color=BOUND).encode(text="name:N")
    front = alt.Chart(alt.InlineData(values=[row for row in rows if row["front"] == "in it"]))
    line = front.mark_line(color=GOOD, opacity=0.5, interpolate="step-after").encode(x="cost:Q", y="value:Q")
    return alt.layer(line, points, labels).properties(
        width=260, height=max(160, BAR * len(rows)), title="Worth its cost?"
    )
