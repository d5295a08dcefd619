/**
 * Ends what is being typed, before something else is taken in hand: a field tells of its change when it is left, which
 * the browser does only after the press that chose the next thing, and the change would be that thing's.
 */
export function leaveField(): void {
  if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
}
