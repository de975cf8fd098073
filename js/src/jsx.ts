/** What JSX becomes (`build.mjs`): calls without the `children:` of the automatic runtime, 2.6 kB less. */

export { Fragment as jsxFragment, h as jsxElement } from "preact";
