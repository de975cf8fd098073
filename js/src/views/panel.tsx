/** The whole panel: header, graph, timeline, records, details; tabs where it is narrow. */

import type { Connection } from "../state/connection";
import type { Session } from "../state/kernel";
import { Scene } from "../state/scene";
import { signal } from "../state/signals";
import { View } from "../state/view";
import { type Panel, Provide, usePanel } from "./context";
import { Drawer } from "./drawer/drawer";
import { FocusBar } from "./focus_bar";
import { GraphView } from "./graph/graph";
import { Header } from "./header";
import { Legend } from "./legend";
import { ProgressView } from "./progress";
import { useElement, useMount, useOnce, useSignal } from "./reactive";
import { RecordsView } from "./records/records";
import { Splitter } from "./splitter";
import { Notice } from "./state";
import { StatusLine } from "./status";
import { TimelineView } from "./timeline/timeline";

const NARROW = 400;
const WIDE = 860;
const TABS = ["graph", "timeline", "records"] as const;

export function PanelView({ session, connection }: { session: Session; connection: Connection }) {
  const panel = useOnce(() => assemble(session, connection));
  useMount(() => () => panel.scene.close());
  return (
    <Provide panel={panel}>
      <Frame />
    </Provide>
  );
}

function assemble(session: Session, connection: Connection): Panel {
  const view = new View();
  const goto = (no: number) => connection.channel.goto(session.cells.get(no)?.cell_id ?? "");
  return { session, connection, view, scene: new Scene(session, view), stage: signal(null), goto };
}

function Frame() {
  const host = useElement<HTMLElement & { lineage?: Panel }>();
  const width = useSignal(WIDE - 1);
  const panel = usePanel();
  useMount(() => {
    const element = host.current;
    if (!element) return undefined;
    element.lineage = panel; // far from its cards the graph has no DOM: tests and benchmarks look here
    const observer = new ResizeObserver(() => {
      width.value = element.clientWidth;
      // Below a cell JupyterLab's keys would act on the cell: two d's delete it.
      element.toggleAttribute("data-lm-suppress-shortcuts", element.closest(".jp-Notebook") !== null);
    });
    observer.observe(element);
    element.addEventListener("keydown", keepPlainKeys);
    return () => observer.disconnect();
  });
  const size = width.value < NARROW ? "narrow" : width.value < WIDE ? "medium" : "wide";
  return (
    <section class="lx" aria-label="Lineage" ref={host} data-size={size}>
      <Header />
      <Notice />
      <ProgressView />
      <Body size={size} />
      <StatusLine />
    </section>
  );
}

/** Letters and arrows are commands in a notebook. */
function keepPlainKeys(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey || event.altKey)) event.stopPropagation();
}

function Body({ size }: { size: string }) {
  const tab = useSignal<string>("graph");
  const timeline = useSignal(112);
  const records = useSignal(170);
  const details = useSignal(360);
  const narrow = size === "narrow";
  const shows = (name: string) => !narrow || tab.value === name;
  const height = (px: number) => (narrow ? {} : { flex: "none", height: `${px}px` });
  return (
    <div class="lx-body" style={{ "--lx-details": `${details.value}px` }}>
      <div class="lx-main">
        {narrow && (
          <div class="lx-tabs" role="tablist" aria-label="Views">
            {TABS.map((name) => (
              <button
                key={name}
                type="button"
                role="tab"
                aria-selected={tab.value === name}
                onClick={() => {
                  tab.value = name;
                }}
              >
                {name}
              </button>
            ))}
          </div>
        )}
        {shows("graph") && (
          <div class="lx-part">
            <FocusBar />
            <GraphView />
            <Legend />
          </div>
        )}
        {!narrow && <Splitter size={timeline} label="Height of the timeline" least={70} most={400} />}
        {shows("timeline") && (
          <div class="lx-part" style={height(timeline.value)}>
            <TimelineView />
          </div>
        )}
        {!narrow && <Splitter size={records} label="Height of the records" least={50} most={900} />}
        {shows("records") && (
          <div class="lx-part" style={height(records.value)}>
            <RecordsView />
          </div>
        )}
      </div>
      {size === "wide" && (
        <Splitter size={details} label="Width of the details" least={260} most={700} upright />
      )}
      <Drawer />
    </div>
  );
}
