// Figures as the pages of the server show them (label/templatetags/label_ui.py); a test compares them.
export const nombre = (n) => n.toLocaleString("fr-FR").replace("-", "\u2212");
export const euros = (n) => `${nombre(n)}\u00a0€`;
