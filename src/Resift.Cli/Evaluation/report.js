for (const box of document.querySelectorAll("input[data-table]")) {
  const rows = [...document.getElementById(box.dataset.table).tBodies[0].rows];
  const texts = rows.map(row => row.textContent.toLowerCase());
  const said = document.getElementById(box.dataset.said);
  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(word => word);
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !words.every(word => texts[index].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    said.textContent = `${shown} of ${rows.length} queries`;
  };
  box.addEventListener("input", filter);
  box.addEventListener("keydown", event => {
    if (event.key === "Escape") {
      box.value = "";
      filter();
    }
  });
  filter();
}
