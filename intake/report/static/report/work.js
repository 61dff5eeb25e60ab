/**
 * Work in place of waiting: under strain a page may derive some hundred keys, and its report is
 * taken at once. The work is done beside the page, by altcha's own worker, which asks nobody.
 * Where it does not work (no secure connection, an old browser) the report waits, as without a
 * script.
 */

const WORKERS = 4;
const LONGEST = 60_000; // milliseconds; by then waiting is faster

/** Solve the challenge that stands at a place, and put what was found in its field. */
export async function work(place, makeWorker = (url) => new Worker(url)) {
  const field = place.querySelector("input");
  const challenge = JSON.parse(place.dataset.work);
  if (field.value || !globalThis.crypto?.subtle) return false;
  const count = Math.min(WORKERS, Math.max(1, (globalThis.navigator?.hardwareConcurrency || 2) - 1));
  const workers = [];
  try {
    for (let number = 0; number < count; number += 1) workers.push(makeWorker(place.dataset.worker));
    const solution = await first(workers, challenge);
    if (!solution) return false;
    field.value = btoa(JSON.stringify({ challenge, solution }));
    return true;
  } catch {
    return false;
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

/** What the first of the workers finds; each tries number of its own share. */
function first(workers, challenge) {
  return Promise.race(
    workers.map(
      (worker, number) =>
        new Promise((resolve, reject) => {
          worker.onerror = reject;
          worker.onmessage = ({ data }) => (data?.error ? reject(data.error) : resolve(data));
          worker.postMessage({
            type: "work",
            challenge,
            counterStart: number,
            counterStep: workers.length,
            timeout: LONGEST,
          });
        }),
    ),
  );
}
