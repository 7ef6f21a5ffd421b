// Stands in for the certificates that @simplewebauthn/server builds chains of, and for the reflection they ask for. A
// passkey is taken without a statement of its maker (attestation `none`, decision 0033), so there is never a chain.
function leftOut(): never {
	throw new Error('Chains of certificates are left out of the Worker (wrangler.toml).');
}

/** Names of algorithms in such a statement: compared with, never found. */
const leftOutName = '';

export {
	leftOut as AuthorityKeyIdentifierExtension,
	leftOut as CRLDistributionPointsExtension,
	leftOut as KeyDescription,
	leftOut as RSAPublicKey,
	leftOut as SubjectKeyIdentifierExtension,
	leftOut as X509Certificate,
	leftOut as X509ChainBuilder,
	leftOut as X509Crl,
	leftOutName as id_ce_keyDescription,
	leftOutName as id_rsaEncryption,
	leftOutName as id_sha1WithRSAEncryption,
	leftOutName as id_sha256WithRSAEncryption,
	leftOutName as id_sha384WithRSAEncryption,
	leftOutName as id_sha512WithRSAEncryption
};
