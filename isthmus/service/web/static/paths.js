// The picture of paths: a path of the list lights up in it, it can be moved about, and saved as an image.
// Answers come into the page after it, so each part is set up when it arrives.
"use strict";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

function light(scope, rank) {
  for (const one of scope.querySelectorAll("[data-ways]"))
    one.classList.toggle("dim", Boolean(rank) && !one.dataset.ways.split(" ").includes(rank));
  const moved = scope.querySelector(".canvas")?.network;
  if (moved) moved.elements().forEach((one) => one.toggleClass("dim", Boolean(rank) && !(one.data("paths") || []).includes(Number(rank))));
}

function listen(answer) {
  for (const item of answer.querySelectorAll("ol.ranked > li")) {
    for (const [event, rank] of [["mouseenter", item.dataset.rank], ["focusin", item.dataset.rank], ["mouseleave", ""], ["focusout", ""]])
      item.addEventListener(event, () => light(answer, rank));
  }
}

const style = () => [
  { selector: "node", style: { label: "data(name)", shape: "round-rectangle", width: 168, height: 40, "text-valign": "center", "text-max-width": 156, "text-wrap": "ellipsis", "font-size": 13, color: colour("text"), "background-color": colour("tint"), "border-width": 2, "border-color": (node) => colour(node.data("kind")) } },
  { selector: "edge", style: { label: "data(interaction)", "font-size": 11, color: colour("text"), "text-background-color": colour("page"), "text-background-opacity": 0.85, "curve-style": "bezier", width: (edge) => 1.2 + 3.3 * edge.data("belief"), "line-color": (edge) => colour(edge.data("sign")), "target-arrow-color": (edge) => colour(edge.data("sign")), "target-arrow-shape": (edge) => (!edge.data("directed") ? "none" : edge.data("sign") === "down" ? "tee" : "triangle"), "line-style": (edge) => (edge.data("speculated") ? "dashed" : "solid") } },
  { selector: ".dim", style: { opacity: 0.15 } },
];

function network(canvas, drawing) {
  const { nodes, edges } = JSON.parse(canvas.dataset.network).elements;
  for (const node of nodes) // a node is on the paths of its edges
    node.data.paths = [...new Set(edges.filter((edge) => [edge.data.source, edge.data.target].includes(node.data.id)).flatMap((edge) => edge.data.paths))];
  canvas.network = cytoscape({ container: canvas, elements: { nodes, edges }, layout: { name: "preset", fit: true, padding: 20 }, minZoom: 0.2, maxZoom: 4, style: style() });
  canvas.network.on("tap", "edge", (event) => drawing.querySelector(`[data-statement="${CSS.escape(event.target.data("statement"))}"]`)?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })));
}

function download(name, href) {
  const link = document.createElement("a");
  link.download = name;
  link.href = href;
  link.click();
}

// As it is drawn, twice as large; where it was moved about, as it was moved.
async function saveImage(canvas, source) {
  const name = "isthmus-" + document.title.replace(/ – Isthmus$/, "").replace(/[^A-Za-z0-9]+/g, "-").slice(0, 80) + ".png";
  if (!canvas.hidden) { download(name, canvas.network.png({ full: true, scale: 2, bg: colour("page") })); return; }
  const image = new Image();
  image.src = source;
  await image.decode();
  const sheet = document.createElement("canvas");
  sheet.width = image.naturalWidth * 2;
  sheet.height = image.naturalHeight * 2;
  const pen = sheet.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(image, 0, 0, sheet.width, sheet.height);
  download(name, sheet.toDataURL("image/png"));
}

function picture(section) {
  const drawing = section.querySelector("svg.picture"), canvas = section.querySelector(".canvas");
  const mover = section.querySelector("[data-interactive]"), image = section.querySelector("[data-png]");
  mover.hidden = image.hidden = false;
  mover.addEventListener("click", () => {
    const moving = canvas.hidden;
    canvas.hidden = !moving;
    drawing.toggleAttribute("hidden", moving);
    mover.setAttribute("aria-pressed", String(moving));
    mover.textContent = moving ? "As it was drawn" : "Move it about";
    if (moving && !canvas.network) network(canvas, drawing);
  });
  image.addEventListener("click", () => saveImage(canvas, section.querySelector('a[href*="picture.svg"]').href));
}

function setUp(root) {
  const answer = root.id === "answer" ? root : root.querySelector("#answer");
  if (!answer || answer.classList.contains("waiting") || answer.dataset.ready) return;
  answer.dataset.ready = "1";
  listen(answer);
  answer.querySelectorAll("[data-picture]").forEach(picture);
  answer.querySelectorAll("form[data-slow]").forEach((form) => form.addEventListener("submit", () => form.setAttribute("aria-busy", "true")));
}

addEventListener("htmx:load", (event) => setUp(event.detail.elt));
addEventListener("htmx:beforeSwap", (event) => { if (event.detail.xhr.status >= 400) event.detail.shouldSwap = true; }); // what went wrong, in words
addEventListener("htmx:sendError", (event) => {
  const told = document.createElement("p");
  told.setAttribute("role", "alert");
  told.textContent = "The service cannot be reached. Load the page again when it is back.";
  event.detail.elt.replaceChildren(told);
  event.detail.elt.removeAttribute("aria-busy");
});
setUp(document.body);
