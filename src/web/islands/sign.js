// Signing by hand. Without this script the page signs by name and code; with it the box comes first.
(function () {
	var form = document.getElementById("draw"), typed = document.getElementById("typed");
	if (!form || !window.PointerEvent) return;
	var pad = form.querySelector("canvas"), ink = pad.getContext("2d"), done = form.querySelector("button.btn");
	var strokes = [], stroke = null, begun = Date.now();
	function place(event) {
		var box = pad.getBoundingClientRect();
		return { x: Math.round((event.clientX - box.left) * 10) / 10, y: Math.round((event.clientY - box.top) * 10) / 10, t: Date.now() - begun, p: event.pressure || 0.5 };
	}
	function fit() {
		var ratio = devicePixelRatio || 1, box = pad.getBoundingClientRect();
		pad.width = box.width * ratio;
		pad.height = box.height * ratio;
		ink.setTransform(ratio, 0, 0, ratio, 0, 0);
		ink.lineCap = ink.lineJoin = "round";
		ink.strokeStyle = ink.fillStyle = "#1F2329";
		strokes.forEach(function (points) { points.forEach(function (point, i) { line(points[i - 1], point); }); });
	}
	function line(from, to) {
		ink.beginPath();
		ink.lineWidth = 1.6 + 2.4 * to.p;
		if (!from) { ink.arc(to.x, to.y, ink.lineWidth / 2, 0, 7); ink.fill(); return; }
		ink.moveTo(from.x, from.y);
		ink.lineTo(to.x, to.y);
		ink.stroke();
	}
	function length() { return strokes.reduce(function (sum, points) { return sum + points.length; }, 0); }
	pad.addEventListener("pointerdown", function (event) {
		event.preventDefault();
		pad.setPointerCapture(event.pointerId);
		stroke = [place(event)];
		strokes.push(stroke);
		line(null, stroke[0]);
	});
	pad.addEventListener("pointermove", function (event) {
		if (!stroke) return;
		(event.getCoalescedEvents ? event.getCoalescedEvents() : [event]).forEach(function (one) {
			var point = place(one), last = stroke[stroke.length - 1];
			if (Math.abs(point.x - last.x) + Math.abs(point.y - last.y) < 1.5 || length() > 8000) return;
			line(last, point);
			stroke.push(point);
		});
	});
	["pointerup", "pointercancel"].forEach(function (name) {
		pad.addEventListener(name, function () { stroke = null; done.disabled = length() < 8; });
	});
	form.querySelector("[data-clear]").addEventListener("click", function () {
		strokes = [];
		done.disabled = true;
		ink.clearRect(0, 0, pad.width, pad.height);
	});
	form.addEventListener("submit", function () { form.elements.strokes.value = JSON.stringify(strokes); });
	form.hidden = false;
	typed.open = /#typed/.test(location.hash) || !!typed.querySelector(".err");
	fit();
	addEventListener("resize", fit);
})();
