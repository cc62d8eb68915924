// Small comforts of the desk; every page works without them.
"use strict";
