/**
 * The side panel in JupyterLab 4 and Notebook 7: a federated module written by hand, without webpack.
 *
 * The page calls `init` with the modules it shares, then `get`, and expects a plugin. Nothing of JupyterLab is bundled;
 * what the host doesn't share (a status bar in Notebook 7) is done without.
 */

import { activate, type Host } from "./lab/plugin";
import { type Scope, shared } from "./lab/shared";

const NAME = "lineage-ext";
let scope: Scope = {};

const container = {
  init(given: Scope): void {
    scope = given;
  },

  async get(): Promise<() => unknown> {
    const [widgets, notebook, statusbar] = await Promise.all([
      shared(scope, "@lumino/widgets"),
      shared(scope, "@jupyterlab/notebook"),
      shared(scope, "@jupyterlab/statusbar"),
    ]);
    const optional = [notebook?.INotebookTracker, statusbar?.IStatusBar].filter(Boolean);
    const plugin = {
      id: `${NAME}:dock`,
      description: "Lineage beside the notebook",
      autoStart: true,
      optional,
      activate: (app: Host["app"], ...services: unknown[]) => {
        const tracker = notebook?.INotebookTracker ? services.shift() : null;
        const bar = statusbar?.IStatusBar ? services.shift() : null;
        activate({ app, widgets, tracker, bar } as Host);
      },
    };
    return () => ({ __esModule: true, default: plugin });
  },
};

interface Page {
  _JUPYTERLAB?: Record<string, unknown>;
}
const page = globalThis as Page;
page._JUPYTERLAB ??= {};
page._JUPYTERLAB[NAME] = container;
