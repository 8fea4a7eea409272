"""The picture of a stack: what talks to what, as SVG for a page and as Mermaid for a README. Pure.

Drawn from the flows that were proven, so an arrow is evidence. AWS services are one node;
gateways and endpoints have their own.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from msgspec import Struct

from stage3c.graph import Graph, refs_in

Evidence = Mapping[str, Any]
_AWS: Final = "AWS services"
_ON_THE_WAY: Final = ("aws_nat_gateway", "aws_vpc_endpoint", "aws_internet_gateway")
_KINDS: Final = {
    "aws_lb": "load balancer", "aws_alb": "load balancer", "aws_ecs_service": "service", "aws_db_instance": "database",
    "aws_rds_cluster": "database", "aws_nat_gateway": "NAT gateway", "aws_vpc_endpoint": "VPC endpoint",
    "aws_internet_gateway": "internet gateway", "aws_elasticache_cluster": "cache", "aws_elasticache_replication_group": "cache",
    "aws_ecs_task_definition": "job",
}  # fmt: skip
_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN, _CAPTION = 170, 74, 64, 22, 16, 26


class Place(Struct, frozen=True):
    """Where in the network something stands: the tier of its subnets, and in how many zones; outside of subnets, no tier."""

    tier: str = ""
    zones: int = 0

    @property
    def caption(self) -> str:
        """What the picture says of it."""
        return f"{self.tier}, {self.zones} zone{'s' if self.zones > 1 else ''}" if self.tier else ""


class Node(Struct, frozen=True):
    """A box: its address, what kind of thing it is, and where it stands."""

    address: str
    kind: str
    place: Place = Place()

    @property
    def label(self) -> str:
        """What people call it."""
        name = self.address.rsplit(".", 1)[-1]
        return (name.removeprefix("job_") if self.kind == "job" else name) if self.kind else self.address


class Arrow(Struct, frozen=True):
    """A flow between two boxes, or several of one direction; open only if all of them are."""

    start: str
    end: str
    ports: tuple[int, ...]
    verdict: str


def nodes_and_arrows(
    flows: Sequence[Evidence], places: Mapping[str, Place] | None = None
) -> tuple[list[Node], list[Arrow]]:
    """The boxes and the arrows of a stack's flows, in order."""
    pairs: dict[tuple[str, str], list[Evidence]] = {}
    for flow in flows:
        for start, end in _steps(flow):
            pairs.setdefault((start, end), []).append(flow)
    names = dict.fromkeys(name for pair in pairs for name in pair)
    nodes = [Node(name, _kind(name), (places or {}).get(name, Place())) for name in names]
    return nodes, [_arrow(pair, found) for pair, found in pairs.items()]


def _steps(flow: Evidence) -> list[tuple[str, str]]:
    start, end = str(flow["from"]), str(flow["to"])
    if _kind(end) or not _is_aws(end):
        return [(start, end)]
    components = [str(hop["component"]) for way in flow["ways"] for hop in way]
    via = next((each for each in components if each.split(".")[0] in _ON_THE_WAY), None)
    return [(start, via), (via, _AWS)] if via else [(start, _AWS)]


def _is_aws(end: str) -> bool:
    return not end.startswith(("aws_", "module.", "client", "internet"))


def _kind(address: str) -> str:
    return next((kind for name, kind in _KINDS.items() if f".{address}".rfind(f".{name}.") >= 0), "")


def places_in(graph: Graph) -> dict[str, Place]:
    """The place of everything that stands in subnets, by address."""
    found: dict[str, Place] = {}
    for resource in graph.resources.values():
        if resource.type in _KINDS:
            beside = [each for ref in refs_in(dict(resource.attributes)) if (each := graph.target(ref))]
            groups = (each for each in beside if each.type == "aws_db_subnet_group")
            below = [each for group in groups for ref in refs_in(dict(group.attributes)) if (each := graph.target(ref))]
            subnets = dict.fromkeys(each.name for each in (*beside, *below) if each.type == "aws_subnet")
            if subnets:
                tier = next(iter(subnets)).rpartition("_")[0] or next(iter(subnets))
                found[resource.address] = Place(tier, len(subnets))
    return found


def _arrow(pair: tuple[str, str], flows: Sequence[Evidence]) -> Arrow:
    verdicts = {str(flow["verdict"]) for flow in flows}
    worst = next((word for word in ("blocked", "partly blocked", "not known") if word in verdicts), "open")
    return Arrow(*pair, tuple(sorted({int(flow["port"]) for flow in flows if str(flow["port"]).isdigit()})), worst)


