// The picture of paths: a path of the list lights up in it, it can be moved about, and it can be saved.
"use strict";

const canvas = document.getElementById("canvas");
const drawing = document.querySelector("svg.picture");
const elements = JSON.parse(canvas.dataset.elements);
let moved = null;

for (const item of document.querySelectorAll("ol.paths > li")) {
  const light = (on) => {
    for (const edge of drawing.querySelectorAll("[data-paths]"))
      edge.classList.toggle("dim", on && !edge.dataset.paths.split(" ").includes(item.dataset.rank));
    if (moved) moved.edges().forEach((edge) => edge.toggleClass("dim", on && !edge.data("paths").includes(Number(item.dataset.rank))));
  };
  item.addEventListener("mouseenter", () => light(true));
  item.addEventListener("mouseleave", () => light(false));
  item.addEventListener("focusin", () => light(true));
  item.addEventListener("focusout", () => light(false));
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
function open() {
  canvas.hidden = false;
  const text = colour("text"), page = colour("page");
  moved = cytoscape({
    container: canvas,
    elements,
    layout: { name: "preset", fit: true, padding: 20 },
    minZoom: 0.2, maxZoom: 4,
    style: [
      { selector: "node", style: { label: "data(name)", shape: "round-rectangle", width: 150, height: 36, "text-valign": "center", "text-max-width": 140, "text-wrap": "ellipsis", "font-size": 13, color: text, "background-color": page, "border-width": 2, "border-color": (node) => colour(node.data("kind")) } },
      { selector: "edge", style: { label: "data(words)", "font-size": 11, color: text, "text-background-color": page, "text-background-opacity": 0.85, "curve-style": "bezier", width: (edge) => 1 + 3 * edge.data("belief"), "line-color": (edge) => colour(edge.data("sign")), "target-arrow-color": (edge) => colour(edge.data("sign")), "target-arrow-shape": (edge) => (!edge.data("directed") ? "none" : edge.data("sign") === "down" ? "tee" : "triangle"), "line-style": (edge) => (edge.data("weakest") ? "dashed" : "solid") } },
      { selector: ".dim", style: { opacity: 0.15 } },
    ],
  });
  moved.on("tap", "edge", (event) => document.querySelector(`[data-statement="${CSS.escape(event.target.id())}"]`)?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })));
}

function save(name, content, type) {
  const link = document.createElement("a");
  link.download = name;
  link.href = content.startsWith("data:") ? content : URL.createObjectURL(new Blob([content], { type }));
  link.click();
}

const name = () => "isthmus-" + document.title.replace(/ – Isthmus$/, "").replace(/[^A-Za-z0-9]+/g, "-").slice(0, 80);
const forms = {
  svg: () => save(name() + ".svg", new XMLSerializer().serializeToString(dressed()), "image/svg+xml"),
  json: () => save(name() + ".cyjs", JSON.stringify({ elements }, null, 1), "application/json"),
  png: () => { if (!moved) open(); save(name() + ".png", moved.png({ full: true, scale: 2, bg: colour("page") })); },
};

// The drawing with the look that it has here written into it, since a file has no style sheet.
function dressed() {
  const copy = drawing.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const from = drawing.querySelectorAll("path, rect, text"), to = copy.querySelectorAll("path, rect, text");
  from.forEach((one, place) => {
    const style = getComputedStyle(one);
    for (const property of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-family", "font-weight", "text-anchor", "opacity"])
      to[place].setAttribute(property, style.getPropertyValue(property));
  });
  copy.querySelectorAll("a").forEach((one) => one.setAttribute("href", new URL(one.getAttribute("href"), location.href)));
  return copy;
}

for (const button of document.querySelectorAll("[data-save]")) {
  button.hidden = false;
  button.addEventListener("click", () => forms[button.dataset.save]());
}
const mover = document.querySelector("[data-interactive]");
mover.hidden = false;
mover.addEventListener("click", () => { if (!moved) open(); else canvas.hidden = !canvas.hidden; });
