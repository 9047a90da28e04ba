// Suggested questions: one click answers, pins or dismisses. What the answer says arrives as text and picture beside it.
function render({ model, el }) {
  const list = document.createElement("ol");
  list.className = "tb-questions";
  el.append(list);

  function button(text, how, at, question) {
    const node = document.createElement("button");
    node.type = "button";
    node.className = "tb-button";
    node.textContent = text;
    node.setAttribute("aria-label", `${text}: ${question}`);
    node.addEventListener("click", () => {
      for (const one of list.querySelectorAll("button")) one.disabled = true;
      model.send({ how, at });
    });
    return node;
  }

  function fill() {
    list.replaceChildren(...model.get("items").map((item, at) => {
      const line = document.createElement("li");
      const text = document.createElement("strong");
      text.textContent = item.text;
      const why = document.createElement("span");
      why.textContent = item.why;
      const buttons = document.createElement("div");
      buttons.append(
        button("Answer", "picked", at, item.text),
        button(item.pinned ? "Pinned" : "Pin", "pinned", at, item.text),
        button("Dismiss", "dismissed", at, item.text),
      );
      if (item.pinned) buttons.children[1].setAttribute("aria-pressed", "true");
      line.append(text, why, buttons);
      return line;
    }));
    if (!model.get("items").length) {
      const line = document.createElement("li");
      line.textContent = model.get("empty");
      list.append(line);
    }
  }

  model.on("change:items", fill);
  model.on("change:empty", fill);
  model.on("msg:custom", fill); // the press was dealt with: the buttons can be used again
  fill();
}

export default { render };
