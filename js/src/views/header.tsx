/** What the panel is about, how it stands, and the tools for the graph. */

import { ALL } from "../graph/selector";
import type { Columns, Heat } from "../state/view";
import { usePanel } from "./context";
import { exportPng, exportSvg } from "./export";
import { Icon, type IconName } from "./icons";
import { Choice, Menu } from "./menu";
import { Search } from "./search";
import { State } from "./state";

export function Header() {
  const { session, view, stage } = usePanel();
  session.statusVersion.value;
  const name = session.info?.notebook || session.info?.name || "Lineage";
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
        <ColumnsMenu />
        <Tool icon="fit" label="Fit everything (F)" onClick={() => stage.peek()?.fit()} />
        <Tool icon="tidy" label="Tidy up the layout" onClick={() => stage.peek()?.tidy()} />
        <OrientationTool />
        <Tool
          icon="cell"
          label="Group tables by cell"
          on={view.byCell.value}
          onClick={() => {
            view.openCells.value = new Set();
            view.byCell.value = !view.byCell.value;
          }}
        />
        <HeatMenu />
        <Tool
          icon={view.paused.value ? "play" : "pause"}
          label={view.paused.value ? "Follow the session again" : "Hold the picture still"}
          on={view.paused.value}
          onClick={() => {
            view.paused.value = !view.paused.value;
          }}
        />
        <MoreMenu />
      </div>
    </header>
  );
}

function Tool({
  icon,
  label,
  on,
  onClick,
}: {
  icon: IconName;
  label: string;
  on?: boolean;
  onClick(): void;
}) {
  return (
    <button
      type="button"
      class="lx-tool"
      title={label}
      aria-label={label}
      aria-pressed={on}
      data-on={on}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function ColumnsMenu() {
  const { view } = usePanel();
  const choose = (columns: Columns) => () => {
    view.opened.value = new Map();
    view.columns.value = columns;
  };
  const now = view.columns.value;
  return (
    <Menu icon="columns" label="Columns" on={now === "all"}>
      <Choice checked={now === "auto"} onClick={choose("auto")}>
        Columns of small graphs
      </Choice>
      <Choice checked={now === "all"} onClick={choose("all")}>
        All columns
      </Choice>
      <Choice checked={now === "none"} onClick={choose("none")}>
        Tables only
      </Choice>
    </Menu>
  );
}

const FLOWS = {
  right: "Flow from left to right",
  down: "Flow from top to bottom",
  rail: "One table a row, in the order they were made",
};

function OrientationTool() {
  const { view, stage } = usePanel();
  const flow = stage.value?.flow.value ?? "right";
  const next = flow === "right" ? "down" : flow === "down" ? "rail" : "right";
  return (
    <Tool
      icon={next}
      label={FLOWS[next]}
      onClick={() => {
        view.orientation.value = next;
      }}
    />
  );
}

const HEATS: [Heat, string][] = [
  ["none", "Colour by kind"],
  ["time", "Time it took"],
  ["memory", "Memory it holds"],
  ["rows", "Rows lost on the way"],
];

function HeatMenu() {
  const { view } = usePanel();
  return (
    <Menu icon="heat" label="Heat" on={view.heat.value !== "none"}>
      {HEATS.map(([heat, text]) => (
        <Choice
          key={heat}
          checked={view.heat.value === heat}
          onClick={() => {
            view.heat.value = heat;
          }}
        >
          {text}
        </Choice>
      ))}
    </Menu>
  );
}

function MoreMenu() {
  const panel = usePanel();
  const { view, scene } = panel;
  const node = scene.selected()[0];
  return (
    <Menu icon="more" label="More">
      <Choice
        checked={view.results.value}
        onClick={() => {
          view.results.value = !view.results.value;
        }}
      >
        Results that cells displayed
      </Choice>
      <Choice
        checked={view.follow.value}
        onClick={() => {
          view.follow.value = !view.follow.value;
        }}
      >
        Bring new tables into sight
      </Choice>
      {node && (
        <>
          <Choice onClick={() => focus(panel, node.key, ALL, 0)}>Only what it was made from</Choice>
          <Choice onClick={() => focus(panel, node.key, 0, ALL)}>Only what it went into</Choice>
        </>
      )}
      <Choice
        onClick={() => {
          view.unfolded.value = new Set();
          view.split.value = new Set();
          view.openCells.value = new Set();
          view.opened.value = new Map();
        }}
      >
        Fold everything again
      </Choice>
      <Choice onClick={() => exportSvg(panel)}>Save as SVG</Choice>
      <Choice onClick={() => exportPng(panel)}>Save as PNG</Choice>
    </Menu>
  );
}

function focus({ view }: ReturnType<typeof usePanel>, key: string, up: number, down: number): void {
  view.revealed.value = new Set();
  view.focus.value = { keys: [key], up, down };
}
