/** A moment as it was meant in a query: a bare `+` of an offset arrives as a space there, which is forgiven. */
export function momentText(text: string | undefined): string | undefined {
  return text?.replace(/ (?=\d{2}:\d{2}$)/, '+');
}
