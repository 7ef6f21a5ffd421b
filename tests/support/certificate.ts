import 'reflect-metadata';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { DAY_MS } from '#lib/domain/calendar.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate for `localhost` that is right in everything, but that nobody has vouched for. */
export async function selfSignedCertificate(): Promise<{
	readonly cert: string;
	readonly key: string;
}> {
	const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
	const certificate = await X509CertificateGenerator.createSelfSigned({
		...{ serialNumber: '01', name: 'CN=localhost', signingAlgorithm: ALGORITHM, keys },
		notBefore: new Date(Date.now() - DAY_MS),
		notAfter: new Date(Date.now() + DAY_MS),
		extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])]
	});
	const raw = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
	const lines = raw.toString('base64').replace(/.{64}/g, '$&\n');
	const label = 'PRIVATE KEY';
	return {
		cert: certificate.toString('pem'),
		key: `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
	};
}
