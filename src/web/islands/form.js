// Nothing here is needed. Photos are made smaller before they travel; a step that opens another one shows it at once; the
// errors are read out.
(function () {
	var form = document.getElementById("fm"), errors = document.getElementById("errors"), most = 2000;
	document.documentElement.classList.add("js");
	if (errors) errors.focus();
	if (!form) return;
	function send(op) {
		var button = document.createElement("button");
		button.name = "op";
		button.value = op;
		button.hidden = true;
		form.appendChild(button);
		if (form.requestSubmit) form.requestSubmit(button); else button.click();
	}
	form.addEventListener("change", function (event) {
		var field = event.target;
		if (field.tagName === "SELECT" && field.id.slice(-2) === "-0" && document.querySelector("label.step")) send("refresh");
		if (field.type === "file" && field.files.length) shrinkAll(field);
	});
	function shrink(file) {
		if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 600000 || !window.createImageBitmap) return Promise.resolve(file);
		return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (picture) {
			var scale = Math.min(1, most / Math.max(picture.width, picture.height)), canvas = document.createElement("canvas");
			canvas.width = Math.round(picture.width * scale);
			canvas.height = Math.round(picture.height * scale);
			canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
			return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", 0.85); });
		}).then(function (small) {
			return small && small.size < file.size ? new File([small], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
		}).catch(function () { return file; });
	}
	function shrinkAll(field) {
		var label = field.closest(".up"), words = label.querySelector("small"), files = Array.prototype.slice.call(field.files);
		label.classList.add("busy");
		words.textContent = form.dataset.shrink;
		Promise.all(files.map(shrink)).then(function (small) {
			var basket = new DataTransfer();
			small.forEach(function (file) { basket.items.add(file); });
			field.files = basket.files;
		}).catch(function () {}).then(function () { send("refresh"); });
	}
})();
