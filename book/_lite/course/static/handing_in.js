/* The notebook as a file, as the course wants it handed in. */

// What JupyterLab elsewhere, and the grading, know a Python notebook by.
const KERNEL = { display_name: "Python 3 (ipykernel)", language: "python", name: "python3" };

/** Download the notebook under the exercise's name, with the kernel of its release instead of the one in this page. */
export async function handIn(panel, place) {
  const notebook = panel.context.model.toJSON();
  notebook.metadata = { ...notebook.metadata, kernelspec: place.metadata?.kernelspec ?? KERNEL };
  if (place.metadata?.language_info) notebook.metadata.language_info = place.metadata.language_info;
  else delete notebook.metadata.language_info;
  const file = new Blob([JSON.stringify(notebook, null, 1), "\n"], { type: "application/x-ipynb+json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = place.exercise ? `${place.exercise}.ipynb` : place.path.split("/").pop();
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