def as_mermaid(flows: Sequence[Evidence]) -> str:
    """A flowchart; the arrow of what is not proven is dotted. https://mermaid.js.org/syntax/flowchart.html (2026-11-28)."""
    nodes, arrows = nodes_and_arrows(flows)
    ids = {node.address: f"n{number}" for number, node in enumerate(nodes)}
    boxes = (f"    {ids[node.address]}{_shape(node)}" for node in nodes)
    lines = (
        f"    {ids[a.start]} {'-->' if a.verdict == 'open' else '-.->'}|{_plain(_ports(a))}| {ids[a.end]}"
        for a in arrows
    )
    return "\n".join(["flowchart LR", *boxes, *lines])


def _shape(node: Node) -> str:
    caption = _plain(f"{node.label} ({node.kind})" if node.kind else node.label)
    before, after = {"database": ("[(", ")]"), "": ("([", "])")}.get(node.kind, ("[", "]"))
    return f'{before}"{caption}"{after}'


def _plain(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char in " .,-_()/:")


def _ports(arrow: Arrow) -> str:
    return ", ".join(map(str, arrow.ports[:3])) + (" and more" if len(arrow.ports) > 3 else "")  # noqa: PLR2004 - as shown


def as_svg(flows: Sequence[Evidence], standing: Mapping[str, Place] | None = None) -> str:
    """The picture; its colours come from the page, and each arrow and box says what it is."""
    nodes, arrows = nodes_and_arrows(flows, standing)
    if not nodes:
        return ""
    drawn = _placed(nodes, arrows)
    reach = {
        node.address: max((drawn[a.end][0] for a in arrows if a.start == node.address), default=0.0) for node in nodes
    }
    places, lanes = in_lanes(nodes, drawn, reach)
    wide = int(max(x for x, _ in places.values())) + _WIDTH + 2 * _MARGIN
    high = int(max(y for _, y in places.values())) + _HEIGHT + 2 * _MARGIN
    head = (
        f'<svg viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img" aria-label="Picture of the stack">'
    )
    tips = "".join(_tip(name) for name in ("open", "closed"))
    lines = "".join(_line(arrow, places) for arrow in arrows)
    frames = "".join(_frame(lane, wide) for lane in lanes)
    boxes = "".join(_box(node, places[node.address]) for node in nodes)
    return f"{head}<defs>{tips}</defs>{frames}{boxes}{lines}</svg>"


class Lane(Struct, frozen=True):
    """The frame of a tier, from edge to edge of the picture: its caption, its upper edge and its height."""

    caption: str
    top: float
    height: float


def in_lanes(
    nodes: Sequence[Node], places: Mapping[str, tuple[float, float]], reach: Mapping[str, float]
) -> tuple[dict[str, tuple[float, float]], list[Lane]]:
    """Move the boxes of each tier into a frame of their own, below each other; what stands in no subnet comes first.

    `reach` is how far right the arrows of a box go: what they pass stands in another row.
    """
    tiers = dict.fromkeys(["", *(node.place.tier for node in nodes)])
    moved: dict[str, tuple[float, float]] = {}
    lanes: list[Lane] = []
    top = float(2 * _MARGIN)
    for tier in tiers:
        own = sorted((node for node in nodes if node.place.tier == tier), key=lambda n: places[n.address])
        if not own:
            continue
        inside = top + (_CAPTION if tier else 0)
        ends: list[float] = []
        for node in own:
            left = places[node.address][0]
            row = next((number for number, end in enumerate(ends) if end < left), len(ends))
            ends[row : row + 1] = [max(left + _WIDTH, reach.get(node.address, 0.0) - 1)]
            moved[node.address] = (left, inside + row * (_HEIGHT + _GAP_Y))
        bottom = inside + len(ends) * (_HEIGHT + _GAP_Y) - _GAP_Y + _MARGIN / 2
        if tier:
            widest = max((node.place for node in own), key=lambda place: place.zones)
            lanes.append(Lane(widest.caption, top, bottom - top))
        top = bottom + _GAP_Y
    return moved, lanes


