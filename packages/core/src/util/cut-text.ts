/** The text, or its beginning and how long it was. @param max in UTF-16 code units, without the note */
export function cutText(text: string, max: number, length: number = text.length): string {
  return length > max ? `${text.slice(0, max)}… (${length} characters)` : text
}
