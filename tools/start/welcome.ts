import { readDemo } from './demo-accounts.ts';
import type { Services } from './stack.ts';

/** What a newcomer needs to know once the portal runs. */
export async function welcome(services: Services, dataDir: string): Promise<string> {
	const { accounts, letters } = await readDemo(dataDir);
	return [
		'',
		'The portal is running.',
		'',
		`  Portal    ${services.portalUrl}`,
		`  Inbox     ${services.inboxUrl}   (every mail the portal sends)`,
		`  Database  ${services.databaseUrl}`,
		'',
		...section('Demo accounts', [
			...accounts.flatMap(({ role, name, email, password, otpauthUri }) => [
				`${name} (${role})`,
				`  ${email}   password: ${password}`,
				`  ${otpauthUri}`
			]),
			...(accounts.length > 0 ? ['The present code: npm run demo:code <e-mail or role>'] : [])
		]),
		...section(
			'Letters with an activation code',
			letters.map(
				({ insuredPerson, policyNumber, dateOfBirth, activationCode }) =>
					`${insuredPerson}: ${policyNumber}, born ${dateOfBirth}, code ${activationCode}`
			)
		),
		'Staff need a passkey in production. Here a password and a code are enough (STAFF_PASSKEY=optional);',
		'npm run staff:invite brings in a colleague with a passkey.',
		'Keys and passwords are for development only; everything lies in .data/.',
		'Ctrl-C ends everything. npm run reset empties the database.',
		''
	].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
	return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];
}
