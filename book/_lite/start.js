/* The page before a notebook: looks whether this browser can run one, says what it will load, and goes on.

Written for old browsers, too, which shall read what to do: no module, no syntax of the last years. */

(function () {
  "use strict";
  var wanted = new URLSearchParams(window.location.search).get("open") || "";
  // Names of exercises and chapters, and nothing else, so that no link can lead elsewhere.
  var match = /^(exercises|chapters)\/((?:[a-z0-9_]+\/)*[a-z0-9_]+)\.ipynb$/.exec(wanted);
  var place = document.body.dataset;
  var open = element("open");

  function element(id) {
    return document.getElementById(id);
  }

  function trouble(sentence) {
    var line = document.createElement("p");
    line.textContent = sentence;
    element("trouble").appendChild(line);
  }

  if (!match) {
    trouble("This page opens a notebook, and its address names none. Go back to the book and choose “Do it in your browser” on an exercise.");
    return;
  }
  var name = match[2].split("/").pop().replace(/_/g, " ");
  element("title").textContent = (match[1] === "exercises" ? "Exercise: " : "Chapter: ") + name;
  element("back").href = "../" + (match[1] === "chapters" ? match[2] + ".html" : "index.html");
  element("download").href = "../downloads/" + (match[1] === "exercises" ? wanted : match[2] + ".ipynb");
  element("instead").hidden = false;
  open.href = "notebooks/index.html?path=" + encodeURIComponent(wanted);

  if (window.location.protocol === "file:") {
    trouble(
      "You opened the book from a file, and a browser runs notebooks only from a web server. In the folder of the site, " +
        "type  python -m http.server 8000  and open http://localhost:8000.",
    );
    return;
  }
  if (typeof WebAssembly !== "object" || typeof Worker !== "function") {
    trouble(
      "This browser has no WebAssembly, in which Python runs here. A current Firefox, Chrome, Edge or Safari has it; " +
        "some schools, and some protective modes, switch it off.",
    );
    return;
  }

  var doubts = [];
  if (!("serviceWorker" in navigator)) {
    doubts.push(
      window.isSecureContext === false
        ? "This site was opened by http://, and a browser keeps files for later only by https://. Change http to https in the " +
            "address; if that does not work, the notebook runs all the same, but each start loads everything anew."
        : "This browser has no service workers, as in some private windows: each start loads everything anew. Open the book in an " +
            "ordinary window, or go on.",
    );
  }

  // Some private windows have the name and refuse the database.
  function storage() {
    return new Promise(function (found) {
      try {
        var request = indexedDB.open("can this browser keep a notebook?");
        request.onerror = function () { found(false); };
        request.onsuccess = function () { request.result.close(); found(true); };
      } catch (error) {
        found(false);
      }
    });
  }

  function kept() {
    return window.caches ? caches.has("notebooks " + place.build).catch(function () { return false; }) : Promise.resolve(false);
  }

  // The worker that keeps files has to be there before the first of them is asked for.
  function worker() {
    if (!("serviceWorker" in navigator)) return Promise.resolve();
    var ready = navigator.serviceWorker
      // With this address JupyterLite registers it, too: with another, it would be another worker.
      .register("service-worker.js?enableCache=false")
      .then(function () { return navigator.serviceWorker.ready; })
      .catch(function () {
        doubts.push("This browser refused to keep files for later: each start loads everything anew. Open the book in an ordinary window, or go on.");
      });
    var patience = new Promise(function (done) { setTimeout(done, 5000); });
    return Promise.race([ready, patience]);
  }

  Promise.all([storage(), kept(), worker()]).then(function (answers) {
    if (!answers[0]) {
      doubts.push(
        "This browser keeps nothing, as in a private window: what you write is gone when the tab closes. Open the book in an ordinary " +
          "window, or go on and download your notebook before you close it.",
      );
    }
    doubts.forEach(trouble);
    open.hidden = false;
    if (answers[1]) element("cost").textContent = "It comes from your browser's storage: nothing large is loaded.";
    if (doubts.length) open.textContent = "Open it all the same";
    // Who has been here before has said yes to what it loads.
    else if (answers[1]) window.location.replace(open.href);
    else open.focus();
  });
})();
