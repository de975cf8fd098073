"""Functions that other threads run: what they are given, what they put where, what they give back."""

# ruff: noqa: D103  # their names say it

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.pool import ThreadPool
from queue import Queue

import pandas as pd


def list_filled_by_thread(o):
    rows = []

    def work():
        for a in o["qty"]:
            if a > 1:
                rows.append(a * 2)
            else:
                rows.append(a)

    t = threading.Thread(target=work)
    t.start()
    t.join()
    return pd.DataFrame({"v": rows})


def dict_filled_by_threads(o):
    sums = {}

    def work(shop, part):
        sums[shop] = part["qty"].sum()

    threads = []
    for shop, part in o.groupby("shop"):
        t = threading.Thread(target=work, args=(shop, part))
        threads.append(t)
        t.start()
    for t in threads:
        t.join()
    return pd.Series(sums, name="v").sort_index().rename_axis("shop").reset_index()


def dict_filled_by_listed_threads(o):
    sums = {}

    def work(shop):
        sums[shop] = o.loc[o["shop"] == shop, "price"].sum()

    threads = [threading.Thread(target=work, args=(s,)) for s in ("A", "B")]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return pd.DataFrame({"v": [sums["A"], sums["B"]]})


def list_given_to_thread(o):
    out = []

    def work(into, values):
        into.append(values.sum())

    t = threading.Thread(None, work, "summing", (out, o["price"]))
    t.start()
    t.join()
    return pd.DataFrame({"v": out})


def dict_given_by_name_to_thread(o):
    out = {}

    def work(into, values):
        into["s"] = values.sum()

    t = threading.Thread(target=work, kwargs={"into": out, "values": o["price"]})
    t.start()
    t.join()
    return pd.DataFrame({"v": [out["s"]]})


def queue_filled_by_timer(o):
    q = Queue()

    def work(part):
        q.put(part["qty"].mean())

    t = threading.Timer(0.0, work, (o,))
    t.start()
    t.join()
    return pd.DataFrame({"v": [q.get()]})


def limit_given_to_thread(o):
    out = {}

    def work(limit):
        out["few"] = o.loc[o["price"] > limit, ["id", "price"]]

    t = threading.Thread(target=work, args=(float(o["qty"].mean()),))
    t.start()
    t.join()
    return out["few"]


def limit_through_functions_in_thread(o):
    out = []

    def over(limit):
        return o.loc[o["price"] > limit, "price"].sum()

    def work(limits):
        for limit in limits:
            out.insert(0, over(limit))

    t = threading.Thread(target=work, args=([o["qty"].max(), o["disc"].sum()],))
    t.start()
    t.join()
    return pd.DataFrame({"v": out})


def object_filled_by_thread(o):
    class Worker:
        def __init__(self):
            self.rows = []

        def run(self, xs):
            for x in xs:
                self.rows.append(x)

    w = Worker()
    t = threading.Thread(target=w.run, args=(o["price"],))
    t.start()
    t.join()
    return pd.DataFrame({"v": w.rows})


def thread_of_its_own_class(o):
    class Worker(threading.Thread):
        def __init__(self, xs):
            super().__init__()
            self.xs = xs
            self.total = 0

        def run(self):
            self.total = self.xs.sum()

    w = Worker(o["price"])
    w.start()
    w.join()
    return pd.DataFrame({"v": [w.total]})


def list_filled_by_pool(o):
    rows = []

    def work(x):
        rows.append(x * 3)

    with ThreadPoolExecutor(1) as pool:
        for a in o["qty"]:
            pool.submit(work, a)
    return pd.DataFrame({"v": rows})


def dict_filled_by_mapping_pool(o):
    sums = {}

    def work(shop):
        sums[shop] = o.loc[o["shop"] == shop, "price"].sum()

    with ThreadPoolExecutor(1) as pool:
        list(pool.map(work, ["A", "B"]))
    return pd.DataFrame({"v": [sums["A"], sums["B"]]})


def submitted_with_limit(o):
    def few(limit, column):
        return o.loc[o[column] > limit, ["id", column]]

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(few, o["qty"].mean(), column="price")
        return future.result()


def mapped_over_limits(o):
    def few(limit):
        return o.loc[o["price"] > limit, "price"].sum()

    with ThreadPoolExecutor(1) as pool:
        return pd.DataFrame({"v": list(pool.map(few, [o["qty"].mean(), 3]))})


def mapped_with_partial(o):
    def part(shop, limit):
        return o.loc[(o["shop"] == shop) & (o["price"] > limit), ["id", "price"]]

    with ThreadPoolExecutor(1) as pool:
        return pd.concat(pool.map(partial(part, limit=o["qty"].mean()), ["A", "B"]))


def results_as_completed(o):
    def work(shop):
        return o.loc[o["shop"] == shop, "price"].sum()

    got = {}
    with ThreadPoolExecutor(1) as pool:
        futures = {pool.submit(work, s): s for s in ("A", "B")}
        for f in concurrent.futures.as_completed(futures):
            got[futures[f]] = f.result()
    return pd.DataFrame({"v": [got["A"], got["B"]]})


def frames_of_futures(o):
    def work(shop):
        return o[o["shop"] == shop].groupby("item", as_index=False)["qty"].sum()

    with ThreadPoolExecutor(1) as pool:
        futures = [pool.submit(work, s) for s in ("A", "B")]
    return pd.concat([f.result() for f in futures])


def called_back_when_done(o):
    got = []

    def work(x):
        return x + 1

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work, o["qty"].sum())
        future.add_done_callback(lambda done: got.append(done.result()))
    return pd.DataFrame({"v": got})


def applied_by_thread_pool(o):
    sums = []

    def work(shop, limit):
        sums.append(o.loc[(o["shop"] == shop) & (o["price"] > limit), "price"].sum())

    with ThreadPool(1) as pool:
        pool.apply_async(work, ("A", o["qty"].mean())).get()
    return pd.DataFrame({"v": sums})


def run_by_event_loop(o):
    out = {}

    def work(name, frame):
        out[name] = frame["price"].sum()

    async def main():
        await asyncio.to_thread(work, "all", o)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, work, "many", o[o["qty"] > 4])

    t = threading.Thread(target=asyncio.run, args=(main(),))
    t.start()
    t.join()
    return pd.DataFrame({"v": [out["all"], out["many"]]})


def list_filled_by_coroutines(o):
    rows = []

    async def add(r):
        rows.append(r.price * r.qty)

    async def main():
        for r in o.itertuples():
            await add(r)

    asyncio.run(main())
    return pd.DataFrame({"v": rows})


def queue_between_coroutines(o):
    async def produce(q):
        for r in o.itertuples():
            await q.put(r.qty)
        await q.put(None)

    async def consume(q):
        out = []
        while (qty := await q.get()) is not None:
            if qty > 2:
                out.append(qty)
        return out

    async def main():
        q = asyncio.Queue()
        _, got = await asyncio.gather(produce(q), consume(q))
        return got

    return pd.DataFrame({"v": asyncio.run(main())})


def one_coroutine_awaited_twice(o, p):
    async def mean(frame, column):
        return frame[column].mean()

    async def main():
        price = await mean(o, "price")
        age = await mean(p, "age")
        return price, age

    price, age = asyncio.run(main())
    return pd.DataFrame({"price": [price], "age": [age]})
