// Moves a code from behind the # of the address into the form, and out of the address.
(function () {
  var field = document.getElementById("code");
  var code = location.hash.slice(1);
  if (!field || !code) return;
  field.value = code.replace(/[^A-Za-z0-9]/g, "");
  history.replaceState(null, "", location.pathname);
})();
