/** What the command line touches outside of itself. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (text: string) => void
  /** Tells why it did not work, in one line. */
  readonly fail: (message: string) => void
}
