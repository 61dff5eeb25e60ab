/** Switches on what govuk-frontend's components do in the browser, wherever a page has one. */
import {
  Accordion,
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  SkipLink,
  Tabs,
  createAll,
} from "./govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

// Which section somebody opened is nobody's business after they leave.
createAll(Accordion, { rememberExpanded: false, ...wordsOf("accordion") });
createAll(Button, { preventDoubleClick: true });
createAll(CharacterCount, wordsOf("character-count"));
createAll(PasswordInput, wordsOf("password-input"));
for (const component of [Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink, Tabs]) {
  createAll(component);
}

/** The components' own words in the page's language: base.html gives them as JSON. */
function wordsOf(component) {
  const given = document.getElementById("component-words");
  const i18n = given && JSON.parse(given.textContent)[component];
  return i18n ? { i18n } : {};
}
