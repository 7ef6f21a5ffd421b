import { json, type Handle, type HandleServerError, type RequestEvent } from '@sveltejs/kit';
import { paraglideMiddleware } from '#lib/i18n/generated/server.js';
import {
	accessOf,
	countsAsUse,
	isAllowed,
	isForScripts,
	isOpenBeforeNewPassword,
	siteOf
} from '#lib/server/edge/access.ts';
import { composeServices } from '#lib/server/compose.ts';
import { isFromOwnSite } from '#lib/server/edge/cross-site.ts';
import { isUnavailable, readTyped } from '#lib/server/http.ts';
import { logEvent } from '#lib/server/platform/log.ts';
import { readConfiguration } from '#lib/server/platform/configuration.ts';
import { openServiceDoor, problem, SERVICE_PATH } from '#lib/server/edge/service-door.ts';
import { newPasswordFirst } from '#lib/server/edge/new-password-first.ts';
import { describeError } from '#lib/server/edge/last-resort.ts';
import { unavailablePage } from '#lib/server/edge/plain-page.ts';
import { lentBy, originOf } from '#lib/server/edge/request-parts.ts';
import { addSecurityHeaders } from '#lib/server/edge/security-headers.ts';
import { noteRefusedValue } from '#lib/server/edge/refused-value.ts';
import { SealedValueError } from '#lib/server/platform/sealed-value.ts';
import { readSessionToken, wasSignedOutOffline } from '#lib/server/edge/session-cookie.ts';

/** Every request passes here: origin, configuration, session, access, language, headers, in this order. */
export const handle: Handle = async ({ event, resolve }) => {
	const startedMs = Date.now();
	event.locals.requestId = crypto.randomUUID();
	event.locals.isUnavailable = false;
	event.locals.signedIn = null;
	return paraglideMiddleware(event.request, async ({ request, locale }) => {
		event.request = request;
		event.locals.locale = locale === 'en' ? 'en' : 'de';
		const answer = await answerOf(event, resolve);
		logRequest(event, answer.status, startedMs);
		return addSecurityHeaders(answer, event.url.protocol === 'https:');
	});
};

/** One line a request. The route and never the address: an address can hold ids and typed text (D11). */
function logRequest({ locals, route, platform }: RequestEvent, status: number, startedMs: number) {
	if (!platform?.env['ORIGIN']) return;
	// What was refused stands out: input against the rules, a foreign page, one call too many (ASVS 16.3.3).
	const isRefused = status >= 400 && status !== 404;
	logEvent(isRefused ? 'warning' : 'info', 'request', {
		requestId: locals.requestId,
		route: route.id ?? 'none',
		...{ status, durationMs: Date.now() - startedMs }
	});
}

async function answerOf(
	event: RequestEvent,
	resolve: Parameters<Handle>[0]['resolve']
): Promise<Response> {
	const { locals } = event;
	const render = () =>
		resolve(event, {
			transformPageChunk: ({ html }) =>
				html
					.replace('%lang%', locals.locale)
					.replace('%features%', isOfflineRoom(event.route.id) ? FEATURE_CHECK : ''),
			filterSerializedResponseHeaders: () => false
		});
	// Prerendering at build time has neither bindings nor people.
	if (!event.platform?.env['ORIGIN'] && event.route.id && isPrerendered(event.route.id))
		return render();
	const checked = readConfiguration(event.platform?.env ?? {});
	if (!checked.ok) {
		for (const fault of checked.faults)
			logEvent('error', 'configuration-refused', { error: fault });
		return isApi(event) ? unavailableJson() : unavailablePage(locals.requestId, locals.locale);
	}
	const { configuration } = checked;
	if (configuration.isProduction && event.url.protocol === 'http:') return withoutEncryption(event);
	const site = siteOf(configuration, event.url.origin, event.route.id);
	if (site === null) return json({ code: 'portal/not-found' }, { status: 404 });
	if (!isFromOwnSite(event.request, event.url, site)) {
		logEvent('warning', 'cross-site-refused', { requestId: locals.requestId });
		return json({ code: 'portal/forbidden' }, { status: 403 });
	}
	locals.services = composeServices(configuration, originOf(event, configuration), {
		...lentBy(event),
		siteOrigin: site
	});
	// A system that asks for what there is not reads why, and no page for people.
	if (event.route.id === null && event.url.pathname.startsWith(SERVICE_PATH)) {
		return problem({ status: 404, code: 'portal/not-found' });
	}
	const refusal = await refuseUnlessAllowed(event);
	if (refusal) return refusal;
	const response = await render();
	forgetKeptForm(event, response);
	return locals.isUnavailable
		? new Response(response.body, { status: 503, headers: response.headers })
		: response;
}

/** A form that was sent and taken need not wait for its owner any more. */
function forgetKeptForm({ locals, platform, request, url }: RequestEvent, answer: Response): void {
	if (request.method !== 'POST' || answer.status !== 303 || !locals.signedIn?.kept) return;
	platform?.ctx.waitUntil(locals.services.keptForms.forget(locals.actor, url.pathname));
}

