/** What every part of a panel needs: the session, the viewer's state, the scene made of both, and the way out. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Connection } from "../state/connection";
import type { Session } from "../state/kernel";
import type { Scene } from "../state/scene";
import type { Signal } from "../state/signals";
import type { View } from "../state/view";
import type { Stage } from "./graph/stage";

export interface Panel {
  session: Session;
  connection: Connection;
  view: View;
  scene: Scene;
  /** The graph on the screen, once it is mounted. */
  stage: Signal<Stage | null>;
  /** Show a cell in the notebook. */
  goto(cell: number): boolean;
}

export const PanelContext = createContext<Panel | null>(null);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (!panel) throw new Error("outside of a panel");
  return panel;
}
