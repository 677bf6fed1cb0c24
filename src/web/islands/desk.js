// The desk by keys; without this file every key's work is done by a link or a button.
(function () {
	var rows = Array.prototype.slice.call(document.querySelectorAll("[data-row]"));
	// On a phone filters and history make room for what comes first.
	if (!matchMedia("(min-width:1000px)").matches)
		document.querySelectorAll("[data-narrow-closed]").forEach(function (details) { details.open = false; });
	function move(step) {
		var at = rows.indexOf(document.activeElement), next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
		if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
	}
	function choose(id) {
		var choice = document.getElementById(id);
		if (!choice) return;
		document.querySelectorAll(".choice").forEach(function (other) { other.open = other === choice; });
		var field = choice.querySelector("textarea, button");
		if (field) field.focus();
	}
	function typing(element) { return /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && element.type !== "checkbox" && element.type !== "radio"; }
	document.addEventListener("keydown", function (event) {
		if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) { event.target.form.requestSubmit(); return; }
		if (event.key === "Escape" && typing(event.target)) { event.target.blur(); return; }
		if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
		var work = {
			j: function () { move(1); }, k: function () { move(-1); },
			"/": function () { var q = document.getElementById("q"); if (q) { q.focus(); q.select(); } },
			g: function () { choose("grant"); }, s: function () { choose("supplement"); }, r: function () { choose("refuse"); },
			n: function () { var next = document.getElementById("next"); if (next) next.click(); },
		}[event.key];
		if (work) { event.preventDefault(); work(); }
	});
	document.querySelectorAll(".choice").forEach(function (choice) {
		choice.addEventListener("toggle", function () {
			if (choice.open) document.querySelectorAll(".choice").forEach(function (other) { if (other !== choice) other.open = false; });
		});
	});
})();
