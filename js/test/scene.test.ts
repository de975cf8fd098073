import { expect, test, vi } from "vitest";
import { Scene } from "../src/state/scene";
import { effect } from "../src/state/signals";
import { View } from "../src/state/view";
import { Book } from "./build";

test("news are folded once, also where the clock tells no time for it", () => {
  vi.spyOn(performance, "now").mockReturnValue(5); // browsers tell tenths of a ms, an empty graph takes less
  const session = new Book().session();
  const scene = new Scene(session, new View());
  let drawn = 0;
  const stop = effect(() => {
    scene.shown.value;
    drawn++;
  });
  for (let news = 1; news <= 3; news++) {
    session.graphVersion.value++;
    expect(drawn).toBe(1 + news);
  }
  stop();
  scene.close();
  vi.restoreAllMocks();
});
