/* Keeps in this browser what does not change until the site is built anew, and leaves the rest to JupyterLite's own worker.

A plain static host says little about how long a file may be kept; asked once per build is enough. The name of the cache ends in a
hash of all that is kept, written when the site is built: another build is another file here, so that the browser fetches it, and
another cache. */

const CACHE_OF_BUILD = "notebooks @BUILD@";
const HERE = new URL("./", self.location.href);
// What changes without a build's leave, or has to be asked for each time.
const LIVELY = /^(files\/|api\/|start\.|service-worker\.js|jupyterlite-worker\.js)/;

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("notebooks ") && name !== CACHE_OF_BUILD) await caches.delete(name);
      }
    })(),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(HERE.href)) return;
  const path = request.url.slice(HERE.href.length);
  if (LIVELY.test(path)) return;
  event.stopImmediatePropagation();
  event.respondWith(kept(path.replace(/[?#].*/, ""), event));
});

async function kept(path, event) {
  const address = new URL(path, HERE).href;
  const cache = await caches.open(CACHE_OF_BUILD).catch(() => null);
  const found = await cache?.match(address);
  if (found) return found;
  // The browser's own cache may hold this file from an earlier build: it asks the server whether it still holds.
  const answer = await fetch(address, { cache: "no-cache" });
  // A full storage keeps nobody from working.
  if (answer.ok && cache) event.waitUntil(cache.put(address, answer.clone()).catch(() => {}));
  return answer;
}

// Files and input of the interpreter. Its names and these share one scope.
importScripts("./jupyterlite-worker.js");
