/** Draw a panel into an element. */

import { render } from "preact";
import type { Connection } from "../state/connection";
import type { Session } from "../state/kernel";
import "../theme/index.css";
import { PanelView } from "./panel";

/** Gives back what takes it away. */
export function mount(element: HTMLElement, session: Session, connection: Connection): () => void {
  element.classList.add("lx-root");
  render(<PanelView session={session} connection={connection} />, element);
  return () => render(null, element);
}
