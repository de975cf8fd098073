/** The whole panel: header, graph, timeline, records, details; tabs where it is narrow. */

import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Connection } from "../state/connection";
import type { Session } from "../state/kernel";
import { Scene } from "../state/scene";
import { type Signal, signal } from "../state/signals";
import { type Tab, View } from "../state/view";
import { type Panel, PanelContext, usePanel } from "./context";
import { Drawer } from "./drawer/drawer";
import { FocusBar } from "./focus_bar";
import { GraphView } from "./graph/graph";
import type { Stage } from "./graph/stage";
import { Header } from "./header";
import { Legend } from "./legend";
import { Notice } from "./notice";
import { ProgressView } from "./progress";
import { useSignal } from "./reactive";
import { RecordsView } from "./records/records";
import { Splitter } from "./splitter";
import { StatusLine } from "./status";
import { TimelineView } from "./timeline/timeline";

const NARROW = 400;
const WIDE = 860;

export function PanelView({ session, connection }: { session: Session; connection: Connection }) {
  const panel = useMemo(() => assemble(session, connection), [session, connection]);
  useEffect(() => () => panel.scene.close(), [panel]);
  return (
    <PanelContext.Provider value={panel}>
      <Frame />
    </PanelContext.Provider>
  );
}

function assemble(session: Session, connection: Connection): Panel {
  const view = new View();
  const stage = signal<Stage | null>(null);
  const goto = (no: number) => {
    const cell = session.cells.get(no);
    return cell ? connection.channel.goto(cell.cell_id) : false;
  };
  return { session, connection, view, scene: new Scene(session, view), stage, goto };
}

const TABS: [Tab, string][] = [
  ["graph", "Graph"],
  ["timeline", "Timeline"],
  ["records", "Records"],
];

function Frame() {
  const host = useRef<HTMLDivElement>(null);
  const size = useSignal<"narrow" | "medium" | "wide">("medium");
  const panel = usePanel();
  useEffect(() => {
    const element = host.current as (HTMLDivElement & { lineage?: Panel }) | null;
    if (!element) return;
    element.lineage = panel; // far from its cards the graph has no DOM: tests and benchmarks look here
    const observer = new ResizeObserver(() => {
      const width = element.clientWidth;
      size.value = width < NARROW ? "narrow" : width < WIDE ? "medium" : "wide";
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="lx" ref={host} data-size={size.value}>
      <Header />
      <Notice />
      <ProgressView />
      {size.value === "narrow" ? <Tabs /> : <Stacked wide={size.value === "wide"} />}
      <StatusLine />
    </div>
  );
}

function Graph() {
  return (
    <div class="lx-graph-part">
      <FocusBar />
      <GraphView />
      <Legend />
    </div>
  );
}

function Stacked({ wide }: { wide: boolean }) {
  const timeline = useSignal(112);
  const records = useSignal(170);
  const details = useSignal(360);
  return (
    <div class="lx-body" style={{ "--lx-details": `${details.value}px` }}>
      <div class="lx-main">
        <Graph />
        <Splitter size={timeline} label="Height of the timeline" least={70} most={400} />
        <div class="lx-part" style={{ height: `${timeline.value}px` }}>
          <TimelineView />
        </div>
        <Splitter size={records} label="Height of the records" least={50} />
        <div class="lx-part" style={{ height: `${records.value}px` }}>
          <RecordsView />
        </div>
      </div>
      <DetailsPart wide={wide} size={details} />
    </div>
  );
}

function DetailsPart({ wide, size }: { wide: boolean; size: Signal<number> }) {
  return (
    <>
      {wide && <Splitter size={size} label="Width of the details" least={260} most={700} upright />}
      <Drawer />
    </>
  );
}

function Tabs() {
  const tab = useSignal<Tab>("graph");
  return (
    <div class="lx-body lx-tabbed">
      <div class="lx-tabs" role="tablist" aria-label="Views">
        {TABS.map(([name, title]) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={tab.value === name}
            aria-controls={`lx-tab-${name}`}
            onClick={() => {
              tab.value = name;
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <div class="lx-main" role="tabpanel" id={`lx-tab-${tab.value}`} aria-label={tab.value}>
        {tab.value === "graph" && <Graph />}
        {tab.value === "timeline" && <TimelineView />}
        {tab.value === "records" && <RecordsView />}
      </div>
      <Drawer />
    </div>
  );
}
