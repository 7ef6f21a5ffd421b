/** `read` shows something to somebody signed in, `write` changes something, `open` needs no session. */
export type StepKind = 'read' | 'write' | 'open';

/** What is done with every step of the road; a part that only needs the end of it does nothing. */
export type Take = <T>(name: string, kind: StepKind, act: () => Promise<T>) => Promise<T>;

export const JUST_TAKE: Take = (_name, _kind, act) => act();
