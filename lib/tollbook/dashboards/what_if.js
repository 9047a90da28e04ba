// A slider and the sentence it leads to. The browser's own range: it knows keyboards, screen readers and thumbs.
function render({ model, el }) {
  const label = document.createElement("label");
  label.className = "tb-slide";
  const caption = document.createElement("span");
  const range = document.createElement("input");
  range.type = "range";
  range.name = "volume";
  range.min = -50;
  range.max = 100;
  range.step = 5;
  const said = document.createElement("p");
  said.className = "tb-said";
  said.setAttribute("role", "status");
  label.append(caption, range);
  el.append(label, said);

  const words = () => {
    const percent = Number(range.value);
    const text = percent === 0 ? "as many messages" : `${Math.abs(percent)}% ${percent > 0 ? "more" : "fewer"} messages`;
    caption.textContent = `What if there were ${percent === 0 ? "more or fewer messages" : text}?`;
    range.setAttribute("aria-valuetext", text);
  };
  let waiting;
  range.addEventListener("input", () => {
    words();
    clearTimeout(waiting);
    waiting = setTimeout(() => { model.set("percent", Number(range.value)); model.save_changes(); }, 150);
  });
  const show = () => { range.value = model.get("percent"); words(); };
  const say = () => { said.textContent = model.get("said"); };
  model.on("change:percent", show);
  model.on("change:said", say);
  show();
  say();
  return () => clearTimeout(waiting);
}

export default { render };