/** Default deny by route group, for pages, actions, endpoints and data requests alike (Z1). */
async function refuseUnlessAllowed(event: RequestEvent): Promise<Response | null> {
	const { locals, route, url } = event;
	if (route.id === null) return null;
	const access = accessOf(route.id);
	if (access === 'everybody') return null;
	if (access === 'service') return openServiceDoor(event);
	const token = readSessionToken(event.cookies);
	if (token !== null) {
		try {
			locals.signedIn = await locals.services.sessions.find(token, url.pathname);
			if (locals.signedIn && wasSignedOutOffline(event.cookies)) await endHere(locals);
		} catch (error) {
			if (!isUnavailable(error)) throw error;
			const { requestId } = locals;
			logEvent('error', 'database-unavailable', { requestId, error: describeError(error) });
			return isApi(event) ? unavailableJson() : unavailablePage(locals.requestId, locals.locale);
		}
	}
	if (locals.signedIn && isAllowed(access, locals.signedIn.actor.role)) {
		if (locals.signedIn.mustChangePassword && !isOpenBeforeNewPassword(route.id)) {
			const asks = isApi(event) || event.isDataRequest ? 'data' : 'page';
			return newPasswordFirst(asks, locals.signedIn.actor.role, locals.locale);
		}
		locals.actor = locals.signedIn.actor;
		if (countsAsUse(route.id, event.request.method)) {
			const { sessionId, actor } = locals.signedIn;
			const seen = locals.services.sessions.markSeen(sessionId, actor.personId);
			event.platform?.ctx.waitUntil(seen);
		}
		return null;
	}
	if (isApi(event) || event.isDataRequest) {
		return json({ code: 'portal/unauthenticated' }, { status: 401 });
	}
	const door = access === 'staff' ? '/staff/sign-in' : '/sign-in';
	// Returned, not thrown: a thrown redirect would leave without the headers of every answer.
	return new Response(null, {
		status: 303,
		headers: { Location: door + (await wayBack(event, token)) }
	});
}

/** Signed out with no network: the session ends before anything of it is shown to whoever is there now. */
async function endHere(locals: App.Locals): Promise<void> {
	if (!locals.signedIn) return;
	const { actor, sessionId } = locals.signedIn;
	await locals.services.signIn.signOut(actor, sessionId);
	locals.signedIn = null;
}

/** Where the sign-in leads back to. A form whose session has ended is kept for its owner first. */
async function wayBack(event: RequestEvent, token: string | null): Promise<string> {
	const next = `?next=${encodeURIComponent(event.url.pathname)}`;
	if (event.request.method === 'GET') return next;
	if (event.request.method !== 'POST' || token === null) return '';
	try {
		const form = { path: event.url.pathname, values: await readTyped(event.request) };
		const { keptForms } = event.locals.services;
		return (await keptForms.keep(token, form)) ? `${next}&ended=kept` : '';
	} catch (error) {
		// Nothing is half done: whoever is not signed in is shown the door either way.
		logEvent('warning', 'form-not-kept', { requestId: event.locals.requestId });
		return isUnavailable(error) ? '?ended=lost' : '';
	}
}

/**
 * Only what somebody has typed into a browser leads on to the encrypted address. A program or a form
 * that sent something in clear must fail, or nobody would notice that it does so (ASVS 4.1.2).
 */
function withoutEncryption(event: RequestEvent): Response {
	if (event.request.method !== 'GET' || isApi(event) || event.route.id?.startsWith('/api/')) {
		return json({ code: 'portal/forbidden' }, { status: 403 });
	}
	const target = new URL(event.url);
	target.protocol = 'https:';
	return new Response(null, { status: 308, headers: { Location: target.href } });
}

function isApi(event: RequestEvent): boolean {
	return event.route.id !== null && isForScripts(event.route.id);
}

/** Before everything else, and not deferred: an old browser must not get as far as the room (W10). */
const FEATURE_CHECK = '<script src="/features.js"></script>';

function isOfflineRoom(routeId: string | null): boolean {
	return routeId === '/shell' || (routeId?.startsWith('/drafts') ?? false);
}

function isPrerendered(routeId: string): boolean {
	return isOfflineRoom(routeId) || routeId === '/offline';
}

function unavailableJson(): Response {
	return json({ code: 'portal/unavailable' }, { status: 503, headers: { 'Retry-After': '30' } });
}

/** The unexpected: logged with the request's id, shown as that id alone. */
export const handleError: HandleServerError = async ({ error, event, status }) => {
	const { requestId } = event.locals;
	if (status === 404) return { message: 'not found', requestId };
	if (error instanceof SealedValueError) {
		const { services, signedIn } = event.locals;
		const accountId = signedIn?.actor.accountId ?? null;
		const record = services.recordRefusedValue;
		await noteRefusedValue(error, { requestId, routeId: event.route.id, accountId, record });
		return { message: 'unexpected', requestId };
	}
	event.locals.isUnavailable = isUnavailable(error);
	const code = event.locals.isUnavailable ? 'database-unavailable' : 'unexpected-error';
	logEvent('error', code, {
		requestId,
		...(event.route.id ? { route: event.route.id } : {}),
		error: describeError(error)
	});
	return { message: 'unexpected', requestId };
};
