// Nothing here is needed: every page works without it. A second tap on a button that has sent its form does nothing.
document.addEventListener("submit", function (event) {
	var form = event.target;
	if (form.dataset.sent) event.preventDefault();
	form.dataset.sent = "1";
	setTimeout(function () { delete form.dataset.sent; }, 8000);
});
addEventListener("pageshow", function () {
	document.querySelectorAll("form").forEach(function (form) { delete form.dataset.sent; });
});
