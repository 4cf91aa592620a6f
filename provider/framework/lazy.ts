/** What is made when it is asked for first, and only once. */
export function lazy<Made extends object>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => {
    made ??= make()
    return made
  }
}
