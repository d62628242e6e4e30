(function (host, library) {
  "use strict";
})
