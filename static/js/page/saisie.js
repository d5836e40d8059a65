// What a person typed, and what the browser put back by itself: gestes.js has watched since the page opened.
const seen = {};
document.dispatchEvent(new CustomEvent("label:gestes", { detail: seen }));

export const { isTyped, isTouched, touch } = seen;
