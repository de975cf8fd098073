/**
 * The graph on the screen: one canvas for lines and far zoom, HTML cards for what is near.
 *
 * Follows the scene with effects, lays out, moves, and draws at most once per animation frame.
 */

import type { Node } from "../../graph/builder";
import { columnsOf, newest } from "../../graph/columns";
import { type HeatScale, heatScale } from "../../graph/heat";
import { Layout } from "../../layout/layout";
import { Rail } from "../../layout/rail";
import { width as columnCount } from "../../model/schema";
import type { Scene } from "../../state/scene";
import { effect, signal } from "../../state/signals";
import { calm, type Palette, readPalette, watchTheme } from "../../theme/palette";
import { boundsOf, Camera, type CameraState, overlaps, type Rect } from "./camera";
import { Motion } from "./motion";
import { begin, type Chip, type DrawnBox, drawBoxes, drawChips, drawLines, type Frame } from "./painter";
import { distance } from "./paths";
import { chipText, columnLines, edgeLines, type Line, type Stand } from "./picture";
import { type CardSize, cardSize, PILL, rowMiddle } from "./sizes";
import { metaText } from "./text";

/** Below this scale, or with more cards in sight, boxes are drawn on the canvas. */
const NEAR = 0.7;
const MOST_CARDS = 140;
/** Graphs up to this size show their columns from the start. */
const FEW = 12;
/** From this width the flow goes to the right by itself; below there are rails. */
const WIDE = 560;
/** Room beside the cards of a rail. */
const MARGIN = 12;
const WIDEST = 380;
/** More new nodes than this are laid out afresh. */
const MANY_NEW = 60;

export type Flow = "right" | "down" | "rail";

export class Stage {
  readonly camera = new Camera();
  readonly motion = new Motion();
  /** Keys of nodes that are HTML cards now. */
  readonly cards = signal<readonly string[]>([]);
  /** Grows with each new layout: cards read their sizes again. */
  readonly arranged = signal(0);
  readonly sizes = new Map<string, CardSize>();
  readonly scrolled = new Map<string, number>();
  readonly flow = signal<Flow>("right");
  /** Called after each frame, for the minimap. */
  drawn: () => void = () => {};
  layout: Layout | Rail = new Layout(true);
  width = 0;
  height = 0;
  palette: Palette;
  heat: HeatScale | null = null;
  /** What the last layout and the last frame took, ms: read by benchmarks. */
  readonly cost = { layout: 0, frame: 0 };
  #context: CanvasRenderingContext2D;
  #elements = new Map<string, HTMLElement>();
  #request = 0;
  #touched = false;
  #flight: { from: CameraState; to: CameraState; began: number } | null = null;
  #chips: [Rect, Line][] = [];
  #lines: Line[] = [];
  #stops: (() => void)[] = [];
  #scope = "";

  constructor(
    readonly host: HTMLElement,
    readonly canvas: HTMLCanvasElement,
    readonly layer: HTMLElement,
    readonly scene: Scene,
  ) {
    this.#context = canvas.getContext("2d") as CanvasRenderingContext2D;
    this.palette = readPalette(host);
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(host);
    this.#stops.push(
      () => observer.disconnect(),
      watchTheme(() => {
        this.palette = readPalette(this.host);
        this.request();
      }),
      effect(() => this.#arrange()),
      effect(() => {
        scene.lit.value;
        scene.view.selection.value;
        this.request();
      }),
      effect(() => {
        scene.view.heat.value;
        this.heat = heatScale(scene);
        this.request();
      }),
    );
  }

