(function () {
  "use strict";
  var all = Array.prototype.slice.call(document.querySelectorAll("details"));
  var tools = document.getElementById("tools");
  var toggle = document.getElementById("toggle");
  var filter = document.getElementById("filter");
  var opened = [];
  function openTarget() {
    var id = decodeURIComponent(location.hash.slice(1));
    var target = id && document.getElementById(id);
    if (!target) { return; }
    for (var part = target; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") { part.open = true; }
    }
    target.scrollIntoView();
  }
  addEventListener("hashchange", openTarget);
  openTarget();
  addEventListener("beforeprint", function () {
    opened = all.filter(function (d) { return !d.open; });
    opened.forEach(function (d) { d.open = true; });
  });
  addEventListener("afterprint", function () {
    opened.forEach(function (d) { d.open = false; });
  });
  if (!tools) { return; }
  tools.hidden = false;
  var findings = all.filter(function (d) { return d.classList.contains("finding"); });
  toggle.addEventListener("click", function () {
    var open = toggle.getAttribute("aria-pressed") !== "true";
    findings.forEach(function (d) { d.open = open; });
    toggle.setAttribute("aria-pressed", String(open));
    toggle.textContent = toggle.getAttribute(open ? "data-close" : "data-open");
  });
  filter.addEventListener("input", function () {
    var wanted = filter.value.toLowerCase();
    var shown = 0;
    findings.forEach(function (d) {
      var match = d.textContent.toLowerCase().indexOf(wanted) >= 0;
      d.hidden = !match;
      if (match) { shown += 1; }
    });
    document.getElementById("shown").textContent = shown + " / " + findings.length;
  });
}());
