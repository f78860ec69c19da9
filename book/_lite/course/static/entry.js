/* Where JupyterLab looks for an extension: an object with `init` and `get`, as webpack's module federation writes it. */

(() => {
  const here = document.currentScript.src;
  const shared = {};
  (window._JUPYTERLAB ??= {})["bplib-course"] = {
    init(scope) {
      Object.assign(shared, scope);
    },
    async get() {
      const { plugin } = await import(new URL("./notebook.js", here).href);
      const load = async (name) => (await Object.values(shared[name])[0].get())();
      return () => ({ __esModule: true, default: [plugin(load)] });
    },
  };
})();
