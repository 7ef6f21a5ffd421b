/** What a proxy may do to a request instead of passing it on. */
export type Act =
	/** Cuts the connection before anything is passed on. */
	| { readonly do: 'drop' }
	/** Passes on the first bytes of the body, then cuts both sides. */
	| { readonly do: 'cut-request'; readonly atByte: number }
	/** Sends the first bytes of the answer's body, then cuts. */
	| { readonly do: 'cut-answer'; readonly atByte: number }
	/** Lets it be carried out, and keeps the answer for itself. */
	| { readonly do: 'swallow' }
	/** Lets it be carried out, and answers so much later. */
	| { readonly do: 'delay'; readonly ms: number }
	/** Sends the same so many times more, one after the other, and answers with the first. */
	| { readonly do: 'replay'; readonly times: number }
	/** Passes the body on at this speed. */
	| { readonly do: 'throttle'; readonly bytesPerSecond: number }
	/** Cuts every nth request. */
	| { readonly do: 'lose'; readonly every: number }
	/** Answers itself. */
	| {
			readonly do: 'answer';
			readonly status: number;
			readonly headers?: Readonly<Record<string, string>>;
			readonly body?: string;
	  }
	/** Changes what came from behind. */
	| { readonly do: 'rewrite'; readonly change: (text: string) => string }
	/** Runs something first: a server that dies, a row that goes. Then passes on, or cuts where it says so. */
	| { readonly do: 'first'; readonly run: () => Promise<'pass' | 'drop'> };

export type Rule = {
	readonly act: Act;
	readonly method?: string;
	readonly path?: RegExp;
	/** How many requests it meets before it ends; without it, all. */
	readonly times?: number;
	/** How many requests that fit it lets by before it begins. */
	readonly after?: number;
};

type Live = { readonly rule: Rule; seen: number; used: number };

/** The rules in force, the newest first: a rule may be laid over another and taken away again. */
export class Rules {
	#live: Live[] = [];

	/** Returns how to take it away. */
	add(rule: Rule): () => void {
		const live = { rule, seen: 0, used: 0 };
		this.#live.unshift(live);
		return () => void (this.#live = this.#live.filter((one) => one !== live));
	}

	clear(): void {
		this.#live = [];
	}

	/** What is to be done with a request; null passes it on. */
	take(method: string, path: string): Act | null {
		for (const live of this.#live) {
			const { rule } = live;
			if (rule.method !== undefined && rule.method !== method) continue;
			if (rule.path && !rule.path.test(path)) continue;
			live.seen += 1;
			if (live.seen <= (rule.after ?? 0) || live.used >= (rule.times ?? Infinity)) continue;
			if (rule.act.do === 'lose' && live.seen % rule.act.every !== 0) continue;
			live.used += 1;
			return rule.act;
		}
		return null;
	}
}