def _frame(lane: Lane, wide: int) -> str:
    edge = _MARGIN // 2
    return (
        f'<rect class="tier" x="{edge}" y="{lane.top:.0f}" width="{wide - 2 * edge}" height="{lane.height:.0f}" rx="8"/>'
        f'<text class="kind" x="{edge + 8}" y="{lane.top + 17:.0f}">{escape(lane.caption)}</text>'
    )


def _tip(name: str) -> str:
    path = f'<path class="tip {name}" d="M0 0L8 4L0 8z"/>'
    size = 'viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"'
    return f'<marker id="tip-{name}" {size} orient="auto">{path}</marker>'


def _line(arrow: Arrow, places: Mapping[str, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = places[arrow.start], places[arrow.end]
    start, end = (x1 + _WIDTH, x2) if x2 >= x1 else (x1, x2 + _WIDTH)
    middle, high, low = (start + end) / 2, y1 + _HEIGHT / 2, y2 + _HEIGHT / 2
    bow = _HEIGHT if high == low and abs(end - start) > 2 * _GAP_X else 0  # around the boxes between the two
    way = f"M{start:.0f} {high:.0f}C{middle:.0f} {high - bow:.0f} {middle:.0f} {low - bow:.0f} {end:.0f} {low:.0f}"
    style = "open" if arrow.verdict == "open" else "closed"
    title = escape(f"{arrow.start} -> {arrow.end} tcp/{_ports(arrow)}: {arrow.verdict}")
    return f'<path class="flow {style}" d="{way}" marker-end="url(#tip-{style})"><title>{title}</title></path>'


def _box(node: Node, place: tuple[float, float]) -> str:
    x, y = place
    style = node.kind.replace(" ", "-").lower() or "outside"
    under = node.kind or "outside the VPC"
    return (
        f'<g class="box {style}" transform="translate({x:.0f} {y:.0f})"><title>{escape(node.address)}</title>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="8"/><text x="12" y="25">{escape(_cut(node.label, 20))}</text>'
        f'<text x="12" y="44" class="kind">{escape(under)}</text>'
        f'<text x="12" y="62" class="kind">{escape(_cut(node.place.caption, 22))}</text></g>'
    )


def _cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else f"{text[: chars - 1]}…"


def _placed(nodes: Sequence[Node], arrows: Sequence[Arrow]) -> dict[str, tuple[float, float]]:
    """The upper left corner of each box: Sugiyama's layers from left to right, unconnected parts below each other."""
    from grandalf.graphs import Edge, Vertex  # noqa: PLC0415 - only pictures need it
    from grandalf.graphs import Graph as Drawing  # noqa: PLC0415 - likewise
    from grandalf.layouts import SugiyamaLayout  # noqa: PLC0415 - likewise

    class Box(Vertex):  # type: ignore[misc] # grandalf has no types
        """Sets of grandalf have one order only if the hashes of their members are no addresses in memory."""

        def __hash__(self) -> int:
            return numbers[self.data]

        def __eq__(self, other: object) -> bool:
            return self is other

    class Line(Edge):  # type: ignore[misc] # likewise
        def __hash__(self) -> int:
            return hash(tuple(numbers[end.data] for end in self.v))

        def __eq__(self, other: object) -> bool:
            return self is other

    numbers = {node.address: number for number, node in enumerate(nodes)}
    vertices = {node.address: Box(node.address) for node in nodes}
    for vertex in vertices.values():
        vertex.view = _View()
    edges = [Line(vertices[arrow.start], vertices[arrow.end]) for arrow in arrows if arrow.start != arrow.end]
    places: dict[str, tuple[float, float]] = {}
    below = float(_MARGIN)
    for part in Drawing(list(vertices.values()), edges).C:
        layout = SugiyamaLayout(part)
        layout.xspace, layout.yspace = _GAP_Y, _GAP_X
        layout.init_all()
        layout.draw(3)
        corners = {vertex.data: (vertex.view.xy[1], vertex.view.xy[0]) for vertex in part.sV}
        left, top = min(x for x, _ in corners.values()), min(y for _, y in corners.values())
        places |= {name: (x - left + _MARGIN, y - top + below) for name, (x, y) in corners.items()}
        below = max(y for name, (_, y) in places.items() if name in corners) + _HEIGHT + 2 * _GAP_Y
    return places


class _View:
    """What the layout moves: layers run downwards there, so width and height change places."""

    def __init__(self) -> None:
        self.w, self.h = _HEIGHT, _WIDTH
        self.xy = (0.0, 0.0)
