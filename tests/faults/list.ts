/** The numbered faults of the reference (offline.md 3.9), each with who injects it here. */
export type Fault = {
	readonly number: number;
	readonly name: string;
	readonly injectedBy: string;
	/** Why no test of this list can run here, and what is done instead. */
	readonly notHere?: string;
};

export const FAULTS: readonly Fault[] = [
	{
		number: 1,
		name: 'tab killed in the middle of a save',
		injectedBy: 'crash between encrypt and put'
	},
	{ number: 2, name: 'browser killed while five photos are saved', injectedBy: 'SIGKILL' },
	{
		number: 3,
		name: 'power cut after commit',
		injectedBy: 'none',
		notHere:
			'no machine to unplug; fault 1 also proves that every write asks for strict durability, fault 2 kills the browser'
	},
	{ number: 4, name: 'killed while a photo is prepared', injectedBy: 'SIGKILL' },
	{ number: 5, name: 'killed while the camera is open', injectedBy: 'renderer crash' },
	{ number: 6, name: 'no network when sent', injectedBy: 'proxy: drop' },
	{ number: 7, name: 'cut in the middle of a piece', injectedBy: 'proxy: cut-request' },
	{ number: 8, name: 'cut between last piece and commit', injectedBy: 'proxy: drop' },
	{ number: 9, name: 'answer lost after commit', injectedBy: 'proxy: swallow' },
	{ number: 10, name: 'answer later than the device waits', injectedBy: 'proxy: delay' },
	{ number: 11, name: 'every request repeated', injectedBy: 'proxy: replay' },
	{ number: 12, name: 'send pressed twice', injectedBy: 'clicks' },
	{ number: 13, name: 'two tabs send', injectedBy: 'two pages' },
	{ number: 14, name: 'two devices send the same draft', injectedBy: 'two profiles' },
	{ number: 15, name: 'service worker stopped while sending', injectedBy: 'CDP stopAllWorkers' },
	{ number: 16, name: 'new version while typing', injectedBy: 'proxy: rewrite' },
	{ number: 17, name: 'update taken while sending', injectedBy: 'proxy: rewrite, throttle' },
	{ number: 18, name: 'two versions later, old tab', injectedBy: 'proxy: rewrite, 404' },
	{ number: 19, name: 'database upgraded by a newer tab', injectedBy: 'IndexedDB' },
	{ number: 20, name: 'database connection closed by the browser', injectedBy: 'IndexedDB' },
	{ number: 21, name: 'database files corrupted', injectedBy: 'files of the profile' },
	{ number: 22, name: 'storage full, text', injectedBy: 'CDP overrideQuota' },
	{ number: 23, name: 'storage full, photo', injectedBy: 'CDP overrideQuota' },
	{ number: 24, name: 'storage of the origin wiped', injectedBy: 'CDP clearDataForOrigin' },
	{ number: 25, name: 'session ends while sending', injectedBy: 'database' },
	{ number: 26, name: 'somebody else signs in', injectedBy: 'session of another account' },
	{
		number: 27,
		name: 'signed out with a queue, online and offline',
		injectedBy: 'clicks, proxy: drop'
	},
	{
		number: 28,
		name: 'account removed while the device is offline',
		injectedBy: 'database, proxy: false word'
	},
	{ number: 29, name: 'clock and zone of the device wrong', injectedBy: 'clock of the page' },
	{ number: 30, name: 'captive portal', injectedBy: 'proxy: 200 HTML' },
	{ number: 31, name: 'bad network', injectedBy: 'proxy: throttle, lose' },
	{ number: 32, name: '429 with Retry-After', injectedBy: 'proxy: answer' },
	{ number: 33, name: 'one claim always fails', injectedBy: 'proxy: 500 for one path' },
	{ number: 34, name: '409 and 423 for a piece', injectedBy: 'proxy: answer' },
	{ number: 35, name: 'upload expired on the server', injectedBy: 'database' },
	{ number: 36, name: 'two servers take pieces at once', injectedBy: 'second workerd' },
	{ number: 37, name: 'server dies before the commit', injectedBy: 'workerd stopped' },
	{ number: 38, name: 'bit flipped in a stored photo', injectedBy: 'IndexedDB' },
	{ number: 39, name: 'record swapped or rolled back', injectedBy: 'IndexedDB' },
	{ number: 40, name: 'one key envelope missing', injectedBy: 'IndexedDB, database' },
	{ number: 41, name: 'passkey gives another secret', injectedBy: 'virtual authenticator' },
	{ number: 42, name: 'wrong passphrase twenty times', injectedBy: 'keyboard, clock of the page' },
	{ number: 43, name: 'the sending tab is frozen', injectedBy: 'CDP freeze' },
	{ number: 44, name: 'storm of events', injectedBy: '100 events at once' },
	{ number: 45, name: 'draft of the oldest schema', injectedBy: 'IndexedDB' },
	{ number: 46, name: 'files nobody expects', injectedBy: 'fixtures' },
	{ number: 47, name: 'shared while locked', injectedBy: 'form of the share sheet' },
	{ number: 48, name: 'push while signed out', injectedBy: 'CDP deliverPushMessage' },
	{ number: 49, name: 'browser that keeps no keys', injectedBy: 'IndexedDB refuses keys' },
	{
		number: 50,
		name: 'reboot offline; eight idle days in WebKit',
		injectedBy: 'SIGKILL; WebKit: the warning only'
	},
	{
		number: 51,
		name: 'service worker in the way of an upload on WebKit',
		injectedBy: 'none',
		notHere:
			'no WebKit here; the worker answers nothing but GET, and every fault compares the hashes of what arrived'
	},
	{ number: 52, name: 'wrong content in the cache', injectedBy: 'scan of Cache Storage' }
];
