const LONDON = "Europe/London";

function read(at: Date, timeZone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat("en-GB", { ...options, ...(timeZone ? { timeZone } : {}) }).format(at);
}

function inZone(from: Date, to: Date, timeZone: string | undefined): string {
  const on = read(from, timeZone, { dateStyle: "full" });
  const [start, end] = [from, to].map((at) => read(at, timeZone, { hour: "2-digit", minute: "2-digit" }));
  return `${on}, ${start} to ${end}`;
}

/** The zone's name as people know it, such as "Central European Standard Time". */
function nameOfZone(at: Date): string {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZoneName: "long" }).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "your time";
}

export interface Appointment {
  readonly uk: string;
  /** The same in the reader's own zone; null where the clocks agree. */
  readonly own: string | null;
}

/** A span of time by the clock in the UK, and by the reader's own where that shows something else. */
export function appointment(startsAt: string, endsAt: string): Appointment {
  const [from, to] = [new Date(startsAt), new Date(endsAt)];
  const [uk, own] = [inZone(from, to, LONDON), inZone(from, to, undefined)];
  return { uk: `${uk} UK time`, own: own === uk ? null : `${own} (${nameOfZone(from)})` };
}