  close(): void {
    for (const stop of this.#stops) stop();
    cancelAnimationFrame(this.#request);
  }

  /** Draw soon. */
  request(): void {
    this.#request ||= requestAnimationFrame((now) => this.#frame(now));
  }

  /** A card's element came or went. */
  place(key: string, element: HTMLElement | null): void {
    if (element) {
      this.#elements.set(key, element);
      this.#put(key, element);
    } else this.#elements.delete(key);
  }

  isOpen(node: Node): boolean {
    const { view, shown } = this.scene;
    if (node.kind === "operation" || node.key.startsWith("c:")) return false;
    const byHand = view.opened.value.get(node.key);
    if (byHand !== undefined) return byHand;
    const mode = view.columns.value;
    if (mode === "auto") return shown.value.graph.nodes.size <= FEW;
    return mode === "all";
  }

  // -- looking around ------------------------------------------------------------------------------------------------

  fit(smooth = true): void {
    const bounds = boundsOf(this.layout.boxes.values());
    if (bounds && this.width) this.#fly(this.camera.fitting(bounds, this.width, this.height), smooth);
    this.#touched = false;
  }

  /** Bring a node to the middle, near enough to be read. */
  centre(key: string, smooth = true): void {
    const box = this.layout.boxes.get(key);
    if (!box || !this.width) return;
    this.#touched = true;
    const scale = Math.max(0.75, this.camera.scale);
    const to = this.camera.centring(box, this.width, this.height, scale);
    if (this.flow.peek() === "rail" && scale === this.camera.scale) to.x = this.camera.x;
    this.#fly(to, smooth);
  }

  /** Move as little as brings a node into sight. */
  reveal(key: string): void {
    const box = this.layout.boxes.get(key);
    if (!box || !this.width) return;
    const seen = this.camera.seen(this.width, this.height);
    const inside =
      box.x >= seen.x &&
      box.y >= seen.y &&
      box.x + box.width <= seen.x + seen.width &&
      box.y + Math.min(box.height, 60) <= seen.y + seen.height;
    if (!inside || this.camera.scale < NEAR) this.centre(key);
  }

  zoom(factor: number, px = this.width / 2, py = this.height / 2): void {
    this.#touched = true;
    this.#flight = null;
    this.camera.zoom(factor, px, py);
    this.request();
  }

  pan(dx: number, dy: number): void {
    this.#touched = true;
    this.#flight = null;
    this.camera.pan(dx, dy);
    this.request();
  }

  /** Lay everything out afresh. */
  tidy(): void {
    this.#scope = "";
    this.#arrange();
    this.fit();
  }

  /** The edge at a point of the screen. */
  edgeAt(px: number, py: number): Line | undefined {
    const x = (px - this.camera.x) / this.camera.scale;
    const y = (py - this.camera.y) / this.camera.scale;
    for (const [rect, line] of this.#chips) {
      if (x >= rect.x && x <= rect.x + rect.width && y >= rect.y && y <= rect.y + rect.height) return line;
    }
    if (this.camera.scale < NEAR) return undefined;
    return this.#lines.find((line) => line.edge && distance(line.curve, x, y) < 6 / this.camera.scale);
  }

  /** The node at a point of the screen, cards or not. */
  nodeAt(px: number, py: number): string | undefined {
    const x = (px - this.camera.x) / this.camera.scale;
    const y = (py - this.camera.y) / this.camera.scale;
    for (const box of this.motion.boxes.values()) {
      if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height) return box.key;
    }
    return undefined;
  }

  stand(): Stand {
    const { boxes } = this.motion;
    const bends = this.motion.moving ? new Map<string, [number, number][]>() : this.layout.bends;
    const { layout, sizes, scrolled } = this;
    const laneX = layout instanceof Rail ? (key: string) => layout.laneX(key) : null;
    return { boxes, bends, across: this.flow.peek() === "right", laneX, sizes, scrolled };
  }

  // -- layout --------------------------------------------------------------------------------------------------------

  #arrange(): void {
    const { scene } = this;
    const { view } = scene;
    const shown = scene.shown.value;
    scene.traced.value;
    const wanted = view.orientation.value;
    const wide = this.#wide.value;
    this.#room.value;
    const flow: Flow = wanted === "auto" ? (wide ? "right" : "rail") : wanted;
    const across = flow === "right";
    const began = performance.now();
    this.sizes.clear();
    const items = shown.nodes.map((node) => {
      const { width, height } = this.#size(node, flow);
      return { key: node.key, along: across ? width : height, across: across ? height : width };
    });
    const links = shown.edges.map((edge) => [edge.source.key, edge.target.key] as const);
    const focus = view.focus.value;
    const scope = `${flow} ${focus ? focus.keys.join() + focus.up + focus.down : ""} ${view.byCell.value}`;
    const fresh = items.reduce((n, item) => n + (this.layout.boxes.has(item.key) ? 0 : 1), 0);
    const full = scope !== this.#scope || this.layout.boxes.size === 0 || fresh > MANY_NEW;
    if (full) {
      this.layout =
        flow === "rail"
          ? new Rail(() => this.width - 2 * MARGIN)
          : new Layout(across, { ranks: across ? 112 : 56, gap: 16 });
      this.layout.full(items, links, items.length > 1500 ? 200 : 60);
    } else this.layout.update(items, links);
    const moved = scope !== this.#scope;
    this.#scope = scope;
    this.flow.value = flow;
    this.cost.layout = performance.now() - began;
    this.heat = heatScale(scene);
    this.motion.head(this.layout.boxes, moved || full);
    this.arranged.value = this.arranged.peek() + 1;
    if (moved || (full && !this.#touched)) this.#home();
    else if (fresh > 0 && view.follow.peek()) this.#follow();
    this.request();
  }

  #wide = signal(true);
  #room = signal(0);

  #size(node: Node, flow: Flow): { width: number; height: number } {
    if (node.kind === "operation") return PILL;
    const { session, traced } = this.scene;
    const open = this.isOpen(node);
    const lit = traced.value?.rows.get(node.key);
    const no = newest(node);
    let columns = 0;
    if (lit && traced.value) columns = open ? columnsOf(session, node, traced.value).length : lit.size;
    else if (open && no !== undefined) columns = Math.min(500, columnCount(session.schemaOf(no)));
    const size = cardSize(columns, open || !!lit);
    if (flow === "rail") size.width = WIDEST;
    this.sizes.set(node.key, size);
    return size;
  }

  /** New tables come into sight, unless the viewer looked somewhere else. */
  #follow(): void {
    if (!this.#touched) {
      this.#home();
      return;
    }
    const last = [...this.layout.boxes.values()].pop();
    if (last && !this.scene.view.selection.peek()) this.reveal(last.key);
  }

