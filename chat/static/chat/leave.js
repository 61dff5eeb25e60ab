/** Whoever had a chat deleted and wanted to leave as well, leaves by the way that is safe for Back. */

document.querySelector(".exit").click();
