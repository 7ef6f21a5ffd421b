import { m } from '#lib/i18n/generated/messages.js';

type Place = { readonly country: string | null; readonly ip: string };

/** "Firefox, Windows"; what the browser does not say is left out. */
export function deviceName(device: {
	readonly browser: string | null;
	readonly system: string | null;
}): string {
	const names = [device.browser, device.system].filter((name) => name !== null);
	return names.length > 0 ? names.join(', ') : m.accounts_device_unknown();
}

/** The country where the edge can tell, and the address: owners know their own. */
export function placeName({ country, ip }: Place, locale: 'de' | 'en'): string {
	const name = country ? new Intl.DisplayNames([locale], { type: 'region' }).of(country) : null;
	return [name, ip].filter(Boolean).join(', ') || m.accounts_place_unknown();
}
