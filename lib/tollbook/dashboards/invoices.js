// Invoices and drafts, each with its files. Nothing is served: the kernel sends a file's bytes when it is asked for.
function render({ model, el }) {
  const scroll = document.createElement("div");
  scroll.className = "tb-scroll";
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "Invoices");
  const said = document.createElement("p");
  said.className = "tb-fact";
  said.setAttribute("role", "status");
  el.append(scroll, said);

  function cell(kind, text) {
    const node = document.createElement(kind);
    if (kind === "th") node.scope = "col";
    node.textContent = text; // text, never markup
    return node;
  }

  function button(row, as) {
    const node = document.createElement("button");
    node.type = "button";
    node.className = "tb-button";
    node.textContent = as.toUpperCase();
    node.setAttribute("aria-label", `${row.name} as ${as.toUpperCase()}`);
    node.addEventListener("click", () => {
      said.textContent = `Preparing ${row.name}…`;
      model.send({ number: row.number, as });
    });
    return node;
  }

  function fill() {
    const table = document.createElement("table");
    table.className = "tb-grid tb-invoices";
    const head = document.createElement("thead");
    const names = document.createElement("tr");
    names.append(...["Document", "Month", "State", "Total", "Files"].map((name) => cell("th", name)));
    head.append(names);
    const body = document.createElement("tbody");
    for (const row of model.get("rows")) {
      const line = document.createElement("tr");
      line.append(cell("td", row.name), cell("td", row.month), cell("td", row.state), cell("td", row.total));
      line.children[3].className = "tb-number";
      const files = cell("td", "");
      files.className = "tb-files";
      if (model.get("files")) files.append(button(row, "pdf"), button(row, "csv"));
      line.append(files);
      body.append(line);
    }
    table.append(head, body);
    scroll.replaceChildren(table);
  }

  model.on("msg:custom", (file, buffers) => {
    said.textContent = file.said;
    if (!file.name) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([buffers[0]], { type: file.type }));
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  model.on("change:rows", fill);
  model.on("change:files", fill);
  fill();
}

export default { render };
