/* What the pages of the press desk do beyond their links and forms. */
(() => {
  "use strict";
})();
