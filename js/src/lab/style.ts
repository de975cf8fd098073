/** The few rules of the side panel itself; the panel brings its own stylesheet. */

const ICON =
  "url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' stroke='black' stroke-width='1.5'%3E%3Ccircle cx='3.5' cy='4' r='2'/%3E%3Ccircle cx='3.5' cy='12' r='2'/%3E%3Ccircle cx='12.5' cy='8' r='2'/%3E%3Cpath d='M5.5 4.3C8.5 5 8 8 10.5 8M5.5 11.7C8.5 11 8 8 10.5 8'/%3E%3C/svg%3E\")";

export const STYLE = `
.lineage-ext-dock { overflow: hidden; background: var(--jp-layout-color1); }
#jp-right-stack > .lineage-ext-dock, #jp-left-stack > .lineage-ext-dock { min-width: 420px; } /* JupyterLab's own rule has an id, too */
#jp-right-stack:has(.lineage-ext-dock:not(.lm-mod-hidden)) { min-width: 420px; }
.lineage-ext-icon { background: var(--jp-inverse-layout-color3, #616161); mask: ${ICON} center / 16px no-repeat; width: 16px; height: 16px; }
.lineage-ext-status { border: 0; background: none; color: inherit; font: inherit; cursor: pointer; padding: 0 4px; line-height: 24px; vertical-align: top; }
.lineage-ext-flash { outline: 2px solid var(--jp-brand-color1); outline-offset: 2px; }
`;
