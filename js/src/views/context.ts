/** What every part of a panel needs: the session, the viewer's state, the scene made of both, and the way out. */

import { Component, type ComponentChildren } from "preact";
import type { Connection } from "../state/connection";
import type { Session } from "../state/kernel";
import type { Scene } from "../state/scene";
import type { Signal } from "../state/signals";
import type { View } from "../state/view";
import type { Stage } from "./graph/stage";
import { useProvided } from "./reactive";

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

export class Provide extends Component<{ panel: Panel; children: ComponentChildren }> {
  override getChildContext() {
    return { panel: this.props.panel };
  }

  override render() {
    return this.props.children;
  }
}

export const usePanel = (): Panel => useProvided("panel") as Panel;
