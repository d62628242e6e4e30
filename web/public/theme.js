// Runs before the first paint, so that a dark room does not flash white.
(function () {
  var chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
