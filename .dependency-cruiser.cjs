/** Who may import what (architecture.md). Each rule says what to do instead. */
const server = '^src/lib/server/';
const rooms = '(accounts|contracts|claims|documents|messages|privacy|fund|audit)';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		{
			name: 'no-circular',
			comment: 'Move the shared type to the lower layer, or hand the dependency in.',
			severity: 'error',
			from: { pathNot: 'i18n/generated' },
			to: { circular: true }
		},
		{
			name: 'domain-is-pure',
			comment: 'The domain knows insurance only: hand time, ids and vendors in from compose.ts.',
			severity: 'error',
			from: { path: '^src/lib/domain/', pathNot: '\\.test\\.ts$' },
			to: { pathNot: '^src/lib/domain/|node_modules/valibot/' }
		},
		{
			name: 'services-know-no-sql',
			comment: 'SQL belongs into the repository, HTTP into the route.',
			severity: 'error',
			from: { path: `${server}.*\\.service\\.ts$` },
			to: { path: 'node_modules/(drizzle-orm|@sveltejs/kit)/|^src/lib/server/db/(tables|builder)' }
		},
		{
			name: 'repositories-stay-in-their-room',
			comment: "Another room's repository is handed to the service by compose.ts, never imported.",
			severity: 'error',
			from: { path: `${server}${rooms}/.*\\.repository\\.ts$` },
			to: {
				path: `${server}${rooms}/.*\\.(service|repository)\\.ts$|node_modules/@sveltejs/kit/`,
				pathNot: '$1/'
			}
		},
		{
			name: 'services-get-other-rooms-handed-in',
			comment: 'Name a structural type for what you need; compose.ts hands the other room in.',
			severity: 'error',
			from: { path: `${server}${rooms}/.*\\.service\\.ts$` },
			to: {
				path: `${server}${rooms}/.*\\.repository\\.ts$`,
				pathNot: `${server}$1/`
			}
		},
		{
			name: 'platform-knows-no-rooms',
			comment: 'Platform wraps a vendor or protocol and knows nothing of insurance.',
			severity: 'error',
			from: { path: `${server}platform/`, pathNot: '\\.test\\.ts$' },
			to: { path: `${server}(${rooms}|db)/` }
		},
		{
			name: 'routes-go-through-services',
			comment: 'A route calls one service of locals.services; it reads no database and no vendor.',
			severity: 'error',
			from: { path: '^src/routes/' },
			to: {
				path: `${server}(db|platform|jobs|${rooms}|compose)|node_modules/(drizzle-orm|@libsql|lucia)/`,
				pathNot: `${server}platform/log\\.ts`
			}
		},
		{
			name: 'pages-never-import-the-server',
			comment: 'What a page shows comes with its data.',
			severity: 'error',
			from: { path: '^src/routes/.*(\\.svelte|\\+page\\.ts|\\+layout\\.ts)$' },
			to: { path: server }
		},
		{
			name: 'ui-is-only-ui',
			comment: 'Components get values; they know neither server nor offline store nor routes.',
			severity: 'error',
			from: { path: '^src/lib/ui/' },
			to: { path: '^src/lib/(server|offline)/|^src/routes/' }
		},
		{
			name: 'offline-stays-in-the-browser',
			comment: 'The offline room speaks to the Worker over /api alone.',
			severity: 'error',
			from: { path: '^src/lib/offline/' },
			to: { path: '^src/lib/(server|ui)/|^src/routes/' }
		},
		{
			name: 'offline-only-in-the-drafts-room',
			comment: 'Dexie and the vault cost bytes: only the drafts room may load them.',
			severity: 'error',
			from: { path: '^src/(routes|lib)/', pathNot: '^src/(routes/(drafts|shell)|lib/offline)/' },
			to: { path: '^src/lib/offline/' }
		},
		{
			name: 'service-worker-is-closed',
			comment:
				'The service worker serves an allow-list and knows nothing of the portal but how to seal what is shared (decision 0041).',
			severity: 'error',
			from: { path: '^src/(service-worker|share-target)\\.ts$' },
			to: { path: '^src/lib/', pathNot: '^src/lib/offline/intake\\.ts$' }
		},
		{
			name: 'lucia-behind-sessions',
			comment: 'Lucia is frozen upstream: only sessions.ts may know it (decision 0004).',
			severity: 'error',
			from: { path: '^src/', pathNot: `${server}accounts/sessions\\.ts$` },
			to: { path: 'node_modules/lucia/' }
		}
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: 'i18n/generated|\\.svelte-kit|~icons' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['import', 'svelte', 'default'],
			extensions: ['.ts', '.js', '.svelte']
		}
	}
};
