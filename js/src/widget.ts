/** The anywidget: one session for each model, shown by any number of views; docked where there is a side panel. */

import type { AnyModel } from "@anywidget/types";
import { isDocked, keepDocked, reveal } from "./docking";
import { goto } from "./goto";
import type { Message } from "./protocol";
import { mountReport } from "./report";
import type { Channel } from "./state/channel";
import { Connection } from "./state/connection";
import { Session } from "./state/kernel";
import { mount } from "./views/mount";

export interface Traits {
  snapshot: string;
  command: string;
  docked: boolean;
  title: string;
  notebook: string;
  shown: number;
  [name: string]: unknown;
}
export type Model = AnyModel<Traits>;

/** A model's messages as a channel; commands go to the other model, once it is known. */
function channelOf(model: Model): Channel & { close(): void } {
  const commands = commandModel(model);
  let receive: (message: Message, buffers: readonly DataView[]) => void = () => {};
  const listener = (message: Message, buffers: DataView[]) => receive(message, buffers);
  model.on("msg:custom", listener);
  let heard: AnyModel | undefined;
  commands.then(
    (other) => {
      heard = other;
      if (other !== model) other.on("msg:custom", listener);
    },
    () => {},
  );
  return {
    frozen: false,
    saved: () => model.get("snapshot") ?? "",
    save: (text) => model.set("snapshot", text),
    send: (command) => {
      if (heard) heard.send(command);
      else commands.then((other) => other.send(command)).catch(() => {});
    },
    listen: (listen) => {
      receive = listen;
      return () => {
        receive = () => {};
      };
    },
    goto,
    close: () => {
      model.off("msg:custom", listener);
      if (heard && heard !== model) heard.off("msg:custom", listener);
    },
  };
}

async function commandModel(model: Model): Promise<AnyModel> {
  const id = /^IPY_MODEL_(.+)$/.exec(model.get("command") ?? "")?.[1];
  if (!id) return model;
  const other = await (model.widget_manager as { get_model(id: string): Promise<AnyModel> }).get_model(id);
  return other;
}

export default () => {
  let session: Session;
  let connection: Connection;
  let undock: (() => void) | null = null;
  const draw = (element: HTMLElement) => mount(element, session, connection);
  return {
    initialize({ model }: { model: Model }) {
      session = new Session();
      const channel = channelOf(model);
      connection = new Connection(session, channel);
      const restored = () => connection.restore(model.get("snapshot") ?? "");
      model.on("change:snapshot", restored);
      connection.resync();
      undock = keepDocked(model, session, draw);
      return () => {
        model.off("change:snapshot", restored);
        undock?.();
        connection.close();
        channel.close();
      };
    },
    render({ el }: { el: HTMLElement }) {
      if (isDocked(session)) return pointToDock(session, el);
      return draw(el);
    },
  };
};

/** What stands below the cell when the panel is in the side panel. */
function pointToDock(session: Session, el: HTMLElement): void {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Lineage is in the side panel";
  button.className = "lx-docked";
  button.addEventListener("click", () => reveal(session));
  el.append(button);
}

mountReport();
