/** The servers that the setup started, as every worker finds them in its environment. */

/** One program for each state that a registry can be in. */
export const STATES = [
  'healthy',
  'deleting',
  'empty',
  'wrongCredentials',
  'noCredentials',
  'unknownAuthority',
  'catalogRefused',
  'down',
  'html',
  'busy',
] as const;

export type State = (typeof STATES)[number];

export interface Servers {
  /** Where the program that looks at each registry listens. */
  stowage: Record<State, string>;
  /** Where the healthy registry itself listens, to compare with. */
  registry: string;
  /** A registry that wants a password; what is pushed there is in nobody's way. */
  guarded: Guarded;
}

export interface Guarded {
  url: string;
  user: string;
  password: string;
}

/** What every registry is called in addresses. */
export const ID = 'registry';

const VARIABLE = 'STOWAGE_END2END';

export function publish(servers: Servers): void {
  process.env[VARIABLE] = JSON.stringify(servers);
}

export function servers(): Servers {
  const text = process.env[VARIABLE];
  if (!text) throw new Error('the servers were not started');
  return JSON.parse(text) as Servers;
}
