// A row of choices above a picture, one of which holds: the browser's own radio buttons, dressed as tabs.
function render({ model, el }) {
  el.classList.add("tb-tabs");
  const group = `tabs-${Math.random().toString(36).slice(2)}`;
  const set = document.createElement("fieldset");
  set.className = "tb-periods";
  el.append(set);

  function fill() {
    const legend = document.createElement("legend");
    legend.className = "tb-unseen";
    legend.textContent = model.get("label");
    set.replaceChildren(legend, ...model.get("options").map(([id, name]) => {
      const label = document.createElement("label");
      const radio = document.createElement("input");
      radio.type = "radio";
      radio.name = group;
      radio.value = id;
      radio.checked = id === model.get("chosen");
      radio.addEventListener("change", () => {
        el.dispatchEvent(new CustomEvent("tollbook:choose", { bubbles: true, detail: { [model.get("name")]: id } }));
      });
      const text = document.createElement("span");
      text.textContent = name; // text, never markup
      label.append(radio, text);
      return label;
    }));
    set.hidden = model.get("options").length < 2;
  }

  model.on("change:options", fill);
  model.on("change:chosen", fill);
  fill();
}

export default { render };