  #fly(to: CameraState, smooth: boolean): void {
    if (!smooth || calm()) {
      Object.assign(this.camera, to);
      this.#flight = null;
    } else {
      const { x, y, scale } = this.camera;
      this.#flight = { from: { x, y, scale }, to, began: performance.now() };
    }
    this.request();
  }

  #resize(): void {
    const first = this.width === 0;
    this.width = this.host.clientWidth;
    this.height = this.host.clientHeight;
    if (!this.width || !this.height) {
      this.width = 0;
      return;
    }
    const ratio = devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.#wide.value = this.width >= WIDE;
    if (this.flow.peek() === "rail") this.#room.value = this.width;
    if (first || !this.#touched) this.#home();
    this.request();
  }

  /** Where to look as long as the viewer didn't choose: everything, or on rails the newest in full size. */
  #home(): void {
    const bounds = this.flow.peek() === "rail" ? boundsOf(this.layout.boxes.values()) : null;
    if (!bounds) this.fit(false);
    else if (this.width) {
      const top = Math.min(30, this.height - bounds.height - 14);
      Object.assign(this.camera, { scale: 1, x: MARGIN, y: top });
      this.#flight = null;
      this.request();
    }
  }

  // -- drawing -------------------------------------------------------------------------------------------------------

  #frame(now: number): void {
    this.#request = 0;
    if (!this.width) return;
    const began = performance.now();
    this.motion.step(now);
    this.#advance(now);
    const { scene, camera } = this;
    const shown = scene.shown.peek();
    const lit = scene.lit.peek();
    const frame: Frame = {
      camera,
      width: this.width,
      height: this.height,
      ratio: devicePixelRatio || 1,
      palette: this.palette,
      dimmed: lit !== null,
    };
    const seen = camera.seen(this.width, this.height);
    const near = shown.nodes.filter((node) => {
      const box = this.motion.boxes.get(node.key);
      return box && overlaps(box, seen);
    });
    const html = camera.scale >= NEAR && near.length <= MOST_CARDS;
    begin(this.#context, frame);
    const stand = this.stand();
    this.#lines = [...edgeLines(shown, lit, stand)].filter((line) => inSight(line, seen));
    drawLines(this.#context, this.#lines, frame);
    if (lit?.traced) drawLines(this.#context, columnLines(scene.session, shown, lit, stand), frame);
    this.#chips = html
      ? drawChips(this.#context, this.#chipsOf(this.#lines), frame, stand.laneX !== null)
      : [];
    if (!html) drawBoxes(this.#context, this.#boxes(near), frame);
    this.#show(html ? near.map((node) => node.key) : []);
    this.layer.style.transform = `translate(${camera.x}px,${camera.y}px) scale(${camera.scale})`;
    for (const [key, element] of this.#elements) this.#put(key, element);
    this.cost.frame = performance.now() - began;
    this.drawn();
    if (this.motion.moving || this.#flight) this.request();
  }

  #advance(now: number): void {
    const flight = this.#flight;
    if (!flight) return;
    const t = Math.min(1, Math.max(0, (now - flight.began) / 220));
    const eased = 1 - (1 - t) ** 3;
    for (const key of ["x", "y", "scale"] as const) {
      this.camera[key] = flight.from[key] + (flight.to[key] - flight.from[key]) * eased;
    }
    if (t === 1) this.#flight = null;
  }

  *#chipsOf(lines: Line[]): Generator<Chip> {
    const ordered = [...lines].sort((a, b) => Number(b.lit) - Number(a.lit));
    for (const line of ordered) {
      const text = line.edge ? chipText(this.scene.session, line.edge) : "";
      if (line.edge && text) yield { line, text, colour: this.palette.operation[line.edge.kind] };
    }
  }

  *#boxes(near: Node[]): Generator<DrawnBox> {
    const lit = this.scene.lit.peek();
    const selected = new Set(this.scene.selected());
    for (const node of near) {
      const box = this.motion.boxes.get(node.key);
      if (!box) continue;
      const heat = this.heat?.step(node);
      const colour = heat === undefined ? this.#colour(node) : (this.palette.heat[heat] as string);
      const isLit = !lit || lit.nodes.has(node.key);
      const meta = this.camera.scale >= 0.6 ? metaText(this.scene.session, node) : "";
      yield { node, box, colour, lit: isLit, selected: selected.has(node), meta, rows: this.#rows(node) };
    }
  }

  #colour(node: Node): string {
    const { session } = this.scene;
    const failed = node.operations.some((no) => session.operations.get(no)?.state === "FAIL");
    return node.kind === "operation" && failed ? this.palette.error : this.palette.node[node.kind];
  }

  /** Columns of the trace that fit on a box. */
  #rows(node: Node): [string, number][] {
    const traced = this.scene.traced.peek();
    const size = this.sizes.get(node.key);
    const lit = traced?.rows.get(node.key);
    if (!lit || !size) return [];
    return [...lit.keys()].slice(0, size.rows).map((name, i) => [name, rowMiddle(size, i, 0)]);
  }

  #show(keys: string[]): void {
    const known = this.cards.peek();
    if (known.length === keys.length && known.every((key, i) => key === keys[i])) return;
    this.cards.value = keys;
  }

  #put(key: string, element: HTMLElement): void {
    const box = this.motion.boxes.get(key);
    if (!box) return;
    element.style.transform = `translate(${box.x}px,${box.y}px)`;
    const lit = this.scene.lit.peek();
    element.toggleAttribute("data-dim", lit !== null && !lit.nodes.has(key));
  }
}

function inSight({ curve }: Line, seen: Rect): boolean {
  const end = curve.pieces[curve.pieces.length - 1]?.[2] ?? curve.start;
  const points = [curve.start, end, ...curve.pieces.map((piece) => piece[2])];
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  const rect = { x: Math.min(...xs) - 40, y: Math.min(...ys) - 40, width: 80, height: 80 };
  rect.width += Math.max(...xs) - Math.min(...xs);
  rect.height += Math.max(...ys) - Math.min(...ys);
  return overlaps(rect, seen);
}
