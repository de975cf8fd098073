/**
 * The graph on the screen: one canvas for lines and far zoom, HTML cards for what is near.
 *
 * Follows the scene with effects and draws at most once per animation frame.
 */

import type { Node } from "../../graph/builder";
import { columnsOf } from "../../graph/columns";
import { type HeatScale, heatScale } from "../../graph/heat";
import { Rail } from "../../layout/rail";
import type { Scene } from "../../state/scene";
import { effect, signal } from "../../state/signals";
import { Surface } from "../surface";
import { Arrangement } from "./arrangement";
import { boundsOf, Camera, centring, contains, fitting, overlaps, type Rect, type Sight } from "./camera";
import { Layer } from "./layer";
import { Motion } from "./motion";
import {
  begin,
  type Chip,
  type DrawnBox,
  drawBoxes,
  drawChips,
  drawLines,
  drawName,
  type Frame,
  isCoarse,
} from "./painter";
import { distance } from "./paths";
import { chipText, columnLines, type EdgeLine, edgeLines, type Stand } from "./picture";
import { rowMiddle } from "./sizes";
import { metaText } from "./text";

/** Below this scale, or with more cards in sight, boxes are drawn on the canvas. */
const NEAR = 0.7;
const MOST_CARDS = 140;
/** At this scale boxes on the canvas have room for names. */
const READABLE = 0.65;
/** Room beside the cards of rails. */
const MARGIN = 12;

export class Stage {
  readonly camera = new Camera();
  readonly motion = new Motion();
  readonly arrangement: Arrangement;
  readonly surface: Surface;
  readonly layer: Layer;
  /** Keys of nodes that are HTML cards now. */
  readonly cards = signal<readonly string[]>([]);
  /** Grows with each new arrangement: cards read their sizes again. */
  readonly arranged = signal(0);
  readonly scrolled = new Map<string, number>();
  heat: HeatScale | null = null;
  /** Called after each frame, for the minimap. */
  drawn: () => void = () => {};
  /** How long the last frame took, ms. */
  cost = 0;
  #elements = new Map<string, HTMLElement>();
  #touched = false;
  #chips: [Rect, EdgeLine][] = [];
  /** Every line, as long as nothing moves; another object when something did. */
  all: { lines: EdgeLine[]; of: readonly unknown[] } = { lines: [], of: [] };
  #lines: EdgeLine[] = [];
  #stops: (() => void)[];

