/** The graph as a file: SVG as text, PNG drawn from it. */

import { clip } from "../text";
import type { Panel } from "./context";
import { boundsOf } from "./graph/camera";
import { dash } from "./graph/painter";
import { middle, svgPath } from "./graph/paths";
import { chipText, edgeLines } from "./graph/picture";
import { metaText } from "./graph/text";

const MARGIN = 24;

export function exportSvg(panel: Panel): void {
  save(new Blob([svg(panel)], { type: "image/svg+xml" }), "lineage.svg");
}

export async function exportPng(panel: Panel): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(svg(panel))}`;
  await image.decode();
  const scale = Math.min(2, 8000 / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(image.width * scale);
  canvas.height = Math.ceil(image.height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && save(blob, "lineage.png"));
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Everything shown, whole, in the colours of the theme. */
export function svg({ scene, session, stage: { value: stage } }: Panel): string {
  if (!stage) return "";
  const shown = scene.shown.peek();
  const bounds = boundsOf(stage.boxes.values()) ?? { x: 0, y: 0, width: 100, height: 40 };
  const { palette } = stage.surface;
  const width = bounds.width + 2 * MARGIN;
  const height = bounds.height + 2 * MARGIN;
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${bounds.x - MARGIN} ${bounds.y - MARGIN} ${width} ${height}" font-family="${xml(palette.font)}" font-size="12">`,
    `<rect x="${bounds.x - MARGIN}" y="${bounds.y - MARGIN}" width="${width}" height="${height}" fill="${palette.bg}"/>`,
  ];
  const stand = stage.stand(stage.arrangement.layout.boxes);
  const lines = [...edgeLines(shown, null, stand)];
  for (const line of lines) {
    const colour = line.confidence === "opaque" ? palette.warn : palette.edge;
    const dashes = dash(line).join(" ");
    out.push(
      `<path d="${svgPath(line.curve)}" fill="none" stroke="${colour}" stroke-width="1.2"${dashes ? ` stroke-dasharray="${dashes}"` : ""}/>`,
    );
  }
  for (const line of lines) {
    const text = chipText(session, line.edge);
    const [x, y] = middle(line.curve);
    if (text)
      out.push(
        `<text x="${x}" y="${y}" dy="-3" text-anchor="middle" font-size="10" fill="${palette.text2}">${xml(text)}</text>`,
      );
  }
  for (const node of shown.nodes) {
    const box = stage.boxes.get(node.key);
    if (!box) continue;
    out.push(
      `<g transform="translate(${box.x} ${box.y})"><title>${xml(node.title)}</title>`,
      `<rect width="${box.width}" height="${box.height}" rx="6" fill="${palette.card}" stroke="${palette.line}"/>`,
      `<rect width="4" height="${box.height}" rx="2" fill="${palette.node[node.kind]}"/>`,
      `<text x="12" y="17" font-weight="600" fill="${palette.text}">${xml(clip(node.title, 26))}</text>`,
      `<text x="12" y="33" font-size="11" fill="${palette.text2}">${xml(metaText(session, node))}</text></g>`,
    );
  }
  out.push("</svg>");
  return out.join("\n");
}

/** Inert in XML: no markup, no characters that XML forbids. */
function xml(text: string): string {
  const allowed = text.replace(/[^ -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "");
  return allowed.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
