/** How a word looks in plain text and in base64, whatever stands before and behind it there. */
export function looksOf(word: string): string[] {
  const encoded = [0, 1, 2].map((before) => {
    const text = Buffer.from("x".repeat(before) + word).toString("base64");
    // The first and last signs mix with the neighbours.
    return text.slice(before === 0 ? 0 : 4, -4);
  });
  return [word, ...encoded, Buffer.from(word).toString("hex")];
}

/** Which of these words a text gives away; by their place in the list, so that a failing test tells none. */
export function tracesIn(text: string, words: readonly string[]): string[] {
  return words.flatMap((word, index) => (looksOf(word).some((look) => text.includes(look)) ? [`word ${index}`] : []));
}