  constructor(
    readonly host: HTMLElement,
    canvas: HTMLCanvasElement,
    layer: HTMLElement,
    readonly scene: Scene,
  ) {
    this.arrangement = new Arrangement(scene);
    const draw = (context: CanvasRenderingContext2D, now: number) => this.#frame(context, now);
    this.surface = new Surface(host, canvas, draw, () => this.#resize());
    this.layer = new Layer(layer, () => this.surface.request());
    this.#stops = [
      () => this.surface.close(),
      effect(() => this.#arrange()),
      effect(() => {
        scene.lit.value;
        scene.view.selection.value;
        this.heat = heatScale(scene);
        this.surface.request();
      }),
    ];
  }

  close(): void {
    this.layer.close();
    for (const stop of this.#stops) stop();
  }

  get boxes(): ReadonlyMap<string, Rect & { rank: number }> {
    return this.arrangement.layout.boxes;
  }

  /** A card's element came or went. */
  place(key: string, element: HTMLElement | null): void {
    if (element) {
      this.#elements.set(key, element);
      this.#put(key, element);
    } else this.#elements.delete(key);
  }

  // -- looking around ------------------------------------------------------------------------------------------------

  fit(smooth = true): void {
    const bounds = boundsOf(this.boxes.values());
    const { width, height } = this.surface;
    if (bounds && width) this.#fly(fitting(bounds, width, height), smooth);
    this.#touched = false;
  }

  /** Bring a node to the middle, near enough to be read. */
  centre(key: string): void {
    const box = this.boxes.get(key);
    const { width, height } = this.#free();
    if (!box || !width) return;
    this.#touched = true;
    const scale = Math.max(0.75, this.camera.scale);
    const to = centring(box, width, height, scale);
    if (this.#rails && scale === this.camera.scale) to.x = this.camera.x;
    this.#fly(to, true);
  }

  /** Move only if a node isn't in sight. */
  reveal(key: string): void {
    const box = this.boxes.get(key);
    const { width, height } = this.#free();
    if (!box) return;
    const seen = this.camera.seen(width, height);
    const head = { ...box, height: Math.min(box.height, 60) };
    if (!contains(seen, head) || this.camera.scale < NEAR) this.centre(key);
  }

  /** Bring all of `keys` into sight, as long as they can be read then; else `key`. */
  show(key: string, keys: Iterable<string>): void {
    const bounds = boundsOf([...keys].flatMap((one) => this.boxes.get(one) ?? []));
    const { width, height } = this.#free();
    const to = bounds && fitting(bounds, width, height);
    if (!bounds || !to || this.#rails || to.scale < READABLE) this.reveal(key);
    else if (!contains(this.camera.seen(width, height), bounds)) {
      this.#touched = true;
      this.#fly(to, true);
    }
  }

  zoom(factor: number, px = this.surface.width / 2, py = this.surface.height / 2): void {
    this.#touched = true;
    this.camera.zoom(factor, px, py);
    this.surface.request();
  }

  pan(dx: number, dy: number): void {
    this.#touched = true;
    this.camera.pan(dx, dy);
    this.surface.request();
  }

  /** Lay everything out afresh. */
  tidy(): void {
    this.arrangement.forget();
    this.#arrange();
    this.fit();
  }

  /** The edge at a point of the screen. */
  edgeAt(px: number, py: number): EdgeLine | undefined {
    const [x, y] = this.camera.plane(px, py);
    const point = { x, y, width: 0, height: 0 };
    const chip = this.#chips.find(([rect]) => contains(rect, point));
    if (chip || this.camera.scale < NEAR) return chip?.[1];
    return this.#lines.find((line) => distance(line.curve, x, y) < 6 / this.camera.scale);
  }

  /** The node at a point of the screen, card or not. */
  nodeAt(px: number, py: number): string | undefined {
    const [x, y] = this.camera.plane(px, py);
    for (const box of this.motion.boxes.values())
      if (contains(box, { x, y, width: 0, height: 0 })) return box.key;
    return undefined;
  }

  stand(boxes = this.motion.boxes): Stand {
    const { layout, sizes, flow } = this.arrangement;
    const bends = this.motion.moving ? new Map() : layout.bends;
    const laneX = layout instanceof Rail ? (key: string) => layout.laneX(key) : null;
    return { boxes, bends, across: flow.peek() === "right", laneX, sizes, scrolled: this.scrolled };
  }

  get #rails(): boolean {
    return this.arrangement.flow.peek() === "rail";
  }

  /** What the details leave of the screen. */
  #free(): { width: number; height: number } {
    const { width, height } = this.surface;
    const details = this.host.closest(".lx")?.querySelector(".lx-drawer")?.getBoundingClientRect();
    const { right, top } = this.host.getBoundingClientRect();
    const covered = details && details.left < right && details.top > top + 40;
    return { width, height: covered ? Math.min(height, details.top - top) : height };
  }

  #fly(to: Sight, smooth: boolean): void {
    this.camera.fly(to, smooth);
    this.surface.request();
  }

  /**
   * Where to look as long as the viewer didn't choose: at a column's trace or everything, or on rails at the newest in
   * full size.
   */
  #home(): void {
    const { width, height } = this.surface;
    const traced = [...(this.scene.traced.peek()?.rows.keys() ?? [])].flatMap(
      (key) => this.boxes.get(key) ?? [],
    );
    const bounds = boundsOf(this.#rails ? this.boxes.values() : traced);
    if (!bounds || !width) this.fit(false);
    else if (!this.#rails) this.#fly(fitting(bounds, width, height), false);
    else this.#fly({ scale: 1, x: MARGIN, y: Math.min(30, height - bounds.height - 14) }, false);
  }

  #resize(): void {
    const { width } = this.surface;
    this.arrangement.resize(width - 2 * MARGIN, this.host.closest(".lx")?.clientWidth ?? width);
    if (!this.#touched) this.#home();
  }

  #arrange(): void {
    const { moved, full, fresh } = this.arrangement.arrange();
    const { boxes } = this.arrangement.layout;
    this.heat = heatScale(this.scene);
    this.motion.head(boxes, full);
    this.arranged.value = this.arranged.peek() + 1;
    this.surface.request();
    const { follow, selection } = this.scene.view;
    if (moved || (!this.#touched && (full || (fresh > 0 && follow.peek())))) this.#home();
    else if (fresh > 0 && follow.peek() && !selection.peek()) this.reveal([...boxes.keys()].pop() ?? "");
  }

  // -- drawing -------------------------------------------------------------------------------------------------------

  #frame(context: CanvasRenderingContext2D, now: number): void {
    const began = performance.now();
    const { scene, camera, motion, surface } = this;
    motion.step(now);
    camera.step(now);
    const shown = scene.shown.peek();
    const lit = scene.lit.peek();
    const seen = camera.seen(surface.width, surface.height);
    const near = shown.nodes.filter((node) => {
      const box = motion.boxes.get(node.key);
      return box && overlaps(box, seen);
    });
    const html = camera.scale >= NEAR && near.length <= MOST_CARDS;
    const frame = { camera, surface, palette: surface.palette, dimmed: lit !== null };
    begin(context, frame);
    const stand = this.stand();
    const all = this.#allLines(stand);
    this.#lines = isCoarse(camera) ? all : all.filter((line) => overlaps(line.extent, seen)); // most are in sight
    drawLines(context, this.#lines, frame);
    if (lit?.traced) drawLines(context, columnLines(scene.session, shown, lit.traced, stand), frame);
    this.#chips = html ? drawChips(context, this.#chipsOf(this.#lines), frame, stand.laneX !== null) : [];
    if (!html) {
      drawBoxes(context, this.#boxes(near), frame);
      this.#name(context, frame);
    }
    if (html) this.layer.carry(camera);
    this.#deal(html ? near.map((node) => node.key) : []);
    for (const [key, element] of this.#elements) this.#put(key, element);
    this.cost = performance.now() - began;
    this.drawn();
    if (motion.moving || camera.flying) surface.request();
  }

  /** Which nodes are cards: while the viewer moves those that leave stay, so that nothing is laid out anew. */
  #deal(keys: readonly string[]): void {
    const before = this.cards.peek();
    const both = this.layer.moving && keys.length > 0 ? [...new Set([...before, ...keys])] : keys;
    const next = both.length > MOST_CARDS ? keys : both;
    if (next.join() !== before.join()) this.cards.value = next;
  }

  #allLines(stand: Stand): EdgeLine[] {
    const { scene, motion, arranged } = this;
    const of = [scene.shown.peek(), scene.lit.peek(), motion.moving || arranged.peek()];
    if (motion.moving || of.some((value, i) => value !== this.all.of[i])) {
      this.all = { lines: [...edgeLines(scene.shown.peek(), scene.lit.peek(), stand)], of };
    }
    return this.all.lines;
  }

  *#chipsOf(lines: EdgeLine[]): Generator<Chip> {
    for (const line of lines.toSorted((a, b) => Number(b.lit) - Number(a.lit))) {
      const text = chipText(this.scene.session, line.edge);
      if (text) yield { line, text, colour: this.surface.palette.operation[line.edge.kind] };
    }
  }

  *#boxes(near: Node[]): Generator<DrawnBox> {
    const { scene, motion, camera } = this;
    const { node: kinds, heat, error } = this.surface.palette;
    const lit = scene.lit.peek();
    const chosen = new Set(scene.selected());
    for (const node of near) {
      const box = motion.boxes.get(node.key);
      if (!box) continue;
      const hot = this.heat?.step(node);
      const failed = scene.session.operations.get(node.operations[0] ?? -1)?.state === "FAIL";
      const kind = node.kind === "operation" && failed ? error : kinds[node.kind];
      yield {
        node,
        box,
        colour: hot === undefined ? kind : (heat[hot] as string),
        lit: !lit || lit.nodes.has(node.key),
        selected: chosen.has(node),
        meta: camera.scale >= 0.6 ? metaText(scene.session, node) : "",
        rows: camera.scale >= 0.5 ? this.#rows(node) : [],
      };
    }
  }

  /** The name of the box under the pointer, else of the selected one. */
  #name(context: CanvasRenderingContext2D, frame: Frame): void {
    const { scene, motion } = this;
    const { session, view } = scene;
    const node = scene.shown.peek().graph.nodes.get(view.hover.peek() ?? "") ?? scene.selected()[0];
    const box = node && motion.boxes.get(node.key);
    if (!box) return;
    drawName(context, box, `${node.title}  ${metaText(session, node)}`, frame.palette.node[node.kind], frame);
  }

  /** Columns that fit on a box, and where. */
  #rows(node: Node): [string, number][] {
    const { scene, arrangement } = this;
    const size = arrangement.sizes.get(node.key);
    if (!size?.rows) return [];
    const columns = columnsOf(scene.session, node, scene.traced.peek()).slice(0, size.rows);
    return columns.map(({ name }, i) => [name, rowMiddle(size, i, 0)]);
  }

  #put(key: string, element: HTMLElement): void {
    const box = this.motion.boxes.get(key);
    if (!box) return;
    element.style.transform = `translate(${box.x}px,${box.y}px)`;
    const lit = this.scene.lit.peek();
    element.toggleAttribute("data-dim", lit !== null && !lit.nodes.has(key));
  }
}
