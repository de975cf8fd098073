/** What the panel is about, how it stands, and the tools for the graph. */

import { ALL } from "../graph/selector";
import type { Columns, Heat } from "../state/view";
import { Button } from "./button";
import { usePanel } from "./context";
import { exportPng, exportSvg } from "./export";
import type { IconName } from "./icons";
import { Choice, Choices, Menu } from "./menu";
import { Search } from "./search";
import { State } from "./state";

const COLUMNS: [Columns, string][] = [
  ["auto", "Columns of small graphs"],
  ["all", "All columns"],
  ["none", "Tables only"],
];
const HEATS: [Heat, string][] = [
  ["none", "Colour by kind"],
  ["time", "Time it took"],
  ["memory", "Memory it holds"],
  ["rows", "Rows lost on the way"],
];
const FLOWS = {
  right: ["down", "Flow from top to bottom"],
  down: ["rail", "One table a row, in the order they were made"],
  rail: ["right", "Flow from left to right"],
} as const;

export function Header() {
  const { session, view, stage } = usePanel();
  session.statusVersion.value;
  const name = session.info?.notebook || session.info?.name || "Lineage";
  const { byCell, paused, columns, heat } = view;
  const [flow, turn] = FLOWS[stage.value?.arrangement.flow.value ?? "right"];
  return (
    <header class="lx-header">
      <div class="lx-what">
        <State />
        <h1 dir="auto" title={name}>
          {name.slice(name.lastIndexOf("/") + 1)}
        </h1>
      </div>
      <Search />
      <div class="lx-tools" role="toolbar" aria-label="Graph">
        <Menu icon="columns" label="Columns" on={columns.value === "all"}>
          <Choices
            of={COLUMNS}
            chosen={columns.value}
            choose={(chosen) => {
              view.opened.value = new Map();
              columns.value = chosen;
            }}
          />
        </Menu>
        <Tool icon="fit" label="Fit everything (F)" act={() => stage.peek()?.fit()} />
        <Tool icon="tidy" label="Tidy up the layout" act={() => stage.peek()?.tidy()} />
        <Tool
          icon={flow}
          label={turn}
          act={() => {
            view.orientation.value = flow;
          }}
        />
        <Tool
          icon="cell"
          label="Group tables by cell"
          on={byCell.value}
          act={() => {
            view.openCells.value = new Set();
            byCell.value = !byCell.value;
          }}
        />
        <Menu icon="heat" label="Heat" on={heat.value !== "none"}>
          <Choices
            of={HEATS}
            chosen={heat.value}
            choose={(chosen) => {
              heat.value = chosen;
            }}
          />
        </Menu>
        <Tool
          icon={paused.value ? "play" : "pause"}
          label={paused.value ? "Follow the session again" : "Hold the picture still"}
          on={paused.value}
          act={() => {
            paused.value = !paused.value;
          }}
        />
        <More />
      </div>
    </header>
  );
}

function Tool(p: { icon: IconName; label: string; on?: boolean; act(): void }) {
  return <Button class="lx-tool" icon={p.icon} label={p.label} on={p.on} onClick={p.act} />;
}

function More() {
  const panel = usePanel();
  const { view, scene } = panel;
  const node = scene.selected()[0];
  const only = (up: number, down: number) => {
    view.revealed.value = new Set();
    if (node) view.focus.value = { keys: [node.key], up, down };
  };
  const switches = [
    [view.results, "Results that cells displayed"],
    [view.follow, "Bring new tables into sight"],
  ] as const;
  return (
    <Menu icon="more" label="More">
      {switches.map(([signal, text]) => (
        <Choice
          key={text}
          checked={signal.value}
          act={() => {
            signal.value = !signal.value;
          }}
        >
          {text}
        </Choice>
      ))}
      {node && (
        <>
          <Choice act={() => only(ALL, 0)}>Only what it was made from</Choice>
          <Choice act={() => only(0, ALL)}>Only what it went into</Choice>
        </>
      )}
      <Choice act={() => view.fold()}>Fold everything again</Choice>
      <Choice act={() => exportSvg(panel)}>Save as SVG</Choice>
      <Choice act={() => exportPng(panel)}>Save as PNG</Choice>
    </Menu>
  );
}
